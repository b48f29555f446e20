"""Raw mails of the shapes that real clients write, for every test that needs one.

The people and addresses are invented. Each builder returns the bytes as they would lie in a mailbox.
"""

from __future__ import annotations

import base64
import io
import quopri
import struct
import zipfile
from collections.abc import Sequence
from email.header import Header
from email.utils import quote
from typing import NamedTuple

MAILBOX = "open-positions@rc-trust.example"
APPLICANT = "Nadia Ferreira <nadia.ferreira@uni.example>"
ARRIVED = "Mon, 3 Nov 2025 10:00:00 +0100"

LETTER = "Dear hiring committee,\n\nplease find attached my application for the postdoc position.\n\nNadia Ferreira\n"
BRIEF = "Sehr geehrte Damen und Herren,\n\nanbei finden Sie meine Bewerbung.\n\nMit freundlichen Grüßen\nNadia Ferreira\n"


class File(NamedTuple):
    """A file to attach."""

    name: str
    content: bytes
    type: str = "application/pdf"


# --- Files -----------------------------------------------------------------------------------------


def pdf(text: str = "letter, CV, certificates", *, size: int = 0) -> bytes:
    """Bytes that begin and end like a PDF; no reader needs to open them. size: pad to so many bytes."""
    head = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n% " + text.encode()
    return head.ljust(size - 6, b"x") + b"\n%%EOF"


def docx() -> bytes:
    return zipped({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w:document/>"})


def odt() -> bytes:
    return zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<office/>"})


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def doc() -> bytes:
    """The first bytes of an old Word file (OLE2)."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def jpeg(size: int = 200_000) -> bytes:
    return b"\xff\xd8\xff\xe0\x00\x10JFIF".ljust(size, b"\x7f")


def png(size: int = 3_000) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(size)


VCARD = File("nadia.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Nadia Ferreira\r\nEND:VCARD\r\n", "text/vcard")
INVITATION = File("invite.ics", b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n", "text/calendar")
P7S = File("smime.p7s", b"0\x80\x06\t*\x86H\x86\xf7\r\x01\x07\x02\xa0\x80", "application/pkcs7-signature")
PGP_KEY = File("key.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQ\n", "application/pgp-keys")


# --- Parts -----------------------------------------------------------------------------------------


def part(*fields: str, content: bytes, encoding: str = "base64") -> bytes:
    """One leaf: header fields as given, the content encoded and named so. encoding: also "7bit" or ""."""
    if encoding == "base64":
        content = base64.encodebytes(content)
    elif encoding == "quoted-printable":
        content = quopri.encodestring(content)
    lines = [field.encode("utf-8") for field in fields]
    if encoding:
        lines.append(b"Content-Transfer-Encoding: " + encoding.encode())
    return b"\r\n".join(lines) + b"\r\n\r\n" + content


def plain(text: str, *, charset: str = "utf-8", parameters: str = "") -> bytes:
    fields = f"Content-Type: text/plain; charset={charset}{parameters}"
    return part(fields, content=text.encode(charset), encoding="8bit")


def html(markup: str) -> bytes:
    return part(
        "Content-Type: text/html; charset=utf-8", content=markup.encode(), encoding="quoted-printable"
    )


def attached(file: File, *, disposition: str = "attachment") -> bytes:
    """A file as Thunderbird attaches it: encoded words in "name", RFC 2231 in "filename"."""
    shown = file.name if file.name.isascii() else Header(file.name, "utf-8").encode()
    quoted = quote(shown)
    percent = "".join(f"%{byte:02X}" for byte in file.name.encode())
    filename = f'filename="{quoted}"' if file.name.isascii() else f"filename*=UTF-8''{percent}"
    return part(
        f'Content-Type: {file.type}; name="{quoted}"',
        f"Content-Disposition: {disposition}; {filename}",
        content=file.content,
    )


def inline_image(cid: str, content: bytes, name: str = "image001.png") -> bytes:
    return part(
        f'Content-Type: image/png; name="{name}"',
        f'Content-Disposition: inline; filename="{name}"',
        f"Content-ID: <{cid}>",
        content=content,
    )


def forwarded(raw: bytes) -> bytes:
    """A whole mail as a part of another."""
    return part(
        "Content-Type: message/rfc822", "Content-Disposition: attachment", content=raw, encoding="8bit"
    )


def multipart(subtype: str, *parts: bytes, boundary: str = "", parameters: str = "") -> bytes:
    """A container: its own Content-Type, an empty line, and the parts between boundaries."""
    boundary = boundary or f"=_{subtype}_{len(parts)}_{sum(map(len, parts))}"
    opened = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{parameters}\r\n\r\n'
    return head.encode() + opened + b"--" + boundary.encode() + b"--\r\n"


# --- Mails -----------------------------------------------------------------------------------------


def mail(
    body: bytes,
    *more: str,
    sender: str = APPLICANT,
    to: str = MAILBOX,
    subject: str = "Application: Postdoc in Causal Inference",
    message_id: str = "<1@uni.example>",
) -> bytes:
    """A whole mail. ``body`` begins with its own Content-Type; ``more`` are further header fields."""
    fields = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Date: {ARRIVED}"]
    if message_id:
        fields.append(f"Message-ID: {message_id}")
    fields += [*more, "MIME-Version: 1.0"]
    return "\r\n".join(fields).encode("utf-8") + b"\r\n" + body


def written(text: str, *more: str, subject: str = "Application", **people: str) -> bytes:
    """A mail of text alone."""
    return mail(plain(text), *more, subject=subject, **people)


def thunderbird(text: str = LETTER, files: Sequence[File] = (), *more: str, **fields: str) -> bytes:
    """multipart/mixed of flowed text and attachments."""
    body = plain(text, parameters="; format=flowed")
    return mail(multipart("mixed", body, *map(attached, files)) if files else body, *more, **fields)


def outlook(text: str = LETTER, files: Sequence[File] = (), *more: str, **fields: str) -> bytes:
    """mixed > related > alternative, with the logo of the signature as inline image001.png."""
    markup = f'<html><body><p>{text}</p><img src="cid:image001.png@01D"></body></html>'
    shown = multipart(
        "related",
        multipart("alternative", plain(text), html(markup)),
        inline_image("image001.png@01D", png()),
    )
    return mail(multipart("mixed", shown, *map(attached, files)), "X-MS-Has-Attach: yes", *more, **fields)


def apple_mail(text: str = LETTER, files: Sequence[File] = (), *more: str, **fields: str) -> bytes:
    """alternative > plain, mixed > HTML, PDFs with disposition inline, HTML: files inside the text."""
    pieces = [html(f"<html><body>{text}</body></html>")]
    for file in files:
        pieces += [attached(file, disposition="inline"), html("<html><body><br></body></html>")]
    body = multipart("alternative", plain(text), multipart("mixed", *pieces))
    return mail(body, "X-Mailer: Apple Mail (2.3654)", *more, **fields)


def gmail(text: str = LETTER, files: Sequence[File] = (), *more: str, **fields: str) -> bytes:
    """mixed > alternative, attachments."""
    shown = multipart("alternative", plain(text), html(f'<div dir="ltr">{text}</div>'))
    return mail(multipart("mixed", shown, *map(attached, files)) if files else shown, *more, **fields)


def bounce(original: bytes, *, whole: bool = True) -> bytes:
    """A delivery report of RFC 3464 that returns our mail, whole or its header only."""
    status = part(
        "Content-Type: message/delivery-status",
        content=b"Reporting-MTA: dns; mx.uni.example\r\n\r\nFinal-Recipient: rfc822; x@uni.example\r\nAction: failed\r\n",
        encoding="7bit",
    )
    header = part(
        "Content-Type: text/rfc822-headers", content=original.partition(b"\r\n\r\n")[0], encoding="7bit"
    )
    body = multipart(
        "report",
        plain("Your message could not be delivered."),
        status,
        forwarded(original) if whole else header,
        parameters="; report-type=delivery-status",
    )
    return mail(
        body,
        "Return-Path: <>",
        "Auto-Submitted: auto-replied",
        sender="Mail Delivery System <MAILER-DAEMON@mx.uni.example>",
        subject="Undelivered Mail Returned to Sender",
    )
