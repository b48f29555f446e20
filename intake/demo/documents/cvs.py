"""Academic CVs of two pages in four layouts, English and German."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    Frame,
    FrameBreak,
    HRFlowable,
    NextPageTemplate,
    PageTemplate,
    Paragraph,
    Table,
)

from intake.demo.documents import careers, drawing, sheet
from intake.demo.documents.careers import Career, Entry
from intake.demo.documents.sheet import Family, Language
from intake.demo.people import Person

CvLayout = Literal["academic", "tabular", "sidebar", "modern"]
DATE = "2026-11-16"

_SIDEBAR = sheet.colour("#e9eef3")
_BLUE = sheet.colour("#2f6fa8")


def cv(
    person: Person, language: Language = "en", *, layout: CvLayout = "academic", date: str = DATE
) -> bytes:
    """A CV of two pages, dated and signed where the layout asks for it.

    `academic`: one column, capitals and rules; `tabular`: the German Lebenslauf with photograph and
    signature; `sidebar`: two columns; `modern`: dates to the left of blue headings, as LaTeX classes do.
    """
    return _LAYOUTS[layout](person, language, careers.of(person, language), date)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """How one layout sets its sections."""

    family: Family
    size: float
    dates: float
    """Width of the column of dates in millimetres."""
    text: float
    """Width of the column of text in millimetres."""
    heading: Callable[[str], list[Flowable]]

    def body(self, **options: Any) -> Any:
        """The style of running text."""
        return sheet.style(self.family, self.size, **options)


def _academic(person: Person, language: Language, career: Career, _date: str) -> bytes:
    """The name in the middle, then one section after the other."""

    def heading(text: str) -> list[Flowable]:
        title = sheet.style("serif", 11.5, bold=True, before=9, after=1)
        return [
            Paragraph(text.upper(), title),
            HRFlowable(width="100%", thickness=0.6, color=black, spaceAfter=3),
        ]

    look = _Look(family="serif", size=10.5, dates=26, text=136, heading=heading)
    contact = " · ".join((person.street, person.town, person.country, person.phone, person.login))
    words = _WORDS[language]
    story = [
        Paragraph(person.full_name, sheet.style("serif", 20, bold=True, align="center", after=3)),
        Paragraph(contact, sheet.style("serif", 9.5, italic=True, align="center", after=4)),
        *_section(look, words["education"], career.education),
        *_section(look, words["experience"], career.experience),
        *_numbered(look, words["publications"], career.publications),
        *_section(look, words["talks"], career.talks),
        *_section(look, words["teaching"], career.teaching),
        *_section(look, words["awards"], career.awards),
        *_bullets(look, words["service"], career.service),
        *_bullets(look, words["skills"], (*career.skills, ", ".join(career.languages))),
        *_bullets(look, words["referees"], career.referees),
    ]  # fmt: skip
    return sheet.bound(story, title=words["title"], author=person.name, margins=(24, 24, 20, 20),
                       decorate=_page_number(person))  # fmt: skip


def _tabular(person: Person, language: Language, career: Career, date: str) -> bytes:
    """Personal details first, photograph in the corner, place, date and signature at the end."""

    def heading(text: str) -> list[Flowable]:
        return [Paragraph(text, sheet.style("sans", 12, bold=True, before=11, after=4))]

    look = _Look(family="sans", size=9.8, dates=38, text=122, heading=heading)
    words = _WORDS[language]
    story = [
        Paragraph(words["title"], sheet.style("sans", 22, bold=True, after=12)),
        *heading(words["person"]),
        _rows(look, _personal(person, language)),
        sheet.gap(3),
        *_section(look, words["education"], career.education),
        *_section(look, words["experience"], career.experience),
        *_section(look, words["teaching"], career.teaching),
        *_section(look, words["awards"], career.awards),
        *_numbered(look, words["publications"], career.publications),
        *_section(look, words["skills"], (
            Entry(period=words["languages"], what=", ".join(career.languages)),
            Entry(period="IT", what="; ".join(career.skills)),
        )),
        sheet.gap(8),
        Paragraph(f"{person.place}, {sheet.long_date(date, language)}", look.body()),
        _Signature(person.signature),
    ]  # fmt: skip
    return sheet.bound(story, title=words["title"], author=person.name, margins=(25, 22, 22, 18),
                       decorate=_photo_on_first_page)  # fmt: skip


def _sidebar(person: Person, language: Language, career: Career, _date: str) -> bytes:
    """A grey column with contact, skills and languages beside the career on the first page."""

    def heading(text: str) -> list[Flowable]:
        return [Paragraph(text, sheet.style("vera", 11, bold=True, before=9, after=4, colour=_BLUE))]

    look = _Look(family="vera", size=8.4, dates=23, text=96, heading=heading)
    wide = _Look(family="vera", size=8.4, dates=23, text=150, heading=heading)
    words = _WORDS[language]
    aside = sheet.style("vera", 8, after=3)
    contact = (person.street, person.town, person.country, person.phone, person.login)
    story = [
        *heading(words["contact"]), *(Paragraph(text, aside) for text in contact),
        *heading(words["skills"]), *(Paragraph(text, aside) for text in career.skills),
        *heading(words["languages"]), *(Paragraph(text, aside) for text in career.languages),
        *heading(words["referees"]), *(Paragraph(text, aside) for text in career.referees),
        FrameBreak(), NextPageTemplate("wide"),
        Paragraph(person.full_name, sheet.style("vera", 19, bold=True, after=2)),
        Paragraph(words["title"], sheet.style("vera", 10, colour=drawing.GREY, after=4)),
        *_section(look, words["education"], career.education),
        *_section(look, words["experience"], career.experience),
        *_section(look, words["awards"], career.awards),
        NextPageTemplate("wide"), FrameBreak(),
        *_numbered(wide, words["publications"], career.publications),
        *_section(wide, words["talks"], career.talks),
        *_section(wide, words["teaching"], career.teaching),
        *_bullets(wide, words["service"], career.service),
    ]  # fmt: skip
    return sheet.bound_with(_sidebar_pages(), story, title=words["title"], author=person.name)


def _modern(person: Person, language: Language, career: Career, _date: str) -> bytes:
    """The layout of a well-known LaTeX class: a bar and a blue heading, the dates hanging to the left."""

    def heading(text: str) -> list[Flowable]:
        bar = HRFlowable(width=28 * mm, thickness=3, color=_BLUE, hAlign="LEFT")
        title = Paragraph(text, sheet.style("sans", 13, colour=_BLUE))
        middle = [*_FLUSH, ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
        row = Table([[bar, title]], colWidths=[32 * mm, 130 * mm], spaceBefore=7, spaceAfter=2, style=middle)
        row.keepWithNext = True
        return [row]

    look = _Look(family="sans", size=9.7, dates=32, text=130, heading=heading)
    words = _WORDS[language]
    contact = (person.street, f"{person.town}, {person.country}", person.phone, person.login)
    name = Paragraph(f"{person.given} <b>{person.family}</b>", sheet.style("sans", 26, colour=drawing.GREY))
    story = [
        Table([[name, sheet.lines(contact, sheet.style("sans", 8.5, italic=True, align="right"))]],
              colWidths=[105 * mm, 57 * mm], style=_FLUSH),
        Paragraph(words["title"], sheet.style("sans", 13, italic=True, colour=drawing.GREY, after=4)),
        *_section(look, words["education"], career.education),
        *_section(look, words["experience"], career.experience),
        *_section(look, words["awards"], career.awards),
        *_section(look, words["teaching"], career.teaching),
        *_section(look, words["skills"], tuple(
            Entry(period=label, what=text)
            for label, text in zip(("Code", "ML", "Tools", "Text"), career.skills, strict=True)
        )),
        *_section(look, words["languages"], (Entry(period="", what=", ".join(career.languages)),)),
        *_numbered(look, words["publications"], career.publications),
        *_section(look, words["talks"], career.talks),
        *_bullets(look, words["referees"], career.referees),
    ]  # fmt: skip
    return sheet.bound(story, title=words["title"], author=person.name, margins=(24, 24, 18, 18),
                       decorate=_page_number(person))  # fmt: skip


_LAYOUTS = {"academic": _academic, "tabular": _tabular, "sidebar": _sidebar, "modern": _modern}
_FLUSH = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
    ("TOPPADDING", (0, 0), (-1, -1), 1), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
]  # fmt: skip


def _section(look: _Look, title: str, entries: Sequence[Entry]) -> list[Flowable]:
    return [*look.heading(title), _rows(look, entries)]


def _rows(look: _Look, entries: Sequence[Entry]) -> Flowable:
    """Dates to the left, text to the right; rows may be divided between pages."""
    rows = [[Paragraph(entry.period, look.body()), _told(look, entry)] for entry in entries]
    return Table(rows, colWidths=[look.dates * mm, look.text * mm], hAlign="LEFT", style=_FLUSH)


def _told(look: _Look, entry: Entry) -> list[Flowable]:
    first = f"<b>{entry.what}</b>, {entry.where}" if entry.where else entry.what
    notes = [Paragraph(f"– {note}", look.body(hanging=8)) for note in entry.notes]
    return [Paragraph(first, look.body()), *notes]


def _numbered(look: _Look, title: str, texts: Sequence[str]) -> list[Flowable]:
    items = [
        Paragraph(f"[{number}] {text}", look.body(hanging=16, after=2.5))
        for number, text in enumerate(texts, 1)
    ]
    return [*look.heading(title), *items]


def _bullets(look: _Look, title: str, texts: Sequence[str]) -> list[Flowable]:
    return [*look.heading(title), *(Paragraph(f"• {text}", look.body(hanging=9, after=1)) for text in texts)]


def _personal(person: Person, language: Language) -> tuple[Entry, ...]:
    words = ("Name", "Geburtsdatum", "Anschrift", "Telefon", "E-Mail")
    if language == "en":
        words = ("Name", "Date of birth", "Address", "Phone", "E-mail")
    born = f"{sheet.short_date(person.born)} in {person.birthplace}"
    values = (person.full_name, born, f"{person.street}, {person.town}", person.phone, person.login)
    return tuple(Entry(period=word, what=value) for word, value in zip(words, values, strict=True))


class _Signature(Flowable):  # type: ignore[misc]  # reportlab has no type information
    """The signature below a German CV, with the printed name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name, self.width, self.height = name, 60 * mm, 18 * mm

    def draw(self) -> None:
        drawing.signature(self.canv, 0, 7 * mm, name=self.name)
        self.canv.setFont("Helvetica", 9.8)
        self.canv.drawString(0, 0, self.name)


def _page_number(person: Person) -> sheet.Decoration:
    def draw(canvas: Canvas, document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawCentredString(sheet.WIDTH / 2, 10 * mm, f"{person.name} – {document.page}")

    return draw


def _photo_on_first_page(canvas: Canvas, document: Any) -> None:
    if document.page == 1:
        drawing.photograph(canvas, sheet.WIDTH - 54 * mm, sheet.HEIGHT - 64 * mm)


def _sidebar_pages() -> list[PageTemplate]:
    """First page: the grey column and the career; further pages: one wide column."""
    height = sheet.HEIGHT - 40 * mm
    aside = Frame(12 * mm, 20 * mm, 48 * mm, height, 0, 0, 0, 0)
    main = Frame(72 * mm, 20 * mm, 122 * mm, height, 0, 0, 0, 0)
    wide = Frame(20 * mm, 20 * mm, 174 * mm, height, 0, 0, 0, 0)
    return [
        PageTemplate(id="first", frames=[aside, main], onPage=_grey_column),
        PageTemplate(id="wide", frames=[wide]),
    ]


def _grey_column(canvas: Canvas, _document: Any) -> None:
    canvas.setFillColor(_SIDEBAR)
    canvas.rect(0, 0, 64 * mm, sheet.HEIGHT, stroke=0, fill=1)


_WORDS = {
    "en": {
        "title": "Curriculum Vitae", "person": "Personal details", "contact": "Contact",
        "education": "Education",
        "experience": "Research experience", "publications": "Selected publications",
        "talks": "Invited talks",
        "teaching": "Teaching", "awards": "Awards and scholarships", "service": "Service", "skills": "Skills",
        "languages": "Languages", "referees": "Referees",
    },
    "de": {
        "title": "Lebenslauf", "person": "Persönliche Daten", "contact": "Kontakt",
        "education": "Akademischer Werdegang", "experience": "Berufserfahrung",
        "publications": "Veröffentlichungen (Auswahl)", "talks": "Vorträge", "teaching": "Lehre",
        "awards": "Auszeichnungen und Stipendien", "service": "Gremien und Gutachten", "skills": "Kenntnisse",
        "languages": "Sprachen", "referees": "Referenzen",
    },
}  # fmt: skip
