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
    for kind in (ReplyKind.ACKNOWLEDGEMENT, ReplyKind.RECEIVED):
        yield Scene(kind=kind, title="with everything known", view=noted)
        yield Scene(kind=kind, title="with little known", view=bare)
    for title, closed, elsewhere in (
        ("closed", _CLOSED, ()),
        ("elsewhere", (), _ELSEWHERE),
        ("both", _CLOSED, _ELSEWHERE),
    ):
        for known in (view, bare):
            redirected = dataclasses.replace(known, closed=closed, elsewhere=elsewhere)
            yield Scene(kind=ReplyKind.REDIRECTED, title=f"positions: {title}", view=redirected)
    for title, problems in _problem_sets():
        for known in (
            noted,
            bare,
            dataclasses.replace(bare, secure_upload="https://upload.example.org/drop", last=True),
        ):
            yield Scene(kind=ReplyKind.CORRECTION, title=title, view=_with(known, problems))


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
    for word in FORBIDDEN:
        if re.search(word, f"{subject} {words}", re.IGNORECASE):
            yield f'it says "{word}", but only the form is checked'
    if scene.kind is ReplyKind.CORRECTION:
        yield from _faults_of_correction(language, view, words)


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


_OPEN = (
    PositionView(title="Coastal Statistics", group="PostDoc positions", duration="2 years"),
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
