"""What every PDF reader promises, on the real one and on its twin."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake import model, ports
from intake.adapters import pdf, pdf_memory
from intake.model import FileFault, Line, PageFacts, PdfFacts, Picture
from tests import hostile_pdfs


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pdf.PdfPool]:
    reader = pdf.PdfPool(tmp_path_factory.mktemp("spool"), pdf.PdfLimits())
    yield reader
    reader.close()


@pytest.fixture
def twin() -> pdf_memory.MemoryPdfReader:
    content = hostile_pdfs.plain()
    lines = (
        Line(text="Dear hiring committee,", size=11.0, x=72.0, y=750.0),
        Line(text="I apply for the position.", size=11.0, x=72.0, y=730.0),
        Line(text="Kind regards, Ada Muster", size=11.0, x=72.0, y=710.0),
    )
    reader = pdf_memory.MemoryPdfReader()
    reader.know(
        content,
        PdfFacts(
            sha256=model.sha256(content),
            size=len(content),
            page_count=1,
            pages=(PageFacts(number=1, width=595.0, height=842.0, lines=lines),),
        ),
    )
    signed = hostile_pdfs.signed()
    reader.know(signed, PdfFacts(sha256=model.sha256(signed), size=len(signed), page_count=1, signed=True))
    reader.show(content, 1, Picture(width=1240, height=1755, dpi=150.0, pixels=b"\xff" * 1240 * 1755))
    return reader


@pytest.fixture(params=["real", "twin"])
def reader(request: pytest.FixtureRequest) -> ports.PdfReader:
    found: ports.PdfReader = request.getfixturevalue(request.param)
    return found


def test_reads_a_letter(reader: ports.PdfReader) -> None:
    """Hash, size, page and lines with their place, counted from the lower left."""
    content = hostile_pdfs.plain()

    facts = reader.read(content)

    assert (facts.sha256, facts.size) == (model.sha256(content), len(content))
    assert (facts.page_count, facts.faults) == (1, ())
    page = facts.pages[0]
    assert (page.number, page.width, page.height, page.readable) == (1, 595.0, 842.0, True)
    assert [line.text for line in page.lines] == [
        "Dear hiring committee,",
        "I apply for the position.",
        "Kind regards, Ada Muster",
    ]
    assert (page.lines[0].size, page.lines[0].y) == (11.0, 750.0)
    assert page.lines[0].x == pytest.approx(72.0, abs=1.0)


def test_reads_the_same_file_alike(reader: ports.PdfReader) -> None:
    """The facts depend on the bytes alone."""
    assert reader.read(hostile_pdfs.plain()) == reader.read(hostile_pdfs.plain())


@pytest.mark.parametrize(
    "content,fault",
    [
        pytest.param(b"", FileFault.EMPTY, id="0-bytes"),
        pytest.param(hostile_pdfs.zip_named_pdf(), FileFault.DAMAGED, id="zip"),
    ],
)
def test_names_what_is_no_pdf(reader: ports.PdfReader, content: bytes, fault: FileFault) -> None:
    """A fault with hash and size, never an exception."""
    facts = reader.read(content)

    assert facts.faults == (fault,)
    assert (facts.sha256, facts.size, facts.pages) == (model.sha256(content), len(content), ())


def test_reads_from_several_threads(reader: ports.PdfReader) -> None:
    """More callers than children wait for their turn, and each gets the facts of its own file."""
    found: dict[int, PdfFacts] = {}
    contents = [hostile_pdfs.plain() + b"\n" * n for n in range(6)]

    def read(n: int) -> None:
        found[n] = reader.read(contents[n])

    threads = [threading.Thread(target=read, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [found[n].sha256 for n in range(6)] == [model.sha256(content) for content in contents]


def test_paints_a_page(reader: ports.PdfReader) -> None:
    """Grey, eight bits a pixel, 150 to the inch; None where there is no such page or no PDF."""
    seen = reader.picture(hostile_pdfs.plain(), 1)

    assert seen is not None
    assert (seen.width, seen.height, seen.dpi) == (1240, 1755, 150.0)
    assert len(seen.pixels) == 1240 * 1755
    assert seen.pixels[0] == 255
    assert reader.picture(hostile_pdfs.plain(), 2) is None
    assert reader.picture(b"", 1) is None


def test_joins_files(reader: ports.PdfReader) -> None:
    """One file with the pages of all in this order, the same bytes each time, which reads like its parts."""
    content = hostile_pdfs.plain()

    joined = reader.join([content, content])

    assert joined is not None
    assert joined == reader.join([content, content])
    assert joined != content
    facts, page = reader.read(joined), reader.read(content).pages[0]
    assert (facts.sha256, facts.size) == (model.sha256(joined), len(joined))
    assert (facts.page_count, facts.faults, facts.signed) == (2, (), False)
    assert [one.number for one in facts.pages] == [1, 2]
    assert [one.lines for one in facts.pages] == [page.lines, page.lines]


@pytest.mark.parametrize(
    "files",
    [
        pytest.param([], id="none"),
        pytest.param([b""], id="0-bytes"),
        pytest.param([hostile_pdfs.plain(), b""], id="0-bytes-beside-a-letter"),
        pytest.param([hostile_pdfs.zip_named_pdf(), hostile_pdfs.plain()], id="zip"),
        pytest.param([hostile_pdfs.plain(), hostile_pdfs.signed()], id="signed"),
        pytest.param([hostile_pdfs.truncated(), hostile_pdfs.plain()], id="damaged"),
    ],
)
def test_joins_no_others(reader: ports.PdfReader, files: list[bytes]) -> None:
    """None, never an exception, when one of them must not be touched."""
    assert reader.join(files) is None


def test_tells_its_weaknesses_in_words(reader: ports.PdfReader) -> None:
    """For status: sentences, none where every wall stands."""
    assert all(isinstance(weakness, str) and weakness for weakness in reader.weaknesses())


def test_closes_twice(tmp_path: Path) -> None:
    """Closing what is closed is no error, and nothing of the spool stays."""
    for reader in (pdf.PdfPool(tmp_path, pdf.PdfLimits(), workers=1), pdf_memory.MemoryPdfReader()):
        reader.read(hostile_pdfs.plain())
        reader.close()
        reader.close()

    assert list(tmp_path.iterdir()) == []
