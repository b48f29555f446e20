"""Reads truth.tsv: what a person knows of the files of a folder, with every problem at once.

Columns, in any order, tabs between them: ``file`` (as seen from the folder), ``has_letter``, ``has_cv``,
``has_certificates`` (yes, no, true, false, 1, 0), and, where known, ``page_labels`` such as
``1:letter;2-4:cv;5:certificate``, ``language`` and ``scan`` (yes, no, partly). Other columns are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from rapidfuzz import process

from intake.errors import ConfigError, ConfigProblem
from intake.model import DocumentKind, PageClass, value
from intake.reports.evaluation import Truth

_HAS = {
    "has_letter": DocumentKind.LETTER,
    "has_cv": DocumentKind.CV,
    "has_certificates": DocumentKind.CERTIFICATES,
}
_NEEDED = ("file", *_HAS)
_YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_SCANS = {"": "", "partly": "partly"} | {word: "yes" if there else "no" for word, there in _YES_NO.items()}
_CLASSES = {
    "letter": PageClass.LETTER,
    "cv": PageClass.CV,
    "certificate": PageClass.CERTIFICATES,
    "certificates": PageClass.CERTIFICATES,
    "transcript": PageClass.CERTIFICATES,
    "reference": PageClass.CERTIFICATES,  # an employer's
    "statement": PageClass.OTHER,
    "publications": PageClass.OTHER,
    "other": PageClass.OTHER,
    "empty": PageClass.OTHER,
}
_LABEL = re.compile(r"(?P<first>\d{1,6})(?:\s*-\s*(?P<last>\d{1,6}))?\s*:\s*(?P<kind>\w+)")
_MOST_PAGES = 10_000  # a slip such as 1-1000000 must not fill the memory


@value
class Table:
    """The truth of every file in its order, and what looks like a slip but can be worked with."""

    rows: tuple[Truth, ...]
    doubts: tuple[ConfigProblem, ...] = ()


def read(path: Path, folder: Path) -> Table:
    """The whole table. Raises ConfigError with everything that is wrong in it, with lines."""
    first, *others = _lines(path)
    header = [name.strip() for name in first.split("\t")]
    if wrong := [ConfigProblem(file=str(path), line=1, message=said) for said in _header_problems(header)]:
        raise ConfigError(tuple(wrong))
    problems: list[ConfigProblem] = []
    doubts: list[ConfigProblem] = []
    rows: list[Truth] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(others, start=2):
        if not line.strip():
            continue
        cells = dict(zip(header, (cell.strip() for cell in line.split("\t")), strict=False))
        row, said = _row(cells)
        said += _misplaced(row.file, folder, seen.get(row.file))
        seen.setdefault(row.file, number)
        rows.append(row)
        problems += (ConfigProblem(file=str(path), line=number, message=one) for one in said)
        doubts += (ConfigProblem(file=str(path), line=number, message=one) for one in _contradictions(row))
    if not rows:
        problems.append(ConfigProblem(file=str(path), message="it lists no file"))
    if problems:
        raise ConfigError(tuple(problems))
    return Table(rows=tuple(rows), doubts=tuple(doubts))


def _lines(path: Path) -> list[str]:
    """At least one. A byte-order mark, as spreadsheets write it, is no part of the first column's name."""
    try:
        return path.read_text(encoding="utf-8-sig").splitlines() or [""]
    except FileNotFoundError:
        problem = ConfigProblem(file=str(path), message="this file is missing", hint="--truth names another")
    except (OSError, UnicodeDecodeError) as exc:
        problem = ConfigProblem(file=str(path), message=f"it cannot be read: {exc}")
    raise ConfigError((problem,))


def _header_problems(header: list[str]) -> Iterator[str]:
    for name in _NEEDED:
        if name not in header:
            close = process.extractOne(name, header, score_cutoff=80)
            hint = f"; is {close[0]!r} meant for it?" if close else ""
            yield f"the column {name} is missing{hint} (columns are divided by tabs)"
    for name in sorted({name for name in header if header.count(name) > 1}):
        yield f"the column {name} stands there twice"


def _row(cells: Mapping[str, str]) -> tuple[Truth, list[str]]:
    """One line, and what is wrong in it."""
    problems: list[str] = []
    holds = set()
    for column, kind in _HAS.items():
        there = _YES_NO.get(cells.get(column, "").casefold())
        if there is None:
            problems.append(f"{column} is {cells.get(column, '')!r}; it must be yes or no")
        elif there:
            holds.add(kind)
    scan = _SCANS.get(cells.get("scan", "").casefold())
    if scan is None:
        problems.append(f"scan is {cells['scan']!r}; it must be yes, no or partly")
    pages, wrong = _pages(cells.get("page_labels", ""))
    row = Truth(
        file=cells.get("file", ""),
        holds=frozenset(holds),
        pages=pages,
        language=cells.get("language", ""),
        scan=scan or "",
    )
    return row, problems + wrong


def _pages(labels: str) -> tuple[tuple[PageClass | None, ...], list[str]]:
    """The class of each page from the first, None for one that no label names; and what is wrong."""
    found: dict[int, PageClass] = {}
    problems: list[str] = []
    for label in filter(None, (part.strip() for part in labels.split(";"))):
        match = _LABEL.fullmatch(label)
        kind = _CLASSES.get(match["kind"].casefold()) if match else None
        if match is None or kind is None:
            problems.append(f"{label!r} in page_labels is no label such as 2-4:cv, of {', '.join(_CLASSES)}")
            continue
        first, last = int(match["first"]), int(match["last"] or match["first"])
        if not 1 <= first <= last <= _MOST_PAGES:
            problems.append(f"{label!r} in page_labels names no pages")
            continue
        if twice := sorted(set(range(first, last + 1)) & set(found)):
            problems.append(f"page_labels names page {twice[0]} twice")
        found |= dict.fromkeys(range(first, last + 1), kind)
    return tuple(found.get(number) for number in range(1, max(found, default=0) + 1)), problems


def _misplaced(file: str, folder: Path, before: int | None) -> Iterator[str]:
    """A line must name a file of the folder, and no other line the same one."""
    if not file:
        yield "it names no file"
    elif before is not None:
        yield f"{file} stands in line {before} already"
    elif Path(file).is_absolute() or ".." in Path(file).parts:
        yield f"{file} does not lie in the folder"
    elif not (folder / file).is_file():
        yield f"there is no {file} in {folder}"


def _contradictions(row: Truth) -> Iterator[str]:
    """A page of a kind that the line says is missing. Not the reverse: two documents may share a page."""
    for column, kind in _HAS.items():
        pages = [str(number) for number, label in enumerate(row.pages, start=1) if label == kind.value]
        if pages and kind not in row.holds:
            yield f"{row.file}: {column} is no, but page_labels calls p. {', '.join(pages)} {kind.value}"
