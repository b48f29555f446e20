"""The sample mails: what arrives in a mailbox like this, and what should become of each.

`all(now)` gives them in the order of their arrival within the hour before `now`. What `Sample` expects is
the contract of `intake check`: outcomes, position ids and problem codes are those of its JSON.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from intake.demo.clients import MAILBOX
from intake.demo.samples import applications, gaps, others
from intake.demo.samples.sample import Problem, Sample

__all__ = ["MAILBOX", "PASSWORD", "Problem", "Sample", "accounts", "all"]

PASSWORD = "demo"  # noqa: S105 - opens mailboxes that live in memory and hold invented mails

_BUILDERS = (
    applications.causal_inference,
    applications.uncertainty_german,
    applications.interpretable_apple,
    applications.scanned_certificates,
    applications.two_positions,
    gaps.without_certificates,
    gaps.without_cv_german,
    gaps.three_files,
    gaps.word_document,
    gaps.encrypted_german,
    gaps.damaged,
    gaps.no_position,
    others.portal_position,
    others.out_of_office,
    others.bounce,
    others.question,
    gaps.forgotten_attachment,
    applications.javascript,
    gaps.link,
)


def all(now: datetime) -> tuple[Sample, ...]:  # noqa: A001 - read as samples.all(now)
    """Every sample, with dates relative to `now`, which must be aware of its zone."""
    first = now - timedelta(minutes=3 * len(_BUILDERS))
    return tuple(build(first + timedelta(minutes=3 * number)) for number, build in enumerate(_BUILDERS))


def accounts(samples: Iterable[Sample]) -> dict[str, str]:
    """Logins and passwords for the demo's servers: the bot's mailbox and one for each person who writes."""
    logins = [sample.login for sample in samples if sample.login]
    return dict.fromkeys((MAILBOX, *logins), PASSWORD)
