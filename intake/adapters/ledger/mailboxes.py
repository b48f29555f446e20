"""The rows of mailboxes: their first start, their rebuilds, and how their last pass went."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from intake.adapters.ledger import rules, tables, tally
from intake.adapters.ledger.database import Database
from intake.adapters.ledger.prepared import Prepared, inserting
from intake.journey import lifecycle
from intake.journey.lifecycle import MessageEvent, MessageState
from intake.ports import MailboxRecord

_MAILBOX = tables.mailbox

_BY_NAME = _MAILBOX.c.name == sa.bindparam("name_")
_ONE = Prepared(sa.select(_MAILBOX).where(_BY_NAME))
_ONE_LOCKED = Prepared(sa.select(_MAILBOX).where(_BY_NAME).with_for_update())
_REACH = Prepared(sa.update(_MAILBOX).where(_BY_NAME).values(last_uid=sa.bindparam("reached_")))
_PASSED = Prepared(
    sa.update(_MAILBOX)
    .where(_BY_NAME)
    .values(
        last_pass=sa.bindparam("now_", type_=tables.Moment),
        trouble=sa.bindparam("trouble_", type_=tables.Text),
        trouble_since=sa.bindparam("since_", type_=tables.Moment),
        next_try=sa.bindparam("next_try_", type_=tables.Moment),
    )
)
_NEW_MESSAGE = inserting(
    tables.message, "mailbox", "uidvalidity", "uid", "place_folder", "place_uidvalidity", "place_uid", "found", "hold",
    "case_number", "state",
)  # fmt: skip


class Mailboxes(Database):
    """The part of ``ports.Ledger`` about mailboxes."""

    def mailbox(self, name: str) -> MailboxRecord | None:
        with self.reading() as connection:
            row = _ONE.first(connection, name_=name)
        return None if row is None else MailboxRecord(**row._asdict())

    def mailboxes(self) -> list[MailboxRecord]:
        with self.reading() as connection:
            rows = connection.execute(sa.select(_MAILBOX)).all()
        # Here: a server sorts by the rules of its language.
        return sorted((MailboxRecord(**row._mapping) for row in rows), key=lambda record: record.name)

    def start_mailbox(self, name: str, *, uidvalidity: int, before: Sequence[int], now: datetime) -> None:
        with self.writing() as connection:
            tried = connection.execute(
                sa.select(_MAILBOX.c.uidvalidity).where(_MAILBOX.c.name == name)
            ).first()
            if tried and tried.uidvalidity:
                raise ValueError(f"mailbox {name!r} has had its first start")
            connection.execute(sa.delete(_MAILBOX).where(_MAILBOX.c.name == name))
            record = MailboxRecord(
                name=name, uidvalidity=uidvalidity, last_uid=max(before, default=0), started=now
            )
            connection.execute(sa.insert(_MAILBOX).values(vars(record)))
            tally.start(connection, name)
            insert(connection, name, uidvalidity, dict.fromkeys(sorted(set(before))), now=now)

    def renew_mailbox(self, name: str, *, uidvalidity: int, before: Sequence[int], now: datetime) -> None:
        with self.writing() as connection:
            locked(connection, name)
            change = sa.update(_MAILBOX).where(_MAILBOX.c.name == name)
            connection.execute(change.values(uidvalidity=uidvalidity, last_uid=0))
            _void(connection, name, MessageState.FOUND, tables.UNFINISHED, now=now)
            _void(connection, name, MessageState.BEFORE, tables.BEFORE, now=now)
            _make_way(connection, name, uidvalidity)
            insert(connection, name, uidvalidity, dict.fromkeys(sorted(set(before))), now=now)

    def pass_over(self, name: str, *, last_uid: int) -> None:
        with self.writing() as connection:
            reach(connection, locked(connection, name), last_uid)

    def report_pass(
        self, name: str, *, now: datetime, trouble: str = "", next_try: datetime | None = None
    ) -> None:
        with self.writing() as connection:
            row = _ONE_LOCKED.first(connection, name_=name)
            if row is None:
                row = MailboxRecord(name=name, uidvalidity=0, last_uid=0, started=now)
                connection.execute(sa.insert(_MAILBOX).values(vars(row)))
            since = (row.trouble_since or now) if trouble else None
            _PASSED.change(
                connection, name_=name, now_=now, trouble_=trouble, since_=since, next_try_=next_try
            )

    def report_copies(self, name: str, *, trouble: str) -> None:
        with self.writing() as connection:
            change = sa.update(_MAILBOX).where(_MAILBOX.c.name == name)
            connection.execute(change.values(copies=trouble))

    def counts(self, name: str) -> dict[str, int]:
        with self.reading() as connection:
            return tally.counts(connection, name)


def locked(connection: sa.Connection, name: str) -> Any:
    """The row of a mailbox, ours until the transaction ends. LookupError when there is none."""
    row = _ONE_LOCKED.first(connection, name_=name)
    if row is None:
        raise LookupError(f"no mailbox {name!r} in the ledger")
    return row


def reach(connection: sa.Connection, mailbox: Any, uid: int) -> None:
    """Remember the highest UID that was ever met."""
    if uid > mailbox.last_uid:
        _REACH.change(connection, name_=mailbox.name, reached_=uid)


def insert(
    connection: sa.Connection,
    mailbox: str,
    uidvalidity: int,
    uids: dict[int, str] | dict[int, None],
    *,
    now: datetime,
    folder: str = rules.INBOX,
    hold: str = "",
) -> None:
    """New messages in a folder: FOUND under their case numbers, or BEFORE where there is none."""
    if not uids:
        return
    shared = {
        "mailbox": mailbox,
        "uidvalidity": uidvalidity,
        "place_folder": folder,
        "place_uidvalidity": uidvalidity,
        "found": now,
        "hold": hold,
    }
    numbered = [
        (uid, case, MessageState.FOUND if case else MessageState.BEFORE) for uid, case in uids.items()
    ]
    _NEW_MESSAGE.change_many(
        connection,
        (
            {**shared, "uid": uid, "place_uid": uid, "case_number": case, "state": state}
            for uid, case, state in numbered
        ),
    )
    tally.add(connection, mailbox, (numbered[0][2], None), len(numbered))


def _void(
    connection: sa.Connection, mailbox: str, state: MessageState, condition: str, *, now: datetime
) -> None:
    """All messages in this state are GONE. ``condition`` is that of the index to use."""
    gone = lifecycle.follow(lifecycle.MESSAGE, state, MessageEvent.VANISH)
    message = tables.message
    change = sa.update(message).where(
        message.c.mailbox == mailbox, message.c.state == state, sa.text(condition)
    )
    voided = connection.execute(change.values(state=gone, next_try=None, done=now))
    tally.shift(connection, mailbox, (state, None), (gone, None), voided.rowcount)


def _make_way(connection: sa.Connection, mailbox: str, uidvalidity: int) -> None:
    """What was known under a UIDVALIDITY that has come back gives up its keys."""
    message = tables.message
    known = sa.and_(message.c.mailbox == mailbox, message.c.uidvalidity == uidvalidity)
    connection.execute(sa.update(message).where(known).values(uid=-message.c.id))
