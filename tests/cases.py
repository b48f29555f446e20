"""Cases with their plans, as the ledger gives them. The people are invented."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from intake.journey import file
from intake.model import (
    Address,
    Attachment,
    Document,
    DocumentKind,
    FileKind,
    Group,
    Institution,
    Mail,
    Outcome,
    Plan,
    Position,
    Presence,
    Problem,
    Verdict,
    sha256,
)
from intake.ports import CaseRecord

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2025, 11, 22, 7, 45, tzinfo=UTC)
INSTITUTION = Institution(name={"en": "Research Center"})
GROUPS = (
    Group(id="postdoc", title={"en": "PostDoc position", "de": "PostDoc-Stelle"}, duration={"en": "2 years"}),
    Group(id="yig", title={"en": "Young Investigator Group"}),
)
CAUSAL = Position(id="postdoc/causal-inference", group="postdoc", title={"en": "Causal Inference"})
PRIVACY = Position(id="postdoc/privacy", group="postdoc", title={"en": "Privacy"})
TRUST = Position(id="yig/trust", group="yig", title={"en": "Trustworthy Machine Learning"}, closed=True)
POSITIONS = (CAUSAL, PRIVACY, TRUST)
PDF = Attachment(
    name="Nachweis GdB 50.pdf",
    declared="application/pdf",
    kind=FileKind.PDF,
    content=b"%PDF",
    sha256=sha256(b"%PDF"),
)


def documents(
    letter: Presence = Presence.PRESENT,
    cv: Presence = Presence.PRESENT,
    certificates: Presence = Presence.PRESENT,
) -> tuple[Document, ...]:
    """Letter on page 1, CV on 2 and 3, certificates on 4; what is not present has no page."""
    pages = {DocumentKind.LETTER: (1,), DocumentKind.CV: (2, 3), DocumentKind.CERTIFICATES: (4,)}
    return tuple(
        Document(kind=kind, status=status, pages=pages[kind] if status is Presence.PRESENT else ())
        for kind, status in zip(DocumentKind, (letter, cv, certificates), strict=True)
    )


def case(
    number: str,
    outcome: Outcome = Outcome.ACCEPTED,
    *,
    name: str = "Nadia Ferreira",
    address: str = "nadia.ferreira@uni.example",
    positions: tuple[str, ...] = (CAUSAL.id,),
    candidates: tuple[str, ...] = (),
    why: str = "complete in form",
    problems: tuple[Problem, ...] = (),
    found: tuple[Document, ...] | None = None,
    notices: tuple[str, ...] = (),
    answer_by: date | None = None,
    days: float = 0,
    decided_days: float | None = None,
    follows: str = "",
    continued: str = "",
    closed: datetime | None = None,
    filed_before: tuple[str, ...] = (),
    picked: bool = True,
    files: tuple[Attachment, ...] = (),
) -> tuple[CaseRecord, Plan]:
    """One case that arrived ``days`` before NOW, judged and filed as the core does it. positions: also
    candidates, as the core has it. picked: it has one PDF; files: what else was sent."""
    arrived = NOW - timedelta(days=days)
    mail = Mail(sender=Address(name=name, address=address), attachments=files)
    verdict = Verdict(
        outcome=outcome,
        language="en",
        problems=problems,
        positions=positions,
        candidates=tuple(dict.fromkeys((*positions, *candidates))),
        documents=documents() if found is None else found,
        notices=notices,
        answer_by=answer_by,
        reasons=(f"{outcome.value}: {why}", f"the only PDF: {PDF.name}"),
    )
    folders = file.folders(
        verdict,
        case=number,
        mail=mail,
        arrived=arrived,
        picked=PDF if picked else None,
        message_sha256=sha256(b"mail"),
        summary="<!DOCTYPE html>",
        zone=BERLIN,
    )
    record = CaseRecord(
        number=number,
        message=1,
        mailbox="open-positions",
        arrived=arrived,
        outcome=outcome,
        positions=verdict.positions,
        candidates=verdict.candidates,
        follows=follows,
        continued=continued,
        decided=NOW - timedelta(days=days if decided_days is None else decided_days),
        closed=closed,
    )
    plan = Plan(
        case=number,
        verdict=verdict,
        mail=mail,
        arrived=arrived,
        folders=folders,
        filed_before=filed_before,
        mailbox_folder=file.mailbox_folder(verdict),
        follows=follows,
    )
    return record, plan
