from __future__ import annotations

import ctypes
import errno
import importlib
import json
import multiprocessing
import os
import platform
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lideri.course.items import FreeText
from lideri.course.loading import project_root, read_course
from lideri.demo.answering import answer
from lideri.grader.isolation import (
    ALLOW,
    KILL,
    MACHINES,
    REFUSE,
    Door,
    Guard,
    Machine,
    close_the_door,
    limited,
    seccomp_program,
)
from lideri.grading import explain, grade_raw, read_response
from lideri.nbgrader_bridge.assignment import answers_source, build_assignment
from lideri.nbgrader_bridge.scoring import ScoreAnswers
from tests.grading.items import RIGHT, form, one_of_each, rubric

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or platform.machine() not in MACHINES, reason="the guards are Linux's"
)
FORK = multiprocessing.get_context("fork")
NOT_IMPORTED = next(name for name in ("mailcap", "chunk", "sndhdr", "nntplib") if name not in sys.modules)


class Ended(Exception):
    """The worker was ended before it answered; the message names the signal."""


def in_a_worker(work: Callable[[int], Any]) -> Any:
    """What ``work``, given the number of the pipe it must leave open, returns or raises in a process of its own."""
    mine, theirs = FORK.Pipe()

    def worker(pipe: Connection) -> None:
        try:
            told = ("value", work(pipe.fileno()))
        except Exception as error:  # noqa: BLE001  # told to the test, which raises it
            told = ("error", error)
        pipe.send(told)
        os._exit(0)

    process = FORK.Process(target=worker, args=(theirs,))
    process.start()
    theirs.close()
    try:
        kind, value = mine.recv() if mine.poll(60) else ("silence", None)
    except EOFError:
        kind, value = "silence", None
    if kind == "silence":
        process.join(5)
        process.kill()
    process.join()
    if kind == "silence":
        raise Ended(signal.Signals(-(process.exitcode or 0)).name if process.exitcode else "exit 0")
    if kind == "error":
        raise value
    return value


def close(pipe: int, *, cpu_seconds: int = 10, memory_bytes: int = 200 << 20) -> Door:
    return close_the_door(keep_fds=[pipe], cpu_seconds=cpu_seconds, memory_bytes=memory_bytes)


def behind_the_door(work: Callable[[], Any], **limits: int) -> Any:
    def closed(pipe: int) -> Any:
        close(pipe, **limits)
        return work()

    return in_a_worker(closed)


def refused(call: Callable[[], object]) -> bool:
    try:
        call()
    except OSError as error:
        return error.errno == errno.EPERM
    return False


# ── what is refused ──────────────────────────────────────────────────────────────────────────────────────────────────


def libc(name: str, *arguments: Any) -> None:
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)


def raw(number: int, *arguments: int) -> None:
    libc("syscall", *(ctypes.c_long(value) for value in (number, *arguments)))


FORBIDDEN: dict[str, Callable[[], Any]] = {
    "read a file": lambda: Path("/etc/passwd").read_text(),
    "write a file": lambda: Path("/tmp/piezime.txt").write_text("x"),
    "list a folder": lambda: list(Path("/").iterdir()),
    "see whether a file exists": Path("/etc/passwd").stat,
    "delete a file": Path("/tmp/piezime.txt").unlink,
    "make a link": lambda: Path("/tmp/piezime.txt").symlink_to("/etc/passwd"),
    "change the rights of a file": lambda: Path("/tmp").chmod(0o777),
    "ask for the working folder": os.getcwd,
    "open a socket": socket.socket,
    "make a pair of sockets": socket.socketpair,
    "make a pipe": os.pipe,
    "copy a descriptor": lambda: os.dup(0),
    "control a device": lambda: os.get_terminal_size(0),
    "make a file in memory": lambda: os.memfd_create("x"),
    "fork": os.fork,
    "run a program": lambda: subprocess.run(["/bin/true"], check=False),
    "become a program": lambda: os.execve("/bin/true", ["true"], {}),
    "end its parent": lambda: os.kill(os.getppid(), signal.SIGTERM),
    "lift a limit of its own": lambda: resource.prlimit(0, resource.RLIMIT_NOFILE, (512, 512)),
    "change a limit of its parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1)),
    "become another user": lambda: os.setuid(0),
    "move to another root": lambda: os.chroot("/"),
    "trace its parent": lambda: libc("ptrace", 16, os.getppid(), None, None),
    "read the memory of its parent": lambda: libc("process_vm_readv", os.getppid(), None, 0, None, 0, 0),
    "be read itself": lambda: libc("prctl", 4, 1, 0, 0, 0),
    "outlive its parent": lambda: libc("prctl", 1, 0, 0, 0, 0),
    "have another filter": lambda: libc("prctl", 22, 0, 0, 0, 0),
    "use io_uring": lambda: raw(425, 8, 0),
    "turn memory into code": lambda: raw(MACHINES[platform.machine()].calls["mprotect"], 0, 4096, 4),
    "map memory as code": lambda: raw(MACHINES[platform.machine()].calls["mmap"], 0, 4096, 7, 0x22, -1, 0),
    "map a file": lambda: raw(MACHINES[platform.machine()].calls["mmap"], 0, 4096, 1, 0x02, 0, 0),
    "send to an address": lambda: raw(MACHINES[platform.machine()].calls["sendto"], 0, 0, 0, 0, 4096, 16),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_behind_the_door_a_worker_cannot(what: str) -> None:
    assert behind_the_door(lambda: refused(FORBIDDEN[what]))


def test_all_of_it_is_possible_before_the_door() -> None:
    harmless = (
        "read a file",
        "list a folder",
        "open a socket",
        "make a pipe",
        "copy a descriptor",
        "make a file in memory",
    )

    assert not in_a_worker(lambda pipe: [what for what in harmless if refused(FORBIDDEN[what])])


def test_a_module_not_imported_before_is_not_found_any_more() -> None:
    with pytest.raises(ModuleNotFoundError, match=NOT_IMPORTED):
        behind_the_door(lambda: importlib.import_module(NOT_IMPORTED))


def test_no_thread_can_be_started() -> None:
    with pytest.raises(RuntimeError, match="can't start new thread"):
        behind_the_door(lambda: threading.Thread(target=print).start())


def test_a_thread_that_ran_before_is_bound_too() -> None:
    def work(pipe: int) -> list[bool]:
        shut = threading.Event()
        seen: list[bool] = []
        thread = threading.Thread(target=lambda: (shut.wait(), seen.append(refused(Path("/").stat))))
        thread.start()
        close(pipe)
        shut.set()
        thread.join()
        return seen

    assert in_a_worker(work) == [True]


def test_what_was_open_is_closed_but_for_the_pipe() -> None:
    def work(pipe: int) -> list[int]:
        listening = socket.create_server(("127.0.0.1", 0))
        file = os.open("/etc/passwd", os.O_RDONLY)
        close(pipe)
        return [descriptor for descriptor in (listening.fileno(), file) if is_open(descriptor)]

    def is_open(descriptor: int) -> bool:
        try:
            os.read(descriptor, 0)
        except OSError as error:
            return error.errno != errno.EBADF
        return True

    assert in_a_worker(work) == []


def test_standard_output_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    behind_the_door(lambda: [os.write(descriptor, b"key") for descriptor in (1, 2)])

    assert capfd.readouterr() == ("", "")


def test_other_processes_of_the_same_user_cannot_look_into_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(pipe: int) -> int:
        close(pipe)
        return int(ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))  # PR_GET_DUMPABLE

    monkeypatch.setattr(platform, "machine", lambda: "riscv64")  # with the filter the question is refused too

    assert in_a_worker(work) == 0


# ── what is limited ──────────────────────────────────────────────────────────────────────────────────────────────────


def endlessly() -> None:
    while True:
        pass


def test_an_endless_loop_is_ended() -> None:
    with pytest.raises(Ended, match=r"SIGXCPU|SIGKILL"):
        behind_the_door(endlessly, cpu_seconds=0)


def test_one_piece_of_work_has_its_own_limit() -> None:
    def work() -> None:
        with limited(cpu_seconds=0.05):
            pass
        for _ in range(2):
            with limited(cpu_seconds=60):
                sum(range(10**6))
        with limited(cpu_seconds=0.05):
            endlessly()

    with pytest.raises(Ended, match="SIGPROF"):
        behind_the_door(work)


def test_memory_beyond_the_limit_is_refused_and_the_worker_goes_on() -> None:
    def work() -> tuple[bool, int]:
        try:
            bytearray(300 << 20)
        except MemoryError:
            return True, len(bytearray(20 << 20))
        return False, 0

    assert behind_the_door(work, memory_bytes=100 << 20) == (True, 20 << 20)


def test_memory_is_counted_from_what_is_in_use_already() -> None:
    def work(pipe: int) -> int:
        held = bytearray(300 << 20)
        close(pipe, memory_bytes=100 << 20)
        return len(held) + len(bytearray(20 << 20))

    assert in_a_worker(work) == 320 << 20


def test_a_worker_ends_when_its_parent_does() -> None:
    mine, theirs = FORK.Pipe()

    def parent() -> None:
        worker = FORK.Process(target=waiting)
        worker.start()
        time.sleep(60)

    def waiting() -> None:
        theirs.send(close(theirs.fileno()).shut)
        time.sleep(600)

    process = FORK.Process(target=parent)
    process.start()
    theirs.close()
    shut = mine.recv()
    process.kill()
    process.join()

    assert shut
    with pytest.raises(EOFError):  # its end of the pipe is closed: it is gone
        mine.recv()


def test_a_worker_whose_parent_has_gone_already_does_not_start() -> None:
    def work(pipe: int) -> str:
        close_the_door(keep_fds=[pipe], cpu_seconds=1, memory_bytes=1 << 20, parent=os.getppid() + 1)
        return "started"

    with pytest.raises(Ended, match="exit 0"):
        in_a_worker(work)


# ── what goes on working ─────────────────────────────────────────────────────────────────────────────────────────────


def test_real_items_are_scored_and_explained_the_same_behind_the_door() -> None:
    course, problems = read_course(project_root())
    rng = np.random.default_rng(3)
    given = [(item, answer(item, 0.3, 0.0, rng, texts=["Paldies!"])) for item in course.items.values()]

    def work() -> str:
        scored = []
        for item, response in given:
            score = grade_raw(item, {"version": item.version, "response": response})
            scored.append([repr(score), explain(item, read_response(response), score)])
        return json.dumps(scored, ensure_ascii=False)

    assert not problems
    assert len(given) > 20
    assert behind_the_door(work) == work()


def test_nbgraders_preprocessor_scores_behind_the_door() -> None:
    notebook = build_assignment(form(), one_of_each(), {"saruna": rubric()})
    answers = {name: {"version": 1, "response": response} for name, response in RIGHT.items()}
    notebook.cells[1].source = answers_source(answers)

    def work() -> dict[str, float]:
        _, resources = ScoreAnswers().preprocess(notebook, {})
        return {name: score.points for name, score in resources["lideri_scores"].items()}

    scores = behind_the_door(work)

    assert scores == work()
    assert sum(scores.values()) == sum(item.points for item in one_of_each() if not isinstance(item, FreeText))


def test_warnings_tracebacks_and_time_need_no_file() -> None:
    def work() -> tuple[str, int, float]:
        with warnings.catch_warnings(record=True) as seen:
            warnings.simplefilter("always")
            warnings.warn("brīdinājums", stacklevel=1)
        try:
            raise ValueError("slikti")
        except ValueError:
            import traceback

            text = traceback.format_exc()
        time.sleep(0.001)
        return text.splitlines()[-1], len(seen), len(os.urandom(8)) + float(np.random.default_rng().random() < 2)

    assert behind_the_door(work) == ("ValueError: slikti", 1, 9.0)


def test_much_data_passes_the_pipe_both_ways() -> None:
    mine, theirs = FORK.Pipe()

    def worker() -> None:
        close(theirs.fileno())
        while (heard := theirs.recv()) is not None:
            theirs.send(heard)

    process = FORK.Process(target=worker)
    process.start()
    theirs.close()
    try:
        for size in (0, 10, 5 << 20):
            mine.send("ā" * size)
            assert mine.recv() == "ā" * size
        mine.send(None)
        process.join(10)
        assert process.exitcode == 0
    finally:
        process.kill()


# ── what the administrator hears ─────────────────────────────────────────────────────────────────────────────────────


def test_a_closed_door_says_so_in_one_line() -> None:
    door = in_a_worker(close)

    assert door.shut
    assert set(door.held) == set(Guard)
    assert door.sentence() == (
        "vērtēšanas process ir norobežots: tam nav ne datņu, ne tīkla, un laiks un atmiņa ir ierobežoti"
    )


def test_where_a_guard_is_not_to_be_had_the_others_hold_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(pipe: int) -> tuple[Door, bool, bool]:
        door = close(pipe)
        return door, refused(Path("/").stat), is_memory_limited()

    def is_memory_limited() -> bool:
        return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY

    monkeypatch.setattr(platform, "machine", lambda: "riscv64")

    door, no_files, memory = in_a_worker(work)

    assert list(door.missing) == [Guard.CALLS]
    assert not no_files
    assert memory
    assert door.sentence() == (
        "vērtēšanas process ir norobežots tikai daļēji: «datnes, tīklu un citas programmas lietot nevar» nedarbojas "
        "(procesoram riscv64 saraksta nav). Ko darīt: administratora rokasgrāmatā"
    )


def test_on_another_system_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(platform, "system", lambda: "Darwin")

    door = in_a_worker(close)

    assert set(door.missing) == {Guard.ORPHANS, Guard.READING, Guard.RIGHTS, Guard.CALLS}
    assert door.missing[Guard.CALLS] == "Darwin nav Linux"
    assert {Guard.HANDLES, Guard.TIME, Guard.MEMORY} <= set(door.held)


def test_a_refusal_of_the_kernel_is_told() -> None:
    def work(pipe: int) -> Door:
        close(pipe)
        return close(pipe)  # a second time even the first questions are refused

    door = in_a_worker(work)

    assert door.missing[Guard.CALLS] == "Operation not permitted, EPERM"


# ── the filter itself, for both processors ───────────────────────────────────────────────────────────────────────────


def judged(machine: Machine, number: int, *arguments: int, audit: int | None = None) -> int:
    """What the filter answers, by a small reading of classic BPF."""
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, machine.audit if audit is None else audit, 0, *padded)
    program = list(struct.iter_unpack("<HBBI", seccomp_program(machine)))
    place, value = 0, 0
    while True:
        code, yes, no, operand = program[place]
        place += 1
        match code:
            case 0x20:
                (value,) = struct.unpack_from("<I", data, operand)
            case 0x15:
                place += yes if value == operand else no
            case 0x35:
                place += yes if value >= operand else no
            case 0x45:
                place += yes if value & operand else no
            case 0x06:
                return operand


LINUX = {
    "x86_64": {
        "openat": 257,
        "open": 2,
        "socket": 41,
        "connect": 42,
        "clone": 56,
        "fork": 57,
        "vfork": 58,
        "execve": 59,
    }
    | {"kill": 62, "ptrace": 101, "ioctl": 16, "prlimit64": 302, "bpf": 321, "clone3": 435, "openat2": 437, "dup": 32},
    "aarch64": {"openat": 56, "socket": 198, "connect": 203, "clone": 220, "execve": 221, "kill": 129, "ptrace": 117}
    | {"ioctl": 29, "prlimit64": 261, "bpf": 280, "clone3": 435, "openat2": 437, "dup": 23},
}


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_knows_each_processors_numbers(name: str) -> None:
    machine = MACHINES[name]
    allowed = {number for number in range(600) if judged(machine, number, 0, 3, 0, 0x22) == ALLOW}

    assert allowed == set(machine.calls.values())
    assert {judged(machine, number) for number in LINUX[name].values()} == {REFUSE}
    assert judged(machine, 0, audit=0x40000003) == KILL
    assert judged(machine, 0x40000000 + machine.calls["read"]) == KILL


@pytest.mark.parametrize("name", MACHINES)
def test_the_filter_looks_at_arguments(name: str) -> None:
    machine = MACHINES[name]
    mmap, mprotect, fcntl, sendto = (machine.calls[call] for call in ("mmap", "mprotect", "fcntl", "sendto"))

    assert judged(machine, mmap, 0, 4096, 3, 0x22) == ALLOW
    assert judged(machine, mmap, 0, 4096, 3, 0x02) == REFUSE
    assert judged(machine, mmap, 0, 4096, 7, 0x22) == REFUSE
    assert judged(machine, mprotect, 0, 4096, 1) == ALLOW
    assert judged(machine, mprotect, 0, 4096, 5) == REFUSE
    assert [judged(machine, fcntl, 1, command) == ALLOW for command in range(8)] == [False, *[True] * 4, *[False] * 3]
    assert judged(machine, fcntl, 1, 1030) == REFUSE
    assert judged(machine, sendto, 3, 4096, 10, 0, 0) == ALLOW
    assert judged(machine, sendto, 3, 4096, 10, 0, 4096) == REFUSE
    assert judged(machine, sendto, 3, 4096, 10, 0, 1 << 32) == REFUSE
