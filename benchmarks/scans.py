"""What reading scans costs, beside the least that any reader with Tesseract must do; run by `make bench`.

The floor is, for the same pages, PDFium painting the page in grey at 150 dpi and Tesseract reading it, in
two processes without walls. Ours is all in: facts of every page, judging after every two pages, painting,
straightening, turning, reading in limited children. Every page of these applications is a scan.

    python -m benchmarks.scans [APPLICATIONS]
"""

from __future__ import annotations

import multiprocessing
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from benchmarks.reading import CONFIG, WORKERS, applications
from intake import rulebook
from intake.adapters import ocr, pdf
from intake.adapters.ocr_child import engine
from intake.commands import processes
from intake.demo import documents
from intake.journey.recognise import wanted
from intake.model import DocumentKind, PdfFacts
from intake.reading import Reading

_COUNT = 6
_DPI = 150


class Cost(NamedTuple):
    """Seconds of CPU, of all processes together, and of wall time for so many pages read by OCR."""

    cpu: float
    wall: float
    pages: int

    def __str__(self) -> str:
        cores = f"{self.cpu / self.wall:.1f} cores used" if self.wall else ""
        return f"{self.cpu / self.pages:5.2f} s of CPU a page, {self.pages / self.wall:4.1f} pages/s, {cores}"


def scans(folder: Path, count: int) -> Iterator[tuple[bytes, bytes]]:
    """Applications of the demo's documents as they were written, and as an office scanner delivers them."""
    for path in applications(folder)[:count]:
        clean = path.read_bytes()
        yield clean, documents.scanned(clean)


def floor(pages: list[tuple[bytes, int]]) -> Cost:
    """Painting and reading these pages, by two processes that are already warm."""
    with multiprocessing.get_context("spawn").Pool(WORKERS, initializer=_warm) as pool:
        pool.map(_read, pages[:1] * WORKERS, chunksize=1)
        cpu, began = _cpu(), time.monotonic()
        for _ in pool.imap_unordered(_read, pages):
            pass
        return Cost(_cpu() - cpu, time.monotonic() - began, len(pages))


def _warm() -> None:
    if problem := engine.load_code() or engine.load_models():
        raise SystemExit(problem)


def _read(page: tuple[bytes, int]) -> int:
    content, number = page
    document = pypdfium2.PdfDocument(content)
    picture = document[number - 1].render(scale=_DPI / 72, grayscale=True).to_pil().convert("L")
    engine._api.SetImageBytes(picture.tobytes(), picture.width, picture.height, 1, picture.width)
    engine._api.SetSourceResolution(_DPI)
    text: str = engine._api.GetUTF8Text()
    document.close()
    return len(text)


def ours(reading: Reading, contents: list[bytes]) -> tuple[Cost, list[PdfFacts]]:
    """The facts of every file, with the pages that the decision wanted."""
    rules = rulebook.load(CONFIG).documents

    def next_pages(facts: PdfFacts, tried: frozenset[int]) -> tuple[int, ...]:
        return wanted.pages_to_read(facts, rules=rules, required=tuple(DocumentKind), tried=tried)

    cpu, began = _cpu(), time.monotonic()
    found = [reading.read(content, next_pages) for content in contents]
    pages = sum(page.ocr for facts in found for page in facts.pages)
    return Cost(_cpu() - cpu, time.monotonic() - began, pages), found


def missed(clean: list[bytes], found: list[PdfFacts]) -> float:
    """Share of the words of the pages read that OCR did not find."""
    there = lost = 0
    for content, facts in zip(clean, found, strict=True):
        document = pypdfium2.PdfDocument(content)
        for page in (page for page in facts.pages if page.ocr):
            words = _words(document[page.number - 1].get_textpage().get_text_range())
            there += words.total()
            lost += (words - _words(page.text)).total()
        document.close()
    return lost / there


def _words(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in re.findall(r"\w\w+", text))


def _cpu() -> float:
    seconds = processes.cpu_seconds()
    if seconds is None:
        raise SystemExit("CPU time of children cannot be measured here: there is no /proc")
    return seconds


def memory() -> int:
    """Megabytes that the largest child has ever held."""
    peaks = []
    for child in Path("/proc").glob("[0-9]*/status"):
        try:
            status = child.read_text()
        except OSError:
            continue  # it has ended since
        if "forkserver" in (child.parent / "cmdline").read_text():
            peaks += [
                int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM")
            ]
    return max(peaks, default=0)


def main(arguments: list[str]) -> None:
    count = int(arguments[0]) if arguments else _COUNT
    with tempfile.TemporaryDirectory() as scratch:
        clean, scanned = map(list, zip(*scans(Path(scratch), count), strict=True))
        spool = Path(scratch) / "spool"
        reading = Reading(
            pdf.PdfPool(spool, pdf.PdfLimits(), workers=WORKERS),
            ocr.OcrPool(spool, ocr.OcrLimits(), workers=WORKERS),
            seconds=600,
            pages=WORKERS,
        )
        try:
            ours(reading, scanned[:1])  # warm
            cost, found = ours(reading, scanned)
            peak = memory()
        finally:
            reading.close()
        read = [
            (content, page.number)
            for content, facts in zip(scanned, found, strict=True)
            for page in facts.pages
            if page.ocr
        ]
        lowest = floor(read)
    print(
        f"{count} scanned applications, {sum(facts.page_count for facts in found)} pages, {WORKERS} processes"
    )
    print(f"floor (paint, Tesseract): {lowest}")
    print(f"ours, all in:             {cost}")
    print(f"ratio of CPU {cost.cpu / lowest.cpu:.2f}")
    print(f"OCR pages per application {cost.pages / count:.1f}; words missed {missed(clean, found):.1%}")
    print(f"memory of the largest child {peak} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
