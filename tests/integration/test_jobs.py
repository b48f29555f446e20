"""The jobs that wake who carries messages, on a real PostgreSQL."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import psycopg
import pytest

from intake.adapters.dispatch.jobs import Jobs
from intake.errors import Transient
from intake.journey.lifecycle import MessageState
from intake.model import MessageKey
from intake.ports import MessageRecord, Place
from tests.servers.postgres import PASSWORD, Postgres

PATIENCE = 60.0
SILENCE = 1.5  # seconds


class Silent:
    def info(self, event: str, **fields: object) -> None: ...

    warning = error = info


def record(number: int) -> MessageRecord:
    key = MessageKey(mailbox="main", uidvalidity=1, uid=number)
    return MessageRecord(id=number, key=key, case=f"C{number}", state=MessageState.FOUND,
                         place=Place(folder="INBOX"), found=datetime.now(UTC))  # fmt: skip


@pytest.fixture
def where(postgres: Postgres) -> str:
    return postgres.new_database()


@pytest.fixture
def jobs(where: str) -> Iterator[Jobs]:
    made = Jobs(where, lambda: PASSWORD, log=Silent(), silence=SILENCE)
    made.prepare()
    yield made
    made.close()


@contextmanager
def carrying(jobs: Jobs, carry: Callable[[int], None]) -> Iterator[None]:
    thread = threading.Thread(target=jobs.run, args=(carry,))
    thread.start()
    try:
        yield
    finally:
        jobs.stop()
        thread.join(PATIENCE)
    assert not thread.is_alive()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def rows(where: str) -> int:
    with psycopg.connect(where, password=PASSWORD) as connection:
        found = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
        assert found is not None
        return int(found[0])


def test_what_is_offered_is_carried_and_leaves_nothing(jobs: Jobs, where: str) -> None:
    """Each once, however often it was offered while it waited; the ledger keeps the history, not the jobs."""
    done: list[int] = []
    for _ in range(3):
        jobs.offer([record(number) for number in (1, 2, 3)])
    assert rows(where) == 3
    with carrying(jobs, done.append):
        until(lambda: len(done) == 3)
        until(lambda: rows(where) == 0)
        jobs.offer([record(4)])  # while it waits for work
        until(lambda: 4 in done)
    assert sorted(done) == [1, 2, 3, 4]


def test_a_message_is_carried_by_one_at_a_time(jobs: Jobs, where: str) -> None:
    """Offered again while it is being carried, it has a job already."""
    other = Jobs(where, lambda: PASSWORD, log=Silent(), silence=SILENCE)
    going, ended, most = 0, 0, 0
    lock, goes_on = threading.Lock(), threading.Event()

    def carry(_: int) -> None:
        nonlocal going, ended, most
        with lock:
            going += 1
            most = max(most, going)
        goes_on.wait(PATIENCE)
        with lock:
            going -= 1
            ended += 1

    with carrying(jobs, carry), carrying(other, carry):
        jobs.offer([record(1)])
        until(lambda: going == 1)
        jobs.offer([record(1), record(2)])  # the other process is free for another message
        until(lambda: going == 2)
        goes_on.set()
        until(lambda: ended == 2)
        until(lambda: rows(where) == 0)
    assert most == 2


def test_the_job_of_a_dead_process_holds_up_nothing(jobs: Jobs, where: str) -> None:
    """Killed with a message in hand: another process lets its job go, and the message can be offered again."""
    code = (
        "import sys, time; from intake.adapters.dispatch.jobs import Jobs; "
        "log = type('L', (), dict.fromkeys(('info', 'warning', 'error'), lambda *a, **k: None))(); "
        f"Jobs({where!r}, lambda: {PASSWORD!r}, log=log, silence={SILENCE}).run("
        "lambda n: (print(n, flush=True), time.sleep(600)))"
    )
    jobs.offer([record(1)])
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "1\n"
        finally:
            os.kill(process.pid, signal.SIGKILL)
    done: list[int] = []
    with carrying(jobs, done.append):
        until(lambda: rows(where) == 0)
        jobs.offer([record(1)])
        until(lambda: done == [1])


def test_a_server_that_restarts_is_waited_for(jobs: Jobs, postgres: Postgres) -> None:
    """Work goes on by itself; meanwhile whoever offers hears that it is not possible."""
    done: list[int] = []
    with carrying(jobs, done.append):
        jobs.offer([record(1)])
        until(lambda: done == [1])
        postgres.stop()
        try:
            with pytest.raises(Transient):
                jobs.offer([record(2)])
        finally:
            postgres.start()

        def offered() -> bool:
            try:
                jobs.offer([record(2)])
            except Transient:
                return False
            return True

        until(offered)
        until(lambda: done == [1, 2])


def test_a_job_whose_end_was_never_written_waits_again(jobs: Jobs, where: str) -> None:
    """Its process lives, its message is in nobody's hands: the poller has it carried once more."""
    jobs.offer([record(1)])
    with psycopg.connect(where, password=PASSWORD) as connection:
        connection.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() + interval '1 hour'")
        connection.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers)"
        )
    done: list[int] = []
    with carrying(jobs, done.append):
        began = time.monotonic()
        while not done:
            jobs.offer([record(1)])
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.1)
    assert done == [1]
    assert time.monotonic() - began > SILENCE


def test_two_that_start_at_the_same_moment_make_the_tables_once(where: str) -> None:
    both = [Jobs(where, lambda: PASSWORD, log=Silent()) for _ in range(4)]
    threads = [threading.Thread(target=one.prepare) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    both[0].prepare()
    assert rows(where) == 0


def test_the_password_may_stand_in_the_url(where: str) -> None:
    named = where.replace("intake@", f"intake:{urllib.parse.quote(PASSWORD, safe='')}@")
    made, done = Jobs(named, lambda: "", log=Silent(), silence=SILENCE), list[int]()
    made.prepare()
    with carrying(made, done.append):
        made.offer([record(1)])
        until(lambda: done == [1])
    made.close()


def test_a_stop_before_the_start_ends_at_once(jobs: Jobs) -> None:
    jobs.stop()
    with carrying(jobs, lambda _: None):
        pass
