"""The worker, the outbox and the desk on the twins of their ports: what a failing step does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from intake import desk, junk, post, proof, reading, rulebook, worker
from intake.adapters import folders_memory, memory, ocr_memory, parked_memory, pdf_memory, readings_memory
from intake.adapters.ledger.memory import MemoryLedger
from intake.errors import OurFault, OutcomeUnknown, Permanent, SignInFailed, Transient
from intake.journey import decide, pick, plan, route, screen, traffic
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import (
    Address,
    Institution,
    Line,
    Outcome,
    PageFacts,
    PageReading,
    PdfFacts,
    Picture,
    Reply,
    ReplyKind,
    sha256,
)
from intake.ports import Place
from intake.reports import rows
from intake.shared import Limits, Shared
from tests import builders, cases

CONFIG = Path(__file__).resolve().parents[2] / "config"
START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
PDF = builders.pdf()
LETTER_PAGE = (
    "Dear members of the committee,", "I hereby apply for the PostDoc position in Causal Inference.",
    "My motivation is to join your research center.", "Yours sincerely,", "Nadia Ferreira",
)  # fmt: skip
CV_PAGE = (
    "Curriculum Vitae", "Education", "2015 - 2019 University of Coimbra", "2011 - 2015 University of Porto",
    "Research experience", "2019 - 2023 Assistant", "Awards", "Teaching",
)  # fmt: skip
CERTIFICATE_PAGE = (
    "Certificate", "Be it known that the Rector and the Dean of the Faculty", "confer the degree of Doctor",
    "This is to certify that Nadia Ferreira has successfully completed", "Registrar",
)  # fmt: skip


def pdf_of(number: int) -> bytes:
    """The file of the mail with this number: each another one, those of 0 and 1 the same."""
    return PDF if number < 2 else PDF + b"%% %d" % number


PATIENCE = desk.Patience(waiting=timedelta(days=14), reminder=timedelta())


class Silent:
    def info(self, event: str, **fields: object) -> None: ...

    warning = error = info


class Centre:
    """A worker, its outbox and its desk, on twins."""

    def __init__(self, held: frozenset[Outcome] = frozenset(), *, terms: proof.Terms = proof.NOTHING) -> None:
        self.clock = memory.SettableClock(START)
        self.mailbox = memory.MemoryMailbox("main")
        self.ledger = MemoryLedger()
        self.folders = folders_memory.MemoryFolders()
        self.reader = pdf_memory.MemoryPdfReader()
        self.ocr = ocr_memory.MemoryOcr()
        self.readings = readings_memory.MemoryReadings()
        self.reading = reading.Reading(self.reader, self.ocr, seconds=60, pages=2)
        self.shelf = reading.Shelf(self.readings, self.ledger)
        self.parked = parked_memory.MemoryParked()
        self.sender = memory.MemorySender()
        numbers = count(2222)
        tokens = count()
        self.shared = Shared(
            ledger=self.ledger, reading=self.reading, shelf=self.shelf, parked=self.parked, folders=self.folders, clock=self.clock, log=Silent(),
            number=lambda: f"C{next(numbers)}", token=lambda: f"t{next(tokens)}",
        )  # fmt: skip
        book = rulebook.load(CONFIG)
        rules = plan.Rules(
            screen=screen.Rules(addresses=(builders.MAILBOX,)), pick=pick.Rules(), recognise=book.documents,
            route=route.Rules(groups=book.groups, positions=book.positions),
            decide=decide.Rules(positions=book.positions, max_pdf_bytes=10**7, max_pages=60), texts=book.texts,
            groups=book.groups, positions=book.positions, institution=Institution(name={"en": "Centre", "de": "Zentrum"}),
            sender=Address(address="open-positions@rc-trust.ai"),
            traffic=traffic.Limits(address=3, domain=6, subject=100, hourly=100),
        )  # fmt: skip
        limits = Limits(mail_bytes=10**7, attempts=5, held=held)
        self.terms, self.rules, self.limits = terms, rules, limits
        self.worker = self.worker_of()
        self.post = self.outbox("life-1")
        self.desk = desk.Desk(self.shared, {"main": self.worker}, PATIENCE)
        self.post.told = self.worker.told = lambda record, event: self.desk.heed(record, event) and None
        self.worker.look()

    def worker_of(self) -> worker.Worker:
        """The worker of the mailbox, as a life begins with it."""
        return worker.Worker(name="main", mailbox=self.mailbox, shared=self.shared, rules=self.rules,
                             limits=self.limits, terms=self.terms)  # fmt: skip

    def outbox(self, owner: str) -> post.Post:
        """The outbox as this life has it."""
        return post.Post(shared=self.shared, senders={"main": self.sender}, owner=owner,
                         addresses={"main": "open-positions@rc-trust.ai"}, terms={"main": self.terms})  # fmt: skip

    def junk(self) -> junk.JunkWorker:
        """The watch over the folder of suspected junk, which has been looked into once."""
        if not self.mailbox.contents("Junk"):
            self.mailbox.deliver(b"Subject: old\r\n\r\nold\r\n", arrived=START, folder="Junk")
            self.mailbox.remove(1, folder="Junk")
        watch = junk.JunkWorker(name="main/junk", mailbox=self.mailbox.junk("main/junk"), shared=self.shared,
                                  rules=self.worker.rules, limits=Limits(mail_bytes=10**7, attempts=5),
                                  terms=self.terms)  # fmt: skip
        watch.look()
        return watch

    def desk_of(self, *more: worker.Worker) -> None:
        """A desk that serves these workers too."""
        workers = {one.name: one for one in (self.worker, *more)}
        self.desk = desk.Desk(self.shared, workers, PATIENCE)
        senders = dict.fromkeys(workers, self.sender)
        self.post = post.Post(shared=self.shared, senders=senders,
                              addresses=dict.fromkeys(workers, "open-positions@rc-trust.ai"), owner="life-1")  # fmt: skip

    def plan_of(self, case: str) -> plan.Plan:
        found = self.ledger.case(case)
        assert found is not None
        planned = self.ledger.message(found.message).plan
        assert planned is not None
        return planned

    def only_letter(self) -> None:
        """The PDF holds a letter and nothing else, so that CV and certificates are missing."""
        lines = tuple(Line(text=text, size=11) for text in LETTER_PAGE)
        page = PageFacts(number=1, width=595, height=842, lines=lines)
        for pdf in map(pdf_of, range(10)):
            self.reader.know(pdf, PdfFacts(sha256=sha256(pdf), size=len(pdf), page_count=1, pages=(page,)))

    def scanned_certificate(self) -> None:
        """The PDF holds a letter, a CV, and as its third page a scan of a certificate."""
        pages = [
            PageFacts(
                number=number, width=595, height=842, lines=tuple(Line(text=text, size=11) for text in texts)
            )
            for number, texts in enumerate((LETTER_PAGE, CV_PAGE), 1)
        ]
        scan = PageFacts(number=3, width=595, height=842, image_cover=1.0, scan=True)
        facts = PdfFacts(sha256=sha256(PDF), size=len(PDF), page_count=3, pages=(*pages, scan))
        self.reader.know(PDF, facts)
        picture = Picture(width=1, height=1, dpi=150.0, pixels=b"c")
        self.reader.show(PDF, 3, picture)
        lines = tuple(Line(text=text, size=11) for text in CERTIFICATE_PAGE)
        self.ocr.know(picture, PageReading(width=595, height=842, lines=lines, certainty=0.93))

    def deliver(self, number: int = 1, **fields: str) -> None:
        raw = builders.thunderbird(builders.LETTER, [builders.File("a.pdf", pdf_of(number), "application/pdf")],
                                   message_id=f"<{number}@uni.example>", **fields)  # fmt: skip
        self.mailbox.deliver(raw, arrived=self.clock.now())

    def sent(self) -> list[Reply]:
        """The replies that went out, oldest first."""
        replies = self.ledger.replies(states=(ReplyState.SENT,))
        return [one.reply for one in sorted(replies, key=lambda one: one.id)]

    def answer(self, number: int, message_id: str, *, with_file: bool) -> None:
        files = [builders.File("a.pdf", pdf_of(number), "application/pdf")] if with_file else []
        raw = builders.thunderbird(
            "Dear all,\n\nthank you for your mail.\n", files, f"In-Reply-To: {message_id}",
            message_id=f"<{number}@uni.example>", subject="Re: Your application",
        )  # fmt: skip
        self.mailbox.deliver(raw, arrived=self.clock.now())

    def bounce(self, number: int, message_id: str, *, action: str = "failed") -> None:
        """A report of the applicant's mail system on one of our replies."""
        raw = builders.mail(
            builders.multipart(
                "report",
                builders.plain("It could not be delivered."),
                f"Content-Type: message/delivery-status\n\nAction: {action}\nStatus: 5.1.1\n".encode(),
                f"Content-Type: message/rfc822\n\nMessage-ID: {message_id}\n\nDear Nadia\n".encode(),
            ),
            "Return-Path: <>",
            sender="MAILER-DAEMON@uni.example",
            subject="Undelivered Mail Returned to Sender",
            message_id=f"<{number}@uni.example>",
        )
        self.mailbox.deliver(raw, arrived=self.clock.now())

    def round(self) -> None:
        self.worker.look()
        self.post.send_due()
        self.worker.look()


@pytest.fixture
def centre() -> Centre:
    return Centre()


def one(centre: Centre) -> tuple[MessageState, Outcome | None]:
    record = centre.ledger.message(1)
    return record.state, record.outcome


def test_correction_that_is_refused_goes_to_a_person(centre: Centre) -> None:
    """A recipient that refuses our correction leaves nobody waiting: the case is for review at once."""
    centre.only_letter()
    centre.sender.failures.append(Permanent("550 no such user"))
    centre.deliver()
    centre.round()
    assert one(centre) == (MessageState.DONE, Outcome.REVIEW)
    assert [reply.state for reply in centre.ledger.replies()] == [ReplyState.FAILED]
    assert all(path.startswith("_For review/") for path in centre.folders.files)


def test_correction_refused_while_its_mail_is_moved(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal that comes before the mail has been moved is not forgotten, nor by the next life."""
    centre.only_letter()
    centre.sender.failures.append(Permanent("550 no such user"))

    def away(*_: object, **__: object) -> None:
        raise Transient("quota")

    with monkeypatch.context() as moves:
        moves.setattr(centre.mailbox, "move", away)
        centre.deliver()
        centre.round()
    assert one(centre) == (MessageState.FILED, Outcome.CORRECTION)
    assert (centre.ledger.message(1).step, centre.ledger.message(1).error) == ("filed", "quota")
    assert centre.desk.serve() == set()
    centre.clock.advance(timedelta(hours=1))
    centre.round()
    assert one(centre) == (MessageState.DONE, Outcome.CORRECTION)
    next_life = desk.Desk(centre.shared, {"main": centre.worker}, PATIENCE)
    next_life.catch_up()
    assert next_life.serve() == {"main"}
    centre.round()
    assert one(centre) == (MessageState.DONE, Outcome.REVIEW)
    assert centre.desk.serve() == set()


def test_correction_of_unknown_fate_goes_to_a_person_and_is_not_sent_again(centre: Centre) -> None:
    """A connection that ends after the final dot: nobody sends again without a person."""
    centre.only_letter()
    centre.sender.failures.append(OutcomeUnknown("gone after the final dot"))
    centre.deliver()
    centre.round()
    centre.clock.advance(timedelta(days=1))
    centre.round()
    assert [reply.state for reply in centre.ledger.replies()] == [ReplyState.UNKNOWN]
    assert one(centre) == (MessageState.DONE, Outcome.REVIEW)


def test_reply_that_is_put_off_goes_out_later(centre: Centre) -> None:
    """A 4xx delays the reply, which then arrives once."""
    centre.only_letter()
    centre.sender.failures.append(Transient("451 greylisted"))
    centre.deliver()
    centre.round()
    assert not centre.sender.accepted
    centre.clock.advance(timedelta(hours=2))
    centre.round()
    assert len(centre.sender.accepted) == 1
    assert one(centre) == (MessageState.DONE, Outcome.CORRECTION)


def test_server_that_refuses_us_stops_the_whole_outbox(centre: Centre) -> None:
    """A 5xx before the recipient is our fault: no other reply is burnt on it, and all leave later."""
    centre.only_letter()
    centre.sender.failures.append(OurFault("535 wrong password"))
    centre.deliver(1)
    centre.deliver(2, sender="Other <other@uni.example>")
    centre.round()
    assert not centre.sender.accepted
    assert "main" in centre.post.blocked()
    centre.clock.advance(timedelta(hours=1))
    centre.round()
    assert len(centre.sender.accepted) == 2
    assert not centre.post.blocked()


def queue(centre: Centre, mailbox: str, number: int) -> None:
    """So many replies wait in the outbox of this mailbox."""
    ledger, now = centre.ledger, centre.clock.now()
    ledger.start_mailbox(mailbox, uidvalidity=1, before=(), now=now)
    ledger.take_in(mailbox, uidvalidity=1, uids=range(1, number + 1), now=now, number=centre.shared.number)
    for record in ledger.unfinished(mailbox, now=now, limit=number):
        _, planned = cases.case(record.case)
        reply = Reply(kind=ReplyKind.RECEIVED, language="en", recipient="nadia@uni.example", subject="Received",
                      message_id=f"<{record.case}@rc-trust.ai>", text="Received.", raw=b"Received.")  # fmt: skip
        ledger.save_plan(record.id, replace(planned, reply=reply), now=now)
        ledger.mark_filed(record.id, now=now)


@pytest.mark.parametrize("known", [True, False], ids=["refused by its server", "taken out of the settings"])
def test_a_mailbox_that_may_not_send_keeps_no_other_waiting(centre: Centre, known: bool) -> None:
    """However many of its replies are queued before theirs; they stay queued."""
    refusing = memory.MemorySender()
    refusing.failures = [OurFault("535 wrong password")] * 99
    queue(centre, "closed", 25)
    centre.clock.advance(timedelta(minutes=1))
    queue(centre, "open", 1)
    senders = {"open": centre.sender, **({"closed": refusing} if known else {})}
    outbox = post.Post(shared=centre.shared, senders=senders, owner="life-1",
                       addresses=dict.fromkeys(senders, "open-positions@rc-trust.ai"))  # fmt: skip
    assert outbox.send_due() == 1
    assert len(centre.sender.accepted) == 1
    assert len(centre.ledger.replies(states=(ReplyState.QUEUED,))) == 25
    assert len(refusing.failures) == (98 if known else 99)


def test_reply_of_a_killed_life_is_not_sent_again(centre: Centre) -> None:
    """A row that another life was sending when it died becomes unknown after its lease."""
    centre.only_letter()
    centre.deliver()
    centre.worker.look()
    [queued] = centre.ledger.replies()
    centre.ledger.announce(queued.id, owner="life-0", lease_until=centre.clock.now() + timedelta(minutes=3))
    centre.round()
    assert not centre.sender.accepted
    centre.clock.advance(timedelta(minutes=4))
    centre.round()
    assert not centre.sender.accepted
    assert centre.ledger.replies()[0].state is ReplyState.UNKNOWN


def test_full_disk_is_waited_for(centre: Centre) -> None:
    """Folders that are away for hours park nothing: work goes on when they are back."""
    centre.only_letter()
    centre.folders.away = True
    centre.deliver()
    for _ in range(8):
        centre.worker.look()
        centre.clock.advance(timedelta(hours=2))
    assert one(centre)[0] is MessageState.PLANNED
    centre.folders.away = False
    centre.round()
    assert one(centre)[0] is MessageState.DONE


def test_poison_is_parked_and_delays_nobody(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that breaks a step five times is parked; the one behind it is done at once."""
    centre.only_letter()
    read = centre.reader.read
    broken = builders.pdf("poison")

    def reading(content: bytes) -> PdfFacts:
        if content == broken:
            raise RuntimeError("a bug of ours")
        return read(content)

    monkeypatch.setattr(centre.reader, "read", reading)
    raw = builders.thunderbird(
        builders.LETTER, [builders.File("p.pdf", broken, "application/pdf")], message_id="<p@x.example>"
    )
    centre.mailbox.deliver(raw, arrived=START)
    centre.deliver(2)
    centre.worker.look()
    assert centre.ledger.message(2).state is MessageState.DONE
    for _ in range(5):
        centre.clock.advance(timedelta(hours=2))
        centre.worker.look()
    parked = centre.ledger.message(1)
    assert parked.state is MessageState.PARKED
    assert parked.error == "RuntimeError"
    assert centre.ledger.counts("main")["parked"] == 1
    assert centre.parked.kept == {parked.case: centre.mailbox.fetch([1], largest=10**7)[0].raw}
    assert ("parked", f"memory:{parked.case}") in centre.ledger.places(parked.case)


class Killed(BaseException):
    """What kill -9 looks like from inside: nothing more is done."""


def _killed(*_: object, **__: object) -> None:
    raise Killed


def _broken(*_: object) -> None:
    raise Permanent("it cannot be read")


def test_killed_while_a_message_is_given_up(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are kept before it is parked, since nobody comes back to it then; the next life parks it."""
    centre.deliver()
    monkeypatch.setattr(plan, "examine", _broken)
    with monkeypatch.context() as ending:
        ending.setattr(centre.ledger, "put_off", _killed)
        with pytest.raises(Killed):
            centre.worker.look()
    found = centre.ledger.message(1)
    assert found.state is MessageState.FOUND
    assert list(centre.parked.kept) == [found.case]
    centre.worker.look()
    assert centre.ledger.message(1).state is MessageState.PARKED
    assert list(centre.parked.kept) == [found.case]


def test_killed_between_a_folder_and_its_record(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person takes the mail away before the next life: the folder lies there, so nothing is fetched, and the
    reply leaves."""
    centre.only_letter()
    centre.deliver()
    with monkeypatch.context() as ending:
        ending.setattr(centre.ledger, "mark_filed", _killed)
        with pytest.raises(Killed):
            centre.worker.look()
    assert centre.ledger.message(1).state is MessageState.PLANNED
    centre.mailbox.remove(1)
    centre.round()
    assert one(centre) == (MessageState.DONE, Outcome.CORRECTION)
    assert len(centre.sent()) == 1


@pytest.mark.parametrize("step", ["drop_place", "mark_moved"])
def test_killed_while_kept_bytes_go(centre: Centre, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    """Neither the bytes of a message that has arrived nor the row that tells of them stay behind."""
    centre.only_letter()
    centre.deliver()
    with monkeypatch.context() as broken:
        broken.setattr(plan, "examine", _broken)
        centre.worker.look()
    centre.ledger.ask(who="hr", what="retry", arguments={"message": "1"}, now=centre.clock.now())
    centre.desk.serve()
    with monkeypatch.context() as ending:
        ending.setattr(centre.ledger, step, _killed)
        with pytest.raises(Killed):
            centre.worker.look()
    assert centre.ledger.message(1).state is MessageState.FILED
    centre.worker.look()
    assert centre.ledger.message(1).state is MessageState.DONE
    assert centre.parked.kept == {}
    assert "parked" not in dict(centre.ledger.places("C2222"))


def test_a_parked_message_goes_on_when_a_person_says_so(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its cause is gone: it is judged and filed, and its kept bytes go. Asked again, that is refused."""
    centre.only_letter()
    centre.deliver()
    with monkeypatch.context() as broken:
        broken.setattr(plan, "examine", lambda *_: (_ for _ in ()).throw(Permanent("it cannot be read")))
        centre.worker.look()
    assert centre.ledger.message(1).state is MessageState.PARKED

    asked = [
        centre.ledger.ask(who="hr", what="retry", arguments={"message": "1"}, now=centre.clock.now())
        for _ in range(2)
    ]
    assert centre.desk.serve() == {"main"}
    centre.round()

    assert one(centre) == (MessageState.DONE, Outcome.CORRECTION)
    assert centre.parked.kept == {}
    assert "parked" not in dict(centre.ledger.places("C2222"))
    said = [centre.ledger.request_result(number) for number in asked]
    assert said == [
        "the message of case C2222 goes on its way again",
        "refused: the message of case C2222 is not parked any more",
    ]


def test_message_that_kills_its_worker_is_parked(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """After lives that were killed, an unfinished message is counted as tried before it is touched."""

    class Killed(BaseException):
        pass

    def kill(content: bytes) -> PdfFacts:
        raise Killed

    monkeypatch.setattr(centre.reader, "read", kill)
    centre.deliver()
    for _ in range(5):
        centre.worker.suspect_unfinished()
        with pytest.raises(Killed):
            centre.worker.look()
        centre.clock.advance(timedelta(hours=2))
        if centre.ledger.message(1).attempts == 4:
            break
    centre.worker.suspect_unfinished()
    centre.worker.look()
    assert centre.ledger.message(1).state is MessageState.PARKED


def test_waiting_case_goes_to_a_person_in_time(centre: Centre) -> None:
    """Fourteen days without an answer: the case is for review, its mail moves, and no reply goes out."""
    centre.only_letter()
    centre.deliver()
    centre.round()
    centre.clock.advance(timedelta(days=13))
    assert centre.desk.overdue() == set()
    centre.clock.advance(timedelta(days=2))
    assert centre.desk.overdue() == {"main"}
    centre.round()
    assert one(centre) == (MessageState.DONE, Outcome.REVIEW)
    assert len(centre.sender.accepted) == 1
    plan = centre.ledger.message(1).plan
    assert plan is not None
    assert rows.why(plan) == "No answer for 14 days (decided by intake)"
    assert centre.mailbox.contents("For review")
    assert not centre.mailbox.contents("Waiting for applicant")


def test_waiting_case_goes_to_a_person_on_the_last_day(centre: Centre) -> None:
    """When the deadline of its position comes, a case that waits is shown to a person in time."""
    centre.only_letter()
    centre.deliver()
    centre.round()
    positions = tuple(
        replace(one, deadline=date(2026, 11, 24)) if one.id == "postdoc/causal-inference" else one
        for one in centre.worker.rules.positions
    )
    centre.worker.rules = replace(centre.worker.rules, positions=positions)
    centre.clock.advance(timedelta(days=1))
    assert centre.desk.overdue() == set()
    centre.clock.advance(timedelta(days=1))
    assert centre.desk.overdue() == {"main"}
    centre.round()
    assert one(centre) == (MessageState.DONE, Outcome.REVIEW)


def test_too_many_replies_to_one_address(centre: Centre) -> None:
    """The fourth mail of one address within a day is filed for a person, without a reply."""
    centre.only_letter()
    for number in range(1, 6):
        centre.deliver(number)
        centre.round()
    assert [reply.kind.value for reply in centre.sent()] == ["correction", "received", "received"]
    assert centre.ledger.counts("main")["review"] == 4


def test_the_last_reply_to_an_address_says_so(centre: Centre) -> None:
    """Whoever writes on knows that a person looks from now on, and so it is, whatever the mail holds."""
    centre.only_letter()
    for number in range(1, 4):
        centre.deliver(number)
        centre.round()
    said = ["a person will look at your mail" in " ".join(reply.text.split()) for reply in centre.sent()]
    assert said == [False, False, True]


def test_a_flood_from_one_domain_is_held_and_not_dropped(centre: Centre) -> None:
    """The replies beyond the limit wait for a person, and so do their cases."""
    centre.only_letter()
    for number in range(8):
        centre.deliver(number, sender=f"p{number}@uni.example")
        centre.round()
    assert len(centre.sender.accepted) == 6
    held = centre.ledger.replies(states=(ReplyState.HELD,))
    assert {one.error for one in held} == {
        "6 replies to this domain within a day: look whether a machine is writing"
    }
    assert len(held) == 2
    assert centre.ledger.counts("main")["review"] == 2


def test_a_complete_application_beyond_the_last_reply_is_for_a_person(centre: Centre) -> None:
    """It was announced so: not even one that lacks nothing is filed without anybody having looked."""
    centre.scanned_certificate()
    for number in range(3):
        centre.deliver(number + 2)
        centre.round()
    centre.deliver(1)
    centre.round()
    assert len(centre.sender.accepted) == 3
    counts = centre.ledger.counts("main")
    assert (counts["accepted"], counts["review"]) == (0, 3)
    assert centre.ledger.message(4).outcome is Outcome.REVIEW


def test_a_parked_message_whose_mail_is_gone_keeps_its_bytes(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person has deleted the mail before it was sent on its way: what is kept is all that is left of it."""
    centre.deliver()
    with monkeypatch.context() as broken:
        broken.setattr(plan, "examine", lambda *_: (_ for _ in ()).throw(Permanent("it cannot be read")))
        centre.worker.look()
    kept = dict(centre.parked.kept)
    monkeypatch.setattr(centre.mailbox, "fetch", lambda *_args, **_more: [])
    centre.ledger.ask(who="hr", what="retry", arguments={"message": "1"}, now=centre.clock.now())
    centre.desk.serve()
    centre.round()
    parked = centre.ledger.message(1)
    assert parked.state is MessageState.PARKED
    assert "its bytes are kept" in parked.error
    assert centre.parked.kept == kept != {}
    assert "parked" in dict(centre.ledger.places("C2222"))


def test_message_that_a_person_took_away(centre: Centre) -> None:
    """What a person deletes before we read it is gone, and nothing is made of it."""
    centre.mailbox.trouble = None
    centre.deliver()
    original = centre.mailbox.fetch
    centre.mailbox.fetch = lambda uids, *, largest: []  # type: ignore[method-assign]
    centre.worker.look()
    centre.mailbox.fetch = original  # type: ignore[method-assign]
    assert one(centre)[0] is MessageState.GONE
    assert not centre.folders.files


@pytest.mark.parametrize("trouble", [Transient("away"), SignInFailed("no")], ids=["away", "sign-in"])
def test_mailbox_that_is_away_raises_and_comes_back(centre: Centre, trouble: Exception) -> None:
    """A look at a mailbox that is away raises for the schedule, and no message is blamed for it."""
    centre.only_letter()
    centre.deliver()
    centre.mailbox.trouble = trouble
    with pytest.raises(Transient):
        centre.worker.look()
    centre.mailbox.trouble = None
    centre.round()
    assert one(centre)[0] is MessageState.DONE
    assert centre.ledger.message(1).attempts == 0


@pytest.mark.parametrize(
    "arguments, result",
    [
        pytest.param({"case": "C2222", "wish": "accept"}, "is now accepted", id="accept"),
        pytest.param({"case": "C2222", "wish": "ask"}, "is now correction", id="ask"),
        pytest.param(
            {"case": "C2222", "wish": "position", "positions": "postdoc/none"},
            "no position",
            id="unknown-position",
        ),
        pytest.param({"case": "C2222", "wish": "close"}, "is closed", id="close"),
        pytest.param({"case": "C9999", "wish": "accept"}, "no case", id="unknown-case"),
    ],
)
def test_decisions_of_a_person(centre: Centre, arguments: dict[str, str], result: str) -> None:
    """What a person asks for is carried out, or refused in a sentence."""
    centre.only_letter()
    centre.deliver()
    centre.round()
    number = centre.ledger.ask(who="hr", what="case", arguments=arguments, now=centre.clock.now())
    centre.desk.serve()
    said = centre.ledger.request_result(number)
    assert said is not None
    assert result in said
    centre.round()
    assert one(centre)[0] is MessageState.DONE


def test_at_most_two_corrections_in_one_conversation(centre: Centre) -> None:
    """A third incomplete answer is not corrected again: a person looks, and the applicant hears so."""
    centre.only_letter()
    centre.deliver(1)
    centre.round()
    for number in (2, 3):
        centre.clock.advance(timedelta(hours=25))
        asked = centre.sent()[-1].message_id
        centre.answer(number, asked, with_file=True)
        centre.round()
    (case,) = centre.ledger.cases()
    assert case.outcome is Outcome.REVIEW
    assert [centre.ledger.message(number).belongs_to for number in (1, 2, 3)] == [
        "",
        case.number,
        case.number,
    ]
    assert [reply.kind.value for reply in centre.sent()] == ["correction", "correction", "received"]


def test_answer_without_a_file_goes_to_a_person(centre: Centre) -> None:
    """The way out of every correction: who just answers is looked at by a person, and linked to the case."""
    centre.only_letter()
    centre.deliver(1)
    centre.round()
    centre.answer(2, centre.sent()[-1].message_id, with_file=False)
    centre.round()
    (case,) = centre.ledger.cases()
    assert (case.outcome, case.message) == (Outcome.REVIEW, 2)
    assert rows.why(centre.plan_of(case.number)) == "An answer to our mail without a new file"
    assert [reply.kind.value for reply in centre.sent()] == ["correction", "received"]


def test_thanks_for_the_acknowledgement_are_no_application(centre: Centre) -> None:
    """A word of thanks is filed among the questions and gets no answer."""
    centre.only_letter()
    centre.deliver(1)
    centre.round()
    number = centre.ledger.ask(
        who="hr", what="case", arguments={"case": "C2222", "wish": "accept"}, now=centre.clock.now()
    )
    centre.desk.serve()
    centre.round()
    assert "accepted" in (centre.ledger.request_result(number) or "")
    acknowledged = centre.sent()[-1]
    assert acknowledged.kind.value == "acknowledgement"
    centre.answer(2, acknowledged.message_id, with_file=False)
    centre.round()
    assert centre.ledger.message(2).outcome is Outcome.INQUIRY
    assert len(centre.sender.accepted) == 2


# --- scans ---------------------------------------------------------------------------------------


def test_a_scanned_certificate_is_read(centre: Centre) -> None:
    """Complete in form; what was read does not outlive the decision, and no row tells of it."""
    centre.scanned_certificate()
    centre.deliver()
    centre.round()

    assert one(centre) == (MessageState.DONE, Outcome.ACCEPTED)
    assert centre.ocr.asked == 1
    assert centre.readings.cases() == []
    assert [kind for kind, _ in centre.ledger.places("C2222")].count("spool") == 0


def test_without_ocr_a_person_looks(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing or switched off, a scan is no missing certificate."""
    centre.scanned_certificate()
    monkeypatch.setattr(centre.ocr, "works", lambda: False)
    centre.deliver()
    centre.round()

    assert one(centre) == (MessageState.DONE, Outcome.REVIEW)
    assert [reply.kind for reply in centre.sent()] == [ReplyKind.RECEIVED]


def test_a_killed_life_has_not_read_in_vain(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it read is a row under its case meanwhile, is used by the next life, and then is gone."""

    class Killed(BaseException):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    centre.scanned_certificate()
    centre.deliver()
    with monkeypatch.context() as dying:
        dying.setattr(centre.ledger, "save_plan", kill)
        with pytest.raises(Killed):
            centre.worker.look()
    assert ("spool", "memory:C2222") in centre.ledger.places("C2222")
    centre.shelf.sweep(centre.worker.undecided())

    centre.round()

    assert one(centre) == (MessageState.DONE, Outcome.ACCEPTED)
    assert centre.ocr.asked == 1
    assert centre.readings.cases() == []


def test_readings_of_a_case_decided_by_a_killed_life_are_swept(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ended between the verdict and the clearing up."""

    class Killed(BaseException):
        pass

    def kill(case: str) -> None:
        raise Killed

    centre.scanned_certificate()
    centre.deliver()
    with monkeypatch.context() as dying:
        dying.setattr(centre.shelf, "forget", kill)
        with pytest.raises(Killed):
            centre.worker.look()
    assert centre.readings.cases() == ["C2222"]

    centre.shelf.sweep(centre.worker.undecided())

    assert centre.readings.cases() == []
    assert "spool" not in [kind for kind, _ in centre.ledger.places("C2222")]


@pytest.mark.parametrize("end", ["parked", "gone"])
def test_readings_of_a_message_that_is_given_up_are_gone(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    """Parked for a person, or taken away by one, before it was judged."""
    centre.scanned_certificate()
    centre.deliver()
    error = Permanent if end == "parked" else Transient
    with monkeypatch.context() as failing:
        failing.setattr(centre.ledger, "save_plan", lambda *_, **__: (_ for _ in ()).throw(error("no")))
        centre.worker.look()
    if end == "gone":
        assert centre.readings.cases() == ["C2222"]
        centre.mailbox.remove(1)
        centre.clock.advance(timedelta(hours=2))
        centre.worker.look()

    assert one(centre)[0] is (MessageState.PARKED if end == "parked" else MessageState.GONE)
    assert centre.readings.cases() == []


def test_a_correction_that_came_back_sends_its_case_to_a_person() -> None:
    """Nobody waits for an applicant who was never asked; the report itself is automatic mail."""
    centre = Centre()
    centre.only_letter()
    centre.deliver()
    centre.round()
    [reply] = centre.sent()

    centre.bounce(2, reply.message_id)
    centre.round()

    case = centre.ledger.case("C2222")
    assert case is not None
    assert case.outcome is Outcome.REVIEW
    [record] = centre.ledger.replies(case="C2222")
    assert (record.state, record.error) == (ReplyState.FAILED, "it came back (5.1.1)")
    assert "reply did not arrive" in [event.what for event in centre.ledger.history("C2222")]
    assert centre.sent() == []


@pytest.mark.parametrize("action,about", [("delayed", ""), ("failed", "<other@rc-trust.ai>")])
def test_a_delay_or_a_report_on_another_mail_changes_nothing(action: str, about: str) -> None:
    centre = Centre()
    centre.only_letter()
    centre.deliver()
    centre.round()
    [reply] = centre.sent()

    centre.bounce(2, about or reply.message_id, action=action)
    centre.round()

    case = centre.ledger.case("C2222")
    assert case is not None
    assert case.outcome is Outcome.CORRECTION
    assert [one.message_id for one in centre.sent()] == [reply.message_id]


@pytest.mark.parametrize(
    "stripped,most",
    [
        pytest.param(False, 2, id="each says that it is automatic"),
        pytest.param(True, 5, id="a gateway takes every sign of that away"),
    ],
)
def test_two_of_us_that_write_to_each_other_end(stripped: bool, most: int) -> None:
    """One mail in each mailbox seems to come from the other: a hundred rounds later only so many replies left."""
    one, other = Centre(), Centre()
    one.only_letter()
    other.only_letter()
    one.deliver(1, sender="Sister <sister@other.example>")
    other.deliver(2, sender="Sister <sister@other.example>")
    seen = {id(one): 0, id(other): 0}
    for number in range(100):
        for sends, gets in ((one, other), (other, one)):
            sends.round()
            sends.clock.advance(timedelta(minutes=1))
            for accepted in sends.sender.accepted[seen[id(sends)] :]:
                reply, raw = accepted.reply, accepted.reply.raw
                if stripped:
                    raw = builders.thunderbird(
                        f"I apply for the position. {reply.text}", [builders.File("a.pdf", PDF)],
                        sender="Sister <sister@other.example>", message_id=f"<{number}.{id(gets)}@other.example>",
                        subject=f"Re: {reply.subject}",
                    )  # fmt: skip
                gets.mailbox.deliver(raw, arrived=gets.clock.now())
            seen[id(sends)] = len(sends.sender.accepted)
    assert len(one.sender.accepted) + len(other.sender.accepted) == most


# --- the folder of suspected junk, and questions ---------------------------------------------------


def test_an_application_in_junk_is_filed_for_a_person_and_neither_answered_nor_moved() -> None:
    centre = Centre()
    watch = centre.junk()
    uid = centre.mailbox.deliver(application(7), arrived=START, folder="Junk")
    watch.look()
    (case,) = centre.ledger.cases()
    assert case.outcome is Outcome.REVIEW
    assert rows.why(centre.plan_of(case.number)) == (
        "It lies in the folder of suspected junk: a person must say whether it is an application"
    )
    assert centre.ledger.message(case.message).state is MessageState.DONE
    assert {path.partition("/")[0] for path in centre.folders.files} == {"_For review"}
    assert centre.ledger.replies() == []
    assert list(centre.mailbox.contents("Junk")) == [uid]


def test_what_lay_in_junk_before_us_and_what_is_clearly_junk_leaves_no_trace() -> None:
    centre = Centre()
    centre.mailbox.deliver(application(7), arrived=START, folder="Junk")
    watch = centre.junk()
    watch.look()
    centre.mailbox.deliver(
        builders.thunderbird("Cheap watches, best prices", message_id="<w@spam.example>", subject="Watches"),
        arrived=START,
        folder="Junk",
    )
    watch.look()
    assert centre.ledger.cases() == []
    assert centre.ledger.counts("main/junk")["in work"] == 0
    assert centre.ledger.mailbox("main/junk").last_uid == 2  # type: ignore[union-attr]


def test_words_of_an_application_in_junk_are_enough() -> None:
    centre = Centre()
    watch = centre.junk()
    raw = builders.thunderbird(
        "Hiermit bewerbe ich mich um die Stelle.", message_id="<w@uni.example>", subject="Hallo"
    )
    centre.mailbox.deliver(raw, arrived=START, folder="Junk")
    watch.look()
    assert [case.outcome for case in centre.ledger.cases()] == [Outcome.REVIEW]


def test_an_account_without_a_folder_of_junk_is_no_trouble() -> None:
    centre = Centre()
    watch = junk.JunkWorker(name="main/junk", mailbox=centre.mailbox.junk("main/junk"), shared=centre.shared,
                              rules=centre.worker.rules, limits=Limits(mail_bytes=10**7, attempts=5))  # fmt: skip
    assert watch.look() == 0


def test_a_mail_that_a_person_rescues_from_junk_is_judged_and_answered_as_any_other() -> None:
    centre = Centre()
    watch = centre.junk()
    uid = centre.mailbox.deliver(application(7), arrived=START, folder="Junk")
    watch.look()
    (junk,) = centre.ledger.cases()
    centre.only_letter()
    centre.mailbox.remove(uid, folder="Junk")
    centre.mailbox.deliver(application(7), arrived=START)
    centre.worker.look()
    centre.post.send_due()
    rescued = centre.ledger.cases(outcomes=(Outcome.CORRECTION,))
    assert [case.follows for case in rescued] == [junk.number]
    assert [reply.kind for reply in centre.sent()] == [ReplyKind.CORRECTION]


def test_a_mail_that_a_person_answered_out_of_junk_is_not_answered_again_when_it_is_rescued() -> None:
    centre = Centre()
    watch = centre.junk()
    uid = centre.mailbox.deliver(application(7), arrived=START, folder="Junk")
    watch.look()
    (junk,) = centre.ledger.cases()
    centre.desk_of(watch)
    centre.ledger.ask(who="hr", what="case", now=START,
                      arguments={"case": junk.number, "wish": "accept", "positions": "postdoc/causal-inference"})  # fmt: skip
    centre.desk.serve()
    watch.look()
    centre.post.send_due()
    centre.mailbox.deliver(application(7), arrived=START)
    centre.worker.look()
    centre.post.send_due()
    assert [reply.kind for reply in centre.sent()] == [ReplyKind.ACKNOWLEDGEMENT]
    assert list(centre.mailbox.contents("Junk")) == [uid]


@pytest.mark.parametrize(
    "by, note",
    [("answering", "answered in the mailbox"), ("deleting", "moved or deleted in the mailbox")],
)
def test_a_question_leaves_the_list_when_a_person_has_dealt_with_it(by: str, note: str) -> None:
    centre = Centre()
    raw = builders.thunderbird(
        "Is the position still open?", message_id="<q@uni.example>", subject="A question"
    )
    centre.mailbox.deliver(raw, arrived=START)
    centre.worker.look()
    (question,) = centre.ledger.cases(open_only=True)
    assert question.outcome is Outcome.INQUIRY
    if by == "answering":
        centre.mailbox.flag(1, "\\Answered", folder="Questions")
    else:
        centre.mailbox.remove(1, folder="Questions")
    centre.worker.look()
    assert centre.ledger.cases(open_only=True) == [question]
    centre.clock.advance(timedelta(hours=1))
    centre.worker.look()
    assert centre.ledger.cases(open_only=True) == []
    assert [(one.what, one.note) for one in centre.ledger.history(question.number)][-1] == ("closed", note)


@pytest.mark.parametrize(
    "place",
    [Place(folder="Questions"), Place(folder="Questions", uidvalidity=99, uid=1)],
    ids=["without a UID", "rebuilt"],
)
def test_a_question_whose_place_nobody_knows_stays_on_the_list(place: Place) -> None:
    """No case ends by itself: a restored folder is no answer."""
    centre = Centre()
    raw = builders.thunderbird("Is it still open?", message_id="<q@uni.example>", subject="A question")
    centre.mailbox.deliver(raw, arrived=START)
    centre.worker.look()
    (question,) = centre.ledger.cases(open_only=True)
    record = centre.ledger.message(question.message)
    centre.ledger._messages[record.id] = replace(record, place=place)
    centre.clock.advance(timedelta(hours=2))
    centre.worker.look()
    assert centre.ledger.cases(open_only=True) == [question]


def application(number: int) -> bytes:
    return builders.thunderbird(builders.LETTER, [builders.File("a.pdf", PDF, "application/pdf")],
                                message_id=f"<{number}@uni.example>")  # fmt: skip


# --- what a third party sends ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "This is my letter of recommendation for Nadia Ferreira, attached.",
        "My student has the case C2222 with you; attached are her papers.",
        "Please see below.\n\n---------- Forwarded message ---------\nFrom: N. F. <nadia.ferreira@uni.example>\n\nAnbei.",
    ],
    ids=["names the person", "names the number", "passes on a mail of theirs"],
)
def test_a_referees_mail_is_listed_with_the_case_it_seems_to_belong_to(text: str) -> None:
    centre = Centre()
    centre.deliver(1, sender="Nadia Ferreira <nadia.ferreira@uni.example>")
    centre.worker.look()
    (own,) = centre.ledger.cases()
    referee = builders.thunderbird(text, [builders.File("letter.pdf", b"%PDF-1.4 another", "application/pdf")],
                                   message_id="<2@uni.example>", sender="Anton Huber <huber@lab.example>")  # fmt: skip
    centre.mailbox.deliver(referee, arrived=centre.clock.now())
    centre.worker.look()
    (theirs,) = [case for case in centre.ledger.cases() if case.number != own.number]
    assert theirs.outcome is Outcome.REVIEW
    assert centre.plan_of(theirs.number).beside == own.number
    assert centre.ledger.case(own.number) == own


def test_a_referees_mail_about_nobody_we_know_belongs_to_no_case() -> None:
    centre = Centre()
    centre.deliver(1, sender="Nadia Ferreira <nadia.ferreira@uni.example>")
    text = "This is my letter of recommendation for Mr Ferreira, attached."
    referee = builders.thunderbird(text, [builders.File("letter.pdf", b"%PDF-1.4 another", "application/pdf")],
                                   message_id="<2@uni.example>", sender="Anton Huber <huber@lab.example>")  # fmt: skip
    centre.mailbox.deliver(referee, arrived=centre.clock.now())
    centre.worker.look()
    assert [centre.plan_of(case.number).beside for case in centre.ledger.cases()] == ["", ""]


def test_a_message_is_judged_by_one_set_of_rules(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rules that an admin changes while its file is read hold from the next message on."""
    fresh = replace(
        centre.rules,
        positions=(),
        route=replace(centre.rules.route, positions=()),
        decide=replace(centre.rules.decide, positions=()),
    )
    read = centre.reader.read

    def reading_meanwhile(content: bytes) -> PdfFacts:
        centre.worker.rules = fresh
        return read(content)

    centre.only_letter()
    centre.deliver(1)
    monkeypatch.setattr(centre.reader, "read", reading_meanwhile)
    centre.round()
    assert centre.plan_of(centre.ledger.message(1).case).verdict.positions == ("postdoc/causal-inference",)
    centre.deliver(2)
    centre.round()
    assert centre.ledger.message(2).plan is not None
    assert centre.plan_of(centre.ledger.message(2).case).verdict.positions == ()
