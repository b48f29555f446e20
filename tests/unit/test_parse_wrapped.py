"""winmail.dat and opaque signatures: their files and text are the mail's own; broken ones stay closed and end soon."""

from __future__ import annotations

import struct

import pytest
from asn1crypto import cms
from hypothesis import given
from hypothesis import strategies as st

from intake.journey import defects, parse
from intake.journey.parse import tnef
from intake.model import FileKind
from tests import builders, pace
from tests.builders import File

PDF = builders.pdf()
INNER = (
    b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nDear committee,\r\n"
    b"--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: 8bit\r\n"
    b"Content-Disposition: attachment; filename=a.pdf\r\n\r\n" + PDF + b"\r\n--b--\r\n"
)


# --- winmail.dat, made here ------------------------------------------------------------------------


def attribute(level: int, number: int, data: bytes) -> bytes:
    return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def prop(name: int, kind: int, *values: bytes, named: bytes = b"") -> bytes:
    """One property; values of any length come with their count and padding."""
    padded = b"".join(struct.pack("<I", len(one)) + one + bytes(-len(one) % 4) for one in values)
    count = struct.pack("<I", len(values))
    return struct.pack("<HH", kind, name) + named + count + padded


def number(name: int) -> bytes:
    return struct.pack("<HHI", 3, name, 7)


def properties(*given: bytes) -> bytes:
    return struct.pack("<I", len(given)) + b"".join(given)


def winmail(*attributes: bytes) -> bytes:
    return tnef.SIGNATURE + b"\x01\x00" + b"".join(attributes)


RENDERED = attribute(2, 0x00069002, bytes(14))
NAMED = bytes(16) + struct.pack("<II", 1, 6) + "abc".encode("utf-16-le") + bytes(2)
OLD = winmail(
    attribute(1, 0x0002800C, b"Dear committee,\0"),
    RENDERED,
    attribute(2, 0x00018010, b"CV.PDF\0"),
    attribute(2, 0x0006800F, PDF),
)
NEW = winmail(
    attribute(
        1,
        0x00069003,
        properties(
            number(0x0017),
            prop(0x8001, 0x001F, "x\0".encode("utf-16-le"), named=NAMED),
            prop(0x1000, 0x001F, "Sehr geehrte Frau Grünwald\0".encode("utf-16-le")),
        ),
    ),
    RENDERED,
    attribute(2, 0x00018010, b"LEBENS~1.PDF\0"),
    attribute(2, 0x0006800F, PDF),
    attribute(
        2,
        0x00069005,
        properties(number(0x0E20), prop(0x3707, 0x001F, "Lebenslauf Grünwald.pdf\0".encode("utf-16-le"))),
    ),
)
EMBEDDED = winmail(
    RENDERED,
    attribute(2, 0x00069005, properties(prop(0x3701, 0x000D, bytes(16) + OLD))),
)


def mail(content: bytes) -> bytes:
    return builders.thunderbird("See below.\n", [File("winmail.dat", content, "application/ms-tnef")])


@pytest.mark.parametrize(
    "content,name,text",
    [
        pytest.param(OLD, "CV.PDF", "Dear committee,", id="attributes"),
        pytest.param(NEW, "Lebenslauf Grünwald.pdf", "Sehr geehrte Frau Grünwald", id="properties"),
        pytest.param(EMBEDDED, "CV.PDF", "Dear committee,", id="a message in the message"),
    ],
)
def test_winmail_is_opened_in_place(content: bytes, name: str, text: str) -> None:
    """Its PDF is the mail's PDF, by the long name; its text is read with the mail's own."""
    found = parse.mail(mail(content))
    assert [(one.name, one.kind, one.content) for one in found.attachments] == [(name, FileKind.PDF, PDF)]
    assert text in found.text
    assert defects.hidden(found.defects) == ()
    assert "opened: winmail.dat" in found.defects


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(tnef.SIGNATURE, id="nothing behind the signature"),
        pytest.param(winmail(b"\x01" + b"\xff" * 8), id="longer than the file"),
        pytest.param(winmail(attribute(1, 0x00069003, b"\xff" * 40)), id="properties of no known type"),
    ],
)
def test_a_broken_winmail_stays_closed_and_is_named(content: bytes) -> None:
    """Nobody may be told that something is missing from it."""
    assert defects.hidden(parse.mail(mail(content)).defects) == ("winmail.dat",)


def test_what_comes_before_a_cut_is_kept() -> None:
    """A file whose end is missing is not taken for whole."""
    cut = OLD + RENDERED + attribute(2, 0x0006800F, PDF)[:-20]
    assert [one.content for one in tnef.message(cut).files] == [PDF, b""]


def test_a_winmail_whose_end_is_missing_is_for_a_person() -> None:
    """What came before is read, and nobody is told that the rest is missing, or empty."""
    found = parse.mail(mail(OLD + RENDERED + attribute(2, 0x0006800F, PDF)[:-20]))
    assert found.attachments[0].content == PDF
    assert defects.hidden(found.defects) == ("winmail.dat",)


def test_what_stays_closed_in_a_signed_mail_is_told() -> None:
    """The inner mail holds a PDF that no parser finds: that is as if it were closed."""
    broken = b"Content-Type: multipart/mixed; boundary=b\r\n\r\nJVBERi0xLjQK\r\nJVBERi0xLjQK\r\n"
    outer = defects.hidden(parse.mail(b"From: a@b.example\r\n" + broken).defects)
    assert outer != ()
    assert defects.hidden(parse.mail(opaque(signed(broken))).defects) == outer


@given(st.binary(max_size=200), st.integers(0, len(NEW) - 1), st.integers(0, 255))
def test_any_bytes_end(tail: bytes, place: int, byte: int) -> None:
    """Whatever stands there, reading takes some bytes at each step."""
    for content in (
        tnef.SIGNATURE + tail,
        NEW[:place] + bytes([byte]) + NEW[place + 1 :],
        NEW[:place] + tail,
    ):
        try:
            tnef.message(content)
        except tnef.BrokenError:
            assert not content.startswith(tnef.SIGNATURE)


# --- S/MIME ------------------------------------------------------------------------------------------


def signed(content: bytes | None) -> bytes:
    """A signature around a mail, as DER; without content a detached one."""
    inner: dict[str, object] = {"content_type": "data"}
    if content is not None:
        inner["content"] = content
    data = cms.SignedData(
        {"version": "v1", "digest_algorithms": [], "encap_content_info": inner, "signer_infos": []}
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": data}).dump()
    return made


def streamed(content: bytes) -> bytes:
    """The same in BER, whose lengths are open and whose content comes in pieces, as Outlook streams it."""
    return in_ber(pieces_of(content, 500))


def pieces_of(content: bytes, size: int) -> bytes:
    return b"".join(
        b"\x04\x82" + struct.pack(">H", len(piece)) + piece
        for at in range(0, len(content), size)
        for piece in [content[at : at + size]]
    )


def in_ber(pieces: bytes) -> bytes:
    oid = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
    data = b"\x30\x80" + oid + b"\x01\xa0\x80\x24\x80" + pieces + bytes(6)
    return b"\x30\x80" + oid + b"\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00" + data + b"\x31\x00" + bytes(6)


def opaque(content: bytes, kind: str = "application/pkcs7-mime; smime-type=signed-data") -> bytes:
    return builders.mail(builders.attached(File("smime.p7m", content, kind)))


@pytest.mark.parametrize(
    "content", [pytest.param(signed(INNER), id="DER"), pytest.param(streamed(INNER), id="BER")]
)
def test_a_mail_in_its_signature_is_read(content: bytes) -> None:
    """Text and file are its own; nobody's signature is believed for it."""
    found = parse.mail(opaque(content))
    assert [(one.name, one.content) for one in found.attachments] == [("a.pdf", PDF)]
    assert found.text == "Dear committee,"
    assert defects.hidden(found.defects) == ()


def test_a_signed_winmail_is_opened_twice() -> None:
    found = parse.mail(opaque(signed(mail(OLD))))
    assert [one.name for one in found.attachments] == ["CV.PDF"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(signed(None), id="detached, nothing inside"),
        pytest.param(signed(INNER)[:-100], id="cut off"),
        pytest.param(streamed(INNER)[:60], id="open lengths without an end"),
    ],
)
def test_a_broken_signature_stays_closed_and_is_named(content: bytes) -> None:
    assert defects.hidden(parse.mail(opaque(content)).defects) == ("smime.p7m",)


def test_a_mail_in_many_pieces_is_read_soon() -> None:
    """Twice as many take twice as long: 2 MB in 20 bytes each."""
    letter = b"Content-Type: text/plain\r\n\r\nDear committee,\r\n" + b"words " * 350_000
    content = opaque(in_ber(pieces_of(letter, 20)))
    with pace.within(150):
        assert parse.mail(content).text.startswith("Dear committee,")


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param(b"\x04\x01a" * 1_000_000, id="a byte each"),
        pytest.param(b"\x24\x80\0\0" * 1_000_000, id="of no pieces"),
        pytest.param(b"\x05\0" * 2_000_000, id="that are none"),
        pytest.param(b"\x24\x84\0\x2d\xc6\xc0" + b"\x04\x01a" * 1_000_000, id="in one of a known length"),
        pytest.param(b"\x24\x02\0\0" + b"\x05\0" * 2_000_000, id="behind what looks like an end"),
        pytest.param(
            b"\x24\x01\x04" + b"\x05\0" * 2_000_000, id="behind a piece that is longer than its owner"
        ),
        pytest.param(b"\x24\x80" * 2_000_000, id="in each other"),
    ],
)
def test_too_many_pieces_stay_closed(pieces: bytes) -> None:
    """By the million they cost no seconds."""
    content = opaque(in_ber(pieces))
    with pace.within(80):
        assert defects.hidden(parse.mail(content).defects) == ("smime.p7m",)


def test_pieces_count_for_the_whole_mail() -> None:
    """Several signatures have no more of them than one may have."""
    several = [File(f"{n}.p7m", in_ber(b"\x04\x01a" * 120_000), "application/pkcs7-mime") for n in range(5)]
    closed = defects.hidden(parse.mail(builders.thunderbird(files=several)).defects)
    assert closed == ("2.p7m", "3.p7m", "4.p7m")


@pytest.mark.parametrize("behind", [b"\r\n", b"\0" * 8, b"\x24"])
@pytest.mark.parametrize(
    "whole", [pytest.param(signed(INNER), id="DER"), pytest.param(streamed(INNER), id="BER")]
)
def test_what_follows_a_signature_is_no_part_of_it(whole: bytes, behind: bytes) -> None:
    """As some servers add a line end."""
    assert [one.name for one in parse.mail(opaque(whole + behind)).attachments] == ["a.pdf"]


def test_wrappings_end() -> None:
    """A mail in a signature in a signature … is opened four times, and then a closed file."""
    content = INNER
    for _ in range(20):
        content = opaque(signed(content))
    found = parse.mail(content)
    assert defects.hidden(found.defects) == ("smime.p7m",)
    assert sum(defect.startswith("opened: ") for defect in found.defects) == 4
