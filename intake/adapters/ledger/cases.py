"""The rows of cases: what was decided last, every event before it, and which case goes on from which."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from intake.adapters.ledger import places, plans, rules, tables
from intake.adapters.ledger.database import Database
from intake.adapters.ledger.prepared import Prepared, inserting
from intake.journey.lifecycle import ReplyState
from intake.model import Outcome, Plan, ReplyKind
from intake.ports import CaseEvent, CaseRecord

_CASE = tables.applicant_case
_EVENT = tables.case_event
_REPLY = tables.reply
_PLAN = tables.plan
_COLUMNS = tuple(column.name for column in _CASE.c)

_BY_NUMBER = _CASE.c.number == sa.bindparam("number_")
_ONE = Prepared(sa.select(_CASE).where(_BY_NUMBER))
_OF_ADDRESS = Prepared(
    sa.select(_CASE)
    .where(_CASE.c.address == sa.bindparam("address_"), _CASE.c.address != "")
    .order_by(_CASE.c.arrived.desc(), _CASE.c.number.desc())
    .limit(rules.OF_ONE)
)
_DECIDED = Prepared(sa.select(_CASE.c.decided).where(_BY_NUMBER))
_FOLLOWS = Prepared(sa.select(_CASE.c.follows).where(_BY_NUMBER))
_FOLLOWED_BY = Prepared(
    sa.select(_CASE.c.number)
    .where(_CASE.c.follows == sa.bindparam("number_"))
    .order_by(_CASE.c.number)
    .limit(rules.CHAIN)
)
#: What changes each time it is decided.
_ANEW = ("outcome", "positions", "candidates", "follows", "decided", "closed", "message")
_NEW = inserting(_CASE, "number", "mailbox", "arrived", "address", "person", *_ANEW)
_CHANGE = Prepared(
    sa.update(_CASE)
    .where(_BY_NUMBER)
    .values({name: sa.bindparam(f"new_{name}", type_=_CASE.c[name].type) for name in _ANEW})
)
_CONTINUE = Prepared(
    sa.update(_CASE).where(_BY_NUMBER).values(continued=sa.bindparam("by_", type_=tables.Text))
)
_NOTE = inserting(_EVENT, "case_number", "at", "who", "what", "note")


#: Rows of ``filed`` held in memory at once: each plan has a mail's text and a whole summary in it.
_AT_ONCE = 100


class Cases(Database):
    """The part of ``ports.Ledger`` about cases."""

    def case(self, number: str) -> CaseRecord | None:
        with self.reading() as connection:
            row = _ONE.first(connection, number_=number)
        return None if row is None else _record(row)

    def cases(self, *, outcomes: Sequence[Outcome] = (), open_only: bool = False) -> list[CaseRecord]:
        query = sa.select(_CASE)
        if outcomes:
            query = query.where(_CASE.c.outcome.in_(outcomes))
        if open_only:
            query = query.where(_CASE.c.closed.is_(None))
        return self._listed(query)

    def cases_of(self, address: str) -> list[CaseRecord]:
        with self.reading() as connection:
            return [_record(row) for row in _OF_ADDRESS.all(connection, address_=address)]

    def waiting_since(self, before: datetime) -> list[CaseRecord]:
        last_sent = (
            sa.select(sa.func.max(_REPLY.c.sent))
            .where(
                _REPLY.c.case_number == _CASE.c.number,
                _REPLY.c.kind == ReplyKind.CORRECTION.value,
                _REPLY.c.state == ReplyState.SENT,
            )
            .scalar_subquery()
        )
        unanswered = (
            _CASE.c.outcome == Outcome.CORRECTION,
            _CASE.c.closed.is_(None),
            _CASE.c.continued == "",
        )
        return self._listed(sa.select(_CASE).where(*unanswered, last_sent < before))

    def filed(self, *, positions: Sequence[str] = ()) -> Iterator[tuple[CaseRecord, Plan]]:
        query = sa.select(_CASE, _PLAN.c.version, _PLAN.c.body).join(
            _PLAN, _PLAN.c.message == _CASE.c.message
        )
        if positions:
            query = query.where(sa.or_(*(_names(position) for position in positions)))
        ordered = query.order_by(_CASE.c.arrived.desc(), _CASE.c.number.desc())
        with self.reading() as connection:
            for row in connection.execute(ordered.execution_options(yield_per=_AT_ONCE)):
                yield _record(row), plans.restored(row.version, row.body, b"")

    def history(self, number: str) -> list[CaseEvent]:
        query = sa.select(_EVENT.c.at, _EVENT.c.who, _EVENT.c.what, _EVENT.c.note)
        with self.reading() as connection:
            rows = connection.execute(query.where(_EVENT.c.case_number == number).order_by(_EVENT.c.id)).all()
        return [CaseEvent(**row._mapping) for row in rows]

    def add_event(self, number: str, event: CaseEvent) -> None:
        with self.writing() as connection:
            places.known_case(connection, number)
            note_down(connection, number, event)

    def close_case(self, number: str, *, who: str, now: datetime, note: str = "") -> None:
        with self.writing() as connection:
            change = sa.update(_CASE).where(_CASE.c.number == number).values(closed=now)
            if not connection.execute(change).rowcount:
                raise LookupError(f"no case {number!r} in the ledger")
            note_down(connection, number, CaseEvent(at=now, who=who, what="closed", note=note))

    def _listed(self, query: sa.Select[Any]) -> list[CaseRecord]:
        with self.reading() as connection:
            rows = connection.execute(query.order_by(_CASE.c.arrived, _CASE.c.number)).all()
        return [_record(row) for row in rows]


def note_down(connection: sa.Connection, number: str, event: CaseEvent) -> None:
    """One more line in a case's history."""
    _NOTE.change(connection, case_number=number, **vars(event))


def decided(connection: sa.Connection, number: str) -> datetime | None:
    """When the case was decided last; None where there is none."""
    found: datetime | None = _DECIDED.scalar(connection, number_=number)
    return found


def decide(connection: sa.Connection, message: Any, plan: Plan, *, now: datetime) -> None:
    """What a plan says of its case: made where the outcome makes one, changed (and open again) else."""
    known = _DECIDED.first(connection, number_=plan.case) is not None
    if not known and plan.verdict.outcome not in rules.CASES:
        return
    decided = {
        "outcome": plan.verdict.outcome,
        "positions": list(plan.verdict.positions),
        "candidates": list(plan.verdict.candidates),
        "follows": plan.follows,
        "decided": now,
        "closed": None,
        "message": message.id,
    }
    if known:
        _CHANGE.change(connection, number_=plan.case, **{f"new_{name}": decided[name] for name in _ANEW})
    else:
        _open(connection, message, plan, decided, now=now)
    note_down(connection, plan.case, rules.decision(plan.verdict, now=now))


def _open(
    connection: sa.Connection, message: Any, plan: Plan, decided: dict[str, object], *, now: datetime
) -> None:
    address, person = rules.whose(plan)
    origin = {
        "mailbox": message.mailbox,
        "arrived": message.arrived or now,
        "address": address,
        "person": person,
    }
    _NEW.change(connection, number=plan.case, **origin, **decided)
    if plan.follows and _CONTINUE.change(connection, number_=plan.follows, by_=plan.case):
        note_down(connection, plan.follows, rules.taken_up(plan.case, now=now))


def conversation(connection: sa.Connection, number: str) -> list[str]:
    """The cases of one conversation, see ``rules.conversation``."""

    def before(number: str) -> str:
        return _FOLLOWS.scalar(connection, number_=number) or ""

    def after(number: str) -> list[str]:
        return _FOLLOWED_BY.scalars(connection, number_=number)

    return rules.conversation(number, before=before, after=after)


def _names(position: str) -> sa.ColumnElement[bool]:
    """The case is for this position, or may be: the id in its quotes stands in one of the two lists."""
    quoted = json.dumps(position)
    lists = (sa.cast(_CASE.c.positions, sa.Text), sa.cast(_CASE.c.candidates, sa.Text))
    return sa.or_(*(listed.contains(quoted, autoescape=True) for listed in lists))


def _record(row: Any) -> CaseRecord:
    lists = {"positions": tuple(row.positions), "candidates": tuple(row.candidates)}
    own = {name: getattr(row, name) for name in _COLUMNS}
    return CaseRecord(**{**own, **lists})
