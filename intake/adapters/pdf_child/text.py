"""One page's words, lines and drawn objects, by PDFium.

Coordinates of the values here are as a person sees the page: points from the upper left of its crop
box, rotation applied, y downwards. PDFium's per-character calls cost four times the text itself, so
only two characters of each word are asked for their place, and fonts once per text object.
"""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

MOST_CHARACTERS = 60_000  # read of one page; a page of 6 pt type in two columns has some 12,000
_MOST_OBJECTS = 20_000  # looked at on one page; text set letter by letter comes to some 5,000
_DEEPEST_FORM = 4  # levels of Form XObjects followed in search of images

_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile("[^\\s\ufffe\x02]+")  # a word broken at a line end has two places
_BOLD = re.compile(r"bold|black|heavy|semib|demi|-bd|,bd|cmbx|cmb1|sfbx|ecbx|ebx|medi$", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # ISO 32000-1 table 123
_GRAIN = 1 << 24  # PageToDevice answers in whole units: ask it for a very large picture


class Box(NamedTuple):
    """left, top, right, bottom in points, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


@dataclass(slots=True)
class Run:
    """A text object: what its words share. ``raw`` is PDFium's handle; light: 0 (black) to 255."""

    raw: Any
    size: float
    bold: bool
    mode: int
    alpha: int
    light: float
    embedded: bool


@dataclass(slots=True)
class Word:
    """A word with its place in the page's text (``start``, ``end``) and on the page."""

    text: str
    start: int
    end: int
    box: Box
    run: Run


@dataclass(slots=True)
class TextLine:
    """A line as PDFium cuts the content stream into lines."""

    text: str
    start: int
    words: list[Word]


@dataclass(slots=True)
class Drawn:
    """What else is on a page: boxes of images and shadings, the number of paths and of all objects."""

    images: list[Box]
    paths: int = 0
    objects: int = 0


class View:
    """From a page's own coordinates to what a person sees."""

    def __init__(self, page: pypdfium2.PdfPage) -> None:
        self.width, self.height = page.get_size()
        across, down = ctypes.c_int(), ctypes.c_int()

        def seen(x: float, y: float) -> tuple[float, float]:
            pdfium.FPDF_PageToDevice(page.raw, 0, 0, _GRAIN, _GRAIN, 0, x, y, across, down)
            return across.value * self.width / _GRAIN, down.value * self.height / _GRAIN

        step_x, step_y = max(self.width, 1.0), max(self.height, 1.0)
        self._e, self._f = seen(0, 0)
        at_x, at_y = seen(step_x, 0), seen(0, step_y)
        self._a, self._b = (at_x[0] - self._e) / step_x, (at_x[1] - self._f) / step_x
        self._c, self._d = (at_y[0] - self._e) / step_y, (at_y[1] - self._f) / step_y

    def point(self, x: float, y: float) -> tuple[float, float]:
        return self._a * x + self._c * y + self._e, self._b * x + self._d * y + self._f

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


class PageText:
    """The text layer of one page. Raises pypdfium2.PdfiumError when PDFium cannot make one.

    raw: the text as PDFium gives it; unmapped: glyphs that it could not name.
    """

    def __init__(self, page: pypdfium2.PdfPage, view: View) -> None:
        self._view = view
        self._page = page.get_textpage()
        self._handle = self._page.raw
        count = min(self._page.count_chars(), MOST_CHARACTERS)
        self.raw = self._page.get_text_range(0, count) if count else ""
        self.unmapped = max(0, count - len(self.raw))
        self._straight = count == len(self.raw)
        self._runs: dict[int, Run] = {}
        self._places = [ctypes.c_double() for _ in range(4)]
        self._references = [ctypes.byref(place) for place in self._places]

    def lines(self) -> list[TextLine]:
        return [
            TextLine(match[0], match.start(), list(self._words(match))) for match in _LINE.finditer(self.raw)
        ]

    def baseline(self, word: Word) -> tuple[float, float]:
        """Where the word's first glyph stands, in points, y downwards."""
        x, y = self._places[:2]
        if not pdfium.FPDFText_GetCharOrigin(self._handle, self._index(word.start), x, y):
            return word.box.left, word.box.bottom
        return self._view.point(x.value, y.value)

    def _words(self, line: re.Match[str]) -> Iterator[Word]:
        for match in _WORD.finditer(self.raw, line.start(), line.end()):
            first, last = self._index(match.start()), self._index(match.end() - 1)
            run = self._run(first)
            if run is not None:
                yield Word(match[0], match.start(), match.end(), self._box(first, last), run)

    def _index(self, position: int) -> int:
        """The engine's number of the character at a position of ``raw``: it counts some it does not print."""
        if self._straight:
            return position
        return max(0, int(pdfium.FPDFText_GetCharIndexFromTextIndex(self._handle, position)))

    def _box(self, first: int, last: int) -> Box:
        left, right, bottom, top = self._place(first)
        if last != first:
            other = self._place(last)
            left, right = min(left, other[0]), max(right, other[1])
            bottom, top = min(bottom, other[2]), max(top, other[3])
        return self._view.box(left, bottom, right, top)

    def _place(self, index: int) -> tuple[float, float, float, float]:
        pdfium.FPDFText_GetCharBox(self._handle, index, *self._references)
        left, right, bottom, top = (place.value for place in self._places)
        return left, right, bottom, top

    def _run(self, index: int) -> Run | None:
        raw = pdfium.FPDFText_GetTextObject(self._handle, index)
        address = ctypes.cast(raw, ctypes.c_void_p).value
        if address is None:
            return None
        if address not in self._runs:
            self._runs[address] = self._describe(raw, index)
        return self._runs[address]

    def _describe(self, raw: Any, index: int) -> Run:
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self._handle, index, matrix)
        scale = math.hypot(matrix.c, matrix.d)  # GetFontSize alone is wrong in 29 % of real files
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        alpha.value = 255
        pdfium.FPDFPageObj_GetFillColor(raw, red, green, blue, alpha)
        return Run(
            raw=raw,
            size=round(pdfium.FPDFText_GetFontSize(self._handle, index) * scale, 2),
            bold=self._is_bold(index),
            mode=int(pdfium.FPDFTextObj_GetTextRenderMode(raw)),
            alpha=int(alpha.value),
            light=0.299 * red.value + 0.587 * green.value + 0.114 * blue.value,  # ITU-R BT.601
            embedded=pdfium.FPDFFont_GetIsEmbedded(pdfium.FPDFTextObj_GetFont(raw)) == 1,
        )

    def _is_bold(self, index: int) -> bool:
        name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(self._handle, index, name, 127, flags)
        return bool(flags.value & _FORCE_BOLD) or bool(_BOLD.search(name.value.decode("utf-8", "replace")))


def drawn(page: pypdfium2.PdfPage, view: View) -> Drawn:
    """Count a page's objects and find its pictures, also those inside of forms."""
    found = Drawn(images=[])
    waiting: list[tuple[Any, int, Any]] = []

    def look(raw: Any, depth: int, matrix: Any) -> None:
        found.objects += 1
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            found.paths += 1
        elif kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
            found.images.append(_bounds(raw, view, matrix))
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            waiting.append((raw, depth, matrix))

    for index in range(min(pdfium.FPDFPage_CountObjects(page.raw), _MOST_OBJECTS)):
        look(pdfium.FPDFPage_GetObject(page.raw, index), 0, _IDENTITY)
    while waiting and found.objects < _MOST_OBJECTS:
        form, depth, outer = waiting.pop()
        inner = _combined(form, outer)
        for index in range(min(pdfium.FPDFFormObj_CountObjects(form), _MOST_OBJECTS)):
            look(pdfium.FPDFFormObj_GetObject(form, index), depth + 1, inner)
    return found


_IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _combined(form: Any, outer: tuple[float, ...]) -> tuple[float, ...]:
    """The matrix of what lies in a form: its own, then its owner's (ISO 32000-1 8.3.4)."""
    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(form, own)
    a, b, c, d, e, f = outer
    return (
        own.a * a + own.b * c, own.a * b + own.b * d, own.c * a + own.d * c, own.c * b + own.d * d,
        own.e * a + own.f * c + e, own.e * b + own.f * d + f,
    )  # fmt: skip


def _bounds(raw: Any, view: View, matrix: tuple[float, ...]) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top)
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (left.value, right.value) for y in (bottom.value, top.value)]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    return view.box(min(across), min(up), max(across), max(up))
