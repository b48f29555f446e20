"""The refresh token that the endpoint gave in place of ours, kept on disk."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from pathlib import Path

from intake import errors


class Kept:
    """The refresh token that the endpoint gave in place of the admin's, in a file for its owner only.

    An admin's newer one wins: the file names, by its hash, the one it stands for. Where an endpoint lets
    each be used once, losing the newest would lock us out, so nothing goes on while it cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._newest: tuple[str, str] | None = None
        self._is_saved = True

    def instead_of(self, given: str) -> str:
        """The refresh token to use where the admin has given this one."""
        if not given:
            return ""
        if self._newest is None:
            self._newest = _read(self._path)
        stands_for, newest = self._newest or ("", "")
        return newest if stands_for == _hash(given) else given

    def replace(self, given: str, newest: str) -> None:
        """Take ``newest`` where the admin has given ``given``; ``save`` writes it."""
        self._newest, self._is_saved = (_hash(given), newest), False

    def save(self) -> None:
        """Write what is not yet written, whole or not at all. Raises Transient."""
        if self._is_saved or self._newest is None:
            return
        content = json.dumps({"instead_of": self._newest[0], "refresh_token": self._newest[1]})
        try:
            _write(self._path, content)
        except OSError as exc:
            raise errors.Transient(f"the new refresh token cannot be kept: {exc.strerror}") from exc
        self._is_saved = True


def _read(path: Path) -> tuple[str, str] | None:
    """None also for a file that is not ours: then the admin's token is used, and refused if it is old."""
    try:
        content = json.loads(path.read_text("utf-8"))
        return str(content["instead_of"]), str(content["refresh_token"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".")  # 0600 from its first moment
    try:
        with open(descriptor, "w", encoding="utf-8") as file:  # noqa: PTH123  # a descriptor, no path
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
