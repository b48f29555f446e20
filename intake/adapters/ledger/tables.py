"""The tables. Adding or changing one here needs a migration; a test compares the two.

Types and constraints are those that SQLite and PostgreSQL share.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

import sqlalchemy as sa

from intake.adapters.ledger import rules
from intake.journey import lifecycle
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import Outcome

#: Named, so that a later migration can drop a constraint on every database.
metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so a naive time is refused before it gets there."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's
        return None if value is None else rules.utc(value)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:  # noqa: ARG002  # SQLAlchemy's
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Text(sa.types.TypeDecorator[str]):
    """Text as any database takes it: see ``rules.text``."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's
        return None if value is None else rules.text(value)


def words(kind: type[StrEnum]) -> sa.Enum:
    """The values of an enumeration as text: readable in the database, checked on the way in and out."""
    return sa.Enum(
        kind, native_enum=False, length=32, values_callable=lambda members: [m.value for m in members]
    )


def _id() -> sa.Column[int]:
    # SQLite counts by itself only in a column that is exactly INTEGER.
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, Text, nullable=False, default="")


def _moment(name: str, *, nullable: bool = True) -> sa.Column[datetime]:
    return sa.Column(name, Moment, nullable=nullable)


def _case(name: str = "case_number", *, primary_key: bool = False, index: bool = False) -> sa.Column[str]:
    number = sa.ForeignKey("message.case_number")
    return sa.Column(
        name, sa.String(32), number, primary_key=primary_key, index=index or None, nullable=False
    )


def _states(states: tuple[MessageState, ...]) -> str:
    return "state IN ({})".format(", ".join(f"'{state.value}'" for state in states))


#: The conditions of two partial indexes, so that what is finished costs nothing. A query uses the
#: index only when it has the very same text: bound values would hide it from the planner.
UNFINISHED = _states(lifecycle.UNFINISHED)
BEFORE = _states((MessageState.BEFORE,))

mailbox = sa.Table(
    "mailbox",
    metadata,
    sa.Column("name", sa.String(255), primary_key=True),
    sa.Column("uidvalidity", sa.BigInteger, nullable=False),
    sa.Column("last_uid", sa.BigInteger, nullable=False),
    _moment("started", nullable=False),
    _moment("last_pass"),
    _text("trouble"),
    _moment("trouble_since"),
    _moment("next_try"),
    sa.Column("copies", sa.Text, nullable=False, server_default=""),  # why none of our replies reach it
)

message = sa.Table(
    "message",
    metadata,
    _id(),
    sa.Column("mailbox", sa.ForeignKey("mailbox.name"), nullable=False),
    sa.Column("uidvalidity", sa.BigInteger, nullable=False),
    sa.Column("uid", sa.BigInteger, nullable=False),
    sa.Column("case_number", sa.String(32), unique=True),  # NULL before our time
    sa.Column("state", words(MessageState), nullable=False),
    sa.Column("outcome", words(Outcome)),
    sa.Column("place_folder", Text, nullable=False),
    sa.Column("place_uidvalidity", sa.BigInteger),
    sa.Column("place_uid", sa.BigInteger),
    sa.Column("content_key", Text),
    _text("message_id"),
    sa.Column("size", sa.BigInteger, nullable=False, default=0),
    _moment("arrived"),
    _moment("found"),
    _moment("done"),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    _moment("next_try"),
    _text("step"),
    _text("error"),
    sa.Column("adopted", sa.Boolean, nullable=False, default=False),
    sa.Column("no_reply", sa.Boolean, nullable=False, default=False),
    sa.Column("duplicate_of", sa.String(32)),
    sa.Column("belongs_to", sa.String(32)),  # the earlier case that a later mail is part of
    sa.Column("owner", sa.String(64), nullable=False, server_default=""),  # who has it in hand
    _moment("lease_until"),
    sa.Column("hold", sa.Text, nullable=False, server_default=""),  # why its reply waits for a person
    sa.UniqueConstraint("mailbox", "uidvalidity", "uid"),
    sa.Index("ix_message_content_key", "content_key"),
    sa.Index("ix_message_duplicate_of", "duplicate_of"),
    sa.Index("ix_message_belongs_to", "belongs_to"),
    sa.Index(
        "ix_message_unfinished",
        "mailbox",
        "id",
        sqlite_where=sa.text(UNFINISHED),
        postgresql_where=sa.text(UNFINISHED),
    ),
    # Counting reads this index alone; whoever looks for parked messages finds them without reading the others.
    sa.Index("ix_message_standing", "mailbox", "state", "outcome"),
    sa.Index("ix_message_before", "mailbox", sqlite_where=sa.text(BEFORE), postgresql_where=sa.text(BEFORE)),
    sqlite_autoincrement=True,  # an id is never used twice, not even after an erasure
)

#: The whole plan, apart from the message so that the rows that are searched stay narrow.
plan = sa.Table(
    "plan",
    metadata,
    sa.Column("message", sa.ForeignKey("message.id"), primary_key=True, autoincrement=False),
    sa.Column("version", sa.Integer, nullable=False),  # of the shape of ``body``
    sa.Column("body", Text, nullable=False),  # JSON in ASCII, all but the raw reply
    sa.Column("raw", sa.LargeBinary),
)

applicant_case = sa.Table(
    "applicant_case",
    metadata,
    _case("number", primary_key=True),
    sa.Column("message", sa.ForeignKey("message.id"), nullable=False),
    sa.Column("mailbox", sa.ForeignKey("mailbox.name"), nullable=False),
    _moment("arrived", nullable=False),
    sa.Column("outcome", words(Outcome), nullable=False),
    sa.Column("positions", sa.JSON, nullable=False),
    sa.Column("candidates", sa.JSON, nullable=False),
    _text("follows"),
    _text("continued"),
    _moment("decided"),
    _moment("closed"),
    sa.Column("address", Text, nullable=False, server_default=""),  # of the applicant, in lower case
    sa.Column("person", Text, nullable=False, server_default=""),  # as they write their name
    sa.Index("ix_applicant_case_desk", "outcome", "closed", "continued"),
    sa.Index("ix_applicant_case_follows", "follows"),
    sa.Index("ix_applicant_case_address", "address"),
)

case_event = sa.Table(
    "case_event",
    metadata,
    _id(),
    _case(index=True),
    _moment("at", nullable=False),
    _text("who"),
    _text("what"),
    _text("note"),
)

reply = sa.Table(
    "reply",
    metadata,
    _id(),
    _case(),
    sa.Column("mailbox", sa.ForeignKey("mailbox.name"), nullable=False),
    sa.Column("state", words(ReplyState), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    _text("recipient"),
    sa.Column("address", Text, nullable=False),  # the recipient in lower case, for counting
    _text("subject"),
    sa.Column("message_id", sa.String(998), nullable=False, unique=True),  # a line's length, RFC 5322 2.1.1
    _moment("queued", nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    _moment("next_try"),
    _moment("sent"),
    _text("error"),
    _text("owner"),
    _moment("lease_until"),
    _text("held"),
    sa.Column("about", sa.String(32), nullable=False, server_default=""),  # hash of the subject it answers
    _text("text"),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("proof", sa.String(16), nullable=False, server_default=""),  # what can prove that it has left
    _moment("lost"),
    sa.Column("resent", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_reply_state", "state", "queued"),
    sa.Index("ix_reply_address", "address", "queued"),
    sa.Index("ix_reply_queued", "queued"),
    sa.Index("ix_reply_case", "case_number", "kind", "state", "sent"),
    sqlite_autoincrement=True,
)

#: Every place that holds a person's data, under their case.
place = sa.Table(
    "place",
    metadata,
    _case(primary_key=True),
    sa.Column("kind", sa.String(32), primary_key=True),
    sa.Column("location", Text, primary_key=True),
)

request = sa.Table(
    "request",
    metadata,
    _id(),
    _moment("at", nullable=False),
    _text("who"),
    _text("what"),
    sa.Column("arguments", sa.JSON, nullable=False),
    sa.Column("finished", Moment, index=True),
    sa.Column("result", Text),
)

#: How many messages of a mailbox are in each state with each outcome ("" before there is one). One row
#: for each from the mailbox's first start on, so that counting is an UPDATE and never an upsert.
tally = sa.Table(
    "tally",
    metadata,
    sa.Column("mailbox", sa.ForeignKey("mailbox.name"), primary_key=True),
    sa.Column("state", words(MessageState), primary_key=True),
    sa.Column("outcome", sa.String(32), primary_key=True),
    sa.Column("messages", sa.BigInteger, nullable=False),
)

#: What is remembered of the ledger as a whole, each under its name, in JSON.
milestone = sa.Table(
    "milestone",
    metadata,
    sa.Column("name", sa.String(32), primary_key=True),
    _moment("at", nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)
