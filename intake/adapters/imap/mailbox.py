"""The port ``Mailbox`` on one IMAP account."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from intake import errors
from intake.adapters.imap import fetching, identifying, idling, moving
from intake.adapters.imap.account import Account
from intake.adapters.imap.connection import Connection
from intake.adapters.imap.session import INBOX, Selected, Session
from intake.model import Message, MessageKey
from intake.ports import Inbox, Place


class ImapMailbox:
    """One account on one connection; see :class:`intake.ports.Mailbox` for what each method promises.

    It reads the INBOX, or with ``junk`` the folder of suspected junk, which is only ever opened by EXAMINE.

    After ``open`` every method holds the INBOX to the UIDVALIDITY that ``open`` found, also on a new
    connection, and raises UidValidityChanged when it is another. A message that the server lists but
    does not give out, or answers with what cannot be read, raises Permanent naming its UID: asked
    for without it the others come.
    """

    def __init__(self, account: Account, *, junk: bool = False) -> None:
        self.name = account.name
        self._junk = junk
        self._connection = Connection(account)
        self._wake = idling.Wake()
        self._uidvalidity: int | None = None
        self._begun: _Begun | None = None
        self._seen = 0  # the highest UID of the INBOX that the caller has been told of, or woken for

    def open(self) -> Inbox:
        """Select the folder anew and say what is there."""
        with self._connection.calling("opening the INBOX") as session:
            name = self._name(session)
            if name is not None:
                selected = session.select_named(name, readonly=self._junk, again=True)
                self._seen = selected.next_uid - 1
                self._uidvalidity = selected.uidvalidity
                return Inbox(
                    uidvalidity=selected.uidvalidity,
                    next_uid=selected.next_uid,
                    idle=session.idles,
                    folder=session.our_name(name) if self._junk else INBOX,
                )
        raise errors.FolderMissing("the account has no folder of suspected junk")

    def _name(self, session: Session) -> str | None:
        return session.junk() if self._junk else INBOX

    def uids_from(self, uid: int) -> list[int]:
        """UIDs of the INBOX that are ``uid`` or higher, ascending."""
        with self._inbox("searching the INBOX") as session:
            uids = session.search(uid)
            self._seen = max([self._seen, *uids])
            return uids

    def uids_since(self, day: datetime) -> list[int]:
        """UIDs whose INTERNALDATE is on or after this day, as the server's own time zone has it."""
        with self._inbox("searching the INBOX") as session:
            return session.search(1, since=day.date())

    def fetch(self, uids: Sequence[int], *, largest: int) -> list[Message]:
        """The messages that still exist, in the order of ``uids``; they are all held in memory, once."""
        with self._inbox("fetching") as session:
            key = MessageKey(mailbox=self.name, uidvalidity=self._selected(session).uidvalidity, uid=0)
            sized = fetching.sizes(session, uids)
            found = fetching.messages(session, sized, key=key, largest=largest)
        for one in fetching.in_windows(sized, largest=largest):
            raw = self._in_windows(one.uid, most=2 * largest)
            if raw is not None:
                found[one.uid] = fetching.message(one, key, raw=raw)
        return [found[uid] for uid in dict.fromkeys(uids) if uid in found]

    def _in_windows(self, uid: int, *, most: int) -> bytes | None:
        """A large message, each window under a deadline of its own. What was fetched before the connection broke
        is kept for the next try. None when it has gone; Permanent for one over ``most`` bytes."""
        begun = self._begun
        if begun is None or begun.key != (self._uidvalidity, uid):
            begun = self._begun = _Begun((self._uidvalidity, uid))
        while begun.length <= most:
            with self._inbox("fetching a part of a mail") as session:
                piece = fetching.window(session, uid, begun.length)
            if not piece:  # RFC 3501 6.4.5: behind the end is an empty string; a short piece proves no end
                self._begun = None
                if piece is not None and not begun.length:
                    raise errors.Permanent(f"UID {uid}: the server lists it and gives out no byte of it")
                return None if piece is None else begun.bytes()
            begun.add(piece)
        self._begun = None
        raise errors.Permanent(f"UID {uid}: the server goes on beyond {most} bytes")

    def move(self, place: Place, folder: str, *, message_id: str, size: int) -> Place | None:
        """The port's ``move``. A message marked \\Deleted counts as deleted by a person."""
        with self._connection.calling("moving") as session:
            return moving.move(session, place, folder, message_id=message_id, size=size)

    def flags(self, places: Sequence[Place]) -> dict[Place, frozenset[str]]:
        """The port's ``flags``: one SELECT and one FETCH for each folder."""
        found: dict[Place, frozenset[str]] = {}
        with self._connection.calling("looking at flags") as session:
            for folder in dict.fromkeys(place.folder for place in places):
                found |= moving.flags(session, folder, [place for place in places if place.folder == folder])
        return found

    def listed(self, folder: str) -> tuple[int, list[int]] | None:
        """The port's ``listed``, by EXAMINE."""
        with self._connection.calling("listing a folder") as session:
            if not session.exists(folder):
                return None
            selected = session.select(folder, readonly=True, again=True)
            return selected.uidvalidity, session.search(1)

    def message_at(self, place: Place, *, largest: int) -> Message | None:
        """The port's ``message_at``: in one piece, so what is over ``largest`` comes as its header."""
        with self._connection.calling("fetching from a folder") as session:
            if place.uid is None or not session.exists(place.folder):
                return None
            selected = session.select(place.folder, readonly=True, again=True)
            if place.uidvalidity not in (None, selected.uidvalidity):
                return None
            key = MessageKey(mailbox=self.name, uidvalidity=selected.uidvalidity, uid=0)
            sized = fetching.sizes(session, [place.uid])
            found = fetching.messages(session, sized, key=key, largest=largest)
            large = next(iter(fetching.in_windows(sized, largest=largest)), None)
            if large is None:
                return found.get(place.uid)
            raw = b""
            while len(raw) <= 2 * largest and (piece := fetching.window(session, large.uid, len(raw))):
                raw += piece
            return fetching.message(large, key, raw=raw) if raw else None

    def answered(self, message_id: str) -> bool:
        """Whether a person's mail in Sent has this Message-ID in In-Reply-To; False for one that cannot be
        searched."""
        wanted = moving.searchable(message_id)
        with self._connection.calling("searching the sent mail") as session:
            sent = session.sent() if wanted else None
            if sent is None:
                return False
            session.select_named(sent, readonly=True, again=True)
            uids = session.client.search(["HEADER", "In-Reply-To", wanted])
            return any(
                "auto-submitted" not in fields for fields in identifying.fields(session, uids).values()
            )

    def message_ids(self, uids: Sequence[int]) -> dict[int, str]:
        """The port's ``message_ids``: of each header no more than what names the message."""
        with self._inbox("reading Message-IDs") as session:
            return identifying.message_ids(session, uids)

    def sent(self, message_id: str) -> bool | None:
        """The port's ``sent``; None too for a Message-ID that cannot be searched."""
        wanted = moving.searchable(message_id)
        with self._connection.calling("searching the sent mail") as session:
            sent = session.sent() if wanted else None
            if sent is None or not session.is_there(sent):
                return None
            return identifying.lies_in(session, sent, wanted)

    def wait(self, seconds: float) -> bool:
        """Wait for mail, at most five minutes at once, by IDLE where the server has it.

        True, also at once, when there is a message that neither ``uids_from`` has listed nor a ``wait`` has told of.
        """
        if self._wake.answer():
            return False
        with self._inbox("waiting for mail", patience=min(seconds, idling.LONGEST_ROUND)) as session:
            if session.idles:
                found = idling.wait(session, self._seen + 1, seconds, self._wake)
            else:
                found = session.search(self._seen + 1)
            self._seen = max([self._seen, *found])
            if found or session.idles:
                return bool(found)
        idling.sleep(min(seconds, idling.LONGEST_ROUND), self._wake)
        return False

    def interrupt(self) -> None:
        """End a ``wait`` early, or the next one when none is under way."""
        self._wake.call()

    def leave(self) -> None:
        """Sign out; the next call signs in again."""
        self._connection.close()

    def close(self) -> None:
        """Sign out. The mailbox is not used after that."""
        self._connection.close()
        self._wake.close()

    @contextlib.contextmanager
    def _inbox(self, doing: str, *, patience: float = 0.0) -> Iterator[Session]:
        with self._connection.calling(doing, patience=patience) as session:
            found = self._selected(session).uidvalidity
            if self._uidvalidity not in (None, found):
                raise errors.UidValidityChanged(f"UIDVALIDITY {self._uidvalidity} became {found}")
            yield session

    def _selected(self, session: Session) -> Selected:
        name = self._name(session)
        if name is None:
            raise errors.Transient("the folder of suspected junk is there no more")
        return session.select_named(name, readonly=self._junk)


class _Begun:
    """A large message on its way, in one buffer that becomes its bytes without a copy."""

    def __init__(self, key: tuple[int | None, int]) -> None:
        self.key = key
        self.length = 0
        self._buffer = io.BytesIO()

    def add(self, piece: bytes) -> None:
        self._buffer.write(piece)
        self.length += len(piece)

    def bytes(self) -> bytes:
        return self._buffer.getvalue()
