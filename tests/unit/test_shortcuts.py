"""What is not looked at closely could not have been found: each short cut of the journey against the long way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from intake import wiring
from intake.journey import names
from intake.journey.recognise import layout, phrases, sheet
from intake.journey.route import rules, sentences
from intake.journey.route.alike import SIMILAR, Likely
from intake.model import Line, PageFacts

RULES = wiring.rules(wiring.load(Path(__file__).resolve().parents[2] / "config"), "open-positions").recognise
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
    assume(OSA.normalized_similarity(phrase, text) >= SIMILAR)
    [sentence] = sentences.of(f"{before} {text} {after}")
    assert list(Likely([phrase], str, least=6).among(sentence)) == [phrase]


def test_most_sentences_need_no_comparison() -> None:
    [sentence] = sentences.of("Please find attached my application as one PDF")
    assert list(Likely([_PHRASE], str, least=6).among(sentence)) == []


def test_phrases_come_in_their_order_by_whichever_word_they_begin() -> None:
    known: tuple[rules.Phrase, ...] = (
        ("postdoc*",),
        ("causal", "inference"),
        ("*praktikum",),
        ("head", "of*"),
    )
    index = rules.Index(known, lambda phrase: phrase)
    [head, other, open_ended] = sentences.of("Head inference. Causal. Postdoctoral Pflichtpraktikum, head.")
    assert list(index.among(head)) == [known[3]]
    assert list(index.among(other)) == [known[1]]
    assert list(index.among(open_ended)) == [known[0], known[2], known[3]]


_LINES = st.lists(
    st.sampled_from(("2019", "year", "-", "–", "to", "since", "seit ", "present", "– heute", "05/17", "3.12.2018", " ", "Mai", "WS 2012", ".",
                     "al", "doi", "DOı", "et al", "ARXİV", "arXiv", "[3]", "(2001)", "(2001a)", "pp. 4", ", 2001.", ", year.", "vol. 3",
                     "1.3", " sehr gut", "5 ECTS", " A+", "(90)", " bestanden", "passed", "words")), max_size=9).map("".join)  # fmt: skip
_LONG = {
    "dated-lines": rf"^\W{{0,3}}{layout._DATE}|{layout._DATE}\W{{0,3}}$|[-–—]\s?{layout._OPEN}\W{{0,3}}$",
    "period-lines": rf"{layout._DATE}\s?(?:[-–—−]{{1,3}}|to|bis|until)\s?(?:{layout._DATE}|{layout._OPEN}|\d\d\b)"
    rf"|(?:since|seit)\s{layout._DATE}",
    "cited-lines": layout._CITED.pattern,
    "leader-lines": layout._LEADER.pattern,
}


@given(st.lists(_LINES, min_size=1, max_size=4))
def test_lines_that_count_are_counted(texts: Sequence[str]) -> None:
    """As if every pattern were looked for in every line."""
    lines = tuple(Line(text=text, size=11) for text in texts)
    seen = sheet.of(PageFacts(number=1, width=595, height=842, lines=lines), RULES)
    counts = dict(layout.measure(seen))
    short = [text.strip() for number, text in enumerate(texts) if not seen.is_prose(number)]
    assert counts["graded-lines"] == sum(1 for text in short if layout._GRADED.search(text))
    for measure, pattern in _LONG.items():
        of = short if measure == "dated-lines" else [text.strip() for text in texts]
        found = [text for text in of if re.search(pattern, text, re.IGNORECASE)]
        assert (measure, counts[measure]) == (measure, len(found))  # type: ignore[index]


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
