"""Mends what a reconciliation found, where that takes no guessing.

Never over a file, never away with one of a person, and nobody is answered: what might be answered waits for a person.
Each mend looks once more before it acts, so that done twice it is done once.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping

from intake import reconciliation
from intake.errors import IntakeError
from intake.journey import plan
from intake.journey.lifecycle import IllegalMove, MessageState
from intake.journey.reconcile import Code, File, Finding
from intake.model import sha256
from intake.ports import Place
from intake.reconciliation import Reconciliation, Result, Sources

WAITS = "the ledger had lost this mail: it may have been answered"
_LARGEST = 100 * 2**20  # bytes of a mail out of which a file is taken; servers take 25 to 150 MB
_NEEDS_BYTES = frozenset({Code.FILE_MISSING, Code.FILE_DAMAGED, Code.NEVER_FILED})
_WHERE = re.compile(r"(?P<mailbox>[^:]+): (?P<folder>.+), UIDVALIDITY (?P<validity>\d+), UID (?P<uid>\d+)")


class Repair:
    """One repair. number: a candidate for a case number; breathe: see ``Reconciliation``."""

    def __init__(
        self,
        sources: Sources,
        *,
        number: Callable[[], str],
        breathe: Callable[[], None] = reconciliation.nothing,
    ) -> None:
        self._from = sources
        self._ledger = sources.ledger
        self._number = number
        self._breathe = breathe

    def __call__(self) -> list[str]:
        """Look at everything, mend what can be mended, look again. Returns what was done, in sentences; the last look is
        kept in the ledger."""
        done = [
            said for finding in self._look().findings if finding.mendable for said in self._mended(finding)
        ]
        self._ledger.set_milestone(reconciliation.LAST, reconciliation.kept(self._look()))
        return done

    def _look(self) -> Result:
        return Reconciliation(self._from, self._breathe).full()

    def _mended(self, finding: Finding) -> Iterator[str]:
        mends: Mapping[Code, Callable[[Finding], Iterator[str]]] = {
            Code.FIGURES: self._figures,
            Code.UID_WITHOUT_ROW: self._take_in,
            Code.LEFTOVER: self._clear,
            Code.PLACE_VOID: self._drop_places,
            Code.PLACE_MISSING: self._note_place,
            Code.FOLDER_MOVED: self._follow,
            Code.NEVER_FILED: self._redo,
            Code.FILE_MISSING: self._write,
        }
        about = f"Case {finding.case}" if finding.case else finding.mailbox or "Leftovers"
        try:
            for said in mends[finding.code](finding):
                yield f"{about}: {said}"
        except (IntakeError, IllegalMove, LookupError) as exc:
            yield f"{about}: could not be mended now: {exc}"
        self._breathe()

    # --- the ledger ------------------------------------------------------------------------------

    def _figures(self, finding: Finding) -> Iterator[str]:
        self._ledger.retally(finding.mailbox)
        yield "the figures are counted anew"

    def _take_in(self, finding: Finding) -> Iterator[str]:
        known = self._ledger.mailbox(finding.mailbox)
        if known is None:
            return
        uids = self._ledger.rowless(
            finding.mailbox, uidvalidity=known.uidvalidity, uids=[int(uid) for uid in finding.places]
        )
        taken = self._ledger.take_in(finding.mailbox, uidvalidity=known.uidvalidity, uids=uids, hold=WAITS,
                                     now=self._from.clock.now(), number=self._number)  # fmt: skip
        if taken:
            yield f"{taken} mail(s) of the INBOX taken in; the next look judges them, and replies to them wait for you"

    def _drop_places(self, finding: Finding) -> Iterator[str]:
        for place in finding.places:
            kind, _, where = place.partition(" ")
            self._ledger.drop_place(finding.case, kind=kind, where=where)
            yield f"is not said any more to have data in {kind}, where there is none"

    def _still(self, finding: Finding) -> bool:
        """Whether the case is still as it was found."""
        now = Reconciliation(self._from).case(finding.case)
        return any((one.code, one.places) == (finding.code, finding.places) for one in now)

    def _note_place(self, finding: Finding) -> Iterator[str]:
        if self._still(finding):
            self._ledger.add_place(finding.case, kind="folder", where=finding.places[0])
            yield "the place of its folder is noted"

    def _follow(self, finding: Finding) -> Iterator[str]:
        if self._still(finding):
            before, after = finding.places
            self._ledger.add_place(finding.case, kind="folder", where=after)
            self._ledger.drop_place(finding.case, kind="folder", where=before)
            yield "a person has moved its folder; the new place is noted"

    def _redo(self, finding: Finding) -> Iterator[str]:
        filed = self._ledger.held_by(finding.case)
        if filed is not None and self._still(finding):
            self._ledger.redo(filed.message, hold=WAITS)
            yield "its folder never was there; the worker files it on its next look, and a reply that has not left waits for you"

    # --- files -----------------------------------------------------------------------------------

    def _clear(self, finding: Finding) -> Iterator[str]:
        for place in finding.places:
            kind, _, case = place.partition(" ")
            if kind == "folders":
                self._from.folders.sweep()
                yield "half-written folders removed"
            elif kind == "spool":
                self._from.readings.clear(case)
                self._ledger.drop_place(case, kind="spool", where=self._from.readings.open(case))
                self._from.readings.close(case)
                yield f"readings of case {case}, which is decided, removed"
            elif self._ledger.standings([case]).get(case) is not MessageState.DONE:
                continue
            elif self._needs_copy(case):
                yield f"the copy of case {case} is kept, which is not whole in its folder"
            else:
                where = self._from.parked.remove(case)
                self._ledger.drop_place(case, kind="parked", where=where)
                yield f"the copy of case {case}, which is filed, removed"

    def _needs_copy(self, case: str) -> bool:
        """Whether bytes of a filed case are missing, or nobody can look: its copy may be the last that has them."""
        look = Reconciliation(self._from)
        return any(one.code in _NEEDS_BYTES for one in look.case(case)) or look.away

    def _write(self, finding: Finding) -> Iterator[str]:
        """A missing file, from wherever the same bytes lie: nothing is made anew."""
        filed = self._ledger.held_by(finding.case)
        if filed is None or not self._still(finding):
            return
        path, name = finding.places
        item = next(one for folder in filed.folders for one in folder.files if one.name == name)
        content = self._bytes(filed.message, finding.case, path, item)
        what = name if "/" not in name else "a file of received/"
        if content is None:
            yield f"{what} is missing, and its bytes are neither in its folder nor in its mail: get it from a backup"
        elif self._from.folders.put_back(f"{path}/{name}", content):
            yield f"{what} is written again, with the bytes it had"
        else:
            yield f"{what} is missing; where it lay something else has its name, or the folder is gone: nothing was changed"

    def _bytes(self, message: int, case: str, path: str, item: File) -> bytes | None:
        for raw in self._mails(message, case, path):
            if sha256(raw) == item.sha256:
                return raw
            content = plan.files_of(raw).get(item.sha256)
            if content is not None:
                return content
        return None

    def _mails(self, message: int, case: str, path: str) -> Iterator[bytes]:
        """The mails of a case, the nearest first: in its folder, kept, in the mailbox."""
        folder = self._from.folders.look(path, hashes=False) or {}
        for name in sorted(folder):
            if name.endswith(".eml") and (raw := self._from.folders.read(f"{path}/{name}")) is not None:
                yield raw
        if (raw := self._from.parked.read(case)) is not None:
            yield raw
        record = self._ledger.message(message)
        opened = self._from.mailboxes.get(record.key.mailbox)
        if opened is None:
            return
        with contextlib.closing(opened()) as mailbox:
            for place in dict.fromkeys((record.place, *self._lying(record.key.mailbox, case))):
                found = mailbox.message_at(place, largest=_LARGEST)
                if found is not None and found.whole:
                    yield found.raw

    def _lying(self, mailbox: str, case: str) -> Iterator[Place]:
        """Where the mails of a case lie, by its list of places."""
        for kind, where in self._ledger.places(case):
            found = _WHERE.fullmatch(where) if kind == "mailbox" else None
            if found and found["mailbox"] == mailbox:
                yield Place(folder=found["folder"], uidvalidity=int(found["validity"]), uid=int(found["uid"]))
