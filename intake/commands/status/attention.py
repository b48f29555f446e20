"""What needs a person, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intake.commands import console
from intake.commands.status.reading import MailboxStatus, Status, read_names
from intake.journey import reconcile
from intake.journey.lifecycle import MessageState, ReplyState
from intake.ports import MessageRecord
from intake.post import REFUSED

_PASSES = 1  # failures of a message or a reply that are no alarm yet: most are over at the next try
_LONG = timedelta(hours=2)  # without a look, a worker that is run by hand or by cron every hour is missed


def sentences(status: Status, now: datetime) -> Iterator[str]:
    """One for each thing that needs a person; none when all is well."""
    for mailbox in status.mailboxes:
        yield from _about(mailbox, status.zone, now)
    yield from status.endings
    yield from status.disks
    for one in status.parked:
        yield (
            f"The message of case {one.case} was given up at step {one.step or 'unknown'} after {one.attempts}"
            f" attempt(s): {console.lines(one.error)}. It lies untouched in the mailbox."
        )
    yield from _about_put_off(status)
    yield from _about_unsent(status)
    if number := status.outbox[ReplyState.FAILED.value]:
        yield f"{number} repl(ies) were refused by the recipient's server: intake outbox list."
    if number := status.outbox[ReplyState.UNKNOWN.value] - status.sought:
        yield f"{number} repl(ies) may or may not have left: intake outbox list, then release or drop each."
    if status.rules:
        yield f"{len(status.rules)} problem(s) in the rules; a running worker keeps the last good ones."
    yield from (
        one.sentence
        for one in reconcile.faults(status.compared.findings)
        if one.code is not reconcile.Code.FIGURES
    )


def _about_put_off(status: Status) -> Iterator[str]:
    """One sentence for each mailbox and state: a full mailbox puts off every message in it."""
    for name in read_names(status.mailboxes):
        for state in (MessageState.FILED, MessageState.PLANNED, MessageState.FOUND):
            failing = [
                one
                for one in status.put_off
                if (one.key.mailbox, one.state) == (name, state) and one.attempts > _PASSES
            ]
            if failing:
                yield _failing(failing, status.zone)


def _failing(failing: list[MessageRecord], zone: ZoneInfo) -> str:
    first, more = failing[0], len(failing) - 1
    is_filed = first.state is MessageState.FILED
    what = (
        "is filed, and cannot be moved in the mailbox"
        if is_filed
        else f"does not get past {first.state.value}"
    )
    others = f" So it is with {more} more." if more else ""
    tries = f" Next try: {console.moment(first.next_try, zone)}." if first.next_try else ""
    return (
        f"The message of case {first.case} {what}, after {first.attempts} attempts:"
        f" {console.lines(first.error)}.{others}{tries}"
    )


def _about_unsent(status: Status) -> Iterator[str]:
    """One sentence for each mailbox whose replies do not leave. One that was put off once may be greylisted, and is no
    alarm; a server that refuses us is one at once, since nothing leaves then."""
    for mailbox in status.mailboxes:
        mine = [one for one in status.unsent if one.mailbox == mailbox.name]
        refused = [one for one in mine if one.error.startswith(REFUSED)]
        failing = refused or [one for one in mine if one.attempts > _PASSES]
        if failing:
            first, more = failing[0], len(failing) - 1
            who = f"The reply of case {first.case}" + (f" and {more} more" if more else "")
            whole = f" No reply of {mailbox.name} leaves meanwhile." if refused else ""
            tries = f" Next try: {console.moment(first.next_try, status.zone)}." if first.next_try else ""
            yield (
                f"{who} could not be sent, after {first.attempts} attempt(s): {console.lines(first.error)}."
                f"{whole}{tries}"
            )


def _about(mailbox: MailboxStatus, zone: ZoneInfo, now: datetime) -> Iterator[str]:
    record = mailbox.record
    if not mailbox.adds_up:
        wrong = [
            f"{word}: told {mailbox.counts.get(word, 0)}, counted {number}"
            for word, number in mailbox.recounted.items()
            if mailbox.counts.get(word, 0) != number
        ]
        yield f"{mailbox.name}: the figures do not add up ({'; '.join(wrong)})."
    if record is None:
        return
    if record.copies:
        yield (
            f"{mailbox.name}: no copies of replies arrive ({console.lines(record.copies)}), so that nothing proves that"
            " one has left. Set copy_address or proof in config/intake.toml; a restart tries again."
        )
    if record.trouble:
        tries = f" Next try: {console.moment(record.next_try, zone)}." if record.next_try else ""
        since = console.moment(record.trouble_since, zone)
        yield f"{mailbox.name}: not reached since {since}: {console.lines(record.trouble)}.{tries}"
    elif record.last_pass and now - record.last_pass > _LONG:
        yield f"{mailbox.name}: nobody has looked since {console.moment(record.last_pass, zone)}. Is a worker running?"
