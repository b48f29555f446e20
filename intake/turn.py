"""A piece of work that several threads may ask for at once, and that is done by one at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Turn:
    """Runs a piece of work one at a time; calls that come meanwhile are answered by one more run."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._mutex = threading.Lock()
        self._busy = False
        self._again = False

    def __call__(self) -> None:
        with self._mutex:
            if self._busy:
                self._again = True
                return
            self._busy = True
        while True:
            try:
                self._work()
            except BaseException:
                with self._mutex:
                    self._busy = self._again = False
                raise
            with self._mutex:
                self._busy, self._again = self._again, False
                if not self._busy:
                    return
