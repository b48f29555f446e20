"""Message-IDs of our replies: they carry the case, and a code that only this installation can make.

A leaf. Who quotes a case number without having our mail cannot make an In-Reply-To that fits (POLICY, An address
is no identity). The code binds case, token and domain; it says nothing of who sends the id back.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

import idna

DIGITS = 16  # hexadecimal: 64 bits, of which each guess costs a mail that a person may see
# Characters of an id that is looked at; ours have some sixty (RFC 5322 2.1.1 ends a line at 998).
LONGEST = 250

# <K7Q2.1a2b.mac@domain>. No part but the domain holds a full stop or "|", so that the code's text has one reading.
_OURS = re.compile(
    r"<([a-z0-9]{1,16})\.([a-z0-9]{1,64})\.([0-9a-f]{16})@([^\s<>@|]{1,200})>", re.IGNORECASE | re.ASCII
)


def message_id(case: str, token: str, domain: str, key: bytes) -> str:
    """``<K7Q2.token.mac@domain>``: carries the case, and is as unique as ``token`` (RFC 5322 3.6.4).

    Without a key ``<K7Q2.token@domain>``, in which ``case_of`` finds nothing. Raises UnicodeError for a domain that
    is none.
    """
    there = ascii_domain(domain)
    signed = f".{_mac(case, token, there, key)}" if key else ""
    return f"<{case}.{token}{signed}@{there}>"


def case_of(message_id: str, keys: Sequence[bytes]) -> str:
    """The case that an id of ours carries, when its code fits one of the keys; else "".

    message_id: one id with its angle brackets, as another's In-Reply-To or References gives it: upper and lower
    case may have changed on its way.
    """
    found = _OURS.fullmatch(message_id) if len(message_id) <= LONGEST else None
    if found is None:
        return ""
    case, token, mac, domain = found.groups()
    fits = [hmac.compare_digest(_mac(case, token, domain, key), mac.lower()) for key in keys if key]
    return case.upper() if any(fits) else ""


def ascii_domain(domain: str) -> str:
    """A domain as it stands in a header, and as the envelope names it (RFC 5891: the standard library's codec
    writes ß as ss). Raises UnicodeError (idna.IDNAError is one) for what no mail server could be found by."""
    return domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")


def written_local(local: str) -> str:
    """The local part of an address as header and envelope must have it: in quotes where its dots stand as no atoms
    allow (RFC 5322 3.4.1, RFC 5321 4.1.2). Japanese mobile carriers gave out such addresses."""
    loose = local.startswith(".") or local.endswith(".") or ".." in local
    return f'"{local}"' if loose and '"' not in local and "\\" not in local else local


def _mac(case: str, token: str, domain: str, key: bytes) -> str:
    """RFC 2104, cut to its first digits (section 5)."""
    said = "|".join((case, token, domain)).lower()
    return hmac.new(key, said.encode(), hashlib.sha256).hexdigest()[:DIGITS]
