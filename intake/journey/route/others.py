"""What a sentence says of others than the writer: a referee's institute, a colleague who applies as well."""

from __future__ import annotations

from collections.abc import Sequence

from intake.journey.route.names import Place
from intake.journey.route.sentences import Sentence
from intake.journey.route.vocabulary import Wording

UNIT_REACH = 6  # words between "Institute for" and the last topic of its name, without the topics themselves
YOURS_REACH = 2  # words before "institute" in which "your" makes it ours
MEMBERS = 4  # words after "the Causal Inference group" in which the institution that has it stands
FIRST_PERSON = 4  # words before "apply" in which an "I" makes it the writer's
GAP = 7  # words of "I myself in turn for", which leaves "apply" out
GREETED = 8  # words of a salutation, in which "Professor" is the reader


def of_units(sentence: Sentence, places: Sequence[Place], wording: Wording) -> frozenset[int]:
    """The starts of the places that belong to the name of an institute: "Lab for X and Y", "the X Lab"."""
    return frozenset(
        one.start
        for one in places
        if one.positions
        and (_after_unit(one, sentence, places, wording) or _before_unit(one, sentence, wording))
    )


def _after_unit(place: Place, sentence: Sentence, places: Sequence[Place], wording: Wording) -> bool:
    named = {index for one in places if one.positions for index in range(one.start, one.end)}
    passed = 0
    for index in range(place.start - 1, -1, -1):
        if sentence.marks.get(index + 1) and not {index, index + 1} & named:
            return False
        if index in named:
            continue
        if sentence.words[index] in wording.units:
            linked = index + 1 in named or sentence.words[index + 1] in wording.unit_links
            return linked and not _yours(index, sentence, wording)
        passed += 1
        if passed > UNIT_REACH:
            return False
    return False


def _before_unit(place: Place, sentence: Sentence, wording: Wording) -> bool:
    following = sentence.words[place.end : place.end + 1]
    if not following or sentence.marks.get(place.end) or _yours(place.start, sentence, wording):
        return False
    if following[0] in wording.units:
        return True
    after = sentence.words[place.end + 1 : place.end + 1 + MEMBERS]
    return following[0] in wording.teams and any(word in wording.institution for word in after)


def _yours(index: int, sentence: Sentence, wording: Wording) -> bool:
    return any(word in wording.yours for word in sentence.words[max(0, index - YOURS_REACH) : index])


def is_greeted(index: int, sentence: Sentence, wording: Wording) -> bool:
    """Whether a word belongs to the salutation: "Dear Professor"."""
    return index < GREETED and sentence.words[0] in wording.greeting


def is_beside(index: int, sentence: Sentence, wording: Wording) -> bool:
    """Whether a title only says with whom something is: "the post at Prof. Bell's", "bei Frau Prof. Bell"."""
    while index and sentence.words[index - 1] in wording.salutes:
        index -= 1
    return bool(index) and sentence.words[index - 1] in wording.beside_titles


def salutation(sentence: Sentence, wording: Wording) -> int:
    """The word with which a sentence goes on behind its salutation, or 0."""
    if sentence.words[0] not in wording.greeting:
        return 0
    return min((one for one, mark in sentence.marks.items() if mark == "," and 0 < one <= GREETED), default=0)


def is_writers(start: int, end: int, sentence: Sentence, wording: Wording) -> bool:
    """Whether a verb or noun is the writer's: "I would like to apply", "bewerbe ich", "my application"."""
    before = sentence.words[max(0, start - FIRST_PERSON) : start]
    return (
        sentence.words[start] in wording.first_verbs
        or any(word in wording.first_person for word in (*before, *sentence.words[end : end + 1]))
        or any(word in wording.mine for word in before[-1:])
    )


def stands_for_apply(end: int, topics: frozenset[int], sentence: Sentence, wording: Wording) -> bool:
    """Whether "I" goes on with what one applies for: "she applies for X, I for Y"."""
    for index in range(end, min(end + GAP, len(sentence.words))):
        if index in topics:
            return any(word in wording.gap_ends for word in sentence.words[end:index])
        if sentence.words[index] not in (*wording.gap, *wording.gap_ends, *wording.joining):
            return False
    return False
