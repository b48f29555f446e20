"""What an answer to our mail says: clear words count, everything else is for a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake import wiring
from intake.journey import answers
from intake.journey.answers import Answer, AnswerKind
from tests import answers as written

RULES = wiring.rules(wiring.load(Path(__file__).resolve().parents[2] / "config"), "open-positions").route
OPEN = tuple(one for one in RULES.positions if one.apply_by == "email")


def read(text: str, offered: tuple[str, ...] = written.FOUR) -> Answer:
    return answers.read(text, offered, OPEN, rules=RULES)


@pytest.mark.parametrize("text, numbers", written.NUMBERS)
def test_positions_by_their_number(text: str, numbers: tuple[int, ...]) -> None:
    """As our correction numbered them, from 1."""
    found = read(text)
    assert (found.kind, found.positions) == (
        AnswerKind.POSITIONS,
        tuple(written.FOUR[number - 1] for number in numbers),
    )
    assert found.evidence


@pytest.mark.parametrize("text, offered, positions", written.NAMES)
def test_positions_by_their_name(text: str, offered: tuple[str, ...], positions: tuple[str, ...]) -> None:
    """Whether offered or not, when the name leaves no doubt; a group where one of it was offered."""
    found = read(text, offered)
    assert (found.kind, found.positions) == (AnswerKind.POSITIONS, positions)
    assert found.evidence


@pytest.mark.parametrize(
    "text, kind",
    [
        *((text, AnswerKind.SEVERAL) for text in written.SEVERAL),
        *((text, AnswerKind.DECIDE) for text in written.DECIDE),
        *((text, AnswerKind.NONE) for text in written.NONE),
        *((text, AnswerKind.WITHDRAWAL) for text in written.WITHDRAWAL),
        *((text, AnswerKind.OTHER) for text in written.OTHER),
    ],
)
def test_what_else_an_answer_says(text: str, kind: AnswerKind) -> None:
    """Several without saying which, the choice left to us, none, withdrawn; or something that a person must read."""
    found = read(text)
    assert (found.kind, found.positions) == (kind, ())
    assert bool(found.evidence) == (kind is not AnswerKind.OTHER)
