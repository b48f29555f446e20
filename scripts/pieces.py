"""Labelled PDFs as single documents: which pages of which file are what.

A table of labels is a TSV with a header. Its columns: ``file`` (the PDF's name) or ``blob`` (a Git blob id;
the PDF is named after its first twelve digits), ``page_labels`` such as ``1:letter;2-4:cv``, and, where
known, ``repo`` (where it comes from), ``pages``, ``language``, ``scan`` (yes, no, partly), ``text_layer``
(full, partly, none), ``person``, and ``also``: a document that shares its pages with the labelled one.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

LETTER, CV = "letter", "cv"
CERTIFICATES = ("certificate", "transcript", "reference")
STRANGERS = ("statement", "publications", "other")
CLASSES = (LETTER, CV, *CERTIFICATES, *STRANGERS)


class LabelError(ValueError):
    """A table of labels that cannot be used; the text names file and line."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One document: pages ``first`` to ``last`` of ``pdf``, counted from 1.

    kind: one of ``CLASSES``; scan: yes, no or partly, where a page without a text layer counts as a scan;
    origin and person: where it comes from and whose it is, "" when unknown; also: another document on the
    same pages, a class or "".
    """

    pdf: Path
    kind: str
    first: int
    last: int
    language: str = ""
    scan: str = "no"
    origin: str = ""
    person: str = ""
    also: str = ""

    @property
    def length(self) -> int:
        """Its number of pages."""
        return self.last - self.first + 1

    @property
    def languages(self) -> list[str]:
        """A certificate in two languages is written ``de/en``."""
        return self.language.split("/")


@dataclass(frozen=True, kw_only=True)
class Fold:
    """The ``number``-th of ``count`` parts of all origins, or with ``inside`` False all the others."""

    number: int
    count: int
    inside: bool = True

    def holds(self, origin: str) -> bool:
        """By a hash of the origin, so that all documents of one origin lie in one fold on every machine."""
        place = int(hashlib.sha256(origin.encode()).hexdigest(), 16) % self.count + 1
        return (place == self.number) is self.inside


def read(labels: Path, pdfs: Path, fold: Fold | None = None) -> list[Piece]:
    """Every document that the table names and whose PDF is there. Raises LabelError."""
    with labels.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        if not {"page_labels"} <= set(rows.fieldnames or ()) or not {"file", "blob"} & set(
            rows.fieldnames or ()
        ):
            raise LabelError(f"{labels}: it needs the columns page_labels, and file or blob")
        found = [piece for row in rows for piece in _of(row, pdfs, f"{labels}:{rows.line_num}")]
    return [piece for piece in found if fold is None or fold.holds(piece.origin)]


def _of(row: Mapping[str, str | None], pdfs: Path, where: str) -> Iterator[Piece]:
    pdf = pdfs / (row.get("file") or f"{(row.get('blob') or '')[:12]}.pdf")
    if not pdf.is_file():
        return
    for first, last, kind in spans(row["page_labels"] or "", where):
        yield Piece(
            pdf=pdf,
            kind=kind,
            first=first,
            last=last,
            language=row.get("language") or "",
            scan="yes" if row.get("text_layer") == "none" else row.get("scan") or "no",
            origin=row.get("repo") or pdf.stem,
            person=row.get("person") or "",
            also=row.get("also") or "",
        )


def spans(labels: str, where: str) -> list[tuple[int, int, str]]:
    """``1:letter;2-4:cv`` as (1, 1, "letter"), (2, 4, "cv"). Raises LabelError, naming ``where``."""
    found = []
    for label in filter(None, labels.split(";")):
        pages, _, kind = label.strip().partition(":")
        first, _, last = pages.partition("-")
        if kind not in CLASSES or not first.isdecimal() or not (last or first).isdecimal():
            raise LabelError(f"{where}: {label!r} is no label such as 2-4:cv of one of {', '.join(CLASSES)}")
        found.append((int(first), int(last or first), kind))
    return found


def labelled(kinds: Iterable[str]) -> str:
    """The classes of pages in order, as page_labels: the opposite of ``spans``."""
    runs: list[tuple[int, int, str]] = []
    for number, kind in enumerate(kinds, start=1):
        if runs and runs[-1][2] == kind:
            runs[-1] = (runs[-1][0], number, kind)
        else:
            runs.append((number, number, kind))
    return ";".join(f"{a}:{kind}" if a == b else f"{a}-{b}:{kind}" for a, b, kind in runs)
