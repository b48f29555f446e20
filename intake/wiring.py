"""The one place that names concrete adapters: settings and rules become a running installation."""

from __future__ import annotations

import functools
import itertools
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
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
from intake.adapters.ledger import backup, lock, serverlock, sql
from intake.desk import Desk, Patience
from intake.errors import ConfigError, ConfigProblem, IntakeError, Transient
from intake.hands import Hands
from intake.journey import decide, file, pick, plan, route, screen, traffic
from intake.journey.lifecycle import ReplyState
from intake.model import Address, Institution, sha256, value
from intake.post import Post
from intake.proof import Terms, copies_among
from intake.reading import Reading, Shelf
from intake.reports import board
from intake.rulebook import Rulebook

if TYPE_CHECKING:
    from intake.adapters.dispatch import jobs

# No vowels, so that no case number is a word; no 0 and 1, which are read as O and I (POLICY, Names).
_ALPHABET = "BCDFGHJKLMNPQRSTVWXZ23456789"
_JUNK = "/junk"  # after a mailbox's name: its folder of suspected junk, a mailbox of its own to the ledger
_CASE_LENGTH = 4  # 614,656 numbers; after some clashes the ledger makes one longer (``rules.fresh_numbers``)
_LONGEST = 6  # what plan.numbers reads in a subject
_TRIED = 8  # candidates of one length, before a longer one is tried


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


#: What keeps a second worker from a ledger.
Lock = lock.WorkerLock | serverlock.ServerLock


@value
class Site:
    """Where a configuration lies, and its checked settings. Enough for looking at what has been done."""

    config: Path
    settings: settings.Settings

    def path(self, written: str) -> Path:
        """A path of the settings, from the folder that holds the configuration folder."""
        return settings.base(self.config) / written

    @property
    def ledger(self) -> Path | str:
        """The ledger's file, or its URL on a server."""
        state = self.settings.state
        return state.database if state.on_server else self.path(state.database)

    @property
    def state_folder(self) -> Path:
        """Where lies on this machine what belongs to the ledger: beside it, or beside the spool."""
        return (self.ledger if isinstance(self.ledger, Path) else self.path(self.settings.state.spool)).parent

    def ledger_password(self) -> str:
        """As it is now. Raises ConfigError when it is not there."""
        return self.settings.state.database_password(settings.base(self.config))

    @property
    def filing_root(self) -> Path:
        return self.path(self.settings.filing.root)

    @property
    def institution(self) -> Institution:
        return Institution(**self.settings.institution.model_dump())


@value
class Installation(Site):
    """One checked configuration: a site and its rules. rulebook: the positions of all mailboxes; rulebooks: by
    the name of the mailbox."""

    rulebook: Rulebook
    rulebooks: Mapping[str, Rulebook]


def load(config: Path) -> Installation:
    """Settings and rules under ``config``. Raises ConfigError with the problems of all files at once."""
    problems: list[ConfigProblem] = []
    loaded: settings.Settings | None = None
    try:
        loaded = settings.load(config)
    except ConfigError as exc:
        problems.extend(exc.problems)
    try:
        book, books = _rulebooks(config, loaded)
    except ConfigError as exc:
        raise ConfigError((*problems, *exc.problems)) from exc
    if loaded is None:
        raise ConfigError(tuple(problems))
    return Installation(config=config, settings=loaded, rulebook=book, rulebooks=books)


def _rulebooks(config: Path, chosen: settings.Settings | None) -> tuple[Rulebook, dict[str, Rulebook]]:
    """The rules of all mailboxes together, and of each. chosen: None where the settings cannot be read."""
    folders = [None, *(_own_rules(config, chosen, name) for name in chosen.mailbox)] if chosen else [None]
    read: dict[Path | None, Rulebook] = {}
    problems: dict[ConfigProblem, None] = {}
    for folder in dict.fromkeys(folders):
        try:
            read[folder] = rulebook.load(config, folder)
        except ConfigError as exc:
            problems.update(dict.fromkeys(exc.problems))
    if problems:
        raise ConfigError(tuple(problems))
    names = list(chosen.mailbox) if chosen else []
    books = {name: read[folder] for name, folder in zip(names, folders[1:], strict=True)}
    used = list(dict.fromkeys(folders[1:])) or [None]
    return rulebook.together([read[folder] for folder in used], str(config / settings.FILE)), books


def rule_folders(installation: Installation) -> list[tuple[Path, Rulebook]]:
    """Each positions.toml by its folder, with what stands in it."""
    config, found = installation.config, {}
    for name, book in installation.rulebooks.items():
        own = _own_rules(config, installation.settings, name)
        found[own if own and (own / rulebook.POSITIONS).exists() else config] = book
    return list(found.items())


def _own_rules(config: Path, chosen: settings.Settings, mailbox: str) -> Path | None:
    written = chosen.mailbox[mailbox].rules
    return settings.base(config) / written if written else None


def rules(installation: Installation, mailbox: str, signing: Sequence[bytes] = ()) -> plan.Rules:
    """What the journey knows of one mailbox.

    signing: the keys of ``open_keys``; without them, where nothing is sent, no Message-ID is signed.
    """
    chosen, own = installation.settings, installation.settings.mailbox[account_of(mailbox)]
    book, limits = installation.rulebooks[account_of(mailbox)], installation.settings.limits
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


def known_keys(site: Site) -> tuple[bytes, ...]:
    """The same, made by another process. Raises ConfigError where there are none."""
    return keys.KeyFile(site.path(site.settings.state.keys)).known()


def open_jobs(site: Site, log: ports.Log) -> jobs.Jobs:
    """What the poller offers and others carry. Raises ConfigError where the ledger is no PostgreSQL."""
    if isinstance(site.ledger, Path):
        hint = (
            'start intake run, or give the ledger to a server: database = "postgresql://USER@HOST/DATABASE"'
        )
        message = "a ledger in a file has one worker, and its work is not shared"
        raise ConfigError((ConfigProblem(file=str(site.ledger), message=message, hint=hint),))
    try:
        from intake.adapters.dispatch import jobs
    except ModuleNotFoundError as exc:
        hint = "install the package with its extra: open-positions-intake[postgres]"
        message = f"work is shared by the package {exc.name}, which is missing"
        raise ConfigError((ConfigProblem(file="intake.toml", message=message, hint=hint),)) from exc
    silence = site.settings.dispatch.lease_seconds / 2
    return jobs.Jobs(site.ledger, site.ledger_password, log=log, silence=silence)


def open_ledger(site: Site) -> sql.SqlLedger:
    """The ledger, made on the first start. Raises ConfigError when it cannot be used."""
    return sql.open(site.ledger, site.ledger_password)


def has_ledger(site: Site) -> bool:
    """Whether one is there: looking makes none. Errors as of ``open_ledger``."""
    return sql.is_made(site.ledger, site.ledger_password)


def copy_ledger(site: Site, target: Path, *, now: datetime) -> None:
    """A copy of the ledger's file as it is now, which says so."""
    assert isinstance(site.ledger, Path)
    backup.copy(
        site.ledger,
        target,
        mark=reconciliation.BACKUP,
        milestone=ports.Milestone(at=now),
    )


def restored_at(ledger: ports.Ledger) -> datetime | None:
    """When a worker first started on the ledger after it was restored last; None where it never was."""
    found = ledger.milestone(reconciliation.RESTORED)
    return found.at if found else None


def after_restore(ledger: ports.Ledger, clock: ports.Clock, log: ports.Log) -> datetime | None:
    """The same, at the start of a worker: on the first one after a restore, replies that may have left after the
    backup are kept back for a person."""
    copied, before = ledger.milestone(reconciliation.BACKUP), ledger.milestone(reconciliation.RESTORED)
    if copied is None:
        return restored_at(ledger)
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
    return parked.ParkedFiles(site.state_folder / "parked")


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


def terms(site: Site, name: str, signing: Sequence[bytes]) -> Terms:
    """How it is proven that the replies of a mailbox have left. signing: the keys of ``open_keys``."""
    own = site.settings.mailbox[name]
    return Terms(
        kind=own.proof_kind,
        wait=timedelta(seconds=own.proof_wait),
        resend=own.unproven == "resend",
        address=own.address,
        copy_to=own.copy_address,
        keys=tuple(signing),
    )


def worker_lock(site: Site, process: str = "run") -> Lock:
    """Held while a process is at the ledger. There is one worker ("run"), or one poller ("poll") and any number
    of those that carry ("work")."""
    if isinstance(site.ledger, Path):
        return lock.WorkerLock(site.ledger)
    beside = site.state_folder / "worker"
    return serverlock.ServerLock(site.ledger, site.ledger_password, beside=beside, process=process)


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

    def copies(name: str, mailbox: ports.Mailbox, uids: Sequence[int]) -> set[int]:
        signing: tuple[bytes, ...] = ()
        with suppress(
            ConfigError
        ):  # none yet, or not readable, which others tell: known by their contents alone
            signing = keys.KeyFile(site.path(site.settings.state.keys)).known(seconds=0)
        found = copies_among(mailbox, uids, terms=terms(site, name, signing), ledger=ledger)
        return {message.key.uid for message, _, _ in found}

    positions = site.rulebook.positions if isinstance(site, Installation) else ()
    return reconciliation.Sources(
        ledger=ledger,
        folders=open_folders(site),
        parked=open_parked(site),
        readings=open_readings(site),
        clock=clock,
        mailboxes={name: functools.partial(opened, name) for name in site.settings.mailbox},
        mail_folders=file.mailbox_folders(positions),
        copies=copies,
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
        for more in itertools.count(longer):  # pragma: no branch  # 481 million have six letters
            candidates = (new_case_number(more) for _ in range(_TRIED))
            if found := next((one for one in candidates if one not in taken), ""):
                return found
        raise AssertionError("never reached")

    return number


def open_readings(site: Site) -> ports.Readings:
    """What OCR has read of undecided cases, in the spool."""
    return readings.SpooledReadings(site.path(site.settings.state.spool) / "read")


def service(
    installation: Installation, *, log: ports.Log, interrupted: bool = False, clock: ports.Clock | None = None
) -> schedule.Service:
    """The whole worker, ready to run. The caller holds ``worker_lock`` and closes the service.

    interrupted: the worker before this one was killed (see ``WorkerLock.interrupted``).
    """
    parts = _parts(installation, log=log, clock=clock)
    return _service(installation, parts, interrupted=interrupted)


def poller(
    installation: Installation, *, log: ports.Log, clock: ports.Clock | None = None
) -> tuple[schedule.Service, jobs.Jobs]:
    """What there is one of where several processes share the work, and where it offers what it finds. The caller
    holds ``worker_lock`` and closes both."""
    offered = open_jobs(installation, log)
    parts = _parts(installation, log=log, clock=clock)
    offered.prepare()  # beside the ledger's tables: a database that holds no more than these would be a stranger's
    return _service(installation, parts, dispatch=offered), offered


def hands(
    installation: Installation, *, log: ports.Log, clock: ports.Clock | None = None
) -> tuple[Hands, jobs.Jobs]:
    """One process that carries messages, and where it hears of them. The caller closes both."""
    offered = open_jobs(installation, log)
    parts = _parts(installation, log=log, clock=clock, owner=secrets.token_hex(8))
    offered.prepare()
    workers = {one.name: one for one in _workers(installation, parts)}
    carrying = Hands(
        shared=parts.shared,
        workers=workers,
        post=parts.post,
        desk=Desk(parts.shared, workers, _times(installation).patience),
        lease=float(installation.settings.dispatch.lease_seconds),
        reload=parts.reload,
    )
    return carrying, offered


@value
class _Parts:
    """What every process that works on messages is made of."""

    shared: worker.Shared
    signing: tuple[bytes, ...]
    tokens: Mapping[str, ports.Tokens | None]
    post: Post
    reload: _Reloader


def _parts(
    installation: Installation, *, log: ports.Log, clock: ports.Clock | None, owner: str = ""
) -> _Parts:
    """owner: of the leases on messages; "" where one process does all the work."""
    clock = clock or SystemClock()
    # Another process's keys are not ours to make: with two of them no answer would be known to both.
    signing = known_keys(installation) if owner else open_keys(installation)
    opened = open_ledger(installation)
    ledger = opened.as_owner(owner) if owner else opened
    filed = open_folders(installation)
    if not owner and not any(known.reached for known in ledger.mailboxes()):
        filed.establish()
    restored = restored_at(ledger) if owner else after_restore(ledger, clock, log)
    shared = worker.Shared(
        ledger=ledger,
        reading=open_reading(installation),
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
    post = Post(
        shared=shared,
        senders={name: senders[account_of(name)] for name in read},
        addresses={name: installation.settings.mailbox[account_of(name)].address for name in read},
        owner=owner or secrets.token_hex(8),
        terms={name: terms(installation, name, signing) for name in names},
    )
    return _Parts(
        shared=shared, signing=signing, tokens=tokens, post=post, reload=_Reloader(installation, signing)
    )


def _workers(
    installation: Installation, parts: _Parts, dispatch: ports.Dispatch | None = None
) -> list[worker.Worker]:
    chosen, found = installation.settings, []
    for name in mailboxes(installation):
        made = worker.Worker if account_of(name) == name else junk.JunkWorker
        one = made(
            name=name,
            account=account_of(name),
            mailbox=open_mailbox(installation, name, parts.tokens[account_of(name)]),
            shared=parts.shared,
            rules=rules(installation, name, parts.signing),
            terms=terms(installation, account_of(name), parts.signing),
            limits=worker.Limits(
                mail_bytes=chosen.limits.mail_bytes,
                attempts=chosen.limits.attempts,
                held=chosen.replies.held(),
            ),
            dispatch=dispatch,
        )
        found.append(one)
    return found


def _service(
    installation: Installation,
    parts: _Parts,
    *,
    interrupted: bool = False,
    dispatch: ports.Dispatch | None = None,
) -> schedule.Service:
    names = list(installation.settings.mailbox)
    return schedule.Service(
        shared=parts.shared,
        workers=_workers(installation, parts, dispatch),
        watchers={name: open_mailbox(installation, name, parts.tokens[name]) for name in names},
        post=parts.post,
        times=_times(installation),
        reload=parts.reload,
        publish=_Publisher(installation, parts.shared, parts.reload),
        upkeep=upkeep.Upkeep(
            sources(installation, parts.shared.ledger, parts.shared.clock, parts.tokens),
            number=parts.shared.number,
            log=parts.shared.log,
            zone=ZoneInfo(installation.settings.institution.time_zone),
        ),
        interrupted=interrupted,
        poller=dispatch is not None,
    )


def _times(installation: Installation) -> schedule.Times:
    chosen = installation.settings.schedule
    return schedule.Times(
        poll=chosen.poll_seconds,
        idle=chosen.idle,
        patience=Patience(
            waiting=timedelta(days=chosen.waiting_days),
            position=timedelta(days=chosen.position_days),
            reminder=timedelta(days=chosen.reminder_days),
        ),
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


class _Publisher:
    """Writes the board pages and the sheet from the ledger; a page that has not changed is left alone."""

    def __init__(self, installation: Installation, shared: worker.Shared, rules: _Reloader) -> None:
        self._installation = installation
        self._shared = shared
        self._rules = rules
        self._written: dict[str, str] = {}
        self._kept = reports.Kept()

    def __call__(self) -> None:
        """Write what has changed. Raises Transient or Permanent when a page cannot be written."""
        book, ledger = self._rules.rulebook, self._shared.ledger
        pages = reports.pages(
            ledger.filed(),
            positions=book.positions,
            groups=book.groups,
            institution=self._installation.institution,
            desk=desk_of(self._installation, ledger),
            now=self._shared.clock.now(),
            kept=self._kept,
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
        unknown=sum(one.state is ReplyState.UNKNOWN and not one.sought for one in replies),
    )


class _Reloader:
    """Reads the rules anew when a file of theirs has changed. Settings and keys need a restart."""

    def __init__(self, installation: Installation, signing: Sequence[bytes]) -> None:
        self._installation = installation
        self._signing = signing
        self._seen = _fingerprint(installation)

    @property
    def rulebook(self) -> Rulebook:
        """The positions of all mailboxes, as they were read last."""
        return self._installation.rulebook

    def __call__(self) -> Callable[[str], plan.Rules] | None:
        """The rules by mailbox when there are new ones, else None. Raises ConfigError once per change."""
        seen = _fingerprint(self._installation)
        if seen == self._seen:
            return None
        self._seen = seen
        known = self._installation
        book, books = _rulebooks(known.config, known.settings)
        self._installation = Installation(
            config=known.config, settings=known.settings, rulebook=book, rulebooks=books
        )
        return lambda name: rules(self._installation, name, self._signing)


def _fingerprint(installation: Installation) -> tuple[object, ...]:
    """Changes whenever a file of the rules does, of whichever mailbox."""
    own = (_own_rules(installation.config, installation.settings, name) for name in installation.rulebooks)
    return tuple(
        rulebook.fingerprint(folder or installation.config) for folder in dict.fromkeys((None, *own))
    )
