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

    def due_replies(
        self, *, now: datetime, limit: int, mailboxes: Sequence[str] | None = None
    ) -> list[ReplyRecord]:
        with self._alone(now):
            due = (
                record
                for record in self._replies.values()
                if record.state is ReplyState.QUEUED
                and (record.next_try is None or record.next_try <= now)
                and (mailboxes is None or record.mailbox in mailboxes)
            )
            return sorted(due, key=lambda record: (record.queued, record.id))[:limit]

    def announce(self, reply: int, *, owner: str, lease_until: datetime, proof: str = "") -> bool:
        with self._alone(lease_until):
            record = self._replies.get(reply)
            if record is None or record.state is not ReplyState.QUEUED:
                return False
            lease = replace(record, owner=owner, lease_until=lease_until, next_try=None, proof=proof,
                            attempts=record.attempts + 1)  # fmt: skip
            self._follow(lease, ReplyEvent.ANNOUNCE)
            return True

    def holds(self, reply: int, *, owner: str, now: datetime, proof: str) -> bool:
        with self._alone(now):
            record = self._known_reply(reply)
            held = rules.is_held(record.state, record.owner, record.lease_until, by=owner, now=now)
            if held:
                self._replies[reply] = replace(record, proof=proof)
            return held

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
            changes = rules.after_sending(event, proof=record.proof, now=now, retry_at=retry_at)
            self._follow(_free(replace(record, error=error, **changes)), event)  # type: ignore[arg-type]  # its fields
            return True

    def give_up_expired(self, *, now: datetime, left_by_others: str = "") -> list[ReplyRecord]:
        with self._alone(now):
            expired = [
                record
                for record in self._replies.values()
                if record.state is ReplyState.SENDING
                and record.lease_until is not None
                and (record.lease_until <= now or (left_by_others and record.owner != left_by_others))
            ]
            return [self._given_up(record, now) for record in expired]

    def _given_up(self, record: ReplyRecord, now: datetime) -> ReplyRecord:
        lost = rules.lost(record.proof, since=record.lease_until or now, now=now)
        given_up = replace(record, error=rules.LEASE_EXPIRED, **lost)  # type: ignore[arg-type]  # its fields
        return self._follow(_free(given_up), ReplyEvent.LOSE)

    def unproven(self, name: str, *, now: datetime) -> list[ReplyRecord]:
        with self._alone(now):
            mine = [one for one in self._replies.values() if one.mailbox == name and one.sought]
            return [one for one in mine if one.next_try is not None and one.next_try <= now]

    def look_later(self, reply: int, *, retry_at: datetime | None, error: str = "") -> None:
        with self._alone(retry_at):
            record = self._known_reply(reply)
            rules.require_unknown(record.state)
            self._replies[reply] = replace(record, next_try=retry_at, error=error)

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

    def reply_of(self, message_id: str) -> ReplyRecord | None:
        with self._alone():
            found = (one for one in self._replies.values() if one.reply.message_id == message_id)
            return next(found, None)

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
