"""`intake case`: one case, and what a person decides about it."""

from __future__ import annotations

from typing import Annotated

import typer

from intake.cli import options

app = options.group(
    "One case: show it, decide about it, note something.", subcommand_metavar="COMMAND [ARGS]..."
)

Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; recorded with the decision.")]


@app.callback()
def case(
    number: Annotated[str, typer.Argument(metavar="ID", help="As in the folder's name, such as K7Q2.")],
    config: options.Config = None,
) -> None:
    """One case: show it, decide about it, note something. A decision is recorded with your login name."""


def _case(ctx: typer.Context) -> str:
    assert ctx.parent is not None
    return str(ctx.parent.params["number"])


@app.command("show")
def case_show(ctx: typer.Context, config: options.Config = None) -> None:
    """Everything known of it: documents, problems, replies, history, where it lies."""
    from intake.commands import desk

    raise typer.Exit(desk.case(options.installation(ctx), _case(ctx)))


@app.command("accept")
def case_accept(ctx: typer.Context, note: Note = "", config: options.Config = None) -> None:
    """It is complete in form: file it under its positions and acknowledge it, once."""
    _decide(ctx, "accept", note=note)


@app.command("ask")
def case_ask(ctx: typer.Context, note: Note = "", config: options.Config = None) -> None:
    """Ask the applicant to mend the problems that were found."""
    _decide(ctx, "ask", note=note)


@app.command("position")
def case_position(
    ctx: typer.Context,
    positions: Annotated[list[str], typer.Argument(metavar="POSITION...", help="Ids of positions.toml.")],
    note: Note = "",
    config: options.Config = None,
) -> None:
    """It is for these positions."""
    _decide(ctx, "position", positions=tuple(positions), note=note)


@app.command("withdraw")
def case_withdraw(ctx: typer.Context, note: Note = "", config: options.Config = None) -> None:
    """The applicant takes it back: confirmed. Its folder goes to _Withdrawn, and nothing is deleted."""
    _decide(ctx, "withdraw", note=note)


@app.command("close")
def case_close(ctx: typer.Context, note: Note = "", config: options.Config = None) -> None:
    """A person is done with it. Its folder stays."""
    _decide(ctx, "close", note=note)


@app.command("note")
def case_note(
    ctx: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="TEXT")],
    config: options.Config = None,
) -> None:
    """Add a line to its history."""
    from intake.commands import desk

    raise typer.Exit(desk.remark(options.installation(ctx), _case(ctx), " ".join(text)))


def _decide(ctx: typer.Context, wish: str, *, positions: tuple[str, ...] = (), note: str = "") -> None:
    from intake.commands import desk

    raise typer.Exit(desk.decide(options.installation(ctx), _case(ctx), wish, positions=positions, note=note))
