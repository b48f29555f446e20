"""The keys that sign the Message-IDs of our replies: a file of lines, made at the first start.

The first line signs; all are good for checking. To change the key put a new line above the old one.
"""

from __future__ import annotations

import os
import secrets
import time
from contextlib import suppress
from pathlib import Path

from intake.errors import ConfigError, ConfigProblem

BYTES = 32  # of a new key: as long as the hash that it is used with (RFC 2104 3)
_LOOKS = 0.2  # seconds between two looks
_LEAST = 16  # bytes; a shorter key was cut or made up


class KeyFile:
    """The keys in ``path``: for its owner alone, 0600, in a folder that is made 0700."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keys(self) -> tuple[bytes, ...]:
        """All keys, the one that signs first; a missing file is made. Raises ConfigError for one that cannot be used."""
        try:
            return self._read()
        except FileNotFoundError:
            return self._made()

    def known(self, *, seconds: float = 15.0) -> tuple[bytes, ...]:
        """All keys, as another process makes them: it may have been started at the same moment, so they are
        waited for. Raises ConfigError when there are none."""
        end = time.monotonic() + seconds
        while True:
            try:
                return self._read()
            except FileNotFoundError:
                if time.monotonic() >= end:
                    hint = "start intake poll first; on another host, copy its file of keys"
                    raise self._unusable("is not there", hint) from None
                time.sleep(_LOOKS)

    def _read(self) -> tuple[bytes, ...]:
        try:
            lines = [line.strip() for line in self._path.read_text("ascii").splitlines()]
            found = tuple(bytes.fromhex(line) for line in lines if line)
        except FileNotFoundError:
            raise
        except OSError as exc:
            raise self._unusable(f"cannot be read: {exc.strerror}", "make it readable for intake") from exc
        except ValueError:  # no ASCII, no hexadecimal digits; the error would quote the key
            raise self._unusable("holds something else than keys", _MEND) from None
        if not found or any(len(key) < _LEAST for key in found):
            raise self._unusable("holds no key, or not the whole of it", _MEND)
        return found

    def _made(self) -> tuple[bytes, ...]:
        """Written whole beside its place and then moved there. Whoever makes it holds the lock of the one worker."""
        half = self._path.with_name(f"{self._path.name}.{secrets.token_hex(4)}")
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(BYTES) + "\n")
                file.flush()
                os.fsync(descriptor)
            half.replace(self._path)
        except OSError as exc:
            with suppress(OSError):
                half.unlink()
            raise self._unusable(
                f"cannot be made: {exc.strerror}", "let intake write into its folder"
            ) from exc
        return self._read()

    def _unusable(self, what: str, hint: str) -> ConfigError:
        return ConfigError(
            (ConfigProblem(file=str(self._path), message=f"the file of keys {what}", hint=hint),)
        )


_MEND = (
    "put the copy of your backup in its place; without one remove the file: a new one is made, and answers to "
    "replies that have left go to a person"
)
