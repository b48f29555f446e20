"""Invented scenes in which every reply template is tried, and what must be true of each reply.

A leaf: ``reply.check`` plays them, so that a change of a template is judged before it is live.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence

from intake.journey import letter
from intake.journey.wording import DocumentView, InstitutionView, PositionView, ProblemView, View
from intake.model import DocumentKind, Language, ProblemCode, ReplyKind, value

# No reply may say that somebody is in or out (POLICY): only the form is checked.
FORBIDDEN = ("accepted", "successful", "rejected", "angenommen", "abgelehnt", "erfolgreich")

WAY_OUT: Mapping[Language, str] = {
    "en": "If you cannot send this, or need another way because of a disability, just answer this mail; "
    "a person will then look at your application as it is.",
    "de": "Wenn Sie das nicht schicken können oder wegen einer Behinderung einen anderen Weg brauchen, antworten "
    "Sie einfach auf diese E-Mail; ein Mensch sieht sich Ihre Bewerbung dann so an, wie sie ist.",
}
NOTHING_DELETED: Mapping[Language, str] = {
    "en": "Nothing has been deleted yet.",
    "de": "Es ist noch nichts gelöscht worden.",
}
_AUTOMATIC: Mapping[Language, str] = {"en": "automatically", "de": "automatisch"}

_TO_MEND = tuple(
    code for code in ProblemCode if code not in (ProblemCode.POSITION_CLOSED, ProblemCode.APPLY_ELSEWHERE)
)
_WHICH = (ProblemCode.POSITION_UNKNOWN, ProblemCode.POSITION_AMBIGUOUS)


@value
class Scene:
    """One reply to try. ``title`` names it for admins: "with the problem empty"."""

    kind: ReplyKind
    title: str
    view: View


def scenes(language: Language) -> Iterator[Scene]:
    """Every template with every problem alone and together, with and without each optional word."""
    view = _view(language)
    bare = dataclasses.replace(
        view,
        name="",
        files=(),
        positions=(),
        documents=(),
        institution=InstitutionView(name=view.institution.name),
    )
    noted = dataclasses.replace(view, closed=_CLOSED, elsewhere=_ELSEWHERE)
    later = dataclasses.replace(noted, first_arrived=_FIRST[language], files=("Zeugnisse.pdf",))
    words = dataclasses.replace(bare, first_arrived=_FIRST[language])
    for kind in ReplyKind:
        if kind not in (ReplyKind.REDIRECTED, ReplyKind.CORRECTION, ReplyKind.REMINDER):
            yield Scene(kind=kind, title="with everything known", view=noted)
            yield Scene(kind=kind, title="with little known", view=bare)
            yield Scene(kind=kind, title="for a later mail with a file", view=later)
            yield Scene(kind=kind, title="for a later mail without a file", view=words)
    yield from _gathered(later)
    for title, closed, elsewhere in (
        ("closed", _CLOSED, ()),
        ("elsewhere", (), _ELSEWHERE),
        ("both", _CLOSED, _ELSEWHERE),
    ):
        for known in (view, bare, words):
            redirected = dataclasses.replace(known, closed=closed, elsewhere=elsewhere)
            yield Scene(kind=ReplyKind.REDIRECTED, title=f"positions: {title}", view=redirected)
    for title, problems in _problem_sets():
        for known in (
            noted,
            bare,
            dataclasses.replace(bare, secure_upload="https://upload.example.org/drop", last=True),
        ):
            yield Scene(kind=ReplyKind.CORRECTION, title=title, view=_with(known, problems))
        yield from _asked_again(title, problems, noted, later, words)


def _gathered(later: View) -> Iterator[Scene]:
    """A case of several mails or files: completed, replaced, and the same once more while something is open."""
    complete = dataclasses.replace(later, holds=("Portfolio.pdf", "Zeugnisse.pdf", "", ""), joined=True)
    replaced = dataclasses.replace(later, replaced=True)
    known = _with(later, [_problem(ProblemCode.MISSING_DOCUMENT, document="certificates")])
    yield Scene(kind=ReplyKind.ACKNOWLEDGEMENT, title="completed by a later mail", view=complete)
    yield Scene(kind=ReplyKind.ACKNOWLEDGEMENT, title="replaced by a later mail", view=replaced)
    yield Scene(kind=ReplyKind.KNOWN, title="while something is open", view=known)


def _asked_again(title: str, problems: Sequence[ProblemView], *views: View) -> Iterator[Scene]:
    """The correction of a case of several mails or joined files, and the reminder of each correction."""
    noted, later, words = (_with(view, problems) for view in views)
    joined = dataclasses.replace(noted, joined=True)
    yield Scene(kind=ReplyKind.CORRECTION, title=f"{title} in joined files", view=joined)
    yield Scene(kind=ReplyKind.CORRECTION, title=f"{title} in a later mail", view=later)
    yield Scene(kind=ReplyKind.REMINDER, title=title, view=dataclasses.replace(noted, days=17))
    yield Scene(kind=ReplyKind.REMINDER, title=f"{title}, joined", view=dataclasses.replace(joined, days=1))
    yield Scene(kind=ReplyKind.REMINDER, title=f"{title} in a later mail", view=words)


def faults(scene: Scene, language: Language, subject: str, text: str) -> Iterator[str]:
    """What this reply gets wrong, a sentence each. text: as the template gives it, with its marks."""
    words = " ".join(letter.plain(text).split())
    if not all(item for block in letter.blocks(text) for item in block.items):
        yield "a line of a list is empty: is there a problem without a sentence in problems.txt.j2?"
    view = scene.view
    if f"[{view.case}]" not in subject:
        yield "the subject lacks the case number in brackets, [{{ case }}]"
    if view.case not in words:
        yield "the text lacks the case number, {{ case }}"
    if view.arrived not in words:
        yield "the text does not say when the mail arrived, {{ arrived }}"
    if view.institution.name not in words:
        yield "the text lacks who writes, {{ institution.name }}"
    if _AUTOMATIC[language] not in words:
        yield f"the text does not say that it was written {_AUTOMATIC[language]}"
    if view.first_arrived not in words:
        yield "the text does not say when the application first arrived, {{ first_arrived }}"
    for word in FORBIDDEN:
        if re.search(word, f"{subject} {words}", re.IGNORECASE):
            yield f'it says "{word}", but only the form is checked'
    yield from _faults_of_kind(scene, language, words)


def _faults_of_kind(scene: Scene, language: Language, words: str) -> Iterator[str]:
    view = scene.view
    match scene.kind:
        case ReplyKind.CORRECTION:
            yield from _faults_of_correction(language, view, words)
        case ReplyKind.REMINDER:
            yield from _faults_of_correction(language, view, words)
            yield from _faults_of_reminder(view, words)
        case ReplyKind.ACKNOWLEDGEMENT if not all(file in words for file in view.holds):
            yield "the text does not name the files of the application, {{ holds }}"
        case ReplyKind.WITHDRAWN if NOTHING_DELETED[language] not in words:
            yield f'the text does not say, word for word: "{NOTHING_DELETED[language]}"'


def _faults_of_reminder(view: View, words: str) -> Iterator[str]:
    if view.days > 1 and not re.search(rf"\b{view.days}\b", words):
        yield "the text does not say when a person looks at the application, {{ days }}"
    if not all(position.deadline in words for position in view.positions):
        yield "the text does not name the deadline of the position, {{ p.deadline }}"


def _faults_of_correction(language: Language, view: View, words: str) -> Iterator[str]:
    if WAY_OUT[language] not in words:
        yield f'the way out is missing, word for word: "{WAY_OUT[language]}"'
    if view.needs_position and not all(position.title in words for position in view.offered):
        yield "the positions to choose from, {{ offered }}, are not listed"


def _problem_sets() -> Iterator[tuple[str, tuple[ProblemView, ...]]]:
    alone = [_problem(code) for code in _TO_MEND if code is not ProblemCode.MISSING_DOCUMENT]
    alone += [_problem(ProblemCode.MISSING_DOCUMENT, document=kind.value) for kind in DocumentKind]
    for problem in alone:
        yield f"with the problem {problem.code} {problem.document}".rstrip(), (problem,)
        nameless = dataclasses.replace(problem, files=(), inside=problem.inside[:1], limit=None)
        yield (
            f"with the problem {problem.code} {problem.document}".rstrip() + " and nothing more known",
            (nameless,),
        )
    yield "with every problem at once", tuple(alone)


def _problem(code: ProblemCode, document: str = "") -> ProblemView:
    return ProblemView(
        code=code.value,
        document=document,
        files=("Portfolio.pdf", "Lebenslauf.docx"),
        inside=("Zeugnis.pdf", "Urkunde.pdf") if code is ProblemCode.NOT_A_PDF else (),
        limit=25,
    )


def _with(view: View, problems: Sequence[ProblemView]) -> View:
    codes = tuple(problem.code for problem in problems)
    about_files = [code for code in codes if code not in _WHICH]
    return dataclasses.replace(
        view,
        problems=tuple(problems),
        codes=codes,
        needs_file=bool(about_files),
        needs_position=len(about_files) < len(codes),
        only_missing=set(codes) == {ProblemCode.MISSING_DOCUMENT},
        ambiguous=ProblemCode.POSITION_AMBIGUOUS in codes,
        positions=() if len(about_files) < len(codes) else view.positions,
    )


_FIRST: Mapping[Language, str] = {
    "en": "20 November 2026, 09:31 CET",
    "de": "20. November 2026, 09:31 Uhr (MEZ)",
}
_OPEN = (
    PositionView(
        title="Coastal Statistics",
        group="PostDoc positions",
        duration="2 years",
        deadline="15 December 2026, 23:59 CET",
    ),
    PositionView(title="Theory of Tides", group="Young Investigator Groups", duration="5 years"),
)
_CLOSED = (
    PositionView(
        title="Maps of Sand", group="PostDoc positions", duration="2 years", deadline="1 May 2026, 23:59 CEST"
    ),
    PositionView(title="Research associate", reference="ANR 1", employer="University of Nordhafen"),
)
_ELSEWHERE = (
    PositionView(title="Lighthouse keeping", reference="ANR 2", employer="University of Nordhafen"),
    PositionView(
        title="Shore walking", portal="https://jobs.example.org/", deadline="1 May 2026, 23:59 CEST"
    ),
    PositionView(title="Cartography", portal_name="the portal that the advertisement links"),
)


def _view(language: Language) -> View:
    arrived = {"en": "22 November 2026, 14:05 CET", "de": "22. November 2026, 14:05 Uhr (MEZ)"}[language]
    return View(
        case="K7Q2",
        name="Nadia Ferreira",
        arrived=arrived,
        files=("Portfolio.pdf", "Lebenslauf.docx", ""),
        institution=InstitutionView(
            name="Institute of Coasts",
            address=("Quay 1", "27411 Nordhafen"),
            contact="Helena Marquardsen",
            email="office@coasts.example.org",
            privacy_notice="https://coasts.example.org/privacy",
        ),
        mailbox="positions@coasts.example.org",
        positions=_OPEN[:1],
        offered=_OPEN,
        open_positions=_OPEN,
        documents=(
            DocumentView(kind="letter", pages="1"),
            DocumentView(kind="cv", pages="2–4"),
            DocumentView(kind="certificates"),
        ),
        wanted=tuple(kind.value for kind in DocumentKind),
    )
