"""The pages that HR opens: one in every position's folder, and one above them all.

Rows in, bytes out. In order of arrival, never of merit. Every case stands on the page of each position that
it is or may be for; one whose position nobody knows stands on the page of every open one.
"""

from __future__ import annotations

import functools
import posixpath
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

import jinja2

from intake.journey import file, moments
from intake.model import Group, Institution, Position, value
from intake.reports import look, rows
from intake.reports.rows import Row, Standing

OVERVIEW = "index.html"
SHEET = "overview.xlsx"


@value
class Desk:
    """What waits for a person beside the cases, counted over all mailboxes.

    Of ``Ledger.counts`` and of the outbox: replies that wait for release, that were refused, and of which
    nobody knows whether they left.
    """

    parked: int = 0
    inquiries: int = 0
    in_work: int = 0
    before: int = 0
    held: int = 0
    failed: int = 0
    unknown: int = 0


@value
class _Section:
    """One table of a position's page. ``says``: what its fourth column holds."""

    id: str
    standing: Standing
    title: str
    caption: str
    says: str = "What is to be seen"
    aged: str = "Age"


# A person decides what stands in review, so it comes before what waits for somebody else.
_SECTIONS = (
    _Section(
        id="complete",
        standing=Standing.COMPLETE,
        title="Complete in form",
        caption="One PDF with every document asked for. The newest first.",
        says="Documents",
    ),
    _Section(
        id="review",
        standing=Standing.REVIEW,
        title="For review",
        caption="A person must look: these could not be decided safely. The newest first.",
    ),
    _Section(
        id="waiting",
        standing=Standing.WAITING,
        title="Waiting for the applicant",
        caption="The applicant was told what to mend. What was sent so far can be opened. The newest first.",
        aged="Waiting for",
    ),
    _Section(
        id="redirected",
        standing=Standing.REDIRECTED,
        title="Redirected",
        caption="Closed, or to be applied for elsewhere: the applicant was told, nothing was passed on.",
    ),
    _Section(
        id="answered",
        standing=Standing.ANSWERED,
        title="Answered by the applicant",
        caption="Each goes on as the case that is named.",
    ),
    _Section(
        id="closed",
        standing=Standing.CLOSED,
        title="Closed",
        caption="A person closed these cases; what was filed can be opened.",
    ),
)
_MARKED = "Complete in form; its summary holds a note for a person"
_COUNTED = (Standing.COMPLETE, Standing.REVIEW, Standing.WAITING)


def position_page(
    position: Position,
    group: Group | None,
    cases: Iterable[Row],
    *,
    institution: Institution,
    titles: Mapping[str, str],
    now: datetime,
) -> bytes:
    """``<position id>/index.html``: UTF-8. cases: of all positions, as ``rows.of`` gives them; now: aware."""
    zone = ZoneInfo(institution.time_zone)
    path = page_path(position)
    mine = rows.listed(cases, position, now, zone)
    parts = [(section, [row for row in mine if row.standing is section.standing]) for section in _SECTIONS]
    sections = [
        {"plan": section, "rows": [_shown(row, path, titles, position.id) for row in found]}
        for section, found in parts
        if found or section.standing is Standing.COMPLETE
    ]
    page = _position_template().render(
        title=titles.get(position.id, position.id),
        institution=rows.english(institution.name),
        up=look.href(OVERVIEW, path),
        facts=_facts(position, group, now, zone),
        as_of=_moment(now.astimezone(zone)),
        figures=_figures(mine),
        sections=sections,
    )
    return page.encode()


def overview_page(
    cases: Sequence[Row],
    *,
    questions: Sequence[Row],
    positions: Sequence[Position],
    groups: Sequence[Group],
    institution: Institution,
    desk: Desk,
    now: datetime,
) -> bytes:
    """The root's ``index.html``, UTF-8: what needs eyes first, the longest waiting on top, then questions that
    nobody has answered yet, then each position."""
    zone = ZoneInfo(institution.time_zone)
    titles = rows.titles(positions, groups)
    eyes = [row for row in cases if _needs_eyes(row)]
    page = _overview_template().render(
        title="Applications",
        institution=rows.english(institution.name),
        as_of=_moment(now.astimezone(zone)),
        figures=_figures(cases),
        desk=desk,
        alarms=_alarms(desk),
        eyes=[_shown(row, OVERVIEW, titles, "") for row in sorted(eyes, key=_by_day)],
        questions=[_shown(row, OVERVIEW, titles, "") for row in sorted(questions, key=_by_day)],
        groups=_groups(cases, positions, groups, now, zone),
        nowhere=_counts([row for row in cases if rows.is_nowhere(row)]),
        redirected=sum(row.standing is Standing.REDIRECTED for row in cases),
        sheet=look.href(SHEET, OVERVIEW),
    )
    return page.encode()


def page_path(position: Position) -> str:
    """Relative to the root of filing."""
    return f"{position.id}/{OVERVIEW}"


def _by_day(row: Row) -> tuple[date, datetime]:
    """What must be answered by a day comes first, the earliest on top; then what has waited longest."""
    return row.answer_by or date.max, row.arrived


def _needs_eyes(row: Row) -> bool:
    """A case to decide, or a note that only a person may read: until the case is closed."""
    if row.standing in (Standing.CLOSED, Standing.ANSWERED):
        return False
    return row.marked or row.standing is Standing.REVIEW


def _shown(row: Row, page: str, titles: Mapping[str, str], here: str) -> dict[str, object]:
    """A row as the templates see it. here: the position whose page it is, "" on the overview."""
    waiting = row.standing is Standing.WAITING
    return {
        "case": row.case,
        "person": row.person,
        "answer_by": moments.day(row.answer_by, "en") if row.answer_by else "",
        "marked": row.marked,
        "notes": [*_notes(row), *_others(row, titles, here)],
        "arrived": _moment(row.arrived).rpartition(", ")[::2],
        "arrived_iso": row.arrived.isoformat(timespec="seconds"),
        "age": rows.age(row.waits if waiting and here else row.age),
        "remarks": _remarks(row, here),
        "positions": [titles.get(item, item) for item in (*row.positions, *row.candidates)] or ["not known"],
        "links": _links(row, page, here),
        "where": f"in the mailbox: {row.mailbox_folder}" if row.mailbox_folder else "not filed",
    }


def _remarks(row: Row, here: str) -> tuple[str, ...]:
    """What to know of it before opening it; the documents of a complete one on one line, to keep rows low."""
    if row.standing is not Standing.COMPLETE:
        return row.remarks or (row.outcome,)
    return (" · ".join(row.documents) if here else _MARKED,)


def _notes(row: Row) -> list[str]:
    """What links this case to others, and to a person's decision."""
    return [
        *([f"goes on from case {row.follows}"] if row.follows else []),
        *(["the applicant takes it back: confirm with intake case ID withdraw"] if row.withdrawn else []),
        *([f"version {row.version}; the earlier ones are kept"] if row.version > 1 else []),
        *([f"seems to belong to case {row.beside}"] if row.beside else []),
        *([f"goes on as case {row.continued}"] if row.continued else []),
        *([f"closed on {_moment(row.closed)}"] if row.closed else []),
    ]


def _others(row: Row, titles: Mapping[str, str], here: str) -> list[str]:
    """Which other positions list it too."""
    if not here:
        return []
    if rows.is_nowhere(row):
        return ["position not known: on the page of every open position"]
    also = [titles.get(item, item) for item in row.positions if item != here]
    maybe = [titles.get(item, item) for item in row.candidates if item != here]
    undecided = ["not certain for which position"] if here in row.candidates else []
    return [
        *undecided,
        *([f"also for {'; '.join(also)}"] if also else []),
        *([f"may be for {'; '.join(maybe)}"] if maybe else []),
    ]


def _links(row: Row, page: str, here: str) -> list[dict[str, str]]:
    """What can be opened, in the folder under this position where there is one."""
    before = [(f"{words} of {row.follows}", path) for words, path in _files(row.earlier, here)]
    return [{"words": words, "href": look.href(path, page)} for words, path in (*_files(row, here), *before)]


def _files(row: Row | None, here: str) -> list[tuple[str, str]]:
    if row is None or not row.folders:
        return []
    folder = next((path for path in row.folders if posixpath.dirname(path) == here), row.folders[0])
    return [
        *([("Application (PDF)", f"{folder}/{file.APPLICATION}")] if row.application else []),
        *([("Files as sent", f"{folder}/{file.RECEIVED}")] if row.received else []),
        ("Summary", f"{folder}/{file.SUMMARY}"),
    ]


def _figures(cases: Iterable[Row]) -> list[dict[str, object]]:
    counts = _counts(cases)
    words = ("Complete in form", "For review", "Waiting for the applicant")
    classes = ("mark", "look", "")
    return [
        {"words": word, "number": counts[standing.value], "class": kind if counts[standing.value] else ""}
        for standing, word, kind in zip(_COUNTED, words, classes, strict=True)
    ]


def _counts(cases: Iterable[Row]) -> dict[str, int]:
    found = [row.standing for row in cases]
    return {standing.value: found.count(standing) for standing in _COUNTED}


def _groups(
    cases: Sequence[Row],
    positions: Sequence[Position],
    groups: Sequence[Group],
    now: datetime,
    zone: ZoneInfo,
) -> list[dict[str, object]]:
    """Groups in their order, then positions whose group is no longer there."""
    shown = [(group.id, rows.english(group.title) or group.id) for group in groups]
    strays = dict.fromkeys(item.group for item in positions if item.group not in {name for name, _ in shown})
    return [
        {
            "title": title,
            "positions": [
                {
                    "title": rows.english(item.title) or item.id,
                    "href": look.href(page_path(item), OVERVIEW),
                    "state": _state(item, now, zone),
                    **_counts(rows.listed(cases, item, now, zone)),
                }
                for item in positions
                if item.group == name
            ],
        }
        for name, title in (*shown, *((name, name) for name in strays))
    ]


def _facts(position: Position, group: Group | None, now: datetime, zone: ZoneInfo) -> list[str]:
    """The line under a position's title. What the advertisement does not say is not there."""
    duration = rows.english(group.duration) if group else ""
    return [
        fact for fact in (position.id, duration, *position.references, _state(position, now, zone)) if fact
    ]


def _state(position: Position, now: datetime, zone: ZoneInfo) -> str:
    last = rows.last_second(position, zone)
    until = _moment(last) if last else ""
    # The clock of another's portal is not ours to tell.
    if position.deadline and position.apply_by == "portal":
        until = moments.day(position.deadline, "en")
    if position.closed:
        return "closed"
    if rows.is_over(position, now, zone):
        return f"closed since {until}"
    if position.apply_by == "portal":
        return f"through a portal only{', until ' + until if until else ''}"
    return f"open until {until}" if until else "open"


def _alarms(desk: Desk) -> list[tuple[str, int, str]]:
    """What an admin should look at, how many, and the command that shows them."""
    said = (
        ("Mails that could not be processed", desk.parked, "intake status"),
        ("Replies that wait for release", desk.held, "intake outbox list"),
        ("Replies that may not have left", desk.unknown, "intake outbox list"),
        ("Replies that were refused", desk.failed, "intake outbox list"),
    )
    return [alarm for alarm in said if alarm[1]]


def _moment(local: datetime) -> str:
    return moments.said(local, "en")


@functools.cache
def _position_template() -> jinja2.Template:
    return look.template(_POSITION)


@functools.cache
def _overview_template() -> jinja2.Template:
    return look.template(_OVERVIEW)


_POSITION = """\
{% extends "frame" %}
{% import "cells" as cells %}
{% block content %}
<header>
<p class="above">{{ institution }} · <a href="{{ up }}">All positions</a></p>
<h1>{{ title }}</h1>
<p class="small">{{ facts|join(" · ") }}</p>
<p class="small">As of {{ as_of }}. A case that may be for several positions stands on the page of each.</p>
<ul class="figures">
{% for figure in figures %}
<li{% if figure.class %} class="{{ figure.class }}"{% endif %}><strong>{{ figure.number }}</strong> {{ figure.words }}</li>
{% endfor %}
</ul>
</header>
{% for section in sections %}
<section aria-labelledby="{{ section.plan.id }}">
<h2 id="{{ section.plan.id }}">{{ section.plan.title }} ({{ section.rows|length }})</h2>
{% if section.rows %}
<div class="scroll">
<table class="cases">
<caption>{{ section.plan.caption }}</caption>
<thead><tr><th scope="col">Applicant</th><th scope="col">Arrived</th><th scope="col">{{ section.plan.aged }}</th>
<th scope="col">{{ section.plan.says }}</th><th scope="col">Open</th></tr></thead>
<tbody>
{% for row in section.rows %}
<tr>{{ cells.person(row) }}{{ cells.arrived(row) }}<td class="age">{{ row.age }}</td>
{{ cells.lines(row.remarks) }}{{ cells.links(row) }}</tr>
{% endfor %}
</tbody>
</table>
</div>
{% else %}
<p>None yet.</p>
{% endif %}
</section>
{% endfor %}
{% endblock %}
"""

_OVERVIEW = """\
{% extends "frame" %}
{% import "cells" as cells %}
{% block content %}
<header>
<p class="above">{{ institution }}</p>
<h1>Applications</h1>
<p class="small">As of {{ as_of }}. The same as a table: <a href="{{ sheet }}">overview.xlsx</a></p>
<ul class="figures">
{% for figure in figures %}
<li{% if figure.class %} class="{{ figure.class }}"{% endif %}><strong>{{ figure.number }}</strong> {{ figure.words }}</li>
{% endfor %}
</ul>
</header>

<section aria-labelledby="eyes">
<h2 id="eyes">Needs eyes ({{ eyes|length }})</h2>
{% if alarms %}
<div class="notice"><ul>{% for words, number, command in alarms %}<li>{{ words }}: <strong>{{ number }}</strong>, see <code>{{ command }}</code></li>{% endfor %}</ul></div>
{% endif %}
{% if eyes %}
<div class="scroll">
<table class="cases eyes">
<caption>Cases that a person must look at, with the reason. What has a day for its answer comes first, then the longest waiting.</caption>
<thead><tr><th scope="col">Applicant</th><th scope="col">Arrived</th><th scope="col">Age</th>
<th scope="col">Why</th><th scope="col">Position</th><th scope="col">Open</th></tr></thead>
<tbody>
{% for row in eyes %}
<tr>{{ cells.person(row) }}{{ cells.arrived(row) }}<td class="age">{{ row.age }}</td>
{{ cells.lines(row.remarks) }}{{ cells.lines(row.positions) }}{{ cells.links(row) }}</tr>
{% endfor %}
</tbody>
</table>
</div>
{% else %}
<p>No case waits for a person.</p>
{% endif %}
</section>

{% if questions %}
<section aria-labelledby="questions">
<h2 id="questions">Questions ({{ questions|length }})</h2>
<div class="scroll">
<table class="cases">
<caption>Mails without an application, the longest waiting on top. intake answers none: answer them from the mailbox, and they leave this list within the hour.</caption>
<thead><tr><th scope="col">From</th><th scope="col">Arrived</th><th scope="col">Age</th><th scope="col">Where it lies</th></tr></thead>
<tbody>
{% for row in questions %}
<tr>{{ cells.person(row) }}{{ cells.arrived(row) }}<td class="age">{{ row.age }}</td><td>{{ row.where }}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</section>
{% endif %}

<section aria-labelledby="positions">
<h2 id="positions">Positions</h2>
<div class="scroll">
<table>
<caption>Cases of each position. One that may be for several positions counts at each of them.</caption>
<thead><tr><th scope="col">Position</th><th scope="col">State</th><th scope="col" class="number">Complete in form</th>
<th scope="col" class="number">For review</th><th scope="col" class="number">Waiting</th></tr></thead>
{% for group in groups if group.positions %}
<tbody>
<tr><th scope="rowgroup" colspan="5">{{ group.title }}</th></tr>
{% for position in group.positions %}
<tr><th scope="row"><a href="{{ position.href }}">{{ position.title }}</a></th><td>{{ position.state }}</td>
{{ numbers(position) }}</tr>
{% endfor %}
</tbody>
{% endfor %}
<tbody>
<tr><th scope="row">Position not known</th><td>on the page of every open position</td>
{{ numbers(nowhere) }}</tr>
</tbody>
</table>
</div>
</section>

<section aria-labelledby="mailbox">
<h2 id="mailbox">In the mailbox</h2>
<ul>
<li>{{ desk.inquiries }} {{ "question" if desk.inquiries == 1 else "questions" }} so far, in the folder Questions: intake answers none</li>
<li>{{ redirected }} redirected, in the folder Redirected</li>
{% if desk.in_work %}
<li>{{ desk.in_work }} in work</li>
{% endif %}
{% if desk.before %}
<li>{{ desk.before }} from before our time: counted only, neither judged nor answered</li>
{% endif %}
</ul>
</section>
{% endblock %}
{% macro numbers(counts) %}
{% for name in ("complete", "review", "waiting") %}<td class="number{{ "" if counts[name] else " zero" }}">{{ counts[name] }}</td>{% endfor %}
{% endmacro %}
"""
