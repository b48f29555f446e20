"""What is not looked at closely could not have been found: each short cut of the journey against the long way."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from intake.journey import names
from intake.journey.recognise import layout, phrases
from intake.journey.route import rules, sentences

_LETTERS = st.sampled_from("abcdeinrst")
_PHRASE = "uncertaintyquantification"


@st.composite
def _misspelt(draw: st.DrawFn) -> tuple[str, str]:
    """A phrase and what some slips of the fingers make of it."""
    phrase = draw(st.text(_LETTERS, min_size=6, max_size=40))
    text = list(phrase)
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, max(0, len(text) - 2)))
        match draw(st.sampled_from(("swap", "lose", "add", "change"))):
            case "swap" if len(text) > place + 1:
                text[place : place + 2] = reversed(text[place : place + 2])
            case "lose" if text:
                del text[place]
            case "add":
                text.insert(place, draw(_LETTERS))
            case _ if text:
                text[place] = draw(_LETTERS)
    return phrase, "".join(text)


@given(_misspelt(), st.text(_LETTERS, max_size=20), st.text(_LETTERS, max_size=20))
def test_whatever_is_similar_to_a_phrase_is_compared_with_it(
    slips: tuple[str, str], before: str, after: str
) -> None:
    phrase, text = slips
    assume(OSA.normalized_similarity(phrase, text) >= rules.SIMILAR)
    assert rules.Shape(phrase).may_stand(sentences.pairs_of(before + text + after))


def test_most_sentences_need_no_comparison() -> None:
    pairs = sentences.pairs_of("pleasefindattachedmyapplicationasonepdf")
    assert not rules.Shape(_PHRASE).may_stand(pairs)


def test_phrases_come_in_their_order_by_whichever_word_they_begin() -> None:
    known: tuple[rules.Phrase, ...] = (
        ("postdoc*",),
        ("causal", "inference"),
        ("*praktikum",),
        ("head", "of*"),
    )
    index = rules.Index(known, lambda phrase: phrase)
    assert list(index.among(frozenset({"head", "inference"}))) == [known[0], known[2], known[3]]
    assert list(index.among(frozenset({"causal"}))) == [known[0], known[1], known[2]]


@pytest.mark.parametrize(
    "text",
    ["Since 2019 at Example", "2015 - 2018", "05/17 to 09/19", "year – year", "Year to present", "seit Mai 2020",
     "WS 2012/13", "– today", "- heute", "— present", "plain words", "17/04", "1.3 2.0", "3/4"],
)  # fmt: skip
def test_a_line_that_is_dated_is_looked_at(text: str) -> None:
    dated = bool(layout._PERIOD.search(text) or layout._DATED.search(text))
    assert not dated or bool(layout._HAS_DATE.search(text)) or layout._has_dash(text)
    assert not layout._PERIOD.search(text) or layout._HAS_DATE.search(text)


@given(st.lists(st.sampled_from(("2019", "year", "-", "–", "to", "since", "present", "05/17", " ", "Mai", ".", "al",
                                 "doi", "et al", "[3]", "(2001)", "pp. 4", "arXiv", ", 2001.", "vol. 3")), max_size=12))  # fmt: skip
def test_a_line_that_counts_is_looked_at(parts: list[str]) -> None:
    text = "".join(parts)
    assert not layout._PERIOD.search(text) or layout._HAS_DATE.search(text)
    assert not layout._DATED.search(text) or layout._HAS_DATE.search(text) or layout._has_dash(text)
    assert not layout._CITED.search(text) or layout._CITES.search(text)
    assert not layout._LEADER.search(text) or text.count(".") >= layout._DOTS


def test_a_phrase_is_found_again_after_what_was_remembered_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book = phrases.Book([("geehrte*", "salutation"), ("*zeugnis", "certificate"), ("GdB #", "notice")])
    text = phrases.split(["Sehr geehrte Frau Bell, mein Arbeitszeugnis, GdB 50"])
    found = [(one.owner, one.start, one.end) for one in book.find(text)]
    assert found == [("salutation", 1, 2), ("certificate", 5, 6), ("notice", 6, 8)]
    monkeypatch.setattr(phrases, "_REMEMBERED", 1)
    assert [(one.owner, one.start, one.end) for one in book.find(text)] == found


@given(st.text(st.characters(max_codepoint=127)))
def test_plain_ascii_is_cleaned_as_all_text_is(text: str) -> None:
    assert names.clean(text) == names.clean(text + "\u200b")
