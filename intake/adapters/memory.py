"""In-memory twins of the mailbox, the sender and the clock. They keep the contracts of the real adapters."""

from __future__ import annotations

import dataclasses
import email.parser
import itertools
import re
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from intake import errors
from intake.model import ListedPart, Message, MessageKey, Reply, value
from intake.ports import SENT, Inbox, LastLook, Place

_HEADERS = email.parser.BytesHeaderParser()


class SettableClock:
    """Stands still until it is set. Raises ValueError for a time without a zone."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def now(self) -> datetime:
        return self._now

    def set(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a time without a zone")
        self._now = now.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        self._now += by


@value
class _Stored:
    """A message in a folder. ``withheld``: it is listed and never given out."""

    raw: bytes
    arrived: datetime
    flags: frozenset[str] = frozenset()
    parts: tuple[ListedPart, ...] = ()
    withheld: bool = False

    def header(self, name: str) -> str:
        found = _HEADERS.parsebytes(self.raw).get(name, "")
        return str(found).strip()

    def has(self, message_id: str, size: int) -> bool:
        return bool(message_id) and self.header("Message-ID") == message_id and len(self.raw) == size


class _Folder:
    def __init__(self, uidvalidity: int) -> None:
        self.uidvalidity = uidvalidity
        self.next_uid = 1
        self.messages: dict[int, _Stored] = {}

    def add(self, message: _Stored) -> int:
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.messages[uid] = message
        return uid

    def find(self, message_id: str, size: int) -> int | None:
        return max((uid for uid, each in self.messages.items() if each.has(message_id, size)), default=None)


class MemoryMailbox:
    """An account that lives in this process. ``trouble``, while set, is what every method raises.

    The methods from ``deliver`` on are what the world does with the mailbox; they may be called from
    another thread, and ``wait`` hears of what they deliver.
    """

    def __init__(self, name: str = "memory", *, sent_folder: str = "Sent") -> None:
        self.name = name
        self._reads = "INBOX"
        self.trouble: errors.IntakeError | None = None
        self._sent_folder = sent_folder
        self._uidvalidities = itertools.count(1)
        self._folders = {"INBOX": _Folder(next(self._uidvalidities))}
        self._uidvalidity: int | None = None
        self._seen = 0
        self._changed = threading.Condition()
        self._interrupted = False

    def junk(self, name: str, folder: str = "Junk") -> MemoryMailbox:
        """The same account, reading its folder of suspected junk."""
        other = MemoryMailbox(name, sent_folder=self._sent_folder)
        other._folders, other._uidvalidities, other._reads = self._folders, self._uidvalidities, folder
        return other

    # --- The port --------------------------------------------------------------------------------

    def open(self) -> Inbox:
        self._raise_trouble()
        if self._reads not in self._folders:
            raise errors.FolderMissing("the account has no folder of suspected junk")
        inbox = self._folders[self._reads]
        self._uidvalidity, self._seen = inbox.uidvalidity, inbox.next_uid - 1
        return Inbox(uidvalidity=inbox.uidvalidity, next_uid=inbox.next_uid, idle=True, folder=self._reads)

    def uids_from(self, uid: int) -> list[int]:
        found = [known for known in self._inbox().messages if known >= uid]
        self._seen = max([self._seen, *found])
        return found

    def uids_since(self, day: datetime) -> list[int]:
        messages = self._inbox().messages
        return [uid for uid in messages if messages[uid].arrived.date() >= day.date()]

    def fetch(self, uids: Sequence[int], *, largest: int) -> list[Message]:
        inbox = self._inbox()
        found = [uid for uid in dict.fromkeys(uids) if uid in inbox.messages]
        for uid in found:
            if inbox.messages[uid].withheld:
                raise errors.Permanent(f"UID {uid}: the server lists it and does not give it out")
        return [self._fetched(inbox, uid, largest) for uid in found]

    def _fetched(self, inbox: _Folder, uid: int, largest: int) -> Message:
        stored = inbox.messages[uid]
        whole = len(stored.raw) <= largest
        header_end = stored.raw.find(b"\r\n\r\n") + 4
        return Message(
            key=MessageKey(mailbox=self.name, uidvalidity=inbox.uidvalidity, uid=uid),
            arrived=stored.arrived,
            size=len(stored.raw),
            flags=stored.flags,
            raw=stored.raw if whole else stored.raw[:header_end],
            whole=whole,
            parts=() if whole else stored.parts,
        )

    def move(self, place: Place, folder: str, *, message_id: str, size: int) -> Place | None:
        self._raise_trouble()
        folder = self._sent_folder if folder == SENT else folder
        uid = self._at(place, message_id, size)
        if uid is None:
            there = self._folders[folder].find(message_id, size) if folder in self._folders else None
            return None if there is None else self._place(folder, there)
        if folder == place.folder:
            return self._place(folder, uid)
        target = self._folders.setdefault(folder, _Folder(next(self._uidvalidities)))
        moved = self._folders[place.folder].messages.pop(uid)
        if folder == self._sent_folder:
            moved = dataclasses.replace(moved, flags=moved.flags | {"\\Seen"})
        return self._place(folder, target.add(moved))

    def _at(self, place: Place, message_id: str, size: int) -> int | None:
        source = self._folders.get(place.folder)
        if source is None:
            return None
        if place.uid is None or place.uidvalidity not in (None, source.uidvalidity):
            if place.folder == "INBOX" and place.uid is not None:
                raise errors.UidValidityChanged(f"{place.uidvalidity} became {source.uidvalidity}")
            return source.find(message_id, size)
        stored = source.messages.get(place.uid)
        return None if stored is None or "\\Deleted" in stored.flags else place.uid

    def _place(self, folder: str, uid: int) -> Place:
        return Place(folder=folder, uidvalidity=self._folders[folder].uidvalidity, uid=uid)

    def flags(self, places: Sequence[Place]) -> dict[Place, frozenset[str]]:
        self._raise_trouble()
        found: dict[Place, frozenset[str]] = {}
        for place in places:
            folder = self._folders.get(place.folder)
            if folder is None:
                continue
            if place.uid is None or place.uidvalidity not in (None, folder.uidvalidity):
                found[place] = frozenset()
                continue
            stored = folder.messages.get(place.uid)
            if stored is not None and "\\Deleted" not in stored.flags:
                found[place] = stored.flags
        return found

    def listed(self, folder: str) -> tuple[int, list[int]] | None:
        self._raise_trouble()
        found = self._folders.get(folder)
        return (found.uidvalidity, sorted(found.messages)) if found else None

    def message_at(self, place: Place, *, largest: int) -> Message | None:
        self._raise_trouble()
        found = self._folders.get(place.folder)
        if found is None or place.uid is None or place.uidvalidity not in (None, found.uidvalidity):
            return None
        stored = found.messages.get(place.uid)
        return None if stored is None else self._fetched(found, place.uid, largest)

    def answered(self, message_id: str) -> bool:
        self._raise_trouble()
        sent = self._folders.get(self._sent_folder)
        if sent is None or not message_id:
            return False
        return any(
            message_id in stored.header("In-Reply-To") and not stored.header("Auto-Submitted")
            for stored in sent.messages.values()
        )

    def message_ids(self, uids: Sequence[int]) -> dict[int, str]:
        messages = self._inbox().messages
        known = {uid: messages[uid] for uid in uids if uid in messages and not messages[uid].withheld}
        found = {uid: known[uid].header("Message-ID") for uid in known}
        return {uid: message_id for uid, message_id in found.items() if message_id}

    def sent(self, message_id: str) -> bool | None:
        self._raise_trouble()
        sent = self._folders.get(self._sent_folder)
        if sent is None:
            return None
        return any(stored.header("Message-ID") == message_id for stored in sent.messages.values())

    def wait(self, seconds: float) -> bool:
        inbox = self._inbox()
        with self._changed:
            self._changed.wait_for(lambda: self._interrupted or inbox.next_uid > self._seen + 1, seconds)
            interrupted, self._interrupted = self._interrupted, False
            if interrupted or inbox.next_uid <= self._seen + 1:
                return False
            self._seen = inbox.next_uid - 1
            return True

    def interrupt(self) -> None:
        with self._changed:
            self._interrupted = True
            self._changed.notify_all()

    def leave(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _inbox(self) -> _Folder:
        self._raise_trouble()
        inbox = self._folders[self._reads]
        if self._uidvalidity not in (None, inbox.uidvalidity):
            raise errors.UidValidityChanged(f"{self._uidvalidity} became {inbox.uidvalidity}")
        return inbox

    def _raise_trouble(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    # --- The world -------------------------------------------------------------------------------

    def deliver(
        self,
        raw: bytes,
        *,
        arrived: datetime,
        folder: str = "INBOX",
        flags: frozenset[str] = frozenset(),
        parts: tuple[ListedPart, ...] = (),
        withheld: bool = False,
    ) -> int:
        """A message arrives, or a person puts one there. Returns its UID."""
        stored = _Stored(
            raw=raw, arrived=arrived.astimezone(UTC), flags=flags, parts=parts, withheld=withheld
        )
        with self._changed:
            target = self._folders.setdefault(folder, _Folder(next(self._uidvalidities)))
            uid = target.add(stored)
            self._changed.notify_all()
        return uid

    def remove(self, uid: int, folder: str = "INBOX") -> None:
        """A person deletes a message and expunges."""
        del self._folders[folder].messages[uid]

    def flag(self, uid: int, flag: str, folder: str = "INBOX") -> None:
        """A person's mail program flags a message."""
        messages = self._folders[folder].messages
        messages[uid] = dataclasses.replace(messages[uid], flags=messages[uid].flags | {flag})

    def contents(self, folder: str = "INBOX") -> dict[int, bytes]:
        """The messages of a folder by UID; none when there is no such folder."""
        found = self._folders.get(folder)
        return {uid: stored.raw for uid, stored in found.messages.items()} if found else {}

    def rebuild(self) -> None:
        """The INBOX gets a new UIDVALIDITY and new UIDs, as after a restore."""
        before = self._folders["INBOX"]
        self._folders["INBOX"] = after = _Folder(next(self._uidvalidities))
        after.next_uid = before.next_uid
        for stored in before.messages.values():
            after.add(stored)


@value
class SentReply:
    """What the sender's server accepted."""

    sender: str
    reply: Reply
    copy_to: str = ""


class MemorySender:
    """Accepts every reply, or raises what ``failures`` holds next, one for each call.

    ``accepted`` lists what was accepted, in order. A failure that is OutcomeUnknown counts the reply
    as accepted when ``unknown_arrives`` is set: nobody can tell the two from outside. ``refuses_copies``,
    while set, is what the server says to the recipient of a copy.
    """

    def __init__(self) -> None:
        self.accepted: list[SentReply] = []
        self.failures: list[errors.IntakeError] = []
        self.unknown_arrives = False
        self.refuses_copies: errors.Permanent | errors.Transient | None = None

    def send(
        self, reply: Reply, *, sender: str, copy_to: str = "", last_look: LastLook | None = None
    ) -> None:
        if not re.fullmatch(r"[^\s<>]+@[^\s<>]+", reply.recipient):
            raise errors.Permanent("the address cannot be written in an SMTP command")
        failure = self.failures.pop(0) if self.failures else None
        refused = self.refuses_copies if copy_to else None
        reached = failure is None or isinstance(failure, errors.OutcomeUnknown)
        if reached and last_look is not None and not last_look(refused):
            raise errors.Transient("the lease of this reply has ended, so that it was not sent")
        if failure is None or (isinstance(failure, errors.OutcomeUnknown) and self.unknown_arrives):
            copied = "" if refused else copy_to
            self.accepted.append(SentReply(sender=sender, reply=reply, copy_to=copied))
        if failure is not None:
            raise failure

    def close(self) -> None:
        pass
