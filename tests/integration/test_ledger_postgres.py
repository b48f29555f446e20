"""The ledger on a PostgreSQL server: its shape, its refusals, several writers, and a server that goes away."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import autogenerate
from alembic.runtime import migration
from sqlalchemy import exc

from intake.adapters.ledger import mailboxes, postgres, serverlock, sql, tables
from intake.errors import ConfigError, IntakeError, Permanent, Transient
from intake.journey.lifecycle import IllegalMove, MessageState, ReplyEvent, ReplyState
from intake.model import Address, Mail, Outcome, Plan, Reply, ReplyKind, Verdict
from intake.ports import CaseEvent
from tests.servers.postgres import PASSWORD, Postgres

NAME = "open-positions"
NOW = datetime(2025, 11, 3, 9, 0, tzinfo=UTC)


def password() -> str:
    return PASSWORD


@pytest.fixture
def url(postgres: Postgres) -> str:
    return postgres.empty_ledger()


@pytest.fixture
def ledger(url: str) -> Iterator[sql.SqlLedger]:
    """It knows one mailbox, with nothing in it."""
    ledger = sql.open(url, password)
    ledger.start_mailbox(NAME, uidvalidity=7, before=(), now=NOW)
    yield ledger
    ledger.close()


@pytest.fixture
def other(url: str, ledger: sql.SqlLedger) -> Iterator[sql.SqlLedger]:
    """The same ledger as another process has it open."""
    other = sql.open(url, password)
    yield other
    other.close()


def take_in(ledger: sql.SqlLedger, uids: list[int], first: str = "C") -> list[int]:
    count = itertools.count(1)
    ledger.take_in(NAME, uidvalidity=7, uids=uids, now=NOW, number=lambda: f"{first}{next(count)}")
    return [one.id for one in ledger.unfinished(NAME, now=NOW, limit=1000)]


def a_plan(case: str, outcome: Outcome = Outcome.ACCEPTED, *, reply: bool = False) -> Plan:
    answer = Reply(kind=ReplyKind.ACKNOWLEDGEMENT, language="de", recipient="ada@x.example", subject="Ihre Bewerbung",
                   message_id=f"<{case}@our.example>", text="Guten Tag", raw=b"Guten Tag")  # fmt: skip
    verdict = Verdict(outcome=outcome, language="de")
    return Plan(case=case, verdict=verdict, reply=answer if reply else None)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What came of each, a result or an error of the contract; all begin at the same moment."""
    ready = threading.Barrier(len(acts))

    def act(one: Callable[[], Any]) -> Any:
        ready.wait(10)
        try:
            return one()
        except IntakeError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(30) for future in [pool.submit(act, one) for one in acts]]


# --- The shape -----------------------------------------------------------------------------------


def test_the_migrations_make_the_tables(url: str) -> None:
    """Nothing differs between the tables in the code and those of a migrated database."""
    engine = postgres.engine(url, password)
    with engine.connect() as connection:
        context = migration.MigrationContext.configure(connection, opts={"compare_type": True})
        differences = autogenerate.compare_metadata(context, tables.metadata)
        made = connection.exec_driver_sql(
            "SELECT indexname FROM pg_indexes WHERE strpos(indexdef, ' WHERE ') > 0"
        )
        partial = set(made.scalars())
    engine.dispose()
    assert differences == []
    assert partial == {"ix_message_unfinished", "ix_message_before"}


def test_processes_may_make_the_same_ledger_at_once(postgres: Postgres) -> None:
    """One migrates it, the others wait for it; none of them fails."""
    url = postgres.new_database()
    life = f"from intake.adapters.ledger import sql; sql.open({url!r}, lambda: {PASSWORD!r}).close()"
    lives = [subprocess.Popen([sys.executable, "-c", life]) for _ in range(3)]
    assert [one.wait(60) for one in lives] == [0, 0, 0]
    ledger = sql.open(url, password)
    assert ledger.mailboxes() == []
    ledger.close()


def test_looking_makes_no_ledger(postgres: Postgres) -> None:
    url = postgres.new_database()
    assert not sql.is_made(url, password)
    sql.open(url, password).close()
    assert sql.is_made(url, password)


def test_each_session_is_held_to_our_terms(ledger: sql.SqlLedger) -> None:
    """A commit is on the disk, nobody waits or idles for long, and a reader has one view and writes nothing."""
    with ledger.writing() as connection:
        asked = {
            name: connection.exec_driver_sql(f"SHOW {name}").scalar()
            for name in (
                "synchronous_commit",
                "lock_timeout",
                "transaction_isolation",
                "idle_in_transaction_session_timeout",
                "TimeZone",
            )
        }
    assert list(asked.values()) == ["on", "10s", "read committed", "10s", "UTC"]
    with ledger.reading() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar() == "repeatable read"
        assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
        assert connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout").scalar() == "1min"


def test_the_url_has_the_last_word(url: str) -> None:
    """What an admin sets in it stays, beside the rest."""
    engine = postgres.engine(f"{url}?options=-c%20lock_timeout%3D3s&connect_timeout=4", password)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SHOW lock_timeout").scalar() == "3s"
        assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        driven: Any = connection.connection.driver_connection
        assert driven.info.get_parameters()["connect_timeout"] == "4"
    engine.dispose()


def test_the_clock_is_the_servers(ledger: sql.SqlLedger) -> None:
    """It goes on within a transaction, and comes with its zone."""
    with ledger.reading() as connection:
        first, second = ledger.database_now(connection), ledger.database_now(connection)
    assert first < second
    assert abs(second - datetime.now(UTC)) < timedelta(minutes=1)


def test_what_a_mail_says_is_kept_without_what_no_database_takes(ledger: sql.SqlLedger) -> None:
    """A NUL or half a letter in a name loses no application."""
    [message] = take_in(ledger, [1])
    ledger.identify(message, content_key="k", message_id="<a\0b\udc80@x>", size=1, arrived=NOW)
    sender = Address(name="Ada\0 Vogt\udcff", address="ada@x.example")
    plan = Plan(case="C1", verdict=Verdict(outcome=Outcome.REVIEW, language="de"), mail=Mail(sender=sender))
    ledger.save_plan(message, plan, now=NOW)
    ledger.add_event("C1", CaseEvent(at=NOW, who="intake", what="note", note="a\0b"))
    case = ledger.case("C1")
    assert case is not None
    assert case.person == "Ada\ufffd Vogt\ufffd"
    assert ledger.message(message).plan == plan


# --- Refusals ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "user,name,given,sentence",
    [
        ("intake", "none", PASSWORD, 'database "none" does not exist'),
        ("intake", "postgres", "wrong", 'password authentication failed for user "intake"'),
        ("intake", "postgres", "", "no password supplied"),
        ("stranger", "postgres", PASSWORD, 'password authentication failed for user "stranger"'),
    ],
    ids=["no such database", "wrong password", "no password", "no such role"],
)
def test_who_is_not_let_in_is_told_why(
    postgres: Postgres, user: str, name: str, given: str, sentence: str
) -> None:
    """In a sentence that names the database and no password; looking whether there is a ledger says the same."""
    where = postgres.url(name, user=user)
    for act in (sql.open, sql.is_made):
        with pytest.raises(ConfigError, match=sentence) as refused:
            act(where, lambda: given)
        assert where in str(refused.value)
        assert PASSWORD not in str(refused.value)


def test_a_server_that_speaks_german_is_understood() -> None:
    """While a connection is being made the server's sentence is all there is, and it is in its own language."""
    cause = Exception(
        "Verbindung fehlgeschlagen: FATAL:  Passwort-Authentifizierung für Benutzer »x« fehlgeschlagen"
    )
    assert isinstance(meaning(cause), postgres.Refused)
    starting = Exception("connection failed: FATAL:  the database system is starting up")
    assert not isinstance(meaning(starting), postgres.Refused)


def meaning(cause: Exception) -> IntakeError | None:
    return postgres.meaning(exc.OperationalError("", None, cause))


def test_a_role_that_may_make_no_tables_is_told_so(postgres: Postgres) -> None:
    url = postgres.new_database()
    postgres.say("CREATE ROLE reader LOGIN PASSWORD 'x'")
    where = postgres.url(url.rpartition("/")[2], user="reader")
    with pytest.raises(ConfigError, match="permission denied for schema public"):
        sql.open(where, lambda: "x")


def test_a_right_that_is_taken_away_while_we_run_is_waited_for(
    postgres: Postgres, ledger: sql.SqlLedger, url: str
) -> None:
    """Nobody restarts a worker for it: Transient, and it goes on when an admin has mended it."""
    name = url.rpartition("/")[2]
    postgres.say("CREATE ROLE guest LOGIN PASSWORD 'x'")
    postgres.say("GRANT SELECT ON ALL TABLES IN SCHEMA public TO guest", database=name)
    guest = sql.open(postgres.url(name, user="guest"), lambda: "x")
    assert [one.name for one in guest.mailboxes()] == [NAME]
    with pytest.raises(Transient, match="permission denied for table mailbox"):
        guest.report_pass(NAME, now=NOW)
    postgres.say("GRANT UPDATE ON ALL TABLES IN SCHEMA public TO guest", database=name)
    guest.report_pass(NAME, now=NOW)
    guest.close()


def test_a_server_that_is_too_old_is_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "OLDEST", 99)
    with pytest.raises(ConfigError, match=r"the server is PostgreSQL \d+; the ledger needs 99 or newer"):
        sql.open(url, password)


def test_a_database_that_cannot_hold_every_letter_is_refused(postgres: Postgres) -> None:
    postgres.say("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0")
    with pytest.raises(ConfigError, match="keeps text as LATIN1, not as UTF8"):
        sql.open(postgres.url("latin"), password)


def test_somebody_elses_database_is_left_alone(postgres: Postgres) -> None:
    url = postgres.new_database()
    postgres.say("CREATE TABLE customers (x INTEGER)", database=url.rpartition("/")[2])
    with pytest.raises(ConfigError, match="database of something else: it has a table 'customers'"):
        sql.open(url, password)


def test_a_newer_ledger_is_refused(postgres: Postgres) -> None:
    url = postgres.new_database()
    sql.open(url, password).close()
    postgres.say("UPDATE alembic_version SET version_num = '9999'", database=url.rpartition("/")[2])
    with pytest.raises(ConfigError, match=r"written by a newer version of intake \(revision 9999"):
        sql.open(url, password)


def test_what_is_no_url_is_refused() -> None:
    with pytest.raises(ConfigError, match="no URL of a database"):
        sql.open("postgresql://host:port/x", password)


def test_an_error_that_only_a_bug_can_cause_stays_what_it_is(ledger: sql.SqlLedger) -> None:
    """Nobody is told to try a wrong statement later, and what a log may show names nobody."""
    with pytest.raises(exc.ProgrammingError, match="does not exist"), ledger.writing() as connection:
        connection.exec_driver_sql("SELECT * FROM nowhere")
    with pytest.raises(exc.IntegrityError) as refused, ledger.writing() as connection:
        connection.execute(sa.insert(tables.place).values(case_number="none", kind="x", location="Ada"))
    assert "Ada" not in str(refused.value)


# --- Several writers -----------------------------------------------------------------------------


def test_a_writer_is_alone_from_its_first_statement(
    ledger: sql.SqlLedger, other: sql.SqlLedger, url: str
) -> None:
    """Others wait so long and are told to try later; readers are not in its way and see what was there before."""
    impatient = sql.SqlLedger(postgres.engine(f"{url}?options=-c%20lock_timeout%3D50ms", password))
    with ledger.writing() as connection:
        with pytest.raises(Transient, match="lock timeout"):
            impatient.report_pass(NAME, now=NOW)
        connection.execute(sa.update(tables.mailbox).values(trouble="x"))
        assert [one.trouble for one in other.mailboxes()] == [""]
    impatient.report_pass(NAME, now=NOW, trouble="y")
    assert [one.trouble for one in other.mailboxes()] == ["y"]
    impatient.close()


def test_a_turn_belongs_to_one_process(ledger: sql.SqlLedger, url: str) -> None:
    """Whoever waits for one of its keys too long is told to try later; other keys, and the next turn, are free."""
    engine = postgres.engine(f"{url}?options=-c%20lock_timeout%3D50ms", password)
    impatient = sql.SqlLedger(engine).as_owner("two")
    with ledger.as_owner("one").turn("sender a", "case C1"):
        with pytest.raises(Transient, match="is being judged"), impatient.turn("case C1", "sender b"):
            pytest.fail("two at once")
        with impatient.turn("sender b", "case C2"):
            pass
    with impatient.turn("case C1"):
        pass
    impatient.close()


def test_a_reader_has_one_view(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """What is committed meanwhile is not in it, so that figures add up."""
    with ledger.reading() as connection:
        first = connection.execute(sa.select(tables.mailbox.c.trouble)).scalar()
        other.report_pass(NAME, now=NOW, trouble="x")
        assert connection.execute(sa.select(tables.mailbox.c.trouble)).scalar() == first == ""


def test_a_writer_that_falls_silent_loses_its_turn(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """The server ends its session: nothing of it is kept, it learns so, and others go on."""
    with pytest.raises(Transient), ledger.writing() as connection:  # noqa: PT012  # all of it is one transaction
        connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '50ms'")
        connection.execute(sa.update(tables.mailbox).values(trouble="lost"))
        other.report_pass(NAME, now=NOW, trouble="kept")  # waits until the lock is free
        connection.execute(sa.update(tables.mailbox).values(trouble="lost"))
    assert [one.trouble for one in ledger.mailboxes()] == ["kept"]


def test_the_same_uids_are_taken_in_once(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """Two pollers: every UID has one row, every row its own case number, though both draw the same ones."""
    uids = list(range(1, 51))

    def draw(one: sql.SqlLedger) -> int:
        count = itertools.count(1)
        return one.take_in(NAME, uidvalidity=7, uids=uids, now=NOW, number=lambda: f"C{next(count)}")

    assert sorted(at_once(*(lambda one=one: draw(one) for one in (ledger, other, ledger, other)))) == [
        0,
        0,
        0,
        50,
    ]
    rows = ledger.unfinished(NAME, now=NOW, limit=100)
    assert sorted(row.key.uid for row in rows) == uids
    assert len({row.case for row in rows}) == 50
    assert ledger.counts(NAME) == ledger.recount(NAME)


def test_case_numbers_differ_between_mailboxes(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """Two mailboxes are polled at once and draw the same candidates: each takes what the other left."""
    ledger.start_mailbox("second", uidvalidity=7, before=(), now=NOW)

    def draw(one: sql.SqlLedger, name: str) -> int:
        count = itertools.count(1)
        return one.take_in(name, uidvalidity=7, uids=range(1, 31), now=NOW, number=lambda: f"C{next(count)}")

    assert at_once(lambda: draw(ledger, NAME), lambda: draw(other, "second")) == [30, 30]
    numbers = [row.case for name in (NAME, "second") for row in ledger.unfinished(name, now=NOW, limit=100)]
    assert len(set(numbers)) == 60


def test_of_many_alike_one_is_the_original(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """Each is identified and planned by a worker of its own, all at once: one gets a plan and one reply is queued."""
    messages = take_in(ledger, [1, 2, 3, 4, 5, 6])

    def judge(one: sql.SqlLedger, message: int) -> bool:
        earlier = one.identify(message, content_key="same", message_id="<m@x>", size=5, arrived=NOW)
        if earlier is not None:
            return False
        one.save_plan(message, a_plan(one.message(message).case, reply=True), now=NOW)
        one.mark_filed(message, now=NOW)
        return True

    acts = [lambda one=one, message=message: judge(one, message)
            for one, message in zip(itertools.cycle((ledger, other)), messages, strict=False)]  # fmt: skip
    told = at_once(*acts)
    assert told.count(True) == 1
    assert all(isinstance(one, Transient) for one in told if not isinstance(one, bool))
    assert len(ledger.cases()) == len(ledger.replies()) == 1
    assert ledger.counts(NAME) == ledger.recount(NAME)


def test_a_reply_is_announced_once(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """However many senders reach for it, and only its owner settles it."""
    [message] = take_in(ledger, [1])
    ledger.save_plan(message, a_plan("C1", reply=True), now=NOW)
    ledger.mark_filed(message, now=NOW)
    [reply] = ledger.due_replies(now=NOW, limit=9)
    until = NOW + timedelta(minutes=5)

    def announce(one: sql.SqlLedger, owner: str) -> bool:
        return one.announce(reply.id, owner=owner, lease_until=until)

    acts = [lambda one=one, owner=owner: announce(one, owner)
            for one, owner in zip(itertools.cycle((ledger, other)), "abcdef", strict=False)]  # fmt: skip
    told = at_once(*acts)
    assert sorted(told) == [False] * 5 + [True]
    owner = "abcdef"[told.index(True)]
    settled = at_once(
        *(lambda who=who: ledger.settle(reply.id, ReplyEvent.ACCEPT, owner=who, now=NOW) for who in "abcdef")
    )
    assert ["abcdef"[place] for place, one in enumerate(settled) if one] == [owner]


def test_a_plan_is_carried_out_once(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """Two workers have the same message: one files it and one reply is queued, the other is refused."""
    [message] = take_in(ledger, [1])
    ledger.save_plan(message, a_plan("C1", reply=True), now=NOW)
    told = at_once(
        *(lambda one=one: _refused(lambda: one.mark_filed(message, now=NOW)) for one in (ledger, other))
    )
    assert sorted(told) == [False, True]
    assert len(ledger.replies()) == 1


def _refused(act: Callable[[], object]) -> bool:
    try:
        act()
    except IllegalMove:
        return True
    return False


def test_of_two_decisions_about_a_case_one_holds(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """The second person is told that it has moved; case, message and figures agree."""
    [message] = take_in(ledger, [1])
    ledger.save_plan(message, a_plan("C1", Outcome.REVIEW), now=NOW)
    ledger.mark_filed(message, now=NOW)
    ledger.mark_moved(message, place=None, now=NOW)

    def decide(one: sql.SqlLedger, outcome: Outcome) -> bool:
        return _refused(lambda: one.save_plan(message, a_plan("C1", outcome), now=NOW))

    told = at_once(lambda: decide(ledger, Outcome.ACCEPTED), lambda: decide(other, Outcome.CORRECTION))
    assert sorted(told) == [False, True]
    held = (Outcome.ACCEPTED, Outcome.CORRECTION)[told.index(False)]
    case = ledger.case("C1")
    assert case is not None
    assert (case.outcome, ledger.message(message).outcome) == (held, held)
    assert [event.what for event in ledger.history("C1")] == ["decided: review", f"decided: {held.value}"]
    assert ledger.counts(NAME) == ledger.recount(NAME)


def test_two_mails_of_one_case_leave_it_whole(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """Both may become part of it: it is held by one of them, and every message is counted once."""
    first, one_more, another = take_in(ledger, [1, 2, 3])
    ledger.save_plan(first, a_plan("C1", Outcome.CORRECTION), now=NOW)
    ledger.mark_filed(first, now=NOW)
    ledger.mark_moved(first, place=None, now=NOW)
    at_once(
        lambda: ledger.save_plan(one_more, a_plan("C1", Outcome.ACCEPTED), now=NOW),
        lambda: other.save_plan(another, a_plan("C1", Outcome.REVIEW), now=NOW),
    )
    case = ledger.case("C1")
    assert case is not None
    assert case.message in (one_more, another)
    assert case.outcome is ledger.message(case.message).outcome
    assert ledger.message(first).state is MessageState.PLANNED
    assert ledger.counts(NAME) == ledger.recount(NAME)


def test_a_request_is_answered_once(ledger: sql.SqlLedger, other: sql.SqlLedger) -> None:
    """The worker that comes second learns that it is done."""
    number = ledger.ask(who="hr", what="case", arguments={"case": "C1"}, now=NOW)

    def finish(one: sql.SqlLedger, result: str) -> bool:
        try:
            one.finish_request(number, now=NOW, result=result)
        except LookupError:
            return False
        return True

    told = at_once(lambda: finish(ledger, "a"), lambda: finish(other, "b"))
    assert sorted(told) == [False, True]
    assert ledger.request_result(number) == "ab"[told.index(True)]


# --- A server that goes away ---------------------------------------------------------------------


def test_a_restart_between_transactions_is_not_noticed(postgres: Postgres, ledger: sql.SqlLedger) -> None:
    """Connections of the pool are tried before they are used."""
    ledger.report_pass(NAME, now=NOW, trouble="before")
    postgres.restart()
    ledger.report_pass(NAME, now=NOW, trouble="after")
    assert [one.trouble for one in ledger.mailboxes()] == ["after"]


def test_a_restart_within_a_transaction_leaves_nothing_of_it(
    postgres: Postgres, ledger: sql.SqlLedger
) -> None:
    """Transient, for a writer and for a reader; then it goes on."""
    with pytest.raises(Transient), ledger.writing() as connection:  # noqa: PT012  # all of it is one transaction
        connection.execute(sa.update(tables.mailbox).values(trouble="half"))
        postgres.restart()
        connection.execute(sa.update(tables.mailbox).values(trouble="whole"))
    with pytest.raises(Transient), ledger.reading() as connection:  # noqa: PT012  # all of it is one transaction
        connection.execute(sa.select(tables.mailbox)).all()
        postgres.restart()
        connection.execute(sa.select(tables.mailbox)).all()
    with pytest.raises(Transient), ledger.writing() as connection:  # noqa: PT012  # all of it is one transaction
        mailboxes.reach(connection, mailboxes.locked(connection, NAME), 5)
        postgres.restart()
        mailboxes.locked(connection, NAME)  # prepared, as what comes before
    found = ledger.mailbox(NAME)
    assert found is not None
    assert found.last_uid == 0
    assert [one.trouble for one in ledger.mailboxes()] == [""]


def test_while_the_server_is_down_everything_is_tried_later(
    postgres: Postgres, ledger: sql.SqlLedger
) -> None:
    """Also opening; what was committed is there when it is back."""
    [message] = take_in(ledger, [1])
    ledger.save_plan(message, a_plan("C1", reply=True), now=NOW)
    postgres.stop()
    try:
        for act in (lambda: ledger.mark_filed(message, now=NOW), ledger.mailboxes,
                    lambda: sql.open(postgres.url("x"), password)):  # fmt: skip
            with pytest.raises(Transient, match="the ledger is away"):
                act()
    finally:
        postgres.start()
    ledger.mark_filed(message, now=NOW)
    assert [one.state for one in ledger.replies()] == [ReplyState.QUEUED]


def test_work_goes_on_through_restarts(
    postgres: Postgres, ledger: sql.SqlLedger, other: sql.SqlLedger
) -> None:
    """Two workers try every step until it is done, while the server falls over three times: every message is
    finished, each has one reply, and the figures add up."""
    messages = take_in(ledger, list(range(1, 41)))

    def until_done(one: sql.SqlLedger, mine: list[int]) -> None:
        while left := [message for message in mine if one_is_left(one, message)]:
            for message in left:
                try:
                    _step(one, message)
                except Transient:
                    continue

    def one_is_left(one: sql.SqlLedger, message: int) -> bool:
        try:
            return one.message(message).state is not MessageState.DONE
        except Transient:
            return True

    with ThreadPoolExecutor(2) as pool:
        halves: list[Future[None]] = [
            pool.submit(until_done, ledger, messages[::2]),
            pool.submit(until_done, other, messages[1::2]),
        ]
        for _ in range(3):
            postgres.restart()
        for half in halves:
            half.result(60)
    assert len(ledger.replies()) == 40
    assert len({one.reply.message_id for one in ledger.replies()}) == 40
    assert ledger.counts(NAME)["accepted"] == 40
    assert ledger.counts(NAME) == ledger.recount(NAME)


def _step(ledger: sql.SqlLedger, message: int) -> None:
    """What a worker does: it looks where the message stands, and does what comes next."""
    record = ledger.message(message)
    if record.state is MessageState.FOUND:
        ledger.identify(message, content_key=record.case, message_id="<m@x>", size=5, arrived=NOW)
        ledger.save_plan(message, a_plan(record.case, reply=True), now=NOW)
    elif record.state is MessageState.PLANNED:
        ledger.mark_filed(message, now=NOW)
    elif record.state is MessageState.FILED:
        ledger.mark_moved(message, place=None, now=NOW)


# --- The worker's lock ---------------------------------------------------------------------------


def a_lock(url: str, folder: Path) -> serverlock.ServerLock:
    """As a worker on a machine of its own has it, when the folder is another."""
    return serverlock.ServerLock(url, password, beside=folder / "worker")


def test_one_worker_at_a_ledger(url: str, tmp_path: Path) -> None:
    """A second one is told who has it, on this machine and on another, and so is who asks."""
    here, there = tmp_path / "here", tmp_path / "there"
    with a_lock(url, here):
        assert a_lock(url, here).holder() == os.getpid()
        assert str(a_lock(url, there).holder()).startswith(f"{os.getpid()} on ")
        again = a_lock(url, there)
        again._me = "1 on another"
        with (
            pytest.raises(
                Permanent, match=rf"another worker is at this ledger already: process {os.getpid()} on "
            ),
            again,
        ):
            pytest.fail("two workers at one ledger")
    assert a_lock(url, here).holder() is None
    with a_lock(url, there) as lock:
        assert not lock.interrupted


def test_a_killed_worker_holds_no_lock(url: str, tmp_path: Path) -> None:
    """Its connection ends with it, and the next one on its machine knows what happened."""
    life = f"""
import os, signal
from pathlib import Path
from intake.adapters.ledger import serverlock
with serverlock.ServerLock({url!r}, lambda: {PASSWORD!r}, beside=Path({str(tmp_path / "worker")!r})):
    os.kill(os.getpid(), signal.SIGKILL)
"""
    subprocess.run([sys.executable, "-c", life], check=False)
    with a_lock(url, tmp_path) as lock:
        assert lock.interrupted


def test_a_restart_of_the_server_takes_no_lock_away(
    postgres: Postgres, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is taken again as soon as the server is back."""
    monkeypatch.setattr(serverlock, "LOOKS", 0.05)
    stopped = threading.Event()
    with a_lock(url, tmp_path) as lock:
        lock.watch(stopped.set)
        postgres.restart()
        asking = a_lock(url, tmp_path / "there")
        assert _eventually(lambda: asking.holder() is not None)
        assert not stopped.is_set()
        assert not lock.lost


def test_a_lock_that_another_has_taken_ends_the_work(
    postgres: Postgres, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker on another machine was faster after a restart: ours stops."""
    monkeypatch.setattr(serverlock, "LOOKS", 0.05)
    stopped = threading.Event()
    with a_lock(url, tmp_path / "here") as lock:
        postgres.restart()
        other = a_lock(url, tmp_path / "there")
        other._me = "1 on another"
        with other:
            lock.watch(stopped.set)
            assert stopped.wait(20)
            assert lock.lost
            assert other.holder() == os.getpid()  # by its own file


def _eventually(holds: Callable[[], bool]) -> bool:
    """Within twenty seconds."""
    waiting = threading.Event()
    return any(holds() or waiting.wait(0.05) for _ in range(400))


def test_the_password_may_stand_in_the_url(postgres: Postgres) -> None:
    """As libpq takes it; no error repeats it."""
    quoted = urllib.parse.quote(PASSWORD, safe="")
    url = postgres.new_database().replace("intake@", f"intake:{quoted}@")
    ledger = sql.open(url, lambda: "")
    assert ledger.mailboxes() == []
    ledger.close()
    with pytest.raises(ConfigError) as refused:
        sql.open(url.replace(quoted, "another"), lambda: "")
    assert "another" not in str(refused.value)
