"""Whole journeys with the centre's mailbox on Cyrus IMAP (make test-cyrus): what is served is no other than on Dovecot."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from intake.demo import documents, people
from intake.model import Outcome
from tests.acceptance.house import House, text_of, written
from tests.conftest import MailAccount
from tests.servers.cyrus import Cyrus

NAME, SUBJECT = "Helena Marquardsen", "Application: PostDoc position in Causal Inference"
TEXT = "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\nHelena Marquardsen\n"
FILED, WAITING = "Applications/postdoc/causal-inference", "Waiting for applicant"

pytestmark = pytest.mark.cyrus


def papers(*, certificates: bool = True) -> bytes:
    who = people.HELENA
    shown = [documents.certificate("doctorate", who), documents.certificate("master", who)]
    return documents.joined(
        documents.letter(who, "en", ("postdoc/causal-inference",)),
        documents.cv(who),
        *(shown if certificates else []),
    )


@pytest.fixture(params=["slashes", "dots"])
def cyrus(request: pytest.FixtureRequest, cyrus_with: Callable[[str], Cyrus], account: MailAccount) -> Cyrus:
    server = cyrus_with(request.param)
    server.welcome(account.login, account.password)
    return server


@pytest.fixture
def house(cyrus: Cyrus, make_house: Callable[..., House]) -> House:
    return make_house(mailbox=cyrus)


def test_applications_are_filed_moved_and_answered(
    house: House, cyrus: Cyrus, applicants: Callable[[int], list[MailAccount]]
) -> None:
    """A complete one and one without certificates, while the worker waits for mail; then a person accepts the
    second, and its mail moves on. A third copy is nothing new."""
    applicant, second = applicants(2)
    pdf = papers()
    complete = written(applicant, NAME, SUBJECT, TEXT, ("Application.pdf", pdf))
    with house.running():
        cyrus.append(house.bot.login, complete)
        acknowledged = house.answer(applicant)
        assert "complete in form" in text_of(acknowledged)
        lacking = written(second, NAME, f"{SUBJECT} 2", TEXT, ("Application.pdf", papers(certificates=False)))
        cyrus.append(house.bot.login, lacking)
        assert "certificates" in text_of(house.answer(second))
        house.settled()
        case = house.message(2).case
        with house.ledger() as ledger:
            arguments = {"case": case, "wish": "accept", "positions": "", "note": "they came by post"}
            ledger.ask(who="hr", what="case", now=house.clock.now(), arguments=arguments)
        house.answer(second, 2)
        cyrus.append(house.bot.login, b"Received: from elsewhere\r\n" + complete)
        house.until(lambda: len(house.folder(FILED)) == 3)
        house.settled()
    filed = house.filed()
    assert [path.rpartition("/")[0] for path in filed] == ["postdoc/causal-inference"] * 2
    assert pdf in [(house.applications / path / "application.pdf").read_bytes() for path in filed]
    assert (house.mails(), house.folder(WAITING)) == ({}, {})
    assert complete in house.folder(FILED).values()
    assert (len(house.answers(applicant)), len(house.answers(second))) == (1, 2)
    with house.ledger() as ledger:
        assert ledger.case(case).outcome is Outcome.ACCEPTED
        assert {one.place.uid for one in map(ledger.message, (1, 2, 3))} == set(house.folder(FILED))


def test_a_mailbox_rebuilt_while_a_mail_waits(house: House, cyrus: Cyrus, applicant: MailAccount) -> None:
    """Its INBOX is deleted and made again: nothing is answered twice, nothing old is new."""
    old = written(applicant, NAME, "An application of last year", TEXT)
    cyrus.append(house.bot.login, old, arrived=house.clock.now() - timedelta(days=200))
    with house.living() as service:
        service.once()
        cyrus.append(house.bot.login, written(applicant, NAME, f"{SUBJECT} 1", TEXT))
        service.once()
        [answered] = house.folder(WAITING).values()
        cyrus.append(house.bot.login, answered)
        cyrus.rebuild(house.bot.login)
        cyrus.append(house.bot.login, written(applicant, NAME, f"{SUBJECT} 2", TEXT))
        for _ in range(2):
            service.once()
            house.clock.ahead += timedelta(hours=2)
    house.answer(applicant, 2)
    assert len(house.answers(applicant)) == 2
    assert list(house.mails().values()) == [old]
    assert "mailbox rebuilt" in house.journal.events()


def test_a_folder_that_is_deleted(house: House, cyrus: Cyrus, applicant: MailAccount) -> None:
    """The worker that has used it makes it again, in the same look."""
    with house.living() as service:
        service.once()
        for number in range(2):
            cyrus.append(house.bot.login, written(applicant, NAME, f"{SUBJECT} {number}", TEXT))
            assert service.once()
            assert len(house.folder(WAITING)) == 1
            with cyrus.sign_in(house.bot.login) as client:
                assert client.delete(f'"{cyrus.server_name(WAITING)}"')[0] == "OK"


def test_a_person_has_answered(house: House, cyrus: Cyrus, applicant: MailAccount) -> None:
    """The mail of a mail program in Sent is found, and an application that was answered hears nothing."""
    with house.living() as service:
        service.once()
        raw = written(applicant, NAME, SUBJECT, TEXT, ("Application.pdf", papers()))
        message_id = next(line for line in raw.split(b"\r\n") if line.startswith(b"Message-ID:"))
        cyrus.append(house.bot.login, b"In-Reply-To" + message_id[10:] + b"\r\n\r\nDone.\r\n", folder="Sent")
        cyrus.append(house.bot.login, raw, arrived=house.clock.now() - timedelta(minutes=1))
        house.clock.ahead += timedelta(minutes=10)
        assert service.once()
    assert house.filed()[0].startswith("postdoc/causal-inference/")
    assert house.answers(applicant) == []
