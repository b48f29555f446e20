"""Looks for a mail that breaks reading, screening or choosing; run by `make fuzz`.

    python -m scripts.fuzz [--seconds 600] [--engine hypothesis|atheris] [--out FOLDER] [--mails FOLDER ...] [--seed N]
    python -m scripts.fuzz --again FILE ...

Two engines, one after the other, each for that long: Hypothesis, and atheris, which coverage guides. Both change mails
by their structure (``fuzz_mutate``) and hold every result against the properties of ``fuzz_check``: nothing raises,
lasts over two seconds, differs the second time, loses a file that one of the parsers finds, or answers a machine. Seeds
are the samples of the demo, the corpus of mails beside the checkout where there is one, and --mails. A finding is a
file in the folder, named in the output with how to run it again. Exit status 1 when there was one, or an engine is
missing.
"""

from __future__ import annotations

import argparse
import json
import secrets
import subprocess
import sys
import sysconfig
import traceback
from importlib import util
from pathlib import Path
from typing import Any

from scripts import fuzz_check, fuzz_findings

OUT = Path("fuzz-out")
ENGINES = ("hypothesis", "atheris")
SECONDS = 600
_GRACE = 120  # seconds that an engine may take longer, to begin and to end


def main(arguments: list[str]) -> int:
    """Fuzz, or try one file again."""
    parser = argparse.ArgumentParser(description="look for a mail that breaks reading, screening or choosing")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="for each engine")
    parser.add_argument("--engine", choices=ENGINES, help="this one only")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument(
        "--mails", type=Path, nargs="*", default=[], help="folders of more mails to begin with"
    )
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**31), help="of all chance")
    parser.add_argument(
        "--again", type=Path, nargs="+", metavar="FILE", help="findings, each tried once more"
    )
    given = parser.parse_args(arguments)
    if given.again:
        return 1 if sum(map(again, given.again)) else 0
    results = [engine(name, given) for name in ([given.engine] if given.engine else ENGINES)]
    return 0 if all(results) else 1


def engine(name: str, given: argparse.Namespace) -> bool:
    """One engine in a process of its own, whose end, whatever it is, leaves a report. True when all was well."""
    if util.find_spec(name) is None:
        here = f"Python {sys.version_info.major}.{sys.version_info.minor} on {sysconfig.get_platform()}"
        print(f"{name}: not run. It is not installed; where pip found none, it has no wheel for {here}.")
        return False
    print(f"{name}: {given.seconds} s, seed {given.seed}, findings go to {given.out}/", flush=True)
    (given.out / f"{name}-{fuzz_findings.REPORT}").unlink(missing_ok=True)
    command = [sys.executable, "-m", f"scripts.fuzz_{name}", str(given.out), f"--seconds={given.seconds}"]
    command += [f"--seed={given.seed}", "--mails", *map(str, given.mails)]
    before = {path.name for path in given.out.glob("*-*")}
    ended = "in time"
    try:
        process = subprocess.run(
            command, timeout=given.seconds + _GRACE, check=False, stderr=subprocess.PIPE, text=True
        )
    except subprocess.TimeoutExpired:
        ended = "not at all: it was stopped"
    else:
        if process.returncode:
            print(process.stderr[-3_000:])
            ended = f"with exit status {process.returncode}"
    return report(name, given.out, ended, before)


def report(name: str, out: Path, ended: str, before: set[str]) -> bool:
    """Sum up one engine."""
    path = out / f"{name}-{fuzz_findings.REPORT}"
    told: dict[str, Any] = (
        json.loads(path.read_text()) if path.is_file() else {"executions": 0, "slowest": 0, "findings": {}}
    )
    # What libFuzzer itself ended: bytes that hang, take too much memory or end the process.
    ends = [
        one
        for one in out.glob("*-*")
        if one.name.startswith(("timeout-", "oom-", "crash-")) and one.name not in before
    ]
    findings = len(told["findings"]) + len(ends)
    print(
        f"{name}: {told['executions']} executions, slowest {told['slowest']} s, {findings} findings, ended {ended}"
    )
    for what, file in told["findings"].items():
        print(f"  {what}\n    again: .venv/bin/python -m scripts.fuzz --again {file}")
    for one in ends:
        content = one.read_bytes()
        if not content:
            print(f"  libFuzzer ended at an empty input, which is given to no reader: {one}")
            continue
        kept = one.with_suffix("." + fuzz_check.TARGETS[content[0] % len(fuzz_check.TARGETS)])
        kept.write_bytes(content[1:])
        print(f"  libFuzzer ended at one input\n    again: .venv/bin/python -m scripts.fuzz --again {kept}")
    return not findings and ended == "in time" and bool(told["executions"])


def again(path: Path) -> bool:
    """Whether a finding is one still, with all that was raised."""
    try:
        fuzz_check.check(path.suffix.removeprefix("."), path.read_bytes())
    except Exception:  # noqa: BLE001 - whatever it is
        print(f"{path}: still\n{traceback.format_exc()}")
        return True
    print(f"{path}: all is well")
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
