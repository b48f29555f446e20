"""Bytes to text, whatever charset the mail claims. Never raises, never returns a lone surrogate."""

from __future__ import annotations

import binascii
import codecs
import re

# Python's codecs include some that are no charsets (rot13, unicode_escape) and some that take
# quadratic time (punycode, idna): only names of these families are looked up at all.
_FAMILIES = re.compile(
    r"(?:utf|us-ascii|ascii|iso|latin|windows|cp|koi8|gb|hz|big5|euc|shift|sjis|ks_c|ksc|johab|mac|tis|viscii|ansi)"
    r"[a-z0-9_\-.:]{0,30}\Z"
)
_ALIASES = {"iso-8859-8-i": "iso-8859-8", "gb2312": "gb18030", "gbk": "gb18030", "ks_c_5601-1987": "cp949"}
# Senders that say one of these often mean UTF-8, or Windows: both are tried before believing them.
_LAZY = re.compile(r"(?:|us-ascii|ascii|ansi.*|iso-?8859-?1|latin-?1|windows-1252|cp1252|utf-?8)\Z")
_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)
_FOREIGN = re.compile(rb"[^A-Za-z0-9+/\s]")
_PADDING = re.compile(rb"=+")


def text(content: bytes, declared: str = "") -> str:
    """The text of these bytes: as UTF-8 or declared, else as Windows-1252 with signs for what is lost."""
    name = declared.strip().strip("\"'").lower()
    name = name if _FAMILIES.match(name) else ""
    if content.isascii() and _LAZY.match(name):
        return content.decode("ascii")
    order = ["utf-8-sig", "cp1252"] if _LAZY.match(name) else [_ALIASES.get(name, name), "utf-8-sig"]
    for candidate in order:
        try:
            return scrub(codecs.decode(content, candidate))
        except (LookupError, ValueError, AttributeError):  # AttributeError: a codec that gives no text
            continue
    return content.decode("cp1252", "replace")


def scrub(value: str) -> str:
    """The text without lone surrogates, which UTF-7 and UTF-16 can smuggle in and nothing can store."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode("utf-8")


def base64(content: bytes) -> bytes:
    """What a Base64 text holds, reading past every foreign character and a missing end (RFC 2045 6.8).

    Padding ends a run of letters. More of them may follow, since some mailers encode a file in blocks, each with
    padding of its own; but where other signs follow too, a server has added a note below the file.
    """
    runs = _PADDING.split(content)
    noted = any(map(_FOREIGN.search, runs[1:]))
    return b"".join(map(_run, runs[:1] if noted else runs))


def _run(letters: bytes) -> bytes:
    letters = letters.translate(None, _NOT_BASE64)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))
