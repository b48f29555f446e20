"""The rows of messages, from the mailbox to the moved mail. Each state change keeps the tally right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from intake.adapters.ledger import (
    cases,
    leases,
    mailboxes,
    outbox,
    places,
    plans,
    rules,
    statements,
    tables,
    tally,
)
from intake.adapters.ledger.leases import Leases
from intake.adapters.ledger.prepared import in_lots
from intake.errors import UidValidityChanged
from intake.journey import lifecycle
from intake.journey.lifecycle import MessageEvent, MessageState, ReplyEvent
from intake.model import MessageKey, Outcome, Plan
from intake.ports import MessageRecord, Place

_MESSAGE = tables.message

#: A step succeeded: what is counted and remembered of failures is about the next one.
_FRESH_START = {"attempts": 0, "next_try": None, "step": "", "error": ""}


class Messages(Leases):
    """The part of ``ports.Ledger`` about messages."""

    def take_in(
        self,
        name: str,
        *,
        uidvalidity: int,
        uids: Sequence[int],
        now: datetime,
        number: Callable[[], str],
        folder: str = rules.INBOX,
        hold: str = "",
    ) -> int:
        with self.writing() as connection:
            mailbox = mailboxes.locked(connection, name)
            if mailbox.uidvalidity != uidvalidity:
                raise UidValidityChanged(f"mailbox {name!r} was rebuilt since its UIDs were read")
            known = _known_uids(connection, name, uidvalidity, uids)
            new = sorted(set(uids) - known)
            rows = dict(zip(new, _fresh_numbers(connection, len(new), number), strict=True))
            mailboxes.insert(connection, name, uidvalidity, rows, now=now, folder=folder, hold=hold)
            mailboxes.reach(connection, mailbox, max(uids, default=0))
        return len(new)

    def adopt(self, name: str, *, uids: Sequence[int], replies: bool, number: Callable[[], str]) -> int:
        with self.writing() as connection:
            uidvalidity = mailboxes.locked(connection, name).uidvalidity
            rows = _before(connection, name, uidvalidity, uids)
            numbers = _fresh_numbers(connection, len(rows), number)
            for row, case in zip(rows, numbers, strict=True):
                changes = {"case_number": case, "adopted": True, "no_reply": not replies}
                _move(connection, row, MessageEvent.ADOPT, **changes)
        return len(rows)

    def unfinished(
        self, name: str, *, now: datetime, limit: int, in_hand: bool = False
    ) -> list[MessageRecord]:
        query = statements.DUE_IN_HAND if in_hand else statements.DUE[self.dialect]
        clock = {} if in_hand else statements.clock(self.dialect)
        with self.reading() as connection:
            rows = query.all(connection, name_=name, now_=now, limit_=limit, **clock)
        return [_record(row) for row in rows]

    def parked(self, name: str) -> list[MessageRecord]:
        query = statements.WITH_PLAN.where(
            _MESSAGE.c.mailbox == name, _MESSAGE.c.state == MessageState.PARKED
        )
        with self.reading() as connection:
            rows = connection.execute(query.order_by(_MESSAGE.c.id)).all()
        return [_record(row) for row in rows]

    def put_off_of(self, name: str) -> list[MessageRecord]:
        query = statements.WITH_PLAN.where(
            _MESSAGE.c.mailbox == name, sa.text(tables.UNFINISHED), _MESSAGE.c.attempts > 0
        )
        with self.reading() as connection:
            rows = connection.execute(query.order_by(_MESSAGE.c.id)).all()
        return [_record(row) for row in rows]

    def recount(self, name: str) -> dict[str, int]:
        standing = (_MESSAGE.c.state, _MESSAGE.c.outcome)
        query = sa.select(*standing, sa.func.count()).where(_MESSAGE.c.mailbox == name).group_by(*standing)
        with self.reading() as connection:
            return rules.counted(
                (state, outcome, number) for state, outcome, number in connection.execute(query)
            )

    def tally_holds(self) -> bool:
        # Without a condition SQLite counts the entries of an index and reads none of them.
        every = sa.select(sa.func.count()).select_from(_MESSAGE)
        unfinished = every.where(sa.text(tables.UNFINISHED))
        parked = every.where(
            _MESSAGE.c.mailbox.in_(sa.select(tables.mailbox.c.name)), _MESSAGE.c.state == MessageState.PARKED
        )
        with self.reading() as connection:
            counted = [connection.execute(query).scalar_one() for query in (every, unfinished, parked)]
            return counted == tally.sums(connection)

    def message(self, message: int) -> MessageRecord:
        with self.reading() as connection:
            row = statements.ONE_WITH_PLAN.first(connection, message_id_=message)
        if row is None:
            raise LookupError(f"no message {message} in the ledger")
        return _record(row)

    def identify(
        self, message: int, *, content_key: str, message_id: str, size: int, arrived: datetime
    ) -> MessageRecord | None:
        with self.writing() as connection:
            state = self._mine(connection, message).state
            rules.require(state, (MessageState.FOUND,), what="identify")
            _set(
                connection,
                message,
                content_key=content_key,
                message_id=message_id,
                size=size,
                arrived=arrived,
            )
            row = statements.EARLIER.first(connection, key_=content_key, message_id_=message)
        return None if row is None else _record(row)

    def case_of(self, content_key: str) -> str:
        with self.reading() as connection:
            return statements.CASE_OF.scalar(connection, key_=content_key) or ""

    def repoint(self, earlier: int, *, duplicate: int) -> None:
        with self.writing() as connection:
            kept, again = _locked(connection, earlier), _locked(connection, duplicate)
            if kept.mailbox != again.mailbox:
                raise ValueError("a message of one mailbox does not lie in another")
            # The two swap their keys, which are unique: by way of one that no server gives (UIDs are
            # positive, RFC 3501 2.3.1.1). The old key is void and stays with what is GONE.
            _move(connection, again, MessageEvent.VANISH, next_try=None, uid=-again.id)
            _set(connection, earlier, **_key(again), **_lying(_place(again)))
            # Where the old key had given way (a negative UID), every row keeps one made of its own id.
            old = _key(kept) if kept.uid > 0 else {**_key(kept), "uid": -again.id}
            _set(connection, duplicate, **old, **_lying(_place(kept)))
            if kept.outcome is not None:
                _moved_place(connection, kept, _place(again))

    def put_off(self, message: int, *, step: str, error: str, retry_at: datetime | None) -> None:
        with self.writing() as connection:
            row = self._mine(connection, message)
            rules.require(row.state, lifecycle.UNFINISHED, what="put off")
            failure = {"attempts": row.attempts + 1, "step": step, "error": error, "next_try": retry_at}
            if retry_at is None:
                _move(connection, row, MessageEvent.PARK, **failure)
            else:
                _set(connection, message, **failure)

    def vanish(self, message: int) -> None:
        with self.writing() as connection:
            _move(connection, self._mine(connection, message), MessageEvent.VANISH, next_try=None)

    def _mine(self, connection: sa.Connection, message: int) -> Any:
        """A message's row, locked. LeaseLost when we work under leases and have it no longer."""
        row = _locked(connection, message)
        leases.require(row, self.owner)
        return row

    def retry(self, message: int) -> None:
        with self.writing() as connection:
            row = _locked(connection, message)
            _move(connection, row, rules.retrying(row.outcome), **_FRESH_START)

    def save_plan(
        self,
        message: int,
        plan: Plan,
        *,
        now: datetime,
        duplicate_of: str = "",
        overtaken: Sequence[int] = (),
        who: str = rules.OURSELVES,
        first: bool = False,
        seen: datetime | None = None,
    ) -> None:
        rules.storable(plan)
        with self.writing() as connection:
            row = _locked(connection, message)
            if first or row.state in lifecycle.UNFINISHED:
                leases.require(row, self.owner)  # else it is a decision about what nobody has in hand
            if first:
                rules.require(row.state, (MessageState.FOUND,), what="judge")
            if seen is not None:
                rules.unchanged(cases.decided(connection, plan.case), seen)
            if row.state is MessageState.FOUND and not duplicate_of:
                rules.only_original(_judged_alike(connection, row))
            outcome = _outcome_of(connection, duplicate_of) or plan.verdict.outcome
            later = not duplicate_of and plan.case != row.case_number
            changes = {
                "outcome": outcome,
                "duplicate_of": duplicate_of or None,
                "belongs_to": plan.case if later else row.belongs_to,
                **_FRESH_START,
            }
            _move(connection, row, rules.planning(row.state), **changes)
            plans.save(connection, message, plan)
            at = rules.whereabouts(row.mailbox, _place(row))
            places.add(connection, duplicate_of or plan.case, "mailbox", at)
            if not duplicate_of:
                _recount_duplicates(connection, row, outcome)
                cases.decide(connection, row, plan, now=now)
                _followed(connection, row, plan)
            for reply in overtaken:
                outbox.give_direction(
                    connection, reply, ReplyEvent.DROP, who=who, now=now, note=rules.OVERTAKEN
                )

    def mark_filed(self, message: int, *, now: datetime) -> None:
        with self.writing() as connection:
            row = self._mine(connection, message)
            _move(connection, row, MessageEvent.FILE, **_FRESH_START)
            plan = plans.load(connection, message)
            places.refile(connection, _holder(row, plan), plan)
            if plan.reply and not row.duplicate_of:  # the same message is never answered again
                outbox.put(connection, plan.case, row.mailbox, plan.reply, now=now)

    def mark_moved(self, message: int, *, place: Place | None, now: datetime) -> None:
        with self.writing() as connection:
            row = self._mine(connection, message)
            moved = _lying(place) if place else {}
            _move(connection, row, MessageEvent.MOVE, done=now, **moved, **_FRESH_START)
            if place:
                _moved_place(connection, row, place)


def _move(connection: sa.Connection, row: Any, event: MessageEvent, **changes: Any) -> None:
    """The only way to another state. ``changes`` are other columns of the same row."""
    state = lifecycle.follow(lifecycle.MESSAGE, row.state, event)
    if state not in lifecycle.UNFINISHED:
        changes |= statements.NOBODYS
    _set(connection, row.id, state=state, **changes)
    after = (state, changes.get("outcome", row.outcome))
    tally.shift(connection, row.mailbox, (row.state, row.outcome), after)


def _set(connection: sa.Connection, message: int, **changes: Any) -> None:
    new = {f"new_{name}": value for name, value in changes.items()}
    statements.change(tuple(sorted(changes))).change(connection, message_id_=message, **new)


def _locked(connection: sa.Connection, message: int) -> Any:
    row = statements.ONE_LOCKED.first(connection, message_id_=message)
    if row is None:
        raise LookupError(f"no message {message} in the ledger")
    return row


def _fresh_numbers(connection: sa.Connection, count: int, number: Callable[[], str]) -> list[str]:
    def taken(candidates: list[str]) -> set[str]:
        return {
            case
            for some, lot in in_lots(candidates)
            for case in statements.taken(lot).scalars(connection, **some)
        }

    return rules.fresh_numbers(count, number, taken=taken)


def _known_uids(connection: sa.Connection, name: str, uidvalidity: int, uids: Sequence[int]) -> set[int]:
    return {
        uid
        for some, lot in in_lots(uids)
        for uid in statements.uids_known(lot).scalars(
            connection, name_=name, uidvalidity_=uidvalidity, **some
        )
    }


def _before(connection: sa.Connection, name: str, uidvalidity: int, uids: Sequence[int]) -> list[Any]:
    query = sa.select(_MESSAGE).where(
        _MESSAGE.c.mailbox == name,
        _MESSAGE.c.uidvalidity == uidvalidity,
        _MESSAGE.c.state == MessageState.BEFORE,
    )
    chosen = [
        row
        for some in rules.batches(uids)
        for row in connection.execute(query.where(_MESSAGE.c.uid.in_(some)).order_by(_MESSAGE.c.uid))
    ]
    return sorted(chosen, key=lambda row: row.uid)


def _judged_alike(connection: sa.Connection, row: Any) -> Any:
    """The message of which this one is a duplicate for certain, if any."""
    if not row.content_key:
        return None
    return statements.JUDGED_ALIKE.first(connection, key_=row.content_key, message_id_=row.id)


def _outcome_of(connection: sa.Connection, case: str) -> Outcome | None:
    if not case:
        return None
    found: Outcome | None = statements.OUTCOME.scalar(connection, case_=case)
    return found


def _recount_duplicates(connection: sa.Connection, original: Any, outcome: Outcome) -> None:
    """Duplicates of a message count where it counts, also after it is decided anew."""
    if original.outcome == outcome:
        return
    for row in statements.DUPLICATES.all(connection, case_=original.case_number):
        _set(connection, row.id, outcome=outcome)
        tally.shift(connection, row.mailbox, (row.state, row.outcome), (row.state, outcome))


def _moved_place(connection: sa.Connection, row: Any, now_at: Place) -> None:
    holder = _holder(row, plans.load(connection, row.id))
    places.drop(connection, holder, "mailbox", rules.whereabouts(row.mailbox, _place(row)))
    places.add(connection, holder, "mailbox", rules.whereabouts(row.mailbox, now_at))


def _followed(connection: sa.Connection, holder: Any, plan: Plan) -> None:
    """The other mails of the case are to lie where its newest one will."""
    for row in statements.OF_CASE.all(connection, case_=plan.case):
        if row.id == holder.id or row.mailbox != holder.mailbox or row.duplicate_of:
            continue
        if row.state is not MessageState.DONE:
            continue
        _recount_duplicates(connection, row, plan.verdict.outcome)
        moved = rules.following(plans.load(connection, row.id), plan)
        _move(connection, row, MessageEvent.DECIDE, outcome=plan.verdict.outcome, **_FRESH_START)
        plans.save(connection, row.id, moved)


def _holder(row: Any, plan: Plan) -> str:
    """The case under which this message's places are listed."""
    return row.duplicate_of or plan.case


def _key(row: Any) -> dict[str, object]:
    return {"mailbox": row.mailbox, "uidvalidity": row.uidvalidity, "uid": row.uid}


def _place(row: Any) -> Place:
    return Place(folder=row.place_folder, uidvalidity=row.place_uidvalidity, uid=row.place_uid)


def _lying(place: Place) -> dict[str, object]:
    return {"place_folder": place.folder, "place_uidvalidity": place.uidvalidity, "place_uid": place.uid}


def _record(row: Any) -> MessageRecord:
    return MessageRecord(
        id=row.id,
        key=MessageKey(**_key(row)),  # type: ignore[arg-type]  # columns of those very types
        case=row.case_number or "",
        state=row.state,
        place=_place(row),
        content_key=row.content_key or "",
        message_id=row.message_id,
        size=row.size,
        arrived=row.arrived,
        found=row.found,
        done=row.done,
        outcome=row.outcome,
        plan=None if row.body is None else plans.at_hand(row.version, row.body, row.raw),
        attempts=row.attempts,
        next_try=row.next_try,
        step=row.step,
        error=row.error,
        adopted=row.adopted,
        no_reply=row.no_reply,
        duplicate_of=row.duplicate_of or "",
        belongs_to=row.belongs_to or "",
        hold=row.hold,
    )
