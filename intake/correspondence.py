"""Which case a mail belongs to, and what the case becomes with it: the worker's part of a conversation.

An address alone changes no case (POLICY, An address is no identity). A mail belongs to a case by the
Message-ID of one of our replies, or by the case's number in its subject together with the address that made
the case; or because it comes from that address while our first correction has not left yet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from intake.errors import Permanent, Transient
from intake.journey import conversation, lifecycle, plan, words
from intake.journey.conversation import Event, Meaning, Paper, Papers, Standing
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import Attachment, FileKind, Kind, Outcome, PdfFacts, Plan, ReplyKind, Withdrawn, sha256
from intake.ports import CaseRecord, Clock, Folders, Ledger, MessageRecord, ReplyRecord
from intake.reading import Reading, Shelf, Wanted

SUMMARY = "summary.html"
_GOING = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN)
_LEFT = (ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN)
_ASKING = (ReplyKind.CORRECTION, ReplyKind.REMINDER)
_KNOWS_ITS_APPLICANT = frozenset(Outcome) - {Outcome.INQUIRY, Outcome.IGNORED, Outcome.REDIRECTED}


class ApartError(Exception):
    """A mail that was proved to belong to a case is a case of its own all the same. It says why."""


class Correspondence:
    """The cases as a mailbox's worker sees them when a mail arrives."""

    def __init__(
        self, *, ledger: Ledger, reading: Reading, shelf: Shelf, folders: Folders, clock: Clock
    ) -> None:
        self._ledger = ledger
        self._reading = reading
        self._shelf = shelf
        self._folders = folders
        self._clock = clock

    def names(self, opening: plan.Opening, rules: plan.Rules) -> tuple[str, ...]:
        """What no other mail may be judged about meanwhile: its sender, and the cases that it may belong to."""
        answered = self._ledger.answers(opening.answers) if opening.answers else None
        named = (
            answered.case if answered else "",
            plan.signed_case(opening, rules),
            *plan.numbers(opening.mail.subject),
        )
        sender = plan.address_of(opening)
        return (*(f"case {one}" for one in named if one), f"sender {sender}" if sender else "")

    # --- whose mail it is ----------------------------------------------------------------------------

    def standing(self, opening: plan.Opening, rules: plan.Rules, *, patient: bool = True) -> Standing | None:
        """The case that the mail belongs to, as it stands; None where none is proved, or it holds no papers.

        Raises Transient while the case is being worked on, as long as the mail is ``patient``.
        """
        answered = self._ledger.answers(opening.answers) if opening.answers else None
        number = answered.case if answered else plan.signed_case(opening, rules)
        record = self._case(number) or self._numbered(opening) or self._pending(opening, rules, patient)
        if record is None or record.outcome not in _KNOWS_ITS_APPLICANT:
            return None
        message = self._ledger.message(record.message)
        if message.plan is None or not message.plan.folders:
            return None
        busy = message.state in lifecycle.UNFINISHED
        if busy and patient and opening.screening.kind is not Kind.AUTOMATIC:
            raise Transient("the case that it belongs to is still being worked on")
        replies = [one for one in self._ledger.replies(case=record.number) if one.state in _GOING]
        last = ReplyKind(answered.reply) if answered else _last(replies)
        corrections = sum(one.reply.kind is ReplyKind.CORRECTION and one.state in _LEFT for one in replies)
        return Standing(case=record.number, plan=message.plan, asked=last, corrections=corrections,
                        pending=bool(self._waiting(record.number)),
                        apart=self._apart(opening, record, message), decided=record.decided)  # fmt: skip

    def _apart(self, opening: plan.Opening, record: CaseRecord, message: MessageRecord) -> str:
        """Why the mail is a case of its own though it belongs to this one, or ""."""
        if message.state is not MessageState.DONE:
            parked = message.state is MessageState.PARKED
            return "whose last mail is parked" if parked else "which is still being worked on"
        assert message.plan is not None
        if is_moved(message.plan, self._folders):
            return "whose folder a person has moved"
        return "which is somebody else's by its name and address" if _is_another(opening, record) else ""

    def _case(self, number: str) -> CaseRecord | None:
        return self._ledger.case(number) if number else None

    def _numbered(self, opening: plan.Opening) -> CaseRecord | None:
        """By a number in the subject, with the address that made the case."""
        for number in plan.numbers(opening.mail.subject):
            record = self._ledger.case(number)
            if record is not None and record.address and record.address == plan.address_of(opening):
                return record
        return None

    def _pending(self, opening: plan.Opening, rules: plan.Rules, patient: bool) -> CaseRecord | None:
        """The case of this address whose correction has not left yet: both mails get one reply (POLICY, Two mails).
        Until it has been filed nobody knows whether there is one: Transient."""
        address = plan.address_of(opening)
        for record in self._ledger.cases_of(address) if address else ():
            asked = record.outcome in (Outcome.CORRECTION, Outcome.REVIEW) and record.closed is None
            older = opening.message.arrived < record.arrived
            if not asked or older:
                continue
            if patient and self._ledger.message(record.message).state in (
                MessageState.FOUND,
                MessageState.PLANNED,
            ):
                raise Transient("the case of the same sender is still being worked on")
            if not self._waiting(record.number):
                continue
            named, wanted = {*record.positions, *record.candidates}, set(plan.routed(opening, rules))
            if not named or not wanted or named & wanted:
                return record
        return None

    def _waiting(self, case: str) -> list[ReplyRecord]:
        """Replies that wait for a second mail of the applicant (``correction_delay``, "part 1 of 3")."""
        now, queued = self._clock.now(), self._ledger.replies(case=case, states=(ReplyState.QUEUED,))
        asks = (ReplyKind.CORRECTION, ReplyKind.RECEIVED)
        kinds = [one for one in queued if one.reply.kind in asks and not one.attempts]
        return [one for one in kinds if one.next_try is not None and one.next_try > now]

    def beside(self, opening: plan.Opening, rules: plan.Rules) -> tuple[str, str]:
        """The case of somebody who seems to be the same person, and why a person must look; "" and "" where a
        mail of its own needs no second look: a second application, for another position, is a second case."""
        address = plan.address_of(opening)
        for number in plan.numbers(opening.mail.subject):
            record = self._ledger.case(number)
            if record is not None and record.address != address:
                return number, f"quotes the number of case {number}, and comes from another address"
        brings_papers = any(item.kind is FileKind.PDF for item in opening.mail.attachments)
        for record in self._ledger.cases_of(address) if address and brings_papers else ():
            if record.closed is not None or record.outcome not in _KNOWS_ITS_APPLICANT:
                continue
            named, routed = {*record.positions, *record.candidates}, plan.routed(opening, rules)
            if not named or not routed or named & set(routed):
                return (
                    record.number,
                    f"the same address has case {record.number}; an address alone changes no case",
                )
        return "", ""

    def again(self, opening: plan.Opening, rules: plan.Rules) -> Standing | None:
        """The case of the same address that has the same PDF already, for no other position."""
        files = {item.sha256 for item in opening.mail.attachments if item.kind is FileKind.PDF}
        address = plan.address_of(opening)
        for record in self._ledger.cases_of(address) if files and address else ():
            message = self._ledger.message(record.message)
            held = {item.sha256 for item in plan.held_files(message.plan)} if message.plan else set()
            routed = plan.routed(opening, rules)
            another = routed and record.positions and not {*routed} & {*record.positions}
            settled = message.state is MessageState.DONE and record.outcome in (
                Outcome.ACCEPTED,
                Outcome.REVIEW,
            )
            over = record.closed is not None or (
                message.plan and message.plan.verdict.withdrawn is not Withdrawn.NO
            )
            if files <= held and settled and not another and not over and message.plan:
                moved = is_moved(message.plan, self._folders)
                if moved:
                    return None
                return Standing(case=record.number, plan=message.plan, decided=record.decided)
        return None

    # --- what becomes of the case --------------------------------------------------------------------

    def continued(
        self,
        record: MessageRecord,
        opening: plan.Opening,
        standing: Standing,
        said: Meaning,
        rules: plan.Rules,
        moment: conversation.Moment,
        *,
        wanted: Wanted,
    ) -> Plan:
        """The case's next plan."""
        if said.event not in (Event.REPLACED, Event.DOCUMENT_ADDED):
            return conversation.without_file(opening, standing, said, rules, moment)
        if not said.files:
            return conversation.with_papers(opening, standing, said, None, None, None, rules, moment)
        chosen, application, facts = self._chosen(record, opening, standing, said, rules, wanted)
        return conversation.with_papers(opening, standing, said, chosen, application, facts, rules, moment)

    def overtaken(self, made: Plan, said: Meaning) -> tuple[int, ...]:
        """Replies of ours that have not left and that this mail makes false, or needless where it gets one of its
        own: they are dropped with the plan that says so. The same file once more answers nothing."""
        if said.event is Event.DUPLICATE:
            return ()
        kinds = (*_ASKING, ReplyKind.RECEIVED) if made.reply else _ASKING
        waiting = self._ledger.replies(case=made.case, states=(ReplyState.QUEUED, ReplyState.HELD))
        return tuple(one.id for one in waiting if one.reply.kind in kinds)

    def _chosen(
        self,
        record: MessageRecord,
        opening: plan.Opening,
        standing: Standing,
        said: Meaning,
        rules: plan.Rules,
        wanted: Wanted,
    ) -> tuple[Papers, Attachment, PdfFacts]:
        """The PDFs of old and new, read; what the application is to be; and its facts."""
        old = self._old_paper(standing)
        if old is None and standing.application is not None:
            raise ApartError("whose application a person has changed or taken away")
        found = [
            Paper(attachment=item, facts=self._read(record, item.content, wanted), old=item is old)
            for item in ((old,) if old else ()) + said.files
        ]
        if conversation.of_another(found, standing, rules, opening.mail):
            raise ApartError(f"but its letter or CV names another person than case {standing.case}")
        chosen = conversation.papers(found, rules, opening.mail)
        first = chosen.parts[0]
        if len(chosen.parts) == 1 or chosen.apart:
            alone = next(one for one in chosen.parts if not one.old) if chosen.apart else first
            return chosen, alone.attachment, alone.facts
        content = self._reading.join([one.attachment.content for one in chosen.parts])
        if content is None:
            apart = conversation.apart(chosen)
            alone = next(one for one in chosen.parts if not one.old)
            return apart, alone.attachment, alone.facts
        joined = conversation.joined(content)
        return chosen, joined, conversation.facts_of(chosen, joined)

    def _old_paper(self, standing: Standing) -> Attachment | None:
        application = standing.application
        if application is None:
            return None
        content = self._held(standing.plan, application.sha256)
        return conversation.old_paper(standing, content) if content is not None else None

    def _read(
        self,
        record: MessageRecord,
        content: bytes,
        wanted: Wanted,
    ) -> PdfFacts:
        return self._reading.read(content, wanted, shelf=self._shelf, case=record.case)

    # --- bytes -----------------------------------------------------------------------------------------

    def contents(self, planned: Plan, opening: plan.Opening) -> Callable[[str], bytes]:
        """The bytes of a plan's files by their hash: of the mail, of what the case had, or joined of both."""

        def content(wanted: str) -> bytes:
            try:
                return opening.content(wanted)
            except KeyError:
                found = self._held(planned, wanted)
            if found is None and len(planned.papers) > 1:
                found = self._reading.join([content(part) for part in planned.papers])
            if found is None or sha256(found) != wanted:
                raise Permanent("a file of the case is no longer where it was filed")
            return found

        return content

    def _held(self, planned: Plan, wanted: str) -> bytes | None:
        """A file that was filed, from the folder where it lies now or lay before."""
        paths = [f"{folder.path}/{item.name}" for folder in planned.folders for item in folder.files
                 if item.sha256 == wanted]  # fmt: skip
        names = [item.name for folder in planned.folders for item in folder.files if item.sha256 == wanted]
        before = [f"{path}/{name}" for path in planned.filed_before for name in (*names, "application.pdf")]
        for path in (*paths, *before):
            content = self._folders.read(path)
            if content is not None and sha256(content) == wanted:
                return content
        return None


def is_moved(planned: Plan, folders: Folders) -> bool:
    """Whether a person has moved or renamed the folder of a filed case, which stays as they left it."""
    return folders.read(f"{planned.folders[0].path}/{SUMMARY}") is None


def _is_another(opening: plan.Opening, record: CaseRecord) -> bool:
    """Whether another name writes from another address: our Message-ID alone may have been passed on to them."""
    sender = opening.mail.sender
    if sender is None or sender.address.lower() == record.address:
        return False
    theirs, known = (set(re.findall(r"\w+", words.fold(name))) for name in (sender.name, record.person))
    return bool(theirs and known) and not theirs & known


def _last(replies: Sequence[ReplyRecord]) -> ReplyKind | None:
    return replies[-1].reply.kind if replies else None
