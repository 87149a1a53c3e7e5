"""What a scoring worker gives up before it sees the first answer: files, network, other programs, time without end.

A worker is a Python process that has imported all it needs and talks to its parent over one pipe. `close_the_door`
takes away the rest. Each guard is tried by itself: where the system refuses one, the others still hold, and the
returned `Door` says so. Nothing here is undone before the process ends.

The system calls left are listed in `ALLOWED` and `LIMITED`. Any other one fails with EPERM and the worker lives on: a
library that probes for a file goes on without it, and a forgotten import is a `ModuleNotFoundError` whose traceback
names the module, told to the parent over the pipe. Only a call in another system's numbering, which has no business
here at all, ends the process. Why, and what else was weighed: ``docs/decisions/0009-closed-door.md``.
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
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path


class Guard(StrEnum):
    """What a closed door takes away; the value is what the administrator reads."""

    HANDLES = "atvērtās datnes un savienojumi ir aizvērti"
    RIGHTS = "jaunas tiesības iegūt nevar"
    CALLS = "datnes, tīklu un citas programmas lietot nevar"
    MEMORY = "atmiņa ir ierobežota"
    TIME = "procesora laiks ir ierobežots"
    WRITING = "datnēs rakstīt nevar"
    CHILDREN = "citus procesus sākt nevar"
    READING = "citi procesi tā atmiņu lasīt nevar"
    ORPHANS = "beidzas kopā ar vērtētāju"


@dataclass(frozen=True, slots=True)
class Door:
    """Which guards hold in this process, and why the others do not. Can be pickled: the worker sends it to its parent,

    which has a log.
    """

    held: tuple[Guard, ...]
    missing: Mapping[Guard, str] = field(default_factory=dict)

    @property
    def shut(self) -> bool:
        return not self.missing

    def sentence(self) -> str:
        """One line for the administrator's log."""
        if self.shut:
            return "vērtēšanas process ir norobežots: tam nav ne datņu, ne tīkla, un laiks un atmiņa ir ierobežoti"
        gaps = "; ".join(f"«{guard}» nedarbojas ({why})" for guard, why in self.missing.items())
        return f"vērtēšanas process ir norobežots tikai daļēji: {gaps}. Ko darīt: administratora rokasgrāmatā"


def close_the_door(
    *, keep_fds: Collection[int], cpu_seconds: int, memory_bytes: int, parent: int | None = None
) -> Door:
    """Give up everything a scoring worker does not need; call it once, after the last import, before the first answer.

    ``keep_fds``: what stays open (the pipe); 0, 1 and 2 become ``/dev/null`` unless named. ``cpu_seconds`` (of the
    process, for the rest of its life) and ``memory_bytes`` count from now on. Running out of time ends the process
    (SIGXCPU, see also `limited`), running out of memory raises `MemoryError`.

    ``parent``: the process id the worker belongs to; when it is gone already the process ends here. The worker is
    killed when the *thread* that started it ends, so start workers from a thread that lives as long as they should.
    """
    steps: dict[Guard, Callable[[], None]] = {
        Guard.ORPHANS: lambda: _end_with_parent(parent),
        Guard.MEMORY: lambda: _limit_memory(memory_bytes),
        Guard.HANDLES: lambda: _close_all_but(keep_fds),
        Guard.TIME: lambda: _limit_time(cpu_seconds),
        Guard.WRITING: lambda: _limit(resource.RLIMIT_FSIZE, 0),
        Guard.CHILDREN: _no_children,
        Guard.READING: _unreadable,
        Guard.RIGHTS: lambda: _prctl(PR_SET_NO_NEW_PRIVS, 1),
        Guard.CALLS: _allow_only_listed_calls,  # last: it forbids what the others need
    }
    time.localtime()  # reads the time zone, while that is still possible
    missing: dict[Guard, str] = {}
    for guard, step in steps.items():
        try:
            step()
        except (OSError, ValueError, AttributeError, UnsupportedSystem) as error:
            missing[guard] = _reason(error)
    return Door(tuple(guard for guard in steps if guard not in missing), missing)


@contextmanager
def limited(*, cpu_seconds: float) -> Iterator[None]:
    """One piece of work: the process is ended (SIGPROF) when it takes more processor time. Works behind the door.

    The worker's wall clock is its parent's to watch: a worker that sleeps uses no processor.
    """
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


class UnsupportedSystem(Exception):
    """This system has no such guard; the message says what it is instead."""


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return f"{error.strerror}, {errno.errorcode.get(error.errno, error.errno)}"
    return str(error) or type(error).__name__


# ── guards that the operating system offers by limits ────────────────────────────────────────────────────────────────


def _close_all_but(keep_fds: Collection[int]) -> None:
    keep = set(keep_fds)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in {0, 1, 2} - keep:
        os.dup2(null, standard, inheritable=False)
    start = 0
    for wanted in sorted(keep | {0, 1, 2}):
        if start < wanted:  # an empty range would close everything
            os.closerange(start, wanted)
        start = wanted + 1
    os.closerange(start, max(os.sysconf("SC_OPEN_MAX"), start + 1))
    _limit(resource.RLIMIT_NOFILE, start)  # ``poll`` takes no more descriptors than this, so not 0


def _limit_memory(more_bytes: int) -> None:
    """On top of what the imported libraries have mapped, which differs from one machine to the next."""
    pages = Path("/proc/self/statm").read_bytes().split()
    page = resource.getpagesize()
    _limit(resource.RLIMIT_AS, int(pages[0]) * page + more_bytes)
    _limit(resource.RLIMIT_DATA, int(pages[5]) * page + more_bytes)


def _limit_time(more_seconds: int) -> None:
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + 1 + more_seconds
    _limit(resource.RLIMIT_CPU, soft, hard=soft + 1)  # a second later SIGKILL, which nothing can catch


def _no_children() -> None:
    _limit(resource.RLIMIT_CORE, 0)  # a dump would hold keys
    _limit(resource.RLIMIT_NPROC, 0)


def _limit(kind: int, soft: int, *, hard: int | None = None) -> None:
    """Never above a limit that holds already."""
    ceiling = resource.getrlimit(kind)[1]
    wanted = [soft, soft if hard is None else hard]
    if ceiling != resource.RLIM_INFINITY:
        wanted = [min(value, ceiling) for value in wanted]
    resource.setrlimit(kind, (wanted[0], wanted[1]))


# ── guards that Linux alone has ──────────────────────────────────────────────────────────────────────────────────────

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
SECCOMP_SET_MODE_FILTER = 1
SECCOMP_FILTER_FLAG_TSYNC = 1  # every thread that numpy or others have started


def _libc() -> ctypes.CDLL:
    if not sys.platform.startswith("linux"):
        raise UnsupportedSystem(f"{platform.system() or sys.platform} nav Linux")
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if _libc().prctl(option, ctypes.c_ulong(value), *[ctypes.c_ulong(0)] * 3) != 0:
        _raise_errno()


def _raise_errno() -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))


def _end_with_parent(parent: int | None) -> None:
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent is not None and os.getppid() != parent:
        os._exit(0)  # it went before we asked to be told


def _unreadable() -> None:
    """No debugger, and no ``/proc/<pid>/mem``, of the same user's other processes."""
    _prctl(PR_SET_DUMPABLE, 0)


@dataclass(frozen=True, slots=True)
class Machine:
    """A processor's numbering of system calls, and its name for the kernel's audit (``linux/audit.h``)."""

    audit: int
    seccomp: int
    calls: Mapping[str, int]


# Only to what is open: reading, writing, waiting.
TALK = (
    *("read", "write", "readv", "writev", "close", "lseek", "fstat", "recvfrom"),
    *("poll", "ppoll", "select", "pselect6"),
)
# Own memory, own threads' locks, own signal handlers, own end.
LIVE = (
    *("brk", "munmap", "mremap", "madvise", "futex", "sched_yield", "restart_syscall", "exit", "exit_group"),
    *("rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "setitimer", "getitimer"),
)
# What time it is, who I am, chance.
KNOW = (
    *("clock_gettime", "clock_getres", "clock_nanosleep", "nanosleep", "gettimeofday", "time", "getrusage"),
    *("getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getrandom"),
)
ALLOWED = (*TALK, *LIVE, *KNOW)
# Allowed with some arguments only, see `_rules`.
LIMITED = ("mmap", "mprotect", "fcntl", "sendto")

MACHINES: Mapping[str, Machine] = {
    "x86_64": Machine(
        0xC000003E,
        317,
        {
            **{"read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10},
            **{"munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "readv": 19},
            **{"writev": 20, "select": 23, "sched_yield": 24, "mremap": 25, "madvise": 28, "nanosleep": 35},
            **{"getitimer": 36, "setitimer": 38, "getpid": 39, "sendto": 44, "recvfrom": 45, "exit": 60, "fcntl": 72},
            **{"gettimeofday": 96, "getrusage": 98, "getuid": 102, "getgid": 104, "geteuid": 107, "getegid": 108},
            **{"getppid": 110, "sigaltstack": 131, "gettid": 186, "time": 201, "futex": 202, "restart_syscall": 219},
            **{"clock_gettime": 228, "clock_getres": 229, "clock_nanosleep": 230, "exit_group": 231},
            **{"pselect6": 270, "ppoll": 271, "getrandom": 318},
        },
    ),
    "aarch64": Machine(
        0xC00000B7,
        277,
        {
            **{"fcntl": 25, "close": 57, "lseek": 62, "read": 63, "write": 64, "readv": 65, "writev": 66},
            **{"pselect6": 72, "ppoll": 73, "fstat": 80, "exit": 93, "exit_group": 94, "futex": 98, "nanosleep": 101},
            **{"getitimer": 102, "setitimer": 103, "clock_gettime": 113, "clock_getres": 114, "clock_nanosleep": 115},
            **{"sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134},
            **{"rt_sigprocmask": 135, "rt_sigreturn": 139, "getrusage": 165, "gettimeofday": 169, "getpid": 172},
            **{"getppid": 173, "getuid": 174, "geteuid": 175, "getgid": 176, "getegid": 177, "gettid": 178},
            **{"sendto": 206, "recvfrom": 207, "brk": 214, "munmap": 215, "mremap": 216, "mmap": 222},
            **{"mprotect": 226, "madvise": 233, "getrandom": 278},
        },
    ),
}


def _allow_only_listed_calls() -> None:
    """Raises `UnsupportedSystem`, or `OSError` as the kernel says it, when the filter is not in force afterwards."""
    libc = _libc()
    machine = MACHINES.get(platform.machine())
    if machine is None or sys.maxsize < 2**32 or sys.byteorder != "little":
        raise UnsupportedSystem(f"procesoram {platform.machine()} saraksta nav")
    program = seccomp_program(machine)
    code = ctypes.create_string_buffer(program, len(program))
    header = _Program(len(program) // 8, ctypes.addressof(code))
    ctypes.set_errno(0)
    answer = libc.syscall(
        ctypes.c_long(machine.seccomp),
        ctypes.c_ulong(SECCOMP_SET_MODE_FILTER),
        ctypes.c_ulong(SECCOMP_FILTER_FLAG_TSYNC),
        ctypes.byref(header),
    )
    if answer < 0:
        _raise_errno()
    if answer > 0:
        raise UnsupportedSystem(f"pavedienam {answer} jau ir citi noteikumi")
    try:
        os.stat("/")  # noqa: PTH116  # the call itself is the question
    except PermissionError:
        return
    raise UnsupportedSystem("sistēma aizliegumu pieņēma, bet neievēro")


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.c_void_p))


# Classic BPF (``linux/bpf_common.h``) on ``struct seccomp_data``: nr at 0, arch at 4, arguments of 8 bytes from 16 on.
LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NR, ARCH, ARGUMENTS = 0, 4, 16
ALLOW = 0x7FFF0000
REFUSE = 0x00050000 | errno.EPERM
KILL = 0x80000000
OTHER_ABI = 0x40000000  # x32 calls on x86_64: the same audit name, other numbers
PROT_EXEC, MAP_ANONYMOUS = 0x4, 0x20
FCNTL_ON_ITSELF = (1, 2, 3, 4)  # F_GETFD, F_SETFD, F_GETFL, F_SETFL

Instruction = tuple[int, int, int, int]  # code, jump when true, jump when false, value


def seccomp_program(machine: Machine) -> bytes:
    """The filter for a processor, as the kernel takes it (instructions of 8 bytes)."""
    listed = [*ALLOWED, *LIMITED]
    plain = [machine.calls[name] for name in ALLOWED if name in machine.calls]
    assert set(machine.calls) <= set(listed), "a number without a rule"  # noqa: S101  # a mistake in this file only
    code: list[Instruction] = [
        (LOAD, 0, 0, ARCH),
        (EQUAL, 1, 0, machine.audit),
        (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, NR),
        (AT_LEAST, 0, 1, OTHER_ABI),
        (RETURN, 0, 0, KILL),
    ]
    for number in plain:
        code += [(EQUAL, 0, 1, number), (RETURN, 0, 0, ALLOW)]
    for name, rule in _rules().items():
        code += [(EQUAL, 0, len(rule), machine.calls[name]), *rule]
    code.append((RETURN, 0, 0, REFUSE))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in code)


def _rules() -> dict[str, list[Instruction]]:
    """What `LIMITED` calls may be asked for; each ends with an answer."""
    yes, no = (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)
    return {
        # Memory of its own, never a file's; never code that was not there before.
        "mmap": [
            (LOAD, 0, 0, _low(2)),
            (ANY_BIT, 3, 0, PROT_EXEC),
            (LOAD, 0, 0, _low(3)),
            (ANY_BIT, 0, 1, MAP_ANONYMOUS),
            yes,
            no,
        ],
        "mprotect": [(LOAD, 0, 0, _low(2)), (ANY_BIT, 1, 0, PROT_EXEC), yes, no],
        "fcntl": [
            (LOAD, 0, 0, _low(1)),
            *[(EQUAL, len(FCNTL_ON_ITSELF) - place, 0, command) for place, command in enumerate(FCNTL_ON_ITSELF)],
            no,
            yes,
        ],
        # To the other end of what is open, not to an address.
        "sendto": [(LOAD, 0, 0, _low(4)), (EQUAL, 0, 3, 0), (LOAD, 0, 0, _low(4) + 4), (EQUAL, 0, 1, 0), yes, no],
    }


def _low(argument: int) -> int:
    return ARGUMENTS + 8 * argument
