"""Who has a message in hand, where several processes share the work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("message", sa.Column("owner", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("message", sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
