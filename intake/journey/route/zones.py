"""What each part of a mail says for itself: positions it names, or among which it leaves the choice."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import replace

from intake.journey.route import sentences
from intake.journey.route.cues import Stance
from intake.journey.route.mentions import Mention, Text
from intake.journey.route.rules import Rules
from intake.model import value

ADVERTISED = 3  # positions in a text that never says "apply": an advertisement, and no choice among them


@value
class Zone:
    """One part of a mail.

    sure: the positions that it names; among: those of which it leaves open which are meant; asks: it does so
    whatever another part says; weak: topics it speaks of without applying; denied: "not Interpretable ML"; offered:
    "if it is filled, Y".
    """

    name: str
    sure: frozenset[str] = frozenset()
    among: frozenset[str] = frozenset()
    asks: bool = False
    weak: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()
    offered: tuple[frozenset[str], ...] = ()
    groups: frozenset[str] = frozenset()
    unmet: frozenset[str] = frozenset()  # groups beside a reference number, of which it names no position
    evidence: tuple[str, ...] = ()


def weighed(
    name: str, text: Text, rules: Rules, *, groups: frozenset[str], hints: frozenset[str], applies: bool
) -> Zone:
    """A text as a zone.

    groups, hints: what all parts of the mail say of the group; applies: one of them speaks of an application or of a
    group's post. Without it a topic among other words ("Workshop Causal Inference") is not applied for.
    """
    if not applies:
        plain = (
            replace(one, stance=min(one.stance, Stance.PLAIN)) if one.odd else one for one in text.topics
        )
        text = replace(text, topics=tuple(plain))
    return _Weighing(name=name, text=text, rules=rules, groups=groups, hints=hints).zone()


def named_groups(text: Text) -> frozenset[str]:
    """Groups of the post applied for."""
    return frozenset(one.place.group for one in _chosen_groups(text))


def hinted_groups(text: Text) -> frozenset[str]:
    """Groups that only hints speak of, such as the years."""
    return frozenset(one.place.group for one in text.groups if _hints(one))


def _hints(mention: Mention) -> bool:
    return mention.place.hint and mention.explained and mention.stance >= Stance.WISH


def _chosen_topics(text: Text) -> tuple[Mention, ...]:
    """The topics applied for: where the text says "apply", those alone."""
    counting = tuple(one for one in text.topics if one.counts)
    applied = tuple(one for one in counting if one.stance is Stance.APPLIED)
    return applied or counting


def _chosen_groups(text: Text) -> tuple[Mention, ...]:
    """The same for groups; beside a topic that is applied for one that a post is spoken of counts as well."""
    counting = tuple(one for one in text.groups if one.counts and not one.place.hint)
    if not text.applies:
        return counting
    beside = {one.sentence for one in _chosen_topics(text)}
    return tuple(one for one in counting if one.stance is Stance.APPLIED or one.sentence in beside)


@value
class _Weighing:
    """A text on its way to a zone."""

    name: str
    text: Text
    rules: Rules
    groups: frozenset[str]
    hints: frozenset[str]

    def zone(self) -> Zone:
        topics = tuple(self._spread(_chosen_topics(self.text)))
        fitting = [self._fitting(one, topics) for one in topics]
        whole = self.rules.in_groups(self.text.whole_groups)
        certain = frozenset().union(
            *(one.place.positions for one in self.text.references if one.counts and not self._mentioned(one))
        )
        denied = frozenset().union(
            *(one.place.positions for one in self.text.topics if one.stance is Stance.DENIED)
        )
        sure = frozenset().union(*(one for one in fitting if len(one) == 1), certain, whole - denied)
        open_topics = frozenset().union(*(one for one in fitting if len(one) > 1))
        among = open_topics - sure if not open_topics & sure else frozenset[str]()
        weak = frozenset().union(*(one.place.positions for one in self._weak())) - denied
        unmet = self._unmet(sure | among)
        numbered = bool(sure) and sure == certain  # by a reference number alone
        refused = denied & frozenset().union(*(one.place.positions for one in topics))
        asks = (
            self._asks(topics, fitting)
            or self._leaves_out(whole)
            or bool(refused)
            or bool(unmet and not numbered and (sure or among))
        )
        return Zone(
            name=self.name,
            sure=frozenset() if asks else sure,
            among=among | (frozenset() if numbered else unmet) | (sure if asks else frozenset()),
            asks=asks,
            weak=weak,
            denied=denied - sure,
            offered=tuple(one for one in self._offered() if not one & denied),
            groups=named_groups(self.text),
            unmet=frozenset(self.rules.group_of(one) for one in unmet) if numbered else frozenset(),
            evidence=tuple(self._evidence(topics, asks=asks)),
        )

    # --- which position a topic means ------------------------------------------------------------

    def _fitting(self, topic: Mention, topics: tuple[Mention, ...]) -> frozenset[str]:
        """The positions that a topic can mean by the group nearest to it: in its sentence, its text, the mail."""
        possible = topic.place.positions
        if len(possible) == 1 and not topic.place.partial:
            return possible
        for groups in self._groups_for(topic, topics):
            fitting = frozenset(one for one in possible if self.rules.group_of(one) in groups)
            if len(fitting) == 1:
                return fitting
            if groups and not fitting:
                return possible | self.rules.in_groups(groups)
        if len(possible) > 1:
            return possible
        # One word of a topic, and no group: a question, with all that is near.
        return possible | self.rules.in_groups({self.rules.group_of(one) for one in possible})

    def _spread(self, topics: tuple[Mention, ...]) -> Iterator[Mention]:
        """Topics that several groups have, once for each that its sentence adds to another: "both as … and for …"."""
        for topic in topics:
            meant = self._of_each_group(topic)
            yield from (replace(topic, place=replace(topic.place, positions=one)) for one in meant)

    def _of_each_group(self, topic: Mention) -> list[frozenset[str]]:
        words = self.text.sentences[topic.sentence].words
        groups = [
            one
            for one in self.text.groups
            if one.sentence == topic.sentence and one.counts and not one.place.hint
        ]
        named = list(dict.fromkeys(one.place.group for one in groups))
        fitting = [topic.place.positions & self.rules.in_groups({group}) for group in named]
        between = {
            word
            for left, right in itertools.pairwise(groups)
            for word in words[left.place.end : right.place.start]
        }
        added = between & set(self.rules.wording.conjunctions) and not between & {"or", "oder"}
        others = any(one.sentence == topic.sentence and one.place != topic.place for one in self.text.topics)
        alone = len(named) > 1 and all(len(one) == 1 for one in fitting) and not others
        return fitting if alone and added else [topic.place.positions]

    def _groups_for(self, topic: Mention, topics: tuple[Mention, ...]) -> Iterator[frozenset[str]]:
        beside = [
            one for one in self.text.groups if one.sentence == topic.sentence and one.stance >= Stance.PLAIN
        ]
        yield _nearest([one for one in beside if not one.place.hint and one.counts], topic, topics)
        yield named_groups(self.text)
        yield self.groups
        yield _nearest([one for one in beside if _hints(one)], topic, topics)
        yield hinted_groups(self.text)
        yield self.hints

    def _unmet(self, met: frozenset[str]) -> frozenset[str]:
        """Positions of groups that are named as the post applied for, and have none of the positions found."""
        groups = {self.rules.group_of(one) for one in met}
        named = (one for one in _chosen_groups(self.text) if not self._of_reference(one))
        return self.rules.in_groups(one.place.group for one in named if one.place.group not in groups)

    def _of_reference(self, group: Mention) -> bool:
        """Whether a group's word only says what post a reference number is for: "Postdoc ANR 5157"."""
        words, place = self.text.sentences[group.sentence].words, group.place
        joined = set(self.rules.wording.conjunctions)
        beside = [one.place for one in self.text.references if one.counts and one.sentence == group.sentence]
        marks = self.text.sentences[group.sentence].marks
        between = [range(min(place.end, one.end), max(place.start, one.start) + 1) for one in beside]
        return any(
            not joined & set(words[one.start : one.stop - 1]) and all(marks.get(mark) != "/" for mark in one)
            for one in between
        )

    # --- whether it leaves a choice --------------------------------------------------------------

    def _asks(self, topics: tuple[Mention, ...], fitting: list[frozenset[str]]) -> bool:
        named = frozenset().union(*fitting) if fitting else frozenset()
        several = len({tuple(sorted(one)) for one in fitting}) > 1
        if self._chooses(topics, several=several):
            return True
        if not several:
            return False
        if len(named) >= ADVERTISED and not self.text.applies:
            return True
        return not self._listed(topics, fitting)

    def _chooses(self, topics: tuple[Mention, ...], *, several: bool) -> bool:
        """ "Either", "one of": the sentence that names several positions leaves the choice."""
        indexes = {one.sentence for one in topics} if several else set()
        indexes |= {one.sentence for one in self.text.groups if one.place.group in self.text.whole_groups}
        return any(self._leaves_choice(index) for index in indexes)

    def _leaves_choice(self, index: int) -> bool:
        """Whether a sentence does; "the one of causal inference" is a name, and no "one of"."""
        said = f" {' '.join(self.text.sentences[index].words)} ".replace(" the one of ", " ")
        return sentences.holds(said.split(), self._choosing(index))

    def _offered(self) -> Iterator[frozenset[str]]:
        """What is named beside that which is applied for: "alternatively Y", "if it is filled, Y", "the position Y"."""
        yield from self._second_choices()
        yield from (one.place.positions for one in self.text.references if self._mentioned(one))
        if not self.text.applies:
            return
        others = [one for one in self._weak() if one.stance is Stance.POST and one.explained]
        if len(frozenset().union(*(one.place.positions for one in others))) < ADVERTISED:
            yield from (one.place.positions for one in others)

    def _second_choices(self) -> Iterator[frozenset[str]]:
        named = (*self.text.topics, *(one for one in self.text.groups if not one.place.hint))
        for one in named:
            words = self.text.sentences[one.sentence].words
            if one.stance >= Stance.OWN and sentences.holds(words, self.rules.wording.alternative):
                yield one.place.positions or self.rules.in_groups({one.place.group})

    def _mentioned(self, reference: Mention) -> bool:
        """Whether a number only stands beside that which is applied for."""
        least = Stance.POST if reference.odd else Stance.APPLIED
        named = any(
            one.stance >= least for one in (*self.text.topics, *self.text.groups) if not one.place.hint
        )
        return named and reference.counts and reference.stance is not Stance.APPLIED

    def _leaves_out(self, whole: frozenset[str]) -> bool:
        """ "All of them, save X": some are named beside all, as exceptions or as favourites."""
        every = set(self.rules.wording.all)
        beside = [one for one in self.text.topics if every & self.text.sentences[one.sentence].known]
        named = frozenset().union(*(one.place.positions for one in beside if one.stance is not Stance.DENIED))
        left = whole - frozenset().union(
            *(one.place.positions for one in self.text.topics if one.stance is Stance.DENIED)
        )
        return bool(named & left) and not left <= named

    def _choosing(self, index: int) -> tuple[str, ...]:
        """Words that leave a choice; "or" does only between two positions."""
        between = self._between(index)
        words = self.rules.wording.choosing
        return tuple(one for one in words if one not in ("or", "oder") or one in between)

    def _between(self, index: int) -> frozenset[str]:
        here = [one for one in self.text.topics if one.sentence == index and one.counts]
        words = self.text.sentences[index].words
        return frozenset(
            word
            for left, right in itertools.pairwise(here)
            for word in words[left.place.end : right.place.start]
        )

    def _listed(self, topics: tuple[Mention, ...], fitting: list[frozenset[str]]) -> bool:
        """Whether all positions stand in one list, or are said to be added to each other."""
        if self._both() and len({tuple(sorted(one)) for one in fitting}) == 2:
            return True
        lists: list[frozenset[str]] = []
        for positions in fitting:
            lists = _merged([*lists, positions])
        for (left, right), (of_left, of_right) in zip(
            itertools.pairwise(topics), itertools.pairwise(fitting), strict=True
        ):
            if self._joins(left, right):
                lists = _merged([*lists, of_left | of_right])
        return len(lists) <= 1

    def _both(self) -> bool:
        return any(one.holds(self.rules.wording.both) for one in self.text.sentences)

    def _joins(self, left: Mention, right: Mention) -> bool:
        words = self.text.sentences[right.sentence].words
        if left.sentence != right.sentence:
            return sentences.holds(words, self.rules.wording.adding)
        groups = {
            index
            for one in self.text.groups
            if one.sentence == left.sentence
            for index in range(one.place.start, one.place.end)
        }
        between = range(left.place.end, right.place.start)
        joining = {*self.rules.wording.joining, *self.rules.wording.post}
        plain = [words[index] for index in between if index not in groups]
        return all(word in joining for word in plain) or sentences.holds(plain, self.rules.wording.adding)

    # --- what a person reads ---------------------------------------------------------------------

    def _weak(self) -> Iterable[Mention]:
        chosen = {(one.sentence, one.place.start) for one in _chosen_topics(self.text)}
        return [
            one
            for one in self.text.topics
            if one.stance >= Stance.PLAIN and (one.sentence, one.place.start) not in chosen
        ]

    def _evidence(self, topics: tuple[Mention, ...], *, asks: bool) -> Iterator[str]:
        for one in dict.fromkeys(one.quote for one in (*topics, *self.text.references)):
            yield f"{self.name} names '{one[:60]}'"
        for group in sorted(self.text.whole_groups):
            yield f"{self.name} names all positions of {group}"
        for one in dict.fromkeys(one.quote for one in _chosen_groups(self.text)):
            yield f"{self.name} speaks of a post as '{one[:60]}'"
        for one in dict.fromkeys(one.quote for one in self.text.topics if one.stance is Stance.DENIED):
            yield f"{self.name} says that it is not '{one[:60]}'"
        if asks:
            yield f"{self.name} leaves open which of these is meant"


def _nearest(groups: list[Mention], topic: Mention, topics: tuple[Mention, ...]) -> frozenset[str]:
    """The group that stands nearest before a topic, or else after it, with no other topic between."""
    others = [one.place for one in topics if one.sentence == topic.sentence and one is not topic]

    def parted(start: int, end: int) -> bool:
        return any(start <= one.start < end for one in others)

    before = [one for one in groups if one.place.end <= topic.place.start]
    after = [one for one in groups if one.place.start >= topic.place.end]
    if before and not parted(before[-1].place.end, topic.place.start):
        return frozenset({before[-1].place.group})
    if after and not parted(topic.place.end, after[0].place.start):
        return frozenset({after[0].place.group})
    return frozenset({before[-1].place.group}) if before else frozenset()


def _merged(lists: list[frozenset[str]]) -> list[frozenset[str]]:
    """The last list together with all that share a position with it."""
    *others, last = lists
    touching = [one for one in others if one & last]
    return [*(one for one in others if not one & last), last.union(*touching)]
