"""The mailbox, and how replies leave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from intake.errors import Permanent, Transient
from intake.model import Message, Reply, value

INBOX = "INBOX"  # the one folder that every server has by this name (RFC 3501 5.1)
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


class Tokens(Protocol):
    """What we sign in with where no password is taken: OAuth 2.0 bearer tokens (RFC 6750). From any thread."""

    def token(self) -> str:
        """A token that is good now. Raises Transient when none can be had now, SignInFailed with what a
        person must do, ConfigError when what it takes is not there."""
        ...

    def refused(self, token: str) -> bool:
        """A mail server did not take ``token``. True when another one is worth one more try now."""
        ...
