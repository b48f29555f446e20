"""Folders on a file system: written whole or not at all, and never over what people did.

A folder is built under a temporary name beside the others (same file system), every byte is flushed,
and one rename makes it visible (DESIGN, order of effects 3). A life that is killed leaves a temporary
folder that ``pending`` finds and nobody mistakes for an application.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import grp
import os
import stat
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

from intake.adapters.folders import disk, planned, temporary
from intake.errors import ConfigError, ConfigProblem, Permanent
from intake.journey.reconcile import NUMBERED, Seen
from intake.model import Folder, FolderFile

_TOGETHER = 16  # files open at once

# FAT and some shares know no hard links (link(2)).
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS})


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
        with disk.translated("the root of filing"):
            self.root.mkdir(parents=True, exist_ok=True)
            self._admit(self.root, self._folder_mode)

    def file(self, folder: Folder, contents: Callable[[str], bytes]) -> None:
        self._put(folder, lambda item: planned.bytes_of(item, contents))

    def refile(
        self,
        before: Sequence[str],
        after: Sequence[Folder],
        contents: Callable[[str], bytes] | None = None,
    ) -> None:
        old = [self._inside(path) for path in before]
        new = [self._inside(folder.path) for folder in after]
        for folder in after:
            # Anew for each: one that was replaced lies elsewhere by now.
            with disk.translated("a filed folder"):
                known = dict(disk.files_by_hash([*old, *new]))
            self._refile_one(folder, functools.partial(planned.known_bytes, known=known, contents=contents))
        ours, texts = planned.written_by_us(after)
        for path in old:
            if path not in new:
                self._retire(path, ours, texts)

    def read(self, path: str) -> bytes | None:
        target = self._inside(path)
        with disk.translated(path):
            try:
                return target.read_bytes() if target.is_file() else None
            except FileNotFoundError:  # a person took it away at this moment
                return None

    def numbered(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        with disk.translated("the root of filing"):
            self._inside("x")  # the root must be there: os.walk passes over what it cannot read
            for directory, names, _ in os.walk(self.root):
                here = Path(directory).relative_to(self.root)
                cases = {name: match[1] for name in names if (match := NUMBERED.search(name))}
                found += [((here / name).as_posix(), number) for name, number in cases.items()]
                # What lies inside the folder of a case is the applicant's and people's own.
                names[:] = [name for name in names if name not in cases and not temporary.is_temporary(name)]
        return found

    def look(self, path: str, *, hashes: bool) -> dict[str, Seen] | None:
        target = self._inside(path)
        with disk.translated("a filed folder"):
            if not target.is_dir():
                return None
            found: dict[str, Seen] = {}
            for item in target.rglob("*"):
                with contextlib.suppress(FileNotFoundError):  # somebody is just moving it
                    if item.is_file() and not item.is_symlink():
                        read = (disk.hash_of(item) or "") if hashes else ""
                        found[item.relative_to(target).as_posix()] = Seen(
                            size=item.stat().st_size, sha256=read
                        )
            return found

    def put_back(self, path: str, content: bytes) -> bool:
        target = self._inside(path)
        with disk.translated("a filed folder"):
            if not target.parent.is_dir() or os.path.lexists(target):
                return False
            with temporary.file(self.root, content) as whole:
                self._admit(whole, self._file_mode)
                try:
                    target.hardlink_to(whole)  # fails when somebody was faster: never over a file
                except FileExistsError:
                    return False
                except OSError as error:
                    if error.errno not in _NO_LINKS:
                        raise
                    return self._copied(target, content)
            disk.flush_directory(target.parent)
        return True

    def _copied(self, target: Path, content: bytes) -> bool:
        """Where there are no hard links: never over a file, and never half of one."""
        try:
            file = target.open("xb")
        except FileExistsError:
            return False
        with disk.removed_on_error(target):
            with file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._admit(target, self._file_mode)
        disk.flush_directory(target.parent)
        return True

    def write_page(self, path: str, content: bytes) -> None:
        target = self._inside(path)
        with disk.translated(path):
            self._parents(target)
            with temporary.file(self.root, content) as whole:
                self._admit(whole, self._file_mode)
                whole.replace(target)
            disk.flush_directory(target.parent)

    def pending(self) -> list[Path]:
        with disk.translated("the root of filing"):
            found = sorted(path for path in self.root.iterdir() if temporary.is_temporary(path.name))
            return [path for path in found if temporary.is_left(path)]

    def sweep(self) -> None:
        for path in self.pending():
            with disk.translated(path.name):
                temporary.sweep(path)

    def _put(self, folder: Folder, content: Callable[[FolderFile], bytes]) -> None:
        target = self._inside(folder.path)
        with disk.translated(folder.path):
            if self._is_done(target, folder):
                return
            with temporary.folder(self.root) as built:
                for start in range(0, len(folder.files), _TOGETHER):
                    self._fill(built, folder.files[start : start + _TOGETHER], content)
                self._close(built)
                self._parents(target)
                self._rename(built, target, folder)

    def _is_done(self, target: Path, folder: Folder) -> bool:
        """Whether it lies there already. Files that people added do not matter."""
        if not os.path.lexists(target):
            return False
        for item in folder.files:
            path = target.joinpath(*_parts(item.name))
            if disk.hash_of(path) != item.sha256:
                raise Permanent(
                    f"{folder.path} is there with other contents ({item.name}); it was left alone"
                )
        return True

    def _rename(self, built: Path, target: Path, folder: Folder) -> None:
        try:
            built.rename(target)
        except OSError as error:
            # Somebody was faster: rename(2) gives one of these when the target is a folder with contents.
            if error.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            disk.look_again(target.parent)
            if not self._is_done(target, folder):
                raise
            return
        disk.flush_directory(target.parent)

    def _refile_one(self, folder: Folder, content: Callable[[FolderFile], bytes]) -> None:
        target = self._inside(folder.path)
        if not os.path.lexists(target):
            self._put(folder, content)
            return
        with disk.translated(folder.path):
            there = {item.name: disk.hash_of(target.joinpath(*_parts(item.name))) for item in folder.files}
            others = [item for item in folder.files if there[item.name] != item.sha256]
            replaced = [item for item in others if there[item.name] is not None and item.source != "text"]
            for item in replaced:
                expected = item.replaces and there[item.name] == item.replaces
                if not expected and not planned.is_kept(there[item.name], folder, there):
                    raise Permanent(
                        f"{folder.path} is there with other contents ({item.name}); it was left alone"
                    )
            # What is replaced lies under its other name before it goes.
            for item in sorted(others, key=replaced.__contains__):
                self.write_page(f"{folder.path}/{item.name}", content(item))

    def _retire(self, path: Path, ours: set[str], texts: set[str]) -> None:
        """Take a folder away at once, by a rename, if people left nothing of theirs in it."""
        with disk.translated(path.name):
            if not path.is_dir() or path.is_symlink():
                return
            for item in path.rglob("*"):
                is_text = item.relative_to(path).as_posix() in texts
                is_ours = item.is_dir() or is_text or item.name in planned.LITTER
                if not is_ours and disk.hash_of(item) not in ours:
                    return
            with temporary.folder(self.root) as built:
                path.rename(built / "retired")
                disk.flush_directory(path.parent)

    def _inside(self, path: str) -> Path:
        """The gate: a relative path that stays under the root, through no link."""
        parts = _parts(path)
        with disk.translated("the root of filing"):
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
                disk.flush_directory(parent.parent)

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

    def _close(self, built: Path) -> None:
        """Flush the folders from the inside out, and give them their final mode."""
        for directory, _, _ in os.walk(built, topdown=False):
            self._admit(Path(directory), self._folder_mode)
            disk.flush_directory(Path(directory))

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
        if part in ("", ".", "..") or "\\" in part or "\0" in part or temporary.is_temporary(part):
            raise Permanent(f"{path!r} is no path below the root of filing")
    return parts
