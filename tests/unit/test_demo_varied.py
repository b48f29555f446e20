"""The documents that recognition is measured on: as many pages as labels, in the words they should have."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from pypdf import PdfReader

from intake.demo.documents.sheet import Language
from intake.demo.varied import catalogue, certificates, conditions, cvs, invented, letters, looks, strangers
from scripts import documents as program

CLASSES = {"letter", "statement", "cv", "certificate", "transcript", "reference", "publications", "other"}
LANGUAGES: tuple[Language, ...] = ("en", "de")


def text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "family, layout",
    [
        *(("letter", layout) for layout in letters.LAYOUTS),
        *(("cv", layout) for layout in cvs.LAYOUTS),
        *(("certificate", kind) for kind in certificates.KINDS),
        *(("stranger", kind) for kind in strangers.KINDS),
    ],
)
def test_every_page_of_every_layout_has_a_class(family: str, layout: str, language: Language) -> None:
    """The labels are as many as the pages, whatever the length of what was drawn."""
    for seed in range(3):
        chance = Random(f"{layout}{seed}")
        made = catalogue.made(family, layout, invented.someone(chance), language, chance)
        assert len(PdfReader(io.BytesIO(made.pdf)).pages) == len(made.labels)
        assert set(made.labels) <= CLASSES


@pytest.mark.parametrize("condition", conditions.CONDITIONS)
def test_a_condition_keeps_the_number_of_pages(condition: conditions.Condition) -> None:
    chance = Random(3)
    made = letters.letter("two-pages", invented.someone(chance), "en", chance)
    worn = conditions.suffered(made.pdf, condition, chance)
    assert len(PdfReader(io.BytesIO(worn)).pages) == 2


@pytest.mark.parametrize("condition", ["scan", "faint-scan", "photo", "turned-90"])
def test_a_picture_has_no_words_left(condition: conditions.Condition) -> None:
    chance = Random(4)
    made = letters.letter("din", invented.someone(chance), "de", chance)
    assert text(conditions.suffered(made.pdf, condition, chance)).strip() == ""


def test_the_layer_of_a_good_ocr_says_what_the_page_says() -> None:
    """Nearly: what overlaps a seal is torn apart, as real layers have it too."""
    chance = Random(5)
    made = certificates.certificate("employer", invented.someone(chance), "de", chance)
    long = {word for word in text(made.pdf).split() if len(word) > 4}
    kept = long & set(text(conditions.with_ocr_layer(made.pdf, chance)).split())
    assert len(kept) / len(long) > 0.9


def test_a_garbage_layer_shares_no_long_word_with_its_page() -> None:
    chance = Random(6)
    made = certificates.certificate("employer", invented.someone(chance), "de", chance)
    long = {word for word in text(made.pdf).split() if len(word) > 6}
    assert long & set(text(conditions.with_garbage_layer(made.pdf, chance)).split()) == set()


def test_letters_apart_are_no_word_to_a_reader() -> None:
    assert looks.spaced("CV IN BRIEF") == (
        "C\u00a0V\u00a0\u00a0 I\u00a0N\u00a0\u00a0 B\u00a0R\u00a0I\u00a0E\u00a0F"
    )


def test_the_same_seed_writes_the_same_files(tmp_path: Path) -> None:
    """Figures can be compared from one day to the next."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        program.write(tmp_path / name, seed=7, count=20)
    first, second = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))
    assert [path.name for path in first] == [path.name for path in second]
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_the_table_names_every_file_with_its_pages(tmp_path: Path) -> None:
    pages = program.write(tmp_path, seed=8, count=10)
    with (tmp_path / "labels.tsv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    assert list(rows[0]) == ["file", "repo", "pages", "language", "page_labels", "scan", "also"]
    assert {row["file"] for row in rows} == {path.name for path in tmp_path.glob("*.pdf")}
    assert sum(int(row["pages"]) for row in rows) == pages


def test_a_packed_file_holds_its_objects_in_a_stream() -> None:
    """As word processors write them, and as a search of the raw bytes cannot see through."""
    chance = Random(9)
    made = letters.letter("din", invented.someone(chance), "de", chance)
    packed = conditions.packed(made.pdf)
    assert b"/ObjStm" in packed
    assert b"/Type /Page" not in packed
    assert text(packed) == text(made.pdf)


def test_page_labels_are_runs_of_one_class() -> None:
    paper = catalogue.Paper(
        kind="x", language="en", pdf=b"", labels=("letter", "cv", "cv", "certificate"), scan="no"
    )
    assert paper.page_labels == "1:letter;2-3:cv;4:certificate"


def test_there_are_the_layouts_that_were_promised() -> None:
    counts = (len(letters.LAYOUTS), len(cvs.LAYOUTS), len(certificates.KINDS), len(strangers.KINDS))
    assert counts == (10, 11, 19, 16)
