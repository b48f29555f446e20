"""Tesseract, in this process: loaded once, then one picture at a time."""

from __future__ import annotations

import sysconfig
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.adapters.ocr_child import straight
from intake.model import Line, PageReading

MODELS = (
    Path(sysconfig.get_path("data")) / "share" / "tessdata"
)  # where the packages tessdata-fast-* put them
_LANGUAGES = ("deu", "eng")

# Confidences are percent. Read the right way up even poor scans come to 75, upside down none to 50.
_POOR = 70.0  # a page below that may lie on its side or head
_SURER = 15.0  # turned, it must be that much surer
_HOPELESS = 40.0  # a word below that is a stain, a stamp or another script
_BAND = 0.25  # of the height: read to find out which way up a page is

_DPI = (100.0, 300.0)  # beyond, the page's size tells nothing of the type's: photos come as pages of 2 m
_A4 = 11.7  # inches: the height supposed then
_EM = 1.06  # type size by Tesseract's height of a row, from ascender to descender
_SAME = (0.86, 1.16)  # rows of so many times the median height are body text: Tesseract measures no finer
_MOST_LINES = 2_000
_LONGEST_LINE = 2_000

_api: Any = None


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    sure: float


@dataclass(slots=True)
class _Row:
    """A line of type. box: left, top, right, bottom in pixels; height: from ascender to descender."""

    words: list[_Word]
    box: tuple[int, int, int, int]
    height: float
    descent: float


@dataclass(slots=True)
class _Found:
    """What was read of a picture, and how many quarter turns clockwise make its lines level."""

    rows: list[_Row]
    quarters: int = 0

    @property
    def sure(self) -> float:
        """Mean confidence, each word by its letters; 0 where there is none."""
        words = [word for row in self.rows for word in row.words]
        letters = sum(len(word.text) for word in words)
        return sum(word.sure * len(word.text) for word in words) / letters if letters else 0.0


def load_code() -> str:
    """Import the engine. "" or, in words for an admin, what is missing."""
    try:
        import tesserocr  # noqa: F401 - optional at run time: without it the rest of the bot works
    except ImportError as exc:
        return f"the package tesserocr cannot be loaded ({exc}); pip install tesserocr"
    return ""


def load_models() -> str:
    """Start the engine with its models. "" or, in words for an admin, what is missing."""
    global _api
    import tesserocr

    for language in _LANGUAGES:
        if not (MODELS / f"{language}.traineddata").is_file():
            return f"{MODELS} holds no model {language!r}; pip install tessdata-fast-{language}"
    try:
        _api = tesserocr.PyTessBaseAPI(
            path=str(MODELS), lang="+".join(_LANGUAGES), psm=tesserocr.PSM.AUTO, oem=tesserocr.OEM.LSTM_ONLY
        )
    except (RuntimeError, OSError) as exc:
        return f"Tesseract does not start with the models in {MODELS} ({exc})"
    return ""


def is_ready() -> bool:
    return _api is not None


def read(picture: straight.Picture) -> PageReading:
    """Everything on the page, turned upright where it lay on its side or head."""
    ready = straight.ready(picture)
    found = _recognised(ready)
    if found.sure < _POOR and not (not found.rows and straight.blank(ready.image)):
        ready, found = _turned(ready, found)
    return _reading(ready, found)


def _turned(ready: straight.Picture, found: _Found) -> tuple[straight.Picture, _Found]:
    """The page upside down, when a band of it reads better so. Tesseract itself reads lines that run
    downwards (but none that run upwards), so that half a turn is all there is to try."""
    band = straight.densest(ready.image, _BAND) if ready.image.height > ready.image.width else ready.image
    other = straight.Picture(image=band, dpi=ready.dpi).turn(180)
    if _recognised(other).sure < found.sure + _SURER:
        return ready, found
    turned = ready.turn(180)
    again = _recognised(turned)
    return (turned, again) if again.sure > found.sure else (ready, found)


# --- Tesseract's answer --------------------------------------------------------------------------


def _recognised(picture: straight.Picture) -> _Found:
    import tesserocr

    image = picture.image
    _api.SetImageBytes(image.tobytes(), image.width, image.height, 1, image.width)
    _api.SetSourceResolution(round(_resolution(picture)))
    _api.Recognize()
    rows: list[_Row] = []
    downwards: Counter[bool] = Counter()
    level = tesserocr.RIL
    items = _api.GetIterator()
    for item in tesserocr.iterate_level(items, level.WORD) if items else ():
        if item.Empty(level.WORD):
            continue  # a picture, or nothing at all
        text = (item.GetUTF8Text(level.WORD) or "").strip()
        if item.IsAtBeginningOf(level.TEXTLINE) or not rows:
            row = item.RowAttributes()
            box = item.BoundingBox(level.TEXTLINE)
            rows.append(_Row([], box, float(row["row_height"]), abs(float(row["descenders"]))))
        if text:
            rows[-1].words.append(_Word(text, float(item.Confidence(level.WORD))))
            downwards[item.Orientation()[1] == tesserocr.WritingDirection.TOP_TO_BOTTOM] += len(text)
    _api.Clear()
    # A page that lies on its right side: its lines run downwards, three more quarters make them level.
    return _Found([row for row in rows if row.words], 3 if downwards[True] > downwards[False] else 0)


def _resolution(picture: straight.Picture) -> float:
    low, high = _DPI
    if low <= picture.dpi <= high:
        return picture.dpi
    return min(max(max(picture.image.size) / _A4, low), high)


def _reading(picture: straight.Picture, found: _Found) -> PageReading:
    """In points of the upright page, counted from the lower left."""
    width, height = picture.image.size
    upright = (height, width) if found.quarters % 2 else (width, height)
    scale = 72.0 / picture.dpi
    blank = not found.rows and straight.blank(picture.image)
    return PageReading(
        width=round(upright[0] * scale, 1),
        height=round(upright[1] * scale, 1),
        lines=tuple(_lines(found, picture.image.size, upright[1], scale)),
        certainty=1.0 if blank else round(found.sure / 100, 3),
        turned=(picture.turned + 90 * found.quarters) % 360,
    )


def _lines(found: _Found, size: tuple[int, int], height: int, scale: float) -> Iterator[Line]:
    body = _body(found.rows)
    for row in found.rows[:_MOST_LINES]:
        text = " ".join(word.text for word in row.words if word.sure >= _HOPELESS)[:_LONGEST_LINE]
        if not text:
            continue
        left, _, _, bottom = _upright_box(row.box, size, found.quarters)
        type_height = body if _SAME[0] * body <= row.height <= _SAME[1] * body else row.height
        yield Line(
            text=text,
            size=round(type_height * _EM * scale, 2),
            x=round(left * scale, 1),
            y=round((height - bottom + row.descent) * scale, 1),
        )


def _body(rows: list[_Row]) -> float:
    """The median height, each row by its letters."""
    heights = sorted(row.height for row in rows for word in row.words for _ in word.text)
    return heights[len(heights) // 2] if heights else 0.0


def _upright_box(
    box: tuple[int, int, int, int], size: tuple[int, int], quarters: int
) -> tuple[int, int, int, int]:
    """The box after so many quarter turns of its picture clockwise."""
    left, top, right, bottom = box
    width, height = size
    for _ in range(quarters):
        left, top, right, bottom = height - bottom, left, height - top, right
        width, height = height, width
    return left, top, right, bottom
