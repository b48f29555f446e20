"""Invented people of many kinds: where they come from, what they studied, where they worked.

Everything is drawn from a ``Random`` that the caller seeds. Addresses end in example.*, telephone numbers
lie in ranges kept free for fiction, and no town, university or company here exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Literal

from intake.demo.documents.sheet import Language
from intake.demo.varied import worlds
from intake.demo.varied.worlds import Discipline

Sector = Literal["academic", "industrial"]


@dataclass(frozen=True, kw_only=True)
class Someone:
    """One person as papers speak of them. ``years`` are of bachelor, master and doctorate."""

    given: str
    family: str
    woman: bool
    born: str  # ISO
    birthplace: str
    nationality: str
    street: str
    town: str
    country: str
    phone: str
    mail: str
    sector: Sector
    discipline: Discipline
    universities: tuple[str, str]  # the town of the first and of the later one
    employers: tuple[str, str, str]  # the latest first
    years: tuple[int, int, int]
    school: str
    doctor: bool

    @property
    def name(self) -> str:
        return f"{self.given} {self.family}"

    @property
    def titled(self) -> str:
        return f"Dr. {self.name}" if self.doctor else self.name

    def university(self, index: int, language: Language) -> str:
        """The name of the first (0) or later (1) university."""
        return university(self.universities[index], language)


def someone(chance: Random, sector: Sector | None = None) -> Someone:
    """A new person. Sector, subject, origin and age are drawn unless given."""
    sectors: tuple[Sector, ...] = ("academic", "academic", "industrial")
    works: Sector = chance.choice(sectors) if sector is None else sector
    woman = chance.random() < 0.5
    origin = chance.choice(worlds.ORIGINS)
    given = chance.choice(origin.women if woman else origin.men)
    family = chance.choice(origin.families)
    birth = chance.randrange(1974, 1994)
    town = chance.choice(worlds.TOWNS)
    bachelor = birth + chance.randrange(22, 25)
    master = bachelor + chance.randrange(2, 4)
    login = "".join(letter for letter in f"{given}.{family}".lower().replace(" ", "") if letter.isascii())
    return Someone(
        given=given, family=family, woman=woman,
        born=f"{birth}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}",
        birthplace=chance.choice(origin.towns), nationality=origin.nationality,
        street=f"{chance.choice(worlds.STREETS)} {chance.randrange(1, 120)}",
        town=f"{chance.randrange(10, 99)}9{chance.randrange(10, 99)} {town}", country=origin.lives_in,
        phone=f"+49 30 23125 {chance.randrange(0, 1000):03}",
        mail=f"{login}@example.{chance.choice(('org', 'com', 'net'))}",
        sector=works, discipline=chance.choice(worlds.DISCIPLINES),
        universities=_two(chance, worlds.TOWNS), employers=_three(chance, worlds.COMPANIES),
        years=(bachelor, master, master + chance.randrange(3, 6)),
        school=chance.choice(worlds.SCHOOLS),
        doctor=works == "academic" and chance.random() < 0.7,
    )  # fmt: skip


def university(town: str, language: Language) -> str:
    """What the university of this town is called; the same town is always called alike."""
    forms = worlds.UNIVERSITY_NAMES[language]
    return forms[sum(map(ord, town)) % len(forms)].format(town=town)


def official(chance: Random) -> str:
    """Somebody who signs: a dean, a registrar, a head of personnel."""
    origin = chance.choice(worlds.ORIGINS)
    return f"{chance.choice(origin.women + origin.men)} {chance.choice(origin.families)}"


def professor(chance: Random) -> str:
    """Somebody with a chair."""
    return f"Prof. Dr. {official(chance)}"


def _two(chance: Random, names: tuple[str, ...]) -> tuple[str, str]:
    first, second = chance.sample(names, 2)
    return first, second


def _three(chance: Random, names: tuple[str, ...]) -> tuple[str, str, str]:
    first, second, third = chance.sample(names, 3)
    return first, second, third
