"""Looks at ledger, mailboxes and folders and has them compared: quickly for ``status``, wholly once a day.

Nothing is changed here. Everything is read in small steps, none of which holds a transaction for long, and what
seems wrong is looked at once more: a worker may have been at it between two looks.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from intake.errors import IntakeError, Permanent, Transient
from intake.journey import reconcile
from intake.journey.lifecycle import MessageState
from intake.journey.reconcile import Filed, Finding, Seen, Standing
from intake.model import value
from intake.ports import Clock, Folders, Ledger, Mailbox, MailboxRecord, Milestone, Parked, Place, Readings

LAST, BACKUP, RESTORED = "reconciliation", "backup", "restored"  # names of milestones
DAY = timedelta(days=1)
_NEVER = datetime.min.replace(tzinfo=UTC)
MAY_HAVE_LEFT = "the ledger was restored from a backup: this reply may have left after it"

_PAGE = 50  # cases read from the ledger in one transaction
_NEWEST = 300  # cases that a quick look takes
_HEADERS = 200  # unknown mails of one folder whose header is read
_SETTLED = (MessageState.DONE, MessageState.GONE)


@value
class Sources:
    """Where to look. mailboxes: how to open a connection of our own to each account; mail_folders: where mails are
    moved to, in our names; copies: which of these messages of the INBOX, by the name of the mailbox, are copies of our
    replies, so that they have no row."""

    ledger: Ledger
    folders: Folders
    parked: Parked
    readings: Readings
    clock: Clock
    mailboxes: Mapping[str, Callable[[], Mailbox]]
    mail_folders: Sequence[str] = ()
    copies: Callable[[str, Mailbox, Sequence[int]], Collection[int]] = lambda _name, _mailbox, _uids: ()


@value
class Result:
    """What was found. away: what could not be looked at, and why; cases: those that were looked at (of a quick look)."""

    at: datetime
    checked: dict[str, int]
    away: dict[str, str]
    findings: tuple[Finding, ...]
    cases: frozenset[str] = frozenset()

    @property
    def complete(self) -> bool:
        return not self.away


def nothing() -> None:
    """No pause between two steps."""


class Reconciliation:
    """One look. breathe: called between two steps; it may wait, and raise to end the look."""

    def __init__(self, sources: Sources, breathe: Callable[[], None] = nothing) -> None:
        self._from = sources
        self._ledger = sources.ledger
        self._breathe = breathe
        self._checked = dict.fromkeys(("mailboxes", "uids", "mails", "cases", "folders", "files"), 0)
        self._away: dict[str, str] = {}
        self._tree: list[tuple[str, str]] | None = None
        self._walks = True  # the whole tree, to find what lies elsewhere

    def full(self) -> Result:
        """Everything."""
        findings = [
            *self._figures(),
            *self._mailboxes(whole=True),
            *self._all_cases(),
            *self._strays(),
            *reconcile.orphans(self._ledger.orphans()),
            *reconcile.planless(self._ledger.planless()),
            *self._kept(),
        ]
        return self._result(findings)

    def quick(self, *, seconds: float) -> Result:
        """What is cheap always: the INBOX, and the newest cases as long as the time lasts. A case whose folder lies
        nowhere that the ledger knows is left to the whole look, which walks the tree. The figures are the caller's, who
        shows them anyway."""
        end, self._walks = time.monotonic() + seconds, False
        findings, cases = list(self._mailboxes(whole=False)), list[str]()
        for filed in self._ledger.held_last(limit=_NEWEST):
            if time.monotonic() > end or "folders" in self._away:
                break
            found = self._case(filed)
            if found is not None:
                findings += found
                cases.append(filed.case)
        return replace(self._result(findings), cases=frozenset(cases))

    def case(self, number: str) -> list[Finding]:
        """One case, for a repair that must know it as it is now. Nothing is found where ``away`` says why."""
        filed = self._ledger.held_by(number)
        return [] if filed is None else self._case(filed) or []

    @property
    def away(self) -> bool:
        """Whether something could not be looked at until now."""
        return bool(self._away)

    def _result(self, findings: Sequence[Finding]) -> Result:
        return Result(at=self._from.clock.now(), checked=self._checked, away=self._away,
                      findings=tuple(findings))  # fmt: skip

    # --- figures and mailboxes -------------------------------------------------------------------

    def _figures(self) -> Iterator[Finding]:
        for known in self._ledger.mailboxes():
            counted = self._ledger.recount(known.name)
            if counted != self._ledger.counts(known.name):  # a worker may have written in between
                counted = self._ledger.recount(known.name)
            yield from reconcile.figures(known.name, self._ledger.counts(known.name), counted)
            self._breathe()

    def _mailboxes(self, *, whole: bool) -> Iterator[Finding]:
        for name, opened in self._from.mailboxes.items():
            known = self._ledger.mailbox(name)
            if known is None or not known.reached:
                continue
            try:
                with contextlib.closing(opened()) as mailbox:
                    findings = list(self._mailbox(mailbox, known, whole=whole))
            except IntakeError as exc:
                self._away[name] = str(exc)
                continue
            self._checked["mailboxes"] += 1
            yield from findings

    def _mailbox(self, mailbox: Mailbox, known: MailboxRecord, *, whole: bool) -> Iterator[Finding]:
        inbox = mailbox.open()
        if inbox.uidvalidity != known.uidvalidity:
            self._away[known.name] = "it was rebuilt, and the worker has not looked into it since"
            return
        uids = mailbox.uids_from(1)
        self._checked["uids"] += len(uids)
        met = [
            uid for uid in uids if uid <= known.last_uid
        ]  # the others are new: the next look takes them in
        rowless = self._ledger.rowless(known.name, uidvalidity=inbox.uidvalidity, uids=met)
        copies = self._from.copies(known.name, mailbox, rowless) if rowless else ()
        yield from reconcile.inbox(known.name, [uid for uid in rowless if uid not in copies])
        if whole:
            placed = self._ledger.placed(known.name)
            folders = dict.fromkeys((*self._from.mail_folders, *sorted(folder for folder, _ in placed)))
            for folder in folders:
                if folder.upper() != "INBOX":
                    yield from self._mail_folder(mailbox, known, folder, placed)
                    self._breathe()

    def _mail_folder(
        self,
        mailbox: Mailbox,
        known: MailboxRecord,
        folder: str,
        placed: Mapping[tuple[str, int], set[int]],
    ) -> Iterator[Finding]:
        listed = mailbox.listed(folder)
        if listed is None:
            return
        uidvalidity, uids = listed
        self._checked["mails"] += len(uids)
        unknown = sorted({*uids} - placed.get((folder, uidvalidity), set()))
        first, last = self._lost_time()
        ids: dict[int, str] = {}
        ours = list[int]()
        for uid in unknown[-_HEADERS:]:
            place = Place(folder=folder, uidvalidity=uidvalidity, uid=uid)
            try:
                found = mailbox.message_at(place, largest=0)
            except Permanent:  # the server lists it and does not give it out: nobody can say whose it is
                found = None
            self._breathe()
            if found is not None:
                ids[uid] = reconcile.message_id(found.raw)
                if first < found.arrived <= last:
                    ours.append(uid)
        moved = self._ledger.known_ids(known.name, [one for one in ids.values() if one])
        strange = [uid for uid, one in ids.items() if one not in moved]
        for lost in (True, False):
            mine = [uid for uid in strange if (uid in ours) is lost]
            yield from reconcile.mails(known.name, folder, mine, lost=lost)

    def _lost_time(self) -> tuple[datetime, datetime]:
        """Of which arrivals this ledger may know nothing, since it was restored: a day before its backup, as what had
        arrived was not treated yet, until a worker started on it. What people put into our folders later is theirs."""
        found = self._ledger.milestone(RESTORED)
        if found is None:
            return _NEVER, _NEVER
        return datetime.fromisoformat(json.loads(found.body)["backup"]) - DAY, found.at

    # --- cases and folders -----------------------------------------------------------------------

    def _all_cases(self) -> Iterator[Finding]:
        last = 0
        while page := self._ledger.held(after=last, limit=_PAGE):
            last = page[-1].message
            for filed in page:
                if "folders" in self._away:
                    return
                yield from self._case(filed) or ()
                self._breathe()

    def _case(self, filed: Filed) -> list[Finding] | None:
        """None where nothing can be said without a walk that is not to be made."""
        self._checked["cases"] += 1
        findings = self._compared(filed)
        if findings and "folders" not in self._away:
            again = self._ledger.held_by(filed.case)  # it may have been decided anew meanwhile
            findings = [] if again is None else self._compared(again)
        return findings

    def _compared(self, filed: Filed) -> list[Finding] | None:
        if filed.state is not MessageState.DONE:
            return []
        try:
            standing = self._standing(filed)
            return None if standing is None else list(reconcile.case(filed, standing))
        except Transient as exc:
            self._away[self._root_away() or f"case {filed.case}"] = str(exc)
            return []

    def _root_away(self) -> str:
        """ "folders" when none of them can be read, "" when the trouble is one folder's own, such as a bad sector."""
        try:
            self._from.folders.pending()
        except IntakeError:
            return "folders"
        return ""

    def _look(self, path: str) -> dict[str, Seen] | None:
        try:
            return self._from.folders.look(path, hashes=True)
        except Permanent:  # a person has put a link in its place: as if it lay elsewhere
            return None

    def _standing(self, filed: Filed) -> Standing | None:
        """The listed places are looked at first: a folder that was moved, and followed, costs no walk for ever."""
        looked = {folder.path: self._look(folder.path) for folder in filed.folders}
        found = {path: files for path, files in looked.items() if files is not None}
        self._checked["folders"] += len(found)
        self._checked["files"] += sum(len(files) for files in found.values())
        if len(found) == len(filed.folders):
            return Standing(found=found)
        there = {path: self._look(path) for path in filed.places if path not in looked}
        noted = any(one is not None for one in there.values()) and not any(
            path in filed.places for path in looked if path not in found
        )
        if not (noted or self._walks):
            return None
        if not noted:
            elsewhere = [
                path for path, number in self._numbered() if number == filed.case and path not in found
            ]
            there = {path: self._look(path) for path in elsewhere}
        return Standing(found=found, elsewhere={path: one for path, one in there.items() if one is not None})

    def _numbered(self) -> list[tuple[str, str]]:
        if self._tree is None:
            self._tree = self._from.folders.numbered()
        return self._tree

    def _strays(self) -> Iterator[Finding]:
        try:
            self._tree = None  # anew: cases have been filed since
            tree = self._numbered()
        except IntakeError as exc:
            self._away["folders"] = str(exc)
            return
        known = self._ledger.known_cases(list({number for _, number in tree}))
        yield from reconcile.strays(tree, known, restored=self._ledger.milestone(RESTORED) is not None)

    # --- what is kept beside ---------------------------------------------------------------------

    def _kept(self) -> Iterator[Finding]:
        try:
            temporary, kept = len(self._from.folders.pending()), self._from.parked.cases()
        except IntakeError as exc:
            self._away.setdefault("folders", str(exc))
            return
        rooms = self._from.readings.cases()
        rows = self._ledger.places_of(("parked", "spool"))
        states = self._ledger.standings([*kept, *rooms, *(case for case, _, _ in rows)])
        yield from reconcile.leftovers(
            temporary,
            [case for case in rooms if states.get(case, MessageState.GONE) in _SETTLED],
            [case for case in kept if states.get(case) is MessageState.DONE],
        )
        yield from reconcile.kept(
            [case for case, kind, _ in rows
             if kind == "parked" and case not in kept and states.get(case) is MessageState.PARKED],
            [case for case in kept if case not in states],
        )  # fmt: skip
        there = {"parked": kept, "spool": rooms}
        void = [row for row in rows if row[0] not in there[row[1]] and states.get(row[0]) in _SETTLED]
        yield from reconcile.void_places(void)


# --- keeping the result --------------------------------------------------------------------------


def kept(result: Result) -> Milestone:
    """As the ledger keeps it."""
    body = {
        "checked": result.checked,
        "away": result.away,
        "findings": [
            {name: getattr(one, name) for name in _TOLD} for one in reconcile.bounded(result.findings)
        ],
    }
    return Milestone(at=result.at, body=json.dumps(body))


_TOLD = ("code", "case", "mailbox", "sentence", "mendable", "note")


def last(ledger: Ledger) -> Result | None:
    """The last whole look, None before the first."""
    found = ledger.milestone(LAST)
    if found is None:
        return None
    body: dict[str, Any] = json.loads(found.body)
    findings = [Finding(**{**one, "code": reconcile.Code(one["code"])}) for one in body["findings"]]
    return Result(at=found.at, checked=body["checked"], away=body["away"], findings=tuple(findings))


def merged(quick: Result, whole: Result | None) -> tuple[Finding, ...]:
    """What is known now: what a quick look has seen is newer than what the last whole one says of the same."""
    older = whole.findings if whole else ()
    seen = {(one.code, one.case, one.mailbox) for one in quick.findings}
    covered = {reconcile.Code.UID_WITHOUT_ROW}
    stay = [
        one
        for one in older
        if one.case not in quick.cases
        and (one.code, one.case, one.mailbox) not in seen
        and not (one.code in covered and one.mailbox not in quick.away)
        and one.code is not reconcile.Code.FIGURES  # counted anew by whoever shows them
    ]
    return reconcile.bounded((*quick.findings, *stay))
