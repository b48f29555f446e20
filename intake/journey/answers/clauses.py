"""The new text of an answer as clauses of folded words, with the places of positions' names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace

from intake.journey import route, words
from intake.journey.route import names, sentences
from intake.journey.route.names import Place
from intake.model import value

LONGEST = 6000  # characters that are read; a longer answer is a person's to read anyway
WRAPPED = 50  # characters from which on a line may go on in the next one: mail programs wrap at 70 to 78
GREETED = 60  # characters of "Dear Professor …,"
MANY_DIGITS = 7  # of a telephone number

UNREAD = "\ua66e"  # a letter nobody writes, for a date, a time, a telephone number, "½", "1 > 2": no choice is made of it

_URL = re.compile(r"https?://\S{1,500}|\S{1,80}@\S{1,200}")
_CASE = re.compile(r"\[[A-Z0-9]{4,6}\]")
_TELEPHONE = re.compile(r"\+?\(?\d[\d\s()/\-]{5,40}\d")
_MONTH = r"(?:jan|feb|mar|maerz|märz|apr|may|mai|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-z]*"
_DATE = re.compile(
    rf"\b\d{{1,2}}\.\s?\d{{1,2}}\.(?:\s?\d{{2,4}})?|\b\d{{4}}-\d\d?-\d\d?|\b\d{{1,2}}[:.]\d{{2}}\b"
    rf"|\b\d{{1,2}}\.?(?:st|nd|rd|th)?\s{_MONTH}\b|\b{_MONTH}\s\d{{1,2}}\b|\d+(?:[.,]\d+)?\s?%|\b\d+\s?(?:am|pm|uhr|o'clock)\b"
    r"|\d+\.\d+|\d\s?(?:[-–—/]|\.{2,}|…)\s?\d|[<>/=⁄½¼¾⅐-⅟↉]",
    re.IGNORECASE,
)
# "1) 3", "2: 1 and 3", "1. Position 3", "2 (3)": the first number counts or numbers the second.
_LABEL = re.compile(
    r"(?<![\w.,])\d{1,2}(?:[.)\]]+:?[ \t]+|[ \t]*:[ \t]*)(?=[(#]?\d{1,2}\b)|(?<![\w.,])\d{1,2}[ \t]*\((?=\d{1,2}\))"
    r"|^[ \t]*[(\[]?\d{1,2}[.)\]:]+[ \t]+(?=(?:position|number|option|stelle|nummer|no|nr)\b[. \t]*\d)",
    re.IGNORECASE | re.MULTILINE,
)
_GREETING = re.compile(
    r"\A\s*(?:dear|hello|hi|hey|hallo|sehr geehrte[rsn]?|liebe[rs]?|guten (?:tag|morgen|abend)|good (?:morning|afternoon|evening|day)"
    rf"|greetings|moin|servus|to whom it may concern)\b(?:[^,!\n\d]{{0,{GREETED}}}[,!]+|[^,!\n\d]{{0,{GREETED}}}\n(?=\s*\S))",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"\b(?:no|nr|num|pos|n)\s?[.°º#]\s*(?=\d)|\bno\s(?=\d)|#\s?(?=\d)", re.IGNORECASE)
_GLUED = re.compile(r"\b(no|nr|number|nummer|position|option)[-_]?(?=\d{1,2}\b)", re.IGNORECASE)
# "2." before a noun or a small letter is an ordinal, at the beginning of a line it numbers what follows.
_ORDINAL = re.compile(
    r"(?<![\d.,])(\d{1,2})\.(?=[ \t]+(?:(?i:stelle|position|option|ausschreibung|variante|möglichkeit|wahl|priorität|präferenz|choice)|[a-zäöü]))"
)
_NUMBERED = re.compile(r"^[ \t]*[(\[]?(\d{1,2})(?:[.)\]]|[ \t]*:)(?=\s|$)", re.MULTILINE)
_STOP = re.compile(r"[.!?;]+[\"')\]]*(?:\s+|$)|\s[-–—]+\s")
_TOKEN = re.compile(rf"[^\W_]+|{UNREAD}|[,&+]")


@value
class Clause:
    """Folded words; where a comma stands before one; the names of positions and groups among them."""

    words: tuple[str, ...]
    commas: frozenset[int] = frozenset()
    places: tuple[Place, ...] = ()
    shown: str = ""

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def parts(self) -> tuple[Clause, ...]:
        """The same at its commas; () where it has none, or one within a name."""
        if not self.commas - {0} or any(
            one.start < comma < one.end for one in self.places for comma in self.commas
        ):
            return ()
        edges = sorted({0, *self.commas, len(self.words)})
        return tuple(self._part(start, end) for start, end in itertools.pairwise(edges))

    def _part(self, start: int, end: int) -> Clause:
        inside = (one for one in self.places if start <= one.start < end)
        places = (replace(one, start=one.start - start, end=one.end - start) for one in inside)
        return replace(self, words=self.words[start:end], commas=frozenset(), places=tuple(places))


def of(new_text: str, rules: route.Rules) -> tuple[Clause, ...]:
    """The clauses of an answer, without its greeting and what stands below its closing words."""
    text = _GREETING.sub("", _prepared(new_text[:LONGEST]))
    found = (_clause(piece, rules) for piece in _pieces(sentences.unsigned(text)))
    return tuple(clause for clause in found if clause.words)


def _prepared(text: str) -> str:
    text = _LABEL.sub(f" {UNREAD} ", _CASE.sub(" ", _URL.sub(" ", text)))
    text = _ORDINAL.sub(r"\1te", _ABBREVIATED.sub("nr ", text))
    text = _NUMBERED.sub(r"\1 ", _GLUED.sub(r"\1 ", text))
    text = _TELEPHONE.sub(_without_telephone, text)
    return _DATE.sub(f" {UNREAD} ", text)


def _without_telephone(found: re.Match[str]) -> str:
    return UNREAD if sum(one.isdigit() for one in found[0]) >= MANY_DIGITS else found[0]


def _pieces(text: str) -> Iterator[str]:
    held = ""
    for line in text.split("\n"):
        held = f"{held} {line}" if held else line
        if len(line) < WRAPPED:
            yield from _STOP.split(held)
            held = ""
    yield from _STOP.split(held)


def _clause(piece: str, rules: route.Rules) -> Clause:
    found: list[str] = []
    commas: set[int] = set()
    for seen in _TOKEN.findall(words.fold(piece)):
        if seen == ",":
            commas.add(len(found))
        else:
            found.append("and" if seen in "&+" else seen)
    sentence = names.masked(sentences.Sentence(words=tuple(found), marks={}), rules.book.our_names)
    return Clause(
        words=tuple(found),
        commas=frozenset(commas),
        places=names.places(sentence, rules.book, prizes=rules.wording.prizes),
        shown=" ".join(piece.split()),
    )
