"""Reads pictures of pages with Tesseract, in limited child processes that see one picture at a time.

Whatever fails here (Tesseract or its models are missing, a child hangs or dies) leaves a page unread, and
nothing else: the bot works without OCR, only that a person then looks at scans.
"""

from __future__ import annotations

import json
from pathlib import Path

import pydantic

from intake.adapters import ocr_child
from intake.adapters.child import pool as pools
from intake.adapters.child.slot import KilledError, Slot, TimedOutError
from intake.errors import Transient
from intake.model import PageReading, Picture, value

_STARTING = 10.0  # seconds: a fresh child loads the models


@value
class OcrLimits:
    """What the reading of one page may take.

    seconds: of wall time, and as many of CPU. memory: bytes of a child's address space; some 160 MB of it
    are in use.
    """

    seconds: int = 10
    memory: int = 440_000_000


class OcrPool(pools.SlotPool):
    """``ports.Ocr`` on ``workers`` warm children, started when first needed. Thread-safe.

    spool: may be shared with ``pdf.PdfPool``.
    """

    def __init__(self, spool: Path, limits: OcrLimits, workers: int = 2) -> None:
        super().__init__(
            spool,
            "ocr",
            module=ocr_child.__name__,
            prepare=ocr_child.prepare,
            memory=limits.memory,
            workers=workers,
        )
        self._limits = limits
        self._state: tuple[bool, tuple[str, ...]] | None = None

    def read(self, picture: Picture) -> PageReading | None:
        """What stands on the page; None when it could not be read. Raises Transient when the spool is full."""
        if not self.works():
            return None
        return self._in_a_slot(lambda slot: self._read(slot, picture))

    def works(self) -> bool:
        """Whether its children can read at all; asked of one of them, once."""
        return self._known()[0]

    def weaknesses(self) -> tuple[str, ...]:
        """What keeps OCR from working on this machine, and walls that its children lack, in words."""
        return self._known()[1]

    def _known(self) -> tuple[bool, tuple[str, ...]]:
        if self._state is None:
            try:
                said = self._in_a_slot(lambda slot: slot.ask(ocr_child.weaknesses, seconds=_STARTING))
                ready, *words = json.loads(said)
                self._state = (bool(ready), tuple(map(str, words)))
            except (KilledError, TimedOutError, Transient, ValueError, TypeError) as exc:
                return False, (f"its child does not start ({exc})",)
        return self._state

    def _read(self, slot: Slot, picture: Picture) -> PageReading | None:
        seconds = self._limits.seconds

        def ask(path: Path) -> bytes:
            arguments = (str(path), picture.width, picture.height, picture.dpi, seconds)
            try:
                return slot.ask(ocr_child.read, *arguments, seconds=seconds)
            except (KilledError, TimedOutError, Transient):
                return b""  # the page stays unread, as when the child says so

        try:
            answer = pools.on_file(slot, picture.pixels, "picture", ask)
            return ocr_child.READING.validate_json(answer) if answer else None
        except pydantic.ValidationError:
            slot.discard()  # whoever answers so is no longer running our code
            return None


class NoOcr:
    """``ports.Ocr`` where an admin has switched it off: nothing is read."""

    def works(self) -> bool:
        return False

    def read(self, picture: Picture) -> PageReading | None:  # noqa: ARG002 - the port's signature
        return None

    def weaknesses(self) -> tuple[str, ...]:
        return ("switched off (limits.ocr = false)",)

    def close(self) -> None:
        pass
