"""Which names a file uses, seen in its bytes: nothing that acts may be overlooked."""

from __future__ import annotations

import zlib

import pytest

from intake.adapters.pdf_child import glance

CLEAN = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n"


def in_stream(names: bytes, *, entries: bytes = b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode") -> bytes:
    """A file whose names lie in an object stream."""
    packed = zlib.compress(b"7 0 " + names)
    head = b"9 0 obj<<%s/Length %d>>stream\n" % (entries, len(packed))
    return CLEAN + head + packed + b"\nendstream endobj\n"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CLEAN, id="objects"),
        pytest.param(in_stream(b"<</Type/Annot/Subtype/Link>>"), id="object-stream"),
        pytest.param(CLEAN + b"4 0 obj<</FontName/AAAAAA+Arial/X/JSmith>>endobj", id="longer-names"),
        pytest.param(CLEAN + b"4 0 obj<</Title(a)/First 5 0 R>>endobj", id="bookmarks"),
    ],
)
def test_sees_that_a_file_acts_nowhere(content: bytes) -> None:
    """None of the names by which a file acts occurs in it."""
    seen = glance.at(content)

    assert seen is not None
    assert (seen.acts_nowhere, seen.pages, seen.layers, seen.transparency) == (True, 1, False, False)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CLEAN + b"<</S/JavaScript>>", id="plain"),
        pytest.param(CLEAN + b"<</S/Java#53cript>>", id="one-character-as-a-code"),
        pytest.param(CLEAN + b"<</#4a#53(x)>>", id="all-characters-as-codes"),
        pytest.param(CLEAN + b"<</AA<<>>>>", id="additional-actions"),
        pytest.param(in_stream(b"<</S/Launch>>"), id="object-stream"),
        pytest.param(in_stream(b"<</S/L#61unch>>"), id="code-in-an-object-stream"),
    ],
)
def test_sees_a_name_that_acts(content: bytes) -> None:
    """Plain, written with codes, or packed."""
    seen = glance.at(content)

    assert seen is not None
    assert not seen.acts_nowhere


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(CLEAN + b"trailer<</Encrypt 5 0 R>>", id="encrypted"),
        pytest.param(
            in_stream(b"", entries=b"/Type/ObjStm/N 1/First 4/Filter[/FlateDecode/ASCIIHexDecode]"),
            id="packed-twice",
        ),
        pytest.param(
            in_stream(b"", entries=b"/Type/ObjStm/N 1/First 4/Filter/LZWDecode"), id="another-packing"
        ),
        pytest.param(
            in_stream(b"", entries=b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode/Filter/LZWDecode"),
            id="key-twice",
        ),
        pytest.param(
            in_stream(b"", entries=b"/Type/Obj#53tm/N 1/First 4(x)/Filter/FlateDecode"), id="string"
        ),
        pytest.param(
            in_stream(b"").replace(b"endstream", b"<</Type/ObjStm/First 8>>"), id="a-stream-that-is-not-found"
        ),
        pytest.param(in_stream(b"")[:-60], id="cut-off"),
    ],
)
def test_trusts_no_glance_that_cannot_see_everything(content: bytes) -> None:
    """What may hold further names that were not seen is for the walk through the structure."""
    assert glance.at(content) is None


@pytest.mark.parametrize(
    "entry,transparency",
    [
        pytest.param(b"<</ca 1/CA 1.0/BM/Normal>>", False, id="set-to-nothing"),
        pytest.param(b"<</ca .5>>", True, id="half"),
        pytest.param(b"<</ca 1 0 R>>", True, id="by-reference"),
        pytest.param(b"<</c#61 0>>", True, id="by-code"),
        pytest.param(b"<</BM/Lighten>>", True, id="blending"),
        pytest.param(b"<</SMask<</S/Luminosity>>>>", True, id="soft-mask"),
    ],
)
def test_sees_what_may_make_words_transparent(entry: bytes, transparency: bool) -> None:
    """Alpha of one and normal blending change nothing; anything else may."""
    seen = glance.at(CLEAN + entry)

    assert seen is not None
    assert seen.transparency is transparency
