"""CVs in eleven layouts, each with a career of its own."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Callable
from random import Random
from typing import Any, Literal, get_args

from reportlab.lib.colors import white
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    KeepTogether,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Table,
)

from intake.demo.documents import drawing, sheet
from intake.demo.documents.sheet import Language
from intake.demo.varied import careers, looks
from intake.demo.varied.careers import Career
from intake.demo.varied.invented import Someone
from intake.demo.varied.looks import Look, Sheets, alike

CvLayout = Literal[
    "one-column", "side-bar", "europass", "europass-form", "linkedin", "long", "dates-left", "tabular", "one-page",
    "unnamed", "spaced",
]  # fmt: skip
LAYOUTS: tuple[CvLayout, ...] = get_args(CvLayout)


def cv(layout: CvLayout, who: Someone, language: Language, chance: Random) -> Sheets:
    """A CV of this layout.

    `europass-form` keeps its text in AcroForm fields; `linkedin` is the export of a profile; `long` ends with
    publications on pages of the same document; `unnamed` says neither CV nor Lebenslauf anywhere; `spaced` is
    headed L E B E N S L A U F.
    """
    career = careers.of(who, language, chance)
    return _LAYOUTS[layout](who, language, career, looks.look(chance, sizes=(9.0, 11.0)))


def brief(who: Someone, language: Language, chance: Random, look: Look) -> list[Flowable]:
    """The sections of a CV in brief, for a page shared with a letter."""
    career = careers.of(who, language, chance)
    words = career.words
    return [
        *look.heading(words["experience"]), look.rows(career.headlines(career.experience)[:3]),
        *look.heading(words["education"]), look.rows(career.headlines(career.education)[:3]),
        *look.heading(words["skills"]), *look.paragraphs([career.skills, ", ".join(career.languages)], after=1),
    ]  # fmt: skip


def _sections(career: Career, look: Look, *names: str, second: float = 125) -> list[Flowable]:
    """These sections in this order, each in the form that its content asks for."""
    story: list[Flowable] = []
    for name in names:
        story += look.heading(career.words[name])
        if name in ("experience", "education", "further"):
            story.append(look.rows(career.told(getattr(career, name)), second=second))
        elif name == "languages":
            story += look.paragraphs(career.languages, after=1)
        elif name in ("publications", "talks", "grants"):
            story += look.bullets(getattr(career, name), sign="–")
        elif name == "skills":
            story += look.paragraphs([career.skills], after=2)
        else:
            story += look.bullets(getattr(career, name))
    return story


def _one_column(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    contact = " | ".join((who.street, who.town, who.phone, who.mail))
    story = [
        look.title(who.titled, align="center"), Paragraph(contact, look.text(align="center", after=6)),
        Paragraph(career.words["title"], look.text(align="center", bold=True)),
        *_sections(career, look, "experience", "education", "further", "skills", "languages", "interests"),
    ]  # fmt: skip
    return look.bound(story, "cv", title=career.words["title"], author=who.name)


def _unnamed(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """A profile and a history: the word CV occurs nowhere, not even in the file's title."""
    story = [
        look.title(who.name), Paragraph(career.profile, look.text(italic=True, after=4)),
        Paragraph(f"{who.mail} · {who.phone} · {who.town}", look.text()),
        *_sections(career, look, "experience", "education", "skills", "languages", "interests"),
    ]  # fmt: skip
    return look.bound(story, "cv", author=who.name)


def _side_bar(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """A dark column with contact, skills and languages; the career beside it."""
    small = sheet.style(look.family, 8, after=3, colour=white)
    head = sheet.style(look.family, 10, bold=True, before=10, after=4, colour=white)
    words = career.words
    aside = [
        (words["contact"], (who.street, who.town, who.country, who.phone, who.mail)),
        (words["skills"], tuple(career.skills.split(", "))), (words["languages"], career.languages),
        (words["interests"], career.interests),
    ]  # fmt: skip
    narrow = Look(
        family=look.family, size=8.4, heading_style=look.heading_style, tint=look.tint, margins=look.margins
    )
    story: list[Flowable] = [sheet.gap(30)]
    for title, texts in aside:
        story += [Paragraph(title, head), *(Paragraph(text, small) for text in texts)]
    story += [
        FrameBreak(), NextPageTemplate("wide"), narrow.title(who.titled), Paragraph(career.profile, narrow.text()),
        *_sections(career, narrow, "experience", "education", "further", second=86),
    ]  # fmt: skip
    if career.publications:
        story += _sections(career, narrow, "publications")
    height = sheet.HEIGHT - 30 * mm

    def column(canvas: Canvas, _document: Any) -> None:
        canvas.setFillColor(look.tint)
        canvas.rect(0, 0, 62 * mm, sheet.HEIGHT, stroke=0, fill=1)
        drawing.photograph(canvas, 14 * mm, sheet.HEIGHT - 50 * mm, width=26 * mm)

    left, right = (
        Frame(10 * mm, 15 * mm, 46 * mm, height, 0, 0, 0, 0),
        Frame(70 * mm, 15 * mm, 126 * mm, height, 0, 0, 0, 0),
    )
    wide = Frame(20 * mm, 15 * mm, 170 * mm, height, 0, 0, 0, 0)
    templates = [
        PageTemplate(id="first", frames=[left, right], onPage=column),
        PageTemplate(id="wide", frames=[wide]),
    ]
    return alike(sheet.bound_with(templates, story, title="", author=who.name), "cv")


def _europass(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """Labels right-aligned in a left column, blue, with Europass's own section names."""
    own = _EUROPASS[language]
    blue = sheet.style("sans", 9.5, colour=looks.TINTS[0], align="right")
    text = sheet.style("sans", 9.5)
    rows: list[tuple[str, str]] = [(own["personal"], f"<b>{who.name}</b>"), ("", f"{who.street}, {who.town}, {who.country}"),
                                   ("", f"{who.phone} · {who.mail}"),
                                   ("", f"{own['nationality']} {who.nationality}")]  # fmt: skip
    for title, entries in ((own["work"], career.experience), (own["education"], career.education)):
        rows.append((title.upper(), ""))
        rows += [
            (entry.period, f"<b>{entry.what}</b><br/>{entry.where}<br/>{'; '.join(entry.notes)}")
            for entry in entries
        ]
    rows += [(own["skills"].upper(), ""), (own["mother"], career.languages[0]), (own["others"], ", ".join(career.languages[1:])),
             (own["digital"], career.skills)]  # fmt: skip
    cells = [[Paragraph(left, blue), Paragraph(right, text)] for left, right in rows]
    table = Table(cells, colWidths=[48 * mm, 118 * mm], style=looks.FLUSH)
    logo = Paragraph("europass", sheet.style("sans", 16, italic=True, colour=looks.TINTS[0]))
    head = Paragraph(own["title"], sheet.style("sans", 13, align="right", after=10))
    return look.bound([logo, head, table], "cv", title=own["title"], author=who.name)


def _europass_form(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """The labels are printed, all that the person wrote is in form fields."""
    own, target = _EUROPASS[language], io.BytesIO()
    canvas = Canvas(target, invariant=1)
    canvas.setFont("Helvetica", 16)
    canvas.drawString(20 * mm, 275 * mm, own["title"])
    facts = [
        (own["personal"], who.name), (own["address"], f"{who.street}, {who.town}"), (own["email"], who.mail),
        (own["phone"], who.phone),
    ]  # fmt: skip
    jobs = [
        (f"{own['dates']}", f"{entry.period}  {entry.what}, {entry.where}") for entry in career.experience
    ]
    learned = [
        (f"{own['dates']}", f"{entry.period}  {entry.what}, {entry.where}") for entry in career.education
    ]
    groups = (
        ("", facts), (own["work"], jobs), (own["education"], learned),
        (own["skills"], [(own["mother"], career.languages[0]), (own["digital"], career.skills)]),
    )  # fmt: skip
    height = 262.0
    for group, (title, rows) in enumerate(groups):
        canvas.setFont("Helvetica-Bold", 11)
        canvas.drawString(20 * mm, height * mm, title)
        height -= 9
        for row, (label, value) in enumerate(rows):
            canvas.setFont("Helvetica", 9)
            canvas.drawString(20 * mm, (height + 1.5) * mm, label)
            canvas.acroForm.textfield(
                name=f"field_{group}_{row}", value=_typed(value), x=62 * mm, y=height * mm, width=125 * mm, height=6 * mm,
                fontSize=9, borderWidth=0.5, forceBorder=True,
            )  # fmt: skip
            height -= 8.5
        height -= 3
    canvas.showPage()
    canvas.save()
    return Sheets(pdf=target.getvalue(), labels=("cv",))


def _typed(text: str) -> str:
    """Fields are drawn in Latin-1; what it lacks is written without its accent or as a hyphen."""
    plain = unicodedata.normalize("NFC", text).replace("–", "-").replace("’", "'")
    return "".join(
        letter
        if ord(letter) < 256
        else unicodedata.normalize("NFKD", letter)[0].encode("ascii", "replace").decode()
        for letter in plain
    )


def _linkedin(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """The export of a profile: contact, skills and languages to the left, "Page 1 of 2" below."""
    own = {"en": ("Contact", "Top Skills", "Languages", "Summary", "Experience", "Education", "Page {} of {}"),
           "de": ("Kontakt", "Top-Kenntnisse", "Sprachen", "Zusammenfassung", "Berufserfahrung", "Ausbildung",
                  "Seite {} von {}")}[language]  # fmt: skip
    small, head = sheet.style("sans", 9, after=3), sheet.style("sans", 11, bold=True, before=10, after=5)
    wide = sheet.style("sans", 10.5, after=3)
    login = who.mail.split("@")[0].replace(".", "-")
    story: list[Flowable] = [
        Paragraph(own[0], head), Paragraph(who.mail, small), Paragraph(f"www.linkedin.com/in/{login} (LinkedIn)", small),
        Paragraph(own[1], head), *(Paragraph(skill, small) for skill in career.skills.split(", ")[:3]),
        Paragraph(own[2], head), *(Paragraph(one, small) for one in career.languages),
        FrameBreak(), NextPageTemplate("on"),
        Paragraph(who.name, sheet.style("sans", 26, after=4)),
        Paragraph(f"{career.experience[0].what} – {career.experience[0].where}", wide),
        Paragraph(who.country, sheet.style("sans", 10.5, colour=drawing.GREY, after=8)),
        Paragraph(own[3], sheet.style("sans", 15, before=6, after=5)), Paragraph(career.profile, wide),
        Paragraph(own[4], sheet.style("sans", 15, before=10, after=5)),
    ]  # fmt: skip
    for entry in career.experience:
        story += [Paragraph(entry.where, sheet.style("sans", 12, before=6)), Paragraph(entry.what, wide),
                  Paragraph(entry.period, small), *(Paragraph(note, wide) for note in entry.notes)]  # fmt: skip
    story.append(Paragraph(own[5], sheet.style("sans", 15, before=10, after=5)))
    for entry in career.education:
        story += [
            Paragraph(entry.where, sheet.style("sans", 12)),
            Paragraph(f"{entry.what} · ({entry.period})", wide),
        ]

    def foot(canvas: Canvas, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawRightString(sheet.WIDTH - 20 * mm, 10 * mm, own[6].format(document.page, 2))

    def first(canvas: Canvas, document: Any) -> None:
        canvas.setFillColor(sheet.colour("#e8edf0"))
        canvas.rect(0, 0, 60 * mm, sheet.HEIGHT, stroke=0, fill=1)
        canvas.setFillColor(sheet.colour("#000000"))
        foot(canvas, document)

    height = sheet.HEIGHT - 36 * mm
    frames = [
        Frame(8 * mm, 18 * mm, 48 * mm, height, 0, 0, 0, 0),
        Frame(68 * mm, 18 * mm, 126 * mm, height, 0, 0, 0, 0),
    ]
    on = Frame(68 * mm, 18 * mm, 126 * mm, height, 0, 0, 0, 0)
    templates = [
        PageTemplate(id="first", frames=frames, onPage=first),
        PageTemplate(id="on", frames=[on], onPage=foot),
    ]
    return alike(sheet.bound_with(templates, story, title="Profile", author="LinkedIn"), "cv")


def _long(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """An academic's long CV; pages that hold publications only are labelled so."""
    serif = Look(family="serif", size=11, heading_style="ruled", tint=look.tint, margins=(25, 25, 22, 22))
    head = [serif.title(who.titled), Paragraph(f"{career.words['title']}, 2026", serif.text(italic=True)),
            Paragraph(f"{who.university(1, language)}, {who.mail}", serif.text(after=6))]  # fmt: skip
    first = serif.bound(
        [*head, *_sections(career, serif, "education", "experience", "further", "grants", "talks", "skills",
                           "languages", "interests")], "cv", title=career.words["title"], author=who.name,
    )  # fmt: skip
    papers = [f"[{number}] {text}" for number, text in enumerate(career.publications * 3, 1)]
    listed = serif.bound(
        [*serif.heading(career.words["publications"]), *serif.paragraphs(papers)], "publications"
    )
    return looks.joined(first, listed)


def _dates_left(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """As a well-known LaTeX class sets it: a bar before each heading, dates hanging to the left."""
    tint = look.tint

    def heading(words: str) -> Flowable:
        bar = HRFlowable(width=26 * mm, thickness=3, color=tint, hAlign="LEFT")
        title = Paragraph(words, sheet.style("sans", 13, colour=tint))
        return Table([[bar, title]], colWidths=[30 * mm, 130 * mm], spaceBefore=7, spaceAfter=2,
                     style=[*looks.FLUSH, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")])  # fmt: skip

    sans = Look(family="sans", size=9.8, heading_style="plain", tint=tint, margins=(22, 22, 18, 18))
    words = career.words
    story: list[Flowable] = [
        Paragraph(f"{who.given} <b>{who.family}</b>", sheet.style("sans", 28, colour=drawing.GREY, after=8)),
        Paragraph(
            f"{who.street} – {who.town}<br/>{who.phone} – {who.mail}", sheet.style("sans", 9, italic=True)
        ),
    ]
    for name in ("education", "experience", "further"):
        story += [heading(words[name]), sans.rows(career.told(getattr(career, name)), first=30, second=130)]
    tools = career.skills.split(", ")
    story += [heading(words["skills"]), sans.rows([("IT", ", ".join(tools[:2])), ("", ", ".join(tools[2:]))], first=30),
              heading(words["languages"]), sans.rows([("", text) for text in career.languages], first=30),
              heading(words["interests"]), sans.rows([("", text) for text in career.interests], first=30)]  # fmt: skip
    return sans.bound(story, "cv", author=who.name)


def _tabular(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """Personal details with date of birth, photograph, signed with place and date."""
    return _german(who, language, career, look, title=career.words["title"])


def _spaced(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """The same, headed in letters that stand apart, and so are its sections."""
    apart = Look(
        family=look.family, size=look.size, heading_style="spaced", tint=look.tint, margins=(24, 20, 22, 18)
    )
    return _german(who, language, career, apart, title=looks.spaced(career.words["title"].upper()))


def _german(who: Someone, language: Language, career: Career, look: Look, *, title: str) -> Sheets:
    details = {"en": ("Name", "Date of birth", "Nationality", "Address", "E-mail"),
               "de": ("Name", "Geboren", "Staatsangehörigkeit", "Anschrift", "E-Mail")}[language]  # fmt: skip
    said = (who.titled, f"{sheet.short_date(who.born)}, {who.birthplace}", who.nationality,
            f"{who.street}, {who.town}", who.mail)  # fmt: skip
    story = [
        look.title(title), *look.heading(career.words["personal"]),
        look.rows(list(zip(details, said, strict=True)), second=80),
        *_sections(career, look, "education", "experience", "further", "skills", "languages", "interests"),
        KeepTogether([Paragraph(f"{who.town.split()[-1]}, 14.09.2026", look.text(before=14)), _Signed(who.name)]),
    ]  # fmt: skip

    def photo(canvas: Canvas, document: Any) -> None:
        if document.page == 1:
            drawing.photograph(canvas, sheet.WIDTH - 50 * mm, sheet.HEIGHT - 62 * mm, width=28 * mm)

    return look.bound(story, "cv", author=who.name, decorate=photo)


def _one_page(who: Someone, language: Language, career: Career, look: Look) -> Sheets:
    """An industrial one-pager: profile, key figures, dense entries."""
    dense = Look(family="sans", size=8.6, heading_style="coloured", tint=look.tint, margins=(18, 18, 14, 12))
    story = [
        dense.title(who.name.upper()), Paragraph(career.experience[0].what, dense.text(bold=True)),
        Paragraph(f"{who.mail} | {who.phone} | {who.town}", dense.text(after=4)),
        Paragraph(career.profile, dense.text(after=4)),
        *_sections(career, dense, "experience", "education", "skills", "languages"),
    ]  # fmt: skip
    return dense.bound(story, "cv", title="Resume", author=who.name)


class _Signed(Flowable):  # type: ignore[misc]  # reportlab has no type information
    """A signature below a CV."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.width, self.height = name, 60 * mm, 16 * mm

    def draw(self) -> None:
        drawing.signature(self.canv, 0, 5 * mm, name=self.name)


_EUROPASS: dict[Language, dict[str, str]] = {
    "en": {"title": "Curriculum Vitae", "personal": "Personal information", "nationality": "Nationality",
           "work": "Work experience", "education": "Education and training", "skills": "Personal skills",
           "mother": "Mother tongue", "others": "Other language(s)", "digital": "Digital skills",
           "address": "Address", "email": "E-mail", "phone": "Telephone", "dates": "Dates (from – to)"},
    "de": {"title": "Lebenslauf", "personal": "Angaben zur Person", "nationality": "Staatsangehörigkeit",
           "work": "Berufserfahrung", "education": "Schul- und Berufsbildung", "skills": "Persönliche Fähigkeiten",
           "mother": "Muttersprache", "others": "Weitere Sprache(n)", "digital": "Digitale Kompetenz",
           "address": "Anschrift", "email": "E-Mail", "phone": "Telefon", "dates": "Datum (von – bis)"},
}  # fmt: skip
_LAYOUTS: dict[CvLayout, Callable[[Someone, Language, Career, Look], Sheets]] = {
    "one-column": _one_column, "side-bar": _side_bar, "europass": _europass, "europass-form": _europass_form,
    "linkedin": _linkedin, "long": _long, "dates-left": _dates_left, "tabular": _tabular, "one-page": _one_page,
    "unnamed": _unnamed, "spaced": _spaced,
}  # fmt: skip
