"""A private Postfix 3.7 on a loopback port. Its master insists on root. It relays nowhere: every domain is
delivered by LMTP to Dovecot, and any other transport is an error."""

from __future__ import annotations

import atexit
import os
import pwd
import signal
import subprocess
from pathlib import Path

from tests.servers.certificates import Certificates
from tests.servers.imap import free_port, wait_for_greeting

PROGRAM = Path("/usr/sbin/postfix")

_MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/state
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mx.example.test
mydomain = example.test
mynetworks = 127.0.0.0/8
mydestination =
local_recipient_maps =
alias_maps =
alias_database =
virtual_mailbox_domains = static:all
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{lmtp_port}
default_transport = error:no mail leaves this host
relay_transport = error:no mail leaves this host
lmtp_host_lookup = native
smtp_host_lookup = native
disable_dns_lookups = yes
message_size_limit = 62914560
virtual_mailbox_limit = 0
mailbox_size_limit = 0
smtputf8_enable = yes
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_error_sleep_time = 0
smtpd_timeout = 30s
minimal_backoff_time = 2s
maximal_backoff_time = 4s
queue_run_delay = 2s
in_flow_delay = 0
smtpd_tls_security_level = may
smtpd_tls_chain_files = {certificates.key}, {certificates.certificate}
smtp_tls_security_level = none
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl_port}
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject
"""

_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup    unix n - n 60 1 pickup
cleanup   unix n - n - 0 cleanup
qmgr      unix n - n 300 1 qmgr
tlsmgr    unix - - n 1000? 1 tlsmgr
rewrite   unix - - n - - trivial-rewrite
bounce    unix - - n - 0 bounce
defer     unix - - n - 0 bounce
trace     unix - - n - 0 bounce
verify    unix - - n - 1 verify
flush     unix n - n 1000? 0 flush
proxymap  unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
smtp      unix - - n - - smtp
relay     unix - - n - - smtp
showq     unix n - n - - showq
error     unix - - n - - error
retry     unix - - n - - error
discard   unix - - n - - discard
lmtp      unix - - n - - lmtp
anvil     unix - - n - 1 anvil
scache    unix - - n - 1 scache
postlog   unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Runs from construction to ``stop``; takes mail from whoever signs in at Dovecot's SASL port."""

    def __init__(self, folder: Path, *, certificates: Certificates, lmtp_port: int, sasl_port: int) -> None:
        self.port = free_port()
        for name in ("conf", "spool", "state"):
            (folder / name).mkdir(parents=True, mode=0o755)
        owner = pwd.getpwnam("postfix")
        os.chown(folder / "state", owner.pw_uid, owner.pw_gid)
        self.folder, self._conf = folder, folder / "conf"
        (self._conf / "main.cf").write_text(
            _MAIN.format(folder=folder, certificates=certificates, lmtp_port=lmtp_port, sasl_port=sasl_port)
        )
        (self._conf / "master.cf").write_text(_MASTER.format(port=self.port))
        self._process: subprocess.Popen[bytes] | None = None
        atexit.register(self.stop)
        self.start()

    def start(self) -> None:
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [PROGRAM, "-c", self._conf, "start-fg"],
                stdout=output,
                stderr=output,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        wait_for_greeting(self.port, b"220", self._process, self.log)

    def log(self) -> str:
        """All that Postfix has said."""
        files = (self.folder / "output", self.folder / "postfix.log")
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def stop(self) -> None:
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        subprocess.run([PROGRAM, "-c", self._conf, "stop"], capture_output=True, check=False)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
