"""An evaluation as one page: the figures, and every case with something wrong, with its evidence.

A report in, bytes out. The evidence quotes the papers that were judged: the page belongs to whoever may
read those.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any

import jinja2

from intake.journey import names, summaries
from intake.model import Document, PageClass
from intake.reports import evaluation_tables, look
from intake.reports.evaluation import Judgement, Mistake, Page, Report

_MOST_PAGES = 200  # rows of one case; a labelled book must not make a page nobody can open

_SECTIONS: Mapping[Mistake, tuple[str, str]] = {
    Mistake.FALSE_DEMAND: ("False demands", "A document that is there was called absent."),
    Mistake.MISSED_GAP: ("Missed gaps", "Accepted although something is missing."),
    Mistake.NOT_EXACT: (
        "Not exact",
        "A document was not judged as it is: unsure, or called present though it is missing.",
    ),
    Mistake.PAGES: ("Pages only", "Every document was judged right, but not every page."),
}
_EXPECTED = {True: "there", False: "missing"}


def page(report: Report) -> bytes:
    """The whole page, UTF-8."""
    wrong = report.wrong
    sections = [
        {
            "id": what.name.lower().replace("_", "-"),
            "title": title,
            "about": about,
            "cases": [_case(one, number) for number, (one, kind) in enumerate(wrong) if kind is what],
        }
        for what, (title, about) in _SECTIONS.items()
    ]
    rendered = _template().render(
        title="How right recognition is",
        folder=names.clean(report.folder),
        judged=len(report.judgements),
        tables=evaluation_tables.all_of(report),
        sections=sections,
        unjudged=[(names.clean(file), names.clean(error)) for file, error in report.unjudged],
        unlisted=[names.clean(file) for file in report.unlisted],
    )
    # A name of a file may hold half a surrogate pair (PEP 383), which is no UTF-8.
    return rendered.encode("utf-8", "replace")


def _case(one: Judgement, number: int) -> dict[str, Any]:
    signs, reasons = _signs(one)
    return {
        "id": f"case-{number}",
        "file": names.clean(one.truth.file),
        "is": "complete" if one.complete else "incomplete",
        "about": [text for text in (one.truth.language, _SCANS.get(one.truth.scan, "")) if text],
        "outcome": summaries.OUTCOMES[one.verdict.outcome],
        "problems": [summaries.PROBLEMS[problem.code] for problem in one.verdict.problems],
        "documents": [_document(document, one) for document in one.verdict.documents],
        "pages": [_page(page, one, signs.get(page.number, "")) for page in one.pages[:_MOST_PAGES]],
        "more": max(0, len(one.pages) - _MOST_PAGES),
        "reasons": reasons,
    }


_SCANS = {"yes": "all pages are scans", "partly": "some pages are scans", "no": "no scan"}


def _document(document: Document, one: Judgement) -> dict[str, Any]:
    right = document.status.value == ("present" if document.kind in one.truth.holds else "absent")
    return {
        "kind": summaries.DOCUMENTS[document.kind.value],
        "expected": _EXPECTED[document.kind in one.truth.holds],
        "found": summaries.PRESENCE[document.status.value],
        "verdict": "right" if right else "wrong",
        "pages": ", ".join(map(str, document.pages)),
        "certainty": f"{document.confidence:.0%}",
        "evidence": [names.clean(text) for text in document.evidence],
    }


def _page(page: Page, one: Judgement, signs: str) -> dict[str, str]:
    read = "OCR" if page.number in one.ocr else "text layer"
    return {
        "number": str(page.number),
        "expected": _words(page.expected),
        "found": _words(page.found),
        "verdict": "right" if page.right else "wrong",
        "how": read if page.read else "inferred",
        "signs": signs,
    }


def _words(kind: PageClass) -> str:
    return summaries.PAGES[kind.value]


def _signs(one: Judgement) -> tuple[dict[int, str], list[str]]:
    """What recognition says of each page, by page, and what it says besides."""
    of_pages: dict[int, str] = {}
    others: list[str] = []
    for number, text in _told(one):
        if number:
            of_pages[number] = text
        else:
            others.append(text)
    return of_pages, others[: summaries.MOST_REASONS]


def _told(one: Judgement) -> Iterator[tuple[int, str]]:
    """Reasons such as "p. 3: cv (0.98): …" with their page, others with 0."""
    for reason in one.verdict.reasons:
        place, _, text = reason.partition(": ")
        number = place.removeprefix("p. ")
        known = place.startswith("p. ") and number.isdecimal()
        yield (int(number), names.clean(text)) if known else (0, names.clean(reason))


@functools.cache
def _template() -> jinja2.Template:
    return look.template(_PAGE)


_PAGE = """\
{% extends "frame" %}
{% block content %}
<header>
<h1>{{ title }}</h1>
<p class="small">{{ judged }} applications of <bdi>{{ folder }}</bdi>, judged as <code>intake check</code> does.</p>
<div class="notice"><p>This page quotes the papers that were judged, names included. Show it only to people who may
read those, and delete it when you are done.</p></div>
</header>
{% for table in tables %}
<section aria-labelledby="{{ table.id }}">
<h2 id="{{ table.id }}">{{ table.title }}</h2>
<div class="scroll">
<table>
<caption>{{ table.note or table.title }}</caption>
<thead><tr>{% for column in table.columns %}<th scope="col"{% if not loop.first %} class="number"{% endif %}>{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in table.rows %}
<tr><th scope="row">{{ row[0] }}</th>{% for cell in row[1:] %}<td class="number">{{ cell }}</td>{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
{% endfor %}
{% for section in sections %}
<section aria-labelledby="{{ section.id }}">
<h2 id="{{ section.id }}">{{ section.title }} ({{ section.cases|length }})</h2>
<p>{{ section.about }}</p>
{% for case in section.cases %}
<article aria-labelledby="{{ case.id }}">
<h3 id="{{ case.id }}"><bdi>{{ case.file }}</bdi></h3>
<p>{{ case.is|capitalize }}{% for text in case.about %}, {{ text }}{% endfor %}. Outcome: {{ case.outcome }}.
{% for problem in case.problems %} Problem: {{ problem }}.{% endfor %}</p>
<div class="scroll">
<table>
<caption>Documents of <bdi>{{ case.file }}</bdi></caption>
<thead><tr><th scope="col">Document</th><th scope="col">Is</th><th scope="col">Judged</th><th scope="col">Verdict</th>
<th scope="col">Pages</th><th scope="col">Certainty</th><th scope="col">Evidence</th></tr></thead>
<tbody>
{% for row in case.documents %}
<tr><th scope="row">{{ row.kind }}</th><td>{{ row.expected }}</td><td>{{ row.found }}</td>{{ verdict(row.verdict) }}
<td>{{ row.pages or "none" }}</td><td>{{ row.certainty }}</td>
<td>{% if row.evidence %}<ul>{% for text in row.evidence %}<li>{{ text }}</li>{% endfor %}</ul>{% else %}none{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% if case.pages %}
<div class="scroll">
<table>
<caption>Pages of <bdi>{{ case.file }}</bdi></caption>
<thead><tr><th scope="col">Page</th><th scope="col">Is</th><th scope="col">Judged</th><th scope="col">Verdict</th>
<th scope="col">Read by</th><th scope="col">Class, belief and signs</th></tr></thead>
<tbody>
{% for row in case.pages %}
<tr><th scope="row">{{ row.number }}</th><td>{{ row.expected }}</td><td>{{ row.found }}</td>{{ verdict(row.verdict) }}
<td>{{ row.how }}</td><td>{{ row.signs or "nothing was said" }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
{% if case.more %}
<p>{{ case.more }} more pages are not shown.</p>
{% endif %}
{% endif %}
{% if case.reasons %}
<ul>{% for reason in case.reasons %}<li>{{ reason }}</li>{% endfor %}</ul>
{% endif %}
</article>
{% else %}
<p>None.</p>
{% endfor %}
</section>
{% endfor %}
{% if unjudged %}
<section aria-labelledby="unjudged">
<h2 id="unjudged">Not judged ({{ unjudged|length }})</h2>
<ul>{% for file, error in unjudged %}<li><bdi>{{ file }}</bdi>: {{ error }}</li>{% endfor %}</ul>
</section>
{% endif %}
{% if unlisted %}
<section aria-labelledby="unlisted">
<h2 id="unlisted">In the folder, but not in the truth ({{ unlisted|length }})</h2>
<ul>{% for file in unlisted %}<li><bdi>{{ file }}</bdi></li>{% endfor %}</ul>
</section>
{% endif %}
{% endblock %}
{% block footer %}
<p>Written by <code>intake evaluate</code>. Certainties are of recognition, never of the person.</p>
{% endblock %}
{% macro verdict(word) %}
<td>{% if word == "wrong" %}<span class="open">wrong</span>{% else %}{{ word }}{% endif %}</td>
{% endmacro %}
"""
