"""Where a worker can be struck: at every effect of the journey, before it, within it and after it.

``install`` wraps the real adapters from outside, in the worker's own process, so that nothing of the
product knows of it. Each wrapped place calls ``strike`` with its name; the names are those of
``chaos_points``.
"""

from __future__ import annotations

import contextlib
import functools
import imaplib
import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import aiosmtplib
import imapclient  # ships no py.typed
import sqlalchemy as sa
from aiosmtplib import protocol
from sqlalchemy import event

from intake.adapters import folders, imap, ocr, parked, pdf, readings, smtp
from intake.adapters.child import slot
from intake.adapters.ledger import database, sql

Strike = Callable[[str], None]

#: The ledger's transactions that are effects of the journey.
TRANSACTIONS = (
    "start_mailbox", "take_in", "identify", "save_plan", "mark_filed", "mark_moved", "announce", "settle",
    "give_up_expired", "put_off", "finish_request", "add_place", "drop_place", "retry",
)  # fmt: skip
_LITERAL = 2_000  # octets; a shorter one is no mail
_AT_WORK = 5.0  # seconds until a child has taken its task
_doing = threading.local()


def install(strike: Strike) -> None:
    """Wrap everything. ``strike`` may end the process and does not return then."""
    _ledger(strike)
    _fetching(strike)
    _children(strike)
    _files(strike)
    _moving(strike)
    _sending(strike)


def _around(strike: Strike, owner: Any, method: str, name: str) -> None:
    """Before and after one method; what happens within knows its name."""
    inner = getattr(owner, method)

    @functools.wraps(inner)
    def outer(*arguments: Any, **named: Any) -> Any:
        if _here():  # the outermost counts: a page that refiling writes is part of refiling
            return inner(*arguments, **named)
        strike(f"{name}: before")
        with _named(name):
            result = inner(*arguments, **named)
        strike(f"{name}: after")
        return result

    setattr(owner, method, outer)


@contextlib.contextmanager
def _named(name: str) -> Iterator[None]:
    _doing.name = name
    try:
        yield
    finally:
        _doing.name = ""


def _here() -> str:
    return getattr(_doing, "name", "")


def _ledger(strike: Strike) -> None:
    for method in TRANSACTIONS:
        _around(strike, sql.SqlLedger, method, method)

    @event.listens_for(sa.Engine, "commit")
    def commit(_: sa.Connection) -> None:
        """All has been written and nothing committed."""
        if _here() in TRANSACTIONS:
            strike(f"{_here()}: within")

    say = database.say

    def said(connection: sa.Connection, words: str) -> None:
        if words == "COMMIT":
            commit(connection)
        say(connection, words)

    database.say = said


def _fetching(strike: Strike) -> None:
    _around(strike, imap.ImapMailbox, "fetch", "fetch")
    read = imaplib.IMAP4.read

    def halves(self: imaplib.IMAP4, size: int) -> bytes:
        if size < _LITERAL or _here() != "fetch":
            return read(self, size)
        first = read(self, size // 2)
        strike("fetch: within")
        return first + read(self, size - size // 2)

    imaplib.IMAP4.read = halves  # type: ignore[method-assign]


def _children(strike: Strike) -> None:
    _around(strike, pdf.PdfPool, "read", "pdf")
    _around(strike, pdf.PdfPool, "join", "join")
    _around(strike, ocr.OcrPool, "read", "ocr")
    answer = slot.Slot._answer

    def answered(self: slot.Slot, future: Any, seconds: float) -> bytes:
        end = time.monotonic() + _AT_WORK
        while _here() and not (future.running() or future.done()) and time.monotonic() < end:
            time.sleep(0.001)
        if _here():
            strike(f"{_here()}: within")  # the child is at work on it
        return answer(self, future, seconds)

    slot.Slot._answer = answered  # type: ignore[method-assign]


def _files(strike: Strike) -> None:
    for owner, method, name in (
        (folders.FileSystemFolders, "file", "file"),
        (folders.FileSystemFolders, "refile", "refile"),
        (folders.FileSystemFolders, "write_page", "page"),
        (folders.FileSystemFolders, "sweep", "sweep"),
        (parked.ParkedFiles, "keep", "park"),
        (parked.ParkedFiles, "remove", "unpark"),
        (readings.SpooledReadings, "keep", "reading"),
    ):
        _around(strike, owner, method, name)
    _step(strike, tempfile, "mkdtemp", before="", after="temporary folder made")
    _step(strike, os, "fsync", before="before fsync", after="after fsync")
    _renamed(strike)
    _step(strike, Path, "replace", before="before rename", after="after rename")
    _halved(strike)


_WRITING = ("file", "refile", "page", "park", "reading")


def _step(strike: Strike, owner: Any, function: str, *, before: str, after: str) -> None:
    """One call to the system, where it is part of an effect that writes files."""
    inner = getattr(owner, function)

    @functools.wraps(inner)
    def outer(*arguments: Any, **named: Any) -> Any:
        counts = _here() in _WRITING
        if counts and before:
            strike(f"{_here()}: {before}")
        result = inner(*arguments, **named)
        if counts:
            strike(f"{_here()}: {after}")
        return result

    setattr(owner, function, outer)


def _renamed(strike: Strike) -> None:
    """The rename that makes a folder visible, and the one that brings its lock to the place where it is built."""
    inner = Path.rename

    def outer(self: Path, target: Path) -> Path:
        counts, what = _here() in _WRITING, "lock" if target.name == "lock" else "rename"
        if counts:
            strike(f"{_here()}: before {what}")
        result = inner(self, target)
        if counts:
            strike(f"{_here()}: after {what}")
        return result

    Path.rename = outer  # type: ignore[method-assign,assignment]


def _halved(strike: Strike) -> None:
    fdopen = os.fdopen

    class Halving:
        """A file whose first write can be cut in the middle."""

        def __init__(self, file: Any, name: str) -> None:
            self._file, self._name = file, name

        def write(self, content: Any) -> int:
            self._file.write(content[: len(content) // 2])
            self._file.flush()
            strike(f"{self._name}: file half written")
            self._file.write(content[len(content) // 2 :])
            return len(content)

        def __getattr__(self, name: str) -> Any:
            return getattr(self._file, name)

        def __enter__(self) -> Halving:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

    def opened(handle: int, mode: str = "r", *arguments: Any, **named: Any) -> Any:
        file = fdopen(handle, mode, *arguments, **named)
        return Halving(file, _here()) if _here() in _WRITING and "w" in mode else file

    os.fdopen = opened  # type: ignore[assignment]


def _moving(strike: Strike) -> None:
    _around(strike, imap.ImapMailbox, "move", "move")
    for command, done in (
        ("create_folder", "folder made"), ("move", "server moved it"), ("copy", "server copied it"),
        ("add_flags", "marked deleted"), ("uid_expunge", "expunged"),
    ):  # fmt: skip
        _answered(strike, command, f"move: {done}")


def _answered(strike: Strike, command: str, name: str) -> None:
    inner = getattr(imapclient.IMAPClient, command)

    @functools.wraps(inner)
    def outer(*arguments: Any, **named: Any) -> Any:
        result = inner(*arguments, **named)
        if _here() == "move":
            strike(name)
        return result

    setattr(imapclient.IMAPClient, command, outer)


def _sending(strike: Strike) -> None:
    _around(strike, smtp.SmtpSender, "send", "send")
    connect, execute, write = (
        aiosmtplib.SMTP.connect,
        aiosmtplib.SMTP.execute_command,
        protocol.SMTPProtocol.write,
    )

    content: set[bool] = set()

    async def connected(self: Any, *arguments: Any, **named: Any) -> Any:
        strike("send: before connect")
        result = await connect(self, *arguments, **named)
        strike("send: after connect")
        return result

    async def executed(self: Any, *words: bytes, **named: Any) -> Any:
        command = words[0].decode("ascii", "replace")
        counts = command in ("MAIL", "RCPT", "DATA")
        if counts:
            strike(f"send: before {command}")
        result = await execute(self, *words, **named)
        if counts:
            strike(f"send: after {command}")
        if command == "DATA":
            content.add(True)  # is what is written next
        return result

    def written(self: Any, data: bytes) -> None:
        if data == b".\r\n":
            strike("send: before the final dot")
            write(self, data)
            strike("send: after the final dot")  # its answer has not been read
        elif content:
            content.clear()
            half = len(data) // 2
            write(self, data[:half])
            strike("send: content half written")
            write(self, data[half:])
        else:
            write(self, data)

    aiosmtplib.SMTP.connect = connected  # type: ignore[method-assign]
    aiosmtplib.SMTP.execute_command = executed  # type: ignore[method-assign]
    protocol.SMTPProtocol.write = written  # type: ignore[method-assign]
