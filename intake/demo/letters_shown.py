"""What the demo shows of its results besides the table: replies as applicants see them, and the folders."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

from rich import box
from rich.panel import Panel
from rich.text import Text
from rich.tree import Tree

from intake.demo import table

_SHOWN_HEADER = ("From", "To", "Subject", "Date")
_SHOWN_KINDS = ("acknowledgement", "correction")


def chosen(rows: Sequence[table.Row]) -> list[table.Answer]:
    """The first acknowledgement and the first correction that reached an applicant."""
    answers = [answer for row in rows for answer in row.answers]
    found = (next((one for one in answers if one.kind == kind), None) for kind in _SHOWN_KINDS)
    return [answer for answer in found if answer]


def letter(answer: table.Answer) -> Panel:
    """One reply as a reader of plain text sees it."""
    return Panel(
        Text(as_seen(answer.mail)), title=f"{answer.kind}, as the applicant sees it", box=box.ROUNDED
    )


def as_seen(mail: EmailMessage) -> str:
    """The header fields that mail programs show, and the plain text."""
    header = "\n".join(f"{name}: {mail[name]}" for name in _SHOWN_HEADER if mail[name])
    return f"{header}\n\n{table.plain_text(mail).rstrip()}"


def folders(root: Path, title: str) -> Tree:
    """The folders and files under ``root``."""
    tree = Tree(Text(title), guide_style="dim")
    _grow(tree, root)
    return tree


def _grow(tree: Tree, folder: Path) -> None:
    for path in sorted(folder.iterdir(), key=lambda path: (path.is_file(), path.name.casefold())):
        if path.is_dir():
            _grow(tree.add(Text(f"{path.name}/")), path)
        else:
            tree.add(Text(path.name, style="dim"))
