"""Random lives of the whole centre: whatever fails, ends or is crossed by a person, no application is lost, filed
or answered twice, and nobody waits for a question that was never asked.

LIVES=3000 tries so many lives with fresh chance, STEPS=60 longer ones; without them a few that are the same each time.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from intake.errors import OurFault, OutcomeUnknown, Permanent, Transient
from intake.journey import lifecycle
from intake.journey.lifecycle import MessageState, ReplyEvent, ReplyState
from intake.model import Outcome, Reply, ReplyKind, sha256
from intake.ports import CaseRecord, MessageRecord
from tests import builders, lives
from tests.lives import PEOPLE, TOPICS, Snare, World

_LETTER = "Dear hiring committee,\n\nplease find attached my application for the postdoc position.\n"
_FILED = (Outcome.ACCEPTED, Outcome.CORRECTION, Outcome.REVIEW)
_OF_TIME = (ReplyKind.REMINDER,)  # sent because of a day, not because of a mail
_APPLIES = ("complete", "incomplete", "vague", "several", "naked")

people = st.integers(0, len(PEOPLE) - 1)
picks = st.integers(0, 20)
whats = st.sampled_from(["kill", "kill", "kill", "fail", "fail", "rebuild", "renumber", "take_first"])
steps = st.sampled_from(
    ["fetch", "save_plan", "file", "refile", "mark_filed", "move", "mark_moved", "send", "settle"]
)
snares = (
    st.none()
    | st.builds(Snare, at=st.integers(0, 45), what=whats, before=st.booleans())
    | st.builds(Snare, at=st.integers(0, 2), on=steps, what=whats, before=st.booleans())
)
parts = st.sampled_from(["ledger", "mailbox", "folders", "sender"])
FAILURES: dict[str, Callable[[], Any]] = {
    "deferred": lambda: Transient("451 later"),
    "refused": lambda: Permanent("550 no such user"),
    "unknown": lambda: OutcomeUnknown("gone after the final dot"),
    "ours": lambda: OurFault("535 wrong password"),
}


class Lives(RuleBasedStateMachine):
    """Everything that can happen to the centre, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.broken = False

    # --- mails ---------------------------------------------------------------------------------------

    @initialize(delay=st.sampled_from([0, 5]), held=st.sampled_from([(), (), (Outcome.CORRECTION,)]))
    def begin(self, delay: int, held: tuple[Outcome, ...]) -> None:
        self.world = World(delay=timedelta(minutes=delay), held=frozenset(held))

    @rule(
        who=people, kind=st.sampled_from([*_APPLIES, "question", "robot", "closed"]), topic=st.integers(0, 1)
    )
    def somebody_writes(self, who: int, kind: str, topic: int) -> None:
        world, (name, _) = self.world, PEOPLE[who]
        first, second, third = lives.letter(name, TOPICS[topic]), lives.cv(name), lives.certificate(name)
        if kind == "complete":
            world.write(who, kind, _LETTER, world.pdf(first, second, third))
        elif kind == "incomplete":
            world.write(who, kind, _LETTER, world.pdf(first, second))
        elif kind == "vague":
            subject, text = "My application", "Dear all,\n\nplease find attached my application.\n"
            world.write(who, kind, text, world.pdf(lives.letter(name), second, third), subject=subject)
        elif kind == "several":
            world.write(who, kind, _LETTER, world.pdf(first), world.pdf(second), world.pdf(third))
        elif kind == "naked":
            world.write(who, kind, _LETTER)
        elif kind == "question":
            world.write(
                who,
                kind,
                "Dear all,\n\nis the position still open? When would it begin?\n",
                subject="A question",
            )
        elif kind == "robot":
            world.write(
                who,
                kind,
                "I am away until Monday.\n",
                header=("Auto-Submitted: auto-replied",),
                subject="Out of office",
            )
        else:
            text = "Dear all,\n\nplease find attached my application for the position ANR 5157.\n"
            world.write(
                who, kind, text, world.pdf(lives.letter(name, "ANR 5157"), second, third), subject="ANR 5157"
            )

    @precondition(lambda self: self.world.accepted())
    @rule(
        pick=picks,
        kind=st.sampled_from(
            ["document", "newer", "position", "withdrawal", "thanks", "again", "robot", "bounce"]
        ),
    )
    def somebody_answers(self, pick: int, kind: str) -> None:
        world, replies = self.world, self.world.accepted()
        asked = replies[-1 - pick % len(replies)]
        who = next(at for at, (_, address) in enumerate(PEOPLE) if address == asked.recipient)
        name, answering = PEOPLE[who][0], {"answers": asked.message_id, "subject": f"Re: {asked.subject}"}
        pages = lives.letter(name, TOPICS[pick % 2]), lives.cv(name), lives.certificate(name)
        if kind == "document":
            world.write(who, kind, "Here it is.\n", world.pdf(pages[2]), **answering)
        elif kind == "newer":
            newer = world.pdf(*pages, lives.certificate(f"{name} ({pick})"))
            world.write(who, kind, "Here is a new version of my application.\n", newer, **answering)
        elif kind == "position":
            world.write(who, kind, "2\n", **answering)
        elif kind == "withdrawal":
            world.write(who, kind, "I withdraw my application.\n", **answering)
        elif kind == "thanks":
            world.write(who, kind, "Thank you very much.\n", **answering)
        elif kind == "again":
            world.write(who, kind, "Here.\n", world.pdf(pages[0], pages[1]), **answering)
        elif kind == "robot":
            world.write(
                who, kind, "I am away until Monday.\n", header=("Auto-Submitted: auto-replied",), **answering
            )
        else:
            self.comes_back(who, asked)

    def comes_back(self, who: int, asked: Reply) -> None:
        status = b"Content-Type: message/delivery-status\n\nAction: failed\nStatus: 5.1.1\n"
        about = f"Content-Type: message/rfc822\n\nMessage-ID: {asked.message_id}\n\nDear\n".encode()
        world, number = self.world, len(self.world.written)
        body = builders.multipart("report", builders.plain("It could not be delivered."), status, about)
        message_id = f"<b{number}@bounce.example>"
        raw = builders.mail(body, "Return-Path: <>", sender="MAILER-DAEMON@bounce.example",
                            subject="Undelivered Mail Returned to Sender", message_id=message_id)  # fmt: skip
        one = lives.Written(
            message_id=message_id, raw=raw, sender="mailer-daemon@bounce.example", kind="robot"
        )
        world.written[message_id] = one
        world.deliver(one)

    @precondition(lambda self: self.world.written)
    @rule(pick=picks)
    def delivered_again(self, pick: int) -> None:
        mails = list(self.world.written.values())
        self.world.deliver(mails[-1 - pick % len(mails)])

    # --- the worker ----------------------------------------------------------------------------------

    @rule(act=st.sampled_from(["look", "look", "look", "send", "serve", "overdue"]), snare=snares)
    def works(self, act: str, snare: Snare | None) -> None:
        self.world.live(getattr(self.world, act), snare)

    @rule(snare=snares)
    def a_pass(self, snare: Snare | None) -> None:
        self.world.live(self.world.once, snare)

    @rule(snare=snares)
    def a_round(self, snare: Snare | None) -> None:
        self.world.round(snare)

    @rule(interrupted=st.booleans())
    def another_life(self, interrupted: bool) -> None:
        self.world.restart(interrupted=interrupted)

    @rule(minutes=st.sampled_from([1, 6, 6, 45, 180, 24 * 60, 4 * 24 * 60, 8 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.world.clock.advance(timedelta(minutes=minutes))

    @rule()
    def all_is_well_for_a_day(self) -> None:
        self.world.calm()

    # --- the world around ----------------------------------------------------------------------------

    @rule(part=parts, lasts=st.booleans())
    def something_is_away(self, part: str, lasts: bool) -> None:
        (self.world.away.add if lasts else self.world.away.discard)(part)

    @rule(failures=st.lists(st.sampled_from(list(FAILURES)), min_size=1, max_size=3), arrives=st.booleans())
    def the_server_says_no(self, failures: list[str], arrives: bool) -> None:
        self.world.sender.failures[:] = [FAILURES[one]() for one in failures]
        self.world.sender.unknown_arrives = arrives
        self.world.round()

    @rule(how=st.sampled_from(["rebuild", "renumber"]))
    def the_mailbox_is_rebuilt(self, how: str) -> None:
        getattr(self.world, how)()

    @precondition(lambda self: any(self.world.mailbox.contents(name) for name in self.world.mailbox._folders))
    @rule(pick=picks, how=st.sampled_from(["move", "delete", "answer"]))
    def somebody_at_the_mailbox(self, pick: int, how: str) -> None:
        box = self.world.mailbox
        there = [(uid, name) for name in box._folders for uid in box.contents(name)]
        uid, folder = there[-1 - pick % len(there)]
        self.world.by_hand(uid, folder, how)

    @precondition(lambda self: self.cases(*_FILED))
    @rule(pick=picks, how=st.sampled_from(["note", "note", "move"]))
    def somebody_at_the_folders(self, pick: int, how: str) -> None:
        case = self.case(pick, *_FILED)
        planned = self.world.ledger.message(case.message).plan
        assert planned is not None
        paths = [
            one.path for one in planned.folders if f"{one.path}/summary.html" in self.world.folders.files
        ]
        for path in paths[:1]:
            if how == "move":
                self.world.move_folder(path, case.number)
            else:
                self.world.annotate(path)

    # --- HR ------------------------------------------------------------------------------------------

    @precondition(lambda self: self.cases())
    @rule(pick=picks, wish=st.sampled_from(["accept", "ask", "position", "close", "withdraw"]), snare=snares)
    def hr_decides(self, pick: int, wish: str, snare: Snare | None) -> None:
        more = {"positions": "postdoc/causal-inference"} if wish in ("accept", "position") else {}
        self.world.ask(wish, self.case(pick).number, **more)
        self.world.live(self.world.serve, snare)

    @precondition(lambda self: self.world.replies())
    @rule(
        pick=picks,
        event=st.sampled_from([ReplyEvent.RELEASE, ReplyEvent.RELEASE, ReplyEvent.DROP, ReplyEvent.HOLD]),
    )
    def hr_at_the_outbox(self, pick: int, event: ReplyEvent) -> None:
        fitting = [one for one in self.world.replies() if (one.state, event) in lifecycle.REPLY]
        if fitting:
            chosen = fitting[-1 - pick % len(fitting)]
            self.world.ledger.direct(chosen.id, event, who="hr", now=self.world.clock.now())
            self.world.directed.add(chosen.case)
            self.world.released[chosen.reply.message_id] += event is ReplyEvent.RELEASE

    @precondition(lambda self: self.world.ledger.parked("main"))
    @rule()
    def hr_retries(self) -> None:
        for one in self.world.ledger.parked("main"):
            self.world.ledger.ask(
                who="hr", what="retry", arguments={"message": str(one.id)}, now=self.world.clock.now()
            )

    def cases(self, *outcomes: Outcome) -> list[CaseRecord]:
        return self.world.ledger.cases(outcomes=outcomes)

    def case(self, pick: int, *outcomes: Outcome) -> CaseRecord:
        found = self.cases(*outcomes)
        return found[-1 - pick % len(found)]

    # --- what always holds ---------------------------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        self.broken, passed = True, self.broken
        nothing_leaves_the_mailbox(self.world)
        nothing_is_lost(self.world)
        figures_add_up(self.world)
        nobody_is_answered_twice(self.world)
        no_machine_is_answered(self.world)
        people_find_what_is_theirs(self.world)
        self.broken = passed

    def teardown(self) -> None:
        """At the end all faults are over: everything is finished, and after two weeks nobody waits."""
        if self.broken:
            return
        self.world.calm()
        self.all_is_well()
        everything_is_finished(self.world)
        nobody_waits_unasked(self.world)
        for _ in range(4):
            self.world.clock.advance(timedelta(days=5))
            self.world.calm()
        self.all_is_well()
        everything_is_finished(self.world)
        nobody_waits_for_ever(self.world)


# --- properties, at any time -------------------------------------------------------------------------


def nothing_leaves_the_mailbox(world: World) -> None:
    """Every copy that was delivered lies in one folder, but for those that people have deleted."""
    delivered = Counter(copy for one in world.written.values() for copy in one.copies)
    assert world.everywhere() == delivered - world.removed


def nothing_is_lost(world: World) -> None:
    """Each mail is still to be met, or has a message that is not gone, as long as nobody took it away."""
    known = world.ledger.mailbox("main")
    assert known is not None
    inbox = world.mailbox._folders["INBOX"]
    rebuilt = known.uidvalidity != inbox.uidvalidity
    keys = {
        (one.key.uidvalidity, one.key.uid) for one in world.messages() if one.state is not MessageState.GONE
    }
    unseen = {
        copy
        for uid, copy in world.mailbox.contents().items()
        if rebuilt or uid > known.last_uid or (inbox.uidvalidity, uid) in keys
    }
    for one in world.written.values():
        if not one.taken:
            assert world.alive(one.message_id) or unseen & set(one.copies), one.message_id


def figures_add_up(world: World) -> None:
    """Each message counts once, and no two mails lie in the same place of a mailbox. Of two copies of one mail the
    ledger may take one for the other when a person has taken one away: IMAP knows them by Message-ID and size."""
    counts = world.ledger.counts("main")
    assert sum(counts.values()) == len(world.messages())
    assert counts == world.ledger.recount("main")
    folders = world.mailbox._folders
    mails: dict[tuple[str, int | None], set[str]] = {}
    for one in world.messages():
        folder = folders.get(one.place.folder)
        if one.state is not MessageState.GONE and folder and one.place.uidvalidity == folder.uidvalidity:
            mails.setdefault((one.place.folder, one.place.uid), set()).add(one.message_id)
    assert not [place for place, found in mails.items() if len(found) > 1]


def nobody_is_answered_twice(world: World) -> None:
    """No reply leaves twice unless a person let it go, and no mail gets two unless HR decided something."""
    accepted = world.accepted()
    for message_id, times in Counter(one.message_id for one in accepted).items():
        assert times <= 1 + world.released[message_id]
    case_of = {one.reply.message_id: one.case for one in world.replies()}
    of_mails: dict[str, set[str]] = {}
    for one in accepted:
        if one.kind not in _OF_TIME and case_of[one.message_id] not in world.directed:
            of_mails.setdefault(lives.answered(one), set()).add(one.message_id)
    assert not [mail for mail, ours in of_mails.items() if len(ours) > 1]
    for case in set(case_of.values()) - world.directed:
        mine = Counter(one.kind for one in accepted if case_of[one.message_id] == case)
        assert mine[ReplyKind.CORRECTION] <= 2
        assert mine[ReplyKind.REMINDER] <= 1
        assert mine[ReplyKind.KNOWN] <= 1


def no_machine_is_answered(world: World) -> None:
    for one in world.accepted():
        about = lives.answered(one)
        assert about not in world.written or world.written[about].kind != "robot"


def people_find_what_is_theirs(world: World) -> None:
    """What somebody laid into a folder is where they laid it, or where the folder has gone with it."""
    for path, note in world.kept_notes.items():
        assert note in world.folders.files.values(), path


# --- properties of a centre at rest ------------------------------------------------------------------


def everything_is_finished(world: World) -> None:
    for one in world.messages():
        assert one.state not in lifecycle.UNFINISHED, (one.case, one.state, one.step, one.error)
    assert not world.ledger.requests()
    assert not world.ledger.replies(states=(ReplyState.QUEUED, ReplyState.SENDING))
    parked = {one.case for one in world.messages() if one.state is MessageState.PARKED}
    assert set(world.parked.kept) <= parked
    assert world.readings.cases() == []
    for one in world.written.values():
        if not one.taken:
            applied_once(world, one)
    for case in world.ledger.cases(outcomes=_FILED):
        filed_once(world, case)


def applied_once(world: World, one: lives.Written) -> None:
    """One message of all its copies counts, and its papers are where its case is."""
    [first] = [record for record in world.alive(one.message_id) if not record.duplicate_of]
    if first.state is MessageState.PARKED:
        assert first.case in world.parked.kept or any(
            copy in world.mailbox.contents().values() for copy in one.copies
        )
        return
    assert first.state is MessageState.DONE
    if one.kind in _APPLIES:
        assert first.outcome in _FILED, (one.kind, first.outcome)
    if first.outcome in _FILED:
        papers_are_filed(world, one, first)
    planned = first.plan
    assert planned is not None
    if planned.reply is not None:
        assert any(reply.reply.message_id == planned.reply.message_id for reply in world.replies())


def papers_are_filed(world: World, one: lives.Written, first: MessageRecord) -> None:
    holder = first.belongs_to or first.case
    if holder in world.touched:
        return
    found = {sha256(content) for content in world.filed_of(holder).values()}
    assert {sha256(content) for content in one.files} <= found, (one.kind, holder)


def filed_once(world: World, case: CaseRecord) -> None:
    """The case's folders are those of its plan, hold what it says, and are listed as places of its data."""
    record = world.ledger.message(case.message)
    if case.number in world.touched or record.state is not MessageState.DONE:
        return
    planned = record.plan
    assert planned is not None
    wanted = {
        f"{folder.path}/{item.name}": item.sha256 for folder in planned.folders for item in folder.files
    }
    found = {
        path: sha256(content)
        for path, content in world.filed_of(case.number).items()
        if not path.endswith(lives.NOTE)
    }
    kept = {path for path in found if any(path.startswith(f"{note}/") for note in world.kept_notes)}
    assert wanted.items() <= found.items()
    assert set(found) - set(wanted) <= kept
    listed = {where for kind, where in world.ledger.places(case.number) if kind == "folder"}
    assert listed == {folder.path for folder in planned.folders}


def nobody_waits_unasked(world: World) -> None:
    """Who is said to be waiting has been asked: the newest question was taken by their server."""
    for case in world.ledger.cases(outcomes=(Outcome.CORRECTION,), open_only=True):
        asked = [
            one for one in world.ledger.replies(case=case.number) if one.reply.kind is ReplyKind.CORRECTION
        ]
        parked = world.ledger.message(case.message).state is MessageState.PARKED  # a person looks anyway
        assert parked or case.continued or (asked and asked[-1].state is ReplyState.SENT), case.number


def nobody_waits_for_ever(world: World) -> None:
    for case in world.ledger.cases(outcomes=(Outcome.CORRECTION,), open_only=True):
        assert case.continued or world.ledger.message(case.message).state is MessageState.PARKED, case.number


LIVES, STEPS = int(os.environ.get("LIVES", "0")), int(os.environ.get("STEPS", "30"))

TestLives = Lives.TestCase
TestLives.settings = settings(
    max_examples=LIVES or 150,
    stateful_step_count=STEPS,
    derandomize=not LIVES,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=list(HealthCheck),
)
