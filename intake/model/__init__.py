"""The vocabulary: frozen values that travel between the steps of the journey.

Every value is built once at the edge and never changed. Times are aware datetimes in UTC unless a
field says otherwise; sizes are bytes; page numbers count from 1; hashes are lower-case hex SHA-256.

``mail`` and ``pdf`` are what came, ``positions`` is what admins advertise, ``findings`` what the steps make of
it all, ``plan`` what is to be done. Every name is imported from here.
"""

from __future__ import annotations

from intake.model.elements import Language, sha256, value
from intake.model.findings import (
    Concern,
    Document,
    Kind,
    PageClass,
    Pick,
    Presence,
    Problem,
    ProblemCode,
    Recognition,
    Routing,
    Screening,
)
from intake.model.mail import (
    Address,
    Attachment,
    FileKind,
    Forwarded,
    ListedPart,
    Mail,
    Message,
    MessageKey,
    Returned,
)
from intake.model.pdf import FileFault, Line, PageFacts, PageReading, PdfFacts, Picture
from intake.model.plan import Folder, FolderFile, Outcome, Plan, Reply, ReplyKind, Traffic, Verdict, Withdrawn
from intake.model.positions import DocumentKind, Group, Institution, Position

__all__ = [
    "Address",
    "Attachment",
    "Concern",
    "Document",
    "DocumentKind",
    "FileFault",
    "FileKind",
    "Folder",
    "FolderFile",
    "Forwarded",
    "Group",
    "Institution",
    "Kind",
    "Language",
    "Line",
    "ListedPart",
    "Mail",
    "Message",
    "MessageKey",
    "Outcome",
    "PageClass",
    "PageFacts",
    "PageReading",
    "PdfFacts",
    "Pick",
    "Picture",
    "Plan",
    "Position",
    "Presence",
    "Problem",
    "ProblemCode",
    "Recognition",
    "Reply",
    "ReplyKind",
    "Returned",
    "Routing",
    "Screening",
    "Traffic",
    "Verdict",
    "Withdrawn",
    "sha256",
    "value",
]
