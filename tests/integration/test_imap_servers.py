"""The IMAP adapter on Dovecot dressed as other servers: without MOVE, UIDPLUS or IDLE, with other names."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from intake import errors
from intake.adapters import imap
from intake.adapters.imap import session as imap_session
from intake.ports import Place
from tests.conftest import MailAccount
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.faults import FaultProxy

BASE = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE NAMESPACE"
RAW = b"Message-ID: <1@a.example>\r\nReceived: first\r\nSubject: Application\r\n\r\ntext\r\n"
PLACE = Place(folder="INBOX")

Open = Callable[..., imap.ImapMailbox]


@pytest.fixture
def open_mailbox(account: MailAccount) -> Iterator[Open]:
    """Mailboxes of the test's account on any server or proxy, closed afterwards."""
    opened: list[imap.ImapMailbox] = []

    def open_it(server: Dovecot, *, port: int | None = None, **settings: Any) -> imap.ImapMailbox:
        found: dict[str, Any] = {
            "name": "jobs",
            "host": "127.0.0.1",
            "port": port or server.ports["imap"],
            "security": "none",
            "user": account.login,
            "password": lambda: account.password,
            "ca_file": server.ca_file,
            "timeout": 10.0,
        }
        opened.append(imap.ImapMailbox(imap.Account(**{**found, **settings})))
        return opened[-1]

    yield open_it
    for mailbox in opened:
        mailbox.close()


@pytest.fixture
def without_copyuid() -> Callable[[Dovecot], FaultProxy]:
    """A proxy that hides COPYUID: Dovecot sends it whether it announces UIDPLUS or not."""

    def stand_before(server: Dovecot) -> FaultProxy:
        proxy = FaultProxy(server.ports["imap"])
        proxy.rewrite = lambda piece: piece.replace(b"[COPYUID ", b"[HIDDEN1 ")
        return proxy

    return stand_before


def folders(server: Dovecot, account: MailAccount, *flags: str) -> list[str]:
    said = server.doveadm("mailbox", "list", *flags, "-u", account.login)
    return sorted(line.strip() for line in said.splitlines())


# --- Moving --------------------------------------------------------------------------------------


@pytest.mark.parametrize("copyuid", [True, False], ids=["told", "not-told"])
@pytest.mark.parametrize(
    "capability",
    [f"{BASE} UIDPLUS MOVE", f"{BASE} MOVE", f"{BASE} UIDPLUS", BASE],
    ids=["both", "move-only", "uidplus-only", "neither"],
)
@pytest.mark.parametrize("raw", [RAW, RAW.partition(b"\r\n")[2]], ids=["message-id", "no-message-id"])
def test_a_message_is_moved_and_nobody_elses_deleted(
    dovecot_like: Callable[..., Dovecot],
    account: MailAccount,
    open_mailbox: Open,
    without_copyuid: Callable[[Dovecot], FaultProxy],
    capability: str,
    copyuid: bool,
    raw: bytes,
) -> None:
    """On every kind of server the message is in the target once, at the place told; what a person has
    marked \\Deleted in the INBOX is not expunged by us."""
    server = dovecot_like(capability=capability)
    marked = server.append(account.login, RAW + b"marked", flags="\\Deleted")
    uid = server.append(account.login, raw)
    other = server.append(account.login, raw + b"other")
    message_id = "<1@a.example>" if b"Message-ID" in raw else ""
    with without_copyuid(server) as proxy:
        mailbox = open_mailbox(server, port=server.ports["imap"] if copyuid else proxy.port)
        inbox = mailbox.open()
        place = mailbox.move(
            Place(folder="INBOX", uidvalidity=inbox.uidvalidity, uid=uid),
            "Applications/Postdocs",
            message_id=message_id,
            size=len(raw),
        )
        mailbox.close()
    [(there, moved)] = server.contents(account.login, "Applications/Postdocs").items()
    assert moved == raw
    assert place is not None
    knows_uid = copyuid or message_id or "MOVE" not in capability
    assert place.uid == (there if knows_uid else None)
    left = server.flags(account.login)
    assert {marked, other} <= set(left)
    assert "\\Deleted" in left[marked]
    assert "\\Deleted" not in left[other]
    if "UIDPLUS" in capability or "MOVE" in capability:
        assert uid not in left
    else:
        assert "\\Deleted" in left[uid]


@pytest.mark.parametrize("capability", [f"{BASE} UIDPLUS", BASE], ids=["uidplus-only", "neither"])
def test_a_move_cut_after_copy_is_finished(
    dovecot_like: Callable[..., Dovecot], account: MailAccount, open_mailbox: Open, capability: str
) -> None:
    """The copy that an earlier try made is found, and no second one is made."""
    server = dovecot_like(capability=capability)
    uid = server.append(account.login, RAW)
    with server.sign_in(account.login) as client:
        client.create("Questions")
        client.select("INBOX")
        client.uid("COPY", str(uid), "Questions")
    mailbox = open_mailbox(server)
    mailbox.open()
    place = mailbox.move(
        Place(folder="INBOX", uid=uid), "Questions", message_id="<1@a.example>", size=len(RAW)
    )
    assert place is not None
    assert server.contents(account.login, "Questions") == {place.uid: RAW}
    assert "\\Deleted" in server.flags(account.login).get(uid, "\\Deleted")


def test_a_move_cut_before_expunge_is_finished(
    dovecot_like: Callable[..., Dovecot], account: MailAccount, open_mailbox: Open
) -> None:
    """What an earlier try marked \\Deleted after it had copied is expunged now."""
    server = dovecot_like(capability=f"{BASE} UIDPLUS")
    uid = server.append(account.login, RAW, flags="\\Deleted")
    there = server.append(account.login, RAW, folder="Questions")
    mailbox = open_mailbox(server)
    mailbox.open()
    place = mailbox.move(
        Place(folder="INBOX", uid=uid), "Questions", message_id="<1@a.example>", size=len(RAW)
    )
    assert place is not None
    assert place.uid == there
    assert server.contents(account.login) == {}


def test_two_deliveries_of_one_mail_are_both_kept(
    dovecot_like: Callable[..., Dovecot], account: MailAccount, open_mailbox: Open
) -> None:
    """Without MOVE, a message in the target with the same Message-ID and size is a copy of ours only when
    its header is the same: another delivery is not deleted for it."""
    server = dovecot_like(capability=BASE)
    second = RAW.replace(b"first", b"other")
    server.append(account.login, RAW, folder="Questions")
    uid = server.append(account.login, second)
    mailbox = open_mailbox(server)
    mailbox.open()
    mailbox.move(Place(folder="INBOX", uid=uid), "Questions", message_id="<1@a.example>", size=len(second))
    assert sorted(server.contents(account.login, "Questions").values()) == sorted([RAW, second])


def test_a_retry_after_a_move_without_uidplus(
    dovecot_like: Callable[..., Dovecot],
    account: MailAccount,
    open_mailbox: Open,
    without_copyuid: Callable[[Dovecot], FaultProxy],
) -> None:
    """The message that stays in the INBOX marked \\Deleted is not moved a second time."""
    server = dovecot_like(capability=BASE)
    uid = server.append(account.login, RAW)
    with without_copyuid(server) as proxy:
        mailbox = open_mailbox(server, port=proxy.port)
        mailbox.open()
        places = [
            mailbox.move(
                Place(folder="INBOX", uid=uid), "Questions", message_id="<1@a.example>", size=len(RAW)
            )
            for _ in range(3)
        ]
        mailbox.close()
    assert len(set(places)) == 1
    assert len(server.contents(account.login, "Questions")) == 1


# --- Folders -------------------------------------------------------------------------------------


def test_names_follow_the_servers_prefix_and_delimiter(
    dovecot_like: Callable[..., Dovecot], account: MailAccount, open_mailbox: Open
) -> None:
    """Our "/" becomes its delimiter below its prefix, the delimiter within a part and wildcards become
    "-", parents are created, all are subscribed, and Sent is found."""
    server = dovecot_like(separator=".", prefix="INBOX.", sent="Gesendete Objekte")
    uid = server.append(account.login, RAW)
    mailbox = open_mailbox(server)
    mailbox.open()
    folder = "Applications/Dr. rer. nat. 100 %/Größe & Maß"
    place = mailbox.move(Place(folder="INBOX", uid=uid), folder, message_id="<1@a.example>", size=len(RAW))
    assert place is not None
    assert place.folder == folder
    expected = [
        "INBOX.Applications",
        "INBOX.Applications.Dr- rer- nat- 100 -",
        "INBOX.Applications.Dr- rer- nat- 100 -.Größe & Maß",
    ]
    assert [name for name in folders(server, account) if "Applications" in name] == expected
    assert [name for name in folders(server, account, "-s") if "Applications" in name] == expected
    server.append(account.login, b"In-Reply-To: <1@a.example>\r\n\r\n", folder="INBOX.Gesendete Objekte")
    assert mailbox.answered("<1@a.example>")


def test_a_prefix_of_ones_own(dovecot: Dovecot, account: MailAccount, open_mailbox: Open) -> None:
    """``folder_prefix`` stands for what NAMESPACE says, and ``sent_folder`` for the search for Sent."""
    uid = dovecot.append(account.login, RAW)
    dovecot.append(account.login, b"In-Reply-To: <1@a.example>\r\n\r\n", folder="Elsewhere")
    mailbox = open_mailbox(dovecot, folder_prefix="Bot/", sent_folder="Elsewhere")
    mailbox.open()
    mailbox.move(Place(folder="INBOX", uid=uid), "Questions", message_id="", size=len(RAW))
    assert "Bot/Questions" in folders(dovecot, account)
    assert mailbox.answered("<1@a.example>")


def test_a_server_without_namespace(
    dovecot_like: Callable[..., Dovecot], account: MailAccount, open_mailbox: Open
) -> None:
    """The delimiter comes from LIST."""
    server = dovecot_like(capability="IMAP4rev1 UIDPLUS MOVE", separator="^")
    uid = server.append(account.login, RAW)
    mailbox = open_mailbox(server)
    mailbox.open()
    mailbox.move(Place(folder="INBOX", uid=uid), "A/B^C", message_id="", size=len(RAW))
    assert "A^B-C" in folders(server, account)


# --- Searching and waiting -----------------------------------------------------------------------


def test_a_large_inbox_is_searched_in_pieces(
    dovecot: Dovecot, account: MailAccount, open_mailbox: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pieces miss no UID at their edges, with a day as without."""
    monkeypatch.setattr(imap_session, "_SEARCH_SPAN", 2)
    arrived = datetime(2026, 3, 2, 12, tzinfo=UTC)
    uids = [dovecot.append(account.login, RAW, arrived=arrived) for _ in range(7)]
    dovecot.remove(account.login, uids[3])
    mailbox = open_mailbox(dovecot)
    mailbox.open()
    expected = [1, 2, 3, 5, 6, 7]
    assert mailbox.uids_from(0) == expected
    assert mailbox.uids_from(2) == expected[1:]
    assert mailbox.uids_since(arrived) == expected


def test_a_server_without_idle(
    dovecot_like: Callable[..., Dovecot], account: MailAccount, open_mailbox: Open
) -> None:
    """``open`` says so; a wait sleeps, knows what has arrived before it, and can be interrupted."""
    server = dovecot_like(capability=f"{BASE} UIDPLUS MOVE")
    mailbox = open_mailbox(server)
    assert not mailbox.open().idle
    started = time.monotonic()
    assert not mailbox.wait(0.2)
    assert time.monotonic() - started >= 0.2
    caller = threading.Timer(0.2, mailbox.interrupt)
    caller.start()
    assert not mailbox.wait(20)
    caller.join()
    assert time.monotonic() - started < 5
    server.append(account.login, RAW)
    assert mailbox.wait(20)


# --- Signing in ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "security, port", [("tls", "imaps"), ("starttls", "imap"), ("none", "imap")], ids=lambda row: row
)
def test_each_security(
    dovecot: Dovecot, open_mailbox: Open, account: MailAccount, security: str, port: str
) -> None:
    """TLS from the start, STARTTLS, and none on this machine; IDLE wakes in each of them."""
    mailbox = open_mailbox(dovecot, port=dovecot.ports[port], security=security, host="localhost")
    mailbox.open()
    postman = threading.Timer(0.2, dovecot.append, [account.login, RAW])
    postman.start()
    assert mailbox.wait(20)
    postman.join()


@pytest.mark.parametrize("host", ["imap.example.test", "10.0.0.1", "localhost.example.test"])
def test_no_security_beyond_this_machine(host: str) -> None:
    """An account that would send its password in the clear is refused when it is described."""
    with pytest.raises(ValueError, match="this machine only"):
        imap.Account(name="a", host=host, port=143, security="none", user="u", password=lambda: "p")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "LocalHost"])
def test_no_security_on_this_machine(host: str) -> None:
    """Loopback in each of its names is this machine, and the password is not in the account's repr."""
    account = imap.Account(name="a", host=host, port=143, security="none", user="u", password=str)
    assert "password" not in repr(account)


@pytest.mark.parametrize("security, port", [("tls", "imaps"), ("starttls", "imap")], ids=["tls", "starttls"])
def test_an_unknown_authority(dovecot: Dovecot, open_mailbox: Open, security: str, port: str) -> None:
    """The certificate is verified: without the authority no password is sent, and the error says why."""
    mailbox = open_mailbox(dovecot, port=dovecot.ports[port], security=security, ca_file=None)
    with pytest.raises(errors.Transient, match="certificate cannot be trusted"):
        mailbox.open()


def test_a_wrong_password(dovecot: Dovecot, open_mailbox: Open) -> None:
    """SignInFailed, without the login in its text; and the right one is asked for at the next try."""
    passwords = iter(["wrong", "secret"])
    mailbox = open_mailbox(dovecot, password=lambda: next(passwords))
    with pytest.raises(errors.SignInFailed) as caught:
        mailbox.open()
    assert "@" not in str(caught.value)
    assert mailbox.open().uidvalidity


@pytest.mark.parametrize("password", ["secret\r\nA1 LOGOUT", "tab\t"], ids=["line-break", "tab"])
def test_a_password_that_no_command_can_carry(dovecot: Dovecot, open_mailbox: Open, password: str) -> None:
    """A password read together with its line end is refused before it is sent."""
    with pytest.raises(errors.SignInFailed, match="control character"):
        open_mailbox(dovecot, password=lambda: password).open()


def test_a_password_beyond_ascii(server_folder: Path, certificates: Certificates, open_mailbox: Open) -> None:
    """It is sent as UTF-8."""
    users = {"kaethe@example.test": 'Paß"wört\\'}
    server = Dovecot(server_folder / "beyond-ascii", users=users, certificates=certificates)
    try:
        mailbox = open_mailbox(server, user="kaethe@example.test", password=lambda: 'Paß"wört\\')
        assert mailbox.open().uidvalidity
        mailbox.close()
    finally:
        server.stop()


def test_a_limit_of_connections_is_no_wrong_password(
    dovecot_like: Callable[..., Dovecot], account: MailAccount, open_mailbox: Open
) -> None:
    """Refused for now, not for who we are; it works once the other connection is gone."""
    server = dovecot_like(connections=1)
    mailbox = open_mailbox(server)
    with server.sign_in(account.login) as client:
        client.select()
        with pytest.raises(errors.Transient) as caught:
            mailbox.open()
    assert not isinstance(caught.value, errors.SignInFailed)
    for _ in range(50):
        try:
            assert mailbox.open().uidvalidity
            break
        except errors.Transient:
            time.sleep(0.05)
    else:
        pytest.fail("the limit stays")


def test_no_starttls_no_password(dovecot: Dovecot, account: MailAccount, open_mailbox: Open) -> None:
    """A server, or somebody before it, that offers no STARTTLS gets no password."""
    with FaultProxy(dovecot.ports["imap"]) as proxy:
        proxy.rewrite = lambda piece: re.sub(rb"STARTTLS", b"NOTHING1", piece)
        mailbox = open_mailbox(dovecot, port=proxy.port, security="starttls")
        with pytest.raises(errors.Transient, match="STARTTLS"):
            mailbox.open()
