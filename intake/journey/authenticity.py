"""What our own mail server found about a sender: Authentication-Results (RFC 8601). A leaf.

Anybody can write this field. It counts only with the name of our own server in it (``authserv_id``), which
removes every such field that comes in from outside (RFC 8601 5); without that name in the settings none counts.
"""

from __future__ import annotations

import re

from intake.journey import words
from intake.model import Mail

_FIELD = "authentication-results"
_COMMENT = re.compile(r"\([^()]*\)")
_DMARC = re.compile(r"^dmarc\s*=\s*([a-z]+)", re.IGNORECASE)
_DEEPEST = 5  # comments in comments


def dmarc_failed(mail: Mail, authserv_id: str) -> bool:
    """Whether our server found that the sender's domain disowns this mail (RFC 7489). The topmost field of our
    server counts: it was written last."""
    wanted = words.fold(authserv_id)
    for name, text in mail.control if wanted else ():
        if name != _FIELD:
            continue
        server, *results = _plain(text).split(";")
        if words.fold(server).partition(" ")[0] == wanted:
            return any(found[1].lower() == "fail" for one in results if (found := _DMARC.match(one.strip())))
    return False


def _plain(text: str) -> str:
    """Without comments, which may hold anything."""
    for _ in range(_DEEPEST):
        text = _COMMENT.sub(" ", text)
    return text
