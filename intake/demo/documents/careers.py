"""What a CV tells: an invented academic career for each person, the same one in every layout."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from intake.demo.documents.sheet import Language
from intake.demo.documents.universities import UNIVERSITIES, subject
from intake.demo.people import Person


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a CV with its period, and what is said below it."""

    period: str
    what: str
    where: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Career:
    """The sections of a CV, each in the order in which CVs print it: the newest first."""

    education: tuple[Entry, ...]
    experience: tuple[Entry, ...]
    teaching: tuple[Entry, ...]
    awards: tuple[Entry, ...]
    talks: tuple[Entry, ...]
    publications: tuple[str, ...]
    service: tuple[str, ...]
    skills: tuple[str, ...]
    languages: tuple[str, ...]
    referees: tuple[str, ...]


def of(person: Person, language: Language) -> Career:
    """The career of this person; all years follow from the year of birth."""
    chance = Random(person.login)  # variety, not secrecy
    doctorate = int(person.born[:4]) + 29
    return Career(
        education=_education(person, language, doctorate),
        experience=_experience(person, language, doctorate),
        teaching=_teaching(language, doctorate),
        awards=_awards(person, language, doctorate),
        talks=_talks(chance, language, doctorate),
        publications=_publications(person, chance, doctorate),
        service=_SERVICE[language],
        skills=_SKILLS[language],
        languages=_languages(person, language),
        referees=_referees(person),
    )


def _education(person: Person, language: Language, doctorate: int) -> tuple[Entry, ...]:
    first, second = (
        UNIVERSITIES[name].named(language) for name in (person.earlier_university, person.university)
    )
    field = subject(person.subject, language)
    school_year = doctorate - 10
    if language == "de":
        return (
            Entry(period=f"{doctorate - 4}–{doctorate}", what=f"Promotion in {field}, magna cum laude",
                where=second,
                  notes=(f"Dissertation: „{person.thesis}“",)),
            Entry(period=f"{doctorate - 6}–{doctorate - 4}", what=f"Master of Science in {field}, Note 1,2",
                where=first),
            Entry(period=f"{school_year}–{doctorate - 6}", what=f"Bachelor of Science in {field}, Note 1,5",
                where=first),
            Entry(period=f"{school_year - 1}", what="Abitur, Note 1,3",
                where=f"Gymnasium am Markt, {person.birthplace}"),
        )  # fmt: skip
    return (
        Entry(period=f"{doctorate - 4}–{doctorate}", what=f"PhD in {field}, with distinction", where=second,
              notes=(f"Thesis: “{person.thesis}”",)),
        Entry(period=f"{doctorate - 6}–{doctorate - 4}", what=f"MSc in {field}, first class", where=first,
              notes=("Thesis on penalised estimation in large linear systems",)),
        Entry(period=f"{school_year}–{doctorate - 6}", what=f"BSc in {field}, first class honours",
            where=first),
    )  # fmt: skip


def _experience(person: Person, language: Language, doctorate: int) -> tuple[Entry, ...]:
    first, second = (
        UNIVERSITIES[name].named(language) for name in (person.earlier_university, person.university)
    )
    today = "heute" if language == "de" else "present"
    posts, notes = _EXPERIENCE[language]
    places = (first, second, _INSTITUTE[language], second)
    periods = (
        f"{doctorate + 1}–{today}", f"{doctorate - 4}–{doctorate + 1}", f"{doctorate - 2}",
        f"{doctorate - 6}–{doctorate - 4}",
    )  # fmt: skip
    rows = zip(periods, posts, places, notes, strict=True)
    return tuple(Entry(period=when, what=what, where=where, notes=said) for when, what, where, said in rows)


def _teaching(language: Language, doctorate: int) -> tuple[Entry, ...]:
    return tuple(
        Entry(period=str(doctorate + 2 - index), what=course)
        for index, course in enumerate(_COURSES[language])
    )


def _awards(person: Person, language: Language, doctorate: int) -> tuple[Entry, ...]:
    where = UNIVERSITIES[person.university].named(language)
    years = (doctorate + 1, doctorate, doctorate - 3, doctorate - 7)
    rows = zip(years, _AWARDS[language], strict=True)
    return tuple(Entry(period=str(year), what=award.format(university=where)) for year, award in rows)


def _talks(chance: Random, language: Language, doctorate: int) -> tuple[Entry, ...]:
    chosen = chance.sample(_TALKS, 4)
    invited = "Eingeladener Vortrag" if language == "de" else "Invited talk"
    return tuple(
        Entry(period=str(doctorate + 2 - index), what=f"{invited}: {title}", where=place)
        for index, (title, place) in enumerate(chosen)
    )


def _publications(person: Person, chance: Random, doctorate: int) -> tuple[str, ...]:
    """Eight papers; titles and venues stay English in German CVs, as in life."""
    own = f"{person.family or person.given}, {person.given[0]}."
    rows = []
    for index, title in enumerate(chance.sample(_PAPERS, 8)):
        others = chance.sample(_COAUTHORS, chance.choice((1, 2)))
        authors = [own, *others] if index % 3 else [others[0], own, *others[1:]]
        venue = chance.choice(_VENUES)
        pages = chance.randrange(10, 400)
        rows.append(
            f"{', '.join(authors)} ({doctorate + 2 - index // 2}). {title}. <i>{venue}</i>"
            f" {chance.randrange(4, 48)}, {pages}–{pages + chance.randrange(9, 34)}."
        )
    return tuple(rows)


def _languages(person: Person, language: Language) -> tuple[str, ...]:
    german_speaking = person.country in ("Germany", "Deutschland")
    if language == "de":
        return (
            "Deutsch (Muttersprache)" if german_speaking else "Deutsch (C1)",
            "Englisch (C2)",
            "Französisch (B1)",
        )
    native = "German (native)" if german_speaking else _NATIVE.get(person.country, "English (native)")
    return tuple(dict.fromkeys((native, "English (C2)", "German (C1)" if german_speaking else "German (B1)")))


def _referees(person: Person) -> tuple[str, ...]:
    last, first = UNIVERSITIES[person.university], UNIVERSITIES[person.earlier_university]
    other = last.rector if first == last else first.dean
    return (f"{last.dean}, {last.en}", f"{other}, {first.en}")


_NATIVE = {
    "Portugal": "Portuguese (native)",
    "The Netherlands": "Dutch (native)",
    "Indonesia": "Indonesian (native)",
    "Ukraine": "Ukrainian (native)",
    "Poland": "Polish (native)",
    "Norway": "Norwegian (native)",
}

_INSTITUTE = {
    "en": "Institute for Applied Data Studies, Brückental",
    "de": "Institut für angewandte Datenkunde, Brückental",
}

_EXPERIENCE = {
    "en": (
        ("Research fellow", "Doctoral researcher", "Visiting scholar (six months)", "Student assistant"),
        (
            ("Leads the work package on validation in a project with three hospitals (0.9 M EUR)",
             "Co-supervises two doctoral candidates and five master’s theses"),
            ("Member of the training group “Learning from Imperfect Records”",
             "Maintainer of an open-source package with 40,000 downloads a year"),
            ("Analysis of a national registry of 1.2 million patients under strict access rules",),
            ("Tutor for first-year linear algebra and probability",),
        ),
    ),
    "de": (
        ("Wissenschaftlicher Dienst (Postdoc)", "Promotionsstelle (65 %)",
            "Forschungsaufenthalt (sechs Monate)",
         "Studentische Hilfskraft"),
        (
            ("Leitung des Arbeitspakets Validierung in einem Verbund mit drei Kliniken (0,9 Mio. €)",
             "Mitbetreuung von zwei Promotionen und fünf Masterarbeiten"),
            ("Mitglied des Graduiertenkollegs „Lernen aus unvollkommenen Daten“",
             "Pflege eines quelloffenen Programmpakets mit 40.000 Abrufen im Jahr"),
            ("Auswertung eines nationalen Registers mit 1,2 Millionen Fällen",),
            ("Übungsgruppen zur linearen Algebra und Wahrscheinlichkeitsrechnung",),
        ),
    ),
}  # fmt: skip

_COURSES = {
    "en": (
        "Lecture “Statistical Learning” (MSc, 4 h per week)",
        "Seminar “Fairness and Explanation” (MSc)",
        "Exercises for “Probability Theory” (BSc)",
        "Practical course “Reproducible Analysis” (BSc)",
    ),
    "de": (
        "Vorlesung „Statistisches Lernen“ (Master, 4 SWS)",
        "Seminar „Fairness und Erklärbarkeit“ (Master)",
        "Übungen zur „Wahrscheinlichkeitstheorie“ (Bachelor)",
        "Praktikum „Reproduzierbare Auswertung“ (Bachelor)",
    ),
}

_AWARDS = {
    "en": (
        "Best paper award of the Nordic Meeting on Learning Systems",
        "Dissertation prize, {university}",
        "Doctoral scholarship of the Alderman Foundation",
        "Dean’s list of the faculty",
    ),
    "de": (
        "Preis für den besten Beitrag, Norddeutsche Tagung Lernende Systeme",
        "Dissertationspreis, {university}",
        "Promotionsstipendium der Birkenhof-Stiftung",
        "Deutschlandstipendium",
    ),
}

_SERVICE = {
    "en": ("Reviewer for five journals", "Co-organiser of the workshop series “Doubt and Data”",
           "Representative of the doctoral researchers on the faculty board"),
    "de": ("Gutachten für fünf Fachzeitschriften", "Mitorganisation der Reihe „Zweifel und Zahlen“",
           "Vertretung der Promovierenden im Fakultätsrat"),
}  # fmt: skip

_SKILLS = {
    "en": ("Python, R, Julia, C++", "PyTorch, JAX, scikit-learn", "PostgreSQL, Git, Slurm", "LaTeX, Quarto"),
    "de": ("Python, R, Julia, C++", "PyTorch, JAX, scikit-learn", "PostgreSQL, Git, Slurm", "LaTeX, Quarto"),
}

_TALKS = (
    ("How much confounding is too much?", "Workshop on Causal Questions, Brückental"),
    ("Intervals that admit doubt", "Colloquium of the Statistical Society, Lindenau"),
    ("What an explanation owes its reader", "Summer School on Learning, Oudeveer"),
    ("Drift and the half-life of a certificate", "Symposium on Safe Autonomy, Nordhafen"),
    ("Counting without looking", "Forum on Official Statistics, Kaduwa"),
    ("Dependent samples, honest rates", "Meeting on Mathematical Learning, Schönwalde"),
)

_PAPERS = (
    "Sharp bounds for treatment effects under bounded selection",
    "Conformal sets for subgroups discovered after the fact",
    "A cautionary note on surrogate explanations",
    "Privacy budgets as a common resource",
    "Fast rates for kernel ridge regression with mixing data",
    "Negative controls in routine hospital records",
    "Calibrated regression forests for wind power forecasts",
    "Verification of recurrent controllers by learned invariants",
    "Limits of importance weighting in practice",
    "The price of fairness in sequential screening",
    "Robust M-estimation with adversarial missingness",
    "Auditing synthetic records for leakage",
)

_COAUTHORS = (
    "Brandenstein, U.", "Penrith-Cole, A.", "Eichenau, S.", "Haverkampen, T.", "Oyelowo-Finch, D.",
    "Kestenholz, R.", "Marchetti-Vance, L.", "Sundqvist-Ram, P.",
)  # fmt: skip

_VENUES = (
    "Journal of Applied Inference", "Annals of Learning Theory and Practice",
    "Northern Journal of Statistics",
    "Proceedings of the Meeting on Learning Systems", "Transactions on Dependable Computation",
)  # fmt: skip
