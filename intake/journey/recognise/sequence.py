"""The pages in their order: documents are contiguous, so neighbours help each other."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence as Several

from intake.journey.recognise import look
from intake.journey.recognise.pages import Reading
from intake.journey.recognise.rules import SCORED, Rules
from intake.model import PageClass, value

_KINDS = range(len(SCORED))
_Row = tuple[float, ...]


@value
class Believed:
    """The best course of classes through the pages, and the belief in every class of every page."""

    classes: tuple[PageClass, ...]
    beliefs: tuple[dict[PageClass, float], ...]
    joined: tuple[bool, ...] = ()  # whether each page but the last goes on on the next one beyond doubt


def follow(readings: Several[Reading], rules: Rules) -> Believed:
    """Judge all pages (one at least) together. Blank and unreadable pages add nothing of their own.

    A chain over the pages: each page brings its scores, each step a bonus for staying with the same
    document. Forward-backward gives the beliefs, Viterbi the one best course.
    """
    pairs = list(itertools.pairwise(readings))
    stays = [_stay(before, after, rules) for before, after in pairs]
    rows = [reading.scores for reading in readings]
    return Believed(
        classes=_best(rows, stays),
        beliefs=_beliefs(rows, stays),
        joined=tuple(_joined(before, after) for before, after in pairs),
    )


def alone(reading: Reading) -> dict[PageClass, float]:
    """The belief in every class of a page, from the page itself."""
    return _normal(reading.scores)


def _joined(before: Reading, after: Reading) -> bool:
    if _numbered_on(before, after):
        return True
    return before.look is not None and after.look is not None and look.joined(before.look, after.look)


def _numbered_on(before: Reading, after: Reading) -> bool:
    return after.counter is not None and before.counter == (after.counter[0] - 1, after.counter[1])


def _stay(before: Reading, after: Reading, rules: Rules) -> float:
    """The bonus for "the same document goes on" between two pages."""
    if _numbered_on(before, after):
        return rules.sequence.numbered
    if after.counter and after.counter[0] == 1:
        return rules.sequence.restarted
    alike = look.alike(before.look, after.look) if before.look and after.look else None
    if alike is None:
        return rules.sequence.same
    return rules.sequence.alike if alike else rules.sequence.unlike


def _best(rows: Several[_Row], stays: Several[float]) -> tuple[PageClass, ...]:
    best = rows[0]
    back: list[list[int]] = []
    for row, stay in zip(rows[1:], stays, strict=True):
        arrivals = [[best[k] + (stay if k == to else 0.0) for k in _KINDS] for to in _KINDS]
        back.append([arrival.index(max(arrival)) for arrival in arrivals])
        best = tuple(max(arrivals[to]) + row[to] for to in _KINDS)
    course = [best.index(max(best))]
    for origins in reversed(back):
        course.append(origins[course[-1]])
    return tuple(SCORED[k] for k in reversed(course))


def _beliefs(rows: Several[_Row], stays: Several[float]) -> tuple[dict[PageClass, float], ...]:
    ahead = [rows[0]]
    for row, stay in zip(rows[1:], stays, strict=True):
        ahead.append(tuple(row[k] + part for k, part in enumerate(_step(ahead[-1], stay))))
    behind: list[_Row] = [tuple(0.0 for _ in _KINDS)]
    for row, stay in zip(reversed(rows[1:]), reversed(stays), strict=True):
        behind.append(_step(tuple(row[k] + behind[-1][k] for k in _KINDS), stay))
    behind.reverse()
    return tuple(
        _normal(tuple(a + b for a, b in zip(*pair, strict=True))) for pair in zip(ahead, behind, strict=True)
    )


def _step(row: _Row, stay: float) -> _Row:
    """log of the sum over where one could come from; the step is the same in both directions."""
    return tuple([_log_sum((*row[:to], row[to] + stay, *row[to + 1 :])) for to in _KINDS])


def _log_sum(values: Several[float]) -> float:
    top = max(values)
    return top + math.log(sum(map(math.exp, [value - top for value in values])))


def _normal(row: _Row) -> dict[PageClass, float]:
    total = _log_sum(row)
    return {kind: math.exp(score - total) for kind, score in zip(SCORED, row, strict=True)}
