"""The figures of an evaluation as tables of words: what terminal and page show alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from intake.journey import summaries
from intake.model import DocumentKind, Outcome, PageClass, Presence, value
from intake.reports import evaluation
from intake.reports.evaluation import Confusion, Figures, Report, share

_OUTCOMES = {
    Outcome.ACCEPTED: "Accepted",
    Outcome.CORRECTION: "Correction",
    Outcome.REVIEW: "Review",
}


@value
class Table:
    """One table. The first column names its rows."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def all_of(report: Report) -> list[Table]:
    """Every table, the most important first."""
    whole = evaluation.figures(report.judgements)
    found = [
        headline(whole),
        outcomes(whole),
        documents(whole),
        *(confusion(name, title, pages) for name, title, pages in _confusions(whole)),
        groups("languages", "By language", evaluation.by_language(report.judgements), {}),
        groups("scans", "By scan", evaluation.by_scan(report.judgements), _SCANS),
        times(report, whole),
    ]
    return [table for table in found if table.rows]


_SCANS = {"yes": "all pages are scans", "partly": "some pages are scans", "no": "no page is a scan"}


def headline(found: Figures) -> Table:
    """The figures that decide."""
    return Table(
        id="figures",
        title="Figures",
        columns=("Figure", "Number", "Of", "Share"),
        rows=(
            _figure("Exact verdicts", found.exact, found.applications, "applications"),
            _figure(
                "False demands, per complete application",
                found.demanded_of_complete,
                found.complete,
                "complete applications",
            ),
            _figure("False demands, per document", found.demanded, found.there, "documents that are there"),
            _figure("False demands told to the applicant", found.told, found.applications, "applications"),
            _figure("Missed gaps", found.missed, found.incomplete, "incomplete applications"),
            _figure("Sent to review", found.review, found.applications, "applications"),
            _figure("Files that could not be read as PDF", found.faulty, found.applications, "applications"),
            _figure("Pages classed right", found.pages.right, found.pages.pages, "pages"),
            _figure("  of those read", found.read.right, found.read.pages, "pages"),
            _figure("  of those inferred", found.inferred.right, found.inferred.pages, "pages"),
        ),
        note="A false demand: a document that is there is called absent. A missed gap: accepted although"
        " something is missing. Inferred: a scan that was not read takes the class its neighbours imply.",
    )


def _figure(name: str, number: int, of: int, what: str) -> tuple[str, ...]:
    return name, str(number), f"{of} {what}", percent(share(number, of))


def outcomes(found: Figures) -> Table:
    """What became of complete and of incomplete applications."""
    rows = tuple(
        (name, *(str(found.outcomes.get((complete, outcome), 0)) for outcome in evaluation.OUTCOMES))
        for name, complete in (("Complete", True), ("Incomplete", False))
    )
    columns = ("Application", *(_OUTCOMES[outcome] for outcome in evaluation.OUTCOMES))
    return Table(id="outcomes", title="Outcomes", columns=columns, rows=rows)


def documents(found: Figures) -> Table:
    """Present, absent and unsure, of each kind, when it is there and when it is missing."""
    rows = tuple(
        (
            f"{summaries.DOCUMENTS[kind.value]}, {name}",
            *(str(found.documents.get((kind, there, status), 0)) for status in Presence),
        )
        for kind in DocumentKind
        for name, there in (("there", True), ("missing", False))
    )
    columns = ("Document", *(status.value.capitalize() for status in Presence))
    return Table(id="documents", title="Documents", columns=columns, rows=rows)


def _confusions(found: Figures) -> Iterator[tuple[str, str, Confusion]]:
    yield "pages-read", "Pages read (text layer or OCR)", found.read
    yield "pages-inferred", "Pages inferred, not read", found.inferred


def confusion(name: str, title: str, found: Confusion) -> Table:
    """Rows are what the pages are, columns what they were taken for."""
    rows = tuple(
        (
            summaries.PAGES[expected.value],
            *(str(found.counts.get((expected, kind), 0)) for kind in PageClass),
            percent(_recall(found, expected)),
        )
        for expected in evaluation.EXPECTED
    )
    columns = ("Page is", *(summaries.PAGES[kind.value] for kind in PageClass), "right")
    return Table(id=name, title=title, columns=columns, rows=rows if found.pages else ())


def _recall(found: Confusion, expected: PageClass) -> float | None:
    whole = sum(number for (kind, _), number in found.counts.items() if kind is expected)
    return share(found.counts.get((expected, expected), 0), whole)


def groups(name: str, title: str, found: Mapping[str, Figures], words: Mapping[str, str]) -> Table:
    """One row for each group; nothing where the truth names none."""
    rows = tuple((words.get(group, group), *_group(one)) for group, one in found.items())
    columns = (
        title.removeprefix("By ").capitalize(), "Applications", "Exact", "False demands", "Missed gaps", "Review",
        "Pages", "Read right", "Inferred right", "ms per page",
    )  # fmt: skip
    return Table(
        id=name,
        title=title,
        columns=columns,
        rows=() if set(found) <= {evaluation.NOT_SAID} else rows,
        note="False demands per complete application, missed gaps per incomplete one; milliseconds from"
        " opening a file to its verdict, with several files at a time.",
    )


def _group(found: Figures) -> tuple[str, ...]:
    duration = share(1000 * found.seconds, found.sheets)
    return (
        str(found.applications),
        _counted(found.exact, found.applications),
        _counted(found.demanded_of_complete, found.complete),
        _counted(found.missed, found.incomplete),
        _counted(found.review, found.applications),
        str(found.pages.pages),
        _counted(found.read.right, found.read.pages),
        _counted(found.inferred.right, found.inferred.pages),
        "-" if duration is None else f"{duration:.0f}",
    )


def _counted(number: int, of: int) -> str:
    return f"{number}/{of} {number / of:.0%}" if of else "-"


def times(report: Report, whole: Figures) -> Table:
    """How long it took."""
    elapsed, cpu = report.times.seconds, report.times.cpu
    return Table(
        id="time",
        title="Time",
        columns=("What", "Figure"),
        rows=(
            ("Elapsed", f"{elapsed:.1f} s with {report.times.workers} at a time"),
            ("Elapsed per page", _milliseconds(share(elapsed, whole.sheets))),
            ("CPU, all processes", "not known here" if cpu is None else f"{cpu:.1f} s"),
            ("CPU per page", "not known here" if cpu is None else _milliseconds(share(cpu, whole.sheets))),
            ("Pages read by OCR", str(whole.ocr)),
            ("OCR pages per application", _plain(share(whole.ocr, whole.applications))),
        ),
    )


def _milliseconds(seconds: float | None) -> str:
    return "-" if seconds is None else f"{1000 * seconds:.1f} ms"


def _plain(number: float | None) -> str:
    return "-" if number is None else f"{number:.2f}"


def percent(number: float | None) -> str:
    """``12.3 %``; "-" where there was nothing to have a share of."""
    return "-" if number is None else f"{100 * number:.1f} %"
