"""`make test-cyrus`: the tests of the mailbox, and whole journeys, on Cyrus IMAP as a second server.

Debian's Cyrus and Dovecot exclude each other, so Cyrus is not installed: its packages are fetched by apt and
unpacked into .venv/cyrus, which needs no root and changes nothing else. A Cyrus that is installed is used.
Exits 0 only when every test ran and passed.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from scripts import mail_servers, run_tests

UNPACKED = run_tests.ROOT / ".venv" / "cyrus"
PACKAGE = "cyrus-imapd"
# Debian's name for them, and Fedora's.
MASTERS = (
    UNPACKED / "usr/lib/cyrus/bin/master",
    Path("/usr/lib/cyrus/bin/master"),
    Path("/usr/libexec/cyrus-imapd/cyrus-master"),
)
# What Cyrus depends on for its tools alone.
NOT_NEEDED = ("libclamav", "libmspack", "libperl", "libcyrus-imap-perl")
# The folder is ours alone: apt need not become another user to write there.
APT = ("apt-get", "-qq", "-o", "APT::Sandbox::User=root")
SECONDS = 600


def main() -> int:
    """Get Cyrus, run, and say what could not run."""
    if not has_cyrus() and not unpack():
        print(how_to_install(), file=sys.stderr)
        return 1
    mail_servers.ensure()
    impossible = mail_servers.impossible()
    selection = " and ".join(["cyrus", *(f"not {marker}" for marker in impossible)])
    outcome = run_tests.passes([sys.executable, "-m", "pytest", "-m", selection], seconds=SECONDS)
    left_out = run_tests.left_out(impossible, among="cyrus")
    if left_out:
        print(run_tests.unable(impossible, left_out))
    return 0 if outcome is run_tests.Outcome.OK and not left_out else 1


def has_cyrus() -> bool:
    """Its master and its IMAP service; an installation may be without the second."""
    return any(master.is_file() and (master.parent / "imapd").is_file() for master in MASTERS)


def unpack() -> bool:
    """Fetch the packages of Cyrus and of the libraries that are missing here. False when that cannot be."""
    names = wanted()
    if not names:
        return False
    print(f"unpacking {', '.join(names)} into {UNPACKED.relative_to(run_tests.ROOT)} …", flush=True)
    with tempfile.TemporaryDirectory(prefix="cyrus-") as folder:
        if subprocess.run([*APT, "download", *names], cwd=folder, check=False).returncode:
            return False
        for package in sorted(Path(folder).glob("*.deb")):
            if subprocess.run(["dpkg-deb", "-x", package, UNPACKED], check=False).returncode:
                return False
    return has_cyrus()


def wanted() -> list[str]:
    """The packages that an installation would bring, without those that are here already; none where apt
    does not know Cyrus, or is not there."""
    simulate = ["apt-get", "-s", "install", "--no-install-recommends", PACKAGE]
    try:
        said = subprocess.run(simulate, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    names = [line.split()[1] for line in said.splitlines() if line.startswith("Inst ")]
    return [name for name in names if name.startswith(("cyrus-", "lib")) and not name.startswith(NOT_NEEDED)]


def how_to_install() -> str:
    """What somebody must do where it cannot be fetched."""
    return (
        "make test-cyrus needs Cyrus IMAP 3.6 or newer. On Debian and Ubuntu it fetches the package "
        f"{PACKAGE} itself, without installing it: apt needs its lists (apt-get update) and the network for that. "
        "Elsewhere an admin installs it; on Fedora: sudo dnf install cyrus-imapd"
    )


if __name__ == "__main__":
    sys.exit(main())
