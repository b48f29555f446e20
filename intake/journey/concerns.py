"""What a mail may be about besides its writer's own application: somebody else, rights, a password.

Plain phrases, in German and English. They err towards a person: a mail that is taken for a third party's is
looked at, one that is not may be answered with findings about somebody who did not ask.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from intake.journey import words
from intake.model import Concern

# The writer speaks for, or of, somebody else who applies.
THIRD_PARTY: tuple[str, ...] = (
    "on behalf of", "letter of recommendation for", "recommendation letter for", "reference letter for",
    "letter of reference for", "letter of support for", "my student", "my former student", "my doctoral student",
    "my phd student", "my postdoc", "i am happy to recommend", "i would like to recommend", "i strongly recommend",
    "i highly recommend", "i warmly recommend", "i recommend", "our candidate", "our client", "we represent",
    "candidate we represent", "the candidate's cv", "her cv", "his cv", "her application", "his application",
    "their application", "her documents", "his documents", "my daughter", "my son", "forwarding the application",
    "forward the application", "forward this application", "forwarding you the application",
    "passing on the application", "im auftrag von", "im namen von", "stellvertretend fuer", "gutachten fuer",
    "empfehlungsschreiben fuer", "referenzschreiben fuer", "empfehle ich", "ich empfehle", "wir empfehlen",
    "moechte ich empfehlen", "meine tochter", "mein sohn", "meine studentin", "mein student", "meinen studenten",
    "meine doktorandin", "mein doktorand", "meinen doktoranden", "meiner doktorandin", "meines doktoranden",
    "meine ehemalige", "meinen ehemaligen", "unsere kandidatin", "unser kandidat", "unseren kandidaten",
    "unserer kandidatin", "unsere bewerberin", "unseren bewerber", "leite ich ihnen die bewerbung",
    "leite die bewerbung", "leiten wir ihnen die bewerbung", "die bewerbung von frau", "die bewerbung von herrn",
    "bewerbung von frau", "bewerbung von herrn", "seine bewerbung", "seine unterlagen",
)  # fmt: skip

# Requests under Articles 15 to 21 of the GDPR. Neither the law's name nor "the right to be forgotten" is one,
# and "discrimination" is no complaint: people who apply here do research on them.
RIGHTS: tuple[str, ...] = (
    "delete my data", "delete all my data", "delete my personal data", "delete all data", "delete my application",
    "delete my documents", "delete my files", "erase my data", "erase my personal data", "erasure of my",
    "subject access request", "access to my personal data", "access to my data", "copy of my data",
    "copy of my personal data", "data you hold about me", "data you have about me", "information you hold about me",
    "what data you", "correct my personal data", "correct my data", "i object to the processing",
    "object to the processing", "revoke my consent", "loeschen sie meine", "loeschen sie alle", "loeschen sie bitte",
    "loeschung meiner", "ueber mich gespeicherten daten", "ueber mich gespeicherte daten", "auskunft ueber meine",
    "auskunft ueber die zu meiner person", "auskunft ueber die ueber mich", "auskunft nach art*",
    "auskunft gemaess art*", "i withdraw my consent", "auskunftsersuchen", "kopie meiner daten",
    "berichtigung meiner", "widerspreche ich der", "widerspreche der verarbeitung",
    "widerspruch gegen die verarbeitung", "widerrufe ich meine einwilligung", "widerrufe meine einwilligung",
)  # fmt: skip
COMPLAINTS: tuple[str, ...] = (
    "formal complaint", "i wish to complain", "i want to complain", "i would like to complain", "file a complaint",
    "lodge a complaint", "complaint about", "complaint against", "i was discriminated", "i have been discriminated",
    "i feel discriminated", "fuehle mich diskriminiert", "wurde diskriminiert", "diskriminiert worden",
    "beschwere ich mich", "beschwere mich", "moechte mich beschweren", "beschwerde einlegen", "beschwerde ueber",
    "beschwerde gegen", "lege ich beschwerde",
)  # fmt: skip
LAWYERS: tuple[str, ...] = (
    "legal action", "take legal steps", "my lawyer", "my attorney", "our attorney", "legal proceedings",
    "cease and desist", "rechtliche schritte", "mein anwalt", "meine anwaeltin", "meinen anwalt",
    "namens und in vollmacht", "vollmacht versichert", "unterlassungserklaerung", "meine mandantin", "mein mandant",
    "unsere mandantin", "unser mandant", "unserer mandantschaft", "unserer mandantin", "unseres mandanten",
    "klage erheben", "klage einreichen",
)  # fmt: skip
PASSWORDS: tuple[str, ...] = (
    "password", "passwords", "passcode", "passphrase", "pass phrase", "passwort", "passworte", "kennwort",
    "passwortgeschuetzt*", "kennwortgeschuetzt*",
)  # fmt: skip

_PART = re.compile(r"\b(?:part|teil|mail|e-mail|email|nachricht)\s{0,3}(\d)\s{0,3}(?:of|von|/)\s{0,3}(\d)\b")
_SOON = timedelta(days=7)


def third_party(text: str) -> tuple[str, ...]:
    """The phrases by which a mail speaks for or of somebody else. text: folded, as all here."""
    return words.found(text, THIRD_PARTY)


def urgent(text: str) -> Concern | None:
    """What must not wait for its turn: a lawyer's letter, a complaint, a request about personal data."""
    for concern, phrases in (
        (Concern.LAWYER, LAWYERS),
        (Concern.COMPLAINT, COMPLAINTS),
        (Concern.RIGHTS, RIGHTS),
    ):
        if words.found(text, phrases):
            return concern
    return None


def answer_by(concern: Concern, arrived: date) -> date:
    """The last day for an answer: one month for rights (GDPR Art. 12(3)), a week for what threatens more."""
    return _a_month_after(arrived) if concern is Concern.RIGHTS else arrived + _SOON


def _a_month_after(day: date) -> date:
    """The same day of the next month, or its last one (Regulation 1182/71 Art. 3(2)(c))."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def part(text: str) -> str:
    """ "part 1 of 3", where a mail says that others belong to it; else ""."""
    found = _PART.search(text)
    if found is None:
        return ""
    number, count = int(found[1]), int(found[2])
    return f"part {number} of {count}" if 1 <= number <= count and count > 1 else ""


def passwords(text: str) -> bool:
    """Whether a mail speaks of a password, so that a locked file was locked on purpose."""
    return bool(words.found(text, PASSWORDS))
