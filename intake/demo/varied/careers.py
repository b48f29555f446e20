"""What the CVs tell: education, posts, skills, and for academics their papers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from intake.demo.documents.careers import Entry
from intake.demo.documents.sheet import Language
from intake.demo.varied import invented
from intake.demo.varied.invented import Someone


@dataclass(frozen=True, kw_only=True)
class Career:
    """The sections of one CV. ``words`` are the headings that this CV gives them."""

    words: dict[str, str]
    profile: str
    education: tuple[Entry, ...]
    experience: tuple[Entry, ...]
    further: tuple[Entry, ...]
    skills: str
    languages: tuple[str, ...]
    interests: tuple[str, ...]
    publications: tuple[str, ...]
    talks: tuple[str, ...]
    grants: tuple[str, ...]

    def headlines(self, entries: Sequence[Entry]) -> list[tuple[str, str]]:
        """Period and one line for each entry."""
        return [
            (entry.period, f"{entry.what}, {entry.where}" if entry.where else entry.what) for entry in entries
        ]

    def told(self, entries: Sequence[Entry]) -> list[tuple[str, str]]:
        """Period and the whole story of each entry."""
        return [
            (period, "<br/>".join((line, *(f"– {note}" for note in entry.notes))))
            for entry, (period, line) in zip(entries, self.headlines(entries), strict=True)
        ]


def of(who: Someone, language: Language, chance: Random) -> Career:
    """A career for this person; the same person tells it in other words at every call."""
    return Career(
        words={name: chance.choice(forms) for name, forms in _WORDS[language].items()},
        profile=chance.choice(_PROFILES[language]).format(subject=who.discipline.name[language],
                                                          topic=who.discipline.topic[language]),
        education=_education(who, language, chance), experience=_experience(who, language, chance),
        further=_further(who, language, chance),
        skills=", ".join(chance.sample(who.discipline.tools, 4)), languages=_languages(who, language, chance),
        interests=tuple(chance.sample(_INTERESTS[language], 3)), publications=_publications(who, chance),
        talks=_talks(who, language, chance),
        grants=tuple(f"{who.years[2] + index}: {text}" for index, text in enumerate(_GRANTS[language])),
    )  # fmt: skip


def _education(who: Someone, language: Language, chance: Random) -> tuple[Entry, ...]:
    first, later = who.university(0, language), who.university(1, language)
    subject, field = who.discipline.name[language], who.discipline
    bachelor, master, doctorate = who.years
    german = language == "de"
    grade = f"{1 + chance.randrange(0, 14) / 10:.1f}".replace(".", "," if german else ".")
    rows = [
        Entry(period=f"{bachelor}–{master}", what=f"Master of {field.degree}, {subject}", where=later,
              notes=((f"Note {grade}; Masterarbeit: „{chance.choice(field.theses['de'])}“",) if german
                     else (f"Grade {grade}; thesis “{chance.choice(field.theses['en'])}”",))),
        Entry(period=f"{bachelor - 3}–{bachelor}", what=f"Bachelor of {field.degree}, {subject}", where=first),
        Entry(period=f"{bachelor - 4}", what="Abitur" if german else "School leaving certificate (A levels)",
              where=who.school),
    ]  # fmt: skip
    if who.doctor:
        what = f"Promotion, {subject}" if german else f"Doctorate in {subject}"
        rows.insert(0, Entry(period=f"{master}–{doctorate}", what=what, where=later))
    return tuple(rows)


def _experience(who: Someone, language: Language, chance: Random) -> tuple[Entry, ...]:
    field, master = who.discipline, who.years[1]
    today = "heute" if language == "de" else "present"
    posts = _ACADEMIC_POSTS[language] if who.sector == "academic" else field.posts[language]
    places = (
        (who.university(1, language), who.university(1, language), who.university(0, language))
        if who.sector == "academic" else who.employers
    )  # fmt: skip
    month = f"{chance.randrange(1, 13):02}/" if chance.random() < 0.5 else ""
    periods = (f"{month}{master + 4} – {today}", f"{month}{master + 1} – {month}{master + 4}",
               f"{month}{master - 2} – {month}{master}")  # fmt: skip
    rows = [*zip(periods, posts, places, strict=True), *_earlier(who, language, chance)]
    return tuple(
        Entry(
            period=when,
            what=what,
            where=where,
            notes=tuple(chance.sample(field.tasks[language], chance.randrange(1, 5))),
        )
        for when, what, where in rows
    )


def _earlier(who: Someone, language: Language, chance: Random) -> list[tuple[str, str, str]]:
    """Up to four shorter posts of the years as a student: long CVs and short ones."""
    last = who.years[1] - 2
    return [
        (
            f"{last - index - 1}–{last - index}",
            chance.choice(who.discipline.posts[language]),
            chance.choice(who.employers),
        )
        for index in range(chance.choice((0, 0, 1, 3, 4)))
    ]


def _further(who: Someone, language: Language, chance: Random) -> tuple[Entry, ...]:
    return tuple(
        Entry(period=str(who.years[1] + 1 + index), what=text)
        for index, text in enumerate(chance.sample(_FURTHER[language], 2))
    )


def _languages(who: Someone, language: Language, chance: Random) -> tuple[str, ...]:
    level = chance.choice(("B1", "B2", "C1"))
    if language == "de":
        return ("Deutsch (Muttersprache)" if who.country == "Germany" else "Deutsch (C1)", "Englisch (verhandlungssicher)",
                f"Französisch ({level})")  # fmt: skip
    return (
        "English (fluent)",
        f"German ({level})",
        f"{who.nationality.capitalize()} background, two more languages",
    )


def _publications(who: Someone, chance: Random) -> tuple[str, ...]:
    if who.sector == "industrial":
        return ()
    rows = []
    for title in chance.sample(who.discipline.papers, len(who.discipline.papers)):
        other = invented.official(chance)
        rows.append(
            f"{who.family}, {who.given[0]}., and {other} ({who.years[2] + chance.randrange(-2, 4)}). {title}."
            f" {chance.choice(_VENUES)} {chance.randrange(3, 60)}({chance.randrange(1, 5)}),"
            f" {chance.randrange(10, 300)}–{chance.randrange(301, 400)}."
        )
    return tuple(rows)


def _talks(who: Someone, language: Language, chance: Random) -> tuple[str, ...]:
    word = "Vortrag" if language == "de" else "Invited talk"
    return tuple(f"{who.years[2]}: {word}, “{title}”, {chance.choice(('Halmstedt', 'Fairhaven'))}"
                 for title in who.discipline.papers[:3])  # fmt: skip


_VENUES = (
    "Journal of Applied Inference",
    "Annals of Imaginary Methods",
    "Proceedings of the Halmstedt Symposium",
)
_ACADEMIC_POSTS = {
    "en": ("Postdoctoral researcher", "Research associate", "Student assistant"),
    "de": ("Wissenschaftliche Mitarbeit (PostDoc)", "Promotionsstelle", "Studentische Hilfskraft"),
}
_GRANTS = {
    "en": ("Travel grant of the Halmstedt foundation", "Seed funding for a pilot study, 20,000 euros"),
    "de": ("Reisestipendium der Stiftung Halmstedt", "Anschubfinanzierung einer Pilotstudie, 20.000 Euro"),
}
_FURTHER = {
    "en": ("Course in project management", "Certificate in university teaching", "First aid training",
           "Summer school on causal methods", "Voluntary service at the food bank"),
    "de": ("Lehrgang Projektmanagement", "Zertifikat Hochschuldidaktik", "Ausbilderschein (AEVO)",
           "Sommerschule zu kausalen Methoden", "Ehrenamt bei der Tafel"),
}  # fmt: skip
_INTERESTS = {
    "en": (
        "choir singing",
        "long-distance running",
        "chess",
        "repairing bicycles",
        "photography",
        "climbing",
    ),
    "de": ("Chorgesang", "Langstreckenlauf", "Schach", "Fahrradwerkstatt", "Fotografie", "Klettern"),
}
_PROFILES = {
    "en": ("Specialist in {subject} with a taste for difficult questions and clear answers.",
           "I work on {topic} and like to build things that others can use.",
           "Experienced in {subject}, reliable under pressure, used to working across borders."),
    "de": ("Fachkraft für {subject} mit Freude an schwierigen Fragen und klaren Antworten.",
           "Mein Thema: {topic}. Ich baue gern Dinge, die andere nutzen können.",
           "Erfahren im Bereich {subject}, belastbar, gewohnt, mit vielen Stellen zusammenzuarbeiten."),
}  # fmt: skip
_WORDS: dict[Language, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("Curriculum Vitae", "Résumé", "CV"), "personal": ("Personal details", "Personal data", "About me"),
        "contact": ("Contact", "Get in touch"), "education": ("Education", "Academic background", "Studies", "Degrees"),
        "experience": ("Experience", "Employment history", "Professional experience", "Positions held", "Work history"),
        "further": ("Further training", "Courses and certificates", "Additional experience"),
        "skills": ("Skills", "Technical skills", "Core competencies", "Software"),
        "languages": ("Languages", "Language skills"), "interests": ("Interests", "Hobbies", "Outside work"),
        "publications": ("Publications", "Selected publications", "Papers"), "talks": ("Talks", "Presentations"),
        "grants": ("Grants and awards", "Funding"),
    },
    "de": {
        "title": ("Lebenslauf", "Curriculum Vitae", "Tabellarischer Lebenslauf"),
        "personal": ("Persönliche Daten", "Zur Person", "Angaben zur Person"), "contact": ("Kontakt", "Erreichbarkeit"),
        "education": ("Ausbildung", "Studium", "Bildungsweg", "Schule und Studium"),
        "experience": ("Berufserfahrung", "Beruflicher Werdegang", "Praxis", "Berufliche Stationen"),
        "further": ("Weiterbildung", "Zusatzqualifikationen", "Fortbildungen und Engagement"),
        "skills": ("Kenntnisse", "EDV-Kenntnisse", "Fähigkeiten", "Software"),
        "languages": ("Sprachen", "Sprachkenntnisse"), "interests": ("Interessen", "Hobbys"),
        "publications": ("Veröffentlichungen", "Publikationen"), "talks": ("Vorträge",),
        "grants": ("Auszeichnungen", "Drittmittel und Preise"),
    },
}  # fmt: skip
