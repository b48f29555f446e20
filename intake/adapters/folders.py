"""Folders on a file system: written whole or not at all, and never over what people did.

A folder is built under a temporary name beside the others (same file system), every byte is flushed,
and one rename makes it visible (DESIGN, order of effects 3). A life that is killed leaves a temporary
folder that ``pending`` finds and nobody mistakes for an application.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import functools
import grp
import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from intake.errors import ConfigError, ConfigProblem, Permanent, Transient
from intake.journey.reconcile import NUMBERED, Seen
from intake.model import Folder, FolderFile

PREFIX, SUFFIX = ".intake-", ".tmp"
ABANDONED = 3600  # seconds; only where the file system has no locks: no folder takes an hour to write
LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # what Finder and Explorer leave, not people
_CHUNK = 1 << 20
_TOGETHER = 16  # files open at once

# What trying again cannot mend: the name is not possible there. All else may be mended (POSIX errno).
_HOPELESS = frozenset(
    {errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.ENOTDIR, errno.EISDIR, errno.ELOOP}
)
# FAT and some shares know no hard links (link(2)).
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS})
# A directory cannot be flushed on some SMB and FUSE mounts; the rename itself is atomic there too.
_NO_DIRECTORY_FSYNC = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})


class FileSystemFolders:
    """The filed applications under ``root``, readable by us alone, or by ``group`` as well.

    Files are 0600 and folders 0700; with a group 0640 and 2770, so that the group may move and
    rename. Raises ConfigError when the group does not exist.
    """

    def __init__(self, root: Path, group: str | None = None) -> None:
        self.root = root
        self._gid = _group_id(group) if group else None
        self._file_mode = 0o600 if self._gid is None else 0o640
        self._folder_mode = 0o700 if self._gid is None else 0o2770

    def establish(self) -> None:
        """Make the root on the very first start. Later a root that is missing is a share that is not
        mounted, and filing waits for it instead of writing below the mount point."""
        with _translated("the root of filing"):
            self.root.mkdir(parents=True, exist_ok=True)
            self._admit(self.root, self._folder_mode)

    def file(self, folder: Folder, contents: Callable[[str], bytes]) -> None:
        self._put(folder, lambda item: bytes_of(item, contents))

    def refile(
        self,
        before: Sequence[str],
        after: Sequence[Folder],
        contents: Callable[[str], bytes] | None = None,
    ) -> None:
        old = [self._inside(path) for path in before]
        new = [self._inside(folder.path) for folder in after]
        for folder in after:
            with _translated("a filed folder"):  # anew for each: one that was replaced lies elsewhere by now
                known = dict(_files_by_hash([*old, *new]))
            self._refile_one(folder, functools.partial(_known_bytes, known=known, contents=contents))
        ours, texts = written_by_us(after)
        for path in old:
            if path not in new:
                self._retire(path, ours, texts)

    def read(self, path: str) -> bytes | None:
        target = self._inside(path)
        with _translated(path):
            try:
                return target.read_bytes() if target.is_file() else None
            except FileNotFoundError:  # a person took it away at this moment
                return None

    def numbered(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        with _translated("the root of filing"):
            self._inside("x")  # the root must be there: os.walk passes over what it cannot read
            for directory, names, _ in os.walk(self.root):
                here = Path(directory).relative_to(self.root)
                cases = {name: match[1] for name in names if (match := NUMBERED.search(name))}
                found += [((here / name).as_posix(), number) for name, number in cases.items()]
                # What lies inside the folder of a case is the applicant's and people's own.
                names[:] = [name for name in names if name not in cases and not _is_temporary(name)]
        return found

    def look(self, path: str, *, hashes: bool) -> dict[str, Seen] | None:
        target = self._inside(path)
        with _translated("a filed folder"):
            if not target.is_dir():
                return None
            found: dict[str, Seen] = {}
            for item in target.rglob("*"):
                with contextlib.suppress(FileNotFoundError):  # somebody is just moving it
                    if item.is_file() and not item.is_symlink():
                        read = (_hash(item) or "") if hashes else ""
                        found[item.relative_to(target).as_posix()] = Seen(
                            size=item.stat().st_size, sha256=read
                        )
            return found

    def put_back(self, path: str, content: bytes) -> bool:
        target = self._inside(path)
        with _translated("a filed folder"):
            if not target.parent.is_dir() or os.path.lexists(target):
                return False
            temporary = self._loose_file(content)
            try:
                target.hardlink_to(temporary)  # fails when somebody was faster: never over a file
            except FileExistsError:
                return False
            except OSError as error:
                if error.errno not in _NO_LINKS:
                    raise
                return self._copied(target, content)
            finally:
                temporary.unlink(missing_ok=True)
            _flush_directory(target.parent)
        return True

    def _copied(self, target: Path, content: bytes) -> bool:
        """Where there are no hard links: never over a file, and never half of one."""
        try:
            file = target.open("xb")
        except FileExistsError:
            return False
        with _removed_on_error(target):
            with file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._admit(target, self._file_mode)
        _flush_directory(target.parent)
        return True

    def _loose_file(self, content: bytes) -> Path:
        """A file below the root with this content, on the disk, that ``pending`` knows."""
        handle, name = tempfile.mkstemp(prefix=PREFIX, suffix=SUFFIX, dir=self.root)
        temporary = Path(name)
        with _removed_on_error(temporary):
            with os.fdopen(handle, "wb") as file:
                _lock(handle)
                file.write(content)
                file.flush()
                os.fsync(handle)
            self._admit(temporary, self._file_mode)
        return temporary

    def write_page(self, path: str, content: bytes) -> None:
        target = self._inside(path)
        with _translated(path):
            self._parents(target)
            temporary = self._loose_file(content)
            with _removed_on_error(temporary):
                temporary.replace(target)
            _flush_directory(target.parent)

    def pending(self) -> list[Path]:
        with _translated("the root of filing"):
            found = sorted(path for path in self.root.iterdir() if _is_temporary(path.name))
            return [path for path in found if not _is_alive(path)]

    def sweep(self) -> None:
        for path in self.pending():
            with _translated(path.name):
                _remove(path)

    def _put(self, folder: Folder, content: Callable[[FolderFile], bytes]) -> None:
        target = self._inside(folder.path)
        with _translated(folder.path):
            if self._is_done(target, folder):
                return
            with self._temporary() as temporary:
                for start in range(0, len(folder.files), _TOGETHER):
                    self._fill(temporary, folder.files[start : start + _TOGETHER], content)
                self._close(temporary)
                self._parents(target)
                self._rename(temporary, target, folder)

    def _is_done(self, target: Path, folder: Folder) -> bool:
        """Whether it lies there already. Files that people added do not matter."""
        if not os.path.lexists(target):
            return False
        for item in folder.files:
            path = target.joinpath(*_parts(item.name))
            if _hash(path) != item.sha256:
                raise Permanent(
                    f"{folder.path} is there with other contents ({item.name}); it was left alone"
                )
        return True

    def _rename(self, temporary: Path, target: Path, folder: Folder) -> None:
        try:
            temporary.rename(target)
        except OSError as error:
            # Somebody was faster: rename(2) gives one of these when the target is a folder with contents.
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY) or not self._is_done(target, folder):
                raise
            return
        _flush_directory(target.parent)
        _flush_directory(self.root)

    def _refile_one(self, folder: Folder, content: Callable[[FolderFile], bytes]) -> None:
        target = self._inside(folder.path)
        if not os.path.lexists(target):
            self._put(folder, content)
            return
        with _translated(folder.path):
            there = {item.name: _hash(target.joinpath(*_parts(item.name))) for item in folder.files}
            others = [item for item in folder.files if there[item.name] != item.sha256]
            replaced = [item for item in others if there[item.name] is not None and item.source != "text"]
            for item in replaced:
                expected = item.replaces and there[item.name] == item.replaces
                if not expected and not _is_kept(there[item.name], folder, there):
                    raise Permanent(
                        f"{folder.path} is there with other contents ({item.name}); it was left alone"
                    )
            # What is replaced lies under its other name before it goes.
            for item in sorted(others, key=replaced.__contains__):
                self.write_page(f"{folder.path}/{item.name}", content(item))

    def _retire(self, path: Path, ours: set[str], texts: set[str]) -> None:
        """Take a folder away at once, by a rename, if people left nothing of theirs in it."""
        with _translated(path.name):
            if not path.is_dir() or path.is_symlink():
                return
            for item in path.rglob("*"):
                is_ours = item.is_dir() or item.relative_to(path).as_posix() in texts or item.name in LITTER
                if not is_ours and _hash(item) not in ours:
                    return
            with self._temporary() as temporary:
                path.rename(temporary / "retired")
                _flush_directory(path.parent)

    def _inside(self, path: str) -> Path:
        """The gate: a relative path that stays under the root, through no link."""
        parts = _parts(path)
        with _translated("the root of filing"):
            if not stat.S_ISDIR(self.root.stat().st_mode):
                raise Permanent("the root of filing is no folder")
            current = self.root
            for part in parts:
                current = current / part
                if current.is_symlink():
                    raise Permanent(f"{path} leads through a link; links are not followed")
        return current

    def _parents(self, target: Path) -> None:
        missing, parent = [], target.parent
        while parent != self.root and not parent.exists():
            missing.append(parent)
            parent = parent.parent
        for parent in reversed(missing):
            with contextlib.suppress(FileExistsError):
                parent.mkdir(mode=0o700)
                self._admit(parent, self._folder_mode)
                _flush_directory(parent.parent)

    @contextlib.contextmanager
    def _temporary(self) -> Iterator[Path]:
        """A folder of our own beside the others, locked while we live, gone when we fail."""
        path = Path(tempfile.mkdtemp(prefix=PREFIX, suffix=SUFFIX, dir=self.root))
        lock = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _lock(lock)
            with _removed_on_error(path):
                yield path
            if path.exists():
                _remove(path)
        finally:
            os.close(lock)

    def _fill(
        self, folder: Path, files: Sequence[FolderFile], content: Callable[[FolderFile], bytes]
    ) -> None:
        """Write these files, then flush them: a journal carries what was written before the first flush along with
        it, so that the others find little left to do."""
        with contextlib.ExitStack() as opened:
            written = [opened.enter_context(self._write(folder, item, content(item))) for item in files]
            for file in written:
                os.fsync(file.fileno())

    def _write(self, folder: Path, item: FolderFile, content: bytes) -> BinaryIO:
        """The file, which is not flushed yet. It stays open until then: who opens it again may not hear of an error."""
        *parents, name = _parts(item.name)
        directory = folder.joinpath(*parents)
        if parents:
            directory.mkdir(parents=True, exist_ok=True)
        handle = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        file = os.fdopen(handle, "wb")
        try:
            file.write(content)
            file.flush()
            if self._gid is not None:
                os.fchown(handle, -1, self._gid)
                os.fchmod(handle, self._file_mode)
        except BaseException:
            file.close()
            raise
        return file

    def _close(self, temporary: Path) -> None:
        """Flush the folders from the inside out, and give them their final mode."""
        for directory, _, _ in os.walk(temporary, topdown=False):
            self._admit(Path(directory), self._folder_mode)
            _flush_directory(Path(directory))

    def _admit(self, path: Path, mode: int) -> None:
        if self._gid is not None:
            os.chown(path, -1, self._gid)
        path.chmod(mode)


def _group_id(group: str) -> int:
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        problem = ConfigProblem(
            file="intake.toml", message=f"the group {group!r} does not exist on this machine"
        )
        raise ConfigError((problem,)) from None


def _parts(path: str) -> list[str]:
    """The parts of a relative path with "/" between them. Raises Permanent for any that leads elsewhere."""
    parts = path.split("/")
    for part in parts:
        if part in ("", ".", "..") or "\\" in part or "\0" in part or _is_temporary(part):
            raise Permanent(f"{path!r} is no path below the root of filing")
    return parts


def _is_temporary(name: str) -> bool:
    return name.startswith(PREFIX) and name.endswith(SUFFIX)


def _is_alive(path: Path) -> bool:
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


def written_by_us(folders: Sequence[Folder]) -> tuple[set[str], set[str]]:
    """The hashes of files that are ours, also of those replaced, and the names of our texts, whatever they say."""
    files = [item for folder in folders for item in folder.files]
    ours = {item.sha256 for item in files if item.source != "text"}
    ours |= {item.replaces for item in files if item.replaces}
    return ours, {item.name for item in files if item.source == "text"}


def bytes_of(item: FolderFile, contents: Callable[[str], bytes]) -> bytes:
    """The bytes of a file, of the hash that was planned. Raises Permanent when they are others."""
    content = item.text.encode() if item.source == "text" else contents(item.sha256)
    if hashlib.sha256(content).hexdigest() != item.sha256:
        raise Permanent(f"the bytes of {item.name} are not those that were planned")
    return content


def _known_bytes(
    item: FolderFile, known: Mapping[str, Path], contents: Callable[[str], bytes] | None
) -> bytes:
    """The bytes from where they were filed, else from ``contents``."""

    def read(sha256: str) -> bytes:
        if sha256 in known:
            return known[sha256].read_bytes()
        try:
            if contents is not None:
                return contents(sha256)
        except KeyError:
            pass
        raise Permanent(f"{item.name} is no longer where it was filed")

    return bytes_of(item, read)


def _is_kept(found: str | None, folder: Folder, there: Mapping[str, str | None]) -> bool:
    """Whether the folder keeps these bytes under a name where they lie already, or where nothing lies yet."""
    return any(item.sha256 == found and there[item.name] in (None, found) for item in folder.files)


def _files_by_hash(folders: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            found = _hash(path)
            if found is not None:
                yield found, path


def _hash(path: Path) -> str | None:
    """The hash of a regular file, or None when there is none."""
    if path.is_symlink() or not path.is_file():
        return None
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _lock(handle: int) -> None:
    """Say that we live. NFS and SMB may have no lock for a folder: see ABANDONED."""
    with contextlib.suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _flush_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_DIRECTORY_FSYNC:
            raise
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _removed_on_error(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        with contextlib.suppress(OSError):
            _remove(path)
        raise


@contextlib.contextmanager
def _translated(what: str) -> Iterator[None]:
    """Errors of the file system in our words. ``what`` names no person in logs: callers give paths of
    folders, which the ledger records as places that hold a person's data."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in _HOPELESS:
            raise Permanent(f"{what}: {reason}") from error
        raise Transient(f"{what}: {reason}") from error
