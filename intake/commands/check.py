"""``intake check``: judges mails and PDFs that lie in files, and changes nothing."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import typer

from intake import wiring
from intake.commands import console, judging, mails, threads
from intake.commands.judging import Judged
from intake.commands.mails import Unread
from intake.journey import moments, summaries
from intake.reports import rows


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
        judged = threads.in_order(
            mails.found(paths), lambda one: judging.attempt(one, bench), workers=workers
        )
        for result in judged:
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
