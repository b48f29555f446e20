"""What one clause of an answer chooses: numbers, all, several, none, or the choice left to us.

A clause chooses when, besides the words of a choice, it holds only words that change nothing ("I would like … please").
With any other word beside them it is doubtful: "2 applications", "my second mail", "2, or else 3".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum

from intake.journey.answers import vocabulary
from intake.journey.answers.clauses import UNREAD, Clause
from intake.journey.route.names import Place
from intake.model import value


class Choice(StrEnum):
    """A choice without numbers. ALL: of those offered; EVERY: all positions, whichever those are."""

    DECIDE = "you-decide"
    SEVERAL = "several"
    NONE = "none"
    BOTH = "both"
    ALL = "all"
    EVERY = "every"


@value
class Said:
    """What a clause says of the choice. title: its names and what joins them, of a clause that only chooses;
    beside: the whole of a clause that says more, and names a position; bare: it is an item of a list and no more,
    so that several of them add up."""

    numbers: frozenset[int] = frozenset()
    choice: Choice | None = None
    group: str = ""
    title: str = ""
    beside: str = ""
    doubtful: bool = False
    bare: bool = False
    shown: str = ""

    @property
    def tells(self) -> bool:
        return bool(self.numbers or self.choice or self.group or self.title or self.beside)


_NUMBER, _TITLE, _GROUP, _NOT, _BUT, _AND, _JOINING, _PLAIN = "ntgxbajp"
# Numbers in a row; one that is refused for others; some, and one that is refused.
_PLAIN_LIST = re.compile(r"a*n(?:a*n)*a*")
_NOT_BUT = re.compile(r"xnab|xn(?:a*b)n(?:a*n)*a*|xnan")
_BUT_NOT = re.compile(r"n(?:a*n)*a*b?xn")
# One that is not named, or some of all; "every one of them" and "the one of causal inference" say which.
_SOME = re.compile(
    r"(?<!\bevery )(?<!\beach )(?<!\bthe )\b(?:one (?:out )?of|one from|any of|either of|ein(?:e[rn]?|s) (?:der|von|aus))\b"
    r"|(?<!\bfirst )\b(?:of|from|among|amongst|von|unter|aus) (?:all|allen)\b|\b(?:read|gelesen)\b(?: \w+){0,4} all"
)
# Words of a choice that choose nothing: "all ok", "these are all", "one second", "thank you for your decision".
_IDLE = re.compile(
    r"\ball(?:es)? (?:ok|okay|right|good|fine|clear|gut|klar)\b"
    r"|\b(?:this|that|these|those|das|dies|diese)(?: (?:is|are|was|were|ist|sind|waren))+(?: \w+){0,2} (?:all|alle)\b"
    r"|\bone second\b|\bthank(?:s| you)?(?: \w+){0,4} for (?:\w+ ){0,3}(?:all|choice|decision)\b"
    r"|\bdanke?(?: \w+){0,4} fuer (?:\w+ ){0,3}(?:alle|wahl|entscheidung)\b"
)
# A place beside a number is another one; "listed under 2" is that one.
_NEAR = re.compile(
    r"(?<!\blisted )(?<!\bnamed )(?<!\bmentioned )(?<!\badvertised )(?<!\bdescribed )(?<!\bgiven )"
    r"\b(?:above|below|under|beneath|over|by|before|after|behind|beside|beyond|past)"
    rf"(?: (?:the|number|nr|no|num|position|option))*+ (?:\d{{1,2}}|{'|'.join({**vocabulary.ORDINALS, **vocabulary.CARDINALS})})\b"
    r"|\band (?:above|below|under|over|up|down)\b"
)


@value
class _Token:
    """One meaning in a clause: a kind of the letters above, or a choice; number: of a number."""

    kind: str
    number: int = 0
    text: str = ""


def of(clause: Clause, *, many: int) -> Said:
    """What a clause says. many: how many positions were offered."""
    said = _of(clause, many)
    return replace(said, bare=said.tells and _is_bare(clause))


def _is_bare(clause: Clause) -> bool:
    """Whether it holds only names, numbers and what joins them: "No. 2", not "sorry, 3"."""
    named = {index for one in clause.places for index in range(one.start, one.end)}
    return all(
        word in vocabulary.LISTED or re.fullmatch(r"\d{1,2}(?:st|nd|rd|th|te[nrs]?)?", word) is not None
        for index, word in enumerate(clause.words)
        if index not in named
    )


def _of(clause: Clause, many: int) -> Said:
    if clause.words[0] in vocabulary.ASKING and (clause.places or numbers_something(clause)):
        return Said(doubtful=True, shown=clause.shown)
    if _SOME.search(clause.text) or _NEAR.search(clause.text) or _IDLE.search(_telling(clause.text)):
        return Said(doubtful=True, shown=clause.shown)
    choice, left = _choice(clause, many)
    tokens = list(_tokens(left))
    pure = all(one.kind for one in tokens)
    if not pure:
        return _aside(clause, choice, left)
    kinds = "".join(one.kind for one in tokens if one.kind != _JOINING)
    if not kinds.strip(_AND + _PLAIN):
        return Said(choice=choice, doubtful=choice is None and _refuses(left), shown=clause.shown)
    if _TITLE in kinds or _GROUP in kinds:
        return _named(clause, choice, tokens, kinds)
    numbers = _numbers(tokens, kinds.strip(_PLAIN))
    doubtful = not numbers or _of_the_writer(clause)
    return Said(numbers=numbers, choice=choice, doubtful=doubtful, shown=clause.shown)


def excuses(clause: Clause) -> bool:
    """Whether it begins with thanks or an excuse, after which a comma begins something else."""
    return clause.words[0] in vocabulary.EXCUSES


def _aside(clause: Clause, choice: Choice | None, left: Clause) -> Said:
    """A clause that says something else: harmless, unless a word of it could change a choice."""
    named = bool(clause.places) and any(one.positions for one in clause.places)
    found = set(left.words)
    unclear = found & vocabulary.UNCLEAR or numbers_something(left)
    if choice or unclear:
        return Said(doubtful=True, shown=clause.shown)
    return Said(beside=f"{clause.shown}." if named else "", shown=clause.shown)


def numbers_something(clause: Clause) -> bool:
    """Whether it holds a number that could be a choice."""
    return any(_counts(clause, index) for index in range(len(clause.words)))


def _counts(clause: Clause, index: int) -> bool:
    """Whether a word is a number that could be a choice: neither "2 years" nor one of a position's name."""
    word = clause.words[index]
    if any(one.start <= index < one.end for one in clause.places):
        return False
    following = clause.words[index + 1] if index + 1 < len(clause.words) else ""
    digits = re.fullmatch(r"\d{1,2}[a-z]{0,3}", word) is not None
    return (digits or word in vocabulary.ORDINALS) and following not in vocabulary.UNITS


def _refuses(clause: Clause) -> bool:
    """Whether it only refuses: "no", "not that"."""
    return bool(set(clause.words) & {*vocabulary.NOT, *vocabulary.BUT})


# --- choices without numbers ---------------------------------------------------------------------


def _choice(clause: Clause, many: int) -> tuple[Choice | None, Clause]:
    """The choice that a phrase makes, and the clause without it. A group's words stay."""
    text = f" {_telling(' '.join(_marked(clause)))} "
    found: Choice | None = None
    for name, phrases in vocabulary.PHRASES:
        for phrase in phrases:
            if f" {phrase} " in text and (found is None or Choice(name) is found):
                found, text = Choice(name), text.replace(f" {phrase} ", " ", 1)
    if found is Choice.ALL:
        text, found = _all_counted(text, many)
    if found is Choice.DECIDE:
        text = " ".join(["", *(one for one in text.split() if one not in vocabulary.WHERE), ""])
    if found is None and text == f" {' '.join(_marked(clause))} ":
        return None, clause
    return found, _unmarked(text, clause)


def _all_counted(text: str, many: int) -> tuple[str, Choice | None]:
    """ "all three", "all positions": how many are meant."""
    rest = text.split()
    counted = [index for index, word in enumerate(rest) if word in vocabulary.CARDINALS or word.isdecimal()]
    if len(counted) == 1:
        word = rest.pop(counted[0])
        number = int(word) if word.isdecimal() else vocabulary.CARDINALS[word]
        rest = [one for one in rest if one not in vocabulary.NOUNS]
        return f" {' '.join(rest)} ", Choice.ALL if number == many else Choice.EVERY
    if set(rest) & vocabulary.NOUNS and not set(rest) & vocabulary.THESE:
        return text, Choice.EVERY
    return text, Choice.ALL


def _telling(text: str) -> str:
    """Words without the phrases that change nothing."""
    text = f" {text} "
    for phrase in vocabulary.HARMLESS:
        text = text.replace(f" {phrase} ", " ")
    return text.strip()


def _marked(clause: Clause) -> list[str]:
    """The words, with a name as one word "§0" and a comma as one."""
    starts = {one.start: number for number, one in enumerate(clause.places)}
    inside = {index for one in clause.places for index in range(one.start + 1, one.end)}
    found: list[str] = []
    for index, word in enumerate(clause.words):
        if index in clause.commas:
            found.append(",")
        if index in starts:
            found.append(f"§{starts[index]}")
        elif index not in inside:
            found.append(word)
    return found


def _unmarked(text: str, clause: Clause) -> Clause:
    """A clause of what is left of the marked words."""
    found: list[str] = []
    places: list[Place] = []
    commas: set[int] = set()
    for word in text.split():
        if word == ",":
            commas.add(len(found))
        elif word.startswith("§"):
            place = clause.places[int(word[1:])]
            start = len(found)
            found += clause.words[place.start : place.end]
            places.append(
                Place(
                    start=start, end=len(found), positions=place.positions, group=place.group, hint=place.hint
                )
            )
        else:
            found.append(word)
    return Clause(words=tuple(found), commas=frozenset(commas), places=tuple(places), shown=clause.shown)


# --- numbers and names ---------------------------------------------------------------------------


def _tokens(clause: Clause) -> Iterator[_Token]:
    """The meaning of each word; kind "" for one that no choice is made of."""
    starts = {one.start: one for one in clause.places}
    inside = {index for one in clause.places for index in range(one.start + 1, one.end)}
    end = _closing(clause)
    for index, word in enumerate(clause.words[:end]):
        if index in clause.commas and index:
            yield _Token(kind=_AND, text=",")
        if place := starts.get(index):
            text = " ".join(clause.words[place.start : place.end])
            yield _Token(kind=_GROUP if place.group else _TITLE, text=text)
        elif index not in inside:
            yield _token(clause, index, word)


def _closing(clause: Clause) -> int:
    """Where "thanks, Nadia" begins at the end of a clause: what follows is a name or two."""
    for index, word in enumerate(clause.words):
        after = clause.words[index + 1 :]
        if word in vocabulary.CLOSING and len(after) <= vocabulary.NAMED:
            chooses = any(
                vocabulary.meaning(one) or _counts(clause, index + 1 + place)
                for place, one in enumerate(after)
            )
            if not chooses and not any(one.start > index for one in clause.places):
                return index
    return len(clause.words)


def _token(clause: Clause, index: int, word: str) -> _Token:
    found = clause.words
    before = found[index - 1] if index else ""
    after = found[index + 1] if index + 1 < len(found) else ""
    if word in vocabulary.NOT:
        return _Token(kind=_NOT, text="not")
    if word in vocabulary.BUT:
        return _Token(kind=_BUT, text="but")
    if word in vocabulary.AND:
        return _Token(kind=_AND, text="and")
    if digits := re.fullmatch(r"(\d{1,2})(st|nd|rd|th|te[nrs]?|er)?", word):
        wrong = _miscounted(before, after, ordinal=bool(digits[2]))
        return _Token(kind="" if wrong else _NUMBER, number=int(digits[1]), text=word)
    spelt = vocabulary.spelt(word)
    if spelt in vocabulary.ORDINALS:
        wrong = _miscounted(before, after, ordinal=True) or _enumerates(clause, index)
        return _Token(kind="" if wrong else _NUMBER, number=vocabulary.ORDINALS[spelt], text=word)
    if word in vocabulary.CARDINALS and _names_a_number(found, index):
        return _Token(kind=_NUMBER, number=vocabulary.CARDINALS[word], text=word)
    if word in vocabulary.JOINING:
        return _Token(kind=_JOINING, text=word)
    return _Token(kind=_PLAIN if spelt in vocabulary.PLAIN and word != UNREAD else "", text=word)


def _enumerates(clause: Clause, index: int) -> bool:
    """ "First, thank you": it numbers what is said."""
    after = clause.words[index + 1 : index + 2]
    return (
        index == 0
        and 1 in clause.commas
        and not (after and vocabulary.spelt(after[0]) in vocabulary.ORDINALS)
    )


def _miscounted(before: str, after: str, *, ordinal: bool) -> bool:
    """ "my second mail", "2 positions": neither numbers a position of ours."""
    if ordinal:
        return before in vocabulary.WHOSE or after in vocabulary.OTHER_NOUNS
    return after in vocabulary.COUNTED or before in vocabulary.WHOSE


def _names_a_number(found: tuple[str, ...], index: int) -> bool:
    """Whether "two" is a number of the list: after "number", or with nothing else beside it."""
    alone = all(
        one in vocabulary.CARDINALS or one in vocabulary.AND or one in vocabulary.POLITE for one in found
    )
    if alone:
        return True
    place = index
    while place > 1 and (found[place - 1] in vocabulary.AND or found[place - 1] in vocabulary.CARDINALS):
        place -= 1
    return bool(place) and found[place - 1] in vocabulary.NUMBERING


def _numbers(tokens: list[_Token], kinds: str) -> frozenset[int]:
    """The numbers chosen, () where a "not" or "but" leaves open which."""
    numbers = [one.number for one in tokens if one.kind == _NUMBER]
    if _run_on(tokens):
        return frozenset()
    if _PLAIN_LIST.fullmatch(kinds):
        return frozenset(numbers)
    if _NOT_BUT.fullmatch(kinds) and kinds.count(_BUT) == 1:
        return frozenset(numbers[1:]) - {numbers[0]}
    if _BUT_NOT.fullmatch(kinds):
        return frozenset(numbers[:-1]) - {numbers[-1]}
    return frozenset()


def _run_on(tokens: list[_Token]) -> bool:
    """ "First 2", "2 for 3": only figures may follow each other with nothing that adds one to the other."""
    last, joined = None, False
    for one in tokens:
        if one.kind == _NUMBER:
            figures = last is None or (last.text.isdecimal() and one.text.isdecimal())
            if joined or not figures:
                return True
            last = one
        elif one.kind != _JOINING:
            last = None
        joined = last is not None and one.kind == _JOINING
    return False


def _named(clause: Clause, choice: Choice | None, tokens: list[_Token], kinds: str) -> Said:
    """A clause with names; routing reads those, and a number beside them must mean the same."""
    numbers = frozenset(one.number for one in tokens if one.kind == _NUMBER)
    refuses = bool({_NOT, _BUT} & set(kinds))
    if numbers and refuses:
        return Said(doubtful=True, shown=clause.shown)
    if _of_the_writer(clause) or _apart(kinds):
        return _aside(clause, choice, clause)
    if _TITLE not in kinds:
        return _grouped(clause, choice, numbers, refuses=refuses)
    title = " ".join(one.text for one in tokens if one.kind not in (_PLAIN, _JOINING, _NUMBER))
    return Said(
        numbers=numbers, choice=choice, title=title.replace(" ,", ",").strip(" ,"), shown=clause.shown
    )


def _grouped(clause: Clause, choice: Choice | None, numbers: frozenset[int], *, refuses: bool) -> Said:
    """ "The PostDoc", "all PostDoc positions": of these routing knows how many there are."""
    groups = {one.group for one in clause.places}
    if choice in (Choice.ALL, Choice.EVERY) and not numbers and not refuses:
        return Said(title=clause.text, shown=clause.shown)
    sure = len(groups) == 1 and not refuses and choice is None
    return Said(numbers=numbers, group=groups.pop() if sure else "", doubtful=not sure, shown=clause.shown)


def _of_the_writer(clause: Clause) -> bool:
    """ "I am a postdoc", "my postdoc", "I am first": what the writer is, unless it is applied for."""
    states = {"am", "bin", "was", "war"} & set(clause.words)
    own = any(one.start and clause.words[one.start - 1] in vocabulary.MINE for one in clause.places)
    return own or bool(states and not vocabulary.APPLYING & set(clause.words))


def _apart(kinds: str) -> bool:
    """Whether more than "and" stands between two names: "I prefer X to Y"."""
    return re.search(f"{_TITLE}[^{_TITLE}{_NUMBER}]*{_PLAIN}[^{_TITLE}]*{_TITLE}", kinds) is not None
