"""Whose a message is while several processes share the work, by leases on the database's own clock.

A lease ends by itself, so that what a dead process had in hand is taken over; and a process that was only
stopped for a while, and goes on, finds its name gone from the row and can write nothing about it any more.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Self

import sqlalchemy as sa

from intake.adapters.ledger import statements
from intake.adapters.ledger.database import Database, translated
from intake.adapters.ledger.prepared import Prepared
from intake.errors import LeaseLost, Transient
from intake.journey import lifecycle
from intake.ports import Claim

_KEY = sa.func.hashtextextended(sa.bindparam("key_", type_=sa.String), 0)
_LOCK = Prepared(sa.select(sa.func.pg_advisory_lock(_KEY)))
_UNLOCK_ALL = Prepared(sa.select(sa.func.pg_advisory_unlock_all()))


class Leases(Database):
    """The part of ``ports.Ledger`` about who works on what."""

    owner = ""  # "" for the one process that needs no leases

    def as_owner(self, owner: str) -> Self:
        other = copy.copy(self)
        other.owner = owner
        return other

    def claim(self, message: int, *, seconds: float) -> Claim | None:
        with self.writing() as connection:
            row = statements.ONE_LOCKED.first(connection, message_id_=message)
            now = self.database_now(connection)
            if row is None or row.state not in lifecycle.UNFINISHED:
                return None
            others = row.owner and row.owner != self.owner
            if others and row.lease_until > now:
                return None
            statements.CLAIM.change(
                connection, message_id_=message, owner_=self.owner, until_=now + timedelta(seconds=seconds)
            )
        return Claim(orphaned=bool(row.owner))

    def extend(self, message: int, *, seconds: float) -> None:
        with self.writing() as connection:
            until = self.database_now(connection) + timedelta(seconds=seconds)
            statements.EXTEND.change(connection, message_id_=message, owner_=self.owner, until_=until)

    def release(self, message: int) -> None:
        with self.writing() as connection:
            statements.RELEASE.change(connection, message_id_=message, owner_=self.owner)

    def assure(self, message: int) -> None:
        if not self.owner:
            return
        with self.reading() as connection:
            row = statements.LEASE.first(connection, message_id_=message)
            if row is None or row.owner != self.owner or row.lease_until <= self.database_now(connection):
                raise LeaseLost("the lease of this message has ended")

    @contextmanager
    def turn(self, *keys: str) -> Iterator[None]:
        if not self.owner or self.dialect != "postgresql":
            yield
            return
        with contextlib.ExitStack() as held:
            with translated():
                connection = held.enter_context(self._engine.connect())
                try:
                    with connection.begin():
                        # In one order, so that two never wait for each other.
                        for key in sorted({*keys} - {""}):
                            _LOCK.first(connection, key_=key)
                except sa.exc.DBAPIError as exc:
                    connection.invalidate()  # the session ends, and with it the locks that it got
                    raise Transient("another mail of the same sender or case is being judged") from exc
            try:
                yield
            finally:
                try:
                    with connection.begin():
                        _UNLOCK_ALL.first(connection)
                except sa.exc.DBAPIError:
                    connection.invalidate()  # back in the pool it would hold the locks


def require(row: Any, owner: str) -> None:
    """LeaseLost where a process that works under leases no longer has this message."""
    if owner and row.owner != owner:
        raise LeaseLost("the lease of this message has ended")
