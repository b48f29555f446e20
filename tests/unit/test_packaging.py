"""What the project installs: under which licences, from where, and that the list of it is true."""

from email.message import Message
from importlib import metadata
from pathlib import Path
from typing import cast

import pytest

from scripts import addresses, licences, mail_servers, run_tests

ROOT = Path(__file__).resolve().parents[2]


def stated(*fields: tuple[str, str]) -> str:
    """The licence of a package with this metadata."""
    message = Message()
    for name, content in fields:
        message[name] = content
    return licences.stated_licence(cast("metadata.PackageMetadata", message))


@pytest.mark.parametrize(
    "licence",
    [
        "MIT",
        "Apache-2.0 OR BSD-3-Clause",
        "MIT OR GPL-2.0-only",
        "GPL-3.0-or-later OR (MIT AND PSF-2.0)",
        "MPL-2.0 AND MIT",
        "Apache-2.0 WITH LLVM-exception",
        "LGPL-3.0-only",
    ],
)
def test_allowed(licence: str) -> None:
    """An allowed licence, an allowed alternative, or parts that are all allowed."""
    assert licences.allowed(licence)


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-or-later",
        "AGPL-3.0-only",
        "MIT AND GPL-2.0-only",
        "MIT AND (GPL-2.0-only OR AGPL-3.0-only)",
        "MIT OR GPL-2.0-only AND AGPL-3.0-only AND",
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "GNU General Public License v3 (GPLv3)",
        "Proprietary",
        "BSD-3-Clause, Apache-2.0, dependency licenses",
        "(MIT",
        "MIT OR",
        "",
    ],
)
def test_not_allowed(licence: str) -> None:
    """Forbidden, unknown, unreadable and missing licences are all refused."""
    assert not licences.allowed(licence)


@pytest.mark.parametrize(
    "fields, expected",
    [
        pytest.param(
            [("License-Expression", "MIT"), ("Classifier", "License :: OSI Approved :: BSD License")],
            "MIT",
            id="the expression comes first",
        ),
        pytest.param(
            [("License", "see LICENSE"), ("Classifier", "License :: OSI Approved :: ISC License (ISCL)")],
            "ISC",
            id="then the classifiers",
        ),
        pytest.param(
            [("License", "Apache 2.0\n\nLong text")], "Apache-2.0", id="then the field's first line"
        ),
        pytest.param(
            [
                ("Classifier", "License :: OSI Approved"),
                ("Classifier", "License :: OSI Approved :: MIT License"),
                ("Classifier", "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"),
            ],
            "MIT AND GNU General Public License v3 (GPLv3)",
            id="several classifiers count together",
        ),
        pytest.param([("Name", "nameless")], "", id="nothing stated"),
    ],
)
def test_stated_licence(fields: list[tuple[str, str]], expected: str) -> None:
    """Metadata of every age is read, its most exact statement first."""
    assert stated(*fields) == expected


def test_objection_names_package_and_licence() -> None:
    """Whoever adds a dependency reads at once which one may not stay, and why."""
    package = licences.Package(
        name="html2text", versions=("1",), licence="GPL-3.0-or-later", needed_for="running"
    )
    assert licences.objection(package) == "html2text: GPL-3.0-or-later is not among the allowed licences"


def test_licence_of_a_package_that_is_not_installed() -> None:
    """Packages of other platforms keep the licence that the list has."""
    assert licences.licence_of("no-such-package", {"no-such-package": "MIT"}) == "MIT"
    assert licences.licence_of("no-such-package", {}) == ""


@pytest.mark.parametrize(
    "line",
    [
        "see https://py" + "pi.org/project/intake",
        "https://files.python" + "hosted.org/packages/x.whl",
    ],
)
def test_registry_address_anywhere(line: str) -> None:
    """No file names a registry."""
    assert list(addresses.faults_in("docs/x.md", f"fine\n{line}\n")) == [
        "docs/x.md:2 names a package registry"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://mirror.example/simple",
        "--extra-index-url=https://mirror.example/simple",
        "--find-links wheels",
        "-f wheels",
        "intake @ file:///srv/intake",
        "    # -r /srv/intake/requirements/build.in",
    ],
)
def test_source_in_a_lock(line: str) -> None:
    """A lock says what to install, never from where."""
    expected = ["requirements/test.txt:1 says where to fetch from"]
    assert list(addresses.faults_in("requirements/test.txt", line)) == expected
    assert list(addresses.faults_in("docs/admin.md", line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "pillow==12.0.0 ; sys_platform == 'win32' \\",
        "    # via -r requirements/build.in",
        "    #   -c requirements/demo.txt",
        "    --hash=sha256:811826e1a5a06c25ebc3e6c4a704613eb9a1bcf6b78428fbe865f4f6c9a4b8",
    ],
)
def test_lines_of_a_lock(line: str) -> None:
    """What a lock has to say passes."""
    assert list(addresses.faults_in("requirements/test.txt", line)) == []


@pytest.mark.parametrize("name", sorted(licences.SETS))
def test_every_locked_package_has_hashes(name: str) -> None:
    """A package without a hash would let a mirror put anything in its place."""
    lines = (ROOT / "requirements" / f"{name}.txt").read_text().splitlines()
    pinned = [number for number, line in enumerate(lines) if "==" in line and not line.startswith(" ")]
    assert pinned
    assert [lines[number] for number in pinned if "--hash=sha256:" not in lines[number + 1]] == []


def test_sets_agree() -> None:
    """A package has one version per Python in all sets, so that they fit into one .venv."""
    versions: dict[str, set[frozenset[str]]] = {}
    for name in licences.SETS:
        found: dict[str, set[str]] = {}
        for package, version in licences.PINNED.findall((ROOT / "requirements" / f"{name}.txt").read_text()):
            found.setdefault(package, set()).add(version)
        for package, pins in found.items():
            versions.setdefault(package, set()).add(frozenset(pins))
    assert {package for package, pins in versions.items() if len(pins) > 1} == set()


@pytest.mark.parametrize(
    "dovecot, postfix, postgres, user, expected",
    [
        (True, True, True, 0, []),
        (True, True, True, 1000, ["postfix"]),
        (True, False, True, 0, ["postfix"]),
        (False, True, True, 0, ["servers", "postfix"]),
        (True, True, False, 0, ["postgres"]),
        (False, False, False, 1000, ["servers", "postfix", "postgres"]),
    ],
)
def test_what_cannot_run(
    monkeypatch: pytest.MonkeyPatch,
    dovecot: bool,
    postfix: bool,
    postgres: bool,
    user: int,
    expected: list[str],
) -> None:
    """Tests without their server are left out by marker, and each says what to do."""
    monkeypatch.setattr(mail_servers, "has_dovecot", lambda: dovecot)
    monkeypatch.setattr(mail_servers, "has_postfix", lambda: postfix)
    monkeypatch.setattr(mail_servers, "has_postgres", lambda: postgres)
    monkeypatch.setattr("os.geteuid", lambda: user)
    impossible = mail_servers.impossible()
    assert list(impossible) == expected
    assert all(impossible.values())


def test_a_gate_that_hangs_fails(capfd: pytest.CaptureFixture[str]) -> None:
    """A hanging gate is ended and named instead of blocking the rest."""
    assert run_tests.passes(["sleep", "60"], seconds=0) is run_tests.Outcome.FAILED
    assert "ended after 0 seconds: sleep 60" in capfd.readouterr().out


def test_pinned_extras() -> None:
    """A package that another one wants with an extra is pinned with that extra: else pip takes the newest
    release for it, which no hash allows, from the day on which there is one (pip before 24 does)."""
    pinned = (ROOT / "requirements" / "test.txt").read_text()
    assert "\ncoverage[toml]==" in pinned  # wanted by pytest-cov


@pytest.mark.parametrize("language", ["de", "en"])
def test_shipped_reply_texts(language: str) -> None:
    """Each reply has its text in both languages, and no text is shipped that nobody sends."""
    shipped = sorted(path.name for path in (ROOT / "config" / "replies" / language).iterdir())
    assert shipped == [
        "acknowledgement.txt.j2",
        "correction.txt.j2",
        "frame.txt.j2",
        "known.txt.j2",
        "problems.txt.j2",
        "received.txt.j2",
        "redirected.txt.j2",
        "reminder.txt.j2",
        "withdrawn.txt.j2",
        "words.txt.j2",
    ]
