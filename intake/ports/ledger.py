"""The ledger: where every message and every reply stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, Self

from intake.journey import reconcile
from intake.journey.lifecycle import MessageState, ReplyEvent, ReplyState
from intake.model import Outcome, Plan, Traffic
from intake.ports.mail import Place
from intake.ports.records import (
    Answered,
    CaseEvent,
    CaseRecord,
    Claim,
    MailboxRecord,
    MessageRecord,
    Milestone,
    ReplyRecord,
    Request,
)


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
