"""The walls around a PDF child, tried from the inside, and what is left when its worker is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from intake.adapters import pdf
from intake.adapters.child import slot
from intake.model import FileFault
from tests import hostile_pdfs

REPOSITORY = Path(pdf.__file__).parents[2]


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pdf.PdfPool]:
    reader = pdf.PdfPool(tmp_path_factory.mktemp("spool"), pdf.PdfLimits(), workers=2)
    yield reader
    reader.close()


def in_child(pool: pdf.PdfPool, program: str, **names: object) -> object:
    """Run a program in the first slot's child, as a file that took it over would, and return its ``answer``.

    The child can import nothing of the tests, so the program goes there as text.
    """
    around = "exec(program, space := dict(names)) or __import__('json').dumps(space['answer']).encode()"
    names = {"program": program, "names": names}
    return json.loads(pool._slots[0].ask(eval, around, names, seconds=60.0))


TRY = """
def attempt(deed):
    try:
        deed()
    except (OSError, MemoryError) as exc:
        return type(exc).__name__
    return "done"
"""


def test_every_wall_stands(pool: pdf.PdfPool) -> None:
    """This machine has Landlock and seccomp; elsewhere the weakness is told, and this test with it."""
    assert pool.weaknesses() == ()


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param("import socket; deed = lambda: socket.socket()", id="socket"),
        pytest.param("import socket; deed = lambda: socket.socket(socket.AF_UNIX)", id="unix-socket"),
        pytest.param("import socket; deed = lambda: socket.socketpair()", id="socketpair"),
        pytest.param("deed = lambda: open('/etc/passwd')", id="etc-passwd"),
        pytest.param("deed = lambda: open('/proc/self/environ')", id="own-environment"),
        pytest.param("deed = lambda: open(f'/proc/{parent}/environ')", id="workers-environment"),
        pytest.param("import os; deed = lambda: os.listdir(spool)", id="list-the-spool"),
        pytest.param("deed = lambda: open(other + '/file.pdf', 'rb')", id="other-tasks-file"),
        pytest.param("import os; deed = lambda: os.listdir(other)", id="other-tasks-folder"),
        pytest.param("deed = lambda: open(own + '/new', 'w')", id="write"),
        pytest.param("import os; deed = lambda: os.unlink(own + '/file.pdf')", id="delete"),
        pytest.param("import os; deed = lambda: os.chmod(own, 0o777)", id="chmod"),
        pytest.param("import os; deed = lambda: os.symlink('/etc', own + '/etc')", id="symlink"),
        pytest.param("import os; deed = lambda: os.execv('/bin/true', ['true'])", id="exec"),
        pytest.param("import subprocess; deed = lambda: subprocess.run(['/bin/true'])", id="subprocess"),
        pytest.param("import os; deed = lambda: os.fork()", id="fork"),
        pytest.param("import os; deed = lambda: os.kill(parent, 0)", id="signal-the-worker"),
        pytest.param("import os; deed = lambda: os.kill(os.getppid(), 0)", id="signal-the-forkserver"),
        pytest.param(
            "import resource; deed = lambda: resource.prlimit(parent, resource.RLIMIT_NOFILE)", id="prlimit"
        ),
        pytest.param("import os; deed = lambda: os.memfd_create('x')", id="memfd"),
        pytest.param("import os; deed = lambda: os.setpriority(os.PRIO_PROCESS, parent, 5)", id="renice"),
    ],
)
def test_a_child_cannot(pool: pdf.PdfPool, tmp_path: Path, deed: str) -> None:
    """Network, other people's files, programs, other processes: all refused by the kernel."""
    own, other = (one.folder / "task" for one in pool._slots)
    for folder in (own, other):
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "file.pdf").write_bytes(hostile_pdfs.plain())
    names = {"own": str(own), "other": str(other), "spool": str(own.parents[1]), "parent": os.getpid()}

    answer = in_child(pool, f"{TRY}\n{deed}\nanswer = attempt(deed)", **names)

    assert answer == "PermissionError"
    assert in_child(pool, f"{TRY}\nanswer = attempt(lambda: open(own + '/file.pdf'))", **names) == "done"


def test_a_child_has_its_limits(pool: pdf.PdfPool) -> None:
    """One GiB of address space, no environment of ours, no capability, few descriptors."""
    program = f"""{TRY}
import os, resource
def is_open(n):
    try:
        os.fstat(n)
    except OSError:
        return False
    return True
answer = [
    attempt(lambda: bytearray(2 ** 30)),
    dict(os.environ),
    resource.getrlimit(resource.RLIMIT_CORE)[1],
    resource.getrlimit(resource.RLIMIT_FSIZE)[1],
    [n for n in range(3, 64) if is_open(n)],
]
"""
    memory, environment, core, size, descriptors = in_child(pool, program)  # type: ignore[misc]

    assert (memory, environment, core, size) == ("MemoryError", {}, 0, 0)
    assert len(descriptors) <= 5  # the task channel, the pipe that tells of the worker, and /dev/null


def test_a_taken_over_child_cannot_run_code_in_the_worker(pool: pdf.PdfPool, tmp_path: Path) -> None:
    """A pickle that would call os.system in the parent is refused, and the next file is read."""
    marker = tmp_path / "marker"
    evil = "type('Evil', (), {'__reduce__': lambda self: (__import__('os').system, (command,))})()"

    with pytest.raises(slot.KilledError):
        pool._slots[0].ask(eval, evil, {"command": f"touch {marker}"}, seconds=60.0)

    assert not marker.exists()
    assert pool.read(hostile_pdfs.plain()).faults == ()


@pytest.mark.parametrize(
    "program,detail",
    [
        pytest.param("import ctypes; ctypes.string_at(0)", "ended by SIGSEGV", id="crash"),
        pytest.param("import os; os.abort()", "ended by SIGABRT", id="abort"),
        pytest.param("import os; os._exit(3)", "ended with status 3", id="exit"),
        pytest.param(
            """
import os
for descriptor in range(3, 64):
    try:
        os.write(descriptor, bytes([0, 0, 4, 0]) + b"half a message")
    except OSError:
        pass
os._exit(3)
""",
            "ended with status 3",
            id="in-the-middle-of-a-message",
        ),
    ],
)
def test_the_pool_outlives_its_children(pool: pdf.PdfPool, program: str, detail: str) -> None:
    """A child that ends is named with how it ended, and the next file finds a new one."""
    with pytest.raises(slot.KilledError, match=detail):
        pool._slots[0].ask(exec, program, seconds=60.0)

    for _ in range(2):
        assert pool.read(hostile_pdfs.plain()).faults == ()


def test_too_long_an_answer_is_none(pool: pdf.PdfPool) -> None:
    """Over 16 MB, and over what the pipe takes: the file is to blame, so that it is not tried for ever."""
    for size in (20_000_000, 60_000_000):
        with pytest.raises(slot.KilledError):
            pool._slots[0].ask(bytes, size, seconds=60.0)

    assert pool.read(hostile_pdfs.plain()).faults == ()


def test_an_answer_is_bounded_by_what_was_asked_for(pool: pdf.PdfPool) -> None:
    """16 MB, or what one task names for itself: its answer may be larger, and that of the next may not."""
    one = pool._slots[0]
    size = 20 * 1024 * 1024

    assert len(one.ask(bytes, size, seconds=60.0, largest=size)) == size
    with pytest.raises(slot.KilledError):
        one.ask(bytes, size, seconds=60.0)
    with pytest.raises(slot.KilledError):
        one.ask(bytes, size + 1, seconds=60.0, largest=size)

    assert pool.read(hostile_pdfs.plain()).faults == ()


def test_a_used_child_that_lacks_memory_is_replaced_once(pool: pdf.PdfPool) -> None:
    """What became of the files before must not decide: a fresh child has all of its memory."""
    one = pool._slots[0]
    pool.read(hostile_pdfs.plain())
    first = one.ask(eval, "__import__('os').getpid().to_bytes(8)", seconds=60.0)
    program = "__import__('os').abort() if __import__('os').getpid() == pid else b'done'"

    answer = one.ask(eval, program, {"pid": int.from_bytes(first)}, seconds=60.0)

    assert answer == b"done"
    with pytest.raises(slot.KilledError, match="SIGABRT"):
        one.ask(exec, "import os; os.abort()", seconds=60.0)


def test_limits_end_a_reading(tmp_path: Path) -> None:
    """CPU time over: killed. Wall time over: timed out. Neither is tried again, and the next file is read."""
    rows = ((1, 12.0, FileFault.KILLED, "ended by SIGXCPU"), (8, 1.0, FileFault.TIMED_OUT, "over 1.0 s"))
    for cpu, wall, fault, detail in rows:
        reader = pdf.PdfPool(tmp_path, pdf.PdfLimits(cpu_seconds=cpu, wall_seconds=wall), workers=1)
        begun = time.monotonic()

        facts = reader.read(hostile_pdfs.slow())

        assert (facts.faults, facts.details) == ((fault,), (detail,))
        assert time.monotonic() - begun < 8
        assert reader.read(hostile_pdfs.plain()).faults == ()
        reader.close()


WORKER = """
import sys
from pathlib import Path
sys.path.insert(0, {repository!r})
from intake.adapters import pdf
from intake.adapters.child import slot

if __name__ == "__main__":
    pool = pdf.PdfPool(Path({spool!r}), pdf.PdfLimits())
    pool.weaknesses()
    print("warm", flush=True)
    while True:
        pool.read(Path({file!r}).read_bytes())
"""


@pytest.mark.parametrize("busy", [pytest.param(True, id="busy"), pytest.param(False, id="idle")])
def test_no_child_survives_its_worker(tmp_path: Path, busy: bool) -> None:
    """After kill -9 of the worker neither forkserver nor child is left, and the next start sweeps the spool."""
    spool, file, script = tmp_path / "spool", tmp_path / "slow.pdf", tmp_path / "worker.py"
    file.write_bytes(hostile_pdfs.slow() if busy else hostile_pdfs.plain())
    script.write_text(WORKER.format(repository=str(REPOSITORY), spool=str(spool), file=str(file)))
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"warm\n"
        time.sleep(0.3)
        family = _descendants(worker.pid)
        living = pdf.PdfPool(spool, pdf.PdfLimits(), workers=1)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    assert len(family) >= 2

    assert _gone_within(family, seconds=2.0)
    assert living.read(hostile_pdfs.plain()).faults == ()
    assert len(list(spool.glob("pdf-*.lock"))) == 2
    pdf.PdfPool(spool, pdf.PdfLimits(), workers=1).close()
    assert [lock.with_suffix("") for lock in spool.glob("pdf-*.lock")] == [living._home.folder]
    living.close()
    assert list(spool.iterdir()) == []


def _descendants(root: int) -> set[int]:
    parents = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents[int(status.parent.name)] = int(fields[1])
    found = {root}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {root}


def _gone_within(processes: set[int], *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not any(_runs(process) for process in processes):
            return True
        time.sleep(0.05)
    return False


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
