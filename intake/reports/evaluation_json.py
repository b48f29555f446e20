"""An evaluation as JSON, for programs that compare two of them. The keys are a contract."""

from __future__ import annotations

from typing import Any

from intake.model import DocumentKind, PageClass, Presence
from intake.reports import evaluation
from intake.reports.evaluation import Confusion, Figures, Judgement, Report


def as_json(report: Report) -> dict[str, Any]:
    """The object of ``evaluate --json``. Every key is always there; a share of nothing is null.

    ``all``, and each of ``languages`` and ``scans``, has the keys of ``figures_as_json``. ``cases`` lists
    every judged file in the order of the truth; evidence is given where ``mistake`` is not null.
    """
    whole = evaluation.figures(report.judgements)
    return {
        "folder": report.folder,
        "all": figures_as_json(whole),
        "languages": {
            name: figures_as_json(one) for name, one in evaluation.by_language(report.judgements).items()
        },
        "scans": {name: figures_as_json(one) for name, one in evaluation.by_scan(report.judgements).items()},
        "time": {
            "seconds": round(report.times.seconds, 3),
            "cpu_seconds": _rounded(report.times.cpu),
            "workers": report.times.workers,
            "pages": whole.sheets,
            "seconds_per_page": _rounded(evaluation.share(report.times.seconds, whole.sheets)),
            "cpu_seconds_per_page": _rounded(
                None if report.times.cpu is None else evaluation.share(report.times.cpu, whole.sheets)
            ),
        },
        "cases": [_case(one) for one in report.judgements],
        "unlisted": list(report.unlisted),
        "unjudged": [{"file": file, "error": error} for file, error in report.unjudged],
    }


def figures_as_json(found: Figures) -> dict[str, Any]:
    """The figures of one group, with their shares beside them."""
    return {
        "applications": found.applications,
        "complete": found.complete,
        "incomplete": found.incomplete,
        "exact": found.exact,
        "exact_share": _rounded(evaluation.share(found.exact, found.applications)),
        "false_demands": {
            "documents": found.demanded,
            "of_documents": found.there,
            "applications": found.demanded_of_any,
            "complete_applications": found.demanded_of_complete,
            "told": found.told,
            "per_complete_application": _rounded(
                evaluation.share(found.demanded_of_complete, found.complete)
            ),
            "per_document": _rounded(evaluation.share(found.demanded, found.there)),
        },
        "missed_gaps": {
            "applications": found.missed,
            "per_incomplete_application": _rounded(evaluation.share(found.missed, found.incomplete)),
        },
        "review": {
            "applications": found.review,
            "share": _rounded(evaluation.share(found.review, found.applications)),
        },
        "faulty_files": found.faulty,
        "outcomes": {
            name: {
                outcome.value: found.outcomes.get((complete, outcome), 0) for outcome in evaluation.OUTCOMES
            }
            for name, complete in (("complete", True), ("incomplete", False))
        },
        "documents": {
            kind.value: {
                name: {status.value: found.documents.get((kind, there, status), 0) for status in Presence}
                for name, there in (("there", True), ("missing", False))
            }
            for kind in DocumentKind
        },
        "pages": {
            "all": _confusion_as_json(found.pages),
            "read": _confusion_as_json(found.read),
            "inferred": _confusion_as_json(found.inferred),
        },
        "ocr_pages": found.ocr,
        "ocr_pages_per_application": _rounded(evaluation.share(found.ocr, found.applications)),
        "file_seconds": round(found.seconds, 3),
        "file_pages": found.sheets,
    }


def _confusion_as_json(found: Confusion) -> dict[str, Any]:
    return {
        "pages": found.pages,
        "right": found.right,
        "accuracy": _rounded(found.accuracy),
        "confusion": {
            expected.value: {kind.value: found.counts.get((expected, kind), 0) for kind in PageClass}
            for expected in evaluation.EXPECTED
        },
    }


def _case(one: Judgement) -> dict[str, Any]:
    what = evaluation.mistake(one)
    return {
        "file": one.truth.file,
        "mistake": what.value if what else None,
        "outcome": one.verdict.outcome.value,
        "problems": [problem.code.value for problem in one.verdict.problems],
        "documents": [
            {
                "kind": document.kind.value,
                "expected": "present" if document.kind in one.truth.holds else "absent",
                "status": document.status.value,
                "pages": list(document.pages),
                "confidence": round(document.confidence, 2),
                "evidence": list(document.evidence) if what else [],
            }
            for document in one.verdict.documents
        ],
        "pages": [
            {
                "page": page.number,
                "expected": page.expected.value,
                "found": page.found.value,
                "read": page.read,
            }
            for page in one.pages
        ],
        "ocr": list(one.ocr),
        "page_count": one.page_count,
        "seconds": round(one.seconds, 3),
        "reasons": list(one.verdict.reasons) if what else [],
    }


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 4)
