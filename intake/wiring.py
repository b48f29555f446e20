"""The one place that names concrete adapters: settings and rules become a running installation."""

from __future__ import annotations

import functools
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from intake import (
    junk,
    mending,
    ports,
    reconciliation,
    reports,
    rulebook,
    schedule,
    settings,
    upkeep,
    worker,
)
from intake.adapters import folders, imap, keys, oauth, ocr, parked, pdf, readings, smtp
from intake.adapters.ledger import backup, lock, sql
from intake.errors import ConfigError, ConfigProblem, IntakeError, Transient
from intake.journey import decide, file, pick, plan, route, screen, traffic
from intake.journey.lifecycle import ReplyState
from intake.model import Address, Institution, sha256, value
from intake.post import Post
from intake.reading import Reading, Shelf
from intake.reports import board

# No vowels, so that no case number is a word; no 0 and 1, which are read as O and I (POLICY, Names).
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"
_JUNK = "/junk"  # after a mailbox's name: its folder of suspected junk, a mailbox of its own to the ledger
_CASE_LENGTH = 4  # 614,656 numbers; a clash is answered with another number
_LONGEST = 6  # what plan.numbers reads in a subject


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@value
class Site:
    """Where a configuration lies, and its checked settings. Enough for looking at what has been done."""

    config: Path
    settings: settings.Settings

    def path(self, written: str) -> Path:
        """A path of the settings, from the folder that holds the configuration folder."""
        return settings.base(self.config) / written

    @property
    def ledger_path(self) -> Path:
        return self.path(self.settings.state.database)

    @property
    def filing_root(self) -> Path:
        return self.path(self.settings.filing.root)

    @property
    def institution(self) -> Institution:
        return Institution(**self.settings.institution.model_dump())


@value
class Installation(Site):
    """One checked configuration: a site and its rules."""

    rulebook: rulebook.Rulebook


def load(config: Path) -> Installation:
    """Settings and rules under ``config``. Raises ConfigError with the problems of all files at once."""
    problems: list[ConfigProblem] = []
    found: list[object] = []
    for read in (settings.load, rulebook.load):
        try:
            found.append(read(config))
        except ConfigError as exc:
            problems.extend(exc.problems)
    if problems:
        raise ConfigError(tuple(problems))
    loaded, rules = found
    assert isinstance(loaded, settings.Settings)
    assert isinstance(rules, rulebook.Rulebook)
    return Installation(config=config, settings=loaded, rulebook=rules)


def rules(installation: Installation, mailbox: str, signing: Sequence[bytes] = ()) -> plan.Rules:
    """What the journey knows of one mailbox.

    signing: the keys of ``open_keys``; without them, where nothing is sent, no Message-ID is signed.
    """
    chosen, own = installation.settings, installation.settings.mailbox[account_of(mailbox)]
    book, limits = installation.rulebook, installation.settings.limits
    screening = screen.Rules(
        addresses=(own.address, *own.aliases), staff=chosen.screening.staff, authserv_id=own.authserv_id
    )
    return plan.Rules(
        screen=screening,
        pick=pick.Rules(max_mail_bytes=limits.mail_bytes),
        recognise=book.documents,
        route=route.Rules(
            groups=book.groups,
            positions=book.positions,
            ours=book.ours,
            institution=tuple(dict.fromkeys(chosen.institution.name.values())),
            time_zone=chosen.institution.time_zone,
            late_to_review=timedelta(hours=limits.late_to_review_hours),
        ),
        decide=decide.Rules(
            positions=book.positions, max_pdf_bytes=limits.pdf_bytes, max_pages=limits.pdf_pages
        ),
        texts=book.texts,
        groups=book.groups,
        positions=book.positions,
        institution=installation.institution,
        sender=Address(address=own.address),
        traffic=traffic.Limits(
            address=chosen.replies.per_address_daily,
            domain=chosen.replies.per_domain_daily,
            subject=chosen.replies.per_subject_daily,
            hourly=chosen.replies.hourly,
        ),
        merge=chosen.screening.several_pdfs == "merge",
        correction_delay=timedelta(seconds=chosen.schedule.correction_delay),
        key=next(iter(signing), b""),
        old_keys=tuple(signing[1:]),
    )


def open_keys(site: Site) -> tuple[bytes, ...]:
    """The keys that sign our Message-IDs, made on the first start. Raises ConfigError when they cannot be used."""
    return keys.KeyFile(site.path(site.settings.state.keys)).keys()


def open_ledger(site: Site) -> sql.SqlLedger:
    """The ledger, made on the first start. Raises ConfigError when it cannot be used."""
    return sql.open(site.ledger_path)


def is_served(site: Site) -> bool:
    """Whether the ledger lies in a database server, and in no file of this machine."""
    written = site.settings.state.database
    return "://" in written and not written.startswith("sqlite")


def copy_ledger(site: Site, target: Path, *, now: datetime) -> None:
    """A copy of the ledger's file as it is now, which says so."""
    backup.copy(
        sql.sqlite_path(site.ledger_path),
        target,
        mark=reconciliation.BACKUP,
        milestone=ports.Milestone(at=now),
    )


def after_restore(ledger: ports.Ledger, clock: ports.Clock, log: ports.Log) -> datetime | None:
    """When a worker first started on the ledger after it was restored last; None where it never was. On that start
    replies that may have left after the backup are kept back for a person."""
    copied, before = ledger.milestone(reconciliation.BACKUP), ledger.milestone(reconciliation.RESTORED)
    if copied is None:
        return before.at if before else None
    held = ledger.keep_back(why=reconciliation.MAY_HAVE_LEFT)
    times = json.loads(before.body)["times"] if before else 0
    body = json.dumps({"backup": copied.at.isoformat(), "times": times + 1, "held": held})
    restored = ports.Milestone(at=clock.now(), body=body)
    ledger.set_milestone(reconciliation.RESTORED, restored)
    ledger.set_milestone(reconciliation.BACKUP, None)
    log.warning("ledger restored", backup=copied.at.isoformat(), held=held)
    return restored.at


def open_reader(site: Site) -> pdf.PdfPool:
    """The children that read PDFs."""
    limits = site.settings.limits
    return pdf.PdfPool(
        site.path(site.settings.state.spool),
        pdf.PdfLimits(max_bytes=limits.pdf_bytes, max_pages=limits.pdf_pages),
        workers=limits.pdf_processes,
    )


def open_ocr(site: Site) -> ports.Ocr:
    """The children that read scans, started when the first is wanted; or none, as configured."""
    limits = site.settings.limits
    if not limits.ocr:
        return ocr.NoOcr()
    return ocr.OcrPool(
        site.path(site.settings.state.spool),
        ocr.OcrLimits(seconds=limits.ocr_page_seconds),
        workers=limits.ocr_processes,
    )


def open_reading(site: Site) -> Reading:
    """PDFs read, scans included."""
    limits = site.settings.limits
    return Reading(open_reader(site), open_ocr(site), seconds=limits.ocr_seconds, pages=limits.ocr_processes)


def open_parked(site: Site) -> ports.Parked:
    """The bytes of parked messages, beside the ledger."""
    return parked.ParkedFiles(site.ledger_path.parent / "parked")


def open_folders(installation: Site) -> folders.FileSystemFolders:
    """The filed applications."""
    return folders.FileSystemFolders(installation.filing_root, installation.settings.filing.group or None)


def open_tokens(site: Site, name: str, clock: ports.Clock) -> ports.Tokens | None:
    """What all connections of a mailbox sign in with, or None where they have a password."""
    own, where = site.settings.mailbox[name].oauth2, settings.base(site.config)
    if own is None:
        return None
    client = oauth.Client(
        endpoint=own.token_endpoint,
        flow=own.flow,
        client_id=own.client_id,
        scope=own.scope,
        secret=lambda: own.client_secret(where),
        secret_place=own.client_secret_place,
        refresh_token=lambda: own.refresh_token(where),
        refresh_token_place=own.refresh_token_place,
        kept=site.path(site.settings.state.tokens) / f"{name}.json",
        ca_file=where / own.ca_file if own.ca_file else None,
    )
    return oauth.OAuthTokens(client, clock)


def account_of(mailbox: str) -> str:
    """The name in the settings of the account to which a mailbox of the ledger belongs."""
    return mailbox.removesuffix(_JUNK)


def junk_of(account: str) -> str:
    """The name by which the ledger knows an account's folder of suspected junk."""
    return account + _JUNK


def mailboxes(site: Site) -> list[str]:
    """All that is read, as the ledger names it: the mailboxes, then their folders of suspected junk."""
    own = site.settings.mailbox
    return [*own, *(junk_of(name) for name in own if own[name].watch_junk)]


def open_mailbox(
    installation: Site, name: str, tokens: ports.Tokens | None, *, patience: float = 30.0
) -> imap.ImapMailbox:
    """One connection to a mailbox, made when first used. tokens: as ``open_tokens`` has made them; patience: seconds
    for one read or write, ten times that for one call."""
    account = account_of(name)
    own = installation.settings.mailbox[account]
    server, where = own.imap, settings.base(installation.config)
    return imap.ImapMailbox(
        imap.Account(
            name=name,
            host=server.host,
            port=server.port,
            security=server.security,
            user=server.user,
            password=lambda: server.password(where),
            tokens=tokens,
            ca_file=where / server.ca_file if server.ca_file else None,
            sent_folder=own.sent_folder,
            junk_folder=own.junk_folder,
            timeout=patience,
            deadline=patience * 10,
        ),
        junk=account != name,
    )


def open_sender(installation: Installation, name: str, tokens: ports.Tokens | None) -> smtp.SmtpSender:
    """How the replies of a mailbox leave. tokens: as ``open_tokens`` has made them."""
    server, where = installation.settings.mailbox[name].smtp, settings.base(installation.config)
    return smtp.SmtpSender(
        smtp.Account(
            host=server.host,
            port=server.port,
            security=server.security,
            user=server.user,
            password=lambda: server.password(where),
            tokens=tokens,
            ca_file=where / server.ca_file if server.ca_file else None,
        )
    )


def sources(
    site: Site,
    ledger: ports.Ledger,
    clock: ports.Clock,
    tokens: Mapping[str, ports.Tokens | None] | None = None,
    *,
    patience: float = 30.0,
) -> reconciliation.Sources:
    """What a reconciliation compares. tokens: of the worker; another process makes none where a refresh token may be
    good once. patience: see ``open_mailbox``."""

    def opened(name: str) -> ports.Mailbox:
        own = site.settings.mailbox[name].oauth2
        if tokens is None and own is not None and own.flow == "refresh-token":
            raise Transient("only the worker signs in with its refresh token")
        signing = tokens[name] if tokens is not None else open_tokens(site, name, clock)
        return open_mailbox(site, name, signing, patience=patience)

    positions = site.rulebook.positions if isinstance(site, Installation) else ()
    return reconciliation.Sources(
        ledger=ledger,
        folders=open_folders(site),
        parked=open_parked(site),
        readings=open_readings(site),
        clock=clock,
        mailboxes={name: functools.partial(opened, name) for name in site.settings.mailbox},
        mail_folders=file.mailbox_folders(positions),
    )


def repair(installation: Installation, clock: ports.Clock) -> list[str]:
    """Mend what can be mended, by this process alone. The caller holds ``worker_lock``. Returns what was done."""
    ledger = open_ledger(installation)
    try:
        found = sources(
            installation,
            ledger,
            clock,
            {name: open_tokens(installation, name, clock) for name in installation.settings.mailbox},
        )
        return mending.Repair(found, number=_numbers(installation, ledger))()
    finally:
        ledger.close()


def _numbers(site: Site, ledger: ports.Ledger) -> Callable[[], str]:
    """Candidates for case numbers: none that a folder has, known to the ledger or not. After a restore they are longer
    by one: cases of the lost time that have no folder keep theirs, too."""
    try:
        taken = {number for _, number in open_folders(site).numbered()}
    except IntakeError:  # no root, or a share that is not mounted: then nothing can be filed either
        taken = set()
    found = ledger.milestone(reconciliation.RESTORED)
    longer = json.loads(found.body)["times"] if found else 0

    def number() -> str:
        while (candidate := new_case_number(longer)) in taken:
            pass
        return candidate

    return number


def open_readings(site: Site) -> ports.Readings:
    """What OCR has read of undecided cases, in the spool."""
    return readings.SpooledReadings(site.path(site.settings.state.spool) / "read")


def worker_lock(site: Site) -> lock.WorkerLock:
    """Held while a worker is at the ledger: there is one."""
    return lock.WorkerLock(site.ledger_path)


def service(
    installation: Installation, *, log: ports.Log, interrupted: bool = False, clock: ports.Clock | None = None
) -> schedule.Service:
    """The whole worker, ready to run. The caller holds ``worker_lock`` and closes the service.

    interrupted: the worker before this one was killed (see ``WorkerLock.interrupted``).
    """
    clock = clock or SystemClock()
    signing = open_keys(installation)
    ledger, reading, filed = open_ledger(installation), open_reading(installation), open_folders(installation)
    if not any(known.reached for known in ledger.mailboxes()):
        filed.establish()
    restored = after_restore(ledger, clock, log)
    shared = worker.Shared(
        ledger=ledger,
        reading=reading,
        shelf=Shelf(open_readings(installation), ledger),
        parked=open_parked(installation),
        folders=filed,
        clock=clock,
        log=log,
        number=_numbers(installation, ledger),
        token=lambda: secrets.token_hex(8),
        restored=restored,
    )
    names = list(installation.settings.mailbox)
    read = mailboxes(installation)
    tokens = {name: open_tokens(installation, name, clock) for name in names}
    senders = {name: open_sender(installation, name, tokens[name]) for name in names}
    return schedule.Service(
        shared=shared,
        workers=[_worker(installation, name, shared, tokens[account_of(name)], signing) for name in read],
        watchers={name: open_mailbox(installation, name, tokens[name]) for name in names},
        post=Post(
            shared=shared,
            senders={name: senders[account_of(name)] for name in read},
            addresses={name: installation.settings.mailbox[account_of(name)].address for name in read},
            owner=secrets.token_hex(8),
        ),
        times=schedule.Times(
            poll=installation.settings.schedule.poll_seconds,
            idle=installation.settings.schedule.idle,
            waiting=timedelta(days=installation.settings.schedule.waiting_days),
            position=timedelta(days=installation.settings.schedule.position_days),
            reminder=timedelta(days=installation.settings.schedule.reminder_days),
        ),
        reload=_Reloader(installation, signing),
        publish=_Publisher(installation, shared),
        upkeep=upkeep.Upkeep(
            sources(installation, ledger, clock, tokens),
            number=shared.number,
            log=log,
            zone=ZoneInfo(installation.settings.institution.time_zone),
        ),
        interrupted=interrupted,
    )


def new_case_number(longer: int = 0) -> str:
    """A candidate for a case number; the ledger asks for another when it is taken. longer: letters more than usual,
    up to the longest that is known for a case number in a subject."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(min(_CASE_LENGTH + longer, _LONGEST)))


def case_number_of(digest: str) -> str:
    """The case number that ``check`` shows, made from a hash so that it is the same each time."""
    number, letters = int(digest, 16), []
    for _ in range(_CASE_LENGTH):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return "".join(letters)


def _worker(
    installation: Installation,
    name: str,
    shared: worker.Shared,
    tokens: ports.Tokens | None,
    signing: Sequence[bytes],
) -> worker.Worker:
    chosen = installation.settings
    made = worker.Worker if account_of(name) == name else junk.JunkWorker
    return made(
        name=name,
        account=account_of(name),
        mailbox=open_mailbox(installation, name, tokens),
        shared=shared,
        rules=rules(installation, name, signing),
        limits=worker.Limits(
            mail_bytes=chosen.limits.mail_bytes,
            attempts=chosen.limits.attempts,
            held=chosen.replies.held(),
        ),
    )


class _Publisher:
    """Writes the board pages and the sheet from the ledger; a page that has not changed is left alone."""

    def __init__(self, installation: Installation, shared: worker.Shared) -> None:
        self._installation = installation
        self._shared = shared
        self._written: dict[str, str] = {}

    def __call__(self) -> None:
        """Write what has changed. Raises Transient or Permanent when a page cannot be written."""
        book, ledger = self._installation.rulebook, self._shared.ledger
        pages = reports.pages(
            ledger.filed(),
            positions=book.positions,
            groups=book.groups,
            institution=self._installation.institution,
            desk=desk_of(self._installation, ledger),
            now=self._shared.clock.now(),
        )
        for path, content in pages.items():
            if self._written.get(path) != sha256(content):
                self._shared.folders.write_page(path, content)
                self._written[path] = sha256(content)


def desk_of(installation: Installation, ledger: ports.Ledger) -> board.Desk:
    """What waits for a person, over all mailboxes."""
    counts = [ledger.counts(name) for name in mailboxes(installation)]
    replies = ledger.replies(states=(ReplyState.HELD, ReplyState.FAILED, ReplyState.UNKNOWN))
    states = [one.state for one in replies]
    return board.Desk(
        parked=sum(one.get("parked", 0) for one in counts),
        inquiries=sum(one.get("inquiries", 0) for one in counts),
        in_work=sum(one.get("in work", 0) for one in counts),
        before=sum(one.get("before-our-time", 0) for one in counts),
        held=states.count(ReplyState.HELD),
        failed=states.count(ReplyState.FAILED),
        unknown=states.count(ReplyState.UNKNOWN),
    )


class _Reloader:
    """Reads the rules anew when a file of theirs has changed. Settings and keys need a restart."""

    def __init__(self, installation: Installation, signing: Sequence[bytes]) -> None:
        self._installation = installation
        self._signing = signing
        self._seen = rulebook.fingerprint(installation.config)

    def __call__(self) -> Callable[[str], plan.Rules] | None:
        """The rules by mailbox when there are new ones, else None. Raises ConfigError once per change."""
        seen = rulebook.fingerprint(self._installation.config)
        if seen == self._seen:
            return None
        self._seen = seen
        fresh = rulebook.load(self._installation.config)
        self._installation = Installation(
            config=self._installation.config, settings=self._installation.settings, rulebook=fresh
        )
        return lambda name: rules(self._installation, name, self._signing)
