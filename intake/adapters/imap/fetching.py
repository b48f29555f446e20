"""FETCH: sizes first, then whole messages, or header and structure of those that are too large."""

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

_SIZES_AT_ONCE = 100  # UIDs in one command: a line of 1,100 bytes at most
_BODIES_AT_ONCE = 20  # costs 1.10 times the bare transfer, one by one 1.32
_BYTES_AT_ONCE = 16 * 2**20  # of bodies in one command: imaplib holds the whole answer twice

# A header that is longer is cut: real ones have some 10 kB, and a mail may be all header.
LONGEST_HEADER = 2**20
_HEADER = f"BODY.PEEK[HEADER]<0.{LONGEST_HEADER}>"


@value
class _Sized:
    uid: int
    size: int
    arrived: datetime
    flags: frozenset[str]


def messages(session: Session, uids: Sequence[int], *, key: MessageKey, largest: int) -> list[Message]:
    """Messages of the selected folder that still exist, in the order of ``uids``; ``key`` names the folder.

    Raises Permanent naming the UID when the server lists a message and does not give it out.
    """
    sized = [one for batch in _batches(uids, _SIZES_AT_ONCE) for one in _sizes(session, batch)]
    session.client.bound_literals(2 * largest)  # RFC822.SIZE is an estimate on Exchange
    found: dict[int, Message] = {}
    for group in _groups([one for one in sized if one.size <= largest]):
        for one, raw in _bodies(session, group):
            found[one.uid] = _message(one, key, raw=raw)
    for one in sized:
        if one.size > largest and (outline := _outline(session, one.uid)):
            found[one.uid] = _message(one, key, raw=outline[0], whole=False, parts=outline[1])
    return [found[uid] for uid in dict.fromkeys(uids) if uid in found]


def _message(
    one: _Sized, key: MessageKey, *, raw: bytes, whole: bool = True, parts: tuple[ListedPart, ...] = ()
) -> Message:
    return Message(
        key=MessageKey(mailbox=key.mailbox, uidvalidity=key.uidvalidity, uid=one.uid),
        arrived=one.arrived,
        size=one.size,
        flags=one.flags,
        raw=raw,
        whole=whole,
        parts=parts,
    )


def _sizes(session: Session, uids: Sequence[int]) -> Iterator[_Sized]:
    answer = ask(session, uids, ["RFC822.SIZE", "INTERNALDATE", "FLAGS"])
    _complete(session, uids, {uid for uid in answer if answer[uid].get(b"RFC822.SIZE") is not None})
    for uid in sorted(answer):
        said = answer[uid]
        yield _Sized(
            uid=uid,
            size=int(said[b"RFC822.SIZE"]),
            arrived=_utc(uid, said.get(b"INTERNALDATE")),
            flags=flags(said),
        )


def _bodies(session: Session, group: Sequence[_Sized]) -> Iterator[tuple[_Sized, bytes]]:
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
    """FETCH. What the server does not give out although it lists it is left out, like what has gone.

    Raises Permanent naming the UID when the server refuses it, or answers with what cannot be read.
    """
    answer = _ask(session, uids, items)
    missing = [uid for uid in uids if uid not in answer]
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


def _groups(sized: Sequence[_Sized]) -> Iterator[list[_Sized]]:
    """As many messages as one command may bring."""
    group: list[_Sized] = []
    for one in sized:
        if group and (
            len(group) == _BODIES_AT_ONCE or sum(g.size for g in group) + one.size > _BYTES_AT_ONCE
        ):
            yield group
            group = []
        group.append(one)
    if group:
        yield group
