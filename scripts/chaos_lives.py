"""Lives of the worker, and what they leave behind when they are killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[1]
#: What ends a round of work; with several processes to an installation, one line each.
ONCE = ("run", "--once")
_LONGEST = 60.0  # seconds of one life; it takes about one
_GONE = 10.0  # seconds until the children of a killed worker must have ended, on a busy machine
_PAUSE = 0.01
# proc_pid_stat(5): state, parent, group and session follow the name, which may hold spaces
_STATE, _SESSION = 0, 3


@dataclass(frozen=True, kw_only=True)
class Life:
    """How a life ended. killed: by the blow that it was to get; left: processes that outlived it."""

    killed: bool
    status: int
    left: tuple[int, ...]


class Nursery:
    """Forks workers from a process that has imported everything: a life takes half a second less."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "scripts.chaos_worker"]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(_LONGEST)
        self._process.stdout.close()

    def live(
        self,
        root: Path,
        *,
        argv: tuple[str, ...] = ONCE,
        at: str = "",
        nth: int = 1,
        ahead: float = 0.0,
        log: str = "lives.log",
    ) -> Life:
        """One life of ``intake`` on the installation in ``root``, struck at a point or not."""
        strikes = root / "strikes"
        before = _lines(strikes)
        order = {
            "argv": [*argv, "--config", str(root / "config")], "log": str(root / log), "strikes": str(strikes),
            "at": at, "nth": nth, "ahead": ahead, "seconds": _LONGEST,
        }  # fmt: skip
        assert self._process.stdin
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = self._answer()
        struck = _lines(strikes)[len(before) :] == [at] if at and at != "*" else False
        killed = (
            struck and os.WIFSIGNALED(answer["status"]) and os.WTERMSIG(answer["status"]) == signal.SIGKILL
        )
        return Life(killed=killed, status=_exit(answer["status"]), left=left_of(answer["pid"]))

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the nursery has ended; its output says why")
        found: dict[str, Any] = json.loads(line)
        return found


def left_of(session: int) -> tuple[int, ...]:
    """The processes of a session that are there still, after a moment for them to end."""
    end = time.monotonic() + _GONE
    while (found := in_session(session)) and time.monotonic() < end:
        time.sleep(_PAUSE)
    return found


def in_session(session: int) -> tuple[int, ...]:
    """The processes of a session that have not ended."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended since
            continue
        if int(fields[_SESSION]) == session and fields[_STATE] not in ("Z", "X"):
            found.append(int(folder.name))
    return tuple(found)


def _exit(status: int) -> int:
    """The exit status, or minus the signal; -1000 for a life that hung."""
    return -1000 if status == -1 else os.waitstatus_to_exitcode(status)


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []
