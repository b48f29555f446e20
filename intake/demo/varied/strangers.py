"""Pages that are none of the required documents, though they lie in applications."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Literal, get_args

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph, Table

from intake.demo.documents import drawing, effects, sheet
from intake.demo.documents.sheet import Language
from intake.demo.varied import invented, looks, stranger_texts
from intake.demo.varied.invented import Someone
from intake.demo.varied.looks import Look, Sheets

StrangerKind = Literal[
    "paper", "thesis", "invoice", "call", "projects", "publications", "referees", "research-statement",
    "teaching-statement", "contents", "cover-sheet", "divider", "job-advertisement", "identity-card", "blank", "portfolio",
]  # fmt: skip
KINDS: tuple[StrangerKind, ...] = get_args(StrangerKind)


def stranger(kind: StrangerKind, who: Someone, language: Language, chance: Random) -> Sheets:
    """A document of one to six pages that counts for nothing (or, as a statement, for no letter)."""
    return _KINDS[kind](who, language, chance, looks.look(chance))


def _words(who: Someone, language: Language, chance: Random) -> dict[str, str]:
    field = who.discipline
    return {
        "name": who.name, "subject": field.name[language], "topic": field.topic[language], "paper": chance.choice(field.papers),
        "thesis": chance.choice(field.theses[language]), "university": who.university(1, language), "task": field.tasks[language][0],
        "other": field.tasks[language][1], "course": field.courses[language][0], "course2": field.courses[language][1],
        "tool": field.tools[0], "tool2": field.tools[1], "professor": invented.professor(chance), "company": who.employers[0],
        "post": field.posts[language][0], "number": str(chance.randrange(10000, 99999)),
    }  # fmt: skip


def _said(pool: str, who: Someone, language: Language, chance: Random, count: int) -> list[str]:
    words, texts = _words(who, language, chance), stranger_texts.POOLS[language][pool]
    return [text.format(**words) for text in chance.sample(texts, min(count, len(texts)))]


def _paper(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """Two columns or one, abstract, sections, references; two to four pages; English, as papers are."""
    words, serif = _words(who, "en", chance), Look(family="serif", size=10, heading_style="plain", tint=look.tint,
                                                  margins=(22, 22, 20, 20))  # fmt: skip
    others = [invented.official(chance) for _ in range(2)]
    story: list[Flowable] = [
        Paragraph(words["paper"], sheet.style("serif", 17, bold=True, align="center", after=6)),
        Paragraph(", ".join((who.name, *others)), serif.text(align="center", after=2)),
        Paragraph(words["university"], serif.text(align="center", italic=True, after=8)),
        *serif.heading("Abstract"), *serif.paragraphs(_said("paper", who, "en", chance, 2), align="justify"),
    ]  # fmt: skip
    for number, title in enumerate(("Introduction", "Methods", "Results", "Discussion"), 1):
        story += [*serif.heading(f"{number} {title}"),
                  *serif.paragraphs(_said("paper", who, "en", chance, 6), align="justify")]  # fmt: skip
    story += [*serif.heading("References"), *serif.paragraphs(
        [f"[{number}] {invented.official(chance)}. {title}. Journal of Applied Inference, {2010 + number}."
         for number, title in enumerate(who.discipline.papers, 1)], after=2)]  # fmt: skip
    return serif.bound(story, "other", title=words["paper"], author=who.name, decorate=_page_number)


def _thesis(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """Title page, contents, two chapters, a declaration of originality."""
    words, names = _words(who, language, chance), stranger_texts.THESIS[language]
    story: list[Flowable] = [
        sheet.gap(40), Paragraph(words["thesis"], look.text(size=20, bold=True, align="center", after=24)),
        *(Paragraph(line.format(**words), look.text(align="center", after=8)) for line in names["title"]), PageBreak(),
        look.title(names["contents"][0]), *look.paragraphs(names["chapters"], after=3), PageBreak(),
    ]  # fmt: skip
    for chapter in names["chapters"][:3]:
        story += [
            look.title(chapter),
            *look.paragraphs(_said("chapter", who, language, chance, 5), align="justify"),
            PageBreak(),
        ]
    story += [*look.heading(names["declaration"][0]), *look.paragraphs(names["declaration"][1:])]
    return look.bound(story, "other", title=words["thesis"], author=who.name, decorate=_page_number)


def _publications(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """Papers of a whole life, by year, on one or two pages."""
    heading = chance.choice(stranger_texts.HEADINGS[language]["publications"])
    story: list[Flowable] = [look.title(heading), Paragraph(who.name, look.text(after=6))]
    for year in range(2026, 2026 - chance.randrange(3, 8), -1):
        story += look.heading(str(year), rank=1.1)
        story += look.paragraphs([
            f"{who.family}, {who.given[0]}., {invented.official(chance)}: {title}. {chance.choice(stranger_texts.VENUES)}"
            f" {chance.randrange(2, 60)}, pp. {chance.randrange(1, 200)}–{chance.randrange(201, 400)}. doi:10.9999/inv.{year}"
            for title in chance.sample(who.discipline.papers, chance.choice((1, 2, 3)))], after=3)  # fmt: skip
    return look.bound(story, "publications", title=heading)


def _referees(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    heading = chance.choice(stranger_texts.HEADINGS[language]["referees"])
    relation = {"en": ("Doctoral supervisor", "Second examiner", "Former head of department"),
                "de": ("Betreuung der Promotion", "Zweitgutachten", "Frühere Leitung")}[language]  # fmt: skip
    story: list[Flowable] = [look.title(heading)]
    for role in relation[: chance.choice((2, 3))]:
        person = invented.professor(chance)
        login = f"{person.split()[-1].lower()}@example.org"
        login = "".join(letter for letter in login if letter.isascii())
        story += look.paragraphs(
            [f"<b>{person}</b>", who.university(1, language), role, login, "+49 30 23125 200"], after=1
        )
        story.append(sheet.gap(5))
    return look.bound(story, "other", title=heading)


def _statement(pool: str) -> Callable[[Someone, Language, Random, Look], Sheets]:
    def make(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
        heading = chance.choice(stranger_texts.HEADINGS[language][pool])
        story: list[Flowable] = [look.title(heading), Paragraph(who.titled, look.text(after=8))]
        for title in stranger_texts.SECTIONS[language][pool]:
            story += [
                *look.heading(title),
                *look.paragraphs(_said(pool, who, language, chance, 3), align="justify"),
            ]
        return look.bound(story, "statement", title=heading, author=who.name)

    return make


def _contents(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """Names every document of the application, each with a page."""
    heading, names = chance.choice(stranger_texts.CONTENTS[language])
    page, rows = 2, []
    for name in names:
        rows.append((name, f"{'. ' * 20} {page}"))
        page += chance.randrange(1, 4)
    return look.bound(
        [look.title(heading), sheet.gap(6), look.rows(rows, first=80, second=70)], "other", title=heading
    )


def _cover_sheet(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """Name, photograph, post applied for and what is enclosed."""
    words = _words(who, language, chance)
    heading, *lines = chance.choice(stranger_texts.COVERS[language])
    story = [sheet.gap(50), Paragraph(heading.format(**words), look.text(size=30, align="center", after=16)),
             *(Paragraph(line.format(**words), look.text(align="center", after=6)) for line in lines), sheet.gap(70),
             sheet.lines([who.titled, who.street, who.town, who.phone, who.mail], look.text(align="center"))]  # fmt: skip

    def photo(canvas: Canvas, _document: Any) -> None:
        drawing.photograph(canvas, sheet.WIDTH / 2 - 20 * mm, 105 * mm, width=40 * mm)

    return look.bound(story, "other", decorate=photo)


def _divider(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    heading = chance.choice(stranger_texts.DIVIDERS[language])
    return looks.alike(
        effects.placeholder(looks.spaced(heading) if chance.random() < 0.2 else heading), "other"
    )


def _invoice(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    words, names = _words(who, language, chance), stranger_texts.INVOICE[language]
    rows = [(item, f"{chance.randrange(20, 900)},00 EUR") for item in names["items"]]
    story = [
        Paragraph(words["company"], look.text(bold=True, after=16)), sheet.lines([who.name, who.street, who.town], look.text()),
        sheet.gap(10), look.title(f"{names['heading'][0]} {words['number']}"), look.rows(rows, first=100, second=50),
        sheet.gap(6), *look.paragraphs(names["terms"]),
    ]  # fmt: skip
    return look.bound(story, "other", title=names["heading"][0])


def _titled(pool: str) -> Callable[[Someone, Language, Random, Look], Sheets]:
    """A heading that names the matter, then the whole text of a pool in its order."""

    def make(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
        words = _words(who, language, chance)
        heading = chance.choice(stranger_texts.HEADINGS[language][pool]).format(**words)
        texts = [text.format(**words) for text in stranger_texts.POOLS[language][pool]]
        return look.bound([look.title(heading), *look.paragraphs(texts)], "other", title=heading)

    return make


def _identity_card(who: Someone, language: Language, chance: Random, _look: Look) -> Sheets:
    """A copy of a card of an invented state, as a scanner delivers it; no text layer."""
    return looks.alike(effects.scanned(identity_card(who, chance), dpi=110), "other")


def identity_card(who: Someone, chance: Random) -> bytes:
    """The card before it was scanned: plainly invented, state and numbers included."""
    number = f"X{chance.randrange(10**7, 10**8)}"

    def draw(canvas: Canvas) -> None:
        for top, lines in ((190 * mm, ("REPUBLIC OF NOWHERE", "IDENTITY CARD / PERSONALAUSWEIS", number, who.family.upper(), who.given.upper(),
                                       sheet.short_date(who.born), who.birthplace)),
                           (110 * mm, ("Address / Anschrift", who.street, who.town, "SPECIMEN",
                                       f"IDNOW{number}" + "<" * 14))):  # fmt: skip
            canvas.setFillColor(sheet.colour("#dbe7ea"))
            canvas.roundRect(50 * mm, top, 96 * mm, 60 * mm, 3 * mm, stroke=1, fill=1)
            canvas.setFillColor(sheet.colour("#203040"))
            for index, line in enumerate(lines):
                canvas.setFont("Helvetica-Bold" if index < 2 else "Helvetica", 9)
                canvas.drawString(84 * mm, top + (52 - 7 * index) * mm, line)
        drawing.photograph(canvas, 54 * mm, 200 * mm, width=24 * mm)
        canvas.showPage()

    return sheet.drawn(draw, title="")


def _blank(_who: Someone, _language: Language, chance: Random, _look: Look) -> Sheets:
    return looks.alike(effects.blank(chance.choice((1, 1, 2))), "other")


def _portfolio(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """Coloured areas with captions, hardly any words."""
    captions = stranger_texts.POOLS[language]["portfolio"]
    words = _words(who, language, chance)

    def draw(canvas: Canvas) -> None:
        for caption in chance.sample(captions, 2):
            for _ in range(6):
                canvas.setFillColor(chance.choice(looks.TINTS))
                canvas.rect(chance.uniform(40, 300), chance.uniform(200, 560), chance.uniform(60, 240),
                            chance.uniform(60, 220), stroke=0, fill=1)  # fmt: skip
            canvas.setFillColor(sheet.colour("#000000"))
            canvas.setFont(sheet.face(look.family), 14)
            canvas.drawString(50, 120, caption.format(**words))
            canvas.showPage()

    return looks.alike(sheet.drawn(draw, title="Portfolio"), "other")


def _page_number(canvas: Canvas, document: Any) -> None:
    canvas.setFont("Times-Roman", 9)
    canvas.drawCentredString(sheet.WIDTH / 2, 11 * mm, str(document.page))


def _projects(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """A consultant's table of projects: client, period, task, tools."""
    heading = chance.choice(stranger_texts.HEADINGS[language]["projects"])
    names = {"en": ("Client", "Task", "Tools"), "de": ("Kunde", "Aufgabe", "Werkzeuge")}[language]
    cells = [[Paragraph(f"<b>{name}</b>", look.text()) for name in names]]
    for index in range(chance.randrange(5, 9)):
        company, task = chance.choice(who.employers), who.discipline.tasks[language][index % 4]
        cells.append(
            [
                Paragraph(text, look.text())
                for text in (company, task, ", ".join(chance.sample(who.discipline.tools, 2)))
            ]
        )
    table = Table(
        cells, colWidths=[50 * mm, 75 * mm, 35 * mm], style=[("GRID", (0, 0), (-1, -1), 0.3, look.tint)]
    )
    return look.bound([look.title(heading), table], "other", title=heading)


_KINDS: dict[StrangerKind, Callable[[Someone, Language, Random, Look], Sheets]] = {
    "paper": _paper, "thesis": _thesis, "invoice": _invoice, "call": _titled("call"), "projects": _projects,
    "publications": _publications, "referees": _referees, "research-statement": _statement("research-statement"),
    "teaching-statement": _statement("teaching-statement"), "contents": _contents, "cover-sheet": _cover_sheet,
    "divider": _divider, "job-advertisement": _titled("job-advertisement"), "identity-card": _identity_card,
    "blank": _blank, "portfolio": _portfolio,
}  # fmt: skip
