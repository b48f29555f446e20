"""Reads every file of a folder with the real PDF reader and tells what became of each; run by `make torture`.

    python -m scripts.torture [FOLDER ...] [--short] [--seconds WALL]

Whatever a file is or does, its reading must end within the limits with facts or with a named fault, and the
facts must not contradict themselves. Anything else has *escaped*, is printed with the file's name, and makes
the exit status 1. Files are taken at any depth and with any ending. Without a folder it makes hostile files of
its own; --short leaves out those that use up their time.
"""

from __future__ import annotations

import argparse
import collections
import inspect
import os
import queue
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from intake import model
from intake.adapters import pdf
from intake.demo import documents, people
from intake.model import FileFault, PdfFacts
from tests import hostile_pdfs

WORKERS = 2
MARGIN = 5.0  # seconds that a verdict may come after the wall time: a killed child's end, a busy machine
WORST = 5  # files named for their time
MUTANTS = 60  # of one good file, each with a few bytes changed or a piece cut out
SLOW = ("slow", "flood_of_text", "many_annotations", "image_bomb", "deep_names")  # seconds each
WATCH = 0.02  # seconds between two looks at the children's memory


class Read(NamedTuple):
    """What became of one file. escaped: what went wrong in our reader, or ""."""

    name: str
    sha256: str
    seconds: float
    facts: PdfFacts | None
    escaped: str


def hostile(folder: Path, *, short: bool) -> None:
    """Write the project's own hostile files."""
    for name, make in inspect.getmembers(hostile_pdfs, inspect.isfunction):
        alone = all(p.default is not p.empty for p in inspect.signature(make).parameters.values())
        if alone and inspect.signature(make).return_annotation == "bytes" and not (short and name in SLOW):
            (folder / f"{name}.pdf").write_bytes(make())
    for group in ("HIDDEN", "SEEN", "ACTIVE", "HARMLESS", "UNREAD"):
        for name, content in getattr(hostile_pdfs, group).items():
            if not (short and name == "too-intricate"):
                (folder / f"{group.lower()}-{name}.pdf").write_bytes(content)
    (folder / "10,000-pages.pdf").write_bytes(hostile_pdfs.many_pages(10_000))
    good = documents.joined(documents.letter(people.HELENA, "en"), documents.cv(people.HELENA))
    for number in range(MUTANTS // 4 if short else MUTANTS):
        (folder / f"mutant-{number}.bin").write_bytes(_mutant(good, random.Random(number)))  # noqa: S311 - no secret


def _mutant(good: bytes, chance: random.Random) -> bytes:
    content = bytearray(good)
    if chance.random() < 0.5:
        start = chance.randrange(len(content))
        del content[start : start + chance.randrange(1, len(content) // 4)]
    for _ in range(chance.choice((1, 10, 100, 1_000))):
        content[chance.randrange(len(content))] = chance.randrange(256)
    return bytes(content)


def read(pool: pdf.PdfPool, path: Path, limits: pdf.PdfLimits) -> Read:
    content = path.read_bytes()
    began = time.monotonic()
    facts, escaped = None, ""
    try:
        facts = pool.read(content)
    except Exception as exc:  # noqa: BLE001 - whatever it is, the reader let it out, and that is the finding
        escaped = f"{type(exc).__name__}: {exc}"
    seconds = time.monotonic() - began
    if facts is not None:
        escaped = contradiction(facts, content)
    if seconds > limits.wall_seconds + MARGIN:
        escaped = escaped or f"took {seconds:.1f} s"
    return Read(path.name, model.sha256(content), seconds, facts, escaped)


def contradiction(facts: PdfFacts, content: bytes) -> str:
    """What cannot be true of these facts, or ""."""
    if (facts.sha256, facts.size) != (model.sha256(content), len(content)):
        return "the facts of another file"
    if [page.number for page in facts.pages] != list(range(1, len(facts.pages) + 1)):
        return "pages that are not numbered from 1"
    if not facts.pages and not facts.faults:
        return "neither pages nor a fault"
    if facts.pages and facts.page_count != len(facts.pages):
        return f"{len(facts.pages)} pages of {facts.page_count}"
    if any(page.lines and page.scan for page in facts.pages):
        return "a scan with a text of its own"
    return ""


class Memory:
    """The largest resident memory of any process that this one started, in bytes; looked at while it runs."""

    def __init__(self) -> None:
        self.peak = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(WATCH):
            for process in _descendants(os.getpid()):
                self.peak = max(self.peak, _high_water(process))


def _descendants(process: int) -> Iterator[int]:
    for listed in Path(f"/proc/{process}/task").glob("*/children"):  # each thread has its own
        try:
            children = listed.read_text().split()
        except OSError:
            continue  # it has just ended
        for child in map(int, children):
            yield child
            yield from _descendants(child)


def _high_water(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def run(paths: list[Path], limits: pdf.PdfLimits) -> tuple[list[Read], int]:
    """Every file read, in the order of the paths, and the peak memory of a child in bytes."""
    waiting: queue.SimpleQueue[Path | None] = queue.SimpleQueue()
    for path in (*paths, *[None] * WORKERS):
        waiting.put(path)
    found: list[Read] = []
    with tempfile.TemporaryDirectory() as spool:
        pool = pdf.PdfPool(Path(spool), limits, workers=WORKERS)
        memory = Memory()

        def work() -> None:
            while path := waiting.get():
                found.append(read(pool, path, limits))

        threads = [threading.Thread(target=work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        memory.stop()
        pool.close()
    return found, memory.peak


def outcome(reading: Read) -> str:
    """ok, a problem, time-out, crash or escaped."""
    if reading.escaped or reading.facts is None:
        return "escaped"
    faults = reading.facts.faults
    if FileFault.TIMED_OUT in faults:
        return "time-out"
    if FileFault.KILLED in faults:
        return "crash"
    return "problem" if faults else "ok"


def report(found: list[Read], peak: int, seconds: float, say: Callable[[str], object] = print) -> int:
    """Print what became of the files. Returns the exit status."""
    counts = collections.Counter(outcome(reading) for reading in found)
    say(f"{len(found)} files in {seconds:.1f} s, {len(found) / seconds:.1f} files/s")
    for name in ("ok", "problem", "time-out", "crash", "escaped"):
        say(f"  {name:9} {counts[name]}")
    faults = collections.Counter(fault for r in found if r.facts for fault in r.facts.faults)
    say("faults: " + (", ".join(f"{fault} {count}" for fault, count in faults.most_common()) or "none"))
    say(f"peak resident memory of a child: {peak / 1e6:.0f} MB")
    say("slowest:")
    for reading in sorted(found, key=lambda reading: -reading.seconds)[:WORST]:
        say(f"  {reading.seconds:5.1f} s  {outcome(reading):8}  {_named(reading)}")
    for reading in found:
        if outcome(reading) in ("time-out", "crash") and reading.facts:
            say(f"{outcome(reading)}: {_named(reading)}: {'; '.join(reading.facts.details)}")
    for reading in found:
        if reading.escaped:
            say(f"ESCAPED: {_named(reading)}: {reading.escaped}")
    return 1 if counts["escaped"] else 0


def _named(reading: Read) -> str:
    return f"{reading.sha256[:12]} {reading.name!r}"  # a name of somebody else's choice may hold anything


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="read every file of a folder, whatever it is")
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--short", action="store_true", help="only the hostile files that are read soon")
    parser.add_argument(
        "--seconds", type=float, default=pdf.PdfLimits().wall_seconds, help="wall time of a file"
    )
    given = parser.parse_args(arguments)
    limits = pdf.PdfLimits(wall_seconds=given.seconds)
    with tempfile.TemporaryDirectory() as made:
        if not given.folders:
            hostile(Path(made), short=given.short)
        paths = sorted(
            p for folder in given.folders or [Path(made)] for p in folder.rglob("*") if p.is_file()
        )
        if not paths:
            print("no files there", file=sys.stderr)
            return 2
        began = time.monotonic()
        found, peak = run(paths, limits)
        return report(found, peak, time.monotonic() - began)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
