"""What becomes of a message whose step failed: put off with a growing wait, or parked with its bytes for a person."""

from __future__ import annotations

from intake import waiting
from intake.errors import IntakeError, Transient
from intake.fetching import Fetching
from intake.journey import lifecycle
from intake.ports import MessageRecord
from intake.shared import Shared


class Parking:
    """For the messages of one mailbox. attempts: after so many failures a message is parked."""

    def __init__(self, shared: Shared, fetching: Fetching, *, attempts: int) -> None:
        self._shared = shared
        self._ledger = shared.ledger
        self._fetching = fetching
        self._attempts = attempts

    def given_up(self, record: MessageRecord) -> bool:
        """Count a message that may have ended the last life; park it when it has done so too often."""
        now = self._shared.clock.now()
        last = record.attempts + 1 >= self._attempts
        if last:
            self._keep(record)  # before it is parked: nobody comes back to a parked message
        self._ledger.put_off(record.id, step=record.state.value, error="the worker ended while it was at work on this",
                             retry_at=None if last else now)  # fmt: skip
        return last

    def put_off(self, record: MessageRecord, error: Exception, *, park: bool, last: bool = False) -> None:
        """Try again later, or park it: for good, or when it failed too often."""
        known = self._ledger.message(record.id)  # it may have got on a step or two before it failed
        if known.state not in lifecycle.UNFINISHED:
            return
        step = known.state.value
        park = park or (last and known.attempts + 1 >= self._attempts)
        wait = waiting.after(
            known.attempts, asked=error.retry_after if isinstance(error, Transient) else None
        )
        said = str(error) if isinstance(error, IntakeError) else type(error).__name__
        if park:
            self._keep(record)
        self._ledger.put_off(record.id, step=step, error=said[:300],
                             retry_at=None if park else self._shared.clock.now() + wait)  # fmt: skip
        if park:
            self._shared.shelf.forget(record.case)
            self._shared.log.error("parked", case=record.case, step=step)

    def holds(self, case: str) -> bool:
        """Whether the bytes of a message are kept. By the ledger, too: they may lie on another host."""
        noted = any(kind == "parked" for kind, _ in self._ledger.places(case))
        return noted or self._shared.parked.read(case) is not None

    def let_go(self, record: MessageRecord) -> None:
        """It has been filed and moved: what was kept of it while it was parked goes, and the row that told of it.
        A life that was killed may have left the one without the other."""
        if self.holds(record.case):
            where = self._shared.parked.remove(record.case)
            self._ledger.drop_place(record.case, kind="parked", where=where)

    def _keep(self, record: MessageRecord) -> None:
        """The bytes of a parked message as they are now, as far as the mailbox gives them."""
        try:
            message = self._fetching.message(record)
            if message is not None:
                where = self._shared.parked.keep(record.case, message.raw)
                self._ledger.add_place(record.case, kind="parked", where=where)
        except (IntakeError, LookupError) as exc:
            self._shared.log.warning("parked bytes not kept", case=record.case, error=type(exc).__name__)
