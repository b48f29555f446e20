"""Looks a few messages ahead: fetches them together, and has their PDFs read while the one before is filed.

Nothing is judged, recorded or done for a message before its turn; what is ready by then is only used, or thrown
away. So everything durable happens in the order in which it would happen without looking ahead.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from intake.errors import Permanent, Transient
from intake.journey import plan
from intake.model import Message, value
from intake.ports import Mailbox
from intake.reading import Reading

MESSAGES = 3  # fetched together; one by one costs a fifth more
FEW = 3  # ready; when fewer are, the next are fetched, so that the children never wait for the mailbox
#: Bytes of a message that is fetched before its turn. Larger ones are fetched in their turn, each alone: the
#: worker's memory is bounded by one of those and MESSAGES + FEW of these, raw and decoded.
LARGEST = 3 * 2**20


@value
class _Ready:
    """A message before its turn. ``opening``: read and screened by ``rules``."""

    message: Message
    rules: plan.Rules
    opening: Future[plan.Opening]


class Ahead:
    """For one worker, on its thread."""

    def __init__(self, mailbox: Mailbox, reading: Reading) -> None:
        self._mailbox = mailbox
        self._reading = reading
        self._threads = ThreadPoolExecutor(1, thread_name_prefix="ahead")
        self._coming: list[int] = []
        self._ready: dict[int, _Ready] = {}
        self._alone: set[int] = set()  # asked for already, and left to their turn

    def expect(self, uids: Sequence[int]) -> None:
        """The messages whose turn comes next, in their order; () forgets all."""
        self._coming, self._alone = list(uids), set()
        for ready in self._ready.values():
            ready.opening.cancel()
        self._ready.clear()

    def fetch(self, uid: int, *, largest: int, rules: plan.Rules) -> Message | None:
        """The message whose turn it is, and the next ones with it. None and errors: as ``Mailbox.fetch``."""
        if uid in self._coming:
            waiting = self._coming[self._coming.index(uid) :]
            fresh = [one for one in waiting if one not in self._ready and one not in self._alone]
            if len(self._ready) < FEW and len(waiting) > 1:
                self._fetch_together(fresh[:MESSAGES], min(largest, LARGEST), rules)
            self._coming = waiting[1:] if self._coming else []
        if uid in self._ready:
            return self._ready[uid].message
        alone = self._mailbox.fetch([uid], largest=largest)
        return alone[0] if alone else None

    def opening(self, message: Message, rules: plan.Rules) -> plan.Opening:
        """The message read and screened by these rules, now or before. It is not kept any longer."""
        ready = self._ready.pop(message.key.uid, None)
        if ready is not None and ready.message is message and ready.rules is rules:
            return ready.opening.result()
        return plan.examine(message, rules)

    def close(self) -> None:
        """End, once the message at hand has been screened."""
        self._threads.shutdown(cancel_futures=True)

    def _fetch_together(self, uids: Sequence[int], largest: int, rules: plan.Rules) -> None:
        """Those that can be had at once. A failure is left to the message that causes it, in its turn."""
        try:
            found = self._mailbox.fetch(uids, largest=largest) if uids else []
        except (Permanent, Transient) as exc:
            if isinstance(exc, Transient) and exc.retry_after is not None:
                raise  # who names a time wants to be left alone as a whole
            self._coming = []
            return
        self._alone.update(uids)
        for message in found:
            if message.whole:
                opening = self._threads.submit(self._opened, message, rules)
                self._ready[message.key.uid] = _Ready(message=message, rules=rules, opening=opening)

    def _opened(self, message: Message, rules: plan.Rules) -> plan.Opening:
        opening = plan.examine(message, rules)
        if opening.to_open is not None:
            self._reading.prepare(opening.to_open, lambda facts: plan.foresee(opening, facts, rules))
        return opening
