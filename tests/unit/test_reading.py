"""Text layer, then OCR of what is wanted, on the twins of its ports."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from intake import reading
from intake.adapters import ocr, ocr_memory, pdf_memory, readings_memory
from intake.adapters.ledger.memory import MemoryLedger
from intake.errors import Transient
from intake.model import Line, PageFacts, PageReading, PdfFacts, Picture, sha256

CONTENT = b"%PDF-1.7 six scanned pages"
FILE = sha256(CONTENT)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def picture(page: int) -> Picture:
    return Picture(width=1, height=1, dpi=150.0, pixels=bytes([page]))


def said(page: int) -> PageReading:
    return PageReading(
        width=595.0, height=842.0, lines=(Line(text=f"page {page}", size=11.0),), certainty=0.9
    )


def scans(count: int) -> PdfFacts:
    pages = tuple(
        PageFacts(number=n, width=595.0, height=842.0, image_cover=1.0, scan=True)
        for n in range(1, count + 1)
    )
    return PdfFacts(sha256=FILE, size=len(CONTENT), page_count=count, pages=pages)


class House:
    """A reader of one file whose pages are pictures; ``unreadable`` have no reading, ``unpainted`` no picture."""

    def __init__(self, *, unreadable: set[int] = frozenset(), unpainted: set[int] = frozenset()) -> None:  # type: ignore[assignment]
        self.reader = pdf_memory.MemoryPdfReader({FILE: scans(6)})
        self.ocr = ocr_memory.MemoryOcr()
        for page in range(1, 7):
            if page not in unpainted:
                self.reader.show(CONTENT, page, picture(page))
            if page not in unreadable:
                self.ocr.know(picture(page), said(page))
        self.asked: list[frozenset[int]] = []

    def reading(self, *, seconds: float = 60.0) -> reading.Reading:
        return reading.Reading(self.reader, self.ocr, seconds=seconds, pages=2)

    def everything(self, facts: PdfFacts, tried: frozenset[int]) -> tuple[int, ...]:
        """Two pages at a time, until all were read or tried."""
        self.asked.append(tried)
        return tuple(page.number for page in facts.pages if not page.ocr and page.number not in tried)[:2]


def read_pages(facts: PdfFacts) -> list[int]:
    return [page.number for page in facts.pages if page.ocr]


def test_reads_until_nothing_is_wanted() -> None:
    """Each batch is judged with what the ones before it brought."""
    house = House()

    facts = house.reading().read(CONTENT, house.everything)

    assert [page.text for page in facts.pages] == [f"page {n}" for n in range(1, 7)]
    assert (facts.sha256, facts.page_count) == (FILE, 6)
    assert len(house.asked) == 4


def test_nothing_wanted_costs_nothing() -> None:
    house = House()

    assert house.reading().read(CONTENT, lambda facts, tried: ()) == scans(6)
    assert house.ocr.asked == 0


@pytest.mark.parametrize(
    "house", [pytest.param(lambda: House(unreadable={2, 5}), id="ocr"), pytest.param(lambda: House(unpainted={2, 5}), id="picture")]
)  # fmt: skip
def test_a_page_that_cannot_be_read_stays_unread(house: Callable[[], House]) -> None:
    """It is told to whoever wants pages, and not tried again."""
    made = house()

    facts = made.reading().read(CONTENT, made.everything)

    assert read_pages(facts) == [1, 3, 4, 6]
    assert facts.pages[1] == scans(6).pages[1]
    assert made.asked[-1] == {2, 5}


def test_no_page_is_begun_when_the_time_is_over() -> None:
    house = House()

    assert house.reading(seconds=0.0).read(CONTENT, house.everything) == scans(6)
    assert house.ocr.asked == 0


def test_without_ocr_no_page_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Switched off or not installed: the facts are those of the text layer."""
    house = House()
    monkeypatch.setattr(house.reader, "picture", pytest.fail)

    facts = reading.Reading(house.reader, ocr.NoOcr(), seconds=60.0, pages=2).read(CONTENT, house.everything)

    assert facts == scans(6)


def test_the_pages_of_a_batch_are_read_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each waits for the other: one after the other would never end."""
    house = House()
    both = threading.Barrier(2, timeout=10)
    read = house.ocr.read

    def together(seen: Picture) -> PageReading | None:
        both.wait()
        return read(seen)

    monkeypatch.setattr(house.ocr, "read", together)

    assert read_pages(house.reading().read(CONTENT, house.everything)) == [1, 2, 3, 4, 5, 6]


# --- what was read is kept until the case is decided ----------------------------------------------


class Kept(House):
    """The same with a shelf, and a message whose case is K7Q2."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = MemoryLedger()
        self.ledger.start_mailbox("main", uidvalidity=1, before=[], now=NOW)
        self.ledger.take_in("main", uidvalidity=1, uids=[1], now=NOW, number=lambda: "K7Q2")
        self.readings = readings_memory.MemoryReadings()
        self.shelf = reading.Shelf(self.readings, self.ledger)

    def read(self) -> PdfFacts:
        return self.reading().read(CONTENT, self.everything, shelf=self.shelf, case="K7Q2")

    def spooled(self) -> list[tuple[str, str]]:
        return [one for one in self.ledger.places("K7Q2") if one[0] == "spool"]


def test_a_second_try_does_not_pay_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """A life that ended after four pages is continued with the fifth."""
    house = Kept()
    read = house.ocr.read

    def away(seen: Picture) -> PageReading | None:
        if seen.pixels[0] > 4:
            raise Transient("the disk is full")
        return read(seen)

    with monkeypatch.context() as full:
        full.setattr(house.ocr, "read", away)
        with pytest.raises(Transient):
            house.read()
    assert house.ocr.asked == 4

    assert read_pages(house.read()) == [1, 2, 3, 4, 5, 6]
    assert house.ocr.asked == 6


def test_what_is_kept_is_a_row_under_its_case_until_it_is_forgotten() -> None:
    """Once, however many pages; and nothing is left of it, in the spool or in the ledger."""
    house = Kept()
    house.read()
    assert house.spooled() == [("spool", "memory:K7Q2")]

    house.shelf.forget("K7Q2")
    house.shelf.forget("K7Q2")

    assert house.spooled() == []
    assert house.readings.cases() == []


def test_sweeps_what_was_decided_since() -> None:
    """A life that was killed after the verdict left the readings; those of undecided cases stay."""
    house = Kept()
    house.read()

    house.shelf.sweep({"K7Q2"})
    assert house.readings.find("K7Q2", FILE, 1) == said(1)
    house.shelf.sweep(set())

    assert (house.spooled(), house.readings.cases()) == ([], [])


def test_another_file_of_the_case_is_read_anew() -> None:
    """Readings are known by the file's hash: an answer of OCR never stands for another file."""
    house = Kept()
    house.read()
    other = CONTENT + b"\n"
    house.reader.know(other, replace(scans(1), sha256=sha256(other)))

    facts = house.reading().read(other, house.everything, shelf=house.shelf, case="K7Q2")

    assert read_pages(facts) == []  # nobody described a picture of it
