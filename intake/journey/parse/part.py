"""What both parsers make of a mail: one tree of parts, decoded and named by the same rules. A leaf of ``mime``."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping

from intake.journey.parse import charset, header
from intake.model import value

MAX_PARTS = 500  # leaves that are looked at: a mail with 100 attachments is already no application
MAX_DEPTH = 50
# The standard library works off some 10 million lines times levels a second, a level with its boundary counting as
# one and the line itself as 15.
_MAX_WORK = 8_000_000
MESSAGES = ("message/rfc822", "message/global", "message/news")


@value
class Part:
    """A node of the tree. ``content`` is transfer-decoded, and None for a container of other parts.

    type: lower-case media type; params: of Content-Type; name: of the file, decoded; disposition:
    "inline", "attachment" or ""; nested: a message/rfc822, whose message is its only child.
    """

    type: str = "text/plain"
    params: Mapping[str, str]
    name: str = ""
    disposition: str = ""
    content_id: str = ""
    content: bytes | None = None
    children: tuple[Part, ...] = ()
    nested: bool = False

    def walk(self) -> Iterator[Part]:
        """This part and all below it, in the order of the mail."""
        yield self
        for child in self.children:
            yield from child.walk()


class UnreadableError(Exception):
    """This parser cannot read this mail, or must not try."""


class Budget:
    """Counts the leaves that were taken, so that a mail of 200,000 parts ends, and the work on them."""

    def __init__(self) -> None:
        self.left = MAX_PARTS
        self.left_work = _MAX_WORK

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise UnreadableError(f"more than {MAX_PARTS} parts")
        if depth > MAX_DEPTH:
            raise UnreadableError(f"parts nested deeper than {MAX_DEPTH}")

    def work(self, amount: int) -> None:
        self.left_work -= amount
        if self.left_work < 0:
            raise UnreadableError("too long for the careful parser")


def decoded(content: bytes, encoding: str) -> bytes:
    if encoding.startswith("base64"):
        return charset.base64(content)
    return quopri.decodestring(content) if encoding.startswith("quoted-printable") else content


def made(
    declared: str,
    fields: Mapping[str, str],
    content: bytes | None,
    children: tuple[Part, ...],
    *,
    nested: bool,
) -> Part:
    """A node with what its fields say of it, read alike for both parsers."""
    params = header.parameters(fields.get("content-type", ""))
    disposition = fields.get("content-disposition", "")
    return Part(
        type=declared,
        params=params,
        name=header.parameters(disposition).get("filename") or params.get("name", ""),
        disposition=header.clean(disposition.partition(";")[0]).lower(),
        content_id=header.clean(fields.get("content-id", "")).strip("<> "),
        content=content,
        children=tuple(child for child in children if not _void(child)),
        nested=nested,
    )


def _void(part: Part) -> bool:
    """Whether nothing stands between two boundaries, as some clients write them."""
    return part.content == b"" and not (part.nested or part.params or part.name or part.disposition)


def media_type(text: str) -> str:
    """A media type of the form a/b in lower case; RFC 2045 5.2 takes what is missing for plain text."""
    name = header.clean(text).lower()
    return name if re.fullmatch(r"[^\s/;]{1,80}/[^\s/;]{1,100}", name) else "text/plain"
