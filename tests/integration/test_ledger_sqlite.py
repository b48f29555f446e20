"""The ledger as a SQLite file: its shape, its settings, its refusals, its locks and its searches."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

import pytest
import sqlalchemy as sa
from alembic import autogenerate, config, script
from alembic.runtime import migration
from sqlalchemy.dialects import postgresql

from intake import mounts
from intake.adapters.ledger import database, lock, mailboxes, migrations, places, plans, sql, tables
from intake.errors import ConfigError, Permanent, Transient
from intake.journey.lifecycle import ReplyState

NAME = "open-positions"
NOW = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "ledger.sqlite"


@pytest.fixture
def ledger(path: Path) -> Iterator[sql.SqlLedger]:
    ledger = sql.open(path)
    ledger.start_mailbox(NAME, uidvalidity=7, before=(), now=NOW)
    yield ledger
    ledger.close()


# --- The shape -----------------------------------------------------------------------------------


def test_the_migrations_make_the_tables(ledger: sql.SqlLedger, path: Path) -> None:
    """Nothing differs between the tables in the code and those of a migrated file."""
    with database.sqlite(path).connect() as connection:
        context = migration.MigrationContext.configure(connection, opts={"compare_type": True})
        differences = autogenerate.compare_metadata(context, tables.metadata)
        made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index'").all()
    assert differences == []
    partial = {row.name: row.sql.partition(" WHERE ")[2] for row in made if row.sql and " WHERE " in row.sql}
    assert partial == {
        "ix_message_unfinished": tables.UNFINISHED,
        "ix_message_before": tables.BEFORE,
    }
    connection.engine.dispose()


def test_the_newest_revision_is_named() -> None:
    """HEAD is written by hand, so that a command need not load Alembic: it must be right."""
    settings = config.Config()
    settings.set_main_option("script_location", str(Path(migrations.__file__).parent))
    settings.set_main_option("path_separator", "os")
    assert script.ScriptDirectory.from_config(settings).get_current_head() == migrations.HEAD


@pytest.mark.parametrize("table", tables.metadata.sorted_tables, ids=lambda table: table.name)
def test_the_tables_can_be_made_on_postgresql(table: sa.Table) -> None:
    """No type, default or index is SQLite's alone."""
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy's
    assert "CREATE TABLE" in str(sa.schema.CreateTable(table).compile(dialect=dialect))
    for index in table.indexes:
        assert "CREATE INDEX" in str(sa.schema.CreateIndex(index).compile(dialect=dialect))


def test_a_plan_of_a_later_version_is_not_guessed_at() -> None:
    """Its version is checked before its shape."""
    with pytest.raises(ValueError, match="a plan of version 2 cannot be read"):
        plans.restored(2, "{}", None)


# --- Opening -------------------------------------------------------------------------------------


def test_a_new_ledger_is_private(path: Path) -> None:
    """The folder is 0700 and every file 0600, whatever the umask lets through."""
    before = os.umask(0)
    try:
        ledger = sql.open(path)
        ledger.start_mailbox(NAME, uidvalidity=7, before=(), now=NOW)
    finally:
        os.umask(before)
    modes = {file.name: file.stat().st_mode & 0o777 for file in (path.parent, *path.parent.iterdir())}
    ledger.close()
    assert modes == {
        "var": 0o700,
        "ledger.sqlite": 0o600,
        "ledger.sqlite-wal": 0o600,
        "ledger.sqlite-shm": 0o600,
    }


def test_every_commit_is_on_the_disk(path: Path) -> None:
    """WAL, synchronous FULL, foreign keys and a patient busy timeout on each connection of the pool."""
    sql.open(path).close()
    engine = database.sqlite(path)
    with engine.connect() as one, engine.connect() as two:
        for connection in (one, two):
            asked = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
            assert asked == ["wal", 2, 1, 10_000]
    engine.dispose()


@pytest.mark.parametrize("form", ["path", "text", "url"])
def test_a_ledger_is_named_by_path_or_url(path: Path, form: str) -> None:
    """What was written is there when it is opened again, however it is named."""
    forms: dict[str, str | Path] = {"path": path, "text": str(path), "url": f"sqlite:///{path}"}
    ledger = sql.open(forms[form])
    ledger.start_mailbox(NAME, uidvalidity=7, before=(), now=NOW)
    ledger.close()
    again = sql.open(path)
    assert [record.name for record in again.mailboxes()] == [NAME]
    again.close()


def test_eight_at_once_may_make_the_same_ledger(path: Path) -> None:
    """One migrates it, the others wait for it."""
    opened: list[Path] = []

    def work() -> None:
        sql.open(path).close()
        opened.append(path)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 8


def _sqlite(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_a_newer_ledger_is_refused(path: Path) -> None:
    """In a sentence that names both revisions, and nothing in it is changed."""
    sql.open(path).close()
    _sqlite(path, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(
        ConfigError, match=r"written by a newer version of intake \(revision 9999, this one knows"
    ):
        sql.open(path)


def test_a_migration_that_fails_leaves_nothing(path: Path) -> None:
    """A file in which it cannot make a table keeps what it had, and no half of the rest."""
    path.parent.mkdir()
    _sqlite(
        path,
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)",
        "CREATE TABLE tally (x INTEGER)",
    )
    with pytest.raises(sa.exc.OperationalError, match="table tally already exists"):
        sql.open(path)
    with database.sqlite(path).connect() as connection:
        assert sa.inspect(connection).get_table_names() == ["alembic_version", "tally"]
    connection.engine.dispose()


def test_another_database_is_left_alone(path: Path) -> None:
    """Somebody else's tables are no place for ours."""
    path.parent.mkdir()
    _sqlite(path, "CREATE TABLE customers (x INTEGER)")
    with pytest.raises(ConfigError, match="database of something else: it has a table 'customers'"):
        sql.open(path)


def test_a_file_that_is_no_database_is_refused(path: Path) -> None:
    """Its bytes stay as they are."""
    path.parent.mkdir()
    path.write_bytes(b"minutes of the meeting\n" * 100)
    with pytest.raises(ConfigError, match="file is not a database"):
        sql.open(path)
    assert path.read_bytes() == b"minutes of the meeting\n" * 100


@pytest.mark.parametrize("url", ["mysql://db/intake", "sqlite://", "sqlite:///:memory:"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    """With a sentence, before anything is tried."""
    with pytest.raises(ConfigError, match="a SQLite file or a PostgreSQL database"):
        sql.open(url)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "var").write_text("")
    with pytest.raises(ConfigError, match="the ledger cannot be kept here"):
        sql.open(tmp_path / "var" / "ledger.sqlite")


# --- The disk ------------------------------------------------------------------------------------

MOUNTS = r"""22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /srv rw - nfs4 server:/srv rw,vers=4.2
31 30 8:2 / /srv/local rw - xfs /dev/sda2 rw
32 22 0:41 / /mnt/My\040share rw shared:3 master:1 - cifs //server/share rw
33 22 0:42 / /home rw - autofs systemd-1 rw
34 22 0:43 / /home rw - nfs server:/home rw
"""


@pytest.mark.parametrize(
    "path,kind",
    [
        ("/var/ledger.sqlite", "ext4"),
        ("/srv/intake/ledger.sqlite", "nfs4"),
        ("/srvice/ledger.sqlite", "ext4"),
        ("/srv/local/ledger.sqlite", "xfs"),
        ("/mnt/My share/ledger.sqlite", "cifs"),
        ("/home/intake/ledger.sqlite", "nfs"),
    ],
    ids=[
        "root",
        "NFS",
        "a name that begins alike",
        "local within NFS",
        "a space in the name",
        "mounted twice",
    ],
)
def test_the_file_system_of_a_path(path: str, kind: str) -> None:
    """The longest mount point counts, and the last of several on the same point."""
    assert mounts.file_system(PurePosixPath(path), MOUNTS) == kind


@pytest.mark.parametrize("told", ["", "nonsense", "1 2 3 - x"], ids=["nothing", "one word", "too short"])
def test_a_file_system_that_is_not_told(told: str) -> None:
    """Is unknown, and no error."""
    assert mounts.file_system(PurePosixPath("/var/ledger.sqlite"), told) == ""


@pytest.mark.parametrize("kind,refused", [("nfs4", True), ("cifs", True), ("ext4", False)])
def test_a_ledger_on_a_network_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, refused: bool
) -> None:
    """With a sentence that names the file system and says what to do."""
    told = path.parent.parent / "mountinfo"
    told.write_text(f"22 1 8:1 / / rw - {kind} source rw\n")
    monkeypatch.setattr(mounts, "_MOUNTS", told)
    if not refused:
        sql.open(path).close()
        return
    with pytest.raises(ConfigError, match=rf"network file system \({kind}\).*a disk of this machine"):
        sql.open(path)
    assert not path.exists()


# --- Errors --------------------------------------------------------------------------------------


def test_a_locked_ledger_is_tried_later(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Transient for the writer, while reading goes on; and it works again once the lock is gone."""
    monkeypatch.setattr(database, "BUSY", 0.05)
    ledger = sql.open(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Transient, match="database is locked"):
        ledger.start_mailbox(NAME, uidvalidity=7, before=(), now=NOW)
    assert ledger.mailboxes() == []
    other.close()
    ledger.start_mailbox(NAME, uidvalidity=7, before=(), now=NOW)
    ledger.close()


def test_a_full_disk_is_tried_later(ledger: sql.SqlLedger) -> None:
    """Transient, and nothing of the transaction stays."""
    with ledger.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Transient, match="database or disk is full"):
        ledger.start_mailbox("second", uidvalidity=7, before=range(1, 5000), now=NOW)
    assert [record.name for record in ledger.mailboxes()] == [NAME]


def test_a_damaged_ledger_is_not_tried_again(path: Path) -> None:
    """Permanent, since waiting does not mend a file."""
    ledger = sql.open(path)
    ledger.start_mailbox(NAME, uidvalidity=7, before=range(1, 2000), now=NOW)
    ledger.close()
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(raw)
    damaged = sql.SqlLedger(database.sqlite(path))
    with pytest.raises(Permanent, match="the ledger is damaged"):
        damaged.mailboxes()
    damaged.close()


def test_an_error_that_only_a_bug_can_cause_stays_what_it_is(ledger: sql.SqlLedger) -> None:
    """Nobody is told to try a wrong statement later."""
    with pytest.raises(sa.exc.OperationalError, match="no such table"), ledger.writing() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    with pytest.raises(sa.exc.IntegrityError) as refused, ledger.writing() as connection:
        connection.execute(sa.insert(tables.place).values(case_number="none", kind="x", location="Ada"))
    assert "Ada" not in str(refused.value)  # what a log may show names nobody


def test_an_error_of_a_prepared_statement_is_told_alike(ledger: sql.SqlLedger) -> None:
    """The driver runs it, and what it says is SQLAlchemy's, without a value."""
    with pytest.raises(sa.exc.IntegrityError) as refused, ledger.writing() as connection:
        places.add(connection, "none", "x", "Ada")
    assert "Ada" not in str(refused.value)
    with pytest.raises(sa.exc.OperationalError, match="no such table"), ledger.writing() as connection:  # noqa: PT012
        connection.execute(sa.schema.DropTable(tables.place))
        places.add(connection, "none", "x", "Ada")
    assert ledger.places("none") == []


def test_a_prepared_statement_loses_no_value(ledger: sql.SqlLedger) -> None:
    """A new field of a row that reaches no column is a bug, and is told at once."""
    with pytest.raises(TypeError, match=r"'color'.* asks for .*'location'"), ledger.writing() as connection:
        places._NEW.change(connection, case_number="A", kind="x", location="y", color="z")


# --- Transactions --------------------------------------------------------------------------------


def test_a_writer_is_alone_from_its_first_statement(ledger: sql.SqlLedger, path: Path) -> None:
    """Nobody can write between what it reads and what it writes; a reader is never in its way."""
    other = sqlite3.connect(path, isolation_level=None, timeout=0)
    with ledger.reading() as reading:
        reading.exec_driver_sql("SELECT * FROM mailbox").all()
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")
    with ledger.writing(), pytest.raises(sqlite3.OperationalError, match="database is locked"):
        other.execute("BEGIN IMMEDIATE")
    other.close()


def test_prepared_statements_and_others_share_a_transaction(ledger: sql.SqlLedger) -> None:
    """Each sees what the other has written; both are kept, or neither, and the next transaction knows nothing of it."""
    renamed = sa.update(tables.mailbox).values(trouble="x")
    with pytest.raises(ZeroDivisionError), ledger.writing() as connection:  # noqa: PT012
        mailboxes.reach(connection, mailboxes.locked(connection, NAME), 5)
        connection.execute(renamed)
        assert mailboxes.locked(connection, NAME).trouble == "x"
        1 / 0  # noqa: B018
    found = ledger.mailbox(NAME)
    assert found is not None
    assert (found.last_uid, found.trouble) == (0, "")
    with ledger.writing() as connection:
        connection.execute(renamed)
        mailboxes.reach(connection, mailboxes.locked(connection, NAME), 5)
    found = ledger.mailbox(NAME)
    assert found is not None
    assert (found.last_uid, found.trouble) == (5, "x")


def test_a_connection_is_held_from_one_transaction_to_the_next(ledger: sql.SqlLedger) -> None:
    """One for each that is open at the same time; one in which something failed is not used again as it is."""
    with ledger.reading() as first, ledger.reading() as second:
        assert first is not second
    with ledger.writing() as third:
        assert third in (first, second)
    with pytest.raises(ZeroDivisionError), ledger.reading() as failed:
        1 / 0  # noqa: B018
    assert failed.closed
    ledger.close()
    assert first.closed
    assert second.closed
    assert ledger.mailbox(NAME) is not None


def test_no_transaction_waits_for_a_free_connection(ledger: sql.SqlLedger) -> None:
    """Those held between two transactions are given back to nobody: a thread too many would wait in vain."""
    with contextlib.ExitStack() as stack:
        views = [stack.enter_context(ledger.reading()) for _ in range(20)]
    assert len(set(map(id, views))) == 20


def test_what_was_committed_survives_a_kill(path: Path) -> None:
    """A process that dies in the middle of a transaction leaves the ones before whole and nothing of it."""
    life = f"""
import os, signal
from datetime import datetime, UTC
from pathlib import Path
from intake.adapters.ledger import sql, tables
import sqlalchemy as sa
ledger = sql.open(Path({str(path)!r}))
now = datetime(2025, 11, 3, tzinfo=UTC)
ledger.start_mailbox("whole", uidvalidity=7, before=range(1, 101), now=now)
with ledger.writing() as connection:
    connection.execute(sa.delete(tables.tally))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    assert subprocess.run([sys.executable, "-c", life], check=False).returncode == -signal.SIGKILL
    ledger = sql.open(path)
    assert ledger.counts("whole")["before-our-time"] == 100
    ledger.close()


# --- The worker's lock ---------------------------------------------------------------------------


def test_one_worker_at_a_ledger(path: Path) -> None:
    """The second is told the first one's process id; the lock is free again after the first."""
    with lock.WorkerLock(path) as first:
        assert first.path == path.with_name("ledger.sqlite.lock")
        assert first.path.stat().st_mode & 0o777 == 0o600
        with (
            pytest.raises(Permanent, match=rf"another worker .* process {os.getpid()}$"),
            lock.WorkerLock(path),
        ):
            pytest.fail("two workers at one ledger")
    with lock.WorkerLock(path):
        pass


def test_two_ways_to_one_ledger_are_one_lock(path: Path) -> None:
    """A symbolic link does not let a second worker in."""
    path.parent.mkdir()
    path.touch()
    link = path.parent.parent / "link.sqlite"
    link.symlink_to(path)
    with lock.WorkerLock(path), pytest.raises(Permanent), lock.WorkerLock(link):
        pytest.fail("two workers at one ledger")


def test_a_killed_worker_holds_no_lock(path: Path) -> None:
    """The kernel gives it back, and the id that it left behind is nobody's."""
    life = (
        "import os, signal; from pathlib import Path; from intake.adapters.ledger import lock\n"
        f"with lock.WorkerLock(Path({str(path)!r})): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", life], check=False)
    assert path.with_name("ledger.sqlite.lock").read_text().strip().isdigit()
    with lock.WorkerLock(path):
        pass


def test_the_worker_lock_does_not_touch_the_database(ledger: sql.SqlLedger, path: Path) -> None:
    """Others read and write while a worker holds it."""
    with lock.WorkerLock(path):
        ledger.report_pass(NAME, now=NOW)
        shutil.copy(path, path.with_suffix(".copy"))
    ledger.report_pass(NAME, now=NOW)


# --- What a long history costs ------------------------------------------------------------------


@pytest.fixture
def statements(ledger: sql.SqlLedger) -> Iterator[list[str]]:
    """Every SELECT that the ledger has sent, with its values, as SQLite saw it."""
    seen: list[str] = []

    def trace(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_trace_callback(lambda text: seen.append(text) if text.startswith("SELECT") else None)

    ledger.close()  # its connections: the next ones are traced
    sa.event.listen(ledger._engine, "checkout", trace)
    yield seen
    sa.event.remove(ledger._engine, "checkout", trace)


def test_no_search_walks_the_history(ledger: sql.SqlLedger, statements: list[str], path: Path) -> None:
    """Every question of the worker's round is answered from an index: no table is scanned or sorted."""
    ledger.unfinished(NAME, now=NOW, limit=10)
    ledger.due_replies(now=NOW, limit=10)
    ledger.due_replies(now=NOW, limit=10, mailboxes=[NAME, "second"])
    ledger.give_up_expired(now=NOW)
    ledger.take_in(NAME, uidvalidity=7, uids=[1, 2], now=NOW, number=iter(["A", "B"]).__next__)
    ledger.identify(1, content_key="k", message_id="", size=1, arrived=NOW)
    ledger.traffic(address="ada@x.example", about="s", now=NOW)
    ledger.answers(["<a@x>", "<b@x>"])
    ledger.waiting_since(NOW)
    ledger.requests()
    ledger.counts(NAME)
    ledger.mailbox(NAME)
    ledger.report_pass(NAME, now=NOW)
    ledger.message(1)
    ledger.case_of("k")
    ledger.case("A")
    ledger.cases_of("ada@x.example")
    ledger.places("A")
    ledger.unproven(NAME, now=NOW)
    ledger.replies(case="A")
    ledger.replies(case="A", states=(ReplyState.QUEUED, ReplyState.HELD))
    ledger.reply_of("<a@x>")
    assert len(statements) >= 24
    connection = sqlite3.connect(path)
    for statement in statements:
        steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
        assert not [step for step in steps if step.startswith("SCAN")], (statement, steps)
    [walk] = [one for one in statements if tables.UNFINISHED in one]
    steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {walk}")]
    assert steps[0] == "SEARCH message USING INDEX ix_message_unfinished (mailbox=?)"
    assert "USE TEMP B-TREE FOR ORDER BY" not in steps
    connection.close()
