"""The mails that are measured: applications of about 12 pages and 1 MB, composed once, each from another person.

``born_digital``: complete applications in English and German, written by programs, with a photograph in the CV
and the pictures that scans of seals and letterheads leave on certificates. ``scanned``: the same with every
certificate as an office scanner delivers it. ``mixed``: what a mailbox sees on a usual day, see ``_DAY``.

No two mails are alike: address, Message-ID and the bytes of the PDF differ, so that no mail is known from before.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import cycle, islice
from random import Random

from PIL import Image, ImageFilter
from pypdf import PdfReader, PdfWriter
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from intake.demo import clients, documents, people
from intake.demo.documents import Language

ACCOUNTS = 1200
_PICTURE = (345, 380)  # pixels; as JPEG some 90 kB, so that 12 pages come to 1 MB
_KINDS: tuple[documents.CertificateKind, ...] = (
    "doctorate", "master", "bachelor", "transcript", "language", "employer", "school", "transcript", "employer"
)  # fmt: skip
_POSTS: dict[str, dict[Language, str]] = {
    "postdoc/causal-inference": {
        "en": "Application: PostDoc position in Causal Inference",
        "de": "Bewerbung als PostDoc, Causal Inference",
    },
    "yig/uncertainty-quantification": {
        "en": "Application: Young Investigator Group Uncertainty Quantification in Machine Learning",
        "de": "Bewerbung: Nachwuchsgruppe Uncertainty Quantification in Machine Learning",
    },
}
_TEXTS: dict[Language, str] = {
    "en": "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\n{name}\n",
    "de": "Sehr geehrte Damen und Herren,\n\nanbei sende ich Ihnen meine Bewerbung als eine PDF-Datei.\n\n"
    "Mit freundlichen Grüßen\n{name}\n",
}
_WRITERS = (clients.thunderbird, clients.gmail, clients.outlook, clients.apple)


@dataclass(frozen=True, kw_only=True)
class _Paper:
    """One composed PDF and whose it is."""

    person: people.Person
    language: Language
    post: str
    content: bytes


def address(number: int) -> str:
    """The applicant's mailbox; ``ACCOUNTS`` of them."""
    return f"a{number:04}@example.test"


def born_digital(count: int, *, first: int = 0) -> Iterator[bytes]:
    """So many complete applications. first: the number of the first applicant."""
    for number, paper in _numbered(count, first, _complete()):
        yield _application(number, paper)


def scanned(count: int, *, first: int = 0) -> Iterator[bytes]:
    """Complete applications whose certificates are scans without a text layer."""
    for number, paper in _numbered(count, first, _with_scans()):
        yield _application(number, paper)


def mixed(count: int, *, first: int = 0) -> Iterator[bytes]:
    """Mails as they come: the kinds of ``_DAY`` in turn."""
    kinds = [kind for kind, times in _DAY for _ in range(times)]
    Random(7).shuffle(kinds)
    for number, kind in enumerate(islice(cycle(kinds), count), first):
        yield kind(number)


def _numbered(count: int, first: int, papers: Sequence[_Paper]) -> Iterator[tuple[int, _Paper]]:
    return zip(range(first, first + count), cycle(papers), strict=False)


def _application(number: int, paper: _Paper, content: bytes | None = None) -> bytes:
    """One mail; a comment behind the last line of the PDF makes it another file than all others."""
    pdf = (paper.content if content is None else content) + b"%% %d\n" % number
    return _mail(number, paper, clients.File(name="Application.pdf", content=pdf))


def _mail(number: int, paper: _Paper, *files: clients.File, subject: str = "", text: str = "") -> bytes:
    draft = clients.Draft(
        sender=paper.person.name,
        address=address(number),
        subject=subject or _POSTS[paper.post][paper.language],
        text=text or _TEXTS[paper.language].format(name=paper.person.name),
        files=files,
        sent=datetime.now(UTC),
    )
    return _WRITERS[number % len(_WRITERS)](draft)


# --- papers ---------------------------------------------------------------------------------------


@cache
def _complete() -> tuple[_Paper, ...]:
    return tuple(
        _Paper(person=who, language=language, post=post, content=_composed(who, language, post))
        for post, (language, who) in zip(cycle(_POSTS), _people(), strict=False)
    )


@cache
def _with_scans() -> tuple[_Paper, ...]:
    papers = []
    for paper in _complete()[:6]:
        pages = len(PdfReader(io.BytesIO(paper.content)).pages)
        own = documents.pages(paper.content, 1, 2, 3)
        scans = documents.scanned(documents.pages(paper.content, *range(4, pages + 1)))
        papers.append(_Paper(person=paper.person, language=paper.language, post=paper.post,
                             content=documents.joined(own, scans)))  # fmt: skip
    return tuple(papers)


def _people() -> list[tuple[Language, people.Person]]:
    languages: tuple[Language, ...] = ("en", "de")
    return [(language, who) for who in people.EVERYONE[:6] for language in languages]


def _composed(who: people.Person, language: Language, post: str) -> bytes:
    """Letter, CV of two pages and certificates, about 12 pages, with a picture in the margin of most."""
    letter = documents.letter(who, language, (post,))
    cv = documents.cv(who, language, layout="tabular" if language == "de" else "academic")
    certificates = (documents.certificate(kind, who, language) for kind in _KINDS)
    plain = documents.joined(letter, cv, *certificates)
    writer = PdfWriter(clone_from=io.BytesIO(plain))
    for number, page in enumerate(writer.pages):
        if number:  # letters carry none
            page.merge_page(PdfReader(io.BytesIO(_stamp(f"{who.login}{number}"))).pages[0], over=False)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _stamp(seed: str) -> bytes:
    """A page with a picture in its lower right corner, where no text stands."""
    chance = Random(seed)
    grain = Image.frombytes("RGB", _PICTURE, chance.randbytes(_PICTURE[0] * _PICTURE[1] * 3))
    ground = Image.new("RGB", _PICTURE, (chance.randrange(120, 220), 180, chance.randrange(120, 220)))
    picture = Image.blend(ground, grain.filter(ImageFilter.GaussianBlur(0.4)), 0.5)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=90)
    jpeg.seek(0)
    target = io.BytesIO()
    canvas = Canvas(target, invariant=1)
    canvas.drawImage(ImageReader(jpeg), 189 * mm, 3 * mm, 18 * mm, 20 * mm)
    canvas.save()
    return target.getvalue()


# --- a usual day ----------------------------------------------------------------------------------


def _paper(number: int) -> _Paper:
    return _complete()[number % len(_complete())]


def _whole(number: int) -> bytes:
    return _application(number, _paper(number))


def _scan(number: int) -> bytes:
    return _application(number, _with_scans()[number % len(_with_scans())])


def _without_certificates(number: int) -> bytes:
    return _application(number, _paper(number), _first_pages(number % len(_complete())))


@cache
def _first_pages(index: int) -> bytes:
    return documents.pages(_complete()[index].content, 1, 2, 3)


def _several_files(number: int) -> bytes:
    paper, parts = _paper(number), []
    for name, content in (
        ("Letter.pdf", _first_pages(number % len(_complete()))),
        ("All.pdf", paper.content),
    ):
        parts.append(clients.File(name=name, content=content + b"%% %d\n" % number))
    return _mail(number, paper, *parts)


def _question(number: int) -> bytes:
    text = "Dear Sir or Madam,\n\nis the position still open, and until when may I apply?\n\nKind regards\n"
    return _mail(number, _paper(number), subject="Question about a position", text=text)


def _nothing_attached(number: int) -> bytes:
    return _mail(number, _paper(number))


def _out_of_office(number: int) -> bytes:
    draft = clients.Draft(sender="Office", address=address(number), subject="Out of office",
                          text="I am away until Monday.\n", sent=datetime.now(UTC))  # fmt: skip
    return clients.automatic_reply(draft)


_DAY: tuple[tuple[Callable[[int], bytes], int], ...] = (
    (_whole, 66),
    (_scan, 6),
    (_without_certificates, 8),
    (_several_files, 6),
    (_nothing_attached, 4),
    (_question, 6),
    (_out_of_office, 4),
)
"""Kinds of mail with their share in 100; whoever sees another day changes it here."""


def application_pdf() -> bytes:
    """One complete application, for whoever needs no mail."""
    return _complete()[0].content
