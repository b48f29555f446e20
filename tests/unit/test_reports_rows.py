"""Rows: what of a case the pages show, and in which order."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model import (
    Attachment,
    DocumentKind,
    FileKind,
    Outcome,
    Plan,
    Position,
    Presence,
    Problem,
    ProblemCode,
)
from intake.ports import CaseRecord
from intake.reports import rows
from intake.reports.rows import Standing
from tests import cases
from tests.cases import BERLIN, CAUSAL, NOW, PRIVACY, TRUST

TITLES = rows.titles(cases.POSITIONS, cases.GROUPS)


def made(*given: tuple[CaseRecord, Plan], now: datetime = NOW) -> tuple[rows.Row, ...]:
    return rows.of(given, titles=TITLES, now=now, zone=BERLIN)


def test_a_complete_case() -> None:
    """Who, when, where it lies and what was found, in words and in local time."""
    (row,) = made(cases.case("K7Q2", days=1))
    assert (row.case, row.person, row.standing) == ("K7Q2", "Ferreira, Nadia", Standing.COMPLETE)
    assert row.arrived.isoformat() == "2025-11-21T08:45:00+01:00"
    assert (row.age, row.outcome, row.why) == (1, "Complete in form", "Complete in form")
    assert row.documents == ("Motivation letter p. 1", "CV pp. 2–3", "Certificates p. 4")
    assert row.folders == ("postdoc/causal-inference/2025-11-21 Ferreira, Nadia [K7Q2]",)
    assert (row.application, row.received, row.marked, row.remarks) == (True, False, False, ())
    assert row.mailbox_folder == "Applications/postdoc/causal-inference"


def test_newest_first_whoever_they_are() -> None:
    """By arrival, then by case number; names, outcomes and the order given play no part."""
    given = [
        cases.case("B", name="Ada Abel", days=2),
        cases.case("C", Outcome.REVIEW, days=1),
        cases.case("D", name="Zoe Zorn", days=2),
        cases.case("A", days=3),
    ]
    assert [row.case for row in made(*given)] == ["C", "D", "B", "A"]
    assert made(*given) == made(*reversed(given))


@pytest.mark.parametrize(
    "arrived, days",
    [
        (datetime(2025, 11, 21, 23, 30, tzinfo=UTC), 0),  # 00:30 in Berlin
        (datetime(2025, 11, 21, 22, 30, tzinfo=UTC), 1),  # 23:30 the day before
        (datetime(2025, 10, 22, 12, 0, tzinfo=UTC), 31),  # over the end of summer time
        (datetime(2025, 11, 23, 12, 0, tzinfo=UTC), 0),  # a clock that was ahead
    ],
    ids=["today", "yesterday", "a month", "tomorrow"],
)
def test_ages_are_calendar_days_where_we_are(arrived: datetime, days: int) -> None:
    """Midnight in Berlin makes a day older, not 24 hours."""
    record, plan = cases.case("K7Q2")
    (row,) = made((replace(record, arrived=arrived), plan))
    assert row.age == days


@pytest.mark.parametrize("days, said", [(0, "today"), (1, "1 day"), (14, "14 days")])
def test_ages_in_words(days: int, said: str) -> None:
    """As people say them."""
    assert rows.age(days) == said


def test_waiting_counts_from_the_decision() -> None:
    """A case that was decided anew waits since then, and is as old as its mail."""
    (row,) = made(cases.case("K7Q2", Outcome.CORRECTION, days=9, decided_days=2))
    assert (row.age, row.waits) == (9, 2)
    (row,) = made((replace(cases.case("K7Q2", days=9)[0], decided=None), cases.case("K7Q2", days=9)[1]))
    assert row.waits == 9


@pytest.mark.parametrize(
    "outcome, more, standing",
    [
        (Outcome.ACCEPTED, {}, Standing.COMPLETE),
        (Outcome.CORRECTION, {}, Standing.WAITING),
        (Outcome.REVIEW, {}, Standing.REVIEW),
        (Outcome.REDIRECTED, {}, Standing.REDIRECTED),
        (Outcome.CORRECTION, {"continued": "C2"}, Standing.ANSWERED),
        (Outcome.REVIEW, {"continued": "C2"}, Standing.REVIEW),
        (Outcome.ACCEPTED, {"continued": "C2"}, Standing.COMPLETE),
        (Outcome.ACCEPTED, {"closed": NOW}, Standing.CLOSED),
        (Outcome.CORRECTION, {"closed": NOW, "continued": "C2"}, Standing.ANSWERED),
    ],
)
def test_where_a_case_stands(outcome: Outcome, more: dict[str, object], standing: Standing) -> None:
    """A further mail ends the waiting and nothing else: an application may be in the first folder only."""
    (row,) = made(cases.case("C1", outcome, **more))  # type: ignore[arg-type]
    assert row.standing is standing


def test_a_replaced_folder_is_gone() -> None:
    """What a later case refiled is no longer linked under the earlier one, and what it left still is."""
    first, second = cases.case("C1", Outcome.CORRECTION, days=3), cases.case("C2", Outcome.CORRECTION, days=2)
    paths = tuple(folder.path for folder in first[1].folders)
    later = cases.case("C3", follows="C1", filed_before=paths)
    other = cases.case("C4", Outcome.REVIEW, follows="C2", picked=False)
    by_case = {row.case: row for row in made(first, second, later, other)}
    assert by_case["C1"].folders == ()
    assert by_case["C4"].earlier == by_case["C2"]
    assert by_case["C2"].folders == ("_Waiting for applicant/2025-11-20 Ferreira, Nadia [C2]",)


def test_a_case_keeps_its_own_new_folder() -> None:
    """Decided anew, a case names its old folders as replaced; one that stays the same stays linked."""
    _, before = cases.case("C1")
    paths = tuple(folder.path for folder in before.folders)
    (row,) = made(cases.case("C1", filed_before=paths))
    assert row.folders == paths


@pytest.mark.parametrize(
    "name, address, shown",
    [
        ("Nadia Ferreira", "n@x.example", "Ferreira, Nadia"),
        ("Олена Коваленко", "o@x.example", "Олена Коваленко"),
        ("\u202egpj.exe Mallory", "m@x.example", "m"),
        ("<script>alert(1)</script>", "s@x.example", "s"),
        ("", "=cmd|' /C calc'!A0@x.example", "=cmd|' /C calc'!A0"),
        ("", "x" * 500 + "@x.example", "x" * 120),
    ],
    ids=["two words", "as written", "direction mark", "markup", "no name", "too long"],
)
def test_persons(name: str, address: str, shown: str) -> None:
    """As the folder calls them; never with marks that turn the text around."""
    (row,) = made(cases.case("K7Q2", name=name, address=address))
    assert row.person == shown


def test_nobody_known() -> None:
    """A mail without a sender, and a plan that kept no mail."""
    record, plan = cases.case("K7Q2")
    (row,) = made((record, replace(plan, mail=None)))
    assert row.person == "Unknown sender"


@pytest.mark.parametrize(
    "problem, words",
    [
        (Problem(code=ProblemCode.NOT_A_PDF, files=("gdb.docx",)), "Not a PDF"),
        (
            Problem(code=ProblemCode.MISSING_DOCUMENT, document=DocumentKind.CERTIFICATES),
            "Not found: Certificates",
        ),
        (
            Problem(code=ProblemCode.POSITION_CLOSED, position=TRUST.id),
            "The position is closed: Young Investigator Group: Trustworthy Machine Learning",
        ),
        (
            Problem(code=ProblemCode.POSITION_AMBIGUOUS, candidates=(CAUSAL.id, "old/one")),
            "The position is not clear: PostDoc position: Causal Inference; old/one",
        ),
    ],
    ids=["file", "document", "position", "candidates"],
)
def test_problems_in_words(problem: Problem, words: str) -> None:
    """With the document or position concerned, without names of files."""
    (row,) = made(cases.case("K7Q2", Outcome.CORRECTION, problems=(problem,)))
    assert row.remarks == (words,)


def test_documents_that_are_not_there() -> None:
    """Said in words; a document without pages is found all the same."""
    found = cases.documents(cv=Presence.ABSENT, certificates=Presence.UNSURE)
    found = (replace(found[0], pages=()), *found[1:])
    (row,) = made(cases.case("K7Q2", Outcome.REVIEW, found=found))
    assert row.documents == ("Motivation letter found", "CV not found", "Certificates not sure")


@pytest.mark.parametrize(
    "reasons, said",
    [
        (("review: late by 3 h; a lawyer writes", "the only PDF"), "Late by 3 h; a lawyer writes"),
        (
            ("correction: to be mended: encrypted", "no reply: forged", "review instead of correction"),
            "Review instead of correction",
        ),
        ((), ""),
        (("\u202ereview: x",), "Review: x"),
    ],
    ids=["rule", "turned into review", "none", "cleaned"],
)
def test_why(reasons: tuple[str, ...], said: str) -> None:
    """The rule that decided, or what turned its verdict into review."""
    record, plan = cases.case("K7Q2", Outcome.REVIEW)
    plan = replace(plan, verdict=replace(plan.verdict, reasons=reasons))
    (row,) = made((record, plan))
    assert row.why == said


def test_files_beside_the_application() -> None:
    """A folder may hold the mail alone, or files as they were sent."""
    docx = Attachment(name="cv.docx", declared="", kind=FileKind.OFFICE, content=b"PK", sha256="aa" * 32)
    alone, sent = made(
        cases.case("C2", Outcome.CORRECTION, picked=False),
        cases.case("C1", Outcome.CORRECTION, picked=False, files=(docx,)),
    )
    assert (alone.application, alone.received) == (False, False)
    assert (sent.application, sent.received) == (False, True)


def test_titles() -> None:
    """With the group, in English, else as they are; a position that has no title by its id."""
    bare = Position(id="x/y", group="gone", title={})
    german = Position(id="postdoc/z", group="postdoc", title={"de": "Kausale Inferenz"})
    assert rows.titles((CAUSAL, bare, german), cases.GROUPS) == {
        "postdoc/causal-inference": "PostDoc position: Causal Inference",
        "x/y": "x/y",
        "postdoc/z": "PostDoc position: Kausale Inferenz",
    }


def test_a_position_lists_what_is_or_may_be_for_it() -> None:
    """Decided for it, a candidate, and while it is open each case whose position nobody knows."""
    found = made(
        cases.case("D5", positions=()),
        cases.case("D4", positions=(CAUSAL.id, PRIVACY.id)),
        cases.case("D3", Outcome.REVIEW, positions=(), candidates=(PRIVACY.id, TRUST.id)),
        cases.case("D2", Outcome.REDIRECTED, positions=(TRUST.id,)),
        cases.case("D1"),
    )
    listed = {
        position.id: [row.case for row in rows.listed(found, position, NOW, BERLIN)]
        for position in cases.POSITIONS
    }
    assert listed == {
        "postdoc/causal-inference": ["D5", "D4", "D1"],
        "postdoc/privacy": ["D5", "D4", "D3"],
        "yig/trust": ["D3", "D2"],
    }


@pytest.mark.parametrize(
    "now, opened",
    [
        (datetime(2025, 12, 15, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2025, 12, 15, 23, 0, tzinfo=UTC), False),
    ],
    ids=["last second", "after it"],
)
def test_a_position_is_open_to_the_last_second_of_its_deadline(now: datetime, opened: bool) -> None:
    """In the institution's time zone."""
    position = replace(CAUSAL, deadline=date(2025, 12, 15))
    assert rows.is_open(position, now, BERLIN) is opened
    assert rows.is_over(position, now, BERLIN) is not opened
    assert rows.is_open(replace(position, apply_by="portal"), now, BERLIN) is False


@given(st.text(max_size=60), st.text(max_size=60), st.integers(min_value=-3000, max_value=3000))
def test_any_sender_makes_a_row(name: str, local: str, days: int) -> None:
    """Whatever a header says: one line, of bounded length, with an age that is not below zero."""
    (row,) = made(
        cases.case("K7Q2", name=name, address=f"{local}@x.example", days=0), now=NOW + timedelta(days)
    )
    assert 0 < len(row.person) <= 120
    assert not {unicodedata.category(char) for char in row.person} & {"Cc", "Cs", "Zl", "Zp"}
    assert row.age == max(0, days)
