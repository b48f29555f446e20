"""A picture made ready for reading: an even white ground, straight lines, turned as wanted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from PIL import Image, ImageChops, ImageFilter, ImageMath

_CELLS = 60  # along the shorter side: what varies over larger distances is ground, not print
_PAPER = 45  # of the 49 points of a cell's surroundings in order of brightness: lighter than print, no glare

_SMALL = 700  # pixels of the longer side: enough to see lines of type, and 5 ms a turn
_INK = 60  # of 255: fainter than that is grain
_STEEPEST = 8  # degrees; a page that lies more askew was meant to be turned by 90
_FINEST = 0.125  # degrees: a line of type across A4 then rises by half a point
_WORTH = 1.02  # times: lines that turning makes no clearer than that are left alone

_MARGIN = 0.03  # of each side: shadows and punched holes at the edge are not print
_CELL = 4  # pixels: a stroke of type fills such a cell, a grain of dust does not
_PRINT = 190  # of 255: the mean of a cell that holds a stroke
_LEAST = 8  # cells: a single letter of 10 pt type has about so many
_AROUND = 20  # pixels left around print, which Tesseract needs to see where it ends


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A grey picture. dpi: pixels per inch of page; turned: degrees clockwise since it was painted."""

    image: Image.Image
    dpi: float
    turned: int = 0

    @classmethod
    def of(cls, pixels: bytes, width: int, height: int, dpi: float) -> Picture:
        """The picture as the parent wrote it. Raises ValueError where the pixels are not so many."""
        return cls(image=Image.frombytes("L", (width, height), pixels), dpi=dpi)

    def turn(self, degrees: int) -> Picture:
        """The same picture turned clockwise by 0, 90, 180 or 270 degrees."""
        if not degrees:
            return self
        by = {
            90: Image.Transpose.ROTATE_270,
            180: Image.Transpose.ROTATE_180,
            270: Image.Transpose.ROTATE_90,
        }
        turned = (self.turned + degrees) % 360
        return replace(self, image=self.image.transpose(by[degrees]), turned=turned)

    def magnify(self, times: int) -> Picture:
        """The same picture with so many times the pixels on each side."""
        size = (self.image.width * times, self.image.height * times)
        return replace(self, image=self.image.resize(size, Image.Resampling.BICUBIC), dpi=self.dpi * times)


def ready(picture: Picture) -> Picture:
    """The picture with an even ground and level lines."""
    return replace(picture, image=_level(_white(picture.image)))


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """Where on an evened page there is print (left, top, right, bottom), None on an empty one: dust, and what
    the edge of the paper leaves, do not count."""
    across, down = (round(side * _MARGIN) for side in image.size)
    inner = image.crop((across, down, image.width - across, image.height - down))
    cells = inner.reduce(_CELL).point(lambda light: 255 if light < _PRINT else 0)
    box = cells.getbbox()
    if box is None or cells.histogram()[255] < _LEAST:
        return None
    left, top, right, bottom = (side * _CELL for side in box)
    return (
        max(0, left + across - _AROUND),
        max(0, top + down - _AROUND),
        min(image.width, right + across + _AROUND),
        min(image.height, bottom + down + _AROUND),
    )


def densest(image: Image.Image, share: float) -> Image.Image:
    """The band across the whole width, ``share`` of the height, that holds most print."""
    high = max(1, round(image.height * share))
    step = max(1, high // 4)
    ink = _rows(ImageChops.invert(image).point(_above_grain))
    tops = range(0, image.height - high + 1, step)
    top = max(tops, key=lambda at: sum(ink[at : at + high]))
    return image.crop((0, top, image.width, top + high))


def _white(image: Image.Image) -> Image.Image:
    """Each point divided by the paper around it: grey scans, yellow paper and the shadow of a hand go."""
    cell = max(1, min(image.size) // _CELLS)
    paper = image.reduce(cell).filter(ImageFilter.MaxFilter(3)).filter(ImageFilter.RankFilter(7, _PAPER))
    paper = paper.filter(ImageFilter.GaussianBlur(2)).resize(image.size, Image.Resampling.BILINEAR)
    evened: Image.Image = ImageMath.lambda_eval(
        lambda given: given["convert"](
            given["min"](given["image"] * 255 / given["max"](given["paper"], 1), 255), "L"
        ),
        image=image,
        paper=paper,
    )
    return evened


def _level(image: Image.Image) -> Image.Image:
    """Turned by the angle at which rows (or, of a page on its side, columns) alternate most sharply between
    print and gap."""
    ink = ImageChops.invert(image.reduce(max(1, round(max(image.size) / _SMALL)))).point(_above_grain)
    sharpness = {0.0: _sharpness(ink, 0.0)}

    def best(angles: list[float]) -> float:
        sharpness.update({angle: _sharpness(ink, angle) for angle in angles if angle not in sharpness})
        return max(angles, key=lambda angle: sharpness[angle])

    angle = best([float(angle) for angle in range(-_STEEPEST, _STEEPEST + 1)])
    step = 0.5
    while step >= _FINEST:
        angle = best([angle - step, angle, angle + step])
        step /= 2
    if not angle or sharpness[angle] < _WORTH * sharpness[0.0]:
        return image
    return image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)


def _sharpness(ink: Image.Image, angle: float) -> float:
    turned = ink.rotate(angle, Image.Resampling.BILINEAR, fillcolor=0) if angle else ink
    sideways = turned.transpose(Image.Transpose.ROTATE_90)
    return max(_contrast(_rows(turned)), _contrast(_rows(sideways)))


def _contrast(brightness: list[int]) -> float:
    return sum((one - other) ** 2 for one, other in pairwise(brightness)) / len(brightness)


def _rows(image: Image.Image) -> list[int]:
    """The mean brightness of each row."""
    return list(image.resize((1, image.height), Image.Resampling.BOX).tobytes())


def _above_grain(light: int) -> int:
    return light if light >= _INK else 0
