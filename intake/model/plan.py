"""The verdict, and the plan of what is to be done: folders, reply, the mail's own folder."""

from __future__ import annotations

from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from intake.model.elements import Language, value
from intake.model.findings import Document, PageClass, Problem
from intake.model.mail import Mail


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
