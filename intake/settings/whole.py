"""The whole of intake.toml: its tables put together, read and checked, and what is asked of all at once."""

from __future__ import annotations

import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from intake import tomlfile
from intake.errors import ConfigError, ConfigProblem
from intake.settings import answering, machine, table
from intake.settings.mailbox import Mailbox


class Settings(table.Table):
    """The whole of config/intake.toml."""

    institution: answering.Institution = answering.Institution()
    mailbox: dict[str, Mailbox]
    schedule: answering.Schedule = answering.Schedule()
    replies: answering.Replies = answering.Replies()
    filing: machine.Filing = machine.Filing()
    state: machine.State = machine.State()
    dispatch: machine.Dispatch = machine.Dispatch()
    limits: machine.Limits = machine.Limits()
    screening: answering.Screening = answering.Screening()


def load(config: Path) -> Settings:
    """``config``/intake.toml, checked. Raises ConfigError with all that is wrong."""
    path = config / table.FILE
    settings = tomlfile.validated(Settings, tomlfile.read(path), path)
    problems = tuple(_meaning(settings, path))
    if problems:
        raise ConfigError(problems)
    return settings


def base(config: Path) -> Path:
    """The folder that relative paths start from: the one that holds the configuration folder."""
    return config.resolve().parent


def today(settings: Settings, now: datetime.datetime) -> datetime.date:
    """The day that the institution's calendar shows: in Berlin the next one has begun when UTC says 23:00."""
    return now.astimezone(ZoneInfo(settings.institution.time_zone)).date()


def endings(settings: Settings, now: datetime.datetime) -> list[tuple[str, str]]:
    """Mailbox and sentence of each credential that ends soon, by the institution's calendar."""
    found = [
        (name, own.oauth2.ending(today(settings, now)))
        for name, own in settings.mailbox.items()
        if own.oauth2
    ]
    return [(name, sentence) for name, sentence in found if sentence]


def _meaning(settings: Settings, path: Path) -> list[ConfigProblem]:
    lines = tomlfile.Lines(path)
    found = []
    try:
        ZoneInfo(settings.institution.time_zone)
    except (KeyError, ValueError, OSError):
        message = f"institution.time_zone: there is no time zone {settings.institution.time_zone!r}"
        found.append(
            ConfigProblem(file=str(path), line=lines.of(("institution", "time_zone")), message=message)
        )
    if not settings.mailbox:
        found.append(
            ConfigProblem(file=str(path), message="mailbox: name at least one mailbox, as [mailbox.NAME]")
        )
    for name in settings.mailbox:
        if not name.replace("-", "").replace("_", "").isalnum():
            message = f"mailbox.{name}: use letters, digits, - and _ in the name of a mailbox"
            found.append(ConfigProblem(file=str(path), line=lines.of(("mailbox", name)), message=message))
    return found
