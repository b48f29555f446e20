"""How commands talk to people: results to stdout, everything else to stderr.

Text that comes from a mail is cleaned before it is shown: a terminal obeys control characters.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from intake import wiring
from intake.journey import moments, names
from intake.ports import Ledger

OK, FAILED, USAGE, TRY_LATER = 0, 1, 2, 75  # 75: EX_TEMPFAIL of sysexits(3)


def say(text: str = "") -> None:
    """A line of the result."""
    typer.echo(text)


def complain(text: str) -> None:
    """A line beside the result: what went wrong, or what is being done."""
    typer.echo(text, err=True)


def table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """A table on stdout; what it holds is shown as it is, never as markup."""
    made = Table(box=box.SIMPLE, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(names.clean(cell)) for cell in row))
    # A pipe has no width of its own: there no row is broken.
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False).print(made)


def lines(text: str) -> str:
    """A text of several lines, each cleaned."""
    return "\n".join(names.clean(line) for line in text.splitlines())


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """A time in words, with its zone; "never" for None."""
    return moments.said(at.astimezone(zone), "en") if at else "never"


def now() -> datetime:
    return datetime.now(UTC)


def who() -> str:
    """The login name of the person at the keyboard, for the history of a case."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run as a user without a name
        return f"user {os.getuid()}"


@contextmanager
def ledger(site: wiring.Site) -> Iterator[Ledger | None]:
    """The ledger, or None where no worker has made one yet: looking makes none."""
    if not wiring.has_ledger(site):
        yield None
        return
    opened = wiring.open_ledger(site)
    try:
        yield opened
    finally:
        opened.close()
