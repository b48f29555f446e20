"""Single documents by the number, each with what its pages are: the material of composed applications."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Literal

from intake.demo.documents.sheet import Language
from intake.demo.varied import certificates, conditions, cvs, invented, letters, strangers
from intake.demo.varied.conditions import Condition
from intake.demo.varied.invented import Someone
from intake.demo.varied.looks import Sheets

Scan = Literal["yes", "no"]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """One document. ``labels`` has a class of page_labels for each page; ``kind`` is what was made of it."""

    kind: str
    language: str
    pdf: bytes
    labels: tuple[str, ...]
    scan: Scan

    @property
    def page_labels(self) -> str:
        """`1:letter;2-4:cv`."""
        runs, first = [], 1
        for label, group in itertools.groupby(self.labels):
            last = first + len(list(group)) - 1
            runs.append(f"{first}:{label}" if first == last else f"{first}-{last}:{label}")
            first = last + 1
        return ";".join(runs)


def papers(chance: Random, count: int) -> Iterator[Paper]:
    """That many documents of every family in turn, none like another.

    Of ten, two are letters, two CVs, four certificates, two strangers. A third of the certificates are
    pictures, as in real applications; of the others one in twelve; some are locked or packed.
    """
    families = ("letter", "certificate", "cv", "certificate", "stranger") * 2
    turns = {family: _shuffled(chance, family) for family in dict.fromkeys(families)}
    for index in range(count):
        family = families[index % len(families)]
        yield paper(family, next(turns[family]), chance)


def paper(family: str, layout: str, chance: Random) -> Paper:
    """One document of this family and layout, of a new person, in a condition that is drawn."""
    who, language = invented.someone(chance), _language(chance)
    drawn = made(family, layout, who, language, chance)
    condition = _condition(family, layout, chance)
    pdf = conditions.suffered(drawn.pdf, condition, chance) if condition else drawn.pdf
    picture = condition in conditions.PICTURES or layout == "identity-card"
    return Paper(
        kind="-".join(part for part in (family, layout, condition) if part),
        language=certificates.FOREIGN.get(layout, "en" if layout == "paper" else language), pdf=pdf,
        labels=drawn.labels, scan="yes" if picture else "no",
    )  # fmt: skip


def made(family: str, layout: str, who: Someone, language: Language, chance: Random) -> Sheets:
    """A document of this family and layout; raises ValueError where there is none."""
    for found in letters.LAYOUTS:
        if (family, layout) == ("letter", found):
            return letters.letter(found, who, language, chance)
    for kind in certificates.KINDS:
        if (family, layout) == ("certificate", kind):
            return certificates.certificate(kind, who, language, chance)
    for design in cvs.LAYOUTS:
        if (family, layout) == ("cv", design):
            return cvs.cv(design, who, language, chance)
    for other in strangers.KINDS:
        if (family, layout) == ("stranger", other):
            return strangers.stranger(other, who, language, chance)
    raise ValueError(f"no {family} is called {layout!r}")


def _language(chance: Random) -> Language:
    return "de" if chance.random() < 0.5 else "en"


def _condition(family: str, layout: str, chance: Random) -> Condition | None:
    if layout in ("identity-card", "blank", "divider", "arabic", "chinese", "europass-form"):
        return None  # pictures already, nothing to read, or drawn in letters that only a text layer holds
    if chance.random() < (0.33 if family == "certificate" else 0.08):
        return chance.choice(sorted(conditions.PICTURES))
    return chance.choice(("locked", "packed", "glyph-words")) if chance.random() < 0.05 else None


def _shuffled(chance: Random, family: str) -> Iterator[str]:
    """Every layout of a family before any comes again."""
    layouts: dict[str, tuple[str, ...]] = {
        "letter": letters.LAYOUTS, "certificate": certificates.KINDS, "cv": cvs.LAYOUTS, "stranger": strangers.KINDS,
    }  # fmt: skip
    while True:
        yield from chance.sample(layouts[family], len(layouts[family]))
