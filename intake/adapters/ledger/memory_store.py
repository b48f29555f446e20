"""What the twin of the ledger keeps, and the steps that several of its parts share."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from intake.adapters.ledger import rules
from intake.journey import lifecycle
from intake.journey.lifecycle import MessageEvent, MessageState, ReplyEvent, ReplyState
from intake.model import MessageKey, Outcome, Plan
from intake.ports import (
    CaseEvent,
    CaseRecord,
    MailboxRecord,
    MessageRecord,
    Milestone,
    Place,
    ReplyRecord,
    Request,
)


class Store:
    """Dictionaries under one lock. Records are frozen, so what is handed out is as good as a copy."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._mailboxes: dict[str, MailboxRecord] = {}
        self._messages: dict[int, MessageRecord] = {}
        self._cases: dict[str, CaseRecord] = {}
        self._history: defaultdict[str, list[CaseEvent]] = defaultdict(list)
        self._replies: dict[int, ReplyRecord] = {}
        self._places: set[tuple[str, str, str]] = set()
        self._requests: dict[int, Request] = {}
        self._results: dict[int, str] = {}
        self._leases: dict[int, tuple[str, datetime]] = {}
        self._milestones: dict[str, Milestone] = {}

    @contextmanager
    def _alone(self, *moments: datetime | None) -> Iterator[None]:
        """No other thread meanwhile, and no time without its zone."""
        for moment in moments:
            if moment is not None:
                rules.utc(moment)
        with self._lock:
            yield

    def _known_mailbox(self, name: str) -> MailboxRecord:
        if name not in self._mailboxes:
            raise LookupError(f"no mailbox {name!r} in the ledger")
        return self._mailboxes[name]

    def _reach(self, mailbox: MailboxRecord, uid: int) -> None:
        self._mailboxes[mailbox.name] = replace(mailbox, last_uid=max(mailbox.last_uid, uid))

    def _insert(
        self, key: MessageKey, case: str, now: datetime, folder: str = rules.INBOX, hold: str = ""
    ) -> None:
        self._messages[len(self._messages) + 1] = MessageRecord(
            id=len(self._messages) + 1,
            key=key,
            case=case,
            state=MessageState.FOUND if case else MessageState.BEFORE,
            place=Place(folder=folder, uidvalidity=key.uidvalidity, uid=key.uid),
            found=now,
            hold=hold,
        )

    def _known(self, message: int) -> MessageRecord:
        if message not in self._messages:
            raise LookupError(f"no message {message} in the ledger")
        return self._messages[message]

    def _move(self, record: MessageRecord, event: MessageEvent, **changes: object) -> None:
        state = lifecycle.follow(lifecycle.MESSAGE, record.state, event)
        self._messages[record.id] = replace(record, state=state, **changes)  # type: ignore[arg-type]  # its fields
        if state not in lifecycle.UNFINISHED:
            self._leases.pop(record.id, None)

    def _numbers(self) -> set[str]:
        return {record.case for record in self._messages.values() if record.case}

    def _outcome_of(self, case: str) -> Outcome | None:
        return next((one.outcome for one in self._messages.values() if case and one.case == case), None)

    def _put(self, record: MessageRecord, plan: Plan, now: datetime) -> None:
        reply = plan.reply
        if reply is None or any(
            other.reply.message_id == reply.message_id for other in self._replies.values()
        ):
            return
        self._replies[len(self._replies) + 1] = ReplyRecord(
            id=len(self._replies) + 1,
            case=plan.case,
            mailbox=record.key.mailbox,
            state=ReplyState.HELD if reply.held else ReplyState.QUEUED,
            reply=replace(reply, not_before=None),
            queued=now,
            error=reply.held,
            next_try=reply.not_before,
        )

    def _known_reply(self, reply: int) -> ReplyRecord:
        if reply not in self._replies:
            raise LookupError(f"no reply {reply} in the ledger")
        return self._replies[reply]

    def _direct(self, reply: int, event: ReplyEvent, *, who: str, now: datetime, note: str) -> None:
        record = self._known_reply(reply)
        state = rules.directed(record.state, event)
        changes = rules.after_direction(event, resent=record.resent, now=now, note=note)
        self._replies[reply] = replace(record, state=state, **changes)  # type: ignore[arg-type]  # its fields
        self._history[record.case].append(rules.direction(event, who=who, now=now, note=note))

    def _known_case(self, number: str) -> None:
        if number not in self._numbers():
            raise LookupError(f"no case {number!r} in the ledger")

    def _decide(self, record: MessageRecord, plan: Plan, now: datetime) -> None:
        known = self._cases.get(plan.case)
        if known is None and plan.verdict.outcome not in rules.CASES:
            return
        address, person = rules.whose(plan)
        origin = CaseRecord(
            number=plan.case,
            message=record.id,
            mailbox=record.key.mailbox,
            arrived=record.arrived or now,
            outcome=plan.verdict.outcome,
            address=address,
            person=person,
        )
        if known is None and plan.follows in self._cases:
            self._cases[plan.follows] = replace(self._cases[plan.follows], continued=plan.case)
            self._history[plan.follows].append(rules.taken_up(plan.case, now=now))
        self._cases[plan.case] = replace(
            known or origin,
            message=record.id,
            outcome=plan.verdict.outcome,
            positions=plan.verdict.positions,
            candidates=plan.verdict.candidates,
            follows=plan.follows,
            decided=now,
            closed=None,
        )
        self._history[plan.case].append(rules.decision(plan.verdict, now=now))
