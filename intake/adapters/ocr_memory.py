"""The in-memory twin of OCR: readings that somebody set, by picture."""

from __future__ import annotations

from collections.abc import Mapping

from intake import model
from intake.model import PageReading, Picture


class MemoryOcr:
    """``ports.Ocr`` without an engine. ``asked``: how often it was asked. A picture that nobody described
    cannot be read."""

    def __init__(self, readings: Mapping[str, PageReading] | None = None) -> None:
        self._readings = dict(readings or {})
        self.asked = 0

    def know(self, picture: Picture, reading: PageReading) -> None:
        """Let ``read`` answer so for this picture."""
        self._readings[model.sha256(picture.pixels)] = reading

    def works(self) -> bool:
        return True

    def read(self, picture: Picture) -> PageReading | None:
        self.asked += 1
        return self._readings.get(model.sha256(picture.pixels))

    def weaknesses(self) -> tuple[str, ...]:
        return ()

    def close(self) -> None:
        pass
