"""The in-memory twin of the kept readings."""

from __future__ import annotations

from intake.model import PageReading


class MemoryReadings:
    """``ports.Readings`` in a dictionary."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[tuple[str, int], PageReading]] = {}

    def find(self, case: str, sha256: str, page: int) -> PageReading | None:
        return self._kept.get(case, {}).get((sha256, page))

    def open(self, case: str) -> str:
        self._kept.setdefault(case, {})
        return f"memory:{case}"

    def keep(self, case: str, sha256: str, page: int, reading: PageReading) -> None:
        self._kept[case][sha256, page] = reading

    def clear(self, case: str) -> None:
        self._kept.get(case, {}).clear()

    def close(self, case: str) -> None:
        self._kept.pop(case, None)

    def cases(self) -> list[str]:
        return sorted(self._kept)
