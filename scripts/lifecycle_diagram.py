"""Writes the state diagrams of docs/design.md from the tables of ``intake.journey.lifecycle``.

    python scripts/lifecycle_diagram.py [--check] [FILE]

The diagrams stand between two marks in the file. With ``--check`` nothing is written, and the exit
status is 1 when the file does not show the tables as they are.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from intake.journey import lifecycle

BEGIN = "<!-- lifecycle: written by scripts/lifecycle_diagram.py -->"
END = "<!-- /lifecycle -->"
_State = TypeVar("_State", bound=StrEnum)
_Event = TypeVar("_Event", bound=StrEnum)
PAGE = Path(__file__).resolve().parent.parent / "docs" / "design.md"


def diagrams() -> str:
    """Both diagrams as Markdown, for between the marks."""
    message = diagram(lifecycle.MESSAGE, starts=(lifecycle.MessageState.BEFORE, lifecycle.MessageState.FOUND))
    reply = diagram(lifecycle.REPLY, starts=(lifecycle.ReplyState.HELD, lifecycle.ReplyState.QUEUED))
    return f"A message:\n\n{message}\n\nA reply:\n\n{reply}\n"


def diagram(table: Mapping[tuple[_State, _Event], _State], *, starts: tuple[_State, ...]) -> str:
    """One table as a Mermaid state diagram. Where nothing leads out, it ends."""
    moves = [f"    {_name(a)} --> {_name(b)}: {event.value}" for (a, event), b in table.items()]
    begins = [f"    [*] --> {_name(state)}" for state in starts]
    ends = [f"    {_name(state)} --> [*]" for state in dict.fromkeys(table.values()) if _final(table, state)]
    states = dict.fromkeys([*starts, *(a for a, _ in table), *table.values()])
    names = [f"    {_name(state)}: {state.value}" for state in states if _name(state) != state.value]
    return "\n".join(["```mermaid", "stateDiagram-v2", *names, *begins, *moves, *ends, "```"])


def _final(table: Mapping[tuple[_State, _Event], _State], state: _State) -> bool:
    return all(start != state for start, _ in table)


def _name(state: StrEnum) -> str:
    return state.value.replace("-", "_")  # Mermaid takes no hyphen in an identifier


def renewed(text: str) -> str:
    """The page with the diagrams as they should be. ValueError when a mark is missing."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the marks {BEGIN!r} and {END!r} are not both there")
    return f"{before}{BEGIN}\n\n{diagrams()}\n{END}{after}"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument("file", nargs="?", type=Path, default=PAGE)
    options = parser.parse_args(arguments)
    try:
        text = options.file.read_text(encoding="utf-8")
        wanted = renewed(text)
    except (OSError, ValueError) as exc:
        print(f"{options.file}: {exc}", file=sys.stderr)
        return 2
    if options.check and text != wanted:
        print(f"{options.file}: the diagrams are out of date; run this without --check", file=sys.stderr)
        return 1
    if text != wanted:
        options.file.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
