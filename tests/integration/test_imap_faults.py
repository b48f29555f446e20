"""The IMAP adapter when connections break, stall or lie. Nothing is lost, and nothing waits for ever."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from imapclient.response_types import BodyData  # type: ignore[import-untyped]  # ships no py.typed

from intake import errors
from intake.adapters import imap
from intake.adapters.imap import connection, structure
from intake.model import ListedPart
from intake.ports import Place
from tests.conftest import MailAccount
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.faults import FaultProxy

RAW = b"Message-ID: <1@a.example>\r\nSubject: Application\r\n\r\n" + b"0123456789\r\n" * 20_000


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    with FaultProxy(dovecot.ports["imap"]) as standing:
        yield standing


@pytest.fixture
def connect(account: MailAccount, proxy: FaultProxy) -> Iterator[Callable[..., imap.ImapMailbox]]:
    """The test's account through the proxy."""
    opened: list[imap.ImapMailbox] = []

    def connect_it(**settings: Any) -> imap.ImapMailbox:
        found: dict[str, Any] = {"timeout": 5.0, "port": proxy.port, **settings}
        opened.append(
            imap.ImapMailbox(
                imap.Account(
                    name="jobs",
                    host="127.0.0.1",
                    security="none",
                    user=account.login,
                    password=lambda: account.password,
                    **found,
                )
            )
        )
        return opened[-1]

    yield connect_it
    for mailbox in opened:
        mailbox.close()


Connect = Callable[..., imap.ImapMailbox]


def test_a_kick_ends_idle(dovecot: Dovecot, account: MailAccount, connect: Connect) -> None:
    """BYE in IDLE is Transient at once, and the next call connects again."""
    mailbox = connect()
    before = mailbox.open()
    bouncer = threading.Timer(0.3, dovecot.kick, [account.login])
    bouncer.start()
    started = time.monotonic()
    with pytest.raises(errors.Transient, match="waiting for mail"):
        mailbox.wait(20)
    assert time.monotonic() - started < 5
    bouncer.join()
    assert mailbox.uids_from(1) == []
    assert mailbox.open() == before


def test_a_cut_ends_idle(proxy: FaultProxy, connect: Connect) -> None:
    """A connection that ends without BYE is noticed at once, too."""
    mailbox = connect()
    mailbox.open()
    cutter = threading.Timer(0.3, proxy.cut)
    cutter.start()
    started = time.monotonic()
    with pytest.raises(errors.Transient):
        mailbox.wait(20)
    assert time.monotonic() - started < 5
    cutter.join()
    assert not mailbox.wait(0.1)
    assert proxy.accepted == 2


def test_a_half_open_connection_is_found_after_the_round(proxy: FaultProxy, connect: Connect) -> None:
    """Where nothing comes and nothing is closed, the end of the wait finds out."""
    mailbox = connect(timeout=0.5)
    mailbox.open()
    swallower = threading.Timer(0.2, setattr, [proxy, "swallow", True])
    swallower.start()
    started = time.monotonic()
    with pytest.raises(errors.Transient):
        mailbox.wait(1)
    assert time.monotonic() - started < 4
    swallower.join()
    proxy.swallow = False
    assert mailbox.open().uidvalidity


def test_an_interrupt_on_a_half_open_connection(proxy: FaultProxy, connect: Connect) -> None:
    """The wait ends soon although the server does not answer."""
    mailbox = connect(timeout=30)
    mailbox.open()
    swallower = threading.Timer(0.2, setattr, [proxy, "swallow", True])
    swallower.start()
    caller = threading.Timer(0.5, mailbox.interrupt)
    caller.start()
    started = time.monotonic()
    with pytest.raises(errors.Transient):
        mailbox.wait(20)
    assert time.monotonic() - started < 6
    swallower.join()
    caller.join()


def test_a_cut_inside_a_literal(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect
) -> None:
    """Half a message is no message; the next try gives it whole."""
    uid = dovecot.append(account.login, RAW)
    mailbox = connect()
    mailbox.open()
    proxy.cut_after = 100_000
    with pytest.raises(errors.Transient, match="fetching"):
        mailbox.fetch([uid], largest=10**6)
    proxy.cut_after = None
    [message] = mailbox.fetch([uid], largest=10**6)
    assert message.raw == RAW


def test_a_cut_in_a_move_moves_once(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect
) -> None:
    """When the answer to MOVE is lost, the retry finds the message in the target."""
    uid = dovecot.append(account.login, RAW)
    mailbox = connect()
    place = Place(folder="INBOX", uidvalidity=mailbox.open().uidvalidity, uid=uid)

    def cut_at_copyuid(piece: bytes) -> bytes:
        if b"COPYUID" in piece:
            proxy.cut()
        return piece

    proxy.rewrite = cut_at_copyuid
    with pytest.raises(errors.Transient):
        mailbox.move(place, "Questions", message_id="<1@a.example>", size=len(RAW))
    moved = mailbox.move(place, "Questions", message_id="<1@a.example>", size=len(RAW))
    assert moved is not None
    assert list(dovecot.contents(account.login, "Questions")) == [moved.uid]
    assert dovecot.contents(account.login) == {}


def test_a_server_that_drips_meets_the_deadline(proxy: FaultProxy, connect: Connect) -> None:
    """Each byte comes within the time-out, and the call ends all the same."""
    proxy.drip = 0.1
    mailbox = connect(timeout=1.0, deadline=0.7)
    started = time.monotonic()
    with pytest.raises(errors.Transient, match="no whole answer in time"):
        mailbox.open()
    assert time.monotonic() - started < 3


def test_the_earliest_deadline_cuts_first_and_one_that_is_over_cuts_nothing() -> None:
    """Whichever was set first; and also where the system had no thread to give for the first of them."""
    watch = connection._Watch()
    pairs = [socket.socketpair() for _ in range(3)]
    with contextlib.ExitStack() as opened:
        for ours, theirs in pairs:
            opened.enter_context(ours)
            opened.enter_context(theirs).settimeout(10)
        met, early, late = map(connection._Deadline, [ours for ours, _ in pairs], (0.0, 0.0, 60.0))
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(threading.Thread, "start", _no_thread)
            with pytest.raises(RuntimeError):
                watch.add(late)
        watch.add(late)
        with watch._changed:  # so that none is cut in between
            watch.add(met)
            watch.add(early)
            watch.remove(met)
        assert pairs[1][1].recv(1) == b""
        assert [one.passed for one in (met, early, late)] == [False, True, False]
        watch.remove(late)


def _no_thread(_: threading.Thread) -> None:
    raise RuntimeError("can't start new thread")


def test_a_server_that_is_down_and_comes_back(
    server_folder: Path, certificates: Certificates, account: MailAccount, connect: Connect
) -> None:
    """Transient while it is away, and no word to be said when it is back."""
    server = Dovecot(
        server_folder / "restarted", users={account.login: account.password}, certificates=certificates
    )
    try:
        mailbox = connect(port=server.ports["imap"])
        inbox = mailbox.open()
        server.stop()
        for _ in range(2):
            with pytest.raises(errors.Transient):
                mailbox.uids_from(1)
        server.start()
        assert mailbox.uids_from(1) == []
        assert mailbox.open() == inbox
    finally:
        server.stop()


def test_a_large_mail_is_not_downloaded(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect
) -> None:
    """Of 12 MB only some kB come over the wire: the header, and what the mail carries with its names."""
    mail = EmailMessage()
    mail["Message-ID"], mail["Subject"] = "<1@a.example>", "Application"
    mail.set_content("Dear all, please find my application enclosed.")
    mail.add_attachment(b"%PDF-1.7\n" + b"x" * 9_000_000, maintype="application", subtype="pdf",
                        filename="Bewerbung für Größe.pdf")  # fmt: skip
    inner = EmailMessage()
    inner["Subject"] = "forwarded"
    inner.set_content("see below")
    inner.add_attachment(b"PK", maintype="application", subtype="zip", filename="cv.zip")
    mail.add_attachment(inner)
    raw = mail.as_bytes().replace(b"\n", b"\r\n")
    uid = dovecot.append(account.login, raw)
    mailbox = connect()
    mailbox.open()
    [message] = mailbox.fetch([uid], largest=1_000_000)
    assert proxy.down < 20_000
    assert message.size == len(raw)
    assert message.raw == raw[: raw.index(b"\r\n\r\n") + 4]
    assert not message.whole
    assert [(part.declared, part.name) for part in message.parts] == [
        ("text/plain", ""),
        ("application/pdf", "Bewerbung für Größe.pdf"),
        ("message/rfc822", ""),
    ]
    assert message.parts[1].size > 9_000_000


@pytest.mark.parametrize(
    "broken",
    [
        b"BODYSTRUCTURE NIL NIL (",
        b"BODYSTRUCTURE (NIL) XBODY (",
        b"BODYSTRUCTURE 7 XBODY (",
        b"XBODYSTRUCTURE (",
    ],
    ids=["uneven", "empty", "number", "missing"],
)
def test_a_structure_that_cannot_be_read(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect, broken: bytes
) -> None:
    """The header still comes, with no parts; and the mails beside it."""
    large = dovecot.append(account.login, RAW)
    small = dovecot.append(account.login, b"Subject: small\r\n\r\n")
    mailbox = connect()
    mailbox.open()
    proxy.rewrite = lambda piece: piece.replace(b"BODYSTRUCTURE (", broken)
    [header, other] = mailbox.fetch([large, small], largest=1000)
    assert header.raw.startswith(b"Message-ID: <1@a.example>\r\n")
    assert header.parts == ()
    assert other.whole


@pytest.mark.parametrize(
    "lie",
    [(b"BODY[]", b"XODY[]"), (b"RFC822.SIZE", b"XFC822.SIZE"), (b"INTERNALDATE", b"XNTERNALDATE")],
    ids=["no-body", "no-size", "no-date"],
)
def test_a_mail_that_the_server_does_not_give_out(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect, lie: tuple[bytes, bytes]
) -> None:
    """Permanent, naming its UID, so that it can be parked; the others come when asked for without it."""
    good = dovecot.append(account.login, RAW)
    bad = dovecot.append(account.login, b"Subject: bad\r\n\r\n")
    mailbox = connect()
    mailbox.open()

    def withhold(piece: bytes) -> bytes:
        return re.sub(rb"(UID %d .*?)%s" % (bad, re.escape(lie[0])), rb"\1" + lie[1], piece)

    proxy.rewrite = withhold
    with pytest.raises(errors.Permanent, match=rf"UID {bad}:"):
        mailbox.fetch([good, bad], largest=10**6)
    [message] = mailbox.fetch([good], largest=10**6)
    assert message.raw == RAW


def test_an_answer_that_cannot_be_read_names_its_mail(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect
) -> None:
    """One malformed line spoils a batch; asked for one by one, only its mail is refused."""
    good = dovecot.append(account.login, b"Subject: good\r\n\r\n")
    bad = dovecot.append(account.login, b"Subject: bad\r\n\r\n")
    mailbox = connect()
    mailbox.open()
    proxy.rewrite = lambda piece: piece.replace(
        b"(UID %d RFC822.SIZE " % bad, b"(UID %d RFC822.SIZE NIL " % bad
    )
    with pytest.raises(errors.Permanent, match=rf"UID {bad}:"):
        mailbox.fetch([good, bad], largest=10**6)


@pytest.mark.parametrize("gone", [False, True], ids=["refused", "deleted-meanwhile"])
def test_a_refused_fetch(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect, gone: bool
) -> None:
    """NO to one mail is Permanent, naming it, and not a trouble of the whole mailbox; unless it was deleted
    in the meantime, of which Dovecot says NO, too."""
    uid = dovecot.append(account.login, RAW)
    mailbox = connect()
    mailbox.open()

    proxy.rewrite = lambda piece: piece.replace(b"OK Fetch completed", b"NO [EXPUNGEISSUED]")
    if gone:
        dovecot.remove(account.login, uid)
        assert mailbox.fetch([uid], largest=10**6) == []
    else:
        with pytest.raises(errors.Permanent, match=rf"UID {uid}: .*EXPUNGEISSUED"):
            mailbox.fetch([uid], largest=10**6)


def test_a_literal_that_is_larger_than_the_mail(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect
) -> None:
    """A server that announces a gigabyte is not waited for, nor given the memory."""
    uid = dovecot.append(account.login, RAW)
    mailbox = connect()
    mailbox.open()
    proxy.rewrite = lambda piece: piece.replace(b"BODY[] {%d}" % len(RAW), b"BODY[] {9999999999}")
    with pytest.raises(errors.Transient, match="literal of 9999999999 bytes"):
        mailbox.fetch([uid], largest=10**6)


def test_throttling_names_the_wait(
    dovecot: Dovecot, account: MailAccount, proxy: FaultProxy, connect: Connect
) -> None:
    """What Exchange says about how long to stay away is handed on in seconds."""
    uid = dovecot.append(account.login, RAW)
    mailbox = connect()
    mailbox.open()
    throttled = b"BAD Request is throttled. Suggested Backoff Time: 1500 milliseconds"
    proxy.rewrite = lambda piece: re.sub(rb"OK Fetch completed[^\r]*", throttled, piece)
    with pytest.raises(errors.Transient) as caught:
        mailbox.fetch([uid], largest=10**6)
    assert caught.value.retry_after == 1.5


def test_names_of_listed_parts() -> None:
    """RFC 2231 pieces, encoded words, missing names and strings of digits are read; hostile depth is cut."""
    pdf = (b"APPLICATION", b"PDF")
    rest = (None, None, b"BASE64", 100, None)
    pieces = (b"FILENAME*0*", b"utf-8''Lebens", b"FILENAME*1*", b"lauf%20%C3%84.pdf")
    body = (
        (*pdf, None, *rest, (b"ATTACHMENT", pieces), None),
        (*pdf, (b"NAME", b"=?utf-8?q?Zeugnis_=C3=9F.pdf?="), *rest, None, None),
        (*pdf, (b"NAME", b"=?nowhere?b?====?="), *rest),
        (*pdf, (b"NAME", 2026), *rest, (b"INLINE", None)),
        (b"TEXT", b"PLAIN", (b"CHARSET", b"utf-8"), None, None, b"7BIT", 12, 3, None,
         (b"ATTACHMENT", (b"FILENAME", b"letter\r\n.txt")), None),
        b"MIXED",
    )  # fmt: skip
    assert structure.parts(BodyData.create(body)) == (
        ListedPart(name="Lebenslauf Ä.pdf", declared="application/pdf", size=100),
        ListedPart(name="Zeugnis ß.pdf", declared="application/pdf", size=100),
        ListedPart(name="=?nowhere?b?====?=", declared="application/pdf", size=100),
        ListedPart(name="2026", declared="application/pdf", size=100),
        ListedPart(name="letter.txt", declared="text/plain", size=12),
    )
    deep: Any = (*pdf, None, *rest)
    for _ in range(100):
        deep = (deep, b"MIXED")
    assert structure.parts(BodyData.create(deep)) == ()
