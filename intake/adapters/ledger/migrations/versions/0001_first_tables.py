"""The first tables: mailboxes, messages with their plans, cases, replies, places, requests, the tally."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(32)
UNFINISHED = sa.text("state IN ('found', 'planned', 'filed')")
BEFORE = sa.text("state IN ('before-our-time')")


def upgrade() -> None:
    op.create_table(
        "mailbox",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger, nullable=False),
        sa.Column("last_uid", sa.BigInteger, nullable=False),
        sa.Column("started", MOMENT, nullable=False),
        sa.Column("last_pass", MOMENT),
        sa.Column("trouble", sa.Text, nullable=False),
        sa.Column("trouble_since", MOMENT),
        sa.Column("next_try", MOMENT),
        sa.PrimaryKeyConstraint("name", name="pk_mailbox"),
    )

    op.create_table(
        "request",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("arguments", sa.JSON, nullable=False),
        sa.Column("finished", MOMENT),
        sa.Column("result", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_request"),
    )
    op.create_index("ix_request_finished", "request", ["finished"])

    op.create_table(
        "message",
        sa.Column("id", ID, nullable=False),
        sa.Column("mailbox", sa.String(length=255), nullable=False),
        sa.Column("uidvalidity", sa.BigInteger, nullable=False),
        sa.Column("uid", sa.BigInteger, nullable=False),
        sa.Column("case_number", WORD),
        sa.Column("state", WORD, nullable=False),
        sa.Column("outcome", WORD),
        sa.Column("place_folder", sa.Text, nullable=False),
        sa.Column("place_uidvalidity", sa.BigInteger),
        sa.Column("place_uid", sa.BigInteger),
        sa.Column("content_key", sa.Text),
        sa.Column("message_id", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("arrived", MOMENT),
        sa.Column("found", MOMENT),
        sa.Column("done", MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try", MOMENT),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("adopted", sa.Boolean, nullable=False),
        sa.Column("no_reply", sa.Boolean, nullable=False),
        sa.Column("duplicate_of", WORD),
        sa.ForeignKeyConstraint(["mailbox"], ["mailbox.name"], name="fk_message_mailbox"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("case_number", name="uq_message_case_number"),
        sa.UniqueConstraint("mailbox", "uidvalidity", "uid", name="uq_message_mailbox_uidvalidity_uid"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_message_before", "message", ["mailbox"], sqlite_where=BEFORE, postgresql_where=BEFORE)
    op.create_index("ix_message_content_key", "message", ["content_key"])
    op.create_index("ix_message_duplicate_of", "message", ["duplicate_of"])
    op.create_index(
        "ix_message_unfinished",
        "message",
        ["mailbox", "id"],
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )

    op.create_table(
        "tally",
        sa.Column("mailbox", sa.String(length=255), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("messages", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["mailbox"], ["mailbox.name"], name="fk_tally_mailbox"),
        sa.PrimaryKeyConstraint("mailbox", "state", "outcome", name="pk_tally"),
    )

    op.create_table(
        "applicant_case",
        sa.Column("number", WORD, nullable=False),
        sa.Column("message", ID, nullable=False),
        sa.Column("mailbox", sa.String(length=255), nullable=False),
        sa.Column("arrived", MOMENT, nullable=False),
        sa.Column("outcome", WORD, nullable=False),
        sa.Column("positions", sa.JSON, nullable=False),
        sa.Column("candidates", sa.JSON, nullable=False),
        sa.Column("follows", sa.Text, nullable=False),
        sa.Column("continued", sa.Text, nullable=False),
        sa.Column("decided", MOMENT),
        sa.Column("closed", MOMENT),
        sa.ForeignKeyConstraint(["mailbox"], ["mailbox.name"], name="fk_applicant_case_mailbox"),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_applicant_case_message"),
        sa.ForeignKeyConstraint(["number"], ["message.case_number"], name="fk_applicant_case_number"),
        sa.PrimaryKeyConstraint("number", name="pk_applicant_case"),
    )
    op.create_index("ix_applicant_case_desk", "applicant_case", ["outcome", "closed", "continued"])
    op.create_index("ix_applicant_case_follows", "applicant_case", ["follows"])

    op.create_table(
        "case_event",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", WORD, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["message.case_number"], name="fk_case_event_case_number"),
        sa.PrimaryKeyConstraint("id", name="pk_case_event"),
    )
    op.create_index("ix_case_event_case_number", "case_event", ["case_number"])

    op.create_table(
        "place",
        sa.Column("case_number", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["message.case_number"], name="fk_place_case_number"),
        sa.PrimaryKeyConstraint("case_number", "kind", "location", name="pk_place"),
    )

    op.create_table(
        "plan",
        sa.Column("message", ID, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("raw", sa.LargeBinary),
        sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_plan_message"),
        sa.PrimaryKeyConstraint("message", name="pk_plan"),
    )

    op.create_table(
        "reply",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_number", WORD, nullable=False),
        sa.Column("mailbox", sa.String(length=255), nullable=False),
        sa.Column("state", WORD, nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("recipient", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("message_id", sa.String(length=998), nullable=False),
        sa.Column("queued", MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try", MOMENT),
        sa.Column("sent", MOMENT),
        sa.Column("error", sa.Text, nullable=False),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("lease_until", MOMENT),
        sa.Column("held", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["case_number"], ["message.case_number"], name="fk_reply_case_number"),
        sa.ForeignKeyConstraint(["mailbox"], ["mailbox.name"], name="fk_reply_mailbox"),
        sa.PrimaryKeyConstraint("id", name="pk_reply"),
        sa.UniqueConstraint("message_id", name="uq_reply_message_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_reply_address", "reply", ["address", "queued"])
    op.create_index("ix_reply_case", "reply", ["case_number", "kind", "state", "sent"])
    op.create_index("ix_reply_state", "reply", ["state", "queued"])
