"""Folders in memory: the twin of :mod:`intake.adapters.folders`, for tests and for ``check``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from intake.adapters.folders.planned import LITTER, bytes_of, written_by_us
from intake.errors import Permanent, Transient
from intake.journey.reconcile import NUMBERED, Seen
from intake.model import Folder, sha256


class MemoryFolders:
    """``files`` maps a path below the root to its bytes. ``away``: the disk is full or not mounted."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.away = False

    def file(self, folder: Folder, contents: Callable[[str], bytes]) -> None:
        self._reach(folder.path, *(item.name for item in folder.files))
        if self._lies_there(folder.path):
            self._compare(folder)
            return
        written = {f"{folder.path}/{item.name}": bytes_of(item, contents) for item in folder.files}
        self.files.update(written)

    def refile(
        self,
        before: Sequence[str],
        after: Sequence[Folder],
        contents: Callable[[str], bytes] | None = None,
    ) -> None:
        self._reach(*before, *(folder.path for folder in after))
        places = (*before, *(folder.path for folder in after))
        known = {sha256(content): content for path, content in self.files.items() if _below(path, places)}
        for folder in after:
            self._compare(folder, texts=False)
            for item in folder.files:
                self.files[f"{folder.path}/{item.name}"] = bytes_of(
                    item, lambda wanted: _look_up(wanted, known, contents)
                )
        ours, texts = written_by_us(after)
        for path in set(before) - {folder.path for folder in after}:
            self._retire(path, ours, texts)

    def read(self, path: str) -> bytes | None:
        self._reach(path)
        return self.files.get(path)

    def numbered(self) -> list[tuple[str, str]]:
        self._reach()
        found: dict[str, str] = {}
        for path in self.files:
            parts = path.split("/")[:-1]
            for depth, part in enumerate(parts, 1):
                if match := NUMBERED.search(part):
                    found["/".join(parts[:depth])] = match[1]
                    break
        return list(found.items())

    def look(self, path: str, *, hashes: bool) -> dict[str, Seen] | None:
        self._reach(path)
        inside = {name.removeprefix(f"{path}/"): content for name, content in self.files.items()
                  if _below(name, (path,))}  # fmt: skip
        if not inside:
            return None
        return {
            name: Seen(size=len(content), sha256=sha256(content) if hashes else "")
            for name, content in inside.items()
        }

    def put_back(self, path: str, content: bytes) -> bool:
        self._reach(path)
        if path in self.files or not self._lies_there(path.rpartition("/")[0]):
            return False
        self.files[path] = content
        return True

    def write_page(self, path: str, content: bytes) -> None:
        self._reach(path)
        self.files[path] = content

    def pending(self) -> list[Path]:
        return []

    def sweep(self) -> None:
        return None

    def _reach(self, *paths: str) -> None:
        if self.away:
            raise Transient("the root of filing is away")
        for path in paths:
            if any(part in ("", ".", "..") or set(part) & {"\\", "\0"} for part in path.split("/")):
                raise Permanent(f"{path!r} is no path below the root of filing")

    def _lies_there(self, folder: str) -> bool:
        return any(_below(path, (folder,)) for path in self.files)

    def _compare(self, folder: Folder, *, texts: bool = True) -> None:
        """texts: whether a text that differs, or a file that is missing or kept under another name, counts."""
        for item in folder.files:
            there = self.files.get(f"{folder.path}/{item.name}")
            if not texts and (there is None or item.source == "text" or self._is_kept(there, folder)):
                continue
            if not texts and there is not None and sha256(there) == item.replaces:
                continue
            if there is None or sha256(there) != item.sha256:
                raise Permanent(
                    f"{folder.path} is there with other contents ({item.name}); it was left alone"
                )

    def _is_kept(self, content: bytes, folder: Folder) -> bool:
        found = sha256(content)
        return any(
            item.sha256 == found and self.files.get(f"{folder.path}/{item.name}") in (None, content)
            for item in folder.files
        )

    def _retire(self, folder: str, ours: set[str], texts: set[str]) -> None:
        inside = {path: content for path, content in self.files.items() if _below(path, (folder,))}
        kept_by_people = [
            path
            for path, content in inside.items()
            if path.removeprefix(f"{folder}/") not in texts
            and path.rpartition("/")[2] not in LITTER
            and sha256(content) not in ours
        ]
        if not kept_by_people:
            for path in inside:
                del self.files[path]


def _below(path: str, folders: Sequence[str]) -> bool:
    return any(path.startswith(f"{folder}/") for folder in folders)


def _look_up(wanted: str, known: dict[str, bytes], contents: Callable[[str], bytes] | None) -> bytes:
    if wanted in known:
        return known[wanted]
    try:
        if contents is not None:
            return contents(wanted)
    except KeyError:
        pass
    raise Permanent("a file is no longer where it was filed")
