"""Mails of a case on the twins of the ports: lives that end in between, answers that cross our own mails, HR."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake import desk
from intake.adapters import folders as file_system
from intake.adapters import folders_memory
from intake.errors import Permanent, Transient
from intake.journey.lifecycle import IllegalMove, MessageState, ReplyEvent, ReplyState
from intake.model import Line, Outcome, PageFacts, PdfFacts, ReplyKind, sha256
from intake.ports import CaseRecord
from tests import builders
from tests.unit.test_worker import CERTIFICATE_PAGE, CV_PAGE, LETTER_PAGE, PATIENCE, Centre

CAUSAL, INTERPRETABLE = "postdoc/causal-inference", "postdoc/interpretable-machine-learning"
OTHER_LETTER = tuple(
    line.replace("Causal Inference", "Interpretable Machine Learning") for line in LETTER_PAGE
)
VAGUE_LETTER = ("Dear members of the committee,", "My motivation is to join your research center.",
                "Yours sincerely,", "Nadia Ferreira")  # fmt: skip


class Killed(BaseException):
    """The end of a life, as ``kill -9`` makes it."""


class Talk(Centre):
    """The centre, and one applicant who writes to it."""

    def __init__(self, delay: timedelta = timedelta(), held: frozenset[Outcome] = frozenset()) -> None:
        super().__init__(held=held)
        self.worker.rules = replace(self.worker.rules, correction_delay=delay)
        self.number = 0

    def pdf(self, name: str, *pages: tuple[str, ...], signed: bool = False) -> builders.File:
        content = builders.pdf(name)
        read = tuple(
            PageFacts(
                number=at, width=595, height=842, lines=tuple(Line(text=text, size=11) for text in lines)
            )
            for at, lines in enumerate(pages, 1)
        )
        self.reader.know(content, PdfFacts(sha256=sha256(content), size=len(content), page_count=len(read),
                                           pages=read, signed=signed))  # fmt: skip
        return builders.File(name, content, "application/pdf")

    def writes(
        self,
        text: str = builders.LETTER,
        *files: builders.File,
        answering: str = "",
        subject: str = "Application",
        **more: Any,
    ) -> None:
        self.number += 1
        header = [f"In-Reply-To: {answering}"] if answering else []
        raw = builders.thunderbird(text, files, *header, message_id=f"<w{self.number}@uni.example>",
                                   subject=f"Re: {subject}" if answering else subject, **more)  # fmt: skip
        self.mailbox.deliver(raw, arrived=self.clock.now())

    def case(self) -> CaseRecord:
        [found] = self.ledger.cases()
        return found

    def kinds(self) -> list[str]:
        return [reply.kind.value for reply in self.sent()]

    def asks(self, **arguments: str) -> str:
        """What HR is told."""
        given = {"case": self.ledger.cases()[0].number, **arguments}
        number = self.ledger.ask(who="hr", what="case", arguments=given, now=self.clock.now())
        self.desk.serve()
        return self.ledger.request_result(number) or ""

    def held_files(self) -> dict[str, bytes]:
        """The files of all folders, by their path."""
        return {path: content for path, content in self.folders.files.items() if not path.endswith(".html")}


@pytest.fixture
def talk() -> Talk:
    return Talk()


MINUTES = timedelta(minutes=5)


# --- lives that end in between --------------------------------------------------------------------


def test_a_life_that_ends_before_the_plan_is_saved_leaves_the_correction_in_the_outbox(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What waits for a second mail is dropped with the plan that makes it needless, not before."""
    talk = Talk(MINUTES)
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.clock.advance(timedelta(minutes=1))
    talk.writes("I forgot these.", talk.pdf("C.pdf", CERTIFICATE_PAGE), subject="My certificates")

    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(talk.ledger, "save_plan", kill)
        with pytest.raises(Killed):
            talk.worker.look()
    talk.round()
    assert (talk.case().outcome, talk.case().positions) == (Outcome.ACCEPTED, (CAUSAL,))
    talk.clock.advance(timedelta(hours=1))
    talk.round()
    assert talk.kinds() == ["acknowledgement"]


@pytest.mark.parametrize("step", ["save_plan", "mark_filed", "mark_moved", "refile", "retire", "move"])
def test_a_life_that_ends_anywhere_is_continued(step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was done of it already: one folder, one reply, the joined file made anew where it must be."""
    talk = Talk()
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
    target = {"refile": talk.folders, "retire": talk.folders, "move": talk.mailbox}.get(step, talk.ledger)
    name = {"retire": "_retire"}.get(step, step)
    original = getattr(target, name)

    def after(*given: object, **more: object) -> None:
        original(*given, **more)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(target, name, after)
        with pytest.raises(Killed):
            talk.worker.look()
    talk.worker.suspect_unfinished()
    talk.round()
    talk.clock.advance(timedelta(hours=2))
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.ACCEPTED, ["correction", "acknowledgement"])
    assert {path.partition("/")[0] for path in talk.held_files()} == {"postdoc"}
    assert [talk.ledger.message(one).state for one in (1, 2)] == [MessageState.DONE] * 2
    assert len(talk.mailbox.contents(f"Applications/{CAUSAL}")) == 2


def test_a_life_that_ends_after_a_report_was_judged_has_heard_it(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The case learns that its correction came back, also when the worker dies over the report."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.bounce(90, talk.sent()[-1].message_id)
    original = talk.ledger.save_plan

    def after(*given: Any, **more: Any) -> None:
        original(*given, **more)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(talk.ledger, "save_plan", after)
        with pytest.raises(Killed):
            talk.worker.look()
    talk.desk.catch_up()
    talk.desk.serve()
    talk.round()
    talk.desk.serve()
    talk.round()
    assert talk.case().outcome is Outcome.REVIEW


# --- answers that cross our mails -------------------------------------------------------------------


def test_a_reminder_that_an_answer_crosses_is_not_sent(talk: Talk) -> None:
    """It was queued a moment before the answer was read: nobody is reminded of what has come."""
    talk.desk = desk.Desk(talk.shared, {"main": talk.worker}, replace(PATIENCE, reminder=timedelta(days=7)))
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.clock.advance(timedelta(days=8))
    talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
    assert talk.desk.overdue() == {"main"}
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.ACCEPTED, ["correction", "acknowledgement"])


@pytest.mark.parametrize("answering", [0, 1], ids=["the correction", "the reminder"])
def test_a_number_means_the_same_in_the_correction_and_in_the_reminder(talk: Talk, answering: int) -> None:
    """A position that is closed between them keeps its number: nobody is taken for another one's applicant."""
    talk.desk = desk.Desk(talk.shared, {"main": talk.worker}, replace(PATIENCE, reminder=timedelta(days=7)))
    talk.writes("Please find my application attached.", talk.pdf("A.pdf", VAGUE_LETTER, CV_PAGE))
    talk.round()
    rules = talk.worker.rules
    first, *others = rules.positions
    talk.worker.rules = replace(rules, positions=(replace(first, closed=True), *others))
    talk.clock.advance(timedelta(days=8))
    talk.desk.overdue()
    talk.round()
    correction, reminder = talk.sent()
    [said], [again] = ([line for line in one.text.splitlines() if line.startswith("2. ")]
                       for one in (correction, reminder))  # fmt: skip
    assert said == again
    certificates = talk.pdf("C.pdf", CERTIFICATE_PAGE)
    talk.writes("Number 2. And my certificates.", certificates, answering=talk.sent()[answering].message_id)
    talk.round()
    assert (talk.case().outcome, talk.case().positions) == (Outcome.ACCEPTED, (INTERPRETABLE,))


@pytest.mark.parametrize("how", ["put off", "held"])
def test_a_correction_that_has_not_left_is_dropped_when_the_answer_comes(talk: Talk, how: str) -> None:
    """Greylisted, or held by a person: what it asks for is there by now."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    first = talk.sent()[-1].message_id
    talk.writes("A new letter.", talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE, CV_PAGE), answering=first)
    talk.worker.look()
    [second] = talk.ledger.replies(states=(ReplyState.QUEUED,))
    if how == "held":
        talk.ledger.direct(second.id, ReplyEvent.HOLD, who="hr", now=talk.clock.now())
    else:
        talk.sender.failures.append(Transient("451 greylisted"))
        talk.post.send_due()
    talk.writes("And these.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=first)
    talk.round()
    talk.clock.advance(timedelta(hours=2))
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.ACCEPTED, ["correction", "acknowledgement"])
    assert talk.ledger.reply(second.id).state is ReplyState.DROPPED  # type: ignore[union-attr]


def test_an_answer_waits_for_its_case(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first mail cannot be moved for hours: the certificates alone are no application without letter and CV."""

    def away(*_: object, **__: object) -> None:
        raise Transient("quota")

    with monkeypatch.context() as moves:
        moves.setattr(talk.mailbox, "move", away)
        talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
        talk.round()
        talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
        talk.round()
    assert talk.kinds() == ["correction"]
    for _ in range(3):
        talk.clock.advance(timedelta(hours=2))
        talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.ACCEPTED, ["correction", "acknowledgement"])


def test_an_answer_does_not_wait_for_ever(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case that is worked on for hours, or waits itself until every mail is judged: a person looks at the answer."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))

    def away(*_: object, **__: object) -> None:
        raise Transient("quota")

    monkeypatch.setattr(talk.mailbox, "move", away)
    talk.round()
    talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
    for _ in range(12):
        talk.clock.advance(timedelta(hours=2))
        talk.round()
    assert (talk.ledger.message(2).outcome, talk.kinds()) == (Outcome.REVIEW, ["correction", "received"])
    assert talk.plan_of("C2223").beside == "C2222"


def test_an_answer_to_a_parked_case_is_for_a_person(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    asked = talk.sent()[-1].message_id
    talk.writes("A new one.", talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE, CV_PAGE), answering=asked)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a bug of ours")

    with monkeypatch.context() as bug:
        bug.setattr(talk.folders, "refile", broken)
        for _ in range(6):
            talk.worker.look()
            talk.clock.advance(timedelta(hours=2))
    assert talk.ledger.message(2).state is MessageState.PARKED
    talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=asked)
    talk.round()
    assert talk.ledger.message(3).outcome is Outcome.REVIEW
    assert talk.kinds() == ["correction", "received"]


def test_an_older_mail_takes_no_place_of_a_newer_one() -> None:
    """One from before our time that is taken in while the correction has not left: an address is no identity."""
    talk = Talk(timedelta(hours=1))
    old = talk.pdf("Old.pdf", LETTER_PAGE, CV_PAGE, CERTIFICATE_PAGE)
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    raw = builders.thunderbird(builders.LETTER, [old], message_id="<old@uni.example>")
    talk.mailbox.deliver(raw, arrived=talk.clock.now() - timedelta(days=30))
    talk.round()
    first = next(case for case in talk.ledger.cases() if case.number == "C2222")
    assert first.outcome is Outcome.CORRECTION
    assert talk.ledger.message(2).belongs_to == ""


# --- what may not be lost, or said --------------------------------------------------------------------


@pytest.fixture
def complete(talk: Talk) -> builders.File:
    """A complete application, acknowledged."""
    pdf = talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE, CERTIFICATE_PAGE)
    talk.writes(builders.LETTER, pdf)
    talk.round()
    assert talk.kinds() == ["acknowledgement"]
    return pdf


def test_who_applies_again_after_a_withdrawal_is_not_lost(talk: Talk, complete: builders.File) -> None:
    """The case lies in _Withdrawn, closed: the same file is a new application, and nobody hears that we have it."""
    talk.writes("I withdraw my application.", answering=talk.sent()[-1].message_id)
    talk.round()
    assert "withdrawn and closed" in talk.asks(wish="withdraw")
    talk.round()
    talk.clock.advance(timedelta(days=2))
    talk.writes(builders.LETTER, complete)
    talk.round()
    assert talk.kinds()[2:] != ["known"]
    assert {path.partition("/")[0] for path in talk.held_files()} > {"_Withdrawn"}
    assert talk.ledger.case("C2222").closed is not None  # type: ignore[union-attr]


def test_who_sends_a_file_behind_a_withdrawal_is_seen_by_a_person(
    talk: Talk, complete: builders.File
) -> None:
    talk.writes("I withdraw my application.", answering=talk.sent()[-1].message_id)
    talk.round()
    newer = talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE, CERTIFICATE_PAGE, CERTIFICATE_PAGE)
    for file in (complete, newer):
        talk.writes("Here it is after all.", file, answering=talk.sent()[-1].message_id)
        talk.round()
        assert talk.case().outcome is Outcome.REVIEW
        assert "known" not in talk.kinds()
        assert "withdrawn by the applicant" in " ".join(talk.plan_of("C2222").verdict.notices)


def test_a_withdrawal_with_the_file_attached_again_is_a_withdrawal(
    talk: Talk, complete: builders.File
) -> None:
    talk.writes("I withdraw my application.", complete, answering=talk.sent()[-1].message_id)
    talk.round()
    assert talk.kinds() == ["acknowledgement", "withdrawn"]


@pytest.mark.parametrize(
    "text, more",
    [
        ("Please delete my personal data.", {}),
        ("I withdraw my application.", {}),
        (
            builders.LETTER,
            {"sender": "Nadia Ferreira <nadia.ferreira@uni.example>", "reply": "x@evil.example"},
        ),
    ],
    ids=["rights", "withdrawal", "another Reply-To"],
)
def test_the_same_file_again_hides_nothing_that_a_person_must_see(
    talk: Talk, complete: builders.File, text: str, more: dict[str, str]
) -> None:
    """Without our Message-ID: an address alone changes no case, and what is written is read."""
    fields = {"sender": more["sender"]} if more else {}
    header = [f"Reply-To: {more['reply']}"] if more else []
    raw = builders.thunderbird(text, [complete], *header, message_id="<z@uni.example>", **fields)
    talk.mailbox.deliver(raw, arrived=talk.clock.now())
    talk.round()
    assert "known" not in talk.kinds()
    assert talk.ledger.message(2).belongs_to == ""


@pytest.mark.parametrize("linked", [True, False])
def test_an_application_for_another_position_takes_no_place(linked: bool) -> None:
    """Neither as an answer to our acknowledgement, nor within the minutes in which a correction waits."""
    talk = Talk(MINUTES)
    pages = (LETTER_PAGE, CV_PAGE, CERTIFICATE_PAGE) if linked else (LETTER_PAGE, CV_PAGE)
    talk.writes(builders.LETTER, talk.pdf("A.pdf", *pages))
    talk.round()
    other = talk.pdf("Other.pdf", OTHER_LETTER, CV_PAGE, CERTIFICATE_PAGE)
    text = (
        "Dear all,\n\nI also apply for the PostDoc position in Interpretable Machine Learning; see the PDF.\n"
    )
    talk.writes(text, other, answering=talk.sent()[-1].message_id if linked else "")
    talk.round()
    talk.clock.advance(timedelta(hours=1))
    talk.round()
    for path, content in talk.held_files().items():
        assert not (CAUSAL in path and path.endswith("application.pdf") and content == other.content)
    assert "takes the place" not in " ".join(" ".join(one.text.split()) for one in talk.sent())
    outcomes = sorted(case.outcome.value for case in talk.ledger.cases())
    assert outcomes == (["review"] if linked else ["accepted", "correction"])


def test_papers_that_came_in_several_files_are_not_called_missing(talk: Talk) -> None:
    """Asked for one PDF, they send the rest alone: what came before may hold the others, and a person looks."""
    talk.writes(builders.LETTER, talk.pdf("L.pdf", LETTER_PAGE), talk.pdf("V.pdf", CV_PAGE))
    talk.round()
    assert talk.kinds() == ["correction"]
    talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.REVIEW, ["correction", "received"])


def test_a_person_who_asks_beside_a_signed_file_asks_for_nothing_that_is_there(talk: Talk) -> None:
    """The problems of the case are those of the application, not of the file that could not be joined."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.writes(
        "Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE, signed=True), answering=talk.sent()[-1].message_id
    )
    talk.round()
    verdict = talk.plan_of("C2222").verdict
    assert verdict.outcome is Outcome.REVIEW
    assert [str(problem.document) for problem in verdict.problems] == ["certificates"]


def test_an_answer_that_is_too_large_is_for_a_person(talk: Talk) -> None:
    """It belongs to the case; what comes behind it is still beside what was sent first."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    asked = talk.sent()[-1].message_id
    largest = talk.limits.mail_bytes
    talk.writes("Here.", builders.File("big.pdf", b"%PDF-1.4" + b"x" * largest), answering=asked)
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.REVIEW, ["correction", "received"])
    talk.writes("Smaller.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
    talk.round()
    assert talk.case().outcome is Outcome.ACCEPTED


def test_somebody_else_who_got_our_mail_passed_on_changes_nothing(talk: Talk) -> None:
    """Another name from another address with our Message-ID: for a person, and nothing of the case is told."""
    talk.writes(
        builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE), sender="Nadia Ferreira <n@uni.example>"
    )
    talk.round()
    before = talk.case()
    talk.writes("Mine.", talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE, CERTIFICATE_PAGE), sender="Tom Brandt <tom@lab.example>",
                answering=talk.sent()[-1].message_id)  # fmt: skip
    talk.round()
    after = talk.ledger.case(before.number)
    assert after is not None
    assert (after.outcome, after.message) == (before.outcome, before.message)
    assert talk.ledger.message(2).outcome is Outcome.REVIEW
    assert "A.pdf" not in talk.sent()[-1].text


def test_a_position_that_was_over_when_the_mail_came_does_not_end_the_waiting(talk: Talk) -> None:
    """It applies for an open position and, too late, for ANR 5157: the correction is waited for all the same."""
    rules = talk.worker.rules
    talk.worker.rules = replace(rules, route=replace(rules.route, late_to_review=timedelta(hours=24)))
    text = f"{builders.LETTER}\nI also apply for the position ANR 5157.\n"
    talk.writes(text, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    assert "rub/anr-5157" in talk.case().candidates
    talk.clock.advance(timedelta(minutes=30))
    assert talk.desk.overdue() == set()
    assert talk.case().outcome is Outcome.CORRECTION


def test_a_case_that_is_taken_up_at_that_moment_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The worker's thread was faster with one of two cases that are overdue."""
    talk = Talk()
    for name in ("A.pdf", "B.pdf"):
        pdf = talk.pdf(name, LETTER_PAGE, CV_PAGE)
        talk.writes(builders.LETTER, pdf, subject=name, sender=f"Nadia Ferreira <{name}@uni.example>")
        talk.round()
    talk.clock.advance(timedelta(days=15))
    original, busy = talk.ledger.save_plan, iter([True])

    def save_plan(*given: Any, **more: Any) -> None:
        if next(busy, False):
            raise IllegalMove("it is being worked on")
        original(*given, **more)

    monkeypatch.setattr(talk.ledger, "save_plan", save_plan)
    assert talk.desk.overdue() == {"main"}
    assert sorted(one.outcome for one in talk.ledger.cases()) == [Outcome.CORRECTION, Outcome.REVIEW]


# --- people ----------------------------------------------------------------------------------------


def test_what_a_person_decides_goes_before_the_correction_that_waits() -> None:
    """Accepted within the minutes in which the correction waits for a second mail: it never leaves."""
    talk = Talk(MINUTES)
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    assert "now accepted" in talk.asks(wish="accept")
    talk.clock.advance(timedelta(hours=1))
    talk.round()
    assert talk.kinds() == ["acknowledgement"]


def test_what_a_person_decides_about_a_part_leaves_at_once(talk: Talk) -> None:
    """The hour for the other parts is over when somebody has looked."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE), subject="Application, part 1 of 2")
    talk.round()
    assert talk.kinds() == []
    assert "now accepted" in talk.asks(wish="accept")
    talk.round()
    assert talk.kinds() == ["acknowledgement"]


def test_a_person_who_asks_again_asks_once() -> None:
    """The correction that waits still is that very question."""
    talk = Talk(MINUTES)
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    assert "now correction" in talk.asks(wish="ask")
    talk.clock.advance(timedelta(hours=1))
    talk.round()
    assert talk.kinds() == ["correction"]


def test_a_reminder_waits_for_a_person_where_replies_do() -> None:
    """``[replies] mode = "hold"`` is for every reply."""
    talk = Talk(held=frozenset(Outcome))
    talk.desk = desk.Desk(talk.shared, {"main": talk.worker}, replace(PATIENCE, reminder=timedelta(days=7)))
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    [held] = talk.ledger.replies()
    talk.ledger.direct(held.id, ReplyEvent.RELEASE, who="hr", now=talk.clock.now())
    talk.round()
    talk.desk.serve()
    talk.round()
    assert talk.case().outcome is Outcome.CORRECTION
    talk.clock.advance(timedelta(days=8))
    assert talk.desk.overdue() == {"main"}
    talk.round()
    assert talk.kinds() == ["correction"]
    assert [one.reply.kind for one in talk.ledger.replies(states=(ReplyState.HELD,))] == [ReplyKind.REMINDER]


# --- cases that wait -------------------------------------------------------------------------------


def test_a_case_whose_correction_was_dropped_is_for_a_person() -> None:
    """Waiting for the applicant presupposes a reply that went out."""
    talk = Talk(MINUTES)
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    [queued] = talk.ledger.replies()
    talk.ledger.direct(queued.id, ReplyEvent.DROP, who="hr", now=talk.clock.now())
    talk.desk.overdue()
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.REVIEW, [])


def test_a_case_whose_correction_never_leaves_is_for_a_person(talk: Talk) -> None:
    """A server that puts us off for days: nobody waits for an answer to what has not been said."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.sender.failures.extend(Transient("452 mailbox full") for _ in range(200))
    talk.round()
    assert talk.desk.overdue() == set()
    for _ in range(5):
        talk.clock.advance(timedelta(days=1))
        talk.desk.overdue()
        talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.REVIEW, [])


def test_a_reminder_that_comes_back_sends_its_case_to_a_person(talk: Talk) -> None:
    talk.desk = desk.Desk(talk.shared, {"main": talk.worker}, replace(PATIENCE, reminder=timedelta(days=7)))
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.clock.advance(timedelta(days=8))
    talk.desk.overdue()
    talk.round()
    assert talk.kinds() == ["correction", "reminder"]
    talk.bounce(90, talk.sent()[-1].message_id)
    talk.round()
    talk.desk.serve()
    talk.round()
    assert talk.case().outcome is Outcome.REVIEW


def test_a_second_correction_that_has_not_left_is_not_overdue(talk: Talk) -> None:
    """The first is two weeks old, and has been answered."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.clock.advance(timedelta(days=15))
    talk.writes(
        "A new letter.",
        talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE, CV_PAGE),
        answering=talk.sent()[-1].message_id,
    )
    talk.sender.failures.append(Transient("451 greylisted"))
    talk.round()
    assert talk.desk.overdue() == set()
    talk.clock.advance(timedelta(hours=1))
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.CORRECTION, ["correction", "correction"])


def test_a_correction_that_was_lost_once_says_nothing_of_a_later_one(talk: Talk) -> None:
    """A person has asked again, with success: the next start of the worker leaves the case waiting."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.sender.failures.append(Permanent("550 no such user"))
    talk.round()
    assert talk.case().outcome is Outcome.REVIEW
    assert "now correction" in talk.asks(wish="ask")
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.CORRECTION, ["correction"])
    talk.desk.catch_up()
    assert talk.desk.serve() == set()
    assert talk.case().outcome is Outcome.CORRECTION


def test_a_reminder_names_the_day_on_which_a_person_looks(talk: Talk) -> None:
    """Before a deadline that is the deadline, and not the end of the usual two weeks."""
    talk.desk = desk.Desk(talk.shared, {"main": talk.worker}, replace(PATIENCE, reminder=timedelta(days=7)))
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.worker.rules = replace(talk.worker.rules, positions=tuple(
        replace(one, deadline=date(2026, 11, 27)) if one.id == CAUSAL else one for one in talk.worker.rules.positions
    ))  # fmt: skip
    talk.clock.advance(timedelta(days=3))
    assert talk.desk.overdue() == {"main"}
    talk.round()
    assert "in 2 days" in " ".join(talk.sent()[-1].text.split())


@pytest.mark.parametrize("change", ["annotated", "taken away"])
def test_what_comes_for_a_case_whose_file_a_person_has_changed_is_a_case_of_its_own(
    talk: Talk, change: str
) -> None:
    """Their file stays as they left it, and the mail is not given up: both lie with HR."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    first = talk.case()
    path = next(path for path in talk.held_files() if path.endswith("application.pdf"))
    if change == "annotated":
        talk.folders.files[path] += b"% a note of HR's"
    else:
        del talk.folders.files[path]
    kept = talk.held_files()
    talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
    talk.round()
    assert talk.ledger.parked("main") == []
    second = next(one for one in talk.ledger.cases() if one.number != first.number)
    assert second.outcome is Outcome.REVIEW
    assert talk.kinds() == ["correction", "received"]
    assert {path: content for path, content in talk.held_files().items() if path in kept} == kept
    record = talk.ledger.message(second.message)
    assert record.plan is not None
    assert "a person has changed or taken away" in " ".join(record.plan.verdict.reasons)


@pytest.mark.parametrize("wish", ["remind", "ask", "accept"])
def test_a_letter_of_a_case_of_several_mails_gives_no_mail_the_files_of_another(
    talk: Talk, wish: str
) -> None:
    """What nobody mailed now answers the first mail: its day is told, and which files the case holds."""
    talk.desk = desk.Desk(talk.shared, {"main": talk.worker}, replace(PATIENCE, reminder=timedelta(days=7)))
    talk.writes(builders.LETTER, talk.pdf("letter.pdf", LETTER_PAGE))
    talk.round()
    talk.clock.advance(timedelta(days=2))
    cv = (CV_PAGE[0], "Nadia Ferreira", *CV_PAGE[1:])
    talk.writes("My CV.", talk.pdf("cv.pdf", cv), answering=talk.sent()[-1].message_id)
    talk.round()
    talk.clock.advance(timedelta(days=8))
    if wish == "remind":
        talk.desk.overdue()
    else:
        assert "now " in talk.asks(wish=wish)
    talk.round()
    assert talk.kinds()[2:] == [
        {"remind": "reminder", "ask": "correction", "accept": "acknowledgement"}[wish]
    ]
    text = " ".join(talk.sent()[-1].text.split())
    assert "We received your mail on 22 November 2026" in text
    assert "application.pdf" not in text
    assert "In your files we found: - Motivation letter: found - CV: found" in text
    if wish == "remind":
        assert "We last wrote to you because something was still open" in text
    if wish == "accept":
        assert "Your application now consists of: - letter.pdf - cv.pdf We have joined" in text


def test_only_the_mail_that_replaces_a_file_is_told_so(talk: Talk) -> None:
    """A later answer brings no file, and its acknowledgement speaks of none that was replaced before."""
    talk.writes("My application.", talk.pdf("A.pdf", VAGUE_LETTER, CV_PAGE, CERTIFICATE_PAGE))
    talk.round()
    newer = talk.pdf("B.pdf", VAGUE_LETTER, CV_PAGE, CERTIFICATE_PAGE, CERTIFICATE_PAGE)
    talk.writes("A newer version.", newer, answering=talk.sent()[-1].message_id)
    talk.round()
    talk.writes("1", answering=talk.sent()[-1].message_id)
    talk.round()
    assert talk.plan_of("C2222").version == 2
    assert talk.kinds() == ["correction", "correction", "acknowledgement"]
    assert "takes the place" not in " ".join(talk.sent()[-1].text.split())


def test_a_mail_that_replaces_a_complete_file_is_told_so(talk: Talk) -> None:
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE, CERTIFICATE_PAGE))
    talk.round()
    newer = talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE, CERTIFICATE_PAGE, CERTIFICATE_PAGE)
    talk.writes("A newer version.", newer, answering=talk.sent()[-1].message_id)
    talk.round()
    assert talk.kinds() == ["acknowledgement", "acknowledgement"]
    told = ["This file takes the place of the earlier" in " ".join(one.text.split()) for one in talk.sent()]
    assert told == [False, True]


# --- on a file system --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "step, late",
    [("write_page", False), ("write_page", True), ("_rename", True), ("_retire", False), ("_retire", True)],
)
def test_a_refiling_that_ends_in_the_middle_is_continued(
    step: str, late: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At whatever write of a case for two positions that gets a joined file in its place, and then a newer one:
    the next life ends with the same files, and no version is lost."""
    wanted: dict[str, set[str]] = {}
    for at in range(1, 30):
        root = tmp_path / f"{step}{at}"
        monkeypatch.setattr(
            folders_memory, "MemoryFolders", lambda root=root: file_system.FileSystemFolders(root)
        )
        talk = Talk()
        talk.folders.establish()  # type: ignore[attr-defined]
        talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
        talk.round()
        talk.asks(wish="position", positions=f"{CAUSAL},{INTERPRETABLE}")
        talk.round()
        ended = 0
        for file in (
            talk.pdf("C.pdf", CERTIFICATE_PAGE),
            talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE, CERTIFICATE_PAGE),
        ):
            talk.clock.advance(timedelta(days=2))
            talk.writes("Here.", file, answering=talk.sent()[-1].message_id)
            ended += dies(talk, step, at, late=late, monkeypatch=monkeypatch)
            talk.worker.suspect_unfinished()
            talk.folders.sweep()
            talk.clock.advance(timedelta(hours=2))
            talk.round()
        assert talk.kinds() == ["correction", "acknowledgement", "acknowledgement"], (step, at)
        found = {path.relative_to(root).as_posix(): sha256(path.read_bytes()) for path in root.rglob("*")
                 if path.is_file() and path.name != "summary.html"}  # fmt: skip
        wanted = wanted or found  # type: ignore[assignment]
        assert found == wanted, (step, at)
        assert {path.partition("/2")[0] for path in found} == {CAUSAL, INTERPRETABLE}
        if not ended:
            break
    assert any(path.endswith("received/A.pdf") for path in wanted)


def dies(talk: Talk, step: str, at: int, *, late: bool, monkeypatch: pytest.MonkeyPatch) -> bool:
    """One look in which the life ends at the ``at``-th such step, before or after it; False when there is none."""
    original, seen = getattr(talk.folders, step), 0

    def counted(*given: object, **more: object) -> object:
        nonlocal seen
        seen += 1
        if seen == at and not late:
            raise Killed
        result = original(*given, **more)
        if seen == at:
            raise Killed
        return result

    with monkeypatch.context() as dying:
        dying.setattr(talk.folders, step, counted)
        try:
            talk.worker.look()
        except Killed:
            return True
    return False


def test_a_request_of_a_life_that_ended_is_not_carried_out_twice(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It died between the decision and the note that it was made: the applicant is asked once."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    original = talk.ledger.save_plan

    def after(*given: Any, **more: Any) -> None:
        original(*given, **more)
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(talk.ledger, "save_plan", after)
        with pytest.raises(Killed):
            talk.asks(wish="ask")
    talk.round()
    talk.desk.serve()
    talk.round()
    assert talk.kinds() == ["correction", "correction"]


def test_a_new_whole_application_in_two_files_does_not_repeat_the_old_one(talk: Talk) -> None:
    """They hold all that the old one held: they take its place."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    new = (talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE), talk.pdf("C.pdf", CERTIFICATE_PAGE))
    talk.writes("Here.", *new, answering=talk.sent()[-1].message_id)
    talk.round()
    assert talk.case().outcome is Outcome.ACCEPTED
    assert talk.plan_of("C2222").papers == tuple(sha256(one.content) for one in new)


def test_a_referee_who_answers_our_question_does_not_end_the_waiting(talk: Talk) -> None:
    """Passed on by the applicant, our correction comes back with a letter of recommendation: the case waits on, and
    a person looks at it in time."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.writes("This is my letter of recommendation for Nadia Ferreira, attached.", talk.pdf("R.pdf", LETTER_PAGE),
                sender="Anton Huber <huber@lab.example>", answering=talk.sent()[-1].message_id)  # fmt: skip
    talk.round()
    first, second = talk.ledger.cases()
    assert (first.continued, second.outcome, talk.plan_of(second.number).beside) == (
        "",
        Outcome.REVIEW,
        "C2222",
    )
    talk.clock.advance(timedelta(days=15))
    talk.desk.overdue()
    talk.round()
    assert talk.ledger.cases()[0].outcome is Outcome.REVIEW


def test_an_answer_in_junk_changes_nothing_until_a_person_rescues_it(talk: Talk) -> None:
    watch = talk.junk()
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    pdf = talk.pdf("C.pdf", CERTIFICATE_PAGE)
    raw = builders.thunderbird("My certificates.", [pdf], f"In-Reply-To: {talk.sent()[-1].message_id}",
                               message_id="<j@uni.example>", subject="Re: Your application")  # fmt: skip
    uid = talk.mailbox.deliver(raw, arrived=talk.clock.now(), folder="Junk")
    watch.look()
    first = talk.ledger.case("C2222")
    assert first is not None
    assert (first.outcome, first.continued) == (Outcome.CORRECTION, "")
    talk.mailbox.remove(uid, folder="Junk")
    talk.mailbox.deliver(raw, arrived=talk.clock.now())
    talk.round()
    assert talk.ledger.case("C2222").outcome is Outcome.ACCEPTED  # type: ignore[union-attr]


def test_an_answer_twice_in_one_look_is_one_answer(talk: Talk) -> None:
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
    talk.number -= 1
    talk.writes("Here.", talk.pdf("C.pdf", CERTIFICATE_PAGE), answering=talk.sent()[-1].message_id)
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.ACCEPTED, ["correction", "acknowledgement"])
    assert talk.ledger.message(3).duplicate_of == talk.ledger.message(2).case
    assert len(talk.mailbox.contents(f"Applications/{CAUSAL}")) == 3


def test_an_adopted_answer_goes_on_with_its_case_and_is_not_answered(talk: Talk) -> None:
    """Taken in without replies: what is missing still is for a person then."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    talk.writes(
        "A new letter.",
        talk.pdf("B.pdf", LETTER_PAGE, CV_PAGE, CV_PAGE),
        answering=talk.sent()[-1].message_id,
    )
    talk.worker._arrivals.meet(talk.mailbox.open())
    record = talk.ledger.message(2)
    talk.ledger._messages[2] = replace(record, adopted=True, no_reply=True)
    talk.round()
    assert (talk.case().outcome, talk.kinds()) == (Outcome.REVIEW, ["correction"])


# --- a folder that a person has moved -----------------------------------------------------------------


@pytest.fixture
def taken(talk: Talk) -> Talk:
    """A case that waits for its applicant, whose folder a person has moved."""
    talk.writes(builders.LETTER, talk.pdf("A.pdf", LETTER_PAGE, CV_PAGE))
    talk.round()
    moved = {
        f"By hand/{path.rpartition('/')[2]}": content
        for path, content in talk.folders.files.items()
        if path.startswith("_Waiting for applicant/")
    }
    talk.folders.files = moved
    return talk


def test_time_decides_about_a_case_whose_folder_a_person_has_moved(taken: Talk) -> None:
    """It is for review when nobody answers, its mail with it, and the folder stays as it was left."""
    left = dict(taken.folders.files)
    taken.clock.advance(timedelta(days=15))
    assert taken.desk.overdue() == {"main"}
    taken.round()
    assert taken.case().outcome is Outcome.REVIEW
    assert taken.ledger.message(1).state is MessageState.DONE
    assert len(taken.mailbox.contents("For review")) == 1
    assert taken.folders.files == left


def test_hr_is_told_to_put_a_moved_folder_back(taken: Talk) -> None:
    """What they decide is about that folder: they hear where it belongs, and are served when it is there."""
    [where] = [folder.path for folder in taken.plan_of("C2222").folders]
    assert taken.asks(wish="accept", positions=CAUSAL) == (
        f"refused: its folder is not at {where!r} any more; put it back there, and ask again"
    )
    taken.folders.files = {
        f"{where}/{path.rpartition('/')[2]}": content for path, content in taken.folders.files.items()
    }
    assert taken.asks(wish="accept", positions=CAUSAL) == "case C2222 is now accepted"
    taken.round()
    assert {path.rpartition("/")[0].partition("/2026")[0] for path in taken.folders.files} == {CAUSAL}
