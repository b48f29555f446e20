"""Objects of one PDF copied into another, byte for byte where that is possible, and the file around them.

pypdf reads them. It does not write them: its writer takes strings and names for text, and what a page
names in bytes must be found again under the same bytes.
"""

from __future__ import annotations

import contextlib
import io
import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    TextStringObject,
)

_MOST = 100_000  # objects of one joined file; 60 pages have some 5,000
_DEEPEST = 60  # arrays and dictionaries in each other; ISO 32000-1 annex C.2 knows 28 for PostScript
# What leads from a page to other pages, or to what nobody sees: there is nothing behind it in the copy.
_NOT_COPIED = frozenset((
    "/Page", "/Pages", "/Catalog", "/Filespec", "/EmbeddedFile", "/Action", "/StructElem", "/StructTreeRoot", "/Sig",
    "/Metadata",
))  # fmt: skip
_NOT_OF_STREAMS = frozenset(
    ("/Length", "/DL", "/Metadata", "/PieceInfo", "/StructParent", "/StructParents", "/AF", "/OPI")
)
_REGULAR = frozenset(range(33, 127)) - frozenset(b"#()<>[]{}/%")


class UnfitError(Exception):
    """The files must not or cannot be joined. The message says why, for us."""


@contextlib.contextmanager
def names_as_bytes() -> Iterator[None]:
    """Let pypdf read each byte of a name as one character, while files are copied. It takes names for UTF-8
    or GBK otherwise, and which of them it was is lost. A child has one thread."""
    before = NameObject.CHARSETS
    NameObject.CHARSETS = ("latin1",)  # type: ignore[assignment]
    try:
        yield
    finally:
        NameObject.CHARSETS = before


def ref(number: int) -> bytes:
    return b"%d 0 R" % number


def name(text: str) -> bytes:
    """A name, "/" and one character for each byte."""
    rest = text[1:].encode("latin-1")
    return b"/" + b"".join(bytes((byte,)) if byte in _REGULAR else b"#%02X" % byte for byte in rest)


def dictionary(entries: Mapping[str, bytes]) -> bytes:
    """Entries that are written already."""
    return b"<<" + b"\n".join(name(key) + b" " + value for key, value in entries.items()) + b">>"


def stream(content: bytes, entries: Mapping[str, bytes] | None = None) -> bytes:
    """A stream of these bytes, as ``entries`` say they are packed."""
    head = dictionary({**(entries or {}), "/Length": b"%d" % len(content)})
    return b"".join((head, b"\nstream\n", content, b"\nendstream"))


def numbers(values: Sequence[float]) -> bytes:
    return b" ".join(f"{value:.6f}".rstrip("0").rstrip(".").encode() for value in values)


def resolved(value: PdfObject | None) -> PdfObject | None:
    """The object itself. What cannot be read raises: a copy that lacks something is none."""
    return value.get_object() if value is not None else None


def word(owner: DictionaryObject, key: str) -> str:
    """A name as pypdf has it ("/Link"), "" where there is none."""
    found: object = resolved(owner.get(key))
    return str(found) if isinstance(found, NameObject) else ""


def whole(owner: DictionaryObject, key: str) -> int:
    """A whole number, 0 where there is none."""
    found: object = resolved(owner.get(key))
    return int(found) if isinstance(found, int) else 0


def floats(value: PdfObject | None, count: int) -> tuple[float, ...]:
    """So many finite numbers; () for an empty array. Raises UnfitError for anything else."""
    found = resolved(value)
    if not isinstance(found, ArrayObject) or len(found) not in (0, count):
        raise UnfitError("numbers are missing")
    items: list[object] = [resolved(item) for item in found]
    values = tuple(float(item) for item in items if isinstance(item, int | float))
    if len(values) != len(items) or not all(map(math.isfinite, values)):
        raise UnfitError("no numbers")
    return values


def box(value: PdfObject | None) -> tuple[float, float, float, float]:
    """left, bottom, right, top of a rectangle, which may name any two corners."""
    x0, y0, x1, y1 = floats(value, 4) or (0.0, 0.0, 0.0, 0.0)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


class Writer:
    """A file under way: objects as they come, never more than ``largest`` bytes. Raises UnfitError above."""

    def __init__(self, *, largest: int) -> None:
        self._largest = largest
        self._out = io.BytesIO()
        self._out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
        self._places: list[int] = []

    def reserve(self) -> int:
        """The number of an object that is put later."""
        if len(self._places) >= _MOST:
            raise UnfitError("too many objects")
        self._places.append(0)
        return len(self._places)

    def put(self, number: int, body: bytes) -> None:
        if self._out.tell() + len(body) > self._largest:
            raise UnfitError("the joined file is too large")
        self._places[number - 1] = self._out.tell()
        self._out.write(b"%d 0 obj\n" % number)
        self._out.write(body)
        self._out.write(b"\nendobj\n")

    def add(self, body: bytes) -> int:
        number = self.reserve()
        self.put(number, body)
        return number

    def file(self, root: int, identity: bytes) -> bytes:
        """The whole file. Raises UnfitError when it is too large, or an object was reserved and never put."""
        if not all(self._places):
            raise UnfitError("an object is missing")
        start = self._out.tell()
        self._out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(self._places) + 1))
        self._out.writelines(b"%010d 00000 n \n" % place for place in self._places)
        identity = b"<" + identity.hex().encode() + b">"
        entries = {
            "/Size": b"%d" % (len(self._places) + 1),
            "/Root": ref(root),
            "/ID": b"[" + identity + identity + b"]",
        }
        self._out.write(b"trailer\n" + dictionary(entries) + b"\nstartxref\n%d\n%%%%EOF\n" % start)
        if self._out.tell() > self._largest:
            raise UnfitError("the joined file is too large")
        return self._out.getvalue()


class Copy:
    """The objects of one file on their way into the new one, each once."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._numbers: dict[tuple[int, int], int] = {}
        self._waiting: deque[tuple[int, IndirectObject]] = deque()

    def value(self, value: PdfObject | None, depth: int = 0) -> bytes:
        """A value as it is written. What it refers to is copied by ``drain``."""
        if depth > _DEEPEST:
            raise UnfitError("nested too deeply")
        match value:
            case None | NullObject():
                return b"null"
            case IndirectObject():
                return self._reference(value)
            case StreamObject():
                raise UnfitError("a stream that is no object of its own")
            case DictionaryObject():
                return dictionary(self._entries(value, depth)) if _is_copied(value) else b"null"
            case ArrayObject():
                return b"[" + b" ".join(self.value(item, depth + 1) for item in value) + b"]"
            case NameObject():
                return name(value)
            case TextStringObject() | ByteStringObject():
                return b"<" + value.original_bytes.hex().encode() + b">"
            case BooleanObject() | NumberObject() | FloatObject():
                return _plain(value)
        raise UnfitError(f"what is a {type(value).__name__}?")

    def drain(self) -> None:
        """Write every object that was referred to, and those that these refer to."""
        while self._waiting:
            number, reference = self._waiting.popleft()
            self._writer.put(number, self._object(resolved(reference)))

    def _reference(self, reference: IndirectObject) -> bytes:
        key = (reference.idnum, reference.generation)
        if key not in self._numbers:
            self._numbers[key] = self._writer.reserve()
            self._waiting.append((self._numbers[key], reference))
        return ref(self._numbers[key])

    def _object(self, found: PdfObject | None) -> bytes:
        if not isinstance(found, StreamObject):
            return self.value(found)
        if not _is_copied(found):
            return b"null"
        if "/F" in found:
            raise UnfitError("a stream that lies in another file")
        return stream(found._data, self._entries(found, 0, without=_NOT_OF_STREAMS))

    def _entries(
        self, found: DictionaryObject, depth: int, *, without: frozenset[str] = frozenset()
    ) -> dict[str, bytes]:
        return {key: self.value(found.raw_get(key), depth + 1) for key in found if key not in without}


def _is_copied(found: DictionaryObject) -> bool:
    return word(found, "/Type") not in _NOT_COPIED


def _plain(value: PdfObject) -> bytes:
    out = io.BytesIO()
    value.write_to_stream(out)
    return out.getvalue()
