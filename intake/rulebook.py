"""The rules that admins write: positions, document rules and reply texts, read and checked as one.

A set with any problem is not taken: the worker keeps the last good one and says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

from intake import tomlfile
from intake.errors import ConfigError, ConfigProblem
from intake.journey import recognise, reply
from intake.journey.recognise import rules as recognition_rules
from intake.model import Group, Language, Position, value

POSITIONS, DOCUMENTS, REPLIES = "positions.toml", "documents.toml", "replies"
LANGUAGES: tuple[Language, ...] = ("en", "de")

_T = TypeVar("_T")
_Named = TypeVar("_Named", Group, Position)
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*/[a-z0-9]+(?:-[a-z0-9]+)*\Z")


@value
class Rulebook:
    """One consistent set of rules."""

    groups: tuple[Group, ...]
    positions: tuple[Position, ...]
    ours: tuple[str, ...] = ()  # other names of the institution
    documents: recognise.Rules
    texts: reply.Texts


@value
class _PositionsFile:
    ours: tuple[str, ...] = ()
    group: dict[str, Group] = field(default_factory=dict)
    position: tuple[Position, ...]


def load(config: Path, own: Path | None = None) -> Rulebook:
    """The rules under ``config``, but for what lies in ``own``, the folder of one mailbox. Raises ConfigError
    with all that is wrong in all files."""
    problems: list[ConfigProblem] = []
    if own is not None and not any((own / name).exists() for name in (POSITIONS, DOCUMENTS, REPLIES)):
        message = f"there is no {POSITIONS}, no {DOCUMENTS} and no {REPLIES}/ in it"
        raise ConfigError((ConfigProblem(file=str(own), message=message, hint="see mailbox.NAME.rules"),))
    positions = _tried(lambda: _positions(_of(config, own, POSITIONS)), problems)
    documents = _tried(lambda: _documents(_of(config, own, DOCUMENTS)), problems)
    texts = _tried(lambda: _texts(_of(config, own, REPLIES)), problems)
    if positions is None or documents is None or texts is None or problems:
        raise ConfigError(tuple(problems))
    return Rulebook(
        groups=tuple(positions.group.values()),
        positions=positions.position,
        ours=positions.ours,
        documents=documents,
        texts=texts,
    )


def _of(config: Path, own: Path | None, name: str) -> Path:
    return own / name if own is not None and (own / name).exists() else config / name


def together(books: Sequence[Rulebook], file: str) -> Rulebook:
    """The positions and groups of several mailboxes, as pages and commands show them. What is called the same
    must be the same: ConfigError, about ``file``, where it is not."""
    problems: list[ConfigProblem] = []

    def united(kind: str, items: Iterable[_Named]) -> tuple[_Named, ...]:
        known: dict[str, _Named] = {}
        for item in items:
            if known.setdefault(item.id, item) != item:
                message = f"the {kind} {item.id!r} is described differently for two mailboxes"
                problems.append(ConfigProblem(file=file, message=message, hint="give one another id"))
        return tuple(known.values())

    groups = united("group", (group for book in books for group in book.groups))
    positions = united("position", (position for book in books for position in book.positions))
    if problems:
        raise ConfigError(tuple(dict.fromkeys(problems)))
    return replace(books[0], groups=groups, positions=positions)


def fingerprint(config: Path) -> tuple[tuple[str, int, int], ...]:
    """Changes whenever a file of the rules does: names, sizes and times of modification."""
    files = [config / POSITIONS, config / DOCUMENTS, *sorted((config / REPLIES).rglob("*.j2"))]
    stats = [(file, file.stat()) for file in files if file.exists()]
    return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file, stat in stats)


def warnings(config: Path, rules: Rulebook, today: date) -> Iterator[ConfigProblem]:
    """What is allowed but worth a look: deadlines that have passed, portals without an address."""
    path = config / POSITIONS
    lines = tomlfile.Lines(path)
    for index, position in enumerate(rules.positions):
        if position.deadline and position.deadline < today and not position.closed:
            where = lines.of(("position", index, "deadline"))
            message = f"{position.id}: its deadline {position.deadline} is past, so applicants are told that it is closed"
            yield ConfigProblem(file=str(path), line=where, message=message)
        if position.apply_by == "portal" and not position.portal:
            message = (
                f"{position.id}: no portal address; replies call it {position.portal_name.get('en', '')!r}"
            )
            yield ConfigProblem(
                file=str(path), line=lines.of(("position", index, "apply_by")), message=message
            )


def _tried(read: Callable[[], _T], problems: list[ConfigProblem]) -> _T | None:
    try:
        return read()
    except ConfigError as exc:
        problems.extend(exc.problems)
        return None


def _positions(path: Path) -> _PositionsFile:
    content = tomlfile.read(path)
    groups, entries = content.get("group"), content.get("position")
    if isinstance(groups, dict):
        content["group"] = {
            name: {"id": name, **one} if isinstance(one, dict) else one for name, one in groups.items()
        }
    if isinstance(entries, list):
        content["position"] = [_with_group(one) for one in entries]
    file = tomlfile.validated(_PositionsFile, content, path)
    problems = tuple(_position_problems(file, path))
    if problems:
        raise ConfigError(problems)
    return file


def _with_group(entry: object) -> object:
    if not isinstance(entry, dict):
        return entry
    return {"group": str(entry.get("id", "")).partition("/")[0], **entry}


def _position_problems(file: _PositionsFile, path: Path) -> Iterator[ConfigProblem]:
    lines = tomlfile.Lines(path)
    first: dict[str, int | None] = {}
    if not file.position:
        yield ConfigProblem(file=str(path), message="there is no [[position]]")
    for index, position in enumerate(file.position):
        line = lines.of(("position", index, "id"))
        if position.id in first:
            message, hint = f"position {position.id!r} is there twice", f"first on line {first[position.id]}"
            yield ConfigProblem(file=str(path), line=line, message=message, hint=hint)
        first.setdefault(position.id, line)
        for message, hint in _one_position(position, file):
            yield ConfigProblem(
                file=str(path), line=line, message=f"position {position.id!r}: {message}", hint=hint
            )


def _one_position(position: Position, file: _PositionsFile) -> Iterator[tuple[str, str]]:
    if not _ID.match(position.id):
        yield "an id is GROUP/NAME in small letters, digits and single hyphens", ""
    if position.group not in file.group:
        yield f"there is no group {position.group!r}", tomlfile.did_you_mean(position.group, file.group)
    if not position.title.get("en"):
        yield 'title needs "en", the title as advertised', ""
    if position.apply_by == "portal" and not (position.portal or position.portal_name.get("en")):
        yield "a portal needs its address (portal) or how to call it (portal_name)", ""
    if not position.documents:
        yield "documents is empty; leave the key out for letter, cv and certificates", ""


def _documents(path: Path) -> recognise.Rules:
    rules = tomlfile.validated(recognise.Rules, tomlfile.read(path), path)
    problems = [ConfigProblem(file=str(path), message=said) for said in recognition_rules.problems(rules)]
    if problems:
        raise ConfigError(tuple(problems))
    return rules


def _texts(folder: Path) -> reply.Texts:
    sources: dict[Language, dict[str, str]] = {}
    problems: list[ConfigProblem] = []
    for language in LANGUAGES:
        files = sorted((folder / language).glob(f"*{reply.SUFFIX}"))
        sources[language] = {}
        for file in files:
            text = _tried(lambda file=file: _template(file), problems)  # type: ignore[misc]
            sources[language][file.name.removesuffix(reply.SUFFIX)] = text or ""
    texts = reply.Texts(by_language=sources)
    problems.extend(ConfigProblem(file=str(folder), message=said) for said in reply.check(texts))
    if problems:
        raise ConfigError(tuple(problems))
    return texts


def _template(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError((ConfigProblem(file=str(file), message=f"it cannot be read: {exc}"),)) from exc
