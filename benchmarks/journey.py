"""How fast the journey is, on a private Dovecot and Postfix; run by `make bench`.

Two figures: seconds from an application's delivery by SMTP until its reply lies in the applicant's
mailbox (the worker woken by IDLE), and complete applications of 1 MB per minute, as a ratio to a floor
measured in the same run: fetching the same mails one by one over the same server and flushing each to disk.
"""

from __future__ import annotations

import imaplib
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from intake.demo import clients, documents, people
from tests.acceptance.house import House
from tests.conftest import PASSWORD, MailAccount, MailServers
from tests.servers.certificates import Certificates
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix

BOT, APPLICANT = "bot@example.test", "applicant@example.test"
SIZE = 1_000_000  # bytes of PDF in one application
SUBJECT = "Application: PostDoc position in Causal Inference"
TEXT = "Dear Sir or Madam,\n\nplease find attached my application as one PDF.\n\nKind regards,\nHelena Marquardsen\n"


@contextmanager
def servers() -> Iterator[MailServers]:
    """A Dovecot and a Postfix of their own, with the bot's account and one applicant's."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    folder.chmod(0o755)
    certificates = Certificates(folder / "tls")
    users = {BOT: PASSWORD, APPLICANT: PASSWORD}
    dovecot = Dovecot(folder / "dovecot", users=users, certificates=certificates)
    ports = dovecot.ports
    postfix = Postfix(
        folder / "postfix", certificates=certificates, lmtp_port=ports["lmtp"], sasl_port=ports["sasl"]
    )
    try:
        yield MailServers(dovecot=dovecot, postfix=postfix, ca_file=dovecot.ca_file)
    finally:
        postfix.stop()
        dovecot.stop()
        shutil.rmtree(folder, ignore_errors=True)


def application(number: int) -> bytes:
    """A complete application of 12 pages and 1 MB; the number makes it another mail each time."""
    who, post = people.HELENA, ("postdoc/causal-inference",)
    kinds = ("doctorate", "master", "bachelor", "transcript", "language", "employer", "school")
    pdf = documents.joined(
        documents.letter(who, "en", post),
        documents.cv(who),
        *(documents.certificate(kind, who) for kind in kinds),
    )
    pdf += (
        b"\n%" + os.urandom(max(0, SIZE - len(pdf)) // 2).hex().encode()
    )  # a comment: no reader looks into it
    draft = clients.Draft(
        sender="Helena Marquardsen",
        address=APPLICANT,
        subject=f"{SUBJECT} ({number})",
        text=TEXT,
        files=(clients.File(name="Application.pdf", content=pdf),),
        sent=datetime.now(UTC),
    )
    return clients.thunderbird(draft)


def latency(house: House, runs: int) -> list[float]:
    """Seconds from the end of the SMTP dialogue to the reply in the applicant's mailbox."""
    applicant = MailAccount(login=APPLICANT, password=PASSWORD)
    taken = []
    with house.running():
        for number in range(runs):
            raw = application(number)
            with house.servers.dovecot.sign_in(APPLICANT) as client:
                house.send(raw, APPLICANT)
                began = time.monotonic()
                while _count(client) <= number:
                    time.sleep(0.005)
            taken.append(time.monotonic() - began)
        house.settled()
    assert len(house.answers(applicant)) == runs
    return taken


def _count(client: imaplib.IMAP4) -> int:
    client.select("INBOX", readonly=True)
    return len(client.search(None, "ALL")[1][0].split())


def throughput(house: House, mails: int) -> tuple[float, float]:
    """(seconds of the floor, seconds of intake) for the same mails, all in the mailbox at the start."""
    house.once()
    for number in range(mails):
        house.servers.dovecot.append(BOT, application(1000 + number))
    floor = _floor(house)
    began = time.monotonic()
    house.once()
    return floor, time.monotonic() - began


def _floor(house: House) -> float:
    began = time.monotonic()
    with house.servers.dovecot.sign_in(BOT) as client, tempfile.TemporaryDirectory() as folder:
        client.select("INBOX", readonly=True)
        for uid in client.uid("search", "ALL")[1][0].split():
            raw = client.uid("fetch", uid.decode(), "(BODY.PEEK[])")[1][0][1]
            with Path(folder, uid.decode()).open("wb") as file:
                file.write(raw)
                os.fsync(file.fileno())
    return time.monotonic() - began


def main(runs: int = 20, mails: int = 200) -> None:
    bot = MailAccount(login=BOT, password=PASSWORD)
    more = "[replies]\nper_address_daily = 100000"
    with servers() as running, tempfile.TemporaryDirectory() as folder:
        Path(folder, "a").mkdir()
        Path(folder, "b").mkdir()
        taken = latency(House(root=Path(folder, "a"), servers=running, bot=bot, more=more), runs)
        floor, ours = throughput(House(root=Path(folder, "b"), servers=running, bot=bot, more=more), mails)
    print(
        f"delivery to reply, {runs} runs: median {statistics.median(taken):.2f} s, slowest {max(taken):.2f} s"
    )
    print(
        f"{mails} applications of 1 MB: {mails / ours * 60:.0f} a minute, {ours / floor:.1f} x the floor ({floor:.1f} s)"
    )


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
