"""Text as PDF engines give it -> text as a person reads it. Pure; each rule names the producer it mends."""

from __future__ import annotations

import re
import unicodedata

# LaTeX's T1 encoding puts these ligatures at 0x1B-0x1F, OT1 at 0x0B-0x0F; bitmap (Type 3) fonts without
# a ToUnicode map hand the codes through. 0x0D of OT1 ("fl") is lost: it cannot be told from a line end.
_LIGATURES = {
    "\x1b": "ff", "\x1c": "fi", "\x1d": "fl", "\x1e": "ffi", "\x1f": "ffl",
    "\x0b": "ff", "\x0c": "fi", "\x0e": "ffi", "\x0f": "ffl",
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl",
    "\ufb05": "st", "\ufb06": "st",
}  # fmt: skip
# The code first and then what stands before it: so the search stops at codes only.
_CODED_LIGATURE = re.compile(
    r"[\x0b\x0c\x0e\x0f\x1b-\x1f](?:(?=[^\W\d_])|(?<=[^\W\d_][\x0b\x0c\x0e\x0f\x1b-\x1f]))"
)
_LIGATURE = re.compile("[\ufb00-\ufb06]")

# PDFium's marks for a hyphen at the end of a line that it joined with the next.
_BREAK = re.compile("[\ufffe\x02](.?)")

# OT1 has no umlauts: TeX sets the accent and then the letter, and so it stands in the text.
_ACCENTS = {
    "¨": ("\u0308", "aeiouyAEIOUYı"),
    "´": ("\u0301", "aeiouyAEIOUYı"),
    "`": ("\u0300", "aeiouAEIOUı"),
    "ˆ": ("\u0302", "aeiouAEIOUı"),
    "˜": ("\u0303", "anoANO"),
    "ˇ": ("\u030c", "cdenrstzCDENRSTZ"),
    "˚": ("\u030a", "auAU"),
}
_ACCENT = re.compile("|".join(f"{accent} ?[{letters}]" for accent, (_, letters) in _ACCENTS.items()))
_ANY_ACCENT = re.compile(f"[{''.join(_ACCENTS)}¸]")
_CEDILLA = re.compile(r"([cCsS])[¸]")
_GRAVE_AS_QUOTE = re.compile(r"(?<![^\W\d_])`")

# T1's ß is 0xFF, which Latin-1 calls ÿ. German has no ÿ; French names have it, hardly ever after a vowel
# and before a consonant or the word's end in a text that has no ß at all.
_SHARP_S = re.compile(r"(?<=[aeiouäöü])ÿ")

_SYMBOL_BULLETS = re.compile("[\uf0a7\uf0b7\uf0a8\uf0d8\uf076]")  # Symbol and Wingdings, as Word embeds them
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]")  # icon fonts
_UNSEEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffd-\uffff]")
_CID = re.compile(r"\(cid:\d+\)")

GARBAGE_SHARE = 0.05  # more is no text layer but a broken font map (measured on 236 public documents)
_PRIVATE_SHARE = 0.3  # icons are normal in CVs; a third of the page in private codes is not
_ENOUGH = 20  # characters below which a share says nothing


def line(text: str) -> str:
    """One line, mended: NFC, ligatures, accents and broken words joined, no control characters."""
    if "\ufffe" in text or "\x02" in text:
        text = _BREAK.sub(_join, text)
    if not text.isascii() or (not text.isprintable() and _CONTROL.search(text)):
        text = _mend(text)
    if "(cid:" in text:
        text = _CID.sub("", text)  # how pdfminer writes a glyph that it cannot name
    return " ".join(text.split())


def is_garbage(text: str, unmapped: int = 0) -> bool:
    """Whether a page's raw text is no text. ``unmapped``: glyphs the engine could not name at all."""
    if not _is_printed(text):
        text = _CODED_LIGATURE.sub("fi", _BREAK.sub(_join, text))
    seen = len("".join(text.split())) + unmapped
    if seen < _ENOUGH:
        return False
    broken, private = unmapped, 0
    if not _is_printed(text):
        broken += len(_CONTROL.findall(text))
        private = len(_PRIVATE.findall(text))
    if "(cid:" in text:
        broken += sum(map(len, _CID.findall(text)))
    return broken > GARBAGE_SHARE * seen or private > _PRIVATE_SHARE * seen


def _is_printed(text: str) -> bool:
    """Whether there are only printable characters and PDFium's line ends: no code, mark or private character."""
    return text.replace("\r\n", "").isprintable() and "\ufffd" not in text


def _join(match: re.Match[str]) -> str:
    """A word broken at a line end: "wissen-|schaft" is one word, "E-|Mail" keeps its hyphen."""
    following = match[1]
    return following if following.islower() else f"-{following}"


def _mend(text: str) -> str:
    if not _is_printed(text):
        text = _CODED_LIGATURE.sub(lambda m: _LIGATURES[m[0]], text)
        text = _SYMBOL_BULLETS.sub("•", text)
        for unwanted in (_PRIVATE, _UNSEEN, _CONTROL):
            text = unwanted.sub("", text)
    text = _LIGATURE.sub(lambda m: _LIGATURES[m[0]], text)
    if _ANY_ACCENT.search(text):
        text = _accents(text)
    if "ÿ" in text and "ß" not in text:
        text = _SHARP_S.sub("ß", text)
    return unicodedata.normalize("NFC", text)


def _accents(text: str) -> str:
    quoted = _GRAVE_AS_QUOTE.sub("\0", text)
    composed = _ACCENT.sub(_compose, quoted).replace("\0", "`")
    return _CEDILLA.sub(lambda m: unicodedata.normalize("NFC", m[1] + "\u0327"), composed)


def _compose(match: re.Match[str]) -> str:
    accent, letter = match[0][0], match[0][-1]
    return unicodedata.normalize("NFC", ("i" if letter == "ı" else letter) + _ACCENTS[accent][0])
