"""Which positions a mail applies for: by the shipped rules, on what people write."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake import wiring
from intake.journey import route
from intake.model import Address, Mail, ProblemCode

RULES = wiring.rules(
    wiring.load(Path(__file__).resolve().parent.parent.parent / "config"), "open-positions"
).route
ARRIVED = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)

CAUSAL = "postdoc/causal-inference"
INTERPRETABLE = "postdoc/interpretable-machine-learning"
RELIABILITY = "postdoc/reliability-guarantees"
PRIVACY = "postdoc/privacy-and-data-governance"
TRUST = "yig/trustworthy-machine-learning"
ROBUST = "yig/robustness-and-reliability"
UNCERTAIN = "yig/uncertainty-quantification"
THEORY = "yig/mathematical-and-statistical-theory"
BOCHUM = "rub/anr-5157"
POSTDOCS = (CAUSAL, INTERPRETABLE, RELIABILITY, PRIVACY)
GROUPS = (TRUST, ROBUST, UNCERTAIN, THEORY)


def routed(
    subject: str = "", text: str = "", letter: str = "", *, name: str = "", to: str = "", arrived: datetime = ARRIVED,
    date: datetime | None = None,
) -> route.Routing:  # fmt: skip
    mail = Mail(subject=subject, new_text=text, to=(Address(address=to),) if to else (), date=date)
    return route.positions(mail, letter=letter, file_name=name, rules=RULES, arrived=arrived)


@pytest.mark.parametrize(
    "subject, text, letter, expected",
    [
        pytest.param("Application Postdoc Causal Inference", "", "", (CAUSAL,), id="subject"),
        pytest.param("", "I apply for the position in interpretable machine learning.", "", (INTERPRETABLE,), id="mail"),
        pytest.param("", "", "I am applying for the PostDoc position Causal Inference.", (CAUSAL,), id="letter"),
        pytest.param("Application: casual inferense (postdoc)", "", "", (CAUSAL,), id="typo"),
        pytest.param("Bewerbung Unsicherheitsquantifizierung", "", "", (UNCERTAIN,), id="german"),
        pytest.param("Application Robustness and Reliability Guarantees", "", "", (ROBUST,), id="longest-wins"),
        pytest.param("Postdoc: Reliability Guarantees", "", "", (RELIABILITY,), id="group-decides-1"),
        pytest.param("Young Investigator Group Reliability Guarantees", "", "", (ROBUST,), id="group-decides-2"),
        pytest.param("Application Causal Inference and Interpretable ML", "", "", (CAUSAL, INTERPRETABLE), id="list"),
        pytest.param("", "I apply for Reliability Guarantees, both as Postdoc and as group leader.", "", (RELIABILITY, ROBUST),
                     id="both-groups"),
        pytest.param("", "ANR 5157 is not for me. I apply for the Postdoc in Causal Inference.", "", (CAUSAL,), id="number-refused"),
        pytest.param("I apply for all four PostDoc positions", "", "", POSTDOCS, id="whole-group"),
        pytest.param("Bewerbung", "Ich bin Postdoc in Kassel und bewerbe mich für Trustworthy Machine Learning.", "",
                     (TRUST,), id="own-state"),
        pytest.param("", "I apply for causal inference, not interpretable machine learning.", "", (CAUSAL,), id="denied"),
        pytest.param("", "I apply not only for causal inference.", "", (CAUSAL,), id="not-only"),
        pytest.param("", "We met at a talk on causal inference; this is a longer mail that says a lot of things about "
                     "many other matters, so that it is no terse one any more. I apply for uncertainty quantification.",
                     "", (UNCERTAIN,), id="other-sentence"),
        pytest.param("Postdoc Causal Inference", "", "I apply for Causal Inference. My earlier work was on causal "
                     "inference as well.", (CAUSAL,), id="agreement"),
        pytest.param(
            "", "",
            "Application for the PostDoc positions in Reliability Guarantees for Artificial Intelligence and Balancing "
            "Privacy Enhancing Technologies and Data Governance Dear Sir, I saw the positions in Reliability Guarantees "
            "for Artificial Intelligence and Balancing Privacy Enhancing Technologies and Data Governance",
            (RELIABILITY, PRIVACY), id="list-twice",
        ),
    ],
)  # fmt: skip
def test_what_is_named_clearly_is_found(
    subject: str, text: str, letter: str, expected: tuple[str, ...]
) -> None:
    """In config order, with no question left."""
    found = routed(subject, text, letter)
    assert (found.positions, found.problems) == (expected, ())
    assert found.reasons


@pytest.mark.parametrize(
    "subject, text, letter, candidates",
    [
        pytest.param("Application reliability guarantees", "", "", (RELIABILITY, ROBUST), id="shared-words"),
        pytest.param("Postdoc uncertainty quantification", "", "", (*POSTDOCS, UNCERTAIN), id="wrong-group"),
        pytest.param("Application PostDoc position", "", "", POSTDOCS, id="group-alone"),
        pytest.param("Causal Inference", "I apply for Uncertainty Quantification.", "", (CAUSAL, UNCERTAIN), id="contradiction"),
        pytest.param("Application", "I apply for Causal Inference. If it is filled, I would take Interpretable ML.", "",
                     (CAUSAL, INTERPRETABLE), id="second-choice"),
        pytest.param("Postdoc Causal Inference", "Alternativ käme Interpretable ML in Betracht.", "", (CAUSAL, INTERPRETABLE),
                     id="second-choice-alone"),
        pytest.param("Application", "I apply for Causal Inference. The position in Interpretable ML is in this file, too.", "",
                     (CAUSAL, INTERPRETABLE), id="another-post-beside"),
        pytest.param("Application", "Ich bewerbe mich neben Causal Inference auch auf Interpretable ML.", "", (CAUSAL, INTERPRETABLE),
                     id="one-more"),
        pytest.param("Application", "I apply for the position next to Causal Inference.", "", (CAUSAL,), id="next-to-it"),
        pytest.param("Application", "I apply for all Postdoc positions, save Causal Inference.", "", POSTDOCS, id="all-save-one"),
        pytest.param("Application", "I apply for Causal Inference (Postdoc). You told others of ANR 5157.", "",
                     (CAUSAL, BOCHUM), id="a-number-beside"),
        pytest.param("Application", "", "I apply for causal inference. I apply for a post in a team that read on "
                     "interpretable machine learning rather than causal inference.", (CAUSAL, INTERPRETABLE), id="opposed"),
    ],
)  # fmt: skip
def test_where_the_mail_leaves_a_choice_the_applicant_is_asked(
    subject: str, text: str, letter: str, candidates: tuple[str, ...]
) -> None:
    """Among those that it can mean; nothing is guessed."""
    found = routed(subject, text, letter)
    assert found.positions == ()
    assert [(one.code, one.candidates) for one in found.problems] == [
        (ProblemCode.POSITION_AMBIGUOUS, candidates)
    ]


@pytest.mark.parametrize(
    "subject, text",
    [
        pytest.param("Application", "Please find my application attached.", id="nothing"),
        pytest.param("", "", id="empty"),
        pytest.param(
            "Application to the Research Center Trustworthy Data Science and Security", "", id="centre"
        ),
        pytest.param("Application for a professorship in causal inference", "", id="not-advertised"),
        pytest.param("Question", "I am a postdoc at X.", id="own-state"),
    ],
)
def test_where_nothing_is_named_the_position_is_unknown(subject: str, text: str) -> None:
    """The centre's own name is no topic, and a post that is not advertised none of ours."""
    found = routed(subject, text)
    assert found.positions == ()
    assert [one.code for one in found.problems] == [ProblemCode.POSITION_UNKNOWN]


@pytest.mark.parametrize(
    "subject",
    ["ANR 5157", "A.N.R.: 5157", "Bewerbung ANR5157", "anr-5157", "Kennziffer 5157", "Reference 5157"],
)
def test_a_reference_number_names_its_position_in_any_spelling(subject: str) -> None:
    """Before its deadline it is applied for elsewhere."""
    found = routed(subject)
    assert (found.positions, found.elsewhere, found.late) == ((), (BOCHUM,), "")
    assert [(one.code, one.position) for one in found.problems] == [(ProblemCode.APPLY_ELSEWHERE, BOCHUM)]


def test_a_bare_number_is_no_reference() -> None:
    """It may be a house number."""
    assert [one.code for one in routed("Application 5157").problems] == [ProblemCode.POSITION_UNKNOWN]


@pytest.mark.parametrize(
    "text",
    [
        "Room no 5157",
        "Zimmer Nr. 5157",
        "Tel. Nr. 5157",
        "My student id 5157",
        "Meine Nummer 5157",
        "Musterstr. Nr. 5157",
        "Raum Nr. 5157",
        "Matrikel-Nr. 5157",
        "Student no. 5157",
        "Telephone no. 5157",
        "Goetheweg Nr. 5157",
        "Personalausweis Nr. 5157",
        "ORCID id 5157",
        "Rechnung Nr. 5157",
    ],
)
def test_a_number_of_something_else_is_no_reference(text: str) -> None:
    """A noun of its own stands before "no."."""
    assert [one.code for one in routed("Application", text).problems] == [ProblemCode.POSITION_UNKNOWN]


@pytest.mark.parametrize(
    "text",
    [
        "Nr. 5157",
        "I apply for number 5157.",
        "Ihre Ausschreibung vom 3. November, Nr. 5157",
        "Stelle (No. 5157)",
        "Bewerbung auf Ihr Stellenangebot Nr. 5157",
        "Bewerbung als wissenschaftlicher Mitarbeiter Nr. 5157",
        "Research associate no. 5157",
        "Inserat Nr. 5157",
        "Ihre Annonce Nr. 5157",
        "Application RC Trust No. 5157",
    ],
)
def test_a_number_alone_is_one(text: str) -> None:
    """Or one behind a mark, a name of ours or any word that numbers nothing else."""
    assert routed("Application", text).elsewhere == (BOCHUM,)


def test_one_position_elsewhere_does_not_hide_the_open_one() -> None:
    """It is judged for the open one, and the other is told."""
    found = routed("Application Causal Inference and ANR 5157")
    assert (found.positions, found.elsewhere) == ((CAUSAL,), (BOCHUM,))
    assert [one.code for one in found.problems] == [ProblemCode.APPLY_ELSEWHERE]


def test_a_position_that_an_admin_closed_is_closed_without_a_grace_time() -> None:
    """Nobody was late for it."""
    shut = tuple(replace(one, closed=one.id == CAUSAL) for one in RULES.positions)
    mail = Mail(subject="Application Causal Inference")
    found = route.positions(
        mail, letter="", file_name="", rules=replace(RULES, positions=shut), arrived=ARRIVED
    )
    assert (found.positions, found.elsewhere, found.late) == ((), (CAUSAL,), "")
    assert [one.code for one in found.problems] == [ProblemCode.POSITION_CLOSED]


def test_a_plus_address_names_its_position() -> None:
    """In whatever case it is written."""
    assert routed("Application", to="Jobs+Causal-Inference@rc.example").positions == (CAUSAL,)


def test_a_file_name_is_read_last() -> None:
    """With its words joined by anything."""
    assert routed("Application", name="Mueller_CausalInference-Postdoc.pdf").positions == (CAUSAL,)


END = datetime(2025, 12, 15, 23, 0, tzinfo=UTC)  # the first instant of 16 December in Berlin


@pytest.mark.parametrize(
    "late, sent, code, said",
    [
        pytest.param(timedelta(seconds=-1), None, ProblemCode.APPLY_ELSEWHERE, "", id="last-second"),
        pytest.param(timedelta(), None, ProblemCode.POSITION_CLOSED, "rub/anr-5157: late by 1 min", id="just-late"),
        pytest.param(timedelta(hours=3), None, ProblemCode.POSITION_CLOSED, "rub/anr-5157: late by 3 h", id="hours"),
        pytest.param(timedelta(hours=25), None, ProblemCode.POSITION_CLOSED, "", id="after-the-grace-time"),
        pytest.param(timedelta(days=3), END - timedelta(hours=1), ProblemCode.POSITION_CLOSED,
                     "rub/anr-5157: late by 3 days", id="sent-in-time"),
        pytest.param(timedelta(days=3), END + timedelta(hours=1), ProblemCode.POSITION_CLOSED, "", id="sent-late"),
    ],
)  # fmt: skip
def test_a_deadline_ends_with_its_day_where_the_institution_is(
    late: timedelta, sent: datetime | None, code: ProblemCode, said: str
) -> None:
    """Judged by arrival; a person decides about what is a little late, or was sent in time."""
    found = routed("ANR 5157", arrived=END + late, date=sent)
    assert [one.code for one in found.problems] == [code]
    assert found.late == said


@pytest.mark.parametrize("subject", ["Dear all", "Sehr geehrte Damen und Herren", "Hello,"])
def test_a_sentence_may_be_a_salutation_and_no_more(subject: str) -> None:
    """Nothing stands behind it; found by changing mails at random."""
    assert routed(subject, subject, subject).positions == ()
