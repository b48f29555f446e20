"""Cases as the pages and the sheet show them: one row each, newest first, nothing of the mail's text.

A row names form and age, never a person's worth. Names of files and subjects stay out of it: they are the
applicant's words and may tell what concerns nobody here (POLICY, Severe disability).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from intake.journey import file, names, summaries, wording
from intake.model import Document, Group, Outcome, Plan, Position, Presence, Problem, Withdrawn, value
from intake.ports import CaseRecord

UNKNOWN = "Unknown sender"
LONGEST_PERSON = 120  # characters; a login before the "@" has no other bound


class Standing(StrEnum):
    """Where a case stands today. The order is that of a position's page."""

    COMPLETE = "complete"
    REVIEW = "review"
    WAITING = "waiting"
    REDIRECTED = "redirected"
    ANSWERED = "answered"  # it goes on under another number
    CLOSED = "closed"
    QUESTION = "question"  # no application: a person answers it from the mailbox


_BY_OUTCOME = {
    Outcome.ACCEPTED: Standing.COMPLETE,
    Outcome.CORRECTION: Standing.WAITING,
    Outcome.REDIRECTED: Standing.REDIRECTED,
    Outcome.INQUIRY: Standing.QUESTION,
}


@value
class Row:
    """One case. Times are local and aware, ages whole calendar days, paths relative to the root of filing."""

    case: str
    arrived: datetime
    age: int  # since it arrived
    since: datetime  # the last decision: what a waiting case waits from
    waits: int  # days since then
    person: str
    standing: Standing
    outcome: str  # in words
    why: str = ""  # the rule that decided, in words
    positions: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()  # in words
    documents: tuple[str, ...] = ()  # "CV pp. 2–3", "Certificates not found"
    folders: tuple[str, ...] = ()
    application: bool = False  # the folders hold application.pdf
    received: bool = False  # they hold files as they were sent
    mailbox_folder: str = ""
    answer_by: date | None = None  # the day by which a person must have answered
    applies: bool = True  # False for a question: it belongs to no position, and a person answers it
    marked: bool = False  # "please open": a note in its summary is for a person's eyes
    follows: str = ""  # the earlier case that this one goes on from
    earlier: Row | None = None  # that case, whose papers may lie in its own folder only
    version: int = 1  # of the application; the earlier ones are kept
    withdrawn: bool = False  # the applicant takes it back, and nobody has confirmed that yet
    beside: str = ""  # the case of somebody else that it seems to belong to
    continued: str = ""
    closed: datetime | None = None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a person should know before opening it: why it was decided so, and what is wrong with it."""
        why = (self.why,) if self.why and self.standing in (Standing.REVIEW, Standing.CLOSED) else ()
        return (*why, *self.problems)


def of(
    cases: Iterable[tuple[CaseRecord, Plan]], *, titles: Mapping[str, str], now: datetime, zone: ZoneInfo
) -> tuple[Row, ...]:
    """A row for each case, newest first. titles: of positions by id, see ``titles``; now: aware."""
    today = now.astimezone(zone)
    made: list[Row] = []
    replaced: dict[str, str] = {}  # folder -> the case whose folders took its place
    for case, plan in cases:
        made.append(_row(case, plan, titles, today))
        replaced.update(dict.fromkeys(plan.filed_before, case.number))
    there = [replace(row, folders=_still_there(row, replaced)) for row in made]
    by_case = {row.case: row for row in there}
    rows = [replace(row, earlier=by_case.get(row.follows)) for row in there]
    return tuple(sorted(rows, key=lambda row: (row.arrived, row.case), reverse=True))


def titles(positions: Iterable[Position], groups: Iterable[Group]) -> dict[str, str]:
    """What people call each position, with its group: "PostDoc position: Causal Inference"."""
    by_id = {group.id: english(group.title) for group in groups}
    return {
        position.id: ": ".join(
            filter(None, (by_id.get(position.group), english(position.title) or position.id))
        )
        for position in positions
    }


def english(words: Mapping[str, str]) -> str:
    """The pages are for us and in English; a text that has none is shown as it is."""
    return words.get("en") or next(iter(words.values()), "")


def listed(rows: Iterable[Row], position: Position, now: datetime, zone: ZoneInfo) -> tuple[Row, ...]:
    """The rows of one position's page: decided for it, or a candidate. While it is open, also each case of
    which nobody knows the position yet, so that none is on no page at all."""
    opened = is_open(position, now, zone)
    return tuple(
        row
        for row in rows
        if position.id in row.positions or position.id in row.candidates or (opened and is_nowhere(row))
    )


def is_nowhere(row: Row) -> bool:
    """It is not known for which position the case is."""
    return not row.positions and not row.candidates


def is_open(position: Position, now: datetime, zone: ZoneInfo) -> bool:
    """It takes applications by e-mail today."""
    return position.apply_by == "email" and not position.closed and not is_over(position, now, zone)


def is_over(position: Position, now: datetime, zone: ZoneInfo) -> bool:
    """The last second of its deadline has passed."""
    return position.deadline is not None and now.astimezone(zone).date() > position.deadline


def last_second(position: Position, zone: ZoneInfo) -> datetime | None:
    return datetime.combine(position.deadline, time(23, 59, 59), zone) if position.deadline else None


def age(days: int) -> str:
    """ "today", "1 day", "12 days"."""
    return {0: "today", 1: "1 day"}.get(days, f"{days} days")


def _row(case: CaseRecord, plan: Plan, titles: Mapping[str, str], today: datetime) -> Row:
    arrived = case.arrived.astimezone(today.tzinfo)
    since = (case.decided or case.arrived).astimezone(today.tzinfo)
    held = {item.name for folder in plan.folders for item in folder.files}
    return Row(
        case=case.number,
        arrived=arrived,
        age=_days(arrived, today),
        since=since,
        waits=_days(since, today),
        person=_person(plan),
        standing=_standing(case),
        outcome=summaries.OUTCOMES[case.outcome],
        why=why(plan),
        positions=case.positions,
        candidates=tuple(item for item in case.candidates if item not in case.positions),
        problems=tuple(problem(item, titles) for item in plan.verdict.problems),
        documents=tuple(document(item) for item in plan.verdict.documents),
        folders=tuple(folder.path for folder in plan.folders),
        application=file.APPLICATION in held,
        received=any(name.startswith(f"{file.RECEIVED}/") for name in held),
        mailbox_folder=plan.mailbox_folder,
        answer_by=plan.verdict.answer_by,
        marked=bool(plan.verdict.notices),
        follows=case.follows,
        beside=plan.beside,
        version=plan.version,
        withdrawn=plan.verdict.withdrawn is Withdrawn.MARKED,
        continued=case.continued,
        closed=case.closed.astimezone(today.tzinfo) if case.closed else None,
        applies=case.outcome is not Outcome.INQUIRY,
    )


def _still_there(row: Row, replaced: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(path for path in row.folders if replaced.get(path, row.case) == row.case)


def _standing(case: CaseRecord) -> Standing:
    """A waiting case that the applicant answered waits no more. Every other one that is followed by a new
    mail stays where it is, since its application may be in its own folder only."""
    if case.continued and case.outcome is Outcome.CORRECTION:
        return Standing.ANSWERED
    if case.closed:
        return Standing.CLOSED
    return _BY_OUTCOME.get(case.outcome, Standing.REVIEW)


def why(plan: Plan) -> str:
    """The rule that decided, in words. Where something turned its verdict into another, what did."""
    reasons = plan.verdict.reasons
    decided = next(iter(reasons), "")
    outcome, colon, words = decided.partition(": ")
    if not (colon and outcome == plan.verdict.outcome.value):
        words = reasons[-1] if reasons else ""
    said = names.clean(words)
    return said[:1].upper() + said[1:]


def problem(problem: Problem, titles: Mapping[str, str]) -> str:
    """ "Not found: Certificates"."""
    concerned = [summaries.DOCUMENTS[problem.document.value]] if problem.document else []
    ids = [problem.position] if problem.position else problem.candidates
    concerned += [titles.get(item, item) for item in ids]
    return ": ".join(filter(None, (summaries.PROBLEMS[problem.code], "; ".join(concerned))))


def document(document: Document) -> str:
    """ "CV pp. 2–3", or "CV not found"."""
    name = summaries.DOCUMENTS[document.kind.value]
    if document.status is not Presence.PRESENT:
        return f"{name} {summaries.PRESENCE[document.status.value]}"
    pages = wording.spans(document.pages)
    return f"{name} {'p.' if len(document.pages) == 1 else 'pp.'} {pages}" if pages else f"{name} found"


def _person(plan: Plan) -> str:
    sender = plan.mail.sender if plan.mail else None
    called = names.folder_person(sender.name, sender.address) if sender else ""
    return called[:LONGEST_PERSON] or UNKNOWN


def _days(since: datetime, today: datetime) -> int:
    """Whole calendar days, as people count them. A clock that was ahead makes no age below zero."""
    return max(0, (today.date() - since.date()).days)
