"""The contract of ``ports.Parked``, kept alike by the files and by their twin in memory."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from intake.adapters.parked import ParkedFiles
from intake.adapters.parked_memory import MemoryParked
from intake.errors import Transient
from intake.ports import Parked


@pytest.fixture(params=["files", "memory"])
def parked(request: pytest.FixtureRequest, tmp_path: Path) -> Parked:
    return ParkedFiles(tmp_path / "var" / "parked") if request.param == "files" else MemoryParked()


def test_what_is_kept_is_read_byte_for_byte(parked: Parked) -> None:
    """The last of a case, until it is removed; where it lies is told alike at both times."""
    assert parked.read("K7Q2") is None
    where = parked.keep("K7Q2", b"first")
    assert parked.keep("K7Q2", bytes(range(256))) == where
    parked.keep("M2P9", b"another")
    assert parked.read("K7Q2") == bytes(range(256))
    assert parked.remove("K7Q2") == where
    assert parked.read("K7Q2") is None
    assert parked.read("M2P9") == b"another"
    assert parked.remove("K7Q2") == where


def test_what_is_whole_is_never_swept(parked: Parked) -> None:
    parked.sweep()
    parked.keep("K7Q2", b"whole")
    parked.sweep()
    assert parked.read("K7Q2") == b"whole"


def test_what_a_killed_life_has_kept_in_part_is_swept(tmp_path: Path) -> None:
    folder = tmp_path / "parked"
    ParkedFiles(folder).keep("K7Q2", b"whole")
    (folder / "M2P9.eml.0a1b2c3d").write_bytes(b"half of a mail")
    ParkedFiles(folder).sweep()
    assert [path.name for path in folder.iterdir()] == ["K7Q2.eml"]


def test_files_are_for_their_owner_alone(tmp_path: Path) -> None:
    """And no half-written one is left."""
    folder = tmp_path / "parked"
    ParkedFiles(folder).keep("K7Q2", b"x")
    assert [path.name for path in folder.iterdir()] == ["K7Q2.eml"]
    assert stat.S_IMODE((folder / "K7Q2.eml").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_case_leads_nowhere_else(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no case number"):
        ParkedFiles(tmp_path).keep("../K7Q2", b"x")


def test_a_disk_that_refuses_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "parked").write_bytes(b"a file where the folder should be")
    with pytest.raises(Transient, match="cannot be kept"):
        ParkedFiles(tmp_path / "parked").keep("K7Q2", b"x")


def test_what_is_kept_is_listed_by_case(parked: Parked) -> None:
    """Nothing at first."""
    assert parked.cases() == []
    parked.keep("M2P9", b"x")
    parked.keep("K7Q2", b"x")
    assert parked.cases() == ["K7Q2", "M2P9"]
