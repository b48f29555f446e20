"""How many replies may leave: no loop with another machine, and no flood in our name, however it begins.

RFC 3834 section 2 and RFC 5230 section 4.2 ask for limits like these, since no list of signs knows every robot.
"""

from __future__ import annotations

import re

from intake.journey import words
from intake.model import Traffic, sha256, value

_PREFIX = re.compile(r"(?:re|aw|antw|antwort|fwd?|wg|sv|vs|tr|rif|odp)\s*(?:\(\d+\))?\s*:\s*")
_TAG = re.compile(r"\[[^\[\]]{0,40}\]")  # [K7QX], [EXTERN], Re[2]
_CORE = 16  # hexadecimal digits of the hash that is kept: it tells subjects apart and nothing of them


@value
class Limits:
    """Replies in 24 hours to one address, to one domain and to one subject; in one hour to everybody."""

    address: int
    domain: int
    subject: int
    hourly: int


@value
class Room:
    """silence: why no further reply may leave; held: why it must wait for a person; last: it is the last one
    before silence, and must say so."""

    silence: str = ""
    held: str = ""
    last: bool = False


def room(traffic: Traffic, limits: Limits) -> Room:
    """Whether there is room for one more reply.

    A person who writes very often is answered by a person. A domain or a subject may be many people, who must
    not lose their replies for one robot among them: those wait for a person's look and are not dropped.
    """
    if traffic.address >= limits.address:
        return Room(silence=f"{limits.address} replies to this address within a day")
    last = traffic.address == limits.address - 1
    for count, limit, what in (
        (traffic.hourly, limits.hourly, "replies to everybody within an hour"),
        (traffic.domain, limits.domain, "replies to this domain within a day"),
        (traffic.subject, limits.subject, "replies to mails with this subject within a day"),
    ):
        if count >= limit:
            return Room(held=f"{limit} {what}: look whether a machine is writing", last=last)
    return Room(last=last)


def subject_core(subject: str) -> str:
    """What stays of a subject when it goes to and fro, as a hash: no Re: and AW:, no case number, no figures."""
    core, before = _TAG.sub("", words.fold(subject)).strip(), ""
    while core != before:
        core, before = core[found.end() :] if (found := _PREFIX.match(core)) else core, core
    return sha256(re.sub(r"[\W\d_]+", " ", core).strip().encode())[:_CORE]
