"""A mail server that we sign in to, by IMAP or by SMTP: where it is, how it is secured, and with what."""

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
class Server:
    """Raises ValueError when it would send a password in the clear beyond this machine.

    password: asked anew at each connect, so that a changed one needs no restart; tokens: what to sign in with by
    XOAUTH2, None for the password; ca_file: PEM of the authorities to trust instead of the system's.
    """

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    password: Callable[[], str] = field(default=str, repr=False)
    tokens: ports.Tokens | None = field(default=None, repr=False)
    ca_file: Path | None = None

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
