"""Which case a mail of somebody else seems to belong to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from intake.journey import (
    words,
)
from intake.journey.plan.opening import KEPT_TEXT, NUMBER, Opening
from intake.model import (
    value,
)


@value
class Known:
    """An open case, as far as a third party's mail may speak of it."""

    number: str
    address: str
    person: str


def beside(opening: Opening, cases: Iterable[Known]) -> str:
    """The case of somebody else that a third party's mail seems to belong to, or "" where none or several do:
    it names the number, passes on a mail of that address, or names the person."""
    if not opening.screening.third_party:
        return ""
    mail, known = opening.mail, tuple(cases)
    text = f"{mail.subject}\n{mail.text[:KEPT_TEXT]}"
    said = set(NUMBER.findall(text))
    folded = set(re.findall(r"\w+", words.fold(text)))
    inner = mail.forwarded.sender.address.lower() if mail.forwarded else ""
    ways: tuple[Callable[[Known], bool], ...] = (
        lambda case: case.number in said,
        lambda case: bool(inner) and case.address == inner,
        lambda case: _named(case.person, folded),
    )
    for speaks_of in ways:
        found = [case.number for case in known if speaks_of(case)]
        if found:
            return found[0] if len(found) == 1 else ""
    return ""


def _named(person: str, folded: set[str]) -> bool:
    """Whether every word of a name of two words or more stands in the text."""
    parts = re.findall(r"\w+", words.fold(person))
    return len(parts) > 1 and folded.issuperset(parts)
