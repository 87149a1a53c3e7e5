"""The process that kernels are forked from: `python -m lideri.kernels.warm_parent`, started by `forking`.

It imports what kernels need, once, and then only waits: one thread, no connection but the one to the server that
started it, and no more of the server's environment than kernels of its birth have in common. It ends with the server.
"""

from __future__ import annotations

import builtins
import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

PR_SET_THP_DISABLE = 41
M_ARENA_MAX = -8
MOST_FILES = 16
LOOK_SECONDS = 1.0


class Born(BaseException):
    """Raised in a kernel that was just forked, to leave everything that its parent was doing."""

    def __init__(self, channel: socket.socket, doors: list[int]) -> None:
        self.channel = channel
        self.doors = doors  # listening already, in the order of the ports that the channel will tell


def main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ipykernel decides when a kernel listens to it
    told = json.loads(sys.argv[1])
    births = Births(socket.socket(fileno=told["control"]), told["server"])
    # The folder this process was started in is nobody's import path; ipykernel_launcher does the same.
    if sys.path and sys.path[0] in {"", os.getcwd()}:  # noqa: PTH109
        del sys.path[0]
    save_memory()
    os.environ["PYDEVD_DISABLE_FILE_VALIDATION"] = "1"  # a warning for people who debug, not for a server's log
    before = dict(os.environ)
    born = None
    try:
        with as_in_a_notebook(), births.ends_with_the_server():
            for step, names in ((preload, told["preload"]), (rehearse, told["rehearse"])):
                for name in names:
                    births.attend()
                    births.notes += step(name)
        if threading.active_count() > 1:
            running = ", ".join(each.name for each in threading.enumerate() if each is not threading.main_thread())
            births.notes.append(f"threads are running before kernels are forked, a preloaded module started: {running}")
        freeze()
        births.attend_for_ever()
    except Born as new:
        born = new.with_traceback(None)
    # Outside of the handler: what a cell raises must not say that it happened while `Born` was handled.
    if born is not None:
        set_by_imports = {name: value for name, value in os.environ.items() if name not in before}
        from lideri.kernels.child import become_kernel

        become_kernel(born.channel, born.doors, set_by_imports)


# ── before there are kernels ────────────────────────────────────────────────────────────────────────────────────────


def save_memory() -> None:
    """A page is shared until somebody writes to it: so pages are small ones, and free memory lies together."""
    system = ctypes.CDLL(None)
    system.prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0)
    if hasattr(system, "mallopt"):  # glibc
        system.mallopt(M_ARENA_MAX, 1)


@contextlib.contextmanager
def as_in_a_notebook() -> Iterator[None]:
    """pandas chooses its display options at import, by whether this is a notebook and how it is written to."""
    kernel = SimpleNamespace(kernel=SimpleNamespace())
    builtins.get_ipython = lambda: kernel  # type: ignore[attr-defined]  # where IPython puts it
    out = sys.stdout
    sys.stdout = io.TextIOWrapper(io.BytesIO(), encoding="UTF-8")  # as ipykernel names it, whatever the locale
    try:
        yield
    finally:
        sys.stdout = out
        del builtins.get_ipython  # type: ignore[attr-defined]


def preload(name: str) -> list[str]:
    """Import the module; returns a line for the log when that fails."""
    try:
        importlib.import_module(name)
    except Exception as error:  # noqa: BLE001  # whatever a library does at import, kernels can do without
        return [f"{name} was not preloaded: {type(error).__name__}: {error}"]
    return []


def rehearse(name: str) -> list[str]:
    """Call `module:function`; returns a line for the log when that fails."""
    module, _, function = name.partition(":")
    try:
        getattr(importlib.import_module(module), function)()
    except Exception as error:  # noqa: BLE001  # as above
        return [f"{name} was not rehearsed: {type(error).__name__}: {error}"]
    return []


def freeze() -> None:
    """Leave nothing that a kernel would write to without need: each page it writes to is one more that it owns."""
    modules = list(sys.modules.items())
    # IPython takes a list of all modules' names. They lie scattered over the whole memory; copies lie side by side.
    sys.modules.clear()
    for name, module in modules:
        sys.modules[name.encode().decode()] = module
    gc.collect()
    gc.freeze()
    with contextlib.suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


# ── kernels ─────────────────────────────────────────────────────────────────────────────────────────────────────────


class Births:
    """Forks a kernel for each request of the server, and ends this process with the server."""

    def __init__(self, control: socket.socket, server: int) -> None:
        control.set_inheritable(False)
        self.notes: list[str] = []
        self._control = control
        self._parent = server
        self._server = os.pidfd_open(server)
        self._ready = select.poll()
        self._ready.register(control, select.POLLIN)
        self._ready.register(self._server, select.POLLIN)
        self._wait_until_warm: list[socket.socket] = []
        self._warm: dict[str, Any] = {}
        if os.getppid() != server:
            sys.exit()  # it ended before it could be watched

    def attend(self) -> None:
        """Answer those who have asked meanwhile. Raises `Born` in each new kernel."""
        while events := self._ready.poll(0):
            self._attend(events)

    def attend_for_ever(self) -> None:
        """Everything is imported. Raises `Born` in each new kernel."""
        self._warm = {"notes": self.notes, "at": time.monotonic()}
        while self._wait_until_warm:
            with self._wait_until_warm.pop() as channel:
                answer(channel, self._warm)
        while True:
            self._attend(self._ready.poll())

    @contextlib.contextmanager
    def ends_with_the_server(self) -> Iterator[None]:
        """An import may take long, or never end: meanwhile a clock makes this process look each second."""

        def look(*_: object) -> None:
            if os.getppid() != self._parent:
                os._exit(0)

        before = signal.signal(signal.SIGALRM, look)
        signal.siginterrupt(signal.SIGALRM, False)
        signal.setitimer(signal.ITIMER_REAL, LOOK_SECONDS, LOOK_SECONDS)
        try:
            yield
        finally:  # in a new kernel too
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _attend(self, events: list[tuple[int, int]]) -> None:
        if any(number == self._server for number, _ in events):
            sys.exit()
        what, handed, _, _ = socket.recv_fds(self._control, 1, MOST_FILES)
        if not what:
            sys.exit()
        channel = socket.socket(fileno=handed[0])
        if what == b"?" and not self._warm:
            self._wait_until_warm.append(channel)
            return
        with channel:
            if what == b"?":
                answer(channel, self._warm)
            elif fork_an_orphan(channel, self._warm):
                self._leave(handed[1:4])
                raise Born(socket.socket(fileno=channel.detach()), handed[4:])
        for given in handed[1:]:
            os.close(given)

    def _leave(self, streams: list[int]) -> None:
        """In the new kernel: nothing of this stays open but its own streams."""
        self._control.close()
        os.close(self._server)
        for waiting in self._wait_until_warm:
            waiting.close()
        for number, given in enumerate(streams):
            os.dup2(given, number)
            os.close(given)


def fork_an_orphan(channel: socket.socket, news: dict[str, Any]) -> bool:
    """True in the new process, once the server is its parent and has been told; False here."""
    gc.freeze()
    try:
        middle = os.fork()
    except OSError as error:
        answer(channel, {"refused": f"fork: {error}"})
        return False
    if middle:
        os.waitpid(middle, 0)
        return False
    middle = os.getpid()
    try:
        child = os.fork()
    except OSError as error:
        answer(channel, {"refused": f"fork: {error}"})
        os._exit(1)
    if child:
        os._exit(0)
    while os.getppid() == middle:
        time.sleep(0.0005)
    if not answer(channel, {"pid": os.getpid(), "parent": os.getppid(), **news}):
        os._exit(1)  # nobody waits for it any more
    return True


def answer(channel: socket.socket, what: dict[str, Any]) -> bool:
    """False when nobody listens."""
    try:
        channel.sendall(json.dumps(what).encode() + b"\n")
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
