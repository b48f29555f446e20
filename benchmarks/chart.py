"""The bar chart of the README: how long each way takes for the same mails, as ratios to the floor of that run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

_SCALE = 2  # drawn twice as large as it is shown
_WIDTH, _LEFT, _RIGHT = 860, 250, 150
_BAR, _GAP, _BLOCK, _TOP = 22, 8, 22, 58
_GROUND, _INK, _FAINT = (
    "#ffffff",
    "#1f2328",
    "#59636e",
)  # a ground of its own, so that it is read on dark pages too
_COLOURS = {"floor": "#8c959f", "intake": "#0969da", "script": "#bc4c00"}


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One way through one set of mails. kind: of ``_COLOURS``; seconds for all mails of the set."""

    kind: str
    name: str
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Block:
    """One set of mails, its floor first."""

    title: str
    bars: tuple[Bar, ...]


def draw(blocks: Sequence[Block], path: Path) -> None:
    """Write the chart. Lengths are seconds on one scale for all blocks; words say ratio and seconds."""
    lines = sum(len(block.bars) for block in blocks)
    height = _TOP + len(blocks) * (30 + _BLOCK) + lines * (_BAR + _GAP) + 12
    picture = Image.new("RGB", (_WIDTH * _SCALE, height * _SCALE), _GROUND)
    pen = ImageDraw.Draw(picture)
    _words(pen, 20, 16, "Seconds for the same mails on the same server, one run", 17)
    longest = max(bar.seconds for block in blocks for bar in block.bars)
    at = _TOP
    for block in blocks:
        _words(pen, 20, at, block.title, 15)
        at += 30
        for bar in block.bars:
            _bar(pen, at, bar, block.bars[0].seconds, longest)
            at += _BAR + _GAP
        at += _BLOCK
    picture.quantize(32).save(path, optimize=True)


def _bar(pen: ImageDraw.ImageDraw, top: int, bar: Bar, floor: float, longest: float) -> None:
    length = max(2.0, (_WIDTH - _LEFT - _RIGHT) * bar.seconds / longest)
    box = tuple(round(side * _SCALE) for side in (_LEFT, top, _LEFT + length, top + _BAR))
    pen.rectangle(box, fill=_COLOURS[bar.kind])
    _words(pen, 36, top + 3, bar.name, 13)
    ratio = "" if bar.kind == "floor" else f"  {bar.seconds / floor:.1f} x"
    _words(pen, _LEFT + length + 8, top + 3, f"{bar.seconds:,.1f} s{ratio}", 13, faint=bar.kind == "floor")


def _words(
    pen: ImageDraw.ImageDraw, x: float, y: float, text: str, size: int, *, faint: bool = False
) -> None:
    font = ImageFont.load_default(size * _SCALE)
    pen.text((x * _SCALE, y * _SCALE), text, fill=_FAINT if faint else _INK, font=font)
