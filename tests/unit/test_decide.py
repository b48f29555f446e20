"""The table of verdicts: each rule, and which of two wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from intake.journey import decide
from intake.journey.decide import Circumstances, Findings
from intake.model import (
    Attachment,
    Concern,
    Document,
    DocumentKind,
    FileFault,
    FileKind,
    Kind,
    Outcome,
    PageClass,
    PdfFacts,
    Pick,
    Position,
    Presence,
    Problem,
    ProblemCode,
    Recognition,
    ReplyKind,
    Routing,
    Screening,
)

OPEN = Position(id="postdoc/a", group="postdoc", title={"en": "A"})
SHORT = Position(
    id="postdoc/b", group="postdoc", title={"en": "B"}, documents=(DocumentKind.LETTER, DocumentKind.CV)
)
RULES = decide.Rules(positions=(OPEN, SHORT), max_pdf_bytes=1000, max_pages=10)
FILE = Attachment(name="a.pdf", declared="application/pdf", kind=FileKind.PDF, content=b"%PDF", sha256="0")
P, A, U = Presence.PRESENT, Presence.ABSENT, Presence.UNSURE


def documents(letter: Presence = P, cv: Presence = P, certificates: Presence = P) -> Recognition:
    kinds = zip(DocumentKind, (letter, cv, certificates), strict=True)
    return Recognition(
        documents=tuple(Document(kind=kind, status=status) for kind, status in kinds),
        pages=(PageClass.LETTER,),
    )


def routing(*codes: ProblemCode, positions: tuple[str, ...] = (), elsewhere: tuple[str, ...] = ()) -> Routing:
    candidates = ("postdoc/a", "postdoc/b") if ProblemCode.POSITION_AMBIGUOUS in codes else ()
    problems = tuple(Problem(code=code, candidates=candidates) for code in codes)
    return Routing(positions=positions, elsewhere=elsewhere, problems=problems)


def screening(kind: Kind = Kind.APPLICATION, *, silence: str = "", for_review: str = "") -> Screening:
    return Screening(kind=kind, language="en", silence=silence, for_review=for_review)


def facts(*faults: FileFault) -> PdfFacts:
    return PdfFacts(sha256="0", size=4, faults=faults)


COMPLETE = Findings(
    screening=screening(),
    pick=Pick(file=FILE),
    facts=facts(),
    recognition=documents(),
    routing=routing(positions=("postdoc/a",)),
)
NO_FILE = replace(
    COMPLETE, pick=Pick(problems=(Problem(code=ProblemCode.NO_ATTACHMENT),)), facts=None, recognition=None
)
ELSEWHERE = routing(ProblemCode.POSITION_CLOSED, elsewhere=("postdoc/a",))
NOTICED = replace(documents(), notices=("p. 2",))
WORD = replace(
    COMPLETE, pick=Pick(problems=(Problem(code=ProblemCode.NOT_A_PDF),)), facts=None, recognition=None
)


def with_(**changes: object) -> Findings:
    return replace(COMPLETE, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "findings, outcome, reply",
    [
        pytest.param(COMPLETE, Outcome.ACCEPTED, ReplyKind.ACKNOWLEDGEMENT, id="complete"),
        pytest.param(with_(screening=screening(Kind.AUTOMATIC)), Outcome.IGNORED, None, id="automatic"),
        pytest.param(with_(screening=screening(Kind.INQUIRY)), Outcome.INQUIRY, None, id="inquiry"),
        pytest.param(
            with_(screening=replace(screening(Kind.INQUIRY, for_review="rights"), concern=Concern.RIGHTS)),
            Outcome.REVIEW, ReplyKind.RECEIVED, id="rights-without-an-application",
        ),
        pytest.param(with_(screening=replace(screening(), neutral="Reply-To")), Outcome.ACCEPTED, ReplyKind.RECEIVED, id="complete-neutral"),
        pytest.param(
            with_(screening=replace(screening(), neutral="Reply-To"), recognition=documents(certificates=A)),
            Outcome.REVIEW, ReplyKind.RECEIVED, id="absent-neutral",
        ),
        pytest.param(
            with_(screening=replace(screening(), neutral="Reply-To"), routing=ELSEWHERE), Outcome.REVIEW,
            ReplyKind.RECEIVED, id="closed-neutral",
        ),
        pytest.param(
            with_(screening=replace(screening(), password=True), facts=facts(FileFault.ENCRYPTED),
                  recognition=documents(U, U, U)),
            Outcome.REVIEW, ReplyKind.RECEIVED, id="encrypted-with-a-password",
        ),
        pytest.param(with_(screening=replace(screening(), password=True)), Outcome.ACCEPTED, ReplyKind.ACKNOWLEDGEMENT, id="password-of-nothing"),
        pytest.param(with_(screening=screening(for_review="third party")), Outcome.REVIEW, ReplyKind.RECEIVED, id="person"),
        pytest.param(
            with_(screening=screening(Kind.INQUIRY, for_review="Cc only")), Outcome.INQUIRY, None,
            id="inquiry-before-person",
        ),
        pytest.param(with_(routing=replace(ELSEWHERE, late="late by 1 h")), Outcome.REVIEW, ReplyKind.RECEIVED, id="late"),
        pytest.param(with_(routing=ELSEWHERE), Outcome.REDIRECTED, ReplyKind.REDIRECTED, id="closed"),
        pytest.param(replace(NO_FILE, routing=ELSEWHERE), Outcome.REDIRECTED, ReplyKind.REDIRECTED, id="closed-and-no-file"),
        pytest.param(with_(routing=ELSEWHERE, recognition=NOTICED), Outcome.REVIEW, ReplyKind.RECEIVED, id="closed-and-disabled"),
        pytest.param(
            with_(routing=routing(ProblemCode.POSITION_CLOSED, positions=("postdoc/a",), elsewhere=("postdoc/b",))),
            Outcome.ACCEPTED, ReplyKind.ACKNOWLEDGEMENT, id="one-closed-one-open",
        ),
        pytest.param(with_(facts=facts(FileFault.ACTIVE_CONTENT)), Outcome.REVIEW, ReplyKind.RECEIVED, id="active"),
        pytest.param(with_(facts=facts(FileFault.KILLED), recognition=None), Outcome.REVIEW, ReplyKind.RECEIVED, id="killed"),
        pytest.param(with_(facts=facts(FileFault.TIMED_OUT), recognition=None), Outcome.REVIEW, ReplyKind.RECEIVED, id="slow"),
        pytest.param(with_(facts=facts(FileFault.ENCRYPTED), recognition=documents(U, U, U)), Outcome.CORRECTION,
                     ReplyKind.CORRECTION, id="encrypted"),
        pytest.param(NO_FILE, Outcome.CORRECTION, ReplyKind.CORRECTION, id="no-file"),
        pytest.param(WORD, Outcome.CORRECTION, ReplyKind.CORRECTION, id="word"),
        pytest.param(with_(recognition=documents(certificates=A)), Outcome.CORRECTION, ReplyKind.CORRECTION, id="absent"),
        pytest.param(with_(recognition=documents(cv=U, certificates=A)), Outcome.CORRECTION, ReplyKind.CORRECTION,
                     id="absent-beats-unsure"),
        pytest.param(with_(recognition=documents(cv=U)), Outcome.REVIEW, ReplyKind.RECEIVED, id="unsure"),
        pytest.param(with_(recognition=documents(cv=U), routing=routing(ProblemCode.POSITION_UNKNOWN)), Outcome.REVIEW,
                     ReplyKind.RECEIVED, id="unsure-beats-unknown"),
        pytest.param(with_(routing=routing(ProblemCode.POSITION_UNKNOWN)), Outcome.CORRECTION, ReplyKind.CORRECTION, id="unknown"),
        pytest.param(with_(routing=routing(ProblemCode.POSITION_AMBIGUOUS)), Outcome.CORRECTION, ReplyKind.CORRECTION,
                     id="ambiguous"),
    ],
)  # fmt: skip
def test_the_first_rule_that_holds_decides(
    findings: Findings, outcome: Outcome, reply: ReplyKind | None
) -> None:
    """And says so first among the reasons."""
    found = decide.verdict(findings, RULES)
    assert (found.outcome, found.reply) == (outcome, reply)
    assert found.reasons[0].startswith(f"{outcome.value}: ")


def test_all_problems_are_listed_also_those_that_did_not_decide() -> None:
    """A closed position, an encrypted file and a missing document at once."""
    found = decide.verdict(
        with_(
            facts=facts(FileFault.DAMAGED, FileFault.KILLED),
            recognition=documents(cv=A),
            routing=routing(ProblemCode.POSITION_UNKNOWN),
        ),
        RULES,
    )
    assert [one.code.value for one in found.problems] == ["damaged", "missing-document", "position-unknown"]


@pytest.mark.parametrize(
    "fault, limit", [(FileFault.TOO_LARGE, 1000), (FileFault.TOO_MANY_PAGES, 10), (FileFault.EMPTY, None)]
)
def test_a_limit_is_told_with_the_problem(fault: FileFault, limit: int | None) -> None:
    """And the file's name."""
    (problem,) = decide.verdict(with_(facts=facts(fault), recognition=None), RULES).problems
    assert (problem.code.value, problem.limit, problem.files) == (fault.value, limit, ("a.pdf",))


def test_a_position_says_which_documents_it_needs() -> None:
    """What is not asked for is not missed; two positions together ask for all that either asks for."""
    lacking = documents(certificates=A)
    short = decide.verdict(with_(recognition=lacking, routing=routing(positions=("postdoc/b",))), RULES)
    both = decide.verdict(
        with_(recognition=lacking, routing=routing(positions=("postdoc/a", "postdoc/b"))), RULES
    )
    assert (short.outcome, len(short.documents)) == (Outcome.ACCEPTED, 2)
    assert (both.outcome, len(both.documents)) == (Outcome.CORRECTION, 3)


@pytest.mark.parametrize(
    "findings, expected",
    [
        pytest.param(NO_FILE, [A, A, A], id="no-attachment"),
        pytest.param(WORD, [U, U, U], id="not-read"),
        pytest.param(with_(screening=screening(Kind.INQUIRY)), [U, U, U], id="inquiry"),
    ],
)
def test_every_document_is_always_told(findings: Findings, expected: list[Presence]) -> None:
    """Absent without any file, unsure where nobody could look; no missing-document is added."""
    found = decide.verdict(findings, RULES)
    assert [one.status for one in found.documents] == expected
    assert all(one.code is not ProblemCode.MISSING_DOCUMENT for one in found.problems)


def test_an_inquiry_names_no_position_and_no_problem() -> None:
    """Whatever its words."""
    found = decide.verdict(with_(screening=screening(Kind.INQUIRY)), RULES)
    assert (found.positions, found.candidates, found.problems) == ((), (), ())


def test_a_redirected_mail_names_the_position_that_is_not_open() -> None:
    """An undecided one its candidates."""
    assert decide.verdict(with_(routing=ELSEWHERE), RULES).positions == ("postdoc/a",)
    ambiguous = decide.verdict(with_(routing=routing(ProblemCode.POSITION_AMBIGUOUS)), RULES)
    assert (ambiguous.positions, ambiguous.candidates) == ((), ("postdoc/a", "postdoc/b"))


@pytest.mark.parametrize(
    "findings, outcome",
    [
        pytest.param(COMPLETE, Outcome.ACCEPTED, id="accepted"),
        pytest.param(NO_FILE, Outcome.REVIEW, id="correction"),
        pytest.param(with_(routing=ELSEWHERE), Outcome.REVIEW, id="redirected"),
        pytest.param(with_(screening=screening(Kind.AUTOMATIC)), Outcome.IGNORED, id="ignored"),
    ],
)
def test_who_cannot_be_told_goes_to_a_person(findings: Findings, outcome: Outcome) -> None:
    """Waiting for the applicant presupposes a reply that went out."""
    silent = replace(findings, circumstances=Circumstances(silence="a person has answered it"))
    found = decide.verdict(silent, RULES)
    assert (found.outcome, found.reply) == (outcome, None)


def test_a_silence_of_screening_is_kept() -> None:
    """With its reason."""
    found = decide.verdict(with_(screening=screening(silence="the sender belongs to the staff")), RULES)
    assert found.reply is None
    assert "no reply: the sender belongs to the staff" in found.reasons


@pytest.mark.parametrize(
    "findings, outcome, reply",
    [
        pytest.param(NO_FILE, Outcome.REVIEW, ReplyKind.CORRECTION, id="correction"),
        pytest.param(with_(routing=ELSEWHERE), Outcome.REVIEW, ReplyKind.REDIRECTED, id="redirected"),
        pytest.param(COMPLETE, Outcome.ACCEPTED, ReplyKind.ACKNOWLEDGEMENT, id="accepted"),
    ],
)
def test_a_reply_that_waits_keeps_its_kind(findings: Findings, outcome: Outcome, reply: ReplyKind) -> None:
    """A case that waits for its release is for review meanwhile."""
    held = replace(findings, circumstances=Circumstances(held=frozenset(Outcome)))
    found = decide.verdict(held, RULES)
    assert (found.outcome, found.reply) == (outcome, reply)


@pytest.mark.parametrize(
    "findings, answers, outcome",
    [
        pytest.param(NO_FILE, ReplyKind.CORRECTION, Outcome.REVIEW, id="as-it-is"),
        pytest.param(NO_FILE, ReplyKind.RECEIVED, Outcome.REVIEW, id="more-words"),
        pytest.param(NO_FILE, ReplyKind.ACKNOWLEDGEMENT, Outcome.INQUIRY, id="thanks"),
        pytest.param(COMPLETE, ReplyKind.CORRECTION, Outcome.ACCEPTED, id="mended"),
        pytest.param(WORD, ReplyKind.CORRECTION, Outcome.CORRECTION, id="another-wrong-file"),
    ],
)
def test_an_answer_without_a_file_is_never_corrected(
    findings: Findings, answers: ReplyKind, outcome: Outcome
) -> None:
    """The way out of every correction leads to a person."""
    assert (
        decide.verdict(replace(findings, circumstances=Circumstances(answers=answers)), RULES).outcome
        is outcome
    )


def test_what_the_ledger_knows_may_ask_for_a_person() -> None:
    """Two corrections already."""
    limited = replace(NO_FILE, circumstances=Circumstances(for_review=("2 corrections already",)))
    found = decide.verdict(limited, RULES)
    assert (found.outcome, found.reasons[0]) == (Outcome.REVIEW, "review: 2 corrections already")


STRANGER = replace(documents(A, A, A), stranger="'Invoice' (invoice or call)")


def test_a_paper_that_is_clearly_something_else_is_an_inquiry() -> None:
    """Where neither the file nor the mail has anything of an application, nobody is told what is missing."""
    found = decide.verdict(with_(recognition=STRANGER, routing=routing(ProblemCode.POSITION_UNKNOWN)), RULES)
    assert (found.outcome, found.reply, found.problems) == (Outcome.INQUIRY, None, ())
    assert found.reasons[0] == "inquiry: the file is no application paper: 'Invoice' (invoice or call)"


@pytest.mark.parametrize(
    "changes",
    [
        {"screening": replace(screening(), speaks=True)},
        {"routing": routing(positions=("postdoc/a",))},
        {"circumstances": Circumstances(answers=ReplyKind.CORRECTION)},
    ],
    ids=["its mail speaks of an application", "it names a position", "it answers our correction"],
)
def test_an_applicant_who_sent_the_wrong_file_is_told(changes: dict[str, object]) -> None:
    found = decide.verdict(with_(recognition=STRANGER, **changes), RULES)
    assert found.outcome is Outcome.CORRECTION
