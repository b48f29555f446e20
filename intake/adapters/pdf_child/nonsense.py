"""Text layers whose letters are letters and still no language: shifted font maps, old OCR. Pure.

Only what no European language and no table of codes does counts, on enough words, and only of the Latin
script: whoever is called garbage wrongly costs an OCR page, whoever is missed may cost an application.
"""

from __future__ import annotations

import re
import unicodedata

_FEWEST_WORDS = 30  # of four characters or more; on fewer a share says nothing
_FEWEST_LETTERS = 150  # lower case, of such words
_ODD_SHARE = 0.3  # of such words; 743 real pages have 0.11 at most
_VOWEL_SHARE = 0.26  # of the letters; 746 real pages have 0.33 at least, letters by chance 0.23
_COMMON_SHARE = 0.33  # of the letters; real pages have 0.47 at least, Chinese names in Latin letters 0.40
_PLAINLY_TEXT = 0.45  # share of the common letters in all characters above which nothing more is asked

_FEWEST_SPELLED = 0.6  # Latin letters in all characters
_SHORTEST_WORDS = 2.25  # letters a word on a page; 1,094 real pages have 2.28 (formulas) and mostly 4 to 6

_WORD = re.compile(r"\S{4,}")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_CAPITAL = re.compile(r"(?<!\S)[A-Z\u00c0-\u00de](?!\S)")  # of a spaced heading, which is joined later
_LETTERS = re.compile(r"[^\W\d_]+")
# A word in lower case, capitalised or not. Nothing is tried twice (the "+" behind): words may be very long.
_PLAIN = re.compile(r"(?<!\S)[^\w\s]*+([^\W\d_])([a-z\u00df-\u024f]{3,}+)[^\w\s]*+(?!\S)")
_ADDRESS = re.compile(r"[@/\\_]|www\.|\.[a-z]{2,4}\b", re.IGNORECASE)
_VOWELS = "aeiouyıæøœ"
_COMMON = "enirtas"  # the most frequent letters of European languages together
_ODD = re.compile(
    r"[^\W\d_]{2}[!\"#$%*+<=>?^`{|}~\[\]][^\W\d_]|[^\W\d_][!\"#$%*+<=>?^`{|}~\[\]][^\W\d_]{2}"  # a sign inside a word; formulas have single letters
    r"|[a-zß-ÿ][A-Z][a-zß-ÿ]*[A-Z]"  # more than one change to a capital inside a word
    r"|[^\W\d_]\d+[a-zß-ÿ]"  # a number inside a word
    r"|([a-zß-ÿ])\1\1"  # three times the same letter
)
_TRIPLE = re.compile(r"([a-zß-ÿ])\1\1")
_ACCENTED = re.compile(r"[^\x00-\x7f]")


def is_nonsense(text: str) -> bool:
    """Whether a page's text is letters by chance: its words odd, hardly a vowel or common letter among them."""
    if sum(map(text.count, _COMMON)) > _PLAINLY_TEXT * len(text):
        return False
    # Most words are letters and digits alone, and can be no address.
    words = [word for word in _WORD.findall(text) if word.isalnum() or not _ADDRESS.search(word)]
    if len(words) < _FEWEST_WORDS or not _is_latin(words):
        return False
    joined = " ".join(words)
    if _are_odd(words, joined):
        return True
    letters = "".join([first.lower() + rest for first, rest in _PLAIN.findall(joined)])
    bare = _ACCENTED.sub(_bare, letters)
    if len(bare) < _FEWEST_LETTERS:
        return False
    vowels, common = sum(map(bare.count, _VOWELS)), sum(map(bare.count, _COMMON))
    return vowels < _VOWEL_SHARE * len(bare) or common < _COMMON_SHARE * len(bare)


def is_spelled(text: str) -> bool:
    """Whether words lie about in single letters and scraps of two or three: a layer that was set glyph by glyph,
    of which no word is left."""
    words = _LATIN_WORD.findall(text)
    letters = sum(map(len, words))
    if letters >= _SHORTEST_WORDS * len(words):
        return False  # the more so without its single capitals
    words = _LATIN_WORD.findall(_CAPITAL.sub(" ", text))
    letters = sum(map(len, words))
    if len(words) < _FEWEST_WORDS or letters < _FEWEST_SPELLED * len("".join(text.split())):
        return False  # figures and signs: formulas, tables, another script
    return letters < _SHORTEST_WORDS * len(words)


def _are_odd(words: list[str], joined: str) -> bool:
    """Whether too many words are odd. In a word of letters in a plain case only a triple letter can be."""
    most = _ODD_SHARE * len(words)
    others = [
        word
        for word in words
        if not (word.isalpha() and (word.islower() or word.istitle() or word.isupper()))
    ]
    triple = len(_TRIPLE.findall(joined))  # in at most so many words: no match goes over a blank
    if len(others) + triple <= most or sum(map(bool, map(_ODD.search, others))) + triple <= most:
        return False
    return sum(map(bool, map(_ODD.search, words))) > most


def _is_latin(words: list[str]) -> bool:
    joined = "".join(words)
    latin = sum(map(len, _LATIN_WORD.findall(joined)))
    if 2 * latin > len(joined) or joined.isascii():  # all letters of ASCII are Latin
        return latin > 0
    return 2 * latin > sum(map(len, _LETTERS.findall(joined)))


def _bare(accented: re.Match[str]) -> str:
    """The letter without its accents."""
    return unicodedata.normalize("NFD", accented[0])[0]
