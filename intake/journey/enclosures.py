"""Which attachments of a mail are files that somebody sent on purpose. A leaf: ``reply`` and ``file`` use it."""

from __future__ import annotations

from intake.model import Attachment, FileKind, ListedPart, Mail

_NEVER = frozenset({FileKind.CALENDAR, FileKind.CONTACT, FileKind.SIGNATURE})
_NEVER_DECLARED = frozenset(
    {
        "text/calendar",
        "text/vcard",
        "text/x-vcard",
        "application/pkcs7-signature",
        "application/x-pkcs7-signature",
        "application/pgp-signature",
        "application/pgp-keys",
    }
)


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
    return tuple(part.name for part in mail.listed if _meant(part))


def _meant(part: ListedPart) -> bool:
    """Only the declared type is known of these: visiting cards, invitations and signatures do not count."""
    if part.declared in _NEVER_DECLARED:
        return False
    return bool(part.name) or not part.declared.startswith(("text/", "multipart/"))
