"""A message becomes a plan: the one place that composes the pure steps.

``examine`` reads the mail and says which file must be opened; ``conclude`` takes what the file holds
and returns everything that is to be done. ``redecide`` makes the next plan of a case when a person,
or time, changes its verdict.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from intake.journey import (
    automatic,
    concerns,
    decide,
    file,
    joining,
    language,
    moments,
    parse,
    pick,
    recognise,
    reply,
    route,
    screen,
    threads,
    traffic,
    wording,
    words,
)
from intake.journey.decide import Circumstances
from intake.journey.parse import kind as kinds
from intake.journey.recognise import wanted
from intake.model import (
    Address,
    Attachment,
    DocumentKind,
    FileKind,
    FolderFile,
    Group,
    Institution,
    Kind,
    Language,
    Mail,
    Message,
    Outcome,
    PageFacts,
    PageReading,
    PdfFacts,
    Pick,
    Plan,
    Position,
    Presence,
    ProblemCode,
    Recognition,
    Reply,
    ReplyKind,
    Returned,
    Routing,
    Screening,
    Verdict,
    Withdrawn,
    sha256,
    value,
)

__all__ = [
    "Circumstances",
    "Decision",
    "Opening",
    "Refused",
    "Rules",
    "Wish",
    "conclude",
    "duplicate",
    "examine",
    "judge_alone",
    "pick_alone",
    "recipient_of",
    "redecide",
    "to_read",
    "with_reading",
]

SHORT = 8  # words; a shorter mail does not show its language, so the letter is asked as well
_NUMBER = re.compile(r"\b[B-DF-HJ-NP-TV-XZ2-9]{4,6}\b")  # a case number
KEPT_TEXT = 20_000  # characters of a mail's text that a recorded plan keeps for the summary page


@value
class Rules:
    """Everything the steps know besides the message: one consistent set of an admin's rules."""

    screen: screen.Rules
    pick: pick.Rules
    recognise: recognise.Rules
    route: route.Rules
    decide: decide.Rules
    texts: reply.Texts
    groups: tuple[Group, ...]
    positions: tuple[Position, ...]
    institution: Institution
    sender: Address  # who replies
    traffic: traffic.Limits
    merge: bool = False  # several PDFs of one mail are joined, and not asked for again as one
    correction_delay: timedelta = timedelta()  # corrections wait so long for a second mail of the applicant
    key: bytes = field(default=b"", repr=False)  # signs the Message-IDs of our replies; b"" does not
    old_keys: tuple[bytes, ...] = field(default=(), repr=False)  # they signed before, and are still believed

    @property
    def keys(self) -> tuple[bytes, ...]:
        """All keys by which an id of ours is known, for ``threads.case_of``."""
        return tuple(key for key in (self.key, *self.old_keys) if key)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.institution.time_zone)

    @property
    def domain(self) -> str:
        return self.sender.address.rpartition("@")[2]


@value
class Opening:
    """A message read and screened. ``pick.file`` is what must be opened before it can be judged."""

    message: Message
    mail: Mail
    screening: Screening
    pick: Pick
    content_key: str
    returned: Returned | None = None  # of a report on delivery: which mails came back
    papers: tuple[str, ...] = ()  # hashes of the PDFs of which ``pick.file`` is joined, in their order
    stays: str = ""  # the folder in which the mail is left, whatever is decided; "" moves it

    @property
    def to_open(self) -> bytes | None:
        return self.pick.file.content if self.pick.file else None

    @property
    def about(self) -> str:
        """The core of its subject, hashed, by which replies are counted."""
        return traffic.subject_core(self.mail.subject)

    @property
    def answers(self) -> tuple[str, ...]:
        """Message-IDs that the mail answers, nearest first."""
        return tuple(dict.fromkeys((*self.mail.in_reply_to, *reversed(self.mail.references))))

    def content(self, wanted: str) -> bytes:
        """The bytes of the message or of an attachment by hash. KeyError when it holds no such file."""
        if sha256(self.message.raw) == wanted:
            return self.message.raw
        for attachment in self.mail.attachments:
            if attachment.sha256 == wanted:
                return attachment.content
        raise KeyError(wanted)


def examine(message: Message, rules: Rules) -> Opening:
    """Steps 2 to 4: parse, screen, pick. Never raises for what a mail holds."""
    mail = _parsed(message)
    screening = screen.mail(mail, rules.screen)
    chosen = pick.file(mail, rules.pick) if screening.kind is Kind.APPLICATION else Pick()
    return Opening(
        message=message,
        mail=mail,
        screening=screening,
        pick=chosen,
        content_key=_content_key(message, mail),
        returned=parse.returned.mails(message.raw) if automatic.bounce(mail) else None,
    )


@value
class Known:
    """An open case, as far as a third party's mail may speak of it."""

    number: str
    address: str
    person: str


def beside(opening: Opening, cases: Iterable[Known]) -> str:
    """The case of somebody else that a third party's mail seems to belong to, or "" where none or several do:
    it names the number, passes on a mail of that address, or names the person."""
    if not opening.screening.third_party:
        return ""
    mail, known = opening.mail, tuple(cases)
    text = f"{mail.subject}\n{mail.text[:KEPT_TEXT]}"
    said = set(_NUMBER.findall(text))
    folded = set(re.findall(r"\w+", words.fold(text)))
    inner = mail.forwarded.sender.address.lower() if mail.forwarded else ""
    ways: tuple[Callable[[Known], bool], ...] = (
        lambda case: case.number in said,
        lambda case: bool(inner) and case.address == inner,
        lambda case: _named(case.person, folded),
    )
    for speaks_of in ways:
        found = [case.number for case in known if speaks_of(case)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def _named(person: str, folded: set[str]) -> bool:
    """Whether every word of a name of two words or more stands in the text."""
    parts = re.findall(r"\w+", words.fold(person))
    return len(parts) > 1 and folded.issuperset(parts)


JUNK = "junk:"  # before the content key of a mail in junk: it is no original of one that a person rescues


def worth_listing(message: Message, rules: Rules) -> bool:
    """Whether a mail in the folder of suspected junk is one that a person should see."""
    return screen.worth_listing(_parsed(message), rules.screen)


def examine_junk(message: Message, rules: Rules, *, folder: str) -> Opening:
    """The same as ``examine`` for such a mail: it is filed for a person, never answered and never moved."""
    opening = examine(message, rules)
    why = "it lies in the folder of suspected junk"
    screening = replace(
        opening.screening,
        kind=Kind.APPLICATION,
        silence=why,
        for_review=f"{why}: a person must say whether it is an application",
    )
    return replace(
        opening,
        screening=screening,
        pick=pick.file(opening.mail, rules.pick),
        content_key=JUNK + opening.content_key,
        returned=None,
        stays=folder,
    )


def _parsed(message: Message) -> Mail:
    if message.whole:
        return parse.mail(message.raw)
    return parse.header_only(message.raw, parts=message.parts, size=message.size)


def to_merge(opening: Opening, rules: Rules) -> tuple[Attachment, ...]:
    """The PDFs of a mail that are to be one application, where an admin wants them joined; else ()."""
    several = any(problem.code is ProblemCode.SEVERAL_FILES for problem in opening.pick.problems)
    return pick.pdfs(opening.mail, rules.pick) if rules.merge and several else ()


def order_of(found: Sequence[PdfFacts], opening: Opening, rules: Rules) -> tuple[int, ...]:
    """The order in which files are joined: letter, CV, certificates; () when they must stay apart."""
    if not joining.may_join(found):
        return ()
    seen = [recognised(facts, opening.mail, rules) for facts in found]
    return joining.order([one for one in seen if one])


def merged(
    opening: Opening, parts: Sequence[Attachment], found: Sequence[PdfFacts], content: bytes
) -> tuple[Opening, PdfFacts]:
    """The opening with the joined file in the place of its parts, and what is known of it."""
    whole = Attachment(name=file.APPLICATION, declared="application/pdf", kind=FileKind.PDF, content=content,
                       sha256=sha256(content))  # fmt: skip
    named = ", ".join(part.name or "a file without a name" for part in parts)
    chosen = Pick(file=whole, reasons=(f"{len(parts)} PDF files joined, in this order: {named}",))
    papers = tuple(part.sha256 for part in parts)
    return replace(opening, pick=chosen, papers=papers), joining.facts(found, whole.sha256, whole.size)


def to_read(
    subject: Opening | Pick, facts: PdfFacts, rules: Rules, *, tried: frozenset[int] = frozenset()
) -> tuple[int, ...]:
    """Pages of the opened file that OCR should read next, most valuable first; () when enough is known.

    subject: a message, or the choice of a file that nobody mailed; tried: pages that could not be read.
    """
    if isinstance(subject, Opening) and subject.screening.for_review:
        return ()  # a person looks at it, whatever its pages say
    return wanted.pages_to_read(
        facts,
        rules=rules.recognise,
        required=tuple(DocumentKind),
        mail_text=subject.mail.new_text if isinstance(subject, Opening) else "",
        tried=tried,
    )


def with_reading(facts: PdfFacts, page: int, reading: PageReading) -> PdfFacts:
    """The facts with one page as OCR read it."""
    return wanted.with_reading(facts, page, reading)


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
    recognition = recognised(facts, mail, rules)
    letter = recognition.letter_text if recognition else ""
    recipient = _recipient(mail)
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
    verdict = _urgent(decide.verdict(findings, rules.decide), opening, rules)
    plan = Plan(case=case, verdict=verdict, mail=kept(mail), arrived=arrived, follows=follows, beside=beside,
                picked=opening.pick.file.sha256 if opening.pick.file else "")  # fmt: skip
    picked = _attachment(mail, plan.picked)
    files = file.first(mail, picked=picked, message_sha256=sha256(opening.message.raw))
    if opening.papers:
        files = (*files, FolderFile(name=file.APPLICATION, source="joined", sha256=plan.picked))
        plan = replace(plan, papers=opening.papers)
    completed = completed_with(
        plan, files, rules, answers=mail, now=now, token=token, held=circumstances.held, room=room
    )
    return replace(completed, mailbox_folder=opening.stays) if opening.stays else completed


def answered(
    following: Plan,
    files: Sequence[FolderFile],
    opening: Opening,
    rules: Rules,
    *,
    circumstances: Circumstances,
    now: datetime,
    token: str,
) -> Plan:
    """The plan of a case that goes on with a later mail, completed: the reply answers that mail, or is left out
    where none may leave; then what would wait for the applicant waits for a person."""
    room = traffic.room(circumstances.traffic, rules.traffic)
    silence = circumstances.silence or room.silence
    if recipient_of(opening) == "":
        silence = silence or "no address to answer to"
    due = following.verdict.reply is not None
    verdict = decide.unanswered(following.verdict, silence) if silence and due else following.verdict
    held = frozenset(Outcome) if room.held else circumstances.held
    return completed_with(
        replace(following, verdict=verdict), files, rules, now=now, token=token, held=held, room=room,
        answers=opening.mail, answers_arrived=opening.message.arrived,
    )  # fmt: skip


def numbers(text: str) -> tuple[str, ...]:
    """What may be case numbers in a subject: in brackets, as our replies write them, or alone."""
    return tuple(dict.fromkeys(_NUMBER.findall(text.upper() if "[" in text else text)))[:5]


def address_of(opening: Opening) -> str:
    """The sender's address in lower case, or ""."""
    return opening.mail.sender.address.lower() if opening.mail.sender else ""


def signed_case(opening: Opening, rules: Rules) -> str:
    """The case of the Message-ID of ours that the mail answers, known by its signature alone, or ""."""
    found = (threads.case_of(one, rules.keys) for one in opening.answers)
    return next((case for case in found if case), "")


def routed(opening: Opening, rules: Rules) -> tuple[str, ...]:
    """The positions that the mail itself names, without its letter."""
    return tuple(_routed(opening, "", rules).positions)


def recipient_of(opening: Opening) -> str:
    """The address a reply would go to, or ""."""
    recipient = _recipient(opening.mail)
    return recipient.address if recipient else ""


def duplicate(original: Plan) -> Plan:
    """The plan of a message that has been judged already: it only joins its original in the mailbox."""
    verdict = replace(original.verdict, reply=None)
    return Plan(case=original.case, verdict=verdict, mailbox_folder=original.mailbox_folder)


# --- a PDF without a mail around it --------------------------------------------------------------


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


# --- a person, or time, decides ------------------------------------------------------------------


class Wish(StrEnum):
    """What can change the verdict of a case that has been filed."""

    ACCEPT = "accept"  # a person finds it complete in form
    ASK = "ask"  # a person wants the applicant asked for what is missing
    POSITION = "position"  # a person says which positions it is for
    OVERDUE = "overdue"  # the applicant has not answered in time
    UNDELIVERED = "undelivered"  # the correction did not reach the applicant
    DELIVERED = "delivered"  # a correction that a person had held has been sent
    REMIND = "remind"  # the applicant has not answered yet: once
    WITHDRAW = "withdraw"  # a person confirms that the applicant takes the application back


@value
class Decision:
    """A wish, whose it is, and what it needs. ``why`` is recorded with the verdict."""

    wish: Wish
    who: str
    why: str = ""
    positions: tuple[str, ...] = ()
    days: int = 0  # until a person looks at a case that is reminded of


class Refused(ValueError):
    """A decision that cannot be carried out; the message says why and what to do instead."""


def redecide(
    before: Plan,
    decision: Decision,
    *,
    rules: Rules,
    now: datetime,
    token: str,
    told: frozenset[ReplyKind] = frozenset(),
    held: frozenset[Outcome] = frozenset(),
) -> Plan:
    """The next plan of a case. ``told``: kinds of reply the applicant has had, which never go out twice.

    Raises Refused, with a sentence for the person who asked.
    """
    if before.mail is None or not before.folders:
        raise Refused(f"case {before.case} has no filed folder, so there is nothing to decide about")
    verdict = _wished(before.verdict, decision, rules)
    if verdict.reply in told or (verdict.reply and _recipient(before.mail) is None):
        verdict = replace(verdict, reply=None)
    plan = replace(
        before,
        verdict=verdict,
        folders=(),
        filed_before=tuple(folder.path for folder in before.folders),
        reply=None,
    )
    at_once = replace(rules, correction_delay=timedelta())
    return completed_with(
        plan, held_files(before), at_once, now=now, token=token, held=held, days=decision.days
    )


def _wished(before: Verdict, decision: Decision, rules: Rules) -> Verdict:
    """The verdict as wished. Its first reason names the outcome and what decided it, as after a judgement."""
    verdict = _changed(replace(before, reply=None), decision, rules)
    why = decision.why or f"{decision.wish.value} of a person"
    reason = f"{verdict.outcome.value}: {why} (decided by {decision.who})"
    return replace(verdict, reasons=(reason, *before.reasons))


def _changed(verdict: Verdict, decision: Decision, rules: Rules) -> Verdict:
    match decision.wish:
        case Wish.ACCEPT:
            return _accepted(verdict, decision.positions or verdict.positions, rules)
        case Wish.POSITION:
            return positioned(verdict, decision.positions, rules)
        case Wish.ASK:
            if not verdict.problems:
                raise Refused(
                    "there is no problem that the applicant could be asked to mend; write to them yourself"
                )
            return replace(verdict, outcome=Outcome.CORRECTION, reply=ReplyKind.CORRECTION)
        case Wish.DELIVERED:
            return replace(verdict, outcome=Outcome.CORRECTION)
        case Wish.REMIND:
            return replace(verdict, reply=ReplyKind.REMINDER)
        case Wish.WITHDRAW:
            return replace(verdict, withdrawn=Withdrawn.CONFIRMED)
        case Wish.OVERDUE | Wish.UNDELIVERED:
            return replace(verdict, outcome=Outcome.REVIEW)


def _accepted(verdict: Verdict, positions: tuple[str, ...], rules: Rules) -> Verdict:
    if not positions:
        raise Refused("no position is known; say which: intake case ID position POSITION")
    _known(positions, rules)
    return replace(verdict, outcome=Outcome.ACCEPTED, positions=positions, candidates=positions, problems=(),
                   reply=ReplyKind.ACKNOWLEDGEMENT)  # fmt: skip


def positioned(verdict: Verdict, positions: tuple[str, ...], rules: Rules) -> Verdict:
    """The positions that somebody named. The case is complete when they were all that was open."""
    if not positions:
        raise Refused("say at least one position")
    _known(positions, rules)
    open_questions = (ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS)
    problems = tuple(problem for problem in verdict.problems if problem.code not in open_questions)
    whole = all(document.status is Presence.PRESENT for document in verdict.documents)
    if problems or not whole:
        return replace(verdict, positions=positions, candidates=positions, problems=problems)
    return _accepted(verdict, positions, rules)


def _known(positions: tuple[str, ...], rules: Rules) -> None:
    known = [position.id for position in rules.positions]
    for position in positions:
        if position not in known:
            raise Refused(f"there is no position {position!r}; the positions are {', '.join(known)}")


# --- the steps between ---------------------------------------------------------------------------


def recognised(facts: PdfFacts | None, mail: Mail, rules: Rules) -> Recognition | None:
    """The documents of a file that came with this mail; None where there is no file to judge."""
    if facts is None:
        return None
    found = recognise.documents(
        facts, rules=rules.recognise, required=tuple(DocumentKind), mail_text=mail.new_text
    )
    read = [page for page in facts.pages if page.ocr]
    if not read:
        return found
    told = "read by OCR: " + ", ".join(_how_read(page) for page in read)
    return replace(found, ocr=tuple(page.number for page in read), reasons=(told, *found.reasons))


def _how_read(page: PageFacts) -> str:
    turned = f", turned by {page.turned}°" if page.turned else ""
    return f"p. {page.number} ({page.certainty:.0%} certain{turned})"


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
    return route.positions(
        opening.mail, letter=letter, file_name=name, rules=rules.route, arrived=opening.message.arrived
    )


def _language(opening: Opening, letter: str) -> Language:
    """The mail's; a mail of a few words is answered in the language of the letter."""
    if letter and len(opening.mail.new_text.split()) < SHORT:
        return language.of(f"{opening.mail.subject}\n{opening.mail.new_text}\n{letter}")
    return opening.screening.language


def _recipient(mail: Mail) -> Address | None:
    """Whom to answer: Reply-To if it holds exactly one mailbox, else From (RFC 5322 3.6.2, RFC 3834 4)."""
    wished = mail.reply_to[0] if len(mail.reply_to) == 1 else mail.sender
    return next((one for one in (wished, mail.sender) if one and reply.answerable(one)), None)


def only_position_open(verdict: Verdict) -> bool:
    """Whether the applicant is asked for the position and for nothing else."""
    codes = {problem.code for problem in verdict.problems}
    return bool(codes) and codes <= {ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS}


def held_files(plan: Plan) -> tuple[FolderFile, ...]:
    """What the folder of a case holds, but for the pages that we write anew."""
    return tuple(item for item in plan.folders[0].files if item.source != "text") if plan.folders else ()


def completed_with(
    plan: Plan,
    files: Sequence[FolderFile],
    rules: Rules,
    *,
    now: datetime,
    token: str,
    held: frozenset[Outcome],
    room: traffic.Room | None = None,
    answers: Mail | None = None,
    answers_arrived: datetime | None = None,
    days: int = 0,
) -> Plan:
    """The plan with its folders, the place in the mailbox and the reply. ``plan.mail`` and ``plan.arrived`` are
    those of the case's first mail; ``answers`` is the mail that the reply answers, where it is a later one;
    days: until a person looks at a case that is reminded of."""
    assert plan.mail is not None
    assert plan.arrived is not None
    case, mail, arrived, zone = plan.case, plan.mail, plan.arrived, rules.zone
    summary = file.summary(plan.verdict, case=case, mail=mail, arrived=arrived, zone=zone, files=files,
                           positions=rules.positions, groups=rules.groups)  # fmt: skip
    folders = file.folders_of(plan.verdict, case=case, mail=mail, arrived=arrived, zone=zone, files=files,
                              summary=summary)  # fmt: skip
    answer = _reply(
        plan, answers or plan.mail, rules, arrived=answers_arrived or plan.arrived, now=now, token=token, held=held,
        room=room or traffic.Room(), later=answers_arrived is not None, files=files, days=days,
    )  # fmt: skip
    offered = wording.offered(plan.verdict, rules.positions, answers_arrived or plan.arrived, rules.zone)
    return replace(
        plan,
        folders=folders,
        mailbox_folder=file.mailbox_folder(plan.verdict),
        reply=answer,
        offered=offered if answer and answer.kind is ReplyKind.CORRECTION else plan.offered,
    )


def _reply(
    plan: Plan,
    mail: Mail,
    rules: Rules,
    *,
    arrived: datetime,
    now: datetime,
    token: str,
    held: frozenset[Outcome],
    room: traffic.Room,
    later: bool,
    files: Sequence[FolderFile],
    days: int,
) -> Reply | None:
    recipient = _recipient(mail)
    if plan.verdict.reply is None or recipient is None:
        return None
    composed = reply.compose(
        plan.verdict, case=plan.case, mail=mail, arrived=arrived, recipient=recipient, texts=rules.texts,
        positions=rules.positions, groups=rules.groups, institution=rules.institution,
        message_id=threads.message_id(plan.case, token, rules.domain, rules.key), now=now, sender=rules.sender,
        secure_upload=rules.institution.secure_upload, last=room.last,
        first_arrived=plan.arrived if later else None, holds=_holds(plan, files) if later else (),
        joined=any(item.source == "joined" for item in files), version=plan.version, days=days,
    )  # fmt: skip
    waits = {_OUTCOME_OF[plan.verdict.reply]} & held
    why = room.held or "replies of this kind wait for a person"
    delayed = plan.verdict.reply is ReplyKind.CORRECTION and rules.correction_delay and not waits
    return replace(
        composed,
        about=traffic.subject_core(mail.subject),
        held=why if waits else "",
        not_before=now + rules.correction_delay if delayed else None,
    )


def _holds(plan: Plan, files: Sequence[FolderFile]) -> tuple[str, ...]:
    """What the applicant calls the files that the case holds now; a joined one by its parts."""
    names = {item.sha256: item.name for item in plan.mail.attachments} if plan.mail else {}
    parts = plan.papers or tuple(item.sha256 for item in files if item.name == file.APPLICATION)
    return tuple(names.get(part, "") for part in parts)


_OUTCOME_OF = {
    ReplyKind.ACKNOWLEDGEMENT: Outcome.ACCEPTED,
    ReplyKind.CORRECTION: Outcome.CORRECTION,
    ReplyKind.REDIRECTED: Outcome.REDIRECTED,
    ReplyKind.RECEIVED: Outcome.REVIEW,
    ReplyKind.WITHDRAWN: Outcome.REVIEW,
    ReplyKind.REMINDER: Outcome.CORRECTION,
    ReplyKind.KNOWN: Outcome.ACCEPTED,
}


def _attachment(mail: Mail, wanted: str) -> Attachment | None:
    return next((one for one in mail.attachments if wanted and one.sha256 == wanted), None)


def kept(mail: Mail) -> Mail:
    """The mail as a recorded plan keeps it: no contents of files, and no more text than the page shows."""
    light = tuple(replace(one, content=b"", left_out=one.size) for one in mail.attachments)
    return replace(mail, attachments=light, text=mail.text[:KEPT_TEXT], new_text=mail.new_text[:KEPT_TEXT])


def _content_key(message: Message, mail: Mail) -> str:
    """What makes two deliveries the same message: a retried one differs in its Received fields only.

    Without a Message-ID the raw bytes. Of a mail too large to download nobody knows the contents: there its
    whole header counts, Received fields included, so that another delivery is another message; not its UID,
    which a rebuilt mailbox changes.
    """
    if not message.whole:
        return "large:" + sha256(message.raw + b"\0" + str(message.size).encode())
    if not mail.message_id:
        return "raw:" + sha256(message.raw)
    digest = hashlib.sha256()
    sender = mail.sender.address if mail.sender else ""
    date = mail.date.isoformat() if mail.date else ""
    for part in (mail.message_id, sender, date, mail.text, *(one.sha256 for one in mail.attachments)):
        digest.update(part.encode("utf-8", "surrogatepass") + b"\0")
    return "mail:" + digest.hexdigest()
