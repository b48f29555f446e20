"""Text as engines give it -> text as a person reads it; and which layers are no text at all."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.adapters.pdf_child import layout, repair
from intake.model import Line


@pytest.mark.parametrize(
    "raw,read",
    [
        pytest.param("Curriculum Vitae", "Curriculum Vitae", id="plain"),
        pytest.param("  Lebens  lauf \r\n", "Lebens lauf", id="spaces"),
        pytest.param("Prüfung", "Prüfung", id="nfc"),
        pytest.param(
            "Zerti\ufb01kat der \ufb02ei\ufb00igen O\ufb03ziere",
            "Zertifikat der fleiffigen Offiziere",
            id="ligatures",
        ),
        pytest.param(
            "Certi\x1ccate, \x1dexible O\x1ece", "Certificate, flexible Office", id="type-3-ligatures"
        ),
        pytest.param("Certi\x0ccate", "Certificate", id="ot1-ligature"),
        pytest.param("Pers¨onliche Angaben", "Persönliche Angaben", id="ot1-umlaut"),
        pytest.param("¨Ubung f¨ ur Universit¨at", "Übung für Universität", id="ot1-umlauts-with-space"),
        pytest.param("Ren´e Franc¸ois na¨ıve", "René François naïve", id="ot1-accents"),
        pytest.param("`quoted' and It´s", "`quoted' and It´s", id="quotes-are-no-accents"),
        pytest.param("Wissen\ufffeschaft", "Wissenschaft", id="broken-word"),
        pytest.param("E\x02Mail", "E-Mail", id="broken-after-its-own-hyphen"),
        pytest.param("Wissen\u00adschaft", "Wissenschaft", id="soft-hyphen"),
        pytest.param("Straÿe, gruÿ", "Straße, gruß", id="sharp-s"),
        pytest.param("\uf0b7 Python", "• Python", id="word-bullet"),
        pytest.param("\uf10b +49 234", "+49 234", id="icon"),
        pytest.param("A\u202eB\u200b\ufeff", "AB", id="unseen-marks"),
        pytest.param("a\x00b\x07", "ab", id="control"),
        pytest.param("(cid:12) France", "France", id="cid"),
        pytest.param("简历 резюме", "简历 резюме", id="other-scripts"),
    ],
)
def test_mends_a_line(raw: str, read: str) -> None:
    """Each producer's habit has its rule."""
    assert repair.line(raw) == read


@given(st.text())
def test_a_mended_line_is_clean(raw: str) -> None:
    """NFC, one line, no control characters, and mending it again changes nothing it can be encoded with."""
    read = repair.line(raw)

    assert read == unicodedata.normalize("NFC", read)
    assert read == " ".join(read.split())
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co") for c in read)
    read.encode()


@pytest.mark.parametrize(
    "raw,unmapped,garbage",
    [
        pytest.param("An ordinary page of some words, as people write them.", 0, False, id="words"),
        pytest.param("Certi\x1ccate in \x1dexible O\x1eces of the town", 0, False, id="ligature-codes"),
        pytest.param("\x03\x04\x11\x05 \x07\x08\x06\x01 abc def ghi jkl mno", 0, True, id="control-codes"),
        pytest.param("\ufffd\ufffdabcdefghijklmnopqrstuvwxyz", 0, True, id="replacements"),
        pytest.param("(cid:12)(cid:7) and so on for a whole page", 0, True, id="cids"),
        pytest.param("\ue001\ue002\ue003\ue004\ue005\ue006\ue007 " * 5 + "some", 0, True, id="private-codes"),
        pytest.param("\uf10b +49 234 567 \uf003 ada@example.org \uf0ac example.org", 0, False, id="icons"),
        pytest.param("Ten words that could be named, of a page", 40, True, id="unmapped-glyphs"),
        pytest.param("\x03\x04", 0, False, id="too-little-to-say"),
    ],
)
def test_knows_a_broken_text_layer(raw: str, unmapped: int, garbage: bool) -> None:
    """More than a twentieth of codes that are no text, or a third of private ones."""
    assert repair.is_garbage(raw, unmapped) is garbage


def _lines(*places: tuple[float, float]) -> tuple[Line, ...]:
    return tuple(Line(text=f"line {n}", size=11.0, x=x, y=y) for n, (x, y) in enumerate(places))


@pytest.mark.parametrize(
    "places,shuffled",
    [
        pytest.param([(72, 800 - 14 * n) for n in range(20)], False, id="downwards"),
        pytest.param([(72, 100 + 14 * n) for n in range(20)], True, id="upwards"),
        pytest.param(
            [(72, 800 - 14 * n) for n in range(10)] + [(320, 800 - 14 * n) for n in range(10)],
            False,
            id="columns",
        ),
        pytest.param(
            [(72 + 150 * (n % 3), 700 - 40 * (n // 3) + 9 * (n % 3)) for n in range(18)], False, id="boxes"
        ),
        pytest.param([(72, 800 - 14 * (n * 7 % 20)) for n in range(20)], True, id="mixed"),
        pytest.param([(72, 100), (72, 200), (72, 300)], False, id="too-few-to-say"),
    ],
)
def test_knows_a_shuffled_stream(places: list[tuple[float, float]], shuffled: bool) -> None:
    """Steps up within a column; the next column or box is no disorder."""
    assert layout.is_shuffled(_lines(*places)) is shuffled


def test_sorts_from_above() -> None:
    """Top to bottom, then left to right."""
    lines = _lines((72, 100), (300, 700), (72, 700.2))

    assert [line.text for line in layout.from_above(lines)] == ["line 2", "line 1", "line 0"]
