"""Which pages OCR should read next: as few as the decision needs, most valuable first.

OCR costs a thousand times what a text layer costs. So two pages are read at a time, one per core, and
then everything is judged again: certificates that are all scans need one or two pages, since one that
is found is enough. Only "absent" needs every page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from intake.journey import recognise
from intake.journey.recognise import pages, phrases
from intake.journey.recognise.rules import Rules
from intake.model import DocumentKind, Line, PageClass, PageFacts, PageReading, PdfFacts, Presence

BATCH = 2  # pages that are read before everything is judged again

# How much more often a document of this kind begins in such a place than anywhere else.
_FIRST, _LAST, _SECOND, _NEXT, _BETWEEN = "first", "last", "second", "next", "between"
_WORTH = {
    DocumentKind.LETTER: {_FIRST: 8.0, _LAST: 2.0, _NEXT: 2.0, _BETWEEN: 0.2},
    DocumentKind.CV: {_FIRST: 2.0, _SECOND: 4.0, _LAST: 1.5, _NEXT: 6.0, _BETWEEN: 0.2},
    DocumentKind.CERTIFICATES: {_FIRST: 0.5, _SECOND: 0.8, _LAST: 4.0, _NEXT: 5.0, _BETWEEN: 4.0},
}
# What goes before a document, so that the page behind it is worth more.
_BEFORE = {
    DocumentKind.LETTER: (PageClass.OTHER,),  # a cover sheet
    DocumentKind.CV: (PageClass.LETTER,),
    DocumentKind.CERTIFICATES: (PageClass.CV,),
}


def pages_to_read(
    facts: PdfFacts,
    *,
    rules: Rules,
    required: tuple[DocumentKind, ...],
    mail_text: str = "",
    tried: frozenset[int] = frozenset(),
) -> tuple[int, ...]:
    """The numbers of at most ``BATCH`` pages, most valuable first; () when the decision needs no more.

    tried: pages that could not be read. A file with a fault needs none, since the fault decides.
    """
    if facts.faults or not any(_unread(page, rules) for page in facts.pages):
        return ()
    found = recognise.documents(facts, rules=rules, required=required, mail_text=mail_text)
    missing = [one.kind for one in found.documents if one.status is not Presence.PRESENT]
    known = [
        None if _unread(page, rules) else page_class
        for page, page_class in zip(facts.pages, found.pages, strict=True)
    ]
    open_pages = [
        index for index, page in enumerate(facts.pages) if known[index] is None and page.number not in tried
    ]
    if not missing:
        return ()
    ranked = sorted(open_pages, key=lambda index: (-_value(index, known, missing), index))
    return tuple(facts.pages[index].number for index in ranked[:BATCH])


def _unread(page: PageFacts, rules: Rules) -> bool:
    """A page that OCR has not seen: without text to trust, or with a picture that may be the document."""
    if page.ocr:
        return False
    return not page.readable or (page.image_cover > 0 and not pages.read(page, rules).whole)


def _value(index: int, known: Sequence[PageClass | None], missing: Sequence[DocumentKind]) -> float:
    return sum(
        max((_WORTH[kind].get(place, 1.0) for place in _places(index, known, kind)), default=1.0)
        for kind in missing
    )


def _places(index: int, known: Sequence[PageClass | None], kind: DocumentKind) -> Iterator[str]:
    """Where a page stands, as far as that speaks for a kind."""
    before = known[index - 1] if index else None
    after = known[index + 1] if index + 1 < len(known) else None
    if PageClass.CERTIFICATES is before is after:
        yield _BETWEEN  # alone: whatever else may be said of it, it goes on with its neighbours
        return
    if index == 0:
        yield _FIRST
    if index == 1:
        yield _SECOND
    if index == len(known) - 1:
        yield _LAST
    if before in _BEFORE[kind]:
        yield _NEXT


# --- what was read takes its place in the facts ----------------------------------------------------


def with_reading(facts: PdfFacts, number: int, reading: PageReading) -> PdfFacts:
    """The facts with one page as OCR read it."""
    after = (_read(page, reading) if page.number == number else page for page in facts.pages)
    return replace(facts, pages=tuple(after))


def _read(page: PageFacts, reading: PageReading) -> PageFacts:
    empty = not reading.lines and reading.certainty == 1.0
    seen = replace(
        page,
        ocr=True,
        certainty=reading.certainty,
        image_cover=0.0 if empty else page.image_cover,  # a picture of nothing
    )
    if page.readable:
        return replace(seen, lines=(*page.lines, *_added(page, reading)))
    return replace(
        seen, lines=reading.lines, turned=reading.turned, width=reading.width, height=reading.height
    )


def _added(page: PageFacts, reading: PageReading) -> Iterator[Line]:
    """Beside a text layer, which is exact: the lines of the picture only, whose words it does not have."""
    if reading.turned:
        return
    there = set(phrases.split(line.text for line in page.lines).plain)
    for line in reading.lines:
        words = phrases.split([line.text]).plain
        if 2 * sum(word in there for word in words) < len(words):
            yield line
