"""A short form of `make fuzz`: mails changed by their structure, and what must hold of every result."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intake.journey.parse import mime
from intake.model import Address, Mail
from scripts import fuzz, fuzz_check, fuzz_findings, fuzz_mutate
from tests import builders
from tests.builders import File

PDF = File("cv.pdf", builders.pdf())
INNER = builders.thunderbird(files=[PDF])
SEEDS = [
    builders.thunderbird(files=[PDF]),
    builders.outlook(builders.BRIEF, [PDF, builders.VCARD]),
    builders.apple_mail(files=[PDF]),
    builders.bounce(INNER),
    builders.mail(builders.multipart("mixed", builders.html("<p>Grüße</p>"), builders.forwarded(INNER))),
    builders.written("Hiermit bewerbe ich mich.\r\n", "Auto-Submitted: no"),
]

numbers = st.integers(0, 2**32)
steps = st.lists(st.tuples(st.sampled_from(fuzz_mutate.STEPS), numbers), max_size=5)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(SEEDS), steps, numbers)
def test_changed_mails(raw: bytes, changes: list[tuple[fuzz_mutate.Step, int]], number: int) -> None:
    """However a mail was changed: a result, the same twice, no file lost, no machine answered."""
    for step, one in changes:
        raw = step(raw, random.Random(one))
    fuzz_check.check("eml", fuzz_mutate.mutate(raw, random.Random(number), other=SEEDS[0]))


@settings(max_examples=120, deadline=None)
@given(numbers)
def test_invented_mails(number: int) -> None:
    """The same for mails that no client would write."""
    fuzz_check.check("eml", fuzz_mutate.compose(random.Random(number)))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([("tnef", fuzz_mutate.tnef), ("zip", fuzz_mutate.archive), ("p7m", fuzz_mutate.signed)]),
    numbers,
)
def test_invented_files(kind: tuple[str, fuzz_mutate.Maker], number: int) -> None:
    """The same for what holds other files."""
    target, make = kind
    fuzz_check.check(target, make(random.Random(number)))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["header", "text", "html"]),
    st.binary(max_size=300) | st.text(max_size=200).map(str.encode),
)
def test_small_readers(target: str, content: bytes) -> None:
    """The same for single values and texts."""
    fuzz_check.check(target, content)


@pytest.mark.parametrize(
    "mail, why",
    [
        pytest.param(Mail(control=(("auto-submitted", "(x) auto-replied"),)), "auto-submitted: (x) auto-replied", id="robot"),
        pytest.param(Mail(control=(("list-id", ""),)), "list-id: ", id="list"),
        pytest.param(Mail(sender=Address(address="noreply@x.example")), "written by a mail system", id="noreply"),
        pytest.param(Mail(content_type="multipart/report"), "a report on delivery", id="report"),
        pytest.param(Mail(return_path=""), "the null sender", id="null sender"),
        pytest.param(Mail(control=(("auto-submitted", "no"),), sender=Address(address="a@x.example")), "", id="person"),
    ],
)  # fmt: skip
def test_the_rules_that_find_machines(mail: Mail, why: str) -> None:
    """Those of the fuzzing, which are others than those that it tests."""
    assert fuzz_check.robot(mail) == why


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(b"content-type: text/html\ncontent-type: text/plain\n\nHi", id="a field twice"),
        pytest.param(b"content-type: text/plain\n\nHi", id="the second field"),
        pytest.param(b"content-type: text/html\nsubject: x\n\nHi", id="another field"),
        pytest.param(b"\nHi", id="none"),
    ],
)
def test_what_the_parsers_are_given_is_checked(given: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header that was cut down otherwise than it is meant would be found."""
    raw = b"Content-Type: text/html\nSubject: x\nContent-Type: text/plain\n\nHi"
    fuzz_check.reduced(raw)
    monkeypatch.setattr(mime, "reduced", lambda _head, _body: given)
    with pytest.raises(AssertionError, match="other fields than ours"):
        fuzz_check.reduced(raw)


def test_a_finding_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The first input of each finding becomes a file, as short as it can be, with the command that tries it again."""

    def check(target: str, content: bytes) -> None:
        if b"<!>" in content:
            raise ValueError(f"{len(content)} bytes")

    findings = fuzz_findings.Findings(tmp_path, "hypothesis", check)
    for content in (b"abc", b"some <!> text", b"other <!>"):
        findings.run("eml", content)
    findings.save()
    kept = tmp_path / "hypothesis-001.eml"
    assert kept.read_bytes() == b"<!>"
    assert f"scripts.fuzz --again {kept}" in capsys.readouterr().out
    assert findings.count == 3
    assert not fuzz.report("hypothesis", tmp_path, "in time", set())
    assert "3 executions" in capsys.readouterr().out


def test_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A kept file is tried once more; its ending says what reads it."""
    (tmp_path / "a.eml").write_bytes(SEEDS[0])
    (tmp_path / "a.unknown").write_bytes(b"")
    assert fuzz.main(["--again", str(tmp_path / "a.eml")]) == 0
    assert fuzz.main(["--again", str(tmp_path / "a.unknown")]) == 1
    assert "all is well" in capsys.readouterr().out


def test_what_ended_libfuzzer_is_a_finding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An input that hangs leaves no report of ours: libFuzzer's file becomes one that can be tried again."""
    (tmp_path / "timeout-0123").write_bytes(b"\x03PK")
    assert not fuzz.report("atheris", tmp_path, "in time", set())
    assert (tmp_path / "timeout-0123.zip").read_bytes() == b"PK"
    assert "1 findings" in capsys.readouterr().out


def test_an_empty_input_that_ended_libfuzzer_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names no reader, so that nothing can be tried again; the other findings are told all the same."""
    (tmp_path / "crash-da39").write_bytes(b"")
    (tmp_path / "oom-0123").write_bytes(b"\x00From: a")
    assert not fuzz.report("atheris", tmp_path, "in time", set())
    said = capsys.readouterr().out
    assert "2 findings" in said
    assert f"ended at an empty input, which is given to no reader: {tmp_path / 'crash-da39'}" in said
    assert f"--again {tmp_path / 'oom-0123.eml'}" in said
