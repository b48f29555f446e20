"""Who may be at a ledger on a server, by advisory locks that end with the process's connection.

================  ======================  ==================
process           of the one worker       of those who share
================  ======================  ==================
``intake run``    alone                   alone
``intake poll``   alone
``intake work``                           with others
================  ======================  ==================
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from intake.adapters.ledger import database, postgres
from intake.adapters.ledger.lock import WorkerLock
from intake.errors import Permanent, Transient

_LOCK = {"locks": postgres.LOCKS, "worker": postgres.WORKER}
_TRY = {
    "worker": sa.text("SELECT pg_try_advisory_lock(:locks, :worker)").bindparams(**_LOCK),
    "nobody shares": sa.text("SELECT pg_try_advisory_lock(:locks, :sharing)").bindparams(
        locks=postgres.LOCKS, sharing=postgres.SHARING
    ),
    "sharing": sa.text("SELECT pg_try_advisory_lock_shared(:locks, :sharing)").bindparams(
        locks=postgres.LOCKS, sharing=postgres.SHARING
    ),
}
_WANTED = {"run": ("worker", "nobody shares"), "poll": ("worker",), "work": ("sharing",)}
_REFUSED = {
    "nobody shares": "processes of intake work are at this ledger: start intake poll beside them, or stop them first",
    "sharing": "intake run is at this ledger and works alone: start intake poll in its place",
}
#: Roles see the names of their own sessions (pg_stat_activity), and all workers sign in with one.
_HOLDER = sa.text(
    "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
    " AND classid = :locks AND objid = :worker AND objsubid = 2 AND granted AND datname = current_database()"
).bindparams(**_LOCK)

#: Seconds between two looks whether the connection stands. One that is lost is missed for no longer.
LOOKS = 5.0

_OTHER = "intake work "
_NAME = "intake worker "  # in application_name, of which the server keeps 63 bytes


class ServerLock:
    """Held from ``with`` to its end, on a connection of its own. process: as in the module's table.

    A lock file beside it knows what the server does not: whether the worker before us, on this machine, was
    killed.
    """

    def __init__(
        self, where: str, password: Callable[[], str], *, beside: Path, process: str = "run"
    ) -> None:
        self.lost = False  # another worker has taken over
        self._where = where
        self._password = password
        self._wanted = _WANTED[process]
        self._file = WorkerLock(beside) if "worker" in self._wanted else None
        self._me = f"{os.getpid()} on {socket.gethostname()}"[: 63 - len(_NAME)]
        self._engine: sa.Engine | None = None
        self._connection: sa.Connection | None = None
        self._over = threading.Event()
        self._watcher: threading.Thread | None = None

    @property
    def interrupted(self) -> bool:
        """The worker before us on this machine was killed."""
        return self._file is not None and self._file.interrupted

    def holder(self) -> int | str | None:
        """The process that has the lock now: its id, with its machine where that is another; None when nobody has.

        Errors as of ``sql.open``.
        """
        if self._file is not None and (here := self._file.holder()) is not None:
            return here
        engine = postgres.engine(self._where, self._password)
        try:
            with postgres.opening(self._where), database.translated(), engine.connect() as connection:
                return self._named(connection)
        finally:
            engine.dispose()

    def __enter__(self) -> Self:
        """Take the lock. Permanent, naming the other's process and machine, when another worker has it."""
        name = _NAME if "worker" in self._wanted else _OTHER
        self._engine = postgres.engine(self._where, self._password, name=name + self._me)
        try:
            with postgres.opening(self._where), database.translated():
                self._take()
            if self._file is not None:
                self._file.__enter__()
        except BaseException:
            self._give_back()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._watcher is not None:
            self._watcher.join()
        if self._file is not None:
            self._file.__exit__(kind, error, trace)
        self._give_back()

    def watch(self, stop: Callable[[], None]) -> None:
        """Take the lock again when its connection was lost, as by a restart of the server. When another worker was
        faster, it is theirs: ``stop`` is called once, and ``lost`` says why."""
        self._watcher = threading.Thread(target=self._watch, args=(stop,), name="ledger-lock", daemon=True)
        self._watcher.start()

    def _watch(self, stop: Callable[[], None]) -> None:
        while not self._over.wait(LOOKS):
            try:
                with database.translated():
                    self._hold()
            except Transient:
                continue  # while the server is away nobody can work at its ledger
            except Permanent:
                self.lost = True
                stop()
                return

    def _hold(self) -> None:
        if self._connection is not None:
            try:
                self._connection.exec_driver_sql("SELECT 1")
            except sa.exc.DBAPIError:
                self._connection.invalidate()
                self._connection.close()
                self._connection = None
        if self._connection is None:
            self._take()

    def _take(self) -> None:
        assert self._engine is not None
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        refused = next((name for name in self._wanted if not connection.execute(_TRY[name]).scalar()), None)
        if refused is None:
            self._connection = connection
            return
        holder = self._named(connection)
        connection.invalidate()  # with what it got
        connection.close()
        if refused in _REFUSED:
            raise Permanent(_REFUSED[refused])
        if holder == self._me:  # our own last connection, whose end the server has not noticed yet
            raise Transient("the lock of the lost connection is still held")
        told = f"process {holder}" if holder else "its name is not known"
        raise Permanent(f"another worker is at this ledger already: {told}")

    @staticmethod
    def _named(connection: sa.Connection) -> str | None:
        name: str | None = connection.execute(_HOLDER).scalar()
        return None if name is None else name.removeprefix(_NAME)

    def _give_back(self) -> None:
        """The lock goes with the connection, which goes with the pool."""
        if self._connection is not None:
            self._connection.invalidate()
            self._connection.close()
            self._connection = None
        if self._engine is not None:
            self._engine.dispose()
            self._engine = None
