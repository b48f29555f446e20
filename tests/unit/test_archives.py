"""Names in a ZIP file, of any making, without unpacking a byte."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.journey import archives


def zipped(*names: str, content: bytes = b"x", comment: bytes = b"") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.comment = comment
        for name in names:
            archive.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "content,found",
    [
        pytest.param(zipped("CV.pdf", "Letter.PDF", "photo.jpg"), ("CV.pdf", "Letter.PDF"), id="plain"),
        pytest.param(
            zipped("Bewerbung/Zeugnis Grünwald.pdf"), ("Zeugnis Grünwald.pdf",), id="folder and umlaut"
        ),
        pytest.param(zipped("a.pdf", "__MACOSX/._a.pdf", "__MACOSX/b.pdf", ".c.pdf"), ("a.pdf",), id="macOS"),
        pytest.param(zipped("x/a.pdf", "y/a.pdf"), ("a.pdf",), id="the same name twice"),
        pytest.param(zipped("a.pdf", comment=b"c" * 60_000), ("a.pdf",), id="a long comment"),
        pytest.param(zipped("a.doc"), (), id="none"),
        pytest.param(zipped("a.pdf")[:-10], (), id="cut off"),
        pytest.param(b"", (), id="nothing"),
    ],
)
def test_the_pdfs_in_an_archive(content: bytes, found: tuple[str, ...]) -> None:
    """As an applicant knows them: by their names, without folders."""
    assert archives.pdfs(content) == found


def test_a_name_of_the_old_code_page_is_read() -> None:
    """Windows writes CP437 where no flag says UTF-8."""
    content = zipped("Gr_nwald.pdf").replace(b"Gr_nwald", b"Gr\x81nwald")
    assert archives.pdfs(content) == ("Grünwald.pdf",)


def test_a_directory_of_a_million_names_costs_little() -> None:
    """At most four hundred entries are looked at, and twenty names told."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHH", 5, 0, 0) + bytes(12) + b"a.pdf"
    directory = b"".join(entry.replace(b"a.pdf", b"%05d" % n) for n in range(50_000))
    content = directory + b"PK\x05\x06" + bytes(8) + struct.pack("<II", len(directory), 0) + bytes(2)
    assert len(archives.names(content)) == 401
    assert archives.pdfs(zipped(*(f"{n}.pdf" for n in range(60)))) == tuple(f"{n}.pdf" for n in range(20))


@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_bytes_end(content: bytes, cut: int) -> None:
    archives.pdfs(content)
    archives.pdfs(zipped("a.pdf", "b.pdf")[cut:] + content)
