"""A private Cyrus IMAP 3.6 on loopback ports, all its files under one folder. Starts as root or not."""

from __future__ import annotations

import atexit
import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from tests.servers.certificates import Certificates
from tests.servers.imap import ImapServer, free_port, wait_for_greeting

# Where make test-cyrus unpacks it, and where packages install it.
_UNPACKED = Path(__file__).resolve().parents[2] / ".venv" / "cyrus"
_MASTERS = (
    _UNPACKED / "usr/lib/cyrus/bin/master",
    Path("/usr/lib/cyrus/bin/master"),
    Path("/usr/libexec/cyrus-imapd/cyrus-master"),
)
_ADMIN = "cyrus-admin"

_CONFIG = """\
configdirectory: {folder}/state
proc_path: {folder}/state/proc
mboxname_lockpath: {folder}/state/lock
idlesocket: {folder}/state/socket/idle
defaultpartition: default
partition-default: {folder}/mail
cyrus_user: {user}
cyrus_group: {group}
admins: {admin}
altnamespace: {altnamespace}
unixhierarchysep: {slashes}
virtdomains: userid
defaultdomain: cyrus.invalid
allowplaintext: yes
sasl_pwcheck_method: saslauthd
sasl_saslauthd_path: {folder}/saslauthd/mux
tls_server_cert: {folder}/server.pem
tls_server_key: {folder}/server.key
delete_mode: immediate
expunge_mode: immediate
duplicatesuppression: no
syslog_prefix: intake-test
"""
# The master tells its services nothing of its own configuration: each is given it.
_SERVICES = """\
START {{
  recover cmd="{programs}/ctl_cyrusdb -C {folder}/imapd.conf -r"
}}
SERVICES {{
  imap cmd="{programs}/imapd -C {folder}/imapd.conf -U 100" listen="127.0.0.1:{ports[imap]}" prefork=1 proto=tcp4
  imaps cmd="{programs}/imapd -C {folder}/imapd.conf -s -U 100" listen="127.0.0.1:{ports[imaps]}" prefork=0 proto=tcp4
}}
EVENTS {{
  checkpoint cmd="{programs}/ctl_cyrusdb -C {folder}/imapd.conf -c" period=30
}}
DAEMON {{
  idled cmd="{programs}/idled -C {folder}/imapd.conf"
}}
"""


def master() -> Path:
    """The program that starts the others. RuntimeError where there is no Cyrus."""
    for program in _MASTERS:
        if program.is_file() and (program.parent / "imapd").is_file():
            return program
    raise RuntimeError("Cyrus is missing: make test-cyrus fetches it, or says what to install")


def _environment() -> dict[str, str]:
    """With the libraries that were unpacked."""
    folders = {str(library.parent) for library in _UNPACKED.rglob("lib*.so.*")}
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(sorted(folders))}


class Cyrus(ImapServer):
    """Runs from construction to ``stop``. ``dots``: as it was before 3.0, "INBOX." before every folder of a
    person and "." between their parts; else as it is now, "/" and no prefix."""

    def __init__(self, folder: Path, *, certificates: Certificates, dots: bool = False) -> None:
        folder.mkdir(parents=True, mode=0o755)
        self.folder, self.ca_file = folder, certificates.ca
        self.users = {_ADMIN: "secret"}
        self.ports = {name: free_port() for name in ("imap", "imaps")}
        self._dots = dots
        user = "mail" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        owner = pwd.getpwnam(user)
        for name in ("state", "state/socket", "mail", "saslauthd"):
            (folder / name).mkdir()
        shutil.copy(certificates.certificate, folder / "server.pem")
        shutil.copy(certificates.key, folder / "server.key")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        self._passwords = _Passwords(folder / "saslauthd", self.users)
        (folder / "imapd.conf").write_text(
            _CONFIG.format(
                folder=folder,
                user=user,
                group=grp.getgrgid(owner.pw_gid).gr_name,
                admin=_ADMIN,
                altnamespace="no" if dots else "yes",
                slashes="no" if dots else "yes",
            )
        )
        services = _SERVICES.format(folder=folder, ports=self.ports, programs=master().parent)
        (folder / "cyrus.conf").write_text(services)
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        self.start()

    def welcome(self, login: str, password: str) -> None:
        """Give somebody an account, with an empty INBOX."""
        self.users[login] = password
        with self.sign_in(_ADMIN) as admin:
            assert admin.create(self._inbox(login))[0] == "OK"

    def start(self) -> None:
        command: list[str | Path] = [
            master(), "-C", self.folder / "imapd.conf", "-M", self.folder / "cyrus.conf",
            "-p", self.folder / "master.pid",
        ]  # fmt: skip
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(command, stdout=output, stderr=output, env=_environment(),
                                             start_new_session=True)  # fmt: skip
        wait_for_greeting(self.ports["imap"], b"* OK", self._process, self._said)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._passwords.close()

    def _said(self) -> str:
        return (self.folder / "output").read_text(errors="replace")

    def server_name(self, folder: str) -> str:
        if folder == "INBOX" or not self._dots:
            return folder
        return "INBOX." + folder.replace("/", ".")

    def _inbox(self, login: str) -> str:
        return f'"user{"." if self._dots else "/"}{login}"'

    def rebuild(self, user: str) -> None:
        """The INBOX is deleted and made again with the same messages."""
        with self.sign_in(user) as client:
            client.select("INBOX", readonly=True)
            said = client.uid("FETCH", "1:*", "(INTERNALDATE BODY.PEEK[])")[1]
        with self.sign_in(_ADMIN) as admin:
            admin.setacl(self._inbox(user), _ADMIN, "lrswipkxtecdan")
            assert admin.delete(self._inbox(user))[0] == "OK"
            assert admin.create(self._inbox(user))[0] == "OK"
        with self.sign_in(user) as client:
            for about, raw in (part for part in said if isinstance(part, tuple)):
                arrived = imaplib.Internaldate2tuple(about)
                assert arrived, about
                client.append("INBOX", "", imaplib.Time2Internaldate(arrived), raw)


class _Passwords:
    """What saslauthd is to Cyrus: says on a Unix socket whether a password is right."""

    def __init__(self, folder: Path, users: Mapping[str, str]) -> None:
        self._users = users  # as they are when asked
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(folder / "mux"))
        (folder / "mux").chmod(0o777)
        self._listener.listen(20)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with client, client.makefile("rb") as asked:
                    # Four strings, each behind its length: login, password, service, realm.
                    login, password, _, realm = (
                        asked.read(struct.unpack("!H", asked.read(2))[0]).decode() for _ in range(4)
                    )
                    right = self._users.get(f"{login}@{realm}" if realm else login) == password
                    answer = b"OK" if right else b"NO"
                    client.sendall(struct.pack("!H", len(answer)) + answer)

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
