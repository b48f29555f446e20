"""The twin's part about who works on what."""

from __future__ import annotations

import contextlib
import copy
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Self

from intake.adapters.ledger.memory_store import Store
from intake.errors import LeaseLost
from intake.journey import lifecycle
from intake.ports import Claim, MessageRecord


class Leases(Store):
    """See ``ports.Ledger``."""

    owner = ""

    def as_owner(self, owner: str) -> Self:
        other = copy.copy(self)
        other.owner = owner
        return other

    def claim(self, message: int, *, seconds: float) -> Claim | None:
        with self._alone():
            record = self._messages.get(message)
            if record is None or record.state not in lifecycle.UNFINISHED:
                return None
            owner, until = self._leases.get(message, ("", _now()))
            if owner not in ("", self.owner) and until > _now():
                return None
            self._leases[message] = (self.owner, _now() + timedelta(seconds=seconds))
            return Claim(orphaned=bool(owner))

    def extend(self, message: int, *, seconds: float) -> None:
        with self._alone():
            if self.owner and self._owner_of(message) == self.owner:
                self._leases[message] = (self.owner, _now() + timedelta(seconds=seconds))

    def release(self, message: int) -> None:
        with self._alone():
            if self._owner_of(message) == self.owner:
                self._leases.pop(message, None)

    def assure(self, message: int) -> None:
        with self._alone():
            if self.owner and not (self._owner_of(message) == self.owner and self._is_in_hand(message)):
                raise LeaseLost("the lease of this message has ended")

    def turn(self, *keys: str) -> AbstractContextManager[None]:  # noqa: ARG002  # there is only one process
        return contextlib.nullcontext()

    def _owner_of(self, message: int) -> str:
        return self._leases.get(message, ("", None))[0]

    def _is_in_hand(self, message: int) -> bool:
        return message in self._leases and self._leases[message][1] > _now()

    def _mine(self, message: int) -> MessageRecord:
        record = self._known(message)
        if self.owner and self._owner_of(message) != self.owner:
            raise LeaseLost("the lease of this message has ended")
        return record


def _now() -> datetime:
    return datetime.now(UTC)
