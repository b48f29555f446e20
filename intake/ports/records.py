"""What the ledger knows, row by row."""

from __future__ import annotations

from datetime import datetime

from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import MessageKey, Outcome, Plan, Reply, value
from intake.ports.mail import Place


@value
class MailboxRecord:
    """What the ledger knows of a mailbox. ``trouble``: what kept the last pass from working, or "".

    ``uidvalidity`` is 0, which no server has (RFC 3501 9, nz-number), until the mailbox was first reached.
    """

    name: str
    uidvalidity: int
    last_uid: int
    started: datetime
    last_pass: datetime | None = None
    trouble: str = ""
    trouble_since: datetime | None = None
    next_try: datetime | None = None
    copies: str = ""  # why no copies of replies reach it, or "": then nothing proves that one has left

    @property
    def reached(self) -> bool:
        return self.uidvalidity != 0


@value
class MessageRecord:
    """One message. ``place`` is where it lies now; ``plan`` is set from PLANNED on."""

    id: int
    key: MessageKey
    case: str
    state: MessageState
    place: Place
    content_key: str = ""
    message_id: str = ""
    size: int = 0
    arrived: datetime | None = None
    found: datetime | None = None
    done: datetime | None = None
    outcome: Outcome | None = None
    plan: Plan | None = None
    attempts: int = 0
    next_try: datetime | None = None
    step: str = ""  # where it failed last
    error: str = ""  # what was said then: no names, addresses or contents
    adopted: bool = False
    no_reply: bool = False  # adopted without replies
    duplicate_of: str = ""  # the case whose message this is again
    belongs_to: str = ""  # the earlier case that this later mail is part of
    hold: str = ""  # why its reply waits for a person, whatever the outcome


@value
class CaseRecord:
    """One case: what was decided last, and its history."""

    number: str
    message: int  # id of its message
    mailbox: str
    arrived: datetime
    outcome: Outcome
    positions: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    follows: str = ""
    continued: str = ""  # another case that goes on from this one
    decided: datetime | None = None
    closed: datetime | None = None
    address: str = ""  # of the applicant, in lower case
    person: str = ""  # as they write their name


@value
class CaseEvent:
    """One line of a case's history. ``who``: "intake" or the login of a person."""

    at: datetime
    who: str
    what: str
    note: str = ""


@value
class ReplyRecord:
    """One reply in the outbox."""

    id: int
    case: str
    mailbox: str
    state: ReplyState
    reply: Reply
    queued: datetime
    attempts: int = 0
    next_try: datetime | None = None
    sent: datetime | None = None
    error: str = ""  # or why it is held
    owner: str = ""
    lease_until: datetime | None = None
    proof: str = ""  # what can prove that this try has left: "bcc", "server-sent", or "" for nothing
    lost: datetime | None = None  # since when nobody knows of an UNKNOWN one whether it has left
    #: How often it was sent once more because nothing proved that it had left; MOST_RESENT where it must not be.
    resent: int = 0

    @property
    def sought(self) -> bool:
        """Whether a proof of it is looked for. An UNKNOWN one without that waits for a person."""
        return self.state is ReplyState.UNKNOWN and bool(self.proof) and self.next_try is not None


@value
class Answered:
    """One of our replies that a mail answers. ``corrections``: how many its chain of cases has had."""

    case: str
    reply: str  # its kind
    corrections: int


@value
class Request:
    """Something a command asks the worker to do, since only the worker has effects."""

    id: int
    at: datetime
    who: str
    what: str  # "adopt", "case"
    arguments: dict[str, str]


@value
class Claim:
    """A message is ours for a while. ``orphaned``: somebody had it before us, and has ended or was stopped."""

    orphaned: bool


@value
class Milestone:
    """What is remembered of the ledger as a whole, under a name. body: JSON."""

    at: datetime
    body: str = "{}"
