"""`make evaluate`: which sets it composes from, and how it tells what was promised."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts import evaluate

FIGURES: dict[str, Any] = {
    "all": {
        "false_demands": {"per_complete_application": 0.005},
        "missed_gaps": {"per_incomplete_application": 0.06},
        "review": {"share": None},
        "pages": {"all": {"accuracy": 0.949}},
    }
}


def test_a_broken_promise_is_marked() -> None:
    """At most for errors, at least for accuracy; what was not counted breaks none."""
    lines = evaluate.summary({"generated": FIGURES}).splitlines()
    cells = {line[:40].strip(): line.split()[-1] for line in lines if "%" in line}
    assert cells == {
        "False demands per complete application": "0.5%",
        "Missed gaps per incomplete application": "6.0%!",
        "Sent to review": "-",
        "Page accuracy": "94.9%!",
    }


def test_the_sets_are_those_that_are_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own always, templates beside the checkout, others where they are named."""
    monkeypatch.setattr(evaluate, "CORPUS", tmp_path / "none")
    assert [one.name for one in evaluate.sets(tmp_path, "")] == ["generated", "digital"]
    (tmp_path / "pdf-labels.tsv").touch()
    monkeypatch.setattr(evaluate, "CORPUS", tmp_path)
    assert [one.name for one in evaluate.sets(tmp_path, "x")] == [
        "generated",
        "digital",
        "templates",
        "public",
    ]


def test_labels_of_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own, else those of the corpus, else as given."""
    monkeypatch.setattr(evaluate, "CORPUS", tmp_path / "corpus")
    folder = tmp_path / "pdfs"
    folder.mkdir()
    assert evaluate.labelled("a.tsv:b") == "a.tsv:b"
    assert evaluate.labelled(str(folder)) == f"{folder}/labels.tsv:{folder}"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "public-pdf-labels.tsv").touch()
    assert evaluate.labelled(str(folder)) == f"{tmp_path}/corpus/public-pdf-labels.tsv:{folder}"
    (folder / "labels.tsv").touch()
    assert evaluate.labelled(str(folder)) == f"{folder}/labels.tsv:{folder}"
