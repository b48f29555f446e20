"""What the limits of traffic count by: the subject that a reply answers, and when it was queued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("reply", sa.Column("about", sa.String(length=32), nullable=False, server_default=""))
    op.create_index("ix_reply_queued", "reply", ["queued"])
