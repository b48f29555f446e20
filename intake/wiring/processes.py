"""The processes: the whole worker, the poller, those that carry, and a repair."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from intake import junk, mending, ports, schedule, upkeep, worker
from intake.desk import Desk, Patience
from intake.hands import Hands
from intake.model import value
from intake.post import Post
from intake.reading import Shelf
from intake.shared import Limits, Shared
from intake.wiring.numbers import candidates
from intake.wiring.opening import (
    known_keys,
    open_folders,
    open_jobs,
    open_keys,
    open_ledger,
    open_mailbox,
    open_parked,
    open_reading,
    open_readings,
    open_sender,
    open_tokens,
    sources,
    terms,
)
from intake.wiring.publishing import Publisher
from intake.wiring.reloading import Reloader
from intake.wiring.restoring import after_restore, restored_at
from intake.wiring.site import Installation, SystemClock, account_of, mailboxes, rules

if TYPE_CHECKING:
    from intake.adapters.dispatch import jobs


def service(
    installation: Installation, *, log: ports.Log, interrupted: bool = False, clock: ports.Clock | None = None
) -> schedule.Service:
    """The whole worker, ready to run. The caller holds ``worker_lock`` and closes the service.

    interrupted: the worker before this one was killed (see ``WorkerLock.interrupted``).
    """
    parts = _parts(installation, log=log, clock=clock)
    return _service(installation, parts, interrupted=interrupted)


def poller(
    installation: Installation, *, log: ports.Log, clock: ports.Clock | None = None
) -> tuple[schedule.Service, jobs.Jobs]:
    """What there is one of where several processes share the work, and where it offers what it finds. The caller
    holds ``worker_lock`` and closes both."""
    offered = open_jobs(installation, log)
    parts = _parts(installation, log=log, clock=clock)
    offered.prepare()  # beside the ledger's tables: a database that holds no more than these would be a stranger's
    return _service(installation, parts, dispatch=offered), offered


def hands(
    installation: Installation, *, log: ports.Log, clock: ports.Clock | None = None
) -> tuple[Hands, jobs.Jobs]:
    """One process that carries messages, and where it hears of them. The caller closes both."""
    offered = open_jobs(installation, log)
    parts = _parts(installation, log=log, clock=clock, owner=secrets.token_hex(8))
    offered.prepare()
    workers = {one.name: one for one in _workers(installation, parts)}
    carrying = Hands(
        shared=parts.shared,
        workers=workers,
        post=parts.post,
        desk=Desk(parts.shared, workers, _times(installation).patience),
        lease=float(installation.settings.dispatch.lease_seconds),
        reload=parts.reload,
    )
    return carrying, offered


def repair(installation: Installation, clock: ports.Clock) -> list[str]:
    """Mend what can be mended, by this process alone. The caller holds ``worker_lock``. Returns what was done."""
    ledger = open_ledger(installation)
    try:
        found = sources(
            installation,
            ledger,
            clock,
            {name: open_tokens(installation, name, clock) for name in installation.settings.mailbox},
        )
        return mending.Repair(found, number=candidates(installation, ledger))()
    finally:
        ledger.close()


@value
class _Parts:
    """What every process that works on messages is made of."""

    shared: Shared
    signing: tuple[bytes, ...]
    tokens: Mapping[str, ports.Tokens | None]
    post: Post
    reload: Reloader


def _parts(
    installation: Installation, *, log: ports.Log, clock: ports.Clock | None, owner: str = ""
) -> _Parts:
    """owner: of the leases on messages; "" where one process does all the work."""
    clock = clock or SystemClock()
    # Another process's keys are not ours to make: with two of them no answer would be known to both.
    signing = known_keys(installation) if owner else open_keys(installation)
    opened = open_ledger(installation)
    ledger = opened.as_owner(owner) if owner else opened
    filed = open_folders(installation)
    if not owner and not any(known.reached for known in ledger.mailboxes()):
        filed.establish()
    restored = restored_at(ledger) if owner else after_restore(ledger, clock, log)
    shared = Shared(
        ledger=ledger,
        reading=open_reading(installation),
        shelf=Shelf(open_readings(installation), ledger),
        parked=open_parked(installation),
        folders=filed,
        clock=clock,
        log=log,
        number=candidates(installation, ledger),
        token=lambda: secrets.token_hex(8),
        restored=restored,
    )
    names = list(installation.settings.mailbox)
    read = mailboxes(installation)
    tokens = {name: open_tokens(installation, name, clock) for name in names}
    senders = {name: open_sender(installation, name, tokens[name]) for name in names}
    post = Post(
        shared=shared,
        senders={name: senders[account_of(name)] for name in read},
        addresses={name: installation.settings.mailbox[account_of(name)].address for name in read},
        owner=owner or secrets.token_hex(8),
        terms={name: terms(installation, name, signing) for name in names},
    )
    return _Parts(
        shared=shared, signing=signing, tokens=tokens, post=post, reload=Reloader(installation, signing)
    )


def _workers(
    installation: Installation, parts: _Parts, dispatch: ports.Dispatch | None = None
) -> list[worker.Worker]:
    chosen, found = installation.settings, []
    for name in mailboxes(installation):
        made = worker.Worker if account_of(name) == name else junk.JunkWorker
        one = made(
            name=name,
            account=account_of(name),
            mailbox=open_mailbox(installation, name, parts.tokens[account_of(name)]),
            shared=parts.shared,
            rules=rules(installation, name, parts.signing),
            terms=terms(installation, account_of(name), parts.signing),
            limits=Limits(
                mail_bytes=chosen.limits.mail_bytes,
                attempts=chosen.limits.attempts,
                held=chosen.replies.held(),
            ),
            dispatch=dispatch,
        )
        found.append(one)
    return found


def _service(
    installation: Installation,
    parts: _Parts,
    *,
    interrupted: bool = False,
    dispatch: ports.Dispatch | None = None,
) -> schedule.Service:
    names = list(installation.settings.mailbox)
    return schedule.Service(
        shared=parts.shared,
        workers=_workers(installation, parts, dispatch),
        watchers={name: open_mailbox(installation, name, parts.tokens[name]) for name in names},
        post=parts.post,
        times=_times(installation),
        reload=parts.reload,
        publish=Publisher(installation, parts.shared, parts.reload),
        upkeep=upkeep.Upkeep(
            sources(installation, parts.shared.ledger, parts.shared.clock, parts.tokens),
            number=parts.shared.number,
            log=parts.shared.log,
            zone=ZoneInfo(installation.settings.institution.time_zone),
        ),
        interrupted=interrupted,
        poller=dispatch is not None,
    )


def _times(installation: Installation) -> schedule.Times:
    chosen = installation.settings.schedule
    return schedule.Times(
        poll=chosen.poll_seconds,
        idle=chosen.idle,
        patience=Patience(
            waiting=timedelta(days=chosen.waiting_days),
            position=timedelta(days=chosen.position_days),
            reminder=timedelta(days=chosen.reminder_days),
        ),
    )
