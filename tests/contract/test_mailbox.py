"""What every Mailbox does: the IMAP adapter on Dovecot and (make test-cyrus) on Cyrus, and its twin in memory."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from intake import errors, ports
from intake.adapters import imap, memory
from intake.model import Message
from intake.ports import Place
from tests.conftest import MailAccount
from tests.servers.cyrus import Cyrus
from tests.servers.imap import ImapServer

ARRIVED = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
LARGEST = 10_000


def a_mail(number: int, *, filler: int = 0, message_id: bool = True, more: str = "") -> bytes:
    head = f"Message-ID: <{number}@applicant.example>\r\n" if message_id else ""
    return (
        f"{head}{more}From: Ada <ada@applicant.example>\r\nSubject: Application {number}\r\n\r\n"
        f"motivation, curriculum, certificates\r\n{'x' * filler}\r\n"
    ).encode()


class World(Protocol):
    """A mailbox, and what people and servers do with it behind its back."""

    @property
    def mailbox(self) -> ports.Mailbox: ...
    @property
    def junk(self) -> ports.Mailbox: ...
    def deliver(
        self, raw: bytes, *, arrived: datetime = ARRIVED, folder: str = "INBOX", flags: str = ""
    ) -> int: ...
    def remove(self, uid: int) -> None: ...
    def flag(self, uid: int, flag: str) -> None: ...
    def contents(self, folder: str = "INBOX") -> dict[int, bytes]: ...
    def rebuild(self) -> None: ...


class OnServer:
    def __init__(self, server: ImapServer, account: MailAccount) -> None:
        found = imap.Account(
            name="jobs",
            host="localhost",
            port=server.ports["imaps"],
            security="tls",
            user=account.login,
            password=lambda: account.password,
            ca_file=server.ca_file,
            timeout=10,
        )
        self.mailbox, self.junk = imap.ImapMailbox(found), imap.ImapMailbox(found, junk=True)
        self._server, self._login = server, account.login

    def deliver(
        self, raw: bytes, *, arrived: datetime = ARRIVED, folder: str = "INBOX", flags: str = ""
    ) -> int:
        return self._server.append(self._login, raw, arrived=arrived, folder=folder, flags=flags)

    def remove(self, uid: int) -> None:
        self._server.remove(self._login, uid)

    def flag(self, uid: int, flag: str) -> None:
        self._server.flag(self._login, uid, flag)

    def contents(self, folder: str = "INBOX") -> dict[int, bytes]:
        return self._server.contents(self._login, folder)

    def rebuild(self) -> None:
        self._server.rebuild(self._login)


class InMemory:
    def __init__(self) -> None:
        self.mailbox = self._twin = memory.MemoryMailbox("jobs")
        self.junk = self._twin.junk("jobs")

    def deliver(
        self, raw: bytes, *, arrived: datetime = ARRIVED, folder: str = "INBOX", flags: str = ""
    ) -> int:
        return self._twin.deliver(raw, arrived=arrived, folder=folder, flags=frozenset(flags.split()))

    def remove(self, uid: int) -> None:
        self._twin.remove(uid)

    def flag(self, uid: int, flag: str) -> None:
        self._twin.flag(uid, flag)

    def contents(self, folder: str = "INBOX") -> dict[int, bytes]:
        return self._twin.contents(folder)

    def rebuild(self) -> None:
        self._twin.rebuild()


def on_cyrus(names: str, request: pytest.FixtureRequest) -> OnServer:
    """names: of its folders, see ``cyrus_with``."""
    start: Callable[[str], Cyrus] = request.getfixturevalue("cyrus_with")
    account: MailAccount = request.getfixturevalue("account")
    start(names).welcome(account.login, account.password)
    return OnServer(start(names), account)


@pytest.fixture(
    params=[
        pytest.param("dovecot", marks=pytest.mark.servers),
        "memory",
        pytest.param("slashes", marks=pytest.mark.cyrus, id="cyrus-slashes"),
        pytest.param("dots", marks=pytest.mark.cyrus, id="cyrus-dots"),
    ]
)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    found: World = InMemory()
    if request.param == "dovecot":
        found = OnServer(request.getfixturevalue("dovecot"), request.getfixturevalue("account"))
    elif request.param != "memory":
        found = on_cyrus(request.param, request)
    yield found
    found.mailbox.close()
    found.junk.close()


def place_of(message: Message) -> Place:
    return Place(folder="INBOX", uidvalidity=message.key.uidvalidity, uid=message.key.uid)


def test_an_empty_inbox(world: World) -> None:
    """Nothing is there, and the first message will have UID 1 or higher."""
    inbox = world.mailbox.open()
    assert inbox.uidvalidity > 0
    assert inbox.next_uid == 1
    assert inbox.idle
    assert world.mailbox.uids_from(1) == []
    assert world.mailbox.fetch([], largest=LARGEST) == []


def test_uids_from_a_uid(world: World) -> None:
    """The UID named counts, those below it do not, and the last message is not listed for being the last."""
    uids = [world.deliver(a_mail(number)) for number in range(3)]
    assert world.mailbox.open().next_uid == uids[-1] + 1
    assert world.mailbox.uids_from(uids[1]) == uids[1:]
    assert world.mailbox.uids_from(uids[-1] + 1) == []


def test_uids_show_what_came_after_open(world: World) -> None:
    """A message that arrives after the INBOX was opened is listed."""
    world.mailbox.open()
    uid = world.deliver(a_mail(1))
    assert world.mailbox.uids_from(1) == [uid]


def test_uids_since_a_day(world: World) -> None:
    """The day itself counts, by time of arrival."""
    world.deliver(a_mail(1), arrived=ARRIVED - timedelta(days=3))
    that_day = world.deliver(a_mail(2), arrived=ARRIVED)
    later = world.deliver(a_mail(3), arrived=ARRIVED + timedelta(days=3))
    world.mailbox.open()
    assert world.mailbox.uids_since(ARRIVED) == [that_day, later]


def test_fetch_gives_the_message_as_it_is(world: World) -> None:
    """Raw bytes, time of arrival in UTC, size and flags; and reading it does not mark it as seen."""
    raw = a_mail(1)
    uid = world.deliver(raw, flags="\\Answered")
    inbox = world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    [again] = world.mailbox.fetch([uid], largest=LARGEST)
    assert message.raw == raw
    assert message.whole
    assert (message.key.mailbox, message.key.uidvalidity, message.key.uid) == ("jobs", inbox.uidvalidity, uid)
    assert message.arrived == datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)
    assert message.arrived.utcoffset() == timedelta(0)
    assert message.size == len(raw)
    assert "\\Answered" in message.flags
    assert "\\Seen" not in again.flags


def test_a_folder_is_listed(world: World) -> None:
    """UIDVALIDITY and UIDs of any folder; None where there is none. What is marked \\Seen changes nothing."""
    world.mailbox.open()
    assert world.mailbox.listed("Questions") is None
    uids = [world.deliver(a_mail(number), folder="Questions") for number in range(2)]
    listed = world.mailbox.listed("Questions")
    assert listed is not None
    assert listed[0] > 0
    assert listed[1] == uids


def test_a_message_is_read_where_it_lies(world: World) -> None:
    """Whole, or as its header where that is all that is wanted; None once it is gone or its UID is void."""
    world.mailbox.open()
    raw = a_mail(1)
    uid = world.deliver(raw, folder="Questions")
    listed = world.mailbox.listed("Questions")
    assert listed is not None
    place = Place(folder="Questions", uidvalidity=listed[0], uid=uid)
    message = world.mailbox.message_at(place, largest=LARGEST)
    assert message is not None
    assert (message.raw, message.arrived, message.key.uid) == (raw, ARRIVED, uid)
    header = world.mailbox.message_at(place, largest=0)
    assert header is not None
    assert not header.whole
    assert header.raw.startswith(b"Message-ID: <1@applicant.example>")
    for other in (replace(place, uid=uid + 9), replace(place, uidvalidity=listed[0] + 1), replace(place, uid=None),
                  replace(place, folder="Nowhere")):  # fmt: skip
        assert world.mailbox.message_at(other, largest=LARGEST) is None
    assert world.mailbox.uids_from(1) == []  # the INBOX is still the one that is read


def test_a_very_large_message_is_read_where_it_lies(world: World) -> None:
    """In windows, byte for byte."""
    world.mailbox.open()
    raw = a_mail(1, filler=9_000_000)
    uid = world.deliver(raw, folder="Questions")
    message = world.mailbox.message_at(Place(folder="Questions", uid=uid), largest=10_000_000)
    assert message is not None
    assert message.raw == raw


def test_fetch_keeps_the_order_and_leaves_out_what_is_gone(world: World) -> None:
    """Messages come in the order asked for; a deleted one is no error."""
    uids = [world.deliver(a_mail(number)) for number in range(3)]
    world.mailbox.open()
    world.mailbox.uids_from(1)
    world.remove(uids[1])
    found = world.mailbox.fetch([uids[2], uids[1], uids[0], uids[0], 999], largest=LARGEST)
    assert [message.key.uid for message in found] == [uids[2], uids[0]]


def test_a_large_message_comes_as_its_header(world: World) -> None:
    """Over the limit only the header is given, with the size of the whole."""
    raw = a_mail(1, filler=LARGEST)
    uid = world.deliver(raw)
    small = world.deliver(a_mail(2))
    world.mailbox.open()
    [large, other] = world.mailbox.fetch([uid, small], largest=LARGEST)
    assert large.raw == raw[: raw.index(b"\r\n\r\n") + 4]
    assert not large.whole
    assert large.size == len(raw)
    assert other.whole


def test_move_creates_the_folder(world: World) -> None:
    """The message leaves the INBOX, lies in the folder, and its new place is known."""
    raw = a_mail(1)
    uid = world.deliver(raw)
    world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    folder = "Applications/Nachwuchsgruppen für Forschung/Uncertainty"
    place = world.mailbox.move(place_of(message), folder, message_id="<1@applicant.example>", size=len(raw))
    assert place is not None
    assert place.folder == folder
    assert place.uid is not None
    assert place.uidvalidity is not None
    assert world.contents() == {}
    assert world.mailbox.uids_from(1) == []


def test_move_again_finds_the_message_where_it_is(world: World) -> None:
    """A retry of a move that happened gives the place it went to, and moves nothing twice."""
    raw = a_mail(1)
    uid = world.deliver(raw)
    world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    moves = [
        world.mailbox.move(place_of(message), "Questions", message_id="<1@applicant.example>", size=len(raw))
        for _ in range(2)
    ]
    assert moves[0] == moves[1]
    assert list(world.contents("Questions").values()) == [raw]


def test_move_onwards(world: World) -> None:
    """A message that was moved before is moved on from there, and the INBOX can be read afterwards."""
    raw = a_mail(1)
    uid = world.deliver(raw)
    world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    message_id = "<1@applicant.example>"
    first = world.mailbox.move(place_of(message), "For review", message_id=message_id, size=len(raw))
    assert first is not None
    second = world.mailbox.move(first, "Questions", message_id=message_id, size=len(raw))
    assert second is not None
    assert second.folder == "Questions"
    assert (world.contents("For review"), list(world.contents("Questions").values())) == ({}, [raw])
    new = world.deliver(a_mail(2))
    assert world.mailbox.uids_from(1) == [new]


def test_move_to_where_it_is(world: World) -> None:
    """Nothing happens, and the place is given."""
    raw = a_mail(1)
    uid = world.deliver(raw)
    world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    place = place_of(message)
    assert world.mailbox.move(place, "INBOX", message_id="<1@applicant.example>", size=len(raw)) == place


def test_move_finds_a_message_whose_uid_was_never_told(world: World) -> None:
    """Without a UID it is found by Message-ID and size."""
    raw = a_mail(1)
    world.deliver(raw, folder="For review")
    world.mailbox.open()
    place = world.mailbox.move(
        Place(folder="For review"), "Questions", message_id="<1@applicant.example>", size=len(raw)
    )
    assert place is not None
    assert list(world.contents("Questions").values()) == [raw]


@pytest.mark.parametrize(
    "message_id",
    ["<1@applicant.example>", "", "<1@applicänt.example>", '<1"@x>', "<1@x>\r\nA1 LOGOUT"],
    ids=["usual", "none", "not-ascii", "quote", "injection"],
)
def test_what_a_person_took_stays_as_they_left_it(world: World, message_id: str) -> None:
    """A message that is neither where it was nor in the target gives None, and no folder is made for it."""
    uid = world.deliver(a_mail(1))
    world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    world.remove(uid)
    assert (
        world.mailbox.move(place_of(message), "Questions", message_id=message_id, size=message.size) is None
    )
    assert world.contents("Questions") == {}
    assert world.mailbox.uids_from(1) == []


def test_a_message_marked_deleted_was_deleted_by_a_person(world: World) -> None:
    """Mail programs mark and expunge later: it is not moved any more."""
    raw = a_mail(1)
    uid = world.deliver(raw)
    world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    world.flag(uid, "\\Deleted")
    assert (
        world.mailbox.move(place_of(message), "Questions", message_id="<1@applicant.example>", size=len(raw))
        is None
    )
    assert world.contents() == {uid: raw}


def test_another_mail_with_the_same_id_is_not_taken_for_it(world: World) -> None:
    """In the target only Message-ID and size together are the message."""
    raw = a_mail(1)
    uid = world.deliver(raw)
    world.deliver(a_mail(1, filler=7), folder="Questions")
    world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    world.remove(uid)
    moved = world.mailbox.move(
        place_of(message), "Questions", message_id="<1@applicant.example>", size=len(raw)
    )
    assert moved is None


def test_a_rebuilt_mailbox_is_noticed(world: World) -> None:
    """After UIDVALIDITY changed no old UID is used, until the INBOX is opened again."""
    uid = world.deliver(a_mail(1))
    before = world.mailbox.open()
    [message] = world.mailbox.fetch([uid], largest=LARGEST)
    world.rebuild()
    # Servers hang up on whoever has the INBOX open, which is a loss like any other.
    with contextlib.suppress(errors.Transient, errors.UidValidityChanged):
        world.mailbox.fetch([uid], largest=LARGEST)
    with pytest.raises(errors.UidValidityChanged):
        world.mailbox.fetch([uid], largest=LARGEST)
    with pytest.raises(errors.UidValidityChanged):
        world.mailbox.move(place_of(message), "Questions", message_id="", size=message.size)
    after = world.mailbox.open()
    assert after.uidvalidity != before.uidvalidity
    assert len(world.mailbox.uids_from(1)) == 1


def test_answered_looks_into_sent(world: World) -> None:
    """True when a mail in Sent replies to this Message-ID, False for others and without a Sent folder."""
    world.mailbox.open()
    assert not world.mailbox.answered("<1@applicant.example>")
    world.deliver(a_mail(9, more="In-Reply-To: <1@applicant.example>\r\n"), folder="Sent")
    assert world.mailbox.answered("<1@applicant.example>")
    assert not world.mailbox.answered("<2@applicant.example>")
    assert not world.mailbox.answered("")
    assert world.mailbox.uids_from(1) == []


def test_leaving_and_coming_back(world: World) -> None:
    """The next call works as if nothing had been, and holds the INBOX to what was opened."""
    world.mailbox.open()
    world.mailbox.leave()
    uid = world.deliver(a_mail(1))
    assert world.mailbox.uids_from(1) == [uid]
    world.mailbox.leave()
    world.mailbox.leave()
    world.rebuild()
    with pytest.raises(errors.UidValidityChanged):
        world.mailbox.uids_from(1)


def test_wait_ends_when_the_time_is_up(world: World) -> None:
    """False, and not before."""
    world.mailbox.open()
    started = time.monotonic()
    assert not world.mailbox.wait(0.3)
    assert 0.25 < time.monotonic() - started < 2


def test_wait_ends_when_mail_arrives(world: World) -> None:
    """True, long before the time is up, and the mail is there."""
    world.mailbox.open()
    postman = threading.Timer(0.3, world.deliver, [a_mail(1)])
    postman.start()
    started = time.monotonic()
    assert world.mailbox.wait(20)
    assert time.monotonic() - started < 5
    postman.join()
    assert len(world.mailbox.uids_from(1)) == 1


def test_wait_knows_what_came_before_it(world: World) -> None:
    """A mail that arrived after the last look ends the wait at once, also when another answer told of it."""
    first = world.deliver(a_mail(1))
    world.mailbox.open()
    world.mailbox.uids_from(1)
    world.deliver(a_mail(2))
    world.mailbox.fetch([first], largest=LARGEST)
    started = time.monotonic()
    assert world.mailbox.wait(20)
    assert time.monotonic() - started < 5
    assert len(world.mailbox.uids_from(first + 1)) == 1
    assert not world.mailbox.wait(0.1)


def test_wait_tells_of_a_message_once(world: World) -> None:
    """Also of one that nobody lists and that stays: it would ring for ever while it is put off or parked."""
    world.mailbox.open()
    world.deliver(a_mail(1))
    assert world.mailbox.wait(20)
    assert not world.mailbox.wait(0.1)
    world.deliver(a_mail(2))
    assert world.mailbox.wait(20)
    assert len(world.mailbox.uids_from(1)) == 2


def test_interrupt_ends_a_wait(world: World) -> None:
    """False at once, from another thread."""
    world.mailbox.open()
    caller = threading.Timer(0.3, world.mailbox.interrupt)
    caller.start()
    started = time.monotonic()
    assert not world.mailbox.wait(20)
    assert time.monotonic() - started < 3
    caller.join()
    assert not world.mailbox.wait(0.1)


def test_an_interrupt_is_not_lost(world: World) -> None:
    """One that comes before the wait ends it, and only that one."""
    world.mailbox.open()
    world.mailbox.interrupt()
    started = time.monotonic()
    assert not world.mailbox.wait(20)
    assert time.monotonic() - started < 3
    world.deliver(a_mail(1))
    assert world.mailbox.wait(20)


# --- Sent mail ----------------------------------------------------------------------------------


def inbox(world: World, uid: int) -> Place:
    return Place(folder="INBOX", uidvalidity=world.mailbox.open().uidvalidity, uid=uid)


def test_message_ids_are_told_without_the_mails(world: World) -> None:
    """Those of messages that are there and have one; nothing is marked as read."""
    uids = [world.deliver(a_mail(1)), world.deliver(a_mail(2, message_id=False)), world.deliver(a_mail(3))]
    world.mailbox.open()
    found = world.mailbox.message_ids([*uids, 999])
    assert found == {uids[0]: "<1@applicant.example>", uids[2]: "<3@applicant.example>"}
    assert world.mailbox.message_ids([]) == {}
    assert world.mailbox.flags([inbox(world, uids[0])])[inbox(world, uids[0])] <= {"\\Recent"}


def test_what_goes_to_the_sent_mail_is_found_there(world: World) -> None:
    """Read, whole and once, also when it is said again; the folder is made where there is none."""
    raw = a_mail(1)
    uid = world.deliver(raw)
    place = inbox(world, uid)
    assert not world.mailbox.sent("<1@applicant.example>")
    for _ in range(2):
        moved = world.mailbox.move(place, ports.SENT, message_id="<1@applicant.example>", size=len(raw))
        assert moved is not None
    assert world.contents() == {}
    assert list(world.contents("Sent").values()) == [raw]
    assert world.mailbox.sent("<1@applicant.example>") is True
    assert world.mailbox.sent("<11@applicant.example>") is False
    [there] = world.contents("Sent")
    [flags] = world.mailbox.flags([Place(folder="Sent", uid=there)]).values()
    assert "\\Seen" in flags


def test_a_piece_of_a_message_id_is_none(world: World) -> None:
    """SEARCH finds what holds the text (RFC 3501 6.4.4): one that is longer is another mail's."""
    world.deliver(a_mail(1).replace(b"<1@", b"<x<1@"), folder="Sent")
    world.deliver(a_mail(2), folder="Sent")
    world.mailbox.open()
    assert world.mailbox.sent("<1@applicant.example>") is False
    assert world.mailbox.sent("<2@applicant.example>") is True


def test_no_person_answers_automatically(world: World) -> None:
    """Our own replies lie among the sent mail, too, and are no person's answer."""
    ours = "Auto-Submitted: auto-replied\r\nIn-Reply-To: <7@applicant.example>\r\n"
    world.deliver(a_mail(1, more=ours), folder="Sent")
    assert not world.mailbox.answered("<7@applicant.example>")
    world.deliver(a_mail(2, more="In-Reply-To: <7@applicant.example>\r\n"), folder="Sent")
    assert world.mailbox.answered("<7@applicant.example>")


# --- Flags, and the folder of suspected junk --------------------------------------------------------


def test_flags_of_what_still_lies_where_it_lay(world: World) -> None:
    """A message that was answered says so; one that was deleted, or is only marked so, is not there."""
    uids = [world.deliver(a_mail(number)) for number in range(4)]
    uidvalidity = world.mailbox.open().uidvalidity
    world.flag(uids[1], "\\Answered")
    world.flag(uids[2], "\\Deleted")
    world.remove(uids[3])
    places = [Place(folder="INBOX", uidvalidity=uidvalidity, uid=uid) for uid in uids]
    found = world.mailbox.flags(places)
    assert list(found) == places[:2]
    assert "\\Answered" not in found[places[0]]
    assert "\\Answered" in found[places[1]]


def test_flags_of_places_that_mean_nothing_any_more(world: World) -> None:
    """A folder that is gone holds nothing; of another UIDVALIDITY and an unknown UID nothing is known."""
    uid = world.deliver(a_mail(1))
    uidvalidity = world.mailbox.open().uidvalidity
    places = [
        Place(folder="Nowhere", uidvalidity=uidvalidity, uid=uid),
        Place(folder="INBOX", uidvalidity=uidvalidity + 1, uid=uid),
        Place(folder="INBOX"),
    ]
    assert world.mailbox.flags(places) == dict.fromkeys(places[1:], frozenset())
    assert world.mailbox.flags([]) == {}


def test_flags_of_very_many_places(world: World) -> None:
    """However many are asked for, no line is longer than a server reads (Dovecot: 64 KiB)."""
    uid = world.deliver(a_mail(1))
    uidvalidity = world.mailbox.open().uidvalidity
    # Of ten digits, as they are in a mailbox that is rebuilt by a clock.
    gone = range(4_000_000_000, 4_000_006_500)
    places = [Place(folder="INBOX", uidvalidity=uidvalidity, uid=number) for number in (*gone, uid)]
    assert list(world.mailbox.flags(places)) == places[-1:]


def test_an_account_without_a_folder_of_junk(world: World) -> None:
    """There is nothing to watch, and that is no failure of the server."""
    with pytest.raises(errors.FolderMissing):
        world.junk.open()


def test_the_folder_of_junk_is_read_and_left_as_it_is(world: World) -> None:
    """What lies there is listed and fetched, and is as unread and recent as before."""
    raw = a_mail(1)
    uid = world.deliver(raw, folder="Junk")
    world.deliver(a_mail(2))
    opened = world.junk.open()
    assert (opened.folder, opened.next_uid) == ("Junk", uid + 1)
    assert world.junk.uids_from(1) == [uid]
    [message] = world.junk.fetch([uid], largest=LARGEST)
    assert message.raw == raw
    assert world.contents("Junk") == {uid: raw}
    place = Place(folder="Junk", uidvalidity=opened.uidvalidity, uid=uid)
    assert "\\Seen" not in world.mailbox.flags([place])[place]
