"""No loop with another machine, and no flood: which reply still has room."""

from __future__ import annotations

import pytest

from intake.journey import traffic
from intake.journey.traffic import Room
from intake.model import Traffic

LIMITS = traffic.Limits(address=3, domain=10, subject=20, hourly=30)
HELD = ": look whether a machine is writing"


@pytest.mark.parametrize(
    "counted,room",
    [
        pytest.param(Traffic(), Room(), id="the first one"),
        pytest.param(Traffic(address=2, domain=9, subject=19, hourly=29), Room(last=True), id="the last one"),
        pytest.param(Traffic(address=3), Room(silence="3 replies to this address within a day"), id="one too many"),
        pytest.param(Traffic(domain=10), Room(held=f"10 replies to this domain within a day{HELD}"), id="domain"),
        pytest.param(
            Traffic(subject=20), Room(held=f"20 replies to mails with this subject within a day{HELD}"), id="subject"
        ),
        pytest.param(Traffic(hourly=30), Room(held=f"30 replies to everybody within an hour{HELD}"), id="breaker"),
        pytest.param(
            Traffic(address=3, hourly=30), Room(silence="3 replies to this address within a day"), id="silence first"
        ),
    ],
)  # fmt: skip
def test_room_for_one_more(counted: Traffic, room: Room) -> None:
    """An address that writes too often gets none; what may be many people waits for a person."""
    assert traffic.room(counted, LIMITS) == room


@pytest.mark.parametrize(
    "one,other",
    [
        ("Your application", "Re: Your application"),
        ("Bewerbung", "AW: WG: Re[2]: BEWERBUNG"),
        ("Re: Your application [K7QX]", "[EXTERN] AW: your application [M2P9]"),
        ("Ticket 4711: received", "Re: Ticket 4712 received!"),
        ("Réponse", "RE: reponse"),
    ],
)
def test_subjects_that_are_one(one: str, other: str) -> None:
    """However often a mail went to and fro, and whatever number it bears."""
    assert traffic.subject_core(one) == traffic.subject_core(other)


def test_subjects_that_are_two() -> None:
    """Nothing of the subject stands in what is kept."""
    cores = {
        traffic.subject_core(text) for text in ("Application", "Application for A", "Application for B", "")
    }
    assert len(cores) == 4
    assert all(len(core) == 16 for core in cores)


def test_a_subject_of_prefixes_ends() -> None:
    assert traffic.subject_core("Re: " * 20_000) == traffic.subject_core("")
