"""What an answer to our mail says: which position, that we may decide, that the application is withdrawn.

Only clear words count. What is asked, left open, or said beside a choice in words that could change it is OTHER, and a
person looks. Read is the new text alone; quotes and signatures are cut when the mail is parsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import field
from datetime import UTC, datetime
from enum import StrEnum

from intake.journey import route
from intake.journey.answers import choices, clauses, withdrawal
from intake.journey.answers.choices import Choice, Said
from intake.journey.route import mentions, sentences
from intake.journey.route.cues import Stance
from intake.model import Mail, Position, value

LONGEST = 120  # words; a longer answer says more than which position, and a person reads it
SHOWN = 160  # characters of evidence
_ALWAYS = datetime(1, 1, 2, tzinfo=UTC)  # deadlines are the caller's: ``positions`` are the open ones
_URL = re.compile(r"https?://\S{1,500}")


class AnswerKind(StrEnum):
    """What an answer says. SEVERAL names none of them; OTHER is for a person to read."""

    POSITIONS = "positions"
    DECIDE = "you-decide"
    SEVERAL = "several"
    NONE = "none"
    WITHDRAWAL = "withdrawal"
    OTHER = "other"


@value
class Answer:
    """kind: what is said; positions: ids, those offered first in their order; evidence: the words that say it."""

    kind: AnswerKind
    positions: tuple[str, ...] = ()
    evidence: str = ""


_OTHER = Answer(kind=AnswerKind.OTHER)


def read(
    new_text: str,
    offered: tuple[str, ...],
    positions: Sequence[Position],
    *,
    rules: route.Rules | None = None,
) -> Answer:
    """The answer in the new text of a reply.

    offered: ids of the positions as our correction numbered them, from 1; () when it numbered none. positions: those
    that are open; one that was not offered counts when its name leaves no doubt. rules: all that is known of
    positions; without them neither a group's words nor a position that is closed or elsewhere is recognised.
    """
    known = rules or route.Rules(groups=(), positions=tuple(positions))
    found = clauses.of(new_text, known)
    if "?" in _URL.sub("", new_text) or sum(len(one.words) for one in found) > LONGEST:
        return _OTHER
    if withdrawal.speaks(found):
        return _withdrawn(found, known)
    return _Reading(
        offered=offered, open=tuple(one.id for one in positions), rules=known, said=_said(found, offered)
    ).answer()


def _withdrawn(found: tuple[clauses.Clause, ...], rules: route.Rules) -> Answer:
    told = withdrawal.told(found, rules.book.ours)
    return Answer(kind=AnswerKind.WITHDRAWAL, evidence=told[:SHOWN]) if told else _OTHER


def _said(found: tuple[clauses.Clause, ...], offered: tuple[str, ...]) -> tuple[Said, ...]:
    return tuple(one for clause in found for one in _said_by(clause, len(offered)))


def _said_by(clause: clauses.Clause, many: int) -> tuple[Said, ...]:
    """What a clause says; "Sorry, I forgot it, number 2" in its parts."""
    whole = choices.of(clause, many=many)
    if not whole.doubtful or not choices.excuses(clause):
        return (whole,)
    parts = tuple(choices.of(part, many=many) for part in clause.parts)
    return parts or (whole,)


@value
class _Reading:
    """All clauses of an answer, on their way to one meaning."""

    offered: tuple[str, ...]
    open: tuple[str, ...]
    rules: route.Rules
    said: tuple[Said, ...] = field(default=())

    def answer(self) -> Answer:
        if any(one.doubtful for one in self.said) or self._corrects():
            return _OTHER
        named = self._named()
        numbered = self._numbered()
        if named is None or numbered is None:
            return _OTHER
        kinds = frozenset(one.choice for one in self.said if one.choice)
        if named and numbered and named != numbered:
            return _OTHER
        return self._combined(named or numbered, kinds)

    def _corrects(self) -> bool:
        """Whether clauses choose differently and are no list: "2. No, sorry, 3.", "it was 2. It is 3."."""
        chosen = [(one.numbers, one.title, one.group) for one in self.said]
        several = any(len({one for one in kind if one}) > 1 for kind in zip(*chosen, strict=True))
        places = [index for index, one in enumerate(chosen) if any(one)]
        return several and not all(one.bare for one in self.said[places[0] : places[-1] + 1])

    def _combined(self, chosen: frozenset[str], kinds: frozenset[Choice]) -> Answer:
        if not kinds:
            return self._positions(chosen)
        if len(kinds) > 1:
            return _OTHER
        (kind,) = kinds
        if not self.offered and not chosen:
            return _OTHER  # nobody asked: "none" may be said of certificates
        match kind:
            case Choice.DECIDE | Choice.NONE | Choice.SEVERAL if not chosen:
                return Answer(kind=AnswerKind(kind.value), evidence=self._evidence())
            case Choice.NONE if not chosen & frozenset(self.offered):
                return self._positions(chosen)
            case Choice.SEVERAL if len(chosen) > 1:
                return self._positions(chosen)
            case Choice.BOTH if (len(chosen) or len(self.offered)) == 2:
                return self._positions(chosen or frozenset(self.offered))
            case Choice.ALL if self.offered and chosen <= frozenset(self.offered):
                return self._all(chosen)
            case Choice.EVERY if (
                self.offered and not chosen and frozenset(self.open) <= frozenset(self.offered)
            ):
                return self._all(chosen)
        return _OTHER

    def _all(self, chosen: frozenset[str]) -> Answer:
        every = frozenset(self.offered)
        return self._positions(every) if not chosen or chosen == every else _OTHER

    def _positions(self, chosen: frozenset[str]) -> Answer:
        if not chosen:
            return _OTHER
        order = dict.fromkeys((*self.offered, *self.rules.in_order(chosen)))
        found = tuple(one for one in order if one in chosen)
        return Answer(kind=AnswerKind.POSITIONS, positions=found, evidence=self._evidence())

    def _evidence(self) -> str:
        return " / ".join(one.shown for one in self.said if one.tells)[:SHOWN]

    def _numbered(self) -> frozenset[str] | None:
        """Positions by their number, or by a group of which one was offered; None for what was not offered."""
        numbers = frozenset().union(*(one.numbers for one in self.said))
        if any(not 0 < number <= len(self.offered) for number in numbers):
            return None
        by_group = [self._of_group(one.group) for one in self.said if one.group]
        if any(len(one) != 1 for one in by_group):
            return None
        found = frozenset(self.offered[number - 1] for number in numbers)
        grouped = frozenset().union(*by_group)
        return None if found and grouped and found != grouped else found | grouped

    def _of_group(self, group: str) -> frozenset[str]:
        return frozenset(
            one.id for one in self.rules.positions if one.id in self.offered and one.group == group
        )

    def _named(self) -> frozenset[str] | None:
        """Positions by their names, as routing finds them; None where it finds a choice left, or none that is open."""
        beside = (sentences.of(one.beside) for one in self.said if one.beside)
        if any(not self._applies(one) for one in beside):
            return None
        texts = tuple(filter(None, (self._titles(), *(one.beside for one in self.said))))
        if not texts:
            return frozenset()
        routing = route.positions(
            Mail(new_text="\n\n".join(texts)), letter="", file_name="", rules=self.rules, arrived=_ALWAYS
        )
        sure = frozenset(routing.positions)
        if routing.elsewhere or not sure <= {*self.open, *self.offered}:
            return None
        if not sure and (any(one.title for one in self.said) or routing.problems[0].candidates):
            return None
        return sure

    def _applies(self, text: tuple[sentences.Sentence, ...]) -> bool:
        """Whether a clause that says more than a choice says that it applies for what it names."""
        topics = mentions.of(text, self.rules, default=Stance.PLAIN).topics
        return any(one.counts for one in topics)

    def _titles(self) -> str:
        """The names of clauses that only choose, as one list; apart where one of them refuses something."""
        titles = [one.title for one in self.said if one.title]
        refuse = any({"not", "but"} & set(title.split()) for title in titles)
        return (".\n\n" if refuse else " and ").join(titles)
