"""What can prove that a reply of unknown fate has left. Of those of an earlier version nothing can."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("mailbox", sa.Column("copies", sa.Text(), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("proof", sa.String(length=16), nullable=False, server_default=""))
    op.add_column("reply", sa.Column("lost", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reply", sa.Column("resent", sa.Integer(), nullable=False, server_default="0"))
