"""The vocabulary: frozen values that travel between the steps of the journey.

Every value is built once at the edge and never changed. Times are aware datetimes in UTC unless a
field says otherwise; sizes are bytes; page numbers count from 1; hashes are lower-case hex SHA-256.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property
from typing import Literal, TypeVar, dataclass_transform

_T = TypeVar("_T")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def value(cls: type[_T]) -> type[_T]:
    """A frozen, keyword-only dataclass. Read from TOML, it refuses keys that it does not know."""
    cls.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]
    return dataclass(frozen=True, kw_only=True)(cls)


Language = Literal["en", "de"]


# --- The mail ------------------------------------------------------------------------------------


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


# --- The PDF -------------------------------------------------------------------------------------


@value
class Line:
    """One line of text as the content stream gives it. Positions in points from the lower left."""

    text: str
    size: float
    x: float = 0.0
    y: float = 0.0
    bold: bool = False


@value
class PageFacts:
    """What can be known of a page without judging it."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    image_cover: float = 0.0  # share of the page that its largest image covers, 0..1
    scan: bool = False  # an image of a page, with no text layer that can be trusted
    garbage: bool = False  # a text layer that is no text (broken font maps)
    hidden: tuple[str, ...] = ()  # text a reader cannot see; it counts for nothing
    ocr: bool = False  # OCR has looked at the page, and ``lines`` are its reading
    certainty: float = 1.0  # of the reading: mean confidence of OCR in its words, 0..1; 1.0 for a text layer
    turned: int = 0  # degrees clockwise by which the page was turned to be read: 0, 90, 180 or 270

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def readable(self) -> bool:
        return self.ocr or not (self.scan or self.garbage)


@value
class Picture:
    """One page as a picture, 8 bits of grey a pixel, rows from the top. ``dpi``: pixels per inch of page."""

    width: int
    height: int
    dpi: float
    pixels: bytes = field(repr=False)


@value
class PageReading:
    """What OCR read of one page, as in ``PageFacts``; width and height in points, of the page turned upright.

    Nothing read with certainty 1.0 is an empty page; with certainty 0.0 there is something on it that
    OCR could not read.
    """

    width: float
    height: float
    lines: tuple[Line, ...] = ()
    certainty: float = 0.0
    turned: int = 0


class FileFault(StrEnum):
    """What is wrong with a PDF file. The first six are problems of the same name."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    ACTIVE_CONTENT = "active-content"
    KILLED = "killed"  # the child broke a limit of memory or crashed: nothing is known of the file
    TIMED_OUT = "timed-out"


@value
class PdfFacts:
    """One PDF file, read in a limited child. ``faults`` may hold several."""

    sha256: str
    size: int
    page_count: int = 0
    pages: tuple[PageFacts, ...] = ()
    faults: tuple[FileFault, ...] = ()
    signed: bool = False
    details: tuple[str, ...] = ()  # for us: what the engines said, never for a reply


# --- The rules that admins write -----------------------------------------------------------------


class DocumentKind(StrEnum):
    LETTER = "letter"
    CV = "cv"
    CERTIFICATES = "certificates"


@value
class Group:
    """A group of positions of one advertisement."""

    id: str
    title: dict[str, str]  # by language
    duration: dict[str, str] = field(default_factory=dict)
    qualification: tuple[str, ...] = ()
    words: tuple[str, ...] = ()  # words that name the group when they speak of the post applied for
    hints: tuple[
        str, ...
    ] = ()  # words that only decide for it where positions of several groups share a topic
    field: str = ""  # "open positions in the same field" are those with the same word here


@value
class Position:
    """An advertised position. What the advertisement does not say is absent and never invented."""

    id: str
    group: str
    title: dict[str, str]  # by language; "en" is as advertised
    aliases: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()  # words that name it only beside a word for its group
    references: tuple[str, ...] = ()  # reference numbers, such as "ANR 5157"
    match_title: bool = True  # False where the title is too common to name this position by itself
    contacts: tuple[str, ...] = ()  # names of contact persons
    contact: str = ""  # how to reach them, for people
    documents: tuple[DocumentKind, ...] = tuple(DocumentKind)
    apply_by: Literal["email", "portal"] = "email"
    portal: str = ""  # address of the portal; may be empty
    portal_name: dict[str, str] = field(default_factory=dict)  # how to call it where there is no address
    employer: str = ""  # when it is another institution than ours
    deadline: date | None = None  # its last second counts, in the institution's time zone
    closed: bool = False


@value
class Institution:
    """Who writes, and whom to ask. Named in every reply."""

    name: dict[str, str]
    address: str = ""
    contact: str = ""
    contact_email: str = ""
    privacy_notice: str = ""
    secure_upload: str = ""  # where confidential files can be handed in, or ""
    time_zone: str = "Europe/Berlin"


# --- What the steps find -------------------------------------------------------------------------


class Kind(StrEnum):
    """What screening takes a mail for."""

    APPLICATION = "application"
    INQUIRY = "inquiry"
    AUTOMATIC = "automatic"


class Concern(StrEnum):
    """What in a mail must be answered by a certain day, by a person; the value says it in words."""

    RIGHTS = "a request about personal data"
    COMPLAINT = "a complaint"
    LAWYER = "a lawyer's letter, or words of legal action"


@value
class Screening:
    """May we answer, and is it an application? ``silence`` is the named reason not to answer, or ""."""

    kind: Kind
    language: Language
    silence: str = ""
    for_review: str = ""  # a reason of POLICY.md that asks for a person, or ""
    neutral: str = ""  # why a reply may say only that the mail has arrived, or ""
    concern: Concern | None = None
    password: bool = False  # the mail speaks of one
    third_party: bool = False  # it speaks of, or passes on, somebody else's application
    speaks: bool = False  # subject, text or file names speak of an application
    reasons: tuple[str, ...] = ()


class ProblemCode(StrEnum):
    NO_ATTACHMENT = "no-attachment"
    NOT_A_PDF = "not-a-pdf"
    SEVERAL_FILES = "several-files"
    LINK_INSTEAD_OF_FILE = "link-instead-of-file"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    ACTIVE_CONTENT = "active-content"
    MISSING_DOCUMENT = "missing-document"
    POSITION_UNKNOWN = "position-unknown"
    POSITION_AMBIGUOUS = "position-ambiguous"
    POSITION_CLOSED = "position-closed"
    APPLY_ELSEWHERE = "apply-elsewhere"


@value
class Problem:
    """One thing to mend. The slug is here; the applicant's sentence is in the templates; ``detail``
    is for us and never reaches a reply."""

    code: ProblemCode
    document: DocumentKind | None = None
    position: str | None = None
    candidates: tuple[str, ...] = ()
    files: tuple[str, ...] = ()  # names of the files concerned, as the applicant wrote them
    inside: tuple[str, ...] = ()  # names of PDF files in an archive, as it gives them
    limit: int | None = None  # of too-large (bytes) and too-many-pages (pages)
    detail: str = ""


@value
class Pick:
    """Which file is the application. ``file`` is None when no single PDF could be chosen."""

    file: Attachment | None = None
    problems: tuple[Problem, ...] = ()
    reasons: tuple[str, ...] = ()


class PageClass(StrEnum):
    LETTER = "letter"
    CV = "cv"
    CERTIFICATES = "certificates"
    OTHER = "other"
    UNREADABLE = "unreadable"


class Presence(StrEnum):
    PRESENT = "present"
    ABSENT = "absent"
    UNSURE = "unsure"


@value
class Document:
    """One required document. ``confidence`` is of recognition (0..1), never of the person."""

    kind: DocumentKind
    status: Presence
    pages: tuple[int, ...] = ()
    confidence: float = 0.0
    evidence: tuple[str, ...] = ()  # "p. 1: 'Dear hiring committee' (salutation, 2.0)"


@value
class Recognition:
    """Every required document, each page's class, and the applicant's name where letter or CV gives it."""

    documents: tuple[Document, ...]
    pages: tuple[PageClass, ...] = ()
    ocr: tuple[int, ...] = ()  # numbers of the pages that OCR has read
    letter_text: str = ""  # for routing
    stranger: str = ""  # the sign by which the whole file is clearly no application paper, or ""
    notices: tuple[str, ...] = ()  # "please open" notes for HR, with the page; never in a reply
    reasons: tuple[str, ...] = ()


@value
class Routing:
    """Which positions a mail applies for. ``problems`` holds position-* and apply-elsewhere."""

    positions: tuple[str, ...] = ()  # open and by e-mail, in config order
    elsewhere: tuple[str, ...] = ()  # named, but closed or only through a portal
    problems: tuple[Problem, ...] = ()
    late: str = ""  # "late by 3 h" within the grace time
    reasons: tuple[str, ...] = ()


# --- The verdict and the plan --------------------------------------------------------------------


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    CORRECTION = "correction"
    REDIRECTED = "redirected"
    REVIEW = "review"
    INQUIRY = "inquiry"
    IGNORED = "ignored"


class ReplyKind(StrEnum):
    ACKNOWLEDGEMENT = "acknowledgement"
    CORRECTION = "correction"
    REDIRECTED = "redirected"
    RECEIVED = "received"
    WITHDRAWN = "withdrawn"  # an applicant takes the application back; a person confirms it
    REMINDER = "reminder"  # once, of a correction that nobody has answered
    KNOWN = "known"  # the same file once more


class Withdrawn(StrEnum):
    """Whether the applicant takes an application back: it stays where it is until a person confirms it."""

    NO = ""
    MARKED = "marked"
    CONFIRMED = "confirmed"


@value
class Verdict:
    """The judgement of one message. ``reasons`` name every rule that took part, in words, for us."""

    outcome: Outcome
    language: Language
    problems: tuple[Problem, ...] = ()
    positions: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()  # positions whose pages list an undecided case
    documents: tuple[Document, ...] = ()
    pages: tuple[PageClass, ...] = ()
    ocr: tuple[int, ...] = ()  # numbers of the pages that OCR has read
    reply: ReplyKind | None = None
    notices: tuple[str, ...] = ()
    answer_by: date | None = None  # the day by which a person must have answered
    withdrawn: Withdrawn = Withdrawn.NO
    in_parts: bool = False  # the mail says that others belong to it: they are waited for
    reasons: tuple[str, ...] = ()


@value
class FolderFile:
    """One file of a filed folder. ``source`` says where its bytes come from: the raw message, the
    attachment with this hash, ``joined`` out of several, or ``text`` (written as UTF-8). ``replaces``: the
    hash of the file of this name that it may take the place of, or ""."""

    name: str
    source: Literal["message", "attachment", "joined", "text"]
    sha256: str
    text: str = ""
    replaces: str = ""


@value
class Folder:
    """One folder to file, relative to the root of filing, "/" between its parts."""

    path: str
    files: tuple[FolderFile, ...]


@value
class Reply:
    """A reply, whole: what is sent is exactly ``raw``, however often it is tried."""

    kind: ReplyKind
    language: Language
    recipient: str
    subject: str
    message_id: str
    text: str
    raw: bytes = field(repr=False)
    about: str = ""  # the core of the subject that it answers, hashed: for counting
    held: str = ""  # why it waits for a person, or "": it may leave at once
    not_before: datetime | None = None  # a second mail of the applicant may still come


@value
class Traffic:
    """Replies that left or are leaving: in 24 hours to this address, to its domain and to mails with this
    subject, and to everybody in the last hour."""

    address: int = 0
    domain: int = 0
    subject: int = 0
    hourly: int = 0


@value
class Plan:
    """Everything that is to be done for one message. Once recorded, nothing is judged again."""

    case: str
    verdict: Verdict
    mail: Mail | None = None  # without the contents of its attachments
    arrived: datetime | None = None
    picked: str = ""  # hash of the one PDF that is the application, or ""
    folders: tuple[Folder, ...] = ()
    filed_before: tuple[str, ...] = ()  # folders of an earlier plan, which these replace
    mailbox_folder: str = ""
    reply: Reply | None = None
    follows: str = ""  # the case of ours that this mail answers, or ""
    offered: tuple[str, ...] = ()  # positions in the order in which the reply numbers them
    papers: tuple[str, ...] = ()  # hashes of the PDFs that make the application, in their order
    version: int = 1  # of the application: above 1 a later mail has brought a newer one
    beside: str = ""  # the case of somebody else that a third party's mail seems to belong to, or ""


def sha256(content: bytes) -> str:
    """The hash by which a file is known everywhere: lower-case hex SHA-256."""
    return hashlib.sha256(content).hexdigest()
