"""Who is there: rows in the ledger for the messages of one INBOX, at the first start, later, and after a rebuild."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from intake import waiting
from intake.errors import Permanent, Transient
from intake.journey.lifecycle import MessageState
from intake.model import Message
from intake.ports import Clock, Inbox, Ledger, Log, Mailbox, MailboxRecord, MessageRecord

_BATCH = 50  # messages asked for at once


class Arrivals:
    """The INBOX of one mailbox as the ledger knows it. ``number``: a candidate for a case number."""

    def __init__(
        self,
        mailbox: Mailbox,
        *,
        name: str,
        ledger: Ledger,
        clock: Clock,
        log: Log,
        number: Callable[[], str],
    ) -> None:
        self._mailbox = mailbox
        self._name = name
        self._ledger = ledger
        self._clock = clock
        self._log = log
        self._number = number
        self.copies: Callable[[Sequence[int]], set[int]] = lambda _uids: set()  # which are none of our mail
        self.uidvalidity = 0  # of the INBOX when it was met last; no server has 0 (RFC 3501 9, nz-number)

    def is_void(self, record: MessageRecord) -> bool:
        """Whether the UID of a message of this mailbox says nothing any more: its INBOX was rebuilt since."""
        key = record.key
        return key.mailbox == self._name and (key.uidvalidity != self.uidvalidity or key.uid < 0)

    def unfinished(self) -> list[MessageRecord]:
        """All of them, also those whose next try is still to come, or that another process has in hand."""
        now = self._clock.now() + waiting.LONGEST * 24
        return self._ledger.unfinished(self._name, now=now, limit=1000, in_hand=True)

    def undecided(self) -> set[str]:
        """The cases of messages that are still to be judged."""
        return {record.case for record in self.unfinished() if record.state is MessageState.FOUND}

    def await_return(self, record: MessageRecord) -> None:
        """Raises Transient as long as a mail may be among those that a rebuilt mailbox has shown and we have
        not read yet: they take the places of those that we know."""
        if self.is_void(record) and self.undecided():
            raise Transient("the mailbox was rebuilt, and the mail has not been found again yet")

    def see(self, inbox: Inbox) -> None:
        """The same INBOX as the ledger knows, or Transient: another process makes the rows of what is new."""
        known = self._ledger.mailbox(self._name)
        if known is None or known.uidvalidity != inbox.uidvalidity:
            raise Transient("the mailbox was rebuilt, and is not taken in yet")
        self.uidvalidity = inbox.uidvalidity

    def meet(self, inbox: Inbox) -> None:
        """Rows for what is new since the last look; on the first start for what was there before us."""
        known = self._ledger.mailbox(self._name)
        now = self._clock.now()
        if known is None or not known.reached:
            before = self._mailbox.uids_from(1)
            self._start(inbox, before, now)
            self._log.info("mailbox started", mailbox=self._name, before_our_time=len(before))
        elif known.uidvalidity != inbox.uidvalidity:
            self._renew(known, inbox, now)
        elif inbox.next_uid > known.last_uid + 1:
            self._take_in(inbox, self._mailbox.uids_from(known.last_uid + 1), now)
        self.uidvalidity = inbox.uidvalidity

    def _renew(self, known: MailboxRecord, inbox: Inbox, now: datetime) -> None:
        """The mailbox was rebuilt. What lay there before our first start stays before our time.

        Everything is read before anything is written: a connection that ends in between changes nothing.
        """
        self._log.warning("mailbox rebuilt", mailbox=self._name)
        everything = self._mailbox.uids_from(1)
        lately = set(self._mailbox.uids_since(known.started - timedelta(days=1)))
        young = self._younger([uid for uid in everything if uid in lately], known.started)
        before = [uid for uid in everything if uid not in young]
        self._start_again(inbox, before, now)
        self._take_in(inbox, [uid for uid in everything if uid in young], now)

    def _start(self, inbox: Inbox, before: list[int], now: datetime) -> None:
        self._ledger.start_mailbox(self._name, uidvalidity=inbox.uidvalidity, before=before, now=now)

    def _start_again(self, inbox: Inbox, before: list[int], now: datetime) -> None:
        self._ledger.renew_mailbox(self._name, uidvalidity=inbox.uidvalidity, before=before, now=now)

    def _younger(self, uids: Sequence[int], than: datetime) -> set[int]:
        """Which of these arrived at ``than`` or later; SEARCH tells days only, and no body is fetched.

        What the server does not give out counts as young: it is to be seen, and not to keep the others
        waiting.
        """
        # INTERNALDATE has whole seconds (RFC 3501 2.3.3)
        old = {one.key.uid for one in self._headers(uids) if one.arrived < than.replace(microsecond=0)}
        return set(uids) - old

    def _headers(self, uids: Sequence[int]) -> Iterator[Message]:
        """All that are given out; where a batch is refused for one of them, one by one."""
        for start in range(0, len(uids), _BATCH):
            batch = uids[start : start + _BATCH]
            try:
                yield from self._mailbox.fetch(batch, largest=0)
            except Permanent:
                for uid in batch:
                    yield from self._header(uid)

    def _header(self, uid: int) -> list[Message]:
        try:
            return self._mailbox.fetch([uid], largest=0)
        except Permanent:
            return []

    def _take_in(self, inbox: Inbox, uids: list[int], now: datetime) -> None:
        """Rows for those that have none, but for copies of our replies, which have been taken away by then."""
        copies = self.copies(uids) if uids else set()
        others = [uid for uid in uids if uid not in copies]
        if others:
            self._ledger.take_in(self._name, uidvalidity=inbox.uidvalidity, uids=others, now=now, number=self._number,
                                 folder=inbox.folder)  # fmt: skip
        if copies:
            self._ledger.pass_over(self._name, last_uid=max(copies))


class JunkArrivals(Arrivals):
    """The same for a folder of suspected junk: rows only for what ``wanted`` says is worth one. What lay there
    before us, and all the rest, is passed over and leaves no trace."""

    def __init__(self, mailbox: Mailbox, *, wanted: Callable[[int], bool], **known: Any) -> None:
        super().__init__(mailbox, **known)
        self._wanted = wanted

    def _start(self, inbox: Inbox, before: list[int], now: datetime) -> None:
        super()._start(inbox, [], now)
        self._ledger.pass_over(self._name, last_uid=max(before, default=0))

    def _start_again(self, inbox: Inbox, before: list[int], now: datetime) -> None:  # noqa: ARG002  # of no interest
        super()._start_again(inbox, [], now)

    def _take_in(self, inbox: Inbox, uids: list[int], now: datetime) -> None:
        for uid in uids:
            if self._wanted(uid):
                super()._take_in(inbox, [uid], now)
            else:
                self._ledger.pass_over(self._name, last_uid=uid)
