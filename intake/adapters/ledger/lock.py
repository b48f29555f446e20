"""One worker per ledger, by a lock that the kernel gives back however the worker ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from intake.errors import Permanent


class WorkerLock:
    """A flock(2) beside the ledger, held from ``with`` to its end.

    Never on the database file itself: closing any handle of that gives up SQLite's own POSIX locks
    (sqlite.org/howtocorrupt.html, 2.2). The lock file stays when the lock is given back: removing it
    would let two workers lock two files of the same name.
    """

    def __init__(self, ledger: Path) -> None:
        ledger = ledger.resolve()  # two ways to one ledger are one lock
        self.path = ledger.with_name(ledger.name + ".lock")
        self.lost = False  # never: see ``watch``
        self.interrupted = False  # the worker before us was killed: it left its process id behind
        self._file: int | None = None

    def holder(self) -> int | None:
        """The process id of the worker that has the lock now, for telling people; None when nobody has.

        The lock is tried only where a process id stands: nothing keeps a starting worker waiting.
        """
        try:
            file = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        holder = os.pread(file, 32, 0).strip()
        try:
            if holder.isdigit():
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(holder)
        finally:
            os.close(file)
        return None

    def __enter__(self) -> Self:
        """Take the lock. Permanent, naming the other's process id, when another worker has it."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as exc:
            holder = os.pread(file, 32, 0).decode("ascii", "replace").strip()
            os.close(file)
            raise Permanent(f"another worker is at this ledger already: {_named(holder)}") from exc
        self.interrupted = bool(os.pread(file, 32, 0).strip())
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode("ascii"), 0)
        self._file = file
        return self

    def watch(self, stop: Callable[[], None]) -> None:
        """The kernel takes it from nobody: there is nothing to watch."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.ftruncate(self._file, 0)
            os.close(self._file)
            self._file = None


def _named(holder: str) -> str:
    return f"process {holder}" if holder else "its process id is not written yet"
