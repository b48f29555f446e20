"""Typography by chance: a family, a size, a way of setting headings, entries and margins."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from pypdf import PdfReader
from reportlab.lib.colors import Color, black
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, HRFlowable, Paragraph, Table

from intake.demo.documents import effects, sheet
from intake.demo.documents.sheet import Family

HeadingStyle = Literal["plain", "capitals", "ruled", "coloured", "boxed", "spaced", "italic", "same-size"]

TINTS = tuple(map(sheet.colour, ("#1f4e79", "#6a1f2b", "#2c5a45", "#444444", "#b35900", "#5b3a8c")))
FLUSH = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Sheets:
    """A document and what each of its pages is, in the words of page_labels."""

    pdf: bytes
    labels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Look:
    """How one document is set. Sizes are points, ``margins`` left, right, top, bottom in millimetres."""

    family: Family
    size: float
    heading_style: HeadingStyle
    tint: Color
    margins: tuple[float, float, float, float]

    def text(self, **options: Any) -> Any:
        """The style of running text."""
        return sheet.style(self.family, options.pop("size", self.size), **options)

    def heading(self, words: str, *, rank: float = 1.25) -> list[Flowable]:
        """A section's heading; ``rank`` is its size as a multiple of the text's."""
        style, size = self.heading_style, self.size * rank
        if style in ("capitals", "ruled"):
            words = words.upper()
        if style == "spaced":
            words = spaced(words.upper())
        tint = self.tint if style in ("coloured", "boxed") else black
        look = sheet.style(
            self.family, self.size if style == "same-size" else size, bold=style != "italic",
            italic=style == "italic", before=size * 0.8, after=size * 0.3, colour=tint,
        )  # fmt: skip
        title: list[Flowable] = [Paragraph(words, look)]
        if style == "ruled":
            title.append(HRFlowable(width="100%", thickness=0.6, color=self.tint, spaceAfter=3))
        if style == "boxed":
            box = [("BACKGROUND", (0, 0), (-1, -1), sheet.colour("#e9eef3")), *FLUSH]
            title = [Table([[Paragraph(words, look)]], style=box, spaceBefore=6, spaceAfter=3)]
        return title

    def title(self, words: str, **options: Any) -> Paragraph:
        """The largest line of the document."""
        return Paragraph(words, sheet.style(self.family, self.size * 1.9, bold=True, after=8, **options))

    def paragraphs(self, texts: Sequence[str], **options: Any) -> list[Flowable]:
        options.setdefault("after", self.size * 0.6)
        return [Paragraph(text, self.text(**options)) for text in texts]

    def bullets(self, texts: Sequence[str], sign: str = "•") -> list[Flowable]:
        return [Paragraph(f"{sign} {text}", self.text(hanging=9, after=1.5)) for text in texts]

    def rows(self, pairs: Sequence[tuple[str, str]], *, first: float = 34, second: float = 125) -> Table:
        """Two columns, such as dates and what happened; widths in millimetres."""
        cells = [[Paragraph(left, self.text()), Paragraph(right, self.text())] for left, right in pairs]
        return Table(cells, colWidths=[first * mm, second * mm], hAlign="LEFT", style=FLUSH)

    def bound(
        self, story: Sequence[Flowable], label: str, *, title: str = "", author: str = "",
        decorate: Callable[[Any, Any], None] | None = None,
    ) -> Sheets:  # fmt: skip
        """All pages are of one class."""
        return alike(
            sheet.bound(story, title=title, author=author, margins=self.margins, decorate=decorate), label
        )


def look(chance: Random, *, sizes: tuple[float, float] = (9.5, 11.5)) -> Look:
    """A look of its own for each document."""
    edge = chance.choice((18.0, 20.0, 24.0, 28.0))
    styles: tuple[HeadingStyle, ...] = (
        "plain", "capitals", "ruled", "coloured", "boxed", "spaced", "italic", "same-size",
    )  # fmt: skip
    family: Family = chance.choice(("serif", "sans", "vera"))
    size = round(chance.uniform(*sizes), 1) - (1.0 if family == "vera" else 0.0)
    return Look(
        family=family, size=size, heading_style=chance.choice(styles), tint=chance.choice(TINTS),
        margins=(edge, edge, chance.choice((16.0, 22.0, 28.0)), 20.0),
    )  # fmt: skip


def alike(pdf: bytes, label: str) -> Sheets:
    """One class for every page of a PDF."""
    return Sheets(pdf=pdf, labels=(label,) * len(PdfReader(io.BytesIO(pdf)).pages))


def spaced(words: str) -> str:
    """`L E B E N S L A U F`: letters apart, words further apart; spaces that survive layout."""
    return "\u00a0\u00a0 ".join("\u00a0".join(word) for word in words.split())


def joined(*parts: Sheets) -> Sheets:
    """Several sheets as one document, in this order."""
    labels = tuple(label for part in parts for label in part.labels)
    return Sheets(pdf=effects.joined(*(part.pdf for part in parts)), labels=labels)
