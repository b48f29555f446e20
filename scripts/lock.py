"""Writes requirements/*.txt: every package of every set with its version and the hashes of its files.

One resolution serves Python 3.11 to 3.14 and all platforms. Each set is constrained by the one before,
so that a package has one version throughout. The files name no index: whoever installs them uses the
one that is configured there.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UV = Path(sys.executable).with_name("uv")

# Set, what it is resolved from, and the set that it must agree with.
SETS = (
    ("runtime", ["pyproject.toml", "requirements/build.in"], None),
    ("demo", ["pyproject.toml", "requirements/build.in", "--extra", "demo"], "runtime"),
    ("test", ["pyproject.toml", "requirements/build.in", "--extra", "test"], "demo"),
    ("postgres", ["pyproject.toml", "requirements/build.in", "--extra", "postgres"], "test"),
    ("bench", ["pyproject.toml", "requirements/build.in", "--extra", "test", "--extra", "bench"], "test"),
    ("fuzz", ["pyproject.toml", "requirements/build.in", "--extra", "fuzz"], "test"),
    ("lock", ["requirements/lock.in"], None),
)


def main() -> int:
    """Lock every set, in order; ``--upgrade`` asks for the newest versions instead of keeping what is pinned."""
    for name, sources, agrees_with in SETS:
        output = f"requirements/{name}.txt"
        print(f"intake: locking {output} …", file=sys.stderr, flush=True)
        constraint = ["--constraint", f"requirements/{agrees_with}.txt"] if agrees_with else []
        command = [*resolver(), *sys.argv[1:], *constraint, *sources, "--output-file", output]
        if subprocess.run(command, cwd=ROOT, env=environment(), check=False).returncode:
            return 1
    return 0


def resolver() -> list[str]:
    """uv with the choices that the lock must not take from the machine it is made on."""
    return [
        *(str(UV), "pip", "compile", "--quiet", "--no-config"),
        *("--universal", "--python-version", "3.11", "--generate-hashes", "--no-strip-extras"),
        *("--custom-compile-command", "make lock"),
    ]


def environment() -> dict[str, str]:
    """Ours without uv's own settings: another index or a local folder of wheels would leak into the hashes."""
    return {name: setting for name, setting in os.environ.items() if not name.startswith("UV_")}


if __name__ == "__main__":
    sys.exit(main())
