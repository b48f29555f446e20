"""Whether all adds up, what mends it, and a copy: `status`, `repair` and `backup`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intake.cli import options


def status(
    ctx: typer.Context,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object; its form is in intake/commands/status/__init__.py."),
    ] = False,
    whole: Annotated[
        bool, typer.Option("--all", help="Compare every mail, case and file now; otherwise done once a day.")
    ] = False,
    config: options.Config = None,
) -> None:
    """Where every message stands, and whether all adds up. 1 when something needs a person."""
    from intake.commands import status as telling

    raise typer.Exit(telling.run(options.folder(ctx), as_json=as_json, whole=whole))


def backup(
    ctx: typer.Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A new tar file, readable for you alone.")],
    config: options.Config = None,
) -> None:
    """Copy the ledger and the keys into one file, also while the worker runs."""
    from intake import settings, wiring
    from intake.commands import backup as copying

    folder = options.folder(ctx)
    raise typer.Exit(copying.run(wiring.Site(config=folder, settings=settings.load(folder)), target))


def repair(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be mended.")] = False,
    config: options.Config = None,
) -> None:
    """Mend what `intake status --all` finds, where that takes no guessing. 1 when something is left for a person.

    Nothing is overwritten, no file of a person is removed, and nobody is answered.
    """
    from intake.commands import repairing

    raise typer.Exit(repairing.run(options.installation(ctx), dry_run=dry_run))
