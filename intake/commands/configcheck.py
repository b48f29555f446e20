"""``intake config check``: every problem of config/ at once, then what is allowed but worth a look."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from intake import mounts, rulebook, settings, tomlfile, wiring
from intake.commands import console, judging
from intake.errors import ConfigError, ConfigProblem, IntakeError
from intake.journey import reply
from intake.model import ReplyKind

_SHOWN = 5  # case numbers named for a position that was dropped; the rest is counted


def run(config: Path) -> int:
    """0 with one line on stdout, 2 with a line on stderr for each problem. Warnings change nothing."""
    try:
        installation = wiring.load(config)
    except ConfigError as exc:
        return _refused(exc.problems)
    if problems := list(_dropped(installation)):
        return _refused(problems)
    for warning in _warnings(installation):
        console.complain(f"warning: {warning}")
    book = installation.rulebook
    templates = len(reply.LANGUAGES) * len(ReplyKind)
    console.say(
        f"{config}: OK ({len(installation.settings.mailbox)} mailbox(es), {len(book.positions)} positions,"
        f" {templates} reply texts)"
    )
    return console.OK


def _refused(problems: tuple[ConfigProblem, ...] | list[ConfigProblem]) -> int:
    for problem in problems:
        console.complain(str(problem))
    console.complain(f"{len(problems)} problem(s); a running worker keeps the last good rules meanwhile.")
    return console.USAGE


# --- a position that has cases stays -------------------------------------------------------------


def _dropped(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    known = [position.id for position in installation.rulebook.positions]
    file = str(installation.config / rulebook.POSITIONS)
    for position, cases in sorted(_positions_of_cases(installation).items()):
        if position in known:
            continue
        shown = ", ".join(cases[:_SHOWN]) + (
            f" and {len(cases) - _SHOWN} more" if len(cases) > _SHOWN else ""
        )
        message = f"position {position!r} is gone, but has {len(cases)} case(s): {shown}"
        similar = tomlfile.did_you_mean(position, known)
        hint = "; ".join(filter(None, ("put it back and set closed = true", similar)))
        yield ConfigProblem(file=file, message=message, hint=hint)


def _positions_of_cases(installation: wiring.Installation) -> dict[str, list[str]]:
    """Case numbers by every position that a case is or may be for; {} where there is no ledger yet."""
    found: dict[str, list[str]] = defaultdict(list)
    try:
        with console.ledger(installation) as ledger:
            for case in ledger.cases() if ledger else ():
                for position in dict.fromkeys((*case.positions, *case.candidates)):
                    found[position].append(case.number)
    except IntakeError as exc:
        console.complain(f"warning: the ledger cannot be read, so dropped positions are not found: {exc}")
    return found


# --- worth a look --------------------------------------------------------------------------------


def _warnings(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    yield from _empty(installation)
    yield from _secrets(installation)
    yield from _shown(installation)
    yield from _endings(installation)
    yield from _filing(installation)
    yield from _staff(installation)
    yield from _proofs(installation)
    yield from _ocr(installation)
    today = settings.today(installation.settings, console.now())
    for config, book in wiring.rule_folders(installation):
        yield from rulebook.warnings(config, book, today)


def _empty(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    """What replies cannot say because nobody has written it down."""
    path = installation.config / settings.FILE
    lines = tomlfile.Lines(path)
    given = installation.settings.institution
    for name in ("address", "contact", "contact_email", "privacy_notice"):
        if not getattr(given, name):
            line = lines.of(("institution", name)) or lines.of(("institution",))
            message = f"institution.{name} is empty, so replies do not name it"
            yield ConfigProblem(file=str(path), line=line, message=message)
    for language in reply.LANGUAGES:
        if not given.name.get(language):
            line = lines.of(("institution", "name"))
            message = f"institution.name has no {language!r}, so replies in it use another language's"
            yield ConfigProblem(file=str(path), line=line, message=message)


def _secrets(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    """Passwords and client secrets that a worker started now, from here, would not find."""
    path, base = installation.config / settings.FILE, settings.base(installation.config)
    lines = tomlfile.Lines(path)
    try:
        installation.ledger_password()
    except ConfigError as exc:
        message = f"state: {exc.problems[0].message}"
        yield ConfigProblem(file=str(path), line=lines.of(("state",)), message=message)
    for name, own in installation.settings.mailbox.items():
        wanted = {"imap": [own.imap.password], "smtp": [own.smtp.password]}
        if own.oauth2 is not None:
            wanted["oauth2"] = [own.oauth2.client_secret, own.oauth2.refresh_token]
        for part, given in wanted.items():
            for read in given:
                try:
                    read(base)
                except ConfigError as exc:
                    where = ("mailbox", name, part)
                    message = f"{'.'.join(where)}: {exc.problems[0].message}"
                    yield ConfigProblem(file=str(path), line=lines.of(where), message=message)


def _shown(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    """A password where everybody sees it who may read the configuration."""
    if installation.settings.state.shows_password:
        path = installation.config / settings.FILE
        message = "state.database: the password stands in it, for all who may read this file"
        hint = "take it out, and name database_password_file or database_password_env"
        line = tomlfile.Lines(path).of(("state", "database"))
        yield ConfigProblem(file=str(path), line=line, message=message, hint=hint)


def _endings(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    """Client secrets that end soon, or have ended."""
    path = installation.config / settings.FILE
    lines = tomlfile.Lines(path)
    for name, sentence in settings.endings(installation.settings, console.now()):
        where = ("mailbox", name, "oauth2", "expires")
        message = f"{'.'.join(where)}: {sentence}"
        yield ConfigProblem(file=str(path), line=lines.of(where), message=message)


def _filing(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    """A root of filing that looks empty, and takes what is written, while its share is away."""
    root = installation.filing_root
    if os.path.ismount(root) and (kind := mounts.share(root)):
        path = installation.config / settings.FILE
        line = tomlfile.Lines(path).of(("filing", "root")) or tomlfile.Lines(path).of(("filing",))
        message = f"filing.root: {root} is the mount point of a share ({kind}); while it is away, applications would be filed below it"
        hint = f"name a folder on it, such as {root / 'applications'}, so that filing waits for it"
        yield ConfigProblem(file=str(path), line=line, message=message, hint=hint)


def _staff(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    """A whole domain in the staff list would silence applicants from it (POLICY, Third parties)."""
    path = installation.config / settings.FILE
    for address in installation.settings.screening.staff:
        if not all(address.partition("@")):
            line = tomlfile.Lines(path).of(("screening", "staff"))
            message = f"screening.staff: {address!r} is no address; name each colleague"
            yield ConfigProblem(file=str(path), line=line, message=message)


def _proofs(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    """What is set for the proofs of replies and has no effect."""
    path = installation.config / settings.FILE
    for name, own in installation.settings.mailbox.items():
        if own.copy_address and own.proof_kind != "bcc":
            where = ("mailbox", name, "copy_address")
            message = (
                f"{'.'.join(where)} has no effect: proof is {own.proof_kind!r} here, so no copies are sent"
            )
            yield ConfigProblem(file=str(path), line=tomlfile.Lines(path).of(where), message=message)


def _ocr(installation: wiring.Installation) -> Iterator[ConfigProblem]:
    """Scans that nobody would read, although the configuration is right."""
    path = installation.config / settings.FILE
    try:
        with judging.reading(installation) as opened:
            weaknesses = opened.ocr_weaknesses()
    except IntakeError as exc:
        weaknesses = (str(exc),)
    for weakness in weaknesses:
        line = tomlfile.Lines(path).of(("limits", "ocr"))
        yield ConfigProblem(file=str(path), line=line, message=f"OCR, which reads scanned pages: {weakness}")


def missing_secrets(installation: wiring.Installation) -> None:
    """Raises ConfigError when a password or secret is not there: before a worker starts, not in the middle."""
    if problems := tuple(_secrets(installation)):
        raise ConfigError(problems)
