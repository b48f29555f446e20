"""What names a file uses at all, seen in its bytes without following its structure.

To act, a file must write a name such as /JavaScript somewhere: in the file itself or in one of its
object streams, plain or with #xx for some characters (ISO 32000-1 7.3.5, 7.5.7). A file in which none
of them occurs acts nowhere, and need not be walked: most applications. The names of random bytes in a
picture only cost the walk. Whatever could hold names that are not seen here (encryption, an object
stream that is packed in an unusual way) makes the glance worth nothing, and then the file is walked.
"""

from __future__ import annotations

import itertools
import re
import zlib
from dataclasses import dataclass

_MOST_STREAMS = 2_000  # object streams of one file; LaTeX puts 100 objects into one, Word 200
_MOST_UNPACKED = 32 * 1024 * 1024  # bytes of all object streams; 60 pages have about 1 MB

# Whatever ``structure`` would look at further: actions, embedded files, forms, signatures.
_ACTING = (
    "JavaScript", "JS", "Launch", "GoToR", "GoToE", "SubmitForm", "ImportData", "Rendition", "Movie", "Sound",
    "RichMedia", "RichMediaExecute", "GoTo3DView", "FileAttachment", "Screen", "3D", "AA", "AF", "EmbeddedFiles",
    "AcroForm", "XFA", "Sig", "ByteRange",
)  # fmt: skip
_ELSE = (
    "Encrypt", "ObjStm", "XRef", "First", "Page",
    "OCProperties",  # layers, which may be switched off
    "Luminosity", "Alpha", "ca", "CA", "BM",  # transparency: soft masks, constant alpha, blend modes
)  # fmt: skip
_TRANSPARENCY = frozenset(("Luminosity", "Alpha"))
_EFFECTS = frozenset(("ca", "CA", "BM"))
_EFFECTS_ESCAPED = (b"ca#", b"CA#", b"BM#")
_NAMED = frozenset((*_ACTING, *_ELSE))

_REGULAR = rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%#]"
_BY_INITIAL = itertools.groupby(sorted(_NAMED), key=lambda name: name[0])
_ANY_NAME = "|".join(
    f"{initial}(?:{'|'.join(sorted((name[1:] for name in names), key=len, reverse=True))})"
    for initial, names in _BY_INITIAL
).encode()
# In one pass, because a picture has thousands of slashes: a name of the list as it is, or what may be any name
# with #xx in it; no name here is longer.
_NAME = re.compile(
    rb"/(?:(" + _ANY_NAME + rb")(?!" + _REGULAR + rb"|#)"
    rb"|(" + _REGULAR + rb"{0,20}+#(?:" + _REGULAR + rb"|#){0,60}+))"
)
# Alpha of 1 and normal blending, which many producers set for every page, make nothing transparent.
_EFFECT = re.compile(
    rb"/(?:ca|CA)(?!" + _REGULAR + rb")(?!\s+1(?:\.0*)?\s*[/>])"
    rb"|/BM(?!" + _REGULAR + rb")(?!\s*/(?:Normal|Compatible)\s*[/>])"
)
_CODE = re.compile(rb"#([0-9A-Fa-f]{2})")

# The dictionary of an object stream as every producer writes it. Each key stands once, so that it can mean
# only one thing, and no other, which could say that the stream is packed otherwise or lies elsewhere.
_STREAM = re.compile(rb"<<((?:[\s\dR]++|/[A-Za-z]++)*+)>>\s*stream\r?\n")
_ENTRY = re.compile(
    rb"\s*/(?:Type\s*/(ObjStm)|(N)\s+\d+|(First)\s+\d+|(Length)\s+\d+|(Filter)\s*/FlateDecode"
    rb"|(Extends)\s+\d+\s+\d+\s+R)(?=[\s/]|$)"
)
_NEEDED = frozenset(("ObjStm", "N", "First", "Length"))
_LENGTH = re.compile(rb"/Length\s+(\d+)")


@dataclass(frozen=True)
class Glance:
    """names: those of the list above that occur; pages: dictionaries that call themselves a page."""

    names: frozenset[str]
    pages: int
    transparency: bool

    @property
    def layers(self) -> bool:
        """Whether there are layers that may be switched off."""
        return "OCProperties" in self.names

    @property
    def acts_nowhere(self) -> bool:
        return self.names.isdisjoint(_ACTING)


def at(content: bytes) -> Glance | None:
    """The names in a file, or None when they cannot all be seen."""
    counts: dict[str, int] = {}
    effects = _count(content, counts)
    if "Encrypt" in counts:
        return None
    # Objects in streams are found by a cross-reference stream (7.5.8), or by their type where that is lost.
    packed = "ObjStm" in counts or "XRef" in counts
    streams = _object_streams(content, counts.get("First", 0)) if packed else []
    if streams is None:
        return None
    for unpacked in streams:
        effects |= _count(unpacked, counts)
    transparency = not _TRANSPARENCY.isdisjoint(counts) or (
        effects and any(map(_EFFECT.search, (content, *streams)))
    )
    return Glance(frozenset(counts), counts.get("Page", 0), transparency)


def _count(content: bytes, counts: dict[str, int]) -> bool:
    """Add up the names. Returns whether one of transparency may be among them, in whatever way it is written."""
    effects = False
    for plain, escaped in _NAME.findall(content):
        name = (plain or _CODE.sub(lambda code: bytes([int(code[1], 16)]), escaped)).decode("latin-1")
        effects |= name in _EFFECTS or escaped.startswith(_EFFECTS_ESCAPED)
        if name in _NAMED:
            counts[name] = counts.get(name, 0) + 1
            if escaped and name in _EFFECTS:
                counts["Alpha"] = 1  # nobody writes them so who has nothing to hide
    return effects


def _object_streams(content: bytes, firsts: int) -> list[bytes] | None:
    """Every object stream, unpacked. None when one of them, or what may be one, cannot be.

    firsts: how often /First occurs, which every object stream must have. A /First elsewhere (bookmarks
    outside of object streams) cannot be told from it.
    """
    unpacked: list[bytes] = []
    left = _MOST_UNPACKED
    for match in _STREAM.finditer(content) if firsts else ():
        if b"/First" not in match[1]:
            continue
        plain = _unpacked(match[1], content, match.end(), left)
        if plain is None or len(unpacked) >= _MOST_STREAMS:
            return None
        left -= len(plain)
        unpacked.append(plain)
    return unpacked if len(unpacked) == firsts else None


def _unpacked(entries: bytes, content: bytes, start: int, most: int) -> bytes | None:
    """What an object stream with nothing unusual about it holds; b"" when it is not packed: it was seen."""
    keys: set[str] = set()
    count = position = 0
    while entry := _ENTRY.match(entries, position):
        keys.add(entry[entry.lastindex or 0].decode())
        count += 1
        position = entry.end()
    if entries[position:].strip() or len(keys) < count or not keys >= _NEEDED:
        return None
    if "Filter" not in keys:
        return b""
    length = int(_LENGTH.search(entries)[1])  # type: ignore[index]
    unpacking = zlib.decompressobj()
    try:
        plain = unpacking.decompress(content[start : start + length], max(most, 1))
    except zlib.error:
        return None
    return plain if unpacking.eof else None
