"""Verdict -> folders: what lies where, under which names, and what the mailbox calls the place.

Nothing is written here: the values say what ``adapters.folders`` writes whole or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.journey import enclosures, names, summaries
from intake.model import (
    Attachment,
    FileKind,
    Folder,
    FolderFile,
    Group,
    Mail,
    Outcome,
    Position,
    Verdict,
    Withdrawn,
    sha256,
)

WAITING = "_Waiting for applicant"
FOR_REVIEW = "_For review"
WITHDRAWN = "_Withdrawn"

APPLICATION = "application.pdf"
MESSAGE = "message.eml"
SUMMARY = "summary.html"
RECEIVED = "received"

_MAILBOX_FOLDERS = {
    Outcome.CORRECTION: "Waiting for applicant",
    Outcome.REDIRECTED: "Redirected",
    Outcome.REVIEW: "For review",
    Outcome.INQUIRY: "Questions",
    Outcome.IGNORED: "Automatic",
}
# Beside a chosen PDF these may hold papers too; pictures and text there are logos and disclaimers.
_PAPERS = frozenset({FileKind.PDF, FileKind.OFFICE, FileKind.ARCHIVE, FileKind.MAIL, FileKind.ENCRYPTED})


def mailbox_folder(verdict: Verdict) -> str:
    """The IMAP folder for the mail itself, "/" between its parts whatever the server's delimiter."""
    if verdict.withdrawn is Withdrawn.CONFIRMED:
        return "Withdrawn"
    if verdict.outcome is not Outcome.ACCEPTED:
        return _MAILBOX_FOLDERS[verdict.outcome]
    return f"Applications/{verdict.positions[0] if len(verdict.positions) == 1 else 'Several positions'}"


def mailbox_folders(positions: Sequence[Position]) -> tuple[str, ...]:
    """Every folder that ``mailbox_folder`` may name for these positions."""
    single = (f"Applications/{position.id}" for position in positions)
    return (*single, "Applications/Several positions", *_MAILBOX_FOLDERS.values(), "Withdrawn")


def folders(
    verdict: Verdict,
    *,
    case: str,
    mail: Mail,
    arrived: datetime,
    picked: Attachment | None,
    message_sha256: str,
    summary: str,
    zone: ZoneInfo,
) -> tuple[Folder, ...]:
    """The folders to file: one under each position, or under the waiting or review folder, or none.

    arrived: aware; its day in ``zone`` begins the name. picked: the one PDF that is the application.
    message_sha256: of the raw mail as fetched. summary: the page that ``summary`` made.
    """
    files = first(mail, picked=picked, message_sha256=message_sha256)
    return folders_of(verdict, case=case, mail=mail, arrived=arrived, files=files, summary=summary, zone=zone)


def first(mail: Mail, *, picked: Attachment | None, message_sha256: str) -> tuple[FolderFile, ...]:
    """The files of a case's first mail: the application, what else was sent, and the mail itself."""
    kept = (
        FolderFile(name=path, source="attachment", sha256=item.sha256) for path, item in _kept(mail, picked)
    )
    return (*kept, FolderFile(name=MESSAGE, source="message", sha256=message_sha256))


def folders_of(
    verdict: Verdict,
    *,
    case: str,
    mail: Mail,
    arrived: datetime,
    files: Sequence[FolderFile],
    summary: str,
    zone: ZoneInfo,
) -> tuple[Folder, ...]:
    """The same for a case whose files are known, with a new summary. mail, arrived: those of its first mail."""
    name = case_folder(case=case, mail=mail, arrived=arrived, zone=zone)
    page = FolderFile(name=SUMMARY, source="text", sha256=sha256(summary.encode()), text=summary)
    return tuple(Folder(path=f"{parent}/{name}", files=(*files, page)) for parent in _parents(verdict))


def case_folder(*, case: str, mail: Mail, arrived: datetime, zone: ZoneInfo) -> str:
    """``2026-11-22 Ferreira, Nadia [K7Q2]``."""
    sender = mail.sender
    who = names.folder_person(sender.name, sender.address) if sender else names.UNNAMED
    return names.case_folder(arrived.astimezone(zone).date(), who, case)


def summary(
    verdict: Verdict,
    *,
    case: str,
    mail: Mail,
    arrived: datetime,
    files: Sequence[FolderFile],
    positions: Sequence[Position],
    groups: Sequence[Group],
    zone: ZoneInfo,
) -> str:
    """``summary.html``: who, when, positions, documents with pages and evidence, every problem and every
    decision with the rule that made it. It works without a network; everything of the mail is escaped."""
    known = {item.sha256: item for item in mail.attachments}
    links = [
        summaries.Link(
            path=item.name,
            title=_title(item, known.get(item.sha256), mail),
            size=_size(known.get(item.sha256)),
        )
        for item in files
    ]
    return summaries.page(
        verdict,
        case=case,
        mail=mail,
        arrived=arrived.astimezone(zone),
        links=tuple(links),
        titles=_titles(positions, groups),
        person=names.person(mail.sender.name, mail.sender.address) if mail.sender else "",
    )


def sent(mail: Mail) -> tuple[Attachment, ...]:
    """The files of a mail that are worth keeping beside it, the same bytes once."""
    return tuple({item.sha256: item for item in enclosures.counted(mail)}.values())


def _title(item: FolderFile, known: Attachment | None, mail: Mail) -> str:
    """What a file is called on the page."""
    if item.source == "joined":
        return "joined from the applicant's files, which lie unchanged in received/"
    if item.source == "message":
        return "the mail, header only" if mail.too_large and item.name == MESSAGE else "the mail as it came"
    return known.name if known else ""


def _size(known: Attachment | None) -> int | None:
    return known.size if known else None


def _parents(verdict: Verdict) -> tuple[str, ...]:
    """An accepted case without a position would be lost to sight: it goes where people look."""
    if verdict.withdrawn is Withdrawn.CONFIRMED:
        return (WITHDRAWN,)
    if verdict.outcome is Outcome.ACCEPTED:
        return verdict.positions or (FOR_REVIEW,)
    by_outcome = {Outcome.CORRECTION: (WAITING,), Outcome.REVIEW: (FOR_REVIEW,)}
    return by_outcome.get(verdict.outcome, ())


def _kept(mail: Mail, picked: Attachment | None) -> list[tuple[str, Attachment]]:
    """The files to lay beside the mail, with their paths in the folder: the application itself, and what
    else somebody sent, under its own name in ``received``. The same bytes are laid down once."""
    if picked is None:
        others = list(enclosures.counted(mail))
    else:
        others = [
            item for item in enclosures.counted(mail) if item.kind in _PAPERS and item.sha256 != picked.sha256
        ]
    once = list({item.sha256: item for item in others}.values())
    given = names.unique(names.safe(item.name or "attachment") for item in once)
    kept = [(f"{RECEIVED}/{name}", item) for name, item in zip(given, once, strict=True)]
    return kept if picked is None else [(APPLICATION, picked), *kept]


def _titles(positions: Sequence[Position], groups: Sequence[Group]) -> dict[str, str]:
    by_id = {group.id: group.title.get("en", "") for group in groups}
    return {
        item.id: ": ".join(filter(None, (by_id.get(item.group, ""), item.title.get("en", item.id))))
        for item in positions
    }
