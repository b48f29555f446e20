"""Which mail servers, and which PostgreSQL, the tests can start here, and how to get what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

INSTALL = Path(__file__).with_name("install-mail-servers")
PACKAGES = "dovecot-imapd dovecot-lmtpd postfix postgresql"
OLDEST_POSTGRES = 15

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
    if (has_dovecot() and has_postfix() and has_postgres()) or shutil.which("apt-get") is None:
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


def has_postgres() -> bool:
    """The programs of a server that is new enough."""
    return postgres_programs() is not None


def postgres_programs() -> Path | None:
    """The folder of the newest server here, None where there is none or only an older one."""
    folders = set(Path("/usr/lib/postgresql").glob("*/bin"))
    if asked := shutil.which("pg_config"):
        folders.add(Path(_said(asked, "--bindir")))
    found = {
        int(_said(str(folder / "postgres"), "--version").split()[2].partition(".")[0]): folder
        for folder in folders
        if (folder / "postgres").is_file() and (folder / "initdb").is_file()
    }
    newest = max(found, default=0)
    return found[newest] if newest >= OLDEST_POSTGRES else None


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def impossible() -> dict[str, str]:
    """The markers of tests that cannot run here, each with what somebody must do."""
    missing = {} if has_postgres() else {"postgres": how_to_install()}
    if not has_dovecot():
        return {"servers": how_to_install(), "postfix": how_to_install(), **missing}
    if not has_postfix():
        return {"postfix": how_to_install(), **missing}
    if os.geteuid() != 0:
        return {"postfix": "Postfix runs only as root: run make test as root", **missing}
    return missing


def how_to_install() -> str:
    """The one command for an admin."""
    if shutil.which("apt-get"):
        newer = f"PostgreSQL must be {OLDEST_POSTGRES} or newer"
        return f"an admin runs once: sudo sh {INSTALL}   (installs {PACKAGES}, starts no service; {newer})"
    if sys.platform == "darwin":
        return "install Dovecot and PostgreSQL (brew install dovecot postgresql); Postfix comes with macOS"
    return (
        f"an admin installs Dovecot with IMAP and LMTP, Postfix, and PostgreSQL {OLDEST_POSTGRES} or newer; "
        "on Fedora: sudo dnf install dovecot postfix postgresql-server"
    )
