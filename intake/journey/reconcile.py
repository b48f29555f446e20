"""What ledger, mailbox and folders say of the same things, compared: values in, findings out.

A fault is what no person does and no step of ours should leave. What people do (move, rename, delete,
annotate; POLICY, Hands of people) is at most noted, and never mended.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import field
from enum import StrEnum
from typing import Literal

from intake.journey.lifecycle import MessageState
from intake.model import value

#: "2026-11-22 Ferreira, Nadia [K7Q2]": how the folder of a case ends (journey.names.case_folder).
NUMBERED = re.compile(r"\[([B-DF-HJ-NP-TV-XZ2-9]{4,6})\]$")

_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_SHOWN = 50  # findings of one kind that are told one by one: a thousand sentences are read by nobody


class Code(StrEnum):
    """What does not add up. Whether it is a fault or the work of people is in the finding."""

    UID_WITHOUT_ROW = "uid-without-row"
    MAIL_WITHOUT_ROW = "mail-without-row"
    FIGURES = "figures"
    ROW_MISSING = "row-missing"
    PLAN_MISSING = "plan-missing"
    REPLY_MISSING = "reply-missing"
    NEVER_FILED = "never-filed"
    PLACE_MISSING = "place-missing"
    FILE_MISSING = "file-missing"
    FILE_DAMAGED = "file-damaged"
    FOLDER_WITHOUT_CASE = "folder-without-case"
    LEFTOVER = "leftover"
    KEPT_WITHOUT_CASE = "kept-without-case"
    KEPT_MISSING = "kept-missing"
    PLACE_VOID = "place-void"
    FOLDER_MOVED = "folder-moved"
    FOLDER_GONE = "folder-gone"
    FILE_CHANGED = "file-changed"
    FILE_REMOVED = "file-removed"
    MAIL_ADDED = "mail-added"


@value
class Finding:
    """One thing that does not add up. sentence: what, where by case number, what to do next; ``places``: what the
    mend needs to know, told to nobody."""

    code: Code
    sentence: str
    case: str = ""
    mailbox: str = ""
    mendable: bool = False
    note: bool = False
    places: tuple[str, ...] = field(default=(), repr=False)


# --- what is compared ----------------------------------------------------------------------------


@value
class File:
    """One file that we wrote. size: None where the plan does not know it."""

    name: str
    source: Literal["message", "attachment", "joined", "text"]
    sha256: str
    size: int | None = None


@value
class FiledFolder:
    """One folder of a plan that was carried out."""

    path: str
    files: tuple[File, ...]


@value
class Filed:
    """A decided case as the ledger has it. reply: Message-ID of its plan's reply, or ""; queued: the outbox knows
    that; lies: the mailbox folder of its mail; places: where its folders are, as the list of places says."""

    message: int
    case: str
    mailbox: str
    state: MessageState
    closed: bool = False
    lies: str = ""
    reply: str = ""
    queued: bool = True
    folders: tuple[FiledFolder, ...] = ()
    places: tuple[str, ...] = ()


@value
class Seen:
    """A file as it lies there. sha256: "" where it was not read."""

    size: int
    sha256: str = ""


@value
class Standing:
    """What the folders show of one case. found: the files of its folders that are there, by path; elsewhere: other
    folders that carry its number, with their files."""

    found: Mapping[str, Mapping[str, Seen]]
    elsewhere: Mapping[str, Mapping[str, Seen]] = field(default_factory=dict)


# --- one case --------------------------------------------------------------------------------------


def case(filed: Filed, standing: Standing) -> Iterator[Finding]:
    """What does not add up in one case that is done. Nothing is said of one that is being worked on."""
    if filed.state is not MessageState.DONE:
        return
    yield from _reply(filed)
    for folder in filed.folders:
        there = standing.found.get(folder.path)
        if there is None:
            yield from _absent(filed, folder, standing)
            continue
        if folder.path not in filed.places:
            yield _about(filed, Code.PLACE_MISSING, "is filed where its list of places does not say so",
                         "intake repair notes the place", mendable=True, places=(folder.path,))  # fmt: skip
        yield from _files(filed, folder, folder.path, there)


def _reply(filed: Filed) -> Iterator[Finding]:
    """Queued together with the place of its folder: where both are missing, neither was recorded."""
    if filed.reply and not filed.queued and filed.places:
        yield _about(
            filed,
            Code.REPLY_MISSING,
            "has a reply that the outbox does not know; it may have left",
            f"ask the applicant or look into the mail server's log, then write yourself: intake case {filed.case} show",
        )


def _absent(filed: Filed, folder: FiledFolder, standing: Standing) -> Iterator[Finding]:
    """A folder is not where its plan puts it: a person moved or deleted it, or it never was there."""
    moved = [path for path, files in standing.elsewhere.items() if _same(folder, files)]
    # Where the list of places has followed it: the one that is whole, if there is one.
    followed = [
        path for path in filed.places if path in standing.elsewhere and folder.path not in filed.places
    ]
    if followed:
        lies = next((one for one in followed if one in moved), followed[0])
        yield from _files(filed, folder, lies, standing.elsewhere[lies])
    elif moved:
        yield _about(
            filed,
            Code.FOLDER_MOVED,
            "lies in another folder than it was filed in: a person has moved or renamed it",
            "intake repair notes the new place; the folder stays as it is",
            mendable=True,
            note=True,
            places=(folder.path, moved[0]),
        )
    elif folder.path not in filed.places:
        yield _about(
            filed,
            Code.NEVER_FILED,
            "counts as filed, and its folder was never recorded nor is it there",
            f"intake repair has it filed again from its mail in the mailbox folder {filed.lies}",
            mendable=True,
        )
    else:
        why = "lies elsewhere with other files" if standing.elsewhere else "is there no more"
        yield _about(filed, Code.FOLDER_GONE, f"has a folder that {why}: a person's hand, so it stays so",
                     f"if nobody did that, its mail lies in the mailbox folder {filed.lies}", note=True)  # fmt: skip


def _same(folder: FiledFolder, files: Mapping[str, Seen]) -> bool:
    """Whether all that we wrote, but for our own pages, lies in there under whatever name. A file that
    was not read counts as none of them."""
    hashes = {seen.sha256 for seen in files.values() if seen.sha256}
    wanted = {item.sha256 for item in folder.files if item.source != "text"}
    return bool(wanted) and wanted <= hashes


def _files(filed: Filed, folder: FiledFolder, lies: str, there: Mapping[str, Seen]) -> Iterator[Finding]:
    """lies: where the folder is, which need not be where it was filed."""
    hashes = {seen.sha256 for seen in there.values()} - {""}
    for item in folder.files:
        seen = there.get(item.name)
        if seen is None:
            if item.source != "text" and item.sha256 not in hashes:
                yield _missing(filed, lies, item)
        elif _differs(item, seen) and item.source != "text":
            yield _changed(filed, lies, item, seen)


def _missing(filed: Filed, lies: str, item: File) -> Finding:
    if filed.closed:
        return _about(filed, Code.FILE_REMOVED, f"is closed, and {_shown(item)} is not in its folder any more",
                      "a person's hand, so it stays so", note=True)  # fmt: skip
    return _about(
        filed,
        Code.FILE_MISSING,
        f"has a folder without {_shown(item)}",
        f"intake repair writes it again if it finds the same bytes; if you removed it on purpose, say intake case {filed.case} close",
        mendable=True,
        places=(lies, item.name),
    )


def _changed(filed: Filed, lies: str, item: File, seen: Seen) -> Finding:
    """Whoever annotates a file changes its size; a disk that fails does not."""
    if item.size is None or seen.size != item.size:
        return _about(filed, Code.FILE_CHANGED, f"has {_shown(item)} with other contents than it was filed with",
                      "somebody has edited it, so it stays so", note=True)  # fmt: skip
    return _about(
        filed,
        Code.FILE_DAMAGED,
        f"has {_shown(item)} with the size it was filed with and other bytes: no program of a person leaves it so",
        f"check the disk; take the file out of the folder and say intake repair, which writes it again from its mail, or get it from the mailbox folder {filed.lies}",
        places=(lies, item.name),
    )


def _differs(item: File, seen: Seen) -> bool:
    if seen.sha256:
        return seen.sha256 != item.sha256
    return item.size is not None and seen.size != item.size


def _shown(item: File) -> str:
    """A file by what it is: its name may be the applicant's own."""
    return item.name if "/" not in item.name else "a file of received/"


def _about(
    filed: Filed,
    code: Code,
    what: str,
    then: str,
    *,
    mendable: bool = False,
    note: bool = False,
    places: tuple[str, ...] = (),
) -> Finding:
    return Finding(code=code, case=filed.case, mailbox=filed.mailbox, mendable=mendable, note=note, places=places,
                   sentence=f"Case {filed.case} {what}. Next: {then}.")  # fmt: skip


# --- the tree of folders -------------------------------------------------------------------------


def strays(tree: Collection[tuple[str, str]], known: Collection[str], *, restored: bool) -> Iterator[Finding]:
    """Folders (path and number) with a case number that no ledger knows."""
    for path, number in sorted(tree):
        if number in known:
            continue
        why = (
            "it was filed after the backup from which this ledger was restored"
            if restored
            else "it was put there from elsewhere, or the ledger has lost it"
        )
        yield Finding(
            code=Code.FOLDER_WITHOUT_CASE,
            case=number,
            sentence=f"A folder in {path.rpartition('/')[0] or 'the root of filing'} carries the case number {number}, which this ledger does not know: {why}."
            " Next: read it as it is (nobody is answered again); to have it known, move its mail from its mailbox folder"
            " into the INBOX and delete the folder; to keep it apart, take the brackets out of its name.",
        )


# --- the mailbox ---------------------------------------------------------------------------------


def inbox(mailbox: str, rowless: Sequence[int]) -> Iterator[Finding]:
    """UIDs that the INBOX holds, that were there at the last look, and that have no row."""
    if rowless:
        yield Finding(
            code=Code.UID_WITHOUT_ROW,
            mailbox=mailbox,
            mendable=True,
            places=tuple(str(uid) for uid in rowless),
            sentence=f"{mailbox}: {_count(len(rowless), 'mail')} in the INBOX without a row in the ledger"
            f" ({_uids(rowless)}). Next: intake repair takes in what it does not know; replies to it wait for you.",
        )


def mails(mailbox: str, folder: str, unknown: Sequence[int], *, lost: bool) -> Iterator[Finding]:
    """Mails in a folder of ours that no row knows by place or Message-ID. lost: they arrived after the backup from
    which the ledger was restored."""
    if not unknown:
        return
    what = f"{mailbox}: {_count(len(unknown), 'mail')} in the folder {folder} that the ledger does not know ({_uids(unknown)})"
    then = (
        "They were treated after the backup from which this ledger was restored, and are not answered again. Next: read them"
        " there; one that you move into the INBOX is judged and filed anew, and its reply waits for you."
        if lost
        else "A person has put them there, so they stay so."
    )
    yield Finding(code=Code.MAIL_WITHOUT_ROW if lost else Code.MAIL_ADDED, mailbox=mailbox, note=not lost,
                  sentence=f"{what}. {then}", places=(folder,))  # fmt: skip


def message_id(header: bytes) -> str:
    """The Message-ID of a raw header with its angle brackets, or ""."""
    found = _MESSAGE_ID.search(header)
    return found[1].decode("ascii", "replace") if found else ""


# --- the ledger itself ---------------------------------------------------------------------------


def figures(mailbox: str, told: Mapping[str, int], counted: Mapping[str, int]) -> Iterator[Finding]:
    """The running totals against the messages themselves."""
    wrong = [f"{word}: told {told.get(word, 0)}, counted {number}" for word, number in counted.items()
             if told.get(word, 0) != number]  # fmt: skip
    if wrong:
        yield Finding(code=Code.FIGURES, mailbox=mailbox, mendable=True,
                      sentence=f"{mailbox}: the figures do not add up ({'; '.join(wrong)}). Next: intake repair counts them anew.")  # fmt: skip


def orphans(found: Mapping[str, Sequence[str]]) -> Iterator[Finding]:
    """Rows whose message has no row any more: by case, what they are."""
    for number, kinds in sorted(found.items()):
        yield Finding(
            code=Code.ROW_MISSING,
            case=number,
            sentence=f"Case {number or 'unknown'} has lost the row of its message; what is left of it: {', '.join(kinds)}."
            " Next: its folder and its mail in the mailbox are what counts; restore the ledger from a backup, or treat it by hand.",
        )


def planless(found: Sequence[str]) -> Iterator[Finding]:
    """Messages that are said to be planned, filed or done, without a plan."""
    for number in sorted(found):
        yield Finding(code=Code.PLAN_MISSING, case=number,
                      sentence=f"Case {number} has lost its plan: nothing more can be done with it by itself."
                      " Next: read its mail in the mailbox and treat it by hand, or restore the ledger from a backup.")  # fmt: skip


# --- what is kept beside -------------------------------------------------------------------------


def leftovers(temporary: int, readings: Sequence[str], parked: Sequence[str]) -> Iterator[Finding]:
    """What lives that were killed left: half-written folders, readings and parked bytes of cases that are done."""
    for number, what, places in (
        (temporary, "half-written folder", ("folders",)),
        (len(readings), "spool of a decided case", tuple(f"spool {case}" for case in readings)),
        (len(parked), "kept copy of a mail that is filed", tuple(f"parked {case}" for case in parked)),
    ):
        if number:
            yield Finding(code=Code.LEFTOVER, mendable=True, places=places,
                          sentence=f"{_count(number, what)} left by a worker that was ended. Next: intake repair removes it.")  # fmt: skip


def kept(lost: Sequence[str], unknown: Sequence[str]) -> Iterator[Finding]:
    """lost: parked cases whose kept bytes are gone; unknown: kept bytes of no case that the ledger knows."""
    for number in lost:
        yield Finding(code=Code.KEPT_MISSING, case=number,
                      sentence=f"Case {number} is parked, and the copy of its mail is not there any more."
                      " Next: read the mail in the mailbox.")  # fmt: skip
    for number in unknown:
        yield Finding(code=Code.KEPT_WITHOUT_CASE, case=number,
                      sentence=f"A mail is kept under the case number {number}, which this ledger does not know."
                      " Next: look at it in the folder parked beside the ledger, and treat it by hand.")  # fmt: skip


def void_places(found: Sequence[tuple[str, str, str]]) -> Iterator[Finding]:
    """Places of passing things (case, kind, where) that are gone: their rows are needless."""
    for case_number in dict.fromkeys(number for number, _, _ in found):
        mine = tuple(f"{kind} {where}" for number, kind, where in found if number == case_number)
        yield Finding(code=Code.PLACE_VOID, case=case_number, mendable=True, places=mine,
                      sentence=f"Case {case_number} is said to have data where there is none. Next: intake repair corrects the list.")  # fmt: skip


# --- all of them -----------------------------------------------------------------------------------


def bounded(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """At most so many of each code, and how many more there are."""
    kept_ones: list[Finding] = []
    for code in dict.fromkeys(one.code for one in findings):
        mine = [one for one in findings if one.code is code]
        kept_ones += mine[:_SHOWN]
        if more := mine[_SHOWN:]:
            kept_ones.append(Finding(code=code, note=all(one.note for one in more),
                                     sentence=f"So it is with {len(more)} more ({code.value})."))  # fmt: skip
    return tuple(kept_ones)


def faults(findings: Sequence[Finding]) -> list[Finding]:
    """Those that need a person, or a repair."""
    return [one for one in findings if not one.note]


def _count(number: int, what: str) -> str:
    return f"1 {what}" if number == 1 else f"{number} × {what}"


def _uids(uids: Sequence[int]) -> str:
    shown = ", ".join(str(uid) for uid in uids[:10])
    return f"UID {shown}{' …' if len(uids) > 10 else ''}"
