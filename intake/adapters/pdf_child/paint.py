"""Which pages may hide text, told from the list of what they paint, without painting them.

A render of each page costs several times its text. Most pages need none: dark words of a readable size,
on white paper or on a plain lighter box, with nothing painted upon them. ``survey`` looks at each object
once and doubts each text of which it is not certain; the words of a doubted text are looked at one by one
in a render of their part of the page (``hidden``).
"""

from __future__ import annotations

from collections.abc import Callable
from ctypes import c_float, c_int, c_uint
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium

from intake.adapters.pdf_child import engine, overlap
from intake.adapters.pdf_child.boxes import IDENTITY, Matrix, combined, frame_width, inside_clip, moved, sides
from intake.adapters.pdf_child.overlap import Rule, Shape, Type
from intake.adapters.pdf_child.text import Drawn, View

_MOST_OBJECTS = 20_000  # looked at on one page; text set letter by letter comes to some 5,000
_DEEPEST_FORM = 4  # levels of Form XObjects followed in search of images
_MOST_SHAPES = 3_000  # compared with the texts; beyond that a render is cheaper
_THIN = 1.5  # points: a rule; one of them upon a word underlines it or strikes it out
_GAP = 20.0  # points between two texts of one line


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
        self.types: list[Type] = []
        self.shapes: list[Shape] = []
        self.rules: list[Rule] = []
        self._handle = engine.address(page.raw)
        self._view = view
        left, bottom, right, top = page.get_bbox()
        # Type boxes are a little larger than letters.
        self._paper = (left - 1, bottom - 1, right + 1, top + 1)
        self._transparency = transparency
        self._clipping = False
        self._shapes_before = -1  # the last text; -1: none that could go on
        # That hold what is looked at; each with its owner's matrix.
        self._forms: list[tuple[int, Matrix]] = []

    def page(self) -> None:
        self._objects(engine.page_object, self._handle, engine.count_objects(self._handle), IDENTITY)

    def _objects(self, get: Callable[[int, int], int], owner: int, count: int, matrix: Matrix) -> None:
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
                self.shapes.append(Shape(drawn.objects, *box, None, raw, True))

    def _form(self, raw: int, matrix: Matrix) -> None:
        if len(self._forms) >= _DEEPEST_FORM:
            self.everything = True
            return
        first = len(self.types)
        clipping = self._clipping  # by letters before it: in the form too, and after it
        self._shapes_before = -1  # its texts are kept apart from those before
        self._forms.append((raw, matrix))
        inner = combined(raw, matrix)
        self._objects(engine.form_object, raw, engine.count_in_form(raw), inner)
        self._forms.pop()
        self._clipping = clipping
        self._shapes_before = -1
        if inner[1] or inner[2] or (self._transparency and engine.is_transparent(raw)):
            self.doubted.update(raw for text in self.types[first:] for raw in text.raws)

    def _place(self, raw: int, matrix: Matrix) -> tuple[float, float, float, float]:
        engine.bounds(raw, *_BOX_AT)
        left, bottom, right, top = _BOX
        return (left, bottom, right, top) if matrix is IDENTITY else moved(matrix, left, bottom, right, top)

    def _text(self, raw: int, matrix: Matrix) -> None:
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
            or not inside_clip(raw, matrix, left, bottom, right, top)
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
        self.types.append(Type(self.drawn.objects, left, bottom, right, top, light, [raw]))

    def _cut_by_forms(self, left: float, bottom: float, right: float, top: float) -> bool:
        """Whether the clip of a form around may take something of a text away."""
        return any(not inside_clip(form, owner, left, bottom, right, top) for form, owner in self._forms)

    def compare(self) -> None:
        """Doubt the texts that lie upon something they may not stand out from, or under something."""
        if len(self.shapes) > _MOST_SHAPES:
            self.everything = True
            return
        self.doubted |= overlap.doubted(self.types, self.shapes, self.rules)

    def _path(self, raw: int, matrix: Matrix) -> None:
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
        elif width := frame_width(raw):
            for box in sides(left, bottom, right, top, width):
                if width < _THIN:
                    self.rules.append((order, *box))
                else:
                    self.shapes.append(Shape(order, *box, None, raw, True))
            return
        in_form = bool(
            self._forms
        )  # its clips are told in the form's own terms: it carries nothing for certain
        self.shapes.append(Shape(order, left, bottom, right, top, light, raw, in_form))


def _light() -> float:
    red, green, blue, _ = _COLOUR
    return 0.299 * red + 0.587 * green + 0.114 * blue  # ITU-R BT.601
