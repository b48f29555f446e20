"""Real mails of public test collections, where they lie beside the checkout."""

from __future__ import annotations

import csv
import email
import re
import time
from collections import Counter
from email.message import Message
from pathlib import Path

import pytest

from intake.journey import parse, pick, screen
from intake.journey.parse import careful, header, kind, mime, part, quick
from intake.model import FileKind, Kind, Mail, sha256

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mail"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="no corpus of mails beside the checkout")

MAILS = sorted(path for path in CORPUS.glob("*/*") if path.suffix in (".eml", ".txt"))


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_mail_raises_or_lasts(path: Path) -> None:
    """Every mail is parsed, screened and searched for its file within a second."""
    started = time.process_time()
    mail = parse.mail(path.read_bytes())
    screen.mail(mail, screen.Rules())
    pick.file(mail, pick.Rules())
    assert time.process_time() - started < 1
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
    for read in (quick.tree, careful.tree):
        try:
            other = read(raw)
        except part.UnreadableError:
            continue
        assert files(other) <= files(taken)


def files(tree: part.Part) -> set[str]:
    """Hashes of what is a file for certain, by its content."""
    kinds = (FileKind.PDF, FileKind.OFFICE, FileKind.ARCHIVE, FileKind.IMAGE)
    leaves = [part for part in tree.walk() if part.content and not part.nested]
    return {sha256(leaf.content or b"") for leaf in leaves if kind.of(leaf.content or b"", "", "") in kinds}


# Mails that are not well-formed, of which each parser reads what the other does not.
UNLIKE = {
    "raw_email4.eml": "its last boundary lacks a hyphen: the standard library takes the line for a part",
}


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_both_parsers_give_one_mail(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail is the same when the fast parser refuses it: every field, every file, the text but for white space."""
    read = parse.mail(path.read_bytes())
    monkeypatch.setattr(quick, "tree", refuse)
    careful = parse.mail(path.read_bytes())
    assert fields(read) == fields(careful)
    assert files_of(read) == files_of(careful)
    assert (words(read) == words(careful)) == (path.name not in UNLIKE)


def refuse(_raw: bytes) -> part.Part:
    raise part.UnreadableError("not tried")


def fields(mail: Mail) -> tuple[object, ...]:
    people = (mail.sender, mail.reply_to, mail.to, mail.cc, mail.delivered_to, mail.return_path)
    thread = (mail.message_id, mail.in_reply_to, mail.references)
    return (*people, *thread, mail.subject, mail.date, mail.received, mail.content_type, mail.control)


def files_of(mail: Mail) -> Counter[tuple[object, ...]]:
    return Counter((one.sha256, one.name, one.declared, one.kind, one.inline) for one in mail.attachments)


def words(mail: Mail) -> tuple[object, ...]:
    return mail.text.split(), mail.new_text.split(), mail.links


@pytest.mark.parametrize("path", MAILS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_files_are_the_standard_librarys(path: Path) -> None:
    """Of a well-formed mail every file is, byte for byte, what the standard library makes of it."""
    message = email.message_from_bytes(path.read_bytes())
    expected = [sha256(one.get_payload(decode=True)) for one in leaves(message) if named(one)]
    if any(one.defects for one in message.walk()):
        return  # not well-formed: the tests above say what becomes of it
    assert Counter(expected) <= Counter(one.sha256 for one in parse.mail(path.read_bytes()).attachments)


def leaves(message: Message) -> list[Message]:
    """Of the mail itself: of a mail inside it only what may be application papers is listed."""
    if message.is_multipart() and message.get_content_maintype() == "multipart":
        return [leaf for part in message.get_payload() for leaf in leaves(part)]
    return [] if message.is_multipart() else [message]


def named(leaf: Message) -> bool:
    """Whether it is a file, not the text: a text without a name, or the only one there, is the text."""
    return leaf.get_content_maintype() != "text" or bool(
        leaf.get_filename() and re.match("(?i)attach", str(leaf["content-disposition"]))
    )
