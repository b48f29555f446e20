"""A message becomes a plan, and a person's wish the next one; by the shipped rules, without any reader."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from intake import wiring
from intake.journey import plan
from intake.journey.plan import Circumstances, Decision, Opening, Refused, Wish
from intake.model import (
    FileFault,
    Line,
    ListedPart,
    Message,
    MessageKey,
    Outcome,
    PageFacts,
    PageReading,
    PdfFacts,
    Plan,
    Presence,
    ProblemCode,
    ReplyKind,
    sha256,
)
from tests import builders

RULES = wiring.rules(wiring.load(Path(__file__).resolve().parent.parent.parent / "config"), "open-positions")
NOW = datetime(2025, 11, 3, 9, 5, tzinfo=UTC)
ARRIVED = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)
US = "open-positions@rc-trust.ai"
CAUSAL = "postdoc/causal-inference"
FILE = builders.File("application.pdf", builders.pdf())

LETTER = """Dear Sir or Madam,
Application for the PostDoc position in Causal Inference
I am writing to apply for this position.
I look forward to hearing from you.
Yours sincerely,
Nadia Ferreira"""
CV = """Curriculum Vitae
Education
2015 - 2019 University of Coimbra
2011 - 2015 University of Porto
Research experience
2019 - 2023 Assistant
Awards
Teaching"""
CERTIFICATE = """Certificate
Be it known that the Rector and the Dean of the Faculty
confer the degree of Doctor
This is to certify that Nadia Ferreira has successfully completed"""


def pages(*texts: str) -> PdfFacts:
    made = tuple(
        PageFacts(
            number=number, width=595, height=842,
            lines=tuple(Line(text=line, size=11, x=70, y=780 - 15 * row) for row, line in enumerate(text.split("\n"))),
        )
        for number, text in enumerate(texts, 1)
    )  # fmt: skip
    return PdfFacts(sha256="0", size=9, page_count=len(made), pages=made)


def message(raw: bytes, **changes: object) -> Message:
    made = Message(key=MessageKey(mailbox="m", uidvalidity=1, uid=1), arrived=ARRIVED, size=len(raw), raw=raw)
    return replace(made, **changes)  # type: ignore[arg-type]


def opening(*fields: str, files: tuple[builders.File, ...] = (FILE,), to: str = US, **more: str) -> Opening:
    return plan.examine(message(builders.thunderbird(builders.LETTER, files, *fields, to=to, **more)), RULES)


def concluded(
    opened: Opening, facts: PdfFacts | None = None, circumstances: Circumstances | None = None
) -> Plan:
    return plan.conclude(
        opened,
        facts,
        case="K7QX",
        rules=RULES,
        circumstances=circumstances or Circumstances(),
        now=NOW,
        token="t1",
    )


COMPLETE = concluded(opening(), pages(LETTER, CV, CERTIFICATE))
LACKING = concluded(opening(), pages(LETTER, CV))
NOWHERE = concluded(opening(subject="Application"), pages(CV.replace("2", "3"), CERTIFICATE))


def test_a_complete_application_is_filed_answered_and_moved() -> None:
    """Everything that will be done is in the plan, and nothing of the attachment's bytes."""
    assert (COMPLETE.verdict.outcome, COMPLETE.verdict.positions) == (Outcome.ACCEPTED, (CAUSAL,))
    assert [one.path.rpartition("/")[0] for one in COMPLETE.folders] == [CAUSAL]
    assert COMPLETE.mailbox_folder == f"Applications/{CAUSAL}"
    assert COMPLETE.picked == sha256(FILE.content)
    assert COMPLETE.mail is not None
    assert [(one.content, one.size) for one in COMPLETE.mail.attachments] == [(b"", len(FILE.content))]
    assert COMPLETE.reply is not None
    assert (COMPLETE.reply.recipient, COMPLETE.reply.message_id) == (
        "nadia.ferreira@uni.example",
        "<K7QX.t1@rc-trust.ai>",
    )


def test_a_request_about_personal_data_is_filed_with_the_day_for_the_answer() -> None:
    """A person sees it on the board; whoever wrote hears only that it arrived."""
    made = concluded(plan.examine(message(builders.thunderbird("Please delete my data.\n", to=US)), RULES))
    assert made.verdict.outcome is Outcome.REVIEW
    assert made.verdict.answer_by == date(2025, 12, 3)
    assert made.verdict.notices == ("a request about personal data: answer it by 3 December 2025",)
    assert made.reply is not None
    assert made.reply.kind is ReplyKind.RECEIVED
    assert made.folders[0].path.startswith("_For review/")


def test_the_same_message_gives_the_same_plan() -> None:
    """So that a life that ended before the plan was recorded loses nothing."""
    assert concluded(opening(), pages(LETTER, CV, CERTIFICATE)) == COMPLETE


def test_what_must_be_opened_is_told_before_it_is() -> None:
    """The one PDF; nothing where there is none, or nobody applies."""
    assert opening().to_open == FILE.content
    assert opening(files=()).to_open is None
    question = plan.examine(message(builders.written("Is it still open?", subject="Question", to=US)), RULES)
    assert question.to_open is None
    assert concluded(question).folders == ()


def test_the_bytes_of_a_message_are_found_by_their_hash() -> None:
    """The mail and its files; anything else is a mistake of ours."""
    opened = opening()
    assert opened.content(sha256(FILE.content)) == FILE.content
    assert opened.content(sha256(opened.message.raw)) == opened.message.raw
    with pytest.raises(KeyError):
        opened.content("0")


def test_answers_are_named_nearest_first() -> None:
    """In-Reply-To, then References from their end, each once."""
    assert opening("In-Reply-To: <c@x>", "References: <a@x> <b@x> <c@x>").answers == (
        "<c@x>",
        "<b@x>",
        "<a@x>",
    )


def test_a_delivery_that_was_retried_is_the_same_message() -> None:
    """Its Received fields differ; another Message-ID or another text makes another message."""
    assert (
        opening("Received: from a by b; Mon, 3 Nov 2025 10:00:00 +0100").content_key == opening().content_key
    )
    assert opening(message_id="<2@uni.example>").content_key != opening().content_key
    assert opening(message_id="").content_key.startswith("raw:")


def test_a_mail_too_large_is_answered_from_its_header() -> None:
    """Known by what the mailbox says of it."""
    raw = builders.thunderbird(files=(FILE,), to=US).partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    parts = (ListedPart(name="a.pdf", declared="application/pdf", size=50_000_000),)
    opened = plan.examine(message(raw, whole=False, size=50_000_000, parts=parts), RULES)
    assert opened.content_key.startswith("large:")
    found = concluded(opened).verdict
    assert (found.outcome, [one.code for one in found.problems][:1]) == (
        Outcome.CORRECTION,
        [ProblemCode.TOO_LARGE],
    )


@pytest.mark.parametrize(
    "fields, expected",
    [
        pytest.param((), "nadia.ferreira@uni.example", id="from"),
        pytest.param(("Reply-To: n@home.example",), "n@home.example", id="reply-to"),
        pytest.param(
            ("Reply-To: a@home.example, b@home.example",), "nadia.ferreira@uni.example", id="two-of-them"
        ),
    ],
)
def test_the_reply_goes_to_one_person(fields: tuple[str, ...], expected: str) -> None:
    """Reply-To where it names one mailbox, else From."""
    assert plan.recipient_of(opening(*fields)) == expected


def test_without_an_address_there_is_no_reply() -> None:
    """And a person looks."""
    opened = opening(sender="nobody")
    assert plan.recipient_of(opened) == ""
    found = concluded(opened, pages(LETTER, CV))
    assert (found.verdict.outcome, found.reply) == (Outcome.REVIEW, None)


def test_a_short_mail_is_answered_in_the_language_of_its_letter() -> None:
    """A longer one in its own."""
    german = "Sehr geehrte Damen und Herren,\nhiermit bewerbe ich mich um die Stelle als PostDoc.\nMit freundlichen Grüßen"
    raw = builders.thunderbird("Best, Nadia", (FILE,), to=US)
    assert concluded(plan.examine(message(raw), RULES), pages(german, CV)).verdict.language == "de"
    assert concluded(opening(), pages(german, CV)).verdict.language == "en"


def test_a_held_reply_says_so() -> None:
    """And a case that waits for it is for review meanwhile."""
    held = concluded(opening(), pages(LETTER, CV), Circumstances(held=frozenset(Outcome)))
    assert held.verdict.outcome is Outcome.REVIEW
    assert held.reply is not None
    assert held.reply.held


def test_a_duplicate_only_joins_its_original() -> None:
    """No folder, no reply."""
    again = plan.duplicate(COMPLETE)
    assert (again.folders, again.reply, again.mailbox_folder) == ((), None, COMPLETE.mailbox_folder)


# --- a person decides ----------------------------------------------------------------------------


def decided(before: Plan, wish: Wish, *positions: str, told: frozenset[ReplyKind] = frozenset()) -> Plan:
    decision = Decision(wish=wish, who="hr", why="seen", positions=positions)
    return plan.redecide(before, decision, rules=RULES, now=NOW + timedelta(days=1), token="t2", told=told)


def test_a_person_may_find_a_case_complete() -> None:
    """It moves under its position and is acknowledged; the folders it replaces are named."""
    found = decided(LACKING, Wish.ACCEPT)
    assert (found.verdict.outcome, found.verdict.problems) == (Outcome.ACCEPTED, ())
    assert found.verdict.reasons[0] == "accepted: seen (decided by hr)"
    assert found.filed_before == tuple(one.path for one in LACKING.folders)
    assert found.folders[0].path.startswith(f"{CAUSAL}/")
    assert found.reply is not None
    assert found.reply.kind is ReplyKind.ACKNOWLEDGEMENT


def test_nobody_is_told_the_same_twice() -> None:
    """The decision stands, without a reply."""
    found = decided(LACKING, Wish.ACCEPT, told=frozenset({ReplyKind.ACKNOWLEDGEMENT}))
    assert (found.verdict.outcome, found.reply) == (Outcome.ACCEPTED, None)


@pytest.mark.parametrize(
    "wish, outcome, reply",
    [
        pytest.param(Wish.ASK, Outcome.CORRECTION, ReplyKind.CORRECTION, id="ask"),
        pytest.param(Wish.OVERDUE, Outcome.REVIEW, None, id="overdue"),
        pytest.param(Wish.UNDELIVERED, Outcome.REVIEW, None, id="undelivered"),
        pytest.param(Wish.DELIVERED, Outcome.CORRECTION, None, id="delivered"),
    ],
)
def test_other_wishes(wish: Wish, outcome: Outcome, reply: ReplyKind | None) -> None:
    """The problems stay what they were."""
    found = decided(LACKING, wish)
    assert found.verdict.outcome is outcome
    assert (found.reply and found.reply.kind) == reply
    assert found.verdict.problems == LACKING.verdict.problems


def test_a_position_completes_a_case_that_lacked_nothing_else() -> None:
    """And no other."""
    whole = replace(
        NOWHERE.verdict,
        problems=tuple(one for one in NOWHERE.verdict.problems if one.code is ProblemCode.POSITION_UNKNOWN),
        documents=tuple(replace(one, status=Presence.PRESENT) for one in NOWHERE.verdict.documents),
    )
    done = decided(replace(NOWHERE, verdict=whole), Wish.POSITION, CAUSAL)
    assert (done.verdict.outcome, done.verdict.positions) == (Outcome.ACCEPTED, (CAUSAL,))
    still = decided(LACKING, Wish.POSITION, "yig/uncertainty-quantification")
    assert (still.verdict.outcome, still.verdict.positions) == (
        LACKING.verdict.outcome,
        ("yig/uncertainty-quantification",),
    )


@pytest.mark.parametrize(
    "before, wish, positions, said",
    [
        pytest.param(NOWHERE, Wish.ACCEPT, (), "no position is known", id="no-position"),
        pytest.param(LACKING, Wish.POSITION, (), "at least one position", id="none-named"),
        pytest.param(
            LACKING, Wish.POSITION, ("postdoc/x",), "there is no position 'postdoc/x'", id="unknown"
        ),
        pytest.param(COMPLETE, Wish.ASK, (), "no problem that the applicant", id="nothing-to-ask"),
        pytest.param(replace(COMPLETE, folders=()), Wish.ACCEPT, (), "no filed folder", id="not-filed"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    before: Plan, wish: Wish, positions: tuple[str, ...], said: str
) -> None:
    """For the person who asked."""
    with pytest.raises(Refused, match=said):
        decided(before, wish, *positions)


# --- a PDF alone ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts, outcome, language",
    [
        pytest.param(pages(LETTER, CV, CERTIFICATE), Outcome.ACCEPTED, "en", id="complete"),
        pytest.param(pages(LETTER, CV), Outcome.CORRECTION, "en", id="lacking"),
        pytest.param(
            PdfFacts(sha256="0", size=1, faults=(FileFault.KILLED,)), Outcome.REVIEW, "en", id="killed"
        ),
    ],
)
def test_a_pdf_alone_is_judged_by_its_documents(facts: PdfFacts, outcome: Outcome, language: str) -> None:
    """For no position, and no position is missed."""
    chosen = plan.pick_alone("a.pdf", FILE.content, RULES)
    assert chosen.file is not None
    found = plan.judge_alone(chosen, facts, RULES)
    assert (found.outcome, found.positions, found.language) == (outcome, (), language)
    assert all("position" not in one.code.value for one in found.problems)


# --- pages to be read by OCR ---------------------------------------------------------------------

SCANNED = replace(
    pages(LETTER, CV, ""),
    pages=(
        *pages(LETTER, CV).pages,
        PageFacts(number=3, width=595, height=842, image_cover=1.0, scan=True),
    ),
)


def test_scans_are_wanted_for_mails_and_bare_files_alike() -> None:
    """Certificates are missing, and the third page may be one."""
    assert plan.to_read(opening(), SCANNED, RULES) == (3,)
    assert plan.to_read(plan.pick_alone("a.pdf", FILE.content, RULES), SCANNED, RULES) == (3,)
    assert plan.to_read(opening(), SCANNED, RULES, tried=frozenset({3})) == ()


def test_nothing_is_read_for_a_mail_that_a_person_must_see() -> None:
    """The decision needs none of it."""
    opened = opening()
    asked = replace(opened, screening=replace(opened.screening, for_review="speaks of somebody else"))

    assert plan.to_read(asked, SCANNED, RULES) == ()


def test_the_verdict_says_which_pages_were_read_by_ocr() -> None:
    """In numbers for the page, and in words with certainty and turn for who asks why."""
    lines = tuple(Line(text=line, size=11, x=70, y=700) for line in CERTIFICATE.split("\n"))
    reading = PageReading(width=595, height=842, lines=lines, certainty=0.934, turned=90)

    made = concluded(opening(), plan.with_reading(SCANNED, 3, reading))

    assert made.verdict.outcome is Outcome.ACCEPTED
    assert made.verdict.ocr == (3,)
    assert "read by OCR: p. 3 (93% certain, turned by 90°)" in made.verdict.reasons
