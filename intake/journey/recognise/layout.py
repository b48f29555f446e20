"""What can be counted on a page: dates, grades, citations, running text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.journey.recognise.rules import Measure
from intake.journey.recognise.sheet import Sheet
from intake.model import Line

_WORD_LETTERS = 10  # Chinese has no spaces: a run of letters counts as words of this length
_LARGE_TYPE = 13.5  # points: body text of letters and CVs is 9 to 12, also where a page has little of it
_LONE_WORDS = 13  # a heading, a name and a date
_ENDS = 120  # characters looked at from either end of a line, so that no line of dots costs time

_YEAR = r"(?:19[4-9]\d|20[0-4]\d|year)"  # "year": what template CVs print
_MONTH = r"(?:jan|feb|mar|mär|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zä]{0,7}\.?"
_DATE = (
    rf"(?:(?:\d{{1,2}}\.\s?)?(?:\d{{1,2}}\s?[./]\s?|{_MONTH}[’']?\s{{0,3}}"
    rf"|(?:WS|SS|winter|summer|fall|spring|sommer)\s{{0,3}})?{_YEAR}|\d{{1,2}}/\d\d\b)"
)
_OPEN = (
    r"(?:present|now|today|current|ongoing|heute|jetzt|aktuell|dato|aujourd[’']hui|actualidad|presente|oggi)"
)
_DATE_ENDS = rf"(?:{_YEAR}|\d/\d\d\b)"  # as every date does; where one may begin anywhere it is enough
_PERIOD = re.compile(
    rf"{_DATE_ENDS}\s?(?:[-–—−]{{1,3}}|to|bis|until)\s?(?:{_DATE}|{_OPEN}|\d\d\b)|(?:since|seit)\s{_DATE}",
    re.IGNORECASE,
)
_BEGINS_DATED = re.compile(rf"\W{{0,3}}{_DATE}", re.IGNORECASE)
_ENDS_DATED = re.compile(rf"{_DATE_ENDS}\W{{0,3}}$", re.IGNORECASE)
_ENDS_OPEN = re.compile(rf"[-–—]\s?{_OPEN}\W{{0,3}}$", re.IGNORECASE)
_GRADED = re.compile(
    r"(?:^|\s)(?:[1-5][.,]\d{1,2}|\d{1,2}[.,]0|\d{1,3}\s?(?:cp|lp|ects|credits?|%)|[A-F][+-]?"
    r"|sehr gut|gut|befriedigend|ausreichend|bestanden|pass(?:ed)?)\s?"
    r"(?:\(?\d{1,3}(?:[.,]\d{1,2})?\)?\s?){0,3}(?:bestanden|BE|WS|SS|[A-F][+-]?)?\s?$"
)
_CITED = re.compile(
    r"^\s?\[\d{1,3}\]|\((?:19|20)\d\d[a-z]?\)|\bdoi\b|arxiv|\bpp\.\s?\d|\bet al\b|\bvol\.\s?\d|,\s(?:(?:19|20)\d\d|year)\.$",
    re.IGNORECASE,
)
# What every match of a pattern holds somewhere, or ends in, so that most lines need no closer look.
_HAS_DATE = re.compile(rf"{_YEAR}|\d/\d\d", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_TOLD = ("doi", "arx", "et al", "year")  # what is cited or dated without a digit, in small letters
_CITED_BY_WORD = ("doi", "arx", "et al", "pp.", "vol.")  # in small letters
_CITED_BY_SIGN = re.compile(r"^\s?\[\d{1,3}\]|\((?:19|20)\d\d[a-z]?\)", re.IGNORECASE)
_CITED_BY_YEAR = re.compile(r",\s(?:(?:19|20)\d\d|year)\.$", re.IGNORECASE)
_GRADES = (
    "cp", "lp", "ects", "credit", "credits", "%", "+", "-", "gut", "befriedigend", "ausreichend", "bestanden", "pass", "passed",
    ")", "BE", "WS", "SS", *"ABCDEF",
)  # fmt: skip
_TAIL = 8  # characters that the end of a date and what follows it take
_DOTS = 5
_LEADER = re.compile(r"(?:\.\s?){5,}\s{0,5}[\divx]{1,4}\s?$|(?:\.\s?){20}", re.IGNORECASE)
_COUNTER = re.compile(r"(?:^|\s)(\d{1,3})\s?(?:/|of|von|sur|de)\s?(\d{1,3})\W{0,3}$", re.IGNORECASE)


def measure(sheet: Sheet) -> dict[Measure, int]:
    """Every count that a layout rule may ask for."""
    texts = [_ends(line.text) for line in sheet.lines]
    prose = [sheet.is_prose(number) for number in range(len(texts))]
    short = [text for text, is_prose in zip(texts, prose, strict=True) if not is_prose]
    small = {text: text.lower().replace("ı", "i") for text in texts}  # "ı" is "i" where case does not count
    page = "\n".join(small.values())
    told, cited = ([word for word in words if word in page] for words in (_TOLD, _CITED_BY_WORD))
    likely = [text for text in texts if _DIGIT.search(text) or _holds(small[text], told)]
    with_date = {text for text in likely if _HAS_DATE.search(text)}
    plain = sheet.words.plain
    return {
        "landscape": int(sheet.landscape),
        "words": max(len(plain), sum(map(len, plain)) // _WORD_LETTERS),
        "lines": len(texts),
        "lone-heading": int(_lone_heading(sheet)),
        "prose-lines": sum(prose),
        "dated-lines": sum(1 for text in short if _is_dated(text, has_date=text in with_date)),
        "period-lines": _count(_PERIOD, [text for text in likely if text in with_date]),
        "graded-lines": _count(_GRADED, [text for text in short if _may_be_graded(text)]),
        "cited-lines": sum(1 for text in likely if _is_cited(text, by_word=_holds(small[text], cited))),
        "leader-lines": _count(_LEADER, [text for text in texts if text.count(".") >= _DOTS]),
    }


def _lone_heading(sheet: Sheet) -> bool:
    """A page of a few words, most of them in the type of a title: what ends a document is set in its type."""
    places = sheet.words.line
    if not 0 < len(places) <= _LONE_WORDS:
        return False
    return 2 * sum(1 for line in places if sheet.lines[line].size >= _LARGE_TYPE) >= len(places)


def counter(lines: Sequence[Line]) -> tuple[int, int] | None:
    """(2, 3) of "2/3" or "Seite 2 von 3", in the first or last two lines of the page."""
    for line in (*lines[:2], *lines[-2:]):
        found = _COUNTER.search(_ends(line.text))
        if found and 1 <= int(found[1]) <= int(found[2]):
            return int(found[1]), int(found[2])
    return None


def _count(pattern: re.Pattern[str], texts: Sequence[str]) -> int:
    return sum(1 for text in texts if pattern.search(text))


def _is_dated(text: str, *, has_date: bool) -> bool:
    """Whether a line begins or ends with a date, or ends with "– today"."""
    dated = has_date and (_BEGINS_DATED.match(text) or _ENDS_DATED.search(text, max(0, len(text) - _TAIL)))
    return bool(dated or (_has_dash(text) and _ENDS_OPEN.search(text)))


def _may_be_graded(text: str) -> bool:
    return text[-1:].isdecimal() or text.endswith(_GRADES)


def _holds(text: str, words: Sequence[str]) -> bool:
    return bool(words) and any(word in text for word in words)


def _is_cited(text: str, *, by_word: bool) -> bool:
    """by_word: it holds one that may tell; few lines do, and then brackets and years tell."""
    if by_word:
        return _CITED.search(text) is not None
    signed = ("(" in text or "[" in text) and _CITED_BY_SIGN.search(text)
    return bool(signed or (text.endswith(".") and _CITED_BY_YEAR.search(text)))


def _has_dash(text: str) -> bool:
    return "-" in text or "–" in text or "—" in text


def _ends(text: str) -> str:
    text = text.strip()
    return text if len(text) <= 2 * _ENDS else f"{text[:_ENDS]} {text[-_ENDS:]}"
