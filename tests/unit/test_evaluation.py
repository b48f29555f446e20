"""The figures of an evaluation, each checked by hand, and the page that shows what was wrong."""

from __future__ import annotations

import itertools
import re
from typing import Any

import pytest

from intake.model import (
    Document,
    DocumentKind,
    Outcome,
    PageClass,
    Presence,
    Problem,
    ProblemCode,
    Verdict,
)
from intake.reports import evaluation, evaluation_json, evaluation_page, evaluation_tables
from intake.reports.evaluation import Judgement, Mistake, Report, Times, Truth

KINDS = {"L": DocumentKind.LETTER, "C": DocumentKind.CV, "Z": DocumentKind.CERTIFICATES}
STATUSES = {"+": Presence.PRESENT, "-": Presence.ABSENT, "?": Presence.UNSURE}
CLASSES = {
    "l": PageClass.LETTER,
    "c": PageClass.CV,
    "z": PageClass.CERTIFICATES,
    "o": PageClass.OTHER,
    "u": PageClass.UNREADABLE,
    ".": None,
}


def judged(
    file: str,
    holds: str,
    statuses: str,
    outcome: str,
    pages: str = ":",
    *,
    inferred: tuple[int, ...] = (),
    ocr: tuple[int, ...] = (),
    count: int | None = None,
    language: str = "",
    scan: str = "",
    seconds: float = 0.0,
) -> Judgement:
    """holds: letters of ``KINDS``; statuses: of letter, CV, certificates; pages: "as they are:as judged"."""
    expected, _, found = pages.partition(":")
    return Judgement(
        truth=Truth(
            file=file,
            holds=frozenset(KINDS[letter] for letter in holds),
            pages=tuple(CLASSES[letter] for letter in expected),
            language=language,
            scan=scan,
        ),
        verdict=Verdict(
            outcome=Outcome(outcome),
            language="en",
            documents=tuple(
                Document(kind=kind, status=STATUSES[sign], evidence=(f"sign of {kind.value}",))
                for kind, sign in zip(DocumentKind, statuses, strict=True)
            ),
            pages=tuple(kind for letter in found if (kind := CLASSES[letter])),
            reasons=tuple(f"p. {number}: reason {number}" for number in range(1, len(found) + 1)),
        ),
        read=tuple(number not in inferred for number in range(1, len(found) + 1)),
        ocr=ocr,
        page_count=len(found) if count is None else count,
        seconds=seconds,
    )


RIGHT = judged("right.pdf", "LCZ", "+++", "accepted", "lcz:lcz", language="en", scan="no", seconds=0.1)
DEMANDING = judged(
    "demanding.pdf", "LCZ", "++-", "correction", "lcz:lco", language="de", scan="no", seconds=0.2
)
GAP = judged(
    "gap.pdf", "LC", "+++", "accepted", "lco:lcz", inferred=(3,), language="en", scan="partly", seconds=0.3
)
CORRECTED = judged("corrected.pdf", "LZ", "+-+", "correction", "lz:lz", language="en", scan="no", seconds=0.4)
DOUBTED = judged(
    "doubted.pdf", "LCZ", "+?+", "review", "lcz:luz", inferred=(2,), ocr=(1, 3), language="de", scan="yes",
    seconds=2.0,
)  # fmt: skip
UNTOLD = judged("untold.pdf", "CZ", "-+-", "review", "cz:cc", language="de", scan="no", seconds=0.5)
ALL = (RIGHT, DEMANDING, GAP, CORRECTED, DOUBTED, UNTOLD)


@pytest.mark.parametrize(
    "figure, expected",
    [
        ("applications", 6),
        ("complete", 3),
        ("incomplete", 3),
        ("exact", 2),
        ("there", 15),
        ("demanded", 2),
        ("demanded_of_complete", 1),
        ("demanded_of_any", 2),
        ("told", 1),
        ("missed", 1),
        ("review", 2),
        ("faulty", 0),
        ("ocr", 2),
        ("sheets", 16),
    ],
)
def test_every_figure_over_six_applications(figure: str, expected: int) -> None:
    """Counted by hand: a demand in an application that goes to a person is false, but nobody is told."""
    assert getattr(evaluation.figures(ALL), figure) == expected


def test_the_seconds_are_added_up() -> None:
    """Of single files, not of the run."""
    assert evaluation.figures(ALL).seconds == pytest.approx(3.5)


def test_outcomes_are_counted_by_what_is_complete() -> None:
    """Two by three, here one of each."""
    whole = evaluation.figures(ALL)
    assert whole.outcomes == {
        (complete, Outcome(outcome)): 1
        for complete in (True, False)
        for outcome in ("accepted", "correction", "review")
    }


def test_documents_are_counted_by_kind_truth_and_status() -> None:
    """Eighteen of them, and none twice."""
    found = evaluation.figures(ALL).documents
    assert {(kind.value, there, status.value): number for (kind, there, status), number in found.items()} == {
        ("letter", True, "present"): 5,
        ("letter", False, "absent"): 1,
        ("cv", True, "present"): 4,
        ("cv", True, "unsure"): 1,
        ("cv", False, "absent"): 1,
        ("certificates", True, "present"): 3,
        ("certificates", True, "absent"): 2,
        ("certificates", False, "present"): 1,
    }


def test_pages_read_and_pages_inferred_are_counted_apart() -> None:
    """Fourteen were read, two of them wrongly; two were inferred, both wrongly."""
    whole = evaluation.figures(ALL)
    assert (whole.read.pages, whole.read.right) == (14, 12)
    assert (whole.inferred.pages, whole.inferred.right) == (2, 0)
    assert (whole.pages.pages, whole.pages.accuracy) == (16, 0.75)
    assert whole.read.counts[PageClass.CERTIFICATES, PageClass.OTHER] == 1
    assert whole.read.counts[PageClass.CERTIFICATES, PageClass.CV] == 1
    assert whole.inferred.counts == {
        (PageClass.OTHER, PageClass.CERTIFICATES): 1,
        (PageClass.CV, PageClass.UNREADABLE): 1,
    }


@pytest.mark.parametrize(
    "pages, count, expected",
    [
        pytest.param("lcz:", 0, "lu cu zu", id="a file that could not be opened"),
        pytest.param("lcz:lc", 3, "ll cc zu", id="a page that was not judged"),
        pytest.param("lcz:lc", 2, "ll cc", id="a label of a page that the file does not have"),
        pytest.param("l.z:lcz", 3, "ll zz", id="a page without a label"),
        pytest.param(":lcz", 3, "", id="no labels"),
    ],
)
def test_which_pages_count(pages: str, count: int, expected: str) -> None:
    """Those that have a label and are in the file. What nobody judged is unreadable, and was not read."""
    found = judged("x.pdf", "L", "+++", "review", pages, count=count).pages
    names = {kind: letter for letter, kind in CLASSES.items()}
    assert " ".join(names[page.expected] + names[page.found] for page in found) == expected
    assert [page.read for page in found] == [page.found is not PageClass.UNREADABLE for page in found]


@pytest.mark.parametrize(
    "judgement, expected",
    [
        pytest.param(RIGHT, None, id="right"),
        pytest.param(CORRECTED, None, id="a true demand"),
        pytest.param(DEMANDING, Mistake.FALSE_DEMAND, id="false demand"),
        pytest.param(UNTOLD, Mistake.FALSE_DEMAND, id="false demand in review"),
        pytest.param(GAP, Mistake.MISSED_GAP, id="missed gap"),
        pytest.param(DOUBTED, Mistake.NOT_EXACT, id="unsure"),
        pytest.param(
            judged("x.pdf", "LC", "+++", "review", "lc:lc"), Mistake.NOT_EXACT, id="present though missing"
        ),
        pytest.param(
            judged("x.pdf", "LCZ", "+++", "accepted", "lcz:lcc"), Mistake.PAGES, id="only a page is wrong"
        ),
    ],
)
def test_the_worst_mistake_names_a_case(judgement: Judgement, expected: Mistake | None) -> None:
    """False demands are worse than missed gaps, and these worse than doubt."""
    assert evaluation.mistake(judgement) is expected


def test_by_language_and_by_scan() -> None:
    """The largest group first, then by name."""
    languages, scans = evaluation.by_language(ALL), evaluation.by_scan(ALL)
    assert [(name, one.applications, one.demanded_of_any, one.missed) for name, one in languages.items()] == [
        ("de", 3, 2, 0),
        ("en", 3, 0, 1),
    ]
    assert [(name, one.applications) for name, one in scans.items()] == [("no", 4), ("partly", 1), ("yes", 1)]


def test_what_the_truth_does_not_say_is_a_group_of_its_own() -> None:
    """Nothing is lost to a table."""
    assert list(evaluation.by_language((judged("x.pdf", "L", "+--", "correction"),))) == ["not said"]


# --- JSON ----------------------------------------------------------------------------------------


def report(*judgements: Judgement, **more: Any) -> Report:
    times = Times(seconds=3.2, cpu=4.8, workers=2)
    return Report(**({"folder": "some/folder", "judgements": judgements, "times": times} | more))


def test_the_figures_as_json() -> None:
    """Numbers with their shares; the keys are a contract."""
    found = evaluation_json.as_json(report(*ALL))
    assert list(found) == ["folder", "all", "languages", "scans", "time", "cases", "unlisted", "unjudged"]
    whole = found["all"]
    assert list(whole) == [
        "applications", "complete", "incomplete", "exact", "exact_share", "false_demands", "missed_gaps", "review",
        "faulty_files", "outcomes", "documents", "pages", "ocr_pages", "ocr_pages_per_application", "file_seconds",
        "file_pages",
    ]  # fmt: skip
    assert whole["exact_share"] == 0.3333
    assert whole["false_demands"] == {
        "documents": 2, "of_documents": 15, "applications": 2, "complete_applications": 1, "told": 1,
        "per_complete_application": 0.3333, "per_document": 0.1333,
    }  # fmt: skip
    assert whole["missed_gaps"] == {"applications": 1, "per_incomplete_application": 0.3333}
    assert whole["review"] == {"applications": 2, "share": 0.3333}
    assert whole["outcomes"]["complete"] == {"accepted": 1, "correction": 1, "review": 1}
    assert whole["documents"]["cv"] == {
        "there": {"present": 4, "absent": 0, "unsure": 1},
        "missing": {"present": 0, "absent": 1, "unsure": 0},
    }
    assert whole["pages"]["read"]["accuracy"] == 0.8571
    assert whole["pages"]["inferred"]["confusion"]["cv"] == {
        "letter": 0, "cv": 0, "certificates": 0, "other": 0, "unreadable": 1,
    }  # fmt: skip
    assert whole["ocr_pages_per_application"] == 0.3333
    assert found["time"] == {
        "seconds": 3.2, "cpu_seconds": 4.8, "workers": 2, "pages": 16, "seconds_per_page": 0.2,
        "cpu_seconds_per_page": 0.3,
    }  # fmt: skip


def test_a_case_as_json_has_its_evidence_where_something_is_wrong() -> None:
    """And no quotation of a paper that was judged right."""
    right, wrong = evaluation_json.as_json(report(RIGHT, DEMANDING))["cases"]
    assert (right["mistake"], right["reasons"]) == (None, [])
    assert [one["evidence"] for one in right["documents"]] == [[], [], []]
    assert wrong["mistake"] == "false demand"
    assert wrong["documents"][2] == {
        "kind": "certificates", "expected": "present", "status": "absent", "pages": [], "confidence": 0.0,
        "evidence": ["sign of certificates"],
    }  # fmt: skip
    assert wrong["pages"][2] == {"page": 3, "expected": "certificates", "found": "other", "read": True}
    assert wrong["reasons"] == ["p. 1: reason 1", "p. 2: reason 2", "p. 3: reason 3"]


def test_a_share_of_nothing_is_null() -> None:
    """Not zero: nobody has looked."""
    found = evaluation_json.as_json(report(times=Times(seconds=0.0, cpu=None, workers=2)))
    assert found["all"]["exact_share"] is None
    assert found["all"]["pages"]["all"]["accuracy"] is None
    assert found["time"]["cpu_seconds_per_page"] is None


# --- tables and page -----------------------------------------------------------------------------


def test_the_headline_names_number_whole_and_share() -> None:
    """As they are read aloud."""
    rows = {row[0]: row[1:] for row in evaluation_tables.headline(evaluation.figures(ALL)).rows}
    assert rows["False demands, per complete application"] == ("1", "3 complete applications", "33.3 %")
    assert rows["Missed gaps"] == ("1", "3 incomplete applications", "33.3 %")
    assert rows["Pages classed right"] == ("12", "16 pages", "75.0 %")


def test_a_table_without_anything_to_count_is_left_out() -> None:
    """No labels, no confusion; no languages, no groups."""
    found = evaluation_tables.all_of(report(judged("x.pdf", "L", "+--", "correction")))
    assert [table.id for table in found] == ["figures", "outcomes", "documents", "time"]


def page(*judgements: Judgement, **more: Any) -> str:
    return evaluation_page.page(report(*judgements, **more)).decode()


def test_the_page_shows_every_wrong_case_and_no_right_one() -> None:
    """The worst first, each with what was expected, what was found and why."""
    text = page(*ALL)
    order = [
        text.index(f">{one}</bdi></h3>") for one in ("demanding.pdf", "untold.pdf", "gap.pdf", "doubted.pdf")
    ]
    assert order == sorted(order)
    assert "right.pdf" not in text
    assert "corrected.pdf" not in text
    assert "sign of certificates" in text
    assert "reason 3" in text
    headings = re.findall(r"<h2[^>]*>([^<]*)</h2>", text)
    assert headings[-4:] == ["False demands (2)", "Missed gaps (1)", "Not exact (1)", "Pages only (0)"]


def test_the_page_says_how_each_page_was_read() -> None:
    """Text layer, OCR, or inferred from its neighbours."""
    rows = re.findall(
        r'<th scope="row">(\d)</th>.*?<td>(OCR|text layer|inferred)</td>', page(DOUBTED), re.DOTALL
    )
    assert rows == [("1", "OCR"), ("2", "inferred"), ("3", "OCR")]


def test_what_a_paper_says_cannot_become_markup() -> None:
    """Nor can the name of its file; control characters are gone."""
    hostile = judged("<script>x.pdf", "LCZ", "++-", "correction", "l:c")
    text = page(hostile, folder="a\x1b[31m<b>", unlisted=("<i>.pdf",), unjudged=(("<u>.pdf", "<s>"),))
    assert not re.search(r"<(script|b|i|u|s)>", text)
    assert "&lt;script&gt;x.pdf" in text
    assert "\x1b" not in text


def test_the_page_can_be_read_without_seeing_it() -> None:
    """WCAG 2.1: language, a title, headings without a gap, every table with caption and scoped headers, a
    word for every colour, and no two things with one id."""
    text = page(*ALL, unlisted=("x.pdf",), unjudged=(("y.pdf", "broken"),))
    assert '<html lang="en">' in text
    assert "<title>How right recognition is</title>" in text
    levels = [int(level) for level in re.findall(r"<h(\d)", text)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert text.count("<table>") == text.count("<caption>")
    assert not re.search(r"<th(?! scope=)[ >]", text)
    assert set(re.findall(r'<span class="open">([^<]*)</span>', text)) == {"wrong"}
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'aria-labelledby="([^"]*)"', text)) <= set(ids)


def test_the_page_needs_no_network_and_no_script() -> None:
    """One file that can be kept and sent."""
    text = page(*ALL)
    assert not re.search(r"<(script|link|img|iframe)|src=|href=|url\(", text)
    assert "default-src 'none'" in text


def test_problems_of_the_file_are_named() -> None:
    """A locked file is in the figures: nobody could read it."""
    locked = judged("locked.pdf", "LCZ", "???", "correction", "lcz:", count=0)
    verdict = Verdict(
        outcome=Outcome.CORRECTION,
        language="en",
        documents=locked.verdict.documents,
        problems=(Problem(code=ProblemCode.ENCRYPTED),),
    )
    one = Judgement(truth=locked.truth, verdict=verdict)
    assert evaluation.figures((one,)).faulty == 1
    assert "The PDF asks for a password" in page(one)
