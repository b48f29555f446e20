"""The worker's log, on stderr: one line per event, as JSON or for people.

One processor is the gate: what is no case number, hash, count, state, step or error class does not
pass, whoever logs it. Names, addresses, subjects and contents of mails never reach a log.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any, Literal, cast

import structlog

from intake import ports

Style = Literal["auto", "json", "console"]

#: Every field that may stand in a line. "mailbox" is the name the admin gave it, never its address.
FIELDS = frozenset(
    (
        "attempts", "became", "before_our_time", "case", "count", "error", "level", "library", "mailbox",
        "mailboxes", "meaning", "messages", "of", "outcome", "problems", "reply", "seconds", "sha256", "state",
        "status", "step", "timestamp", "uid", "wish",
    )
)  # fmt: skip
WITHHELD = "(withheld)"
LONGEST = 80  # characters: a hash has 64, the longest slug of ours 20

_WORD = re.compile(r"[\w.:+-]+\Z", re.ASCII)  # no "@", no blank: no address, no sentence, no file's path
_EVENT = re.compile(r"[A-Za-z][A-Za-z -]{0,59}\Z")


def to_stderr(style: Style = "auto") -> ports.Log:
    """The log. auto: for people on a terminal, else one JSON object a line (``event``, ``level``,
    ``timestamp`` in UTC, and the fields that the gate lets pass)."""
    console = style == "console" or (style == "auto" and sys.stderr.isatty())
    renderer: Any = structlog.processors.JSONRenderer(sort_keys=True)
    if console:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    log = structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            gate,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    _hush(log)
    return cast("ports.Log", log)


def gate(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Let pass what cannot hold a person's data. The name of a field that does not pass is told, so
    that whoever wrote the call sees it."""
    passed = {name: _checked(event[name]) for name in event if name in FIELDS}
    said = event.get("event")
    passed["event"] = said if isinstance(said, str) and _EVENT.match(said) else WITHHELD
    unknown = sorted(str(name) for name in event if name not in FIELDS and name != "event")
    return passed | ({"withheld": unknown} if unknown else {})


def _checked(content: object) -> object:
    if content is None or isinstance(content, bool | int | float):
        return content
    if isinstance(content, list | tuple | set | frozenset):
        return [_checked(one) for one in content]
    text = str(content)
    return text if len(text) <= LONGEST and _WORD.match(text) else WITHHELD


class _Library(logging.Handler):
    """What a library logs is told as "it said something": its sentences may quote addresses or contents."""

    def __init__(self, log: Any) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else None
        self._log.warning("library", library=record.name, step=record.levelname, error=error)


def _hush(log: Any) -> None:
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Library)]:
        root.removeHandler(handler)
    root.addHandler(_Library(log))
