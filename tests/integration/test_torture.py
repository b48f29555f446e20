"""`make torture`: whatever a file is, its reading ends in time and is told as what it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake import model
from intake.model import FileFault, PageFacts, PdfFacts
from scripts import torture
from tests import hostile_pdfs

FACTS = PdfFacts(
    sha256=model.sha256(b"x"), size=1, page_count=1, pages=(PageFacts(number=1, width=595, height=842),)
)


def test_nothing_of_the_hostile_files_escapes(capsys: pytest.CaptureFixture[str]) -> None:
    """Bombs, loops, cut and changed files: each gives facts or a named fault, and the children stay small."""
    status = torture.main(["--short"])

    printed = capsys.readouterr().out
    assert (status, "ESCAPED" in printed) == (0, False)
    assert "escaped   0" in printed
    assert "too-many-pages" in printed


def test_reads_any_file_at_any_depth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of whatever: a PDF without its ending, a text, an empty file."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "letter").write_bytes(hostile_pdfs.plain())
    (tmp_path / "notes.txt").write_bytes(b"no PDF")
    (tmp_path / "nothing.pdf").write_bytes(b"")

    status = torture.main([str(tmp_path)])

    printed = capsys.readouterr().out
    assert status == 0
    assert "3 files" in printed
    assert "ok        1" in printed
    assert "problem   2" in printed


@pytest.mark.parametrize(
    "facts,said",
    [
        pytest.param(FACTS, "", id="right"),
        pytest.param(PdfFacts(sha256="0", size=1), "the facts of another file", id="another-file"),
        pytest.param(PdfFacts(sha256=FACTS.sha256, size=1), "neither pages nor a fault", id="nothing-at-all"),
        pytest.param(
            PdfFacts(sha256=FACTS.sha256, size=1, page_count=3, pages=FACTS.pages),
            "1 pages of 3",
            id="lost-pages",
        ),
    ],
)
def test_sees_a_wrong_report(facts: PdfFacts, said: str) -> None:
    """Facts that cannot be true of the file have escaped as much as an exception."""
    assert torture.contradiction(facts, b"x") == said


@pytest.mark.parametrize(
    "faults,escaped,outcome,status",
    [
        pytest.param((), "", "ok", 0, id="ok"),
        pytest.param((FileFault.ENCRYPTED,), "", "problem", 0, id="problem"),
        pytest.param((FileFault.TIMED_OUT,), "", "time-out", 0, id="time-out"),
        pytest.param((FileFault.KILLED,), "", "crash", 0, id="crash"),
        pytest.param((), "ValueError: x", "escaped", 1, id="escaped"),
    ],
)
def test_tells_what_became_of_a_file(
    faults: tuple[FileFault, ...], escaped: str, outcome: str, status: int
) -> None:
    """Only what escaped our reader is a failure: a crash of a child is a fault of the file, by name."""
    reading = torture.Read("a.pdf", "0" * 64, 0.1, PdfFacts(sha256="0" * 64, size=1, faults=faults), escaped)

    assert torture.outcome(reading) == outcome
    assert torture.report([reading], 0, 1.0, say=lambda line: None) == status
