"""Paper and type: fonts, text styles and the way from flowables to the bytes of a PDF."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, Literal

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Paragraph, Spacer

Language = Literal["en", "de"]
Family = Literal["serif", "sans", "vera"]
Alignment = Literal["left", "right", "center", "justify"]
Decoration = Callable[[Canvas, Any], None]

rl_config.useA85 = 0  # ASCII85 served 7-bit mail; programs of today write their streams as binary
WIDTH, HEIGHT = A4
_ALIGNMENTS = {"left": TA_LEFT, "right": TA_RIGHT, "center": TA_CENTER, "justify": TA_JUSTIFY}
_FACES = {
    "serif": ("Times-Roman", "Times-Bold", "Times-Italic"),
    "sans": ("Helvetica", "Helvetica-Bold", "Helvetica-Oblique"),
    "vera": ("Vera", "VeraBd", "VeraIt"),
}

MONTHS = {
    "en": ("January", "February", "March", "April", "May", "June", "July", "August", "September",
           "October", "November", "December"),
    "de": ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
           "Oktober", "November", "Dezember"),
}  # fmt: skip


def face(family: Family, *, bold: bool = False, italic: bool = False) -> str:
    """A font's name in reportlab; Vera is embedded from the files that reportlab brings."""
    if family == "vera":
        _register_vera()
    return _FACES[family][1 if bold else 2 if italic else 0]


@cache
def _register_vera() -> None:
    for name in ("Vera", "VeraBd", "VeraIt", "VeraBI"):
        pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="VeraIt", boldItalic="VeraBI")


def style(
    family: Family,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    align: Alignment = "left",
    after: float = 0,
    before: float = 0,
    leading: float = 1.32,
    indent: float = 0,
    hanging: float = 0,
    colour: Color = black,
) -> ParagraphStyle:
    """One paragraph style; `leading` is a multiple of the size, the other measures are points."""
    return ParagraphStyle(
        "text", fontName=face(family, bold=bold, italic=italic), fontSize=size, leading=size * leading,
        alignment=_ALIGNMENTS[align], spaceAfter=after, spaceBefore=before, leftIndent=indent + hanging,
        firstLineIndent=-hanging, textColor=colour,
    )  # fmt: skip


def gap(millimetres: float) -> Spacer:
    """Vertical white space."""
    return Spacer(1, millimetres * mm)


def lines(texts: Sequence[str], look: ParagraphStyle) -> Paragraph:
    """Several short lines in one block, such as an address."""
    return Paragraph("<br/>".join(texts), look)


def bound(
    story: Sequence[Flowable],
    *,
    title: str,
    author: str,
    margins: tuple[float, float, float, float] = (25, 25, 22, 22),
    decorate: Decoration | None = None,
) -> bytes:
    """One frame per page; `margins` are left, right, top and bottom in millimetres."""
    left, right, top, bottom = (edge * mm for edge in margins)
    frame = Frame(left, bottom, WIDTH - left - right, HEIGHT - top - bottom, 0, 0, 0, 0)
    template = PageTemplate(frames=[frame], onPage=decorate or _plain)
    return bound_with([template], story, title=title, author=author)


def bound_with(
    templates: Sequence[PageTemplate], story: Sequence[Flowable], *, title: str, author: str
) -> bytes:
    """Lay out on the given page templates; `invariant` keeps time and chance out of the bytes."""
    sheet = io.BytesIO()
    document = BaseDocTemplate(
        sheet, pagesize=A4, pageTemplates=list(templates), title=title, author=author, invariant=1
    )
    document.build(list(story))
    return sheet.getvalue()


def drawn(draw: Callable[[Canvas], None], *, title: str) -> bytes:
    """A PDF from canvas calls alone; `draw` ends each page itself."""
    sheet = io.BytesIO()
    canvas = Canvas(sheet, pagesize=A4, invariant=1)
    canvas.setTitle(title)
    draw(canvas)
    canvas.save()
    return sheet.getvalue()


def long_date(iso: str, language: Language) -> str:
    """`2026-03-04` as `4 March 2026` or `4. März 2026`."""
    year, month, day = iso.split("-")
    return f"{int(day)}{'.' if language == 'de' else ''} {MONTHS[language][int(month) - 1]} {year}"


def short_date(iso: str) -> str:
    """`2026-03-04` as `04.03.2026`, the form of German tables."""
    year, month, day = iso.split("-")
    return f"{day}.{month}.{year}"


def colour(code: str) -> Color:
    """A colour from its hexadecimal code."""
    return HexColor(code)


def _plain(_canvas: Canvas, _document: Any) -> None:
    """White paper."""
