"""Tesseract, in this process: loaded once, then one picture at a time."""

from __future__ import annotations

import sysconfig
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
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
_CLOSE = 2  # times: how closely the words of a nearly empty page are looked at ...
_MOST_CLOSE = 600_000  # ... where their place on it has no more pixels than this, a quarter of A4
_BAND = 0.25  # of the height: read to find out which way up a page is

_SIDE = (5.0, 17.0)  # inches, A6 to A3: beyond, a page's size tells nothing of its type's (photos are 1.4 m)
_A4 = 11.7  # inches: the longer side supposed then
_DPI = (70.0, 300.0)  # what Tesseract believes
# How high print is, in parts of the type size: Times and Arial differ by a tenth at most.
_SMALL_LETTER, _CAPITAL, _DESCENDER = 0.49, 0.71, 0.21
_LOW, _DEEP = frozenset("acegmnopqrsuvwxyz"), frozenset("gpqyjQ,;()[]{}/|@§")
_ROW = 1.06  # type size by the height of a row
_SAME = (0.88, 1.14)  # lines of so many times the median size are body text: pixels measure no finer
_MOST_LINES = 2_000
_LONGEST_LINE = 2_000

_api: Any = None


@dataclass(frozen=True, slots=True)
class _Word:
    """``box``: left, top, right, bottom in pixels; as read, so on its side where the page lies so."""

    text: str
    sure: float
    box: tuple[int, int, int, int]


@dataclass(slots=True)
class _Row:
    """A line of type. height: what Tesseract takes for it, in pixels from ascender to descender."""

    words: list[_Word]
    height: float


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
        # tesserocr sends what Tesseract says to /dev/null, which the walls keep shut: Tesseract then crashes on
        # the first page that it has something to say about. "" is stderr, which leads nowhere.
        _api.SetVariable("debug_file", "")
    except (RuntimeError, OSError) as exc:
        return f"Tesseract does not start with the models in {MODELS} ({exc})"
    return ""


def is_ready() -> bool:
    return _api is not None


def read(picture: straight.Picture) -> PageReading:
    """Everything on the page, turned upright where it lay on its side or head."""
    ready = straight.ready(picture)
    found = _recognised(ready)
    if not found.rows and (ink := straight.ink(ready.image)):
        found = _sparse(ready, ink)
    if found.rows and found.sure < _POOR:
        ready, found = _turned(ready, found)
    return _reading(ready, found)


def _sparse(ready: straight.Picture, ink: tuple[int, int, int, int]) -> _Found:
    """The few words of a nearly empty page, which Tesseract takes for stains: cut out, and looked at closely."""
    import tesserocr

    left, top, right, bottom = ink
    times = _CLOSE if (right - left) * (bottom - top) <= _MOST_CLOSE else 1
    close = straight.Picture(image=ready.image.crop(ink), dpi=ready.dpi).magnify(times)
    found = _recognised(close, tesserocr.PSM.SINGLE_BLOCK)
    return _Found([_back(row, times, left, top) for row in found.rows], found.quarters)


def _back(row: _Row, times: int, left: int, top: int) -> _Row:
    """A row of a magnified cutting, as on the whole page."""
    words = [
        replace(
            word,
            box=(x0 // times + left, y0 // times + top, x1 // times + left, y1 // times + top),
        )
        for word in row.words
        for x0, y0, x1, y1 in [word.box]
    ]
    return _Row(words, row.height / times)


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


def _recognised(picture: straight.Picture, layout: int | None = None) -> _Found:
    """Every word of a picture. layout: how to look for lines, where not for a whole page."""
    import tesserocr

    image = picture.image
    _api.SetPageSegMode(tesserocr.PSM.AUTO if layout is None else layout)
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
            rows.append(_Row([], float(item.RowAttributes()["row_height"])))
        if text:
            rows[-1].words.append(
                _Word(text, float(item.Confidence(level.WORD)), item.BoundingBox(level.WORD))
            )
            downwards[item.Orientation()[1] == tesserocr.WritingDirection.TOP_TO_BOTTOM] += len(text)
    _api.Clear()
    # A page that lies on its right side: its lines run downwards, three more quarters make them level.
    return _Found([row for row in rows if row.words], 3 if downwards[True] > downwards[False] else 0)


def _resolution(picture: straight.Picture) -> float:
    """Pixels per inch of paper, as far as that can be known."""
    longer = max(picture.image.size)
    dpi = picture.dpi if _SIDE[0] <= longer / picture.dpi <= _SIDE[1] else longer / _A4
    return min(max(dpi, _DPI[0]), _DPI[1])


def _reading(picture: straight.Picture, found: _Found) -> PageReading:
    """In points of the upright page, counted from the lower left."""
    width, height = picture.image.size
    upright = (height, width) if found.quarters % 2 else (width, height)
    scale = 72.0 / picture.dpi
    blank = not found.rows and not straight.ink(picture.image)
    return PageReading(
        width=round(upright[0] * scale, 1),
        height=round(upright[1] * scale, 1),
        lines=tuple(_lines(found, picture, upright[1])),
        certainty=1.0 if blank else round(found.sure / 100, 3),
        turned=(picture.turned + 90 * found.quarters) % 360,
    )


def _lines(found: _Found, picture: straight.Picture, height: int) -> Iterator[Line]:
    rows = (_without_stains(row) for row in found.rows[:_MOST_LINES])
    kept = [_set(row, picture.image.size, found.quarters) for row in rows if row.words]
    body = _median([one.size for one in kept for _ in one.text])
    scale, type_scale = 72.0 / picture.dpi, 72.0 / _resolution(picture)
    for one in kept:
        size = body if _SAME[0] * body <= one.size <= _SAME[1] * body else one.size
        yield Line(
            text=one.text[:_LONGEST_LINE],
            size=round(size * type_scale, 2),
            x=round(one.left * scale, 1),
            y=round((height - one.baseline) * scale, 1),
        )


@dataclass(frozen=True, slots=True)
class _Set:
    """A line as it was set: everything in pixels of the upright picture, from the upper left."""

    text: str
    size: float
    left: float
    baseline: float


def _without_stains(row: _Row) -> _Row:
    return replace(row, words=[word for word in row.words if word.sure >= _HOPELESS])


def _set(row: _Row, picture: tuple[int, int], quarters: int) -> _Set:
    """Two measures of the type size, each of which may be too large and hardly ever is too small: how high
    the words are for their letters (too large where a rule runs under them), and Tesseract's height of
    the row (too large where it takes capitals for small letters)."""
    words = row.words
    boxes = [_upright_box(word.box, picture, quarters) for word in words]
    extents = [_extent(word.text) for word in words]
    size = min(
        row.height * _ROW,
        _median(
            [
                (bottom - top) / (up + down)
                for (_, top, _, bottom), (up, down), word in zip(boxes, extents, words, strict=True)
                for _ in word.text
            ]
        ),
    )
    baselines = [bottom - down * size for (_, _, _, bottom), (_, down) in zip(boxes, extents, strict=True)]
    text = " ".join(word.text for word in words)
    return _Set(text, size, min(left for left, _, _, _ in boxes), _median(baselines))


def _extent(word: str) -> tuple[float, float]:
    """How far the letters of a word rise above and reach below the baseline, in parts of the type size."""
    letters = set(word)
    up = _SMALL_LETTER if letters <= _LOW else _CAPITAL
    return up, _DESCENDER if letters & _DEEP else 0.0


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0


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
