"""Reads PDFs in limited child processes that see nothing but the one file they are given.

Each child has a *slot* (``child.slot``): a folder that Landlock confines it to. What a file can do to
its child is a named fault; the next file finds a new child.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pydantic

from intake import model
from intake.adapters import pdf_child
from intake.adapters.child import pool as pools
from intake.adapters.child.slot import KilledError, Slot, TimedOutError
from intake.errors import Transient
from intake.model import FileFault, PdfFacts, Picture, value

_HEADER_WITHIN = 1024  # bytes before %PDF that readers tolerate (ISO 32000-1 annex H.3, note 13)


@value
class PdfLimits:
    """What one PDF may be and take.

    max_bytes: size of the file; a larger one is never spooled. max_pages: for a whole application.
    max_text: characters read of one file; pages beyond are marked as not read, never as empty.
    cpu_seconds, wall_seconds: for all attempts at one file together. picture_cpu_seconds,
    picture_wall_seconds: for the picture of one page. memory: bytes of a child's address space, of which
    some 40 MB are never resident; a colour scan of A4 at 600 dpi needs 360 MB.
    """

    max_bytes: int = 25 * 1024 * 1024
    max_pages: int = 60
    max_text: int = 1_000_000
    cpu_seconds: int = 8
    wall_seconds: float = 12.0
    picture_cpu_seconds: int = 5
    picture_wall_seconds: float = 8.0
    memory: int = 465_000_000


class PdfPool(pools.SlotPool):
    """``ports.PdfReader`` on ``workers`` warm children. Its methods may be called from several threads."""

    def __init__(self, spool: Path, limits: PdfLimits, workers: int = 2) -> None:
        super().__init__(
            spool,
            "pdf",
            module=pdf_child.ENGINES,
            prepare=pdf_child.prepare,
            memory=limits.memory,
            workers=workers,
        )
        self._limits = limits
        self._bounds = pdf_child.Bounds(pages=limits.max_pages, text=limits.max_text, cpu=limits.cpu_seconds)
        self._weaknesses: tuple[str, ...] | None = None

    def read(self, content: bytes) -> PdfFacts:
        """Facts or named faults. Raises Transient when the machine, not the file, is at fault."""
        known = PdfFacts(sha256=model.sha256(content), size=len(content))
        fault, detail = _refused(content, self._limits)
        if fault:
            return replace(known, faults=(fault,), details=(detail,))
        found = self._in_a_slot(lambda slot: self._read(slot, content))
        return replace(found, sha256=known.sha256, size=known.size)

    def picture(self, content: bytes, page: int) -> Picture | None:
        """One page (from 1) as a grey picture, for OCR. Raises Transient as ``read`` does."""
        if _refused(content, self._limits)[0]:
            return None
        return self._in_a_slot(lambda slot: self._picture(slot, content, page))

    def join(self, files: Sequence[bytes]) -> bytes | None:
        """These files' pages as one file, or None. Raises Transient as ``read`` does.

        Within the limits of one application: max_bytes and max_pages for all together, and the joined file.
        """
        size = sum(map(len, files))
        if not files or size > self._limits.max_bytes or any(_refused(one, self._limits)[0] for one in files):
            return None
        return self._in_a_slot(lambda slot: self._join(slot, files))

    def weaknesses(self) -> tuple[str, ...]:
        """The walls that the children lack on this machine, asked of a child itself."""
        if self._weaknesses is None:
            self._weaknesses = self._in_a_slot(self._missing_walls)
        return self._weaknesses

    def _read(self, slot: Slot, content: bytes) -> PdfFacts:
        def ask(path: Path) -> bytes:
            return slot.ask(pdf_child.read, str(path), self._bounds, seconds=self._limits.wall_seconds)

        try:
            return pdf_child.FACTS.validate_json(pools.on_file(slot, content, "file.pdf", ask))
        except TimedOutError:
            return _nothing_known(FileFault.TIMED_OUT, f"over {self._limits.wall_seconds} s")
        except KilledError as exc:
            return _nothing_known(FileFault.KILLED, str(exc))
        except pydantic.ValidationError as exc:
            slot.discard()  # whoever answers so is no longer running our code
            return _nothing_known(FileFault.KILLED, f"not an answer: {exc.error_count()} errors")

    def _picture(self, slot: Slot, content: bytes, page: int) -> Picture | None:
        limits = self._limits

        def ask(path: Path) -> bytes:
            arguments = (str(path), page, limits.max_pages, limits.picture_cpu_seconds)
            return slot.ask(pdf_child.picture_of, *arguments, seconds=limits.picture_wall_seconds)

        try:
            return pdf_child.unpack(pools.on_file(slot, content, "file.pdf", ask))
        except (TimedOutError, KilledError):
            return None
        except ValueError:
            slot.discard()  # whoever answers so is no longer running our code
            return None

    def _join(self, slot: Slot, files: Sequence[bytes]) -> bytes | None:
        limits = self._limits

        def ask(paths: Sequence[Path]) -> bytes:
            arguments = ([str(path) for path in paths], self._bounds, limits.max_bytes)
            return slot.ask(pdf_child.join, *arguments, seconds=limits.wall_seconds, largest=limits.max_bytes)

        try:
            answer = pools.on_files(slot, files, "file.pdf", ask)
        except (TimedOutError, KilledError):
            return None
        if answer and not answer.startswith(b"%PDF"):
            slot.discard()  # whoever answers so is no longer running our code
            return None
        return answer or None

    def _missing_walls(self, slot: Slot) -> tuple[str, ...]:
        try:
            return tuple(json.loads(slot.ask(pdf_child.missing_walls, seconds=self._limits.wall_seconds)))
        except (KilledError, TimedOutError) as exc:
            raise Transient(f"the PDF child does not answer: {exc}") from exc


def _refused(content: bytes, limits: PdfLimits) -> tuple[FileFault | None, str]:
    """What is plain from the bytes alone, so that no child needs to see them."""
    if not content:
        return FileFault.EMPTY, "0 bytes"
    if len(content) > limits.max_bytes:
        return FileFault.TOO_LARGE, f"{len(content)} bytes, the limit is {limits.max_bytes}"
    if b"%PDF" not in content[:_HEADER_WITHIN]:
        return FileFault.DAMAGED, f"no PDF header; it begins with {content[:8]!r}"
    return None, ""


def _nothing_known(fault: FileFault, detail: str) -> PdfFacts:
    return PdfFacts(sha256="", size=0, faults=(fault,), details=(detail,))
