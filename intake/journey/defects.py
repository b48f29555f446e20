"""How a parsed mail says what could not be read, in words that later stages can tell apart."""

from __future__ import annotations

from collections.abc import Iterable

# What stands behind this may hold the application: whoever judges the mail must not say that
# something is missing from it.
_LOST = "closed to us: "

FORWARDED = "forwarded mail opened"


def lost(what: str) -> str:
    """A defect that may hide an application paper."""
    return _LOST + what


def hidden(defects: Iterable[str]) -> tuple[str, ...]:
    """What of a mail stayed closed to us and may hold an application paper."""
    return tuple(defect.removeprefix(_LOST) for defect in defects if defect.startswith(_LOST))
