"""Real mail servers for the tests, started once, and a fresh account for each test.

A server that is not installed fails the tests that need it: a run without them proves less than it
seems to.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts import mail_servers as programs
from tests.servers import dovecot as dovecot_server
from tests.servers import postfix as postfix_server
from tests.servers.certificates import Certificates
from tests.servers.cyrus import Cyrus
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres
from tests.servers.tokens import TokenServer

PASSWORD = "secret"
_ACCOUNTS = tuple(f"t{number:03}@example.test" for number in range(600))


@dataclass(frozen=True, kw_only=True)
class MailAccount:
    """One account on the session's Dovecot; its login is its address."""

    login: str
    password: str


@dataclass(frozen=True, kw_only=True)
class MailServers:
    """Dovecot and a Postfix that delivers every address to it; ``ca_file`` vouches for both."""

    dovecot: Dovecot
    postfix: Postfix
    ca_file: Path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a server carries its marker."""
    for item in items:
        wanted: Any = getattr(item, "fixturenames", ())
        if {"server_folder", "postfix"} & set(wanted):
            item.add_marker("servers")
        if {"postfix", "token_postfix"} & set(wanted):
            item.add_marker("postfix")
        if "postgres" in wanted:
            item.add_marker("postgres")


@pytest.fixture(scope="session")
def server_folder() -> Iterator[Path]:
    """A folder that every user may read: pytest's own is 0700, and the servers' workers have other uids."""
    folder = Path(tempfile.mkdtemp(prefix="mail-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _require_dovecot() -> None:
    if not dovecot_server.PROGRAM.exists():
        pytest.fail("Dovecot is missing: apt-get install dovecot-imapd dovecot-lmtpd postfix")


@pytest.fixture(scope="session")
def certificates(server_folder: Path) -> Certificates:
    return Certificates(server_folder / "tls")


@pytest.fixture(scope="session")
def dovecot(server_folder: Path, certificates: Certificates) -> Iterator[Dovecot]:
    """The session's Dovecot, as Debian ships it."""
    _require_dovecot()
    users = dict.fromkeys(_ACCOUNTS, PASSWORD)
    server = Dovecot(server_folder / "dovecot", users=users, certificates=certificates)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def dovecot_like(server_folder: Path, certificates: Certificates) -> Iterator[Callable[..., Dovecot]]:
    """Another Dovecot with other settings, the same one for the same settings, with the same accounts."""
    _require_dovecot()
    running: dict[tuple[tuple[str, Any], ...], Dovecot] = {}

    def start(**settings: Any) -> Dovecot:
        key = tuple(sorted(settings.items()))
        if key not in running:
            folder = server_folder / f"dovecot-{len(running)}"
            users = dict.fromkeys(_ACCOUNTS, PASSWORD)
            running[key] = Dovecot(folder, users=users, certificates=certificates, **settings)
        return running[key]

    yield start
    for server in running.values():
        server.stop()


@pytest.fixture(scope="session")
def cyrus_with(server_folder: Path, certificates: Certificates) -> Iterator[Callable[[str], Cyrus]]:
    """A Cyrus by its names of folders, "slashes" (as it is now) or "dots" (as it was); without accounts."""
    running: dict[str, Cyrus] = {}

    def start(names: str) -> Cyrus:
        if names not in running:
            folder = server_folder / f"cyrus-{names}"
            running[names] = Cyrus(folder, certificates=certificates, dots=names == "dots")
        return running[names]

    yield start
    for server in running.values():
        server.stop()


@pytest.fixture(scope="session")
def postfix(server_folder: Path, certificates: Certificates, dovecot: Dovecot) -> Iterator[Postfix]:
    """The session's Postfix; whoever has an account on the Dovecot may send through it."""
    if not postfix_server.PROGRAM.exists():
        pytest.fail("Postfix is missing: apt-get install postfix")
    if os.geteuid() != 0:
        pytest.fail("Postfix starts as root only")
    ports = dovecot.ports
    server = Postfix(
        server_folder / "postfix", certificates=certificates, lmtp_port=ports["lmtp"], sasl_port=ports["sasl"]
    )
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres(server_folder: Path) -> Iterator[Postgres]:
    """The session's PostgreSQL; each test asks it for a database, or restarts it."""
    if not programs.has_postgres():
        pytest.fail("PostgreSQL 15 or newer is missing: apt-get install postgresql")
    # In memory where there is room: fsync is on, and on a busy disk would take most of the time of its tests.
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    folder = Path(tempfile.mkdtemp(prefix="postgres-", dir=memory if roomy else server_folder))
    folder.chmod(0o755)
    server = Postgres(folder / "server")
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def token_server() -> Iterator[TokenServer]:
    """Where OAuth2 tokens come from, for each account by its login as the client's id."""
    server = TokenServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def token_dovecot(dovecot_like: Callable[..., Dovecot], token_server: TokenServer) -> Dovecot:
    """A Dovecot that takes the token server's tokens beside passwords."""
    return dovecot_like(introspection=token_server.introspection)


@pytest.fixture(scope="session")
def token_postfix(
    server_folder: Path, certificates: Certificates, token_dovecot: Dovecot
) -> Iterator[Postfix]:
    """A Postfix that takes mail from whoever may sign in there, and delivers to it."""
    ports = token_dovecot.ports
    server = Postfix(
        server_folder / "postfix-tokens",
        certificates=certificates,
        lmtp_port=ports["lmtp"],
        sasl_port=ports["sasl"],
    )
    yield server
    server.stop()


@pytest.fixture(scope="session")
def mail_servers(dovecot: Dovecot, postfix: Postfix) -> MailServers:
    return MailServers(dovecot=dovecot, postfix=postfix, ca_file=dovecot.ca_file)


@pytest.fixture(scope="session")
def _unused_accounts() -> Iterator[str]:
    return iter(_ACCOUNTS)


@pytest.fixture
def account(_unused_accounts: Iterator[str]) -> MailAccount:
    """An account that no other test has used, on every Dovecot."""
    return MailAccount(login=next(_unused_accounts), password=PASSWORD)
