"""The command line. One function per command; what each does is in ``intake.commands``.

Exit status of every command: 0 done, 1 something could not be done or needs a person, 2 bad usage or
configuration (nothing was started), 75 try again later.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperGroup

import intake
from intake.errors import ConfigError, IntakeError, Transient

# The commands are imported when they run: `intake --help` need not load a database.

_EPILOG = (
    "Exit status: 0 done; 1 something could not be done or needs a person; "
    "2 bad usage or configuration, and nothing was started; 75 try again later."
)


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


def _group(about: str, **settings: Any) -> typer.Typer:
    return typer.Typer(
        help=about,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        epilog=_EPILOG,
        **settings,
    )


app = _group(
    "Reads applications from a mailbox, files them by position and answers the applicants.",
    cls=_Explaining,
    pretty_exceptions_enable=False,
)
config_app = _group("The configuration.")
outbox_app = _group("Replies that have not left for certain: read, release or drop them.")
parked_app = _group(
    "Messages that broke a step too often: look at them, send them on their way, export them."
)
case_app = _group(
    "One case: show it, decide about it, note something.", subcommand_metavar="COMMAND [ARGS]..."
)
app.add_typer(config_app, name="config")
app.add_typer(outbox_app, name="outbox")
app.add_typer(case_app, name="case")
app.add_typer(parked_app, name="parked")

Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="DIR", help="The configuration folder. [$INTAKE_CONFIG, else ./config]"),
]
Context = typer.Context


def main() -> None:
    """The program ``intake``."""
    app(prog_name="intake")


def _folder(ctx: Context) -> Path:
    """--config of this command or of one above it, else $INTAKE_CONFIG, else ./config."""
    here: Any = ctx
    while here is not None:
        if given := here.params.get("config"):
            return Path(given)
        here = here.parent
    return Path(os.environ.get("INTAKE_CONFIG") or "config")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"intake {intake.__version__}")
        raise typer.Exit


@app.callback()
def _root(
    config: Config = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@config_app.callback()
@outbox_app.callback()
@parked_app.callback()
def _with_config(config: Config = None) -> None:
    pass


# --- the journey ---------------------------------------------------------------------------------


@app.command()
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


@app.command()
def run(
    ctx: Context,
    once: Annotated[
        bool, typer.Option("--once", help="One look into every mailbox, then end (75: not reached).")
    ] = False,
    log: Annotated[
        Literal["auto", "json", "console"], typer.Option(help="Form of the log on stderr.")
    ] = "auto",
    config: Config = None,
) -> None:
    """The worker: reads the mailbox, files, answers. Ends cleanly on SIGTERM and Ctrl-C."""
    from intake import wiring
    from intake.commands import working

    raise typer.Exit(working.run(wiring.load(_folder(ctx)), once=once, style=log))


_Log = Annotated[Literal["auto", "json", "console"], typer.Option(help="Form of the log on stderr.")]


@app.command()
def poll(ctx: Context, log: _Log = "auto", config: Config = None) -> None:
    """With a ledger on PostgreSQL: finds what is new, for any number of `intake work` to carry. There is one."""
    from intake import wiring
    from intake.commands import working

    raise typer.Exit(working.poll(wiring.load(_folder(ctx)), style=log))


@app.command()
def work(ctx: Context, log: _Log = "auto", config: Config = None) -> None:
    """With a ledger on PostgreSQL: carries what `intake poll` finds. As many as you like, on any host."""
    from intake import wiring
    from intake.commands import working

    raise typer.Exit(working.work(wiring.load(_folder(ctx)), style=log))


@app.command()
def adopt(
    ctx: Context,
    since: Annotated[
        datetime,
        typer.Option(formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Arrived on or after this day."),
    ],
    mailbox: Annotated[str, typer.Option(metavar="NAME", help="Needed where there are several.")] = "",
    replies: Annotated[bool, typer.Option("--replies/--no-replies", help="Answer them as well.")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="Wait up to a minute for a running worker to do it.")
    ] = False,
    config: Config = None,
) -> None:
    """Take in mails that lay in the mailbox before the worker's first start."""
    from intake import wiring
    from intake.commands import working

    chosen = wiring.load(_folder(ctx))
    raise typer.Exit(working.adopt(chosen, since=since.date(), mailbox=mailbox, replies=replies, wait=wait))


@app.command()
def check(
    ctx: Context,
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
    config: Config = None,
) -> None:
    """Judge mails and PDFs against the rules. Changes nothing.

    0 when all were judged, 1 when something could not be read, 2 on bad usage or configuration.
    """
    from intake import wiring
    from intake.commands import check as checking

    chosen = wiring.load(_folder(ctx))
    zone = ZoneInfo(chosen.settings.institution.time_zone)
    arrival, present = _moment(arrived, "--arrived", zone), _moment(now, "--now", zone) or datetime.now(UTC)
    raise typer.Exit(checking.run(chosen, paths, as_json=as_json, arrived=arrival, now=present, reply=reply))


def _moment(text: str, option: str, zone: ZoneInfo) -> datetime | None:
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


@app.command()
def evaluate(
    ctx: Context,
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
    config: Config = None,
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

    chosen, table = wiring.load(_folder(ctx)), truth or folder / "truth.tsv"
    raise typer.Exit(
        evaluating.run(chosen, folder, table=table, now=datetime.now(UTC), as_json=as_json, as_html=as_html)
    )


@config_app.command("check")
def config_check(ctx: Context, config: Config = None) -> None:
    """Every problem at once, with file, line and a suggestion. 0 OK (warnings on stderr), 2 problems."""
    from intake.commands import configcheck

    raise typer.Exit(configcheck.run(_folder(ctx)))


@app.command()
def status(
    ctx: Context,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="One JSON object; its form is in intake/commands/status/__init__.py."),
    ] = False,
    whole: Annotated[
        bool, typer.Option("--all", help="Compare every mail, case and file now; otherwise done once a day.")
    ] = False,
    config: Config = None,
) -> None:
    """Where every message stands, and whether all adds up. 1 when something needs a person."""
    from intake.commands import status as telling

    raise typer.Exit(telling.run(_folder(ctx), as_json=as_json, whole=whole))


@app.command()
def backup(
    ctx: Context,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A new tar file, readable for you alone.")],
    config: Config = None,
) -> None:
    """Copy the ledger and the keys into one file, also while the worker runs."""
    from intake import settings, wiring
    from intake.commands import backup as copying

    folder = _folder(ctx)
    raise typer.Exit(copying.run(wiring.Site(config=folder, settings=settings.load(folder)), target))


@app.command()
def repair(
    ctx: Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be mended.")] = False,
    config: Config = None,
) -> None:
    """Mend what `intake status --all` finds, where that takes no guessing. 1 when something is left for a person.

    Nothing is overwritten, no file of a person is removed, and nobody is answered.
    """
    from intake.commands import repairing

    raise typer.Exit(repairing.run(_installation(ctx), dry_run=dry_run))


# --- the person's desk ---------------------------------------------------------------------------

Replies = Annotated[list[int], typer.Argument(metavar="ID...", help="Numbers of `intake outbox list`.")]


@outbox_app.command("list")
def outbox_list(ctx: Context, config: Config = None) -> None:
    """Every reply that has not left for certain."""
    from intake.commands import desk

    raise typer.Exit(desk.outbox(_installation(ctx)))


@outbox_app.command("show")
def outbox_show(
    ctx: Context, number: Annotated[int, typer.Argument(metavar="ID")], config: Config = None
) -> None:
    """One reply as it would leave."""
    from intake.commands import desk

    raise typer.Exit(desk.show(_installation(ctx), number))


@outbox_app.command("release")
def outbox_release(
    ctx: Context,
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="ID...", help="Numbers of `intake outbox list`.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that are held.")] = False,
    config: Config = None,
) -> None:
    """Send replies: held ones, and failed or unknown ones once more."""
    from intake.commands import desk

    if bool(numbers) == every:
        raise typer.BadParameter("name replies by their IDs, or say --all", param_hint="ID...")
    raise typer.Exit(desk.release(_installation(ctx), numbers or ()))


@outbox_app.command("drop")
def outbox_drop(ctx: Context, numbers: Replies, config: Config = None) -> None:
    """Never send these replies."""
    from intake.commands import desk

    raise typer.Exit(desk.drop(_installation(ctx), numbers))


Parked = Annotated[str, typer.Argument(metavar="CASE", help="As in `intake parked list`.")]
AsJson = Annotated[
    bool, typer.Option("--json", help="For programs; the keys are in intake/commands/parked.py.")
]


@parked_app.command("list")
def parked_list(ctx: Context, as_json: AsJson = False, config: Config = None) -> None:
    """Every message that broke a step too often."""
    from intake.commands import parked as parking

    raise typer.Exit(parking.every(_installation(ctx), as_json=as_json))


@parked_app.command("show")
def parked_show(ctx: Context, number: Parked, as_json: AsJson = False, config: Config = None) -> None:
    """What happened, where it lies, and what to do next."""
    from intake.commands import parked as parking

    raise typer.Exit(parking.show(_installation(ctx), number, as_json=as_json))


@parked_app.command("retry")
def parked_retry(ctx: Context, number: Parked, config: Config = None) -> None:
    """Send it on its way again, from the step that broke."""
    from intake.commands import parked as parking

    raise typer.Exit(parking.retry(_installation(ctx), number))


@parked_app.command("export")
def parked_export(
    ctx: Context,
    number: Parked,
    target: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, made readable for you alone.")],
    config: Config = None,
) -> None:
    """Write the mail as it came."""
    from intake.commands import parked as parking

    raise typer.Exit(parking.export(_installation(ctx), number, target))


Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="Why; recorded with the decision.")]


@case_app.callback()
def case(
    number: Annotated[str, typer.Argument(metavar="ID", help="As in the folder's name, such as K7Q2.")],
    config: Config = None,
) -> None:
    """One case: show it, decide about it, note something. A decision is recorded with your login name."""


def _case(ctx: Context) -> str:
    assert ctx.parent is not None
    return str(ctx.parent.params["number"])


@case_app.command("show")
def case_show(ctx: Context, config: Config = None) -> None:
    """Everything known of it: documents, problems, replies, history, where it lies."""
    from intake.commands import desk

    raise typer.Exit(desk.case(_installation(ctx), _case(ctx)))


@case_app.command("accept")
def case_accept(ctx: Context, note: Note = "", config: Config = None) -> None:
    """It is complete in form: file it under its positions and acknowledge it, once."""
    _decide(ctx, "accept", note=note)


@case_app.command("ask")
def case_ask(ctx: Context, note: Note = "", config: Config = None) -> None:
    """Ask the applicant to mend the problems that were found."""
    _decide(ctx, "ask", note=note)


@case_app.command("position")
def case_position(
    ctx: Context,
    positions: Annotated[list[str], typer.Argument(metavar="POSITION...", help="Ids of positions.toml.")],
    note: Note = "",
    config: Config = None,
) -> None:
    """It is for these positions."""
    _decide(ctx, "position", positions=tuple(positions), note=note)


@case_app.command("withdraw")
def case_withdraw(ctx: Context, note: Note = "", config: Config = None) -> None:
    """The applicant takes it back: confirmed. Its folder goes to _Withdrawn, and nothing is deleted."""
    _decide(ctx, "withdraw", note=note)


@case_app.command("close")
def case_close(ctx: Context, note: Note = "", config: Config = None) -> None:
    """A person is done with it. Its folder stays."""
    _decide(ctx, "close", note=note)


@case_app.command("note")
def case_note(
    ctx: Context, text: Annotated[list[str], typer.Argument(metavar="TEXT")], config: Config = None
) -> None:
    """Add a line to its history."""
    from intake.commands import desk

    raise typer.Exit(desk.remark(_installation(ctx), _case(ctx), " ".join(text)))


def _decide(ctx: Context, wish: str, *, positions: tuple[str, ...] = (), note: str = "") -> None:
    from intake.commands import desk

    raise typer.Exit(desk.decide(_installation(ctx), _case(ctx), wish, positions=positions, note=note))


def _installation(ctx: Context) -> Any:
    from intake import wiring

    return wiring.load(_folder(ctx))
