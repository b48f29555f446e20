"""The body of a mail as one tree of parts, whichever of two parsers could read it.

fast-mail-parser comes first (:mod:`intake.journey.parse.quick`): 1 MB of PDF takes it 0.8 ms, the standard library
17-60 ms. The latter (:mod:`intake.journey.parse.careful`) steps in where the first refuses or where its tree shows
signs of something missed. Both see only the MIME fields of the header; the other fields are read by
:mod:`intake.journey.parse.header` alone.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from intake.journey import defects
from intake.journey.parse import careful, header, kind, quick
from intake.journey.parse.part import Part, UnreadableError
from intake.model import FileKind

LARGE = 1_000_000  # bytes of a body from which a copy of it is worth avoiding
_PLAIN_BLOCK, _PLAIN_WORDS = 65_536, 200  # bytes, and marks of encoded words, of a plain header
_MIME_FIELDS = ("content-type", "content-transfer-encoding", "content-disposition", "content-id")
_PAPERS = (FileKind.PDF, FileKind.OFFICE, FileKind.ARCHIVE, FileKind.IMAGE)
_ENCODED = re.compile(rb"-encoding:[ \t]*base64", re.IGNORECASE)
_MOST_SWALLOWING = 300_000  # bytes
_BASE64_PDF = (b"\nJVBERi0", b"\rJVBERi0")  # "%PDF-" at the beginning of a Base64 body


def tree(head: header.Header, body: bytes | memoryview) -> tuple[Part | None, tuple[str, ...]]:
    """The tree of a mail, or None where no parser could read it, and what went wrong on the way."""
    raw = reduced(head, body)
    problems: list[str] = []
    first = _attempt(quick.tree, raw, problems)
    if first is not None and not _missed(first, raw):
        return first, tuple(problems)
    best, second = first, _attempt(careful.tree, raw, problems)
    if second is not None and (first is None or _gives_more(second, first)):
        best = second
        problems.append("read by the careful parser")
    if best is not None:
        problems += _lost(best, first if best is second else second, raw)
    return best, tuple(problems)


def reduced(head: header.Header, body: bytes | memoryview) -> bytes:
    """The mail with the MIME fields of its header only, the first of each name.

    A large mail whose header is plain is taken as it is: copies of 40 MB are what memory goes to.
    """
    whole = body.obj if isinstance(body, memoryview) else None
    if isinstance(whole, bytes) and len(body) >= LARGE and _is_plain(head, whole[: len(whole) - len(body)]):
        return whole
    fields = {name: content for name, content in reversed(head.fields) if name in _MIME_FIELDS}
    lines = b"".join(name.encode() + b": " + content + b"\n" for name, content in fields.items())
    return b"".join((lines, b"\n", body))


def _is_plain(head: header.Header, block: bytes) -> bool:
    """Whether both parsers find in this header what ours has found: no field twice, nothing odd, nothing long."""
    names = [name for name, _ in head.fields if name in _MIME_FIELDS]
    odd = head.defects or len(names) != len(set(names)) or block.startswith((b"From ", b">From "))
    return not odd and len(block) <= _PLAIN_BLOCK and block.count(b"=?") <= _PLAIN_WORDS


def _attempt(parser: Callable[[bytes], Part], raw: bytes, problems: list[str]) -> Part | None:
    try:
        return parser(raw)
    except UnreadableError as reason:
        problems.append(str(reason))
    return None


def _missed(tree: Part, raw: bytes) -> bool:
    """Signs that the fast parser lost something: a container without parts (broken boundary), a file or a
    mail without content (a header that does not end), three quarters of the bytes gone (no empty line before
    the content of a part; quoted-printable, the most wasteful encoding, grows content threefold), a part
    inside another one (a boundary lost), or a PDF in the raw text and none in the tree."""
    parts = list(tree.walk())
    if any(map(_hollow, parts)):
        return True
    if 4 * sum(len(part.content or b"") for part in parts) < len(raw) or any(map(_swallows, parts)):
        return True
    if any(b"%PDF-" in part.content[:1024] for part in parts if part.content):
        return False
    return b"%PDF-" in raw or _encoded_pdf(raw)


def _encoded_pdf(content: bytes) -> bool:
    return content.startswith(b"JVBERi0") or any(sign in content for sign in _BASE64_PDF)


def _hollow(part: Part) -> bool:
    if part.children:
        return False
    return part.nested or part.content is None or (not part.content and bool(part.name or part.disposition))


def _swallows(part: Part) -> bool:
    """Whether what is no mail holds an encoded part. Megabytes are left out: a file that large was decoded."""
    content = part.content or b""
    if part.nested or len(content) > _MOST_SWALLOWING:
        return False
    return b"JVBERi0" in content or bool(_ENCODED.search(content))


def _lost(taken: Part, other: Part | None, raw: bytes) -> list[str]:
    """What may be in the mail and is not in the tree that was taken: nobody may be told that it is missing."""
    had = _files(taken)
    if other is not None and _files(other) - had:
        return [defects.lost("a file in a broken part")]
    texts = (leaf.content or b"" for leaf in _leaves(taken) if _kind(leaf) is FileKind.TEXT)
    if any(map(_encoded_pdf, texts)) or (not had[FileKind.PDF] and _encoded_pdf(raw)):
        return [defects.lost("a PDF in a broken part")]
    return []


def _gives_more(second: Part, first: Part) -> bool:
    """Whether the careful parser's tree, of the same mail, is to be preferred: unless it holds less, or the same."""
    return second != first and _yield(second) >= _yield(first)


def _yield(tree: Part) -> tuple[int, int, int, int]:
    """How much a tree gave: PDFs, files, leaves that hold something, then kilobytes (ends of lines may differ)."""
    files, leaves = _files(tree), [leaf.content or b"" for leaf in _leaves(tree)]
    return files[FileKind.PDF], files.total(), len(leaves), sum(map(len, leaves)) // 1000


def _files(tree: Part) -> Counter[FileKind]:
    """How many leaves are application papers by their content."""
    return Counter(found for leaf in _leaves(tree) if (found := _kind(leaf)) in _PAPERS)


def _kind(leaf: Part) -> FileKind:
    """By content alone; what a text quotes makes it no file."""
    return kind.of(leaf.content or b"", "", "text/plain" if leaf.type.startswith("text/") else "")


def _leaves(tree: Part) -> list[Part]:
    return [part for part in tree.walk() if part.content and not part.nested]
