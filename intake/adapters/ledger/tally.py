"""How many messages stand where, kept up with every change, so that counting reads a few rows only."""

from __future__ import annotations

from itertools import product

import sqlalchemy as sa

from intake.adapters.ledger import rules, tables
from intake.adapters.ledger.prepared import Prepared
from intake.journey import lifecycle
from intake.journey.lifecycle import MessageState
from intake.model import Outcome

_TALLY = tables.tally
_Standing = tuple[MessageState, Outcome | None]


def start(connection: sa.Connection, mailbox: str) -> None:
    """A row of zero for everything that can be counted in a new mailbox."""
    standings = product(MessageState, ("", *Outcome))
    connection.execute(
        sa.insert(_TALLY),
        [{"mailbox": mailbox, "state": state, "outcome": word, "messages": 0} for state, word in standings],
    )


_ROW = (
    _TALLY.c.mailbox == sa.bindparam("mailbox_"),
    _TALLY.c.state == sa.bindparam("state_"),
    _TALLY.c.outcome == sa.bindparam("outcome_"),
)
_ADD = Prepared(sa.update(_TALLY).where(*_ROW).values(messages=_TALLY.c.messages + sa.bindparam("number_")))


def add(connection: sa.Connection, mailbox: str, standing: _Standing, number: int) -> None:
    """So many messages more (or fewer) that stand there."""
    if number:
        state, outcome = standing
        _ADD.change(connection, mailbox_=mailbox, state_=state, outcome_=outcome or "", number_=number)


def shift(
    connection: sa.Connection, mailbox: str, before: _Standing, after: _Standing, number: int = 1
) -> None:
    """Messages that stood there stand here now."""
    if before != after:
        add(connection, mailbox, before, -number)
        add(connection, mailbox, after, number)


def sums(connection: sa.Connection) -> list[int]:
    """How many messages there are by the figures of all mailboxes: all, unfinished, parked."""
    rows = connection.execute(
        sa.select(_TALLY.c.state, sa.func.sum(_TALLY.c.messages)).group_by(_TALLY.c.state)
    )
    told = {state: int(number) for state, number in rows}
    return [
        sum(told.values()),
        sum(told.get(state, 0) for state in lifecycle.UNFINISHED),
        told.get(MessageState.PARKED, 0),
    ]


def counts(connection: sa.Connection, mailbox: str) -> dict[str, int]:
    """The figures of one mailbox, see ``ports.Ledger.counts``."""
    rows = connection.execute(sa.select(_TALLY).where(_TALLY.c.mailbox == mailbox, _TALLY.c.messages != 0))
    return rules.counted(
        (row.state, Outcome(row.outcome) if row.outcome else None, row.messages) for row in rows
    )
