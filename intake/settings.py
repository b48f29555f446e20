"""config/intake.toml: who we are, the mailbox, the schedule, filing, limits and where state lies.

Every key is documented where it is defined; config/intake.toml is generated from here by
scripts/example_config.py and a test compares the two. Paths are relative to the folder that holds
the configuration folder, so that ``./config`` and ``./var`` lie side by side.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from intake import tomlfile
from intake.errors import ConfigError, ConfigProblem
from intake.model import Outcome

FILE = "intake.toml"

Security = Literal["tls", "starttls", "none"]
Mode = Literal["send", "hold"]
ByLanguage = dict[Literal["en", "de"], str]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Institution(_Table):
    """Who writes, and whom to ask. Every reply names them; `intake config check` names what is empty."""

    name: ByLanguage = Field(
        default={
            "en": "Research Center Trustworthy Data Science and Security",
            "de": "Research Center Trustworthy Data Science and Security",
        },
        description="Name of the institution, by language.",
    )
    address: str = Field(default="", description="Postal address, on one line.")
    contact: str = Field(default="", description="Name of the person or office that answers questions.")
    contact_email: str = Field(
        default="", description="Where questions go; not the mailbox that intake reads."
    )
    privacy_notice: str = Field(default="", description="Web address of the privacy notice for applicants.")
    secure_upload: str = Field(
        default="",
        description="Web address where confidential files can be handed in; offered for locked files.",
    )
    time_zone: str = Field(
        default="Europe/Berlin", description="Deadlines end, and times are told, in this zone."
    )


class Server(_Table):
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
        if self.security == "none" and not _is_loopback(self.host):
            raise ValueError(
                f'security "none" is for this very machine only, not for {self.host}; say "tls" or "starttls"'
            )
        if self.password_env and self.password_file:
            raise ValueError("give password_env or password_file, not both")
        if self.user and not (self.password_env or self.password_file):
            raise ValueError("a user needs password_env or password_file")
        return self

    def password(self, base: Path) -> str:
        """The password as it is now, read anew at each sign-in. Raises ConfigError when it is not there."""
        if self.password_env:
            if self.password_env in os.environ:
                return os.environ[self.password_env]
            raise _no_password(f"the environment variable {self.password_env} is not set")
        if self.password_file:
            try:
                return (base / self.password_file).read_text("utf-8").strip("\r\n")
            except OSError as exc:
                raise _no_password(f"password_file cannot be read: {exc.strerror}") from exc
        return ""


class Mailbox(_Table):
    """One mailbox: where applications arrive, and how replies leave."""

    address: str = Field(description="The mailbox's address; replies come from it.")
    aliases: tuple[str, ...] = Field(
        default=(), description="Its other addresses. Plus-addresses count by themselves."
    )
    authserv_id: str = Field(
        default="",
        description="Name of your own mail server in Authentication-Results; what others write there never counts.",
    )
    imap: Server = Field(description="Where mails are read.")
    smtp: Server = Field(description="Where replies are sent.")
    sent_folder: str = Field(
        default="", description='Folder of sent mails; "" finds the one the server marks as such.'
    )


class Schedule(_Table):
    """When to look. The server wakes us where it can (IMAP IDLE); we look at these times all the same."""

    poll_seconds: Annotated[int, Field(ge=5, le=3600)] = Field(
        default=60, description="Look for new mail this often."
    )
    idle: bool = Field(default=True, description="Let the server wake us between two looks.")
    waiting_days: Annotated[int, Field(ge=1)] = Field(
        default=14,
        description="A case that waits for its applicant this long without an answer goes to a person.",
    )


class Replies(_Table):
    """Whether replies leave by themselves."""

    mode: Mode = Field(
        default="send",
        description='"hold": replies wait for `intake outbox release`; start a real mailbox so.',
    )
    hold: tuple[Outcome, ...] = Field(
        default=(), description='Outcomes whose replies wait although mode is "send".'
    )
    per_address_daily: Annotated[int, Field(ge=1)] = Field(
        default=6,
        description="No more replies than this to one address in 24 hours; further mails go to a person.",
    )
    per_domain_daily: Annotated[int, Field(ge=1)] = Field(
        default=200,
        description="Replies to one domain beyond this in 24 hours wait for `intake outbox release`.",
    )
    per_subject_daily: Annotated[int, Field(ge=1)] = Field(
        default=200,
        description="The same for mails with one subject, whoever writes them. Applicants often share one.",
    )
    hourly: Annotated[int, Field(ge=1)] = Field(
        default=300, description="The same for all replies in one hour: more is no run on a deadline."
    )

    def held(self) -> frozenset[Outcome]:
        """The outcomes whose replies wait for a person."""
        return frozenset(Outcome) if self.mode == "hold" else frozenset(self.hold)


class Filing(_Table):
    """Where applications are filed."""

    root: str = Field(default="./applications", description="Root of the filed applications.")
    group: str = Field(
        default="", description='Group of the operating system that may read them; "" for the owner only.'
    )


class State(_Table):
    """Where intake remembers what it has done. Not on a network share."""

    database: str = Field(default="./var/ledger.sqlite", description="The ledger.")
    spool: str = Field(
        default="./var/spool",
        description="PDFs while they are being read, and what OCR read of undecided cases.",
    )


class Limits(_Table):
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


class Screening(_Table):
    """Whom never to answer. Phrases and weights of recognition are in documents.toml."""

    staff: tuple[str, ...] = Field(
        default=(), description="Addresses of colleagues: filed, never answered. Never a whole domain."
    )


class Settings(_Table):
    """The whole of config/intake.toml."""

    institution: Institution = Institution()
    mailbox: dict[str, Mailbox]
    schedule: Schedule = Schedule()
    replies: Replies = Replies()
    filing: Filing = Filing()
    state: State = State()
    limits: Limits = Limits()
    screening: Screening = Screening()


def load(config: Path) -> Settings:
    """``config``/intake.toml, checked. Raises ConfigError with all that is wrong."""
    path = config / FILE
    settings = tomlfile.validated(Settings, tomlfile.read(path), path)
    problems = tuple(_meaning(settings, path))
    if problems:
        raise ConfigError(problems)
    return settings


def base(config: Path) -> Path:
    """The folder that relative paths start from: the one that holds the configuration folder."""
    return config.resolve().parent


def _meaning(settings: Settings, path: Path) -> list[ConfigProblem]:
    lines = tomlfile.Lines(path)
    found = []
    try:
        ZoneInfo(settings.institution.time_zone)
    except (KeyError, ValueError, OSError):
        message = f"institution.time_zone: there is no time zone {settings.institution.time_zone!r}"
        found.append(
            ConfigProblem(file=str(path), line=lines.of(("institution", "time_zone")), message=message)
        )
    if not settings.mailbox:
        found.append(
            ConfigProblem(file=str(path), message="mailbox: name at least one mailbox, as [mailbox.NAME]")
        )
    if "://" in settings.state.database:
        message = "state.database: only a file can hold the ledger in this version"
        found.append(ConfigProblem(file=str(path), line=lines.of(("state", "database")), message=message))
    for name in settings.mailbox:
        if not name.replace("-", "").replace("_", "").isalnum():
            message = f"mailbox.{name}: use letters, digits, - and _ in the name of a mailbox"
            found.append(ConfigProblem(file=str(path), line=lines.of(("mailbox", name)), message=message))
    return found


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _no_password(message: str) -> ConfigError:
    return ConfigError((ConfigProblem(file=FILE, message=message),))
