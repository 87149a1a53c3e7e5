"""The server's side of warm kernels: the parent that they are forked from, and kernels as child processes.

A kernel is forked twice, so that it has lost its parent when it begins, and the server takes in orphans meanwhile. So
it is the server's own child, as if the server had started it: exit codes, signals and the end of the server work as
they always do, and the warm parent may come and go.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import ctypes
import errno
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

PR_SET_CHILD_SUBREAPER, PR_GET_CHILD_SUBREAPER = 36, 37
READY_SECONDS = 60.0  # a kernel that takes longer is waited for by whoever talks to it, as an ordinary one
# A parent that could not even start is not tried again for every kernel.
PAUSE_SECONDS = 60.0
ROOM_FOR_A_TITLE = 1024


class NoWarmKernel(Exception):
    """No kernel can be forked now, an ordinary one can be started. The message is for the log."""


class _ParentEnded(Exception):
    """The warm parent went while it was being asked; another one may do."""


@dataclass(frozen=True)
class Birth:
    """What a warm parent is made with. Kernels that need it otherwise are forked from another parent."""

    python: tuple[str, ...]  # the interpreter and its own options
    environment: tuple[tuple[str, str], ...]  # what is read at start and import, and cannot be read again
    preload: tuple[str, ...]
    rehearse: tuple[str, ...]
    lent: tuple[tuple[str, str], ...] = field(default=(), compare=False)  # useful while importing, read again later


@dataclass(frozen=True)
class Wanted:
    """One kernel, as `subprocess.Popen` would be told."""

    command: tuple[str, ...]  # as it is shown in lists of processes
    arguments: tuple[str, ...]
    env: Mapping[str, str]
    folder: str
    umask: int
    memory: int  # bytes it may take beyond what it begins with; 0: as much as there is
    ports: tuple[int, ...] = ()  # those it is given open, in this order

    def as_line(self) -> bytes:
        return json.dumps({**self.__dict__, "env": dict(self.env)}).encode() + b"\n"


class KernelProcess:
    """A kernel that is this process's child but was not started by it; used like `subprocess.Popen`."""

    def __init__(self, pid: int, streams: Streams | None = None) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stdin, self.stdout, self.stderr = streams.ours if streams else (None, None, None)
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """The exit code, negative for a signal, None while it runs. Takes the dead process away."""
        with self._lock:
            if self.returncode is None:
                try:
                    ended, status = os.waitpid(self.pid, os.WNOHANG)
                except ChildProcessError:
                    self.returncode = 0  # taken away by somebody else; Popen says 0 as well
                else:
                    if ended:
                        self.returncode = os.waitstatus_to_exitcode(status)
            return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() >= until:
                raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0.0)
            time.sleep(0.005)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


class Streams:
    """Standard input, output and errors of one kernel, given as to `subprocess.Popen`."""

    def __init__(self, stdin: Any, stdout: Any, stderr: Any) -> None:
        self._to_close: list[int] = []
        ours: list[IO[bytes] | None] = []
        theirs: list[int] = []
        # An ordinary kernel gets an input that has ended already.
        for number, given in enumerate((subprocess.DEVNULL if stdin is None else stdin, stdout, stderr)):
            mine: IO[bytes] | None = None
            if given == subprocess.PIPE:
                reading, writing = os.pipe()
                kept, handed = (writing, reading) if number == 0 else (reading, writing)
                mine = os.fdopen(kept, "wb" if number == 0 else "rb")
                self._to_close.append(handed)
            elif given == subprocess.DEVNULL or (given is None and not _is_open(number)):
                handed = os.open(os.devnull, os.O_RDWR)
                self._to_close.append(handed)
            elif given == subprocess.STDOUT:
                handed = theirs[1]
            elif given is None:
                handed = number
            else:
                handed = given if isinstance(given, int) else given.fileno()
            ours.append(mine)
            theirs.append(handed)
        self.ours = tuple(ours)
        self.theirs = tuple(theirs)

    def close_theirs(self) -> None:
        while self._to_close:
            os.close(self._to_close.pop())

    def close_ours(self) -> None:
        for stream in self.ours:
            if stream is not None:
                stream.close()


@dataclass
class _Running:
    process: subprocess.Popen[bytes]
    control: socket.socket
    since: float
    warm: bool = False

    def is_warm(self, said: Mapping[str, Any], log: logging.Logger) -> None:
        if not self.warm:
            self.warm = True
            for note in said["notes"]:
                log.warning("Warm kernels: %s", note)
            log.info("Warm kernels: parent %d ready, %.1f s after its start", self.process.pid, said["at"] - self.since)


class WarmParent:
    """The parent of one birth: started when it is first needed, and again when it is found dead."""

    def __init__(self, birth: Birth) -> None:
        self.birth = birth
        self._running: _Running | None = None
        self._not_before = 0.0
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        return self._running.process.pid if self._running else None

    async def prewarm(self, log: logging.Logger, *, seconds: float) -> None:
        """Returns when everything is imported; raises `NoWarmKernel` when that fails or takes more than `seconds`."""
        for again in (True, False):
            running = self._started()
            try:
                if not running.warm:
                    await self._warm(running, log, seconds)
                return
            except _ParentEnded:
                if not again:
                    raise self._ends_while_it_starts() from None

    async def fork(
        self,
        wanted: Wanted,
        streams: Streams,
        doors: Sequence[socket.socket],
        log: logging.Logger,
        *,
        start_seconds: float,
        fork_seconds: float,
    ) -> KernelProcess:
        """A new kernel, with `doors` open on `wanted.ports`; it listens when this returns, is very slow, or has ended.

        A parent that has only begun forks as well, between two imports. Such a kernel imports the rest itself, and is
        not waited for: a program's first kernel is as soon there as an ordinary one.
        Raises `OSError` for what `subprocess.Popen` would (no such folder), and `NoWarmKernel`.
        """
        for again in (True, False):
            running = self._started()
            seconds = fork_seconds if running.warm else start_seconds
            try:
                born = asyncio.ensure_future(self._born(running, wanted, streams, doors, log, seconds))
                try:
                    return await asyncio.shield(born)
                except asyncio.CancelledError:
                    born.add_done_callback(_end_unwanted)
                    raise
            except _ParentEnded:
                if not again:
                    raise self._ends_while_it_starts() from None
        raise AssertionError

    def end(self) -> None:
        """End the parent. Kernels that were forked from it live on."""
        with self._lock:
            if self._running is not None:
                self._drop(self._running)

    # ── talking ─────────────────────────────────────────────────────────────────────────────────────────────────────

    async def _warm(self, running: _Running, log: logging.Logger, seconds: float) -> None:
        with await self._asked(running, b"?", seconds) as channel:
            said = await self._said_first(running, _Messages(channel), seconds)
        running.is_warm(said, log)

    async def _born(
        self,
        running: _Running,
        wanted: Wanted,
        streams: Streams,
        doors: Sequence[socket.socket],
        log: logging.Logger,
        seconds: float,
    ) -> KernelProcess:
        given = (*streams.theirs, *(door.fileno() for door in doors))
        with contextlib.ExitStack() as whole:
            with _ORPHANS_TAKEN_IN:
                channel = whole.enter_context(await self._asked(running, b"+", seconds, given))
                messages = _Messages(channel)
                born = await self._said_first(running, messages, seconds)
            if "refused" in born:
                raise NoWarmKernel(born["refused"])
            if born["parent"] != os.getpid():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(born["pid"], signal.SIGKILL)
                raise NoWarmKernel("this process was not given its kernel as a child")
            process = KernelProcess(born["pid"], streams)
            if "notes" in born:
                running.is_warm(born, log)
            try:
                # Only now, when this process can end it: a kernel that is told nothing ends by itself.
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it has ended, which is seen later
                    await asyncio.get_running_loop().sock_sendall(channel, wanted.as_line())
                await self._listens(process, messages, at_once=not running.warm)
            except BaseException:
                process.kill()
                process.wait()
                raise
            return process

    async def _listens(self, process: KernelProcess, messages: _Messages, *, at_once: bool) -> None:
        """Returns when the kernel listens; `at_once`: when it is in its place, because it has imports before it."""
        try:
            while said := await asyncio.wait_for(messages.next(), READY_SECONDS):
                if "failed" in said:
                    process.wait()
                    raise OSError(*said["failed"])
                if at_once or "ready" in said:
                    return
        except TimeoutError:
            return

    async def _said_first(self, running: _Running, messages: _Messages, seconds: float) -> dict[str, Any]:
        try:
            said = await asyncio.wait_for(messages.next(), seconds)
        except TimeoutError:
            self._lost(running)
            if running.warm:
                raise NoWarmKernel(f"the warm parent did not answer within {seconds:g} s") from None
            self._not_before = time.monotonic() + PAUSE_SECONDS
            raise NoWarmKernel(f"the warm parent was not ready after {seconds:g} s") from None
        if said is None:
            self._lost(running)
            raise _ParentEnded
        return said

    def _ends_while_it_starts(self) -> NoWarmKernel:
        self._not_before = time.monotonic() + PAUSE_SECONDS
        return NoWarmKernel("the warm parent ended twice, its own errors are above")

    async def _asked(
        self, running: _Running, what: bytes, seconds: float, given: tuple[int, ...] = ()
    ) -> socket.socket:
        """A channel on which the answers will come."""
        ours, theirs = socket.socketpair()
        ours.setblocking(False)
        until = time.monotonic() + seconds
        with theirs:
            while True:
                try:
                    socket.send_fds(running.control, [what], [theirs.fileno(), *given])
                    return ours
                except OSError as error:
                    # Very many ask at once: the parent takes them one by one.
                    if error.errno in {errno.EAGAIN, errno.ETOOMANYREFS} and time.monotonic() < until:
                        await asyncio.sleep(0.02)
                        continue
                    ours.close()
                    self._lost(running)
                    if error.errno in {errno.EAGAIN, errno.ETOOMANYREFS}:
                        raise NoWarmKernel("the warm parent has stopped listening") from None
                    raise _ParentEnded from None

    # ── starting and ending ─────────────────────────────────────────────────────────────────────────────────────────

    def _started(self) -> _Running:
        with self._lock:
            if self._running is None:
                if time.monotonic() < self._not_before:
                    raise NoWarmKernel("the warm parent failed a short time ago")
                self._running = self._start()
            return self._running

    def _start(self) -> _Running:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        told = {
            "control": theirs.fileno(),
            "server": os.getpid(),
            "preload": self.birth.preload,
            "rehearse": self.birth.rehearse,
        }
        # The last argument is room: a kernel writes its own command line over all of them.
        command = [*self.birth.python, "-m", "lideri.kernels.warm_parent", json.dumps(told), "." * ROOM_FOR_A_TITLE]
        began = time.monotonic()
        with theirs:
            try:
                process = subprocess.Popen(  # noqa: S603  # this interpreter
                    command,
                    stdin=subprocess.DEVNULL,
                    env=dict(self.birth.lent + self.birth.environment),
                    pass_fds=[theirs.fileno()],
                    cwd="/",  # as `-m` looks there first
                    start_new_session=True,  # Ctrl-C in a terminal is for the server
                )
            except OSError as error:
                ours.close()
                raise NoWarmKernel(f"the warm parent cannot be started: {error}") from error
        return _Running(process, ours, began)

    def _lost(self, running: _Running) -> None:
        with self._lock:
            if self._running is running:
                self._drop(running)

    def _drop(self, running: _Running) -> None:
        self._running = None
        running.control.close()
        running.process.kill()
        running.process.wait()


_PARENTS: dict[Birth, WarmParent] = {}


def warm_parent(birth: Birth) -> WarmParent:
    """The parent for kernels of this birth; one in each server process."""
    return _PARENTS.setdefault(birth, WarmParent(birth))


@atexit.register
def end_warm_parents() -> None:
    for parent in _PARENTS.values():
        parent.end()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_PARENTS.clear)  # a forked server has to have parents of its own


def why_not() -> str:
    """Why kernels cannot be forked on this system; empty when they can."""
    if sys.platform != "linux":
        return f"it needs Linux, and this is {sys.platform}"
    try:
        os.close(os.pidfd_open(os.getpid()))
    except (AttributeError, OSError) as error:
        return f"it needs Linux 5.3 or newer ({error})"
    return ""


def _end_unwanted(born: asyncio.Future[KernelProcess]) -> None:
    if not born.cancelled() and born.exception() is None:
        born.result().kill()
        born.result().wait()


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


class _Messages:
    """JSON, a line each, from a channel that does not block."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._rest = b""

    async def next(self) -> dict[str, Any] | None:
        """None at the end."""
        loop = asyncio.get_running_loop()
        while b"\n" not in self._rest:
            try:
                more = await loop.sock_recv(self._channel, 65536)
            except ConnectionResetError:
                return None
            if not more:
                return None
            self._rest += more
        line, _, self._rest = self._rest.partition(b"\n")
        said: dict[str, Any] = json.loads(line)
        return said


class _TakingInOrphans:
    """While it is entered, by however many, processes below this one that lose their parent become its children."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entered = 0
        self._before = 0

    def __enter__(self) -> None:
        with self._lock:
            if not self._entered:
                before = ctypes.c_int()
                _prctl(PR_GET_CHILD_SUBREAPER, ctypes.addressof(before))
                self._before = before.value
                _prctl(PR_SET_CHILD_SUBREAPER, 1)
            self._entered += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._entered -= 1
            if not self._entered:
                _prctl(PR_SET_CHILD_SUBREAPER, self._before)


_ORPHANS_TAKEN_IN = _TakingInOrphans()


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, ctypes.c_ulong(value), 0, 0, 0):
        raise NoWarmKernel(f"prctl({option}): {os.strerror(ctypes.get_errno())}")
