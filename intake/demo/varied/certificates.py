"""Certificates, transcripts and references of nineteen kinds, in wordings and forms that differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Literal, get_args

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, Table

from intake.demo.documents import drawing, sheet
from intake.demo.documents.sheet import Language
from intake.demo.varied import certificate_texts, foreign, invented, looks
from intake.demo.varied.invented import Someone
from intake.demo.varied.looks import Look, Sheets

CertificateKind = Literal[
    "doctorate", "master", "bachelor", "habilitation", "supplement", "transcript", "school", "employer", "internship",
    "language-test", "language-course", "online-course", "training", "workshop", "award", "apprenticeship", "french",
    "chinese", "arabic",
]  # fmt: skip
KINDS: tuple[CertificateKind, ...] = get_args(CertificateKind)
FOREIGN = {"french": "fr", "chinese": "zh", "arabic": "ar"}
"""The kinds that are in a language of their own, whatever is asked for."""


def certificate(kind: CertificateKind, who: Someone, language: Language, chance: Random) -> Sheets:
    """One certificate, of one to three pages."""
    if kind in FOREIGN:
        return foreign.certificate(FOREIGN[kind], who, chance)
    if kind in ("doctorate", "master", "bachelor", "habilitation"):
        return _degree(kind, who, language, chance)
    return _OTHERS[kind](who, language, chance)


def words_of(who: Someone, language: Language, chance: Random) -> dict[str, str]:
    """What the sentences of ``certificate_texts`` may name."""
    field, year = who.discipline, who.years[1]
    german = language == "de"
    grade = f"{1 + chance.randrange(0, 20) / 10:.1f}"
    return {
        "name": who.name, "born": sheet.long_date(who.born, language), "birthplace": who.birthplace,
        "subject": field.name[language], "degree": field.degree, "university": who.university(1, language),
        "first": who.university(0, language), "thesis": chance.choice(field.theses[language]), "year": str(year),
        "date": sheet.long_date(f"{year}-{chance.randrange(1, 13):02}-{chance.randrange(1, 29):02}", language),
        "start": f"01.{chance.randrange(1, 10):02}.{year - 3}", "end": f"30.09.{year - 1}",
        "grade": grade.replace(".", ",") if german else grade, "employer": who.employers[1],
        "post": chance.choice(field.posts[language]), "task": field.tasks[language][0],
        "task2": field.tasks[language][1], "task3": field.tasks[language][2], "course": chance.choice(field.courses[language]),
        "tool": chance.choice(field.tools), "school": who.school, "hours": str(chance.choice((8, 16, 24, 40))),
        "she": ("sie" if who.woman else "er") if german else ("she" if who.woman else "he"),
        "She": ("Sie" if who.woman else "Er") if german else ("She" if who.woman else "He"),
        "her": ("ihre" if who.woman else "seine") if german else ("her" if who.woman else "his"),
        "title": ("Frau" if who.woman else "Herr") if german else ("Ms" if who.woman else "Mr"),
        "accusative": "Frau" if who.woman else "Herrn", "reached": str(chance.randrange(88, 115)),
        "town": who.universities[1], "level": chance.choice(("B2", "C1", "C2")),
    }  # fmt: skip


def _degree(kind: str, who: Someone, language: Language, chance: Random) -> Sheets:
    """A diploma: framed or plain, centred or not, with crest and seal or only a stamp."""
    words, look = words_of(who, language, chance), looks.look(chance, sizes=(11.0, 13.5))
    heading, lines = chance.choice(certificate_texts.DEGREES[language][kind])
    issuer = words["first"] if kind == "bachelor" else words["university"]
    centred = chance.random() < 0.7
    align = "center" if centred else "left"
    text = look.text(align=align, after=9, leading=1.45)
    story: list[Flowable] = [
        sheet.gap(22), Paragraph(issuer, look.text(size=18, align=align, after=8)),
        Paragraph(chance.choice(certificate_texts.FACULTIES[language]), look.text(align=align, italic=True, after=22)),
        Paragraph(heading, look.text(size=chance.choice((20, 26, 30)), align=align, after=22, colour=look.tint)),
    ]  # fmt: skip
    for line in lines:
        large = line.startswith("*") and line.endswith("*")
        style = look.text(size=look.size * 1.4, bold=True, align=align, after=11) if large else text
        story.append(
            Paragraph(_LARGE.sub(r"<b>\1</b>", line.strip("*") if large else line).format(**words), style)
        )
    return look.bound(story, "certificate", title=heading, author=issuer,
                      decorate=_official(issuer, language, chance, framed=centred and chance.random() < 0.6))  # fmt: skip


_LARGE = re.compile(r"\*(.+?)\*")


def _official(issuer: str, language: Language, chance: Random, *, framed: bool = False) -> sheet.Decoration:
    """Signatures of two officials below, perhaps a frame, a crest, a seal."""
    roles = chance.choice(certificate_texts.ROLES[language])
    names = [invented.official(chance) for _ in roles]
    crest, seal, tint = chance.random() < 0.6, chance.random() < 0.7, chance.choice(looks.TINTS)

    def draw(canvas: Canvas, document: Any) -> None:
        if framed:
            drawing.frame(canvas, tint=tint)
        if crest and document.page == 1:
            drawing.crest(canvas, sheet.WIDTH / 2, sheet.HEIGHT - 26 * mm, tint=tint)
        if seal:
            drawing.seal(canvas, sheet.WIDTH / 2, 40 * mm, text=issuer, tint=tint)
        for index, (name, role) in enumerate(zip(names, roles, strict=True)):
            drawing.signature_line(canvas, (26 + 100 * index) * mm, 36 * mm, name=name, role=role)

    return draw


def _titled(
    kind: str,
    who: Someone,
    language: Language,
    chance: Random,
    *,
    label: str = "certificate",
    issuer: str = "",
) -> Sheets:
    """A heading and sentences, chosen among the forms of this kind."""
    words, look = words_of(who, language, chance), looks.look(chance, sizes=(10.0, 12.5))
    heading, lines = chance.choice(certificate_texts.OTHERS[language][kind])
    issuer = issuer or words["employer"]
    story: list[Flowable] = [
        Paragraph(issuer, look.text(bold=True, after=3)), Paragraph(f"{words['town']}, {words['date']}", look.text(after=24)),
        look.title(heading.format(**words)), sheet.gap(4),
        *look.paragraphs([line.format(**words) for line in lines], align="justify"),
    ]  # fmt: skip
    return look.bound(story, label, title=heading.format(**words), author=issuer,
                      decorate=_official(issuer, language, chance))  # fmt: skip


def _employer(who: Someone, language: Language, chance: Random) -> Sheets:
    return _titled("employer", who, language, chance, label="reference")


def _internship(who: Someone, language: Language, chance: Random) -> Sheets:
    return _titled("internship", who, language, chance, label="reference")


def _simple(kind: str) -> Callable[[Someone, Language, Random], Sheets]:
    def make(who: Someone, language: Language, chance: Random) -> Sheets:
        issuer = chance.choice(certificate_texts.ISSUERS[language].get(kind, ("",)))
        return _titled(kind, who, language, chance, issuer=issuer)

    return make


def _transcript(who: Someone, language: Language, chance: Random) -> Sheets:
    """Two or three terms of courses with credits and grades, one to three pages."""
    words, look = words_of(who, language, chance), looks.look(chance, sizes=(8.8, 10.0))
    names, forms = certificate_texts.TRANSCRIPTS[language], chance.choice((1, 2, 3))
    story: list[Flowable] = [
        Paragraph(words["university"], look.text(bold=True)), Paragraph(names["office"], look.text(after=12)),
        look.title(chance.choice(names["heading"].split("|"))),
        look.rows([(names["student"], who.name), (names["born"], f"{words['born']}, {words['birthplace']}"),
                   (names["programme"], f"{words['subject']} (M.{words['degree'][0]}.)"),
                   (names["number"], str(chance.randrange(1000000, 9999999)))], first=42, second=100),
        sheet.gap(5),
    ]  # fmt: skip
    for term in range(forms * 2):
        story += [
            *look.heading(f"{names['term']} {term + 1}"),
            _grades(_rows(who, language, chance), names["columns"].split("|"), look),
        ]
    story += [sheet.gap(4), Paragraph(names["total"].format(**words), look.text(bold=True)),
              Paragraph(names["legend"], look.text(size=7.5, before=5))]  # fmt: skip
    return look.bound(story, "transcript", author=words["university"], decorate=_page_foot(names["page"]))


def _rows(who: Someone, language: Language, chance: Random) -> list[tuple[str, ...]]:
    def grade() -> str:
        found = f"{chance.choice((1.0, 1.3, 1.7, 2.0, 2.3, 2.7, 3.0))}"
        return found.replace(".", ",") if language == "de" else found

    prefix = who.discipline.degree[:1] + who.discipline.name["en"][:2].upper()
    return [
        (f"{prefix}{chance.randrange(100, 999)}", course, str(chance.choice((3, 5, 6, 9))), grade())
        for course in chance.sample(who.discipline.courses[language], chance.choice((5, 6, 8)))
    ]


def _grades(rows: Sequence[tuple[str, ...]], columns: Sequence[str], look: Look) -> Table:
    face, bold = sheet.face(look.family), sheet.face(look.family, bold=True)
    style = [("FONT", (0, 0), (-1, -1), face, 8.5), ("FONT", (0, 0), (-1, 0), bold, 8.5),
             ("LINEBELOW", (0, 0), (-1, 0), 0.6, look.tint), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
             ("TOPPADDING", (0, 0), (-1, -1), 1.5)]  # fmt: skip
    if look.heading_style in ("boxed", "plain"):
        style.append(("GRID", (0, 0), (-1, -1), 0.3, look.tint))
    return Table(
        [list(columns), *map(list, rows)],
        colWidths=[25 * mm, 88 * mm, 22 * mm, 22 * mm],
        hAlign="LEFT",
        style=style,
    )


def _page_foot(word: str) -> sheet.Decoration:
    def draw(canvas: Canvas, document: Any) -> None:
        canvas.setFont("Helvetica", 7.5)
        canvas.drawRightString(sheet.WIDTH - 20 * mm, 10 * mm, f"{word} {document.page}")

    return draw


def _supplement(who: Someone, language: Language, chance: Random) -> Sheets:
    """The diploma supplement, numbered as everywhere in Europe, of two to three pages."""
    words, look = words_of(who, language, chance), looks.look(chance, sizes=(10.0, 11.5))
    story: list[Flowable] = [
        Paragraph(words["university"], look.text(bold=True, after=6)),
        look.title("Diploma Supplement"),
    ]
    for heading, lines in certificate_texts.SUPPLEMENT[language]:
        story += [
            *look.heading(heading, rank=1.1),
            *look.paragraphs([line.format(**words) for line in lines], after=3),
        ]
    return look.bound(story, "certificate", title="Diploma Supplement", author=words["university"],
                      decorate=_page_foot("Diploma Supplement"))  # fmt: skip


def _school(who: Someone, language: Language, chance: Random) -> Sheets:
    """The certificate of a school: subjects with points or marks, the average, signatures."""
    words, look = words_of(who, language, chance), looks.look(chance, sizes=(10.0, 11.0))
    heading, lines = chance.choice(certificate_texts.OTHERS[language]["school"])
    subjects, columns = (
        certificate_texts.SCHOOL_SUBJECTS[language],
        certificate_texts.SCHOOL_COLUMNS[language],
    )
    rows = [(name, str(chance.randrange(7, 16)), str(chance.randrange(7, 16)), "") for name in subjects]
    story: list[Flowable] = [
        Paragraph(who.school, look.text(align="center", size=15, after=10)), look.title(heading, align="center"),
        *look.paragraphs([line.format(**words) for line in lines[:2]]), _grades(rows, columns, look), sheet.gap(5),
        *look.paragraphs([line.format(**words) for line in lines[2:]]),
    ]  # fmt: skip
    return look.bound(story, "certificate", title=heading, author=who.school,
                      decorate=_official(who.school, language, chance))  # fmt: skip


_OTHERS: dict[str, Callable[[Someone, Language, Random], Sheets]] = {
    "supplement": _supplement, "transcript": _transcript, "school": _school, "employer": _employer,
    "internship": _internship,
    **{kind: _simple(kind) for kind in ("language-test", "language-course", "online-course", "training", "workshop",
                                        "award", "apprenticeship")},
}  # fmt: skip
