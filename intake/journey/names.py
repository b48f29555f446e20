"""Names from mails, made fit to show and to file: the one gate for hostile person and file names.

A leaf: ``reply`` and ``file`` use it. Everything here is total: any text gives a name or "".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

LONGEST_NAME = 80  # characters of a person's name; the longest in passports (ICAO 9303) have 39 a line
LONGEST_WORDS = 8  # "Maria da Conceição Gonçalves de Sousa Ferreira Lobo" has eight; sentences have more
LONGEST_SAFE = 120  # bytes; ext4 and APFS end at 255, eCryptfs at 143, and Windows counts the whole path
LONGEST_PERSON = 80  # bytes of a person in a folder name, so that a received file still fits into MAX_PATH
UNNAMED = "unnamed"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_JOINERS = "\u200c\u200d"  # Persian and Indic names need them; they are no direction marks
_NAME_MARKS = frozenset(" .,'-\u2019\u2018\u02bc\u02bb\u00b4`\u2010\u2011\u2013\u00b7\u30fb" + _JOINERS)
_TITLE = r"(?:dr|prof|ing|med|phil|nat|rer|pol|iur|habil|dipl|inform|math|phys|psych|mag|univ|msc|bsc|hon|st)"
_TITLE_DOT = re.compile(rf"\b{_TITLE}\.", re.IGNORECASE)
# What mail programs turn into a link by themselves, but not the file names "cv.de.pdf" and "scans.gz".
_AUTOLINK = re.compile(
    r"@|://|www\.|\.(?:com|net|org|info|biz|xyz|top|shop|site|online|ru|cn)\b"
    r"|\.[a-z]{2}(?:/|\s)|\.(?:co|de|eu|io|ly|me|to|uk)$",
    re.IGNORECASE,
)
_LINK = re.compile(r"[@/\\]|www\.|\w{2,}\.[^\W\d_]{2,}", re.IGNORECASE)
_REMARK = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])$")
_NO_PERSON = _words(
    "admin administrator anonymous anwendung applicant applicants application applications automailer"
    " bewerber bewerberin bewerbung bewerbungen info jobs karriere kontakt mailer-daemon newsletter"
    " no-reply noreply nicht-antworten postmaster recruiting scanner sekretariat unknown unbekannt"
    " undisclosed-recipients via webmaster"
)
_PARTICLES = _words(
    "a abu af al ap at av ben bin bint da dal dalla das de degli dei del della den der di do dos du e el ibn"
    " la las le les lo los of san santa te ten ter van vom von z zu zum zur"
)
_GIVEN_TOO = _words("al ben do el le san")  # a particle only in lower case: "Ben Carter"
_TITLES = _words(
    "dr prof professor doktor doctor mr mrs ms miss mx herr frau sir dame lord lady phd ph.d md m.d msc m.sc"
    " ma mba bsc b.sc dipl ing mag rev jr sr ii iii iv"
)

_FORBIDDEN = re.compile(r"[<>:/\\|?*]")  # Windows: "Naming Files, Paths, and Namespaces"
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|clock\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])",
    re.IGNORECASE,
)
# Leading: hidden files, our own "_For review", options of commands, Office's "~$" files.
_LEADING = " ._-~$"
_TRAILING = " ." + _JOINERS


def clean(text: str) -> str:
    """One line in NFC without control, format (direction marks among them) and private characters."""
    composed = text if text.isascii() else unicodedata.normalize("NFC", text)
    if composed.isprintable():  # no control, format or private character, and no blank but the plain one
        return " ".join(composed.split())
    kept: list[str] = []
    for index, char in enumerate(composed):
        kept.append(_cleaned(char, before=kept[-1] if kept else "", after=composed[index + 1 : index + 2]))
    return unicodedata.normalize("NFC", " ".join("".join(kept).split()))


def shown(text: str, limit: int = LONGEST_NAME) -> str:
    """A file name or other text of a mail as a reply may show it: cleaned, cut, and "" when it holds an
    address or link, so that nobody can make us carry theirs to a third person."""
    one_line = clean(text).strip("\"'“”„«» ")
    if _AUTOLINK.search(one_line):
        return ""
    return one_line if len(one_line) <= limit else one_line[: limit - 1].rstrip() + "…"


def person(name: str, address: str = "") -> str:
    """The name as the applicant wrote it, or "" when it is no person's name.

    name: the display name of a From header; address: the mailbox it stands before. Order and gender
    are never guessed. Digits, links, symbols, sentences and role words make it no person's name.
    """
    written = _REMARK.sub("", clean(name).strip("\"'“”„«» "))
    words = written.split()
    if sum(char.isalpha() for char in written) < 2 or len(written) > LONGEST_NAME:
        return ""
    if len(words) > LONGEST_WORDS or _LINK.search(_TITLE_DOT.sub("", written)):
        return ""
    if not all(char in _NAME_MARKS or unicodedata.category(char)[0] in "LM" for char in written):
        return ""
    if any(word.strip(".,").casefold() in _NO_PERSON for word in words):
        return ""
    return "" if _is_login(written, address) else written


def folder_person(name: str, address: str) -> str:
    """How a folder calls a person: two Latin words without particle turn to "Family, Given"; all else
    stays as written; without a person's name the local part of the address."""
    written = person(name, address)
    if not written:
        return clean(address.rpartition("@")[0] or address)
    words = written.split()
    if len(words) == 2 and _is_given_and_family(*words):
        return f"{words[1]}, {words[0]}"
    return written


def safe(text: str, limit: int = LONGEST_SAFE) -> str:
    """A file or folder name that Windows, macOS and SMB take as it is, in at most ``limit`` bytes of
    UTF-8 (32 or more). Never empty; an extension of up to ten bytes survives the cut."""
    name = clean(_FORBIDDEN.sub("_", clean(text).replace('"', "'"))).lstrip(_LEADING).rstrip(_TRAILING)
    name = _without_leading_marks(name)
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > 10 or " " in extension:
        stem, dot, extension = name, "", ""
    if _RESERVED.fullmatch(name.partition(".")[0].rstrip()):
        first, rest_dot, rest = stem.partition(".")
        stem = first.rstrip() + "_" + rest_dot + rest
    stem = _cut(stem, limit - len((dot + extension).encode()))
    return (stem + dot + extension) or UNNAMED


def case_folder(day: date, who: str, case: str) -> str:
    """``2026-11-22 Ferreira, Nadia [K7Q2]``: sorts by the local day of arrival."""
    inside = safe(who.replace("[", "(").replace("]", ")"), LONGEST_PERSON)
    return f"{day.isoformat()} {inside} [{case}]"


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """The same safe names, numbered where two would be one file on Windows or macOS: "a.pdf", "a (2).pdf"."""
    taken: set[str] = set()
    result: list[str] = []
    for name in names:
        candidate, number = name, 1
        while _folded(candidate) in taken:
            number += 1
            stem, dot, extension = name.rpartition(".")
            candidate = f"{stem} ({number}).{extension}" if dot and stem else f"{name} ({number})"
        taken.add(_folded(candidate))
        result.append(candidate)
    return tuple(result)


def _cleaned(char: str, *, before: str, after: str) -> str:
    category = unicodedata.category(char)
    if category[0] == "Z" or char in "\t\n\r\v\f":
        return " "
    if char in _JOINERS:
        return char if _joins(before[-1:]) and _joins(after) else ""
    return "" if category[0] == "C" else char


def _joins(char: str) -> bool:
    return bool(char) and not char.isascii() and unicodedata.category(char)[0] in "LM"


def _is_login(written: str, address: str) -> bool:
    """Mail programs put the login before the address when they know no name."""
    local = address.rpartition("@")[0]
    return bool(local) and written.casefold() == local.casefold() and written == written.lower()


def _is_given_and_family(first: str, second: str) -> bool:
    if not (_is_latin_word(first) and _is_latin_word(second)):
        return False
    if first.casefold() in _PARTICLES and (first.islower() or first.casefold() not in _GIVEN_TOO):
        return False
    if second.endswith(".") or sum(char.isalpha() for char in second) < 2:  # "Ferreira N."
        return False
    return not (_is_capitals(first) and not _is_capitals(second))  # "FERREIRA Nadia" tells its own order


def _is_latin_word(word: str) -> bool:
    if "," in word or word.strip(".").casefold() in _TITLES:
        return False
    letters = [char for char in word if char.isalpha()]
    return bool(letters) and all(unicodedata.name(char, "").startswith("LATIN ") for char in letters)


def _is_capitals(word: str) -> bool:
    return len(word) > 2 and word.isupper()


def _without_leading_marks(name: str) -> str:
    """A combining mark needs a letter before it, else it would join whatever we put there."""
    while name and (unicodedata.category(name[0])[0] == "M" or name[0] in _LEADING + _JOINERS):
        name = name[1:]
    return name


def _cut(text: str, limit: int) -> str:
    """At most ``limit`` bytes of UTF-8, never between a letter and its marks."""
    if len(text.encode()) <= limit:
        return text
    end = len(text.encode()[:limit].decode("utf-8", "ignore"))
    while end > 0 and (unicodedata.category(text[end])[0] == "M" or text[end] in _JOINERS):
        end -= 1
    return text[:end].rstrip(_TRAILING) or UNNAMED


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
