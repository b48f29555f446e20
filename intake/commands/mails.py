"""Finds the messages behind a path: a mail, a bare PDF, an mbox, a Maildir or a folder of these."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from intake.errors import Permanent
from intake.model import value

_SNIFFED = 4096  # bytes that tell what a file without a known ending is
_SEPARATOR = re.compile(
    rb"From \S.*\d\d:\d\d.*\d{4}"
)  # "From x@example.org Mon Nov  3 10:00:00 2025" (RFC 4155)
_QUOTED = re.compile(rb"(?m)^>(>*From )")  # mboxrd: one ">" was put before every such line
_HEADER = re.compile(rb"(?mi)^(from|received|date|message-id|return-path|subject|mime-version)[ \t]*:")
_ENDINGS = {".eml": "mail", ".pdf": "pdf", ".mbox": "mbox"}


@value
class Found:
    """One thing to judge. name: as the user named it; pdf: a bare PDF, not a mail."""

    name: str
    content: bytes
    pdf: bool = False


@value
class Unread:
    """A path, or a file of a folder, that could not be read; ``error`` says why, in words."""

    name: str
    error: str


def found(paths: Iterable[Path]) -> Iterator[Found | Unread]:
    """Every message behind the paths, in order, one in memory at a time."""
    for path in paths:
        try:
            yield from _behind(path)
        except (OSError, Permanent) as exc:
            yield Unread(name=str(path), error=_said(exc))


def _behind(path: Path) -> Iterator[Found | Unread]:
    if not path.is_dir():
        yield from _of_file(path)
    elif _is_maildir(path):
        yield from found(_of_maildir(path))
    else:
        known = sorted(one for one in path.iterdir() if one.suffix.lower() in _ENDINGS)
        if not known:
            raise Permanent("this folder is no Maildir and holds no .eml, .pdf or .mbox")
        yield from found(known)


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _of_maildir(path: Path) -> list[Path]:
    """Read and unread messages in the order of their arrival: a name begins with the time of delivery.
    What lies in tmp is not delivered yet."""
    messages = [
        one for part in ("cur", "new") for one in (path / part).iterdir() if not one.name.startswith(".")
    ]
    return sorted((one for one in messages if one.is_file()), key=lambda one: (_delivered(one), one.name))


def _delivered(path: Path) -> int:
    first = path.name.partition(".")[0]
    return int(first) if first.isdecimal() and len(first) < 20 else 0


def _of_file(path: Path) -> Iterator[Found]:
    kind = _kind(path)
    if kind == "mbox":
        for number, content in enumerate(_of_mbox(path), 1):
            yield Found(name=f"{path}#{number}", content=content)
    else:
        yield Found(name=str(path), content=path.read_bytes(), pdf=kind == "pdf")


def _kind(path: Path) -> str:
    """By the ending, else by the first bytes: a file of a Maildir has no ending."""
    with path.open("rb") as file:
        head = file.read(_SNIFFED)
    if known := _ENDINGS.get(path.suffix.lower()):
        return known
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if _SEPARATOR.match(head.partition(b"\n")[0]):
        return "mbox"
    if _HEADER.search(head):
        return "mail"
    raise Permanent("this is no mail, PDF or mbox; a mail must be saved as .eml (not as .msg)")


def _of_mbox(path: Path) -> Iterator[bytes]:
    """The messages of an mbox. A separator stands at the beginning or after an empty line (RFC 4155)."""
    kept: list[bytes] | None = None
    empty = True
    with path.open("rb") as file:
        for line in file:
            if empty and _SEPARATOR.match(line):
                if kept is not None:
                    yield _unquoted(kept)
                kept = []
            elif kept is not None:
                kept.append(line)
            elif line.strip():
                raise Permanent("this is no mbox: it does not begin with a line 'From address date'")
            empty = not line.strip(b"\r\n")
    if kept is not None:
        yield _unquoted(kept)


def _unquoted(lines: list[bytes]) -> bytes:
    if lines and not lines[-1].strip(b"\r\n"):
        lines = lines[:-1]  # the empty line before the next separator is not the mail's
    return _QUOTED.sub(rb"\1", b"".join(lines))


def _said(error: OSError | Permanent) -> str:
    if isinstance(error, OSError):
        return error.strerror or type(error).__name__
    return str(error)
