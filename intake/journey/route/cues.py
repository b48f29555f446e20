"""Where the words stand that say what a sentence's names are there for, and what a stance is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from enum import IntEnum

from intake.journey.route import names, others
from intake.journey.route.names import Place
from intake.journey.route.rules import Book
from intake.journey.route.sentences import Sentence
from intake.journey.route.vocabulary import Cue, Wording
from intake.model import value

TAKEN = 20  # words from "nehme" to "zurück"
AROUND = 4  # words around "applied" in which "already" puts it into the past


class Stance(IntEnum):
    """From nothing to everything; what is DENIED or OWN does not count."""

    DENIED = 0
    OWN = 1
    PLAIN = 2
    WISH = 3
    POST = 4
    APPLIED = 5


@value
class SeenCue:
    """A cue and its place."""

    start: int
    end: int
    cue: Cue
    brief: bool
    verb: bool = False  # "I apply", not "my application"


def of(
    sentence: Sentence, places: Sequence[Place], default: Stance, book: Book, wording: Wording
) -> list[SeenCue]:
    """The cues outside of names, the longest at each place; how the sentence opens may be one too."""
    taken = {index for place in places if not place.hint for index in range(place.start, place.end)}
    meant = book.cue_words.among(sentence.known)
    found = list(_openings(sentence, meant, book, wording))
    end = found[-1].end if found else 0
    told = meant.keys() | (wording.telling & sentence.known)
    for index, word in enumerate(sentence.words) if told else ():
        if index < end or word not in told:
            continue
        cue = (
            _possessed(sentence, index, default, wording)
            or _cue_at(sentence, index, meant, book)
            or _past(sentence, index, wording)
            or _taken_back(sentence, index, wording)
            or _titled(sentence, index, default, wording)
        )
        if cue and not taken & set(range(cue.start, cue.end)):
            found.append(replace(cue, verb=True) if word in wording.verbs else cue)
            end = cue.end
    return found


def _openings(
    sentence: Sentence, meant: Mapping[str, str], book: Book, wording: Wording
) -> Iterator[SeenCue]:
    """How the sentence opens, and goes on behind a salutation: "Dear all, as a postdoc in …"."""
    for start in dict.fromkeys((0, others.salutation(sentence, wording))):
        first = sentence.words[start] if start < len(sentence.words) else ""
        likely = book.openings.get(first, ())
        opened = next((one for one in likely if names.stands(sentence.words, start, one)), ())
        longer = _cue_at(sentence, start, meant, book) if opened else None
        if opened and not (longer and longer.end > start + len(opened)):  # "as a reference"
            yield SeenCue(start=start, end=start + len(opened), cue=Cue.OWN, brief=True)


def _titled(sentence: Sentence, index: int, default: Stance, wording: Wording) -> SeenCue | None:
    """Somebody with a title; in a subject or a salutation it is the applicant or the reader."""
    if (
        sentence.words[index] not in wording.titles
        or default is Stance.APPLIED
        or others.is_greeted(index, sentence, wording)
        or others.is_beside(index, sentence, wording)
        or index + 1 not in sentence.capitals
    ):
        return None
    return SeenCue(start=index, end=index + 1, cue=Cue.OTHER, brief=True)


def _past(sentence: Sentence, index: int, wording: Wording) -> SeenCue | None:
    """An earlier application: "two years ago I applied, without success, for …"."""
    if sentence.words[index] not in wording.past or not is_long_ago(index, sentence, wording):
        return None
    return SeenCue(start=index, end=index + 1, cue=Cue.OWN, brief=False)


def _taken_back(sentence: Sentence, index: int, wording: Wording) -> SeenCue | None:
    """A refusal whose verb ends behind: "ich nehme meine Bewerbung auf X zurück"."""
    following = sentence.words[index + 1 : index + 1 + TAKEN]
    if sentence.words[index] not in wording.taking or "zurueck" not in following:
        return None
    if not set(wording.applications) & set(following[:AROUND]):
        return None
    return SeenCue(start=index, end=index + 1, cue=Cue.DENY, brief=False)


def _possessed(sentence: Sentence, index: int, default: Stance, wording: Wording) -> SeenCue | None:
    """Somebody else's application: "Ann Bell's application", "die Bewerbung von Ann Bell", "my twin applied"."""
    word, before = sentence.words[index], sentence.words[max(0, index - 1) : index]
    named = sentence.words[index + 1 : index + 2] == ("von",) and index + 2 in sentence.capitals
    theirs = word in wording.applications and (named or before == ("s",))
    did = word in wording.past and bool(before) and before[0] not in wording.nouns
    did = did and not others.is_writers(index, index + 1, sentence, wording)
    if default is Stance.APPLIED or not (theirs or did):
        return None
    return SeenCue(start=index, end=index + 1, cue=Cue.OTHER, brief=False)


def _cue_at(sentence: Sentence, index: int, meant: Mapping[str, str], book: Book) -> SeenCue | None:
    """meant: of the words of the sentence those with which cues begin, though they may be misspelt."""
    if index >= len(sentence.words):  # a sentence may be a salutation and no more
        return None
    first = meant.get(sentence.words[index], "")
    for phrase, cue, brief in book.cues.get(first, ()):
        end = index + len(phrase)
        if sentence.words[index + 1 : end] == phrase[1:]:
            return SeenCue(start=index, end=end, cue=cue, brief=brief)
    return None


def is_long_ago(index: int, sentence: Sentence, wording: Wording) -> bool:
    """Whether the words around an "applied" put it into the past."""
    return sentence.holds(wording.already, max(0, index - AROUND), index + AROUND + 1)
