"""The benchmarks run and print their ratios; what they measure is not judged here: this machine has other work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL import Image

from benchmarks import corpus, history, journey
from tests.conftest import MailServers


def test_a_set_is_measured_on_real_servers(
    mail_servers: MailServers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three applications come into the INBOX at once; all are accepted, and the table tells the ratio to the floor."""
    monkeypatch.setattr(corpus, "address", lambda number: f"t{560 + number % 20:03}@example.test")
    found = journey.measured(
        mail_servers, "born-digital", list(corpus.born_digital(3)), 0, ["t598@example.test"]
    )
    assert found.outcomes == {"accepted": 4}  # with the one that warms the children
    assert found.floor.pages == 36
    assert re.search(r"3 born-digital .* \d+\.\d\d x", journey.table([found]))
    journey.chart.draw(journey.blocks([found]), tmp_path / "chart.png")
    with Image.open(tmp_path / "chart.png") as picture:
        assert picture.width == 1720


def test_history_is_measured(tmp_path: Path) -> None:
    """Ledgers of two sizes take turns; a line for each tells the ratios to the empty one."""
    found = history.measure([0, 300], tmp_path, rounds=1)
    assert set(found.medians) == {"poll", "next", "figures", "status"}
    assert re.search(r"(?m)^ +300 +.* \d+\.\d\d x", history.table(found))


def test_the_mails_are_what_they_are_said_to_be() -> None:
    """Each is another mail of about 1 MB of PDF and 12 pages; one day's mail has every kind in it."""
    mails = list(corpus.born_digital(3))
    assert len({*mails}) == 3
    assert all(1_300_000 < len(raw) < 1_500_000 for raw in mails)
    assert len(corpus.application_pdf()) > 950_000
