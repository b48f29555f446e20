"""The real worker as a process of its own: started, awaited, ended."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from intake.demo.stage import MAILBOX
from intake.errors import IntakeError
from intake.ports import Ledger

# A worker that was told to stop ends the message at hand; a PDF may take 12 s of it (DESIGN).
STOP_SECONDS = 15.0
LAST_LINES = 12  # of the log, shown when the worker has failed


class WorkerFailed(IntakeError):
    """The worker did not start, or ended by itself. The message ends with the last lines of its log."""


class WorkerProcess:
    """``intake run`` on a configuration, from the start of a ``with`` block to its end at the latest."""

    def __init__(self, config: Path, log: Path) -> None:
        self._command = [sys.executable, "-m", "intake", "run", "--config", str(config)]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            # In our process group, so that whoever ends the demo's group ends the worker with it.
            self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
                self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def require(self) -> None:
        """Raises WorkerFailed when the worker has ended."""
        assert self._process is not None
        code = self._process.poll()
        if code is not None:
            raise WorkerFailed(f"the worker ended by itself with exit code {code}:\n{self._last_lines()}")

    def await_start(self, ledger: Ledger, *, until: float) -> None:
        """Return once the worker has opened its mailbox: what arrives from now on is not before our time.

        until: of time.monotonic.
        """
        while ledger.mailbox(MAILBOX) is None:
            self.require()
            if time.monotonic() > until:
                raise WorkerFailed(f"the worker did not open its mailbox in time:\n{self._last_lines()}")
            time.sleep(0.05)

    def stop(self) -> int:
        """SIGTERM, and the exit code. One that does not stop is killed."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.terminate()
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _last_lines(self) -> str:
        return "\n".join(self._log.read_text("utf-8", "replace").splitlines()[-LAST_LINES:])
