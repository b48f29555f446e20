"""What people read beside the folders: pages for HR, one workbook, and one case in words.

Pure: rows of the ledger in, text and bytes out. Everything here is derived; lost or locked, it is written
again. ``rows`` prepares, ``board`` and ``sheet`` and ``explain`` show, ``look`` is the frame of the pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from intake.model import Group, Institution, Plan, Position
from intake.ports import CaseRecord
from intake.reports import board, rows, sheet


class Kept:
    """Pages made before, each with all that it was made of."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[object, bytes]] = {}

    def page(self, path: str, of: object, make: Callable[[], bytes]) -> bytes:
        known = self._made.get(path)
        if known is None or known[0] != of:
            known = self._made[path] = of, make()
        return known[1]


def pages(
    cases: Iterable[tuple[CaseRecord, Plan]],
    *,
    positions: Sequence[Position],
    groups: Sequence[Group],
    institution: Institution,
    desk: board.Desk,
    now: datetime,
    kept: Kept | None = None,
) -> dict[str, bytes]:
    """Every page and the workbook, by path relative to the root of filing. cases: all of the ledger, as
    ``Ledger.filed`` gives them; now: aware. Ages count in days, so write them anew once a day at least.

    kept: what was made before; a page of which nothing has changed since, on the same day, is taken from there."""
    kept = Kept() if kept is None else kept
    zone = ZoneInfo(institution.time_zone)
    every = rows.of(cases, titles=rows.titles(positions, groups), now=now, zone=zone)
    made = tuple(row for row in every if row.applies)
    questions = tuple(row for row in every if row.standing is rows.Standing.QUESTION)
    known = (*positions, *_strays(made, positions))
    titles = rows.titles(known, groups)
    by_id = {group.id: group for group in groups}
    day = now.astimezone(zone).date()
    paged: dict[str, bytes] = {}
    for position in known:
        path, group = board.page_path(position), by_id.get(position.group)
        mine = rows.listed(made, position, now, zone)
        is_open = rows.is_open(position, now, zone)
        paged[path] = kept.page(
            path,
            (position, group, mine, is_open, day, institution, titles),
            partial(
                board.position_page, position, group, made, institution=institution, titles=titles, now=now
            ),
        )
    overview = board.overview_page(
        made,
        questions=questions,
        positions=known,
        groups=groups,
        institution=institution,
        desk=desk,
        now=now,
    )
    book = kept.page(
        board.SHEET,
        (made, tuple(known), tuple(groups), day, zone),
        partial(sheet.overview, made, positions=known, groups=groups, now=now, zone=zone),
    )
    return {**paged, board.OVERVIEW: overview, board.SHEET: book}


def _strays(cases: Iterable[rows.Row], positions: Sequence[Position]) -> tuple[Position, ...]:
    """Positions that cases name and the rules no longer do: shown as closed, so that no case is lost to sight."""
    known = {position.id for position in positions}
    named = sorted({item for row in cases for item in (*row.positions, *row.candidates)} - known)
    return tuple(
        Position(id=item, group=item.partition("/")[0], title={"en": item}, closed=True) for item in named
    )
