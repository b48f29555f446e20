"""What became of each sample, beside what should have: rows for the screen and for table.json."""

from __future__ import annotations

import itertools
import json
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from intake.demo.samples import Problem, Sample
from intake.demo.servers import DemoServers
from intake.journey.lifecycle import ReplyState
from intake.model import Reply, value
from intake.ports import Ledger, MessageRecord

UNJUDGED = "not judged"


@value
class Answer:
    """One reply as it lies in the applicant's mailbox."""

    kind: str  # as the outbox calls it; "unknown" for a mail that the outbox does not know
    language: str
    mail: EmailMessage


@value
class Row:
    """One sample and what became of it. ``differences`` are sentences; none means: as expected."""

    sample: Sample
    sender: str
    subject: str
    case: str = ""
    outcome: str = UNJUDGED
    positions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    answers: tuple[Answer, ...] = ()
    mailbox_folder: str = ""
    folders: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()


def rows(samples: Sequence[Sample], ledger: Ledger, servers: DemoServers) -> tuple[Row, ...]:
    """A row for each sample, in their order. Replies are read from the applicants' own mailboxes."""
    records = {record.message_id: record for record in _messages(ledger)}
    outbox = ledger.replies()
    composed = {record.reply.message_id: record.reply for record in outbox}
    unsent = {record.case for record in outbox if record.state is not ReplyState.SENT}
    made = []
    for sample in samples:
        mail = read(sample.raw)
        arrived = map(read, servers.read(sample.login) if sample.login else ())
        answers = tuple(_answer(answer, composed.get(str(answer["Message-ID"]))) for answer in arrived)
        made.append(_row(sample, mail, records.get(str(mail["Message-ID"])), answers, unsent))
    return tuple(made)


def read(raw: bytes) -> EmailMessage:
    """A mail of the demo. Our own samples and replies are well-formed, so the strict policy may read them."""
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def screen(rows: Sequence[Row]) -> Table:
    """The table for people. What is not as expected is red and says so in words."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, expand=False)
    for title, widest in _COLUMNS:
        table.add_column(title, max_width=widest, overflow="fold")
    for row in rows:
        style = "red" if row.differences else ""
        cells = (row.sender, row.subject, row.outcome, _lines(row.positions), *_said(row))
        folded = (_folded(cell, widest) for cell, (_, widest) in zip(cells, _COLUMNS, strict=True))
        table.add_row(*(Text(cell, style=style) for cell in folded))
    return table


def as_json(rows: Sequence[Row]) -> str:
    """table.json: what the table says and what the acceptance check needs, one object for each sample."""
    return json.dumps([_object(row) for row in rows], indent=2, ensure_ascii=False) + "\n"


def write(rows: Sequence[Row], out: Path) -> None:
    """table.json, the mails that were sent and the replies that came, one file for each form."""
    (out / "table.json").write_text(as_json(rows), "utf-8")
    for folder in ("mails", "replies"):
        (out / folder).mkdir(mode=0o700)
    for row in rows:
        (out / "mails" / f"{row.sample.key}.eml").write_bytes(row.sample.raw)
        for number, answer in enumerate(row.answers, 1):
            name = row.sample.key if number == 1 else f"{row.sample.key}-{number}"
            _write_answer(answer, out / "replies" / name)


def plain_text(mail: EmailMessage) -> str:
    """The part that a reader of plain text sees."""
    part = mail.get_body(("plain",))
    return part.get_content() if part else ""


# With the gaps between, a terminal of 120 columns shows the table whole.
_COLUMNS = (
    ("From", 17),
    ("Subject", 23),
    ("Outcome", 10),
    ("Positions", 22),
    ("Problems", 16),
    ("Reply", 15),
)
_MOST_LINES = 2  # of a cell; a subject may be longer


def _messages(ledger: Ledger) -> Iterator[MessageRecord]:
    for number in itertools.count(1):
        try:
            yield ledger.message(number)
        except LookupError:
            return


def _answer(mail: EmailMessage, composed: Reply | None) -> Answer:
    if composed is None:
        return Answer(kind="unknown", language="", mail=mail)
    return Answer(kind=composed.kind.value, language=composed.language, mail=mail)


def _row(
    sample: Sample,
    mail: EmailMessage,
    record: MessageRecord | None,
    answers: tuple[Answer, ...],
    unsent: set[str],
) -> Row:
    plan = record.plan if record else None
    row = Row(
        sample=sample,
        sender=str(mail["From"].addresses[0].display_name or mail["From"]),
        subject=str(mail["Subject"]),
        answers=answers,
        case=record.case if record else "",
        mailbox_folder=record.place.folder if record else "",
        outcome=plan.verdict.outcome.value if plan else UNJUDGED,
        positions=plan.verdict.positions if plan else (),
        folders=tuple(folder.path for folder in plan.folders) if plan else (),
        problems=tuple(
            Problem(
                code=problem.code.value,
                document=problem.document.value if problem.document else None,
                position=problem.position,
            )
            for problem in (plan.verdict.problems if plan else ())
        ),
    )
    return compared(row, state=record.state.value if record else "never found", unsent=row.case in unsent)


def compared(row: Row, *, state: str, unsent: bool) -> Row:
    """The row with its differences. state: of the message; unsent: its reply is still in the outbox."""
    sample = row.sample
    if row.outcome == UNJUDGED:
        return replace(row, differences=(f"not judged, its state is: {state}",))
    answered = ", ".join(_kind(answer) for answer in row.answers)
    expected_answer = f"{sample.reply} ({sample.language})" if sample.reply else ""
    pairs = (
        ("outcome", sample.outcome, row.outcome),
        ("positions", ", ".join(sample.positions), ", ".join(row.positions)),
        ("problems", ", ".join(map(_problem, sample.problems)), ", ".join(map(_problem, row.problems))),
        ("reply", expected_answer, answered),
        ("state", "done", state),
    )
    found = [
        f"{name}: expected {wanted or 'none'}, got {got or 'none'}"
        for name, wanted, got in pairs
        if wanted != got
    ]
    found += ["a reply in the outbox was not sent"] if unsent else []
    found += ["the mail still lies in the INBOX"] if row.mailbox_folder.upper() == "INBOX" else []
    return replace(row, differences=tuple(found))


def _said(row: Row) -> tuple[str, str]:
    reply = _lines(_kind(answer) for answer in row.answers) or "none"
    return _lines(_problem(problem) for problem in row.problems), reply


def _kind(answer: Answer) -> str:
    return f"{answer.kind} ({answer.language})" if answer.language else answer.kind


def _problem(problem: Problem) -> str:
    """The position of a closed one is not repeated: it stands in its own column."""
    return f"{problem.code} ({problem.document})" if problem.document else problem.code


def _lines(parts: Iterator[str] | Sequence[str]) -> str:
    return "\n".join(parts)


def _folded(text: str, width: int) -> str:
    """Broken at spaces and hyphens; Rich itself would cut an id in the middle of a word."""
    lines = (
        line
        for part in text.splitlines()
        for line in textwrap.wrap(part, width, max_lines=_MOST_LINES, placeholder=" …")
    )
    return "\n".join(lines)


def _object(row: Row) -> dict[str, Any]:
    sample = row.sample
    return {
        "key": sample.key,
        "description": sample.description,
        "from": row.sender,
        "subject": row.subject,
        "case": row.case,
        "outcome": row.outcome,
        "positions": list(row.positions),
        "problems": [_known(problem) for problem in row.problems],
        "replies": [
            {
                "template": answer.kind,
                "language": answer.language,
                "to": str(answer.mail["To"]),
                "subject": str(answer.mail["Subject"]),
                "auto_submitted": str(answer.mail["Auto-Submitted"]),
                "in_reply_to": str(answer.mail["In-Reply-To"]),
            }
            for answer in row.answers
        ],
        "mailbox_folder": row.mailbox_folder,
        "folders": list(row.folders),
        "differences": list(row.differences),
    }


def _known(problem: Problem) -> dict[str, str]:
    return {name: item for name, item in vars(problem).items() if item is not None}


def _write_answer(answer: Answer, path: Path) -> None:
    path.with_name(f"{path.name}.eml").write_bytes(answer.mail.as_bytes(policy=policy.SMTP))
    for subtype, suffix in (("plain", "txt"), ("html", "html")):
        part = answer.mail.get_body((subtype,))
        if part:
            path.with_name(f"{path.name}.{suffix}").write_text(part.get_content(), "utf-8")
