"""The two parsers behind one tree: what each of them alone would get wrong, and that either gives the same."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest

from intake.journey import defects, parse
from intake.journey.parse import charset, header, mime, part, quick
from intake.model import FileKind, Mail
from tests import builders, pace
from tests.builders import File

ROOT = Path(__file__).resolve().parent.parent.parent
CV = File("cv.pdf", builders.pdf())
CSV = b"name,mark\r\nM\xfcller,1\r\nSmith,2\r\n"


def with_file(*fields: str, content: bytes, encoding: str, line: bytes = b"\r\n") -> bytes:
    """A mail with one part as given, its content being encoded already."""
    head = [*fields, f"Content-Transfer-Encoding: {encoding}"]
    part = b"\r\n".join(field.encode() for field in head) + b"\r\n\r\n" + content
    raw = builders.mail(builders.multipart("mixed", builders.plain("See below."), part))
    return raw.replace(b"\r\n", line) if line != b"\r\n" else raw


def refuse(_raw: bytes) -> part.Part:
    raise part.UnreadableError("not tried")


def by_each(raw: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Mail, Mail]:
    """The mail as it is read, and as it would be if the fast parser refused it."""
    read = parse.mail(raw)
    with monkeypatch.context() as patch:
        patch.setattr(quick, "tree", refuse)
        return read, parse.mail(raw)


# --- Quoted-printable, Base64 --------------------------------------------------------------------


@pytest.mark.parametrize(
    "sent, text",
    [
        pytest.param("für Müller".encode(), "für Müller", id="bytes beyond ASCII, which are not allowed there"),
        pytest.param(b"f=C3=BCr =\r\nM=c3=bcller", "für Müller", id="as it should be"),
        pytest.param(b"50 =% =", "50 =%", id="signs that encode nothing"),
        pytest.param(b"It says\r\nContent-Transfer-Encoding: quoted-printable\r\n", "It says\nContent-Transfer-Encoding: quoted-printable", id="its own name"),
        pytest.param(b"http://x.example/?a=3D=?utf-8?q?b?=3D", "http://x.example/?a==?utf-8?q?b?=", id="what looks like an encoded word"),
    ],
)  # fmt: skip
def test_text_in_quoted_printable(sent: bytes, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No letter is lost, and nothing is read as more than it is."""
    part = (
        b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + sent
    )
    read, careful = by_each(builders.mail(part), monkeypatch)
    assert read.text == text
    assert careful.text == text


@pytest.mark.parametrize("line", [b"\r\n", b"\n"], ids=["from a server", "from a Maildir"])
@pytest.mark.parametrize("spelled", ["quoted-printable", "Quoted-Printable", "\r\n quoted-printable"])
def test_file_in_quoted_printable(line: bytes, spelled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes beyond ASCII stay, and lines end as they were sent."""
    raw = with_file("Content-Type: text/csv; name=marks.csv", content=CSV, encoding=spelled, line=line)
    read, careful = by_each(raw, monkeypatch)
    assert read.attachments[0].content == CSV.replace(b"\r\n", line)
    assert careful.attachments == read.attachments


def test_forwarded_mail_keeps_its_quoted_printable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bytes of a mail inside the mail are the sender's, its encodings included."""
    inner = builders.mail(builders.multipart("mixed", builders.html("<p>Grüße</p>"), builders.attached(CV)),
                          subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=")  # fmt: skip
    raw = builders.mail(builders.multipart("mixed", builders.plain("See below."), builders.forwarded(inner)))
    read, careful = by_each(raw, monkeypatch)
    assert read.attachments[0].content == inner
    assert careful.attachments == read.attachments


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param(base64.encodebytes(builders.jpeg(3000)), id="one block"),
        pytest.param(b"".join(base64.encodebytes(builders.jpeg(3000)[at : at + 1000]) for at in (0, 1000, 2000)),
                     id="blocks, each with padding of its own"),
        pytest.param(base64.encodebytes(builders.jpeg(3001)).rstrip(b"=\n"), id="no padding"),
        pytest.param(base64.encodebytes(builders.jpeg(3001)) + b"\r\n____\r\nSent through our list server\r\n",
                     id="a note of a server below it"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("spelled", ["base64", "base64 ", "BASE64;", "Base64 (binary)"])
def test_file_in_base64(encoded: bytes, spelled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sloppily named or cut into blocks, the file is whole; what a server wrote below is no part of it."""
    raw = with_file("Content-Type: image/jpeg; name=a.jpg", content=encoded, encoding=spelled)
    read, careful = by_each(raw, monkeypatch)
    (one,) = read.attachments
    assert one.kind is FileKind.IMAGE
    assert one.content in (builders.jpeg(3000), builders.jpeg(3001))
    assert careful.attachments == read.attachments


def test_base64_in_blocks() -> None:
    """Padding in the middle does not end the text; a foreign sign behind it does."""
    assert charset.base64(b"QQ==\nQUI=\nQUJD") == b"AABABC"
    assert charset.base64(b"QQ==\n-- \nQUI=") == b"A"
    assert charset.base64(b"Q*UJ-D\n") == b"ABC"


@pytest.mark.parametrize(
    "sign", [b"=\x1a", b"Content-Transfer-Encoding: quoted\x1aprintable"], ids=["word", "encoding"]
)
def test_signs_of_ours_in_a_mail(sign: bytes) -> None:
    """What the fast parser is kept from by a sign of ours is not mistaken where a mail holds that sign."""
    raw = with_file(
        "Content-Type: application/octet-stream; name=a.bin", content=b"\0" + sign + b"=?", encoding="8bit"
    )
    assert parse.mail(raw).attachments[0].content == b"\0" + sign + b"=?"


# --- Names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "field, name",
    [
        pytest.param('name="=?utf-8?q?Bewerbung_M=C3?=\r\n =?utf-8?q?=BCller=2Epdf?="', "Bewerbung Müller.pdf",
                     id="cut inside a letter"),
        pytest.param('name="=?utf-8?q?a=3Bb=3Bc=2Epdf?="', "a;b;c.pdf", id="signs of the syntax inside"),
        pytest.param('name="=?utf-8?q?=22CV=22=2Epdf?="', '"CV".pdf', id="quotes inside"),
    ],
)  # fmt: skip
def test_names_in_encoded_words(field: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is decoded when it has been taken from its field, not before, and all its words at once."""
    raw = with_file(
        f"Content-Type: application/pdf; {field}", content=base64.encodebytes(CV.content), encoding="base64"
    )
    read, careful = by_each(raw, monkeypatch)
    assert read.attachments[0].name == name
    assert careful.attachments == read.attachments


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_names_in_bare_bytes(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that no client may write so: as UTF-8, else as Windows writes it."""
    name = "Zeugnisse – Müller.pdf"
    raw = with_file(
        "Content-Type: application/pdf; name=NAME", content=base64.encodebytes(CV.content), encoding="base64"
    )
    read, careful = by_each(raw.replace(b"NAME", b'"' + name.encode(encoding) + b'"'), monkeypatch)
    assert read.attachments[0].name == name
    assert careful.attachments == read.attachments


# --- Structure -----------------------------------------------------------------------------------


def test_boundary_that_begins_like_another() -> None:
    """``--x_alt`` is no boundary ``--x``: the text is read once, and its container is known."""
    text = builders.multipart(
        "alternative", builders.plain("Hello"), builders.html("<p>Hello</p>"), boundary="x_alt"
    )
    mail = parse.mail(builders.mail(builders.multipart("mixed", text, builders.attached(CV), boundary="x")))
    assert mail.text == "Hello"
    assert [one.name for one in mail.attachments] == ["cv.pdf"]


def test_nothing_between_two_boundaries(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file without a byte comes of a boundary written twice."""
    raw = builders.mail(
        builders.multipart("mixed", builders.plain("Hello"), builders.attached(CV), boundary="x")
    )
    read, careful = by_each(raw.replace(b"--x\r\n", b"--x\r\n--x\r\n"), monkeypatch)
    assert [one.name for one in read.attachments] == ["cv.pdf"]
    assert careful.attachments == read.attachments


def test_boundary_that_was_lost() -> None:
    """A second PDF that has come into the text before it is not found, and nobody is told that it is missing."""
    raw = builders.mail(
        builders.multipart(
            "mixed", builders.attached(CV), builders.plain("Hello"), builders.attached(CV), boundary="x"
        )
    )
    place = raw.rindex(b"--x\r\n")
    mail = parse.mail(raw[:place] + raw[place + 5 :])
    assert [one.name for one in mail.attachments] == ["cv.pdf"]
    assert defects.hidden(mail.defects) == ("a PDF in a broken part",)


def test_boundary_that_only_one_parser_takes_for_one() -> None:
    """A PDF behind it is a file, and for the other parser some words of a text: the file is kept."""
    raw = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x_alt\nContent-Type: application/pdf\n\n%PDF-1.4\n"
    assert [one.kind for one in parse.mail(raw).attachments] == [FileKind.PDF]


def test_each_parser_finds_another_file() -> None:
    """Lines that end otherwise in the middle of a mail: what only one of the parsers finds is said to be closed."""
    hidden = (
        b"--x\rContent-Type: application/pdf\rContent-Transfer-Encoding: base64\r\r"
        + base64.encodebytes(CV.content)
    )
    picture = builders.part("Content-Type: image/jpeg", content=builders.jpeg(300))
    raw = builders.mail(
        builders.multipart(
            "mixed", builders.plain("Hello\r\n") + hidden + b"\r\n--x_alt\r\n" + picture, boundary="x"
        )
    )
    mail = parse.mail(raw)
    assert [one.kind for one in mail.attachments] == [FileKind.PDF]
    assert defects.hidden(mail.defects) == ("a file in a broken part",)


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n", b"\n\n", b"\r"], ids=repr)
def test_mail_that_is_cut_off(end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers keep the last part of a mail whose end is missing as it is, its last line end included."""
    part = b"Content-Type: text/csv; name=a.csv\r\n\r\na,b" + end
    raw = builders.mail(builders.multipart("mixed", builders.plain("Hello"), b"PART", boundary="x"))
    read, careful = by_each(raw[: raw.index(b"PART")] + part, monkeypatch)
    assert read.attachments[0].content == b"a,b" + end
    assert careful.attachments == read.attachments


@pytest.mark.parametrize("line", [b"\r\n", b"\n"], ids=["from a server", "from a Maildir"])
def test_mails_inside_the_mail_by_the_careful_parser(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A forwarded mail and a delivery status stay byte for byte as they came, long fields and line ends too."""
    inner = builders.thunderbird(
        "Hello\n", [CV], "References: " + " ".join(f"<{n}@x.example>" for n in range(30))
    )
    status = builders.part("Content-Type: message/delivery-status", encoding="",
                           content=b"Reporting-MTA: dns; mx.example\r\n\r\nAction: failed\r\n")  # fmt: skip
    raw = builders.mail(
        builders.multipart("mixed", builders.plain("See below."), status, builders.forwarded(inner))
    )
    read, careful = by_each(re.sub(rb"\r?\n", line, raw), monkeypatch)
    assert careful.attachments == read.attachments
    assert [one.declared for one in read.attachments] == [
        "message/delivery-status",
        "message/rfc822",
        "application/pdf",
    ]
    assert read.attachments[1].content == re.sub(rb"\r?\n", line, inner)


def test_encoded_mail_inside_the_mail() -> None:
    """A forwarded mail in Base64, which no client may write but some do, is opened as well."""
    inner = builders.mail(builders.multipart("mixed", builders.html("<p>Grüße</p>"), builders.attached(CV)))
    raw = with_file("Content-Type: message/rfc822", content=base64.encodebytes(inner), encoding="base64")
    found = parse.mail(raw).attachments
    assert [(one.kind, one.name) for one in found] == [(FileKind.MAIL, ""), (FileKind.PDF, "cv.pdf")]
    assert found[0].content == inner


@pytest.mark.parametrize("declared", ["message/rfc822", "message/global", "message/news"])
def test_mails_inside_the_mail_by_whatever_name(declared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The PDF of a mail inside the mail is listed, also where the fast parser knows its type as a file's only."""
    inner = builders.part(
        f"Content-Type: {declared}", content=builders.thunderbird(files=[CV]), encoding="8bit"
    )
    read, careful = by_each(
        builders.mail(builders.multipart("mixed", builders.plain("Hi"), inner)), monkeypatch
    )
    assert [one.name for one in read.attachments] == ["", "cv.pdf"]
    assert careful.attachments == read.attachments


def test_header_that_does_not_end() -> None:
    """A file without a byte, for the fast parser: a line among its fields is none, and the content begins there."""
    broken = b"Content-Type: image/jpeg; name=a.jpg\r\nContent-Transfer-Encoding: base64\r\n"
    raw = builders.mail(
        builders.multipart("mixed", builders.plain("Hi"), broken + base64.encodebytes(builders.jpeg(90)))
    )
    (one,) = parse.mail(raw).attachments
    assert one.content == builders.jpeg(90)


def in_levels(named: bytes) -> bytes:
    """400,000 lines in 250 multiparts, each of which calls its boundary so."""
    levels = (
        b"Content-Type: multipart/mixed; %s%d\n\n--%d\n" % (named, level, level) for level in range(100, 350)
    )
    return b"".join(levels) + b"Content-Type: text/plain\n\n" + b"\n" * 400_000


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"Content-Type: multipart/mixed; boundary=x\n\n" + b"\r" * 5_000_000, id="line ends"),
        pytest.param(in_levels(b"boundary="), id="levels"),
        pytest.param(in_levels(b"Boundary \t="), id="levels, white space before the sign"),
        pytest.param(in_levels(b"boundary\x1f="), id="levels, a control character before the sign"),
        pytest.param(in_levels(b"boundary*0="), id="levels, a parameter in pieces"),
        pytest.param(in_levels(b"boundary*0*="), id="levels, a parameter in encoded pieces"),
        pytest.param(
            b"Content-Type: message/rfc822\n\n" * 40 + b"x" * 4_000_000, id="one line in forty mails"
        ),
        pytest.param(b"Content-Type: text/plain\n\n" + b"=?" * 2_000_000, id="encoded words without end"),
        pytest.param(b"Content-Type: text/plain\n\n" + b"-" * 8_000_000, id="hyphens"),
    ],
)
def test_hostile_mails_end_soon(raw: bytes) -> None:
    """Whichever parser it comes to, no mail takes seconds."""
    with pace.within(40):
        parse.mail(raw)


_NESTED = """
from intake.journey import defects, parse, screen
parts = ('Content-Type: MULTIPART/mixed; boundary="b%d"\\r\\n\\r\\n--b%d\\r\\n' % (n, n) for n in range({count}))
mail = parse.mail(("Subject: Application\\r\\n" + "".join(parts) + "\\r\\nx\\r\\n").encode())
print(*defects.hidden(mail.defects), screen.worth_listing(mail, screen.Rules(addresses=("jobs@rc.example",))))
"""


@pytest.mark.parametrize("count", [5_000, 50_000])
def test_parts_within_parts_end_no_process(count: int) -> None:
    """However deep the parts of a mail are nested, it goes to a person, also out of the folder of suspected junk.

    In a process of its own: a stack that is full is no exception.
    """
    child = subprocess.run(
        [sys.executable, "-c", _NESTED.format(count=count)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (child.returncode, child.stdout.strip()) == (0, "the mail could not be taken apart True"), (
        child.stderr
    )


def test_neither_parser_sees_more_than_the_mime_fields() -> None:
    """The first MIME field of each name counts, for both."""
    head, body = header.split(b"Content-Type: text/html\nSubject: x\nContent-Type: text/plain\n\n<p>Hi</p>")
    assert mime.reduced(head, body) == b"content-type: text/html\n\n<p>Hi</p>"
    assert (
        defects.hidden(parse.mail(b"Content-Type: text/html\nContent-Type: text/plain\n\n<p>Hi</p>").defects)
        == ()
    )
