"""How things are gathered for comparing, on twins and on a disk: one that cannot be read hides none of the others."""

from __future__ import annotations

import itertools
import json
import shutil
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from intake import reconciliation
from intake.adapters.folders import FileSystemFolders
from intake.adapters.ledger.memory import MemoryLedger
from intake.adapters.memory import MemoryMailbox, SettableClock
from intake.adapters.parked_memory import MemoryParked
from intake.adapters.readings_memory import MemoryReadings
from intake.journey.reconcile import Code
from intake.mending import Repair
from intake.model import Folder, FolderFile, sha256
from intake.ports import Milestone, Place
from intake.reconciliation import Reconciliation, Sources
from tests import cases

NOW = datetime(2025, 11, 22, 9, 0, tzinfo=UTC)
PDF = b"%PDF-1.7 invented"


class Site:
    """An installation without servers: a ledger, a mailbox and a real folder."""

    def __init__(self, root: Path) -> None:
        root.mkdir()
        self.root = root
        self.ledger, self.mailbox, self.parked = MemoryLedger(), MemoryMailbox("main"), MemoryParked()
        self.ledger.start_mailbox("main", uidvalidity=self.mailbox.open().uidvalidity, before=(), now=NOW)
        self.sources = Sources(
            ledger=self.ledger,
            folders=FileSystemFolders(root),
            parked=self.parked,
            readings=MemoryReadings(),
            clock=SettableClock(NOW),
            mailboxes={"main": lambda: self.mailbox},
            mail_folders=("Questions",),
        )
        self._uids = itertools.count(1)

    def file(self, number: str, name: str = "application.pdf") -> Path:
        """A case that is filed and moved. name: of its only file."""
        uid = next(self._uids)
        self.ledger.take_in("main", uidvalidity=1, uids=[uid], now=NOW, number=lambda: number)
        _, plan = cases.case(number)
        item = FolderFile(name=name, source="attachment", sha256=sha256(PDF))
        folder = Folder(path=f"postdoc/Nadia [{number}]", files=(item,))
        self.ledger.save_plan(uid, replace(plan, reply=None, folders=(folder,), filed_before=()), now=NOW)
        self.sources.folders.file(folder, lambda _: PDF)
        self.ledger.mark_filed(uid, now=NOW)
        self.ledger.mark_moved(uid, place=Place(folder="Applications", uidvalidity=9, uid=uid), now=NOW)
        return self.root / folder.path

    def look(self) -> reconciliation.Result:
        return Reconciliation(self.sources).full()

    def repair(self) -> list[str]:
        return Repair(self.sources, number=lambda: "ZZZZ")()


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path / "applications")


def test_a_link_in_place_of_a_folder_hides_no_other_case(site: Site) -> None:
    """It is a person's hand, and the next case is compared all the same."""
    first, second = site.file("K7Q2"), site.file("M2P9")
    first.rename(site.root / "elsewhere")
    first.symlink_to(site.root / "elsewhere")
    (second / "application.pdf").unlink()
    found = site.look()
    assert found.complete
    assert [(one.code, one.case) for one in found.findings] == [
        (Code.FOLDER_GONE, "K7Q2"),
        (Code.FILE_MISSING, "M2P9"),
    ]


def test_a_root_that_is_away_is_no_fault_of_any_case(site: Site) -> None:
    """A share that is not mounted: nothing is said to be deleted, and it is named."""
    site.file("K7Q2")
    site.root.rename(site.root.with_name("unmounted"))
    found = site.look()
    assert found.findings == ()
    assert set(found.away) == {"folders"}
    assert Reconciliation(site.sources).quick(seconds=9).away.keys() == {"folders"}


def test_a_mail_that_the_server_does_not_give_out_hides_no_other(site: Site) -> None:
    """The mailbox is compared, with the mail beside it."""
    site.mailbox.deliver(
        b"Message-ID: <1@x.example>\r\n\r\nx", arrived=NOW, folder="Questions", withheld=True
    )
    site.mailbox.deliver(b"Message-ID: <2@x.example>\r\n\r\nx", arrived=NOW, folder="Questions")
    found = site.look()
    assert found.complete
    assert [one.code for one in found.findings] == [Code.MAIL_ADDED]


def test_a_rebuilt_mailbox_waits_for_the_worker(site: Site) -> None:
    """Its UIDs say nothing until the worker has met them."""
    site.mailbox.deliver(b"x", arrived=NOW)
    site.mailbox.rebuild()
    found = site.look()
    assert found.findings == ()
    assert "rebuilt" in found.away["main"]


def test_a_repair_mends_all_of_many_at_once(site: Site) -> None:
    """Sixty are mended, though fifty are told one by one; the second time there is nothing to do."""
    consonants = "BCDFGHJKLM"
    for one, two in itertools.product(consonants, "23456"):
        site.file(f"K{one}{two}Q").rename(site.root / f"moved [K{one}{two}Q]")
    for one in consonants:
        site.file(f"M{one}2Q").rename(site.root / f"moved [M{one}2Q]")
    assert len(site.repair()) == 60
    assert site.repair() == []
    assert site.look().findings == ()


def test_a_file_that_nobody_has_any_more_is_not_made_anew(site: Site) -> None:
    """Repair says so, and where to get it; what has its name is left alone."""
    folder = site.file("K7Q2")
    (folder / "application.pdf").unlink()
    [said] = site.repair()
    assert "get it from a backup" in said
    assert list(folder.iterdir()) == []


def test_a_look_is_kept_and_read_again(site: Site) -> None:
    """With all that is told of it; what a quick look sees anew takes the place of what was found."""
    folder = site.file("K7Q2")
    (folder / "application.pdf").unlink()
    whole = site.look()
    site.ledger.set_milestone(reconciliation.LAST, reconciliation.kept(whole))
    again = reconciliation.last(site.ledger)
    assert again is not None
    assert [replace(one, places=()) for one in whole.findings] == list(again.findings)
    assert (again.at, again.checked, again.complete) == (whole.at, whole.checked, True)
    (folder / "application.pdf").write_bytes(PDF)
    quick = Reconciliation(site.sources).quick(seconds=9)
    assert reconciliation.merged(quick, again) == ()
    late = Reconciliation(site.sources).quick(seconds=0)
    assert reconciliation.merged(late, again) == again.findings
    assert reconciliation.merged(quick, None) == ()
    with closing(site.ledger):
        assert reconciliation.last(MemoryLedger()) is None


@pytest.mark.parametrize(
    "days, expected",
    [(-2, Code.MAIL_ADDED), (-0.5, Code.MAIL_WITHOUT_ROW), (1, Code.MAIL_WITHOUT_ROW), (2, Code.MAIL_WITHOUT_ROW),
     (2.01, Code.MAIL_ADDED), (700, Code.MAIL_ADDED)],
)  # fmt: skip
def test_only_mails_of_the_lost_time_are_lost_after_a_restore(
    site: Site, days: float, expected: Code
) -> None:
    """From shortly before the backup until a worker started on it: what people add later is no fault."""
    restored = Milestone(at=NOW + timedelta(days=2), body=json.dumps({"backup": NOW.isoformat()}))
    site.ledger.set_milestone(reconciliation.RESTORED, restored)
    site.mailbox.deliver(
        b"Message-ID: <1@x.example>\r\n\r\nx", arrived=NOW + timedelta(days=days), folder="Questions"
    )
    assert [one.code for one in site.look().findings] == [expected]


@pytest.mark.parametrize("hand", ["moved", "moved and noted", "deleted"])
def test_a_quick_look_walks_no_tree(site: Site, monkeypatch: pytest.MonkeyPatch, hand: str) -> None:
    """A moved folder is looked at where the ledger has it noted, also by the whole look; else that tells what it
    found."""
    folder = site.file("K7Q2")
    moved = site.root / "invited [K7Q2]"
    folder.rename(moved)
    if hand == "moved and noted":
        site.repair()
        (moved / "application.pdf").unlink()
    elif hand == "deleted":
        shutil.rmtree(moved)
    whole = site.look()
    walks: list[int] = []
    real = site.sources.folders.numbered

    def numbered() -> list[tuple[str, str]]:
        walks.append(1)
        return real()

    monkeypatch.setattr(site.sources.folders, "numbered", numbered)
    quick = Reconciliation(site.sources).quick(seconds=9)
    assert walks == []
    assert ("K7Q2" in quick.cases) == (hand == "moved and noted")
    assert reconciliation.merged(quick, whole) == whole.findings
    expected = {"moved": Code.FOLDER_MOVED, "moved and noted": Code.FILE_MISSING, "deleted": Code.FOLDER_GONE}
    assert [one.code for one in whole.findings] == [expected[hand]]
    Reconciliation(site.sources).case("K7Q2")
    assert len(walks) == (0 if hand == "moved and noted" else 1)


def test_a_file_is_written_again_where_its_folder_was_moved_to(site: Site) -> None:
    """Out of the kept copy, which goes when it is needed no more."""
    folder = site.file("K7Q2")
    moved = folder.rename(site.root / "invited [K7Q2]")
    site.repair()
    (moved / "application.pdf").unlink()
    site.parked.keep("K7Q2", PDF)
    assert len(site.repair()) == 2
    assert (moved / "application.pdf").read_bytes() == PDF
    assert site.parked.kept == {}
    assert site.look().findings == ()


def test_a_file_whose_subfolder_is_gone_too_is_told_of(site: Site) -> None:
    """Nothing is said to have its name."""
    shutil.rmtree(site.file("K7Q2", "received/scan.pdf") / "received")
    site.parked.keep("K7Q2", PDF)
    said = "\n".join(site.repair())
    assert "a file of received/ is missing" in said
    assert "or the folder is gone" in said
    assert site.parked.kept == {"K7Q2": PDF}


@pytest.mark.parametrize("fault", ["missing", "never filed", "away"])
def test_a_copy_is_kept_while_its_case_is_not_whole(site: Site, fault: str) -> None:
    """It may hold the last of what is not there; so it is, too, while nobody can look."""
    file = site.file("K7Q2") / "application.pdf"
    site.parked.keep("K7Q2", b"a mail")
    [leftover] = [one for one in site.look().findings if one.code is Code.LEFTOVER]
    if fault == "missing":
        file.unlink()
    elif fault == "never filed":
        shutil.rmtree(file.parent)
        for kind, where in site.ledger.places("K7Q2"):
            site.ledger.drop_place("K7Q2", kind=kind, where=where)
    else:
        site.root.rename(site.root.with_name("unmounted"))
    said = list(Repair(site.sources, number=lambda: "ZZZZ")._mended(leftover))
    assert [one for one in said if "is kept" in one]
    assert site.parked.kept == {"K7Q2": b"a mail"}


def test_what_was_left_is_removed_and_the_last_of_a_mail_is_not(site: Site) -> None:
    """A kept copy goes when its case is filed; one of no case stays."""
    site.file("K7Q2")
    site.parked.keep("K7Q2", b"x")
    site.parked.keep("ZZZZ", b"y")
    site.ledger.add_place("K7Q2", kind="spool", where="memory:K7Q2")
    done = site.repair()
    assert len(done) == 2
    assert site.parked.kept == {"ZZZZ": b"y"}
    assert [one.code for one in site.look().findings] == [Code.KEPT_WITHOUT_CASE]
    assert not [kind for kind, _ in site.ledger.places("K7Q2") if kind == "spool"]
