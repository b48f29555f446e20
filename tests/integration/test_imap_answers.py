"""What refusals of IMAP servers mean, by their text, and what goes into a SEARCH."""

from __future__ import annotations

import imaplib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient import exceptions  # type: ignore[import-untyped]  # ships no py.typed

from intake import errors
from intake.adapters.imap import answers, moving


@pytest.mark.parametrize(
    "text, meaning, wait",
    [
        ("[AUTHENTICATIONFAILED] Authentication failed.", errors.SignInFailed, None),
        ("LOGIN failed.", errors.SignInFailed, None),
        ("[AUTHENTICATIONFAILED] Invalid credentials (Failure), too many", errors.SignInFailed, None),
        ("[UNAVAILABLE] Temporary authentication failure.", errors.Transient, None),
        ("[UNAVAILABLE] Maximum number of connections from user+IP exceeded", errors.Transient, None),
        ("[ALERT] Too many simultaneous connections. (Failure)", errors.Transient, None),
        ("Request is throttled. Suggested Backoff Time: 299961 milliseconds", errors.Transient, 299.961),
        ("[LIMIT] slow down", errors.Transient, None),
        ("[LIMIT] Too many commands, try again in 30 seconds.", errors.Transient, 30),
        ("[UNAVAILABLE] Please try again in 5 minutes", errors.Transient, 300),
        ("[UNAVAILABLE] retry after 1 hour", errors.Transient, 3600),
        ("Rate limit exceeded. Wait 90s", errors.Transient, 90),
        ("[LIMIT] try again in 999999999 seconds", errors.Transient, 86400),
        ("[LIMIT] try again later, code 4711", errors.Transient, None),
        ("[OVERQUOTA] Account exceeded command or bandwidth limits. (Failure)", errors.Transient, None),
    ],
)
def test_refused_sign_ins(text: str, meaning: type[errors.Transient], wait: float | None) -> None:
    """A wrong password is SignInFailed; throttling, limits and outages are not."""
    found = answers.refused_sign_in(exceptions.LoginError(text))
    assert type(found) is meaning
    assert found.retry_after == wait


def test_a_connection_lost_while_signing_in() -> None:
    """imapclient calls it a LoginError, too; it says nothing of the password."""
    lost = exceptions.LoginError("command: LOGIN => socket error: EOF")
    lost.__context__ = imaplib.IMAP4.abort("socket error: EOF")
    assert type(answers.refused_sign_in(lost)) is errors.Transient


def test_said_is_one_line_without_addresses() -> None:
    """Control characters and addresses of servers' texts do not reach a log."""
    text = "NO\r\n <ada@applicant.example>\x1b[31m over\tquota " + "x" * 500
    assert answers.said(text).startswith("NO <<address>> [31m over quota xxx")
    assert len(answers.said(text)) == 200


@pytest.mark.parametrize(
    "message_id",
    ["<1@x>\r\nA LOGOUT", '<"a"@x>', "<a\\b@x>", "<ü@x>", "<\x00@x>", "<" + "a" * 1000 + "@x>", ""],
)
def test_no_search_for_what_is_no_plain_message_id(message_id: str) -> None:
    """The gate lets nothing through that could end or change a command."""
    assert moving.searchable(message_id) == ""


@given(st.text())
def test_the_gate_changes_nothing(text: str) -> None:
    """What it lets through is what came, printable ASCII without quotes: a changed ID would find another mail."""
    found = moving.searchable(text)
    assert found in {"", text}
    assert all(32 <= ord(letter) < 127 and letter not in '"\\' for letter in found)
