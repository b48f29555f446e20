"""Names, paths and the page of a filed folder."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest

from intake.journey import file
from intake.model import (
    Address,
    Attachment,
    Document,
    DocumentKind,
    FileKind,
    Group,
    Mail,
    Outcome,
    PageClass,
    Position,
    Presence,
    Problem,
    ProblemCode,
    ReplyKind,
    Verdict,
    sha256,
)

BERLIN = ZoneInfo("Europe/Berlin")
ARRIVED = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)  # the 22nd in Berlin
NAME = "2026-11-22 Ferreira, Nadia [K7Q2]"
HOSTILE = "<script>alert('x')</script>"


def a_file(name: str, content: bytes, kind: FileKind = FileKind.PDF, *, inline: bool = False) -> Attachment:
    return Attachment(
        name=name, declared="", kind=kind, content=content, sha256=sha256(content), inline=inline
    )


PDF = a_file("Bewerbung.pdf", b"%PDF one")


def a_mail(*files: Attachment, **changes: object) -> Mail:
    known: dict[str, object] = {
        "sender": Address(name="Nadia Ferreira", address="nadia@example.org"),
        "attachments": files,
    }
    return Mail(**(known | changes))  # type: ignore[arg-type]


def a_verdict(outcome: Outcome = Outcome.ACCEPTED, **changes: object) -> Verdict:
    known: dict[str, object] = {"outcome": outcome, "language": "en", "positions": ("postdoc/tides",)}
    return Verdict(**(known | changes))  # type: ignore[arg-type]


def filed(
    verdict: Verdict, mail: Mail, picked: Attachment | None = PDF
) -> dict[str, list[tuple[str, str, str]]]:
    folders = file.folders(
        verdict, case="K7Q2", mail=mail, arrived=ARRIVED, picked=picked, message_sha256="m" * 64, summary="<p>s</p>",
        zone=BERLIN,
    )  # fmt: skip
    return {
        folder.path: [(item.name, item.source, item.sha256) for item in folder.files] for folder in folders
    }


def page(verdict: Verdict, mail: Mail, picked: Attachment | None = None) -> str:
    return file.summary(
        verdict, case="K7Q2", mail=mail, arrived=ARRIVED,
        files=file.first(mail, picked=picked, message_sha256="m" * 64), positions=(Position(id="postdoc/tides", group="postdoc", title={"en": "Theory of Tides"}),),
        groups=(Group(id="postdoc", title={"en": "PostDoc positions"}),), zone=BERLIN,
    )  # fmt: skip


@pytest.mark.parametrize(
    "verdict, expected",
    [
        pytest.param(a_verdict(), "Applications/postdoc/tides", id="accepted"),
        pytest.param(a_verdict(positions=("a/b", "c/d")), "Applications/Several positions", id="several"),
        pytest.param(a_verdict(Outcome.CORRECTION), "Waiting for applicant", id="correction"),
        pytest.param(a_verdict(Outcome.REDIRECTED), "Redirected", id="redirected"),
        pytest.param(a_verdict(Outcome.REVIEW), "For review", id="review"),
        pytest.param(a_verdict(Outcome.INQUIRY), "Questions", id="inquiry"),
        pytest.param(a_verdict(Outcome.IGNORED), "Automatic", id="ignored"),
    ],
)
def test_mailbox_folder(verdict: Verdict, expected: str) -> None:
    assert file.mailbox_folder(verdict) == expected


@pytest.mark.parametrize(
    "verdict, parents",
    [
        pytest.param(a_verdict(), ["postdoc/tides"], id="accepted"),
        pytest.param(a_verdict(positions=("a/b", "c/d")), ["a/b", "c/d"], id="under each position"),
        pytest.param(a_verdict(positions=()), ["_For review"], id="never lost"),
        pytest.param(a_verdict(Outcome.CORRECTION), ["_Waiting for applicant"], id="correction"),
        pytest.param(a_verdict(Outcome.REVIEW), ["_For review"], id="review"),
        pytest.param(a_verdict(Outcome.REDIRECTED), [], id="redirected"),
        pytest.param(a_verdict(Outcome.INQUIRY), [], id="inquiry"),
        pytest.param(a_verdict(Outcome.IGNORED), [], id="ignored"),
    ],
)
def test_where_it_lies(verdict: Verdict, parents: list[str]) -> None:
    """By the local day of arrival, the name and the case, as a colleague would have done it."""
    assert list(filed(verdict, a_mail(PDF))) == [f"{parent}/{NAME}" for parent in parents]


def test_what_lies_in_it() -> None:
    """The applicant's file byte for byte, the mail and the page; logos and cards are not laid out."""
    mail = a_mail(PDF, a_file("logo.png", b"png", FileKind.IMAGE), a_file("n.vcf", b"card", FileKind.CONTACT))
    assert filed(a_verdict(), mail) == {
        f"postdoc/tides/{NAME}": [
            ("application.pdf", "attachment", PDF.sha256),
            ("message.eml", "message", "m" * 64),
            ("summary.html", "text", sha256(b"<p>s</p>")),
        ]
    }


def test_other_papers_lie_in_received() -> None:
    """A Word file beside the PDF is laid out too; the same bytes are laid out once."""
    mail = a_mail(
        PDF, a_file("Bewerbung (1).pdf", b"%PDF one"), a_file("Zeugnis.docx", b"PK", FileKind.OFFICE)
    )
    names = [name for name, _, _ in filed(a_verdict(), mail)[f"postdoc/tides/{NAME}"]]
    assert names == ["application.pdf", "received/Zeugnis.docx", "message.eml", "summary.html"]


def test_without_a_single_pdf_every_file_lies_in_received() -> None:
    """Under its own safe name, numbered where two would be one file."""
    mail = a_mail(
        a_file("cv.pdf", b"1"),
        a_file("CV.pdf", b"2"),
        a_file("../../.ssh/con", b"3", FileKind.OTHER),
        a_file("", b"4", FileKind.IMAGE),
        a_file("logo.png", b"5", FileKind.IMAGE, inline=True),
        a_file("smime.p7s", b"6", FileKind.SIGNATURE),
    )
    files = filed(a_verdict(Outcome.CORRECTION), mail, None)[f"_Waiting for applicant/{NAME}"]
    assert [name for name, _, _ in files] == [
        "received/cv.pdf",
        "received/CV (2).pdf",
        "received/ssh_con",
        "received/attachment",
        "message.eml",
        "summary.html",
    ]


def test_a_mail_without_sender_has_a_folder_too() -> None:
    assert list(filed(a_verdict(Outcome.REVIEW), a_mail(PDF, sender=None))) == [
        "_For review/2026-11-22 unnamed [K7Q2]"
    ]


class Page(HTMLParser):
    """Tags, links and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [content or "" for name, content in attrs if name in ("href", "src")]

    def handle_data(self, data: str) -> None:
        self.words += data + " "


def full_verdict() -> Verdict:
    return a_verdict(
        Outcome.CORRECTION,
        reply=ReplyKind.CORRECTION,
        candidates=("postdoc/tides", "yig/unknown"),
        problems=(
            Problem(
                code=ProblemCode.MISSING_DOCUMENT,
                document=DocumentKind.CERTIFICATES,
                detail="none of 3 pages",
            ),
            Problem(code=ProblemCode.POSITION_CLOSED, position="postdoc/tides"),
            Problem(code=ProblemCode.NOT_A_PDF, files=(HOSTILE, "")),
            Problem(code=ProblemCode.NO_ATTACHMENT),
        ),
        documents=(
            Document(
                kind=DocumentKind.LETTER,
                status=Presence.PRESENT,
                pages=(1,),
                confidence=0.97,
                evidence=(HOSTILE,),
            ),
            Document(kind=DocumentKind.CERTIFICATES, status=Presence.ABSENT, confidence=0.94),
        ),
        pages=(PageClass.LETTER, PageClass.CV, PageClass.CV),
        notices=("p. 2: please open",),
        reasons=("rule 6: a document is absent",),
    )


def test_the_page_says_everything() -> None:
    mail = a_mail(PDF, subject="Application", text="Dear all,\n\nplease find …", defects=("odd charset",))
    found = " ".join(Page(page(full_verdict(), mail, PDF)).words.split())
    for part in (
        "Nadia Ferreira [K7Q2]", "Waiting for the applicant", "Please open p. 2: please open",
        "22 November 2026, 00:30 CET", "nadia@example.org", "PostDoc positions: Theory of Tides", "yig/unknown",
        "Not found Certificates none of 3 pages missing-document", "The position is closed PostDoc positions: Theory",
        "a file without a name", "No file is attached the mail no-attachment", "Motivation letter found 1 97%",
        "Certificates not found none 94% none", "1 letter 2–3 CV", "rule 6: a document is absent", "odd charset",
        "Dear all, please find …", "Bewerbung.pdf , 1 kB",
    ):  # fmt: skip
        assert part in found, part


def test_the_page_marks_what_ocr_has_read() -> None:
    """One short word, beside the pages it is about."""
    classes = (PageClass.LETTER, PageClass.CV, PageClass.CV, PageClass.CERTIFICATES, PageClass.CERTIFICATES)
    verdict = a_verdict(Outcome.ACCEPTED, pages=classes, ocr=(3, 4, 5))

    found = " ".join(Page(page(verdict, a_mail(PDF), PDF)).words.split())

    assert "1 letter 2 CV 3 CV (OCR) 4–5 certificates (OCR)" in found


def test_the_page_is_accessible_and_needs_no_network() -> None:
    """Language, one main heading, table headers; links lead to the files beside it and nowhere else."""
    text = page(full_verdict(), a_mail(PDF, a_file("Zeugnis ä#1.docx", b"PK", FileKind.OFFICE)), PDF)
    found = Page(text)
    assert '<html lang="en">' in text
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert found.tags.count("h1") == 1
    assert found.tags.count("main") == 1
    assert text.count("<th scope=") == found.tags.count("th") == 14
    assert found.links == ["application.pdf", "received/Zeugnis%20%C3%A4%231.docx", "message.eml"]


def test_nothing_of_a_mail_becomes_markup() -> None:
    mail = a_mail(
        a_file(HOSTILE, b"1"), sender=Address(name=HOSTILE, address=HOSTILE), subject=HOSTILE, text=HOSTILE,
        defects=(HOSTILE,),
    )  # fmt: skip
    text = page(full_verdict(), mail)
    assert "script" not in Page(text).tags
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


def test_a_mail_too_large_says_what_is_missing() -> None:
    text = Page(page(a_verdict(Outcome.CORRECTION), a_mail(too_large=60_000_000))).words
    assert "The mail has 60.0 MB and was too large to download" in " ".join(text.split())
    assert "the mail, header only" in text


def test_a_bare_page_still_says_how_it_was_decided() -> None:
    text = " ".join(Page(page(a_verdict(Outcome.REVIEW, positions=()), a_mail(sender=None))).words.split())
    assert "Unknown sender [K7Q2]" in text
    assert "Position not known" in text
    assert "No reason was recorded." in text


def test_a_long_text_is_cut() -> None:
    text = page(a_verdict(), a_mail(PDF, text="word " * 10_000), PDF)
    assert len(text) < 40_000
    assert "message.eml has all of it" in text
