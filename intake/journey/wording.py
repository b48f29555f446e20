"""What the reply templates see: plain text, numbers and lists, prepared from verdict, mail and rules.

A leaf: ``reply`` uses it. Dates carry their zone, files and names are cleaned, and what must not be told
to an applicant (uncertain pages, details meant for us) is not in it.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from zoneinfo import ZoneInfo

from intake.journey import enclosures, moments, names
from intake.model import (
    Document,
    DocumentKind,
    Group,
    Institution,
    Language,
    Mail,
    PageClass,
    Position,
    Presence,
    Problem,
    ProblemCode,
    Verdict,
    value,
)

CERTAIN = 0.95  # a page is told to an applicant only from this confidence on; below it is "found"
MOST_NAMED_FILES = 4  # in a sentence; more are a list already

_NOTES = (ProblemCode.POSITION_CLOSED, ProblemCode.APPLY_ELSEWHERE)
_WHICH = (ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS)


@value
class PositionView:
    """A position as templates see it; every field is text in the reply's language and may be ""."""

    title: str
    group: str = ""
    duration: str = ""
    reference: str = ""
    employer: str = ""
    portal: str = ""
    portal_name: str = ""
    deadline: str = ""  # "15 December 2025, 23:59 CET"; through a portal "15 December 2025"


@value
class DocumentView:
    """A document that was found. ``pages``: "1", "2–3, 5", or "" where they are not certain."""

    kind: str
    pages: str = ""


@value
class ProblemView:
    """Something to mend. ``limit``: MB of too-large, pages of too-many-pages."""

    code: str
    document: str = ""
    files: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    limit: int | None = None


@value
class InstitutionView:
    """Who writes. ``address`` is a line each."""

    name: str
    address: tuple[str, ...] = ()
    contact: str = ""
    email: str = ""
    privacy_notice: str = ""


@value
class View:
    """All that a template knows: cleaned text, numbers and lists of them, never a part of the mail."""

    case: str
    name: str = ""  # as the applicant wrote it, "" when it is no person's name
    arrived: str
    files: tuple[str, ...] = ()  # "" for one whose name is unfit to be shown
    institution: InstitutionView
    mailbox: str
    secure_upload: str = ""
    last: bool = False  # further mails of this day are answered by a person
    positions: tuple[PositionView, ...] = ()
    offered: tuple[PositionView, ...] = ()  # to choose from, when the position is open
    ambiguous: bool = False
    open_positions: tuple[PositionView, ...] = ()  # of the same field as the closed ones
    closed: tuple[PositionView, ...] = ()
    elsewhere: tuple[PositionView, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    wanted: tuple[str, ...] = ()
    problems: tuple[ProblemView, ...] = ()  # those to mend: without closed and elsewhere
    codes: tuple[str, ...] = ()
    needs_file: bool = False
    needs_position: bool = False
    only_missing: bool = False  # the file is fine, and documents are missing in it
    first_arrived: str = ""  # when the case's first mail arrived, where a later one is answered
    holds: tuple[str, ...] = ()  # the files of a case of several mails; "" for an unfit name
    joined: bool = False  # the applicant's PDF files were joined into one, the originals are kept
    replaced: bool = False  # the file of this mail takes the place of an earlier one
    days: int = 0  # reminder: until a person looks at the case; 0 where that is not told


def of(
    verdict: Verdict,
    *,
    case: str,
    mail: Mail,
    arrived: datetime,
    positions: tuple[Position, ...],
    groups: tuple[Group, ...],
    institution: Institution,
    name: str,
    mailbox: str,
    secure_upload: str,
    last: bool = False,
    offered: tuple[str, ...] = (),
    first_arrived: datetime | None = None,
    holds: tuple[str, ...] = (),
    joined: bool = False,
    replaced: bool = False,
    days: int = 0,
) -> View:
    """The view of one verdict. arrived: aware; name: of the person, fit to show, or ""; offered: ids of the
    positions to choose from, in the order in which they are numbered.

    first_arrived: of the case's first mail, aware, or None; the mail that arrived then belongs to nothing
    earlier. Pages are told of a single file alone: nobody knows them of a file that we have joined.
    """
    local = arrived.astimezone(ZoneInfo(institution.time_zone))
    seen = functools.partial(_position, groups=groups, language=verdict.language, zone=institution.time_zone)
    by_code = {code: [item for item in verdict.problems if item.code is code] for code in ProblemCode}
    closed = _named(by_code[ProblemCode.POSITION_CLOSED], positions)
    elsewhere = _named(by_code[ProblemCode.APPLY_ELSEWHERE], positions)
    to_mend = [item for item in verdict.problems if item.code not in _NOTES]
    needed = [item for item in to_mend if item.code not in _WHICH]
    open_now = [item for item in positions if _is_open(item, local)]
    classes = () if joined or len(holds) > 1 else verdict.pages
    return View(
        case=case,
        name=name,
        arrived=moments.said(local, verdict.language),
        files=tuple(names.shown(item) for item in enclosures.names(mail)),
        institution=_institution(institution, verdict.language),
        mailbox=mailbox,
        secure_upload=secure_upload,
        last=last,
        positions=tuple(seen(item) for item in positions if item.id in verdict.positions),
        offered=tuple(seen(item) for one in offered for item in positions if item.id == one),
        ambiguous=any(item.candidates for item in by_code[ProblemCode.POSITION_AMBIGUOUS]),
        open_positions=tuple(seen(item) for item in _same_field(closed + elsewhere, open_now, groups)),
        closed=tuple(seen(item, over=_is_over(item, local)) for item in closed),
        elsewhere=tuple(seen(item) for item in elsewhere),
        documents=tuple(
            _document(item, classes) for item in verdict.documents if item.status is Presence.PRESENT
        ),
        wanted=_wanted(verdict, positions),
        problems=tuple(_problem(item) for item in to_mend),
        codes=tuple(item.code.value for item in to_mend),
        needs_file=bool(needed),
        needs_position=len(needed) < len(to_mend),
        only_missing=bool(needed) and all(item.code is ProblemCode.MISSING_DOCUMENT for item in needed),
        first_arrived=_moment(first_arrived, institution, verdict.language)
        if first_arrived != arrived
        else "",
        holds=tuple(names.shown(item) for item in holds),
        joined=joined,
        replaced=replaced,
        days=days,
    )


def open_for_mail(positions: Sequence[Position], arrived: datetime, zone: ZoneInfo) -> tuple[Position, ...]:
    """The positions for which a mail that arrives then can apply."""
    return tuple(item for item in positions if _is_open(item, arrived.astimezone(zone)))


def offered(
    verdict: Verdict,
    positions: Sequence[Position],
    arrived: datetime,
    zone: ZoneInfo,
    *,
    before: tuple[str, ...] = (),
) -> tuple[str, ...]:
    """The positions that a correction numbers, from 1: those that the mail may mean, or all that are open.

    before: those that the case was offered already. It keeps them in their order, also what has closed since
    (POLICY, Time): an answer to either mail means the same.
    """
    candidates = {name for item in verdict.problems for name in item.candidates
                  if item.code is ProblemCode.POSITION_AMBIGUOUS}  # fmt: skip
    known = {item.id for item in positions}
    open_now = [item.id for item in open_for_mail(positions, arrived, zone)]
    among = before if candidates <= {*before} else open_now
    return tuple(one for one in among or open_now if one in known and (not candidates or one in candidates))


def _moment(arrived: datetime | None, institution: Institution, language: Language) -> str:
    return moments.said(arrived.astimezone(ZoneInfo(institution.time_zone)), language) if arrived else ""


def _position(
    position: Position, *, groups: tuple[Group, ...], language: Language, zone: str, over: bool = True
) -> PositionView:
    """over: its deadline may be told; False for one that was closed before it."""
    group = next((item for item in groups if item.id == position.group), None)
    title = _in(position.title, language)
    group_title = _in(group.title, language) if group else ""
    reference = position.references[0] if position.references else ""
    deadline = _deadline(position, ZoneInfo(zone), language) if position.deadline and over else ""
    return PositionView(
        title=title,
        group="" if group_title == title else group_title,
        duration=_in(group.duration, language) if group else "",
        reference="" if reference in title else reference,
        employer=position.employer,
        portal=position.portal,
        portal_name=_in(position.portal_name, language),
        deadline=deadline,
    )


def _document(document: Document, classes: tuple[PageClass, ...]) -> DocumentView:
    """Pages are certain when recognition is, and each of them was taken for this document."""
    certain = document.confidence >= CERTAIN and all(
        1 <= page <= len(classes) and classes[page - 1].value == document.kind.value
        for page in document.pages
    )
    return DocumentView(kind=document.kind.value, pages=spans(document.pages) if certain else "")


def _problem(problem: Problem) -> ProblemView:
    shown = tuple(names.shown(item) for item in problem.files)
    inside = tuple(names.shown(item) for item in problem.inside)
    limit = problem.limit
    if problem.code is ProblemCode.TOO_LARGE and limit is not None:
        limit //= 2**20 if limit % 2**20 == 0 else 10**6
    return ProblemView(
        code=problem.code.value,
        document=problem.document.value if problem.document else "",
        files=shown if all(shown) and len(shown) <= MOST_NAMED_FILES else (),
        inside=inside if all(inside) and len(inside) <= MOST_NAMED_FILES else (),
        limit=limit,
    )


def _institution(institution: Institution, language: Language) -> InstitutionView:
    return InstitutionView(
        name=_in(institution.name, language),
        address=tuple(line.strip() for line in institution.address.splitlines() if line.strip()),
        contact=institution.contact,
        email=institution.contact_email,
        privacy_notice=institution.privacy_notice,
    )


def _wanted(verdict: Verdict, positions: tuple[Position, ...]) -> tuple[str, ...]:
    """The documents that the positions ask for, in the order of the contract; all of them when unknown."""
    asked = {kind for item in positions if item.id in verdict.positions for kind in item.documents}
    return tuple(kind.value for kind in DocumentKind if kind in asked or not asked)


def _named(problems: list[Problem], positions: tuple[Position, ...]) -> list[Position]:
    ids = {item.position for item in problems}
    return [item for item in positions if item.id in ids]


def _same_field(named: list[Position], open_now: list[Position], groups: tuple[Group, ...]) -> list[Position]:
    by_id = {group.id: group.field for group in groups}
    wanted = {by_id.get(item.group, "") for item in named} - {""}
    return [item for item in open_now if by_id.get(item.group, "") in wanted]


def _is_open(position: Position, local: datetime) -> bool:
    return position.apply_by == "email" and not position.closed and not _is_over(position, local)


def _is_over(position: Position, local: datetime) -> bool:
    return position.deadline is not None and local.date() > position.deadline


def _in(words: Mapping[str, str], language: Language) -> str:
    """In the reply's language, else as advertised in English, else in whatever there is."""
    return words.get(language) or words.get("en") or next(iter(words.values()), "")


def _deadline(position: Position, zone: ZoneInfo, language: Language) -> str:
    """The last second of its day; of another's portal the day alone, because its clock is not ours to tell."""
    assert position.deadline is not None
    if position.apply_by == "portal":
        return moments.day(position.deadline, language)
    return moments.said(datetime.combine(position.deadline, time(23, 59, 59), zone), language)


def spans(pages: Sequence[int]) -> str:
    """Page numbers as people write them: (2, 3, 4, 7) -> "2–4, 7"."""
    runs: list[list[int]] = []
    for page in sorted(set(pages)):
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)
