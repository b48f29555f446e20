"""`intake demo`: sample mails go to a real mail server, the real worker answers, and we look at the result."""

from __future__ import annotations

import logging
import signal
import smtplib
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import NoReturn
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from intake import wiring
from intake.demo import letters_shown, samples, stage, table
from intake.demo.process import WorkerProcess
from intake.demo.samples import Sample
from intake.demo.servers import DemoServers
from intake.errors import ConfigError, IntakeError, Transient
from intake.journey.lifecycle import ReplyState
from intake.ports import Ledger
from intake.reports import board

TIME_LIMIT = 50.0  # seconds from the start until all mails are answered; the whole is to end within 60
LOOK_EVERY = 0.1  # seconds
FILE_WIDTH = 120  # columns where the output goes to no terminal
ZONE = ZoneInfo("Europe/Berlin")

_LEAVING = (ReplyState.QUEUED, ReplyState.SENDING)


def run(out: Path, keep_running: bool = False) -> int:
    """The whole journey in the folder ``out``. Returns the exit code.

    0: every sample went as expected. 1: one did not, or the demo could not run; it has said why.
    130: ended by Ctrl-C or SIGTERM. ``keep_running`` leaves servers and worker up until then, and that is 0.
    Raises ConfigError when the rules to be shown cannot be used.
    """
    console = _console()
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own old attributes
    try:
        with _ended_by_sigterm(), stage.fresh(out):
            return _Demo(console, out).run(keep_running=keep_running)
    except ConfigError:
        raise
    except (IntakeError, OSError) as exc:
        console.print(Text(f"The demo could not run: {exc}", style="red"))
        return 1
    except KeyboardInterrupt:
        console.print("Ended before all was done.")
        return 130


class _Demo:
    """One run. ``out`` is empty and ours."""

    def __init__(self, console: Console, out: Path) -> None:
        self._console = console
        self._out = out
        self._until = time.monotonic() + TIME_LIMIT

    def run(self, *, keep_running: bool) -> int:
        rules = stage.rules_folder()
        sent = samples.all(datetime.now(ZONE))
        with DemoServers(samples.accounts(sent)) as servers:
            config = stage.configure(self._out, servers, rules)
            installation = wiring.load(config)
            self._say(f"IMAP and SMTP servers on {servers.host}; the worker: intake run --config {config}")
            with (
                closing(wiring.open_ledger(installation)) as ledger,
                WorkerProcess(config, self._out / "worker.log") as worker,
            ):
                worker.await_start(ledger, until=self._until)
                in_time = self._journey(sent, ledger, servers, worker)
                stopped = self._await_page(installation, worker) if keep_running else worker.stop()
                rows = table.rows(sent, ledger, servers)
                table.write(rows, self._out)
                good = self._show(rows, installation, in_time=in_time, stopped=stopped)
                if keep_running:
                    self._stay(servers, worker)
        return 0 if good else 1

    def _journey(
        self, sent: Sequence[Sample], ledger: Ledger, servers: DemoServers, worker: WorkerProcess
    ) -> bool:
        """Mail every sample and watch until each is finished and answered. False: not all was in time."""
        with _progress(self._console) as progress:
            bars = _Bars(progress, len(sent), sum(sample.reply is not None for sample in sent))
            for number, sample in enumerate(sent, 1):
                _mail(sample, servers)
                bars.move(ledger, mailed=number)
            while bars.move(ledger, mailed=len(sent)):
                worker.require()
                if time.monotonic() > self._until:
                    return False
                time.sleep(LOOK_EVERY)
        return True

    def _await_page(self, installation: wiring.Installation, worker: WorkerProcess) -> int:
        """A worker that stops writes its pages first; one that goes on writes them at its own times."""
        page = installation.filing_root / board.OVERVIEW
        while not page.is_file() and time.monotonic() < self._until:
            worker.require()
            time.sleep(LOOK_EVERY)
        return 0

    def _show(
        self, rows: Sequence[table.Row], installation: wiring.Installation, *, in_time: bool, stopped: int
    ) -> bool:
        """Everything that is to be seen. True when nothing is wrong with it."""
        console, root = self._console, installation.filing_root
        self._title("What became of each mail")
        console.print(table.screen(rows))
        self._title("What was filed")
        console.print(letters_shown.folders(root, f"{self._out / 'applications'}/"))
        for answer in letters_shown.chosen(rows):
            console.print()
            console.print(letters_shown.letter(answer))
        wrong = [f"{row.sample.key}: {'; '.join(row.differences)}" for row in rows if row.differences]
        if not in_time:
            wrong.append(f"not all mails were answered within {TIME_LIMIT:g} seconds; see worker.log")
        if stopped:
            wrong.append(f"the worker ended with exit code {stopped}; see worker.log")
        if not (root / board.OVERVIEW).is_file():
            wrong.append("there is no board page")
        self._sum_up(rows, wrong)
        return not wrong

    def _sum_up(self, rows: Sequence[table.Row], wrong: Sequence[str]) -> None:
        self._title("Where to look")
        root = self._out / "applications"
        config = self._out / "config"
        case = next((row.case for row in rows if row.folders), "ID")
        for what, where in (
            ("the board page", str(root / board.OVERVIEW)),
            ("all replies", f"{self._out / 'replies'}/"),
            ("all mails", f"{self._out / 'mails'}/"),
            ("one case", f"intake case {case} show --config {config}"),
            ("the figures", f"intake status --config {config}"),
        ):
            self._say(f"  {what:<15} {where}")
        self._console.print()
        if not wrong:
            self._say(f"All {len(rows)} mails were treated as they should be.", style="green")
        for sentence in wrong:
            self._say(f"WRONG  {sentence}", style="red")

    def _stay(self, servers: DemoServers, worker: WorkerProcess) -> None:
        """Tell how to sign in, and stay up until Ctrl-C or SIGTERM."""
        self._title("Servers and worker stay up")
        self._say("Point a mail client at them (no encryption, plain password; reachable from here only):")
        self._say(f"  IMAP      {servers.host}, port {servers.imap_port}")
        self._say(f"  SMTP      {servers.host}, port {servers.smtp_port}")
        self._say(f"  password  {samples.PASSWORD}   (the same for every login)")
        self._say(f"  mailbox   {samples.MAILBOX}   (write to it and watch)")
        applicants = [login for login in servers.accounts if login != samples.MAILBOX]
        self._say("  applicants' logins (write as one of them; the reply comes to the same mailbox):")
        for login in applicants:
            self._say(f"    {login}")
        self._say("Ctrl-C ends everything; the servers then forget their mails, the folder stays.")
        try:
            while True:
                worker.require()
                time.sleep(0.5)
        except KeyboardInterrupt:
            self._console.print("\nEnding.")

    def _title(self, words: str) -> None:
        self._console.print()
        self._say(words, style="bold")

    def _say(self, words: str, *, style: str = "") -> None:
        self._console.print(Text(words, style=style), soft_wrap=True)


class _Bars:
    """How far the mails are: mailed, judged, answered."""

    def __init__(self, progress: Progress, mails: int, replies: int) -> None:
        self._progress = progress
        self._mails = mails
        self._mailed, self._judged = (progress.add_task(name, total=mails) for name in ("mailed", "judged"))
        self._answered = progress.add_task("answered", total=replies)

    def move(self, ledger: Ledger, *, mailed: int) -> bool:
        """Show how it stands. True while something is still on its way."""
        try:
            counts = ledger.counts(stage.MAILBOX)
            records = ledger.replies()
        except Transient:
            return True  # the worker is writing; the next look will tell
        finished = sum(counts.values()) - counts["in work"]
        leaving = sum(record.state in _LEAVING for record in records)
        self._set(self._mailed, mailed)
        self._set(self._judged, finished)
        self._set(self._answered, len(records) - leaving)
        return finished < self._mails or leaving > 0

    def _set(self, task: TaskID, completed: int) -> None:
        self._progress.update(task, completed=completed)


def _mail(sample: Sample, servers: DemoServers) -> None:
    # A name of our own: the default asks the network for this machine's.
    with smtplib.SMTP(servers.host, servers.smtp_port, local_hostname="localhost", timeout=10) as client:
        client.sendmail(sample.envelope_sender, [samples.MAILBOX], sample.raw)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console,
    )  # fmt: skip


def _console() -> Console:
    """Where the output goes to a file or a pipe: wide enough for the table, and no control characters."""
    width = None if sys.stdout.isatty() else FILE_WIDTH
    return Console(width=width, highlight=False, emoji=False, markup=False)


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """SIGTERM ends a demo as Ctrl-C does, so that its worker does not stay behind."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may hear signals
        return
    before = signal.signal(signal.SIGTERM, _interrupted)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _interrupted(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
