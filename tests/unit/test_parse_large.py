"""Large mails are read without a copy of them, and as they would be read with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake.journey import parse
from intake.journey.parse import careful, header, mime, part, quick
from intake.model import sha256
from tests import builders

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "mail"
MAILS = {
    **{
        f"{path.parent.name}/{path.name}": path
        for path in sorted(CORPUS.glob("*/*"))
        if path.suffix == ".eml"
    }
}
LARGE = builders.File("a.pdf", b"%PDF-1.4 " + bytes(range(256)) * 4_000, "application/pdf")


def test_a_large_mail_with_a_plain_header_is_not_copied() -> None:
    raw = builders.thunderbird(builders.LETTER, [LARGE])
    assert mime.reduced(*header.split(raw)) is raw
    assert [file.sha256 for file in parse.mail(raw).attachments] == [sha256(LARGE.content)]


@pytest.mark.parametrize(
    "lines",
    [
        "Content-Type: text/plain\r\nContent-Type: text/html",
        "this line is no field",
        "\r\n".join(f"Subject: {'=?utf-8?q?a?= ' * 50}" for _ in range(5)),
        f"X-Long: {'a' * 70_000}",
    ],
    ids=["a field twice", "a line that is no field", "encoded words", "a long header"],
)
def test_any_other_header_is_cut_down_to_what_both_parsers_read_alike(lines: str) -> None:
    raw = f"{lines}\r\nMIME-Version: 1.0\r\n\r\n".encode() + b"words " * 200_000
    assert mime.reduced(*header.split(raw)) is not raw


@pytest.mark.parametrize("name", MAILS)
def test_a_whole_header_changes_nothing(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Public mails, taken as if they were large: both parsers see the same tree of parts."""
    head, body = header.split(MAILS[name].read_bytes())
    cut_down = mime.reduced(head, body)
    monkeypatch.setattr(mime, "LARGE", 0)
    whole = mime.reduced(head, body)
    for read in (quick.tree, careful.tree):
        try:
            expected = read(cut_down)
        except part.UnreadableError:
            with pytest.raises(part.UnreadableError):
                read(whole)
        else:
            assert read(whole) == expected
