"""How every page of ours looks: one frame, one style, no network and no script.

Colours and type are those of ``journey.summaries``: the board and the page in a folder are one product.
"""

from __future__ import annotations

from urllib.parse import quote

import jinja2


def template(page: str) -> jinja2.Template:
    """A page that extends "frame". Autoescaped: what mails say cannot become markup."""
    loader = jinja2.DictLoader({"frame": _FRAME, "cells": _CELLS, "page": page})
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, loader=loader
    )
    return environment.get_template("page")


def href(path: str, page: str) -> str:
    """The relative URL of a path as seen from a page, both relative to the root of filing (RFC 3986 4.2).

    Both are in the form in which they are filed. posixpath.relpath would ask the system where we are, twice a link.
    """
    there, here = path.split("/"), page.split("/")[:-1]
    common = 0
    while common < min(len(there) - 1, len(here)) and there[common] == here[common]:
        common += 1
    return quote("/".join([*[".."] * (len(here) - common), *there[common:]]))


# Every text on its ground has a contrast of 4.5:1 or more (WCAG 2.1, 1.4.3), in both schemes, and no colour
# says anything that words do not say as well (1.4.1).
_FRAME = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; --ink: #1d2530; --soft: #56606e; --line: #d5dae1; --ground: #ffffff;
  --card: #f5f7f9; --link: #0b4a8f; --mark: #0b5d3b; --markground: #e3f4ea; --look: #7a3b00; --lookground: #fdf0dc; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #aab3bf; --line: #3a434f; --ground: #161b22;
  --card: #1f262f; --link: #8cc2ff; --mark: #9fe3bd; --markground: #10382a; --look: #ffd29b; --lookground: #432a08; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
a:focus-visible { outline: .2rem solid var(--link); outline-offset: .1rem; }
.above, .small { color: var(--soft); font-size: .9rem; }
.figures { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; margin: 1.25rem 0 0; padding: 0; }
.figures li { min-width: 8.5rem; padding: .5rem 1rem .6rem; background: var(--card); border: 1px solid var(--line);
  border-radius: .4rem; }
.figures strong { display: block; font-size: 1.6rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.figures .look { background: var(--lookground); color: var(--look); border-color: var(--look); }
.figures .mark { background: var(--markground); color: var(--mark); border-color: var(--mark); }
.notice { margin: .75rem 0 1.25rem; padding: .75rem 1rem; border-left: .3rem solid var(--look); background: var(--lookground);
  color: var(--look); }
.notice ul { margin: 0; padding-left: 1.1rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
caption { text-align: left; color: var(--soft); padding-bottom: .25rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
th[scope="rowgroup"] { padding-top: 1.25rem; color: var(--soft); }
th.person { min-width: 11rem; } th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
.cases th:nth-child(1) { width: 22%; } .cases th:nth-child(2) { width: 10.5rem; } .cases th:nth-child(3) { width: 6.5rem; }
.cases th:last-child { width: 15.5rem; }
.eyes th:last-child { width: 10rem; } .links { display: flex; flex-wrap: wrap; gap: 0 1rem; }
td.zero { color: var(--soft); }
td.when span, td.age { white-space: nowrap; }
td ul { margin: 0; padding: 0; list-style: none; }
.case { color: var(--soft); font-weight: 400; white-space: nowrap; }
.note { display: block; color: var(--soft); font-weight: 400; font-size: .9rem; }
.open { display: inline-block; padding: 0 .5rem; border-radius: .3rem; background: var(--lookground); color: var(--look);
  font-weight: 600; font-size: .9rem; }
footer { margin-top: 2.5rem; padding-top: .75rem; border-top: 1px solid var(--line); }
@media print { main { padding: 0; max-width: none; } html { font-size: 9pt; } .links { display: none; } .scroll { overflow: visible; }
  thead { display: table-header-group; } tr, .figures { break-inside: avoid; } h2 { break-after: avoid; }
  .cases th:last-child { width: 8rem; } a { color: inherit; text-decoration: none; } }
</style>
</head>
<body>
<main>
{% block content %}{% endblock %}
<footer class="small">
{% block footer %}
<p>Written by intake from its ledger, and written anew when something changes: notes made in this page are lost.
It checks the form only: it never ranks, scores or rejects.</p>
{% endblock %}
</footer>
</main>
</body>
</html>
"""

_CELLS = """\
{% macro person(row) %}
<th scope="row" class="person"><bdi>{{ row.person }}</bdi> <span class="case">[{{ row.case }}]</span>
{% if row.answer_by %} <span class="open">Answer by {{ row.answer_by }}</span>
{% elif row.marked %} <span class="open">Please open</span>{% endif %}
{% for note in row.notes %}<span class="note">{{ note }}</span>{% endfor %}</th>
{% endmacro %}

{% macro arrived(row) %}
<td class="when"><time datetime="{{ row.arrived_iso }}"><span>{{ row.arrived[0] }},</span> <span>{{ row.arrived[1] }}</span></time></td>
{% endmacro %}

{% macro lines(items) %}
<td>{% if items|length > 1 %}<ul>{% for item in items %}<li>{{ item }}</li>{% endfor %}</ul>{% else %}{{ items[0] if items else "none" }}{% endif %}</td>
{% endmacro %}

{% macro links(row) %}
<td>{% if row.links %}<ul class="links">{% for link in row.links %}
<li><a href="{{ link.href }}" aria-label="{{ link.words }} of {{ row.person }}, case {{ row.case }}">{{ link.words }}</a></li>{% endfor %}</ul>
{% else %}{{ row.where }}{% endif %}</td>
{% endmacro %}
"""
