"""PostgreSQL: how we sign in, what a connection is set to, what a writer waits for, what errors mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc

from intake.adapters.ledger import disk
from intake.adapters.ledger.prepared import Prepared
from intake.errors import ConfigError, IntakeError, Permanent, Transient

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg")

#: The oldest major version whose community still mends it.
OLDEST = 15

#: What a new connection asks libpq for (postgresql.org/docs/current/libpq-connect.html); what the URL says
#: comes first. Times are in seconds, but for tcp_user_timeout in milliseconds: a server that is gone without a
#: word is noticed within half a minute.
_CONNECT: dict[str, str | int] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "client_encoding": "utf8",
    # Of several hosts the one that takes writes, also after they have changed their parts.
    "target_session_attrs": "read-write",
}

#: What the server holds the session to. A commit of ours is the promise that an effect is not repeated, so it
#: is on the disk whatever the server's own default; a lock is waited for as long as SQLite's is; who has gone
#: in the middle of a transaction, or without a word, holds nothing for long.
_SESSION = {
    "synchronous_commit": "on",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "30s",
    "TimeZone": "UTC",
    "DateStyle": "ISO",
}

#: The first of the two numbers of our advisory locks ("intk"), and the second one.
LOCKS = 0x696E746B
WRITER, WORKER, SHARING = 1, 2, 4

#: What BEGIN IMMEDIATE is on SQLite: one writer at a time, from its first statement to its commit. Every rule
#: that reads before it writes (the first of several alike, one case for one number, sums of the tally, a reply
#: queued once) holds then for any number of workers, and nobody can run into a deadlock. A commit takes some
#: milliseconds, and a message needs about ten in its whole life. Who has it and falls silent loses it.
_BE_THE_WRITER = Prepared(
    sa.select(
        sa.func.set_config("idle_in_transaction_session_timeout", "10s", True),  # for this transaction
        sa.func.pg_advisory_xact_lock(LOCKS, WRITER),
    )
)

#: Classes of SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html) that may be gone on the next try:
#: the connection, a rollback for the sake of others, a lack of memory, disk or connections, a lock, a shutdown,
#: the server's disk; and single ones: a server that takes no writes now, and a transaction that was idle.
_PASSING = ("08", "40", "53", "55", "57", "58")
_PASSING_ONES = {"25006", "25P03"}
_REFUSED = ("28", "3D", "42501")  # who we are, the database, a right
_DAMAGED = {"XX001", "XX002"}

#: While a connection is being made libpq gives no SQLSTATE, only the server's sentence in the server's language.
_REFUSALS = (
    ("password authentication failed", "Passwort-Authentifizierung"),
    ("authentication failed", "-Authentifizierung"),
    ("no password supplied", "kein Passwort angegeben"),
    ("no pg_hba.conf entry", "kein pg_hba.conf-Eintrag"),
    ("does not exist", "existiert nicht"),
    ("permission denied for database", "keine Berechtigung für Datenbank"),
    ("is not permitted to log in", "keine Berechtigung zum Einloggen"),
)


class Refused(Transient):
    """The server knows us and lets us not in: nothing that waiting mends, but an admin may, while we run."""


def speaks(where: str) -> bool:
    """Whether a setting names a database on a PostgreSQL server."""
    return where.partition("://")[0] in SCHEMES and "://" in where


def engine(where: str, password: Callable[[], str] | None = None, *, name: str = "intake") -> sa.Engine:
    """An engine that has connected nowhere yet. ConfigError when the URL or the driver is no use.

    password: asked for at each new connection, so that a changed one is found; "" for none. name: by which an
    admin knows the connections (pg_stat_activity).
    """
    url = _url(where)
    settings = " ".join(f"-c {name}={value}" for name, value in _SESSION.items())
    asked = {name: value for name, value in _CONNECT.items() if name not in url.query}
    asked["application_name"] = name
    asked["options"] = " ".join([settings, *_all(url.query.get("options", ()))])
    try:
        made = sa.create_engine(
            url.difference_update_query(["options", "application_name"]),
            connect_args=asked,
            hide_parameters=True,  # an error that reaches a log names no applicant
            isolation_level="READ COMMITTED",
            pool_pre_ping=True,  # a connection from before a restart is noticed before it is used
            pool_timeout=10,
        )
    except ModuleNotFoundError as error:
        hint = "install the package with its extra: open-positions-intake[postgres]"
        raise refusal(
            url, f"PostgreSQL is spoken by the package {error.name}, which is missing", hint
        ) from error

    if password is not None:

        @event.listens_for(made, "do_connect")
        def sign_in(_: object, __: object, ___: object, parameters: dict[str, Any]) -> None:
            if given := password():
                parameters["password"] = given

    @event.listens_for(made, "begin")
    def begin(connection: sa.Connection) -> None:
        if connection.get_execution_options().get("intake_writes", False):
            _BE_THE_WRITER.first(connection)

    return made


def _url(where: str) -> sa.URL:
    try:
        url = sa.make_url(where)
    except (exc.ArgumentError, ValueError):
        raise refusal(
            "the ledger", "this is no URL of a database", "postgresql://USER@HOST/DATABASE"
        ) from None
    return url.set(drivername="postgresql+psycopg")


def _all(values: str | tuple[str, ...]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else values


def shown(where: str | sa.URL) -> str:
    """A URL for people: without its password."""
    return sa.make_url(where).set(drivername="postgresql").render_as_string(hide_password=True)


def refusal(where: str | sa.URL, message: str, hint: str = "") -> ConfigError:
    """The sentence with which a database is refused."""
    return disk.refusal(
        where if isinstance(where, str) and "://" not in where else shown(where), message, hint
    )


@contextmanager
def opening(where: str) -> Iterator[None]:
    """Before any work has begun, a server that refuses us is a matter of the configuration."""
    try:
        yield
    except Refused as exc:
        hint = "docs/admins.md says how to make the role and its database"
        raise refusal(where, str(exc), hint) from exc


def check(connection: sa.Connection) -> None:
    """ConfigError for a server that is too old, and for a database that cannot hold every letter."""
    version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    if version < OLDEST:
        message = f"the server is PostgreSQL {version}; the ledger needs {OLDEST} or newer"
        raise refusal(connection.engine.url, message)
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        hint = "make the database with ENCODING 'UTF8' TEMPLATE template0"
        raise refusal(connection.engine.url, f"the database keeps text as {encoding}, not as UTF8", hint)


def meaning(error: exc.DBAPIError) -> IntakeError | None:
    """What the caller must do, or None for what only a bug of ours can cause."""
    cause: Any = error.orig
    code = getattr(cause, "sqlstate", None) or ""
    if code in _DAMAGED:
        return Permanent(f"the ledger is damaged: {_said(cause)}")
    if code.startswith(_REFUSED) or (not code and _is_refusal(str(cause))):
        return Refused(f"the database server refuses us: {_said(cause)}")
    if code.startswith(_PASSING) or code in _PASSING_ONES:
        return Transient(f"the ledger cannot be used now: {_said(cause)}")
    if not code and isinstance(error, (exc.OperationalError, exc.InterfaceError)):
        return Transient(f"the ledger is away: {_said(cause)}")
    return None


def _is_refusal(sentence: str) -> bool:
    return any(word in sentence for words in _REFUSALS for word in words)


def _said(cause: Any) -> str:
    """The server's sentence alone: what follows it (detail, context) may quote a row."""
    told = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
    return str(told).strip().partition("\n")[0]
