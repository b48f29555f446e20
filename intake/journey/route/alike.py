"""What may be misspelt: the phrases that a sentence may hold something much like, and the word that a word is meant for.

Comparing is dear, so that it is told first, by the letters that both share, what cannot be alike.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from rapidfuzz import process
from rapidfuzz.distance import OSA

from intake.journey.route import sentences
from intake.journey.route.sentences import Sentence

_Entry = TypeVar("_Entry")

# Optimal string alignment without blanks, 0..1. "casual inferense" is 0.87, "causal interference" 0.83, and two
# titles of ours are at most 0.7.
SIMILAR = 0.85
BEGUN_FROM = 7  # letters of a word that another may go on: "quantify"
_REMEMBERED = 20_000  # words of texts; letters share most of theirs
_PAIR, _RUN = 2, 3  # neighbouring letters that are looked for
_FEW = 2  # runs that are news only together with pairs


class Likely(Generic[_Entry]):
    """Phrases of which a sentence may hold something much like, told without comparing the two.

    One error of spelling (two letters changing places is one) breaks at most three pairs of neighbouring letters and
    four runs of three, and a text similar to the phrase has so many errors at most: all others of the phrase stand in
    it, and it is hardly longer. Runs tell more in a long sentence, and pairs of a short phrase.
    """

    def __init__(self, entries: Iterable[_Entry], joined: Callable[[_Entry], str], *, least: int) -> None:
        """least: letters of a phrase; nothing is much like a shorter one."""
        self._entries = tuple(entries)
        texts = [joined(entry) for entry in self._entries]
        self._fewest = [_unbroken(text, _RUN) for text in texts]
        self._within = [lengths(len(text), SIMILAR).stop - 1 - _RUN for text in texts]
        self._pairs = [(sentences.runs(text, _PAIR), _unbroken(text, _PAIR)) for text in texts]
        self._short: list[int] = []  # of which no run needs to stand
        self._by_run: dict[str, list[int]] = {}
        for number, text in enumerate(texts):
            if len(text) >= least and self._fewest[number] > 0:
                for run in dict.fromkeys(sentences.runs(text, _RUN)):
                    self._by_run.setdefault(run, []).append(number)
            elif len(text) >= least:
                self._short.append(number)

    def among(self, sentence: Sentence) -> Iterator[_Entry]:
        """Those that it may hold, in their order."""
        return (self._entries[number] for number in self.numbers(sentence))

    def numbers(self, sentence: Sentence) -> list[int]:
        """The same, as their places in that order."""
        places: dict[int, list[int]] = {}
        for place, run in enumerate(sentence.runs):
            for number in self._by_run.get(run, ()):
                places.setdefault(number, []).append(place)
        many = [number for number, found in places.items() if len(found) >= self._fewest[number]]
        near = [number for number in many if self._are_near(number, places[number])]
        short = [number for number in (*near, *self._short) if self._fewest[number] <= _FEW]
        lacking = {number for number in short if not self._has_pairs(number, sentence)}
        return sorted({*near, *self._short} - lacking)

    def _are_near(self, number: int, places: list[int]) -> bool:
        """Whether enough runs of a phrase, found at these places, stand as near to each other as in a similar text."""
        fewest, within = self._fewest[number], self._within[number]
        return any(last - first <= within for first, last in zip(places, places[fewest - 1 :], strict=False))

    def _has_pairs(self, number: int, sentence: Sentence) -> bool:
        pairs, fewest = self._pairs[number]
        return sum(map(sentence.pairs.__contains__, pairs)) >= fewest


def _unbroken(joined: str, size: int) -> int:
    """How many of its runs of so many letters stand at least in a text that is similar to it."""
    longest = len(joined) / SIMILAR  # letters of a text as similar as that
    errors = int((1 - SIMILAR) * longest + 1e-6)
    return len(joined) - size + 1 - (size + 1) * errors


@functools.lru_cache(maxsize=1024)
def lengths(length: int, enough: float) -> range:
    """How many letters a text may have that is as similar as ``enough`` to one of ``length``."""
    longest = range(2 * length + 1)
    fitting = [one for one in longest if abs(one - length) <= (1 - enough) * max(one, length)]
    return range(fitting[0], fitting[-1] + 1)


class Lexicon:
    """Words that may be misspelt from ``least`` letters on. begun: they may also go on where a text's word ends."""

    def __init__(self, vocabulary: Iterable[str], *, least: int, begun: bool = False) -> None:
        self.words = frozenset(vocabulary)
        self._least = least
        self._long = tuple(word for word in self.words if len(word) >= least)
        self._begun = begun
        self._meant: dict[str, str] = {}
        self._none: set[str] = set()  # words that are no word of it

    def among(self, known: frozenset[str]) -> dict[str, str]:
        """Of these words those that are words of it, and which. Letters share most of their words, so both are
        remembered: that leaves few to look at."""
        meant, found = self._meant, {}
        for word in known - self._none:
            if one := meant.get(word) or self._look(word):
                found[word] = one
        return found

    def _look(self, word: str) -> str:
        found = word if word in self.words else self._spelt(word) or self._going_on(word)
        if len(self._meant) + len(self._none) >= _REMEMBERED:
            self._meant, self._none = {}, set()  # others: on another thread these may be in use
        if found:
            self._meant[word] = found
        else:
            self._none.add(word)
        return found

    def _spelt(self, word: str) -> str:
        if len(word) < self._least:
            return ""
        scorer = OSA.normalized_similarity
        alike = process.extract_iter(word, self._long, scorer=scorer, score_cutoff=SIMILAR)
        _, best = max(((similar, other) for other, similar, _ in alike), default=(0.0, ""))
        return best

    def _going_on(self, word: str) -> str:
        """The first word that goes on where this one ends, but for its last letter: "quantify" for "quantification"."""
        if not self._begun or len(word) < BEGUN_FROM:
            return ""
        return min((one for one in self.words if one.startswith(word[:-1])), default="")
