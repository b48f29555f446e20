"""Wakes the processes that carry messages, by Procrastinate on the ledger's own PostgreSQL.

A job is a wake-up and holds nothing but the number of a message: the ledger is the truth. Its ``lock`` keeps
two jobs of one message from running at once, its ``queueing_lock`` from waiting twice; either alone does only
half of that. The job of a process whose heart has not beaten for a while is deleted, and the message is offered
again when its lease has ended.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import procrastinate
import psycopg
from procrastinate import exceptions, jobs

from intake.errors import Transient
from intake.ports import Log, MessageRecord

if TYPE_CHECKING:
    from procrastinate.types import JSONDict

_QUEUE, _TASK = "messages", "intake.carry"
_POLL = 5.0  # seconds between two looks for jobs; PostgreSQL's NOTIFY tells of them at once
_AGAIN = 2.0  # seconds until a server that went away is tried again
_SCHEMA_LOCK = 0x696E746B, 3  # beside those of the ledger: one process makes the tables


class Jobs:
    """``ports.Dispatch``. where: a libpq URL; password: asked for at each new connection.

    silence: seconds after which a process whose heart does not beat counts as dead.
    """

    def __init__(self, where: str, password: Callable[[], str], *, log: Log, silence: float = 15.0) -> None:
        self._where = where
        self._password = password
        self._log = log
        self._silence = silence
        self._app: procrastinate.App | None = None
        self._odd: dict[int | None, float] = {}  # since when jobs look as if they were nobody's
        self._starting = threading.Lock()
        self._stop = threading.Event()
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None

    # --- the poller's side -----------------------------------------------------------------------

    def offer(self, records: Sequence[MessageRecord]) -> None:
        if not records:
            return
        with _translated():
            app = self._opened()
            waiting = {job.lock for job in app.job_manager.list_jobs(queue=_QUEUE, status="todo")}
            going = {job.lock: job for job in app.job_manager.list_jobs(queue=_QUEUE, status="doing")}
            keys = {_key(record): record for record in records if _key(record) not in waiting}
            doing = {job.id for job in going.values()}
            self._odd = {job: since for job, since in self._odd.items() if job in doing}
            self._let_go(app, [job for key, job in going.items() if key in keys])
            for key, record in keys.items():
                if key not in going:
                    with contextlib.suppress(exceptions.AlreadyEnqueued):
                        deferrer = app.configure_task(
                            _TASK, queue=_QUEUE, lock=key, queueing_lock=key, allow_unknown=True
                        )
                        deferrer.defer(message=record.id)

    def _let_go(self, app: procrastinate.App, going: Sequence[jobs.Job]) -> None:
        """Jobs that say they are at work on messages which nobody has in hand: after a while they wait again. Their
        process lives, and could not write their end when the database was away."""
        now = time.monotonic()
        for job in going:
            if job.id is not None and now - self._odd.setdefault(job.id, now) > self._silence:
                self._log.warning("job let go", message=_message_of(job))
                app.job_manager.retry_job_by_id(job.id, datetime.now(UTC))

    def prepare(self) -> None:
        """Procrastinate's tables, made when they are missing. Transient when the server is away."""
        with _translated(), psycopg.connect(self._where, password=self._password() or None) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", _SCHEMA_LOCK)
            there = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
            if there == (None,):
                connection.execute(procrastinate.schema.SchemaManager.get_schema())

    def close(self) -> None:
        with self._starting:
            if self._app is not None:
                self._app.close()
            self._app = None

    def _opened(self) -> procrastinate.App:
        with self._starting:
            if self._app is None:
                connector = procrastinate.SyncPsycopgConnector(
                    conninfo=self._where, kwargs=self._signing_in, min_size=1, max_size=2, timeout=10.0
                )
                app = procrastinate.App(connector=connector)
                app.open()
                self._app = app
            return self._app

    def _signing_in(self) -> dict[str, Any]:
        given = self._password()
        return {"password": given} if given else {}

    # --- the side of who carries -----------------------------------------------------------------

    def run(self, carry: Callable[[int], None]) -> None:
        """Carry what is offered, one message at a time, until ``stop``. A server that goes away is waited for."""
        while not self._stop.is_set():
            try:
                asyncio.run(self._work(carry))
            except (exceptions.ProcrastinateException, psycopg.Error, OSError, TimeoutError) as exc:
                self._log.error("ledger away", error=type(exc).__name__)
                self._stop.wait(_AGAIN)

    def stop(self) -> None:
        """End after the message at hand. Safe to call from another thread."""
        self._stop.set()
        if self._running is not None:
            loop, task = self._running
            with contextlib.suppress(RuntimeError):  # it has ended meanwhile
                loop.call_soon_threadsafe(task.cancel)

    async def _work(self, carry: Callable[[int], None]) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._where, kwargs=self._signing_in, min_size=1, max_size=4, timeout=10.0
        )
        app = procrastinate.App(connector=connector)

        @app.task(name=_TASK, queue=_QUEUE)
        def carried(message: int) -> None:
            if not self._stop.is_set():
                carry(message)

        async with app.open_async():
            rescue, task = asyncio.create_task(self._rescue(app)), asyncio.create_task(self._serve(app))
            self._running = (asyncio.get_running_loop(), task)
            if self._stop.is_set():
                task.cancel()
            try:
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            finally:
                self._running = None
                rescue.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await rescue

    async def _serve(self, app: procrastinate.App) -> None:
        await app.run_worker_async(
            queues=[_QUEUE],
            concurrency=1,
            install_signal_handlers=False,  # ours end the message at hand as well
            fetch_job_polling_interval=_POLL,
            delete_jobs="always",  # the ledger has the history
            update_heartbeat_interval=self._silence / 3,
            stalled_worker_timeout=self._silence,
        )

    async def _rescue(self, app: procrastinate.App) -> None:
        """Jobs of dead processes hold nothing up any more: every living process sees to that."""
        while True:
            with contextlib.suppress(exceptions.ConnectorException):  # or another one was faster
                for job in await app.job_manager.get_stalled_jobs(
                    queue=_QUEUE, seconds_since_heartbeat=self._silence
                ):
                    self._log.warning("job of a dead process", message=_message_of(job))
                    await app.job_manager.finish_job(job=job, status=jobs.Status.FAILED, delete_job=True)
            await asyncio.sleep(self._silence / 3)


def _key(record: MessageRecord) -> str:
    return f"message {record.id}"


def _message_of(job: jobs.Job) -> object:
    arguments: JSONDict = job.task_kwargs
    return arguments.get("message")


@contextlib.contextmanager
def _translated() -> Any:
    try:
        yield
    except (exceptions.ConnectorException, psycopg.Error, OSError, TimeoutError) as exc:
        raise Transient(f"the jobs cannot be reached now: {type(exc).__name__}") from exc
