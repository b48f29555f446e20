"""The rows of replies. Only the owner of an unexpired announcement settles what became of a reply."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from intake.adapters.ledger import cases, rules, tables
from intake.adapters.ledger.database import Database
from intake.journey import lifecycle
from intake.journey.lifecycle import ReplyEvent, ReplyState
from intake.model import Reply, ReplyKind, Traffic
from intake.ports import Answered, ReplyRecord

_REPLY = tables.reply


# Made once: SQLAlchemy recognises a statement that it has compiled by its parts, which takes longer than to run it.
_BY_ID = _REPLY.c.id == sa.bindparam("reply_id_")
_ONE = sa.select(_REPLY).where(_BY_ID)
_KNOWN = sa.select(_REPLY.c.id).where(_REPLY.c.message_id == sa.bindparam("known_"))
_NEW = sa.insert(_REPLY)
_ONE_LOCKED = _ONE.with_for_update()


class Outbox(Database):
    """The part of ``ports.Ledger`` about replies."""

    def due_replies(
        self, *, now: datetime, limit: int, mailboxes: Sequence[str] | None = None
    ) -> list[ReplyRecord]:
        due = sa.or_(_REPLY.c.next_try.is_(None), _REPLY.c.next_try <= now)
        query = sa.select(_REPLY).where(_REPLY.c.state == ReplyState.QUEUED, due)
        if mailboxes is not None:
            query = query.where(_REPLY.c.mailbox.in_(mailboxes))
        with self.reading() as connection:
            rows = connection.execute(query.order_by(_REPLY.c.queued, _REPLY.c.id).limit(limit)).all()
        return [_record(row) for row in rows]

    def announce(self, reply: int, *, owner: str, lease_until: datetime, proof: str = "") -> bool:
        sending = lifecycle.follow(lifecycle.REPLY, ReplyState.QUEUED, ReplyEvent.ANNOUNCE)
        change = sa.update(_REPLY).where(_REPLY.c.id == reply, _REPLY.c.state == ReplyState.QUEUED)
        lease = {"owner": owner, "lease_until": lease_until, "next_try": None, "proof": proof}
        with self.writing() as connection:
            announced = connection.execute(
                change.values(state=sending, attempts=_REPLY.c.attempts + 1, **lease)
            )
        return announced.rowcount == 1

    def holds(self, reply: int, *, owner: str, now: datetime, proof: str) -> bool:
        with self.reading() as connection:
            row = _known(connection, reply)
        if not _is_held(row, owner, now) or row.proof == proof:
            return _is_held(row, owner, now)
        with self.writing() as connection:
            row = _locked(connection, reply)
            if _is_held(row, owner, now):
                _set(connection, reply, proof=proof)
        return _is_held(row, owner, now)

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
        with self.writing() as connection:
            row = _locked(connection, reply)
            if row.state is not ReplyState.SENDING or row.owner != owner:
                return False
            changes = rules.after_sending(event, proof=row.proof, now=now, retry_at=retry_at)
            _move(connection, row, event, error=error, **changes, **_NO_LEASE)
        return True

    def give_up_expired(self, *, now: datetime, left_by_others: str = "") -> list[ReplyRecord]:
        ended = _REPLY.c.lease_until <= now
        if left_by_others:
            ended = sa.or_(ended, _REPLY.c.owner != left_by_others)
        query = sa.select(_REPLY).where(_REPLY.c.state == ReplyState.SENDING, ended)
        with self.writing() as connection:
            expired = connection.execute(query.order_by(_REPLY.c.id).with_for_update()).all()
            for row in expired:
                lost = rules.lost(row.proof, since=row.lease_until or now, now=now)
                _move(connection, row, ReplyEvent.LOSE, error=rules.LEASE_EXPIRED, **lost, **_NO_LEASE)
            return [_record(_locked(connection, row.id)) for row in expired]

    def unproven(self, name: str, *, now: datetime) -> list[ReplyRecord]:
        query = sa.select(_REPLY).where(
            _REPLY.c.state == ReplyState.UNKNOWN,
            _REPLY.c.mailbox == name,
            _REPLY.c.proof != "",
            _REPLY.c.next_try <= now,
        )
        with self.reading() as connection:
            return [_record(row) for row in connection.execute(query.order_by(_REPLY.c.id))]

    def look_later(self, reply: int, *, retry_at: datetime | None, error: str = "") -> None:
        with self.writing() as connection:
            rules.require_unknown(_locked(connection, reply).state)
            _set(connection, reply, next_try=retry_at, error=error)

    def direct(self, reply: int, event: ReplyEvent, *, who: str, now: datetime, note: str = "") -> None:
        with self.writing() as connection:
            give_direction(connection, reply, event, who=who, now=now, note=note)

    def replies(self, *, states: Sequence[ReplyState] = (), case: str = "") -> list[ReplyRecord]:
        query = sa.select(_REPLY)
        if states:
            query = query.where(_REPLY.c.state.in_(states))
        if case:
            query = query.where(_REPLY.c.case_number == case)
        with self.reading() as connection:
            return [_record(row) for row in connection.execute(query.order_by(_REPLY.c.id))]

    def reply(self, reply: int) -> ReplyRecord | None:
        with self.reading() as connection:
            row = connection.execute(sa.select(_REPLY).where(_REPLY.c.id == reply)).one_or_none()
        return None if row is None else _record(row)

    def reply_of(self, message_id: str) -> ReplyRecord | None:
        with self.reading() as connection:
            row = connection.execute(sa.select(_REPLY).where(_REPLY.c.message_id == message_id)).one_or_none()
        return None if row is None else _record(row)

    def traffic(self, *, address: str, about: str, now: datetime) -> Traffic:
        domain = "@" + address.rpartition("@")[2]

        def count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
            return sa.func.count(sa.case((sa.and_(*conditions), 1)))

        counted = sa.select(
            count(_REPLY.c.address == address),
            count(_REPLY.c.address.endswith(domain, autoescape=True)),
            count(_REPLY.c.about == about) if about else sa.literal(0),
            count(_REPLY.c.queued >= now - rules.HOUR),
        ).where(_REPLY.c.queued >= now - rules.DAY, _REPLY.c.state.in_(rules.GOING))
        with self.reading() as connection:
            to_address, to_domain, on_subject, hourly = connection.execute(counted).one()
        return Traffic(address=to_address, domain=to_domain, subject=on_subject, hourly=hourly)

    def answers(self, message_ids: Sequence[str]) -> Answered | None:
        ours = (
            sa.select(_REPLY.c.id, _REPLY.c.case_number, _REPLY.c.kind).order_by(_REPLY.c.id.desc()).limit(1)
        )
        with self.reading() as connection:
            found = [
                row
                for some in rules.batches(message_ids)
                for row in connection.execute(ours.where(_REPLY.c.message_id.in_(some)))
            ]
            if not found:
                return None
            latest = max(found, key=lambda row: row.id)
            return Answered(
                case=latest.case_number,
                reply=latest.kind,
                corrections=_corrections(connection, latest.case_number),
            )


_NO_LEASE = {"owner": "", "lease_until": None}


def put(connection: sa.Connection, case: str, mailbox: str, reply: Reply, *, now: datetime) -> None:
    """Into the outbox, once: its Message-ID tells whether it is there already."""
    if connection.execute(_KNOWN, {"known_": reply.message_id}).first():
        return
    state = ReplyState.HELD if reply.held else ReplyState.QUEUED
    about = {"case_number": case, "mailbox": mailbox, "address": reply.recipient.lower()}
    own = {name: content for name, content in vars(reply).items() if name != "not_before"}
    due = {"state": state, "queued": now, "error": reply.held, "next_try": reply.not_before}
    connection.execute(_NEW, {**due, **about, **own})


def give_direction(
    connection: sa.Connection, reply: int, event: ReplyEvent, *, who: str, now: datetime, note: str
) -> None:
    """What a person, or a plan, says about one reply, and the line of its case's history."""
    row = _locked(connection, reply)
    state = rules.directed(row.state, event)
    after = rules.after_direction(event, resent=row.resent, now=now, note=note)
    _set(connection, reply, state=state, **after)
    cases.note_down(connection, row.case_number, rules.direction(event, who=who, now=now, note=note))


def _move(connection: sa.Connection, row: sa.Row[Any], event: ReplyEvent, **changes: Any) -> None:
    _set(connection, row.id, state=lifecycle.follow(lifecycle.REPLY, row.state, event), **changes)


def _set(connection: sa.Connection, reply: int, **changes: Any) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    connection.execute(_change(tuple(sorted(changes))), {**new, "reply_id_": reply})


@functools.lru_cache(maxsize=256)  # the combinations of columns that the code above changes: some twenty
def _change(columns: tuple[str, ...]) -> sa.Update:
    new = {name: sa.bindparam(f"new_{name}", type_=_REPLY.c[name].type) for name in columns}
    return sa.update(_REPLY).where(_BY_ID).values(new)


def _is_held(row: sa.Row[Any], owner: str, now: datetime) -> bool:
    return rules.is_held(row.state, row.owner, row.lease_until, by=owner, now=now)


def _locked(connection: sa.Connection, reply: int) -> sa.Row[Any]:
    return _known(connection, reply, lock=True)


def _known(connection: sa.Connection, reply: int, *, lock: bool = False) -> sa.Row[Any]:
    row = connection.execute(_ONE_LOCKED if lock else _ONE, {"reply_id_": reply}).one_or_none()
    if row is None:
        raise LookupError(f"no reply {reply} in the ledger")
    return row


def _corrections(connection: sa.Connection, case: str) -> int:
    of_theirs = (
        _REPLY.c.case_number.in_(cases.conversation(connection, case)),
        _REPLY.c.kind == ReplyKind.CORRECTION.value,
        _REPLY.c.state.in_(rules.GOING),
    )
    return connection.execute(sa.select(sa.func.count()).select_from(_REPLY).where(*of_theirs)).scalar_one()


def _record(row: sa.Row[Any]) -> ReplyRecord:
    reply = Reply(
        kind=ReplyKind(row.kind),
        language=row.language,
        recipient=row.recipient,
        subject=row.subject,
        message_id=row.message_id,
        text=row.text,
        raw=row.raw,
        held=row.held,
    )
    return ReplyRecord(
        id=row.id,
        case=row.case_number,
        mailbox=row.mailbox,
        state=row.state,
        reply=reply,
        queued=row.queued,
        attempts=row.attempts,
        next_try=row.next_try,
        sent=row.sent,
        error=row.error,
        owner=row.owner,
        lease_until=row.lease_until,
        proof=row.proof,
        lost=row.lost,
        resent=row.resent,
    )
