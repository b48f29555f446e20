"""Where the ledger may lie: a private file on a disk of this machine."""

from __future__ import annotations

import os
from pathlib import Path

from intake import mounts
from intake.errors import ConfigError, ConfigProblem


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
    """Locks are not to be trusted there, and SQLite's WAL needs memory shared by all its readers (sqlite.org/wal.html,
    section 1, "does not work over a network filesystem")."""
    if kind := mounts.share(ledger):
        hint = "set the database to a path on a disk of this machine"
        raise refusal(
            ledger, f"the ledger lies on a network file system ({kind}), where it can be damaged", hint
        )


def refusal(ledger: Path | str, message: str, hint: str = "") -> ConfigError:
    """The sentence with which a ledger is refused."""
    return ConfigError((ConfigProblem(file=str(ledger), message=message, hint=hint),))
