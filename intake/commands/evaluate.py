"""``intake evaluate``: judges the PDFs of a folder whose truth is known, and prints how right it was."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import typer
from rich.console import Console
from rich.progress import track

from intake import wiring
from intake.commands import console, judging, processes, threads, truth
from intake.commands.mails import Found, Unread
from intake.errors import ConfigError
from intake.reports import evaluation_json, evaluation_page, evaluation_tables
from intake.reports.evaluation import Judgement, Report, Times, Truth

_T = TypeVar("_T")

STDOUT = Path("-")
_MOST_NAMED = 20  # files that truth does not list; the JSON and the page name all


def run(
    installation: wiring.Installation,
    folder: Path,
    *,
    table: Path,
    now: datetime,
    as_json: Path | None,
    as_html: Path | None,
) -> int:
    """Judge every file that the truth lists, and show the figures. now: aware.

    0 when all were judged, 1 when one could not be, 2 when the truth or a place to write to is of no use.
    """
    try:
        known = truth.read(table, folder)
    except ConfigError as exc:
        for problem in exc.problems:
            console.complain(str(problem))
        console.complain(f"Nothing was judged: {len(exc.problems)} problems in the truth.")
        return console.USAGE
    for doubt in known.doubts:
        console.complain(f"Doubtful: {doubt}")
    for place in filter(None, (as_json, as_html)):
        if place != STDOUT and not place.absolute().parent.is_dir():
            console.complain(f"{place.parent} is no folder: {place.name} cannot be written there.")
            return console.USAGE
    report = _judge_all(installation, folder, known.rows, now)
    if as_html:
        _write(as_html, evaluation_page.page(report))
    if as_json:
        content = json.dumps(evaluation_json.as_json(report), ensure_ascii=False, indent=1) + "\n"
        _write(as_json, content.encode("utf-8", "replace"))
    if as_json != STDOUT:
        _print(report)
    _name_unlisted(report)
    return console.FAILED if report.unjudged else console.OK


def _judge_all(
    installation: wiring.Installation, folder: Path, rows: tuple[Truth, ...], now: datetime
) -> Report:
    judgements: list[Judgement] = []
    unjudged: list[tuple[str, str]] = []
    workers = installation.settings.limits.pdf_processes
    with judging.bench(installation, arrived=None, now=now) as bench:
        started, cpu = time.monotonic(), processes.cpu_seconds()
        judged = threads.in_order(rows, lambda row: _judge(folder, row, bench), workers=workers)
        for done in _shown(judged, len(rows)):
            if isinstance(done, Unread):
                unjudged.append((done.name, done.error))
                console.complain(f"{done.name}: {done.error}")
            else:
                judgements.append(done)
        elapsed, used = time.monotonic() - started, processes.cpu_seconds()
    return Report(
        folder=str(folder),
        judgements=tuple(judgements),
        times=Times(
            seconds=elapsed, cpu=None if cpu is None or used is None else used - cpu, workers=workers
        ),
        unlisted=tuple(_unlisted(folder, rows)),
        unjudged=tuple(unjudged),
    )


def _shown(judged: Iterable[_T], count: int) -> Iterable[_T]:
    """With a bar for whoever waits at a terminal: scans take seconds each."""
    terminal = Console(stderr=True)
    return track(judged, "Judging", count, console=terminal, transient=True, disable=not terminal.is_terminal)


def _judge(folder: Path, row: Truth, bench: judging.Bench) -> Judgement | Unread:
    """One file by the way of ``check``."""
    started = time.monotonic()
    try:
        content = (folder / row.file).read_bytes()
    except OSError as exc:
        return Unread(name=row.file, error=exc.strerror or str(exc))
    done = judging.attempt(Found(name=row.file, content=content, pdf=True), bench)
    if isinstance(done, Unread):
        return done
    pages = done.facts.pages if done.facts else ()
    return Judgement(
        truth=row,
        verdict=done.verdict,
        read=tuple(page.readable for page in pages),
        ocr=tuple(page.number for page in pages if page.ocr),
        page_count=done.facts.page_count if done.facts else 0,
        seconds=time.monotonic() - started,
    )


def _unlisted(folder: Path, rows: tuple[Truth, ...]) -> Iterator[str]:
    """PDFs of the folder, and of folders in it, that nobody said anything about."""
    listed = {Path(row.file) for row in rows}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.suffix.casefold() == ".pdf" and path.is_file() and name not in listed:
            yield str(name)


def _print(report: Report) -> None:
    console.say(
        f"{len(report.judgements)} of {len(report.judgements) + len(report.unjudged)} files judged.\n"
    )
    for table in evaluation_tables.all_of(report):
        console.say(table.title)
        console.table(table.columns, table.rows)
    console.say(f"{len(report.wrong)} cases with something wrong; --html shows each with its evidence.")


def _name_unlisted(report: Report) -> None:
    if report.unlisted:
        more = len(report.unlisted) - _MOST_NAMED
        names = ", ".join(report.unlisted[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
        console.complain(f"Not judged, because the truth does not list them: {console.lines(names)}")


def _write(path: Path, content: bytes) -> None:
    """For its owner alone: evidence quotes the papers of applicants."""
    if path == STDOUT:
        typer.echo(content, nl=False)
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, 0o600)
        file.write(content)
