"""Who we are to a token endpoint, and what we show it."""

from __future__ import annotations

import ipaddress
import ssl
import urllib.parse
from collections.abc import Callable
from dataclasses import field
from pathlib import Path
from typing import Literal

from intake.model import value


@value
class Client:
    """How tokens are had. Raises ValueError for an endpoint that would see secrets in the clear.

    scope: as written, its words between blanks, "" for none; secret and refresh_token: asked anew at
    each renewal ("" for a client without a secret; the refresh token only for that flow), with the
    name of the place where an admin gives them; kept: file for the refresh token that the endpoint
    gave in place of ours; ca_file: PEM of the authorities to trust instead of the system's; timeout:
    seconds for one answer.
    """

    endpoint: str
    flow: Literal["client-credentials", "refresh-token"]
    client_id: str
    scope: str
    secret: Callable[[], str] = field(default=str, repr=False)
    secret_place: str
    refresh_token: Callable[[], str] = field(default=str, repr=False)
    refresh_token_place: str
    kept: Path
    ca_file: Path | None = None
    timeout: float = 20.0

    def __post_init__(self) -> None:
        parts = urllib.parse.urlsplit(self.endpoint)
        secure = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        if not (secure and parts.hostname):
            raise ValueError('a token endpoint begins with "https://"')

    def tls_context(self) -> ssl.SSLContext:
        """Certificate and name are always verified. OSError when ``ca_file`` cannot be read."""
        return ssl.create_default_context(cafile=self.ca_file)


@value
class Proof:
    """What we show the endpoint. ``given``: the admin's refresh token, before any that replaced it."""

    secret: str = field(repr=False)
    given: str = field(repr=False)
    refresh: str = field(repr=False)


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is this very machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"  # RFC 6761 6.3
