"""Large mails come in windows: whole, once in memory, and from where the connection broke."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from intake import errors
from intake.adapters import imap
from intake.adapters.imap import fetching
from tests.conftest import MailAccount
from tests.servers.dovecot import Dovecot
from tests.servers.faults import FaultProxy

HEAD = b"Message-ID: <1@a.example>\r\nSubject: Application\r\n\r\n"
MOST = 40_000_000


def a_mail(size: int) -> bytes:
    """Exactly ``size`` bytes, no two windows alike."""
    lines = b"".join(b"%09d\r\n" % number for number in range(size // 11 + 1))
    return (HEAD + lines)[: size - 4].rstrip(b"\r\n").ljust(size - 2, b"x") + b"\r\n"


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    with FaultProxy(dovecot.ports["imap"]) as standing:
        yield standing


@pytest.fixture
def mailbox(account: MailAccount, proxy: FaultProxy) -> Iterator[imap.ImapMailbox]:
    found = imap.ImapMailbox(
        imap.Account(name="jobs", host="127.0.0.1", port=proxy.port, security="none", user=account.login,
                     password=lambda: account.password, timeout=5.0)
    )  # fmt: skip
    yield found
    found.close()


@pytest.mark.parametrize("more", [1, 2, fetching.WINDOW, fetching.WINDOW + 1, 2 * fetching.WINDOW + 777])
def test_a_large_mail_comes_whole(
    dovecot: Dovecot, account: MailAccount, mailbox: imap.ImapMailbox, more: int
) -> None:
    """Also one that ends with a window, and beside small ones."""
    raws = [a_mail(900), a_mail(fetching.WINDOW + more), a_mail(901)]
    uids = [dovecot.append(account.login, raw) for raw in raws]
    mailbox.open()
    assert [message.raw for message in mailbox.fetch(uids, largest=MOST)] == raws


def test_what_was_fetched_before_the_connection_broke_is_not_fetched_again(
    dovecot: Dovecot, account: MailAccount, mailbox: imap.ImapMailbox, proxy: FaultProxy
) -> None:
    raw = a_mail(5 * fetching.WINDOW)
    uid = dovecot.append(account.login, raw)
    mailbox.open()
    proxy.cut_after = 3 * fetching.WINDOW + 100_000
    with pytest.raises(errors.Transient):
        mailbox.fetch([uid], largest=MOST)
    proxy.cut_after, before = None, proxy.down
    [message] = mailbox.fetch([uid], largest=MOST)
    assert message.raw == raw
    assert proxy.down - before < 2.1 * fetching.WINDOW


def test_a_large_mail_that_is_deleted_meanwhile_is_gone(
    dovecot: Dovecot, account: MailAccount, mailbox: imap.ImapMailbox, proxy: FaultProxy
) -> None:
    """And what had come of it is not taken for the beginning of the next one."""
    uid = dovecot.append(account.login, a_mail(2 * fetching.WINDOW))
    mailbox.open()
    proxy.cut_after = fetching.WINDOW + 100_000
    with pytest.raises(errors.Transient):
        mailbox.fetch([uid], largest=MOST)
    proxy.cut_after = None
    dovecot.remove(account.login, uid)
    other = a_mail(fetching.WINDOW + 5)
    next_uid = dovecot.append(account.login, other)
    assert [message.raw for message in mailbox.fetch([uid, next_uid], largest=MOST)] == [other]


def test_a_server_that_gives_out_nothing_of_a_large_mail(
    dovecot: Dovecot, account: MailAccount, mailbox: imap.ImapMailbox, proxy: FaultProxy
) -> None:
    """It is told as a mail that cannot be read, and never as an empty one."""
    uid = dovecot.append(account.login, a_mail(fetching.WINDOW + 1))
    mailbox.open()
    proxy.rewrite = Withheld()
    with pytest.raises(errors.Permanent, match=f"UID {uid}"):
        mailbox.fetch([uid], largest=MOST)


class Withheld:
    """Rewrites what a server sends: the first window becomes an empty string, its literal is swallowed."""

    def __init__(self) -> None:
        self._swallowing = False

    def __call__(self, piece: bytes) -> bytes:
        start = piece.find(b"BODY[]<0> {")
        if start >= 0:
            self._swallowing = True
            return piece[:start] + b'BODY[]<0> ""'
        if not self._swallowing:
            return piece
        end = re.search(rb"\)\r\n[^\r\n]+ OK ", piece)
        self._swallowing = end is None
        return piece[end.start() :] if end else b""
