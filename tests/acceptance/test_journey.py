"""Whole mails through the real worker on Dovecot and Postfix; replies are read where applicants read them."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from intake.demo import documents, people
from intake.journey import threads
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import Outcome
from tests.acceptance.house import House, text_of
from tests.conftest import MailAccount

CAUSAL = ("postdoc/causal-inference",)
TEXT = "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\nHelena Marquardsen\n"
SUBJECT = "Application: PostDoc position in Causal Inference"


def papers(*, letter: bool = True, cv: bool = True, certificates: bool = True) -> bytes:
    who = people.HELENA
    parts = [
        *([documents.letter(who, "en", CAUSAL)] if letter else []),
        *([documents.cv(who)] if cv else []),
        *(
            [documents.certificate("doctorate", who), documents.certificate("master", who)]
            if certificates
            else []
        ),
    ]
    return documents.joined(*parts)


def test_complete_application_is_filed_and_acknowledged(house: House, applicant: MailAccount) -> None:
    """A complete application lies whole under its position, its mail is moved, and one reply arrives."""
    pdf = papers()
    with house.running():
        house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", pdf))
        reply = house.answer(applicant)
        house.settled()
        house.until(lambda: not house.inbox())  # the copy of the reply is taken away, too
    [folder] = house.filed()
    assert folder.startswith("postdoc/causal-inference/")
    assert "Marquardsen, Helena [" in folder
    assert (house.applications / folder / "application.pdf").read_bytes() == pdf
    assert {path.name for path in (house.applications / folder).iterdir()} == {
        "application.pdf", "message.eml", "summary.html",
    }  # fmt: skip
    case = folder[folder.rindex("[") + 1 : -1]
    assert f"[{case}]" in reply["Subject"]
    assert reply["Auto-Submitted"] == "auto-replied"
    key = bytes.fromhex((house.root / "var" / "keys").read_text("ascii"))
    assert threads.case_of(reply["Message-ID"], [key]) == case
    [moved] = house.folder("Applications/postdoc/causal-inference").values()
    assert reply["In-Reply-To"].encode() in moved
    assert house.mails() == {}
    assert "Causal Inference" in text_of(reply)
    assert "complete in form" in text_of(reply)
    assert len(house.answers(applicant)) == 1


def test_missing_certificates_are_asked_for(house: House, applicant: MailAccount) -> None:
    """The correction names what is missing and what was found, and the case waits for the applicant."""
    with house.running():
        pdf = papers(certificates=False)
        house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", pdf))
        reply = text_of(house.answer(applicant))
        house.settled()
    assert "certificates" in reply
    assert "disability" in reply
    assert house.filed()[0].startswith("_Waiting for applicant/")
    assert len(house.folder("Waiting for applicant")) == 1


def test_mails_before_the_first_start_are_left_alone(house: House, applicant: MailAccount) -> None:
    """What was there before the first start is counted and neither judged, moved nor answered; adopted, it is."""
    house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers()))
    house.until(lambda: house.inbox())
    assert house.once()
    assert len(house.mails()) == 1
    assert house.filed() == []
    assert house.answers(applicant) == []
    with house.ledger() as ledger:
        assert ledger.counts("main")["before-our-time"] == 1
        ledger.ask(who="admin", what="adopt", arguments={"mailbox": "main", "since": "2020-01-01", "replies": "no"},
                   now=ledger.mailbox("main").started)  # fmt: skip
    assert house.once()
    assert len(house.filed()) == 1
    assert house.mails() == {}
    assert house.answers(applicant) == []


def test_answered_by_a_person_is_filed_without_reply(house: House, applicant: MailAccount) -> None:
    """A mail that a person has answered already is filed, and hears nothing from us."""
    house.once()
    house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers()))
    house.until(lambda: house.inbox())
    house.servers.dovecot.flag(house.bot.login, next(iter(house.inbox())), "\\Answered")
    house.once()
    assert house.filed()[0].startswith("postdoc/causal-inference/")
    assert house.answers(applicant) == []


def test_the_same_mail_twice_is_one_application(house: House, applicant: MailAccount) -> None:
    """A second delivery of the same mail is neither filed nor answered again."""
    house.once()
    house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers()))
    house.until(lambda: house.inbox())
    [raw] = house.inbox().values()
    house.servers.dovecot.append(house.bot.login, b"Received: from elsewhere\r\n" + raw)
    house.once()
    house.answer(applicant)
    assert len(house.filed()) == 1
    assert house.mails() == {}
    assert len(house.answers(applicant)) == 1


def test_rebuilt_mailbox_makes_no_mail_new(house: House, applicant: MailAccount) -> None:
    """After a change of UIDVALIDITY old mails stay before our time and new ones are still taken."""
    house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers()))
    house.until(lambda: house.inbox())
    raw = next(iter(house.inbox().values()))
    house.servers.dovecot.append(house.bot.login, raw.replace(b"Subject:", b"X-Old: 1\r\nSubject:"))
    time.sleep(1.1)  # INTERNALDATE has whole seconds
    house.once()
    house.servers.dovecot.set_uidvalidity(house.bot.login, 4711)
    house.once()
    assert house.filed() == []
    assert len(house.mails()) == 2


@pytest.mark.parametrize("command", ["release", "drop"])
def test_held_correction_waits_for_a_person(
    make_house: Callable[..., House], applicant: MailAccount, command: str
) -> None:
    """With mode hold the case is for review until a person releases the reply; then it waits for the applicant."""
    from intake.journey.lifecycle import ReplyEvent

    house = make_house(more='[replies]\nmode = "hold"')
    house.once()
    house.apply(
        applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers(certificates=False))
    )
    house.until(lambda: house.inbox())
    house.once()
    assert house.filed()[0].startswith("_For review/")
    assert house.answers(applicant) == []
    with house.ledger() as ledger:
        [held] = ledger.replies(states=(ReplyState.HELD,))
        ledger.direct(held.id, ReplyEvent(command), who="admin", now=held.queued)
    house.once()
    waits = command == "release"
    assert bool(house.folder("Waiting for applicant")) is waits
    assert house.filed()[0].startswith("_Waiting for applicant/" if waits else "_For review/")


def test_person_accepts_a_case(house: House, applicant: MailAccount) -> None:
    """HR's decision moves folder and mail, and the acknowledgement goes out once."""
    pdf = documents.joined(
        papers(certificates=False), documents.scanned(documents.certificate("master", people.HELENA), dpi=30)
    )
    with house.running():
        house.apply(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", pdf))
        received = text_of(house.answer(applicant))
        house.settled()
        [folder] = house.filed()
        assert folder.startswith("_For review/")
        assert "certificates" not in received
        case = folder[-5:-1]
        with house.ledger() as ledger:
            for _ in range(2):
                ledger.ask(who="hr", what="case", now=ledger.case(case).arrived,
                           arguments={"case": case, "wish": "accept", "positions": "", "note": "looked at it"})  # fmt: skip
        acknowledged = text_of(house.answer(applicant, 2))
        house.until(lambda: house.folder("Applications/postdoc/causal-inference"))
        house.settled()
    assert house.filed() == [folder.replace("_For review", "postdoc/causal-inference")]
    assert "Causal Inference" in acknowledged
    assert len(house.answers(applicant)) == 2
    assert not house.folder("For review")
    with house.ledger() as ledger:
        assert ledger.case(case).outcome is Outcome.ACCEPTED
        decided = [event for event in ledger.history(case) if "accepted" in event.what]
        assert len(decided) == 1
        plan = ledger.message(ledger.case(case).message).plan
        assert plan.verdict.reasons[0] == "accepted: looked at it (decided by hr)"


def test_too_large_mail_is_answered_from_its_header(
    make_house: Callable[..., House], applicant: MailAccount
) -> None:
    """A mail over the limit is not downloaded and its applicant told so, with the limit."""
    house = make_house(more="[limits]\nmail_bytes = 1500000")
    house.once()
    house.apply(
        applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers() + bytes(1_400_000))
    )
    house.until(lambda: house.inbox())
    house.once()
    assert "1 MB" in text_of(house.answer(applicant))
    assert house.filed()[0].startswith("_Waiting for applicant/")
    assert house.message().plan is not None
    assert house.message().size > 1_400_000


def test_server_that_is_away_is_tried_again(house: House) -> None:
    """A wrong password stops nothing for good: it is said in the ledger and tried again."""
    house.once()
    (house.root / "password").write_text("wrong")
    assert not house.once()
    with house.ledger() as ledger:
        assert (
            "sign" in ledger.mailbox("main").trouble.lower()
            or "auth" in ledger.mailbox("main").trouble.lower()
        )
    (house.root / "password").write_text(house.bot.password)
    assert house.once()
    with house.ledger() as ledger:
        assert ledger.mailbox("main").trouble == ""


def test_killed_worker_is_continued(house: House, applicants: Callable[[int], list[MailAccount]]) -> None:
    """kill -9 in the middle of the work: the next life finishes it, filed once and answered once."""
    house.once()
    people = applicants(8)
    for number, applicant in enumerate(people):
        house.apply(
            applicant, "Helena Marquardsen", f"{SUBJECT} {number}", TEXT, ("Application.pdf", papers())
        )
    house.until(lambda: len(house.inbox()) == 8)
    command = [sys.executable, "-m", "intake", "run", "--config", str(house.config)]
    worker = subprocess.Popen(
        command, cwd=Path(__file__).resolve().parents[2], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        house.until(lambda: len(house.filed()) >= 2)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    with house.running():
        house.until(lambda: len(house.filed()) == 8)
        house.settled()
        house.until(lambda: not house.inbox())  # copies of the replies are taken away when they have come
    assert len(house.filed()) == 8
    with house.ledger() as ledger:
        assert not ledger.replies(states=(ReplyState.QUEUED, ReplyState.SENDING))
        unknown = len(ledger.replies(states=(ReplyState.UNKNOWN,)))
    house.until(lambda: sum(len(house.answers(one)) for one in people) + unknown >= 8)
    assert all(len(house.answers(one)) <= 1 for one in people)


def test_sigterm_ends_the_worker_cleanly(
    house: House, applicants: Callable[[int], list[MailAccount]]
) -> None:
    """SIGTERM in the middle of a message: exit 0 within seconds, nothing half done, the rest is done later."""
    house.once()
    for number, applicant in enumerate(applicants(5)):
        house.apply(
            applicant, "Helena Marquardsen", f"{SUBJECT} {number}", TEXT, ("Application.pdf", papers())
        )
    house.until(lambda: len(house.inbox()) == 5)
    command = [sys.executable, "-m", "intake", "run", "--config", str(house.config)]
    worker = subprocess.Popen(
        command, cwd=Path(__file__).resolve().parents[2], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    house.until(lambda: house.filed())
    began = time.monotonic()
    worker.terminate()
    assert worker.wait(timeout=15) == 0
    assert time.monotonic() - began < 10
    assert not list(house.applications.glob(".intake-*"))
    house.once()
    assert len(house.filed()) == 5
    assert house.message(5).state is MessageState.DONE


def test_an_application_in_the_junk_folder_is_listed_and_stays_where_it_is(
    house: House, applicant: MailAccount
) -> None:
    """It is filed for review with its place, HR's page says why, nobody is answered, and it still lies there."""
    dovecot, bot = house.servers.dovecot, house.bot.login
    dovecot.append(bot, b"Subject: old\r\n\r\nold\r\n", folder="Junk")
    assert house.once()
    whole = house.mail(applicant, "Helena Marquardsen", SUBJECT, TEXT, ("Application.pdf", papers()))
    dovecot.append(bot, whole, folder="Junk")
    dovecot.append(bot, house.mail(applicant, "Helena Marquardsen", "A question", "Is it still open?"))
    assert house.once()
    [folder] = house.filed()
    assert folder.startswith("_For review/")
    assert len(house.folder("Junk")) == 2
    assert house.answers(applicant) == []
    page = (house.applications / "index.html").read_text()
    assert "It lies in the folder of suspected junk: a person must say whether it is an application" in page
    assert "Questions (1)" in page
