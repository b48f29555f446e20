"""What happens to papers before they are sent: scanned, photographed, turned, read by bad OCR, locked, packed."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Literal, NamedTuple, get_args

import pypdfium2
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps
from pypdf import PdfWriter
from pypdf.generic import PdfObject, StreamObject
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from intake.demo.documents import effects

Condition = Literal[
    "scan", "faint-scan", "turned-90", "turned-180", "turned-270", "photo", "ocr-layer", "nonsense-layer",
    "garbage-layer", "glyph-words", "locked", "packed",
]  # fmt: skip
CONDITIONS: tuple[Condition, ...] = get_args(Condition)
PICTURES: frozenset[Condition] = frozenset(CONDITIONS) - {"glyph-words", "locked", "packed"}
"""The conditions after which every page is a picture."""


def suffered(pdf: bytes, condition: Condition, chance: Random) -> bytes:
    """The same pages in this condition. How far it went is drawn."""
    return _CONDITIONS[condition](pdf, chance)


def _scan(pdf: bytes, chance: Random) -> bytes:
    dpi, quality = chance.choice((110, 150, 200)), chance.randrange(45, 80)
    skew, noise = chance.uniform(-1.5, 1.5), chance.uniform(0.02, 0.13)
    return effects.scanned(pdf, dpi=dpi, skew=skew, noise=noise, quality=quality)


def _faint_scan(pdf: bytes, chance: Random) -> bytes:
    """Little contrast on grey ground, as of a pencil or of an empty cartridge."""
    bottom, top = chance.randrange(95, 135), chance.randrange(195, 225)
    return _pictured(
        pdf,
        lambda leaf: leaf.point([bottom + light * (top - bottom) // 255 for light in range(256)]),
        dpi=150,
    )


def turned(pdf: bytes, degrees: int, *, dpi: int = 150, skew: float = 0.6) -> bytes:
    """A scan of paper that lay turned clockwise by this many degrees; no page is marked as turned."""
    return effects.scanned(pdf, dpi=dpi, skew=skew, noise=0.05, rotate=degrees)


def photographed(pdf: bytes, chance: Random, *, dpi: int = 130, degrees: int = 0) -> bytes:
    """By a telephone on a desk: perspective, the shadow of a hand, warm and uneven light, slight blur."""
    return _pictured(
        pdf, lambda leaf: _photo(leaf, chance).rotate(-degrees, expand=True), dpi=dpi, quality=70
    )


def with_ocr_layer(pdf: bytes, chance: Random, *, dpi: int = 130) -> bytes:
    """A scan, and over it the words as scanners' OCR leaves them: invisible, where they are, few mistakes."""
    return _layered(pdf, lambda word: word, dpi=dpi, chance=chance)


def with_nonsense_layer(pdf: bytes, chance: Random, *, dpi: int = 130) -> bytes:
    """A scan with the layer of an OCR that understood nothing: half the letters are signs."""
    signs = "~|_^°;:.,-'`\\/=<>{}"

    def misread(word: str) -> str:
        return "".join(chance.choice(signs) if chance.random() < 0.55 else letter for letter in word)

    return _layered(pdf, misread, dpi=dpi, chance=chance)


def with_garbage_layer(pdf: bytes, chance: Random, *, dpi: int = 130, shift: int = 0) -> bytes:
    """A scan under letters that are all moved by the same number, as broken font maps show them."""
    shift = shift or chance.choice((-29, 3, 29))

    def moved(word: str) -> str:
        return "".join(
            chr(33 + (ord(letter) - 33 + shift) % 94) for letter in word if 33 <= ord(letter) < 127
        )

    return _layered(pdf, moved, dpi=dpi, chance=chance)


def with_glyph_words(pdf: bytes, _chance: Random) -> bytes:
    """The page's text drawn letter by letter, with gaps wide enough that readers see one word in each letter."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    for words, (width, height), _ in _pages(pdf):
        canvas.setPageSize((width, height))
        for word in words:
            step = max((word.right - word.left) / max(len(word.text), 1), 1.0)
            for index, letter in enumerate(word.text):
                canvas.setFont("Helvetica", max(word.size * 0.62, 1.0))
                canvas.drawString(word.left + index * step, word.bottom, letter)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def locked(pdf: bytes) -> bytes:
    """Opens without a password; copying and changing are forbidden."""
    return effects.empty_user_password(pdf)


def packed(pdf: bytes) -> bytes:
    """Objects in a compressed stream, cross-references in another (ISO 32000-1, 7.5.7 and 7.5.8).

    By hand, since none of our libraries writes them.
    """
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    objects = {number: one for number, one in enumerate(writer._objects, 1) if one is not None}
    inside = [number for number, one in objects.items() if not isinstance(one, StreamObject)]
    file, places = io.BytesIO(b"%PDF-1.7\n"), {}
    file.seek(0, io.SEEK_END)
    for number, one in objects.items():
        if isinstance(one, StreamObject):
            places[number] = file.tell()
            file.write(b"%d 0 obj\n%b\nendobj\n" % (number, _serialised(one)))
    holder = max(objects) + 1
    places[holder], places[holder + 1] = file.tell(), 0
    file.write(_object_stream(holder, {number: _serialised(objects[number]) for number in inside}))
    places[holder + 1] = file.tell()
    entries = [
        struct.pack(">BIH", 2, holder, inside.index(number)) if number in inside
        else struct.pack(">BIH", 1 if number in places else 0, places.get(number, 0), 0)
        for number in range(holder + 2)
    ]  # fmt: skip
    root = writer.root_object.indirect_reference
    assert root is not None
    head = b"/Type /XRef /Size %d /W [1 4 2] /Root %d 0 R" % (holder + 2, root.idnum)
    file.write(_stream(holder + 1, head, b"".join(entries)))
    file.write(b"startxref\n%d\n%%%%EOF\n" % places[holder + 1])
    return file.getvalue()


def _object_stream(number: int, objects: dict[int, bytes]) -> bytes:
    offsets, body = [], b""
    for name, one in objects.items():
        offsets.append(b"%d %d" % (name, len(body)))
        body += one + b"\n"
    index = b" ".join(offsets) + b"\n"
    return _stream(number, b"/Type /ObjStm /N %d /First %d" % (len(objects), len(index)), index + body)


def _stream(number: int, head: bytes, body: bytes) -> bytes:
    packed_body = zlib.compress(body)
    return b"%d 0 obj\n<< %b /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream\nendobj\n" % (
        number, head, len(packed_body), packed_body,
    )  # fmt: skip


def _serialised(one: PdfObject) -> bytes:
    target = io.BytesIO()
    one.write_to_stream(target)
    return target.getvalue()


class _Word(NamedTuple):
    text: str
    left: float
    bottom: float
    right: float
    size: float


def _pages(pdf: bytes) -> Iterator[tuple[list[_Word], tuple[float, float], pypdfium2.PdfPage]]:
    """Words with places, the size in points, and the page itself."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield list(_words(page)), page.get_size(), page
    finally:
        document.close()


def _words(page: pypdfium2.PdfPage) -> Iterator[_Word]:
    """PDFium's characters, joined to words at white space."""
    text = page.get_textpage()
    letters: list[tuple[str, tuple[float, float, float, float]]] = []
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if letter.strip():
            letters.append((letter, text.get_charbox(index, loose=True)))
            continue
        yield from _one_word(letters)
        letters = []
    yield from _one_word(letters)


def _one_word(letters: Sequence[tuple[str, tuple[float, float, float, float]]]) -> Iterator[_Word]:
    if letters:
        first, last = letters[0][1], letters[-1][1]
        written = "".join(letter for letter, _ in letters)
        yield _Word(written, first[0], first[1], last[2], max(first[3] - first[1], 1.0))


def _layered(pdf: bytes, misread: Callable[[str], str], *, dpi: int, chance: Random) -> bytes:
    """Pictures of the pages with invisible text (render mode 3) where the words are."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    for words, (width, height), page in _pages(pdf):
        leaf = _grained(page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L"), chance)
        canvas.setPageSize((width, height))
        canvas.drawImage(_jpeg(leaf, 60), 0, 0, width, height)
        for word in words:
            line = canvas.beginText(word.left, word.bottom)
            line.setTextRenderMode(3)
            line.setFont("Helvetica", word.size * 0.8)
            line.textOut(misread(word.text))
            canvas.drawText(line)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _pictured(
    pdf: bytes, change: Callable[[Image.Image], Image.Image], *, dpi: int, quality: int = 62
) -> bytes:
    """Each page rendered, changed, and put as JPEG on a page of its own size."""
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    for _, _, page in _pages(pdf):
        leaf = change(page.render(scale=dpi / 72, grayscale=True).to_pil().convert("L"))
        size = (leaf.width * 72 / dpi, leaf.height * 72 / dpi)
        canvas.setPageSize(size)
        canvas.drawImage(_jpeg(leaf, quality), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _photo(leaf: Image.Image, chance: Random) -> Image.Image:
    paper = leaf.point([60 + light * 180 // 255 for light in range(256)])
    desk = Image.new("L", (int(leaf.width * 1.12), int(leaf.height * 1.1)), 70)
    desk.paste(paper, (int(leaf.width * 0.06), int(leaf.height * 0.05)))
    bent = desk.transform(desk.size, Image.Transform.PERSPECTIVE, _perspective(desk.size, chance),
                          Image.Resampling.BICUBIC, fillcolor=70)  # fmt: skip
    lit = ImageChops.multiply(bent, _light(desk.size, chance)).filter(
        ImageFilter.GaussianBlur(chance.uniform(0.4, 0.9))
    )
    warm = ImageOps.colorize(lit, black="#17100a", white="#fff1d6")
    return ImageEnhance.Contrast(warm).enhance(chance.uniform(0.9, 1.15))


def _light(size: tuple[int, int], chance: Random) -> Image.Image:
    """Bright at one side, dark at the other, and the soft shadow of whoever holds the telephone."""
    slope = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270))).resize(size)
    slope = slope.point([190 + light * 65 // 255 for light in range(256)])
    shadow = Image.new("L", (64, 64), 255)
    left, top = chance.randrange(0, 40), chance.randrange(20, 50)
    shadow.paste(175, (left, top, left + 24, 64))
    return ImageChops.multiply(slope, shadow.filter(ImageFilter.GaussianBlur(7)).resize(size))


def _perspective(size: tuple[int, int], chance: Random) -> tuple[float, ...]:
    """Coefficients that lean the page a little: Pillow maps each point of the result to one of the source."""
    lean, drift = chance.uniform(-0.06, 0.06), chance.uniform(-0.04, 0.04)
    across, down = lean / size[0], drift / size[1]
    return (
        1.0 + lean / 2,
        chance.uniform(-0.02, 0.02),
        0.0,
        chance.uniform(-0.02, 0.02),
        1.0 + drift / 2,
        0.0,
        across,
        down,
    )


def _grained(leaf: Image.Image, chance: Random) -> Image.Image:
    ground = leaf.point([28 + light * (effects.PAPER_GREY - 28) // 255 for light in range(256)])
    grain = Image.frombytes("L", leaf.size, chance.randbytes(leaf.width * leaf.height))
    return Image.blend(ground, grain, 0.05)


def _jpeg(leaf: Image.Image, quality: int) -> ImageReader:
    target = io.BytesIO()
    leaf.save(target, "JPEG", quality=quality)
    target.seek(0)
    return ImageReader(target)


_CONDITIONS: dict[Condition, Callable[[bytes, Random], bytes]] = {
    "scan": _scan, "faint-scan": _faint_scan, "turned-90": lambda pdf, _: turned(pdf, 90),
    "turned-180": lambda pdf, _: turned(pdf, 180), "turned-270": lambda pdf, _: turned(pdf, 270),
    "photo": photographed, "ocr-layer": with_ocr_layer, "nonsense-layer": with_nonsense_layer,
    "garbage-layer": with_garbage_layer, "glyph-words": with_glyph_words, "locked": lambda pdf, _: locked(pdf),
    "packed": lambda pdf, _: packed(pdf),
}  # fmt: skip
