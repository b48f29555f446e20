"""The header of a mail: its fields taken apart, decoded and checked.

This is the gate for header injection (RFC 5322 2.2 knows no CR or LF inside a field): nothing that
leaves this module holds a control character, so that a value may go into a reply, a log or a sheet.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from intake.journey.parse import charset
from intake.model import Address, value

MAX_BLOCK = 1_000_000  # bytes of header that are read: 13 ms; real ones stay below 100 kB
MAX_FIELDS = 2_000
MAX_VALUE = 32_000  # bytes of one field: some 600 addresses
MAX_ADDRESSES = 200
MAX_IDS = 50  # of References; the newest stand last (RFC 5322 3.6.4)
MAX_RECEIVED = 30  # hops; RFC 5321 6.3 advises servers to give up at 100

# The empty line; one of blanks counts where neither a field nor the rest of one follows.
_END = re.compile(rb"\r?\n\r?\n|\r\r(?!\n)|\r?\n[ \t]+\r?\n(?![!-9;-~]{1,80}[ \t]*:|[ \t\r\n])")
_NAME = re.compile(rb"([!-9;-~]{1,80})[ \t]*:")
_NO_FIELD = re.compile(rb"(?m)^(?![!-9;-~]{1,80}[ \t]*:|[ \t\r]|>?From )[^\n]")
_LINE = re.compile(rb"\r\n|\n|\r")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Marks that turn the direction of writing or join nothing: a file name can lie with them.
_INVISIBLE = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_ID = re.compile(r"<[^<>\s]{1,995}>")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|<[^<>]*>?|[^"()<>,;:]+|.', re.DOTALL)
_BARE = re.compile(r"(?<![^\s<(,;:])[^\s<>(),;:\"@]{1,64}@[^\s<>(),;:\"@]{1,255}")
# A label of a domain: letters of any script, digits, inner hyphens; no other ASCII sign.
_LABEL = r"(?!-)[^\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x60\x7b-\xa0\s]{1,63}(?<!-)"
_SANE = re.compile(rf'[^\s@<>()\[\],;:\\"]{{1,64}}@{_LABEL}(?:\.{_LABEL})*\Z')


@value
class Header:
    """The fields of one header block in their order, names in lower case, values unfolded but raw."""

    fields: tuple[tuple[str, bytes], ...] = ()
    defects: tuple[str, ...] = ()

    def raw(self, *names: str) -> Iterator[str]:
        """The values of these fields as text with encoded words still in them."""
        return (charset.text(content) for name, content in self.fields if name in names)

    def all(self, *names: str) -> tuple[str, ...]:
        """The values of these fields, decoded and clean."""
        return tuple(decoded(text) for text in self.raw(*names))

    def first(self, name: str) -> str:
        """The first value of this field, decoded and clean, or ""."""
        return next((decoded(text) for text in self.raw(name)), "")


def split(raw: bytes) -> tuple[Header, bytes | memoryview]:
    """A raw mail as its header and its body, which is seen in place: copies of megabytes cost more than reading.

    Lines that are no field are named as defects.
    """
    raw = raw.lstrip(b"\r\n") if _NAME.match(raw.lstrip(b"\r\n")) else raw
    if raw[:1] in (b"\r", b"\n"):
        return Header(), raw
    block, body = _cut(raw)
    defects = []
    if len(block) > MAX_BLOCK:
        defects.append(f"header cut at {MAX_BLOCK} bytes")
    fields, odd = _fields(block[:MAX_BLOCK])
    if odd:
        defects.append(f"header lines that are no fields: {odd}")
    if len(fields) > MAX_FIELDS:
        defects.append(f"header cut at {MAX_FIELDS} fields")
    return Header(fields=tuple(fields[:MAX_FIELDS]), defects=tuple(defects)), body


def _cut(raw: bytes) -> tuple[bytes, bytes | memoryview]:
    """Header and body; without the empty line between them the first line that is no field begins the body."""
    if end := _END.search(raw):
        return raw[: end.start()], memoryview(raw)[end.end() :]
    begin = _NO_FIELD.search(raw)
    return (raw[: begin.start()], raw[begin.start() :]) if begin else (raw, b"")


def _fields(block: bytes) -> tuple[list[tuple[str, bytes]], int]:
    """The fields, unfolded (RFC 5322 2.2.3), and how many lines belonged to none."""
    folded: list[tuple[str, list[bytes]]] = []
    odd = 0
    for number, line in enumerate(_LINE.split(block)):
        if line[:1] in (b" ", b"\t"):
            if folded:
                folded[-1][1].append(line)
        elif name := _NAME.match(line):
            folded.append((name[1].decode("ascii").lower(), [line[name.end() :]]))
        elif line and (number or not line.startswith((b"From ", b">From "))):  # the separator of an mbox
            odd += 1
    return [(name, b"".join(lines)[:MAX_VALUE].strip()) for name, lines in folded], odd


def clean(text: str) -> str:
    """The text on one line: no control character, no invisible mark, no lone surrogate."""
    text = _INVISIBLE.sub("", _CONTROL.sub(" ", charset.scrub(text)))
    return _SPACE.sub(" ", text).strip()


def decoded(text: str) -> str:
    """A header value with its encoded words read (RFC 2047), unknown charsets and broken ones too."""
    return clean(words(text))


def words(text: str) -> str:
    """The text with encoded words replaced. Neighbours of one charset are joined as bytes first,
    because clients split them in the middle of a character (RFC 2047 5.3 forbids it)."""
    if "=?" not in text:
        return text
    runs: list[tuple[str, bytes]] = []  # (charset, bytes); the charset "" marks text that was none
    position = 0
    for word in _WORD.finditer(text):
        between = text[position : word.start()]
        if between.strip() or not position:
            runs.append(("", between.encode()))
        name, content = _word(word)
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1] + content)
        else:
            runs.append((name, content))
        position = word.end()
    runs.append(("", text[position:].encode()))
    return "".join(charset.text(content, name or "utf-8") for name, content in runs)


def _word(word: re.Match[str]) -> tuple[str, bytes]:
    name = word[1].partition("*")[0].lower() or "utf-8"  # RFC 2231 5: a language may follow "*"
    content = word[3].encode("utf-8")
    if word[2] in "bB":
        return name, charset.base64(content)
    return name, quopri.decodestring(content.replace(b"_", b" "), header=False)


# --- Addresses -----------------------------------------------------------------------------------


def usable(address: str) -> bool:
    """Whether a reply could go there: one @, no blank or control character, at most 254 characters
    (RFC 5321 4.5.3.1.3); UTF-8 before and after the @ is fine (RFC 6531)."""
    return len(address) <= 254 and clean(address) == address and bool(_SANE.match(address))


def addresses(text: str) -> tuple[Address, ...]:
    """The mailboxes of an address field (RFC 5322 3.4), encoded words still in it; groups are opened.

    Entries that are no usable address are left out. Names with a bare comma ("Vogt, Lea <lea@…>"),
    which some gateways write, stay whole.
    """
    found: list[Address] = []
    name: list[str] = []
    for phrase, angle, comment in _entries(text):
        bare = phrase.strip().strip("'")
        target = (angle or (bare if "@" in bare else "")).strip().rstrip(".")
        target = target.rpartition(":")[2] if target.startswith(("@", "mailto:")) else target
        if usable(target):
            named = ", ".join([*name, phrase] if angle else [comment])
            found.append(Address(name=decoded(named), address=target))
        name = [] if target or not phrase.strip() else [*name, phrase.strip()]
        if len(found) == MAX_ADDRESSES:
            break
    if not found and text.count("(") > text.count(")"):  # a comment without end swallowed them all
        bare_ones = (match[0].rstrip(".") for match in _BARE.finditer(text))
        found = [Address(address=one) for one in bare_ones if usable(one)][:MAX_ADDRESSES]
    return tuple(found)


def _entries(text: str) -> Iterator[tuple[str, str, str]]:
    """Each entry of a list as (phrase, what stands in angle brackets, comment)."""
    phrase, angle, comment, depth = "", "", "", 0
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece in "()":
            depth = max(0, depth + (1 if piece == "(" else -1))
        elif depth:
            comment += piece
        elif piece == ":" and not angle and "@" not in phrase:
            phrase = ""  # the name of a group, or "mailto"
        elif piece in ",;":
            yield phrase, angle, comment
            phrase, angle, comment = "", "", ""
        elif piece[0] == "<":
            angle = piece.strip("<> \t") or angle
        else:
            phrase += _unquoted(piece)
    yield phrase, angle, comment


def _unquoted(token: str) -> str:
    return re.sub(r"\\(.)", r"\1", token[1:].removesuffix('"')) if token[0] == '"' else token


# --- Identifiers, times, parameters ----------------------------------------------------------------


def ids(text: str) -> tuple[str, ...]:
    """The message identifiers of a field (RFC 5322 3.6.4), with angle brackets, newest last."""
    return tuple(_ID.findall(clean(text)))[-MAX_IDS:]


def message_id(text: str) -> str:
    """The one identifier of a Message-ID field. One without brackets gets them; "" when there is none."""
    found = ids(text)
    bare = "".join(clean(text).split()).strip("<>")[:995]
    return found[0] if found else f"<{bare}>" if bare else ""


def date(text: str) -> datetime | None:
    """A date of RFC 5322 3.3 in UTC, or None. One without a zone is taken for UTC (3.3: "-0000")."""
    try:
        when = parsedate_to_datetime(text[:200])
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return when if when.year >= 1970 else None  # nothing was sent before; a clock was never set


def received(header: Header) -> tuple[datetime, ...]:
    """The times of the Received fields (RFC 5321 4.4), newest first, as servers put them on top."""
    values = header.all("received")[:MAX_RECEIVED]
    return tuple(when for text in values if (when := date(text.rpartition(";")[2])) is not None)


_PARAMETER = re.compile(r';\s*([^\s=;"]{1,60}?)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?\Z")
_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")


def parameters(text: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition: names in lower case, values decoded.

    Knows the continuations and charsets of RFC 2231 and, against RFC 2047 5, encoded words in quotes,
    as most clients write them. What RFC 2231 says wins over the plain form beside it.
    """
    plain: dict[str, str] = {}
    sections: dict[str, list[tuple[int, bool, str]]] = {}
    for match in _PARAMETER.finditer(text[:MAX_VALUE]):
        section = _SECTION.match(match[1].lower())
        content = _unquoted(match[2].strip()) if match[2] else ""
        if section is None or not (section[2] or section[3]):
            plain.setdefault(match[1].lower(), decoded(content))
        else:
            part = (int(section[2] or 0), bool(section[3]), content)
            sections.setdefault(section[1], []).append(part)
    return plain | {name: _joined(sorted(parts)) for name, parts in sections.items()}


def _joined(parts: list[tuple[int, bool, str]]) -> str:
    """The sections of one RFC 2231 value; only those marked with "*" are percent-encoded."""
    declared = ""
    content = b""
    for number, encoded, text in parts:
        if number == 0 and encoded and text.count("'") >= 2:
            declared, _, text = text.split("'", 2)
        section = text.encode()
        content += _PERCENT.sub(lambda hit: bytes([int(hit[1], 16)]), section) if encoded else section
    return decoded(charset.text(content, declared))
