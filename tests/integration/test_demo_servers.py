"""The demo's mail house, seen through the clients that the product uses."""

from __future__ import annotations

import logging
import select
import smtplib
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import imapclient
import pytest

from intake.demo import samples, servers

BOT = "open-positions@rc-trust.ai"
APPLICANT = "kaethe.weisshaeuptl@example.net"
ACCOUNTS = {BOT: "bot-secret", APPLICANT: "demo"}


@pytest.fixture
def house() -> Iterator[servers.DemoServers]:
    with servers.DemoServers(ACCOUNTS) as running:
        yield running


def a_mail(subject: str = "Application") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = APPLICANT, BOT, subject
    mail.set_content("Guten Tag,\n.\n..with dots in front, and Größe.\n")
    return mail


def send(house: servers.DemoServers, recipient: str = BOT, sender: str = APPLICANT) -> None:
    with smtplib.SMTP(house.host, house.smtp_port, timeout=10) as client:
        client.send_message(a_mail(), sender, recipient)


def signed_in(house: servers.DemoServers, login: str = BOT) -> imapclient.IMAPClient:
    client = imapclient.IMAPClient(house.host, house.imap_port, ssl=False, timeout=10)
    client.login(login, ACCOUNTS[login])
    return client


def test_a_mail_is_delivered_to_its_envelope_recipient(house: servers.DemoServers) -> None:
    """The raw mail arrives unread, with the trace fields of a final delivery and nothing else changed."""
    send(house)
    with signed_in(house) as client:
        client.select_folder("INBOX")
        (uid,) = client.search()
        fetched = client.fetch([uid], ["BODY.PEEK[]", "INTERNALDATE", "FLAGS"])[uid]
    raw = fetched[b"BODY[]"]
    assert raw.startswith(b"Return-Path: <" + APPLICANT.encode() + b">\r\nDelivered-To: " + BOT.encode())
    assert raw.endswith(a_mail().as_bytes().replace(b"\n", b"\r\n"))
    assert rb"\Seen" not in fetched[b"FLAGS"]
    assert house.read(BOT) == (raw,)
    assert house.read(APPLICANT) == ()


def test_an_unknown_recipient_is_refused_and_nothing_is_relayed(house: servers.DemoServers) -> None:
    """The refusal is permanent and names the recipient; the mail reaches nobody."""
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send(house, recipient="someone@example.invalid")
    assert refused.value.recipients["someone@example.invalid"][0] == 550
    assert house.read(BOT) == ()


def test_a_plus_address_reaches_its_account(house: servers.DemoServers) -> None:
    """The bot's proof copies go to its own plus-address."""
    send(house, recipient="open-positions+proof@rc-trust.ai")
    assert len(house.read(BOT)) == 1


def test_a_null_sender_is_kept(house: servers.DemoServers) -> None:
    """A bounce has no envelope sender, and the mailbox must be able to see that."""
    send(house, sender="")
    assert house.read(BOT)[0].startswith(b"Return-Path: <>\r\n")


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
def test_smtp_accepts_the_account_password(house: servers.DemoServers, mechanism: str) -> None:
    """Both mechanisms that mail programs use sign in with the account's password."""
    with smtplib.SMTP(house.host, house.smtp_port, timeout=10) as client:
        client.ehlo()
        client.user, client.password = BOT, "bot-secret"
        code, _ = client.auth(mechanism, getattr(client, f"auth_{mechanism.lower()}"))
    assert code == 235


def test_smtp_refuses_a_wrong_password(house: servers.DemoServers) -> None:
    """A wrong password is 535, as everywhere."""
    with (
        smtplib.SMTP(house.host, house.smtp_port, timeout=10) as client,
        pytest.raises(smtplib.SMTPAuthenticationError) as refused,
    ):
        client.login(BOT, "wrong")
    assert refused.value.smtp_code == 535


def test_imap_refuses_a_wrong_password(house: servers.DemoServers) -> None:
    """Accounts are separate: the applicant's password does not open the bot's mailbox."""
    client = imapclient.IMAPClient(house.host, house.imap_port, ssl=False, timeout=10)
    with pytest.raises(imapclient.exceptions.LoginError):
        client.login(BOT, "demo")
    client.shutdown()


def test_idle_wakes_when_a_mail_arrives(house: servers.DemoServers) -> None:
    """The demo shows a mail being answered at once, so the server must push."""
    with signed_in(house) as client:
        client.select_folder("INBOX")
        client.idle()
        threading.Timer(0.2, send, [house]).start()
        # Not idle_check: it gives up on a response that comes in more than one TCP segment, as pymap's do.
        woken, _, _ = select.select([client.socket()], [], [], 8)
        _, pushed = client.idle_done()
    assert woken
    assert (1, b"EXISTS") in pushed


def test_a_mail_can_be_moved_with_proof(house: servers.DemoServers) -> None:
    """MOVE and UIDPLUS are there, so that COPYUID proves where the mail went."""
    send(house)
    with signed_in(house) as client:
        assert {b"IDLE", b"MOVE", b"UIDPLUS"} <= set(client.capabilities())
        client.create_folder("Applications/PostDoc/Causal Inference")
        client.select_folder("INBOX")
        client.move(client.search(), "Applications/PostDoc/Causal Inference")
        assert client._imap.response("COPYUID")[1][0] is not None
        assert client.search() == []
    assert len(house.read(BOT, "Applications/PostDoc/Causal Inference")) == 1


def test_a_folder_that_does_not_exist_reads_as_empty(house: servers.DemoServers) -> None:
    """Before the first move there is no such folder, which is no error for whoever looks."""
    assert house.read(BOT, "Waiting for applicant") == ()


def test_stopping_with_open_sessions_is_quiet_and_frees_the_ports(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A client in IDLE and one in the middle of a mail neither hold up the end nor print a traceback."""
    with caplog.at_level(logging.WARNING), servers.DemoServers(ACCOUNTS) as house:
        waiting = signed_in(house)
        waiting.select_folder("INBOX")
        waiting.idle()
        talking = socket.create_connection((house.host, house.smtp_port), timeout=5)
        talking.recv(200)
    waiting.shutdown()
    talking.close()
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []
    with socket.socket() as free:
        assert free.connect_ex((house.host, house.imap_port)) != 0
    assert "demo-mail-servers" not in {thread.name for thread in threading.enumerate()}


def test_a_port_in_use_is_reported_where_the_servers_are_started(house: servers.DemoServers) -> None:
    """The error is raised by `start`, not lost in the background thread."""
    second = servers.DemoServers(ACCOUNTS, imap_port=house.imap_port)
    with pytest.raises(OSError, match="address already in use"):
        second.start()
    second.stop()


def test_stopping_twice_does_no_harm() -> None:
    """`stop` is also the clean-up of a demo that failed half-way."""
    house = servers.DemoServers(ACCOUNTS)
    house.start()
    house.stop()
    house.stop()


def test_all_samples_pass_through_the_house() -> None:
    """Each sample reaches the bot once, in order and unchanged below the trace fields."""
    mails = samples.all(datetime.now(UTC))
    with servers.DemoServers(samples.accounts(mails)) as house:
        with smtplib.SMTP(house.host, house.smtp_port, timeout=10) as client:
            for sample in mails:
                client.sendmail(sample.envelope_sender, [samples.MAILBOX], sample.raw)
        delivered = house.read(samples.MAILBOX)
    assert [mail.endswith(sample.raw) for mail, sample in zip(delivered, mails, strict=True)] == [True] * 19
