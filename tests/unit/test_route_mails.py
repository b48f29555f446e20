"""The written mails of tests/routing_mails, judged by the shipped rules; `make evaluate-routing` in short."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from intake import wiring
from scripts import evaluate_routing
from tests import routing

RULES = wiring.rules(wiring.load(Path(__file__).resolve().parents[2] / "config"), "open-positions")
TUNED = [pytest.param(one, id=f"{one.group}-{one.name}") for one in routing.mails("tuning")]


@pytest.mark.parametrize("written", TUNED)
def test_no_written_mail_is_decided_wrongly(written: routing.Written) -> None:
    """Asking is allowed; being wrong and confident is not."""
    judged = routing.judge(written, RULES)
    assert judged.score is not routing.Score.WRONG, f"meant {written.meant}; decided {judged.decided}"


@pytest.mark.parametrize("part", ["tuning", "held_out"])
def test_nearly_all_written_mails_are_decided_rightly(part: str) -> None:
    """At least 95 % as meant, and none wrongly, also of those that the rules were not tuned on."""
    scores = Counter(routing.judge(one, RULES).score for one in routing.mails(part))
    assert scores[routing.Score.WRONG] == 0
    assert scores[routing.Score.RIGHT] >= 0.95 * scores.total()


def test_every_written_mail_has_a_name_of_its_own() -> None:
    """So that a report can name it."""
    names = Counter((one.group, one.name) for part in ("tuning", "held_out") for one in routing.mails(part))
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("letter", [one.values[0] for one in TUNED if "letter" in one.values[0].given])
def test_the_letters_of_the_written_mails_are_taken_for_letters(letter: routing.Written) -> None:
    """Otherwise their words would never reach the routing, and its figures would mean nothing."""
    assert "p. 1: letter" in " ".join(routing.judge(letter, RULES).reasons)


@pytest.mark.parametrize(
    "given, decided, score",
    [
        pytest.param({"positions": ["yig/uncertainty-quantification"]}, "right", routing.Score.RIGHT, id="as-meant"),
        pytest.param({"positions": ["postdoc/causal-inference"]}, "another", routing.Score.WRONG, id="another"),
        pytest.param({"asked": "unknown"}, "confident", routing.Score.WRONG, id="confident-where-a-question-was-meant"),
    ],
)  # fmt: skip
def test_the_score_tells_harm_from_a_question(
    given: dict[str, object], decided: str, score: routing.Score
) -> None:
    """Only a confident decision can be wrong."""
    mail = {"name": decided, "subject": "Application Uncertainty Quantification", "body": "", **given}
    assert routing.judge(routing.Written(group="here", name=decided, given=mail), RULES).score is score


def test_a_question_where_a_position_was_meant_is_counted_as_asked() -> None:
    """It bothers the applicant, and does no harm."""
    mail = {"name": "one", "subject": "Application", "body": "", "positions": ["postdoc/causal-inference"]}
    judged = routing.judge(routing.Written(group="here", name="one", given=mail), RULES)
    assert (judged.score, judged.question) == (routing.Score.ASKED, "unknown")


def test_the_report_fails_when_a_mail_is_decided_wrongly(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And names it."""
    given = {"name": "odd", "subject": "Application Causal Inference", "body": "", "asked": "unknown"}
    one = routing.Written(group="tuning/here", name="odd", given=given)
    monkeypatch.setattr(routing, "mails", lambda part: (one,))
    assert evaluate_routing.main(["--only", "tuning", "--why"]) == 1
    said = capsys.readouterr().out
    assert "Tuning set: 1 mails, 0 right, 0 asked, 1 wrong (0.0% right)" in said
    assert "wrong  tuning/here: odd" in said
    assert "the subject names 'causal inference'" in said
