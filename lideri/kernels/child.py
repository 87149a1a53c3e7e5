"""A process that was just forked from the warm parent becomes a kernel, and nothing of the parent's is left to see."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import json
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from lideri.kernels.warm_parent import answer

_LAUNCHER = find_spec("ipykernel_launcher")
LAUNCHER = str(_LAUNCHER.origin) if _LAUNCHER else "ipykernel_launcher.py"
INLINE = "module://matplotlib_inline.backend_inline"  # what ipykernel chooses when nobody else has


def become_kernel(channel: socket.socket, doors: Sequence[int], set_by_imports: Mapping[str, str]) -> NoReturn:
    """`doors`: sockets that listen already; `set_by_imports`: what libraries add to the environment at import."""
    wanted = json.loads(_line(channel) or b"null")
    if wanted is None:
        os._exit(1)  # the server ended, or gave up
    try:
        take_place(wanted, set_by_imports)
    except OSError as error:
        answer(channel, {"failed": [error.errno, error.strerror, error.filename]})
        os._exit(255)
    answer(channel, {"placed": True})
    code = 1
    try:
        code = run(wanted, channel, dict(zip(wanted["ports"], doors, strict=True)))
    except SystemExit as end:
        code = _exit_code(end)
    except BaseException:  # noqa: BLE001  # the outer edge: told where an interpreter would tell it
        sys.excepthook(*sys.exc_info())
    finally:
        leave(code)


def take_place(wanted: dict[str, Any], set_by_imports: Mapping[str, str]) -> None:
    """Folder, umask, session, environment, and what libraries have read from them at import."""
    os.chdir(wanted["folder"])
    os.umask(wanted["umask"])
    os.setsid()
    before = _matplotlib_places()
    os.environ.clear()
    os.environ.update({**set_by_imports, **wanted["env"]})
    time.tzset()
    tempfile.tempdir = None
    sys.argv = [LAUNCHER, *wanted["arguments"]]
    sys.orig_argv = list(wanted["command"])
    if sys.stdout is not None:
        sys.stdout.reconfigure(line_buffering=os.isatty(1))  # type: ignore[union-attr]
    be_called(wanted["command"])
    _look_again_for_matplotlib(before)
    be_another()


def be_another() -> None:
    """Whatever must differ between two kernels. (`random` and OpenSSL see to it themselves after a fork.)"""
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
    if "multiprocessing.process" in sys.modules:
        sys.modules["multiprocessing.process"].current_process().authkey = os.urandom(32)


def run(wanted: dict[str, Any], channel: socket.socket, doors: dict[int, int]) -> int:
    gc.enable()
    application: Any = import_module("ipykernel.kernelapp").IPKernelApp
    app = application.instance(parent_handle=int(os.environ.get("JPY_PARENT_PID") or 0))
    enter_by(doors)
    with modules_not_listed():
        app.initialize(wanted["arguments"])
    if app.poller is not None:
        app.poller = ServerWatch(app)
    if "ipywidgets" in sys.modules:
        sys.modules["ipywidgets"].register_comm_target()  # which it does at import, when it finds a kernel
    if wanted["memory"]:
        limit_memory(wanted["memory"])
    answer(channel, {"ready": True})
    channel.close()
    app.start()
    return 0


def enter_by(doors: dict[int, int]) -> None:
    """Take the sockets that the server has opened where ipykernel would open some of its own: between choosing a port
    and opening it, any other process may take it, and does when many kernels start at once."""
    import zmq

    application: Any = import_module("ipykernel.kernelapp").IPKernelApp
    heartbeat: Any = import_module("ipykernel.heartbeat").Heartbeat
    bind, bind_heartbeat = application._try_bind_socket, heartbeat._try_bind_socket

    def bind_given(self: Any, door: Any, port: int) -> Any:
        if port in doors:
            door.setsockopt(zmq.USE_FD, doors.pop(port))
        return bind(self, door, port)

    def bind_heartbeat_given(self: Any) -> Any:
        if self.port in doors:
            self.socket.setsockopt(zmq.USE_FD, doors.pop(self.port))
        return bind_heartbeat(self)

    application._try_bind_socket, heartbeat._try_bind_socket = bind_given, bind_heartbeat_given


def leave(code: int) -> NoReturn:
    """What an interpreter does at its end, but for taking every object apart: that would write to all it shares."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):
            if stream is not None:
                stream.flush()
    os._exit(code & 0xFF)


class ServerWatch:
    """Ends the kernel when the server ends, as ipykernel's own poller does; but is told, and need not look."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._poller = app.poller

    def start(self) -> None:
        server = self._poller.parent_pid
        if os.getppid() != server:
            self._poller.start()
            return
        number = os.pidfd_open(server)
        if os.getppid() != server:  # it ended meanwhile, and the number may be somebody else's
            os._exit(1)
        loop = self._app.control_thread.io_loop
        loop.add_callback(loop.add_handler, number, self._ended, loop.READ)

    def _ended(self, *_: Any) -> None:
        self._app.log.warning("Parent appears to have exited, shutting down.")
        os._exit(1)


def limit_memory(most: int) -> None:
    """`most` bytes from here on: what was shared at birth, and the stacks of threads, are not counted."""
    import resource

    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmData:"):
            most += int(line.split()[1]) * 1024
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))


@contextlib.contextmanager
def modules_not_listed() -> Iterator[None]:
    """ipykernel looks at all modules when it starts, and writes to 7 MB of memory with it: only its debugger reads the
    list, so that is made when it is read."""
    ipkernel: Any = import_module("ipykernel.ipkernel")

    class System(ModuleType):
        modules: dict[str, ModuleType] = {}  # noqa: RUF012

        def __getattr__(self, name: str) -> Any:
            return getattr(sys, name)

    class FilesOfModules(Sequence[str]):
        @cached_property
        def _files(self) -> list[str]:
            return [file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))]

        def __getitem__(self, at: Any) -> Any:
            return self._files[at]

        def __len__(self) -> int:
            return len(self._files)

    ipkernel.sys = System("sys")
    try:
        yield
    finally:
        ipkernel.sys = sys
    kernel = ipkernel.IPythonKernel.instance()
    kernel._kernel_modules = FilesOfModules()
    if hasattr(kernel, "debugger"):
        kernel.debugger.kernel_modules = kernel._kernel_modules


def be_called(command: Sequence[str]) -> None:
    """Stand in lists of processes as an ordinary kernel would."""
    text = (" " if not any(" " in each for each in command) else "\0").join(command).encode()
    numbers = Path("/proc/self/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    start, end = int(numbers[45]), int(numbers[46])  # fields 48 and 49 of proc(5), the first two were cut off
    room = end - start
    if len(text) + 2 > room:
        return
    # Linux shows the text up to the first zero when the last byte is none; otherwise all of it.
    last = b"\0" if b"\0" in text else b"."
    ctypes.memmove(start, text.ljust(room - 1, b"\0") + last, room)


# ── matplotlib ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _matplotlib_places() -> tuple[str, str] | None:
    """The file with settings and the folder with styles that it would read now."""
    matplotlib = sys.modules.get("matplotlib")
    if matplotlib is None:
        return None
    return matplotlib.matplotlib_fname(), matplotlib.get_configdir()


def _look_again_for_matplotlib(before: tuple[str, str] | None) -> None:
    """It has read its settings when it was imported; a kernel may have others."""
    if before is None:
        return
    matplotlib: Any = sys.modules["matplotlib"]
    for name, text in (("get_configdir", "CONFIGDIR=%s"), ("get_cachedir", "CACHEDIR=%s")):
        setattr(matplotlib, name, matplotlib._logged_cached(text)(getattr(matplotlib, name).__wrapped__))
    now = _matplotlib_places() or before
    if now[0] != before[0]:
        matplotlib.rcdefaults()
        matplotlib.rc_file(now[0])
        matplotlib.rcParamsOrig = matplotlib.rcParams.copy()
    style = sys.modules.get("matplotlib.style")
    if now[1] != before[1] and style is not None:
        folders = [Path(place, "stylelib") for place in (before[1], now[1])]
        style.USER_LIBRARY_PATHS[:] = [str(folders[1])]
        if any(folder.is_dir() for folder in folders):
            style.reload_library()
    matplotlib.rcParams["backend"] = os.environ.get("MPLBACKEND") or INLINE


def _line(channel: socket.socket) -> bytes:
    """Empty when the other side was gone before the line was whole."""
    with channel.makefile("rb") as stream:
        line = stream.readline()
    return line if line.endswith(b"\n") else b""


def _exit_code(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)  # noqa: T201  # as an interpreter does
    return 1
