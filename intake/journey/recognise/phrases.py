"""Plain phrases found in plain text: no regular expression of an admin's ever runs.

A phrase is words. ``*`` at an end of a word stands for any letters ("geehrte*", "*zeugnis"), ``#``
for a number ("GdB #"). Case, accents, umlaut spelling (ü, ue, u), punctuation and line breaks do
not count. Finding costs one look-up per word of the text, however many phrases there are.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Generic, TypeVar

from intake.journey import words
from intake.model import value

_Owner = TypeVar("_Owner")
_WORD = re.compile(r"[^\W_]+")
_PHRASE_WORD = re.compile(r"\*?[^\W_]+\*?|#")
_RUN_TOGETHER = 10  # letters of a phrase that is looked for without its spaces
_STEM = 3  # letters a word with * must show: they are the key of the look-up
_REMEMBERED = 20_000  # words of texts whose phrases are remembered; applications share most of their words


@value
class Words:
    """Words of a text in order: ``plain`` folded for comparing, ``shown`` as written."""

    plain: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    line: tuple[int, ...] = ()  # the index of the line each word stands on

    def quote(self, start: int, end: int) -> str:
        """The words as written, at most 60 characters, for evidence."""
        text = " ".join(self.shown[start:end])
        return text if len(text) <= 60 else text[:59] + "…"

    @functools.cached_property
    def known(self) -> frozenset[str]:
        return frozenset(self.plain)


@value
class Found(Generic[_Owner]):
    """One phrase at the words ``start`` to ``end`` (excluded)."""

    owner: _Owner
    phrase: str
    start: int
    end: int


@functools.lru_cache(maxsize=8192)
def fold(word: str) -> str:
    """``words.fold``, and the umlauts that old text layers and OCR lose: Grüße, Gruesse, GRUSSE are one."""
    return words.fold(word).replace("ae", "a").replace("oe", "o").replace("ue", "u")


def split(lines: Iterable[str]) -> Words:
    """The words of these lines. A word divided by a hyphen at a line's end is one word."""
    shown: list[str] = []
    places: list[int] = []
    divided = False
    for number, line in enumerate(lines):
        found = _WORD.findall(unicodedata.normalize("NFC", line))
        if divided and found and found[0][0].islower():
            shown[-1] += found.pop(0)
        shown += found
        places += [number] * len(found)
        divided = bool(found) and line.rstrip().endswith(("-", "\u00ad")) and found[-1].isalpha()
    return Words(plain=tuple(map(fold, shown)), shown=tuple(shown), line=tuple(places))


def fault(phrase: str) -> str:
    """What keeps this phrase from being found, or ""."""
    patterns = _PHRASE_WORD.findall(phrase)
    if not patterns:
        return "has no word"
    first = patterns[0]
    if first == "#":
        return "may not begin with #"
    if "*" in first and len(fold(first.strip("*"))) < _STEM:
        return f"needs at least {_STEM} letters in the word with *"
    if any(word.startswith("*") and word.endswith("*") for word in patterns):
        return "has a word with * at both ends"
    return ""


class Book(Generic[_Owner]):
    """Many phrases, each with its owner, looked for in one pass."""

    def __init__(self, phrases: Iterable[tuple[str, _Owner]]) -> None:
        self._exact: dict[str, list[_Entry[_Owner]]] = {}
        self._begin: dict[str, list[_Entry[_Owner]]] = {}
        self._end: dict[str, list[_Entry[_Owner]]] = {}
        self._begun: dict[str, tuple[_Entry[_Owner], ...]] = {}  # by words with which they begin
        self._silent: set[str] = set()  # words with which none begins
        for text, owner in phrases:
            patterns = tuple(_word(word) for word in _PHRASE_WORD.findall(text))
            if patterns:
                self._add(_Entry(text=text, owner=owner, words=patterns))
        for entries in (*self._exact.values(), *self._begin.values(), *self._end.values()):
            entries.sort(key=lambda entry: -len(entry.words))

    def find(self, text: Words) -> Iterator[Found[_Owner]]:
        """Every place of every phrase, in the order of the text; of those that begin alike the longest first."""
        plain, beginning = text.plain, self._beginning(text.known)
        starts = [index for index, word in enumerate(plain) if word in beginning] if beginning else ()
        for start in starts:
            for entry in beginning[plain[start]]:
                end = start + len(entry.words)
                if entry.goes_on(plain[start + 1 : end]):
                    yield Found(owner=entry.owner, phrase=entry.text, start=start, end=end)

    def run_together(self, text: Words) -> Iterator[_Owner]:
        """The owners of phrases that stand in the text once its spaces are gone, and do not with them: OCR
        parts words where type is set wide, and joins them where it is set close."""
        known = {found.phrase for found in self.find(text)}
        joined = "".join(text.plain)
        for entry in self._long:
            if entry.text not in known and "".join(word for _, word in entry.words) in joined:
                yield entry.owner

    @functools.cached_property
    def _long(self) -> tuple[_Entry[_Owner], ...]:
        """Phrases of exact words that are long enough not to arise by chance."""
        return tuple(
            entry
            for entries in self._exact.values()
            for entry in entries
            if all(how == "exact" for how, _ in entry.words)
            and sum(len(word) for _, word in entry.words) >= _RUN_TOGETHER
        )

    def _add(self, entry: _Entry[_Owner]) -> None:
        how, word = entry.words[0]
        if how == "begin":
            self._begin.setdefault(word[:_STEM], []).append(entry)
        elif how == "end":
            self._end.setdefault(word[-_STEM:], []).append(entry)
        else:
            self._exact.setdefault(word, []).append(entry)

    def _beginning(self, known: frozenset[str]) -> dict[str, list[_Entry[_Owner]]]:
        """Of these words those with which phrases begin that may stand among them, and the phrases: of most books none.

        The same words stand in every application, so what begins with them is remembered."""
        silent, begun = self._silent, self._begun
        found = {}
        for word in known - silent:
            entries = begun.get(word)
            if entries is None:
                entries = self._look_up(word)
            if likely := [entry for entry in entries if entry.exact <= known]:
                found[word] = likely
        return found

    def _look_up(self, word: str) -> tuple[_Entry[_Owner], ...]:
        found = (
            *self._exact.get(word, ()),
            *(one for one in self._begin.get(word[:_STEM], ()) if _fits(one.words[0], word)),
            *(one for one in self._end.get(word[-_STEM:], ()) if _fits(one.words[0], word)),
        )
        if len(self._silent) + len(self._begun) >= _REMEMBERED:
            self._silent, self._begun = set(), {}  # others: on another thread these may be in use
        if found:
            self._begun[word] = found
        else:
            self._silent.add(word)
        return found


@value
class _Entry(Generic[_Owner]):
    text: str
    owner: _Owner
    words: tuple[tuple[str, str], ...] = field(default=())

    @functools.cached_property
    def exact(self) -> frozenset[str]:
        """Words that must stand in a text as they are."""
        return frozenset(word for how, word in self.words if how == "exact")

    @functools.cached_property
    def _following(self) -> tuple[str, ...]:
        return tuple(word for _, word in self.words[1:])

    @functools.cached_property
    def _is_plain(self) -> bool:
        return all(how == "exact" for how, _ in self.words[1:])

    def goes_on(self, following: tuple[str, ...]) -> bool:
        """Whether all words but the first are these."""
        if self._is_plain:
            return following == self._following
        return len(following) == len(self._following) and all(map(_fits, self.words[1:], following))


def _word(word: str) -> tuple[str, str]:
    if word == "#":
        return "number", ""
    if word.endswith("*"):
        return "begin", fold(word[:-1])
    if word.startswith("*"):
        return "end", fold(word[1:])
    return "exact", fold(word)


def _fits(pattern: tuple[str, str], word: str) -> bool:
    how, text = pattern
    if how == "exact":
        return word == text
    if how == "begin":
        return word.startswith(text)
    if how == "end":
        return word.endswith(text)
    return word.isdigit()
