"""One text, two alternatives: the words of a reply as wrapped plain text and as accessible HTML.

A leaf: ``reply`` uses it. The text has a small markup, which the templates explain to admins:
"# " heading, "## " heading of a section, "- " list, "#. " numbered list, "| " a line that stays a line;
blank lines part paragraphs, and everything else is prose whose line ends mean nothing.
"""

from __future__ import annotations

import functools
import html
import itertools
import re
import textwrap
from collections.abc import Callable, Iterator
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
# Each mark, with what is left of it where nothing follows; "#. " and "## " before "# ".
_MARKS = tuple(
    (shape, shape.value, shape.value.rstrip())
    for shape in (Shape.NUMBERS, Shape.SECTION, Shape.HEADING, Shape.BULLETS, Shape.LINES)
)
_BARE = {shape: bare for shape, _, bare in _MARKS}
_BEGIN_MARKS = frozenset(bare[0] for _, _, bare in _MARKS)


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
    return _plain(blocks(text))


def page(text: str, *, language: Language, title: str, links: tuple[str, ...] = ()) -> str:
    """An HTML document of the same words: every character of the text is escaped.

    links: addresses of ours (http, https or mail) that become links wherever the text has them.
    Language, title and headings are set (WCAG 2.1: 3.1.1, 2.4.2, 1.3.1); contrast is 12:1 and more.
    """
    return _page(blocks(text), language, title, links)


def both(text: str, *, language: Language, title: str, links: tuple[str, ...] = ()) -> tuple[str, str]:
    """``plain`` and ``page`` of a text that is taken apart once."""
    parts = blocks(text)
    return _plain(parts), _page(parts, language, title, links)


def _plain(parts: tuple[Block, ...]) -> str:
    return "\n\n".join(map(_plain_block, parts)) + "\n"


def _page(parts: tuple[Block, ...], language: Language, title: str, links: tuple[str, ...]) -> str:
    linked = _linking(links)
    body = "\n".join(_html_block(block, linked) for block in parts)
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
    if line[0] in _BEGIN_MARKS:
        for shape, mark, bare in _MARKS:
            if line.startswith(mark) or line == bare:
                return shape
    return before if before in _LISTS and before is not None else Shape.PROSE


def _items(shape: Shape, lines: list[str]) -> tuple[str, ...]:
    if shape is Shape.PROSE:
        return (" ".join(lines),)
    items: list[str] = []
    bare = _BARE[shape]
    for line in lines:
        if line.startswith(bare + " ") or line == bare:
            items.append(line.removeprefix(bare).strip())
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
    words, indent = text.split(), " " * len(mark)
    if " ".join(words) != text:  # with blanks of other kinds, some of which stay
        return textwrap.fill(text, width=WIDTH, initial_indent=mark, subsequent_indent=indent,
                             break_long_words=False, break_on_hyphens=False)  # fmt: skip
    if not words or len(mark) + len(text) <= WIDTH:
        return mark + text if words else ""
    # The same as textwrap does where single blanks part the words, in a tenth of its time.
    lines, line = [], mark + words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) <= WIDTH:
            line += " " + word
        else:
            lines.append(line)
            line = indent + word
    return "\n".join([*lines, line])


def _html_block(block: Block, linked: Callable[[str], str]) -> str:
    items = [linked(html.escape(item)) for item in block.items]
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


@functools.lru_cache(maxsize=64)  # the addresses are ours: the same ones in nearly every reply
def _linking(links: tuple[str, ...]) -> Callable[[str], str]:
    """What makes links of our own addresses in escaped text; the longest first, since one may begin another."""
    targets = {html.escape(link) for link in links if re.match(r"https?://|[^\s@]+@[^\s@]+$", link)}
    if not targets:
        return str
    pattern = "|".join(re.escape(target) for target in sorted(targets, key=len, reverse=True))
    return functools.partial(re.compile(pattern).sub, _anchor)


def _anchor(hit: re.Match[str]) -> str:
    target = hit.group()
    address = target if target.startswith("http") else f"mailto:{target}"
    return f'<a style="color: #0b4a8f" href="{address}">{target}</a>'
