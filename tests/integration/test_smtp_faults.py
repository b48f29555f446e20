"""What each failure of a server means for a reply, on a server that answers as told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from intake import errors
from intake.adapters import smtp
from intake.model import Reply, ReplyKind
from tests.servers.faults import HANG_UP, SILENCE, ScriptedSmtp

BOT = "open-positions@example.test"
RAW = b"Subject: s\r\n\r\n.dot\r\nt\r\n"

Connect = Callable[..., smtp.SmtpSender]


def a_reply(recipient: str = "ada@applicant.example", raw: bytes = RAW) -> Reply:
    return Reply(
        kind=ReplyKind.RECEIVED,
        language="en",
        recipient=recipient,
        subject="s",
        message_id="<r@example.test>",
        text="t",
        raw=raw,
    )


@pytest.fixture
def server() -> Iterator[ScriptedSmtp]:
    with ScriptedSmtp() as scripted:
        yield scripted


@pytest.fixture
def connect(server: ScriptedSmtp) -> Iterator[Connect]:
    opened: list[smtp.SmtpSender] = []

    def connect_it(**settings: Any) -> smtp.SmtpSender:
        found: dict[str, Any] = {"host": "127.0.0.1", "port": server.port, "security": "none", "timeout": 5.0}
        opened.append(smtp.SmtpSender(smtp.Account(**{**found, **settings})))
        return opened[-1]

    yield connect_it
    for sender in opened:
        sender.close()


PHASES = ("greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "content")
OURS = ("greeting", "EHLO", "AUTH", "MAIL")


def expected(phase: str, answer: str) -> type[errors.IntakeError]:
    if answer.startswith("5"):
        return errors.OurFault if phase in OURS else errors.Permanent
    return errors.OutcomeUnknown if phase == "content" and not answer.startswith("4") else errors.Transient


@pytest.mark.parametrize("answer", ["451 later", "421 closing", "550 no", HANG_UP, "what is this"])
@pytest.mark.parametrize("phase", PHASES)
def test_each_failure_at_each_step(server: ScriptedSmtp, connect: Connect, phase: str, answer: str) -> None:
    """The table of the adapter, row by row; afterwards the next reply goes out on a new connection."""
    sender = connect(user="bot", password=lambda: "secret")
    usual, server.answers[phase] = server.answers[phase], answer
    if phase == "EHLO":
        server.answers["HELO"] = answer
    with pytest.raises(errors.IntakeError) as caught:
        sender.send(a_reply(), sender=BOT)
    assert caught.type is expected(phase, answer)
    before = server.connections
    server.answers[phase] = usual
    server.taken.clear()
    sender.send(a_reply(), sender=BOT)
    assert server.connections == before + 1
    assert server.taken == [b"Subject: s\r\n\r\n..dot\r\nt\r\n"]


@pytest.mark.parametrize(
    "phase, meaning",
    [
        ("greeting", errors.Transient),
        ("RCPT", errors.Transient),
        ("DATA", errors.Transient),
        ("content", errors.OutcomeUnknown),
    ],
    ids=["greeting", "rcpt", "data", "content"],
)
@pytest.mark.parametrize("limit", ["timeout", "deadline"])
def test_silence(
    server: ScriptedSmtp, connect: Connect, phase: str, meaning: type[errors.IntakeError], limit: str
) -> None:
    """A server that says nothing is left after the time-out or the deadline, whichever is first; only
    after the content is the outcome unknown."""
    server.answers[phase] = SILENCE
    sender = connect(**{limit: 0.3})
    started = time.monotonic()
    with pytest.raises(errors.IntakeError) as caught:
        sender.send(a_reply(), sender=BOT)
    assert caught.type is meaning
    assert time.monotonic() - started < 3
    server.answers[phase] = {"greeting": "220 x", "DATA": "354 x"}.get(phase, "250 x")
    sender.send(a_reply(), sender=BOT)


COPY = "open-positions+sent-0123456789abcdef@example.test"


@pytest.mark.parametrize(
    "answer, meaning",
    [("250 yes", type(None)), ("550 no such user", errors.Permanent), ("451 later", errors.Transient)],
    ids=["taken", "refused", "later"],
)
def test_a_copy_that_is_refused(
    server: ScriptedSmtp, connect: Connect, answer: str, meaning: type[object]
) -> None:
    """The reply leaves to the applicant all the same, and the last look is told what the server said."""
    server.answers["RCPT"] = ["250 recipient", answer]
    said: list[object] = []

    def last_look(refused: object) -> bool:
        said.append(refused)
        return True

    connect().send(a_reply(), sender=BOT, copy_to=COPY, last_look=last_look)
    assert len(server.taken) == 1
    assert [type(one) for one in said] == [meaning]
    named = [command for command in server.commands if command.startswith("RCPT")]
    assert named == ["RCPT TO:<ada@applicant.example>", f"RCPT TO:<{COPY}>"]


@pytest.mark.parametrize(
    "answer, meaning", [("550 no", errors.Permanent), ("451 later", errors.Transient)], ids=["5xx", "4xx"]
)
def test_a_copy_never_leaves_alone(
    server: ScriptedSmtp, connect: Connect, answer: str, meaning: type[errors.IntakeError]
) -> None:
    """Where the applicant is refused the copy is not even named, and nothing is sent."""
    server.answers["RCPT"] = [answer, "250 recipient"]
    with pytest.raises(meaning):
        connect().send(a_reply(), sender=BOT, copy_to=COPY)
    assert server.taken == []
    assert [command for command in server.commands if command.startswith(("RCPT", "DATA"))] == [
        "RCPT TO:<ada@applicant.example>"
    ]


@pytest.mark.parametrize("answer", ["421 closing", HANG_UP, "354 what"], ids=["421", "hang-up", "3xx"])
def test_a_server_that_leaves_at_the_copy(server: ScriptedSmtp, connect: Connect, answer: str) -> None:
    """Nothing is sent, and it is tried again."""
    server.answers["RCPT"] = ["250 recipient", answer]
    with pytest.raises(errors.Transient):
        connect().send(a_reply(), sender=BOT, copy_to=COPY)
    assert server.taken == []


def test_no_final_dot_without_the_lease(server: ScriptedSmtp, connect: Connect) -> None:
    """The content is under way when the last look says no: the connection ends without the dot."""
    with pytest.raises(errors.Transient, match="lease"):
        connect().send(a_reply(), sender=BOT, last_look=lambda _: False)
    assert "DATA" in server.commands
    connect().send(a_reply(), sender=BOT, last_look=lambda _: True)
    assert server.taken == [b"Subject: s\r\n\r\n..dot\r\nt\r\n"]


def test_a_server_that_leaves_before_the_final_dot(server: ScriptedSmtp, connect: Connect) -> None:
    """Whatever has been sent of the content, nothing was taken: it is Transient."""

    def gone(_: object) -> bool:
        server.hang_up()
        return False

    with pytest.raises(errors.Transient):
        connect().send(a_reply(), sender=BOT, last_look=gone)


def test_nobody_listens(connect: Connect) -> None:
    """A server that is down is Transient."""
    with ScriptedSmtp() as gone:
        port = gone.port
    with pytest.raises(errors.Transient) as caught:
        connect(port=port).send(a_reply(), sender=BOT)
    assert caught.type is errors.Transient


@pytest.mark.parametrize("answer", ["421 idle for too long", HANG_UP], ids=["421", "hang-up"])
def test_a_server_that_leaves_at_mail(server: ScriptedSmtp, connect: Connect, answer: str) -> None:
    """When the connection at hand ends before MAIL FROM is answered, a new one takes the reply; when that
    one ends so, too, it is Transient."""
    sender = connect()
    sender.send(a_reply(), sender=BOT)
    server.answers["MAIL"] = [answer, "250 x"]
    sender.send(a_reply(), sender=BOT)
    assert (len(server.taken), server.connections) == (2, 2)
    server.answers["MAIL"] = [answer, answer, "250 x"]
    with pytest.raises(errors.Transient):
        sender.send(a_reply(), sender=BOT)
    sender.send(a_reply(), sender=BOT)
    assert (len(server.taken), server.connections) == (3, 4)


def test_a_server_that_left_meanwhile(server: ScriptedSmtp, connect: Connect) -> None:
    """An idle connection that has ended is replaced without a word."""
    sender = connect()
    sender.send(a_reply(), sender=BOT)
    server.hang_up()
    sender.send(a_reply(), sender=BOT)
    assert (len(server.taken), server.connections) == (2, 2)


def test_a_stale_connection_is_not_used(
    server: ScriptedSmtp, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a minute without a reply a new connection is made."""
    sender = connect()
    sender.send(a_reply(), sender=BOT)
    sender.send(a_reply(), sender=BOT)
    assert server.connections == 1
    monkeypatch.setattr(smtp.sender, "_STALE", 0.0)
    sender.send(a_reply(), sender=BOT)
    assert server.connections == 2


def test_an_ok_is_any_2xx(server: ScriptedSmtp, connect: Connect) -> None:
    """The first digit decides (RFC 5321 4.2.1)."""
    server.answers.update({"MAIL": "252 x", "RCPT": "251 will forward", "content": "259 x"})
    connect().send(a_reply(), sender=BOT)
    assert len(server.taken) == 1


def test_a_3xx_after_the_content_is_no_answer(server: ScriptedSmtp, connect: Connect) -> None:
    """Nobody can say whether the reply was taken."""
    server.answers["content"] = "354 go on"
    with pytest.raises(errors.OutcomeUnknown):
        connect().send(a_reply(), sender=BOT)


@pytest.mark.parametrize(
    "reply",
    [a_reply("käthe@example.test"), a_reply(raw="Subject: ü\r\n\r\n".encode()), a_reply("a@\u2024.example")],
    ids=["smtputf8", "8bitmime", "no-domain-name"],
)
def test_what_this_server_cannot_carry(server: ScriptedSmtp, connect: Connect, reply: Reply) -> None:
    """Permanent for the one reply, when the server lacks the extension or the domain is none."""
    server.answers["EHLO"] = "250 here"
    with pytest.raises(errors.Permanent):
        connect().send(reply, sender=BOT)
    assert not any(command.startswith("MAIL") for command in server.commands)


def test_8bit_content_is_announced(server: ScriptedSmtp, connect: Connect) -> None:
    """BODY=8BITMIME where the server has it (RFC 6152); lone line ends become CRLF."""
    connect().send(a_reply(raw="Subject: ü\n\nx".encode()), sender=BOT)
    assert f"MAIL FROM:<{BOT}> BODY=8BITMIME" in server.commands
    assert server.taken == ["Subject: ü\r\n\r\nx\r\n".encode()]


@pytest.mark.parametrize(
    "offered, used",
    [("PLAIN LOGIN CRAM-MD5", "AUTH PLAIN"), ("LOGIN", "AUTH LOGIN"), ("CRAM-MD5", "AUTH CRAM-MD5")],
)
def test_one_way_to_sign_in(server: ScriptedSmtp, connect: Connect, offered: str, used: str) -> None:
    """A refused password is tried once, by the first mechanism that both know."""
    server.answers.update({"EHLO": f"250-here\r\n250 AUTH {offered}", "AUTH": "535 no"})
    with pytest.raises(errors.OurFault):
        connect(user="bot", password=lambda: "x").send(a_reply(), sender=BOT)
    [command] = [command for command in server.commands if command.startswith("AUTH")]
    assert command.startswith(used)


@pytest.mark.parametrize("offered", ["250 here", "250-here\r\n250 AUTH GSSAPI"], ids=["none", "other"])
def test_no_way_to_sign_in(server: ScriptedSmtp, connect: Connect, offered: str) -> None:
    """A server on which we cannot sign in is our fault to mend."""
    server.answers["EHLO"] = offered
    with pytest.raises(errors.OurFault, match="sign in"):
        connect(user="bot", password=lambda: "x").send(a_reply(), sender=BOT)


def test_no_starttls_no_reply(server: ScriptedSmtp, connect: Connect) -> None:
    """A server, or somebody before it, that offers no STARTTLS gets neither password nor reply."""
    with pytest.raises(errors.OurFault, match="STARTTLS"):
        connect(security="starttls", user="bot", password=lambda: "x").send(a_reply(), sender=BOT)
    assert not any(command.startswith(("AUTH", "MAIL")) for command in server.commands)


def test_a_server_that_speaks_no_tls(server: ScriptedSmtp, connect: Connect) -> None:
    """TLS from the start on a port without it is Transient: the port may be right tomorrow."""
    with pytest.raises(errors.Transient):
        connect(security="tls").send(a_reply(), sender=BOT)


def test_replies_from_several_threads(server: ScriptedSmtp, connect: Connect) -> None:
    """They take turns on one connection."""
    sender = connect()
    threads = [
        threading.Thread(target=sender.send, args=[a_reply()], kwargs={"sender": BOT}) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(server.taken), server.connections) == (8, 1)


def test_what_the_server_says_names_nobody(server: ScriptedSmtp, connect: Connect) -> None:
    """Addresses in its answers, line breaks and floods of text do not reach the error's sentence."""
    server.answers["RCPT"] = "550-<ada@applicant.example>: no\r\n550 such user" + " x" * 500
    with pytest.raises(errors.Permanent) as caught:
        connect().send(a_reply(), sender=BOT)
    assert str(caught.value).startswith("RCPT TO: 550 <<address>>: no such user x x")
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("host", ["smtp.example.test", "10.0.0.1"])
def test_no_security_beyond_this_machine(host: str) -> None:
    """An account that would send its password in the clear is refused when it is described."""
    with pytest.raises(ValueError, match="this machine only"):
        smtp.Account(host=host, port=25, security="none")
