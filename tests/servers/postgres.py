"""A private PostgreSQL on a loopback port, all its files under one folder. Starts as root or not."""

from __future__ import annotations

import atexit
import os
import pwd
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg

from intake.adapters.ledger import sql
from intake.adapters.ledger.tables import metadata
from scripts import mail_servers
from tests.servers.imap import free_port

USER, PASSWORD = "intake", "se:cr@t"  # what a URL would have to escape

_CONFIG = """\
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 60
shared_buffers = 32MB
fsync = on
"""


class Postgres:
    """Runs from construction to ``stop``. Its databases belong to USER, who signs in with PASSWORD."""

    def __init__(self, folder: Path) -> None:
        found = mail_servers.postgres_programs()
        assert found is not None, "PostgreSQL is missing"
        folder.mkdir(parents=True, mode=0o755)
        self.folder, self.port, self._programs = folder, free_port(), found
        self._as = _owner()
        if self._as:
            os.chown(folder, self._as["user"], self._as["group"])
        (folder / "password").write_text(PASSWORD)
        (folder / "password").chmod(0o644)
        self._run("initdb", "-D", folder / "data", "-U", USER, "-E", "UTF8", "--no-sync",
                  # Sorts as a server in Germany does, not as Python and SQLite do.
                  "--locale=C", "--locale-provider=icu", "--icu-locale=de-DE",
                  "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={folder / 'password'}")  # fmt: skip
        with (folder / "data" / "postgresql.conf").open("a") as config:
            config.write(_CONFIG.format(port=self.port, folder=folder))
        self._process: subprocess.Popen[bytes] | None = None
        self._made, self._ledger = 0, ""
        atexit.register(self.stop)
        self.start()

    def url(self, database: str, *, user: str = USER) -> str:
        """How an installation names a database: without the password."""
        return f"postgresql://{user}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self.folder / "data")],
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self._as,
            )
        for _ in range(600):
            ready = [str(self._programs / "pg_isready"), "-q", "-h", str(self.folder), "-p", str(self.port)]
            if subprocess.run(ready, check=False).returncode == 0:
                return
            assert self._process.poll() is None, (self.folder / "output").read_text()
            time.sleep(0.05)
        raise AssertionError((self.folder / "output").read_text())

    def stop(self) -> None:
        """At once, as after a power cut: what was not committed is gone (pg_ctl stop -m immediate)."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGQUIT)
            process.wait()

    def restart(self) -> None:
        self.stop()
        self.start()

    def say(self, statements: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """What a superuser says on the server's own machine; the rows of the last answer that has some."""
        where = f"host={self.folder} port={self.port} user={USER} dbname={database}"
        with psycopg.connect(where, autocommit=True) as connection:
            cursor = connection.execute(statements)
            rows: list[tuple[Any, ...]] = []
            while True:
                rows = cursor.fetchall() if cursor.description else rows
                if not cursor.nextset():
                    return rows

    def new_database(self) -> str:
        """The URL of a database with nothing in it."""
        self._made += 1
        name = f"test_{self._made}"
        self.say(f"CREATE DATABASE {name}")
        return self.url(name)

    def empty_ledger(self) -> str:
        """The URL of a ledger in which nothing was ever written, always of the same one: whoever had it before
        has closed it. Deleting from small tables takes a tenth of the time that a new database does."""
        if not self._ledger:
            self._ledger = self.new_database()
            sql.open(self._ledger, lambda: PASSWORD).close()
        else:
            tables = (table.name for table in reversed(metadata.sorted_tables))
            counters = "SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"
            deleting = "".join(f"DELETE FROM {name}; " for name in tables)
            self.say(f"BEGIN; {deleting}{counters}; COMMIT", database=self._ledger.rpartition("/")[2])
        return self._ledger

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [str(self._programs / program), *map(str, arguments)]
        told = subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, check=False, **self._as
        )
        assert told.returncode == 0, told.stdout + told.stderr


def _owner() -> dict[str, Any]:
    """The server refuses to run as root: then it runs as the user of its package, else as nobody."""
    if os.geteuid() != 0:
        return {}
    try:
        found = pwd.getpwnam("postgres")
    except KeyError:
        found = pwd.getpwnam("nobody")
    return {"user": found.pw_uid, "group": found.pw_gid}
