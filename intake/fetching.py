"""Gets one message out of its mailbox: by its UID while that says something, afterwards from where it was moved to."""

from __future__ import annotations

from collections.abc import Callable

from intake.ahead import Ahead
from intake.arrivals import Arrivals
from intake.errors import Permanent
from intake.journey import plan
from intake.model import Message
from intake.ports import INBOX, Mailbox, MessageRecord


class Fetching:
    """For one mailbox. rules: those that hold now; largest: bytes of a message that is given out whole."""

    def __init__(
        self,
        mailbox: Mailbox,
        *,
        ahead: Ahead,
        arrivals: Arrivals,
        rules: Callable[[], plan.Rules],
        largest: int,
    ) -> None:
        self._mailbox = mailbox
        self._ahead = ahead
        self._arrivals = arrivals
        self._rules = rules
        self._largest = largest

    def message(self, record: MessageRecord) -> Message | None:
        """None when it is not there, or nobody knows any more under which UID."""
        if self._arrivals.is_void(record):
            return None
        return self._ahead.fetch(record.key.uid, largest=self._largest, rules=self._rules())

    def opening(
        self,
        record: MessageRecord,  # noqa: ARG002  # for junk
        message: Message,
        rules: plan.Rules,
    ) -> plan.Opening:
        """The message read and screened by these rules."""
        return self._ahead.opening(message, rules)

    def again(self, record: MessageRecord) -> plan.Opening:
        """The same of one that has been judged. Raises Transient as long as a rebuilt mailbox may still show it, and
        Permanent when a person took it away."""
        message = self.message(record)
        if message is None and record.place.folder != INBOX:  # its plan is carried out once more
            message = self._mailbox.message_at(record.place, largest=self._largest)
        if message is None:
            self._arrivals.await_return(record)
            raise Permanent("the mail was moved or deleted by a person before it was filed")
        return self.opening(record, message, self._rules())
