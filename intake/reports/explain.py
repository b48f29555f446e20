"""One case in words, for ``intake case ID show``: plain text, complete enough to act on.

Subjects, names of files and the words behind "please open" stay in the folder's summary.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.journey import moments, names, summaries
from intake.journey.lifecycle import ReplyState
from intake.model import Document, Mail, Plan
from intake.ports import CaseEvent, CaseRecord, ReplyRecord
from intake.reports import rows

_STATES = {
    ReplyState.HELD: "waits for release",
    ReplyState.QUEUED: "will be sent",
    ReplyState.SENDING: "is being sent",
    ReplyState.SENT: "sent",
    ReplyState.UNKNOWN: "may have been sent; nobody knows",
    ReplyState.FAILED: "refused by the recipient's server",
    ReplyState.DROPPED: "dropped by a person",
}


def case(
    record: CaseRecord,
    plan: Plan,
    *,
    history: Sequence[CaseEvent],
    replies: Sequence[ReplyRecord],
    places: Sequence[tuple[str, str]],
    titles: Mapping[str, str],
    now: datetime,
    zone: ZoneInfo,
) -> str:
    """The whole text, ending with a newline. titles: of positions by id; places: (kind, where)."""
    blocks = [
        _block(
            f"Case {record.number}: {summaries.OUTCOMES[record.outcome]}",
            _head(record, plan, titles, now, zone),
        ),
        _block(
            "Please open", ["A note in the summary is for a person's eyes."] if plan.verdict.notices else []
        ),
        _block("Documents", _documents(plan.verdict.documents)),
        _block(
            "Problems",
            [f"{rows.problem(item, titles)} ({item.code.value})" for item in plan.verdict.problems],
        ),
        _block("Replies", [_reply(item, zone) for item in replies] or ["none"]),
        _block("History", [_event(item, zone) for item in history] or ["none"]),
        _block("Where it lies", [f"{kind}: {names.clean(where)}" for kind, where in places] or ["nowhere"]),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _block(title: str, lines: Iterable[str]) -> str:
    """A title with its lines indented under it; "" without lines."""
    found = [f"  {line}" for line in lines]
    return "\n".join([title, *found]) if found else ""


def _head(
    record: CaseRecord, plan: Plan, titles: Mapping[str, str], now: datetime, zone: ZoneInfo
) -> Iterator[str]:
    days = (now.astimezone(zone).date() - record.arrived.astimezone(zone).date()).days
    yield _fact("From", _sender(plan.mail))
    yield _fact("Arrived", f"{_moment(record.arrived, zone)} (age: {rows.age(max(0, days))})")
    yield _fact("For", "; ".join(titles.get(item, item) for item in record.positions) or "position not known")
    candidates = [titles.get(item, item) for item in record.candidates if item not in record.positions]
    if candidates:
        yield _fact("Perhaps for", "; ".join(candidates))
    yield _fact("Decided", ": ".join(filter(None, (record.outcome.value, rows.why(plan)))))
    if record.follows:
        yield _fact("Goes on from", f"case {record.follows}")
    if plan.beside:
        yield _fact("Belongs to", f"case {plan.beside}, it seems")
    if record.continued:
        yield _fact("Goes on as", f"case {record.continued}")
    if record.closed:
        yield _fact("Closed", _moment(record.closed, zone))


def _fact(label: str, text: str) -> str:
    return f"{label:<13}{text}"


def _sender(mail: Mail | None) -> str:
    if mail is None or mail.sender is None:
        return rows.UNKNOWN
    person = names.person(mail.sender.name, mail.sender.address)
    address = names.clean(mail.sender.address)
    return f"{person} <{address}>" if person else address


def _documents(documents: Sequence[Document]) -> Iterator[str]:
    """Each with what it was recognised by. The certainty is of recognition, never of the person."""
    for document in documents:
        yield f"{rows.document(document)} (certainty {document.confidence:.0%})"
        yield from (f"  {names.clean(item)}" for item in document.evidence)


def _reply(record: ReplyRecord, zone: ZoneInfo) -> str:
    when = f" {_moment(record.sent, zone)}" if record.sent else ""
    said = f": {names.clean(record.error)}" if record.error else ""
    number = f"{record.id}  {record.reply.kind.value} to {names.clean(record.reply.recipient)}"
    return f"{number}, {_STATES[record.state]}{when}{said}"


def _event(event: CaseEvent, zone: ZoneInfo) -> str:
    what = ": ".join(names.clean(part) for part in (event.what, event.note) if part)
    return f"{_moment(event.at, zone)}  {names.clean(event.who)}  {what}"


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return moments.said(at.astimezone(zone), "en")
