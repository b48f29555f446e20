"""What runs in a PDF child: one file in, its facts or the picture of a page out;
or several in, and one out that holds their pages.

The child is warm: everything is imported before the walls go up. It answers in JSON rather than in
pickled values, because the parent must be able to take the answer of a child that a hostile file has
taken over. The parent imports this module only: the engines, 22 MB of code, are the child's.
"""

from __future__ import annotations

import gc
import json
import math
import os
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pydantic

from intake.adapters.child import sandbox
from intake.model import FileFault, PdfFacts, Picture

FACTS = pydantic.TypeAdapter(PdfFacts)
ENGINES = f"{__name__}.joining"  # what a child imports before it is shut in; it imports the others

_LONGEST_DETAIL = 200
_MOST_DETAILS = 20
# New objects between two collections, some 2 MB: most files have fewer, and no cycles among them.
_COLLECTED = 10_000
_HEADER = struct.Struct(">IId")  # of a picture: width, height, dpi

_missing_walls: tuple[str, ...] = ("the sandbox was never put up",)


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What one reading may take. Pages and characters as in ``pdf.PdfLimits``; cpu in seconds."""

    pages: int
    text: int
    cpu: int


def prepare(readable: str, memory: int) -> None:
    """The pool's initialiser: shut this process in. ``missing_walls`` tells what could not be done."""
    from intake.adapters.pdf_child import joining, picture, reading  # noqa: F401  # they cannot be loaded from behind the walls

    global _missing_walls
    _missing_walls = sandbox.enclose([Path(readable)], memory=memory)
    sandbox.silence()
    gc.freeze()  # what is loaded stays: a collection then looks at one file's objects only
    gc.set_threshold(_COLLECTED, 10, 10)


def missing_walls() -> bytes:
    """The walls that this child lacks, as a JSON list of words."""
    return json.dumps(_missing_walls).encode()


def read(path: str, bounds: Bounds) -> bytes:
    """Read one file. Returns ``PdfFacts`` as JSON; hash and size are the parent's to fill in.

    Never raises. Out of memory, the process ends: nothing in it can be relied on any more.
    """
    from intake.adapters.pdf_child import reading

    sandbox.allow_cpu(bounds.cpu)
    try:
        return FACTS.dump_json(reading.Reading(Path(path), bounds).facts())
    except MemoryError:
        os._exit(sandbox.OUT_OF_MEMORY)
    except Exception as exc:  # noqa: BLE001 - a case that we forgot says nothing of the file: it must not be called damaged
        return FACTS.dump_json(facts_of(FileFault.KILLED, details=[f"{type(exc).__name__}: {exc}"]))


def picture_of(path: str, page: int, most_pages: int, cpu: int) -> bytes:
    """The page (from 1) packed for ``unpack``, b"" when it cannot be painted. Never raises, like ``read``."""
    from intake.adapters.pdf_child import picture

    sandbox.allow_cpu(cpu)
    try:
        return packed(picture.painted(Path(path), page, most_pages))
    except MemoryError:
        os._exit(sandbox.OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001 - whatever the engines stumble over: the page stays unread, as it was
        return b""


def join(paths: Sequence[str], bounds: Bounds, size: int) -> bytes:
    """The files' pages as one file of at most ``size`` bytes, b"" when they are not joined. Never raises, like
    ``read``."""
    from intake.adapters.pdf_child import joining

    sandbox.allow_cpu(bounds.cpu)
    try:
        return joining.joined([Path(path) for path in paths], pages=bounds.pages, size=size)
    except MemoryError:
        os._exit(sandbox.OUT_OF_MEMORY)
    except Exception:  # noqa: BLE001 - they must not be touched, or the engines stumble: each stays a file of its own
        return b""


def facts_of(*faults: FileFault, details: list[str], page_count: int = 0) -> PdfFacts:
    """What is known of a file, with what the engines said cut to a bound."""
    kept = tuple(detail[:_LONGEST_DETAIL] for detail in details[:_MOST_DETAILS])
    return PdfFacts(sha256="", size=0, faults=faults, details=kept, page_count=page_count)


def packed(picture: Picture) -> bytes:
    """A picture as bytes, for the parent."""
    return _HEADER.pack(picture.width, picture.height, picture.dpi) + picture.pixels


def unpack(answer: bytes) -> Picture | None:
    """Runs in the parent. None for b"". Raises ValueError for what is no packed picture."""
    if not answer:
        return None
    if len(answer) < _HEADER.size:
        raise ValueError("no picture")
    width, height, dpi = _HEADER.unpack_from(answer)
    pixels = answer[_HEADER.size :]
    if not (width and height and math.isfinite(dpi) and dpi > 0 and len(pixels) == width * height):
        raise ValueError("no picture")
    return Picture(width=width, height=height, dpi=dpi, pixels=pixels)
