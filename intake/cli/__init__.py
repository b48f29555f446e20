"""The command line. One function per command; what each does is in ``intake.commands``.

Exit status of every command: 0 done, 1 something could not be done or needs a person, 2 bad usage or
configuration (nothing was started), 75 try again later.

``running``, ``judging`` and ``keeping`` hold the commands; each other module but ``options`` holds a group.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

import intake
from intake.cli import case, config, judging, keeping, options, outbox, parked, running
from intake.errors import ConfigError, IntakeError, Transient

# What they carry out is imported when they run: `intake --help` need not load a database.


class _Explaining(TyperGroup):
    """Expected errors are told in words, without a traceback. What is not expected is a bug and keeps its own."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except ConfigError as exc:
            for problem in exc.problems:
                typer.echo(str(problem), err=True)
            typer.echo("Nothing was started. `intake config check` shows all problems.", err=True)
            raise typer.Exit(2) from exc
        except Transient as exc:
            typer.echo(f"It cannot be done now: {exc}. Nothing was changed; try again in a moment.", err=True)
            raise typer.Exit(75) from exc
        except IntakeError as exc:
            typer.echo(str(exc), err=True)
            raise typer.Exit(1) from exc


app = options.group(
    "Reads applications from a mailbox, files them by position and answers the applicants.",
    cls=_Explaining,
    pretty_exceptions_enable=False,
)
# Help lists them in this order.
for _command in (
    running.demo,
    running.run,
    running.poll,
    running.work,
    running.adopt,
    judging.check,
    judging.evaluate,
    keeping.status,
    keeping.backup,
    keeping.repair,
):
    app.command()(_command)
app.add_typer(config.app, name="config")
app.add_typer(outbox.app, name="outbox")
app.add_typer(case.app, name="case")
app.add_typer(parked.app, name="parked")


def main() -> None:
    """The program ``intake``."""
    app(prog_name="intake")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"intake {intake.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    config: options.Config = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass
