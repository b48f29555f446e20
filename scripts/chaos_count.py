"""The count: what became of each applicant's mails, on disk, in the ledger, and in the mailboxes of both sides."""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from intake.adapters.ledger import tables
from intake.journey.lifecycle import MessageState, ReplyState
from intake.model import sha256
from scripts import chaos_site
from scripts.chaos_lives import Nursery
from scripts.chaos_mails import Applicant
from scripts.chaos_site import Site
from tests.acceptance.house import House
from tests.servers.imap import ImapServer

_PATIENCE = 6.0  # seconds until a mail that is delivered must be seen
_HELD = (ReplyState.UNKNOWN, ReplyState.HELD, ReplyState.FAILED)


@dataclass(kw_only=True)
class Found:
    """What became of one applicant. lost, twice: applications; doubled: replies too many; held: replies that wait
    for a person; parked: messages that do; wrong: all else, in words."""

    lost: int = 0
    twice: int = 0
    doubled: int = 0
    held: int = 0
    parked: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.twice or self.doubled or self.wrong)


class Books:
    """Everything that is to be counted in one installation, read once."""

    def __init__(self, house: House, site: Site) -> None:
        self._house = house
        site.delivered()
        self.folders = _folders(house.applications)
        self.mailbox = _mailbox(house.home, house.bot.login)
        with chaos_site.ledger(house) as ledger, ledger.reading() as connection:
            rows = connection.execute(sa.select(tables.message)).all()
            self.replies = connection.execute(sa.select(tables.reply)).all()
        self.rows: dict[str, list[Any]] = {}
        for row in rows:
            self.rows.setdefault(row.message_id, []).append(row)

    def of(self, applicant: Applicant) -> Found:
        """What became of one applicant's mails."""
        found = Found()
        if applicant.expected.filed:
            self._filed(applicant, found)
        for message_id in applicant.message_ids:
            self._message(applicant, message_id, found)
        self._replies(applicant, found)
        return found

    def _filed(self, applicant: Applicant, found: Found) -> None:
        """Each PDF byte for byte in one folder, the same for all; alone it is its application.pdf."""
        places = [
            {folder for folder, files in self.folders.items() if digest in files.values()}
            for digest in applicant.hashes
        ]
        found.lost += sum(not place for place in places)
        found.twice += sum(max(0, len(place) - 1) for place in places)
        together = set.intersection(*places)
        if len(together) != 1:
            found.wrong.append("its files do not lie in one folder")
            return
        files = self.folders[together.pop()]
        if "application.pdf" not in files:
            found.wrong.append("its folder has no application.pdf")
        elif len(places) == 1 and files["application.pdf"] != applicant.hashes[0]:
            found.wrong.append("application.pdf has other bytes than were sent")

    def _message(self, applicant: Applicant, message_id: str, found: Found) -> None:
        """So many rows as deliveries, all done, each mail in one folder, where the ledger says it is."""
        rows, copies = self.rows.get(message_id, []), applicant.expected.copies
        lying = self.mailbox.get(message_id, [])
        found.lost += max(0, copies - len(lying))
        if len(rows) != copies or len(lying) != copies:
            found.wrong.append(f"{copies} delivered, {len(rows)} in the ledger, {len(lying)} in the mailbox")
        found.parked += sum(row.state is MessageState.PARKED for row in rows)
        unfinished = [row for row in rows if row.state not in (MessageState.DONE, MessageState.PARKED)]
        if unfinished:
            found.wrong.append(f"left at {unfinished[0].state.value}: {unfinished[0].error}")
        told = [(row.place_folder, row.place_uid) for row in rows]
        if not unfinished and sorted(told) != sorted(lying):
            found.wrong.append(f"the ledger says {told}, the mailbox {lying}")
        if {folder for folder, _ in lying} - {applicant.expected.folder} and not (
            found.parked or self._unsure(applicant)
        ):
            found.wrong.append(f"it lies in {sorted({folder for folder, _ in lying})}")
        wrong = {row.outcome.value for row in rows if row.outcome} - set(applicant.expected.outcomes)
        if wrong and not self._unsure(applicant):
            found.wrong.append(f"judged {sorted(wrong)}")

    def _unsure(self, applicant: Applicant) -> bool:
        """Whether a reply is not known to have left, or a conversation has not gone on: a person looks then."""
        return bool(self._held(applicant)) or not applicant.finished

    def _held(self, applicant: Applicant) -> list[Any]:
        return [row for row in self._of(applicant) if row.state in _HELD]

    def _of(self, applicant: Applicant) -> list[Any]:
        return [row for row in self.replies if row.address == applicant.account.login]

    def _replies(self, applicant: Applicant, found: Found) -> None:
        """As many as are due, in the applicant's own mailbox; what is missing is held for a person."""
        got = _inbox(
            self._house,
            applicant,
            sent=[r.message_id for r in self._of(applicant) if r.state is ReplyState.SENT],
        )
        held = self._held(applicant)
        found.held = len(held)
        found.doubled = len(got) - len(set(got)) + max(0, len(set(got)) - applicant.due)
        missing = applicant.due - len(set(got))
        if missing > sum(row.message_id not in got for row in held) and not found.parked:
            found.wrong.append(f"{missing} of {applicant.due} replies neither arrived nor held")
        going = [
            row.state.value
            for row in self._of(applicant)
            if row.state in (ReplyState.QUEUED, ReplyState.SENDING)
        ]
        if going:
            found.wrong.append(f"a reply is left at {going[0]}")


def installation(house: House, nursery: Nursery, mails: int) -> list[str]:
    """What is wrong with the installation as a whole, in words: figures, leftovers, the ledger's file."""
    return [*_status(house, nursery, mails), *leftovers(house), *_integrity(house)]


def _status(house: House, nursery: Nursery, mails: int) -> list[str]:
    log = house.root / "status.json"
    log.unlink(missing_ok=True)
    nursery.live(house.root, argv=("status", "--json"), log=log.name)
    text = log.read_text()
    told = json.loads(text[text.index("{") :])
    [mailbox] = told["mailboxes"]
    wrong = [] if mailbox["adds_up"] else ["the figures do not add up"]
    if mailbox["total"] != mails:
        wrong.append(f"{mails} mails were delivered, status counts {mailbox['total']}")
    if mailbox["in work"] or told["put_off"]:
        wrong.append(f"{mailbox['in work']} mails in work")
    moving = told["outbox"]["queued"] + told["outbox"]["sending"]
    return [*wrong, f"{moving} replies under way"] if moving else wrong


def leftovers(house: House) -> list[str]:
    """Files that no life has cleared up."""
    state = house.root / "var"
    spool = state / "spool"
    places = [*house.applications.rglob(".intake-*"), *state.glob("keys.*")]
    places += [path for path in spool.rglob("*") if path != spool / "read"]
    with chaos_site.ledger(house) as ledger:
        parked = {f"{one.case}.eml" for one in ledger.parked("main")}
    places += [path for path in (state / "parked").glob("*") if path.name not in parked]
    return [f"left behind: {path.relative_to(house.root)}" for path in places]


def _integrity(house: House) -> list[str]:
    path = house.root / "var" / "ledger.sqlite"
    if not path.exists():  # another database looks after itself
        return []
    connection = sqlite3.connect(path)
    try:
        said = connection.execute("PRAGMA integrity_check").fetchall()
        broken = connection.execute("PRAGMA foreign_key_check").fetchall()
    finally:
        connection.close()
    wrong = [] if said == [("ok",)] else [f"the ledger is damaged: {said[0][0]}"]
    return [*wrong, f"{len(broken)} rows of the ledger refer to nothing"] if broken else wrong


def _folders(root: Path) -> dict[str, dict[str, str]]:
    """The filed folders: their files with the hash of each."""
    found: dict[str, dict[str, str]] = {}
    for folder, _, files in os.walk(root):
        if "message.eml" in files:
            here = Path(folder)
            contents = {path.relative_to(here).as_posix(): path for path in here.rglob("*") if path.is_file()}
            found[folder] = {name: sha256(path.read_bytes()) for name, path in contents.items()}
    return found


def _mailbox(server: ImapServer, user: str) -> dict[str, list[tuple[str, int]]]:
    """Every message of an account by its Message-ID: folders and UIDs. What is marked \\Deleted is deleted: a
    server without UIDPLUS is not asked to expunge it."""
    found: dict[str, list[tuple[str, int]]] = {}
    with server.sign_in(user) as client:
        for line in client.list()[1]:
            assert isinstance(line, bytes)
            name = line.decode().rpartition(' "/" ')[2].strip('"')
            client.select(f'"{name}"', readonly=True)
            said = client.uid("FETCH", "1:*", "(UID FLAGS BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")[1]
            for part in said:
                if isinstance(part, tuple) and b"\\Deleted" not in part[0]:
                    uid = re.search(rb"UID (\d+)", part[0])
                    assert uid
                    message_id = email.message_from_bytes(part[1])["Message-ID"] or ""
                    found.setdefault(message_id, []).append((name, int(uid[1])))
    return found


def _inbox(house: House, applicant: Applicant, *, sent: Sequence[str]) -> list[str]:
    """The Message-IDs of what an applicant has got, once all is there that a server took from us."""
    end = time.monotonic() + _PATIENCE
    while True:
        found = _mailbox(house.servers.dovecot, applicant.account.login)
        got = [message_id for message_id, places in found.items() for _ in places]
        if set(sent) <= set(got) or time.monotonic() > end:
            return got
        time.sleep(0.05)


def outcome(found: Sequence[Found]) -> Counter[str]:
    """The figures of several, added up."""
    total: Counter[str] = Counter()
    for one in found:
        total.update(lost=one.lost, twice=one.twice, doubled=one.doubled, held=one.held, parked=one.parked)
        total.update(wrong=len(one.wrong))
    return total
