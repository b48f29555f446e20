"""The twin's part about replies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.adapters.ledger import rules
from intake.adapters.ledger.memory_store import Store
from intake.journey import lifecycle
from intake.journey.lifecycle import ReplyEvent, ReplyState
from intake.model import ReplyKind, Traffic
from intake.ports import Answered, ReplyRecord


class Outbox(Store):
    """See ``ports.Ledger``."""

    def due_replies(self, *, now: datetime, limit: int) -> list[ReplyRecord]:
        with self._alone(now):
            due = (
                record
                for record in self._replies.values()
                if record.state is ReplyState.QUEUED and (record.next_try is None or record.next_try <= now)
            )
            return sorted(due, key=lambda record: (record.queued, record.id))[:limit]

    def announce(self, reply: int, *, owner: str, lease_until: datetime) -> bool:
        with self._alone(lease_until):
            record = self._replies.get(reply)
            if record is None or record.state is not ReplyState.QUEUED:
                return False
            lease = replace(
                record, owner=owner, lease_until=lease_until, next_try=None, attempts=record.attempts + 1
            )
            self._follow(lease, ReplyEvent.ANNOUNCE)
            return True

    def settle(
        self,
        reply: int,
        event: ReplyEvent,
        *,
        owner: str,
        now: datetime,
        error: str = "",
        retry_at: datetime | None = None,
    ) -> bool:
        with self._alone(now, retry_at):
            record = self._known_reply(reply)
            if record.state is not ReplyState.SENDING or record.owner != owner:
                return False
            sent = now if event is ReplyEvent.ACCEPT else None
            self._follow(_free(replace(record, sent=sent, error=error, next_try=retry_at)), event)
            return True

    def give_up_expired(self, *, now: datetime) -> list[ReplyRecord]:
        with self._alone(now):
            expired = [
                record
                for record in self._replies.values()
                if record.state is ReplyState.SENDING
                and record.lease_until is not None
                and record.lease_until <= now
            ]
            return [
                self._follow(_free(replace(record, error=rules.LEASE_EXPIRED, next_try=now)), ReplyEvent.LOSE)
                for record in expired
            ]

    def direct(self, reply: int, event: ReplyEvent, *, who: str, now: datetime, note: str = "") -> None:
        with self._alone(now):
            self._direct(reply, event, who=who, now=now, note=note)

    def replies(self, *, states: Sequence[ReplyState] = (), case: str = "") -> list[ReplyRecord]:
        with self._alone():
            return [
                record
                for record in self._replies.values()
                if (not states or record.state in states) and (not case or record.case == case)
            ]

    def reply(self, reply: int) -> ReplyRecord | None:
        with self._alone():
            return self._replies.get(reply)

    def traffic(self, *, address: str, about: str, now: datetime) -> Traffic:
        domain = "@" + address.rpartition("@")[2]
        with self._alone(now):
            going = [
                record
                for record in self._replies.values()
                if record.queued >= now - rules.DAY and record.state in rules.GOING
            ]
        addresses = [record.reply.recipient.lower() for record in going]
        return Traffic(
            address=addresses.count(address),
            domain=sum(one.endswith(domain) for one in addresses),
            subject=sum(bool(about) and record.reply.about == about for record in going),
            hourly=sum(record.queued >= now - rules.HOUR for record in going),
        )

    def answers(self, message_ids: Sequence[str]) -> Answered | None:
        with self._alone():
            found = [record for record in self._replies.values() if record.reply.message_id in message_ids]
            if not found:
                return None
            latest = found[-1]
            return Answered(
                case=latest.case, reply=latest.reply.kind.value, corrections=self._corrections(latest.case)
            )

    def _follow(self, record: ReplyRecord, event: ReplyEvent) -> ReplyRecord:
        state = lifecycle.follow(lifecycle.REPLY, record.state, event)
        self._replies[record.id] = replace(record, state=state)
        return self._replies[record.id]

    def _corrections(self, case: str) -> int:
        conversation = rules.conversation(
            case,
            before=lambda number: self._cases[number].follows if number in self._cases else "",
            after=lambda number: sorted(c.number for c in self._cases.values() if c.follows == number),
        )
        return sum(
            record.case in conversation
            and record.reply.kind is ReplyKind.CORRECTION
            and record.state in rules.GOING
            for record in self._replies.values()
        )


def _free(record: ReplyRecord) -> ReplyRecord:
    return replace(record, owner="", lease_until=None)
