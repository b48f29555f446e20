"""The workbook, read back from its XML: text stays text, dates are dates, names fit."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.model import Outcome, Plan, Position
from intake.ports import CaseRecord
from intake.reports import rows, sheet
from tests import cases
from tests.cases import BERLIN, NOW

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PACKAGE = "{http://schemas.openxmlformats.org/package/2006/relationships}"


class Workbook:
    """What Excel would read: cells by sheet number (from 1) and reference."""

    def __init__(self, *given: tuple[CaseRecord, Plan], positions: tuple[Position, ...] = ()) -> None:
        titles = rows.titles(positions, cases.GROUPS)
        made = rows.of(given, titles=titles, now=NOW, zone=BERLIN)
        self.content = sheet.overview(made, positions=positions, groups=cases.GROUPS, now=NOW, zone=BERLIN)
        self._archive = zipfile.ZipFile(io.BytesIO(self.content))
        self._strings = [
            "".join(text.text or "" for text in item.iter(f"{_MAIN}t"))
            for item in self.xml("xl/sharedStrings.xml")
        ]

    def xml(self, path: str) -> ElementTree.Element:
        return ElementTree.fromstring(self._archive.read(path))

    def names(self) -> list[str]:
        return [item.attrib["name"] for item in self.xml("xl/workbook.xml").iter(f"{_MAIN}sheet")]

    def cells(self, number: int = 1) -> dict[str, str | float]:
        found: dict[str, str | float] = {}
        for cell in self.xml(f"xl/worksheets/sheet{number}.xml").iter(f"{_MAIN}c"):
            assert cell.find(f"{_MAIN}f") is None, "no cell is a formula"
            text = cell.findtext(f"{_MAIN}v") or ""
            found[cell.attrib["r"]] = self._strings[int(text)] if cell.get("t") == "s" else float(text)
        return found

    def quoted(self, reference: str, number: int = 1) -> bool:
        """Whether a cell's style keeps it a text when it is edited (ECMA-376, 18.8.45)."""
        for cell in self.xml(f"xl/worksheets/sheet{number}.xml").iter(f"{_MAIN}c"):
            if cell.attrib["r"] == reference:
                formats = self.xml("xl/styles.xml").find(f"{_MAIN}cellXfs")
                assert formats is not None
                return formats[int(cell.attrib["s"])].get("quotePrefix") == "1"
        raise KeyError(reference)

    def links(self, number: int = 1) -> list[str]:
        path = f"xl/worksheets/_rels/sheet{number}.xml.rels"
        return [item.attrib["Target"] for item in self.xml(path).iter(f"{_PACKAGE}Relationship")]


def test_one_case() -> None:
    """Every column; the arrival is a number that Excel shows as the local date and time."""
    book = Workbook(cases.case("K7Q2", days=2), positions=cases.POSITIONS)
    cells = book.cells()
    assert [cells[f"{column}1"] for column in "ABCDEFGHI"] == [
        "Case",
        "Arrived",
        "Name",
        "Positions",
        "Outcome",
        "Documents",
        "Problems",
        "Age (days)",
        "Folder",
    ]
    folder = "postdoc/causal-inference/2025-11-20 Ferreira, Nadia [K7Q2]"
    assert cells["A2"] == "K7Q2"
    assert cells["B2"] == pytest.approx(45981 + (8 * 60 + 45) / 1440)  # 2025-11-20 08:45
    assert (cells["C2"], cells["D2"]) == ("Ferreira, Nadia", "PostDoc position: Causal Inference")
    assert (cells["E2"], cells["G2"], cells["H2"]) == ("Complete in form", "", 2)
    assert cells["F2"] == "Motivation letter p. 1\nCV pp. 2–3\nCertificates p. 4"
    assert cells["I2"] == folder
    assert book.links() == [r"postdoc\causal-inference\2025-11-20%20Ferreira,%20Nadia%20%5BK7Q2%5D"]


def test_sheets() -> None:
    """All cases on the first, then one sheet for each position; the header stays, with a filter."""
    book = Workbook(
        cases.case("D2", days=1), cases.case("D1"), cases.case("D3", positions=()), positions=cases.POSITIONS
    )
    assert book.names() == ["All", "Causal Inference", "Privacy", "Trustworthy Machine Learning"]
    assert [book.cells()[f"A{line}"] for line in (2, 3, 4)] == ["D3", "D1", "D2"]
    assert [book.cells(3).get(f"A{line}") for line in (2, 3)] == ["D3", None]
    page = book.xml("xl/worksheets/sheet1.xml")
    pane = page.find(f".//{_MAIN}pane")
    assert pane is not None
    assert (pane.get("state"), pane.get("ySplit")) == ("frozen", "1")
    chosen = page.find(f"{_MAIN}autoFilter")
    assert chosen is not None
    assert chosen.get("ref") == "A1:I4"


@pytest.mark.parametrize("begin", ["=", "+", "-", "@"])
def test_no_cell_becomes_a_formula(begin: str) -> None:
    """Text in its cell, and marked so that it stays text when somebody edits the cell."""
    attack = begin + "1+cmd|'/C calc'!A0"
    book = Workbook(cases.case("K7Q2", Outcome.REVIEW, name="", address=f"{attack}@x.example", why=attack))
    cells = book.cells()
    assert (cells["C2"], cells["G2"]) == (attack, attack)
    assert book.quoted("C2")
    assert book.quoted("G2")
    assert not book.quoted("A2")


def test_no_text_becomes_a_link() -> None:
    """Only folders are links, and only to where we filed."""
    book = Workbook(
        cases.case("D1", Outcome.REVIEW, name="", address="http://evil.example@x", why="http://evil.example"),
        cases.case("D2", Outcome.REDIRECTED),
    )
    assert book.links() == [r"_For%20review\2025-11-22%20http___evil.example%20%5BD1%5D"]
    assert book.cells()["I2"] == "in the mailbox: Redirected"


def test_a_folder_with_marks_of_urls_in_its_name() -> None:
    """Escaped once: "%20" of a name is no space, "#" no place within a file."""
    book = Workbook(cases.case("K7Q2", name="", address="a#b%20c@x.example"))
    assert book.links() == [r"postdoc\causal-inference\2025-11-22%20a%23b%2520c%20%5BK7Q2%5D"]
    assert book.cells()["I2"] == "postdoc/causal-inference/2025-11-22 a#b%20c [K7Q2]"


def test_past_the_links_that_excel_takes_a_folder_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """XlsxWriter would leave such a cell empty."""
    monkeypatch.setattr(sheet, "MOST_LINKS", 1)
    book = Workbook(cases.case("D2"), cases.case("D1"))
    assert len(book.links()) == 1
    assert book.cells()["I3"] == "postdoc/causal-inference/2025-11-22 Ferreira, Nadia [D1]"


def test_control_characters_are_removed() -> None:
    """XML 1.0 cannot hold them, and Excel would call the file damaged."""
    book = Workbook(cases.case("K7Q2", Outcome.REVIEW, why="a\x00\x0b\ud800\uffff\x1bb"))
    assert book.cells()["G2"] == "A b"


def test_what_became_of_a_case() -> None:
    """Closed, or gone on as another; a candidate is only perhaps its position."""
    book = Workbook(
        cases.case("D4", closed=NOW),
        cases.case("D3", Outcome.CORRECTION, continued="D4"),
        cases.case("D2", Outcome.REVIEW, positions=(), candidates=("postdoc/privacy",)),
        cases.case("D1", positions=()),
        positions=cases.POSITIONS,
    )
    cells = book.cells()
    assert cells["E2"] == "Complete in form; closed"
    assert cells["E3"] == "Waiting for the applicant; goes on as case D4"
    assert cells["D4"] == "perhaps PostDoc position: Privacy"
    assert cells["D5"] == "not known"


def test_a_date_that_excel_does_not_know_is_text() -> None:
    """Its calendar begins in 1900."""
    record, plan = cases.case("K7Q2")
    book = Workbook((replace(record, arrived=datetime(1899, 5, 1, 10, 0, tzinfo=UTC)), plan))
    assert str(book.cells()["B2"]).startswith("1899-05-01 1")


def test_the_workbook_says_when_it_was_written() -> None:
    """The time is the argument's, in UTC, so that the same rows make the same bytes."""
    given = cases.case("K7Q2")
    book = Workbook(given)
    assert b"2025-11-22T07:45:00Z" in zipfile.ZipFile(io.BytesIO(book.content)).read("docProps/core.xml")
    assert book.content == Workbook(given).content


@pytest.mark.parametrize(
    "given, named",
    [
        (["All", "all", "ALL"], ("All", "all (2)", "ALL (3)")),
        (["History"], ("History (2)",)),
        (["Reliability Guarantees for Artificial Intelligence"], ("Reliability Guarantees for…",)),
        (["x" * 40, "x" * 40], ("x" * 30 + "…", "x" * 26 + "… (2)")),
        (["Research (m/f/x): [A]*?\\"], ("Research (m-f-x)- -A----",)),
        (["'quoted'", "", "\x00"], ("quoted", "Position", "Position (2)")),
        (["Balancing Privacy Enhancing Tech"], ("Balancing Privacy Enhancing…",)),
        (["A" + " b" * 15, "A" * 31], ("A" + " b" * 15, "A" * 31)),
    ],
    ids=["alike", "reserved", "long", "long alike", "forbidden", "empty", "one too long", "just fits"],
)
def test_names_of_sheets(given: list[str], named: tuple[str, ...]) -> None:
    """What Excel takes, readable, each once."""
    assert sheet.sheet_names(given) == named


@given(st.lists(st.text(max_size=50), max_size=12))
def test_any_titles_make_names_that_excel_takes(given: list[str]) -> None:
    """At most 31 characters, none forbidden, no two alike in any case."""
    named = sheet.sheet_names(given)
    assert len({name.casefold() for name in named}) == len(named) == len(given)
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in named)
    assert all(name[0] != "'" and name[-1] != "'" for name in named)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_makes_a_workbook(name: str, why: str) -> None:
    """The XML is well formed, and no cell is a formula."""
    cells = Workbook(cases.case("K7Q2", Outcome.REVIEW, name=name, why=why)).cells()
    assert cells["A2"] == "K7Q2"
