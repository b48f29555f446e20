"""The transition tables, row by row, and the diagram drawn from them."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

from intake.journey import lifecycle
from intake.journey.lifecycle import IllegalMove, MessageEvent, MessageState, ReplyEvent, ReplyState

SCRIPT = Path(__file__).parents[2] / "scripts" / "lifecycle_diagram.py"

MESSAGE_MOVES = [
    ("before-our-time", "adopt", "found"),
    ("before-our-time", "vanish", "gone"),
    ("found", "plan", "planned"),
    ("found", "vanish", "gone"),
    ("found", "park", "parked"),
    ("planned", "file", "filed"),
    ("planned", "park", "parked"),
    ("filed", "move", "done"),
    ("filed", "park", "parked"),
    ("done", "decide", "planned"),
    ("done", "redo", "planned"),
    ("parked", "retry", "found"),
    ("parked", "resume", "planned"),
    ("parked", "vanish", "gone"),
]
REPLY_MOVES = [
    ("held", "release", "queued"),
    ("held", "drop", "dropped"),
    ("queued", "announce", "sending"),
    ("queued", "drop", "dropped"),
    ("queued", "hold", "held"),
    ("sending", "accept", "sent"),
    ("sending", "defer", "queued"),
    ("sending", "refuse", "failed"),
    ("sending", "lose", "unknown"),
    ("sent", "bounce", "failed"),
    ("unknown", "bounce", "failed"),
    ("unknown", "hold", "held"),
    ("unknown", "accept", "sent"),
    ("unknown", "release", "queued"),
    ("unknown", "resend", "queued"),
    ("queued", "accept", "sent"),
    ("unknown", "drop", "dropped"),
    ("failed", "release", "queued"),
    ("failed", "drop", "dropped"),
]


@pytest.mark.parametrize("state, event, after", MESSAGE_MOVES, ids="-".join)
def test_message_moves(state: str, event: str, after: str) -> None:
    """A message moves from this state by this event to that one."""
    assert lifecycle.follow(lifecycle.MESSAGE, MessageState(state), MessageEvent(event)) == after


@pytest.mark.parametrize("state, event, after", REPLY_MOVES, ids="-".join)
def test_reply_moves(state: str, event: str, after: str) -> None:
    """A reply moves from this state by this event to that one."""
    assert lifecycle.follow(lifecycle.REPLY, ReplyState(state), ReplyEvent(event)) == after


def test_there_are_no_other_moves() -> None:
    """What is not in the lists above is in neither table."""
    assert (len(lifecycle.MESSAGE), len(lifecycle.REPLY)) == (len(MESSAGE_MOVES), len(REPLY_MOVES))


def test_an_illegal_move_names_state_and_event() -> None:
    """A message that is done is not filed again, and the error says so in words."""
    with pytest.raises(IllegalMove, match="'file' cannot happen to what is 'done'"):
        lifecycle.follow(lifecycle.MESSAGE, MessageState.DONE, MessageEvent.FILE)


def test_work_ends_where_no_unfinished_state_is() -> None:
    """Found, planned and filed are what the worker walks; all others wait for people or are at an end."""
    assert lifecycle.UNFINISHED == (MessageState.FOUND, MessageState.PLANNED, MessageState.FILED)


@pytest.fixture
def script() -> dict[str, Any]:
    return runpy.run_path(str(SCRIPT))


@pytest.fixture
def page(tmp_path: Path, script: dict[str, Any]) -> Path:
    page = tmp_path / "design.md"
    page.write_text(f"# Design\n\n{script['BEGIN']}\nbygone\n{script['END']}\n\nThe end.\n", encoding="utf-8")
    return page


def test_the_diagram_is_written_between_its_marks(script: dict[str, Any], page: Path) -> None:
    """Every move is an arrow, final states end, and the rest of the page stays as it was."""
    assert script["main"]([str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Design\n")
    assert text.endswith("\n\nThe end.\n")
    assert "bygone" not in text
    assert "    found --> planned: plan\n" in text
    assert "    before_our_time: before-our-time\n" in text
    assert "    [*] --> found\n" in text
    assert "    gone --> [*]\n" in text
    assert text.count(" --> ") == 33 + 4 + 2  # moves, beginnings, ends


def test_the_check_tells_an_old_diagram_from_a_new_one(script: dict[str, Any], page: Path) -> None:
    """--check writes nothing: 1 while the page is old, 0 once it was written."""
    before = page.read_text(encoding="utf-8")
    assert script["main"](["--check", str(page)]) == 1
    assert page.read_text(encoding="utf-8") == before
    assert script["main"]([str(page)]) == 0
    assert script["main"](["--check", str(page)]) == 0


@pytest.mark.parametrize("text", ["", "# no marks\n"], ids=["empty", "without marks"])
def test_a_page_without_marks_is_refused(
    script: dict[str, Any], page: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sentence and 2, and the page is left alone."""
    page.write_text(text, encoding="utf-8")
    assert script["main"](["--check", str(page)]) == 2
    assert "are not both there" in capsys.readouterr().err
