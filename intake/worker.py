"""Carries messages through the journey: looks into one mailbox, judges, files, moves.

Every effect is idempotent and recorded when done (DESIGN, order of effects), so that a life that
ends anywhere is continued by the next one. A step that fails is put off with a growing wait; one that
fails for good is parked and shown, and never delays the next message.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from intake import proof, reconciliation, waiting
from intake.ahead import Ahead
from intake.arrivals import Arrivals
from intake.correspondence import SUMMARY, ApartError, Correspondence
from intake.errors import IntakeError, LeaseLost, Permanent, Stopped, Transient, UidValidityChanged
from intake.journey import conversation, lifecycle, plan
from intake.journey.lifecycle import MessageState, ReplyEvent
from intake.model import Kind, Message, Outcome, PdfFacts, Plan, ReplyKind
from intake.ports import Answered, Dispatch, Mailbox, MessageRecord, Place, ReplyRecord
from intake.reading import Wanted
from intake.shared import Limits, Shared

_INBOX = "INBOX"  # the one folder that every server has by this name (RFC 3501 5.1)
_OFFERED = 1000  # messages offered to other processes at once; what is left is offered at the next look
_BATCH = 50  # messages taken from the ledger at once; bounds memory, not the work of one look
_UNSEEN = timedelta(minutes=2)  # a person cannot have answered a mail that arrived just now
_TEND_EVERY = timedelta(hours=1)
_TENDED = 500  # questions looked at in one go, the oldest first
_PATIENT = 8  # tries, some two hours, for which an answer waits until its case has been filed and moved
_MOST_CORRECTIONS = 2  # POLICY: at most two corrections per case, then a person


class Worker:
    """The worker of one mailbox: one look at a time.

    account: the mailbox whose server is asked, where ``name`` is a folder beside it: both rest together.
    dispatch: who carries what a look finds; None for this worker itself.
    """

    def __init__(
        self,
        *,
        name: str,
        mailbox: Mailbox,
        shared: Shared,
        rules: plan.Rules,
        limits: Limits,
        account: str = "",
        dispatch: Dispatch | None = None,
        terms: proof.Terms = proof.NOTHING,
    ) -> None:
        self.name = name
        self.account = account or name
        self.rules = rules
        self._mailbox = mailbox
        self._shared = shared
        self._ledger = shared.ledger
        self._limits = limits
        self._dispatch = dispatch
        self._letters = Correspondence(ledger=shared.ledger, reading=shared.reading, shelf=shared.shelf,
                                       folders=shared.folders, clock=shared.clock)  # fmt: skip
        self._proofs = proof.Proofs(mailbox, name=name, terms=terms, ledger=shared.ledger, clock=shared.clock,
                                    log=shared.log)  # fmt: skip
        self._arrivals = self._watched(shared)
        self._enter = self._arrivals.meet
        self._ahead = Ahead(mailbox, shared.reading)
        self._stop = threading.Event()
        self._busy = threading.Lock()  # the mailbox is one connection; ``adopt`` comes from another thread
        self._careful: set[int] = set()
        self._tended: datetime | None = None
        self.queued: Callable[[], None] = lambda: None  # called when a reply may have been queued
        # called with a reply that came back, or of which it is settled whether it has left
        self.told: Callable[[ReplyRecord, ReplyEvent], None] = lambda _record, _event: None
        self._proofs.told = lambda record, event: self.told(record, event)
        self._proofs.queued = lambda: self.queued()

    @property
    def held(self) -> frozenset[Outcome]:
        """Outcomes whose replies wait for a person."""
        return self._limits.held

    def _watched(self, shared: Shared) -> Arrivals:
        arrivals = Arrivals(self._mailbox, name=self.name, ledger=shared.ledger, clock=shared.clock, log=shared.log,
                            number=shared.number)  # fmt: skip
        arrivals.copies = self._proofs.taken
        return arrivals

    def stop(self) -> None:
        """End after the effect at hand. May be called from another thread, and from a signal."""
        self._stop.set()

    def close(self) -> None:
        self._ahead.close()
        self._mailbox.close()

    def suspect_unfinished(self) -> None:
        """The life before this one was killed: one of these messages may have done it, so that each
        is counted as tried before it is touched again."""
        self._careful = {record.id for record in self._unfinished()}

    def undecided(self) -> set[str]:
        """The cases of messages that are still to be judged."""
        return {record.case for record in self._unfinished() if record.state is MessageState.FOUND}

    def _unfinished(self) -> list[MessageRecord]:
        """All of them, also those whose next try is still to come, or that another process has in hand."""
        now = self._shared.clock.now() + waiting.LONGEST * 24
        return self._ledger.unfinished(self.name, now=now, limit=1000, in_hand=True)

    def look(self) -> int:
        """One look into the mailbox: everything that is new or due is carried as far as it goes.

        Returns how many messages were finished. Raises Transient when the mailbox is away.
        """
        with self._busy:
            return self._look()

    def _look(self) -> int:
        self._meet()
        self._prove()
        if self._dispatch is not None:
            self.offer()
            return self._tend()
        finished = 0
        while records := self._ledger.unfinished(self.name, now=self._shared.clock.now(), limit=_BATCH):
            known = self._arrivals.uidvalidity
            self._ahead.expect(self._coming(records))
            for record in records:
                self._heed_stop()
                finished += self._carried(record)
                if self._arrivals.uidvalidity != known:
                    break  # rebuilt under us: the rows have changed
        self._ahead.expect(())
        return finished + self._tend()

    def offer(self) -> None:
        """Have everything that is due and in nobody's hands carried by other processes."""
        if self._dispatch is not None:
            now = self._shared.clock.now()
            self._dispatch.offer(self._ledger.unfinished(self.name, now=now, limit=_OFFERED))

    def process(self, record: MessageRecord, *, orphaned: bool) -> bool:
        """Carry one message that this process has a lease on. True when it is done.

        orphaned: whoever had it before did not come to its end, perhaps because of the message. Raises
        Transient when the mailbox is away, or was rebuilt and is not taken in yet.
        """
        with self._busy:
            self._enter = self._arrivals.see  # rows are the poller's to make
            self._meet()
            if orphaned and self._given_up(record):
                return False
            return self._carried(record)

    def _coming(self, records: Sequence[MessageRecord]) -> list[int]:
        """Those that may be fetched before their turn: none while one of them may have ended the last life, since
        each is then counted as tried before it is touched."""
        if self._careful:
            return []
        to_judge = [one for one in records if one.state is MessageState.FOUND]
        return [one.key.uid for one in to_judge if not self._arrivals.is_void(one)]

    def _prove(self) -> None:
        """What may have left is looked for, before anybody's mail: a wrong answer to it is sent by itself."""
        self._proofs.take_left()
        self._proofs.look()

    def _tend(self) -> int:
        """Once an hour: questions that a person has answered, moved or deleted in the mailbox leave the list of
        those that wait. Returns how many."""
        now = self._shared.clock.now()
        if self._tended is not None and now - self._tended < _TEND_EVERY:
            return 0
        self._tended = now
        asking = self._ledger.cases(outcomes=(Outcome.INQUIRY,), open_only=True)
        mine = [case for case in asking if case.mailbox == self.name][:_TENDED]
        settled = {case.number: self._ledger.message(case.message) for case in mine}
        places = {number: one.place for number, one in settled.items() if one.state is MessageState.DONE}
        flags = self._mailbox.flags(list(places.values()))
        closed = 0
        for number, place in places.items():
            if "\\Answered" not in flags.get(place, ("\\Answered",)):
                continue
            if self._ledger.message(settled[number].id).place != place:
                continue  # another process has moved it while we looked
            note = "answered in the mailbox" if place in flags else "moved or deleted in the mailbox"
            self._ledger.close_case(number, who="intake", now=now, note=note)
            closed += 1
        return closed

    def _meet(self) -> None:
        self._enter(self._mailbox.open())

    def _carried(self, record: MessageRecord) -> bool:
        """Carry one message; when the mailbox breaks down under it, go on with the next one."""
        try:
            return self._carry(record)
        except (Transient, UidValidityChanged) as exc:
            if isinstance(exc, Transient) and exc.retry_after is not None:
                raise  # who names a time wants to be left alone as a whole
            self._meet()  # raises Transient where it is not this message's fault
            return False

    def adopt(self, since: datetime, *, replies: bool) -> int:
        """Take in messages before our time that arrived on or after this day. Returns how many."""
        with self._busy:
            self._meet()
            uids = self._mailbox.uids_since(since)
            return self._ledger.adopt(self.name, uids=uids, replies=replies, number=self._shared.number)

    # --- one message -----------------------------------------------------------------------------

    def _carry(self, record: MessageRecord) -> bool:
        """Carry one message as far as it goes. True when it is done."""
        try:
            if record.id in self._careful:
                self._careful.discard(record.id)
                if self._given_up(record):
                    return False
            return self._steps(record)
        except Stopped:
            raise
        except LeaseLost:
            self._shared.log.warning("lease lost", case=record.case)
        except (Transient, UidValidityChanged) as exc:
            self._put_off(record, exc, park=False)
            raise
        except Permanent as exc:
            self._put_off(record, exc, park=True)
        except Exception as exc:  # noqa: BLE001  # the one broad except: a message is parked (STYLE 9)
            self._shared.log.error("step failed", case=record.case, error=type(exc).__name__)
            self._put_off(record, exc, park=False, last=True)
        return False

    def _steps(self, record: MessageRecord) -> bool:
        """Each round carries the message one state further; a crash between two loses nothing."""
        opening: plan.Opening | None = None
        while True:
            self._heed_stop()
            match record.state:
                case MessageState.FOUND:
                    opening = self._judge(record)
                case MessageState.PLANNED:
                    self._file(record, opening)
                case MessageState.FILED:
                    self._move(record)
                case _:
                    return record.state is MessageState.DONE
            before, record = record.state, self._ledger.message(record.id)
            if record.state is before:
                return False

    def _judge(self, record: MessageRecord) -> plan.Opening | None:
        """FOUND -> PLANNED: fetch, read, judge, and record verdict and whole plan at once."""
        message = self._fetch(record)
        if message is None:
            # By the ledger, too: they may lie on another host. Then they are all that is left of the mail.
            kept = any(kind == "parked" for kind, _ in self._ledger.places(record.case))
            if kept or self._shared.parked.read(record.case) is not None:
                raise Permanent("it is not in the mailbox any more; its bytes are kept: intake parked export")
            self._ledger.vanish(record.id)
            self._shared.shelf.forget(record.case)
            return None
        opening = self._examine(record, message)
        earlier = self._ledger.identify(record.id, content_key=opening.content_key, message_id=opening.mail.message_id,
                                        size=message.size, arrived=message.arrived)  # fmt: skip
        if earlier is not None:
            self._again(record, earlier)
            return None
        with self._ledger.turn(*self._letters.names(opening, self.rules)):
            self._decide(record, opening)
        return opening

    def _decide(self, record: MessageRecord, opening: plan.Opening) -> None:
        """Record verdict and whole plan of a mail that is like no other."""
        patient = record.attempts < _PATIENT
        standing = None if opening.stays else self._letters.standing(opening, self.rules, patient=patient)
        if opening.returned and opening.returned.failed:  # before it is judged: heard twice is once
            self._proofs.returned(opening.returned, (*opening.returned.message_ids, *opening.answers))
        judged, overtaken, seen = self._judged(record, opening, standing)
        waits = self._kept_back(record, opening.message)
        if waits and judged.reply is not None:
            judged = replace(judged, reply=replace(judged.reply, held=waits, not_before=None))
        now = self._shared.clock.now()
        self._ledger.save_plan(record.id, judged, now=now, overtaken=overtaken, first=True, seen=seen)
        self._shared.shelf.forget(record.case)
        self._shared.log.info("judged", case=record.case, outcome=judged.verdict.outcome.value,
                              problems=[problem.code.value for problem in judged.verdict.problems])  # fmt: skip

    def _judged(
        self, record: MessageRecord, opening: plan.Opening, standing: conversation.Standing | None
    ) -> tuple[Plan, tuple[int, ...], datetime | None]:
        """The plan of a mail, of its case or of its own, with the replies that it overtakes, and when the case was
        decided from which it goes on."""
        try:
            continued = self._continued(record, opening, standing)
        except ApartError as exc:
            assert standing is not None
            continued, standing = None, replace(standing, apart=str(exc))
        return continued or (self._alone(record, opening, standing), (), None)

    def _alone(
        self, record: MessageRecord, opening: plan.Opening, standing: conversation.Standing | None
    ) -> Plan:
        """The plan of a mail that is a case of its own, with the case that it answers or points to."""
        answered = self._ledger.answers(opening.answers) if opening.answers else None
        rescued = self._ledger.case_of(plan.JUNK + opening.content_key)
        beside, why = plan.beside(opening, self._known_cases(opening)), ""
        if opening.screening.kind is Kind.APPLICATION and not (
            beside or answered or rescued or opening.stays
        ):
            beside, why = self._letters.beside(opening, self.rules)
        if standing is not None and standing.apart:
            beside, why = standing.case, f"belongs to case {standing.case}, {standing.apart}"
        follows = answered.case if answered else rescued
        if standing is not None and (standing.apart or opening.screening.silence):
            beside, follows = standing.case, ""  # it changes nothing of that case, and points to it
        asked = self._ledger.case(answered.case) if answered else None
        if asked is not None and asked.outcome is Outcome.CORRECTION:
            follows, beside = rescued, beside or asked.number  # its applicant has not answered it by this
        circumstances = self._circumstances(record, opening, answered, rescued)
        lost = plan.signed_case(opening, self.rules)
        if lost and not self._ledger.known_cases([lost]):
            why = f"answers a reply of case {lost}, which this ledger does not know"
        if why:
            circumstances = replace(circumstances, for_review=(*circumstances.for_review, why))
        opening, facts = self._shared.reading.application(
            opening, self.rules, self._wanted(opening), shelf=self._shared.shelf, case=record.case
        )
        return plan.conclude(
            opening,
            facts,
            case=record.case,
            rules=self.rules,
            circumstances=circumstances,
            now=self._shared.clock.now(),
            token=self._shared.token(),
            follows=follows,
            beside=beside,
        )

    def _continued(
        self, record: MessageRecord, opening: plan.Opening, standing: conversation.Standing | None
    ) -> tuple[Plan, tuple[int, ...], datetime | None] | None:
        """The next plan of the case that the mail belongs to, with the replies that it overtakes, and when it was
        decided before; or None."""
        if opening.stays:
            return None
        said = conversation.meaning(opening, standing, self.rules) if standing else None
        rescued = self._ledger.case_of(plan.JUNK + opening.content_key)
        if standing is None and opening.screening.kind is Kind.APPLICATION and not rescued:
            standing = self._letters.again(opening, self.rules)
            said = conversation.again(opening, standing, self.rules) if standing else None
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
            record, opening, standing, said, self.rules, moment, wanted=self._wanted(opening)
        )
        return made, self._letters.overtaken(made, said), standing.decided

    def _told(self, case: str, kind: ReplyKind) -> bool:
        return any(one.reply.kind is kind for one in self._ledger.replies(case=case))

    def _known_cases(self, opening: plan.Opening) -> Iterator[plan.Known]:
        """Open cases, asked for only where a mail speaks of somebody else: that is rare."""
        if opening.screening.third_party:
            for case in self._ledger.cases(open_only=True):
                if case.outcome is not Outcome.INQUIRY:
                    yield plan.Known(number=case.number, address=case.address, person=case.person)

    def _wanted(self, opening: plan.Opening) -> Wanted:
        """Which pages OCR should read next."""

        def wanted(facts: PdfFacts, tried: frozenset[int]) -> tuple[int, ...]:
            self._heed_stop()
            return plan.to_read(opening, facts, self.rules, tried=tried)

        return wanted

    def _fetch(self, record: MessageRecord) -> Message | None:
        """None when it is not there, or nobody knows any more under which UID."""
        if self._arrivals.is_void(record):
            return None
        return self._ahead.fetch(record.key.uid, largest=self._limits.mail_bytes, rules=self.rules)

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

    def _circumstances(
        self, record: MessageRecord, opening: plan.Opening, answered: Answered | None, rescued: str
    ) -> plan.Circumstances:
        """What only ledger, mailbox and settings know of a message."""
        corrected_out = answered is not None and answered.corrections >= _MOST_CORRECTIONS
        return plan.Circumstances(
            for_review=(f"{answered.corrections} corrections already",) if answered and corrected_out else (),
            answers=ReplyKind(answered.reply) if answered else None,
            silence=self._silence(record, opening, rescued),
            held=frozenset(Outcome) if self._kept_back(record, opening.message) else self._limits.held,
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

    def _file(self, record: MessageRecord, opening: plan.Opening | None) -> None:
        """PLANNED -> FILED: every folder whole or not at all, then one transaction queues the reply."""
        planned = record.plan
        assert planned is not None

        # Called only for what does not lie there yet: all else needs no mail, which may have been moved since.
        def contents(wanted: str) -> bytes:
            nonlocal opening
            opening = opening or self._opened_again(record)
            self._ledger.assure(record.id)
            return self._letters.contents(planned, opening)(wanted)

        self._ledger.assure(record.id)
        if record.done and self._is_taken_away(planned):  # time has decided; it stays as a person left it
            self._shared.log.info("folder moved by a person", case=record.case)
        elif planned.filed_before:
            self._shared.folders.refile(planned.filed_before, planned.folders, contents)
        else:
            for folder in planned.folders:
                self._shared.folders.file(folder, contents)
        self._ledger.mark_filed(record.id, now=self._shared.clock.now())
        self.queued()

    def _is_taken_away(self, planned: Plan) -> bool:
        """Whether a person has taken the folders of a filed case to where we do not look for them."""
        places = (*planned.filed_before, *(folder.path for folder in planned.folders))
        read = self._shared.folders.read
        return bool(planned.filed_before) and all(read(f"{one}/{SUMMARY}") is None for one in places)

    def _opened_again(self, record: MessageRecord) -> plan.Opening:
        message = self._fetch(record)
        if message is None and record.place.folder != _INBOX:  # its plan is carried out once more
            message = self._mailbox.message_at(record.place, largest=self._limits.mail_bytes)
        if message is None:
            self._await_return(record)
            raise Permanent("the mail was moved or deleted by a person before it was filed")
        return self._examine(record, message)

    def _examine(self, record: MessageRecord, message: Message) -> plan.Opening:  # noqa: ARG002  # for junk
        return self._ahead.opening(message, self.rules)

    def _await_return(self, record: MessageRecord) -> None:
        """Raises Transient as long as a mail may be among those that a rebuilt mailbox has shown and we have
        not read yet: they take the places of those that we know."""
        if self._arrivals.is_void(record) and self.undecided():
            raise Transient("the mailbox was rebuilt, and the mail has not been found again yet")

    def _move(self, record: MessageRecord) -> None:
        """FILED -> DONE. The reply is in the outbox by now: a move that fails never keeps it back."""
        assert record.plan is not None
        place = record.place
        if place.folder == _INBOX and self._arrivals.is_void(record):
            self._await_return(record)
            place = Place(folder=_INBOX)  # to be known by its Message-ID
        self._ledger.assure(record.id)
        moved = self._moved(record, place)
        self._let_go(record)  # before it is done: nobody comes back to a message that is
        self._ledger.mark_moved(record.id, place=moved, now=self._shared.clock.now())
        if moved is None:
            self._shared.log.info("moved by a person", case=record.case)

    def _moved(self, record: MessageRecord, place: Place) -> Place | None:
        assert record.plan is not None
        folder = record.plan.mailbox_folder
        return self._mailbox.move(place, folder, message_id=record.message_id, size=record.size)

    # --- when a step fails -----------------------------------------------------------------------

    def _given_up(self, record: MessageRecord) -> bool:
        """Count a message that may have ended the last life; park it when it has done so too often."""
        now = self._shared.clock.now()
        last = record.attempts + 1 >= self._limits.attempts
        if last:
            self._keep(record)  # before it is parked: nobody comes back to a parked message
        self._ledger.put_off(record.id, step=record.state.value, error="the worker ended while it was at work on this",
                             retry_at=None if last else now)  # fmt: skip
        return last

    def _put_off(self, record: MessageRecord, error: Exception, *, park: bool, last: bool = False) -> None:
        """Try again later, or park it: for good, or when it failed too often."""
        known = self._ledger.message(record.id)  # it may have got on a step or two before it failed
        if known.state not in lifecycle.UNFINISHED:
            return
        step = known.state.value
        park = park or (last and known.attempts + 1 >= self._limits.attempts)
        wait = waiting.after(
            known.attempts, asked=error.retry_after if isinstance(error, Transient) else None
        )
        said = str(error) if isinstance(error, IntakeError) else type(error).__name__
        if park:
            self._keep(record)
        self._ledger.put_off(record.id, step=step, error=said[:300],
                             retry_at=None if park else self._shared.clock.now() + wait)  # fmt: skip
        if park:
            self._shared.shelf.forget(record.case)
            self._shared.log.error("parked", case=record.case, step=step)

    def _keep(self, record: MessageRecord) -> None:
        """The bytes of a parked message as they are now, as far as the mailbox gives them."""
        try:
            message = self._fetch(record)
            if message is not None:
                where = self._shared.parked.keep(record.case, message.raw)
                self._ledger.add_place(record.case, kind="parked", where=where)
        except (IntakeError, LookupError) as exc:
            self._shared.log.warning("parked bytes not kept", case=record.case, error=type(exc).__name__)

    def _let_go(self, record: MessageRecord) -> None:
        """It has been filed and moved: what was kept of it while it was parked goes, and the row that told of it.
        A life that was killed may have left the one without the other."""
        noted = any(kind == "parked" for kind, _ in self._ledger.places(record.case))
        if noted or self._shared.parked.read(record.case) is not None:
            where = self._shared.parked.remove(record.case)
            self._ledger.drop_place(record.case, kind="parked", where=where)

    def _heed_stop(self) -> None:
        if self._stop.is_set():
            raise Stopped
