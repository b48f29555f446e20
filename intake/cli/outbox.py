"""`intake outbox`: replies that have not left for certain."""

from __future__ import annotations

from typing import Annotated

import typer

from intake.cli import options

app = options.group("Replies that have not left for certain: read, release or drop them.")
app.callback()(options.with_config)

Replies = Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers of `intake outbox list`.")]


@app.command("list")
def outbox_list(ctx: typer.Context, config: options.Config = None) -> None:
    """Every reply that has not left for certain."""
    from intake.commands import desk

    raise typer.Exit(desk.outbox(options.installation(ctx)))


@app.command("show")
def outbox_show(
    ctx: typer.Context, number: Annotated[int, typer.Argument(metavar="ID")], config: options.Config = None
) -> None:
    """One reply as it would leave."""
    from intake.commands import desk

    raise typer.Exit(desk.show(options.installation(ctx), number))


@app.command("release")
def outbox_release(
    ctx: typer.Context,
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="ID...", help="Numbers of `intake outbox list`.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that are held.")] = False,
    config: options.Config = None,
) -> None:
    """Send replies: held ones, and failed or unknown ones once more."""
    from intake.commands import desk

    if bool(numbers) == every:
        raise typer.BadParameter("name replies by their IDs, or say --all", param_hint="ID...")
    raise typer.Exit(desk.release(options.installation(ctx), numbers or ()))


@app.command("drop")
def outbox_drop(ctx: typer.Context, numbers: Replies, config: options.Config = None) -> None:
    """Never send these replies."""
    from intake.commands import desk

    raise typer.Exit(desk.drop(options.installation(ctx), numbers))
