"""What the ledger in SQL and its twin in memory agree on: pure rules, words and bounds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from intake.errors import Permanent, Transient
from intake.journey import lifecycle
from intake.journey.lifecycle import IllegalMove, MessageEvent, MessageState, ReplyEvent, ReplyState
from intake.model import Outcome, Plan, Verdict
from intake.ports import CaseEvent, Place

INBOX = "INBOX"  # the one mailbox name that every server has (RFC 3501 5.1)

#: Who stands in a case's history when no person acted.
OURSELVES = "intake"

#: Outcomes that make a case: all that a person may have to look at. An automatic mail is its message and no more.
CASES = frozenset(Outcome) - {Outcome.IGNORED}

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

#: Replies that went or are on their way. One that is held may never leave, so it does not count.
GOING = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT, ReplyState.UNKNOWN)

#: Cases looked at to count the corrections of one conversation. At most two corrections are sent
#: per case, so a longer chain is people writing on, and its count is past every bound already.
CHAIN = 20

#: Cases of one sender that are looked at.
OF_ONE = 20

#: How often case numbers are asked for anew before we believe that there are none left.
ROUNDS = 50

#: Rounds after which a number gets one letter more, and at most so many more: of four letters there are 614,656,
#: and when nine of ten are taken, a fifth letter is nearer than luck. Subjects are searched for four to six.
CLASHES, LONGER = 3, 2

COUNTED = {
    Outcome.ACCEPTED: "accepted",
    Outcome.CORRECTION: "waiting",
    Outcome.REVIEW: "review",
    Outcome.REDIRECTED: "redirected",
    Outcome.INQUIRY: "inquiries",
    Outcome.IGNORED: "ignored",
}
IN_WORK = "in work"

LEASE_EXPIRED = "the worker that was sending it has ended"
OVERTAKEN = "another decision took its place before it left"

TWIN = "a message with the same content was judged in the meantime"

_NOT_KEPT = re.compile("[\0\ud800-\udfff]")

_DIRECTED = {
    ReplyEvent.RELEASE: "reply released",
    ReplyEvent.DROP: "reply dropped",
    ReplyEvent.HOLD: "reply held",
    ReplyEvent.ACCEPT: "reply found to be sent",
    ReplyEvent.BOUNCE: "reply did not arrive",
    ReplyEvent.RESEND: "reply sent again",
}


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. ValueError when it is naive: nobody knows then when it was."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without its zone cannot be recorded: {moment!r}")
    return moment.astimezone(UTC)


def text(written: str) -> str:
    """The same text without what a mail may hold and no database keeps: NUL (PostgreSQL) and half a letter
    (both). In their place stands U+FFFD."""
    return _NOT_KEPT.sub("\ufffd", written)


def counted(tally: Iterable[tuple[MessageState, Outcome | None, int]]) -> dict[str, int]:
    """The figures of ``status``, every key always there. Each message counts in exactly one."""
    sums = dict.fromkeys(
        (
            *COUNTED.values(),
            MessageState.PARKED.value,
            IN_WORK,
            MessageState.BEFORE.value,
            MessageState.GONE.value,
        ),
        0,
    )
    for state, outcome, number in tally:
        sums[_counts_as(state, outcome)] += number
    return sums


def _counts_as(state: MessageState, outcome: Outcome | None) -> str:
    if state is MessageState.DONE and outcome is not None:
        return COUNTED[outcome]
    return IN_WORK if state in lifecycle.UNFINISHED else state.value


def planning(state: MessageState) -> MessageEvent:
    """A plan for what is done already is a decision that changes the first one."""
    return MessageEvent.DECIDE if state is MessageState.DONE else MessageEvent.PLAN


def following(before: Plan, plan: Plan) -> Plan:
    """The plan of an earlier mail of a case: it moves to the folder of the newest one, and nothing else."""
    verdict = replace(plan.verdict, reply=None)
    return replace(before, case=plan.case, verdict=verdict, mailbox_folder=plan.mailbox_folder, folders=(),
                   filed_before=(), reply=None)  # fmt: skip


def whose(plan: Plan) -> tuple[str, str]:
    """Address and name of whom a case is of, as the mail that made it says: nobody is identified by them."""
    sender = plan.mail.sender if plan.mail else None
    return (sender.address.lower(), sender.name) if sender else ("", "")


def storable(plan: Plan) -> None:
    """A ledger keeps no contents of attachments: they lie in the mailbox, and in the filed folder."""
    if plan.mail is not None and any(attachment.content for attachment in plan.mail.attachments):
        raise ValueError("the mail of a plan must come without the contents of its attachments")


def retrying(outcome: Outcome | None) -> MessageEvent:
    """A parked message that has its plan is not judged again."""
    return MessageEvent.RETRY if outcome is None else MessageEvent.RESUME


def only_original(twin: object | None) -> None:
    """Two messages alike may both be found to be the first (by two workers, in either order); whichever has its
    plan first is, and the other one finds that on its next try. Else both would be answered."""
    if twin is not None:
        raise Transient(TWIN)


def require(state: MessageState, allowed: Sequence[MessageState], *, what: str) -> None:
    """Refuse work that changes no state but is meant for some states only."""
    if state not in allowed:
        raise IllegalMove(f"{what!r} cannot happen to what is {state.value!r}")


def require_unknown(state: ReplyState) -> None:
    """Refuse to go on looking for the proof of a reply whose fate is known, or decided by a person."""
    if state is not ReplyState.UNKNOWN:
        raise IllegalMove(f"a proof cannot be looked for of what is {state.value!r}")


def unchanged(decided: datetime | None, seen: datetime) -> None:
    """Transient when a case has been decided since it was looked at: what rests on it is to be thought over."""
    if decided != seen:
        raise Transient("the case has been decided meanwhile")


def directed(state: ReplyState, event: ReplyEvent) -> ReplyState:
    """The state after a direction. What is being sent is its owner's alone to settle."""
    if event not in _DIRECTED or state is ReplyState.SENDING:
        raise IllegalMove(f"direction {event.value!r} cannot be given to what is {state.value!r}")
    return lifecycle.follow(lifecycle.REPLY, state, event)


def direction(event: ReplyEvent, *, who: str, now: datetime, note: str) -> CaseEvent:
    """The line of a case's history that says what became of its reply, and by whom."""
    return CaseEvent(at=utc(now), who=who, what=_DIRECTED[event], note=note)


def decision(verdict: Verdict, *, now: datetime) -> CaseEvent:
    """The line of a case's history that says how it was decided, and for which positions."""
    what = f"decided: {verdict.outcome.value}"
    return CaseEvent(
        at=utc(now), who=OURSELVES, what=what, note=", ".join(verdict.positions or verdict.candidates)
    )


def taken_up(by: str, *, now: datetime) -> CaseEvent:
    """The line of a case's history that says which case goes on from it."""
    return CaseEvent(
        at=utc(now), who=OURSELVES, what="answered by the applicant", note=f"goes on as case {by}"
    )


def whereabouts(mailbox: str, place: Place) -> str:
    """Where a message lies, in one line: a person reads it, and it stays the same for the same place."""
    known = (("UIDVALIDITY", place.uidvalidity), ("UID", place.uid))
    return ", ".join(
        [f"{mailbox}: {place.folder}", *(f"{word} {number}" for word, number in known if number)]
    )


def fresh_numbers(
    count: int, number: Callable[[], str], *, taken: Callable[[list[str]], set[str]]
) -> list[str]:
    """``count`` case numbers that nobody has, each as short as it can be found. ``taken`` says which of some
    candidates are in use.

    Permanent when ``number`` gives nothing new any more.
    """
    fresh: dict[str, None] = {}
    for turn in range(ROUNDS):
        more = min(turn // CLASHES, LONGER)
        candidates = [number() + (number()[:more] if more else "") for _ in range(count - len(fresh))]
        used = taken(candidates) if candidates else set()
        fresh.update(dict.fromkeys(candidate for candidate in candidates if candidate not in used))
        if len(fresh) == count:
            return list(fresh)
    raise Permanent(f"no free case number was given in {ROUNDS} rounds")


def batches(items: Sequence[int] | Sequence[str], size: int = 500) -> Iterator[list[int | str]]:
    """Slices that fit into one IN list: SQLite takes 32,766 bound values, some builds only 999."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])


def conversation(
    number: str, *, before: Callable[[str], str], after: Callable[[str], Iterable[str]]
) -> list[str]:
    """Cases linked by what follows what, the first one first, at most CHAIN of them.

    Not only backwards: who answers our first correction twice has been answered twice already.
    """
    first, passed = number, {number}
    while (earlier := before(first)) and earlier not in passed and len(passed) < CHAIN:
        passed.add(earlier)
        first = earlier
    found = [first]
    for case in found:  # grows while it is walked
        found.extend(later for later in after(case) if later not in found)
        del found[CHAIN:]
    return found


def after_direction(event: ReplyEvent, *, resent: int, now: datetime, note: str) -> dict[str, object]:
    """What else changes in a reply's row. Released, it queues anew, at the end."""
    if event is ReplyEvent.RELEASE:
        return {"queued": now, "attempts": 0, "next_try": None, "error": "", "lost": None, "resent": 0}
    if event is ReplyEvent.RESEND:
        return {"next_try": None, "error": "", "lost": None, "resent": resent + 1}
    if event is ReplyEvent.ACCEPT:
        return {"sent": now, "next_try": None, "error": "", "lost": None}
    return {"error": note, "next_try": None, "lost": None}


def after_sending(
    event: ReplyEvent, *, proof: str, now: datetime, retry_at: datetime | None
) -> dict[str, object]:
    """What else changes in the row of a reply whose owner says what became of it."""
    if event is ReplyEvent.LOSE:
        return {"sent": None, **lost(proof, since=now, now=now)}
    return {"sent": now if event is ReplyEvent.ACCEPT else None, "next_try": retry_at}


def is_held(state: ReplyState, owner: str, lease_until: datetime | None, *, by: str, now: datetime) -> bool:
    """Whether a reply is being sent by this owner, under a lease that has not expired."""
    return state is ReplyState.SENDING and owner == by and lease_until is not None and now < lease_until


def lost(proof: str, *, since: datetime, now: datetime) -> dict[str, object]:
    """What changes in the row of a reply of which nobody knows any more whether it has left."""
    return {"lost": min(utc(since), utc(now)), "next_try": now if proof else None}
