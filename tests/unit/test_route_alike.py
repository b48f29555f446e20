"""What routing takes for misspelt: nothing that is similar is overlooked by what is told without comparing."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from intake.journey.route import sentences
from intake.journey.route.alike import SIMILAR, Lexicon, Likely

LETTERS = st.text("abcde", max_size=30)
TITLES = ("causalinference", "interpretablemachinelearning", "postdoc")
LIKELY = Likely(TITLES, str, least=6)
LEXICON = Lexicon(("application", "applications", "quantification", "apply"), least=7, begun=True)


@given(data=st.data(), phrase=st.text("abcde", min_size=6, max_size=40), before=LETTERS, after=LETTERS)
def test_what_is_similar_is_likely(data: st.DataObject, phrase: str, before: str, after: str) -> None:
    """However a phrase is misspelt, as long as it is similar, and whatever stands around it."""
    misspelt = list(phrase)
    for _ in range(data.draw(st.integers(0, 7))):
        place = data.draw(st.integers(0, len(misspelt) - 2))
        change = data.draw(st.sampled_from(("swap", "drop", "add", "replace")))
        if change == "swap":
            misspelt[place : place + 2] = reversed(misspelt[place : place + 2])
        elif change == "drop" and len(misspelt) > 2:
            del misspelt[place]
        else:
            misspelt[place : place + (change == "replace")] = data.draw(st.sampled_from("abcdez"))
    assume(OSA.normalized_similarity(phrase, "".join(misspelt)) >= SIMILAR)
    [sentence] = sentences.of(f"{before} {''.join(misspelt)} {after}")
    assert list(Likely([phrase], str, least=6).among(sentence)) == [phrase]


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
