"""Replies of unknown fate: what proves that they have left, and what follows where nothing does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from intake import desk, mending, proof, reconciliation
from intake.errors import OutcomeUnknown, Permanent, Transient
from intake.journey import copies
from intake.journey.lifecycle import MessageState, ReplyState
from intake.journey.reconcile import Code
from intake.model import Message, Outcome, Reply, Returned
from intake.ports import Mailbox, ReplyRecord
from tests import builders
from tests.unit.test_worker import PATIENCE, START, Centre

OWN = "open-positions@rc-trust.ai"
KEY = b"k" * 32
BCC = proof.Terms(kind="bcc", resend=True, address=OWN, keys=(KEY,))
WAIT = timedelta(minutes=10)
GONE = "gone after the final dot"


@pytest.fixture
def centre() -> Centre:
    made = Centre(terms=BCC)
    made.only_letter()
    return made


def lose(centre: Centre, *, arrives: bool) -> None:
    """An application comes, and the connection ends after the final dot of its reply."""
    centre.sender.unknown_arrives = arrives
    centre.sender.failures.append(OutcomeUnknown(GONE))
    centre.deliver()
    centre.round()


def the_reply(centre: Centre) -> ReplyRecord:
    [record] = centre.ledger.replies()
    return record


def as_delivered(reply: Reply, to: str) -> bytes:
    trace = (
        f"Return-Path: <{OWN}>\r\nDelivered-To: {to}\r\nReceived: by mx; Mon, 2 Mar 2026 10:00:00 +0100\r\n"
    )
    return trace.encode() + reply.raw


def copy_arrives(centre: Centre) -> None:
    [accepted] = centre.sender.accepted[-1:]
    assert accepted.copy_to
    centre.mailbox.deliver(as_delivered(accepted.reply, accepted.copy_to), arrived=centre.clock.now())


def next_life(centre: Centre, owner: str = "life-2") -> None:
    """The worker's process ends anywhere, and another begins."""
    centre.post = centre.outbox(owner)
    centre.desk = desk.Desk(centre.shared, {"main": centre.worker}, PATIENCE)
    centre.post.told = centre.worker.told = lambda record, event: centre.desk.heed(record, event) and None
    centre.post.take_over()
    centre.desk.catch_up()
    centre.desk.serve()


def test_every_reply_leaves_a_copy_that_is_no_mail(centre: Centre) -> None:
    """It goes to the sent mail, read, without a row or a case; figures and replies stay as they are."""
    centre.deliver()
    centre.round()
    reply = the_reply(centre)
    assert centre.sender.accepted[0].copy_to == copies.address(OWN, reply.reply.message_id, KEY)
    copy_arrives(centre)
    before = centre.ledger.counts("main")
    centre.round()
    assert centre.mailbox.contents() == {}
    assert len(centre.mailbox.contents("Sent")) == 1
    assert centre.ledger.counts("main") == before
    with pytest.raises(LookupError):
        centre.ledger.message(2)
    assert (the_reply(centre).state, the_reply(centre).sent) == (ReplyState.SENT, reply.sent)
    assert ("sent", f"main: sent mail, Message-ID {reply.reply.message_id}") in centre.ledger.places(
        reply.case
    )
    known = centre.ledger.mailbox("main")
    assert known is not None
    assert known.last_uid == 2


def test_a_copy_proves_that_a_lost_reply_has_left(centre: Centre) -> None:
    """The case goes on waiting for its applicant, as if nothing had been; nothing is sent again."""
    lose(centre, arrives=True)
    assert (the_reply(centre).state, the_reply(centre).sought) == (ReplyState.UNKNOWN, True)
    assert centre.ledger.message(1).outcome is Outcome.CORRECTION
    copy_arrives(centre)
    centre.round()
    assert the_reply(centre).state is ReplyState.SENT
    assert centre.ledger.history(the_reply(centre).case)[-1].what == "reply found to be sent"
    centre.clock.advance(WAIT * 9)
    centre.round()
    assert len(centre.sender.accepted) == 1
    assert centre.ledger.message(1).outcome is Outcome.CORRECTION


def test_what_nothing_proves_is_sent_once_more(centre: Centre) -> None:
    """After the wait and no earlier; the same bytes, with the same Message-ID."""
    lose(centre, arrives=False)
    lost = the_reply(centre).reply
    centre.clock.advance(WAIT - timedelta(seconds=1))
    centre.round()
    assert centre.sender.accepted == []
    centre.clock.advance(timedelta(seconds=1))
    centre.round()
    [accepted] = centre.sender.accepted
    assert (accepted.reply.raw, accepted.reply.message_id) == (lost.raw, lost.message_id)
    assert (the_reply(centre).state, the_reply(centre).resent) == (ReplyState.SENT, 1)


@pytest.mark.parametrize("arrives", [False, True])
def test_what_a_restored_ledger_knows_nothing_of_is_not_sent_again(centre: Centre, arrives: bool) -> None:
    """What became of it after the backup nobody knows: its copy proves, else a person decides."""
    lose(centre, arrives=True)
    centre.clock.advance(timedelta(days=1))
    centre.ledger.keep_back(why="restored")
    next_life(centre)
    if arrives:
        copy_arrives(centre)
    centre.round()
    centre.round()
    assert len(centre.sender.accepted) == 1
    assert the_reply(centre).state is (ReplyState.SENT if arrives else ReplyState.UNKNOWN)
    assert centre.ledger.message(1).outcome is (Outcome.CORRECTION if arrives else Outcome.REVIEW)


def test_searches_come_ever_more_slowly(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one at the end of the wait."""
    searched: list[float] = []
    real = centre.mailbox.sent

    def sent(message_id: str) -> bool | None:
        searched.append((centre.clock.now() - START).total_seconds())
        return real(message_id)

    monkeypatch.setattr(centre.mailbox, "sent", sent)
    lose(centre, arrives=False)
    for _ in range(600):
        centre.clock.advance(timedelta(seconds=1))
        centre.worker.look()
    assert searched == [0, 5, 10, 20, 40, 80, 160, 320, 600]


def test_a_reply_that_is_lost_again_and_again_goes_to_a_person(centre: Centre) -> None:
    """Twice it is sent once more; then its case is for review and says why, and nothing is sent by itself."""
    lose(centre, arrives=False)
    for _ in range(9):
        centre.sender.failures = [OutcomeUnknown(GONE)]
        centre.clock.advance(WAIT)
        centre.round()
    record = the_reply(centre)
    assert (record.state, record.sought, record.resent, record.attempts) == (ReplyState.UNKNOWN, False, 2, 3)
    assert centre.ledger.message(1).outcome is Outcome.REVIEW
    reasons = centre.plan_of(record.case).verdict.reasons
    assert any("nobody knows whether our reply has left" in reason for reason in reasons)


@pytest.mark.parametrize(
    "terms",
    [proof.Terms(), replace(BCC, resend=False)],
    ids=["none", "hold"],
)
def test_a_person_decides_where_it_is_so_configured(terms: proof.Terms) -> None:
    """Nothing is sent again; the case is for review."""
    centre = Centre(terms=terms)
    centre.only_letter()
    lose(centre, arrives=False)
    centre.clock.advance(WAIT)
    centre.round()
    centre.round()
    assert (the_reply(centre).state, the_reply(centre).sought) == (ReplyState.UNKNOWN, False)
    assert centre.ledger.message(1).outcome is Outcome.REVIEW
    assert centre.sender.accepted == []


def test_a_proof_that_comes_late_brings_the_case_back(centre: Centre) -> None:
    """It waits for its applicant again when the copy comes after a person was asked."""
    centre = Centre(terms=replace(BCC, resend=False))
    centre.only_letter()
    lose(centre, arrives=True)
    centre.clock.advance(WAIT)
    centre.round()
    centre.round()
    assert centre.ledger.message(1).outcome is Outcome.REVIEW
    copy_arrives(centre)
    centre.round()
    centre.round()
    assert the_reply(centre).state is ReplyState.SENT
    assert centre.ledger.message(1).outcome is Outcome.CORRECTION


def test_nothing_is_decided_while_the_mailbox_is_away(centre: Centre) -> None:
    """However long that lasts: the copy may lie in it."""
    lose(centre, arrives=True)
    copy_arrives(centre)
    centre.mailbox.trouble = Transient("no route to host")
    centre.clock.advance(timedelta(days=2))
    for _ in range(3):
        with pytest.raises(Transient):
            centre.worker.look()
        centre.post.send_due()
    assert (the_reply(centre).state, the_reply(centre).sought) == (ReplyState.UNKNOWN, True)
    centre.mailbox.trouble = None
    centre.round()
    assert the_reply(centre).state is ReplyState.SENT
    assert len(centre.sender.accepted) == 1


def test_a_server_that_keeps_sent_mail(centre: Centre) -> None:
    """No copy is sent along: the reply is looked for among the sent mail."""
    centre = Centre(terms=replace(BCC, kind="server-sent"))
    centre.only_letter()
    lose(centre, arrives=True)
    [accepted] = centre.sender.accepted
    assert accepted.copy_to == ""
    centre.mailbox.deliver(accepted.reply.raw, arrived=START, folder="Sent")
    centre.clock.advance(timedelta(minutes=1))
    centre.round()
    assert the_reply(centre).state is ReplyState.SENT


def test_without_a_folder_of_sent_mail_nothing_is_concluded() -> None:
    """Where a server should keep it and has none, a person looks."""
    centre = Centre(terms=replace(BCC, kind="server-sent"))
    centre.only_letter()
    lose(centre, arrives=True)
    centre.clock.advance(WAIT)
    centre.round()
    centre.round()
    assert len(centre.sender.accepted) == 1
    assert "no folder of sent mail" in the_reply(centre).error
    assert centre.ledger.message(1).outcome is Outcome.REVIEW


# --- copies that do not arrive -------------------------------------------------------------------


def test_refused_copies_keep_no_reply_back(centre: Centre) -> None:
    """The applicant is answered; the server is not asked again in this life, and what is lost goes to a person."""
    centre.sender.refuses_copies = Permanent("RCPT TO of the copy: 550 no such user")
    centre.deliver(1)
    centre.round()
    known = centre.ledger.mailbox("main")
    assert known is not None
    assert "550 no such user" in known.copies
    assert the_reply(centre).state is ReplyState.SENT
    asked: list[str] = []
    real = centre.sender.send

    def send(reply: Reply, **more: object) -> None:
        asked.append(str(more["copy_to"]))
        real(reply, **more)  # type: ignore[arg-type]

    centre.sender.send = send  # type: ignore[method-assign]
    centre.sender.failures.append(OutcomeUnknown(GONE))
    centre.deliver(2, sender="Other <other@uni.example>")
    centre.round()
    assert asked == [""]
    assert centre.ledger.message(2).outcome is Outcome.REVIEW
    next_life(centre)
    known = centre.ledger.mailbox("main")
    assert known is not None
    assert known.copies == ""


@pytest.mark.parametrize("refusal", [Permanent("550"), Transient("451")], ids=["for good", "for now"])
def test_what_left_without_its_copy_is_not_sent_again(centre: Centre, refusal: Permanent | Transient) -> None:
    """Lost in the same try in which its copy was refused: nothing could prove it, so that a person decides."""
    centre.sender.refuses_copies = refusal
    lose(centre, arrives=True)
    centre.clock.advance(WAIT * 2)
    centre.round()
    centre.round()
    assert len(centre.sender.accepted) == 1
    assert (the_reply(centre).state, the_reply(centre).proof) == (ReplyState.UNKNOWN, "")
    assert centre.ledger.message(1).outcome is Outcome.REVIEW


def report(failed: str, message_id: str, *, original: str = "") -> bytes:
    first = f"Original-Recipient: rfc822;{original}\n" if original else ""
    return builders.mail(
        builders.multipart(
            "report",
            builders.plain("It could not be delivered."),
            f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{first}"
            f"Final-Recipient: rfc822; {failed}\nAction: failed\nStatus: 5.1.1\n".encode(),
            f"Content-Type: message/rfc822\n\nMessage-ID: {message_id}\n\nDear Nadia\n".encode(),
        ),
        "Return-Path: <>",
        sender="MAILER-DAEMON@uni.example",
        subject="Undelivered Mail Returned to Sender",
        message_id="<dsn@uni.example>",
    )


@pytest.mark.parametrize("aliased", [False, True])
def test_a_report_about_the_copy_is_none_about_the_applicant(centre: Centre, aliased: bool) -> None:
    """It proves that the reply was accepted, and that copies do not arrive; the case goes on waiting."""
    lose(centre, arrives=True)
    reply, to = the_reply(centre).reply, centre.sender.accepted[0].copy_to
    raw = report("internal@host", reply.message_id, original=to) if aliased else report(to, reply.message_id)
    centre.mailbox.deliver(raw, arrived=centre.clock.now())
    centre.round()
    assert the_reply(centre).state is ReplyState.SENT
    assert centre.ledger.message(1).outcome is Outcome.CORRECTION
    known = centre.ledger.mailbox("main")
    assert known is not None
    assert known.copies == "a copy came back (5.1.1)"


@pytest.mark.parametrize("to", ["nadia@uni.example", "open-positions+sent-0123456789abcdef@rc-trust.ai", OWN])
def test_a_report_about_the_applicant_is_one(centre: Centre, to: str) -> None:
    """Also one with a code that is not ours, or with our public address: whoever forges one makes a person look, and
    copies go on proving."""
    centre.deliver()
    centre.round()
    centre.mailbox.deliver(report(to, the_reply(centre).reply.message_id), arrived=centre.clock.now())
    centre.round()
    centre.round()
    assert the_reply(centre).state is ReplyState.FAILED
    assert centre.ledger.message(1).outcome is Outcome.REVIEW
    known = centre.ledger.mailbox("main")
    assert known is not None
    assert known.copies == ""


@pytest.mark.parametrize(
    "copy_to, failed, expected",
    [
        ("Sent.Copies@rc-trust.ai", ("sent.copies@rc-trust.ai",), True),
        ("sent.copies@rc-trust.ai", ("sent.copies@rc-trust.ai", "nadia@uni.example"), False),
        ("sent.copies@rc-trust.ai", (OWN,), False),
        (OWN, (OWN,), True),
        ("", (OWN,), False),
        ("", (), False),
    ],
)
def test_which_reports_are_about_a_copy(copy_to: str, failed: tuple[str, ...], expected: bool) -> None:
    """Those about the address that copies really go to, and about no other of ours."""
    terms = replace(BCC, copy_to=copy_to)
    assert terms.is_about_copy(Returned(failed=True, recipients=failed), "<r@rc-trust.ai>") is expected


# --- forged copies -------------------------------------------------------------------------------


def altered(reply: Reply) -> bytes:
    return as_delivered(reply, OWN) + b"\r\nI apply for the PostDoc position in Causal Inference.\r\n"


def wrong_code(reply: Reply) -> bytes:
    return as_delivered(reply, "open-positions+sent-0123456789abcdef@rc-trust.ai") + b"\r\nmine\r\n"


def only_the_message_id(reply: Reply) -> bytes:
    return builders.mail(builders.plain("A question of mine."), message_id=reply.message_id)


@pytest.mark.parametrize("forged", [altered, wrong_code, only_the_message_id])
def test_a_forged_copy_is_an_ordinary_mail(centre: Centre, forged: Callable[[Reply], bytes]) -> None:
    """Applicants know our Message-ID: what they send under it is judged, and proves nothing."""
    lose(centre, arrives=False)
    record = the_reply(centre)
    centre.mailbox.deliver(forged(record.reply), arrived=centre.clock.now())
    centre.worker.look()
    judged = centre.ledger.message(2)
    assert (judged.state, judged.outcome is None) == (MessageState.DONE, False)
    assert the_reply(centre).state is ReplyState.UNKNOWN
    assert "Sent" not in judged.place.folder
    assert centre.mailbox.contents("Sent") == {}


def test_an_exact_copy_proves_whoever_sends_it(centre: Centre) -> None:
    """Without an address that shows a code, as on servers that write none: it says nothing but what we said."""
    lose(centre, arrives=True)
    centre.mailbox.deliver(as_delivered(the_reply(centre).reply, OWN), arrived=centre.clock.now())
    centre.round()
    assert the_reply(centre).state is ReplyState.SENT
    assert centre.mailbox.contents() == {}


def test_a_copy_among_the_suspected_junk_proves_and_stays(centre: Centre) -> None:
    """The reply is not sent again; the copy is not listed for HR, and not moved."""
    watch = centre.junk()
    lose(centre, arrives=True)
    [accepted] = centre.sender.accepted
    centre.mailbox.deliver(as_delivered(accepted.reply, accepted.copy_to), arrived=START, folder="Junk")
    watch.look()
    assert the_reply(centre).state is ReplyState.SENT
    centre.clock.advance(WAIT)
    centre.round()
    assert len(centre.sender.accepted) == 1
    assert sum(centre.ledger.counts("main/junk").values()) == 0
    assert len(centre.mailbox.contents("Junk")) == 1


# --- kill -9 between any two effects -------------------------------------------------------------


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


def killing(centre: Centre, monkeypatch: pytest.MonkeyPatch, where: int) -> Iterator[None]:
    """The ``where``-th effect from now on is the last of this life: it happens, and nothing after it."""
    effects = [
        *((centre.ledger, name) for name in ("announce", "holds", "settle", "direct", "look_later", "add_place",
                                             "take_in", "pass_over", "save_plan", "mark_filed", "mark_moved",
                                             "give_up_expired")),
        (centre.mailbox, "move"), (centre.sender, "send"),
    ]  # fmt: skip
    left = [where]

    def deadly(real: Callable[..., object]) -> Callable[..., object]:
        def effect(*given: object, **named: object) -> object:
            result = real(*given, **named)
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return result

        return effect

    with monkeypatch.context() as patched:
        for owner, name in effects:
            patched.setattr(owner, name, deadly(getattr(owner, name)))
        yield


@pytest.mark.parametrize("where", range(1, 25))
def test_a_kill_between_any_two_effects(centre: Centre, monkeypatch: pytest.MonkeyPatch, where: int) -> None:
    """One mail for the applicant, one copy among the sent mail, and the reply is known to have left."""
    centre.deliver()
    delivered = 0

    def post_office() -> None:
        """What was accepted arrives."""
        nonlocal delivered
        for accepted in centre.sender.accepted[delivered:]:
            raw = as_delivered(accepted.reply, accepted.copy_to)
            centre.mailbox.deliver(raw, arrived=centre.clock.now())
            delivered += 1

    for _ in killing(centre, monkeypatch, where):
        try:
            for _ in range(3):
                centre.round()
                post_office()
        except Killed:
            pass
    centre.worker = Centre.worker_of(centre)
    next_life(centre)
    for _ in range(6):
        post_office()
        centre.round()
        centre.desk.serve()
        centre.clock.advance(WAIT)
    assert [one.state for one in centre.ledger.replies()] == [ReplyState.SENT]
    assert len(centre.sender.accepted) == 1
    assert len(centre.mailbox.contents("Sent")) == 1
    assert centre.mailbox.contents() == {}
    assert centre.ledger.message(1).outcome is Outcome.CORRECTION
    with pytest.raises(LookupError):
        centre.ledger.message(2)


def test_a_copy_is_known_after_a_rebuild(centre: Centre) -> None:
    """New UIDs, another UIDVALIDITY: it is still no mail."""
    lose(centre, arrives=True)
    copy_arrives(centre)
    centre.mailbox.rebuild()
    centre.round()
    assert the_reply(centre).state is ReplyState.SENT
    assert (centre.mailbox.contents(), len(centre.mailbox.contents("Sent"))) == ({}, 1)
    with pytest.raises(LookupError):
        centre.ledger.message(2)


@pytest.mark.parametrize("refused", [False, True], ids=["all given out", "one refused"])
def test_many_copies_are_fetched_together(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, refused: bool
) -> None:
    """By one command; one that the server does not give out is as any other mail, and proves nothing."""
    for number in range(1, 4):
        centre.deliver(number, sender=f"Other <other{number}@uni.example>")
    centre.round()
    for accepted in centre.sender.accepted[-3:]:
        assert accepted.copy_to
        raw = as_delivered(accepted.reply, accepted.copy_to)
        last = centre.mailbox.deliver(raw, arrived=centre.clock.now())
    real, asked = centre.mailbox.fetch, list[int]()

    def fetch(uids: Sequence[int], *, largest: int) -> list[Message]:
        asked.append(len(uids))
        if refused and last in uids:
            raise Permanent(f"UID {last}: not given out")
        return real(uids, largest=largest)

    monkeypatch.setattr(centre.mailbox, "fetch", fetch)
    centre.worker.look()
    assert asked[: 4 if refused else 1] == ([3, 1, 1, 1] if refused else [3])
    assert len(centre.mailbox.contents("Sent")) == (2 if refused else 3)


def away(*_: object, **__: object) -> None:
    raise Transient("no route to host")


def copy_stays(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply of unknown fate is proven by its copy, which cannot be moved out of the INBOX."""
    lose(centre, arrives=True)
    copy_arrives(centre)
    with monkeypatch.context() as patched:
        patched.setattr(centre.mailbox, "move", away)
        centre.worker.look()


def test_a_copy_that_cannot_be_moved_keeps_nobody_waiting(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It proves all the same; other mails are read, and it is moved an hour later."""
    lose(centre, arrives=True)
    copy_arrives(centre)
    centre.deliver(2, sender="Other <other@uni.example>")
    with monkeypatch.context() as patched:
        patched.setattr(centre.mailbox, "move", away)
        centre.round()
    assert the_reply_of(centre, 1).state is ReplyState.SENT
    assert centre.ledger.message(2).outcome is Outcome.CORRECTION
    centre.clock.advance(timedelta(hours=1))
    centre.round()
    assert centre.mailbox.contents() == {}
    assert len(centre.mailbox.contents("Sent")) == 1


def test_a_copy_that_could_not_be_moved_is_no_mail_without_a_row(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No fault is told of it, and a repair makes no case of it; a mail beside it is taken in."""
    copy_stays(centre, monkeypatch)
    centre.mailbox.deliver(only_the_message_id(the_reply(centre).reply), arrived=START)
    centre.ledger.pass_over("main", last_uid=3)

    def copies(_: str, mailbox: Mailbox, uids: Sequence[int]) -> set[int]:
        found = proof.copies_among(mailbox, uids, terms=BCC, ledger=centre.ledger)
        return {message.key.uid for message, _, _ in found}

    sources = reconciliation.Sources(
        ledger=centre.ledger, folders=centre.folders, parked=centre.parked, readings=centre.readings,
        clock=centre.clock, mailboxes={"main": lambda: centre.mailbox}, copies=copies,
    )  # fmt: skip
    [rowless] = reconciliation.Reconciliation(sources).full().findings
    assert (rowless.code, rowless.places) == (Code.UID_WITHOUT_ROW, ("3",))
    mending.Repair(sources, number=lambda: "ZZZZ")()
    assert [one.key.uid for one in centre.ledger.unfinished("main", now=centre.clock.now(), limit=9)] == [3]


@pytest.mark.parametrize("later", [False, True], ids=["at the first look", "an hour later"])
def test_what_is_left_is_looked_for_until_the_mailbox_answers(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, later: bool
) -> None:
    """A search that its connection does not live through is made at the next look."""
    copy_stays(centre, monkeypatch)
    if later:
        centre.clock.advance(timedelta(hours=1))
    else:
        centre.worker = centre.worker_of()
    with monkeypatch.context() as patched:
        patched.setattr(centre.mailbox, "uids_since", away)
        with pytest.raises(Transient):
            centre.worker.look()
    centre.worker.look()
    assert centre.mailbox.contents() == {}
    assert len(centre.mailbox.contents("Sent")) == 1


def the_reply_of(centre: Centre, message: int) -> ReplyRecord:
    [record] = centre.ledger.replies(case=centre.ledger.message(message).case)
    return record
