"""The PDF: what can be known of a file and its pages without judging them, and what OCR reads of a page."""

from __future__ import annotations

from dataclasses import field
from enum import StrEnum

from intake.model.elements import value


@value
class Line:
    """One line of text as the content stream gives it. Positions in points from the lower left."""

    text: str
    size: float
    x: float = 0.0
    y: float = 0.0
    bold: bool = False


@value
class PageFacts:
    """What can be known of a page without judging it."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...] = ()
    image_cover: float = 0.0  # share of the page that its largest image covers, 0..1
    scan: bool = False  # an image of a page, with no text layer that can be trusted
    garbage: bool = False  # a text layer that is no text (broken font maps)
    hidden: tuple[str, ...] = ()  # text a reader cannot see; it counts for nothing
    ocr: bool = False  # OCR has looked at the page, and ``lines`` are its reading
    certainty: float = 1.0  # of the reading: mean confidence of OCR in its words, 0..1; 1.0 for a text layer
    turned: int = 0  # degrees clockwise by which the page was turned to be read: 0, 90, 180 or 270

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)

    @property
    def readable(self) -> bool:
        return self.ocr or not (self.scan or self.garbage)


@value
class Picture:
    """One page as a picture, 8 bits of grey a pixel, rows from the top. ``dpi``: pixels per inch of page."""

    width: int
    height: int
    dpi: float
    pixels: bytes = field(repr=False)


@value
class PageReading:
    """What OCR read of one page, as in ``PageFacts``; width and height in points, of the page turned upright.

    Nothing read with certainty 1.0 is an empty page; with certainty 0.0 there is something on it that
    OCR could not read.
    """

    width: float
    height: float
    lines: tuple[Line, ...] = ()
    certainty: float = 0.0
    turned: int = 0


class FileFault(StrEnum):
    """What is wrong with a PDF file. The first six are problems of the same name."""

    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    TOO_MANY_PAGES = "too-many-pages"
    ACTIVE_CONTENT = "active-content"
    KILLED = "killed"  # the child broke a limit of memory or crashed: nothing is known of the file
    TIMED_OUT = "timed-out"


@value
class PdfFacts:
    """One PDF file, read in a limited child. ``faults`` may hold several."""

    sha256: str
    size: int
    page_count: int = 0
    pages: tuple[PageFacts, ...] = ()
    faults: tuple[FileFault, ...] = ()
    signed: bool = False
    details: tuple[str, ...] = ()  # for us: what the engines said, never for a reply
