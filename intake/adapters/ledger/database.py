"""One database and the two ways of using it: a reading and a writing transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from intake.adapters.ledger import postgres
from intake.adapters.ledger.prepared import Prepared
from intake.errors import IntakeError, Permanent, Transient

#: Seconds to wait for another writer. Our own writes take milliseconds; a copy of the database taken
#: by an admin may hold the lock for longer.
BUSY = 10.0

#: Primary result codes of SQLite (sqlite.org/rescode.html) that may be gone on the next try.
_PASSING = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

#: How a transaction begins. IMMEDIATE: one that reads first and writes later would fail with SQLITE_BUSY, without
#: waiting, when another wrote in between (sqlite.org/lang_transaction.html, 2.2).
_READ, _WRITE = "BEGIN", "BEGIN IMMEDIATE"

_CLOCK = Prepared(sa.select(sa.func.clock_timestamp()))

#: One view for all statements of a transaction, where SQLite gives it by itself.
_ONE_VIEW = {"postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}}


class Database:
    """Threads may share it: each transaction has a connection of the pool to itself.

    There is no other way to the database than ``reading`` and ``writing``. A transaction whose connection ends
    is Transient: nothing of it was done, or, when it ended during the commit, all. So whoever tries again first
    looks where the row stands now, which every method here does.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.dialect = engine.dialect.name
        self._reader = engine.execution_options(**_ONE_VIEW.get(engine.dialect.name, {}))
        self._writer = engine.execution_options(intake_writes=True)
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else None
        self._idle: deque[sa.Connection] = deque()  # of SQLite, between two transactions

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """One consistent view of the ledger, however long it is looked at."""
        with translated(), self._reader.begin() if self._turn is None else self._held(_READ) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """All of it or nothing, by the only writer, among all processes, from its first statement on."""
        if self._turn is None:
            with translated(), self._writer.begin() as connection:
                yield connection
        else:
            with self._in_turn(self._turn), translated(), self._held(_WRITE) as connection:
                yield connection

    @contextmanager
    def _held(self, begin: str) -> Iterator[sa.Connection]:
        """A transaction on a connection that is held from one to the next, begun and ended by sqlite3 itself: the
        ways of the pool and of SQLAlchemy take ten times as long. What fails gives its connection back to the
        pool, which rolls it back."""
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._engine.connect().execution_options(intake_begun=True)
        try:
            say(connection, begin)
            yield connection
            if connection.in_transaction():  # to SQLAlchemy: something in it was not prepared
                connection.commit()
            else:
                say(connection, "COMMIT")
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    @staticmethod
    def database_now(connection: sa.Connection) -> datetime:
        """The time by the one clock that all workers at this ledger share: the server's, or this machine's."""
        if connection.dialect.name != "postgresql":
            return datetime.now(UTC)
        told: datetime = _CLOCK.scalar(connection)
        return told.astimezone(UTC)

    @staticmethod
    @contextmanager
    def _in_turn(turn: threading.Lock) -> Iterator[None]:
        """Our own threads wait for each other here: SQLite's way to wait is to sleep, longer each time, and to look
        again. Transient as where another process keeps the ledger locked."""
        if not turn.acquire(timeout=BUSY):
            raise Transient("the ledger cannot be used now: another thread of ours is writing")
        try:
            yield
        finally:
            turn.release()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()
        self._engine.dispose()


def sqlite(path: Path, *, foreign_keys: bool = True) -> sa.Engine:
    """An engine whose transactions are what we say: sqlite3 itself begins none (isolation_level None)."""
    url = sa.URL.create("sqlite", database=str(path))
    settled = {"isolation_level": None, "timeout": BUSY}
    # hide_parameters: an error that reaches a log names no applicant. max_overflow: ``Database`` holds its connections,
    # so that whoever waited for the pool to get one back would wait in vain.
    engine = sa.create_engine(url, connect_args=settled, hide_parameters=True, max_overflow=-1)

    @event.listens_for(engine, "connect")
    def settings(connection: sqlite3.Connection, _: object) -> None:
        # FULL: in WAL mode NORMAL loses the last commits at a power cut, and a commit of ours is
        # the promise that an effect is not repeated.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("intake_begun", False):
            say(connection, _WRITE if options.get("intake_writes", False) else _READ)

    return engine


def say(connection: sa.Connection, words: str) -> None:
    """Said to sqlite3 itself: SQLAlchemy's way there takes four times as long, for every transaction."""
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute(words)
    except sqlite3.Error as error:
        raise exc.DBAPIError.instance(words, None, error, sqlite3.Error, hide_parameters=True) from error


@contextmanager
def translated() -> Iterator[None]:
    """Errors of the driver become ours; those that only a bug of ours can cause stay as they are."""
    try:
        yield
    except exc.TimeoutError as error:
        raise Transient("the ledger has no free connection") from error
    except exc.DBAPIError as error:
        meaning = _meaning(error)
        if meaning is None:
            raise
        raise meaning from error
    except exc.StatementError as error:
        if isinstance(error.orig, ValueError):  # a naive time, refused while it was bound
            raise error.orig from None
        raise


def _meaning(error: exc.DBAPIError) -> IntakeError | None:
    cause: Any = error.orig
    code = getattr(cause, "sqlite_errorcode", None)
    if code is None:
        return postgres.meaning(error)
    if code & 0xFF in _PASSING:
        return Transient(f"the ledger cannot be used now: {cause}")
    if code & 0xFF in _BROKEN:
        return Permanent(f"the ledger is damaged: {cause}")
    return None
