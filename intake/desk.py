"""Carries out what people and time decide about cases, and what other commands ask the worker to do."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta

from intake.correspondence import is_moved
from intake.errors import Transient
from intake.journey import lifecycle, plan
from intake.journey.lifecycle import MessageState, ReplyEvent, ReplyState
from intake.model import Outcome, ReplyKind, Withdrawn, sha256, value
from intake.ports import CaseRecord, ReplyRecord, Request
from intake.post import asks
from intake.shared import Shared
from intake.worker import Worker

_LOST = (ReplyEvent.REFUSE, ReplyEvent.LOSE, ReplyEvent.BOUNCE)
_TOLD = (ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN)
_INSTEAD = (plan.Wish.ACCEPT, plan.Wish.WITHDRAW)  # after them nothing is asked any more

_REPAIR = "repair"  # served by ``intake.upkeep``
_OURS = "intake"  # decides where time does
_STUCK = timedelta(days=3)  # a server that puts a mail off for longer does not want it (RFC 5321 4.5.4.1)
_SOON = timedelta(days=2)  # before a deadline, and after a correction, a reminder is of use


@value
class Patience:
    """How long a case waits for its applicant before a person looks, where only the position is open, and
    until it is reminded (0: never)."""

    waiting: timedelta
    position: timedelta = timedelta(days=3)
    reminder: timedelta = timedelta(days=7)


class Desk:
    """The person's desk, as the worker sees it. ``workers`` by mailbox."""

    def __init__(self, shared: Shared, workers: Mapping[str, Worker], patience: Patience) -> None:
        self._shared = shared
        self._ledger = shared.ledger
        self._workers = workers
        self._patience = patience
        self._unheeded: deque[tuple[ReplyRecord, ReplyEvent]] = deque()

    def serve(self) -> set[str]:
        """Carry out every request. Returns the mailboxes that have work now."""
        touched = self.heed_again()
        for request in self._ledger.requests():
            if request.what == _REPAIR:
                continue  # it takes long, and has a thread of its own
            result, mailbox = self._answered(request)
            self._ledger.finish_request(request.id, now=self._shared.clock.now(), result=result)
            touched |= {mailbox} if mailbox else set()
        return touched

    def heed_again(self) -> set[str]:
        """What could not be heeded when it was told. Returns the mailboxes that have work now."""
        return {self.heed(*self._unheeded.popleft()) for _ in range(len(self._unheeded))} - {""}

    def overdue(self) -> set[str]:
        """Cases that have waited too long for their applicant go to a person (POLICY, waiting_days, position_days),
        and on the last day of a deadline all that wait for one of its positions. Before that they are reminded."""
        now = self._shared.clock.now()
        waiting = [one for one in self._ledger.waiting_since(now) if not self._is_on_its_way(one.number)]
        late = {one.number for one in self._ledger.waiting_since(now - self._patience.waiting)}
        asked = {one.number for one in self._ledger.waiting_since(now - self._patience.position)}
        touched = self._unasked(now)
        for one in waiting:
            if self._closes(one, now, timedelta()):
                touched.add(self._changed(one, plan.Wish.OVERDUE, "the deadline of its position has come"))
            elif one.number in late:
                touched.add(
                    self._changed(one, plan.Wish.OVERDUE, f"no answer for {self._patience.waiting.days} days")
                )
            elif one.number in asked and self._waits_for_position(one):
                days = self._patience.position.days
                touched.add(
                    self._changed(one, plan.Wish.OVERDUE, f"the position is not named for {days} days")
                )
        return (touched | self._reminded(waiting, now)) - {""}

    def _is_on_its_way(self, case: str) -> bool:
        """Whether a question to the applicant has not left yet: then an older one says nothing of their patience."""
        going = self._ledger.replies(case=case, states=(ReplyState.QUEUED, ReplyState.SENDING))
        return any(asks(one) for one in going)

    def _unasked(self, now: datetime) -> set[str]:
        """Cases whose applicant was never asked: the correction was dropped or held, or no server takes it."""
        touched: set[str] = set()
        for one in self._ledger.cases(outcomes=(Outcome.CORRECTION,), open_only=True):
            asked = [reply for reply in self._ledger.replies(case=one.number) if asks(reply)]
            newest = asked[-1] if asked else None
            if one.continued or (newest and newest.state in (ReplyState.SENT, ReplyState.UNKNOWN)):
                continue
            if newest is None or newest.state not in (ReplyState.QUEUED, ReplyState.SENDING):
                touched.add(self._changed(one, plan.Wish.UNDELIVERED, "our question has not left"))
            elif newest.queued < now - _STUCK or self._closes(one, now, timedelta()):
                touched.add(
                    self._changed(one, plan.Wish.OVERDUE, "our question could not be delivered so far")
                )
        return touched

    def _reminded(self, waiting: list[CaseRecord], now: datetime) -> set[str]:
        """Once for each case, some days after its correction, or shortly before its deadline."""
        patience = self._patience
        if not patience.reminder:
            return set()
        due = {one.number for one in self._ledger.waiting_since(now - patience.reminder)}
        fresh = {one.number for one in waiting} - {
            one.number for one in self._ledger.waiting_since(now - _SOON)
        }
        touched: set[str] = set()
        for one in waiting:
            soon = one.number not in fresh and self._closes(one, now, _SOON)
            current = self._ledger.case(one.number)
            waits = current is not None and current.outcome is Outcome.CORRECTION
            if waits and (one.number in due or soon) and not self._had(one.number, ReplyKind.REMINDER):
                touched.add(self._changed(one, plan.Wish.REMIND, "the applicant has not answered yet"))
        return touched

    def _had(self, case: str, kind: ReplyKind) -> bool:
        return any(one.reply.kind is kind for one in self._ledger.replies(case=case))

    def _waits_for_position(self, record: CaseRecord) -> bool:
        """Whether the position is all that is asked for."""
        planned = self._ledger.message(record.message).plan
        return planned is not None and plan.only_position_open(planned.verdict)

    def _changed(self, record: CaseRecord, wish: plan.Wish, why: str) -> str:
        """The mailbox that has work now; "" for a case that is being worked on: the next round takes it."""
        try:
            return self._decide(
                record, plan.Decision(wish=wish, who="intake", why=why, days=self._left(record))
            )
        except (plan.Refused, lifecycle.IllegalMove):
            self._shared.log.warning("case not changed", case=record.number, step=wish.value)
            return ""

    def _left(self, record: CaseRecord) -> int:
        """Days until a person looks at it, at least one."""
        now, worker = self._shared.clock.now(), self._workers.get(record.mailbox)
        sent = [one.sent for one in self._ledger.replies(case=record.number) if asks(one) and one.sent]
        patience = self._patience.position if self._waits_for_position(record) else self._patience.waiting
        left = [(min(patience, self._patience.waiting) - (now - (sent[-1] if sent else record.arrived))).days]
        if worker is not None:
            today = now.astimezone(worker.rules.zone).date()
            left += [(end - today).days for end in _deadlines(record, worker.rules)]
        return max(min(left), 1)

    def _closes(self, record: CaseRecord, now: datetime, within: timedelta) -> bool:
        """Whether the deadline of one of its positions comes so soon."""
        worker = self._workers.get(record.mailbox)
        if worker is None:
            return False
        today = (now + within).astimezone(worker.rules.zone).date()
        return any(end <= today for end in _deadlines(record, worker.rules))

    def heed(self, record: ReplyRecord, event: ReplyEvent) -> str:
        """A reply was settled. Waiting for the applicant presupposes a correction that went out.

        Returns the mailbox that has work now, or "". A case that is still being worked on (its mail is
        just being moved) is taken up again by the next ``serve``.
        """
        try:
            return self._heed(record, event)
        except (plan.Refused, lifecycle.IllegalMove, Transient):
            self._unheeded.append((record, event))
            return ""

    def catch_up(self) -> None:
        """At the start: what a life that ended between a reply and its case has left undone."""
        for record in self._ledger.replies(states=(ReplyState.FAILED, ReplyState.UNKNOWN)):
            if not record.sought:
                lost = record.state is ReplyState.UNKNOWN
                self._unheeded.append((record, ReplyEvent.LOSE if lost else ReplyEvent.REFUSE))

    def _heed(self, record: ReplyRecord, event: ReplyEvent) -> str:
        case = self._ledger.case(record.case) if asks(record) or _is_lost_reminder(record, event) else None
        if case is None or case.closed is not None:
            return ""
        if event is ReplyEvent.ACCEPT and case.outcome is Outcome.REVIEW:
            proven = record.state is ReplyState.UNKNOWN
            why = "a proof was found that the reply has left" if proven else "the reply was released"
            delivered = plan.Decision(wish=plan.Wish.DELIVERED, who="intake", why=why)
            return self._decide(case, delivered)
        if event in _LOST and case.outcome is Outcome.CORRECTION and self._is_newest(record):
            unknown = event is ReplyEvent.LOSE
            why = "nobody knows whether our reply has left" if unknown else "the reply did not arrive"
            lost = plan.Decision(wish=plan.Wish.UNDELIVERED, who="intake", why=why)
            return self._decide(case, lost)
        return ""

    def _is_newest(self, record: ReplyRecord) -> bool:
        """Whether nothing has been asked since: what was lost before says nothing of it."""
        since = [one for one in self._ledger.replies(case=record.case) if asks(one)]
        return not since or since[-1].id <= record.id

    # --- requests --------------------------------------------------------------------------------

    def _answered(self, request: Request) -> tuple[str, str]:
        """What came of a request, in words for the person who asked, and the mailbox with work now."""
        served: Mapping[str, Callable[[Request], tuple[str, str]]] = {
            "adopt": self._adopt,
            "case": self._case,
            "retry": self._retry,
        }
        try:
            return served[request.what](request)
        except KeyError:
            return f"refused: this worker knows no {request.what!r}", ""
        except plan.Refused as exc:
            return f"refused: {exc}", ""
        except lifecycle.IllegalMove:
            return "refused: the case is being worked on; try again in a moment", ""
        except Transient as exc:
            return f"not done: {exc}; ask again", ""

    def _adopt(self, request: Request) -> tuple[str, str]:
        name = request.arguments.get("mailbox") or next(iter(self._workers))
        if name not in self._workers:
            return f"refused: there is no mailbox {name!r}", ""
        since = datetime.combine(date.fromisoformat(request.arguments["since"]), time(), UTC)
        taken = self._workers[name].adopt(since, replies=request.arguments.get("replies") == "yes")
        self._shared.log.info("adopted", mailbox=name, messages=taken)
        return f"{taken} messages taken in", name

    def _case(self, request: Request) -> tuple[str, str]:
        given = request.arguments
        record = self._ledger.case(given["case"])
        if record is None:
            return f"refused: there is no case {given['case']}", ""
        if given["wish"] == "close":
            self._ledger.close_case(
                record.number, who=request.who, now=self._shared.clock.now(), note=given.get("note", "")
            )
            return f"case {record.number} is closed", record.mailbox
        positions = tuple(one for one in given.get("positions", "").split(",") if one)
        decision = plan.Decision(
            wish=plan.Wish(given["wish"]), who=request.who, why=given.get("note", ""), positions=positions
        )
        # A request that a life carried out and had no time to note is carried out again: with the same Message-ID,
        # so that its reply leaves once.
        token = sha256(f"{request.id}|{request.at.isoformat()}|{request.who}".encode())[:16]
        confirmed = decision.wish is plan.Wish.WITHDRAW and self._is_withdrawn(record)
        mailbox = record.mailbox if confirmed else self._decide(record, decision, token=token)
        if decision.wish is plan.Wish.WITHDRAW:
            self._ledger.close_case(
                record.number, who=request.who, now=self._shared.clock.now(), note="withdrawn"
            )
            return f"case {record.number} is withdrawn and closed; its folder goes to _Withdrawn", mailbox
        after = self._ledger.case(record.number)
        return f"case {record.number} is now {after.outcome.value if after else 'unknown'}", mailbox

    def _retry(self, request: Request) -> tuple[str, str]:
        """A parked message goes on its way again. Its kept bytes stay until it has arrived: a person may have
        taken the mail itself away meanwhile."""
        record = self._ledger.message(int(request.arguments["message"]))
        if record.state is not MessageState.PARKED:
            return f"refused: the message of case {record.case} is not parked any more", ""
        self._ledger.retry(record.id)
        self._shared.log.info("retried", case=record.case)
        return f"the message of case {record.case} goes on its way again", record.key.mailbox

    # --- one decision ----------------------------------------------------------------------------

    def _is_withdrawn(self, record: CaseRecord) -> bool:
        planned = self._ledger.message(record.message).plan
        return planned is not None and planned.verdict.withdrawn is Withdrawn.CONFIRMED

    def _decide(self, record: CaseRecord, decision: plan.Decision, *, token: str = "") -> str:
        """Record the next plan of a case. The worker of its mailbox carries it out on its next look."""
        message = self._ledger.message(record.message)
        worker = self._workers.get(record.mailbox)
        if message.plan is None or worker is None or message.state is not MessageState.DONE:
            raise plan.Refused("the case is being worked on; try again in a moment")
        folders = message.plan.folders
        if decision.who != _OURS and folders and is_moved(message.plan, self._shared.folders):
            where = folders[0].path
            raise plan.Refused(f"its folder is not at {where!r} any more; put it back there, and ask again")
        told, waiting = self._replies(record.number)
        if decision.wish is plan.Wish.ASK:
            told -= {ReplyKind.CORRECTION}  # a person may ask as often as they like
        following = plan.redecide(
            message.plan,
            decision,
            rules=worker.rules,
            now=self._shared.clock.now(),
            token=token or self._shared.token(),
            told=told,
            held=self._held(record, worker) if decision.wish is plan.Wish.REMIND else frozenset(),
        )
        overtaken = waiting if following.reply or decision.wish in _INSTEAD else []
        again = following.reply.message_id if following.reply else ""
        self._ledger.save_plan(message.id, following, now=self._shared.clock.now(), who=decision.who, seen=record.decided,
                               overtaken=[one.id for one in overtaken if one.reply.message_id != again])  # fmt: skip
        self._shared.log.info("decided", case=record.number, wish=decision.wish.value)
        return record.mailbox

    def _held(self, record: CaseRecord, worker: Worker) -> frozenset[Outcome]:
        """Reminders that wait for a person: after a restore, of any case that may have been reminded already."""
        restored, decided = self._shared.restored, record.decided or record.arrived
        return frozenset(Outcome) if restored is not None and decided <= restored else worker.held

    def _replies(self, case: str) -> tuple[frozenset[ReplyKind], list[ReplyRecord]]:
        """Kinds of reply that the applicant has had, and those that have not left: held, or waiting their turn."""
        replies = self._ledger.replies(case=case)
        told = frozenset(one.reply.kind for one in replies if one.state in _TOLD)
        return told, [one for one in replies if one.state in (ReplyState.HELD, ReplyState.QUEUED)]


def _deadlines(record: CaseRecord, rules: plan.Rules) -> list[date]:
    """Of those of its positions that were open when it arrived: one that was over by then bounds nothing."""
    wanted, arrived = {*record.positions, *record.candidates}, record.arrived.astimezone(rules.zone).date()
    ends = [one.deadline for one in rules.positions if one.id in wanted and one.deadline]
    return [end for end in ends if end >= arrived]


def _is_lost_reminder(record: ReplyRecord, event: ReplyEvent) -> bool:
    """Whether it did not arrive for certain: its correction may have, but the applicant hears us no more."""
    certain = event is ReplyEvent.BOUNCE or (
        event is ReplyEvent.REFUSE and record.state is not ReplyState.UNKNOWN
    )
    return certain and record.reply.kind is ReplyKind.REMINDER
