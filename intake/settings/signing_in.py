"""How we sign in: to a mail server, by a password or by tokens (OAuth2)."""

from __future__ import annotations

import datetime
import urllib.parse
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from intake.settings import table

Security = Literal["tls", "starttls", "none"]
Flow = Literal["client-credentials", "refresh-token"]
_WARNED_DAYS = 14  # long enough to find whoever may make a new client secret


class Server(table.Table):
    """One server that we sign in to."""

    host: str = Field(description="Name of the server.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(description="Port.")
    security: Security = Field(
        default="tls",
        description="tls: from the first byte; starttls: after a greeting; none: only on this very machine.",
    )
    user: str = Field(default="", description='Login; "" for none (only SMTP servers that need no login).')
    password_env: str = Field(default="", description="Environment variable that holds the password.")
    password_file: str = Field(default="", description="Or a file that holds it, readable by intake only.")
    ca_file: str = Field(default="", description='Certificates to trust beside the system\'s; "" for none.')

    @model_validator(mode="after")
    def _check(self) -> Server:
        if self.security == "none" and not table.is_loopback(self.host):
            raise ValueError(
                f'security "none" is for this very machine only, not for {self.host}; say "tls" or "starttls"'
            )
        if self.password_env and self.password_file:
            raise ValueError("give password_env or password_file, not both")
        return self

    @property
    def has_password(self) -> bool:
        """Whether a place is named where the password is given."""
        return bool(self.password_env or self.password_file)

    def password(self, base: Path) -> str:
        """The password as it is now, read anew at each sign-in. Raises ConfigError when it is not there."""
        return table.given(base, "password", self.password_env, self.password_file)


class OAuth2(table.Table):
    """Signing in with tokens, for auth = "oauth2". One token serves IMAP and SMTP of the mailbox."""

    token_endpoint: str = Field(
        description="Where tokens come from.",
        examples=["https://login.microsoftonline.com/TENANT-ID/oauth2/v2.0/token"],
    )
    flow: Flow = Field(
        default="client-credentials",
        description="client-credentials: as an application (Microsoft 365); refresh-token: as the person who "
        "has once signed in (Gmail).",
    )
    client_id: str = Field(
        description="Who we are to the provider.", examples=["00000000-0000-0000-0000-000000000000"]
    )
    scope: str = Field(
        default="",
        description='What the token is for; "" for what the refresh token is for.',
        examples=["https://outlook.office365.com/.default"],
    )
    client_secret_env: str = Field(
        default="",
        description="Environment variable that holds the client secret.",
        examples=["INTAKE_CLIENT_SECRET"],
    )
    client_secret_file: str = Field(
        default="", description="Or a file that holds it, readable by intake only."
    )
    refresh_token_env: str = Field(
        default="", description="Environment variable that holds the refresh token, for that flow."
    )
    refresh_token_file: str = Field(
        default="", description="Or a file that holds it, readable by intake only."
    )
    expires: datetime.date | None = Field(
        default=None,
        description="The day on which the client secret ends: status and config check warn two weeks before.",
        examples=[datetime.date(2026, 12, 31)],
    )
    ca_file: str = Field(default="", description='Certificates to trust beside the system\'s; "" for none.')

    @model_validator(mode="after")
    def _check(self) -> OAuth2:
        address = urllib.parse.urlsplit(self.token_endpoint)
        local = address.scheme == "http" and table.is_loopback(address.hostname or "")
        if not address.hostname or not (address.scheme == "https" or local):
            raise ValueError('token_endpoint begins with "https://"')
        for what in ("client_secret", "refresh_token"):
            if getattr(self, f"{what}_env") and getattr(self, f"{what}_file"):
                raise ValueError(f"give {what}_env or {what}_file, not both")
        if self.flow == "client-credentials" and not self.client_secret_place:
            raise ValueError("the flow client-credentials needs client_secret_env or client_secret_file")
        if self.flow == "client-credentials" and not self.scope:
            raise ValueError("the flow client-credentials needs a scope")
        if self.flow == "refresh-token" and not self.refresh_token_place:
            raise ValueError("the flow refresh-token needs refresh_token_env or refresh_token_file")
        return self

    @property
    def client_secret_place(self) -> str:
        """The variable or file in which an admin gives it, or ""."""
        return self.client_secret_env or self.client_secret_file

    @property
    def refresh_token_place(self) -> str:
        """The variable or file in which an admin gives it, or ""."""
        return self.refresh_token_env or self.refresh_token_file

    def client_secret(self, base: Path) -> str:
        """As it is now; "" for a client without one. Raises ConfigError when it is not there."""
        return table.given(base, "client_secret", self.client_secret_env, self.client_secret_file)

    def refresh_token(self, base: Path) -> str:
        """As an admin has given it; "" in the other flow. Raises ConfigError when it is not there."""
        if self.flow != "refresh-token":
            return ""
        return table.given(base, "refresh_token", self.refresh_token_env, self.refresh_token_file)

    def ending(self, today: datetime.date) -> str:
        """A sentence for a person from two weeks before the client secret ends, else ""."""
        if self.expires is None or (days := (self.expires - today).days) > _WARNED_DAYS:
            return ""
        when = "has ended" if days < 0 else "ends today" if days == 0 else f"ends in {days} day(s)"
        place = self.client_secret_place or self.refresh_token_place
        return (
            f"the client secret {when} ({self.expires}): make a new one at the provider, put it into {place} "
            "and change expires; without it no mail is read"
        )
