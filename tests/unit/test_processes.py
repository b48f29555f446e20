"""CPU time of a program and of all that it started, from a /proc made by hand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from intake.commands import processes


def stat(folder: Path, pid: int, *, parent: int, times: str, name: str = "python") -> None:
    """times: utime, stime, cutime, cstime in ticks."""
    (folder / str(pid)).mkdir()
    (folder / str(pid) / "stat").write_text(
        f"{pid} ({name}) S {parent} 1 1 0 -1 4194560 1 2 3 4 {times} 20 0 1 0"
    )


def test_children_and_theirs_count_and_strangers_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what those used that have ended. A name may hold spaces and brackets."""
    monkeypatch.setattr(processes, "_PROC", tmp_path)
    ours, ticks = os.getpid(), os.sysconf("SC_CLK_TCK")
    stat(tmp_path, ours, parent=1, times=f"{ticks} {ticks} 0 0")
    stat(tmp_path, ours + 1, parent=ours, times=f"{ticks} 0 {2 * ticks} {ticks}", name="fork server) 7 (")
    stat(tmp_path, ours + 2, parent=ours + 1, times=f"{4 * ticks} 0 0 0")
    stat(tmp_path, ours + 3, parent=1, times=f"{99 * ticks} 0 0 0")
    assert processes.cpu_seconds() == 10.0


def test_without_proc_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS."""
    monkeypatch.setattr(processes, "_PROC", tmp_path / "none")
    assert processes.cpu_seconds() is None
