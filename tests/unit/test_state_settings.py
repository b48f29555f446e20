"""Where the ledger lies: a file or a database on a server, and what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from intake import settings, wiring
from intake.commands import configcheck
from intake.errors import ConfigError

_REST = """
[mailbox.main]
address = "jobs@rc-trust.example"
imap = { host = "localhost", port = 993 }
smtp = { host = "localhost", port = 587 }
"""


def loaded(root: Path, state: str) -> wiring.Site:
    config = root / "config"
    config.mkdir(exist_ok=True)
    (config / "intake.toml").write_text(f"[state]\n{state}\n{_REST}")
    return wiring.Site(config=config, settings=settings.load(config))


@pytest.mark.parametrize(
    "state,sentence",
    [
        ('database = "mysql://db/intake"', 'database is a file or begins with "postgresql://"'),
        ('database = "postgresql://me:secret@db"', "database names no database"),
        ('database = "postgresql://me@db:port/intake"', "database is no URL"),
        ('database_password_env = "X"', "a ledger in a file has no password"),
        (
            'database = "postgresql://me@db/intake"\ndatabase_password_env = "X"\ndatabase_password_file = "y"',
            "give database_password_env or database_password_file, not both",
        ),
    ],
)
def test_a_problem_is_named(tmp_path: Path, state: str, sentence: str) -> None:
    """And no password is repeated."""
    with pytest.raises(ConfigError, match=sentence) as refused:
        loaded(tmp_path, state)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("url, seen", [
    ("postgresql://me:secret@db/intake", True), ("postgresql://me@db/intake?password=secret", True),
    ("postgresql://me@db/intake", False), ("ledger.sqlite", False),
])  # fmt: skip
def test_a_password_in_the_url_is_seen(tmp_path: Path, url: str, seen: bool) -> None:
    """It works, and `config check` advises against it."""
    assert loaded(tmp_path, f'database = "{url}"').settings.state.shows_password is seen


def test_what_belongs_to_a_file_lies_beside_it(tmp_path: Path) -> None:
    site = loaded(tmp_path, 'database = "here/ledger.sqlite"')
    assert site.ledger == tmp_path.resolve() / "here" / "ledger.sqlite"
    assert site.state_folder == tmp_path.resolve() / "here"
    assert site.ledger_password() == ""


@pytest.mark.parametrize("scheme", ["postgresql", "postgres"])
def test_what_belongs_to_a_database_lies_beside_the_spool(tmp_path: Path, scheme: str) -> None:
    site = loaded(tmp_path, f'database = "{scheme}://me@db/intake"\nspool = "there/spool"')
    assert site.ledger == f"{scheme}://me@db/intake"
    assert site.state_folder == tmp_path.resolve() / "there"


def test_the_password_comes_from_a_file_or_a_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read anew each time."""
    where = 'database = "postgresql://me@db/intake"\n'
    site = loaded(tmp_path, f'{where}database_password_file = "secret"')
    for given in ("first", "second"):
        (tmp_path / "secret").write_text(f"{given}\n")
        assert site.ledger_password() == given
    site = loaded(tmp_path, f'{where}database_password_env = "LEDGER_PASSWORD"')
    monkeypatch.setenv("LEDGER_PASSWORD", "third")
    assert site.ledger_password() == "third"


def test_a_password_that_is_not_there_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a worker starts, with the file and the line."""
    site = loaded(
        tmp_path, 'database = "postgresql://me@db/intake"\ndatabase_password_env = "LEDGER_PASSWORD"'
    )
    monkeypatch.delenv("LEDGER_PASSWORD", raising=False)
    with pytest.raises(ConfigError, match=r"intake.toml:1: state: .* LEDGER_PASSWORD is not set"):
        configcheck.missing_secrets(site)  # type: ignore[arg-type]  # it reads the settings alone
