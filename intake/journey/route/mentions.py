"""What one text says: which positions and groups it names, and how."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field, replace

from intake.journey.route import beside, names, others, stance
from intake.journey.route.cues import SeenCue, Stance
from intake.journey.route.names import Place
from intake.journey.route.rules import Rules
from intake.journey.route.sentences import Sentence
from intake.journey.route.vocabulary import Cue, Wording
from intake.model import value

GREETED = 8  # words of a salutation in which a contact person stands
ODD_FROM = 4  # letters of a word that says something
ORIGIN = 12  # words before a name in which "from" tells where somebody is
ROLE = 5  # words of what somebody applies as
ROLE_ENDS = frozenset(
    (
        "in",
        "im",
        "for",
        "fuer",
        "bei",
        "on",
        "at",
        "auf",
        "zu",
        "zum",
        "zur",
        "am",
        "an",
        "with",
        "and",
        "und",
    )
)
# Before "all" these say that it is not all, or not what is applied for: "dear all", "almost all", "of all".
NOT_ALL = frozenset(
    ("dear", "after", "not", "nicht", "vor", "almost", "nearly", "virtually", "practically", "hardly", "fast", "beinahe",
     "nahezu", "kaum", "of", "from", "among", "amongst", "between", "von", "unter", "aus", "zwischen")
)  # fmt: skip


@value
class Mention:
    """A place that names one position or several, or a group; and what is said of it."""

    place: Place
    sentence: int
    stance: Stance
    quote: str
    explained: bool = True  # some word makes it what it is, not only where it stands
    odd: bool = False  # no word does, and others stand beside it that no application is made of

    @property
    def counts(self) -> bool:
        return self.stance >= Stance.POST


@value
class Text:
    """All that one text names, in order."""

    sentences: tuple[Sentence, ...] = ()
    named: tuple[_Named, ...] = field(default=(), repr=False)
    topics: tuple[Mention, ...] = ()
    groups: tuple[Mention, ...] = ()
    whole_groups: frozenset[str] = frozenset()  # "all four PostDoc positions"
    references: tuple[Mention, ...] = ()
    contacts: frozenset[str] = frozenset()  # positions whose contact person is addressed
    elsewhere: tuple[Mention, ...] = ()  # posts that nobody advertises here
    foreign: tuple[Mention, ...] = ()  # institutions that are not ours
    addressed_elsewhere: bool = (
        False  # its salutation, or what stands above it and again below, names another one
    )
    ours: bool = False  # it names the institution
    says_apply: bool = False  # "I apply", of whatever
    speaks_of_applying: bool = False  # that, or of an application

    @property
    def applies(self) -> bool:
        """Whether it applies for something that it names."""
        return any(one.stance is Stance.APPLIED for one in (*self.topics, *self.groups, *self.references))


def of(sentences: tuple[Sentence, ...], rules: Rules, *, default: Stance) -> Text:
    """What the sentences name. ``default``: what a name means that no other word explains."""
    named = [_Named.of(sentence, rules) for sentence in sentences]
    return _text(sentences, named, rules, default)


def again(text: Text, rules: Rules, *, default: Stance) -> Text:
    """The same sentences, by another default: the names in them stand where they stand."""
    return _text(text.sentences, text.named, rules, default)


def _text(sentences: tuple[Sentence, ...], named: Sequence[_Named], rules: Rules, default: Stance) -> Text:
    read = [_Read.of(one, index, rules, default) for index, one in enumerate(named)]
    return Text(
        sentences=sentences,
        named=tuple(named),
        topics=tuple(_pointed(read)),
        groups=tuple(_all(one.groups for one in read)),
        whole_groups=frozenset().union(*(one.whole_groups(rules) for one in read)),
        references=tuple(_all(one.references(rules) for one in read)),
        contacts=frozenset().union(*(one.contacts(rules) for one in read)),
        elsewhere=tuple(_all(one.elsewhere() for one in read)),
        foreign=tuple(_all(one.foreign(rules) for one in read)),
        says_apply=any(one.reading.applies for one in read),
        speaks_of_applying=any(one.reading.speaks_of_applying for one in read),
        addressed_elsewhere=_addressed_elsewhere(read, rules),
        ours=any(one.ours for one in named),
    )


def _all(found: Iterable[Iterable[Mention]]) -> Iterator[Mention]:
    for some in found:
        yield from some


@value
class _Named:
    """One sentence with the places of its names. Our own is left out of it: no topic is named by that."""

    sentence: Sentence
    places: tuple[Place, ...]
    posts: tuple[Place, ...]  # posts that nobody advertises here
    numbers: tuple[Place, ...]  # reference numbers
    units: frozenset[int]  # starts of places that name an institute
    ours: bool  # it names the institution

    @classmethod
    def of(cls, sentence: Sentence, rules: Rules) -> _Named:
        book = rules.book
        masked = names.masked(sentence, book.our_names)
        places = names.places(masked, book, prizes=rules.wording.prizes)
        posts = (
            Place(start=start, end=end)
            for start, end in names.phrase_places(masked, book.posts_elsewhere)
            if all(end <= one.start or one.end <= start for one in places)
        )
        topics = [one for one in places if not book.is_unit(one.positions)]
        return cls(
            sentence=masked,
            places=places,
            posts=tuple(posts),
            numbers=tuple(beside.references(masked, rules)),
            units=others.of_units(masked, topics, rules.wording),
            ours=masked is not sentence,
        )


@value
class _Read:
    """The same, read."""

    sentence: Sentence
    index: int
    places: tuple[Place, ...]
    posts: tuple[Place, ...]
    numbers: tuple[Place, ...]
    units: frozenset[int]
    reading: stance.Reading
    wording: Wording

    @classmethod
    def of(cls, named: _Named, index: int, rules: Rules, default: Stance) -> _Read:
        places = (*named.places, *named.posts, *named.numbers)
        return cls(
            sentence=named.sentence,
            index=index,
            places=named.places,
            posts=named.posts,
            numbers=named.numbers,
            units=named.units,
            reading=stance.read(
                named.sentence, places, default=default, book=rules.book, wording=rules.wording
            ),
            wording=rules.wording,
        )

    def _mention(self, place: Place) -> Mention:
        said = stance.of(place, self.reading, self.places, self.sentence, self.wording)
        if place.start in self.units:
            said = min(said, Stance.OWN)
        elif self._only_tells_where(place):
            said = min(said, Stance.PLAIN)
        return Mention(
            place=place,
            sentence=self.index,
            stance=said,
            quote=self.sentence.text(place.start, place.end),
            explained=self.reading.since[place.start] >= 0 or self.reading.default is Stance.APPLIED,
            odd=self._unexplained(place) and self._odd,
        )

    def _only_tells_where(self, place: Place) -> bool:
        """Whether a name only tells where somebody or something is: "from your PostDoc group on X", "next to X"."""
        index = place.start - 1
        while index >= max(0, place.start - ORIGIN) and index in self._plain:
            index -= 1
        before = f" {self.sentence.text(0, index + 1)}"
        near = any(before.endswith(f" {phrase}") for phrase in self.wording.near)
        return index >= 0 and (near or self.sentence.words[index] in self.wording.origins)

    @functools.cached_property
    def _plain(self) -> frozenset[int]:
        """The words that belong to a name or only join it."""
        wording = self.wording
        plain = {*wording.linking, *wording.definite, *wording.nouns, *wording.teams}
        named = {word for one in self.places for word in range(one.start, one.end)}
        joining = {index for index, word in enumerate(self.sentence.words) if word in plain}
        return frozenset(named | joining)

    def _unexplained(self, place: Place) -> bool:
        """Whether no cue rules a name, or none any more, and no group stands beside it."""
        lapsed = self.reading.before[place.start] is self.reading.default
        return self.reading.since[place.start] < 0 or (lapsed and not any(one.group for one in self.places))

    @functools.cached_property
    def _odd(self) -> bool:
        """Whether it holds words that belong neither to a name nor to an application: "Workshop Causal Inference"."""
        named = {index for one in self.places for index in range(one.start, one.end)}
        return any(
            len(word) >= ODD_FROM and word.isalpha() and word not in self.wording.joining
            for index, word in enumerate(self.sentence.words)
            if index not in named and not self.reading.explains(index)
        )

    def topics(self) -> Iterator[Mention]:
        return (self._mention(place) for place in self.places if place.positions)

    @functools.cached_property
    def groups(self) -> tuple[Mention, ...]:
        return tuple(self._mention(place) for place in self.places if place.group)

    def whole_groups(self, rules: Rules) -> Iterator[str]:
        """Those of which it means all positions; without an "all", none."""
        if self.sentence.known.isdisjoint(self.wording.all):
            return
        for mention in self.groups:
            size, start = len(rules.of_group(mention.place.group)), mention.place.start
            if mention.counts and not mention.place.hint and self._all_before(start, size, rules):
                yield mention.place.group
        if self.everything(rules):
            yield from {one.group for one in rules.positions if one.apply_by == "email"}

    def everything(self, rules: Rules) -> bool:
        """Whether it applies for all positions that take mails: "all eight positions"."""
        mailed = sum(one.apply_by == "email" for one in rules.positions)
        return any(
            word in self.wording.nouns
            and self.reading.before[index] >= Stance.POST
            and self._all_before(index, mailed, rules, counted=True)
            for index, word in enumerate(self.sentence.words)
        )

    def _all_before(self, end: int, size: int, rules: Rules, *, counted: bool = False) -> bool:
        """Whether "all", and the right number where there is one, stand before a name: "alle vier PostDoc-Stellen"."""
        found, numbers = self.sentence.words, dict(rules.wording.numbers)
        for index in range(end - 1, -1, -1):
            word = found[index]
            if word in rules.wording.all:
                return not counted and not self._spoken_of(index)
            if word in numbers:
                if numbers[word] != size:
                    return False
                counted = False
            elif word not in rules.wording.between_all:
                return False
        return False

    def _spoken_of(self, index: int) -> bool:
        """Whether an "all" means less, or is only read: "almost all", "of all", "I have read all positions and apply"."""
        if index and self.sentence.words[index - 1] in NOT_ALL:
            return True
        read = self.sentence.known & set(self.wording.reading)
        return bool(read) and self.reading.before[index] is not Stance.APPLIED

    def references(self, rules: Rules) -> Iterator[Mention]:
        return (self._reference(place, rules) for place in self.numbers)

    def _reference(self, place: Place, rules: Rules) -> Mention:
        """A number stands for the application, whatever else is said, unless it is refused or was used before."""
        mention = self._mention(place)
        if mention.stance is Stance.DENIED or stance.applied_before(self.sentence, rules.wording):
            return mention
        if stance.is_of_another_day(place, self.sentence, rules.wording):
            return replace(mention, stance=min(mention.stance, Stance.PLAIN))
        return replace(mention, stance=max(mention.stance, Stance.POST), odd=mention.stance < Stance.POST)

    @property
    def greets(self) -> bool:
        return bool(self.sentence.words) and self.sentence.words[0] in self.wording.greeting

    def praises(self, institutions: frozenset[str]) -> bool:
        """Whether it speaks of an institution, not as the writer's own."""
        return any(
            word in institutions and self.reading.before[index] >= Stance.PLAIN
            for index, word in enumerate(self.sentence.words)
        )

    def points_back(self) -> Stance | None:
        """What it says of a name before it: "that's the one I'm applying for", "to lead this one would be …"."""
        wording = self.wording
        past = not self.sentence.known.isdisjoint(wording.past)
        refuses = not self.sentence.known.isdisjoint(wording.refusals)
        if (self.reading.applies or past) and self.sentence.holds(wording.pointing):
            if past or refuses:
                return Stance.PLAIN
            return Stance.APPLIED if self.reading.before[-1] is Stance.APPLIED else None
        if refuses:
            return None
        return Stance.POST if self.sentence.holds(wording.leading) else None

    def contacts(self, rules: Rules) -> Iterator[str]:
        for name, position in rules.book.contacts:
            for place in beside.persons(self.sentence, name):
                if (self.greets and place.start < GREETED) or self._mention(place).counts:
                    yield position

    def elsewhere(self) -> Iterator[Mention]:
        yield from (self._mention(place) for place in self.posts)
        for place in map(self._role, self.reading.cues):
            if place and self.reading.before[place.start] is Stance.APPLIED:
                sure = self.sentence.words[place.start - 1] in ("as", "als")
                yield replace(self._mention(place), stance=Stance.APPLIED if sure else Stance.POST)

    def _role(self, cue: SeenCue) -> Place | None:
        """What somebody applies as or for, when no group and no known word for a post is part of it.

        "als Berater", "the job of a clerk", "for a stay"; not "for the stay", which may be what is advertised.
        """
        found, wording = self.sentence.words, self.wording
        if cue.cue is Cue.APPLY:
            openings = wording.role_openings
        elif found[cue.end - 1] in wording.nouns:
            openings = wording.post_openings
        else:
            return None
        start = next((end for index in (cue.end, cue.end + 1) if (end := _behind(found, index, openings))), 0)
        end = start
        while (
            end < len(found)
            and end - start < ROLE
            and end not in self.sentence.marks
            and found[end] not in ROLE_ENDS
        ):
            end += 1
        known = any(one.start <= end and one.end > start for one in (*self.places, *self.posts))
        plain = [word for word in found[start:end] if len(word) >= ODD_FROM and word not in wording.joining]
        if not start or known or not plain or any(word in (*wording.roles, *wording.nouns) for word in plain):
            return None
        return Place(start=start, end=end)

    def foreign(self, rules: Rules) -> Iterator[Mention]:
        """Other institutions that a post is at: "the position at the University of …", "at Stanford"."""
        known, behind_at = rules.book.institutions & self.sentence.known, "at" in self.sentence.known
        for index, word in enumerate(self.sentence.words) if known or behind_at else ():
            named = word in known and beside.is_towards(self.sentence.words, index, rules)
            proper = index in self.sentence.capitals and self.sentence.words[index - 1 : index] == ("at",)
            if word and (named or (proper and word not in rules.wording.yours)):
                yield self._mention(Place(start=index, end=index + 1))


def _pointed(read: list[_Read]) -> Iterator[Mention]:
    """The topics; those that a later sentence points back to, and applies for, as applied for."""
    found = [list(one.topics()) for one in read]
    for index, one in enumerate(read):
        stands = None if found[index] else one.points_back()
        if stands is None:
            continue
        before = next((topics for topics in reversed(found[:index]) if topics), [])
        if stands is Stance.PLAIN or len({topic.place.positions for topic in before}) != 1:
            before[:] = [replace(topic, stance=min(topic.stance, Stance.PLAIN)) for topic in before]
        elif all(topic.stance >= Stance.PLAIN and not topic.place.partial for topic in before):
            before[:] = [replace(topic, stance=max(topic.stance, stands), odd=False) for topic in before]
    return _all(found)


def _addressed_elsewhere(read: list[_Read], rules: Rules) -> bool:
    known = rules.book.institutions
    greeted = next((one for one in read if one.greets), None)
    if greeted is None:
        return False
    above = [one for one in read if one.index < greeted.index and known & one.sentence.known]
    below = [one for one in read if one.index > greeted.index]
    return any(word in known for word in greeted.sentence.words[:GREETED]) or (
        bool(above) and any(one.praises(known) for one in below)
    )


def _behind(found: tuple[str, ...], index: int, phrases: tuple[str, ...]) -> int:
    """The word behind a phrase that stands there, or 0."""
    split = (tuple(phrase.split()) for phrase in phrases)
    return next((index + len(phrase) for phrase in split if names.stands(found, index, phrase)), 0)
