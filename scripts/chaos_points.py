"""The points of `make chaos`: where a worker is struck, and with which mail on the way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple


class Scenario(NamedTuple):
    """One mail (or decision) on its way, and the worker killed at ``point``, the ``nth`` time that it gets there.

    server: how the mailbox's server is dressed; first: a point where an earlier life is killed, so that the
    blow meets its recovery; again: the life after the blow is struck at the same point, if it gets there;
    start: the first start of all is struck; alone: nothing came to this installation before; parked: one failure is enough to give a message up, and a person
    sends it on its way again; late: the blow meets the life after that.
    """

    point: str
    kind: str = "complete"
    nth: int = 1
    server: str = "move"
    first: str = ""
    again: bool = False
    start: bool = False
    alone: bool = False
    parked: bool = False
    late: bool = False

    def __str__(self) -> str:
        on = f" on {self.server}" if self.server != "move" else ""
        return f"{self.point} (no. {self.nth}, {self.kind}{on}{', twice' if self.again else ''})"


def _transaction(name: str) -> list[str]:
    return [f"{name}: before", f"{name}: within", f"{name}: after"]


_ALL = ("complete", "incomplete", "completing", "question", "withdrawing", "decided")
_ANSWERED = ("complete", "incomplete", "completing", "withdrawing")
_SENDING = [
    "send: before connect", "send: after connect",
    *(f"send: {when} {command}" for command in ("MAIL", "RCPT", "DATA") for when in ("before", "after")),
    "send: content half written", "send: before the final dot", "send: after the final dot", "send: after",
]  # fmt: skip
_WRITTEN = ("before fsync", "after fsync")
_DOT = "send: after the final dot"


def matrix() -> list[Scenario]:
    """All of them, the mails that differ most first in each point."""
    return [*_starting(), *_judging(), *_filing(), *_moving(), *_replying(), *_recovering(), *_parking()]


def _each(points: Sequence[str], kinds: Sequence[str], **more: object) -> Iterator[Scenario]:
    for point, kind in itertools.product(points, kinds):
        yield Scenario(point=point, kind=kind, **more)  # type: ignore[arg-type]


def _starting() -> Iterator[Scenario]:
    yield from _each(_transaction("start_mailbox"), ("complete",), start=True)


def _judging() -> Iterator[Scenario]:
    yield from _each(_transaction("take_in"), ("complete", "question"))
    yield from _each(["fetch: before", "fetch: within", "fetch: after"], ("complete", "completing"))
    yield from _each(_transaction("identify"), ("complete", "twice"))
    yield from _each(["pdf: before", "pdf: within", "pdf: after"], ("complete", "completing"))
    yield from _each(["join: before", "join: within", "join: after"], ("completing",))
    yield from _each(["ocr: before", "ocr: within", "ocr: after"], ("scanned",))
    yield from _each(["reading: file half written", "reading: after"], ("scanned",))
    yield from _each(_transaction("save_plan"), (*_ALL, "twice"))
    yield from _each(["drop_place: before", "drop_place: after"], ("scanned",))
    yield from _each(_transaction("finish_request"), ("decided",))


def _filing() -> Iterator[Scenario]:
    yield from _each(["file: before", "file: temporary folder made"], ("complete", "incomplete"))
    yield from (Scenario(f"file: {when} lock") for when in ("before", "after"))
    yield from (
        Scenario("file: file half written", nth=nth) for nth in (1, 2, 3, 4)
    )  # the lock, then the files
    yield from (
        Scenario(f"file: {when}", nth=nth) for nth in range(1, 6) for when in _WRITTEN
    )  # 4, 5: of folders
    yield from _each(["file: before rename", "file: after rename", "file: after"], ("complete", "incomplete"))
    changed = ("completing", "withdrawing", "decided")
    yield from _each(["refile: before", "refile: file half written", "refile: after rename"], changed)
    yield from _each(["refile: before rename", "refile: after"], changed)
    yield from _each(
        ["refile: temporary folder made", "refile: after rename"], ("completing", "decided"), nth=2
    )
    yield Scenario("refile: within", "completing")  # while the child joins the files
    yield from (Scenario("refile: file half written", "completing", nth) for nth in (3, 8))
    yield from (Scenario("refile: after fsync", "completing", nth) for nth in (2, 7, 10))
    yield from _each(_transaction("mark_filed"), _ALL)


def _moving() -> Iterator[Scenario]:
    yield from _each(["move: before", "move: server moved it", "move: after"], ("complete", "question"))
    yield from _each(["move: before", "move: server moved it"], ("completing",), nth=2)
    yield Scenario("move: folder made", "question", alone=True)
    for server, last in (("copy", ["move: expunged"]), ("plain", [])):
        points = ["move: before", "move: server copied it", "move: marked deleted", *last, "move: after"]
        yield from _each(points, ("complete", "completing"), server=server)
    yield from _each(_transaction("mark_moved"), ("complete", "question", "completing", "twice"))
    yield from _each(_transaction("mark_moved"), ("completing",), nth=2)


def _replying() -> Iterator[Scenario]:
    yield from _each(_transaction("announce"), _ANSWERED)
    yield from _each(_SENDING, ("complete", "incomplete"))
    yield from _each(_transaction("settle"), _ANSWERED)
    yield from _each(["page: file half written", "page: before rename", "page: after"], ("complete",), nth=2)


def _recovering() -> Iterator[Scenario]:
    """A second kill where the life after the first one clears up behind it."""
    yield from _each(["sweep: before", "sweep: after"], ("complete",), first="file: before rename")
    yield from _each(["sweep: before", "sweep: after"], ("completing",), first="refile: file half written")
    yield from _each(_transaction("put_off"), ("complete",), first="pdf: within")
    yield from _each(_transaction("give_up_expired"), ("complete", "incomplete"), first=_DOT)


def _parking() -> Iterator[Scenario]:
    """Given up, kept for a person, and sent on its way again."""
    keeping = ["park: file half written", "park: before rename", "park: after rename", "park: after"]
    points = [*_transaction("put_off"), *keeping, *_transaction("add_place")]
    yield from _each(points, ("complete",), first="fetch: after", parked=True)
    late = [
        *_transaction("retry"),
        "unpark: before",
        "unpark: after",
        "drop_place: within",
        "drop_place: after",
    ]
    yield from _each(late, ("complete",), first="fetch: after", parked=True, late=True)


#: One for each main effect: what the tests run.
SHORT = (
    Scenario("take_in: within"),
    Scenario("fetch: within"),
    Scenario("pdf: within"),
    Scenario("save_plan: within", "completing"),
    Scenario("file: file half written", nth=2),
    Scenario("file: after rename"),
    Scenario("refile: after rename", "completing", again=True),
    Scenario("mark_filed: within"),
    Scenario("move: server moved it"),
    Scenario("send: content half written"),
    Scenario("send: after the final dot"),
    Scenario("settle: within", "incomplete"),
    Scenario("park: file half written", first="fetch: after", parked=True),
    Scenario("unpark: before", first="fetch: after", parked=True, late=True),
)


def chosen(kills: int, point: str = "") -> list[Scenario]:
    """At least so many kills, spread over all points, or over those whose name holds ``point``.

    Beyond one round of the matrix the life after each is struck as well.
    """
    among = [one for one in matrix() if point in one.point]
    if not among:
        raise ValueError(f"no point is called {point!r}")
    if kills < len(among):
        return [among[number * len(among) // kills] for number in range(kills)]
    rounds = itertools.cycle([[one._replace(again=True) for one in among], among])
    found = list(among)
    for more in rounds:
        if len(found) >= kills:
            break
        found += more[: kills - len(found)]
    return found
