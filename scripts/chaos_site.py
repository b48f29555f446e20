"""Where `make chaos` happens: private mail servers, accounts on them, and installations of ``intake``."""

from __future__ import annotations

import functools
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake import settings, wiring
from tests.acceptance.house import House
from tests.conftest import PASSWORD, MailAccount, MailServers
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.imap import ImapServer
from tests.servers.postfix import Postfix
from tests.servers.postgres import PASSWORD as POSTGRES_PASSWORD
from tests.servers.postgres import Postgres

_PATIENCE = 60.0  # seconds until everything that was sent must have arrived
_BASE = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE NAMESPACE IDLE"
#: How the server of the centre's mailbox is dressed: what it says it can do, "" for all that Dovecot can.
SERVERS = {"move": "", "copy": f"{_BASE} UIDPLUS", "plain": _BASE}

#: So many applicants in a few minutes are no attack here.
SETTINGS = """
[replies]
per_address_daily = 100000
per_domain_daily = 100000
per_subject_daily = 100000
hourly = 100000
"""


#: Seconds: the shortest that the settings take.
PROOF_WAIT = 60
_ON_SERVER = """
[state]
database = "{url}"
database_password_file = "database-password"

[dispatch]
lease_seconds = 6
"""


@contextmanager
def ledger(house: House) -> Iterator[Any]:
    """An installation's ledger, opened for a moment: held open, it would spare a killed worker's the recovery that
    the next life has to make."""
    opened = wiring.open_ledger(_loaded(house.config))
    try:
        yield opened
    finally:
        opened.close()


@functools.cache
def _loaded(config: Path) -> wiring.Site:
    return wiring.Site(config=config, settings=settings.load(config))


@dataclass(kw_only=True)
class Site:
    """Servers with accounts, each used once, and a folder for installations.

    more: TOML for each of them: keys of its mailbox, such as the proof of its replies, then tables. database: where
    each gets a ledger of its own on a server, whose work is then shared by several processes.
    """

    servers: MailServers
    dressed: dict[str, ImapServer]
    accounts: Iterator[str]
    folder: Path
    more: str = ""
    database: Postgres | None = None

    def __post_init__(self) -> None:
        self._turn = threading.Lock()
        self._houses = 0

    @property
    def proves(self) -> bool:
        """Whether a reply that may have left is looked for, so that it is worth waiting for."""
        return 'proof = "none"' not in self.more

    def account(self) -> MailAccount:
        with self._turn:
            return MailAccount(login=next(self.accounts), password=PASSWORD)

    def house(self, *, server: str = "move", more: str = "") -> House:
        """An installation before its first start."""
        with self._turn:
            self._houses += 1
            root = self.folder / f"house-{self._houses}"
        root.mkdir()
        told = self.more if "proof_wait" in self.more else f"proof_wait = {PROOF_WAIT}\n{self.more}"
        if self.database is not None:
            (root / "database-password").write_text(POSTGRES_PASSWORD)
            more += _ON_SERVER.format(url=self.database.new_database())
        return House(
            root=root,
            servers=self.servers,
            bot=self.account(),
            mailbox=self.dressed[server] if server != "move" else None,
            more=told + SETTINGS + more,
        )

    def delivered(self) -> None:
        """Wait until Postfix has delivered all that it took."""
        end = time.monotonic() + _PATIENCE
        while not self._queue_is_empty() and time.monotonic() < end:
            time.sleep(0.02)

    def _queue_is_empty(self) -> bool:
        spool = self.servers.postfix.folder / "spool"
        queues = ("maildrop", "incoming", "active", "deferred")
        return not any(path.is_file() for queue in queues for path in (spool / queue).rglob("*"))


@contextmanager
def site(accounts: int, *, more: str = "", on_server: bool = False) -> Iterator[Site]:
    """Servers of their own, with so many accounts, until the block ends. on_server: the ledgers are on PostgreSQL."""
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    folder.chmod(0o755)  # the servers' workers have other uids
    certificates = Certificates(folder / "tls")
    logins = [f"c{number:04}@example.test" for number in range(accounts)]
    users = dict.fromkeys(logins, PASSWORD)
    running = {
        name: Dovecot(folder / f"dovecot-{name}", users=users, certificates=certificates, capability=said)
        for name, said in SERVERS.items()
    }
    home = running["move"]
    postfix = Postfix(
        folder / "postfix",
        certificates=certificates,
        lmtp_port=home.ports["lmtp"],
        sasl_port=home.ports["sasl"],
    )
    database = Postgres(folder / "postgres") if on_server else None
    (folder / "houses").mkdir(mode=0o700)
    try:
        yield Site(
            servers=MailServers(dovecot=home, postfix=postfix, ca_file=home.ca_file),
            dressed={**running},
            accounts=iter(logins),
            folder=folder / "houses",
            more=more,
            database=database,
        )
    finally:
        if database is not None:
            database.stop()
        postfix.stop()
        for server in running.values():
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)
