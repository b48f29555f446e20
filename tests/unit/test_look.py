"""Pages that look as if they belong together, pages that do not, and pages whose look does not tell."""

import dataclasses

import pytest

from intake.journey.recognise import look
from intake.model import Line, PageFacts

FOOT = Line(text="Nadia Ferreira · Curriculum · 1", size=8.0, x=70.0, y=40.0)


def page(
    name: str = "one",
    *,
    body: float = 11.0,
    title: float = 16.0,
    paper: tuple[float, float] = (595.0, 842.0),
    ocr: bool = False,
) -> PageFacts:
    lines = [Line(text=f"A title of page {name}", size=title, x=70.0, y=800.0)]
    lines += [
        Line(text=f"Line {n} of what stands on page {name}, and no more", size=body, x=70.0, y=780.0 - 14 * n)
        for n in range(20)
    ]
    return PageFacts(number=1, width=paper[0], height=paper[1], lines=tuple(lines), ocr=ocr)


def with_foot(one: PageFacts, foot: Line = FOOT) -> PageFacts:
    return dataclasses.replace(one, lines=(*one.lines, foot))


SECOND_FOOT = dataclasses.replace(FOOT, text="Nadia Ferreira · Curriculum · 2")

PAIRS = {
    "same paper and type": (page(), page("two", title=17.0), True),
    "the same foot but for the number of the page": (
        with_foot(page()), with_foot(page("two", body=9.0), SECOND_FOOT), True),
    "the same foot, read by OCR": (
        with_foot(page(ocr=True)), with_foot(page("two", body=12.5, ocr=True), SECOND_FOOT), True),
    "another type": (page(), page("two", body=9.0, title=14.0), False),
    "other paper": (page(), page("two", paper=(612.0, 792.0)), False),
    "type that was measured in pixels": (page(ocr=True), page("two", body=9.0, title=14.0), None),
    "nothing on one of them": (page(), PageFacts(number=2, width=595.0, height=842.0), None),
    "the same words at another place": (
        with_foot(page()), with_foot(page("two", body=9.0, title=14.0), dataclasses.replace(FOOT, y=400.0)), False),
}  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_what_two_pages_have_in_common(pair: str) -> None:
    """In either order."""
    before, after, expected = PAIRS[pair]
    assert look.alike(look.of(before), look.of(after)) is expected
    assert look.alike(look.of(after), look.of(before)) is expected


def test_half_of_the_type_tells_nothing() -> None:
    """Two types that share some lines: a letter and its enclosures, or a CV with a table."""
    mixed = page()
    lines = page("two").lines
    small = [dataclasses.replace(line, size=9.0) for line in lines[:12]]
    other = dataclasses.replace(mixed, lines=(*small, *lines[12:]))
    assert look.alike(look.of(mixed), look.of(other)) is None
