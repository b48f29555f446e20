"""How long to wait before what failed is tried again."""

from __future__ import annotations

import random
from datetime import timedelta

FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=1)
SIGN_IN = timedelta(minutes=5)  # a wrong password tried often locks the account at many providers


def after(attempts: int, *, asked: float | None = None) -> timedelta:
    """The wait before the next try: doubled each time, at most an hour, with jitter so that many do not come
    back at once; never less than the other side asked for (``asked``, seconds)."""
    grown = min(FIRST * (1 << min(attempts, 10)), LONGEST)
    return max(grown * random.uniform(0.75, 1.25), timedelta(seconds=asked or 0))  # noqa: S311  # no secret
