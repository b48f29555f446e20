"""Reads every mail of a folder as the worker would, up to its reply; run by `make torture MAILS=folder`.

    python -m scripts.torture_mails FOLDER ... [--seconds LIMIT]

Files are taken at any depth and with any ending: a mail each, or an mbox. Each is parsed, screened, its file is
picked, and its plan is made by the shipped rules as if no PDF could be read; nothing is filed or sent. A mail that
raises would be parked; one that takes longer than the limit counts as slow. A table ``expected.tsv`` (columns
file, expected: auto or human) beside mails says which may be answered; bounces never may. Exit status 1 when
anything raised, was slow, or would be answered wrongly.
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from intake import wiring
from intake.commands import mails
from intake.journey import automatic, plan
from intake.model import Kind, Message, MessageKey, sha256

CONFIG = Path(__file__).resolve().parents[1] / "config"
EXPECTED = "expected.tsv"
SECONDS = 2.0
WORST = 5
LARGEST = 100_000_000  # bytes; servers refuse far smaller mails
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Done(NamedTuple):
    """What became of one mail. answer: it is a person's and may be answered; expected: auto, human or ""."""

    name: str
    sha256: str
    seconds: float
    outcome: str = ""
    answer: bool = False
    bounce: bool = False
    expected: str = ""
    raised: str = ""


def judge(found: mails.Found, rules: plan.Rules, expected: str) -> Done:
    """One mail through parse, screen, pick, decide and reply. Never raises: what was raised is the finding."""
    message = Message(
        key=MessageKey(mailbox="torture", uidvalidity=1, uid=1), arrived=NOW, size=len(found.content), raw=found.content
    )  # fmt: skip
    began = time.perf_counter()
    try:
        opening = plan.examine(message, rules)
        made = plan.conclude(
            opening, None, case="K7Q2", rules=rules, circumstances=plan.Circumstances(), now=NOW, token="t"  # noqa: S106 - no secret
        )  # fmt: skip
    except Exception as exc:  # noqa: BLE001 - whatever it is, the worker would park the mail for it
        return Done(
            found.name,
            sha256(found.content),
            time.perf_counter() - began,
            raised=f"{type(exc).__name__}: {exc}",
        )
    seconds = time.perf_counter() - began
    screening = opening.screening
    return Done(
        name=found.name,
        sha256=sha256(found.content),
        seconds=seconds,
        outcome=made.verdict.outcome.value,
        answer=screening.kind is not Kind.AUTOMATIC and not screening.silence,
        bounce=automatic.bounce(opening.mail),
        expected=expected,
    )


def messages(folders: list[Path]) -> Iterator[tuple[mails.Found, str]]:
    """Every mail with what is expected of it. A file that is neither mail nor mbox is taken for a mail."""
    for folder in folders:
        for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.name != EXPECTED):
            if path.stat().st_size > LARGEST:
                continue
            known = _expected(path.parent)
            for found in mails.found([path]):
                if isinstance(found, mails.Unread) or found.pdf:
                    found = mails.Found(name=str(path), content=path.read_bytes())
                yield found, known.get(path.name, "")


def _expected(folder: Path) -> dict[str, str]:
    table = folder / EXPECTED
    if not table.is_file():
        return {}
    with table.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return {row["file"]: row["expected"].partition("-")[0].lower() for row in rows}


def wrong(done: Done) -> str:
    """What is wrong with the answer to a mail, or ""."""
    if done.answer and done.bounce:
        return "a bounce would be answered"
    if done.answer and done.expected == "auto":
        return "automatic, and would be answered"
    if not done.answer and done.expected == "human" and done.outcome != "review":
        return "a person's, and would be answered by nobody"
    return ""


def report(done: list[Done], limit: float, say: Callable[[str], object] = print) -> int:
    """Print what became of the mails. Returns the exit status."""
    seconds = sum(one.seconds for one in done)
    raised = [one for one in done if one.raised]
    slow = [one for one in done if one.seconds > limit]
    mistaken = [one for one in done if wrong(one)]
    say(f"{len(done)} mails in {seconds:.1f} s, {seconds / len(done) * 1000:.1f} ms a mail")
    say(f"  parsed    {len(done) - len(raised)}")
    say(f"  parked    {len(raised)}")
    say(f"  slow      {len(slow)} (over {limit:g} s)")
    outcomes = Counter(one.outcome for one in done if one.outcome)
    say("outcomes: " + ", ".join(f"{outcome} {count}" for outcome, count in outcomes.most_common()))
    told = Counter(one.expected for one in done if one.expected)
    say(
        f"bounces and reports: {sum(one.bounce for one in done)}, expected automatic: {told['auto']}, human: {told['human']}"
    )
    unanswered = sum(one.expected == "human" and not one.answer for one in done)
    say(f"of the human ones for review without an answer: {unanswered}")
    say(f"answered wrongly: {len(mistaken)}")
    say("slowest:")
    for one in sorted(done, key=lambda one: -one.seconds)[:WORST]:
        say(f"  {one.seconds * 1000:7.1f} ms  {_named(one)}")
    for one in (*raised, *slow, *mistaken):
        say(f"WRONG: {_named(one)}: {one.raised or wrong(one) or 'slow'}")
    return 1 if raised or slow or mistaken else 0


def _named(done: Done) -> str:
    return (
        f"{done.sha256[:12]} {Path(done.name).name!r}"  # a name of somebody else's choice may hold anything
    )


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="judge every mail of a folder, whatever it is")
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="what one mail may take")
    given = parser.parse_args(arguments)
    installation = wiring.load(CONFIG)
    rules = wiring.rules(installation, next(iter(installation.settings.mailbox)))
    done = [judge(found, rules, expected) for found, expected in messages(given.folders)]
    if not done:
        print("no files there", file=sys.stderr)
        return 2
    return report(done, given.seconds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
