"""The hard cases that text layers decide: never a false demand, and no gap missed where pages are plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from reportlab.pdfgen.canvas import Canvas

from intake.adapters import pdf
from intake.demo import documents, people
from intake.demo.documents import sheet
from intake.demo.varied import conditions, invented, looks, strangers
from intake.journey import plan
from intake.model import Outcome, Verdict
from tests.acceptance.hard_cases import (
    NOT_ABSENT,
    NOT_PRESENT,
    Papers,
    Wanted,
    false_findings,
    judged,
    rules,
    statuses,
    unlike,
)

ALL_THERE = Wanted(letter="present", cv="present", certificates="present")
NO_CERTIFICATES = Wanted(letter="present", cv="present", certificates="absent")
NO_CV = Wanted(letter="present", cv="absent", certificates="present")
NO_LETTER = Wanted(letter="absent", cv="present", certificates="present")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pdf.PdfPool]:
    pool = pdf.PdfPool(tmp_path_factory.mktemp("spool"), pdf.PdfLimits())
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def shipped() -> plan.Rules:
    return rules()


SECTORS: tuple[invented.Sector, ...] = ("academic", "industrial")


class Row(NamedTuple):
    """A case by its name, the papers in their order, and the wish."""

    name: str
    papers: Callable[[Papers], tuple[bytes, ...]]
    wanted: Wanted


def pages(wanted: Wanted, classes: str) -> Wanted:
    return Wanted(letter=wanted.letter, cv=wanted.cv, certificates=wanted.certificates, pages=classes)


ROWS = (
    # --- CVs that are hard to know ---
    Row("CV that never says CV", lambda p: (p.letter(), p.cv("unnamed"), p.certificate()),
        pages(ALL_THERE, "letter cv certificates")),
    Row("CV in spaced capitals", lambda p: (p.letter(), p.cv("spaced"), p.certificate()), ALL_THERE),
    Row("two-column CV", lambda p: (p.letter(), p.cv("side-bar"), p.certificate()), ALL_THERE),
    Row("tabular CV with photograph", lambda p: (p.letter(), p.cv("tabular"), p.certificate()), ALL_THERE),
    Row("CV with dates hanging left", lambda p: (p.letter(), p.cv("dates-left"), p.certificate()), ALL_THERE),
    Row("one-page resume", lambda p: (p.letter(), p.cv("one-page"), p.certificate()), ALL_THERE),
    Row("Europass CV", lambda p: (p.letter(), p.cv("europass"), p.certificate()), ALL_THERE),
    Row("Europass CV in form fields", lambda p: (p.letter(), p.cv("europass-form"), p.certificate()),
        pages(ALL_THERE, "letter cv certificates")),
    Row("LinkedIn export", lambda p: (p.letter(), p.cv("linkedin"), p.certificate()), ALL_THERE),
    Row("long CV that ends with publications", lambda p: (p.letter(), p.cv("long"), p.certificate()), ALL_THERE),
    # --- letters that are hard to know ---
    Row("letter without salutation", lambda p: (p.letter("bare"), p.cv(), p.certificate()),
        pages(ALL_THERE, "letter cv certificates")),
    Row("letter with a subject only", lambda p: (p.letter("subject-only"), p.cv(), p.certificate()), ALL_THERE),
    Row("letter called Motivation", lambda p: (p.letter("motivation"), p.cv(), p.certificate()), ALL_THERE),
    Row("letter of three sentences", lambda p: (p.letter("short"), p.cv(), p.certificate()), ALL_THERE),
    Row("letter that is a printed mail", lambda p: (p.letter("mail-like"), p.cv(), p.certificate()), ALL_THERE),
    Row("letter of two pages", lambda p: (p.letter("two-pages"), p.cv(), p.certificate()),
        pages(ALL_THERE, "letter cv certificates")),
    Row("letter with headings, to the committee",
        lambda p: (p.letter("statement-addressed"), p.cv(), p.certificate()), ALL_THERE),
    Row("letter and CV on one page", lambda p: (p.letter("with-cv"), p.certificate()), ALL_THERE),
    Row("letter and CV on one page, no certificates", lambda p: (p.letter("with-cv"),), NO_CERTIFICATES),
    Row("letter by DIN 5008", lambda p: (p.letter("din"), p.cv(), p.certificate()), ALL_THERE),
    # --- pages that name documents and are none ---
    Row("cover sheet before everything", lambda p: (p.stranger("cover-sheet"), p.complete()),
        pages(ALL_THERE, "other letter cv certificates")),
    Row("cover sheet in place of the letter", lambda p: (p.stranger("cover-sheet"), p.cv(), p.certificate()),
        pages(NO_LETTER, "other cv certificates")),
    Row("table of contents before everything", lambda p: (p.stranger("contents"), p.complete()),
        pages(ALL_THERE, "other letter cv certificates")),
    Row("table of contents names all, only the letter is there", lambda p: (p.stranger("contents"), p.letter()),
        pages(Wanted(letter="present", cv="absent", certificates="absent"), "other letter")),
    Row("placeholder Bachelorzeugnis with nothing on it",
        lambda p: (p.letter(), p.cv(), documents.placeholder("Bachelorzeugnis")), NO_CERTIFICATES),
    Row("placeholder Lebenslauf with nothing on it",
        lambda p: (p.letter(), documents.placeholder("Lebenslauf"), p.certificate()), NO_CV),
    Row("placeholder before the certificate itself",
        lambda p: (p.letter(), p.cv(), documents.placeholder("Bachelorzeugnis"), p.certificate("bachelor")), ALL_THERE),
    Row("empty pages at the end", lambda p: (p.complete(), documents.blank(2)),
        pages(ALL_THERE, "letter cv certificates other")),
    Row("empty page in place of certificates", lambda p: (p.letter(), p.cv(), documents.blank(1)), NO_CERTIFICATES),
    # --- strangers in place of a document ---
    Row("referee list in place of certificates", lambda p: (p.letter(), p.cv(), p.stranger("referees")), NO_CERTIFICATES),
    Row("publication list in place of certificates", lambda p: (p.letter(), p.cv(), p.stranger("publications")),
        NO_CERTIFICATES),
    Row("publication list in place of the CV", lambda p: (p.letter(), p.stranger("publications"), p.certificate()), NO_CV),
    Row("paper in place of certificates", lambda p: (p.letter(), p.cv(), p.stranger("paper")), NO_CERTIFICATES),
    Row("thesis in place of certificates", lambda p: (p.letter(), p.cv(), p.stranger("thesis")), NO_CERTIFICATES),
    Row("invoice in place of certificates", lambda p: (p.letter(), p.cv(), p.stranger("invoice")), NO_CERTIFICATES),
    Row("research statement in place of the letter",
        lambda p: (p.stranger("research-statement"), p.cv(), p.certificate()),
        Wanted(letter=NOT_PRESENT, cv="present", certificates="present")),
    Row("teaching statement in place of the letter",
        lambda p: (p.stranger("teaching-statement"), p.cv(), p.certificate()),
        Wanted(letter=NOT_PRESENT, cv="present", certificates="present")),
    Row("research statement beside the letter",
        lambda p: (p.letter(), p.stranger("research-statement"), p.cv(), p.certificate()), ALL_THERE),
    Row("advertisement in place of the letter",
        lambda p: (p.stranger("job-advertisement"), p.cv(), p.certificate()), NO_LETTER),
    Row("project list in place of the CV", lambda p: (p.letter(), p.stranger("projects"), p.certificate()),
        Wanted(letter="present", cv=NOT_PRESENT, certificates="present")),
    Row("identity card in place of certificates",
        lambda p: (p.letter(), p.cv(), strangers.identity_card(p.who, p.chance)),
        pages(NO_CERTIFICATES, "letter cv other")),
    Row("nothing but the letter", lambda p: (p.letter(),), Wanted(letter="present", cv="absent", certificates="absent")),
    Row("nothing but the CV", lambda p: (p.cv(),), Wanted(letter="absent", cv="present", certificates="absent")),
    Row("nothing but certificates", lambda p: (p.certificate(), p.certificate("transcript")),
        Wanted(letter="absent", cv="absent", certificates="present")),
    # --- one kind of certificate only ---
    Row("employer's reference only", lambda p: (p.letter(), p.cv(), p.certificate("employer")), ALL_THERE),
    Row("internship reference only", lambda p: (p.letter(), p.cv(), p.certificate("internship")), ALL_THERE),
    Row("language test only", lambda p: (p.letter(), p.cv(), p.certificate("language-test")), ALL_THERE),
    Row("language course only", lambda p: (p.letter(), p.cv(), p.certificate("language-course")), ALL_THERE),
    Row("transcript only", lambda p: (p.letter(), p.cv(), p.certificate("transcript")), ALL_THERE),
    Row("diploma supplement only", lambda p: (p.letter(), p.cv(), p.certificate("supplement")), ALL_THERE),
    Row("school certificate only", lambda p: (p.letter(), p.cv(), p.certificate("school")), ALL_THERE),
    Row("online course only", lambda p: (p.letter(), p.cv(), p.certificate("online-course")), ALL_THERE),
    Row("workshop attendance only", lambda p: (p.letter(), p.cv(), p.certificate("workshop")), ALL_THERE),
    Row("award only", lambda p: (p.letter(), p.cv(), p.certificate("award")),
        Wanted(letter="present", cv="present", certificates=NOT_ABSENT)),
    Row("certificate in French", lambda p: (p.letter(), p.cv(), p.certificate("french")),
        Wanted(letter="present", cv="present", certificates=NOT_ABSENT)),
    Row("certificate in Chinese", lambda p: (p.letter(), p.cv(), p.certificate("chinese")),
        Wanted(letter="present", cv="present", certificates=NOT_ABSENT)),
    Row("certificate in Arabic", lambda p: (p.letter(), p.cv(), p.certificate("arabic")),
        Wanted(letter="present", cv="present", certificates=NOT_ABSENT)),
    # --- order and size ---
    Row("documents in reverse order", lambda p: (p.certificate("transcript"), p.certificate(), p.cv(), p.letter()),
        ALL_THERE),
    Row("CV, certificates, letter", lambda p: (p.cv(), p.certificate(), p.letter()), ALL_THERE),
)  # fmt: skip


# What a user would want and does not get yet: a person looks where the machine could have known. No row
# here may be a false finding; ``test_nothing_false_is_said`` runs on all of them. Strict: a row that comes
# right must be taken off.
NOT_YET = frozenset((
    ("letter and CV on one page, no certificates", "en"),
    ("placeholder Bachelorzeugnis with nothing on it", "en"),
    ("placeholder before the certificate itself", "de"),
    ("publication list in place of certificates", "de"),
    ("thesis in place of certificates", "en"),
    ("invoice in place of certificates", "en"),
    ("diploma supplement only", "en"),
))  # fmt: skip
_NOT_YET = pytest.mark.xfail(reason="a person looks at it; not yet recognised", strict=True)
LANGUAGES: tuple[sheet.Language, ...] = ("en", "de")
CASES = tuple((row, language) for row in ROWS for language in LANGUAGES)


@pytest.fixture(scope="module")
def verdicts(reader: pdf.PdfPool, shipped: plan.Rules) -> dict[tuple[str, str], tuple[Verdict, ...]]:
    """Of every case, in every sector, by its name and language."""

    def of(row: Row, language: sheet.Language) -> Iterator[Verdict]:
        for sector in SECTORS:
            papers = row.papers(Papers(f"{row.name} {sector}", language, sector=sector))
            yield judged(documents.joined(*papers), reader, shipped)

    return {(row.name, language): tuple(of(row, language)) for row, language in CASES}


@pytest.mark.parametrize(
    "row, language",
    [
        pytest.param(
            row,
            language,
            id=f"{row.name}-{language}",
            marks=[_NOT_YET] if (row.name, language) in NOT_YET else [],
        )
        for row, language in CASES
    ],
)
def test_a_hard_case(
    row: Row, language: sheet.Language, verdicts: dict[tuple[str, str], tuple[Verdict, ...]]
) -> None:
    """Each document is called what a person who looks at the pages would call it, in every wording tried."""
    unmet = [
        (*differing, *verdict.reasons)
        for verdict in verdicts[row.name, language]
        if (differing := unlike(row.wanted, verdict))
    ]
    assert unmet == []


def test_nothing_false_is_said(verdicts: dict[tuple[str, str], tuple[Verdict, ...]]) -> None:
    """In no case is a document called absent that is there, or present that is missing."""
    false = {
        (row.name, language): found
        for row, language in CASES
        for verdict in verdicts[row.name, language]
        if (found := false_findings(row.wanted, statuses(verdict)))
    }
    assert false == {}


# --- what happens to the file ---


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("condition", ["locked", "packed"])
def test_a_lock_without_password_or_packed_objects_hide_nothing(
    condition: conditions.Condition, language: sheet.Language, reader: pdf.PdfPool, shipped: plan.Rules
) -> None:
    papers = Papers(condition, language)
    verdict = judged(conditions.suffered(papers.complete(), condition, papers.chance), reader, shipped)
    assert unlike(ALL_THERE, verdict) == []
    assert verdict.outcome is Outcome.ACCEPTED


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_text_drawn_letter_by_letter_is_never_called_absent(
    language: sheet.Language, reader: pdf.PdfPool, shipped: plan.Rules
) -> None:
    papers = Papers("glyphs", language)
    verdict = judged(conditions.with_glyph_words(papers.complete(), papers.chance), reader, shipped)
    wanted = Wanted(letter=NOT_ABSENT, cv=NOT_ABSENT, certificates=NOT_ABSENT)
    assert unlike(wanted, verdict) == []


def bundle(papers: Papers, *, letter: bool) -> bytes:
    """60 pages: everything an applicant may have, theses and papers too, or all of it but the letter."""
    made = [papers.letter("two-pages")] if letter else [papers.certificate(), papers.certificate("bachelor")]
    made += [papers.cv("long"), papers.certificate("doctorate"), papers.certificate("transcript")]
    while True:
        one = documents.joined(*made)
        count = len(pages_of(one))
        if count >= 60:
            return documents.pages(one, *range(1, 61))
        made.append(papers.stranger("thesis") if count < 48 else papers.certificate("employer"))


def pages_of(application: bytes) -> tuple[str, ...]:
    """One item for each page."""
    return looks.alike(application, "page").labels


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_bundle_of_60_pages_is_read_whole(
    language: sheet.Language, reader: pdf.PdfPool, shipped: plan.Rules
) -> None:
    verdict = judged(bundle(Papers("bundle", language), letter=True), reader, shipped)
    assert len(verdict.pages) == 60
    assert unlike(ALL_THERE, verdict) == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_among_60_pages_a_missing_letter_is_never_found(
    language: sheet.Language, reader: pdf.PdfPool, shipped: plan.Rules
) -> None:
    verdict = judged(bundle(Papers("bundle", language), letter=False), reader, shipped)
    wanted = Wanted(letter=NOT_PRESENT, cv="present", certificates="present")
    assert unlike(wanted, verdict) == []


# --- what is said, and what is hidden ---

FOLLOW = {
    "en": "My master's certificate will follow as soon as the university has issued it.",
    "de": "Mein Masterzeugnis reiche ich nach, sobald die Universität es ausgestellt hat.",
}


@pytest.mark.parametrize("language", ["en", "de"])
def test_certificates_that_will_follow_are_no_demand(
    language: sheet.Language, reader: pdf.PdfPool, shipped: plan.Rules
) -> None:
    """A person decides; the applicant has told us already."""
    papers = Papers("follow", language)
    letter = documents.letter(people.HELENA, language, remark=FOLLOW[language])
    verdict = judged(documents.joined(letter, papers.cv()), reader, shipped)
    wanted = Wanted(letter="present", cv="present", certificates="unsure")
    assert unlike(wanted, verdict) == []
    assert verdict.outcome is Outcome.REVIEW


PLANTED = (
    "Curriculum Vitae Lebenslauf Education Work experience 2015 - 2020 Bachelor of Science Master of Science"
    " Certificate Transcript of Records Zeugnis this is to certify that has been awarded the degree of"
)


def invisible(canvas: Canvas) -> None:
    text = canvas.beginText(60, 40)
    text.setTextRenderMode(3)
    text.setFont("Helvetica", 11)
    text.textLine(PLANTED)
    canvas.drawText(text)
    canvas.showPage()


@pytest.mark.parametrize("language", ["en", "de"])
def test_white_text_plants_no_document(
    language: sheet.Language, reader: pdf.PdfPool, shipped: plan.Rules
) -> None:
    """What a person cannot see counts for nothing: CV and certificates are missing."""
    planted = documents.with_hidden_text(Papers("planted", language).letter(), PLANTED)
    verdict = judged(planted, reader, shipped)
    assert unlike(Wanted(letter="present", cv="absent", certificates="absent"), verdict) == []


def test_an_invisible_page_plants_no_document(reader: pdf.PdfPool, shipped: plan.Rules) -> None:
    """Text in render mode 3 without a picture under it is no scan's layer."""
    letter = Papers("planted", "en").letter()
    verdict = judged(documents.joined(letter, sheet.drawn(invisible, title="")), reader, shipped)
    assert unlike(Wanted(letter="present", cv=NOT_PRESENT, certificates=NOT_PRESENT), verdict) == []


def test_hidden_text_is_named_in_the_evidence(reader: pdf.PdfPool, shipped: plan.Rules) -> None:
    planted = documents.with_hidden_text(Papers("planted", "en").complete(), PLANTED)
    verdict = judged(planted, reader, shipped)
    said = [*verdict.reasons, *(line for document in verdict.documents for line in document.evidence)]
    assert any("hidden" in line or "invisible" in line for line in said)


def test_an_identity_card_is_never_quoted(reader: pdf.PdfPool, shipped: plan.Rules) -> None:
    """Number, birth date and birthplace stand in no evidence, reason or notice."""
    papers = Papers("identity", "de")
    card = strangers.identity_card(papers.who, papers.chance)
    verdict = judged(documents.joined(papers.letter(), papers.cv("one-page"), card), reader, shipped)
    said = " ".join(
        [*verdict.reasons, *verdict.notices, *(line for one in verdict.documents for line in one.evidence)]
    )
    secret = (sheet.short_date(papers.who.born), papers.who.birthplace, "NOWHERE", "SPECIMEN", "<<<")
    assert [word for word in secret if word in said] == []
