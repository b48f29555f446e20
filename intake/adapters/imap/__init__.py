"""The mailbox over IMAP4rev1 (RFC 3501), with MOVE, UIDPLUS, IDLE and SPECIAL-USE where the server has them.

``ImapMailbox`` keeps the port's promises. Beneath it each module has one job: ``connection`` dials,
signs in and translates errors; ``session`` is one signed-in connection and what it has learnt of
the server; ``fetching``, ``moving`` and ``idling`` carry out one kind of command each;
``structure`` reads BODYSTRUCTURE.
"""

from __future__ import annotations

from intake.adapters.imap.account import Account
from intake.adapters.imap.mailbox import ImapMailbox

__all__ = ["Account", "ImapMailbox"]
