"""``intake config check``: every problem at once, with file, line and a suggestion."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intake import cli, mounts, wiring
from intake.model import Outcome
from tests import cases

SHIPPED = Path(__file__).resolve().parent.parent.parent / "config"
NOW = datetime(2025, 11, 22, 7, 45, tzinfo=UTC)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the shipped configuration that a test may spoil; its password is there."""
    monkeypatch.setenv("INTAKE_PASSWORD", "secret")
    return Path(shutil.copytree(SHIPPED, tmp_path / "config"))


def check(config: Path) -> Result:
    return CliRunner().invoke(cli.app, ["config", "check", "--config", str(config)])


def spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_the_shipped_configuration_is_right_and_says_what_nobody_has_filled_in(config: Path) -> None:
    """One line on stdout; what is empty or past is a warning, by name and line."""
    result = check(config)
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1
    assert "OK" in result.stdout
    for words in (
        "institution.contact_email is empty",
        "rub/anr-5157: its deadline",
        "rub/anr-5157: no portal",
    ):
        assert words in result.stderr
    assert "INTAKE_PASSWORD" not in result.stderr


@pytest.mark.parametrize(
    "file, old, new, said",
    [
        pytest.param(
            "intake.toml", "# poll_seconds = 60", "pol_seconds = 60", "did you mean 'poll_seconds'?", id="unknown-key"
        ),
        pytest.param("intake.toml", 'mode = "send"', 'mode = "hald"', "did you mean 'hold'?", id="unknown-word"),
        pytest.param("intake.toml", "port = 993", "port = 99300", "mailbox.open-positions.imap.port", id="port"),
        pytest.param("intake.toml", 'security = "tls"', 'security = "none"', "this very machine", id="no-encryption"),
        pytest.param("intake.toml", '# time_zone = "Europe/Berlin"', 'time_zone = "Europe/Bonn"', "no time zone", id="zone"),
        pytest.param("intake.toml", "[replies]", "[replies", "this is no TOML", id="no-toml"),
        pytest.param(
            "positions.toml", 'id = "postdoc/causal-inference"', 'id = "postdok/causal-inference"',
            "did you mean 'postdoc'?", id="group",
        ),
        pytest.param("replies/en/received.txt.j2", "{% endblock %}", "{{ nonsense }}{% endblock %}", "en/received", id="template"),
    ],
)  # fmt: skip
def test_a_problem_is_told_with_its_file(config: Path, file: str, old: str, new: str, said: str) -> None:
    """And nothing is called OK."""
    spoil(config / file, old, new)
    result = check(config)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr
    assert str(config / file.split("/")[0]) in result.stderr


def test_all_problems_of_all_files_are_told_at_once(config: Path) -> None:
    """Each with the line it stands on."""
    spoil(config / "intake.toml", "port = 993", "port = 0")
    spoil(config / "intake.toml", 'mode = "send"', 'mode = "never"')
    spoil(config / "positions.toml", "deadline = 2025-12-15", "deadlne = 2025-12-15")
    (config / "replies" / "de" / "correction.txt.j2").unlink()
    result = check(config)
    lines = (config / "intake.toml").read_text("utf-8").splitlines()
    assert result.exit_code == 2
    assert f"intake.toml:{lines.index('port = 0') + 1}:" in result.stderr
    assert "replies.mode" in result.stderr
    assert "did you mean 'deadline'?" in result.stderr
    assert "de/correction.txt.j2: this template is missing" in result.stderr


def test_a_missing_password_is_a_warning(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever checks need not be the one who runs it."""
    monkeypatch.delenv("INTAKE_PASSWORD")
    result = check(config)
    assert result.exit_code == 0
    assert "warning" in result.stderr
    assert "INTAKE_PASSWORD is not set" in result.stderr


def test_a_staff_address_must_be_one(config: Path) -> None:
    """A whole domain would silence its applicants."""
    spoil(config / "intake.toml", "# staff = []", 'staff = ["@uni.example", "a.b@uni.example"]')
    result = check(config)
    assert "'@uni.example' is no address" in result.stderr
    assert "'a.b@uni.example'" not in result.stderr


def test_a_root_of_filing_that_is_the_mount_point_of_a_share_is_a_warning(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Without it there is an empty folder like any other. /proc is a mount point on every Linux, and here a share."""
    mounted = tmp_path / "mountinfo"
    mounted.write_text("36 35 98:0 / /proc rw,noatime - nfs4 files:/hr rw\n")
    monkeypatch.setattr(mounts, "_MOUNTS", mounted)
    path = config / "intake.toml"
    spoil(path, '# root = "./applications"', 'root = "/proc"')
    line = path.read_text("utf-8").splitlines().index('root = "/proc"') + 1
    result = check(config)
    assert result.exit_code == 0
    assert f"intake.toml:{line}: filing.root: /proc is the mount point of a share (nfs4)" in result.stderr
    assert "/proc/applications" in result.stderr
    spoil(path, 'root = "/proc"', 'root = "/proc/self"')
    assert "mount point" not in check(config).stderr
    mounted.write_text("36 35 98:0 / /proc rw,noatime - ext4 /dev/vdb rw\n")
    spoil(path, 'root = "/proc/self"', 'root = "/proc"')
    assert "mount point" not in check(config).stderr


def test_a_password_in_the_url_of_the_ledger_is_a_warning(config: Path) -> None:
    """Which does not repeat it."""
    spoil(
        config / "intake.toml",
        '# database = "./var/ledger.sqlite"',
        'database = "postgresql://me:hidden@127.0.0.1:1/intake"',
    )
    result = check(config)
    assert "state.database: the password stands in it" in result.stderr
    assert "hidden" not in result.stderr + result.stdout


@pytest.fixture
def filed(config: Path) -> Callable[[str], None]:
    """Makes the ledger of this configuration hold one case for a position."""

    def file(position: str) -> None:
        ledger = wiring.open_ledger(wiring.load(config))
        ledger.start_mailbox("open-positions", uidvalidity=1, before=(), now=NOW)
        ledger.take_in("open-positions", uidvalidity=1, uids=[1], now=NOW, number=lambda: "K7QX")
        (record,) = ledger.unfinished("open-positions", now=NOW, limit=1)
        ledger.identify(record.id, content_key="raw:1", message_id="<1@uni.example>", size=9, arrived=NOW)
        _, plan = cases.case("K7QX", Outcome.ACCEPTED, positions=(position,))
        ledger.save_plan(record.id, plan, now=NOW)
        ledger.close()

    return file


def test_a_position_that_has_cases_cannot_be_dropped(config: Path, filed: Callable[[str], None]) -> None:
    """It can be closed; the cases are named."""
    filed("postdoc/causal-inference")
    assert check(config).exit_code == 0
    spoil(config / "positions.toml", 'id = "postdoc/causal-inference"', 'id = "postdoc/causal-reasoning"')
    result = check(config)
    assert result.exit_code == 2
    assert "position 'postdoc/causal-inference' is gone, but has 1 case(s): K7QX" in result.stderr
    assert "closed = true" in result.stderr


def test_checking_makes_no_ledger(config: Path) -> None:
    """Looking changes nothing."""
    check(config)
    assert not (config.parent / "var").exists()


def test_the_folder_may_come_from_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--config before the command counts as well, and more."""
    monkeypatch.setenv("INTAKE_CONFIG", str(config))
    assert CliRunner().invoke(cli.app, ["config", "check"]).exit_code == 0
    assert CliRunner().invoke(cli.app, ["--config", "nowhere", "config", "check"]).exit_code == 2
    assert CliRunner().invoke(cli.app, ["config", "--config", "nowhere", "check"]).exit_code == 2
