"""``intake parked``: messages that broke a step too often. What happened, and what a person can do about it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from intake import wiring
from intake.commands import console, desk, working
from intake.errors import Permanent
from intake.journey.lifecycle import MessageState
from intake.ports import Ledger, MessageRecord

_STEPS = {
    MessageState.FOUND.value: "reading and judging it",
    MessageState.PLANNED.value: "filing it",
    MessageState.FILED.value: "moving it in the mailbox",
}


def every(installation: wiring.Installation, *, as_json: bool) -> int:
    """All of them, the oldest first. --json: a list of objects as ``_facts`` makes them."""
    with desk.opened(installation) as ledger:
        records = list(_parked(installation, ledger))
        facts = [_facts(installation, ledger, one) for one in records]
    if as_json:
        console.say(json.dumps(facts, ensure_ascii=False, indent=1))
        return console.OK
    if not facts:
        console.say("Nothing is parked: no message broke a step.")
        return console.OK
    zone = desk.zone(installation)
    console.table(
        ("Case", "Mailbox", "Arrived", "Broke while", "Tries", "What was said"),
        (
            (one.case, one.key.mailbox, console.moment(one.arrived, zone), _doing(one), str(one.attempts), one.error or "-")
            for one in records
        ),
    )  # fmt: skip
    console.complain("intake parked show CASE, retry CASE, export CASE FILE")
    return console.OK


def show(installation: wiring.Installation, case: str, *, as_json: bool) -> int:
    """One of them in words: what happened, what was done with it, what to do next."""
    with desk.opened(installation) as ledger:
        record = _one(installation, ledger, case)
        facts = _facts(installation, ledger, record)
    if as_json:
        console.say(json.dumps(facts, ensure_ascii=False, indent=1))
        return console.OK
    kept = facts["kept"]
    console.say(f"Case {record.case}: a message of the mailbox {record.key.mailbox} is parked.\n")
    console.say(
        f"  What happened  While {_doing(record)} it failed {record.attempts} time{'s' if record.attempts != 1 else ''}: {record.error or 'no word why'}."
    )
    console.say(
        f"  Arrived        {console.moment(record.arrived, desk.zone(installation))}, {record.size} bytes"
    )
    console.say(
        f"  Where it lies  in the folder {record.place.folder} of the mailbox, UID {record.place.uid or record.key.uid}"
    )
    console.say(
        f"  Its bytes      {f'kept as they were: {kept}' if kept else 'could not be kept; read it in the mailbox'}"
    )
    console.say(
        "\nNothing of it was lost, and nobody was told anything false: it was not answered. Other messages go on."
        f"\n  intake parked retry {record.case}           when the cause is gone, such as a full disk"
        f"\n  intake parked export {record.case} FILE     to look at it, or to report the error"
        "\nOr treat it by hand: read it in the mailbox and answer it yourself."
    )
    return console.OK


def retry(installation: wiring.Installation, case: str) -> int:
    """Ask the worker to send it on its way again."""
    with desk.opened(installation) as ledger:
        record = _one(installation, ledger, case)
        arguments = {"message": str(record.id)}
        return working.ask(installation, ledger, what="retry", arguments=arguments, seconds=working.WAIT)


def export(installation: wiring.Installation, case: str, target: Path) -> int:
    """Write the raw mail, for its owner alone. A file that is there is not overwritten."""
    with desk.opened(installation) as ledger:
        record = _one(installation, ledger, case)
    raw = wiring.open_parked(installation).read(record.case)
    if raw is None:
        raise Permanent(
            f"The bytes of case {record.case} could not be kept; it lies in the folder {record.place.folder} of the mailbox."
        )
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as exc:
        raise Permanent(f"{target} cannot be written: {exc.strerror}.") from exc
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
    console.say(f"{len(raw)} bytes written to {target}, readable for you alone: delete it when you are done.")
    return console.OK


def _facts(installation: wiring.Installation, ledger: Ledger, record: MessageRecord) -> dict[str, object]:
    places = [where for kind, where in ledger.places(record.case) if kind == "parked"]
    return {
        "case": record.case,
        "mailbox": record.key.mailbox,
        "arrived": record.arrived.astimezone(desk.zone(installation)).isoformat() if record.arrived else None,
        "size": record.size,
        "step": record.step,
        "error": record.error,
        "attempts": record.attempts,
        "folder": record.place.folder,
        "uid": record.place.uid or record.key.uid,
        "kept": places[0] if places else "",
    }


def _doing(record: MessageRecord) -> str:
    return _STEPS.get(record.step, record.step or "at work on it")


def _parked(installation: wiring.Installation, ledger: Ledger) -> Iterator[MessageRecord]:
    for name in wiring.mailboxes(installation):
        yield from ledger.parked(name)


def _one(installation: wiring.Installation, ledger: Ledger, case: str) -> MessageRecord:
    wanted = case.strip().strip("[]").upper()
    for record in _parked(installation, ledger):
        if record.case == wanted:
            return record
    raise Permanent(f"No message of a case {case} is parked; intake parked list shows those that are.")
