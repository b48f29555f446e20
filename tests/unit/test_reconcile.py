"""What does not add up, fault by fault: what is said of it, and whether it may be mended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from intake.journey import reconcile
from intake.journey.lifecycle import MessageState
from intake.journey.reconcile import Code, File, Filed, FiledFolder, Seen, Standing

PATH = "postdoc/causal-inference/2026-11-22 Ferreira, Nadia [K7Q2]"
MOVED = "yig/trust/Nadia [K7Q2]"
PDF, MAIL, PAGE = "a" * 64, "b" * 64, "c" * 64
FILES = (
    File(name="application.pdf", source="attachment", sha256=PDF, size=100),
    File(name="message.eml", source="message", sha256=MAIL),
    File(name="summary.html", source="text", sha256=PAGE, size=10),
)
CASE = Filed(
    message=1, case="K7Q2", mailbox="main", state=MessageState.DONE, lies="Applications/postdoc/causal-inference",
    reply="<r@rc.example>", folders=(FiledFolder(path=PATH, files=FILES),), places=(PATH,),
)  # fmt: skip
WHOLE = {"application.pdf": Seen(size=100, sha256=PDF), "message.eml": Seen(size=200, sha256=MAIL),
         "summary.html": Seen(size=10, sha256=PAGE)}  # fmt: skip


def there(**changed: Seen | None) -> dict[str, Seen]:
    """The folder's files, with some changed (by name, dots as underscores) or taken away."""
    files = {**WHOLE, **{name.replace("_", "."): seen for name, seen in changed.items()}}
    return {name: seen for name, seen in files.items() if seen is not None}


def standing(
    files: Mapping[str, Seen] | None, elsewhere: Mapping[str, Mapping[str, Seen]] | None = None
) -> Standing:
    return Standing(found={} if files is None else {PATH: files}, elsewhere=elsewhere or {})


BROKEN = Seen(size=100, sha256="d" * 64)
EDITED = Seen(size=140, sha256="d" * 64)

FAULTS = [
    ("all well", CASE, standing(WHOLE), []),
    ("a person's file beside ours", CASE, standing({**WHOLE, "notes.txt": EDITED}), []),
    ("only its sizes are known", CASE, standing({name: Seen(size=one.size) for name, one in WHOLE.items()}), []),
    ("our own page is edited", CASE, standing(there(summary_html=EDITED)), []),
    ("our own page is deleted", CASE, standing(there(summary_html=None)), []),
    ("it is being worked on", replace(CASE, state=MessageState.PLANNED), standing(None), []),
    ("a file is missing", CASE, standing(there(application_pdf=None)), [(Code.FILE_MISSING, "mendable")]),
    ("a file is renamed", CASE, standing({**there(application_pdf=None), "Ferreira.pdf": WHOLE["application.pdf"]}), []),
    ("a file of a closed case is missing", replace(CASE, closed=True), standing(there(application_pdf=None)),
     [(Code.FILE_REMOVED, "note")]),
    ("bytes differ, not the size", CASE, standing(there(application_pdf=BROKEN)), [(Code.FILE_DAMAGED, "fault")]),
    ("a file is annotated", CASE, standing(there(application_pdf=EDITED)), [(Code.FILE_CHANGED, "note")]),
    ("a file whose size is not known is changed", CASE, standing(there(message_eml=BROKEN)), [(Code.FILE_CHANGED, "note")]),
    ("only its size tells that it is changed", CASE, standing(there(application_pdf=Seen(size=140))), [(Code.FILE_CHANGED, "note")]),
    ("the folder is renamed or moved", CASE, standing(None, {MOVED: WHOLE}), [(Code.FOLDER_MOVED, "note, mendable")]),
    ("moved, and that is noted", replace(CASE, places=(MOVED,)), standing(None, {MOVED: WHOLE}), []),
    ("moved, noted, and a file damaged", replace(CASE, places=(MOVED,)),
     standing(None, {MOVED: there(application_pdf=BROKEN)}), [(Code.FILE_DAMAGED, "fault")]),
    ("the folder is deleted", CASE, standing(None), [(Code.FOLDER_GONE, "note")]),
    ("the folder lies elsewhere, changed", CASE, standing(None, {MOVED: there(application_pdf=EDITED)}), [(Code.FOLDER_GONE, "note")]),
    ("it never was there", replace(CASE, places=()), standing(None), [(Code.NEVER_FILED, "mendable")]),
    ("its place is not noted", replace(CASE, places=()), standing(WHOLE), [(Code.PLACE_MISSING, "mendable")]),
    ("its reply is unknown", replace(CASE, queued=False), standing(WHOLE), [(Code.REPLY_MISSING, "fault")]),
    ("nothing of it was recorded", replace(CASE, queued=False, places=()), standing(None), [(Code.NEVER_FILED, "mendable")]),
]  # fmt: skip


@pytest.mark.parametrize("filed, seen, expected", [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_one_case(filed: Filed, seen: Standing, expected: list[tuple[Code, str]]) -> None:
    """Each fault is named once, with its case and what to do next; what people do is noted at most."""
    found = list(reconcile.case(filed, seen))
    assert [(one.code, kind(one)) for one in found] == expected
    for one in found:
        assert one.sentence.startswith("Case K7Q2 ")
        assert "Next: " in one.sentence
        assert "Ferreira" not in one.sentence


@pytest.mark.parametrize(
    "place, files", [(PATH, standing), (MOVED, lambda found: standing(None, {MOVED: found}))]
)
@pytest.mark.parametrize("seen", [None, BROKEN], ids=["missing", "damaged"])
def test_a_fault_of_a_file_says_where_its_folder_lies(
    place: str, files: Callable[[Mapping[str, Seen]], Standing], seen: Seen | None
) -> None:
    """Not where it was filed, once a person has moved it: there a repair finds nothing."""
    [found] = reconcile.case(replace(CASE, places=(place,)), files(there(application_pdf=seen)))
    assert found.places == (place, "application.pdf")


def kind(one: reconcile.Finding) -> str:
    words = [word for word, true in (("note", one.note), ("mendable", one.mendable)) if true]
    return ", ".join(words) or "fault"


def test_a_received_file_is_not_named() -> None:
    """Its name is the applicant's own, and may tell who they are."""
    own = File(name="received/Nadia Ferreira.pdf", source="attachment", sha256=PDF, size=100)
    filed = replace(CASE, folders=(FiledFolder(path=PATH, files=(own,)),))
    [found] = reconcile.case(filed, standing({}))
    assert "a file of received/" in found.sentence
    assert "Ferreira" not in found.sentence


@pytest.mark.parametrize("restored, why", [(True, "after the backup"), (False, "from elsewhere")])
def test_a_folder_whose_case_nobody_knows(restored: bool, why: str) -> None:
    """It is told by its number and where it lies, never by its name; known numbers are passed over."""
    tree = [(PATH, "K7Q2"), ("Root Person [M2P9]", "M2P9")]
    [found] = reconcile.strays(tree, {"M2P9"}, restored=restored)
    assert (found.code, found.case, kind(found)) == (Code.FOLDER_WITHOUT_CASE, "K7Q2", "fault")
    assert why in found.sentence
    assert "postdoc/causal-inference" in found.sentence
    assert "Ferreira" not in found.sentence
    [root] = reconcile.strays(tree[1:], (), restored=restored)
    assert "the root of filing" in root.sentence


def test_mails_without_a_row() -> None:
    """In the INBOX they are taken in; elsewhere they are a person's, or treated before a restore."""
    assert list(reconcile.inbox("main", [])) == []
    [inbox] = reconcile.inbox("main", [4, 7])
    assert (inbox.code, kind(inbox), inbox.places) == (Code.UID_WITHOUT_ROW, "mendable", ("4", "7"))
    assert "2 × mail" in inbox.sentence
    assert "UID 4, 7" in inbox.sentence
    assert list(reconcile.mails("main", "Questions", [], lost=True)) == []
    [lost] = reconcile.mails("main", "Questions", range(1, 13), lost=True)
    assert (lost.code, kind(lost)) == (Code.MAIL_WITHOUT_ROW, "fault")
    assert "10 …" in lost.sentence
    [added] = reconcile.mails("main", "Questions", [3], lost=False)
    assert (added.code, kind(added)) == (Code.MAIL_ADDED, "note")


def test_the_figures() -> None:
    """Those that differ are told with both numbers."""
    assert list(reconcile.figures("main", {"accepted": 2}, {"accepted": 2})) == []
    [found] = reconcile.figures("main", {"accepted": 2}, {"accepted": 3, "review": 0})
    assert (found.code, kind(found)) == (Code.FIGURES, "mendable")
    assert "accepted: told 2, counted 3" in found.sentence
    assert "review" not in found.sentence


def test_rows_that_lost_their_message() -> None:
    """What is left of the case is named; nothing can be mended without guessing."""
    [orphan] = reconcile.orphans({"K7Q2": ["a reply", "places"]})
    assert (orphan.code, orphan.case, kind(orphan)) == (Code.ROW_MISSING, "K7Q2", "fault")
    assert "a reply, places" in orphan.sentence
    [planless] = reconcile.planless(["M2P9"])
    assert (planless.code, planless.case, kind(planless)) == (Code.PLAN_MISSING, "M2P9", "fault")


def test_what_is_kept_beside() -> None:
    """What is left over is removed by a repair; what is the last of a mail never is."""
    assert list(reconcile.leftovers(0, [], [])) == []
    found = list(reconcile.leftovers(1, ["K7Q2", "M2P9"], ["R3T4"]))
    assert [(one.code, kind(one), one.places) for one in found] == [
        (Code.LEFTOVER, "mendable", ("folders",)),
        (Code.LEFTOVER, "mendable", ("spool K7Q2", "spool M2P9")),
        (Code.LEFTOVER, "mendable", ("parked R3T4",)),
    ]
    kept = list(reconcile.kept(["K7Q2"], ["M2P9"]))
    assert [(one.code, one.case, kind(one)) for one in kept] == [
        (Code.KEPT_MISSING, "K7Q2", "fault"),
        (Code.KEPT_WITHOUT_CASE, "M2P9", "fault"),
    ]
    [void] = reconcile.void_places([("K7Q2", "spool", "/x"), ("K7Q2", "parked", "/y")])
    assert (void.code, kind(void), void.places) == (Code.PLACE_VOID, "mendable", ("spool /x", "parked /y"))


def test_a_thousand_alike_are_told_as_fifty_and_a_number() -> None:
    """And notes do not hide faults."""
    many = [next(reconcile.planless([f"C{number}"])) for number in range(1000)]
    note = next(reconcile.mails("main", "Questions", [3], lost=False))
    told = reconcile.bounded([*many, note])
    assert len(told) == 52
    assert "950 more" in told[50].sentence
    assert reconcile.faults(told) == list(told[:51])


@pytest.mark.parametrize(
    "header, expected",
    [
        (b"Subject: x\r\nMessage-ID: <a@b.example>\r\n\r\n", "<a@b.example>"),
        (b"message-id:\r\n <a@b.example>\r\n", "<a@b.example>"),
        (b"Subject: Message-ID: <a@b.example>\r\n", ""),
        (b"", ""),
    ],
    ids=["plain", "folded, lower case", "within another field", "none"],
)
def test_the_message_id_of_a_header(header: bytes, expected: str) -> None:
    """With its angle brackets, as the ledger keeps it."""
    assert reconcile.message_id(header) == expected
