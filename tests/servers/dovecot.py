"""A private Dovecot 2.3 on loopback ports, all its files under one folder. Starts as root or not."""

from __future__ import annotations

import atexit
import grp
import os
import pwd
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.servers.certificates import Certificates
from tests.servers.imap import ImapServer, free_port, wait_for_greeting

PROGRAM = Path("/usr/sbin/dovecot")

_CONFIG = """\
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
instance_name = {folder.name}
log_path = {folder}/dovecot.log
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = {uid}
first_valid_gid = {gid}
mail_uid = {uid}
mail_gid = {gid}

ssl = yes
ssl_cert = <{certificates.certificate}
ssl_key = <{certificates.key}
ssl_min_protocol = TLSv1.2

disable_plaintext_auth = no
auth_mechanisms = plain login{mechanisms}
auth_failure_delay = 0
mail_max_userip_connections = {connections}
{capability}
passdb {{
  driver = passwd-file
  mechanisms = plain login none
  args = scheme=PLAIN username_format=%u {folder}/users
}}
{oauth2}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home/%u
}}

mail_location = maildir:~/Maildir
mail_fsync = never
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
  mailbox "{sent}" {{
    special_use = \\Sent
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@example.test
}}
{more}

service imap-login {{
  chroot =
  service_count = 0
  process_min_avail = 1
  inet_listener imap {{
    address = 127.0.0.1
    port = {ports[imap]}
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {ports[imaps]}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {ports[lmtp]}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {ports[sasl]}
  }}
}}
# Failed logins would be delayed by what anvil remembers of them.
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


_OAUTH2_PASSDB = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf.ext
}}
"""
_OAUTH2 = """\
introspection_mode = post
introspection_url = {introspection}
username_attribute = username
active_attribute = active
active_value = true
force_introspection = yes
"""


class Dovecot(ImapServer):
    """Runs from construction to ``stop``. ``capability`` dresses it as another server; "" as it is.

    introspection: URL of a token server (RFC 7662) that says whose a token is; with it XOAUTH2 is
    offered, too. users: passwords by login, all of them up front: the passwd-file is cached by the second.
    more: further settings; {folder} is this server's.
    """

    def __init__(
        self,
        folder: Path,
        *,
        users: Mapping[str, str],
        certificates: Certificates,
        capability: str = "",
        separator: str = "/",
        prefix: str = "",
        sent: str = "Sent",
        connections: int = 50,
        introspection: str = "",
        more: str = "",
    ) -> None:
        folder.mkdir(parents=True, mode=0o755)
        self.folder, self.users, self.ca_file = folder, dict(users), certificates.ca
        self.ports = {name: free_port() for name in ("imap", "imaps", "lmtp", "sasl")}
        uid, gid, internal, login = _owners()
        (folder / "users").write_text("".join(f"{user}:{{PLAIN}}{users[user]}::::::\n" for user in users))
        (folder / "home").mkdir()
        os.chown(folder / "home", uid, gid)
        if introspection:
            (folder / "oauth2.conf.ext").write_text(_OAUTH2.format(introspection=introspection))
        self._config = folder / "dovecot.conf"
        self._config.write_text(
            _CONFIG.format(
                folder=folder,
                certificates=certificates,
                ports=self.ports,
                uid=uid,
                gid=gid,
                login=login,
                internal=internal,
                internal_group=grp.getgrgid(pwd.getpwnam(internal).pw_gid).gr_name,
                capability=f"imap_capability = {capability}" if capability else "",
                separator=separator,
                prefix=prefix,
                sent=sent,
                connections=connections,
                mechanisms=" xoauth2" if introspection else "",
                oauth2=_OAUTH2_PASSDB.format(folder=folder) if introspection else "",
                more=more.replace("{folder}", str(folder)),
            )
        )
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        self.start()

    def start(self) -> None:
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [PROGRAM, "-F", "-c", self._config], stdout=output, stderr=output, start_new_session=True
            )
        wait_for_greeting(self.ports["imap"], b"* OK", self._process, self._said)

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        # With its children: asked to end, they serve whom they have to the last.
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _said(self) -> str:
        files = (self.folder / "output", self.folder / "dovecot.log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def doveadm(self, *arguments: str) -> str:
        command = ["doveadm", "-c", str(self._config), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def kick(self, user: str) -> None:
        """End the user's connections with a BYE."""
        self.doveadm("kick", user)

    def set_uidvalidity(self, user: str, uidvalidity: int, folder: str = "INBOX") -> None:
        self.doveadm("mailbox", "update", "-u", user, "--uid-validity", str(uidvalidity), folder)

    def rebuild(self, user: str) -> None:
        self.set_uidvalidity(user, 4_000_000_000)

    def renumber(self, user: str) -> None:
        """The server goes down and comes back with its INBOX rebuilt: a new UIDVALIDITY, and UIDs from 1 on."""
        self.stop()
        for known in (self.folder / "home" / user / "Maildir").glob("dovecot*"):
            if known.is_file() and not known.name.startswith("dovecot-uidvalidity"):
                known.unlink()
        self.start()


def _owners() -> tuple[int, int, str, str]:
    """uid and gid of the mail, and the users of Dovecot's own processes: as root, those of its package."""
    if os.geteuid() == 0:
        mail = pwd.getpwnam("mail")
        return mail.pw_uid, mail.pw_gid, "dovecot", "dovenull"
    me = pwd.getpwuid(os.geteuid()).pw_name
    return os.geteuid(), os.getegid(), me, me
