"""Waits for the servers to ring (IMAP IDLE), for each mailbox on a connection and a thread of its own."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping

from intake import waiting
from intake.errors import IntakeError
from intake.ports import Mailbox

# Seconds; NAT and firewalls forget a quiet connection after 5 to 30 minutes (RFC 2177: 29).
_IDLE_ROUND = 290.0


class Doorbell:
    """watchers: by the name of the mailbox, each on a connection of its own. ring: called with a mailbox that is to
    be looked into; fails: whether looks into it fail now; stop: is set at the end.
    """

    def __init__(
        self,
        watchers: Mapping[str, Mailbox],
        *,
        ring: Callable[[str], None],
        fails: Callable[[str], bool],
        stop: threading.Event,
    ) -> None:
        self._watchers = watchers
        self._ring = ring
        self._fails = fails
        self._stop = stop
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Wait, until ``stop``."""
        self._threads = [threading.Thread(target=self._watch, args=(name,), name=f"idle-{name}", daemon=True)
                         for name in self._watchers]  # fmt: skip
        for thread in self._threads:
            thread.start()

    def interrupt(self, name: str) -> None:
        """End the wait for this mailbox, where there is one: its looks fail, or all is to end. From any thread, and
        from a signal."""
        if name in self._watchers:
            self._watchers[name].interrupt()

    def interrupt_all(self) -> None:
        """The same for every mailbox."""
        for watcher in self._watchers.values():
            watcher.interrupt()

    def join(self) -> None:
        """The threads have ended, or take too long."""
        for thread in self._threads:
            thread.join(timeout=5)

    def close(self) -> None:
        """Give the connections back."""
        for watcher in self._watchers.values():
            watcher.close()

    def _watch(self, name: str) -> None:
        """Wait for the server to ring, for ever. Where it cannot, the clock alone decides.

        While looks fail it waits without a connection: where a server allows few, the look comes first.
        """
        watcher, failures = self._watchers[name], 0
        while not self._stop.is_set():
            with contextlib.suppress(IntakeError):
                if not watcher.open().idle:
                    watcher.leave()
                    return
                failures = 0
                self._ring(name)
                while not (self._stop.is_set() or self._fails(name)):
                    if watcher.wait(_IDLE_ROUND):
                        self._ring(name)
            watcher.leave()
            failures += 1
            self._stop.wait(waiting.after(min(failures, 5)).total_seconds())
