"""What routing knows: the positions of config/positions.toml and the words around them."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import field
from datetime import timedelta

from intake.journey import words
from intake.model import Group, Position, value

Phrase = tuple[str, ...]  # folded words


@value
class Wording:
    """The words that make a sentence speak of applying. Folded on use; one word each unless said."""

    applying: tuple[str, ...] = (
        "apply", "applying", "applies", "applied", "application", "applications", "position", "positions", "vacancy",
        "vacancies", "opening", "role", "post", "advertised", "advertisement", "announced", "candidate", "candidacy",
        "stelle", "stellen", "bewerbe", "bewerben", "bewerbung", "bewerbungsunterlagen", "initiativbewerbung",
        "ausschreibung", "ausgeschrieben", "ausgeschriebene", "ausgeschriebenen", "interesse", "betreff", "betrifft",
    )  # fmt: skip
    denying: tuple[str, ...] = (
        "not",
        "nicht",
        "except",
        "ausser",
        "without",
        "kein",
        "keine",
        "statt",
        "anstatt",
    )
    joining: tuple[str, ...] = (
        "and", "und", "sowie", "also", "or", "oder", "plus", "as", "well", "auch", "both", "beide", "the", "die", "das",
        "for", "fuer", "in", "on", "im", "auf", "position", "positions", "stelle", "stellen", "postdoc", "post", "doc",
        "postdoctoral", "topic", "topics", "thema", "themen", "1", "2", "3", "a", "b", "c", "i", "ii",
    )  # fmt: skip
    all: tuple[str, ...] = ("all", "alle", "allen", "every", "each", "saemtliche", "jede")
    not_advertised: tuple[str, ...] = (
        "professorship", "professorships", "professur", "juniorprofessur", "tenure", "internship", "praktikum", "hilfskraft",
        "hiwi", "doktorandenstelle", "promotionsstelle", "traineeship", "masterarbeit",
    )  # fmt: skip
    own_state: tuple[str, ...] = (
        "am", "bin", "currently", "derzeit", "my", "mein", "meine", "meiner", "meinem", "meines", "current", "former", "was",
        "war", "previous", "bisher", "als", "working", "worked", "taetig", "since", "seit",
    )  # fmt: skip
    reference: tuple[str, ...] = (
        "kennziffer", "kennzahl", "reference", "ref", "referenz", "referenznummer", "nr", "number", "no", "ausschreibungsnummer",
    )  # fmt: skip


@value
class Book:
    """The phrases of all positions and groups, folded once per rule set, longest first."""

    topics: tuple[tuple[Phrase, frozenset[str]], ...]
    groups: tuple[tuple[Phrase, str], ...]
    applying: frozenset[str]
    all: frozenset[str]
    joining: frozenset[str]
    not_advertised: frozenset[str]


@value
class Rules:
    """Positions in config order, and what bounds their deadlines."""

    groups: tuple[Group, ...]
    positions: tuple[Position, ...]
    time_zone: str = "Europe/Berlin"
    late_to_review: timedelta = timedelta(hours=24)  # POLICY, Time
    wording: Wording = field(default_factory=Wording)

    def position(self, position: str) -> Position:
        return next(one for one in self.positions if one.id == position)

    def of_group(self, group: str) -> tuple[str, ...]:
        return tuple(one.id for one in self.positions if one.group == group)

    def in_order(self, positions: frozenset[str]) -> tuple[str, ...]:
        """These ids in config order."""
        return tuple(one.id for one in self.positions if one.id in positions)

    @functools.cached_property
    def book(self) -> Book:
        owners: dict[Phrase, set[str]] = {}
        for position in self.positions:
            titles = tuple(position.title.values()) if position.match_title else ()
            for phrase in (*titles, *position.aliases):
                owners.setdefault(tuple(words.tokens(phrase)), set()).add(position.id)
        groups = {tuple(words.tokens(word)): group.id for group in self.groups for word in group.words}
        return Book(
            topics=tuple((phrase, frozenset(owners[phrase])) for phrase in _longest_first(owners)),
            groups=tuple((phrase, groups[phrase]) for phrase in _longest_first(groups)),
            applying=_folded(self.wording.applying),
            all=_folded(self.wording.all),
            joining=_folded(self.wording.joining),
            not_advertised=_folded(self.wording.not_advertised),
        )


def _longest_first(phrases: Iterable[Phrase]) -> list[Phrase]:
    return sorted((phrase for phrase in phrases if phrase), key=lambda phrase: (-len(phrase), phrase))


def _folded(vocabulary: tuple[str, ...]) -> frozenset[str]:
    return frozenset(words.fold(word) for word in vocabulary)
