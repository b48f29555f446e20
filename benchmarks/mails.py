"""How long reading a mail with a PDF of 1 MB takes, beside the standard library in the same run; `make bench`.

    python -m benchmarks.mails [FOLDER ...]

The bytes of the attachments must be those the standard library finds, in the mail of the measure and in every
well-formed mail (no defect found by either reader) of the folders. Exit status 1 when one of them differs.
"""

from __future__ import annotations

import email
import email.policy
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path

from intake.journey import parse

GOAL = 2.0  # milliseconds
ROUNDS = 40
PDF_BYTES = 1_000_000


def sample() -> bytes:
    """An application with one attachment that starts like a PDF; its bytes are the same in every run."""
    written = EmailMessage(policy=email.policy.SMTP)
    written["From"] = "Nadia Ferreira <nadia@example.org>"
    written["To"] = "jobs@example.org"
    written["Subject"] = "Application"
    written["Message-ID"] = "<1@example.org>"
    written.set_content("Dear hiring committee,\n\nplease find my application attached.\n")
    content = b"%PDF-1.7\n" + random.Random(1).randbytes(PDF_BYTES)
    written.add_attachment(content, maintype="application", subtype="pdf", filename="application.pdf")
    return written.as_bytes()


def by_library(raw: bytes) -> tuple[list[bytes], bool]:
    """The files the standard library finds, and whether it calls the mail well-formed."""
    tree = email.message_from_bytes(raw, policy=email.policy.default)
    parts = list(tree.walk())
    leaves = [one for one in parts if one.get_content_maintype() not in ("text", "multipart", "message")]
    files = [one.get_payload(decode=True) for one in leaves]
    return [one for one in files if isinstance(one, bytes) and one], not any(one.defects for one in parts)


def differing(raw: bytes) -> bool | None:
    """Whether a file of the library's is not among ours; None when the mail is not well-formed or has none."""
    theirs, whole = by_library(raw)
    found = parse.mail(raw)
    if not theirs or not whole or found.defects:
        return None
    return not set(theirs) <= {one.content for one in found.attachments}


def median(work: Callable[[bytes], object], raw: bytes) -> float:
    """Milliseconds of one call, the middle of ``ROUNDS``."""
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work(raw)
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def mails(folders: list[str]) -> Iterator[bytes]:
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix in (".eml", ".txt") and path.is_file():
                yield path.read_bytes()


def main(folders: list[str]) -> int:
    raw = sample()
    ours, theirs = median(parse.mail, raw), median(by_library, raw)
    print(f"a mail with a PDF of 1 MB: {ours:.2f} ms (goal {GOAL:g}), standard library {theirs:.1f} ms")
    compared = [one for one in map(differing, [raw, *mails(folders)]) if one is not None]
    print(f"files as the standard library finds them: {compared.count(False)} of {len(compared)} mails")
    return int(any(compared))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
