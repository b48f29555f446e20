"""Two hosts on one machine: network namespaces of their own, each behind a cable that can be pulled.

In a namespace the loopback ports of the test's servers lead, over the cable alone, to the servers: the
configuration of both hosts names localhost. Where namespaces cannot be made (no root, no iproute2, a container
without the right) a host is a plain process beside the servers, and ``Host.cable`` says so.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_CODE = (
    "import sys; from tests.servers.hosts import forward; "
    "forward(sys.argv[1], sys.argv[2], [int(port) for port in sys.argv[3:]])"
)


class Host:
    """One host, from construction to ``stop``. number: 1 to 4, another one for each; ports: of the servers."""

    def __init__(self, number: int, ports: Sequence[int]) -> None:
        self.name = f"intake-{os.getpid()}-{number}"
        net = f"10.213.{(os.getpid() * 4 + number) % 250}"  # several test runs may be on one machine
        self._near, self._far = f"{net}.1", f"{net}.2"
        self._link = f"ik{os.getpid() % 100_000}x{number}"
        self._ports = tuple(ports)
        self._processes: list[subprocess.Popen[bytes]] = []
        self.cable = self._laid()  # whether there is one that can be pulled

    def start(self, command: Sequence[str], *, output: Path, **more: Any) -> subprocess.Popen[bytes]:
        """A program on this host, its output in a file."""
        inside = ["ip", "netns", "exec", self.name] if self.cable else []
        with output.open("ab") as file:
            process = subprocess.Popen(
                [*inside, *command], stdout=file, stderr=file, start_new_session=True, **more
            )
        self._processes.append(process)
        return process

    def kill(self) -> None:
        """Everything on it ends at once, as when its power fails."""
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        self._processes.clear()
        if self.cable:
            self._relay()  # what stands for its network, not for its programs

    def pull(self) -> None:
        """It is cut off: nothing is said to either side."""
        _ip("link", "set", self._link, "down")

    def plug_in(self) -> None:
        _ip("link", "set", self._link, "up")

    def stop(self) -> None:
        for process in self._processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        if self.cable:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            _ip("netns", "del", self.name)

    def _laid(self) -> bool:
        if os.geteuid() != 0 or shutil.which("ip") is None:
            return False
        try:
            _ip("netns", "add", self.name)
        except subprocess.CalledProcessError:
            return False
        try:
            _ip("link", "add", self._link, "type", "veth", "peer", "name", "eth0", "netns", self.name)
            _ip("addr", "add", f"{self._near}/30", "dev", self._link)
            _ip("link", "set", self._link, "up")
            _ip("-n", self.name, "addr", "add", f"{self._far}/30", "dev", "eth0")
            _ip("-n", self.name, "link", "set", "eth0", "up")
            _ip("-n", self.name, "link", "set", "lo", "up")
        except subprocess.CalledProcessError:
            _ip("netns", "del", self.name)
            return False
        self._server = self._forwards([], self._near, "127.0.0.1")
        self._relay()
        return True

    def _forwards(self, inside: Sequence[str], listen: str, target: str) -> subprocess.Popen[bytes]:
        """In a process of its own: what it leaves open ends with it."""
        command = [*inside, sys.executable, "-c", _CODE, listen, target, *map(str, self._ports)]
        return subprocess.Popen(command, start_new_session=True, cwd=Path(__file__).resolve().parents[2])

    def _relay(self) -> None:
        """On the host's side of the cable."""
        inside = ["ip", "netns", "exec", self.name]
        self._processes.append(self._forwards(inside, "127.0.0.1", self._near))
        end = time.monotonic() + 20
        ask = "import socket, sys; socket.create_connection(('127.0.0.1', int(sys.argv[1])), 1).close()"
        while True:
            asked = ["ip", "netns", "exec", self.name, sys.executable, "-c", ask, str(self._ports[0])]
            if subprocess.run(asked, check=False, capture_output=True).returncode == 0:
                return
            assert time.monotonic() < end, "the host reaches nobody"
            time.sleep(0.05)


def forward(listen: str, target: str, ports: Sequence[int]) -> None:
    """Take connections at an address and pass them on to the same ports of another, for as long as we live."""
    for port in ports:
        listening = socket.create_server((listen, port))
        threading.Thread(target=_serve, args=(listening, target, port), daemon=True).start()
    threading.Event().wait()


def _serve(listening: socket.socket, target: str, port: int) -> None:
    while True:
        near, _ = listening.accept()
        threading.Thread(target=_connect, args=(near, target, port), daemon=True).start()


def _connect(near: socket.socket, target: str, port: int) -> None:
    try:
        far = socket.create_connection((target, port), timeout=10)
    except OSError:
        near.close()
        return
    far.settimeout(None)
    back = threading.Thread(target=_pump, args=(far, near), daemon=True)
    back.start()
    _pump(near, far)
    back.join()
    near.close()
    far.close()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(1 << 16):
            sink.sendall(chunk)
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
