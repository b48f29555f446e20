"""`make torture MAILS=…`: a short form over mails of our own, and what it finds wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake import wiring
from intake.journey import plan
from scripts import torture_mails
from tests import builders

RULES = wiring.rules(wiring.load(Path(__file__).resolve().parents[2] / "config"), "open-positions")
PDF = builders.File("a.pdf", builders.pdf())
BOUNCE = builders.thunderbird("It could not be delivered.\n", sender="MAILER-DAEMON@mx.example")
MAILS = {
    "application.eml": builders.thunderbird(builders.LETTER, [PDF]),
    "away.eml": builders.thunderbird("I am away.\n", subject="Automatic reply: Your mail"),
    "bounce.eml": BOUNCE,
    "junk.bin": bytes(range(256)) * 50,
    "nothing": b"",
    "box.mbox": b"From a@b.example Mon Nov  3 10:00:00 2025\n" + builders.thunderbird() + b"\n",
}
EXPECTED = "file\texpected\napplication.eml\tHUMAN\naway.eml\tauto\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inner").mkdir()
    for name, content in MAILS.items():
        (tmp_path / "inner" / name).write_bytes(content)
    (tmp_path / "inner" / torture_mails.EXPECTED).write_text(EXPECTED)
    return tmp_path


def done(folder: Path, rules: plan.Rules = RULES) -> list[torture_mails.Done]:
    return [
        torture_mails.judge(found, rules, expected) for found, expected in torture_mails.messages([folder])
    ]


def test_every_mail_gets_a_result(folder: Path) -> None:
    """Whatever it is: a mail, a box of mails, bytes of no mail, nothing."""
    said: list[str] = []
    assert torture_mails.report(done(folder), 60.0, said.append) == 0
    assert said[0].startswith("6 mails in ")
    assert "  parsed    6" in said
    assert "  parked    0" in said
    assert "bounces and reports: 1, expected automatic: 1, human: 1" in said
    assert "answered wrongly: 0" in said


@pytest.mark.parametrize(
    "name,content,what",
    [
        pytest.param(
            "away.eml", MAILS["application.eml"], "automatic, and would be answered", id="a robot answered"
        ),
        pytest.param(
            "application.eml", BOUNCE, "a person's, and would be answered by nobody", id="a person not"
        ),
    ],
)
def test_a_wrong_answer_is_named(folder: Path, name: str, content: bytes, what: str) -> None:
    """And the exit status tells."""
    (folder / "inner" / name).write_bytes(content)
    said: list[str] = []
    assert torture_mails.report(done(folder), 60.0, said.append) == 1
    assert any(line.startswith("WRONG: ") and line.endswith(f"{name!r}: {what}") for line in said)


def test_what_is_raised_is_a_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker would park the mail: it counts, and the run goes on."""

    def examine(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(torture_mails.plan, "examine", examine)
    said: list[str] = []
    assert torture_mails.report(done(folder), 60.0, said.append) == 1
    assert "  parked    6" in said
    assert sum("RuntimeError: broken" in line for line in said) == 6


def test_a_folder_without_mails_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert torture_mails.main([str(tmp_path)]) == 2
    assert capsys.readouterr().err == "no files there\n"
