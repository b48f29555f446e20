"""`make evaluate-routing`: how right the shipped rules find the position, on the written mails of tests/routing_mails.

    python -m scripts.evaluate_routing [--only tuning|held_out] [--held-out] [--why]

Prints how many mails were decided rightly, how many were asked about although something else was meant, and how many
were decided wrongly and with confidence, with the names of the last two. With --held-out the mails that the rules were
never tuned on are named as well, otherwise they are only counted; --only leaves the other set alone; --why adds the
evidence. Exit status 1 when one was wrong and confident, or fewer than 95 % were right, in either set.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from intake import wiring
from intake.journey import plan
from tests import routing

CONFIG = Path(__file__).resolve().parents[1] / "config"
SETS = {"tuning": "Tuning set", "held_out": "Held-out set"}
LEAST = 0.95  # of the mails must be decided rightly


def main(arguments: Sequence[str] | None = None) -> int:
    """Both sets, one paragraph each."""
    given = _parser().parse_args(arguments)
    rules = wiring.rules(wiring.load(CONFIG), "open-positions")
    good = [
        _reported(title, part, rules, names=given.held_out or part == "tuning", why=given.why)
        for part, title in SETS.items()
        if given.only in ("", part)
    ]
    return 0 if all(good) else 1


def _reported(title: str, part: str, rules: plan.Rules, *, names: bool, why: bool) -> bool:
    judged = [routing.judge(written, rules) for written in routing.mails(part)]
    counted = Counter(one.score for one in judged)
    share = counted[routing.Score.RIGHT] / len(judged)
    figures = ", ".join(f"{counted[score]} {score}" for score in routing.Score)
    print(f"{title}: {len(judged)} mails, {figures} ({share:.1%} right)")
    for score in (routing.Score.ASKED, routing.Score.WRONG):
        for one in judged:
            if names and one.score is score:
                _explained(one, why=why)
    return share >= LEAST and not counted[routing.Score.WRONG]


def _explained(one: routing.Judged, *, why: bool) -> None:
    print(f"  {one.score}  {one.written.group}: {one.written.name}")
    print(f"         meant {one.written.meant}; decided {one.decided}")
    if why:
        print("".join(f"         {reason}\n" for reason in one.reasons), end="")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.evaluate_routing", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--only", choices=list(SETS), default="", help="one of the sets")
    parser.add_argument("--held-out", action="store_true", help="name the held-out mails too")
    parser.add_argument("--why", action="store_true", help="print the evidence of each mail that is named")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
