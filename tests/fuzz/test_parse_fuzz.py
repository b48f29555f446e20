"""Any bytes at all, and real mails that were damaged on the way."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from intake.journey import parse, pick, screen
from intake.journey.parse import body, charset, header, kind, markup
from intake.model import Address, ListedPart, Mail, sha256
from tests import builders
from tests.builders import File

PDF = File("cv.pdf", builders.pdf())
SEEDS = [
    builders.thunderbird(files=[PDF]),
    builders.outlook(builders.BRIEF, [PDF, builders.VCARD]),
    builders.apple_mail(files=[PDF]),
    builders.gmail(files=[File("Zeugnisse Müller.pdf", PDF.content)]),
    builders.bounce(builders.thunderbird(files=[PDF])),
    builders.written("Am 3.11. schrieb HR:\n> alt\n\nNeu\n-- \nNadia", "List-Id: <x.example>"),
]
# Pieces that turn one structure into another when they land inside a mail.
SHARDS = [
    b"\r\n", b"\r", b"\n\n", b"\x00", b"--", b"=?utf-8?q?=0D=0A?=", b"Content-Type: message/rfc822\r\n\r\n",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n", b"=?utf-7?b?K0FBMC0=?=", b"<", b">", b'"', b"(", b"\xff",
    b"Content-Transfer-Encoding: x-uuencode\r\n", b"filename*0*=utf-8''%0d%0a", b"From: <a@b>\r\n", b"\xe2\x80\xae",
]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A real mail with some pieces cut out, doubled, or replaced."""
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 60)))
        raw = raw[:start] + draw(st.sampled_from(SHARDS) | st.binary(max_size=8)) + raw[end:]
    return raw


def check(mail: Mail) -> None:
    texts = [mail.subject, mail.message_id, mail.return_path or "", *mail.in_reply_to, *mail.references]
    texts += [text for pair in mail.control for text in pair]
    texts += [text for one in people(mail) for text in (one.name, one.address)]
    texts += [*mail.delivered_to, *mail.links, *(one.name for one in mail.attachments), *mail.defects]
    for text in texts:
        assert not set(text) & set("\r\n\x00"), text
    for text in (*texts, mail.text, mail.new_text):
        text.encode()  # no lone surrogates
    assert "\x00" not in mail.text
    assert all(header.usable(one.address) for one in people(mail))
    assert all(one.sha256 == sha256(one.content) for one in mail.attachments)
    screen.mail(mail, screen.Rules(addresses=(builders.MAILBOX,)))
    pick.file(mail, pick.Rules())


def people(mail: Mail) -> list[Address]:
    return [*([mail.sender] if mail.sender else []), *mail.reply_to, *mail.to, *mail.cc]


@settings(max_examples=150, deadline=None)
@given(damaged())
def test_damaged_mails(raw: bytes) -> None:
    """No damage makes a step raise, or lets a line break into what came out of the header."""
    check(parse.mail(raw))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes(raw: bytes) -> None:
    """Nor do bytes that never were a mail."""
    check(parse.mail(raw))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500), st.text(max_size=40))
def test_any_header(raw: bytes, name: str) -> None:
    """The same for a mail of which only the header was fetched."""
    listed = (ListedPart(name=name, declared="application/pdf", size=1),)
    mail = parse.header_only(b"Subject: " + raw, parts=listed, size=50_000_000)
    check(mail)
    assert not set(mail.listed[0].name) & set("\r\n\x00")


@settings(max_examples=150)
@given(st.text(max_size=300))
def test_header_functions(text: str) -> None:
    """The readers of single values take any text."""
    assert not set(header.decoded(text)) & set("\r\n\x00")
    assert all(header.usable(one.address) for one in header.addresses(text))
    header.parameters(text)
    header.date(text)
    header.message_id(text)


@settings(max_examples=100)
@given(
    st.binary(max_size=300),
    st.sampled_from(["", "utf-8", "utf-16", "iso-2022-jp", "utf-7", "hz", "big5", "x-no"]),
)
def test_charsets(content: bytes, declared: str) -> None:
    """Any bytes in any charset become text that can be stored."""
    charset.text(content, declared).encode()


@settings(max_examples=100)
@given(st.binary(max_size=400))
def test_base64(content: bytes) -> None:
    """Whatever stands for Base64 decodes to something."""
    charset.base64(content)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(["<table>", "<td colspan=9>", "<li>", "</p>", "<a href=http://x.y/z>", "<blockquote type=cite>",
                                 "<style>", "</style", "<!--", "text", "&#0;", "\ue000", "<", "&amp;"]), max_size=40))  # fmt: skip
def test_any_html(pieces: list[str]) -> None:
    """No HTML makes the reader raise."""
    markup.read("".join(pieces))[0].encode()


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            ["> a", "Am 1.1. schrieb x:", "-- ", "--", "Von: x", "Gesendet: y", "An: z", "neu", "", "\ue000"]
        ),
        max_size=25,
    )
)
def test_new_text_is_part_of_the_text(lines: list[str]) -> None:
    """Taking out what is old never adds anything."""
    text = "\n".join(lines)
    kept = body.new(text).split("\n")
    assert all(line in lines or not line for line in kept)


@settings(max_examples=150)
@given(st.sampled_from([b"PK\x03\x04", b"0\x80", b"\xd0\xcf\x11\xe0", b""]), st.binary(max_size=200))
def test_kind(start: bytes, rest: bytes) -> None:
    """Any file has a kind."""
    kind.of(start + rest + b"PK\x05\x06" + rest, "x", "application/octet-stream")
