"""Random lives: the tables have no dead ends, and the ledger and its twin never disagree."""

from __future__ import annotations

import itertools
import operator
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from intake.adapters.ledger import memory, sql, tables
from intake.errors import IntakeError
from intake.journey import lifecycle
from intake.journey.lifecycle import IllegalMove, MessageEvent, MessageState, ReplyEvent, ReplyState
from intake.model import Folder, Outcome, Plan, Reply, ReplyKind, Verdict
from intake.ports import CaseEvent, Ledger, Place

_State = TypeVar("_State", bound=StrEnum)

# --- The tables ----------------------------------------------------------------------------------


def reachable(starts: Iterable[_State], table: Mapping[tuple[_State, Any], _State]) -> set[_State]:
    found = set(starts)
    while more := {after for (state, _), after in table.items() if state in found} - found:
        found |= more
    return found


def test_a_message_can_come_to_every_state() -> None:
    """From being found, or from before our time, every state is reached."""
    assert reachable([MessageState.BEFORE, MessageState.FOUND], lifecycle.MESSAGE) == set(MessageState)


def test_a_reply_can_come_to_every_state() -> None:
    """From being held or queued, every state is reached."""
    assert reachable([ReplyState.HELD, ReplyState.QUEUED], lifecycle.REPLY) == set(ReplyState)


@pytest.mark.parametrize("state", lifecycle.UNFINISHED, ids=str)
def test_work_can_always_be_finished(state: MessageState) -> None:
    """From each unfinished state a message can be done, without a person."""
    ours = {
        (start, event): after
        for (start, event), after in lifecycle.MESSAGE.items()
        if event in (MessageEvent.PLAN, MessageEvent.FILE, MessageEvent.MOVE)
    }
    assert MessageState.DONE in reachable([state], ours)


def test_what_is_sent_or_dropped_stays_so() -> None:
    """No event leads out of either, but that a sent one came back: nobody is answered twice."""
    left = {
        move: state
        for move, state in lifecycle.REPLY.items()
        if move[0] in (ReplyState.SENT, ReplyState.DROPPED)
    }
    assert left == {(ReplyState.SENT, ReplyEvent.BOUNCE): ReplyState.FAILED}


@given(st.sampled_from(MessageState), st.lists(st.sampled_from(MessageEvent), max_size=30))
def test_a_message_moves_by_the_table_alone(state: MessageState, events: list[MessageEvent]) -> None:
    """Each event either is in the table or is refused in words that name both."""
    _live(lifecycle.MESSAGE, state, events)


@given(st.sampled_from(ReplyState), st.lists(st.sampled_from(ReplyEvent), max_size=30))
def test_a_reply_moves_by_the_table_alone(state: ReplyState, events: list[ReplyEvent]) -> None:
    """Each event either is in the table or is refused in words that name both."""
    _live(lifecycle.REPLY, state, events)


def _live(table: Mapping[Any, Any], state: Any, events: Iterable[Any]) -> None:
    for event in events:
        if (state, event) in table:
            state = lifecycle.follow(table, state, event)
        else:
            with pytest.raises(IllegalMove) as refused:
                lifecycle.follow(table, state, event)
            assert str(refused.value) == f"'{event}' cannot happen to what is '{state}'"


# --- The ledger and its twin ---------------------------------------------------------------------

NAMES = ("first", "second")
START = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)

names = st.sampled_from(NAMES)
picks = st.integers(0, 30)  # of what is in a fitting state; one in nine of anything, there or not
uids = st.lists(st.integers(1, 8), max_size=4)
minutes = st.integers(0, 20)
owners = st.sampled_from(["one", "one", "one", "two"])
becomes = st.sampled_from([event for (state, event) in lifecycle.REPLY if state is ReplyState.SENDING])
directions = st.sampled_from(
    [ReplyEvent.RELEASE, ReplyEvent.DROP, ReplyEvent.HOLD, ReplyEvent.ACCEPT, ReplyEvent.RESEND]
)
proofs = st.sampled_from(["bcc", "server-sent", ""])
outcomes = st.sampled_from(Outcome)
cases = st.integers(1, 12).map(lambda count: f"C{count}")


def _messages_in(*states: MessageState) -> Callable[[Any], bool]:
    return lambda machine: any(one.state in states for one in _all_messages(machine.twin))


def _replies_in(*states: ReplyState) -> Callable[[Any], bool]:
    return lambda machine: bool(machine.twin.replies(states=states))


class TwoLedgers(RuleBasedStateMachine):
    """Whatever is done to both ends alike in both: the same result or the same refusal."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.sql = sql.open(Path(self._folder.name) / "ledger.sqlite")
        self.twin = memory.MemoryLedger()
        self.now = START

    def teardown(self) -> None:
        """At the end of a life, all that can be asked of a ledger is asked of both."""
        try:
            for question in _questions(self.now):
                self.both(question)
            assert _tallied(self.sql) == _counted(self.sql)
        finally:
            self.sql.close()
            self._folder.cleanup()

    def both(self, act: Callable[[Ledger], object]) -> None:
        assert _told(act, self.sql) == _told(act, self.twin)

    def message_in(self, pick: int, *states: MessageState) -> int:
        fitting = [one.id for one in _all_messages(self.twin) if one.state in states]
        return fitting[pick % len(fitting)] if pick % 9 else pick % 12 + 1

    def reply_in(self, pick: int, *states: ReplyState) -> int:
        fitting = [one.id for one in self.twin.replies(states=states)]
        return fitting[pick % len(fitting)] if pick % 9 else pick % 6 + 1

    @initialize()
    def start(self) -> None:
        for name in NAMES:
            start = {"name": name, "uidvalidity": 1, "before": [1, 2], "now": self.now}
            self.both(operator.methodcaller("start_mailbox", **start))
        self.take_in(NAMES[0], [3, 4, 5, 6, 7], first=1)

    @rule(case=cases, kind=st.sampled_from(["spool", "sent"]), what=st.integers(0, 4))
    def at_the_desk(self, case: str, kind: str, what: int) -> None:
        event = CaseEvent(at=self.now, who="hr", what="note")
        acts: list[Callable[[Ledger], object]] = [
            lambda one: one.close_case(case, who="hr", now=self.now),
            lambda one: one.add_event(case, event),
            lambda one: one.add_place(case, kind=kind, where="x"),
            lambda one: one.drop_place(case, kind=kind, where="x"),
            lambda one: one.start_mailbox(NAMES[0], uidvalidity=1, before=(), now=self.now),
        ]
        self.both(acts[what])

    @rule(minutes=minutes)
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.both(lambda one: one.give_up_expired(now=self.now))

    @rule(name=names, uids=uids, first=st.integers(1, 12))
    def take_in(self, name: str, uids: list[int], *, first: int) -> None:
        def act(one: Ledger) -> object:
            record = one.mailbox(name)
            assert record is not None
            return one.take_in(
                name,
                uidvalidity=record.uidvalidity,
                uids=uids,
                now=self.now,
                number=_numbers(first),
            )

        self.both(act)

    @rule(name=names, uids=uids, replies=st.booleans(), first=st.integers(1, 12))
    def adopt(self, name: str, uids: list[int], *, replies: bool, first: int) -> None:
        self.both(lambda one: one.adopt(name, uids=uids, replies=replies, number=_numbers(first)))

    @rule(
        name=names, uidvalidity=st.integers(1, 4), before=uids, again=st.lists(st.integers(1, 8), min_size=2)
    )
    def renew(self, name: str, uidvalidity: int, before: list[int], again: list[int]) -> None:
        """A rebuild, and what is found then."""
        self.both(lambda one: one.renew_mailbox(name, uidvalidity=uidvalidity, before=before, now=self.now))
        self.take_in(name, again, first=1)

    @precondition(_messages_in(MessageState.FOUND))
    @rule(pick=picks, content_key=st.sampled_from("abc"))
    def identify(self, pick: int, content_key: str) -> None:
        message = self.message_in(pick, MessageState.FOUND)
        self.both(
            lambda one: one.identify(
                message, content_key=content_key, message_id="", size=1, arrived=self.now
            )
        )

    @precondition(_messages_in(MessageState.FOUND))
    @rule(pick=picks, other=picks)
    def repoint(self, pick: int, other: int) -> None:
        earlier = self.message_in(pick, *(state for state in MessageState if state is not MessageState.GONE))
        duplicate = self.message_in(other, MessageState.FOUND)
        self.both(lambda one: one.repoint(earlier, duplicate=duplicate) if earlier != duplicate else None)

    @precondition(_messages_in(*lifecycle.UNFINISHED))
    @rule(pick=picks, retry_in=st.none() | minutes)
    def put_off(self, pick: int, retry_in: int | None) -> None:
        message = self.message_in(pick, *lifecycle.UNFINISHED)
        at = None if retry_in is None else self.now + timedelta(minutes=retry_in)
        self.both(lambda one: one.put_off(message, step="s", error="e", retry_at=at))

    @precondition(_messages_in(MessageState.FOUND, MessageState.PARKED))
    @rule(pick=picks)
    def vanish(self, pick: int) -> None:
        message = self.message_in(pick, MessageState.FOUND, MessageState.PARKED)
        self.both(lambda one: one.vanish(message))

    @precondition(_messages_in(MessageState.PARKED))
    @rule(pick=picks)
    def retry(self, pick: int) -> None:
        message = self.message_in(pick, MessageState.PARKED)
        self.both(lambda one: one.retry(message))

    @precondition(_messages_in(MessageState.FOUND, MessageState.DONE))
    @rule(
        pick=picks,
        outcome=outcomes,
        kind=st.none() | st.sampled_from(ReplyKind),
        held=st.sampled_from(["", "held"]),
        follows=st.just("") | cases,
        duplicate_of=st.just("") | cases,
    )
    def save_plan(
        self,
        pick: int,
        outcome: Outcome,
        kind: ReplyKind | None,
        held: str,
        follows: str,
        duplicate_of: str,
    ) -> None:
        message = self.message_in(pick, MessageState.FOUND, MessageState.DONE)
        self.plan(message, outcome, kind, held, follows, duplicate_of)

    def plan(
        self,
        message: int,
        outcome: Outcome,
        kind: ReplyKind | None,
        held: str = "",
        follows: str = "",
        duplicate_of: str = "",
    ) -> None:
        def act(one: Ledger) -> None:
            case = one.message(message).case
            known = {record.case for record in _all_messages(self.twin)}
            plan = _plan(case, outcome, kind, held, follows)
            again = duplicate_of if duplicate_of in known and duplicate_of != case else ""
            one.save_plan(message, plan, now=self.now, duplicate_of=again)

        self.both(act)

    @precondition(_messages_in(MessageState.PLANNED))
    @rule(pick=picks)
    def mark_filed(self, pick: int) -> None:
        message = self.message_in(pick, MessageState.PLANNED)
        self.both(lambda one: one.mark_filed(message, now=self.now))

    @precondition(_messages_in(MessageState.FILED))
    @rule(pick=picks, place=st.none() | st.builds(Place, folder=st.just("Done"), uid=st.integers(1, 3)))
    def mark_moved(self, pick: int, place: Place | None) -> None:
        message = self.message_in(pick, MessageState.FILED)
        self.both(lambda one: one.mark_moved(message, place=place, now=self.now))

    @precondition(_messages_in(MessageState.FOUND, MessageState.DONE))
    @rule(
        pick=picks,
        outcome=st.sampled_from([Outcome.CORRECTION, Outcome.ACCEPTED]),
        follows=st.just("") | cases,
    )
    def carry_out(self, pick: int, outcome: Outcome, follows: str) -> None:
        """A whole life at once, or random steps would seldom come to the outbox and to conversations."""
        message = self.message_in(pick, MessageState.FOUND, MessageState.DONE)
        self.plan(message, outcome, ReplyKind.CORRECTION, follows=follows)
        self.both(lambda one: one.mark_filed(message, now=self.now))
        self.both(lambda one: one.mark_moved(message, place=None, now=self.now))

    @precondition(_replies_in(ReplyState.QUEUED))
    @rule(pick=picks, owner=owners, lease=minutes, proof=proofs)
    def announce(self, pick: int, owner: str, lease: int, proof: str) -> None:
        reply = self.reply_in(pick, ReplyState.QUEUED)
        until = self.now + timedelta(minutes=lease)
        self.both(lambda one: one.announce(reply, owner=owner, lease_until=until, proof=proof))

    @precondition(_replies_in(ReplyState.SENDING))
    @rule(pick=picks, owner=owners, proof=proofs)
    def hold(self, pick: int, owner: str, proof: str) -> None:
        reply = self.reply_in(pick, ReplyState.SENDING)
        self.both(lambda one: one.holds(reply, owner=owner, now=self.now, proof=proof))

    @rule(owner=owners)
    def next_life(self, owner: str) -> None:
        self.both(lambda one: one.give_up_expired(now=self.now, left_by_others=owner))

    @precondition(_replies_in(ReplyState.UNKNOWN))
    @rule(pick=picks, retry_in=st.none() | minutes)
    def look_later(self, pick: int, retry_in: int | None) -> None:
        reply = self.reply_in(pick, ReplyState.UNKNOWN)
        at = None if retry_in is None else self.now + timedelta(minutes=retry_in)
        self.both(lambda one: one.look_later(reply, retry_at=at, error="e"))
        for name in NAMES:
            self.both(lambda one, name=name: one.unproven(name, now=self.now))  # type: ignore[misc]

    @rule(name=names, trouble=st.sampled_from(["", "550"]))
    def report_copies(self, name: str, trouble: str) -> None:
        self.both(lambda one: one.report_copies(name, trouble=trouble))

    @precondition(_replies_in(ReplyState.SENDING))
    @rule(pick=picks, event=becomes | st.sampled_from(ReplyEvent), owner=owners, retry_in=st.none() | minutes)
    def settle(self, pick: int, event: ReplyEvent, owner: str, retry_in: int | None) -> None:
        reply = self.reply_in(pick, ReplyState.SENDING)
        at = None if retry_in is None else self.now + timedelta(minutes=retry_in)
        self.both(lambda one: one.settle(reply, event, owner=owner, now=self.now, error="e", retry_at=at))

    @precondition(_replies_in(*ReplyState))
    @rule(pick=picks, event=directions | st.sampled_from(ReplyEvent))
    def direct(self, pick: int, event: ReplyEvent) -> None:
        reply = self.reply_in(pick, *ReplyState)
        self.both(lambda one: one.direct(reply, event, who="hr", now=self.now, note="n"))


def _tallied(ledger: sql.SqlLedger) -> set[tuple[object, ...]]:
    """What the rows that are kept for counting say."""
    kept = sa.select(tables.tally).where(tables.tally.c.messages != 0)
    with ledger.reading() as connection:
        return {(row.mailbox, row.state, row.outcome, row.messages) for row in connection.execute(kept)}


def _counted(ledger: sql.SqlLedger) -> set[tuple[object, ...]]:
    """What counting all messages says."""
    columns = (tables.message.c.mailbox, tables.message.c.state, tables.message.c.outcome)
    grouped = sa.select(*columns, sa.func.count()).group_by(*columns)
    with ledger.reading() as connection:
        rows = connection.execute(grouped).all()
    return {(name, state, outcome or "", number) for name, state, outcome, number in rows}


def _told(act: Callable[[Ledger], object], ledger: Ledger) -> object:
    """What came of it: a result, or an error of the contract with its words."""
    try:
        return act(ledger)
    except (LookupError, ValueError, IntakeError) as exc:
        return type(exc), str(exc)


def _numbers(first: int) -> Callable[[], str]:
    count = itertools.count(first)
    return lambda: f"C{next(count)}"


def _plan(case: str, outcome: Outcome, kind: ReplyKind | None, held: str, follows: str) -> Plan:
    reply = (
        None
        if kind is None
        else Reply(
            kind=kind,
            language="en",
            recipient="Ada@x.example",
            subject="s",
            message_id=f"<{case}.{kind}>",
            text="t",
            raw=b"\xff",
            held=held,
        )
    )
    return Plan(
        case=case,
        verdict=Verdict(outcome=outcome, language="en", positions=("p",)),
        folders=(Folder(path=f"{outcome}/{case}", files=()),),
        filed_before=tuple(f"{other}/{one}" for other in Outcome for one in (case, follows)),
        reply=reply,
        follows=follows if follows != case else "",
    )


def _all_messages(ledger: Ledger) -> list[Any]:
    found = []
    for message in itertools.count(1):
        try:
            found.append(ledger.message(message))
        except LookupError:
            return found
    return found


def _questions(now: datetime) -> list[Callable[[Ledger], object]]:
    numbers = [f"C{count}" for count in range(1, 13)]
    ours = [f"<{case}.{kind}>" for case in numbers for kind in ReplyKind]
    return [
        lambda one: [(one.mailbox(name), one.counts(name)) for name in NAMES],
        _all_messages,
        lambda one: [one.unfinished(name, now=now, limit=3) for name in NAMES],
        lambda one: [one.replies(), one.due_replies(now=now, limit=3), one.replies(states=[ReplyState.HELD])],
        lambda one: [(one.case(case), one.history(case), one.places(case)) for case in numbers],
        lambda one: [one.cases(), one.cases(open_only=True), one.waiting_since(now)],
        lambda one: [one.traffic(address="ada@x.example", about="", now=now)],
        lambda one: [one.answers([message_id]) for message_id in ours[::3]] + [one.answers(ours)],
        lambda one: [one.unproven(name, now=now) for name in NAMES] + [one.reply_of(ours[0])],
    ]


TestTwoLedgers = TwoLedgers.TestCase
TestTwoLedgers.settings = settings(
    max_examples=80,
    stateful_step_count=50,
    deadline=None,  # a commit waits for the disk
    suppress_health_check=[HealthCheck.too_slow],
)
