"""Letters in ten layouts, composed of sentences so that no two read alike."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Literal, get_args

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, PageBreak, Paragraph

from intake.demo.documents import drawing, sheet
from intake.demo.documents.sheet import Language
from intake.demo.varied import cvs, letter_texts, looks
from intake.demo.varied.invented import Someone, professor
from intake.demo.varied.looks import Look, Sheets
from intake.demo.varied.worlds import COMPANIES

LetterLayout = Literal[
    "din", "cover", "bare", "subject-only", "two-pages", "motivation", "mail-like", "with-cv", "statement-addressed",
    "short",
]  # fmt: skip
LAYOUTS: tuple[LetterLayout, ...] = get_args(LetterLayout)


def letter(layout: LetterLayout, who: Someone, language: Language, chance: Random) -> Sheets:
    """A letter of this layout. `with-cv` has a short CV on the same page, labelled as letter.

    `bare` has no salutation, `subject-only` nothing but a subject line above its text, `motivation` says
    "Motivation" and addresses nobody, `mail-like` begins with From, To and Subject.
    """
    return _LAYOUTS[layout](who, language, chance, looks.look(chance))


def body(who: Someone, language: Language, chance: Random, *, count: int = 5) -> list[str]:
    """That many paragraphs of a letter, opening and ending among them."""
    pools = letter_texts.POOLS[language]
    order = ("background", "reason", "plan", "strength", "practical", "teaching", "second-plan")[: count - 2]
    kinds = ("opening", *order, "ending")
    return [chance.choice(pools[kind]).format(**_words(who, language, chance)) for kind in kinds]


def _words(who: Someone, language: Language, chance: Random) -> dict[str, str]:
    field = who.discipline
    academic = who.sector == "academic"
    posts = {
        "en": ("postdoctoral researcher", "research associate", "young investigator group leader"),
        "de": ("wissenschaftliche Mitarbeiterin/wissenschaftlicher Mitarbeiter", "PostDoc", "Nachwuchsgruppenleitung"),
    }  # fmt: skip
    return {
        "subject": field.name[language], "topic": field.topic[language],
        "university": who.university(1, language), "first": who.university(0, language),
        "employer": who.university(1, language) if academic else who.employers[0],
        "post": chance.choice(posts[language]) if academic else chance.choice(field.posts[language]),
        "thesis": chance.choice(field.theses[language]), "task": chance.choice(field.tasks[language]),
        "other": chance.choice(field.tasks[language]), "tool": chance.choice(field.tools),
        "course": chance.choice(field.courses[language]), "year": str(who.years[1]),
    }  # fmt: skip


def _date(chance: Random, language: Language) -> str:
    iso = f"2026-{chance.randrange(1, 12):02}-{chance.randrange(1, 29):02}"
    if language == "de" and chance.random() < 0.4:
        return sheet.short_date(iso)
    return sheet.long_date(iso, language)


def _recipient(who: Someone, chance: Random, language: Language) -> list[str]:
    if who.sector == "industrial":
        return [chance.choice(COMPANIES), {"en": "Human Resources", "de": "Personalabteilung"}[language],
                chance.choice(("Werkstraße 4", "Hafenring 18")), "44999 Rheinfurt"]  # fmt: skip
    return [professor(chance), {"en": "Chair of Data Analysis", "de": "Lehrstuhl für Datenanalyse"}[language],
            who.university(0, language)]  # fmt: skip


def _subject(who: Someone, language: Language, chance: Random) -> str:
    words = _words(who, language, chance)
    return chance.choice(letter_texts.SUBJECTS[language]).format(**words)


def _salutation(chance: Random, language: Language) -> str:
    return chance.choice(letter_texts.SALUTATIONS[language])


def _closing(who: Someone, language: Language, chance: Random, look: Look) -> list[Flowable]:
    return [
        Paragraph(chance.choice(letter_texts.CLOSINGS[language]), look.text(before=4, after=22)),
        Paragraph(who.name, look.text()),
    ]


def _sender(who: Someone) -> list[str]:
    return [who.titled, who.street, who.town, who.phone, who.mail]


def _din(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """DIN 5008: sender in one small line, address field, date to the right, bold subject, enclosures."""
    story = [
        Paragraph(" · ".join(_sender(who)[:3]), look.text(size=7)),
        sheet.gap(5), sheet.lines(_recipient(who, chance, language), look.text()), sheet.gap(14),
        Paragraph(f"{who.town.split()[-1]}, {_date(chance, language)}", look.text(align="right")), sheet.gap(8),
        Paragraph(f"<b>{_subject(who, language, chance)}</b>", look.text(after=12)),
        *look.paragraphs([_salutation(chance, language), *body(who, language, chance)]),
        *_closing(who, language, chance, look),
    ]  # fmt: skip
    if chance.random() < 0.6:
        listed = {"en": "Enclosures: CV, certificates", "de": "Anlagen: Lebenslauf, Zeugnisse"}
        story.append(Paragraph(listed[language], look.text(before=12)))
    return look.bound(story, "letter", title="Brief", author=who.name)


def _cover(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """An academic's letter: letterhead to the right, then the committee."""
    story = [
        sheet.lines(_sender(who), look.text(align="right")), sheet.gap(6),
        sheet.lines(_recipient(who, chance, language), look.text()), sheet.gap(5),
        Paragraph(_date(chance, language), look.text(after=10)),
        *([Paragraph(f"<b>{_subject(who, language, chance)}</b>", look.text(after=8))]
          if chance.random() < 0.6 else []),
        *look.paragraphs([_salutation(chance, language), *body(who, language, chance, count=7)], align="justify"),
        *_closing(who, language, chance, look),
    ]  # fmt: skip
    return look.bound(story, "letter", author=who.name)


def _bare(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """No salutation and no closing formula: address, date and text, the name below."""
    story = [
        *look.paragraphs([who.titled, f"{who.street}, {who.town}, {who.mail}"], after=2), sheet.gap(8),
        sheet.lines(_recipient(who, chance, language), look.text()), sheet.gap(6),
        Paragraph(_date(chance, language), look.text(after=10)),
        *look.paragraphs(body(who, language, chance)), sheet.gap(6), Paragraph(who.name, look.text()),
    ]  # fmt: skip
    return look.bound(story, "letter", author=who.name)


def _subject_only(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """A subject as the heading and text below it; neither address nor salutation."""
    story = [look.title(_subject(who, language, chance)), *look.paragraphs(body(who, language, chance)),
             Paragraph(who.name, look.text(before=12))]  # fmt: skip
    return look.bound(story, "letter", author=who.name)


def _two_pages(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """LaTeX's letter class: serif, wide leading, numbered, going on to a second page."""
    texts = body(who, language, chance, count=9)
    style = sheet.style("serif", 11.5, align="justify", after=9, leading=1.5)
    story = [
        sheet.lines(_sender(who), sheet.style("serif", 11.5, align="right")), sheet.gap(12),
        Paragraph(_date(chance, language), style), sheet.gap(6),
        Paragraph(_salutation(chance, language), style),
        *(Paragraph(text, style) for text in texts[:6]), PageBreak(),
        *(Paragraph(text, style) for text in texts[6:]),
        *_closing(who, language, chance, look),
    ]  # fmt: skip
    return look.bound(story, "letter", author=who.name, decorate=_page_number)


def _motivation(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """Titled "Motivation", in sections, addressed to nobody."""
    words = {"en": ("Motivation", "Motivation letter", "My motivation"),
             "de": ("Motivation", "Motivationsschreiben", "Warum ich?")}[language]  # fmt: skip
    texts = body(who, language, chance, count=6)
    story = [look.title(chance.choice(words)), Paragraph(who.name, look.text(after=10)), *look.paragraphs(texts),
             Paragraph(f"{who.town.split()[-1]}, {_date(chance, language)}", look.text(before=8))]  # fmt: skip
    return look.bound(story, "letter", author=who.name)


def _mail_like(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """A mail, printed into a PDF."""
    names = {"en": ("From", "To", "Sent", "Subject"), "de": ("Von", "An", "Gesendet", "Betreff")}[language]
    said = (f"{who.name} &lt;{who.mail}&gt;", "jobs@example.com", _date(chance, language),
            _subject(who, language, chance))  # fmt: skip
    story = [
        look.rows([(f"<b>{name}:</b>", value) for name, value in zip(names, said, strict=True)], first=22),
        sheet.gap(8),
        *look.paragraphs([_salutation(chance, language), *body(who, language, chance, count=4)]),
        Paragraph(chance.choice(letter_texts.CLOSINGS[language]), look.text(after=3)),
        *look.paragraphs(_sender(who), after=0),
    ]  # fmt: skip
    return look.bound(story, "letter", author=who.name)


def _with_cv(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """A letter of two short paragraphs and below it a CV in brief, on one page."""
    small = looks.Look(family=look.family, size=8.6, heading_style="plain", tint=look.tint,
                       margins=(22, 22, 14, 12))  # fmt: skip
    story = [
        sheet.lines([who.titled, f"{who.street}, {who.town}", who.mail], small.text(align="right")),
        Paragraph(f"<b>{_subject(who, language, chance)}</b>", small.text(after=5)),
        *small.paragraphs([_salutation(chance, language), *body(who, language, chance, count=3)]),
        Paragraph(chance.choice(letter_texts.CLOSINGS[language]), small.text(after=8)),
        Paragraph(who.name, small.text(after=6)),
        small.title("Lebenslauf" if language == "de" else "Curriculum Vitae"),
        *cvs.brief(who, language, chance, small),
    ]  # fmt: skip
    return small.bound(story, "letter", author=who.name)


def _statement_addressed(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """A letter of motivation with headings like a statement's, but to the committee."""
    words = {"en": ("Why this position", "What I bring", "What I plan"),
             "de": ("Warum diese Stelle", "Was ich mitbringe", "Was ich vorhabe")}[language]  # fmt: skip
    texts = body(who, language, chance, count=7)
    story: list[Flowable] = [
        look.title({"en": "Letter of Motivation", "de": "Motivationsschreiben"}[language]),
        *look.paragraphs([_salutation(chance, language), texts[0]]),
    ]
    for index, heading in enumerate(words):
        story += [*look.heading(heading), *look.paragraphs(texts[1 + index : 2 + index])]
    story += [*look.paragraphs(texts[-1:]), *_closing(who, language, chance, look)]
    return look.bound(story, "letter", author=who.name)


def _short(who: Someone, language: Language, chance: Random, look: Look) -> Sheets:
    """Three sentences, as many people write who think that the CV speaks for itself."""
    story = [
        sheet.lines(_sender(who), look.text()), sheet.gap(8),
        Paragraph(_date(chance, language), look.text(after=8)),
        Paragraph(f"<b>{_subject(who, language, chance)}</b>", look.text(after=8)),
        *look.paragraphs([_salutation(chance, language), *body(who, language, chance, count=2)]),
        *_closing(who, language, chance, look),
    ]  # fmt: skip
    return look.bound(story, "letter", author=who.name)


def _page_number(canvas: Canvas, document: Any) -> None:
    canvas.setFont("Times-Roman", 10)
    canvas.drawCentredString(sheet.WIDTH / 2, 12 * mm, str(document.page))
    if document.page == 2:
        drawing.signature(canvas, 30 * mm, 40 * mm, name="signed")


_LAYOUTS: dict[LetterLayout, Callable[[Someone, Language, Random, Look], Sheets]] = {
    "din": _din, "cover": _cover, "bare": _bare, "subject-only": _subject_only, "two-pages": _two_pages,
    "motivation": _motivation, "mail-like": _mail_like, "with-cv": _with_cv,
    "statement-addressed": _statement_addressed, "short": _short,
}  # fmt: skip
