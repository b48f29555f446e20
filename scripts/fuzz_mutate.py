"""Turns one mail into another that somebody might send: by its structure, seldom by its bytes alone. Pure.

``compose`` makes a mail from nothing, ``mutate`` changes one. All chance comes from the generator that is given, so
that the same one makes the same mail.
"""

from __future__ import annotations

import base64
import quopri
import random
import re
import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

LARGEST = 60_000  # bytes: longer mails say nothing new and are slow

TYPES = (
    "text/plain", "text/html", "text/csv", "application/pdf", "application/octet-stream", "application/zip", "image/png",
    "application/ms-tnef", "application/pkcs7-mime", "application/pkcs7-signature", "message/rfc822", "message/global",
    "message/delivery-status", "message/partial", "message/external-body", "multipart/mixed", "multipart/alternative",
    "multipart/related", "multipart/digest", "multipart/report", "multipart/signed", "multipart/encrypted", "multipart",
    "text", "", "TEXT/HTML", "text/plain; charset=utf-8; format=flowed; delsp=yes", "a/b/c", "*/*", "application/pgp-encrypted",
)  # fmt: skip
ENCODINGS = (
    "base64", "quoted-printable", "7bit", "8bit", "binary", "x-uuencode", "uuencode", "Base64", "base64 ", "base64;", "gzip",
    "QUOTED-PRINTABLE", "quoted-printable;", "", "\r\n quoted-printable", "=?utf-8?q?base64?=",
)  # fmt: skip
CHARSETS = (
    "utf-8", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "utf-16", "utf-7", "utf-32", "iso-2022-jp", "hz", "big5",
    "gb18030", "koi8-r", "punycode", "idna", "rot13", "unicode_escape", "x-unknown", "\xfc", "", "utf-8'de'", "cp037",
)  # fmt: skip
NAMES = (
    "cv.pdf", "Lebenslauf Müller.pdf", "=?utf-8?q?Bewerbung_M=C3?= =?utf-8?q?=BCller=2Epdf?=", "a;b.pdf", 'a"b.pdf',
    "../../etc/passwd", "CON", "\u202efdp.exe", "x" * 300, "winmail.dat", "smime.p7m", "", "a.docx", "scan.jpg", "Rechnung.pdf",
    "=?utf-7?b?K0FBMC0=?=", "=?x?x?x?=", "=?utf-8?b?/////w==?=", "\xe4.pdf", "a.zip", "=?=", "\x1a", "=\x1a",
)  # fmt: skip
ADDRESSES = (
    "nadia@uni.example", "Nadia Ferreira <nadia@uni.example>", "a@x.example, b@y.example", "group: a@x.example, b@y.example;",
    "<>", "", "MAILER-DAEMON@mx.example", "noreply@jobs.example", "a@x.example\r\nBcc: c@z.example", '"a b"@x.example',
    "a@[127.0.0.1]", "müller@münchen.example", "a@b@c.example", "Vogt, Lea <lea@uni.example>", "(comment) a@x.example (more",
    "=?utf-8?q?a=40x=2Eexample?= <b@y.example>", "<a@x.example> <b@y.example>", "a@" + "x" * 300, "undisclosed-recipients:;",
    "=?utf-8?q?Nadia=0D=0ABcc:_c=40z.example?= <a@x.example>", "a%b@x.example", "open-positions@rc-trust.ai", "<@relay:a@x.example>",
)  # fmt: skip
FIELDS: dict[str, tuple[str, ...]] = {
    "From": ADDRESSES, "To": ADDRESSES, "Cc": ADDRESSES, "Reply-To": ADDRESSES, "Sender": ADDRESSES, "Return-Path": ADDRESSES,
    "Delivered-To": ADDRESSES,
    "Subject": (
        "Application", "Bewerbung als PostDoc", "Out of office", "Automatic reply: x", "Undeliverable: x", "=?utf-8?q?A=0D=0AX:_y?=",
        "AUTO: Nadia is out of the office (returning 12/01/2025)", "Fwd: AW: Re: x", "", "\xff\xfe", "[\U0001f600]" * 40,
    ),
    "Auto-Submitted": ("auto-replied", "auto-generated; x=y", "no", "no (a person)", "(a robot) auto-replied", "", "NO", "No; a=b"),
    "Precedence": ("bulk", "list", "junk", "first-class", "(x) bulk"),
    "List-Id": ("<x.example>", ""),
    "X-Auto-Response-Suppress": ("All", "OOF, AutoReply", "DR, RN, NRN"),
    "X-Loop": ("yes",),
    "X-Failed-Recipients": ("a@x.example",),
    "Authentication-Results": ("mx.example; dmarc=fail", "mx.example; dmarc=pass"),
    "Message-ID": ("<1@x.example>", "1", "", "<a b@c>", "<" + "x" * 1200 + "@y>", "<1@x.example> <2@x.example>", "<\xe4@x>"),
    "In-Reply-To": ("<K7Q2.t@rc-trust.ai>", "<1@x.example>" * 70, "x"),
    "References": ("<1@x.example> <2@x.example>", "<a\r\n b@x.example>", "<>"),
    "Date": ("Mon, 3 Nov 2025 10:00:00 +0100", "x", "Mon, 3 Nov 9999 10:00:00 +9999", "Thu, 1 Jan 1970 00:00:00 -0000", "-" * 300),
    "Received": ("from a by b; Mon, 3 Nov 2025 10:00:00 +0100", "; ;", "by x; Mon, 31 Feb 2025 25:61:61 +2500"),
    "Content-Type": TYPES, "Content-Transfer-Encoding": ENCODINGS,
    "Content-Disposition": ("attachment", "inline", "attachment; filename=cv.pdf", "inline; filename*=utf-8''%E4%ff", "x; y",
                            "attachment; filename*0=a; filename*1*=%20b; filename*9=c", "attachment; filename*=x'y'%zz"),
    "Content-ID": ("<image001>", "<>", ""),
    "MIME-Version": ("1.0", "2.0"),
}  # fmt: skip
TEXTS = (
    "Sehr geehrte Damen und Herren,\r\n\r\nanbei meine Bewerbung um die Stelle PostDoc Causal Inference.\r\n",
    "Dear committee,\r\n\r\nI hereby apply. Please find attached my CV.\r\n-- \r\nNadia\r\n", "Is it still open?\r\n", "\r\n",
    "Am 3.11. schrieb HR:\r\n> alt\r\n\r\nNeu\r\n", "https://drive.google.com/file/d/1?a=3D\r\n", "Content-Type: text/html\r\n\r\n",
    "--\r\n", "I will be back. You may ask us for erasure of my data. The password is x.\r\n", "<html><body><p>Grüße", "=", "=3D==?",
    "begin 644 a.pdf\r\n%)5!$1BT\r\n`\r\nend\r\n", "From nobody Mon Nov  3 10:00:00 2025\r\n", "\x00\x1a\x7f", "Von: x\r\nGesendet: y\r\nAn: z\r\n",
    "<table>" * 30 + "x", "<a href=http://x.example/a>b</a><blockquote type=cite>q</blockquote>", "Content-Transfer-Encoding: quoted-printable\r\n",
)  # fmt: skip
SHARDS = (
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\x00", b"--", b" ", b"\t", b"=", b"=?", b"?=", b"=\r\n", b"<", b">", b'"', b"(", b")", b";",
    b":", b"\xff", b"\xc3\xbc", b"\xe4", b"%PDF-1.7\n", b"JVBERi0", b"\x1a", b"@", b",", b"boundary=x", b"--x", b"--x--", b"\xef\xbb\xbf",
)  # fmt: skip

_FIELD = re.compile(rb"(?m)^([A-Za-z][A-Za-z0-9-]{1,40}):([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)\r?\n?")
_BOUNDARY = re.compile(rb'boundary="?([^"\s;]{1,70})')
_CHARSET = re.compile(rb'charset="?([^"\s;]{1,30})', re.IGNORECASE)

Step = Callable[[bytes, random.Random], bytes]
Maker = Callable[[random.Random], bytes]


def mutate(raw: bytes, chance: random.Random, *, other: bytes = b"") -> bytes:
    """The mail changed in one to four ways. ``other``: a mail whose parts may come into it."""
    for _ in range(chance.randint(1, 4)):
        if other and not chance.randint(0, 9):
            raw = _spliced(raw, other, chance)
        else:
            raw = chance.choice(STEPS)(raw, chance)
    return raw[:LARGEST]


def compose(chance: random.Random, depth: int = 0) -> bytes:
    """A whole mail: some fields, and a tree of parts."""
    names = [name for name in FIELDS if not name.startswith("Content-")]
    chosen = ["From", "To", "Subject", *chance.sample(names, chance.randint(0, 6))]
    head = b"".join(_field(name, chance.choice(FIELDS[name])) for name in chosen)
    return head + part(chance, depth)


def part(chance: random.Random, depth: int = 0) -> bytes:
    """A part with its fields: a container of others, or text, or a file."""
    if depth < 5 and chance.randint(0, depth) == 0:
        kind = chance.choice(("mixed", "alternative", "related", "digest", "report", "signed", "mixed"))
        parts = [part(chance, depth + 1) for _ in range(chance.randint(0, 3))]
        return contained(kind, parts, _boundary(chance))
    if depth < 5 and not chance.randint(0, 5):
        return _encoded("Content-Type: message/rfc822", compose(chance, depth + 2), chance, "8bit")
    if chance.randint(0, 1):
        charset = chance.choice(CHARSETS[:5])
        text = chance.choice(TEXTS).encode(charset, "replace")
        return _encoded(f"Content-Type: {chance.choice(TYPES[:2])}; charset={charset}", text, chance, "")
    name = chance.choice(NAMES)
    fields = f'Content-Type: {chance.choice(TYPES)}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"'
    return _encoded(fields, content(chance), chance, "base64")


def contained(kind: str, parts: list[bytes], boundary: str) -> bytes:
    """A multipart of these parts."""
    inside = b"".join(b"--" + boundary.encode() + b"\r\n" + one + b"\r\n" for one in parts)
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'
    return head.encode() + inside + f"--{boundary}--\r\n".encode()


def content(chance: random.Random) -> bytes:
    """The bytes of a file: of a PDF, an archive, an Outlook message, a signed mail, or of nothing known."""
    made = chance.choice((_pdf, tnef, archive, signed, _some, _some))(chance)
    return bitten(made, chance) if not chance.randint(0, 3) else made


def _pdf(chance: random.Random) -> bytes:
    return b"%PDF-1.4\n%\xe4\xfc\n" + chance.randbytes(chance.randint(0, 300)) + b"\n%%EOF\n"


def _some(chance: random.Random) -> bytes:
    start = chance.choice(
        (
            b"\xff\xd8\xff\xe0",
            b"\x89PNG\r\n\x1a\n",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            b"{\\rtf",
            b"\x1f\x8b\x08",
            b"",
        )
    )
    return start + chance.randbytes(chance.randint(0, 200))  # fmt: skip


def tnef(chance: random.Random) -> bytes:
    """Outlook's winmail.dat, with attributes and properties of known and unknown kinds, some of them too long."""
    made = b"\x78\x9f\x3e\x22\x01\x00"
    for _ in range(chance.randint(0, 6)):
        identifier = chance.choice((0x9002, 0x8010, 0x800F, 0x9005, 0x800C, 0x9003, chance.getrandbits(16)))
        data = (
            _properties(chance) if identifier in (0x9003, 0x9005) else chance.randbytes(chance.randint(0, 40))
        )
        length = len(data) if chance.randint(0, 5) else chance.getrandbits(32)
        made += struct.pack("<BII", chance.choice((1, 2)), identifier, length) + data + b"\0\0"
    return made


def _properties(chance: random.Random) -> bytes:
    count = chance.randint(0, 4)
    made = struct.pack("<I", count if chance.randint(0, 4) else chance.getrandbits(32))
    for _ in range(count):
        kind = chance.choice((0x1E, 0x1F, 0x0D, 0x102, 3, 0x1003, 0x101F, chance.getrandbits(16)))
        made += struct.pack(
            "<HH", kind, chance.choice((0x1000, 0x1013, 0x3701, 0x3704, 0x3707, chance.getrandbits(16)))
        )
        if kind in (0x1E, 0x1F, 0x0D, 0x102):
            data = chance.randbytes(chance.randint(0, 30))
            made += struct.pack("<II", 1, len(data)) + data + bytes(-len(data) % 4)
        else:
            made += chance.randbytes(chance.choice((0, 4, 8)))
    return made


def archive(chance: random.Random) -> bytes:
    """A ZIP file, the sizes in whose directory may lie."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        for name in chance.sample(
            ("cv.pdf", "word/document.xml", "a/b.pdf", "__MACOSX/._cv.pdf", "\xfc.pdf", "x"),
            chance.randint(0, 4),
        ):
            zipped.writestr(zipfile.ZipInfo(name), b"x")  # fmt: skip
    made = bytearray(buffer.getvalue())
    if not chance.randint(0, 2):
        place = chance.randrange(len(made))
        made[place : place + 4] = struct.pack("<I", chance.getrandbits(32))
    return bytes(made)


def signed(chance: random.Random) -> bytes:
    """An opaque S/MIME signature around a mail, in DER or in BER of no definite length."""
    inner = compose(chance, 4)[:3_000]
    oid = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
    if chance.randint(0, 1):
        return _der(0x30, oid + b"\x02" + _der(0xA0, _der(0x30, b"\x02\x01\x01" + _der(0x31, b"") + _der(
            0x30, oid + b"\x01" + _der(0xA0, _der(0x04, inner))) + _der(0x31, b""))))  # fmt: skip
    end = b"\0\0"
    return (b"\x30\x80" + oid + b"\x02\xa0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80" + oid + b"\x01\xa0\x80\x24\x80" + _der(0x04, inner)
            + end * 3 + b"\x31\x00" + end * 3)  # fmt: skip


def _der(tag: int, inside: bytes) -> bytes:
    size = len(inside)
    length = bytes([size]) if size < 128 else b"\x82" + struct.pack(">H", size & 0xFFFF)
    return bytes([tag]) + length + inside


# --- Steps ---------------------------------------------------------------------------------------


def _field(name: str, text: str) -> bytes:
    return f"{name}: {text}\r\n".encode("utf-8", "surrogatepass")


def _encoded(fields: str, data: bytes, chance: random.Random, encoding: str) -> bytes:
    encoding = encoding if encoding and chance.randint(0, 4) else chance.choice(ENCODINGS)
    if encoding.lower().startswith("base64"):
        data = base64.encodebytes(data).replace(b"\n", b"\r\n")
    elif encoding.lower().startswith("quoted"):
        data = quopri.encodestring(data)
    named = f"\r\nContent-Transfer-Encoding: {encoding}" if encoding else ""
    return f"{fields}{named}\r\n\r\n".encode("utf-8", "surrogatepass") + data


def _boundary(chance: random.Random) -> str:
    """Often the same, or one that another one begins with."""
    return chance.choice(
        ("x", "x", "x_alt", "----=_x", "=_x_", "b" * 70, "a b", "x--", "'()+_,-./:=?", "=?x?=")
    )


def _some_field(raw: bytes, chance: random.Random) -> re.Match[bytes] | None:
    found = list(_FIELD.finditer(raw))
    return chance.choice(found) if found else None


def _other_value(raw: bytes, chance: random.Random) -> bytes:
    if not (field := _some_field(raw, chance)):
        return raw
    name = next((known for known in FIELDS if known.lower() == field[1].decode().lower()), "")
    known = FIELDS.get(name) or chance.choice(list(FIELDS.values()))
    return raw[: field.start()] + _field(field[1].decode(), chance.choice(known)) + raw[field.end() :]


def _more_field(raw: bytes, chance: random.Random) -> bytes:
    """A field before another one, or above all."""
    field = _some_field(raw, chance)
    place = field.start() if field and chance.randint(0, 1) else 0
    name = chance.choice(list(FIELDS))
    return raw[:place] + _field(name, chance.choice(FIELDS[name])) + raw[place:]


def _less_field(raw: bytes, chance: random.Random) -> bytes:
    field = _some_field(raw, chance)
    return raw[: field.start()] + raw[field.end() :] if field else raw


def _twice_field(raw: bytes, chance: random.Random) -> bytes:
    field, place = _some_field(raw, chance), _some_field(raw, chance)
    return raw[: place.start()] + field[0] + raw[place.start() :] if field and place else raw


def _folded_field(raw: bytes, chance: random.Random) -> bytes:
    if not (field := _some_field(raw, chance)) or not field[2]:
        return raw
    place = field.start(2) + chance.randrange(len(field[2]) + 1)
    return raw[:place] + chance.choice((b"\r\n ", b"\n\t", b"\r\n", b"\r ", b" \r\n\r\n ")) + raw[place:]


def _parameter(pattern: re.Pattern[bytes], values: tuple[str, ...]) -> Step:
    def step(raw: bytes, chance: random.Random) -> bytes:
        found = list(pattern.finditer(raw))
        if not found:
            return raw
        one = chance.choice(found)
        return raw[: one.start(1)] + chance.choice(values).encode() + raw[one.end(1) :]

    return step


def _boundary_line(raw: bytes, chance: random.Random) -> bytes:
    """One line of a boundary lost, doubled, lengthened or spoilt."""
    names: list[bytes] = _BOUNDARY.findall(raw)
    if not names:
        return raw
    line = b"--" + chance.choice(names)
    places = [hit.start() for hit in re.finditer(re.escape(line), raw)]
    if not places:
        return raw
    place = chance.choice(places)
    new = chance.choice(
        (
            b"",
            line + b"\r\n" + line,
            line + b"_alt",
            line + b" ",
            line[1:],
            line + b"--",
            line[:-1],
            line.upper(),
            b"\r\n\r\n" + line,
        )
    )
    return raw[:place] + new + raw[place + len(line) :]  # fmt: skip


def _around(raw: bytes, chance: random.Random) -> bytes:
    """The mail, or one of its parts, in a container or in another mail."""
    names: list[bytes] = _BOUNDARY.findall(raw)
    pieces = raw.split(b"--" + names[0] + b"\r\n") if names else [raw]
    number = chance.randrange(len(pieces))
    if number == 0:
        wrapped = _encoded("Content-Type: message/rfc822", raw, chance, "8bit")
        return _field("From", "a@x.example") + contained("mixed", [wrapped], _boundary(chance))
    pieces[number] = contained(
        chance.choice(("mixed", "alternative", "digest", "related")), [pieces[number]], _boundary(chance)
    )
    return (b"--" + names[0] + b"\r\n").join(pieces)  # fmt: skip


def _moved_parts(raw: bytes, chance: random.Random) -> bytes:
    names: list[bytes] = _BOUNDARY.findall(raw)
    if not names:
        return raw
    head, *pieces = raw.split(b"--" + chance.choice(names) + b"\r\n")
    if not pieces:
        return raw
    pieces[chance.randrange(len(pieces)) :] = [chance.choice(pieces) for _ in range(chance.randint(0, 3))]
    return (b"--" + names[0] + b"\r\n").join([head, *pieces])


def _new_part(raw: bytes, chance: random.Random) -> bytes:
    names: list[bytes] = _BOUNDARY.findall(raw)
    line = b"--" + (chance.choice(names) if names else b"x")
    place = raw.rfind(line)
    return raw[: max(place, 0)] + line + b"\r\n" + part(chance, 3) + b"\r\n" + raw[max(place, 0) :]


def _spliced(raw: bytes, other: bytes, chance: random.Random) -> bytes:
    names = _BOUNDARY.findall(other)
    pieces = other.split(b"--" + names[0] + b"\r\n") if names else [other]
    ours = _BOUNDARY.findall(raw)
    line = b"--" + (chance.choice(ours) if ours else b"x") + b"\r\n"
    place = max(raw.rfind(line), 0)
    return raw[:place] + line + chance.choice(pieces) + b"\r\n" + raw[place:]


def _line_ends(raw: bytes, chance: random.Random) -> bytes:
    old, new = chance.choice(
        (
            (b"\r\n", b"\n"),
            (b"\n", b"\r\n"),
            (b"\r\n", b"\r"),
            (b"\r\n\r\n", b"\r\n"),
            (b"\r\n\r\n", b"\r\n \r\n"),
        )
    )
    start = chance.randrange(len(raw) + 1) if chance.randint(0, 1) else 0
    return raw[:start] + raw[start:].replace(old, new, chance.choice((1, 3, -1)))  # fmt: skip


def _cut(raw: bytes, chance: random.Random) -> bytes:
    return raw[: chance.randrange(len(raw) + 1)]


def bitten(raw: bytes, chance: random.Random) -> bytes:
    """Some bytes lost, doubled or put in, whatever they are."""
    start = chance.randrange(len(raw) + 1)
    end = min(len(raw), start + chance.choice((0, 0, 1, 2, 8, 60)))
    new = chance.choice(
        (
            chance.choice(SHARDS),
            chance.choice(SHARDS),
            chance.randbytes(chance.randint(0, 8)),
            raw[start:end] * 2,
            b"",
        )
    )
    return raw[:start] + new + raw[end:]  # fmt: skip


STEPS: tuple[Step, ...] = (
    _other_value, _other_value, _more_field, _less_field, _twice_field, _folded_field,
    _parameter(_BOUNDARY, ("x", "x_alt", "", '"', "--", "x y", "\xfc", "b" * 200)), _parameter(_CHARSET, CHARSETS),
    _boundary_line, _boundary_line, _around, _moved_parts, _new_part, _line_ends, _cut, bitten, bitten, bitten,
)  # fmt: skip
