"""A mailbox that is rebuilt under the worker (a new UIDVALIDITY): nothing old is new, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from intake import worker
from intake.adapters import memory
from intake.errors import Permanent, Transient
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import Message, Outcome
from intake.shared import Limits
from tests import builders
from tests.unit.test_worker import START, Centre


@pytest.fixture
def centre() -> Centre:
    found = Centre()
    found.only_letter()
    return found


def states(centre: Centre) -> list[MessageState]:
    """Of all messages, in the order in which they were found."""
    known: list[MessageState] = []
    while True:
        try:
            known.append(centre.ledger.message(len(known) + 1).state)
        except LookupError:
            return known


def work_off(centre: Centre) -> None:
    """What was put off comes due."""
    for _ in range(3):
        centre.clock.advance(timedelta(hours=2))
        centre.round()


def fails(monkeypatch: pytest.MonkeyPatch, owner: object, method: str, how: Callable[[], Exception]) -> None:
    def failing(*_: object, **__: object) -> None:
        raise how()

    monkeypatch.setattr(owner, method, failing)


def renumber(centre: Centre) -> None:
    """A rebuild that gives every mail another UID, of which some were others' before."""
    centre.mailbox.rebuild()
    inbox = centre.mailbox._folders["INBOX"]
    inbox.messages = dict(enumerate(inbox.messages.values(), 1))
    inbox.next_uid = len(inbox.messages) + 1


def test_a_rebuild_in_the_middle_of_a_look(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rows read before it say nothing any more: each mail is filed as its own case, and answered once."""
    senders = [f"Person {number} <p{number}@uni{number}.example>" for number in range(4)]
    for number, sender in enumerate(senders):
        centre.deliver(number, sender=sender)
    fetch, calls = centre.mailbox.fetch, 0

    def rebuilt_before_the_second(uids: Sequence[int], *, largest: int) -> list[Message]:
        nonlocal calls
        calls += 1
        if calls == 2:
            renumber(centre)
        return fetch(uids, largest=largest)

    monkeypatch.setattr(centre.mailbox, "fetch", rebuilt_before_the_second)
    centre.round()
    work_off(centre)
    assert sorted(one.recipient for one in centre.sent()) == [f"p{n}@uni{n}.example" for n in range(4)]
    assert centre.mailbox.contents() == {}
    counts = centre.ledger.counts("main")
    assert (counts["waiting"], counts["in work"], counts["parked"]) == (4, 0, 0)


@pytest.mark.parametrize("place", ["folders", "move"], ids=["planned", "filed"])
def test_a_rebuild_before_a_mail_is_finished(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """What was judged is found under its new UID and finished as it was planned; its old UID is another's."""
    centre.mailbox.deliver(builders.written("Where are you?", message_id="<0@uni.example>"), arrived=START)
    centre.round()
    with monkeypatch.context() as stuck:
        if place == "folders":
            fails(stuck, centre.folders, "file", lambda: Transient("disk full"))
        else:
            fails(stuck, centre.mailbox, "move", lambda: Transient("quota"))
        centre.deliver(1)
        centre.deliver(2, sender="Other <other@college.example>")
        centre.round()
        renumber(centre)
    work_off(centre)
    assert sorted(one.recipient for one in centre.sent()) == [
        "nadia.ferreira@uni.example",
        "other@college.example",
    ]
    assert centre.mailbox.contents() == {}
    assert len(centre.mailbox.contents("Waiting for applicant")) == 2
    assert states(centre)[1:3] == [MessageState.DONE, MessageState.DONE]
    assert centre.ledger.counts("main")["parked"] == 0


@pytest.mark.parametrize("place", ["folders", "move"], ids=["planned", "filed"])
def test_a_mail_that_a_rebuilt_mailbox_has_lost(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """One that was filed is done, one that was not is parked; nothing waits for it for ever."""
    with monkeypatch.context() as stuck:
        if place == "folders":
            fails(stuck, centre.folders, "file", lambda: Transient("disk full"))
        else:
            fails(stuck, centre.mailbox, "move", lambda: Transient("quota"))
        centre.deliver(1)
        centre.round()
        centre.mailbox.remove(1)
        centre.mailbox.rebuild()
    work_off(centre)
    assert states(centre) == [MessageState.PARKED if place == "folders" else MessageState.DONE]


@pytest.mark.parametrize("method", ["uids_from", "uids_since", "fetch"])
def test_a_connection_that_ends_in_a_rebuild(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """Whenever it ends, what was there before our time is not taken for new."""
    raw = builders.thunderbird(builders.LETTER, message_id="<old@uni.example>")
    centre.mailbox.deliver(raw, arrived=START - timedelta(hours=9))
    centre.mailbox.rebuild()
    with monkeypatch.context() as cut:
        fails(cut, centre.mailbox, method, lambda: Transient("cut"))
        with pytest.raises(Transient):
            centre.worker.look()
    centre.round()
    work_off(centre)
    assert centre.ledger.counts("main")["before-our-time"] == 1
    assert centre.sent() == []


@pytest.mark.parametrize("method", ["uids_from", "uids_since"])
def test_a_mail_that_comes_during_a_rebuild(
    centre: Centre, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """It is new, whenever it comes: nothing that came after our first start is left as older than us."""
    centre.mailbox.rebuild()
    asked = getattr(centre.mailbox, method)

    def arriving(*arguments: object) -> object:
        found = asked(*arguments)
        monkeypatch.undo()
        centre.deliver(1)
        return found

    monkeypatch.setattr(centre.mailbox, method, arriving)
    centre.worker.look()
    centre.round()
    assert len(centre.sent()) == 1
    assert centre.ledger.counts("main")["before-our-time"] == 0


def test_a_mail_that_is_not_given_out_does_not_stop_a_rebuild(centre: Centre) -> None:
    """It is parked, to be seen; old ones stay old, and the others are answered."""
    old = START - timedelta(hours=9)
    centre.mailbox.deliver(builders.written("Old", message_id="<old@uni.example>"), arrived=old)
    centre.mailbox.deliver(
        builders.written("Odd", message_id="<odd@uni.example>"), arrived=START, withheld=True
    )
    centre.deliver(1)
    centre.mailbox.rebuild()
    centre.round()
    counts = centre.ledger.counts("main")
    assert (counts["before-our-time"], counts["parked"], counts["waiting"]) == (1, 1, 1)


def test_a_uidvalidity_that_comes_back(centre: Centre) -> None:
    """A backup is restored and has old UIDs again, of other mails: they are taken in, and nothing twice."""
    first = centre.mailbox._folders["INBOX"]
    centre.deliver(1)
    centre.round()
    centre.mailbox.rebuild()
    centre.deliver(2, sender="P <p2@uni2.example>")
    centre.round()
    centre.mailbox._folders["INBOX"] = first
    first.next_uid = 1
    centre.deliver(3, sender="P <p3@uni3.example>")
    centre.deliver(1)
    centre.round()
    work_off(centre)
    assert [one.recipient for one in centre.sent()] == [
        "nadia.ferreira@uni.example", "p2@uni2.example", "p3@uni3.example",
    ]  # fmt: skip
    assert centre.mailbox.contents() == {}
    assert states(centre) == [MessageState.DONE] * 4


def test_a_parked_mail_after_a_rebuild(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """It stays parked, once, and goes on from its new place when a person says so."""
    with monkeypatch.context() as broken:
        fails(broken, centre.reader, "read", lambda: Permanent("it cannot be read"))
        centre.deliver(1)
        centre.round()
    assert states(centre) == [MessageState.PARKED]
    centre.mailbox.deliver(builders.written("Hello", message_id="<0@uni.example>"), arrived=START)
    renumber(centre)
    centre.mailbox._folders["INBOX"].messages = dict(
        enumerate(reversed(centre.mailbox._folders["INBOX"].messages.values()), 1)
    )
    centre.round()
    assert centre.ledger.counts("main")["parked"] == 1
    centre.ledger.ask(who="hr", what="retry", arguments={"message": "1"}, now=centre.clock.now())
    centre.desk.serve()
    centre.round()
    assert (states(centre)[0], centre.ledger.message(1).outcome) == (MessageState.DONE, Outcome.CORRECTION)
    assert [one.state for one in centre.ledger.replies()] == [ReplyState.SENT]


def test_a_mail_to_two_of_our_mailboxes(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the second one it is a duplicate, also while the first one cannot be moved: no rebuild is seen in it."""
    second = memory.MemoryMailbox("second")
    other = worker.Worker(
        name="second", mailbox=second, shared=centre.shared, rules=centre.worker.rules,
        limits=Limits(mail_bytes=10**7, attempts=5),
    )  # fmt: skip
    second.rebuild()
    other.look()
    with monkeypatch.context() as stuck:
        fails(stuck, centre.mailbox, "move", lambda: Transient("quota"))
        centre.deliver(1)
        centre.round()
        [raw] = centre.mailbox.contents().values()
        second.deliver(raw, arrived=START)
        other.look()
    assert states(centre) == [MessageState.FILED, MessageState.DONE]
    assert len(second.contents("Waiting for applicant")) == 1
    work_off(centre)
    assert states(centre) == [MessageState.DONE, MessageState.DONE]
    assert len(centre.sent()) == 1


def test_a_mail_too_large_to_download(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known by its header and size, and not answered again under its new UID."""
    raw = builders.thunderbird(builders.LETTER, message_id="<1@uni.example>") + bytes(10**7)
    centre.mailbox.deliver(raw, arrived=START)
    centre.mailbox.deliver(b"Received: from elsewhere\r\n" + raw, arrived=START)
    with monkeypatch.context() as stuck:
        fails(stuck, centre.mailbox, "move", lambda: Transient("quota"))
        centre.round()
        renumber(centre)
    work_off(centre)
    assert len(centre.sent()) == 2
    assert centre.mailbox.contents() == {}
