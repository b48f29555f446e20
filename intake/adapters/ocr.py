"""Reads pictures of pages with Tesseract, in limited child processes that see one picture at a time.

Whatever fails here (Tesseract or its models are missing, a child hangs or dies) leaves a page unread, and
nothing else: the bot works without OCR, only that a person then looks at scans.
"""

from __future__ import annotations

import json
import queue
import secrets
import shutil
from pathlib import Path

import pydantic

from intake.adapters import ocr_child
from intake.adapters.child import slot as slots
from intake.adapters.child import spool as spools
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


class OcrPool:
    """``ports.Ocr`` on ``workers`` warm children, started when first needed. Thread-safe.

    spool: see ``pdf.PdfPool``, with which it may be shared.
    """

    def __init__(self, spool: Path, limits: OcrLimits, workers: int = 2) -> None:
        context = slots.context(ocr_child.__name__)
        self._limits = limits
        self._home = spools.Home(spool, "ocr")
        self._slots = [
            Slot(
                self._home.folder / f"slot-{n}",
                name="OCR",
                prepare=ocr_child.prepare,
                memory=limits.memory,
                context=context,
            )
            for n in range(workers)
        ]
        self._free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        for slot in self._slots:
            self._free.put(slot)
        self._state: tuple[bool, tuple[str, ...]] | None = None

    def read(self, picture: Picture) -> PageReading | None:
        """What stands on the page; None when it could not be read. Raises Transient when the spool is full."""
        if not self.works():
            return None
        slot = self._free.get()
        try:
            return self._read(slot, picture)
        finally:
            self._free.put(slot)

    def works(self) -> bool:
        """Whether its children can read at all; asked of one of them, once."""
        return self._known()[0]

    def weaknesses(self) -> tuple[str, ...]:
        """What keeps OCR from working on this machine, and walls that its children lack, in words."""
        return self._known()[1]

    def close(self) -> None:
        """End the children and remove the spool. A reading under way is given up."""
        for slot in self._slots:
            slot.discard()
        self._home.close()

    def _known(self) -> tuple[bool, tuple[str, ...]]:
        if self._state is None:
            slot = self._free.get()
            try:
                ready, *words = json.loads(slot.ask(ocr_child.weaknesses, seconds=_STARTING))
                self._state = (bool(ready), tuple(map(str, words)))
            except (KilledError, TimedOutError, Transient, ValueError, TypeError) as exc:
                return False, (f"its child does not start ({exc})",)
            finally:
                self._free.put(slot)
        return self._state

    def _read(self, slot: Slot, picture: Picture) -> PageReading | None:
        task = slot.folder / secrets.token_hex(8)
        seconds = self._limits.seconds
        try:
            path = spools.put(picture.pixels, task, "picture")
            arguments = (str(path), picture.width, picture.height, picture.dpi, seconds)
            answer = slot.ask(ocr_child.read, *arguments, seconds=seconds)
            return ocr_child.READING.validate_json(answer) if answer else None
        except (KilledError, TimedOutError, Transient):
            return None
        except pydantic.ValidationError:
            slot.discard()  # whoever answers so is no longer running our code
            return None
        except OSError as exc:
            raise Transient(f"the spool cannot be written: {exc}") from exc
        finally:
            shutil.rmtree(task, ignore_errors=True)


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
