"""Reads a TOML file into a checked value, with every problem at once: file, line and a did-you-mean."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pydantic
from rapidfuzz import process

from intake.errors import ConfigError, ConfigProblem

_T = TypeVar("_T")
_Location = Sequence[int | str]

_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""^\s*("[^"]+"|'[^']+'|[\w-]+(?:\s*\.\s*[\w-]+)*)\s*=""")
_PART = re.compile(r""""([^"]*)"|'([^']*)'|([\w-]+)""")
_DECODE_LINE = re.compile(r"\(at line (\d+), column \d+\)")


def read(path: Path) -> dict[str, Any]:
    """The file as plain TOML. Raises ConfigError when it is missing, unreadable or no TOML."""
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        raise ConfigError((ConfigProblem(file=str(path), message="this file is missing"),)) from None
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError((ConfigProblem(file=str(path), message=f"it cannot be read: {exc}"),)) from exc
    except tomllib.TOMLDecodeError as exc:
        found = _DECODE_LINE.search(str(exc))
        line = int(found[1]) if found else None
        said = _DECODE_LINE.sub("", str(exc)).strip()
        raise ConfigError(
            (ConfigProblem(file=str(path), line=line, message=f"this is no TOML: {said}"),)
        ) from exc


def validated(kind: type[_T], content: Any, path: Path, *, under: _Location = ()) -> _T:
    """``content`` as a ``kind``. Raises ConfigError with one problem for each thing wrong in it.

    ``under``: where ``content`` lies in the file, so that the lines are right.
    """
    try:
        return pydantic.TypeAdapter(kind).validate_python(content)
    except pydantic.ValidationError as exc:
        lines = Lines(path)
        errors = exc.errors(include_url=False, include_context=False)
        raise ConfigError(tuple(_problem(error, path, lines, under, kind) for error in errors)) from exc


class Lines:
    """Where the keys of a TOML file stand. Not a parser: tomllib has read the file by then."""

    def __init__(self, path: Path) -> None:
        self._lines: dict[tuple[int | str, ...], int] = {}
        counts: dict[tuple[int | str, ...], int] = {}
        table: tuple[int | str, ...] = ()
        for number, text in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if header := _TABLE.match(text):
                table = _parts(header[2])
                if header[1] == "[[":
                    counts[table] = counts.get(table, -1) + 1
                    table = (*table, counts[table])
                self._lines.setdefault(table, number)
            elif key := _KEY.match(text):
                self._lines.setdefault((*table, *_parts(key[1])), number)

    def of(self, location: _Location) -> int | None:
        """The line of the deepest part of ``location`` that the file names."""
        for length in range(len(location), 0, -1):
            if tuple(location[:length]) in self._lines:
                return self._lines[tuple(location[:length])]
        return None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """ "did you mean ...?" when a known word is close, else ""."""
    best = process.extractOne(word, list(known), score_cutoff=70)
    return f"did you mean {best[0]!r}?" if best else ""


def _parts(dotted: str) -> tuple[int | str, ...]:
    return tuple(next(part for part in parts if part) for parts in _PART.findall(dotted))


def _problem(error: Any, path: Path, lines: Lines, under: _Location, kind: type[Any]) -> ConfigProblem:
    location = (*under, *error["loc"])
    name = ".".join(str(part) for part in location)
    if error["type"] in ("extra_forbidden", "unexpected_keyword_argument"):
        unknown = str(location[-1])
        message, hint = (
            f"{name}: this key is unknown",
            did_you_mean(unknown, _fields(kind, error["loc"][:-1])),
        )
    elif error["type"] in ("missing", "missing_keyword_only_argument"):
        message, hint = f"{name}: this key is missing", ""
    else:
        message, hint = f"{name}: {_plain(error['msg'])}", _choices(error)
    return ConfigProblem(file=str(path), line=lines.of(location), message=message, hint=hint)


def _plain(said: str) -> str:
    return said.removeprefix("Value error, ").replace("Input should be", "it should be")


def _choices(error: Any) -> str:
    allowed = re.findall(r"'([^']+)'", error["msg"]) if error["type"] in ("literal_error", "enum") else []
    return did_you_mean(str(error["input"]), allowed)


def _fields(kind: Any, location: _Location) -> set[str]:
    """Names of the fields at a location, as far as the schema tells; all names of the schema otherwise."""
    schema = pydantic.TypeAdapter(kind).json_schema()
    definitions = schema.get("$defs", {})
    found = _descend(schema, location, definitions)
    names = {name for one in found for name in one.get("properties", {})}
    return names or {name for one in (schema, *definitions.values()) for name in one.get("properties", {})}


def _descend(schema: Any, location: _Location, definitions: Any) -> list[Any]:
    here = [_resolved(schema, definitions)]
    for part in location:
        following = []
        for one in here:
            if isinstance(part, int):
                following.append(one.get("items", {}))
            else:
                following.append(one.get("properties", {}).get(part) or one.get("additionalProperties") or {})
        here = [_resolved(one, definitions) for one in following if isinstance(one, dict)]
    return here


def _resolved(schema: Any, definitions: Any) -> Any:
    reference = schema.get("$ref", "")
    return definitions.get(reference.rsplit("/", 1)[-1], {}) if reference else schema
