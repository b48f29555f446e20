"""The invented papers and mails are what they claim to be; else the tests built on them prove nothing."""

from __future__ import annotations

import email
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pypdf
import pypdfium2
import pytest

from intake.demo import documents, people, samples
from intake.demo.documents import posts

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
LETTER_LAYOUTS: tuple[documents.LetterLayout, ...] = ("classic", "din", "banner")
CV_LAYOUTS: tuple[documents.CvLayout, ...] = ("academic", "tabular", "sidebar", "modern")
LANGUAGES: tuple[documents.Language, ...] = ("en", "de")


def texts(pdf: bytes) -> list[str]:
    """The text of each page, line ends made spaces."""
    document = pypdfium2.PdfDocument(pdf)
    read = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return read


def by_key(key: str) -> samples.Sample:
    return next(sample for sample in ALL if sample.key == key)


def parsed(sample: samples.Sample) -> EmailMessage:
    return email.message_from_bytes(sample.raw, policy=policy.default)


def files(sample: samples.Sample) -> dict[str, bytes]:
    """Every named part, inline ones too, by name."""
    named = [(part.get_filename(), part.get_payload(decode=True)) for part in parsed(sample).walk()]
    return {name: content for name, content in named if name and isinstance(content, bytes)}


ALL = samples.all(NOW)


@pytest.mark.parametrize("variant", [0, 1, 2])
@pytest.mark.parametrize("layout", LETTER_LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_is_one_page_and_names_its_position(
    language: documents.Language, layout: documents.LetterLayout, variant: int
) -> None:
    """Subject, salutation, topic, closing and name stand on the one page, whatever the layout."""
    pdf = documents.letter(
        people.KAETHE, language, ["postdoc/causal-inference"], layout=layout, variant=variant
    )
    (text,) = texts(pdf)
    assert "Causal Inference" in text
    assert ("Sehr geehrte" if language == "de" else "Dear") in text
    assert ("Mit freundlichen Grüßen" if language == "de" else "Yours sincerely") in text
    assert "Käthe Weißhäuptl" in text


@pytest.mark.parametrize("position", posts.POSTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_position_can_be_applied_for(language: documents.Language, position: str) -> None:
    """A letter exists for each advertised position and quotes its topic."""
    (text,) = texts(documents.letter(people.HELENA, language, [position]))
    assert ("ANR 5157" if position == "rub/anr-5157" else posts.POSTS[position].topic) in text


def test_a_letter_may_leave_the_position_open() -> None:
    """No topic and no group is named, neither in the subject nor in the text."""
    (text,) = texts(documents.letter(people.PATRICK))
    assert not any(post.topic in text for post in posts.POSTS.values())
    assert "PostDoc" not in text
    assert "Young Investigator" not in text


@pytest.mark.parametrize("layout", CV_LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", people.EVERYONE, ids=lambda person: person.given)
def test_a_cv_has_two_pages(
    person: people.Person, language: documents.Language, layout: documents.CvLayout
) -> None:
    """Name, degrees and papers, on two filled pages."""
    first, second = texts(documents.cv(person, language, layout=layout))
    assert person.name in first
    assert len(second) > 300
    assert ("Promotion in" if language == "de" else "PhD in") in first


@pytest.mark.parametrize(
    "kind, language, heading",
    [
        ("doctorate", "en", "Doctor of Philosophy"),
        ("doctorate", "de", "Promotionsurkunde"),
        ("master", "en", "Master of Science"),
        ("master", "de", "Masterurkunde"),
        ("bachelor", "en", "Bachelor of Science"),
        ("bachelor", "de", "Bachelorzeugnis"),
        ("transcript", "en", "Transcript of Records"),
        ("transcript", "de", "Leistungsübersicht"),
        ("employer", "en", "Employment Reference"),
        ("employer", "de", "Arbeitszeugnis"),
        ("language", "en", "Certificate of Proficiency"),
        ("language", "de", "Sprachzertifikat"),
        ("school", "en", "School Leaving Certificate"),
        ("school", "de", "Zeugnis der allgemeinen Hochschulreife"),
    ],
)
def test_a_certificate_is_one_page_about_its_holder(
    kind: documents.CertificateKind, language: documents.Language, heading: str
) -> None:
    """Heading and full name are readable, umlauts included."""
    (text,) = texts(documents.certificate(kind, people.KAETHE, language))
    assert heading in text
    assert "Käthe Weißhäuptl" in text


def papers() -> bytes:
    return documents.joined(
        documents.letter(people.JOERG, "de"), documents.certificate("master", people.JOERG, "de")
    )


BUILDERS: dict[str, Callable[[], bytes]] = {
    "letter": lambda: documents.letter(people.NADIA, layout="banner"),
    "cv": lambda: documents.cv(people.NADIA, layout="sidebar"),
    "certificate": lambda: documents.certificate("doctorate", people.NADIA),
    "joined": papers,
    "pages": lambda: documents.pages(papers(), 2, 1),
    "scanned": lambda: documents.scanned(papers(), dpi=72),
    "encrypted": lambda: documents.encrypted(papers(), "secret"),
    "empty_user_password": lambda: documents.empty_user_password(papers()),
    "damaged": lambda: documents.damaged(papers()),
    "with_javascript": lambda: documents.with_javascript(papers()),
    "with_launch": lambda: documents.with_launch(papers()),
    "with_open_action": lambda: documents.with_open_action(papers()),
    "with_embedded_file": lambda: documents.with_embedded_file(papers()),
    "with_form": lambda: documents.with_form(papers()),
    "with_hidden_text": lambda: documents.with_hidden_text(papers(), "curriculum vitae"),
    "bomb": lambda: documents.bomb(3_000_000),
    "self_drawing_form": documents.self_drawing_form,
    "many_pages": lambda: documents.many_pages(30),
    "page": lambda: documents.page("Invoice", "For the delivery of two chairs."),
    "placeholder": documents.placeholder,
    "blank": documents.blank,
    "docx": lambda: documents.docx("Lebenslauf & Zeugnisse"),
}


@pytest.mark.parametrize("builder", BUILDERS.values(), ids=BUILDERS.keys())
def test_the_same_arguments_give_the_same_bytes(builder: Callable[[], bytes]) -> None:
    """Neither time nor chance is in the files, so hashes can be compared."""
    assert builder() == builder()


def test_joining_keeps_the_order_and_pages_picks() -> None:
    """Pages come in the order of the arguments."""
    letter, certificate = texts(papers())
    assert "Bewerbung" in letter
    assert "Masterurkunde" in certificate
    assert texts(documents.pages(papers(), 2, 1)) == [certificate, letter]


@pytest.mark.parametrize("rotate", [0, 90, 180])
def test_a_scan_has_pictures_and_no_text(rotate: int) -> None:
    """One full-page picture per page; sideways paper gives a page that lies on its side."""
    scan = documents.scanned(papers(), dpi=72, rotate=rotate)
    assert texts(scan) == ["", ""]
    reader = pypdf.PdfReader(io.BytesIO(scan))
    assert [len(page.images) for page in reader.pages] == [1, 1]
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (width > height) == (rotate == 90)


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-256"])
def test_an_encrypted_pdf_opens_with_its_password_only(algorithm: str) -> None:
    """Without the password no page can be counted."""
    locked = documents.encrypted(papers(), "secret", algorithm=algorithm)
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(locked)
    assert len(pypdfium2.PdfDocument(locked, password="secret")) == 2


def test_an_empty_user_password_is_no_lock() -> None:
    """The file is encrypted, yet everybody can read it."""
    locked = documents.empty_user_password(papers())
    assert pypdf.PdfReader(io.BytesIO(locked)).is_encrypted
    assert texts(locked) == texts(papers())


def test_a_damaged_pdf_can_be_opened_by_nobody() -> None:
    """It still begins like a PDF, so that only an attempt to read it shows the damage."""
    broken = documents.damaged(papers())
    assert broken.startswith(b"%PDF-")
    with pytest.raises(pypdfium2.PdfiumError):
        pypdfium2.PdfDocument(broken)
    with pytest.raises(pypdf.errors.PyPdfError):
        _ = len(pypdf.PdfReader(io.BytesIO(broken)).pages)


@pytest.mark.parametrize(
    "build, where, what",
    [
        (documents.with_javascript, "/OpenAction", "/JavaScript"),
        (documents.with_launch, "/OpenAction", "/Launch"),
        (documents.with_open_action, "/OpenAction", "/Fit"),
        (documents.with_embedded_file, "/Names", "/EmbeddedFiles"),
        (documents.with_form, "/AcroForm", "/Fields"),
    ],
)
def test_active_content_stands_in_the_catalogue(
    build: Callable[[bytes], bytes], where: str, what: str
) -> None:
    """The pages stay readable, and the catalogue has the entry by which a reader recognises it."""
    pdf = build(papers())
    assert texts(pdf) == texts(papers())
    assert what in str(pypdf.PdfReader(io.BytesIO(pdf)).root_object[where])


def test_hidden_text_is_in_the_text_layer() -> None:
    """A text engine finds it, which is the trap."""
    assert "curriculum vitae" in texts(documents.with_hidden_text(papers(), "curriculum vitae"))[0]


def test_the_bomb_is_small_and_unfolds() -> None:
    """A kilobyte on disk; pypdf, with its limits lifted, would unpack what was asked for."""
    assert len(documents.bomb()) < 5_000
    stream = pypdf.PdfReader(io.BytesIO(documents.bomb(3_000_000))).pages[0].get_contents()
    assert stream is not None
    assert len(stream.get_data()) >= 3_000_000


def test_many_pages_are_cheap() -> None:
    """A thousand pages in some 130 kB, each with its line of text."""
    pdf = documents.many_pages(1_000)
    assert len(pdf) < 150_000
    assert texts(pdf) == ["One of very many pages"] * 1_000


def test_placeholder_and_blank_pages() -> None:
    """A separator sheet has its heading and nothing else, a blank page not even that."""
    assert texts(documents.placeholder("Bachelorzeugnis")) == ["Bachelorzeugnis"]
    assert texts(documents.blank(2)) == ["", ""]


def test_docx_is_a_word_file() -> None:
    """The parts that Word needs, with the text escaped."""
    with zipfile.ZipFile(io.BytesIO(documents.docx("Lebenslauf & Zeugnisse"))) as archive:
        assert archive.testzip() is None
        assert b"Lebenslauf &amp; Zeugnisse" in archive.read("word/document.xml")


def test_samples_repeat_to_the_byte() -> None:
    """The same `now` gives the same mails; another `now` only moves them in time."""
    assert samples.all(NOW) == ALL
    assert len({sample.key for sample in ALL}) == len(ALL) == 19


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.key)
def test_a_sample_is_a_sound_mail(sample: samples.Sample) -> None:
    """Parsed without defects, addressed to the bot, dated within the last hour, lines within RFC 5322."""
    mail = parsed(sample)
    assert [part.defects for part in mail.walk() if part.defects] == []
    assert mail["To"] == samples.MAILBOX
    assert mail["Message-ID"].startswith("<")
    assert 0 < (NOW - mail["Date"].datetime).total_seconds() <= 3600
    assert max(len(line) for line in sample.raw.split(b"\r\n")) <= 998
    assert b"\n" not in sample.raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.key)
def test_a_sample_comes_from_a_reserved_domain(sample: samples.Sample) -> None:
    """RFC 2606: nobody real can be met by accident."""
    address = parsed(sample)["From"].addresses[0]
    assert address.domain in {"example.org", "example.com", "example.net"}
    assert sample.envelope_sender in {"", address.addr_spec}


@pytest.mark.parametrize(
    "key, names",
    [
        ("complete-english", {"Application_Marquardsen.pdf", "card.vcf"}),
        ("complete-german", {"Bewerbung Weißhäuptl.pdf", "image001.png"}),
        ("complete-inline", {"ferreira_lobo.pdf"}),
        ("scanned-certificates", {"Bewerbungsunterlagen.pdf"}),
        ("two-positions", {"Okonjo-Bello_Application.pdf"}),
        ("without-certificates", {"application.pdf"}),
        ("without-cv-german", {"Bewerbung_Süßmilch-Krähe.pdf", "card.vcf"}),
        ("three-files", {"Motivation letter.pdf", "CV.pdf", "Certificates.pdf"}),
        ("word-document", {"Application Suryani.docx"}),
        ("encrypted-german", {"Bewerbung Baumgärtler.pdf", "image001.png"}),
        ("damaged", {"Zhao-Hartwig_YIG.pdf"}),
        ("no-position", {"OHallorane.pdf", "card.vcf"}),
        ("portal-position", {"Demirsoy_ANR5157.pdf"}),
        ("out-of-office", set()),
        ("bounce", set()),
        ("question", set()),
        ("forgotten-attachment", set()),
        ("javascript", {"Abrantes-Application.pdf"}),
        ("link", set()),
    ],
)
def test_a_sample_carries_the_files_it_claims(key: str, names: set[str]) -> None:
    """Names survive RFC 2231, and what is called a PDF begins like one."""
    attached = files(by_key(key))
    assert set(attached) == names
    assert all(content.startswith(b"%PDF-") for name, content in attached.items() if name.endswith(".pdf"))


def test_the_clients_differ_on_the_wire() -> None:
    """Inline PDFs, octet-stream and a related picture: the shapes that naive parsers miss."""
    inline = next(part for part in parsed(by_key("complete-inline")).walk() if part.get_filename())
    assert inline.get_content_disposition() == "inline"
    kinds = [part.get_content_type() for part in parsed(by_key("complete-german")).walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/octet-stream",
    ]
    assert "Олена" in str(parsed(by_key("without-certificates"))["From"])


def test_automatic_mails_say_so() -> None:
    """An out-of-office reply by its header, a bounce by report type and null sender."""
    assert parsed(by_key("out-of-office"))["Auto-Submitted"] == "auto-replied"
    assert parsed(by_key("bounce")).get_content_type() == "multipart/report"
    assert by_key("bounce").envelope_sender == ""
    assert [part.get_content_type() for part in parsed(by_key("bounce")).iter_parts()] == [
        "text/plain",
        "message/delivery-status",
        "text/rfc822-headers",
    ]


def test_scanned_certificates_are_the_only_pages_without_text() -> None:
    """Letter and CV can be read, the two certificates need eyes or OCR."""
    readable = [
        bool(text) for text in texts(files(by_key("scanned-certificates"))["Bewerbungsunterlagen.pdf"])
    ]
    assert readable == [True, True, True, False, False]


def test_the_portal_position_depends_on_the_day() -> None:
    """Until its deadline the portal is the answer, afterwards the position is closed."""
    early = samples.all(datetime(2025, 12, 1, 12, 0, tzinfo=UTC))
    problems = {sample.key: sample.problems for sample in early}["portal-position"]
    assert problems == (samples.Problem(code="apply-elsewhere", position="rub/anr-5157"),)
    assert by_key("portal-position").problems[0].code == "position-closed"


def test_every_writer_has_an_account() -> None:
    """The bot's mailbox first, then one for each person; the bounce has none."""
    accounts = samples.accounts(ALL)
    assert next(iter(accounts)) == "open-positions@rc-trust.ai"
    assert len(accounts) == 1 + 18
