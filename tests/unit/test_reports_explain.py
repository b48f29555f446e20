"""One case in words, as a person at the command line reads it."""

from __future__ import annotations

from dataclasses import replace

from intake.journey.lifecycle import ReplyState
from intake.model import DocumentKind, Outcome, Plan, Presence, Problem, ProblemCode, Reply, ReplyKind
from intake.ports import CaseEvent, CaseRecord, ReplyRecord
from intake.reports import explain, rows
from tests import cases
from tests.cases import BERLIN, CAUSAL, NOW, PRIVACY

REPLY = ReplyRecord(
    id=7,
    case="K7Q2",
    mailbox="open-positions",
    state=ReplyState.SENT,
    reply=Reply(
        kind=ReplyKind.CORRECTION,
        language="en",
        recipient="nadia.ferreira@uni.example",
        subject="",
        message_id="<1@x>",
        text="",
        raw=b"",
    ),
    queued=NOW,
    sent=NOW,
)


def told(
    case: tuple[CaseRecord, Plan],
    *,
    history: tuple[CaseEvent, ...] = (),
    replies: tuple[ReplyRecord, ...] = (),
    places: tuple[tuple[str, str], ...] = (),
) -> str:
    return explain.case(
        *case,
        history=history,
        replies=replies,
        places=places,
        titles=rows.titles(cases.POSITIONS, cases.GROUPS),
        now=NOW,
        zone=BERLIN,
    )


def test_a_whole_case() -> None:
    """Who, when, the rule that decided, documents with evidence, problems, replies, history and places."""
    letter, *others = cases.documents(certificates=Presence.ABSENT)
    found = (
        replace(letter, confidence=0.97, evidence=("p. 1: 'Dear hiring committee' (salutation, 2.0)",)),
        *others,
    )
    text = told(
        cases.case(
            "K7Q2",
            Outcome.CORRECTION,
            days=5,
            found=found,
            why="to be mended: missing-document",
            problems=(Problem(code=ProblemCode.MISSING_DOCUMENT, document=DocumentKind.CERTIFICATES),),
        ),
        history=(
            CaseEvent(at=NOW, who="intake", what="decided: correction"),
            CaseEvent(at=NOW, who="hr", what="note", note="telephoned"),
        ),
        replies=(REPLY,),
        places=(("folder", "_Waiting for applicant/x [K7Q2]"), ("mailbox", "open-positions: Waiting")),
    )
    assert text == (
        "Case K7Q2: Waiting for the applicant\n"
        "  From         Nadia Ferreira <nadia.ferreira@uni.example>\n"
        "  Arrived      17 November 2025, 08:45 CET (age: 5 days)\n"
        "  For          PostDoc position: Causal Inference\n"
        "  Decided      correction: To be mended: missing-document\n"
        "\n"
        "Documents\n"
        "  Motivation letter p. 1 (certainty 97%)\n"
        "    p. 1: 'Dear hiring committee' (salutation, 2.0)\n"
        "  CV pp. 2–3 (certainty 0%)\n"
        "  Certificates not found (certainty 0%)\n"
        "\n"
        "Problems\n"
        "  Not found: Certificates (missing-document)\n"
        "\n"
        "Replies\n"
        "  7  correction to nadia.ferreira@uni.example, sent 22 November 2025, 08:45 CET\n"
        "\n"
        "History\n"
        "  22 November 2025, 08:45 CET  intake  decided: correction\n"
        "  22 November 2025, 08:45 CET  hr  note: telephoned\n"
        "\n"
        "Where it lies\n"
        "  folder: _Waiting for applicant/x [K7Q2]\n"
        "  mailbox: open-positions: Waiting\n"
    )


def test_a_case_of_which_little_is_known() -> None:
    """What is not there is said, or left out."""
    record, plan = cases.case("K7Q2", Outcome.REVIEW, positions=(), found=(), picked=False)
    plan = replace(plan, mail=None, verdict=replace(plan.verdict, reasons=()))
    assert told((record, plan)) == (
        "Case K7Q2: For review: please look\n"
        "  From         Unknown sender\n"
        "  Arrived      22 November 2025, 08:45 CET (age: today)\n"
        "  For          position not known\n"
        "  Decided      review\n"
        "\n"
        "Replies\n"
        "  none\n"
        "\n"
        "History\n"
        "  none\n"
        "\n"
        "Where it lies\n"
        "  nowhere\n"
    )


def test_cases_before_and_after() -> None:
    """Candidates, the chain of cases, and that a person closed it."""
    text = told(
        cases.case(
            "K7Q2",
            Outcome.REVIEW,
            positions=(),
            candidates=(CAUSAL.id, PRIVACY.id),
            follows="B2B2",
            continued="C3C3",
            closed=NOW,
        )
    )
    for line in (
        "  Perhaps for  PostDoc position: Causal Inference; PostDoc position: Privacy\n",
        "  Goes on from case B2B2\n",
        "  Goes on as   case C3C3\n",
        "  Closed       22 November 2025, 08:45 CET\n",
    ):
        assert line in text


def test_a_reply_that_was_not_sent() -> None:
    """Its state in words, and why."""
    held = replace(REPLY, state=ReplyState.HELD, sent=None, error="replies are held")
    assert "  7  correction to nadia.ferreira@uni.example, waits for release: replies are held\n" in told(
        cases.case("K7Q2"), replies=(held,)
    )


def test_a_note_for_a_person_is_pointed_to_and_not_told() -> None:
    """Neither the words of the notice nor names of files; terminals are logged and looked at by others."""
    problem = Problem(code=ProblemCode.SEVERAL_FILES, files=("Schwerbehindertenausweis.pdf",), detail="GdB")
    text = told(cases.case("K7Q2", notices=("p. 3: schwerbehindert",), problems=(problem,)))
    assert "Please open\n  A note in the summary is for a person's eyes.\n" in text
    assert "behinder" not in text
    assert "GdB" not in text


def test_a_terminal_is_not_steered() -> None:
    """Escape sequences and line breaks of a mail stay out of the text."""
    text = told(
        cases.case("K7Q2", name="", address="a\x1b[2J\nb@x.example", why="x\x1b]0;y\x07"),
        places=(("folder", "a\x1b[31m"),),
    )
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "  From         a[2J b@x.example\n" in text
