"""The pieces of the running worker on the twins: what cannot be reached ends none of them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from intake import doorbell, schedule
from intake.journey.lifecycle import MessageState
from intake.turn import Turn
from tests.lives import Silent, Snare, World

PATIENCE = 20.0  # seconds


@pytest.fixture
def world() -> World:
    return World()


class Telling(Silent):
    """Hands on what went wrong."""

    def __init__(self) -> None:
        self.errors: queue.SimpleQueue[str] = queue.SimpleQueue()

    def error(self, event: str, **_: object) -> None:
        self.errors.put(event)


@pytest.fixture
def service(world: World) -> Iterator[schedule.Service]:
    """Its threads, without the times of its clock."""
    service = world.service
    service._scheduler.start(paused=True)
    yield service
    service.stop()
    service._scheduler.shutdown()
    service._threads.shutdown()


@pytest.mark.parametrize("at", range(30))
def test_a_ledger_that_cannot_be_asked_ends_no_look(world: World, at: int) -> None:
    """Whichever of its questions or records fails, the look ends in order, and a later one does the rest."""
    first = world.write(0, "question", "Dear all,\n\nis the position still open?\n", subject="A question")
    world.live(world.look, Snare(at=at, what="fail"))
    world.away.add("ledger")
    world.live(world.look)
    world.away.clear()
    world.clock.advance(timedelta(hours=2))
    world.live(world.look)
    [record] = world.alive(first.message_id)
    assert record.state is MessageState.DONE
    known = world.ledger.mailbox("main")
    assert known is not None
    assert known.trouble == ""


def test_a_look_that_breaks_does_not_silence_the_doorbell(world: World, service: schedule.Service) -> None:
    """Each mail rings, also after one whose look came to an end that nobody expected."""

    def look() -> None:
        raise RuntimeError

    log, bell = Telling(), world.mailbox
    service._shared = replace(service._shared, log=log)
    service._looks["main"] = Turn(look)
    ringing = doorbell.Doorbell(
        {"main": bell}, ring=service._rung, fails=lambda _name: False, stop=service._stop
    )
    service._doorbell = ringing
    ringing.start()
    try:
        for mail in (b"", b"Subject: 1\r\n\r\n", b"Subject: 2\r\n\r\n"):  # first the look at the beginning
            if mail:
                bell.deliver(mail, arrived=world.clock.now())
            assert log.errors.get(timeout=PATIENCE) == "work failed"
    finally:
        service.stop()
        ringing.join()


def test_what_is_asked_for_while_all_is_busy_is_one_more_run(service: schedule.Service) -> None:
    """A thousand replies queued by one look, while the first of them is sent, are sent by one more run."""
    begun, go_on, sent = threading.Barrier(3), threading.Event(), list[int]()

    def look() -> None:
        begun.wait(PATIENCE)
        go_on.wait(PATIENCE)

    def send() -> None:
        sent.append(1)
        if len(sent) == 1:
            look()

    sending = Turn(send)
    service._at_once(Turn(look))
    service._at_once(sending)
    begun.wait(PATIENCE)
    for _ in range(1000):
        service._at_once(sending)
    service._threads.submit(lambda: None).result(PATIENCE)  # behind them
    go_on.set()
    service._threads.shutdown()
    assert len(sent) == 2
