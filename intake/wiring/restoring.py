"""The first start on a ledger that was brought back from a copy."""

from __future__ import annotations

import json
from datetime import datetime

from intake import ports, reconciliation


def restored_at(ledger: ports.Ledger) -> datetime | None:
    """When a worker first started on the ledger after it was restored last; None where it never was."""
    found = ledger.milestone(reconciliation.RESTORED)
    return found.at if found else None


def after_restore(ledger: ports.Ledger, clock: ports.Clock, log: ports.Log) -> datetime | None:
    """The same, at the start of a worker: on the first one after a restore, replies that may have left after the
    backup are kept back for a person."""
    copied, before = ledger.milestone(reconciliation.BACKUP), ledger.milestone(reconciliation.RESTORED)
    if copied is None:
        return restored_at(ledger)
    held = ledger.keep_back(why=reconciliation.MAY_HAVE_LEFT)
    times = json.loads(before.body)["times"] if before else 0
    body = json.dumps({"backup": copied.at.isoformat(), "times": times + 1, "held": held})
    restored = ports.Milestone(at=clock.now(), body=body)
    ledger.set_milestone(reconciliation.RESTORED, restored)
    ledger.set_milestone(reconciliation.BACKUP, None)
    log.warning("ledger restored", backup=copied.at.isoformat(), held=held)
    return restored.at
