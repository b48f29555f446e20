"""``intake status``, ``outbox``, ``case``, ``adopt`` and ``run`` on a real ledger, without any server."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from intake import cli, wiring
from intake.adapters.ledger import tables
from intake.adapters.ledger.sql import SqlLedger
from intake.commands import console
from intake.journey.lifecycle import ReplyEvent, ReplyState
from intake.model import Outcome, Reply, ReplyKind
from intake.ports import Place
from tests import cases

SHIPPED = Path(__file__).resolve().parent.parent.parent / "config"
BOX = "open-positions"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped configuration beside an empty var/, with a mailbox that nobody can reach."""
    monkeypatch.setenv("INTAKE_PASSWORD", "secret")
    monkeypatch.setenv("LOGNAME", "hr")
    made = Path(shutil.copytree(SHIPPED, tmp_path / "config"))
    settings = (made / "intake.toml").read_text()
    (made / "intake.toml").write_text(
        settings.replace('"imap.rc-trust.example"', '"localhost"').replace("port = 993", "port = 1")
    )
    return made


@pytest.fixture
def ledger(config: Path) -> Iterator[SqlLedger]:
    """Its ledger, with a mailbox that was looked into just now."""
    opened = wiring.open_ledger(wiring.load(config))
    opened.start_mailbox(BOX, uidvalidity=1, before=(1, 2), now=console.now())
    opened.report_pass(BOX, now=console.now())
    yield opened
    opened.close()


def run(config: Path, *arguments: str) -> Result:
    result = CliRunner().invoke(cli.app, [*arguments, "--config", str(config)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def file(
    ledger: SqlLedger, number: str, outcome: Outcome = Outcome.CORRECTION, *, held: str = "", uid: int = 10
) -> int:
    """A finished case with its reply in the outbox. Returns the number of the reply."""
    now = console.now()
    ledger.take_in(BOX, uidvalidity=1, uids=[uid], now=now, number=lambda: number)
    (record,) = ledger.unfinished(BOX, now=now, limit=1)
    ledger.identify(
        record.id, content_key=f"raw:{uid}", message_id=f"<{uid}@uni.example>", size=9, arrived=now
    )
    _, plan = cases.case(number, outcome)
    reply = Reply(
        kind=ReplyKind.CORRECTION, language="en", recipient="nadia.ferreira@uni.example", subject=f"Yours [{number}]",
        message_id=f"<{number}@rc.example>", text="Please send\nyour CV.\n", raw=b"Subject: x", held=held,
    )  # fmt: skip
    ledger.save_plan(record.id, replace(plan, reply=reply), now=now)
    ledger.mark_filed(record.id, now=now)
    ledger.mark_moved(record.id, place=Place(folder="X"), now=now)
    return ledger.replies(case=number)[0].id


# --- the outbox ----------------------------------------------------------------------------------


def test_the_outbox_lists_what_has_not_left(config: Path, ledger: SqlLedger) -> None:
    """With its number, case, recipient and why it waits."""
    assert "empty" in run(config, "outbox", "list").stdout
    file(ledger, "K7QX", held="replies of this kind wait for a person")
    said = run(config, "outbox", "list").stdout
    for words in ("K7QX", "correction", "nadia.ferreira@uni.example", "waits for release"):
        assert words in said


def test_a_reply_is_shown_as_it_would_leave(config: Path, ledger: SqlLedger) -> None:
    """Subject and text; an unknown number is told."""
    number = file(ledger, "K7QX", held="later")
    said = run(config, "outbox", "show", str(number)).stdout
    assert "Yours [K7QX]" in said
    assert "Please send\nyour CV." in said
    missing = run(config, "outbox", "show", "99")
    assert missing.exit_code == 1
    assert "no reply 99" in missing.stderr


def test_a_held_reply_is_released_once(config: Path, ledger: SqlLedger) -> None:
    """By the person at the keyboard, in the history of its case; what is on its way cannot be released again."""
    number = file(ledger, "K7QX", held="later")
    first = run(config, "outbox", "release", str(number))
    assert first.exit_code == 0
    assert "is released" in first.stdout
    assert "No worker is running" in first.stderr
    record = ledger.reply(number)
    assert record is not None
    assert record.state is ReplyState.QUEUED
    assert ledger.history("K7QX")[-1].who == "hr"
    again = run(config, "outbox", "release", str(number))
    assert again.exit_code == 1
    assert "is queued, so it cannot be released" in again.stderr


def test_all_held_replies_are_released_together(config: Path, ledger: SqlLedger) -> None:
    """Those and no others."""
    held = [file(ledger, "K7QX", held="later"), file(ledger, "K7QZ", held="later", uid=11)]
    assert run(config, "outbox", "release", "--all").exit_code == 0
    assert [ledger.reply(one).state for one in held] == [ReplyState.QUEUED] * 2  # type: ignore[union-attr]
    assert "No reply waits" in run(config, "outbox", "release", "--all").stdout


def test_a_dropped_reply_never_leaves(config: Path, ledger: SqlLedger) -> None:
    """One that is not there does not keep the others."""
    number = file(ledger, "K7QX", held="later")
    result = run(config, "outbox", "drop", "99", str(number))
    assert result.exit_code == 1
    assert "no reply 99" in result.stderr
    record = ledger.reply(number)
    assert record is not None
    assert record.state is ReplyState.DROPPED


@pytest.mark.parametrize("arguments", [("release",), ("release", "1", "--all"), ("drop",), ("show", "x")])
def test_a_release_must_say_what(config: Path, arguments: tuple[str, ...]) -> None:
    """IDs or --all, not neither and not both."""
    assert run(config, "outbox", *arguments).exit_code == 2


# --- cases ---------------------------------------------------------------------------------------


def test_a_case_is_told_in_words_however_its_number_is_written(config: Path, ledger: SqlLedger) -> None:
    """Small letters and brackets do not matter."""
    file(ledger, "K7QX")
    for number in ("K7QX", "k7qx", "[K7QX]"):
        said = run(config, "case", number, "show").stdout
        assert said.startswith("Case K7QX: Waiting for the applicant")
        assert "Causal Inference" in said


def test_a_case_that_is_not_there_is_told(config: Path, ledger: SqlLedger) -> None:
    """With where to find its number."""
    result = run(config, "case", "QQQQ", "show")
    assert result.exit_code == 1
    assert "There is no case QQQQ" in result.stderr


def test_without_a_ledger_there_is_nothing_to_decide(config: Path) -> None:
    """And none is made by asking."""
    result = run(config, "case", "K7QX", "accept")
    assert result.exit_code == 1
    assert "no ledger" in result.stderr
    assert not (config.parent / "var").exists()


@pytest.mark.parametrize(
    "command, wish, positions",
    [
        pytest.param(("accept", "--note", "by phone"), "accept", "", id="accept"),
        pytest.param(("ask",), "ask", "", id="ask"),
        pytest.param(("close",), "close", "", id="close"),
        pytest.param(
            ("position", "yig/uncertainty-quantification", "postdoc/causal-inference"),
            "position", "yig/uncertainty-quantification,postdoc/causal-inference", id="position",
        ),
    ],
)  # fmt: skip
def test_a_decision_waits_for_the_worker(
    config: Path, ledger: SqlLedger, command: tuple[str, ...], wish: str, positions: str
) -> None:
    """Only the worker has effects; without one the wish is kept, with the name of whoever has it."""
    file(ledger, "K7QX")
    result = run(config, "case", "k7qx", *command)
    assert result.exit_code == 0
    assert "started next" in result.stdout
    (request,) = ledger.requests()
    assert (request.what, request.who) == ("case", "hr")
    assert request.arguments == {
        "case": "K7QX",
        "wish": wish,
        "positions": positions,
        "note": "by phone" if "--note" in command else "",
        "who": "hr",
    }


@contextmanager
def worker(config: Path, ledger: SqlLedger, answer: str) -> Iterator[None]:
    """A worker that answers every request so."""
    over = threading.Event()

    def serve() -> None:
        while not over.is_set():
            for request in ledger.requests():
                ledger.finish_request(request.id, now=console.now(), result=answer)
            time.sleep(0.02)

    with wiring.worker_lock(wiring.load(config)):
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()


@pytest.mark.parametrize(
    "answer, status, said",
    [
        pytest.param("case K7QX is now accepted", 0, "Case K7QX is now accepted.", id="done"),
        pytest.param("refused: no position is known", 1, "refused: no position is known", id="refused"),
    ],
)
def test_a_running_worker_answers_at_once(
    config: Path, ledger: SqlLedger, answer: str, status: int, said: str
) -> None:
    """What came of it is told, and a refusal is a failure."""
    file(ledger, "K7QX")
    with worker(config, ledger, answer):
        result = run(config, "case", "K7QX", "accept")
    assert result.exit_code == status
    assert said in result.stdout + result.stderr


def test_a_position_must_exist(config: Path, ledger: SqlLedger) -> None:
    """The one that was probably meant is named."""
    file(ledger, "K7QX")
    result = run(config, "case", "K7QX", "position", "postdoc/casual-inference")
    assert result.exit_code == 1
    assert "did you mean 'postdoc/causal-inference'?" in result.stderr
    assert ledger.requests() == []


def test_a_note_stands_in_the_history_at_once(config: Path, ledger: SqlLedger) -> None:
    """It has no effect, so it needs no worker; an empty one is none."""
    file(ledger, "K7QX")
    assert run(config, "case", "K7QX", "note", "called", "back").exit_code == 0
    last = ledger.history("K7QX")[-1]
    assert (last.who, last.what, last.note) == ("hr", "note", "called back")
    assert run(config, "case", "K7QX", "note", " ").exit_code == 1


def test_a_closed_case_is_closed(config: Path, ledger: SqlLedger) -> None:
    """Closing it again is told."""
    file(ledger, "K7QX")
    ledger.close_case("K7QX", who="hr", now=console.now())
    assert "closed already" in run(config, "case", "K7QX", "close").stderr


# --- status --------------------------------------------------------------------------------------


def status(config: Path, expected: int) -> dict[str, object]:
    result = run(config, "status", "--json")
    assert result.exit_code == expected, result.stdout
    told: dict[str, object] = json.loads(result.stdout)
    return told


def test_every_message_is_counted_once_and_the_figures_add_up(config: Path, ledger: SqlLedger) -> None:
    """The equation of the contract, those before our time apart."""
    file(ledger, "K7QX")
    file(ledger, "K7QZ", Outcome.ACCEPTED, uid=11)
    (box,) = status(config, 0)["mailboxes"]  # type: ignore[misc]
    terms = ("accepted", "waiting", "review", "redirected", "inquiries", "ignored", "parked", "in work")
    assert [box[one] for one in terms] == [1, 1, 0, 0, 0, 0, 0, 0]
    assert (box["total"], box["before our time"], box["adds_up"]) == (4, 2, True)
    said = run(config, "status").stdout
    assert "2 mails = 1 accepted + 1 waiting + 0 review" in said
    assert "(+ 2 before our time)" in said
    assert "Nothing is wrong." in said


def test_figures_that_do_not_add_up_are_told(config: Path, ledger: SqlLedger) -> None:
    """Which, and by how much."""
    file(ledger, "K7QX")
    with ledger.writing() as connection:
        tally = tables.tally
        done = (tally.c.state == "done") & (tally.c.outcome == "correction")
        connection.execute(tally.update().where(done).values(messages=7))
    told = status(config, 1)
    assert "waiting: told 7, counted 1" in told["attention"][0]  # type: ignore[index]


def test_what_needs_a_person_is_told_in_sentences(config: Path, ledger: SqlLedger) -> None:
    """A parked message, a refused reply, one that may have left, a mailbox that is away."""
    now = console.now()
    failed, lost = file(ledger, "K7QX"), file(ledger, "K7QZ", uid=11)
    for number, event in ((failed, ReplyEvent.REFUSE), (lost, ReplyEvent.LOSE)):
        ledger.announce(number, owner="me", lease_until=now + timedelta(minutes=1))
        ledger.settle(number, event, owner="me", now=now, error="550 no such user")
    ledger.take_in(BOX, uidvalidity=1, uids=[12], now=now, number=lambda: "K7QT")
    (record,) = ledger.unfinished(BOX, now=now, limit=1)
    ledger.put_off(record.id, step="planned", error="disk full", retry_at=None)
    ledger.report_pass(BOX, now=now, trouble="no route to host", next_try=now + timedelta(minutes=1))
    told = status(config, 1)
    said = "\n".join(told["attention"])  # type: ignore[arg-type]
    for words in (
        "not reached since",
        "no route to host",
        "case K7QT was given up at step planned",
        "disk full",
    ):
        assert words in said
    assert "1 repl(ies) were refused" in said
    assert "1 repl(ies) may or may not have left" in said
    assert told["outbox"] == {"held": 0, "queued": 0, "sending": 0, "unknown": 1, "failed": 1}
    assert "Needs a person:" in run(config, "status").stdout


def test_a_reply_whose_proof_is_looked_for_needs_nobody_yet(config: Path, ledger: SqlLedger) -> None:
    """It is told as such in status and in the outbox; when nothing is found a person is asked."""
    now, number = console.now(), file(ledger, "K7QX")
    ledger.announce(number, owner="me", lease_until=now + timedelta(minutes=1), proof="bcc")
    ledger.settle(number, ReplyEvent.LOSE, owner="me", now=now, error="gone")
    told = status(config, 0)
    assert (told["outbox"]["unknown"], told["sought"], told["attention"]) == (1, 1, [])  # type: ignore[index]
    assert "1 unknown, 0 failed (1 of them is looked for)" in run(config, "status").stdout
    for command in (["list"], ["show", str(number)]):
        assert "its proof is looked for" in run(config, "outbox", *command).stdout
    ledger.look_later(number, retry_at=None, error="nobody knows whether it has left: no copy was found")
    assert "1 repl(ies) may or may not have left" in "\n".join(status(config, 1)["attention"])  # type: ignore[arg-type]
    assert "no copy was found" in run(config, "outbox", "list").stdout


def test_copies_that_do_not_arrive_are_told(config: Path, ledger: SqlLedger) -> None:
    """With what the server said, and what to do."""
    file(ledger, "K7QX")
    ledger.report_copies(BOX, trouble="RCPT TO of the copy: 550 no such user")
    told = status(config, 1)
    assert told["mailboxes"][0]["copies"] == "RCPT TO of the copy: 550 no such user"  # type: ignore[index]
    assert "550 no such user" in told["attention"][0]  # type: ignore[index]
    assert "copy_address" in told["attention"][0]  # type: ignore[index]


def test_replies_that_do_not_leave_are_told(config: Path, ledger: SqlLedger) -> None:
    """One that was put off once may be greylisted; from the second time on, or when the server refuses us, it is said."""
    now = console.now()
    number = file(ledger, "K7QX")

    def defer(error: str) -> None:
        ledger.announce(number, owner="me", lease_until=now + timedelta(minutes=1))
        ledger.settle(number, ReplyEvent.DEFER, owner="me", now=now, error=error, retry_at=now)

    defer("RCPT: 450 greylisted")
    [waiting] = status(config, 0)["replies_put_off"]  # type: ignore[misc]
    assert (waiting["case"], waiting["attempts"]) == ("K7QX", 1)
    defer("RCPT: 450 greylisted")
    [sentence] = status(config, 1)["attention"]  # type: ignore[misc]
    assert "The reply of case K7QX could not be sent, after 2 attempt(s): RCPT: 450 greylisted." in sentence
    file(ledger, "K7QZ", uid=11)
    number = ledger.replies()[-1].id
    defer("the server refuses us: AUTH: 535 wrong password")
    [sentence] = status(config, 1)["attention"]  # type: ignore[misc]
    assert "The reply of case K7QZ could not be sent, after 1 attempt(s): the server refuses us" in sentence
    assert "leaves meanwhile" in sentence


@pytest.mark.parametrize(
    "flags, free, said",
    [(os.ST_RDONLY, 10**6, "lies on a disk that is read-only now"), (0, 100, "only 0 MB left on its disk")],
    ids=["read-only", "full"],
)
def test_a_disk_without_room_is_told(
    config: Path, ledger: SqlLedger, monkeypatch: pytest.MonkeyPatch, flags: int, free: int, said: str
) -> None:
    """A stand-in for the file system of the ledger; a real one is in the acceptance tests."""

    class Found:
        f_flag, f_bavail, f_frsize = flags, free, 4096

    monkeypatch.setattr(os, "statvfs", lambda path: Found)
    assert said in "\n".join(status(config, 1)["attention"])  # type: ignore[arg-type]


def test_applications_that_others_may_read_are_told(config: Path, ledger: SqlLedger) -> None:
    """As on a share whose mount names no modes."""
    root = wiring.load(config).filing_root
    root.mkdir()
    page = root / "index.html"
    page.touch(0o640)
    assert status(config, 0)["attention"] == []
    page.chmod(0o755)
    [sentence] = status(config, 1)["attention"]  # type: ignore[misc]
    assert "can be read by every user of this machine (mode 0755)" in sentence


@pytest.mark.parametrize("box", [BOX, wiring.junk_of(BOX)])
def test_what_is_put_off_again_and_again_is_told(config: Path, ledger: SqlLedger, box: str) -> None:
    """A message that has failed once is listed and no alarm; from the second time on a sentence says why. So it is
    in the folder of suspected junk."""
    now = console.now()
    ledger.start_mailbox(wiring.junk_of(BOX), uidvalidity=1, before=(), now=now)
    ledger.take_in(box, uidvalidity=1, uids=[12, 13], now=now, number=iter(("K7QT", "K7QV")).__next__)
    first, second = (one.id for one in ledger.unfinished(box, now=now, limit=2))
    for message in (first, second):
        ledger.put_off(message, step="found", error="no answer in time", retry_at=now)
    put_off = status(config, 0)["put_off"]
    assert [(one["case"], one["attempts"]) for one in put_off] == [("K7QT", 1), ("K7QV", 1)]  # type: ignore[attr-defined]
    for message in (first, second):
        ledger.put_off(message, step="found", error="no answer in time", retry_at=now)
    [sentence] = status(config, 1)["attention"]  # type: ignore[misc]
    assert sentence.startswith(
        "The message of case K7QT does not get past found, after 2 attempts: no answer in time."
        " So it is with 1 more. Next try: "
    )


def test_junk_that_is_not_listed_is_not_counted(config: Path, ledger: SqlLedger) -> None:
    """A message that was given up is no case for review, and one that has gone neither."""
    now, junk = console.now(), wiring.junk_of(BOX)
    ledger.start_mailbox(junk, uidvalidity=1, before=(), now=now)
    ledger.take_in(
        junk, uidvalidity=1, uids=[1, 2, 3], now=now, number=iter(("K7QT", "K7QV", "K7QX")).__next__
    )
    first, second, _ = ledger.unfinished(junk, now=now, limit=3)
    ledger.vanish(first.id)
    ledger.put_off(second.id, step="planned", error="disk full", retry_at=None)
    (box,) = status(config, 1)["mailboxes"]  # type: ignore[misc]
    assert box["junk"] == 1
    assert "For people to read: 1 out of the folder of suspected junk" in run(config, "status").stdout


def test_a_worker_that_has_stopped_looking_is_missed(config: Path, ledger: SqlLedger) -> None:
    """After two hours."""
    ledger.report_pass(BOX, now=console.now() - timedelta(hours=3))
    assert "nobody has looked since" in status(config, 1)["attention"][0]  # type: ignore[index]


def test_the_running_worker_is_named(config: Path, ledger: SqlLedger) -> None:
    """By its process id; nobody's where there is none."""
    assert status(config, 0)["worker"] is None
    with wiring.worker_lock(wiring.load(config)):
        assert isinstance(status(config, 0)["worker"], int)


def test_broken_rules_are_told_and_the_rest_as_well(config: Path, ledger: SqlLedger) -> None:
    """A worker runs on with the last good ones; broken settings end it with 2."""
    (config / "positions.toml").write_text("[[position]\n")
    told = status(config, 1)
    assert "positions.toml" in told["rules"][0]  # type: ignore[index]
    assert "keeps the last good ones" in told["attention"][0]  # type: ignore[index]
    (config / "intake.toml").write_text("[[mailbox]\n")
    assert run(config, "status").exit_code == 2


def test_before_the_first_look_there_is_nothing_to_count(config: Path) -> None:
    """Asking makes no ledger."""
    assert "no worker has looked into it yet" in run(config, "status").stdout
    assert not (config.parent / "var").exists()


# --- adopt and run -------------------------------------------------------------------------------


@pytest.mark.parametrize("options, replies", [((), "no"), (("--replies",), "yes"), (("--no-replies",), "no")])
def test_adopting_is_asked_of_the_worker(
    config: Path, ledger: SqlLedger, options: tuple[str, ...], replies: str
) -> None:
    """Without replies unless they are wanted."""
    assert run(config, "adopt", "--since", "2025-11-01", *options).exit_code == 0
    (request,) = ledger.requests()
    assert (request.what, request.arguments) == (
        "adopt",
        {"mailbox": BOX, "since": "2025-11-01", "replies": replies},
    )


def test_adopting_waits_on_demand(config: Path, ledger: SqlLedger) -> None:
    """For the answer of a running worker."""
    with worker(config, ledger, "12 messages taken in"):
        result = run(config, "adopt", "--since", "2025-11-01", "--wait")
    assert "12 messages taken in." in result.stdout


@pytest.mark.parametrize(
    "arguments", [(), ("--since", "soon"), ("--since", "2025-11-01", "--mailbox", "other")]
)
def test_adopting_needs_a_day_and_a_mailbox_that_exists(config: Path, arguments: tuple[str, ...]) -> None:
    """Bad usage is 2."""
    assert run(config, "adopt", *arguments).exit_code == 2


def test_a_second_worker_is_told_of_the_first(config: Path) -> None:
    """And ends with 1."""
    with wiring.worker_lock(wiring.load(config)):
        result = run(config, "run", "--once")
    assert result.exit_code == 1
    assert "another worker is at this ledger already" in result.stderr


def test_a_worker_without_its_password_does_not_start(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that is missing is told, and nothing is made."""
    monkeypatch.delenv("INTAKE_PASSWORD")
    result = run(config, "run")
    assert result.exit_code == 2
    assert result.stderr.count("INTAKE_PASSWORD is not set") == 2
    assert not (config.parent / "var").exists()


def test_one_look_at_a_mailbox_that_is_away_ends_with_75(config: Path) -> None:
    """Also before its first start; cron may try again."""
    text = (config / "intake.toml").read_text("utf-8")
    (config / "intake.toml").write_text(
        text.replace("imap.rc-trust.example", "127.0.0.1").replace("993", "9")
    )
    result = run(config, "run", "--once", "--log", "json")
    assert result.exit_code == 75
    assert "could not be reached" in result.stderr


@pytest.mark.parametrize("arguments", [("run", "--log", "xml"), ("case",), ("case", "K7QX"), ("nonsense",)])
def test_bad_usage_ends_with_2(config: Path, arguments: tuple[str, ...]) -> None:
    """Whatever the command."""
    assert CliRunner().invoke(cli.app, list(arguments)).exit_code == 2


def test_the_version_is_told() -> None:
    """And nothing else is done."""
    result = CliRunner().invoke(cli.app, ["--version"])
    assert (result.exit_code, result.stdout) == (0, "intake 0.1.0\n")


# --- parked messages -----------------------------------------------------------------------------


@pytest.fixture
def parked(config: Path, ledger: SqlLedger) -> bytes:
    """One parked message of case K7QX. Returns its bytes, which are kept."""
    now = console.now()
    ledger.take_in(BOX, uidvalidity=1, uids=[10], now=now, number=lambda: "K7QX")
    (record,) = ledger.unfinished(BOX, now=now, limit=1)
    ledger.identify(record.id, content_key="k", message_id="<1@uni.example>", size=9, arrived=now)
    ledger.put_off(record.id, step="found", error="RuntimeError", retry_at=None)
    raw = b"From: nadia@uni.example\r\n\r\nHello\r\n"
    where = wiring.open_parked(wiring.load(config)).keep("K7QX", raw)
    ledger.add_place("K7QX", kind="parked", where=where)
    return raw


def test_parked_messages_are_listed(config: Path, ledger: SqlLedger) -> None:
    assert "Nothing is parked" in run(config, "parked", "list").stdout
    assert json.loads(run(config, "parked", "list", "--json").stdout) == []


def test_a_parked_message_is_told_in_words(config: Path, parked: bytes) -> None:
    """What happened, what was done with it, what to do next; the same for programs."""
    said = run(config, "parked", "list").stdout
    assert "K7QX" in said
    assert "reading and judging it" in said
    shown = run(config, "parked", "show", "[k7qx]").stdout
    for words in (
        "While reading and judging it it failed 1 time: RuntimeError",
        "kept as they were",
        "retry K7QX",
    ):
        assert words in shown
    (facts,) = json.loads(run(config, "parked", "list", "--json").stdout)
    assert (facts["case"], facts["step"], facts["error"], facts["attempts"]) == (
        "K7QX",
        "found",
        "RuntimeError",
        1,
    )
    assert json.loads(run(config, "parked", "show", "K7QX", "--json").stdout) == facts


def test_a_parked_mail_is_exported_for_its_reader_alone(config: Path, parked: bytes, tmp_path: Path) -> None:
    """As it came; never over a file that is there."""
    target = tmp_path / "mail.eml"
    assert run(config, "parked", "export", "K7QX", str(target)).exit_code == 0
    assert target.read_bytes() == parked
    assert target.stat().st_mode & 0o777 == 0o600
    again = run(config, "parked", "export", "K7QX", str(target))
    assert again.exit_code == 1
    assert "cannot be written" in again.stderr


@pytest.mark.parametrize("command", [["show"], ["retry"], ["export", "x.eml"]], ids=lambda one: one[0])
def test_what_is_not_parked_is_told(config: Path, ledger: SqlLedger, command: list[str]) -> None:
    missing = run(config, "parked", command[0], "ZZZZ", *command[1:])
    assert missing.exit_code == 1
    assert "No message of a case ZZZZ is parked" in missing.stderr


def test_a_parked_message_waits_for_the_worker_to_go_on(
    config: Path, ledger: SqlLedger, parked: bytes
) -> None:
    """Only the worker has effects: it is asked, and does it when it runs."""
    asked = run(config, "parked", "retry", "K7QX")
    assert "The worker does it when it is started next" in asked.stdout
    assert [(one.what, one.who) for one in ledger.requests()] == [("retry", "hr")]
