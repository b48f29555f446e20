"""Present, absent or unsure: certain only when certain."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from intake.journey.recognise import pages, sequence
from intake.journey.recognise.rules import Rules
from intake.model import Document, DocumentKind, PageClass, Presence, value

_EVIDENCE = 6  # pieces a document's evidence may have: enough to see why, short enough to read
_TOP_CONFIDENCE = 0.99  # recognition is never sure beyond that
_TOGETHER = (PageClass.LETTER, PageClass.CV)  # the two that may share a page


@value
class Pages:
    """All that is known of the pages when documents are judged."""

    readings: tuple[pages.Reading, ...]
    believed: sequence.Believed

    def each(self) -> Iterator[tuple[pages.Reading, PageClass, dict[PageClass, float]]]:
        return zip(self.readings, self.believed.classes, self.believed.beliefs, strict=True)


def judge(kind: DocumentKind, seen: Pages, *, doubts: Iterator[str], rules: Rules) -> Document:
    """One required document. ``doubts`` are reasons outside the pages not to call it absent; they are dear, and
    asked for only where it is not there."""
    page_class = PageClass(kind.value)
    strengths = _strengths(seen, page_class, rules)
    strength = max(strengths, default=0.0)
    found = _holding(seen, page_class, strengths, rules)
    if strength >= rules.certainty.present and _is_worded(seen, page_class, found):
        return _document(
            kind, Presence.PRESENT, strength, pages=found, evidence=_evidence(seen, page_class, found)
        )
    said = tuple(doubts)
    without = min(
        (1.0 - _possible(seen, index, page_class, rules) for index in range(len(seen.readings))), default=0.0
    )
    if without >= rules.certainty.absent and not said:
        return _document(kind, Presence.ABSENT, without)
    evidence = [*said, *_open_pages(seen, page_class, rules)]
    return _document(kind, Presence.UNSURE, max(strength, 1.0 - without) / 2, evidence=evidence)


def _is_worded(seen: Pages, kind: PageClass, found: Sequence[int]) -> bool:
    """Whether words speak for it on any of its pages: a column of dates is also a table of modules."""
    hits = (hit for reading in seen.readings if reading.number in found for hit in reading.hits)
    return any(hit.worded and hit.weight(kind) > 0 for hit in hits)


def _document(
    kind: DocumentKind,
    status: Presence,
    confidence: float,
    *,
    pages: Sequence[int] = (),
    evidence: Sequence[str] = (),
) -> Document:
    return Document(
        kind=kind,
        status=status,
        pages=tuple(pages),
        confidence=round(min(confidence, _TOP_CONFIDENCE), 2),
        evidence=tuple(evidence[:_EVIDENCE]),
    )


def _strength(seen: Pages, index: int, kind: PageClass, rules: Rules) -> float:
    """How certain it is that this page is, or holds, the document."""
    reading, belief = seen.readings[index], seen.believed.beliefs[index][kind]
    score = _run_score(seen, index, kind)
    if reading.readable and _shares(seen, index, kind, rules):
        score, belief = _words_for(reading, kind), 1.0
    if not reading.readable or score < rules.certainty.enough:
        return 0.0
    return belief * (1.0 - math.exp(-score))


def _run_score(seen: Pages, index: int, kind: PageClass) -> float:
    """The score of this page and of the pages of the same document on both sides: their signs add up."""
    total = seen.readings[index].score(kind)
    for step in (-1, 1):
        beside = index + step
        while 0 <= beside < len(seen.readings) and seen.believed.classes[beside] is kind:
            total += max(seen.readings[beside].score(kind), 0.0)
            beside += step
    return total


def _shares(seen: Pages, index: int, kind: PageClass, rules: Rules) -> bool:
    """A letter and a CV on one page: each scores by itself."""
    main = seen.believed.classes[index]
    other_one = main is not kind and main in _TOGETHER and kind in _TOGETHER
    return other_one and _words_for(seen.readings[index], kind) >= rules.certainty.together


def _words_for(reading: pages.Reading, kind: PageClass) -> float:
    """Points of the words for it: on a shared page those against it speak for the other one only."""
    return sum(max(hit.weight(kind), 0.0) for hit in reading.hits if hit.worded)


def pages_of(seen: Pages, kind: PageClass, rules: Rules) -> list[int]:
    """The numbers of the pages that hold this document."""
    return _holding(seen, kind, _strengths(seen, kind, rules), rules)


def _strengths(seen: Pages, kind: PageClass, rules: Rules) -> list[float]:
    return [_strength(seen, index, kind, rules) for index in range(len(seen.readings))]


def _holding(seen: Pages, kind: PageClass, strengths: Sequence[float], rules: Rules) -> list[int]:
    found = []
    for index, (reading, page_class, beliefs) in enumerate(seen.each()):
        likely = page_class is kind and beliefs[kind] >= 0.5 and reading.readable and not reading.blank
        if likely or strengths[index] >= rules.certainty.present:
            found.append(reading.number)
    return found


def _goes_on(seen: Pages, index: int, kind: PageClass, rules: Rules) -> bool:
    """Whether it is joined with an understood page: a third page of projects and tools has hardly a word of
    any language, and is the CV's."""
    return any(
        not seen.readings[number].blank and _speaks(seen.readings[number], kind, rules)
        for number in _belonging(seen, index)
    )


def _belonging(seen: Pages, index: int) -> Iterator[int]:
    """Pages before and after it that it is joined with, as far as no other page comes between."""
    if seen.readings[index].foreign:
        return
    before = index
    while before and seen.believed.joined[before - 1]:
        before -= 1
        yield before
    after = index
    while after + 1 < len(seen.readings) and seen.believed.joined[after]:
        after += 1
        yield after


def _speaks(reading: pages.Reading, kind: PageClass, rules: Rules) -> bool:
    """Understood by its language, or by words that speak for something else than this kind."""
    return reading.understood or _spoken(reading, kind) >= rules.certainty.spoken


def _spoken(reading: pages.Reading, kind: PageClass) -> float:
    """Points of its words for something else than this kind."""
    return sum(
        max((w for k, w in hit.speaks if k is not kind and w > 0), default=0.0)
        for hit in reading.hits
        if hit.worded
    )


def _possible(seen: Pages, index: int, kind: PageClass, rules: Rules) -> float:
    """How far this page may be the document: by itself or among its neighbours, whichever is more."""
    reading, beliefs = seen.readings[index], seen.believed.beliefs[index]
    if not reading.whole:
        return 1.0
    if reading.blank:
        return 0.0
    if kind in reading.scraps:
        return 1.0
    if not _speaks(reading, kind, rules):
        if kind in reading.unlike and not _words_for(reading, kind):
            return 0.0
        return beliefs[kind] if _goes_on(seen, index, kind, rules) else 1.0
    shared = kind in _TOGETHER and seen.believed.classes[index] in _TOGETHER
    if shared and reading.score(kind) >= rules.certainty.enough:
        return 1.0  # the other one's signs outweigh it on this page, and do not take it away
    possible = max(beliefs[kind], sequence.alone(reading)[kind])
    silent = kind not in _TOGETHER and _spoken(reading, kind) < rules.certainty.spoken
    # Letters and CVs have words of their own. A certificate may have none that the rules know, so that a
    # page without any word counts against it only when its look leaves no doubt.
    return 1.0 if silent and possible > 1.0 - rules.certainty.silent else possible


def _open_pages(seen: Pages, kind: PageClass, rules: Rules) -> Iterator[str]:
    for index, reading in enumerate(seen.readings):
        possible = _possible(seen, index, kind, rules)
        if not reading.whole:
            yield f"p. {reading.number}: a picture that was not read"
        elif possible > 1.0 - rules.certainty.absent:
            yield from (_quoted(reading, hit, kind) for hit in _for(reading, kind)[:2])
            yield f"p. {reading.number}: may be {kind.value} ({possible:.2f})"


def _for(reading: pages.Reading, kind: PageClass) -> list[pages.Hit]:
    """The signs that speak for a kind, strongest first."""
    hits = [hit for hit in reading.hits if hit.weight(kind) > 0.0]
    return sorted(hits, key=lambda hit: -hit.weight(kind))


def signs(reading: pages.Reading, kind: PageClass) -> list[str]:
    """The signs of a page for its class, shown short."""
    return [f"'{hit.text}' ({hit.sign})" if hit.text else hit.sign for hit in _for(reading, kind)[:_EVIDENCE]]


def _evidence(seen: Pages, kind: PageClass, found: Sequence[int]) -> list[str]:
    """The strongest sign of every page first, then the others."""
    ranked = [
        [(reading, hit) for hit in _for(reading, kind)]
        for reading in seen.readings
        if reading.number in found
    ]
    first = [signs[0] for signs in ranked if signs]
    shown = [*first, *(sign for signs in ranked for sign in signs[1:])][:_EVIDENCE]
    return [_quoted(reading, hit, kind) for reading, hit in shown]


def _quoted(reading: pages.Reading, hit: pages.Hit, kind: PageClass) -> str:
    weight = hit.weight(kind)
    if hit.text:
        return f"p. {reading.number}: '{hit.text}' ({hit.sign}, {weight:.1f})"
    return f"p. {reading.number}: {hit.sign} ({weight:.1f})"
