from __future__ import annotations

import pytest

from intake.journey import parse, screen
from intake.model import Concern, Kind, ListedPart, Screening
from tests import builders
from tests.builders import File

RULES = screen.Rules(
    addresses=(builders.MAILBOX, "jobs@rc-trust.example"), staff=("Office@RC-Trust.example",)
)
PDF = File("cv.pdf", builders.pdf())
DOCX = File("cv.docx", builders.docx(), "application/octet-stream")
SCAN = File("IMG_2041.jpg", builders.jpeg(), "image/jpeg")


def screened(raw: bytes, rules: screen.Rules = RULES) -> Screening:
    return screen.mail(parse.mail(raw), rules)


# --- From a machine? -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"more": "Auto-Submitted: auto-replied"}, id="Auto-Submitted"),
        pytest.param(
            {"more": "Auto-Submitted: auto-generated; reason=x"}, id="Auto-Submitted with a parameter"
        ),
        pytest.param({"more": "Return-Path: <>"}, id="null sender"),
        pytest.param({"more": "List-Id: <news.example>"}, id="mailing list"),
        pytest.param({"more": "Precedence: bulk"}, id="Precedence bulk"),
        pytest.param({"more": "Precedence: auto_reply"}, id="Precedence auto_reply"),
        pytest.param({"more": "X-Autoreply: yes"}, id="X-Autoreply"),
        pytest.param({"more": "X-Autorespond: 1"}, id="X-Autorespond"),
        pytest.param({"more": "X-Failed-Recipients: a@b.example"}, id="Exim bounce"),
        pytest.param({"more": "X-MS-Exchange-Inbox-Rules-Loop: a@b.example"}, id="Exchange rule"),
        pytest.param(
            {"more": "X-MS-Exchange-Generated-Message-Source: Mailbox Rules Agent"}, id="Exchange agent"
        ),
        pytest.param({"more": "X-MDN: 1"}, id="X-MDN"),
        pytest.param(
            {"more": "Auto-Submitted: (a robot) auto-replied"}, id="Auto-Submitted behind a comment"
        ),
        pytest.param(
            {"more": "Auto-Submitted: no\r\nAuto-Submitted: auto-replied"},
            id="Auto-Submitted twice, of which one",
        ),
        pytest.param({"more": "Precedence: (mass mail) bulk"}, id="Precedence behind a comment"),
        pytest.param({"sender": "newsletter@shop.example"}, id="newsletter"),
        pytest.param({"sender": "notifications+7@portal.example"}, id="notifications"),
        pytest.param({"more": "X-Loop: a@b.example"}, id="X-Loop"),
        pytest.param({"sender": "MAILER-DAEMON@mx.example"}, id="mailer-daemon"),
        pytest.param({"sender": "postmaster@mx.example"}, id="postmaster"),
        pytest.param({"sender": "No-Reply <no-reply@portal.example>"}, id="no-reply"),
        pytest.param({"sender": "donotreply+17@portal.example"}, id="donotreply with a detail"),
        pytest.param({"sender": "news-request@list.example"}, id="list -request"),
        pytest.param({"sender": "owner-news@list.example"}, id="list owner-"),
        pytest.param({"more": "Return-Path: <news-bounces@list.example>"}, id="list -bounces"),
        pytest.param({"subject": "Automatische Antwort: Ihre Anfrage"}, id="absence, Outlook German"),
        pytest.param({"subject": "Automatic reply: Your mail"}, id="absence, Outlook English"),
        pytest.param({"subject": "Abwesenheitsnotiz"}, id="absence, old Outlook"),
        pytest.param({"subject": "Abwesenheit: AW: Ihre Bewerbung"}, id="absence, without any header"),
        pytest.param({"subject": "Out of Office: Re: your mail"}, id="out of office"),
        pytest.param({"subject": "Gelesen: Ihre Bewerbung"}, id="read receipt"),
        pytest.param({"subject": "Undelivered Mail Returned to Sender"}, id="bounce without headers"),
        pytest.param({"subject": "Unzustellbar: Ihre Bewerbung"}, id="bounce, German"),
        pytest.param(
            {"subject": "AUTO: Lea Vogt is out of the office. (returning 05/01/2026)"},
            id="absence, Notes English",
        ),
        pytest.param(
            {"subject": "AUTO: Lea Vogt ist außer Haus (Rückkehr am 05.01.2026)"}, id="absence, Notes German"
        ),
        pytest.param({"subject": "complaint about message from 192.0.2.7"}, id="report of a spam button"),
    ],
)
def test_automatic(fields: dict[str, str]) -> None:
    """Each sign of a machine alone keeps us from answering, whatever the text says."""
    more = [fields.pop("more")] if "more" in fields else []
    found = screened(builders.written("We received your request.", *more, **{"subject": "Hello", **fields}))
    assert found.kind is Kind.AUTOMATIC
    assert found.silence.startswith("automatic: ")
    assert found.reasons


@pytest.mark.parametrize(
    "more, subject",
    [
        pytest.param("Auto-Submitted: no", "Question", id="Auto-Submitted: no is a person"),
        pytest.param("X-Autoreply: no", "Question", id="X-Autoreply: no is a person"),
        pytest.param("Precedence: normal", "Question", id="another Precedence"),
        pytest.param("X-Auto-Response-Suppress: DR, RN, NRN", "Question", id="only receipts suppressed"),
        pytest.param("X-A: b", "AW: Automatische Antwort: Bewerbung", id="answer to an absence note"),
        pytest.param("X-A: b", "Bewerbung / Abwesenheit bis 12.11.", id="speaks of absence"),
        pytest.param("X-A: b", "Reading list", id="begins like a receipt"),
        pytest.param("X-A: b", "Auto: Fahrt zum Gespräch", id="begins like an absence note of Notes"),
        pytest.param(
            "Auto-Submitted: no (written by hand)", "Question", id="Auto-Submitted: no, and a comment"
        ),
        pytest.param("Return-Path: <nadia@uni.example>", "Question", id="ordinary Return-Path"),
    ],
)
def test_person(more: str, subject: str) -> None:
    """People's mail that resembles a machine's may be answered."""
    found = screened(builders.written("Is the position still open?", more, subject=subject))
    assert (found.kind, found.silence, found.for_review) == (Kind.INQUIRY, "", "")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(
            builders.thunderbird(builders.LETTER, [PDF], "List-Id: <gw.example>"), id="gateway adds List-Id"
        ),
        pytest.param(
            builders.thunderbird("Candidate", [PDF], sender="noreply@portal.example"), id="job portal"
        ),
        pytest.param(
            builders.thunderbird("I am away", [DOCX], "Auto-Submitted: auto-replied"), id="with a file"
        ),
        pytest.param(
            builders.written(
                "Nadia sent you files: https://we.tl/t-abc", sender="noreply@wetransfer.example"
            ),
            id="transfer service",
        ),
        pytest.param(
            builders.written(builders.LETTER, "Precedence: bulk"), id="only a weak sign, applies in words"
        ),
        pytest.param(
            builders.thunderbird(
                "x", [File("winmail.dat", b"\x78\x9f\x3e\x22")], "Auto-Submitted: auto-replied"
            ),
            id="with a container we cannot open",
        ),
    ],
)
def test_automatic_with_a_paper(raw: bytes) -> None:
    """An automatic mail that may carry an application goes to a person, without a reply."""
    found = screened(raw)
    if found.kind is Kind.APPLICATION:
        assert found.for_review.startswith("automatic (")
    assert found.kind is not Kind.AUTOMATIC
    assert found.for_review
    assert found.silence.startswith("automatic: ")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(builders.bounce(builders.thunderbird(files=[PDF])), id="report with the whole mail"),
        pytest.param(builders.bounce(builders.thunderbird(files=[PDF]), whole=False), id="report with its header"),
        pytest.param(
            builders.mail(
                builders.multipart("mixed", builders.plain("failed"), builders.forwarded(builders.thunderbird(files=[PDF]))),
                sender="MAILER-DAEMON@mx.example",
            ),
            id="old bounce with the whole mail",
        ),
        pytest.param(
            builders.mail(builders.plain("Application https://we.tl/x attached"), subject="Returned mail: see transcript"),
            id="old bounce with the text",
        ),
        pytest.param(
            builders.written("Hiermit bewerbe ich mich, anbei", "Auto-Submitted: auto-replied"), id="absence quoting us"
        ),
    ],
)  # fmt: skip
def test_automatic_with_nothing_new(raw: bytes) -> None:
    """What a bounce gives back is nobody's application."""
    found = screened(raw)
    assert (found.kind, found.for_review) == (Kind.AUTOMATIC, "")


# --- May we answer? --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw, silence",
    [
        pytest.param(builders.thunderbird(files=[PDF], sender=""), "no usable sender address", id="no sender"),
        pytest.param(
            builders.thunderbird(files=[PDF], sender=f"x <{builders.MAILBOX}>"), "the sender is this mailbox itself",
            id="ourselves",
        ),
        pytest.param(
            builders.thunderbird(files=[PDF], sender="Open-Positions+proof@RC-Trust.example"),
            "the sender is this mailbox itself", id="our plus-address",
        ),
        pytest.param(
            builders.thunderbird(builders.LETTER, [PDF], "Reply-To: jobs@rc-trust.example"),
            "the sender is this mailbox itself", id="Reply-To is our alias",
        ),
        pytest.param(
            builders.thunderbird(files=[PDF], sender="office@rc-trust.example"), "the sender belongs to the staff",
            id="staff",
        ),
        pytest.param(
            builders.thunderbird(builders.LETTER, [PDF], "Reply-To: noreply@x.example"),
            "answers would go to a mail system", id="Reply-To answers nobody",
        ),
        pytest.param(
            builders.thunderbird(builders.LETTER, [PDF], "X-Auto-Response-Suppress: All"),
            "X-Auto-Response-Suppress forbids automatic answers", id="suppressed",
        ),
        pytest.param(builders.thunderbird(files=[PDF], to="someone@else.example"), "", id="Bcc-is-answered"),
    ],
)  # fmt: skip
def test_silence(raw: bytes, silence: str) -> None:
    """Where an answer is forbidden or useless the mail is an application all the same."""
    found = screened(raw)
    assert (found.kind, found.silence) == (Kind.APPLICATION, silence)


@pytest.mark.parametrize(
    "to, more",
    [
        pytest.param(f"x@y.example, {builders.MAILBOX.upper()}", "X: y", id="To, in capitals"),
        pytest.param("x@y.example", f"Cc: {builders.MAILBOX}", id="Cc"),
        pytest.param("x@y.example", f"Delivered-To: {builders.MAILBOX}", id="Delivered-To"),
        pytest.param("open-positions+rub@rc-trust.example", "X: y", id="plus-address"),
        pytest.param("undisclosed-recipients:;", "X: y", id="no recipient named at all"),
    ],
)
def test_addressed_to_us(to: str, more: str) -> None:
    """A mail that names the mailbox, or nobody, is answered."""
    found = screened(builders.thunderbird(builders.LETTER, [PDF], more, to=to))
    assert (found.silence, found.for_review) == ("", "")


def test_not_addressed_to_us_is_for_review() -> None:
    """A mail that names others only is for a person; without configured addresses nobody can tell."""
    raw = builders.thunderbird(files=[PDF], to="someone@else.example")
    assert screened(raw).for_review == "this mailbox is in none of To, Cc and Delivered-To"
    assert screened(raw, screen.Rules()).for_review == ""


def test_what_stayed_closed_is_for_review() -> None:
    """Nobody is told that something is missing from a mail that we could not open whole."""
    raw = builders.thunderbird(
        builders.LETTER, [File("winmail.dat", b"\x78\x9f\x3e\x22", "application/ms-tnef")]
    )
    assert screened(raw).for_review == "could not be opened: winmail.dat"


@pytest.mark.parametrize(
    "reply_to, noted",
    [pytest.param("n@mail.example", True, id="other"), pytest.param("nadia@UNI.example", False, id="same")],
)
def test_reply_to_of_another_domain_makes_the_reply_neutral(reply_to: str, noted: bool) -> None:
    """What was found goes to nobody but the applicant."""
    found = screened(builders.thunderbird(builders.LETTER, [PDF], f"Reply-To: {reply_to}"))
    assert (found.neutral == "Reply-To names another domain than From") is noted


@pytest.mark.parametrize(
    "text,files,silent",
    [
        pytest.param(builders.LETTER, [PDF], False, id="an application with its file"),
        pytest.param(builders.BRIEF, [], False, id="an application that forgot its file"),
        pytest.param("Is the canteen open?\n", [], True, id="anything else"),
    ],
)
def test_whoever_wants_no_absence_notes_still_applies(text: str, files: list[File], silent: bool) -> None:
    """Outlook writes "OOF, AutoReply" on people's mail: an applicant is answered, everybody else is not."""
    found = screened(
        builders.thunderbird(
            text, files, "X-Auto-Response-Suppress: DR, RN, NRN, OOF, AutoReply", subject="Hello"
        )
    )
    assert bool(found.silence) is silent


def test_a_mail_about_somebody_else_goes_to_a_person() -> None:
    """A referee's letter is never corrected."""
    text = "Dear colleagues,\n\nplease find attached my letter of recommendation for Ms Ferreira.\n"
    found = screened(builders.thunderbird(text, [PDF]))
    assert found.kind is Kind.APPLICATION
    assert found.for_review == ("speaks of somebody else who applies (“letter of recommendation for”)")


def test_papers_from_the_staff_are_somebody_elses() -> None:
    """A colleague passes an application on: a person looks, and nobody is answered."""
    found = screened(builders.thunderbird(builders.LETTER, [PDF], sender="Office <office@rc-trust.example>"))
    assert found.for_review == "from the staff: whoever applies is somebody else"
    assert found.silence == "the sender belongs to the staff"


def test_a_request_about_personal_data_goes_to_a_person_also_without_a_file() -> None:
    found = screened(builders.thunderbird("Please delete my data.\n\nNadia Ferreira\n"))
    assert found.concern is Concern.RIGHTS
    assert found.for_review == "a request about personal data; a person must answer it"


def test_a_machine_asks_for_no_rights() -> None:
    """A newsletter that says how to withdraw one's consent is a newsletter."""
    found = screened(
        builders.thunderbird("Click here: I withdraw my consent.\n", (), "List-Id: <news.example>")
    )
    assert (found.kind, found.for_review) == (Kind.AUTOMATIC, "")


# --- An application? -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, subject, files",
    [
        pytest.param(builders.LETTER, "Application", [PDF], id="letter and PDF"),
        pytest.param("", "", [PDF], id="a PDF and not one word"),
        pytest.param("Hi, see below. Jo", "Hello", [PDF], id="a PDF and no word of applying"),
        pytest.param("Is the post open? My CV is here.", "Question", [PDF], id="a question with a PDF"),
        pytest.param(builders.BRIEF, "Bewerbung", [DOCX], id="Word file"),
        pytest.param("Here are my files. Best, Jo", "Hello", [DOCX], id="Word file with a cover note"),
        pytest.param("See my CV", "Postdoc", [SCAN, SCAN], id="scans"),
        pytest.param("", "", [SCAN], id="a scan and not one word"),
        pytest.param("My application: https://www.dropbox.com/s/abc/a.pdf", "Postdoc", [], id="share link"),
        pytest.param(builders.LETTER, "Application", [], id="forgot the file"),
        pytest.param("Anbei das fehlende Zeugnis.", "Re: Ihre Bewerbung", [], id="forgot the file, German"),
        pytest.param("Please find attached my CV. Could you confirm receipt?", "Hi", [], id="forgot it, with a question"),
        pytest.param("Hiermit bewerbe ich mich. Bis 12.11. bin ich erreichbar.", "Hallo", [], id="applies in words"),
        pytest.param("I hereby apply. " + "I studied much. " * 80 + "When may I hear?", "Hi", [], id="the mail is the letter"),
        pytest.param("", "Application for the postdoc", [], id="nothing but a subject"),
        pytest.param("Invoice for my application fee", "Invoice", [File("invoice.pdf", builders.pdf())], id="in doubt"),
        pytest.param(
            "Ich freue mich auf Ihre Einladung.", "Unterlagen", [File("Rechnungswesen_Lebenslauf.pdf", builders.pdf())],
            id="a CV of an accountant",
        ),
    ],
)  # fmt: skip
def test_application(text: str, subject: str, files: list[File]) -> None:
    """Whoever applies, with a file or without the one that was meant, is an applicant."""
    found = screened(builders.thunderbird(text, files, subject=subject))
    assert found.kind is Kind.APPLICATION, found.reasons
    assert (found.silence, found.for_review) == ("", "")


@pytest.mark.parametrize(
    "text, subject, files",
    [
        pytest.param("I would like to apply. Is the position still open?", "Postdoc", [], id="still open?"),
        pytest.param("I would like to apply for the postdoc position.", "Postdoc", [], id="means to apply"),
        pytest.param("Which documents do you need for an application?", "Frage", [], id="which documents?"),
        pytest.param("Wie ist der Stand meiner Bewerbung?", "Nachfrage", [], id="follow-up"),
        pytest.param("I applied last week. Any news?", "My application", [], id="any news?"),
        pytest.param("Thank you very much!", "Re: Hello", [], id="thanks"),
        pytest.param(
            "Please pay within 14 days.", "Invoice 4711", [File("inv.pdf", builders.pdf())], id="invoice"
        ),
        pytest.param(
            "Bitte überweisen Sie.", "Hallo", [File("Rechnung_2025-11.pdf", builders.pdf())], id="Rechnung"
        ),
        pytest.param(
            "Dear colleagues", "Call for Papers", [File("cfp.pdf", builders.pdf())], id="call for papers"
        ),
        pytest.param(
            "How to open the portal? See picture", "Help", [SCAN], id="a question with a screenshot"
        ),
        pytest.param("Photos: https://we.tl/t-abc", "Party", [], id="link without any word of applying"),
        pytest.param(
            "The figures for the hotel. " * 20,
            "Booking",
            [DOCX._replace(name="plan.docx")],
            id="an office file in other matters",
        ),
        pytest.param("", "", [], id="nothing"),
    ],
)
def test_inquiry(text: str, subject: str, files: list[File]) -> None:
    """A question, a follow-up, an invoice: listed for a person, never answered as an application."""
    found = screened(builders.thunderbird(text, files, subject=subject))
    assert found.kind is Kind.INQUIRY, found.reasons


def test_words_of_quoted_mail_do_not_count() -> None:
    """An answer to our own reply is judged by what is new in it."""
    text = "Thanks!\n\nAm 3.11.2025 schrieb HR:\n> Your application: please find attached your CV\n"
    assert screened(builders.written(text, subject="Re: Hello")).kind is Kind.INQUIRY


def test_too_large_mail_is_an_application() -> None:
    """A mail that nobody downloaded is answered with the limit."""
    head = builders.thunderbird().partition(b"\r\n\r\n")[0]
    listed = (ListedPart(name="all.pdf", declared="application/pdf", size=60_000_000),)
    found = screen.mail(parse.header_only(head, parts=listed, size=80_000_000), RULES)
    assert (found.kind, found.silence) == (Kind.APPLICATION, "")


@pytest.mark.parametrize(
    "text, spoken",
    [pytest.param(builders.LETTER, "en", id="English"), pytest.param(builders.BRIEF, "de", id="German")],
)
def test_language(text: str, spoken: str) -> None:
    """The reply speaks the language of the mail."""
    assert screened(builders.thunderbird(text, [PDF], subject="CV")).language == spoken
