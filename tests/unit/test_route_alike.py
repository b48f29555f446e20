"""What routing takes for misspelt, told before anything is compared."""

from __future__ import annotations

import pytest

from intake.journey.route import sentences
from intake.journey.route.alike import Lexicon, Likely

TITLES = ("causalinference", "interpretablemachinelearning", "postdoc")
LIKELY = Likely(TITLES, str, least=6)
LEXICON = Lexicon(("application", "applications", "quantification", "apply"), least=7, begun=True)


@pytest.mark.parametrize(
    "text, likely",
    [
        pytest.param("a job in casual inferense", ["causalinference"], id="misspelt"),
        pytest.param("the Post Dock", ["postdoc"], id="in-two-words"),
        pytest.param("inter pretable machine learnin", ["interpretablemachinelearning"], id="long"),
        pytest.param("a machine, for which nobody who is learning has found any time", [], id="its-words-far-from-each-other"),
        pytest.param("please find my papers below", [], id="nothing"),
    ],
)  # fmt: skip
def test_what_a_sentence_may_hold(text: str, likely: list[str]) -> None:
    """Told by letters in a row, near to each other."""
    [sentence] = sentences.of(text)
    assert list(LIKELY.among(sentence)) == likely


@pytest.mark.parametrize(
    "word, meant",
    [
        pytest.param("apply", "apply", id="as-it-is"),
        pytest.param("aplication", "application", id="misspelt"),
        pytest.param("aplications", "applications", id="the-most-similar"),
        pytest.param("appply", "", id="too-short-to-be-misspelt"),
        pytest.param("quantify", "quantification", id="goes-on"),
        pytest.param("mathematics", "", id="another"),
    ],
)
def test_the_word_that_is_meant(word: str, meant: str) -> None:
    """Asked twice: what is remembered is the same."""
    expected = {word: meant} if meant else {}
    assert LEXICON.among(frozenset((word, "dear"))) == expected
    assert LEXICON.among(frozenset((word, "dear"))) == expected
