"""``intake status``: where every message stands, whether the figures add up, and what needs a person.

``--json`` prints one object:

    {"worker": 4711 | "4711 on HOST" | null,     process of the running worker, on another machine with its name
     "mailboxes": [{"name", "total", "accepted", "waiting", "review", "redirected", "inquiries", "ignored",
                    "parked", "in work", "before our time", "gone", "adds_up": true, "junk",
                    "last_look", "trouble", "trouble_since", "next_try", "copies"}],   copies: why they prove nothing, or ""
     "outbox": {"held", "queued", "sending", "unknown", "failed"},
     "sought": 1,                                of the unknown ones: those whose proof is still looked for
     "replies_put_off": [{"case", "mailbox", "error", "attempts", "next_try"}],     queued, and not taken so far
     "parked": [{"case", "mailbox", "step", "error", "attempts"}],
     "put_off": [{"case", "mailbox", "step", "error", "attempts", "next_try"}],   tried again by itself
     "sandbox": ["..."],                         walls around the PDF reader that this machine lacks
     "ocr": ["..."],                             why scans are not read, or not behind every wall
     "rules": ["..."],                           problems of config/, because of which a worker keeps older rules
     "reconciliation": {"at", "complete", "checked": {"mailboxes", "uids", "mails", "cases", "folders", "files"},
                        "findings": [{"code", "case", "mailbox", "sentence", "mendable", "note"}]},
     "attention": ["..."]}                       sentences for a person; empty when all is well

"junk" counts what is listed out of the folder of suspected junk, or will be: nothing that was given up or taken away.
It is not part of the total, and neither is "gone" (moved or deleted by a person before it was read). Times are ISO 8601
in the institution's zone, or null. "reconciliation": what ledger, mailbox and folders say of each other. "at" is when all
of it was compared last (null: never), "complete" whether nothing was out of reach then, or now with --all; "checked"
counts what has been looked at just now: with --all everything, else the INBOX and the newest cases. A finding is a fault,
which is in "attention" too, or a "note" about what people have done. Its codes are those of ``journey.reconcile.Code``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from intake import reconciliation, settings, wiring
from intake.commands import console, judging
from intake.errors import ConfigError, IntakeError
from intake.journey import reconcile
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import value
from intake.ports import Ledger, MailboxRecord, MessageRecord, ReplyRecord
from intake.post import REFUSED

_TERMS = ("accepted", "waiting", "review", "redirected", "inquiries", "ignored", "parked", "in work")
_BEFORE, _GONE = MessageState.BEFORE.value, MessageState.GONE.value
_UNLISTED = (_BEFORE, _GONE, MessageState.PARKED.value)  # messages that no person finds in _For review
_OUTBOX = (ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN, ReplyState.FAILED)
_PASSES = 1  # failures of a message or a reply that are no alarm yet: most are over at the next try
_NOTES = 10  # told one by one
_BUDGET, _PATIENCE = 2.0, 4.0  # seconds for folders, and for a server to answer: ``status`` is asked often
_SCARCE = (
    20 * 2**20
)  # bytes: an application or two and their ledger rows; what is left for an admin to be in time
_LONG = timedelta(hours=2)  # without a look, a worker that is run by hand or by cron every hour is missed


@value
class _Mailbox:
    """One mailbox: its record (None before its first look), its figures, and what they should be."""

    name: str
    record: MailboxRecord | None = None
    counts: dict[str, int]
    recounted: dict[str, int]
    junk: int = 0  # messages of its folder of suspected junk that are listed, or will be

    @property
    def total(self) -> int:
        return sum(number for word, number in self.recounted.items() if word != _GONE)

    @property
    def adds_up(self) -> bool:
        return self.counts == self.recounted


@value
class _Status:
    """All that is told."""

    zone: ZoneInfo
    worker: int | str | None
    mailboxes: tuple[_Mailbox, ...]
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
    compared: _Compared
    restored: str = ""  # that the ledger was restored from a backup, in a sentence


@value
class _Compared:
    """What ledger, mailbox and folders say of each other. at: of the last whole look."""

    at: datetime | None = None
    complete: bool = False
    checked: dict[str, int]
    away: dict[str, str]
    findings: tuple[reconcile.Finding, ...] = ()


def run(config: Path, *, as_json: bool, whole: bool = False) -> int:
    """0 when all is well, 1 when something needs a person. Replies that wait for release, and cases for
    review, are daily work and no alarm. whole: compare everything now."""
    status = _read(config, whole=whole)
    attention = list(_attention(status, console.now()))
    if as_json:
        console.say(json.dumps(_as_json(status, attention), ensure_ascii=False, indent=2))
    else:
        _print(status, attention)
    return console.FAILED if attention else console.OK


# --- reading -------------------------------------------------------------------------------------


def _read(config: Path, *, whole: bool) -> _Status:
    site, rules = _site(config)
    zone = ZoneInfo(site.settings.institution.time_zone)
    with console.ledger(site) as ledger:
        anew = ledger is not None and (whole or _is_doubtful(ledger))
        mailboxes = tuple(_mailbox(ledger, name, anew=anew) for name in _names(site, ledger))
        replies = ledger.replies(states=_OUTBOX) if ledger else []
        read = _read_names(mailboxes)
        parked = tuple(one for name in read for one in (ledger.parked(name) if ledger else ()))
        put_off = tuple(one for name in read for one in (ledger.put_off_of(name) if ledger else ()))
        restored = _restored(ledger, zone) if ledger else ""
        compared = _compared(site, ledger, whole=whole) if ledger else _Compared(checked={}, away={})
    sandbox, ocr = _weaknesses(site)
    return _Status(
        disks=tuple(filter(None, (_about_disk(path, what) for path, what in _disks(site)))),
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


def _compared(site: wiring.Site, ledger: Ledger, *, whole: bool) -> _Compared:
    """A quick look beside what the last whole one has found, or a whole look now, which is kept."""
    sources = wiring.sources(site, ledger, wiring.SystemClock(), patience=_PATIENCE)
    look = reconciliation.Reconciliation(sources)
    if whole:
        found = look.full()
        ledger.set_milestone(reconciliation.LAST, reconciliation.kept(found))
        return _Compared(at=found.at, complete=found.complete, checked=found.checked, away=found.away,
                         findings=reconcile.bounded(found.findings))  # fmt: skip
    quick, last = look.quick(seconds=_BUDGET), reconciliation.last(ledger)
    return _Compared(at=last.at if last else None, complete=last.complete if last else False, checked=quick.checked,
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


def _read_names(mailboxes: Sequence[_Mailbox]) -> list[str]:
    """All that is read, as the ledger names it: each mailbox, and its folder of suspected junk."""
    return [name for box in mailboxes for name in (box.name, wiring.junk_of(box.name))]


def _is_doubtful(ledger: Ledger) -> bool:
    """Whether every message is to be counted: their number is another than that of the figures (twice: a worker may
    have written in between), or the last whole look has found figures that are wrong."""
    last = reconciliation.last(ledger)
    found = last is not None and any(one.code is reconcile.Code.FIGURES for one in last.findings)
    return found or not (ledger.tally_holds() or ledger.tally_holds())


def _mailbox(ledger: Ledger | None, name: str, *, anew: bool) -> _Mailbox:
    """anew: count every message, else believe the figures."""
    record = ledger.mailbox(name) if ledger else None
    if ledger is None or record is None:
        nothing = dict.fromkeys((*_TERMS, _BEFORE, _GONE), 0)
        return _Mailbox(name=name, counts=nothing, recounted=nothing)
    counts = ledger.counts(name)
    recounted = ledger.recount(name) if anew else counts
    if counts != recounted:  # a worker may have written between the two readings: then the second look agrees
        counts, recounted = ledger.counts(name), ledger.recount(name)
    listed = ledger.counts(wiring.junk_of(name))
    junk = sum(number for word, number in listed.items() if word not in _UNLISTED)
    return _Mailbox(name=name, record=record, counts=counts, recounted=recounted, junk=junk)


def _weaknesses(site: wiring.Site) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of the PDF reader and of OCR."""
    try:
        with judging.reading(site) as opened:
            return opened.weaknesses(), opened.ocr_weaknesses()
    except IntakeError as exc:
        return (f"the PDF reader does not start: {exc}",), ()


def _disks(site: wiring.Site) -> Iterator[tuple[Path, str]]:
    """Where we write: without room there nothing goes on, and a ledger that cannot be written says nothing of it."""
    yield site.filing_root, "applications"
    yield site.state_folder, "the ledger"


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


# --- what needs a person -------------------------------------------------------------------------


def _attention(status: _Status, now: datetime) -> Iterator[str]:
    for mailbox in status.mailboxes:
        yield from _about(mailbox, status.zone, now)
    yield from status.endings
    yield from status.disks
    for one in status.parked:
        yield (
            f"The message of case {one.case} was given up at step {one.step or 'unknown'} after {one.attempts}"
            f" attempt(s): {console.lines(one.error)}. It lies untouched in the mailbox."
        )
    yield from _about_put_off(status)
    yield from _about_unsent(status)
    if number := status.outbox[ReplyState.FAILED.value]:
        yield f"{number} repl(ies) were refused by the recipient's server: intake outbox list."
    if number := status.outbox[ReplyState.UNKNOWN.value] - status.sought:
        yield f"{number} repl(ies) may or may not have left: intake outbox list, then release or drop each."
    if status.rules:
        yield f"{len(status.rules)} problem(s) in the rules; a running worker keeps the last good ones."
    yield from (
        one.sentence
        for one in reconcile.faults(status.compared.findings)
        if one.code is not reconcile.Code.FIGURES
    )


def _about_put_off(status: _Status) -> Iterator[str]:
    """One sentence for each mailbox and state: a full mailbox puts off every message in it."""
    for name in _read_names(status.mailboxes):
        for state in (MessageState.FILED, MessageState.PLANNED, MessageState.FOUND):
            failing = [
                one
                for one in status.put_off
                if (one.key.mailbox, one.state) == (name, state) and one.attempts > _PASSES
            ]
            if failing:
                yield _failing(failing, status.zone)


def _failing(failing: list[MessageRecord], zone: ZoneInfo) -> str:
    first, more = failing[0], len(failing) - 1
    is_filed = first.state is MessageState.FILED
    what = (
        "is filed, and cannot be moved in the mailbox"
        if is_filed
        else f"does not get past {first.state.value}"
    )
    others = f" So it is with {more} more." if more else ""
    tries = f" Next try: {console.moment(first.next_try, zone)}." if first.next_try else ""
    return (
        f"The message of case {first.case} {what}, after {first.attempts} attempts:"
        f" {console.lines(first.error)}.{others}{tries}"
    )


def _about_unsent(status: _Status) -> Iterator[str]:
    """One sentence for each mailbox whose replies do not leave. One that was put off once may be greylisted, and is no
    alarm; a server that refuses us is one at once, since nothing leaves then."""
    for mailbox in status.mailboxes:
        mine = [one for one in status.unsent if one.mailbox == mailbox.name]
        refused = [one for one in mine if one.error.startswith(REFUSED)]
        failing = refused or [one for one in mine if one.attempts > _PASSES]
        if failing:
            first, more = failing[0], len(failing) - 1
            who = f"The reply of case {first.case}" + (f" and {more} more" if more else "")
            whole = f" No reply of {mailbox.name} leaves meanwhile." if refused else ""
            tries = f" Next try: {console.moment(first.next_try, status.zone)}." if first.next_try else ""
            yield (
                f"{who} could not be sent, after {first.attempts} attempt(s): {console.lines(first.error)}."
                f"{whole}{tries}"
            )


def _about(mailbox: _Mailbox, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    record = mailbox.record
    if not mailbox.adds_up:
        wrong = [
            f"{word}: told {mailbox.counts.get(word, 0)}, counted {number}"
            for word, number in mailbox.recounted.items()
            if mailbox.counts.get(word, 0) != number
        ]
        yield f"{mailbox.name}: the figures do not add up ({'; '.join(wrong)})."
    if record is None:
        return
    if record.copies:
        yield (
            f"{mailbox.name}: no copies of replies arrive ({console.lines(record.copies)}), so that nothing proves that"
            " one has left. Set copy_address or proof in config/intake.toml; a restart tries again."
        )
    if record.trouble:
        tries = f" Next try: {console.moment(record.next_try, zone)}." if record.next_try else ""
        since = console.moment(record.trouble_since, zone)
        yield f"{mailbox.name}: not reached since {since}: {console.lines(record.trouble)}.{tries}"
    elif record.last_pass and now - record.last_pass > _LONG:
        yield f"{mailbox.name}: nobody has looked since {console.moment(record.last_pass, zone)}. Is a worker running?"


# --- telling -------------------------------------------------------------------------------------


def _desk(status: _Status) -> Iterator[tuple[int, str]]:
    """What waits for HR: that is everyday work, and no alarm."""
    words = {"review": "for review (_For review)", "inquiries": "questions (mailbox folder Questions)"}
    for term, what in words.items():
        if number := sum(mailbox.counts.get(term, 0) for mailbox in status.mailboxes):
            yield number, what
    if number := sum(mailbox.junk for mailbox in status.mailboxes):
        yield number, "out of the folder of suspected junk (_For review)"


def _print(status: _Status, attention: list[str]) -> None:
    console.say(f"Worker: {f'running, process {status.worker}' if status.worker else 'not running'}")
    for mailbox in status.mailboxes:
        console.say(f"\n{mailbox.name}")
        console.say(f"  {_equation(mailbox)}")
        last = mailbox.record.last_pass if mailbox.record else None
        console.say(f"  last look: {console.moment(last, status.zone)}")
    looked = f" ({status.sought} of them is looked for)" if status.sought else ""
    console.say(
        "\nOutbox: " + ", ".join(f"{number} {word}" for word, number in status.outbox.items()) + looked
    )
    for weakness in status.sandbox:
        console.say(f"PDF reader: this machine lacks {weakness}")
    for weakness in status.ocr:
        console.say(f"OCR, which reads scanned pages: {weakness}")
    for problem in status.rules:
        console.say(f"Rules: {problem}")
    if status.restored:
        console.say(status.restored)
    for line in _reconciled(status):
        console.say(line)
    for number, what in _desk(status):
        console.say(f"For people to read: {number} {what}")
    console.say("\nNeeds a person:" if attention else "\nNothing is wrong.")
    for sentence in attention:
        console.say(f"  - {sentence}")


def _reconciled(status: _Status) -> Iterator[str]:
    """When all was compared last, what was out of reach just now, and what people have done."""
    compared = status.compared
    age = console.moment(compared.at, status.zone)
    whole = "" if compared.complete or compared.at is None else ", though not everything could be looked at"
    seen = ", ".join(f"{number} {word}" for word, number in compared.checked.items())
    yield f"Ledger, mailbox and folders: all compared last: {age}{whole}. Looked at now: {seen or 'nothing'}."
    for what, why in compared.away.items():
        yield f"Not compared now: {what}: {console.lines(why)}"
    notes = [one for one in compared.findings if one.note]
    if notes:
        yield f"By people's hands, and left so ({len(notes)}):"
        yield from (f"  - {console.lines(one.sentence)}" for one in notes[:_NOTES])
        if len(notes) > _NOTES:
            yield f"  - and {len(notes) - _NOTES} more: intake status --json"


def _equation(mailbox: _Mailbox) -> str:
    """ "12 mails = 3 accepted + ... + 0 in work (+ 40 before our time)", or that nobody has looked yet."""
    if mailbox.record is None:
        return "no worker has looked into it yet"
    terms = " + ".join(f"{mailbox.counts[word]} {word}" for word in _TERMS)
    before = mailbox.counts[_BEFORE]
    gone = f"; {mailbox.counts[_GONE]} taken away by people" if mailbox.counts[_GONE] else ""
    return f"{mailbox.total - mailbox.recounted[_BEFORE]} mails = {terms} (+ {before} before our time){gone}"


def _as_json(status: _Status, attention: list[str]) -> dict[str, object]:
    return {
        "worker": status.worker,
        "mailboxes": [_mailbox_as_json(one, status.zone) for one in status.mailboxes],
        "outbox": status.outbox,
        "sought": status.sought,
        "replies_put_off": [_reply_as_json(one, status.zone) for one in status.unsent],
        "parked": [_failure_as_json(one) for one in status.parked],
        "put_off": [
            {**_failure_as_json(one), "next_try": _at(one.next_try, status.zone)} for one in status.put_off
        ],
        "sandbox": list(status.sandbox),
        "ocr": list(status.ocr),
        "rules": list(status.rules),
        "reconciliation": {
            "at": _at(status.compared.at, status.zone),
            "complete": status.compared.complete,
            "checked": status.compared.checked,
            "findings": [
                {
                    "code": one.code.value,
                    "case": one.case,
                    "mailbox": one.mailbox,
                    "sentence": one.sentence,
                    "mendable": one.mendable,
                    "note": one.note,
                }
                for one in status.compared.findings
            ],
        },
        "attention": attention,
    }


def _failure_as_json(one: MessageRecord) -> dict[str, object]:
    return {
        "case": one.case,
        "mailbox": one.key.mailbox,
        "step": one.step,
        "error": one.error,
        "attempts": one.attempts,
    }


def _reply_as_json(one: ReplyRecord, zone: ZoneInfo) -> dict[str, object]:
    return {
        "case": one.case,
        "mailbox": one.mailbox,
        "error": one.error,
        "attempts": one.attempts,
        "next_try": _at(one.next_try, zone),
    }


def _at(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _mailbox_as_json(mailbox: _Mailbox, zone: ZoneInfo) -> dict[str, object]:
    record = mailbox.record
    return {
        "name": mailbox.name,
        "total": mailbox.total,
        **{word: mailbox.counts[word] for word in _TERMS},
        "before our time": mailbox.counts[_BEFORE],
        "gone": mailbox.counts[_GONE],
        "adds_up": mailbox.adds_up,
        "junk": mailbox.junk,
        "last_look": _at(record.last_pass, zone) if record else None,
        "trouble": record.trouble if record else "",
        "trouble_since": _at(record.trouble_since, zone) if record else None,
        "next_try": _at(record.next_try, zone) if record else None,
        "copies": record.copies if record else "",
    }
