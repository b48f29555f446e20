"""What OCR promises, the real one and its twin."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from intake import ports
from intake.adapters import ocr, ocr_memory
from intake.model import Line, PageReading, Picture

HEADING, SENTENCE = "Bachelorzeugnis", "Frau Grünwald hat die Prüfung bestanden."


def page(*texts: str) -> Picture:
    """A page of A4 with these lines, 24 points high the first, 12 the others, from the left edge by 72."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(595.2, 841.44), invariant=1)
    for number, text in enumerate(texts):
        canvas.setFont("Times-Roman", 12 if number else 24)
        canvas.drawString(72, 720 - 40 * number, text)
    canvas.showPage()
    canvas.save()
    image = pypdfium2.PdfDocument(target.getvalue())[0].render(scale=150 / 72, grayscale=True).to_pil()
    return Picture(width=image.width, height=image.height, dpi=150.0, pixels=image.tobytes())


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ocr.OcrPool]:
    pool = ocr.OcrPool(tmp_path_factory.mktemp("spool"), ocr.OcrLimits())
    yield pool
    pool.close()


@pytest.fixture
def twin() -> ocr_memory.MemoryOcr:
    lines = (Line(text=HEADING, size=24.0, x=72.0, y=720.0), Line(text=SENTENCE, size=12.0, x=72.0, y=680.0))
    known = ocr_memory.MemoryOcr()
    known.know(
        page(HEADING, *[SENTENCE] * 2), PageReading(width=595.7, height=841.9, lines=lines, certainty=0.95)
    )
    known.know(page(), PageReading(width=595.7, height=841.9, certainty=1.0))
    return known


@pytest.fixture(params=["real", "twin"])
def reader(request: pytest.FixtureRequest) -> ports.Ocr:
    found: ports.Ocr = request.getfixturevalue(request.param)
    return found


def test_reads_a_page(reader: ports.Ocr) -> None:
    """Words with umlauts; place and size in points, counted from the lower left; how certain it is."""
    reading = reader.read(page(HEADING, *[SENTENCE] * 2))

    assert reading is not None
    assert [line.text for line in reading.lines[:2]] == [HEADING, SENTENCE]
    assert (reading.width, reading.height, reading.turned) == (595.7, 841.9, 0)
    assert reading.certainty > 0.85
    heading, sentence = reading.lines[:2]
    assert heading.size == pytest.approx(24, rel=0.15)
    assert sentence.size == pytest.approx(12, rel=0.15)
    assert heading.x == pytest.approx(72, abs=3)
    assert heading.y == pytest.approx(720, abs=3)
    assert sentence.y == pytest.approx(680, abs=3)


def test_an_empty_page_is_certain(reader: ports.Ocr) -> None:
    """Nothing on it, and no doubt about that."""
    reading = reader.read(page())

    assert reading is not None
    assert (reading.lines, reading.certainty) == ((), 1.0)


def test_works_and_says_so(reader: ports.Ocr) -> None:
    assert reader.works()
    assert reader.weaknesses() == ()


def test_reads_from_several_threads(reader: ports.Ocr) -> None:
    """More callers than children wait for their turn, and each gets its own page."""
    pictures = [page(HEADING, *[SENTENCE] * 2), page(), page(HEADING, *[SENTENCE] * 2), page()]
    found: dict[int, PageReading | None] = {}

    def read(number: int) -> None:
        found[number] = reader.read(pictures[number])

    threads = [threading.Thread(target=read, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [bool(one and one.lines) for _, one in sorted(found.items())] == [True, False, True, False]


def test_closes_twice(tmp_path: Path) -> None:
    """Closing what is closed is no error, and nothing of the spool stays."""
    for reader in (ocr.OcrPool(tmp_path, ocr.OcrLimits(), workers=1), ocr_memory.MemoryOcr()):
        reader.read(page(HEADING))
        reader.close()
        reader.close()

    assert list(tmp_path.iterdir()) == []
