"""How to reach one mailbox."""

from __future__ import annotations

from intake.adapters.server import Server
from intake.model import value


@value
class Account(Server):
    """One IMAP account.

    name: how we call the mailbox, in the ledger too; timeout: seconds for one read or write; deadline:
    seconds for one call as a whole, since a server that drips never meets ``timeout`` (25 MB at 1 Mbit/s
    take 200 s); folder_prefix: where our folders go, as the server writes it ("INBOX."), None to ask its
    NAMESPACE; sent_folder: as the server names it, "" to look for the one marked \\Sent (RFC 6154);
    junk_folder: the same for the one marked \\Junk.
    """

    name: str
    user: str
    timeout: float = 30.0
    deadline: float = 300.0
    folder_prefix: str | None = None
    sent_folder: str = ""
    junk_folder: str = ""
