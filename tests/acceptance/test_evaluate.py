"""``intake evaluate`` on real files: what it prints, writes and how it ends; and the short form of the
measurement that `make evaluate` makes at length."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from intake import cli
from intake.demo import documents, people
from scripts import compose, evaluate

CONFIG = Path(__file__).resolve().parent.parent.parent / "config"
HEADER = "file\thas_letter\thas_cv\thas_certificates\tpage_labels\n"


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(cli.app, ["evaluate", "--config", str(CONFIG), *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def figures(folder: Path, *arguments: str | Path) -> dict[str, Any]:
    """The JSON, when every file could be judged."""
    target = folder / "figures.json"
    result = run(folder, "--json", target, *arguments)
    assert result.exit_code == 0, result.stderr
    read: dict[str, Any] = json.loads(target.read_text())
    return read


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A complete application, one without certificates, a locked and a damaged one."""
    who = people.HELENA
    letter, cv, certificate = documents.letter(who), documents.cv(who), documents.certificate("master", who)
    whole = documents.joined(letter, cv, certificate)
    papers = {
        "whole.pdf": whole,
        "gap.pdf": documents.joined(letter, cv),
        "locked.pdf": documents.encrypted(whole, "secret"),
        "damaged.pdf": documents.damaged(whole),
    }
    for name, content in papers.items():
        (tmp_path / name).write_bytes(content)
    truth = HEADER + "".join(
        f"{name}\tyes\tyes\t{'no' if name == 'gap.pdf' else 'yes'}\t1:letter;2-3:cv"
        f"{'' if name == 'gap.pdf' else ';4:certificate'}\n"
        for name in papers
    )
    (tmp_path / "truth.tsv").write_text(truth)
    return tmp_path


def test_files_that_cannot_be_opened_count(folder: Path) -> None:
    """They are asked for again, which is no false demand; nobody read their pages."""
    found = figures(folder)["all"]
    assert (found["applications"], found["exact"], found["faulty_files"]) == (4, 2, 2)
    assert found["outcomes"] == {
        "complete": {"accepted": 1, "correction": 2, "review": 0},
        "incomplete": {"accepted": 0, "correction": 1, "review": 0},
    }
    assert found["false_demands"]["documents"] == 0
    assert found["pages"]["read"]["accuracy"] == 1
    assert (found["pages"]["read"]["pages"], found["pages"]["inferred"]["pages"]) == (7, 8)


def test_each_file_is_judged_as_check_judges_it(folder: Path) -> None:
    """One way for both."""
    cases = {case["file"]: case for case in figures(folder)["cases"]}
    for name, case in cases.items():
        result = CliRunner().invoke(cli.app, ["check", "--config", str(CONFIG), "--json", str(folder / name)])
        checked = json.loads(result.stdout)
        assert case["outcome"] == checked["outcome"]
        assert [one["status"] for one in case["documents"]] == [one["status"] for one in checked["documents"]]
        found = [page["found"] for page in case["pages"]]
        assert found == (checked["pages"] or ["unreadable"] * 4)


def test_what_is_written_is_for_its_owner_alone(folder: Path) -> None:
    """Also where a file was there before. The page names every wrong case."""
    page, target = folder / "page.html", folder / "figures.json"
    page.touch(mode=0o644)
    result = run(folder, "--html", page, "--json", target)
    assert result.exit_code == 0
    assert (page.stat().st_mode & 0o777, target.stat().st_mode & 0o777) == (0o600, 0o600)
    text = page.read_text()
    assert "locked.pdf" in text
    assert "whole.pdf" not in text
    assert "2 cases with something wrong" in result.stdout


def test_a_file_that_the_truth_does_not_list_is_named(folder: Path) -> None:
    """Wherever it lies in the folder; it is not judged and not forgotten."""
    (folder / "more").mkdir()
    (folder / "more" / "unknown.PDF").write_bytes(documents.blank())
    result = run(folder)
    assert result.exit_code == 0
    assert "truth does not list them: more/unknown.PDF" in result.stderr
    assert figures(folder)["unlisted"] == ["more/unknown.PDF"]


def test_json_on_stdout_stands_alone(folder: Path) -> None:
    """For a program behind a pipe; what else there is to say goes to stderr."""
    (folder / "unknown.pdf").write_bytes(documents.blank())
    result = run(folder, "--json", "-")
    assert json.loads(result.stdout)["all"]["applications"] == 4
    assert "unknown.pdf" in result.stderr
    assert not (folder / "-").exists()


def test_every_problem_of_the_truth_is_named_and_nothing_judged(folder: Path) -> None:
    """With file and line; exit status 2."""
    table = folder / "other.tsv"
    table.write_text(HEADER + "whole.pdf\tyes\tmaybe\tyes\t1:novel\ngone.pdf\tyes\tyes\tyes\t\n")
    result = run(folder, "--truth", table)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"{table}:2: has_cv is 'maybe'" in result.stderr
    assert f"{table}:2: '1:novel' in page_labels" in result.stderr
    assert f"{table}:3: there is no gone.pdf" in result.stderr


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_judged(folder: Path) -> None:
    """Exit status 1."""
    (folder / "broken.pdf").symlink_to(
        "/proc/self/mem"
    )  # a file by its type, and an error to whoever reads it
    with (folder / "truth.tsv").open("a") as table:
        table.write("broken.pdf\tyes\tyes\tyes\t\n")
    result = run(folder, "--json", folder / "figures.json")
    assert result.exit_code == 1
    assert "broken.pdf: " in result.stderr
    assert "4 of 5 files judged" in result.stdout
    (unjudged,) = json.loads((folder / "figures.json").read_text())["unjudged"]
    assert unjudged["file"] == "broken.pdf"


def test_a_place_that_cannot_be_written_is_told_before_anything_is_judged(folder: Path) -> None:
    """Not after an hour."""
    result = run(folder, "--html", folder / "nowhere" / "page.html")
    assert result.exit_code == 2
    assert "is no folder" in result.stderr
    assert result.stdout == ""


def test_a_doubtful_line_is_told_and_worked_with(folder: Path) -> None:
    """A page of a kind that is said to be missing."""
    (folder / "truth.tsv").write_text(HEADER + "gap.pdf\tno\tyes\tno\t1:letter;2-3:cv\n")
    result = run(folder)
    assert result.exit_code == 0
    assert "has_letter is no, but page_labels calls p. 1 letter" in result.stderr


def test_the_figures_on_the_project_s_own_documents(tmp_path: Path) -> None:
    """No false demand and no missed gap in three dozen applications, and nearly every page that was read
    classed right: what `make evaluate` measures, short enough for every change, so without a scan."""
    made, out = tmp_path / "documents", tmp_path / "applications"
    evaluate.generate(made, seed=7, count=160)
    arguments = ["--from", f"{made / evaluate.LABELS}:{made}", "--count", "36", "--seed", "7", "--max-pages", "12",
                 "--digital"]  # fmt: skip
    assert compose.main([str(out), *arguments]) == 0
    found = figures(out)["all"]
    assert (found["applications"], found["complete"]) == (36, 18)
    assert found["false_demands"]["documents"] == 0
    assert found["missed_gaps"]["applications"] == 0
    assert found["pages"]["read"]["accuracy"] >= 0.95
    assert found["review"]["share"] <= 0.25
