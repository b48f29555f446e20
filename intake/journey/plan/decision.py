"""The next plan of a case, when a person, or time, changes its verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from intake.journey.plan.completion import completed_with, held_files
from intake.journey.plan.opening import Rules, whom
from intake.model import (
    Outcome,
    Plan,
    Presence,
    ProblemCode,
    ReplyKind,
    Verdict,
    Withdrawn,
    value,
)


class Wish(StrEnum):
    """What can change the verdict of a case that has been filed."""

    ACCEPT = "accept"  # a person finds it complete in form
    ASK = "ask"  # a person wants the applicant asked for what is missing
    POSITION = "position"  # a person says which positions it is for
    OVERDUE = "overdue"  # the applicant has not answered in time
    UNDELIVERED = "undelivered"  # the correction did not reach the applicant
    DELIVERED = "delivered"  # a correction that a person had held has been sent
    REMIND = "remind"  # the applicant has not answered yet: once
    WITHDRAW = "withdraw"  # a person confirms that the applicant takes the application back


@value
class Decision:
    """A wish, whose it is, and what it needs. ``why`` is recorded with the verdict."""

    wish: Wish
    who: str
    why: str = ""
    positions: tuple[str, ...] = ()
    days: int = 0  # until a person looks at a case that is reminded of


class Refused(ValueError):
    """A decision that cannot be carried out; the message says why and what to do instead."""


def redecide(
    before: Plan,
    decision: Decision,
    *,
    rules: Rules,
    now: datetime,
    token: str,
    told: frozenset[ReplyKind] = frozenset(),
    held: frozenset[Outcome] = frozenset(),
) -> Plan:
    """The next plan of a case. ``told``: kinds of reply the applicant has had, which never go out twice.

    Raises Refused, with a sentence for the person who asked.
    """
    if before.mail is None or not before.folders:
        raise Refused(f"case {before.case} has no filed folder, so there is nothing to decide about")
    verdict = _wished(before.verdict, decision, rules)
    if verdict.reply in told or (verdict.reply and whom(before.mail) is None):
        verdict = replace(verdict, reply=None)
    plan = replace(
        before,
        verdict=verdict,
        folders=(),
        filed_before=tuple(folder.path for folder in before.folders),
        reply=None,
    )
    at_once = replace(rules, correction_delay=timedelta())
    return completed_with(
        plan, held_files(before), at_once, now=now, token=token, held=held, days=decision.days
    )


def _wished(before: Verdict, decision: Decision, rules: Rules) -> Verdict:
    """The verdict as wished. Its first reason names the outcome and what decided it, as after a judgement."""
    verdict = _changed(replace(before, reply=None), decision, rules)
    why = decision.why or f"{decision.wish.value} of a person"
    reason = f"{verdict.outcome.value}: {why} (decided by {decision.who})"
    # in_parts: once it is decided, no part is waited for
    return replace(verdict, in_parts=False, reasons=(reason, *before.reasons))


def _changed(verdict: Verdict, decision: Decision, rules: Rules) -> Verdict:
    match decision.wish:
        case Wish.ACCEPT:
            return _accepted(verdict, decision.positions or verdict.positions, rules)
        case Wish.POSITION:
            return positioned(verdict, decision.positions, rules)
        case Wish.ASK:
            if not verdict.problems:
                raise Refused(
                    "there is no problem that the applicant could be asked to mend; write to them yourself"
                )
            return replace(verdict, outcome=Outcome.CORRECTION, reply=ReplyKind.CORRECTION)
        case Wish.DELIVERED:
            return replace(verdict, outcome=Outcome.CORRECTION)
        case Wish.REMIND:
            return replace(verdict, reply=ReplyKind.REMINDER)
        case Wish.WITHDRAW:
            return replace(verdict, withdrawn=Withdrawn.CONFIRMED)
        case Wish.OVERDUE | Wish.UNDELIVERED:
            return replace(verdict, outcome=Outcome.REVIEW)


def _accepted(verdict: Verdict, positions: tuple[str, ...], rules: Rules) -> Verdict:
    if not positions:
        raise Refused("no position is known; say which: intake case ID position POSITION")
    _known(positions, rules)
    return replace(verdict, outcome=Outcome.ACCEPTED, positions=positions, candidates=positions, problems=(),
                   reply=ReplyKind.ACKNOWLEDGEMENT)  # fmt: skip


def positioned(verdict: Verdict, positions: tuple[str, ...], rules: Rules) -> Verdict:
    """The positions that somebody named. The case is complete when they were all that was open."""
    if not positions:
        raise Refused("say at least one position")
    _known(positions, rules)
    open_questions = (ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS)
    problems = tuple(problem for problem in verdict.problems if problem.code not in open_questions)
    whole = all(document.status is Presence.PRESENT for document in verdict.documents)
    if problems or not whole:
        return replace(verdict, positions=positions, candidates=positions, problems=problems)
    return _accepted(verdict, positions, rules)


def _known(positions: tuple[str, ...], rules: Rules) -> None:
    known = [position.id for position in rules.positions]
    for position in positions:
        if position not in known:
            raise Refused(f"there is no position {position!r}; the positions are {', '.join(known)}")
