"""Where an installation lies: its checked settings and rules, and what the journey knows of each mailbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from intake import rulebook, settings
from intake.errors import ConfigError, ConfigProblem
from intake.journey import decide, pick, plan, route, screen, traffic
from intake.model import Address, Institution, value
from intake.rulebook import Rulebook

_JUNK = "/junk"  # after a mailbox's name: its folder of suspected junk, a mailbox of its own to the ledger


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@value
class Site:
    """Where a configuration lies, and its checked settings. Enough for looking at what has been done."""

    config: Path
    settings: settings.Settings

    def path(self, written: str) -> Path:
        """A path of the settings, from the folder that holds the configuration folder."""
        return settings.base(self.config) / written

    @property
    def ledger(self) -> Path | str:
        """The ledger's file, or its URL on a server."""
        state = self.settings.state
        return state.database if state.on_server else self.path(state.database)

    @property
    def state_folder(self) -> Path:
        """Where lies on this machine what belongs to the ledger: beside it, or beside the spool."""
        return (self.ledger if isinstance(self.ledger, Path) else self.path(self.settings.state.spool)).parent

    def ledger_password(self) -> str:
        """As it is now. Raises ConfigError when it is not there."""
        return self.settings.state.database_password(settings.base(self.config))

    @property
    def filing_root(self) -> Path:
        return self.path(self.settings.filing.root)

    @property
    def institution(self) -> Institution:
        return Institution(**self.settings.institution.model_dump())


@value
class Installation(Site):
    """One checked configuration: a site and its rules. rulebook: the positions of all mailboxes; rulebooks: by
    the name of the mailbox."""

    rulebook: Rulebook
    rulebooks: Mapping[str, Rulebook]


def load(config: Path) -> Installation:
    """Settings and rules under ``config``. Raises ConfigError with the problems of all files at once."""
    problems: list[ConfigProblem] = []
    loaded: settings.Settings | None = None
    try:
        loaded = settings.load(config)
    except ConfigError as exc:
        problems.extend(exc.problems)
    try:
        book, books = rulebooks(config, loaded)
    except ConfigError as exc:
        raise ConfigError((*problems, *exc.problems)) from exc
    if loaded is None:
        raise ConfigError(tuple(problems))
    return Installation(config=config, settings=loaded, rulebook=book, rulebooks=books)


def rulebooks(config: Path, chosen: settings.Settings | None) -> tuple[Rulebook, dict[str, Rulebook]]:
    """The rules of all mailboxes together, and of each. chosen: None where the settings cannot be read."""
    folders = [None, *(own_rules(config, chosen, name) for name in chosen.mailbox)] if chosen else [None]
    read: dict[Path | None, Rulebook] = {}
    problems: dict[ConfigProblem, None] = {}
    for folder in dict.fromkeys(folders):
        try:
            read[folder] = rulebook.load(config, folder)
        except ConfigError as exc:
            problems.update(dict.fromkeys(exc.problems))
    if problems:
        raise ConfigError(tuple(problems))
    names = list(chosen.mailbox) if chosen else []
    books = {name: read[folder] for name, folder in zip(names, folders[1:], strict=True)}
    used = list(dict.fromkeys(folders[1:])) or [None]
    return rulebook.together([read[folder] for folder in used], str(config / settings.FILE)), books


def rule_folders(installation: Installation) -> list[tuple[Path, Rulebook]]:
    """Each positions.toml by its folder, with what stands in it."""
    config, found = installation.config, {}
    for name, book in installation.rulebooks.items():
        own = own_rules(config, installation.settings, name)
        found[own if own and (own / rulebook.POSITIONS).exists() else config] = book
    return list(found.items())


def own_rules(config: Path, chosen: settings.Settings, mailbox: str) -> Path | None:
    written = chosen.mailbox[mailbox].rules
    return settings.base(config) / written if written else None


def rules(installation: Installation, mailbox: str, signing: Sequence[bytes] = ()) -> plan.Rules:
    """What the journey knows of one mailbox.

    signing: the keys of ``open_keys``; without them, where nothing is sent, no Message-ID is signed.
    """
    chosen, own = installation.settings, installation.settings.mailbox[account_of(mailbox)]
    book, limits = installation.rulebooks[account_of(mailbox)], installation.settings.limits
    screening = screen.Rules(
        addresses=(own.address, *own.aliases), staff=chosen.screening.staff, authserv_id=own.authserv_id
    )
    return plan.Rules(
        screen=screening,
        pick=pick.Rules(max_mail_bytes=limits.mail_bytes),
        recognise=book.documents,
        route=route.Rules(
            groups=book.groups,
            positions=book.positions,
            ours=book.ours,
            institution=tuple(dict.fromkeys(chosen.institution.name.values())),
            time_zone=chosen.institution.time_zone,
            late_to_review=timedelta(hours=limits.late_to_review_hours),
        ),
        decide=decide.Rules(
            positions=book.positions, max_pdf_bytes=limits.pdf_bytes, max_pages=limits.pdf_pages
        ),
        texts=book.texts,
        groups=book.groups,
        positions=book.positions,
        institution=installation.institution,
        sender=Address(address=own.address),
        traffic=traffic.Limits(
            address=chosen.replies.per_address_daily,
            domain=chosen.replies.per_domain_daily,
            subject=chosen.replies.per_subject_daily,
            hourly=chosen.replies.hourly,
        ),
        merge=chosen.screening.several_pdfs == "merge",
        correction_delay=timedelta(seconds=chosen.schedule.correction_delay),
        key=next(iter(signing), b""),
        old_keys=tuple(signing[1:]),
    )


def account_of(mailbox: str) -> str:
    """The name in the settings of the account to which a mailbox of the ledger belongs."""
    return mailbox.removesuffix(_JUNK)


def junk_of(account: str) -> str:
    """The name by which the ledger knows an account's folder of suspected junk."""
    return account + _JUNK


def mailboxes(site: Site) -> list[str]:
    """All that is read, as the ledger names it: the mailboxes, then their folders of suspected junk."""
    own = site.settings.mailbox
    return [*own, *(junk_of(name) for name in own if own[name].watch_junk)]
