"""The file of keys: made once, read ever after, and never guessed at."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from intake import wiring
from intake.adapters import keys
from intake.errors import ConfigError
from intake.journey import threads

CONFIG = Path(__file__).resolve().parents[2] / "config"
NEW, OLD = "11" * 32, "22" * 32


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_at_the_first_start_and_read_again(tmp_path: Path) -> None:
    """One key of 32 bytes, for its owner alone; nothing else is left in the folder."""
    path = tmp_path / "var" / "keys"
    made = keys.KeyFile(path).keys()
    assert [len(key) for key in made] == [32]
    assert path.read_text("ascii") == made[0].hex() + "\n"
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert list(path.parent.iterdir()) == [path]
    assert keys.KeyFile(path).keys() == made


def test_two_installations_have_two_keys(tmp_path: Path) -> None:
    assert keys.KeyFile(tmp_path / "a").keys() != keys.KeyFile(tmp_path / "b").keys()


def test_the_first_line_signs_and_all_are_believed(tmp_path: Path) -> None:
    """A new line above the old one changes the key; empty lines and blanks say nothing."""
    path = tmp_path / "keys"
    path.write_text(f"{NEW}\n\n  {OLD.upper()} \r\n", "ascii")
    assert keys.KeyFile(path).keys() == (b"\x11" * 32, b'"' * 32)


@pytest.mark.parametrize(
    "content, said",
    [
        pytest.param(b"", "holds no key", id="empty"),
        pytest.param(b"\n\n", "holds no key", id="blank"),
        pytest.param(b"abcd\n", "not the whole of it", id="cut"),
        pytest.param(NEW.encode() + b"\n" + b"ab", "not the whole of it", id="an old key cut"),
        pytest.param(b"top secret\n", "something else than keys", id="a password"),
        pytest.param(NEW.encode()[:-1], "something else than keys", id="half a byte missing"),
        pytest.param(b"\xff\xfe\x00", "something else than keys", id="no text"),
    ],
)
def test_a_damaged_file_is_left_alone_and_said_so(tmp_path: Path, content: bytes, said: str) -> None:
    """What to do is said; what is in it is not. A new key is never made over it."""
    path = tmp_path / "keys"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=said) as raised:
        keys.KeyFile(path).keys()
    assert "put the copy of your backup in its place" in str(raised.value)
    assert "top secret" not in str(raised.value)
    assert raised.value.__cause__ is None
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_used_is_said(tmp_path: Path) -> None:
    """A folder in its place, or a file in place of its folder."""
    (tmp_path / "keys").mkdir()
    with pytest.raises(ConfigError, match="cannot be read"):
        keys.KeyFile(tmp_path / "keys").keys()
    (tmp_path / "file").write_text("", "ascii")
    with pytest.raises(ConfigError, match="cannot be"):
        keys.KeyFile(tmp_path / "file" / "keys").keys()


def test_a_file_that_cannot_be_moved_to_its_place_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk, for instance."""

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ConfigError, match="cannot be made: No space left on device"):
        keys.KeyFile(tmp_path / "var" / "keys").keys()
    assert list((tmp_path / "var").iterdir()) == []


def test_rules_sign_with_the_first_key_and_believe_all() -> None:
    """Without keys, as when a mail is only checked, nothing is signed and nothing believed."""
    installation = wiring.load(CONFIG)
    signing = (b"\x11" * 32, b"\x22" * 32)
    rules = wiring.rules(installation, "open-positions", signing)
    ours = threads.message_id("K7Q2", "1a2b", rules.domain, rules.key)
    before = threads.message_id("K7Q2", "1a2b", rules.domain, signing[1])
    assert [threads.case_of(one, rules.keys) for one in (ours, before)] == ["K7Q2", "K7Q2"]
    assert "1111" not in repr(rules)
    assert "x11" not in repr(rules)
    assert wiring.rules(installation, "open-positions").keys == ()


def test_a_site_keeps_them_where_the_settings_say(tmp_path: Path) -> None:
    """Beside the ledger by default."""
    installation = wiring.load(CONFIG)
    site = wiring.Site(config=tmp_path / "config", settings=installation.settings)
    assert wiring.open_keys(site) == keys.KeyFile(tmp_path / "var" / "keys").keys()


def test_keys_that_another_process_makes_are_waited_for_and_never_made(tmp_path: Path) -> None:
    """Two processes with keys of their own would not know the answers to each other's replies."""
    path = tmp_path / "keys"
    with pytest.raises(ConfigError, match="is not there"):
        keys.KeyFile(path).known(seconds=0)
    assert not path.exists()
    maker = threading.Timer(0.3, lambda: keys.KeyFile(path).keys())
    maker.start()
    assert keys.KeyFile(path).known(seconds=10) == keys.KeyFile(path).keys()
    maker.join()
