"""When to do what: APScheduler is the clock, IMAP IDLE the doorbell, one piece of work asks for the next.

The clock calls at fixed times, the others at once; either way one mailbox is looked into by one
thread at a time, and a call that comes meanwhile is answered by one more look. A mailbox that is away
is tried again with growing, jittered waits, for ever.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger

from intake import waiting
from intake.desk import Desk, Patience
from intake.doorbell import Doorbell
from intake.errors import ConfigError, IntakeError, SignInFailed, Stopped, Transient
from intake.journey import plan
from intake.journey.lifecycle import ReplyEvent
from intake.model import value
from intake.ports import Mailbox, ReplyRecord
from intake.post import Post
from intake.shared import Shared
from intake.turn import Turn
from intake.upkeep import Upkeep
from intake.worker import Worker

_POST_SECONDS, _DESK_SECONDS, _PAGES_SECONDS, _RULES_SECONDS = 15, 1, 5, 10
_PAGES_REST = 19  # times as long as writing the pages took last: a twentieth of one core at most
_OVERDUE_MINUTES = 30
_OFFER_SECONDS = 5
# Seconds after which the main thread looks up: a signal that the system gave to another thread is heard only when
# this one runs again (signal, "Execution of Python signal handlers").
_SIGNALS = 1.0
_REPAIR_SECONDS = 2
_QUIET_HOUR = 3  # of the institution's zone: mails come by day
_SOON_AFTER_START = timedelta(minutes=1)  # first what has waited while no worker ran


@value
class Times:
    """When to look. poll: seconds between two looks; idle: whether the server may wake us."""

    poll: int
    idle: bool
    patience: Patience


class Service:
    """The running worker: looks, sends, serves requests and writes pages until it is stopped.

    poller: other processes carry what it finds (``hands.Hands``). It makes their rows, offers them what is
    unfinished, again and again, and does all that there must be one for.
    """

    def __init__(
        self,
        *,
        shared: Shared,
        workers: Sequence[Worker],
        watchers: Mapping[str, Mailbox],
        post: Post,
        times: Times,
        reload: Callable[[], Callable[[str], plan.Rules] | None],
        publish: Callable[[], None],
        interrupted: bool,
        poller: bool = False,
        upkeep: Upkeep | None = None,
    ) -> None:
        self._shared = shared
        self._workers = {worker.name: worker for worker in workers}
        self._post = post
        self._times = times
        self._reload = reload
        self._publish = publish
        self._poller = poller
        self._upkeep = upkeep
        self._desk = Desk(shared, self._workers, times.patience)
        self._failures = dict.fromkeys(self._workers, 0)
        self._stop = threading.Event()
        self._doorbell = Doorbell(
            watchers, ring=self._rung, fails=lambda name: bool(self._failures[name]), stop=self._stop
        )
        self._stale = threading.Event()  # pages are older than the ledger
        self._stale.set()
        self._pages_rest = 0.0  # when the clock may write them again, by time.monotonic
        # misfire_grace_time None: a late call is still made; coalesce: but only once.
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = BackgroundScheduler(timezone="UTC", job_defaults=defaults)
        self._looks = {name: Turn(partial(self._look, name)) for name in self._workers}
        self._sending = Turn(self._send)
        # What is asked for at once. Not by the clock: each of its jobs costs as much as a step of a message. One thread
        # for each ``Turn`` and one more, so that a call that finds all of them busy returns instead of piling up.
        self._threads = ThreadPoolExecutor(len(self._looks) + 2, thread_name_prefix="now")
        post.told = self._heed
        post.sought = self._seek
        for worker in workers:
            worker.queued = partial(self._at_once, self._sending)
            worker.told = self._heed
            if interrupted:
                worker.suspect_unfinished()

    def run(self) -> None:
        """Work until ``stop``. The calling thread only waits."""
        self._begin()
        self._plan_times()
        self._scheduler.start()
        if self._times.idle:
            self._doorbell.start()
        self._shared.log.info("ready", mailboxes=len(self._workers))
        while not self._stop.wait(_SIGNALS):
            pass
        self._scheduler.shutdown(wait=True)
        self._threads.shutdown(cancel_futures=True)
        self._doorbell.join()
        self._pages()
        self._shared.log.info("stopped")

    def once(self) -> bool:
        """One pass over every mailbox, and what follows from it. False when a mailbox was away."""
        self._begin()
        self._desk.serve()
        self._desk.overdue()
        for name in self._workers:
            self._looks[name]()
        self._sending()
        if self._desk.serve() or self._stale.is_set():
            for name in self._workers:
                self._looks[name]()
        self._mend()
        self._pages()
        if self._upkeep is not None and self._upkeep.is_due():
            self._upkeep.daily()
        return not any(self._failures.values())

    def stop(self) -> None:
        """End cleanly after the effect at hand. Safe to call from a signal handler."""
        self._stop.set()
        if self._upkeep is not None:
            self._upkeep.stop()
        for worker in self._workers.values():
            worker.stop()
        self._doorbell.interrupt_all()

    def close(self) -> None:
        """Give everything back: connections, children, the ledger."""
        for worker in self._workers.values():
            worker.close()
        self._doorbell.close()
        self._post.close()
        self._shared.reading.close()
        self._shared.ledger.close()

    def _begin(self) -> None:
        """Clear up behind a life that was killed: half-written folders and replies under way."""
        try:
            self._shared.folders.sweep()  # but for what a living process has locked
            if not self._poller:
                self._shared.parked.sweep()
            self._shared.shelf.sweep(
                {case for worker in self._workers.values() for case in worker.undecided()}
            )
            if not self._poller:
                self._post.take_over()
            self._desk.catch_up()
        except Transient as exc:
            self._shared.log.warning("put off", error=type(exc).__name__)

    # --- times -----------------------------------------------------------------------------------

    def _plan_times(self) -> None:
        now = self._shared.clock.now()
        for name in self._workers:
            self._scheduler.add_job(
                self._looks[name], "interval", seconds=self._times.poll, next_run_time=now, id=f"look {name}"
            )
        regular: Sequence[tuple[str, Callable[[], None], int]] = (
            ("post", self._sending, _POST_SECONDS),
            ("desk", self._serve, _DESK_SECONDS),
            ("pages", self._pages_again, _PAGES_SECONDS),
            ("rules", self._refresh, _RULES_SECONDS),
            ("overdue", self._overdue, _OVERDUE_MINUTES * 60),
            ("ages", self._stale.set, 6 * 3600),  # pages tell ages in days
            *(
                (("offers", self._offer, _OFFER_SECONDS), ("changes", self._stale.set, 60))
                if self._poller
                else ()
            ),
        )
        for name, work, seconds in regular:
            self._scheduler.add_job(work, "interval", seconds=seconds, id=name)
        if self._upkeep is not None:
            self._plan_upkeep(self._upkeep)

    def _plan_upkeep(self, upkeep: Upkeep) -> None:
        """Every night, and soon after a start where the last look at everything is a day old."""
        night = CronTrigger(hour=_QUIET_HOUR, minute=17, timezone=upkeep.zone)
        self._scheduler.add_job(upkeep.daily, night, id="reconcile")
        self._scheduler.add_job(self._mend, "interval", seconds=_REPAIR_SECONDS, id="repair")
        if upkeep.is_due():
            soon = self._shared.clock.now() + _SOON_AFTER_START
            self._scheduler.add_job(upkeep.daily, "date", run_date=soon, id="reconcile soon")

    def _at_once(self, work: Callable[[], None]) -> None:
        """Have this done now by another thread. Without a running clock (``once``) it is done later."""
        if self._scheduler.running and not self._stop.is_set():
            with contextlib.suppress(RuntimeError):  # it has ended meanwhile
                self._threads.submit(work).add_done_callback(self._told)

    def _told(self, work: Future[None]) -> None:
        """What a piece of work raises that it does not know what to do with; it is asked for again, or due by the
        clock."""
        if not work.cancelled() and (error := work.exception()) is not None:
            self._shared.log.error("work failed", error=type(error).__name__)

    # --- the pieces of work ----------------------------------------------------------------------

    def _look(self, name: str) -> None:
        try:
            if self._stop.is_set() or self._rests(name):
                return
            if self._workers[name].look():
                self._stale.set()
            self._shared.ledger.report_pass(name, now=self._shared.clock.now())
        except Stopped:
            return
        except IntakeError as exc:  # also of a ledger that cannot be asked or told: the next look does both
            self._trouble(name, exc)
            return
        self._failures[name] = 0

    def _rung(self, name: str) -> None:
        """The server says that there is something new."""
        self._at_once(self._looks[name])

    def _offer(self) -> None:
        """What nobody has in hand: a job may have been lost, or its process."""
        try:
            for name, worker in self._workers.items():
                if not self._rests(name):
                    worker.offer()
        except Transient as exc:
            self._shared.log.error("nothing offered", error=type(exc).__name__)

    def _rests(self, name: str) -> bool:
        """Whether its server was away a moment ago and is left in peace for now."""
        return any(self._waits(one) for one in {name, self._workers[name].account})

    def _waits(self, name: str) -> bool:
        if not self._failures.get(name):
            return False
        known = self._shared.ledger.mailbox(name)
        until = known.next_try if known else None
        return until is not None and self._shared.clock.now() < until

    def _trouble(self, name: str, error: IntakeError) -> None:
        asked = error.retry_after if isinstance(error, Transient) else None
        wait = waiting.after(self._failures[name], asked=asked)
        if isinstance(error, SignInFailed):
            wait = max(wait, waiting.SIGN_IN)
        self._failures[name] += 1
        now = self._shared.clock.now()
        self._shared.log.error(
            "mailbox away", mailbox=name, error=type(error).__name__, seconds=round(wait.total_seconds())
        )
        try:
            self._shared.ledger.report_pass(name, now=now, trouble=str(error)[:300], next_try=now + wait)
        except Transient:
            self._shared.log.error("ledger away", mailbox=name)
        self._doorbell.interrupt(name)
        self._look_later(name, wait)

    def _look_later(self, name: str, wait: timedelta) -> None:
        if self._scheduler.running:
            when = self._shared.clock.now() + wait
            self._scheduler.add_job(
                self._looks[name], "date", run_date=when, id=f"retry {name}", replace_existing=True
            )

    def _send(self) -> None:
        if self._stop.is_set():
            return
        try:
            self._post.send_due()
        except Transient as exc:
            self._shared.log.error("ledger away", error=type(exc).__name__)

    def _heed(self, record: ReplyRecord, event: ReplyEvent) -> None:
        """What became of a reply may change its case."""
        self._stale.set()
        mailbox = self._desk.heed(record, event)
        if mailbox:
            self._at_once(self._looks[mailbox])

    def _seek(self, mailbox: str) -> None:
        """Look into a mailbox for what proves that a reply has left."""
        self._stale.set()
        if mailbox in self._looks:
            self._at_once(self._looks[mailbox])

    def _serve(self) -> None:
        self._touched(self._desk.serve)

    def _overdue(self) -> None:
        self._touched(self._desk.overdue)

    def _touched(self, work: Callable[[], set[str]]) -> None:
        try:
            touched = work()
        except (Transient, plan.Refused) as exc:
            self._shared.log.warning("put off", error=type(exc).__name__)
            return
        for mailbox in touched:
            self._stale.set()
            self._at_once(self._looks[mailbox])
        if touched:
            self._at_once(self._sending)

    def _pages_again(self) -> None:
        """The same by the clock, and the rarer the longer it takes: with a hundred thousand cases it takes a minute."""
        if time.monotonic() >= self._pages_rest:
            self._pages()

    def _mend(self) -> None:
        """Carry out the repairs that were asked for, and take up what they leave to the worker."""
        if self._upkeep is None or not self._upkeep.serve():
            return
        self._stale.set()
        for look in self._looks.values():
            if self._scheduler.running:
                self._at_once(look)
            else:
                look()

    def _pages(self) -> None:
        """Write the derived pages when they are out of date; a locked one is written the next time."""
        if not self._stale.is_set():
            return
        self._stale.clear()
        began = time.monotonic()
        try:
            self._publish()
        except IntakeError as exc:
            self._stale.set()
            self._shared.log.warning("pages put off", error=type(exc).__name__)
        ended = time.monotonic()
        self._pages_rest = ended + (ended - began) * _PAGES_REST

    def _refresh(self) -> None:
        """Take new rules whole, or keep the last good ones."""
        try:
            fresh = self._reload()
        except ConfigError as exc:
            self._shared.log.error("rules not taken", problems=len(exc.problems))
            return
        if fresh is None:
            return
        for name, worker in self._workers.items():
            worker.rules = fresh(name)
        self._stale.set()
        self._shared.log.info("rules taken")
