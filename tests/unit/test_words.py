from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.journey import words


@pytest.mark.parametrize(
    "text, folded",
    [
        pytest.param("Bewerbung FÜR die Straße", "bewerbung fuer die strasse", id="umlauts and sharp s"),
        pytest.param("fu\u0308r", "fuer", id="decomposed umlaut, as macOS writes it"),
        pytest.param("Résumé  of\n\tNadia", "resume of nadia", id="accents and white space"),
        pytest.param("Post\u00addoc\u200b", "postdoc", id="soft hyphen and zero-width space"),
        pytest.param(
            "Ver\ufb01cation – “CV” isn’t", 'verfication - "cv" isn\'t', id="ligature, dash, quotes"
        ),
        pytest.param("ＣＶ", "cv", id="full-width letters"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_fold(text: str, folded: str) -> None:
    """Two ways to write the same words fold to the same text."""
    assert words.fold(text) == folded


@given(st.text(st.characters(codec="ascii")))
def test_ascii_folds_the_same_beside_another_letter(text: str) -> None:
    """What is left out for plain ASCII changes nothing of it."""
    assert words.fold(f"{text} é") == f"{words.fold(text)} e".strip()


@given(st.text())
def test_fold_twice_is_fold_once(text: str) -> None:
    """Folding is stable on text that is folded, so both sides of a comparison may be folded anywhere."""
    once = words.fold(text)
    assert words.fold(once) == once


def test_tokens() -> None:
    """Tokens are the folded words without punctuation."""
    assert words.tokens("Grüße, Dr. O'Neill (2025)!") == ["gruesse", "dr", "o", "neill", "2025"]


@pytest.mark.parametrize(
    "text, phrases, found",
    [
        pytest.param("hiermit bewerbe ich mich", ("bewerbe ich mich",), ("bewerbe ich mich",), id="phrase"),
        pytest.param("reapplying", ("apply",), (), id="not inside a word"),
        pytest.param("bewerbungsunterlagen anbei", ("bewerb*", "anbei"), ("bewerb*", "anbei"), id="prefix"),
        pytest.param("ausbewerbung", ("bewerb*",), (), id="a prefix begins a word"),
        pytest.param("fuer die stelle", ("für",), ("für",), id="phrases are folded too"),
        pytest.param("anything", ("", "*"), (), id="an empty phrase finds nothing"),
    ],
)
def test_found(text: str, phrases: tuple[str, ...], found: tuple[str, ...]) -> None:
    """Phrases are found as whole words, and with a star as the beginning of a word."""
    assert words.found(text, phrases) == found
