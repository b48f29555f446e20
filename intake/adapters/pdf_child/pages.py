"""PDFium's view of a file -> ``PageFacts``, one page at a time, within the text limit."""

from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from intake.adapters.pdf_child import glance as glances
from intake.adapters.pdf_child import hidden, layout, nonsense, paint, repair, text
from intake.model import Line, PageFacts

_MOST_LINES = 2_000  # of one page
_LONGEST_LINE = 2_000  # characters; a paragraph set as one line has some 1,500
_MOST_HIDDEN = 50  # hidden passages listed of one page, ...
_LONGEST_HIDDEN = 200  # ... with so many characters each
_MOST_LAID_OUT = 10  # shuffled pages that pdfplumber may read of one file: it takes 30-60 ms a page

# The scan test of the measurements: right on 145 of 145 scans, no false one in 521 pages.
_FEW_CHARACTERS = 40
_COVERED = 0.5
_OUTLINED = 300  # paths: letters drawn as curves

# Links paint at most a thin frame, pop-ups nothing.
_HARMLESS_ANNOTATIONS = frozenset({pdfium.FPDF_ANNOT_LINK, pdfium.FPDF_ANNOT_POPUP})
# Annotations that a person reads as part of the page; PDFium's text layer knows them only when flattened.
_READ_ANNOTATIONS = frozenset({pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_STAMP})


class RefusedError(Exception):
    """PDFium does not open the file. ``locked``: because of its encryption."""

    def __init__(self, message: str, *, locked: bool = False) -> None:
        super().__init__(message)
        self.locked = locked


@dataclass(frozen=True)
class Seen:
    """One page. blank: nothing is on it; lost: it could not be loaded; note: for us, or ""."""

    facts: PageFacts
    blank: bool = False
    lost: bool = False
    note: str = ""


class Document:
    """A file open in PDFium. Raises RefusedError."""

    def __init__(
        self, source: Path | io.BytesIO, *, max_text: int, glance: glances.Glance | None = None
    ) -> None:
        self._source = source
        self._transparency = glance is None or glance.transparency
        self._layers = glance is None or glance.layers
        self._text_left = max_text
        self._laid_out = 0
        try:
            self._file = pypdfium2.PdfDocument(source)
        except pypdfium2.PdfiumError as exc:
            locked = exc.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
            raise RefusedError(f"PDFium: {exc}", locked=locked) from exc
        if self._file.get_formtype() != pdfium.FORMTYPE_NONE:
            self._file.init_forms()

    @property
    def page_count(self) -> int:
        return len(self._file)

    def has_page(self, number: int) -> bool:
        """Whether this page is there: /Count may claim any number."""
        try:
            self._file[number - 1].close()
        except (pypdfium2.PdfiumError, IndexError):
            return False
        return True

    def rewritten(self) -> io.BytesIO:
        """The file as PDFium writes it anew, for an engine that refuses the old one."""
        copy = io.BytesIO()
        self._file.save(copy)
        copy.seek(0)
        return copy

    def pages(self, count: int) -> Iterator[Seen]:
        """The first ``count`` pages, in order."""
        for number in range(1, count + 1):
            yield self._page(number)

    def _page(self, number: int) -> Seen:
        try:
            page = self._file[number - 1]
        except (pypdfium2.PdfiumError, IndexError) as exc:
            lost = PageFacts(number=number, width=0.0, height=0.0, garbage=True)
            return Seen(lost, lost=True, note=f"p. {number}: cannot be loaded: {exc}")
        kinds = _annotations(page)
        if kinds & _READ_ANNOTATIONS:
            pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY)  # in memory only
            page.close()
            page = self._file[number - 1]
        try:
            return self._look(page, number, covered=not kinds <= _HARMLESS_ANNOTATIONS)
        finally:
            page.close()

    def _look(self, page: pypdfium2.PdfPage, number: int, *, covered: bool) -> Seen:
        view = text.View(page)
        layer = text.PageText(page, view)
        try:
            return self._read(page, number, view, layer, covered=covered)
        finally:
            layer.close()

    def _read(
        self, page: pypdfium2.PdfPage, number: int, view: text.View, layer: text.PageText, *, covered: bool
    ) -> Seen:
        found = paint.survey(page, view, transparency=self._transparency)
        facts = PageFacts(
            number=number,
            width=round(view.width, 1),
            height=round(view.height, 1),
            image_cover=round(_cover(found.drawn, view), 3),
        )
        if not found.drawn.objects and not layer.raw.strip():
            return Seen(facts, blank=True)
        if len(layer.raw) > self._text_left:
            return Seen(replace(facts, garbage=True), note=f"p. {number}: over the text limit, not read")
        self._text_left -= len(layer.raw)
        words = _Words(layer)
        doubted = (
            None if covered or self._layers or found.doubted is None else found.doubted | layer.doubtful()
        )
        if doubted is None or doubted:
            words.look_for_hidden(page, view, found.drawn, doubted)
        return self._judge(view, layer, words, found.drawn, facts)

    def _judge(
        self, view: text.View, layer: text.PageText, words: _Words, on_page: text.Drawn, facts: PageFacts
    ) -> Seen:
        """Tell scan, garbage and text apart, and take what cannot be seen out of the text."""
        visible, invisible = words.visible, words.invisible
        note = ""
        if _is_scan(visible, invisible, on_page, view):
            if invisible:
                note = f"p. {facts.number}: scan with a text layer of {invisible} characters that nobody sees"
            return Seen(replace(facts, scan=True), note=note)
        if _is_garbage(layer):
            return Seen(replace(facts, garbage=True), note=f"p. {facts.number}: broken text layer")
        if invisible > max(visible, _FEW_CHARACTERS):
            # Either a trick, or a page that this engine cannot paint. Nothing may be concluded from it.
            note = f"p. {facts.number}: most of its text cannot be seen"
            facts = replace(facts, garbage=True)
        shown = words.shown(view)
        if layout.is_shuffled(shown):
            shown = self._laid_out_lines(shown, facts.number, may_use_geometry=not words.invisible)
        return Seen(replace(facts, lines=shown[:_MOST_LINES], hidden=words.concealed()), note=note)

    def _laid_out_lines(
        self, shown: tuple[Line, ...], number: int, *, may_use_geometry: bool
    ) -> tuple[Line, ...]:
        """pdfplumber knows nothing of hidden words, so a page that has some is only sorted."""
        if may_use_geometry and self._laid_out < _MOST_LAID_OUT:
            self._laid_out += 1
            if found := layout.lines(self._source, number):
                return found
        return layout.from_above(shown)


def _annotations(page: pypdfium2.PdfPage) -> set[int]:
    """The kinds of a page's annotations."""
    kinds = set()
    for index in range(min(pdfium.FPDFPage_GetAnnotCount(page.raw), 1_000)):
        annotation = pdfium.FPDFPage_GetAnnot(page.raw, index)
        kinds.add(int(pdfium.FPDFAnnot_GetSubtype(annotation)))
        pdfium.FPDFPage_CloseAnnot(annotation)
    return kinds


def _cover(on_page: text.Drawn, view: text.View) -> float:
    return max((_share(box, view) for box in on_page.images), default=0.0)


def _share(box: text.Box, view: text.View) -> float:
    width = min(box.right, view.width) - max(box.left, 0.0)
    height = min(box.bottom, view.height) - max(box.top, 0.0)
    if width <= 0 or height <= 0:
        return 0.0
    share: float = width * height / (view.width * view.height)
    return min(1.0, share)


def _is_garbage(layer: text.PageText) -> bool:
    """A text layer that holds no words: without a font map, of letters by chance, or spelled out."""
    raw = layer.raw
    return repair.is_garbage(raw, layer.unmapped) or nonsense.is_nonsense(raw) or nonsense.is_spelled(raw)


def _is_scan(visible: int, invisible: int, on_page: text.Drawn, view: text.View) -> bool:
    shares = [_share(box, view) for box in on_page.images]
    if max(shares, default=0.0) >= _COVERED and invisible > visible:
        return True  # a scan with an OCR layer
    if visible >= _FEW_CHARACTERS:
        return False
    return sum(shares) >= _COVERED or on_page.paths > _OUTLINED  # scanners cut pages into strips, too


class _Words:
    """A page's words: as lines, where nothing can be hidden, or looked at one by one."""

    def __init__(self, layer: text.PageText) -> None:
        self._layer = layer
        self._parts = layer.parts()
        self._lines: list[text.TextLine] = []
        self._unseen: set[int] = set()
        self.visible = len("".join(layer.raw.split()))
        self.invisible = 0

    def look_for_hidden(
        self, page: pypdfium2.PdfPage, view: text.View, on_page: text.Drawn, doubted: set[int] | None
    ) -> None:
        """Find the words that nobody sees, among those of the doubted text objects. A render, or three."""
        everywhere = self._layer.words(0, len(self._layer.raw))
        words = list(everywhere if doubted is None else self._layer.words_of(doubted))
        unseen = hidden.find(page, view, self._layer, words, on_page) if words else set()
        if unseen:
            self.invisible = sum(len(words[i].text) for i in unseen)
            self.visible -= self.invisible
            self._lines = self._layer.lines()
            starts = {words[i].start for i in unseen}
            self._unseen = {id(word) for line in self._lines for word in line.words if word.start in starts}

    def shown(self, view: text.View) -> tuple[Line, ...]:
        if self._unseen:
            return tuple(_shown(self._layer, self._lines, self._unseen, view))
        return tuple(_lines(self._parts, view))

    def concealed(self) -> tuple[str, ...]:
        return tuple(_concealed(self._lines, self._unseen))


def _lines(parts: list[text.Part], view: text.View) -> Iterator[Line]:
    for part in parts:
        read = repair.line(part.text)[:_LONGEST_LINE]
        if read:
            y = view.height - part.y
            yield Line(text=read, size=part.run.size, x=round(part.x, 1), y=round(y, 1), bold=part.run.bold)


def _shown(
    layer: text.PageText, lines: list[text.TextLine], unseen: set[int], view: text.View
) -> Iterator[Line]:
    """The lines without the words that cannot be seen."""
    for line in lines:
        words = [word for word in line.words if id(word) not in unseen]
        if len(words) < len(line.words) and not any(_speaks(word) for word in words):
            continue  # only the dots and dashes are left of what was hidden
        for part in _parts(words):
            read = repair.line(_between(layer.raw, part, line, unseen))[:_LONGEST_LINE]
            if not read:
                continue
            x, baseline = layer.baseline(part[0].start, part[0].box)
            run = max(part, key=lambda word: len(word.text)).run  # a bullet or a footnote's mark says nothing
            y = view.height - baseline
            yield Line(text=read, size=run.size, x=round(x, 1), y=round(y, 1), bold=run.bold)


def _parts(words: list[text.Word]) -> Iterator[list[text.Word]]:
    """A line cut where the type size changes across a gap: a heading beside what it heads."""
    start = 0
    for i, (before, after) in enumerate(itertools.pairwise(words), 1):
        smaller, larger = sorted((before.run.size, after.run.size))
        if larger > text.OTHER_SIZE * smaller and after.box.left - before.box.right > text.GAP * larger:
            yield words[start:i]
            start = i
    if words:
        yield words[start:]


def _between(raw: str, part: list[text.Word], line: text.TextLine, unseen: set[int]) -> str:
    """The text from the first to the last word of a part, less the words that cannot be seen."""
    kept, position = [], part[0].start
    for word in line.words:
        if id(word) in unseen and position <= word.start < part[-1].end:
            kept.append(raw[position : word.start])
            position = word.end
    return "".join(kept) + raw[position : part[-1].end]


def _concealed(lines: list[text.TextLine], unseen: set[int]) -> Iterator[str]:
    passages = (" ".join(word.text for word in line.words if id(word) in unseen) for line in lines)
    readable = (repair.line(passage)[:_LONGEST_HIDDEN] for passage in passages if passage)
    found = [passage for passage in readable if any(map(str.isalnum, passage))]
    yield from found[:_MOST_HIDDEN]


def _speaks(word: text.Word) -> bool:
    return any(map(str.isalnum, word.text))
