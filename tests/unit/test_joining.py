"""Several PDFs that become one application: whether, in which order, and the facts of the whole."""

from __future__ import annotations

import pytest

from intake.journey import joining
from intake.model import (
    Document,
    DocumentKind,
    FileFault,
    Line,
    PageClass,
    PageFacts,
    PdfFacts,
    Presence,
    Recognition,
)

SHA = "f" * 64
LETTER, CV, CERTIFICATES = DocumentKind.LETTER, DocumentKind.CV, DocumentKind.CERTIFICATES


def a_page(number: int, text: str = "words") -> PageFacts:
    return PageFacts(number=number, width=595.0, height=842.0, lines=(Line(text=text, size=11.0),))


def a_part(
    *texts: str, faults: tuple[FileFault, ...] = (), signed: bool = False, details: tuple[str, ...] = ()
) -> PdfFacts:
    pages = tuple(a_page(number, text) for number, text in enumerate(texts, 1))
    return PdfFacts(
        sha256="0" * 64,
        size=100,
        page_count=len(pages),
        pages=pages,
        faults=faults,
        signed=signed,
        details=details,
    )


def recognised(
    *,
    present: tuple[DocumentKind, ...] = (),
    unsure: tuple[DocumentKind, ...] = (),
    pages: tuple[PageClass, ...] = (),
) -> Recognition:
    def status(kind: DocumentKind) -> Presence:
        if kind in present:
            return Presence.PRESENT
        return Presence.UNSURE if kind in unsure else Presence.ABSENT

    documents = tuple(Document(kind=kind, status=status(kind)) for kind in DocumentKind)
    return Recognition(documents=documents, pages=pages)


def test_pages_are_numbered_on() -> None:
    """Hash and size are those of the joined file; the pages keep everything but their number."""
    joined = joining.facts([a_part("letter", "more"), a_part("cv"), a_part("diploma")], SHA, 321)

    assert (joined.sha256, joined.size, joined.page_count) == (SHA, 321, 4)
    assert [(page.number, page.text) for page in joined.pages] == [
        (1, "letter"),
        (2, "more"),
        (3, "cv"),
        (4, "diploma"),
    ]
    assert (joined.faults, joined.signed, joined.details) == ((), False, ())


def test_pages_that_were_not_read_count() -> None:
    """A part of which no page was read moves those after it all the same."""
    unread = PdfFacts(sha256="0" * 64, size=9, page_count=3)

    joined = joining.facts([unread, a_part("cv")], SHA, 1)

    assert joined.page_count == 4
    assert [page.number for page in joined.pages] == [4]


def test_faults_are_united() -> None:
    """Each fault once, in the order met; signed when any part is; what the engines said is kept."""
    joined = joining.facts(
        [
            a_part("a", faults=(FileFault.DAMAGED,), details=("cut off",)),
            a_part("b", faults=(FileFault.ACTIVE_CONTENT, FileFault.DAMAGED), details=("script",)),
            a_part("c", signed=True),
        ],
        SHA,
        1,
    )

    assert joined.faults == (FileFault.DAMAGED, FileFault.ACTIVE_CONTENT)
    assert joined.signed
    assert joined.details == ("cut off", "script")


def test_whole_files_may_be_joined() -> None:
    assert joining.may_join([a_part("letter"), a_part("cv")])


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([], id="none"),
        pytest.param([a_part("all")], id="one"),
        pytest.param([a_part("letter"), a_part("cv", signed=True)], id="signed"),
        pytest.param([a_part("letter", faults=(FileFault.DAMAGED,)), a_part("cv")], id="damaged"),
        pytest.param([a_part("letter"), a_part(faults=(FileFault.ENCRYPTED,))], id="locked"),
        pytest.param([a_part("letter"), a_part("cv", faults=(FileFault.ACTIVE_CONTENT,))], id="acting"),
    ],
)
def test_others_may_not(parts: list[PdfFacts]) -> None:
    """A signed or damaged file is never touched."""
    assert not joining.may_join(parts)


@pytest.mark.parametrize(
    "recognitions,expected",
    [
        pytest.param([], (), id="nothing"),
        pytest.param(
            [recognised(present=(CERTIFICATES,)), recognised(present=(CV,)), recognised(present=(LETTER,))],
            (2, 1, 0),
            id="letter-cv-certificates",
        ),
        pytest.param(
            [recognised(present=(CV,)), recognised(present=(CERTIFICATES, LETTER))],
            (1, 0),
            id="first-document-of-a-file-decides",
        ),
        pytest.param(
            [recognised(present=(CV,), unsure=(LETTER,)), recognised(present=(LETTER,))],
            (1, 0),
            id="what-is-present-decides-before-what-is-unsure",
        ),
        pytest.param(
            [recognised(unsure=(LETTER,)), recognised(present=(LETTER,))], (1, 0), id="surer-letter-first"
        ),
        pytest.param(
            [recognised(present=(CERTIFICATES,)), recognised(unsure=(CV,))], (1, 0), id="unsure-has-a-place"
        ),
        pytest.param(
            [recognised(), recognised(pages=(PageClass.OTHER, PageClass.CV)), recognised(present=(LETTER,))],
            (2, 1, 0),
            id="page-classes-then-the-rest",
        ),
        pytest.param(
            [
                recognised(pages=(PageClass.UNREADABLE,)),
                recognised(present=(CERTIFICATES,)),
                recognised(),
                recognised(present=(CERTIFICATES,)),
            ],
            (1, 3, 0, 2),
            id="stable",
        ),
    ],
)
def test_the_order_of_files(recognitions: list[Recognition], expected: tuple[int, ...]) -> None:
    """Letter, CV, certificates, the rest; files of one place as they came."""
    assert joining.order(recognitions) == expected
