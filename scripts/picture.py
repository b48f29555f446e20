"""Renders a page that `make demo` wrote as docs/picture.png, the picture of the README.

    python -m scripts.picture [PAGE] [--to FILE] [--width PIXELS]

PAGE is the board page of ./demo-out, unless named; a filed folder's summary.html does as well. Needs a
Chromium on PATH and Pillow, which .venv has. No part of `make test`.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "demo-out" / "applications" / "index.html"
TARGET = ROOT / "docs" / "picture.png"

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
SECONDS = 60  # bounds a browser that hangs; it takes two
TALLEST = 4000  # pixels of the page; what is below it is not shown
LARGEST = 300_000  # bytes, so that the README opens at once
SCALE = 1.5  # device pixels for each of the page, so that letters stay sharp on dense screens
COLOURS = 96  # letters and flat areas need no more, and the file is a third of the size
GROUND, MARGIN = "#e6eaf0", 28

#: The page as a sheet on a ground, so that a white page has an edge on a white README.
STYLE = f"""<style>
html {{ background: {GROUND} !important; }}
body {{ background: #fff; margin: {MARGIN}px; border: 1px solid #cfd6e0; border-radius: 12px; }}
main {{ padding: 1.5rem 2.25rem !important; }}
</style>"""


class Impossible(Exception):
    """No picture can be made here; the message says why and what to do."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("page", nargs="?", type=Path, default=PAGE)
    parser.add_argument("--to", type=Path, default=TARGET, metavar="FILE")
    parser.add_argument(
        "--width", type=int, default=1280, metavar="PIXELS", help="of the page (default: 1280)"
    )
    options = parser.parse_args(arguments)
    try:
        size = picture(options.page, options.to, width=options.width)
    except Impossible as exc:
        print(exc, file=sys.stderr)
        return 1
    print(f"{options.to}: {size} bytes")
    return 0


def picture(page: Path, target: Path, *, width: int) -> int:
    """Write ``page`` as a PNG, ``width`` CSS pixels wide and as tall as it is. Returns its size in bytes."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise Impossible(f"no browser on PATH ({', '.join(BROWSERS)}). On Debian: apt-get install chromium")
    if not page.is_file():
        raise Impossible(f"{page} is not there; `make demo` writes the pages")
    with tempfile.TemporaryDirectory() as folder:
        sheet, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        sheet.write_text(page.read_text("utf-8").replace("</head>", f"{STYLE}</head>", 1), "utf-8")
        _photograph(browser, sheet, shot, width)
        with Image.open(shot) as taken:
            _trimmed(taken.convert("RGB")).quantize(COLOURS, dither=Image.Dither.NONE).save(
                target, optimize=True
            )
    size = target.stat().st_size
    if size > LARGEST:
        raise Impossible(f"{target} has {size} bytes, more than {LARGEST}; choose a shorter page")
    return size


def _photograph(browser: str, page: Path, shot: Path, width: int) -> None:
    command = [
        browser,
        "--headless",
        "--hide-scrollbars",
        "--disable-gpu",
        f"--user-data-dir={page.parent / 'profile'}",
        f"--force-device-scale-factor={SCALE}",
        f"--window-size={width},{TALLEST}",
        f"--screenshot={shot}",
        page.as_uri(),
    ]
    if os.geteuid() == 0:
        command.insert(1, "--no-sandbox")  # Chromium refuses to run as root otherwise; the page is our own
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=SECONDS)
    if not shot.is_file():
        raise Impossible(f"{browser} made no picture: {done.stderr.strip()[-300:]}")


def _trimmed(taken: Image.Image) -> Image.Image:
    """Without the empty ground below the page, but for the margin."""
    ground = Image.new("RGB", taken.size, GROUND)
    box = ImageChops.difference(taken, ground).getbbox()
    if box is None:
        raise Impossible("the page is empty")
    return taken.crop((0, 0, taken.width, min(taken.height, box[3] + round(MARGIN * SCALE))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
