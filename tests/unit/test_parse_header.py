from __future__ import annotations

from datetime import UTC, datetime

import pytest

from intake.journey import parse
from intake.journey.parse import charset, header
from intake.model import Address, ListedPart
from tests import builders


def mail_with(*fields: str | bytes) -> bytes:
    lines = [field if isinstance(field, bytes) else field.encode() for field in fields]
    return b"\r\n".join([*lines, b"", b"text"])


@pytest.mark.parametrize(
    "raw, subject",
    [
        pytest.param("=?utf-8?q?Bewerbung_f=C3=BCr?=", "Bewerbung für", id="Q"),
        pytest.param(
            "=?UTF-8?B?QmV3ZXJidW5nIGbDvHI=?= Postdoc", "Bewerbung für Postdoc", id="B, then plain text"
        ),
        pytest.param(
            "=?iso-8859-1?q?gr=FC=DFe?= =?utf-8?q?_gr=C3=BC=C3=9Fe?=", "grüße grüße", id="mixed charsets"
        ),
        pytest.param("=?utf-8?b?w7w=?=\r\n =?utf-8?b?w58=?=", "üß", id="blank between words is none"),
        pytest.param("=?utf-8?b?8J+S?= =?utf-8?b?qQ==?=", "💩", id="a character cut into two words"),
        pytest.param("=?x-unknown?q?gr=FC=DFe?=", "grüße", id="unknown charset"),
        pytest.param("=?utf-8*de?q?gr=C3=BC=C3=9Fe?=", "grüße", id="language of RFC 2231"),
        pytest.param("=?utf-8?b?QmV3ZXJi!!dW5n?=", "Bewerbung", id="junk in Base64"),
        pytest.param("=?utf-8?q?a=0D=0ABcc:_x@y.example?=", "a Bcc: x@y.example", id="line break in a word"),
        pytest.param("=?utf-8?q?nul=00?= end", "nul end", id="NUL in a word"),
        pytest.param("=?utf-8?q?not closed", "=?utf-8?q?not closed", id="broken word stays"),
        pytest.param("Application\r\n\tfor\r\n a post", "Application for a post", id="folded"),
        pytest.param("=?utf-7?q?+2AA-?=", "?", id="a lone surrogate"),
        pytest.param("=?punycode?q?Mnchen-3ya?=", "Mnchen-3ya", id="a codec that is no charset"),
    ],
)
def test_subject(raw: str, subject: str) -> None:
    """Encoded words are read in whatever charset, and no line break comes out of them."""
    assert parse.mail(mail_with(f"Subject: {raw}")).subject == subject


@pytest.mark.parametrize(
    "raw, subject",
    [
        pytest.param(b"Subject: Gr\xc3\xbc\xc3\x9fe", "Grüße", id="UTF-8"),
        pytest.param(b"Subject: Gr\xfc\xdfe", "Grüße", id="Latin-1"),
        pytest.param(b"Subject: \x81\x8d", "\ufffd\ufffd", id="neither"),
    ],
)
def test_raw_bytes_in_subject(raw: bytes, subject: str) -> None:
    """Subjects with bare 8-bit characters, which RFC 5322 forbids, are read."""
    assert parse.mail(mail_with(raw)).subject == subject


@pytest.mark.parametrize(
    "text, found",
    [
        pytest.param("Nadia <n@uni.example>", [("Nadia", "n@uni.example")], id="name and address"),
        pytest.param("n@uni.example", [("", "n@uni.example")], id="bare"),
        pytest.param("n@uni.example (Nadia F.)", [("Nadia F.", "n@uni.example")], id="name as comment"),
        pytest.param(
            '"Ferreira, Nadia" <n@uni.example>', [("Ferreira, Nadia", "n@uni.example")], id="quoted comma"
        ),
        pytest.param(
            "Ferreira, Nadia <n@uni.example>", [("Ferreira, Nadia", "n@uni.example")], id="bare comma"
        ),
        pytest.param(
            '"N \\"Nad\\" F" <n@uni.example>', [('N "Nad" F', "n@uni.example")], id="escaped quotes"
        ),
        pytest.param(
            "=?utf-8?q?M=C3=BCller=2C_Anna?= <a@uni.example>",
            [("Müller, Anna", "a@uni.example")],
            id="encoded comma",
        ),
        pytest.param("a@x.example, B <b@x.example>;", [("", "a@x.example"), ("B", "b@x.example")], id="two"),
        pytest.param(
            "friends: a@x.example, b@x.example;", [("", "a@x.example"), ("", "b@x.example")], id="group"
        ),
        pytest.param("undisclosed-recipients:;", [], id="empty group"),
        pytest.param(
            "Björn <björn@münchen.example>", [("Björn", "björn@münchen.example")], id="UTF-8, RFC 6531"
        ),
        pytest.param("x <अ@डेटामेल.भारत>", [("x", "अ@डेटामेल.भारत")], id="Devanagari domain"),
        pytest.param(
            "'n@uni.example' <n@uni.example>", [("'n@uni.example'", "n@uni.example")], id="Outlook quotes"
        ),
        pytest.param("<>", [], id="null"),
        pytest.param("<", [], id="torn"),
        pytest.param("Nadia", [], id="a name alone"),
        pytest.param("n@@uni.example", [], id="two at signs"),
        pytest.param("Nadia <n ad@uni.example>", [], id="blank inside"),
        pytest.param("<a@b.example> <c@d.example>", [("", "c@d.example")], id="two in one entry"),
        pytest.param("(unclosed n@uni.example", [("", "n@uni.example")], id="comment without end"),
        pytest.param("mailto:n@uni.example", [("", "n@uni.example")], id="mailto"),
        pytest.param("n@uni.example.", [("", "n@uni.example")], id="final dot"),
        pytest.param("n@-uni.example", [], id="label with a hyphen in front"),
        pytest.param("n@uni..example", [], id="empty label"),
        pytest.param("x" * 65 + "@uni.example", [], id="local part too long"),
        pytest.param("n@" + "a." * 130 + "example", [], id="longer than 254"),
    ],
)
def test_addresses(text: str, found: list[tuple[str, str]]) -> None:
    """Address fields give every usable mailbox, and nothing that no reply could reach."""
    assert header.addresses(text) == tuple(Address(name=name, address=address) for name, address in found)


@pytest.mark.parametrize("junk", ["\r\nBcc: x@y.example", "\x00", "\u202e", "\u2028", " ", "\t"])
def test_no_usable_address_with_junk(junk: str) -> None:
    """The gate against header injection: no address holds white space, control or direction marks."""
    assert not header.usable(f"n{junk}@uni.example")
    assert not header.usable(f"n@uni{junk}.example")


def test_many_addresses_are_cut() -> None:
    """No list of recipients makes us read more than two hundred."""
    raw = mail_with("From: a@x.example", "To: " + ", ".join(f"p{n}@x.example" for n in range(1000)))
    assert len(parse.mail(raw).to) == 200


def test_whole_header() -> None:
    """Every field that later stages read arrives in the Mail."""
    mail = parse.mail(
        mail_with(
            "Return-Path: <n@uni.example>",
            "Delivered-To: open-positions@rc-trust.example",
            "X-Original-To: jobs@rc-trust.example",
            "Received: from a by b; Mon, 3 Nov 2025 10:00:05 +0100",
            "Received: from c by a; Mon, 3 Nov 2025 08:59:59 +0000",
            "Received: nonsense",
            "From: Nadia <n@uni.example>",
            "Reply-To: Nadia <private@mail.example>",
            "To: open-positions@rc-trust.example",
            "Cc: prof@uni.example",
            "To: second@rc-trust.example",
            "Subject: Application",
            "Date: Mon, 3 Nov 2025 09:59:58 +0100 (CET)",
            "Message-ID: <1@uni.example>",
            "In-Reply-To: <0@rc-trust.example> (of Monday)",
            "References: <x@rc-trust.example>\r\n <0@rc-trust.example>",
            "List-Unsubscribe: <mailto:x@y.example>",
            "Precedence: bulk",
            "X-Secret: not read",
        )
    )
    assert mail.return_path == "n@uni.example"
    assert mail.delivered_to == ("open-positions@rc-trust.example", "jobs@rc-trust.example")
    assert mail.received == (
        datetime(2025, 11, 3, 9, 0, 5, tzinfo=UTC),
        datetime(2025, 11, 3, 8, 59, 59, tzinfo=UTC),
    )
    assert mail.sender == Address(name="Nadia", address="n@uni.example")
    assert mail.reply_to == (Address(name="Nadia", address="private@mail.example"),)
    assert [one.address for one in mail.to] == ["open-positions@rc-trust.example", "second@rc-trust.example"]
    assert [one.address for one in mail.cc] == ["prof@uni.example"]
    assert mail.date == datetime(2025, 11, 3, 8, 59, 58, tzinfo=UTC)
    assert mail.message_id == "<1@uni.example>"
    assert mail.in_reply_to == ("<0@rc-trust.example>",)
    assert mail.references == ("<x@rc-trust.example>", "<0@rc-trust.example>")
    assert dict(mail.control) == {
        "return-path": "<n@uni.example>", "list-unsubscribe": "<mailto:x@y.example>", "precedence": "bulk",
    }  # fmt: skip
    assert mail.defects == ()


@pytest.mark.parametrize(
    "field, path",
    [
        pytest.param("Return-Path: <>", "", id="null sender"),
        pytest.param("Return-Path: < >", "", id="null sender with a blank"),
        pytest.param("Return-Path: <bounce+x=y@list.example>", "bounce+x=y@list.example", id="address"),
        pytest.param("Return-Path: <MAILER-DAEMON>", "MAILER-DAEMON", id="no address"),
        pytest.param("Return-Path:", None, id="empty field"),
        pytest.param("X: y", None, id="no field"),
    ],
)
def test_return_path(field: str, path: str | None) -> None:
    """The null sender of RFC 5321 4.5.5 is told apart from a missing field."""
    assert parse.mail(mail_with(field)).return_path == path


@pytest.mark.parametrize(
    "field, found",
    [
        pytest.param("<a@b>", "<a@b>", id="usual"),
        pytest.param("a@b", "<a@b>", id="without brackets"),
        pytest.param("<a b@c>", "<ab@c>", id="with a blank"),
        pytest.param("<>", "", id="empty"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_message_id(field: str, found: str) -> None:
    """A Message-ID comes in angle brackets and without white space, or is empty."""
    assert parse.mail(mail_with(f"Message-ID: {field}")).message_id == found


@pytest.mark.parametrize(
    "text, when",
    [
        pytest.param("Mon, 3 Nov 2025 10:00:00 +0100", datetime(2025, 11, 3, 9, tzinfo=UTC), id="usual"),
        pytest.param("3 Nov 2025 10:00 -0000", datetime(2025, 11, 3, 10, tzinfo=UTC), id="zone unknown"),
        pytest.param("Mon, 3 Nov 2025 10:00:00 +9999", None, id="impossible zone"),
        pytest.param("Mon, 33 Nov 2025 10:00:00 +0100", None, id="impossible day"),
        pytest.param("Thu, 1 Jan 1904 00:00:00 +0000", None, id="a clock never set"),
        pytest.param("9" * 5000, None, id="digits"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_date(text: str, when: datetime | None) -> None:
    """Dates are read in UTC; what is no date is none, never an error."""
    assert header.date(text) == when


@pytest.mark.parametrize(
    "text, parameters",
    [
        pytest.param('a/b; name="x y.pdf"', {"name": "x y.pdf"}, id="quoted"),
        pytest.param(
            "a/b; name=x y.pdf ; size=3", {"name": "x y.pdf", "size": "3"}, id="blanks without quotes"
        ),
        pytest.param('a/b; Name="=?utf-8?q?=C3=A4.pdf?="', {"name": "ä.pdf"}, id="encoded word"),
        pytest.param("a/b; name*=UTF-8'de'%C3%A4.pdf", {"name": "ä.pdf"}, id="RFC 2231"),
        pytest.param("a/b; name=x; name*=UTF-8''%C3%A4", {"name": "ä"}, id="RFC 2231 wins"),
        pytest.param(
            "a/b; name*1*=%A4.p; name*0*=utf-8''%C3; name*2=df",
            {"name": "ä.pdf"},
            id="continued, out of order",
        ),
        pytest.param('a/b; name="torn', {"name": "torn"}, id="quote without end"),
        pytest.param('a/b; x="a;b"; y=1', {"x": "a;b", "y": "1"}, id="semicolon in quotes"),
        pytest.param("a/b; =; ;", {}, id="nothing"),
        pytest.param("a/b; name*=x''", {"name": ""}, id="unknown charset, empty"),
    ],
)
def test_parameters(text: str, parameters: dict[str, str]) -> None:
    """File names are read in every form that clients write."""
    assert header.parameters(text) == parameters


@pytest.mark.parametrize(
    "raw, subject, text",
    [
        pytest.param(b"From MAILER Mon Nov  3\nSubject: x\n\ntext", "x", "text", id="mbox separator line"),
        pytest.param(b"\r\n\r\nSubject: x\r\n\r\ntext", "x", "text", id="empty lines in front"),
        pytest.param(b"Subject: x\n\ntext", "x", "text", id="LF"),
        pytest.param(b"Subject: x\r\rtext", "x", "text", id="CR"),
        pytest.param(
            b"Subject: x\r\nodd line\r\nTo: a@b.example\r\n\r\ntext",
            "x",
            "text",
            id="a line that is no field",
        ),
        pytest.param(b"Subject: x\nThis is text", "x", "This is text", id="no empty line"),
        pytest.param(b"Subject: x\r\n \r\nX-More: y\r\n\r\ntext", "x", "text", id="a fold of blanks"),
        pytest.param(b"Subject: x\r\n \r\nThis is text", "x", "This is text", id="blanks in the empty line"),
        pytest.param(
            b"Subject: x\n\t\n\ttext\n\nmore", "x text", "more", id="a fold of blanks, and its rest"
        ),
        pytest.param(b"\n\njust text", "", "just text", id="no header"),
        pytest.param(b"", "", "", id="no byte"),
    ],
)
def test_odd_headers(raw: bytes, subject: str, text: str) -> None:
    """Header and body are told apart in mails that broke the rules on their way."""
    mail = parse.mail(raw)
    assert (mail.subject, mail.text) == (subject, text)


@pytest.mark.parametrize(
    "raw, defect",
    [
        pytest.param(b"Subject: x\n\ntext", "no usable sender address", id="no sender"),
        pytest.param(
            b"From: a@b.example\nodd\nTo: c@d.example\n\n",
            "header lines that are no fields: 1",
            id="odd line",
        ),
        pytest.param(b"X: y\n" * 3000 + b"\n", "header cut at 2000 fields", id="too many fields"),
        pytest.param(b"X: " + b"y" * 1_100_000 + b"\n\n", "header cut at 1000000 bytes", id="too long"),
    ],
)
def test_header_defects(raw: bytes, defect: str) -> None:
    """What could not be read of a header is named."""
    assert defect in parse.mail(raw).defects


def test_sender_field_stands_in() -> None:
    """Where From holds no usable address, Sender does."""
    mail = parse.mail(mail_with("From: <>", "Sender: Office <office@uni.example>"))
    assert mail.sender == Address(name="Office", address="office@uni.example")


@pytest.mark.parametrize(
    "content, declared, text",
    [
        pytest.param("grüße".encode(), "iso-8859-1", "grüße", id="UTF-8 called Latin-1"),
        pytest.param("grüße".encode("cp1252"), "utf-8", "grüße", id="Latin-1 called UTF-8"),
        pytest.param("„grüße“".encode("cp1252"), "iso-8859-1", "„grüße“", id="Windows quotes called Latin-1"),
        pytest.param("こんにちは".encode("iso-2022-jp"), "ISO-2022-JP", "こんにちは", id="Japanese"),
        pytest.param("привет".encode("koi8-r"), '"koi8-r"', "привет", id="Russian, quoted name"),
        pytest.param("你好".encode("gbk"), "gb2312", "你好", id="Chinese beyond GB2312"),
        pytest.param("grüße".encode("iso-8859-15"), "iso-8859-15", "grüße", id="Latin-9"),
        pytest.param(b"\xff\xfea\x00", "utf-16", "a", id="UTF-16"),
        pytest.param(b"abc", "rot13", "abc", id="no charset"),
        pytest.param(b"abc", "x\x00y", "abc", id="NUL in the name"),
        pytest.param(b"\xef\xbb\xbfabc", "", "abc", id="byte order mark"),
        pytest.param("grüße".encode(), "iso-2022-kr", "grüße", id="declared wrongly"),
        pytest.param(b"\x81\xff", "utf-99", "\ufffdÿ", id="nothing fits"),
    ],
)
def test_charsets(content: bytes, declared: str, text: str) -> None:
    """Bytes become text whatever the mail says they are."""
    assert charset.text(content, declared) == text


def test_header_only() -> None:
    """A mail that is too large to download keeps its header, and its parts are listed by name."""

    listed = ListedPart(name="=?utf-8?q?Zeugnisse=C3=A4.pdf?=", declared="Application/PDF", size=60_000_000)
    raw = builders.thunderbird().partition(b"\r\n\r\n")[0]
    mail = parse.header_only(raw, parts=(listed,), size=82_000_000)
    assert mail.too_large == 82_000_000
    assert mail.subject == "Application: Postdoc in Causal Inference"
    assert mail.sender == Address(name="Nadia Ferreira", address="nadia.ferreira@uni.example")
    assert mail.listed == (ListedPart(name="Zeugnisseä.pdf", declared="application/pdf", size=60_000_000),)
    assert (mail.text, mail.attachments, mail.defects) == ("", (), ())
