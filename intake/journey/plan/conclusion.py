"""Everything known of a message becomes its plan, or of a file its verdict."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from intake.journey import (
    concerns,
    decide,
    file,
    language,
    moments,
    pick,
    route,
    traffic,
    words,
)
from intake.journey.decide import Circumstances
from intake.journey.parse import kind as kinds
from intake.journey.plan.completion import completed_with, kept
from intake.journey.plan.opening import KEPT_TEXT, Opening, Rules, recipient_of, recognised, to_read, whom
from intake.journey.same import Same
from intake.model import (
    Attachment,
    FolderFile,
    Kind,
    Language,
    Mail,
    Outcome,
    PdfFacts,
    Pick,
    Plan,
    Recognition,
    ReplyKind,
    Routing,
    Screening,
    Verdict,
    sha256,
)

_FORESEEN = 8  # messages whose documents and positions are remembered until their turn

SHORT = 8  # words; a shorter mail does not show its language, so the letter is asked as well


def conclude(
    opening: Opening,
    facts: PdfFacts | None,
    *,
    case: str,
    rules: Rules,
    circumstances: Circumstances,
    now: datetime,
    token: str,
    follows: str = "",
    beside: str = "",
) -> Plan:
    """Steps 6 to 10. ``facts``: of ``opening.to_open``; ``token``: makes the reply's Message-ID unique."""
    mail, arrived = opening.mail, opening.message.arrived
    recognition = _recognised(facts, mail, rules)
    letter = recognition.letter_text if recognition else ""
    recipient = whom(mail)
    if recipient is None:
        circumstances = replace(circumstances, silence=circumstances.silence or "no address to answer to")
    room = traffic.room(circumstances.traffic, rules.traffic)
    circumstances = replace(
        circumstances,
        silence=circumstances.silence or room.silence,
        for_review=(*circumstances.for_review, *filter(None, [room.silence])),
        held=frozenset(Outcome) if room.held else circumstances.held,
    )
    findings = decide.Findings(
        screening=replace(opening.screening, language=_language(opening, letter)),
        pick=opening.pick,
        facts=facts,
        recognition=recognition,
        routing=_routed(opening, letter, rules),
        circumstances=circumstances,
    )
    verdict = _in_parts(_urgent(decide.verdict(findings, rules.decide), opening, rules), mail)
    plan = Plan(case=case, verdict=verdict, mail=kept(mail), arrived=arrived, follows=follows, beside=beside,
                picked=opening.pick.file.sha256 if opening.pick.file else "")  # fmt: skip
    picked = _attachment(mail, plan.picked)
    files = file.first(mail, picked=picked, message_sha256=opening.message.sha256)
    if opening.papers:
        files = (*files, FolderFile(name=file.APPLICATION, source="joined", sha256=plan.picked))
        plan = replace(plan, papers=opening.papers)
    completed = completed_with(
        plan, files, rules, answers=mail, now=now, token=token, held=circumstances.held, room=room
    )
    return replace(completed, mailbox_folder=opening.stays) if opening.stays else completed


def _in_parts(verdict: Verdict, mail: Mail) -> Verdict:
    """A mail that is one part of several is not asked for what its other parts may hold (POLICY, Two mails): those
    are waited for, and then a person looks."""
    said = concerns.part(words.fold(f"{mail.subject}\n{mail.new_text[:KEPT_TEXT]}"))
    if not said or verdict.outcome is not Outcome.CORRECTION or verdict.reply is not ReplyKind.CORRECTION:
        return replace(verdict, in_parts=False)
    reason = f"review: {said}, and the others have not come"
    return replace(verdict, outcome=Outcome.REVIEW, reply=ReplyKind.RECEIVED, in_parts=True,
                   reasons=(reason, *verdict.reasons))  # fmt: skip


def answered(
    following: Plan,
    files: Sequence[FolderFile],
    opening: Opening,
    rules: Rules,
    *,
    circumstances: Circumstances,
    now: datetime,
    token: str,
    replaced: bool = False,
) -> Plan:
    """The plan of a case that goes on with a later mail, completed: the reply answers that mail, or is left out
    where none may leave; then what would wait for the applicant waits for a person. replaced: the mail's file takes
    the place of an earlier one."""
    room = traffic.room(circumstances.traffic, rules.traffic)
    silence = circumstances.silence or room.silence
    if recipient_of(opening) == "":
        silence = silence or "no address to answer to"
    due = following.verdict.reply is not None
    verdict = decide.unanswered(following.verdict, silence) if silence and due else following.verdict
    if room.silence and verdict.outcome is Outcome.ACCEPTED:
        reason = f"review: {room.silence}"
        verdict = replace(verdict, outcome=Outcome.REVIEW, reasons=(reason, *verdict.reasons))
    verdict = _in_parts(verdict, opening.mail)
    held = frozenset(Outcome) if room.held else circumstances.held
    if (
        room.held and verdict.outcome is Outcome.CORRECTION and verdict.reply
    ):  # nobody waits for what may not leave
        verdict = replace(verdict, outcome=Outcome.REVIEW, reasons=(f"review: {room.held}", *verdict.reasons))
    return completed_with(
        replace(following, verdict=verdict), files, rules, now=now, token=token, held=held, room=room,
        answers=opening.mail, answers_arrived=opening.message.arrived, replaced=replaced,
    )  # fmt: skip


def routed(opening: Opening, rules: Rules) -> tuple[str, ...]:
    """The positions that the mail itself names, without its letter."""
    return tuple(_routed(opening, "", rules).positions)


def foresee(opening: Opening, facts: PdfFacts, rules: Rules) -> None:
    """Work out ahead, on any thread, what judging the message needs first: where no page is to be read by OCR, which
    documents the file holds and which positions are named. ``to_read`` and ``conclude`` find it done."""
    if not opening.screening.for_review and not to_read(opening, facts, rules):
        recognition = _recognised(facts, opening.mail, rules)
        _routed(opening, recognition.letter_text if recognition else "", rules)


def duplicate(original: Plan) -> Plan:
    """The plan of a message that has been judged already: it only joins its original in the mailbox."""
    verdict = replace(original.verdict, reply=None)
    return Plan(case=original.case, verdict=verdict, mailbox_folder=original.mailbox_folder)


def pick_alone(name: str, content: bytes, rules: Rules) -> Pick:
    """The choice of a file that nobody mailed, by the rules for the only attachment of a mail."""
    declared = "application/pdf"
    attachment = Attachment(name=name, declared=declared, kind=kinds.of(content, name, declared), content=content,
                            sha256=sha256(content))  # fmt: skip
    return pick.file(Mail(attachments=(attachment,)), rules.pick)


def judge_alone(chosen: Pick, facts: PdfFacts | None, rules: Rules) -> Verdict:
    """The verdict from file and documents alone: accepted, correction or review, for no position."""
    recognition = recognised(facts, Mail(), rules)
    letter = recognition.letter_text if recognition else ""
    text = letter or "\n".join(page.text for page in facts.pages if page.readable) if facts else ""
    screening = Screening(kind=Kind.APPLICATION, language=language.of(text))
    findings = decide.Findings(screening=screening, pick=chosen, facts=facts, recognition=recognition)
    return decide.verdict(findings, rules.decide)


def _urgent(verdict: Verdict, opening: Opening, rules: Rules) -> Verdict:
    """With the day by which a person must have answered, where the mail asks for such an answer."""
    concern = opening.screening.concern
    if concern is None or verdict.outcome is not Outcome.REVIEW:
        return verdict
    day = concerns.answer_by(concern, opening.message.arrived.astimezone(rules.zone).date())
    notice = f"{concern.value}: answer it by {moments.day(day, 'en')}"
    return replace(verdict, notices=(notice, *verdict.notices), answer_by=day)


def _routed(opening: Opening, letter: str, rules: Rules) -> Routing:
    if opening.screening.kind is not Kind.APPLICATION:
        return Routing()
    name = opening.pick.file.name if opening.pick.file else ""
    unread = replace(opening.mail, attachments=())  # routing reads none, and a memory must not hold them
    return _positions(unread, letter, name, Same(rules.route), opening.message.arrived)


@functools.lru_cache(maxsize=_FORESEEN)
def _positions(mail: Mail, letter: str, name: str, rules: Same, arrived: datetime) -> Routing:
    return route.positions(mail, letter=letter, file_name=name, rules=rules.known, arrived=arrived)


def _recognised(facts: PdfFacts | None, mail: Mail, rules: Rules) -> Recognition | None:
    return _documents(Same(facts), mail.new_text, Same(rules)) if facts is not None else None


@functools.lru_cache(maxsize=_FORESEEN)
def _documents(facts: Same, new_text: str, rules: Same) -> Recognition | None:
    return recognised(facts.known, Mail(new_text=new_text), rules.known)


def _language(opening: Opening, letter: str) -> Language:
    """The mail's; a mail of a few words is answered in the language of the letter."""
    if letter and len(opening.mail.new_text.split()) < SHORT:
        return language.of(f"{opening.mail.subject}\n{opening.mail.new_text}\n{letter}")
    return opening.screening.language


def _attachment(mail: Mail, wanted: str) -> Attachment | None:
    return next((one for one in mail.attachments if wanted and one.sha256 == wanted), None)
