"""truth.tsv: what is read from it, and every problem at once with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.commands import truth
from intake.errors import ConfigError
from intake.model import DocumentKind, PageClass

HEADER = "file\thas_letter\thas_cv\thas_certificates\tpage_labels\tlanguage\tscan\n"


def read(folder: Path, text: str) -> truth.Table:
    for name in ("a.pdf", "b.pdf"):
        (folder / name).touch()
    (folder / "truth.tsv").write_bytes(text.encode())
    return truth.read(folder / "truth.tsv", folder)


def problems(folder: Path, text: str) -> list[tuple[int | None, str]]:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    return [(one.line, one.message) for one in caught.value.problems]


def test_a_line_with_everything(tmp_path: Path) -> None:
    """Certificates, transcripts and references are certificates; statements and publications are other."""
    (row,) = read(
        tmp_path,
        HEADER
        + "a.pdf\tyes\tno\tyes\t1:letter;2-3:transcript; 4:reference;5:statement;7:certificate\tde\tpartly\n",
    ).rows
    assert (row.file, row.language, row.scan) == ("a.pdf", "de", "partly")
    assert row.holds == {DocumentKind.LETTER, DocumentKind.CERTIFICATES}
    certificates = PageClass.CERTIFICATES
    assert row.pages == (
        PageClass.LETTER, certificates, certificates, certificates, PageClass.OTHER, None, certificates,
    )  # fmt: skip


@pytest.mark.parametrize(
    "word, there",
    [("yes", True), ("TRUE", True), ("1", True), ("no", False), ("False", False), ("0", False)],
)
def test_yes_and_no(tmp_path: Path, word: str, there: bool) -> None:
    """In the forms that people and spreadsheets write."""
    (row,) = read(tmp_path, HEADER + f"a.pdf\tno\t{word}\tno\n").rows
    assert (DocumentKind.CV in row.holds) is there


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "file\thas_letter\thas_cv\thas_certificates\na.pdf\tyes\tyes\tno\n", id="only what is needed"
        ),
        pytest.param(
            "has_cv\tnote\thas_letter\tfile\thas_certificates\nyes\tx\tyes\ta.pdf\tno\n",
            id="any order, more columns",
        ),
        pytest.param(
            "\ufefffile\thas_letter\thas_cv\thas_certificates\r\na.pdf\tyes\tyes\tno\r\n\r\n",
            id="from a spreadsheet",
        ),
    ],
)
def test_columns(tmp_path: Path, text: str) -> None:
    """Order, further columns, line ends and a byte-order mark do not matter."""
    (row,) = read(tmp_path, text).rows
    assert row.file == "a.pdf"
    assert row.holds == {DocumentKind.LETTER, DocumentKind.CV}


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    """With the line on which it stands."""
    found = problems(
        tmp_path,
        HEADER
        + "a.pdf\tyes\tperhaps\tno\t1:letter;1-2:cv\n"
        + "a.pdf\tyes\tno\tno\t2:diploma;0:cv;x\t\tmaybe\n"
        + "\n"
        + "missing.pdf\tyes\tno\n"
        + "../b.pdf\tno\tno\tno\n"
        + "\tno\tno\tno\n",
    )
    assert [line for line, _ in found] == [2, 2, 3, 3, 3, 3, 3, 5, 5, 6, 7]
    said = "\n".join(f"{line}: {message}" for line, message in found)
    assert "2: has_cv is 'perhaps'; it must be yes or no" in said
    assert "2: page_labels names page 1 twice" in said
    assert "3: scan is 'maybe'" in said
    assert "3: '2:diploma' in page_labels" in said
    assert "3: '0:cv' in page_labels names no pages" in said
    assert "3: 'x' in page_labels" in said
    assert "3: a.pdf stands in line 2 already" in said
    assert "5: has_certificates is ''" in said
    assert "5: there is no missing.pdf" in said
    assert "6: ../b.pdf does not lie in the folder" in said
    assert "7: it names no file" in said


@pytest.mark.parametrize(
    "text, line, said",
    [
        pytest.param("", 1, "the column file is missing", id="empty"),
        pytest.param(HEADER, None, "it lists no file", id="only a header"),
        pytest.param("file,has_letter\n", 1, "columns are divided by tabs", id="commas"),
        pytest.param(
            "file\thas_leter\thas_cv\thas_certificates\n", 1, "is 'has_leter' meant for it?", id="misspelt"
        ),
        pytest.param(
            "file\tfile\thas_letter\thas_cv\thas_certificates\n",
            1,
            "the column file stands there twice",
            id="twice",
        ),
    ],
)
def test_a_table_that_cannot_be_used(tmp_path: Path, text: str, line: int | None, said: str) -> None:
    """The header tells what is wrong with it."""
    first, *_ = problems(tmp_path, text)
    assert first[0] == line
    assert said in first[1]


def test_a_missing_table(tmp_path: Path) -> None:
    """It says how another is named."""
    with pytest.raises(ConfigError, match=r"this file is missing \(--truth"):
        truth.read(tmp_path / "truth.tsv", tmp_path)


def test_a_table_that_is_no_text(tmp_path: Path) -> None:
    """A workbook, for instance."""
    (tmp_path / "truth.tsv").write_bytes(b"PK\x03\x04\xff\xfe")
    with pytest.raises(ConfigError, match="it cannot be read"):
        truth.read(tmp_path / "truth.tsv", tmp_path)


def test_a_contradiction_is_a_doubt_and_no_obstacle(tmp_path: Path) -> None:
    """Whoever wrote the table may know why. Two documents may share a page, so the reverse is none."""
    table = read(tmp_path, HEADER + "a.pdf\tno\tyes\tyes\t1:letter;2:certificate\n")
    assert len(table.rows) == 1
    assert [(one.line, one.message) for one in table.doubts] == [
        (2, "a.pdf: has_letter is no, but page_labels calls p. 1 letter")
    ]


def test_a_slip_does_not_fill_the_memory(tmp_path: Path) -> None:
    """No application has a million pages."""
    ((line, said),) = problems(tmp_path, HEADER + "a.pdf\tyes\tyes\tyes\t1-900000:cv\n")
    assert (line, said) == (2, "'1-900000:cv' in page_labels names no pages")
