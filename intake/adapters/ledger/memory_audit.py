"""The twin's part about looking at itself. It loses no rows, so much of it finds nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from intake.adapters.ledger import plans
from intake.adapters.ledger.memory_store import Store
from intake.journey import lifecycle, reconcile
from intake.journey.lifecycle import MessageEvent, MessageState, ReplyState
from intake.model import MessageKey
from intake.ports import CaseRecord, MessageRecord, Milestone


class Audit(Store):
    """See ``ports.Ledger``."""

    def held(self, *, after: int, limit: int) -> list[reconcile.Filed]:
        with self._alone():
            chosen = sorted((one for one in self._cases.values() if one.message > after), key=_by_message)
            return [self._filed(one) for one in chosen[:limit]]

    def held_last(self, *, limit: int) -> list[reconcile.Filed]:
        with self._alone():
            chosen = sorted(self._cases.values(), key=_by_message, reverse=True)
            return [self._filed(one) for one in chosen[:limit]]

    def held_by(self, case: str) -> reconcile.Filed | None:
        with self._alone():
            return self._filed(self._cases[case]) if case in self._cases else None

    def _filed(self, case: CaseRecord) -> reconcile.Filed:
        record = self._messages[case.message]
        assert record.plan is not None, "a case was decided by a plan"
        outline = plans.outline_of(record.plan, size=record.size)
        places = sorted(
            where for number, kind, where in self._places if (number, kind) == (case.number, "folder")
        )
        known = {one.reply.message_id for one in self._replies.values()}
        return replace(outline, message=record.id, mailbox=record.key.mailbox, state=record.state,
                       closed=case.closed is not None, lies=record.place.folder, places=tuple(places),
                       queued=not outline.reply or outline.reply in known)  # fmt: skip

    def rowless(self, name: str, *, uidvalidity: int, uids: Sequence[int]) -> list[int]:
        with self._alone():
            known = {record.key for record in self._messages.values()}
            keys = {uid: MessageKey(mailbox=name, uidvalidity=uidvalidity, uid=uid) for uid in uids}
            return sorted(uid for uid, key in keys.items() if key not in known)

    def placed(self, name: str) -> dict[tuple[str, int], set[int]]:
        found: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
        with self._alone():
            for place in (one.place for one in self._of_mailbox(name)):
                if place.uid is not None:
                    found[place.folder, place.uidvalidity or 0].add(place.uid)
        return dict(found)

    def known_ids(self, name: str, message_ids: Sequence[str]) -> set[str]:
        with self._alone():
            return {one.message_id for one in self._of_mailbox(name)} & set(message_ids)

    def _of_mailbox(self, name: str) -> list[MessageRecord]:
        return [one for one in self._messages.values() if one.key.mailbox == name]

    def known_cases(self, numbers: Sequence[str]) -> set[str]:
        with self._alone():
            to_come = (*lifecycle.UNFINISHED, MessageState.PARKED)
            in_work = {one.case for one in self._messages.values() if one.state in to_come}
            return ({*self._cases} | in_work) & set(numbers)

    def orphans(self) -> dict[str, list[str]]:
        return {}

    def planless(self) -> list[str]:
        return []

    def standings(self, cases: Sequence[str]) -> dict[str, MessageState]:
        with self._alone():
            return {one.case: one.state for one in self._messages.values() if one.case and one.case in cases}

    def places_of(self, kinds: Sequence[str]) -> list[tuple[str, str, str]]:
        with self._alone():
            return sorted(place for place in self._places if place[1] in kinds)

    def retally(self, name: str) -> None:
        """The twin keeps no other figures."""

    def redo(self, message: int, *, hold: str) -> None:
        with self._alone():
            record = self._known(message)
            state = lifecycle.follow(lifecycle.MESSAGE, record.state, MessageEvent.REDO)
            fresh = replace(record, state=state, attempts=0, next_try=None, step="", error="")
            self._messages[message] = _kept_back(fresh, hold)

    def keep_back(self, *, why: str) -> int:
        going = (ReplyState.QUEUED, ReplyState.SENDING)
        with self._alone():
            waiting = [one for one in self._replies.values() if one.state in going]
            for one in waiting:
                self._replies[one.id] = replace(one, state=ReplyState.HELD, error=why, owner="", lease_until=None,
                                                next_try=None)  # fmt: skip
            # Their proof is still sought, and only that: what is not found is for a person.
            for one in [one for one in self._replies.values() if one.sought]:
                self._replies[one.id] = replace(one, resent=lifecycle.MOST_RESENT)
            number = len(waiting)
            for record in list(self._messages.values()):
                if record.state in lifecycle.UNFINISHED:
                    number += record.plan is not None and record.plan.reply is not None
                    self._messages[record.id] = _kept_back(record, why)
            return number

    def milestone(self, name: str) -> Milestone | None:
        with self._alone():
            return self._milestones.get(name)

    def set_milestone(self, name: str, milestone: Milestone | None) -> None:
        with self._alone(milestone.at if milestone else None):
            self._milestones.pop(name, None)
            if milestone is not None:
                self._milestones[name] = milestone


def _by_message(case: CaseRecord) -> int:
    return case.message


def _kept_back(record: MessageRecord, why: str) -> MessageRecord:
    plan = record.plan
    if plan is not None and plan.reply is not None:
        plan = replace(plan, reply=replace(plan.reply, held=why, not_before=None))
    return replace(record, hold=why, plan=plan)
