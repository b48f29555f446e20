"""``intake check`` is a contract: what it prints and how it ends, on real mails and files."""

from __future__ import annotations

import json
import mailbox
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from intake import cli
from intake.demo import documents, people, samples
from intake.demo.samples import Sample
from tests import builders

ROOT = Path(__file__).resolve().parent.parent.parent
CONFIG = ROOT / "config"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SAMPLES = samples.all(NOW)
POST = ("postdoc/causal-inference",)
KEYS = [
    "file", "arrived", "outcome", "positions", "problems", "documents", "pages", "reply", "folders", "reasons",
]  # fmt: skip
EMPTY = {
    "arrived": None, "outcome": None, "positions": [], "problems": [], "documents": [], "pages": [], "reply": None,
    "folders": [], "reasons": [],
}  # fmt: skip


def run(*arguments: str | Path) -> Result:
    result = CliRunner().invoke(cli.app, ["check", "--config", str(CONFIG), *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def judged(*arguments: str | Path) -> list[dict[str, Any]]:
    """The objects on stdout, when every path could be read."""
    result = run("--json", *arguments)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What became of each sample, by its key; all judged in one run."""
    folder = tmp_path_factory.mktemp("samples")
    for sample in SAMPLES:
        (folder / f"{sample.key}.eml").write_bytes(sample.raw)
    return {Path(one["file"]).stem: one for one in judged(folder)}


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_each_sample_is_judged_as_its_author_expects(
    sample: Sample, verdicts: dict[str, dict[str, Any]]
) -> None:
    """Outcome, positions, problems, template and language."""
    found = verdicts[sample.key]
    problems = {(one["code"], one.get("document"), one.get("position")) for one in found["problems"]}
    assert (found["outcome"], tuple(found["positions"])) == (sample.outcome, sample.positions)
    assert problems == {(one.code, one.document, one.position) for one in sample.problems}
    reply = found["reply"]
    assert (reply and reply["template"]) == sample.reply
    if sample.reply:
        assert reply["language"] == sample.language
        assert reply["to"] == sample.envelope_sender


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_every_key_is_there_in_the_order_of_the_contract(
    sample: Sample, verdicts: dict[str, dict[str, Any]]
) -> None:
    """No key more, none less; every document of the three; certainties between 0 and 1."""
    found = verdicts[sample.key]
    assert list(found) == KEYS
    assert [one["kind"] for one in found["documents"]] == ["letter", "cv", "certificates"]
    for document in found["documents"]:
        assert list(document) == ["kind", "status", "pages", "confidence", "evidence"]
        assert document["status"] in ("present", "absent", "unsure")
        assert 0 <= document["confidence"] <= 1
    assert found["reply"] is None or list(found["reply"]) == ["template", "language", "to"]
    assert all(next(iter(one)) == "code" for one in found["problems"])
    assert set(found["pages"]) <= {"letter", "cv", "certificates", "other", "unreadable"}


@pytest.mark.parametrize(
    "key, start",
    [
        pytest.param("complete-english", "postdoc/causal-inference/2026-11-22 ", id="accepted"),
        pytest.param("without-certificates", "_Waiting for applicant/2026-11-22 ", id="correction"),
        pytest.param("javascript", "_For review/2026-11-22 ", id="review"),
    ],
)
def test_the_folder_is_the_one_that_would_be_made(
    key: str, start: str, verdicts: dict[str, dict[str, Any]]
) -> None:
    """With a case number in square brackets at its end."""
    (folder,) = verdicts[key]["folders"]
    assert folder.startswith(start)
    assert folder.endswith("]")


@pytest.mark.parametrize("key", ["portal-position", "out-of-office", "bounce", "question"])
def test_what_is_not_filed_has_no_folder(key: str, verdicts: dict[str, dict[str, Any]]) -> None:
    """Redirected, ignored and inquiry."""
    assert verdicts[key]["folders"] == []


def test_without_any_file_every_document_is_absent_and_none_is_missed(
    verdicts: dict[str, dict[str, Any]],
) -> None:
    """One problem is enough to say."""
    found = verdicts["forgotten-attachment"]
    assert [one["status"] for one in found["documents"]] == ["absent"] * 3
    assert found["problems"] == [{"code": "no-attachment"}]
    assert found["pages"] == []


@pytest.mark.parametrize("key", ["three-files", "word-document", "encrypted-german", "damaged", "link"])
def test_what_could_not_be_read_is_unsure_and_has_no_pages(
    key: str, verdicts: dict[str, dict[str, Any]]
) -> None:
    """Never absent: nobody has looked."""
    assert [one["status"] for one in verdicts[key]["documents"]] == ["unsure"] * 3
    assert verdicts[key]["pages"] == []


# --- arrival -------------------------------------------------------------------------------------


def eml(folder: Path, *fields: str, name: str = "x.eml") -> Path:
    path = folder / name
    path.write_bytes(builders.mail(builders.plain("Is it still open?"), *fields, subject="A question"))
    return path


RECEIVED = "Received: from a.example by b.example; Tue, 4 Nov 2025 09:30:00 +0000"
EARLIER = "Received: from x.example by a.example; Tue, 4 Nov 2025 08:00:00 +0000"


@pytest.mark.parametrize(
    "fields, arguments, expected",
    [
        pytest.param((), (), "2025-11-03T10:00:00+01:00", id="date"),
        pytest.param((RECEIVED, EARLIER), (), "2025-11-04T10:30:00+01:00", id="newest-received"),
        pytest.param(
            (RECEIVED,), ("--arrived", "2025-07-01T00:00:00Z"), "2025-07-01T02:00:00+02:00", id="arrived"
        ),
        pytest.param((), ("--arrived", "2025-12-15T23:59:59"), "2025-12-15T23:59:59+01:00", id="local-time"),
    ],
)
def test_arrival(tmp_path: Path, fields: tuple[str, ...], arguments: tuple[str, ...], expected: str) -> None:
    """--arrived, else the newest Received, else Date; told in the institution's zone."""
    (found,) = judged(eml(tmp_path, *fields), *arguments)
    assert found["arrived"] == expected


def test_a_mail_that_tells_no_time_arrives_now(tmp_path: Path) -> None:
    """And --now says when that is."""
    path = tmp_path / "x.eml"
    path.write_bytes(b"From: a@uni.example\r\nSubject: Question\r\n\r\nIs it still open?\r\n")
    (found,) = judged(path, "--now", "2025-11-03T09:00:00+00:00")
    assert found["arrived"] == "2025-11-03T10:00:00+01:00"


@pytest.mark.parametrize(
    "arrived, outcome, code",
    [
        pytest.param("2025-12-15T23:59:59+01:00", "redirected", "apply-elsewhere", id="last-second"),
        pytest.param("2025-12-16T00:00:00+01:00", "review", "position-closed", id="a-second-later"),
        pytest.param("2025-12-17T00:00:00+01:00", "review", "position-closed", id="a-day-later"),
        pytest.param("2025-12-17T00:00:01+01:00", "redirected", "position-closed", id="too-late"),
    ],
)
def test_a_deadline_is_judged_by_the_arrival(tmp_path: Path, arrived: str, outcome: str, code: str) -> None:
    """To its last second; a person decides about a day more."""
    sample = next(one for one in SAMPLES if one.key == "portal-position")
    (tmp_path / "x.eml").write_bytes(sample.raw)
    (found,) = judged(tmp_path / "x.eml", "--arrived", arrived)
    assert (found["outcome"], found["problems"]) == (outcome, [{"code": code, "position": "rub/anr-5157"}])
    assert found["positions"] == (["rub/anr-5157"] if outcome == "redirected" else [])


# --- what a path may be --------------------------------------------------------------------------


def test_an_mbox_gives_an_object_for_each_message(tmp_path: Path) -> None:
    """Numbered from 1; a line "From " inside a text divides nothing."""
    box = mailbox.mbox(tmp_path / "box.mbox")
    for text in ("Is it still open?\n\nFrom Dortmund to Bochum, how far is it?\n", "Another question?\n"):
        box.add(builders.mail(builders.plain(text), subject="A question"))
    box.close()
    found = judged(tmp_path / "box.mbox")
    assert [one["file"] for one in found] == [f"{tmp_path}/box.mbox#1", f"{tmp_path}/box.mbox#2"]
    assert {one["outcome"] for one in found} == {"inquiry"}


def test_a_maildir_gives_an_object_for_each_message(tmp_path: Path) -> None:
    """New and read ones in the order of delivery; what is still being delivered does not count."""
    for part in ("cur", "new", "tmp"):
        (tmp_path / "box" / part).mkdir(parents=True)
    raw = builders.mail(builders.plain("Is it still open?"), subject="A question")
    for name in ("new/1762160002.M1.host", "cur/1762160001.M1.host:2,S", "tmp/1762160000.M1.host"):
        (tmp_path / "box" / name).write_bytes(raw)
    found = judged(tmp_path / "box")
    assert [Path(one["file"]).name for one in found] == ["1762160001.M1.host:2,S", "1762160002.M1.host"]


def test_a_folder_gives_what_it_holds_in_order(tmp_path: Path) -> None:
    """Mails, PDFs and mboxes by name; other files are nobody's applications."""
    eml(tmp_path, name="b.eml")
    eml(tmp_path, name="a.EML")
    (tmp_path / "notes.docx").write_bytes(b"no mail")
    assert [Path(one["file"]).name for one in judged(tmp_path)] == ["a.EML", "b.eml"]


def letter_and_cv(*more: bytes) -> bytes:
    who = people.KAETHE
    return documents.joined(documents.letter(who, "de", POST), documents.cv(who, "de"), *more)


@pytest.mark.parametrize(
    "content, outcome, problems, template, language",
    [
        pytest.param(
            lambda: letter_and_cv(documents.certificate("doctorate", people.KAETHE, "de")),
            "accepted", [], "acknowledgement", "de", id="complete",
        ),
        pytest.param(
            letter_and_cv, "correction", [{"code": "missing-document", "document": "certificates"}],
            "correction", "de", id="no-certificates",
        ),
        pytest.param(lambda: b"", "correction", [{"code": "empty"}], "correction", "en", id="empty"),
        pytest.param(
            lambda: b"%PDF-1.7\nnothing more", "correction", [{"code": "damaged"}], "correction", "en", id="damaged"
        ),
        pytest.param(builders.docx, "correction", [{"code": "not-a-pdf"}], "correction", "en", id="word"),
    ],
)  # fmt: skip
def test_a_bare_pdf_is_judged_by_its_documents_alone(
    tmp_path: Path, content: Any, outcome: str, problems: list[Any], template: str, language: str
) -> None:
    """No position, no folder, and nobody to write to."""
    (tmp_path / "x.pdf").write_bytes(content())
    (found,) = judged(tmp_path / "x.pdf")
    assert list(found) == KEYS
    assert (found["outcome"], found["problems"]) == (outcome, problems)
    assert (found["positions"], found["folders"]) == ([], [])
    assert found["reply"] == {"template": template, "language": language, "to": None}


def test_a_mail_that_is_too_large_is_judged_by_its_header(tmp_path: Path) -> None:
    """As in the mailbox, where it would not be downloaded."""
    config = tmp_path / "config"
    copied(config, "# mail_bytes = 40_000_000", "mail_bytes = 100_000")
    path = tmp_path / "x.eml"
    path.write_bytes(builders.thunderbird(files=[builders.File("a.pdf", builders.pdf(size=200_000))]))
    result = CliRunner().invoke(cli.app, ["check", "--json", "--config", str(config), str(path)])
    assert next(one["code"] for one in json.loads(result.stdout)["problems"]) == "too-large"


def copied(config: Path, old: str, new: str) -> None:
    """The shipped configuration with one change in intake.toml."""
    for path in CONFIG.rglob("*"):
        if path.is_file():
            target = config / path.relative_to(CONFIG)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    text = (config / "intake.toml").read_text("utf-8")
    assert old in text
    (config / "intake.toml").write_text(text.replace(old, new), "utf-8")


# --- what goes wrong -----------------------------------------------------------------------------


def test_what_cannot_be_read_has_its_object_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    """The same keys and ``error``; said on stderr too; exit status 1."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    (tmp_path / "x.mbox").write_bytes(b"Dear all,\n")
    bad = [tmp_path / "nowhere.eml", tmp_path / "empty", tmp_path / "x.msg", tmp_path / "x.mbox"]
    result = run("--json", *bad, eml(tmp_path))
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [one["file"] for one in lines] == [*map(str, bad), str(tmp_path / "x.eml")]
    for one in lines[:-1]:
        assert {key: one[key] for key in EMPTY} == EMPTY
        assert list(one) == [*KEYS, "error"]
        assert f"{one['file']}: {one['error']}" in result.stderr
    assert lines[-1]["outcome"] == "inquiry"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1000,
        b"From: <\r\n\r\n",
        b"\xff\xfe\r\n\r\n",
        b"Content-Type: multipart/mixed\r\n\r\n--\r\n",
    ],
    ids=["empty", "zeros", "open-bracket", "no-text", "no-boundary"],
)
def test_a_broken_mail_is_judged_all_the_same(tmp_path: Path, raw: bytes) -> None:
    """Whatever bytes a file called .eml holds."""
    (tmp_path / "x.eml").write_bytes(raw)
    (found,) = judged(tmp_path / "x.eml")
    assert list(found) == KEYS
    assert found["reply"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((), id="no-path"),
        pytest.param(("--arrived", "yesterday", "x.eml"), id="no-time"),
        pytest.param(("--now", "2025-13-01", "x.eml"), id="no-month"),
        pytest.param(("--verdict", "x.eml"), id="no-option"),
        pytest.param(("--config", "nowhere", "x.eml"), id="no-config"),
    ],
)
def test_bad_usage_and_bad_configuration_end_with_2(arguments: tuple[str, ...]) -> None:
    """Nothing on stdout, a sentence on stderr."""
    result = CliRunner().invoke(cli.app, ["check", "--json", *arguments])
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr


def test_for_people_it_tells_the_same_and_that_nothing_was_changed(tmp_path: Path) -> None:
    """With the reply's text on demand, and no control character of a mail."""
    sample = next(one for one in SAMPLES if one.key == "without-certificates")
    (tmp_path / "x.eml").write_bytes(sample.raw)
    (tmp_path / "q.eml").write_bytes(builders.mail(builders.plain("?"), sender="\x1b[31m <a@b.example>"))
    result = run(tmp_path, "--reply", tmp_path / "nowhere")
    assert result.exit_code == 1
    for words in (
        "Waiting for the applicant",
        "certificates",
        "Subject: ",
        "Nothing was filed",
        "correction (en) to",
    ):
        assert words in result.stdout
    assert "\x1b" not in result.stdout


def test_as_a_program_it_starts_fast_and_changes_nothing(tmp_path: Path) -> None:
    """From any folder, also one that nobody may write; the configuration is found by $INTAKE_CONFIG."""
    eml(tmp_path)
    before = sorted(tmp_path.rglob("*"))
    config = {"INTAKE_CONFIG": str(CONFIG), "PYTHONPATH": str(ROOT)}
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "intake", "check", "--json", "x.eml"],
        cwd=tmp_path, env={**os.environ, **config}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["file"] == "x.eml"
    assert sorted(tmp_path.rglob("*")) == before
    assert time.monotonic() - start < 10  # about 1 s on an idle machine


def test_it_makes_no_key(tmp_path: Path) -> None:
    """The key that signs replies is made by the first start, not by whoever only looks."""
    config = Path(shutil.copytree(CONFIG, tmp_path / "config"))
    eml(tmp_path)
    result = CliRunner().invoke(cli.app, ["check", "--config", str(config), str(tmp_path / "x.eml")])
    assert result.exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["config", "x.eml"]
