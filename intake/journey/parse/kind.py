"""What a file is: by its first bytes, then by its name and the type that the mail claims."""

from __future__ import annotations

from intake.journey import archives
from intake.model import FileKind

# Beginnings of files. The order matters only where one is the beginning of another.
_MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"%PDF-", FileKind.PDF),
    (b"{\\rtf", FileKind.OFFICE),
    (b"\x78\x9f\x3e\x22", FileKind.MAIL),  # TNEF, winmail.dat
    (b"Rar!\x1a\x07", FileKind.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", FileKind.ARCHIVE),
    (b"\x1f\x8b\x08", FileKind.ARCHIVE),
    (b"BZh", FileKind.ARCHIVE),
    (b"\xfd7zXZ\x00", FileKind.ARCHIVE),
    (b"\x89PNG\r\n\x1a\n", FileKind.IMAGE),
    (b"\xff\xd8\xff", FileKind.IMAGE),
    (b"GIF87a", FileKind.IMAGE),
    (b"GIF89a", FileKind.IMAGE),
    (b"II*\x00", FileKind.IMAGE),
    (b"MM\x00*", FileKind.IMAGE),
)
_TEXT_MAGIC: tuple[tuple[bytes, FileKind], ...] = (
    (b"%PDF-", FileKind.PDF),
    (b"{\\rtf", FileKind.OFFICE),
    (b"BEGIN:VCALENDAR", FileKind.CALENDAR),
    (b"BEGIN:VCARD", FileKind.CONTACT),
    (b"-----BEGIN PGP SIGNATURE-----", FileKind.SIGNATURE),
    (b"-----BEGIN PGP PUBLIC KEY BLOCK-----", FileKind.SIGNATURE),
    (b"-----BEGIN PGP MESSAGE-----", FileKind.ENCRYPTED),
)
_HEIF = (b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc", b"avif")
_ENDINGS_BY_KIND = {
    FileKind.PDF: "pdf",
    FileKind.OFFICE: "doc docx docm dot dotx odt ott rtf pages ppt pptx odp key xls xlsx ods numbers wps",
    FileKind.ARCHIVE: "zip rar 7z tar gz tgz bz2 xz",
    FileKind.IMAGE: "png jpg jpeg jpe gif tif tiff bmp webp heic heif svg avif",
    FileKind.MAIL: "eml msg",
    FileKind.CALENDAR: "ics ifb",
    FileKind.CONTACT: "vcf",
    FileKind.SIGNATURE: "p7s sig",
    FileKind.ENCRYPTED: "p7m pgp gpg",
    FileKind.TEXT: "txt htm html md tex bib csv xml log",
}
_ENDINGS = {ending: kind for kind, endings in _ENDINGS_BY_KIND.items() for ending in endings.split()}
_TYPES: dict[str, FileKind] = {
    "application/pdf": FileKind.PDF,
    "application/x-pdf": FileKind.PDF,
    "application/msword": FileKind.OFFICE,
    "application/rtf": FileKind.OFFICE,
    "text/rtf": FileKind.OFFICE,
    "application/zip": FileKind.ARCHIVE,
    "application/x-zip-compressed": FileKind.ARCHIVE,
    "application/x-rar-compressed": FileKind.ARCHIVE,
    "application/ms-tnef": FileKind.MAIL,
    "application/vnd.ms-tnef": FileKind.MAIL,
    "application/vnd.ms-outlook": FileKind.MAIL,
    "message/rfc822": FileKind.MAIL,
    "message/global": FileKind.MAIL,
    "text/calendar": FileKind.CALENDAR,
    "application/ics": FileKind.CALENDAR,
    "text/vcard": FileKind.CONTACT,
    "text/x-vcard": FileKind.CONTACT,
    "text/directory": FileKind.CONTACT,
    "application/pgp-signature": FileKind.SIGNATURE,
    "application/pgp-keys": FileKind.SIGNATURE,
    "application/pkcs7-signature": FileKind.SIGNATURE,
    "application/x-pkcs7-signature": FileKind.SIGNATURE,
    "application/pgp-encrypted": FileKind.ENCRYPTED,
    "application/pkcs7-mime": FileKind.ENCRYPTED,
    "application/x-pkcs7-mime": FileKind.ENCRYPTED,
    "message/delivery-status": FileKind.TEXT,
    "message/disposition-notification": FileKind.TEXT,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MSG = "__substg1.0_".encode("utf-16-le")  # the streams of an Outlook message in an OLE file
_SIGNED_DATA = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"  # OID 1.2.840.113549.1.7.2 (RFC 5652 5.1)
_JUNK = 1024  # readers accept "%PDF-" anywhere in the first KiB (PDF reference 1.7, H.3, note 13)


def of(content: bytes, name: str, declared: str) -> FileKind:
    """The kind of a file.

    name: as the mail gives it; declared: lower-case media type. A file whose bytes say nothing (an
    empty or a damaged one) is what its name says, so that "cv.pdf" with broken bytes is a damaged PDF.
    """
    sure = _by_content(content, declared)
    if sure is not None:
        return sure
    claimed = _claimed(name, declared)
    if claimed in (None, FileKind.PDF) and content and _textual(content):
        return FileKind.TEXT
    return claimed or FileKind.OTHER


def _claimed(name: str, declared: str) -> FileKind | None:
    """What name and type say. The type wins where it is a precise one (a p7s may be named "smime")."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    by_type = _TYPES.get(declared)
    if by_type is None and declared.startswith(
        ("application/vnd.openxmlformats", "application/vnd.oasis.open")
    ):
        by_type = FileKind.OFFICE
    if by_type is None:
        by_type = _ENDINGS.get(ending)
    if by_type is None and declared.startswith(("image/", "text/")):
        by_type = FileKind.IMAGE if declared.startswith("image/") else FileKind.TEXT
    return by_type


def _by_content(content: bytes, declared: str) -> FileKind | None:
    """What the bytes say for certain, or None."""
    start = content[:1100].lstrip(b"\xef\xbb\xbf \t\r\n")
    for magic, kind in _TEXT_MAGIC:
        if start.startswith(magic):
            return kind
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _zip(content)
    if content.startswith(_OLE):
        return FileKind.MAIL if _MSG in content else FileKind.OFFICE
    return _by_place(content, declared)


def _by_place(content: bytes, declared: str) -> FileKind | None:
    """The same for signs that stand somewhere after the beginning."""
    if (content[4:8] == b"ftyp" and content[8:12] in _HEIF) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    ):
        return FileKind.IMAGE
    if content[257:262] == b"ustar":
        return FileKind.ARCHIVE
    if content[:1] == b"\x30" and _SIGNED_DATA in content[:32]:
        # One OID for both: a detached signature, or a whole mail wrapped into its signature (p7m).
        return FileKind.SIGNATURE if "signature" in declared else FileKind.MAIL
    if b"%PDF-" in content[:_JUNK] and not declared.startswith(("text/", "message/")):
        return FileKind.PDF
    return None


def _textual(content: bytes) -> bool:
    """Whether the beginning reads as text: no control characters but white space (and escape)."""
    return not set(content[:2048]) & (set(range(32)) - {9, 10, 12, 13, 27})


def _zip(content: bytes) -> FileKind:
    """OFFICE when the ZIP directory shows an office document, else ARCHIVE. Nothing is unpacked."""
    if content[30:90].startswith(b"mimetypeapplication/vnd.oasis.opendocument"):
        return FileKind.OFFICE  # OpenDocument 1.2, part 3, 3.3: stored first and uncompressed
    names = archives.names(content)
    office = any(
        name == b"[Content_Types].xml" or name.startswith((b"word/", b"xl/", b"ppt/", b"Index/Document.iwa"))
        for name in names
    )
    return FileKind.OFFICE if office or b"Index.zip" in names else FileKind.ARCHIVE
