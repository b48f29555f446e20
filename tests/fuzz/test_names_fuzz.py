"""Whatever a mail calls a person or a file: the name is safe, and making it safe again changes nothing."""

from __future__ import annotations

import unicodedata
from datetime import date

from hypothesis import example, given
from hypothesis import strategies as st

from intake.journey import names

HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            ' ./\\:*?"<>|-_~$[]()\x00\r\n\u202e\u2066\u200c\u200d\u200b\ufeff\u0301\u0323\u00a0CONnulé'
        ),
    ),
    max_size=200,
)
DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}


@given(HOSTILE)
@example("CON" + "," * 200)
@example("\u0f71\u0f72\u0f74" * 60)
@example("a\u200d\u200db")
def test_safe_is_safe_everywhere(text: str) -> None:
    """No separator, control, direction mark, device, hidden or trailing character; NFC; within 120 bytes."""
    name = names.safe(text)
    assert 0 < len(name.encode()) <= names.LONGEST_SAFE
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Co", "Zl", "Zp"} for char in name)
    assert not set(name) & set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
    assert name[0] not in " ._-~$"
    assert name[-1] not in " ."
    assert name.split(".")[0].rstrip().casefold() not in DEVICES
    assert unicodedata.is_normalized("NFC", name)


@given(HOSTILE)
@example("\u0f71\u0f72\u0f74" * 60)
def test_safe_twice_is_safe_once(text: str) -> None:
    """A safe name stays as it is, so that a retry finds the folder that it wrote before."""
    once = names.safe(text)
    assert names.safe(once) == once


@given(HOSTILE)
def test_clean_twice_is_clean_once(text: str) -> None:
    once = names.clean(text)
    assert names.clean(once) == once


@given(HOSTILE, HOSTILE)
def test_person_is_one_short_line_or_nothing(name: str, address: str) -> None:
    """What stands after "Dear" has no digits, links, brackets or line ends."""
    written = names.person(name, address)
    assert len(written) <= names.LONGEST_NAME
    assert not any(char.isdigit() or char in "@/\\<>[]()\r\n:;" for char in written)


@given(HOSTILE, HOSTILE)
def test_folder_person_never_fails(name: str, address: str) -> None:
    """Any sender gets a folder name of one path part, within 98 bytes."""
    folder = names.case_folder(date(2026, 11, 22), names.folder_person(name, address), "K7Q2")
    assert "/" not in folder
    assert len(folder.encode()) <= 98


@given(st.lists(HOSTILE.map(names.safe), max_size=20))
def test_unique_names_differ_in_any_case(texts: list[str]) -> None:
    """No two files of a folder are one on a file system that ignores case."""
    given_names = names.unique(texts)
    assert len({name.casefold() for name in given_names}) == len(texts)
