"""Applications drawn from single documents: half complete, repeatable, with a truth that holds."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from pypdf import PdfReader

from intake.demo import documents, people
from scripts import applications, compose, pieces
from scripts.applications import Habits, Part, Stock
from scripts.pieces import Fold, Piece

LETTERS = [Piece(pdf=Path(f"l{n}"), kind="letter", first=1, last=1, origin=f"o{n}", language=lang)
           for n, lang in enumerate(("en", "en", "de", "de"))]  # fmt: skip
CVS = [Piece(pdf=Path(f"c{n}"), kind="cv", first=1, last=n, origin=f"o{n}", language=lang)
       for n, lang in enumerate(("en", "en", "de", "fr"), start=1)]  # fmt: skip
PAPERS = [
    Piece(pdf=Path(f"z{n}"), kind=kind, first=1, last=2, origin=f"o{n}", language=lang, scan=scan)
    for n, (kind, lang, scan) in enumerate(
        [("certificate", "en", "no"), ("transcript", "de", "no"), ("reference", "de/en", "yes"),
         ("certificate", "de", "no"), ("certificate", "en", "no"), ("transcript", "en", "no")]
    )
]  # fmt: skip
OTHERS = [Piece(pdf=Path(f"x{n}"), kind=kind, first=1, last=30, origin=f"o{n}", language="en")
          for n, kind in enumerate(("statement", "publications", "other"))]  # fmt: skip
STOCK = (*LETTERS, *CVS, *PAPERS, *OTHERS)


def drawn(count: int, seed: int = 1, habits: Habits | None = None) -> list[applications.Application]:
    return list(applications.drawn(Stock(main=STOCK), count, habits or Habits(), Random(seed)))


# --- drawing -------------------------------------------------------------------------------------


def test_half_of_the_applications_are_complete() -> None:
    """Exactly; the others lack one document, in about a quarter of the cases two."""
    missing = Counter(list(made.holds.values()).count(False) for made in drawn(200))
    assert missing[0] == 100
    assert set(missing) == {0, 1, 2}
    assert 10 <= missing[2] <= 45


def test_every_document_is_missing_somewhere() -> None:
    """No gap is left out."""
    gaps = Counter(kind for made in drawn(100) for kind, there in made.holds.items() if not there)
    assert min(gaps[kind] for kind in ("letter", "cv", "certificates")) >= 8


def test_the_same_chance_draws_the_same() -> None:
    """And another draws others."""
    assert drawn(20) == drawn(20)
    assert drawn(20) != drawn(20, seed=2)


def test_a_fifth_is_in_odd_order() -> None:
    """In the others the letter comes first, then the CV, certificates last."""
    rank = {"letter": 0, "cv": 1, "statement": 2, "publications": 2, "other": 2}
    odd = 0
    for made in drawn(200, habits=Habits(whole=0, blank=0)):
        order = [rank.get(part.kind, 3) for part in made.parts]
        odd += order != sorted(order)
    assert 25 <= odd <= 40


def test_no_application_is_longer_or_shorter_than_it_may_be() -> None:
    """Nor of one page; a paper is seldom attached whole."""
    lengths = [made.length for made in drawn(200, habits=Habits(max_pages=12))]
    assert max(lengths) <= 12
    assert min(lengths) == 2


def test_no_document_stands_in_an_application_twice() -> None:
    """Certificates are several, never the same."""
    for made in drawn(100):
        used = [part.piece.pdf for part in made.parts if part.piece]
        assert len(used) == len(set(used))


def test_the_language_of_a_document_is_mostly_that_of_the_letter() -> None:
    """German letters come with German CVs, where there are any."""
    german = [made for made in drawn(200) if made.language == "de" and all(made.holds.values())]
    cvs = [part.piece.language for made in german for part in made.parts if part.piece and part.kind == "cv"]
    assert cvs.count("de") / len(cvs) > 0.8


def test_a_document_on_the_page_of_another_is_there() -> None:
    """A letter with a short CV below it stands in no application that shall have no CV."""
    both = [
        Piece(pdf=Path(f"b{n}"), kind="letter", first=1, last=1, also="cv", language="en") for n in range(9)
    ]
    made = list(applications.drawn(Stock(main=[*STOCK, *both]), 100, Habits(), Random(1)))
    with_both = [one for one in made if any(part.piece in both for part in one.parts)]
    assert len(with_both) > 10
    assert all(one.holds["cv"] for one in with_both)
    assert sum(all(one.holds.values()) for one in made) == 50


def test_neither_many_versions_nor_a_single_document_rule() -> None:
    """An origin with sixteen CVs is drawn four times as often as one with one."""
    versions = [
        Piece(pdf=Path(f"v{n}"), kind="cv", first=1, last=1, origin="many", language="en") for n in range(16)
    ]
    single = [Piece(pdf=Path("s"), kind="cv", first=1, last=1, origin="one", language="en")]
    stock = Stock(main=[*LETTERS[:2], *PAPERS, *versions, *single])
    made = applications.drawn(stock, 400, Habits(complete=1), Random(1))
    origins = Counter(
        part.piece.origin for one in made for part in one.parts if part.piece and part.kind == "cv"
    )
    assert 0.15 <= origins["one"] / 400 <= 0.25


def test_documents_of_one_person_stay_together() -> None:
    """Where the labels say whose they are."""
    stock = [Piece(pdf=Path(f"{kind}{who}"), kind=kind, first=1, last=1, origin=f"{kind}{who}", language="en",
                   person=who) for kind in ("letter", "cv", "certificate") for who in ("a", "b", "c")]  # fmt: skip
    for made in applications.drawn(Stock(main=stock), 30, Habits(), Random(1)):
        assert len({part.piece.person for part in made.parts if part.piece}) == 1


def test_a_file_of_several_documents_is_sometimes_used_whole() -> None:
    """As people make them; what it lacks is added."""
    whole = [Piece(pdf=Path("w"), kind=kind, first=page, last=page, language="en")
             for page, kind in ((1, "letter"), (2, "cv"))]  # fmt: skip
    made = list(applications.drawn(Stock(main=[*STOCK, *whole]), 40, Habits(whole=1, complete=1), Random(1)))
    together = [one for one in made if [part.piece for part in one.parts if part.piece][:2] == whole]
    assert together
    assert all(all(one.holds.values()) for one in made)


def test_what_is_no_scan_yet_is_scanned_sometimes() -> None:
    """Certificates most; some lie sideways or upside down; what is a scan already is not scanned again."""
    parts = [part for made in drawn(300, habits=Habits(all_scanned=0)) for part in made.parts if part.piece]
    papers = [
        part for part in parts if part.kind in pieces.CERTIFICATES and part.piece and part.piece.scan == "no"
    ]
    assert 0.15 <= sum(part.scan is not None for part in papers) / len(papers) <= 0.35
    assert not [part for part in parts if part.scan and part.piece and part.piece.scan == "yes"]
    turns = {part.scan.rotate for part in parts if part.scan}
    assert turns == {0, 90, 180, 270}
    assert {part.turned for part in parts} == {0, 90, 180, 270}


def test_some_applications_are_scanned_whole() -> None:
    """By one scanner: every page has its look."""
    made = drawn(40, habits=Habits(all_scanned=0.25))
    whole = [one for one in made if all(part.scan for part in one.parts if part.piece)]
    assert len([one for one in made if one.scan == "yes"]) >= 10
    assert len(whole) >= 10
    assert all(len({part.scan.dpi for part in one.parts if part.scan}) == 1 for one in whole)


@pytest.mark.parametrize(
    "parts, expected",
    [
        pytest.param([Part(piece=PAPERS[0])], "no", id="text"),
        pytest.param([Part(piece=PAPERS[2]), Part(piece=None)], "yes", id="scan and empty page"),
        pytest.param([Part(piece=PAPERS[0]), Part(piece=PAPERS[2])], "partly", id="both"),
    ],
)
def test_whether_an_application_is_a_scan(parts: list[Part], expected: str) -> None:
    """An empty page is neither."""
    assert applications.Application(parts=tuple(parts), language="en").scan == expected


def test_a_file_that_cannot_be_used_is_drawn_no_more() -> None:
    """Others take its place."""
    made = list(
        applications.drawn(Stock(main=STOCK), 50, Habits(), Random(1), usable=lambda pdf: pdf != Path("z0"))
    )
    assert Path("z0") not in {part.piece.pdf for one in made for part in one.parts if part.piece}


def test_without_a_kind_of_document_nothing_can_be_composed() -> None:
    """It says which is lacking."""
    with pytest.raises(applications.Shortage, match="certificate or transcript or reference"):
        list(applications.drawn(Stock(main=[*LETTERS, *CVS]), 10, Habits(), Random(1)))


def test_what_is_lacking_is_filled_from_elsewhere() -> None:
    """And nothing else is taken from there."""
    fill = [Piece(pdf=Path("f"), kind=kind, first=1, last=1) for kind in ("letter", "certificate")]
    made = list(applications.drawn(Stock(main=[*LETTERS, *CVS], fill=fill), 20, Habits(), Random(1)))
    used = {part.kind for one in made for part in one.parts if part.piece and part.piece.pdf == Path("f")}
    assert used == {"certificate"}


# --- labels --------------------------------------------------------------------------------------


def table(folder: Path, text: str, *names: str) -> Path:
    for name in names:
        (folder / name).touch()
    (folder / "labels.tsv").write_text(text)
    return folder / "labels.tsv"


def test_labels_by_name(tmp_path: Path) -> None:
    """A file of several documents is taken apart; one that is not there is passed over."""
    labels = table(
        tmp_path,
        "file\trepo\tpages\tlanguage\tpage_labels\tscan\n"
        "a.pdf\tx/y\t4\tde\t1:letter;2-4:cv\tno\n"
        "gone.pdf\tx/y\t1\tde\t1:cv\tno\n",
        "a.pdf",
    )
    assert pieces.read(labels, tmp_path) == [
        Piece(pdf=tmp_path / "a.pdf", kind="letter", first=1, last=1, language="de", origin="x/y"),
        Piece(pdf=tmp_path / "a.pdf", kind="cv", first=2, last=4, language="de", origin="x/y"),
    ]


def test_labels_by_blob(tmp_path: Path) -> None:
    """The PDF is named after the first twelve digits; without a text layer a page counts as a scan."""
    labels = table(
        tmp_path,
        "blob\trepo\tlanguage\tpage_labels\tscan\ttext_layer\n0123456789abcdef\tx/y\tde/en\t1:certificate\tno\tnone\n",
        "0123456789ab.pdf",
    )
    (piece,) = pieces.read(labels, tmp_path)
    assert (piece.pdf.name, piece.scan, piece.languages) == ("0123456789ab.pdf", "yes", ["de", "en"])


@pytest.mark.parametrize("label", ["1:diploma", "one:cv", "1", "1-x:cv"])
def test_a_wrong_label_is_named_with_its_line(tmp_path: Path, label: str) -> None:
    """Whoever labels hundreds of files must find it again."""
    labels = table(tmp_path, f"file\tpage_labels\na.pdf\t{label}\n", "a.pdf")
    with pytest.raises(pieces.LabelError, match=r"labels\.tsv:2: '" + label):
        pieces.read(labels, tmp_path)


def test_folds_divide_the_origins() -> None:
    """Each origin lies in one of them; the complement holds all the others."""
    origins = [f"owner/{number}" for number in range(60)]
    held = [{one for one in origins if Fold(number=n, count=3).holds(one)} for n in (1, 2, 3)]
    assert sorted(one for fold in held for one in fold) == sorted(origins)
    assert all(len(fold) > 10 for fold in held)
    others = {one for one in origins if Fold(number=1, count=3, inside=False).holds(one)}
    assert others == held[1] | held[2]


def test_labels_of_pages_and_back() -> None:
    """Pages of one kind in a row are one label."""
    kinds = ["letter", "cv", "cv", "other", "cv"]
    assert pieces.labelled(kinds) == "1:letter;2-3:cv;4:other;5:cv"
    assert pieces.spans("1:letter;2-3:cv", "x") == [(1, 1, "letter"), (2, 3, "cv")]


# --- the program ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A letter, a CV and a certificate, and one file with a password."""
    folder = tmp_path_factory.mktemp("sources")
    papers = {
        "letter.pdf": documents.letter(people.HELENA),
        "cv.pdf": documents.cv(people.HELENA),
        "certificate.pdf": documents.certificate("master", people.HELENA),
        "locked.pdf": documents.encrypted(documents.certificate("school", people.HELENA), "secret"),
    }
    rows = ["file\tpage_labels\tlanguage"]
    for name, content in papers.items():
        (folder / name).write_bytes(content)
        kind = name.removesuffix(".pdf").replace("locked", "certificate")
        rows.append(f"{name}\t1{'-2' if kind == 'cv' else ''}:{kind}\ten")
    (folder / "labels.tsv").write_text("\n".join(rows))
    return folder


def composed(sources: Path, out: Path, *more: str) -> list[dict[str, str]]:
    assert compose.main([str(sources / "labels.tsv"), str(sources), str(out), "--count", "8", *more]) == 0
    with (out / "truth.tsv").open() as table:
        return list(csv.DictReader(table, delimiter="\t"))


def test_the_truth_names_every_page(sources: Path, tmp_path: Path) -> None:
    """As many as the PDF has; what is there is what the labels say."""
    rows = composed(sources, tmp_path / "out")
    assert [row["file"] for row in rows] == [f"000{number}.pdf" for number in range(1, 9)]
    for row in rows:
        spans = pieces.spans(row["page_labels"], "truth")
        assert len(PdfReader(tmp_path / "out" / row["file"]).pages) == spans[-1][1]
        kinds = {kind for _, _, kind in spans}
        assert (row["has_letter"] == "yes") is ("letter" in kinds)
        assert (row["has_cv"] == "yes") is ("cv" in kinds)
        assert (row["has_certificates"] == "yes") is ("certificate" in kinds)


def test_the_same_seed_writes_the_same_bytes(sources: Path, tmp_path: Path) -> None:
    """On every machine, so that two people can talk about one case."""
    rows = composed(sources, tmp_path / "a", "--scans", "0.5")
    assert composed(sources, tmp_path / "b", "--scans", "0.5") == rows
    for row in rows:
        assert (tmp_path / "a" / row["file"]).read_bytes() == (tmp_path / "b" / row["file"]).read_bytes()


def test_without_any_scan(sources: Path, tmp_path: Path) -> None:
    """Neither those that are there nor new ones."""
    labels = (sources / "labels.tsv").read_text().splitlines()
    scan = [f"{line}\t{'scan' if not number else 'no'}" for number, line in enumerate(labels)]
    table = tmp_path / "labels.tsv"
    table.write_text("\n".join([*scan, "cv.pdf\t1:certificate\ten\tyes"]))
    out = tmp_path / "out"
    assert (
        compose.main([str(table), str(sources), str(out), "--count", "12", "--scans", "1", "--digital"]) == 0
    )
    with (out / "truth.tsv").open() as truth:
        assert {row["scan"] for row in csv.DictReader(truth, delimiter="\t")} == {"no"}


def test_a_locked_file_is_passed_over_with_a_word(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is in no application."""
    compose._usable.cache_clear()
    rows = composed(sources, tmp_path / "out")
    assert "locked.pdf is passed over" in capsys.readouterr().err
    assert "locked.pdf" not in "".join(row["made_of"] for row in rows)


def test_what_is_written_is_for_its_owner_alone(sources: Path, tmp_path: Path) -> None:
    """The documents may be real people's."""
    composed(sources, tmp_path / "out")
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "out").iterdir()} == {0o600}
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_no_application_is_larger_than_a_mail_may_be(
    sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such a one is drawn again."""
    composed(sources, tmp_path / "all")
    sizes = sorted(path.stat().st_size for path in (tmp_path / "all").glob("*.pdf"))
    monkeypatch.setattr(compose, "LARGEST", sizes[-1] - 1)
    composed(sources, tmp_path / "smaller")
    assert max(path.stat().st_size for path in (tmp_path / "smaller").glob("*.pdf")) < sizes[-1]


def test_a_former_composition_is_replaced_and_nothing_else(
    sources: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder with other things in it is left alone."""
    composed(sources, tmp_path / "out")
    assert len(composed(sources, tmp_path / "out", "--count", "3")) == 3
    assert len(list((tmp_path / "out").glob("*.pdf"))) == 3
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes.txt").touch()
    assert compose.main([str(sources / "labels.tsv"), str(sources), str(tmp_path / "mine")]) == 2
    assert "holds something that is no composition" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["notes.txt"]
