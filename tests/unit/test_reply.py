"""Replies: what applicants read, in both alternatives and both languages, and what the headers say."""

from __future__ import annotations

import email
import email.errors
import re
import textwrap
from dataclasses import replace
from datetime import UTC, date, datetime
from email import headerregistry, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.journey import letter, rehearsal, reply, wording
from intake.model import (
    Address,
    Attachment,
    Document,
    DocumentKind,
    FileKind,
    Group,
    Institution,
    Language,
    ListedPart,
    Mail,
    Outcome,
    PageClass,
    Position,
    Presence,
    Problem,
    ProblemCode,
    Reply,
    ReplyKind,
    Verdict,
    sha256,
)

SHIPPED = Path(__file__).parents[2] / "config" / "replies"
LANGUAGES: tuple[Language, ...] = ("en", "de")
TEXTS = reply.Texts(
    by_language={
        language: {
            path.name.removesuffix(reply.SUFFIX): path.read_text(encoding="utf-8")
            for path in (SHIPPED / language).glob(f"*{reply.SUFFIX}")
        }
        for language in LANGUAGES
    }
)
POSITIONS = (
    Position(id="postdoc/tides", group="postdoc", title={"en": "Theory of Tides"}),
    Position(id="postdoc/sand", group="postdoc", title={"en": "Maps of Sand"}),
    Position(id="yig/coasts", group="yig", title={"en": "Coastal Statistics"}),
    Position(id="postdoc/shut", group="postdoc", title={"en": "Fog"}, closed=True),
    Position(
        id="other/anr-1", group="other", title={"en": "Research associate"}, references=("ANR 1",), apply_by="portal",
        portal_name={"en": "the online application portal of Nordhafen, linked in the advertisement"},
        employer="University of Nordhafen", deadline=date(2026, 12, 15),
    ),
)  # fmt: skip
GROUPS = (
    Group(id="postdoc", title={"en": "PostDoc positions", "de": "PostDoc-Stellen"},
          duration={"en": "2 years", "de": "2 Jahre"}, field="coasts"),
    Group(id="yig", title={"en": "Young Investigator Groups"}, duration={"en": "5 years", "de": "5 Jahre"}, field="x"),
    Group(id="other", title={"en": "Research associate"}, field="coasts"),
)  # fmt: skip
INSTITUTION = Institution(
    name={"en": "Institute of Coasts, Nordhafen", "de": "Küsteninstitut Nordhafen"},
    address="Quay 1\n27411 Nordhafen",
    contact="Helena Marquardsen",
    contact_email="office@coasts.example.org",
    privacy_notice="https://coasts.example.org/privacy",
)
NADIA = Address(name="Nadia Ferreira", address="nadia@example.org")
ARRIVED = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
FOUND = (
    Document(kind=DocumentKind.LETTER, status=Presence.PRESENT, pages=(1,), confidence=0.97),
    Document(kind=DocumentKind.CV, status=Presence.PRESENT, pages=(2, 3, 5), confidence=0.99),
    Document(kind=DocumentKind.CERTIFICATES, status=Presence.PRESENT, pages=(4,), confidence=0.8),
)
PAGES = (PageClass.LETTER, PageClass.CV, PageClass.CV, PageClass.CERTIFICATES, PageClass.CV)


def a_file(
    name: str = "application.pdf", kind: FileKind = FileKind.PDF, *, inline: bool = False
) -> Attachment:
    return Attachment(
        name=name, declared="", kind=kind, content=b"x", sha256=sha256(name.encode()), inline=inline
    )


def a_mail(*files: Attachment, **changes: object) -> Mail:
    known: dict[str, object] = {
        "message_id": "<m1@example.org>",
        "sender": NADIA,
        "attachments": files or (a_file(),),
    }
    return Mail(**(known | changes))  # type: ignore[arg-type]


def a_verdict(kind: ReplyKind = ReplyKind.ACKNOWLEDGEMENT, *problems: Problem, **changes: object) -> Verdict:
    outcomes = {
        ReplyKind.ACKNOWLEDGEMENT: Outcome.ACCEPTED,
        ReplyKind.CORRECTION: Outcome.CORRECTION,
        ReplyKind.REDIRECTED: Outcome.REDIRECTED,
        ReplyKind.RECEIVED: Outcome.REVIEW,
        ReplyKind.WITHDRAWN: Outcome.REVIEW,
        ReplyKind.REMINDER: Outcome.CORRECTION,
        ReplyKind.KNOWN: Outcome.ACCEPTED,
    }
    known: dict[str, object] = {
        "outcome": outcomes[kind], "language": "en", "reply": kind, "problems": problems,
        "positions": ("postdoc/tides",), "documents": FOUND, "pages": PAGES,
    }  # fmt: skip
    return Verdict(**(known | changes))  # type: ignore[arg-type]


def composed(verdict: Verdict, mail: Mail | None = None, **changes: object) -> Reply:
    known: dict[str, object] = {
        "case": "K7Q2", "mail": mail or a_mail(), "arrived": ARRIVED, "recipient": NADIA, "texts": TEXTS,
        "positions": POSITIONS, "groups": GROUPS, "institution": INSTITUTION,
        "message_id": "<K7Q2.1a2b@coasts.example.org>", "now": datetime(2026, 11, 22, 13, 6, tzinfo=UTC),
        "sender": Address(address="positions@coasts.example.org"),
    }  # fmt: skip
    known["offered"] = wording.offered(verdict, POSITIONS, ARRIVED, ZoneInfo(INSTITUTION.time_zone))
    return reply.compose(verdict, **(known | changes))  # type: ignore[arg-type]


def parsed(written: Reply) -> EmailMessage:
    return email.message_from_bytes(written.raw, policy=policy.default)


def words(written: Reply) -> str:
    return " ".join(written.text.split())


class Words(HTMLParser):
    """The words and tags of an HTML document."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.inside = tag

    def handle_data(self, data: str) -> None:
        if self.inside not in ("title", "head", "meta", "html"):
            self.texts.append(data)
        if self.inside == "title":
            self.inside = "html"


def html_of(written: Reply) -> str:
    part = parsed(written).get_body(("html",))
    assert part is not None
    return str(part.get_content())


def test_an_acknowledgement_as_an_applicant_reads_it() -> None:
    """What arrived and when comes first; pages only where they are certain."""
    assert composed(a_verdict()).text == (
        """\
Your application has arrived: case number K7Q2

Dear Nadia Ferreira,

We received your mail with the file “application.pdf” on 22 November
2026, 14:05 CET.

Thank you for your application to:

- PostDoc positions (2 years): Theory of Tides

In the file we found:

- Motivation letter: page 1
- CV: pages 2–3, 5
- Certificates: found

Your application is complete in form. The committee will now read it,
and may ask you for more documents or information. There is nothing that
you need to do at present.

Kind regards

Institute of Coasts, Nordhafen
Quay 1
27411 Nordhafen

Contact: Helena Marquardsen, office@coasts.example.org
How we treat your personal data: https://coasts.example.org/privacy

This mail was written automatically. You can simply answer it; please
leave [K7Q2] in the subject.
"""
    )


def test_a_correction_as_an_applicant_reads_it() -> None:
    """In German: the problem, what was found, one next step, and the way out at the end."""
    missing = Problem(code=ProblemCode.MISSING_DOCUMENT, document=DocumentKind.CERTIFICATES)
    verdict = a_verdict(ReplyKind.CORRECTION, missing, language="de", documents=FOUND[:2])
    assert composed(verdict).text == (
        """\
Ihre Bewerbung ist eingegangen: Vorgangsnummer K7Q2

Guten Tag Nadia Ferreira,

Ihre E-Mail mit der Datei „application.pdf“ ist am 22. November 2026,
14:05 Uhr (MEZ) bei uns eingegangen.

Vielen Dank für Ihre Bewerbung auf:

- PostDoc-Stellen (2 Jahre): Theory of Tides

Ihre Bewerbung ist formal noch nicht vollständig. Ein Punkt ist offen:

- Zeugnisse haben wir in der Datei nicht gefunden, zum Beispiel
  Abschlusszeugnisse, Notenübersichten oder Arbeitszeugnisse.

In der Datei haben wir gefunden:

- Motivationsschreiben: Seite 1
- Lebenslauf: Seiten 2–3, 5

Ihr nächster Schritt

Bitte antworten Sie auf diese E-Mail mit einer PDF-Datei, die enthält,
was fehlt: Kopien Ihrer Zeugnisse. Eine neue PDF-Datei, die alles
enthält, geht ebenso.

Wenn Sie das nicht schicken können oder wegen einer Behinderung einen
anderen Weg brauchen, antworten Sie einfach auf diese E-Mail; ein Mensch
sieht sich Ihre Bewerbung dann so an, wie sie ist.

Mit freundlichen Grüßen

Küsteninstitut Nordhafen
Quay 1
27411 Nordhafen

Kontakt: Helena Marquardsen, office@coasts.example.org
Wie wir mit Ihren Daten umgehen: https://coasts.example.org/privacy

Diese E-Mail wurde automatisch geschrieben. Sie können einfach darauf
antworten; bitte lassen Sie dabei [K7Q2] im Betreff stehen.
"""
    )


CERTIFICATES = Problem(code=ProblemCode.MISSING_DOCUMENT, document=DocumentKind.CERTIFICATES)
FIRST = datetime(2026, 11, 20, 8, 31, tzinfo=UTC)


def test_a_withdrawal_as_an_applicant_reads_it() -> None:
    """What arrived, to which application it belongs, how it was understood, and that nothing is gone."""
    written = composed(a_verdict(ReplyKind.WITHDRAWN), a_mail(attachments=()), first_arrived=FIRST)
    assert written.subject == "Your application [K7Q2]: withdrawal received"
    assert written.text.partition("\n\nKind regards")[0] == (
        """\
Your withdrawal has arrived: case number K7Q2

Dear Nadia Ferreira,

We received your mail on 22 November 2026, 14:05 CET. It belongs to your
application [K7Q2] of 20 November 2026, 09:31 CET.

We understand your mail as the withdrawal of this application:

- PostDoc positions (2 years): Theory of Tides

A person will look at your mail. Nothing has been deleted yet.

If you did not write this, or meant something else, please answer this
mail. Otherwise there is nothing that you need to do."""
    )


def test_a_withdrawal_in_german() -> None:
    verdict = a_verdict(ReplyKind.WITHDRAWN, language="de", positions=())
    written = composed(verdict, a_mail(attachments=()), first_arrived=FIRST)
    assert written.subject == "Ihre Bewerbung [K7Q2]: Rücknahme eingegangen"
    assert written.text.partition("\n\nMit freundlichen")[0] == (
        """\
Ihre Rücknahme ist eingegangen: Vorgangsnummer K7Q2

Guten Tag Nadia Ferreira,

Ihre E-Mail ist am 22. November 2026, 14:05 Uhr (MEZ) bei uns
eingegangen. Sie gehört zu Ihrer Bewerbung [K7Q2] vom 20. November 2026,
09:31 Uhr (MEZ).

Wir verstehen Ihre E-Mail so, dass Sie Ihre Bewerbung [K7Q2]
zurückziehen.

Ein Mensch sieht sich Ihre E-Mail an. Es ist noch nichts gelöscht
worden.

Wenn Sie das nicht geschrieben oder etwas anderes gemeint haben,
antworten Sie bitte auf diese E-Mail. Sonst brauchen Sie nichts zu tun."""
    )


def test_a_reminder_as_an_applicant_reads_it() -> None:
    """The same problem, next step and way out as before, the deadline, and what happens without an answer."""
    due = replace(POSITIONS[0], deadline=date(2026, 12, 15))
    verdict = a_verdict(ReplyKind.REMINDER, CERTIFICATES, language="de", documents=FOUND[:2])
    written = composed(verdict, positions=(due, *POSITIONS[1:]), days=4)
    assert written.subject == "Ihre Bewerbung [K7Q2]: eine Erinnerung"
    assert written.text.partition("\n\nMit freundlichen")[0] == (
        """\
Ihre Bewerbung wartet auf Ihre Antwort: Vorgangsnummer K7Q2

Guten Tag Nadia Ferreira,

Ihre E-Mail mit der Datei „application.pdf“ ist am 22. November 2026,
14:05 Uhr (MEZ) bei uns eingegangen.

Wir haben Ihnen zuletzt geschrieben, weil noch etwas offen ist, und
seither keine Antwort von Ihnen gefunden. Deshalb erinnern wir Sie
daran, nur dieses eine Mal. Wenn Sie inzwischen geantwortet haben, ist
diese E-Mail gegenstandslos.

Es geht um Ihre Bewerbung auf:

- PostDoc-Stellen (2 Jahre): Theory of Tides; die Frist endet am 15.
  Dezember 2026, 23:59 Uhr (MEZ)

Ihre Bewerbung ist formal noch nicht vollständig. Ein Punkt ist offen:

- Zeugnisse haben wir in der Datei nicht gefunden, zum Beispiel
  Abschlusszeugnisse, Notenübersichten oder Arbeitszeugnisse.

In der Datei haben wir gefunden:

- Motivationsschreiben: Seite 1
- Lebenslauf: Seiten 2–3, 5

Ihr nächster Schritt

Bitte antworten Sie auf diese E-Mail mit einer PDF-Datei, die enthält,
was fehlt: Kopien Ihrer Zeugnisse. Eine neue PDF-Datei, die alles
enthält, geht ebenso.

Wenn Sie das nicht schicken können oder wegen einer Behinderung einen
anderen Weg brauchen, antworten Sie einfach auf diese E-Mail; ein Mensch
sieht sich Ihre Bewerbung dann so an, wie sie ist.

Wenn Sie sich anders entschieden haben, brauchen Sie nichts zu tun. Wenn
wir nichts von Ihnen hören, sieht sich ein Mensch Ihre Bewerbung in 4
Tagen so an, wie sie ist."""
    )


@pytest.mark.parametrize(
    "days, when",
    [
        pytest.param(0, "will look at your application in a few days, as it is.", id="not told"),
        pytest.param(1, "will look at your application tomorrow, as it is.", id="one"),
        pytest.param(11, "will look at your application in 11 days, as it is.", id="many"),
    ],
)
def test_a_reminder_says_what_happens_without_an_answer(days: int, when: str) -> None:
    """A position that is asked for is asked for with the same numbers, and with the deadlines."""
    due = replace(POSITIONS[1], deadline=date(2026, 12, 15))
    verdict = a_verdict(ReplyKind.REMINDER, Problem(code=ProblemCode.POSITION_UNKNOWN), positions=())
    text = words(composed(verdict, positions=(POSITIONS[0], due, POSITIONS[2]), days=days))
    assert (
        "We last wrote to you because something was still open, and have found no answer from you since."
        in text
    )
    assert "Your application is complete in form. One question is open:" in text
    assert (
        "2. PostDoc positions (2 years): Maps of Sand; the deadline is 15 December 2026, 23:59 CET 3." in text
    )
    assert (
        "If you have decided otherwise, you need not do anything. If we hear nothing from you, a person "
        in text
    )
    assert when in text


def test_the_same_file_again_as_an_applicant_reads_it() -> None:
    written = composed(a_verdict(ReplyKind.KNOWN), first_arrived=FIRST)
    assert written.subject == "Your application [K7Q2]: we already have this file"
    assert written.text.partition("\n\nKind regards")[0] == (
        """\
Your mail has arrived: case number K7Q2

Dear Nadia Ferreira,

We received your mail with the file “application.pdf” on 22 November
2026, 14:05 CET.

We already have this file: it is part of your application [K7Q2] of 20
November 2026, 09:31 CET. There is nothing that you need to do."""
    )


def test_the_same_file_again_in_german() -> None:
    written = composed(a_verdict(ReplyKind.KNOWN, language="de"), first_arrived=FIRST)
    assert written.subject == "Ihre Bewerbung [K7Q2]: diese Datei liegt uns bereits vor"
    assert (
        "Diese Datei liegt uns bereits vor: Sie gehört zu Ihrer Bewerbung [K7Q2] vom 20. November 2026, 09:31 Uhr (MEZ). "
        "Sie brauchen nichts zu tun." in words(written)
    )


def test_the_same_file_again_mends_nothing() -> None:
    """Who sends once more what was not enough is not told that nothing is to be done."""
    text = words(composed(a_verdict(ReplyKind.KNOWN, CERTIFICATES), first_arrived=FIRST))
    assert (
        "So what we asked you for is still open: - We did not find certificates in the file, such as" in text
    )
    assert "Our earlier mail with [K7Q2] in its subject says how to go on." in text
    assert "nothing that you need to do" not in text


@pytest.mark.parametrize(
    "kind, language, sentence",
    [
        pytest.param(
            ReplyKind.CORRECTION, "en", "It belongs to your application [K7Q2] of 20 November 2026, 09:31 CET.", id="en"
        ),
        pytest.param(
            ReplyKind.ACKNOWLEDGEMENT, "de",
            "Sie gehört zu Ihrer Bewerbung [K7Q2] vom 20. November 2026, 09:31 Uhr (MEZ).", id="de",
        ),
        pytest.param(
            ReplyKind.REDIRECTED, "en", "It belongs to your mail [K7Q2] of 20 November 2026, 09:31 CET.", id="no application",
        ),
        pytest.param(
            ReplyKind.RECEIVED, "en", "It belongs to case [K7Q2] of 20 November 2026, 09:31 CET.", id="perhaps of another",
        ),
    ],
)  # fmt: skip
def test_a_later_mail_is_told_where_it_belongs(kind: ReplyKind, language: Language, sentence: str) -> None:
    """First what arrived now, then the application: which may have come in winter time, or in summer time."""
    text = words(composed(a_verdict(kind, CERTIFICATES, language=language), first_arrived=FIRST))
    assert sentence in text
    assert text.index("22") < text.index(sentence)
    assert "K7Q2" in text.partition("Nadia")[0]
    assert "application has arrived" not in text
    assert "Bewerbung ist eingegangen" not in text


def test_the_first_mail_belongs_to_nothing_earlier() -> None:
    assert composed(a_verdict(), first_arrived=ARRIVED) == composed(a_verdict())


def test_a_later_mail_of_several_files_is_told_where_it_belongs() -> None:
    text = words(composed(a_verdict(), a_mail(a_file("a.pdf"), a_file("b.pdf")), first_arrived=FIRST))
    assert (
        "- a.pdf - b.pdf Your mail belongs to your application [K7Q2] of 20 November 2026, 09:31 CET." in text
    )


@pytest.mark.parametrize(
    "language, sentences",
    [
        pytest.param(
            "en",
            (
                "Your application now consists of: - letter.pdf - certificates.pdf - a file whose name we cannot show",
                "We have joined your PDF files into one for the committee; the originals are kept as you sent them.",
                "In your files we found: - Motivation letter: found - CV: found - Certificates: found",
            ),
            id="en",
        ),
        pytest.param(
            "de",
            (
                "Ihre Bewerbung besteht nun aus: - letter.pdf - certificates.pdf - eine Datei, deren Namen wir nicht",
                "PDF-Dateien für die Kommission zu einer zusammengefügt; die Originale bleiben so erhalten, wie Sie",
                "In Ihren Dateien haben wir gefunden: - Motivationsschreiben: gefunden - Lebenslauf: gefunden -",
            ),
            id="de",
        ),
    ],
)
def test_an_acknowledgement_lists_what_the_case_holds(language: Language, sentences: tuple[str, ...]) -> None:
    """Pages of a file that we have joined are not told: the applicant has never seen it."""
    files = ("letter.pdf", "certificates.pdf", "see https://evil.example")
    verdict = a_verdict(language=language)
    text = words(composed(verdict, first_arrived=FIRST, holds=files, joined=True))
    assert [sentence for sentence in sentences if sentence not in text] == []
    assert "evil" not in text


def test_a_correction_of_joined_files_asks_for_what_is_missing_alone() -> None:
    """Who may send several files need not send once more what is there."""
    files = (a_file("letter.pdf"), a_file("cv.pdf"))
    verdict = a_verdict(ReplyKind.CORRECTION, CERTIFICATES, documents=FOUND[:2])
    text = words(composed(verdict, a_mail(*files), joined=True))
    assert "- We did not find certificates in your files, such as degree certificates" in text
    assert "We have joined your PDF files into one for the committee; the originals are kept as you" in text
    assert (
        "answer this mail with one PDF file that holds what is missing: copies of your certificates." in text
    )


@pytest.mark.parametrize(
    "language, sentence",
    [
        pytest.param("en", "This file takes the place of the earlier one, which we keep.", id="en"),
        pytest.param("de", "Diese Datei tritt an die Stelle der früheren, die wir aufbewahren.", id="de"),
    ],
)
def test_a_newer_version_takes_the_place_of_the_earlier_one(language: Language, sentence: str) -> None:
    verdict = a_verdict(language=language)
    assert sentence in words(composed(verdict, first_arrived=FIRST, replaced=True))
    assert sentence not in words(composed(verdict, first_arrived=FIRST))


def test_many_files_of_another_format_are_spoken_of_in_no_number() -> None:
    """A sentence names four at most, and more than those are no single file."""
    problem = Problem(code=ProblemCode.NOT_A_PDF, files=tuple(f"{number}.docx" for number in range(5)))
    verdict = a_verdict(ReplyKind.CORRECTION, problem, language="de", documents=())
    said = "Wir können nur PDF-Dateien lesen, und was Sie geschickt haben, ist in einem anderen Format."
    assert said in words(composed(verdict))


def test_several_files_are_named_one_by_one() -> None:
    """Also more than a sentence would name, and those whose names cannot be shown; and how to make one of them."""
    files = [a_file(f"{number}.pdf") for number in range(1, 7)] + [a_file("a\u202e"), a_file("www.evil.com")]
    problem = Problem(code=ProblemCode.SEVERAL_FILES, files=tuple(file.name for file in files))
    text = words(composed(a_verdict(ReplyKind.CORRECTION, problem, documents=()), a_mail(*files)))
    assert (
        "with 8 files: - 1.pdf - 2.pdf - 3.pdf - 4.pdf - 5.pdf - 6.pdf - a - a file whose name we cannot"
        in text
    )
    assert (
        "On a Mac, Preview can join PDF files; on Windows and Linux a free program such as PDFsam Basic"
        in text
    )


def test_headers() -> None:
    """Threaded, automatic, to one person, with the case in the subject (RFC 5322, RFC 3834)."""
    mail = a_mail(references=("<m0@example.org>",), in_reply_to=("<m0@example.org>",))
    headers = dict(parsed(composed(a_verdict(), mail)).items())
    headers.pop("Content-Type")
    assert headers == {
        "From": '"Institute of Coasts, Nordhafen" <positions@coasts.example.org>',
        "To": "nadia@example.org",
        "Subject": "Your application [K7Q2]: received, complete in form",
        "Date": "Sun, 22 Nov 2026 14:06:00 +0100",
        "Message-ID": "<K7Q2.1a2b@coasts.example.org>",
        "In-Reply-To": "<m1@example.org>",
        "References": "<m0@example.org> <m1@example.org>",
        "Auto-Submitted": "auto-replied",
        "X-Auto-Response-Suppress": "All",
        "Content-Language": "en",
        "MIME-Version": "1.0",
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(ReplyKind))
def test_seven_bits_in_short_lines_and_always_the_same(kind: ReplyKind, language: Language) -> None:
    verdict = a_verdict(kind, Problem(code=ProblemCode.EMPTY), language=language)
    raw = composed(verdict).raw
    assert raw == composed(verdict).raw
    assert raw.isascii()
    assert b"\0" not in raw
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(ReplyKind))
def test_both_alternatives_have_the_same_words(kind: ReplyKind, language: Language) -> None:
    """Plain text first, then HTML with language, title and headings, and without layout tables."""
    problems = (Problem(code=ProblemCode.EMPTY), Problem(code=ProblemCode.POSITION_UNKNOWN))
    written = composed(a_verdict(kind, *problems, language=language))
    parts = [part.get_content_type() for part in parsed(written).iter_parts()]
    assert parts == ["text/plain", "text/html"]
    page = Words()
    page.feed(html_of(written))
    marks = re.compile(r"^(?:- |\d\. )", re.MULTILINE)
    assert "".join(page.texts).split() == marks.sub("", written.text).split()
    assert f'<html lang="{language}">' in html_of(written)
    assert f"<title>{written.subject}</title>" in html_of(written)
    assert page.tags.count("h1") == 1
    assert not set(page.tags) & {"table", "script", "img", "style"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_scene_has_the_same_words_in_both_alternatives(language: Language) -> None:
    """No mark of the markup shows, no stop stands alone or doubled, and no gap is left where a word was left out."""
    for scene in rehearsal.scenes(language):
        subject, text = reply.render(TEXTS, language, scene.kind, scene.view)
        page = Words()
        page.feed(letter.page(text, language=language, title=subject))
        plain = re.sub(r"^(?:- |\d\. )", "", letter.plain(text), flags=re.MULTILINE)
        assert "".join(page.texts).split() == plain.split(), scene.title
        assert not re.search(r"#|\| |[{}]|\s[.,;:]|\.\.|\S  |\n\n\n", plain), scene.title


def test_links_are_ours_alone() -> None:
    """Contact, privacy notice and upload become links; nothing of the applicant's does."""
    page = html_of(composed(a_verdict(), a_mail(a_file("<b>https.pdf"))))
    assert re.findall('href="([^"]*)"', page) == [
        "mailto:office@coasts.example.org",
        "https://coasts.example.org/privacy",
    ]
    assert "&lt;b&gt;https.pdf" in page


@pytest.mark.parametrize(
    "name, greeting",
    [
        pytest.param("Ferreira, Nadia", "Dear Ferreira, Nadia,", id="order as written"),
        pytest.param("", "Dear applicant,", id="no name"),
        pytest.param("Win at https://evil.example", "Dear applicant,", id="no person's name"),
        pytest.param("Eve\r\nBcc: all@example.org", "Dear applicant,", id="a header in the name"),
        pytest.param("\u202eNadia\u202c Ferreira", "Dear Nadia Ferreira,", id="direction marks"),
        pytest.param("{{ case }}", "Dear applicant,", id="template marks"),
    ],
)
def test_greeting(name: str, greeting: str) -> None:
    written = composed(a_verdict(), recipient=Address(name=name, address="nadia@example.org"))
    assert written.text.splitlines()[2] == greeting
    assert "Bcc" not in parsed(written)


def test_german_greeting_without_a_name() -> None:
    written = composed(a_verdict(language="de"), recipient=Address(address="nadia@example.org"))
    assert written.text.splitlines()[2] == "Guten Tag,"


@pytest.mark.parametrize(
    "files, sentence",
    [
        pytest.param([a_file("a.pdf")], "with the file “a.pdf” on 22", id="one"),
        pytest.param([a_file("see evil.com")], "with one file on 22", id="name unfit to show"),
        pytest.param([a_file("a.pdf"), a_file("")], "with 2 files: - a.pdf - a file whose name", id="two"),
        pytest.param([a_file(f"{n}.pdf") for n in range(14)], "- 11.pdf - and 2 more", id="many"),
        pytest.param(
            [
                a_file("a.pdf"),
                a_file("logo.png", FileKind.IMAGE, inline=True),
                a_file("x.p7s", FileKind.SIGNATURE),
            ],
            "with the file “a.pdf” on 22",
            id="pictures and signatures do not count",
        ),
    ],
)
def test_what_was_received(files: list[Attachment], sentence: str) -> None:
    assert sentence in words(composed(a_verdict(), a_mail(*files)))


def test_a_mail_too_large_to_download_names_its_files() -> None:
    listed = (
        ListedPart(name="", declared="text/plain", size=10),
        ListedPart(name="scan.pdf", declared="application/pdf", size=60_000_000),
    )
    mail = a_mail(attachments=(), listed=listed, too_large=60_000_000)
    problem = Problem(code=ProblemCode.TOO_LARGE, limit=25 * 2**20)
    text = words(composed(a_verdict(ReplyKind.CORRECTION, problem, documents=()), mail))
    assert "with the file “scan.pdf” on" in text
    assert "together they may have at most 25 MB" in text


def test_a_limit_of_whole_megabytes_stays_whole() -> None:
    problem = Problem(code=ProblemCode.TOO_LARGE, limit=20_000_000)
    assert "at most 20 MB" in words(composed(a_verdict(ReplyKind.CORRECTION, problem)))


def test_a_position_that_is_open_is_asked_for_alone() -> None:
    """Complete in form is said first; full titles, several and "you decide" are offered; no closed one."""
    verdict = a_verdict(ReplyKind.CORRECTION, Problem(code=ProblemCode.POSITION_UNKNOWN), positions=())
    written = composed(verdict)
    assert written.subject == "Your application [K7Q2]: received, which position is it for?"
    text = words(written)
    assert text.index("complete in form") < text.index("1. PostDoc positions (2 years): Theory of Tides")
    assert (
        "2. PostDoc positions (2 years): Maps of Sand 3. Young Investigator Groups (5 years): Coastal Stat"
        in text
    )
    assert "write “several”" in text
    assert "write “you decide”" in text
    assert "Fog" not in text
    assert "Research associate" not in text
    assert "PDF file" not in text


def test_an_ambiguous_position_offers_its_candidates() -> None:
    problem = Problem(code=ProblemCode.POSITION_AMBIGUOUS, candidates=("postdoc/sand", "yig/coasts"))
    text = words(composed(a_verdict(ReplyKind.CORRECTION, problem, positions=())))
    assert (
        "1. PostDoc positions (2 years): Maps of Sand 2. Young Investigator Groups (5 years): Coastal" in text
    )
    assert "Theory of Tides" not in text


def test_no_reply_demands_unprotected_sending() -> None:
    """A PDF with a password: an upload where there is one, else a person."""
    verdict = a_verdict(
        ReplyKind.CORRECTION, Problem(code=ProblemCode.ENCRYPTED, files=("cv.pdf",)), documents=()
    )
    assert "a person will agree another way with you" in words(composed(verdict))
    offered = composed(verdict, secure_upload="https://upload.example.org/k7")
    assert "if you prefer not to send it unprotected, at https://upload.example.org/k7" in words(offered)
    assert 'href="https://upload.example.org/k7"' in html_of(offered)


def test_a_locked_file_without_a_name_in_german() -> None:
    verdict = a_verdict(
        ReplyKind.CORRECTION, Problem(code=ProblemCode.ENCRYPTED), language="de", documents=()
    )
    text = words(composed(verdict))
    assert "- Zum Öffnen Ihrer Datei ist ein Passwort nötig, das wir nicht haben." in text
    assert "mit dem kurzen Hinweis, dass Sie Ihre Unterlagen nicht ungeschützt schicken möchten. Dann" in text


def test_internal_details_never_leak() -> None:
    problem = Problem(code=ProblemCode.DAMAGED, detail="xref broken at 0x1f")
    written = composed(a_verdict(ReplyKind.CORRECTION, problem, notices=("p. 3",), reasons=("rule 6",)))
    assert "xref" not in written.raw.decode()
    assert "rule 6" not in written.raw.decode()


def test_received_has_no_findings_and_no_files() -> None:
    """It may go to somebody who writes about an applicant."""
    text = composed(a_verdict(ReplyKind.RECEIVED, Problem(code=ProblemCode.EMPTY))).text
    assert "We received your mail on 22 November 2026, 14:05 CET." in text
    assert "application" not in text
    assert "page" not in text


def test_apply_elsewhere_invents_no_address() -> None:
    verdict = a_verdict(
        ReplyKind.REDIRECTED,
        Problem(code=ProblemCode.APPLY_ELSEWHERE, position="other/anr-1"),
        positions=("other/anr-1",),
    )
    written = composed(verdict)
    assert written.subject == "Your mail [K7Q2]: please apply through an online portal"
    text = words(written)
    assert (
        "Please apply through the online application portal of Nordhafen, linked in the advertisement."
        in text
    )
    assert "The deadline is 15 December 2026. Please give the reference number ANR 1 there." in text
    assert "We have not kept your mail as an application, and have not passed it on to anybody." in text
    assert "Open positions in the same field - PostDoc positions (2 years): Theory of Tides - PostDoc" in text
    assert "Coastal Statistics" not in text


@pytest.mark.parametrize(
    "arrived, expected",
    [
        pytest.param(
            datetime(2026, 12, 15, 22, 59, 59, tzinfo=UTC), "no longer open.", id="closed before its deadline"
        ),
        pytest.param(datetime(2026, 12, 15, 23, 0, tzinfo=UTC), "until 15 December 2026.", id="after it"),
    ],
)
def test_a_closed_position_names_its_deadline_only_when_it_was_the_reason(
    arrived: datetime, expected: str
) -> None:
    problem = Problem(code=ProblemCode.POSITION_CLOSED, position="other/anr-1")
    text = words(composed(a_verdict(ReplyKind.REDIRECTED, problem), arrived=arrived))
    assert expected + " The position is with University of Nordhafen, not with us." in text


def test_only_our_own_deadline_is_told_to_the_minute() -> None:
    """When another's portal closes on its last day is not ours to say."""
    problem = Problem(code=ProblemCode.POSITION_CLOSED, position="postdoc/over")
    over = replace(POSITIONS[0], id="postdoc/over", deadline=date(2026, 11, 20))
    text = words(composed(a_verdict(ReplyKind.REDIRECTED, problem), positions=(*POSITIONS, over)))
    assert "It was possible to apply until 20 November 2026, 23:59 CET." in text


def test_a_question_for_the_position_tells_nobody_that_none_was_named() -> None:
    """Somebody may have named one that is not advertised; and need not mean one of those that are."""
    text = words(composed(a_verdict(ReplyKind.CORRECTION, Problem(code=ProblemCode.POSITION_UNKNOWN))))
    assert "We could not tell from your mail which of our open positions you apply for." in text
    assert "If you mean none of them, just say so." in text


def test_an_acknowledgement_carries_the_note_on_a_closed_position() -> None:
    problem = Problem(code=ProblemCode.POSITION_CLOSED, position="postdoc/shut")
    text = words(composed(a_verdict(ReplyKind.ACKNOWLEDGEMENT, problem)))
    assert "complete in form" in text
    assert (
        "You also named another position, for which we cannot take your application. We have not passed it on. "
        in text
    )
    assert "- PostDoc positions (2 years): Fog. This position is no longer open." in text


def test_long_ids_of_outlook_stay_whole() -> None:
    """An id of more than 77 characters is folded, never encoded: else the thread is lost."""
    long = f"<{'A' * 90}@DB9PR04MB1234.eurprd04.prod.example.com>"
    raw = composed(a_verdict(), a_mail(message_id=long, references=(long.replace("A", "B"),))).raw
    assert f"In-Reply-To: {long}\r\n".encode() in raw
    assert f"References: {long.replace('A', 'B')}\r\n {long}\r\n".encode() in raw


@pytest.mark.parametrize(
    "word", ["=?utf-8?q?=C3=A4?=", "=?utf-8?q?=20?=", "=?utf-8?q?=0D=0ABcc:?=", "=?ascii?q?=00?="]
)
def test_an_id_that_looks_like_an_encoded_word_stays_as_it_is(word: str) -> None:
    """Decoded it would name another thread, or could not be written at all."""
    sent = f"<{word}@example.org>"
    raw = composed(a_verdict(), a_mail(message_id=sent, references=("<0@example.org>",))).raw
    assert f"In-Reply-To: {sent}\r\nReferences: <0@example.org>\r\n {sent}\r\n".encode() in raw


def test_references_keep_the_first_and_the_last_twenty() -> None:
    ids = tuple(f"<{number}@example.org>" for number in range(50))
    found = parsed(composed(a_verdict(), a_mail(references=ids)))["References"].split()
    assert (found[0], found[1], found[-1], len(found)) == (
        "<0@example.org>",
        "<32@example.org>",
        "<m1@example.org>",
        20,
    )


def test_hostile_ids_are_left_out() -> None:
    mail = a_mail(message_id="<x\r\nBcc: a@b>", in_reply_to=("<ok@example.org>", "<x>"), references=())
    message = parsed(composed(a_verdict(), mail))
    assert message["In-Reply-To"] is None
    assert message["Bcc"] is None
    assert message["References"] == "<ok@example.org>"


@pytest.mark.parametrize(
    "address, header",
    [
        pytest.param("nadia@bücher.example", "nadia@xn--bcher-kva.example", id="IDN"),
        pytest.param(
            "nadia@straße.example", "nadia@xn--strae-oqa.example", id="IDNA 2008, as in the envelope"
        ),
        pytest.param("käthe@example.org", "undisclosed-recipients:;", id="local part outside ASCII"),
    ],
)
def test_addresses_outside_ascii(address: str, header: str) -> None:
    written = composed(a_verdict(), recipient=Address(address=address))
    assert parsed(written)["To"] == header
    assert written.recipient == address
    assert written.raw.isascii()


@pytest.mark.parametrize("local", ["hanako..sato", "hanako.sato.", ".hanako"])
def test_addresses_with_dots_where_none_may_be(local: str) -> None:
    """Carriers gave them out; in quotes they are right (RFC 5322 3.4.1), and reach the same mailbox."""
    written = composed(a_verdict(), recipient=Address(address=f"{local}@example.org"))
    assert f'To: "{local}"@example.org\r\n'.encode() in written.raw
    assert written.recipient == f"{local}@example.org"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nadia",
        "a@b\r\nBcc: c@d",
        "a b@example.org",
        "a@b, c@d",
        "<a@b>",
        '"a b"@example.org',
        "a@" + "x" * 70 + "ä",
        "a@example..org",
        "a@.example.org",
        "a@example.org.",
        "a@example.org]",
        "a@[example.org",
        "a@[192.0.2.1]x",
        "a..b@x[]",
    ],
)
def test_addresses_that_cannot_be_answered(address: str) -> None:
    assert not reply.answerable(Address(address=address))
    with pytest.raises(ValueError, match="address"):
        composed(a_verdict(), recipient=Address(address=address))


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"message_id": "<a@b>\r\nBcc: x@example.org"}, id="Message-ID"),
        pytest.param({"institution": Institution(name={"en": "Coasts\r\nBcc: x@example.org"})}, id="From"),
    ],
)
def test_no_header_holds_another(changes: dict[str, object]) -> None:
    """A line end that came through every other gate stops here."""
    with pytest.raises(ValueError, match=r"CR or LF|linefeed"):
        composed(a_verdict(), None, **changes)


def _as_the_standard_library_writes_it(name: str, content: object) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    message[name] = content
    return b"\r\n" + message.as_bytes().removesuffix(b"\r\n")


@pytest.mark.parametrize(
    "subject",
    [
        *(pytest.param("[K7Q2] " + "x" * length, id=f"{length + 7} letters") for length in (61, 62, 63, 64)),
        pytest.param("Re: " + "some words " * 12, id="folded"),
        pytest.param("Bewerbung vollständig", id="beyond ASCII"),
        pytest.param("=?utf-8?q?Bcc=3A?= x", id="an encoded word"),
        pytest.param("a?= =? b", id="half of one"),
        pytest.param('"quoted" <a@b>, (c); d\\', id="signs with a meaning elsewhere"),
    ],
)
def test_a_subject_is_written_as_the_standard_library_would(subject: str) -> None:
    """Short plain words are not given to it; all else is, and nothing may show the difference."""
    sources = {kind.value: f"Subject: {subject}\nText.\n" for kind in ReplyKind}
    texts = reply.Texts(by_language=dict.fromkeys(LANGUAGES, sources))
    written = composed(a_verdict(), texts=texts)
    assert _as_the_standard_library_writes_it("Subject", written.subject) in written.raw


@pytest.mark.parametrize(
    "address",
    [
        "nadia.f+jobs_1-a@coasts.example.org",
        "n!#$%&'*/=?^`{|}~@example.org",
        "=?nadia@example.org",
        "nadia@localhost",
        "nadia@example_x.org",
        "nadia@[192.0.2.1]",
        "n" * 63 + "@example.org",
        "n" * 64 + "@example.org",
    ],
)
def test_a_recipient_is_written_as_the_standard_library_would(address: str) -> None:
    written = composed(a_verdict(), recipient=Address(address=address))
    expected = headerregistry.Address(addr_spec=address)
    assert _as_the_standard_library_writes_it("To", expected) in written.raw


@given(st.lists(st.text(alphabet="ab=.ü€\u2028\x85\x0b\t", max_size=90), max_size=5).map(" ".join))
def test_the_text_arrives_as_it_was_written(text: str) -> None:
    """In quoted-printable, whatever signs it holds and however long its lines are."""
    sources = {kind.value: f"Subject: [K7Q2]\n{text}\n" for kind in ReplyKind}
    texts = reply.Texts(by_language=dict.fromkeys(LANGUAGES, sources))
    written = composed(a_verdict(), texts=texts)
    body = parsed(written).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == written.text
    assert max(map(len, written.raw.split(b"\r\n"))) <= 78


@pytest.mark.parametrize("end", ["=0D=0A", "=0A", "=0D", "=0D=0A_=0A"])
def test_no_encoded_word_holds_a_header(end: str) -> None:
    """A template may put a name into its subject, and the standard library reads encoded words before it folds."""
    source = f"Subject: a =?utf-8?q?x{end}Bcc:_x=40example.org?=\nText.\n"
    texts = reply.Texts(by_language={one: {kind.value: source for kind in ReplyKind} for one in LANGUAGES})
    with pytest.raises((ValueError, email.errors.MessageError), match=r"linefeed|newline"):
        composed(a_verdict(), texts=texts)


def test_a_verdict_without_a_reply_composes_none() -> None:
    with pytest.raises(ValueError, match="without a reply"):
        composed(a_verdict(reply=None))


# --- check ---------------------------------------------------------------------------------------


def changed(name: str, old: str, new: str, language: Language = "en") -> reply.Texts:
    """The shipped texts with one change."""
    source = TEXTS.by_language[language][name]
    assert old in source
    return reply.Texts(
        by_language=TEXTS.by_language
        | {language: TEXTS.by_language[language] | {name: source.replace(old, new)}}
    )


def test_the_shipped_texts_are_in_order() -> None:
    """Every template in both languages with every problem alone and all together."""
    assert reply.check(TEXTS) == ()


@pytest.mark.parametrize(
    "texts, expected",
    [
        pytest.param(
            changed("acknowledgement", "complete in form. The", "successful. The"), '"successful"', id="word"
        ),
        pytest.param(
            changed("correction", "because of a disability", "now"), "way out is missing", id="way out"
        ),
        pytest.param(
            changed("correction", "Behinderung", "Sache", "de"), "de/correction.txt.j2: with", id="German"
        ),
        pytest.param(changed("frame", "{{ arrived }}", "today"), "when the mail arrived", id="arrival"),
        pytest.param(
            changed("frame", "automatically", "by hand"), "does not say that it was written", id="automatic"
        ),
        pytest.param(changed("frame", "| {{ institution.name }}", ""), "lacks who writes", id="institution"),
        pytest.param(changed("received", "[{{ case }}]", ""), "case number in brackets", id="subject"),
        pytest.param(changed("frame", "{{ case }}", ""), "the text lacks the case number", id="case"),
        pytest.param(changed("frame", "Subject:", "Betreff:"), 'must be "Subject: ..."', id="first line"),
        pytest.param(changed("frame", "{{ name or", "{{ nmae or"), "'nmae' is undefined", id="misspelt"),
        pytest.param(
            changed("received", "{% endblock %}", "{% endblok %}"), "received.txt.j2, line 7", id="syntax"
        ),
        pytest.param(
            changed("received", "frame.txt.j2", "fram.txt.j2"), "fram.txt.j2, which is missing", id="include"
        ),
        pytest.param(
            changed("problems", "No file was attached to your mail.", ""),
            "line of a list is empty",
            id="text",
        ),
        pytest.param(
            changed("correction", "#. {{ words.position(p) }}", ""), "are not listed", id="positions"
        ),
        pytest.param(changed("words", "{{ p.group }}", "{{ p.__class__.__mro__ }}"), "unsafe", id="sandbox"),
        pytest.param(changed("received", "A person", "{{ 1 // 0 }}"), "zero", id="arithmetic"),
        pytest.param(
            changed("frame", "of {{ first_arrived }}", "of before"), "application first arrived", id="first"
        ),
        pytest.param(
            changed("acknowledgement", "{{ words.file_list(holds) }}", "- all"),
            "does not name the files",
            id="holds",
        ),
        pytest.param(
            changed("withdrawn", "Es ist noch nichts gelöscht worden.", "", "de"),
            "nichts gelöscht",
            id="deletion",
        ),
        pytest.param(changed("reminder", "~ days ~", "~ 9 ~"), "when a person looks", id="days"),
        pytest.param(
            changed("reminder", "{{ words.position(p) }}{{ words.until(p) }}", "{{ words.position(p) }}"),
            "deadline of the position",
            id="deadline",
        ),
        pytest.param(
            changed("correction", "because of a disability", "now"),
            "en/reminder.txt.j2: with",
            id="reminded way out",
        ),
    ],
)
def test_check_finds(texts: reply.Texts, expected: str) -> None:
    """A change that would tell an applicant something wrong is found before it is live."""
    assert any(expected in fault for fault in reply.check(texts)), reply.check(texts)


def test_check_names_missing_templates() -> None:
    assert reply.check(reply.Texts(by_language={"de": TEXTS.by_language["de"]})) == (
        "en/acknowledgement.txt.j2: this template is missing",
        "en/correction.txt.j2: this template is missing",
        "en/redirected.txt.j2: this template is missing",
        "en/received.txt.j2: this template is missing",
        "en/withdrawn.txt.j2: this template is missing",
        "en/reminder.txt.j2: this template is missing",
        "en/known.txt.j2: this template is missing",
    )


def test_a_template_that_fails_says_so() -> None:
    with pytest.raises(jinja2.UndefinedError):
        composed(a_verdict(), texts=changed("frame", "{{ name or", "{{ nmae or"))


# --- the letter ----------------------------------------------------------------------------------


def test_a_letter_in_both_alternatives() -> None:
    """Headings, prose, lists with long items, numbers and lines that stay lines."""
    text = "# Top\n\nprose\nof two lines:\n- one\n  more\n- two\n\n- three\n\n\n#. first\n#. second\n\n## Sub\n\n| a\n| b\n"
    assert letter.plain(text) == (
        "Top\n\nprose of two lines:\n\n- one more\n- two\n- three\n\n1. first\n2. second\n\nSub\n\na\nb\n"
    )
    body = letter.page(text, language="en", title="<t>").partition('#ffffff">\n')[2]
    assert body == (
        '<h1 style="font-size: 1.25em">Top</h1>\n<p>prose of two lines:</p>\n'
        "<ul>\n<li>one more</li>\n<li>two</li>\n<li>three</li>\n</ul>\n<ol>\n<li>first</li>\n<li>second</li>\n</ol>\n"
        '<h2 style="font-size: 1.1em">Sub</h2>\n<p>a<br>\nb</p>\n</body>\n</html>\n'
    )


def test_lines_are_wrapped_and_links_stay_whole() -> None:
    link = "https://example.org/" + "x" * 80
    lines = letter.plain(f"- {'word ' * 30}{link}").splitlines()
    assert [len(line) <= 72 for line in lines] == [True, True, True, False]
    assert lines[1].startswith("  word")
    assert lines[-1] == f"  {link}"


@given(st.lists(st.text(alphabet="ab \u00a0", max_size=80), max_size=12).map(" ".join))
def test_lines_are_wrapped_as_textwrap_does(text: str) -> None:
    """Single blanks or not; those of other kinds are no place to break a line."""
    expected = textwrap.fill(
        f"x{text}x", 72, initial_indent="- ", subsequent_indent="  ", break_long_words=False,
        break_on_hyphens=False,
    )  # fmt: skip
    assert letter.plain(f"- x{text}x") == f"{expected}\n"


def test_only_given_addresses_become_links() -> None:
    page = letter.page(
        "see https://a.example/x and https://a.example/ or javascript:alert(1)", language="en", title="t",
        links=("https://a.example/", "https://a.example/x", "javascript:alert(1)", ""),
    )  # fmt: skip
    assert re.findall('href="([^"]*)"', page) == ["https://a.example/x", "https://a.example/"]
