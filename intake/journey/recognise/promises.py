"""What mail and letter say of documents: that one follows, or stands in the mail's own text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from intake.journey.recognise import pages, phrases
from intake.journey.recognise.rules import Rules
from intake.model import DocumentKind, Line, PageClass, PageFacts

_SENTENCE = re.compile(r"[.!?;]+\s+|\n\s*\n")


def doubts(kind: DocumentKind, *, mail_text: str, letter_text: str, rules: Rules) -> Iterator[str]:
    """Why this document must not be called absent, whatever the pages say."""
    yield from _own_text(kind, mail_text, rules)
    yield from _promised(kind, "mail", mail_text, rules)
    yield from _promised(kind, "letter", letter_text, rules)


def _own_text(kind: DocumentKind, text: str, rules: Rules) -> Iterator[str]:
    """The mail's text read as if it were a page: it may be the letter or the CV."""
    if kind is DocumentKind.CERTIFICATES or len(text.split()) < rules.mail.words:
        return
    lines = tuple(Line(text=line, size=0.0) for line in text[: rules.limits.characters].splitlines())
    reading = pages.read(PageFacts(number=1, width=595.0, height=842.0, lines=lines), rules)
    score = reading.score(PageClass(kind.value))
    if score >= rules.mail.score:
        yield f"the mail's own text may be the {kind.value} ({score:.1f})"


def _promised(kind: DocumentKind, where: str, text: str, rules: Rules) -> Iterator[str]:
    for sentence in _SENTENCE.split(text[: rules.limits.characters]):
        words = phrases.split(sentence.splitlines())
        follows = list(rules.follow_book.find(words))
        if not follows:
            continue  # as nearly every sentence
        named = {found.owner for found in rules.names_book.find(words)}
        papers = any(True for _ in rules.papers_book.find(words))
        for found in follows:
            if found.owner.named and not (named or papers):
                continue
            if kind in (set(found.owner.documents) or named or set(DocumentKind)):
                yield f"{where}: '{words.quote(found.start, found.end)}' ({found.owner.name})"
