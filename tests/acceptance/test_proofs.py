"""Replies whose connection ends at the final dot, on a real Dovecot and Postfix: proven by their copy, or sent again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from intake import cli
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import Outcome
from intake.ports import ReplyRecord
from tests.acceptance.house import House
from tests.acceptance.test_journey import SUBJECT, TEXT, papers
from tests.conftest import MailAccount, MailServers
from tests.servers.faults import FaultProxy

_DOT = b"\r\n.\r\n"
_WAIT = timedelta(minutes=10)


@pytest.fixture
def proxy(mail_servers: MailServers) -> Iterator[FaultProxy]:
    with FaultProxy(mail_servers.postfix.port) as found:
        yield found


@pytest.fixture
def lossy(make_house: Callable[..., House], proxy: FaultProxy) -> Callable[..., House]:
    """A house whose replies go through the proxy; it has had its first look."""

    def make(**settings: Any) -> House:
        house = make_house(smtp_port=proxy.port, smtp_security="none", **settings)
        assert house.once()
        return house

    return make


def reply(house: House) -> ReplyRecord:
    with house.ledger() as ledger:
        [found] = ledger.replies()
        record: ReplyRecord = found
        return record


def apply(house: House, applicant: MailAccount) -> None:
    house.apply(
        applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers(certificates=False))
    )
    house.until(lambda: house.inbox())


def copied(house: House) -> None:
    """The copy has arrived, and been taken to the sent mail: perhaps in the very pass that sent the reply."""
    house.until(lambda: house.inbox() or house.folder("Sent"))
    house.once()
    assert house.inbox() == {}


def counts(house: House) -> dict[str, int]:
    with house.ledger() as ledger:
        found: dict[str, int] = ledger.counts("main")
        assert found == ledger.recount("main")
        return found


def test_a_copy_proves_what_left_with_the_connection(
    lossy: Callable[..., House], proxy: FaultProxy, applicant: MailAccount
) -> None:
    """The connection ends after the final dot: the copy is found, nothing is sent again, and the figures add up."""
    house = lossy()
    apply(house, applicant)
    proxy.cut_at = _DOT
    house.once()
    assert "reply unknown" in house.journal.events()
    copied(house)
    assert "reply proven" in house.journal.events()
    assert reply(house).state is ReplyState.SENT
    assert house.inbox() == {}
    house.clock.ahead = _WAIT * 2
    house.once()
    assert len(house.answers(applicant)) == 1
    [copy] = house.folder("Sent").values()
    assert copy.endswith(reply(house).reply.raw)
    assert (counts(house)["waiting"], sum(counts(house).values())) == (1, 1)
    seen = house.home.doveadm("fetch", "-u", house.bot.login, "flags", "mailbox", "Sent", "all")  # type: ignore[attr-defined]
    assert "\\Seen" in seen


def test_a_copy_that_still_lies_in_the_inbox_is_no_fault(
    lossy: Callable[..., House], applicant: MailAccount
) -> None:
    """It was met and could not be moved: ``status --all`` and ``repair`` know it by the installation's keys."""
    house = lossy()
    apply(house, applicant)
    house.once()
    copied(house)
    house.home.doveadm("move", "-u", house.bot.login, "INBOX", "mailbox", "Sent", "all")  # type: ignore[attr-defined]
    [uid] = house.inbox()
    with house.ledger() as ledger:
        ledger.pass_over("main", last_uid=uid)
    for command in (["status", "--json", "--all"], ["repair"]):
        told = CliRunner().invoke(cli.app, [*command, "--config", str(house.config)])
        assert "uid-without-row" not in told.stdout
    assert list(house.inbox()) == [uid]
    assert sum(counts(house).values()) == 1


def test_what_did_not_leave_is_sent_once(
    lossy: Callable[..., House], proxy: FaultProxy, applicant: MailAccount
) -> None:
    """The connection ends before the final dot: no copy comes, and after the wait the reply is sent once more."""
    house = lossy()
    apply(house, applicant)
    proxy.cut_at, proxy.cut_before = _DOT, True
    house.once()
    assert (reply(house).state, reply(house).sought) == (ReplyState.UNKNOWN, True)
    house.once()
    assert house.answers(applicant) == []
    house.clock.ahead = _WAIT
    house.once()
    assert (reply(house).state, reply(house).resent) == (ReplyState.SENT, 1)
    copied(house)
    assert len(house.answers(applicant)) == 1
    assert len(house.folder("Sent")) == 1
    assert house.message().outcome is Outcome.CORRECTION


def test_without_a_proof_a_person_decides(
    lossy: Callable[..., House], proxy: FaultProxy, applicant: MailAccount
) -> None:
    """No copy is sent; the case is for review, and says that nobody knows whether the reply has left."""
    house = lossy(more='proof = "none"')
    apply(house, applicant)
    proxy.cut_at = _DOT
    house.once()
    house.clock.ahead = _WAIT * 2
    house.once()
    assert (reply(house).state, reply(house).sought) == (ReplyState.UNKNOWN, False)
    [folder] = house.filed()
    assert folder.startswith("_For review/")
    plan = house.message().plan
    assert plan is not None
    assert any("nobody knows whether our reply has left" in reason for reason in plan.verdict.reasons)
    assert len(house.answers(applicant)) == 1
    assert house.inbox() == house.folder("Sent") == {}


def test_forged_copies_are_ordinary_mails(house: House, applicant: MailAccount) -> None:
    """Our Message-ID with another text, to a code that is not ours, or below a Delivered-To of their own."""
    assert house.once()
    apply(house, applicant)
    house.once()
    copied(house)
    raw = reply(house).reply.raw
    local, _, domain = house.bot.login.partition("@")
    forged = f"{local}+sent-0123456789abcdef@{domain}"
    more = b"\r\nI apply for the PostDoc position in Causal Inference.\r\n"
    house.send(raw + more, applicant.login)
    house.send(raw + more + b"Again.\r\n", applicant.login, to=forged)
    house.send(b"Delivered-To: " + forged.encode() + b"\r\n" + raw + more + b"More.\r\n", applicant.login)
    house.until(lambda: len(house.inbox()) == 3)
    house.once()
    assert [house.message(number).state for number in (2, 3, 4)] == [MessageState.DONE] * 3
    assert len(house.folder("Sent")) == 1
    assert sum(counts(house).values()) == 4


def test_the_running_worker_takes_copies_away(house: House, applicant: MailAccount) -> None:
    """They ring the doorbell and are gone, while an application is filed and acknowledged once."""
    with house.running():
        house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers()))
        house.answer(applicant)
        house.until(lambda: house.folder("Sent"))
        house.settled()
    assert house.inbox() == {}
    assert (counts(house)["accepted"], sum(counts(house).values())) == (1, 1)
