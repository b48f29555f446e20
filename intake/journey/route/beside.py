"""What stands beside the names of positions: reference numbers, contact persons, other institutions."""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz.distance import OSA

from intake.journey.route.alike import SIMILAR, lengths
from intake.journey.route.names import Place
from intake.journey.route.rules import Phrase, Reference, Rules
from intake.journey.route.sentences import Sentence

FILLED = 2  # words between "reference" and the number: "reference number no. 5157"
SURNAME_FROM = 5  # letters; a shorter name is too often another word


def references(sentence: Sentence, rules: Rules) -> Iterator[Place]:
    """Places of reference numbers."""
    for reference in rules.book.references:
        if reference.joined in sentence.known or reference.number in sentence.known:
            for start, end in _reference_places(sentence, reference, rules):
                yield Place(start=start, end=end, positions=frozenset({reference.position}))


def _reference_places(sentence: Sentence, reference: Reference, rules: Rules) -> Iterator[tuple[int, int]]:
    """Any spelling: "ANR 5157", "ANR5157", "ANR-5157", "Kenn-Nr. 5157"; never the bare number."""
    found, before = sentence.words, reference.before
    for index, word in enumerate(found):
        if word == reference.joined:
            yield index, index + 1
        elif word == reference.number and index and found[index - 1] in before:
            start = index - 1
            while start and index - start <= FILLED and found[start - 1] in before:
                start -= 1
            if not set(found[start:index]) <= set(rules.wording.numbering) or _is_free(
                sentence, start, rules
            ):
                yield start, index + 1


def _is_free(sentence: Sentence, index: int, rules: Rules) -> bool:
    """Whether no word before "no. 5157" says that it numbers something else: "room", "my student"."""
    if index == 0 or index in sentence.marks:
        return True
    before = sentence.words[index - 1]  # "" for a name of ours
    return not any(_is_like(before, numbered) for numbered in rules.wording.numbered)


def _is_like(word: str, pattern: str) -> bool:
    """Whether a word is the pattern, in which "*" at an end stands for any letters."""
    bare = pattern.strip("*")
    if pattern.startswith("*") and pattern.endswith("*"):
        return bare in word
    if pattern.startswith("*"):
        return word.endswith(bare)
    return word.startswith(bare) if pattern.endswith("*") else word == bare


def persons(sentence: Sentence, name: Phrase) -> Iterator[Place]:
    """Places of a contact's family name, or of the whole name, which may be misspelt."""
    family = sentence.places.get(name[-1], ()) if len(name[-1]) >= SURNAME_FROM else ()
    whole = _whole_names(sentence, name) if len(name) > 1 else ()
    return (Place(start=index, end=index + 1) for index in sorted({*family, *whole}))


def _whole_names(sentence: Sentence, name: Phrase) -> Iterator[int]:
    """The last words of what is much like a name."""
    joined, size, ends = " ".join(name), len(name), sentence.ends
    fitting = lengths(len(joined), SIMILAR)
    for start, (begin, end) in enumerate(zip(ends, ends[size:], strict=False)):
        if end - begin + size - 1 in fitting and OSA.normalized_similarity(
            sentence.text(start, start + size), joined, score_cutoff=SIMILAR
        ):
            yield start + size - 1


def is_towards(found: tuple[str, ...], index: int, rules: Rules) -> bool:
    """Whether a post is said to be at what stands there: "at", "an der"."""
    return any(word in rules.wording.towards for word in found[max(0, index - 3) : index])
