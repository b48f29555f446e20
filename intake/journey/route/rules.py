"""What routing knows: the positions of config/positions.toml, what their words weigh, and the words around them."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field, replace
from datetime import timedelta
from typing import Generic, TypeVar

from intake.journey import words
from intake.journey.route.alike import Lexicon, Likely
from intake.journey.route.sentences import Sentence
from intake.journey.route.vocabulary import Cue, Wording
from intake.model import Group, Position, value

Phrase = tuple[str, ...]  # folded words

FUZZY_FROM = 12  # letters of a topic; shorter ones are too close to other words to allow typos
FUZZY_GROUP_FROM = 6  # letters of a group's name: "postdok"
FUZZY_WORD_FROM = 6  # letters of one word of a topic
FUZZY_CUE_FROM = 7  # letters of a cue: "aplication", "Bewebung"

_DIGITS = re.compile(r"[a-z]+|\d+")

_Named = TypeVar("_Named", "Name", "GroupName")
_Entry = TypeVar("_Entry")


class Index(Generic[_Entry]):
    """Entries by the first word of their phrases: of a thousand hardly one has it in a sentence."""

    def __init__(self, entries: Iterable[_Entry], phrase: Callable[[_Entry], Phrase]) -> None:
        self._entries = tuple(entries)
        self._by_word: dict[str, list[int]] = {}
        # Those whose letters may stand in a longer word: "*praktikum", "postdoc*".
        self._open: list[tuple[str, int]] = []
        for place, entry in enumerate(self._entries):
            words_of = phrase(entry)
            first = words_of[0]
            if first.startswith("*") or (len(words_of) == 1 and first.endswith("*")):
                self._open.append((_standing(first), place))
            else:
                self._by_word.setdefault(first, []).append(place)

    def among(self, sentence: Sentence) -> Iterator[_Entry]:
        """Those that may stand in it, in their order."""
        return (self._entries[number] for number in self.numbers(sentence))

    def numbers(self, sentence: Sentence) -> list[int]:
        """The same, as their places in that order."""
        found = [place for word in self._by_word.keys() & sentence.known for place in self._by_word[word]]
        found += [place for letters, place in self._open if letters in sentence.spaced]
        return sorted(found)


def _standing(word: str) -> str:
    """A word with "*" as it stands in a text with a blank around each word."""
    before, after = (" " * (not word.startswith("*")), " " * (not word.endswith("*")))
    return f"{before}{word.strip('*')}{after}"


@value
class Name:
    """A title, alias or keyword, and whose it is. ``parts``: its words that weigh something."""

    phrase: Phrase
    positions: frozenset[str]
    parts: frozenset[str]
    keyword: bool = False  # it names the position only beside the position's group

    @functools.cached_property
    def joined(self) -> str:
        return "".join(self.phrase)


@value
class GroupName:
    """Words for a group; a ``hint`` only decides between positions that share a topic."""

    phrase: Phrase
    group: str
    hint: bool = False

    @functools.cached_property
    def joined(self) -> str:
        return "".join(self.phrase)


@value
class Reference:
    """A reference number, folded: "anr5157", of which "5157" is the number. before: words it stands behind."""

    position: str
    joined: str
    number: str
    before: frozenset[str]


@value
class Book:
    """All phrases of a rule set, folded once, longest first.

    weights: of each word of a title or alias, 0..1: one divided by the number of positions that have it, a text
    about all of them (the institution's own name, a group's qualification) counting double.
    """

    names: tuple[Name, ...]
    groups: tuple[GroupName, ...]
    weights: dict[str, float]
    common: frozenset[str]  # words of texts about all positions
    joining: frozenset[str]  # words that weigh nothing, and neither begin nor end a name that is misspelt
    ours: tuple[Phrase, ...]
    cues: dict[
        str, tuple[tuple[Phrase, Cue, bool], ...]
    ]  # by first word: phrase, what it does, whether briefly
    openings: dict[str, tuple[Phrase, ...]]  # how a sentence opens, by first word
    elsewhere: tuple[Phrase, ...]  # posts that nobody advertises here
    institutions: frozenset[str]  # words for institutions of any kind
    own_words: dict[str, frozenset[str]]  # words that the names of one position alone have
    articles: frozenset[str]
    nouns: frozenset[str]  # for a post; and "one"
    units: frozenset[str]  # positions called by the name of an institute: "Chair of …"
    references: tuple[Reference, ...]
    contacts: tuple[tuple[Phrase, str], ...]  # a person's name, and the position

    @functools.cached_property
    def our_names(self) -> Index[Phrase]:
        return Index(self.ours, _itself)

    @functools.cached_property
    def posts_elsewhere(self) -> Index[Phrase]:
        return Index(self.elsewhere, _itself)

    @functools.cached_property
    def names_by_word(self) -> Index[Name]:
        return Index(self.names, lambda name: name.phrase)

    @functools.cached_property
    def groups_by_word(self) -> Index[GroupName]:
        return Index(self.groups, lambda name: name.phrase)

    @functools.cached_property
    def likely_names(self) -> Likely[Name]:
        return Likely(self.names, lambda name: name.joined, least=FUZZY_FROM)

    @functools.cached_property
    def likely_groups(self) -> Likely[GroupName]:
        """Without hints, which are written exactly."""
        return Likely(self.groups, lambda name: "" if name.hint else name.joined, least=FUZZY_GROUP_FROM)

    @functools.cached_property
    def cue_words(self) -> Lexicon:
        """The first words of all cues."""
        return Lexicon(self.cues, least=FUZZY_CUE_FROM)

    @functools.cached_property
    def parts(self) -> Lexicon:
        """The words of titles and aliases that weigh something."""
        return Lexicon(self.weights, least=FUZZY_WORD_FROM, begun=True)

    @functools.cached_property
    def idle(self) -> frozenset[str]:
        """Words of texts about all positions that no title has."""
        return self.common - self.weights.keys()

    def is_unit(self, positions: frozenset[str]) -> bool:
        """Whether a name of positions is that of an institute itself."""
        return bool(positions & self.units)


@value
class Rules:
    """Positions in config order, and what bounds their deadlines.

    ours: names of the institution and of those it belongs to; a letter that names one is meant for it.
    """

    groups: tuple[Group, ...]
    positions: tuple[Position, ...]
    ours: tuple[str, ...] = ()
    institution: tuple[str, ...] = ()  # its own name, by language
    time_zone: str = "Europe/Berlin"
    late_to_review: timedelta = timedelta(hours=24)  # POLICY, Time
    wording: Wording = field(default_factory=Wording)

    def position(self, position: str) -> Position:
        return next(one for one in self.positions if one.id == position)

    def group_of(self, position: str) -> str:
        return self.position(position).group

    def of_group(self, group: str) -> tuple[str, ...]:
        return tuple(one.id for one in self.positions if one.group == group)

    def in_groups(self, groups: Iterable[str]) -> frozenset[str]:
        wanted = frozenset(groups)
        return frozenset(one.id for one in self.positions if one.group in wanted)

    def in_order(self, positions: Iterable[str]) -> tuple[str, ...]:
        """These ids in config order."""
        wanted = frozenset(positions)
        return tuple(one.id for one in self.positions if one.id in wanted)

    @functools.cached_property
    def for_others(self) -> Rules:
        """The same for a mail that somebody writes for an applicant: there "she applies" is who applies."""
        wording = self.wording
        mail = replace(
            wording,
            other=(),
            titles=(),
            apply=(*wording.apply, *wording.their_verbs),
            wish=(*wording.wish, "wishes to", "wants to", "intends to", "hopes to", "moechte"),
        )
        return replace(self, wording=mail)

    @functools.cached_property
    def book(self) -> Book:
        weights, common = _weights(self)
        posts = [_stem(word) for word in self.wording.not_advertised]
        names = _longest(_names(self, weights))
        known = {name.phrase for name in names} | {
            _phrase(word) for group in self.groups for word in group.words
        }
        return Book(
            names=names,
            groups=_longest(_group_names(self)),
            weights=weights,
            common=common,
            joining=frozenset(words.fold(word) for word in self.wording.joining),
            ours=tuple(
                sorted((_phrase(name) for name in {*self.institution, *self.ours}), key=len, reverse=True)
            ),
            cues=_cues(self.wording),
            openings=_openings(self.wording),
            elsewhere=tuple(sorted((one for one in posts if one not in known), key=len, reverse=True)),
            institutions=frozenset(words.fold(word) for word in self.wording.institution),
            own_words=_own_words(names, weights),
            articles=frozenset(self.wording.definite),
            nouns=frozenset((*self.wording.nouns, "one", "postdoc", "group", "gruppe")),
            units=frozenset(
                one.id
                for one in self.positions
                if any(set(phrase) & set(self.wording.units) for phrase in _phrases_of(one))
            ),
            references=tuple(_references(self)),
            contacts=tuple(
                (name, one.id)
                for one in self.positions
                for contact in one.contacts
                if (name := _phrase(contact))
            ),
        )


def _itself(phrase: Phrase) -> Phrase:
    return phrase


def _names(rules: Rules, weights: dict[str, float]) -> Iterator[Name]:
    owners: dict[tuple[Phrase, bool], set[str]] = {}
    for position in rules.positions:
        for phrase in _phrases_of(position):
            owners.setdefault((phrase, False), set()).add(position.id)
        for word in position.keywords:
            owners.setdefault((_phrase(word), True), set()).add(position.id)
    for (phrase, keyword), positions in owners.items():
        parts = frozenset(part for part in phrase if weights.get(part))
        yield Name(phrase=phrase, positions=frozenset(positions), parts=parts, keyword=keyword)


def _phrases_of(position: Position) -> list[Phrase]:
    titles = tuple(position.title.values()) if position.match_title else ()
    return [_phrase(text) for text in (*titles, *position.aliases)]


def _group_names(rules: Rules) -> Iterator[GroupName]:
    for group in rules.groups:
        yield from (GroupName(phrase=_phrase(word), group=group.id) for word in group.words)
        yield from (GroupName(phrase=_phrase(word), group=group.id, hint=True) for word in group.hints)


def _references(rules: Rules) -> Iterator[Reference]:
    for position in rules.positions:
        for reference in position.references:
            parts = _DIGITS.findall(words.fold(reference))
            if parts:
                named = frozenset((*(part for part in parts if part.isalpha()), *rules.wording.reference))
                yield Reference(position=position.id, joined="".join(parts), number=parts[-1], before=named)


def _weights(rules: Rules) -> tuple[dict[str, float], frozenset[str]]:
    """What each word of a title or alias weighs, and the words of texts about all positions."""
    joining = {words.fold(word) for word in rules.wording.joining}
    texts = [
        *rules.institution,
        *(text for group in rules.groups for text in (*group.qualification, group.field)),
    ]
    common = [frozenset(words.tokens(text)) for text in dict.fromkeys(texts)]
    owners = Counter(
        word
        for position in rules.positions
        for word in {word for phrase in _phrases_of(position) for word in phrase}
    )
    weights = {
        word: 1 / (count + 2 * any(word in text for text in common))
        for word, count in owners.items()
        if word not in joining and len(word) > 1
    }
    return weights, frozenset().union(*common)


def _own_words(names: tuple[Name, ...], weights: dict[str, float]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name in names:
        for word in name.parts:
            found[word] = found.get(word, frozenset()) | name.positions
    return {word: owners for word, owners in found.items() if len(owners) == 1 and weights[word] == 1}


def _cues(wording: Wording) -> dict[str, tuple[tuple[Phrase, Cue, bool], ...]]:
    by_first: dict[str, list[tuple[Phrase, Cue, bool]]] = {}
    kinds = [(getattr(wording, cue.value), cue, False) for cue in Cue] + [(wording.briefly, Cue.OWN, True)]
    for phrases, cue, brief in kinds:
        for word in phrases:
            phrase = _phrase(word)
            by_first.setdefault(phrase[0], []).append((phrase, cue, brief))
    return {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in by_first.items()}


def _openings(wording: Wording) -> dict[str, tuple[Phrase, ...]]:
    found: dict[str, tuple[Phrase, ...]] = {}
    for phrase in map(_phrase, wording.opening):
        found[phrase[0]] = (*found.get(phrase[0], ()), phrase)
    return found


def _phrase(text: str) -> Phrase:
    return tuple(words.tokens(text))


def _stem(text: str) -> Phrase:
    """A phrase that may end in ``*``, and where it is one word also begin with it."""
    *first, last = _phrase(text)
    return (*first, "*" * text.startswith("*") + last + "*" * text.endswith("*"))


def _longest(names: Iterable[_Named]) -> tuple[_Named, ...]:
    return tuple(sorted((one for one in names if one.phrase), key=lambda one: (-len(one.joined), one.phrase)))
