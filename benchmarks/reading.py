"""How fast PDFs are read, as a ratio to a floor of the same run; run by `make bench`, or alone with a folder.

The floor is the least that any reader on PDFium must do: two warm processes open each file, take the text
of every page and close it again. Ours is the real pool with two children, all in: hash, spool, structure
and active content, lines, hidden text, scan test, and the facts handed back. Only born-digital files
count (no page is a scan); recognition is timed apart, in one process. Without a folder it reads whole
applications of the demo's documents.

    python -m benchmarks.reading [FOLDER ...]
"""

from __future__ import annotations

import multiprocessing
import queue
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pypdfium2

from intake import rulebook
from intake.adapters import pdf
from intake.demo import documents, people
from intake.journey import recognise
from intake.model import DocumentKind, PdfFacts

CONFIG = Path(__file__).parents[1] / "config"
WORKERS = 2
ROUNDS = 3  # the best of each counts: other work on the machine only ever slows
_KINDS = ("doctorate", "master", "bachelor", "transcript", "language", "employer", "school")
_COPIES = 10  # of the generated applications: enough files for two processes


class Taken(NamedTuple):
    """Seconds of wall time for so many pages."""

    seconds: float
    pages: int

    def __str__(self) -> str:
        each = self.seconds * WORKERS / self.pages * 1000
        return f"{self.pages / self.seconds:6.0f} pages/s, {each:5.2f} ms of a process a page"


def applications(folder: Path) -> list[Path]:
    """Applications of about 12 pages of the demo's documents, one in English and one in German each."""
    paths = []
    for number, (language, person) in enumerate(
        (language, person) for language in ("en", "de") for person in people.EVERYONE[:_COPIES]
    ):
        letter = documents.letter(person, language, ("postdoc/causal-inference",))
        certificates = (documents.certificate(kind, person) for kind in _KINDS)
        paths.append(folder / f"{number}.pdf")
        paths[-1].write_bytes(documents.joined(letter, documents.cv(person), *certificates))
    return paths


def floor(paths: list[Path]) -> Taken:
    """PDFium's text of every page, by two processes that are already warm."""
    with multiprocessing.get_context("spawn").Pool(WORKERS) as processes:
        processes.map(_text, [paths[0]] * WORKERS * 2, chunksize=1)
        began = time.monotonic()
        pages = sum(processes.imap_unordered(_text, paths))
        return Taken(time.monotonic() - began, pages)


def _text(path: Path) -> int:
    document = pypdfium2.PdfDocument(path)
    count = len(document)
    for index in range(count):
        page = document[index]
        layer = page.get_textpage()
        layer.get_text_range()
        layer.close()
        page.close()
    document.close()
    return count


def ours(pool: pdf.PdfPool, contents: Iterable[bytes]) -> tuple[Taken, list[PdfFacts]]:
    """The same files through the pool, from as many threads as it has children."""
    waiting: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    for content in contents:
        waiting.put(content)
    found: list[PdfFacts] = []

    def read() -> None:
        while True:
            try:
                content = waiting.get_nowait()
            except queue.Empty:
                return
            found.append(pool.read(content))

    threads = [threading.Thread(target=read) for _ in range(WORKERS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Taken(time.monotonic() - began, sum(facts.page_count for facts in found)), found


def is_born_digital(facts: PdfFacts) -> bool:
    return (
        bool(facts.pages) and all(page.readable for page in facts.pages) and any(p.lines for p in facts.pages)
    )


def recognised(found: list[PdfFacts]) -> float:
    """Milliseconds of CPU a page that recognition takes."""
    rules = rulebook.load(CONFIG).documents
    began = time.process_time()
    for facts in found:
        recognise.documents(facts, rules=rules, required=tuple(DocumentKind))
    return (time.process_time() - began) / sum(facts.page_count for facts in found) * 1000


def main(folders: list[str]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        given = sorted(path for folder in folders for path in Path(folder).rglob("*.pdf"))
        paths = given or applications(Path(scratch))
        pool = pdf.PdfPool(Path(scratch) / "spool", pdf.PdfLimits(), workers=WORKERS)
        try:
            contents = {path: path.read_bytes() for path in paths}
            digital = [path for path in paths if is_born_digital(pool.read(contents[path]))]
            lowest = min(floor(digital) for _ in range(ROUNDS))
            runs = [ours(pool, (contents[path] for path in digital)) for _ in range(ROUNDS)]
        finally:
            pool.close()
    best, found = min(runs, key=lambda run: run[0].seconds)
    reading = best.seconds * WORKERS / best.pages * 1000
    recognition = recognised(found)
    print(f"{len(digital)} born-digital files, {best.pages} pages, {WORKERS} processes")
    print(f"floor (PDFium's text): {lowest}")
    print(f"facts, all in:         {best}")
    print(f"ratio {best.seconds / lowest.seconds:.2f}")
    print(f"facts and recognition: {reading:.1f} + {recognition:.1f} = {reading + recognition:.1f} ms a page")


if __name__ == "__main__":
    main(sys.argv[1:])
