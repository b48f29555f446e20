"""Where messages stand, as an index: counting them, and finding parked ones, does not read them all."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_message_standing", "message", ["mailbox", "state", "outcome"])
