"""Each port on its adapter, as the settings want it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from intake import ports, reconciliation, settings
from intake.adapters import folders, imap, keys, oauth, ocr, parked, pdf, readings, smtp
from intake.adapters.ledger import backup, lock, serverlock, sql
from intake.errors import ConfigError, ConfigProblem, Transient
from intake.journey import file
from intake.proof import Terms, copies_among
from intake.reading import Reading
from intake.wiring.site import Installation, Site, account_of

if TYPE_CHECKING:
    from intake.adapters.dispatch import jobs


#: What keeps a second worker from a ledger.
Lock = lock.WorkerLock | serverlock.ServerLock


def worker_lock(site: Site, process: str = "run") -> Lock:
    """Held while a process is at the ledger. There is one worker ("run"), or one poller ("poll") and any number
    of those that carry ("work")."""
    if isinstance(site.ledger, Path):
        return lock.WorkerLock(site.ledger)
    beside = site.state_folder / "worker"
    return serverlock.ServerLock(site.ledger, site.ledger_password, beside=beside, process=process)


def open_keys(site: Site) -> tuple[bytes, ...]:
    """The keys that sign our Message-IDs, made on the first start. Raises ConfigError when they cannot be used."""
    return keys.KeyFile(site.path(site.settings.state.keys)).keys()


def known_keys(site: Site) -> tuple[bytes, ...]:
    """The same, made by another process. Raises ConfigError where there are none."""
    return keys.KeyFile(site.path(site.settings.state.keys)).known()


def open_ledger(site: Site) -> sql.SqlLedger:
    """The ledger, made on the first start. Raises ConfigError when it cannot be used."""
    return sql.open(site.ledger, site.ledger_password)


def has_ledger(site: Site) -> bool:
    """Whether one is there: looking makes none. Errors as of ``open_ledger``."""
    return sql.is_made(site.ledger, site.ledger_password)


def copy_ledger(site: Site, target: Path, *, now: datetime) -> None:
    """A copy of the ledger's file as it is now, which says so."""
    assert isinstance(site.ledger, Path)
    backup.copy(
        site.ledger,
        target,
        mark=reconciliation.BACKUP,
        milestone=ports.Milestone(at=now),
    )


def open_jobs(site: Site, log: ports.Log) -> jobs.Jobs:
    """What the poller offers and others carry. Raises ConfigError where the ledger is no PostgreSQL."""
    if isinstance(site.ledger, Path):
        hint = (
            'start intake run, or give the ledger to a server: database = "postgresql://USER@HOST/DATABASE"'
        )
        message = "a ledger in a file has one worker, and its work is not shared"
        raise ConfigError((ConfigProblem(file=str(site.ledger), message=message, hint=hint),))
    try:
        from intake.adapters.dispatch import jobs
    except ModuleNotFoundError as exc:
        hint = "install the package with its extra: open-positions-intake[postgres]"
        message = f"work is shared by the package {exc.name}, which is missing"
        raise ConfigError((ConfigProblem(file="intake.toml", message=message, hint=hint),)) from exc
    silence = site.settings.dispatch.lease_seconds / 2
    return jobs.Jobs(site.ledger, site.ledger_password, log=log, silence=silence)


def open_reader(site: Site) -> pdf.PdfPool:
    """The children that read PDFs."""
    limits = site.settings.limits
    return pdf.PdfPool(
        site.path(site.settings.state.spool),
        pdf.PdfLimits(max_bytes=limits.pdf_bytes, max_pages=limits.pdf_pages),
        workers=limits.pdf_processes,
    )


def open_ocr(site: Site) -> ports.Ocr:
    """The children that read scans, started when the first is wanted; or none, as configured."""
    limits = site.settings.limits
    if not limits.ocr:
        return ocr.NoOcr()
    return ocr.OcrPool(
        site.path(site.settings.state.spool),
        ocr.OcrLimits(seconds=limits.ocr_page_seconds),
        workers=limits.ocr_processes,
    )


def open_reading(site: Site) -> Reading:
    """PDFs read, scans included."""
    limits = site.settings.limits
    return Reading(open_reader(site), open_ocr(site), seconds=limits.ocr_seconds, pages=limits.ocr_processes)


def open_readings(site: Site) -> ports.Readings:
    """What OCR has read of undecided cases, in the spool."""
    return readings.SpooledReadings(site.path(site.settings.state.spool) / "read")


def open_parked(site: Site) -> ports.Parked:
    """The bytes of parked messages, beside the ledger."""
    return parked.ParkedFiles(site.state_folder / "parked")


def open_folders(installation: Site) -> folders.FileSystemFolders:
    """The filed applications."""
    return folders.FileSystemFolders(installation.filing_root, installation.settings.filing.group or None)


def open_tokens(site: Site, name: str, clock: ports.Clock) -> ports.Tokens | None:
    """What all connections of a mailbox sign in with, or None where they have a password."""
    own, where = site.settings.mailbox[name].oauth2, settings.base(site.config)
    if own is None:
        return None
    client = oauth.Client(
        endpoint=own.token_endpoint,
        flow=own.flow,
        client_id=own.client_id,
        scope=own.scope,
        secret=lambda: own.client_secret(where),
        secret_place=own.client_secret_place,
        refresh_token=lambda: own.refresh_token(where),
        refresh_token_place=own.refresh_token_place,
        kept=site.path(site.settings.state.tokens) / f"{name}.json",
        ca_file=where / own.ca_file if own.ca_file else None,
    )
    return oauth.OAuthTokens(client, clock)


def open_mailbox(
    installation: Site, name: str, tokens: ports.Tokens | None, *, patience: float = 30.0
) -> imap.ImapMailbox:
    """One connection to a mailbox, made when first used. tokens: as ``open_tokens`` has made them; patience: seconds
    for one read or write, ten times that for one call."""
    account = account_of(name)
    own = installation.settings.mailbox[account]
    server, where = own.imap, settings.base(installation.config)
    return imap.ImapMailbox(
        imap.Account(
            name=name,
            host=server.host,
            port=server.port,
            security=server.security,
            user=server.user,
            password=lambda: server.password(where),
            tokens=tokens,
            ca_file=where / server.ca_file if server.ca_file else None,
            sent_folder=own.sent_folder,
            junk_folder=own.junk_folder,
            timeout=patience,
            deadline=patience * 10,
        ),
        junk=account != name,
    )


def open_sender(installation: Installation, name: str, tokens: ports.Tokens | None) -> smtp.SmtpSender:
    """How the replies of a mailbox leave. tokens: as ``open_tokens`` has made them."""
    server, where = installation.settings.mailbox[name].smtp, settings.base(installation.config)
    return smtp.SmtpSender(
        smtp.Account(
            host=server.host,
            port=server.port,
            security=server.security,
            user=server.user,
            password=lambda: server.password(where),
            tokens=tokens,
            ca_file=where / server.ca_file if server.ca_file else None,
        )
    )


def terms(site: Site, name: str, signing: Sequence[bytes]) -> Terms:
    """How it is proven that the replies of a mailbox have left. signing: the keys of ``open_keys``."""
    own = site.settings.mailbox[name]
    return Terms(
        kind=own.proof_kind,
        wait=timedelta(seconds=own.proof_wait),
        resend=own.unproven == "resend",
        address=own.address,
        copy_to=own.copy_address,
        keys=tuple(signing),
    )


def sources(
    site: Site,
    ledger: ports.Ledger,
    clock: ports.Clock,
    tokens: Mapping[str, ports.Tokens | None] | None = None,
    *,
    patience: float = 30.0,
) -> reconciliation.Sources:
    """What a reconciliation compares. tokens: of the worker; another process makes none where a refresh token may be
    good once. patience: see ``open_mailbox``."""

    def opened(name: str) -> ports.Mailbox:
        own = site.settings.mailbox[name].oauth2
        if tokens is None and own is not None and own.flow == "refresh-token":
            raise Transient("only the worker signs in with its refresh token")
        signing = tokens[name] if tokens is not None else open_tokens(site, name, clock)
        return open_mailbox(site, name, signing, patience=patience)

    def copies(name: str, mailbox: ports.Mailbox, uids: Sequence[int]) -> set[int]:
        signing: tuple[bytes, ...] = ()
        # None yet, or not readable, which others tell: then copies are known by their contents alone.
        with suppress(ConfigError):
            signing = keys.KeyFile(site.path(site.settings.state.keys)).known(seconds=0)
        found = copies_among(mailbox, uids, terms=terms(site, name, signing), ledger=ledger)
        return {message.key.uid for message, _, _ in found}

    positions = site.rulebook.positions if isinstance(site, Installation) else ()
    return reconciliation.Sources(
        ledger=ledger,
        folders=open_folders(site),
        parked=open_parked(site),
        readings=open_readings(site),
        clock=clock,
        mailboxes={name: functools.partial(opened, name) for name in site.settings.mailbox},
        mail_folders=file.mailbox_folders(positions),
        copies=copies,
    )
