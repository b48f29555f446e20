"""What a later mail is to its case, and the case's next plan: on values alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake import wiring
from intake.journey import conversation, plan
from intake.journey.answers import AnswerKind
from intake.journey.conversation import Event, Meaning, Moment, Paper, Standing
from intake.model import (
    Attachment,
    FileFault,
    FileKind,
    Line,
    Message,
    MessageKey,
    Outcome,
    PageFacts,
    PdfFacts,
    Plan,
    Problem,
    ProblemCode,
    ReplyKind,
    Traffic,
    Withdrawn,
    sha256,
)
from tests import builders

CONFIG = Path(__file__).resolve().parents[2] / "config"
SHIPPED = wiring.rules(wiring.load(CONFIG), "open-positions")
RULES = replace(
    SHIPPED, screen=replace(SHIPPED.screen, addresses=(builders.MAILBOX,)), correction_delay=timedelta()
)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CAUSAL, INTERPRETABLE = "postdoc/causal-inference", "postdoc/interpretable-machine-learning"
LETTER = (
    "Dear members of the committee,", "I hereby apply for the PostDoc position in Causal Inference.",
    "My motivation is to join your research center.", "Yours sincerely,", "Nadia Ferreira",
)  # fmt: skip
CV = (
    "Curriculum Vitae", "Education", "2015 - 2019 University of Coimbra", "2011 - 2015 University of Porto",
    "Research experience", "2019 - 2023 Assistant", "Awards", "Teaching",
)  # fmt: skip
CERTIFICATE = (
    "Certificate", "Be it known that the Rector and the Dean of the Faculty", "confer the degree of Doctor",
    "This is to certify that Nadia Ferreira has successfully completed", "Registrar",
)  # fmt: skip


def facts_of(content: bytes, *pages: tuple[str, ...], signed: bool = False) -> PdfFacts:
    read = tuple(
        PageFacts(
            number=number, width=595, height=842, lines=tuple(Line(text=text, size=11) for text in lines)
        )
        for number, lines in enumerate(pages, 1)
    )
    return PdfFacts(
        sha256=sha256(content), size=len(content), page_count=len(read), pages=read, signed=signed
    )


def a_pdf(name: str, marked: str) -> Attachment:
    content = builders.pdf(marked)
    return Attachment(
        name=name, declared="application/pdf", kind=FileKind.PDF, content=content, sha256=sha256(content)
    )


FIRST, MORE = a_pdf("Application.pdf", "first"), a_pdf("More.pdf", "more")


def opening(text: str = "", *files: Attachment, subject: str = "Re: Your application [K7Q2]") -> plan.Opening:
    sent = [builders.File(one.name, one.content, "application/pdf") for one in files]
    raw = builders.thunderbird(text, sent, subject=subject, message_id="<2@uni.example>")
    key = MessageKey(mailbox="main", uidvalidity=1, uid=2)
    return plan.examine(Message(key=key, arrived=NOW, size=len(raw), raw=raw), RULES)


def standing(*pages: tuple[str, ...], outcome: Outcome | None = None, **changes: object) -> Standing:
    """The case of a first mail with one PDF of these pages."""
    sent = [builders.File(FIRST.name, FIRST.content, "application/pdf")]
    raw = builders.thunderbird(builders.LETTER, sent, message_id="<1@uni.example>")
    key = MessageKey(mailbox="main", uidvalidity=1, uid=1)
    made = plan.conclude(
        plan.examine(Message(key=key, arrived=NOW, size=len(raw), raw=raw), RULES),
        facts_of(FIRST.content, *pages), case="K7Q2", rules=RULES, circumstances=plan.Circumstances(), now=NOW,
        token="t1",
    )  # fmt: skip
    if outcome is not None:
        assert made.verdict.outcome is outcome
    return replace(Standing(case="K7Q2", plan=made, asked=made.verdict.reply), **changes)  # type: ignore[arg-type]


def moment(**changes: object) -> Moment:
    circumstances = replace(plan.Circumstances(), **changes)  # type: ignore[arg-type]
    return Moment(circumstances=circumstances, now=NOW, token="t2")


def answered(before: Standing, text: str) -> Plan:
    said = conversation.meaning(opening(text), before, RULES)
    assert said is not None
    return conversation.without_file(opening(text), before, said, RULES, moment())


def with_file(
    before: Standing,
    file: Attachment,
    facts: PdfFacts,
    old: PdfFacts | None = None,
    subject: str = "Re: Your application [K7Q2]",
) -> Plan:
    """The plan after an answer with one PDF. old: facts of the application as it was."""
    mail = opening("Here it is.", file, subject=subject)
    said = conversation.meaning(mail, before, RULES)
    assert said is not None
    found = [Paper(attachment=FIRST, facts=old, old=True)] if old else []
    chosen = conversation.papers([*found, Paper(attachment=file, facts=facts)], RULES, mail.mail)
    if len(chosen.parts) == 1:
        application, whole = chosen.parts[0].attachment, chosen.parts[0].facts
    elif chosen.apart:
        application, whole = file, facts
    else:
        application = conversation.joined(b"".join(one.attachment.content for one in chosen.parts))
        whole = conversation.facts_of(chosen, application)
    return conversation.with_papers(mail, before, said, chosen, application, whole, RULES, moment())


INCOMPLETE = standing(LETTER, CV, outcome=Outcome.CORRECTION)
COMPLETE = standing(LETTER, CV, CERTIFICATE, outcome=Outcome.ACCEPTED)


def test_the_missing_document_is_joined_with_what_was_there() -> None:
    """In the order letter, CV, certificates; both originals lie in received/, and nothing is asked again."""
    made = with_file(
        INCOMPLETE, MORE, facts_of(MORE.content, CERTIFICATE), facts_of(FIRST.content, LETTER, CV)
    )
    assert (made.case, made.verdict.outcome, made.verdict.positions) == ("K7Q2", Outcome.ACCEPTED, (CAUSAL,))
    assert made.papers == (FIRST.sha256, MORE.sha256)
    assert made.verdict.reply is ReplyKind.ACKNOWLEDGEMENT
    [folder] = made.folders
    assert {(item.name, item.source) for item in folder.files} == {
        ("message.eml", "message"), ("message 2.eml", "message"), ("received/Application.pdf", "attachment"),
        ("received/More.pdf", "attachment"), ("application.pdf", "joined"), ("summary.html", "text"),
    }  # fmt: skip
    assert [item.name for item in folder.files][-2] == "application.pdf"  # written when the others lie there
    assert made.filed_before == tuple(one.path for one in INCOMPLETE.plan.folders)
    assert made.reply is not None
    assert made.reply.recipient == "nadia.ferreira@uni.example"


def test_a_whole_file_takes_the_place_of_the_old_one() -> None:
    made = with_file(
        INCOMPLETE, MORE, facts_of(MORE.content, LETTER, CV, CERTIFICATE), facts_of(FIRST.content, LETTER, CV)
    )
    assert (made.verdict.outcome, made.version, made.picked) == (Outcome.ACCEPTED, 2, MORE.sha256)
    files = {item.name: item for item in made.folders[0].files}
    assert files["received/application, version 1.pdf"].sha256 == FIRST.sha256
    assert (files["application.pdf"].sha256, files["application.pdf"].replaces) == (MORE.sha256, FIRST.sha256)


def test_a_corrected_version_of_the_same_documents_is_judged_by_itself() -> None:
    """It holds no less than the old one, so that the old one is not needed any more."""
    made = with_file(
        INCOMPLETE, MORE, facts_of(MORE.content, LETTER, CV), facts_of(FIRST.content, LETTER, CV)
    )
    assert (made.verdict.outcome, made.version) == (Outcome.CORRECTION, 2)
    assert [problem.code for problem in made.verdict.problems] == [ProblemCode.MISSING_DOCUMENT]


def test_a_signed_file_is_not_joined_and_a_person_looks() -> None:
    made = with_file(
        INCOMPLETE,
        MORE,
        facts_of(MORE.content, CERTIFICATE, signed=True),
        facts_of(FIRST.content, LETTER, CV),
    )
    assert (made.verdict.outcome, made.verdict.reply) == (Outcome.REVIEW, ReplyKind.RECEIVED)
    files = {item.name: item.sha256 for item in made.folders[0].files}
    assert files["application.pdf"] == FIRST.sha256
    assert files["received/More.pdf"] == MORE.sha256


def test_a_new_file_that_cannot_be_read_is_asked_for_again() -> None:
    """The application stays what it was."""
    broken = replace(facts_of(MORE.content), faults=(FileFault.DAMAGED,))
    made = with_file(INCOMPLETE, MORE, broken, facts_of(FIRST.content, LETTER, CV))
    assert made.verdict.outcome is Outcome.CORRECTION
    assert ProblemCode.DAMAGED in [problem.code for problem in made.verdict.problems]
    files = {item.name: item.sha256 for item in made.folders[0].files}
    assert (files["application.pdf"], files["received/More.pdf"]) == (FIRST.sha256, MORE.sha256)
    assert made.picked == FIRST.sha256


def test_what_was_complete_is_not_spoilt_by_what_comes_behind_it() -> None:
    broken = replace(facts_of(MORE.content), faults=(FileFault.DAMAGED,))
    made = with_file(COMPLETE, MORE, broken, facts_of(FIRST.content, LETTER, CV, CERTIFICATE))
    assert (made.verdict.outcome, made.verdict.reply) == (Outcome.REVIEW, ReplyKind.RECEIVED)
    assert made.verdict.positions == (CAUSAL,)
    assert {item.name: item.sha256 for item in made.folders[0].files}["application.pdf"] == FIRST.sha256


ASKED = replace(
    COMPLETE,
    asked=ReplyKind.CORRECTION,
    plan=replace(
        COMPLETE.plan,
        offered=(CAUSAL, INTERPRETABLE),
        verdict=replace(
            COMPLETE.plan.verdict, outcome=Outcome.CORRECTION, positions=(),
            problems=(Problem(code=ProblemCode.POSITION_AMBIGUOUS, candidates=(CAUSAL, INTERPRETABLE)),),
        ),
    ),
)  # fmt: skip


@pytest.mark.parametrize(
    "text, positions",
    [("2", (INTERPRETABLE,)), ("both", (CAUSAL, INTERPRETABLE)), ("Causal Inference, please", (CAUSAL,))],
)
def test_the_position_is_answered(text: str, positions: tuple[str, ...]) -> None:
    made = answered(ASKED, text)
    assert (made.verdict.outcome, made.verdict.positions) == (Outcome.ACCEPTED, positions)
    assert len(made.folders) == len(positions)
    assert made.verdict.reply is ReplyKind.ACKNOWLEDGEMENT


@pytest.mark.parametrize(
    "text, why",
    [
        ("You decide", "the applicant leaves the choice of the position to us"),
        ("several", "the applicant means several of the positions"),
        ("none of them", "the applicant means none of the positions that we named"),
        ("I cannot say yet", "an answer to our mail without a new file"),
    ],
)
def test_an_answer_that_names_no_position_is_for_a_person(text: str, why: str) -> None:
    made = answered(ASKED, text)
    assert (made.verdict.outcome, made.verdict.reply) == (Outcome.REVIEW, ReplyKind.RECEIVED)
    assert made.verdict.reasons[0] == f"review: {why}"


def test_a_position_without_what_else_was_asked_for_is_for_a_person() -> None:
    missing = Problem(code=ProblemCode.NOT_A_PDF)
    verdict = replace(ASKED.plan.verdict, problems=(missing, *ASKED.plan.verdict.problems))
    made = answered(replace(ASKED, plan=replace(ASKED.plan, verdict=verdict)), "2")
    assert (made.verdict.outcome, made.verdict.positions) == (Outcome.REVIEW, (INTERPRETABLE,))
    assert made.verdict.problems == (missing,)


@pytest.mark.parametrize("before, outcome", [(COMPLETE, Outcome.ACCEPTED), (INCOMPLETE, Outcome.REVIEW)])
def test_a_withdrawal_is_marked_and_the_folder_stays(before: Standing, outcome: Outcome) -> None:
    """A case that waited for its applicant waits no more."""
    made = answered(before, "I withdraw my application.")
    assert (made.verdict.outcome, made.verdict.withdrawn) == (outcome, Withdrawn.MARKED)
    assert made.verdict.reply is ReplyKind.WITHDRAWN
    assert made.verdict.notices[0].startswith("withdrawn by the applicant on 22 November 2026")
    confirmed = plan.redecide(
        made, plan.Decision(wish=plan.Wish.WITHDRAW, who="hr"), rules=RULES, now=NOW, token="t3"
    )
    assert [folder.path.partition("/")[0] for folder in confirmed.folders] == ["_Withdrawn"]
    assert (confirmed.mailbox_folder, confirmed.reply) == ("Withdrawn", None)


def test_thanks_for_an_acknowledgement_are_no_part_of_the_case() -> None:
    assert conversation.meaning(opening("Thank you!"), COMPLETE, RULES) is None


@pytest.mark.parametrize(
    "text",
    ["Please delete my personal data.", "This is a letter of recommendation for my student."],
    ids=["rights", "a third party"],
)
def test_what_a_person_must_see_for_itself_is_no_part_of_the_case(text: str) -> None:
    assert conversation.meaning(opening(text, MORE), INCOMPLETE, RULES) is None


def test_the_same_file_again_is_known_or_for_a_person() -> None:
    """After an acknowledgement one short note; after a correction it mends nothing."""
    again = conversation.meaning(opening("Once more", FIRST), COMPLETE, RULES)
    assert again is not None
    assert again.event is Event.DUPLICATE
    made = conversation.without_file(opening("Once more", FIRST), COMPLETE, again, RULES, moment())
    assert (made.verdict.outcome, made.verdict.reply) == (Outcome.ACCEPTED, ReplyKind.KNOWN)
    asked = conversation.meaning(opening("Once more", FIRST), INCOMPLETE, RULES)
    assert asked is not None
    assert asked.event is Event.QUESTION
    pending = conversation.meaning(opening("Once more", FIRST), replace(INCOMPLETE, pending=True), RULES)
    assert pending is not None
    quiet = conversation.without_file(
        opening("Once more", FIRST), replace(INCOMPLETE, pending=True), pending, RULES, moment()
    )
    assert (quiet.verdict.outcome, quiet.reply) == (Outcome.CORRECTION, None)


def test_an_office_file_in_an_answer_is_asked_for_again_as_pdf() -> None:
    sent = [builders.File("CV.docx", builders.docx(), "application/octet-stream")]
    raw = builders.thunderbird(
        "Here is my CV", sent, subject="Re: Your application [K7Q2]", message_id="<2@uni.example>"
    )
    mail = plan.examine(
        Message(key=MessageKey(mailbox="m", uidvalidity=1, uid=2), arrived=NOW, size=len(raw), raw=raw), RULES
    )
    said = conversation.meaning(mail, INCOMPLETE, RULES)
    assert said == Meaning(event=Event.REPLACED, answer=said.answer if said else None)  # type: ignore[arg-type]
    made = conversation.with_papers(mail, INCOMPLETE, said, None, None, None, RULES, moment())  # type: ignore[arg-type]
    assert made.verdict.outcome is Outcome.CORRECTION
    assert [problem.code for problem in made.verdict.problems] == [ProblemCode.NOT_A_PDF]


def test_where_no_reply_may_leave_a_person_looks() -> None:
    said = conversation.meaning(opening("2"), ASKED, RULES)
    assert said is not None
    made = conversation.without_file(
        opening("2"), ASKED, said, RULES, moment(silence="a person has answered it")
    )
    assert made.reply is None
    assert made.verdict.reasons[-1] == "no reply: a person has answered it"


def test_an_answer_names_positions_only_when_it_answers() -> None:
    assert conversation.meaning(opening("2"), ASKED, RULES).answer.kind is AnswerKind.POSITIONS  # type: ignore[union-attr]
    assert conversation.meaning(opening("2"), COMPLETE, RULES) is None


def test_thanks_for_an_older_mail_answer_what_was_asked_since() -> None:
    """A person has asked after the acknowledgement: whoever writes then is looked at, and nobody waits for ever."""
    said = conversation.meaning(
        opening("Thank you!"), replace(INCOMPLETE, asked=ReplyKind.ACKNOWLEDGEMENT), RULES
    )
    assert said is not None
    assert said.event is Event.QUESTION


def test_a_file_that_is_no_application_paper_does_not_end_a_case() -> None:
    """Such a mail alone would be a question; as an answer to ours it leaves the case where a person sees it."""
    invoice = facts_of(
        MORE.content, ("Invoice", "Invoice No. 2026-17", "Total due: 120.00", "Unit price 10.00")
    )
    before = replace(ASKED, plan=replace(ASKED.plan, folders=tuple(
        replace(one, files=tuple(item for item in one.files if item.name != "application.pdf"))
        for one in ASKED.plan.folders
    )))  # fmt: skip
    made = with_file(before, MORE, invoice, subject="Here")
    assert made.verdict.outcome in (Outcome.CORRECTION, Outcome.REVIEW)
    assert made.folders


def test_a_late_application_stays_for_a_person_whatever_comes_behind_it() -> None:
    """Late by its first mail: neither a newer file nor a named position decides about that."""
    late = replace(ASKED.plan.verdict, outcome=Outcome.REVIEW,
                   reasons=(f"review: {CAUSAL}: late by 3 h", *ASKED.plan.verdict.reasons))  # fmt: skip
    before = replace(ASKED, asked=ReplyKind.RECEIVED, plan=replace(ASKED.plan, verdict=late, offered=()))
    assert answered(before, "Causal Inference, please").verdict.outcome is Outcome.REVIEW
    whole = facts_of(MORE.content, LETTER, CV, CERTIFICATE)
    made = with_file(before, MORE, whole, facts_of(FIRST.content, LETTER, CV))
    assert made.verdict.outcome is Outcome.REVIEW


def test_a_flood_sends_a_correction_that_is_held_to_a_person() -> None:
    """Waiting for the applicant presupposes a reply that went out."""
    mail = opening("A new letter.", MORE)
    said = conversation.meaning(mail, INCOMPLETE, RULES)
    assert said is not None
    found = [Paper(attachment=FIRST, facts=facts_of(FIRST.content, LETTER, CV), old=True),
             Paper(attachment=MORE, facts=facts_of(MORE.content, LETTER, CV))]  # fmt: skip
    chosen = conversation.papers(found, RULES, mail.mail)
    flood = moment(traffic=Traffic(hourly=10**6))
    made = conversation.with_papers(mail, INCOMPLETE, said, chosen, MORE, found[1].facts, RULES, flood)
    assert made.reply is not None
    assert (made.verdict.outcome, bool(made.reply.held)) == (Outcome.REVIEW, True)
