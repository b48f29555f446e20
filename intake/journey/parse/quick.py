"""The tree of a mail as fast-mail-parser gives it, kept from what that decodes wrongly."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

import fast_mail_parser

from intake.journey.parse import charset, header, part
from intake.journey.parse.part import Part, UnreadableError

# Measured: nested messages cost the fast parser a copy each (250 of them over 10 MB: 9 s).
_MAX_NESTED = 20
# It takes parts apart by recursion, and checks the depth only afterwards: some 50,000 multiparts within each other
# (3 MB) are beyond the stack and end the process. Each of them needs a boundary line and a type of its own.
_MAX_CONTAINERS = 10 * part.MAX_PARTS
_BOUNDARY = b"\n--"
_CONTAINER = re.compile(rb"multipart/", re.IGNORECASE)
_AS_IT_IS = ("", "7bit", "8bit", "binary")
_NESTED = re.compile(rb":\s*(?:message/(?:rfc822|global|news)|multipart/digest)", re.IGNORECASE)

# What the fast parser must not decode, since it decodes it wrongly: of quoted-printable it drops bytes beyond ASCII
# and changes line ends, and encoded words it joins only after decoding, though clients cut them inside a letter.
# One sign of each is made one that no mail holds, so that it knows neither, and made good again afterwards.
_MARK = b"\x1a"
_WORD = re.compile(rb"=(\?)")
_QUOTED = re.compile(rb"-encoding:[ \t]*(?:\r?\n[ \t]+)?quoted(-)printable", re.IGNORECASE)
_MARKED_WORD = re.compile(rb"=\x1a")
_MARKED_QUOTED = re.compile(rb"(-encoding:[ \t]*(?:\r?\n[ \t]+)?quoted)\x1a(printable)", re.IGNORECASE)
_FEW = 10_000  # so often a sign is looked for by itself, before a pattern takes over
_MOST_MARKS = 200_000  # 40 ms


def tree(raw: bytes) -> Part:
    """The tree as fast-mail-parser gives it. Raises UnreadableError."""
    if len(list(itertools.islice(_hits(raw, b":", _NESTED), _MAX_NESTED + 1))) > _MAX_NESTED:
        raise UnreadableError(f"more than {_MAX_NESTED} nested messages")
    if _holds_many_boundaries(raw) and len(_CONTAINER.findall(raw)) > _MAX_CONTAINERS:
        raise UnreadableError("too many parts within parts")
    try:
        return _from_quick(fast_mail_parser.parse_email_tree(_marked(raw), mode="lazy"), part.Budget(), 0)
    except (UnreadableError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # a panic in Rust is no Exception, and must not end the worker
        raise UnreadableError(f"the fast parser refused: {header.clean(str(problem))}") from problem


def _holds_many_boundaries(raw: bytes) -> bool:
    """One byte is found ten times faster than three: first the hyphens of the boundaries, of which Base64 has none."""
    return _holds_many(raw, b"-", 2 * _MAX_CONTAINERS) and _holds_many(raw, _BOUNDARY, _MAX_CONTAINERS)


def _holds_many(raw: bytes, sign: bytes, limit: int) -> bool:
    """Whether more than ``limit`` of this sign are there: megabytes of Base64 without it cost next to nothing."""
    place = -1
    for _ in range(limit + 1):
        place = raw.find(sign, place + 1)
        if place < 0:
            return False
    return True


def _marked(raw: bytes) -> bytes:
    if _MARK in raw and (_MARKED_WORD.search(raw) or _MARKED_QUOTED.search(raw)):
        raise UnreadableError("signs that no mail holds")
    hits = itertools.chain(_hits(raw, b"=", _WORD), _hits(raw, b"-", _QUOTED))
    places = [hit.start(1) for hit in itertools.islice(hits, _MOST_MARKS + 1)]
    if len(places) > _MOST_MARKS:
        raise UnreadableError(f"more than {_MOST_MARKS} encoded words")
    if not places:
        return raw
    view, begins = memoryview(raw), [0, *(place + 1 for place in sorted(places))]
    pieces = [view[begin : end - 1] for begin, end in itertools.pairwise([*begins, len(raw) + 1])]
    return _MARK.join(pieces)


def _hits(raw: bytes, sign: bytes, pattern: re.Pattern[bytes]) -> Iterator[re.Match[bytes]]:
    """Where a pattern is that begins with this sign. One byte is found thirty times faster than a pattern."""
    place = -1
    for _ in range(_FEW):
        place = raw.find(sign, place + 1)
        if place < 0:
            return
        if hit := pattern.match(raw, place):
            yield hit
    yield from pattern.finditer(raw, place + 1)


def _unmarked(content: bytes) -> bytes:
    """The sender's own bytes again, of whatever was not decoded."""
    if _MARK not in content:
        return content
    return _MARKED_QUOTED.sub(rb"\1-\2", content.replace(b"=" + _MARK, b"=?"))


def _from_quick(node: fast_mail_parser.PyLazyMimePart, budget: part.Budget, depth: int) -> Part:
    budget.spend(depth)
    fields = {name.lower(): _field(values[0]) for name, values in node.headers.items() if values}
    encoding = fields.get("content-transfer-encoding", "").strip().lower()
    declared = part.media_type(node.content_type)
    if node.is_message and encoding not in _AS_IT_IS:
        raise UnreadableError("an encoded mail inside the mail")
    if declared in part.MESSAGES and not node.is_message:
        raise UnreadableError(f"a mail inside the mail that is called {declared}")
    content = node.content
    if content is not None and encoding != "base64":
        content = _transferred(_unmarked(content), encoding)
    elif content and len(content) == node.encoded_size:
        content = charset.base64(content)  # left as it is where a blank follows the word
    children = tuple(_from_quick(child, budget, depth + 1) for child in node.children)
    return part.made(declared, fields, content, children, nested=node.is_message)


def _field(text: str) -> str:
    """The text of a field. Where its bytes were no UTF-8 the fast parser takes each for a letter of Latin-1."""
    text = text.replace("=\x1a", "=?")
    if text.isascii():
        return text
    try:
        return charset.text(text.encode("latin-1"))
    except UnicodeEncodeError:
        return text


def _transferred(content: bytes, encoding: str) -> bytes:
    """Decodes what the fast parser leaves as it is; leaves the rest to the careful parser."""
    if "uu" in encoding:
        raise UnreadableError("an attachment in the encoding of uuencode")
    if encoding.startswith("quoted-"):
        raise UnreadableError("quoted-printable where it cannot be kept")
    return part.decoded(content, encoding.replace("\x1a", "-", 1))
