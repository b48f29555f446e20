"""What commands share: how a group looks, --config, and the installation that they work on."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

_EPILOG = (
    "Exit status: 0 done; 1 something could not be done or needs a person; "
    "2 bad usage or configuration, and nothing was started; 75 try again later."
)

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="DIR", help="The configuration folder. [$INTAKE_CONFIG, else ./config]"),
]


def group(about: str, **settings: Any) -> typer.Typer:
    """A group of commands that tells the exit statuses below its help."""
    return typer.Typer(
        help=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        epilog=_EPILOG,
        **settings,
    )


def with_config(config: Config = None) -> None:
    """The callback of a group that takes --config before its command as well."""


def folder(ctx: typer.Context) -> Path:
    """--config of this command or of one above it, else $INTAKE_CONFIG, else ./config."""
    here: Any = ctx
    while here is not None:
        if given := here.params.get("config"):
            return Path(given)
        here = here.parent
    return Path(os.environ.get("INTAKE_CONFIG") or "config")


def installation(ctx: typer.Context) -> Any:
    """The installation of that folder. Raises ConfigError with all that is wrong."""
    from intake import wiring

    return wiring.load(folder(ctx))
