"""Which mails are copies of our replies, and which only look like them."""

from __future__ import annotations

import pytest

from intake.journey import copies

KEY, OLD = b"k" * 32, b"o" * 32
ID = "<K7Q2.1a2b.0123456789abcdef@rc-trust.ai>"
OWN = "open-positions@rc-trust.ai"
REPLY = (
    b"From: Center <open-positions@rc-trust.ai>\r\nSubject: Your application\r\n [K7Q2]\r\n"
    b"Message-ID: <K7Q2.1a2b.0123456789abcdef@rc-trust.ai>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n\r\nDear Nadia,\r\n\r\nit arrived.\r\n"
)
TRACE = (
    b"Return-Path: <open-positions@rc-trust.ai>\r\nDelivered-To: %s\r\n"
    b"Received: from mx by home; Mon, 2 Mar 2026 10:00:00 +0100\r\n"
)


def delivered(to: str, rest: bytes = REPLY) -> bytes:
    return TRACE % to.encode() + rest


def test_the_address_carries_a_code_that_nobody_else_can_make() -> None:
    """It is another one for each reply and each key, and behind a "+" of the mailbox's own address."""
    to = copies.address(OWN, ID, KEY)
    local, _, domain = to.partition("@")
    assert local.startswith("open-positions+sent-")
    assert (len(local), domain) == (20 + 16, "rc-trust.ai")
    others = {copies.address(OWN, ID, OLD), copies.address(OWN, ID.replace("1a2b", "1a2c"), KEY)}
    assert to not in others
    assert copies.belongs(to.upper(), ID, (OLD, KEY))
    assert not any(copies.belongs(one, ID, (KEY,)) for one in (*others, OWN, ""))


@pytest.mark.parametrize("own, key", [(OWN, b""), ("p" * 50 + "@x.example", KEY)], ids=["no key", "too long"])
def test_where_no_code_can_be_written_it_is_our_address(own: str, key: bytes) -> None:
    """RFC 5321 4.5.3.1.1 allows 64 octets before the "@"."""
    assert copies.address(own, ID, key) == own


def test_what_the_own_server_says_counts() -> None:
    """Where it took the mail in for the copy's address, by the key of today or an older one."""
    for key in (KEY, OLD):
        raw = delivered(copies.address(OWN, ID, key), b"Subject: cut\n\nx")
        assert copies.is_delivered(raw, ID, (KEY, OLD))
        assert not copies.is_delivered(raw, ID, (b"n" * 32,))
        assert not copies.is_delivered(raw, ID.replace("1a2b", "1a2c"), (KEY, OLD))


def test_what_others_wrote_does_not() -> None:
    """Below the first Received stands what the sender wrote; an address in To proves nothing either."""
    to = copies.address(OWN, ID, KEY)
    below = delivered(OWN, b"Delivered-To: %s\r\n" % to.encode() + REPLY)
    assert not copies.is_delivered(below, ID, (KEY,))
    assert not copies.is_delivered(b"To: %s\r\n" % to.encode() + REPLY, ID, (KEY,))


@pytest.mark.parametrize(
    "found",
    [
        REPLY,
        delivered(OWN),
        delivered(OWN).replace(b"\r\n", b"\n"),
        delivered(OWN, REPLY.replace(b"\r\n [K7Q2]", b" [K7Q2]")),
        delivered(OWN, REPLY.replace(b"\r\n\r\nDear", b"\r\nX-Spam-Status: No,\r\n score=0\r\n\r\nDear")),
        delivered(OWN, REPLY + b"\r\n\r\n"),
        b"DKIM-Signature: v=1; a=rsa-sha256; b=abc\r\n" + delivered(OWN),
    ],
    ids=["as sent", "delivered", "line ends", "folding", "spam filter", "blank lines", "signed"],
)
def test_the_same_content_on_every_server(found: bytes) -> None:
    """What servers add or fold on the way changes nothing."""
    assert copies.is_same(REPLY, found)


@pytest.mark.parametrize(
    "found",
    [
        delivered(OWN, REPLY + b"I apply for the position.\r\n"),
        delivered(OWN, REPLY.replace(b"Your application", b"My application")),
        delivered(OWN, REPLY.replace(b"\r\n\r\nDear", b"\r\nSubject: mine\r\n\r\nDear", 1)),
        delivered(
            OWN, REPLY.replace(b"\r\n\r\nDear", b"\r\nContent-Transfer-Encoding: base64\r\n\r\nDear", 1)
        ),
        delivered(OWN, REPLY.replace(b"MIME-Version: 1.0\r\n", b"")),
        b"Message-ID: <K7Q2.1a2b.0123456789abcdef@rc-trust.ai>\r\n\r\nhello",
        b"",
    ],
    ids=[
        "more text",
        "subject",
        "second subject",
        "encoding",
        "missing field",
        "Message-ID alone",
        "nothing",
    ],
)
def test_altered_content_is_another_mail(found: bytes) -> None:
    """Whoever has our reply, and so its Message-ID, hides nothing of their own behind it."""
    assert not copies.is_same(REPLY, found)


def test_the_message_id_of_a_mail() -> None:
    """As its header has it, and nothing of its body."""
    assert copies.message_id(delivered(OWN)) == ID
    assert copies.message_id(b"Subject: x\r\n\r\nMessage-ID: <a@b>\r\n") == ""
