"""Pictures that may be scanned pages, told from logos and photos of a signature."""

from __future__ import annotations

import re

from intake.model import Attachment, FileKind

# Names that clients and signatures give to pictures which nobody attached on purpose.
_DECORATION = re.compile(
    r"(?:image\d*|outlook-.*|.*logo.*|.*banner.*|.*signatur.*|.*icon.*|att\d+)\.(?:png|gif|jpe?g|bmp)\Z",
    re.IGNORECASE,
)
# iPhones and Apple Mail show every picture inside the text, photographed certificates too. Logos stay
# below a third of a megabyte, photos of a phone above a whole one.
_INLINE_FACTOR = 5


def may_be(file: Attachment, *, least: int) -> bool:
    """Whether a file may be a page as a picture. least: bytes of the smallest scan that is attached;
    one shown inside the text must be five times as large."""
    bound = least * _INLINE_FACTOR if file.inline else least
    return file.kind is FileKind.IMAGE and file.size >= bound and not decoration(file)


def decoration(file: Attachment) -> bool:
    """Whether a client or a signature named this picture."""
    return bool(_DECORATION.match(file.name))
