"""The outbox sends: announce, send, record. One reply at a time for each mailbox, in order.

A row is ``sending`` under our lease before the first byte leaves, so that a killed life's reply is
known as such: nobody sends it again without a person, since it may have been accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from intake.errors import OurFault, OutcomeUnknown, Permanent, Transient
from intake.journey.lifecycle import ReplyEvent
from intake.model import ReplyKind
from intake.ports import ReplyRecord, Sender
from intake.worker import Shared, waiting_time

_LEASE = timedelta(minutes=3)  # twice the longest dialogue that the sender allows itself, and some
_AT_ONCE = 20  # replies taken from the ledger at a time
REFUSED = "the server refuses us"  # begins what the ledger is told of a reply that is not at fault itself
_OUR_FAULT_WAIT = timedelta(minutes=5)


class Post:
    """Sends what is due. ``told`` is called with each reply that was settled, and what became of it."""

    def __init__(
        self, *, shared: Shared, senders: Mapping[str, Sender], addresses: Mapping[str, str], owner: str
    ) -> None:
        self._shared = shared
        self._ledger = shared.ledger
        self._senders = senders
        self._addresses = addresses
        self._owner = owner
        self._blocked: dict[str, datetime] = {}
        self.told: Callable[[ReplyRecord, ReplyEvent], None] = lambda _record, _event: None

    def take_over(self) -> None:
        """At the start: what another life was sending is unknown now, without waiting for its lease to
        end, since the worker's lock proves that no other life is left."""
        self._expire(self._shared.clock.now() + _LEASE)

    def send_due(self) -> int:
        """Send every reply that is due. Returns how many were accepted. Never raises for a server."""
        now = self._shared.clock.now()
        self._expire(now)
        accepted = 0
        while due := [
            one for one in self._ledger.due_replies(now=now, limit=_AT_ONCE) if not self._waits(one, now)
        ]:
            accepted += sum(self._send(record) for record in due)
        return accepted

    def _expire(self, now: datetime) -> None:
        for expired in self._ledger.give_up_expired(now=now):
            self._shared.log.warning("reply unknown", case=expired.case)
            self.told(expired, ReplyEvent.LOSE)

    def close(self) -> None:
        for sender in set(self._senders.values()):
            sender.close()

    def blocked(self) -> Mapping[str, datetime]:
        """Mailboxes whose outbox waits because the server refuses us, with the time of the next try."""
        return dict(self._blocked)

    def _waits(self, record: ReplyRecord, now: datetime) -> bool:
        return record.mailbox not in self._senders or self._blocked.get(record.mailbox, now) > now

    def _send(self, record: ReplyRecord) -> bool:
        now = self._shared.clock.now()
        if self._waits(record, now) or not self._ledger.announce(
            record.id, owner=self._owner, lease_until=now + _LEASE
        ):
            return False
        event, error, wait = self._attempt(record)
        now = self._shared.clock.now()
        retry_at = now + wait if event is ReplyEvent.DEFER else None
        if not self._ledger.settle(
            record.id, event, owner=self._owner, now=now, error=error, retry_at=retry_at
        ):
            self._shared.log.error("lease lost", case=record.case)
            return False
        self._shared.log.info("reply", case=record.case, became=event.value)
        self.told(record, event)
        return event is ReplyEvent.ACCEPT

    def _attempt(self, record: ReplyRecord) -> tuple[ReplyEvent, str, timedelta]:
        """Send one reply; what became of it, what was said, and how long to wait when deferred."""
        try:
            self._senders[record.mailbox].send(record.reply, sender=self._addresses[record.mailbox])
        except OutcomeUnknown as exc:
            return ReplyEvent.LOSE, str(exc), timedelta()
        except OurFault as exc:
            self._blocked[record.mailbox] = self._shared.clock.now() + _OUR_FAULT_WAIT
            self._shared.log.error(REFUSED, mailbox=record.mailbox, until=str(self._blocked[record.mailbox]))
            return ReplyEvent.DEFER, f"{REFUSED}: {exc}", _OUR_FAULT_WAIT
        except Transient as exc:
            return ReplyEvent.DEFER, str(exc), waiting_time(record.attempts, asked=exc.retry_after)
        except Permanent as exc:
            return ReplyEvent.REFUSE, str(exc), timedelta()
        self._blocked.pop(record.mailbox, None)
        return ReplyEvent.ACCEPT, "", timedelta()


def asks(record: ReplyRecord) -> bool:
    """Whether the applicant was asked for something, so that the case waits for an answer."""
    return record.reply.kind is ReplyKind.CORRECTION
