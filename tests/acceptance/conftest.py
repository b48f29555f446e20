"""A house for each test, on the session's Dovecot and Postfix."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.house import House
from tests.conftest import PASSWORD, MailAccount, MailServers


@pytest.fixture
def applicant(_unused_accounts: Iterator[str], mail_servers: MailServers) -> MailAccount:
    return MailAccount(login=next(_unused_accounts), password=PASSWORD)


@pytest.fixture
def applicants(
    _unused_accounts: Iterator[str], mail_servers: MailServers
) -> Callable[[int], list[MailAccount]]:
    """So many people, each with a mailbox: the same address twice is the same applicant."""
    return lambda count: [MailAccount(login=next(_unused_accounts), password=PASSWORD) for _ in range(count)]


@pytest.fixture
def make_house(tmp_path: Path, mail_servers: MailServers, account: MailAccount) -> Callable[..., House]:
    """A house with other settings: ``more`` is TOML behind the usual ones."""

    def make(**settings: Any) -> House:
        return House(root=tmp_path, servers=mail_servers, bot=account, **settings)

    return make


@pytest.fixture
def house(make_house: Callable[..., House]) -> House:
    return make_house()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many mails each conversation took, in both directions."""
    passed = [one for one in terminalreporter.stats.get("", []) if one.when == "teardown"]
    counted = [(report.nodeid.rpartition("::")[2], dict(report.user_properties)) for report in passed]
    lines = [f"{found['mails']:4} mails  {name}" for name, found in counted if "mails" in found]
    if lines:
        terminalreporter.section("mails of each conversation")
        for line in lines:
            terminalreporter.write_line(line)
