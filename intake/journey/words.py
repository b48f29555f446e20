"""Text made comparable: one folding, one way to look for phrases, shared by every stage.

``fold`` is what both sides of a comparison go through, so that "Bewerbung für die Stelle",
"BEWERBUNG FUER DIE STELLE" and a decomposed "für" (NFD, as macOS writes it) are the same text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# Before casefold, which turns ß into ss but leaves umlauts alone. People without the keys write ae,
# oe, ue, so the umlaut goes that way and not to the bare vowel.
_LETTERS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "o", "ł": "l"}
)
# Hyphens and dashes (U+2010-2015, minus), quotes and apostrophes that word processors put in; soft
# hyphens, zero-width characters and byte order marks stand for nothing.
_MARKS = str.maketrans(
    {**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("‘’‚‛`´", "'"), **dict.fromkeys("“”„‟«»", '"')}
    | dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff", "")
)
_ACCENT = re.compile(r"[\u0300-\u036f]+")
_TOKEN = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """The text for comparing: NFKC, no case, ä as ae, other accents gone, every run of space one blank."""
    if text.isascii():  # as most words are; each of the steps below would look every letter up
        return " ".join(text.replace("`", "'").lower().split())
    text = unicodedata.normalize("NFKC", text.translate(_MARKS)).translate(_LETTERS).casefold()
    if not text.isascii():
        text = _ACCENT.sub("", unicodedata.normalize("NFD", text)).translate(_LETTERS)
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def tokens(text: str) -> list[str]:
    """The words of a text, folded, without punctuation."""
    return _TOKEN.findall(fold(text))


def found(text: str, phrases: Iterable[str]) -> tuple[str, ...]:
    """The phrases that stand in a text, each as written in ``phrases``, in their order.

    text: folded. A phrase counts only as whole words; one that ends in ``*`` also as the beginning
    of a word ("bewerb*" finds "Bewerbungsunterlagen"). A blank in a phrase stands for any space.
    """
    return tuple(phrase for phrase in phrases if _pattern(phrase).search(text))


@lru_cache(maxsize=4096)  # a rule set has some hundred phrases; a reload brings some hundred more
def _pattern(phrase: str) -> re.Pattern[str]:
    stem = fold(phrase.removesuffix("*"))
    if not stem:
        return re.compile(r"(?!)")
    end = "" if phrase.endswith("*") else r"(?!\w)"
    return re.compile(rf"(?<!\w){re.escape(stem)}{end}")
