"""What must not take long, as a ratio to a known piece of work that this machine does at the same moment."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def within(times: float) -> Iterator[None]:
    """The block takes at most so many times the CPU of the known work, which is some 50 ms on a fast machine. What
    grows with the square of its input takes thousands of times as long."""
    before = known_work()
    began = time.process_time()
    yield
    taken = time.process_time() - began
    unit = max(before, known_work())
    assert taken < times * unit, f"{taken:.2f} s, {taken / unit:.0f} times as long as the known work"


def known_work() -> float:
    """Seconds of CPU."""
    began = time.process_time()
    total = 0
    for number in range(1_000_000):
        total += number % 7
    return time.process_time() - began
