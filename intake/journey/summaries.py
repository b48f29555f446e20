"""The page that lies in every filed folder, for HR: one HTML file, no network, no script.

A leaf: ``file`` uses it. The template is autoescaped; what mails say cannot become markup.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import quote

import jinja2

from intake.journey import moments, names
from intake.model import Document, Mail, Outcome, PageClass, Problem, ProblemCode, ReplyKind, Verdict, value

LONGEST_TEXT = 20_000  # characters of the mail's text on the page; the whole is in message.eml
MOST_REASONS = 200  # lines; a hostile file with thousands of pages must not make a page nobody can open

OUTCOMES: Mapping[Outcome, str] = {
    Outcome.ACCEPTED: "Complete in form",
    Outcome.CORRECTION: "Waiting for the applicant",
    Outcome.REDIRECTED: "Redirected",
    Outcome.REVIEW: "For review: please look",
    Outcome.INQUIRY: "Question",
    Outcome.IGNORED: "Automatic mail",
}
PROBLEMS: Mapping[ProblemCode, str] = {
    ProblemCode.NO_ATTACHMENT: "No file is attached",
    ProblemCode.NOT_A_PDF: "Not a PDF",
    ProblemCode.SEVERAL_FILES: "Several files instead of one",
    ProblemCode.LINK_INSTEAD_OF_FILE: "A link instead of a file; it was not opened",
    ProblemCode.ENCRYPTED: "The PDF asks for a password",
    ProblemCode.DAMAGED: "The PDF is damaged",
    ProblemCode.EMPTY: "The file is empty",
    ProblemCode.TOO_LARGE: "Too large",
    ProblemCode.TOO_MANY_PAGES: "Too many pages",
    ProblemCode.ACTIVE_CONTENT: "The PDF holds programs or other files: open it with care",
    ProblemCode.MISSING_DOCUMENT: "Not found",
    ProblemCode.POSITION_UNKNOWN: "No position is named",
    ProblemCode.POSITION_AMBIGUOUS: "The position is not clear",
    ProblemCode.POSITION_CLOSED: "The position is closed",
    ProblemCode.APPLY_ELSEWHERE: "Applications for it go elsewhere",
}
REPLIES: Mapping[ReplyKind, str] = {
    ReplyKind.ACKNOWLEDGEMENT: "acknowledgement: complete in form",
    ReplyKind.CORRECTION: "correction: what is missing, and how to mend it",
    ReplyKind.REDIRECTED: "not open here, or to be sent elsewhere",
    ReplyKind.RECEIVED: "received, a person will look",
    ReplyKind.WITHDRAWN: "withdrawal received, a person will look at it",
    ReplyKind.REMINDER: "reminder: what is still missing",
    ReplyKind.KNOWN: "we have this file already",
}
DOCUMENTS = {"letter": "Motivation letter", "cv": "CV", "certificates": "Certificates"}
PRESENCE = {"present": "found", "absent": "not found", "unsure": "not sure"}
PAGES = {
    "letter": "letter",
    "cv": "CV",
    "certificates": "certificates",
    "other": "other",
    "unreadable": "unreadable",
}


@value
class Link:
    """A file beside the page. ``path`` is relative, ``title`` what the mail calls it; size None: not known."""

    path: str
    title: str = ""
    size: int | None = None


def page(
    verdict: Verdict,
    *,
    case: str,
    mail: Mail,
    arrived: datetime,
    links: tuple[Link, ...],
    titles: Mapping[str, str],
    person: str,
) -> str:
    """The whole document. arrived: local and aware; titles: of positions by id; person: "" if unnamed."""
    sender = mail.sender
    return _template().render(
        case=case,
        person=person or (names.clean(sender.address) if sender else "Unknown sender"),
        address=names.clean(sender.address) if sender else "",
        arrived=moments.said(arrived, "en"),
        arrived_iso=arrived.isoformat(timespec="seconds"),
        subject=names.clean(mail.subject),
        outcome=verdict.outcome.value,
        outcome_words=OUTCOMES[verdict.outcome],
        language={"en": "English", "de": "German"}[verdict.language],
        reply=REPLIES[verdict.reply] if verdict.reply else "",
        positions=[titles.get(item, item) for item in verdict.positions],
        candidates=[titles.get(item, item) for item in verdict.candidates if item not in verdict.positions],
        notices=[names.clean(item) for item in verdict.notices],
        problems=[_problem(item, titles) for item in verdict.problems],
        documents=[_document(item) for item in verdict.documents],
        runs=_runs(verdict),
        reasons=[names.clean(item) for item in verdict.reasons[:MOST_REASONS]],
        defects=[names.clean(item) for item in mail.defects],
        too_large=_size(mail.too_large) if mail.too_large is not None else "",
        links=[
            {
                "href": quote(link.path),
                "path": link.path,
                "title": _other_title(link),
                "size": _size(link.size),
            }
            for link in links
        ],
        text=_readable(mail.text),
        cut=len(mail.text) > LONGEST_TEXT,
    )


def _problem(problem: Problem, titles: Mapping[str, str]) -> dict[str, object]:
    concerned = [DOCUMENTS[problem.document.value]] if problem.document else []
    if problem.position:
        concerned.append(titles.get(problem.position, problem.position))
    concerned += [titles.get(item, item) for item in problem.candidates]
    concerned += [names.clean(item) or "a file without a name" for item in problem.files]
    return {
        "code": problem.code.value,
        "words": PROBLEMS[problem.code],
        "concerned": concerned,
        "detail": names.clean(problem.detail),
    }


def _document(document: Document) -> dict[str, object]:
    return {
        "name": DOCUMENTS[document.kind.value],
        "status": document.status.value,
        "words": PRESENCE[document.status.value],
        "pages": ", ".join(map(str, document.pages)),
        "certainty": f"{document.confidence:.0%}",
        "evidence": [names.clean(item) for item in document.evidence],
    }


def _runs(verdict: Verdict) -> list[dict[str, str]]:
    """Neighbouring pages of one class, read alike, as one entry: 1 letter, 2–3 CV, 4 certificates (OCR)."""
    runs: list[tuple[PageClass, bool, int, int]] = []
    for number, kind in enumerate(verdict.pages, 1):
        scanned = number in verdict.ocr
        if runs and runs[-1][:2] == (kind, scanned):
            runs[-1] = (kind, scanned, runs[-1][2], number)
        else:
            runs.append((kind, scanned, number, number))
    return [
        {
            "kind": kind.value,
            "words": f"{PAGES[kind.value]} (OCR)" if scanned else PAGES[kind.value],
            "pages": str(first) if first == last else f"{first}–{last}",
        }
        for kind, scanned, first, last in runs
    ]


def _other_title(link: Link) -> str:
    """What the mail calls the file, where the name beside the page is another."""
    title = names.clean(link.title)
    return "" if title == link.path.rpartition("/")[2] else title


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, round(size / 1000))} kB"


def _readable(text: str) -> str:
    """The text in its lines, each cleaned of control characters and direction marks."""
    return "\n".join(names.clean(line) for line in text[:LONGEST_TEXT].splitlines()).strip()


@functools.cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_PAGE)


# Colours: every text on its ground has a contrast of 4.5:1 or more (WCAG 2.1, 1.4.3), in both schemes, and
# no colour says anything that words do not say as well (1.4.1).
_PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ person }} [{{ case }}]</title>
<style>
:root { color-scheme: light dark; --ink: #1d2530; --soft: #56606e; --line: #d5dae1; --ground: #ffffff;
  --card: #f5f7f9; --link: #0b4a8f; --mark: #0b5d3b; --markground: #e3f4ea; --look: #7a3b00; --lookground: #fdf0dc; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #aab3bf; --line: #3a434f; --ground: #161b22;
  --card: #1f262f; --link: #8cc2ff; --mark: #9fe3bd; --markground: #10382a; --look: #ffd29b; --lookground: #432a08; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 56rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h1 span { color: var(--soft); font-weight: 400; }
h2 { font-size: 1.125rem; margin: 2rem 0 .5rem; }
a { color: var(--link); }
.outcome { display: inline-block; margin: 0; padding: .15rem .7rem; border-radius: 1rem; font-weight: 600;
  background: var(--lookground); color: var(--look); }
.outcome.accepted { background: var(--markground); color: var(--mark); }
.notice { margin: 1.25rem 0 0; padding: .75rem 1rem; border-left: .3rem solid var(--look); background: var(--lookground);
  color: var(--look); }
.notice h2 { margin: 0; } .notice ul { margin: .25rem 0 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 1.25rem 0 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; } dd ul { margin: 0; padding-left: 1.1rem; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); }
td.short, code { white-space: nowrap; }
thead th { color: var(--soft); font-weight: 600; }
td ul { margin: 0; padding-left: 1.1rem; } td { overflow-wrap: anywhere; }
.present { color: var(--mark); font-weight: 600; } .absent, .unsure { color: var(--look); font-weight: 600; }
.pages { display: flex; flex-wrap: wrap; gap: .4rem; list-style: none; margin: 0; padding: 0; }
.pages li { background: var(--card); border: 1px solid var(--line); border-radius: .3rem; padding: .1rem .6rem; }
.files { margin: 0; padding-left: 1.1rem; } .small { color: var(--soft); font-size: .9rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; background: var(--card); border: 1px solid var(--line);
  border-radius: .3rem; padding: 1rem; margin: .5rem 0 0; }
summary { cursor: pointer; } summary h2 { display: inline; }
footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
@media (max-width: 36rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .5rem; } }
@media print { main { padding: 0; max-width: none; } }
</style>
</head>
<body>
<main>
<header>
<h1><bdi>{{ person }}</bdi> <span>[{{ case }}]</span></h1>
<p class="outcome {{ outcome }}">{{ outcome_words }}</p>
{% if notices %}
<section class="notice" aria-labelledby="notices">
<h2 id="notices">Please open</h2>
<ul>
{% for notice in notices %}
<li>{{ notice }}</li>
{% endfor %}
</ul>
</section>
{% endif %}
<dl>
<dt>Arrived</dt><dd><time datetime="{{ arrived_iso }}">{{ arrived }}</time></dd>
{% if address %}
<dt>From</dt><dd><bdi>{{ address }}</bdi></dd>
{% endif %}
<dt>Subject</dt><dd><bdi>{{ subject or "none" }}</bdi></dd>
<dt>{{ "Positions" if positions|length > 1 else "Position" }}</dt>
<dd>{% if positions|length > 1 %}<ul>{% for title in positions %}<li>{{ title }}</li>{% endfor %}</ul>
{% else %}{{ positions[0] if positions else "not known" }}{% endif %}</dd>
{% if candidates %}
<dt>May be for</dt><dd><ul>{% for title in candidates %}<li>{{ title }}</li>{% endfor %}</ul></dd>
{% endif %}
<dt>Language</dt><dd>{{ language }}</dd>
<dt>Our reply</dt><dd>{{ reply or "none" }}</dd>
</dl>
</header>

<section aria-labelledby="files">
<h2 id="files">Files</h2>
{% if too_large %}
<p>The mail has {{ too_large }} and was too large to download: <code>message.eml</code> holds its header only,
and the files are still in the mailbox.</p>
{% endif %}
<ul class="files">
{% for link in links %}
<li><a href="{{ link.href }}">{{ link.path }}</a>
<span class="small">{% if link.title %}<bdi>{{ link.title }}</bdi>{% endif %}{{ ", " if link.title and link.size }}{{ link.size }}</span></li>
{% endfor %}
</ul>
</section>

{% if problems %}
<section aria-labelledby="problems">
<h2 id="problems">Problems</h2>
<table>
<thead><tr><th scope="col">Problem</th><th scope="col">Concerns</th><th scope="col">Rule</th></tr></thead>
<tbody>
{% for problem in problems %}
<tr><th scope="row">{{ problem.words }}</th>
<td>{% if problem.concerned|length > 1 %}<ul>{% for item in problem.concerned %}<li>{{ item }}</li>{% endfor %}</ul>
{% else %}{{ problem.concerned[0] if problem.concerned else "the mail" }}{% endif %}
{% if problem.detail %}<br><span class="small">{{ problem.detail }}</span>{% endif %}</td>
<td><code>{{ problem.code }}</code></td></tr>
{% endfor %}
</tbody>
</table>
</section>
{% endif %}

{% if documents %}
<section aria-labelledby="documents">
<h2 id="documents">Documents</h2>
<table>
<caption>What was recognised in the PDF. Certainty is of recognition, never of the person.</caption>
<thead><tr><th scope="col">Document</th><th scope="col">Found</th><th scope="col">Pages</th><th scope="col">Certainty</th>
<th scope="col">Evidence</th></tr></thead>
<tbody>
{% for document in documents %}
<tr><th scope="row">{{ document.name }}</th><td class="short {{ document.status }}">{{ document.words }}</td>
<td>{{ document.pages or "none" }}</td><td>{{ document.certainty }}</td>
<td>{% if document.evidence %}<ul>{% for item in document.evidence %}<li>{{ item }}</li>{% endfor %}</ul>{% else %}none{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
</section>
{% endif %}

{% if runs %}
<section aria-labelledby="pages">
<h2 id="pages">Page by page</h2>
<ol class="pages">
{% for run in runs %}
<li><strong>{{ run.pages }}</strong> {{ run.words }}</li>
{% endfor %}
</ol>
</section>
{% endif %}

<section aria-labelledby="decisions">
<h2 id="decisions">How this was decided</h2>
<ol>
{% for reason in reasons %}
<li>{{ reason }}</li>
{% else %}
<li>No reason was recorded.</li>
{% endfor %}
</ol>
{% if defects %}
<p>What could not be read in the mail:</p>
<ul>
{% for defect in defects %}
<li>{{ defect }}</li>
{% endfor %}
</ul>
{% endif %}
</section>

{% if text %}
<section aria-labelledby="text">
<details open><summary><h2 id="text">Text of the mail</h2></summary>
<pre dir="auto">{{ text }}</pre>
{% if cut %}
<p class="small">Cut here; message.eml has all of it.</p>
{% endif %}
</details>
</section>
{% endif %}

<footer class="small">
<p>Written by intake when the mail was judged. It checks the form only: it never ranks, scores or rejects.</p>
</footer>
</main>
</body>
</html>
"""
