"""What every part of a worker is given: the world as its process has it, and what bounds the work on one message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from intake.model import Outcome, value
from intake.ports import Clock, Folders, Ledger, Log, Parked
from intake.reading import Reading, Shelf


@value
class Shared:
    """What all workers of one process share."""

    ledger: Ledger
    reading: Reading
    shelf: Shelf
    parked: Parked
    folders: Folders
    clock: Clock
    log: Log
    number: Callable[[], str]  # a candidate for a case number
    token: Callable[[], str]  # unguessable, makes a Message-ID unique
    restored: datetime | None = None  # when a worker first started on the ledger after it was restored last


@value
class Limits:
    """What bounds the work on one message. ``held``: outcomes whose replies wait for a person."""

    mail_bytes: int
    attempts: int
    held: frozenset[Outcome] = frozenset()
