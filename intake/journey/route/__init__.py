"""Step 7: which position or positions a mail applies for, with the evidence.

Read are the plus-address, the subject, the new text of the mail, the letter and the file's name, and what is quoted
where nothing else names a position. A name counts as the sentence around it says (:mod:`.stance`): what is applied for
counts; what the writer did, what somebody else does, and what is refused, does not. Wrong and confident is the only
real error: where two parts name different positions, a topic comes with the wrong group, a choice is left, or a
position is spoken of beside those applied for, the applicant is asked.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from intake.journey import words
from intake.journey.route import deadlines, mentions, sentences, zones
from intake.journey.route.cues import Stance
from intake.journey.route.mentions import Text
from intake.journey.route.rules import Rules
from intake.journey.route.sentences import Sentence
from intake.journey.route.vocabulary import Wording
from intake.journey.route.zones import Zone
from intake.model import Mail, Problem, ProblemCode, Routing, value

__all__ = ["Rules", "Wording", "positions"]

TERSE = 30  # words; a shorter mail is about nothing but the application
FORWARDS_MANY = 3  # positions in the subject of a forwarded mail: that of an advertisement
_PREFIX = re.compile(r"^\s*(?:(?:re|aw|fwd?|wg|antw|sv|tr)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_FORWARD = re.compile(r"^\s*(?:fwd?|wg|tr)\b", re.IGNORECASE)
_INNER = re.compile(
    r"^[ \t>]{0,20}(?:-{2,20}[ \t]*[^\n-]{0,40}(?:forward|weitergeleitet|original|urspr)[^\n-]{0,40}-{2,20}"
    r"|begin forwarded message:?|anfang der weitergeleiteten (?:nachricht|e-mail):?)[ \t]{0,20}$",
    re.IGNORECASE | re.MULTILINE,
)


@value
class _Part:
    """One part of the mail, read. own: said by the applicant here and now, not quoted."""

    name: str
    text: Text
    own: bool = True


def positions(mail: Mail, *, letter: str, file_name: str, rules: Rules, arrived: datetime) -> Routing:
    """The positions a mail applies for. ``letter``: text of the motivation letter, or ""."""
    outer, inner = _split(mail.new_text)
    written = sentences.of(outer, signed=True)
    reading = rules.for_others if _for_somebody(mail, written, rules) else rules
    parts = tuple(_parts(mail, written, letter, file_name, reading))
    own = [part.text for part in parts if part.own]
    groups = frozenset().union(*(zones.named_groups(text) for text in own))
    hints = frozenset().union(*(zones.hinted_groups(text) for text in own))
    said = [part.text for part in parts if part.own and part.name != "the file name"]
    applies = bool(groups) or any(text.speaks_of_applying for text in said)

    def weighed(part: _Part) -> Zone:
        return zones.weighed(part.name, part.text, rules, groups=groups, hints=hints, applies=applies)

    found = [*_addressed(mail, rules), *(weighed(part) for part in parts if part.own)]
    others = itertools.chain((part for part in parts if not part.own), _quotes(mail, inner, reading))
    quoted = map(weighed, others)  # read only where nothing else names a position
    reasons = tuple(text for zone in found for text in zone.evidence)
    sure, among, why = _agreed(found, quoted, own, rules)
    if among and (wished := _wished(found, parts, rules)):
        sure, among, why = wished, frozenset(), "the letter wishes for one position of the group applied for"
    reasons = (*reasons, *([why] if why else []))
    if among:
        problem = Problem(code=ProblemCode.POSITION_AMBIGUOUS, candidates=rules.in_order(among))
        return Routing(problems=(problem,), reasons=reasons)
    if not sure:
        return Routing(problems=(Problem(code=ProblemCode.POSITION_UNKNOWN),), reasons=reasons)
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


def _for_somebody(mail: Mail, written: tuple[Sentence, ...], rules: Rules) -> bool:
    """Whether somebody writes for an applicant, and applies for nothing himself: a secretary, a colleague."""
    said = (*sentences.line(_PREFIX.sub("", mail.subject)), *written)
    found = [word for one in said for word in one.words]
    applies = sentences.holds(found, rules.wording.own_application)
    return not applies and sentences.holds(found, rules.wording.proxies)


# --- the parts of the mail -----------------------------------------------------------------------


def _parts(
    mail: Mail, written: tuple[Sentence, ...], letter: str, file_name: str, rules: Rules
) -> Iterator[_Part]:
    """All but what is quoted."""
    for detail in _details(mail):
        yield _Part(
            name="the address", text=mentions.of(sentences.line(detail), rules, default=Stance.APPLIED)
        )
    yield _subject(mail, rules)
    yield _Part(name="the mail", text=_written(written, rules))
    if letter:
        text = mentions.of(sentences.of(letter, signed=True), rules, default=Stance.PLAIN)
        if not _to_others(text):
            yield _Part(name="the letter", text=text)
    yield _Part(
        name="the file name", text=mentions.of(sentences.line(file_name), rules, default=Stance.APPLIED)
    )


def _quotes(mail: Mail, inner: str, rules: Rules) -> Iterator[_Part]:
    """What is quoted, and ``inner``: the mail that it forwards."""
    for quoted in filter(None, (inner, _quoted(mail))):
        text = mentions.of(sentences.of(quoted, signed=True), rules, default=Stance.PLAIN)
        yield _Part(name="the quoted text", text=text, own=False)


def _subject(mail: Mail, rules: Rules) -> _Part:
    """The subject; of a forwarded mail it may be another's, and then that of an advertisement."""
    said = _without_name(_PREFIX.sub("", mail.subject), mail, rules)
    text = mentions.of(sentences.line(said), rules, default=Stance.APPLIED)
    named = frozenset().union(*(one.place.positions for one in text.topics))
    forwarded = bool(_FORWARD.match(mail.subject)) and len(named) >= FORWARDS_MANY
    return _Part(name="the subject", text=text, own=not forwarded)


def _without_name(subject: str, mail: Mail, rules: Rules) -> str:
    """A subject without its sender's name, which says nothing of a position."""
    own = set(words.tokens(mail.sender.name)) if mail.sender else set()
    return re.sub(
        r"[^\W\d_]{3,}",
        lambda word: "" if words.fold(word[0]) in own - rules.book.weights.keys() else word[0],
        subject,
    )


def _written(found: tuple[Sentence, ...], rules: Rules) -> Text:
    """The mail's own text. A terse one is about nothing but the application."""
    read = mentions.of(found, rules, default=Stance.PLAIN)
    if read.says_apply and not read.applies:  # "I apply. Causal inference. Two years."
        alone = (
            one if one.odd or one.explained else replace(one, stance=max(one.stance, Stance.POST))
            for one in read.topics
        )
        return replace(read, topics=tuple(alone))
    if read.applies or sum(len(one.words) for one in found) > TERSE:
        return read
    terse = mentions.again(read, rules, default=Stance.POST)
    named = {(one.sentence, one.place.start) for one in read.topics if one.counts}
    plain = (
        replace(one, stance=min(one.stance, Stance.PLAIN))
        if one.odd and (one.sentence, one.place.start) not in named
        else one
        for one in terse.topics
    )
    return replace(terse, topics=tuple(plain))


def _split(text: str) -> tuple[str, str]:
    """What a mail says, and the mail that it forwards."""
    text = text[: sentences.LONGEST]
    begun = _INNER.search(text)
    return (text[: begun.start()], text[begun.end() :]) if begun else (text, "")


def _quoted(mail: Mail) -> str:
    """The lines of the body that are not new, without the writer's signature."""
    new = {line.strip() for line in mail.new_text.splitlines()}
    own, _, _ = mail.text.partition("\n-- \n")
    return "\n".join(line.lstrip("> \t") for line in own.splitlines() if line.strip() not in new)


def _to_others(text: Text) -> bool:
    """Whether a text applies to another institution, and names ours nowhere."""
    if text.ours or any(one.counts for one in text.references):
        return False
    return any(one.stance is Stance.APPLIED for one in text.foreign) or _elsewhere(text)


def _elsewhere(text: Text) -> bool:
    """Whether a text applies for a post that we do not have, and is addressed to another institution.

    That stands in its salutation, or in what stands above it and again below: "die Hochschule … genießt einen Ruf".
    """
    applies = any(one.stance is Stance.APPLIED for one in text.elsewhere)
    return (
        applies and text.addressed_elsewhere and not any(one.counts for one in (*text.topics, *text.groups))
    )


def _addressed(mail: Mail, rules: Rules) -> Iterator[Zone]:
    """Positions whose name stands behind a "+" of an address the mail was sent to (RFC 5233)."""
    details = {words.fold(detail) for detail in _details(mail)}
    named = frozenset(
        one.id for one in rules.positions if one.id.split("/")[-1] in details or one.id in details
    )
    if named:
        yield Zone(
            name="the address",
            sure=named,
            evidence=tuple(f"the address names {one}" for one in rules.in_order(named)),
        )


def _details(mail: Mail) -> list[str]:
    addresses = [*mail.delivered_to, *(one.address for one in (*mail.to, *mail.cc))]
    locals_ = dict.fromkeys(address.partition("@")[0] for address in addresses)
    return [local.partition("+")[2] for local in locals_ if "+" in local]


# --- do they agree? ------------------------------------------------------------------------------


def _agreed(
    found: list[Zone], quoted: Iterator[Zone], own: list[Text], rules: Rules
) -> tuple[frozenset[str], frozenset[str], str]:
    """(sure, among, why): ``among`` is not empty when the choice must be left to the applicant.

    The first part that names positions decides; a later one may name fewer of them, never another.
    """
    first = next((zone for zone in found if zone.sure), Zone(name=""))
    sure = first.sure | _filled(first, found, rules)
    vague = [zone for zone in found if zone.among]
    certain = frozenset().union(
        *(one.place.positions for text in own for one in text.references if one.counts)
    )
    if posts := _not_advertised(own):
        if sure and sure <= certain:
            return sure, frozenset(), ""
        groups = frozenset().union(*(zones.named_groups(text) for text in own))
        why = f"it speaks of a post that is not advertised here: '{posts[0]}'"
        return frozenset(), rules.in_groups(groups), why
    unmet = frozenset().union(*(zone.unmet for zone in found)) - {rules.group_of(one) for one in sure}
    contradicted = (
        bool(unmet)
        or any(_to_others(text) for text in own)
        or any(not zone.sure <= sure for zone in found)
        or any(zone.asks or not zone.among & sure for zone in vague)
        or any(zone.denied & sure for zone in found)
        or bool(_offered(found, sure))
        or any(zone.weak - sure for zone in found if zone.name != "the letter")
    )
    if sure and not contradicted:
        return sure, frozenset(), ""
    candidates = frozenset().union(*(zone.sure | zone.among for zone in found), rules.in_groups(unmet))
    if candidates:
        spoken = (zone.weak for zone in found if zone.name != "the letter")
        candidates = candidates.union(_offered(found, sure), *spoken)
        return frozenset(), candidates | _contacts(own), "the mail leaves open which of them is meant"
    return _from_little(found, quoted, own)


def _wished(found: list[Zone], parts: tuple[_Part, ...], rules: Rules) -> frozenset[str]:
    """The one position that the letter wishes for, where the mail applies for its group and nothing names another."""
    topics = [one for part in parts if part.own and part.name == "the letter" for one in part.text.topics]
    wished = frozenset().union(*(one.place.positions for one in topics if one.stance >= Stance.WISH))
    spoken = frozenset().union(
        *(zone.sure | zone.weak | zone.denied for zone in found),
        *(one for zone in found for one in zone.offered),
        *(one.place.positions for one in topics if one.stance >= Stance.PLAIN),
    )
    groups = frozenset().union(*(zone.groups for zone in found))
    own = [part.text for part in parts if part.own]
    if len(wished) != 1 or spoken != wished or groups != {rules.group_of(one) for one in wished}:
        return frozenset()
    return frozenset() if _not_advertised(own) or any(zone.asks for zone in found) else wished


def _filled(first: Zone, found: list[Zone], rules: Rules) -> frozenset[str]:
    """Positions of later parts in groups that the first part names without saying which of them it means."""
    groups = first.groups - {rules.group_of(one) for one in first.sure}
    later = [zone.sure for zone in found if zone is not first and zone.sure > first.sure]
    return frozenset().union(*(one & rules.in_groups(groups) for one in later))


def _offered(found: list[Zone], sure: frozenset[str]) -> frozenset[str]:
    """What is named as a second choice, and is neither what is applied for first nor the group of that."""
    return frozenset().union(*(one for zone in found for one in zone.offered if not one & sure))


def _from_little(
    found: list[Zone], others: Iterator[Zone], own: list[Text]
) -> tuple[frozenset[str], frozenset[str], str]:
    """What a mail means in which nothing is applied for by name."""
    contacts = _contacts(own)
    weak = frozenset().union(*(zone.weak for zone in found if zone.name != "the letter"))
    if contacts and not weak:
        return contacts, frozenset(), "it is addressed to the contact person of a position"
    quoted = list(others)
    inner = [zone for zone in quoted if zone.sure]
    if not weak and len(inner) == 1 and not any(zone.among for zone in quoted):
        return frozenset(), inner[0].sure, "only quoted text names a position"
    quoted_topics = frozenset().union(*(zone.sure | zone.among for zone in quoted))
    if weak or contacts:
        return frozenset(), weak | contacts, "it speaks of a topic, and does not say that it applies for it"
    if quoted_topics:
        return frozenset(), quoted_topics, "only quoted text names positions"
    return frozenset(), frozenset(), "no open position is named"


def _contacts(own: list[Text]) -> frozenset[str]:
    return frozenset().union(*(text.contacts for text in own))


def _not_advertised(own: list[Text]) -> list[str]:
    """Posts applied for that nobody advertises here. Where a group is applied for, another post needs an "apply"."""
    least = Stance.APPLIED if any(zones.named_groups(text) for text in own) else Stance.POST
    return [one.quote for text in own for one in text.elsewhere if one.stance >= least]
