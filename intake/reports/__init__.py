"""What people read beside the folders: pages for HR, one workbook, and one case in words.

Pure: rows of the ledger in, text and bytes out. Everything here is derived; lost or locked, it is written
again. ``rows`` prepares, ``board`` and ``sheet`` and ``explain`` show, ``look`` is the frame of the pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from intake.model import Group, Institution, Plan, Position
from intake.ports import CaseRecord
from intake.reports import board, rows, sheet


def pages(
    cases: Iterable[tuple[CaseRecord, Plan]],
    *,
    positions: Sequence[Position],
    groups: Sequence[Group],
    institution: Institution,
    desk: board.Desk,
    now: datetime,
) -> dict[str, bytes]:
    """Every page and the workbook, by path relative to the root of filing. cases: all of the ledger, as
    ``Ledger.filed`` gives them; now: aware. Ages count in days, so write them anew once a day at least."""
    zone = ZoneInfo(institution.time_zone)
    every = rows.of(cases, titles=rows.titles(positions, groups), now=now, zone=zone)
    made = tuple(row for row in every if row.applies)
    questions = tuple(row for row in every if row.standing is rows.Standing.QUESTION)
    known = (*positions, *_strays(made, positions))
    titles = rows.titles(known, groups)
    by_id = {group.id: group for group in groups}
    paged = {
        board.page_path(position): board.position_page(
            position, by_id.get(position.group), made, institution=institution, titles=titles, now=now
        )
        for position in known
    }
    overview = board.overview_page(
        made,
        questions=questions,
        positions=known,
        groups=groups,
        institution=institution,
        desk=desk,
        now=now,
    )
    book = sheet.overview(made, positions=known, groups=groups, now=now, zone=zone)
    return {**paged, board.OVERVIEW: overview, board.SHEET: book}


def _strays(cases: Iterable[rows.Row], positions: Sequence[Position]) -> tuple[Position, ...]:
    """Positions that cases name and the rules no longer do: shown as closed, so that no case is lost to sight."""
    known = {position.id for position in positions}
    named = sorted({item for row in cases for item in (*row.positions, *row.candidates)} - known)
    return tuple(
        Position(id=item, group=item.partition("/")[0], title={"en": item}, closed=True) for item in named
    )
