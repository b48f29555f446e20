"""What a mail may be about besides its writer's own application, and what only sounds like it."""

from __future__ import annotations

from datetime import date

import pytest

from intake.journey import concerns, words
from intake.model import Concern


@pytest.mark.parametrize(
    "text",
    [
        "Please find enclosed my letter of recommendation for Ms Ferreira, who applies with you.",
        "I am writing on behalf of Mr Merriweather, who has no access to e-mail at present.",
        "I strongly recommend my former student for your position.",
        "Our candidate would be available from January.",
        "my daughter asked me to send you her CV",
        "hiermit leite ich Ihnen die Bewerbung von Frau Ferreira weiter",
        "anbei das Empfehlungsschreiben für Herrn Havrylenko",
        "Gutachten für Nadia Ferreira",
        "Im Namen von Frau Ferreira sende ich Ihnen die Unterlagen.",
        "meine Doktorandin bewirbt sich bei Ihnen; ich empfehle sie sehr",
    ],
)
def test_who_speaks_of_somebody_else(text: str) -> None:
    """Referees, agencies, parents and colleagues: no correction and no findings are for them."""
    assert concerns.third_party(words.fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "Please find attached my application for the PostDoc position.",
        "Professor Kettelhack will send you a letter of recommendation.",
        "Together with my colleagues I have worked on causal inference.",
        "I supervise students and have taught for five years.",
        "anbei meine Bewerbung; Referenzen nenne ich Ihnen gern",
        "Empfehlungsschreiben von Prof. Kettelhack liegen bei.",
        "Ich betreue Studierende und leite eine Arbeitsgruppe.",
    ],
)
def test_who_applies_speaks_of_others_too(text: str) -> None:
    """Referees and students of one's own are in every application."""
    assert concerns.third_party(words.fold(text)) == ()


@pytest.mark.parametrize(
    "text,concern",
    [
        ("Please delete my data.", Concern.RIGHTS),
        ("Bitte löschen Sie meine Bewerbung und alle Daten.", Concern.RIGHTS),
        ("Ich verlange Auskunft über die zu meiner Person gespeicherten Daten.", Concern.RIGHTS),
        ("Auskunft nach Art. 15 DSGVO", Concern.RIGHTS),
        ("I object to the processing of my application by a computer.", Concern.RIGHTS),
        ("Hiermit widerrufe ich meine Einwilligung.", Concern.RIGHTS),
        ("I wish to complain about the way I was treated.", Concern.COMPLAINT),
        ("Ich möchte mich beschweren.", Concern.COMPLAINT),
        ("Ich fühle mich diskriminiert.", Concern.COMPLAINT),
        ("Namens und in Vollmacht unserer Mandantin fordern wir Sie auf …", Concern.LAWYER),
        ("Otherwise I shall take legal action. Please delete my data.", Concern.LAWYER),
    ],
)
def test_what_must_not_wait(text: str, concern: Concern) -> None:
    """Of several the one that threatens most."""
    assert concerns.urgent(words.fold(text)) is concern


@pytest.mark.parametrize(
    "text",
    [
        "My thesis is on machine unlearning and the right to be forgotten.",
        "I work on discrimination by algorithms and on the GDPR.",
        "In meiner Arbeit geht es um die DSGVO und das Recht auf Löschung.",
        "I have been a data protection officer for two years.",
        "Ich habe in einer Rechtsanwaltskanzlei gearbeitet.",
        "Before my doctorate I was an attorney at law.",
        "In meiner Dissertation untersuche ich die in Registern gespeicherten Daten.",
        "I would like to access your data set for my research.",
    ],
)
def test_research_on_rights_is_no_request(text: str) -> None:
    """A centre for trustworthy data science gets such applications every day."""
    assert concerns.urgent(words.fold(text)) is None


@pytest.mark.parametrize(
    "concern,arrived,day",
    [
        (Concern.RIGHTS, date(2026, 11, 25), date(2026, 12, 25)),
        (Concern.RIGHTS, date(2026, 12, 31), date(2027, 1, 31)),
        (Concern.RIGHTS, date(2027, 1, 31), date(2027, 2, 28)),
        (Concern.COMPLAINT, date(2026, 11, 25), date(2026, 12, 2)),
        (Concern.LAWYER, date(2026, 12, 28), date(2027, 1, 4)),
    ],
)
def test_the_day_by_which_to_answer(concern: Concern, arrived: date, day: date) -> None:
    """A month for rights, which may be shorter than thirty-one days; a week for the others."""
    assert concerns.answer_by(concern, arrived) == day


@pytest.mark.parametrize(
    "text,spoken",
    [
        ("The password is Sommer2026.", True),
        ("Das Passwort sende ich Ihnen getrennt.", True),
        ("Die Datei ist kennwortgeschützt.", True),
        ("I passed the exam with a grade of 1.3.", False),
    ],
)
def test_passwords(text: str, spoken: bool) -> None:
    assert concerns.passwords(words.fold(text)) is spoken
