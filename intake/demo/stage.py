"""The demo's folder: made fresh, locked while a demo runs in it, with a configuration for its own servers.

Layout under ``out``: ``config/`` (the shipped rules and texts, and an intake.toml of its own), ``var/``
(ledger, spool, password), ``applications/`` (what intake files), ``mails/`` and ``replies/`` (what went in
and what came back), ``worker.log`` and ``table.json``.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from intake import settings
from intake.demo import samples
from intake.demo.servers import DemoServers
from intake.errors import IntakeError

MARKER = ".intake-demo"
MAILBOX = "open-positions"
PASSWORD_FILE = "var/password"  # noqa: S105 - where it lies, not what it is

# What an admin has written about the house and its limits shows in the demo; mailboxes, paths and whether
# replies wait for a person are the demo's own.
_KEPT = ("institution", "limits", "screening")


class Unusable(IntakeError):
    """The demo cannot run here; the message says why and what to do."""


@contextmanager
def fresh(out: Path) -> Iterator[None]:
    """``out`` emptied and ours until the block ends. Raises Unusable rather than delete what no demo made."""
    _refuse_foreign(out)
    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    marker = os.open(out / MARKER, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unusable(f"another demo is running in {out}; end it first, or use another folder") from None
        _empty(out)
        yield
    finally:
        os.close(marker)


def rules_folder() -> Path:
    """The configuration to show: $INTAKE_CONFIG, ./config, or that of the checkout. Raises Unusable."""
    named = os.environ.get("INTAKE_CONFIG")
    checkout = Path(__file__).resolve().parents[2] / "config"
    tried = [Path(named)] if named else [Path("config"), checkout]
    for folder in tried:
        if (folder / "positions.toml").is_file():
            return folder
    places = " or ".join(str(folder) for folder in tried)
    raise Unusable(f"no positions.toml in {places}; start the demo where intake's config/ lies")


def configure(out: Path, servers: DemoServers, rules: Path) -> Path:
    """Write out/config and return it. ``rules``: the folder whose rules and reply texts are shown."""
    config = out / "config"
    shutil.copytree(rules, config, ignore=shutil.ignore_patterns(settings.FILE))
    # DESIGN: passwords never lie in config/.
    secret = out / PASSWORD_FILE
    secret.parent.mkdir(mode=0o700)
    secret.touch(mode=0o600)
    secret.write_text(samples.PASSWORD + "\n", "utf-8")
    shipped = _read(rules / settings.FILE)
    tables: dict[str, Any] = {name: shipped[name] for name in _KEPT if name in shipped}
    tables |= {"schedule": {"poll_seconds": 5}, "mailbox": {MAILBOX: _mailbox(servers)}}
    text = "# Written by `intake demo` for its own mail servers.\n" + "\n".join(_toml(tables))
    (config / settings.FILE).write_text(text + "\n", "utf-8")
    return config


def _refuse_foreign(out: Path) -> None:
    remedy = "choose another folder for the demo, or move this one away"
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise Unusable(f"{out} is not a folder; {remedy}")
    if out.is_dir() and not (out / MARKER).is_file() and any(out.iterdir()):
        raise Unusable(f"{out} was not made by a demo, so nothing in it is deleted; {remedy}")


def _empty(out: Path) -> None:
    for path in out.iterdir():
        if path.name == MARKER:
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def _mailbox(servers: DemoServers) -> dict[str, Any]:
    shared = {
        "host": servers.host,
        "security": "none",
        "user": samples.MAILBOX,
        "password_file": PASSWORD_FILE,
    }
    return {
        "address": samples.MAILBOX,
        "imap": {**shared, "port": servers.imap_port},
        "smtp": {**shared, "port": servers.smtp_port},
    }


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}  # absent, or broken: the demo has its own, and `intake config check` tells of that one


def _toml(table: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[str]:
    """TOML lines of nested tables. JSON's strings, numbers, booleans and lists are TOML's too."""
    plain = {key: item for key, item in table.items() if not isinstance(item, Mapping)}
    if plain:
        yield f"[{'.'.join(path)}]" if path else ""
        yield from (f"{key} = {json.dumps(item, ensure_ascii=False)}" for key, item in plain.items())
    for key, item in table.items():
        if isinstance(item, Mapping):
            yield from _toml(item, (*path, key))
