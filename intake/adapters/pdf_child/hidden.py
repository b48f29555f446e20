"""Words that no reader can see: they must not speak for a document that is not there.

What is certain from the object itself (never painted, transparent, tiny, off the page) needs no
picture. The rest is looked at in a render of its part of the page: words without contrast, words under or over
pictures, and words that lie upon other words are *suspects*. For suspects the page is rendered once
more without them; a word whose place does not change was not to be seen.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image, ImageChops

from intake.adapters.pdf_child import engine
from intake.adapters.pdf_child.text import Box, Drawn, Ink, PageText, View, Word

_TINY = 2.0  # points; the smallest print in real documents is 4
_UNPAINTED = (3, 7)  # text rendering modes, ISO 32000-1 table 106
_FAINT = 48  # of 255, at 72 dpi: less contrast than that is worth a second look
_OFF_COLOUR = 110  # of 255: the darkest (lightest) pixel is that far from the colour of the type
_CHANGE = 24  # of 255, in any channel at 108 dpi: less is not seen (about #E7E7E7 on white)
_MOST_PIXELS = 1_200_000  # of the first look; A4 at 72 dpi has half a million
_CLOSE = 1.5  # times 72 dpi: the second look
_MOST_PIXELS_CLOSE = 2_500_000  # of it; A4 has 1.1 million
_MARGIN = 4.0  # points around the words that are looked at
_CELL = 6.0  # points: how finely the page is divided to find words upon words
_BEYOND_LATIN = "\u024f"  # PDFium brings fonts up to here; other scripts it draws only from embedded ones


class Picture:
    """A render of a part of the page, clamped: page sizes up to 1e9 points exist."""

    def __init__(
        self, page: pypdfium2.PdfPage, view: View, part: Box, *, scale: float, most_pixels: int, colour: bool
    ) -> None:
        width, height = max(view.width, 0.01), max(view.height, 0.01)
        scale = min(scale, math.sqrt(most_pixels / (width * height)), 8_000 / max(width, height))
        left, top = max(part.left - _MARGIN, 0.0), max(part.top - _MARGIN, 0.0)
        right, bottom = max(width - part.right - _MARGIN, 0.0), max(height - part.bottom - _MARGIN, 0.0)
        across, down = math.ceil(width * scale), math.ceil(height * scale)
        if (
            math.ceil(left * scale) + math.ceil(right * scale) >= across
            or math.ceil(top * scale) + math.ceil(bottom * scale) >= down
        ):
            left = top = right = bottom = 0.0
        bitmap = page.render(
            scale=scale, crop=(left, bottom, right, top), grayscale=not colour, may_draw_forms=False
        )
        self.image: Image.Image = bitmap.to_pil()
        self._left, self._top = math.ceil(left * scale), math.ceil(top * scale)
        self._across, self._down = across / width, down / height

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        """Where a box of the page lies in the picture."""
        image = self.image
        left = min(max(int(box.left * self._across) - self._left, 0), image.width - 1)
        top = min(max(int(box.top * self._down) - self._top, 0), image.height - 1)
        right = min(max(math.ceil(box.right * self._across) - self._left, left + 1), image.width)
        bottom = min(max(math.ceil(box.bottom * self._down) - self._top, top + 1), image.height)
        return left, top, right, bottom


def find(page: pypdfium2.PdfPage, view: View, layer: PageText, words: list[Word], on_page: Drawn) -> set[int]:
    """Indices of the words that cannot be seen."""
    if min(view.width, view.height) < 1:
        return set(range(len(words)))  # a page without any area shows nothing
    inks = {raw: layer.ink(raw) for raw in {word.run.raw for word in words}}
    hidden = {i for i, word in enumerate(words) if _surely_hidden(word, inks[word.run.raw], view)}
    judged = [
        i for i, word in enumerate(words) if i not in hidden and _can_be_judged(word, inks[word.run.raw])
    ]
    if not judged:
        return hidden
    picture = Picture(page, view, _around(words, judged), scale=1.0, most_pixels=_MOST_PIXELS, colour=False)
    upon_others = set(_upon_others(words))
    suspects = [
        i
        for i in judged
        if i in upon_others
        or _in_picture(words[i].box, on_page.images)
        or not _stands_out(words[i], inks[words[i].run.raw], picture)
    ]
    if suspects:
        hidden |= _unseen(page, view, words, suspects)
    return hidden


def _around(words: list[Word], chosen: list[int]) -> Box:
    boxes = [words[i].box for i in chosen]
    return Box(
        min(box.left for box in boxes),
        min(box.top for box in boxes),
        max(box.right for box in boxes),
        max(box.bottom for box in boxes),
    )


def _surely_hidden(word: Word, ink: Ink, view: View) -> bool:
    box = word.box
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return (
        ink.mode in _UNPAINTED
        or ink.alpha == 0
        or word.run.size < _TINY
        or not Box(0, 0, view.width, view.height).holds(*middle)
    )


def _can_be_judged(word: Word, ink: Ink) -> bool:
    """Dots, dashes and icons paint too little; a script without a font here paints nothing at all."""
    if not any(map(str.isalnum, word.text)):
        return False
    return ink.embedded or max(word.text) <= _BEYOND_LATIN


def _stands_out(word: Word, ink: Ink, picture: Picture) -> bool:
    extrema: Any = picture.image.crop(picture.pixels(word.box)).getextrema()
    darkest, lightest = extrema  # of one channel: the picture is grey
    if lightest - darkest < _FAINT:
        return False
    return bool(min(abs(ink.light - darkest), abs(ink.light - lightest)) < _OFF_COLOUR)


def _in_picture(box: Box, images: Iterable[Box]) -> bool:
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return any(image.holds(x, y) for image in images)


def _upon_others(words: list[Word]) -> Iterator[int]:
    """Words that share their place with a different word; the same word twice is only a fake bold."""
    taken: dict[tuple[int, int], int] = {}
    for i, word in enumerate(words):
        row = int((word.box.top + word.box.bottom) / 2 // _CELL)
        first, last = int(word.box.left // _CELL), int(word.box.right // _CELL)
        for column in range(first, min(last, first + 100) + 1):
            other = taken.setdefault((row, column), i)
            if other != i and words[other].text != word.text and _overlap(words[other].box, word.box):
                yield from (other, i)


def _overlap(one: Box, other: Box) -> bool:
    """Whether they share more than half of the smaller one's area."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    if width <= 0 or height <= 0:
        return False
    smaller = min((box.right - box.left) * (box.bottom - box.top) for box in (one, other))
    return width * height > smaller / 2


def _unseen(page: pypdfium2.PdfPage, view: View, words: list[Word], suspects: list[int]) -> set[int]:
    """The suspects whose removal changes nothing."""
    whole = _close(page, view, part := _around(words, suspects))
    unseen: set[int] = set()
    for group in _apart(words, suspects):
        runs = {id(words[i].run): words[i].run for i in group}.values()
        for run in runs:
            pdfium.FPDFPageObj_SetIsActive(engine.handle(run.raw), False)
        without = _close(page, view, part)
        for run in runs:
            pdfium.FPDFPageObj_SetIsActive(engine.handle(run.raw), True)
        difference = ImageChops.difference(whole.image, without.image)
        unseen.update(i for i in group if not _changed(difference, whole.pixels(words[i].box)))
    return unseen


def _close(page: pypdfium2.PdfPage, view: View, part: Box) -> Picture:
    return Picture(page, view, part, scale=_CLOSE, most_pixels=_MOST_PIXELS_CLOSE, colour=True)


def _changed(difference: Image.Image, place: tuple[int, int, int, int]) -> bool:
    extrema: Any = difference.crop(place).getextrema()
    return any(most >= _CHANGE for _, most in extrema)


def _apart(words: list[Word], suspects: list[int]) -> list[list[int]]:
    """Suspects in two groups, so that of two words upon each other one stays when the other goes."""
    upon = set(_upon_others([words[i] for i in suspects]))
    later, first = [], []
    taken: list[Box] = []
    for position, i in enumerate(suspects):
        box = words[i].box
        if position in upon and any(_overlap(box, other) for other in taken[-200:]):
            later.append(i)
        else:
            first.append(i)
            if position in upon:
                taken.append(box)
    return [group for group in (first, later) if group]
