"""The outbox sends: announce, send, record. One reply at a time for each mailbox of a process, in order.

A row is ``sending`` under our lease before the first byte leaves, so that a killed life's reply is
known as such: it may have been accepted, and is sent again only when nothing proves that (``proof``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from intake import waiting
from intake.errors import OurFault, OutcomeUnknown, Permanent, Transient
from intake.journey.lifecycle import ReplyEvent
from intake.model import ReplyKind
from intake.ports import LastLook, ReplyRecord, Sender
from intake.proof import NOTHING, Terms
from intake.shared import Shared

_LEASE = timedelta(minutes=3)  # twice the longest dialogue that the sender allows itself, and some
_AT_ONCE = 20  # replies taken from the ledger at a time
REFUSED = "the server refuses us"  # begins what the ledger is told of a reply that is not at fault itself
_OUR_FAULT_WAIT = timedelta(minutes=5)


class Post:
    """Sends what is due. ``told`` is called with each reply that was settled, and what became of it; ``sought`` with
    the mailbox in which the proof of one is to be looked for.

    terms: by mailbox, how it is proven that a reply has left; without any nothing proves it.
    """

    def __init__(
        self,
        *,
        shared: Shared,
        senders: Mapping[str, Sender],
        addresses: Mapping[str, str],
        owner: str,
        terms: Mapping[str, Terms] = MappingProxyType({}),
    ) -> None:
        self._shared = shared
        self._ledger = shared.ledger
        self._senders = senders
        self._addresses = addresses
        self._owner = owner
        self._terms = terms
        self._blocked: dict[str, datetime] = {}
        self.told: Callable[[ReplyRecord, ReplyEvent], None] = lambda _record, _event: None
        self.sought: Callable[[str], None] = lambda _mailbox: None

    def take_over(self) -> None:
        """At the start: what another life was sending is unknown now, without waiting for its lease to
        end, since the worker's lock proves that no other life is left. Copies are tried anew."""
        self._expire(self._shared.clock.now(), left_by_others=self._owner)
        for known in self._ledger.mailboxes():
            if known.copies:
                self._ledger.report_copies(known.name, trouble="")

    def send_due(self) -> int:
        """Send every reply that is due. Returns how many were accepted. Never raises for a server."""
        now = self._shared.clock.now()
        self._expire(now)
        accepted = 0
        # Those that wait, or that are not in the settings any more, are not taken: they would fill the places.
        while due := self._ledger.due_replies(now=now, limit=_AT_ONCE, mailboxes=self._free(now)):
            accepted += sum(self._send(record) for record in due)
        return accepted

    def _expire(self, now: datetime, *, left_by_others: str = "") -> None:
        for expired in self._ledger.give_up_expired(now=now, left_by_others=left_by_others):
            self._lost(expired)

    def _lost(self, record: ReplyRecord) -> None:
        """Nobody knows whether it has left: its proof is looked for, or a person must say."""
        self._shared.log.warning("reply unknown", case=record.case)
        if record.proof:
            self.sought(record.mailbox)
        else:
            self.told(record, ReplyEvent.LOSE)

    def close(self) -> None:
        for sender in set(self._senders.values()):
            sender.close()

    def blocked(self) -> Mapping[str, datetime]:
        """Mailboxes whose outbox waits because the server refuses us, with the time of the next try."""
        return dict(self._blocked)

    def _free(self, now: datetime) -> list[str]:
        return [name for name in self._senders if not self._waits(name, now)]

    def _waits(self, mailbox: str, now: datetime) -> bool:
        return mailbox not in self._senders or self._blocked.get(mailbox, now) > now

    def _send(self, record: ReplyRecord) -> bool:
        now = self._shared.clock.now()
        proof = "" if self._waits(record.mailbox, now) else self._proof_of(record.mailbox)
        if self._waits(record.mailbox, now) or not self._ledger.announce(
            record.id, owner=self._owner, lease_until=now + _LEASE, proof=proof
        ):
            return False
        event, error, wait = self._attempt(record, proof)
        now = self._shared.clock.now()
        retry_at = now + wait if event is ReplyEvent.DEFER else None
        if not self._ledger.settle(
            record.id, event, owner=self._owner, now=now, error=error, retry_at=retry_at
        ):
            self._shared.log.error("lease lost", case=record.case)
            return False
        self._shared.log.info("reply", case=record.case, became=event.value)
        if event is ReplyEvent.LOSE:
            self._lost(self._ledger.reply(record.id) or record)
        else:
            self.told(record, event)
        return event is ReplyEvent.ACCEPT

    def _proof_of(self, mailbox: str) -> str:
        """What will prove that a reply has left that leaves now, or ""."""
        kind = self._terms.get(mailbox, NOTHING).kind
        if kind == "bcc":
            known = self._ledger.mailbox(mailbox)
            return "" if known is not None and known.copies else kind
        return "" if kind == "none" else kind

    def _last_look(self, record: ReplyRecord, proof: str) -> LastLook:
        """Whether a reply is still ours to send, asked before the final dot. What then leaves without its copy
        is recorded so: nothing could prove it later."""

        def still_ours(refused: Permanent | Transient | None) -> bool:
            if isinstance(refused, Permanent):
                self._ledger.report_copies(record.mailbox, trouble=str(refused)[:300])
                self._shared.log.warning("copies are refused", mailbox=record.mailbox)
            now = self._shared.clock.now()
            return self._ledger.holds(record.id, owner=self._owner, now=now, proof="" if refused else proof)

        return still_ours

    def _attempt(self, record: ReplyRecord, proof: str) -> tuple[ReplyEvent, str, timedelta]:
        """Send one reply; what became of it, what was said, and how long to wait when deferred."""
        try:
            terms = self._terms.get(record.mailbox, NOTHING)
            self._senders[record.mailbox].send(
                record.reply,
                sender=self._addresses[record.mailbox],
                copy_to=terms.copy_of(record.reply) if proof == "bcc" else "",
                last_look=self._last_look(record, proof),
            )
        except OutcomeUnknown as exc:
            return ReplyEvent.LOSE, str(exc), timedelta()
        except OurFault as exc:
            self._blocked[record.mailbox] = self._shared.clock.now() + _OUR_FAULT_WAIT
            self._shared.log.error(REFUSED, mailbox=record.mailbox, until=str(self._blocked[record.mailbox]))
            return ReplyEvent.DEFER, f"{REFUSED}: {exc}", _OUR_FAULT_WAIT
        except Transient as exc:
            return ReplyEvent.DEFER, str(exc), waiting.after(record.attempts, asked=exc.retry_after)
        except Permanent as exc:
            return ReplyEvent.REFUSE, str(exc), timedelta()
        self._blocked.pop(record.mailbox, None)
        return ReplyEvent.ACCEPT, "", timedelta()


def asks(record: ReplyRecord) -> bool:
    """Whether the applicant was asked for something, so that the case waits for an answer."""
    return record.reply.kind is ReplyKind.CORRECTION
