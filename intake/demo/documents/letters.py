"""Motivation letters in three layouts: a classic letter, a German business letter, and one with a banner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table

from intake.demo.documents import drawing, posts, sheet
from intake.demo.documents.sheet import Family, Language
from intake.demo.documents.universities import UNIVERSITIES, subject
from intake.demo.people import Person

LetterLayout = Literal["classic", "din", "banner"]

CENTRE = (
    "Research Center Trustworthy Data Science and Security",
    "Research Alliance Ruhr",
)
DATE = "2026-11-16"

_FAMILIES: dict[LetterLayout, Family] = {"classic": "serif", "din": "sans", "banner": "vera"}
_SIZES: dict[LetterLayout, float] = {"classic": 11, "din": 10.5, "banner": 9.3}
_BANNER = sheet.colour("#24506b")


def letter(
    person: Person,
    language: Language = "en",
    positions: Sequence[str] = (),
    *,
    layout: LetterLayout = "classic",
    variant: int = 0,
    date: str = DATE,
    recipient: Sequence[str] = CENTRE,
    enclosures: Sequence[str] = (),
    remark: str = "",
) -> bytes:
    """A letter of one page. Without `positions` it applies for an unnamed position, as many people do.

    `variant` chooses among three wordings; `remark` is an own paragraph before the closing, for what only
    one applicant has to say.
    """
    family, size = _FAMILIES[layout], _SIZES[layout]
    body = sheet.style(family, size, align="left" if layout == "banner" else "justify", after=size * 0.62)
    story = [
        *_HEADS[layout](person, language, recipient, date),
        Paragraph(f"<b>{_subject_line(positions, language)}</b>", sheet.style(family, size + 0.5, after=10)),
        Paragraph(_SALUTATIONS[language][variant % 3], body),
        *(Paragraph(text, body) for text in _paragraphs(person, language, positions, variant, remark)),
        _closing(person, language, body),
    ]
    if enclosures:
        label = "Anlagen" if language == "de" else "Enclosures"
        story.append(
            Paragraph(f"{label}: {', '.join(enclosures)}", sheet.style(family, size - 1.5, before=10))
        )
    title = "Anschreiben" if language == "de" else "Letter"
    decorate = {"classic": None, "din": _fold_marks, "banner": _banner(person)}[layout]
    margins = (25, 25, 40, 18) if layout == "banner" else (25, 24, 20, 16)
    return sheet.bound(story, title=title, author=person.name, margins=margins, decorate=decorate)


def _subject_line(positions: Sequence[str], language: Language) -> str:
    if not positions:
        return {"en": "Application for an open position at your research center",
                "de": "Bewerbung um eine Stelle an Ihrem Forschungszentrum"}[language]  # fmt: skip
    prefix = "Bewerbung um" if language == "de" else "Application for"
    return f"{prefix} {posts.called(positions, language)}"


def _paragraphs(
    person: Person, language: Language, positions: Sequence[str], variant: int, remark: str
) -> list[str]:
    """Opening, background, plan, reason and end; a letter for two positions is brief about each."""
    where = UNIVERSITIES[person.university].named(language)
    words = {
        "post": posts.called(positions, language) if positions else _UNNAMED[language],
        "subject": subject(person.subject, language),
        "thesis": person.thesis,
        "university": where,
    }
    wording = variant % 3
    return [
        _OPENINGS[language][wording].format(**words),
        _BACKGROUNDS[language][wording].format(**words),
        *_plans(positions, language),
        _REASONS[language][wording],
        *([remark] if remark else []),
        _ENDS[language][wording],
    ]


def _plans(positions: Sequence[str], language: Language) -> list[str]:
    if not positions:
        return [_UNNAMED_PLAN[language]]
    chosen = [posts.POSTS[position] for position in positions]
    plans = [post.plan_de if language == "de" else post.plan for post in chosen]
    return [" ".join(plan) if len(plans) == 1 else plan[0] for plan in plans]


def _closing(person: Person, language: Language, body: Any) -> Flowable:
    """Greeting, scribbled signature and the name in print, kept together."""
    greeting = "Mit freundlichen Grüßen" if language == "de" else "Yours sincerely,"
    rows = [[Paragraph(greeting, body)], [_Signature(person.signature)], [Paragraph(person.full_name, body)]]
    return Table(rows, hAlign="LEFT", style=[("LEFTPADDING", (0, 0), (-1, -1), 0)])


class _Signature(Flowable):  # type: ignore[misc]  # reportlab has no type information
    """A handwritten signature as a line of its own."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.width, self.height = name, 50 * mm, 10 * mm

    def draw(self) -> None:
        drawing.signature(self.canv, 0, 3 * mm, name=self.name)


def _classic_head(person: Person, language: Language, recipient: Sequence[str], date: str) -> list[Flowable]:
    """Sender and date to the right, recipient to the left."""
    small = sheet.style("serif", 10.5, align="right")
    text = sheet.style("serif", 11)
    sender = (
        f"<b>{person.full_name}</b>",
        person.street,
        person.town,
        person.country,
        person.phone,
        person.login,
    )
    return [
        sheet.lines(sender, small), sheet.gap(7), sheet.lines(recipient, text), sheet.gap(5),
        Paragraph(sheet.long_date(date, language), sheet.style("serif", 11, align="right")), sheet.gap(5),
    ]  # fmt: skip


def _din_head(person: Person, language: Language, recipient: Sequence[str], date: str) -> list[Flowable]:
    """DIN 5008: the sender in one small line above the address field, an information block beside it."""
    tiny, text = sheet.style("sans", 7.5, colour=drawing.GREY), sheet.style("sans", 10.5)
    label = ("Telefon", "E-Mail", "Datum") if language == "de" else ("Phone", "E-mail", "Date")
    left = [
        Paragraph(f"<u>{person.name} · {person.street} · {person.town}</u>", tiny),
        sheet.lines(recipient, text),
    ]
    values = (person.phone, person.login, sheet.long_date(date, language))
    block = [f"<b>{name}</b> {value}" for name, value in zip(label, values, strict=True)]
    right = [sheet.lines((f"<b>{person.full_name}</b>", *block), sheet.style("sans", 8.5))]
    columns = Table(
        [[left, right]],
        colWidths=[98 * mm, 63 * mm],
        style=[("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0)],
    )
    return [sheet.gap(16), columns, sheet.gap(11)]


def _banner_head(person: Person, language: Language, recipient: Sequence[str], date: str) -> list[Flowable]:
    """The name stands in the banner, so that only recipient and date are left."""
    text = sheet.style("vera", 9.3)
    return [
        sheet.lines(recipient, text), sheet.gap(4),
        Paragraph(f"{person.place}, {sheet.long_date(date, language)}", text),
        sheet.gap(5),
    ]  # fmt: skip


_HEADS = {"classic": _classic_head, "din": _din_head, "banner": _banner_head}


def _fold_marks(canvas: Canvas, _document: Any) -> None:
    """The marks of DIN 5008 at which the sheet is folded for a window envelope."""
    canvas.setLineWidth(0.3)
    for distance in (87, 148.5, 192):
        height = sheet.HEIGHT - distance * mm
        canvas.line(5 * mm, height, 9 * mm, height)


def _banner(person: Person) -> sheet.Decoration:
    """A coloured band with the name and the ways to reach the person."""

    def draw(canvas: Canvas, _document: Any) -> None:
        canvas.setFillColor(_BANNER)
        canvas.rect(0, sheet.HEIGHT - 30 * mm, sheet.WIDTH, 30 * mm, stroke=0, fill=1)
        canvas.setFillColor(sheet.colour("#ffffff"))
        canvas.setFont(sheet.face("vera", bold=True), 19)
        canvas.drawString(25 * mm, sheet.HEIGHT - 16 * mm, person.full_name)
        canvas.setFont(sheet.face("vera"), 8)
        contact = "   |   ".join((person.street, person.town, person.phone, person.login))
        canvas.drawString(25 * mm, sheet.HEIGHT - 23.5 * mm, contact)

    return draw


_SALUTATIONS = {
    "en": ("Dear members of the hiring committee,", "Dear Sir or Madam,", "Dear colleagues,"),
    "de": ("Sehr geehrte Damen und Herren,", "Sehr geehrte Mitglieder der Auswahlkommission,",
           "Sehr geehrte Damen und Herren,"),
}  # fmt: skip

_UNNAMED = {
    "en": "one of the positions that you have advertised",
    "de": "eine der Stellen, die Sie ausgeschrieben haben",
}

_UNNAMED_PLAN = {
    "en": (
        "What I bring is a solid training in mathematical statistics, long practice in writing software that"
        " others can rely on, and the experience of working next to people from medicine and law. I enjoy the"
        " moment when a theorem turns out to matter for a decision that somebody has to take on Monday."
    ),
    "de": (
        "Ich bringe eine gründliche Ausbildung in mathematischer Statistik mit, lange Übung im Schreiben von"
        " Software, auf die sich andere verlassen können, und die Erfahrung, mit Menschen aus Medizin und"
        " Recht"
        " zusammenzuarbeiten. Mich freut der Moment, in dem ein Satz für eine Entscheidung wichtig wird."
    ),
}

_OPENINGS = {
    "en": (
        (
            "I am writing to apply for {post}. The questions raised in your advertisement are the ones that I"
            " have"
            " been working on since my doctorate, and I would be glad to pursue them in Bochum, Dortmund or"
            " wherever the center needs me."
        ),
        (
            "It was a colleague at {university} who drew my attention to {post}, and after reading the"
            " description twice I am convinced that it fits what I can do and what I hope to learn."
        ),
        (
            "With this letter I would like to express my strong interest in {post} at the Research Center. My"
            " background lies in {subject}, and the center’s mix of theory and use is what I am looking for."
        ),
    ),
    "de": (
        (
            "mit großem Interesse habe ich Ihre Ausschreibung gelesen und bewerbe mich hiermit um {post}. Die"
            " Fragen,"
            " die Sie dort aufwerfen, beschäftigen mich seit meiner Promotion an der {university}."
        ),
        (
            "auf {post} bin ich durch eine Kollegin aufmerksam geworden. Nach der Lektüre Ihrer Ausschreibung"
            " bin ich"
            " überzeugt, dass die Aufgabe zu dem passt, was ich kann, und zu dem, was ich lernen möchte."
        ),
        (
            "hiermit möchte ich mich um {post} bewerben. Ich komme aus dem Fach {subject} und schätze an Ihrem"
            " Zentrum"
            " besonders, dass theoretische Arbeit und Anwendung dort Tür an Tür stattfinden."
        ),
    ),
}

_BACKGROUNDS = {
    "en": (
        (
            "In my thesis, “{thesis}”, which I defended at {university}, I learned to move between proofs and"
            " records that never look as the proofs assume. Since then I have continued this work as a research"
            " fellow, published it in four journal articles, and taught the corresponding master’s course twice."
        ),
        (
            "After a master’s degree in {subject} I completed my doctorate at {university} with a thesis on"
            " “{thesis}”. Two of its chapters have appeared in print; the third became the basis of an"
            " open-source"
            " package that several groups abroad now use."
        ),
        (
            "My doctoral work, “{thesis}”, was carried out at {university} within an interdisciplinary training"
            " group. It taught me to explain a method to people who do not care about its elegance, only about"
            " whether it can be trusted, and I have come to regard that as the better test."
        ),
    ),
    "de": (
        (
            "In meiner Dissertation „{thesis}“ an der {university} habe ich gelernt, zwischen Beweisen und"
            " Messungen"
            " zu vermitteln, die selten so aussehen, wie es die Beweise voraussetzen. Seither führe ich diese"
            " Arbeit"
            " als wissenschaftliche Kraft fort, habe vier Zeitschriftenartikel veröffentlicht und die zugehörige"
            " Mastervorlesung zweimal gehalten."
        ),
        (
            "Nach dem Masterabschluss im Fach {subject} habe ich an der {university} mit der Arbeit „{thesis}“"
            " promoviert. Zwei Kapitel sind bereits erschienen; aus dem dritten ist ein quelloffenes"
            " Programmpaket"
            " entstanden, das mehrere Arbeitsgruppen im Ausland einsetzen."
        ),
        (
            "Meine Promotion zum Thema „{thesis}“ entstand an der {university} in einem fächerübergreifenden"
            " Graduiertenkolleg. Dort musste ich meine Verfahren regelmäßig Menschen erklären, die nicht nach"
            " deren"
            " Eleganz fragen, sondern danach, ob man sich auf sie verlassen kann."
        ),
    ),
}

_REASONS = {
    "en": (
        (
            "What draws me to your center is that computer scientists, statisticians and psychologists sit"
            " under one"
            " roof and are expected to talk to each other. I have seen how much is lost when they do not."
        ),
        (
            "I would value the exchange with the other groups of the alliance, and I would gladly contribute to"
            " teaching, to the seminar series and to the conversation with the public."
        ),
        (
            "This is the right moment for such a step: my current contract ends in spring, my family"
            " is willing to move, and the collaborations that I have begun can be continued from the Ruhr area."
        ),
    ),
    "de": (
        (
            "An Ihrem Zentrum reizt mich, dass Informatik, Statistik und Psychologie unter einem Dach arbeiten"
            " und"
            " miteinander sprechen müssen. Wie viel verloren geht, wenn sie es nicht tun, habe ich erlebt."
        ),
        (
            "Den Austausch mit den anderen Gruppen der Allianz würde ich sehr schätzen; gern beteilige ich mich"
            " an der"
            " Lehre, an der Seminarreihe und am Gespräch mit der Öffentlichkeit."
        ),
        (
            "Der Zeitpunkt passt: Mein jetziger Vertrag endet im Frühjahr, meine Familie zieht gern mit, und die"
            " begonnenen Kooperationen lassen sich vom Ruhrgebiet aus fortführen."
        ),
    ),
}

_ENDS = {
    "en": (
        (
            "I could begin on 1 March and would be pleased to present my work to you in person or by video."
            " Thank you"
            " for considering my application."
        ),
        (
            "Thank you for your time. I look forward to hearing from you and am available for a conversation at"
            " any"
            " time that suits the committee."
        ),
        "I would welcome the opportunity to discuss these ideas with you. My notice period is three months.",
    ),
    "de": (
        (
            "Ich könnte zum 1. März beginnen und würde mich freuen, meine Arbeit in einem persönlichen Gespräch"
            " vorzustellen."
        ),
        (
            "Über die Einladung zu einem Gespräch freue ich mich sehr; terminlich richte ich mich gern nach"
            " Ihnen."
        ),
        (
            "Meine Kündigungsfrist beträgt drei Monate. Für Rückfragen stehe ich Ihnen jederzeit gern zur"
            " Verfügung."
        ),
    ),
}
