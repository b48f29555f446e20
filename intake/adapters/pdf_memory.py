"""The in-memory twin of the PDF reader: facts that somebody set, by hash."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from intake import model
from intake.model import FileFault, PageFacts, PdfFacts, Picture


class MemoryPdfReader:
    """``ports.PdfReader`` without an engine. A file that nobody described is empty or damaged."""

    def __init__(self, facts: Mapping[str, PdfFacts] | None = None) -> None:
        self._facts = dict(facts or {})
        self._pictures: dict[tuple[str, int], Picture] = {}

    def know(self, content: bytes, facts: PdfFacts) -> None:
        """Let ``read`` answer so for these bytes."""
        self._facts[model.sha256(content)] = facts

    def read(self, content: bytes) -> PdfFacts:
        key = model.sha256(content)
        if key in self._facts:
            return self._facts[key]
        fault = FileFault.DAMAGED if content else FileFault.EMPTY
        return PdfFacts(
            sha256=key, size=len(content), faults=(fault,), details=("nobody described this file",)
        )

    def show(self, content: bytes, page: int, picture: Picture) -> None:
        """Let ``picture`` answer so for this page of these bytes."""
        self._pictures[model.sha256(content), page] = picture

    def picture(self, content: bytes, page: int) -> Picture | None:
        return self._pictures.get((model.sha256(content), page))

    def join(self, files: Sequence[bytes]) -> bytes | None:
        """Their bytes one after the other, described as a file of all their pages; None where one of them
        has a fault, is signed, or was never described."""
        parts = [self.read(content) for content in files]
        if not parts or any(part.faults or part.signed for part in parts):
            return None
        joined = b"".join(files)
        pages: list[PageFacts] = []
        for part in parts:
            pages.extend(replace(page, number=len(pages) + 1) for page in part.pages)
        facts = PdfFacts(
            sha256=model.sha256(joined),
            size=len(joined),
            page_count=sum(part.page_count for part in parts),
            pages=tuple(pages),
        )
        self.know(joined, facts)
        return joined

    def weaknesses(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass
