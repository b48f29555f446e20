"""Files that attack their reader, and text that nobody sees: a verdict for each, soon."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from intake.adapters import pdf
from intake.model import FileFault, PdfFacts
from tests import hostile_pdfs

SOON = 20.0  # seconds within which every file has its verdict


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pdf.PdfPool]:
    reader = pdf.PdfPool(tmp_path_factory.mktemp("spool"), pdf.PdfLimits())
    yield reader
    reader.close()


def read_soon(pool: pdf.PdfPool, content: bytes) -> PdfFacts:
    begun = time.monotonic()
    facts = pool.read(content)
    assert time.monotonic() - begun < SOON
    return facts


@pytest.mark.parametrize(
    "make,faults",
    [
        pytest.param(hostile_pdfs.decompression_bomb, (FileFault.KILLED,), id="decompression-bomb"),
        pytest.param(hostile_pdfs.form_that_draws_itself_twice, (FileFault.KILLED,), id="draws-itself-twice"),
        pytest.param(hostile_pdfs.forms_that_double, (FileFault.KILLED,), id="forms-that-double"),
        pytest.param(hostile_pdfs.hundred_thousand_pages, (FileFault.TOO_MANY_PAGES,), id="100,000-pages"),
        pytest.param(hostile_pdfs.page_tree_loop, (FileFault.DAMAGED,), id="page-tree-loop"),
        pytest.param(hostile_pdfs.no_pages, (FileFault.EMPTY,), id="no-pages"),
        pytest.param(hostile_pdfs.blank_pages, (FileFault.EMPTY,), id="blank"),
        pytest.param(hostile_pdfs.truncated, (FileFault.DAMAGED,), id="truncated"),
        pytest.param(hostile_pdfs.half_truncated, (FileFault.DAMAGED,), id="half-truncated"),
        pytest.param(hostile_pdfs.nothing_but_header, (FileFault.DAMAGED,), id="nothing-but-header"),
        pytest.param(lambda: hostile_pdfs.encrypted("secret"), (FileFault.ENCRYPTED,), id="aes-256"),
        pytest.param(
            lambda: hostile_pdfs.encrypted("secret", algorithm="RC4-128"),
            (FileFault.ENCRYPTED,),
            id="rc4-128",
        ),
        pytest.param(lambda: b"%PDF-1.7" + bytes(25 * 1024 * 1024), (FileFault.TOO_LARGE,), id="too-large"),
    ],
)
def test_names_the_fault(pool: pdf.PdfPool, make: Callable[[], bytes], faults: tuple[FileFault, ...]) -> None:
    """Whatever the file does, it ends as a named fault."""
    assert read_soon(pool, make()).faults == faults


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(hostile_pdfs.recursive_outlines, id="recursive-outlines"),
        pytest.param(hostile_pdfs.deep_arrays, id="deep-arrays"),
        pytest.param(hostile_pdfs.deep_names, id="deep-dictionaries"),
        pytest.param(hostile_pdfs.huge_page, id="page-of-1e9-points"),
        pytest.param(hostile_pdfs.broken_xref, id="broken-xref"),
        pytest.param(hostile_pdfs.junk_before, id="junk-before-header"),
        pytest.param(lambda: hostile_pdfs.encrypted(""), id="empty-user-password-aes-256"),
        pytest.param(lambda: hostile_pdfs.encrypted("", algorithm="AES-128"), id="permissions-only-aes-128"),
        pytest.param(lambda: hostile_pdfs.encrypted("", algorithm="RC4-128"), id="permissions-only-rc4"),
    ],
)
def test_reads_what_can_be_read(pool: pdf.PdfPool, make: Callable[[], bytes]) -> None:
    """Odd, old or locked against printing, but a letter all the same."""
    facts = read_soon(pool, make())

    assert facts.faults == ()
    assert (
        facts.pages[0].text == "Dear hiring committee,\nI apply for the position.\nKind regards, Ada Muster"
    )


@pytest.mark.parametrize("claimed", [pytest.param(n, id=f"claims-{n}") for n in (1, 5, 2_000_000, -3)])
def test_counts_pages_itself(pool: pdf.PdfPool, claimed: int) -> None:
    """/Count may lie in both directions; every page that is there is read."""
    facts = read_soon(pool, hostile_pdfs.many_pages(5, claimed=claimed))

    assert (facts.page_count, facts.faults) == (5, ())
    assert [page.number for page in facts.pages if "hiring committee" in page.text] == [1, 2, 3, 4, 5]


def test_does_not_read_2000_pages(pool: pdf.PdfPool) -> None:
    """The count is told, the pages are not read."""
    facts = read_soon(pool, hostile_pdfs.many_pages(2_000))

    assert (facts.faults, facts.page_count, facts.pages) == ((FileFault.TOO_MANY_PAGES,), 2_000, ())


def test_a_page_over_the_text_limit_is_unreadable_not_empty(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing may be concluded from a page that was not read."""
    reader = pdf.PdfPool(tmp_path_factory.mktemp("spool"), pdf.PdfLimits(max_text=100), workers=1)
    facts = reader.read(hostile_pdfs.many_pages(2))
    reader.close()

    assert [page.readable for page in facts.pages] == [True, False]
    assert facts.details == ("p. 2: over the text limit, not read",)


def test_a_page_without_area_proves_nothing(pool: pdf.PdfPool) -> None:
    """Its crop box lies beside it: nothing of its text is seen."""
    page = read_soon(pool, hostile_pdfs.page_without_area()).pages[0]

    assert (page.width, page.readable, page.lines) == (0.0, False, ())


def test_an_image_bomb_is_a_scan_that_was_not_read(pool: pdf.PdfPool) -> None:
    """3.6 gigapixels in 1 kB: not unpacked, and nothing concluded from the page."""
    facts = read_soon(pool, hostile_pdfs.image_bomb())

    assert FileFault.KILLED in facts.faults or not facts.pages[0].readable


@pytest.mark.parametrize("content", [pytest.param(c, id=n) for n, c in hostile_pdfs.ACTIVE.items()])
def test_finds_active_content(pool: pdf.PdfPool, content: bytes) -> None:
    """What could run, start or fetch something is named, and the text is read all the same."""
    facts = read_soon(pool, content)

    assert facts.faults == (FileFault.ACTIVE_CONTENT,)
    assert facts.details != ()
    assert "hiring committee" in facts.pages[0].text


@pytest.mark.parametrize("content", [pytest.param(c, id=n) for n, c in hostile_pdfs.HARMLESS.items()])
def test_leaves_harmless_things_alone(pool: pdf.PdfPool, content: bytes) -> None:
    """LaTeX writes links, bookmarks and an OpenAction into every CV."""
    assert read_soon(pool, content).faults == ()


@pytest.mark.parametrize("content", [pytest.param(c, id=n) for n, c in hostile_pdfs.UNREAD.items()])
def test_knows_a_scan(pool: pdf.PdfPool, content: bytes) -> None:
    """A picture of a page, also under or upon a text layer that nobody sees, and letters drawn as curves."""
    page = read_soon(pool, content).pages[0]

    assert (page.scan, page.readable, page.lines, page.hidden) == (True, False, (), ())


def test_reads_form_fields(pool: pdf.PdfPool) -> None:
    """What a person sees in a form counts as text of the page."""
    facts = pool.read(hostile_pdfs.filled_form())

    assert facts.faults == ()
    assert "Ada Muster" in [line.text for line in facts.pages[0].lines]


@pytest.mark.parametrize("content", [pytest.param(c, id=n) for n, c in hostile_pdfs.FORMS.items()])
def test_reads_fields_that_have_no_appearance(pool: pdf.PdfPool, content: bytes) -> None:
    """Forms filled by a program leave it to the reader to draw the value; a person sees it all the same."""
    assert "Ada Muster" in [line.text for line in pool.read(content).pages[0].lines]


def test_knows_a_signed_file(pool: pdf.PdfPool) -> None:
    """A signed file must never be joined with others."""
    assert pool.read(hostile_pdfs.signed()).signed
    assert not pool.read(hostile_pdfs.plain()).signed


@pytest.mark.parametrize("content", [pytest.param(c, id=n) for n, c in hostile_pdfs.HIDDEN.items()])
def test_takes_hidden_words_out(pool: pdf.PdfPool, content: bytes) -> None:
    """Whoever plants "CV, motivation letter, certificates" invisibly must not pass."""
    page = read_soon(pool, content).pages[0]

    assert page.hidden == (hostile_pdfs.PLANTED,)
    assert "Certificates" not in page.text
    assert page.text.startswith("Dear hiring committee,\nI apply for the position.\nKind regards, Ada Muster")
    assert page.readable


@pytest.mark.parametrize("content", [pytest.param(c, id=n) for n, c in hostile_pdfs.SEEN.items()])
def test_leaves_seen_words_alone(pool: pdf.PdfPool, content: bytes) -> None:
    """Design is no deceit: colour, pictures behind text, rotated pages, small print."""
    page = read_soon(pool, content).pages[0]

    assert page.hidden == ()
    assert page.lines[0].text == hostile_pdfs.PLANTED


def test_a_page_of_which_most_is_hidden_proves_nothing(pool: pdf.PdfPool) -> None:
    """It is a trick, or a page that our engine cannot paint: unreadable, never "the CV is missing"."""
    content = hostile_pdfs.page(hostile_pdfs.words(hostile_pdfs.PLANTED, before="1 g"))

    facts = pool.read(content)

    assert (facts.faults, facts.pages[0].readable, facts.pages[0].lines) == ((), False, ())
    assert facts.details == ("p. 1: most of its text cannot be seen",)
