"""Reports on delivery, as mail systems write them: which mails came back, and whether for good."""

from __future__ import annotations

import pytest

from intake.journey.parse import returned
from intake.model import Returned

OURS = "<K7QX.t1@rc-trust.ai>"
POSTFIX = f"""\
From: MAILER-DAEMON@mx.example
Message-Id: <20261125110000.ABC@mx.example>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; nadia@uni.example
Action: failed
Status: 5.1.1

--b
Content-Type: message/rfc822

From: open-positions@rc-trust.ai
Message-ID: {OURS}
Subject: Your application

Dear Nadia
--b--
"""
DELAYED = POSTFIX.replace("Action: failed", "Action: delayed").replace("5.1.1", "4.4.1")
EXIM = f"""\
From: Mail Delivery System <Mailer-Daemon@mx.example>

A message that you sent could not be delivered to one or more of its recipients.

------ This is a copy of the message, including all the headers. ------

Message-ID:
 {OURS}
From: open-positions@rc-trust.ai
"""


@pytest.mark.parametrize(
    "body,failed,status",
    [
        pytest.param(POSTFIX, True, "5.1.1", id="RFC 3464"),
        pytest.param(POSTFIX.replace("\n", "\r\n"), True, "5.1.1", id="CRLF"),
        pytest.param(DELAYED, False, "4.4.1", id="delayed only"),
        pytest.param(POSTFIX.replace("failed", "delivered").replace("5.1.1", "2.1.5"), False, "2.1.5", id="delivered"),
        pytest.param(EXIM, True, "", id="Exim, id on the next line"),
        pytest.param(POSTFIX.replace("\n", "\n> "), True, "", id="quoted"),
    ],
)  # fmt: skip
def test_what_came_back(body: str, failed: bool, status: str) -> None:
    """A delay is no failure: the server still tries."""
    found = returned.mails(body.encode())
    assert OURS in found.message_ids
    assert (found.failed, found.status) == (failed, status)


@pytest.mark.parametrize(
    "body, recipients",
    [
        ("\nFinal-Recipient: rfc822; a@x.example\nAction: failed\n", ("a@x.example",)),
        ("\r\nOriginal-Recipient: rfc822;b@x\r\nFinal-Recipient: rfc822;inner@y\r\n", ("b@x",)),
        ("\nFinal-Recipient: RFC822; <a@x>\n\nFinal-Recipient: rfc822; c@x\n", ("a@x", "c@x")),
        ("\nX-Failed-Recipients: a@x,\n c@x\n\nIt failed.\n", ("a@x", "c@x")),
        ("\nAction: failed\n", ()),
    ],
    ids=["final", "an alias", "two", "Exim", "none named"],
)
def test_whom_it_did_not_reach(body: str, recipients: tuple[str, ...]) -> None:
    """As we wrote them, where the report says so: what an alias made of an address is nobody we know."""
    assert returned.mails(body.encode()).recipients == recipients


@pytest.mark.parametrize("body", [b"", b"\xff\x00" * 500_000, b"Message-ID: <", b"message-id:" * 200_000])
def test_anything_else_returns_nothing(body: bytes) -> None:
    assert returned.mails(body) == Returned()


def test_a_report_of_a_million_mails_ends() -> None:
    """Twenty are enough: a report tells of one."""
    found = returned.mails(b"".join(b"Message-ID: <%d@x>\n" % n for n in range(100_000)))
    assert len(found.message_ids) == 20
