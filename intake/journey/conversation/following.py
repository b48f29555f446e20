"""The case's next plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from intake.journey import decide, file, moments, plan, route
from intake.journey.answers import AnswerKind
from intake.journey.conversation.contents import VERSION, with_application, with_mail
from intake.journey.conversation.meaning import OPEN, Event, Meaning, Standing
from intake.journey.conversation.papers import Papers
from intake.model import (
    Attachment,
    FolderFile,
    Kind,
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
    value,
)

_WHICH = (*OPEN, ProblemCode.POSITION_CLOSED, ProblemCode.APPLY_ELSEWHERE)


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
    return _continued(opening, standing, verdict, with_mail(opening, standing), rules, moment)


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
    files = with_application(opening, standing, chosen, application, facts)
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
        and item.name.lower().endswith(".pdf") and not item.name.startswith(f"{file.RECEIVED}/{VERSION}")
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
                         token=moment.token, replaced=replaced)  # fmt: skip
