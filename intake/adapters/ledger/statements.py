"""What every message asks of the table of messages, prepared. Values are named with a trailing underscore."""

from __future__ import annotations

import functools
from datetime import UTC, datetime

import sqlalchemy as sa

from intake.adapters.ledger import tables
from intake.adapters.ledger.prepared import Prepared, one_of
from intake.journey.lifecycle import MessageState

_MESSAGE = tables.message
_PLAN = tables.plan
WITH_PLAN = sa.select(_MESSAGE, _PLAN.c.version, _PLAN.c.body, _PLAN.c.raw).outerjoin_from(
    _MESSAGE, _PLAN, _PLAN.c.message == _MESSAGE.c.id
)

_BY_ID = _MESSAGE.c.id == sa.bindparam("message_id_")
ONE_LOCKED = Prepared(sa.select(_MESSAGE).where(_BY_ID).with_for_update())
LEASE = Prepared(sa.select(_MESSAGE.c.owner, _MESSAGE.c.lease_until).where(_BY_ID))
ONE_WITH_PLAN = Prepared(WITH_PLAN.where(_BY_ID))

#: What is finished is in nobody's hands.
NOBODYS = {"owner": "", "lease_until": None}

_OWNER = sa.bindparam("owner_", type_=_MESSAGE.c.owner.type)
_UNTIL = sa.bindparam("until_", type_=tables.Moment)
CLAIM = Prepared(sa.update(_MESSAGE).where(_BY_ID).values(owner=_OWNER, lease_until=_UNTIL))
EXTEND = Prepared(
    sa.update(_MESSAGE)
    .where(_BY_ID, _MESSAGE.c.owner == _OWNER, _MESSAGE.c.owner != "")
    .values(lease_until=_UNTIL)
)
RELEASE = Prepared(sa.update(_MESSAGE).where(_BY_ID, _MESSAGE.c.owner == _OWNER).values(NOBODYS))


def unclaimed(dialect: str) -> sa.ColumnElement[bool]:
    """Messages that nobody has in hand, by the clock that all workers share: ``clock`` gives it where it is ours."""
    shared = dialect == "postgresql"
    now = sa.func.clock_timestamp() if shared else sa.bindparam("clock_", type_=tables.Moment)
    return sa.or_(_MESSAGE.c.owner == "", _MESSAGE.c.lease_until <= now)


def clock(dialect: str) -> dict[str, datetime]:
    """The values of ``unclaimed``."""
    return {} if dialect == "postgresql" else {"clock_": datetime.now(UTC)}


_UNFINISHED = (
    WITH_PLAN.where(
        _MESSAGE.c.mailbox == sa.bindparam("name_"),
        sa.text(tables.UNFINISHED),
        sa.or_(_MESSAGE.c.next_try.is_(None), _MESSAGE.c.next_try <= sa.bindparam("now_", type_=tables.Moment)),
    )
    .order_by(_MESSAGE.c.id)
    .limit(sa.bindparam("limit_"))
)  # fmt: skip
#: Those that are due: all of them; and those that nobody has in hand, by dialect.
DUE_IN_HAND = Prepared(_UNFINISHED)
DUE = {dialect: Prepared(_UNFINISHED.where(unclaimed(dialect))) for dialect in ("sqlite", "postgresql")}

#: The one with the same content to which a message is a duplicate, see ``ports.Ledger.identify``; and the one of
#: which it is a duplicate for certain.
_EARLIER_ONES = (
    WITH_PLAN.where(
        _MESSAGE.c.content_key == sa.bindparam("key_", type_=tables.Text),
        _MESSAGE.c.id != sa.bindparam("message_id_"),
        _MESSAGE.c.state != MessageState.GONE,
        _MESSAGE.c.duplicate_of.is_(None),
        sa.or_(_MESSAGE.c.outcome.is_not(None), _MESSAGE.c.id < sa.bindparam("message_id_")),
    )
    .order_by(sa.case((_MESSAGE.c.outcome.is_not(None), 0), else_=1), _MESSAGE.c.id)
    .limit(1)
)
EARLIER = Prepared(_EARLIER_ONES)
JUDGED_ALIKE = Prepared(_EARLIER_ONES.where(_MESSAGE.c.outcome.is_not(None)))
CASE_OF = Prepared(
    sa.select(_MESSAGE.c.case_number)
    .where(
        _MESSAGE.c.content_key == sa.bindparam("key_", type_=tables.Text),
        _MESSAGE.c.outcome.is_not(None),
        _MESSAGE.c.duplicate_of.is_(None),
    )
    .order_by(_MESSAGE.c.id.desc())
    .limit(1)
)
OUTCOME = Prepared(sa.select(_MESSAGE.c.outcome).where(_MESSAGE.c.case_number == sa.bindparam("case_")))
DUPLICATES = Prepared(sa.select(_MESSAGE).where(_MESSAGE.c.duplicate_of == sa.bindparam("case_")))
# No other condition: with one on the mailbox SQLite reads all its messages instead of these two indexes.
OF_CASE = Prepared(
    sa.select(_MESSAGE).where(
        sa.or_(
            _MESSAGE.c.case_number == sa.bindparam("case_"), _MESSAGE.c.belongs_to == sa.bindparam("case_")
        )
    )
)


@functools.lru_cache(maxsize=256)  # the combinations of columns that are changed: some twenty
def change(columns: tuple[str, ...]) -> Prepared:
    """New values (``new_`` before the name) for some columns of one message."""
    new = {name: sa.bindparam(f"new_{name}", type_=_MESSAGE.c[name].type) for name in columns}
    return Prepared(sa.update(_MESSAGE).where(_BY_ID).values(new))


@functools.cache
def taken(lot: int) -> Prepared:
    """Which of so many case numbers messages have."""
    number = _MESSAGE.c.case_number
    return Prepared(sa.select(number).where(one_of(number, lot)))


@functools.cache
def uids_known(lot: int) -> Prepared:
    """Which of so many UIDs have a message."""
    mine = (
        _MESSAGE.c.mailbox == sa.bindparam("name_"),
        _MESSAGE.c.uidvalidity == sa.bindparam("uidvalidity_"),
    )
    return Prepared(sa.select(_MESSAGE.c.uid).where(*mine, one_of(_MESSAGE.c.uid, lot)))
