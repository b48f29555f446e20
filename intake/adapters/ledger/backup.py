"""A copy of a SQLite ledger as it is at one moment, made while a worker writes."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from intake.adapters.ledger import database, sql
from intake.errors import Permanent, Transient
from intake.ports import Milestone


def copy(ledger: Path, target: Path, *, mark: str, milestone: Milestone) -> None:
    """A whole and checked copy at ``target`` (0600), which must not be there yet, with a milestone that says what it is:
    whoever starts on it knows that time has passed since.

    VACUUM INTO reads in one transaction, which in WAL mode keeps no writer waiting, and starts over for none, as the
    backup API does when another process writes (sqlite.org/backup.html). Raises Transient when the disk is full or the
    ledger locked, Permanent when it is damaged.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        with closing(
            sqlite3.connect(f"{ledger.absolute().as_uri()}?mode=ro", uri=True, timeout=database.BUSY)
        ) as source:
            source.execute("VACUUM INTO ?", (str(target),))
        with closing(sqlite3.connect(target)) as made:
            [found] = made.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError as exc:
        passing = isinstance(exc, sqlite3.OperationalError)
        raise (Transient if passing else Permanent)(f"the ledger cannot be copied: {exc}") from exc
    if found != "ok":
        raise Permanent(f"the ledger is damaged: {found}")
    marked = sql.open(target)
    marked.set_milestone(mark, milestone)
    marked.close()
