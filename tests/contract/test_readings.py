"""What the kept readings of OCR promise, on disk and in memory."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from intake import ports
from intake.adapters import readings, readings_memory
from intake.errors import Transient
from intake.model import Line, PageReading

FILE = "a" * 64
PAGE = PageReading(
    width=595.0, height=842.0, lines=(Line(text="Abiturzeugnis, größte Freude", size=12.0, x=72.0, y=700.0),),
    certainty=0.93, turned=180,
)  # fmt: skip


@pytest.fixture(params=["disk", "memory"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> ports.Readings:
    if request.param == "memory":
        return readings_memory.MemoryReadings()
    return readings.SpooledReadings(tmp_path / "spool" / "read")


def test_finds_what_was_kept(kept: ports.Readings) -> None:
    """By case, file and page, and whole; nothing else is found."""
    kept.open("K7Q2")
    kept.keep("K7Q2", FILE, 3, PAGE)

    assert kept.find("K7Q2", FILE, 3) == PAGE
    assert kept.find("K7Q2", FILE, 2) is None
    assert kept.find("K7Q2", "b" * 64, 3) is None
    assert kept.find("M4X9", FILE, 3) is None
    assert kept.cases() == ["K7Q2"]


def test_a_later_reading_takes_the_place_of_an_earlier_one(kept: ports.Readings) -> None:
    kept.open("K7Q2")
    kept.keep("K7Q2", FILE, 3, PageReading(width=1.0, height=1.0))
    kept.keep("K7Q2", FILE, 3, PAGE)

    assert kept.find("K7Q2", FILE, 3) == PAGE


def test_opens_again_without_loss(kept: ports.Readings) -> None:
    """The same place each time, and what lies there stays."""
    where = kept.open("K7Q2")
    kept.keep("K7Q2", FILE, 1, PAGE)

    assert kept.open("K7Q2") == where
    assert kept.find("K7Q2", FILE, 1) == PAGE


def test_clears_and_closes(kept: ports.Readings) -> None:
    """A cleared case is still known until it is closed; both may be said twice, and of unknown cases."""
    for case in ("K7Q2", "M4X9"):
        kept.open(case)
        kept.keep(case, FILE, 1, PAGE)

    for _ in range(2):
        kept.clear("K7Q2")
        assert kept.find("K7Q2", FILE, 1) is None
        assert kept.cases() == ["K7Q2", "M4X9"]
    for _ in range(2):
        kept.close("K7Q2")
        assert kept.cases() == ["M4X9"]
    assert kept.find("M4X9", FILE, 1) == PAGE
    kept.clear("Z9Z9")


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    """0600 in 0700: they hold the text of an applicant's papers."""
    kept = readings.SpooledReadings(tmp_path / "read")
    kept.open("K7Q2")
    kept.keep("K7Q2", FILE, 1, PAGE)

    modes = {path.relative_to(tmp_path).parts[0:2]: stat.S_IMODE(path.stat().st_mode) for path in
             (tmp_path / "read", tmp_path / "read" / "K7Q2")}  # fmt: skip
    assert set(modes.values()) == {0o700}
    [file] = (tmp_path / "read" / "K7Q2").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_broken_file_is_none(tmp_path: Path) -> None:
    """Half a file, or one of another version, is read again by OCR."""
    kept = readings.SpooledReadings(tmp_path)
    kept.open("K7Q2")
    kept.keep("K7Q2", FILE, 1, PAGE)
    [file] = (tmp_path / "K7Q2").iterdir()
    file.write_bytes(file.read_bytes()[:40])

    assert kept.find("K7Q2", FILE, 1) is None


def test_a_spool_that_cannot_be_written_is_waited_for(tmp_path: Path) -> None:
    (tmp_path / "read").write_text("a file where a folder should be")

    with pytest.raises(Transient):
        readings.SpooledReadings(tmp_path / "read").open("K7Q2")
