"""Kills the worker with SIGKILL, again and again, and counts what became of every mail; run by `make chaos`.

    python -m scripts.chaos [--kills 200] [--mails 500] [--seed 1] [--point TEXT] [--postgresql]
        [--settings FILE] [--keep FOLDER]

First at each effect of the journey (``chaos_points``): a mail is on its way, the worker is killed before the
effect, within it or after it, the next life carries on, and everything is counted. Then in a storm of mails
(``chaos_storm``). Servers, ledger and folders are real, and the worker is the program ``intake``. Exit status 1
when an application was lost or filed twice, a reply was doubled or missing, or anything else does not add up.
--settings: TOML for every installation's intake.toml, first keys of its mailbox, then tables. --keep: a new
folder for the installations, when something failed.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from scripts import chaos_points, chaos_run, chaos_site, chaos_storm, mail_servers

COLUMNS = ("kills", "lost", "twice", "doubled", "held", "parked", "wrong")


def table(report: chaos_run.Report) -> list[str]:
    """A line for each point, and one for all."""
    rows = {
        point: report.found.get(point, Counter()) | {"kills": kills} for point, kills in report.kills.items()
    }
    total: Counter[str] = Counter()
    for row in rows.values():
        total.update(row)
    width = max(map(len, [*rows, "point"]))
    lines = [f"{'point':{width}}" + "".join(f"{name:>9}" for name in COLUMNS)]
    for point, row in [*sorted(rows.items(), key=_in_order), ("all", total)]:
        lines.append(f"{point:{width}}" + "".join(f"{row.get(name, 0):9}" for name in COLUMNS))
    return lines


def _in_order(row: tuple[str, object]) -> int:
    return [one.point for one in chaos_points.matrix()].index(row[0])


def told(weather: chaos_storm.Weather) -> list[str]:
    """The storm in lines."""
    kills = weather.kills
    figures = ", ".join(f"{number} {what}" for what, number in weather.figures.items())
    starting = f"({kills['idle']} before it had done anything)"
    return [
        f"storm: {weather.mails} mails, {sum(kills.values())} kills in {weather.seconds:.0f} s {starting}",
        f"storm: {figures}",
    ]


def points(site: chaos_site.Site, given: argparse.Namespace, say: Callable[[str], object]) -> list[str]:
    """The kills at points. Returns what failed."""
    began = time.monotonic()
    report = chaos_run.Run(site).all(chaos_points.chosen(given.kills, given.point))
    for line in table(report):
        say(line)
    say(f"{sum(report.kills.values())} kills, {report.lives} lives in {time.monotonic() - began:.0f} s")
    return report.failed


def run(given: argparse.Namespace, say: Callable[[str], object] = print) -> int:
    """Everything that is asked for. Returns the exit status."""
    more = given.settings.read_text() if given.settings else ""
    accounts = 2 * given.kills + given.mails + 100
    with chaos_site.site(accounts, more=more, on_server=given.postgresql) as site:
        failed = points(site, given, say) if given.kills else []
        if given.mails and not given.point:
            weather = chaos_storm.storm(site, mails=given.mails, seed=given.seed)
            for line in told(weather):
                say(line)
            failed += weather.failed
        if failed and given.keep:
            shutil.copytree(site.folder, given.keep)
    for sentence in failed:
        say(f"FAILED: {sentence}")
    say("FAILED" if failed else "nothing lost, nothing doubled")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description="kill the worker at every effect, and count what became of the mails"
    )
    parser.add_argument("--kills", type=int, default=200, help="at points, at least; 0 for none")
    parser.add_argument("--mails", type=int, default=500, help="of the storm; 0 for none")
    parser.add_argument("--seed", type=int, default=1, help="of the storm")
    parser.add_argument("--point", default="", help="only points whose name holds this, and no storm")
    parser.add_argument(
        "--postgresql", action="store_true", help="ledgers on a private PostgreSQL; the storm is shared work"
    )
    parser.add_argument("--settings", type=Path, help="TOML for every installation")
    parser.add_argument("--keep", type=Path, help="a new folder for the installations of a failure")
    given = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # which stops the servers, too
    mail_servers.ensure()
    if missing := mail_servers.impossible():
        print("\n".join(dict.fromkeys(missing.values())), file=sys.stderr)
        return 2
    return run(given)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
