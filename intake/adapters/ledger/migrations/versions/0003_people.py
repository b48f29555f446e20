"""Whose a case is: what else comes from, or speaks of, the same person is found by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for name in ("address", "person"):
        op.add_column("applicant_case", sa.Column(name, sa.Text(), nullable=False, server_default=""))
    op.create_index("ix_applicant_case_address", "applicant_case", ["address"])
