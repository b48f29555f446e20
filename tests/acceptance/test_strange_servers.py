"""Whole journeys on servers that do less than they should, or fail: Dovecot dressed up, or behind the fault proxy."""

from __future__ import annotations

import imaplib
import json
import re
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from intake import cli, schedule
from intake.demo import documents, people
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import Outcome
from tests.acceptance.house import House, text_of, written
from tests.conftest import MailAccount
from tests.servers.dovecot import Dovecot
from tests.servers.faults import FaultProxy

BASE = "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE NAMESPACE IDLE"
NAME, SUBJECT = "Helena Marquardsen", "Application: PostDoc position in Causal Inference"
TEXT = "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\nHelena Marquardsen\n"
FILED = "Applications/postdoc/causal-inference"
WAITING = "Waiting for applicant"
MANY_REPLIES = (
    "[replies]\nper_address_daily = 1000\nper_domain_daily = 1000\nper_subject_daily = 1000\nhourly = 1000\n"
)

# Nobody may set any flag but \Seen (s) and \Deleted (t).
NO_KEYWORDS = """
mail_plugins = acl
plugin {
  acl = vfile:{folder}/acl
}
"""
TWO_MESSAGES = """
mail_plugins = quota
mailbox_list_index = yes
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_rule = *:messages=2
}
"""

MakeHouse = Callable[..., House]


def application() -> bytes:
    who = people.HELENA
    return documents.joined(
        documents.letter(who, "en", ("postdoc/causal-inference",)), documents.cv(who),
        documents.certificate("doctorate", who), documents.certificate("master", who),
    )  # fmt: skip


def put(
    house: House, applicant: MailAccount, subject: str = SUBJECT, *, pdf: bytes = b"", more: str = ""
) -> int:
    """An application arrives in the centre's mailbox, wherever that is; without a PDF it gets a correction."""
    files = (("Application.pdf", pdf),) if pdf else ()
    raw = written(applicant, NAME, subject, TEXT + more, *files)
    return house.home.append(house.bot.login, raw)


def status(house: House) -> dict[str, Any]:
    said = CliRunner().invoke(cli.app, ["status", "--json", "--config", str(house.config)])
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def counts(house: House) -> dict[str, int]:
    """The figures that are not 0."""
    with house.ledger() as ledger:
        return {word: number for word, number in ledger.counts("main").items() if number}


def later(house: House) -> None:
    """What was put off comes due, and is done."""
    house.clock.ahead += timedelta(hours=2)
    assert house.once()


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    with FaultProxy(dovecot.ports["imap"]) as standing:
        yield standing


@pytest.fixture
def behind(proxy: FaultProxy, make_house: MakeHouse) -> House:
    """A house whose mailbox is behind the fault proxy. Its first look is over."""
    house = make_house(imap_port=proxy.port, more=MANY_REPLIES)
    assert house.once()
    return house


# --- No keywords ---------------------------------------------------------------------------------


@pytest.mark.parametrize("capability", ["", BASE], ids=["as-it-is", "without-move"])
def test_nothing_depends_on_a_keyword(
    dovecot_like: Callable[..., Dovecot], make_house: MakeHouse, applicant: MailAccount, capability: str
) -> None:
    """Where a server keeps no flags but \\Seen and \\Deleted, applications are filed, moved and answered once."""
    server = dovecot_like(capability=capability, more=NO_KEYWORDS)
    (server.folder / "acl").write_text("* owner lrstiekxp\n")
    house = make_house(mailbox=server)
    house.once()
    put(house, applicant, pdf=application())
    put(house, applicant, "Application: PostDoc in Causal Inference, without papers")
    with server.sign_in(house.bot.login) as client:
        client.select()
        [permitted] = client.response("PERMANENTFLAGS")[1]
    assert set(permitted[1:-1].split()) == {b"\\Seen", b"\\Deleted"}
    for _ in range(2):
        assert house.once()
    house.answer(applicant, 2)
    assert len(house.answers(applicant)) == 2
    assert counts(house) == {"accepted": 1, "waiting": 1}
    assert (len(house.folder(FILED)), len(house.folder(WAITING))) == (1, 1)


# --- UIDVALIDITY ---------------------------------------------------------------------------------


@pytest.fixture
def own_server(dovecot_like: Callable[..., Dovecot]) -> Dovecot:
    """A Dovecot that may go down: replies do not pass it."""
    return dovecot_like(connections=60)


def test_a_mailbox_rebuilt_between_two_looks(
    own_server: Dovecot, make_house: MakeHouse, applicant: MailAccount
) -> None:
    """Old mails under new UIDs stay old: also one that was answered and lies in the INBOX again."""
    house, dovecot = make_house(mailbox=own_server), own_server
    raw = written(applicant, NAME, "An application of last year", TEXT)
    dovecot.append(house.bot.login, raw, arrived=datetime(2025, 3, 1, tzinfo=UTC))
    with house.living() as service:
        service.once()
        put(house, applicant)
        assert service.once()
        [answered] = house.folder(WAITING).values()
        dovecot.append(house.bot.login, answered)
        dovecot.renumber(house.bot.login)  # which ends the worker's connection
        service.once()
        house.clock.ahead += timedelta(hours=2)
        put(house, applicant, "Application: PostDoc in Causal Inference, a new one")
        service.once()
    later(house)
    house.answer(applicant, 2)
    assert len(house.answers(applicant)) == 2
    assert counts(house) == {"before-our-time": 1, "waiting": 3, "gone": 1}
    assert "mailbox rebuilt" in house.journal.events()
    assert list(house.mails().values()) == [raw]


@pytest.mark.parametrize("moment", [b"BODY[]", b"COPYUID"], ids=["fetching", "moving"])
def test_a_mailbox_rebuilt_in_the_middle_of_a_look(
    own_server: Dovecot, make_house: MakeHouse, applicant: MailAccount, moment: bytes
) -> None:
    """Each application is filed and answered once, those in work and those behind them."""
    with FaultProxy(own_server.ports["imap"]) as proxy:
        house = make_house(mailbox=own_server, imap_port=proxy.port, more=MANY_REPLIES)
        house.once()
        for number in range(2):  # so that UIDs do not begin at 1
            own_server.remove(house.bot.login, put(house, applicant, f"Taken away {number}"))
        for number in range(4):
            put(house, applicant, f"{SUBJECT} {number}")

        def rebuild(piece: bytes) -> bytes:
            if moment in piece:
                proxy.rewrite = bytes
                own_server.renumber(house.bot.login)
            return piece

        proxy.rewrite = rebuild
        house.once()
        assert proxy.rewrite is bytes
        later(house)
    subjects = {house.answer(applicant, number)["Subject"] for number in range(1, 5)}
    assert len(subjects) == len(house.answers(applicant)) == 4
    assert len(house.filed()) == 4
    assert counts(house) == {"waiting": 4, "gone": 4 if moment == b"BODY[]" else 3}
    assert (house.mails(), len(house.folder(WAITING))) == ({}, 4)


# --- Folders that disappear ----------------------------------------------------------------------


@pytest.mark.parametrize("capability", ["", BASE], ids=["move", "copy"])
def test_a_target_folder_that_is_deleted(
    dovecot_like: Callable[..., Dovecot], make_house: MakeHouse, applicant: MailAccount, capability: str
) -> None:
    """A worker that has used it makes it again, in the same look."""
    server = dovecot_like(capability=capability)
    house = make_house(mailbox=server)
    with house.living() as service:
        service.once()
        put(house, applicant, f"{SUBJECT} 1")
        service.once()
        with server.sign_in(house.bot.login) as client:
            assert client.delete(f'"{WAITING}"')[0] == "OK"
        put(house, applicant, f"{SUBJECT} 2")
        assert service.once()
        assert counts(house) == {"waiting": 2}
        assert len(house.folder(WAITING)) == 1


def test_a_source_folder_that_is_deleted(house: House, applicant: MailAccount, dovecot: Dovecot) -> None:
    """A person decides on a case whose mail went with its folder: the case goes on, and nothing waits for it."""
    scan = documents.scanned(documents.certificate("master", people.HELENA), dpi=30)
    letter = documents.letter(people.HELENA, "en", ("postdoc/causal-inference",))
    with house.living() as service:
        service.once()
        put(house, applicant, pdf=documents.joined(letter, documents.cv(people.HELENA), scan))
        service.once()
        with dovecot.sign_in(house.bot.login) as client:
            assert client.delete('"For review"')[0] == "OK"
        with house.ledger() as ledger:
            arguments = {"case": house.message().case, "wish": "accept", "positions": "", "note": ""}
            ledger.ask(who="hr", what="case", arguments=arguments, now=house.clock.now())
        assert service.once()
    assert (house.message().state, house.message().outcome) == (MessageState.DONE, Outcome.ACCEPTED)
    assert house.filed()[0].startswith("postdoc/causal-inference/")
    assert house.folder(FILED) == {}


# --- Quota ---------------------------------------------------------------------------------------


def test_a_full_mailbox(
    dovecot_like: Callable[..., Dovecot], make_house: MakeHouse, applicant: MailAccount
) -> None:
    """The mail cannot be moved; it is answered all the same, `status` says why it waits, and it is moved when
    there is room."""
    server = dovecot_like(capability=f"{BASE} UIDPLUS", more=TWO_MESSAGES)
    house = make_house(mailbox=server)
    filler = server.append(house.bot.login, b"Subject: an old one\r\n\r\n")
    house.once()
    put(house, applicant)
    house.once()
    assert "attached" in text_of(house.answer(applicant))
    case, told = house.message(2).case, status(house)
    [waiting] = told["put_off"]
    assert (waiting["case"], waiting["step"], waiting["attempts"]) == (case, "filed", 1)
    assert "OVERQUOTA" in waiting["error"]
    assert told["attention"] == []
    later(house)
    [sentence] = status(house)["attention"]
    assert sentence.startswith(f"The message of case {case} is filed, and cannot be moved in the mailbox")
    assert "OVERQUOTA" in sentence
    assert len(house.mails()) == 2
    server.remove(house.bot.login, filler)
    later(house)
    assert house.message(2).state is MessageState.DONE
    assert (house.mails(), len(house.folder(WAITING))) == ({}, 1)
    assert status(house)["put_off"] == []
    assert len(house.answers(applicant)) == 1


# --- Slow lines and broken answers ---------------------------------------------------------------


def test_one_byte_in_each_packet(behind: House, proxy: FaultProxy, applicant: MailAccount) -> None:
    """However a line cuts what is said, a whole application is fetched, filed, moved and answered."""
    pdf = application()
    put(behind, applicant, pdf=pdf)
    proxy.singly = True
    assert behind.once()
    assert "complete in form" in text_of(behind.answer(applicant))
    [folder] = behind.filed()
    assert (behind.applications / folder / "application.pdf").read_bytes() == pdf
    assert (behind.mails(), len(behind.folder(FILED))) == ({}, 1)
    assert proxy.down > len(pdf)


@pytest.mark.parametrize("filler", [0, 110_000], ids=["small", "too-large"])
def test_one_structure_among_fifty_cannot_be_read(
    make_house: MakeHouse, proxy: FaultProxy, applicants: Callable[[int], list[MailAccount]], filler: int
) -> None:
    """The other forty-nine are answered in the same look, and so is the one: its structure is not needed."""
    house = make_house(imap_port=proxy.port, more=f"{MANY_REPLIES}[limits]\nmail_bytes = 100000")
    assert house.once()
    with house.home.sign_in(house.bot.login) as client:
        for number, applicant in enumerate(applicants(50), 1):
            raw = written(applicant, NAME, f"{SUBJECT} {number}", TEXT + "x" * 70 + "\n", *(
                [("Application.pdf", b"%PDF-1.7\n" + b"x" * filler)] if filler else []
            ))  # fmt: skip
            client.append("INBOX", "", imaplib.Time2Internaldate(datetime.now(UTC)), raw)
    broken: list[bytes] = []

    def breaking(piece: bytes) -> bytes:
        changed = re.sub(rb"(UID 25 [^\r\n]*?BODYSTRUCTURE )\(", rb"\1NIL NIL (", piece)
        broken.extend([piece] if changed != piece else [])
        return changed

    proxy.rewrite = breaking
    assert house.once()
    assert counts(house) == {"waiting": 50}
    assert house.mails() == {}
    assert broken or not filler
    with house.ledger() as ledger:
        assert len(ledger.replies(states=(ReplyState.SENT,))) == 50


def refused(piece: bytes) -> bytes:
    return (
        piece.replace(b"OK Fetch completed", b"NO [CANNOT] this one I do not give out")
        if b"UID 2 " in piece
        else piece
    )


def withheld(piece: bytes) -> bytes:
    return re.sub(rb"(UID 2 .*?)BODY\[\]", rb"\1XODY[]", piece, flags=re.DOTALL)


def unreadable(piece: bytes) -> bytes:
    return piece.replace(b"(UID 2 ", b"(UID 2 NIL ")


@pytest.mark.parametrize("fault", [refused, withheld, unreadable])
def test_a_mail_that_cannot_be_fetched(
    behind: House, proxy: FaultProxy, applicant: MailAccount, fault: Callable[[bytes], bytes]
) -> None:
    """It is parked and shown; the mails before and behind it are answered in the same look. When the server
    gives it out and a person says so, it is answered, too."""
    for number in range(1, 4):
        put(behind, applicant, f"{SUBJECT} {number}")
    proxy.rewrite = fault
    assert behind.once()
    assert counts(behind) == {"parked": 1, "waiting": 2}
    assert list(behind.mails()) == [2]
    told = status(behind)
    [parked] = told["parked"]
    assert parked["error"].startswith("UID 2:")
    assert any(parked["case"] in sentence for sentence in told["attention"])
    behind.answer(applicant, 2)
    proxy.rewrite = bytes
    with behind.ledger() as ledger:
        ledger.ask(who="hr", what="retry", arguments={"message": "2"}, now=behind.clock.now())
    assert behind.once()
    behind.answer(applicant, 3)
    assert counts(behind) == {"waiting": 3}


def test_a_mail_that_breaks_the_connection(behind: House, proxy: FaultProxy, applicant: MailAccount) -> None:
    """A server that dies over one mail, each time it is asked for it, gives out the others all the same."""
    for number in range(1, 4):
        put(behind, applicant, f"{SUBJECT} {number}")

    def cutting(piece: bytes) -> bytes:
        if re.search(rb"UID 2 .*BODY\[\]", piece, re.DOTALL):
            proxy.cut()
        return piece

    proxy.rewrite = cutting
    behind.once()
    later(behind)
    assert counts(behind) == {"waiting": 2, "in work": 1}
    [waiting] = status(behind)["put_off"]
    assert (waiting["step"], waiting["attempts"]) == ("found", 2)
    proxy.rewrite = bytes
    later(behind)
    assert counts(behind) == {"waiting": 3}
    behind.answer(applicant, 3)
    assert len(behind.answers(applicant)) == 3


# --- Throttling ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        b"BAD Request is throttled. Suggested Backoff Time: 1800000 milliseconds",
        b"NO [LIMIT] Too many commands, try again in 30 minutes",
        b"NO [UNAVAILABLE] Please retry after 1800 seconds",
    ],
    ids=["exchange", "limit", "unavailable"],
)
def test_a_server_that_asks_for_a_pause(
    behind: House, proxy: FaultProxy, applicant: MailAccount, answer: bytes
) -> None:
    """It gets it from the whole mailbox, `status` says until when, and nothing is parked for it."""
    for number in range(1, 4):
        put(behind, applicant, f"{SUBJECT} {number}")
    asked: list[bytes] = []

    def throttled(piece: bytes) -> bytes:
        changed = re.sub(rb"OK Fetch completed[^\r]*", answer, piece)
        asked.extend([piece] if changed != piece else [])
        return changed

    proxy.rewrite = throttled
    with behind.living() as service:
        assert not service.once()
        assert len(asked) == 1
        [sentence] = status(behind)["attention"]
        assert "main: not reached since" in sentence
        said = proxy.down
        behind.clock.ahead += timedelta(minutes=29)
        assert not service.once()
        assert proxy.down == said
        proxy.rewrite = bytes
        behind.clock.ahead += timedelta(minutes=20)
        assert service.once()
    assert counts(behind) == {"waiting": 3}
    assert len({behind.answer(applicant, number)["Subject"] for number in range(1, 4)}) == 3


# --- Few connections, no IDLE --------------------------------------------------------------------


def test_one_connection_is_left_to_us(
    dovecot_like: Callable[..., Dovecot], make_house: MakeHouse, applicant: MailAccount
) -> None:
    """The wait for mail has it: it gives it to the look, and mails are answered."""
    server = dovecot_like(connections=1)
    house = make_house(mailbox=server)
    house.once()
    put(house, applicant)
    with house.living() as service:
        service._doorbell._watchers["main"].open()
        running = threading.Thread(target=service.run)
        running.start()
        try:
            house.until(lambda: "mailbox away" in house.journal.events())
            house.until(lambda: looked_again(house, service))
            house.answer(applicant)
        finally:
            service.stop()
            running.join(20)


def looked_again(house: House, service: schedule.Service) -> bool:
    """The next try is due: did it get through?"""
    house.clock.ahead += timedelta(hours=1)
    service._looks["main"]()
    return counts(house) == {"waiting": 1}
