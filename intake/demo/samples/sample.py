"""What one sample mail is, what it expects, and how most of them are put together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.demo import documents
from intake.demo.clients import Client, Draft, File
from intake.demo.documents import Language
from intake.demo.people import Person


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One expected problem, as in the JSON of `intake check`."""

    code: str
    document: str | None = None
    position: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One mail with what should become of it."""

    key: str
    description: str
    raw: bytes
    envelope_sender: str
    """Empty for a bounce, which has the null sender."""
    login: str | None = None
    """Mailbox of the person who wrote it and would read the answer; None where there is no person."""
    outcome: str
    positions: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    reply: str | None = None
    """Template of the reply; None where none may be sent."""
    language: Language = "en"
    """Language of the reply."""


def day(sent: datetime) -> str:
    """The date on letter and CV: people write them a few days before they send them."""
    return (sent - timedelta(days=3)).date().isoformat()


def complete(who: Person, post: tuple[str, ...], language: Language, sent: datetime) -> bytes:
    """A complete application, for mails in which something else is wrong."""
    return documents.joined(
        documents.letter(who, language, post, date=day(sent)),
        documents.cv(who, language, layout="tabular" if language == "de" else "sidebar", date=day(sent)),
        *(documents.certificate(kind, who, language) for kind in ("doctorate", "transcript")),
    )


def mail(
    client: Client,
    who: Person,
    subject: str,
    text: str,
    sent: datetime,
    *files: tuple[str, bytes],
    sender: str = "",
) -> bytes:
    """This person's mail; `sender` replaces the display name, `files` are pairs of name and content."""
    attached = tuple(File(name=name, content=content) for name, content in files)
    return client(
        Draft(
            sender=sender or who.name,
            address=who.login,
            subject=subject,
            text=text,
            files=attached,
            sent=sent,
        )
    )


def accepted(
    key: str, description: str, raw: bytes, who: Person, post: tuple[str, ...], language: Language = "en"
) -> Sample:
    """Complete in form: filed under each position and acknowledged."""
    return Sample(
        key=key, description=description, raw=raw, envelope_sender=who.login, login=who.login,
        outcome="accepted", positions=post, reply="acknowledgement", language=language,
    )  # fmt: skip


def corrected(
    key: str,
    description: str,
    raw: bytes,
    who: Person,
    post: tuple[str, ...],
    problem: Problem,
    *,
    language: Language = "en",
) -> Sample:
    """Not complete in form: the applicant is told what is wrong and how to mend it."""
    return Sample(
        key=key, description=description, raw=raw, envelope_sender=who.login, login=who.login,
        outcome="correction", positions=post, problems=(problem,), reply="correction", language=language,
    )  # fmt: skip
