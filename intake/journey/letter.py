"""One text, two alternatives: the words of a reply as wrapped plain text and as accessible HTML.

A leaf: ``reply`` uses it. The text has a small markup, which the templates explain to admins:
"# " heading, "## " heading of a section, "- " list, "#. " numbered list, "| " a line that stays a line;
blank lines part paragraphs, and everything else is prose whose line ends mean nothing.
"""

from __future__ import annotations

import html
import itertools
import re
import textwrap
from collections.abc import Iterator
from enum import StrEnum

from intake.model import Language, value

WIDTH = 72  # columns: RFC 5322 2.1.1 wants at most 78, and a quotation adds "> " a few times


class Shape(StrEnum):
    """What a block is; the value is its mark in the text."""

    HEADING = "# "
    SECTION = "## "
    BULLETS = "- "
    NUMBERS = "#. "
    LINES = "| "
    PROSE = ""


_LISTS = (Shape.BULLETS, Shape.NUMBERS)


@value
class Block:
    """A heading or paragraph (one item), a list, or lines that stay lines."""

    shape: Shape
    items: tuple[str, ...]


def blocks(text: str) -> tuple[Block, ...]:
    """The blocks of a marked-up text. Lists of one kind that follow each other are one list."""
    found: list[Block] = []
    for paragraph in re.split(r"\n\s*\n", text.strip("\n")):
        for block in _paragraph(paragraph):
            continues = found and block.shape in _LISTS and found[-1].shape is block.shape
            before = found.pop().items if continues else ()
            found.append(Block(shape=block.shape, items=before + block.items))
    return tuple(found)


def plain(text: str) -> str:
    """Plain text in lines of at most WIDTH columns (a longer word, such as a link, stays whole)."""
    return "\n\n".join(_plain_block(block) for block in blocks(text)) + "\n"


def page(text: str, *, language: Language, title: str, links: tuple[str, ...] = ()) -> str:
    """An HTML document of the same words: every character of the text is escaped.

    links: addresses of ours (http, https or mail) that become links wherever the text has them.
    Language, title and headings are set (WCAG 2.1: 3.1.1, 2.4.2, 1.3.1); contrast is 12:1 and more.
    """
    body = "\n".join(_html_block(block, links) for block in blocks(text))
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{html.escape(title)}</title>\n</head>\n"
        '<body style="font-family: sans-serif; font-size: 1em; line-height: 1.5; max-width: 40em; '
        'color: #1c1c1c; background: #ffffff">\n'
        f"{body}\n</body>\n</html>\n"
    )


def _paragraph(text: str) -> Iterator[Block]:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shapes: list[Shape] = []
    for line in lines:
        shapes.append(_shape(line, before=shapes[-1] if shapes else None))
    for shape, group in itertools.groupby(zip(shapes, lines, strict=True), key=lambda pair: pair[0]):
        yield Block(shape=shape, items=_items(shape, [line for _, line in group]))


def _shape(line: str, *, before: Shape | None) -> Shape:
    """Within prose only a list may begin; within a list an unmarked line continues the item above."""
    for shape in (Shape.NUMBERS, Shape.SECTION, Shape.HEADING, Shape.BULLETS, Shape.LINES):
        if _has(line, shape):
            return shape
    return before if before in _LISTS and before is not None else Shape.PROSE


def _has(line: str, shape: Shape) -> bool:
    return line.startswith(shape.value) or line == shape.value.rstrip()


def _items(shape: Shape, lines: list[str]) -> tuple[str, ...]:
    if shape is Shape.PROSE:
        return (" ".join(lines),)
    items: list[str] = []
    for line in lines:
        if _has(line, shape):
            items.append(line.removeprefix(shape.value.rstrip()).strip())
        else:
            items[-1] += " " + line
    return tuple(items)


def _plain_block(block: Block) -> str:
    match block.shape:
        case Shape.BULLETS:
            return "\n".join(_wrapped(item, "- ") for item in block.items)
        case Shape.NUMBERS:
            return "\n".join(_wrapped(item, f"{number}. ") for number, item in enumerate(block.items, 1))
        case Shape.PROSE | Shape.HEADING | Shape.SECTION | Shape.LINES:
            return "\n".join(_wrapped(item) for item in block.items)


def _wrapped(text: str, mark: str = "") -> str:
    return textwrap.fill(
        text,
        width=WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _html_block(block: Block, links: tuple[str, ...]) -> str:
    items = [_linked(html.escape(item), links) for item in block.items]
    match block.shape:
        case Shape.HEADING:
            return "\n".join(f'<h1 style="font-size: 1.25em">{item}</h1>' for item in items)
        case Shape.SECTION:
            return "\n".join(f'<h2 style="font-size: 1.1em">{item}</h2>' for item in items)
        case Shape.BULLETS | Shape.NUMBERS:
            tag = "ul" if block.shape is Shape.BULLETS else "ol"
            return "\n".join([f"<{tag}>", *(f"<li>{item}</li>" for item in items), f"</{tag}>"])
        case Shape.PROSE | Shape.LINES:
            return "<p>" + "<br>\n".join(items) + "</p>"


def _linked(escaped: str, links: tuple[str, ...]) -> str:
    """Our own addresses as links; the longest first, since one may begin another."""
    targets = {html.escape(link): link for link in links if re.match(r"https?://|[^\s@]+@[^\s@]+$", link)}
    if not targets:
        return escaped
    pattern = "|".join(re.escape(target) for target in sorted(targets, key=len, reverse=True))
    return re.sub(pattern, lambda hit: _anchor(hit.group()), escaped)


def _anchor(target: str) -> str:
    address = target if target.startswith("http") else f"mailto:{target}"
    return f'<a style="color: #0b4a8f" href="{address}">{target}</a>'
