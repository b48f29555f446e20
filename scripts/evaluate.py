"""`make evaluate`: composes applications from every set of labelled documents that is here, and measures.

    python -m scripts.evaluate [--count 200] [--seed 1] [--public FOLDER] [--out FOLDER]

The sets: documents that the project makes itself; the same without a scan, for the speed; the labelled
templates of ../shared/corpus; and what --public names: a folder of PDFs with labels.tsv in it, or
LABELS:PDFS. Without --out the applications are gone afterwards and only the figures stay; with it the
folder keeps them, a page with every wrong case and the figures as JSON. Exits 0 when all were judged.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdfium2

from scripts import compose

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"
INTAKE = Path(sys.executable).parent / "intake"
LABELS = "labels.tsv"
DOCUMENTS = 400  # of our own: enough that two applications seldom share a letter

#: What the project promises: name, where the figure stands in the JSON, the bound, whether it is the most.
PROMISES = (
    ("False demands per complete application", ("false_demands", "per_complete_application"), 0.01, True),
    ("Missed gaps per incomplete application", ("missed_gaps", "per_incomplete_application"), 0.05, True),
    ("Sent to review", ("review", "share"), 0.15, True),
    ("Page accuracy", ("pages", "all", "accuracy"), 0.95, False),
)


@dataclass(frozen=True, kw_only=True)
class Set:
    """Documents to compose from: arguments of ``scripts.compose`` without OUT."""

    name: str
    arguments: tuple[str, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Every set, then one table."""
    given = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="intake-evaluate-") as scratch:
        out = given.out or Path(scratch)
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = Path(scratch) / "documents"
        generate(made, seed=given.seed)
        found, status = {}, 0
        for one in sets(made, given.public):
            folder = out / one.name
            numbers = ["--count", str(given.count), "--seed", str(given.seed)]
            if compose.main([*one.arguments, str(folder), *numbers]):
                return 2
            print(f"\n=== {one.name}", flush=True)
            ended, found[one.name] = evaluate(folder, given.out)
            status = max(status, ended)
        print(summary(found))
        print(speed(out / "digital", found["digital"]))
    return status


def generate(out: Path, *, seed: int, count: int = DOCUMENTS) -> None:
    """The project's own documents, with their labels."""
    wanted = [str(out), "--seed", str(seed), "--count", str(count)]
    subprocess.run([sys.executable, "-m", "scripts.documents", *wanted], cwd=ROOT, check=True)


def sets(made: Path, public: str) -> Iterator[Set]:
    """Those that are here. made: the folder of generated documents with its labels."""
    own = f"{made / LABELS}:{made}"
    # A third of the certificates are scans by themselves, of our own and of real ones.
    few = ("--scanned-documents", "0.1")
    yield Set(name="generated", arguments=("--from", own, *few))
    yield Set(name="digital", arguments=("--from", own, "--digital"))
    if (CORPUS / "pdf-labels.tsv").is_file():
        templates = f"{CORPUS / 'pdf-labels.tsv'}:{CORPUS / 'pdf'}"
        yield Set(name="templates", arguments=("--from", templates, "--fill", own, *few))
    if public:
        yield Set(name="public", arguments=("--from", labelled(public), "--fill", own, *few))


def labelled(public: str) -> str:
    """LABELS:PDFS as given; a folder with the labels in it, else with those of the corpus."""
    if ":" in public:
        return public
    own, shared = Path(public) / LABELS, CORPUS / "public-pdf-labels.tsv"
    return f"{own if own.is_file() or not shared.is_file() else shared}:{public}"


def evaluate(folder: Path, kept: Path | None) -> tuple[int, dict[str, Any]]:
    """Exit status and figures of `intake evaluate`, which prints them as well."""
    figures = folder / "figures.json"
    page = ["--html", str(folder / "wrong.html")] if kept else []
    command = [
        str(INTAKE),
        "evaluate",
        str(folder),
        "--config",
        str(ROOT / "config"),
        "--json",
        str(figures),
        *page,
    ]
    status = subprocess.run(command, check=False).returncode
    return status, json.loads(figures.read_text()) if figures.is_file() else {}


def summary(found: dict[str, dict[str, Any]]) -> str:
    """What was promised, and what each set gave."""
    lines = ["\n=== promises", f"{'':40}{'bound':>9}" + "".join(f"{name:>12}" for name in found)]
    for name, path, bound, most in PROMISES:
        cells = [_cell(_at(figures, path), bound, most=most) for figures in found.values()]
        lines.append(
            f"{name:40}{'<=' if most else '>='}{bound:7.1%}" + "".join(f"{cell:>12}" for cell in cells)
        )
    return "\n".join([*lines, "A figure with ! breaks its promise."])


def _at(figures: dict[str, Any], path: tuple[str, ...]) -> float | None:
    place: Any = figures.get("all", {})
    for key in path:
        place = place.get(key) if place else None
    return None if place is None else float(place)


def _cell(number: float | None, bound: float, *, most: bool) -> str:
    if number is None:
        return "-"
    broken = number > bound if most else number < bound
    return f"{number:.1%}{'!' if broken else ' '}"


# --- speed ---------------------------------------------------------------------------------------


def speed(folder: Path, figures: dict[str, Any]) -> str:
    """Pages without a scan, as a ratio to the floor: only their text, by PDFium on as many processes."""
    if not figures:
        return "speed: nothing was judged"
    took = figures["time"]
    with multiprocessing.get_context("spawn").Pool(took["workers"]) as pool:
        files = sorted(folder.glob("*.pdf"))
        pool.map(_text_of, files[:1] * took["workers"])  # warm, as the children of the worker are
        started = time.monotonic()
        pages = sum(pool.imap_unordered(_text_of, files))
        floor = time.monotonic() - started
    return (
        f"speed: {pages} pages without a scan, {1000 * took['seconds'] / pages:.2f} ms a page, all in; "
        f"only their text {1000 * floor / pages:.2f} ms, ratio {took['seconds'] / floor:.2f}"
    )


def _text_of(path: Path) -> int:
    pdf = pypdfium2.PdfDocument(path)
    try:
        for page in pdf:
            page.get_textpage().get_text_range()
        return len(pdf)
    finally:
        pdf.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.evaluate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=200, help="applications of each set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--public", default="", metavar="FOLDER", help="further documents with labels.tsv")
    parser.add_argument("--out", type=Path, default=None, metavar="FOLDER", help="keep everything there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
