"""Certificates of one page: degrees, transcripts, employers' references, language and school certificates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from reportlab.lib.colors import Color
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table

from intake.demo.documents import drawing, sheet
from intake.demo.documents.certificate_texts import (
    COURSES,
    DEGREES,
    LANGUAGE_SCHOOLS,
    LANGUAGE_TEXTS,
    REFERENCES,
    SCHOOL_TEXTS,
    TRANSCRIPTS,
)
from intake.demo.documents.sheet import Language
from intake.demo.documents.universities import UNIVERSITIES, University, subject
from intake.demo.people import Person

Degree = Literal["doctorate", "master", "bachelor"]
CertificateKind = Literal["doctorate", "master", "bachelor", "transcript", "employer", "language", "school"]

_MAROON = sheet.colour("#6a1f2b")
_GREEN = sheet.colour("#2c5a45")


def certificate(kind: CertificateKind, person: Person, language: Language = "en") -> bytes:
    """One certificate of one page, issued by the university of the degree or by another invented body."""
    if kind in ("doctorate", "master", "bachelor"):
        return _degree(kind, person, language)
    return _OTHERS[kind](person, language)


class _Award(NamedTuple):
    """What a degree certificate says about this person."""

    issuer: University
    date: str
    words: dict[str, str]


def _degree(kind: Degree, person: Person, language: Language) -> bytes:
    """A framed diploma with crest, seal and two signatures; bachelors' come plainer, without the frame."""
    award = _award(kind, person, language)
    heading, lines = DEGREES[kind, language]
    centred = sheet.style("serif", 12.5, align="center", after=9, leading=1.45)
    story: list[Flowable] = [
        sheet.gap(24),
        Paragraph(award.issuer.named(language), sheet.style("serif", 21, align="center", after=7)),
        Paragraph(award.words["faculty"], sheet.style("serif", 12, italic=True, align="center", after=26)),
        Paragraph(heading, sheet.style("serif", 28, align="center", after=26, colour=_tint(kind))),
        *(_diploma_line(line.format(**award.words), centred) for line in lines),
    ]
    decorate = _diploma_paper(kind, award, language)
    return sheet.bound(story, title=heading, author=award.issuer.named(language), margins=(32, 32, 24, 60),
                       decorate=decorate)  # fmt: skip


def _award(kind: str, person: Person, language: Language) -> _Award:
    year = int(person.born[:4]) + {"doctorate": 29, "master": 25, "bachelor": 23}[kind]
    issuer = UNIVERSITIES[person.university if kind == "doctorate" else person.earlier_university]
    date = f"{year}-{'11-24' if kind == 'doctorate' else '09-30'}"
    words = {
        "name": person.name,
        "born": sheet.long_date(person.born, language),
        "birthplace": person.birthplace,
        "subject": subject(person.subject, language),
        "university": issuer.named(language),
        "thesis": person.thesis,
        "date": sheet.long_date(date, language),
        "defended": sheet.long_date(f"{year}-10-17", language),
        "faculty": _FACULTY[language],
    }
    return _Award(issuer, date, words)


def _diploma_line(text: str, centred: Any) -> Flowable:
    """Lines in asterisks are set large: the name, the degree."""
    if text.startswith("*"):
        return Paragraph(
            text.strip("*"), sheet.style("serif", 19, bold=True, align="center", after=11, before=3)
        )
    return Paragraph(text, centred)


def _diploma_paper(kind: Degree, award: _Award, language: Language) -> sheet.Decoration:
    roles = ("Rektorat", "Dekanat") if language == "de" else ("Rector", "Dean of the Faculty")

    def draw(canvas: Canvas, _document: Any) -> None:
        if kind != "bachelor":
            drawing.frame(canvas, tint=_tint(kind))
        drawing.crest(canvas, sheet.WIDTH / 2, sheet.HEIGHT - 34 * mm, tint=_tint(kind))
        drawing.signature_line(canvas, 28 * mm, 42 * mm, name=award.issuer.rector, role=roles[0])
        drawing.signature_line(canvas, 125 * mm, 42 * mm, name=award.issuer.dean, role=roles[1])
        drawing.seal(canvas, sheet.WIDTH / 2, 46 * mm, text=award.issuer.named(language), tint=_tint(kind))

    return draw


def _tint(kind: Degree) -> Color:
    return {"doctorate": drawing.GOLD, "master": _MAROON, "bachelor": drawing.INK}[kind]


def _transcript(person: Person, language: Language) -> bytes:
    """Modules, credits and grades of the master's programme, as the examinations office prints them."""
    award, text = _award("master", person, language), TRANSCRIPTS[language]
    story = [
        Paragraph(award.issuer.named(language), sheet.style("sans", 14, bold=True)),
        Paragraph(text["office"], sheet.style("sans", 9, after=16, colour=drawing.GREY)),
        Paragraph(text["heading"], sheet.style("sans", 17, bold=True, after=10)),
        Paragraph(text["student"].format(**award.words), sheet.style("sans", 9.5, after=10, leading=1.5)),
        _grade_table(COURSES[language], text["columns"], text["total"]),
        sheet.gap(6),
        Paragraph(text["legend"], sheet.style("sans", 8, after=8, colour=drawing.GREY)),
        Paragraph(f"{award.issuer.town}, {award.words['date']}", sheet.style("sans", 9.5)),
    ]

    def draw(canvas: Canvas, _document: Any) -> None:
        drawing.crest(canvas, sheet.WIDTH - 36 * mm, sheet.HEIGHT - 28 * mm, size=13 * mm)
        drawing.seal(
            canvas, 150 * mm, 40 * mm, text=award.issuer.named(language), tint=drawing.INK, radius=13 * mm
        )
        drawing.signature_line(canvas, 25 * mm, 38 * mm, name="M. Osterhagen", role=text["office"])

    return sheet.bound(story, title=text["heading"], author=award.issuer.named(language),
                       margins=(25, 25, 22, 58), decorate=draw)  # fmt: skip


def _grade_table(rows: Sequence[tuple[str, str, str]], columns: Sequence[str], total: Sequence[str]) -> Table:
    body = [list(columns), *(list(row) for row in rows), list(total)]
    look = [
        ("FONT", (0, 0), (-1, -1), "Helvetica", 9), ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9),
        ("FONT", (0, -1), (-1, -1), "Helvetica-Bold", 9),
        ("BACKGROUND", (0, 0), (-1, 0), sheet.colour("#e4e7ec")),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, drawing.GREY), ("ALIGN", (1, 0), (-1, -1), "CENTER"),
        ("BOX", (0, 0), (-1, -1), 0.6, drawing.GREY),
    ]  # fmt: skip
    return Table(body, colWidths=[104 * mm, 28 * mm, 28 * mm], style=look)


def _employer(person: Person, language: Language) -> bytes:
    """A reference on a company's letterhead; the German one has the customary phrases of Arbeitszeugnisse."""
    text = REFERENCES[language]
    year = int(person.born[:4]) + 26
    she = person.pronoun == "she"
    words = {
        "addressed": ("Frau" if she else "Herr") if language == "de" else ("Ms" if she else "Mr"),
        "name": person.name, "family": person.family or person.given,
        "they": ("Sie" if she else "Er") if language == "de" else ("She" if she else "He"),
        "their": ("ihre" if she else "seine") if language == "de" else ("her" if she else "his"),
        "theirs": ("ihr" if she else "sein") if language == "de" else ("her" if she else "his"),
        "them": ("ihr" if she else "ihm") if language == "de" else ("her" if she else "him"),
        "born": sheet.long_date(person.born, language), "birthplace": person.birthplace,
        "start": sheet.long_date(f"{year}-04-01", language),
        "end": sheet.long_date(f"{year + 2}-03-31", language),
    }  # fmt: skip
    body = sheet.style("sans", 10.3, align="justify", after=8, leading=1.42)
    story = [
        sheet.gap(22),
        Paragraph(text["heading"], sheet.style("sans", 17, bold=True, after=14)),
        *(Paragraph(part.format(**words), body) for part in text["paragraphs"]),
        Paragraph(f"Brückental, {words['end']}", sheet.style("sans", 10.3, before=10)),
    ]
    return sheet.bound(story, title=text["heading"], author=_COMPANY, decorate=_letterhead(text["role"]))


def _letterhead(role: str) -> sheet.Decoration:
    def draw(canvas: Canvas, _document: Any) -> None:
        canvas.setFillColor(_GREEN)
        canvas.setFont("Helvetica-Bold", 15)
        canvas.drawString(25 * mm, sheet.HEIGHT - 24 * mm, _COMPANY)
        canvas.rect(25 * mm, sheet.HEIGHT - 28 * mm, 160 * mm, 1.1 * mm, stroke=0, fill=1)
        canvas.setFont("Helvetica", 7.5)
        canvas.drawString(25 * mm, 12 * mm, f"{_COMPANY} · Am Wehr 12 · 35999 Brückental · HRB 00000")
        canvas.setFillColor(sheet.colour("#000000"))
        drawing.signature_line(canvas, 25 * mm, 42 * mm, name="Dr. Leonore Quistorp", role=role)

    return draw


def _language_test(person: Person, language: Language) -> bytes:
    """A language school's certificate: English papers certify German, German ones certify English."""
    text = LANGUAGE_TEXTS[language]
    date = sheet.long_date(f"{int(person.born[:4]) + 28}-06-14", language)
    words = {
        "name": person.name,
        "born": sheet.long_date(person.born, language),
        "birthplace": person.birthplace,
    }
    centred = sheet.style("sans", 11, align="center", after=8)
    story = [
        sheet.gap(12),
        Paragraph(LANGUAGE_SCHOOLS[language], sheet.style("sans", 13, bold=True, align="center", after=22)),
        Paragraph(
            text["heading"], sheet.style("sans", 25, bold=True, align="center", after=6, colour=_GREEN)
        ),
        Paragraph(text["level"], sheet.style("sans", 15, align="center", after=22)),
        *(_diploma_line(part.format(**words), centred) for part in text["lines"]),
        sheet.gap(4),
        _grade_table(text["scores"], text["columns"], text["total"]),
        sheet.gap(8),
        Paragraph(f"Oudeveer, {date}", centred),
    ]

    def draw(canvas: Canvas, _document: Any) -> None:
        drawing.frame(canvas, tint=_GREEN)
        drawing.seal(canvas, 150 * mm, 48 * mm, text="Lingua Viva", tint=_GREEN)
        drawing.signature_line(canvas, 30 * mm, 44 * mm, name="Philippa Achterberg", role=text["role"])

    return sheet.bound(story, title=text["heading"], author=LANGUAGE_SCHOOLS[language], decorate=draw,
                       margins=(25, 25, 24, 50))  # fmt: skip


def _school(person: Person, language: Language) -> bytes:
    """The certificate that opens the universities: Abitur, or its English-language counterpart."""
    text = SCHOOL_TEXTS[language]
    year = int(person.born[:4]) + 18
    words = {
        "name": person.name,
        "born": sheet.long_date(person.born, language),
        "birthplace": person.birthplace,
    }
    story = [
        sheet.gap(10),
        Paragraph(
            f"Gymnasium am Markt, {person.birthplace}", sheet.style("serif", 14, align="center", after=14)
        ),
        Paragraph(text["heading"], sheet.style("serif", 23, bold=True, align="center", after=14)),
        Paragraph(
            text["intro"].format(**words), sheet.style("serif", 11.5, align="center", after=14, leading=1.45)
        ),
        _grade_table(text["grades"], text["columns"], text["total"]),
        sheet.gap(8),
        Paragraph(
            f"{person.birthplace}, {sheet.long_date(f'{year}-06-20', language)}", sheet.style("serif", 11)
        ),
    ]

    def draw(canvas: Canvas, _document: Any) -> None:
        drawing.seal(canvas, 150 * mm, 46 * mm, text="Gymnasium am Markt", tint=drawing.INK, radius=13 * mm)
        drawing.signature_line(canvas, 28 * mm, 42 * mm, name="Burkhard Niehusen", role=text["role"])

    return sheet.bound(story, title=text["heading"], author="Gymnasium am Markt", decorate=draw)


_OTHERS = {"transcript": _transcript, "employer": _employer, "language": _language_test, "school": _school}
_COMPANY = "Wehrmühle Messtechnik GmbH"
_FACULTY = {
    "en": "Faculty of Mathematics and Natural Sciences",
    "de": "Fakultät für Mathematik und Naturwissenschaften",
}
