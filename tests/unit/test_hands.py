"""Several processes share the work, on twins: one carries what another found, and takes over what it left."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from intake import desk, hands, post, worker
from intake.errors import SignInFailed, Transient
from intake.journey import plan
from intake.journey.lifecycle import MessageState, ReplyState
from intake.ports import Claim, MessageRecord
from intake.shared import Limits, Shared
from tests.unit.test_worker import PATIENCE, Centre

LONG = 60.0


class Called:
    """``ports.Dispatch`` that remembers what was offered."""

    def __init__(self) -> None:
        self.waiting: list[int] = []

    def offer(self, records: Sequence[MessageRecord]) -> None:
        self.waiting.extend(record.id for record in records if record.id not in self.waiting)


class Shift(Centre):
    """A centre whose worker is the poller, and two processes that carry."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs = Called()
        self.poller = self._worker(self.shared, dispatch=self.jobs)
        self.rules_taken: Callable[[str], plan.Rules] | None = None
        self.ada, self.bob = self._hand("ada"), self._hand("bob")

    def _worker(self, shared: Shared, **more: Any) -> worker.Worker:
        limits = Limits(mail_bytes=10**7, attempts=5)
        return worker.Worker(
            name="main", mailbox=self.mailbox, shared=shared, rules=self.worker.rules, limits=limits, **more
        )

    def _hand(self, name: str) -> hands.Hands:
        shared = replace(self.shared, ledger=self.ledger.as_owner(name))
        workers = {"main": self._worker(shared)}
        return hands.Hands(
            shared=shared,
            workers=workers,
            post=post.Post(shared=shared, senders={"main": self.sender},
                           addresses={"main": "open-positions@rc-trust.ai"}, owner=name),
            desk=desk.Desk(shared, workers, PATIENCE),
            lease=LONG,
            reload=lambda: self.rules_taken,
        )  # fmt: skip

    def all_carried(self, by: hands.Hands) -> None:
        while self.jobs.waiting:
            by.carry(self.jobs.waiting.pop(0))
            self.poller.offer()

    def expires(self, owner: str, message: int) -> None:
        """The owner's heart has not beaten for a while."""
        self.ledger.as_owner(owner).extend(message, seconds=-1)


@pytest.fixture
def shift() -> Shift:
    return Shift()


def test_the_poller_makes_the_rows_and_others_carry(shift: Shift) -> None:
    for number in (1, 2, 3):
        shift.deliver(number)
    shift.poller.look()
    assert [record.state for record in shift.ledger.unfinished("main", now=shift.clock.now(), limit=9)] == [
        MessageState.FOUND
    ] * 3
    shift.ada.carry(shift.jobs.waiting.pop(0))
    shift.all_carried(by=shift.bob)
    assert shift.ledger.counts("main")["in work"] == 0
    assert len(shift.sent()) == 3
    assert len({path.rpartition("/")[0] for path in shift.folders.files}) == 3


def test_one_job_too_many_finds_nothing_to_do(shift: Shift) -> None:
    shift.deliver(1)
    shift.poller.look()
    message = shift.jobs.waiting[0]
    assert shift.ledger.as_owner("bob").claim(message, seconds=LONG)
    shift.ada.carry(message)
    assert shift.ledger.message(message).state is MessageState.FOUND
    shift.bob.carry(message)
    shift.bob.carry(message)
    shift.ada.carry(4711)
    assert len(shift.sent()) == 1


def test_what_is_not_due_is_left_for_its_time(shift: Shift) -> None:
    """A job may be older than the failure that put its message off."""
    shift.deliver(1)
    shift.poller.look()
    message = shift.jobs.waiting[0]
    later = shift.clock.now() + timedelta(minutes=5)
    shift.ledger.put_off(message, step="found", error="slow", retry_at=later)
    shift.ada.carry(message)
    assert shift.ledger.message(message).state is MessageState.FOUND
    assert shift.ledger.as_owner("bob").claim(message, seconds=LONG) == Claim(orphaned=False)


def test_a_mailbox_that_is_away_puts_nothing_in_the_way(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift.deliver(1)
    shift.poller.look()
    message = shift.jobs.waiting[0]

    def away() -> None:
        raise Transient("the server is away")

    with monkeypatch.context() as broken:
        broken.setattr(shift.mailbox, "open", away)
        shift.ada.carry(message)
    assert shift.ledger.message(message).attempts == 0
    shift.bob.carry(message)
    assert shift.ledger.message(message).state is MessageState.DONE


def test_a_rebuilt_mailbox_waits_for_the_poller(shift: Shift) -> None:
    """Who carries makes no rows: under a new UIDVALIDITY nothing is fetched by an old UID."""
    shift.deliver(1)
    shift.poller.look()
    message = shift.jobs.waiting.pop(0)
    shift.mailbox.rebuild()
    shift.ada.carry(message)
    assert shift.ledger.message(message).state is MessageState.FOUND
    shift.poller.look()
    shift.all_carried(by=shift.ada)
    assert len(shift.sent()) == 1
    assert (shift.ledger.counts("main")["in work"], shift.ledger.counts("main")["gone"]) == (0, 1)


def test_whoever_keeps_ending_over_a_message_parks_it(shift: Shift) -> None:
    """A message that kills its process is tried as often as any other, and then a person looks."""
    shift.deliver(1)
    shift.poller.look()
    message = shift.jobs.waiting[0]
    for _ in range(5):
        shift.clock.advance(timedelta(hours=2))
        assert shift.ledger.as_owner("dead").claim(message, seconds=-1)
        record = shift.ledger.message(message)
        if record.attempts < 4:
            shift.ledger.put_off(message, step="found", error="ended", retry_at=shift.clock.now())
    shift.bob.carry(message)
    assert shift.ledger.message(message).state is MessageState.PARKED


#: Where a process is when it is stopped: right before it does this, of the ledger, the folders or the mailbox.
_BEFORE = ["identify", "save_plan", "file", "mark_filed", "move", "mark_moved", "announce", "settle"]


@pytest.mark.parametrize("step", _BEFORE)
def test_a_process_that_was_stopped_and_goes_on_does_nothing_twice(
    shift: Shift, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGSTOP, another one takes over and comes to the end, SIGCONT: it writes nothing and sends nothing."""
    shift.deliver(1)
    shift.poller.look()
    message = shift.jobs.waiting.pop(0)
    ada = shift.ada._workers["main"]._ledger
    target: Any = {"file": shift.folders, "move": shift.mailbox}.get(step, ada)
    original = getattr(target, step)
    meanwhile: list[int] = []

    def stopped(*given: Any, **more: Any) -> Any:
        if not meanwhile:
            meanwhile.append(message)
            shift.expires("ada", message)
            shift.clock.advance(timedelta(minutes=5))
            with monkeypatch.context() as others:  # they meet the real thing
                others.setattr(target, step, original)
                shift.bob.carry(message)
                shift.bob.carry(message)
        return original(*given, **more)

    monkeypatch.setattr(target, step, stopped)
    shift.ada.carry(message)
    assert meanwhile
    shift.poller.look()
    shift.all_carried(by=shift.bob)
    assert shift.ledger.message(message).state is MessageState.DONE
    assert len({path.rpartition("/")[0] for path in shift.folders.files}) == 1
    replies = shift.ledger.replies()
    assert len(replies) == 1
    assert len(shift.sender.accepted) == 1
    # Stopped while it was sending, it may or may not have sent: the proof decides, not the other process.
    assert replies[0].state is (ReplyState.UNKNOWN if step == "settle" else ReplyState.SENT)


def test_new_rules_are_taken_between_two_messages(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    shift.rules_taken = lambda _: replace(shift.worker.rules, merge=True)
    shift.deliver(1)
    shift.poller.look()
    shift.ada.carry(shift.jobs.waiting[0])
    assert not shift.ada._workers["main"].rules.merge
    monkeypatch.setattr(shift.ada, "_read_rules", -1000.0)
    shift.ada.carry(shift.jobs.waiting[0])
    assert shift.ada._workers["main"].rules.merge


def test_a_lease_that_could_not_be_given_back_ends_by_itself(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger went away in the middle: the process lives on, and its heart beats for what is in hand alone."""
    shift.deliver(1)
    shift.poller.look()
    message = shift.jobs.waiting[0]
    beaten: list[int] = []

    def away(*_: object, **__: object) -> None:
        raise Transient("the ledger is away")

    def away_at_work(*_: object, **__: object) -> None:
        shift.ada._beat()
        away()

    def beat(number: int, *, seconds: float) -> None:
        assert seconds == LONG
        beaten.append(number)

    beats = iter((False, True, False, True))  # whether it has ended: once at work, once after it
    monkeypatch.setattr(shift.ada._ended, "wait", lambda _: next(beats))
    monkeypatch.setattr(shift.ada._ledger, "extend", beat)
    with monkeypatch.context() as broken:
        broken.setattr(shift.ada._ledger, "mark_filed", away_at_work)
        broken.setattr(shift.ada._ledger, "release", away)
        shift.ada.carry(message)
    assert beaten == [message]
    shift.ada._beat()
    assert beaten == [message]
    assert shift.ledger.as_owner("bob").claim(message, seconds=LONG) is None
    shift.expires("ada", message)
    assert shift.ledger.as_owner("bob").claim(message, seconds=LONG) == Claim(orphaned=True)


def test_a_claim_whose_answer_was_lost_is_not_kept(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was made, and the connection ended before we heard of it."""
    shift.deliver(1)
    shift.poller.look()
    message = shift.jobs.waiting[0]
    claim = shift.ada._ledger.claim

    def lost(number: int, *, seconds: float) -> None:
        claim(number, seconds=seconds)
        raise Transient("the connection ended")

    with monkeypatch.context() as broken:
        broken.setattr(shift.ada._ledger, "claim", lost)
        shift.ada.carry(message)
    assert shift.ada._in_hand is None
    shift.expires("ada", message)
    shift.bob.carry(message)
    assert shift.ledger.message(message).state is MessageState.DONE


def test_a_server_that_refuses_us_is_left_alone_for_a_while(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Five messages are no reason to sign in five times with a wrong password."""
    for number in range(1, 6):
        shift.deliver(number)
    shift.poller.look()
    asked: list[int] = []

    def refused() -> None:
        asked.append(1)
        raise SignInFailed("535 wrong password")

    monkeypatch.setattr(shift.mailbox, "open", refused)
    for message in shift.jobs.waiting:
        shift.ada.carry(message)
        shift.ada.carry(message)
    assert len(asked) == 1
    assert {shift.ledger.message(message).attempts for message in shift.jobs.waiting} == {0}


def test_an_account_may_be_away_for_any_time(shift: Shift, monkeypatch: pytest.MonkeyPatch) -> None:
    """The longest rest is 300 s, so that four days are more than a thousand failures."""
    shift.deliver(1)
    shift.poller.look()

    def away() -> None:
        raise Transient("no route to host")

    monkeypatch.setattr(shift.mailbox, "open", away)
    account = shift.ada._workers["main"].account
    shift.ada._away[account] = (2000, 0.0)
    shift.ada.carry(shift.jobs.waiting[0])
    failures, until = shift.ada._away[account]
    assert failures == 2001
    assert 290 < until - time.monotonic() <= 300


def test_two_mails_of_one_sender_get_one_reply_whoever_carries_them(shift: Shift) -> None:
    """The first is planned and not filed yet: whether it waits for a second one nobody can see."""
    shift.only_letter()
    for hand in (shift.ada, shift.bob):
        worker_ = hand._workers["main"]
        worker_.rules = replace(worker_.rules, correction_delay=timedelta(minutes=5))
    shift.deliver(1)
    shift.deliver(2)
    shift.poller.look()
    first, second = shift.jobs.waiting
    shift.folders.away = True
    shift.ada.carry(first)
    assert shift.ledger.message(first).state is MessageState.PLANNED
    shift.bob.carry(second)
    assert shift.ledger.message(second).state is MessageState.FOUND
    shift.folders.away = False
    shift.clock.advance(timedelta(minutes=2))
    shift.ada._away.clear()
    shift.ada.carry(first)
    shift.bob.carry(second)
    shift.clock.advance(timedelta(minutes=10))
    shift.poller.offer()
    for message in (first, second):
        shift.bob.carry(message)
    shift.bob._post.send_due()
    assert len(shift.sender.accepted) == 1
    assert len(shift.ledger.cases()) == 1
