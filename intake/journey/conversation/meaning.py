"""What a later mail is to its case."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum

from intake.journey import answers, file, pick, plan, wording
from intake.journey.answers import Answer, AnswerKind
from intake.model import (
    Attachment,
    FolderFile,
    Kind,
    Outcome,
    Plan,
    ProblemCode,
    ReplyKind,
    Withdrawn,
    value,
)

OPEN = (ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS)


_ASKED = (ReplyKind.CORRECTION, ReplyKind.RECEIVED, ReplyKind.REMINDER, ReplyKind.WITHDRAWN)


class Event(StrEnum):
    """What a later mail is to its case."""

    POSITION_ANSWER = "position-answer"
    DOCUMENT_ADDED = "document-added"
    REPLACED = "replaced"
    DUPLICATE = "duplicate"
    WITHDRAWN = "withdrawn"
    QUESTION = "question"


@value
class Standing:
    """A case as it stands when a mail for it arrives. asked: the kind of our reply that it answers, or of the
    last one that it got; corrections: how many it has had; pending: its correction has not left yet; apart: why
    nothing can be added to it by this mail (a person has moved its folder, somebody else writes), or ""; decided:
    when it was decided last."""

    case: str
    plan: Plan
    asked: ReplyKind | None = None
    corrections: int = 0
    pending: bool = False
    apart: str = ""
    decided: datetime | None = None

    @property
    def waits_for_position(self) -> bool:
        return any(problem.code in OPEN for problem in self.plan.verdict.problems)

    @property
    def application(self) -> FolderFile | None:
        """The file that is the application today."""
        held = plan.held_files(self.plan)
        return next((item for item in held if item.name == file.APPLICATION), None)


@value
class Meaning:
    """What a mail is to a case. files: the new PDFs in it, None where it brings something else than PDFs."""

    event: Event
    answer: Answer = field(default_factory=lambda: Answer(kind=AnswerKind.OTHER))
    files: tuple[Attachment, ...] = ()


def meaning(opening: plan.Opening, standing: Standing, rules: plan.Rules) -> Meaning | None:
    """What this mail is to the case, or None: then it is judged as a mail of its own, linked to the case.

    So are mails that a person must see for a reason of POLICY (third parties, rights, another Reply-To), and
    questions and thanks after everything was answered.
    """
    screening = opening.screening
    apart = screening.for_review or screening.neutral or screening.silence or screening.concern
    if screening.kind is Kind.AUTOMATIC or apart or standing.apart:
        return None
    if opening.mail.too_large is not None:
        return Meaning(event=Event.QUESTION)
    withdrawn = standing.plan.verdict.withdrawn is not Withdrawn.NO
    arrived = standing.plan.arrived or opening.message.arrived
    open_now = wording.open_for_mail(rules.positions, arrived, rules.zone)
    read = answers.read(opening.mail.new_text, standing.plan.offered, open_now, rules=rules.route)
    files = pick.pdfs(opening.mail, rules.pick)
    if files:
        known = {item.sha256 for item in plan.held_files(standing.plan)}
        new = tuple(item for item in files if item.sha256 not in known)
        if new:
            return Meaning(event=Event.REPLACED, answer=read, files=new)
        # What we have asked to be mended is sent as it was: no new file, so that a person looks.
        asked = standing.plan.verdict.outcome is Outcome.CORRECTION and not standing.pending
        if not asked and not withdrawn and read.kind is not AnswerKind.WITHDRAWAL:
            return Meaning(event=Event.DUPLICATE, answer=read)
    elif pick.brings_a_file(opening.mail, rules.pick):
        return None if screening.kind is not Kind.APPLICATION else Meaning(event=Event.REPLACED, answer=read)
    if read.kind is AnswerKind.WITHDRAWAL:
        return Meaning(event=Event.WITHDRAWN, answer=read)
    if standing.waits_for_position and read.kind is AnswerKind.POSITIONS:
        return Meaning(event=Event.POSITION_ANSWER, answer=read)
    open_question = standing.asked in _ASKED or withdrawn
    waits = standing.plan.verdict.outcome is Outcome.CORRECTION
    return Meaning(event=Event.QUESTION, answer=read) if open_question or waits else None


def again(opening: plan.Opening, standing: Standing, rules: plan.Rules) -> Meaning | None:
    """The meaning of a mail that brings a case's own PDF once more, though nothing ties it to the case; None where
    it says or brings more than that: an address is no identity."""
    said = meaning(opening, standing, rules)
    return said if said is not None and said.event is Event.DUPLICATE else None


def name_of(item: FolderFile, standing: Standing) -> str:
    """What the applicant called a file of the case."""
    mail = standing.plan.mail
    known = next((one for one in mail.attachments if one.sha256 == item.sha256), None) if mail else None
    return known.name if known and known.name else "application.pdf"
