"""CPU time of this process and of everything that it has started, where the system tells."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")
# Fields of /proc/PID/stat behind the name, which may hold spaces (proc_pid_stat(5)): 4 ppid, 14 utime,
# 15 stime, 16 cutime, 17 cstime, here counted from field 3.
_PARENT, _TIMES = 1, slice(11, 15)


def cpu_seconds() -> float | None:
    """Seconds of CPU so far, with children that have ended and been waited for. None without /proc.

    A child whose parent has ended is no longer counted, and one that ends between two calls while its
    parent lives is: its parent has waited for it.
    """
    stats: dict[int, list[str]] = {}
    for folder in _PROC.glob("[0-9]*"):
        with suppress(OSError):  # it has ended since
            stats[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
    if os.getpid() not in stats:
        return None
    ours, found = {os.getpid()}, 0
    while len(ours) > found:
        found = len(ours)
        ours |= {pid for pid, fields in stats.items() if int(fields[_PARENT]) in ours}
    return sum(sum(map(int, stats[pid][_TIMES])) for pid in ours) / os.sysconf("SC_CLK_TCK")
