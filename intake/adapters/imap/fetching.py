"""FETCH: sizes first, then whole messages, windows of large ones, or header and structure of those that are
too large.

ENVELOPE is never asked for, and BODYSTRUCTURE only for what is not downloaded: all else is read in the mail
itself, and a server that gets a structure wrong is wrong about one mail.
"""

from __future__ import annotations

import imaplib
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from intake import errors
from intake.adapters.imap import answers, structure
from intake.adapters.imap.session import Session
from intake.model import ListedPart, Message, MessageKey, value

_Answer = dict[int, dict[bytes, Any]]

_UIDS_AT_ONCE = 100  # a line of 1,100 bytes; a client's should not exceed 8,192 (RFC 7162 4)
_BODIES_AT_ONCE = 20  # costs 1.10 times the bare transfer, one by one 1.32
_BYTES_AT_ONCE = 16 * 2**20  # of bodies in one command: imaplib holds the whole answer twice

# A header that is longer is cut: real ones have some 10 kB, and a mail may be all header.
LONGEST_HEADER = 2**20
_HEADER = f"BODY.PEEK[HEADER]<0.{LONGEST_HEADER}>"


# From here on a mail comes in windows: in one piece it is in memory three times before anybody reads it, and
# a connection that breaks at the last byte costs all of them.
WINDOW = 4 * 2**20


@value
class Sized:
    """What the server says of a message before it is fetched."""

    uid: int
    size: int
    arrived: datetime
    flags: frozenset[str]


def sizes(session: Session, uids: Sequence[int]) -> list[Sized]:
    """Of the messages of the selected folder that still exist. Raises Permanent naming the UID when the server
    lists a message and does not give it out, here and below."""
    return [one for batch in _batches(uids, _UIDS_AT_ONCE) for one in _sizes(session, batch)]


def messages(
    session: Session, sized: Sequence[Sized], *, key: MessageKey, largest: int
) -> dict[int, Message]:
    """Those that come in one piece, and the outlines of those over ``largest``; ``key`` names the folder."""
    session.client.bound_literals(2 * WINDOW)  # RFC822.SIZE is an estimate on Exchange
    found: dict[int, Message] = {}
    for group in _groups([one for one in sized if one.size <= min(largest, WINDOW)]):
        for one, raw in _bodies(session, group):
            found[one.uid] = message(one, key, raw=raw)
    for one in sized:
        if one.size > largest and (outline := _outline(session, one.uid)):
            found[one.uid] = message(one, key, raw=outline[0], whole=False, parts=outline[1])
    return found


def in_windows(sized: Sequence[Sized], *, largest: int) -> list[Sized]:
    """Those that are too large for one piece, and not for us."""
    return [one for one in sized if WINDOW < one.size <= largest]


def window(session: Session, uid: int, start: int) -> bytes | None:
    """At most WINDOW bytes of a message from ``start`` on; b"" behind its end, None when it has gone."""
    session.client.bound_literals(WINDOW)
    answer = ask(session, [uid], [f"BODY.PEEK[]<{start}.{WINDOW}>"])
    piece = content(answer.get(uid, {}).get(f"BODY[]<{start}>".encode()))
    _complete(session, [uid], () if piece is None else (uid,))
    return piece


def message(
    one: Sized, key: MessageKey, *, raw: bytes, whole: bool = True, parts: tuple[ListedPart, ...] = ()
) -> Message:
    """What was fetched, with what the server said of it before."""
    return Message(
        key=MessageKey(mailbox=key.mailbox, uidvalidity=key.uidvalidity, uid=one.uid),
        arrived=one.arrived,
        size=one.size,
        flags=one.flags,
        raw=raw,
        whole=whole,
        parts=parts,
    )


def _sizes(session: Session, uids: Sequence[int]) -> Iterator[Sized]:
    answer = ask(session, uids, ["RFC822.SIZE", "INTERNALDATE", "FLAGS"])
    _complete(session, uids, {uid for uid in answer if answer[uid].get(b"RFC822.SIZE") is not None})
    for uid in sorted(answer):
        said = answer[uid]
        yield Sized(
            uid=uid,
            size=int(said[b"RFC822.SIZE"]),
            arrived=_utc(uid, said.get(b"INTERNALDATE")),
            flags=flags(said),
        )


def _bodies(session: Session, group: Sequence[Sized]) -> Iterator[tuple[Sized, bytes]]:
    answer = ask(session, [one.uid for one in group], ["BODY.PEEK[]"])
    given = {
        one.uid: raw
        for one in group
        # No bytes for a message that has a size is a stand-in: not given out.
        if (raw := content(answer.get(one.uid, {}).get(b"BODY[]"))) is not None and (raw or not one.size)
    }
    _complete(session, [one.uid for one in group], given)
    return ((one, given[one.uid]) for one in group if one.uid in given)


def _outline(session: Session, uid: int) -> tuple[bytes, tuple[ListedPart, ...]] | None:
    """Header and parts of one message, None when it has gone meanwhile."""
    header = content(ask(session, [uid], [_HEADER]).get(uid, {}).get(b"BODY[HEADER]<0>"))
    _complete(session, [uid], () if header is None else (uid,))
    if header is None:
        return None
    return header, _parts(session, uid)


def _parts(session: Session, uid: int) -> tuple[ListedPart, ...]:
    """What BODYSTRUCTURE lists; nothing when it is malformed: the header alone carries an answer."""
    try:
        return structure.parts(session.client.fetch([uid], ["BODYSTRUCTURE"])[uid][b"BODYSTRUCTURE"])
    except (imaplib.IMAP4.error, KeyError, *answers.MALFORMED) as exc:
        if answers.is_lost(exc) or answers.is_put_off(str(exc)):
            raise
        return ()


def ask(session: Session, uids: Sequence[int], items: Sequence[str]) -> _Answer:
    """FETCH, of any number. What the server does not give out although it lists it is left out, like what has gone.

    Raises Permanent naming the UID when the server refuses it, or answers with what cannot be read.
    """
    answer: _Answer = {}
    for batch in _batches(uids, _UIDS_AT_ONCE):
        answer |= _ask(session, batch, items)
        missing = [uid for uid in batch if uid not in answer]
        if missing and (listed := session.still_lists(missing)):  # it may only now have been told to us
            answer |= _ask(session, listed, items)
    return answer


def _ask(session: Session, uids: Sequence[int], items: Sequence[str]) -> _Answer:
    """One by one when a batch fails: one malformed answer spoils all of its command."""
    try:
        return dict(session.client.fetch(uids, items))
    except MemoryError as exc:
        raise errors.Permanent(f"UID {uids[0]}: no memory for the answer") from exc
    except (imaplib.IMAP4.error, *answers.MALFORMED) as exc:
        if answers.is_lost(exc) or answers.is_put_off(str(exc)):
            raise
        if len(uids) == 1:
            if session.still_lists(uids):
                raise errors.Permanent(f"UID {uids[0]}: {answers.said(str(exc))}") from exc
            return {}  # deleted meanwhile: Dovecot says NO then
    return {uid: said for one in uids for uid, said in _ask(session, [one], items).items()}


def _complete(session: Session, asked: Sequence[int], given: Collection[int]) -> None:
    """Raise Permanent when a message that was not given out is still listed (Exchange: OK without a
    FETCH line); one that is not listed was deleted meanwhile."""
    missing = sorted(set(asked) - set(given))
    if missing and (withheld := session.still_lists(missing)):
        listed = ", ".join(str(uid) for uid in withheld)
        raise errors.Permanent(f"UID {listed}: the server lists it and does not give it out")


def flags(said: dict[bytes, Any]) -> frozenset[str]:
    """The flags of one FETCH answer. A keyword of digits comes as an int."""
    return frozenset(
        flag.decode("ascii", "replace") if isinstance(flag, bytes) else str(flag)
        for flag in said.get(b"FLAGS") or ()
    )


def _utc(uid: int, arrived: datetime | None) -> datetime:
    """Deadlines are judged by INTERNALDATE, so one that cannot be read is never made up."""
    try:
        if arrived is not None and arrived.tzinfo is not None:
            return arrived.astimezone(UTC)
    except (OverflowError, ValueError):  # the year 1, or an offset of more than a day
        pass
    raise errors.Permanent(f"UID {uid}: the server gives no time of arrival that can be read")


def content(atom: Any) -> bytes | None:
    """A body as bytes: imapclient makes an int of one that is all digits."""
    return str(atom).encode() if isinstance(atom, int) else atom


def _batches(uids: Sequence[int], length: int) -> Iterator[Sequence[int]]:
    for start in range(0, len(uids), length):
        yield uids[start : start + length]


def _groups(sized: Sequence[Sized]) -> Iterator[list[Sized]]:
    """As many messages as one command may bring."""
    group: list[Sized] = []
    for one in sized:
        if group and (
            len(group) == _BODIES_AT_ONCE or sum(g.size for g in group) + one.size > _BYTES_AT_ONCE
        ):
            yield group
            group = []
        group.append(one)
    if group:
        yield group
