"""What stands beside the names of positions: reference numbers, contact persons, other institutions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz.distance import OSA

from intake.journey import words
from intake.journey.route.names import Place
from intake.journey.route.rules import SIMILAR, Rules
from intake.journey.route.sentences import Sentence

FILLED = 2  # words between "reference" and the number: "reference number no. 5157"
SURNAME_FROM = 5  # letters; a shorter name is too often another word
_DIGITS = re.compile(r"[a-z]+|\d+")


def references(sentence: Sentence, rules: Rules) -> Iterator[Place]:
    """Places of reference numbers."""
    for position in rules.positions:
        for reference in position.references:
            for start, end in _reference_places(sentence, reference, rules):
                yield Place(start=start, end=end, positions=frozenset({position.id}))


def _reference_places(sentence: Sentence, reference: str, rules: Rules) -> Iterator[tuple[int, int]]:
    """Any spelling: "ANR 5157", "ANR5157", "ANR-5157", "Kenn-Nr. 5157"; never the bare number."""
    found, parts = sentence.words, _DIGITS.findall(words.fold(reference))
    before = {*(part for part in parts if part.isalpha()), *rules.wording.reference}
    for index, word in enumerate(found):
        if word == "".join(parts):
            yield index, index + 1
        elif word == parts[-1] and index and found[index - 1] in before:
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


def persons(found: tuple[str, ...], contacts: tuple[str, ...]) -> Iterator[Place]:
    """Places of a contact's family name, or of the whole name, which may be misspelt."""
    for contact in contacts:
        name = words.tokens(contact)
        for index, word in enumerate(found):
            family = word == name[-1] and len(word) >= SURNAME_FROM
            if family or (index and _alike(found[index - len(name) + 1 : index + 1], name)):
                yield Place(start=index, end=index + 1)


def _alike(found: tuple[str, ...], name: list[str]) -> bool:
    return len(found) == len(name) > 1 and bool(
        OSA.normalized_similarity(" ".join(found), " ".join(name), score_cutoff=SIMILAR)
    )


def is_towards(found: tuple[str, ...], index: int, rules: Rules) -> bool:
    """Whether a post is said to be at what stands there: "at", "an der"."""
    return any(word in rules.wording.towards for word in found[max(0, index - 3) : index])
