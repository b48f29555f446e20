"""Signing in by XOAUTH2 at a real Dovecot and a real Postfix, whose tokens a token server of ours vouches for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from intake import errors
from intake.adapters import imap, memory, oauth, smtp
from intake.model import Reply, ReplyKind
from tests.conftest import MailAccount
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.faults import FaultProxy, ScriptedSmtp
from tests.servers.postfix import Postfix
from tests.servers.tokens import SECRET, TokenServer

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = START + timedelta(minutes=30)  # a token of one hour is good then, and old enough to be to blame


@pytest.fixture
def clock() -> memory.SettableClock:
    return memory.SettableClock(START)


@pytest.fixture
def tokens(
    token_server: TokenServer, account: MailAccount, clock: memory.SettableClock, tmp_path: Path
) -> oauth.OAuthTokens:
    """Tokens for the test's account."""
    token_server.requests.clear()
    client = oauth.Client(
        endpoint=token_server.endpoint,
        flow="client-credentials",
        client_id=account.login,
        scope="mail",
        secret=lambda: SECRET,
        secret_place="INTAKE_CLIENT_SECRET",
        refresh_token_place="",
        kept=tmp_path / "kept.json",
    )
    return oauth.OAuthTokens(client, clock)


# --- IMAP ----------------------------------------------------------------------------------------

Open = Callable[..., imap.ImapMailbox]


@pytest.fixture
def open_mailbox(account: MailAccount, token_dovecot: Dovecot, tokens: oauth.OAuthTokens) -> Iterator[Open]:
    opened: list[imap.ImapMailbox] = []

    def open_it(**settings: Any) -> imap.ImapMailbox:
        found: dict[str, Any] = {
            "name": "jobs",
            "host": "localhost",
            "port": token_dovecot.ports["imap"],
            "security": "starttls",
            "user": account.login,
            "tokens": tokens,
            "ca_file": token_dovecot.ca_file,
            "timeout": 10.0,
        }
        opened.append(imap.ImapMailbox(imap.Account(**{**found, **settings})))
        return opened[-1]

    yield open_it
    for mailbox in opened:
        mailbox.close()


def test_imap_signs_in_with_a_token(token_dovecot: Dovecot, account: MailAccount, open_mailbox: Open) -> None:
    """No password is known to the client, and the mailbox is the account's."""
    token_dovecot.append(account.login, b"Subject: Application\r\n\r\ntext\r\n")
    mailbox = open_mailbox()
    mailbox.open()
    assert len(mailbox.uids_from(1)) == 1


def test_connections_share_a_token(token_server: TokenServer, open_mailbox: Open) -> None:
    """The worker's connection and the one that waits for news cost one request."""
    open_mailbox().open()
    open_mailbox().open()
    assert len(token_server.requests) == 1


def test_a_revoked_token_is_replaced_at_once(
    token_server: TokenServer, account: MailAccount, open_mailbox: Open, clock: memory.SettableClock
) -> None:
    """AUTHENTICATE fails, another token is asked for, and nobody notices."""
    open_mailbox().open()
    token_server.revoke(account.login)
    clock.set(LATER)
    open_mailbox().open()
    assert len(token_server.requests) == 2


def test_tokens_for_another_account_are_no_use(
    token_server: TokenServer, open_mailbox: Open, clock: memory.SettableClock, token_dovecot: Dovecot
) -> None:
    """SignInFailed after two tries at most, told once for each; a new token is not replaced."""
    mailbox = open_mailbox(user="t000@example.test")
    for _ in range(2):
        with pytest.raises(errors.SignInFailed, match="sign-in refused") as caught:
            mailbox.open()
        assert not any(token in str(caught.value) for token in token_server.active)
    assert len(token_server.requests) == 1
    clock.set(LATER)
    with pytest.raises(errors.SignInFailed, match="sign-in refused"):
        mailbox.open()
    assert len(token_server.requests) == 2


def test_a_server_without_xoauth2(dovecot: Dovecot, token_server: TokenServer, open_mailbox: Open) -> None:
    """It is shown no token, and none is asked for."""
    with pytest.raises(errors.SignInFailed, match="offers no sign-in with OAuth2"):
        open_mailbox(port=dovecot.ports["imap"]).open()
    assert token_server.requests == []


def test_a_refusing_endpoint_reaches_the_caller(token_server: TokenServer, open_mailbox: Open) -> None:
    """What an admin must do is the error of the mailbox, and so in `status`."""
    token_server.scripted = [(400, {}, '{"error": "invalid_client"}')]
    with pytest.raises(errors.SignInFailed, match="put it into INTAKE_CLIENT_SECRET"):
        open_mailbox().open()


@pytest.mark.parametrize("minutes, requests", [(30, 2), (0, 1)], ids=["old", "new"])
def test_goodbye_because_the_token_ended(
    token_dovecot: Dovecot,
    token_server: TokenServer,
    open_mailbox: Open,
    clock: memory.SettableClock,
    minutes: int,
    requests: int,
) -> None:
    """Exchange's "BYE ... AccessTokenExpired": the call fails, and the next one shows a new token."""
    with FaultProxy(token_dovecot.ports["imap"]) as proxy:
        mailbox = open_mailbox(security="none", port=proxy.port)
        mailbox.open()
        clock.set(START + timedelta(minutes=minutes))
        proxy.rewrite = lambda _: b"* BYE Session invalidated - AccessTokenExpired\r\n"
        with pytest.raises(errors.Transient, match="AccessTokenExpired"):
            mailbox.open()
        proxy.rewrite = bytes
        mailbox.open()
    assert len(token_server.requests) == requests


# --- SMTP ----------------------------------------------------------------------------------------

Connect = Callable[..., smtp.SmtpSender]

_OFFERED = "250-here\r\n250 AUTH PLAIN XOAUTH2"


@pytest.fixture
def connect(account: MailAccount, tokens: oauth.OAuthTokens, certificates: Certificates) -> Iterator[Connect]:
    opened: list[smtp.SmtpSender] = []

    def connect_it(port: int, **settings: Any) -> smtp.SmtpSender:
        found: dict[str, Any] = {
            "host": "localhost",
            "port": port,
            "security": "starttls",
            "user": account.login,
            "tokens": tokens,
            "ca_file": certificates.ca,
            "timeout": 10.0,
        }
        opened.append(smtp.SmtpSender(smtp.Account(**{**found, **settings})))
        return opened[-1]

    yield connect_it
    for sender in opened:
        sender.close()


def a_reply(recipient: str) -> Reply:
    return Reply(
        kind=ReplyKind.RECEIVED,
        language="de",
        recipient=recipient,
        subject="s",
        message_id="<r@example.test>",
        text="t",
        raw=b"Subject: s\r\nMessage-ID: <r@example.test>\r\n\r\nt\r\n",
    )


def test_smtp_signs_in_with_a_token(
    token_postfix: Postfix, token_dovecot: Dovecot, account: MailAccount, connect: Connect
) -> None:
    """A token as long as Microsoft's, which no command of SMTP may hold."""
    connect(token_postfix.port).send(a_reply(account.login), sender=account.login)
    end = time.monotonic() + 15
    while not token_dovecot.contents(account.login) and time.monotonic() < end:
        time.sleep(0.05)
    assert token_dovecot.contents(account.login)[1].startswith(f"Return-Path: <{account.login}>".encode())


def test_smtp_replaces_a_revoked_token(
    token_postfix: Postfix,
    token_server: TokenServer,
    account: MailAccount,
    connect: Connect,
    clock: memory.SettableClock,
) -> None:
    """On the same connection, once."""
    connect(token_postfix.port).send(a_reply(account.login), sender=account.login)
    token_server.revoke(account.login)
    clock.set(LATER)
    connect(token_postfix.port).send(a_reply(account.login), sender=account.login)
    assert len(token_server.requests) == 2


def test_smtp_tokens_for_another_account(
    token_postfix: Postfix, token_server: TokenServer, connect: Connect
) -> None:
    """OurFault: the whole outbox waits; the token is in no error."""
    with pytest.raises(errors.OurFault, match="connecting: 535") as caught:
        connect(token_postfix.port, user="t000@example.test").send(a_reply("a@example.test"), sender="")
    assert not any(token in str(caught.value) for token in token_server.active)


@pytest.mark.parametrize(
    "scripted, meaning, said",
    [
        ((400, {}, '{"error": "invalid_client"}'), errors.OurFault, "put it into INTAKE_CLIENT_SECRET"),
        ((503, {}, ""), errors.Transient, "the token endpoint answers 503"),
    ],
    ids=["refused", "away"],
)
def test_smtp_without_a_token(
    token_server: TokenServer,
    connect: Connect,
    scripted: Any,
    meaning: type[errors.IntakeError],
    said: str,
) -> None:
    """A refusal is for an admin and stops the outbox; an endpoint that is away puts the reply off."""
    token_server.scripted = [scripted]
    with ScriptedSmtp() as server:
        server.answers["EHLO"] = _OFFERED
        sender = connect(server.port, security="none")
        with pytest.raises(meaning, match=said) as caught:
            sender.send(a_reply("a@example.test"), sender="")
    assert caught.type is meaning


def test_a_short_token_comes_with_the_command(token_server: TokenServer, connect: Connect) -> None:
    """One round trip less; a long one waits for the empty challenge (RFC 4954 4)."""
    token_server.scripted = [(200, {}, '{"access_token": "short", "token_type": "Bearer"}')]
    with ScriptedSmtp() as server:
        server.answers["EHLO"] = _OFFERED
        connect(server.port, security="none", user="bot").send(a_reply("a@example.test"), sender="")
        assert server.commands[1] == "AUTH XOAUTH2 dXNlcj1ib3QBYXV0aD1CZWFyZXIgc2hvcnQBAQ=="


def test_smtp_server_without_xoauth2(connect: Connect, token_server: TokenServer) -> None:
    """It is shown no token, and none is asked for."""
    with ScriptedSmtp() as server, pytest.raises(errors.OurFault, match="offers no sign-in with OAuth2"):
        connect(server.port, security="none").send(a_reply("a@example.test"), sender="")
    assert token_server.requests == []
