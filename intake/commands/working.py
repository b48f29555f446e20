"""``intake run`` and ``intake adopt``: the worker, and what it is asked to take in."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from intake import logs, wiring
from intake.commands import configcheck, console
from intake.errors import ConfigError, ConfigProblem, Permanent
from intake.ports import Ledger

if TYPE_CHECKING:
    from intake import schedule

WAIT = 10.0  # seconds for which a command waits for the worker, which serves requests every second
# Seconds after which a thread at work lets another one go on. The mailbox's thread waits for disk and server some forty
# times for a mail; as usual (0.005) it would each time wait so long again for a thread that reads ahead.
_SWITCH = 0.0005
_LOOKS = 0.1  # seconds between two looks for its answer


def run(installation: wiring.Installation, *, once: bool, style: logs.Style) -> int:
    """Work until SIGTERM or SIGINT; with ``once`` one pass. 75 when a mailbox could not be reached then."""
    configcheck.missing_secrets(installation)
    log = logs.to_stderr(style)
    sys.setswitchinterval(_SWITCH)
    with wiring.worker_lock(installation) as lock:
        service = wiring.service(installation, log=log, interrupted=lock.interrupted)
        try:
            _heed_signals(service.stop)
            lock.watch(service.stop)
            if once:
                return _once(service)
            service.run()
        finally:
            service.close()
        _not_lost(lock)
    return console.OK


def poll(installation: wiring.Installation, *, style: logs.Style) -> int:
    """What there is one of where several processes share the work, until SIGTERM or SIGINT."""
    configcheck.missing_secrets(installation)
    log = logs.to_stderr(style)
    wiring.open_jobs(installation, log).close()
    with wiring.worker_lock(installation, "poll") as lock:
        service, offered = wiring.poller(installation, log=log)
        try:
            _heed_signals(service.stop)
            lock.watch(service.stop)
            service.run()
        finally:
            service.close()
            offered.close()
        _not_lost(lock)
    return console.OK


def work(installation: wiring.Installation, *, style: logs.Style) -> int:
    """Carry messages that the poller offers, until SIGTERM or SIGINT."""
    configcheck.missing_secrets(installation)
    log = logs.to_stderr(style)
    wiring.open_jobs(installation, log).close()
    with wiring.worker_lock(installation, "work") as lock:
        carrying, offered = wiring.hands(installation, log=log)

        def stop() -> None:
            offered.stop()
            carrying.stop()

        try:
            _heed_signals(stop)
            lock.watch(stop)
            carrying.start()
            log.info("ready", mailboxes=len(installation.settings.mailbox))
            offered.run(carrying.carry)
            log.info("stopped")
        finally:
            carrying.close()
            offered.close()
        _not_lost(lock)
    return console.OK


def _not_lost(lock: wiring.Lock) -> None:
    if lock.lost:
        raise Permanent("Another worker is at this ledger now: the connection that kept it ours was lost.")


def _once(service: schedule.Service) -> int:
    if service.once():
        return console.OK
    console.complain("A mailbox could not be reached; intake status says which, and why. The rest was done.")
    return console.TRY_LATER


def _heed_signals(end: Callable[[], None]) -> None:
    """The first signal ends the work after the effect at hand; the second one ends the process."""

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        # In a thread: a signal may come while this very thread holds a lock that stopping needs.
        threading.Thread(target=end, name="stop", daemon=True).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)


def adopt(installation: wiring.Installation, *, since: date, mailbox: str, replies: bool, wait: bool) -> int:
    """Ask the worker to take in mails that were there before its first start. mailbox: "" where there is
    only one. 0 when it is asked (with ``wait``: when it is done), 1 when it was refused."""
    known = list(installation.settings.mailbox)
    if mailbox not in known and (mailbox or len(known) > 1):
        hint = f"say --mailbox {'|'.join(known)}"
        message = f"there is no mailbox {mailbox!r}" if mailbox else "there are several mailboxes"
        raise ConfigError((ConfigProblem(file=str(installation.config), message=message, hint=hint),))
    arguments = {
        "mailbox": mailbox or known[0],
        "since": since.isoformat(),
        "replies": "yes" if replies else "no",
    }
    answered = "answered as well" if replies else "filed, and not answered"
    console.complain(
        f"Mails that arrived since {since} and were there before the first start will be {answered}."
    )
    ledger = wiring.open_ledger(installation)
    try:
        return ask(installation, ledger, what="adopt", arguments=arguments, seconds=WAIT * 6 if wait else 0)
    finally:
        ledger.close()


def ask(
    installation: wiring.Installation, ledger: Ledger, *, what: str, arguments: dict[str, str], seconds: float
) -> int:
    """Ask the worker for something and tell what came of it, waiting so long when one is running."""
    number = ledger.ask(who=console.who(), what=what, arguments=arguments, now=console.now())
    running = wiring.worker_lock(installation).holder() is not None
    result = _result(ledger, number, seconds) if running else None
    if result is None:
        when = "shortly" if running else "when it is started next (intake run, or intake run --once)"
        console.say(f"Noted. The worker does it {when}.")
        return console.OK
    if result.startswith("refused"):
        console.complain(result)
        return console.FAILED
    console.say(f"{result[:1].upper()}{result[1:]}.")
    return console.OK


def _result(ledger: Ledger, request: int, seconds: float) -> str | None:
    end = time.monotonic() + seconds
    while (result := ledger.request_result(request)) is None and time.monotonic() < end:
        time.sleep(_LOOKS)
    return result
