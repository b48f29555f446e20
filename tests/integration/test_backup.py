"""A backup of the ledger: whole and of one moment while others write, or not there at all."""

from __future__ import annotations

import shutil
import sqlite3
import tarfile
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from intake import reconciliation, wiring
from intake.adapters.ledger import backup, sql
from intake.commands import backup as command
from intake.errors import ConfigError, Permanent, Transient
from intake.ports import Milestone

SHIPPED = Path(__file__).resolve().parents[2] / "config"
NOW = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "ledger.sqlite"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SHIPPED, tmp_path / "config"))


def copied(path: Path, target: Path) -> sql.SqlLedger:
    backup.copy(path, target, mark=reconciliation.BACKUP, milestone=Milestone(at=NOW))
    return sql.open(target)


def test_a_copy_is_of_one_moment_while_another_writes(path: Path, tmp_path: Path) -> None:
    """Every copy holds whole transactions only: mailboxes with all their mails, and the figures that belong to them."""
    ledger, stop, written = sql.open(path), threading.Event(), threading.Event()

    def write() -> None:
        for number in range(10_000):
            if stop.is_set():
                return
            ledger.start_mailbox(f"m{number}", uidvalidity=7, before=range(1, 51), now=NOW)
            if number == 5:
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(60)
        sizes = []
        for number in range(3):
            found = copied(path, tmp_path / f"copy{number}.sqlite")
            names = [one.name for one in found.mailboxes()]
            assert all(found.counts(name)["before-our-time"] == 50 for name in names)
            assert all(found.recount(name) == found.counts(name) for name in names)
            assert found.milestone(reconciliation.BACKUP) == Milestone(at=NOW)
            sizes.append(len(names))
            found.close()
    finally:
        stop.set()
        writer.join()
    assert sizes == sorted(sizes)
    assert sizes[0] >= 6
    assert ledger.milestone(reconciliation.BACKUP) is None
    ledger.close()


def test_a_damaged_ledger_gives_no_copy(path: Path, tmp_path: Path) -> None:
    """It is named, so that nobody trusts a backup of it."""
    ledger = sql.open(path)
    ledger.start_mailbox("main", uidvalidity=7, before=range(1, 2000), now=NOW)
    ledger.close()
    raw = bytearray(path.read_bytes())
    raw[4096:] = b"\xff" * (len(raw) - 4096)
    path.write_bytes(raw)
    with pytest.raises((Permanent, Transient), match="the ledger cannot be copied"):
        copied(path, tmp_path / "copy.sqlite")


def test_the_file_holds_ledger_and_keys_for_their_owner_alone(config: Path, path: Path) -> None:
    """Nothing else is left behind, and a second backup of that name is refused and changes nothing."""
    sql.open(path).close()
    (path.parent / "keys").write_text("00" * 32)
    site = wiring.load(config)
    target = config.parent / "backup.tar"
    assert command.run(site, target) == 0
    before = target.read_bytes()
    with tarfile.open(target) as archive:
        assert [(one.name, one.mode & 0o777) for one in archive] == [
            ("ledger.sqlite", 0o600),
            ("keys", 0o600),
        ]
    assert target.stat().st_mode & 0o777 == 0o600
    assert sorted(one.name for one in config.parent.iterdir()) == ["backup.tar", "config", "var"]
    with pytest.raises(Permanent, match="was left alone"):
        command.run(site, target)
    assert target.read_bytes() == before


def test_what_cannot_be_written_leaves_nothing(config: Path, path: Path) -> None:
    """Neither half a file nor a temporary one."""
    sql.open(path).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(ConfigError, match="newer version"):
        command.run(wiring.load(config), config.parent / "backup.tar")
    assert sorted(one.name for one in config.parent.iterdir()) == ["config", "var"]


def test_a_ledger_elsewhere_is_not_copied(config: Path) -> None:
    """There is none yet, or PostgreSQL keeps it: then it says what to do."""
    site = wiring.load(config)
    with pytest.raises(Permanent, match="There is no ledger"):
        command.run(site, config.parent / "backup.tar")
    state = site.settings.state.model_copy(update={"database": "postgresql://db/intake"})
    served = wiring.Site(config=config, settings=site.settings.model_copy(update={"state": state}))
    with pytest.raises(Permanent, match="pg_dump"):
        command.run(served, config.parent / "backup.tar")
