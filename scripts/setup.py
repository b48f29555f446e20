"""Brings .venv to the locked set of packages; nothing changed means nothing done.

Called by scripts/setup, which has found a Python that can make environments. Only the standard library
is there to use.
"""

import contextlib
import fcntl
import hashlib
import os
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"

# Which sets hold everything of a set: `make demo` after `make test` has nothing to do.
HELD_BY = {
    "demo": ("demo", "test", "bench"),
    "test": ("test", "bench"),
    "bench": ("bench",),
    "fuzz": ("fuzz",),
    "lock": ("lock",),
}

# Sets of a package that must not be built here: without a wheel for this Python the set is not to be had.
WHEELS_ONLY = {"fuzz": "atheris"}

PIP = ("-m", "pip", "--disable-pip-version-check", "-qq")  # errors only


def main() -> int:
    """Set up the set named on the command line."""
    wanted = sys.argv[1] if len(sys.argv) == 2 else ""
    if wanted not in HELD_BY:
        return refuse(f"usage: scripts/setup {'|'.join(HELD_BY)}")
    with one_at_a_time():
        if not usable():
            create()
        if any(stamp(name).is_file() and stamp(name).read_text() == digest(name) for name in HELD_BY[wanted]):
            return 0
        return install(wanted)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two makes started together would write into one .venv; the lock goes with the process."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def usable() -> bool:
    """Is .venv whole, made in this place, and of the Python that was asked for?

    Scripts in .venv/bin name its folder, so an environment that moved with its checkout is made anew.
    """
    ask = "import pip, sys; print(sys.version, sys.prefix, sep='\\n')"
    try:
        answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    moved = not any(f"{VENV}/bin" in line for line in first_lines(VENV / "bin" / "pip"))
    return answer == f"{sys.version}\n{VENV}\n" and not moved


def first_lines(script: Path) -> list[str]:
    """The lines of a script that name its interpreter: the second where the first would be too long."""
    try:
        return script.read_text().splitlines()[:2]
    except OSError:
        return []


def create() -> None:
    """A new .venv; what was there is not worth mending."""
    say(f"making .venv with Python {sys.version.split()[0]} …")
    builder = venv.EnvBuilder(clear=True, symlinks=True, with_pip=True)
    builder.create(VENV)


def install(wanted: str) -> int:
    """The locked packages with their hashes, then the project itself, so that .venv/bin/intake follows it."""
    stamp(wanted).unlink(missing_ok=True)
    locked = ROOT / "requirements" / f"{wanted}.txt"
    say(f"installing {locked.relative_to(ROOT)} into .venv, a minute or two when nothing is cached …")
    only = [f"--only-binary={WHEELS_ONLY[wanted]}"] if wanted in WHEELS_ONLY else []
    if not pip("install", "--require-hashes", *only, "--requirement", str(locked)):
        return refuse(not_installed(wanted, str(locked.relative_to(ROOT))))
    if wanted not in ("fuzz", "lock") and not pip(
        "install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT)
    ):
        return refuse("pip could not install the project itself; its own words are above")
    stamp(wanted).write_text(digest(wanted))
    return 0


def not_installed(wanted: str, locked: str) -> str:
    """What to say when pip gave up."""
    if wanted in WHEELS_ONLY:
        here = f"Python {sys.version_info.major}.{sys.version_info.minor} on {sysconfig.get_platform()}"
        return (
            f"{WHEELS_ONLY[wanted]} could not be installed; pip says why above. Where it names no matching "
            f"distribution there is no wheel of it for {here}: take another Python, or do without this set"
        )
    return f"pip could not install {locked}; its own words are above"


def pip(*arguments: str) -> bool:
    """Run the environment's own pip; its mirror and certificates stay as the user has set them."""
    return subprocess.run([PYTHON, *PIP, *arguments], cwd=ROOT, check=False).returncode == 0


def stamp(name: str) -> Path:
    """Where the digest of an installed set lies; it goes with .venv."""
    return VENV / f"intake-{name}.stamp"


def digest(name: str) -> str:
    """Everything that decides what a set installs."""
    inputs = [ROOT / "requirements" / f"{name}.txt", ROOT / "pyproject.toml", Path(__file__)]
    seen = hashlib.sha256(sys.version.encode())
    for path in inputs:
        seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def say(sentence: str) -> None:
    """One line, so that a silent minute has a reason."""
    print(f"intake: {sentence}", file=sys.stderr, flush=True)


def refuse(sentence: str) -> int:
    """Why it ends here."""
    say(sentence)
    return 1


if __name__ == "__main__":
    sys.exit(main())
