"""A page laid out for looking at: its lines, their words, and where on the page a phrase stands."""

from __future__ import annotations

import bisect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from intake.journey.recognise import phrases
from intake.journey.recognise.rules import Place, Rules
from intake.model import Line, PageFacts, value

_TOP_LINES = 10  # a title stands in the first lines, or higher than 60 % of the page
_TOP_SHARE = 0.6
_LARGE = 1.15  # times the median body size: what the headings of real CVs and letters keep
_TITLE_WORDS = 12  # a longer line is no title
_PROSE_WORDS = 8
_BULLET = re.compile(r"^\s*[•●○◦▪■‣·∙*–—❖➢✓{␣→-]\s")
_SPACED = re.compile(r"(?<!\S)\S(?: \S){3,}(?!\S)")  # L E B E N S L A U F
_MAYBE_SPACED = re.compile(r" \S \S ")  # in every match of it; found by its blank
_NUMBERING = re.compile(r"^(?:\d{1,2}|[ivx]{1,4}|[a-h])$")


@value
class Sheet:
    """first: for each line the index of its first word, and one more for the end; body: the median
    size, weighed by characters; listed: lines that only name documents, such as a list of enclosures."""

    lines: tuple[Line, ...]
    words: phrases.Words
    first: tuple[int, ...]
    body: float
    largest: float
    height: float
    landscape: bool
    listed: frozenset[int] = frozenset()
    unspaced: bool = False  # words of it stand spaced on the page

    def is_prose(self, line: int) -> bool:
        """A line of running text: many words, half of them or more not capitalised."""
        words = self.words.shown[self.first[line] : self.first[line + 1]]
        if len(words) < _PROSE_WORDS:
            return False
        return 2 * sum(map(str.islower, [word[0] for word in words])) >= len(words)

    def has(self, found: phrases.Found[Any], where: Place) -> bool:
        """Does this phrase stand where its sign asks for?"""
        return _PLACES[where](self, found, self.words.line[found.start])


def of(page: PageFacts, rules: Rules) -> Sheet:
    """The page's lines, as much of them as the limit allows."""
    lines = tuple(_bounded(page.lines, rules.limits.characters))
    texts = [line.text for line in lines]
    unspaced = [_unspaced(text) for text in texts]
    words = phrases.split(unspaced)
    sheet = Sheet(
        lines=lines,
        words=words,
        first=_first_words(words, len(lines)),
        body=_body_size(lines),
        largest=max((line.size for line in lines), default=0.0),
        height=page.height,
        landscape=page.width > page.height,
        unspaced=unspaced != texts,
    )
    return replace(sheet, listed=frozenset(_listed(sheet, rules)))


def _bounded(lines: Sequence[Line], limit: int) -> Iterator[Line]:
    for line in lines:
        if limit <= 0:
            return
        text = line.text[:limit]
        limit -= len(text)
        yield line if len(text) == len(line.text) else Line(text=text, size=line.size, x=line.x, y=line.y)


def _unspaced(text: str) -> str:
    """Spaced capitals joined; a wider gap, where the engine kept it, parts words."""
    if not _MAYBE_SPACED.search(text):
        return text
    return _SPACED.sub(lambda found: found.group().replace(" ", ""), text)


def _first_words(words: phrases.Words, lines: int) -> tuple[int, ...]:
    return tuple(bisect.bisect_left(words.line, number) for number in range(lines + 1))


def _body_size(lines: Sequence[Line]) -> float:
    sizes: dict[float, int] = {}
    for line in lines:
        sizes[line.size] = sizes.get(line.size, 0) + len(line.text)
    half, seen, body = sum(sizes.values()) / 2, 0, 0.0
    for size in sorted(sizes):
        if seen >= half:
            break
        seen, body = seen + sizes[size], size
    return body


def _listed(sheet: Sheet, rules: Rules) -> Iterator[int]:
    """Lines after "Anlagen", "Contents" and the like: they name documents and are none.

    The list ends where larger text or a sentence begins. Its head counts only when it stands alone.
    """
    for found in rules.listing_book.find(sheet.words):
        head = sheet.words.line[found.start]
        alone = found.end == sheet.first[head + 1]
        if found.start != sheet.first[head] or not (alone or ":" in sheet.lines[head].text):
            continue
        if not alone:
            yield head
        for number in range(head + 1, len(sheet.lines)):
            if sheet.lines[number].size > sheet.lines[head].size * 1.05 or sheet.is_prose(number):
                break
            yield number


# --- Places --------------------------------------------------------------------------------------


def _anywhere(sheet: Sheet, _: phrases.Found[Any], line: int) -> bool:
    return line not in sheet.listed


def _begins_line(sheet: Sheet, found: phrases.Found[Any], line: int) -> bool:
    return found.start == sheet.first[line]


def _is_heading(sheet: Sheet, found: phrases.Found[Any], line: int) -> bool:
    """A line that stands alone: the phrase is all of it, or it begins a short, marked-out line."""
    begin, end = _heading_words(sheet, line)
    if found.start != begin or not _may_head(sheet, line):
        return False
    return found.end >= end or (end - begin <= _TITLE_WORDS and _marked(sheet, line))


def _is_title(sheet: Sheet, found: phrases.Found[Any], line: int) -> bool:
    """A heading near the top or of the largest size; a marked-out line may hold a name beside it."""
    if not (_at_top(sheet, line) and _may_head(sheet, line)):
        return False
    begin, end = _heading_words(sheet, line)
    whole = found.start == begin and found.end >= end
    return whole or (end - begin <= _TITLE_WORDS and _marked(sheet, line))


def _may_head(sheet: Sheet, line: int) -> bool:
    return line not in sheet.listed and not _BULLET.match(sheet.lines[line].text)


def _at_top(sheet: Sheet, line: int) -> bool:
    facts = sheet.lines[line]
    largest = facts.size >= sheet.largest and _large(sheet, line)
    return line < _TOP_LINES or facts.y > sheet.height * _TOP_SHARE or largest


def _heading_words(sheet: Sheet, line: int) -> tuple[int, int]:
    """The words of the line without a leading "2." or "IV"."""
    begin, end = sheet.first[line], sheet.first[line + 1]
    if end - begin > 1 and _NUMBERING.match(sheet.words.plain[begin]):
        begin += 1
    return begin, end


def _marked(sheet: Sheet, line: int) -> bool:
    facts = sheet.lines[line]
    return _large(sheet, line) or facts.bold or (facts.text.isupper() and len(facts.text) > 3)


def _large(sheet: Sheet, line: int) -> bool:
    return sheet.lines[line].size >= sheet.body * _LARGE


_PLACES: Mapping[Place, Callable[[Sheet, phrases.Found[Any], int], bool]] = {
    "text": _anywhere,
    "line": _begins_line,
    "heading": _is_heading,
    "title": _is_title,
}
