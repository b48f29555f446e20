"""What filing asks of a disk: that we live, what a file holds, what is flushed, taken away or wrong.

What is half written lies under a temporary name, locked by the life that writes it.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from intake.errors import Permanent, Transient

PREFIX, SUFFIX = ".intake-", ".tmp"
ABANDONED = 3600  # seconds; only where the file system has no locks: no folder takes an hour to write
_CHUNK = 1 << 20

# What trying again cannot mend: the name is not possible there. All else may be mended (POSIX errno).
_HOPELESS = frozenset(
    {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTDIR, errno.EISDIR, errno.ELOOP}
)
# A directory cannot be flushed on some SMB and FUSE mounts; the rename itself is atomic there too.
_NO_DIRECTORY_FSYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})


def is_temporary(name: str) -> bool:
    return name.startswith(PREFIX) and name.endswith(SUFFIX)


def is_alive(path: Path) -> bool:
    """Whether the life that made this still writes it. The system frees a lock when its process ends,
    however it ends."""
    try:
        handle = os.open(path, os.O_NOFOLLOW | (os.O_RDONLY | os.O_DIRECTORY if path.is_dir() else os.O_RDWR))
    except FileNotFoundError:  # it was finished meanwhile
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return time.time() - os.fstat(handle).st_mtime < ABANDONED
    finally:
        os.close(handle)
    return False


def hash_of(path: Path) -> str | None:
    """The hash of a regular file, or None when there is none."""
    if path.is_symlink() or not path.is_file():
        return None
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def files_by_hash(folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            found = hash_of(path)
            if found is not None:
                yield found, path


def lock(handle: int) -> None:
    """Say that we live. NFS and SMB may have no lock for a folder: see ABANDONED."""
    with contextlib.suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def flush_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_DIRECTORY_FSYNC:
            raise
    finally:
        os.close(handle)


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def removed_on_error(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            remove(path)
        raise


@contextlib.contextmanager
def translated(what: str) -> Iterator[None]:
    """Errors of the file system in our words. ``what`` names no person in logs: callers give paths of
    folders, which the ledger records as places that hold a person's data."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in _HOPELESS:
            raise Permanent(f"{what}: {reason}") from error
        raise Transient(f"{what}: {reason}") from error
