"""Invented universities and subjects, with their names in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from intake.demo.documents.sheet import Language


@dataclass(frozen=True, kw_only=True)
class University:
    """An issuer of certificates; all of them, and all who sign for them, are made up."""

    en: str
    de: str
    town: str
    rector: str
    dean: str

    def named(self, language: Language) -> str:
        """The name in this language."""
        return self.de if language == "de" else self.en


UNIVERSITIES = {
    "Nordhafen": University(
        en="University of Nordhafen", de="Universität Nordhafen", town="Nordhafen",
        rector="Prof. Dr. Wiebke Hansohm", dean="Prof. Dr. Ulf Brandenstein",
    ),
    "Westmoor": University(
        en="Westmoor University", de="Universität Westmoor", town="Westmoor",
        rector="Professor Imogen Fairbourne", dean="Professor Alasdair Penrith-Cole",
    ),
    "Rheinfurt": University(
        en="Technical University of Rheinfurt", de="Technische Universität Rheinfurt", town="Rheinfurt",
        rector="Prof. Dr.-Ing. Gernot Vollrathsen", dean="Prof. Dr. Sigrun Eichenau",
    ),
    "Lindenau": University(
        en="University of Lindenau", de="Universität Lindenau", town="Lindenau",
        rector="Prof. Dr. Roswitha Kestenholz", dean="Prof. Dr. Hanno Dierksmeyer",
    ),
}  # fmt: skip

SUBJECTS_DE = {
    "Statistics": "Statistik",
    "Mathematics": "Mathematik",
    "Computer Science": "Informatik",
    "Psychology": "Psychologie",
}


def subject(name: str, language: Language) -> str:
    """A subject in this language; unknown ones stay as they are."""
    return SUBJECTS_DE.get(name, name) if language == "de" else name
