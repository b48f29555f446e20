from __future__ import annotations

import pytest

from intake.journey import parse
from intake.journey.parse import body, markup
from tests import builders
from tests.builders import File


def text_of(content: bytes) -> str:
    return parse.mail(builders.mail(content)).text


@pytest.mark.parametrize(
    "content, text",
    [
        pytest.param(builders.plain("Grüße", charset="iso-8859-1"), "Grüße", id="Latin-1"),
        pytest.param(
            builders.html("<p>Dear <b>committee</b></p><p>I apply.</p>"),
            "Dear committee\n\nI apply.",
            id="HTML",
        ),
        pytest.param(
            builders.html("<style>p{}</style><script>x()</script><!-- no --><p>Hello</p>"),
            "Hello",
            id="no style",
        ),
        pytest.param(
            builders.multipart("alternative", builders.plain("plain"), builders.html("<p>html</p>")),
            "plain",
            id="plain wins",
        ),
        pytest.param(
            builders.multipart("alternative", builders.plain(" \r\n"), builders.html("<p>html</p>")),
            "html",
            id="unless it is empty",
        ),
        pytest.param(
            builders.multipart(
                "alternative",
                builders.plain("Please view as HTML."),
                builders.html("<p>" + "word " * 50 + "</p>"),
            ),
            " ".join(["word"] * 50),
            id="or a mere pointer",
        ),
        pytest.param(
            builders.multipart("mixed", builders.plain("one"), builders.plain("two")),
            "one\n\ntwo",
            id="all text parts",
        ),
        pytest.param(
            builders.multipart(
                "mixed", builders.attached(File("m.txt", b"the text", "text/plain"), disposition="inline")
            ),
            "the text",
            id="the only text has a name",
        ),
        pytest.param(
            builders.multipart(
                "mixed", builders.plain("x"), builders.attached(File("notes.txt", b"y", "text/plain"))
            ),
            "x",
            id="an attached text is a file",
        ),
        pytest.param(builders.plain("a \r\nb\r\nc", parameters="; format=flowed"), "a b\nc", id="flowed"),
        pytest.param(
            builders.part("Content-Type: text/plain", content=b"a\x00b", encoding="8bit"), "ab", id="NUL"
        ),
        pytest.param(builders.html(""), "", id="empty HTML"),
        pytest.param(builders.html("<p>\ue000x\ue001</p>"), "x", id="our own marks in the mail"),
    ],
)
def test_text(content: bytes, text: str) -> None:
    """The body is the text that the sender meant to be read."""
    assert text_of(content) == text


@pytest.mark.parametrize(
    "text, delsp, flowed",
    [
        pytest.param("a \nb \nc\nd", False, "a b c\nd", id="joined"),
        pytest.param("a \nb", True, "ab", id="DelSp"),
        pytest.param("> a \n> b\nc", False, "> a b\nc", id="quoted"),
        pytest.param("> a \nb", False, "> a \nb", id="another depth ends a paragraph"),
        pytest.param("a \n-- \nb", False, "a \n-- \nb", id="the signature mark is no line to join"),
        pytest.param(" >a\n From b", False, ">a\nFrom b", id="space-stuffed"),
    ],
)
def test_flowed(text: str, delsp: bool, flowed: str) -> None:
    """Paragraphs of format=flowed become lines (RFC 3676)."""
    assert body.flowed(text, delsp=delsp) == flowed


OUTLOOK_DE = "Von: HR <hr@x.example>\nGesendet: Montag, 3. November 2025 10:00\nAn: Nadia\nBetreff: AW: CV\n\nAlte Mail"
OUTLOOK_EN = (
    "From: HR <hr@x.example>\nSent: Monday, November 3, 2025 10:00 AM\nTo: Nadia\nSubject: RE: CV\n\nOld mail"
)


@pytest.mark.parametrize(
    "text, new",
    [
        pytest.param("New.\n\n> old\n> older", "New.", id="quoted lines"),
        pytest.param("New.\n\nAm 03.11.25 um 10:00 schrieb HR:\n> old", "New.", id="schrieb"),
        pytest.param(
            "New.\n\nOn Mon, 3 Nov 2025, HR <hr@x.example> wrote:\n> old\n\nBelow.",
            "New.\n\nBelow.",
            id="wrote",
        ),
        pytest.param(
            "New.\n\nAm Mo., 3. Nov. 2025 um 10:00 Uhr schrieb Human\nResources <hr@x.example>:\n\nold, no marks",
            "New.",
            id="over two lines, quote without marks",
        ),
        pytest.param(
            "New.\n\n-----Ursprüngliche Nachricht-----\nVon: HR\nold", "New.", id="Original in German"
        ),
        pytest.param("New.\n\n-----Original Message-----\nold", "New.", id="Original in English"),
        pytest.param(f"New.\n\n{OUTLOOK_DE}", "New.", id="Outlook German"),
        pytest.param(f"New.\n\n________________________________\n{OUTLOOK_EN}", "New.", id="Outlook English"),
        pytest.param(
            "New.\n\n*Von:* HR\n*Gesendet:* heute\n*An:* N\n*Betreff:* CV\n\nold", "New.", id="Outlook, bold"
        ),
        pytest.param("New.\n\n-- \nNadia\nInstitute", "New.", id="signature"),
        pytest.param("New.\n\n--\nNadia", "New.", id="signature without its blank"),
        pytest.param("A\n--\n" + "B\n" * 20, "A\n--\n" + "B\n" * 19 + "B", id="dashes far from the end"),
        pytest.param(
            "On Monday I wrote a paper.\nIt was good.",
            "On Monday I wrote a paper.\nIt was good.",
            id="no quote",
        ),
        pytest.param(
            "From: 2019\nTo: 2021\nI worked.", "From: 2019\nTo: 2021\nI worked.", id="no header block"
        ),
        pytest.param("> all\n> quoted", "", id="nothing new"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_new_text(text: str, new: str) -> None:
    """New is what stands outside quotes, reply headers and signature."""
    mail = parse.mail(
        builders.mail(builders.part("Content-Type: text/plain; charset=utf-8", content=text.encode()))
    )
    assert mail.new_text == new
    assert mail.text == text.strip()


QUOTED = "> Positions that you may mean\n>\n> 1. Causal Inference\n> 2. Data Governance\n"
WHOLE = "Positions that you may mean\n\n1. Causal Inference\n2. Data Governance\n"
US = "RC Trust <jobs@rc-trust.example>"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"2\n\n> On 22. Nov 2026, at 14:10, {US} wrote:\n>\n{QUOTED}", id="Apple Mail"),
        pytest.param(f"2\n\nSent from my iPhone\n\n> On 22. Nov 2026, {US} wrote:\n>\n{QUOTED}", id="iPhone"),
        pytest.param(f"2\n\nVon meinem iPhone gesendet\n\n> Am 22.11.2026 schrieb {US}:\n>\n{QUOTED}", id="iPhone, German"),
        pytest.param(f"On 11/22/26 14:10, {US} wrote:\n{QUOTED}\n2\n", id="Thunderbird, answer below"),
        pytest.param(f"Am 22.11.26 um 14:10 schrieb {US}:\n> Which?\n2\n{QUOTED}", id="answer between quoted lines"),
        pytest.param(
            f"2\n\nOutlook für iOS<https://aka.example/o> beziehen\n{'_' * 32}\nVon: {US}\nGesendet: Sonntag\nAn: N\nBetreff: x\n\n{WHOLE}",
            id="Outlook on phones",
        ),
        pytest.param(
            f"2\n\nGesendet: Sonntag, 22. November 2026 um 14:10 Uhr\nVon: {US}\nAn: N\nBetreff: AW: x\n\n{WHOLE}", id="GMX"
        ),
        pytest.param(
            f"2\n\nSent: Sunday, 22 November 2026 at 2:10 PM\nFrom: {US}\nTo: N\nSubject: x\n\n{WHOLE}", id="GMX, English"
        ),
        pytest.param(
            f"2\n-- \nDiese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.Am 22.11.26 schrieb {US}:\n{WHOLE}",
            id="GMX on phones",
        ),
        pytest.param(
            f"2\n\nVon meinem/meiner Galaxy gesendet\n\n-------- Ursprüngliche Nachricht --------\nVon: {US}\nDatum: 22.11.26\n\n{WHOLE}",
            id="Samsung",
        ),
        pytest.param(f"2\n\n发件人: {US}\n发送时间: 2026年11月22日\n收件人: n@uni.example\n主题: x\n\n{WHOLE}", id="Outlook, Chinese"),
        pytest.param(f"2\n\nDe: {US}\nEnviado: domingo\nPara: N\nAsunto: x\n\n{WHOLE}", id="Outlook, Spanish"),
        pytest.param(f'2\n\nAt 2026-11-22 14:10:11, "RC Trust" <jobs@rc-trust.example> wrote:\n\n{WHOLE}', id="NetEase"),
        pytest.param(f"2\n\nEm dom., 22 de nov. de 2026 às 14:10, {US} escreveu:\n\n{WHOLE}", id="Gmail, Portuguese"),
        pytest.param(f"2\n\n{US} 于2026年11月22日周日 14:10写道：\n\n{QUOTED}", id="Gmail, Chinese"),
        pytest.param(f"2\n\nZitat von {US}:\n\n{QUOTED}", id="Horde"),
    ],
)  # fmt: skip
def test_nothing_of_our_mail_is_left_in_an_answer(text: str) -> None:
    """Whatever the client, above or below: what is new is the applicant's "2"."""
    assert parse.mail(builders.written(text)).new_text == "2"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "Bewerbung\n\nDatum: heute\nVon: Nadia\nAn: RC Trust\nBetreff: Bewerbung\n\nIch bewerbe mich.",
            id="memo",
        ),
        pytest.param("From: 2019\nTo: 2021 at x@uni.example\nI worked.", id="years"),
        pytest.param("I was sent from my university.\nI apply.", id="no app"),
    ],
)
def test_lines_that_only_look_like_a_quote_are_new(text: str) -> None:
    """A letter's own head is no header of a quoted mail."""
    assert parse.mail(builders.written(text)).new_text == text


def test_a_forwarded_mail_says_what_it_quotes() -> None:
    """Under a subject of a forward the mail below the header is not cut off."""
    mail = parse.mail(builders.written(f"FYI\n\n{OUTLOOK_EN}", subject="WG: Application"))
    assert mail.new_text.endswith("Old mail")


@pytest.mark.parametrize(
    "markup_text, new",
    [
        pytest.param("<p>New</p><blockquote type='cite'><p>old</p></blockquote>", "New", id="cite"),
        pytest.param("<div>New</div><div class='gmail_quote'>On Mon HR wrote:<blockquote>old</blockquote></div>", "New", id="Gmail"),
        pytest.param(
            "<p>A</p><blockquote type='cite'>b<blockquote type='cite'>c</blockquote></blockquote><p>D</p>",
            "A\n\nD",
            id="nested, answer below",
        ),
        pytest.param(
            "<p>New</p><div><b>Von:</b> HR<br><b>Gesendet:</b> heute<br><b>An:</b> N<br><b>Betreff:</b> CV</div>old",
            "New",
            id="Outlook",
        ),
        pytest.param(
            '<div>New</div><div style="margin:10px" name="quote"><div><b>Gesendet:</b> heute<br><b>Von:</b> HR</div>old</div>',
            "New",
            id="GMX",
        ),
        pytest.param(
            '<div>New</div><div>22. Nov 2026, 14:10 von hr@x.example:</div><blockquote class="tutanota_quote">old</blockquote>',
            "New",
            id="Tuta",
        ),
        pytest.param(
            '<div>New</div><div class="zmail_extra"><div>---- On Sun HR wrote ----</div><blockquote>old</blockquote></div>',
            "New",
            id="Zoho",
        ),
    ],
)  # fmt: skip
def test_new_text_of_html(markup_text: str, new: str) -> None:
    """Quotes of HTML mails are known by how clients mark them."""
    mail = parse.mail(builders.mail(builders.html(markup_text)))
    assert mail.new_text == new
    assert "old" in mail.text or "b" in mail.text


@pytest.mark.parametrize(
    "content, links",
    [
        pytest.param(builders.plain("See https://x.example/a_(b)?c=1, and <http://y.example>."),
                     ("https://x.example/a_(b)?c=1", "http://y.example"), id="text"),
        pytest.param(builders.html('<a href="https://x.example/a">here</a> <a href="mailto:a@b.example">m</a>'),
                     ("https://x.example/a",), id="HTML"),
        pytest.param(
            builders.multipart(
                "alternative", builders.plain("My files are here." * 20), builders.html('<a href="https://x.example/a">here</a>')
            ),
            ("https://x.example/a",),
            id="behind the words of the other alternative",
        ),
        pytest.param(builders.plain("New\n> https://x.example/old"), (), id="not of quoted text"),
        pytest.param(
            builders.html('<p>New</p><blockquote type="cite"><a href="https://x.example/old">x</a></blockquote>'), (),
            id="not of quoted HTML",
        ),
    ],
)  # fmt: skip
def test_links(content: bytes, links: tuple[str, ...]) -> None:
    """Links come from what the sender wrote now, shown or behind words."""
    assert parse.mail(builders.mail(content)).links == links


def test_long_text_is_cut() -> None:
    """Text beyond any letter is left, and said so."""
    mail = parse.mail(builders.written("word " * 100_000))
    assert len(mail.text) <= body.MAX_TEXT
    assert "text cut at 200000 characters" in mail.defects


def test_long_html_is_cut_after_its_pictures() -> None:
    """Pictures inside the HTML do not count; the rest is cut where it costs more than it tells."""
    picture = f'<p>Hello</p><img src="data:image/png;base64,{"A" * 400_000}"><p>End</p>'
    assert markup.read(picture) == ("Hello\n\nEnd", (), ())
    _, _, found = markup.read("<p>word</p>" * 30_000)
    assert found == ("HTML cut at 250000 characters",)


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("<div>" * 20_000 + "x", id="deep"),
        pytest.param("<table><tr><td colspan='x'>" * 300 + "x", id="tables in tables"),
        pytest.param("<script " * 20_000, id="never closed"),
        pytest.param("<?xml version='1.0' encoding='utf-8'?><p>x</p>", id="XML declaration"),
        pytest.param("İ<STYLE>a</STYLE>", id="a letter that grows in lower case"),
        pytest.param("<p style='margin: 99999999999em'>x</p>", id="absurd style"),
        pytest.param("<![CDATA[", id="CDATA"),
        pytest.param("\x00\x01<", id="control characters"),
    ],
)
def test_hostile_html(hostile: str) -> None:
    """No HTML makes the parser raise."""
    text, links, _ = markup.read(hostile)
    assert "\x00" not in text
    assert links == ()
