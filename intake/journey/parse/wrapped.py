"""What mail programs wrap around a whole mail: Outlook's winmail.dat, and S/MIME's opaque signature.

Both are opened in place, so that what is in them counts as the mail's own text and files. A signature is never
verified: we read forms, and believe no sender more for it. What does not open stays as it is, and is then named as
closed to us.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from asn1crypto import cms, core

from intake.journey import defects
from intake.journey.parse import header, mime, part, tnef
from intake.journey.parse.part import Part

_SIGNED_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # OID 1.2.840.113549.1.7.2 (RFC 5652 5.1)
_DEEPEST = 4  # a signed mail of Outlook that holds another one is two
_MOST_NAME = 255
# A signature may hold its mail in pieces, down to one byte each, and any number of elements beside it: where a length is
# open asn1crypto visits each some times over, 4 µs. All signatures of a mail may have 250,000; a streamed one of 40 MB
# in pieces of 1 KiB has 40,000.
_ELEMENT_WORK = 32  # of part.Budget
_CONSTRUCTED, _LONG_TAG, _OPEN_LENGTH = 0x20, 0x1F, 0x80  # X.690 8.1.2.5, 8.1.2.4, 8.1.3.6
_NO_END = -1
_OCTETS = (core.OctetString, core.ParsableOctetString)
_TNEF = "application/ms-tnef"


def opened(tree: Part) -> tuple[Part, tuple[str, ...]]:
    """The tree with its wrappings open, and a note for each. Never raises."""
    notes: list[str] = []
    return _opened(tree, notes, part.Budget(), 0), tuple(notes)


def _opened(whole: Part, notes: list[str], budget: part.Budget, depth: int) -> Part:
    if whole.children:
        children = tuple(_opened(child, notes, budget, depth) for child in whole.children)
        return whole if children == whole.children else replace(whole, children=children)
    inside, problems = _inside(whole, budget) if depth < _DEEPEST and whole.content else ((), ())
    if not inside:
        return whole
    notes += [f"opened: {whole.name or whole.type}", *problems]
    return _opened(Part(type="multipart/mixed", params={}, children=inside), notes, budget, depth + 1)


def _inside(leaf: Part, budget: part.Budget) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """What is in a wrapping, none where it is none or does not open, and what went wrong on the way."""
    content = leaf.content or b""
    try:
        if content.startswith(tnef.SIGNATURE):
            return _of_outlook(content, leaf.name or leaf.type)
        if content[:1] == b"\x30" and _SIGNED_DATA in content[:64] and "signature" not in leaf.type:
            return _of_signature(content, budget)
    except Exception:  # noqa: BLE001 - a parser of others' making, fed by anybody: what it stumbles over stays closed
        return (), ()
    return (), ()


# --- S/MIME ----------------------------------------------------------------------------------------


def _of_signature(content: bytes, budget: part.Budget) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The mail in its signature (RFC 8551 3.5.2), in DER or in BER of no definite length, as it is streamed."""
    _count(content, budget)
    signed = cms.ContentInfo.load(content)["content"]
    inner = _octets(signed["encap_content_info"]["content"])
    if not inner:
        return (), ()  # a detached signature: what it signs is elsewhere
    tree, problems = mime.tree(*header.split(inner))
    return ((tree,) if tree is not None else ()), problems


def _count(content: bytes, budget: part.Budget) -> None:
    """Spend for each element of a BER value, at any depth. Raises what it may where the value is none, or has no end.

    Whoever ends earlier than asn1crypto counts too little: nothing that is odd is passed over.
    """
    place, ends = 0, [len(content)]
    while place != ends[-1]:
        if ends[-1] == _NO_END and content.startswith(b"\0\0", place):
            place += 2
            ends.pop()
        else:
            budget.work(_ELEMENT_WORK)
            place = _entered(content, place, ends)
        while len(ends) > 1 and place == ends[-1]:
            ends.pop()
        if len(ends) == 1:
            return  # what comes behind is no part of it


def _entered(content: bytes, place: int, ends: list[int]) -> int:
    """Where the next element begins: inside this one, whose end is noted, or behind it."""
    tag, length = content[place], content[place + 1]
    place += 2
    if tag & _LONG_TAG == _LONG_TAG:
        raise ValueError("a tag that no signature has")
    if length == _OPEN_LENGTH:
        ends.append(_NO_END)
        return place
    if length > _OPEN_LENGTH:
        begin, place = place, place + length - _OPEN_LENGTH
        length = int.from_bytes(content[begin:place])
    if not tag & _CONSTRUCTED:
        return place + length
    ends.append(place + length)
    return place


def _octets(found: Any) -> bytes:
    """The bytes of one string, or of its pieces (X.690 8.7.3), all joined at once: asn1crypto copies what it has for
    each."""
    if not isinstance(found, _OCTETS):
        return b""
    if found.method == 0:
        return bytes(found)
    return b"".join(map(_octets, core.SequenceOf(spec=core.OctetString, contents=found.contents)))


# --- winmail.dat -----------------------------------------------------------------------------------


def _of_outlook(content: bytes, name: str) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The plain text, else the HTML, and the files. Rich text alone is none that we read: the mail has its text
    beside it, mostly. Where the end is missing a file may be, too, and nobody may be told that it is."""
    message = tnef.message(content)
    kind, text = ("text/plain", message.plain) if message.plain else ("text/html", message.html)
    params = {"charset": message.charset} if message.charset else {}
    texts = (Part(type=kind, params=params, content=text),) if text else ()
    return (*texts, *map(_file, message.files)), (defects.lost(name),) if message.cut else ()


def _file(attached: tnef.File) -> Part:
    inner = attached.content.startswith(tnef.SIGNATURE)  # a message within the message
    return Part(
        type=_TNEF if inner else "application/octet-stream",
        params={},
        name=header.clean(attached.name)[:_MOST_NAME],
        disposition="attachment",
        content=attached.content,
    )
