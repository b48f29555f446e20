"""TCP faults on loopback: a proxy that cuts, stalls or swallows, and an SMTP server that reads its lines from
a script."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import BinaryIO


class FaultProxy:
    """Stands before a server. Its faults may be set at any time and count for what flows afterwards.

    target: the server's port; cut_after: a connection ends with the piece in which the server has sent more bytes than this; swallow: nothing flows any more
    and nothing is closed (a half-open connection); accepted: connections so far; down: bytes that
    came from the server, over all connections; rewrite: changes each piece from the server; drip:
    seconds that each byte from the server takes, in a packet of its own; singly: each byte travels in a
    packet of its own, both ways, as fast as it can; cut_at: the next connection in which the client sends these bytes
    ends there, with them passed on to the server or (``cut_before``) without.
    """

    def __init__(self, port: int) -> None:
        self.target = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cut_after: int | None = None
        self.swallow = False
        self.rewrite: Callable[[bytes], bytes] = bytes
        self.drip = 0.0
        self.singly = False
        self.cut_at = b""
        self.cut_before = False
        self.accepted = 0
        self.down = 0
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> FaultProxy:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.accepted += 1
            try:
                server = socket.create_connection(("127.0.0.1", self.target))
            except OSError:  # it is down
                client.close()
                continue
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._sockets += [client, server]
            for pump in ((client, server, False), (server, client, True)):
                self._threads.append(threading.Thread(target=self._pump, args=pump, daemon=True))
                self._threads[-1].start()

    def _pump(self, source: socket.socket, sink: socket.socket, down: bool) -> None:
        passed, tail = 0, b""
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                if self.swallow:
                    continue
                if not down:
                    tail = (tail + piece)[-65536 - len(self.cut_at) :]
                    if self.cut_at and self.cut_at in tail:
                        self._cut_here(source, sink, piece)
                        break
                    self._pass(sink, piece, 0.0)
                    continue
                self.down += len(piece)
                passed += len(piece)
                self._pass(sink, self.rewrite(piece), self.drip)
                if self.cut_after is not None and passed > self.cut_after:
                    break
        _shut(source, sink)

    def _cut_here(self, client: socket.socket, server: socket.socket, piece: bytes) -> None:
        """The client first, so that it hears no answer any more."""
        self.cut_at = b""
        _shut(client)
        if not self.cut_before:
            server.sendall(piece)

    def _pass(self, sink: socket.socket, piece: bytes, drip: float) -> None:
        if not drip and not self.singly:
            sink.sendall(piece)
            return
        for byte in piece:
            sink.sendall(bytes([byte]))
            if drip:
                time.sleep(drip)

    def cut(self) -> None:
        """End every connection now."""
        _shut(*self._sockets)

    def close(self) -> None:
        _shut(self._listener)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(5)
        for each in self._sockets:
            each.close()


# What a well-behaved server answers to each command; "content" is the answer after the final dot.
_SMTP_ANSWERS = {
    "greeting": "220 ready",
    "EHLO": "250-here\r\n250-AUTH PLAIN\r\n250 8BITMIME",
    "HELO": "250 here",
    "AUTH": "235 welcome",
    "MAIL": "250 sender",
    "RCPT": "250 recipient",
    "DATA": "354 go on",
    "content": "250 taken",
    "RSET": "250 again",
    "NOOP": "250 yes",
    "QUIT": "221 bye",
}

HANG_UP = "(hang up)"
SILENCE = "(silence)"


class ScriptedSmtp:
    """An SMTP server that answers as told. ``answers`` may be changed between mails.

    A line of answer, or HANG_UP to end the connection without one, or SILENCE to say nothing. A line
    that begins with 421 ends the connection after it. Of a list each is used once, the last for good.
    """

    def __init__(self) -> None:
        self.answers: dict[str, str | list[str]] = {**_SMTP_ANSWERS}
        self.taken: list[bytes] = []  # contents as they were on the wire, up to the final dot
        self.commands: list[str] = []
        self.connections = 0
        self._said = ""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> ScriptedSmtp:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        _shut(self._listener)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(5)

    def hang_up(self) -> None:
        """End every connection, as a server does with idle clients."""
        _shut(*self._open)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(client)
            self._threads.append(threading.Thread(target=self._serve, args=(client,), daemon=True))
            self._threads[-1].start()

    def _serve(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), client.makefile("rb") as lines:
            going_on = self._answer(client, "greeting")
            while going_on and (line := lines.readline()):
                self.commands.append(line.decode(errors="replace").strip())
                verb = self.commands[-1].partition(" ")[0].upper()
                going_on = self._answer(client, verb)
                if verb == "DATA" and self._said.startswith("354"):
                    content = _content(lines)
                    if content is None:
                        break
                    self.taken.append(content)
                    going_on = self._answer(client, "content")
            _shut(client)

    def _answer(self, client: socket.socket, verb: str) -> bool:
        answer = self.answers.get(verb, "500 what")
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        self._said = answer
        if answer == HANG_UP:
            return False
        if answer != SILENCE:
            client.sendall(answer.encode() + b"\r\n")
        return not answer.startswith("421") and verb != "QUIT"


def _content(lines: BinaryIO) -> bytes | None:
    """Up to the final dot; None when the client has left before it (RFC 5321 4.1.1.4: then nothing is delivered)."""
    taken = []
    while line := lines.readline():
        if line == b".\r\n":
            return b"".join(taken)
        taken.append(line)
    return None


def _shut(*sockets: socket.socket) -> None:
    for each in sockets:
        with contextlib.suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
