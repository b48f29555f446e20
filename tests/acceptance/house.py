"""A research centre in a folder: shipped rules, real servers, the real worker, and applicants with mailboxes."""

from __future__ import annotations

import email
import os
import shutil
import smtplib
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from intake import schedule, settings, wiring
from intake.demo import clients
from intake.ports import MessageRecord
from tests.conftest import MailAccount, MailServers
from tests.servers.imap import ImapServer

CONFIG = Path(__file__).resolve().parents[2] / "config"
PATIENCE = 60.0  # seconds until a test gives up waiting; everything takes about one, on a busy machine some

_INTAKE = """
[institution]
name = {{ en = "Research Center", de = "Forschungszentrum" }}
contact_email = "contact@rc-trust.example"

[mailbox.main]
address = "{login}"
aliases = ["open-positions@rc-trust.ai"]
imap = {{ host = "localhost", port = {imap}, security = "{security}", user = "{login}", password_file = "password", ca_file = "{ca}" }}
smtp = {{ host = "localhost", port = {smtp}, security = "{smtp_security}", user = "{login}", password_file = "password", ca_file = "{ca}" }}

{more}
"""


class Journal:
    """A log that remembers, so that a test can read what happened."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, dict[str, object]]] = []

    def info(self, event: str, **fields: object) -> None:
        self.lines.append((event, fields))

    warning = error = info

    def events(self) -> list[str]:
        return [event for event, _ in self.lines]


class AheadClock:
    """The machine's clock, and what a test has put it forward by."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(kw_only=True)
class House:
    """One installation under test, in ``root``.

    mailbox: the server of the centre's mailbox, if not that of the applicants'; imap_port: what stands before
    it, reached without TLS; smtp_port: what takes our replies instead of the Postfix, with smtp_security.
    """

    root: Path
    servers: MailServers
    bot: MailAccount
    more: str = ""
    imap_port: int = 0
    smtp_port: int = 0
    smtp_security: str = "starttls"
    mailbox: ImapServer | None = None
    journal: Journal = field(default_factory=Journal)
    clock: AheadClock = field(default_factory=AheadClock)

    def __post_init__(self) -> None:
        shutil.copytree(CONFIG, self.config)
        (self.root / "password").write_text(self.bot.password)
        text = _INTAKE.format(
            login=self.bot.login,
            imap=self.imap_port or self.home.ports["imaps"],
            security="none" if self.imap_port else "tls",
            smtp=self.smtp_port or self.servers.postfix.port,
            smtp_security=self.smtp_security,
            ca=self.servers.ca_file,
            more=self.more,
        )
        (self.config / "intake.toml").write_text(text)

    @property
    def config(self) -> Path:
        return self.root / "config"

    @property
    def home(self) -> ImapServer:
        """The server of the centre's own mailbox."""
        return self.mailbox or self.servers.dovecot

    @property
    def applications(self) -> Path:
        return self.root / "applications"

    def service(self) -> schedule.Service:
        return wiring.service(wiring.load(self.config), log=self.journal, clock=self.clock)

    def once(self) -> bool:
        """One pass of a worker that starts and ends, as ``intake run --once`` does."""
        with self.living() as service:
            return service.once()

    @contextmanager
    def living(self) -> Iterator[schedule.Service]:
        """One life of a worker that makes its passes when told, all over the same connection."""
        service = self.service()
        try:
            yield service
        finally:
            service.close()

    @contextmanager
    def running(self) -> Iterator[schedule.Service]:
        """The worker at work, until the block ends."""
        service = self.service()
        thread = threading.Thread(target=service.run)
        thread.start()
        try:
            self.until(lambda: "mailbox started" in self.journal.events() or self.known())
            yield service
        finally:
            service.stop()
            thread.join(PATIENCE)
            service.close()
        assert not thread.is_alive(), "the worker did not stop"

    def site(self) -> wiring.Site:
        """What a look at the ledger takes: the rules are tried for a second each time they are read."""
        return wiring.Site(config=self.config, settings=settings.load(self.config))

    def known(self) -> bool:
        ledger = wiring.open_ledger(self.site())
        try:
            return ledger.mailbox("main") is not None
        finally:
            ledger.close()

    @contextmanager
    def ledger(self) -> Iterator[Any]:
        ledger = wiring.open_ledger(self.site())
        try:
            yield ledger
        finally:
            ledger.close()

    def message(self, number: int = 1) -> MessageRecord:
        """The message that was found as the ``number``-th."""
        with self.ledger() as ledger:
            found: MessageRecord = ledger.message(number)
            return found

    def send(self, raw: bytes, sender: str, *, to: str = "") -> None:
        """Mail something to the centre over SMTP, as an applicant's provider would. to: another of its addresses."""
        with smtplib.SMTP("localhost", self.servers.postfix.port) as client:
            client.starttls(context=ssl.create_default_context(cafile=str(self.servers.ca_file)))
            client.login(self.bot.login, self.bot.password)
            client.sendmail(sender, [to or self.bot.login], raw)

    def apply(
        self, applicant: MailAccount, name: str, subject: str, text: str, *files: tuple[str, bytes]
    ) -> None:
        """A mail with files, sent."""
        self.send(self.mail(applicant, name, subject, text, *files), applicant.login)

    def mail(
        self, applicant: MailAccount, name: str, subject: str, text: str, *files: tuple[str, bytes]
    ) -> bytes:
        """A mail with files, as Thunderbird writes it."""
        return written(applicant, name, subject, text, *files)

    def answers(self, applicant: MailAccount) -> list[EmailMessage]:
        """What has arrived in an applicant's mailbox."""
        raws = self.servers.dovecot.contents(applicant.login).values()
        return [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]

    def answer(self, applicant: MailAccount, number: int = 1) -> EmailMessage:
        """The applicant's ``number``-th mail, once it is there."""
        self.until(lambda: len(self.answers(applicant)) >= number)
        return self.answers(applicant)[number - 1]

    def inbox(self) -> dict[int, bytes]:
        return self.home.contents(self.bot.login)

    def mails(self) -> dict[int, bytes]:
        """What lies in the INBOX, but for copies of our replies: those that come after a look wait for the next one."""
        return {uid: raw for uid, raw in self.inbox().items() if b"X-Auto-Response-Suppress: All" not in raw}

    def folder(self, name: str) -> dict[int, bytes]:
        return self.home.contents(self.bot.login, name)

    def filed(self) -> list[str]:
        """Paths of all filed folders, relative to the root of filing; a worker may be filing meanwhile."""
        found = [Path(folder) for folder, _, files in os.walk(self.applications) if "message.eml" in files]
        paths = [path.relative_to(self.applications) for path in found]
        return sorted(path.as_posix() for path in paths if not path.parts[-1].startswith(".intake-"))

    def until(self, true: Callable[[], object]) -> None:
        """Wait for something to become true."""
        end = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < end, f"it did not happen; the log says {self.journal.lines[-10:]}"
            time.sleep(0.02)

    def settled(self) -> None:
        """Wait until no message is in work and no reply on its way."""

        def quiet() -> bool:
            with self.ledger() as ledger:
                now = datetime.max.replace(tzinfo=UTC)
                return not ledger.unfinished("main", now=now, limit=1) and not ledger.due_replies(
                    now=now, limit=1
                )

        self.until(quiet)


def written(applicant: MailAccount, name: str, subject: str, text: str, *files: tuple[str, bytes]) -> bytes:
    """A mail with files, as Thunderbird writes it."""
    papers = tuple(clients.File(name=file, content=content) for file, content in files)
    draft = clients.Draft(sender=name, address=applicant.login, subject=subject, text=text, files=papers,
                          sent=datetime.now(UTC))  # fmt: skip
    return clients.thunderbird(draft)


def text_of(mail: EmailMessage) -> str:
    """The plain words of a mail."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
