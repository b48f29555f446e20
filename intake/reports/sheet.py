"""The same rows as a workbook: one sheet of all cases, and one for each position.

Whatever a mail says is text in its cell: it never becomes a formula, a link or a number.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import xlsxwriter  # ships no types
from xlsxwriter.format import Format  # ships no types
from xlsxwriter.workbook import Workbook  # ships no types
from xlsxwriter.worksheet import Worksheet  # ships no types

from intake.journey import names
from intake.model import Group, Position, value
from intake.reports import rows
from intake.reports.rows import Row

ALL = "All"
LONGEST_NAME = 31  # characters of a sheet's name, by Excel's limit
LONGEST_CELL = 1000  # characters; Excel takes 32,767, but nobody reads that in a cell
MOST_LINKS = 65_530  # of one sheet, by Excel's limit; rows past it have the folder as text

# OWASP, "CSV Injection": what spreadsheets take for a formula, also after an export.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_ESCAPES = {ord(char): f"%{ord(char):02X}" for char in '%"#<>[]`^{} '}
_NO_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")
_COLUMNS = (  # (title, width in characters)
    ("Case", 9),
    ("Arrived", 17),
    ("Name", 26),
    ("Positions", 42),
    ("Outcome", 24),
    ("Documents", 34),
    ("Problems", 48),
    ("Age (days)", 11),
    ("Folder", 44),
)
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@value
class _Look:
    """The formats of one workbook. ``quoted`` keeps a text a text even when somebody edits its cell."""

    head: Format
    text: Format
    quoted: Format
    moment: Format
    number: Format
    link: Format


def overview(
    cases: Sequence[Row],
    *,
    positions: Sequence[Position],
    groups: Sequence[Group],
    now: datetime,
    zone: ZoneInfo,
) -> bytes:
    """``overview.xlsx``, the newest case first on every sheet. The same bytes for the same arguments."""
    titles = rows.titles(positions, groups)
    result = io.BytesIO()
    book = xlsxwriter.Workbook(result, _OPTIONS)
    created = now.astimezone(UTC).replace(tzinfo=None)  # XlsxWriter writes it with a "Z"
    book.set_properties({"title": "Applications", "comments": "Written by intake", "created": created})
    style = _look(book)
    parts = [cases, *(rows.listed(cases, item, now, zone) for item in positions)]
    called = sheet_names([ALL, *(rows.english(item.title) or item.id for item in positions)])
    texts = {row.case: _texts(row, titles) for row in cases}  # a row stands on two sheets at least
    for name, part in zip(called, parts, strict=True):
        _fill(book.add_worksheet(name), part, texts, style)
    book.close()
    return result.getvalue()


def sheet_names(given: Iterable[str]) -> tuple[str, ...]:
    """Names that Excel takes: at most 31 characters, none of ``[]:*?/\\``, no two alike in any case."""
    taken: set[str] = {"history"}  # Excel keeps this one to itself
    result: list[str] = []
    for title in given:
        plain = _NO_SHEET_NAME.sub("-", names.clean(title)).strip(" '") or "Position"
        name, number = _cut(plain, LONGEST_NAME), 1
        while name.casefold() in taken:
            number += 1
            name = f"{_cut(plain, LONGEST_NAME - len(str(number)) - 3)} ({number})"
        taken.add(name.casefold())
        result.append(name)
    return tuple(result)


def _cut(title: str, limit: int) -> str:
    """At a word's end where there is one not too far back."""
    if len(title) <= limit:
        return title
    short = title[: limit - 1]
    whole = short.rpartition(" ")[0] if not title[limit - 1].isspace() else short
    return f"{(whole if len(whole) > limit // 2 else short).rstrip(' ,')}…"


def _look(book: Workbook) -> _Look:
    cell = {"valign": "top", "text_wrap": True}
    return _Look(
        head=book.add_format({"bold": True, "bottom": 1, "bg_color": "#F5F7F9"}),
        text=book.add_format(cell),
        quoted=book.add_format({**cell, "quote_prefix": True}),
        moment=book.add_format({**cell, "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
        number=book.add_format({**cell, "num_format": "0"}),
        link=book.add_format({**cell, "font_color": "#0B4A8F", "underline": 1}),
    )


def _fill(page: Worksheet, cases: Sequence[Row], texts: Mapping[str, Sequence[str]], style: _Look) -> None:
    for column, (title, width) in enumerate(_COLUMNS):
        page.set_column(column, column, width)
        page.write_string(0, column, title, style.head)
    page.freeze_panes(1, 0)
    page.autofilter(0, 0, max(1, len(cases)), len(_COLUMNS) - 1)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for line, row in enumerate(cases, 1):
        _write(page, line, row, texts[row.case], style)


def _texts(row: Row, titles: Mapping[str, str]) -> tuple[str, ...]:
    """The cells of a row that hold text only, from left to right."""
    maybe = [f"perhaps {titles.get(item, item)}" for item in row.candidates]
    known = [titles.get(item, item) for item in row.positions]
    found = (
        row.case,
        row.person,
        "\n".join([*known, *maybe]) or "not known",
        _outcome(row),
        "\n".join(row.documents),
        "\n".join(row.remarks),
    )
    return tuple(map(_clean, found))


def _write(page: Worksheet, line: int, row: Row, texts: Sequence[str], style: _Look) -> None:
    case, *others = texts
    _string(page, line, 0, case, style)
    _moment(page, line, 1, row.arrived, style)
    for column, text in enumerate(others, 2):
        _string(page, line, column, text, style)
    page.write_number(line, 7, row.age, style.number)
    _folder(page, line, 8, row, style)


def _outcome(row: Row) -> str:
    if row.continued:
        return f"{row.outcome}; goes on as case {row.continued}"
    return f"{row.outcome}; closed" if row.closed else row.outcome


def _clean(text: str) -> str:
    return "\n".join(map(names.clean, text.split("\n")))[:LONGEST_CELL]


def _text(page: Worksheet, line: int, column: int, text: str, style: _Look) -> None:
    _string(page, line, column, _clean(text), style)


def _string(page: Worksheet, line: int, column: int, clean: str, style: _Look) -> None:
    """write_string: the one way that never looks at what a text begins with."""
    page.write_string(line, column, clean, style.quoted if clean.startswith(_FORMULA) else style.text)


def _moment(page: Worksheet, line: int, column: int, local: datetime, style: _Look) -> None:
    """A real date, in local time: Excel knows no zones, and no year before 1900."""
    if local.year < 1900:
        _text(page, line, column, local.isoformat(sep=" ", timespec="minutes"), style)
    else:
        page.write_datetime(line, column, local.replace(tzinfo=None), style.moment)


def _folder(page: Worksheet, line: int, column: int, row: Row, style: _Look) -> None:
    """A link relative to the workbook, so that it holds on every machine that sees the share."""
    if not row.folders:
        where = f"in the mailbox: {row.mailbox_folder}" if row.mailbox_folder else ""
        _text(page, line, column, where, style)
    elif line > MOST_LINKS:
        _text(page, line, column, row.folders[0], style)
    else:
        page.write_url(line, column, f"external:{_escaped(row.folders[0])}", style.link, row.folders[0])


def _escaped(path: str) -> str:
    """As Excel itself escapes a file's name. Done here and not by XlsxWriter, which leaves a path alone
    that looks escaped ("100%25"), and takes "#" for the beginning of a place within the file."""
    return path.translate(_ESCAPES)
