"""Alembic's entry: runs the revisions on the connection, and in the transaction, that ``sql`` gives."""

from __future__ import annotations

from alembic import context

from intake.adapters.ledger import tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=tables.metadata,
    transactional_ddl=True,  # also on SQLite: our engine leaves BEGIN to us
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
