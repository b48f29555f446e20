"""What a ZIP file says that it holds: names of its directory, read without unpacking a byte. A leaf."""

from __future__ import annotations

import struct

_MOST = 400  # entries that are looked at, so that a directory of a million names costs nothing
_MOST_PDFS = 20
_UTF8 = 0x800  # bit 11 of the general purpose flag (APPNOTE 4.4.4)
_END, _ENTRY = b"PK\x05\x06", b"PK\x01\x02"


def names(content: bytes) -> list[bytes]:
    """The first names of the central directory (APPNOTE 4.3.12), or of the first entry without one."""
    first = struct.unpack_from("<H", content, 26)[0] if len(content) >= 30 else 0
    return [content[30 : 30 + first], *(name for name, _ in _entries(content))]


def pdfs(content: bytes) -> tuple[str, ...]:
    """The names of PDF files in it, without folders. What macOS adds beside them (``__MACOSX/._a.pdf``) is none."""
    found: dict[str, None] = {}
    for raw, flags in _entries(content):
        name = _text(raw, flags)
        folder, _, last = name.rpartition("/")
        if last.lower().endswith(".pdf") and not last.startswith(".") and not folder.startswith("__MACOSX"):
            found[last] = None
    return tuple(found)[:_MOST_PDFS]


def _text(raw: bytes, flags: int) -> str:
    """Names are UTF-8 where a flag says so, and often where none does; else in the old code page of DOS."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace") if flags & _UTF8 else raw.decode("cp437")


def _entries(content: bytes) -> list[tuple[bytes, int]]:
    """Name and flags of the first entries."""
    end = content.rfind(_END, -65_600 if len(content) > 65_600 else 0)
    if end < 0 or len(content) < end + 20:
        return []
    size, _offset = struct.unpack_from("<II", content, end + 12)
    found: list[tuple[bytes, int]] = []
    place = max(0, end - size)
    while len(found) < _MOST and content[place : place + 4] == _ENTRY and place + 46 <= len(content):
        flags = struct.unpack_from("<H", content, place + 8)[0]
        name, extra, comment = struct.unpack_from("<HHH", content, place + 28)
        found.append((content[place + 46 : place + 46 + name], flags))
        place += 46 + name + extra + comment
    return found
