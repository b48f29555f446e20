"""The worker's own look at itself: once a day, and repairs when somebody asks for one.

In a thread of its own and in small steps with pauses between them, so that no mail waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from intake import reconciliation
from intake.errors import IntakeError, Stopped
from intake.journey import reconcile
from intake.mending import Repair
from intake.ports import Log, Request
from intake.reconciliation import DAY, Reconciliation, Result, Sources

REQUEST = "repair"  # what a request row asks for

_SHARE, _LONGEST = 0.5, 0.5  # pause this much of what the last step took, at most so many seconds


class Upkeep:
    """number: a candidate for a case number; zone: of the institution, whose night is quiet."""

    def __init__(self, sources: Sources, *, number: Callable[[], str], log: Log, zone: ZoneInfo) -> None:
        self.zone = zone
        self._from = sources
        self._number = number
        self._log = log
        self._stop = threading.Event()
        self._alone = threading.Lock()
        self._stepped = time.monotonic()

    def stop(self) -> None:
        """End after the step at hand. From any thread."""
        self._stop.set()

    def is_due(self) -> bool:
        """Whether the last whole look is a day old."""
        found = self._from.ledger.milestone(reconciliation.LAST)
        return found is None or self._from.clock.now() - found.at >= DAY

    def daily(self) -> None:
        """Look at everything, and keep what was found. Never raises for a server, a disk or a stop."""
        with self._alone:
            try:
                found = Reconciliation(self._from, self._breathe).full()
                self._from.ledger.set_milestone(reconciliation.LAST, reconciliation.kept(found))
            except Stopped:
                return
            except IntakeError as exc:
                self._log.warning("reconciliation put off", error=type(exc).__name__)
                return
        self._tell(found)

    def _tell(self, found: Result) -> None:
        faults = len(reconcile.faults(found.findings))
        self._log.info("reconciled", **found.checked, faults=faults, notes=len(found.findings) - faults,
                       out_of_reach=len(found.away))  # fmt: skip

    def serve(self) -> bool:
        """Carry out the repairs that were asked for. True when there was one: then there may be work."""
        asked = [one for one in self._from.ledger.requests() if one.what == REQUEST]
        for request in asked:
            self._served(request)
        return bool(asked)

    def _served(self, request: Request) -> None:
        with self._alone:
            try:
                done: Sequence[str] = Repair(self._from, number=self._number, breathe=self._breathe)()
                result = "\n".join(done) or "nothing to mend"
            except Stopped:
                return  # it is still asked for when the worker starts again
            except IntakeError as exc:
                result = f"refused: it could not be done now: {exc}; ask again"
            self._from.ledger.finish_request(request.id, now=self._from.clock.now(), result=result)
        self._log.info("repaired", mends=len(result.splitlines()))

    def _breathe(self) -> None:
        took = time.monotonic() - self._stepped
        if self._stop.wait(min(took * _SHARE, _LONGEST)):
            raise Stopped
        self._stepped = time.monotonic()
