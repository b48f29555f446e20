"""Message-IDs of our replies: whoever has one shows that they had our mail."""

from __future__ import annotations

import pytest

from intake.journey import threads

KEY, OTHER = b"a" * 32, b"b" * 32
OURS = "<K7Q2.1a2b.79897230bccc9c5f@jobs.example>"


def test_an_id_carries_case_token_and_code() -> None:
    """The code is the beginning of HMAC-SHA256 over all that is said."""
    assert threads.message_id("K7Q2", "1a2b", "jobs.example", KEY) == OURS


def test_without_a_key_it_carries_no_code_and_no_case_is_found() -> None:
    """As ids were before there were keys; a domain is written in ASCII."""
    unsigned = threads.message_id("K7Q2", "1a2b", "küste.example", b"")
    assert unsigned == "<K7Q2.1a2b@xn--kste-0ra.example>"
    assert threads.case_of(unsigned, [KEY]) == ""
    assert threads.case_of(OURS, [b""]) == ""
    assert threads.case_of(OURS, []) == ""


@pytest.mark.parametrize(
    "returned",
    [
        pytest.param(OURS, id="as it was"),
        pytest.param(OURS.lower(), id="lower case"),
        pytest.param(OURS.upper(), id="upper case"),
    ],
)
def test_the_case_is_found_by_any_key(returned: str) -> None:
    """Also by an old one, and whatever a gateway did to upper and lower case."""
    assert threads.case_of(returned, [OTHER, KEY]) == "K7Q2"


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(OURS.replace("K7Q2", "K7Q3"), id="another case"),
        pytest.param(OURS.replace("1a2b", "1a2c"), id="another token"),
        pytest.param(OURS.replace("jobs.example", "jobs.example.org"), id="another domain"),
        pytest.param(OURS.replace(".79897230bccc9c5f", ""), id="no code"),
        pytest.param(OURS.replace("79897230bccc9c5f", "0" * 16), id="another code"),
        pytest.param(OURS.replace("79897230bccc9c5f", "79897230bccc9c"), id="part of the code"),
        pytest.param(f"x{OURS}", id="something before it"),
        pytest.param(f"{OURS}\n", id="something behind it"),
        pytest.param(OURS.replace("K7Q2", "K" * 300), id="much too long"),
        pytest.param(OURS.replace("K7Q2", "K7Ｑ2"), id="a letter that only looks alike"),
        pytest.param(OURS.replace("K7Q2", "\u212a7Q2"), id="the Kelvin sign"),
        pytest.param("<K7Q2@jobs.example>", id="a case and a domain"),
        pytest.param("", id="nothing"),
    ],
)
def test_no_case_is_found_in_what_we_did_not_make(forged: str) -> None:
    """A stranger who knows a case number knows nothing."""
    assert threads.case_of(forged, [KEY, OTHER]) == ""


def test_ids_of_another_installation_say_nothing() -> None:
    """Its key is not ours."""
    assert threads.case_of(OURS, [OTHER]) == ""


def test_parts_cannot_be_shifted() -> None:
    """The text under the code has one reading only."""
    one = threads.message_id("K7Q2", "1a", "b.example", KEY)
    code = one.split(".")[2].partition("@")[0]
    assert threads.case_of(f"<K7Q21.a.{code}@b.example>", [KEY]) == ""
