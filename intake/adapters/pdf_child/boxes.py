"""The boxes of what a page paints: moved by matrices, cut by clips, told from the corners of a path.

Boxes are left, bottom, right and top in points, y upwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_float

import pypdfium2.raw as pdfium

from intake.adapters.pdf_child import engine

_LOST = 0.25  # share of a text's height that a clip may cut off: line boxes are higher than their letters

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

# PDFium writes its answers here: a child has one thread.
_POINT, _POINT_AT = engine.room(c_float, 2)
_WIDTH, (_WIDTH_AT,) = engine.room(c_float, 1)
_MATRIX, (_MATRIX_AT, *_) = engine.room(c_float, 6)


def moved(
    matrix: Matrix, left: float, bottom: float, right: float, top: float
) -> tuple[float, float, float, float]:
    """The upright box around a box that a matrix has moved."""
    a, b, c, d, e, f = matrix
    across = [a * x + c * y + e for x in (left, right) for y in (bottom, top)]
    up = [b * x + d * y + f for x in (left, right) for y in (bottom, top)]
    return min(across), min(up), max(across), max(up)


def combined(form: int, outer: Matrix) -> Matrix:
    """The matrix of what lies in a form: its own, then its owner's (ISO 32000-1 8.3.4)."""
    own_a, own_b, own_c, own_d, own_e, own_f = matrix_of(form)
    a, b, c, d, e, f = outer
    return (
        own_a * a + own_b * c, own_a * b + own_b * d, own_c * a + own_d * c, own_c * b + own_d * d,
        own_e * a + own_f * c + e, own_e * b + own_f * d + f,
    )  # fmt: skip


def matrix_of(raw: int) -> Matrix:
    """An object's own matrix; zeros where PDFium tells none."""
    if not engine.matrix(raw, _MATRIX_AT):
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    a, b, c, d, e, f = _MATRIX
    return a, b, c, d, e, f


def inside_clip(raw: int, matrix: Matrix, left: float, bottom: float, right: float, top: float) -> bool:
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
        if matrix is not IDENTITY:
            box = moved(matrix, *box)
        if box[0] > left + 1 or box[2] < right - 1 or box[1] > bottom + height or box[3] < top - height:
            return False
    return True


def _clip_box(clip: int, number: int) -> tuple[float, float, float, float] | None:
    if engine.count_clip_segments(clip, number) not in (4, 5):
        return None
    return rectangle([engine.clip_segment(clip, number, i) for i in range(4)])


def rectangle(segments: list[int]) -> tuple[float, float, float, float] | None:
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


def frame_width(raw: int) -> float:
    """How thick the stroke is of an upright rectangle whose area stays free; 0 for another shape."""
    if engine.count_segments(raw) not in (4, 5) or _is_slanted(raw):
        return 0.0
    if rectangle([engine.path_segment(raw, i) for i in range(4)]) is None:
        return 0.0
    engine.stroke_width(raw, _WIDTH_AT)
    return max(_WIDTH[0], 0.1)


def _is_slanted(raw: int) -> bool:
    """Whether a path was turned, or scaled so that its stroke is thicker than it says."""
    a, b, c, d, _, _ = matrix_of(raw)
    return abs(b) + abs(c) > 0.001 or max(abs(a), abs(d)) > 1.01


def sides(
    left: float, bottom: float, right: float, top: float, width: float
) -> Iterator[tuple[float, float, float, float]]:
    """The four sides of a frame."""
    yield left, bottom, right, bottom + width
    yield left, top - width, right, top
    yield left, bottom, left + width, top
    yield right - width, bottom, right, top
