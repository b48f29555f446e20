"""Whose a case is, and which later mails belong to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("address", "person"):
        op.add_column("applicant_case", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.add_column("message", sa.Column("belongs_to", sa.String(length=32), nullable=True))
    op.create_index("ix_message_belongs_to", "message", ["belongs_to"])
    op.create_index("ix_applicant_case_address", "applicant_case", ["address"])
