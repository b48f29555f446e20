"""One page by itself: which signs are on it, and what they say together."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from intake.journey.recognise import layout, look, phrases, sheet
from intake.journey.recognise.rules import SCORED, Measure, Rules, Sign, Spoken
from intake.journey.same import Same
from intake.model import PageClass, PageFacts, value

_BLANK_COVER = 0.05  # a smaller picture on a page without words is a logo or a rule
_FOREIGN = 0.2  # share of words in other scripts (folded Latin is ASCII) from which rules see too little


@value
class Hit:
    """One sign found: which, where, and what it added to each kind of page."""

    sign: str
    text: str = ""  # as on the page, "" when it must not be quoted
    speaks: Spoken
    worded: bool  # by words, or by their number: not by layout alone

    def weight(self, kind: PageClass) -> float:
        for spoken, weight in self.speaks:
            if spoken is kind:
                return weight
        return 0.0


@value
class Reading:
    """One page, read. ``scores`` in the order of ``rules.SCORED``."""

    number: int
    readable: bool  # its text can be trusted
    whole: bool  # and nothing but its text matters: no picture that may be a document
    blank: bool = False
    understood: bool = False  # in a language of the rules: what they do not see is not there
    foreign: bool = False  # in another script than Latin
    scraps: frozenset[PageClass] = frozenset()  # documents whose words OCR may have torn apart
    unlike: frozenset[PageClass] = frozenset()  # documents that it cannot be by its look, in any language
    scores: tuple[float, ...] = (0.0, 0.0, 0.0, 0.0)
    hits: tuple[Hit, ...] = ()
    counter: tuple[int, int] | None = None  # (2, 3) of "2/3"
    look: look.Look | None = None
    noted: bool = False  # it holds words of ``[notice]``

    def score(self, kind: PageClass) -> float:
        return self.scores[SCORED.index(kind)]


def read(page: PageFacts, rules: Rules) -> Reading:
    """Everything the rules say of this page alone. The same page is asked for several times while it is judged."""
    return _remembered(Same(page), Same(rules))


# Pages of the few applications that are under way; more are as dear as they were.
@functools.lru_cache(maxsize=256)
def _remembered(page: Same, rules: Same) -> Reading:
    return _read(page.known, rules.known)


def _read(page: PageFacts, rules: Rules) -> Reading:
    if not page.readable:
        return Reading(number=page.number, readable=False, whole=False)
    seen = sheet.of(page, rules)
    whole = not _pictured(page, seen, rules)
    if not seen.words.plain:
        return Reading(number=page.number, readable=whole, whole=whole, blank=whole)
    plain = whole and not _rough(page, rules)  # words that are there are there; others may have been missed
    counts = layout.measure(seen) if plain else {}
    hits = (*_signs(seen, rules), *_layouts(counts, rules))
    understood = plain and _understood(seen, rules)
    return Reading(
        number=page.number,
        readable=True,
        whole=whole,
        understood=understood,
        foreign=_foreign(seen),
        scraps=frozenset(_scraps(seen, rules)) if page.ocr else frozenset(),
        unlike=frozenset(_unlike(counts, rules)) if plain and not _foreign(seen) else frozenset(),
        scores=_scores(hits, rules, understood=understood) if whole or hits else (0.0, 0.0, 0.0, 0.0),
        hits=hits,
        counter=layout.counter(seen.lines),
        look=look.of(page),
        noted=_noted(page, seen, rules),
    )


def _noted(page: PageFacts, seen: sheet.Sheet, rules: Rules) -> bool:
    """Whether words of ``[notice]`` are on it. They are looked for as the text has them, and where the page was laid
    out with no other words, these are those of its sheet."""
    lines = page.text[: rules.limits.characters].splitlines()
    alike = not seen.unspaced and lines == [line.text for line in seen.lines]
    return rules.notes(seen.words if alike else phrases.split(lines))


def _pictured(page: PageFacts, seen: sheet.Sheet, rules: Rules) -> bool:
    """A picture with hardly any words beside it may itself be the document."""
    if page.ocr:
        return page.certainty < rules.limits.ocr_rough
    if not seen.words.plain:
        return page.image_cover >= _BLANK_COVER
    few = len(seen.words.plain) < rules.limits.picture_words
    return few and page.image_cover >= rules.limits.picture_cover


def _rough(page: PageFacts, rules: Rules) -> bool:
    """Read by OCR so that what it says counts, and what it does not say does not."""
    return page.ocr and page.certainty < rules.limits.ocr_certainty


def _understood(seen: sheet.Sheet, rules: Rules) -> bool:
    """Latin script, and the most common words of a language that the rules know."""
    plain = seen.words.plain
    common = sum(map(rules.common_words.__contains__, plain))
    return common >= rules.common.share * len(plain) and not _foreign(seen)


def _foreign(seen: sheet.Sheet) -> bool:
    """In another script than Latin."""
    plain = seen.words.plain
    return len(plain) - sum(map(str.isascii, plain)) > _FOREIGN * len(plain)


def _scraps(seen: sheet.Sheet, rules: Rules) -> Iterator[PageClass]:
    """Those for which the words that stand there once spaces are gone would be enough."""
    points: dict[PageClass, float] = {}
    for sign in rules.book.run_together(seen.words):
        for kind, weight in sign.spoken if sign.where in ("text", "line") else ():
            points[kind] = points.get(kind, 0.0) + max(weight, 0.0)
    yield from (kind for kind, total in points.items() if total >= rules.certainty.enough)


def _unlike(counts: Mapping[Measure, int], rules: Rules) -> Iterator[PageClass]:
    for one in rules.needs:
        if max(counts[measure] for measure in one.measures) < one.at_least:
            yield PageClass(one.document)


def _scores(hits: Sequence[Hit], rules: Rules, *, understood: bool) -> tuple[float, ...]:
    """The sum of the signs. On a page that is understood, silence of a kind speaks against it."""
    scores = dict.fromkeys(SCORED, 0.0) | {PageClass.OTHER: rules.sequence.other}
    spoken = {kind for hit in hits if hit.worded for kind, weight in hit.speaks if weight > 0}
    for kind, weight in rules.common.spoken if understood else ():
        scores[kind] += 0.0 if kind in spoken else weight
    for hit in hits:
        for kind, weight in hit.speaks:
            scores[kind] += weight
    return tuple(scores[kind] for kind in SCORED)


def _signs(seen: sheet.Sheet, rules: Rules) -> Iterator[Hit]:
    """Each sign at most ``most`` times, every phrase once; a sign with ``times`` once it has them."""
    hits: Counter[str] = Counter()
    times: Counter[str] = Counter()
    ends: dict[str, int] = {}  # of each sign: its phrases never share words
    quoted: set[tuple[str, str]] = set()
    for found in rules.book.find(seen.words):
        sign = found.owner
        if hits[sign.name] >= sign.most or found.start < ends.get(sign.name, 0) or not _stands(found, seen):
            continue
        ends[sign.name] = found.end
        times[sign.name] += 1
        key = (sign.name, found.phrase)
        if times[sign.name] >= sign.times and key not in quoted:
            quoted.add(key)
            hits[sign.name] += 1
            text = seen.words.quote(found.start, found.end) if sign.quote else ""
            yield Hit(sign=sign.name, text=text, speaks=sign.spoken, worded=True)


def _stands(found: phrases.Found[Sign], seen: sheet.Sheet) -> bool:
    sign = found.owner
    few = not sign.words_below or len(seen.words.plain) < sign.words_below
    return few and seen.has(found, sign.where)


def _layouts(counts: Mapping[Measure, int], rules: Rules) -> Iterator[Hit]:
    for rule in rules.layout if counts else ():
        count = counts[rule.measure]
        if rule.at_least <= count < rule.below:
            yield Hit(
                sign=f"{rule.name}: {count}",
                speaks=rule.spoken,
                worded=rule.plain or rule.measure == "words",
            )
