"""config/intake.toml: who we are, the mailbox, the schedule, filing, limits and where state lies.

Every key is documented where it is defined; config/intake.toml is generated from here by
scripts/example_config.py and a test compares the two. Paths are relative to the folder that holds
the configuration folder, so that ``./config`` and ``./var`` lie side by side.
"""

from __future__ import annotations

import datetime
import ipaddress
import os
import re
import urllib.parse
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
SeveralPdfs = Literal["ask", "merge"]
Auth = Literal["password", "oauth2"]
Flow = Literal["client-credentials", "refresh-token"]
Proof = Literal["auto", "server-sent", "bcc", "none"]
Unproven = Literal["resend", "hold"]
#: SMTP servers that keep what is sent through them in the account's folder of sent mail.
_KEEPS_SENT = frozenset(
    (
        "smtp.gmail.com",
        "smtp.googlemail.com",
        "smtp.office365.com",
        "smtp-legacy.office365.com",
        "smtp.office365.us",
    )
)
_WARNED_DAYS = 14  # long enough to find whoever may make a new client secret
_SERVERS = ("postgresql", "postgres")
_ADDRESS = re.compile(r"[^\s<>@]+@[^\s<>@]+")
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
        return self

    @property
    def has_password(self) -> bool:
        """Whether a place is named where the password is given."""
        return bool(self.password_env or self.password_file)

    def password(self, base: Path) -> str:
        """The password as it is now, read anew at each sign-in. Raises ConfigError when it is not there."""
        return _given(base, "password", self.password_env, self.password_file)


class OAuth2(_Table):
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
        local = address.scheme == "http" and _is_loopback(address.hostname or "")
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
        return _given(base, "client_secret", self.client_secret_env, self.client_secret_file)

    def refresh_token(self, base: Path) -> str:
        """As an admin has given it; "" in the other flow. Raises ConfigError when it is not there."""
        if self.flow != "refresh-token":
            return ""
        return _given(base, "refresh_token", self.refresh_token_env, self.refresh_token_file)

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
    auth: Auth = Field(
        default="password", description="How we sign in; oauth2 needs the table [mailbox.NAME.oauth2]."
    )
    imap: Server = Field(description="Where mails are read.")
    smtp: Server = Field(description="Where replies are sent.")
    rules: str = Field(
        default="",
        description="A folder with positions.toml, documents.toml or replies/ of this mailbox's own; what it has not "
        'is that of the configuration folder. "" for none of its own.',
    )
    sent_folder: str = Field(
        default="",
        description='Folder of sent mails; "" finds the one the server marks as such, and makes "Sent" where there '
        "is none.",
    )
    proof: Proof = Field(
        default="auto",
        description="What proves that a reply has left when its connection broke at the last moment. server-sent: the "
        "server keeps sent mail by itself (Gmail, Microsoft 365); bcc: each reply goes to this mailbox as well, and "
        "its copy is moved to the sent mail; none: nothing; auto: server-sent for those two, else bcc.",
    )
    proof_wait: Annotated[int, Field(ge=60, le=86_400)] = Field(
        default=600, description="Seconds after which a proof that was not found is not waited for any more."
    )
    unproven: Unproven = Field(
        default="resend",
        description='What is done then: "resend" sends the reply once more, with the same Message-ID; "hold" leaves '
        'it to a person. With proof = "none" a person decides always.',
    )
    copy_address: str = Field(
        default="",
        description="Where copies go, for bcc: another address of this mailbox, or its own, for servers without "
        'plus-addresses; "" is a plus-address with a code (name+sent-CODE@domain).',
        examples=["open-positions@rc-trust.ai"],
    )
    watch_junk: bool = Field(
        default=True,
        description="Look into the folder of suspected junk too: what may be an application there is listed for "
        "review, never answered, never moved.",
    )
    junk_folder: str = Field(
        default="", description='That folder; "" finds the one the server marks as such.'
    )
    oauth2: OAuth2 | None = None

    @model_validator(mode="after")
    def _check(self) -> Mailbox:
        for name, server in (("imap", self.imap), ("smtp", self.smtp)):
            if self.auth == "password" and server.user and not server.has_password:
                raise ValueError(f"{name}: a user needs password_env or password_file")
            if self.auth == "oauth2" and server.has_password:
                raise ValueError(f'{name}: auth = "oauth2" takes no password_env or password_file')
        if (self.auth == "oauth2") != (self.oauth2 is not None):
            raise ValueError('auth = "oauth2" and a table [mailbox.NAME.oauth2] go together')
        if self.copy_address and not _ADDRESS.fullmatch(self.copy_address):
            raise ValueError("copy_address: an address has the form name@domain")
        return self

    @property
    def proof_kind(self) -> Literal["server-sent", "bcc", "none"]:
        """What ``proof`` means for this mailbox."""
        if self.proof != "auto":
            return self.proof
        return "server-sent" if self.smtp.host.lower().rstrip(".") in _KEEPS_SENT else "bcc"


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

    position_days: Annotated[int, Field(ge=1)] = Field(
        default=3,
        description="A complete application whose position is not known waits this long for the answer.",
    )
    reminder_days: Annotated[int, Field(ge=0)] = Field(
        default=7,
        description="Who has not answered a correction for so long is reminded, once; 0 for never. Two days "
        "before a deadline it is done earlier.",
    )
    correction_delay: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=0,
        description="Seconds for which corrections wait: what one sender mails meanwhile is judged together and "
        "gets one reply.",
    )


class Replies(_Table):
    """Whether replies leave by themselves."""

    mode: Mode = Field(
        default="send",
        description='"hold": replies wait for `intake outbox release`, but for those that follow from a person\'s '
        "`intake case`, which leave at once; start a real mailbox so.",
    )
    hold: tuple[Outcome, ...] = Field(
        default=(),
        description='The same for some replies although mode is "send", by outcome: "accepted" (acknowledgement and '
        'known), "correction" (correction and reminder), "redirected", "review" (received and withdrawn). A case '
        "whose correction or redirection is held is for review; the other outcomes have no replies.",
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
        return _given(base, "database_password", self.database_password_env, self.database_password_file)


class Dispatch(_Table):
    """How the work is shared where the ledger is on PostgreSQL: one `intake poll`, and any number of
    `intake work` on any number of hosts."""

    lease_seconds: Annotated[int, Field(ge=6, le=3600)] = Field(
        default=30,
        description="What a process that has died had in hand is taken over after about so long.",
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
    """Whom never to answer, and what is taken for one application. Phrases and weights of recognition are in
    documents.toml."""

    several_pdfs: SeveralPdfs = Field(
        default="ask",
        description="Several PDFs in one mail: ask the applicant for one file, or merge them for HR (the originals "
        "stay beside it; signed or damaged ones are never joined).",
    )
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
    dispatch: Dispatch = Dispatch()
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


def today(settings: Settings, now: datetime.datetime) -> datetime.date:
    """The day that the institution's calendar shows: in Berlin the next one has begun when UTC says 23:00."""
    return now.astimezone(ZoneInfo(settings.institution.time_zone)).date()


def endings(settings: Settings, now: datetime.datetime) -> list[tuple[str, str]]:
    """Mailbox and sentence of each credential that ends soon, by the institution's calendar."""
    found = [
        (name, own.oauth2.ending(today(settings, now)))
        for name, own in settings.mailbox.items()
        if own.oauth2
    ]
    return [(name, sentence) for name, sentence in found if sentence]


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
    for name in settings.mailbox:
        if not name.replace("-", "").replace("_", "").isalnum():
            message = f"mailbox.{name}: use letters, digits, - and _ in the name of a mailbox"
            found.append(ConfigProblem(file=str(path), line=lines.of(("mailbox", name)), message=message))
    return found


def _checked_url(url: str) -> None:
    """ValueError, without the URL's own words: it may hold a password."""
    try:
        parts = urllib.parse.urlsplit(url)
        database, _ = parts.path.strip("/"), parts.port
    except ValueError:
        raise ValueError("database is no URL: postgresql://USER@HOST:PORT/DATABASE") from None
    if not database:
        raise ValueError("database names no database: postgresql://USER@HOST/DATABASE")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _given(base: Path, what: str, variable: str, file: str) -> str:
    """A secret from the variable or the file that is named, "" where neither is. Raises ConfigError."""
    if variable:
        if variable in os.environ:
            return os.environ[variable]
        raise _missing(f"the environment variable {variable} is not set")
    if file:
        try:
            return (base / file).read_text("utf-8").strip("\r\n")
        except OSError as exc:
            raise _missing(f"{what}_file cannot be read: {exc.strerror}") from exc
        except UnicodeDecodeError:
            raise _missing(f"{what}_file is no text in UTF-8") from None  # its error quotes the content
    return ""


def _missing(message: str) -> ConfigError:
    return ConfigError((ConfigProblem(file=FILE, message=message),))
