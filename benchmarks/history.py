"""What history costs: the same message on ledgers with 0, 100,000 and 1,000,000 finished ones before it.

The ledgers are SQLite files as the worker opens them, the code is the worker's own: a look into a mailbox with
nothing new (``poll``), one application from its arrival to the accepted reply (``next``), what ``intake status``
asks the ledger (``figures``), and the whole command, in a process of its own (``status``). Mailbox, PDF reader, folders and SMTP are those of the unit tests, in memory, so that only the
ledger is left to differ. The three ledgers take turns, and medians count.

    python -m benchmarks.history [ROWS ...]
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks import corpus
from intake import desk, post, reading, reports, wiring, worker
from intake.adapters import (
    folders_memory,
    memory,
    ocr_memory,
    parked_memory,
    pdf,
    pdf_memory,
    readings_memory,
)
from intake.adapters.ledger import sql
from intake.demo import clients
from intake.journey import plan
from intake.journey.lifecycle import ReplyState
from intake.model import PdfFacts, sha256
from intake.reports import board
from intake.shared import Limits, Shared

CONFIG = Path(__file__).parents[1] / "config"
SIZES = (0, 100_000, 1_000_000)
ROUNDS = 60
_RARELY = 8  # rounds in one of which the command is run, too, since it takes a second to start
_PAGED = 5_000  # cases whose pages are timed
_PATIENCE = desk.Patience(waiting=timedelta(days=14), reminder=timedelta())
#: Bytes that a plan of the history keeps. A real one has some 15,000; they lie in pages of their own that are
#: found by the message's id, so that they cost disk and nothing else. Those of the newest are whole: status reads them.
_PLAN = 400


class _Silent:
    def info(self, event: str, **fields: object) -> None: ...

    warning = error = info


class Centre:
    """A worker with its outbox on a ledger at ``path``; all else is in memory."""

    def __init__(self, path: Path, rules: plan.Rules, facts: PdfFacts, application: bytes) -> None:
        self.path, self._facts, self._application = path, facts, application
        self.clock = memory.SettableClock(datetime.now(UTC))
        self.mailbox = memory.MemoryMailbox("main")
        self.ledger = sql.open(path)
        self.reader = pdf_memory.MemoryPdfReader()
        reader = reading.Reading(self.reader, ocr_memory.MemoryOcr(), seconds=60, pages=2)
        tokens = count()
        shared = Shared(
            ledger=self.ledger, reading=reader, shelf=reading.Shelf(readings_memory.MemoryReadings(), self.ledger),
            parked=parked_memory.MemoryParked(), folders=folders_memory.MemoryFolders(), clock=self.clock, log=_Silent(),
            number=wiring.new_case_number, token=lambda: f"{path.stem}{next(tokens)}",
        )  # fmt: skip
        limits = Limits(mail_bytes=10**7, attempts=5)
        self.worker = worker.Worker(
            name="main", mailbox=self.mailbox, shared=shared, rules=rules, limits=limits
        )
        self.post = post.Post(shared=shared, senders={"main": memory.MemorySender()},
                              addresses={"main": "open-positions@rc-trust.ai"}, owner="life-1")  # fmt: skip
        self.desk = desk.Desk(shared, {"main": self.worker}, _PATIENCE)
        self.worker.look()

    def close(self) -> None:
        self.worker.close()
        self.ledger.close()

    def deliver(self, number: int) -> None:
        content = self._application + b"%% %d\n" % number
        self.reader.know(content, replace(self._facts, sha256=sha256(content), size=len(content)))
        draft = clients.Draft(
            sender="Helena Marquardsen", address=corpus.address(number), subject="Application: Causal Inference",
            text="Dear Sir or Madam,\n\nplease find my application attached.\n\nHelena Marquardsen\n",
            files=(clients.File(name="Application.pdf", content=content),), sent=self.clock.now(),
        )  # fmt: skip
        self.mailbox.deliver(clients.thunderbird(draft), arrived=self.clock.now())

    def pass_by(self) -> None:
        """What the worker does at every look."""
        self.worker.look()
        self.post.send_due()
        self.desk.serve()
        self.ledger.report_pass("main", now=self.clock.now())

    def status(self) -> None:
        """``intake status`` on this ledger."""
        config = self.path.parent / self.path.stem / "config"
        if not config.exists():
            shutil.copytree(CONFIG, config)
            text = (config / "intake.toml").read_text().replace("[mailbox.open-positions", "[mailbox.main")
            text = re.sub(r"(?m)^\[state\]\n", "", text)
            (config / "intake.toml").write_text(f'{text}\n[state]\ndatabase = "{self.path}"\n')
        command = [sys.executable, "-m", "intake", "status", "--config", str(config)]
        said = subprocess.run(command, cwd=CONFIG.parent, capture_output=True, text=True, check=False)
        if "accepted" not in said.stdout:
            raise SystemExit(f"intake status says: {said.stdout}{said.stderr}")

    def figures(self) -> None:
        """What ``intake status`` asks the ledger."""
        self.ledger.mailbox("main")
        self.ledger.counts("main")
        self.ledger.tally_holds()
        self.ledger.replies(states=(ReplyState.HELD, ReplyState.FAILED, ReplyState.UNKNOWN))
        self.ledger.parked("main")
        self.ledger.put_off_of("main")


def fill(path: Path, rows: int, *, kept: int = _PLAN) -> None:
    """Finished messages, each with plan, case, history, reply and places, as copies of the one that is there.
    kept: bytes of its plan and its reply that each copy has."""
    if not rows:
        return
    with sqlite3.connect(path) as connection:
        for statement in ("synchronous = OFF", "cache_size = -200000", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {statement}")
        connection.create_function("spelt", 1, _number, deterministic=True)
        connection.execute("CREATE TEMP TABLE seq (n INTEGER PRIMARY KEY, number TEXT)")
        steps = f"WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {rows})"
        connection.execute(f"INSERT INTO seq {steps} SELECT n, spelt(n) FROM s")
        connection.execute("DELETE FROM seq WHERE number IN (SELECT case_number FROM message)")
        old = "strftime('%Y-%m-%d %H:%M:%f000', 'now', '-' || (2 + n % 1000) || ' days')"
        own = {"id": "1000000 + n", "case_number": "s.number", "message": "1000000 + n", "number": "s.number"}
        for table, different in _DIFFERENT.items():
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            known = own | {
                name: chosen.replace("KEPT", str(kept)).replace("ROWS", str(rows))
                for name, chosen in different.items()
            }
            chosen = [known.get(name, f't."{name}"').replace("OLD", old) for name in columns]
            names = ", ".join(f'"{name}"' for name in columns)
            template = f"(SELECT * FROM {table} LIMIT {_TEMPLATES.get(table, 1)})"
            connection.execute(
                f"INSERT INTO {table} ({names}) SELECT {', '.join(chosen)} FROM seq s, {template} t"
            )
        done = "state = 'done' AND outcome = 'accepted'"
        connection.execute(f"UPDATE tally SET messages = messages + (SELECT count(*) FROM seq) WHERE {done}")


_TEMPLATES = {"case_event": 1, "place": 2}
_DIFFERENT: dict[str, dict[str, str]] = {
    "message": {
        "uid": "-n", "content_key": "'mail:' || hex(randomblob(32))", "message_id": "'<' || n || '@old.example>'",
        "arrived": "OLD", "found": "OLD", "done": "OLD", "place_uid": "n",
    },
    "plan": {"body": "CASE WHEN n > ROWS - 1000 THEN t.body ELSE substr(t.body, 1, KEPT) END", "raw": "substr(t.raw, 1, KEPT)"},
    "applicant_case": {
        "address": "'old' || (n / 2) || '@example.org'", "person": "'Person ' || n", "arrived": "OLD", "decided": "OLD",
        "closed": "CASE WHEN n % 10 THEN OLD END",
    },
    "case_event": {"id": "NULL", "at": "OLD"},
    "reply": {
        "address": "'old' || (n / 2) || '@example.org'", "recipient": "'old' || (n / 2) || '@example.org'",
        "message_id": "'<' || n || '.old@rc-trust.ai>'", "queued": "OLD", "sent": "OLD", "text": "substr(t.text, 1, KEPT)",
        "raw": "substr(t.raw, 1, KEPT)",
    },
    "place": {},
}  # fmt: skip
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"


def _number(n: int) -> str:
    """Case numbers as they would have been given: most of the short ones, then longer ones."""
    length = 4 if n <= 500_000 else 5
    letters = []
    for _ in range(length):
        n, place = divmod(n, len(_LETTERS))
        letters.append(_LETTERS[place])
    return "".join(letters)


def medians(centres: Sequence[Centre], rounds: int) -> dict[str, list[float]]:
    """Milliseconds of each measure on each ledger."""
    names = ("poll", "next", "figures", "status")
    taken: dict[str, list[list[float]]] = {name: [[] for _ in centres] for name in names}
    numbers = count(1)
    for turn in range(-3, rounds):  # some to warm up
        for name, samples in taken.items():
            if name == "status" and turn % _RARELY:
                continue
            for place in _turned(len(centres), turn):
                centre = centres[place]
                if name == "next":
                    centre.deliver(next(numbers) % corpus.ACCOUNTS)
                work = {"figures": centre.figures, "status": centre.status}.get(name, centre.pass_by)
                seconds = _timed(work)
                if turn >= 0:
                    samples[place].append(seconds * 1000)
    return {name: [statistics.median(sample) for sample in samples] for name, samples in taken.items()}


def _turned(length: int, turn: int) -> list[int]:
    """Who comes first changes, so that nobody always pays for what the one before left in the caches."""
    return [(place + turn) % length for place in range(length)]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def pages(scratch: Path, cases: int) -> float:
    """Seconds to make all pages and the sheet of so many cases with whole plans: beside the reply's way, and the
    rarer the longer it takes."""
    installed = wiring.load(CONFIG)
    centre = _centre(scratch / "pages.sqlite", installed, *_application(scratch))
    fill(centre.path, cases - 1, kept=10**6)
    desk_now = board.Desk(parked=0, inquiries=0, in_work=0, before=0, held=0, failed=0, unknown=0)
    book = installed.rulebook
    try:
        return _timed(
            lambda: reports.pages(centre.ledger.filed(), positions=book.positions, groups=book.groups,
                                  institution=installed.institution, desk=desk_now, now=centre.clock.now())
        )  # fmt: skip
    finally:
        centre.close()


@dataclass(frozen=True, kw_only=True)
class Result:
    """Milliseconds of each measure, by the sizes."""

    sizes: tuple[int, ...]
    medians: dict[str, list[float]]

    def ratio(self, name: str, place: int) -> float:
        return self.medians[name][place] / self.medians[name][0]


def measure(sizes: Sequence[int], scratch: Path, *, rounds: int = ROUNDS) -> Result:
    """Fill a ledger of each size and measure on all in turn."""
    installed, papers, centres = wiring.load(CONFIG), _application(scratch), []
    for size in sizes:
        centre = _centre(scratch / f"rows-{size}.sqlite", installed, *papers)
        began = time.monotonic()
        fill(centre.path, size)
        print(f"  {size:>9,} finished messages written in {time.monotonic() - began:.0f} s", flush=True)
        centres.append(centre)
    found = Result(sizes=tuple(sizes), medians=medians(centres, rounds))
    for centre in centres:
        centre.close()
    return found


def _centre(path: Path, installed: wiring.Installation, application: bytes, facts: PdfFacts) -> Centre:
    """One that has carried its first message, without the brake on many replies."""
    rules = wiring.rules(installed, next(iter(installed.settings.mailbox)))
    limits = replace(rules.traffic, address=10**6, domain=10**6, subject=10**6, hourly=10**6)
    centre = Centre(path, replace(rules, traffic=limits), facts, application)
    centre.deliver(0)
    centre.pass_by()
    return centre


def _application(scratch: Path) -> tuple[bytes, PdfFacts]:
    """One complete application and what the real reader says of it."""
    content = corpus.application_pdf()
    pool = pdf.PdfPool(scratch / "spool", pdf.PdfLimits(), workers=1)
    try:
        return content, pool.read(content)
    finally:
        pool.close()


def table(found: Result) -> str:
    """A line for each size, with ratios to the first."""
    lines = [f"  {'finished messages':>18}  " + "  ".join(f"{name:>16}" for name in found.medians)]
    for place, size in enumerate(found.sizes):
        cells = [
            f"{found.medians[name][place]:7.1f} ms {found.ratio(name, place):4.2f} x"
            for name in found.medians
        ]
        lines.append(f"  {size:>18,}  " + "  ".join(f"{cell:>16}" for cell in cells))
    return "\n".join(lines)


def main(arguments: list[str]) -> None:
    sizes = [int(one) for one in arguments] or list(SIZES)
    with tempfile.TemporaryDirectory(prefix="history-") as folder:
        print(table(measure(sizes, Path(folder))))
        print(f"  all pages of {_PAGED:,} cases: {pages(Path(folder), _PAGED):.1f} s; beside the reply's way, and at"
              " most a twentieth of the time")  # fmt: skip


if __name__ == "__main__":
    main(sys.argv[1:])
