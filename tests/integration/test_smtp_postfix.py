"""The SMTP adapter on a real Postfix: TLS, sign-in, one connection for many replies, foreign addresses."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from intake import errors
from intake.adapters import smtp
from intake.model import Reply, ReplyKind
from tests.conftest import MailAccount, MailServers
from tests.servers.faults import FaultProxy

BOT = "open-positions@example.test"

Connect = Callable[..., smtp.SmtpSender]


def a_reply(recipient: str, raw: bytes = b"") -> Reply:
    return Reply(
        kind=ReplyKind.RECEIVED,
        language="de",
        recipient=recipient,
        subject="s",
        message_id="<r@example.test>",
        text="t",
        raw=raw or b"From: <bot@example.test>\r\nSubject: s\r\nMessage-ID: <r@example.test>\r\n\r\nt\r\n",
    )


@pytest.fixture
def connect(mail_servers: MailServers, account: MailAccount) -> Iterator[Connect]:
    """Senders through the session's Postfix, signed in as the test's account."""
    opened: list[smtp.SmtpSender] = []

    def connect_it(**settings: Any) -> smtp.SmtpSender:
        found: dict[str, Any] = {
            "host": "localhost",
            "port": mail_servers.postfix.port,
            "security": "starttls",
            "user": account.login,
            "password": lambda: account.password,
            "ca_file": mail_servers.ca_file,
            "timeout": 10.0,
        }
        opened.append(smtp.SmtpSender(smtp.Account(**{**found, **settings})))
        return opened[-1]

    yield connect_it
    for sender in opened:
        sender.close()


def delivered(servers: MailServers, login: str) -> bytes:
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if found := servers.dovecot.contents(login):
            return found[1]
        time.sleep(0.05)
    pytest.fail(servers.postfix.log())


def test_one_connection_serves_many(
    mail_servers: MailServers, account: MailAccount, connect: Connect
) -> None:
    """It is made once, and made again when the server has hung up meanwhile."""
    with FaultProxy(mail_servers.postfix.port) as proxy:
        sender = connect(port=proxy.port)
        for _ in range(5):
            sender.send(a_reply(account.login), sender=BOT)
        assert proxy.accepted == 1
        proxy.cut()
        sender.send(a_reply(account.login), sender=BOT)
        assert proxy.accepted == 2
        sender.close()


def test_the_envelope_sender_is_ours(
    mail_servers: MailServers, account: MailAccount, connect: Connect
) -> None:
    """Bounces come to the address given, not to the account that signed in."""
    connect().send(a_reply(account.login), sender=BOT)
    assert delivered(mail_servers, account.login).startswith(b"Return-Path: <open-positions@example.test>")


def test_the_null_sender(mail_servers: MailServers, account: MailAccount, connect: Connect) -> None:
    """ "" is RFC 5321's null reverse-path."""
    connect().send(a_reply(account.login), sender="")
    assert delivered(mail_servers, account.login).startswith(b"Return-Path: <>")


@pytest.mark.parametrize(
    "recipient, written",
    [
        ("ada@straße.example", "<ada@xn--strae-oqa.example>"),
        ("ada@MÜNCHEN.example", "<ada@xn--mnchen-3ya.example>"),
        ("käthe@example.test", "<käthe@example.test>"),
        ("hanako..sato.@example.test", '<"hanako..sato."@example.test>'),
    ],
    ids=["idna2008", "mapped", "smtputf8", "dots"],
)
def test_addresses_of_other_kinds(
    mail_servers: MailServers, connect: Connect, recipient: str, written: str
) -> None:
    """Domains travel as A-labels, local parts by SMTPUTF8, or in quotes where their dots need some."""
    connect().send(a_reply(recipient), sender=BOT)
    end = time.monotonic() + 10
    while f"to={written}" not in mail_servers.postfix.log() and time.monotonic() < end:
        time.sleep(0.05)
    assert f"to={written}" in mail_servers.postfix.log()


def test_a_wrong_password_is_our_fault(connect: Connect) -> None:
    """The whole outbox waits; the text says what, and names nobody."""
    with pytest.raises(errors.OurFault, match="535") as caught:
        connect(password=lambda: "wrong").send(a_reply("a@example.test"), sender=BOT)
    assert "@" not in str(caught.value)


def test_without_sign_in_this_server_refuses(connect: Connect) -> None:
    """No user, no AUTH; this Postfix says so at RCPT."""
    with pytest.raises(errors.Permanent, match="RCPT TO: 554"):
        connect(user="").send(a_reply("a@example.test"), sender=BOT)


def test_an_unknown_authority_is_our_fault(connect: Connect) -> None:
    """The certificate is verified before anything is said."""
    with pytest.raises(errors.OurFault, match="certificate"):
        connect(ca_file=None).send(a_reply("a@example.test"), sender=BOT)


def test_a_certificate_for_another_name_is_our_fault(connect: Connect) -> None:
    """The name is verified, too."""
    with pytest.raises(errors.OurFault, match="certificate"):
        connect(host="127.1").send(a_reply("a@example.test"), sender=BOT)
