"""What every Sender does: the SMTP adapter on Postfix, and its twin in memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Protocol

import pytest

from intake import errors, ports
from intake.adapters import memory, smtp
from intake.model import Reply, ReplyKind
from tests.conftest import MailAccount, MailServers

BOT = "open-positions@example.test"


def a_reply(recipient: str, *, subject: str = "We have your application", text: str = "") -> Reply:
    raw = (
        f"From: {BOT}\r\nTo: <{recipient}>\r\nSubject: {subject}\r\nMessage-ID: <r1@example.test>\r\n"
        f"Date: Mon, 2 Mar 2026 10:00:00 +0100\r\n\r\n{text}\r\n"
    ).encode("ascii", "replace")
    return Reply(
        kind=ReplyKind.ACKNOWLEDGEMENT,
        language="en",
        recipient=recipient,
        subject=subject,
        message_id="<r1@example.test>",
        text=text,
        raw=raw,
    )


class World(Protocol):
    """A sender, and the mailboxes of those it writes to."""

    @property
    def sender(self) -> ports.Sender: ...
    @property
    def recipient(self) -> str: ...
    def received(self, count: int) -> list[bytes]:
        """The recipient's first ``count`` mails, whole as they were sent, oldest first."""
        ...


class OnPostfix:
    def __init__(self, servers: MailServers, bot: MailAccount, recipient: str) -> None:
        self.sender = smtp.SmtpSender(
            smtp.Account(
                host="localhost",
                port=servers.postfix.port,
                security="starttls",
                user=bot.login,
                password=lambda: bot.password,
                ca_file=servers.ca_file,
                timeout=10,
            )
        )
        self.recipient = recipient
        self._servers = servers

    def received(self, count: int) -> list[bytes]:
        end = time.monotonic() + 15
        while time.monotonic() < end:
            found = self._servers.dovecot.contents(self.recipient)
            if len(found) >= count:
                return [_as_sent(found[uid]) for uid in sorted(found)]
            time.sleep(0.05)
        pytest.fail(f"not delivered: {self._servers.postfix.log()}")


def _as_sent(raw: bytes) -> bytes:
    """Without the fields of the way (RFC 5321 4.4), which stand above the sender's own."""
    return raw[raw.index(b"From: ") :]


class InMemory:
    recipient = "ada@applicant.example"

    def __init__(self) -> None:
        self.sender = self._twin = memory.MemorySender()

    def received(self, count: int) -> list[bytes]:
        return [each.reply.raw for each in self._twin.accepted for _ in range(1 + bool(each.copy_to))]


@pytest.fixture(params=[pytest.param("postfix", marks=[pytest.mark.servers, pytest.mark.postfix]), "memory"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    found: World = InMemory()
    if request.param == "postfix":
        servers, account = request.getfixturevalue("mail_servers"), request.getfixturevalue("account")
        found = OnPostfix(servers, account, account.login)
    yield found
    found.sender.close()


def test_what_arrives_is_what_was_to_be_sent(world: World) -> None:
    """Byte for byte, also lines that begin with a dot or are a lone dot."""
    reply = a_reply(world.recipient, text="Guten Tag,\r\n.\r\n..two\r\n.hidden\r\n\r\nend")
    world.sender.send(reply, sender=BOT)
    assert world.received(1) == [reply.raw]


def test_the_copy_goes_to_a_second_recipient(world: World) -> None:
    """The same mail, in the same dialogue; the applicant's names nobody else."""
    reply = a_reply(world.recipient)
    local, _, domain = world.recipient.partition("@")
    world.sender.send(reply, sender=BOT, copy_to=f"{local}+sent-0123456789abcdef@{domain}")
    assert world.received(2) == [reply.raw, reply.raw]


def test_the_last_look_decides(world: World) -> None:
    """Asked once for each try, before anything is accepted: when it says no, or cannot say, nothing arrives."""
    asked: list[object] = []

    def look(answer: bool) -> ports.LastLook:
        def last_look(refused: object) -> bool:
            asked.append(refused)
            return answer

        return last_look

    def away(_: object) -> bool:
        raise errors.Transient("the ledger is locked")

    for last_look in (look(False), away):
        with pytest.raises(errors.Transient):
            world.sender.send(a_reply(world.recipient, subject="No"), sender=BOT, last_look=last_look)
    reply = a_reply(world.recipient)
    world.sender.send(reply, sender=BOT, last_look=look(True))
    assert world.received(1) == [reply.raw]
    assert asked == [None, None]


def test_replies_go_one_after_the_other(world: World) -> None:
    """Each of several is accepted, in order."""
    replies = [a_reply(world.recipient, subject=f"Reply {number}") for number in range(3)]
    for reply in replies:
        world.sender.send(reply, sender=BOT)
    assert sorted(world.received(3)) == sorted(reply.raw for reply in replies)


@pytest.mark.parametrize(
    "recipient",
    ["", "nobody", "a b@example.test", "a@example.test>\r\nRCPT TO:<b@example.test", "<a@example.test>"],
    ids=["empty", "no-domain", "space", "injection", "brackets"],
)
def test_an_address_that_cannot_be_written(world: World, recipient: str) -> None:
    """Permanent, and the next reply is not hindered."""
    with pytest.raises(errors.Permanent):
        world.sender.send(a_reply(recipient), sender=BOT)
    world.sender.send(a_reply(world.recipient), sender=BOT)
    assert len(world.received(1)) == 1


def test_close_may_come_at_any_time(world: World) -> None:
    """Before anything was sent, and twice."""
    world.sender.close()
    world.sender.close()
