"""Where the ledger may lie: a private file on a disk of this machine."""

from __future__ import annotations

import os
import re
from pathlib import Path, PurePosixPath

from intake.errors import ConfigError, ConfigProblem

_MOUNTS = Path("/proc/self/mountinfo")

#: Their locks are not to be trusted, and SQLite's WAL needs memory shared by all its readers
#: (sqlite.org/wal.html, section 1, "does not work over a network filesystem").
_NETWORK = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "fuse.sshfs"})


def prepare(ledger: Path) -> None:
    """Make the folder (0700) and the empty file (0600) where they are missing.

    What is there keeps its permissions: an admin may have opened it to a group. ConfigError when it
    cannot be made, or lies on a network file system.
    """
    try:
        ledger.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_network(ledger)
        os.close(os.open(ledger, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as exc:
        raise refusal(ledger, f"the ledger cannot be kept here: {exc.strerror}") from exc


def _refuse_network(ledger: Path) -> None:
    kind = file_system(PurePosixPath(ledger.resolve()), _mounts())
    if kind in _NETWORK:
        hint = "set the database to a path on a disk of this machine"
        raise refusal(
            ledger, f"the ledger lies on a network file system ({kind}), where it can be damaged", hint
        )


def refusal(ledger: Path | str, message: str, hint: str = "") -> ConfigError:
    """The sentence with which a ledger is refused."""
    return ConfigError((ConfigProblem(file=str(ledger), message=message, hint=hint),))


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
