"""What one text names: positions by topic or reference number, and groups.

A topic counts only in a sentence that speaks of applying (everywhere in a subject or a terse mail), is not
denied ("not Interpretable ML"), and is the longest that stands at its place: "Robustness and
Reliability Guarantees" does not also name "Reliability Guarantees".
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from rapidfuzz import fuzz
from rapidfuzz.distance import OSA

from intake.journey import words
from intake.journey.route.rules import Book, Rules
from intake.model import value

LONGEST = 30_000  # characters read of one text: ten times a letter
SIMILAR = 0.85  # optimal string alignment, 0..1: "casual inferense" 0.88, two titles of ours at most 0.7
FUZZY_FROM = 12  # characters; shorter phrases are too close to other words to allow typos

_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n\s*\n")
_DIGITS = re.compile(r"[a-z]+|\d+")


@value
class Mention:
    """A place in a sentence that names one position, or several that share the words."""

    start: int  # in tokens
    end: int
    positions: frozenset[str]
    phrase: str
    certain: bool = False  # a reference number: no group can contradict it


@value
class Named:
    """All that one text names."""

    mentions: tuple[Mention, ...] = ()
    groups: frozenset[str] = frozenset()
    whole_groups: frozenset[str] = frozenset()  # "all four PostDoc positions"
    joined: bool = True  # where several topics stand in one sentence they are listed, not opposed
    quotes: tuple[str, ...] = ()


def in_text(text: str, rules: Rules, *, all_counts: bool) -> Named:
    """What a text names. ``all_counts``: every sentence speaks of applying (a subject, a file name)."""
    found = [_in_sentence(sentence, rules, all_counts) for sentence in _sentences(text[:LONGEST])]
    return Named(
        mentions=tuple(mention for one in found for mention in one.mentions),
        groups=frozenset().union(*(one.groups for one in found)),
        whole_groups=frozenset().union(*(one.whole_groups for one in found)),
        joined=all(one.joined for one in found),
        quotes=tuple(quote for one in found for quote in one.quotes),
    )


def _sentences(text: str) -> Iterator[list[str]]:
    for sentence in _SENTENCE.split(text):
        tokens = words.tokens(sentence.replace("_", " "))
        if tokens:
            yield tokens


def _in_sentence(tokens: list[str], rules: Rules, counts: bool) -> Named:
    book = rules.book
    references = _references(tokens, rules)
    groups = _groups(tokens, rules)
    if not (counts or references or groups or book.applying & set(tokens)):
        return Named()
    topics = [one for one in _topics(tokens, book) if not _denied(tokens, one.start, rules)]
    if book.not_advertised & set(tokens):
        topics, groups = [], []
    mentions = (*references, *topics)
    return Named(
        mentions=mentions,
        groups=frozenset(group for group, _ in groups),
        whole_groups=frozenset(
            group for group, start in groups if book.all & set(tokens[max(0, start - 3) : start])
        ),
        joined=_joined(tokens, mentions, rules),
        quotes=tuple(one.phrase for one in mentions),
    )


# --- topics --------------------------------------------------------------------------------------


def _topics(tokens: list[str], book: Book) -> list[Mention]:
    found: list[Mention] = []
    for phrase, positions in book.topics:
        for start, end in _places(tokens, phrase):
            if all(end <= one.start or one.end <= start for one in found):
                found.append(
                    Mention(start=start, end=end, positions=positions, phrase=" ".join(tokens[start:end]))
                )
    return sorted(found, key=lambda one: one.start)


def _places(tokens: list[str], phrase: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    size, exact = len(phrase), False
    for start in range(len(tokens) - size + 1):
        if tuple(tokens[start : start + size]) == phrase:
            exact = True
            yield start, start + size
    joined = " ".join(phrase)
    if exact or len(joined) < FUZZY_FROM:
        return
    if not fuzz.partial_ratio(joined, " ".join(tokens), score_cutoff=75):
        return  # the dear comparison below cannot succeed
    for start in range(len(tokens) - size + 1):
        if OSA.normalized_similarity(joined, " ".join(tokens[start : start + size])) >= SIMILAR:
            yield start, start + size


def _denied(tokens: list[str], start: int, rules: Rules) -> bool:
    """Denied shortly before, as in "not Interpretable ML"; "not only" denies nothing."""
    before = tokens[max(0, start - 4) : start]
    for index, token in enumerate(before):
        if token in rules.wording.denying:
            following = before[index + 1] if index + 1 < len(before) else ""
            return following not in ("only", "nur", "just")
    return False


def _joined(tokens: list[str], mentions: tuple[Mention, ...], rules: Rules) -> bool:
    """Whether the topics of a sentence stand in one list, with nothing but joining words between them.

    A list may come twice (in the subject line of a letter, then in its first sentence): each topic
    must be joined to the others once.
    """
    ordered = sorted((one for one in mentions if not one.certain), key=lambda one: one.start)
    lists: list[frozenset[str]] = []
    for mention in ordered:
        lists = _merged([*lists, mention.positions])
    for left, right in itertools.pairwise(ordered):
        if set(tokens[left.end : right.start]) <= rules.book.joining:
            lists = _merged([*lists, left.positions | right.positions])
    return len(lists) <= 1


def _merged(lists: list[frozenset[str]]) -> list[frozenset[str]]:
    """The last list together with all that share a position with it."""
    *others, last = lists
    touching = [one for one in others if one & last]
    return [*(one for one in others if not one & last), last.union(*touching)]


# --- groups and reference numbers ----------------------------------------------------------------


def _groups(tokens: list[str], rules: Rules) -> list[tuple[str, int]]:
    """Groups named as the post applied for, with the place; "I am a postdoc at X" names none."""
    found: list[tuple[str, int, int]] = []
    for phrase, group in rules.book.groups:
        for start in range(len(tokens) - len(phrase) + 1):
            end = start + len(phrase)
            free = all(end <= left or right <= start for _, left, right in found)
            if free and tuple(tokens[start:end]) == phrase:
                found.append((group, start, end))
    own = set(rules.wording.own_state)
    return [(group, start) for group, start, _ in found if not own & set(tokens[max(0, start - 4) : start])]


def _references(tokens: list[str], rules: Rules) -> tuple[Mention, ...]:
    return tuple(
        Mention(start=start, end=end, positions=frozenset({position.id}), phrase=reference, certain=True)
        for position in rules.positions
        for reference in position.references
        for start, end in _reference_places(tokens, reference, rules)
    )


def _reference_places(tokens: list[str], reference: str, rules: Rules) -> Iterator[tuple[int, int]]:
    """Any spelling: "ANR 5157", "ANR5157", "ANR-5157", "Kennziffer 5157"; never the bare number."""
    parts = _DIGITS.findall(words.fold(reference))
    letters, number = [part for part in parts if part.isalpha()], parts[-1]
    for index, token in enumerate(tokens):
        if token == "".join(parts):
            yield index, index + 1
        elif token == number and index and tokens[index - 1] in {*letters, *rules.wording.reference}:
            yield index - 1, index + 1
