"""The invented applicants. Every name, address, date and university here is made up.

Mail domains are those that RFC 2606 reserves for examples; telephone numbers lie in the ranges that the
regulators of Germany and the United Kingdom keep free for fiction.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Person:
    """One applicant, as far as letters, CVs and certificates speak of them."""

    given: str
    family: str
    """Empty for a person with one name only."""
    title: str = "Dr."
    """Academic title as written before the name, or empty."""
    login: str
    """Mail address, which is also the login of the applicant's mailbox in the demo."""
    street: str
    town: str
    country: str = "Germany"
    phone: str = "+49 30 23125 118"
    born: str
    """ISO date; certificates and German CVs print it."""
    birthplace: str
    subject: str = "Statistics"
    """Subject of the degrees, English; `documents` knows its German name."""
    thesis: str
    """Title of the doctoral thesis."""
    university: str = "Nordhafen"
    """Where the doctorate was awarded, a key of `documents.UNIVERSITIES`."""
    earlier_university: str = "Westmoor"
    """Where the bachelor's and master's degrees were awarded."""
    pronoun: Literal["she", "he"] = "she"
    """German employers' references cannot be written without it."""
    signs: str = ""
    """Overrides the name below letters and mails, for people who sign in another form."""

    @property
    def name(self) -> str:
        """The name without title."""
        return f"{self.given} {self.family}".strip()

    @property
    def full_name(self) -> str:
        """The name with title, as on a letterhead."""
        return f"{self.title} {self.name}".strip()

    @property
    def place(self) -> str:
        """The town without its postal code, as it stands before a date."""
        return " ".join(word for word in self.town.split() if word.isalpha() and not word.isupper())

    @property
    def signature(self) -> str:
        """The name as the person signs."""
        return self.signs or self.name


HELENA = Person(
    given="Helena", family="Marquardsen", login="helena.marquardsen@example.org",
    street="14 Quayside Terrace", town="Nordhafen 27411", born="1993-04-18", birthplace="Lindholm",
    thesis="Identification and Sensitivity Analysis for Causal Effects under Unmeasured Confounding",
)  # fmt: skip

KAETHE = Person(
    given="Käthe", family="Weißhäuptl", login="kaethe.weisshaeuptl@example.net",
    street="Mühlenstraße 27", town="44999 Rheinfurt", country="Deutschland", phone="+49 221 4710 662",
    born="1990-11-02", birthplace="Schönwalde", subject="Mathematics", university="Rheinfurt",
    earlier_university="Lindenau",
    thesis="Kalibrierte Unsicherheitsquantifizierung für tiefe neuronale Netze",
)  # fmt: skip

NADIA = Person(
    given="Nadia", family="Ferreira Lobo", login="nadia.ferreira.lobo@example.com",
    street="Rua das Amendoeiras 8", town="4150-999 Porto Velho", country="Portugal", phone="+44 20 7946 0218",
    born="1994-07-29", birthplace="Porto Velho", subject="Computer Science", university="Westmoor",
    thesis="Faithful Explanations of Black-Box Predictors through Structured Surrogates",
)  # fmt: skip

MAARTEN = Person(
    given="Maarten", family="van der Bergen", login="m.vanderbergen@example.org",
    street="Kastanjelaan 41", town="3599 XZ Oudeveer", country="The Netherlands", phone="+44 20 7946 0377",
    born="1992-01-13", birthplace="Oudeveer", subject="Mathematics", university="Westmoor",
    earlier_university="Nordhafen",
    thesis="Concentration Inequalities and Generalisation of Overparametrised Models",
    pronoun="he",
)  # fmt: skip

SURYANI = Person(
    given="Suryani", family="", login="suryani@example.com",
    street="22 Jalan Kemuning", town="Bandar Lama 40999", country="Indonesia", phone="+44 20 7946 0541",
    born="1993-09-05", birthplace="Bandar Lama", subject="Computer Science", university="Nordhafen",
    thesis="Differential Privacy in Federated Analyses of Public Records",
)  # fmt: skip

OLENA = Person(
    given="Olena", family="Kovalivska", login="olena.kovalivska@example.org",
    street="5 Sadova Street, apt. 19", town="Zelenohirsk 61999", country="Ukraine", phone="+44 20 7946 0663",
    born="1991-03-22", birthplace="Zelenohirsk", thesis="Instrumental Variables with Many Weak Proxies",
    university="Westmoor", earlier_university="Nordhafen",
)  # fmt: skip

JOERG = Person(
    given="Jörg", family="Süßmilch-Krähe", login="joerg.suessmilch@example.net",
    street="Am Großen Teich 3a", town="38999 Lindenau", country="Deutschland", phone="+49 40 66969 204",
    born="1989-06-30", birthplace="Großenhain an der Elz", subject="Statistics", university="Lindenau",
    earlier_university="Rheinfurt",
    thesis="Robuste Schätzverfahren für hochdimensionale Regressionsmodelle",
    pronoun="he",
)  # fmt: skip

IBRAHIM = Person(
    given="Ibrahim", family="Okonjo-Bello", login="i.okonjobello@example.com",
    street="9 Harmattan Close", town="Kaduwa 800999", country="Nigeria", phone="+44 20 7946 0712",
    born="1992-12-11", birthplace="Kaduwa", subject="Computer Science", university="Westmoor",
    thesis="Certified Defences against Distribution Shift in Medical Imaging",
    pronoun="he",
)  # fmt: skip

FLORIAN = Person(
    given="Florian", family="Baumgärtler", login="florian.baumgaertler@example.org",
    street="Kirchgasse 11", town="97999 Schönwalde", country="Deutschland", phone="+49 89 99998 317",
    born="1991-08-24", birthplace="Rheinfurt", subject="Psychology", university="Rheinfurt",
    earlier_university="Lindenau",
    thesis="Kausale Mediationsanalyse in längsschnittlichen Beobachtungsstudien",
    pronoun="he",
)  # fmt: skip

MEILIN = Person(
    given="Meilin", family="Zhao-Hartwig", login="meilin.zhao.hartwig@example.com",
    street="73 Lanternhill Road", town="Westmoor WM9 4ZZ", country="United Kingdom",
    phone="+44 20 7946 0829", born="1994-02-07", birthplace="Xinhai", subject="Statistics",
    university="Westmoor", thesis="Conformal Prediction beyond Exchangeability",
)  # fmt: skip

ANNELIESE = Person(
    given="Anneliese", family="Thormählen", login="a.thormaehlen@example.net",
    street="Deichstraße 66", town="26999 Nordhafen", country="Deutschland", phone="+49 69 90009 451",
    born="1990-05-16", birthplace="Nordhafen", subject="Computer Science",
    earlier_university="Lindenau",
    thesis="Verifikation neuronaler Regler für sicherheitskritische Systeme",
)  # fmt: skip

PATRICK = Person(
    given="Patrick", family="O’Hallorane", login="patrick.ohallorane@example.org",
    street="2 Mill Brae", town="Kilronan Bay", country="Ireland", phone="+44 20 7946 0944",
    born="1993-10-27", birthplace="Kilronan Bay", subject="Mathematics", university="Nordhafen",
    thesis="Minimax Rates for Learning with Dependent Observations",
    pronoun="he",
)  # fmt: skip

AYLIN = Person(
    given="Aylin", family="Demirsoy", login="aylin.demirsoy@example.com",
    street="Lindenallee 130", town="45999 Rheinfurt", country="Germany", phone="+49 30 23125 640",
    born="1994-12-01", birthplace="Rheinfurt", subject="Computer Science", university="Rheinfurt",
    thesis="Algorithmic Recourse in Networked Decision Systems",
)  # fmt: skip

TOMASZ = Person(
    given="Tomasz", family="Wilczkowski", login="tomasz.wilczkowski@example.net",
    street="ul. Klonowa 17/4", town="30-999 Lipnica Wielka", country="Poland", phone="+44 20 7946 0155",
    born="1992-06-19", birthplace="Lipnica Wielka", subject="Computer Science", university="Nordhafen",
    thesis="Auditing Privacy Guarantees of Machine Learning Pipelines",
    pronoun="he",
)  # fmt: skip

LEONOR = Person(
    given="Leonor", family="Abrantes Cunhal", login="leonor.abrantes@example.com",
    street="Travessa do Farol 3", town="2799-999 Vila Rosmaninho", country="Portugal",
    phone="+44 20 7946 0486",
    born="1993-05-09", birthplace="Vila Rosmaninho", subject="Psychology", university="Westmoor",
    thesis="How Physicians Read Explanations of Automated Advice",
)  # fmt: skip

SVEN = Person(
    given="Sven", family="Håkonstad", login="sven.haakonstad@example.net",
    street="Fjordveien 58", town="9999 Storvik", country="Norway", phone="+44 20 7946 0598", pronoun="he",
    born="1991-10-04", birthplace="Storvik", subject="Computer Science", university="Nordhafen",
    thesis="Trade-offs between Fairness and Privacy in Learned Scores",
)  # fmt: skip

EVERYONE = (
    HELENA, KAETHE, NADIA, MAARTEN, SURYANI, OLENA, JOERG, IBRAHIM, FLORIAN, MEILIN, ANNELIESE, PATRICK,
    AYLIN, TOMASZ, LEONOR, SVEN,
)  # fmt: skip
