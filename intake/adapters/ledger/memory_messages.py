"""The twin's part about messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from intake.adapters.ledger import rules
from intake.adapters.ledger.memory_leases import Leases
from intake.errors import UidValidityChanged
from intake.journey import lifecycle
from intake.journey.lifecycle import MessageEvent, MessageState, ReplyEvent
from intake.model import MessageKey, Outcome, Plan
from intake.ports import MessageRecord, Place


class Messages(Leases):
    """See ``ports.Ledger``."""

    def take_in(
        self,
        name: str,
        *,
        uidvalidity: int,
        uids: Sequence[int],
        now: datetime,
        number: Callable[[], str],
        folder: str = rules.INBOX,
        hold: str = "",
    ) -> int:
        with self._alone(now):
            mailbox = self._known_mailbox(name)
            if mailbox.uidvalidity != uidvalidity:
                raise UidValidityChanged(f"mailbox {name!r} was rebuilt since its UIDs were read")
            keys = [MessageKey(mailbox=name, uidvalidity=uidvalidity, uid=uid) for uid in sorted(set(uids))]
            known = {record.key for record in self._messages.values()}
            new = [key for key in keys if key not in known]
            for key, case in zip(new, self._fresh_numbers(len(new), number), strict=True):
                self._insert(key, case, now, folder, hold)
            self._reach(mailbox, max(uids, default=0))
            return len(new)

    def adopt(self, name: str, *, uids: Sequence[int], replies: bool, number: Callable[[], str]) -> int:
        with self._alone():
            uidvalidity = self._known_mailbox(name).uidvalidity
            wanted = {MessageKey(mailbox=name, uidvalidity=uidvalidity, uid=uid) for uid in uids}
            chosen = [
                record
                for record in self._messages.values()
                if record.key in wanted and record.state is MessageState.BEFORE
            ]
            numbers = self._fresh_numbers(len(chosen), number)
            for record, case in zip(sorted(chosen, key=lambda one: one.key.uid), numbers, strict=True):
                self._move(record, MessageEvent.ADOPT, case=case, adopted=True, no_reply=not replies)
            return len(chosen)

    def unfinished(
        self, name: str, *, now: datetime, limit: int, in_hand: bool = False
    ) -> list[MessageRecord]:
        with self._alone(now):
            due = (
                record
                for record in self._messages.values()
                if record.key.mailbox == name
                and record.state in lifecycle.UNFINISHED
                and (record.next_try is None or record.next_try <= now)
                and (in_hand or not self._is_in_hand(record.id))
            )
            return sorted(due, key=lambda record: record.id)[:limit]

    def parked(self, name: str) -> list[MessageRecord]:
        with self._alone():
            mine = (record for record in self._messages.values() if record.key.mailbox == name)
            waiting = (record for record in mine if record.state is MessageState.PARKED)
            return sorted(waiting, key=lambda record: record.id)

    def put_off_of(self, name: str) -> list[MessageRecord]:
        with self._alone():
            mine = (record for record in self._messages.values() if record.key.mailbox == name)
            failed = (one for one in mine if one.state in lifecycle.UNFINISHED and one.attempts)
            return sorted(failed, key=lambda record: record.id)

    def message(self, message: int) -> MessageRecord:
        with self._alone():
            return self._known(message)

    def identify(
        self, message: int, *, content_key: str, message_id: str, size: int, arrived: datetime
    ) -> MessageRecord | None:
        with self._alone(arrived):
            record = self._mine(message)
            rules.require(record.state, (MessageState.FOUND,), what="identify")
            self._messages[message] = replace(
                record, content_key=content_key, message_id=message_id, size=size, arrived=arrived
            )
            return self._earlier(message, content_key)

    def _earlier(self, message: int, content_key: str) -> MessageRecord | None:
        same = (other for other in self._messages.values() if other.content_key == content_key)
        earlier = [
            other
            for other in same
            if other.state is not MessageState.GONE
            and not other.duplicate_of
            and other.id != message
            and (other.outcome is not None or other.id < message)
        ]
        return min(earlier, key=lambda other: (other.outcome is None, other.id), default=None)

    def case_of(self, content_key: str) -> str:
        with self._alone():
            judged = [
                record
                for record in self._messages.values()
                if record.content_key == content_key
                and record.outcome is not None
                and not record.duplicate_of
            ]
            return max(judged, key=lambda record: record.id).case if judged else ""

    def repoint(self, earlier: int, *, duplicate: int) -> None:
        with self._alone():
            kept, again = self._known(earlier), self._known(duplicate)
            if kept.key.mailbox != again.key.mailbox:
                raise ValueError("a message of one mailbox does not lie in another")
            old = kept.key if kept.key.uid > 0 else replace(kept.key, uid=-again.id)
            self._move(again, MessageEvent.VANISH, next_try=None, key=old, place=kept.place)
            self._messages[earlier] = replace(kept, key=again.key, place=again.place)
            self._moved_place(kept, again.place)

    def put_off(self, message: int, *, step: str, error: str, retry_at: datetime | None) -> None:
        with self._alone(retry_at):
            record = self._mine(message)
            rules.require(record.state, lifecycle.UNFINISHED, what="put off")
            failed = replace(record, attempts=record.attempts + 1, step=step, error=error, next_try=retry_at)
            if retry_at is None:
                self._move(failed, MessageEvent.PARK)
            else:
                self._messages[message] = failed

    def vanish(self, message: int) -> None:
        with self._alone():
            self._move(self._mine(message), MessageEvent.VANISH, next_try=None)

    def retry(self, message: int) -> None:
        with self._alone():
            record = self._known(message)
            self._move(_fresh(record), rules.retrying(record.outcome))

    def save_plan(
        self,
        message: int,
        plan: Plan,
        *,
        now: datetime,
        duplicate_of: str = "",
        overtaken: Sequence[int] = (),
        who: str = rules.OURSELVES,
        first: bool = False,
        seen: datetime | None = None,
    ) -> None:
        with self._alone(now):
            rules.storable(plan)
            record = self._known(message)
            if first or record.state in lifecycle.UNFINISHED:
                record = self._mine(message)
            if first:
                rules.require(record.state, (MessageState.FOUND,), what="judge")
            if seen is not None:
                known = self._cases.get(plan.case)
                rules.unchanged(known.decided if known else None, seen)
            lifecycle.follow(lifecycle.MESSAGE, record.state, rules.planning(record.state))
            if record.state is MessageState.FOUND and not duplicate_of and record.content_key:
                twin = self._earlier(message, record.content_key)
                rules.only_original(twin if twin and twin.outcome else None)
            for reply in overtaken:  # what is refused changes nothing
                rules.directed(self._known_reply(reply).state, ReplyEvent.DROP)
            outcome = self._outcome_of(duplicate_of) or plan.verdict.outcome
            later = not duplicate_of and plan.case != record.case
            planned = replace(_fresh(record), outcome=outcome, plan=plan, duplicate_of=duplicate_of,
                              belongs_to=plan.case if later else record.belongs_to)  # fmt: skip
            self._move(planned, rules.planning(record.state))
            where = rules.whereabouts(record.key.mailbox, record.place)
            self._places.add((duplicate_of or plan.case, "mailbox", where))
            if not duplicate_of:
                self._recount_duplicates(record.case, outcome)
                self._decide(record, plan, now)
                self._followed(record, plan)
            for reply in overtaken:
                self._direct(reply, ReplyEvent.DROP, who=who, now=now, note=rules.OVERTAKEN)

    def _followed(self, holder: MessageRecord, plan: Plan) -> None:
        for record in list(self._messages.values()):
            mine = plan.case in (record.case, record.belongs_to) and record.key.mailbox == holder.key.mailbox
            if not mine or record.id == holder.id or record.duplicate_of or record.plan is None:
                continue
            if record.state is MessageState.DONE:
                self._recount_duplicates(record.case, plan.verdict.outcome)
                moved = rules.following(record.plan, plan)
                followed = replace(_fresh(record), outcome=plan.verdict.outcome, plan=moved)
                self._move(followed, MessageEvent.DECIDE)

    def mark_filed(self, message: int, *, now: datetime) -> None:
        with self._alone(now):
            record = self._mine(message)
            self._move(_fresh(record), MessageEvent.FILE)
            assert record.plan is not None, "what was PLANNED has its plan"
            holder = _holder(record)
            before = {
                (case, "folder", path)
                for case in (holder, record.plan.follows)
                for path in record.plan.filed_before
            }
            self._places -= before
            self._places |= {(holder, "folder", folder.path) for folder in record.plan.folders}
            if record.plan.reply and not record.duplicate_of:
                self._put(record, record.plan, now)

    def mark_moved(self, message: int, *, place: Place | None, now: datetime) -> None:
        with self._alone(now):
            record = self._mine(message)
            moved = replace(_fresh(record), done=now, place=place or record.place)
            self._move(moved, MessageEvent.MOVE)
            self._moved_place(record, moved.place)

    def _moved_place(self, record: MessageRecord, place: Place) -> None:
        if record.plan is None:
            return
        holder, mailbox = _holder(record), record.key.mailbox
        self._places.discard((holder, "mailbox", rules.whereabouts(mailbox, record.place)))
        self._places.add((holder, "mailbox", rules.whereabouts(mailbox, place)))

    def _fresh_numbers(self, count: int, number: Callable[[], str]) -> list[str]:
        taken = self._numbers()
        return rules.fresh_numbers(count, number, taken=taken.intersection)

    def _recount_duplicates(self, case: str, outcome: Outcome) -> None:
        for record in list(self._messages.values()):
            if record.duplicate_of == case:
                self._messages[record.id] = replace(record, outcome=outcome)


def _fresh(record: MessageRecord) -> MessageRecord:
    return replace(record, attempts=0, next_try=None, step="", error="")


def _holder(record: MessageRecord) -> str:
    """The case under which this message's places are listed."""
    return record.duplicate_of or (record.plan.case if record.plan else record.case)
