"""What happens to papers on their way: joined, scanned, locked with a password, cut off by a bad transfer."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from random import Random

import pypdfium2
from PIL import Image, ImageFilter
from pypdf import PdfReader, PdfWriter
from pypdf.constants import UserAccessPermissions
from pypdf.generic import ArrayObject, ByteStringObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from intake.demo.documents import sheet

_EVERYTHING = UserAccessPermissions.all()
PAPER_GREY = 226
"""Brightness of the ground of an office scan, 0 to 255; certificates are rarely scanned onto pure white."""


def joined(*pdfs: bytes) -> bytes:
    """One PDF with the pages of all, in this order."""
    writer = PdfWriter()
    for pdf in pdfs:
        writer.append(io.BytesIO(pdf), import_outline=False)
    return written(writer)


def pages(pdf: bytes, *numbers: int) -> bytes:
    """Only these pages, counted from 1; a page may be taken twice."""
    writer, reader = PdfWriter(), PdfReader(io.BytesIO(pdf))
    for number in numbers:
        writer.add_page(reader.pages[number - 1])
    return written(writer)


def scanned(
    pdf: bytes, *, dpi: int = 150, skew: float = 0.6, noise: float = 0.09, rotate: int = 0, quality: int = 62
) -> bytes:
    """The same pages as pictures without a text layer, as an office scanner or a telephone delivers them.

    `skew` in degrees, `noise` as the share of grain in the picture, `rotate` in steps of 90 degrees for
    paper that lay sideways or upside down.
    """
    leaves = io.BytesIO()
    canvas = Canvas(leaves, invariant=1)
    for number, clean in enumerate(_rendered(pdf, dpi)):
        leaf = _scan_of(clean, skew=skew if number % 2 == 0 else -skew, noise=noise, seed=number)
        _add_leaf(canvas, leaf.rotate(-rotate, expand=True), dpi=dpi, quality=quality)
    canvas.save()
    return leaves.getvalue()


def encrypted(pdf: bytes, password: str, *, algorithm: str = "RC4-128") -> bytes:
    """A PDF that opens only with the password. The AES variants are more usual today, but use random salts:
    with them the bytes differ at every call."""
    return _locked(pdf, user=password, owner=password, algorithm=algorithm)


def empty_user_password(pdf: bytes) -> bytes:
    """A PDF that opens without a password but forbids copying, as some examination offices send them."""
    return _locked(pdf, user="", owner="examinations-office", permissions=UserAccessPermissions.PRINT)


def damaged(pdf: bytes) -> bytes:
    """The beginning of a PDF whose transfer broke off and garbled the rest: no engine finds an object."""
    beginning = pdf[: max(len(pdf) // 3, 200)]
    return beginning.replace(b"obj", b"\x00b\x1a").replace(b"stream", b"str\x00\x00m")


def written(writer: PdfWriter) -> bytes:
    """The bytes of what a pypdf writer holds."""
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _locked(
    pdf: bytes,
    *,
    user: str,
    owner: str,
    algorithm: str = "RC4-128",
    permissions: UserAccessPermissions = _EVERYTHING,
) -> bytes:
    """Encrypt with a file identifier derived from the content.

    pypdf draws both halves at random and offers no public way to set them, so its attribute is set before
    encrypting, when the key is made from it, and after.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    identifier = ByteStringObject(hashlib.sha256(pdf).digest()[:16])
    writer._ID = ArrayObject((identifier, identifier))
    writer.encrypt(user, owner, algorithm=algorithm, permissions_flag=permissions)
    writer._ID = ArrayObject((identifier, identifier))
    return written(writer)


def _rendered(pdf: bytes, dpi: int) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L")
    finally:
        document.close()


def _scan_of(clean: Image.Image, *, skew: float, noise: float, seed: int) -> Image.Image:
    """Grey ground, softened edges, a slight turn and grain."""
    ground = clean.point(lambda light: int(28 + light * (PAPER_GREY - 28) / 255))
    turned = ground.filter(ImageFilter.GaussianBlur(0.6)).rotate(
        skew, resample=Image.Resampling.BILINEAR, fillcolor=PAPER_GREY
    )
    grain = Random(seed).randbytes(turned.width * turned.height)  # grain, not a secret
    return Image.blend(turned, Image.frombytes("L", turned.size, grain), noise)


def _add_leaf(canvas: Canvas, leaf: Image.Image, *, dpi: int, quality: int) -> None:
    """One page of the picture's own size, filled by the picture as JPEG."""
    jpeg = io.BytesIO()
    leaf.save(jpeg, "JPEG", quality=quality)
    jpeg.seek(0)
    size = (leaf.width * 72 / dpi, leaf.height * 72 / dpi)
    canvas.setPageSize(size)
    canvas.drawImage(ImageReader(jpeg), 0, 0, *size)
    canvas.showPage()


def page(heading: str, *paragraphs: str) -> bytes:
    """One page of running text under a heading: a statement, an invoice, whatever is no application paper."""
    story = [Paragraph(heading, sheet.style("serif", 16, bold=True, after=12))]
    story += [Paragraph(text, sheet.style("serif", 11, align="justify", after=8)) for text in paragraphs]
    return sheet.bound(story, title=heading, author="")


def placeholder(heading: str = "Bachelorzeugnis") -> bytes:
    """A separator sheet: the heading of a document and nothing under it."""
    story = [sheet.gap(95), Paragraph(heading, sheet.style("sans", 26, align="center"))]
    return sheet.bound(story, title=heading, author="")


def blank(count: int = 1) -> bytes:
    """Empty pages, as word processors leave them at the end."""

    def draw(canvas: Canvas) -> None:
        for _ in range(count):
            canvas.showPage()

    return sheet.drawn(draw, title="")
