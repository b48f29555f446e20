"""BODYSTRUCTURE -> the list of parts of a mail that is too large to download (RFC 3501 7.4.2)."""

from __future__ import annotations

import email.errors
import email.header
import email.utils
from collections.abc import Iterator
from typing import Any

from intake.model import ListedPart

# Bounds for hostile structures: no applicant's mail comes near either, and both are shown to people.
_DEEPEST = 40
_MOST_PARTS = 500
_LONGEST_NAME = 255

# Where the extension fields begin (MD5, disposition, language, location): RFC 3501 7.4.2 gives a
# text part one field more than a basic part (lines), and a message three (envelope, body, lines).
_EXTENSIONS_AT = {"text": 8, "message/rfc822": 10}
_BASIC_EXTENSIONS_AT = 7


def parts(body: Any) -> tuple[ListedPart, ...]:
    """Every part that is no multipart, in order (a forwarded message is one): name decoded (RFC 2231, RFC 2047) or "", size in
    bytes as encoded. ``body`` is imapclient's BODYSTRUCTURE. Raises ValueError, TypeError or IndexError for
    one that is malformed."""
    found: list[ListedPart] = []
    for part in _leaves(body, 0):
        if len(found) == _MOST_PARTS:
            break
        found.append(_listed(part))
    return tuple(found)


def _leaves(body: Any, depth: int) -> Iterator[Any]:
    if depth > _DEEPEST:
        return
    if isinstance(body[0], list):  # imapclient gathers the parts of a multipart into a list
        for part in body[0]:
            yield from _leaves(part, depth + 1)
    else:
        yield body


def _listed(part: Any) -> ListedPart:
    declared = f"{_text(part[0])}/{_text(part[1])}".lower()
    start = _EXTENSIONS_AT.get(declared, _EXTENSIONS_AT.get(_text(part[0]).lower(), _BASIC_EXTENSIONS_AT))
    disposition = part[start + 1] if len(part) > start + 1 else None
    name = _parameter(disposition[1], "filename") if disposition else ""
    return ListedPart(name=name or _parameter(part[2], "name"), declared=declared, size=int(part[6] or 0))


def _parameter(flat: Any, wanted: str) -> str:
    """One parameter of a flat (name, value, name, value …), put together from its RFC 2231 pieces."""
    if not isinstance(flat, tuple):
        return ""
    pairs = [(_text(flat[at]).lower(), _text(flat[at + 1])) for at in range(0, len(flat) - 1, 2)]
    for name, value in email.utils.decode_params([("", ""), *pairs])[1:]:
        if name == wanted:
            text = email.utils.unquote(email.utils.collapse_rfc2231_value(value))
            return _shown(_decoded(text))
    return ""


def _decoded(text: str) -> str:
    """Encoded words within a parameter are forbidden (RFC 2047 5) and common."""
    if "=?" not in text:
        return text
    try:
        return str(email.header.make_header(email.header.decode_header(text)))
    except (email.errors.HeaderParseError, LookupError, ValueError):
        return text


def _shown(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:_LONGEST_NAME]


def _text(atom: Any) -> str:
    """A string of imapclient: bytes, or an int where a string is all digits, or None for NIL."""
    if isinstance(atom, bytes):
        return atom.decode("utf-8", "replace")
    return "" if atom is None else str(atom)
