"""[mailbox.NAME.oauth2]: what is refused, what is missing, and when a client secret ends."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intake import cli, settings
from intake.commands import console
from intake.errors import ConfigError
from scripts import example_config

TODAY = datetime.date(2026, 3, 1)

_PASSWORD = 'password_env = "INTAKE_PASSWORD"\n'


def shipped_with_oauth2() -> str:
    """The shipped file with its example of OAuth2 in force."""
    text = example_config.example().replace(_PASSWORD, "")
    text = text.replace('# auth = "password"', 'auth = "oauth2"')
    return re.sub(r"(?m)^#   (?=\[mailbox|\w+ = )", "", text)


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INTAKE_CLIENT_SECRET", "a-secret")
    folder = Path(shutil.copytree(example_config.TARGET.parent, tmp_path / "config"))
    (folder / "intake.toml").write_text(shipped_with_oauth2(), "utf-8")
    return folder


def changed(config: Path, old: str, new: str) -> None:
    path = config / "intake.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def check(config: Path) -> Result:
    return CliRunner().invoke(cli.app, ["config", "check", "--config", str(config)])


def test_the_example_in_the_shipped_file_is_right(config: Path) -> None:
    """Taking its comments away is all that is to do, but for the ids."""
    own = settings.load(config).mailbox["open-positions"]
    assert own.auth == "oauth2"
    assert own.oauth2 is not None
    assert own.oauth2.client_secret(config) == "a-secret"
    assert own.oauth2.refresh_token(config) == ""
    assert own.oauth2.expires == datetime.date(2026, 12, 31)


@pytest.mark.parametrize(
    "old, new, said",
    [
        ('user = "open', _PASSWORD + 'user = "open', 'imap: auth = "oauth2" takes no password_env'),
        ('\nauth = "oauth2"', '\nauth = "password"', "imap: a user needs password_env or password_file"),
        ('\nauth = "oauth2"', '\nauth = "oauth"', "did you mean 'oauth2'?"),
        ('"https://login', '"http://login', 'token_endpoint begins with "https://"'),
        (
            'scope = "https://outlook.office365.com/.default"',
            'scope = ""',
            "client-credentials needs a scope",
        ),
        ('"INTAKE_CLIENT_SECRET"', '""', "needs client_secret_env or client_secret_file"),
        (
            '\nflow = "client-credentials"',
            '\nflow = "refresh-token"',
            "needs refresh_token_env or refresh_token_file",
        ),
        (
            'client_secret_file = ""',
            'client_secret_file = "x"',
            "client_secret_env or client_secret_file, not both",
        ),
        ("expires = 2026-12-31", 'expires = "soon"', "mailbox.open-positions.oauth2.expires"),
        ("client_id =", "client_di =", "client_di: this key is unknown"),
    ],
    ids=["both", "neither", "word", "clear", "scope", "secret", "refresh", "two-places", "day", "key"],
)
def test_what_config_check_refuses(config: Path, old: str, new: str, said: str) -> None:
    """With the file, and in words that say what to write."""
    changed(config, old, new)
    result = check(config)
    assert result.exit_code == 2
    assert said in result.stderr


def test_oauth2_without_its_table(config: Path) -> None:
    """And a table that nothing uses is refused as well."""
    path = config / "intake.toml"
    path.write_text(path.read_text("utf-8").partition("[mailbox.open-positions.oauth2]")[0], "utf-8")
    with pytest.raises(ConfigError, match="go together"):
        settings.load(config)


@pytest.mark.parametrize(
    "flow, variable, told",
    [
        (
            "client-credentials",
            "INTAKE_CLIENT_SECRET",
            "the environment variable INTAKE_CLIENT_SECRET is not set",
        ),
        ("refresh-token", "", "refresh_token_file cannot be read: No such file or directory"),
    ],
)
def test_a_missing_secret_is_a_warning_and_no_worker_starts(
    config: Path, monkeypatch: pytest.MonkeyPatch, flow: str, variable: str, told: str
) -> None:
    """As with a password that is not there."""
    monkeypatch.delenv(variable, raising=False)
    changed(config, '\nflow = "client-credentials"', f'\nflow = "{flow}"')
    if flow == "refresh-token":
        changed(config, 'refresh_token_file = ""', 'refresh_token_file = "var/refresh-token"')
    result = check(config)
    assert result.exit_code == 0
    assert f"mailbox.open-positions.oauth2: {told}" in result.stderr
    assert CliRunner().invoke(cli.app, ["run", "--config", str(config)]).exit_code == 2


def test_a_secret_that_is_no_text(config: Path) -> None:
    """Its content is not quoted."""
    changed(config, 'client_secret_env = "INTAKE_CLIENT_SECRET"', 'client_secret_env = ""')
    changed(config, 'client_secret_file = ""', 'client_secret_file = "secret"')
    (config.parent / "secret").write_bytes(b"abc\xff")
    result = check(config)
    assert "client_secret_file is no text in UTF-8" in result.stderr
    assert "xff" not in result.stderr


def test_config_check_warns_of_a_secret_that_ends(config: Path) -> None:
    """By file and line."""
    soon = settings.today(settings.load(config), console.now()) + datetime.timedelta(days=5)
    changed(config, "2026-12-31", f"{soon}")
    result = check(config)
    lines = (config / "intake.toml").read_text("utf-8").splitlines()
    assert result.exit_code == 0
    assert (
        f"intake.toml:{lines.index(f'expires = {soon}') + 1}: mailbox.open-positions.oauth2.expires"
        in result.stderr
    )


@pytest.mark.parametrize(
    "days, said",
    [
        (15, ""),
        (14, "the client secret ends in 14 day(s) (2026-03-15)"),
        (1, "the client secret ends in 1 day(s) (2026-03-02)"),
        (0, "the client secret ends today (2026-03-01)"),
        (-1, "the client secret has ended (2026-02-28)"),
    ],
)
def test_when_a_secret_ends(days: int, said: str) -> None:
    """Told from two weeks before, with the place where the new one goes."""
    own = settings.OAuth2(
        token_endpoint="https://login.example/token",
        client_id="id",
        scope="mail",
        client_secret_env="INTAKE_CLIENT_SECRET",
        expires=TODAY + datetime.timedelta(days=days),
    )
    told = own.ending(TODAY)
    assert told.partition(": ")[0] == said
    assert ("put it into INTAKE_CLIENT_SECRET" in told) == bool(said)


@pytest.mark.parametrize("hour, days", [(22, 7), (23, 6)])
def test_the_days_left_are_those_of_the_institution(
    config: Path, hour: int, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In winter its next day begins when UTC says 23:00: for warnings of credentials and of positions."""
    now = datetime.datetime(2026, 12, 24, hour, 30, tzinfo=datetime.UTC)
    monkeypatch.setattr(console, "now", lambda: now)
    positions = config / "positions.toml"
    last_day = re.sub(r"(?m)^deadline = .*$", "deadline = 2026-12-24", positions.read_text("utf-8"), count=1)
    positions.write_text(last_day, "utf-8")
    [(_, said)] = settings.endings(settings.load(config), now)
    assert f"ends in {days} day(s) (2026-12-31)" in said
    assert ("its deadline 2026-12-24 is past" in check(config).stderr) == (hour == 23)
