"""The mail: raw as the mailbox gives it, parsed, returned."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from intake.model.elements import sha256, value


class FileKind(StrEnum):
    """What an attachment is, judged by its content first, then by its name and declared type."""

    PDF = "pdf"
    OFFICE = "office"  # Word, OpenDocument, RTF, Pages, PowerPoint, Excel
    ARCHIVE = "archive"  # ZIP, 7z, RAR, tar, gz
    IMAGE = "image"
    MAIL = "mail"  # message/rfc822, .msg, winmail.dat
    CALENDAR = "calendar"
    CONTACT = "contact"  # vCard
    SIGNATURE = "signature"  # p7s, PGP signature or key
    ENCRYPTED = "encrypted"  # an encrypted S/MIME or PGP payload
    TEXT = "text"
    OTHER = "other"


@value
class Address:
    """One mailbox of a header. ``address`` keeps its case; ``name`` is decoded and may be ""."""

    name: str = ""
    address: str


@value
class Attachment:
    """A file of the mail, found by content over the whole MIME tree (RFC 2045, RFC 2183).

    name: decoded and without control characters, for showing only, "" when the mail gives none;
    declared: the lower-case media type the mail claims; inline: Content-Disposition says inline
    or the part has a Content-ID that the HTML uses.
    """

    name: str
    declared: str
    kind: FileKind
    content: bytes = field(repr=False)
    sha256: str
    inline: bool = False
    left_out: int = 0  # the size of ``content`` where a recorded plan leaves it out

    @property
    def size(self) -> int:
        return len(self.content) or self.left_out


@value
class ListedPart:
    """A part known only from BODYSTRUCTURE, because the mail is too large to download."""

    name: str
    declared: str
    size: int


@value
class MessageKey:
    """A message as the mailbox knows it: UIDs count only within one UIDVALIDITY (RFC 3501 2.3.1.1)."""

    mailbox: str
    uidvalidity: int
    uid: int


@value
class Message:
    """A raw mail as fetched. ``raw`` holds the header only when ``whole`` is False (too large)."""

    key: MessageKey
    arrived: datetime
    size: int
    flags: frozenset[str] = frozenset()
    raw: bytes = field(repr=False)
    whole: bool = True
    parts: tuple[ListedPart, ...] = ()

    @cached_property
    def sha256(self) -> str:
        """Of ``raw``. Asked when it is judged and when it is filed: a megabyte costs 0.6 ms each time."""
        return sha256(self.raw)


@value
class Forwarded:
    """A mail that another one passes on. sender: its address may be "", where only a name is given; note: what
    stands above it; papers: it is attached whole, with files in it."""

    sender: Address
    note: str = ""
    papers: bool = False


@value
class Mail:
    """A parsed mail. Nothing here is trusted; what could not be read is named in ``defects``."""

    message_id: str = ""  # with angle brackets, "" when the mail has none
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    delivered_to: tuple[str, ...] = ()
    return_path: str | None = None  # None: no such header; "": the null sender of RFC 5321 4.5.5
    subject: str = ""
    date: datetime | None = None
    received: tuple[datetime, ...] = ()  # of the Received headers, newest first
    content_type: str = "text/plain"  # of the whole mail, lower case, without parameters
    control: tuple[tuple[str, str], ...] = ()  # (lower-case name, value) of the headers that screen reads
    text: str = ""  # the whole body as text; HTML turned to text where there is no plain text
    new_text: str = ""  # ``text`` without quoted lines, reply headers and what follows "-- "
    links: tuple[str, ...] = ()  # http(s) addresses in the body
    forwarded: Forwarded | None = None  # the mail that this one passes on
    attachments: tuple[Attachment, ...] = ()
    listed: tuple[ListedPart, ...] = ()  # only for a mail that is too large to download
    too_large: int | None = None  # the size of such a mail
    defects: tuple[str, ...] = ()


@value
class Returned:
    """What a report on delivery says. status: of RFC 3463 ("5.1.1"), or ""; recipients: those that it tells of,
    as the sender wrote them where the report says so."""

    message_ids: tuple[str, ...] = ()  # of the mails that it returns
    failed: bool = True  # not merely delayed, and not delivered
    status: str = ""
    recipients: tuple[str, ...] = ()
