"""The floor: the least that anybody must do who reads these mails from this server and keeps their files.

Three sums, each as fast as it goes: streaming all bytes of the folder through one raw socket that has signed in
(TLS as the worker's own); PDFium's text of every page, by warm processes on every core; writing and fsync of
each file that is to be kept, the mail and its PDF. Nothing is parsed, judged, recorded, moved or answered.
"""

from __future__ import annotations

import email
import multiprocessing
import os
import re
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from tests.conftest import PASSWORD, MailServers

_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Floor:
    """Seconds of each part."""

    stream: float
    text: float
    keep: float
    pages: int

    @property
    def seconds(self) -> float:
        return self.stream + self.text + self.keep


def measure(running: MailServers, account: str, folder: str, scratch: Path) -> Floor:
    """The three parts for all mails of one folder of an account."""
    began = time.monotonic()
    size = _streamed(running, account, folder)
    stream = time.monotonic() - began
    mails = list(running.dovecot.contents(account, folder).values())
    pdfs = [pdf for raw in mails for pdf in _pdfs(raw)]
    assert size >= sum(map(len, mails)), "not everything was streamed"
    text, pages = _text(pdfs, scratch)
    return Floor(stream=stream, text=text, keep=_keep([*mails, *pdfs], scratch), pages=pages)


def _streamed(running: MailServers, account: str, folder: str) -> int:
    """Every byte of the folder, counted and thrown away."""
    context = ssl.create_default_context(cafile=running.ca_file)
    dialled = socket.create_connection(("localhost", running.dovecot.ports["imaps"]))
    with context.wrap_socket(dialled, server_hostname="localhost") as server:
        server.sendall(
            b"1 LOGIN %s %s\r\n2 SELECT %s\r\n" % (account.encode(), PASSWORD.encode(), folder.encode())
        )
        answer = b""
        while b"\r\n2 OK" not in answer:
            answer += server.recv(_CHUNK)
        server.sendall(b"3 UID FETCH 1:* BODY.PEEK[]\r\n")
        size, end, room = 0, b"", bytearray(_CHUNK)
        while not re.search(rb"\r\n3 (OK|NO|BAD)[^\r\n]*\r\n\Z", end):
            taken = server.recv_into(room)
            if not taken:
                raise SystemExit("the server hung up")
            size += taken
            end = (end + bytes(room[max(0, taken - 200) : taken]))[-200:]
    return size


def _pdfs(raw: bytes) -> Iterator[bytes]:
    for part in email.message_from_bytes(raw).walk():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes) and content.startswith(b"%PDF"):
            yield content


def _text(pdfs: list[bytes], scratch: Path) -> tuple[float, int]:
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        paths = []
        for number, content in enumerate(pdfs):
            paths.append(Path(folder, str(number)))
            paths[-1].write_bytes(content)
        cores = os.cpu_count() or 1
        with multiprocessing.get_context("spawn").Pool(cores) as processes:
            processes.map(pages_of, paths[:1] * cores * 2, chunksize=1)
            began = time.monotonic()
            pages = sum(processes.imap_unordered(pages_of, paths, chunksize=2))
            return time.monotonic() - began, pages


def pages_of(path: Path) -> int:
    """Take the text of every page of a file, and say how many there are."""
    document = pypdfium2.PdfDocument(path)
    count = len(document)
    for index in range(count):
        page = document[index]
        layer = page.get_textpage()
        layer.get_text_range()
        layer.close()
        page.close()
    document.close()
    return count


def _keep(files: list[bytes], scratch: Path) -> float:
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        began = time.monotonic()
        for number, content in enumerate(files):
            with Path(folder, str(number)).open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        return time.monotonic() - began
