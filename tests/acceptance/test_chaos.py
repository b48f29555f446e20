"""`make chaos` in short: the worker killed at each main effect, and in a small storm; nothing is lost or doubled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scripts import chaos_count, chaos_mails, chaos_points, chaos_run, chaos_storm
from scripts.chaos import COLUMNS
from scripts.chaos_lives import Nursery
from scripts.chaos_site import Site
from tests.acceptance.house import House
from tests.conftest import MailAccount, MailServers


@pytest.fixture
def site(tmp_path: Path, mail_servers: MailServers, _unused_accounts: Iterator[str]) -> Site:
    return Site(servers=mail_servers, dressed={}, accounts=_unused_accounts, folder=tmp_path)


def test_a_kill_at_each_main_effect_loses_and_doubles_nothing(site: Site) -> None:
    """Each life is seen to be killed where it should, and the next ones finish its work, those after the time for
    proofs, too: no reply waits for a person."""
    report = chaos_run.Run(site).all(chaos_points.SHORT)
    total = sum(report.found.values(), Counter())
    assert report.failed == []
    assert sum(report.kills.values()) >= len(chaos_points.SHORT)
    assert {what: total[what] for what in COLUMNS[1:]} == dict.fromkeys(COLUMNS[1:], 0)


def test_a_storm_of_kills_loses_and_doubles_nothing(site: Site) -> None:
    weather = chaos_storm.storm(site, mails=15, seed=1, most=8)
    assert weather.failed == []
    assert weather.mails >= 15
    assert sum(weather.kills.values()) > 0


def test_every_point_is_listed_once_for_a_mail() -> None:
    """No scenario of the matrix is another one again, and those of the tests are among them, or one more kill."""
    matrix = chaos_points.matrix()
    assert len(set(matrix)) == len(matrix) >= 200
    points = {one.point for one in matrix}
    assert {one.point for one in chaos_points.SHORT} <= points
    assert {one.point for one in chaos_points.chosen(40)} < points
    assert len(chaos_points.chosen(len(matrix) + 10)) == len(matrix) + 10


@pytest.fixture
def counted(
    house: House, site: Site, applicant: MailAccount
) -> tuple[House, chaos_mails.Applicant, Callable[[], chaos_count.Found]]:
    """An application that was carried through, and how to count what became of it."""
    house.once()
    person = chaos_mails.Applicant(number=1, kind="complete", account=applicant)
    house.home.append(house.bot.login, person.first())
    house.once()
    house.answer(applicant)
    return house, person, lambda: chaos_count.Books(house, site).of(person)


Counted = tuple[House, chaos_mails.Applicant, Callable[[], chaos_count.Found]]


def test_the_count_finds_nothing_wrong_where_all_is_well(counted: Counted) -> None:
    _, _, count = counted
    assert count() == chaos_count.Found()


def test_the_count_finds_what_was_lost(counted: Counted) -> None:
    """A folder that is gone, and a mail that is in no folder of the mailbox any more."""
    house, _, count = counted
    [folder] = house.filed()
    (house.applications / folder).rename(house.root / "elsewhere")
    assert count().lost == 1
    [uid] = house.folder(chaos_mails.FILED)
    house.home.remove(house.bot.login, uid, chaos_mails.FILED)
    assert count().lost == 2


def test_the_count_finds_what_was_doubled(counted: Counted) -> None:
    """A second folder with the same file, and the same reply twice in the applicant's mailbox."""
    house, person, count = counted
    [folder] = house.filed()
    other = house.applications / "postdoc" / "another"
    other.mkdir()
    for path in (house.applications / folder).iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    [reply] = house.servers.dovecot.contents(person.account.login).values()
    house.servers.dovecot.append(person.account.login, reply)
    found = count()
    assert (found.twice, found.doubled, found.lost) == (1, 1, 0)


def test_the_count_finds_other_bytes(counted: Counted) -> None:
    house, _, count = counted
    [folder] = house.filed()
    (house.applications / folder / "application.pdf").write_bytes(b"%PDF-1.4 of somebody else")
    assert count().lost == 1


def test_the_count_finds_a_reply_that_never_came(counted: Counted) -> None:
    house, person, count = counted
    [uid] = house.servers.dovecot.contents(person.account.login)
    house.servers.dovecot.remove(person.account.login, uid)
    assert any("neither arrived nor held" in said for said in count().wrong)


def test_the_count_finds_what_is_left_behind(counted: Counted) -> None:
    """Temporary files beside the applications, in the spool and among parked messages."""
    house, _, _ = counted
    assert chaos_count.leftovers(house) == []
    spool, parked = house.root / "var" / "spool", house.root / "var" / "parked"
    (house.applications / ".intake-x.tmp").mkdir()
    (spool / "pdf-1-x").mkdir(parents=True)
    parked.mkdir()
    (parked / "K7Q2.eml.0a1b2c3d").write_bytes(b"half of a mail")
    assert len(chaos_count.leftovers(house)) == 3


def test_a_point_that_is_never_reached_fails_the_run(site: Site) -> None:
    """A harness that strikes nothing proves nothing."""
    report = chaos_run.Run(site).all([chaos_points.Scenario("refile: before", "question")], at_once=1)
    assert any("was never reached" in said for said in report.failed)
    assert sum(report.kills.values()) == 0


def test_a_child_that_outlives_its_worker_is_found(site: Site) -> None:
    with Nursery() as nursery:
        house = site.house()
        assert nursery.live(house.root).left == ()
