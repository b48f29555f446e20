"""What a report on delivery says: which mails came back, and why (RFC 3464, RFC 3462, older forms too).

Mail systems return the mail, or its header, in a part of the report, or below words of their own. The
Message-ID stands there in plain text in all of these, so that the bytes are searched, not the tree.
"""

from __future__ import annotations

import re

from intake.journey.parse import charset, header
from intake.model import Returned

_SEARCHED = 1_000_000  # bytes: reports are small, and the header of a returned mail comes before its body
_MOST = 20
_ID = re.compile(rb"(?im)^[ \t>]{0,4}message-id:[ \t]{0,4}(?:\r?\n[ \t]{1,4})?(<[^<>\s]{3,998}>)")
_ACTION = re.compile(rb"(?im)^action:[ \t]{0,4}([a-z]{4,10})\b")  # RFC 3464 2.3.3
# RFC 3464 2.3.1, 2.3.2: one group of fields for each recipient, blank lines between them.
_GROUP = re.compile(rb"\r?\n[ \t]*\r?\n")
_RECIPIENT = re.compile(
    rb"(?im)^(original|final)-recipient:[ \t]{0,4}(?:[a-z0-9-]{1,20};)?[ \t]{0,4}<?([^\s<>;]{3,320})"
)
_FAILED = re.compile(rb"(?im)^x-failed-recipients:((?:[^\r\n]|\r?\n[ \t]){1,2000})")  # Exim's
_STATUS = re.compile(rb"(?im)^status:[ \t]{0,4}([245]\.\d{1,3}\.\d{1,3})\b")  # RFC 3463


def mails(body: bytes) -> Returned:
    """The mails that a body tells of. failed: False where it only speaks of delay or success."""
    searched = body[:_SEARCHED]
    found = [header.message_id(charset.text(one)) for one in _ID.findall(searched)[:_MOST]]
    actions = {one.lower() for one in _ACTION.findall(searched)}
    status = _STATUS.search(searched)
    return Returned(
        message_ids=tuple(dict.fromkeys(one for one in found if one)),
        failed=not actions or b"failed" in actions,
        status=status[1].decode() if status else "",
        recipients=_recipients(searched),
    )


def _recipients(searched: bytes) -> tuple[str, ...]:
    """Of each group the original recipient, else the final one: what an alias has made of it."""
    found = []
    for group in _GROUP.split(searched):
        named = {kind.lower(): address for kind, address in _RECIPIENT.findall(group)[:_MOST]}
        if b"final" in named:
            found.append(named.get(b"original", named[b"final"]))
    if not found and (failed := _FAILED.search(searched)):
        found = [one.strip() for one in failed[1].split(b",") if one.strip()]
    return tuple(dict.fromkeys(charset.text(one) for one in found[:_MOST]))
