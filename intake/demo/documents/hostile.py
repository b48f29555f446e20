"""Small files that cost their reader much: bombs, loops and endless pages. Written object by object."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

BOMB_SIZE = 400_000_000
"""Bytes that the bomb's content stream unfolds to: well above what one child may use in its seconds."""
_BLOCK = 1_000_000


def bomb(size: int = BOMB_SIZE) -> bytes:
    """One page whose content, packed twice, unfolds from a few kilobytes to `size` bytes."""
    packed = zlib.compress(_zeros_packed(size), 9)
    head = f"<< /Length {len(packed)} /Filter [/FlateDecode /FlateDecode] >>".encode()
    return _file((_CATALOGUE, _tree(1), _page(contents=4), _stream(head, packed)))


def self_drawing_form() -> bytes:
    """A form XObject that draws itself twice, which takes an engine without a guard to its knees."""
    drawing = b"q /Form Do Q q /Form Do Q"
    form = (
        b"<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /Form 5 0 R >> >>"
        b" /Length %d >>" % len(drawing)
    )
    start = b"/Form Do"
    return _file((
        _CATALOGUE,
        _tree(1),
        _page(contents=4, resources=b"/XObject << /Form 5 0 R >>"),
        _stream(b"<< /Length %d >>" % len(start), start),
        _stream(form, drawing),
    ))  # fmt: skip


def many_pages(count: int) -> bytes:
    """`count` pages that share one line of text; about 100 bytes for each."""
    text = b"BT /F 12 Tf 72 760 Td (One of very many pages) Tj ET"
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    shared = (_CATALOGUE, _tree(count, first=5), font, _stream(b"<< /Length %d >>" % len(text), text))
    page = _page(contents=4, resources=b"/Font << /F 3 0 R >>")
    return _file((*shared, *([page] * count)))


_CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"


def _tree(count: int, *, first: int = 3) -> bytes:
    kids = b" ".join(b"%d 0 R" % number for number in range(first, first + count))
    return b"<< /Type /Pages /Count %d /MediaBox [0 0 595 842] /Kids [%b] >>" % (count, kids)


def _page(*, contents: int, resources: bytes = b"") -> bytes:
    return b"<< /Type /Page /Parent 2 0 R /Contents %d 0 R /Resources << %b >> >>" % (contents, resources)


def _stream(head: bytes, body: bytes) -> bytes:
    return head + b"\nstream\n" + body + b"\nendstream"


def _zeros_packed(size: int) -> bytes:
    """`size` zero bytes, packed block by block so that the bomb does not go off here."""
    packer = zlib.compressobj(9)
    block = bytes(_BLOCK)
    parts = [packer.compress(block) for _ in range(size // _BLOCK)]
    return b"".join((*parts, packer.compress(bytes(size % _BLOCK)), packer.flush()))


def _file(objects: Sequence[bytes]) -> bytes:
    """A PDF with a correct cross-reference table: only its contents are evil."""
    body, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(body)
