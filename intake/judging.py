"""Judges one message: fetch, read, weigh, and record verdict and whole plan at once.

A mail is a duplicate, or goes on with the case that it belongs to, or is a case of its own. What the core cannot know of
it is gathered here, from ledger, mailbox and settings; the verdict is the core's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from intake import reconciliation, waiting
from intake.arrivals import Arrivals
from intake.correspondence import ApartError, Correspondence
from intake.errors import Permanent
from intake.fetching import Fetching
from intake.journey import conversation, plan
from intake.model import Kind, Message, Outcome, PdfFacts, Plan, ReplyKind
from intake.parking import Parking
from intake.ports import Answered, Mailbox, MessageRecord
from intake.proof import Proofs
from intake.reading import Wanted
from intake.shared import Shared

_UNSEEN = timedelta(minutes=2)  # a person cannot have answered a mail that arrived just now
_PATIENT = 8  # tries, some two hours, for which an answer waits until its case has been filed and moved
_MOST_CORRECTIONS = 2  # POLICY: at most two corrections per case, then a person


class Judging:
    """For the messages of one mailbox.

    rules: those that hold now, asked for once for each message; held: outcomes whose replies wait for a person; heed_stop: raises Stopped when no
    further page is to be read.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        *,
        shared: Shared,
        arrivals: Arrivals,
        fetching: Fetching,
        parking: Parking,
        letters: Correspondence,
        proofs: Proofs,
        rules: Callable[[], plan.Rules],
        held: frozenset[Outcome],
        heed_stop: Callable[[], None],
    ) -> None:
        self._mailbox = mailbox
        self._shared = shared
        self._ledger = shared.ledger
        self._arrivals = arrivals
        self._fetching = fetching
        self._parking = parking
        self._letters = letters
        self._proofs = proofs
        self._rules = rules
        self._held = held
        self._heed_stop = heed_stop

    def judge(self, record: MessageRecord) -> plan.Opening | None:
        """FOUND -> PLANNED: fetch, read, judge, and record verdict and whole plan at once."""
        rules = self._rules()
        message = self._fetching.message(record)
        if message is None:
            if self._parking.holds(record.case):  # all that is left of the mail
                raise Permanent("it is not in the mailbox any more; its bytes are kept: intake parked export")
            self._ledger.vanish(record.id)
            self._shared.shelf.forget(record.case)
            return None
        opening = self._fetching.opening(record, message, rules)
        earlier = self._ledger.identify(record.id, content_key=opening.content_key, message_id=opening.mail.message_id,
                                        size=message.size, arrived=message.arrived)  # fmt: skip
        if earlier is not None:
            self._again(record, earlier)
            return None
        with self._ledger.turn(*self._letters.names(opening, rules)):
            self._decide(record, opening, rules)
        return opening

    def _again(self, record: MessageRecord, earlier: MessageRecord) -> None:
        """The same content as an earlier message: nothing of it is filed or answered again."""
        if self._arrivals.is_void(earlier) and earlier.place.folder == record.place.folder:
            self._ledger.repoint(earlier.id, duplicate=record.id)
            return
        if earlier.plan is None:
            wait = self._shared.clock.now() + waiting.FIRST
            self._ledger.put_off(
                record.id, step="duplicate", error="its original is not judged yet", retry_at=wait
            )
            return
        self._ledger.save_plan(record.id, plan.duplicate(earlier.plan), now=self._shared.clock.now(),
                               duplicate_of=earlier.case, first=True)  # fmt: skip
        self._shared.log.info("duplicate", case=record.case, of=earlier.case)

    def _decide(self, record: MessageRecord, opening: plan.Opening, rules: plan.Rules) -> None:
        """Record verdict and whole plan of a mail that is like no other."""
        patient = record.attempts < _PATIENT
        standing = None if opening.stays else self._letters.standing(opening, rules, patient=patient)
        if opening.returned and opening.returned.failed:  # before it is judged: heard twice is once
            self._proofs.returned(opening.returned, (*opening.returned.message_ids, *opening.answers))
        judged, overtaken, seen = self._judged(record, opening, standing, rules)
        waits = self._kept_back(record, opening.message)
        if waits and judged.reply is not None:
            judged = replace(judged, reply=replace(judged.reply, held=waits, not_before=None))
        now = self._shared.clock.now()
        self._ledger.save_plan(record.id, judged, now=now, overtaken=overtaken, first=True, seen=seen)
        self._shared.shelf.forget(record.case)
        self._shared.log.info("judged", case=record.case, outcome=judged.verdict.outcome.value,
                              problems=[problem.code.value for problem in judged.verdict.problems])  # fmt: skip

    def _judged(
        self,
        record: MessageRecord,
        opening: plan.Opening,
        standing: conversation.Standing | None,
        rules: plan.Rules,
    ) -> tuple[Plan, tuple[int, ...], datetime | None]:
        """The plan of a mail, of its case or of its own, with the replies that it overtakes, and when the case was
        decided from which it goes on."""
        try:
            continued = self._continued(record, opening, standing, rules)
        except ApartError as exc:
            assert standing is not None
            continued, standing = None, replace(standing, apart=str(exc))
        return continued or (self._alone(record, opening, standing, rules), (), None)

    # --- a mail of a case that is known ------------------------------------------------------------

    def _continued(
        self,
        record: MessageRecord,
        opening: plan.Opening,
        standing: conversation.Standing | None,
        rules: plan.Rules,
    ) -> tuple[Plan, tuple[int, ...], datetime | None] | None:
        """The next plan of the case that the mail belongs to, with the replies that it overtakes, and when it was
        decided before; or None."""
        if opening.stays:
            return None
        said = conversation.meaning(opening, standing, rules) if standing else None
        rescued = self._ledger.case_of(plan.JUNK + opening.content_key)
        if standing is None and opening.screening.kind is Kind.APPLICATION and not rescued:
            standing = self._letters.again(opening, rules)
            said = conversation.again(opening, standing, rules) if standing else None
        if standing is None or said is None:
            return None
        circumstances = self._circumstances(record, opening, None, "")
        if standing.corrections >= _MOST_CORRECTIONS:
            why = f"{standing.corrections} corrections already"
            circumstances = replace(circumstances, for_review=(*circumstances.for_review, why))
        if said.event is conversation.Event.DUPLICATE and self._told(standing.case, ReplyKind.KNOWN):
            circumstances = replace(circumstances, silence=circumstances.silence or "told once already")
        moment = conversation.Moment(
            circumstances=circumstances, now=self._shared.clock.now(), token=self._shared.token()
        )
        self._shared.log.info("belongs", case=standing.case, meaning=said.event.value)
        made = self._letters.continued(
            record, opening, standing, said, rules, moment, wanted=self._wanted(opening, rules)
        )
        return made, self._letters.overtaken(made, said), standing.decided

    def _told(self, case: str, kind: ReplyKind) -> bool:
        return any(one.reply.kind is kind for one in self._ledger.replies(case=case))

    # --- a mail that is a case of its own ----------------------------------------------------------

    def _alone(
        self,
        record: MessageRecord,
        opening: plan.Opening,
        standing: conversation.Standing | None,
        rules: plan.Rules,
    ) -> Plan:
        """The plan of a mail that is a case of its own, with the case that it answers or points to."""
        answered = self._ledger.answers(opening.answers) if opening.answers else None
        rescued = self._ledger.case_of(plan.JUNK + opening.content_key)
        beside, why = plan.beside(opening, self._known_cases(opening)), ""
        if opening.screening.kind is Kind.APPLICATION and not (
            beside or answered or rescued or opening.stays
        ):
            beside, why = self._letters.beside(opening, rules)
        if standing is not None and standing.apart:
            beside, why = standing.case, f"belongs to case {standing.case}, {standing.apart}"
        follows = answered.case if answered else rescued
        if standing is not None and (standing.apart or opening.screening.silence):
            beside, follows = standing.case, ""  # it changes nothing of that case, and points to it
        asked = self._ledger.case(answered.case) if answered else None
        if asked is not None and asked.outcome is Outcome.CORRECTION:
            follows, beside = rescued, beside or asked.number  # its applicant has not answered it by this
        circumstances = self._circumstances(record, opening, answered, rescued)
        lost = plan.signed_case(opening, rules)
        if lost and not self._ledger.known_cases([lost]):
            why = f"answers a reply of case {lost}, which this ledger does not know"
        if why:
            circumstances = replace(circumstances, for_review=(*circumstances.for_review, why))
        opening, facts = self._shared.reading.application(
            opening, rules, self._wanted(opening, rules), shelf=self._shared.shelf, case=record.case
        )
        return plan.conclude(
            opening,
            facts,
            case=record.case,
            rules=rules,
            circumstances=circumstances,
            now=self._shared.clock.now(),
            token=self._shared.token(),
            follows=follows,
            beside=beside,
        )

    def _known_cases(self, opening: plan.Opening) -> Iterator[plan.Known]:
        """Open cases, asked for only where a mail speaks of somebody else: that is rare."""
        if opening.screening.third_party:
            for case in self._ledger.cases(open_only=True):
                if case.outcome is not Outcome.INQUIRY:
                    yield plan.Known(number=case.number, address=case.address, person=case.person)

    # --- what the core cannot know of a mail -------------------------------------------------------

    def _circumstances(
        self, record: MessageRecord, opening: plan.Opening, answered: Answered | None, rescued: str
    ) -> plan.Circumstances:
        """What only ledger, mailbox and settings know of a message."""
        corrected_out = answered is not None and answered.corrections >= _MOST_CORRECTIONS
        return plan.Circumstances(
            for_review=(f"{answered.corrections} corrections already",) if answered and corrected_out else (),
            answers=ReplyKind(answered.reply) if answered else None,
            silence=self._silence(record, opening, rescued),
            held=frozenset(Outcome) if self._kept_back(record, opening.message) else self._held,
            traffic=self._ledger.traffic(
                address=plan.recipient_of(opening).lower(), about=opening.about, now=self._shared.clock.now()
            ),
        )

    def _kept_back(self, record: MessageRecord, message: Message) -> str:
        """Why the reply to a mail waits for a person whatever it says, or ""."""
        restored = self._shared.restored
        if restored is not None and message.arrived <= restored and not record.adopted:
            return record.hold or reconciliation.MAY_HAVE_LEFT
        return record.hold

    def _silence(self, record: MessageRecord, opening: plan.Opening, rescued: str) -> str:
        if opening.screening.kind is Kind.AUTOMATIC:
            return ""
        now, message = self._shared.clock.now(), opening.message
        if record.no_reply:
            return "taken in without replies"
        if "\\Answered" in message.flags:
            return "a person has answered it"
        if rescued and self._ledger.replies(case=rescued):
            return "it was answered while it lay in the folder of suspected junk"
        old = record.adopted or now - message.arrived > _UNSEEN
        if old and opening.mail.message_id and self._mailbox.answered(opening.mail.message_id):
            return "a person has answered it"
        return ""

    def _wanted(self, opening: plan.Opening, rules: plan.Rules) -> Wanted:
        """Which pages OCR should read next."""

        def wanted(facts: PdfFacts, tried: frozenset[int]) -> tuple[int, ...]:
            self._heed_stop()
            return plan.to_read(opening, facts, rules, tried=tried)

        return wanted
