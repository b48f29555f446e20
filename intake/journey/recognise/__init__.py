"""Finds letter, CV and certificates among the pages of one PDF, with evidence.

1. ``pages`` reads each page by itself: signs found, and a score for letter, cv, certificates, other.
2. ``sequence`` judges the pages together, since documents are contiguous.
3. ``promises`` reads mail and letter for documents that follow, or stand in the mail itself.
4. ``presence`` calls each required document present, absent or unsure: certain only when certain.

All rules are values from ``config/documents.toml``; see ``rules``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from intake.journey.recognise import pages, phrases, presence, promises, sequence
from intake.journey.recognise.rules import Rules, problems
from intake.model import Document, DocumentKind, FileFault, PageClass, PdfFacts, Presence, Recognition

_QUOTED = 60  # characters of hidden text, enough to know it by

__all__ = ["Rules", "documents", "problems"]


def documents(
    facts: PdfFacts, *, rules: Rules, required: tuple[DocumentKind, ...], mail_text: str = ""
) -> Recognition:
    """Judge one PDF. Never raises; a file that could not be read whole makes every document unsure.

    ``required`` keeps its order in the result; ``mail_text`` is the mail's new text, without quotes.
    """
    notices = tuple(_notices(facts, mail_text, rules))
    if not facts.pages or set(facts.faults) - {FileFault.ACTIVE_CONTENT}:
        return Recognition(documents=tuple(_unread(kind) for kind in required), notices=notices)
    readings = tuple(pages.read(page, rules) for page in facts.pages)
    seen = presence.Pages(readings=readings, believed=sequence.follow(readings, rules))
    classes = _classes(seen)
    letter_text = _text_of(facts, PageClass.LETTER, seen, rules)

    def doubts(kind: DocumentKind) -> Iterator[str]:
        yield from _unseen(facts)
        yield from promises.doubts(kind, mail_text=mail_text, letter_text=letter_text, rules=rules)
        yield from _second_letter(kind, seen, rules)

    documents = tuple(presence.judge(kind, seen, doubts=doubts(kind), rules=rules) for kind in required)
    return Recognition(
        documents=documents,
        pages=classes,
        letter_text=letter_text,
        stranger=_stranger(seen, documents, rules),
        notices=notices,
        reasons=(*_reasons(seen, classes), *_planted(facts)),
    )


def _unread(kind: DocumentKind) -> Document:
    return Document(kind=kind, status=Presence.UNSURE)


def _unseen(facts: PdfFacts) -> Iterator[str]:
    """Pages that the file has and that were not given to us: they may be anything."""
    if facts.page_count > len(facts.pages):
        yield f"{facts.page_count - len(facts.pages)} of {facts.page_count} pages were not read"


def _second_letter(kind: DocumentKind, seen: presence.Pages, rules: Rules) -> Iterator[str]:
    """Employers' references are letters, too: of two letters one may be one."""
    if kind is not DocumentKind.CERTIFICATES:
        return
    begins = {sign.name for sign in rules.sign if sign.begins}
    letters = [
        reading.number
        for reading, page_class, _ in seen.each()
        if page_class is PageClass.LETTER and any(hit.sign in begins for hit in reading.hits)
    ]
    if len(letters) > 1:
        yield f"p. {letters[-1]}: a second letter, which may be a reference"


def _stranger(seen: presence.Pages, documents: Sequence[Document], rules: Rules) -> str:
    """The sign on the first page by which the whole file is something else, where no document is in it."""
    if any(document.status is not Presence.ABSENT for document in documents):
        return ""
    signs = {sign.name for sign in rules.sign if sign.stranger}
    return next((f"'{hit.text}' ({hit.sign})" for hit in seen.readings[0].hits if hit.sign in signs), "")


def _text_of(facts: PdfFacts, kind: PageClass, seen: presence.Pages, rules: Rules) -> str:
    found = presence.pages_of(seen, kind, rules)
    return "\n".join(page.text[: rules.limits.characters] for page in facts.pages if page.number in found)


def _classes(seen: presence.Pages) -> tuple[PageClass, ...]:
    """Every page's main class. Blank pages are other; unreadable ones take what neighbours imply."""
    known = [_known(reading, page_class) for reading, page_class, _ in seen.each()]
    return tuple(page_class or _implied(known, index) for index, page_class in enumerate(known))


def _known(reading: pages.Reading, page_class: PageClass) -> PageClass | None:
    if not reading.readable or _pictured(reading):
        return None
    return PageClass.OTHER if reading.blank else page_class


def _pictured(reading: pages.Reading) -> bool:
    """A picture under a few words that say nothing, such as a running head, is a scan like any other."""
    return not reading.whole and not any(hit.worded for hit in reading.hits)


def _implied(known: list[PageClass | None], index: int) -> PageClass:
    """A scan between two pages of one kind is that kind; beside a certificate, or in a file whose
    letter and CV can be read, it is taken for a certificate (a third of all certificates are scans)."""
    before = next((kind for kind in reversed(known[:index]) if kind), None)
    after = next((kind for kind in known[index + 1 :] if kind), None)
    if before and before is after:
        return before
    complete = PageClass.LETTER in known and PageClass.CV in known
    if complete or PageClass.CERTIFICATES in (before, after):
        return PageClass.CERTIFICATES
    return PageClass.UNREADABLE


def _reasons(seen: presence.Pages, classes: tuple[PageClass, ...]) -> Iterator[str]:
    """One line for each page: its class, the belief in it and the strongest signs."""
    for (reading, _, beliefs), page_class in zip(seen.each(), classes, strict=True):
        if reading.blank:
            yield f"p. {reading.number}: empty"
        elif not reading.readable or _pictured(reading):
            yield f"p. {reading.number}: not readable, taken for {page_class.value}"
        else:
            signs = ", ".join(presence.signs(reading, page_class)) or "no sign"
            yield f"p. {reading.number}: {page_class.value} ({beliefs[page_class]:.2f}): {signs}"


def _planted(facts: PdfFacts) -> Iterator[str]:
    """Text that no reader sees counts for nothing, and HR shall know that it is there."""
    for page in facts.pages:
        if page.hidden:
            shown = " ".join(page.hidden)[:_QUOTED]
            yield f"p. {page.number}: hidden text, which counts for nothing: '{shown}'"


def _notices(facts: PdfFacts, mail_text: str, rules: Rules) -> Iterator[str]:
    """Which pages hold words of ``[notice]``: the page only, never the words."""
    for page in facts.pages:
        if pages.read(page, rules).noted:
            yield f"p. {page.number}: please open this page"
    if rules.notes(phrases.split(mail_text[: rules.limits.characters].splitlines())):
        yield "mail: please open the mail"
