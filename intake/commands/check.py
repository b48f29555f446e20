"""``intake check``: judges mails and PDFs that lie in files, and changes nothing."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import typer

from intake import wiring
from intake.commands import console, judging, mails
from intake.commands.judging import Judged
from intake.commands.mails import Found, Unread
from intake.journey import moments, summaries
from intake.reports import rows

_T = TypeVar("_T")
_R = TypeVar("_R")


def run(
    installation: wiring.Installation,
    paths: list[Path],
    *,
    as_json: bool,
    arrived: datetime | None,
    now: datetime,
    reply: bool,
) -> int:
    """Judge everything behind the paths, in order. arrived, now: aware. reply: show the replies' texts.

    0 when all were judged, 1 when something could not be read.
    """
    status, count = console.OK, 0
    titles = rows.titles(installation.rulebook.positions, installation.rulebook.groups)
    with judging.bench(installation, arrived=arrived, now=now) as bench:
        workers = installation.settings.limits.pdf_processes
        for result in _in_order(mails.found(paths), lambda one: _judged(one, bench), workers=workers):
            count += 1
            if isinstance(result, Unread):
                status = console.FAILED
                console.complain(f"{result.name}: {result.error}")
            if as_json:
                _print_json(
                    judging.unread_as_json(result) if isinstance(result, Unread) else judging.as_json(result)
                )
            elif isinstance(result, Judged):
                _print(result, titles, reply)
    if not as_json:
        console.say(
            f"{count} judged." if status == console.OK else f"{count} looked at, not all could be read."
        )
        console.say("Nothing was filed, moved, sent or recorded.")
    return status


def _judged(found: Found | Unread, bench: judging.Bench) -> Judged | Unread:
    if isinstance(found, Unread):
        return found
    try:
        return judging.judge(found, bench)
    except Exception as exc:  # noqa: BLE001  # one mail must not keep those behind it from being judged
        return Unread(
            name=found.name, error=f"it could not be judged ({type(exc).__name__}: {exc}); please report this"
        )


def _in_order(items: Iterable[_T], work: Callable[[_T], _R], *, workers: int) -> Iterator[_R]:
    """``work`` on every item by so many threads, results in the order of the items. At most twice as many
    items as threads are taken ahead: a mailbox does not fit into memory."""
    with ThreadPoolExecutor(workers) as pool:
        ahead: deque[Future[_R]] = deque()
        for item in items:
            ahead.append(pool.submit(work, item))
            if len(ahead) > 2 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()


def _print_json(content: dict[str, object]) -> None:
    # A path may hold bytes that are no UTF-8 (PEP 383), a mail half a surrogate pair: neither is JSON.
    typer.echo(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))


# --- for people ----------------------------------------------------------------------------------


def _print(judged: Judged, titles: dict[str, str], reply: bool) -> None:
    verdict = judged.verdict
    console.say(console.lines(judged.file))
    facts = {
        "Outcome": summaries.OUTCOMES[verdict.outcome],
        "Arrived": moments.said(judged.arrived, "en"),
        "For": "; ".join(titles.get(one, one) for one in verdict.positions) or "no position known",
        "Folders": "; ".join(judged.folders) or "none",
        "Reply": _reply_line(judged),
    }
    for label, text in facts.items():
        console.say(f"  {label:<9}{console.lines(text)}")
    for problem in verdict.problems:
        console.say(f"  Problem  {console.lines(rows.problem(problem, titles))} ({problem.code.value})")
    for why in verdict.reasons:
        console.say(f"  Because  {console.lines(why)}")
    console.table(
        ("Document", "Status", "Pages", "Certainty", "Recognised by"),
        (
            (
                document.kind.value,
                document.status.value,
                ", ".join(map(str, document.pages)) or "-",
                f"{document.confidence:.0%}",
                "; ".join(document.evidence) or "-",
            )
            for document in verdict.documents
        ),
    )
    if reply and judged.reply:
        console.say(f"  Subject: {console.lines(judged.reply.subject)}\n")
        console.say(
            "\n".join(f"  {line}".rstrip() for line in console.lines(judged.reply.text).split("\n")) + "\n"
        )


def _reply_line(judged: Judged) -> str:
    if judged.due is None:
        return "none"
    to = f" to {judged.reply.recipient}" if judged.reply else ""
    return f"{judged.due.value} ({judged.language}){to}"
