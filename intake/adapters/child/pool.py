"""A pool of slots: so many warm children of one kind, each with one task at a time."""

from __future__ import annotations

import queue
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from intake.adapters.child import slot as slots
from intake.adapters.child import spool as spools
from intake.adapters.child.slot import Slot
from intake.errors import Transient

_T = TypeVar("_T")


class SlotPool:
    """``workers`` slots in a home of their own in the spool. Thread-safe.

    spool: a folder on a local disk, made when missing. Several processes may share it: each has its own
    sub-folder under a lock, and what a killed one left is removed at the next start. kind: what the home is
    for, and in capitals what messages call a child; module, prepare, memory: see ``slot``.
    """

    def __init__(
        self,
        spool: Path,
        kind: str,
        *,
        module: str,
        prepare: Callable[[str, int], None],
        memory: int,
        workers: int,
    ) -> None:
        context = slots.context(module)
        self._home = spools.Home(spool, kind)
        self._slots = [
            Slot(
                self._home.folder / f"slot-{n}",
                name=kind.upper(),
                prepare=prepare,
                memory=memory,
                context=context,
            )
            for n in range(workers)
        ]
        self._free: queue.SimpleQueue[Slot] = queue.SimpleQueue()
        for slot in self._slots:
            self._free.put(slot)

    def close(self) -> None:
        """End the children and remove the spool. A reading under way is given up."""
        for slot in self._slots:
            slot.discard()
        self._home.close()

    def _in_a_slot(self, work: Callable[[Slot], _T]) -> _T:
        slot = self._free.get()
        try:
            return work(slot)
        finally:
            self._free.put(slot)


def on_file(slot: Slot, content: bytes, name: str, ask: Callable[[Path], bytes]) -> bytes:
    """Ask while the file lies in the slot's folder, and only so long. Raises Transient when it cannot lie there."""
    return on_files(slot, [content], name, lambda paths: ask(paths[0]))


def on_files(
    slot: Slot, contents: Sequence[bytes], name: str, ask: Callable[[Sequence[Path]], bytes]
) -> bytes:
    """The same for several files."""
    task = secrets.token_hex(8)
    paths = [slot.folder / f"{task}-{place}-{name}" for place in range(len(contents))]
    try:
        for path, content in zip(paths, contents, strict=True):
            spools.put(content, path)
        return ask(paths)
    except OSError as exc:
        raise Transient(f"the spool cannot be written: {exc}") from exc
    finally:
        for path in paths:
            with suppress(OSError):  # the slot's folder goes with the pool, and what lies in it
                path.unlink(missing_ok=True)
