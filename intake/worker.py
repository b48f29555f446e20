"""Carries messages through the journey: looks into one mailbox, has each message judged, filed and moved.

Every effect is idempotent and recorded when done (DESIGN, order of effects), so that a life that
ends anywhere is continued by the next one. A step that fails is put off with a growing wait; one that
fails for good is parked and shown, and never delays the next message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import ClassVar

from intake import proof
from intake.ahead import Ahead
from intake.arrivals import Arrivals
from intake.correspondence import Correspondence
from intake.errors import LeaseLost, Permanent, Stopped, Transient, UidValidityChanged
from intake.fetching import Fetching
from intake.filing import Filing
from intake.journey import plan
from intake.journey.lifecycle import MessageState, ReplyEvent
from intake.judging import Judging
from intake.model import Outcome
from intake.parking import Parking
from intake.ports import Dispatch, Mailbox, MessageRecord, ReplyRecord
from intake.shared import Limits, Shared

_OFFERED = 1000  # messages offered to other processes at once; what is left is offered at the next look
_BATCH = 50  # messages taken from the ledger at once; bounds memory, not the work of one look
_TEND_EVERY = timedelta(hours=1)
_TENDED = 500  # questions looked at in one go, the oldest first


class Worker:
    """The worker of one mailbox: one look at a time.

    account: the mailbox whose server is asked, where ``name`` is a folder beside it: both rest together.
    dispatch: who carries what a look finds; None for this worker itself.
    """

    # What a folder of suspected junk has otherwise (``junk``).
    _fetches: ClassVar[type[Fetching]] = Fetching
    _files: ClassVar[type[Filing]] = Filing

    def __init__(
        self,
        *,
        name: str,
        mailbox: Mailbox,
        shared: Shared,
        rules: plan.Rules,
        limits: Limits,
        account: str = "",
        dispatch: Dispatch | None = None,
        terms: proof.Terms = proof.NOTHING,
    ) -> None:
        self.name = name
        self.account = account or name
        self.rules = rules
        self._mailbox = mailbox
        self._shared = shared
        self._ledger = shared.ledger
        self._limits = limits
        self._dispatch = dispatch
        self._proofs = proof.Proofs(mailbox, name=name, terms=terms, ledger=shared.ledger, clock=shared.clock,
                                    log=shared.log)  # fmt: skip
        self._arrivals = self._watched(shared)
        self._enter = self._arrivals.meet
        self._ahead = Ahead(mailbox, shared.reading)
        fetching = self._fetches(mailbox, ahead=self._ahead, arrivals=self._arrivals, rules=lambda: self.rules,
                                 largest=limits.mail_bytes)  # fmt: skip
        letters = Correspondence(ledger=shared.ledger, reading=shared.reading, shelf=shared.shelf,
                                 folders=shared.folders, clock=shared.clock)  # fmt: skip
        self._parking = Parking(shared, fetching, attempts=limits.attempts)
        self._judging = Judging(
            mailbox, shared=shared, arrivals=self._arrivals, fetching=fetching, parking=self._parking, letters=letters,
            proofs=self._proofs, rules=lambda: self.rules, held=limits.held, heed_stop=self._heed_stop,
        )  # fmt: skip
        self._filing = self._files(
            mailbox, shared=shared, arrivals=self._arrivals, fetching=fetching, parking=self._parking, letters=letters,
            queued=lambda: self.queued(),
        )  # fmt: skip
        self._stop = threading.Event()
        self._busy = threading.Lock()  # the mailbox is one connection; ``adopt`` comes from another thread
        self._careful: set[int] = set()
        self._tended: datetime | None = None
        self.queued: Callable[[], None] = lambda: None  # called when a reply may have been queued
        # called with a reply that came back, or of which it is settled whether it has left
        self.told: Callable[[ReplyRecord, ReplyEvent], None] = lambda _record, _event: None
        self._proofs.told = lambda record, event: self.told(record, event)
        self._proofs.queued = lambda: self.queued()

    @property
    def held(self) -> frozenset[Outcome]:
        """Outcomes whose replies wait for a person."""
        return self._limits.held

    def _watched(self, shared: Shared) -> Arrivals:
        arrivals = Arrivals(self._mailbox, name=self.name, ledger=shared.ledger, clock=shared.clock, log=shared.log,
                            number=shared.number)  # fmt: skip
        arrivals.copies = self._proofs.taken
        return arrivals

    def stop(self) -> None:
        """End after the effect at hand. May be called from another thread, and from a signal."""
        self._stop.set()

    def close(self) -> None:
        self._ahead.close()
        self._mailbox.close()

    def suspect_unfinished(self) -> None:
        """The life before this one was killed: one of these messages may have done it, so that each
        is counted as tried before it is touched again."""
        self._careful = {record.id for record in self._arrivals.unfinished()}

    def undecided(self) -> set[str]:
        """The cases of messages that are still to be judged."""
        return self._arrivals.undecided()

    def look(self) -> int:
        """One look into the mailbox: everything that is new or due is carried as far as it goes.

        Returns how many messages were finished. Raises Transient when the mailbox is away.
        """
        with self._busy:
            return self._look()

    def _look(self) -> int:
        self._meet()
        self._prove()
        if self._dispatch is not None:
            self.offer()
            return self._tend()
        finished = 0
        while records := self._ledger.unfinished(self.name, now=self._shared.clock.now(), limit=_BATCH):
            known = self._arrivals.uidvalidity
            self._ahead.expect(self._coming(records))
            for record in records:
                self._heed_stop()
                finished += self._carried(record)
                if self._arrivals.uidvalidity != known:
                    break  # rebuilt under us: the rows have changed
        self._ahead.expect(())
        return finished + self._tend()

    def offer(self) -> None:
        """Have everything that is due and in nobody's hands carried by other processes."""
        if self._dispatch is not None:
            now = self._shared.clock.now()
            self._dispatch.offer(self._ledger.unfinished(self.name, now=now, limit=_OFFERED))

    def process(self, record: MessageRecord, *, orphaned: bool) -> bool:
        """Carry one message that this process has a lease on. True when it is done.

        orphaned: whoever had it before did not come to its end, perhaps because of the message. Raises
        Transient when the mailbox is away, or was rebuilt and is not taken in yet.
        """
        with self._busy:
            self._enter = self._arrivals.see  # rows are the poller's to make
            self._meet()
            if orphaned and self._parking.given_up(record):
                return False
            return self._carried(record)

    def _coming(self, records: Sequence[MessageRecord]) -> list[int]:
        """Those that may be fetched before their turn: none while one of them may have ended the last life, since
        each is then counted as tried before it is touched."""
        if self._careful:
            return []
        to_judge = [one for one in records if one.state is MessageState.FOUND]
        return [one.key.uid for one in to_judge if not self._arrivals.is_void(one)]

    def _prove(self) -> None:
        """What may have left is looked for, before anybody's mail: a wrong answer to it is sent by itself."""
        self._proofs.take_left()
        self._proofs.look()

    def _tend(self) -> int:
        """Once an hour: questions that a person has answered, moved or deleted in the mailbox leave the list of
        those that wait. Returns how many."""
        now = self._shared.clock.now()
        if self._tended is not None and now - self._tended < _TEND_EVERY:
            return 0
        self._tended = now
        asking = self._ledger.cases(outcomes=(Outcome.INQUIRY,), open_only=True)
        mine = [case for case in asking if case.mailbox == self.name][:_TENDED]
        settled = {case.number: self._ledger.message(case.message) for case in mine}
        places = {number: one.place for number, one in settled.items() if one.state is MessageState.DONE}
        flags = self._mailbox.flags(list(places.values()))
        closed = 0
        for number, place in places.items():
            if "\\Answered" not in flags.get(place, ("\\Answered",)):
                continue
            if self._ledger.message(settled[number].id).place != place:
                continue  # another process has moved it while we looked
            note = "answered in the mailbox" if place in flags else "moved or deleted in the mailbox"
            self._ledger.close_case(number, who="intake", now=now, note=note)
            closed += 1
        return closed

    def _meet(self) -> None:
        self._enter(self._mailbox.open())

    def _carried(self, record: MessageRecord) -> bool:
        """Carry one message; when the mailbox breaks down under it, go on with the next one."""
        try:
            return self._carry(record)
        except (Transient, UidValidityChanged) as exc:
            if isinstance(exc, Transient) and exc.retry_after is not None:
                raise  # who names a time wants to be left alone as a whole
            self._meet()  # raises Transient where it is not this message's fault
            return False

    def adopt(self, since: datetime, *, replies: bool) -> int:
        """Take in messages before our time that arrived on or after this day. Returns how many."""
        with self._busy:
            self._meet()
            uids = self._mailbox.uids_since(since)
            return self._ledger.adopt(self.name, uids=uids, replies=replies, number=self._shared.number)

    # --- one message -----------------------------------------------------------------------------

    def _carry(self, record: MessageRecord) -> bool:
        """Carry one message as far as it goes. True when it is done."""
        try:
            if record.id in self._careful:
                self._careful.discard(record.id)
                if self._parking.given_up(record):
                    return False
            return self._steps(record)
        except Stopped:
            raise
        except LeaseLost:
            self._shared.log.warning("lease lost", case=record.case)
        except (Transient, UidValidityChanged) as exc:
            self._parking.put_off(record, exc, park=False)
            raise
        except Permanent as exc:
            self._parking.put_off(record, exc, park=True)
        except Exception as exc:  # noqa: BLE001  # the one broad except: a message is parked (STYLE 9)
            self._shared.log.error("step failed", case=record.case, error=type(exc).__name__)
            self._parking.put_off(record, exc, park=False, last=True)
        return False

    def _steps(self, record: MessageRecord) -> bool:
        """Each round carries the message one state further; a crash between two loses nothing."""
        opening: plan.Opening | None = None
        while True:
            self._heed_stop()
            match record.state:
                case MessageState.FOUND:
                    opening = self._judging.judge(record)
                case MessageState.PLANNED:
                    self._filing.file(record, opening)
                case MessageState.FILED:
                    self._filing.move(record)
                case _:
                    return record.state is MessageState.DONE
            before, record = record.state, self._ledger.message(record.id)
            if record.state is before:
                return False

    def _heed_stop(self) -> None:
        if self._stop.is_set():
            raise Stopped
