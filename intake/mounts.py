"""What lies on a share of the network, by what the system says of its mounts."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

_MOUNTS = Path("/proc/self/mountinfo")
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "fuse.sshfs"})


def share(path: Path) -> str:
    """The type of the share that a path lies on, such as "nfs4"; "" on a disk of this machine."""
    kind = file_system(PurePosixPath(path.resolve()), _mounts())
    return kind if kind in _NETWORK else ""


def file_system(path: PurePosixPath, mounts: str) -> str:
    """The type of the file system that a resolved path lies on, by the text of mountinfo (proc(5)).

    The longest mount point wins, of several on the same point the last. "" when nothing is told.
    """
    depth, kind = 0, ""
    for line in mounts.splitlines():
        mount, _, source = line.partition(" - ")
        fields = mount.split(" ")
        point = PurePosixPath(_unescaped(fields[4]) if len(fields) > 4 else "")
        if path.is_relative_to(point) and len(point.parts) >= depth:
            depth, kind = len(point.parts), source.split(" ")[0]
    return kind


def _unescaped(point: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)


def _mounts() -> str:
    try:
        return _MOUNTS.read_text(errors="surrogateescape")
    except OSError:
        return ""  # no Linux: the file system cannot be known, and is taken for a local one
