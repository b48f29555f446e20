"""Outlook's winmail.dat: text and files of a message in TNEF (MS-OXTNEF), read from its bytes. Pure.

Written here since the library for it hangs on broken input; each step takes some bytes, so that every input ends.
What is not needed for the files and the text of a mail is passed over. Section numbers are those of MS-OXTNEF.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from intake.model import value

SIGNATURE = b"\x78\x9f\x3e\x22"  # 2.1.3.1
_STREAM = 6  # bytes of signature and legacy key
_MOST_FILES = 200
_MOST_PROPERTIES = 5_000

# Attributes by the low word of their id (2.1.3.2); the high word is their type.
_NEW_FILE, _TITLE, _DATA, _FILE_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_BODY, _MESSAGE_PROPERTIES = 0x800C, 0x9003
# Properties (MS-OXPROPS)
_PLAIN, _HTML, _CONTENT, _SHORT_NAME, _LONG_NAME = 0x1000, 0x1013, 0x3701, 0x3704, 0x3707
# Types of properties (MS-OXCDATA 2.11.1) and the bytes that each value takes, padded to four
_SIZES = {1: 0, 2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
_STRING8, _UNICODE, _OBJECT, _BINARY = 0x001E, 0x001F, 0x000D, 0x0102
_MANY = 0x1000  # the flag of a property with several values
_NAMED = 0x8000  # ids from here on have a name beside them
_IDENTIFIER = 16  # bytes of an interface identifier before an object (2.1.3.4.2)


@value
class File:
    """A file, or a message within the message: then ``content`` is TNEF itself."""

    name: str = ""
    content: bytes = b""


@value
class Message:
    """plain and html: the text in either form, b"" when it has none; charset: of both, "" for unknown; cut: the
    stream ends in the middle, so that a file may be missing or empty."""

    plain: bytes = b""
    html: bytes = b""
    charset: str = ""
    files: tuple[File, ...] = ()
    cut: bool = False


class BrokenError(ValueError):
    """The bytes are no TNEF, or end in the middle of it."""


def message(content: bytes) -> Message:
    """Raises BrokenError where nothing can be read; a stream that is cut off keeps what came before."""
    if not content.startswith(SIGNATURE):
        raise BrokenError("no signature")
    text: dict[int, tuple[int, bytes]] = {}
    files: list[dict[int, bytes]] = []
    attributes, cut = _attributes(content)
    for attribute, data in attributes:
        if attribute == _NEW_FILE:
            if len(files) == _MOST_FILES:
                break
            files.append({})
        elif attribute == _BODY:
            text.setdefault(_PLAIN, (_STRING8, data))
        elif attribute == _MESSAGE_PROPERTIES:
            text |= {name: (kind, found) for name, kind, found in _properties(data)}
        elif files and attribute in (_TITLE, _DATA):
            files[-1][{_TITLE: _SHORT_NAME, _DATA: _CONTENT}[attribute]] = data
        elif files and attribute == _FILE_PROPERTIES:
            files[-1] |= _described(data)
    unicode, plain = text.get(_PLAIN, (0, b""))
    return Message(
        plain=plain.decode("utf-16-le", "replace").encode() if unicode == _UNICODE else plain.rstrip(b"\0"),
        html=text.get(_HTML, (0, b""))[1],
        charset="utf-8" if unicode == _UNICODE else "",
        files=tuple(map(_file, files)),
        cut=cut,
    )


def _attributes(content: bytes) -> tuple[list[tuple[int, bytes]], bool]:
    """Level (1 byte), id, length (4 each), the data and their checksum (2), which nobody writes rightly; and
    whether one announces more than is there."""
    found: list[tuple[int, bytes]] = []
    place = _STREAM
    while place + 9 <= len(content):
        attribute, length = struct.unpack_from("<II", content, place + 1)
        start, place = place + 9, place + 9 + length + 2
        if start + length > len(content):
            return found, True
        found.append((attribute & 0xFFFF, content[start : start + length]))
    return found, False


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Id, type and the first value of each property (2.1.3.4)."""
    try:
        yield from _read(data)
    except struct.error:
        return  # it ends in the middle of a property


def _read(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 4
    for _ in range(min(struct.unpack_from("<I", data, 0)[0], _MOST_PROPERTIES)):
        kind, name = struct.unpack_from("<HH", data, place)
        place += 4
        if name >= _NAMED:
            place = _behind_the_name(data, place)
        found, place = _value(data, place, kind)
        yield name, kind & ~_MANY, found


def _behind_the_name(data: bytes, place: int) -> int:
    """A named property has a GUID, and a number or a string that is its name (2.1.3.4.1)."""
    kind, length = struct.unpack_from("<II", data, place + 16)
    return place + 24 + (_padded(length) if kind else 0)


def _value(data: bytes, place: int, kind: int) -> tuple[bytes, int]:
    plain = kind & ~_MANY
    varies = plain in (_STRING8, _UNICODE, _OBJECT, _BINARY)
    count = 1
    if varies or kind & _MANY:
        count = struct.unpack_from("<I", data, place)[0]
        place += 4
    if not varies:
        if plain not in _SIZES:
            raise struct.error(f"a type {kind:#x} whose length is not known")
        return b"", place + count * _SIZES[plain]
    first = b""
    for number in range(min(count, _MOST_PROPERTIES)):
        length = struct.unpack_from("<I", data, place)[0]
        if place + 4 + length > len(data):
            raise struct.error("a value that is longer than what is there")
        first = first if number else data[place + 4 : place + 4 + length]
        place += 4 + _padded(length)
    return first, place


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _described(data: bytes) -> dict[int, bytes]:
    """Names and contents of a file among its properties."""
    found: dict[int, bytes] = {}
    for name, kind, content in _properties(data):
        if name in (_SHORT_NAME, _LONG_NAME):
            found[name] = content.decode("utf-16-le", "replace").encode() if kind == _UNICODE else content
        elif name == _CONTENT and content:
            found[name] = content[_IDENTIFIER:] if kind == _OBJECT else content
    return found


def _file(properties: dict[int, bytes]) -> File:
    name = properties.get(_LONG_NAME) or properties.get(_SHORT_NAME) or b""
    text = name.rstrip(b"\0")
    try:
        shown = text.decode()
    except UnicodeDecodeError:
        shown = text.decode("cp1252", "replace")  # the code page of most senders; names only
    return File(name=shown, content=properties.get(_CONTENT, b""))
