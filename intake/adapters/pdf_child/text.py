"""One page's words, lines and drawn objects, by PDFium.

Coordinates of the values here are as a person sees the page: points from the upper left of its crop
box, rotation applied, y downwards. PDFium's per-character calls cost four times the text itself, so
only the first character of a line is asked for its place, and fonts once. Each word's place is asked
for only on pages that may hide words.
"""

from __future__ import annotations

import ctypes
import itertools
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from intake.adapters.pdf_child import engine

MOST_CHARACTERS = 60_000  # read of one page; a page of 6 pt type in two columns has some 12,000
OTHER_SIZE = 1.1  # times: headings begin at 1.15 x the body size
GAP = 0.6  # of the type size: a space is about a quarter

_SMALL = 4.0  # points; the smallest print in real documents
_LOOKED_AHEAD, _LETTERS = 20, 4  # characters from which so many letters are taken to try a font

_LINE = re.compile(r"[^\r\n]+")
_WORD = re.compile("[^\\s\ufffe\x02]+")  # a word broken at a line end has two places
_WORDS = re.compile("[^\\s\ufffe\x02](?:[^\r\n]*[^\\s\ufffe\x02])?")  # of a line, from the first to the last
_BOLD = re.compile(r"bold|black|heavy|semib|demi|-bd|,bd|cmbx|cmb1|sfbx|ecbx|ebx|medi$", re.IGNORECASE)
_FORCE_BOLD = 1 << 18  # ISO 32000-1 table 123
_BLACK = (0, 0, 0, 255)
_BEYOND_LATIN = re.compile("[^\x00-\u024f]")
# Where lines may run from right to left, the words between two of one text object may be another's.
_FROM_THE_RIGHT = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U0010ffff]"
)
_GRAIN = 1 << 24  # PageToDevice answers in whole units: ask it for a very large picture


class Box(NamedTuple):
    """left, top, right, bottom in points, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, x: float, y: float) -> bool:
        return self.left <= x <= self.right and self.top <= y <= self.bottom


class Run(NamedTuple):
    """A text object: what its words share. raw: its address in PDFium; size: points."""

    raw: int
    size: float
    bold: bool


class Ink(NamedTuple):
    """How a text object is painted. mode: ISO 32000-1 table 106; light: 0 (black) to 255."""

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


class _Font(NamedTuple):
    """blank: its letters may have no outline."""

    bold: bool
    blank: bool


class _Span(NamedTuple):
    """Neighbouring words of one text object, as (start, end) in the page's text."""

    run: Run
    words: list[tuple[int, int]]


class Part(NamedTuple):
    """A line, or what is left of it beside a gap: its text, its baseline's start as seen, its run."""

    text: str
    x: float
    y: float
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
    """The text layer of one page, to be closed before the page. Raises pypdfium2.PdfiumError when PDFium
    cannot make one.

    raw: the text as PDFium gives it; unmapped: glyphs that it could not name.
    """

    def __init__(self, page: pypdfium2.PdfPage, view: View) -> None:
        self._view = view
        self._handle = engine.load_text(engine.address(page.raw))
        if not self._handle:
            raise pypdfium2.PdfiumError("Failed to load text page.")
        count = min(max(0, engine.count_chars(self._handle)), MOST_CHARACTERS)
        self.raw = self._text(count)
        self.unmapped = max(0, count - len(self.raw))
        self._straight = count == len(self.raw)
        self._in_order = self._straight and (self.raw.isascii() or not _FROM_THE_RIGHT.search(self.raw))
        self._runs: dict[int, Run] = {}
        self.blank: set[int] = set()
        self._fonts: dict[int, _Font] = {}
        self._found: list[_Span] = []  # by ``parts``

    def close(self) -> None:
        engine.close_text(self._handle)

    def _text(self, count: int) -> str:
        """The text of the first so many characters. PDFium writes it wrongly where those at its ends are left out."""
        first, last = 0, count - 1
        while first <= last and engine.text_index(self._handle, first) == -1:
            first += 1
        while first <= last and engine.text_index(self._handle, last) == -1:
            last -= 1
        if first > last:
            return ""
        written = engine.get_text(self._handle, first, last - first + 1, _TEXT)
        return str(_TEXT_VIEW[: 2 * max(0, written - 1)], "utf-16-le", "ignore")

    def lines(self) -> list[TextLine]:
        """The lines with each word's place: for pages of which some words must be taken out."""
        return [
            TextLine(match[0], match.start(), list(self.words(match.start(), match.end())))
            for match in _LINE.finditer(self.raw)
        ]

    def words(self, start: int, end: int) -> Iterator[Word]:
        """The words of a stretch of ``raw``."""
        for match in _WORD.finditer(self.raw, start, end):
            if raw := self._object(match.start()):
                yield self._word(match.span(), raw)

    def words_of(self, objects: set[int]) -> Iterator[Word]:
        """The words of these text objects, after ``parts`` has found them."""
        for span in self._found:
            for start, end in span.words if span.run.raw in objects else ():
                yield from self.words(start, end)

    def _word(self, place: tuple[int, int], raw: int) -> Word:
        start, end = place
        return Word(self.raw[start:end], start, end, self._word_box(place), self._run(start, raw))

    def ink(self, raw: int) -> Ink:
        """How a text object is painted."""
        found = engine.fill_colour(raw, *_COLOUR_AT)
        red, green, blue, alpha = _COLOUR if found else _BLACK
        return Ink(
            mode=engine.render_mode(raw),
            alpha=alpha,
            light=0.299 * red + 0.587 * green + 0.114 * blue,  # ITU-R BT.601
            embedded=engine.is_embedded(engine.font(raw)) == 1,
        )

    def parts(self) -> list[Part]:
        """The lines without their words' places, cut where the type size changes across a gap."""
        parts: list[Part] = []
        for match in _WORDS.finditer(self.raw):
            first, last = match.span()
            if raw := self._only_object(first, last):
                run = self._run(first, raw)
                self._found.append(_Span(run, [(first, last)]))
                parts.append(Part(match[0], *self.baseline(first), run))
                continue
            spans = self._spans(first, last)
            self._found += spans
            start = 0
            for i in range(1, len(spans)):
                if self._is_beside(spans[i - 1], spans[i]):
                    parts.append(self._part(spans[start:i]))
                    start = i
            if spans:
                parts.append(self._part(spans[start:]))
        return parts

    def doubtful(self) -> set[int]:
        """The text objects met so far whose type is very small, or has perhaps no outlines."""
        return {run.raw for run in self._runs.values() if run.size < _SMALL} | self.blank

    def baseline(self, start: int, otherwise: Box | None = None) -> tuple[float, float]:
        """Where the glyph at a position of ``raw`` stands, in points, y downwards."""
        if not engine.char_origin(self._handle, self._index(start), *_ORIGIN_AT):
            box = otherwise or self._box(self._index(start), self._index(start))
            return box.left, box.bottom
        return self._view.point(*_ORIGIN)

    def _only_object(self, start: int, end: int) -> int:
        """The text object of all words from here to there; 0 when there may be several.

        PDFium takes one object after the other, so that what begins and ends in one is of one.
        """
        if not self._in_order:
            return 0
        raw: int | None = engine.char_object(self._handle, start)
        return raw if raw and raw == engine.char_object(self._handle, end - 1) else 0

    def _spans(self, start: int, end: int) -> list[_Span]:
        """Neighbouring words of one text object each, in a stretch of ``raw``."""
        spans: list[_Span] = []
        last = 0
        for match in _WORD.finditer(self.raw, start, end):
            word = match.span()
            raw = self._object(word[0])
            if not raw:
                continue  # PDFium made it up
            if raw == last:
                spans[-1].words.append(word)
            else:
                spans.append(_Span(self._run(word[0], raw), [word]))
                last = raw
        return spans

    def _is_beside(self, before: _Span, after: _Span) -> bool:
        """Whether a line's next words stand in another column: in other type, across a gap."""
        smaller, larger = before.run.size, after.run.size
        if smaller > larger:
            smaller, larger = larger, smaller
        if larger <= OTHER_SIZE * smaller:
            return False
        left = self._word_box(before.words[-1])
        return self._word_box(after.words[0]).left - left.right > GAP * larger

    def _part(self, spans: list[_Span]) -> Part:
        start, end = spans[0].words[0][0], spans[-1].words[-1][1]
        run = spans[0].run
        if len(spans) > 1:  # a bullet or a footnote's mark says nothing of its line
            longest = 0
            for span in spans:
                for first, last in span.words:
                    if last - first > longest:
                        longest, run = last - first, span.run
        return Part(self.raw[start:end], *self.baseline(start), run)

    def _index(self, position: int) -> int:
        """The engine's number of the character at a position of ``raw``: it counts some it does not print."""
        if self._straight:
            return position
        return max(0, int(engine.char_index(self._handle, position)))

    def _object(self, position: int) -> int:
        """The text object of the character at a position of ``raw``; 0 for one that PDFium made up."""
        return engine.char_object(self._handle, self._index(position)) or 0

    def _word_box(self, span: tuple[int, int]) -> Box:
        return self._box(self._index(span[0]), self._index(span[1] - 1))

    def _box(self, first: int, last: int) -> Box:
        left, right, bottom, top = self._place(first)
        if last != first:
            other = self._place(last)
            left, right = min(left, other[0]), max(right, other[1])
            bottom, top = min(bottom, other[2]), max(top, other[3])
        return self._view.box(left, bottom, right, top)

    def _place(self, index: int) -> tuple[float, float, float, float]:
        engine.char_box(self._handle, index, *_PLACE_AT)
        left, right, bottom, top = _PLACE
        return left, right, bottom, top

    def _run(self, position: int, raw: int) -> Run:
        run = self._runs.get(raw)
        if run is None:
            run = self._runs[raw] = self._describe(raw, position, self._index(position))
        return run

    def _describe(self, raw: int, position: int, index: int) -> Run:
        engine.char_matrix(self._handle, index, _MATRIX_AT)
        scale = math.hypot(_MATRIX[2], _MATRIX[3])  # GetFontSize alone is wrong in 29 % of real files
        size = round(engine.char_font_size(self._handle, index) * scale, 2)
        handle = engine.font(raw) or 0
        font = self._fonts.get(handle)
        if font is None:
            font = self._fonts[handle] = _Font(self._is_bold(index), self._is_blank(handle, position))
        if font.blank:
            self.blank.add(raw)
        return Run(raw, size, font.bold)

    def _is_blank(self, font: int, position: int) -> bool:
        """Whether a font may have letters without any outline, told by the first few."""
        engine.font_program(font, None, 0, _SIZE_AT)
        if not _SIZE[0]:
            return True  # Type 3: its letters are pictures of any kind
        ahead = self.raw[position : position + _LOOKED_AHEAD]
        if engine.is_embedded(font) != 1:  # for other scripts PDFium may have no font here
            ahead = _BEYOND_LATIN.sub("", ahead)
        letters = itertools.islice(filter(str.isalnum, ahead), _LETTERS)
        paths = [engine.glyph_path(font, ord(c), 12.0) for c in letters]
        return not all(path and engine.count_glyph_segments(path) > 0 for path in paths)

    def _is_bold(self, index: int) -> bool:
        name = ctypes.create_string_buffer(128)
        _FLAGS[0] = 0
        engine.char_font(self._handle, index, name, 127, _FLAGS_AT)
        return bool(_FLAGS[0] & _FORCE_BOLD) or bool(_BOLD.search(name.value.decode("utf-8", "replace")))


# PDFium writes its answers here: a child has one thread.
_ORIGIN, _ORIGIN_AT = engine.room(ctypes.c_double, 2)
_PLACE, _PLACE_AT = engine.room(ctypes.c_double, 4)
_TEXT = ctypes.create_string_buffer(2 * (MOST_CHARACTERS + 1))  # UTF-16 with a zero at the end
_TEXT_VIEW = memoryview(_TEXT)
_FLAGS, (_FLAGS_AT,) = engine.room(ctypes.c_int, 1)
_SIZE, (_SIZE_AT,) = engine.room(ctypes.c_size_t, 1)
_MATRIX, (_MATRIX_AT, *_) = engine.room(ctypes.c_float, 6)
_COLOUR, _COLOUR_AT = engine.room(ctypes.c_uint, 4)
