"""The states of a message and of a reply, each as one transition table.

``follow`` is the only way to change a state; an illegal move raises and names state and event. The
diagram in docs/design.md is generated from these tables by scripts/lifecycle_diagram.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar


class MessageState(StrEnum):
    """Where a message stands. Every message has exactly one of these."""

    BEFORE = "before-our-time"  # it was there before the first start: counted, not judged
    FOUND = "found"  # a row and a case number, no work done yet
    PLANNED = "planned"  # verdict and whole plan recorded: nothing is judged again
    FILED = "filed"  # folders written, the reply is in the outbox
    DONE = "done"  # moved in the mailbox
    GONE = "gone"  # a person moved or deleted it before we read it, or its UID became void
    PARKED = "parked"  # it broke a step too often: a person must look


class MessageEvent(StrEnum):
    ADOPT = "adopt"  # an admin takes an old mail in
    PLAN = "plan"
    FILE = "file"
    MOVE = "move"  # also when a person had moved it already
    VANISH = "vanish"
    PARK = "park"
    RETRY = "retry"  # a person sends a parked message on its way again, to be judged
    RESUME = "resume"  # the same for a message that has its plan already
    DECIDE = "decide"  # a person, or time, changes the verdict of a case: a new plan
    REDO = (
        "redo"  # it is not as its state says: the plan is carried out once more, each effect only if missing
    )


class ReplyState(StrEnum):
    """Where a reply stands in the outbox."""

    HELD = "held"  # waits for a person's release
    QUEUED = "queued"
    SENDING = "sending"  # announced, with the owner's lease
    SENT = "sent"
    UNKNOWN = (
        "unknown"  # the connection ended after the final dot: its proof is looked for, or a person must say
    )
    FAILED = "failed"  # refused for good by the recipient's server, or it came back
    DROPPED = "dropped"  # a person decided not to send it


class ReplyEvent(StrEnum):
    RELEASE = "release"
    DROP = "drop"
    ANNOUNCE = "announce"
    ACCEPT = "accept"  # 250 after the final dot, or a proof that it has left
    DEFER = "defer"  # 4xx, or no connection: try later
    REFUSE = "refuse"  # 5xx to RCPT or after DATA
    LOSE = "lose"  # nobody knows whether the final dot was heard
    RESEND = "resend"  # no proof was found in time: once more, with the same Message-ID
    HOLD = "hold"
    BOUNCE = "bounce"  # it was accepted, and a report says that it did not arrive


#: Times that a reply is sent once more because nothing proves that it has left. Then a person looks: what is lost so
#: often is lost on the way of its proof.
MOST_RESENT = 2


class IllegalMove(ValueError):
    """An event that this state does not know: a bug in us, never the fault of a mail."""


MESSAGE: Mapping[tuple[MessageState, MessageEvent], MessageState] = {
    (MessageState.BEFORE, MessageEvent.ADOPT): MessageState.FOUND,
    (MessageState.BEFORE, MessageEvent.VANISH): MessageState.GONE,
    (MessageState.FOUND, MessageEvent.PLAN): MessageState.PLANNED,
    (MessageState.FOUND, MessageEvent.VANISH): MessageState.GONE,
    (MessageState.FOUND, MessageEvent.PARK): MessageState.PARKED,
    (MessageState.PLANNED, MessageEvent.FILE): MessageState.FILED,
    (MessageState.PLANNED, MessageEvent.PARK): MessageState.PARKED,
    (MessageState.FILED, MessageEvent.MOVE): MessageState.DONE,
    (MessageState.FILED, MessageEvent.PARK): MessageState.PARKED,
    (MessageState.DONE, MessageEvent.DECIDE): MessageState.PLANNED,
    (MessageState.DONE, MessageEvent.REDO): MessageState.PLANNED,
    (MessageState.PARKED, MessageEvent.RETRY): MessageState.FOUND,
    (MessageState.PARKED, MessageEvent.RESUME): MessageState.PLANNED,
    (MessageState.PARKED, MessageEvent.VANISH): MessageState.GONE,
}

REPLY: Mapping[tuple[ReplyState, ReplyEvent], ReplyState] = {
    (ReplyState.HELD, ReplyEvent.RELEASE): ReplyState.QUEUED,
    (ReplyState.HELD, ReplyEvent.DROP): ReplyState.DROPPED,
    (ReplyState.QUEUED, ReplyEvent.ANNOUNCE): ReplyState.SENDING,
    (ReplyState.QUEUED, ReplyEvent.DROP): ReplyState.DROPPED,
    (ReplyState.QUEUED, ReplyEvent.HOLD): ReplyState.HELD,
    (ReplyState.QUEUED, ReplyEvent.ACCEPT): ReplyState.SENT,  # the proof of an earlier try came after all
    (ReplyState.SENDING, ReplyEvent.ACCEPT): ReplyState.SENT,
    (ReplyState.SENDING, ReplyEvent.DEFER): ReplyState.QUEUED,
    (ReplyState.SENDING, ReplyEvent.REFUSE): ReplyState.FAILED,
    (ReplyState.SENDING, ReplyEvent.LOSE): ReplyState.UNKNOWN,
    (ReplyState.SENT, ReplyEvent.BOUNCE): ReplyState.FAILED,
    (ReplyState.UNKNOWN, ReplyEvent.BOUNCE): ReplyState.FAILED,
    (ReplyState.UNKNOWN, ReplyEvent.HOLD): ReplyState.HELD,
    (ReplyState.UNKNOWN, ReplyEvent.ACCEPT): ReplyState.SENT,
    (ReplyState.UNKNOWN, ReplyEvent.RESEND): ReplyState.QUEUED,
    (ReplyState.UNKNOWN, ReplyEvent.RELEASE): ReplyState.QUEUED,
    (ReplyState.UNKNOWN, ReplyEvent.DROP): ReplyState.DROPPED,
    (ReplyState.FAILED, ReplyEvent.RELEASE): ReplyState.QUEUED,
    (ReplyState.FAILED, ReplyEvent.DROP): ReplyState.DROPPED,
}

UNFINISHED = (MessageState.FOUND, MessageState.PLANNED, MessageState.FILED)

_State = TypeVar("_State", MessageState, ReplyState)
_Event = TypeVar("_Event", MessageEvent, ReplyEvent)


def follow(table: Mapping[tuple[_State, _Event], _State], state: _State, event: _Event) -> _State:
    """The state that follows, or IllegalMove."""
    try:
        return table[state, event]
    except KeyError:
        raise IllegalMove(f"{event.value!r} cannot happen to what is {state.value!r}") from None
