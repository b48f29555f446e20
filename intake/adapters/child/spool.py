"""The spool: where files lie while a child reads them, and what keeps it empty otherwise."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path

from intake.errors import Transient


def put(content: bytes, path: Path) -> None:
    """One new file, for its owner alone. It need not outlast the machine. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


class Home:
    """This process's own folder in the spool, named after a lock file that it holds while it lives.

    kind: what the folder is for; only what killed processes left of the same kind is removed.
    The lock is flock's, which the kernel frees however the process ends. The lock file is made before
    the folder and removed after it, so a folder without a living owner is always found by its lock.
    """

    def __init__(self, spool: Path, kind: str) -> None:
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(spool, kind)
        name = f"{kind}-{os.getpid()}-{secrets.token_hex(4)}"
        self.folder = spool / name
        self._path = spool / f"{name}.lock"
        self._lock = _take(self._path, os.O_CREAT | os.O_EXCL)
        if self._lock is None:
            raise Transient(f"another process sweeps {spool} at this moment")
        self.folder.mkdir(mode=0o700)

    def close(self) -> None:
        if self._lock is None:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self._path.unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None


def _sweep(spool: Path, kind: str) -> None:
    """Remove what killed processes left, and nothing else."""
    for path in spool.glob(f"{kind}-*.lock"):
        lock = _take(path, 0)
        if lock is None:
            continue  # its owner lives
        shutil.rmtree(path.with_suffix(""), ignore_errors=True)
        path.unlink(missing_ok=True)
        os.close(lock)


def _take(path: Path, flags: int) -> int | None:
    """The lock at ``path``, or None when somebody else holds or has just removed it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)
    except FileNotFoundError:
        return None
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
    os.close(descriptor)
    return None
