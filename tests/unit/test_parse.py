from __future__ import annotations

import base64
import hashlib
import time

import pytest

from intake.journey import defects, parse
from intake.model import FileKind, Mail
from tests import builders, pace
from tests.builders import File

PDF = builders.pdf()
CV = File("cv.pdf", PDF)


def files(mail: Mail) -> list[tuple[str, FileKind, bool]]:
    return [(one.name, one.kind, one.inline) for one in mail.attachments]


@pytest.mark.parametrize(
    "raw, found",
    [
        pytest.param(builders.thunderbird(files=[CV]), [("cv.pdf", FileKind.PDF, False)], id="Thunderbird"),
        pytest.param(builders.gmail(files=[CV]), [("cv.pdf", FileKind.PDF, False)], id="Gmail"),
        pytest.param(
            builders.outlook(files=[CV]),
            [("image001.png", FileKind.IMAGE, True), ("cv.pdf", FileKind.PDF, False)],
            id="Outlook with the logo of its signature",
        ),
        pytest.param(
            builders.apple_mail(files=[CV, File("zeugnis.pdf", PDF + b"2")]),
            [("cv.pdf", FileKind.PDF, True), ("zeugnis.pdf", FileKind.PDF, True)],
            id="Apple Mail, inline and inside alternative",
        ),
        pytest.param(
            builders.thunderbird(files=[File("Lebenslauf Müller.pdf", PDF)]),
            [("Lebenslauf Müller.pdf", FileKind.PDF, False)],
            id="RFC 2231 name",
        ),
        pytest.param(
            builders.thunderbird(files=[File("cv.pdf", PDF, "application/octet-stream")]),
            [("cv.pdf", FileKind.PDF, False)],
            id="octet-stream",
        ),
        pytest.param(
            builders.mail(builders.multipart("related", builders.html("<p>Hi</p>"), builders.attached(CV))),
            [("cv.pdf", FileKind.PDF, False)],
            id="inside related",
        ),
        pytest.param(
            builders.mail(builders.multipart("alternative", builders.plain("Hi"), builders.attached(CV))),
            [("cv.pdf", FileKind.PDF, False)],
            id="as an alternative",
        ),
        pytest.param(builders.mail(builders.attached(CV)), [("cv.pdf", FileKind.PDF, False)], id="the mail is a PDF"),
        pytest.param(
            builders.mail(builders.part("Content-Type: text/plain", content=PDF)),
            [("", FileKind.PDF, False)],
            id="called text, without a name",
        ),
        pytest.param(
            builders.thunderbird(files=[builders.VCARD, builders.INVITATION, builders.P7S, builders.PGP_KEY]),
            [
                ("nadia.vcf", FileKind.CONTACT, False),
                ("invite.ics", FileKind.CALENDAR, False),
                ("smime.p7s", FileKind.SIGNATURE, False),
                ("key.asc", FileKind.SIGNATURE, False),
            ],
            id="what is no file",
        ),
        pytest.param(
            builders.mail(
                builders.multipart("mixed", builders.part("Content-Disposition: attachment; filename*=utf-8''a%2Fb%0A.pdf",
                                                          content=PDF))
            ),
            [("a/b .pdf", FileKind.PDF, False)],
            id="line break in a name",
        ),
        pytest.param(
            builders.mail(
                builders.multipart("mixed", builders.part('Content-Type: application/pdf; name="=?utf-8?b?w6QucGRm?="',
                                                          content=PDF))
            ),
            [("ä.pdf", FileKind.PDF, False)],
            id="encoded word in name",
        ),
        pytest.param(
            builders.mail(
                builders.multipart("mixed", builders.part("Content-Type: application/pdf; name=cv\u202efdp.exe", content=PDF))
            ),
            [("cvfdp.exe", FileKind.PDF, False)],
            id="direction mark in a name",
        ),
    ],
)  # fmt: skip
def test_files(raw: bytes, found: list[tuple[str, FileKind, bool]]) -> None:
    """Files are found by content over the whole MIME tree, in the shapes of real clients."""
    mail = parse.mail(raw)
    assert files(mail) == found
    assert mail.defects == ()


def test_content_and_hash() -> None:
    """An attachment holds the sender's bytes and their SHA-256."""
    (one,) = parse.mail(builders.thunderbird(files=[CV])).attachments
    assert one.content == PDF
    assert one.sha256 == hashlib.sha256(PDF).hexdigest()
    assert (one.declared, one.size) == ("application/pdf", len(PDF))


ENCODED = base64.encodebytes(PDF)


@pytest.mark.parametrize(
    "body, defect",
    [
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf\n"
            b"Content-Transfer-Encoding: base64\n\n" + ENCODED,
            "",
            id="no end",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf\n"
            b"Content-Transfer-Encoding: base64 ;x\n\n" + ENCODED + b"--x--",
            "",
            id="sloppy name of the encoding",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf\n"
            b"Content-Transfer-Encoding: base64\n\n" + ENCODED.replace(b"\n", b"!*\n") + b"--x--",
            "read by the careful parser",
            id="junk in Base64",
        ),
        pytest.param(
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: application/pdf\n"
            b"Content-Transfer-Encoding: base64\n" + ENCODED + b"--x--",
            "read by the careful parser",
            id="no empty line before the content",
        ),
    ],
)
def test_broken_structure(body: bytes, defect: str) -> None:
    """A PDF is found though its mail broke the rules on the way."""
    mail = parse.mail(b"From: a@b.example\n" + body)
    (one,) = mail.attachments
    assert one.kind is FileKind.PDF
    assert one.content.startswith(b"%PDF-1.4")
    assert (defect in mail.defects) == bool(defect)


def test_uuencoded_part() -> None:
    """The encoding of the eighties, which only the careful parser knows, still gives its file."""
    raw = (
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
        b"Content-Type: application/octet-stream; name=a.pdf\nContent-Transfer-Encoding: x-uuencode\n\n"
        b"begin 644 a.pdf\n%)5!$1BT \n`\nend\n--x--\n"
    )
    (one,) = parse.mail(raw).attachments
    assert (one.name, one.kind, one.content) == ("a.pdf", FileKind.PDF, b"%PDF-")


def test_container_without_parts_is_text() -> None:
    """A multipart mail in which no boundary stands is read as the text that it is."""
    mail = parse.mail(b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\nHello there\n")
    assert (mail.text, mail.attachments, mail.content_type) == ("Hello there", (), "multipart/mixed")


def test_mail_inside_the_mail() -> None:
    """A forwarded mail is kept whole, and the files inside it are listed too."""
    inner = builders.thunderbird(files=[CV, builders.VCARD], subject="inner")
    raw = builders.mail(builders.multipart("mixed", builders.plain("See below."), builders.forwarded(inner)))
    mail = parse.mail(raw)
    assert [(one.kind, one.name) for one in mail.attachments] == [
        (FileKind.MAIL, ""),
        (FileKind.PDF, "cv.pdf"),
    ]
    assert mail.attachments[0].content.startswith(b"From: Nadia Ferreira")
    assert mail.text == "See below."
    assert mail.defects == (defects.FORWARDED,)


def test_mail_inside_a_mail_inside_the_mail() -> None:
    """However deep the PDF lies, it is listed once."""
    inner = builders.mail(builders.multipart("mixed", builders.forwarded(builders.thunderbird(files=[CV]))))
    mail = parse.mail(builders.mail(builders.multipart("mixed", builders.forwarded(inner))))
    assert [one.kind for one in mail.attachments] == [FileKind.MAIL, FileKind.PDF]


def test_too_many_nested_mails_are_opened_by_the_careful_parser() -> None:
    """Thirty mails inside one another, which cost the fast parser quadratic time, are opened all the same."""
    raw = (
        b"From: a@b.example\n"
        + b"Content-Type: message/rfc822\n\n" * 30
        + b"Content-Type: application/pdf\n\n%PDF-1.4"
    )
    mail = parse.mail(raw)
    assert [one.kind for one in mail.attachments] == [FileKind.MAIL, FileKind.PDF]


@pytest.mark.parametrize(
    "file, name",
    [
        pytest.param(
            File("winmail.dat", b"\x78\x9f\x3e\x22", "application/ms-tnef"), "winmail.dat", id="TNEF"
        ),
        pytest.param(File("m.msg", b"x\x00", "application/vnd.ms-outlook"), "m.msg", id="Outlook message"),
        pytest.param(
            File("smime.p7m", builders.P7S.content, "application/pkcs7-mime"),
            "smime.p7m",
            id="opaque signature",
        ),
    ],
)
def test_closed_containers_are_named(file: File, name: str) -> None:
    """A container that we cannot open may hold the application, so nobody may be told that it is missing."""
    assert defects.hidden(parse.mail(builders.thunderbird(files=[file])).defects) == (name,)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            b"From: a@b.example\n" + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(300)
            ),
            id="nesting",
        ),
        pytest.param(
            b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\nhi\n" * 100_000, id="parts"
        ),
        pytest.param(b"From: a@b.example\n" + b"Content-Type: message/rfc822\n\n" * 3000, id="nested mails"),
    ],
)  # fmt: skip
def test_hostile_structure_goes_to_a_person(raw: bytes) -> None:
    """A mail built to exhaust us ends at once, keeps its sender, and says that it stayed closed."""
    with pace.within(40):  # it takes twice as long as the known work
        mail = parse.mail(raw)
    assert mail.sender is not None
    assert defects.hidden(mail.defects) == ("the mail could not be taken apart",)


def test_encoded_words_in_parts_do_not_cost_quadratic_time() -> None:
    """The fast parser takes 6 s for 100,000 encoded words in one header of a part; we pass it by."""
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=x\n\n--x\nX-A: "
    with pace.within(40):
        mail = parse.mail(head + b"=?utf-8?q?a?= " * 100_000 + b"\n\nhi\n--x--")
    assert mail.text == "hi"


def test_speed() -> None:
    """A mail with a PDF of 1 MB takes a twentieth of the known work (best of ten)."""
    raw = builders.thunderbird(files=[File("cv.pdf", builders.pdf(size=1_000_000))])
    times = []
    for _ in range(10):
        started = time.process_time()
        parse.mail(raw)
        times.append(time.process_time() - started)
    assert min(times) < 0.3 * pace.known_work()


def test_a_pdf_that_no_parser_can_take_out_is_named() -> None:
    """Base64 of a PDF in a place where no part begins: nobody may be told that nothing was attached."""
    mail = parse.mail(builders.written("begin\r\n" + ENCODED.decode() + "end"))
    assert mail.attachments == ()
    assert defects.hidden(mail.defects) == ("a PDF in a broken part",)


def test_empty_mail() -> None:
    """Of no bytes at all comes a Mail that says so."""
    mail = parse.mail(b"")
    assert (mail.sender, mail.text, mail.attachments) == (None, "", ())
    assert mail.defects == ("no usable sender address",)
