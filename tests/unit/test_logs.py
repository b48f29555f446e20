"""The log's gate: nothing of a person passes, whoever logs it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from intake import logs


@pytest.fixture(autouse=True)
def _undisturbed() -> Iterator[None]:
    """The root logger as it was."""
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    root.handlers[:] = before


@pytest.mark.parametrize(
    "fields, expected",
    [
        pytest.param(
            {"case": "K7QX", "outcome": "accepted"}, {"case": "K7QX", "outcome": "accepted"}, id="known"
        ),
        pytest.param({"messages": 3, "seconds": 1.5}, {"messages": 3, "seconds": 1.5}, id="numbers"),
        pytest.param({"problems": ["empty", "too-large"]}, {"problems": ["empty", "too-large"]}, id="slugs"),
        pytest.param({"problems": ["a b"]}, {"problems": [logs.WITHHELD]}, id="sentence-in-a-list"),
        pytest.param({"error": "x@uni.example"}, {"error": logs.WITHHELD}, id="address"),
        pytest.param({"error": "refused by Nadia"}, {"error": logs.WITHHELD}, id="sentence"),
        pytest.param({"step": "a" * 81}, {"step": logs.WITHHELD}, id="too-long"),
        pytest.param({"sha256": "a" * 64}, {"sha256": "a" * 64}, id="hash"),
        pytest.param({"subject": "Application"}, {"withheld": ["subject"]}, id="unknown-field"),
        pytest.param({"error": None}, {"error": None}, id="nothing"),
    ],
)
def test_only_what_cannot_be_personal_passes(fields: dict[str, object], expected: dict[str, object]) -> None:
    """Known fields with numbers or single words; of others the name alone."""
    assert logs.gate(None, "info", {"event": "judged", **fields}) == {"event": "judged", **expected}


@pytest.mark.parametrize("event", ["from x@uni.example", "a" * 61, "case: K7QX", 7])
def test_an_event_is_a_few_plain_words(event: object) -> None:
    """Not a sentence made of what a mail holds."""
    assert logs.gate(None, "info", {"event": event})["event"] == logs.WITHHELD


def test_a_line_is_one_json_object_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    """With its level and the time in UTC."""
    logs.to_stderr("json").warning("parked", case="K7QX", name="Nadia")
    line = json.loads(capsys.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "parked", "level": "warning", "case": "K7QX", "withheld": ["name"]}


def test_what_a_library_says_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """Its sentences may quote a mail; that it said something is told."""
    logs.to_stderr("json")
    try:
        int("x@uni.example")
    except ValueError:
        logging.getLogger("imapclient").exception("cannot parse %s", "x@uni.example")
    line = json.loads(capsys.readouterr().err)
    assert (line["event"], line["library"], line["error"]) == ("library", "imapclient", "ValueError")
    assert "x@uni" not in str(line)


def test_for_people_it_is_no_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The same events in columns."""
    logs.to_stderr("console").info("ready", mailboxes=1)
    said = capsys.readouterr().err
    assert "ready" in said
    assert "mailboxes" in said
    assert not said.startswith("{")
