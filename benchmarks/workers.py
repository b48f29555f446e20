"""How much faster several workers are than one, with a ledger on a private PostgreSQL; as root.

    python -m benchmarks.workers [--scanned 24] [--digital 60] [--workers 1 2 4]

Each `intake work` has one child for PDFs and one for scans, so that on two cores one worker leaves a core idle
most of the time. All mails come into the INBOX by one MOVE while poller and workers wait; the time ends when all
are filed, moved and answered. Also printed: what one application costs one worker, for `benchmarks.plan`.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import corpus, servers
from tests.acceptance.house import House
from tests.conftest import PASSWORD, MailAccount, MailServers
from tests.servers.postgres import PASSWORD as DATABASE_PASSWORD
from tests.servers.postgres import Postgres

_MORE = """
[state]
database = "{url}"
database_password_file = "database-password"

[limits]
pdf_processes = 1
ocr_processes = 1
"""


@contextmanager
def shared(running: MailServers, database: Postgres, bot: str) -> Iterator[House]:
    """An installation whose work several processes share."""
    with tempfile.TemporaryDirectory(prefix="house-") as folder:
        (Path(folder) / "database-password").write_text(DATABASE_PASSWORD)
        more = servers.NO_BRAKE + _MORE.format(url=database.new_database())
        account = MailAccount(login=bot, password=PASSWORD)
        yield House(root=Path(folder), servers=running, bot=account, more=more)


def taken(home: House, mails: Sequence[bytes], workers: int) -> float:
    """Seconds for these mails."""
    processes = [servers.worker(home, "poll")]
    try:
        home.until(home.known)
        processes += [servers.worker(home, "work") for _ in range(workers)]
        servers.warm(home)
        _warmed(home, 2 * workers)
        servers.fill(home.servers, home.bot.login, mails, folder="Waiting")
        began = time.monotonic()
        servers.all_at_once(home.servers, home.bot.login, "Waiting")
        servers.settle(home, 2 * workers + len(mails) + 1)
        return time.monotonic() - began
    finally:
        _ended(processes)


def _warmed(home: House, mails: int) -> None:
    """So many applications with scans, at once: each worker's children have started, and Tesseract has its models."""
    scans = corpus.scanned(mails, first=corpus.ACCOUNTS - 1 - mails)
    servers.fill(home.servers, home.bot.login, scans)
    servers.settle(home, mails + 1)


def _ended(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(60)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--scanned", type=int, default=24, help="applications with scanned certificates")
    parser.add_argument("--digital", type=int, default=60, help="born-digital ones")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    asked = parser.parse_args()
    accounts = iter(servers.BOTS)
    kinds = {
        "scanned certificates": list(corpus.scanned(asked.scanned)),
        "born-digital": list(corpus.born_digital(asked.digital)),
    }
    with servers.servers() as running, tempfile.TemporaryDirectory(prefix="workers-") as folder:
        Path(folder).chmod(0o755)
        database = Postgres(Path(folder) / "postgres")
        try:
            for kind, mails in kinds.items():
                first = 0.0
                for workers in asked.workers:
                    with shared(running, database, next(accounts)) as home:
                        seconds = taken(home, mails, workers)
                    first = first or seconds
                    print(f"{kind}: {len(mails)} with {workers} worker(s): {seconds:.1f} s, "
                          f"{seconds / len(mails):.2f} s each, {first / seconds:.2f} x as fast as the first", flush=True)  # fmt: skip
        finally:
            database.stop()


if __name__ == "__main__":
    main()
