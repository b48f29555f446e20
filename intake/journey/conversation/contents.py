"""What the folder of a case holds when a later mail has come: nothing that somebody sent is ever taken out."""

from __future__ import annotations

from intake.journey import file, names, plan
from intake.journey.conversation.meaning import Event, Standing, name_of
from intake.journey.conversation.papers import Papers
from intake.model import (
    Attachment,
    FolderFile,
    PdfFacts,
)

VERSION = "application, version "


def with_mail(opening: plan.Opening, standing: Standing) -> tuple[FolderFile, ...]:
    """All that was there, and the new mail beside the others."""
    held = plan.held_files(standing.plan)
    raw = opening.message.sha256
    if any(item.sha256 == raw for item in held):
        return held
    number = 1 + sum(item.source == "message" for item in held)
    return (*held, FolderFile(name=f"message {number}.eml", source="message", sha256=raw))


def with_application(
    opening: plan.Opening,
    standing: Standing,
    chosen: Papers | None,
    application: Attachment | None,
    facts: PdfFacts | None,
) -> tuple[FolderFile, ...]:
    """The application as it is now; every file that somebody sent stays, earlier versions with their number.

    What is replaced is written elsewhere before its place is taken, so that a life that ends in between loses
    nothing: the application comes last.
    """
    held = with_mail(opening, standing)
    old = standing.application
    usable = (
        application is not None and chosen is not None and not chosen.apart and not (facts and facts.faults)
    )
    others = [item for item in held if item.name != file.APPLICATION]
    kept = {item.sha256 for item in others}
    taken = [item.name for item in others]
    extra: list[FolderFile] = []

    def keep(name: str, content_sha256: str) -> None:
        if content_sha256 in kept:
            return
        path = f"{file.RECEIVED}/{names.safe(name)}"
        given = names.unique((*taken, *(item.name for item in extra), path))[-1]
        extra.append(FolderFile(name=given, source="attachment", sha256=content_sha256))
        kept.add(content_sha256)

    joined = usable and chosen is not None and len(chosen.parts) > 1
    assert not (usable and application is None)
    if (
        usable
        and old is not None
        and application is not None
        and old.sha256 != application.sha256
        and old.source != "joined"
    ):
        replaced = chosen is not None and chosen.event is Event.REPLACED
        keep(
            f"{VERSION}{standing.plan.version}.pdf" if replaced else name_of(old, standing),
            old.sha256,
        )
    for item in file.sent(opening.mail):
        if not (usable and application is not None and item.sha256 == application.sha256):
            keep(item.name or "attachment", item.sha256)
    if not usable or application is None:
        return (*others, *extra, *([old] if old else []))
    place = FolderFile(
        name=file.APPLICATION,
        source="joined" if joined else "attachment",
        sha256=application.sha256,
        replaces=old.sha256 if old and old.sha256 != application.sha256 else "",
    )
    return (*others, *extra, place)
