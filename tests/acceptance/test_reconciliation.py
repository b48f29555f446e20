"""What breaks is named and mended where that takes no guessing, on a whole installation with real servers."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from intake import cli
from intake.demo import documents, people
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import Outcome
from tests.acceptance.house import House, text_of
from tests.conftest import MailAccount

CAUSAL = ("postdoc/causal-inference",)
TEXT = "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\nHelena Marquardsen\n"
ROOT = Path(__file__).resolve().parents[2]
People = Callable[[int], list[MailAccount]]


@pytest.fixture(scope="module")
def pdf() -> bytes:
    who = people.HELENA
    return documents.joined(
        documents.letter(who, "en", CAUSAL), documents.cv(who), documents.certificate("doctorate", who)
    )


def apply(house: House, who: MailAccount, number: int, content: bytes) -> None:
    subject = f"Application: PostDoc position in Causal Inference ({number})"
    house.apply(who, "Helena Marquardsen", subject, TEXT, ("Application.pdf", content))


def run(house: House, *arguments: str) -> Result:
    result = CliRunner().invoke(cli.app, [*arguments, "--config", str(house.config)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def told(house: House, *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(house, "status", "--json", *arguments).stdout)
    return found


def codes(status: dict[str, Any]) -> list[tuple[str, str]]:
    return sorted((one["code"], one["case"]) for one in status["reconciliation"]["findings"])


@contextmanager
def raw(house: House) -> Iterator[sqlite3.Connection]:
    """The ledger without any rule of its own, as an accident would change it."""
    with closing(sqlite3.connect(house.root / "var" / "ledger.sqlite")) as connection, connection:
        yield connection


def filed(house: House, everybody: list[MailAccount], content: bytes) -> list[str]:
    """Applications of these people, filed and answered: their case numbers in the order of their mails."""
    house.once()
    for number, who in enumerate(everybody):
        apply(house, who, number, content)
        house.until(lambda: len(house.inbox()) == number + 1)  # noqa: B023  # called at once
    house.once()
    for who in everybody:
        house.answer(who)
    house.until(lambda: len(house.inbox()) + len(house.folder("Sent")) >= len(everybody))
    house.once()  # takes the copies of the replies away
    with house.ledger() as ledger:
        return [one.case for one in ledger.held(after=0, limit=100)]


def folder_of(house: House, case: str) -> Path:
    [found] = [path for path in house.filed() if path.endswith(f"[{case}]")]
    return house.applications / found


def test_everything_that_breaks_is_named_and_mended_without_guessing(
    house: House, applicants: People, pdf: bytes
) -> None:
    """Each fault by its code and case; repair mends what it may, once; people's hands are noted; nobody is answered."""
    everybody = applicants(8)
    cases = filed(house, everybody[:7], pdf)
    missing, damaged, renamed, rowless, never, deleted, edited = cases
    clean = told(house, "--all")
    assert codes(clean) == []
    assert clean["attention"] == []
    assert clean["reconciliation"]["complete"]
    assert clean["reconciliation"]["checked"]["folders"] == 7
    assert clean["reconciliation"]["checked"]["mails"] == 7

    (folder_of(house, missing) / "application.pdf").unlink()
    bad = folder_of(house, damaged) / "application.pdf"
    bad.write_bytes(pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:])
    folder_of(house, renamed).rename(house.applications / "postdoc" / f"Helena, to be invited [{renamed}]")
    shutil.rmtree(folder_of(house, never))
    shutil.rmtree(folder_of(house, deleted))
    with (folder_of(house, edited) / "application.pdf").open("ab") as file:
        file.write(b"% a remark")
    (house.applications / "postdoc" / "2024-01-01 Somebody [ZZZZ]").mkdir()
    (house.root / "var" / "parked").mkdir()
    (house.root / "var" / "parked" / f"{missing}.eml").write_bytes(b"x")
    apply(house, everybody[7], 7, pdf)
    house.until(house.inbox)
    with raw(house) as connection:
        connection.execute("DELETE FROM message WHERE case_number = ?", (rowless,))
        connection.execute("DELETE FROM place WHERE case_number = ? AND kind = 'folder'", (never,))
        connection.execute("DELETE FROM place WHERE case_number = ? AND kind = 'folder'", (edited,))
        connection.execute("UPDATE mailbox SET last_uid = last_uid + 1 WHERE name = 'main'")
        connection.execute(
            "UPDATE tally SET messages = messages + 5 WHERE state = 'done' AND outcome = 'review'"
        )

    quick = told(house)
    assert ("file-missing", missing) in codes(quick)
    assert ("file-damaged", damaged) in codes(quick)
    assert ("uid-without-row", "") in codes(quick)
    assert any("the figures do not add up" in sentence for sentence in quick["attention"])
    found = told(house, "--all")
    expected = [
        ("file-changed", edited), ("file-damaged", damaged), ("file-missing", missing), ("figures", ""),
        ("folder-gone", deleted), ("folder-moved", renamed), ("folder-without-case", "ZZZZ"), ("leftover", ""),
        ("mail-added", ""), ("never-filed", never), ("place-missing", edited), ("row-missing", rowless),
        ("uid-without-row", ""),
    ]  # fmt: skip
    assert codes(found) == sorted(expected)
    assert "Helena" not in json.dumps(found)
    notes = [one["code"] for one in found["reconciliation"]["findings"] if one["note"]]
    assert sorted(notes) == ["file-changed", "folder-gone", "folder-moved", "mail-added"]
    assert not any(deleted in sentence for sentence in found["attention"])

    assert "Would be mended" in run(house, "repair", "--dry-run").stdout
    assert codes(told(house, "--all")) == sorted(expected)
    mended = run(house, "repair")
    assert mended.exit_code == 1
    assert f"Case {missing}: application.pdf is written again" in mended.stdout
    assert f"Left for a person: Case {damaged}" in mended.stderr
    assert "Nothing to mend." in run(house, "repair").stdout
    house.once()
    left = [("file-damaged", damaged), ("folder-without-case", "ZZZZ"), ("row-missing", rowless)]
    noted = [("file-changed", edited), ("folder-gone", deleted), ("mail-added", "")]
    assert codes(told(house, "--all")) == sorted(left + noted)
    assert (folder_of(house, missing) / "application.pdf").read_bytes() == pdf
    assert (folder_of(house, never) / "application.pdf").read_bytes() == pdf
    assert bad.read_bytes() != pdf

    bad.unlink()  # what the sentence asks of a person
    assert "is written again" in run(house, "repair").stdout
    assert bad.read_bytes() == pdf
    with house.ledger() as ledger:
        [held] = ledger.replies(states=(ReplyState.HELD,))
        assert "may have been answered" in held.error
        assert not ledger.due_replies(now=house.clock.now() + timedelta(days=9), limit=10)
    assert [len(house.answers(who)) for who in everybody] == [1] * 7 + [0]
    assert run(house, "outbox", "release", str(held.id)).exit_code == 0
    house.once()
    assert len(house.answers(everybody[7])) == 1


def test_a_repair_that_finds_the_bytes_nowhere_says_so_by_its_status(
    house: House, applicants: People, pdf: bytes
) -> None:
    """Though it mends such faults elsewhere: a person must get the file from a backup."""
    [case] = filed(house, applicants(1), pdf)
    folder = folder_of(house, case)
    for name in ("application.pdf", "message.eml"):
        (folder / name).unlink()
    assert run(house, "repair", "--dry-run").exit_code == 0
    house.home.doveadm("expunge", "-u", house.bot.login, "mailbox", "*", "all")  # type: ignore[attr-defined]
    mended = run(house, "repair")
    assert mended.exit_code == 1
    assert mended.stdout.count("get it from a backup") == 2
    assert mended.stderr.count(f"Left for a person: Case {case}") == 2


def test_a_mail_that_is_moved_back_into_the_inbox_is_no_fault(
    house: House, applicants: People, pdf: bytes
) -> None:
    """It is known by its content: moved again, answered no second time, and nothing is left to say."""
    [who] = applicants(1)
    filed(house, [who], pdf)
    house.home.doveadm(
        "move", "-u", house.bot.login, "INBOX", "mailbox", "Applications/postdoc/causal-inference", "all"
    )  # type: ignore[attr-defined]
    assert codes(told(house, "--all")) == []
    house.once()
    assert house.mails() == {}
    assert codes(told(house, "--all")) == []
    assert len(house.answers(who)) == 1


def test_status_tells_what_it_can_when_the_mailbox_is_away(
    house: House, applicants: People, pdf: bytes
) -> None:
    """The folders are compared all the same, and what could not be looked at is named."""
    [case] = filed(house, applicants(1), pdf)
    (folder_of(house, case) / "application.pdf").unlink()
    settings = (house.config / "intake.toml").read_text()
    away = settings.replace(f"port = {house.home.ports['imaps']}", "port = 1")
    (house.config / "intake.toml").write_text(away)
    status = told(house, "--all")
    assert codes(status) == [("file-missing", case)]
    assert not status["reconciliation"]["complete"]
    assert "Not compared now: main: " in run(house, "status").stdout


def test_the_daily_look_is_kept_and_logs_counts_only(house: House, applicants: People, pdf: bytes) -> None:
    """Soon after a start where the last one is a day old; status shows its age and what it found."""
    [case] = filed(house, applicants(1), pdf)
    with house.ledger() as ledger:
        ledger.set_milestone("reconciliation", None)
    (house.applications / "postdoc" / "2024-01-01 Somebody [ZZZZ]").mkdir()
    house.journal.lines.clear()
    house.clock.ahead = timedelta(minutes=-2)  # a minute after the start has passed already
    with house.running():
        house.until(lambda: "reconciled" in house.journal.events())
        assert {job.id for job in house_jobs(house)} >= {"reconcile", "repair"}
    [fields] = [fields for event, fields in house.journal.lines if event == "reconciled"][-1:]
    assert fields == {"mailboxes": 1, "uids": 0, "mails": 1, "cases": 1, "folders": 1, "files": 3, "faults": 1, "notes": 0,
                      "out_of_reach": 0}  # fmt: skip
    status = told(house)
    assert codes(status) == [("folder-without-case", "ZZZZ")]
    assert status["reconciliation"]["at"] is not None
    assert status["reconciliation"]["checked"]["cases"] == 1
    assert case not in " ".join(status["attention"])


@contextmanager
def worker(house: House) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of its own, as an admin starts it."""
    command = [sys.executable, "-m", "intake", "run", "--config", str(house.config)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        house.until(lambda: told(house)["worker"] == process.pid)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_a_running_worker_mends_when_it_is_asked_and_a_second_one_stops(
    house: House, applicants: People, pdf: bytes
) -> None:
    """The command tells what the worker did; the second worker names the first, as status does."""
    [case] = filed(house, applicants(1), pdf)
    lost = folder_of(house, case) / "application.pdf"
    lost.unlink()
    with worker(house) as first:
        mended = run(house, "repair")
        assert f"Case {case}: application.pdf is written again" in mended.stdout
        assert mended.exit_code == 0
        assert lost.read_bytes() == pdf
        assert "Nothing to mend." in run(house, "repair").stdout
        command = [sys.executable, "-m", "intake", "run", "--config", str(house.config)]
        second = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
        assert second.returncode == 1
        assert second.stderr.strip() == f"another worker is at this ledger already: process {first.pid}"
        assert f"running, process {first.pid}" in run(house, "status").stdout


def test_a_backup_made_under_load_is_restored(house: House, applicants: People, pdf: bytes) -> None:
    """Mails after it lie in their folders, are listed and answered once; no number is given twice; what lay in the INBOX
    is filed, and its reply waits; what comes later is answered as ever."""
    everybody = applicants(8)
    house.once()
    target = house.root / "copy.tar"
    with house.running():
        for number, who in enumerate(everybody[:6]):
            apply(house, who, number, pdf)
            if number == 3:
                assert run(house, "backup", str(target)).exit_code == 0
        house.until(lambda: len(house.filed()) == 6)
        house.settled()
    before = house.filed()
    answered = [len(house.answers(who)) for who in everybody]
    assert answered == [1] * 6 + [0] * 2
    assert target.stat().st_mode & 0o777 == 0o600
    refused = run(house, "backup", str(target))
    assert refused.exit_code == 1
    assert "was left alone" in refused.stderr
    assert not [path for path in house.root.iterdir() if path.name.startswith(".copy")]
    apply(house, everybody[6], 6, pdf)  # while nothing runs
    house.until(house.inbox)

    shutil.rmtree(house.root / "var")
    (house.root / "var").mkdir(mode=0o700)
    with tarfile.open(target) as archive:
        assert {one.mode & 0o777 for one in archive} == {0o600}
        assert archive.getnames() == ["ledger.sqlite", "keys"]
        archive.extractall(house.root / "var", filter="data")
    assert "was restored from the backup" in run(house, "status").stdout
    time.sleep(1.1)  # INTERNALDATE has whole seconds
    house.once()
    house.once()

    after = house.filed()
    assert set(before) <= set(after)
    numbers = [path[path.rindex("[") + 1 : -1] for path in after]
    assert len(set(numbers)) == len(numbers)
    [new] = set(after) - set(before)
    assert len(new[new.rindex("[") + 1 : -1]) == 5
    assert [len(house.answers(who)) for who in everybody] == answered
    status = told(house, "--all")
    assert "folder-without-case" in [code for code, _ in codes(status)]
    assert "mail-without-row" in [code for code, _ in codes(status)]
    with house.ledger() as ledger:
        known = {one.case for one in ledger.held(after=0, limit=100)}
        assert {case for code, case in codes(status) if code == "folder-without-case"} == set(numbers) - known
        held = ledger.replies(states=(ReplyState.HELD,))
    assert everybody[6].login in [one.reply.recipient for one in held]
    assert all("may have left" in one.error for one in held)

    apply(house, everybody[7], 7, pdf)
    house.until(house.inbox)
    house.once()
    assert "complete in form" in text_of(house.answer(everybody[7]))
    assert [len(house.answers(who)) for who in everybody] == [*answered[:7], 1]


def test_an_answer_to_a_case_that_was_lost_goes_to_a_person(
    house: House, applicants: People, pdf: bytes
) -> None:
    """Its papers may be with the lost case, so that nothing is said to be missing."""
    [who] = applicants(1)
    house.once()
    target = house.root / "copy.tar"
    assert run(house, "backup", str(target)).exit_code == 0
    apply(house, who, 0, pdf)
    house.until(house.inbox)
    house.once()
    ours = house.answer(who)
    shutil.rmtree(house.root / "var")
    (house.root / "var").mkdir(mode=0o700)
    with tarfile.open(target) as archive:
        archive.extractall(house.root / "var", filter="data")
    time.sleep(1.1)  # INTERNALDATE has whole seconds
    house.once()
    mail = house.mail(who, "Helena Marquardsen", f"Re: {ours['Subject']}", "My certificate.\n",
                      ("Certificate.pdf", documents.certificate("master", people.HELENA)))  # fmt: skip
    house.send(b"In-Reply-To: " + ours["Message-ID"].encode() + b"\r\n" + mail, who.login)
    house.until(house.inbox)
    house.once()
    with house.ledger() as ledger:
        [case] = ledger.cases()
        assert case.outcome is Outcome.REVIEW
        record = ledger.message(case.message)
        assert record.state is MessageState.DONE
        assert any("which this ledger does not know" in why for why in record.plan.verdict.reasons)
    assert "certificates" not in text_of(house.answers(who)[-1]).lower().split("your")[0]


def house_jobs(house: House) -> list[Any]:
    """The jobs of a worker's clock, as it would plan them."""
    with house.living() as service:
        service._plan_times()
        jobs: list[Any] = service._scheduler.get_jobs()
        return jobs
