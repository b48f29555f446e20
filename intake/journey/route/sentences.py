"""A text as sentences of folded words, without what stands below the greeting at its end."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator

from intake.journey import words
from intake.model import value

LONGEST = 30_000  # characters read of one text: ten times a letter
LONG = 2_000  # characters of one sentence, a list included; a longer one is read in pieces of this length
SENTENCES = 500  # of one text; a letter has some forty
SIGNATURE_LINES = 12  # below the closing words; what follows is something else, such as a postscript

_ABBREVIATIONS = (
    "prof", "dr", "nr", "no", "ref", "wiss", "z", "b", "mr", "ms", "mrs", "bzw", "ggf", "ca", "st", "inkl", "tel", "incl", "cf",
    r"e\.g", r"i\.e", r"\d", r"\d\d",
)  # fmt: skip
_UNABBREVIATED = "".join(rf"(?<!\b{one}[.!?])" for one in _ABBREVIATIONS) + "(?<!str[.!?])"
# A full stop ends a sentence before a capital only: "Kenn-Nr. 5157" and "ph. d." go on.
_STOP = re.compile(rf"[.!?]{_UNABBREVIATED}[\"')]*\s+", re.IGNORECASE)
_CAPITAL = re.compile(r"[\"'(]*[A-ZÄÖÜ]")
_PARAGRAPH = re.compile(r"\n[ \t]*\n")
_ITEM = re.compile(r"^[ \t]*(?:[-*•–+]|\(?(?:\d{1,2}|[a-h])[.)])[ \t]+", re.MULTILINE)
_SALUTATION = re.compile(
    r"\n(?=[ \t]*(?:dear|sehr geehrte|hello|hallo|guten (?:tag|morgen|abend)|liebe|to whom|good (?:morning|day)|hi)\b)",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"^[ \t]*(?:(?:with |my )?(?:best|kind|warm|many|sincere|friendly)(?:est)?(?:[ \t]+(?:regards|wishes|greetings))?"
    r"|regards|yours?(?:[ \t]+(?:sincerely|faithfully|truly))?|sincerely(?:[ \t]+yours)?|respectfully(?: yours)?|cheers"
    r"|thanks|thank you|(?:mit )?(?:freundlichen?|besten?|viele[nr]?|herzlichen?|liebe[nr]?|schöne[nr]?)"
    r"[ \t]+(?:grüße[n]?|gruesse[n]?|gruß|gruss)|beste grüße|gruß|mfg|lg|vg|hochachtungsvoll)[ \t]*(?:[.!]|,\S*(?:[ \t]+\S+){0,4})?[ \t]*$",
    re.IGNORECASE,
)
_AFTER_SIGNATURE = re.compile(r"^[ \t]*(?:p\.?[ \t]?s\b|-{3,}|>)", re.IGNORECASE)
_OPEN = re.compile(r"[:,]\s*$|\b(?:for|to|um|auf|für|fuer)\s*$")  # a paragraph that the next one goes on
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.){3,8}")  # "A.N.R."
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z][a-z]{2})")
_TOKEN = re.compile(r"ph\.? ?d\b|[^\W_]+|[,:()/]")
_MARKS = frozenset(",:()/")


@value
class Sentence:
    """Folded words, the places before which a comma, colon, bracket or slash stands, and those of capitals."""

    words: tuple[str, ...]
    marks: dict[int, str]
    capitals: frozenset[int] = frozenset()

    @functools.cached_property
    def known(self) -> frozenset[str]:
        return frozenset(self.words)

    @functools.cached_property
    def joined(self) -> str:
        """Its words without blanks."""
        return "".join(self.words)

    @functools.cached_property
    def spaced(self) -> str:
        """Its words with a blank around each."""
        return f" {' '.join(self.words)} "

    @functools.cached_property
    def places(self) -> dict[str, list[int]]:
        """Where each of its words stands."""
        found: dict[str, list[int]] = {}
        for index, word in enumerate(self.words):
            found.setdefault(word, []).append(index)
        return found

    @functools.cached_property
    def ends(self) -> tuple[int, ...]:
        """How many letters stand before each word, and one more for the end."""
        return tuple(itertools.accumulate(map(len, self.words), initial=0))

    @functools.cached_property
    def pairs(self) -> frozenset[str]:
        """Every two neighbouring letters, blanks left out."""
        return frozenset(runs(self.joined, 2))

    @functools.cached_property
    def runs(self) -> list[str]:
        """Every three neighbouring letters in their order, blanks left out."""
        return runs(self.joined, 3)

    def text(self, start: int, end: int) -> str:
        return " ".join(self.words[start:end])

    def holds(self, phrases: Iterable[str], start: int = 0, end: int | None = None) -> bool:
        """Whether one of the folded phrases stands among its words, or some of them."""
        if start == 0 and end is None:
            return _holds(self.spaced, phrases)
        return holds(self.words[start:end], phrases)


def runs(joined: str, size: int) -> list[str]:
    """Every so many neighbouring letters of a text without blanks."""
    return [joined[start : start + size] for start in range(len(joined) - size + 1)]


def holds(found: Iterable[str], phrases: Iterable[str]) -> bool:
    """Whether one of the folded phrases stands among folded words."""
    return _holds(f" {' '.join(found)} ", phrases)


def _holds(spaced: str, phrases: Iterable[str]) -> bool:
    return any(f" {phrase} " in spaced for phrase in phrases)


def of(text: str, *, signed: bool = False) -> tuple[Sentence, ...]:
    """The sentences of a text. ``signed``: it ends like a letter, and what stands below the closing words
    (the writer's present post, institute and papers) is not read."""
    shown = text[:LONGEST]
    if signed:
        shown = unsigned(shown)
    shown = _ITEM.sub(_listed, _undotted(shown)).replace("&", " and ").replace(";", ",")
    pieces = itertools.islice(_pieces(shown), SENTENCES)
    return tuple(sentence for piece in pieces if (sentence := _sentence(piece)).words)


def line(text: str) -> tuple[Sentence, ...]:
    """A subject or a file name: one sentence, whose words may be joined by anything."""
    parted = _CAMEL.sub(" ", _undotted(text[:LONG]).replace("PostDoc", "Postdoc")).replace("&", " and ")
    parted = re.sub(r"\s[-–—|]+\s", " : ", parted)
    sentence = _sentence(re.sub(r"[_\-.+#\[\]|»«]+", " ", parted))
    return (sentence,) if sentence.words else ()


def _listed(item: re.Match[str]) -> str:
    """What stands for the number or dash of an item: a comma, or nothing behind a full stop."""
    before = item.string[max(0, item.start() - 3) : item.start()].rstrip()
    return "" if before.endswith((".", "!", "?")) else ", "


def _undotted(text: str) -> str:
    return _DOTTED.sub(lambda found: found[0].replace(".", ""), text)


def _pieces(text: str) -> Iterator[str]:
    for paragraph in _joined_lists(_PARAGRAPH.split(text)):
        for part in _SALUTATION.split(paragraph):
            for sentence in _stopped(part):
                yield from (sentence[begin : begin + LONG] for begin in range(0, len(sentence), LONG))


def _joined_lists(paragraphs: list[str]) -> Iterator[str]:
    """Paragraphs; one that a list goes on, or that ends in a colon, together with what follows."""
    held = ""
    for paragraph, following in itertools.zip_longest(paragraphs, paragraphs[1:], fillvalue=""):
        held = f"{held} {paragraph}" if held else paragraph
        goes_on = bool(_OPEN.search(held[-9:])) or (
            following.lstrip().startswith(",") and not held.rstrip().endswith((".", "!", "?"))
        )
        if not goes_on or held.count("\n") > 40:
            yield held
            held = ""
    if held:
        yield held


def _stopped(text: str) -> Iterator[str]:
    begin = 0
    for stop in _STOP.finditer(text):
        if _CAPITAL.match(text, stop.end()):
            yield text[begin : stop.end()]
            begin = stop.end()
    yield text[begin:]


def unsigned(text: str) -> str:
    """A text without closing words and what stands below them; a postscript stays."""
    kept: list[str] = []
    below = 0
    for one in text.split("\n"):
        if below and _AFTER_SIGNATURE.match(one):
            below = 0
        if not below and kept and _CLOSING.match(one):
            below = 1
        elif below:
            below = below + 1 if below <= SIGNATURE_LINES else 0
        if not below:
            kept.append(one)
    return "\n".join(kept)


def _sentence(text: str) -> Sentence:
    found: list[str] = []
    marks: dict[int, str] = {}
    for token in _TOKEN.findall(words.fold(text)):
        if token in _MARKS:
            marks.setdefault(len(found), token)
        else:
            found.append("phd" if token.startswith(("ph.", "ph ")) else token)
    written = [token for token in _TOKEN.findall(text) if token not in _MARKS]
    alike = len(written) == len(found)  # not where folding parts or joins words
    capitals = frozenset(index for index, token in enumerate(written) if alike and token[0].isupper())
    return Sentence(words=tuple(found), marks=marks, capitals=capitals)
