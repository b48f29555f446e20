"""A message becomes a plan: the one place that composes the pure steps.

``examine`` reads the mail and says which file must be opened; ``conclude`` takes what the file holds
and returns everything that is to be done. ``redecide`` makes the next plan of a case when a person,
or time, changes its verdict.
"""

from __future__ import annotations

from intake.journey.decide import Circumstances
from intake.journey.plan.completion import completed_with, held_files, kept, only_position_open
from intake.journey.plan.conclusion import (
    answered,
    conclude,
    duplicate,
    foresee,
    judge_alone,
    pick_alone,
    routed,
)
from intake.journey.plan.decision import Decision, Refused, Wish, positioned, redecide
from intake.journey.plan.opening import (
    JUNK,
    KEPT_TEXT,
    Opening,
    Rules,
    address_of,
    examine,
    examine_junk,
    files_of,
    merged,
    numbers,
    order_of,
    recipient_of,
    recognised,
    signed_case,
    to_merge,
    to_read,
    with_reading,
    worth_listing,
)
from intake.journey.plan.third_party import Known, beside

__all__ = [
    "JUNK",
    "KEPT_TEXT",
    "Circumstances",
    "Decision",
    "Known",
    "Opening",
    "Refused",
    "Rules",
    "Wish",
    "address_of",
    "answered",
    "beside",
    "completed_with",
    "conclude",
    "duplicate",
    "examine",
    "examine_junk",
    "files_of",
    "foresee",
    "held_files",
    "judge_alone",
    "kept",
    "merged",
    "numbers",
    "only_position_open",
    "order_of",
    "pick_alone",
    "positioned",
    "recipient_of",
    "recognised",
    "redecide",
    "routed",
    "signed_case",
    "to_merge",
    "to_read",
    "with_reading",
    "worth_listing",
]
