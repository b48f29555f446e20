"""What is half written: under a temporary name below the root of filing, in the hands of the life that writes it.

A folder is built inside a temporary one, beside a lock file that names the host. On NFS and SMB the lock of a folder
is known to its own host alone; that of a file is not always known to others either (tried on NFS 4.2 and SMB 3.1.1), and
ends when its host is cut off for a while. So what another host has left counts as left after an hour only.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PREFIX, SUFFIX = ".intake-", ".tmp"
ABANDONED = (
    3600  # seconds after which no lock is needed to tell that nobody is at it: no folder takes an hour
)
_LOCK, _BUILT = "lock", "built"


def is_temporary(name: str) -> bool:
    return name.startswith(PREFIX) and name.endswith(SUFFIX)


@contextlib.contextmanager
def folder(root: Path) -> Iterator[Path]:
    """An empty folder to build in, to be moved to its place from there; what is left of it at the end goes.

    The lock is held before the folder is there, so that a folder is never seen without it, but for an empty one.
    """
    handle, name = _file(root)
    lock, home = Path(name), None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_here())
            file.flush()
            home = Path(tempfile.mkdtemp(prefix=PREFIX, suffix=SUFFIX, dir=root))
            lock.rename(home / _LOCK)
            (home / _BUILT).mkdir(mode=0o700)
            yield home / _BUILT
    finally:  # the lock is given back first: on NFS an open file that is removed stays under another name
        with contextlib.suppress(OSError):  # what stays is swept
            lock.unlink(missing_ok=True)
            if home is not None:
                remove(home)


@contextlib.contextmanager
def file(root: Path, content: bytes) -> Iterator[Path]:
    """A file with this content, on the disk, to be moved to its place; where it still is at the end, it goes."""
    handle, name = _file(root)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(content)
            written.flush()
            os.fsync(handle)
        yield temporary
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def is_left(path: Path) -> bool:
    """Whether no life writes this any more. The system frees a lock when its process ends, however it ends."""
    lock = path / _LOCK
    try:
        if path.is_symlink():
            return True
        if not path.is_dir():
            return _is_free(path)
        if not lock.exists():
            return not any(path.iterdir()) or _is_old(path)
        return _is_free(lock) and (lock.read_bytes() == _here() or _is_old(lock))
    except FileNotFoundError:  # it was finished meanwhile
        return False


def sweep(path: Path) -> None:
    """Take away what is left. An empty folder may just be getting its lock: it goes only while it is empty."""
    with contextlib.suppress(OSError):
        path.rmdir()
    if is_left(path):
        remove(path)


def remove(path: Path) -> None:
    """Take away a file, a link or a folder with all that is in it. Another process may be at it as well."""
    with contextlib.suppress(FileNotFoundError):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _file(root: Path) -> tuple[int, str]:
    """A new file, open and locked."""
    handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=root)
    with contextlib.suppress(OSError):  # some shares have no locks: then its age tells
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle, name


def _is_free(path: Path) -> bool:
    """Whether nobody holds the lock on a file; where there are no locks, whether it is old."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_NOFOLLOW)
    except PermissionError:  # another user's
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # the latter is what SMB says of a lock of another host
        return False
    except OSError:
        return _is_old(path)
    finally:
        os.close(handle)
    return True


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime >= ABANDONED


def _here() -> bytes:
    return platform.node().encode()
