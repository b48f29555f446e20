"""Writes config/intake.toml from the descriptions in ``intake.settings``, so that the two never differ.

    python -m scripts.example_config [--check] [FILE]

A key that is commented out has the value it would have anyway. With ``--check`` nothing is written, and
the exit status is 1 when the file is not what the settings say.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from intake import settings

TARGET = Path(__file__).resolve().parent.parent / "config" / settings.FILE
WIDTH = 110

_HEAD = """\
Who writes, which mailbox is read, when, where applications are filed and what bounds the work.

Written by scripts/example_config.py from the descriptions in intake/settings/; change values here freely.
A key that is commented out has the value shown. `intake config check` names every problem at once.
Paths are relative to the folder that holds this configuration folder. A change needs a restart of the
worker; positions.toml, documents.toml and replies/ do not."""

#: What the shipped file sets. What the advertisements do not say stays empty, and `config check` names it.
_SHIPPED: Mapping[str, Any] = {
    "institution": {
        "name": settings.Institution().name,
        "address": "",
        "contact": "",
        "contact_email": "",
        "privacy_notice": "",
    },
    "mailbox": {
        "open-positions": {
            "address": "open-positions@rc-trust.ai",
            "imap": {
                "host": "imap.rc-trust.example",
                "port": 993,
                "security": "tls",
                "user": "open-positions@rc-trust.ai",
                "password_env": "INTAKE_PASSWORD",
            },
            "smtp": {
                "host": "smtp.rc-trust.example",
                "port": 587,
                "security": "starttls",
                "user": "open-positions@rc-trust.ai",
                "password_env": "INTAKE_PASSWORD",
            },
        }
    },
    "schedule": {"correction_delay": 300},
    "replies": {"mode": "send"},
}

_NOTES: Mapping[tuple[str, ...], str] = {
    ("mailbox",): """\
The name between the dots is yours (letters, digits, - and _); reports call the mailbox so, and it should
not change once the worker has run. A second mailbox is a second table.
  Own Dovecot and Postfix   IMAP 993 "tls", SMTP 587 "starttls", the mailbox's own login and password
  Gmail, Google Workspace   imap.gmail.com 993 "tls", smtp.gmail.com 587 "starttls", an app password, or
                            auth = "oauth2" with flow = "refresh-token"
  Microsoft 365             outlook.office365.com 993 "tls", smtp.office365.com 587 "starttls",
                            auth = "oauth2" with flow = "client-credentials": it takes no passwords over IMAP
The README says step by step how to get what OAuth2 needs. With it, leave out password_env and password_file.
""",
    ("replies",): """\
Start a real mailbox with mode = "hold": `intake outbox list` and `show` tell what would be sent,
`intake outbox release` sends it.
""",
}


def example() -> str:
    """The whole file."""
    lines = [*_comment(_HEAD), *_table(settings.Settings, (), _SHIPPED)]
    return "\n".join(lines).rstrip() + "\n"


def _table(model: type[BaseModel], path: tuple[str, ...], shipped: Mapping[str, Any]) -> Iterator[str]:
    """One table: its purpose, its header, its keys, then the tables in it."""
    optional = {name: table for name, field in model.model_fields.items() if (table := _optional(field))}
    plain = {
        name: field
        for name, field in model.model_fields.items()
        if _inner(field) is None and name not in optional
    }
    if path:
        yield ""
        yield from _comment(_purpose(model))
        yield from _comment(_NOTES.get(path[:1], "") if path[0] != "mailbox" or len(path) == 2 else "")
        yield f"[{'.'.join(path)}]"
    for name, field in plain.items():
        yield from _key(name, field, shipped)
    for name, field in model.model_fields.items():
        inner = _inner(field)
        if inner is None:
            continue
        if name == "mailbox":
            for own, chosen in shipped[name].items():
                yield from _table(settings.Mailbox, (*path, name, own), chosen)
        else:
            yield from _server_or_table(inner, field, (*path, name), shipped.get(name, {}))
    for name, table in optional.items():
        yield from _example_table(table, (*path, name))


def _example_table(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[str]:
    """A table that the shipped file does without: all of it a comment, with examples where it has them."""
    yield ""
    yield from _comment(_purpose(model))
    yield f"#   [{'.'.join(path)}]"
    for name, field in model.model_fields.items():
        yield from (f"#   {line}" for line in _comment(field.description or "", narrower=4))
        default = None if field.is_required() else field.get_default(call_default_factory=True)
        yield f"#   {name} = {_toml((field.examples or [default])[0])}"


def _server_or_table(
    model: type[BaseModel], field: FieldInfo, path: tuple[str, ...], shipped: Mapping[str, Any]
) -> Iterator[str]:
    lines = list(_table(model, path, shipped))
    if field.description:  # a server: what this one is for says more than what servers are
        lines = ["", *_comment(field.description), *lines[lines.index(f"[{'.'.join(path)}]") :]]
    yield from lines


def _key(name: str, field: FieldInfo, shipped: Mapping[str, Any]) -> Iterator[str]:
    """The meaning of a key and its line: in force when the shipped file sets it, else as a comment."""
    default = field.get_default(call_default_factory=True) if not field.is_required() else None
    said = field.description or ""
    if name in shipped:
        tail = "" if field.is_required() or shipped[name] == default else f" Default: {_toml(default)}."
        yield from _comment(said + tail)
        yield f"{name} = {_toml(shipped[name])}"
    else:
        yield from _comment(said)
        yield f"# {name} = {_toml(default)}"


def _inner(field: FieldInfo) -> type[BaseModel] | None:
    """The model of a field that is a table (or, for mailboxes, a table of tables)."""
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return settings.Mailbox if kind == dict[str, settings.Mailbox] else None


def _optional(field: FieldInfo) -> type[BaseModel] | None:
    """The model of a table that may be left out, else None."""
    kinds = [
        one for one in get_args(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)
    ]
    return kinds[0] if kinds and field.default is None else None


def _purpose(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").split())


def _comment(text: str, *, narrower: int = 0) -> Iterator[str]:
    for line in text.rstrip("\n").split("\n") if text else ():
        indent = line[: len(line) - len(line.lstrip())]
        for wrapped in textwrap.wrap(line.strip(), WIDTH - 2 - narrower - len(indent)) or [""]:
            yield f"# {indent}{wrapped}".rstrip()


def _toml(content: Any) -> str:
    if isinstance(content, bool):
        return "true" if content else "false"
    if isinstance(content, date):
        return content.isoformat()
    if isinstance(content, StrEnum | str):
        return json.dumps(str(content), ensure_ascii=False)
    if isinstance(content, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in content.items()) + " }"
    if isinstance(content, tuple | list):
        return "[" + ", ".join(_toml(one) for one in content) + "]"
    return f"{content:_}" if isinstance(content, int) and content >= 100_000 else str(content)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing, only compare")
    parser.add_argument("file", nargs="?", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    wanted = example()
    there = options.file.read_text("utf-8") if options.file.exists() else ""
    if there == wanted:
        return 0
    if options.check:
        print(f"{options.file}: not what intake/settings/ says; run this without --check", file=sys.stderr)
        return 1
    options.file.write_text(wanted, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
