"""What is remembered of the whole ledger (the last reconciliation, a restore), and whose reply is to wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "milestone",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_milestone"),
    )
    op.add_column("message", sa.Column("hold", sa.Text(), nullable=False, server_default=""))
