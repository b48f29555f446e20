"""No tracked file names a package registry, and no requirements file a place to fetch from.

A lock that names an index overrides the mirror that an institute has configured, and a path of the machine
that made it works nowhere else.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Hosts of packages, wherever they stand.
HOST = re.compile(
    r"pypi\.org|pythonhosted\.org|pypi\.python\.org|registry\.npmjs\.org|proxy\.golang\.org", re.IGNORECASE
)

# Where to fetch from: an option of pip, an address or an absolute path.
SOURCE = re.compile(
    r"(?:^|\s)(?:-i|-f|--index-url|--extra-index-url|--find-links|--trusted-host)\b|\w+://|(?:^|[\s=])/\w"
)


def main() -> int:
    """Search every file of the project, also those not yet committed."""
    faults = [fault for path in files() for fault in faults_in(path, text_of(path))]
    for fault in faults:
        print(f"addresses: {fault}")
    return 1 if faults else 0


def files() -> list[str]:
    """Every file that is tracked, or would be by `git add`."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")[
        :-1
    ]


def text_of(path: str) -> str:
    """Its text; a deleted file has none, and in a binary one only ASCII matters here."""
    file = ROOT / path
    return file.read_bytes().decode("ascii", "replace") if file.is_file() else ""


def faults_in(path: str, text: str) -> Iterator[str]:
    """Each line that breaks the rule, with its place."""
    locked = path.startswith("requirements/")
    for number, line in enumerate(text.splitlines(), start=1):
        if HOST.search(line):
            yield f"{path}:{number} names a package registry"
        elif locked and SOURCE.search(line):
            yield f"{path}:{number} says where to fetch from"


if __name__ == "__main__":
    sys.exit(main())
