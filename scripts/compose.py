"""Composes applications with known truth from labelled documents, to measure recognition on.

    python -m scripts.compose LABELS PDFS OUT --count 200 --seed 1
    python -m scripts.compose OUT --from LABELS:PDFS --from LABELS:PDFS --fill LABELS:PDFS

LABELS is a table as in ``scripts.pieces``, PDFS the folder of its files. OUT gets ``0001.pdf``, … and
``truth.tsv`` for ``intake evaluate``; a former composition in it is replaced. The same arguments give the
same applications. Half of them are complete, half lack one or two documents, a fifth is in odd order; there
are scans, pages turned, empty pages and papers that nobody asked for. Documents of real people stay theirs:
OUT is readable for you alone, and belongs into no repository.
"""

from __future__ import annotations

import argparse
import csv
import io
import logging
import sys
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path
from random import Random

from pypdf import PdfReader, PdfWriter

from intake.demo import documents
from intake.demo.documents import effects
from scripts import applications, pieces
from scripts.applications import Application, Habits, Part
from scripts.pieces import Fold, Piece

TRUTH = "truth.tsv"
LARGEST = 20_000_000  # bytes: what mail servers let through, and less than the shipped settings refuse
COLUMNS = ("file", "has_letter", "has_cv", "has_certificates", "page_labels", "language", "scan", "made_of")


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything was written, 2 when the sources do not suffice."""
    given = _parser().parse_args(arguments)
    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        pairs = _pairs(given)
        stock = applications.Stock(
            main=_read(pairs, given.fold, digital=given.digital),
            fill=_read(given.fill, given.fold, digital=given.digital),
        )
        out = Path(given.places[-1])
        _clear(out)
        habits = Habits(
            all_scanned=0 if given.digital else given.scans,
            scanned_documents=0 if given.digital else given.scanned_documents,
            max_pages=given.max_pages,
        )
        compose(stock, out, count=given.count, seed=given.seed, habits=habits)
    except (OSError, ValueError) as exc:
        print(f"compose: {exc}", file=sys.stderr)
        return 2
    return 0


def compose(stock: applications.Stock, out: Path, *, count: int, seed: int, habits: Habits) -> None:
    """Write the applications and their truth. Raises ``applications.Shortage`` and OSError."""
    chance = Random(f"applications {seed}")  # noqa: S311 - a sample, not a secret
    rows, content = [], b""

    def fits(made: Application) -> bool:
        nonlocal content
        content = _bound(made)
        return len(content) <= LARGEST

    drawn = applications.drawn(stock, count, habits, chance, usable=_usable, fits=fits)
    for number, made in enumerate(drawn, start=1):
        name = f"{number:04}.pdf"
        _write(out / name, content)
        rows.append(_row(name, made))
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
    writer.writeheader()
    writer.writerows(rows)
    _write(out / TRUTH, table.getvalue().encode())
    print(f"{len(rows)} applications and {TRUTH} in {out}")


def _row(name: str, made: Application) -> dict[str, str]:
    holds = {f"has_{kind}": "yes" if there else "no" for kind, there in made.holds.items()}
    return {
        "file": name,
        **holds,
        "page_labels": pieces.labelled(made.kinds),
        "language": made.language,
        "scan": made.scan,
        "made_of": "; ".join(_told(part) for part in made.parts),
    }


def _told(part: Part) -> str:
    """A part in words, for whoever looks into a wrong verdict."""
    if part.piece is None:
        return "empty page"
    scan = f" scanned at {part.scan.dpi} dpi, turned {part.scan.rotate}" if part.scan else ""
    turned = f" turned {part.turned}" if part.turned else ""
    return f"{part.piece.pdf.name} {part.piece.first}-{part.piece.last}{scan}{turned}"


# --- PDFs ----------------------------------------------------------------------------------------


def _bound(made: Application) -> bytes:
    """One PDF of all parts."""
    return documents.joined(*(_sheets(part) for part in made.parts))


def _sheets(part: Part) -> bytes:
    if part.piece is None:
        return documents.blank()
    writer = PdfWriter()
    reader = _opened(part.piece.pdf)
    writer.append(reader, pages=(part.piece.first - 1, part.piece.last), import_outline=False)
    for page in writer.pages if part.turned else ():
        page.rotate(part.turned)
    clean = effects.written(writer)
    if part.scan is None:
        return clean
    look = part.scan
    return documents.scanned(
        clean, dpi=look.dpi, skew=look.skew, noise=look.noise, rotate=look.rotate, quality=look.quality
    )


@lru_cache(maxsize=16)
def _opened(pdf: Path) -> PdfReader:
    return PdfReader(io.BytesIO(pdf.read_bytes()))


@cache
def _usable(pdf: Path) -> bool:
    """False, with a word, for a file that has a password or cannot be taken apart."""
    try:
        reader = _opened(pdf)
        writer = PdfWriter()
        writer.append(reader, import_outline=False)
        effects.written(writer)
    except Exception as exc:  # noqa: BLE001 - whatever is wrong with it, the others can be used
        print(f"compose: {pdf.name} is passed over: {type(exc).__name__}: {exc}", file=sys.stderr)
        return False
    return True


# --- places --------------------------------------------------------------------------------------


def _clear(out: Path) -> None:
    """Make the folder, or take a former composition out of it. Raises OSError when it holds anything else."""
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not any(out.iterdir()):
        return
    if not (out / TRUTH).is_file():
        raise FileExistsError(f"{out} holds something that is no composition")
    for former in (*out.glob("[0-9][0-9][0-9][0-9]*.pdf"), out / TRUTH):
        former.unlink()


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)


def _read(pairs: Iterable[tuple[Path, Path]], fold: Fold | None, *, digital: bool) -> list[Piece]:
    found = [piece for labels, pdfs in pairs for piece in pieces.read(labels, pdfs, fold)]
    return [piece for piece in found if piece.scan == "no"] if digital else found


# --- arguments -----------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.compose",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    pair, fold = {"type": _pair, "action": "append", "default": [], "metavar": "LABELS:PDFS"}, {"type": _fold}
    parser.add_argument("places", nargs="+", metavar="[LABELS PDFS] OUT")
    parser.add_argument("--from", dest="more", help="further documents; may be repeated", **pair)  # type: ignore[arg-type]
    parser.add_argument("--fill", help="used for kinds and languages that the others lack", **pair)  # type: ignore[arg-type]
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scans", type=float, default=Habits.all_scanned, metavar="SHARE",
                        help="applications of which every page is a scan")  # fmt: skip
    parser.add_argument("--scanned-documents", type=float, default=Habits.scanned_documents, metavar="SHARE",
                        help="certificates that are scans in the other applications")  # fmt: skip
    parser.add_argument("--digital", action="store_true", help="no scan at all")
    parser.add_argument("--max-pages", type=int, default=Habits.max_pages)
    parser.add_argument("--fold", metavar="K/N", help="only documents of the origins in this part of N;"
                        " ^K/N: only of all the others", **fold)  # type: ignore[arg-type]  # fmt: skip
    return parser


def _pairs(given: argparse.Namespace) -> list[tuple[Path, Path]]:
    *first, _ = given.places
    if len(first) not in (0, 2):
        raise ValueError("give LABELS PDFS OUT, or OUT with --from LABELS:PDFS")
    return [*([(Path(first[0]), Path(first[1]))] if first else []), *given.more]


def _pair(text: str) -> tuple[Path, Path]:
    labels, colon, pdfs = text.partition(":")
    if not colon:
        raise argparse.ArgumentTypeError(f"{text!r} is no LABELS:PDFS")
    return Path(labels), Path(pdfs)


def _fold(text: str) -> Fold:
    number, _, count = text.removeprefix("^").partition("/")
    if not (number.isdecimal() and count.isdecimal() and 1 <= int(number) <= int(count)):
        raise argparse.ArgumentTypeError(f"{text!r} is no fold such as 1/4 or ^1/4")
    return Fold(number=int(number), count=int(count), inside=not text.startswith("^"))


if __name__ == "__main__":
    sys.exit(main())
