from __future__ import annotations

import pytest

from intake.journey import language
from intake.model import Language


@pytest.mark.parametrize(
    "text, spoken",
    [
        pytest.param("Bewerbung", "de", id="one German word"),
        pytest.param("Anbei das fehlende Zeugnis.", "de", id="one German sentence"),
        pytest.param("Application", "en", id="one English word"),
        pytest.param("", "en", id="nothing"),
        pytest.param("CV Ferreira", "en", id="no word of either"),
        pytest.param("Müller Größe", "en", id="umlauts in names make no German"),
        pytest.param(
            "Application for Postdoc in Privacy and Data Governance\nSehr geehrte Damen und Herren, anbei sende "
            "ich Ihnen meine Bewerbung für die Stelle. Mit freundlichen Grüßen",
            "de",
            id="German mail with the English title",
        ),
        pytest.param(
            "Bewerbung\nDear Sir or Madam, please find attached my application for the position.",
            "en",
            id="English mail with a German subject",
        ),
        pytest.param(
            "Guten Tag, hiermit bewerbe ich mich. Good day, I hereby apply for the position and would be happy "
            "to hear from you.",
            "en",
            id="both languages",
        ),
        pytest.param(
            "Ik ben zeer geïnteresseerd in de functie en hoor graag van u, met groet", "en", id="Dutch"
        ),
        pytest.param("Bonjour, veuillez trouver ma candidature ci-jointe. Cordialement", "en", id="French"),
        pytest.param("Jag söker tjänsten och bifogar mitt CV för er läsning, hälsningar", "en", id="Swedish"),
        pytest.param("ANBEI MEINE BEWERBUNG, MIT FREUNDLICHEN GRUESSEN", "de", id="capitals, no umlauts"),
    ],
)
def test_language(text: str, spoken: Language) -> None:
    """A mail is answered in German only when it is clearly German."""
    assert language.of(text) == spoken


def test_default() -> None:
    """A case keeps its language where a mail shows none."""
    assert language.of("ok", default="de") == "de"
