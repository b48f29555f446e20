"""A nursery of workers: it has imported everything, and forks one for each order that it reads.

    python -m scripts.chaos_worker

An order is a line of JSON on stdin: ``argv`` (what ``intake`` is told), ``log`` (where its output goes),
``strikes`` (a file that gets one line for each blow), ``at`` (the name of a point, "" for a life that nobody
strikes), ``nth`` (which time it passes there), ``ahead`` (seconds that its clock is ahead) and ``seconds`` (the
most that it may take). The answer on stdout is ``pid``, which is its session too, and ``status`` as waitpid(2)
gives it, -1 for one that hung. Point "*" writes down every point that is passed, and strikes nowhere.

This module imports the product only when it runs as a program: the forkserver of a worker, which imports it by
name, stays as small as that of ``intake``.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

_FIRST = ("alembic.command", "intake.commands.status", "intake.commands.working", "scripts.chaos_hooks")
_RULES = Path(__file__).resolve().parents[1] / "config"
_PAUSE = 0.005


def main() -> None:
    _imported()
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(_lived(json.loads(line))), flush=True)


def _imported() -> None:
    """What a worker imports at its start and in its first look, and the rules that it reads."""
    for module in _FIRST:
        importlib.import_module(module)
    from intake import rulebook

    # Most of a start is the trial of every reply text in every case; all installations have the shipped ones.
    known = rulebook.load(_RULES)
    rulebook.load = lambda config, own=None: known  # noqa: ARG005 - the names are part of its signature


def _lived(order: dict[str, Any]) -> dict[str, int]:
    pid = os.fork()
    if pid == 0:
        _live(order)
    end = time.monotonic() + order["seconds"]
    while time.monotonic() < end:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            return {"pid": pid, "status": status}
        time.sleep(_PAUSE)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return {"pid": pid, "status": -1}


def _live(order: dict[str, Any]) -> None:
    """One life of ``intake``, in a session of its own. Never returns."""
    status = 70
    try:
        os.setsid()
        _redirect(Path(order["log"]))
        _arm(order)
        status = _command(order["argv"], order["ahead"])
    except BaseException:
        import traceback

        traceback.print_exc()
        raise
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _redirect(log: Path) -> None:
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, handle in ((0, nothing), (1, out), (2, out)):
        os.dup2(handle, number)


def _command(argv: list[str], ahead: float) -> int:
    import datetime

    import intake.cli
    from intake import wiring

    def later(_clock: wiring.SystemClock) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=ahead)

    if ahead:
        wiring.SystemClock.now = later  # type: ignore[method-assign, assignment]  # everybody's, whoever makes it
    try:
        intake.cli.app(argv, prog_name="intake")
    except SystemExit as exc:
        return exc.code if isinstance(exc.code, int) else 1
    return 0


def _arm(order: dict[str, Any]) -> None:
    if not order["at"]:
        return
    from scripts import chaos_hooks

    passed = 0
    strikes = os.open(order["strikes"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def strike(name: str) -> None:
        nonlocal passed
        if order["at"] == "*":
            os.write(strikes, f"{name}\n".encode())
        if name != order["at"]:
            return
        passed += 1
        if passed == order["nth"]:
            os.write(strikes, f"{name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    chaos_hooks.install(strike)


if __name__ == "__main__":
    main()
