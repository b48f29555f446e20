"""What the worker takes of the machine: a bound that an admin can plan with."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
from pathlib import Path

from tests.acceptance.house import House
from tests.conftest import MailAccount

MOST = 250  # MB


def test_the_worker_stays_small_with_the_largest_mails(house: House, applicant: MailAccount) -> None:
    """Two mails of 39.5 MB, one after the other: each is filed whole, and the peak is below 250 MB."""
    files = [b"%PDF-1.4\n" + random.Random(seed).randbytes(28_900_000) for seed in (1, 2)]
    with (house.root / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "intake", "run", "--config", str(house.config)], stderr=log
        )
        try:
            house.until(house.known)
            for number, content in enumerate(files, 1):
                raw = a_mail(applicant.login, house.bot.login, number, content)
                house.servers.dovecot.append(house.bot.login, raw)
                house.until(lambda wanted=number: len(house.filed()) == wanted and not house.inbox())
            peak = int(status(process.pid)["VmHWM"].split()[0]) // 1024
        finally:
            process.terminate()
            process.wait(20)
    kept = [house.applications / folder / "application.pdf" for folder in house.filed()]
    assert {path.read_bytes() for path in kept} == set(files)
    assert peak < MOST


def a_mail(sender: str, recipient: str, number: int, content: bytes) -> bytes:
    head = (
        f"From: {sender}\r\nTo: {recipient}\r\nMessage-ID: <{number}@large.example>\r\nSubject: Application\r\n"
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=xx\r\n\r\n--xx\r\nContent-Type: text/plain\r\n\r\n"
        "my application\r\n--xx\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n") + b"--xx--\r\n"


def status(process: int) -> dict[str, str]:
    """/proc/PID/status by field."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    return {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}
