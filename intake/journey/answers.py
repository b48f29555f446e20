"""interim"""

from __future__ import annotations
import re
from collections.abc import Sequence
from enum import StrEnum
from intake.model import Position, value


class AnswerKind(StrEnum):
    POSITIONS = "positions"
    DECIDE = "you-decide"
    SEVERAL = "several"
    NONE = "none"
    WITHDRAWAL = "withdrawal"
    OTHER = "other"


@value
class Answer:
    kind: AnswerKind
    positions: tuple[str, ...] = ()
    evidence: str = ""


def read(new_text: str, offered: tuple[str, ...], positions: Sequence[Position]) -> Answer:
    if "withdraw" in new_text:
        return Answer(kind=AnswerKind.WITHDRAWAL, evidence="withdraw")
    m = re.match(r"\s*(\d)\b", new_text)
    if m and 0 < int(m[1]) <= len(offered):
        return Answer(kind=AnswerKind.POSITIONS, positions=(offered[int(m[1]) - 1],), evidence=f"'{m[1]}'")
    return Answer(kind=AnswerKind.OTHER)
