"""``intake backup``: the ledger and the keys as they are now, in one file, while a worker runs."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from pathlib import Path

from intake import wiring
from intake.commands import console
from intake.errors import Permanent, Transient

_POSTGRES = (
    "The ledger lies in PostgreSQL, which makes its own backups: pg_dump --format=custom --file=FILE DATABASE."
    " Keep {keys} with it."
)


def run(site: wiring.Site, target: Path) -> int:
    """A tar file (0600) that holds both, whole or not at all, and never in place of another file."""
    if not isinstance(site.ledger, Path):
        raise Permanent(_POSTGRES.format(keys=site.path(site.settings.state.keys)))
    if not site.ledger.exists():
        raise Permanent(f"There is no ledger at {site.ledger} yet: intake run makes it.")
    if os.path.lexists(target):
        raise Permanent(f"{target} is there already, and was left alone: give another name.")
    try:
        size = _written(site, target)
    except OSError as exc:
        raise Transient(f"{target} cannot be written: {exc.strerror}") from exc
    console.say(
        f"{size} bytes written to {target}: the ledger and the keys, personal data and a secret, readable for you alone."
        f" The filed applications in {site.filing_root} are not in it: copy them afterwards."
    )
    return console.OK


def _written(site: wiring.Site, target: Path) -> int:
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.absolute().parent))  # 0700
    try:
        whole = folder / "backup.tar"
        _pack(site, folder, whole)
        try:
            target.hardlink_to(whole)  # fails where there is a file: a rename would take its place
        except FileExistsError as exc:
            raise Permanent(f"{target} has appeared meanwhile, and was left alone.") from exc
        except OSError:  # some file systems know no hard links
            whole.rename(target)
        handle = os.open(target.absolute().parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
        return target.stat().st_size
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _pack(site: wiring.Site, folder: Path, whole: Path) -> None:
    copy = folder / "ledger.sqlite"
    wiring.copy_ledger(site, copy, now=console.now())
    keys = site.path(site.settings.state.keys)
    with os.fdopen(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(copy, Path(site.ledger).name, filter=_private)
            if keys.exists():
                archive.add(keys, keys.name, filter=_private)
            else:
                console.complain(f"There are no keys at {keys} yet: no worker has been started.")
        file.flush()
        os.fsync(file.fileno())


def _private(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """Whoever restores it owns it, and nobody else may read it."""
    member.mode, member.uid, member.gid, member.uname, member.gname = 0o600, 0, 0, "", ""
    return member
