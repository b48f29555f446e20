"""The worker, taking in older mails, and the demo that shows the whole journey."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from intake.cli import options

_Log = Annotated[Literal["auto", "json", "console"], typer.Option(help="Form of the log on stderr.")]


def demo(
    keep_running: Annotated[
        bool,
        typer.Option(
            "--keep-running", help="Leave servers and worker up, to look around with a mail client."
        ),
    ] = False,
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the demo; a former demo in it is replaced.")
    ] = Path("demo-out"),
) -> None:
    """The whole journey on embedded mail servers with sample mails; no account needed."""
    try:
        from intake.demo import show
    except ModuleNotFoundError as exc:
        if (exc.name or "").startswith("intake"):
            raise
        typer.echo(
            f"The demo needs {exc.name}. Install it with: pip install 'open-positions-intake[demo]'", err=True
        )
        raise typer.Exit(1) from exc
    raise typer.Exit(show.run(out, keep_running))


def run(
    ctx: typer.Context,
    once: Annotated[
        bool, typer.Option("--once", help="One look into every mailbox, then end (75: not reached).")
    ] = False,
    log: _Log = "auto",
    config: options.Config = None,
) -> None:
    """The worker: reads the mailbox, files, answers. Ends cleanly on SIGTERM and Ctrl-C."""
    from intake import wiring
    from intake.commands import working

    raise typer.Exit(working.run(wiring.load(options.folder(ctx)), once=once, style=log))


def poll(ctx: typer.Context, log: _Log = "auto", config: options.Config = None) -> None:
    """With a ledger on PostgreSQL: finds what is new, for any number of `intake work` to carry. There is one."""
    from intake import wiring
    from intake.commands import working

    raise typer.Exit(working.poll(wiring.load(options.folder(ctx)), style=log))


def work(ctx: typer.Context, log: _Log = "auto", config: options.Config = None) -> None:
    """With a ledger on PostgreSQL: carries what `intake poll` finds. As many as you like, on any host."""
    from intake import wiring
    from intake.commands import working

    raise typer.Exit(working.work(wiring.load(options.folder(ctx)), style=log))


def adopt(
    ctx: typer.Context,
    since: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Arrived on or after this day."),
    ],
    mailbox: Annotated[str, typer.Option(metavar="NAME", help="Needed where there are several.")] = "",
    replies: Annotated[bool, typer.Option("--replies/--no-replies", help="Answer them as well.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait up to a minute for a running worker to do it.")
    ] = False,
    config: options.Config = None,
) -> None:
    """Take in mails that lay in the mailbox before the worker's first start."""
    from intake import wiring
    from intake.commands import working

    chosen = wiring.load(options.folder(ctx))
    raise typer.Exit(working.adopt(chosen, since=since.date(), mailbox=mailbox, replies=replies, wait=wait))
