"""The ledger in a database, by SQLAlchemy Core: SQLite in WAL mode or PostgreSQL, every commit safe on the disk."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from intake.adapters.ledger import database, disk, migrations, postgres
from intake.adapters.ledger.audit import Audit
from intake.adapters.ledger.cases import Cases
from intake.adapters.ledger.mailboxes import Mailboxes
from intake.adapters.ledger.messages import Messages
from intake.adapters.ledger.outbox import Outbox
from intake.adapters.ledger.places import Places
from intake.adapters.ledger.requests import Requests
from intake.errors import Permanent

_MIGRATIONS = Path(migrations.__file__).parent
_TRIES, _PAUSE = 100, 0.05  # five seconds in all for others that open the file at the same moment


class SqlLedger(Mailboxes, Messages, Outbox, Cases, Places, Requests, Audit):
    """``ports.Ledger`` on one database. Threads may share it; every process opens its own."""


def open(where: str | Path, password: Callable[[], str] | None = None) -> SqlLedger:  # noqa: A001  # always read as sql.open
    """The ledger at a path, a ``sqlite:///`` or a ``postgresql://`` URL: made when missing, brought up to date
    when older. password: asked for at each new connection to PostgreSQL.

    ConfigError, in a sentence, when it cannot be used: on a network file system, written by a newer
    version, something else than a ledger, a server that refuses us. Transient when another process keeps it
    locked, or the server is away.
    """
    if isinstance(where, str) and postgres.speaks(where):
        return SqlLedger(_on_server(where, password))
    path = sqlite_path(where).absolute()  # a later change of folder opens no other file
    disk.prepare(path)
    engine = database.sqlite(path, foreign_keys=False)  # a revision may rebuild a table that others refer to
    try:
        with database.translated():
            _bring_up_to_date(engine, path)
    except Permanent as exc:
        raise disk.refusal(path, str(exc)) from exc
    finally:
        engine.dispose()
    return SqlLedger(database.sqlite(path))


def is_made(where: str | Path, password: Callable[[], str] | None = None) -> bool:
    """Whether a ledger is there. Looking makes none. Errors as of ``open``."""
    if not (isinstance(where, str) and postgres.speaks(where)):
        return sqlite_path(where).exists()
    engine = postgres.engine(where, password)
    try:
        with postgres.opening(where), database.translated(), engine.begin() as connection:
            return _revision(connection, postgres.shown(where)) != ""
    finally:
        engine.dispose()


def _on_server(where: str, password: Callable[[], str] | None) -> sa.Engine:
    engine = postgres.engine(where, password)
    try:
        with postgres.opening(where), database.translated():
            with engine.begin() as connection:
                postgres.check(connection)
            _upgrade(engine, postgres.shown(where))
    except BaseException:
        engine.dispose()
        raise
    return engine


def sqlite_path(where: str | Path) -> Path:
    """The file that a setting names. ConfigError for a database that this version does not speak."""
    if isinstance(where, Path) or "://" not in where:
        return Path(where)
    url = sa.make_url(where)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        shown = Path(url.render_as_string(hide_password=True))
        raise disk.refusal(
            shown, "a ledger is a SQLite file or a PostgreSQL database", "postgresql://USER@HOST/DATABASE"
        )
    return Path(url.database)


def _bring_up_to_date(engine: sa.Engine, path: Path) -> None:
    with engine.begin() as connection:
        _revision(connection, path)  # somebody else's database is not even set to another mode
    _use_wal(engine, path)
    _upgrade(engine, path)


def _upgrade(engine: sa.Engine, where: Path | str) -> None:
    with engine.begin() as connection:
        if _revision(connection, where) == migrations.HEAD:
            return
    with engine.execution_options(intake_writes=True).begin() as connection:
        current = _revision(connection, where)  # again: another process may have been faster
        if current != migrations.HEAD:
            _migrate(connection, current, where)


def _revision(connection: sa.Connection, where: Path | str) -> str:
    """The revision of the database, "" when it is new."""
    tables = sa.inspect(connection).get_table_names()
    if tables and "alembic_version" not in tables:
        raise disk.refusal(where, f"this is a database of something else: it has a table {tables[0]!r}")
    if not tables:
        return ""
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() or ""


def _use_wal(engine: sa.Engine, path: Path) -> None:
    """Readers do not wait for the writer then. Kept in the file, but a restored copy may have lost it."""
    connection = engine.raw_connection()
    try:
        mode = _wal(connection.cursor())
    finally:
        connection.close()
    if mode is None or mode[0] != "wal":
        raise disk.refusal(path, f"the file system allows no write-ahead log (SQLite stays in mode {mode})")


def _wal(cursor: Any) -> Any:
    """The mode that the file is in now. Who changes it needs the file alone, and SQLite does not wait for that
    (its busy handler is not called where two wait for each other): others that open it are given time."""
    for _ in range(_TRIES):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return cursor.fetchone()
        except sqlite3.OperationalError as exc:
            if "locked" not in str(exc):
                raise
            time.sleep(_PAUSE)
    cursor.execute("PRAGMA journal_mode = WAL")
    return cursor.fetchone()


def _migrate(connection: sa.Connection, current: str, where: Path | str) -> None:
    # Alembic is loaded only here: most commands find the ledger up to date.
    from alembic import command, config, script, util

    settings = config.Config()
    settings.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    settings.attributes["connection"] = connection
    try:
        script.ScriptDirectory.from_config(settings).get_revision(current or "base")
    except util.CommandError as exc:
        newer = f"revision {current}, this one knows {migrations.HEAD}"
        message = f"the ledger was written by a newer version of intake ({newer})"
        raise disk.refusal(
            where, message, "install the newer version again, or restore the copy made before"
        ) from exc
    command.upgrade(settings, "head")
    if connection.dialect.name != "sqlite":
        return  # it has checked every reference while it was made
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
    if broken is not None:
        raise Permanent(
            f"the ledger cannot be brought up to date: table {broken[0]!r} refers to what is not there"
        )
