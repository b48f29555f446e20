"""The in-memory twin of the kept bytes of parked messages."""

from __future__ import annotations


class MemoryParked:
    """``ports.Parked`` in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def keep(self, case: str, raw: bytes) -> str:
        self.kept[case] = raw
        return f"memory:{case}"

    def read(self, case: str) -> bytes | None:
        return self.kept.get(case)

    def remove(self, case: str) -> str:
        self.kept.pop(case, None)
        return f"memory:{case}"

    def cases(self) -> list[str]:
        return sorted(self.kept)

    def sweep(self) -> None:
        """Nothing is kept by halves in memory."""
