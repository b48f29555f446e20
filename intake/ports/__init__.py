"""What the worker needs of the world, in our words: small protocols, each with an in-memory twin.

Adapters translate every error of their technology into those of :mod:`intake.errors`. The contract
suite in tests/contract runs on the real adapter and on the twin of each port alike.
"""

from intake.ports.files import Folders, Ocr, Parked, PdfReader, Readings
from intake.ports.ledger import Ledger
from intake.ports.mail import INBOX, SENT, Inbox, LastLook, Mailbox, Place, Sender, Tokens
from intake.ports.process import Clock, Dispatch, Log
from intake.ports.records import (
    Answered,
    CaseEvent,
    CaseRecord,
    Claim,
    MailboxRecord,
    MessageRecord,
    Milestone,
    ReplyRecord,
    Request,
)

__all__ = [
    "INBOX",
    "SENT",
    "Answered",
    "CaseEvent",
    "CaseRecord",
    "Claim",
    "Clock",
    "Dispatch",
    "Folders",
    "Inbox",
    "LastLook",
    "Ledger",
    "Log",
    "Mailbox",
    "MailboxRecord",
    "MessageRecord",
    "Milestone",
    "Ocr",
    "Parked",
    "PdfReader",
    "Place",
    "Readings",
    "ReplyRecord",
    "Request",
    "Sender",
    "Tokens",
]
