"""What a reconciliation asks of the ledger, in small steps, and what a repair corrects in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from intake.adapters.ledger import plans, rules, tables, tally
from intake.adapters.ledger.database import Database
from intake.journey import lifecycle, reconcile
from intake.journey.lifecycle import MessageEvent, MessageState, ReplyState
from intake.ports import Milestone

_MESSAGE, _PLAN, _CASE = tables.message, tables.plan, tables.applicant_case
_REPLY, _PLACE, _MILESTONE = tables.reply, tables.place, tables.milestone

#: A case as it was decided last, with the message that holds it.
_HELD = (
    sa.select(_MESSAGE.c.id, _MESSAGE.c.mailbox, _MESSAGE.c.state, _MESSAGE.c.place_folder, _MESSAGE.c.size,
              _CASE.c.number, _CASE.c.closed, _PLAN.c.body)
    .join(_CASE, sa.and_(_CASE.c.message == _MESSAGE.c.id,
                         _CASE.c.number == sa.func.coalesce(_MESSAGE.c.belongs_to, _MESSAGE.c.case_number)))
    .join(_PLAN, _PLAN.c.message == _MESSAGE.c.id)
)  # fmt: skip

#: Messages whose case may still be made.
_TO_COME = (*lifecycle.UNFINISHED, MessageState.PARKED)

#: Tables that speak of a case, by what they are to a person.
_OF_A_CASE = {
    "its decision": _CASE.c.number,
    "a reply": _REPLY.c.case_number,
    "places": _PLACE.c.case_number,
    "its history": tables.case_event.c.case_number,
}


class Audit(Database):
    """The part of ``ports.Ledger`` about looking at itself."""

    def held(self, *, after: int, limit: int) -> list[reconcile.Filed]:
        query = _HELD.where(_MESSAGE.c.id > after).order_by(_MESSAGE.c.id).limit(limit)
        return self._filed(query)

    def held_last(self, *, limit: int) -> list[reconcile.Filed]:
        return self._filed(_HELD.order_by(_MESSAGE.c.id.desc()).limit(limit))

    def held_by(self, case: str) -> reconcile.Filed | None:
        return next(iter(self._filed(_HELD.where(_CASE.c.number == case))), None)

    def _filed(self, query: sa.Select[Any]) -> list[reconcile.Filed]:
        with self.reading() as connection:
            rows = connection.execute(query).all()
            found = [_record(row) for row in rows]
            places = _folders_of(connection, [one.case for one in found])
            queued = _queued(connection, [one.reply for one in found if one.reply])
        return [
            replace(one, places=tuple(places[one.case]), queued=not one.reply or one.reply in queued)
            for one in found
        ]

    def rowless(self, name: str, *, uidvalidity: int, uids: Sequence[int]) -> list[int]:
        known: set[int] = set()
        mine = sa.select(_MESSAGE.c.uid).where(
            _MESSAGE.c.mailbox == name, _MESSAGE.c.uidvalidity == uidvalidity
        )
        with self.reading() as connection:
            for some in rules.batches(uids):
                known |= set(connection.execute(mine.where(_MESSAGE.c.uid.in_(some))).scalars())
        return sorted(set(uids) - known)

    def placed(self, name: str) -> dict[tuple[str, int], set[int]]:
        where = (_MESSAGE.c.place_folder, _MESSAGE.c.place_uidvalidity, _MESSAGE.c.place_uid)
        query = sa.select(_MESSAGE.c.id, *where).where(_MESSAGE.c.mailbox == name).order_by(_MESSAGE.c.id)
        found: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        last = 0
        while True:  # a transaction for each piece: a long one keeps the log of SQLite from being folded back
            with self.reading() as connection:
                rows = connection.execute(query.where(_MESSAGE.c.id > last).limit(5000)).all()
            if not rows:
                return dict(found)
            last = rows[-1].id
            for row in rows:
                if row.place_uid is not None:
                    found[row.place_folder, row.place_uidvalidity or 0].add(row.place_uid)

    def known_ids(self, name: str, message_ids: Sequence[str]) -> set[str]:
        column, found = _MESSAGE.c.message_id, set[str]()
        with self.reading() as connection:
            for some in rules.batches(message_ids):
                mine = sa.select(column).where(_MESSAGE.c.mailbox == name, column.in_(some))
                found |= set(connection.execute(mine).scalars())
        return found

    def known_cases(self, numbers: Sequence[str]) -> set[str]:
        of_cases = sa.select(_CASE.c.number)
        in_work = sa.select(_MESSAGE.c.case_number).where(_MESSAGE.c.state.in_(_TO_COME))
        asked = ((of_cases, _CASE.c.number), (in_work, _MESSAGE.c.case_number))
        found: set[str] = set()
        with self.reading() as connection:
            for query, column in asked:
                for some in rules.batches(numbers):
                    found |= set(connection.execute(query.where(column.in_(some))).scalars())
        return found

    def orphans(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        with self.reading() as connection:
            for what, column in _OF_A_CASE.items():
                lost = (
                    sa.select(column)
                    .select_from(column.table.outerjoin(_MESSAGE, _MESSAGE.c.case_number == column))
                    .where(_MESSAGE.c.id.is_(None))
                    .distinct()
                )
                for number in connection.execute(lost).scalars():
                    found[number].append(what)
            alone = sa.select(_PLAN.c.body).outerjoin(_MESSAGE, _MESSAGE.c.id == _PLAN.c.message)
            for body in connection.execute(alone.where(_MESSAGE.c.id.is_(None))).scalars():
                found[plans.outline(body).case].append("its plan")
        return dict(found)

    def planless(self) -> list[str]:
        planned = (MessageState.PLANNED, MessageState.FILED, MessageState.DONE)
        query = sa.select(_MESSAGE.c.case_number).outerjoin(_PLAN, _PLAN.c.message == _MESSAGE.c.id)
        with self.reading() as connection:
            rows = connection.execute(query.where(_MESSAGE.c.state.in_(planned), _PLAN.c.message.is_(None)))
            return [number or "" for number in rows.scalars()]

    def standings(self, cases: Sequence[str]) -> dict[str, MessageState]:
        found: dict[str, MessageState] = {}
        query = sa.select(_MESSAGE.c.case_number, _MESSAGE.c.state)
        with self.reading() as connection:
            for some in rules.batches(cases):
                for row in connection.execute(query.where(_MESSAGE.c.case_number.in_(some))):
                    found[row.case_number] = row.state
        return found

    def places_of(self, kinds: Sequence[str]) -> list[tuple[str, str, str]]:
        columns = (_PLACE.c.case_number, _PLACE.c.kind, _PLACE.c.location)
        query = sa.select(*columns).where(_PLACE.c.kind.in_(kinds)).order_by(*columns)
        with self.reading() as connection:
            return [(row.case_number, row.kind, row.location) for row in connection.execute(query)]

    # what a repair corrects

    def retally(self, name: str) -> None:
        standing = (_MESSAGE.c.state, _MESSAGE.c.outcome)
        query = sa.select(*standing, sa.func.count()).where(_MESSAGE.c.mailbox == name).group_by(*standing)
        with self.writing() as connection:
            counted = connection.execute(query).all()
            connection.execute(sa.delete(tables.tally).where(tables.tally.c.mailbox == name))
            tally.start(connection, name)
            for state, outcome, number in counted:
                tally.add(connection, name, (state, outcome), number)

    def redo(self, message: int, *, hold: str) -> None:
        with self.writing() as connection:
            row = connection.execute(
                sa.select(_MESSAGE).where(_MESSAGE.c.id == message).with_for_update()
            ).one()
            state = lifecycle.follow(lifecycle.MESSAGE, row.state, MessageEvent.REDO)
            fresh = {"state": state, "attempts": 0, "next_try": None, "step": "", "error": ""}
            connection.execute(sa.update(_MESSAGE).where(_MESSAGE.c.id == message).values(fresh))
            tally.shift(connection, row.mailbox, (row.state, row.outcome), (state, row.outcome))
            _kept_back(connection, message, hold)

    def keep_back(self, *, why: str) -> int:
        going = (ReplyState.QUEUED, ReplyState.SENDING)
        held = {"state": ReplyState.HELD, "error": why, "owner": "", "lease_until": None, "next_try": None}
        sought = sa.and_(
            _REPLY.c.state == ReplyState.UNKNOWN, _REPLY.c.proof != "", _REPLY.c.next_try.is_not(None)
        )
        with self.writing() as connection:
            change = sa.update(_REPLY).where(_REPLY.c.state.in_(going)).values(held)
            number = connection.execute(change).rowcount
            # Their proof is still sought, and only that: what is not found is for a person.
            connection.execute(sa.update(_REPLY).where(sought).values(resent=lifecycle.MOST_RESENT))
            unfinished = sa.select(_MESSAGE.c.id).where(sa.text(tables.UNFINISHED))
            for message in connection.execute(unfinished).scalars().all():
                number += _kept_back(connection, message, why)
        return number

    # milestones

    def milestone(self, name: str) -> Milestone | None:
        query = sa.select(_MILESTONE.c.at, _MILESTONE.c.body).where(_MILESTONE.c.name == name)
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Milestone(at=row.at, body=row.body)

    def set_milestone(self, name: str, milestone: Milestone | None) -> None:
        with self.writing() as connection:
            connection.execute(sa.delete(_MILESTONE).where(_MILESTONE.c.name == name))
            if milestone is not None:
                connection.execute(sa.insert(_MILESTONE).values(name=name, **vars(milestone)))


def _record(row: sa.Row[Any]) -> reconcile.Filed:
    outline = plans.outline(row.body, size=row.size)
    return replace(outline, message=row.id, case=row.number, mailbox=row.mailbox, state=row.state,
                   closed=row.closed is not None, lies=row.place_folder)  # fmt: skip


def _folders_of(connection: sa.Connection, cases: Sequence[str]) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    mine = sa.select(_PLACE.c.case_number, _PLACE.c.location).where(_PLACE.c.kind == "folder")
    for some in rules.batches(cases):
        for row in connection.execute(mine.where(_PLACE.c.case_number.in_(some)).order_by(_PLACE.c.location)):
            found[row.case_number].append(row.location)
    return found


def _queued(connection: sa.Connection, message_ids: Sequence[str]) -> set[str]:
    column, found = _REPLY.c.message_id, set[str]()
    for some in rules.batches(message_ids):
        found |= set(connection.execute(sa.select(column).where(column.in_(some))).scalars())
    return found


def _kept_back(connection: sa.Connection, message: int, why: str) -> int:
    """A message that is not done: its reply waits for a person, whether its plan has one already or it comes yet."""
    connection.execute(sa.update(_MESSAGE).where(_MESSAGE.c.id == message).values(hold=why))
    has = connection.execute(sa.select(_PLAN.c.message).where(_PLAN.c.message == message)).first()
    planned = plans.load(connection, message) if has else None
    if planned is None or planned.reply is None:
        return 0
    plans.save(connection, message, replace(planned, reply=replace(planned.reply, held=why, not_before=None)))
    return 1
