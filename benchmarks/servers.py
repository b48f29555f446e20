"""A private Dovecot and Postfix for the benchmarks, and one installation of the worker on them."""

from __future__ import annotations

import contextlib
import imaplib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import corpus, history
from intake import wiring
from intake.journey.lifecycle import ReplyState
from tests.acceptance.house import House
from tests.conftest import PASSWORD, MailAccount, MailServers
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

ROOT = Path(__file__).resolve().parents[1]
BOTS = tuple(f"bot{number}@example.test" for number in range(20))
_SETTLING = 2.0  # seconds after which a worker that has started is at rest
_LONGEST = 900.0  # seconds that anything may take
_EVERY = 0.2  # seconds between two looks into the ledger: they take CPU from what is measured

#: Our own brake counts replies; here they all go to one domain, and in minutes.
NO_BRAKE = """\
[replies]
per_address_daily = 100000
per_domain_daily = 100000
per_subject_daily = 100000
hourly = 100000
[schedule]
correction_delay = 0
"""


@contextmanager
def servers() -> Iterator[MailServers]:
    """A Dovecot and a Postfix of their own, with accounts for the centre and for every applicant."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o755)
    certificates = Certificates(folder / "tls")
    addresses = [*BOTS, *(corpus.address(number) for number in range(corpus.ACCOUNTS))]
    dovecot = Dovecot(folder / "dovecot", users=dict.fromkeys(addresses, PASSWORD), certificates=certificates)
    ports = dovecot.ports
    postfix = Postfix(
        folder / "postfix", certificates=certificates, lmtp_port=ports["lmtp"], sasl_port=ports["sasl"]
    )
    try:
        yield MailServers(dovecot=dovecot, postfix=postfix, ca_file=dovecot.ca_file)
    finally:
        postfix.stop()
        dovecot.stop()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def house(running: MailServers, bot: str) -> Iterator[House]:
    """An installation in a folder of its own, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="house-") as folder:
        account = MailAccount(login=bot, password=PASSWORD)
        yield House(root=Path(folder), servers=running, bot=account, more=NO_BRAKE)


def fill(running: MailServers, account: str, mails: Iterable[bytes], *, folder: str = "INBOX") -> None:
    """Put mails into a folder over one connection."""
    with running.dovecot.sign_in(account) as client:
        client.create(folder)
        for raw in mails:
            client.append(folder, "()", "", raw)


def all_at_once(running: MailServers, account: str, folder: str) -> None:
    """Everything in the folder comes into the INBOX, by one command."""
    with running.dovecot.sign_in(account) as client:
        client.select(folder)
        status, said = client.uid("MOVE", "1:*", "INBOX")
        if status != "OK":
            raise SystemExit(f"the server did not move the mails: {said}")


def there(client: imaplib.IMAP4) -> int:
    """How many mails lie in the INBOX."""
    client.select("INBOX", readonly=True)
    return len(client.search(None, "ALL")[1][0].split())


def worker(home: House, *arguments: str) -> subprocess.Popen[bytes]:
    """``intake`` as a program of its own, its log in a file."""
    command = [sys.executable, "-m", "intake", *arguments, "--config", str(home.config)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with (home.root / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


@contextmanager
def running(home: House) -> Iterator[subprocess.Popen[bytes]]:
    """``intake run``, once it has met its mailbox and its children are warm, until the block ends."""
    process = worker(home, "run")
    try:
        home.until(home.known)
        time.sleep(_SETTLING)
        yield process
    finally:
        process.terminate()
        process.wait(60)
    if process.returncode:
        raise SystemExit((home.root / "log").read_text()[-3000:])


def warm(home: House) -> None:
    """One application, so that the children have started."""
    fill(home.servers, home.bot.login, corpus.born_digital(1, first=corpus.ACCOUNTS - 1))
    settle(home, 1)


def settle(home: House, mails: int) -> None:
    """Wait until so many mails are filed and moved and no reply is on its way."""
    with home.ledger() as ledger:
        end = time.monotonic() + _LONGEST
        while True:
            counts = ledger.counts("main")
            going = ledger.replies(states=(ReplyState.QUEUED, ReplyState.SENDING))
            if sum(counts.values()) >= mails and not counts["in work"] and not going:
                return
            if time.monotonic() > end:
                raise SystemExit(f"not done after {_LONGEST} s: {counts}")
            time.sleep(_EVERY)


def memory(process: int) -> tuple[int, int]:
    """Megabytes at the peak of a worker, and of the largest of its children."""
    peaks = {pid: _peak(pid) for pid in _family(process)}
    return peaks.pop(process), max(peaks.values(), default=0)


def cpu_at_rest(home: House, *, poll: int, seconds: float) -> float:
    """Seconds of CPU that the worker and its children take in so many seconds with nothing to do, on 10,000
    finished messages."""
    config = home.config / "intake.toml"
    plain = re.sub(r"(?m)^(poll_seconds|idle) .*\n", "", config.read_text())
    rest = f"[schedule]\npoll_seconds = {poll}\nidle = false\n"
    config.write_text(plain.replace("[schedule]\n", rest))
    with running(home) as process:
        if not outcomes(home):
            warm(home)
            history.fill(Path(wiring.load(home.config).ledger), 10_000)
        time.sleep(_SETTLING)
        before = sum(map(_cpu, _family(process.pid)))
        time.sleep(seconds)
        return sum(map(_cpu, _family(process.pid))) - before


def _family(process: int) -> list[int]:
    """A process and all that it started, as far as they live."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
    family = [process]
    for one in family:  # grows while it is walked
        family += [pid for pid, parent in parents.items() if parent == one]
    return family


def _peak(process: int) -> int:
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{process}/status").read_text())
    return int(found[1]) // 1024 if found else 0


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def outcomes(home: House) -> dict[str, int]:
    """What became of the mails, as ``intake status`` counts them."""
    ledger = wiring.open_ledger(wiring.load(home.config))
    try:
        return {name: number for name, number in ledger.counts("main").items() if number}
    finally:
        ledger.close()
