"""What the steps find: of the mail, its file, the pages in it, and the positions it is for."""

from __future__ import annotations

from enum import StrEnum

from intake.model.elements import Language, value
from intake.model.mail import Attachment
from intake.model.positions import DocumentKind


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
