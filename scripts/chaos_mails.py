"""The applicants of `make chaos`: what each writes, and what is due to them in the end."""

from __future__ import annotations

import email
import functools
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import NamedTuple

from intake.demo import documents, people
from intake.model import sha256
from tests.acceptance.house import written
from tests.conftest import MailAccount

SUBJECT = "Application: PostDoc position in Causal Inference"
NAME = "Helena Marquardsen"
TEXT = "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\nHelena Marquardsen\n"
FILED = "Applications/postdoc/causal-inference"


class Kind(NamedTuple):
    """One kind of correspondence. before: replies due before its last mail or decision; replies: in all.

    copies: how often each mail lies in the mailbox; outcomes: of the case in the end, the second where the
    correction is not known to have left.
    """

    before: int
    replies: int
    folder: str
    outcomes: tuple[str, ...]
    filed: bool = True
    copies: int = 1


KINDS = {
    "complete": Kind(0, 1, FILED, ("accepted",)),
    "incomplete": Kind(0, 1, "Waiting for applicant", ("correction", "review")),
    "question": Kind(0, 0, "Questions", ("inquiry",), filed=False),
    "completing": Kind(1, 2, FILED, ("accepted",)),  # an answer that brings what was missing
    "withdrawing": Kind(1, 2, FILED, ("accepted",)),
    "twice": Kind(0, 1, FILED, ("accepted",), copies=2),  # one mail that is delivered twice
    "decided": Kind(1, 2, FILED, ("accepted",)),  # a person accepts an incomplete one
    "scanned": Kind(0, 1, FILED, ("accepted",)),  # read by OCR
}
CONVERSATIONS = ("completing", "withdrawing", "decided")


@dataclass(kw_only=True)
class Applicant:
    """One person, what they have sent, and the case that a person decides about (``decided``)."""

    number: int
    kind: str
    account: MailAccount
    mails: list[bytes] = field(default_factory=list)
    pdfs: list[bytes] = field(default_factory=list)

    @property
    def expected(self) -> Kind:
        return KINDS[self.kind]

    @property
    def finished(self) -> bool:
        """Whether all that makes its kind has happened: else the conversation stands after its first mail."""
        return self.kind not in CONVERSATIONS or self.decided or len(self.mails) == 2

    decided: bool = False
    request: int = 0  # of the person who decides

    @property
    def due(self) -> int:
        return self.expected.replies if self.finished else self.expected.before

    @property
    def message_ids(self) -> list[str]:
        return list(dict.fromkeys(email.message_from_bytes(raw)["Message-ID"] for raw in self.mails))

    @property
    def hashes(self) -> list[str]:
        return [sha256(pdf) for pdf in self.pdfs]

    def first(self) -> bytes:
        """The mail with which it begins."""
        if self.kind == "question":
            text = "Dear Sir or Madam,\n\nis the position still open?\n\nKind regards,\nHelena Marquardsen\n"
            return self._write("A question about the position", text)
        papers = {"incomplete": "lv", "completing": "lv", "decided": "lv", "scanned": "lvs"}.get(
            self.kind, "lvc"
        )
        return self._write(f"{SUBJECT} ({self.number})", TEXT, self._pdf(papers))

    def second(self, asked: EmailMessage) -> bytes:
        """The answer to our reply."""
        subject = f"Re: {asked['Subject']}"
        if self.kind == "withdrawing":
            mail = self._write(subject, "I withdraw my application.\n\nHelena\n")
        else:
            mail = self._write(subject, "Here they are.\n", self._pdf("c"))
        ids = f"In-Reply-To: {asked['Message-ID']}\r\nReferences: {asked['Message-ID']}\r\n".encode()
        self.mails[-1] = ids + mail
        return self.mails[-1]

    def _write(self, subject: str, text: str, pdf: bytes = b"") -> bytes:
        files = (("Application.pdf", pdf),) if pdf else ()
        self.mails.append(written(self.account, NAME, subject, text, *files))
        self.pdfs.extend([pdf] if pdf else [])
        return self.mails[-1]

    def _pdf(self, papers: str) -> bytes:
        # Behind its end, where no reader looks, a comment that makes it a file of its own.
        return _joined(papers) + f"\n%{self.number}-{len(self.mails)}\n".encode()


@functools.cache
def _joined(papers: str) -> bytes:
    who = people.HELENA
    made = {
        "l": lambda: documents.letter(who, "en", ("postdoc/causal-inference",)),
        "v": lambda: documents.cv(who),
        "c": lambda: documents.joined(
            documents.certificate("doctorate", who), documents.certificate("master", who)
        ),
        "s": lambda: documents.scanned(documents.certificate("master", who), dpi=150),
    }
    return documents.joined(*(made[one]() for one in papers))
