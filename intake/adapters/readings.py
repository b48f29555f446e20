"""What OCR has read of undecided cases: a folder for each case in the spool, a file for each page.

Only the owner may look into it. A file is written under another name first, so that one that is there
is whole; nothing here needs to survive a power cut, since it can be read again.
"""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

import pydantic

from intake.errors import Transient
from intake.model import PageReading

_READING = pydantic.TypeAdapter(PageReading)
_HALF = ".half"


class SpooledReadings:
    """``ports.Readings`` below ``folder``, made when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, case: str, sha256: str, page: int) -> PageReading | None:
        try:
            return _READING.validate_json(self._path(case, sha256, page).read_bytes())
        except (OSError, pydantic.ValidationError):
            return None

    def open(self, case: str) -> str:
        folder = self._folder / case
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
        except OSError as exc:
            raise Transient(f"the spool cannot be written: {exc.strerror}") from exc
        return str(folder)

    def keep(self, case: str, sha256: str, page: int, reading: PageReading) -> None:
        path = self._path(case, sha256, page)
        half = path.with_name(f"{secrets.token_hex(8)}{_HALF}")
        try:
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(_READING.dump_json(reading))
            half.replace(path)
        except OSError as exc:
            raise Transient(f"the spool cannot be written: {exc.strerror}") from exc

    def clear(self, case: str) -> None:
        for path in self._listed(self._folder / case):
            path.unlink(missing_ok=True)

    def close(self, case: str) -> None:
        shutil.rmtree(self._folder / case, ignore_errors=True)

    def cases(self) -> list[str]:
        return [path.name for path in self._listed(self._folder)]

    def _path(self, case: str, sha256: str, page: int) -> Path:
        return self._folder / case / f"{sha256}-{page}.json"

    def _listed(self, folder: Path) -> list[Path]:
        try:
            return sorted(folder.iterdir())
        except FileNotFoundError:
            return []
