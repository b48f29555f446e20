from __future__ import annotations

import pytest

from intake.journey.parse import kind
from intake.model import FileKind
from tests import builders

SIGNED = b"0\x80\x06\t*\x86H\x86\xf7\r\x01\x07\x02"
ENVELOPED = b"0\x80\x06\t*\x86H\x86\xf7\r\x01\x07\x03"


@pytest.mark.parametrize(
    "content, name, declared, found",
    [
        pytest.param(b"%PDF-1.7", "x.bin", "application/octet-stream", FileKind.PDF, id="PDF as octet-stream"),
        pytest.param(b"%PDF-1.7", "x.docx", "text/plain", FileKind.PDF, id="PDF that claims to be anything"),
        pytest.param(bytes(900) + b"%PDF-1.7", "x.pdf", "application/pdf", FileKind.PDF, id="junk before %PDF"),
        pytest.param(bytes(1030) + b"%PDF-", "", "application/octet-stream", FileKind.OTHER, id="too much junk"),
        pytest.param(b"\xef\xbb\xbf\r\n%PDF-1.7", "", "text/plain", FileKind.PDF, id="byte order mark before %PDF"),
        pytest.param(b'print("%PDF-1.4")', "x.py", "text/x-python", FileKind.TEXT, id="text that speaks of PDF"),
        pytest.param(b"", "cv.pdf", "application/octet-stream", FileKind.PDF, id="empty, named .pdf"),
        pytest.param(b"", "", "application/pdf", FileKind.PDF, id="empty, declared"),
        pytest.param(b"\x00\x01\x02broken", "cv.pdf", "application/pdf", FileKind.PDF, id="damaged PDF"),
        pytest.param(b"<html>Please log in</html>", "cv.pdf", "application/pdf", FileKind.TEXT, id="web page as .pdf"),
        pytest.param(builders.zipped({"a.pdf": b"%PDF-1.4"}), "cv.pdf", "application/pdf", FileKind.ARCHIVE, id="ZIP as .pdf"),
        pytest.param(builders.docx(), "", "application/octet-stream", FileKind.OFFICE, id="docx by content"),
        pytest.param(builders.odt(), "x.zip", "application/zip", FileKind.OFFICE, id="odt by content"),
        pytest.param(
            builders.zipped({"Index/Document.iwa": b"", "preview.jpg": b""}), "", "", FileKind.OFFICE, id="Pages"
        ),
        pytest.param(builders.zipped({"a/b.txt": b"x"}), "x.docx", "", FileKind.ARCHIVE, id="ZIP as .docx"),
        pytest.param(b"PK\x03\x04", "x.zip", "application/zip", FileKind.ARCHIVE, id="torn ZIP"),
        pytest.param(b"PK\x03\x04" + bytes(40) + b"PK\x05\x06", "", "", FileKind.ARCHIVE, id="torn ZIP directory"),
        pytest.param(builders.doc(), "", "application/octet-stream", FileKind.OFFICE, id="doc by content"),
        pytest.param(
            builders.doc() + "__substg1.0_001A".encode("utf-16-le"), "m.doc", "", FileKind.MAIL, id="Outlook message"
        ),
        pytest.param(b"{\\rtf1 x}", "cv", "text/plain", FileKind.OFFICE, id="RTF"),
        pytest.param(b"\x78\x9f\x3e\x22xx", "winmail.dat", "application/ms-tnef", FileKind.MAIL, id="TNEF"),
        pytest.param(b"Rar!\x1a\x07\x00", "cv.pdf", "", FileKind.ARCHIVE, id="RAR"),
        pytest.param(b"7z\xbc\xaf\x27\x1c", "", "", FileKind.ARCHIVE, id="7z"),
        pytest.param(b"\x1f\x8b\x08", "", "", FileKind.ARCHIVE, id="gzip"),
        pytest.param(bytes(257) + b"ustar", "", "", FileKind.ARCHIVE, id="tar"),
        pytest.param(builders.jpeg(), "scan.pdf", "application/pdf", FileKind.IMAGE, id="photo as .pdf"),
        pytest.param(b"\x00\x00\x00\x18ftypheic", "IMG_1.HEIC", "", FileKind.IMAGE, id="HEIC"),
        pytest.param(b"RIFF\x00\x00\x00\x00WEBPVP8 ", "", "", FileKind.IMAGE, id="WebP"),
        pytest.param(b"BM\x00", "x.bmp", "", FileKind.IMAGE, id="BMP by name"),
        pytest.param(b"<svg/>", "", "image/svg+xml", FileKind.IMAGE, id="image by type"),
        pytest.param(builders.VCARD.content, "x.txt", "text/plain", FileKind.CONTACT, id="vCard"),
        pytest.param(builders.INVITATION.content, "", "text/plain", FileKind.CALENDAR, id="calendar"),
        pytest.param(builders.PGP_KEY.content, "k.asc", "text/plain", FileKind.SIGNATURE, id="PGP key"),
        pytest.param(b"-----BEGIN PGP SIGNATURE-----\n", "", "", FileKind.SIGNATURE, id="PGP signature"),
        pytest.param(b"-----BEGIN PGP MESSAGE-----\n", "x.asc", "", FileKind.ENCRYPTED, id="PGP message"),
        pytest.param(b"Version: 1", "", "application/pgp-encrypted", FileKind.ENCRYPTED, id="PGP/MIME control part"),
        pytest.param(SIGNED, "smime.p7s", "application/pkcs7-signature", FileKind.SIGNATURE, id="S/MIME signature"),
        pytest.param(SIGNED, "smime.p7m", "application/pkcs7-mime", FileKind.MAIL, id="S/MIME mail in its signature"),
        pytest.param(ENVELOPED, "smime.p7m", "application/pkcs7-mime", FileKind.ENCRYPTED, id="S/MIME encrypted"),
        pytest.param(b"Subject: x\n\n", "x.eml", "application/octet-stream", FileKind.MAIL, id="mail by name"),
        pytest.param(b"hello", "notes.txt", "", FileKind.TEXT, id="text by name"),
        pytest.param(b"hello", "", "application/octet-stream", FileKind.TEXT, id="text by content"),
        pytest.param(b"\x00\x01", "x.xyz", "application/x-unknown", FileKind.OTHER, id="nothing known"),
        pytest.param(
            b"\x00", "x", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", FileKind.OFFICE,
            id="office by type",
        ),
    ],
)  # fmt: skip
def test_kind(content: bytes, name: str, declared: str, found: FileKind) -> None:
    """A file is what its bytes say; only where they say nothing, what it calls itself."""
    assert kind.of(content, name, declared) is found


def test_zip_with_many_names_is_read_only_in_part() -> None:
    """A directory of 5,000 names costs a look at some hundred, and the office document behind them is missed."""
    members = {f"{number}.txt": b"" for number in range(5_000)} | {"word/document.xml": b""}
    assert kind.of(builders.zipped(members), "", "") is FileKind.ARCHIVE
