"""The bytes of parked messages, as they were when they broke a step: one file a case, for its owner alone."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from intake.errors import Transient


class ParkedFiles:
    """``ports.Parked`` below ``folder``, made when first needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, case: str, raw: bytes) -> str:
        path = self._path(case)
        half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(raw)
                file.flush()
                os.fsync(descriptor)
            half.replace(path)
        except OSError as exc:
            with suppress(OSError):
                half.unlink()
            raise Transient(f"a parked message cannot be kept: {exc.strerror}") from exc
        return str(path)

    def read(self, case: str) -> bytes | None:
        try:
            return self._path(case).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise Transient(f"a parked message cannot be read: {exc.strerror}") from exc

    def remove(self, case: str) -> str:
        path = self._path(case)
        with suppress(FileNotFoundError):
            path.unlink()
        return str(path)

    def cases(self) -> list[str]:
        try:
            return sorted(path.stem for path in self._folder.iterdir() if path.suffix == ".eml")
        except FileNotFoundError:
            return []
        except OSError as exc:
            raise Transient(f"parked messages cannot be listed: {exc.strerror}") from exc

    def sweep(self) -> None:
        for half in self._folder.glob("*.eml.*"):  # nothing where there is no such folder
            with suppress(OSError):
                half.unlink()

    def _path(self, case: str) -> Path:
        if not case.isalnum():
            raise ValueError(f"{case!r} is no case number")
        return self._folder / f"{case}.eml"
