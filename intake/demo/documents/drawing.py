"""What makes paper look official: borders, seals, signatures, crests and the place of a photograph."""

from __future__ import annotations

import math
from random import Random

from reportlab.lib.colors import Color, white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from intake.demo.documents import sheet

INK = sheet.colour("#1b2a6b")
GOLD = sheet.colour("#9a7b2f")
GREY = sheet.colour("#6d7278")


def seal(
    canvas: Canvas, x: float, y: float, *, text: str, tint: Color = GOLD, radius: float = 15 * mm
) -> None:
    """An embossed seal: a toothed rim, two rings, the issuer's name around and a star inside."""
    canvas.saveState()
    canvas.setStrokeColor(tint)
    canvas.setFillColor(tint)
    canvas.setLineWidth(0.8)
    _rim(canvas, x, y, radius)
    canvas.circle(x, y, radius * 0.92)
    canvas.circle(x, y, radius * 0.62)
    _around(canvas, x, y, radius=radius * 0.72, text=text.upper())
    _star(canvas, x, y, radius * 0.45)
    canvas.restoreState()


def signature(canvas: Canvas, x: float, y: float, *, name: str, width: float = 42 * mm) -> None:
    """A scribble that looks like this name's and no other: the same name always signs alike."""
    chance = Random(name)  # an ornament, not a secret
    strokes = max(4, min(len(name) // 2, 9))
    step = width / strokes
    path = canvas.beginPath()
    path.moveTo(x, y)
    for index in range(strokes):
        reach = step * (index + 1)
        heights = [chance.uniform(-2.5, 6.5) * mm / (1 + index * 0.15) for _ in range(2)]
        path.curveTo(
            x + reach - step * 1.4, y + heights[0], x + reach + step * 0.5, y + heights[1],
            x + reach, y + chance.uniform(-0.8, 1.2) * mm,
        )  # fmt: skip
    canvas.saveState()
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(1.1)
    canvas.setLineCap(1)
    canvas.drawPath(path)
    canvas.restoreState()


def signature_line(canvas: Canvas, x: float, y: float, *, name: str, role: str) -> None:
    """A signed line with the name and the office below."""
    signature(canvas, x + 4 * mm, y + 2 * mm, name=name)
    canvas.saveState()
    canvas.setLineWidth(0.5)
    canvas.line(x, y, x + 58 * mm, y)
    canvas.setFont("Times-Roman", 10)
    canvas.drawString(x, y - 4.5 * mm, name)
    canvas.setFont("Times-Italic", 9)
    canvas.drawString(x, y - 8.8 * mm, role)
    canvas.restoreState()


def frame(canvas: Canvas, *, tint: Color = GOLD, inset: float = 11 * mm) -> None:
    """A double border with little squares in the corners, as on certificates."""
    canvas.saveState()
    canvas.setStrokeColor(tint)
    for offset, weight in ((0.0, 2.2), (2.2 * mm, 0.6)):
        edge = inset + offset
        canvas.setLineWidth(weight)
        canvas.rect(edge, edge, sheet.WIDTH - 2 * edge, sheet.HEIGHT - 2 * edge)
    canvas.setFillColor(tint)
    for x in (inset, sheet.WIDTH - inset):
        for y in (inset, sheet.HEIGHT - inset):
            canvas.rect(x - 2 * mm, y - 2 * mm, 4 * mm, 4 * mm, stroke=0, fill=1)
    canvas.restoreState()


def crest(canvas: Canvas, x: float, y: float, *, tint: Color = INK, size: float = 16 * mm) -> None:
    """A university's shield with three bars."""
    canvas.saveState()
    canvas.setFillColor(tint)
    path = canvas.beginPath()
    path.moveTo(x - size / 2, y + size / 2)
    path.lineTo(x + size / 2, y + size / 2)
    path.lineTo(x + size / 2, y - size * 0.05)
    path.curveTo(x + size / 2, y - size * 0.45, x, y - size * 0.6, x, y - size * 0.68)
    path.curveTo(x, y - size * 0.6, x - size / 2, y - size * 0.45, x - size / 2, y - size * 0.05)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.setFillColor(white)
    for level in (0.28, 0.06, -0.16):
        canvas.rect(x - size * 0.3, y + size * level, size * 0.6, size * 0.09, stroke=0, fill=1)
    canvas.restoreState()


def photograph(canvas: Canvas, x: float, y: float, *, width: float = 32 * mm) -> None:
    """A grey silhouette where German CVs carry the photograph."""
    height = width * 1.3
    canvas.saveState()
    canvas.setFillColor(sheet.colour("#dfe3e8"))
    canvas.rect(x, y, width, height, stroke=0, fill=1)
    canvas.setFillColor(sheet.colour("#9aa3ad"))
    canvas.circle(x + width / 2, y + height * 0.6, width * 0.2, stroke=0, fill=1)
    clip = canvas.beginPath()
    clip.rect(x, y, width, height)
    canvas.clipPath(clip, stroke=0, fill=0)
    canvas.ellipse(x + width * 0.14, y - height * 0.25, x + width * 0.86, y + height * 0.34, stroke=0, fill=1)
    canvas.restoreState()


def _rim(canvas: Canvas, x: float, y: float, radius: float, teeth: int = 48) -> None:
    for tooth in range(teeth):
        angle = 2 * math.pi * tooth / teeth
        start, end = radius * 0.96, radius * 1.05
        canvas.line(
            x + start * math.cos(angle), y + start * math.sin(angle),
            x + end * math.cos(angle), y + end * math.sin(angle),
        )  # fmt: skip


def _around(canvas: Canvas, x: float, y: float, *, radius: float, text: str) -> None:
    """Letters along the circle, clockwise from the left, closed by a star."""
    letters = f"{text} * "
    size = min(7.0, 2 * math.pi * radius / len(letters) * 1.15)
    for index, letter in enumerate(letters):
        canvas.saveState()
        canvas.translate(x, y)
        canvas.rotate(90 - 360 * index / len(letters))
        canvas.setFont("Helvetica-Bold", size)
        canvas.drawCentredString(0, radius, letter)
        canvas.restoreState()


def _star(canvas: Canvas, x: float, y: float, radius: float) -> None:
    path = canvas.beginPath()
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.42
        angle = math.pi / 2 + math.pi * corner / 5
        point = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        path.lineTo(*point) if corner else path.moveTo(*point)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
