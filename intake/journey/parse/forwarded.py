"""Whose mail is passed on inside this one: attached whole (message/rfc822), or as text below its own header."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.journey.parse import body, charset, header
from intake.journey.parse.part import Part
from intake.model import Address, Forwarded

_HEADER = 65_536  # bytes of an attached mail in which its header is looked for
_NEAR = 1_500  # characters below the mark in which the passed-on header stands
_MARK = re.compile(
    r"^[ \t>*]*(?:-{3,}[ \t]*(?:forwarded (?:message|by .{1,100}|e-?mail)|weitergeleitete (?:nachricht|e-?mail)"
    r"|message transf[ée]r[ée]|mensaje reenviado)[ \t]*-{3,}|begin forwarded message:"
    r"|anfang der weitergeleiteten (?:nachricht|e-?mail):)[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_FROM = re.compile(
    r"^[ \t>*]*(?:from|von|de|expéditeur)\*?[ \t]*:\*?[ \t]*(\S.{0,300})$", re.IGNORECASE | re.MULTILINE
)
_MAILTO = re.compile(r"\[(?:mailto:)?([^\s\[\]]+@[^\s\[\]]+)\]")  # as Outlook writes an address


def found(tree: Part, text: str, *, subject: str, inside: bool) -> Forwarded | None:
    """The mail that is passed on, or None. inside: files of a mail inside this one were found."""
    if inside and (sender := next(_attached(tree), None)):
        return Forwarded(sender=sender, note=text, papers=True)
    return _as_text(text, subject)


def _attached(tree: Part) -> Iterator[Address]:
    """The senders of the mails inside this mail."""
    for part in tree.walk():
        if part.nested and part.content:
            head, _ = header.split(part.content[:_HEADER])
            yield from (one for text in head.raw("from") for one in header.addresses(text))


def _as_text(text: str, subject: str) -> Forwarded | None:
    at = _MARK.search(text)
    if at is None and body.forwards(subject):
        at = body.header_block(text)
    if at is None:
        return None
    line = _FROM.search(text, at.start(), at.start() + _NEAR)
    if line is None:
        return None
    return Forwarded(sender=_sender(line[1]), note=text[: at.start()].strip())


def _sender(written: str) -> Address:
    """ "Lea Vogt <lea@…>", "Vogt, Lea [mailto:lea@…]", or a name alone: then there is no address."""
    named = _MAILTO.sub(r"<\1>", written)
    known = next(iter(header.addresses(named)), None)
    return known or Address(name=header.clean(charset.scrub(written))[:200], address="")
