"""The storm: mails arrive by SMTP and people answer, while `intake run` is killed every one to three seconds."""

from __future__ import annotations

import os
import random
import signal
import smtplib
import ssl
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from intake.journey.lifecycle import ReplyState
from scripts import chaos_count, chaos_site
from scripts.chaos_lives import ROOT, Nursery, left_of
from scripts.chaos_mails import CONVERSATIONS, Applicant
from scripts.chaos_site import Site
from tests.acceptance.house import House

#: The processes of one installation, each killed and started again by itself.
ALONE, SHARED = (("run",),), (("poll",), ("work",))
#: Out of a hundred applicants.
MIX = {
    "complete": 46, "incomplete": 14, "question": 12, "completing": 10, "twice": 6, "withdrawing": 5, "decided": 5,
    "scanned": 2,
}  # fmt: skip
_SOONEST, _LATEST = 1.0, 3.0  # seconds of a life
_FRUITLESS = (
    5  # lives in a row that were killed before they had done anything: then they get half as long again
)
_A_MAIL = 0.12  # seconds between two mails: faster than one worker works them off
_TURN = 20  # applicants write, then those who wait look into their mailboxes
_LOOK = 0.5
_STORM = 900.0  # seconds until the kills end, whatever is left
_CALM = 600.0  # seconds for the life without kills


@dataclass(kw_only=True)
class Weather:
    """What came of a storm. kills: of lives "at work", and of those that had done nothing yet ("idle")."""

    mails: int = 0
    seconds: float = 0.0
    kills: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)


def storm(site: Site, *, mails: int, seed: int, most: int = 0) -> Weather:
    """So many mails through a worker that is killed all the time, and the count. most: kills, 0 for as many as it
    takes until all is done."""
    house, weather = site.house(), Weather()
    with Nursery() as nursery:
        nursery.live(house.root)  # the first start: what lies in the mailbox before it is before our time
        applicants = _applicants(site, mails, seed)
        post = _Post(house, applicants, seed)
        began = time.monotonic()
        post.start()
        try:
            _rage(house, post, seed, weather, most)
            _calm(house, post, weather)
        finally:
            post.over.set()
            post.join()
        weather.failed += post.failed
        weather.mails, weather.seconds = post.sent, time.monotonic() - began
        _count(site, house, nursery, applicants, weather)
    return weather


def _commands(house: House) -> tuple[tuple[str, ...], ...]:
    return ALONE if isinstance(house.site().ledger, Path) else SHARED


def _rage(house: House, post: _Post, seed: int, weather: Weather, most: int) -> None:
    """Kills, until all is done or there were enough of them."""
    end = time.monotonic() + _STORM
    killers = [_Killer(house, command, seed, weather) for command in _commands(house)]
    for killer in killers:
        killer.start()
    try:
        while not _is_over(house, post, weather) and time.monotonic() < end:
            if most and weather.kills.total() >= most:
                break
            time.sleep(_LOOK)
    finally:
        for killer in killers:
            killer.over.set()
        for killer in killers:
            killer.join()


def _is_over(house: House, post: _Post, weather: Weather) -> bool:
    weather.figures["given up"] += (given_up := _sent_on(house))
    return post.done.is_set() and not given_up and _is_quiet(house)


def _applicants(site: Site, mails: int, seed: int) -> list[Applicant]:
    """Enough of each kind, in an order of chance, that so many mails come from them."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    found: list[Applicant] = []
    while mails > 0:
        [kind] = chance.choices(list(MIX), weights=list(MIX.values()))
        found.append(Applicant(number=len(found), kind=kind, account=site.account()))
        mails -= 2 if kind in ("completing", "withdrawing", "twice") else 1
    return found


class _Post(threading.Thread):
    """The applicants: they write, wait for what they are told, and answer it. ``done``: nobody has anything more
    to write, or waits for a reply that may never come."""

    def __init__(self, house: House, applicants: Sequence[Applicant], seed: int) -> None:
        super().__init__(name="applicants", daemon=True)
        self._house, self._applicants = house, applicants
        self._chance = random.Random(seed + 1)  # noqa: S311 - no secret
        self.sent = 0
        self.done, self.over = threading.Event(), threading.Event()
        self.failed: list[str] = []

    def run(self) -> None:
        try:
            for number, applicant in enumerate(self._applicants):
                raw = applicant.first()
                for _ in range(applicant.expected.copies):
                    self._send(raw, applicant)
                    time.sleep(self._chance.uniform(0, 2 * _A_MAIL))
                if number % _TURN == 0:
                    self._answered(self._applicants[:number])
            while not self.over.wait(_LOOK):
                if not self._answered(self._applicants):
                    self.done.set()
        except Exception as exc:  # noqa: BLE001 - whatever ends the thread makes the storm fail
            self.failed.append(f"the applicants' thread ended: {type(exc).__name__}: {exc}")
            self.done.set()

    def _answered(self, applicants: Sequence[Applicant]) -> bool:
        """Answer what has arrived. True when somebody did, or may still do."""
        waiting = [one for one in applicants if not one.finished]
        told = [one for one in waiting if self._goes_on(one)]
        with chaos_site.ledger(self._house) as ledger:
            replies = ledger.replies(states=(ReplyState.UNKNOWN, ReplyState.HELD))
            lost = {one.reply.recipient for one in replies if not one.sought}
        return bool(told) or any(one.account.login not in lost for one in waiting if one not in told)

    def _goes_on(self, applicant: Applicant) -> bool:
        answers = self._house.answers(applicant.account)
        if not answers:
            return False
        self.done.clear()
        if applicant.kind == "decided":
            case = answers[0]["Subject"].rpartition("[")[2].partition("]")[0]
            arguments = {"case": case, "wish": "accept", "positions": "", "note": "looked at it"}
            with chaos_site.ledger(self._house) as ledger:
                said = ledger.request_result(applicant.request) if applicant.request else "not asked"
                if said and said.startswith(("refused", "not ")):  # its mail was still being moved: once more
                    applicant.request = ledger.ask(
                        who="hr", what="case", arguments=arguments, now=datetime.now(UTC)
                    )
                applicant.decided = bool(said) and not said.startswith(("refused", "not "))
        else:
            self._send(applicant.second(answers[0]), applicant)
        return True

    def _send(self, raw: bytes, applicant: Applicant) -> None:
        trusted = ssl.create_default_context(cafile=str(self._house.servers.ca_file))
        bot = self._house.bot
        with smtplib.SMTP("localhost", self._house.servers.postfix.port) as client:
            client.starttls(context=trusted)
            client.login(bot.login, bot.password)
            client.sendmail(applicant.account.login, [bot.login], raw)
        self.sent += 1


class _Killer(threading.Thread):
    """Starts one process of the installation as a user would, kills it, and starts it again, until it is ``over``."""

    def __init__(self, house: House, command: tuple[str, ...], seed: int, weather: Weather) -> None:
        super().__init__(name=f"killer of {' '.join(command)}", daemon=True)
        self._house, self._command, self._weather = house, command, weather
        self._chance = random.Random(f"{seed} {command}")  # noqa: S311 - no secret
        self.over = threading.Event()

    def run(self) -> None:
        longer, fruitless = 1.0, 0
        while not self.over.is_set():
            working = self._life(self._chance.uniform(_SOONEST, _LATEST) * longer)
            self._weather.kills["at work" if working else "idle"] += 1
            fruitless = 0 if working else fruitless + 1
            if fruitless >= _FRUITLESS:  # a machine that is too busy for lives so short, or nothing to do
                longer, fruitless = longer * 1.5, 0

    def _life(self, seconds: float) -> bool:
        """One life until its SIGKILL. Whether it had done anything."""
        process, began = start(self._house, self._command)
        try:
            process.wait(seconds)
            self._weather.failed.append(f"{self._command[0]} ended by itself with {process.returncode}")
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        if left := left_of(process.pid):
            self._weather.failed.append(f"{len(left)} processes outlived their worker")
        return '"case"' in _said_since(self._house, self._command, began)


def start(house: House, command: tuple[str, ...]) -> tuple[subprocess.Popen[bytes], int]:
    """``intake`` as a user starts it, in a session of its own; and where its log begins."""
    path = house.root / f"{command[0]}.log"
    began = path.stat().st_size if path.exists() else 0
    with path.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "intake", *command, "--config", str(house.config)],
            cwd=ROOT, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
    return process, began


def _said_since(house: House, command: tuple[str, ...], began: int) -> str:
    with (house.root / f"{command[0]}.log").open("rb") as log:
        log.seek(began)
        return log.read().decode(errors="replace")


def _is_quiet(house: House) -> bool:
    if house.inbox():
        return False
    with chaos_site.ledger(house) as ledger:
        now = datetime.max.replace(tzinfo=UTC)
        going = ledger.replies(states=(ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNKNOWN))
        going = [one for one in going if one.state is not ReplyState.UNKNOWN or one.sought]
        in_work = ledger.counts("main")["in work"]  # also what somebody has in hand
        return not (going or in_work or ledger.requests() or ledger.unfinished("main", now=now, limit=1))


def _calm(house: House, post: _Post, weather: Weather) -> None:
    """One life that nobody kills, to the end of all work."""
    commands = _commands(house)
    lives = [start(house, command) for command in commands]
    running, began = [one for one, _ in lives], [position for _, position in lives]
    end = time.monotonic() + _CALM

    def is_ready() -> bool:
        said = (_said_since(house, *life) for life in zip(commands, began, strict=True))
        return all('"event": "ready"' in text for text in said)

    try:
        while not (is_ready() and _is_over(house, post, weather)):
            if time.monotonic() > end:
                weather.failed.append(f"not quiet after {_CALM:.0f} s without kills")
                break
            time.sleep(_LOOK)
    finally:
        for process in running:
            process.terminate()
    for process in running:
        if (status := process.wait(60)) != 0:
            weather.failed.append(f"the last life ended with {status}")
        if left_of(process.pid):
            weather.failed.append("processes outlived the last life")


def _sent_on(house: House) -> int:
    """What was given up, since several lives ended on it, is sent on its way again by a person."""
    with chaos_site.ledger(house) as ledger:
        parked = [] if ledger.requests() else ledger.parked("main")
        for one in parked:
            ledger.ask(who="hr", what="retry", arguments={"message": str(one.id)}, now=datetime.now(UTC))
    return len(parked)


def _count(
    site: Site, house: House, nursery: Nursery, applicants: Sequence[Applicant], weather: Weather
) -> None:
    books = chaos_count.Books(house, site)
    found = {applicant.number: books.of(applicant) for applicant in applicants}
    weather.figures.update(chaos_count.outcome(list(found.values())))
    weather.figures["applicants"] += len(applicants)
    weather.figures["replies due"] += sum(one.due for one in applicants)
    for applicant in applicants:
        one = found[applicant.number]
        said = [
            *one.wrong,
            *(f"{getattr(one, what)} {what}" for what in ("lost", "twice", "doubled") if getattr(one, what)),
        ]
        weather.failed += [
            f"applicant {applicant.number} ({applicant.kind}): {sentence}" for sentence in said
        ]
    weather.failed += chaos_count.installation(house, nursery, weather.mails)
    conversing = [one for one in applicants if one.kind in CONVERSATIONS]
    weather.figures["conversations cut short"] += sum(not one.finished for one in conversing)
