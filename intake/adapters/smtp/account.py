"""How replies leave: the server, how it is secured, and who signs in."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Literal

from intake import ports
from intake.model import value


@value
class Account:
    """How replies leave. Raises ValueError when it would send a password in the clear beyond this machine.

    user: "" for a server that wants no sign-in; password: asked anew at each connect; tokens: what to
    sign in with by XOAUTH2, None for the password; ca_file: PEM of the authorities to trust instead of
    the system's; timeout: seconds for one answer; deadline: seconds for one reply as a whole;
    greeting: what EHLO says, "" for this machine's name.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = ""
    password: Callable[[], str] = field(default=str, repr=False)
    tokens: ports.Tokens | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout: float = 30.0
    deadline: float = 60.0
    greeting: str = ""

    def __post_init__(self) -> None:
        if self.security == "none" and not _is_loopback(self.host):
            raise ValueError(f'security "none" is for this machine only, and {self.host} is another')

    def tls_context(self) -> ssl.SSLContext:
        """Certificate and name are always verified. OSError when ``ca_file`` cannot be read."""
        return ssl.create_default_context(cafile=self.ca_file)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"  # RFC 6761 6.3
