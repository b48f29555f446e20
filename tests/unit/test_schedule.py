"""The pieces of the running worker on the twins: what cannot be reached ends none of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from intake.journey.lifecycle import MessageState
from tests.lives import Snare, World


@pytest.fixture
def world() -> World:
    return World()


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
