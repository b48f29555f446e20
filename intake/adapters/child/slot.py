"""A slot: a folder in the spool and a warm child that may look into it and nowhere else.

The child is a pebble pool of one. A slot holds one task at a time, so that no child can open another
application. What a task can do to its child (crash, memory, CPU, time) ends that child only; the
next task finds a new one.
"""

from __future__ import annotations

import io
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pebble
from pebble.common import types
from pebble.pool import process

from intake.adapters.child import sandbox
from intake.errors import Transient

_TASKS = 50  # tasks that one child does before a fresh one takes over: bounds what a leak can add up to
_STARTING = 30.0  # seconds a child may need to come up on a busy machine; the first imports everything
_STOPPING = 5.0  # seconds to wait for pebble's threads; what is left of them are daemons
_LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; 1,000,000 characters with their places come to some 4 MB

_preloaded = ["__main__"]


class KilledError(Exception):
    """The child ended, or gave no answer of ours. The message says how."""


class TimedOutError(Exception):
    """The wall time for one task is over."""


def context(module: str) -> Any:
    """How children are started: from a forkserver that has imported ``module`` (20 ms instead of 700)."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # before the forkserver starts and passes it on
    if module not in _preloaded:
        _preloaded.append(module)
    chosen = multiprocessing.get_context("forkserver")
    chosen.set_forkserver_preload(_preloaded)  # without effect where it runs already: then a child imports
    return chosen


class Slot:
    """One folder, one child. Not thread-safe: one task at a time.

    prepare: run in each new child with the folder and ``memory`` (bytes of address space); name: what
    the child is, for messages.
    """

    def __init__(
        self, folder: Path, *, name: str, prepare: Callable[[str, int], None], memory: int, context: Any
    ) -> None:
        folder.mkdir(mode=0o700)
        self.folder = folder
        self._name = name
        self._prepare = prepare
        self._memory = memory
        self._context = context
        self._pool: pebble.ProcessPool | None = None
        self._bound = _Bound()
        self._used = (
            False  # the child has done a task: what a file finds of memory depends on those before it
        )

    def ask(
        self,
        function: Callable[..., bytes],
        *arguments: object,
        seconds: float,
        largest: int = _LARGEST_ANSWER,
    ) -> bytes:
        """Run it in the child. A pool found broken before the child took the task is replaced once, and so
        is a child that lacked memory after others' tasks: what becomes of a file must not depend on them.

        largest: bytes of the answer. A task whose answer is a file says so for itself alone; the answer comes
        through the pipe all the same, because a child that may write no file at all has nothing to misuse.

        Raises KilledError, TimedOutError, and Transient when no child comes up.
        """
        self._bound.answer = largest
        deadline = time.monotonic() + seconds
        for _ in range(2):
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimedOutError
            try:
                future = self._running().schedule(function, args=arguments, timeout=left)
                return self._answer(future, left)
            except pebble.ProcessExpired as exc:
                again = self._used and _lacked_memory(exc.exitcode)
                self.discard()  # it may have died in the middle of a message: the next child needs a new pipe
                if again:
                    continue
                raise KilledError(_how_it_ended(exc.exitcode)) from exc
            except (BrokenProcessPool, RuntimeError) as exc:
                self.discard()
                if isinstance(exc.__cause__, _NotAMessageError):
                    raise KilledError("it said what is not for it to say") from exc
        raise Transient(f"the {self._name} child does not start")

    def discard(self) -> None:
        """End the child. The next task finds a new one."""
        pool, self._pool, self._used = self._pool, None, False
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            joining = threading.Thread(target=pool.join, daemon=True)
            joining.start()
            joining.join(_STOPPING)

    def _answer(self, future: pebble.ProcessFuture[bytes], seconds: float) -> bytes:
        try:
            answer: object = future.result(timeout=seconds + _STARTING)
        except TimeoutError as exc:
            begun = future.done() or future.running()  # done: pebble itself ended the child
            self.discard()
            if begun:
                raise TimedOutError from exc
            raise Transient(f"the {self._name} child does not start") from exc
        if isinstance(answer, bytes) and len(answer) <= self._bound.answer:
            self._used = True
            return answer
        self.discard()
        raise KilledError("its answer was not what we asked for")

    def _running(self) -> pebble.ProcessPool:
        if self._pool is None or not self._pool.active:
            self.discard()
            self._pool = pebble.ProcessPool(
                max_workers=1,
                max_tasks=_TASKS,
                initializer=self._prepare,
                initargs=(str(self.folder), self._memory),
                context=self._context,
            )
            _guard(self._pool, self._bound)
        return self._pool


def _lacked_memory(status: int) -> bool:
    """Python code says so; PDFium and Tesseract abort."""
    return status in (sandbox.OUT_OF_MEMORY, -signal.SIGABRT)


def _how_it_ended(status: int) -> str:
    if status == sandbox.OUT_OF_MEMORY:
        return "out of memory"
    if -status in set(signal.Signals):
        return f"ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"


# --- What a child may say ------------------------------------------------------------------------

# pebble unpickles whatever comes through the child's pipe, and a pickle can run any code. A child that
# a hostile file has taken over must not carry it out of the sandbox that way, so the pipe is read
# through an unpickler that knows pebble's messages and nothing else. What remains to such a child is
# to lie in the facts of its own file, and to make pebble's bookkeeping of its own slot fail.
_MESSAGES = frozenset(
    {
        ("pebble.pool.process", "Acknowledgement"),
        ("pebble.pool.process", "TaskResult"),
        ("pebble.common.types", "Result"),
        ("pebble.common.types", "ResultStatus"),
    }
)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _MESSAGES:
            raise pickle.UnpicklingError(f"{module}.{name} is none of pebble's messages")
        return super().find_class(module, name)


class _NotAMessageError(ConnectionError):
    """What came is not what a child of ours sends. An OSError, which pebble takes for a broken pool."""


@dataclass
class _Bound:
    """How many bytes the answer to the task under way may have. A message holds little besides."""

    answer: int = _LARGEST_ANSWER

    @property
    def message(self) -> int:
        return self.answer + _LARGEST_ANSWER


class _Reader:
    """The parent's end of the pipe, as far as pebble uses it."""

    def __init__(self, connection: Connection, bound: _Bound) -> None:
        self._connection = connection
        self._bound = bound

    def recv(self) -> object:
        try:
            raw = self._connection.recv_bytes(self._bound.message)
        except OSError as exc:
            if "bad message length" in str(exc):  # no broken pool: another child would say the same again
                raise _NotAMessageError(str(exc)) from exc
            raise
        try:
            message: object = _Unpickler(io.BytesIO(raw)).load()
        except Exception as exc:
            raise _NotAMessageError(str(exc)) from exc
        match message:
            case process.Acknowledgement(worker=int(), task=int()):
                return message
            case process.TaskResult(task=int(), result=types.Result(status=types.ResultStatus.SUCCESS)):
                return message
        raise _NotAMessageError("neither an acknowledgement nor a result")

    def fileno(self) -> int:
        return self._connection.fileno()

    def close(self) -> None:
        self._connection.close()


def _guard(pool: pebble.ProcessPool, bound: _Bound) -> None:
    """Start the pool and put our reader in its place, before its child has seen any file."""
    assert pool.active
    channel = pool._pool_manager.worker_manager.pool_channel
    assert channel is not None
    channel.reader = _Reader(channel.reader, bound)  # type: ignore[assignment]
