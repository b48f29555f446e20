"""`intake config`: the configuration."""

from __future__ import annotations

import typer

from intake.cli import options

app = options.group("The configuration.")
app.callback()(options.with_config)


@app.command("check")
def config_check(ctx: typer.Context, config: options.Config = None) -> None:
    """Every problem at once, with file, line and a suggestion. 0 OK (warnings on stderr), 2 problems."""
    from intake.commands import configcheck

    raise typer.Exit(configcheck.run(options.folder(ctx)))
