"""The rows of replies. Only the owner of an unexpired announcement settles what became of a reply."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from intake.adapters.ledger import cases, rules, tables
from intake.adapters.ledger.database import Database
from intake.adapters.ledger.prepared import Prepared, in_lots, inserting, items, one_of
from intake.journey import lifecycle
from intake.journey.lifecycle import ReplyEvent, ReplyState
from intake.model import Reply, ReplyKind, Traffic
from intake.ports import Answered, ReplyRecord

_REPLY = tables.reply

_BY_ID = _REPLY.c.id == sa.bindparam("reply_id_")
_ONE = Prepared(sa.select(_REPLY).where(_BY_ID))
_ONE_LOCKED = Prepared(sa.select(_REPLY).where(_BY_ID).with_for_update())
_BY_MESSAGE_ID = Prepared(sa.select(_REPLY).where(_REPLY.c.message_id == sa.bindparam("known_")))
_KNOWN = Prepared(sa.select(_REPLY.c.id).where(_REPLY.c.message_id == sa.bindparam("known_")))
_NEW = inserting(
    _REPLY, "case_number", "mailbox", "address", "state", "queued", "error", "next_try", "kind", "language", "recipient",
    "subject", "message_id", "text", "raw", "held", "about",
)  # fmt: skip
_ANNOUNCE = Prepared(
    sa.update(_REPLY)
    .where(_BY_ID, _REPLY.c.state == ReplyState.QUEUED)
    .values(
        state=lifecycle.follow(lifecycle.REPLY, ReplyState.QUEUED, ReplyEvent.ANNOUNCE),
        attempts=_REPLY.c.attempts + 1,
        owner=sa.bindparam("owner_", type_=tables.Text),
        lease_until=sa.bindparam("until_", type_=tables.Moment),
        next_try=None,
        proof=sa.bindparam("proof_"),
    )
)
_NOW = sa.bindparam("now_", type_=tables.Moment)
_SENDING = (
    sa.select(_REPLY).where(_REPLY.c.state == ReplyState.SENDING).order_by(_REPLY.c.id).with_for_update()
)
_EXPIRED = Prepared(_SENDING.where(_REPLY.c.lease_until <= _NOW))
_LEFT_BEHIND = Prepared(
    _SENDING.where(sa.or_(_REPLY.c.lease_until <= _NOW, _REPLY.c.owner != sa.bindparam("owner_")))
)
_UNPROVEN = Prepared(
    sa.select(_REPLY)
    .where(
        _REPLY.c.state == ReplyState.UNKNOWN,
        _REPLY.c.mailbox == sa.bindparam("name_"),
        _REPLY.c.proof != "",
        _REPLY.c.next_try <= _NOW,
    )
    .order_by(_REPLY.c.id)
)
_NEWEST = sa.select(_REPLY.c.id, _REPLY.c.case_number, _REPLY.c.kind).order_by(_REPLY.c.id.desc()).limit(1)


def _count(*conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((sa.and_(*conditions), 1)))


#: The replies of a day that are going out or went: to an address, its domain, on a subject, within an hour.
_TRAFFIC = Prepared(
    sa.select(
        _count(_REPLY.c.address == sa.bindparam("address_")),
        _count(_REPLY.c.address.endswith(sa.bindparam("domain_", type_=tables.Text), escape="/")),
        _count(_REPLY.c.about == sa.bindparam("about_")),
        _count(_REPLY.c.queued >= sa.bindparam("hour_", type_=tables.Moment)),
    ).where(
        _REPLY.c.queued >= sa.bindparam("day_", type_=tables.Moment),
        _REPLY.c.state.in_([sa.literal(state, _REPLY.c.state.type) for state in rules.GOING]),
    )
)


class Outbox(Database):
    """The part of ``ports.Ledger`` about replies."""

    def due_replies(
        self, *, now: datetime, limit: int, mailboxes: Sequence[str] | None = None
    ) -> list[ReplyRecord]:
        if mailboxes is not None and not mailboxes:
            return []
        among = items(mailboxes or ())
        with self.reading() as connection:
            rows = _due(len(among)).all(connection, now_=now, limit_=limit, **among)
        return [_record(row) for row in rows]

    def announce(self, reply: int, *, owner: str, lease_until: datetime, proof: str = "") -> bool:
        with self.writing() as connection:
            announced = _ANNOUNCE.change(
                connection, reply_id_=reply, owner_=owner, until_=lease_until, proof_=proof
            )
        return announced == 1

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
        with self.writing() as connection:
            if left_by_others:
                expired = _LEFT_BEHIND.all(connection, now_=now, owner_=left_by_others)
            else:
                expired = _EXPIRED.all(connection, now_=now)
            for row in expired:
                lost = rules.lost(row.proof, since=row.lease_until or now, now=now)
                _move(connection, row, ReplyEvent.LOSE, error=rules.LEASE_EXPIRED, **lost, **_NO_LEASE)
            return [_record(_locked(connection, row.id)) for row in expired]

    def unproven(self, name: str, *, now: datetime) -> list[ReplyRecord]:
        with self.reading() as connection:
            return [_record(row) for row in _UNPROVEN.all(connection, name_=name, now_=now)]

    def look_later(self, reply: int, *, retry_at: datetime | None, error: str = "") -> None:
        with self.writing() as connection:
            rules.require_unknown(_locked(connection, reply).state)
            _set(connection, reply, next_try=retry_at, error=error)

    def direct(self, reply: int, event: ReplyEvent, *, who: str, now: datetime, note: str = "") -> None:
        with self.writing() as connection:
            give_direction(connection, reply, event, who=who, now=now, note=note)

    def replies(self, *, states: Sequence[ReplyState] = (), case: str = "") -> list[ReplyRecord]:
        wanted = {"case_": case} if case else {}
        with self.reading() as connection:
            rows = _some(tuple(states), of_case=bool(case)).all(connection, **wanted)
        return [_record(row) for row in rows]

    def reply(self, reply: int) -> ReplyRecord | None:
        with self.reading() as connection:
            row = _ONE.first(connection, reply_id_=reply)
        return None if row is None else _record(row)

    def reply_of(self, message_id: str) -> ReplyRecord | None:
        with self.reading() as connection:
            row = _BY_MESSAGE_ID.first(connection, known_=message_id)
        return None if row is None else _record(row)

    def traffic(self, *, address: str, about: str, now: datetime) -> Traffic:
        domain = _escaped("@" + address.rpartition("@")[2])
        within = {"hour_": now - rules.HOUR, "day_": now - rules.DAY}
        with self.reading() as connection:
            to_address, to_domain, on_subject, hourly = _TRAFFIC.first(
                connection, address_=address, domain_=domain, about_=about, **within
            )
        return Traffic(
            address=to_address, domain=to_domain, subject=on_subject if about else 0, hourly=hourly
        )

    def answers(self, message_ids: Sequence[str]) -> Answered | None:
        with self.reading() as connection:
            found = [
                row for some, lot in in_lots(message_ids) for row in _answered(lot).all(connection, **some)
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
    if _KNOWN.first(connection, known_=reply.message_id) is not None:
        return
    state = ReplyState.HELD if reply.held else ReplyState.QUEUED
    about = {"case_number": case, "mailbox": mailbox, "address": reply.recipient.lower()}
    own = {name: content for name, content in vars(reply).items() if name != "not_before"}
    due = {"state": state, "queued": now, "error": reply.held, "next_try": reply.not_before}
    _NEW.change(connection, **due, **about, **own)


def give_direction(
    connection: sa.Connection, reply: int, event: ReplyEvent, *, who: str, now: datetime, note: str
) -> None:
    """What a person, or a plan, says about one reply, and the line of its case's history."""
    row = _locked(connection, reply)
    state = rules.directed(row.state, event)
    after = rules.after_direction(event, resent=row.resent, now=now, note=note)
    _set(connection, reply, state=state, **after)
    cases.note_down(connection, row.case_number, rules.direction(event, who=who, now=now, note=note))


def _move(connection: sa.Connection, row: Any, event: ReplyEvent, **changes: Any) -> None:
    _set(connection, row.id, state=lifecycle.follow(lifecycle.REPLY, row.state, event), **changes)


def _set(connection: sa.Connection, reply: int, **changes: Any) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    _change(tuple(sorted(changes))).change(connection, reply_id_=reply, **new)


@functools.lru_cache(maxsize=256)  # the combinations of columns that are changed: some twenty
def _change(columns: tuple[str, ...]) -> Prepared:
    new = {name: sa.bindparam(f"new_{name}", type_=_REPLY.c[name].type) for name in columns}
    return Prepared(sa.update(_REPLY).where(_BY_ID).values(new))


@functools.cache  # one for each number of mailboxes
def _due(mailboxes: int) -> Prepared:
    """The replies that are due, of so many mailboxes, or (0) of all."""
    query = sa.select(_REPLY).where(
        _REPLY.c.state == ReplyState.QUEUED, sa.or_(_REPLY.c.next_try.is_(None), _REPLY.c.next_try <= _NOW)
    )
    if mailboxes:
        query = query.where(one_of(_REPLY.c.mailbox, mailboxes))
    return Prepared(query.order_by(_REPLY.c.queued, _REPLY.c.id).limit(sa.bindparam("limit_")))


@functools.cache
def _some(states: tuple[ReplyState, ...], *, of_case: bool) -> Prepared:
    """The replies in some states, or in any, of one case or of all."""
    query = sa.select(_REPLY).order_by(_REPLY.c.id)
    if states:
        query = query.where(_REPLY.c.state.in_([sa.literal(state, _REPLY.c.state.type) for state in states]))
    return Prepared(query.where(_REPLY.c.case_number == sa.bindparam("case_")) if of_case else query)


@functools.cache
def _answered(lot: int) -> Prepared:
    """The newest reply that has one of so many Message-IDs."""
    return Prepared(_NEWEST.where(one_of(_REPLY.c.message_id, lot)))


def _escaped(text: str) -> str:
    """As LIKE takes it for itself."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _is_held(row: Any, owner: str, now: datetime) -> bool:
    return rules.is_held(row.state, row.owner, row.lease_until, by=owner, now=now)


def _locked(connection: sa.Connection, reply: int) -> Any:
    return _known(connection, reply, lock=True)


def _known(connection: sa.Connection, reply: int, *, lock: bool = False) -> Any:
    row = (_ONE_LOCKED if lock else _ONE).first(connection, reply_id_=reply)
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


def _record(row: Any) -> ReplyRecord:
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
