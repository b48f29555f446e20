"""Step 7: which position or positions a mail applies for, with the evidence.

Read are the plus-address, the subject, the new text of the mail, the letter and, last, the file's
name. Wrong and confident is the only real error: where two of them name different positions, or a
topic comes with the wrong group, the applicant is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from intake.journey import words
from intake.journey.route import deadlines, mentions
from intake.journey.route.rules import Rules, Wording
from intake.model import Mail, Problem, ProblemCode, Routing, value

__all__ = ["Rules", "Wording", "positions"]

TERSE = 30  # words; a shorter mail is about nothing but the application
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|[_\-.+]+")


@value
class _Zone:
    """What one part of the mail says: positions it names surely, or among which it leaves the choice."""

    name: str
    sure: frozenset[str] = frozenset()
    among: frozenset[str] = frozenset()
    listed: bool = True  # several positions stand in one list
    evidence: tuple[str, ...] = ()


def positions(mail: Mail, *, letter: str, file_name: str, rules: Rules, arrived: datetime) -> Routing:
    """The positions a mail applies for. ``letter``: text of the motivation letter, or ""."""
    zones = tuple(_zones(mail, letter, file_name, rules))
    reasons = tuple(f"{zone.name} names {text}" for zone in zones for text in zone.evidence)
    sure, among = _agreed(zones)
    if among:
        candidates = rules.in_order(among | sure)
        problem = Problem(code=ProblemCode.POSITION_AMBIGUOUS, candidates=candidates)
        return Routing(problems=(problem,), reasons=(*reasons, "the mail leaves open which of them is meant"))
    if not sure:
        problem = Problem(code=ProblemCode.POSITION_UNKNOWN)
        return Routing(problems=(problem,), reasons=(*reasons, "no open position is named"))
    return _by_deadline(rules.in_order(sure), mail, rules, arrived, reasons)


def _by_deadline(
    named: tuple[str, ...], mail: Mail, rules: Rules, arrived: datetime, reasons: tuple[str, ...]
) -> Routing:
    problems = {one: _closed_problem(one, rules, arrived) for one in named}
    late = (deadlines.lateness(rules.position(one), rules, arrived, mail) for one in named if problems[one])
    return Routing(
        positions=tuple(one for one in named if problems[one] is None),
        elsewhere=tuple(one for one in named if problems[one] is not None),
        problems=tuple(problem for problem in problems.values() if problem is not None),
        late=next((words for words in late if words), ""),
        reasons=reasons,
    )


def _closed_problem(name: str, rules: Rules, arrived: datetime) -> Problem | None:
    position = rules.position(name)
    if deadlines.is_closed(position, rules, arrived):
        return Problem(code=ProblemCode.POSITION_CLOSED, position=name)
    if position.apply_by == "portal":
        return Problem(code=ProblemCode.APPLY_ELSEWHERE, position=name)
    return None


# --- what each part of the mail says -------------------------------------------------------------


def _zones(mail: Mail, letter: str, file_name: str, rules: Rules) -> Iterator[_Zone]:
    plus = _plus_address(mail, rules)
    if plus:
        yield _Zone(name="the address", sure=plus, evidence=tuple(sorted(plus)))
    text = mail.new_text or mail.text
    texts = (
        ("the subject", mentions.in_text(mail.subject, rules, all_counts=True)),
        ("the mail", mentions.in_text(text, rules, all_counts=len(text.split()) <= TERSE)),
        ("the letter", mentions.in_text(letter, rules, all_counts=False)),
        ("the file name", mentions.in_text(_CAMEL.sub(" ", file_name), rules, all_counts=True)),
    )
    groups = frozenset().union(*(named.groups for _, named in texts))
    for name, named in texts:
        zone = _weighed(name, named, named.groups or groups, rules)
        if zone.sure or zone.among:
            yield zone


def _weighed(name: str, named: mentions.Named, groups: frozenset[str], rules: Rules) -> _Zone:
    sure: set[str] = {one for group in named.whole_groups for one in rules.of_group(group)}
    among: set[str] = set()
    for mention in named.mentions:
        fitting = _fitting(mention, groups, rules)
        if len(fitting) == 1:
            sure |= fitting
        else:
            among |= fitting
    if named.groups and not sure and not among:
        among |= {one for group in named.groups for one in rules.of_group(group)}
    quotes = tuple(f"'{quote[:60]}'" for quote in dict.fromkeys(named.quotes))
    evidence = (*quotes, *(f"all positions of {group}" for group in sorted(named.whole_groups)))
    return _Zone(
        name=name, sure=frozenset(sure), among=frozenset(among - sure), listed=named.joined, evidence=evidence
    )


def _fitting(mention: mentions.Mention, groups: frozenset[str], rules: Rules) -> set[str]:
    """The positions a mention can mean once the groups named beside it are known.

    A topic whose own group is not the one named leaves the choice between it and that group.
    """
    if mention.certain or not groups:
        return set(mention.positions)
    fitting = {one for one in mention.positions if rules.position(one).group in groups}
    if fitting:
        return fitting
    return set(mention.positions) | {one for group in groups for one in rules.of_group(group)}


def _plus_address(mail: Mail, rules: Rules) -> frozenset[str]:
    """Positions whose name stands behind a "+" of an address the mail was sent to (RFC 5233)."""
    addresses = [*mail.delivered_to, *(one.address for one in (*mail.to, *mail.cc))]
    details = {
        words.fold(address.split("@")[0].split("+", 1)[1])
        for address in addresses
        if "+" in address.split("@")[0]
    }
    return frozenset(
        one.id for one in rules.positions if one.id.split("/")[-1] in details or one.id in details
    )


# --- do they agree? ------------------------------------------------------------------------------


def _agreed(zones: tuple[_Zone, ...]) -> tuple[frozenset[str], frozenset[str]]:
    """(sure, among): ``among`` is not empty when the choice must be left to the applicant.

    The first part that names positions decides; a later one may name fewer of them, never another.
    """
    named = frozenset().union(*(zone.sure for zone in zones))
    vague = [zone.among for zone in zones if zone.among]
    first = next((zone.sure for zone in zones if zone.sure), frozenset[str]())
    opposed = any(len(zone.sure) > 1 and not zone.listed for zone in zones)
    contradicted = any(not zone.sure <= first for zone in zones) or any(not among & first for among in vague)
    if opposed or contradicted:
        return frozenset(), named.union(*vague)
    return first, frozenset()
