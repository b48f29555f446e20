"""One application of the hard cases: how it is put together, and what a user would want to be told of it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path
from random import Random

from intake import rulebook
from intake.demo import documents
from intake.demo.documents.sheet import Language
from intake.demo.varied import certificates, cvs, invented, letters, strangers
from intake.demo.varied.certificates import CertificateKind
from intake.demo.varied.cvs import CvLayout
from intake.demo.varied.invented import Someone
from intake.demo.varied.letters import LetterLayout
from intake.demo.varied.strangers import StrangerKind
from intake.journey import decide, pick, plan, route, screen, traffic
from intake.model import Address, Institution, Verdict
from intake.ports import PdfReader

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOT_ABSENT = "present or unsure"
NOT_PRESENT = "absent or unsure"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The status of each document, which may be an "or" of two, and classes of pages where they matter."""

    letter: str
    cv: str
    certificates: str
    pages: str = ""  # "letter cv certificates": the order of classes, whatever their lengths; "": any


class Papers:
    """Documents of one invented person in one language; ``seed`` chooses person, wording and type."""

    def __init__(self, seed: str, language: Language = "en", *, sector: invented.Sector = "academic") -> None:
        self.chance = Random(seed)
        self.who: Someone = invented.someone(self.chance, sector)
        self.language = language

    def letter(self, layout: LetterLayout = "cover") -> bytes:
        return letters.letter(layout, self.who, self.language, self.chance).pdf

    def cv(self, layout: CvLayout = "one-column") -> bytes:
        return cvs.cv(layout, self.who, self.language, self.chance).pdf

    def certificate(self, kind: CertificateKind = "master") -> bytes:
        return certificates.certificate(kind, self.who, self.language, self.chance).pdf

    def stranger(self, kind: StrangerKind) -> bytes:
        return strangers.stranger(kind, self.who, self.language, self.chance).pdf

    def complete(self) -> bytes:
        return documents.joined(self.letter(), self.cv(), self.certificate())


def rules() -> plan.Rules:
    """The shipped rules for a mailbox of an invented centre."""
    book = rulebook.load(CONFIG)
    return plan.Rules(
        screen=screen.Rules(addresses=("jobs@example.test",)), pick=pick.Rules(), recognise=book.documents,
        route=route.Rules(groups=book.groups, positions=book.positions),
        decide=decide.Rules(positions=book.positions, max_pdf_bytes=25 * 2**20, max_pages=60), texts=book.texts,
        groups=book.groups, positions=book.positions, institution=Institution(name={"en": "Centre", "de": "Zentrum"}),
        sender=Address(address="jobs@example.test"),
        traffic=traffic.Limits(address=6, domain=200, subject=200, hourly=300),
    )  # fmt: skip


def unlike(wanted: Wanted, verdict: Verdict) -> list[str]:
    """What differs from the wish, in words; empty when nothing does."""
    found = {document.kind.value: document.status.value for document in verdict.documents}
    return differing(wanted, found, [page.value for page in verdict.pages])


def differing(wanted: Wanted, found: dict[str, str], classes: list[str]) -> list[str]:
    """The same for statuses by kind and for pages' classes, as `intake check --json` prints them."""
    wishes = {"letter": wanted.letter, "cv": wanted.cv, "certificates": wanted.certificates}
    unmet = [
        f"{kind}: wanted {wish}, found {found.get(kind)}"
        for kind, wish in wishes.items()
        if found.get(kind) not in wish.split(" or ")
    ]
    runs = " ".join(page_class for page_class, _ in itertools.groupby(classes))
    if wanted.pages and runs != wanted.pages:
        unmet.append(f"pages: wanted {wanted.pages}, found {runs}")
    return unmet


def false_findings(wanted: Wanted, found: dict[str, str]) -> list[str]:
    """What must never be said: that a document is missing which is there, or there which is missing."""
    wishes = {"letter": wanted.letter, "cv": wanted.cv, "certificates": wanted.certificates}
    return [
        f"{kind}: found {found[kind]}, wanted {wish}"
        for kind, wish in wishes.items()
        if found[kind] in ("present", "absent") and found[kind] not in wish.split(" or ")
    ]


def statuses(verdict: Verdict) -> dict[str, str]:
    return {document.kind.value: document.status.value for document in verdict.documents}


def judged(pdf: bytes, reader: PdfReader, by: plan.Rules) -> Verdict:
    """What `intake check FILE.pdf` finds: the real reader, the shipped rules, no mail."""
    chosen = plan.pick_alone("application.pdf", pdf, by)
    return plan.judge_alone(chosen, reader.read(pdf), by)
