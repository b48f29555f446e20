"""The person's desk: replies that wait (``intake outbox``) and decisions about cases (``intake case``)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from intake import tomlfile, wiring
from intake.commands import console, working
from intake.errors import Permanent
from intake.journey.lifecycle import IllegalMove, ReplyEvent, ReplyState
from intake.ports import CaseEvent, CaseRecord, Ledger, ReplyRecord
from intake.reports import explain, rows

_WAITING = (ReplyState.HELD, ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN, ReplyState.FAILED)
_WORDS = {
    ReplyState.HELD: "held: waits for release",
    ReplyState.QUEUED: "queued: leaves by itself",
    ReplyState.SENDING: "sending",
    ReplyState.UNKNOWN: "unknown: it may have left",
    ReplyState.FAILED: "failed: refused by the recipient's server",
}


_SOUGHT = "unknown: its proof is looked for"


# --- the outbox ----------------------------------------------------------------------------------


def outbox(installation: wiring.Installation) -> int:
    """Every reply that has not left for certain, the oldest first."""
    with opened(installation) as ledger:
        replies = sorted(ledger.replies(states=_WAITING), key=lambda one: one.id)
    if not replies:
        console.say("The outbox is empty: every reply has left.")
        return console.OK
    here = zone(installation)
    console.table(
        ("ID", "Case", "Reply", "To", "State", "Since", "Why"),
        (
            (
                str(one.id),
                one.case,
                one.reply.kind.value,
                one.reply.recipient,
                _words(one),
                console.moment(one.queued, here),
                one.error or "-",
            )
            for one in replies
        ),
    )
    console.complain("intake outbox show ID, release ID... (or --all), drop ID...")
    return console.OK


def show(installation: wiring.Installation, number: int) -> int:
    """One reply as it would leave, or left."""
    with opened(installation) as ledger:
        record = _reply(ledger, number)
    facts = {
        "Reply": f"{record.id} of case {record.case}",
        "State": _words(record) + (f" ({record.error})" if record.error else ""),
        "To": record.reply.recipient,
        "Subject": record.reply.subject,
    }
    for label, text in facts.items():
        console.say(f"{label + ':':<9}{console.lines(text)}")
    console.say(f"\n{console.lines(record.reply.text)}")
    return console.OK


def release(installation: wiring.Installation, numbers: Sequence[int]) -> int:
    """Send these replies; without any, all that are held. 1 when one of them could not be released."""
    with opened(installation) as ledger:
        chosen = list(numbers) or [one.id for one in ledger.replies(states=(ReplyState.HELD,))]
        status = _directed(ledger, chosen, ReplyEvent.RELEASE)
    if not chosen:
        console.say("No reply waits for release.")
    elif wiring.worker_lock(installation).holder() is None:
        console.complain("No worker is running: what is released leaves when it is started next.")
    return status


def drop(installation: wiring.Installation, numbers: Sequence[int]) -> int:
    """Never send these replies. 1 when one of them could not be dropped."""
    with opened(installation) as ledger:
        return _directed(ledger, numbers, ReplyEvent.DROP)


def _directed(ledger: Ledger, numbers: Sequence[int], event: ReplyEvent) -> int:
    status = console.OK
    for number in dict.fromkeys(numbers):
        try:
            console.say(_one_directed(ledger, number, event))
        except Permanent as exc:
            console.complain(str(exc))
            status = console.FAILED
    return status


def _one_directed(ledger: Ledger, number: int, event: ReplyEvent) -> str:
    """What was done, in words. Raises Permanent where the reply's state does not allow it."""
    record = _reply(ledger, number)
    try:
        ledger.direct(number, event, who=console.who(), now=console.now(), note=_note(event))
    except IllegalMove as exc:
        raise Permanent(f"Reply {number} is {record.state.value}, so it cannot be {_done(event)}.") from exc
    return f"Reply {number} ({record.reply.kind.value}, case {record.case}) is {_done(event)}."


def _words(record: ReplyRecord) -> str:
    return _SOUGHT if record.sought else _WORDS.get(record.state, record.state.value)


def _done(event: ReplyEvent) -> str:
    return {ReplyEvent.RELEASE: "released", ReplyEvent.DROP: "dropped"}[event]


def _note(event: ReplyEvent) -> str:
    return "by intake outbox" if event is ReplyEvent.RELEASE else "dropped by a person"


def _reply(ledger: Ledger, number: int) -> ReplyRecord:
    record = ledger.reply(number)
    if record is None:
        raise Permanent(f"There is no reply {number}; intake outbox list shows those that wait.")
    return record


# --- cases ---------------------------------------------------------------------------------------


def case(installation: wiring.Installation, number: str) -> int:
    """Everything known of a case, in words."""
    with opened(installation) as ledger:
        record = _case(ledger, number)
        message = ledger.message(record.message)
        if message.plan is None:
            raise Permanent(f"Case {record.number} is not judged yet; try again in a moment.")
        told = explain.case(
            record,
            message.plan,
            history=ledger.history(record.number),
            replies=ledger.replies(case=record.number),
            places=ledger.places(record.number),
            titles=rows.titles(installation.rulebook.positions, installation.rulebook.groups),
            now=console.now(),
            zone=zone(installation),
        )
    console.say(told.rstrip("\n"))
    return console.OK


def decide(
    installation: wiring.Installation,
    number: str,
    wish: str,
    *,
    positions: Sequence[str] = (),
    note: str = "",
) -> int:
    """Ask the worker to change a case. wish: accept, ask, position or close."""
    _known(installation, positions)
    with opened(installation) as ledger:
        record = _case(ledger, number)
        if record.closed is not None and wish == "close":
            raise Permanent(f"Case {record.number} is closed already.")
        arguments = {
            "case": record.number,
            "wish": wish,
            "positions": ",".join(dict.fromkeys(positions)),
            "note": note,
            "who": console.who(),
        }
        return working.ask(installation, ledger, what="case", arguments=arguments, seconds=working.WAIT)


def remark(installation: wiring.Installation, number: str, text: str) -> int:
    """Add a line to the history of a case."""
    if not text.strip():
        raise Permanent("The note is empty.")
    with opened(installation) as ledger:
        record = _case(ledger, number)
        ledger.add_event(
            record.number,
            CaseEvent(at=console.now(), who=console.who(), what="note", note=console.lines(text)),
        )
    console.say(f"Noted in the history of case {record.number}.")
    return console.OK


def _case(ledger: Ledger, number: str) -> CaseRecord:
    record = ledger.case(number.strip().strip("[]").upper())
    if record is None:
        raise Permanent(
            f"There is no case {number}. Its number stands in square brackets at the end of its folder's name."
        )
    return record


def _known(installation: wiring.Installation, positions: Sequence[str]) -> None:
    known = [position.id for position in installation.rulebook.positions]
    for position in positions:
        if position not in known:
            similar = tomlfile.did_you_mean(position, known)
            raise Permanent(
                f"There is no position {position!r} ({similar or 'known are: ' + ', '.join(known)})."
            )


# --- both ----------------------------------------------------------------------------------------


@contextmanager
def opened(installation: wiring.Installation) -> Iterator[Ledger]:
    """The ledger, which must be there. Raises Permanent."""
    with console.ledger(installation) as ledger:
        if ledger is None:
            raise Permanent(f"There is no ledger at {installation.ledger} yet: intake run makes it.")
        yield ledger


def zone(installation: wiring.Installation) -> ZoneInfo:
    """In which times are told."""
    return ZoneInfo(installation.settings.institution.time_zone)
