"""The tree of a mail as the standard library gives it: slow, and content with much that is broken.

Policy ``compat32`` is the only one that does not raise on odd fields.
"""

from __future__ import annotations

import email
import email.errors
import email.message
import email.policy
import re
from collections.abc import Mapping

from intake.journey.parse import charset, part
from intake.journey.parse.part import Part, UnreadableError

_LINE_WORK = 15  # what a line costs, and each level of boundaries 1 for it: see part.Budget
# However the parameter is written: between its name and "=" the standard library passes over white space and control
# characters, and takes "boundary*0*" for it as well (RFC 2231 3).
_LEVEL = re.compile(rb"boundary[^!-)+-/:-~]*=")
_BYTES_A_WORK = 10  # a mail of one endless line costs too, and each mail around it costs the same again


class _Sealed(email.message.Message):
    """A message that calls a mail inside it a file: so the standard library leaves its bytes as they came.

    Taken apart and written out again, a mail inside the mail would be another file: its lines end and fold
    otherwise. It is parsed from its own bytes instead.
    """

    def get_content_type(self) -> str:
        declared = self.true_type()
        return "application/octet-stream" if declared.startswith("message/") else declared

    def true_type(self) -> str:
        """What the header says, or what the container implies (RFC 2046 5.1.5)."""
        return super().get_content_type()


def tree(raw: bytes) -> Part:
    """The tree as the standard library gives it. Raises UnreadableError."""
    budget = part.Budget()
    try:
        return _from_careful(_taken_apart(raw, budget), budget, 0)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise UnreadableError(f"the careful parser failed: {type(problem).__name__}") from problem


def _taken_apart(raw: bytes, budget: part.Budget) -> _Sealed:
    """A mail as the standard library reads it. Of one that is cut off in a part it takes the last line end for a
    boundary's; with another one behind it the part keeps its own."""
    message = _read(raw, budget)
    if any(isinstance(one, email.errors.CloseBoundaryNotFoundDefect) for one in message.defects):
        message = _read(raw + (b"\r" if raw.endswith(b"\r") else b"\n"), budget)
    return message


def _read(raw: bytes, budget: part.Budget) -> _Sealed:
    levels = len(_LEVEL.findall(raw.lower()))
    lines = max(raw.count(b"\n"), raw.count(b"\r"))
    budget.work(lines * (_LINE_WORK + levels) + len(raw) // _BYTES_A_WORK)
    if raw.count(b"\n--") > 10 * part.MAX_PARTS:
        raise UnreadableError("too long for the careful parser")
    message = email.message_from_bytes(raw, _Sealed, policy=email.policy.compat32)
    assert isinstance(message, _Sealed)
    return message


def _from_careful(message: _Sealed, budget: part.Budget, depth: int) -> Part:
    budget.spend(depth)
    fields = _fields_of(message)
    inside = _children(message)
    content = None if inside else _payload(message, fields)
    declared = part.media_type(message.true_type())
    nested = declared in part.MESSAGES
    if nested:
        inside = [_taken_apart(content or b"", budget)]
    if content is not None and declared.startswith("multipart/"):
        declared = "text/plain"  # no part was found in it: RFC 2046 5.1.1 lets text stand before the first
    children = tuple(_from_careful(child, budget, depth + 1) for child in inside)
    return part.made(declared, fields, content, children, nested=nested)


def _fields_of(message: _Sealed) -> dict[str, str]:
    """The first field of each name on one line, encoded words still in it."""
    found: dict[str, str] = {}
    for name, content in message.raw_items():
        line = re.sub("[\r\n]+", "", str(content)).encode("ascii", "surrogateescape")
        found.setdefault(name.lower(), charset.text(line))
    return found


def _children(message: _Sealed) -> list[_Sealed]:
    payload = message.get_payload()
    return [one for one in payload if isinstance(one, _Sealed)] if isinstance(payload, list) else []


def _payload(message: _Sealed, fields: Mapping[str, str]) -> bytes:
    encoding = fields.get("content-transfer-encoding", "").strip().lower()
    if "uu" not in encoding:
        # Without it the bytes come as they are: the standard library ends at the first padding of Base64.
        del message["content-transfer-encoding"]
    payload = message.get_payload(decode=True)
    return part.decoded(payload if isinstance(payload, bytes) else b"", encoding)
