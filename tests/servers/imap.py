"""What all private IMAP servers have in common: ports, a greeting, and people with mail programs."""

from __future__ import annotations

import imaplib
import re
import socket
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class ImapServer:
    """A server with passwords by login, and what a person does there with a mail program."""

    folder: Path
    users: dict[str, str]
    ports: dict[str, int]
    ca_file: Path

    def server_name(self, folder: str) -> str:
        """A folder of a person as this server writes it."""
        return folder

    def rebuild(self, user: str) -> None:
        """The INBOX has a new UIDVALIDITY and the same messages."""
        raise NotImplementedError

    def sign_in(self, user: str) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.ports["imap"], timeout=10)
        client.login(user, self.users[user])
        return client

    def append(
        self,
        user: str,
        raw: bytes,
        *,
        folder: str = "INBOX",
        arrived: datetime | None = None,
        flags: str = "",
    ) -> int:
        """Put a message into a folder, created when missing, and return its UID."""
        with self.sign_in(user) as client:
            name = f'"{self.server_name(folder)}"'
            client.create(name)
            time_of = imaplib.Time2Internaldate(arrived or datetime.now(UTC))
            said = client.append(name, f"({flags})", time_of, raw)[1][0]
        found = re.search(rb"APPENDUID \d+ (\d+)", said)
        assert found, said
        return int(found[1])

    def flag(self, user: str, uid: int, flag: str) -> None:
        with self.sign_in(user) as client:
            client.select("INBOX")
            client.uid("STORE", str(uid), "+FLAGS", f"({flag})")

    def remove(self, user: str, uid: int, folder: str = "INBOX") -> None:
        """Delete and expunge one message."""
        with self.sign_in(user) as client:
            client.select(f'"{self.server_name(folder)}"')
            client.uid("STORE", str(uid), "+FLAGS", "(\\Deleted)")
            client.expunge()

    def contents(self, user: str, folder: str = "INBOX") -> dict[int, bytes]:
        """The messages of a folder by UID; none when there is no such folder."""
        with self.sign_in(user) as client:
            if client.select(f'"{self.server_name(folder)}"', readonly=True)[0] != "OK":
                return {}
            said = client.uid("FETCH", "1:*", "(UID BODY.PEEK[])")[1]
        parts = [part for part in said if isinstance(part, tuple)]
        return {_uid(part[0]): part[1] for part in parts}

    def flags(self, user: str, folder: str = "INBOX") -> dict[int, str]:
        """The flags of a folder's messages by UID."""
        with self.sign_in(user) as client:
            client.select(f'"{self.server_name(folder)}"', readonly=True)
            said = client.uid("FETCH", "1:*", "(UID FLAGS)")[1]
        return {_uid(line): line.decode() for line in said if isinstance(line, bytes)}


def _uid(answer: bytes) -> int:
    found = re.search(rb"UID (\d+)", answer)
    assert found, answer
    return int(found[1])


def wait_for_greeting(port: int, greeting: bytes, process: subprocess.Popen[bytes], said: object) -> None:
    """Until a server greets on its port; RuntimeError with what it said when it ends or takes 20 s."""
    end = time.monotonic() + 20
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as client:
                if client.recv(200).startswith(greeting):
                    return
        except OSError:
            pass
        time.sleep(0.02)
    raise RuntimeError(f"no greeting on port {port}: {said() if callable(said) else said}")
