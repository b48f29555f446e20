"""What an answer to our mail says: clear words count, everything else is for a person."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import wiring
from intake.journey import answers
from intake.journey.answers import Answer, AnswerKind
from tests import answers as written
from tests import pace

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
        *((text, AnswerKind.OTHER) for text in written.NOT_WITHDRAWN),
        *((text, AnswerKind.OTHER) for text in written.MISCOUNTED),
        *((text, AnswerKind.OTHER) for text in written.NOT_ALL),
        *((text, AnswerKind.OTHER) for text in written.CORRECTED),
        *((text, AnswerKind.OTHER) for text in written.IDLE),
        *((text, AnswerKind.OTHER) for text in written.OTHER),
    ],
)
def test_what_else_an_answer_says(text: str, kind: AnswerKind) -> None:
    """Several without saying which, the choice left to us, none, withdrawn; or something that a person must read."""
    found = read(text)
    assert (found.kind, found.positions) == (kind, ())
    assert bool(found.evidence) == (kind is not AnswerKind.OTHER)


def test_without_numbers_in_our_mail_none_is_chosen() -> None:
    """An answer to a question about certificates: "none" and "2" say nothing of positions."""
    for text in ("2", "none", "keine", "alle", "several", "egal", "both"):
        assert read(text, ()) == Answer(kind=AnswerKind.OTHER)


def test_a_position_that_is_not_open_is_for_a_person() -> None:
    """Unless it was offered: then the case came in time."""
    open_ones = tuple(one for one in OPEN if one.id != written.CAUSAL)
    closed = answers.read("Causal Inference", (written.INTERPRETABLE,), open_ones, rules=RULES)
    assert closed == Answer(kind=AnswerKind.OTHER)
    assert answers.read("Causal Inference", written.FOUR, open_ones, rules=RULES).positions == (
        written.CAUSAL,
    )
    assert answers.read("1", written.FOUR, open_ones, rules=RULES).positions == (written.CAUSAL,)


def test_all_positions_are_all_that_are_open() -> None:
    """Where all of them were offered; of fewer a person must ask."""
    every = tuple(one.id for one in OPEN)
    assert read("all positions", every).positions == every
    assert read("all eight positions", every).positions == every
    assert read("all positions") == Answer(kind=AnswerKind.OTHER)


def test_titles_are_enough_without_the_rules_of_routing() -> None:
    """Numbers, titles and aliases; a group's words need the groups."""
    assert answers.read("Causal Inference", written.FOUR, OPEN).positions == (written.CAUSAL,)
    assert answers.read("kausale Inferenz, bitte", (), OPEN).positions == (written.CAUSAL,)
    assert answers.read("Number 2", written.FOUR, OPEN).positions == (written.INTERPRETABLE,)
    assert answers.read("the PostDoc", written.TWO, OPEN) == Answer(kind=AnswerKind.OTHER)


def test_a_long_answer_is_for_a_person() -> None:
    """It says more than which position."""
    assert read("Number 2. " + "My work was read by many. " * 30) == Answer(kind=AnswerKind.OTHER)


def test_the_evidence_is_what_decided() -> None:
    """As written, without the rest."""
    assert (
        read("Dear all,\n\nI hope you are well. Number 2, please.\n\nBest\nNadia").evidence
        == "Number 2, please"
    )
    assert read("Thank you. I withdraw my application. Bye").evidence == "I withdraw my application"


@pytest.mark.parametrize(
    "piece",
    ["thank you so ", "leider leider dass ", "i accepted another job now ", "so i am sorry that ", "aus a gruenden ",
     "hiermit ziehe ich meine bewerbung auf die stelle in ", "i withdraw my application for the position in "],
)  # fmt: skip
def test_no_answer_takes_long(piece: str) -> None:
    """Measured 5 ms at most: the words of a withdrawal match in one way only."""
    with pace.within(40):
        read(f"{piece * (120 // len(piece.split()) - 1)} withdraw")


@given(
    st.lists(
        st.sampled_from(
            [
                *"123,?.\n()#-/&",
                " ",
                "2.",
                "not ",
                "und ",
                "the ",
                "second ",
                "all ",
                "causal inference ",
                "postdoc ",
                "ꙮ",
                "§0 ",
                "Nr. ",
            ]
        )
    )
)
def test_whatever_is_written_gets_an_answer(pieces: list[str]) -> None:
    """Nothing raises; a question is never a choice; only what was offered, or is open, is chosen."""
    text = "".join(pieces)
    found = read(text)
    assert set(found.positions) <= {one.id for one in OPEN}
    assert found.kind is AnswerKind.OTHER or "?" not in text
    assert bool(found.positions) == (found.kind is AnswerKind.POSITIONS)
