"""The machine: where applications are filed, where state lies, how work is shared and what bounds it."""

from __future__ import annotations

import urllib.parse
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from intake.settings import table

_SERVERS = ("postgresql", "postgres")


class Filing(table.Table):
    """Where applications are filed."""

    root: str = Field(default="./applications", description="Root of the filed applications.")
    group: str = Field(
        default="", description='Group of the operating system that may read them; "" for the owner only.'
    )


class State(table.Table):
    """Where intake remembers what it has done. Not on a network share."""

    database: str = Field(
        default="./var/ledger.sqlite",
        description='The ledger: a file, or "postgresql://USER@HOST/DATABASE" on a server (15 or newer).',
    )
    database_password_env: str = Field(
        default="", description="Environment variable that holds the password of the server's USER."
    )
    database_password_file: str = Field(
        default="", description="Or a file that holds it, readable by intake only."
    )
    spool: str = Field(
        default="./var/spool",
        description="PDFs while they are being read, and what OCR read of undecided cases. Where the ledger is on a "
        "server, parked mails and the worker's lock lie beside this folder, else beside the ledger.",
    )
    tokens: str = Field(
        default="./var/tokens",
        description="Refresh tokens (OAuth2) that a provider has put in place of ours.",
    )
    keys: str = Field(
        default="./var/keys",
        description="Keys by which our replies are known in answers; made at the first start. Back it up.",
    )

    @model_validator(mode="after")
    def _check(self) -> State:
        if self.database_password_env and self.database_password_file:
            raise ValueError("give database_password_env or database_password_file, not both")
        if self.on_server:
            _checked_url(self.database)
        elif "://" in self.database:
            raise ValueError('database is a file or begins with "postgresql://"')
        elif self.database_password_env or self.database_password_file:
            raise ValueError("a ledger in a file has no password")
        return self

    @property
    def on_server(self) -> bool:
        """Whether the ledger is a database on a PostgreSQL server."""
        return self.database.partition("://")[0] in _SERVERS and "://" in self.database

    @property
    def shows_password(self) -> bool:
        """Whether the URL holds the password, for everybody to see who may read the file."""
        parts = urllib.parse.urlsplit(self.database) if self.on_server else None
        return parts is not None and bool(parts.password or "password" in urllib.parse.parse_qs(parts.query))

    def database_password(self, base: Path) -> str:
        """As it is now, "" where none is named. Raises ConfigError when it is not there."""
        return table.given(base, "database_password", self.database_password_env, self.database_password_file)


class Dispatch(table.Table):
    """How the work is shared where the ledger is on PostgreSQL: one `intake poll`, and any number of
    `intake work` on any number of hosts."""

    lease_seconds: Annotated[int, Field(ge=6, le=3600)] = Field(
        default=30,
        description="What a process that has died had in hand is taken over after about so long.",
    )


class Limits(table.Table):
    """What bounds the work that one mail can cause."""

    mail_bytes: Annotated[int, Field(ge=100_000)] = Field(
        default=40_000_000, description="A larger mail is answered from its header and not downloaded."
    )
    pdf_bytes: Annotated[int, Field(ge=100_000)] = Field(
        default=30_000_000, description="A larger PDF is not opened."
    )
    pdf_pages: Annotated[int, Field(ge=1)] = Field(
        default=100, description="A PDF with more pages is not read."
    )
    pdf_processes: Annotated[int, Field(ge=1, le=64)] = Field(
        default=2, description="Children that read PDFs at the same time."
    )
    ocr: bool = Field(
        default=True,
        description="Read pages without usable text by OCR. Without it scans go to a person unread.",
    )
    ocr_processes: Annotated[int, Field(ge=1, le=64)] = Field(
        default=2, description="Children that read scans at the same time; best one per core."
    )
    ocr_page_seconds: Annotated[int, Field(ge=1, le=120)] = Field(
        default=10, description="A page that takes longer stays unread; most take less than one second."
    )
    ocr_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=60, description="No further page of a mail is begun after so long; what is left stays unread."
    )
    attempts: Annotated[int, Field(ge=1)] = Field(
        default=5, description="A message that fails this often is parked for a person."
    )
    late_to_review_hours: Annotated[int, Field(ge=0)] = Field(
        default=24, description="A mail that comes this little after a deadline goes to a person."
    )


def _checked_url(url: str) -> None:
    """ValueError, without the URL's own words: it may hold a password."""
    try:
        parts = urllib.parse.urlsplit(url)
        database, _ = parts.path.strip("/"), parts.port
    except ValueError:
        raise ValueError("database is no URL: postgresql://USER@HOST:PORT/DATABASE") from None
    if not database:
        raise ValueError("database names no database: postgresql://USER@HOST/DATABASE")
