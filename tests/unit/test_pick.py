from __future__ import annotations

import pytest

from intake.journey import parse, pick
from intake.model import ListedPart, Mail, ProblemCode
from tests import builders
from tests.builders import File

RULES = pick.Rules(max_mail_bytes=40_000_000)
PDF = File("Bewerbung Ferreira.pdf", builders.pdf())
OTHER_PDF = File("Zeugnisse.pdf", builders.pdf("more"))
DOCX = File("CV.docx", builders.docx(), "application/octet-stream")
ZIP = File("alles.zip", builders.zipped({"a.txt": b"x"}), "application/zip")
SCAN = File("IMG_2041.jpg", builders.jpeg(), "image/jpeg")
PHOTO = File("Bewerbungsfoto_Ferreira.jpg", builders.jpeg(), "image/jpeg")
EMPTY = File("cv.pdf", b"")
CODES = ProblemCode


def mail_of(*files: File, text: str = builders.LETTER) -> Mail:
    return parse.mail(builders.thunderbird(text, files))


@pytest.mark.parametrize(
    "mail",
    [
        pytest.param(mail_of(PDF), id="one PDF"),
        pytest.param(parse.mail(builders.apple_mail(files=[PDF])), id="inline, from Apple Mail"),
        pytest.param(parse.mail(builders.apple_mail(files=[PDF, SCAN])), id="beside a picture shown in the text"),
        pytest.param(parse.mail(builders.outlook(files=[PDF])), id="beside the logo of a signature"),
        pytest.param(mail_of(PDF, builders.VCARD, builders.INVITATION, builders.P7S, builders.PGP_KEY), id="beside what is no file"),
        pytest.param(mail_of(PDF, File("footer.txt", b"list footer", "text/plain")), id="beside a text"),
        pytest.param(mail_of(PDF, PDF._replace(name="Kopie.pdf")), id="attached twice"),
        pytest.param(mail_of(PDF, PHOTO), id="beside the applicant's photo"),
        pytest.param(mail_of(PDF, File("logo.png", builders.png(90_000), "image/png")), id="beside a large logo"),
        pytest.param(mail_of(PDF, File("x.png", builders.png(9_000), "image/png")), id="beside a small picture"),
        pytest.param(mail_of(PDF, text="Also at https://www.dropbox.com/s/a/b.pdf"), id="beside a link"),
        pytest.param(mail_of(PDF, File("x.bin", b"\x00\x01", "application/x-y")), id="beside something unknown"),
        pytest.param(
            parse.mail(builders.mail(builders.multipart("mixed", builders.forwarded(builders.thunderbird(files=[PDF]))))),
            id="inside a forwarded mail",
        ),
    ],
)  # fmt: skip
def test_the_one_pdf(mail: Mail) -> None:
    """Exactly one PDF is chosen, whatever else clients put around it."""
    picked = pick.file(mail, RULES)
    assert picked.problems == ()
    assert picked.file is not None
    assert picked.file.name == "Bewerbung Ferreira.pdf"


@pytest.mark.parametrize(
    "mail, problems",
    [
        pytest.param(mail_of(), [(CODES.NO_ATTACHMENT, ())], id="nothing"),
        pytest.param(parse.mail(builders.outlook()), [(CODES.NO_ATTACHMENT, ())], id="only a signature"),
        pytest.param(mail_of(builders.VCARD, builders.P7S), [(CODES.NO_ATTACHMENT, ())], id="only what is no file"),
        pytest.param(mail_of(File("image001.png", builders.png(90_000), "image/png")), [(CODES.NO_ATTACHMENT, ())], id="only a logo"),
        pytest.param(mail_of(DOCX), [(CODES.NOT_A_PDF, ("CV.docx",))], id="Word file"),
        pytest.param(mail_of(ZIP), [(CODES.NOT_A_PDF, ("alles.zip",))], id="archive"),
        pytest.param(mail_of(ZIP._replace(name="cv.pdf")), [(CODES.NOT_A_PDF, ("cv.pdf",))], id="archive called .pdf"),
        pytest.param(
            mail_of(File("cv.pdf", b"<html>log in</html>")), [(CODES.NOT_A_PDF, ("cv.pdf",))], id="web page called .pdf"
        ),
        pytest.param(mail_of(SCAN), [(CODES.NOT_A_PDF, ("IMG_2041.jpg",))], id="scan"),
        pytest.param(
            parse.mail(builders.apple_mail(files=[SCAN._replace(content=builders.jpeg(900_000))])),
            [(CODES.NOT_A_PDF, ("IMG_2041.jpg",))],
            id="photo of a page shown in the text, from an iPhone",
        ),
        pytest.param(mail_of(DOCX, SCAN), [(CODES.NOT_A_PDF, ("CV.docx", "IMG_2041.jpg"))], id="Word file and scan"),
        pytest.param(mail_of(File("zeugnis.jpg", builders.jpeg(30_000), "image/jpeg")),
                     [(CODES.NOT_A_PDF, ("zeugnis.jpg",))], id="small picture, nothing else"),
        pytest.param(mail_of(File("cv.txt", b"CV " * 300, "text/plain")), [(CODES.NOT_A_PDF, ("cv.txt",))], id="text file"),
        pytest.param(mail_of(File("cv.xps", b"\x00\x01", "application/oxps")), [(CODES.NOT_A_PDF, ("cv.xps",))], id="XPS"),
        pytest.param(mail_of(PDF, OTHER_PDF), [(CODES.SEVERAL_FILES, ("Bewerbung Ferreira.pdf", "Zeugnisse.pdf"))], id="two PDFs"),
        pytest.param(mail_of(PDF, DOCX), [(CODES.SEVERAL_FILES, ("Bewerbung Ferreira.pdf", "CV.docx"))], id="PDF and Word"),
        pytest.param(mail_of(PDF, ZIP), [(CODES.SEVERAL_FILES, ("Bewerbung Ferreira.pdf", "alles.zip"))], id="PDF and archive"),
        pytest.param(mail_of(PDF, SCAN), [(CODES.SEVERAL_FILES, ("Bewerbung Ferreira.pdf", "IMG_2041.jpg"))], id="PDF and scan"),
        pytest.param(mail_of(EMPTY), [(CODES.EMPTY, ("cv.pdf",))], id="empty PDF"),
        pytest.param(
            mail_of(EMPTY, OTHER_PDF), [(CODES.SEVERAL_FILES, ("cv.pdf", "Zeugnisse.pdf")), (CODES.EMPTY, ("cv.pdf",))],
            id="one of two is empty",
        ),
        pytest.param(
            mail_of(text="My application: https://uni.sciebo.de/s/Ab12"), [(CODES.LINK_INSTEAD_OF_FILE, ())], id="link"
        ),
        pytest.param(
            mail_of(DOCX, text="And https://uni.sciebo.de/s/Ab12"), [(CODES.NOT_A_PDF, ("CV.docx",))], id="Word file and link"
        ),
        pytest.param(
            mail_of(File("msg.asc", b"-----BEGIN PGP MESSAGE-----\n", "application/octet-stream")),
            [(CODES.ENCRYPTED, ("msg.asc",))], id="PGP",
        ),
        pytest.param(
            mail_of(File("smime.p7m", b"0\x80\x06\t*\x86H\x86\xf7\r\x01\x07\x03", "application/pkcs7-mime")),
            [(CODES.ENCRYPTED, ("smime.p7m",))], id="S/MIME",
        ),
    ],
)  # fmt: skip
def test_problems(mail: Mail, problems: list[tuple[ProblemCode, tuple[str, ...]]]) -> None:
    """Whatever keeps us from reading one PDF is named, with the files as the applicant named them."""
    picked = pick.file(mail, RULES)
    assert picked.file is None
    assert [(one.code, one.files) for one in picked.problems] == problems
    assert picked.reasons


def test_too_large() -> None:
    """A mail that was not downloaded is too large, with the limit to tell."""
    head = builders.thunderbird().partition(b"\r\n\r\n")[0]
    listed = (
        ListedPart(name="", declared="text/plain", size=300),
        ListedPart(name="all.pdf", declared="application/pdf", size=60_000_000),
    )
    (problem,) = pick.file(parse.header_only(head, parts=listed, size=82_000_000), RULES).problems
    assert (problem.code, problem.files, problem.limit) == (ProblemCode.TOO_LARGE, ("all.pdf",), 28_985_507)
    assert problem.detail == "82000000 bytes"


def test_what_is_passed_over_is_said() -> None:
    """Every attachment that does not count leaves a reason."""
    picked = pick.file(mail_of(PDF, PDF._replace(name="Kopie.pdf"), PHOTO, builders.VCARD), RULES)
    assert picked.reasons == (
        "the only PDF: Bewerbung Ferreira.pdf",
        "Kopie.pdf is Bewerbung Ferreira.pdf once more",
        "nadia.vcf not counted (contact)",
        "Bewerbungsfoto_Ferreira.jpg taken for a photo",
    )


def test_limit_that_is_told_is_of_files() -> None:
    """A mail of 40 MB carries files of 29 MB at most; who is told 40 would fail again."""
    assert pick.Rules(max_mail_bytes=40_000_000).max_file_bytes == 28_985_507


def test_the_pdfs_in_an_archive_are_named() -> None:
    """So that the correction can say which files to send as one; nothing is unpacked."""
    archive = File(
        "alles.zip",
        builders.zipped({"CV.pdf": b"%PDF-", "Zeugnisse/Master.pdf": b"%PDF-"}),
        "application/zip",
    )
    (problem,) = pick.file(mail_of(archive), pick.Rules()).problems
    assert (problem.code, problem.inside) == (CODES.NOT_A_PDF, ("CV.pdf", "Master.pdf"))
