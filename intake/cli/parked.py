"""`intake parked`: messages that broke a step too often."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from intake.cli import options

app = options.group(
    "Messages that broke a step too often: look at them, send them on their way, export them."
)
app.callback()(options.with_config)

Parked = Annotated[str, typer.Argument(metavar="CASE", help="As in `intake parked list`.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="For programs; the keys are in intake/commands/parked.py.")
]


@app.command("list")
def parked_list(ctx: typer.Context, as_json: AsJson = False, config: options.Config = None) -> None:
    """Every message that broke a step too often."""
    from intake.commands import parked as parking

    raise typer.Exit(parking.every(options.installation(ctx), as_json=as_json))


@app.command("show")
def parked_show(
    ctx: typer.Context, number: Parked, as_json: AsJson = False, config: options.Config = None
) -> None:
    """What happened, where it lies, and what to do next."""
    from intake.commands import parked as parking

    raise typer.Exit(parking.show(options.installation(ctx), number, as_json=as_json))


@app.command("retry")
def parked_retry(ctx: typer.Context, number: Parked, config: options.Config = None) -> None:
    """Send it on its way again, from the step that broke."""
    from intake.commands import parked as parking

    raise typer.Exit(parking.retry(options.installation(ctx), number))


@app.command("export")
def parked_export(
    ctx: typer.Context,
    number: Parked,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, made readable for you alone.")],
    config: options.Config = None,
) -> None:
    """Write the mail as it came."""
    from intake.commands import parked as parking

    raise typer.Exit(parking.export(options.installation(ctx), number, target))
