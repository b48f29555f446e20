"""The half of `make fuzz` that coverage guides: atheris, with the mutations of ``fuzz_mutate`` beside its own.

An input is a byte that says the target, and what that target takes.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["intake.journey"]):
    from scripts import fuzz_check, fuzz_findings, fuzz_mutate

HANG = 60  # seconds until libFuzzer ends a run that does not come back; what took long and came back is a finding anyway
MEMORY = 3_000  # MB
_NEW = {
    "eml": fuzz_mutate.compose,
    "tnef": fuzz_mutate.tnef,
    "zip": fuzz_mutate.archive,
    "p7m": fuzz_mutate.signed,
}


def main() -> None:
    """Runs until the time is over; libFuzzer ends the process."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--seconds", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--mails", type=Path, nargs="*", default=[])
    given = parser.parse_args()
    seeds = fuzz_findings.seeds(given.mails)
    corpus = given.out / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, content in enumerate(_begin(seeds)):
        (corpus / f"seed-{number:04}").write_bytes(content)
    findings = fuzz_findings.Findings(given.out, "atheris", fuzz_check.check)
    fuzz_check.rules()

    def one(data: bytes) -> None:
        if data:
            findings.run(_target(data), data[1:])

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        return _mutated(data, random.Random(seed), seeds)[:most]

    options = [
        *(f"-max_total_time={given.seconds}", f"-seed={given.seed}", f"-max_len={fuzz_mutate.LARGEST}"),
        *(f"-timeout={HANG}", f"-rss_limit_mb={MEMORY}", f"-artifact_prefix={given.out}/", "-verbosity=0"),
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], one, custom_mutator=mutated)
    atheris.Fuzz()


def _begin(seeds: list[bytes]) -> list[bytes]:
    chance = random.Random(1)
    made = [
        bytes([fuzz_check.TARGETS.index(target)]) + new(chance)
        for target, new in _NEW.items()
        for _ in range(20)
    ]
    texts = [text.encode() for text in (*fuzz_mutate.TEXTS, *fuzz_mutate.ADDRESSES, *fuzz_mutate.NAMES)]
    for target in ("header", "text", "html"):
        made += [bytes([fuzz_check.TARGETS.index(target)]) + text for text in texts]
    return [b"\0" + raw for raw in seeds] + made


def _target(data: bytes) -> str:
    return fuzz_check.TARGETS[data[0] % len(fuzz_check.TARGETS)]


def _mutated(data: bytes, chance: random.Random, seeds: list[bytes]) -> bytes:
    """By structure where there is one, else by bytes."""
    target, content = (_target(data), data[1:]) if data else ("eml", b"")
    new = _NEW.get(target)
    if new and not chance.randint(0, 9):
        content = new(chance)
    elif target == "eml" and chance.randint(0, 3):
        content = fuzz_mutate.mutate(content, chance, other=chance.choice(seeds))
    elif chance.randint(0, 1):
        content = fuzz_mutate.bitten(content, chance)
    else:
        content = atheris.Mutate(content, fuzz_mutate.LARGEST)
    return bytes([fuzz_check.TARGETS.index(target)]) + content


if __name__ == "__main__":
    main()
