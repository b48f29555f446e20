"""The walls around a child that reads what strangers sent: limits, no new rights, Landlock, seccomp. None needs a privilege.

Each wall is put up on its own, so that a machine without one keeps the others; what could not be put
up is returned in words for ``status``. Call order matters: Landlock binds only the calling thread
(landlock(7)), so everything here runs while the process has one.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
import sysconfig
from collections.abc import Callable, Iterable, Iterator
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

OUT_OF_MEMORY = 77  # exit status of a child that met its limit of address space in Python code

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38

_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts")  # PDFium looks there for fonts a file does not embed


def enclose(readable: Iterable[Path], *, memory: int) -> tuple[str, ...]:
    """Put up every wall there is around this process, for good. Returns the missing ones in words.

    readable: the only folders, besides the interpreter's own code and the fonts, that can still be
    opened, and only for reading. memory: bytes of address space.
    """
    _let_go_of_the_parent()
    walls: tuple[tuple[str, Callable[[], None]], ...] = (
        ("limits of memory, files and cores", lambda: _limit(memory)),
        ("dropping of root's capabilities", _drop_capabilities),
        ("death with the worker (PDEATHSIG)", _die_with_parent),
        ("no new privileges (PR_SET_NO_NEW_PRIVS)", lambda: _prctl(_PR_SET_NO_NEW_PRIVS, 1)),
        ("files shut off (Landlock)", lambda: _landlock([*readable, *own_code()])),
        ("system calls shut off (seccomp)", _seccomp),
    )
    return tuple(missing for name, wall in walls if (missing := _put_up(name, wall)))


def allow_cpu(seconds: int) -> None:
    """Let this process use so many more seconds of CPU; then the kernel ends it with SIGXCPU."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, resource.RLIM_INFINITY))


def own_code() -> Iterator[Path]:
    """Where the interpreter and its packages lie: they are imported lazily, also after the walls are up."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    base = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    paths = {sysconfig.get_path(name) for name in names} | {
        sysconfig.get_path(name, vars=base) for name in names
    }
    yield from sorted(Path(path) for path in paths)
    yield (
        Path(__file__).resolve().parents[2]
    )  # the package itself, where it is not installed into site-packages
    yield from map(Path, _FONTS)


def _put_up(name: str, wall: Callable[[], None]) -> str:
    try:
        wall()
    except (OSError, ValueError, AttributeError) as exc:
        return f"{name}: missing, {exc.strerror if isinstance(exc, OSError) and exc.strerror else exc}"
    return ""


def _let_go_of_the_parent() -> None:
    """Close what multiprocessing lets a child inherit beyond the task channel, and forget the environment.

    The forkserver ends when the last holder of its "alive" pipe is gone. A child that kept its copy
    would keep the forkserver, and so itself, alive after a kill -9 of the worker. The resource
    tracker unlinks whatever is written to its pipe. The environment may hold the mailbox's password.
    """
    for owner, name in (
        (forkserver._forkserver, "_forkserver_alive_fd"),
        (resource_tracker._resource_tracker, "_fd"),
    ):
        descriptor = getattr(owner, name, None)
        if isinstance(descriptor, int):
            os.close(descriptor)
            setattr(owner, name, None)
    os.environ.clear()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # pebble's handler waits while C code runs
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def silence() -> None:
    """Send stderr nowhere, so that a hostile file cannot fill the log. After the walls, whose failure is told."""
    os.dup2(0, 2)


def _limit(memory: int) -> None:
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CORE, 0),  # a core dump would hold the applicant's papers
        (resource.RLIMIT_FSIZE, 0),  # the child writes no file at all: its answer goes through the pipe
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(kind, (most, most))


def _die_with_parent() -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


# --- prctl and capabilities ------------------------------------------------------------------------


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def _prctl(option: int, *arguments: int | ctypes.c_void_p) -> None:
    padded = [ctypes.c_ulong(a) if isinstance(a, int) else a for a in arguments]
    padded += [ctypes.c_ulong(0)] * (4 - len(padded))
    _checked(_libc().prctl(ctypes.c_int(option), *padded))


def _syscall(number: int, *arguments: int | ctypes.c_void_p) -> int:
    passed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(int(_libc().syscall(ctypes.c_long(number), *passed)))


def _drop_capabilities() -> None:
    header = ctypes.create_string_buffer(struct.pack("=Ii", 0x20080522, 0))  # _LINUX_CAPABILITY_VERSION_3
    nothing = ctypes.create_string_buffer(24)
    _checked(_libc().capset(header, nothing))


# --- Landlock (linux/landlock.h) -----------------------------------------------------------------

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_RULE_PATH_BENEATH = 1
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
# Rights on files known to each version of the interface; a ruleset may name no others.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP_RIGHTS = 0b11  # bind, connect; from version 4
_SCOPES = 0b11  # abstract Unix sockets, signals to others; from version 6


def _landlock(readable: Iterable[Path]) -> None:
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        raise ValueError("other threads are already running")
    version = _syscall(_CREATE_RULESET, 0, 0, 1)
    handled = struct.pack(
        "=QQQ",
        _FILE_RIGHTS[min(version, 5)],
        _TCP_RIGHTS if version >= 4 else 0,
        _SCOPES if version >= 6 else 0,
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = _syscall(_CREATE_RULESET, _address(handled), size, 0)
    try:
        for folder in readable:
            _allow_reading(ruleset, folder)
        _syscall(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow_reading(ruleset: int, folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        beneath = struct.pack("=Qi", _READ_FILE | _READ_DIR, descriptor)
        _syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, _address(beneath), 0)
    finally:
        os.close(descriptor)


def _address(content: bytes) -> ctypes.c_void_p:
    return ctypes.cast(ctypes.c_char_p(content), ctypes.c_void_p)


# --- seccomp (linux/seccomp.h, linux/filter.h) ---------------------------------------------------

_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_LOAD, _AND, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16  # offsets in struct seccomp_data, little-endian
_CLONE_THREAD = 0x10000
_X32 = 0x40000000  # numbers of the x32 interface on x86_64, which would slip past the list

# (name, x86_64, aarch64); None where the architecture has no such call. From 424 on they agree.
_CALLS: tuple[tuple[str, int | None, int | None], ...] = (
    # the network
    ("socket", 41, 198), ("socketpair", 53, 199), ("connect", 42, 203), ("accept", 43, 202),
    ("accept4", 288, 242), ("bind", 49, 200), ("listen", 50, 201), ("sendto", 44, 206),
    ("sendmsg", 46, 211), ("sendmmsg", 307, 269), ("recvfrom", 45, 207), ("recvmsg", 47, 212),
    ("recvmmsg", 299, 243),
    # other programs and processes
    ("execve", 59, 221), ("execveat", 322, 281), ("fork", 57, None), ("vfork", 58, None),
    ("ptrace", 101, 117), ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271), ("kcmp", 312, 272),
    ("tkill", 200, 130), ("rt_sigqueueinfo", 129, 138), ("rt_tgsigqueueinfo", 297, 240),
    ("pidfd_send_signal", 424, 424), ("pidfd_open", 434, 434), ("pidfd_getfd", 438, 438),
    ("process_madvise", 440, 440), ("process_mrelease", 448, 448), ("setpriority", 141, 140),
    ("sched_setaffinity", 203, 122), ("sched_setscheduler", 144, 119), ("sched_setparam", 142, 118),
    ("sched_setattr", 314, 274), ("ioprio_set", 251, 30), ("migrate_pages", 256, 238), ("move_pages", 279, 239),
    # memory and queues shared with others
    ("shmget", 29, 194), ("shmat", 30, 196), ("shmctl", 31, 195), ("semget", 64, 190), ("semctl", 66, 191),
    ("msgget", 68, 186), ("msgsnd", 69, 189), ("msgrcv", 70, 188), ("msgctl", 71, 187), ("mq_open", 240, 180),
    ("memfd_create", 319, 279), ("memfd_secret", 447, 447),
    # what Landlock does not see of files: owner, mode, times, attributes, handles
    ("chmod", 90, None), ("fchmod", 91, 52), ("fchmodat", 268, 53), ("fchmodat2", 452, 452), ("chown", 92, None),
    ("fchown", 93, 55), ("lchown", 94, None), ("fchownat", 260, 54), ("utime", 132, None), ("utimes", 235, None),
    ("futimesat", 261, None), ("utimensat", 280, 88), ("setxattr", 188, 5), ("lsetxattr", 189, 6),
    ("fsetxattr", 190, 7), ("removexattr", 197, 14), ("lremovexattr", 198, 15), ("fremovexattr", 199, 16),
    ("name_to_handle_at", 303, 264), ("open_by_handle_at", 304, 265), ("inotify_init", 253, None),
    ("inotify_init1", 294, 26), ("fanotify_init", 300, 262),
    # the kernel's large or rarely used doors
    ("io_uring_setup", 425, 425), ("io_uring_enter", 426, 426), ("io_uring_register", 427, 427),
    ("bpf", 321, 280), ("perf_event_open", 298, 241), ("userfaultfd", 323, 282), ("add_key", 248, 217),
    ("request_key", 249, 218), ("keyctl", 250, 219), ("personality", 135, 92), ("unshare", 272, 97),
    ("setns", 308, 268), ("mount", 165, 40), ("umount2", 166, 39), ("pivot_root", 155, 41), ("chroot", 161, 51),
    ("open_tree", 428, 428), ("move_mount", 429, 429), ("fsopen", 430, 430), ("fsconfig", 431, 431),
    ("fsmount", 432, 432), ("fspick", 433, 433), ("mount_setattr", 442, 442), ("quotactl", 179, 60),
    ("init_module", 175, 105), ("finit_module", 313, 273), ("delete_module", 176, 106), ("kexec_load", 246, 104),
    ("kexec_file_load", 320, 294), ("reboot", 169, 142), ("swapon", 167, 224), ("swapoff", 168, 225),
    ("settimeofday", 164, 170), ("clock_settime", 227, 112), ("clock_adjtime", 305, 266), ("adjtimex", 159, 171),
    ("acct", 163, 89), ("iopl", 172, None), ("ioperm", 173, None), ("setuid", 105, 146), ("setgid", 106, 144),
    ("setgroups", 116, 159), ("setsid", 112, 157), ("setpgid", 109, 154), ("seccomp", 317, 277),
)  # fmt: skip
_SPECIAL = {  # calls that are needed, but not for everybody
    "x86_64": {"clone": 56, "clone3": 435, "kill": 62, "tgkill": 234, "prlimit64": 302, "seccomp": 317},
    "aarch64": {"clone": 220, "clone3": 435, "kill": 129, "tgkill": 131, "prlimit64": 261, "seccomp": 277},
}
_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}


def _seccomp() -> None:
    """Deny what no reading of a file needs. EPERM rather than death, so that a library's probe only fails."""
    machine = platform.machine()
    if machine not in _AUDIT_ARCH:
        raise ValueError(f"no list of system calls for {machine}")
    program = b"".join(_program(machine))
    instructions = ctypes.create_string_buffer(program, len(program))
    filter_ = ctypes.create_string_buffer(
        struct.pack("@HP", len(program) // 8, ctypes.addressof(instructions))
    )
    # SECCOMP_SET_MODE_FILTER with FLAG_TSYNC: a thread that a library may have started is bound too.
    _syscall(_SPECIAL[machine]["seccomp"], 1, 1, ctypes.cast(filter_, ctypes.c_void_p))


def _program(machine: str) -> Iterator[bytes]:
    special = _SPECIAL[machine]
    yield from (_step(_LOAD, _ARCH), _step(_EQUAL, _AUDIT_ARCH[machine], 1, 0), _step(_RETURN, _KILL))
    yield _step(_LOAD, _NUMBER)
    if machine == "x86_64":
        yield from (_step(_AT_LEAST, _X32, 0, 1), _step(_RETURN, _KILL))
    column = 1 if machine == "x86_64" else 2
    for call in _CALLS:
        if isinstance(number := call[column], int):
            yield from (_step(_EQUAL, number, 0, 1), _refuse(errno.EPERM))
    # glibc falls back to clone, whose flags a filter can see, only on ENOSYS.
    yield from (_step(_EQUAL, special["clone3"], 0, 1), _refuse(errno.ENOSYS))
    yield from (
        _step(_EQUAL, special["clone"], 0, 4),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_AND, _CLONE_THREAD),
    )
    yield from (_step(_EQUAL, 0, 0, 1), _refuse(errno.EPERM), _step(_LOAD, _NUMBER))
    for name, wanted in (("kill", {os.getpid()}), ("tgkill", {os.getpid()}), ("prlimit64", {0, os.getpid()})):
        yield from _only_about(special[name], sorted(wanted))
    yield _step(_RETURN, _ALLOW)


def _only_about(number: int, processes: list[int]) -> Iterator[bytes]:
    """Let a call through only when its first argument is one of these process ids."""
    count = len(processes)
    yield _step(_EQUAL, number, 0, count + 3)
    yield _step(_LOAD, _FIRST_ARGUMENT)
    for left, process in zip(range(count, 0, -1), processes, strict=True):
        yield _step(_EQUAL, process, left, 0)
    yield from (_refuse(errno.EPERM), _step(_LOAD, _NUMBER))


def _step(code: int, constant: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, constant)


def _refuse(error: int) -> bytes:
    return _step(_RETURN, 0x00050000 | error)
