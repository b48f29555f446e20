"""What proves that replies of unknown fate have left: copies in our own mailbox, or the server's own sent mail. And
which have come back, by the reports that tell so.

A copy that comes into the INBOX is taken from there into the folder of sent mail before it gets a row in the ledger:
it is nobody's mail to us. Each step may end anywhere. Until the copy has been moved it is found again; once it has
been, it is found among the sent mail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Literal

from intake.errors import Permanent, Transient
from intake.journey import copies, threads
from intake.journey.lifecycle import MOST_RESENT, IllegalMove, ReplyEvent, ReplyState
from intake.model import Message, Reply, Returned, value
from intake.ports import INBOX, SENT, Clock, Ledger, Log, Mailbox, Place, ReplyRecord

_SOONEST = timedelta(seconds=5)  # between the first two searches for one proof; then twice as long each time
_TOGETHER = 20  # copies fetched by one command
_OVERHEAD = 2**18  # bytes that mail servers may add to a copy; a larger mail is none
_LEFT_FOR = timedelta(days=7)  # a copy that could not be moved is looked for so long
_AGAIN = timedelta(hours=1)

_SILENT = "nobody knows whether it has left: nothing can prove it"
_NOT_FOUND = "nobody knows whether it has left: no copy was found"
_COPIES_LOST = "nobody knows whether it has left: copies do not arrive"
_NO_SENT = "nobody knows whether it has left: there is no folder of sent mail"

Kind = Literal["server-sent", "bcc", "none"]


@value
class Terms:
    """How it is proven that the replies of one mailbox have left, and what follows where nothing proves it.

    wait: how long a proof may take; resend: what is not proven by then is sent once more, else a person decides;
    address: of the mailbox; copy_to: where copies go instead of a plus-address of it, or ""; keys: the codes of
    copies are made by the first, and known by all.
    """

    kind: Kind = "none"
    wait: timedelta = timedelta(minutes=10)
    resend: bool = False
    address: str = ""
    copy_to: str = ""
    keys: tuple[bytes, ...] = ()

    def copy_of(self, reply: Reply) -> str:
        """The second recipient of a reply, or "" where it has none."""
        if self.kind != "bcc":
            return ""
        return self._copies_to(reply.message_id)

    def may_be_ours(self, message_id: str) -> bool:
        """Whether a Message-ID ends as those of our replies do."""
        domain = self.address.rpartition("@")[2]
        return not domain or message_id.lower().endswith(f"@{threads.ascii_domain(domain)}>".lower())

    def is_about_copy(self, returned: Returned, message_id: str) -> bool:
        """Whether a report on delivery tells of the copy of a reply, and not of the applicant's mail: by the
        address that it went to, and by no other of ours. Applicants know the one of the mailbox."""
        to = self._copies_to(message_id).lower()
        return bool(returned.recipients) and all(
            one.lower() == to or copies.belongs(one, message_id, self.keys) for one in returned.recipients
        )

    def _copies_to(self, message_id: str) -> str:
        return self.copy_to or copies.address(self.address, message_id, next(iter(self.keys), b""))


NOTHING = Terms()


def copies_among(
    mailbox: Mailbox, uids: Sequence[int], *, terms: Terms, ledger: Ledger
) -> Iterator[tuple[Message, str, ReplyRecord | None]]:
    """Which of these messages of the INBOX are copies of our replies, with Message-ID and reply; nothing is changed."""
    found = {}
    for uid, message_id in mailbox.message_ids(uids).items():
        if not terms.may_be_ours(message_id):
            continue  # so that others' mails cost no look into the ledger
        record = ledger.reply_of(message_id)
        if record is not None or threads.case_of(message_id, terms.keys):
            found[uid] = (message_id, record)
    known = list(found)
    for some in (known[start : start + _TOGETHER] for start in range(0, len(known), _TOGETHER)):
        sizes = (2 * len(record.reply.raw) for _, record in map(found.__getitem__, some) if record)
        for message in _given_out(mailbox, some, largest=_OVERHEAD + max(sizes, default=0)):
            message_id, record = found[message.key.uid]
            if _is_copy(message, message_id, record, terms):
                yield message, message_id, record


def _given_out(mailbox: Mailbox, uids: Sequence[int], *, largest: int) -> list[Message]:
    """Those that the server gives out; what it does not is as any other mail. Together: with a server that is far
    away a burst of copies takes as long as its commands."""
    try:
        return mailbox.fetch(uids, largest=largest)
    except Permanent:
        alone = ([uid] for uid in uids if len(uids) > 1)
        return [one for uid in alone for one in _given_out(mailbox, uid, largest=largest)]


def _is_copy(message: Message, message_id: str, record: ReplyRecord | None, terms: Terms) -> bool:
    if not message.whole:
        return False
    if copies.is_delivered(message.raw, message_id, terms.keys):
        return True
    return record is not None and copies.is_same(record.reply.raw, message.raw)


class Proofs:
    """The proofs in one mailbox. Used by its worker, on the worker's connection.

    told: called with a reply that came back, or whose fate was settled, and how; queued: called when one is to be
    sent once more.
    """

    def __init__(
        self, mailbox: Mailbox, *, name: str, terms: Terms, ledger: Ledger, clock: Clock, log: Log
    ) -> None:
        self._mailbox = mailbox
        self._name = name
        self._terms = terms
        self._ledger = ledger
        self._clock = clock
        self._log = log
        self._searched: datetime | None = None
        self._left = False
        self.told: Callable[[ReplyRecord, ReplyEvent], None] = lambda _record, _event: None
        self.queued: Callable[[], None] = lambda: None

    # --- copies ----------------------------------------------------------------------------------

    def taken(self, uids: Sequence[int]) -> set[int]:
        """Which of these messages of the INBOX are copies of our replies. They are taken from there to the sent
        mail; one that cannot be moved now is tried again later."""
        taken = set()
        for message, message_id, record in copies_among(
            self._mailbox, uids, terms=self._terms, ledger=self._ledger
        ):
            if record is not None:
                self._ledger.add_place(
                    record.case, kind="sent", where=f"{self._name}: sent mail, Message-ID {message_id}"
                )
                self._proven(record)
            self._put_away(message, message_id)
            taken.add(message.key.uid)
        return taken

    def is_copy(self, message: Message) -> bool:
        """Whether a message is the copy of a reply, wherever it lies; the reply is proven by it then."""
        message_id = copies.message_id(message.raw)
        record = self._ledger.reply_of(message_id) if message_id else None
        if not _is_copy(message, message_id, record, self._terms):
            return False
        if record is not None:
            self._proven(record)
        return True

    def _put_away(self, message: Message, message_id: str) -> None:
        place = Place(folder=INBOX, uidvalidity=message.key.uidvalidity, uid=message.key.uid)
        try:
            self._mailbox.move(place, SENT, message_id=message_id, size=message.size)
        except Transient as exc:  # it is no mail to us, so that it keeps none waiting
            self._left = True
            self._log.warning("copy not moved", mailbox=self._name, error=type(exc).__name__)

    def take_left(self) -> None:
        """Copies that could not be moved when they came: looked for at the first look of a life, and hourly while
        there is one."""
        now = self._clock.now()
        if self._searched is not None and not (self._left and now - self._searched >= _AGAIN):
            return
        self._searched, self._left = None, False  # again at the next look, unless the mailbox answers
        self.taken(self._mailbox.uids_since(now - _LEFT_FOR))
        self._searched = now

    # --- reports on delivery ---------------------------------------------------------------------

    def returned(self, report: Returned, message_ids: tuple[str, ...]) -> None:
        """A report says that a reply of ours did not arrive: its case learns of it. Whoever forges one about a
        reply that they have got makes a person look, no more. Where copies go to the address that applicants know,
        they may be taken for lost by it: then a person looks at what nothing proves."""
        answered, status = self._ledger.answers(message_ids) if message_ids else None, report.status
        for reply in self._ledger.replies(case=answered.case) if answered else ():
            sent = reply.state in (ReplyState.SENT, ReplyState.UNKNOWN)
            if reply.reply.message_id not in message_ids or not sent:
                continue
            if self._terms.is_about_copy(report, reply.reply.message_id):
                self._copy_came_back(reply, status)
                continue
            note = f"it came back ({status})" if status else "it came back"
            self._ledger.direct(reply.id, ReplyEvent.BOUNCE, who="intake", now=self._clock.now(), note=note)
            self._log.warning("reply came back", case=reply.case, status=status)
            self.told(reply, ReplyEvent.BOUNCE)

    def _copy_came_back(self, record: ReplyRecord, status: str) -> None:
        """The copy of a reply did not reach us: so the reply was accepted, and copies prove nothing for now."""
        self._ledger.report_copies(self._name, trouble=f"a copy came back ({status or 'no status'})")
        self._log.warning("copies come back", mailbox=self._name, status=status)
        self._proven(record)

    # --- replies of unknown fate -----------------------------------------------------------------

    def look(self) -> None:
        """Look for what proves each reply of unknown fate. Raises Transient when the mailbox is away: then nothing
        is decided."""
        for record in self._ledger.unproven(self._name, now=self._clock.now()):
            found = self._mailbox.sent(record.reply.message_id)
            if found:
                self._proven(record)
            else:
                self._not_found(record, _NO_SENT if found is None and record.proof == "server-sent" else "")

    def _proven(self, record: ReplyRecord) -> None:
        """Only where it was not known to have left. While it is being sent its owner says what becomes of it, and
        finds the copy among the sent mail."""
        if record.state not in (ReplyState.UNKNOWN, ReplyState.QUEUED):
            return
        if self._directed(record, ReplyEvent.ACCEPT, "its copy was found"):
            self._log.info("reply proven", case=record.case)
            self.told(record, ReplyEvent.ACCEPT)

    def _not_found(self, record: ReplyRecord, hopeless: str) -> None:
        now = self._clock.now()
        since = record.lost or now
        if now < since + self._terms.wait:
            later = now + max(now - since, _SOONEST)
            self._put_off(record, min(later, since + self._terms.wait))
        elif why := hopeless or self._for_a_person(record):
            if self._put_off(record, None, why):
                self._log.warning("reply unknown", case=record.case)
                self.told(record, ReplyEvent.LOSE)
        elif self._directed(record, ReplyEvent.RESEND, "nothing proves that it has left"):
            self._log.warning("reply sent again", case=record.case)
            self.queued()

    def _for_a_person(self, record: ReplyRecord) -> str:
        """Why a person must say whether to send it once more, or ""."""
        if self._terms.kind == "none":
            return _SILENT
        mailbox = self._ledger.mailbox(self._name)
        if record.proof == "bcc" and mailbox is not None and mailbox.copies:
            return _COPIES_LOST
        return "" if self._terms.resend and record.resent < MOST_RESENT else _NOT_FOUND

    def _directed(self, record: ReplyRecord, event: ReplyEvent, note: str) -> bool:
        """False when somebody else has decided meanwhile."""
        try:
            self._ledger.direct(record.id, event, who="intake", now=self._clock.now(), note=note)
        except IllegalMove:
            return False
        return True

    def _put_off(self, record: ReplyRecord, until: datetime | None, why: str = "") -> bool:
        """False when a person has decided meanwhile."""
        try:
            self._ledger.look_later(record.id, retry_at=until, error=why or record.error)
        except IllegalMove:
            return False
        return True
