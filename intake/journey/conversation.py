"""A later mail of a case: what it means for the case, and the case's next plan.

A case gathers all that its applicant sends for it. Which case a mail belongs to is proved before (by our
Message-ID, or by the case number with the address); here only the mail is judged, and the case anew with it.
``meaning`` says what a mail is; ``Papers`` are the PDFs of old and new, judged by what they hold together;
``without_file`` and ``with_papers`` make the plan. Nothing here ends an application: what is not clear goes
to a person.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum

from intake.journey import answers, decide, file, joining, moments, names, pick, plan, route, wording, words
from intake.journey.answers import Answer, AnswerKind
from intake.model import (
    Attachment,
    DocumentKind,
    FileKind,
    FolderFile,
    Kind,
    Mail,
    Outcome,
    PdfFacts,
    Pick,
    Plan,
    Presence,
    ProblemCode,
    Recognition,
    ReplyKind,
    Routing,
    Verdict,
    Withdrawn,
    sha256,
    value,
)

JOINED = "application.pdf"
_NAME = re.compile(r"\w{3,}")
_VERSION = "application, version "
_OPEN = (ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS)
_WHICH = (*_OPEN, ProblemCode.POSITION_CLOSED, ProblemCode.APPLY_ELSEWHERE)
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
    nothing can be added to it by this mail (a person has moved its folder, somebody else writes), or ""."""

    case: str
    plan: Plan
    asked: ReplyKind | None = None
    corrections: int = 0
    pending: bool = False
    apart: str = ""

    @property
    def waits_for_position(self) -> bool:
        return any(problem.code in _OPEN for problem in self.plan.verdict.problems)

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


# --- the PDFs of a case ---------------------------------------------------------------------------


@value
class Paper:
    """One PDF that a case has or gets, read. old: it is the application as it stood before this mail."""

    attachment: Attachment
    facts: PdfFacts
    old: bool = False


@value
class Papers:
    """What the application is to be. ``parts``: in the order in which they are joined, one for a file as it came;
    ``facts`` are None until they are joined. why: in words for us."""

    event: Event
    parts: tuple[Paper, ...]
    why: str
    apart: str = ""  # why they cannot be joined, though they belong together, or ""


def papers(found: Sequence[Paper], rules: plan.Rules, mail: Mail) -> Papers:
    """Whether the new PDFs take the old one's place or go beside it, and in which order."""
    new = [one for one in found if not one.old]
    seen = {id(one): plan.recognised(one.facts, mail, rules) for one in found}
    if len(new) == 1 and (len(found) == 1 or _whole(seen[id(new[0])])):
        return Papers(event=Event.REPLACED, parts=(new[0],), why="one PDF, in place of what was sent before")
    if any(one.facts.faults for one in new):
        broken = next(one for one in new if one.facts.faults)
        return Papers(event=Event.DOCUMENT_ADDED, parts=(broken,), why="a new file that cannot be read")
    if (
        len(new) > 1
        and len(new) < len(found)
        and not any(_adds_all([seen[id(one)] for one in new], seen[id(one)]) for one in found if one.old)
    ):
        return papers(new, rules, mail)
    if len(new) == 1 and not _adds(seen[id(new[0])], [seen[id(one)] for one in found if one.old]):
        return Papers(event=Event.REPLACED, parts=(new[0],), why="a newer version of the same documents")
    order = joining.order([found_in for one in found if (found_in := seen[id(one)])])
    parts = tuple(found[index] for index in order) if len(order) == len(found) else tuple(found)
    apart = (
        ""
        if joining.may_join([one.facts for one in parts])
        else "one of the files is signed or cannot be joined"
    )
    return Papers(
        event=Event.DOCUMENT_ADDED,
        parts=parts,
        why="what was missing, beside what was sent before",
        apart=apart,
    )


def of_another(found: Sequence[Paper], standing: Standing, rules: plan.Rules, mail: Mail) -> bool:
    """Whether a new letter or CV has no word of the name of the case's applicant in it (POLICY, An address is no
    identity). A name of one word, or none, proves nothing."""
    sender = standing.plan.mail.sender if standing.plan.mail else None
    name = set(_NAME.findall(words.fold(sender.name))) if sender else set()
    if len(name) < 2:
        return False
    for one in found:
        seen = plan.recognised(one.facts, mail, rules)
        if one.old or seen is None:
            continue
        own = {
            number
            for document in seen.documents
            if document.kind in (DocumentKind.LETTER, DocumentKind.CV) and document.status is Presence.PRESENT
            for number in document.pages
        }
        text = words.fold("\n".join(page.text for page in one.facts.pages if page.number in own))
        if own and not name & set(_NAME.findall(text)):
            return True
    return False


def _adds_all(new: Sequence[Recognition | None], old: Recognition | None) -> bool:
    """Whether the old file has a document that all the new ones together lack."""
    has = {one.kind for found in new if found for one in found.documents if one.status is Presence.PRESENT}
    had = {one.kind for one in old.documents if one.status is Presence.PRESENT} if old else set()
    return bool(had - has) or not had


def _whole(found: Recognition | None) -> bool:
    return found is not None and all(one.status is Presence.PRESENT for one in found.documents)


def _adds(new: Recognition | None, old: Sequence[Recognition | None]) -> bool:
    """Whether the old file has a document that the new one lacks: then both are needed."""
    had = {one.kind for found in old if found for one in found.documents if one.status is Presence.PRESENT}
    has = {one.kind for one in new.documents if one.status is Presence.PRESENT} if new else set()
    return bool(had - has)


# --- the next plan --------------------------------------------------------------------------------


@value
class Moment:
    """What the worker knows when a plan is made: see ``plan.conclude``."""

    circumstances: decide.Circumstances
    now: datetime
    token: str


def without_file(
    opening: plan.Opening, standing: Standing, said: Meaning, rules: plan.Rules, moment: Moment
) -> Plan:
    """The case's plan after a mail that brings no new PDF."""
    before = standing.plan.verdict
    match said.event:
        case Event.POSITION_ANSWER:
            verdict = _positioned(before, said.answer.positions, rules, asked=bool(standing.plan.offered))
        case Event.WITHDRAWN:
            verdict = _withdrawn(before, opening, rules)
        case Event.DUPLICATE:
            verdict = replace(before, reply=None if standing.pending else ReplyKind.KNOWN)
        case _:
            verdict = _for_a_person(before, said, too_large=opening.mail.too_large is not None)
    why = f"{said.event.value}: {said.answer.evidence or opening.mail.subject}".rstrip(": ")
    verdict = replace(verdict, reasons=(*verdict.reasons[:1], why, *verdict.reasons[1:]))
    return _continued(opening, standing, verdict, _with_mail(opening, standing), rules, moment)


def _positioned(before: Verdict, positions: tuple[str, ...], rules: plan.Rules, *, asked: bool) -> Verdict:
    """The positions that the applicant named. Where something else was asked for too, a person looks; and where we
    have never asked, since then the case was for a person for another reason."""
    named = plan.positioned(before, positions, rules)
    if named.outcome is Outcome.ACCEPTED and asked:
        reason = f"accepted: complete in form, and the applicant has named {', '.join(positions)}"
        return replace(named, reasons=(reason, *before.reasons))
    reason = "review: the position is named, and what else was asked for has not come"
    reason = reason if asked else f"review: the position is named; before: {before.reasons[0]}"
    return replace(named, outcome=Outcome.REVIEW, reply=ReplyKind.RECEIVED, reasons=(reason, *before.reasons))


def _withdrawn(before: Verdict, opening: plan.Opening, rules: plan.Rules) -> Verdict:
    """Marked for a person; the application stays where it is, and nobody is asked for anything any more."""
    day = moments.day(opening.message.arrived.astimezone(rules.zone).date(), "en")
    notice = f"withdrawn by the applicant on {day}: confirm it with intake case ID withdraw"
    waits = before.outcome is Outcome.CORRECTION
    outcome = Outcome.REVIEW if waits else before.outcome
    reason = f"{outcome.value}: the applicant takes the application back; a person must confirm it"
    return replace(before, outcome=outcome, reply=ReplyKind.WITHDRAWN, withdrawn=Withdrawn.MARKED,
                   notices=(notice, *before.notices), reasons=(reason, *before.reasons))  # fmt: skip


def _for_a_person(before: Verdict, said: Meaning, *, too_large: bool) -> Verdict:
    words = {
        AnswerKind.DECIDE: "the applicant leaves the choice of the position to us",
        AnswerKind.SEVERAL: "the applicant means several of the positions",
        AnswerKind.NONE: "the applicant means none of the positions that we named",
    }
    why = words.get(said.answer.kind, "an answer to our mail without a new file")
    why = "an answer that is too large to be downloaded" if too_large else why
    return replace(before, outcome=Outcome.REVIEW, reply=ReplyKind.RECEIVED,
                   reasons=(f"review: {why}", *before.reasons))  # fmt: skip


def with_papers(
    opening: plan.Opening,
    standing: Standing,
    said: Meaning,
    chosen: Papers | None,
    application: Attachment | None,
    facts: PdfFacts | None,
    rules: plan.Rules,
    moment: Moment,
) -> Plan:
    """The case's plan after a mail with new files. chosen: None where none of them is a PDF; application: what
    ``facts`` are of, the joined file where several are."""
    recognition = plan.recognised(facts, opening.mail, rules)
    routing = _routing(opening, standing, said, recognition, rules)
    circumstances, before = moment.circumstances, standing.plan.verdict
    another = _another_position(opening, standing, chosen, recognition, rules)
    why = [another, chosen.apart if chosen else "", _for_a_person_before(before, standing)]
    circumstances = replace(circumstances, for_review=(*circumstances.for_review, *filter(None, why)))
    picked = Pick(file=application, reasons=(chosen.why,)) if chosen and application else opening.pick
    screening = replace(opening.screening, kind=Kind.APPLICATION, language=before.language, speaks=True)
    findings = decide.Findings(
        screening=screening,
        pick=picked,
        facts=facts if chosen else None,
        recognition=recognition if chosen else None,
        routing=routing,
        circumstances=replace(circumstances, answers=None),
    )
    verdict = decide.verdict(findings, rules.decide)
    if before.outcome is Outcome.ACCEPTED and verdict.outcome is Outcome.CORRECTION:
        verdict = _beside_a_complete_one(verdict, before)
        application = None
    elif another or (chosen and chosen.apart):  # the application stays what it was, and so does what it lacks
        verdict = replace(verdict, problems=before.problems, documents=before.documents, pages=before.pages,
                          positions=before.positions, candidates=before.candidates)  # fmt: skip
        application = None if another else application
    elif verdict.outcome is Outcome.CORRECTION and _may_lie_apart(verdict, standing, chosen):
        reason = "review: what is missing may be in a file that came before"
        verdict = replace(verdict, outcome=Outcome.REVIEW, reply=verdict.reply and ReplyKind.RECEIVED,
                          reasons=(reason, *verdict.reasons))  # fmt: skip
    if before.withdrawn is not Withdrawn.NO:
        notices = dict.fromkeys((*before.notices, *verdict.notices))
        verdict = replace(verdict, withdrawn=before.withdrawn, notices=tuple(notices))
    event = chosen.event if chosen else Event.DOCUMENT_ADDED
    verdict = replace(verdict, reasons=(*verdict.reasons[:1], event.value, *verdict.reasons[1:]))
    files = _with_papers(opening, standing, chosen, application, facts)
    taken = (
        chosen is not None and application is not None and not chosen.apart and not (facts and facts.faults)
    )
    return _continued(opening, standing, verdict, files, rules, moment, application=application if taken else None,
                      replaced=taken and event is Event.REPLACED and standing.application is not None,
                      papers=tuple(one.attachment.sha256 for one in chosen.parts) if taken and chosen else ())  # fmt: skip


def _another_position(
    opening: plan.Opening,
    standing: Standing,
    chosen: Papers | None,
    recognition: Recognition | None,
    rules: plan.Rules,
) -> str:
    """Why new papers take no place in this case: they name a position that it is not for. A second application
    is a second case, and a person says whether it is one."""
    case, arrived = standing.plan.verdict.positions, standing.plan.arrived
    if not case or not chosen or arrived is None:
        return ""
    letter = recognition.letter_text if recognition else ""
    named = route.positions(opening.mail, letter=letter, file_name="", rules=rules.route, arrived=arrived)
    others = [one for one in (*named.positions, *named.elsewhere) if one not in case]
    return f"names {', '.join(others)} and not what the case is for" if others else ""


def _for_a_person_before(before: Verdict, standing: Standing) -> str:
    """Why a person must look whatever comes, as long as none has: for that reason nothing was asked for."""
    if before.withdrawn is not Withdrawn.NO:
        return "the applicant had withdrawn the application"
    if before.outcome is not Outcome.REVIEW:
        return ""
    late = next((one for one in before.reasons if one.startswith("review: ") and ": late by " in one), "")
    complete = all(one.status is Presence.PRESENT for one in before.documents) and not before.problems
    if late or (complete and not standing.plan.offered):
        return (late or before.reasons[0]).removeprefix("review: ")
    return ""


def _may_lie_apart(verdict: Verdict, standing: Standing, chosen: Papers | None) -> bool:
    """Whether a document that is called missing may be in a PDF of the case that is not part of the application."""
    if all(problem.code is not ProblemCode.MISSING_DOCUMENT for problem in verdict.problems):
        return False
    known = {*standing.plan.papers, *(one.attachment.sha256 for one in (chosen.parts if chosen else ()))}
    return any(
        item.source == "attachment" and item.name.startswith(f"{file.RECEIVED}/") and item.sha256 not in known
        and item.name.lower().endswith(".pdf") and not item.name.startswith(f"{file.RECEIVED}/{_VERSION}")
        for item in plan.held_files(standing.plan)
    )  # fmt: skip


def _beside_a_complete_one(verdict: Verdict, before: Verdict) -> Verdict:
    """What was complete stays as it is, whatever came behind it; a person sees what that is."""
    reason = "review: the application was complete, and what came now cannot take its place"
    return replace(before, outcome=Outcome.REVIEW, reply=ReplyKind.RECEIVED,
                   reasons=(reason, *verdict.reasons, *before.reasons))  # fmt: skip


def _routing(
    opening: plan.Opening,
    standing: Standing,
    said: Meaning,
    recognition: Recognition | None,
    rules: plan.Rules,
) -> Routing:
    """What the case is for: as decided before, as the applicant says now, or as this mail and its letter say.

    The case has the arrival of its first mail, and closing a position changes no open case (POLICY, Time).
    """
    before, arrived = standing.plan.verdict, standing.plan.arrived
    if before.positions:
        return Routing(positions=before.positions, reasons=("positions as decided before",))
    if said.answer.kind is AnswerKind.POSITIONS:
        return Routing(
            positions=said.answer.positions, reasons=(f"positions as answered: {said.answer.evidence}",)
        )
    letter = recognition.letter_text if recognition else ""
    assert arrived is not None
    now = route.positions(opening.mail, letter=letter, file_name="", rules=rules.route, arrived=arrived)
    if now.positions and not now.problems:
        return now
    asked = tuple(problem for problem in before.problems if problem.code in _WHICH)
    return Routing(problems=asked or now.problems, reasons=now.reasons)


# --- what the folder holds ------------------------------------------------------------------------


def _with_mail(opening: plan.Opening, standing: Standing) -> tuple[FolderFile, ...]:
    """All that was there, and the new mail beside the others."""
    held = plan.held_files(standing.plan)
    raw = sha256(opening.message.raw)
    if any(item.sha256 == raw for item in held):
        return held
    number = 1 + sum(item.source == "message" for item in held)
    return (*held, FolderFile(name=f"message {number}.eml", source="message", sha256=raw))


def _with_papers(
    opening: plan.Opening,
    standing: Standing,
    chosen: Papers | None,
    application: Attachment | None,
    facts: PdfFacts | None,
) -> tuple[FolderFile, ...]:
    """The application as it is now; every file that somebody sent stays, earlier versions with their number.

    What is replaced is written elsewhere before its place is taken, so that a life that ends in between loses
    nothing: the application comes last.
    """
    held = _with_mail(opening, standing)
    old = standing.application
    usable = (
        application is not None and chosen is not None and not chosen.apart and not (facts and facts.faults)
    )
    others = [item for item in held if item.name != file.APPLICATION]
    kept = {item.sha256 for item in others}
    taken = [item.name for item in others]
    extra: list[FolderFile] = []

    def keep(name: str, content_sha256: str) -> None:
        if content_sha256 in kept:
            return
        path = f"{file.RECEIVED}/{names.safe(name)}"
        given = names.unique((*taken, *(item.name for item in extra), path))[-1]
        extra.append(FolderFile(name=given, source="attachment", sha256=content_sha256))
        kept.add(content_sha256)

    joined = usable and chosen is not None and len(chosen.parts) > 1
    assert not (usable and application is None)
    if (
        usable
        and old is not None
        and application is not None
        and old.sha256 != application.sha256
        and old.source != "joined"
    ):
        replaced = chosen is not None and chosen.event is Event.REPLACED
        keep(
            f"{_VERSION}{standing.plan.version}.pdf" if replaced else _name_of(old, standing),
            old.sha256,
        )
    for item in file.sent(opening.mail):
        if not (usable and application is not None and item.sha256 == application.sha256):
            keep(item.name or "attachment", item.sha256)
    if not usable or application is None:
        return (*others, *extra, *([old] if old else []))
    place = FolderFile(
        name=file.APPLICATION,
        source="joined" if joined else "attachment",
        sha256=application.sha256,
        replaces=old.sha256 if old and old.sha256 != application.sha256 else "",
    )
    return (*others, *extra, place)


def _name_of(item: FolderFile, standing: Standing) -> str:
    """What the applicant called a file of the case."""
    mail = standing.plan.mail
    known = next((one for one in mail.attachments if one.sha256 == item.sha256), None) if mail else None
    return known.name if known and known.name else "application.pdf"


def _continued(
    opening: plan.Opening,
    standing: Standing,
    verdict: Verdict,
    files: tuple[FolderFile, ...],
    rules: plan.Rules,
    moment: Moment,
    *,
    application: Attachment | None = None,
    replaced: bool = False,
    papers: tuple[str, ...] = (),
) -> Plan:
    """The case goes on under its number, with the arrival of its first mail, and everything that it holds."""
    before = standing.plan
    assert before.mail is not None
    more = plan.kept(opening.mail)
    lately = moments.said(opening.message.arrived.astimezone(rules.zone), "en")
    attachments = {one.sha256: one for one in (*before.mail.attachments, *more.attachments)}
    if application is not None and application.sha256 not in attachments:
        attachments[application.sha256] = replace(application, content=b"", left_out=application.size)
    text = f"{before.mail.text}\n\n--- mail of {lately} ---\n\n{more.text}"
    mail = replace(before.mail, attachments=tuple(attachments.values()), text=text[: plan.KEPT_TEXT])
    following = replace(
        before,
        verdict=verdict,
        mail=mail,
        picked=application.sha256 if application else before.picked,
        papers=papers or before.papers,
        version=before.version + 1 if replaced else before.version,
        folders=(),
        filed_before=tuple(folder.path for folder in before.folders),
        reply=None,
    )
    return plan.answered(following, files, opening, rules, circumstances=moment.circumstances, now=moment.now,
                         token=moment.token)  # fmt: skip


def apart(chosen: Papers) -> Papers:
    """The same papers, which the joining has refused."""
    return replace(chosen, apart="one of the files cannot be joined with the others")


def joined(content: bytes) -> Attachment:
    """The joined file as an attachment of the case."""
    return Attachment(
        name=JOINED, declared="application/pdf", kind=FileKind.PDF, content=content, sha256=sha256(content)
    )


def facts_of(chosen: Papers, whole: Attachment) -> PdfFacts:
    """What is known of the joined file, from its parts."""
    return joining.facts([one.facts for one in chosen.parts], whole.sha256, whole.size)


def old_paper(standing: Standing, content: bytes) -> Attachment:
    """The application as it was filed, under the name that the applicant gave it."""
    application = standing.application
    assert application is not None
    return Attachment(name=_name_of(application, standing), declared="application/pdf", kind=FileKind.PDF,
                      content=content, sha256=application.sha256)  # fmt: skip
