"""The written mails of tests/routing_mails, each judged as the worker would, with what was meant beside it.

Every file there is TOML with one ``[[mail]]`` for each mail. Its keys:

    name            what the mail is about, unique within its file
    subject, body   as written; quoted and forwarded text stands in the body
    to              the address it was sent to, when it is not the plain one
    letter, cv      the text of that page of the PDF; without them a letter and a CV that name no position
    file            the name of the PDF
    arrived         when, when it is not 3 November 2025

and what was meant, one or two of:

    positions       the positions applied for; with ``elsewhere`` or ``closed`` also those that take no mails
    asked           nobody can say: "ambiguous", "unknown", or "either" of these
    among           candidates that an ambiguous answer must offer, at least
    accept          lists of positions that are as right as what was meant
    accept-asked    true where a question is as right as what was meant

The mails in ``tuning`` may be looked at while the rules change; those in ``held_out`` only to report a figure.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from enum import StrEnum
from pathlib import Path
from typing import Any

from intake.journey import plan
from intake.model import Line, Message, MessageKey, PageFacts, PdfFacts, ProblemCode, Verdict
from tests import builders

MAILS = Path(__file__).resolve().parent / "routing_mails"
ARRIVED = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)

LETTER = """
Dear Sir or Madam,

please find my papers below. I am looking forward to hearing from you and would be glad to tell you more about me in an
interview.

Yours sincerely,
Nadia Ferreira
"""
CV = """
Curriculum Vitae
Education
2015 - 2019 University of Coimbra
2011 - 2015 University of Porto
Professional experience
2019 - 2023 Assistant
Awards
Teaching
"""
CERTIFICATE = """
Certificate
Be it known that the Rector and the Dean of the Faculty
confer the degree of Doctor
This is to certify that Nadia Ferreira has successfully completed
"""

_QUESTIONS = {ProblemCode.POSITION_AMBIGUOUS: "ambiguous", ProblemCode.POSITION_UNKNOWN: "unknown"}
_NOT_HERE = {ProblemCode.APPLY_ELSEWHERE: "elsewhere", ProblemCode.POSITION_CLOSED: "closed"}


class Score(StrEnum):
    """How a decision stands to what was meant. Only WRONG does harm."""

    RIGHT = "right"
    ASKED = "asked"  # a question, or another question, than was meant
    WRONG = "wrong"  # confident, and not what was meant


@dataclass(frozen=True, kw_only=True)
class Written:
    """One mail of the files."""

    group: str
    name: str
    given: dict[str, Any]

    @property
    def meant(self) -> str:
        return "; ".join(
            f"{key} {self.given[key]}"
            for key in ("positions", "elsewhere", "closed", "asked")
            if key in self.given
        )


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A mail with its decision: positions, those not to be had by mail, and a question or ""."""

    written: Written
    score: Score
    positions: tuple[str, ...]
    not_here: tuple[tuple[str, str], ...]
    question: str
    among: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def decided(self) -> str:
        offered = f" {list(self.among)}" if self.among else ""
        parts = [f"asked {self.question}{offered}"] if self.question else []
        parts += [f"positions {list(self.positions)}"] if self.positions else []
        return "; ".join([*parts, *(f"{kind} {position}" for kind, position in self.not_here)])


def mails(part: str) -> tuple[Written, ...]:
    """All mails of "tuning" or "held_out", by file and in their order."""
    return tuple(
        Written(group=f"{part}/{path.stem}", name=given["name"], given=given)
        for path in sorted((MAILS / part).glob("*.toml"))
        for given in tomllib.loads(path.read_text(encoding="utf-8"))["mail"]
    )


def judge(written: Written, rules: plan.Rules) -> Judged:
    """The mail as the worker would judge it, from its raw bytes and the pages of its PDF, and its score."""
    verdict = _verdict(written.given, rules)
    question = next((_QUESTIONS[one.code] for one in verdict.problems if one.code in _QUESTIONS), "")
    not_here = tuple(
        (_NOT_HERE[one.code], one.position)
        for one in verdict.problems
        if one.code in _NOT_HERE and one.position
    )
    here = tuple(one for one in verdict.positions if one not in {position for _, position in not_here})
    among = next(
        (one.candidates for one in verdict.problems if one.code is ProblemCode.POSITION_AMBIGUOUS), ()
    )
    return Judged(
        written=written,
        score=_score(written.given, here, not_here, question, among),
        positions=here,
        not_here=not_here,
        question=question,
        among=among,
        reasons=verdict.reasons,
    )


def raw(given: dict[str, Any]) -> bytes:
    """The mail as it would lie in the mailbox, with one PDF."""
    name = given.get("file", "application.pdf")
    return builders.gmail(
        given["body"].strip("\n"),
        (builders.File(name, builders.pdf()),),
        to=given.get("to", builders.MAILBOX),
        subject=Header(given["subject"], "utf-8").encode()
        if not given["subject"].isascii()
        else given["subject"],
    )


def pages(given: dict[str, Any]) -> PdfFacts:
    """What the PDF holds: a letter, a CV and a certificate, each on one page."""
    texts = (given.get("letter", LETTER), given.get("cv", CV), CERTIFICATE)
    made = tuple(
        PageFacts(number=number, width=595, height=842, lines=_lines(text))
        for number, text in enumerate(texts, 1)
    )
    return PdfFacts(sha256="0", size=9, page_count=len(made), pages=made)


def _lines(text: str) -> tuple[Line, ...]:
    rows = enumerate(text.strip("\n").split("\n"))
    return tuple(Line(text=line, size=11, x=70, y=780 - 15 * row) for row, line in rows if line)


def _verdict(given: dict[str, Any], rules: plan.Rules) -> Verdict:
    content = raw(given)
    arrived = given.get("arrived", ARRIVED)
    key = MessageKey(mailbox="open-positions", uidvalidity=1, uid=1)
    opening = plan.examine(Message(key=key, arrived=arrived, size=len(content), raw=content), rules)
    return plan.conclude(
        opening, pages(given), case="K7QX", rules=rules, circumstances=plan.Circumstances(), now=arrived, token="t1"
    ).verdict  # fmt: skip


def _score(
    given: dict[str, Any],
    here: tuple[str, ...],
    not_here: tuple[tuple[str, str], ...],
    question: str,
    among: tuple[str, ...],
) -> Score:
    if question:
        meant = given.get("asked", "either" if given.get("accept-asked") else "")
        offered = question == "unknown" or set(given.get("among", ())) <= set(among)
        return Score.RIGHT if meant in ("either", question) and offered else Score.ASKED
    meant_there = {(kind, one) for kind in ("elsewhere", "closed") for one in given.get(kind, ())}
    if "asked" not in given and list(here) == given.get("positions", []) and set(not_here) == meant_there:
        return Score.RIGHT
    everything = {*here, *(position for _, position in not_here)}
    return Score.RIGHT if everything in [set(one) for one in given.get("accept", ())] else Score.WRONG
