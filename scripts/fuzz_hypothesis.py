"""The half of `make fuzz` that Hypothesis draws: a seed, and a list of steps that change it."""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scripts import fuzz_check, fuzz_findings, fuzz_mutate
from scripts.fuzz_mutate import Step

_ROUND = 500  # inputs; then a new one begins, so that the time is kept


@st.composite
def inputs(draw: st.DrawFn, seeds: list[bytes]) -> tuple[str, bytes]:
    """A target and bytes for it: mails most often."""
    target = draw(st.sampled_from(("eml",) * 8 + fuzz_check.TARGETS))
    content = draw(
        _SOURCES.get(target) or st.binary(max_size=2_000) | st.text(max_size=1_000).map(str.encode)
    )
    if target == "eml":
        content = draw(st.sampled_from(seeds)) if draw(st.booleans()) else content
        for step, number in draw(st.lists(st.tuples(_STEP, _NUMBER), max_size=6)):
            content = step(content, random.Random(number))
    return target, content[: fuzz_mutate.LARGEST]


_NUMBER = st.integers(0, 2**32)
_STEP: st.SearchStrategy[Step] = st.sampled_from(fuzz_mutate.STEPS)
_GENERATOR = _NUMBER.map(random.Random)
_TEXTS = st.lists(
    st.sampled_from(
        [one.encode() for one in (*fuzz_mutate.TEXTS, *fuzz_mutate.NAMES, *fuzz_mutate.ADDRESSES)]
    )
    | st.sampled_from(fuzz_mutate.SHARDS)
    | st.binary(max_size=20)
    | st.text(max_size=20).map(lambda text: text.encode("utf-8", "surrogatepass")),
    max_size=30,
).map(b"".join)
_SOURCES: dict[str, st.SearchStrategy[bytes]] = {
    "eml": _GENERATOR.map(fuzz_mutate.compose),
    "header": _TEXTS,
    "tnef": _GENERATOR.map(fuzz_mutate.tnef),
    "zip": _GENERATOR.map(fuzz_mutate.archive),
    "p7m": _GENERATOR.map(fuzz_mutate.signed),
    "text": _TEXTS,
    "html": _TEXTS,
}


def run(findings: fuzz_findings.Findings, *, seconds: float, seed: int, seeds: list[bytes]) -> None:
    """Inputs until the time is over."""
    end = time.monotonic() + seconds

    def one(given_input: tuple[str, bytes]) -> None:
        if time.monotonic() < end:
            findings.run(*given_input)

    while time.monotonic() < end:
        a_round = settings(
            max_examples=_ROUND,
            deadline=None,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        )
        hypothesis.seed(seed)(a_round(given(inputs(seeds))(one)))()
        seed += 1
    findings.save()


def main() -> None:
    """As a program of its own, so that whoever started it can end it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--mails", type=Path, nargs="*", default=[])
    given_arguments = parser.parse_args()
    findings = fuzz_findings.Findings(given_arguments.out, "hypothesis", fuzz_check.check)
    seeds = fuzz_findings.seeds(given_arguments.mails)
    run(findings, seconds=given_arguments.seconds, seed=given_arguments.seed, seeds=seeds)


if __name__ == "__main__":
    main()
