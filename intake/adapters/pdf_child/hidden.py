"""Words that no reader can see: they must not speak for a document that is not there.

What is certain from the object itself (never painted, transparent, tiny, off the page) needs no
picture. The rest is looked at in a render of the page: words without contrast, words under or over
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

from intake.adapters.pdf_child.text import Box, Drawn, View, Word

_TINY = 2.0  # points; the smallest print in real documents is 4
_UNPAINTED = (3, 7)  # text rendering modes, ISO 32000-1 table 106
_FAINT = 48  # of 255, at 72 dpi: less contrast than that is worth a second look
_OFF_COLOUR = 110  # of 255: the darkest (lightest) pixel is that far from the colour of the type
_CHANGE = 24  # of 255, in any channel at 108 dpi: less is not seen (about #E7E7E7 on white)
_MOST_PIXELS = 1_200_000  # of the first look; A4 at 72 dpi has half a million
_CLOSE = 1.5  # times 72 dpi: the second look
_MOST_PIXELS_CLOSE = 2_500_000  # of it; A4 has 1.1 million
_CELL = 6.0  # points: how finely the page is divided to find words upon words
_BEYOND_LATIN = "\u024f"  # PDFium brings fonts up to here; other scripts it draws only from embedded ones


def look(page: pypdfium2.PdfPage, view: View, *, scale: float, most_pixels: int, colour: bool) -> Image.Image:
    """A picture of the page, clamped: page sizes up to 1e9 points exist."""
    width, height = max(view.width, 0.01), max(view.height, 0.01)
    scale = min(scale, math.sqrt(most_pixels / (width * height)), 8_000 / max(width, height))
    bitmap = page.render(scale=scale, grayscale=not colour, may_draw_forms=False)
    picture: Image.Image = bitmap.to_pil()
    return picture


def find(page: pypdfium2.PdfPage, view: View, words: list[Word], on_page: Drawn) -> set[int]:
    """Indices of the words that cannot be seen."""
    hidden = {i for i, word in enumerate(words) if _surely_hidden(word, view)}
    picture = look(page, view, scale=1.0, most_pixels=_MOST_PIXELS, colour=False)
    upon_others = set(_upon_others(words))
    suspects = [
        i
        for i, word in enumerate(words)
        if i not in hidden
        and _can_be_judged(word)
        and (
            i in upon_others or _in_picture(word.box, on_page.images) or not _stands_out(word, picture, view)
        )
    ]
    if suspects:
        hidden |= _unseen(page, view, words, suspects)
    return hidden


def _surely_hidden(word: Word, view: View) -> bool:
    run, box = word.run, word.box
    middle = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    return (
        run.mode in _UNPAINTED
        or run.alpha == 0
        or run.size < _TINY
        or not Box(0, 0, view.width, view.height).holds(*middle)
    )


def _can_be_judged(word: Word) -> bool:
    """Dots, dashes and icons paint too little; a script without a font here paints nothing at all."""
    if not any(map(str.isalnum, word.text)):
        return False
    return word.run.embedded or max(word.text) <= _BEYOND_LATIN


def _stands_out(word: Word, picture: Image.Image, view: View) -> bool:
    extrema: Any = picture.crop(_pixels(word.box, picture, view)).getextrema()
    darkest, lightest = extrema  # of one channel: the picture is grey
    if lightest - darkest < _FAINT:
        return False
    return bool(min(abs(word.run.light - darkest), abs(word.run.light - lightest)) < _OFF_COLOUR)


def _pixels(box: Box, picture: Image.Image, view: View) -> tuple[int, int, int, int]:
    across, down = picture.width / max(view.width, 0.01), picture.height / max(view.height, 0.01)
    left = min(max(int(box.left * across), 0), picture.width - 1)
    top = min(max(int(box.top * down), 0), picture.height - 1)
    right = min(max(math.ceil(box.right * across), left + 1), picture.width)
    bottom = min(max(math.ceil(box.bottom * down), top + 1), picture.height)
    return left, top, right, bottom


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
    whole = look(page, view, scale=_CLOSE, most_pixels=_MOST_PIXELS_CLOSE, colour=True)
    unseen: set[int] = set()
    for group in _apart(words, suspects):
        runs = {id(words[i].run): words[i].run for i in group}.values()
        for run in runs:
            pdfium.FPDFPageObj_SetIsActive(run.raw, False)
        without = look(page, view, scale=_CLOSE, most_pixels=_MOST_PIXELS_CLOSE, colour=True)
        for run in runs:
            pdfium.FPDFPageObj_SetIsActive(run.raw, True)
        difference = ImageChops.difference(whole, without)
        unseen.update(i for i in group if not _changed(difference, _pixels(words[i].box, difference, view)))
    return unseen


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
