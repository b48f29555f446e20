"""``intake repair``: mends what ``intake status --all`` finds, where that takes no guessing.

Only a worker has effects: one that is running is asked, else this process is the worker while it mends.
"""

from __future__ import annotations

from collections.abc import Sequence

from intake import reconciliation, wiring
from intake.commands import console, desk, working
from intake.journey import reconcile

_WAIT = 3600.0  # seconds for a running worker, which reads every filed file


def run(installation: wiring.Installation, *, dry_run: bool) -> int:
    """0 when nothing is left to do, 1 when something still needs a person."""
    if dry_run:
        return _told(installation)
    if wiring.worker_lock(installation).holder() is not None:
        with desk.opened(installation) as ledger:
            status = working.ask(installation, ledger, what="repair", arguments={}, seconds=_WAIT)
        return status or _left(installation)
    with desk.opened(installation), wiring.worker_lock(installation):
        lines = wiring.repair(installation, wiring.SystemClock())
    console.say("\n".join(lines) if lines else "Nothing to mend.")
    return _left(installation)


def _told(installation: wiring.Installation) -> int:
    """What would be mended, and what would be left."""
    with desk.opened(installation) as ledger:
        sources = wiring.sources(installation, ledger, wiring.SystemClock())
        found = reconciliation.Reconciliation(sources).full()
    mendable = [one for one in found.findings if one.mendable]
    console.say("Would be mended:" if mendable else "Nothing to mend.")
    for one in mendable:
        console.say(f"  - {console.lines(one.sentence)}")
    return _rest(found, [one for one in reconcile.faults(found.findings) if not one.mendable])


def _left(installation: wiring.Installation) -> int:
    with desk.opened(installation) as ledger:
        found = reconciliation.last(ledger)
    # Also those that it might have mended: it has tried, and could not.
    return _rest(found, reconcile.faults(found.findings)) if found else console.OK


def _rest(found: reconciliation.Result, left: Sequence[reconcile.Finding]) -> int:
    """Faults that are left for a person, and what could not be looked at."""
    for what, why in found.away.items():
        console.complain(f"Not looked at: {what}: {console.lines(why)}")
    for one in left:
        console.complain(f"Left for a person: {console.lines(one.sentence)}")
    return console.FAILED if left else console.OK
