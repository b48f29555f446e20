"""Work on many things by several threads, with the results in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


def in_order(items: Iterable[_T], work: Callable[[_T], _R], *, workers: int) -> Iterator[_R]:
    """``work`` on every item by so many threads, results in the order of the items. At most twice as many
    items as threads are taken ahead: a mailbox does not fit into memory."""
    with ThreadPoolExecutor(workers) as pool:
        ahead: deque[Future[_R]] = deque()
        for item in items:
            ahead.append(pool.submit(work, item))
            if len(ahead) > 2 * workers:
                yield ahead.popleft().result()
        while ahead:
            yield ahead.popleft().result()
