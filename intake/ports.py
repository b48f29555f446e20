"""What the worker needs of the world, in our words: small protocols, each with an in-memory twin.

Adapters translate every error of their technology into those of :mod:`intake.errors`. The contract
suite in tests/contract runs on the real adapter and on the twin of each port alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self

from intake.errors import Permanent, Transient
from intake.journey import reconcile
from intake.journey.lifecycle import MessageState, ReplyEvent, ReplyState
from intake.model import (
    Folder,
    Message,
    MessageKey,
    Outcome,
    PageReading,
    PdfFacts,
    Picture,
    Plan,
    Reply,
    Traffic,
    value,
)


class Clock(Protocol):
    """The time, so that a test can set it."""

    def now(self) -> datetime:
        """The present, aware, in UTC."""
        ...


class Log(Protocol):
    """What happened, for admins. Fields are case numbers, hashes, counts, states and steps: never a
    name, an address, a subject or any content of a mail."""

    def info(self, event: str, **fields: object) -> object: ...
    def warning(self, event: str, **fields: object) -> object: ...
    def error(self, event: str, **fields: object) -> object: ...


class Tokens(Protocol):
    """What we sign in with where no password is taken: OAuth 2.0 bearer tokens (RFC 6750). From any thread."""

    def token(self) -> str:
        """A token that is good now. Raises Transient when none can be had now, SignInFailed with what a
        person must do, ConfigError when what it takes is not there."""
        ...

    def refused(self, token: str) -> bool:
        """A mail server did not take ``token``. True when another one is worth one more try now."""
        ...


# --- The mailbox ---------------------------------------------------------------------------------


#: For ``Mailbox.move``: the folder of sent mail, by its special use (RFC 6154), "Sent" where there is none. No folder
#: of ours begins so.
SENT = "\\Sent"


@value
class Inbox:
    """What SELECT says of the folder that is read. ``next_uid``: no message there has this UID or a higher one yet."""

    uidvalidity: int
    next_uid: int
    idle: bool  # the server can wake us
    folder: str = "INBOX"  # in our name


@value
class Place:
    """Where a message lies now. ``uid`` is None where the server did not tell (no UIDPLUS)."""

    folder: str
    uidvalidity: int | None = None
    uid: int | None = None


class Mailbox(Protocol):
    """One IMAP account on one connection, made when first needed and made anew after a loss.

    It reads the INBOX, or the account's folder of suspected junk: then it changes nothing, and ``open``
    raises FolderMissing where there is none.

    Every method raises Transient when the server is away (SignInFailed when it refuses us), and the
    next call connects again. Not thread-safe: one per thread.
    """

    name: str

    def open(self) -> Inbox:
        """Select the INBOX and say what is there."""
        ...

    def uids_from(self, uid: int) -> list[int]:
        """UIDs of the INBOX that are ``uid`` or higher, ascending."""
        ...

    def uids_since(self, day: datetime) -> list[int]:
        """UIDs of the INBOX whose INTERNALDATE is on or after this day."""
        ...

    def fetch(self, uids: Sequence[int], *, largest: int) -> list[Message]:
        """The messages that still exist, with BODY.PEEK. One over ``largest`` bytes comes as header
        and list of parts only (``whole`` False). Raises UidValidityChanged, and Permanent for a
        message that the server lists but does not give out."""
        ...

    def move(self, place: Place, folder: str, *, message_id: str, size: int) -> Place | None:
        """Move one message to ``folder`` (our name, "/" between its parts), creating it when missing.

        Looks in the target first when the message is no longer at ``place`` (a retry). None: it is
        in neither, so a person moved or deleted it and it stays as they left it. What goes to ``SENT``
        is marked as read, where the server lets us.
        """
        ...

    def flags(self, places: Sequence[Place]) -> dict[Place, frozenset[str]]:
        """The flags of those messages that may still lie there. Missing are those that a person moved or deleted;
        of one whose UID is not known, or void, nothing is known: it is there, without flags."""
        ...

    def listed(self, folder: str) -> tuple[int, list[int]] | None:
        """UIDVALIDITY and UIDs of one of our folders, opened for reading only; None where there is none."""
        ...

    def message_at(self, place: Place, *, largest: int) -> Message | None:
        """One message wherever it lies, as ``fetch`` gives it; None when it is not there. Its key holds UID and
        UIDVALIDITY of that folder."""
        ...

    def answered(self, message_id: str) -> bool:
        """Whether a person's mail in Sent answers this Message-ID: none that says Auto-Submitted (RFC 3834), as
        our own replies do. False where there is no Sent folder."""
        ...

    def message_ids(self, uids: Sequence[int]) -> dict[int, str]:
        """The Message-IDs of messages of the INBOX, with angle brackets. Missing are those that have none, or
        do not exist any more, or are not given out."""
        ...

    def sent(self, message_id: str) -> bool | None:
        """Whether a mail with this Message-ID lies among the sent mail. None where there is no such folder.
        Costs do not grow with what lies there."""
        ...

    def wait(self, seconds: float) -> bool:
        """IDLE until there is a message that neither ``uids_from`` has listed nor a ``wait`` has told of (True), or the
        time is up (False)."""
        ...

    def interrupt(self) -> None:
        """End a ``wait`` early; the one method that another thread may call."""
        ...

    def leave(self) -> None:
        """Give the connection back to the server; the next call makes a new one."""
        ...

    def close(self) -> None: ...


# --- The PDF reader and the folders --------------------------------------------------------------


class PdfReader(Protocol):
    """Reads one PDF in a limited child process."""

    def read(self, content: bytes) -> PdfFacts:
        """Facts or named faults, never an exception for what the file does."""
        ...

    def picture(self, content: bytes, page: int) -> Picture | None:
        """One page (from 1) of such a file as a picture; None when it cannot be painted within limits."""
        ...

    def join(self, files: Sequence[bytes]) -> bytes | None:
        """The pages of these files as one PDF, in this order, the same bytes each time for the same files.

        None when that cannot be done within limits or one of them must not be touched (signed, locked,
        damaged, active content). Raises Transient when the machine, not a file, is at fault.
        """
        ...

    def weaknesses(self) -> tuple[str, ...]:
        """Which walls of the sandbox this machine lacks, for ``status``."""
        ...

    def close(self) -> None: ...


class Ocr(Protocol):
    """Reads the picture of one page in a limited child process. Its methods may be called from several
    threads."""

    def works(self) -> bool:
        """Whether it can read anything at all on this machine."""
        ...

    def read(self, picture: Picture) -> PageReading | None:
        """What stands on the page; None when it could not be read, for whatever reason."""
        ...

    def weaknesses(self) -> tuple[str, ...]:
        """What keeps OCR from working, and missing walls, in words for an admin; () when all is well."""
        ...

    def close(self) -> None: ...


class Parked(Protocol):
    """The bytes of messages that a person must look at, under their case. Raises Transient when the disk is
    at fault."""

    def keep(self, case: str, raw: bytes) -> str:
        """Keep them, in place of earlier ones. Returns where they lie."""
        ...

    def read(self, case: str) -> bytes | None: ...
    def remove(self, case: str) -> str:
        """Returns where they lay; there may be none."""
        ...

    def cases(self) -> list[str]:
        """The cases of which something is kept."""

    def sweep(self) -> None:
        """Remove what a life that was killed has kept only in part. What is kept whole stays."""
        ...


class Readings(Protocol):
    """What OCR has read of cases that are not decided yet, so that a second try does not pay twice.

    Every method but ``find`` and ``cases`` is idempotent or raises Transient.
    """

    def find(self, case: str, sha256: str, page: int) -> PageReading | None:
        """What was read of this page of the file with this hash."""
        ...

    def open(self, case: str) -> str:
        """Make room for a case, holding nothing yet. Returns where, for the ledger's list of places."""
        ...

    def keep(self, case: str, sha256: str, page: int, reading: PageReading) -> None:
        """Keep one reading of an open case."""
        ...

    def clear(self, case: str) -> None:
        """Remove every reading of a case; its room stays, so that it is known until ``close``."""
        ...

    def close(self, case: str) -> None:
        """Remove a case's room."""
        ...

    def cases(self) -> list[str]:
        """The cases that have room."""
        ...


class Folders(Protocol):
    """The filed applications under one root."""

    def file(self, folder: Folder, contents: Callable[[str], bytes]) -> None:
        """Write a folder whole or not at all. ``contents`` gives the bytes of a file by its hash.

        One that is there with the same hashes counts as done; one with other contents raises
        Permanent and is left alone. Transient when the disk is full or away.
        """
        ...

    def refile(
        self,
        before: Sequence[str],
        after: Sequence[Folder],
        contents: Callable[[str], bytes] | None = None,
    ) -> None:
        """Bring the folders of a decided case to their new places: files whose hash lies in a folder
        of ``before`` come from there, others from ``contents`` by their hash, texts are written anew,
        and folders no longer wanted go away only when every file in them is one we wrote. Idempotent.
        In a folder that stays, a file is replaced only when the folder keeps its bytes under another name.

        Permanent when a file lies in none of the folders and ``contents`` knows it no more (KeyError).
        """
        ...

    def read(self, path: str) -> bytes | None:
        """One file of a filed folder, below the root and through no link; None when it is not there any
        more. Transient when the root is away."""
        ...

    def numbered(self) -> list[tuple[str, str]]:
        """Every folder below the root whose name ends with a case number: its path, and the number."""
        ...

    def look(self, path: str, *, hashes: bool) -> dict[str, reconcile.Seen] | None:
        """The regular files in a filed folder, by their path in it; None when it is not there. hashes: read them."""
        ...

    def put_back(self, path: str, content: bytes) -> bool:
        """Write one missing file of a folder that is there. False, and nothing done, when there is no such folder, or
        something has its name."""
        ...

    def write_page(self, path: str, content: bytes) -> None:
        """Replace a derived page or sheet atomically. Transient when it is locked (Windows, SMB)."""
        ...

    def pending(self) -> list[Path]:
        """Temporary folders left by a life that was killed."""
        ...

    def sweep(self) -> None:
        """Remove what ``pending`` lists."""
        ...


#: Asked once more before the final dot. What the server said to the recipient of the copy, None when it took it
#: or there is none. False: nothing is sent. May raise Transient, with the same effect.
LastLook = Callable[[Permanent | Transient | None], bool]


class Sender(Protocol):
    """Sends one finished reply by SMTP."""

    def send(
        self, reply: Reply, *, sender: str, copy_to: str = "", last_look: LastLook | None = None
    ) -> None:
        """Returns when the server accepted it. Raises Transient, OurFault, Permanent (refused) or
        OutcomeUnknown (the connection ended after the final dot).

        copy_to: a second recipient. Where the server refuses only that one the reply leaves without; where it
        refuses the applicant nothing leaves. last_look: called on another thread; Transient when it says no."""
        ...

    def close(self) -> None: ...


class Dispatch(Protocol):
    """Wakes the processes that carry messages. The ledger is the truth, and a job no more than a call: one
    that is lost is made again, and one too many finds nothing to do."""

    def offer(self, records: Sequence[MessageRecord]) -> None:
        """Have these carried. One that waits already is not offered twice. Transient when that is not possible."""
        ...


# --- The ledger ----------------------------------------------------------------------------------


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


class Ledger(Protocol):
    """What has been done with every message. Each writing method is one transaction.

    Raises Transient when the database is locked or away; IllegalMove when a state does not allow
    what is asked. No method's cost but that of ``filed`` grows with the number of finished messages.
    """

    # mailboxes
    def mailbox(self, name: str) -> MailboxRecord | None: ...
    def mailboxes(self) -> list[MailboxRecord]: ...
    def start_mailbox(self, name: str, *, uidvalidity: int, before: Sequence[int], now: datetime) -> None:
        """The first start: every UID in ``before`` becomes a message before our time."""
        ...

    def renew_mailbox(self, name: str, *, uidvalidity: int, before: Sequence[int], now: datetime) -> None:
        """The mailbox was rebuilt. Messages still FOUND (or BEFORE) are GONE: they are found again
        under their new UIDs and known by content; planned and filed ones keep their plan. Every UID in
        ``before`` becomes a message before our time, and ``last_uid`` is 0.

        A server may come back to a UIDVALIDITY that it had (a restored backup): what was known under it
        gives way, with a negative UID, which no server has."""
        ...

    def report_pass(
        self, name: str, *, now: datetime, trouble: str = "", next_try: datetime | None = None
    ) -> None:
        """How the last pass went. A mailbox that was never reached gets its row here, not yet started."""
        ...

    def report_copies(self, name: str, *, trouble: str) -> None:
        """Why no copies of replies reach this mailbox, or "" when they do. One without a row is passed over."""
        ...

    # messages
    def take_in(
        self,
        name: str,
        *,
        uidvalidity: int,
        uids: Sequence[int],
        now: datetime,
        number: Callable[[], str],
        folder: str = "INBOX",
        hold: str = "",
    ) -> int:
        """Rows for UIDs that have none yet, each with a case number from ``number`` (asked again when
        it is taken), and ``last_uid`` moved up. Returns how many were new. hold: why their replies wait."""
        ...

    def pass_over(self, name: str, *, last_uid: int) -> None:
        """Messages up to this UID get no row: ``last_uid`` moves up to it."""
        ...

    def adopt(self, name: str, *, uids: Sequence[int], replies: bool, number: Callable[[], str]) -> int:
        """Messages before our time with these UIDs become FOUND. Returns how many."""
        ...

    def unfinished(
        self, name: str, *, now: datetime, limit: int, in_hand: bool = False
    ) -> list[MessageRecord]:
        """Messages of this mailbox that are FOUND, PLANNED or FILED and due, oldest first; only with ``in_hand``
        also those that somebody has in hand."""
        ...

    def message(self, message: int) -> MessageRecord: ...
    def identify(
        self, message: int, *, content_key: str, message_id: str, size: int, arrived: datetime
    ) -> MessageRecord | None:
        """Record what a FOUND message is. The earlier message with the same content key, if any: one
        that has a plan first, then the lowest id. Never one that is GONE or itself a duplicate, so
        that no two messages wait for each other. ``outcome`` None: it is not judged yet."""
        ...

    def case_of(self, content_key: str) -> str:
        """The case of the newest message with this content key that has been judged, or ""."""
        ...

    def repoint(self, earlier: int, *, duplicate: int) -> None:
        """After a rebuild, an unfinished or finished ``earlier`` lies where ``duplicate`` was found: it takes over that key and place, and ``duplicate`` is GONE."""
        ...

    def put_off(self, message: int, *, step: str, error: str, retry_at: datetime | None) -> None:
        """A step failed: try again then, or (None) park it."""
        ...

    def vanish(self, message: int) -> None: ...
    def retry(self, message: int) -> None:
        """A parked message goes on: to FOUND, or to PLANNED when it has its plan."""
        ...

    def save_plan(
        self,
        message: int,
        plan: Plan,
        *,
        now: datetime,
        duplicate_of: str = "",
        overtaken: Sequence[int] = (),
        who: str = "intake",
        first: bool = False,
        seen: datetime | None = None,
    ) -> None:
        """One transaction: verdict and whole plan, the case (made or changed), its history. FOUND or DONE -> PLANNED.

        first: IllegalMove for what is not FOUND any more, since somebody else has judged it meanwhile; seen: when
        the case was decided that the plan goes on from: Transient when it has been decided anew since.

        A plan of another case than the message's own makes the message part of that case, which is held
        by it from now on. The other mails of a case follow it in the mailbox: those that are DONE get a
        plan to move to its folder, and no more.

        overtaken: replies that the plan makes needless; ``who`` drops them in the same transaction. Raises
        IllegalMove, and saves nothing, when one of them is leaving.

        Of several FOUND messages with one content key the first to have its plan is the original. The next one
        without ``duplicate_of`` is Transient, and nothing is saved: ``identify`` finds the original now."""
        ...

    def mark_filed(self, message: int, *, now: datetime) -> None:
        """One transaction: PLANNED -> FILED, and the plan's reply (if it has one) is queued or held once."""
        ...

    def mark_moved(self, message: int, *, place: Place | None, now: datetime) -> None:
        """FILED -> DONE. None: a person had moved or deleted it; its place stays what it was."""
        ...

    # outbox
    def due_replies(
        self, *, now: datetime, limit: int, mailboxes: Sequence[str] | None = None
    ) -> list[ReplyRecord]:
        """QUEUED and due, of these mailboxes or of all, in the order in which they were queued. What a killed life was
        sending is not among them: see ``give_up_expired``."""
        ...

    def announce(self, reply: int, *, owner: str, lease_until: datetime, proof: str = "") -> bool:
        """QUEUED -> SENDING under our lease. False: somebody else has it. ``proof`` as in ``ReplyRecord``."""
        ...

    def holds(self, reply: int, *, owner: str, now: datetime, proof: str) -> bool:
        """Whether it is SENDING under our lease, which has not expired: asked once more before the final dot.
        Then ``proof`` is what this try really leaves with."""
        ...

    def settle(
        self,
        reply: int,
        event: ReplyEvent,
        *,
        owner: str,
        now: datetime,
        error: str = "",
        retry_at: datetime | None = None,
    ) -> bool:
        """What became of a SENDING reply. False: the lease is no longer ours and nothing was written.

        A lease that has expired is ours until ``give_up_expired`` takes it away: what we know of a
        reply is written as long as nobody else may have acted on it. What is lost is UNKNOWN from then on,
        and the search for its proof may begin (``next_try``), where there can be one."""
        ...

    def give_up_expired(self, *, now: datetime, left_by_others: str = "") -> list[ReplyRecord]:
        """SENDING rows whose lease has expired become UNKNOWN from then on, and the search for their proof may
        begin, where there can be one. Returns them.

        left_by_others: our own token, where it is known that no other life is left: then also those of other
        owners, whatever their lease."""
        ...

    def unproven(self, name: str, *, now: datetime) -> list[ReplyRecord]:
        """UNKNOWN replies of this mailbox whose proof is to be looked for now."""
        ...

    def look_later(self, reply: int, *, retry_at: datetime | None, error: str = "") -> None:
        """No proof yet of what is UNKNOWN: look again then, or (None) a person must say, who reads ``error``."""
        ...

    def direct(self, reply: int, event: ReplyEvent, *, who: str, now: datetime, note: str = "") -> None:
        """A person's RELEASE, DROP or HOLD, or what became of the search for a proof: ACCEPT when one was found,
        RESEND when none was (``who`` is then "intake"); in the case's history too. Released, it queues anew, at
        the end; to be sent once more, it keeps its place."""
        ...

    def replies(self, *, states: Sequence[ReplyState] = (), case: str = "") -> list[ReplyRecord]: ...
    def reply(self, reply: int) -> ReplyRecord | None: ...
    def reply_of(self, message_id: str) -> ReplyRecord | None:
        """The reply with this Message-ID, in whatever state."""
        ...

    def traffic(self, *, address: str, about: str, now: datetime) -> Traffic:
        """How many replies went or are going out: ``address`` in lower case, ``about`` as in ``Reply``. What
        a person holds or dropped does not count. Costs grow with a day's replies, not with all."""
        ...

    def answers(self, message_ids: Sequence[str]) -> Answered | None:
        """Which of our replies one of these Message-IDs is."""
        ...

    # cases
    def case(self, number: str) -> CaseRecord | None: ...
    def cases(self, *, outcomes: Sequence[Outcome] = (), open_only: bool = False) -> list[CaseRecord]: ...
    def filed(self, *, positions: Sequence[str] = ()) -> Iterator[tuple[CaseRecord, Plan]]:
        """Every case with its plan, newest first, in one query: for the pages, so its cost does grow with
        the cases. With ``positions`` only those decided for one of them or with it as a candidate. The
        bytes of replies are left out (``raw`` is empty)."""
        ...

    def history(self, number: str) -> list[CaseEvent]: ...
    def add_event(self, number: str, event: CaseEvent) -> None: ...
    def close_case(self, number: str, *, who: str, now: datetime, note: str = "") -> None: ...
    def cases_of(self, address: str) -> list[CaseRecord]:
        """Cases of this sender (lower case), the newest first, twenty at most."""
        ...

    def waiting_since(self, before: datetime) -> list[CaseRecord]:
        """Open cases with outcome correction whose (last) correction was sent before then, and from
        which no other case goes on."""
        ...

    # whose work it is, where several processes share it
    def as_owner(self, owner: str) -> Self:
        """The same ledger for a process that works under leases. What it writes about a message in hand
        (``identify``, a first ``save_plan``, ``mark_filed``, ``mark_moved``, ``put_off``, ``vanish``)
        raises LeaseLost, and changes nothing, once the message is no longer its own."""
        ...

    def claim(self, message: int, *, seconds: float) -> Claim | None:
        """An unfinished message is the owner's for so long, by the clock of the ledger. None while it is
        another's, or finished."""
        ...

    def extend(self, message: int, *, seconds: float) -> None:
        """What the owner has in hand stays so, from now for so long."""
        ...

    def release(self, message: int) -> None:
        """Nobody has it in hand any more, if it was the owner's."""
        ...

    def assure(self, message: int) -> None:
        """LeaseLost where the owner's lease has ended, even if nobody has taken it over yet: for what is
        done outside the ledger, right before it is done."""
        ...

    def turn(self, *keys: str) -> AbstractContextManager[None]:
        """No other process works on what one of these keys names meanwhile: a sender, a case. Transient
        when another one does not come to an end. Nothing waits where there is only one process."""
        ...

    # places that hold a person's data
    def add_place(self, case: str, *, kind: str, where: str) -> None:
        """Remember that ``where`` holds data of this case. Kinds: folder, mailbox, sent, spool, parked."""
        ...

    def drop_place(self, case: str, *, kind: str, where: str) -> None: ...
    def places(self, case: str) -> list[tuple[str, str]]: ...

    # requests of other commands
    def ask(self, *, who: str, what: str, arguments: dict[str, str], now: datetime) -> int: ...
    def requests(self) -> list[Request]: ...
    def finish_request(self, request: int, *, now: datetime, result: str) -> None: ...
    def request_result(self, request: int) -> str | None: ...

    # counting
    def parked(self, name: str) -> list[MessageRecord]:
        """Messages of this mailbox that wait for a person, oldest first."""
        ...

    def put_off_of(self, name: str) -> list[MessageRecord]:
        """Messages of this mailbox that are to be tried again after a failed step, oldest first."""
        ...

    def recount(self, name: str) -> dict[str, int]:
        """``counts`` again, from every message itself: so slow, and right whatever became of the figures."""
        ...

    def tally_holds(self) -> bool:
        """Whether the figures of all mailboxes together say as many messages as there are, in all and of those that
        are unfinished or parked. Cheap however many there are; what stands under the wrong outcome only ``recount``
        finds."""
        ...

    def counts(self, name: str) -> dict[str, int]:
        """Messages of a mailbox by outcome (accepted, waiting, review, redirected, inquiries, ignored), parked, in work, before our time and gone."""
        ...

    # looking at itself (intake.reconciliation)
    def held(self, *, after: int, limit: int) -> list[reconcile.Filed]:
        """Decided cases by the message that holds each, above ``after``, ascending."""
        ...

    def held_last(self, *, limit: int) -> list[reconcile.Filed]:
        """The same, the newest first. Costs do not grow with the history."""
        ...

    def held_by(self, case: str) -> reconcile.Filed | None: ...
    def rowless(self, name: str, *, uidvalidity: int, uids: Sequence[int]) -> list[int]:
        """Which of these UIDs of the INBOX have no message."""
        ...

    def placed(self, name: str) -> dict[tuple[str, int], set[int]]:
        """Where the messages of a mailbox lie: UIDs by folder and UIDVALIDITY (0 where it is not known)."""
        ...

    def known_ids(self, name: str, message_ids: Sequence[str]) -> set[str]:
        """Which of these Message-IDs messages of the mailbox have."""
        ...

    def known_cases(self, numbers: Sequence[str]) -> set[str]:
        """Which of these numbers a case has, or a message that is still to make one: none whose mail was gone before it
        was read, as it may be after a restore."""
        ...

    def orphans(self) -> dict[str, list[str]]:
        """By case, what is left of one whose message is not there any more."""
        ...

    def planless(self) -> list[str]:
        """Cases of messages that are planned, filed or done, and have no plan."""
        ...

    def standings(self, cases: Sequence[str]) -> dict[str, MessageState]:
        """The states of the messages that were given these case numbers."""
        ...

    def places_of(self, kinds: Sequence[str]) -> list[tuple[str, str, str]]:
        """All places of these kinds: case, kind, where."""
        ...

    def retally(self, name: str) -> None:
        """``counts`` says again what ``recount`` does."""
        ...

    def redo(self, message: int, *, hold: str) -> None:
        """DONE -> PLANNED: its plan is carried out once more. hold: why its reply waits if it was not queued yet."""
        ...

    def keep_back(self, *, why: str) -> int:
        """One transaction: replies that are queued or being sent are HELD, and those of unfinished messages will be.
        UNKNOWN ones whose proof is sought may still be proven, and are not sent once more. Returns how many wait now.
        For a worker that starts on a restored ledger, before it sends anything."""
        ...

    def milestone(self, name: str) -> Milestone | None: ...
    def set_milestone(self, name: str, milestone: Milestone | None) -> None:
        """In place of an earlier one; None takes it away."""
        ...

    def close(self) -> None: ...
