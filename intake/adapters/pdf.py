"""Reads PDFs in limited child processes that see nothing but the one file they are given.

A *slot* is a folder in the spool and a warm child (a pebble pool of one) that Landlock confines to that
folder; it holds one file at a time, so that no child can open another application. What a file can
do to its child (crash, memory, CPU, time) is a named fault; the next file finds a new child.
"""

from __future__ import annotations

import fcntl
import io
import json
import multiprocessing
import os
import pickle
import queue
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

import pebble
import pydantic
from pebble.common import types
from pebble.pool import process

from intake import model
from intake.adapters import pdf_child
from intake.errors import Transient
from intake.model import FileFault, PdfFacts, value

_T = TypeVar("_T")

_TASKS = 50  # files that one child reads before a fresh one takes over: bounds what a leak can add up to
_STARTING = 30.0  # seconds a child may need to come up on a busy machine; the first imports everything
_STOPPING = 5.0  # seconds to wait for pebble's threads; what is left of them are daemons
_LARGEST_ANSWER = 16 * 1024 * 1024  # bytes; 1,000,000 characters with their places come to some 4 MB
_HEADER_WITHIN = 1024  # bytes before %PDF that readers tolerate (ISO 32000-1 annex H.3, note 13)


@value
class PdfLimits:
    """What one PDF may be and take.

    max_bytes: size of the file; a larger one is never spooled. max_pages: for a whole application.
    max_text: characters read of one file; pages beyond are marked as not read, never as empty.
    cpu_seconds, wall_seconds: for all attempts at one file together. memory: bytes of a child's
    address space.
    """

    max_bytes: int = 25 * 1024 * 1024
    max_pages: int = 60
    max_text: int = 1_000_000
    cpu_seconds: int = 8
    wall_seconds: float = 12.0
    memory: int = 1024 * 1024 * 1024


class PdfPool:
    """``ports.PdfReader`` on ``workers`` warm children. ``read`` may be called from several threads.

    spool: a folder on a local disk, made when missing. Several processes may share it: each has its
    own sub-folder under a lock, and what a killed one left is removed at the next start.
    """

    def __init__(self, spool: Path, limits: PdfLimits, workers: int = 2) -> None:
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")  # before the forkserver starts and passes it on
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["__main__", pdf_child.__name__])  # a new child takes 20 ms, not 700
        self._limits = limits
        self._home = _Home(spool)
        self._slots = [_Slot(self._home.folder / f"slot-{n}", limits, context) for n in range(workers)]
        self._free: queue.SimpleQueue[_Slot] = queue.SimpleQueue()
        for slot in self._slots:
            self._free.put(slot)
        self._weaknesses: tuple[str, ...] | None = None

    def read(self, content: bytes) -> PdfFacts:
        """Facts or named faults. Raises Transient when the machine, not the file, is at fault."""
        known = PdfFacts(sha256=model.sha256(content), size=len(content))
        fault, detail = _refused(content, self._limits)
        if fault:
            return replace(known, faults=(fault,), details=(detail,))
        found = self._in_a_slot(lambda slot: slot.read(content))
        return replace(found, sha256=known.sha256, size=known.size)

    def weaknesses(self) -> tuple[str, ...]:
        """The walls that the children lack on this machine, asked of a child itself."""
        if self._weaknesses is None:
            self._weaknesses = self._in_a_slot(lambda slot: slot.missing_walls())
        return self._weaknesses

    def close(self) -> None:
        """End the children and remove the spool. A reading under way is given up."""
        for slot in self._slots:
            slot.close()
        self._home.close()

    def _in_a_slot(self, work: Callable[[_Slot], _T]) -> _T:
        slot = self._free.get()
        try:
            return work(slot)
        finally:
            self._free.put(slot)


def _refused(content: bytes, limits: PdfLimits) -> tuple[FileFault | None, str]:
    """What is plain from the bytes alone, so that no child needs to see them."""
    if not content:
        return FileFault.EMPTY, "0 bytes"
    if len(content) > limits.max_bytes:
        return FileFault.TOO_LARGE, f"{len(content)} bytes, the limit is {limits.max_bytes}"
    if b"%PDF" not in content[:_HEADER_WITHIN]:
        return FileFault.DAMAGED, f"no PDF header; it begins with {content[:8]!r}"
    return None, ""


class _KilledError(Exception):
    """The child ended, or gave no answer of ours. The message says how."""


class _TimedOutError(Exception):
    """The wall time for one file is over."""


class _Slot:
    """A folder with one file at a time, and the child that may look into it."""

    def __init__(self, folder: Path, limits: PdfLimits, context: Any) -> None:
        folder.mkdir(mode=0o700)
        self._folder = folder
        self._limits = limits
        self._context = context
        self._bounds = pdf_child.Bounds(pages=limits.max_pages, text=limits.max_text, cpu=limits.cpu_seconds)
        self._pool: pebble.ProcessPool | None = None

    def read(self, content: bytes) -> PdfFacts:
        task = self._folder / secrets.token_hex(8)
        try:
            _spool(content, task)
            return pdf_child.FACTS.validate_json(
                self._ask(pdf_child.read, str(task / "file.pdf"), self._bounds)
            )
        except _TimedOutError:
            return _nothing_known(FileFault.TIMED_OUT, f"over {self._limits.wall_seconds} s")
        except _KilledError as exc:
            return _nothing_known(FileFault.KILLED, str(exc))
        except pydantic.ValidationError as exc:
            self._discard()  # whoever answers so is no longer running our code
            return _nothing_known(FileFault.KILLED, f"not an answer: {exc.error_count()} errors")
        except OSError as exc:
            raise Transient(f"the spool cannot be written: {exc}") from exc
        finally:
            shutil.rmtree(task, ignore_errors=True)

    def missing_walls(self) -> tuple[str, ...]:
        try:
            return tuple(json.loads(self._ask(pdf_child.missing_walls)))
        except (_KilledError, _TimedOutError) as exc:
            raise Transient(f"the PDF child does not answer: {exc}") from exc

    def close(self) -> None:
        self._discard()

    def _ask(self, function: Callable[..., bytes], *arguments: object) -> bytes:
        """Run it in the child. A pool found broken before the child took the task is replaced once."""
        deadline = time.monotonic() + self._limits.wall_seconds
        for _ in range(2):
            left = deadline - time.monotonic()
            if left <= 0:
                raise _TimedOutError
            try:
                future = self._running().schedule(function, args=arguments, timeout=left)
                return self._answer(future, left)
            except pebble.ProcessExpired as exc:
                self._discard()  # it may have died in the middle of a message: the next child needs a new pipe
                raise _KilledError(_how_it_ended(exc.exitcode)) from exc
            except (BrokenProcessPool, RuntimeError) as exc:
                self._discard()
                if isinstance(exc.__cause__, _NotAMessageError):
                    raise _KilledError("it said what is not for it to say") from exc
        raise Transient("the PDF child does not start")

    def _answer(self, future: pebble.ProcessFuture[bytes], seconds: float) -> bytes:
        try:
            answer: object = future.result(timeout=seconds + _STARTING)
        except TimeoutError as exc:
            begun = future.done() or future.running()  # done: pebble itself ended the child
            self._discard()
            if begun:
                raise _TimedOutError from exc
            raise Transient("the PDF child does not start") from exc
        if isinstance(answer, bytes) and len(answer) <= _LARGEST_ANSWER:
            return answer
        self._discard()
        raise _KilledError("its answer was not what we asked for")

    def _running(self) -> pebble.ProcessPool:
        if self._pool is None or not self._pool.active:
            self._discard()
            self._pool = pebble.ProcessPool(
                max_workers=1,
                max_tasks=_TASKS,
                initializer=pdf_child.prepare,
                initargs=(str(self._folder), self._limits.memory),
                context=self._context,
            )
            _guard(self._pool)
        return self._pool

    def _discard(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            joining = threading.Thread(target=pool.join, daemon=True)
            joining.start()
            joining.join(_STOPPING)


def _spool(content: bytes, task: Path) -> None:
    task.mkdir(mode=0o700)
    descriptor = os.open(task / "file.pdf", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _nothing_known(fault: FileFault, detail: str) -> PdfFacts:
    return PdfFacts(sha256="", size=0, faults=(fault,), details=(detail,))


def _how_it_ended(status: int) -> str:
    if status == pdf_child.OUT_OF_MEMORY:
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


class _Reader:
    """The parent's end of the pipe, as far as pebble uses it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def recv(self) -> object:
        raw = self._connection.recv_bytes(2 * _LARGEST_ANSWER)
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


def _guard(pool: pebble.ProcessPool) -> None:
    """Start the pool and put our reader in its place, before its child has seen any file."""
    assert pool.active
    channel = pool._pool_manager.worker_manager.pool_channel
    assert channel is not None
    channel.reader = _Reader(channel.reader)  # type: ignore[assignment]


# --- The spool -----------------------------------------------------------------------------------


class _Home:
    """This process's own folder in the spool, named after a lock file that it holds while it lives.

    The lock is flock's, which the kernel frees however the process ends. The lock file is made before
    the folder and removed after it, so a folder without a living owner is always found by its lock.
    """

    def __init__(self, spool: Path) -> None:
        spool.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(spool)
        name = f"{_OURS}{os.getpid()}-{secrets.token_hex(4)}"
        self.folder = spool / name
        self._path = spool / f"{name}.lock"
        self._lock = _take(self._path, os.O_CREAT | os.O_EXCL)
        if self._lock is None:
            raise Transient(f"another process sweeps {spool} at this moment")
        self.folder.mkdir(mode=0o700)

    def close(self) -> None:
        if self._lock is None:
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self._path.unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None


_OURS = "pdf-"


def _sweep(spool: Path) -> None:
    """Remove what killed processes left, and nothing else."""
    for path in spool.glob(f"{_OURS}*.lock"):
        lock = _take(path, 0)
        if lock is None:
            continue  # its owner lives
        shutil.rmtree(path.with_suffix(""), ignore_errors=True)
        path.unlink(missing_ok=True)
        os.close(lock)


def _take(path: Path, flags: int) -> int | None:
    """The lock at ``path``, or None when somebody else holds or has just removed it."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)
    except FileNotFoundError:
        return None
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.stat().st_ino == os.fstat(descriptor).st_ino:
            return descriptor
    os.close(descriptor)
    return None
