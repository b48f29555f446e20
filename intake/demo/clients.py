"""Mails as different programs write them: the same words and files, five shapes on the wire.

Boundaries and Message-IDs follow from the content, so that the same arguments give the same bytes.
"""

from __future__ import annotations

import email
import hashlib
import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy, utils
from email.headerregistry import Address
from email.message import EmailMessage

from PIL import Image, ImageDraw

MAILBOX = "open-positions@rc-trust.ai"
"""The mailbox that the demo's bot serves, on the loopback servers only."""


@dataclass(frozen=True, kw_only=True)
class File:
    """One file that somebody attaches."""

    name: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What a person writes, before a mail program gives it a shape."""

    sender: str
    """Display name as shown to the recipient; may be of any script."""
    address: str
    subject: str
    text: str
    files: tuple[File, ...] = ()
    sent: datetime


Client = Callable[[Draft], bytes]

_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


def apple(draft: Draft) -> bytes:
    """Apple Mail: plain text, and every file inline, PDFs too."""
    mail = _begun(draft, {"X-Mailer": "Apple Mail (2.3774.600.62)"})
    mail.set_content(draft.text)
    for file in draft.files:
        _attach(mail, file, disposition="inline", unix_mode=True)
    return _finished(mail, "Apple-Mail=_{}")


def thunderbird(draft: Draft) -> bytes:
    """Thunderbird: plain text, and a visiting card beside the files."""
    mail = _begun(draft, {"User-Agent": "Mozilla Thunderbird", "Content-Language": "en-US"})
    mail.set_content(draft.text)
    for file in draft.files:
        _attach(mail, file)
    mail.add_attachment(_visiting_card(draft), maintype="text", subtype="vcard", filename="card.vcf")
    return _finished(mail, "------------{}")


def gmail(draft: Draft) -> bytes:
    """Gmail: the text twice, plain and as HTML, and the files after both."""
    mail = _begun(draft, {})
    mail.set_content(draft.text)
    mail.add_alternative(_as_html(draft.text), subtype="html")
    for number, file in enumerate(draft.files):
        _attach(mail, file, attachment_id=f"f_{_digest(file.content)[:12]}{number}")
    return _finished(mail, "000000000000{}")


def outlook(draft: Draft) -> bytes:
    """Outlook: files declared as octet-stream with RFC 2231 names, and a logo inside the HTML signature."""
    mail = _begun(draft, {
        "Thread-Topic": draft.subject, "Accept-Language": "de-DE, en-US", "Content-Language": "de-DE",
        "X-MS-Has-Attach": "yes" if draft.files else "",
    })  # fmt: skip
    mail.set_content(draft.text)
    logo = f"image001.png@{_digest(draft.address)[:16]}"
    mail.add_alternative(_as_html(draft.text, picture=logo), subtype="html")
    *_, body = mail.iter_parts()
    body.add_related(
        _logo(),
        maintype="image",
        subtype="png",
        cid=f"<{logo}>",
        filename="image001.png",
        disposition="inline",
    )
    for file in draft.files:
        _attach(mail, file, declared="application/octet-stream", description=file.name)
    return _finished(mail, "_004_{}_")


def plain(draft: Draft) -> bytes:
    """A web mailer that sends text only, with files where there are some."""
    mail = _begun(draft, {"User-Agent": "Roundcube Webmail"})
    mail.set_content(draft.text)
    for file in draft.files:
        _attach(mail, file)
    return _finished(mail, "=_{}")


def _begun(draft: Draft, own: dict[str, str]) -> EmailMessage:
    """The header fields that every mail has, and those of one program."""
    mail = EmailMessage(policy=policy.SMTP)
    local, _, domain = draft.address.partition("@")
    mail["Received"] = (
        f"from mail.{domain} (mail.{domain} [192.0.2.25]) by mx.rc-trust.ai with ESMTPS"
        f" for <{MAILBOX}>; {utils.format_datetime(draft.sent + timedelta(seconds=3))}"
    )
    mail["From"] = Address(draft.sender, local, domain)
    mail["To"] = Address("", *MAILBOX.split("@"))
    mail["Subject"] = draft.subject
    mail["Date"] = draft.sent
    mail["Message-ID"] = f"<{_digest(draft.subject, draft.address, str(draft.sent))[:24]}@{domain}>"
    for name, value in own.items():
        if value:
            mail[name] = value
    return mail


def _attach(
    mail: EmailMessage,
    file: File,
    *,
    disposition: str = "attachment",
    declared: str = "",
    description: str = "",
    attachment_id: str = "",
    unix_mode: bool = False,
) -> None:
    """Attach one file the way the calling program does it."""
    kind = declared or _MEDIA_TYPES[file.name.rpartition(".")[2]]
    maintype, _, subtype = kind.partition("/")
    parameters = {"name": file.name} | ({"x-unix-mode": "0644"} if unix_mode else {})
    extra = {"Content-Description": description, "X-Attachment-Id": attachment_id}
    mail.add_attachment(
        file.content, maintype=maintype, subtype=subtype, disposition=disposition, filename=file.name,
        params=parameters, headers=[f"{name}: {value}" for name, value in extra.items() if value],
    )  # fmt: skip


def _finished(mail: EmailMessage, boundary: str) -> bytes:
    """The bytes on the wire; `email` would draw boundaries at random."""
    seed = str(mail["Message-ID"])
    for number, part in enumerate(mail.walk()):
        if part.get_content_maintype() == "multipart":
            part.set_boundary(boundary.format(_digest(seed, str(number))[:24].upper()))
    # Mail programs leave a subject of usual length on one line; `email` would break at 78.
    return mail.as_bytes(policy=policy.SMTP.clone(max_line_length=130))


def _as_html(text: str, *, picture: str = "") -> str:
    """The same words as paragraphs, with the picture of the signature at the end."""
    paragraphs = [html.escape(part).replace("\n", "<br>\n") for part in text.strip().split("\n\n")]
    paragraphs += [f'<img src="cid:{picture}" alt="">'] if picture else []
    return "<html><body>{}</body></html>\n".format("".join(f"<p>{part}</p>\n" for part in paragraphs))


def _visiting_card(draft: Draft) -> bytes:
    lines = ("BEGIN:VCARD", "VERSION:4.0", f"FN:{draft.sender}", f"EMAIL;PREF=1:{draft.address}", "END:VCARD")
    return "".join(f"{line}\r\n" for line in lines).encode()


def _logo() -> bytes:
    """A small picture, as corporate signatures carry it; it is no application paper."""
    picture = Image.new("RGB", (120, 36), "#2c5a45")
    ImageDraw.Draw(picture).ellipse((6, 4, 34, 32), fill="#ffffff")
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()


def _digest(*parts: str | bytes) -> str:
    content = b"\0".join(part.encode() if isinstance(part, str) else part for part in parts)
    return hashlib.sha256(content).hexdigest()


def automatic_reply(draft: Draft) -> bytes:
    """An out-of-office reply as Exchange sends it: marked as RFC 3834 asks, and asking for silence itself."""
    mail = _begun(draft, {
        "Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All",
        "In-Reply-To": f"<{_digest(draft.subject)[:20]}@rc-trust.ai>",
    })  # fmt: skip
    mail.set_content(draft.text)
    return _finished(mail, "_000_{}_")


def bounce(draft: Draft, failed: str) -> bytes:
    """A delivery status notification (RFC 3464) about a mail to `failed`."""
    mail = _begun(draft, {"Auto-Submitted": "auto-replied"})
    mail.set_type("multipart/report")
    mail.set_param("report-type", "delivery-status")
    for kind, content in _report(draft, failed):
        mail.attach(email.message_from_string(f"Content-Type: {kind}\n\n{content}", policy=policy.SMTP))
    return _finished(mail, "{}/mail.example.net")


def _report(draft: Draft, failed: str) -> Sequence[tuple[str, str]]:
    """Words for people, fields for programs, and the header of the mail that did not arrive."""
    fields = (
        f"Reporting-MTA: dns; mail.example.net\nArrival-Date: {utils.format_datetime(draft.sent)}\n\n"
        f"Final-Recipient: rfc822; {failed}\nAction: failed\nStatus: 5.1.1\n"
        f"Diagnostic-Code: smtp; 550 5.1.1 <{failed}>: Recipient address rejected: User unknown\n"
    )
    original = (
        f"From: {MAILBOX}\nTo: {failed}\nSubject: Seminar on Thursday\n"
        "Message-ID: <seminar.4711@rc-trust.ai>\n"
    )
    return (
        ("text/plain; charset=us-ascii", draft.text),
        ("message/delivery-status", fields),
        ("text/rfc822-headers", original),
    )
