"""The body of a mail as one tree of parts, whichever of two parsers could read it.

fast-mail-parser comes first: 1 MB of PDF takes it 0.8 ms, the standard library 17-60 ms. The latter
(policy ``compat32``, the only one that does not raise on odd fields) steps in where the first refuses
or where its tree shows signs of something missed. Both see only the MIME fields of the header; the
other fields are read by :mod:`intake.journey.parse.header` alone.
"""

from __future__ import annotations

import email
import email.message
import email.policy
import re
from collections.abc import Callable, Iterator, Mapping

import fast_mail_parser

from intake.journey import defects
from intake.journey.parse import charset, header
from intake.model import value

MAX_PARTS = 500  # leaves that are looked at: a mail with 100 attachments is already no application
MAX_DEPTH = 50
LARGE = 1_000_000  # bytes of a body from which a copy of it is worth avoiding
_PLAIN_BLOCK, _PLAIN_WORDS = 65_536, 200  # bytes, and marks of encoded words, of a plain header
# Measured: nested messages cost the fast parser a copy each (250 of them over 10 MB: 9 s), encoded
# words quadratic time (50,000: 1.5 s), and the standard library works off some 10 million lines times
# levels a second, a level with its boundary counting as one and the line itself as 15.
_MAX_NESTED = 20
_MAX_ENCODED_WORDS = 10_000
_MAX_WORK = 8_000_000
_LINE_WORK = 15
_MIME_FIELDS = ("content-type", "content-transfer-encoding", "content-disposition", "content-id")
_MESSAGES = ("message/rfc822", "message/global", "message/news")
_DECODED = ("", "7bit", "8bit", "binary", "base64", "quoted-printable")
_NESTED = re.compile(rb":\s*(?:message/(?:rfc822|global|news)|multipart/digest)", re.IGNORECASE)
_BASE64_PDF = re.compile(rb"(?m)^JVBERi0")  # "%PDF-" at the beginning of a Base64 body


@value
class Part:
    """A node of the tree. ``content`` is transfer-decoded, and None for a container of other parts.

    type: lower-case media type; params: of Content-Type; name: of the file, decoded; disposition:
    "inline", "attachment" or ""; nested: a message/rfc822, whose message is its only child.
    """

    type: str = "text/plain"
    params: Mapping[str, str]
    name: str = ""
    disposition: str = ""
    content_id: str = ""
    content: bytes | None = None
    children: tuple[Part, ...] = ()
    nested: bool = False

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order of the mail."""
        yield self
        for child in self.children:
            yield from child.walk()


class UnreadableError(Exception):
    """This parser cannot read this mail, or must not try."""


class _Budget:
    """Counts the leaves that were taken, so that a mail of 200,000 parts ends."""

    def __init__(self) -> None:
        self.left = MAX_PARTS

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise UnreadableError(f"more than {MAX_PARTS} parts")
        if depth > MAX_DEPTH:
            raise UnreadableError(f"parts nested deeper than {MAX_DEPTH}")


def tree(head: header.Header, body: bytes | memoryview) -> tuple[Part | None, tuple[str, ...]]:
    """The tree of a mail, or None where no parser could read it, and what went wrong on the way."""
    raw = reduced(head, body)
    problems: list[str] = []
    first = _attempt(quick, raw, problems)
    if first is not None and not _missed(first, raw):
        return first, tuple(problems)
    best, second = first, _attempt(careful, raw, problems)
    if second is not None and (first is None or _yield(second) > _yield(first)):
        best = second
        problems.append("read by the careful parser")
    if best is not None and not _yield(best)[0] and _BASE64_PDF.search(raw):
        problems.append(defects.lost("a PDF in a broken part"))
    return best, tuple(problems)


def reduced(head: header.Header, body: bytes | memoryview) -> bytes:
    """The mail with the MIME fields of its header only, the first of each name.

    A large mail whose header is plain is taken as it is: copies of 40 MB are what memory goes to.
    """
    whole = body.obj if isinstance(body, memoryview) else None
    if isinstance(whole, bytes) and len(body) >= LARGE and _is_plain(head, whole[: len(whole) - len(body)]):
        return whole
    fields = {name: content for name, content in reversed(head.fields) if name in _MIME_FIELDS}
    lines = b"".join(name.encode() + b": " + content + b"\n" for name, content in fields.items())
    return b"".join((lines, b"\n", body))


def _is_plain(head: header.Header, block: bytes) -> bool:
    """Whether both parsers find in this header what ours has found: no field twice, nothing odd, nothing long."""
    names = [name for name, _ in head.fields if name in _MIME_FIELDS]
    odd = head.defects or len(names) != len(set(names)) or block.startswith((b"From ", b">From "))
    return not odd and len(block) <= _PLAIN_BLOCK and block.count(b"=?") <= _PLAIN_WORDS


def _attempt(parser: Callable[[bytes], Part], raw: bytes, problems: list[str]) -> Part | None:
    try:
        return parser(raw)
    except UnreadableError as reason:
        problems.append(str(reason))
    return None


def _missed(tree: Part, raw: bytes) -> bool:
    """Signs that the fast parser lost something: a container without parts (broken boundary), three
    quarters of the bytes gone (no empty line before the content of a part; quoted-printable, the most
    wasteful encoding, grows content threefold), or a PDF in the raw text and none in the tree."""
    parts = list(tree.walk())
    if any(part.content is None and not part.children for part in parts):
        return True
    if 4 * sum(len(part.content or b"") for part in parts) < len(raw):
        return True
    if any(b"%PDF-" in part.content[:1024] for part in parts if part.content):
        return False
    return b"%PDF-" in raw or bool(_BASE64_PDF.search(raw))


def _yield(tree: Part) -> tuple[int, int, int]:
    """How much a tree gave: PDFs, then leaves that hold something, then bytes."""
    leaves = [part.content for part in tree.walk() if part.content and not part.nested]
    return sum(b"%PDF-" in leaf[:1024] for leaf in leaves), len(leaves), sum(map(len, leaves))


# --- The fast parser -----------------------------------------------------------------------------


def quick(raw: bytes) -> Part:
    """The tree as fast-mail-parser gives it. Raises UnreadableError."""
    if _holds_many(raw, b":", _MAX_NESTED) and len(_NESTED.findall(raw)) > _MAX_NESTED:
        raise UnreadableError(f"more than {_MAX_NESTED} nested messages")
    # Four question marks to a word; one byte is looked for faster than two, and faster than it is counted.
    if _holds_many(raw, b"?", 4 * _MAX_ENCODED_WORDS) and raw.count(b"=?") > _MAX_ENCODED_WORDS:
        raise UnreadableError(f"more than {_MAX_ENCODED_WORDS} encoded words")
    try:
        return _from_quick(fast_mail_parser.parse_email_tree(raw, mode="lazy"), _Budget(), 0)
    except (UnreadableError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # a panic in Rust is no Exception, and must not end the worker
        raise UnreadableError(f"the fast parser refused: {header.clean(str(problem))}") from problem


def _holds_many(raw: bytes, byte: bytes, limit: int) -> bool:
    """Whether more than ``limit`` of this byte are there: megabytes of Base64 without it cost next to nothing."""
    place = -1
    for _ in range(limit + 1):
        place = raw.find(byte, place + 1)
        if place < 0:
            return False
    return True


def _from_quick(node: fast_mail_parser.PyLazyMimePart, budget: _Budget, depth: int) -> Part:
    budget.spend(depth)
    fields = {name.lower(): values[0] for name, values in node.headers.items() if values}
    encoding = fields.get("content-transfer-encoding", "").strip().lower()
    content = node.content
    if content is not None and encoding not in _DECODED:
        content = _transferred(content, encoding)
    params = header.parameters(fields.get("content-type", ""))
    return Part(
        type=media_type(node.content_type),
        params=params,
        name=header.decoded(node.filename),
        disposition=(node.disposition or "").strip().lower(),
        content_id=(node.content_id or "").strip("<> "),
        content=content,
        children=tuple(_from_quick(child, budget, depth + 1) for child in node.children),
        nested=node.is_message,
    )


def _transferred(content: bytes, encoding: str) -> bytes:
    """Decodes what is named sloppily ("base64;", "Base 64"); leaves the rest to the careful parser."""
    if encoding.startswith("base64"):
        return charset.base64(content)
    if "uu" in encoding:
        raise UnreadableError("an attachment in the encoding of uuencode")
    return content


def media_type(text: str) -> str:
    """A media type of the form a/b in lower case; RFC 2045 5.2 takes what is missing for plain text."""
    name = header.clean(text).lower()
    return name if re.fullmatch(r"[^\s/;]{1,80}/[^\s/;]{1,100}", name) else "text/plain"


# --- The careful parser --------------------------------------------------------------------------


def careful(raw: bytes) -> Part:
    """The tree as the standard library gives it. Raises UnreadableError."""
    levels = raw.lower().count(b"boundary=")
    if raw.count(b"\n") * (_LINE_WORK + levels) > _MAX_WORK or raw.count(b"\n--") > 10 * MAX_PARTS:
        raise UnreadableError("too long for the careful parser")
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        return _from_careful(message, _Budget(), 0, inside=False)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise UnreadableError(f"the careful parser failed: {type(problem).__name__}") from problem


def _from_careful(message: email.message.Message, budget: _Budget, depth: int, *, inside: bool) -> Part:
    """``inside``: within a nested mail, whose own nested mails are opened but never written out again."""
    budget.spend(depth)
    children = _children(message)
    kind = message.get_content_type()
    nested = kind in _MESSAGES and len(children) == 1
    if kind.startswith("message/") and not nested:
        content: bytes | None = _fields_of(message, children)
        children = []
    else:
        content = b"" if nested and inside else _payload(message, children, nested=nested)
    params = header.parameters(str(message.get("content-type", "")))
    disposition = str(message.get("content-disposition", ""))
    return Part(
        # A container in which no part was found holds text, which RFC 2046 5.1.1 lets stand before the first.
        type="text/plain" if content is not None and kind.startswith("multipart/") else media_type(kind),
        params=params,
        name=header.parameters(disposition).get("filename") or params.get("name", ""),
        disposition=disposition.partition(";")[0].strip().lower(),
        content_id=str(message.get("content-id", "")).strip("<> "),
        content=content,
        children=tuple(
            _from_careful(child, budget, depth + 1, inside=inside or nested) for child in children
        ),
        nested=nested,
    )


def _children(message: email.message.Message) -> list[email.message.Message]:
    payload = message.get_payload()
    parts = payload if isinstance(payload, list) else []
    return [one for one in parts if isinstance(one, email.message.Message)]


def _fields_of(message: email.message.Message, blocks: list[email.message.Message]) -> bytes:
    """A delivery status, which the standard library cuts into its blocks of fields (RFC 3464 2.1)."""
    if blocks:
        return b"\n".join(block.as_bytes() for block in blocks)
    return _payload(message, [], nested=False) or b""


def _payload(
    message: email.message.Message, children: list[email.message.Message], *, nested: bool
) -> bytes | None:
    if nested:
        return children[0].as_bytes()
    if children:
        return None
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
