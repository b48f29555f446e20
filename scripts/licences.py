"""Keeps every package that the project installs under a licence it may use, and lists them in THIRD_PARTY.md.

``--write`` writes the list; ``--check`` fails when it differs from the lock or names a licence that is not
allowed. Packages and versions come from requirements/*.txt, so that the list is the same on every Python and
platform; licences come from what is installed. GPL and AGPL are excluded, in tests too; the LGPL is fine as
long as a package is used unmodified.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "THIRD_PARTY.md"

# In the order in which the sets build on each other; a package is listed under the first that has it.
SETS = {
    "runtime": "running",
    "demo": "demo",
    "bench": "make bench",
    "postgres": "PostgreSQL",
    "test": "tests",
    "fuzz": "make fuzz",
    "lock": "make lock",
}

# SPDX identifiers (spdx.org/licenses), but for BSD and LGPL: older metadata does not tell which of them, and every
# one of either is fine.
ALLOWED = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "CC0-1.0",
        "HPND",
        "ISC",
        "LGPL",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MIT",
        "MIT-0",
        "MIT-CMU",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "ZPL-2.1",
        "Zlib",
    }
)

# What older metadata says instead of an identifier.
NAMES = {
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD 3-Clause License": "BSD-3-Clause",
    "BSD License": "BSD",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "GNU Library or Lesser General Public License (LGPL)": "LGPL",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "Zope Public License": "ZPL-2.1",
}

# Read in the package's own licence files: its metadata names none, or it is not installed for the tests.
READ_BY_HAND = {
    "atheris": "Apache-2.0",  # LICENSE; no licence in the metadata; set fuzz
    "colorama": "BSD-3-Clause",  # LICENSE.txt; Windows only
    "imapclient": "BSD-3-Clause",  # COPYING; no licence in the metadata
    "psycopg": "LGPL-3.0-only",  # LICENSE.txt; set postgres
    "psycopg-binary": "LGPL-3.0-only",  # LICENSE.txt; set postgres
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",  # LICENSES/; the metadata is a sentence
}

PINNED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)
ROW = re.compile(r"^\| ([^ |]+) \| [^|]* \| ([^|]+) \|", re.MULTILINE)
HEAD = """\
# Third-party packages

Written by `make lock`; checked by `make test`. None of these is part of this source: they are installed, unmodified,
from the locked sets in `requirements/`.

| package | version | licence | for |
|---|---|---|---|
"""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One locked package. ``licence`` is an SPDX expression, or whatever its metadata says instead."""

    name: str
    versions: tuple[str, ...]
    licence: str
    needed_for: str

    def row(self) -> str:
        """Its line in THIRD_PARTY.md."""
        return f"| {self.name} | {', '.join(self.versions)} | {self.licence} | {self.needed_for} |\n"


def main() -> int:
    """Write or check the list; either way a licence that is not allowed fails."""
    listed = dict(ROW.findall(LIST.read_text())) if LIST.is_file() else {}
    packages = locked(listed)
    text = HEAD + "".join(package.row() for package in packages)
    faults = [fault for package in packages if (fault := objection(package))]
    if "--write" in sys.argv[1:]:
        LIST.write_text(text)
    elif not LIST.is_file() or LIST.read_text() != text:
        faults.append(f"{LIST.name} differs from requirements/*.txt or from what is installed: run make lock")
    for fault in faults:
        print(f"licences: {fault}")
    print(f"licences: {len(packages)} packages, {len(faults)} problems")
    return 1 if faults else 0


def locked(listed: Mapping[str, str]) -> list[Package]:
    """Every package of every set, by name. ``listed`` has the licences of those that are not installed here."""
    versions: dict[str, set[str]] = {}
    needed_for: dict[str, str] = {}
    for name, purpose in SETS.items():
        for package, version in PINNED.findall((ROOT / "requirements" / f"{name}.txt").read_text()):
            versions.setdefault(package, set()).add(version)
            needed_for.setdefault(package, purpose)
    return [
        Package(
            name=name,
            versions=tuple(sorted(versions[name])),
            licence=licence_of(name, listed),
            needed_for=needed_for[name],
        )
        for name in sorted(versions)
    ]


def licence_of(name: str, listed: Mapping[str, str]) -> str:
    """As installed; else, or where the metadata has no identifier, as read by hand; else as listed so far."""
    try:
        stated = stated_licence(metadata.metadata(name))
    except metadata.PackageNotFoundError:
        return READ_BY_HAND.get(name) or listed.get(name, "")
    return stated if identifiers(stated) else READ_BY_HAND.get(name, stated)


def stated_licence(fields: metadata.PackageMetadata) -> str:
    """The most exact statement: License-Expression (PEP 639), then the classifiers, then the License field.

    Several classifiers may mean "and" or "or"; taken as "and", a doubtful package fails and is read by hand.
    """
    if "License-Expression" in fields:
        return fields["License-Expression"]
    classifiers = [
        classifier.rpartition(" :: ")[2]
        for classifier in fields.get_all("Classifier") or []
        if classifier.startswith("License :: ") and classifier != "License :: OSI Approved"
    ]
    if classifiers:
        return " AND ".join(dict.fromkeys(NAMES.get(name, name) for name in classifiers))
    first_line = fields["License"].strip().partition("\n")[0] if "License" in fields else ""
    return NAMES.get(first_line, first_line)


def objection(package: Package) -> str | None:
    """Why the project may not use it, or None."""
    if not package.licence:
        return f"{package.name}: no licence known; install it, or read its licence and add it to READ_BY_HAND"
    if not allowed(package.licence):
        return f"{package.name}: {package.licence} is not among the allowed licences"
    return None


def allowed(licence: str) -> bool:
    """One alternative of an OR is enough, every part of an AND is needed (SPDX annex D: AND binds closer)."""
    words = identifiers(licence)
    return bool(words) and _either(words) and not words


def identifiers(licence: str) -> list[str]:
    """The expression's words and brackets; empty when it is prose and no expression."""
    words: list[str] = re.findall(r"[()]|[^\s()]+", licence)
    names = [word for word in words if word not in "()"]
    joined = all(word in ("AND", "OR", "WITH") for word in names[1::2])
    return words if len(names) % 2 == 1 and joined else []


def _either(words: list[str]) -> bool:
    verdict = _both(words)
    while words[:1] == ["OR"]:
        words.pop(0)
        verdict = _both(words) or verdict
    return verdict


def _both(words: list[str]) -> bool:
    verdict = _one(words)
    while words[:1] == ["AND"]:
        words.pop(0)
        verdict = _one(words) and verdict
    return verdict


def _one(words: list[str]) -> bool:
    if words[:1] == ["("]:
        words.pop(0)
        verdict = _either(words)
        return words[:1] == [")"] and bool(words.pop(0)) and verdict
    verdict = bool(words) and words.pop(0) in ALLOWED
    if words[:1] == ["WITH"]:
        del words[:2]  # an exception only ever permits more
    return verdict


if __name__ == "__main__":
    sys.exit(main())
