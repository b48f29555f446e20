"""The status in words, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.commands import console
from intake.commands.status.reading import BEFORE, GONE, TERMS, MailboxStatus, Status
from intake.ports import MessageRecord, ReplyRecord

_NOTES = 10  # told one by one


def _desk(status: Status) -> Iterator[tuple[int, str]]:
    """What waits for HR: that is everyday work, and no alarm."""
    words = {"review": "for review (_For review)", "inquiries": "questions (mailbox folder Questions)"}
    for term, what in words.items():
        if number := sum(mailbox.counts.get(term, 0) for mailbox in status.mailboxes):
            yield number, what
    if number := sum(mailbox.junk for mailbox in status.mailboxes):
        yield number, "out of the folder of suspected junk (_For review)"


def say(status: Status, attention: list[str]) -> None:
    """Print it for people. attention: the sentences of what needs one."""
    console.say(f"Worker: {f'running, process {status.worker}' if status.worker else 'not running'}")
    for mailbox in status.mailboxes:
        console.say(f"\n{mailbox.name}")
        console.say(f"  {_equation(mailbox)}")
        last = mailbox.record.last_pass if mailbox.record else None
        console.say(f"  last look: {console.moment(last, status.zone)}")
    looked = f" ({status.sought} of them is looked for)" if status.sought else ""
    console.say(
        "\nOutbox: " + ", ".join(f"{number} {word}" for word, number in status.outbox.items()) + looked
    )
    for weakness in status.sandbox:
        console.say(f"PDF reader: this machine lacks {weakness}")
    for weakness in status.ocr:
        console.say(f"OCR, which reads scanned pages: {weakness}")
    for problem in status.rules:
        console.say(f"Rules: {problem}")
    if status.restored:
        console.say(status.restored)
    for line in _reconciled(status):
        console.say(line)
    for number, what in _desk(status):
        console.say(f"For people to read: {number} {what}")
    console.say("\nNeeds a person:" if attention else "\nNothing is wrong.")
    for sentence in attention:
        console.say(f"  - {sentence}")


def _reconciled(status: Status) -> Iterator[str]:
    """When all was compared last, what was out of reach just now, and what people have done."""
    compared = status.compared
    age = console.moment(compared.at, status.zone)
    whole = "" if compared.complete or compared.at is None else ", though not everything could be looked at"
    seen = ", ".join(f"{number} {word}" for word, number in compared.checked.items())
    yield f"Ledger, mailbox and folders: all compared last: {age}{whole}. Looked at now: {seen or 'nothing'}."
    for what, why in compared.away.items():
        yield f"Not compared now: {what}: {console.lines(why)}"
    notes = [one for one in compared.findings if one.note]
    if notes:
        yield f"By people's hands, and left so ({len(notes)}):"
        yield from (f"  - {console.lines(one.sentence)}" for one in notes[:_NOTES])
        if len(notes) > _NOTES:
            yield f"  - and {len(notes) - _NOTES} more: intake status --json"


def _equation(mailbox: MailboxStatus) -> str:
    """ "12 mails = 3 accepted + ... + 0 in work (+ 40 before our time)", or that nobody has looked yet."""
    if mailbox.record is None:
        return "no worker has looked into it yet"
    terms = " + ".join(f"{mailbox.counts[word]} {word}" for word in TERMS)
    before = mailbox.counts[BEFORE]
    gone = f"; {mailbox.counts[GONE]} taken away by people" if mailbox.counts[GONE] else ""
    return f"{mailbox.total - mailbox.recounted[BEFORE]} mails = {terms} (+ {before} before our time){gone}"


def as_json(status: Status, attention: list[str]) -> dict[str, object]:
    """The object of ``--json``; its form is in ``commands.status``."""
    return {
        "worker": status.worker,
        "mailboxes": [_mailbox_as_json(one, status.zone) for one in status.mailboxes],
        "outbox": status.outbox,
        "sought": status.sought,
        "replies_put_off": [_reply_as_json(one, status.zone) for one in status.unsent],
        "parked": [_failure_as_json(one) for one in status.parked],
        "put_off": [
            {**_failure_as_json(one), "next_try": _at(one.next_try, status.zone)} for one in status.put_off
        ],
        "sandbox": list(status.sandbox),
        "ocr": list(status.ocr),
        "rules": list(status.rules),
        "reconciliation": {
            "at": _at(status.compared.at, status.zone),
            "complete": status.compared.complete,
            "checked": status.compared.checked,
            "findings": [
                {
                    "code": one.code.value,
                    "case": one.case,
                    "mailbox": one.mailbox,
                    "sentence": one.sentence,
                    "mendable": one.mendable,
                    "note": one.note,
                }
                for one in status.compared.findings
            ],
        },
        "attention": attention,
    }


def _failure_as_json(one: MessageRecord) -> dict[str, object]:
    return {
        "case": one.case,
        "mailbox": one.key.mailbox,
        "step": one.step,
        "error": one.error,
        "attempts": one.attempts,
    }


def _reply_as_json(one: ReplyRecord, zone: ZoneInfo) -> dict[str, object]:
    return {
        "case": one.case,
        "mailbox": one.mailbox,
        "error": one.error,
        "attempts": one.attempts,
        "next_try": _at(one.next_try, zone),
    }


def _at(moment: datetime | None, zone: ZoneInfo) -> str | None:
    return moment.astimezone(zone).isoformat(timespec="seconds") if moment else None


def _mailbox_as_json(mailbox: MailboxStatus, zone: ZoneInfo) -> dict[str, object]:
    record = mailbox.record
    return {
        "name": mailbox.name,
        "total": mailbox.total,
        **{word: mailbox.counts[word] for word in TERMS},
        "before our time": mailbox.counts[BEFORE],
        "gone": mailbox.counts[GONE],
        "adds_up": mailbox.adds_up,
        "junk": mailbox.junk,
        "last_look": _at(record.last_pass, zone) if record else None,
        "trouble": record.trouble if record else "",
        "trouble_since": _at(record.trouble_since, zone) if record else None,
        "next_try": _at(record.next_try, zone) if record else None,
        "copies": record.copies if record else "",
    }
