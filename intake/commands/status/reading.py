"""Reads what the status tells: the ledger, the machine, and what they say of each other."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from intake import reconciliation, settings, wiring
from intake.commands import console, judging
from intake.errors import ConfigError, IntakeError
from intake.journey import reconcile
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import value
from intake.ports import Ledger, MailboxRecord, MessageRecord, ReplyRecord
from intake.reports import board

TERMS = ("accepted", "waiting", "review", "redirected", "inquiries", "ignored", "parked", "in work")
BEFORE, GONE = MessageState.BEFORE.value, MessageState.GONE.value
_UNLISTED = (BEFORE, GONE, MessageState.PARKED.value)  # messages that no person finds in _For review
_OUTBOX = (ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN, ReplyState.FAILED)
_BUDGET, _PATIENCE = 2.0, 4.0  # seconds for folders, and for a server to answer: ``status`` is asked often
# Bytes: an application or two and their ledger rows; what is left for an admin to be in time.
_SCARCE = 20 * 2**20


@value
class MailboxStatus:
    """One mailbox: its record (None before its first look), its figures, and what they should be."""

    name: str
    record: MailboxRecord | None = None
    counts: dict[str, int]
    recounted: dict[str, int]
    junk: int = 0  # messages of its folder of suspected junk that are listed, or will be

    @property
    def total(self) -> int:
        return sum(number for word, number in self.recounted.items() if word != GONE)

    @property
    def adds_up(self) -> bool:
        return self.counts == self.recounted


@value
class Status:
    """All that is told."""

    zone: ZoneInfo
    worker: int | str | None
    mailboxes: tuple[MailboxStatus, ...]
    outbox: dict[str, int]
    sought: int  # replies of unknown fate whose proof is looked for: nobody is needed for them yet
    unsent: tuple[ReplyRecord, ...]
    parked: tuple[MessageRecord, ...]
    put_off: tuple[MessageRecord, ...]
    sandbox: tuple[str, ...]
    ocr: tuple[str, ...]
    rules: tuple[str, ...]
    endings: tuple[str, ...]
    disks: tuple[str, ...]
    compared: Compared
    restored: str = ""  # that the ledger was restored from a backup, in a sentence


@value
class Compared:
    """What ledger, mailbox and folders say of each other. at: of the last whole look."""

    at: datetime | None = None
    complete: bool = False
    checked: dict[str, int]
    away: dict[str, str]
    findings: tuple[reconcile.Finding, ...] = ()


def read(config: Path, *, whole: bool) -> Status:
    """All of it, as it is now. whole: compare everything, which may take minutes."""
    site, rules = _site(config)
    zone = ZoneInfo(site.settings.institution.time_zone)
    with console.ledger(site) as ledger:
        anew = ledger is not None and (whole or _is_doubtful(ledger))
        mailboxes = tuple(_mailbox(ledger, name, anew=anew) for name in _names(site, ledger))
        replies = ledger.replies(states=_OUTBOX) if ledger else []
        names = read_names(mailboxes)
        parked = tuple(one for name in names for one in (ledger.parked(name) if ledger else ()))
        put_off = tuple(one for name in names for one in (ledger.put_off_of(name) if ledger else ()))
        restored = _restored(ledger, zone) if ledger else ""
        compared = _compared(site, ledger, whole=whole) if ledger else Compared(checked={}, away={})
    sandbox, ocr = _weaknesses(site)
    return Status(
        disks=tuple(filter(None, _about_disks(site))),
        zone=zone,
        worker=wiring.worker_lock(site).holder(),
        mailboxes=mailboxes,
        outbox={state.value: sum(one.state is state for one in replies) for state in _OUTBOX},
        sought=sum(one.sought for one in replies),
        unsent=tuple(one for one in replies if one.state is ReplyState.QUEUED and one.error),
        parked=parked,
        put_off=put_off,
        sandbox=sandbox,
        ocr=ocr,
        rules=rules,
        endings=tuple(f"{name}: {said}." for name, said in settings.endings(site.settings, console.now())),
        compared=compared,
        restored=restored,
    )


def _restored(ledger: Ledger, zone: ZoneInfo) -> str:
    """What a restore means now, or ""."""
    copied, found = ledger.milestone(reconciliation.BACKUP), ledger.milestone(reconciliation.RESTORED)
    if copied is not None:
        return (
            f"The ledger was restored from the backup of {console.moment(copied.at, zone)}. The next start of the worker keeps"
            " back every reply that may have left since."
        )
    if found is None:
        return ""
    body = json.loads(found.body)
    made = console.moment(datetime.fromisoformat(body["backup"]), zone)
    return (
        f"The ledger was restored from the backup of {made}, and first used on {console.moment(found.at, zone)}: replies to mails"
        " that arrived before then wait for you (intake outbox list)."
    )


def _compared(site: wiring.Site, ledger: Ledger, *, whole: bool) -> Compared:
    """A quick look beside what the last whole one has found, or a whole look now, which is kept."""
    sources = wiring.sources(site, ledger, wiring.SystemClock(), patience=_PATIENCE)
    look = reconciliation.Reconciliation(sources)
    if whole:
        found = look.full()
        ledger.set_milestone(reconciliation.LAST, reconciliation.kept(found))
        return Compared(at=found.at, complete=found.complete, checked=found.checked, away=found.away,
                         findings=reconcile.bounded(found.findings))  # fmt: skip
    quick, last = look.quick(seconds=_BUDGET), reconciliation.last(ledger)
    return Compared(at=last.at if last else None, complete=last.complete if last else False, checked=quick.checked,
                     away=quick.away, findings=reconciliation.merged(quick, last))  # fmt: skip


def _site(config: Path) -> tuple[wiring.Site, tuple[str, ...]]:
    """The site, also while its rules are broken: a worker runs on with older ones then."""
    try:
        return wiring.load(config), ()
    except ConfigError as exc:
        loaded = settings.load(config)  # raises when the settings themselves cannot be used
        return wiring.Site(config=config, settings=loaded), tuple(map(str, exc.problems))


def _names(site: wiring.Site, ledger: Ledger | None) -> list[str]:
    """The mailboxes of the settings, then those that only the ledger knows any more."""
    known = [wiring.account_of(one.name) for one in ledger.mailboxes()] if ledger else []
    return list(dict.fromkeys((*site.settings.mailbox, *known)))


def read_names(mailboxes: Sequence[MailboxStatus]) -> list[str]:
    """All that is read, as the ledger names it: each mailbox, and its folder of suspected junk."""
    return [name for box in mailboxes for name in (box.name, wiring.junk_of(box.name))]


def _is_doubtful(ledger: Ledger) -> bool:
    """Whether every message is to be counted: their number is another than that of the figures (twice: a worker may
    have written in between), or the last whole look has found figures that are wrong."""
    last = reconciliation.last(ledger)
    found = last is not None and any(one.code is reconcile.Code.FIGURES for one in last.findings)
    return found or not (ledger.tally_holds() or ledger.tally_holds())


def _mailbox(ledger: Ledger | None, name: str, *, anew: bool) -> MailboxStatus:
    """anew: count every message, else believe the figures."""
    record = ledger.mailbox(name) if ledger else None
    if ledger is None or record is None:
        nothing = dict.fromkeys((*TERMS, BEFORE, GONE), 0)
        return MailboxStatus(name=name, counts=nothing, recounted=nothing)
    counts = ledger.counts(name)
    recounted = ledger.recount(name) if anew else counts
    if counts != recounted:  # a worker may have written between the two readings: then the second look agrees
        counts, recounted = ledger.counts(name), ledger.recount(name)
    listed = ledger.counts(wiring.junk_of(name))
    junk = sum(number for word, number in listed.items() if word not in _UNLISTED)
    return MailboxStatus(name=name, record=record, counts=counts, recounted=recounted, junk=junk)


def _weaknesses(site: wiring.Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the PDF reader and of OCR."""
    try:
        with judging.reading(site) as opened:
            return opened.weaknesses(), opened.ocr_weaknesses()
    except IntakeError as exc:
        return (f"the PDF reader does not start: {exc}",), ()


def _about_disks(site: wiring.Site) -> Iterator[str]:
    """What is wrong with each place where we write, or ""."""
    for path, what in ((site.filing_root, "applications"), (site.state_folder, "the ledger")):
        yield _about_disk(path, what)
    yield _about_access(site.filing_root)


def _about_access(root: Path) -> str:
    """Whether others may read what we file, told by a page of ours: some shares heed no mode."""
    try:
        mode = stat.S_IMODE((root / board.OVERVIEW).stat().st_mode)
    except OSError:
        return ""
    if not mode & stat.S_IROTH:
        return ""
    return (
        f"{root}, the folder of applications: what is written there can be read by every user of this machine (mode"
        f" {mode:04o}). Where its share heeds no mode, mount it with file_mode and dir_mode (docs/several-hosts.md)."
    )


def _about_disk(path: Path, what: str) -> str:
    """What keeps us from writing there, or ""."""
    try:
        found = os.statvfs(path)
    except OSError:
        return ""  # it is not there (yet): who wants to write there says so
    if found.f_flag & os.ST_RDONLY:
        return f"{path}, the folder of {what}, lies on a disk that is read-only now."
    left = found.f_bavail * found.f_frsize
    return (
        f"{path}, the folder of {what}: only {left // 2**20} MB left on its disk." if left < _SCARCE else ""
    )
