"""Mails that pass on another mail: whose it is, and what stands above it."""

from __future__ import annotations

import pytest

from intake.journey import parse, screen
from intake.model import Address, Forwarded, Kind
from tests import builders

PDF = builders.File("Bewerbung.pdf", builders.pdf(), "application/pdf")
RULES = screen.Rules(addresses=(builders.MAILBOX,))

GMAIL = """\
Please see below.

---------- Forwarded message ---------
From: Lea Vogt <lea.vogt@uni.example>
Date: Tue, 4 Nov 2025 at 09:13
Subject: Application
To: Prof. Dr. Anton Huber <huber@lab.example>

Dear Professor, my application is attached.
"""
THUNDERBIRD = """\
Zur Kenntnis

-------- Weitergeleitete Nachricht --------
Betreff: \tBewerbung
Datum: \tTue, 4 Nov 2025 09:13:00 +0100
Von: \tVogt, Lea <lea.vogt@uni.example>
An: \thuber@lab.example

Sehr geehrter Herr Huber, anbei meine Bewerbung.
"""
APPLE = """\
Anfang der weitergeleiteten Nachricht:

Von: Lea Vogt <lea.vogt@uni.example>
Betreff: Bewerbung
Datum: 4. November 2025 um 09:13:00 MEZ
An: huber@lab.example

Anbei meine Bewerbung.
"""
OUTLOOK = """\
FYI

Von: Lea Vogt [mailto:lea.vogt@uni.example]
Gesendet: Dienstag, 4. November 2025 09:13
An: Huber, Anton
Betreff: Bewerbung

Anbei meine Bewerbung.
"""
NAME_ONLY = OUTLOOK.replace(" [mailto:lea.vogt@uni.example]", "")


@pytest.mark.parametrize(
    "subject, text, expected",
    [
        ("Fwd: Application", GMAIL, Forwarded(sender=Address(name="Lea Vogt", address="lea.vogt@uni.example"), note="Please see below.")),
        ("Application", GMAIL, Forwarded(sender=Address(name="Lea Vogt", address="lea.vogt@uni.example"), note="Please see below.")),
        ("WG: Bewerbung", THUNDERBIRD, Forwarded(sender=Address(name="Vogt, Lea", address="lea.vogt@uni.example"), note="Zur Kenntnis")),
        ("Fwd: Bewerbung", APPLE, Forwarded(sender=Address(name="Lea Vogt", address="lea.vogt@uni.example"))),
        ("WG: Bewerbung", OUTLOOK, Forwarded(sender=Address(name="Lea Vogt", address="lea.vogt@uni.example"), note="FYI")),
        ("WG: Bewerbung", NAME_ONLY, Forwarded(sender=Address(name="Lea Vogt", address=""), note="FYI")),
        ("AW: Bewerbung", OUTLOOK, None),
        ("Bewerbung", "Von: meiner Seite aus gern.\n", None),
    ],
    ids=["Gmail", "Gmail, another subject", "Thunderbird", "Apple Mail", "Outlook", "Outlook, a name only", "an answer", "no header"],
)  # fmt: skip
def test_whose_mail_is_passed_on_as_text(subject: str, text: str, expected: Forwarded | None) -> None:
    assert parse.mail(builders.thunderbird(text, subject=subject)).forwarded == expected


def test_whose_mail_is_passed_on_whole() -> None:
    """The sender of the mail inside, where it holds the files."""
    inner = builders.thunderbird(builders.LETTER, [PDF])
    raw = builders.mail(builders.multipart("mixed", builders.plain("See below."), builders.forwarded(inner)))
    found = parse.mail(raw).forwarded
    assert found is not None
    assert (found.papers, found.note) == (True, "See below.")
    assert found.sender == parse.mail(inner).sender


def test_a_mail_inside_without_a_file_is_not_what_is_passed_on() -> None:
    raw = builders.mail(
        builders.multipart(
            "mixed", builders.plain("See below."), builders.forwarded(builders.thunderbird("Hello"))
        )
    )
    assert parse.mail(raw).forwarded is None


@pytest.mark.parametrize(
    "text, of_somebody_else",
    [
        (GMAIL, True),
        (GMAIL.replace("Please see below.", "I hereby apply for the position that my colleague told me of."), False),
        (GMAIL.replace("Please see below.", "Attached is my application for the position below."), False),
        (GMAIL.replace("Lea Vogt <lea.vogt@uni.example>", "Nadia Ferreira <nf@private.example>"), False),
        (GMAIL.replace("Lea Vogt <lea.vogt@uni.example>", f"Centre <{builders.MAILBOX}>"), False),
    ],
    ids=["somebody else's", "applies above it", "my application", "the writer's own mail", "our own mail"],
)  # fmt: skip
def test_who_passes_on_a_mail_of_somebody_else_does_not_apply(text: str, of_somebody_else: bool) -> None:
    mail = parse.mail(builders.thunderbird(text, [PDF], subject="Fwd: Application"))
    found = screen.mail(mail, RULES)
    assert found.kind is Kind.APPLICATION
    assert found.third_party == of_somebody_else
    assert found.for_review == ("passes on a mail of somebody else" if of_somebody_else else "")
