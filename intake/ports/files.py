"""What reads files, and where they lie."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from intake.journey import reconcile
from intake.model import Folder, PageReading, PdfFacts, Picture


class PdfReader(Protocol):
    """Reads one PDF in a limited child process."""

    def read(self, content: bytes) -> PdfFacts:
        """Facts or named faults, never an exception for what the file does."""
        ...

    def picture(self, content: bytes, page: int) -> Picture | None:
        """One page (from 1) of such a file as a picture; None when it cannot be painted within limits."""
        ...

    def join(self, files: Sequence[bytes]) -> bytes | None:
        """The pages of these files as one PDF, in this order, the same bytes each time for the same files.

        None when that cannot be done within limits or one of them must not be touched (signed, locked,
        damaged, active content). Raises Transient when the machine, not a file, is at fault.
        """
        ...

    def weaknesses(self) -> tuple[str, ...]:
        """Which walls of the sandbox this machine lacks, for ``status``."""
        ...

    def close(self) -> None: ...


class Ocr(Protocol):
    """Reads the picture of one page in a limited child process. Its methods may be called from several
    threads."""

    def works(self) -> bool:
        """Whether it can read anything at all on this machine."""
        ...

    def read(self, picture: Picture) -> PageReading | None:
        """What stands on the page; None when it could not be read, for whatever reason."""
        ...

    def weaknesses(self) -> tuple[str, ...]:
        """What keeps OCR from working, and missing walls, in words for an admin; () when all is well."""
        ...

    def close(self) -> None: ...


class Parked(Protocol):
    """The bytes of messages that a person must look at, under their case. Raises Transient when the disk is
    at fault."""

    def keep(self, case: str, raw: bytes) -> str:
        """Keep them, in place of earlier ones. Returns where they lie."""
        ...

    def read(self, case: str) -> bytes | None: ...
    def remove(self, case: str) -> str:
        """Returns where they lay; there may be none."""
        ...

    def cases(self) -> list[str]:
        """The cases of which something is kept."""

    def sweep(self) -> None:
        """Remove what a life that was killed has kept only in part. What is kept whole stays."""
        ...


class Readings(Protocol):
    """What OCR has read of cases that are not decided yet, so that a second try does not pay twice.

    Every method but ``find`` and ``cases`` is idempotent or raises Transient.
    """

    def find(self, case: str, sha256: str, page: int) -> PageReading | None:
        """What was read of this page of the file with this hash."""
        ...

    def open(self, case: str) -> str:
        """Make room for a case, holding nothing yet. Returns where, for the ledger's list of places."""
        ...

    def keep(self, case: str, sha256: str, page: int, reading: PageReading) -> None:
        """Keep one reading of an open case."""
        ...

    def clear(self, case: str) -> None:
        """Remove every reading of a case; its room stays, so that it is known until ``close``."""
        ...

    def close(self, case: str) -> None:
        """Remove a case's room."""
        ...

    def cases(self) -> list[str]:
        """The cases that have room."""
        ...


class Folders(Protocol):
    """The filed applications under one root."""

    def file(self, folder: Folder, contents: Callable[[str], bytes]) -> None:
        """Write a folder whole or not at all. ``contents`` gives the bytes of a file by its hash.

        One that is there with the same hashes counts as done; one with other contents raises
        Permanent and is left alone. Transient when the disk is full or away.
        """
        ...

    def refile(
        self,
        before: Sequence[str],
        after: Sequence[Folder],
        contents: Callable[[str], bytes] | None = None,
    ) -> None:
        """Bring the folders of a decided case to their new places: files whose hash lies in a folder
        of ``before`` come from there, others from ``contents`` by their hash, texts are written anew,
        and folders no longer wanted go away only when every file in them is one we wrote. Idempotent.
        In a folder that stays, a file is replaced only when the folder keeps its bytes under another name.

        Permanent when a file lies in none of the folders and ``contents`` knows it no more (KeyError).
        """
        ...

    def read(self, path: str) -> bytes | None:
        """One file of a filed folder, below the root and through no link; None when it is not there any
        more. Transient when the root is away."""
        ...

    def numbered(self) -> list[tuple[str, str]]:
        """Every folder below the root whose name ends with a case number: its path, and the number."""
        ...

    def look(self, path: str, *, hashes: bool) -> dict[str, reconcile.Seen] | None:
        """The regular files in a filed folder, by their path in it; None when it is not there. hashes: read them."""
        ...

    def put_back(self, path: str, content: bytes) -> bool:
        """Write one missing file of a folder that is there. False, and nothing done, when there is no such folder, or
        something has its name."""
        ...

    def write_page(self, path: str, content: bytes) -> None:
        """Replace a derived page or sheet atomically. Transient when it is locked (Windows, SMB)."""
        ...

    def pending(self) -> list[Path]:
        """Temporary folders left by a life that was killed."""
        ...

    def sweep(self) -> None:
        """Remove what ``pending`` lists."""
        ...
