"""How fast the journey is, on a private Dovecot and Postfix, beside the least that anybody must do, and beside the
script that a user would write instead; run by `make bench`, as root.

Three sets of mails (``corpus``), each measured three ways in the same run (``floor``, ``script``, and the worker as
``intake run``). All mails come into the INBOX by one MOVE while the worker waits there; its time ends when every
mail is judged, filed and moved, and every reply accepted by the MTA. Then seconds from a delivery by SMTP to the
accepted reply; memory; CPU at rest with 10,000 messages of history.

    python -m benchmarks.journey [--mails 300] [--scanned 60] [--script 30] [--runs 40] [--chart FILE]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import chart, corpus, floor, servers
from benchmarks.servers import BOTS, ROOT
from tests.acceptance.house import House
from tests.conftest import PASSWORD, MailServers

_SETS: dict[str, Callable[..., object]] = {
    "born-digital": corpus.born_digital,
    "scanned certificates": corpus.scanned,
    "mixed as they come": corpus.mixed,
}
_SCRIPT = "script with pdfplumber"
_ABOUT_SCRIPT = {"scanned certificates": "script, which reads no scans"}
_OFTEN = 5  # seconds; the settings allow no shorter ones
GOAL_FLOOR, GOAL_SCRIPT, GOAL_MEDIAN, GOAL_P95, GOAL_MEMORY = 1.6, 8.0, 1.0, 2.0, 250


@dataclass(frozen=True, kw_only=True)
class Set:
    """What one set of mails took, in seconds. script: scaled from ``sample`` mails to all; 0 where it did not run."""

    name: str
    mails: int
    floor: floor.Floor
    intake: float
    script: float
    sample: int
    worker: int  # megabytes at its peak
    child: int
    outcomes: dict[str, int]

    @property
    def over_floor(self) -> float:
        return self.intake / self.floor.seconds

    @property
    def under_script(self) -> float:
        return self.script / self.intake


def measured(
    running: MailServers, name: str, mails: Sequence[bytes], sample: int, bots: Sequence[str]
) -> Set:
    """One set, all three ways. bots: two accounts that nobody has used yet."""
    with servers.house(running, bots[0]) as home:
        servers.fill(running, bots[0], mails, folder="Coming")
        lowest = floor.measure(running, bots[0], "Coming", home.root)
        with servers.running(home) as work:
            servers.warm(home)
            began = time.monotonic()
            servers.all_at_once(running, bots[0], "Coming")
            servers.settle(home, len(mails) + 1)
            seconds = time.monotonic() - began
            worker, child = servers.memory(work.pid)
        outcomes = servers.outcomes(home)
    scripted = 0.0
    if sample:
        servers.fill(running, bots[1], mails[:sample])
        scripted = _script(running, bots[1]) / sample * len(mails)
    return Set(name=name, mails=len(mails), floor=lowest, intake=seconds, script=scripted, sample=sample,
               worker=worker, child=child, outcomes=outcomes)  # fmt: skip


def _script(running: MailServers, account: str) -> float:
    """Seconds that the script's process takes, its start left out as the worker's is."""
    with tempfile.TemporaryDirectory() as folder:
        described = Path(folder, "account.json")
        described.write_text(json.dumps({
            "host": "localhost", "imap": running.dovecot.ports["imaps"], "smtp": running.postfix.port, "login": account,
            "password": PASSWORD, "ca": str(running.ca_file), "folder": folder,
        }))  # fmt: skip
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", "import benchmarks.script"], cwd=ROOT, check=True)
        start = time.monotonic() - began
        command = [sys.executable, "-m", "benchmarks.script", str(described)]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began - 2 * start


def latency(home: House, runs: int) -> list[float]:
    """Seconds from the end of an application's SMTP dialogue to the reply in its applicant's mailbox."""
    taken = []
    with servers.running(home):
        servers.warm(home)
        first = corpus.ACCOUNTS - runs - 1
        for number, raw in enumerate(corpus.born_digital(runs, first=first)):
            applicant = corpus.address(first + number)
            with home.servers.dovecot.sign_in(applicant) as client:
                home.send(raw, applicant)
                began = time.monotonic()
                while not servers.there(client):
                    time.sleep(0.005)
                taken.append(time.monotonic() - began)
    return taken


def at_rest(home: House, seconds: float) -> tuple[float, float]:
    """Milliseconds of CPU that one poll costs, and those of a second of rest besides, with 10,000 messages of
    history: of a worker that polls as often as it may, and of one that does not."""
    often, never = (servers.cpu_at_rest(home, poll=poll, seconds=seconds) for poll in (_OFTEN, 3600))
    return max(0.0, often - never) / (seconds / _OFTEN) * 1000, never / seconds * 1000


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def table(sets: Sequence[Set]) -> str:
    """A line for each set."""
    lines = [f"  {'mails':<28} {'floor':>8} {'intake':>8} {'script':>9}   intake/floor  script/intake"]
    lines += [
        f"  {f'{one.mails} {one.name}':<28} {one.floor.seconds:6.1f} s {one.intake:6.1f} s {one.script:7.1f} s "
        f"  {one.over_floor:10.2f} x {one.under_script:12.1f} x"
        for one in sets
    ]
    for one in sets:
        parts = f"stream {one.floor.stream:.1f} + text {one.floor.text:.1f} + fsync {one.floor.keep:.1f} s"
        lines.append(f"  {one.name}: floor = {parts}, {one.floor.pages} pages; script on {one.sample}, scaled;"
                     f" {', '.join(f'{number} {word}' for word, number in one.outcomes.items())};"
                     f" worker {one.worker} MB, largest child {one.child} MB")  # fmt: skip
    return "\n".join(lines)


def blocks(sets: Sequence[Set]) -> list[chart.Block]:
    return [
        chart.Block(
            title=f"{one.mails} applications, {one.name}",
            bars=(
                chart.Bar(kind="floor", name="floor: stream, text, fsync", seconds=one.floor.seconds),
                chart.Bar(kind="intake", name="intake, end to end", seconds=one.intake),
                *(
                    [chart.Bar(kind="script", name=_ABOUT_SCRIPT.get(one.name, _SCRIPT), seconds=one.script)]
                    if one.script
                    else []
                ),
            ),
        )
        for one in sets
    ]


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser()
    for name, usual in (("mails", 300), ("scanned", 60), ("script", 30), ("runs", 40), ("rest", 20)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--chart", type=Path, default=None)
    asked = parser.parse_args(arguments)
    counts = {"scanned certificates": asked.scanned}
    with servers.servers() as running:
        sets = []
        for place, (name, compose) in enumerate(_SETS.items()):
            mails = list(compose(counts.get(name, asked.mails)))  # type: ignore[call-overload]
            sets.append(measured(running, name, mails, min(asked.script, len(mails)), BOTS[2 * place :]))
            print(table(sets[-1:]), flush=True)
        with servers.house(running, BOTS[10]) as home:
            taken = latency(home, asked.runs)
        with servers.house(running, BOTS[11]) as home:
            poll, rest = at_rest(home, asked.rest)
    print("\n" + table(sets))
    print(
        f"  goals: born-digital at most {GOAL_FLOOR} x the floor, at least {GOAL_SCRIPT} x as fast as the script"
    )
    print(f"  delivery to reply, {asked.runs} runs: median {statistics.median(taken):.2f} s (goal {GOAL_MEDIAN:g}), "
          f"p95 {percentile(taken, 0.95):.2f} s (goal {GOAL_P95:g})")  # fmt: skip
    print(f"  worker at its peak {max(one.worker for one in sets)} MB (goal {GOAL_MEMORY})")
    print(
        f"  at rest with 10,000 messages of history: {poll:.1f} ms of CPU a poll, {rest:.1f} ms a second besides"
    )
    if asked.chart:
        chart.draw(blocks(sets), asked.chart)


if __name__ == "__main__":
    main(sys.argv[1:])
