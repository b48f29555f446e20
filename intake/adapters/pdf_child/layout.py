"""Lines by their place on the page, for the few pages whose content stream is shuffled (pdfplumber).

Everywhere else the stream's order is better: on two-column CVs geometry gets a third of the right
neighbours that the stream has, and costs 40 times as much.
"""

from __future__ import annotations

import io
import itertools
import logging
from pathlib import Path
from typing import Any

import pdfplumber
from pdfplumber.utils.clustering import cluster_objects

from intake.adapters.pdf_child import repair
from intake.model import Line

logging.getLogger("pdfminer").setLevel(logging.CRITICAL + 1)  # what it would log a hostile file decides

SHUFFLED = 0.25  # share of the steps from line to line that lead upwards within a column
_FEWEST_STEPS = 8
_COLUMN = 72.0  # points: a step up that also goes further aside begins another column or box
_GAP = 2.5  # a gap of so many times the type size parts two columns
_SPACE = 0.2  # a gap of that share of the type size parts two words: many producers set no spaces
_BOLD = ("bold", "black", "heavy", "semib", "demi", "cmbx", "sfbx")


def is_shuffled(lines: tuple[Line, ...]) -> bool:
    """Whether the content stream jumps about. A jump up to the next column or text box is the normal way."""
    steps = [
        (after.x - before.x, after.y - before.y, before.size) for before, after in itertools.pairwise(lines)
    ]
    moves = [(aside, up) for aside, up, size in steps if abs(up) > size / 2]
    upwards = sum(up > 0 and abs(aside) < _COLUMN for aside, up in moves)
    return len(moves) >= _FEWEST_STEPS and upwards > SHUFFLED * len(moves)


def from_above(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The same lines from top to bottom: the fallback where pdfplumber gives up."""
    return tuple(sorted(lines, key=lambda line: (-round(line.y), line.x)))


def lines(source: Path | io.BytesIO, page: int) -> tuple[Line, ...]:
    """The lines of one page (from 1), top to bottom, columns apart. () when pdfplumber gives up."""
    try:
        with pdfplumber.open(source, pages=[page], password="") as file:
            return tuple(_lines(file.pages[0]))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pdfminer raises bare TypeErrors, AssertionErrors and whatever else it stumbles over
        return ()


def _lines(page: Any) -> list[Line]:
    words = page.extract_words(
        extra_attrs=["size", "fontname"],
        use_text_flow=False,
        x_tolerance_ratio=_SPACE,
        keep_blank_chars=False,
    )
    rows = cluster_objects(words, "bottom", tolerance=3)
    return [
        line
        for row in sorted(rows, key=lambda row: row[0]["bottom"])
        for part in _parts(sorted(row, key=lambda word: word["x0"]))
        if (line := _line(part, float(page.height))).text
    ]


def _parts(row: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    parts = [[row[0]]]
    for word in row[1:]:
        before = parts[-1][-1]
        if word["x0"] - before["x1"] > _GAP * max(before["size"], 1):
            parts.append([])
        parts[-1].append(word)
    return parts


def _line(words: list[dict[str, Any]], height: float) -> Line:
    first = words[0]
    return Line(
        text=repair.line(" ".join(word["text"] for word in words)),
        size=round(float(first["size"]), 2),
        x=round(float(first["x0"]), 1),
        y=round(height - float(first["bottom"]), 1),
        bold=any(mark in str(first["fontname"]).lower() for mark in _BOLD),
    )
