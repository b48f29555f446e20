"""Writes invented application papers, one document a file, with labels.tsv for ``scripts.compose``.

python -m scripts.documents OUT [--seed 1] [--count 400]
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import get_args

from pypdf import PdfReader

from intake.demo import documents, people
from intake.demo.documents import CertificateKind, CvLayout, Language, LetterLayout
from intake.demo.people import Person

_CLASSES = {"transcript": "transcript", "employer": "reference"}
_PEOPLE = tuple(one for one in vars(people).values() if isinstance(one, Person))


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when everything was written."""
    parser = argparse.ArgumentParser(prog="python -m scripts.documents", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=400)
    given = parser.parse_args(arguments)
    given.out.mkdir(parents=True, exist_ok=True)
    rows = ["file\trepo\tpages\tlanguage\tpage_labels\tscan\tperson"]
    made = list(_all())
    Random(given.seed).shuffle(made)  # noqa: S311 - a sample, not a secret
    for number, (kind, look, language, person, content) in enumerate(made[: given.count], start=1):
        name = f"{number:04}-{kind}.pdf"
        (given.out / name).write_bytes(content)
        pages = len(PdfReader(io.BytesIO(content)).pages)
        rows.append(f"{name}\t{look}\t{pages}\t{language}\t1-{pages}:{kind}\tno\t{person}")
    (given.out / "labels.tsv").write_text("\n".join(rows) + "\n")
    return 0


def _all() -> Iterator[tuple[str, str, str, str, bytes]]:
    """Class, look, language, person and PDF of every document."""
    for number, person in enumerate(_PEOPLE):
        for language in get_args(Language):
            layout = get_args(LetterLayout)[number % 3]
            yield "letter", layout, language, person.login, documents.letter(person, language, layout=layout)
            cv = get_args(CvLayout)[number % 4]
            yield "cv", cv, language, person.login, documents.cv(person, language, layout=cv)
            for kind in get_args(CertificateKind):
                content = documents.certificate(kind, person, language)
                yield _CLASSES.get(kind, "certificate"), kind, language, person.login, content
    yield (
        "other",
        "invoice",
        "en",
        "",
        documents.page("Invoice 2041", "Amount due: 340.00 EUR", "Payable in 14 days."),
    )
    yield "other", "separator", "de", "", documents.placeholder()


if __name__ == "__main__":
    sys.exit(main())
