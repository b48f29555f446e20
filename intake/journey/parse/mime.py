"""The body of a mail as one tree of parts, whichever of two parsers could read it.

fast-mail-parser comes first: 1 MB of PDF takes it 0.8 ms, the standard library 17-60 ms. The latter
(policy ``compat32``, the only one that does not raise on odd fields) steps in where the first refuses
or where its tree shows signs of something missed. Both see only the MIME fields of the header; the
other fields are read by :mod:`intake.journey.parse.header` alone.
"""

from __future__ import annotations

import email
import email.errors
import email.message
import email.policy
import itertools
import quopri
import re
from collections.abc import Callable, Iterator, Mapping

import fast_mail_parser

from intake.journey import defects
from intake.journey.parse import charset, header
from intake.model import value

MAX_PARTS = 500  # leaves that are looked at: a mail with 100 attachments is already no application
MAX_DEPTH = 50
# Measured: nested messages cost the fast parser a copy each (250 of them over 10 MB: 9 s), and the standard
# library works off some 10 million lines times levels a second, a level with its boundary counting as one and
# the line itself as 15.
_MAX_NESTED = 20
_MAX_WORK = 8_000_000
_LINE_WORK = 15
_BYTES_A_WORK = 10  # a mail of one endless line costs too, and each mail around it costs the same again
_MIME_FIELDS = ("content-type", "content-transfer-encoding", "content-disposition", "content-id")
_MESSAGES = ("message/rfc822", "message/global", "message/news")
_AS_IT_IS = ("", "7bit", "8bit", "binary")
_NESTED = re.compile(rb":\s*(?:message/(?:rfc822|global|news)|multipart/digest)", re.IGNORECASE)
_BASE64_PDF = re.compile(rb"(?m)^JVBERi0")  # "%PDF-" at the beginning of a Base64 body

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
    """Counts the leaves that were taken, so that a mail of 200,000 parts ends, and the work on them."""

    def __init__(self) -> None:
        self.left = MAX_PARTS
        self.left_work = _MAX_WORK

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise UnreadableError(f"more than {MAX_PARTS} parts")
        if depth > MAX_DEPTH:
            raise UnreadableError(f"parts nested deeper than {MAX_DEPTH}")

    def work(self, amount: int) -> None:
        self.left_work -= amount
        if self.left_work < 0:
            raise UnreadableError("too long for the careful parser")


def tree(head: header.Header, body: bytes | memoryview) -> tuple[Part | None, tuple[str, ...]]:
    """The tree of a mail, or None where no parser could read it, and what went wrong on the way."""
    raw = reduced(head, body)
    problems: list[str] = []
    first = _attempt(quick, raw, problems)
    if first is not None and not _missed(first, raw):
        return first, tuple(problems)
    best, second = first, _attempt(careful, raw, problems)
    if second is not None and (first is None or _gives_more(second, first)):
        best = second
        problems.append("read by the careful parser")
    if best is not None and not _yield(best)[0] and _BASE64_PDF.search(raw):
        problems.append(defects.lost("a PDF in a broken part"))
    return best, tuple(problems)


def reduced(head: header.Header, body: bytes | memoryview) -> bytes:
    """The mail with the MIME fields of its header only, the first of each name."""
    fields = {name: content for name, content in reversed(head.fields) if name in _MIME_FIELDS}
    lines = b"".join(name.encode() + b": " + content + b"\n" for name, content in fields.items())
    return b"".join((lines, b"\n", body))


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


def _gives_more(second: Part, first: Part) -> bool:
    """Whether the careful parser's tree, of the same mail, is to be preferred: unless it holds less, or the same."""
    return second != first and _yield(second) >= _yield(first)


def _yield(tree: Part) -> tuple[int, int, int]:
    """How much a tree gave: PDFs, then leaves that hold something, then kilobytes (ends of lines may differ)."""
    leaves = [part.content for part in tree.walk() if part.content and not part.nested]
    return sum(b"%PDF-" in leaf[:1024] for leaf in leaves), len(leaves), sum(map(len, leaves)) // 1000


# --- The fast parser -----------------------------------------------------------------------------


def quick(raw: bytes) -> Part:
    """The tree as fast-mail-parser gives it. Raises UnreadableError."""
    if _holds_many(raw, b":", _MAX_NESTED) and len(_NESTED.findall(raw)) > _MAX_NESTED:
        raise UnreadableError(f"more than {_MAX_NESTED} nested messages")
    try:
        return _from_quick(fast_mail_parser.parse_email_tree(_marked(raw), mode="lazy"), _Budget(), 0)
    except (UnreadableError, KeyboardInterrupt, SystemExit):
        raise
    except BaseException as problem:  # a panic in Rust is no Exception, and must not end the worker
        raise UnreadableError(f"the fast parser refused: {header.clean(str(problem))}") from problem


def _holds_many(raw: bytes, sign: bytes, limit: int) -> bool:
    """Whether more than ``limit`` of this byte are there: megabytes of Base64 without it cost next to nothing."""
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
    marked = bytearray(raw)
    for place in places:
        marked[place : place + 1] = _MARK
    return bytes(marked)


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


def _from_quick(node: fast_mail_parser.PyLazyMimePart, budget: _Budget, depth: int) -> Part:
    budget.spend(depth)
    fields = {name.lower(): _field(values[0]) for name, values in node.headers.items() if values}
    encoding = fields.get("content-transfer-encoding", "").strip().lower()
    if node.is_message and encoding not in _AS_IT_IS:
        raise UnreadableError("an encoded mail inside the mail")
    content = node.content
    if content is not None and encoding != "base64":
        content = _transferred(_unmarked(content), encoding)
    elif content and len(content) == node.encoded_size:
        content = charset.base64(content)  # left as it is where a blank follows the word
    children = tuple(_from_quick(child, budget, depth + 1) for child in node.children)
    return _part(media_type(node.content_type), fields, content, children, nested=node.is_message)


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
    return _decoded(content, encoding.replace("\x1a", "-", 1))


def _decoded(content: bytes, encoding: str) -> bytes:
    if encoding.startswith("base64"):
        return charset.base64(content)
    return quopri.decodestring(content) if encoding.startswith("quoted-printable") else content


def _part(
    kind: str, fields: Mapping[str, str], content: bytes | None, children: tuple[Part, ...], *, nested: bool
) -> Part:
    """A node with what its fields say of it, read alike for both parsers."""
    params = header.parameters(fields.get("content-type", ""))
    disposition = fields.get("content-disposition", "")
    return Part(
        type=kind,
        params=params,
        name=header.parameters(disposition).get("filename") or params.get("name", ""),
        disposition=header.clean(disposition.partition(";")[0]).lower(),
        content_id=header.clean(fields.get("content-id", "")).strip("<> "),
        content=content,
        children=tuple(child for child in children if not _void(child)),
        nested=nested,
    )


def _void(part: Part) -> bool:
    """Whether nothing stands between two boundaries, as some clients write them."""
    return part.content == b"" and not (part.nested or part.params or part.name or part.disposition)


def media_type(text: str) -> str:
    """A media type of the form a/b in lower case; RFC 2045 5.2 takes what is missing for plain text."""
    name = header.clean(text).lower()
    return name if re.fullmatch(r"[^\s/;]{1,80}/[^\s/;]{1,100}", name) else "text/plain"


# --- The careful parser --------------------------------------------------------------------------


class _Sealed(email.message.Message):
    """A message that calls a mail inside it a file: so the standard library leaves its bytes as they came.

    Taken apart and written out again, a mail inside the mail would be another file: its lines end and fold
    otherwise. It is parsed from its own bytes instead.
    """

    def get_content_type(self) -> str:
        kind = self.true_type()
        return "application/octet-stream" if kind.startswith("message/") else kind

    def true_type(self) -> str:
        """What the header says, or what the container implies (RFC 2046 5.1.5)."""
        return super().get_content_type()


def careful(raw: bytes) -> Part:
    """The tree as the standard library gives it. Raises UnreadableError."""
    budget = _Budget()
    try:
        return _from_careful(_taken_apart(raw, budget), budget, 0)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise UnreadableError(f"the careful parser failed: {type(problem).__name__}") from problem


def _taken_apart(raw: bytes, budget: _Budget) -> _Sealed:
    """A mail as the standard library reads it. Of one that is cut off in a part it takes the last line end for a
    boundary's; with another one behind it the part keeps its own."""
    message = _read(raw, budget)
    if any(isinstance(one, email.errors.CloseBoundaryNotFoundDefect) for one in message.defects):
        message = _read(raw + (b"\r" if raw.endswith(b"\r") else b"\n"), budget)
    return message


def _read(raw: bytes, budget: _Budget) -> _Sealed:
    levels = raw.lower().count(b"boundary=")
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    budget.work(lines * (_LINE_WORK + levels) + len(raw) // _BYTES_A_WORK)
    if raw.count(b"\n--") > 10 * MAX_PARTS:
        raise UnreadableError("too long for the careful parser")
    message = email.message_from_bytes(raw, _Sealed, policy=email.policy.compat32)
    assert isinstance(message, _Sealed)
    return message


def _from_careful(message: _Sealed, budget: _Budget, depth: int) -> Part:
    budget.spend(depth)
    fields = _fields_of(message)
    inside = _children(message)
    content = None if inside else _payload(message, fields)
    kind = media_type(message.true_type())
    nested = kind in _MESSAGES
    if nested:
        inside = [_taken_apart(content or b"", budget)]
    if content is not None and kind.startswith("multipart/"):
        kind = "text/plain"  # no part was found in it: RFC 2046 5.1.1 lets text stand before the first
    children = tuple(_from_careful(child, budget, depth + 1) for child in inside)
    return _part(kind, fields, content, children, nested=nested)


def _fields_of(message: _Sealed) -> dict[str, str]:
    """The first field of each name on one line, encoded words still in it."""
    found: dict[str, str] = {}
    for name, content in message.raw_items():
        line = re.sub("[\r\n]+", "", str(content)).encode("ascii", "surrogateescape")
        found.setdefault(name.lower(), charset.text(line))
    return found


def _children(message: _Sealed) -> list[_Sealed]:
    payload = message.get_payload()
    return [one for one in payload if isinstance(one, _Sealed)] if isinstance(payload, list) else []


def _payload(message: _Sealed, fields: Mapping[str, str]) -> bytes:
    encoding = fields.get("content-transfer-encoding", "").strip().lower()
    if "uu" not in encoding:
        # Without it the bytes come as they are: the standard library ends at the first padding of Base64.
        del message["content-transfer-encoding"]
    payload = message.get_payload(decode=True)
    return _decoded(payload if isinstance(payload, bytes) else b"", encoding)
