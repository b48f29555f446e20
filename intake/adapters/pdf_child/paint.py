"""Which pages may hide text, told from the list of what they paint, without painting them.

A render of each page costs several times its text. Most pages need none: dark words of a readable size,
on white paper or on a plain lighter box, with nothing painted upon them. ``survey`` looks at each object
once and doubts each text of which it is not certain; the words of a doubted text are looked at one by one
in a render of their part of the page (``hidden``).
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator
from ctypes import c_float, c_int, c_uint
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from intake.adapters.pdf_child import engine
from intake.adapters.pdf_child.text import Drawn, View

_MOST_OBJECTS = 20_000  # looked at on one page; text set letter by letter comes to some 5,000
_DEEPEST_FORM = 4  # levels of Form XObjects followed in search of images
_MOST_SHAPES = 3_000  # compared with the texts; beyond that a render is cheaper
_FEW_SHAPES = 8  # that need no bands
_BAND = 24.0  # points
_FARTHEST = 4_800.0  # points from the origin that have bands of their own

_PAPER = 255  # the light of white
_CONTRAST = 80  # of 255 in light, to what lies below: with less, the page is looked at
_THIN = 1.5  # points: a rule; one of them upon a word underlines it or strikes it out
_RULES = 3  # so many rules upon one text could cover it together
_UPRIGHT = 20  # so many upright ones; a table has a dozen
_GRAZED = 0.1  # share of a text's height: less is an accent or a descender that touches its neighbour
_COVERED = 0.3  # share of a text's height that one shape covers
_LOST = 0.25  # share of a text's height that a clip may cut off: line boxes are higher than their letters
_GAP = 20.0  # points between two texts of one line
_ALONG = 12.0  # points that two lines share: a word
_APART = 3.0  # points of overlap along the line: less than a letter


_Rule = tuple[
    int, float, float, float, float
]  # a thin line: its place in the order, left, bottom, right, top


class _Shape(NamedTuple):
    """Something painted that is no text: its place in the order, its box, and its light if it is one."""

    order: int
    left: float
    bottom: float
    right: float
    top: float
    light: float | None  # None: a picture, a pattern, half transparent
    raw: int
    in_form: bool


@dataclass(slots=True)
class _Type:
    """Text objects that go on in one line: their first place in the order, their box, light and addresses."""

    order: int
    left: float
    bottom: float
    right: float
    top: float
    light: float
    raws: list[int]


_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class Survey:
    """drawn: pictures and counts; doubted: text objects whose words may not be seen, None for all of them."""

    drawn: Drawn
    doubted: set[int] | None


_TEXT, _PATH, _FORM = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM
_ADDS_TO_CLIP = pdfium.FPDF_TEXTRENDERMODE_FILL_CLIP
_FILL = pdfium.FPDF_TEXTRENDERMODE_FILL

# PDFium writes its answers here: a child has one thread.
_BOX, _BOX_AT = engine.room(c_float, 4)
_COLOUR, _COLOUR_AT = engine.room(c_uint, 4)
_MODE, _MODE_AT = engine.room(c_int, 2)  # how a path is filled, whether it is stroked
_POINT, _POINT_AT = engine.room(c_float, 2)
_WIDTH, (_WIDTH_AT,) = engine.room(c_float, 1)
_MATRIX, (_MATRIX_AT, *_) = engine.room(c_float, 6)


def survey(page: pypdfium2.PdfPage, view: View, *, transparency: bool = True) -> Survey:
    """Look at every object of a page once, then at how texts and shapes lie upon each other.

    transparency: False when nothing in the file can make an object transparent.
    """
    walk = _Walk(page, view, transparency)
    walk.page()
    if not walk.everything:
        walk.compare()
    return Survey(walk.drawn, None if walk.everything else walk.doubted)


class _Walk:
    """One pass over a page's objects, in the order in which they are painted, forms included."""

    def __init__(self, page: pypdfium2.PdfPage, view: View, transparency: bool) -> None:
        self.drawn = Drawn(images=[])
        self.doubted: set[int] = set()
        self.everything = False  # is doubted
        self.types: list[_Type] = []
        self.shapes: list[_Shape] = []
        self.rules: list[_Rule] = []
        self._handle = engine.address(page.raw)
        self._view = view
        left, bottom, right, top = page.get_bbox()
        # Type boxes are a little larger than letters.
        self._paper = (left - 1, bottom - 1, right + 1, top + 1)
        self._transparency = transparency
        self._clipping = False
        self._shapes_before = -1  # the last text; -1: none that could go on
        # That hold what is looked at; each with its owner's matrix.
        self._forms: list[tuple[int, _Matrix]] = []

    def page(self) -> None:
        self._objects(engine.page_object, self._handle, engine.count_objects(self._handle), _IDENTITY)

    def _objects(self, get: Callable[[int, int], int], owner: int, count: int, matrix: _Matrix) -> None:
        drawn, kind_of = self.drawn, engine.kind
        for index in range(count):
            if drawn.objects >= _MOST_OBJECTS:
                self.everything = True
                return
            drawn.objects += 1
            raw = get(owner, index)
            kind = kind_of(raw)
            if kind == _TEXT:
                self._text(raw, matrix)
            elif kind == _PATH:
                drawn.paths += 1
                self._path(raw, matrix)
            elif kind == _FORM:
                self._form(raw, matrix)
            else:
                box = self._place(raw, matrix)
                if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_SHADING):
                    drawn.images.append(self._view.box(*box))
                self.shapes.append(_Shape(drawn.objects, *box, None, raw, True))

    def _form(self, raw: int, matrix: _Matrix) -> None:
        if len(self._forms) >= _DEEPEST_FORM:
            self.everything = True
            return
        first = len(self.types)
        clipping = self._clipping  # by letters before it: in the form too, and after it
        self._shapes_before = -1  # its texts are kept apart from those before
        self._forms.append((raw, matrix))
        inner = _combined(raw, matrix)
        self._objects(engine.form_object, raw, engine.count_in_form(raw), inner)
        self._forms.pop()
        self._clipping = clipping
        self._shapes_before = -1
        if inner[1] or inner[2] or (self._transparency and engine.is_transparent(raw)):
            self.doubted.update(raw for text in self.types[first:] for raw in text.raws)

    def _place(self, raw: int, matrix: _Matrix) -> tuple[float, float, float, float]:
        engine.bounds(raw, *_BOX_AT)
        left, bottom, right, top = _BOX
        return (left, bottom, right, top) if matrix is _IDENTITY else _moved(matrix, left, bottom, right, top)

    def _text(self, raw: int, matrix: _Matrix) -> None:
        """One text object: certain to be painted as it says, or doubted."""
        left, bottom, right, top = self._place(raw, matrix)
        paper = self._paper
        mode = engine.render_mode(raw)
        if mode >= _ADDS_TO_CLIP:
            self._clipping = True  # what follows may be cut to the shapes of these letters
        if (
            mode != _FILL
            or self._clipping
            or not engine.fill_colour(raw, *_COLOUR_AT)
            or _COLOUR[3] != 255
            or (self._transparency and engine.is_transparent(raw))
            or left < paper[0]
            or bottom < paper[1]
            or right > paper[2]
            or top > paper[3]
            or not _inside_clip(raw, matrix, left, bottom, right, top)
            or (self._forms and self._cut_by_forms(left, bottom, right, top))
        ):
            self.doubted.add(raw)
        light = _light()
        last = self.types[-1] if self._shapes_before == len(self.shapes) + len(self.rules) else None
        if last and light == last.light and last.right - 1 <= left < last.right + _GAP:
            lower, higher = (last.bottom, bottom) if last.bottom < bottom else (bottom, last.bottom)
            below, above = (last.top, top) if last.top < top else (top, last.top)
            if (
                below - higher > (above - lower) / 2
            ):  # it goes on in the same line: most producers cut lines up
                last.raws.append(raw)
                last.right, last.bottom, last.top = right, lower, above
                return
        self._shapes_before = len(self.shapes) + len(self.rules)
        self.types.append(_Type(self.drawn.objects, left, bottom, right, top, light, [raw]))

    def _cut_by_forms(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Whether the clip of a form around may take something of a text away."""
        return any(not _inside_clip(form, owner, left, bottom, right, top) for form, owner in self._forms)

    def compare(self) -> None:
        """Doubt the texts that lie upon something they may not stand out from, or under something."""
        if len(self.shapes) > _MOST_SHAPES:
            self.everything = True
            return
        near = _Bands(self.shapes)
        for text in self.types:
            if not _stands_out(text, near.of(text)):
                self.doubted.update(text.raws)
        for text in _hatched(self.types, self.rules) if self.rules else ():
            self.doubted.update(text.raws)
        for text in _crowded(self.types):
            self.doubted.update(text.raws)

    def _path(self, raw: int, matrix: _Matrix) -> None:
        left, bottom, right, top = self._place(raw, matrix)
        order = self.drawn.objects
        if right - left < _THIN or top - bottom < _THIN:
            self.rules.append((order, left, bottom, right, top))
            return
        engine.draw_mode(raw, *_MODE_AT)
        filled, stroked = _MODE
        if not filled and not stroked:
            return
        light: float | None = None
        if filled:
            opaque = engine.fill_colour(raw, *_COLOUR_AT) and _COLOUR[3] == 255
            if opaque and not (self._transparency and engine.is_transparent(raw)):
                light = _light()
        elif width := _frame_width(raw):
            for box in _sides(left, bottom, right, top, width):
                if width < _THIN:
                    self.rules.append((order, *box))
                else:
                    self.shapes.append(_Shape(order, *box, None, raw, True))
            return
        in_form = bool(
            self._forms
        )  # its clips are told in the form's own terms: it carries nothing for certain
        self.shapes.append(_Shape(order, left, bottom, right, top, light, raw, in_form))


def _moved(
    matrix: _Matrix, left: float, bottom: float, right: float, top: float
) -> tuple[float, float, float, float]:
    a, b, c, d, e, f = matrix
    across = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    up = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(across), min(up), max(across), max(up)


def _combined(form: int, outer: _Matrix) -> _Matrix:
    """The matrix of what lies in a form: its own, then its owner's (ISO 32000-1 8.3.4)."""
    own_a, own_b, own_c, own_d, own_e, own_f = _matrix(form)
    a, b, c, d, e, f = outer
    return (
        own_a * a + own_b * c, own_a * b + own_b * d, own_c * a + own_d * c, own_c * b + own_d * d,
        own_e * a + own_f * c + e, own_e * b + own_f * d + f,
    )  # fmt: skip


def _matrix(raw: int) -> _Matrix:
    if not engine.matrix(raw, _MATRIX_AT):
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    a, b, c, d, e, f = _MATRIX
    return a, b, c, d, e, f


def _light() -> float:
    red, green, blue, _ = _COLOUR
    return 0.299 * red + 0.587 * green + 0.114 * blue  # ITU-R BT.601


def _inside_clip(raw: int, matrix: _Matrix, left: float, bottom: float, right: float, top: float) -> bool:
    """Whether every clip of an object is an upright rectangle that leaves nearly all of this box."""
    clip = engine.clip_path(raw)
    count = engine.count_clips(clip) if clip else 0
    if count <= 0:
        return True
    height = (top - bottom) * _LOST + 0.5
    for number in range(count):
        box = _clip_box(clip, number)
        if box is None:
            return False
        if matrix is not _IDENTITY:
            box = _moved(matrix, *box)
        if box[0] > left + 1 or box[2] < right - 1 or box[1] > bottom + height or box[3] < top - height:
            return False
    return True


def _clip_box(clip: int, number: int) -> tuple[float, float, float, float] | None:
    if engine.count_clip_segments(clip, number) not in (4, 5):
        return None
    return _rectangle([engine.clip_segment(clip, number, i) for i in range(4)])


def _rectangle(segments: list[int]) -> tuple[float, float, float, float] | None:
    """The upright rectangle with these four corners, or None when they make another shape."""
    if engine.segment_type(segments[2]) == pdfium.FPDF_SEGMENT_BEZIERTO:
        return None  # a curve has three points, and among four or five its middle one is here
    corners = []
    for segment in segments:
        engine.segment_point(segment, *_POINT_AT)
        corners.append(tuple(_POINT))
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = corners
    near = 0.1  # points
    across = abs(y0 - y1) < near and abs(x1 - x2) < near and abs(y2 - y3) < near and abs(x3 - x0) < near
    along = abs(x0 - x1) < near and abs(y1 - y2) < near and abs(x2 - x3) < near and abs(y3 - y0) < near
    if not (across or along):
        return None
    return min(x0, x2), min(y0, y2), max(x0, x2), max(y0, y2)


def _frame_width(raw: int) -> float:
    """How thick the stroke is of an upright rectangle whose area stays free; 0 for another shape."""
    if engine.count_segments(raw) not in (4, 5) or _is_slanted(raw):
        return 0.0
    if _rectangle([engine.path_segment(raw, i) for i in range(4)]) is None:
        return 0.0
    engine.stroke_width(raw, _WIDTH_AT)
    return max(_WIDTH[0], 0.1)


def _is_slanted(raw: int) -> bool:
    """Whether a path was turned, or scaled so that its stroke is thicker than it says."""
    a, b, c, d, _, _ = _matrix(raw)
    return abs(b) + abs(c) > 0.001 or max(abs(a), abs(d)) > 1.01


def _sides(
    left: float, bottom: float, right: float, top: float, width: float
) -> Iterator[tuple[float, float, float, float]]:
    """The four sides of a frame."""
    yield left, bottom, right, bottom + width
    yield left, top - width, right, top
    yield left, bottom, left + width, top
    yield right - width, bottom, right, top


class _Bands:
    """Shapes by the bands of the page that they lie in, so that a text is compared with those near it."""

    def __init__(self, shapes: list[_Shape]) -> None:
        self._all = shapes
        self._bands: dict[int, list[_Shape]] = {}
        for shape in shapes if len(shapes) > _FEW_SHAPES else ():
            for band in range(_band(shape.bottom), _band(shape.top) + 1):
                self._bands.setdefault(band, []).append(shape)

    def of(self, text: _Type) -> list[_Shape]:
        """The shapes that may touch a text, in the order in which they are painted."""
        if not self._bands:
            return self._all
        bands = range(_band(text.bottom), _band(text.top) + 1)
        near = [shapes for band in bands if (shapes := self._bands.get(band))]
        if len(near) <= 1:
            return near[0] if near else []
        found = {id(shape): shape for shapes in near for shape in shapes}
        return sorted(found.values(), key=lambda shape: shape.order)


def _band(y: float) -> int:
    return int((y if -_FARTHEST < y < _FARTHEST else min(max(y, -_FARTHEST), _FARTHEST)) // _BAND)


def _hatched(types: list[_Type], rules: list[_Rule]) -> Iterator[_Type]:
    """The texts that more rules cross than underline them and strike them out."""
    level = sorted((low + high) / 2 for _, left, low, right, high in rules if right - left >= high - low)
    upright = sorted((left + right) / 2 for _, left, low, right, high in rules if right - left < high - low)
    for text in types:
        crossing = bisect.bisect(level, text.top) - bisect.bisect(level, text.bottom)
        standing = bisect.bisect(upright, text.right) - bisect.bisect(upright, text.left)
        if (crossing >= _RULES or standing >= _UPRIGHT) and _is_crossed(text, rules):
            yield text


def _is_crossed(text: _Type, rules: list[_Rule]) -> bool:
    level = upright = 0
    for order, left, low, right, high in rules:
        if (
            order > text.order
            and left < text.right
            and right > text.left
            and low < text.top
            and high > text.bottom
        ):
            if right - left >= high - low:
                level += 1
            else:
                upright += 1
    return level >= _RULES or upright >= _UPRIGHT


def _stands_out(text: _Type, shapes: list[_Shape]) -> bool:
    """Whether a text stands out from what was painted before it, and nothing was painted upon it after."""
    order, light = text.order, text.light
    if not shapes:
        return abs(_PAPER - light) >= _CONTRAST
    left, bottom, right, top = text.left, text.bottom, text.right, text.top
    height = top - bottom
    grazed, apart = _GRAZED * height, min(_APART, (right - left) / 2)
    low, high, far_left, far_right = bottom + grazed, top - grazed, left + apart, right - apart
    upon = 0
    below: list[_Shape] = []
    for shape in shapes:
        if shape.bottom >= high or shape.top <= low or shape.left >= far_right or shape.right <= far_left:
            continue
        if shape.order < order:
            below.append(shape)
            continue
        upon += 1
        if min(shape.top, top) - max(shape.bottom, bottom) > _COVERED * height or upon >= _RULES:
            return False
    for shape in reversed(below):
        if shape.light is None or abs(shape.light - light) < _CONTRAST:
            return False
        if _carries(shape, text):
            return True
    return abs(_PAPER - light) >= _CONTRAST


def _carries(shape: _Shape, text: _Type) -> bool:
    """Whether a shape is a plain rectangle, wholly painted, with the whole text on it."""
    if (
        shape.left > text.left + 1
        or shape.right < text.right - 1
        or shape.bottom > text.bottom + 1
        or shape.top < text.top - 1
    ):
        return False
    if shape.in_form or engine.count_segments(shape.raw) not in (4, 5):
        return False
    a, b, c, d, _, _ = _matrix(shape.raw)
    upright = abs(b) + abs(c) < 1e-6 or abs(a) + abs(d) < 1e-6
    if not upright or _rectangle([engine.path_segment(shape.raw, i) for i in range(4)]) is None:
        return False
    return _inside_clip(shape.raw, _IDENTITY, text.left, text.bottom, text.right, text.top)


def _crowded(types: list[_Type]) -> Iterator[_Type]:
    """Texts that share their place: a word of one line, or half of a text."""
    near: list[_Type] = []
    for text in sorted(types, key=lambda text: text.bottom):
        left, bottom, right, top = text.left, text.bottom, text.right, text.top
        middle = (bottom + top) / 2
        near = [other for other in near if other.top > middle]
        for other in near:
            width = min(other.right, right) - max(other.left, left)
            if width <= _APART:
                continue
            height = min(other.top, top) - bottom
            lower = min(top - bottom, other.top - other.bottom)
            narrower = min(right - left, other.right - other.left)
            if height > lower / 2 and (width > _ALONG or width * height > narrower * lower / 2):
                yield from (other, text)
        near.append(text)
