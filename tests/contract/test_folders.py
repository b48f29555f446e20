"""The Folders port: the file system and its twin behave alike; then what only a disk can do."""

from __future__ import annotations

import errno
import grp
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intake.adapters.folders import FileSystemFolders, temporary
from intake.adapters.folders_memory import MemoryFolders
from intake.errors import ConfigError, Permanent, Transient
from intake.journey.reconcile import Seen
from intake.model import Folder, FolderFile, sha256
from intake.ports import Folders

PDF = b"%PDF-1.7 invented"
MAIL = b"From: nadia@example.org\r\n\r\nHello"
BYTES = {sha256(PDF): PDF, sha256(MAIL): MAIL}
NAME = "2026-11-22 Ferreira, Nadia [K7Q2]"


def a_folder(
    parent: str = "postdoc/causal-inference", *, summary: str = "<p>one</p>", application: bytes = PDF
) -> Folder:
    return Folder(
        path=f"{parent}/{NAME}",
        files=(
            FolderFile(name="application.pdf", source="attachment", sha256=sha256(application)),
            FolderFile(name="received/Zeugnis.pdf", source="attachment", sha256=sha256(PDF)),
            FolderFile(name="message.eml", source="message", sha256=sha256(MAIL)),
            FolderFile(name="summary.html", source="text", sha256=sha256(summary.encode()), text=summary),
        ),
    )


class Disk:
    """The adapter on a real folder, looked at with plain file operations."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folders: Folders = FileSystemFolders(root)

    def files(self) -> dict[str, bytes]:
        return {
            p.relative_to(self.root).as_posix(): p.read_bytes() for p in self.root.rglob("*") if p.is_file()
        }

    def put(self, path: str, content: bytes) -> None:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)

    def take(self, path: str) -> None:
        (self.root / path).unlink()

    def unmount(self) -> None:
        self.root.rename(self.root.with_name("elsewhere"))


class Twin:
    def __init__(self) -> None:
        self.memory = MemoryFolders()
        self.folders: Folders = self.memory

    def files(self) -> dict[str, bytes]:
        return dict(self.memory.files)

    def put(self, path: str, content: bytes) -> None:
        self.memory.files[path] = content

    def take(self, path: str) -> None:
        del self.memory.files[path]

    def unmount(self) -> None:
        self.memory.away = True


@pytest.fixture(params=["disk", "twin"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk | Twin]:
    if request.param == "twin":
        yield Twin()
        return
    (tmp_path / "root").mkdir()
    yield Disk(tmp_path / "root")


def whole(parent: str, summary: bytes = b"<p>one</p>") -> dict[str, bytes]:
    folder = f"{parent}/{NAME}"
    return {
        f"{folder}/application.pdf": PDF,
        f"{folder}/received/Zeugnis.pdf": PDF,
        f"{folder}/message.eml": MAIL,
        f"{folder}/summary.html": summary,
    }


def nothing(wanted: str) -> bytes:
    raise AssertionError(f"nobody should ask for {wanted}")


def test_folders_with_a_case_number_are_found(place: Disk | Twin) -> None:
    """Wherever people have put them; nothing inside a case is looked at, and other folders are not told."""
    assert place.folders.numbered() == []
    place.put(f"postdoc/causal-inference/{NAME}/received/Other [M2P9]/x.pdf", PDF)
    place.put("Done/2024/Somebody [R3T4]/x.pdf", PDF)
    place.put("Done/Plans [final]/x.pdf", PDF)
    assert sorted(place.folders.numbered()) == [
        ("Done/2024/Somebody [R3T4]", "R3T4"),
        (f"postdoc/causal-inference/{NAME}", "K7Q2"),
    ]


def test_a_folder_is_looked_at(place: Disk | Twin) -> None:
    """Sizes of all files, hashes where they are wanted, people's files too; None where there is none."""
    place.folders.file(a_folder(), BYTES.__getitem__)
    path = f"postdoc/causal-inference/{NAME}"
    place.put(f"{path}/notes.txt", b"good")
    looked = place.folders.look(path, hashes=True)
    assert looked is not None
    assert looked["received/Zeugnis.pdf"] == Seen(size=len(PDF), sha256=sha256(PDF))
    assert looked["notes.txt"] == Seen(size=4, sha256=sha256(b"good"))
    assert place.folders.look(path, hashes=False) == {
        name: Seen(size=one.size) for name, one in looked.items()
    }
    assert place.folders.look("postdoc/none", hashes=True) is None


def test_a_missing_file_is_put_back_and_nothing_is_overwritten(place: Disk | Twin) -> None:
    """Only into a folder that is there, and only where nothing has the name."""
    place.folders.file(a_folder(), BYTES.__getitem__)
    path = f"postdoc/causal-inference/{NAME}"
    place.take(f"{path}/application.pdf")
    assert place.folders.put_back(f"{path}/application.pdf", PDF)
    assert place.files() == whole("postdoc/causal-inference")
    assert not place.folders.put_back(f"{path}/application.pdf", b"another")
    assert not place.folders.put_back("postdoc/gone [K7Q2]/application.pdf", PDF)
    assert place.files() == whole("postdoc/causal-inference")


@pytest.mark.parametrize("full", [False, True], ids=["room", "disk full"])
def test_a_file_is_put_back_whole_where_there_are_no_hard_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    """As on FAT; a disk that is full leaves no half of it."""
    (tmp_path / "root").mkdir()
    disk = Disk(tmp_path / "root")
    disk.folders.file(a_folder(), BYTES.__getitem__)
    path = f"postdoc/causal-inference/{NAME}/application.pdf"
    disk.take(path)
    real, left = os.fsync, [1 if full else 9]

    def flush(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(handle)

    def no_links(self: Path, target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    monkeypatch.setattr(os, "fsync", flush)
    if full:
        with pytest.raises(Transient):
            disk.folders.put_back(path, PDF)
        left[0] = 9
        assert path not in disk.files()
    assert disk.folders.put_back(path, PDF)
    assert not disk.folders.put_back(path, b"another")
    assert disk.files() == whole("postdoc/causal-inference")


def test_nothing_is_looked_at_where_the_root_is_away(place: Disk | Twin) -> None:
    """An unmounted share is no folder of which everything was deleted."""
    place.unmount()
    with pytest.raises(Transient):
        place.folders.numbered()
    with pytest.raises(Transient):
        place.folders.look("postdoc", hashes=True)
    with pytest.raises(Transient):
        place.folders.put_back("postdoc/x", PDF)


def test_a_folder_is_written_whole(place: Disk | Twin) -> None:
    place.folders.file(a_folder(), BYTES.__getitem__)
    assert place.files() == whole("postdoc/causal-inference")
    assert place.folders.pending() == []


def test_filing_again_is_done_already(place: Disk | Twin) -> None:
    """A retry reads no contents at all, and leaves what people added."""
    place.folders.file(a_folder(), BYTES.__getitem__)
    place.put(f"postdoc/causal-inference/{NAME}/notes.txt", b"ours")
    place.folders.file(a_folder(), nothing)
    assert place.files() == whole("postdoc/causal-inference") | {
        f"postdoc/causal-inference/{NAME}/notes.txt": b"ours"
    }


@pytest.mark.parametrize("name", ["application.pdf", "summary.html", "received/Zeugnis.pdf"])
def test_other_contents_are_never_overwritten(place: Disk | Twin, name: str) -> None:
    place.folders.file(a_folder(), BYTES.__getitem__)
    place.put(f"postdoc/causal-inference/{NAME}/{name}", b"changed by a person")
    before = place.files()
    with pytest.raises(Permanent, match="other contents"):
        place.folders.file(a_folder(), BYTES.__getitem__)
    assert place.files() == before


def test_a_folder_that_lacks_a_file_is_left_alone(place: Disk | Twin) -> None:
    """A person deleted a file: it is not written again, and the case is shown to a person."""
    place.folders.file(a_folder(), BYTES.__getitem__)
    place.take(f"postdoc/causal-inference/{NAME}/message.eml")
    with pytest.raises(Permanent):
        place.folders.file(a_folder(), BYTES.__getitem__)


def test_contents_that_cannot_be_had_leave_nothing(place: Disk | Twin) -> None:
    def broken(wanted: str) -> bytes:
        if wanted == sha256(MAIL):
            raise Transient("the mailbox is away")
        return PDF

    with pytest.raises(Transient):
        place.folders.file(a_folder(), broken)
    assert place.files() == {}
    assert place.folders.pending() == []


def test_wrong_bytes_are_never_filed(place: Disk | Twin) -> None:
    with pytest.raises(Permanent, match="not those that were planned"):
        place.folders.file(a_folder(), lambda _: b"something else")
    assert place.files() == {}


def test_a_root_that_is_away_is_waited_for(place: Disk | Twin) -> None:
    """A share that is not mounted: nothing is written below the mount point."""
    place.unmount()
    with pytest.raises(Transient):
        place.folders.file(a_folder(), BYTES.__getitem__)
    with pytest.raises(Transient):
        place.folders.write_page("index.html", b"x")


@pytest.mark.parametrize(
    "path",
    ["", "/etc/x", "../x", "a/../../x", "a//b", "a/./b", "a\\..\\b", "a\0b", "a/"],
    ids=["empty", "absolute", "parent", "inner parent", "double", "dot", "backslash", "NUL", "trailing"],
)
def test_no_path_leads_out(place: Disk | Twin, path: str) -> None:
    """The gate holds for folders, for the files in them and for pages."""
    item = FolderFile(name="a", source="attachment", sha256=sha256(PDF))
    with pytest.raises(Permanent, match="below the root"):
        place.folders.file(Folder(path=path, files=(item,)), BYTES.__getitem__)
    with pytest.raises(Permanent, match="below the root"):
        place.folders.write_page(path, b"x")
    hostile = FolderFile(name=path, source="attachment", sha256=sha256(PDF))
    with pytest.raises(Permanent, match="below the root"):
        place.folders.file(Folder(path="fine", files=(hostile,)), BYTES.__getitem__)
    with pytest.raises(Permanent, match="below the root"):
        place.folders.refile([path], [])
    with pytest.raises(Permanent, match="below the root"):
        place.folders.read(path)
    assert place.files() == {}


def test_a_decided_case_moves(place: Disk | Twin) -> None:
    """From waiting to its positions, with a new summary; the old folder goes."""
    place.folders.file(a_folder("_Waiting for applicant"), BYTES.__getitem__)
    new = [a_folder("postdoc/a", summary="two"), a_folder("yig/b", summary="two")]
    for _ in range(2):  # idempotent
        place.folders.refile([f"_Waiting for applicant/{NAME}"], new)
        assert place.files() == whole("postdoc/a", b"two") | whole("yig/b", b"two")
    assert place.folders.pending() == []


def test_a_case_that_stays_gets_its_new_summary(place: Disk | Twin) -> None:
    place.folders.file(a_folder("_For review"), BYTES.__getitem__)
    place.folders.refile([f"_For review/{NAME}"], [a_folder("_For review", summary="two")])
    assert place.files() == whole("_For review", b"two")


def test_a_folder_with_something_of_a_persons_stays(place: Disk | Twin) -> None:
    place.folders.file(a_folder("_For review"), BYTES.__getitem__)
    place.put(f"_For review/{NAME}/notes.docx", b"by a person")
    place.folders.refile([f"_For review/{NAME}"], [a_folder("yig/b")])
    assert place.files() == whole("yig/b") | whole("_For review") | {
        f"_For review/{NAME}/notes.docx": b"by a person"
    }


def test_litter_of_finder_and_explorer_is_nobodys(place: Disk | Twin) -> None:
    place.folders.file(a_folder("_For review"), BYTES.__getitem__)
    place.put(f"_For review/{NAME}/Thumbs.db", b"\0")
    place.folders.refile([f"_For review/{NAME}"], [a_folder("yig/b")])
    assert place.files() == whole("yig/b")


def test_files_that_a_person_took_away_are_missed(place: Disk | Twin) -> None:
    place.folders.file(a_folder("_For review"), BYTES.__getitem__)
    for name in ("application.pdf", "received/Zeugnis.pdf"):
        place.take(f"_For review/{NAME}/{name}")
    with pytest.raises(Permanent, match="no longer where"):
        place.folders.refile([f"_For review/{NAME}"], [a_folder("yig/b")])


def test_refiling_overwrites_no_application(place: Disk | Twin) -> None:
    place.folders.file(a_folder("_For review"), BYTES.__getitem__)
    place.folders.file(a_folder("yig/b"), BYTES.__getitem__)
    place.put(f"yig/b/{NAME}/application.pdf", b"changed by a person")
    with pytest.raises(Permanent, match="other contents"):
        place.folders.refile([f"_For review/{NAME}"], [a_folder("yig/b")])
    assert place.files()[f"_For review/{NAME}/application.pdf"] == PDF


def test_with_no_new_place_nothing_is_removed(place: Disk | Twin) -> None:
    """Whether a file is ours is known by its hash alone; without one it stays."""
    place.folders.file(a_folder("_For review"), BYTES.__getitem__)
    place.folders.refile([f"_For review/{NAME}"], [])
    assert place.files() == whole("_For review")


JOINED = b"%PDF-1.7 two files as one"


def a_joined_folder(parent: str) -> Folder:
    """The old file lies in received/ now, and application.pdf is one that nobody filed before."""
    return a_folder(parent, summary="two", application=JOINED)


def joined_whole(parent: str) -> dict[str, bytes]:
    return whole(parent, b"two") | {f"{parent}/{NAME}/application.pdf": JOINED}


def test_bytes_that_were_never_filed_are_asked_for(place: Disk | Twin) -> None:
    """Only those: what lies in an old folder comes from there. Once they lie there nobody is asked again."""
    asked = []

    def contents(wanted: str) -> bytes:
        asked.append(wanted)
        return {sha256(JOINED): JOINED}[wanted]

    place.folders.file(a_folder("_Waiting for applicant"), BYTES.__getitem__)
    new = [a_joined_folder("postdoc/a"), a_joined_folder("yig/b")]
    place.folders.refile([f"_Waiting for applicant/{NAME}"], new, contents)
    assert place.files() == joined_whole("postdoc/a") | joined_whole("yig/b")
    assert set(asked) == {sha256(JOINED)}

    place.folders.refile([f"_Waiting for applicant/{NAME}"], new, nothing)
    assert place.files() == joined_whole("postdoc/a") | joined_whole("yig/b")
    assert place.folders.pending() == []


def test_after_a_stop_between_two_folders_the_rest_follows(place: Disk | Twin) -> None:
    """Stopped after each step: the folder of the first position, of the second, the old one gone."""
    place.folders.file(a_folder("_Waiting for applicant"), BYTES.__getitem__)
    old = f"_Waiting for applicant/{NAME}"
    new = [a_joined_folder("postdoc/a"), a_joined_folder("yig/b")]
    known = {sha256(JOINED): JOINED}
    place.folders.file(new[0], (BYTES | known).__getitem__)
    before = place.files()

    place.folders.refile([old], new, known.__getitem__)
    assert place.files() == joined_whole("postdoc/a") | joined_whole("yig/b")
    for path in before:
        if path.startswith(old):
            place.put(path, before[path])  # stopped before the old folder went
    place.folders.refile([old], new, nothing)
    assert place.files() == joined_whole("postdoc/a") | joined_whole("yig/b")


def test_in_a_folder_that_stays_a_kept_file_is_replaced(place: Disk | Twin) -> None:
    """The old application.pdf lies in received/, before or from now on, and the joined one takes its name."""
    only = Folder(
        path=f"_Waiting for applicant/{NAME}",
        files=tuple(item for item in a_folder("x").files if not item.name.startswith("received/")),
    )
    place.folders.file(only, BYTES.__getitem__)
    new = a_joined_folder("_Waiting for applicant")
    for _ in range(2):  # idempotent
        place.folders.refile([only.path], [new], {sha256(JOINED): JOINED}.__getitem__)
        assert place.files() == joined_whole("_Waiting for applicant")


def test_a_stop_before_the_replacement_loses_nothing(place: Disk | Twin) -> None:
    """The other name is written first; while the bytes cannot be had, the old file stays."""

    def broken(_: str) -> bytes:
        raise Transient("not now")

    place.folders.file(a_folder("_Waiting for applicant"), BYTES.__getitem__)
    place.take(f"_Waiting for applicant/{NAME}/received/Zeugnis.pdf")
    new = a_joined_folder("_Waiting for applicant")
    with pytest.raises(Transient):
        place.folders.refile([f"_Waiting for applicant/{NAME}"], [new], broken)
    assert PDF in place.files().values()
    place.folders.refile([f"_Waiting for applicant/{NAME}"], [new], {sha256(JOINED): JOINED}.__getitem__)
    assert place.files() == joined_whole("_Waiting for applicant")


def test_two_files_never_change_places(place: Disk | Twin) -> None:
    """A stop in between would have lost one of them."""
    first, second = (
        FolderFile(name=name, source="attachment", sha256=sha256(content))
        for name, content in (("a.pdf", PDF), ("b.pdf", JOINED))
    )
    place.folders.file(
        Folder(path="g", files=(first, second)), {sha256(PDF): PDF, sha256(JOINED): JOINED}.__getitem__
    )
    swapped = (
        FolderFile(name="a.pdf", source="attachment", sha256=sha256(JOINED)),
        FolderFile(name="b.pdf", source="attachment", sha256=sha256(PDF)),
    )
    with pytest.raises(Permanent, match="other contents"):
        place.folders.refile(["g"], [Folder(path="g", files=swapped)])
    assert place.files() == {"g/a.pdf": PDF, "g/b.pdf": JOINED}


def test_bytes_that_nobody_knows_are_missed(place: Disk | Twin) -> None:
    """A KeyError is as if nobody could be asked: Permanent, and nothing was moved."""
    place.folders.file(a_folder("_Waiting for applicant"), BYTES.__getitem__)
    for contents in (None, {}.__getitem__):
        with pytest.raises(Permanent, match="no longer where"):
            place.folders.refile([f"_Waiting for applicant/{NAME}"], [a_joined_folder("postdoc/a")], contents)
    assert place.files() == whole("_Waiting for applicant")
    assert place.folders.pending() == []


def test_wrong_bytes_are_never_refiled(place: Disk | Twin) -> None:
    place.folders.file(a_folder("_Waiting for applicant"), BYTES.__getitem__)
    with pytest.raises(Permanent, match="not those that were planned"):
        place.folders.refile(
            [f"_Waiting for applicant/{NAME}"], [a_joined_folder("postdoc/a")], lambda _: b"something else"
        )
    assert place.files() == whole("_Waiting for applicant")


def test_bytes_that_cannot_be_had_now_leave_the_old_folder(place: Disk | Twin) -> None:
    def broken(_: str) -> bytes:
        raise Transient("the mailbox is away")

    place.folders.file(a_folder("_Waiting for applicant"), BYTES.__getitem__)
    with pytest.raises(Transient):
        place.folders.refile([f"_Waiting for applicant/{NAME}"], [a_joined_folder("postdoc/a")], broken)
    assert place.files() == whole("_Waiting for applicant")
    assert place.folders.pending() == []


def test_a_folder_that_people_moved_is_filed_from_what_can_be_asked(place: Disk | Twin) -> None:
    """Nothing lies where it was filed: all that the new folder needs comes from ``contents``, or is missed."""
    place.folders.file(a_folder("_Our own folder"), BYTES.__getitem__)  # as a person has moved it
    known = BYTES | {sha256(JOINED): JOINED}
    with pytest.raises(Permanent, match="no longer where"):
        place.folders.refile(
            [f"_Waiting for applicant/{NAME}"],
            [a_joined_folder("postdoc/a")],
            {sha256(JOINED): JOINED}.__getitem__,
        )
    place.folders.refile(
        [f"_Waiting for applicant/{NAME}"], [a_joined_folder("postdoc/a")], known.__getitem__
    )
    assert place.files() == joined_whole("postdoc/a") | whole("_Our own folder")


def test_a_filed_file_is_read(place: Disk | Twin) -> None:
    """Its bytes; None for a file, a folder or a position that is not there, and for a folder itself."""
    place.folders.file(a_folder("_Waiting for applicant"), BYTES.__getitem__)
    folder = f"_Waiting for applicant/{NAME}"
    assert place.folders.read(f"{folder}/application.pdf") == PDF
    assert place.folders.read(f"{folder}/received/Zeugnis.pdf") == PDF
    place.take(f"{folder}/application.pdf")
    gone = (f"{folder}/application.pdf", f"{folder}/received", "no/where.pdf", f"{folder}/message.eml/x")
    assert [place.folders.read(path) for path in gone] == [None, None, None, None]


def test_of_a_root_that_is_away_nothing_is_said(place: Disk | Twin) -> None:
    """None would say that a person took the file away."""
    place.folders.file(a_folder("g"), BYTES.__getitem__)
    place.unmount()
    with pytest.raises(Transient):
        place.folders.read(f"g/{NAME}/application.pdf")


def test_a_page_is_replaced(place: Disk | Twin) -> None:
    place.folders.write_page("postdoc/causal-inference/index.html", b"one")
    place.folders.write_page("postdoc/causal-inference/index.html", b"two")
    assert place.files() == {"postdoc/causal-inference/index.html": b"two"}


# --- The disk alone ------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "applications"


@pytest.fixture
def disk(root: Path) -> FileSystemFolders:
    folders = FileSystemFolders(root)
    folders.establish()
    return folders


def modes(root: Path) -> dict[str, str]:
    return {
        p.relative_to(root).as_posix(): oct(stat.S_IMODE(p.stat().st_mode)) for p in [root, *root.rglob("*")]
    }


def test_nobody_else_may_read(disk: FileSystemFolders, root: Path) -> None:
    disk.file(a_folder("g/p"), BYTES.__getitem__)
    disk.write_page("g/p/index.html", b"x")
    assert modes(root) == {
        ".": "0o700",
        "g": "0o700",
        "g/p": "0o700",
        "g/p/index.html": "0o600",
        f"g/p/{NAME}": "0o700",
        f"g/p/{NAME}/application.pdf": "0o600",
        f"g/p/{NAME}/message.eml": "0o600",
        f"g/p/{NAME}/summary.html": "0o600",
        f"g/p/{NAME}/received": "0o700",
        f"g/p/{NAME}/received/Zeugnis.pdf": "0o600",
    }


def test_a_group_may_read_and_sort(root: Path) -> None:
    """With a group, its members read the files and move the folders."""
    disk = FileSystemFolders(root, grp.getgrgid(os.getgid()).gr_name)
    disk.establish()
    disk.file(a_folder("g"), BYTES.__getitem__)
    assert {path: mode for path, mode in modes(root).items() if "received" not in path} == {
        ".": "0o2770",
        "g": "0o2770",
        f"g/{NAME}": "0o2770",
        f"g/{NAME}/application.pdf": "0o640",
        f"g/{NAME}/message.eml": "0o640",
        f"g/{NAME}/summary.html": "0o640",
    }


def test_an_unknown_group_is_a_problem_of_config(root: Path) -> None:
    with pytest.raises(ConfigError, match="no-such-group"):
        FileSystemFolders(root, "no-such-group")


def test_links_are_not_followed(disk: FileSystemFolders, root: Path, tmp_path: Path) -> None:
    """A position folder that is a link out of the root receives nothing."""
    (tmp_path / "outside").mkdir()
    (root / "g").symlink_to(tmp_path / "outside")
    with pytest.raises(Permanent, match="through a link"):
        disk.file(a_folder("g"), BYTES.__getitem__)
    with pytest.raises(Permanent, match="through a link"):
        disk.write_page("g/index.html", b"x")
    (tmp_path / "outside" / "secret.pdf").write_bytes(b"x")
    (root / "secret.pdf").symlink_to(tmp_path / "outside" / "secret.pdf")
    for path in ("g/secret.pdf", "secret.pdf"):
        with pytest.raises(Permanent, match="through a link"):
            disk.read(path)
    (tmp_path / "outside" / "secret.pdf").unlink()
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize(
    "number, expected",
    [
        (errno.ENOSPC, Transient),
        (errno.EROFS, Transient),
        (errno.EIO, Transient),
        (errno.ENAMETOOLONG, Permanent),
    ],
    ids=["full", "read-only", "broken", "name too long"],
)
def test_a_disk_that_fails_leaves_nothing_half(
    disk: FileSystemFolders,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    expected: type[Exception],
) -> None:
    """What may be mended is tried again, and no half folder is ever to be seen."""

    def fail(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(expected):
        disk.file(a_folder("g"), BYTES.__getitem__)
    with pytest.raises(expected):
        disk.write_page("index.html", b"x")
    monkeypatch.undo()
    assert list(root.iterdir()) == []
    disk.file(a_folder("g"), BYTES.__getitem__)
    assert (root / "g" / NAME / "application.pdf").read_bytes() == PDF


def test_a_folder_system_without_flush_of_directories_is_enough(
    disk: FileSystemFolders, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some SMB mounts refuse to flush a directory (EINVAL); files are flushed all the same."""
    real: Callable[[int], None] = os.fsync

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    disk.file(a_folder("g"), BYTES.__getitem__)
    assert (root / "g" / NAME / "summary.html").read_bytes() == b"<p>one</p>"


def test_two_lives_that_file_the_same_are_one(disk: FileSystemFolders, root: Path) -> None:
    """The slower one finds the folder of the faster one, and is done."""

    def meanwhile(wanted: str) -> bytes:
        FileSystemFolders(root).file(a_folder("g"), BYTES.__getitem__)
        return BYTES[wanted]

    disk.file(a_folder("g"), meanwhile)
    assert disk.pending() == []
    assert [path.name for path in root.iterdir()] == ["g"]


REFILED = """
import os, signal, sys
from pathlib import Path
from intake.adapters import folders
from intake.model import Folder, FolderFile, sha256
item = FolderFile(name="application.pdf", source="attachment", sha256=sha256(b"new"))
mail = FolderFile(name="message.eml", source="message", sha256=sha256(b"mail"))
real, left = getattr(os, sys.argv[2]), [int(sys.argv[3])]
def killed(*arguments, **named):
    left[0] -= 1
    if left[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(*arguments, **named)
setattr(os, sys.argv[2], killed)
new = [Folder(path=path, files=(item, mail)) for path in ("a/case", "b/case")]
folders.FileSystemFolders(Path(sys.argv[1])).refile(["wait/case"], new, lambda _: b"new")
"""


@pytest.mark.parametrize("deed", ["fsync", "rename"])
def test_refiling_killed_anywhere_is_taken_up(disk: FileSystemFolders, root: Path, deed: str) -> None:
    """Killed before any flush or rename: no half folder is seen, nothing is lost, and the next life ends it."""
    mail = FolderFile(name="message.eml", source="message", sha256=sha256(b"mail"))
    item = FolderFile(name="application.pdf", source="attachment", sha256=sha256(b"new"))
    whole_one = {"application.pdf": b"new", "message.eml": b"mail"}
    new = [Folder(path=path, files=(item, mail)) for path in ("a/case", "b/case")]
    for count in range(100):
        disk.file(Folder(path="wait/case", files=(mail,)), lambda _: b"mail")
        ended = subprocess.run([sys.executable, "-c", REFILED, str(root), deed, str(count)], check=False)
        for place in ("a/case", "b/case"):
            if (root / place).exists():
                assert {p.name: p.read_bytes() for p in (root / place).iterdir()} == whole_one
        disk.sweep()
        disk.refile(["wait/case"], new, {sha256(b"new"): b"new"}.__getitem__)
        assert {str(p.relative_to(root)) for p in root.rglob("*") if p.is_file()} == {
            f"{place}/case/{name}" for place in ("a", "b") for name in whole_one
        }
        for place in ("a", "b", "wait"):
            shutil.rmtree(root / place)
        if ended.returncode == 0:
            assert count > 2
            return
    pytest.fail("it never came to its end")


KILLED = """
import os, signal, sys
from pathlib import Path
from intake.adapters.folders import FileSystemFolders, temporary
from intake.model import Folder, FolderFile, sha256
files = tuple(FolderFile(name=n, source="attachment", sha256=sha256(b"x")) for n in ("a", "b"))
asked = []
def contents(_):
    asked.append(1)
    if len(asked) == 2:
        print("half", flush=True)
        sys.stdin.read()
    return b"x"
FileSystemFolders(Path(sys.argv[1])).file(Folder(path="g/case", files=files), contents)
"""


def test_a_killed_life_leaves_only_what_is_swept(disk: FileSystemFolders, root: Path) -> None:
    """While it lives its temporary folder is not touched; after kill -9 it is pending, then swept."""
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "half\n"
    assert disk.pending() == []
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert [path.name.startswith(".intake-") for path in disk.pending()] == [True]
    assert not (root / "g").exists()
    disk.sweep()
    assert list(root.iterdir()) == []


def test_what_another_host_writes_is_left_alone_for_an_hour(disk: FileSystemFolders, root: Path) -> None:
    """Its lock may have ended while it was cut off from the share, so that only time tells that it has died."""
    elsewhere = f"import platform; platform.node = lambda: 'another'; {KILLED.strip()}"
    child = subprocess.Popen(
        [sys.executable, "-c", elsewhere, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"half\n"
    child.kill()
    child.communicate()
    disk.sweep()
    [home] = root.iterdir()
    assert sorted(path.name for path in home.iterdir()) == ["built", "lock"]
    os.utime(home / "lock", (0, 0))
    assert disk.pending() == [home]
    disk.sweep()
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("begun", ["lock", "folder", "link"])
def test_what_a_life_left_that_had_just_begun_is_swept(
    disk: FileSystemFolders, root: Path, begun: str
) -> None:
    """Killed between two steps of making its temporary folder; and a link that was never ours leads nowhere."""
    path = root / ".intake-abc.tmp"
    if begun == "lock":
        path.write_text("any host")
    elif begun == "folder":
        path.mkdir()
    else:
        path.symlink_to(root.parent)
    assert disk.pending() == [path]
    disk.sweep()
    assert list(root.iterdir()) == []
    assert root.parent.exists()


def test_a_temporary_folder_without_its_lock_waits_an_hour(disk: FileSystemFolders, root: Path) -> None:
    """As an earlier version made them."""
    (old := root / ".intake-abc.tmp").mkdir()
    (old / "application.pdf").write_bytes(b"half")
    assert disk.pending() == []
    os.utime(old, (0, 0))
    disk.sweep()
    assert list(root.iterdir()) == []


def test_a_folder_that_is_begun_while_a_sweep_looks_is_left_alone(
    disk: FileSystemFolders, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sweep has found it empty, before it had its lock; by now somebody writes into it."""
    with temporary.folder(root) as built:
        (built / "application.pdf").write_bytes(b"half")
        monkeypatch.setattr(disk, "pending", lambda: [built.parent])
        disk.sweep()
        assert (built / "application.pdf").read_bytes() == b"half"
    assert list(root.iterdir()) == []


def test_two_sweeps_at_once(disk: FileSystemFolders, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the other one takes away first is no error."""
    (root / ".intake-abc.tmp").write_bytes(b"half a page")
    (root / ".intake-def.tmp").mkdir()
    found = disk.pending()
    FileSystemFolders(root).sweep()
    monkeypatch.setattr(disk, "pending", lambda: found)
    disk.sweep()
    assert list(root.iterdir()) == []


def test_a_page_of_a_killed_life_is_swept(disk: FileSystemFolders, root: Path) -> None:
    (root / ".intake-abc.tmp").write_bytes(b"half a page")
    disk.sweep()
    assert list(root.iterdir()) == []


def test_the_root_must_be_a_folder(root: Path) -> None:
    root.write_text("a file")
    with pytest.raises(Permanent, match="no folder"):
        FileSystemFolders(root).write_page("x", b"")


def test_what_is_no_plain_file_is_not_read(disk: FileSystemFolders, root: Path) -> None:
    """A pipe would be waited for without end."""
    os.mkfifo(root / "application.pdf")
    assert disk.read("application.pdf") is None


def test_a_file_where_a_position_should_be_is_permanent(disk: FileSystemFolders, root: Path) -> None:
    (root / "g").write_text("in the way")
    with pytest.raises(Permanent):
        disk.file(a_folder("g"), BYTES.__getitem__)
    assert [path.name for path in root.iterdir()] == ["g"]
