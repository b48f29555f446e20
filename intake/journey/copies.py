"""Copies of our replies that come back to our own mailbox, as a proof that a reply has left.

A leaf. Applicants see the Message-ID of a reply, so that it alone makes no mail ours: who wrote a mail with it could
hide that mail from us. A copy is known besides by one of two things, neither of which hides anything:

- the address that it was delivered to carries a code that only this installation can make, and that stands in
  the envelope alone: nobody but our own mail servers ever sees it;
- it says what the reply says that left: the same content, whatever fields a mail server has added on its way.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence

DIGITS = 16  # hexadecimal: 64 bits, as in our Message-IDs
_MARK = "+sent-"  # RFC 5233: what follows the "+" is for the mailbox's owner
_LONGEST_LOCAL = 64  # octets (RFC 5321 4.5.3.1.1)
_LONGEST_HEADER = 2**20

# What mail servers write when they deliver: Postfix, Dovecot and Gmail the first, Postfix the second, Exim the third.
_DELIVERED = frozenset(
    (b"delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to", b"x-delivered-to")
)
_TAG = re.compile(rb"\+sent-([0-9a-f]{16})@", re.IGNORECASE)
_ADDRESS_TAG = re.compile(r"\+sent-([0-9a-f]{16})@", re.IGNORECASE)
_FIELD = re.compile(rb"([!-9;-~]{1,200})[ \t]*:(.*)", re.DOTALL)  # RFC 5322 2.2
_BLANK = re.compile(rb"\s+")


def address(own: str, message_id: str, key: bytes) -> str:
    """Where the copy of the reply with this Message-ID goes: our address, with a code behind a "+".

    Our address alone without a key, or where it would be too long.
    """
    local, _, domain = own.rpartition("@")
    tagged = f"{local}{_MARK}{_code(message_id, key)}"
    return f"{tagged}@{domain}" if key and len(tagged.encode()) <= _LONGEST_LOCAL else own


def belongs(to: str, message_id: str, keys: Sequence[bytes]) -> bool:
    """Whether an address is that of the copy of the reply with this Message-ID. Case may have changed on its way."""
    return any(_fits(code, message_id, keys) for code in _ADDRESS_TAG.findall(to))


def message_id(raw: bytes) -> str:
    """Of a mail, as it stands in its header; "" where it has none."""
    found = (content for name, content in _fields(_header(raw)) if name == b"message-id")
    return next(found, b"").decode("ascii", "replace")


def is_delivered(raw: bytes, message_id: str, keys: Sequence[bytes]) -> bool:
    """Whether the server that took in this mail says that it did so for the address of the copy.

    Only the fields above the first Received are its own (RFC 5321 4.4); below it stands what others wrote.
    """
    for name, content in _fields(_header(raw)):
        if name == b"received":
            return False
        if name in _DELIVERED and any(
            _fits(code.decode(), message_id, keys) for code in _TAG.findall(content)
        ):
            return True
    return False


def is_same(sent: bytes, found: bytes) -> bool:
    """Whether a mail has the content of a reply of ours: every field of it, and the body; fields that are not in the
    reply may have been added, but none that says how the body is to be read. Line ends and folding may differ."""
    ours, theirs = list(_fields(_header(sent))), list(_fields(_header(found)))
    names = {name for name, _ in ours}
    added = {name for name, _ in theirs} - names
    if any(name.startswith(b"content-") or name == b"mime-version" for name in added):
        return False
    return ours == [field for field in theirs if field[0] in names] and _body(sent) == _body(found)


def _code(message_id: str, key: bytes) -> str:
    """RFC 2104, cut to its first digits (section 5). Message-IDs of ours are signed by the same key, with "|" between
    their parts and no blank."""
    return hmac.new(key, f"copy {message_id}".lower().encode(), hashlib.sha256).hexdigest()[:DIGITS]


def _fits(code: str, message_id: str, keys: Sequence[bytes]) -> bool:
    return any(hmac.compare_digest(_code(message_id, key), code.lower()) for key in keys if key)


def _header(raw: bytes) -> bytes:
    return _split(raw)[0][:_LONGEST_HEADER]


def _body(raw: bytes) -> bytes:
    """With line ends of one kind, without blank lines at the end: servers add and remove them."""
    return _split(raw)[1].replace(b"\r\n", b"\n").rstrip()


def _split(raw: bytes) -> tuple[bytes, bytes]:
    """Header and body. The first empty line ends the header, whatever the line ends."""
    found = re.search(rb"\r?\n\r?\n", raw)
    return (raw[: found.start()], raw[found.end() :]) if found else (raw, b"")


def _fields(header: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names in lower case, with what they say; blanks are as good as none where lines were folded."""
    for line in re.split(rb"\r?\n(?![ \t])", header):
        found = _FIELD.fullmatch(line)
        if found:
            yield found[1].lower(), _BLANK.sub(b" ", found[2]).strip()
