"""Whole conversations on Dovecot and Postfix, each to its end: what people write, what they are told, what is filed.

Every conversation counts its mails in both directions; a careful secretary would need no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pypdfium2
import pytest

from intake import schedule
from intake.demo import clients, documents, people
from intake.model import Outcome, sha256
from intake.ports import CaseRecord
from tests.acceptance.house import House, text_of
from tests.conftest import MailAccount

CAUSAL, INTERPRETABLE = "postdoc/causal-inference", "postdoc/interpretable-machine-learning"
WHO = people.HELENA
NAME = "Helena Marquardsen"
TEXT = "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\nHelena Marquardsen\n"
SUBJECT = "Application: PostDoc position in Causal Inference"
LETTER = documents.letter(WHO, "en", (CAUSAL,))
VAGUE = documents.letter(WHO, "en", ())
CV = documents.cv(WHO)
CERTIFICATES = documents.joined(documents.certificate("doctorate", WHO), documents.certificate("master", WHO))
WHOLE = documents.joined(LETTER, CV, CERTIFICATES)
INCOMPLETE = documents.joined(LETTER, CV)


class Talk:
    """One applicant and the centre. Mails are counted as they pass."""

    def __init__(self, house: House, service: schedule.Service, applicant: MailAccount) -> None:
        self.house = house
        self.service = service
        self.applicant = applicant
        self.written = 0

    def writes(
        self,
        subject: str,
        text: str,
        *files: tuple[str, bytes],
        answering: EmailMessage | None = None,
        sender: MailAccount | None = None,
        raw: Callable[[clients.Draft], bytes] = clients.thunderbird,
    ) -> None:
        """A mail to the centre, and what the centre does with it."""
        account = sender or self.applicant
        self.written += 1
        draft = clients.Draft(
            sender=NAME, address=account.login, subject=subject, text=text, sent=datetime.now(UTC),
            files=tuple(clients.File(name=name, content=content) for name, content in files),
        )  # fmt: skip
        content = raw(draft)
        if answering is not None:
            ids = f"In-Reply-To: {answering['Message-ID']}\r\nReferences: {answering['Message-ID']}\r\n"
            content = ids.encode() + content
        self.house.send(content, account.login)
        self.house.until(lambda: self.house.inbox())
        self.passes()

    def passes(self) -> None:
        assert self.service.once()

    def told(self, number: int, account: MailAccount | None = None) -> EmailMessage:
        """The ``number``-th mail that the applicant has got."""
        reply = self.house.answer(account or self.applicant, number)
        assert len(self.house.answers(account or self.applicant)) == number
        return reply

    def case(self) -> CaseRecord:
        """The only case that there is."""
        with self.house.ledger() as ledger:
            [case] = ledger.cases()
        found: CaseRecord = case
        return found

    def folder(self) -> Path:
        """The only filed folder."""
        [path] = self.house.filed()
        return self.house.applications / path

    def mails(self) -> int:
        """All that passed, in both directions."""
        return self.written + len(self.house.answers(self.applicant))

    def waits(self, days: float) -> None:
        """Time passes, and the clock's daily work is done."""
        self.house.clock.ahead += timedelta(days=days)
        self.passes()


@pytest.fixture
def talk(house: House, applicant: MailAccount, request: pytest.FixtureRequest) -> Iterator[Talk]:
    with conversing(house, applicant) as found:
        yield found
        request.node.user_properties.append(("mails", found.mails()))


@contextmanager
def conversing(house: House, applicant: MailAccount) -> Iterator[Talk]:
    with house.living() as service:
        assert service.once()
        yield Talk(house, service, applicant)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def words(mail: EmailMessage) -> str:
    return " ".join(text_of(mail).split())


def page_count(content: bytes) -> int:
    return len(pypdfium2.PdfDocument(content))


def test_which_position_is_answered_by_its_number(talk: Talk) -> None:
    """Asked, "2", complete: the folder moves, the PDF is not sent again, and both mails lie in its folder."""
    pdf = documents.joined(VAGUE, CV, CERTIFICATES)
    talk.writes("Application for a PostDoc position", TEXT, ("Application.pdf", pdf))
    asked = talk.told(1)
    assert "2. PostDoc position (2 years): Interpretable Machine Learning" in words(asked)
    assert talk.case().outcome is Outcome.CORRECTION
    quoted = "".join(f"> {line}\n" for line in text_of(asked).splitlines())
    text = f"2\n\nBest regards,\nHelena\n\nOn Sat, 28 Nov 2026, Research Center wrote:\n{quoted}"
    talk.writes(f"Re: {asked['Subject']}", text, answering=asked)
    reply = talk.told(2)
    case = talk.case()
    assert (case.outcome, case.positions) == (Outcome.ACCEPTED, (INTERPRETABLE,))
    assert f"[{case.number}]" in asked["Subject"]
    assert f"[{case.number}]" in reply["Subject"]
    assert "complete in form" in words(reply)
    assert talk.folder().parent.as_posix().endswith(INTERPRETABLE)
    assert names(talk.folder()) == {"application.pdf", "message.eml", "message 2.eml", "summary.html"}
    assert (talk.folder() / "application.pdf").read_bytes() == pdf
    assert len(talk.house.folder(f"Applications/{INTERPRETABLE}")) == 2
    assert talk.mails() == 4


def test_missing_certificates_complete_the_case(talk: Talk) -> None:
    """The certificates alone are enough: both files stay, joined in the order letter, CV, certificates."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
    asked = talk.told(1)
    assert "holds what is missing: copies of your certificates" in words(asked)
    talk.writes(
        f"Re: {asked['Subject']}", "Here they are.\n", ("Zeugnisse.pdf", CERTIFICATES), answering=asked
    )
    reply = talk.told(2)
    case = talk.case()
    assert (case.outcome, case.positions) == (Outcome.ACCEPTED, (CAUSAL,))
    assert "complete in form" in words(reply)
    assert "Zeugnisse.pdf" in words(reply)
    folder = talk.folder()
    assert names(folder) == {
        "application.pdf", "message.eml", "message 2.eml", "summary.html", "received/Application.pdf",
        "received/Zeugnisse.pdf",
    }  # fmt: skip
    assert (folder / "received" / "Application.pdf").read_bytes() == INCOMPLETE
    assert (folder / "received" / "Zeugnisse.pdf").read_bytes() == CERTIFICATES
    joined = (folder / "application.pdf").read_bytes()
    assert page_count(joined) == page_count(INCOMPLETE) + page_count(CERTIFICATES)
    assert "joined from the applicant" in (folder / "summary.html").read_text()
    assert talk.mails() == 4


def test_three_pdfs_then_one(talk: Talk) -> None:
    """The one PDF is the application; the three lie beside it as they came."""
    talk.writes(SUBJECT, TEXT, ("Letter.pdf", LETTER), ("CV.pdf", CV), ("Certificates.pdf", CERTIFICATES))
    asked = talk.told(1)
    assert all(name in words(asked) for name in ("Letter.pdf", "CV.pdf", "Certificates.pdf"))
    talk.writes(f"Re: {asked['Subject']}", "In one file now.\n", ("All.pdf", WHOLE), answering=asked)
    assert "complete in form" in words(talk.told(2))
    assert talk.case().outcome is Outcome.ACCEPTED
    assert (talk.folder() / "application.pdf").read_bytes() == WHOLE
    assert names(talk.folder()) >= {"received/Letter.pdf", "received/CV.pdf", "received/Certificates.pdf"}
    assert talk.mails() == 4


def test_encrypted_then_open(talk: Talk) -> None:
    locked = documents.encrypted(WHOLE, "secret")
    talk.writes(SUBJECT, TEXT, ("Application.pdf", locked))
    asked = talk.told(1)
    assert "without a password" in words(asked)
    talk.writes(f"Re: {asked['Subject']}", "Now without.\n", ("Application.pdf", WHOLE), answering=asked)
    assert "complete in form" in words(talk.told(2))
    folder = talk.folder()
    assert (folder / "application.pdf").read_bytes() == WHOLE
    assert sha256(locked) in {sha256(path.read_bytes()) for path in (folder / "received").iterdir()}
    assert talk.mails() == 4


def test_an_answer_from_a_second_address(talk: Talk, applicants: Callable[[int], list[MailAccount]]) -> None:
    """Our Message-ID proves the case, whatever the address; the answer goes where it came from."""
    [private] = applicants(1)
    talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
    asked = talk.told(1)
    talk.writes(
        f"Re: {asked['Subject']}", "From home.\n", ("C.pdf", CERTIFICATES), answering=asked, sender=private
    )
    assert "complete in form" in words(talk.told(1, private))
    assert len(talk.house.answers(talk.applicant)) == 1
    assert talk.case().outcome is Outcome.ACCEPTED


def test_a_stranger_who_quotes_the_number_gets_nothing_of_the_case(
    talk: Talk, applicants: Callable[[int], list[MailAccount]]
) -> None:
    """Their mail is a case of its own, for a person, which points to the other; that one does not change."""
    [stranger] = applicants(1)
    talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
    asked = talk.told(1)
    first = talk.case()
    talk.writes(f"Re: {asked['Subject']}", "Here it is.\n", ("C.pdf", CERTIFICATES), sender=stranger)
    reply = talk.told(1, stranger)
    with talk.house.ledger() as ledger:
        assert ledger.case(first.number) == first
        [own] = [case for case in ledger.cases() if case.number != first.number]
        planned = ledger.message(own.message).plan
    assert own.outcome is Outcome.REVIEW
    assert planned is not None
    assert planned.beside == first.number
    assert first.number not in text_of(reply)
    assert NAME not in words(reply).replace(f"Dear {NAME}", "")


def test_an_out_of_office_answers_our_acknowledgement(talk: Talk) -> None:
    talk.writes(SUBJECT, TEXT, ("Application.pdf", WHOLE))
    reply = talk.told(1)
    talk.writes(
        "Automatic reply: your application", "I am away.\n", answering=reply, raw=clients.automatic_reply
    )
    assert len(talk.house.answers(talk.applicant)) == 1
    assert talk.case().outcome is Outcome.ACCEPTED
    assert len(talk.house.folder("Automatic")) == 1
    assert talk.mails() == 3


def test_an_acknowledgement_that_comes_back(talk: Talk) -> None:
    """The case says so; nothing is sent again, and the application stays where it is."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", WHOLE))
    reply = talk.told(1)
    report = (
        "From: MAILER-DAEMON@mail.example\r\nTo: open-positions@rc-trust.ai\r\nSubject: Undelivered Mail\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mail.example\r\n\r\nFinal-Recipient: rfc822; x@y.example\r\nAction: failed\r\n"
        "Status: 5.1.1\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {reply['Message-ID']}\r\n\r\n--b--\r\n"
    ).encode()
    talk.house.send(report, "")
    talk.house.until(lambda: talk.house.inbox())
    talk.passes()
    case = talk.case()
    with talk.house.ledger() as ledger:
        history = [event.what for event in ledger.history(case.number)]
    assert "reply did not arrive" in history
    assert case.outcome is Outcome.ACCEPTED
    assert len(talk.house.answers(talk.applicant)) == 1


def test_a_correction_that_nobody_answers(talk: Talk) -> None:
    """Reminded once, a week later; after two weeks a person looks, and nothing more is sent."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
    talk.told(1)
    talk.waits(6)
    assert len(talk.house.answers(talk.applicant)) == 1
    talk.waits(1.5)
    reminder = talk.told(2)
    assert "copies of your certificates" in words(reminder)
    talk.waits(1)
    talk.waits(7)
    assert talk.case().outcome is Outcome.REVIEW
    talk.waits(30)
    assert len(talk.house.answers(talk.applicant)) == 2
    assert talk.folder().parent.name == "_For review"
    assert talk.mails() == 3


def test_an_application_that_is_withdrawn(talk: Talk) -> None:
    """Acknowledged and marked; the folder stays until a person confirms, then it goes to _Withdrawn."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", WHOLE))
    reply = talk.told(1)
    talk.writes(f"Re: {reply['Subject']}", "I withdraw my application.\n\nHelena\n", answering=reply)
    said = talk.told(2)
    assert "Nothing has been deleted" in words(said)
    case = talk.case()
    assert talk.folder().parent.as_posix().endswith(CAUSAL)
    assert "withdrawn by the applicant" in (talk.folder() / "summary.html").read_text()
    assert case.number in (talk.house.applications / "index.html").read_text()
    with talk.house.ledger() as ledger:
        ledger.ask(
            who="hr",
            what="case",
            arguments={"case": case.number, "wish": "withdraw"},
            now=talk.house.clock.now(),
        )
    talk.passes()
    talk.passes()
    assert talk.folder().parent.name == "_Withdrawn"
    assert (talk.folder() / "application.pdf").read_bytes() == WHOLE
    assert talk.case().closed is not None
    assert len(talk.house.answers(talk.applicant)) == 2
    assert talk.mails() == 4


@pytest.mark.parametrize(
    "deadline, said",
    [
        ("2025-12-15", "It was possible to apply until 15 December 2025"),
        ("2036-12-15", "Please apply through"),
    ],
    ids=["closed", "open"],
)
def test_a_portal_position_keeps_nothing(
    house: House, applicant: MailAccount, deadline: str, said: str
) -> None:
    """Told where it goes, or that it is over, and that nothing was passed on; no folder, and the mail lies in
    Redirected."""
    rules = house.config / "positions.toml"
    rules.write_text(rules.read_text().replace("2025-12-15", deadline))
    letter = documents.letter(WHO, "en", ("rub/anr-5157",))
    pdf = documents.joined(letter, CV, CERTIFICATES)
    with conversing(house, applicant) as talk:
        talk.writes("Application ANR 5157", "Dear all,\n\nplease see the PDF.\n", ("Application.pdf", pdf))
        reply = words(talk.told(1))
        assert "ANR 5157" in reply
        assert said in reply
        assert "have not passed it on" in reply
        assert house.filed() == []
        assert len(house.folder("Redirected")) == 1
        assert talk.mails() == 2


def test_a_newer_version_takes_the_place_of_the_older_one(talk: Talk) -> None:
    """HR sees the newest, the older one is kept with its number; the same file once more is one short note."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", WHOLE))
    first = talk.told(1)
    newer = documents.joined(LETTER, CV, CERTIFICATES, documents.certificate("bachelor", WHO))
    talk.writes(f"Re: {first['Subject']}", "A newer version.\n", ("Application2.pdf", newer), answering=first)
    second = talk.told(2)
    assert "takes the place" in words(second)
    folder = talk.folder()
    assert (folder / "application.pdf").read_bytes() == newer
    assert (folder / "received" / "application, version 1.pdf").read_bytes() == WHOLE
    talk.writes(f"Re: {second['Subject']}", "To be sure.\n", ("Application2.pdf", newer), answering=second)
    assert "already" in words(talk.told(3))
    talk.writes(f"Re: {second['Subject']}", "And again.\n", ("Application2.pdf", newer), answering=second)
    assert len(talk.house.answers(talk.applicant)) == 3
    assert (folder / "application.pdf").read_bytes() == newer
    assert talk.case().outcome is Outcome.ACCEPTED


def test_two_mails_within_minutes_get_one_reply(
    make_house: Callable[..., House], applicant: MailAccount
) -> None:
    """The certificates that were forgotten come before the correction has left: one case, one reply."""
    house = make_house(more="[schedule]\ncorrection_delay = 300")
    with conversing(house, applicant) as talk:
        talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
        assert house.answers(applicant) == []
        talk.writes("My certificates", "I forgot these.\n", ("Certificates.pdf", CERTIFICATES))
        assert "complete in form" in words(talk.told(1))
        assert talk.case().outcome is Outcome.ACCEPTED
        talk.waits(0.1)
        assert len(house.answers(applicant)) == 1


def test_a_correction_leaves_when_no_second_mail_comes(
    make_house: Callable[..., House], applicant: MailAccount
) -> None:
    house = make_house(more="[schedule]\ncorrection_delay = 300")
    with conversing(house, applicant) as talk:
        talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
        assert house.answers(applicant) == []
        talk.waits(0.01)
        assert "copies of your certificates" in words(talk.told(1))
        assert talk.case().outcome is Outcome.CORRECTION


def test_a_second_application_for_another_position_is_a_second_case(talk: Talk) -> None:
    talk.writes(SUBJECT, TEXT, ("Application.pdf", WHOLE))
    other = documents.joined(documents.letter(WHO, "en", (INTERPRETABLE,)), CV, CERTIFICATES)
    talk.writes(
        "Application: PostDoc position in Interpretable Machine Learning", TEXT, ("Application.pdf", other)
    )
    talk.told(2)
    with talk.house.ledger() as ledger:
        assert sorted((case.outcome, case.positions) for case in ledger.cases()) == [
            (Outcome.ACCEPTED, (CAUSAL,)), (Outcome.ACCEPTED, (INTERPRETABLE,)),
        ]  # fmt: skip


def test_an_address_alone_changes_no_case(talk: Talk) -> None:
    """A new mail without our Message-ID or number is for a person, and points to the case of that address."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
    talk.told(1)
    first = talk.case()
    talk.writes(SUBJECT, TEXT, ("Application.pdf", WHOLE))
    assert "A person will look at it" in words(talk.told(2))
    with talk.house.ledger() as ledger:
        assert ledger.case(first.number) == first
        [own] = [case for case in ledger.cases() if case.number != first.number]
    assert own.outcome is Outcome.REVIEW


def test_the_number_with_the_address_is_enough(talk: Talk) -> None:
    """Who writes a new mail with the case number in its subject, from the address of the case, is known."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
    talk.told(1)
    talk.writes(f"Certificates for [{talk.case().number}]", "Attached.\n", ("C.pdf", CERTIFICATES))
    assert "complete in form" in words(talk.told(2))
    assert talk.case().outcome is Outcome.ACCEPTED


def test_three_pdfs_are_joined_where_an_admin_wants_it(
    make_house: Callable[..., House], applicant: MailAccount
) -> None:
    """In the order letter, CV, certificates, whatever the order of the mail; the originals lie beside it, and
    the acknowledgement says so."""
    house = make_house(more='[screening]\nseveral_pdfs = "merge"')
    with conversing(house, applicant) as talk:
        talk.writes(SUBJECT, TEXT, ("C.pdf", CERTIFICATES), ("CV.pdf", CV), ("Letter.pdf", LETTER))
        reply = words(talk.told(1))
        assert "complete in form" in reply
        assert "joined" in reply
        folder = talk.folder()
        assert names(folder) == {
            "application.pdf", "message.eml", "summary.html", "received/C.pdf", "received/CV.pdf",
            "received/Letter.pdf",
        }  # fmt: skip
        joined = pypdfium2.PdfDocument((folder / "application.pdf").read_bytes())
        assert len(joined) == page_count(LETTER) + page_count(CV) + page_count(CERTIFICATES)
        assert "Dear" in joined[0].get_textpage().get_text_bounded()
        assert (folder / "received" / "CV.pdf").read_bytes() == CV
        assert talk.mails() == 2


def test_parts_of_one_application_are_waited_for(talk: Talk) -> None:
    """ "Part 1 of 2": nothing is asked for; with the last part everything is there, and there is one reply."""
    talk.writes(f"{SUBJECT} (part 1 of 2)", TEXT, ("Part1.pdf", INCOMPLETE))
    assert talk.house.answers(talk.applicant) == []
    talk.writes(f"{SUBJECT} (part 2 of 2)", "The rest.\n", ("Part2.pdf", CERTIFICATES))
    assert "complete in form" in words(talk.told(1))
    assert talk.case().outcome is Outcome.ACCEPTED
    talk.waits(1)
    assert len(talk.house.answers(talk.applicant)) == 1


def test_a_part_that_never_comes_is_for_a_person(talk: Talk) -> None:
    talk.writes(f"{SUBJECT}, Teil 1 von 3", TEXT, ("Part1.pdf", INCOMPLETE))
    assert talk.house.answers(talk.applicant) == []
    assert talk.case().outcome is Outcome.REVIEW
    talk.waits(0.05)
    assert "A person will look at it" in words(talk.told(1))
    assert talk.case().outcome is Outcome.REVIEW


def test_a_folder_that_a_person_has_moved_stays_as_it_is(talk: Talk) -> None:
    """What comes for its case then is a case of its own, for a person, and says to which one it belongs."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
    asked = talk.told(1)
    first, moved = talk.case(), talk.house.applications / "by a person"
    talk.folder().rename(moved)
    talk.writes(f"Re: {asked['Subject']}", "Here it is.\n", ("C.pdf", CERTIFICATES), answering=asked)
    assert "A person will look at it" in words(talk.told(2))
    assert (moved / "application.pdf").read_bytes() == INCOMPLETE
    with talk.house.ledger() as ledger:
        [own] = [case for case in ledger.cases() if case.number != first.number]
        planned = ledger.message(own.message).plan
    assert own.outcome is Outcome.REVIEW
    assert planned is not None
    assert planned.beside == first.number


def test_papers_of_somebody_else_are_a_case_of_their_own(talk: Talk) -> None:
    """An answer to our mail that brings another person's letter and CV changes nothing of the case."""
    talk.writes(SUBJECT, TEXT, ("Application.pdf", INCOMPLETE))
    asked, first = talk.told(1), talk.case()
    other = documents.joined(
        documents.letter(people.AYLIN, "en", (CAUSAL,)), documents.cv(people.AYLIN), CERTIFICATES
    )
    talk.writes(f"Re: {asked['Subject']}", "Here it is.\n", ("A.pdf", other), answering=asked)
    assert "A person will look at it" in words(talk.told(2))
    with talk.house.ledger() as ledger:
        assert ledger.case(first.number) == first
        [own] = [case for case in ledger.cases() if case.number != first.number]
        planned = ledger.message(own.message).plan
    assert own.outcome is Outcome.REVIEW
    assert planned is not None
    assert planned.beside == first.number
