"""What a plan puts into its folders: the bytes that were planned, and which files there are ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from intake.errors import Permanent
from intake.model import Folder, FolderFile

LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # what Finder and Explorer leave, not people


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


def known_bytes(
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


def is_kept(found: str | None, folder: Folder, there: Mapping[str, str | None]) -> bool:
    """Whether the folder keeps these bytes under a name where they lie already, or where nothing lies yet."""
    return any(item.sha256 == found and there[item.name] in (None, found) for item in folder.files)
