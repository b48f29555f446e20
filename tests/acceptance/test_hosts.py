"""The work shared by several processes on two hosts, with one PostgreSQL, Dovecot and Postfix.

Each host has a network of its own behind a cable (tests/servers/hosts.py); where the machine gives none, the
processes run beside the servers and only the pulled cable cannot be tried.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.journey.lifecycle import MessageState, ReplyState
from tests.acceptance.house import House
from tests.acceptance.test_journey import SUBJECT, TEXT, papers
from tests.conftest import MailAccount, MailServers
from tests.servers.hosts import Host
from tests.servers.postgres import PASSWORD, Postgres

_ROOT = Path(__file__).resolve().parents[2]
_INTAKE = (sys.executable, "-m", "intake")
_MORE = """
[state]
database = "{url}"
database_password_file = "database-password"

[dispatch]
lease_seconds = 6

[limits]
pdf_processes = 1
ocr_processes = 1

[replies]
per_address_daily = 1000
per_domain_daily = 1000
per_subject_daily = 1000
"""


class Shift:
    """One poller and two hosts with a worker each, all as a user would start them."""

    def __init__(self, house: House, hosts: list[Host]) -> None:
        self.house = house
        self.hosts = hosts
        self.poller: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []

    def begin(self) -> None:
        """The poller stands beside the servers."""
        log = self.house.root / "poll.log"
        with log.open("ab") as output:
            self.poller = subprocess.Popen(
                [*_INTAKE, "poll", "--config", self.house.config], stdout=output, stderr=output, cwd=_ROOT
            )
        self.house.until(self._polled)
        self.workers = [self.work(number) for number in range(len(self.hosts))]
        for number in range(len(self.hosts)):
            self.house.until(lambda number=number: '"ready"' in self.log(number))  # type: ignore[misc]

    def work(self, number: int) -> subprocess.Popen[bytes]:
        return self.hosts[number].start(
            [*_INTAKE, "work", "--log", "json", "--config", str(self.house.config)],
            output=self.house.root / f"work-{number}.log",
            cwd=_ROOT,
        )

    def log(self, number: int) -> str:
        return (self.house.root / f"work-{number}.log").read_text()

    def _polled(self) -> bool:
        assert self.poller is not None
        assert self.poller.poll() is None, (self.house.root / "poll.log").read_text()
        return '"mailbox started"' in (self.house.root / "poll.log").read_text()  # which has made the ledger

    def end(self) -> None:
        if self.poller is not None and self.poller.poll() is None:
            self.poller.send_signal(signal.SIGTERM)
            self.poller.wait(60)

    def judged(self, number: int) -> int:
        """How many mails this host's worker has judged."""
        return sum('"judged"' in line for line in self.log(number).splitlines())


@pytest.fixture
def shift(make_house: Callable[..., House], postgres: Postgres, mail_servers: MailServers) -> Iterator[Shift]:
    house = make_house(more=_MORE.format(url=postgres.new_database()))
    (house.root / "database-password").write_text(PASSWORD)
    ports = [postgres.port, house.home.ports["imaps"], mail_servers.postfix.port]
    made: list[Host] = []
    shift = Shift(house, made)
    try:
        made.extend(Host(number, ports) for number in (1, 2))
        yield shift
    finally:
        shift.end()
        for host in made:
            host.stop()


def applied(house: House, people: list[MailAccount]) -> dict[str, bytes]:
    """One complete application of each, sent; the files by the sender's address."""
    sent = {}
    for number, one in enumerate(people):
        sent[one.login] = papers() + b"\n%% %d" % number
        house.apply(
            one, "Helena Marquardsen", f"{SUBJECT} ({number})", TEXT, ("Application.pdf", sent[one.login])
        )
    return sent


def assert_each_once(house: House, sent: dict[str, bytes], people: list[MailAccount]) -> None:
    """Every application is filed once and answered once, and every mail has been moved."""
    house.until(
        lambda: _carried(house) == len(people)
    )  # what somebody has in hand is not unfinished to others
    house.settled()
    filed = sorted((house.applications / folder / "application.pdf").read_bytes() for folder in house.filed())
    assert filed == sorted(sent.values())
    house.until(lambda: all(house.answers(one) or one.login in _being_sent(house) for one in people))
    assert max(len(house.answers(one)) for one in people) == 1
    with house.ledger() as ledger:
        assert [len(ledger.replies(case=case.number)) for case in ledger.cases()] == [1] * len(people)
        assert ledger.counts("main")["in work"] == 0
        assert ledger.counts("main") == ledger.recount("main")
        assert all(
            record.state is MessageState.DONE for record in map(ledger.message, range(1, len(people) + 1))
        )


def test_two_hosts_share_the_work_and_one_dies(
    shift: Shift, applicants: Callable[[int], list[MailAccount]]
) -> None:
    """Both carry; what the dead one had in hand is taken over, and nothing is filed or answered twice."""
    house, people = shift.house, applicants(12)
    shift.begin()
    sent = applied(house, people)
    house.until(lambda: shift.judged(0) and shift.judged(1))
    shift.hosts[0].kill()
    began = time.monotonic()
    assert_each_once(house, sent, people)
    assert time.monotonic() - began < 60
    status = subprocess.run(
        [*_INTAKE, "status", "--json", "--config", house.config], capture_output=True, text=True, cwd=_ROOT
    )
    told = json.loads(status.stdout)
    assert told["mailboxes"][0]["accepted"] == 12
    assert told["mailboxes"][0]["adds_up"]


def test_a_worker_that_was_stopped_finds_its_work_done(
    shift: Shift, applicants: Callable[[int], list[MailAccount]]
) -> None:
    """SIGSTOP with messages in hand, the other one takes over, SIGCONT: it writes and sends nothing twice."""
    house, people = shift.house, applicants(8)
    shift.begin()
    stopped, ended = [shift.workers[0]], threading.Event()

    def stop_while_it_works() -> None:
        while not ended.is_set():
            if shift.judged(0) and not _nothing_in_work(house):
                os.killpg(stopped[0].pid, signal.SIGSTOP)
                return
            time.sleep(0.005)

    watcher = threading.Thread(target=stop_while_it_works)
    watcher.start()
    try:
        sent = applied(house, people)
        house.until(lambda: not watcher.is_alive())
        house.until(lambda: _nothing_in_work(house))
    finally:
        ended.set()
        watcher.join()
        os.killpg(stopped[0].pid, signal.SIGCONT)
    assert shift.workers[0].poll() is None
    extra = applicants(1)
    sent |= applied(house, extra)
    assert_each_once(house, sent, people + extra)


def test_a_host_that_is_cut_off_does_nothing_twice(
    shift: Shift, applicants: Callable[[int], list[MailAccount]]
) -> None:
    """Its cable is pulled in the middle of the work, and plugged in again when the other one has done it."""
    house, people = shift.house, applicants(8)
    if not shift.hosts[0].cable:
        pytest.skip("this machine gives no network namespaces, so there is no cable to pull")
    shift.begin()
    sent = applied(house, people)
    house.until(lambda: shift.judged(0))
    shift.hosts[0].pull()
    house.until(lambda: _nothing_in_work(house))
    shift.hosts[0].plug_in()
    assert_each_once(house, sent, people)
    extra = applicants(2)
    sent |= applied(house, extra)
    assert_each_once(house, sent, people + extra)
    assert shift.workers[0].poll() is None


def test_a_database_that_restarts_in_the_middle_is_waited_for(
    shift: Shift, postgres: Postgres, applicants: Callable[[int], list[MailAccount]]
) -> None:
    """Poller and workers go on by themselves."""
    house, people = shift.house, applicants(8)
    shift.begin()
    sent = applied(house, people)
    house.until(lambda: shift.judged(0) or shift.judged(1))
    postgres.restart()
    assert_each_once(house, sent, people)
    assert [process.poll() for process in (shift.poller, *shift.workers) if process] == [None] * 3


def test_there_is_one_poller_and_no_other_worker_beside_it(shift: Shift) -> None:
    shift.begin()
    for command in (["poll"], ["run", "--once"]):
        second = subprocess.run(
            [*_INTAKE, *command, "--config", shift.house.config],
            capture_output=True,
            text=True,
            cwd=_ROOT,
            check=False,
        )
        assert second.returncode == 1
        assert "another worker" in second.stderr.lower()


def test_a_ledger_in_a_file_is_not_shared(house: House) -> None:
    for command in ("poll", "work"):
        refused = subprocess.run(
            [*_INTAKE, command, "--config", house.config],
            capture_output=True,
            text=True,
            cwd=_ROOT,
            check=False,
        )
        assert refused.returncode == 2
        assert "postgresql://" in refused.stderr
        assert "intake run" in refused.stderr


def _being_sent(house: House) -> set[str]:
    """Whose replies the host that died was sending: nobody sends them again before their own lease has ended, and
    then only on a proof that they have not left (tests/integration and tests/acceptance of the outbox)."""
    with house.ledger() as ledger:
        replies = ledger.replies(states=(ReplyState.SENDING, ReplyState.UNKNOWN))
        return {one.reply.recipient for one in replies}


def _carried(house: House) -> int:
    with house.ledger() as ledger:
        return ledger.counts("main")["accepted"]


def _nothing_in_work(house: House) -> bool:
    with house.ledger() as ledger:
        counts = ledger.counts("main")
        return counts["in work"] == 0 and sum(counts.values()) > 0
