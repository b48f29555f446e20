"""The ledger's twin without a database: the same contract, for as long as the process lives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from intake.adapters.ledger import rules
from intake.adapters.ledger.memory_audit import Audit
from intake.adapters.ledger.memory_messages import Messages
from intake.adapters.ledger.memory_outbox import Outbox
from intake.journey.lifecycle import MessageEvent, MessageState, ReplyState
from intake.model import MessageKey, Outcome, Plan, ReplyKind
from intake.ports import CaseEvent, CaseRecord, MailboxRecord, Request


class MemoryLedger(Messages, Outbox, Audit):
    """``ports.Ledger`` in dictionaries. Threads may share it."""

    # mailboxes

    def mailbox(self, name: str) -> MailboxRecord | None:
        with self._alone():
            return self._mailboxes.get(name)

    def mailboxes(self) -> list[MailboxRecord]:
        with self._alone():
            return [self._mailboxes[name] for name in sorted(self._mailboxes)]

    def start_mailbox(self, name: str, *, uidvalidity: int, before: Sequence[int], now: datetime) -> None:
        with self._alone(now):
            if name in self._mailboxes and self._mailboxes[name].reached:
                raise ValueError(f"mailbox {name!r} has had its first start")
            self._mailboxes[name] = MailboxRecord(
                name=name, uidvalidity=uidvalidity, last_uid=max(before, default=0), started=now
            )
            for uid in sorted(set(before)):
                self._insert(MessageKey(mailbox=name, uidvalidity=uidvalidity, uid=uid), "", now)

    def renew_mailbox(self, name: str, *, uidvalidity: int, before: Sequence[int], now: datetime) -> None:
        with self._alone(now):
            self._mailboxes[name] = replace(self._known_mailbox(name), uidvalidity=uidvalidity, last_uid=0)
            for record in list(self._messages.values()):
                if record.key.mailbox == name and record.state in (MessageState.FOUND, MessageState.BEFORE):
                    self._move(record, MessageEvent.VANISH, next_try=None, done=now)
            self._make_way(name, uidvalidity)
            for uid in sorted(set(before)):
                self._insert(MessageKey(mailbox=name, uidvalidity=uidvalidity, uid=uid), "", now)

    def _make_way(self, name: str, uidvalidity: int) -> None:
        for record in list(self._messages.values()):
            if (record.key.mailbox, record.key.uidvalidity) == (name, uidvalidity):
                self._messages[record.id] = replace(record, key=replace(record.key, uid=-record.id))

    def pass_over(self, name: str, *, last_uid: int) -> None:
        with self._alone():
            self._reach(self._known_mailbox(name), last_uid)

    def report_pass(
        self, name: str, *, now: datetime, trouble: str = "", next_try: datetime | None = None
    ) -> None:
        with self._alone(now, next_try):
            unreached = MailboxRecord(name=name, uidvalidity=0, last_uid=0, started=now)
            record = self._mailboxes.setdefault(name, unreached)
            since = (record.trouble_since or now) if trouble else None
            self._mailboxes[name] = replace(
                record, last_pass=now, trouble=trouble, trouble_since=since, next_try=next_try
            )

    def report_copies(self, name: str, *, trouble: str) -> None:
        with self._alone():
            if name in self._mailboxes:
                self._mailboxes[name] = replace(self._mailboxes[name], copies=trouble)

    def counts(self, name: str) -> dict[str, int]:
        with self._alone():
            return rules.counted(
                (record.state, record.outcome, 1)
                for record in self._messages.values()
                if record.key.mailbox == name
            )

    def recount(self, name: str) -> dict[str, int]:
        return self.counts(name)  # the twin keeps no other figures

    def tally_holds(self) -> bool:
        return True

    # cases

    def case(self, number: str) -> CaseRecord | None:
        with self._alone():
            return self._cases.get(number)

    def cases(self, *, outcomes: Sequence[Outcome] = (), open_only: bool = False) -> list[CaseRecord]:
        with self._alone():
            chosen = (
                case
                for case in self._cases.values()
                if (not outcomes or case.outcome in outcomes) and not (open_only and case.closed)
            )
            return sorted(chosen, key=lambda case: (case.arrived, case.number))

    def cases_of(self, address: str) -> list[CaseRecord]:
        with self._alone():
            mine = [case for case in self.cases() if address and case.address == address]
            return mine[::-1][: rules.OF_ONE]

    def waiting_since(self, before: datetime) -> list[CaseRecord]:
        with self._alone(before):
            return [
                case
                for case in self.cases(outcomes=(Outcome.CORRECTION,), open_only=True)
                if not case.continued and self._corrected_before(case.number, before)
            ]

    def _corrected_before(self, case: str, before: datetime) -> bool:
        sent = [
            record.sent
            for record in self._replies.values()
            if record.case == case and record.state is ReplyState.SENT and record.sent is not None
            if record.reply.kind is ReplyKind.CORRECTION
        ]
        return bool(sent) and max(sent) < before

    def filed(self, *, positions: Sequence[str] = ()) -> Iterator[tuple[CaseRecord, Plan]]:
        with self._alone():
            chosen = [
                case
                for case in reversed(self.cases())
                if not positions or {*positions} & {*case.positions, *case.candidates}
            ]
            found = [(case, self._messages[case.message].plan) for case in chosen]
        yield from ((case, _without_raw(plan)) for case, plan in found if plan is not None)

    def history(self, number: str) -> list[CaseEvent]:
        with self._alone():
            return list(self._history.get(number, ()))

    def add_event(self, number: str, event: CaseEvent) -> None:
        with self._alone(event.at):
            self._known_case(number)
            self._history[number].append(event)

    def close_case(self, number: str, *, who: str, now: datetime, note: str = "") -> None:
        with self._alone(now):
            if number not in self._cases:
                raise LookupError(f"no case {number!r} in the ledger")
            self._cases[number] = replace(self._cases[number], closed=now)
            self._history[number].append(CaseEvent(at=now, who=who, what="closed", note=note))

    # places

    def add_place(self, case: str, *, kind: str, where: str) -> None:
        with self._alone():
            self._known_case(case)
            self._places.add((case, kind, where))

    def drop_place(self, case: str, *, kind: str, where: str) -> None:
        with self._alone():
            self._places.discard((case, kind, where))

    def places(self, case: str) -> list[tuple[str, str]]:
        with self._alone():
            return sorted((kind, where) for number, kind, where in self._places if number == case)

    # requests

    def ask(self, *, who: str, what: str, arguments: dict[str, str], now: datetime) -> int:
        with self._alone(now):
            number = len(self._requests) + 1
            self._requests[number] = Request(id=number, at=now, who=who, what=what, arguments=dict(arguments))
            return number

    def requests(self) -> list[Request]:
        with self._alone():
            waiting = (request for request in self._requests.values() if request.id not in self._results)
            return [replace(request, arguments=dict(request.arguments)) for request in waiting]

    def finish_request(self, request: int, *, now: datetime, result: str) -> None:
        with self._alone(now):
            if request not in self._requests or request in self._results:
                raise LookupError(f"no open request {request} in the ledger")
            self._results[request] = result

    def request_result(self, request: int) -> str | None:
        with self._alone():
            return self._results.get(request)

    def close(self) -> None:
        """Nothing is open."""


def _without_raw(plan: Plan) -> Plan:
    return replace(plan, reply=replace(plan.reply, raw=b"")) if plan.reply else plan
