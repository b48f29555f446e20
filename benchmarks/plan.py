"""Ten thousand applications on the day of a deadline, simulated: how long each waits for its reply.

    python -m benchmarks.plan [--workers 4] [--mails 10000] [--digital 0.16] [--scanned 1.68] [--seed 1]

What one application costs a worker is measured (`python -m benchmarks.workers` prints both figures, for one
worker that has two cores to itself and its children); when applications come is assumed, and worse than a centre
has ever told us: half of them in the last four hours, a tenth in the last half hour before midnight, with scanned
certificates in every fourth. The queue is the ledger's: first come, first served, by whichever worker is free.
"""

from __future__ import annotations

import argparse
import heapq
import random
import statistics
from collections.abc import Iterator, Sequence

HOUR = 3600.0
DAY = 24 * HOUR
#: Share of the day's applications by the hours before its end: from, until, share.
CURVE = ((24.0, 14.0, 0.15), (14.0, 4.0, 0.35), (4.0, 0.5, 0.40), (0.5, 0.0, 0.10))
SCANNED = 0.25


def arrivals(count: int, chance: random.Random) -> list[float]:
    """Seconds of the day, ascending."""
    chosen = chance.choices(CURVE, weights=[share for _, _, share in CURVE], k=count)
    return sorted(DAY - chance.uniform(until, since) * HOUR for since, until, _ in chosen)


def waits(
    times: Sequence[float], *, workers: int, digital: float, scanned: float, chance: random.Random
) -> Iterator[float]:
    """Seconds from each arrival until its application has been carried."""
    free = [0.0] * workers
    heapq.heapify(free)
    for arrived in times:
        cost = (scanned if chance.random() < SCANNED else digital) * chance.uniform(0.5, 1.5)
        done = max(arrived, heapq.heappop(free)) + cost
        heapq.heappush(free, done)
        yield done - arrived


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--mails", type=int, default=10_000)
    parser.add_argument(
        "--digital", type=float, default=0.16, help="seconds of one worker for a born-digital one"
    )
    parser.add_argument(
        "--scanned", type=float, default=1.68, help="seconds for one with scanned certificates"
    )
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)  # no secret
    times = arrivals(asked.mails, chance)
    costs = {"workers": asked.workers, "digital": asked.digital, "scanned": asked.scanned}
    taken = sorted(waits(times, **costs, chance=chance))
    mean = asked.scanned * SCANNED + asked.digital * (1 - SCANNED)
    busiest = max(share * asked.mails / (since - until) / HOUR for since, until, share in CURVE)
    print(f"{asked.mails:,} applications, {asked.workers} workers, {mean:.2f} s of a worker for each")
    print(
        f"busiest half hour: {busiest * 60:.0f} a minute, {busiest * mean / asked.workers:.0%} of what they can do"
    )
    percentiles = statistics.quantiles(taken, n=100)
    print(f"from arrival to filed and answered: median {percentiles[49]:.1f} s, 95 % within {percentiles[94]:.1f} s, "
          f"slowest {taken[-1]:.1f} s")  # fmt: skip


if __name__ == "__main__":
    main()
