"""Writes varied documents with known truth, from which applications are composed to measure recognition.

    python -m scripts.documents OUT [--seed N] [--count M]

OUT gets M PDF files and labels.tsv: file, repo ("generated"), pages, language, page_labels (such as
`1:letter;2-4:cv`), scan (yes or no), also (a document on the same page as the labelled one). The same seed and count always give the same files.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from random import Random

from intake.demo.varied import catalogue

COLUMNS = ("file", "repo", "pages", "language", "page_labels", "scan", "also")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200, help="how many documents (default: 200)")
    options = parser.parse_args(arguments)
    if options.out.is_dir() and any(options.out.iterdir()):
        print(f"{options.out} is not empty; choose another folder", file=sys.stderr)
        return 1
    options.out.mkdir(parents=True, exist_ok=True)
    pages = write(options.out, seed=options.seed, count=options.count)
    print(f"{options.out}: {options.count} documents, {pages} pages")
    return 0


def write(out: Path, *, seed: int, count: int) -> int:
    """Write the files and their labels into an empty folder. Returns the number of pages."""
    pages = 0
    with (out / "labels.tsv").open("w", encoding="utf-8", newline="") as target:
        table = csv.writer(target, delimiter="\t", lineterminator="\n")
        table.writerow(COLUMNS)
        chance = Random(seed)  # noqa: S311  # variety, not secrecy
        for number, paper in enumerate(catalogue.papers(chance, count), 1):
            name = f"{number:05}-{paper.kind}.pdf"
            (out / name).write_bytes(paper.pdf)
            also = "cv" if paper.kind.startswith("letter-with-cv") else ""
            table.writerow(
                (name, "generated", len(paper.labels), paper.language, paper.page_labels, paper.scan, also)
            )
            pages += len(paper.labels)
    return pages


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
