"""How well recognition does against known truth: verdicts and truth in, figures out.

What is counted is in ``Figures``. Pages that were *read* (text layer or OCR) and pages that were *inferred*
(a scan that was not read takes the class its neighbours imply) are counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

from intake.model import DocumentKind, Outcome, PageClass, Presence, Verdict, value

OUTCOMES = (Outcome.ACCEPTED, Outcome.CORRECTION, Outcome.REVIEW)
"""What can become of a bare PDF."""

EXPECTED = tuple(kind for kind in PageClass if kind is not PageClass.UNREADABLE)
"""The classes that a page can have by truth."""

NOT_SAID = "not said"
"""The group of applications whose truth names no language, or not whether they are scans."""


@value
class Truth:
    """What a person knows of one file.

    holds: the documents in it; pages: the class of each page from the first, None where it is not known;
    language and scan (yes, no, partly): "" when not said.
    """

    file: str
    holds: frozenset[DocumentKind]
    pages: tuple[PageClass | None, ...] = ()
    language: str = ""
    scan: str = ""


@value
class Judgement:
    """One file, judged. read: of each page whether its text was read; ocr: numbers of the pages that OCR
    read; page_count: 0 when nobody could count them; seconds: from opening the file to its verdict."""

    truth: Truth
    verdict: Verdict
    read: tuple[bool, ...] = ()
    ocr: tuple[int, ...] = ()
    page_count: int = 0
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Everything that the rules ask for is there."""
        return all(document.kind in self.truth.holds for document in self.verdict.documents)

    @property
    def exact(self) -> bool:
        """Every document was judged right: present when it is there, absent when it is not."""
        return all(
            document.status is (Presence.PRESENT if document.kind in self.truth.holds else Presence.ABSENT)
            for document in self.verdict.documents
        )

    @property
    def demanded(self) -> tuple[DocumentKind, ...]:
        """Documents that are there and were called absent."""
        return tuple(
            document.kind
            for document in self.verdict.documents
            if document.status is Presence.ABSENT and document.kind in self.truth.holds
        )

    @property
    def missed(self) -> bool:
        """Accepted although something is missing."""
        return self.verdict.outcome is Outcome.ACCEPTED and not self.complete

    @property
    def pages(self) -> tuple[Page, ...]:
        """Every page whose class is known. Of a file that could not be opened none was read."""
        return tuple(self._pages())

    def _pages(self) -> Iterator[Page]:
        for number, expected in enumerate(self.truth.pages, start=1):
            if expected is None or 0 < self.page_count < number:
                continue
            judged = number <= len(self.verdict.pages)
            yield Page(
                number=number,
                expected=expected,
                found=self.verdict.pages[number - 1] if judged else PageClass.UNREADABLE,
                read=judged and number <= len(self.read) and self.read[number - 1],
            )


@value
class Page:
    """One page whose class is known. read: it was, and not inferred from its neighbours."""

    number: int
    expected: PageClass
    found: PageClass
    read: bool

    @property
    def right(self) -> bool:
        return self.expected is self.found


class Mistake(StrEnum):
    """What is wrong with a judgement, worst first."""

    FALSE_DEMAND = "false demand"
    MISSED_GAP = "missed gap"
    NOT_EXACT = "not exact"
    PAGES = "pages only"


def mistake(judgement: Judgement) -> Mistake | None:
    """The worst that is wrong with it, or None."""
    if judgement.demanded:
        return Mistake.FALSE_DEMAND
    if judgement.missed:
        return Mistake.MISSED_GAP
    if not judgement.exact:
        return Mistake.NOT_EXACT
    return None if all(page.right for page in judgement.pages) else Mistake.PAGES


# --- figures -------------------------------------------------------------------------------------


@value
class Confusion:
    """Pages by (class they are, class they were given)."""

    counts: Mapping[tuple[PageClass, PageClass], int]

    @property
    def pages(self) -> int:
        return sum(self.counts.values())

    @property
    def right(self) -> int:
        return sum(number for (expected, found), number in self.counts.items() if expected is found)

    @property
    def accuracy(self) -> float | None:
        return share(self.right, self.pages)


@value
class Figures:
    """What is counted over some applications.

    - applications = complete + incomplete, by truth.
    - exact: all documents judged right.
    - there: documents that are there. demanded: those of them called absent (*false demands*).
      demanded_of_complete, demanded_of_any: applications with a false demand; told: with one that would
      have been told to the applicant, because the outcome is a correction.
    - missed: incomplete applications that were accepted (*missed gaps*).
    - outcomes: by (complete, outcome). documents: by (kind, there, status).
    - faulty: files that could not be read as a PDF, among them locked and damaged ones.
    - read, inferred: pages, see the module. ocr: pages that OCR read. sheets: pages of all files.
    - seconds: from opening a file to its verdict, added up; several are judged at a time.
    """

    applications: int
    complete: int
    exact: int
    there: int
    demanded: int
    demanded_of_complete: int
    demanded_of_any: int
    told: int
    missed: int
    outcomes: Mapping[tuple[bool, Outcome], int]
    documents: Mapping[tuple[DocumentKind, bool, Presence], int]
    faulty: int
    read: Confusion
    inferred: Confusion
    ocr: int
    sheets: int
    seconds: float

    @property
    def incomplete(self) -> int:
        return self.applications - self.complete

    @property
    def review(self) -> int:
        """Applications sent to a person."""
        return sum(number for (_, outcome), number in self.outcomes.items() if outcome is Outcome.REVIEW)

    @property
    def pages(self) -> Confusion:
        """Read and inferred together."""
        return Confusion(counts=Counter(self.read.counts) + Counter(self.inferred.counts))


def figures(judgements: Sequence[Judgement]) -> Figures:
    """Everything counted over these."""
    complete = [one for one in judgements if one.complete]
    demanded = [one for one in judgements if one.demanded]
    documents = Counter(
        (document.kind, document.kind in one.truth.holds, document.status)
        for one in judgements
        for document in one.verdict.documents
    )
    return Figures(
        applications=len(judgements),
        complete=len(complete),
        exact=sum(one.exact for one in judgements),
        there=sum(number for (_, there, _), number in documents.items() if there),
        demanded=sum(len(one.demanded) for one in demanded),
        demanded_of_complete=sum(one.complete for one in demanded),
        demanded_of_any=len(demanded),
        told=sum(one.verdict.outcome is Outcome.CORRECTION for one in demanded),
        missed=sum(one.missed for one in judgements),
        outcomes=Counter((one.complete, one.verdict.outcome) for one in judgements),
        documents=documents,
        faulty=sum(not one.verdict.pages for one in judgements),
        read=_confusion(judgements, lambda page: page.read),
        inferred=_confusion(judgements, lambda page: not page.read),
        ocr=sum(len(one.ocr) for one in judgements),
        sheets=sum(one.page_count for one in judgements),
        seconds=sum(one.seconds for one in judgements),
    )


def _confusion(judgements: Iterable[Judgement], wanted: Callable[[Page], bool]) -> Confusion:
    pages = (page for one in judgements for page in one.pages if wanted(page))
    return Confusion(counts=Counter((page.expected, page.found) for page in pages))


def by_language(judgements: Sequence[Judgement]) -> dict[str, Figures]:
    """Figures for each language of the truth, the most frequent first."""
    return _by(judgements, lambda one: one.truth.language or NOT_SAID)


def by_scan(judgements: Sequence[Judgement]) -> dict[str, Figures]:
    """Figures for applications that are scans (yes), partly scans, and none (no)."""
    return _by(judgements, lambda one: one.truth.scan or NOT_SAID)


def _by(judgements: Sequence[Judgement], key: Callable[[Judgement], str]) -> dict[str, Figures]:
    groups: dict[str, list[Judgement]] = {}
    for one in judgements:
        groups.setdefault(key(one), []).append(one)
    ordered = sorted(groups, key=lambda name: (-len(groups[name]), name))
    return {name: figures(groups[name]) for name in ordered}


def share(part: float, whole: float) -> float | None:
    """``part / whole``, None where there is nothing to have a share of."""
    return part / whole if whole else None


# --- the whole run ------------------------------------------------------------------------------


@value
class Times:
    """What the whole run took. seconds: elapsed; cpu: seconds of all its processes, None if not known."""

    seconds: float
    cpu: float | None
    workers: int


@value
class Report:
    """Everything that an evaluation found. unlisted: PDFs in the folder that the truth does not name;
    unjudged: (file, why) of those that could not be judged."""

    folder: str
    judgements: tuple[Judgement, ...]
    times: Times
    unlisted: tuple[str, ...] = ()
    unjudged: tuple[tuple[str, str], ...] = ()

    @property
    def wrong(self) -> tuple[tuple[Judgement, Mistake], ...]:
        """Every case with a mistake, the worst first, else in the order of the truth."""
        found = [(one, what) for one in self.judgements if (what := mistake(one))]
        return tuple(sorted(found, key=lambda case: list(Mistake).index(case[1])))
