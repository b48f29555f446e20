"""Looking ahead: what is fetched and read before its turn, and what is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from intake import ahead, reading
from intake.adapters import memory, ocr_memory, pdf_memory
from intake.errors import Permanent, Transient
from intake.journey import plan, recognise, route
from intake.model import Message, MessageKey, PdfFacts
from tests import builders
from tests.unit.test_worker import Centre

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
ROOM = 10**8


class Mailbox(memory.MemoryMailbox):
    """Remembers which messages were asked for together; ``broken`` are UIDs that spoil their FETCH."""

    def __init__(self, *sizes: int) -> None:
        super().__init__("main")
        self.asked: list[list[int]] = []
        self.broken: dict[int, Exception] = {}
        for number, size in enumerate(sizes, 1):
            file = builders.File("application.pdf", builders.pdf(str(number), size=size))
            self.deliver(builders.thunderbird(files=[file]), arrived=NOW)
        self.open()

    def fetch(self, uids: Sequence[int], *, largest: int) -> list[Message]:
        self.asked.append(list(uids))
        for uid in uids:
            if uid in self.broken:
                raise self.broken[uid]
        return super().fetch(uids, largest=largest)


class Reader(pdf_memory.MemoryPdfReader):
    """Counts how often it reads."""

    reads = 0

    def read(self, content: bytes) -> PdfFacts:
        self.reads += 1
        return super().read(content)


class Looking:
    """A mailbox, a reader, and who looks ahead for a worker."""

    def __init__(self, rules: plan.Rules, *sizes: int) -> None:
        self.rules = rules
        self.mailbox, self.reader = Mailbox(*sizes), Reader()
        self.reading = reading.Reading(self.reader, ocr_memory.MemoryOcr(), seconds=60, pages=2)
        self.ahead = ahead.Ahead(self.mailbox, self.reading)
        self.ahead.expect(list(range(1, len(sizes) + 1)))

    def take(self, uid: int) -> Message:
        message = self.ahead.fetch(uid, largest=ROOM, rules=self.rules)
        assert message is not None
        return message

    def carry(self, uid: int) -> plan.Opening:
        """A message in its turn: fetched, screened, and its file read."""
        opening = self.ahead.opening(self.take(uid), self.rules)
        assert opening.to_open is not None
        self.reading.read(opening.to_open, lambda _facts, _tried: ())
        return opening


@pytest.fixture(scope="module")
def rules() -> plan.Rules:
    return Centre().worker.rules


def test_the_next_messages_come_with_the_first_and_each_file_is_read_once(rules: plan.Rules) -> None:
    """Five mails take two FETCHes; every one is given out in its turn, whole and with its own contents."""
    looking = Looking(rules, *[2000] * 5)
    openings = [looking.carry(uid) for uid in range(1, 6)]
    assert looking.mailbox.asked == [[1, 2, 3], [4, 5]]
    assert [one.message.key.uid for one in openings] == [1, 2, 3, 4, 5]
    assert len({one.to_open for one in openings}) == 5
    assert looking.reader.reads == 5


def test_large_mails_come_alone_in_their_turn(rules: plan.Rules) -> None:
    """Memory is bounded by bytes: a mail over the bound is not kept before its turn, and the small ones are."""
    looking = Looking(rules, 2000, ahead.LARGEST, 2000)
    assert [looking.take(uid).whole for uid in (1, 2, 3)] == [True, True, True]
    assert looking.mailbox.asked == [[1, 2, 3], [2]]


@pytest.mark.parametrize("error", [Permanent("not given out"), Transient("the connection broke")])
def test_a_message_that_spoils_a_fetch_fails_in_its_own_turn_only(
    rules: plan.Rules, error: Exception
) -> None:
    """Those before and behind it come one by one; it alone raises what the mailbox said."""
    looking = Looking(rules, *[2000] * 4)
    looking.mailbox.broken[2] = error
    assert looking.take(1).key.uid == 1
    with pytest.raises(type(error)):
        looking.take(2)
    assert [looking.take(uid).key.uid for uid in (3, 4)] == [3, 4]


def test_who_names_a_time_is_left_alone_at_once(rules: plan.Rules) -> None:
    """A server that says when to come back is not asked for one message after the other."""
    looking = Looking(rules, *[2000] * 3)
    looking.mailbox.broken[3] = Transient("later", retry_after=60)
    with pytest.raises(Transient):
        looking.take(1)
    assert looking.mailbox.asked == [[1, 2, 3]]


def test_new_rules_count_from_the_next_message_on(rules: plan.Rules) -> None:
    """What was screened by rules that have been replaced is screened again."""
    looking = Looking(rules, 2000, 2000)
    first = looking.carry(1)
    looking.rules = replace(rules, screen=replace(rules.screen, addresses=("other@rc-trust.example",)))
    second = looking.ahead.opening(looking.take(2), looking.rules)
    assert not first.screening.for_review
    assert second.screening.for_review


def test_what_is_not_expected_any_more_is_fetched_anew(rules: plan.Rules) -> None:
    """A mailbox that was rebuilt gives other messages the same UIDs."""
    looking = Looking(rules, 2000, 2000)
    looking.carry(1)
    looking.ahead.expect(())
    looking.take(2)
    assert looking.mailbox.asked == [[1, 2], [2]]


def test_after_a_killed_life_no_message_is_touched_before_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is counted as tried before it is fetched, since one of them may have ended the life before."""
    centre = Centre()
    asked: list[list[int]] = []
    fetch = centre.mailbox.fetch

    def watched(uids: Sequence[int], *, largest: int) -> list[Message]:
        asked.append(list(uids))
        return fetch(uids, largest=largest)

    monkeypatch.setattr(centre.mailbox, "fetch", watched)
    for number in (1, 2, 3):
        centre.deliver(number)
    centre.worker._meet()
    centre.worker.suspect_unfinished()
    centre.worker.look()
    assert asked == [[1], [2], [3]]


def test_what_is_worked_out_ahead_is_not_worked_out_again(
    rules: plan.Rules, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents and positions are known when the message's turn comes, and are what they would have been."""
    message = Message(
        key=MessageKey(mailbox="main", uidvalidity=1, uid=1),
        raw=builders.thunderbird(files=[builders.File("application.pdf", builders.pdf("foreseen"))]),
        arrived=NOW,
        size=1,
    )
    opening = plan.examine(message, rules)
    assert opening.to_open is not None
    facts = pdf_memory.MemoryPdfReader().read(opening.to_open)
    known: dict[str, Any] = {
        "case": "K7Q2",
        "rules": rules,
        "circumstances": plan.Circumstances(),
        "now": NOW,
        "token": "t",
    }
    alone = plan.conclude(opening, replace(facts), **known)
    again = plan.examine(replace(message, arrived=NOW), rules)
    plan.foresee(again, facts, rules)
    called: list[str] = []
    monkeypatch.setattr(route, "positions", lambda *_args, **_more: called.append("routed"))
    monkeypatch.setattr(recognise, "documents", lambda *_args, **_more: called.append("recognised"))
    assert plan.conclude(again, facts, **known) == alone
    assert called == []
