"""Which mail servers the tests can start here, and how to get those that are missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

INSTALL = Path(__file__).with_name("install-mail-servers")
PACKAGES = "dovecot-imapd dovecot-lmtpd postfix"

# Servers lie where an ordinary user's PATH does not look.
SERVER_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"))

# Dovecot is one package per protocol; its programs lie here on Debian, Fedora, BSD and with Homebrew.
DOVECOT_PARTS = ("imap", "lmtp")
DOVECOT_FOLDERS = (
    "/usr/lib/dovecot",
    "/usr/libexec/dovecot",
    "/usr/local/libexec/dovecot",
    "/opt/homebrew/opt/dovecot/libexec/dovecot",
)


def ensure() -> None:
    """Install what is missing where we may: Debian or Ubuntu, as root or with sudo that asks nothing."""
    if (has_dovecot() and has_postfix()) or shutil.which("apt-get") is None:
        return
    prefix = as_root()
    if prefix is not None:
        subprocess.run([*prefix, "sh", str(INSTALL)], check=False)


def as_root() -> list[str] | None:
    """What to put before a command so that root runs it, or None when we cannot."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if (
        shutil.which("sudo")
        and subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0
    ):
        return sudo
    return None


def has_dovecot() -> bool:
    """The master process and both of its protocols."""
    parts = all(any(Path(folder, part).is_file() for folder in DOVECOT_FOLDERS) for part in DOVECOT_PARTS)
    return parts and shutil.which("dovecot", path=SERVER_PATH) is not None


def has_postfix() -> bool:
    """Installed; that it runs only as root is another matter."""
    return shutil.which("postfix", path=SERVER_PATH) is not None


def impossible() -> dict[str, str]:
    """The markers of tests that cannot run here, each with what somebody must do."""
    if not has_dovecot():
        return {"servers": how_to_install(), "postfix": how_to_install()}
    if not has_postfix():
        return {"postfix": how_to_install()}
    if os.geteuid() != 0:
        return {"postfix": "Postfix runs only as root: run make test as root"}
    return {}


def how_to_install() -> str:
    """The one command for an admin."""
    if shutil.which("apt-get"):
        return f"an admin runs once: sudo sh {INSTALL}   (installs {PACKAGES}, starts no service)"
    if sys.platform == "darwin":
        return "install Dovecot (brew install dovecot); Postfix comes with macOS"
    return "an admin installs Dovecot with IMAP and LMTP, and Postfix; on Fedora: sudo dnf install dovecot postfix"
