"""Which pages OCR reads, and how few: by the rules that ship in config/documents.toml."""

from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from intake.journey import recognise
from intake.journey.recognise import wanted
from intake.model import DocumentKind, FileFault, Line, PageFacts, PageReading, PdfFacts, Presence

CONFIG = Path(__file__).parents[2] / "config" / "documents.toml"
RULES = TypeAdapter(recognise.Rules).validate_python(tomllib.loads(CONFIG.read_text(encoding="utf-8")))
ALL = (DocumentKind.LETTER, DocumentKind.CV, DocumentKind.CERTIFICATES)

LETTER = """\
Application for the postdoc position in Causal Inference
Dear members of the committee,
I am writing to apply for the postdoc position in causal inference that your centre has advertised.
During my doctorate I have worked on the estimation of treatment effects with machine learning.
I would be happy to discuss my plans with you and look forward to hearing from you soon.
Kind regards,
Nadia Ferreira"""
CV = """\
Curriculum Vitae
Education
2019 – 2023 PhD in Statistics, University of Nordhafen
2017 – 2019 MSc in Mathematics, University of Westmoor
2014 – 2017 BSc in Mathematics, University of Westmoor
Work experience
2023 – present Research associate, University of Nordhafen
Languages
English (fluent), Portuguese (native speaker), German (B1)"""
MORE_CV = """\
Teaching
2020 – 2022 Tutorials in probability
2018 – 2019 Exercises in linear algebra
2017 – 2018 Exercises in analysis
2016 – 2017 Marking of homework
Awards
2019 Prize for the best thesis of the year in the department"""
CERTIFICATE = """\
University of Westmoor
Master of Science
This is to certify that Nadia Ferreira, born on 4 May 1995, has fulfilled all the requirements
of the examination regulations and has been awarded the degree of
Master of Science in Mathematics
with the overall grade very good (1.3).
The Dean of the Faculty The Chair of the Examination Board"""
PAPER = """\
Abstract
In this paper we propose an estimator and show that it is consistent under mild assumptions.
1 Introduction
We study the estimation of effects. Related work is found in the proceedings of several conferences.
The rest of the paper is organised as follows. In Section 2 we introduce the method and its properties."""


def lines(text: str) -> tuple[Line, ...]:
    return tuple(
        Line(text=line, size=11.0 if row else 18.0, x=70.0, y=780.0 - 15 * row)
        for row, line in enumerate(text.splitlines())
    )


def typed(text: str) -> PageFacts:
    return PageFacts(number=1, width=595.0, height=842.0, lines=lines(text))


def scan(**more: object) -> PageFacts:
    facts = PageFacts(number=1, width=595.0, height=842.0, image_cover=1.0, scan=True)
    return dataclasses.replace(facts, **more)  # type: ignore[arg-type]


def pdf(*pages: PageFacts, faults: tuple[FileFault, ...] = ()) -> PdfFacts:
    numbered = tuple(dataclasses.replace(one, number=number) for number, one in enumerate(pages, 1))
    return PdfFacts(sha256="", size=1, page_count=len(numbered), pages=numbered, faults=faults)


def reading(text: str, *, certainty: float = 0.93, turned: int = 0) -> PageReading:
    return PageReading(width=595.0, height=842.0, lines=lines(text), certainty=certainty, turned=turned)


def read(*papers: str, typed_pages: int = 0, mail: str = "") -> tuple[list[int], tuple[Presence, ...]]:
    """Every page that was read of a file with these pages, the first ones typed and the others scans, in order,
    and what was found then."""
    facts = pdf(*(typed(text) if n < typed_pages else scan() for n, text in enumerate(papers)))
    order: list[int] = []
    while batch := wanted.pages_to_read(facts, rules=RULES, required=ALL, mail_text=mail):
        assert len(batch) <= 2
        assert not set(batch) & set(order)
        order += batch
        for number in batch:
            facts = wanted.with_reading(facts, number, reading(papers[number - 1]))
    found = recognise.documents(facts, rules=RULES, required=ALL, mail_text=mail)
    return order, tuple(document.status for document in found.documents)


P, A = Presence.PRESENT, Presence.ABSENT


@pytest.mark.parametrize(
    "papers,typed_pages,order,found",
    [
        pytest.param(
            [LETTER, CV, MORE_CV, *[CERTIFICATE] * 9], 3, [4, 12], (P, P, P), id="certificates-only"
        ),
        pytest.param([LETTER, CV, CERTIFICATE], 2, [3], (P, P, P), id="one-certificate"),
        pytest.param(
            [LETTER, CV, MORE_CV, *[CERTIFICATE] * 9], 0, [1, 12, 2, 3], (P, P, P), id="all-scanned"
        ),
        pytest.param([CV, CERTIFICATE, CERTIFICATE], 3, [], (A, P, P), id="nothing-is-scanned"),
        pytest.param([LETTER, CV, CERTIFICATE, *[PAPER] * 20], 3, [], (P, P, P), id="found-already"),
        pytest.param([CERTIFICATE] * 2 + [CV, LETTER], 0, [1, 4, 2, 3], (P, P, P), id="in-reverse-order"),
        pytest.param(
            [LETTER, CV, PAPER, PAPER, PAPER], 2, [3, 5, 4], (P, P, A), id="absent-needs-every-page"
        ),
        pytest.param([LETTER, CV], 0, [1, 2], (P, P, A), id="two-pages"),
    ],
)
def test_reads_as_few_pages_as_the_decision_needs(
    papers: list[str], typed_pages: int, order: list[int], found: tuple[Presence, ...]
) -> None:
    """Two at a time; the likeliest places of what is missing first; all of them only to say absent."""
    assert read(*papers, typed_pages=typed_pages) == (order, found)


def test_sixty_scanned_pages_need_few() -> None:
    """A bundle: letter, CV of four pages, the rest certificates."""
    order, found = read(LETTER, CV, *[MORE_CV] * 3, *[CERTIFICATE] * 55)

    assert found == (P, P, P)
    assert len(order) <= 4


def test_a_page_between_certificates_is_read_last() -> None:
    """What is missing there is least likely a letter."""
    facts = pdf(typed(CV), typed(CERTIFICATE), scan(), typed(CERTIFICATE), scan(), scan())

    assert wanted.pages_to_read(facts, rules=RULES, required=ALL) == (6, 5)
    tried = frozenset({5, 6})
    assert wanted.pages_to_read(facts, rules=RULES, required=ALL, tried=tried) == (3,)


@pytest.mark.parametrize("fault", list(FileFault))
def test_a_faulty_file_is_not_read(fault: FileFault) -> None:
    """The fault decides, whatever the pages hold."""
    facts = pdf(scan(), scan(), faults=(fault,))

    assert wanted.pages_to_read(facts, rules=RULES, required=ALL) == ()


def test_garbage_is_read_too() -> None:
    """A text layer that is none, over whatever."""
    facts = pdf(typed(LETTER), typed(CV), dataclasses.replace(typed("x q z"), garbage=True))

    assert wanted.pages_to_read(facts, rules=RULES, required=ALL) == (3,)


def test_a_picture_under_a_few_words_is_read() -> None:
    """A scan with a running head is a scan; a CV with a photograph is no scan, however large that is."""
    head = dataclasses.replace(typed("Enclosure 3"), image_cover=0.8)
    facts = pdf(
        typed(LETTER), dataclasses.replace(typed(f"{CV}\n{MORE_CV}\n{MORE_CV}"), image_cover=0.3), head
    )

    assert wanted.pages_to_read(facts, rules=RULES, required=ALL) == (3,)


def test_what_was_tried_is_not_tried_again() -> None:
    facts = pdf(typed(LETTER), typed(CV), scan(), scan())

    assert wanted.pages_to_read(facts, rules=RULES, required=ALL, tried=frozenset({3, 4})) == ()


PLAIN = "the house of the miller is in the village and it was by the river with a garden for the goats\n" * 6


@pytest.mark.parametrize(
    "text,certainty,status",
    [
        pytest.param(PAPER, 0.93, Presence.ABSENT, id="a paper, read well"),
        pytest.param(PAPER, 0.6, Presence.ABSENT, id="a paper, read roughly: its words are there"),
        pytest.param(PAPER, 0.5, Presence.UNSURE, id="a paper, hardly read"),
        pytest.param(PLAIN, 0.93, Presence.ABSENT, id="no sign, read well"),
        pytest.param(PLAIN, 0.6, Presence.UNSURE, id="no sign, read roughly: it may have been missed"),
    ],
)
def test_absent_needs_pages_that_were_read_well(text: str, certainty: float, status: Presence) -> None:
    """A page that OCR could hardly read may be anything, and is not read again."""
    facts = wanted.with_reading(
        pdf(typed(LETTER), typed(CERTIFICATE), scan()), 3, reading(text, certainty=certainty)
    )

    assert wanted.pages_to_read(facts, rules=RULES, required=ALL) == ()
    found = recognise.documents(facts, rules=RULES, required=ALL)
    assert found.documents[1].status is status


def test_a_reading_takes_the_place_of_what_was_not_text() -> None:
    """Lines, certainty and turn are OCR's; the page stays known as a scan, and is as wide as it is upright."""
    lying = scan(width=842.0, height=595.0)
    facts = wanted.with_reading(pdf(scan(), lying), 2, reading(CERTIFICATE, turned=90))

    assert facts.pages[0] == scan()
    page = facts.pages[1]
    assert (page.ocr, page.scan, page.readable) == (True, True, True)
    assert (page.certainty, page.turned, page.width, page.height) == (0.93, 90, 595.0, 842.0)
    assert page.lines == lines(CERTIFICATE)


def test_a_reading_adds_what_a_text_layer_does_not_have() -> None:
    """The layer's words are exact and stay; the picture's own lines come after them."""
    page = dataclasses.replace(typed("Enclosure 3\nCopies of my certificates"), image_cover=0.8)
    seen = "Enclosure 3\nCopies of rny certificates\nMaster of Science\nThis is to certify"

    facts = wanted.with_reading(pdf(page), 1, reading(seen, certainty=0.9))

    assert [line.text for line in facts.pages[0].lines] == [
        "Enclosure 3", "Copies of my certificates", "Master of Science", "This is to certify",
    ]  # fmt: skip
    assert (facts.pages[0].ocr, facts.pages[0].certainty, facts.pages[0].height) == (True, 0.9, 842.0)


@pytest.mark.parametrize("certainty,status", [(1.0, Presence.ABSENT), (0.0, Presence.UNSURE)])
def test_an_empty_scan_is_empty_only_when_that_is_certain(certainty: float, status: Presence) -> None:
    """The white back of a sheet holds no certificate; a picture without words may be one."""
    nothing = PageReading(width=595.0, height=842.0, certainty=certainty)
    facts = wanted.with_reading(pdf(typed(LETTER), typed(CV), scan()), 3, nothing)

    found = recognise.documents(facts, rules=RULES, required=ALL)
    assert found.documents[2].status is status
    assert wanted.pages_to_read(facts, rules=RULES, required=ALL) == ()


TORN = """\
Gut en Tag Frau Hansohm,
hiermit bewer be ich mi ch um die von Ihnen ausgeschri ebene Stelle. Seit mehreren Jahren arbeite ich an
Fragen rund um das Vertrauen in lernende Systeme, und Ihr Profil hat mi ch sofort angesprochen.
Über die Ei nl adung zu ei nempersön lichen Gespräch freueichmi ch sehr.
Mt freundlichen Grüßen"""


def test_words_that_ocr_tore_apart_keep_a_document_from_being_called_absent() -> None:
    """Where type is set wide OCR sees a space in each gap: of this letter hardly a phrase is left whole."""
    facts = wanted.with_reading(pdf(typed(CV), typed(CERTIFICATE), scan()), 3, reading(TORN, certainty=0.85))

    found = recognise.documents(facts, rules=RULES, required=ALL)

    assert found.documents[0].status is Presence.UNSURE
