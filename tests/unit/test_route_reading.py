"""How routing reads one sentence: what its words weigh, and what it says of the names in it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake import wiring
from intake.journey import route, words
from intake.journey.route import mentions, sentences
from intake.journey.route.cues import Stance
from intake.journey.route.vocabulary import Cue
from intake.model import Mail
from tests import pace

RULES = wiring.rules(wiring.load(Path(__file__).resolve().parents[2] / "config"), "open-positions").route


def said(text: str, *, default: Stance = Stance.PLAIN) -> list[tuple[str, str]]:
    """Every position and group that a text names, with what it says of it."""
    found = mentions.of(sentences.of(text, signed=True), RULES, default=default)
    named = sorted((*found.topics, *found.groups), key=lambda one: (one.sentence, one.place.start))
    return [(one.quote, one.stance.name) for one in named if not one.place.hint]


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("I apply for Causal Inference.", [("causal inference", "APPLIED")], id="applied"),
        pytest.param("There is a position in Causal Inference.", [("causal inference", "POST")], id="a-post"),
        pytest.param("I would love to work with Causal Inference.", [("causal inference", "WISH")], id="wished"),
        pytest.param("Causal Inference is nice.", [("causal inference", "PLAIN")], id="said"),
        pytest.param("My thesis was on Causal Inference.", [("causal inference", "OWN")], id="own-past"),
        pytest.param("I do not apply for Causal Inference.", [("causal inference", "DENIED")], id="refused"),
        pytest.param("I have a PhD in Causal Inference and apply for Trustworthy Machine Learning.",
                     [("causal inference", "OWN"), ("trustworthy machine learning", "APPLIED")], id="own-then-applied"),
        pytest.param("I apply for Causal Inference, not Interpretable ML.",
                     [("causal inference", "APPLIED"), ("interpretable ml", "DENIED")], id="not-the-other"),
        pytest.param("I do not apply for Causal Inference but for Interpretable ML.",
                     [("causal inference", "DENIED"), ("interpretable ml", "APPLIED")], id="but"),
        pytest.param("I apply not only for Causal Inference.", [("causal inference", "APPLIED")], id="not-only"),
        pytest.param("I could not find a date, I apply for Causal Inference.", [("causal inference", "APPLIED")],
                     id="a-refusal-ends-at-a-comma"),
        pytest.param("I apply for Causal Inference because Uncertainty Quantification is dull.",
                     [("causal inference", "APPLIED"), ("uncertainty quantification", "PLAIN")], id="because"),
        pytest.param("Last week I applied for Causal Inference already.", [("causal inference", "OWN")], id="earlier"),
        pytest.param("I am a postdoc at X and apply for your Young Investigator Group.",
                     [("postdoc", "OWN"), ("young investigator group", "APPLIED")], id="present-post"),
        pytest.param("Als Postdoc in Kassel bewerbe ich mich um die Nachwuchsgruppe.",
                     [("postdoc", "OWN"), ("nachwuchsgruppe", "APPLIED")], id="als"),
        pytest.param("My present position is in Causal Inference.", [("causal inference", "OWN")], id="present-position"),
        pytest.param("Please find my papers for the Causal Inference position.", [("causal inference", "POST")],
                     id="position-behind"),
        pytest.param("I am an expert in Causal Inference, Interpretable ML and Trustworthy ML.",
                     [("causal inference", "OWN"), ("interpretable ml", "OWN"), ("trustworthy ml", "OWN")], id="own-list"),
        pytest.param("I apply causal inference to medical data.", [("causal inference", "OWN")], id="a-method"),
        pytest.param("I won a Young Investigator Award.", [], id="a-prize"),
        pytest.param("Ann Bell holds the Chair of Causal Inference.", [("causal inference", "OWN")], id="a-chair"),
        pytest.param("Labor für Kausale Inferenz und Data Governance",
                     [("kausale inferenz", "OWN"), ("data governance", "OWN")], id="a-lab-of-two"),
        pytest.param("Ann Bell of the Causal Inference group at Example College wrote.", [("causal inference", "OWN")],
                     id="a-team-elsewhere"),
        pytest.param("I apply for Causal Inference in your department of Interpretable ML.",
                     [("causal inference", "APPLIED"), ("interpretable ml", "APPLIED")], id="your-department"),
        pytest.param("My colleague will apply for Causal Inference.", [("causal inference", "OWN")], id="a-colleague"),
        pytest.param("My colleague applies for Causal Inference, I for Interpretable ML.",
                     [("causal inference", "OWN"), ("interpretable ml", "APPLIED")], id="i-in-turn"),
        pytest.param("Meine Kollegin bewirbt sich auf Causal Inference, ich selbst mich auf Interpretable ML.",
                     [("causal inference", "OWN"), ("interpretable ml", "APPLIED")], id="ich-selbst"),
        pytest.param("My colleague encouraged me to apply for Causal Inference.", [("causal inference", "APPLIED")],
                     id="me-to-apply"),
        pytest.param("Man kann sich auf Causal Inference bewerben.", [("causal inference", "PLAIN")], id="sich"),
        pytest.param("As a reference you may ask Ann Bell (Causal Inference).", [("causal inference", "OWN")], id="a-referee"),
        pytest.param("Die Bewerbung von Ann Bell auf Causal Inference haben Sie.", [("causal inference", "OWN")],
                     id="application-of-another"),
        pytest.param("Two years ago I applied, alas, for Causal Inference.", [("causal inference", "OWN")], id="years-ago"),
        pytest.param("Voriges Jahr hatte ich mich auf Causal Inference beworben.", [("causal inference", "OWN")],
                     id="verb-behind"),
        pytest.param("I hold a position in Causal Inference.", [("causal inference", "OWN")], id="a-post-held"),
        pytest.param("Causal Inference is not for me.", [("causal inference", "DENIED")], id="refused-behind"),
        pytest.param("I apply for Causal Inference; I do not apply for Interpretable ML.",
                     [("causal inference", "APPLIED"), ("interpretable ml", "DENIED")], id="only-the-next-is-refused"),
        pytest.param("I apply for all posts but Causal Inference.", [("causal inference", "DENIED")], id="all-but"),
        pytest.param("I apply for every post without Causal Inference.", [("causal inference", "DENIED")], id="without"),
        pytest.param("I apply for the position next to Causal Inference.", [("causal inference", "PLAIN")], id="next-to"),
        pytest.param("Ich bewerbe mich auf die Stelle neben Causal Inference.", [("causal inference", "PLAIN")], id="neben"),
        pytest.param("Ich bewerbe mich auf jede Stelle, ausgenommen Causal Inference.", [("causal inference", "DENIED")],
                     id="ausgenommen"),
        pytest.param("Ich bewerbe mich auf jede Stelle, Causal Inference ausgenommen.", [("causal inference", "DENIED")],
                     id="ausgenommen-behind"),
        pytest.param("Ich nehme meine Bewerbung auf Causal Inference zurück.", [("causal inference", "DENIED")], id="nehme-zurueck"),
        pytest.param("Ich nehme meine Bewerbung auf Causal Inference zurück und bewerbe mich auf Interpretable ML.",
                     [("causal inference", "DENIED"), ("interpretable ml", "APPLIED")], id="nehme-zurueck-then-applied"),
        pytest.param("I take back my application for Causal Inference.", [("causal inference", "DENIED")], id="take-back"),
        pytest.param("Ich nehme Bezug auf Causal Inference, bewerbe mich und komme gern auf Sie zurück.",
                     [("causal inference", "POST")], id="nehme-bezug"),
        *(pytest.param(f"{text} Causal Inference.", [("causal inference", "DENIED")], id=text) for text in (
            "I can't apply for", "I cannot apply for", "I won’t apply for", "I didnt apply for", "I haven't applied for",
            "It isn't the position in", "I refuse to apply for", "Please cancel my application for",
            "Please delete my application for", "No application for", "Rücknahme meiner Bewerbung auf", "Rückzug der Bewerbung auf",
            "Bitte löschen Sie meine Bewerbung auf", "Ich storniere meine Bewerbung auf",
        )),
        *(pytest.param(f"{text} Causal Inference.", [("causal inference", "APPLIED")], id=text) for text in (
            "I can't wait to apply for", "I couldn't resist and apply for", "Don't hesitate to ask me about my application for",
            "I couldn't find the deadline, and apply for", "I can't decide when to move but apply for",
        )),
    ],
)  # fmt: skip
def test_a_name_is_what_its_sentence_says_of_it(text: str, expected: list[tuple[str, str]]) -> None:
    """The last cue before it rules, within its reach."""
    assert said(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "As my contract won't be extended I apply for",
        "Since my fellowship was refused I would like to apply for",
        "My contract won't be extended and I hereby apply for",
        "After the cancellation of my grant I apply for",
        "After the cancellation of my position I apply for",
        "I work on noise cancellation and apply for",
        "As an expert of noise cancellation I send you my application for",
        "Da mein Vertrag nicht verlängert wird bewerbe ich mich auf",
        "Nach der Stornierung meines Fluges bewerbe ich mich auf",
    ],
)
def test_who_applies_after_a_denial_applies(text: str) -> None:
    """Where a new clause of the writer's begins."""
    assert said(f"{text} Causal Inference.") == [("causal inference", "APPLIED")]


@pytest.mark.parametrize(
    "text",
    [
        "Please disregard my previous e-mail and consider this one for",
        "Please delete my first mail and please consider only this one for",
        "Bitte löschen Sie meine letzte Mail und berücksichtigen Sie nur diese für",
    ],
)
def test_a_mail_in_the_place_of_a_discarded_one_counts(text: str) -> None:
    """Only the other one is denied."""
    assert said(f"{text} Causal Inference.") == [("causal inference", "POST")]


@pytest.mark.parametrize(
    "text",
    [
        "I did not say that I apply for",
        "I don't think I apply for",
        "As I never told you I apply for",
        "As agreed I do not apply for",
        "After careful thought I do not wish to apply for",
        "With this mail I cancel my application for",
        "With this letter I withdraw the application I submit for",
        "With this I delete the data I send for",
        "Please disregard my mail saying I apply for",
        "Please disregard my e-mail about",
        "Please delete my name and my application for",
        "Please delete the documents I sent and submit for",
        "I cancel my plan to come and apply for",
        "I won't go and apply for",
        "Please don't consider this one for",
        "Please cancel my application and do not consider me for",
        "Da ich nicht glaube dass ich mich bewerbe auf",
        "Nicht bewerbe ich mich auf",
    ],
)
def test_a_denial_reaches_an_apply_that_it_denies(text: str) -> None:
    """Whatever is joined to it, or says "I apply" within it."""
    assert said(f"{text} Causal Inference.") == [("causal inference", "DENIED")]


def test_who_wants_the_papers_back_does_not_send_them() -> None:
    text = "Please delete my data and send my documents for Causal Inference back."
    assert said(text) == [("causal inference", "DENIED")]


def test_who_cannot_decide_leaves_a_choice() -> None:
    """Between the positions of that sentence."""
    text = "I apply for a position, and can't decide between Causal Inference and Interpretable ML."
    found = route.positions(
        Mail(new_text=text), letter="", file_name="", rules=RULES, arrived=datetime(2025, 11, 3, tzinfo=UTC)
    )
    assert found.positions == ()
    assert found.problems[0].candidates == (
        "postdoc/causal-inference",
        "postdoc/interpretable-machine-learning",
    )


def test_a_name_without_any_cue_is_what_its_place_makes_of_it() -> None:
    """In a subject it is applied for."""
    assert said("Causal Inference", default=Stance.APPLIED) == [("causal inference", "APPLIED")]


def test_what_stands_below_the_closing_words_is_not_read() -> None:
    """The writer's present post and institute; but a postscript is."""
    text = "I apply.\n\nBest regards,\nJo\nPostdoctoral Researcher\nPS: I apply for Causal Inference."
    assert said(text) == [("causal inference", "APPLIED")]


def test_a_list_belongs_to_the_sentence_that_announces_it() -> None:
    """Though blank lines and numbers part them."""
    text = "I apply for:\n\n1. Causal Inference\n2. Interpretable ML\n\nRegards\nJo"
    assert said(text) == [("causal inference", "APPLIED"), ("interpretable ml", "APPLIED")]


@pytest.mark.parametrize(
    "text",
    [
        "I apply for\n\na) Causal Inference,\nb) Interpretable ML.",
        "I apply for the position 1. Causal Inference; 2. Interpretable ML.",
    ],
)
def test_a_list_needs_no_colon(text: str) -> None:
    """An open sentence goes on with it, and semicolons part its items alone."""
    assert said(text) == [("causal inference", "APPLIED"), ("interpretable ml", "APPLIED")]


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("casual inferense", {"postdoc/causal-inference"}, id="two-letters"),
        pytest.param("Causalinference", {"postdoc/causal-inference"}, id="no-blank"),
        pytest.param("trust-worthy machine learning", {"yig/trustworthy-machine-learning"}, id="a-hyphen-too-many"),
        pytest.param("statistical and mathematical theory for ML", {"yig/mathematical-and-statistical-theory"}, id="order"),
        pytest.param("reliability guarantees", {"postdoc/reliability-guarantees", "yig/robustness-and-reliability"},
                     id="shared"),
        pytest.param("causal interference", set(), id="another-word"),
        pytest.param("interpretable and sound", set(), id="one-word-of-two"),
        pytest.param("artificial intelligence", set(), id="words-of-a-qualification"),
        pytest.param("Trustworthy Data Science and Security", set(), id="name-of-the-centre"),
        pytest.param("machine learning", set(), id="words-of-many-titles"),
    ],
)  # fmt: skip
def test_a_topic_is_found_as_people_write_it(text: str, expected: set[str]) -> None:
    """Misspelt, joined or turned about; never by words that say little."""
    found = mentions.of(sentences.of(text), RULES, default=Stance.APPLIED)
    assert set().union(*(one.place.positions for one in found.topics)) == expected


def test_a_word_weighs_the_less_the_more_texts_have_it() -> None:
    """Computed from the configuration: positions, qualifications and the institution's name."""
    weights = RULES.book.weights
    assert weights["causal"] == 1
    assert weights["reliability"] == 0.5
    assert weights["trustworthy"] == pytest.approx(1 / 3)
    assert weights["learning"] < weights["trustworthy"]
    assert "and" not in weights


@pytest.mark.parametrize(
    "text", ["all PostDoc positions", "each of the four PostDoc positions", "alle vier PostDoc-Stellen"]
)
def test_all_of_a_group_is_the_group(text: str) -> None:
    """With its right number, or none."""
    found = mentions.of(sentences.of(f"I apply for {text}."), RULES, default=Stance.PLAIN)
    assert found.whole_groups == {"postdoc"}


@pytest.mark.parametrize(
    "text", ["all three PostDoc positions", "after all a PostDoc position", "all papers, PostDoc"]
)
def test_all_of_something_else_is_not(text: str) -> None:
    """Another number, another noun, or a phrase."""
    found = mentions.of(sentences.of(f"I apply for {text}."), RULES, default=Stance.PLAIN)
    assert found.whole_groups == frozenset()


@pytest.mark.parametrize(
    "text",
    [
        "I apply for almost all PostDoc positions.",
        "I apply for nearly all PostDoc positions.",
        "Ich bewerbe mich auf fast alle PostDoc-Stellen.",
        "Of all PostDoc positions I apply for the best.",
        "Von allen PostDoc-Stellen interessiert mich eine.",
        "I have read all PostDoc positions and apply.",
        "Ich habe alle PostDoc-Stellen gelesen und bewerbe mich.",
    ],
)
def test_less_than_all_is_not_all(text: str) -> None:
    """Some of them, one out of them, or all that were read."""
    assert mentions.of(sentences.of(text), RULES, default=Stance.PLAIN).whole_groups == frozenset()


def test_all_that_are_applied_for_may_have_been_read() -> None:
    """Where "apply" stands before them."""
    text = "I read the advertisement and apply for all PostDoc positions."
    assert mentions.of(sentences.of(text), RULES, default=Stance.PLAIN).whole_groups == {"postdoc"}


def test_all_positions_by_their_number() -> None:
    """Those that take mails."""
    found = mentions.of(sentences.of("I apply for all eight open positions."), RULES, default=Stance.PLAIN)
    assert found.whole_groups == {"postdoc", "yig"}


@pytest.mark.parametrize(
    "text, expected",
    [
        pytest.param("I apply as consultant for Data Governance.", ["consultant"], id="another-post"),
        pytest.param("Ich bewerbe mich als Datenschutzbeauftragter.", ["datenschutzbeauftragter"], id="german"),
        pytest.param("I apply for a PhD position.", ["phd position"], id="listed"),
        pytest.param("I apply as a postdoc for Causal Inference.", [], id="a-group"),
        pytest.param("I apply as described in the advertisement.", [], id="as-described"),
        pytest.param("I supervise PhD students.", [], id="not-applied-for"),
        pytest.param("Ich bewerbe mich um ein Pflichtpraktikum.", ["pflichtpraktikum"], id="compound"),
        pytest.param("I apply for a stay of three months.", ["stay of three months"], id="for-a"),
        pytest.param("I apply for a two-year position.", [], id="for-a-position"),
        pytest.param("I apply for the position of a data steward.", ["data steward"], id="the-post-of-a"),
    ],
)  # fmt: skip
def test_a_post_that_is_not_advertised_is_known_by_what_one_applies_as(
    text: str, expected: list[str]
) -> None:
    """By a list, and by every "as" that names no group of ours."""
    found = mentions.of(sentences.of(text), RULES, default=Stance.PLAIN)
    assert [one.quote for one in found.elsewhere if one.counts] == expected


def test_every_phrase_can_match() -> None:
    """Folded as the text is; none in a list of phrases holds another of it, and none of two cues is the same."""
    wording = RULES.wording
    lists = ("refusing", "refusing_back", "taken", "alternative", "pointing", "postponing", "already", "proxies", "own_application",
             "choosing", "adding", "leading", "both")  # fmt: skip
    cues = [phrase for cue in Cue for phrase in getattr(wording, cue.value)] + [*wording.briefly]
    phrases = [*cues, *(phrase for name in lists for phrase in getattr(wording, name))]
    assert [one for one in phrases if " ".join(words.tokens(one)) != one] == []
    assert [one for one, times in Counter(cues).items() if times > 1] == []
    for name in lists:
        held = getattr(wording, name)
        assert [one for one in held for two in held if one != two and f" {two} " in f" {one} "] == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(". A" * 30_000, id="sentences"),
        pytest.param("-" * 100_000 + "forward", id="dashes"),
        pytest.param("best," + "a" * 100_000 + " b c d e f g", id="closing-words"),
        pytest.param("causal inference reliability postdoc apply not my " * 1_000, id="names"),
        pytest.param("ANR 5157 " * 4_000, id="numbers"),
        pytest.param("apply for a " * 3_000, id="roles"),
        pytest.param("chair for causal inference, " * 2_000, id="institutes"),
        pytest.param("A." * 30_000, id="dotted"),
        pytest.param("x\n\n- a\n\n" * 4_000, id="lists"),
    ],
)
def test_no_text_takes_long(text: str) -> None:
    """Measured 1 s at most where a quiet machine reads a letter in 5 ms; before its bounds a line of dashes took minutes."""
    mail = Mail(subject=text[:2_000], new_text=text, text=text)
    with pace.within(400):
        route.positions(
            mail, letter=text, file_name="", rules=RULES, arrived=datetime(2025, 11, 3, tzinfo=UTC)
        )
