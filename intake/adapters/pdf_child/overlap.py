"""Which texts may not be seen for what lies below them, upon them, or in their place.

Boxes are left, bottom, right and top in points, y upwards; what is later in the order is painted upon what is
earlier.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from intake.adapters.pdf_child import engine
from intake.adapters.pdf_child.boxes import IDENTITY, inside_clip, matrix_of, rectangle

_FEW_SHAPES = 8  # that need no bands
_BAND = 24.0  # points
_FARTHEST = 4_800.0  # points from the origin that have bands of their own

_PAPER = 255  # the light of white
_CONTRAST = 80  # of 255 in light, to what lies below: with less, the page is looked at
_RULES = 3  # so many rules upon one text could cover it together
_UPRIGHT = 20  # so many upright ones; a table has a dozen
_GRAZED = 0.1  # share of a text's height: less is an accent or a descender that touches its neighbour
_COVERED = 0.3  # share of a text's height that one shape covers
_ALONG = 12.0  # points that two lines share: a word
_APART = 3.0  # points of overlap along the line: less than a letter

Rule = tuple[int, float, float, float, float]  # a thin line: its place in the order, left, bottom, right, top


class Shape(NamedTuple):
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
class Type:
    """Text objects that go on in one line: their first place in the order, their box, light and addresses."""

    order: int
    left: float
    bottom: float
    right: float
    top: float
    light: float
    raws: list[int]


def doubted(types: list[Type], shapes: list[Shape], rules: list[Rule]) -> set[int]:
    """The addresses of the text objects whose words may not be seen."""
    near = _Bands(shapes)
    found = [text for text in types if not _stands_out(text, near.of(text))]
    found += _hatched(types, rules) if rules else ()
    found += _crowded(types)
    return {raw for text in found for raw in text.raws}


class _Bands:
    """Shapes by the bands of the page that they lie in, so that a text is compared with those near it."""

    def __init__(self, shapes: list[Shape]) -> None:
        self._all = shapes
        self._bands: dict[int, list[Shape]] = {}
        for shape in shapes if len(shapes) > _FEW_SHAPES else ():
            for band in range(_band(shape.bottom), _band(shape.top) + 1):
                self._bands.setdefault(band, []).append(shape)

    def of(self, text: Type) -> list[Shape]:
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


def _hatched(types: list[Type], rules: list[Rule]) -> Iterator[Type]:
    """The texts that more rules cross than underline them and strike them out."""
    level = sorted((low + high) / 2 for _, left, low, right, high in rules if right - left >= high - low)
    upright = sorted((left + right) / 2 for _, left, low, right, high in rules if right - left < high - low)
    for text in types:
        crossing = bisect.bisect(level, text.top) - bisect.bisect(level, text.bottom)
        standing = bisect.bisect(upright, text.right) - bisect.bisect(upright, text.left)
        if (crossing >= _RULES or standing >= _UPRIGHT) and _is_crossed(text, rules):
            yield text


def _is_crossed(text: Type, rules: list[Rule]) -> bool:
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


def _stands_out(text: Type, shapes: list[Shape]) -> bool:
    """Whether a text stands out from what was painted before it, and nothing was painted upon it after."""
    order, light = text.order, text.light
    if not shapes:
        return abs(_PAPER - light) >= _CONTRAST
    left, bottom, right, top = text.left, text.bottom, text.right, text.top
    height = top - bottom
    grazed, apart = _GRAZED * height, min(_APART, (right - left) / 2)
    low, high, far_left, far_right = bottom + grazed, top - grazed, left + apart, right - apart
    upon = 0
    below: list[Shape] = []
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


def _carries(shape: Shape, text: Type) -> bool:
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
    a, b, c, d, _, _ = matrix_of(shape.raw)
    upright = abs(b) + abs(c) < 1e-6 or abs(a) + abs(d) < 1e-6
    if not upright or rectangle([engine.path_segment(shape.raw, i) for i in range(4)]) is None:
        return False
    return inside_clip(shape.raw, IDENTITY, text.left, text.bottom, text.right, text.top)


def _crowded(types: list[Type]) -> Iterator[Type]:
    """Texts that share their place: a word of one line, or half of a text."""
    near: list[Type] = []
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
