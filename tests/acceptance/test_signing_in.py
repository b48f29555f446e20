"""A mailbox that takes no passwords: the real worker signs in with tokens, and says what an admin must do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from intake import cli
from intake.commands import console
from intake.demo import documents, people
from tests.acceptance.house import House, text_of
from tests.conftest import PASSWORD, MailAccount, MailServers
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.tokens import REFRESH, SECRET, TokenServer

SUBJECT = "Application: PostDoc position in Causal Inference"
TEXT = "Dear all,\n\nplease find attached my application.\n\nKind regards,\nHelena Marquardsen\n"

_OAUTH2 = """auth = "oauth2"
[mailbox.main.oauth2]
token_endpoint = "{endpoint}"
client_id = "{login}"
scope = "mail"
client_secret_file = "client-secret"
{more}
"""


@pytest.fixture
def make_house(
    tmp_path: Path,
    token_dovecot: Dovecot,
    token_postfix: Postfix,
    token_server: TokenServer,
    account: MailAccount,
) -> Callable[..., House]:
    """A house without any password; ``more`` is TOML of its table of OAuth2."""

    def make(more: str = "") -> House:
        servers = MailServers(dovecot=token_dovecot, postfix=token_postfix, ca_file=token_dovecot.ca_file)
        signing_in = _OAUTH2.format(endpoint=token_server.endpoint, login=account.login, more=more)
        house = House(root=tmp_path, servers=servers, bot=account, more=signing_in)
        (house.root / "password").unlink()
        (house.root / "client-secret").write_text(SECRET + "\n")
        settings = house.config / "intake.toml"
        settings.write_text(settings.read_text().replace('password_file = "password", ', ""))
        return house

    return make


@pytest.fixture
def applicant(_unused_accounts: Iterator[str]) -> MailAccount:
    return MailAccount(login=next(_unused_accounts), password=PASSWORD)


def status(house: House) -> Any:
    result = CliRunner().invoke(cli.app, ["status", "--config", str(house.config)])
    return result.stdout


def test_an_application_is_answered_with_tokens_only(
    make_house: Callable[..., House], applicant: MailAccount, token_server: TokenServer
) -> None:
    """Read, filed and answered; one token serves IMAP and SMTP."""
    house = make_house()
    token_server.requests.clear()
    pdf = documents.joined(
        documents.letter(people.HELENA, "en", ("postdoc/causal-inference",)),
        documents.cv(people.HELENA),
        documents.certificate("doctorate", people.HELENA),
    )
    with house.running():
        house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", pdf))
        assert "complete in form" in text_of(house.answer(applicant))
        house.settled()
    assert house.filed()[0].startswith("postdoc/causal-inference/")
    assert len(token_server.requests) == 1


def test_a_refused_secret_is_told_in_status(make_house: Callable[..., House]) -> None:
    """With what to do and without the secret; the right one is taken without more ado."""
    house = make_house()
    assert house.once()
    (house.root / "client-secret").write_text("Wrong~secret.that.is.nobodys")
    assert not house.once()
    said = " ".join(status(house).split())
    assert "the token endpoint refuses us (invalid_client)" in said
    assert "make a new client secret at the provider and put it into client-secret" in said
    assert "Wrong~secret" not in said
    assert "Wrong~secret" not in repr(house.journal.lines)
    assert b"Wrong~secret" not in b"".join(
        path.read_bytes() for path in (house.root / "var").rglob("*") if path.is_file()
    )
    (house.root / "client-secret").write_text(SECRET)
    assert house.once()
    assert "Nothing is wrong." in status(house)


def test_a_refresh_token_that_changes_is_kept_for_the_next_worker(
    make_house: Callable[..., House], token_server: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In var/tokens, for its owner only; the admin's own one is good once here."""
    monkeypatch.setenv("INTAKE_REFRESH_TOKEN", REFRESH)
    monkeypatch.setattr(token_server, "rotates", True)
    monkeypatch.setattr(token_server, "refresh_tokens", {REFRESH})
    house = make_house('flow = "refresh-token"\nrefresh_token_env = "INTAKE_REFRESH_TOKEN"')
    assert house.once()
    assert house.once()
    kept = house.root / "var" / "tokens" / "main.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert REFRESH not in token_server.refresh_tokens


def test_a_secret_that_ends_soon_needs_a_person(make_house: Callable[..., House]) -> None:
    """`status` says so two weeks before, and in how many days."""
    today = console.now().astimezone(ZoneInfo("Europe/Berlin")).date()
    house = make_house(f"expires = {today + timedelta(days=20)}")
    assert house.once()
    assert "Nothing is wrong." in status(house)
    settings = house.config / "intake.toml"
    near = today + timedelta(days=7)
    settings.write_text(settings.read_text().replace(f"{today + timedelta(days=20)}", f"{near}"))
    said = " ".join(status(house).split())
    assert f"main: the client secret ends in 7 day(s) ({near}): make a new one at the provider" in said
