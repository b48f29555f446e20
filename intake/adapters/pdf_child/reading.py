"""One file on its way through both engines, in the child: its facts, or what is wrong with it."""

from __future__ import annotations

import gc
import io
import re
from dataclasses import replace
from pathlib import Path

from intake.adapters.pdf_child import Bounds, facts_of, glance, pages, structure
from intake.model import FileFault, PdfFacts


class Reading:
    """One file on its way through both engines. Each may refuse it once; the other then mends it once."""

    def __init__(self, path: Path, bounds: Bounds) -> None:
        self._path = path
        self._bounds = bounds
        self._details: list[str] = []
        self._glance: glance.Glance | None = None
        self._cut_off = False
        self._found: structure.Structure | None = None

    def facts(self) -> PdfFacts:
        limit = self._bounds.pages
        content = self._path.read_bytes()
        self._glance = glance.at(content)
        self._cut_off = is_cut_off(content)
        if document := self._plainly():
            return self._judge(self._see(document, document.page_count), active=[])
        try:
            self._found = self._examine(self._path)
            if self._found and self._found.page_count > limit:
                return self._too_many(self._found.page_count)
            document = self._open()
        except structure.LockedError:
            return self._fault(FileFault.ENCRYPTED, "it opens only with a password")
        if document is None:
            return self._fault(FileFault.EMPTY if self._found else FileFault.DAMAGED)
        if self._found is None:
            self._found = self._examine(document.rewritten())
        if document.page_count > limit and document.has_page(limit + 1):
            return self._too_many(document.page_count)
        counted = self._found.page_count if self._found else 0
        active = self._found.active if self._found else ["its structure cannot be looked through"]
        signed = bool(self._found and self._found.signed)
        self._forget_structure()
        return self._judge(self._see(document, counted), active, signed=signed)

    def _forget_structure(self) -> None:
        """A tagged page of 65,000 objects takes 330 MB in pypdf, which PDFium then lacks for painting."""
        self._found = None
        gc.collect()

    def _plainly(self) -> pages.Document | None:
        """The file in PDFium alone, as most can be read; None when it takes more."""
        seen = self._glance
        if not seen or not seen.acts_nowhere or seen.pages > self._bounds.pages:
            return None
        try:
            document = pages.Document(self._path, max_text=self._bounds.text, glance=seen)
        except pages.RefusedError:
            return None
        return document if document.page_count == seen.pages else None

    def _examine(self, source: Path | io.BytesIO) -> structure.Structure | None:
        try:
            return structure.examine(source, max_pages=self._bounds.pages)
        except structure.UnreadableError as exc:
            self._details.append(str(exc))
            return None

    def _open(self) -> pages.Document | None:
        """The file in PDFium: as it is, or as pypdf wrote it anew where PDFium sees less of it."""
        found = self._found
        try:
            document = pages.Document(self._path, max_text=self._bounds.text, glance=self._glance)
        except pages.RefusedError as exc:
            if exc.locked:
                raise structure.LockedError from exc
            self._details.append(str(exc))
            return self._mended() if found and found.page_count else None
        if found and document.page_count < found.page_count:
            self._details.append(f"PDFium sees {document.page_count} of {found.page_count} pages")
            return self._mended() or document
        return document

    def _mended(self) -> pages.Document | None:
        assert self._found is not None
        try:
            copy = structure.rewrite(self._found)
            document = pages.Document(copy, max_text=self._bounds.text)
        except (structure.UnreadableError, pages.RefusedError) as exc:
            self._details.append(str(exc))
            return None
        self._details.append("read from a copy that pypdf wrote anew")
        return document

    def _see(self, document: pages.Document, counted: int) -> list[pages.Seen]:
        """Every page. Beyond those that were counted, PDFium's own count is believed while pages load."""
        seen = []
        for page in document.pages(min(document.page_count, self._bounds.pages)):
            if page.lost and page.facts.number > counted:
                break
            seen.append(page)
        return seen

    def _judge(self, seen: list[pages.Seen], active: list[str], *, signed: bool = False) -> PdfFacts:
        self._details.extend(page.note for page in seen if page.note)
        faults = []
        if all(page.lost for page in seen) or self._cut_off:
            faults.append(FileFault.DAMAGED)
        elif all(page.blank for page in seen):
            faults.append(FileFault.EMPTY)
        if active:
            faults.append(FileFault.ACTIVE_CONTENT)
            self._details[:0] = active
        return replace(
            facts_of(*faults, details=self._details, page_count=len(seen)),
            pages=tuple(page.facts for page in seen),
            signed=signed,
        )

    def _fault(self, fault: FileFault, *details: str) -> PdfFacts:
        return facts_of(fault, details=[*self._details, *details])

    def _too_many(self, count: int) -> PdfFacts:
        more = f"more than {self._bounds.pages} pages"
        return facts_of(FileFault.TOO_MANY_PAGES, details=[more], page_count=count)


_DECLARED_LENGTH = re.compile(rb"/Linearized\b[^>]*?/L\s+(\d{1,12})\b")  # ISO 32000-1 annex F.3.3


def is_cut_off(content: bytes) -> bool:
    """Whether the end of the file is missing, as after a broken upload. What is left may still be read."""
    declared = _DECLARED_LENGTH.search(content[:2048])
    if declared and int(declared[1]) > len(content):
        return True
    # From behind: there it stands, but for what was added to the file later.
    return content.rfind(b"%%EOF") < 0 and content.rfind(b"startxref") < 0
