"""What filing asks of a disk: what a file holds, what others have done, what is flushed or wrong."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from intake.errors import Permanent, Transient

_CHUNK = 1 << 20

# What trying again cannot mend: the name is not possible there. All else may be mended (POSIX errno).
_HOPELESS = frozenset(
    {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTDIR, errno.EISDIR, errno.ELOOP}
)
# A directory cannot be flushed on some SMB and FUSE mounts; the rename itself is atomic there too.
_NO_DIRECTORY_FSYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})


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


def flush_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_DIRECTORY_FSYNC:
            raise
    finally:
        os.close(handle)


def look_again(path: Path) -> None:
    """Learn what others have put into a folder: an NFS client asks when it is opened, and believes for up to a minute
    otherwise that what was not there still is not (nfs(5), "Directory entry caching")."""
    with os.scandir(path):
        pass


@contextlib.contextmanager
def removed_on_error(path: Path) -> Iterator[None]:
    """Half a file does not stay."""
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
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
