"""Which mail is which: the fields of a header that name it, and nothing else of it."""

from __future__ import annotations

import email.parser
from collections.abc import Sequence

from intake import errors
from intake.adapters.imap import fetching
from intake.adapters.imap.session import Session

_AT_ONCE = 200  # UIDs in one command
_NAMED = "MESSAGE-ID AUTO-SUBMITTED"
_LONGEST = 4096  # bytes; RFC 5322 2.1.1 ends a line at 998
_FIELDS = f"BODY.PEEK[HEADER.FIELDS ({_NAMED})]<0.{_LONGEST}>"
_NEWEST = 100  # sent mails looked at one by one where SEARCH finds nothing: Exchange indexes late

_HEADERS = email.parser.BytesHeaderParser()


def message_ids(session: Session, uids: Sequence[int]) -> dict[int, str]:
    """Of messages of the selected folder; without those that have none, or are not given out."""
    found = {uid: said.get("message-id", "") for uid, said in fields(session, uids).items()}
    return {uid: message_id for uid, message_id in found.items() if message_id}


def lies_in(session: Session, name: str, message_id: str) -> bool:
    """Whether a folder, by the server's name of it, holds a mail with this Message-ID.

    SEARCH looks for a piece of text, and may find too much, or too little: what it finds is compared here.
    """
    selected = session.select_named(name, readonly=True, again=True)
    found = session.client.search(["HEADER", "Message-ID", message_id])
    if message_id in message_ids(session, found[-_NEWEST:]).values():
        return True
    newest = session.search(max(selected.next_uid - _NEWEST, 1))
    return message_id in message_ids(session, newest).values()


def fields(session: Session, uids: Sequence[int]) -> dict[int, dict[str, str]]:
    """By UID and lower-case name; one by one where a batch is refused for one of them."""
    found: dict[int, dict[str, str]] = {}
    for start in range(0, len(uids), _AT_ONCE):
        batch = list(uids[start : start + _AT_ONCE])
        try:
            found |= _asked(session, batch)
        except errors.Permanent:
            for uid in batch:
                found |= _tolerant(session, uid)
    return found


def _tolerant(session: Session, uid: int) -> dict[int, dict[str, str]]:
    try:
        return _asked(session, [uid])
    except errors.Permanent:
        return {}


def _asked(session: Session, uids: Sequence[int]) -> dict[int, dict[str, str]]:
    said = fetching.ask(session, uids, [_FIELDS]) if uids else {}
    return {uid: _read(one) for uid, one in said.items()}


def _read(said: dict[bytes, object]) -> dict[str, str]:
    """Servers write the name of the item in ways of their own: it is the one that has a header's fields."""
    raw = next((fetching.content(one) for name, one in said.items() if name.startswith(b"BODY[HEADER")), b"")
    parsed = _HEADERS.parsebytes(raw or b"")
    return {name.lower(): "".join(str(parsed[name]).split()) for name in parsed}
