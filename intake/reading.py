"""Reads one PDF: its text layer, then by OCR the pages that the decision needs and that have no text.

Two pages at a time, then everything known is judged again, until nothing more is wanted or the time for
one mail is over. What OCR has read of a case is kept until the case is decided, so that a message that
is tried again does not pay twice.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from intake.journey import plan
from intake.model import PageReading, PdfFacts
from intake.ports import Ledger, Ocr, PdfReader, Readings

_AHEAD = 2  # files read before they are asked for, at the same time
_PREPARED = 8  # files whose facts are kept until they are asked for

Wanted = Callable[[PdfFacts, frozenset[int]], tuple[int, ...]]
"""Which pages to read next, of these facts, when those pages could not be read."""


class Shelf:
    """The readings of cases that are not decided yet; each case's place is a row in the ledger.

    A case has its room before it has its row, and loses it after its row: what a killed life left is found
    by its room.
    """

    def __init__(self, readings: Readings, ledger: Ledger) -> None:
        self._readings = readings
        self._ledger = ledger

    def find(self, case: str, sha256: str, page: int) -> PageReading | None:
        return self._readings.find(case, sha256, page)

    def keep(self, case: str, sha256: str, page: int, reading: PageReading) -> None:
        where = self._readings.open(case)
        self._ledger.add_place(case, kind="spool", where=where)
        self._readings.keep(case, sha256, page, reading)

    def forget(self, case: str) -> None:
        """The case is decided: its readings go, and the row that told of them."""
        if case in self._readings.cases():
            self._remove(case)

    def sweep(self, undecided: Collection[str]) -> None:
        """Remove what lives that were killed left of cases that have been decided since."""
        for case in self._readings.cases():
            if case not in undecided:
                self._remove(case)

    def _remove(self, case: str) -> None:
        self._readings.clear(case)
        self._ledger.drop_place(case, kind="spool", where=self._readings.open(case))
        self._readings.close(case)


class Reading:
    """The reader of PDFs with OCR behind it. Thread-safe.

    seconds: of wall time for the OCR of one file; pages: read at the same time.
    """

    def __init__(self, reader: PdfReader, ocr: Ocr, *, seconds: float, pages: int) -> None:
        self._reader = reader
        self._ocr = ocr
        self._seconds = seconds
        self._threads = ThreadPoolExecutor(pages, thread_name_prefix="ocr")
        self._readers = ThreadPoolExecutor(_AHEAD, thread_name_prefix="pdf")
        # By the content's identity, beside the content itself, which is small (``ahead.LARGEST``): to know it by its
        # hash costs more than a millisecond for each megabyte.
        self._prepared: dict[int, tuple[bytes, Future[PdfFacts]]] = {}

    def prepare(self, content: bytes, then: Callable[[PdfFacts], None] = lambda _: None) -> None:
        """Have this file read while other work is done: a ``read`` of the same object soon finds its facts. The last few
        are kept, so that what is never asked for costs no more than that. then: what is done with the facts first; what
        it raises, whoever asks for them meets."""

        def read() -> PdfFacts:
            facts = self._reader.read(content)
            then(facts)
            return facts

        reading = self._readers.submit(read)
        self._prepared[id(content)] = content, reading
        for oldest in list(self._prepared)[:-_PREPARED]:
            if (left := self._prepared.pop(oldest, None)) is not None:
                left[1].cancel()

    def _facts(self, content: bytes) -> PdfFacts:
        if (begun := self._prepared.pop(id(content), None)) is not None:
            return begun[1].result()
        return self._reader.read(content)

    def read(self, content: bytes, wanted: Wanted, *, shelf: Shelf | None = None, case: str = "") -> PdfFacts:
        """Facts of one file, with the pages that were wanted as OCR read them. Raises Transient when the
        machine, not the file, is at fault. shelf: where the readings of ``case`` are kept."""
        facts = self._facts(content)
        deadline = time.monotonic() + self._seconds
        tried: frozenset[int] = frozenset()
        while time.monotonic() < deadline and (numbers := wanted(facts, tried)):
            if not self._ocr.works():
                break
            for page, reading in self._batch(content, facts.sha256, numbers, shelf, case):
                if reading:
                    facts = plan.with_reading(facts, page, reading)
                else:
                    tried |= {page}
        return facts

    def application(
        self,
        opening: plan.Opening,
        rules: plan.Rules,
        wanted: Wanted,
        *,
        shelf: Shelf | None = None,
        case: str = "",
    ) -> tuple[plan.Opening, PdfFacts | None]:
        """The file that a mail was found to apply with, read; several PDFs as one where an admin wants that and
        they can be joined. None where there is nothing to read."""
        parts = plan.to_merge(opening, rules)
        if parts:
            found = [self.read(part.content, wanted, shelf=shelf, case=case) for part in parts]
            order = plan.order_of(found, opening, rules)
            content = self.join([parts[at].content for at in order]) if order else None
            if content is not None:
                return plan.merged(opening, [parts[at] for at in order], [found[at] for at in order], content)
        if opening.to_open is None:
            return opening, None
        return opening, self.read(opening.to_open, wanted, shelf=shelf, case=case)

    def join(self, files: Sequence[bytes]) -> bytes | None:
        """Several PDFs as one, or None: see ``ports.PdfReader.join``."""
        return self._reader.join(files)

    def weaknesses(self) -> tuple[str, ...]:
        """Which walls the machine lacks for reading PDFs safely, in words."""
        return self._reader.weaknesses()

    def ocr_weaknesses(self) -> tuple[str, ...]:
        """Why scans are not read, or not behind every wall, in words."""
        return self._ocr.weaknesses()

    def close(self) -> None:
        """End the children. A reading by OCR under way is given up; one that was begun ahead ends first, since it
        would start its child again."""
        self._readers.shutdown(cancel_futures=True)
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._reader.close()
        self._ocr.close()

    def _batch(
        self, content: bytes, sha256: str, pages: tuple[int, ...], shelf: Shelf | None, case: str
    ) -> list[tuple[int, PageReading | None]]:
        """The readings of these pages: kept ones, and the others read at the same time, then kept."""
        found = {page: shelf.find(case, sha256, page) if shelf else None for page in pages}
        fresh = [page for page, reading in found.items() if reading is None]
        results = self._threads.map(lambda page: self._page(content, page), fresh)
        for page, reading in zip(fresh, results, strict=True):
            found[page] = reading
            if reading and shelf:
                shelf.keep(case, sha256, page, reading)
        return list(found.items())

    def _page(self, content: bytes, page: int) -> PageReading | None:
        picture = self._reader.picture(content, page)
        return self._ocr.read(picture) if picture else None
