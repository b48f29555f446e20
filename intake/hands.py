"""What ``intake work`` does: carry one message at a time under a lease, and send what is due.

Any number of these processes share one ledger, on any number of hosts. A message is in the hands of one of
them, whose lease is renewed while it works and ends by itself when it dies; what a dead one had in hand is
carried on from its last recorded step. Rows are made by the poller, ``schedule.Service``.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping

from intake import waiting
from intake.desk import Desk
from intake.errors import ConfigError, IntakeError, SignInFailed, Stopped, Transient
from intake.journey import plan
from intake.journey.lifecycle import ReplyEvent
from intake.ports import ReplyRecord
from intake.post import Post
from intake.shared import Shared
from intake.worker import Worker

_RULES_SECONDS = 10.0
_FIRST_REST, _LONGEST_REST = 2.0, 300.0  # seconds; the ledger may have been away and no mailbox


class Hands:
    """One such process. ``shared.ledger`` writes as its owner; ``workers`` by mailbox; lease: seconds."""

    def __init__(
        self,
        *,
        shared: Shared,
        workers: Mapping[str, Worker],
        post: Post,
        desk: Desk,
        lease: float,
        reload: Callable[[], Callable[[str], plan.Rules] | None],
    ) -> None:
        self._shared = shared
        self._ledger = shared.ledger
        self._workers = workers
        self._post = post
        self._desk = desk
        self._lease = lease
        self._reload = reload
        self._read_rules = time.monotonic()
        self._in_hand: int | None = None  # the message whose lease is renewed
        #: Accounts that rest: how often they failed, and until when (monotonic).
        self._away: dict[str, tuple[int, float]] = {}
        self._ended = threading.Event()
        self._heart = threading.Thread(target=self._beat, name="lease", daemon=True)
        post.told = self._heed
        for worker in workers.values():
            worker.told = self._heed

    def carry(self, message: int) -> None:
        """Carry one message as far as it goes, unless somebody else has it or it is not due any more. What
        fails is in the ledger, to be tried again: nothing is raised but by ``stop`` and a bug of ours."""
        try:
            self._carry(message)
            self._desk.heed_again()
            self._post.send_due()
        except Stopped:
            return
        except IntakeError as exc:
            self._shared.log.warning("put off", message=message, error=type(exc).__name__)

    def start(self) -> None:
        """Leases are renewed from now on."""
        self._heart.start()

    def stop(self) -> None:
        """End after the effect at hand. Safe to call from a signal handler's thread."""
        for worker in self._workers.values():
            worker.stop()

    def close(self) -> None:
        """Give everything back: connections, children, the ledger."""
        self._ended.set()
        if self._heart.is_alive():
            self._heart.join()
        for worker in self._workers.values():
            worker.close()
        self._post.close()
        self._shared.reading.close()
        self._ledger.close()

    def _carry(self, message: int) -> None:
        self._refresh()
        try:
            worker = self._workers.get(self._ledger.message(message).key.mailbox)
        except LookupError:
            return
        if worker is None or self._rests(worker):
            return
        claim = self._ledger.claim(message, seconds=self._lease)
        if claim is None:
            return
        self._in_hand = message
        try:
            record = self._ledger.message(message)  # as it is now that nobody else changes it
            if record.next_try is None or record.next_try <= self._shared.clock.now():
                worker.process(record, orphaned=claim.orphaned)
            self._away.pop(worker.account, None)
        except IntakeError as exc:
            self._leave_alone(worker, exc)
            raise
        finally:
            self._in_hand = None
            # Where that fails the lease ends by itself: our heart beats for what is in hand.
            with contextlib.suppress(Transient):
                self._ledger.release(message)

    def _rests(self, worker: Worker) -> bool:
        """Whether its server was away a moment ago: five messages are no reason to ask it five times."""
        return time.monotonic() < self._away.get(worker.account, (0, 0.0))[1]

    def _leave_alone(self, worker: Worker, error: IntakeError) -> None:
        failures = self._away.get(worker.account, (0, 0.0))[0]
        asked = error.retry_after if isinstance(error, Transient) else None
        grown = _FIRST_REST * 2 ** min(failures, 10)  # no float holds what days of failures make of it
        wait = max(min(grown, _LONGEST_REST), asked or 0.0)
        if isinstance(error, SignInFailed):
            wait = max(wait, waiting.SIGN_IN.total_seconds())
        self._away[worker.account] = (failures + 1, time.monotonic() + wait)

    def _heed(self, record: ReplyRecord, event: ReplyEvent) -> None:
        """What became of a reply may change its case; the poller offers what follows from it."""
        self._desk.heed(record, event)

    def _beat(self) -> None:
        while not self._ended.wait(self._lease / 3):
            message = self._in_hand
            if message is not None:
                with contextlib.suppress(IntakeError):
                    self._ledger.extend(message, seconds=self._lease)

    def _refresh(self) -> None:
        """Take new rules whole, or keep the last good ones."""
        if time.monotonic() - self._read_rules < _RULES_SECONDS:
            return
        self._read_rules = time.monotonic()
        try:
            fresh = self._reload()
        except ConfigError as exc:
            self._shared.log.error("rules not taken", problems=len(exc.problems))
            return
        for name, worker in self._workers.items() if fresh else ():
            assert fresh is not None
            worker.rules = fresh(name)
