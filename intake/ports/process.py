"""The process itself: its clock, its log, and whom it wakes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from intake.ports.records import MessageRecord


class Clock(Protocol):
    """The time, so that a test can set it."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...


class Log(Protocol):
    """What happened, for admins. Fields are case numbers, hashes, counts, states and steps: never a
    name, an address, a subject or any content of a mail."""

    def info(self, event: str, **fields: object) -> object: ...
    def warning(self, event: str, **fields: object) -> object: ...
    def error(self, event: str, **fields: object) -> object: ...


class Dispatch(Protocol):
    """Wakes the processes that carry messages. The ledger is the truth, and a job no more than a call: one
    that is lost is made again, and one too many finds nothing to do."""

    def offer(self, records: Sequence[MessageRecord]) -> None:
        """Have these carried. One that waits already is not offered twice. Transient when that is not possible."""
        ...
