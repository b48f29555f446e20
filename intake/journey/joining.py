"""Several PDFs that become one application: whether, in which order, and what is then known of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from intake.model import DocumentKind, PageClass, PageFacts, PdfFacts, Presence, Recognition

_ORDER = (DocumentKind.LETTER, DocumentKind.CV, DocumentKind.CERTIFICATES)
_CLASSES = (PageClass.LETTER, PageClass.CV, PageClass.CERTIFICATES)


def may_join(parts: Sequence[PdfFacts]) -> bool:
    """Whether these files may become one: two at least, each whole, and none signed, for a signature holds
    for the bytes of its own file alone."""
    return len(parts) >= 2 and not any(part.signed or part.faults for part in parts)


def facts(parts: Sequence[PdfFacts], sha256: str, size: int) -> PdfFacts:
    """The facts of the joined file from those of its parts, so that it need not be read again.

    Pages are numbered on from part to part by what each counts, also where not every page was read.
    """
    pages: list[PageFacts] = []
    before = 0
    for part in parts:
        pages.extend(replace(page, number=before + page.number) for page in part.pages)
        before += part.page_count
    return PdfFacts(
        sha256=sha256,
        size=size,
        page_count=before,
        pages=tuple(pages),
        faults=tuple(dict.fromkeys(fault for part in parts for fault in part.faults)),
        signed=any(part.signed for part in parts),
        details=tuple(detail for part in parts for detail in part.details),
    )


def order(recognitions: Sequence[Recognition]) -> tuple[int, ...]:
    """In which order files are joined: letters, CVs, certificates, then the rest; else as they came.

    Each stands where the first document that is present in it belongs; without one, the first that is
    unsure; without one, the first that a page of it was taken for. Among those of one place the surer
    file comes first.
    """
    return tuple(sorted(range(len(recognitions)), key=lambda index: _rank(recognitions[index])))


def _rank(recognition: Recognition) -> tuple[int, int]:
    """Its place, and how unsure that is."""
    for unsure, status in enumerate((Presence.PRESENT, Presence.UNSURE)):
        held = {document.kind for document in recognition.documents if document.status is status}
        for place, kind in enumerate(_ORDER):
            if kind in held:
                return place, unsure
    for place, page in enumerate(_CLASSES):
        if page in recognition.pages:
            return place, 2
    return len(_ORDER), 0
