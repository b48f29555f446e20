"""One page as a grey picture for OCR: painted fine, then halved, which smooths the grain of a scan.

300 dpi halved to 150 was the best that fits into the budget: painted at 150 dpi at once, PDFium drops pixels
of a scan; at 200 dpi the reading is no surer and takes a quarter longer.
"""

from __future__ import annotations

import io
import math
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
from PIL import Image

from intake.adapters.pdf_child import structure
from intake.model import Picture

_DPI = 300.0
_FINEST = 600.0  # a scan that is finer than 300 dpi, on a small page, is painted as it is up to here
_MOST_PIXELS = 9_000_000  # painted: A4 at 300 dpi has 8.7 million; page sizes up to 1e9 points exist
_LONGEST_SIDE = 12_000  # pixels
_HALF = 2
_MOST_IMAGES = 50  # looked at for the resolution of a scan


def painted(path: Path, number: int, most_pages: int) -> Picture:
    """Runs in the child. The page (from 1); raises what the engines raise when it cannot be painted."""
    document = _opened(path, number, most_pages)
    if document.get_formtype() != pdfium.FORMTYPE_NONE:
        document.init_forms()
    page = document[number - 1]
    scale = _scale(page)
    picture: Image.Image = page.render(scale=scale, grayscale=True).to_pil().convert("L").reduce(_HALF)
    return Picture(
        width=picture.width, height=picture.height, dpi=scale * 72 / _HALF, pixels=picture.tobytes()
    )


def _opened(path: Path, number: int, most_pages: int) -> pypdfium2.PdfDocument:
    """The file as it is, or as pypdf writes it anew where PDFium refuses it or sees less of it."""
    try:
        document = pypdfium2.PdfDocument(path)
        document[number - 1].close()
    except (pypdfium2.PdfiumError, IndexError):
        copy: io.BytesIO = structure.rewrite(structure.examine(path, max_pages=most_pages))
        return pypdfium2.PdfDocument(copy)
    return document


def _scale(page: pypdfium2.PdfPage) -> float:
    """Pixels per point: as fine as the scan on the page is, within bounds."""
    width, height = (max(float(side), 0.01) for side in page.get_size())
    wanted = min(max(_DPI, _native(page)), _FINEST) / 72
    return min(wanted, math.sqrt(_MOST_PIXELS / (width * height)), _LONGEST_SIDE / max(width, height))


def _native(page: pypdfium2.PdfPage) -> float:
    """The resolution of the picture that covers most of the page, in dpi; 0 where there is none."""
    largest, dpi = 0.0, 0.0
    for count, image in enumerate(page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=1)):
        if count >= _MOST_IMAGES:
            break
        left, bottom, right, top = image.get_bounds()
        area = (right - left) * (top - bottom)
        if area > largest:
            across, down = image.get_px_size()
            largest, dpi = area, 72 * math.sqrt(across * down / area)
    return dpi
