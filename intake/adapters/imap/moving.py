"""Moves one message, on servers with MOVE (RFC 6851), with UIDPLUS (RFC 4315), and with neither."""

from __future__ import annotations

import imaplib
from collections.abc import Sequence

from imapclient import DELETED, SEEN  # ships no py.typed

from intake import errors
from intake.adapters.imap import answers, fetching
from intake.adapters.imap.session import INBOX, Session
from intake.model import value
from intake.ports import SENT, Place

# RFC 5322 2.1.1 bounds a line; a Message-ID that is longer is not searched for.
_LONGEST_ID = 900

# Enough to tell two deliveries of one mail apart: Received fields come first.
_HEADER_START = "BODY.PEEK[HEADER]<0.65536>"


def searchable(message_id: str) -> str:
    """The one gate for what a stranger wrote into an IMAP command: a Message-ID, or "" for one that
    is not printable ASCII without quotes and backslashes (SEARCH with other text fails on Exchange
    and Gmail besides)."""
    safe = message_id.isascii() and message_id.isprintable() and not set(message_id) & set('"\\')
    return message_id if safe and len(message_id) <= _LONGEST_ID else ""


def move(session: Session, place: Place, folder: str, *, message_id: str, size: int) -> Place | None:
    """The port's ``move``. Nothing is deleted before its copy has been seen in the target."""
    uid, deleted = _at(session, place, message_id, size)
    if uid is None or deleted:
        return _moved_before(session, place, uid, _in(session, folder, message_id, size))
    if place.folder == folder:
        return Place(folder=folder, uidvalidity=session.select(folder).uidvalidity, uid=uid)
    here = Place(folder=place.folder, uid=uid)
    if folder == SENT:
        _mark_read(session, uid)
    try:
        return _moved(session, here, folder, message_id, size)
    except imaplib.IMAP4.error as exc:
        if answers.is_lost(exc) or session.exists(folder):
            raise
    session.forget(folder)  # it was there, and somebody has deleted it
    session.select(place.folder)
    return _moved(session, here, folder, message_id, size)


def _mark_read(session: Session, uid: int) -> None:
    """MOVE and COPY keep flags (RFC 6851 3.3, RFC 3501 6.4.7)."""
    try:
        session.client.add_flags([uid], [SEEN], silent=True)
    except imaplib.IMAP4.error as exc:
        if answers.is_lost(exc):
            raise


def _moved(session: Session, place: Place, folder: str, message_id: str, size: int) -> Place | None:
    assert place.uid is not None
    if session.moves:
        return _move(session, place.uid, folder, message_id, size)
    return _copy_and_delete(session, place, folder, message_id, size)


def flags(session: Session, folder: str, places: Sequence[Place]) -> dict[Place, frozenset[str]]:
    """Of those of these places in one folder where a message may still lie; one marked \\Deleted does not."""
    if not session.exists(folder):
        return {}
    uidvalidity = session.select(folder, readonly=True).uidvalidity
    void = {place for place in places if not place.uid or place.uidvalidity not in (None, uidvalidity)}
    known = {place.uid: place for place in places if place.uid and place not in void}
    said = fetching.ask(session, list(known), ["FLAGS"])
    found = {known[uid]: fetching.flags(answer) for uid, answer in said.items() if uid in known}
    there = {place: flags for place, flags in found.items() if "\\Deleted" not in flags}
    return dict.fromkeys(void, frozenset[str]()) | there


def _moved_before(session: Session, place: Place, left: int | None, there: Place | None) -> Place | None:
    """An earlier try may have been cut between \\Deleted and EXPUNGE: finish it."""
    if there is not None and left is not None and session.expunges_by_uid:
        session.select(place.folder)
        session.client.uid_expunge([left])
    return there


def _at(session: Session, place: Place, message_id: str, size: int) -> tuple[int | None, bool]:
    """The UID of the message in the folder of ``place``, left selected, and whether it is \\Deleted:
    so does a person delete whose mail program expunges later."""
    if not session.exists(place.folder):
        return None, False
    selected = session.select(place.folder)
    if place.uid is not None and place.uidvalidity in (None, selected.uidvalidity):
        uid: int | None = place.uid
    elif place.folder.upper() == INBOX and place.uidvalidity not in (None, selected.uidvalidity):
        raise errors.UidValidityChanged(f"UIDVALIDITY {place.uidvalidity} became {selected.uidvalidity}")
    else:
        uid = _find(session, message_id, size)
    said = fetching.ask(session, [uid], ["FLAGS"]) if uid else {}
    if uid not in said:
        return None, False
    return uid, "\\Deleted" in fetching.flags(said[uid])


def _in(session: Session, folder: str, message_id: str, size: int) -> Place | None:
    if not searchable(message_id) or not session.exists(folder):
        return None
    selected = session.select(folder, readonly=True, again=True)
    uid = _find(session, message_id, size)
    return None if uid is None else Place(folder=folder, uidvalidity=selected.uidvalidity, uid=uid)


def _find(session: Session, message_id: str, size: int) -> int | None:
    return max(_matches(session, message_id, size), default=None)


def _matches(session: Session, message_id: str, size: int) -> list[int]:
    """Messages of the selected folder with this Message-ID and size; none for an ID that cannot be searched."""
    wanted = searchable(message_id)
    uids = list(session.client.search(["HEADER", "Message-ID", wanted])) if wanted else []
    said = fetching.ask(session, uids, ["RFC822.SIZE"])
    return [uid for uid in said if said[uid].get(b"RFC822.SIZE") == size]


def _move(session: Session, uid: int, folder: str, message_id: str, size: int) -> Place | None:
    target = session.ensure(folder)
    session.client.take("COPYUID")
    session.client.move([uid], target)
    if moved := _copied(session, folder):
        return moved
    if fetching.ask(session, [uid], ["FLAGS"]):
        raise errors.Transient("the server said OK to MOVE and left the message where it was")
    there = _in(session, folder, message_id, size)
    if there is None and not searchable(message_id):
        return Place(folder=folder)  # it left at our word, and nothing can tell us its UID
    return there


def _copied(session: Session, folder: str) -> Place | None:
    """What COPYUID says (RFC 4315 3): UIDVALIDITY of the target, UID here, UID there; None when absent."""
    said = session.client.take("COPYUID").split()
    if len(said) != 3 or not (said[0].isdigit() and said[2].isdigit()):
        return None
    return Place(folder=folder, uidvalidity=int(said[0]), uid=int(said[2]))


def _copy_and_delete(session: Session, place: Place, folder: str, message_id: str, size: int) -> Place:
    """COPY, look, and only then delete; never a plain EXPUNGE, which deletes what others have marked."""
    assert place.uid is not None
    target = session.ensure(folder)
    original = _prints(session, [place.uid]).get(place.uid)
    if original is None:
        raise errors.Transient("the message went away while it was being moved")
    before = session.select(folder, readonly=True, again=True)
    copy = _same(session, folder, _matches(session, message_id, size), original)
    session.select(place.folder)
    if copy is None:
        session.client.take("COPYUID")
        session.client.copy([place.uid], target)
        copy = _copied(session, folder) or _arrived(session, folder, before.next_uid, original)
        session.select(place.folder)
    session.client.add_flags([place.uid], [DELETED], silent=True)
    if session.expunges_by_uid:
        session.client.uid_expunge([place.uid])
    return copy


def _arrived(session: Session, folder: str, start: int, original: _Print) -> Place:
    session.select(folder, readonly=True, again=True)
    copy = _same(session, folder, session.search(start), original)
    if copy is None:
        raise errors.Transient("no copy arrived in the target folder, so nothing was deleted")
    return copy


@value
class _Print:
    """What the copies of one delivery have in common, and two deliveries of one mail do not."""

    size: int
    header: bytes


def _prints(session: Session, uids: list[int]) -> dict[int, _Print]:
    said = fetching.ask(session, uids, ["RFC822.SIZE", _HEADER_START])
    return {
        uid: _Print(
            size=int(said[uid].get(b"RFC822.SIZE") or 0),
            header=fetching.content(said[uid].get(b"BODY[HEADER]<0>")) or b"",
        )
        for uid in said
    }


def _same(session: Session, folder: str, uids: list[int], original: _Print) -> Place | None:
    """The copy of ``original`` among these messages of the target, which is selected."""
    selected = session.select(folder, readonly=True)
    uid = max((uid for uid, found in _prints(session, uids).items() if found == original), default=None)
    return None if uid is None else Place(folder=folder, uidvalidity=selected.uidvalidity, uid=uid)
