"""`make test`: every gate in order, all of them even when one fails, and a table at the end.

Exits 0 only when every gate passed and every test ran.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scripts import mail_servers

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DEMO_CHECK = ROOT / "tests" / "acceptance" / "check_demo_table.py"

# Bounds a gate that hangs, well above what each takes on two cores; CI has twenty minutes for all.
SECONDS = 300
TEST_SECONDS = 900
MOST_PROCESSES = 4
ON_VALUES = ("tests/unit", "tests/fuzz")


class Outcome(StrEnum):
    """How a gate ended."""

    OK = "ok"
    FAILED = "FAILED"
    NOT_RUN = "could not run all"


@dataclass(frozen=True, kw_only=True)
class Gate:
    """One condition on a change, named as in the table."""

    name: str
    judge: Callable[[], Outcome]


@dataclass(frozen=True, kw_only=True)
class Result:
    """A gate's line in the table."""

    gate: str
    seconds: float
    outcome: Outcome


def main() -> int:
    """Run every gate and sum up."""
    mail_servers.ensure()
    impossible = mail_servers.impossible()
    results = [run(gate) for gate in gates(impossible)]
    print(table(results))
    if impossible:
        print(unable(impossible, left_out(impossible)))
    return 0 if all(result.outcome is Outcome.OK for result in results) else 1


def gates(impossible: Mapping[str, str]) -> list[Gate]:
    """Cheap ones first, so that a slip shows early."""
    return [
        Gate(name="style", judge=lambda: passes([tool("ruff"), "check", "."])),
        Gate(name="format", judge=lambda: passes([tool("ruff"), "format", "--check", "."])),
        Gate(name="types", judge=lambda: passes([tool("mypy")])),
        # A cache would miss a module that moved.
        Gate(name="import contracts", judge=lambda: passes([tool("lint-imports"), "--no-cache"])),
        Gate(name="licences", judge=lambda: passes([sys.executable, "-m", "scripts.licences", "--check"])),
        Gate(name="no registry addresses", judge=lambda: passes([sys.executable, "-m", "scripts.addresses"])),
        Gate(name="tests", judge=lambda: tests(impossible)),
        Gate(name="coverage of the core", judge=core_coverage),
        Gate(name="demo", judge=check_demo),
    ]


def run(gate: Gate) -> Result:
    """One gate, with its heading and its time."""
    print(f"\n=== {gate.name}", flush=True)
    start = time.monotonic()
    outcome = gate.judge()
    return Result(gate=gate.name, seconds=time.monotonic() - start, outcome=outcome)


def tests(impossible: Mapping[str, str]) -> Outcome:
    """Every test that can run here, warnings as errors: those on values with branch coverage of the package, which
    doubles their time, those on servers and processes without."""
    selection = " and ".join(["not cyrus", *(f"not {marker}" for marker in impossible)])
    # A file's tests stay together: its fixtures are made once. Each process has mail servers of its own.
    spread = ["-n", str(min(os.cpu_count() or 1, MOST_PROCESSES)), "--dist", "loadfile"]
    command = [sys.executable, "-m", "pytest", "-m", selection, *spread]
    measured = ["--cov", "--cov-branch", "--cov-report=term"]
    outcomes = [
        passes([*command, *more], seconds=TEST_SECONDS)
        for more in ([*ON_VALUES, *measured], [f"--ignore={folder}" for folder in ON_VALUES])
    ]
    outcome = next((one for one in outcomes if one is not Outcome.OK), Outcome.OK)
    return Outcome.NOT_RUN if outcome is Outcome.OK and left_out(impossible) else outcome


def core_coverage() -> Outcome:
    """The functional core is pure, so nothing excuses a branch of it that no test has seen."""
    limit = ["--include=intake/journey/*", "--fail-under=95"]
    return passes([sys.executable, "-m", "coverage", "report", *limit])


def check_demo() -> Outcome:
    """What a newcomer runs first works, and shows what it promises."""
    outcome = passes([sys.executable, "-m", "intake", "demo"])
    if outcome is Outcome.OK and DEMO_CHECK.is_file():
        outcome = passes([sys.executable, str(DEMO_CHECK)])
    return outcome


def left_out(impossible: Mapping[str, str], *, among: str = "not cyrus") -> list[str]:
    """The tests that cannot run here, by name. among: markers of those that should."""
    if not impossible:
        return []
    selection = f"{among} and ({' or '.join(impossible)})"
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", selection]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout
    return [line for line in listing.splitlines() if "::" in line]


def unable(impossible: Mapping[str, str], names: Sequence[str]) -> str:
    """What was not run (``names``), and what somebody must do about it."""
    remedies = dict.fromkeys(impossible.values())
    return "\n".join(
        [f"\nTests that could not run here: {len(names)}", *(f"  {name}" for name in names), *remedies]
    )


def table(results: Sequence[Result]) -> str:
    """Every gate with its time and how it ended."""
    width = max(len(result.gate) for result in results)
    rows = [f"{result.gate:{width}}  {result.seconds:7.1f} s  {result.outcome}" for result in results]
    return "\n".join(["\n=== summary", *rows])


def tool(name: str) -> str:
    """A program of .venv."""
    return str(BIN / name)


def passes(command: Sequence[str], *, seconds: int = SECONDS) -> Outcome:
    """Run it in a session of its own, so that a time-out ends its children too."""
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True) as process:
        try:
            return Outcome.FAILED if process.wait(seconds) else Outcome.OK
        except subprocess.TimeoutExpired:
            print(f"ended after {seconds} seconds: {' '.join(command)}", flush=True)
            os.killpg(process.pid, signal.SIGKILL)
            return Outcome.FAILED
        except KeyboardInterrupt:
            # Ctrl-C reaches only our own session; pytest then stops the servers that it started.
            os.killpg(process.pid, signal.SIGINT)
            process.wait(10)
            raise


if __name__ == "__main__":
    sys.exit(main())
