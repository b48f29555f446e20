"""The contract of ``ports.Ledger``, kept alike by both databases and by their twin in memory."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from intake.adapters.ledger import memory, sql
from intake.errors import LeaseLost, Permanent, Transient, UidValidityChanged
from intake.journey.lifecycle import MOST_RESENT, IllegalMove, MessageState, ReplyEvent, ReplyState
from intake.model import (
    Address,
    Attachment,
    Document,
    DocumentKind,
    FileKind,
    Folder,
    FolderFile,
    ListedPart,
    Mail,
    MessageKey,
    Outcome,
    PageClass,
    Plan,
    Presence,
    Problem,
    ProblemCode,
    Reply,
    ReplyKind,
    Traffic,
    Verdict,
)
from intake.ports import Answered, CaseEvent, CaseRecord, Claim, Ledger, Milestone, Place, ReplyRecord
from tests.servers.postgres import PASSWORD, Postgres

NAME = "open-positions"
NOW = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)
ARRIVED = datetime(2025, 11, 3, 8, 59, tzinfo=UTC)


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres), "memory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Ledger]:
    """A new ledger, opened again each time it is called; the one in memory is always the same."""
    if request.param == "memory":
        only = memory.MemoryLedger()
        return lambda: only
    if request.param == "sqlite":
        return lambda: sql.open(tmp_path / "ledger.sqlite")
    server: Postgres = request.getfixturevalue("postgres")
    url = server.empty_ledger()
    return lambda: sql.open(url, lambda: PASSWORD)


@pytest.fixture
def ledger(opened: Callable[[], Ledger]) -> Iterator[Ledger]:
    """A ledger that knows one mailbox, with nothing in it."""
    ledger = opened()
    ledger.start_mailbox(NAME, uidvalidity=7, before=(), now=NOW)
    yield ledger
    ledger.close()


@pytest.fixture
def number() -> Callable[[], str]:
    """C1, C2, C3 …"""
    count = itertools.count(1)
    return lambda: f"C{next(count)}"


@pytest.fixture
def found(ledger: Ledger, number: Callable[[], str]) -> Callable[[], int]:
    """A message that is found, its id. The first one has UID 1 and case C1."""
    uids = itertools.count(1)

    def take_in() -> int:
        ledger.take_in(NAME, uidvalidity=7, uids=[next(uids)], now=NOW, number=number)
        return max(record.id for record in ledger.unfinished(NAME, now=later(1e6), limit=1000))

    return take_in


def a_reply(
    number: str, kind: ReplyKind = ReplyKind.ACKNOWLEDGEMENT, *, held: str = "", to: str = "Ada@x.example"
) -> Reply:
    return Reply(
        kind=kind,
        language="de",
        recipient=to,
        subject=f"Ihre Bewerbung [{number}]",
        message_id=f"<{number}.{kind.value}@our.example>",
        text="Guten Tag,\n\nIhre Bewerbung ist angekommen.\n",
        raw=b"Subject: \xff\x00\r\n\r\nGuten Tag\r\n",
        held=held,
    )


def a_plan(
    case: str, outcome: Outcome = Outcome.ACCEPTED, *, reply: Reply | None = None, follows: str = ""
) -> Plan:
    return Plan(
        case=case,
        verdict=Verdict(outcome=outcome, language="de", positions=("postdoc/causal-inference",)),
        reply=reply,
        follows=follows,
    )


def carry_out(ledger: Ledger, message: int, plan: Plan, *, at: datetime = NOW) -> None:
    """Judged, filed and moved."""
    ledger.save_plan(message, plan, now=at)
    ledger.mark_filed(message, now=at)
    ledger.mark_moved(message, place=Place(folder="Applications", uidvalidity=3, uid=message), now=at)


def sent(ledger: Ledger, reply: int, *, at: datetime = NOW) -> None:
    assert ledger.announce(reply, owner="one", lease_until=at + timedelta(minutes=5))
    assert ledger.settle(reply, ReplyEvent.ACCEPT, owner="one", now=at)


# --- Mailboxes -----------------------------------------------------------------------------------


def test_the_first_start_counts_and_judges_nothing(ledger: Ledger) -> None:
    """Ten thousand mails that were there before are recorded, have no case number and no work."""
    ledger.start_mailbox("second", uidvalidity=9, before=range(1, 10_001), now=NOW)
    record = ledger.mailbox("second")
    assert record is not None
    assert (record.uidvalidity, record.last_uid, record.started) == (9, 10_000, NOW)
    assert ledger.counts("second")["before-our-time"] == 10_000
    assert ledger.unfinished("second", now=NOW, limit=10) == []
    assert [one.name for one in ledger.mailboxes()] == [NAME, "second"]


def test_a_mailbox_starts_once(ledger: Ledger) -> None:
    """A second first start is a bug in us, and changes nothing."""
    with pytest.raises(ValueError, match="has had its first start"):
        ledger.start_mailbox(NAME, uidvalidity=8, before=(1,), now=NOW)
    assert ledger.counts(NAME)["before-our-time"] == 0


def test_an_unknown_mailbox(ledger: Ledger, number: Callable[[], str]) -> None:
    """It is None when asked for, and an error when written to."""
    assert ledger.mailbox("none") is None
    with pytest.raises(LookupError, match="no mailbox 'none'"):
        ledger.renew_mailbox("none", uidvalidity=1, before=(), now=NOW)
    with pytest.raises(LookupError, match="no mailbox 'none'"):
        ledger.take_in("none", uidvalidity=1, uids=[1], now=NOW, number=number)


def test_trouble_remembers_since_when(ledger: Ledger) -> None:
    """The first bad pass sets the time, further ones keep it, a good one clears it."""
    ledger.report_pass(NAME, now=later(1), trouble="no connection", next_try=later(2))
    ledger.report_pass(NAME, now=later(2), trouble="wrong password", next_try=later(4))
    record = ledger.mailbox(NAME)
    assert record is not None
    assert (record.trouble, record.trouble_since, record.next_try) == ("wrong password", later(1), later(4))
    ledger.report_pass(NAME, now=later(4))
    record = ledger.mailbox(NAME)
    assert record is not None
    assert (record.last_pass, record.trouble, record.trouble_since, record.next_try) == (
        later(4),
        "",
        None,
        None,
    )


def test_a_rebuilt_mailbox_voids_what_has_no_plan(
    ledger: Ledger, found: Callable[[], int], number: Callable[[], str]
) -> None:
    """FOUND and BEFORE are GONE, since they are found again; a planned one keeps its plan and its work."""
    planned, _ = found(), found()
    ledger.save_plan(planned, a_plan("C1"), now=NOW)
    ledger.renew_mailbox(NAME, uidvalidity=70, before=(8, 9), now=later(1))
    assert ledger.counts(NAME)["before-our-time"] == 2
    ledger.renew_mailbox(NAME, uidvalidity=71, before=(), now=later(2))
    record = ledger.mailbox(NAME)
    assert record is not None
    assert (record.uidvalidity, record.last_uid) == (71, 0)
    counts = ledger.counts(NAME)
    assert (counts["gone"], counts["in work"], counts["before-our-time"]) == (3, 1, 0)
    assert [one.id for one in ledger.unfinished(NAME, now=NOW, limit=9)] == [planned]


def test_a_rebuilt_mailbox_keeps_what_was_before_our_time(ledger: Ledger, number: Callable[[], str]) -> None:
    """It is recorded together with the rebuild, so that a life that ends then takes nothing old for new."""
    ledger.renew_mailbox(NAME, uidvalidity=70, before=(3, 5), now=later(1))
    assert ledger.take_in(NAME, uidvalidity=70, uids=[3, 4, 5, 6], now=later(1), number=number) == 2
    assert [one.key.uid for one in ledger.unfinished(NAME, now=NOW, limit=9)] == [4, 6]
    assert ledger.counts(NAME)["before-our-time"] == 2


def test_a_uidvalidity_that_comes_back(
    ledger: Ledger, found: Callable[[], int], number: Callable[[], str]
) -> None:
    """A restored backup has old UIDs again, perhaps of other mails: all of them are found anew."""
    planned, _ = found(), found()
    ledger.save_plan(planned, a_plan("C1"), now=NOW)
    ledger.renew_mailbox(NAME, uidvalidity=70, before=(), now=later(1))
    ledger.renew_mailbox(NAME, uidvalidity=7, before=(2,), now=later(2))
    assert ledger.take_in(NAME, uidvalidity=7, uids=[1, 2], now=later(2), number=number) == 1
    old, new = ledger.unfinished(NAME, now=NOW, limit=9)
    assert (old.id, old.key.uid) == (planned, -planned)
    assert (new.key.uid, new.state) == (1, MessageState.FOUND)
    ledger.repoint(old.id, duplicate=new.id)
    assert ledger.message(planned).key.uid == 1


# --- Taking in -----------------------------------------------------------------------------------


def test_taking_in_makes_rows_and_numbers(ledger: Ledger, number: Callable[[], str]) -> None:
    """Each new UID is a FOUND message in the INBOX with a case number of its own."""
    assert ledger.take_in(NAME, uidvalidity=7, uids=[4, 3], now=NOW, number=number) == 2
    first, second = ledger.unfinished(NAME, now=NOW, limit=10)
    assert first.key == MessageKey(mailbox=NAME, uidvalidity=7, uid=3)
    assert (first.case, first.state, first.found) == ("C1", MessageState.FOUND, NOW)
    assert first.place == Place(folder="INBOX", uidvalidity=7, uid=3)
    assert (second.key.uid, second.case, second.plan, second.outcome) == (4, "C2", None, None)
    record = ledger.mailbox(NAME)
    assert record is not None
    assert record.last_uid == 4


def test_what_is_known_is_not_taken_in_again(ledger: Ledger, number: Callable[[], str]) -> None:
    """Only the new UIDs count, and the highest UID never goes down."""
    ledger.take_in(NAME, uidvalidity=7, uids=[1, 2, 3], now=NOW, number=number)
    assert ledger.take_in(NAME, uidvalidity=7, uids=[2, 3, 4, 4], now=NOW, number=number) == 1
    assert ledger.take_in(NAME, uidvalidity=7, uids=[1], now=NOW, number=number) == 0
    assert ledger.take_in(NAME, uidvalidity=7, uids=[], now=NOW, number=number) == 0
    record = ledger.mailbox(NAME)
    assert record is not None
    assert record.last_uid == 4
    assert ledger.counts(NAME)["in work"] == 4


@pytest.mark.parametrize("known,asked", [(1, 5), (4, 6), (50, 51), (499, 501), (501, 1003)])
def test_any_number_is_taken_in_at_once(
    ledger: Ledger, number: Callable[[], str], known: int, asked: int
) -> None:
    """However many they are and however many of them have a row already, each of the others gets one."""
    ledger.take_in(NAME, uidvalidity=7, uids=range(1, known + 1), now=NOW, number=number)
    uids = range(asked, 0, -1)
    assert ledger.take_in(NAME, uidvalidity=7, uids=uids, now=NOW, number=number) == asked - known
    found = ledger.unfinished(NAME, now=NOW, limit=2000)
    assert [one.key.uid for one in found] == list(range(1, asked + 1))
    assert len({one.case for one in found}) == asked


def test_a_case_number_is_asked_for_again_when_it_is_taken(ledger: Ledger) -> None:
    """Neither a number in the ledger nor one given twice at once is used again."""
    given = iter(["A", "A", "A", "B", "A", "C"])
    ledger.take_in(NAME, uidvalidity=7, uids=[1], now=NOW, number=given.__next__)
    ledger.take_in(NAME, uidvalidity=7, uids=[2, 3], now=NOW, number=given.__next__)
    assert [one.case for one in ledger.unfinished(NAME, now=NOW, limit=9)] == ["A", "B", "C"]


def test_when_no_number_is_free_nothing_is_taken_in(ledger: Ledger) -> None:
    """A source that gives one number only is given up, with nothing half written: it can be made longer twice."""
    with pytest.raises(Permanent, match="no free case number"):
        ledger.take_in(NAME, uidvalidity=7, uids=[1, 2, 3, 4], now=NOW, number=lambda: "A")
    assert ledger.counts(NAME)["in work"] == 0


def test_case_numbers_grow_when_the_short_ones_are_taken(ledger: Ledger) -> None:
    """After some clashes a number gets a fifth letter, and then a sixth; what is free stays short."""
    ledger.take_in(NAME, uidvalidity=7, uids=[1], now=NOW, number=lambda: "K7Q2")
    ledger.take_in(NAME, uidvalidity=7, uids=[2], now=NOW, number=lambda: "K7Q2")
    ledger.take_in(NAME, uidvalidity=7, uids=[3], now=NOW, number=lambda: "K7Q2")
    ledger.take_in(NAME, uidvalidity=7, uids=[4], now=NOW, number=lambda: "BCDF")
    numbers = [one.case for one in ledger.unfinished(NAME, now=NOW, limit=9)]
    assert numbers == ["K7Q2", "K7Q2K", "K7Q2K7", "BCDF"]


def test_uids_of_a_mailbox_that_was_rebuilt_meanwhile_are_refused(
    ledger: Ledger, number: Callable[[], str]
) -> None:
    """UIDs count only within their UIDVALIDITY."""
    with pytest.raises(UidValidityChanged):
        ledger.take_in(NAME, uidvalidity=8, uids=[1], now=NOW, number=number)


def test_adopting_takes_in_what_was_before(ledger: Ledger, number: Callable[[], str]) -> None:
    """Only messages before our time with these UIDs; they have case numbers then, and say how they came."""
    ledger.renew_mailbox(NAME, uidvalidity=7, before=[1, 2, 3], now=NOW)
    ledger.take_in(NAME, uidvalidity=7, uids=[4], now=NOW, number=number)
    assert ledger.adopt(NAME, uids=[3, 2, 4, 99], replies=False, number=number) == 2
    assert ledger.adopt(NAME, uids=[2], replies=True, number=number) == 0
    told = [
        (one.key.uid, one.case, one.adopted, one.no_reply)
        for one in ledger.unfinished(NAME, now=NOW, limit=9)
    ]
    assert told == [(2, "C2", True, True), (3, "C3", True, True), (4, "C1", False, False)]
    assert ledger.counts(NAME)["before-our-time"] == 1


# --- Unfinished work -----------------------------------------------------------------------------


def test_work_is_walked_oldest_first_and_only_when_due(ledger: Ledger, found: Callable[[], int]) -> None:
    """What is put off comes back at its time, with what was said; the limit holds."""
    first, second, third = found(), found(), found()
    ledger.put_off(first, step="fetch", error="no connection", retry_at=later(5))
    assert [one.id for one in ledger.unfinished(NAME, now=NOW, limit=9)] == [second, third]
    assert [one.id for one in ledger.unfinished(NAME, now=NOW, limit=1)] == [second]
    again, *_ = ledger.unfinished(NAME, now=later(5), limit=9)
    assert (again.id, again.attempts, again.step, again.error) == (first, 1, "fetch", "no connection")
    assert ledger.unfinished("other", now=NOW, limit=9) == []


def test_a_step_that_succeeds_forgets_the_failures_before(ledger: Ledger, found: Callable[[], int]) -> None:
    """Attempts are counted for each step anew."""
    message = found()
    ledger.put_off(message, step="fetch", error="no connection", retry_at=later(5))
    ledger.save_plan(message, a_plan("C1"), now=NOW)
    record = ledger.message(message)
    assert (record.attempts, record.next_try, record.step, record.error) == (0, None, "", "")


def test_a_parked_message_waits_for_a_person(ledger: Ledger, found: Callable[[], int]) -> None:
    """It is in no one's way; sent on before it had a plan it is judged, after that it is not."""
    judged, unread = found(), found()
    ledger.save_plan(judged, a_plan("C1"), now=NOW)
    for message in (judged, unread):
        ledger.put_off(message, step="file", error="disk full", retry_at=None)
        assert ledger.message(message).state is MessageState.PARKED
    assert ledger.unfinished(NAME, now=later(1e6), limit=9) == []
    assert ledger.counts(NAME)["parked"] == 2
    assert [record.id for record in ledger.parked(NAME)] == [judged, unread]
    assert ledger.parked("another") == []
    assert ledger.recount(NAME) == ledger.counts(NAME)
    assert ledger.tally_holds()
    for message in (judged, unread):
        ledger.retry(message)
    assert ledger.message(judged).state is MessageState.PLANNED
    assert (ledger.message(unread).state, ledger.message(unread).attempts) == (MessageState.FOUND, 0)


def test_what_a_person_took_away_is_gone(ledger: Ledger, found: Callable[[], int]) -> None:
    """No work is left; what has a plan cannot vanish that way."""
    message, planned = found(), found()
    ledger.save_plan(planned, a_plan("C2"), now=NOW)
    ledger.vanish(message)
    assert ledger.message(message).state is MessageState.GONE
    with pytest.raises(IllegalMove, match="'vanish' cannot happen to what is 'planned'"):
        ledger.vanish(planned)


@pytest.mark.parametrize(
    "act",
    [
        lambda ledger, message: ledger.save_plan(message, a_plan("C1"), now=NOW),
        lambda ledger, message: ledger.mark_filed(message, now=NOW),
        lambda ledger, message: ledger.mark_moved(message, place=None, now=NOW),
        lambda ledger, message: ledger.vanish(message),
        lambda ledger, message: ledger.retry(message),
        lambda ledger, message: ledger.put_off(message, step="x", error="", retry_at=NOW),
        lambda ledger, message: ledger.identify(
            message, content_key="k", message_id="", size=1, arrived=ARRIVED
        ),
    ],
    ids=["save_plan", "mark_filed", "mark_moved", "vanish", "retry", "put_off", "identify"],
)
def test_nothing_happens_to_what_is_gone(
    ledger: Ledger, found: Callable[[], int], act: Callable[[Ledger, int], None]
) -> None:
    """Every step refuses a state that does not allow it, and leaves the message as it was."""
    message = found()
    ledger.vanish(message)
    before = ledger.message(message)
    with pytest.raises(IllegalMove, match="cannot happen to what is 'gone'"):
        act(ledger, message)
    assert ledger.message(message) == before


def test_an_unknown_message_is_an_error(ledger: Ledger) -> None:
    """Nobody can have been given its id."""
    with pytest.raises(LookupError, match="no message 99"):
        ledger.message(99)
    with pytest.raises(LookupError, match="no message 99"):
        ledger.vanish(99)


# --- The same message again ----------------------------------------------------------------------


def identify(ledger: Ledger, message: int, content_key: str = "k1") -> int | None:
    earlier = ledger.identify(message, content_key=content_key, message_id="<m@x>", size=5, arrived=ARRIVED)
    return None if earlier is None else earlier.id


def test_a_message_is_known_by_its_content(ledger: Ledger, found: Callable[[], int]) -> None:
    """The second delivery finds the first, a mail with other content finds none."""
    first, second, other = found(), found(), found()
    assert identify(ledger, first) is None
    record = ledger.message(first)
    assert (record.content_key, record.message_id, record.size, record.arrived) == ("k1", "<m@x>", 5, ARRIVED)
    carry_out(ledger, first, a_plan("C1"))
    assert identify(ledger, second) == first
    assert identify(ledger, other, "k2") is None


def test_two_of_the_same_never_wait_for_each_other(ledger: Ledger, found: Callable[[], int]) -> None:
    """The later one finds the earlier one, but not the other way round while neither is judged."""
    first, second = found(), found()
    assert identify(ledger, first) is None
    assert identify(ledger, second) == first
    assert identify(ledger, first) is None


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["the first one first", "the second one first"])
def test_of_two_found_to_be_the_first_one_is(
    ledger: Ledger, found: Callable[[], int], order: tuple[int, int]
) -> None:
    """Two workers take up the same mail in two mailboxes: one of them gets a plan, the other is told to look again."""
    first, second = found(), found()
    assert identify(ledger, second) is None
    assert identify(ledger, first) is None
    quick, slow = (((first, "C1"), (second, "C2"))[which] for which in order)
    ledger.save_plan(quick[0], a_plan(quick[1], reply=a_reply(quick[1])), now=NOW)
    with pytest.raises(Transient, match="a message with the same content was judged"):
        ledger.save_plan(slow[0], a_plan(slow[1], reply=a_reply(slow[1])), now=NOW)
    assert ledger.message(slow[0]).plan is None
    assert [case.number for case in ledger.cases()] == [quick[1]]
    assert identify(ledger, slow[0]) == quick[0]
    ledger.save_plan(slow[0], a_plan(slow[1]), now=NOW, duplicate_of=quick[1])
    for _ in range(2):  # decided anew it stays what it is
        ledger.mark_filed(quick[0], now=NOW)
        ledger.mark_moved(quick[0], place=None, now=NOW)
        ledger.save_plan(quick[0], a_plan(quick[1], Outcome.REVIEW), now=NOW)


def test_an_old_mail_adopted_late_finds_the_one_that_was_judged(
    ledger: Ledger, number: Callable[[], str]
) -> None:
    """What has its plan comes first, although its id is higher."""
    ledger.renew_mailbox(NAME, uidvalidity=7, before=[1], now=NOW)
    ledger.take_in(NAME, uidvalidity=7, uids=[2, 3], now=NOW, number=number)
    judged, again = (one.id for one in ledger.unfinished(NAME, now=NOW, limit=9))
    identify(ledger, judged)
    ledger.save_plan(judged, a_plan("C1"), now=NOW)
    ledger.adopt(NAME, uids=[1], replies=True, number=number)
    old = next(one.id for one in ledger.unfinished(NAME, now=NOW, limit=9) if one.key.uid == 1)
    assert identify(ledger, old) == judged
    assert identify(ledger, again) == judged


def test_what_is_gone_or_a_duplicate_is_nobodys_original(ledger: Ledger, found: Callable[[], int]) -> None:
    """A mail that vanished before it was judged does not swallow the next one like it."""
    lost, first, second, third = found(), found(), found(), found()
    identify(ledger, lost)
    ledger.vanish(lost)
    assert identify(ledger, first) is None
    ledger.save_plan(first, a_plan("C2"), now=NOW)
    assert identify(ledger, second) == first
    ledger.save_plan(second, a_plan("C3"), now=NOW, duplicate_of="C2")
    assert identify(ledger, third) == first


def test_a_duplicate_of_what_is_not_judged_yet_is_nobodys_original_either(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """Not even with a plan of its own: all wait for the first one, and count with it once it is judged."""
    first, second, third = found(), found(), found()
    identify(ledger, first)
    identify(ledger, second)
    ledger.save_plan(second, a_plan("C2", Outcome.IGNORED), now=NOW, duplicate_of="C1")
    assert ledger.message(second).outcome is Outcome.IGNORED
    assert identify(ledger, third) == first
    ledger.save_plan(first, a_plan("C1", Outcome.REVIEW), now=NOW)
    assert ledger.message(second).outcome is Outcome.REVIEW


def test_a_duplicate_counts_with_its_original_and_has_nothing_of_its_own(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """No case, no reply; its outcome is that of the original, also when that is decided anew."""
    first, second = found(), found()
    carry_out(ledger, first, a_plan("C1", Outcome.CORRECTION))
    ledger.save_plan(second, a_plan("C2", reply=a_reply("C2")), now=NOW, duplicate_of="C1")
    ledger.mark_filed(second, now=NOW)
    ledger.mark_moved(second, place=Place(folder="Waiting for applicant", uidvalidity=4, uid=2), now=NOW)
    record = ledger.message(second)
    assert (record.outcome, record.duplicate_of, record.state) == (
        Outcome.CORRECTION,
        "C1",
        MessageState.DONE,
    )
    assert ledger.case("C2") is None
    assert ledger.replies() == []
    assert ("mailbox", "open-positions: Waiting for applicant, UIDVALIDITY 4, UID 2") in ledger.places("C1")
    assert ledger.counts(NAME)["waiting"] == 2
    carry_out(ledger, first, a_plan("C1", Outcome.REVIEW))
    assert (ledger.counts(NAME)["waiting"], ledger.counts(NAME)["review"]) == (0, 2)


@pytest.mark.parametrize("finished", [False, True], ids=["unfinished", "finished"])
def test_after_a_rebuild_an_old_message_lies_where_it_was_found(
    ledger: Ledger, found: Callable[[], int], number: Callable[[], str], *, finished: bool
) -> None:
    """It takes over key and place of the one found anew, which is GONE; no other mail is in its way."""
    old = found()
    ledger.save_plan(old, a_plan("C1"), now=NOW)
    if finished:
        ledger.mark_filed(old, now=NOW)
        ledger.mark_moved(old, place=Place(folder="Applications", uidvalidity=3, uid=1), now=NOW)
    ledger.renew_mailbox(NAME, uidvalidity=70, before=(), now=later(1))
    ledger.take_in(NAME, uidvalidity=70, uids=[11], now=later(1), number=number)
    new = next(one.id for one in ledger.unfinished(NAME, now=NOW, limit=9) if one.id != old)
    ledger.repoint(old, duplicate=new)
    record = ledger.message(old)
    assert record.key == MessageKey(mailbox=NAME, uidvalidity=70, uid=11)
    assert record.place == Place(folder="INBOX", uidvalidity=70, uid=11)
    assert ledger.places("C1") == [("mailbox", "open-positions: INBOX, UIDVALIDITY 70, UID 11")]
    assert ledger.message(new).state is MessageState.GONE
    assert ledger.take_in(NAME, uidvalidity=70, uids=[11], now=later(1), number=number) == 0


def test_a_message_does_not_lie_in_another_mailbox(
    ledger: Ledger, found: Callable[[], int], number: Callable[[], str]
) -> None:
    """The same mail sent to two mailboxes of ours stays two messages."""
    first = found()
    ledger.start_mailbox("second", uidvalidity=9, before=(), now=NOW)
    ledger.take_in("second", uidvalidity=9, uids=[1], now=NOW, number=number)
    [other] = ledger.unfinished("second", now=NOW, limit=9)
    with pytest.raises(ValueError, match="does not lie in another"):
        ledger.repoint(first, duplicate=other.id)
    assert ledger.message(other.id).state is MessageState.FOUND


def test_what_was_put_off_is_listed_until_it_gets_on(ledger: Ledger, found: Callable[[], int]) -> None:
    """Unfinished messages whose step failed, also those whose next try is still to come."""
    first, second, third = found(), found(), found()
    ledger.put_off(second, step="found", error="away", retry_at=later(9))
    ledger.put_off(third, step="found", error="for good", retry_at=None)
    assert [(one.id, one.error) for one in ledger.put_off_of(NAME)] == [(second, "away")]
    assert ledger.put_off_of("none") == []
    ledger.save_plan(second, a_plan("C2"), now=NOW)
    assert ledger.put_off_of(NAME) == []
    assert ledger.message(first).attempts == 0


# --- Plans and cases -----------------------------------------------------------------------------

WHOLE = Plan(
    case="C1",
    verdict=Verdict(
        outcome=Outcome.CORRECTION,
        language="de",
        problems=(
            Problem(code=ProblemCode.MISSING_DOCUMENT, document=DocumentKind.CERTIFICATES),
            Problem(code=ProblemCode.TOO_LARGE, files=("Zeugnisse \u202e.pdf",), limit=25_000_000),
        ),
        positions=("postdoc/causal-inference", "yig/robustness-and-reliability"),
        candidates=("rub/anr-5157",),
        documents=(
            Document(
                kind=DocumentKind.CV,
                status=Presence.PRESENT,
                pages=(2, 3),
                confidence=0.99,
                evidence=("p. 2: 'Lebenslauf'",),
            ),
        ),
        pages=(PageClass.LETTER, PageClass.CV, PageClass.UNREADABLE),
        reply=ReplyKind.CORRECTION,
        notices=("p. 3: please open",),
        reasons=("missing-document: certificates",),
    ),
    mail=Mail(
        message_id="<1@x.example>",
        sender=Address(name="Nadia Müller", address="nadia@x.example"),
        return_path="",
        subject="Bewerbung \ud800 \x00 \U0001f600",
        date=datetime(2025, 11, 3, 9, 58, tzinfo=timezone(timedelta(hours=1))),
        control=(("auto-submitted", "no"),),
        text="Guten Tag\n",
        attachments=(
            Attachment(
                name="Bewerbung.pdf",
                declared="application/pdf",
                kind=FileKind.PDF,
                content=b"",
                sha256="ef" * 32,
            ),
        ),
        listed=(ListedPart(name="x", declared="image/png", size=3),),
        defects=("a broken boundary",),
    ),
    arrived=ARRIVED,
    picked="ef" * 32,
    folders=(
        Folder(
            path="_Waiting for applicant/2025-11-03 Müller, Nadia [C1]",
            files=(
                FolderFile(name="message.eml", source="message", sha256="ab" * 32),
                FolderFile(name="summary.html", source="text", sha256="cd" * 32, text="<p>ü</p>"),
            ),
        ),
    ),
    filed_before=("_For review/x",),
    mailbox_folder="Waiting for applicant",
    reply=a_reply("C1", ReplyKind.CORRECTION, held="the mode is hold"),
    follows="C0",
)


def test_a_plan_comes_back_whole(ledger: Ledger, found: Callable[[], int]) -> None:
    """Every field as it was, raw bytes and the odd characters of a hostile subject too."""
    message = found()
    ledger.save_plan(message, WHOLE, now=NOW)
    record = ledger.message(message)
    assert record.plan == WHOLE
    assert (record.state, record.outcome) == (MessageState.PLANNED, Outcome.CORRECTION)
    assert ledger.unfinished(NAME, now=NOW, limit=1) == [record]


def test_a_ledger_keeps_no_contents_of_attachments(ledger: Ledger, found: Callable[[], int]) -> None:
    """A plan that brings them is refused whole, and the message stays to be judged."""
    message = found()
    attachment = Attachment(name="x", declared="", kind=FileKind.PDF, content=b"%PDF", sha256="ef" * 32)
    plan = replace(a_plan("C1"), mail=Mail(attachments=(attachment,)))
    with pytest.raises(ValueError, match="without the contents of its attachments"):
        ledger.save_plan(message, plan, now=NOW)
    assert ledger.message(message).state is MessageState.FOUND


def test_a_plan_makes_the_case(ledger: Ledger, found: Callable[[], int]) -> None:
    """The case says what was decided, from when the mail is, and its history has one line."""
    message = found()
    identify(ledger, message, f"k{message}")
    ledger.save_plan(message, a_plan("C1"), now=later(1))
    assert ledger.case("C1") == CaseRecord(
        number="C1",
        message=message,
        mailbox=NAME,
        arrived=ARRIVED,
        outcome=Outcome.ACCEPTED,
        positions=("postdoc/causal-inference",),
        decided=later(1),
    )
    assert ledger.history("C1") == [
        CaseEvent(at=later(1), who="intake", what="decided: accepted", note="postdoc/causal-inference")
    ]


@pytest.mark.parametrize("outcome", Outcome, ids=str)
def test_what_a_person_may_have_to_look_at_is_a_case(
    ledger: Ledger, found: Callable[[], int], outcome: Outcome
) -> None:
    """An automatic mail is counted by its message and makes no case."""
    carry_out(ledger, found(), a_plan("C1", outcome))
    assert (ledger.case("C1") is None) == (outcome == "ignored")
    assert sum(ledger.counts(NAME).values()) == 1
    assert ledger.counts(NAME)["in work"] == 0


def test_a_decision_changes_the_case_and_is_carried_out(ledger: Ledger, found: Callable[[], int]) -> None:
    """A done message gets a new plan, its closed case is open again, and both decisions are on record."""
    message = found()
    identify(ledger, message, f"k{message}")
    carry_out(ledger, message, a_plan("C1", Outcome.REVIEW))
    ledger.close_case("C1", who="hr", now=later(1), note="by mistake")
    assert ledger.counts(NAME)["review"] == 1
    ledger.save_plan(message, a_plan("C1", Outcome.ACCEPTED), now=later(2))
    case = ledger.case("C1")
    assert case is not None
    assert (case.outcome, case.arrived, case.decided, case.closed) == ("accepted", ARRIVED, later(2), None)
    assert ledger.message(message).state is MessageState.PLANNED
    assert (ledger.counts(NAME)["review"], ledger.counts(NAME)["in work"]) == (0, 1)
    whats = [(event.who, event.what, event.note) for event in ledger.history("C1")]
    assert whats == [
        ("intake", "decided: review", "postdoc/causal-inference"),
        ("hr", "closed", "by mistake"),
        ("intake", "decided: accepted", "postdoc/causal-inference"),
    ]


def test_a_plan_is_not_replaced_while_it_is_carried_out(ledger: Ledger, found: Callable[[], int]) -> None:
    """Once recorded, nothing is judged again."""
    message = found()
    ledger.save_plan(message, a_plan("C1"), now=NOW)
    with pytest.raises(IllegalMove, match="'plan' cannot happen to what is 'planned'"):
        ledger.save_plan(message, a_plan("C1", Outcome.REVIEW), now=NOW)
    assert ledger.message(message).outcome is Outcome.ACCEPTED
    assert len(ledger.history("C1")) == 1


def test_replies_that_a_plan_overtakes_are_dropped_with_it(ledger: Ledger, found: Callable[[], int]) -> None:
    """All or nothing: where one of them is leaving, the plan is not saved either."""
    message = found()
    carry_out(ledger, message, a_plan("C1", Outcome.CORRECTION, reply=a_reply("C1")))
    [waiting] = ledger.replies(case="C1")
    assert ledger.announce(waiting.id, owner="life", lease_until=later(9))
    with pytest.raises(IllegalMove):
        ledger.save_plan(message, a_plan("C1"), now=later(1), overtaken=[waiting.id])
    assert ledger.message(message).state is MessageState.DONE
    assert ledger.case("C1").outcome is Outcome.CORRECTION  # type: ignore[union-attr]
    ledger.settle(waiting.id, ReplyEvent.DEFER, owner="life", now=later(1))
    ledger.save_plan(message, a_plan("C1"), now=later(2), overtaken=[waiting.id], who="hr")
    assert [one.state for one in ledger.replies(case="C1")] == [ReplyState.DROPPED]
    assert [(one.who, one.what) for one in ledger.history("C1")][-1] == ("hr", "reply dropped")


def test_a_case_that_goes_on_is_noted_in_both(ledger: Ledger, found: Callable[[], int]) -> None:
    """The applicant's answer is a case that follows the first, and the first says where it went on."""
    carry_out(ledger, found(), a_plan("C1", Outcome.CORRECTION))
    ledger.save_plan(found(), a_plan("C2", follows="C1"), now=later(1))
    first, second = ledger.case("C1"), ledger.case("C2")
    assert first is not None
    assert second is not None
    assert (first.continued, second.follows) == ("C2", "C1")
    assert ledger.history("C1")[-1] == CaseEvent(
        at=later(1), who="intake", what="answered by the applicant", note="goes on as case C2"
    )


def test_cases_are_listed_by_outcome_and_by_being_open(ledger: Ledger, found: Callable[[], int]) -> None:
    """By arrival; closed ones only when they are asked for."""
    for case, outcome in (("C1", Outcome.REVIEW), ("C2", Outcome.ACCEPTED), ("C3", Outcome.REVIEW)):
        carry_out(ledger, found(), a_plan(case, outcome))
    ledger.close_case("C3", who="hr", now=NOW)
    assert [case.number for case in ledger.cases()] == ["C1", "C2", "C3"]
    assert [case.number for case in ledger.cases(open_only=True)] == ["C1", "C2"]
    assert [case.number for case in ledger.cases(outcomes=[Outcome.REVIEW])] == ["C1", "C3"]
    assert [case.number for case in ledger.cases(outcomes=[Outcome.REVIEW], open_only=True)] == ["C1"]


def test_cases_come_with_their_plans_newest_first(ledger: Ledger, found: Callable[[], int]) -> None:
    """Whatever state their message is in, the newest plan of each; only the bytes of a reply stay behind."""
    first, second, question = found(), found(), found()
    identify(ledger, first)
    carry_out(ledger, first, a_plan("C1", Outcome.REVIEW))
    ledger.save_plan(first, a_plan("C1", Outcome.ACCEPTED, reply=a_reply("C1")), now=later(1))
    ledger.save_plan(second, a_plan("C2", Outcome.CORRECTION), now=later(2))
    carry_out(ledger, question, a_plan("C3", Outcome.IGNORED))
    bare = a_plan("C1", Outcome.ACCEPTED, reply=replace(a_reply("C1"), raw=b""))
    assert list(ledger.filed()) == [
        (ledger.case("C2"), a_plan("C2", Outcome.CORRECTION)),
        (ledger.case("C1"), bare),
    ]


def test_cases_come_for_a_position_that_they_name_or_may_mean(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """Decided for it, or a candidate; an id that only begins like it is another position."""
    named = {"C1": ("a/b",), "C2": ("a/b-c",), "C3": (), "C4": ("d/e", "a/b")}
    for case, positions in named.items():
        verdict = Verdict(outcome=Outcome.REVIEW, language="en", positions=positions)
        ledger.save_plan(found(), Plan(case=case, verdict=verdict), now=NOW)
    verdict = Verdict(outcome=Outcome.REVIEW, language="en", candidates=("a/b", "d/e"))
    ledger.save_plan(found(), Plan(case="C5", verdict=verdict), now=NOW)
    assert [case.number for case, _ in ledger.filed(positions=["a/b"])] == ["C5", "C4", "C1"]
    assert [case.number for case, _ in ledger.filed(positions=["d/e", "a/b-c"])] == ["C5", "C4", "C2"]
    assert [case.number for case, _ in ledger.filed(positions=["a/_"])] == []
    assert len(list(ledger.filed())) == 5


def test_waiting_begins_when_the_correction_was_sent(ledger: Ledger, found: Callable[[], int]) -> None:
    """Not with a reply that is still queued, not after an answer, not when the case is closed."""
    for case in ("C1", "C2", "C3", "C4"):
        carry_out(
            ledger, found(), a_plan(case, Outcome.CORRECTION, reply=a_reply(case, ReplyKind.CORRECTION))
        )
    unsent, *rest = (record.id for record in ledger.due_replies(now=NOW, limit=9))
    for reply in rest:
        sent(ledger, reply, at=later(10))
    ledger.close_case("C3", who="hr", now=later(11))
    carry_out(ledger, found(), a_plan("C5", follows="C4"))
    assert ledger.waiting_since(later(10)) == []
    assert [case.number for case in ledger.waiting_since(later(11))] == ["C2"]
    sent(ledger, unsent, at=later(20))
    assert [case.number for case in ledger.waiting_since(later(21))] == ["C1", "C2"]


def test_a_persons_note_is_history(ledger: Ledger, found: Callable[[], int]) -> None:
    """Also for a message that made no case; never for a number that nobody has."""
    carry_out(ledger, found(), a_plan("C1", Outcome.IGNORED))
    note = CaseEvent(at=NOW, who="hr", what="note", note="telephoned")
    ledger.add_event("C1", note)
    assert ledger.history("C1") == [note]
    with pytest.raises(LookupError, match="no case 'C9'"):
        ledger.add_event("C9", note)
    with pytest.raises(LookupError, match="no case 'C9'"):
        ledger.close_case("C9", who="hr", now=NOW)
    assert ledger.case("C9") is None
    assert ledger.history("C9") == []


# --- Places --------------------------------------------------------------------------------------


def test_every_place_of_a_case_is_listed(ledger: Ledger, found: Callable[[], int]) -> None:
    """The mail where it lies, the folders once they are written, and what others add; each once."""
    message = found()
    ledger.add_place("C1", kind="spool", where="x.pdf")
    ledger.add_place("C1", kind="spool", where="x.pdf")
    ledger.save_plan(message, WHOLE, now=NOW)
    in_the_inbox = ("mailbox", "open-positions: INBOX, UIDVALIDITY 7, UID 1")
    assert ledger.places("C1") == [in_the_inbox, ("spool", "x.pdf")]
    ledger.mark_filed(message, now=NOW)
    folder = ("folder", "_Waiting for applicant/2025-11-03 Müller, Nadia [C1]")
    assert ledger.places("C1") == [folder, in_the_inbox, ("spool", "x.pdf")]
    ledger.mark_moved(message, place=Place(folder="Waiting for applicant"), now=NOW)
    ledger.drop_place("C1", kind="spool", where="x.pdf")
    assert ledger.places("C1") == [folder, ("mailbox", "open-positions: Waiting for applicant")]
    with pytest.raises(LookupError, match="no case 'C9'"):
        ledger.add_place("C9", kind="spool", where="x")


def test_folders_that_were_replaced_are_no_places_any_more(ledger: Ledger, found: Callable[[], int]) -> None:
    """Neither of this case nor of the one that it goes on from; one that stays, stays."""

    def filed(case: str, *paths: str, before: tuple[str, ...] = (), follows: str = "") -> Plan:
        plan = a_plan(case, Outcome.REVIEW, follows=follows)
        folders = tuple(Folder(path=path, files=()) for path in paths)
        return Plan(case=case, verdict=plan.verdict, folders=folders, filed_before=before, follows=follows)

    first = found()
    carry_out(ledger, first, filed("C1", "a", "b"))
    carry_out(ledger, first, filed("C1", "b", "c", before=("a", "b")))
    assert [where for kind, where in ledger.places("C1") if kind == "folder"] == ["b", "c"]
    carry_out(ledger, found(), filed("C2", "d", before=("b",), follows="C1"))
    assert [where for kind, where in ledger.places("C1") if kind == "folder"] == ["c"]
    assert [where for kind, where in ledger.places("C2") if kind == "folder"] == ["d"]


def test_a_mail_that_a_person_moved_stays_as_they_left_it(ledger: Ledger, found: Callable[[], int]) -> None:
    """It is done, and its last known place stays on record."""
    message = found()
    ledger.save_plan(message, a_plan("C1"), now=NOW)
    ledger.mark_filed(message, now=NOW)
    ledger.mark_moved(message, place=None, now=later(3))
    record = ledger.message(message)
    assert (record.state, record.done) == (MessageState.DONE, later(3))
    assert record.place == Place(folder="INBOX", uidvalidity=7, uid=1)


# --- The outbox ----------------------------------------------------------------------------------


@pytest.fixture
def queued(ledger: Ledger, found: Callable[[], int]) -> int:
    """A reply in the outbox, its id."""
    message = found()
    carry_out(ledger, message, a_plan("C1", reply=a_reply("C1")))
    [record] = ledger.replies(case="C1")
    return record.id


def fate(ledger: Ledger, reply: int) -> ReplyRecord:
    record = ledger.reply(reply)
    assert record is not None
    return record


def state(ledger: Ledger, reply: int) -> ReplyState:
    return fate(ledger, reply).state


def test_filing_queues_the_reply(ledger: Ledger, queued: int) -> None:
    """It is due at once and whole."""
    [record] = ledger.due_replies(now=NOW, limit=9)
    assert (record.id, record.case, record.mailbox, record.queued) == (queued, "C1", NAME, NOW)
    assert record.reply == a_reply("C1")
    assert ledger.reply(queued) == record
    assert ledger.reply(99) is None


def test_a_reply_is_queued_once(ledger: Ledger, found: Callable[[], int]) -> None:
    """A message that is filed again brings no second reply; a new plan with another reply does."""
    message = found()
    ledger.save_plan(message, a_plan("C1", reply=a_reply("C1")), now=NOW)
    ledger.mark_filed(message, now=NOW)
    ledger.put_off(message, step="move", error="", retry_at=None)
    ledger.retry(message)
    ledger.mark_filed(message, now=NOW)
    ledger.mark_moved(message, place=None, now=NOW)
    assert len(ledger.replies()) == 1
    carry_out(ledger, message, a_plan("C1", reply=a_reply("C1")))
    assert len(ledger.replies()) == 1
    carry_out(ledger, message, a_plan("C1", reply=a_reply("C1", ReplyKind.CORRECTION)))
    assert [record.reply.kind for record in ledger.replies(case="C1")] == ["acknowledgement", "correction"]


def test_a_held_reply_waits_for_a_person(ledger: Ledger, found: Callable[[], int]) -> None:
    """It is not due before it is released, and the case's history says who did that."""
    carry_out(ledger, found(), a_plan("C1", reply=a_reply("C1", held="the mode is hold")))
    [held] = ledger.replies(states=[ReplyState.HELD])
    assert (held.error, ledger.due_replies(now=NOW, limit=9)) == ("the mode is hold", [])
    ledger.direct(held.id, ReplyEvent.RELEASE, who="hr", now=later(9), note="checked")
    [record] = ledger.due_replies(now=later(9), limit=9)
    assert (record.id, record.queued, record.error) == (held.id, later(9), "")
    assert ledger.history("C1")[-1] == CaseEvent(at=later(9), who="hr", what="reply released", note="checked")


def test_only_one_announces(ledger: Ledger, queued: int) -> None:
    """Whoever is second has nothing to send; the attempt is counted."""
    assert ledger.announce(queued, owner="one", lease_until=later(5)) is True
    assert ledger.announce(queued, owner="two", lease_until=later(5)) is False
    assert ledger.announce(99, owner="two", lease_until=later(5)) is False
    record = ledger.reply(queued)
    assert record is not None
    assert (record.state, record.owner, record.lease_until, record.attempts) == (
        "sending",
        "one",
        later(5),
        1,
    )
    assert ledger.due_replies(now=later(99), limit=9) == []


@pytest.mark.parametrize(
    "event, after",
    [("accept", "sent"), ("defer", "queued"), ("refuse", "failed"), ("lose", "unknown")],
    ids=["accept", "defer", "refuse", "lose"],
)
def test_the_owner_settles(ledger: Ledger, queued: int, event: str, after: str) -> None:
    """What became of it is written, and the lease is given back."""
    ledger.announce(queued, owner="one", lease_until=later(5))
    error = "" if event == "accept" else "451 later"
    assert ledger.settle(queued, ReplyEvent(event), owner="one", now=later(1), error=error, retry_at=later(9))
    record = ledger.reply(queued)
    assert record is not None
    assert (record.state, record.error, record.owner, record.lease_until) == (after, error, "", None)
    assert record.sent == (later(1) if event == "accept" else None)
    assert record.lost == (later(1) if event == "lose" else None)
    assert [one.id for one in ledger.due_replies(now=later(8), limit=9)] == []
    assert [one.id for one in ledger.due_replies(now=later(9), limit=9)] == (
        [queued] if event == "defer" else []
    )


def test_nobody_else_settles(ledger: Ledger, queued: int) -> None:
    """Another owner, or the same one after its lease was taken away, writes nothing."""
    assert ledger.settle(queued, ReplyEvent.ACCEPT, owner="one", now=NOW) is False
    ledger.announce(queued, owner="one", lease_until=later(5))
    assert ledger.settle(queued, ReplyEvent.ACCEPT, owner="two", now=NOW) is False
    assert ledger.give_up_expired(now=later(4)) == []
    [given_up] = ledger.give_up_expired(now=later(5))
    assert (given_up.id, given_up.state, given_up.next_try) == (queued, ReplyState.UNKNOWN, None)
    assert ledger.settle(queued, ReplyEvent.ACCEPT, owner="one", now=later(6)) is False
    assert ledger.reply(queued) == given_up
    assert ledger.give_up_expired(now=later(9)) == []


def test_what_is_known_of_a_reply_is_written_even_late(ledger: Ledger, queued: int) -> None:
    """A 250 that comes after the lease ran out is no less true while nobody took the lease away."""
    ledger.announce(queued, owner="one", lease_until=later(5))
    assert ledger.settle(queued, ReplyEvent.ACCEPT, owner="one", now=later(6)) is True
    assert state(ledger, queued) is ReplyState.SENT


def test_only_what_can_become_of_a_sending_reply(ledger: Ledger, queued: int) -> None:
    """A release is no outcome, and an unknown reply is an error."""
    ledger.announce(queued, owner="one", lease_until=later(5))
    with pytest.raises(IllegalMove, match="'release' cannot happen to what is 'sending'"):
        ledger.settle(queued, ReplyEvent.RELEASE, owner="one", now=NOW)
    with pytest.raises(LookupError, match="no reply 99"):
        ledger.settle(99, ReplyEvent.ACCEPT, owner="one", now=NOW)


@pytest.mark.parametrize(
    "event, after, line",
    [
        ("hold", "held", "reply held"),
        ("release", "queued", "reply released"),
        ("drop", "dropped", "reply dropped"),
        ("accept", "sent", "reply found to be sent"),
        ("bounce", "failed", "reply did not arrive"),
        ("resend", "queued", "reply sent again"),
    ],
    ids=["hold", "release", "drop", "proof", "bounce", "resend"],
)
def test_what_became_unknown_is_directed(
    ledger: Ledger, queued: int, event: str, after: str, line: str
) -> None:
    """A person decides, or a proof does, and the case's history has it."""
    ledger.announce(queued, owner="one", lease_until=later(5))
    ledger.settle(queued, ReplyEvent.LOSE, owner="one", now=NOW)
    ledger.direct(queued, ReplyEvent(event), who="hr", now=later(20), note="why")
    record = ledger.reply(queued)
    assert record is not None
    assert (record.state, record.sent) == (after, later(20) if event == "accept" else None)
    assert record.error == ("why" if event in {"hold", "drop", "bounce"} else "")
    assert ledger.history("C1")[-1] == CaseEvent(at=later(20), who="hr", what=line, note="why")


@pytest.mark.parametrize("event", ReplyEvent, ids=str)
def test_what_is_being_sent_takes_no_direction(ledger: Ledger, queued: int, event: ReplyEvent) -> None:
    """Not even one that its owner could report: a person cannot know it."""
    ledger.announce(queued, owner="one", lease_until=later(5))
    with pytest.raises(IllegalMove, match="cannot be given to what is 'sending'"):
        ledger.direct(queued, event, who="hr", now=NOW)
    assert state(ledger, queued) is ReplyState.SENDING


def test_before_the_final_dot_the_lease_is_checked_once_more(ledger: Ledger, queued: int) -> None:
    """Only its owner holds a reply, until the lease has run out; what the try leaves with is written then."""
    assert ledger.holds(queued, owner="one", now=NOW, proof="bcc") is False
    ledger.announce(queued, owner="one", lease_until=later(5), proof="bcc")
    assert ledger.holds(queued, owner="two", now=NOW, proof="") is False
    assert ledger.holds(queued, owner="one", now=later(5), proof="") is False
    assert fate(ledger, queued).proof == "bcc"
    assert ledger.holds(queued, owner="one", now=later(4), proof="bcc") is True
    assert ledger.holds(queued, owner="one", now=later(4), proof="") is True
    assert fate(ledger, queued).proof == ""
    with pytest.raises(LookupError, match="no reply 99"):
        ledger.holds(99, owner="one", now=NOW, proof="")


def test_the_proof_of_a_lost_reply_is_looked_for(ledger: Ledger, queued: int) -> None:
    """From when its lease ended, at once, then when it was said; when nothing more is said a person must."""
    ledger.announce(queued, owner="one", lease_until=later(5), proof="bcc")
    assert ledger.unproven(NAME, now=later(99)) == []
    [lost] = ledger.give_up_expired(now=later(60))
    assert (lost.lost, lost.next_try, lost.sought) == (later(5), later(60), True)
    assert ledger.unproven(NAME, now=later(60)) == [lost]
    assert ledger.unproven("another", now=later(60)) == []
    ledger.look_later(queued, retry_at=later(70))
    assert ledger.unproven(NAME, now=later(69)) == []
    assert [one.id for one in ledger.unproven(NAME, now=later(70))] == [queued]
    ledger.look_later(queued, retry_at=None, error="nobody knows")
    assert ledger.unproven(NAME, now=later(999)) == []
    record = fate(ledger, queued)
    assert (record.state, record.error, record.sought) == (ReplyState.UNKNOWN, "nobody knows", False)
    ledger.direct(queued, ReplyEvent.RELEASE, who="hr", now=later(80))
    with pytest.raises(IllegalMove, match="cannot be looked for of what is 'queued'"):
        ledger.look_later(queued, retry_at=later(90))


def test_what_nothing_can_prove_waits_for_a_person(ledger: Ledger, queued: int) -> None:
    """A try that left no copy behind is not looked for."""
    ledger.announce(queued, owner="one", lease_until=later(5))
    ledger.settle(queued, ReplyEvent.LOSE, owner="one", now=later(1), error="gone")
    assert ledger.unproven(NAME, now=later(99)) == []
    assert (fate(ledger, queued).sought, fate(ledger, queued).lost) == (False, later(1))


def test_the_next_life_takes_over_at_once(ledger: Ledger, queued: int) -> None:
    """What others were sending is lost now, whatever their lease; our own is not."""
    ledger.announce(queued, owner="one", lease_until=later(5), proof="bcc")
    assert ledger.give_up_expired(now=later(1), left_by_others="one") == []
    [lost] = ledger.give_up_expired(now=later(1), left_by_others="two")
    assert (lost.id, lost.lost, lost.next_try) == (queued, later(1), later(1))


def test_how_often_a_reply_was_sent_again_is_counted(ledger: Ledger, queued: int) -> None:
    """It keeps its place in the queue; a person's release begins anew."""
    for resent in (1, 2):
        ledger.announce(queued, owner="one", lease_until=later(5), proof="bcc")
        ledger.settle(queued, ReplyEvent.LOSE, owner="one", now=NOW)
        ledger.direct(queued, ReplyEvent.RESEND, who="intake", now=later(10))
        record = fate(ledger, queued)
        assert (record.resent, record.lost, record.queued) == (resent, None, NOW)
    ledger.announce(queued, owner="one", lease_until=later(5))
    ledger.settle(queued, ReplyEvent.LOSE, owner="one", now=NOW)
    ledger.direct(queued, ReplyEvent.RELEASE, who="hr", now=later(20))
    assert fate(ledger, queued).resent == 0


def test_a_late_proof_spares_a_second_try(ledger: Ledger, queued: int) -> None:
    """What waits to be sent once more is sent when its copy comes after all."""
    ledger.direct(queued, ReplyEvent.ACCEPT, who="intake", now=later(3))
    assert (fate(ledger, queued).state, fate(ledger, queued).sent) == (ReplyState.SENT, later(3))


def test_a_reply_is_found_by_its_message_id(ledger: Ledger, queued: int) -> None:
    """In whatever state; another's is none of ours."""
    known = fate(ledger, queued)
    assert ledger.reply_of(known.reply.message_id) == known
    assert ledger.reply_of("<other@example.test>") is None


def test_whether_copies_reach_a_mailbox(ledger: Ledger) -> None:
    """It is kept with the mailbox until it is said anew; of one that nobody has looked into nothing is."""
    ledger.report_copies(NAME, trouble="RCPT TO: 550 no such user")
    found = ledger.mailbox(NAME)
    assert found is not None
    assert found.copies == "RCPT TO: 550 no such user"
    ledger.report_copies(NAME, trouble="")
    ledger.report_copies("another", trouble="x")
    found = ledger.mailbox(NAME)
    assert found is not None
    assert found.copies == ""
    assert ledger.mailbox("another") is None


def test_replies_leave_in_the_order_in_which_they_came(ledger: Ledger, found: Callable[[], int]) -> None:
    """A deferred one keeps its turn, and the limit holds."""
    for minute, case in ((3, "C1"), (1, "C2"), (2, "C3")):
        message = found()
        ledger.save_plan(message, a_plan(case, reply=a_reply(case)), now=NOW)
        ledger.mark_filed(message, now=later(minute))
    assert [one.case for one in ledger.due_replies(now=NOW, limit=9)] == ["C2", "C3", "C1"]
    first = ledger.due_replies(now=NOW, limit=1)[0]
    ledger.announce(first.id, owner="one", lease_until=later(9))
    ledger.settle(first.id, ReplyEvent.DEFER, owner="one", now=NOW, error="451", retry_at=later(5))
    assert [one.case for one in ledger.due_replies(now=later(4), limit=9)] == ["C3", "C1"]
    assert [one.case for one in ledger.due_replies(now=later(5), limit=2)] == ["C2", "C3"]


def test_replies_of_some_mailboxes(
    ledger: Ledger, found: Callable[[], int], number: Callable[[], str]
) -> None:
    """What waits in front of them takes none of their places."""
    ledger.start_mailbox("second", uidvalidity=9, before=(), now=NOW)
    ledger.take_in("second", uidvalidity=9, uids=[1], now=NOW, number=number)
    [other] = ledger.unfinished("second", now=NOW, limit=9)
    for message, case in ((found(), "C1"), (other.id, "C2")):
        ledger.save_plan(message, a_plan(case, reply=a_reply(case)), now=NOW)
        ledger.mark_filed(message, now=later(message))
    asked = [["second"], [NAME], [NAME, "second", "third"], ["third"], []]
    due = [ledger.due_replies(now=later(9), limit=9, mailboxes=names) for names in asked]
    assert [[one.mailbox for one in some] for some in due] == [["second"], [NAME], ["second", NAME], [], []]
    [first] = ledger.due_replies(now=later(9), limit=1, mailboxes=[NAME])
    assert first.mailbox == NAME


def test_traffic_is_counted(ledger: Ledger, found: Callable[[], int]) -> None:
    """What went or is going, whatever the case of the letters; not what is held, and not for ever."""
    rows = (
        (0, "", "Ada@X.example", "s1"),
        (5, "", "ada@x.example", "s1"),
        (5, "capped", "ada@x.example", "s1"),
        (70, "", "bob@x.example", "s1"),
        (75, "", "eve@sub.x.example", "s2"),
    )
    for minute, held, to, about in rows:
        message = found()
        reply = replace(a_reply(ledger.message(message).case, held=held, to=to), about=about)
        ledger.save_plan(message, a_plan(ledger.message(message).case, reply=reply), now=NOW)
        ledger.mark_filed(message, now=later(minute))

    def traffic(address: str, about: str, minutes: float) -> Traffic:
        return ledger.traffic(address=address, about=about, now=later(minutes))

    assert traffic("ada@x.example", "s1", 76) == Traffic(address=2, domain=3, subject=3, hourly=2)
    assert traffic("eve@sub.x.example", "s2", 76) == Traffic(address=1, domain=1, subject=1, hourly=2)
    assert traffic("joe@y.example", "", 76) == Traffic(hourly=2)
    assert traffic("ada@x.example", "s1", 24 * 60 + 3) == Traffic(address=1, domain=2, subject=2)
    assert traffic("ada@x.example", "s1", 24 * 60 + 90) == Traffic()


def test_signs_in_an_address_stand_for_themselves(ledger: Ledger, found: Callable[[], int]) -> None:
    """A domain that holds what a pattern knows matches no other."""
    message = found()
    case = ledger.message(message).case
    ledger.save_plan(message, a_plan(case, reply=a_reply(case, to="ada@x1y.example")), now=NOW)
    ledger.mark_filed(message, now=NOW)
    for address in ("bob@x_y.example", "bob@%", "bob@\\"):
        assert ledger.traffic(address=address, about="", now=NOW) == Traffic(hourly=1)


def test_an_answer_to_our_reply_is_known_by_its_message_id(ledger: Ledger, found: Callable[[], int]) -> None:
    """Among others' Message-IDs ours is found; of several of ours the last one counts."""
    carry_out(ledger, found(), a_plan("C1", Outcome.CORRECTION, reply=a_reply("C1", ReplyKind.CORRECTION)))
    carry_out(ledger, found(), a_plan("C2", reply=a_reply("C2")))
    assert ledger.answers([]) is None
    many = [f"<{place}@x>" for place in range(501)]
    assert ledger.answers(many) is None
    assert ledger.answers([*many, "<C1.correction@our.example>"]) == Answered(
        case="C1", reply="correction", corrections=1
    )
    assert ledger.answers(["<other@x>"]) is None
    assert ledger.answers(["<other@x>", "<C1.correction@our.example>"]) == Answered(
        case="C1", reply="correction", corrections=1
    )
    both = ["<C1.correction@our.example>", "<C2.acknowledgement@our.example>"]
    assert ledger.answers(both) == Answered(case="C2", reply="acknowledgement", corrections=0)


def test_corrections_are_counted_over_the_whole_conversation(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """Along the chain of cases, and also for who answers the first correction twice."""

    def correct(case: str, follows: str) -> None:
        reply = a_reply(case, ReplyKind.CORRECTION)
        carry_out(ledger, found(), a_plan(case, Outcome.CORRECTION, reply=reply, follows=follows))

    for case, follows in (("C1", ""), ("C2", "C1"), ("C3", "C2"), ("C4", "")):
        correct(case, follows)
    counted = [
        answered.corrections
        for case in ("C1", "C2", "C3", "C4")
        if (answered := ledger.answers([f"<{case}.correction@our.example>"]))
    ]
    assert counted == [3, 3, 3, 1]
    dropped = ledger.replies(case="C2")[0].id
    ledger.direct(dropped, ReplyEvent.DROP, who="hr", now=NOW)
    assert ledger.answers(["<C1.correction@our.example>"]) == Answered(
        case="C1", reply="correction", corrections=2
    )


def test_a_long_conversation_is_followed_so_far_and_no_further(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """Twenty cases are looked at, however long people write on."""
    for count in range(1, 25):
        case, follows = f"C{count}", f"C{count - 1}" if count > 1 else ""
        reply = a_reply(case, ReplyKind.CORRECTION)
        ledger.save_plan(found(), a_plan(case, Outcome.CORRECTION, reply=reply, follows=follows), now=NOW)
        ledger.mark_filed(count, now=NOW)
    answered = ledger.answers(["<C24.correction@our.example>"])
    assert answered == Answered(case="C24", reply="correction", corrections=20)


# --- Requests ------------------------------------------------------------------------------------


def test_a_request_is_asked_and_answered(ledger: Ledger) -> None:
    """It waits in order until it is finished, and its result can be read then."""
    first = ledger.ask(who="hr", what="case", arguments={"case": "C1", "do": "accept"}, now=NOW)
    second = ledger.ask(who="admin", what="adopt", arguments={}, now=later(1))
    assert [(one.id, one.who, one.what) for one in ledger.requests()] == [
        (first, "hr", "case"),
        (second, "admin", "adopt"),
    ]
    assert ledger.requests()[0].arguments == {"case": "C1", "do": "accept"}
    assert ledger.request_result(first) is None
    ledger.finish_request(first, now=later(2), result="done")
    assert (ledger.request_result(first), [one.id for one in ledger.requests()]) == ("done", [second])
    with pytest.raises(LookupError, match="no open request"):
        ledger.finish_request(first, now=later(3), result="again")


# --- All of it -----------------------------------------------------------------------------------


def test_counting_names_every_state_once(ledger: Ledger, found: Callable[[], int]) -> None:
    """The figures add up to the messages of the mailbox, and each key is always there."""
    for case, outcome in zip(("C1", "C2", "C3", "C4", "C5", "C6"), Outcome, strict=True):
        carry_out(ledger, found(), a_plan(case, outcome))
    found()
    ledger.put_off(found(), step="read", error="", retry_at=None)
    ledger.vanish(found())
    assert ledger.counts(NAME) == {
        "accepted": 1,
        "waiting": 1,
        "review": 1,
        "redirected": 1,
        "inquiries": 1,
        "ignored": 1,
        "parked": 1,
        "in work": 1,
        "before-our-time": 0,
        "gone": 1,
    }
    assert set(ledger.counts("other").values()) == {0}


def test_times_come_back_in_utc(ledger: Ledger) -> None:
    """A time of another zone is the same moment; a naive one is refused."""
    berlin = timezone(timedelta(hours=1))
    ledger.report_pass(NAME, now=datetime(2025, 11, 3, 12, 0, tzinfo=berlin))
    record = ledger.mailbox(NAME)
    assert record is not None
    assert record.last_pass == datetime(2025, 11, 3, 11, 0, tzinfo=UTC)
    with pytest.raises(ValueError, match="without its zone"):
        ledger.report_pass(NAME, now=datetime(2025, 11, 3, 12, 0))  # noqa: DTZ001  # naive on purpose


def test_threads_share_a_ledger(ledger: Ledger, number: Callable[[], str]) -> None:
    """Of many who announce the same reply at once one succeeds, and no message gets lost in the rush."""
    won: list[bool] = []

    def work(thread: int) -> None:
        uids = range(thread * 10 + 1, thread * 10 + 6)
        ledger.take_in(NAME, uidvalidity=7, uids=uids, now=NOW, number=lambda: f"T{thread}-{number()}")
        won.append(ledger.announce(1, owner=f"{thread}", lease_until=later(5)))

    ledger.take_in(NAME, uidvalidity=7, uids=[1000], now=NOW, number=lambda: "C1")
    carry_out(ledger, 1, a_plan("C1", reply=a_reply("C1")))
    threads = [threading.Thread(target=work, args=(thread,)) for thread in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]
    assert ledger.counts(NAME)["in work"] == 30


def test_mailbox_that_was_never_reached_shows_its_trouble(ledger: Ledger) -> None:
    """A first start that fails is remembered, and the first one that works begins as if nothing had been."""
    ledger.report_pass("new", now=NOW, trouble="wrong password", next_try=NOW)
    known = ledger.mailbox("new")
    assert known is not None
    assert (known.reached, known.trouble) == (False, "wrong password")
    ledger.start_mailbox("new", uidvalidity=7, before=[1, 2], now=NOW)
    known = ledger.mailbox("new")
    assert known is not None
    assert (known.reached, known.trouble, known.last_uid) == (True, "", 2)
    assert ledger.counts("new")["before-our-time"] == 2


# --- what is passed over, and what is found again by its content ------------------------------------


def test_messages_that_are_passed_over_get_no_row(ledger: Ledger, number: Callable[[], str]) -> None:
    """The next look begins after them; a lower UID takes nothing back."""
    ledger.pass_over(NAME, last_uid=9)
    ledger.pass_over(NAME, last_uid=4)
    known = ledger.mailbox(NAME)
    assert known is not None
    assert known.last_uid == 9
    assert sum(ledger.counts(NAME).values()) == 0


def test_a_message_lies_in_the_folder_in_which_it_was_found(
    ledger: Ledger, number: Callable[[], str]
) -> None:
    ledger.take_in(NAME, uidvalidity=7, uids=[3], now=NOW, number=number, folder="Junk")
    assert ledger.message(1).place == Place(folder="Junk", uidvalidity=7, uid=3)


def test_the_case_of_a_content_is_that_of_its_newest_judged_message(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """One that is only found has none yet."""
    first, second = found(), found()
    for message in (first, second):
        ledger.identify(message, content_key="k", message_id="<m@x.example>", size=1, arrived=NOW)
    assert ledger.case_of("k") == ""
    ledger.save_plan(first, a_plan("C1"), now=NOW)
    assert ledger.case_of("k") == "C1"
    assert ledger.case_of("another") == ""


def test_a_question_is_a_case_that_can_be_listed_and_closed(ledger: Ledger, found: Callable[[], int]) -> None:
    message = found()
    ledger.save_plan(message, a_plan("C1", outcome=Outcome.INQUIRY), now=NOW)
    assert [case.number for case in ledger.cases(outcomes=(Outcome.INQUIRY,), open_only=True)] == ["C1"]
    ledger.close_case("C1", who="hr", now=NOW)
    assert ledger.cases(open_only=True) == []


def test_cases_of_one_sender_are_found_by_address(ledger: Ledger, found: Callable[[], int]) -> None:
    """Whatever its case; the newest first; an address that nobody gave finds nothing."""
    for number, address in (("C1", "Ada@Uni.example"), ("C2", "eva@uni.example"), ("C3", "ada@uni.example")):
        mail = Mail(sender=Address(name="Ada Vogt", address=address))
        message = found()
        identify(ledger, message, number)
        ledger.save_plan(message, replace(a_plan(number, Outcome.REVIEW), mail=mail), now=NOW)
    assert [case.number for case in ledger.cases_of("ada@uni.example")] == ["C3", "C1"]
    assert ledger.cases_of("ada@uni.example")[0].person == "Ada Vogt"
    assert ledger.cases_of("") == []


# --- later mails of a case --------------------------------------------------------------------------


def test_a_later_mail_takes_the_case_over_and_the_earlier_ones_follow_it(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """The case is held by its newest mail; the first one gets a plan to move to the same folder, and no more."""
    first, later_mail, stranger = found(), found(), found()
    for message in (first, later_mail, stranger):
        identify(ledger, message, f"k{message}")
    waiting = replace(
        a_plan("C1", Outcome.CORRECTION, reply=a_reply("C1")), mailbox_folder="Waiting for applicant"
    )
    carry_out(ledger, first, waiting)
    carry_out(ledger, stranger, a_plan("C3", Outcome.REVIEW))
    accepted = replace(a_plan("C1", Outcome.ACCEPTED), mailbox_folder="Applications/a", filed_before=("w/x",))
    ledger.save_plan(later_mail, accepted, now=later(1))
    case = ledger.case("C1")
    assert case is not None
    assert (case.message, case.outcome, case.arrived) == (
        later_mail,
        Outcome.ACCEPTED,
        ledger.message(first).arrived,
    )
    assert ledger.message(later_mail).belongs_to == "C1"
    follower = ledger.message(first)
    assert (follower.state, follower.outcome) == (MessageState.PLANNED, Outcome.ACCEPTED)
    assert follower.plan is not None
    assert follower.plan.mailbox_folder == "Applications/a"
    assert (follower.plan.folders, follower.plan.filed_before, follower.plan.reply) == ((), (), None)
    assert ledger.message(stranger).state is MessageState.DONE
    assert ledger.counts(NAME)["review"] == 1
    assert ledger.case("C2") is None


def test_a_duplicate_of_an_earlier_mail_counts_with_the_case(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """What the case became counts for every mail of it, and for each that came twice."""
    first, again, later_mail = found(), found(), found()
    identify(ledger, first)
    ledger.identify(later_mail, content_key="another", message_id="<b@example.org>", size=9, arrived=NOW)
    carry_out(ledger, first, a_plan("C1", Outcome.CORRECTION))
    ledger.save_plan(again, a_plan("C2"), now=NOW, duplicate_of="C1")
    ledger.save_plan(later_mail, a_plan("C1", Outcome.ACCEPTED), now=later(1))
    assert [ledger.message(one).outcome for one in (first, again, later_mail)] == [Outcome.ACCEPTED] * 3
    assert ledger.counts(NAME) == ledger.recount(NAME)


def test_an_earlier_mail_that_follows_is_carried_without_a_second_reply(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    first, later_mail = found(), found()
    for message in (first, later_mail):
        identify(ledger, message, f"k{message}")
    carry_out(ledger, first, a_plan("C1", Outcome.CORRECTION, reply=a_reply("C1")))
    ledger.save_plan(later_mail, a_plan("C1", Outcome.ACCEPTED), now=later(1))
    ledger.mark_filed(first, now=later(2))
    ledger.mark_moved(first, place=Place(folder="Applications/a", uidvalidity=9, uid=1), now=later(2))
    assert len(ledger.replies(case="C1")) == 1
    assert ledger.message(first).state is MessageState.DONE
    assert ledger.counts(NAME)["accepted"] == 1
    assert ledger.counts(NAME)["in work"] == 1
    assert ledger.counts(NAME) == ledger.recount(NAME)


# --- who has a message in hand -----------------------------------------------------------------------


def test_what_one_has_in_hand_is_nobody_elses(ledger: Ledger, found: Callable[[], int]) -> None:
    """Until it is let go, or the lease ends; and it is not among what waits."""
    message = found()
    one, other = ledger.as_owner("one"), ledger.as_owner("other")
    assert one.claim(message, seconds=60) == Claim(orphaned=False)
    assert other.claim(message, seconds=60) is None
    assert ledger.unfinished(NAME, now=NOW, limit=9) == []
    assert [one.id for one in ledger.unfinished(NAME, now=NOW, limit=9, in_hand=True)] == [message]
    other.release(message)
    assert other.claim(message, seconds=60) is None
    one.release(message)
    assert [record.id for record in ledger.unfinished(NAME, now=NOW, limit=9)] == [message]
    assert other.claim(message, seconds=60) == Claim(orphaned=False)


def test_what_a_dead_one_had_in_hand_is_taken_over(ledger: Ledger, found: Callable[[], int]) -> None:
    """The lease has ended: it waits again, and who takes it hears that somebody did not come to the end."""
    message = found()
    ledger.as_owner("one").claim(message, seconds=0)
    assert [record.id for record in ledger.unfinished(NAME, now=NOW, limit=9)] == [message]
    assert ledger.as_owner("other").claim(message, seconds=60) == Claim(orphaned=True)


def test_whoever_lost_a_lease_writes_nothing(ledger: Ledger, found: Callable[[], int]) -> None:
    """It was only stopped, and goes on after another has taken over: at every state, and after the end."""
    message = found()
    one, other = ledger.as_owner("one"), ledger.as_owner("other")
    one.claim(message, seconds=0)
    other.claim(message, seconds=60)
    with pytest.raises(LeaseLost):
        identify(one, message)
    with pytest.raises(LeaseLost):
        one.save_plan(message, a_plan("C1"), now=NOW)
    with pytest.raises(LeaseLost):
        one.vanish(message)
    with pytest.raises(LeaseLost):
        one.put_off(message, step="found", error="slow", retry_at=None)
    identify(other, message)
    other.save_plan(message, a_plan("C1", reply=a_reply("C1")), now=NOW)
    with pytest.raises(LeaseLost):
        one.mark_filed(message, now=NOW)
    other.mark_filed(message, now=NOW)
    with pytest.raises(LeaseLost):
        one.mark_moved(message, place=None, now=NOW)
    other.mark_moved(message, place=None, now=NOW)
    other.release(message)
    with pytest.raises(LeaseLost):
        one.mark_filed(message, now=NOW)
    with pytest.raises(LeaseLost):
        one.save_plan(message, a_plan("C1", Outcome.REVIEW), now=NOW, first=True)
    with pytest.raises(IllegalMove):
        ledger.save_plan(message, a_plan("C1", Outcome.REVIEW), now=NOW, first=True)
    assert ledger.message(message).state is MessageState.DONE
    assert len(ledger.replies()) == 1


def test_a_lease_is_assured_only_while_it_lasts(ledger: Ledger, found: Callable[[], int]) -> None:
    """Outside the ledger nothing can be taken back: an ended lease is no lease, even where nobody took over."""
    message = found()
    one = ledger.as_owner("one")
    one.claim(message, seconds=60)
    one.assure(message)
    one.claim(message, seconds=0)
    with pytest.raises(LeaseLost):
        one.assure(message)
    one.extend(message, seconds=60)
    one.assure(message)
    ledger.as_owner("other").extend(message, seconds=0)
    one.assure(message)
    ledger.assure(message)


def test_what_is_finished_is_not_taken_in_hand(ledger: Ledger, found: Callable[[], int]) -> None:
    message = found()
    carry_out(ledger, message, a_plan("C1"))
    assert ledger.as_owner("one").claim(message, seconds=60) is None
    assert ledger.as_owner("one").claim(4711, seconds=60) is None
    with ledger.as_owner("one").turn("a sender", "", "a case"):
        ledger.as_owner("one").save_plan(message, a_plan("C1", Outcome.REVIEW), now=later(1))
    assert ledger.counts(NAME)["in work"] == 1


# --- Looking at itself ---------------------------------------------------------------------------


def filed_plan(case: str, *, reply: Reply | None = None) -> Plan:
    pdf = Attachment(
        name="a.pdf", declared="application/pdf", kind=FileKind.PDF, content=b"", sha256="a" * 64, left_out=9
    )
    files = (
        FolderFile(name="application.pdf", source="attachment", sha256="a" * 64),
        FolderFile(name="message.eml", source="message", sha256="c" * 64),
        FolderFile(name="summary.html", source="text", sha256="b" * 64, text="für alle"),
    )
    return replace(a_plan(case, reply=reply), mail=Mail(attachments=(pdf,)),
                   folders=(Folder(path=f"postdoc/x [{case}]", files=files),))  # fmt: skip


def test_cases_are_looked_at_page_by_page(ledger: Ledger, found: Callable[[], int]) -> None:
    """By the message that holds each: what was filed where, with sizes where they are known, and its reply."""
    one, two = found(), found()
    ledger.identify(one, content_key="k", message_id="<1@x.example>", size=4711, arrived=ARRIVED)
    carry_out(ledger, one, filed_plan("C1", reply=a_reply("C1")))
    ledger.save_plan(two, filed_plan("C2", reply=a_reply("C2")), now=NOW)
    first, second = ledger.held(after=0, limit=10)
    assert (first.message, first.case, first.mailbox, first.state) == (one, "C1", NAME, MessageState.DONE)
    assert (first.lies, first.reply, first.queued, first.closed) == (
        "Applications",
        "<C1.acknowledgement@our.example>",
        True,
        False,
    )
    assert first.places == ("postdoc/x [C1]",)
    [folder] = first.folders
    assert folder.path == "postdoc/x [C1]"
    assert [(item.name, item.source, item.size) for item in folder.files] == [("application.pdf", "attachment", 9), ("message.eml", "message", 4711),
                                                                             ("summary.html", "text", 9)]  # fmt: skip
    assert (second.state, second.queued, second.places) == (MessageState.PLANNED, False, ())
    assert ledger.held(after=one, limit=10) == [second]
    assert ledger.held_last(limit=1) == [second]
    assert ledger.held_by("C1") == first
    assert ledger.held_by("C9") is None
    ledger.close_case("C1", who="hr", now=NOW)
    assert ledger.held(after=0, limit=1)[0].closed


def test_what_the_ledger_knows_is_told_from_what_it_does_not(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """UIDs of the INBOX, places, Message-IDs and case numbers."""
    message = found()
    ledger.identify(message, content_key="k", message_id="<1@x.example>", size=1, arrived=ARRIVED)
    carry_out(ledger, message, filed_plan("C1"))
    found()
    assert ledger.rowless(NAME, uidvalidity=7, uids=[1, 2, 3]) == [3]
    assert ledger.rowless(NAME, uidvalidity=8, uids=[1]) == [1]
    assert ledger.placed(NAME) == {("Applications", 3): {message}, ("INBOX", 7): {2}}
    assert ledger.known_ids(NAME, ["<1@x.example>", "<2@x.example>"]) == {"<1@x.example>"}
    assert ledger.known_cases(["C1", "C2", "C3"]) == {"C1", "C2"}
    assert ledger.standings(["C1", "C2", "C3"]) == {"C1": MessageState.DONE, "C2": MessageState.FOUND}
    ledger.vanish(2)
    assert ledger.known_cases(["C1", "C2", "C3"]) == {"C1"}
    ledger.add_place("C1", kind="spool", where="/spool/C1")
    assert ledger.places_of(("spool", "parked")) == [("C1", "spool", "/spool/C1")]
    assert ledger.orphans() == {}
    assert ledger.planless() == []


def test_what_is_done_can_be_done_once_more(ledger: Ledger, found: Callable[[], int]) -> None:
    """It is planned again and counted so; its reply is queued no second time. What is not done is left alone."""
    message = found()
    with pytest.raises(IllegalMove):
        ledger.redo(message, hold="it may have left")
    carry_out(ledger, message, filed_plan("C1", reply=a_reply("C1")))
    ledger.redo(message, hold="it may have left")
    assert ledger.message(message).state is MessageState.PLANNED
    assert (ledger.counts(NAME)["in work"], ledger.counts(NAME)["accepted"]) == (1, 0)
    ledger.mark_filed(message, now=NOW)
    ledger.mark_moved(message, place=None, now=NOW)
    assert len(ledger.replies()) == 1
    ledger.retally(NAME)
    assert ledger.counts(NAME) == ledger.recount(NAME)


def test_what_is_taken_in_can_be_held_back(ledger: Ledger, number: Callable[[], str]) -> None:
    """Its row says why its reply waits."""
    ledger.take_in(NAME, uidvalidity=7, uids=[1], now=NOW, number=number, hold="it may have been answered")
    assert ledger.message(1).hold == "it may have been answered"


def test_a_restored_ledger_keeps_its_replies_back(ledger: Ledger, found: Callable[[], int]) -> None:
    """Those that are queued or being sent, those that plans have, and those of mails still to be judged."""
    queued, sending, planned, new = found(), found(), found(), found()
    for message, case in ((queued, "C1"), (sending, "C2")):
        ledger.save_plan(message, filed_plan(case, reply=a_reply(case)), now=NOW)
        ledger.mark_filed(message, now=NOW)
    ledger.announce(2, owner="lost", lease_until=later(5))
    ledger.save_plan(planned, filed_plan("C3", reply=a_reply("C3")), now=NOW)
    assert ledger.keep_back(why="restored") >= 3
    ledger.mark_filed(planned, now=NOW)
    assert [(one.state, one.error) for one in ledger.replies()] == [(ReplyState.HELD, "restored")] * 3
    assert ledger.message(new).hold == "restored"
    assert ledger.due_replies(now=later(1e6), limit=10) == []
    ledger.direct(2, ReplyEvent.RELEASE, who="hr", now=NOW)
    assert [one.id for one in ledger.due_replies(now=NOW, limit=10)] == [2]


def test_a_restored_ledger_sends_nothing_of_unknown_fate_again(ledger: Ledger, queued: int) -> None:
    """Its proof is still sought, and a person may say that it is to leave."""
    ledger.announce(queued, owner="lost", lease_until=later(5), proof="bcc")
    ledger.settle(queued, ReplyEvent.LOSE, owner="lost", now=NOW)
    assert ledger.keep_back(why="restored") == 0
    [record] = ledger.unproven(NAME, now=NOW)
    assert (record.state, record.resent) == (ReplyState.UNKNOWN, MOST_RESENT)
    ledger.direct(queued, ReplyEvent.RELEASE, who="hr", now=NOW)
    assert fate(ledger, queued).resent == 0


def test_a_milestone(ledger: Ledger) -> None:
    """The last one of its name, until it is taken away."""
    assert ledger.milestone("reconciliation") is None
    ledger.set_milestone("reconciliation", Milestone(at=NOW, body='{"a": 1}'))
    ledger.set_milestone("reconciliation", Milestone(at=later(1)))
    assert ledger.milestone("reconciliation") == Milestone(at=later(1), body="{}")
    ledger.set_milestone("reconciliation", None)
    assert ledger.milestone("reconciliation") is None


def test_a_plan_that_rests_on_an_older_decision_is_thought_over(
    ledger: Ledger, found: Callable[[], int]
) -> None:
    """Somebody has decided the case meanwhile: nothing of the plan is saved."""
    first, later_mail = found(), found()
    for message in (first, later_mail):
        identify(ledger, message)
    carry_out(ledger, first, a_plan("C1", Outcome.CORRECTION))
    known = ledger.case("C1")
    assert known is not None
    ledger.save_plan(first, a_plan("C1", Outcome.ACCEPTED), now=later(1), seen=known.decided)
    for message in (first, later_mail):
        with pytest.raises(Transient):
            ledger.save_plan(message, a_plan("C1", Outcome.CORRECTION), now=later(2), seen=known.decided)
    after = ledger.case("C1")
    assert after is not None
    assert (after.outcome, after.message, after.decided) == (Outcome.ACCEPTED, first, later(1))
    assert ledger.message(later_mail).state is MessageState.FOUND
