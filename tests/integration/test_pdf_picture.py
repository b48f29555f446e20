"""Pages painted for OCR: within bounds whatever their size, and as a person sees them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pypdf
import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from intake.adapters import pdf, pdf_child
from tests import hostile_pdfs


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pdf.PdfPool]:
    reader = pdf.PdfPool(tmp_path_factory.mktemp("spool"), pdf.PdfLimits())
    yield reader
    reader.close()


def sheet(width: float, height: float, *, image: tuple[int, int] | None = None, rotate: int = 0) -> bytes:
    """One page with a black square in its upper left corner and, if wanted, a white scan of so many pixels."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(width, height), invariant=1)
    if image:
        canvas.drawImage(ImageReader(Image.new("L", image, 255)), 0, 0, width, height)
    canvas.rect(0, height - width / 10, width / 10, width / 10, fill=1)
    canvas.save()
    if not rotate:
        return target.getvalue()
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(target.getvalue()))
    writer.pages[0].rotate(rotate)
    turned = io.BytesIO()
    writer.write(turned)
    return turned.getvalue()


@pytest.mark.parametrize(
    "make,size,dpi",
    [
        pytest.param(lambda: sheet(595, 842), (1240, 1755), 150, id="a4"),
        pytest.param(lambda: sheet(842, 1191), (1262, 1784), 107.9, id="a3-is-clamped"),
        pytest.param(lambda: sheet(3024, 4032), (1300, 1733), 30.9, id="a-photo-as-a-page-of-a-metre"),
        pytest.param(lambda: sheet(14_000, 14_000), (1500, 1500), 7.7, id="the-largest-legal-page"),
        pytest.param(lambda: sheet(200, 283), (417, 590), 150, id="small-without-a-scan"),
        pytest.param(
            lambda: sheet(200, 283, image=(1654, 2339)), (827, 1170), 297.7, id="small-with-a-fine-scan"
        ),
        pytest.param(lambda: sheet(5, 10_000), (3, 6000), 43.2, id="a-strip"),
    ],
)
def test_bounds_the_picture(
    pool: pdf.PdfPool, make: Callable[[], bytes], size: tuple[int, int], dpi: float
) -> None:
    """150 pixels to the inch, as fine as the scan on a small page, and never more than 2.3 million of them."""
    seen = pool.picture(make(), 1)

    assert seen is not None
    assert (seen.width, seen.height) == size
    assert seen.dpi == pytest.approx(dpi, abs=0.1)


@pytest.mark.parametrize(
    "rotate,corner",
    [pytest.param(0, "upper left", id="0"), pytest.param(90, "upper right", id="90"),
     pytest.param(180, "lower right", id="180"), pytest.param(270, "lower left", id="270")],
)  # fmt: skip
def test_heeds_rotation(pool: pdf.PdfPool, rotate: int, corner: str) -> None:
    """A page with /Rotate is painted as viewers show it (ISO 32000-1 table 30)."""
    seen = pool.picture(sheet(595, 842, rotate=rotate), 1)

    assert seen is not None
    image = Image.frombytes("L", (seen.width, seen.height), seen.pixels)
    right, low = seen.width - 20, seen.height - 20
    corners = {
        "upper left": (20, 20),
        "upper right": (right, 20),
        "lower left": (20, low),
        "lower right": (right, low),
    }
    assert [name for name, at in corners.items() if image.getpixel(at) == 0] == [corner]


def test_a_bomb_has_no_picture(pool: pdf.PdfPool) -> None:
    """What breaks a limit ends its child, and the next page is painted by a new one."""
    assert pool.picture(hostile_pdfs.slow(), 1) is None
    assert pool.picture(hostile_pdfs.plain(), 1) is not None


@pytest.mark.parametrize(
    "answer",
    [pytest.param(b"short", id="short"), pytest.param(bytes(16) + b"x", id="no-size"),
     pytest.param(b"\x00\x00\x00\x02\x00\x00\x00\x02" + b"\x7f\xf8" + bytes(6) + b"abcd", id="dpi-is-no-number"),
     pytest.param(b"\x00\x00\x00\x02\x00\x00\x00\x02" + b"\x40\x62\xc0" + bytes(5) + b"abc", id="a-pixel-too-few")],
)  # fmt: skip
def test_refuses_what_is_no_picture(answer: bytes) -> None:
    """The parent takes nothing from a child that does not add up."""
    with pytest.raises(ValueError, match="no picture"):
        pdf_child.unpack(answer)
