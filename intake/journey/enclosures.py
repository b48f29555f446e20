"""Which attachments of a mail are files that somebody sent on purpose. A leaf: ``reply`` and ``file`` use it."""

from __future__ import annotations

from intake.model import Attachment, FileKind, Mail

_NEVER = frozenset({FileKind.CALENDAR, FileKind.CONTACT, FileKind.SIGNATURE})


def counted(mail: Mail) -> tuple[Attachment, ...]:
    """All attachments but signatures, vCards, calendar files and the pictures of an HTML mail."""
    return tuple(
        item
        for item in mail.attachments
        if item.kind not in _NEVER and not (item.inline and item.kind is FileKind.IMAGE)
    )


def names(mail: Mail) -> tuple[str, ...]:
    """The names of these files, also of a mail that is too large to download."""
    if mail.too_large is None:
        return tuple(item.name for item in counted(mail))
    bodies = ("text/", "multipart/")
    return tuple(part.name for part in mail.listed if part.name or not part.declared.startswith(bodies))
