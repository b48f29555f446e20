"""Real mails of public test collections, where they lie beside the checkout."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import pytest

from intake.journey import parse, pick, screen
from intake.journey.parse import header, kind, mime
from intake.model import FileKind, Kind, sha256

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mail"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus of mails beside the checkout")

MAILS = sorted(path for path in CORPUS.glob("*/*") if path.suffix in (".eml", ".txt"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_mail_raises_or_lasts(path: Path) -> None:
    """Every mail is parsed, screened and searched for its file within a second."""
    started = time.perf_counter()
    mail = parse.mail(path.read_bytes())
    screen.mail(mail, screen.Rules())
    pick.file(mail, pick.Rules())
    assert time.perf_counter() - started < 1
    assert all(one.sha256 == sha256(one.content) for one in mail.attachments)


@pytest.mark.parametrize(
    "path", [path for path in MAILS if "flufl" in path.parent.name], ids=lambda path: path.name
)
def test_no_bounce_is_answered(path: Path) -> None:
    """A bounce is automatic, or at least a mail that gets no reply."""
    found = screen.mail(parse.mail(path.read_bytes()), screen.Rules())
    assert found.silence or found.kind is Kind.INQUIRY


def expectations() -> list[tuple[str, str]]:
    table = CORPUS / "synthetic_autoreply" / "expected.tsv"
    if not table.exists():
        return []
    with table.open(encoding="utf-8") as lines:
        return [(row["file"], row["expected"]) for row in csv.DictReader(lines, delimiter="\t")]


@pytest.mark.parametrize("name, expected", expectations())
def test_autoreplies(name: str, expected: str) -> None:
    """Automatic answers are never answered; people are not taken for machines."""
    found = screen.mail(parse.mail((CORPUS / "synthetic_autoreply" / name).read_bytes()), screen.Rules())
    assert (found.kind is Kind.AUTOMATIC) == expected.startswith("auto")
    if expected == "HUMAN-ambiguous":
        assert found.silence
        assert found.for_review


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_both_parsers_find_the_same_files(path: Path) -> None:
    """The parser that was taken found every real file that either of the two finds."""
    head, rest = header.split(path.read_bytes())
    taken, _ = mime.tree(head, rest)
    assert taken is not None
    raw = mime.reduced(head, rest)
    for read in (mime.quick, mime.careful):
        try:
            other = read(raw)
        except mime.UnreadableError:
            continue
        assert files(other) <= files(taken)


def files(tree: mime.Part) -> set[str]:
    """Hashes of what is a file for certain, by its content."""
    kinds = (FileKind.PDF, FileKind.OFFICE, FileKind.ARCHIVE, FileKind.IMAGE)
    leaves = [part for part in tree.walk() if part.content and not part.nested]
    return {sha256(leaf.content or b"") for leaf in leaves if kind.of(leaf.content or b"", "", "") in kinds}
