"""Mails and PDFs judged on demand, nothing filed: `check` and `evaluate`."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from intake.cli import options


def check(
    ctx: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help=".eml, .pdf, mbox, Maildir, or a folder of these.")
    ],
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON Lines on stdout, one object per message.")
    ] = False,
    arrived: Annotated[
        str, typer.Option(metavar="ISO", help="Arrival of every message, instead of what each tells.")
    ] = "",
    now: Annotated[str, typer.Option(metavar="ISO", help="The time to take for now.")] = "",
    reply: Annotated[bool, typer.Option("--reply", help="Show the text of each reply.")] = False,
    config: options.Config = None,
) -> None:
    """Judge mails and PDFs against the rules. Changes nothing.

    0 when all were judged, 1 when something could not be read, 2 on bad usage or configuration.
    """
    from zoneinfo import ZoneInfo

    from intake import wiring
    from intake.commands import check as checking

    chosen = wiring.load(options.folder(ctx))
    zone = ZoneInfo(chosen.settings.institution.time_zone)
    arrival, present = _moment(arrived, "--arrived", zone), _moment(now, "--now", zone) or datetime.now(UTC)
    raise typer.Exit(checking.run(chosen, paths, as_json=as_json, arrived=arrival, now=present, reply=reply))


def _moment(text: str, option: str, zone: tzinfo) -> datetime | None:
    """A time as the user gave it; without an offset it is the institution's."""
    if not text:
        return None
    try:
        read = datetime.fromisoformat(text)
        return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text!r} is no time such as 2025-11-03T10:00:00+01:00", param_hint=option
        ) from None


def evaluate(
    ctx: typer.Context,
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER", help="PDFs, each a whole application.", file_okay=False, exists=True
        ),
    ],
    truth: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What is in each of them. [FOLDER/truth.tsv]")
    ] = None,
    as_json: Annotated[
        Path | None,
        typer.Option(
            "--json",
            metavar="FILE",
            help="Write the figures and every case as JSON; - instead of the tables.",
        ),
    ] = None,
    as_html: Annotated[
        Path | None,
        typer.Option("--html", metavar="FILE", help="Write a page with every wrong case and its evidence."),
    ] = None,
    config: options.Config = None,
) -> None:
    """Measure the rules on PDFs whose content is known. Files nothing, changes nothing.

    The truth is a table with tabs and the columns file, has_letter, has_cv, has_certificates (yes or no),
    and, where known, page_labels (1:letter;2-4:cv;5:certificate), language and scan (yes, no, partly).

    What --json and --html write may quote the papers of applicants, names included. The files are for you
    alone (0600): delete them when you are done.

    0 when all were judged, 1 when a file could not be read, 2 on bad usage, configuration or truth.
    """
    from intake import wiring
    from intake.commands import evaluate as evaluating

    chosen, table = wiring.load(options.folder(ctx)), truth or folder / "truth.tsv"
    raise typer.Exit(
        evaluating.run(chosen, folder, table=table, now=datetime.now(UTC), as_json=as_json, as_html=as_html)
    )
