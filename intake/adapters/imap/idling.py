"""Waits for news by IDLE (RFC 2177), or by the clock where the server has none."""

from __future__ import annotations

import selectors
import socket
import threading
import time

from intake.adapters.imap.session import Session

# Seconds of one wait: servers may hang up after 30 minutes (RFC 2177 3), routers forget a silent
# connection after 5, and the caller looks into the mailbox after each.
LONGEST_ROUND = 300.0

# Seconds for the server to end IDLE once we have been told to stop.
_HURRY = 2.0


class Wake:
    """Lets another thread end a wait; one call ends one wait, also the next when none is under way."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._lock = threading.Lock()
        self._called = False
        self._closed = False

    def call(self) -> None:
        with self._lock:
            if not self._called and not self._closed:
                self._called = True
                self._theirs.send(b"!")

    def answer(self) -> bool:
        """Whether it was called since the last answer."""
        with self._lock:
            called, self._called = self._called, False
            if called:
                self._ours.recv(1)
            return called

    def fileno(self) -> int:
        return self._ours.fileno()

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._ours.close()
            self._theirs.close()


def sleep(seconds: float, wake: Wake) -> None:
    """Until the time is up or ``wake`` is called."""
    _readable(seconds, wake)
    wake.answer()


def wait(session: Session, start: int, seconds: float, wake: Wake) -> list[int]:
    """Until the selected folder has messages with UID ``start`` or higher, which are returned, the time is up or
    ``wake`` is called (none).

    Raises what imaplib raises when the connection is found dead, at the latest after ``seconds``
    and the socket's time-out.
    """
    end = time.monotonic() + min(seconds, LONGEST_ROUND)
    # The search comes first: what arrived since the caller looked was announced in the answer to
    # another command, and IDLE does not announce it again. It also says what IDLE's news was: people
    # reading their mail make news too.
    while not (found := session.search(start)):
        left = end - time.monotonic()
        if wake.answer() or left <= 0:
            return []
        _round(session, left, wake)
    return found


def _round(session: Session, seconds: float, wake: Wake) -> None:
    client = session.client
    ready = [] if client.start_idling() else _readable(seconds, wake, client.socket())
    client.stop_idling(within=_HURRY if wake in ready else None)


def _readable(seconds: float, *sources: Wake | socket.socket) -> list[object]:
    with selectors.DefaultSelector() as selector:
        for source in sources:
            selector.register(source, selectors.EVENT_READ)
        return [key.fileobj for key, _ in selector.select(seconds)]
