"""One signed-in connection and what it has learnt of the server: both are gone together."""

from __future__ import annotations

import contextlib
import imaplib
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date

from intake import errors
from intake.adapters.imap import answers
from intake.adapters.imap.account import Account
from intake.adapters.imap.client import Client
from intake.model import value
from intake.ports import SENT

INBOX = "INBOX"

# UIDs that one SEARCH covers: imaplib refuses answers over 1,000,000 bytes, and 50,000 numbers of
# ten digits take 550,000.
_SEARCH_SPAN = 50_000

# Wildcards of LIST (RFC 3501 6.3.8), and the "." that Maildir++ keeps for itself whatever the
# delimiter it shows.
_RESERVED_IN_NAMES = frozenset('*%./\\"')

_OUR_SENT = "Sent"  # where a server has no folder of sent mail

_SENT_NAMES = frozenset(
    (
        "Sent",
        "Sent Items",
        "Sent Mail",
        "Sent Messages",
        "Gesendet",
        "Gesendete Elemente",
        "Gesendete Objekte",
    )
)

_JUNK_NAMES = frozenset(
    ("Junk", "Junk Email", "Junk E-mail", "Junk-E-Mail", "Junk Mail", "Spam", "Spamverdacht", "Bulk Mail")
)


@value
class Selected:
    """What SELECT said. ``next_uid``: no message had this UID or a higher one."""

    uidvalidity: int
    next_uid: int


@value
class _Listed:
    name: str
    delimiter: str
    flags: frozenset[str]  # lower case

    @property
    def selectable(self) -> bool:
        return not self.flags & {"\\noselect", "\\nonexistent"}  # RFC 3501 7.2.2, RFC 5258 3


class Session:
    """Folders by our names ("/" between their parts), and what is selected."""

    def __init__(self, client: Client, account: Account) -> None:
        self.client = client
        self._account = account
        self._selected: tuple[str, bool, Selected] | None = None
        self._prefix, self._delimiter = self._namespace()
        self._ensured: dict[str, str] = {}
        self._found: dict[str, str] = {}

    @property
    def idles(self) -> bool:
        return self._has("IDLE")

    @property
    def moves(self) -> bool:
        return self._has("MOVE")

    @property
    def expunges_by_uid(self) -> bool:
        return self._has("UIDPLUS")

    def _has(self, capability: str) -> bool:
        return bool(self.client.has_capability(capability))

    def _namespace(self) -> tuple[str, str]:
        """Prefix and delimiter of our folders (RFC 2342), the delimiter from LIST where there is none."""
        personal = self.client.namespace().personal if self._has("NAMESPACE") else None
        prefix, delimiter = personal[0] if personal else ("", None)
        if delimiter is None:
            delimiter = next((folder.delimiter for folder in self._list("")), "")
        if self._account.folder_prefix is not None:
            prefix = self._account.folder_prefix
        return prefix, delimiter or ""

    def _list(self, pattern: str) -> Iterator[_Listed]:
        for flags, delimiter, name in self.client.list_folders("", pattern):
            yield _Listed(
                name=name,
                delimiter=(delimiter or b"").decode("ascii", "replace"),
                flags=frozenset(flag.decode("ascii", "replace").lower() for flag in flags),
            )

    # --- Selecting -------------------------------------------------------------------------------

    def select(self, folder: str, *, readonly: bool = False, again: bool = False) -> Selected:
        """Select one of our folders, or leave it selected unless ``again``. Transient when it gives no
        UIDVALIDITY."""
        return self.select_named(self.server_name(folder), readonly=readonly, again=again)

    def select_named(self, name: str, *, readonly: bool = False, again: bool = False) -> Selected:
        """The same for a folder by the server's name of it."""
        if not again and self._selected is not None and self._selected[:2] == (name, readonly):
            return self._selected[2]
        self._selected = None
        answer = self.client.select_folder(name, readonly=readonly)
        if b"UIDVALIDITY" not in answer:
            raise errors.Transient("the server gives the folder no UIDVALIDITY, so its UIDs mean nothing")
        next_uid = answer.get(b"UIDNEXT") or self._after_last()
        selected = Selected(uidvalidity=answer[b"UIDVALIDITY"], next_uid=next_uid)
        self._selected = (name, readonly, selected)
        return selected

    def _after_last(self) -> int:
        """UIDNEXT for servers older than RFC 3501: ``*`` is the last message, if there is one."""
        return max(self.client.search(["UID", "*"]), default=0) + 1

    def search(self, start: int, *, since: date | None = None) -> list[int]:
        """UIDs of the selected folder from ``start`` on, ascending; ``since`` is a day of INTERNALDATE."""
        while True:
            self.client.take("EXISTS")
            found = self._search_all(max(start, 1), since)
            # Dovecot searches what the client knows and tells it of new messages after that.
            if not self.client.take("EXISTS"):
                return found

    def _search_all(self, start: int, since: date | None) -> list[int]:
        assert self._selected is not None, "search comes after select"
        next_uid, found = self._selected[2].next_uid, set[int]()
        while start + _SEARCH_SPAN < next_uid:
            found.update(self._search(f"{start}:{start + _SEARCH_SPAN - 1}", since))
            start += _SEARCH_SPAN
        # ``n:*`` holds the last message even when its UID is below n (RFC 3501 9, seq-range).
        found.update(uid for uid in self._search(f"{start}:*", since) if uid >= start)
        return sorted(found)

    def _search(self, uids: str, since: date | None) -> list[int]:
        criteria: list[object] = ["UID", uids]
        return list(self.client.search(criteria + (["SINCE", since] if since else [])))

    def still_lists(self, uids: Iterable[int]) -> list[int]:
        """Which of these UIDs the selected folder holds now, whatever we have not been told of yet."""
        self.client.noop()
        return sorted(self.client.search(["UID", ",".join(str(uid) for uid in uids)]))

    # --- Folders ---------------------------------------------------------------------------------

    def server_name(self, folder: str) -> str:
        """Our name as this server writes it: its prefix, its delimiter, and none of it inside a part."""
        if folder.upper() == INBOX:
            return INBOX
        if folder == SENT:
            return self.sent() or self._prefix + _OUR_SENT
        return self._prefix + (self._delimiter or "-").join(self._part(part) for part in folder.split("/"))

    def our_name(self, name: str) -> str:
        """A folder of the server's as we name it: without its prefix, "/" between the parts."""
        bare = name.removeprefix(self._prefix)
        return bare.replace(self._delimiter, "/") if self._delimiter else bare

    def _part(self, part: str) -> str:
        kept = "".join(
            "-"
            if letter in _RESERVED_IN_NAMES or letter == self._delimiter or not letter.isprintable()
            else letter
            for letter in unicodedata.normalize("NFC", part)
        )
        return kept.strip() or "-"

    def exists(self, folder: str) -> bool:
        """Asked anew each time: people delete folders, also those that we have made."""
        return self._is_selectable(self.server_name(folder))

    def is_there(self, name: str) -> bool:
        """The same for a folder by the server's name of it."""
        return self._is_selectable(name)

    def _is_selectable(self, name: str) -> bool:
        if name == INBOX:
            return True
        return any(listed.name == name and listed.selectable for listed in self._list(name))

    def ensure(self, folder: str) -> str:
        """The server's name of our folder, created and subscribed with its parents when missing."""
        if folder not in self._ensured:
            parts = folder.split("/")
            for depth in range(1, len(parts)):
                # A server may refuse to make a parent what it is not, and still take the child.
                with _tolerating_refusal():
                    self._make(self.server_name("/".join(parts[:depth])))
            self._make(self.server_name(folder))
            self._ensured[folder] = self.server_name(folder)
        return self._ensured[folder]

    def forget(self, folder: str) -> None:
        """Somebody has deleted it: the next ``ensure`` looks again."""
        self._ensured.pop(folder, None)

    def _make(self, name: str) -> None:
        if self._is_selectable(name):
            return
        try:
            self.client.create_folder(name)
        except imaplib.IMAP4.error as exc:
            # Somebody else may have made it between our LIST and our CREATE.
            if answers.is_lost(exc) or not self._is_selectable(name):
                raise
        with _tolerating_refusal():
            self.client.subscribe_folder(name)

    def sent(self) -> str | None:
        """The server's name of the folder of sent mail, or None where there is none."""
        return self._account.sent_folder or self._special("\\sent", _SENT_NAMES)

    def junk(self) -> str | None:
        """The server's name of the folder of suspected junk, or None where there is none."""
        return self._account.junk_folder or self._special("\\junk", _JUNK_NAMES)

    def _special(self, flag: str, names: frozenset[str]) -> str | None:
        """The folder with this special use (RFC 6154), else the first with one of these names."""
        if flag not in self._found:
            known = {self._prefix + name for name in names} | names
            folders = [folder for folder in self._list("*") if folder.selectable]
            marked = [folder.name for folder in folders if flag in folder.flags]
            found = marked + [folder.name for folder in folders if folder.name in known]
            if not found:
                return None
            self._found[flag] = found[0]
        return self._found[flag]


@contextlib.contextmanager
def _tolerating_refusal() -> Iterator[None]:
    """A NO is passed over, a lost connection is not."""
    try:
        yield
    except imaplib.IMAP4.error as exc:
        if answers.is_lost(exc):
            raise
