"""What a sentence says of each name in it: that it is applied for, wished, the writer's past, or refused.

A sentence is read from left to right. The last cue before a name rules it ("I have a PhD in X and apply for Y"),
but for a few that reach only some words, for refusals, which end at a comma or a "but", and for other persons, of whom
is spoken until an "I".
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

from intake.journey.route import cues, others, renewed
from intake.journey.route.cues import SeenCue, Stance
from intake.journey.route.names import Place
from intake.journey.route.rules import Book
from intake.journey.route.sentences import Sentence
from intake.journey.route.vocabulary import Cue, Wording
from intake.model import value

BRIEF = 5  # words that "my" or "I am" reaches
DENIAL = 6  # words within which "not" makes an "apply" a refusal
NEAR = 3  # words between a name and a cue of the writer's own past that no following "position" undoes
BESIDE = 2  # words between a name and a post or group that follows it
AHEAD = 5  # words after a name in which a cue of the writer's past is looked for where none stands before it
MODIFIED = 2  # words before "position" in which "my" or "present" makes it the writer's own
REFUSED = 8  # words after a name in which "is not for me" refuses it
REFUSED_BACK = 40  # the same for "not for that one", which speaks of it
JOINED = 12  # words from the beginning of a group to that of its topic
LINKED = 3  # words between a group and its topic: "the PostDoc position on Causal Inference"
THOUGHT = 8  # words before a number in which "originally" says that it is no longer meant


@value
class Reading:
    """A sentence with the places of its names and all cues. ``default``: what a name without any cue is."""

    sentence: Sentence
    places: tuple[Place, ...]
    cues: tuple[SeenCue, ...]
    default: Stance
    wording: Wording

    @property
    def before(self) -> tuple[Stance, ...]:
        """The stance that holds before each word."""
        return self._course[0]

    @property
    def since(self) -> tuple[int, ...]:
        """The place of the cue that made it (-1: none)."""
        return self._course[1]

    @functools.cached_property
    def _course(self) -> tuple[tuple[Stance, ...], tuple[int, ...]]:
        """Both, from left to right; of most sentences, which name nothing, nobody asks for them."""
        sentence, wording, known = self.sentence, self.wording, self.sentence.known
        state = _State(
            default=self.default,
            topics=frozenset(one.start for one in self.places if one.positions),
            reflexive=bool(wording.other) and "sich" in known and not known & {"mich", "ich"},
        )
        before: list[Stance] = []
        since: list[int] = []
        at = {cue.start: cue for cue in self.cues}
        starts = {place.start: place for place in self.places}
        for index in range(len(sentence.words) + 1):
            if index in sentence.marks:
                state.comma(index, sentence.marks[index], named=index in starts)
            if state.denied >= 0:
                state.renew(index, sentence, wording)
            before.append(state.now(index))
            since.append(state.since)
            if index in starts:
                state.name(starts[index], index)
            if index in at:
                state.cue(at[index], sentence, wording)
        return tuple(before), tuple(since)

    @property
    def applies(self) -> bool:
        """Whether the writer says "I apply", of whatever."""
        return any(cue.verb for cue in self.cues)

    @property
    def speaks_of_applying(self) -> bool:
        """Whether it says so, or speaks of an application."""
        return any(cue.cue is Cue.APPLY for cue in self.cues)

    def explains(self, index: int) -> bool:
        """Whether a word is one that applications are made of: it belongs to "application", "position" and their like."""
        return any(
            cue.start <= index < cue.end for cue in self.cues if cue.cue in (Cue.APPLY, Cue.POST, Cue.YOURS)
        )


def read(
    sentence: Sentence, places: Sequence[Place], *, default: Stance, book: Book, wording: Wording
) -> Reading:
    """A sentence with the places of its names. ``default``: what a name without any cue is."""
    seen = cues.of(sentence, places, default, book, wording)
    return Reading(
        sentence=sentence, places=tuple(places), cues=tuple(seen), default=default, wording=wording
    )


def of(
    place: Place, reading: Reading, places: Sequence[Place], sentence: Sentence, wording: Wording
) -> Stance:
    """What the sentence says of one name in it."""
    stance, since = reading.before[place.start], reading.since[place.start]
    if _applied_after(place, sentence, wording):
        return min(stance, Stance.OWN)
    if _refused_after(place, places, sentence, wording):
        return Stance.DENIED
    if stance is Stance.DENIED or (stance is Stance.OWN and place.start - since <= NEAR):
        return stance
    if stance < Stance.POST and _beside(place, reading, places, sentence, wording):
        return Stance.POST
    if stance in (Stance.PLAIN, Stance.WISH) and _joined(place, reading, places, sentence, wording):
        return Stance.POST
    if since < 0:
        ahead = [cue for cue in reading.cues if place.end <= cue.start <= place.end + AHEAD]
        if ahead and ahead[0].cue is Cue.OWN:
            return Stance.OWN
    return stance


def _refused_after(place: Place, places: Sequence[Place], sentence: Sentence, wording: Wording) -> bool:
    """Whether what follows a name, before another or a new clause of the writer's, refuses it: "X is not for me"."""
    end = min(place.end + REFUSED, len(sentence.words))
    following = next((one.start for one in places if place.end <= one.start and one.positions), -1)
    if place.end <= following <= end:  # "X, I do not apply for Y" refuses Y
        end = max((one for one in sentence.marks if place.end < one <= following), default=place.end)
    back = following if following >= 0 else place.end + REFUSED_BACK
    supposes = bool(sentence.known & set(wording.supposing))
    refusing = wording.refusing if supposes else (*wording.taken, *wording.refusing)
    return sentence.holds(refusing, place.end, end) or sentence.holds(wording.refusing_back, place.end, back)


def _beside(
    place: Place, reading: Reading, places: Sequence[Place], sentence: Sentence, wording: Wording
) -> bool:
    """Whether a post or a group follows at once: "the Causal Inference position", "Causal Inference (PostDoc)"."""
    if place.group:
        return any(
            cue.cue in (Cue.POST, Cue.APPLY) and place.end <= cue.start < place.end + BESIDE
            for cue in reading.cues
        )
    follows = sentence.words[place.end : place.end + BESIDE]
    if any(word in wording.nouns for word in follows):
        return True
    return any(one.group and not one.hint and place.end <= one.start < place.end + BESIDE for one in places)


def _joined(
    place: Place, reading: Reading, places: Sequence[Place], sentence: Sentence, wording: Wording
) -> bool:
    """Whether a topic is that of a group's post which is wanted: "for your Young Investigator Group about X"."""
    near = (one for one in places if abs(one.start - place.start) <= JOINED and not one.hint)
    for other in near:
        group, topic = (place, other) if place.group else (other, place)
        if not (group.group and topic.positions and _links(group, topic, sentence, wording)):
            continue
        if min(reading.before[group.start], reading.before[topic.start]) >= Stance.PLAIN:
            return _wanted(group, sentence, wording)
    return False


def _links(group: Place, topic: Place, sentence: Sentence, wording: Wording) -> bool:
    between = sentence.words[group.end : topic.start]
    return group.end <= topic.start <= group.end + LINKED and all(
        word in wording.linking or word in wording.nouns for word in between
    )


def _wanted(group: Place, sentence: Sentence, wording: Wording) -> bool:
    """Whether "your" or "the" stands before a group, and before that a word with which one wants it, or nothing."""
    before = sentence.words[max(0, group.start - MODIFIED) : group.start]
    known = any(word in wording.definite for word in before)
    if not known or any(word in wording.mine or word in wording.briefly for word in before):
        return False
    first = group.start - 1
    while first > 0 and sentence.words[first] in wording.definite:
        first -= 1
    if first > 0 and sentence.words[first] not in wording.wanting and first + 1 not in sentence.marks:
        return False
    held = sentence.words[max(0, group.start - 2 * cues.AROUND) : group.start]
    return not any(word in wording.holding for word in held)


def applied_before(sentence: Sentence, wording: Wording) -> bool:
    """Whether a sentence speaks of an earlier application: "I have already applied for …"."""
    places = (index for index, word in enumerate(sentence.words) if word in wording.past)
    return any(cues.is_long_ago(index, sentence, wording) for index in places)


def _applied_after(place: Place, sentence: Sentence, wording: Wording) -> bool:
    """Whether the verb of an earlier application follows: "im letzten Jahr hatte ich mich auf X beworben"."""
    return any(
        word in wording.past for word in sentence.words[place.end : place.end + AHEAD]
    ) and sentence.holds((*wording.already, "hatte"))


def is_of_another_day(place: Place, sentence: Sentence, wording: Wording) -> bool:
    """Whether a name is what was thought of first, or may follow later: "originally X"."""
    return sentence.holds(wording.postponing, max(0, place.start - THOUGHT), place.start)


def _postponed(cue: SeenCue, sentence: Sentence, wording: Wording) -> bool:
    """Whether the application is for another day: "later I want to apply for a professorship"."""
    return sentence.holds(wording.postponing, max(0, cue.start - cues.AROUND), cue.start)


def _writers_own(cue: SeenCue, sentence: Sentence, wording: Wording) -> bool:
    """Whether a post is the writer's: "my present position"."""
    before = sentence.words[max(0, cue.start - MODIFIED) : cue.start]
    held = sentence.words[max(0, cue.start - cues.AROUND) : cue.start]
    return sentence.words[cue.start] in wording.own_nouns and (
        any(word in wording.briefly for word in before) or any(word in wording.holding for word in held)
    )


class _State:
    """Where the reading of one sentence stands."""

    def __init__(self, *, default: Stance, topics: frozenset[int], reflexive: bool) -> None:
        self.default = default
        self.topics = topics  # where the name of a position begins
        self.base = default  # what holds until another cue
        self.brief: tuple[int, Stance] | None = None  # until which word something else holds
        self.denied = -1  # where a refusal began
        self.refused = False  # a name has been refused since
        self.applied = False  # "apply" stands in this sentence
        self.since = -1  # the last cue
        self.named = False  # a position has been named since
        self.past = False  # an earlier application is spoken of
        self.other = False  # somebody else is spoken of
        self.titled = False  # who has a title, as the writer may have
        self.reflexive = reflexive  # "sich bewerben": nobody applies here

    def now(self, index: int) -> Stance:
        if self.denied >= 0:
            return Stance.DENIED
        if self.other:
            return Stance.OWN
        if self.brief and index <= self.brief[0]:
            return self.brief[1]
        return self.base

    def comma(self, index: int, mark: str, *, named: bool) -> None:
        if self.brief and mark in (",", ":"):
            self.brief = (
                (index + BRIEF, self.brief[1]) if mark == "," and named and index <= self.brief[0] else None
            )
        goes_on = index == self.denied + 1 or (self.refused and named)  # "not X, Y or Z"
        if self.denied >= 0 and mark in (",", ":") and not goes_on:
            self.denied = -1

    def renew(self, index: int, sentence: Sentence, wording: Wording) -> None:
        """Of a refusal: it is over where a clause in which the writer applies begins."""
        if renewed.begins(sentence, index, self.denied, wording):
            self._to(max(self.default, Stance.POST))
            self.since = index

    def name(self, place: Place, index: int) -> None:
        self.refused = self.refused or self.denied >= 0
        self.named = self.named or bool(place.positions)
        if place.group and not place.hint and self.now(index) in (Stance.WISH, Stance.POST):
            self.base, self.brief, self.since = Stance.POST, None, index

    def cue(self, cue: SeenCue, sentence: Sentence, wording: Wording) -> None:
        if cue.cue is not Cue.NOTHING and not self._of_others(cue, sentence, wording):
            self._rule(cue, sentence, wording)
            self.since = cue.start

    def _rule(self, cue: SeenCue, sentence: Sentence, wording: Wording) -> None:
        match cue.cue:
            case Cue.DENY:
                self.denied, self.refused = cue.start, False
            case Cue.FLIP:
                self._flip(cue, sentence, wording)
            case Cue.OWN:
                self._own(cue)
            case Cue.RESET:
                self._to(Stance.PLAIN if self.default <= Stance.POST else self.default)
            case Cue.YOURS:
                if self.now(cue.start) is Stance.OWN and not self.past:
                    self._to(self.default)
            case Cue.WISH:
                self._raise(Stance.WISH, cue)
            case Cue.POST | Cue.APPLY:
                self._post(cue, sentence, wording)

    def _of_others(self, cue: SeenCue, sentence: Sentence, wording: Wording) -> bool:
        """Whether somebody else is still spoken of; an "I" before the verb, or in its place, ends that."""
        if cue.cue is Cue.OTHER:
            self.titled = cue.brief and (self.titled or not self.other)
            self.other, self.brief, self.since = True, None, cue.start
        elif cue.cue is Cue.SELF and self.other:
            self._self(cue, sentence, wording)
        if cue.cue in (Cue.SELF, Cue.OTHER):
            return True
        own = cue.cue in (Cue.APPLY, Cue.POST, Cue.WISH) and others.is_writers(
            cue.start, cue.end, sentence, wording
        )
        if self.titled and not self.reflexive:
            own = own or cue.cue is Cue.APPLY  # "Dr. A. Bell, application for ..."
        if cue.cue is Cue.APPLY and self.reflexive:
            self.other = True
        if cue.cue in (Cue.APPLY, Cue.POST, Cue.WISH, Cue.YOURS, Cue.RESET, Cue.FLIP):
            self.other = self.other and not own
            return self.other
        return False

    def _self(self, cue: SeenCue, sentence: Sentence, wording: Wording) -> None:
        """The writer again: "she applies for X, I for Y"; "mein Betreuer riet mir, mich auf X zu bewerben"."""
        if sentence.words[cue.end - 1] in wording.gap_ends:
            self.other = False
            self._to(self.default)
        elif others.stands_for_apply(cue.end, self.topics, sentence, wording):
            self.other, self.since = False, cue.start
            self._to(Stance.APPLIED)

    def _flip(self, cue: SeenCue, sentence: Sentence, wording: Wording) -> None:
        every = any(word in wording.all for word in sentence.words[: cue.start])
        if self.denied < 0 and every and {cue.end, cue.end + 1} & self.topics:
            self.denied, self.refused = cue.start, False  # "all but X"
        elif self.denied >= 0:
            self._to(Stance.APPLIED if self.applied else max(self.default, Stance.POST))

    def _own(self, cue: SeenCue) -> None:
        if cue.brief and self.denied >= 0:
            return  # "not my", "withdraw my"
        self.denied = -1
        if cue.brief:
            self.brief = (cue.end + BRIEF, Stance.OWN)
        else:
            self.base, self.brief = Stance.OWN, None

    def _post(self, cue: SeenCue, sentence: Sentence, wording: Wording) -> None:
        self.past = sentence.words[cue.start] in wording.past and cues.is_long_ago(
            cue.start, sentence, wording
        )
        other = _writers_own(cue, sentence, wording) or (
            cue.cue is Cue.APPLY and _postponed(cue, sentence, wording)
        )
        if self.past or other or (cue.verb and cue.end in self.topics and cue.end not in sentence.marks):
            self._own(replace(cue, cue=Cue.OWN, brief=False))  # "I apply causal inference to medical data"
            return
        self.applied = self.applied or cue.cue is Cue.APPLY
        self._raise(Stance.APPLIED if cue.cue is Cue.APPLY else Stance.POST, cue)

    def _raise(self, stance: Stance, cue: SeenCue) -> None:
        """To this stance; a refusal is over once it has refused something, or long ago."""
        if self.denied >= 0 and not self.refused and cue.start - self.denied <= DENIAL:
            return
        self.denied = -1
        if stance is Stance.POST and self.base is Stance.APPLIED and self.brief is None:
            return  # "apply for the position": still applied for
        if stance is Stance.WISH and self.base >= Stance.POST and self.brief is None and not self.named:
            return  # but "apply for X, and would like to learn about Y"
        self._to(stance)

    def _to(self, stance: Stance) -> None:
        self.base, self.brief, self.denied, self.named = stance, None, -1, False
