"""Whole journeys through faults on a real Dovecot, Postfix and file systems: nothing is lost, nothing is done twice,
work goes on by itself when the fault is over, and `intake status` says meanwhile what waits for what.

The rest stands in test_strange_servers (mailboxes that are full, rebuilt, unreadable, throttled, slow by the byte),
in integration/test_imap_faults and test_smtp_faults (each fault at each step of the two clients), and in
integration/test_ledger_sqlite. Hours pass by the house's clock.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from intake import cli, schedule
from intake.adapters.imap import account as imap_account
from intake.adapters.ledger import database
from intake.errors import IntakeError
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import Outcome
from intake.worker import Worker
from tests.acceptance.house import House, text_of
from tests.acceptance.test_strange_servers import (
    FILED,
    MANY_REPLIES,
    application,
    counts,
    later,
    put,
    status,
)
from tests.conftest import MailAccount
from tests.servers.dovecot import Dovecot
from tests.servers.faults import HANG_UP, FaultProxy, ScriptedSmtp
from tests.servers.postfix import Postfix

MakeHouse = Callable[..., House]


def passes(house: House, *, every: timedelta, times: int) -> None:
    """So many passes of one life, with time in between."""
    with house.living() as service:
        for _ in range(times):
            house.clock.ahead += every
            service.once()


def states(house: House) -> list[ReplyState]:
    """Of all replies, in order."""
    with house.ledger() as ledger:
        return [one.state for one in ledger.replies()]


def is_done(house: House, number: int = 1) -> bool:
    return house.message(number).state is MessageState.DONE


# --- the server that takes our replies --------------------------------------------------------------


@pytest.fixture
def smtp_proxy(postfix: Postfix) -> Iterator[FaultProxy]:
    with FaultProxy(postfix.port) as standing:
        yield standing


@pytest.fixture
def scripted() -> Iterator[ScriptedSmtp]:
    with ScriptedSmtp() as server:
        yield server


@pytest.fixture
def posting(scripted: ScriptedSmtp, make_house: MakeHouse) -> House:
    """A house whose replies go to a server that answers as told. Its first look is over."""
    house = make_house(smtp_port=scripted.port, smtp_security="none", more=MANY_REPLIES)
    assert house.once()
    return house


def test_smtp_is_down_for_an_hour(
    smtp_proxy: FaultProxy, postfix: Postfix, make_house: MakeHouse, applicant: MailAccount
) -> None:
    """The application is filed meanwhile; its reply waits, arrives once when the server is back, and not again."""
    house = make_house(smtp_port=smtp_proxy.port)
    house.once()
    smtp_proxy.target = 1  # nobody listens
    put(house, applicant, pdf=application())
    passes(house, every=timedelta(minutes=15), times=4)
    assert counts(house) == {"accepted": 1}
    assert states(house) == [ReplyState.QUEUED]
    told = status(house)
    [waiting] = told["replies_put_off"]
    assert (waiting["case"], waiting["attempts"] > 1) == (house.message().case, True)
    assert told["attention"][0].startswith(
        f"The reply of case {house.message().case} could not be sent, after "
    )
    smtp_proxy.target = postfix.port
    later(house)
    assert "complete in form" in text_of(house.answer(applicant))
    later(house)
    assert states(house) == [ReplyState.SENT]
    assert len(house.answers(applicant)) == 1
    assert status(house)["replies_put_off"] == []


@pytest.mark.parametrize(
    "step, answers, tries",
    [
        ("RCPT", ["450 4.2.0 greylisted", "250 yes"], 2),
        ("MAIL", ["451 busy", "421 too many", "452 no room", "250 yes"], 4),
        ("content", ["451 try again", "250 taken"], 2),
        ("DATA", [HANG_UP, HANG_UP, "354 go on"], 3),
    ],
    ids=["greylisting", "a storm of 4xx", "put off after the content", "hung up before the final dot"],
)
def test_a_reply_that_is_put_off_leaves_once(
    posting: House, scripted: ScriptedSmtp, applicant: MailAccount, step: str, answers: list[str], tries: int
) -> None:
    scripted.answers[step] = answers
    put(posting, applicant)
    posting.once()
    assert states(posting) == [ReplyState.QUEUED]
    [waiting] = status(posting)["replies_put_off"]
    assert waiting["attempts"] == 1
    assert status(posting)["attention"] == []  # once is no alarm
    passes(posting, every=timedelta(hours=2), times=tries + 2)
    [reply] = _sent(posting)
    assert (reply.state, reply.attempts) == (ReplyState.SENT, tries)
    bodies = {content.partition(b"Message-ID:")[2].split()[0] for content in scripted.taken}
    assert bodies == {reply.reply.message_id.encode()}
    assert len(scripted.taken) == (2 if step == "content" else 1)
    with posting.ledger() as ledger:
        assert ledger.case(posting.message().case).outcome is Outcome.CORRECTION


def _sent(house: House) -> list[Any]:
    with house.ledger() as ledger:
        return list(ledger.replies())


def test_a_refused_recipient_leaves_nobody_waiting(
    posting: House, scripted: ScriptedSmtp, applicants: Callable[[int], list[MailAccount]]
) -> None:
    """A correction that was refused: its case is for a person. The reply behind it, to another, leaves."""
    first, second = applicants(2)
    scripted.answers["RCPT"] = ["550 no such user", "250 yes"]
    put(posting, first)
    posting.once()
    put(posting, second, pdf=application())
    later(posting)
    assert sorted(states(posting)) == [ReplyState.FAILED, ReplyState.SENT]
    assert counts(posting) == {"review": 1, "accepted": 1}
    assert any(path.startswith("_For review/") for path in posting.filed())
    assert (
        "1 repl(ies) were refused by the recipient's server: intake outbox list."
        in status(posting)["attention"]
    )
    passes(posting, every=timedelta(hours=12), times=2)
    assert len(scripted.taken) == 1


@pytest.mark.parametrize("step", ["AUTH", "MAIL"])
def test_a_server_that_refuses_us_stops_the_whole_outbox(
    posting: House, scripted: ScriptedSmtp, applicants: Callable[[int], list[MailAccount]], step: str
) -> None:
    """No second reply is burnt on it; `status` raises the alarm at once, and all leave when it is mended."""
    right, scripted.answers[step] = scripted.answers[step], "535 not you"
    for applicant in applicants(3):
        put(posting, applicant, pdf=application())
    assert posting.once()
    with posting.ledger() as ledger:
        assert sorted(one.attempts for one in ledger.replies()) == [0, 0, 1]
    [sentence] = status(posting)["attention"]
    assert "the server refuses us" in sentence
    assert "No reply of main leaves meanwhile." in sentence
    assert counts(posting) == {"accepted": 3}
    scripted.answers[step] = right
    later(posting)
    assert states(posting) == [ReplyState.SENT] * 3
    assert len(scripted.taken) == 3
    assert status(posting)["attention"] == []


def test_a_connection_that_ends_after_the_final_dot(
    posting: House, scripted: ScriptedSmtp, applicant: MailAccount
) -> None:
    """Nobody knows whether it was taken: its copy is looked for, and when none has come it is sent once more."""
    scripted.answers["content"] = [HANG_UP, "250 taken"]
    put(posting, applicant, pdf=application())
    posting.once()
    assert states(posting) == [ReplyState.UNKNOWN]
    assert status(posting)["sought"] == 1
    passes(posting, every=timedelta(minutes=4), times=2)
    assert states(posting) == [ReplyState.UNKNOWN]
    passes(posting, every=timedelta(minutes=4), times=4)
    assert states(posting) == [ReplyState.SENT]
    ids = {content.partition(b"Message-ID:")[2].split()[0] for content in scripted.taken}
    assert (len(scripted.taken), len(ids)) == (2, 1)
    assert counts(posting) == {"accepted": 1}


# --- the mailbox ------------------------------------------------------------------------------------


@pytest.fixture
def proxy(dovecot: Dovecot) -> Iterator[FaultProxy]:
    with FaultProxy(dovecot.ports["imap"]) as standing:
        yield standing


@pytest.fixture
def behind(proxy: FaultProxy, make_house: MakeHouse) -> House:
    """A house whose mailbox is behind the fault proxy. Its first look is over."""
    house = make_house(imap_port=proxy.port)
    assert house.once()
    return house


def arrives_once(house: House, applicant: MailAccount) -> None:
    """The one application is filed, moved and answered, however often it is looked at."""
    passes(house, every=timedelta(hours=2), times=2)
    assert is_done(house)
    assert len(house.filed()) == 1
    assert (house.mails(), len(house.folder(FILED))) == ({}, 1)
    assert "complete in form" in text_of(house.answer(applicant))
    assert len(house.answers(applicant)) == 1
    told = status(house)
    assert (told["attention"], told["put_off"]) == ([], [])


def test_the_mailbox_is_away_for_an_hour(
    behind: House, proxy: FaultProxy, dovecot: Dovecot, applicant: MailAccount
) -> None:
    """`status` says since when; what arrived meanwhile is done afterwards."""
    proxy.target = 1  # nobody listens
    put(behind, applicant, pdf=application())
    passes(behind, every=timedelta(minutes=15), times=4)
    assert behind.inbox()
    [sentence] = status(behind)["attention"]
    assert sentence.startswith("main: not reached since ")
    assert "Next try: " in sentence
    proxy.target = dovecot.ports["imap"]
    arrives_once(behind, applicant)


def test_the_mailbox_stalls(
    behind: House, proxy: FaultProxy, applicant: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that is connected and says nothing holds the worker for its time-out, not for ever."""
    quick = imap_account.Account.__init__

    def impatient(self: imap_account.Account, **given: Any) -> None:
        quick(self, **{**given, "timeout": 0.5})

    monkeypatch.setattr(imap_account.Account, "__init__", impatient)
    put(behind, applicant, pdf=application())
    proxy.swallow = True
    assert not behind.once()
    assert "main: not reached since" in status(behind)["attention"][0]
    proxy.swallow = False
    arrives_once(behind, applicant)


def test_a_cut_in_the_middle_of_a_fetch(behind: House, proxy: FaultProxy, applicant: MailAccount) -> None:
    """Half a mail is none: nothing is filed of it, and it comes whole the next time."""
    pdf = application() + bytes(600_000)
    put(behind, applicant, pdf=pdf)
    proxy.cut_after = 300_000
    behind.once()
    assert behind.filed() == []
    assert counts(behind) == {"in work": 1}
    [waiting] = status(behind)["put_off"]
    assert waiting["step"] == "found"
    proxy.cut_after = None
    arrives_once(behind, applicant)
    [folder] = behind.filed()
    assert (behind.applications / folder / "application.pdf").read_bytes() == pdf


def test_a_cut_in_the_middle_of_a_move(behind: House, proxy: FaultProxy, applicant: MailAccount) -> None:
    """The server has moved it, and we did not hear so: it is found where it lies, and nothing is done again."""

    def cut(piece: bytes) -> bytes:
        if b"COPYUID" in piece:
            proxy.rewrite = bytes
            proxy.cut()
            return b""
        return piece

    proxy.rewrite = cut
    put(behind, applicant, pdf=application())
    behind.once()
    assert "complete in form" in text_of(behind.answer(applicant))
    [waiting] = status(behind)["put_off"]
    assert waiting["step"] == "filed"
    arrives_once(behind, applicant)


# --- the ledger -------------------------------------------------------------------------------------

_LOCKER = """
import sqlite3, sys
ledger = sqlite3.connect(sys.argv[1], isolation_level=None)
ledger.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


def test_another_process_locks_the_ledger(
    house: House, applicant: MailAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For longer than we wait: the pass ends in order with nothing done, and a later one does it all."""
    monkeypatch.setattr(database, "BUSY", 0.2)
    house.once()
    put(house, applicant, pdf=application())
    with subprocess.Popen(
        [sys.executable, "-c", _LOCKER, str(house.root / "var" / "ledger.sqlite")],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as locker:  # fmt: skip
        assert locker.stdout is not None
        assert locker.stdout.readline() == b"locked\n"
        assert not house.once()
        assert status(house)["mailboxes"][0]["in work"] == 0  # reading goes on
        assert len(house.mails()) == 1
        locker.communicate()
    arrives_once(house, applicant)


# --- disks ------------------------------------------------------------------------------------------


class Disk:
    """A small file system of its own at ``path``, which keeps what lay there."""

    def __init__(self, path: Path, kilobytes: int) -> None:
        self.path = path
        before = {one.relative_to(path): one.read_bytes() for one in path.rglob("*") if one.is_file()}
        mode = path.stat().st_mode & 0o777
        self._mount("-t", "tmpfs", "-o", f"size={kilobytes}k,mode={mode:o}", "none")
        for name, content in before.items():
            (path / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            (path / name).write_bytes(content)
            (path / name).chmod(0o600)

    def _mount(self, *options: str) -> None:
        subprocess.run(["mount", *options, str(self.path)], check=True)

    def fill(self) -> None:
        """Write until nothing more goes in."""
        with (self.path / "filler").open("wb") as filler:
            for size in (1 << 20, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while True:
                        os.write(filler.fileno(), bytes(size))

    def empty(self) -> None:
        (self.path / "filler").unlink()

    def read_only(self, *, yes: bool) -> None:
        self._mount("-o", f"remount,{'ro' if yes else 'rw'}")

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)


@pytest.fixture
def disk(postfix: Postfix) -> Iterator[Callable[[Path], Disk]]:
    """Mounting needs root, as the Postfix does that these tests need besides."""
    mounted: list[Disk] = []

    def mount(path: Path, kilobytes: int = 64 * 1024) -> Disk:
        mounted.append(Disk(path, kilobytes))
        return mounted[-1]

    yield mount
    for one in mounted:
        one.unmount()


@pytest.mark.parametrize(
    "part, how, why",
    [
        ("applications", "full", "No space left on device"),
        ("applications", "read-only", "Read-only file system"),
        ("var", "full", "the folder of the ledger: only 0 MB left on its disk."),
    ],
)
def test_a_disk_that_takes_nothing(
    house: House, applicant: MailAccount, disk: Callable[[Path], Disk], part: str, how: str, why: str
) -> None:
    """Folders and pages lie on one, ledger, spool and parked bytes on the other: whichever write fails, the mail waits
    where it is, and the same life does it when there is room."""
    house.once()
    small = disk(house.root / part)
    with house.living() as service:
        assert service.once()
        put(house, applicant, pdf=application())
        small.fill() if how == "full" else small.read_only(yes=True)
        for _ in range(3):
            house.clock.ahead += timedelta(hours=2)
            survives(service)
        assert (house.filed(), len(house.mails()), house.answers(applicant)) == ([], 1, [])
        assert why in "\n".join(status(house)["attention"])
        small.empty() if how == "full" else small.read_only(yes=False)
        house.clock.ahead += timedelta(hours=2)
        assert service.once()
    arrives_once(house, applicant)
    assert not list(house.applications.glob(".intake-*"))


def test_a_ledger_whose_disk_became_read_only(
    house: House, applicant: MailAccount, disk: Callable[[Path], Disk]
) -> None:
    """No life can begin, and each says why; the first one after the disk was mended does the work."""
    house.once()
    small = disk(house.root / "var")
    put(house, applicant, pdf=application())
    small.read_only(yes=True)
    with pytest.raises(IntakeError, match="Read-only file system"):
        house.once()
    said = CliRunner().invoke(cli.app, ["status", "--config", str(house.config)])
    assert said.exit_code != 0
    assert "Read-only file system" in said.output
    assert len(house.mails()) == 1
    small.read_only(yes=False)
    arrives_once(house, applicant)


def survives(service: schedule.Service) -> None:
    """A pass in which nothing can be written ends with an error that says what to do, or in order."""
    with contextlib.suppress(IntakeError):
        service.once()


def test_the_root_of_filing_is_away(house: House, applicants: Callable[[int], list[MailAccount]]) -> None:
    """A share that is not mounted: nothing is written where it would be, and no case is taken for a moved one."""
    house.once()
    first, second = applicants(2)
    put(house, first)
    house.once()
    away = house.applications.with_name("elsewhere")
    house.applications.rename(away)
    put(house, second, pdf=application())
    passes(house, every=timedelta(hours=2), times=3)
    assert not house.applications.exists()
    assert "does not get past planned" in status(house)["attention"][0]
    away.rename(house.applications)
    later(house)
    assert [is_done(house, number) for number in (1, 2)] == [True, True]
    assert counts(house) == {"accepted": 1, "waiting": 1}
    assert len(house.filed()) == 2
    assert [len(house.answers(one)) for one in (first, second)] == [1, 1]


def test_a_mail_that_waits_in_the_inbox_rings_once(
    house: House, applicants: Callable[[int], list[MailAccount]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The running worker rests while a mail is put off. Looks that follow one another without end would be dozens in
    the time in which another mail is delivered, told of by IDLE and put off as well."""
    looks: list[str] = []
    look = Worker.look

    def counted(self: Worker) -> int:
        looks.append(self.name)
        return look(self)

    house.once()
    monkeypatch.setattr(Worker, "look", counted)
    house.applications.rename(house.applications.with_name("elsewhere"))
    with house.running():
        for number, applicant in enumerate(applicants(2), 1):
            put(house, applicant, pdf=application())
            house.until(lambda wanted=number: len(status(house)["put_off"]) == wanted)
    assert 2 <= looks.count("main") < 10


# --- the clock --------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1)], ids=["an hour", "a day"])
def test_the_clock_jumps_ahead_and_back(
    posting: House,
    scripted: ScriptedSmtp,
    applicants: Callable[[int], list[MailAccount]],
    jump: timedelta,
) -> None:
    """While a reply is put off: it leaves once, at the latest when the time that it was put off to has come, and a
    mail that arrives after the jump waits for nothing."""
    scripted.answers["RCPT"] = ["450 later", "250 yes"]
    posting.clock.ahead = jump
    first, second = applicants(2)
    put(posting, first)
    posting.once()
    assert states(posting) == [ReplyState.QUEUED]
    posting.clock.ahead = timedelta()
    put(posting, second, pdf=application())
    posting.once()
    assert is_done(posting, 2)
    assert states(posting)[1] is ReplyState.SENT
    posting.clock.ahead = jump + timedelta(hours=2)
    posting.once()
    passes(posting, every=-jump, times=1)
    passes(posting, every=jump, times=2)
    assert states(posting) == [ReplyState.SENT, ReplyState.SENT]
    assert len(scripted.taken) == 2
    assert counts(posting) == {"accepted": 1, "waiting": 1}
