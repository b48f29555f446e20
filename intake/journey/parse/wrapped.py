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
# A signature may hold its mail in pieces, down to one byte each; each costs asn1crypto 4 µs. Of a mail's bytes 250,000
# may look like the beginning of one: 64 MB of anything.
_PIECE, _PIECE_WORK = b"\x04", 32  # the tag of an OCTET STRING (X.690 8.7), and what it costs of part.Budget
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
    budget.work(_PIECE_WORK * content.count(_PIECE))
    signed = cms.ContentInfo.load(content)["content"]
    inner = _octets(signed["encap_content_info"]["content"])
    if not inner:
        return (), ()  # a detached signature: what it signs is elsewhere
    tree, problems = mime.tree(*header.split(inner))
    return ((tree,) if tree is not None else ()), problems


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
