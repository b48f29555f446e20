"""config/intake.toml is what the settings say of themselves."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from intake import settings
from scripts import example_config


def test_the_shipped_file_is_the_generated_one() -> None:
    """`python -m scripts.example_config` writes it anew."""
    assert example_config.main(["--check"]) == 0


def test_it_is_valid_and_sends() -> None:
    """As shipped; the path to a real mailbox starts with "hold"."""
    shipped = settings.load(example_config.TARGET.parent)
    assert list(shipped.mailbox) == ["open-positions"]
    assert shipped.mailbox["open-positions"].address == "open-positions@rc-trust.ai"
    assert shipped.replies.mode == "send"


def test_what_is_commented_out_is_what_holds_anyway(tmp_path: Path) -> None:
    """Taking every key in changes nothing, but for a second source of the password."""
    text = example_config.example()
    everything = re.sub(r"(?m)^# (?!password_file)(?=\w+ = )", "", text)
    assert everything != text
    (tmp_path / "intake.toml").write_text(everything, "utf-8")
    assert settings.load(tmp_path) == settings.load(example_config.TARGET.parent)
    assert tomllib.loads(everything)["limits"]["mail_bytes"] == 40_000_000


def test_it_tells_when_the_file_is_older_and_writes_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 with --check, and written without."""
    path = tmp_path / "intake.toml"
    path.write_text("# old\n")
    assert example_config.main(["--check", str(path)]) == 1
    assert "not what intake/settings/ says" in capsys.readouterr().err
    assert example_config.main([str(path)]) == 0
    assert path.read_text("utf-8") == example_config.example()
