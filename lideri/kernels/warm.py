"""The provisioner `lideri-warm`: kernels forked from a process that has imported everything already.

For one kernelspec: `"metadata": {"kernel_provisioner": {"provisioner_name": "lideri-warm"}}`, as in our own spec
`lideri`. For all kernels of an installation: `JUPYTER_DEFAULT_PROVISIONER_NAME=lideri-warm`. A kernel that is not
this interpreter's ipykernel, and every kernel where forking is not to be had, is started as `LocalProvisioner` does.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from site import ENABLE_USER_SITE
from typing import Any

from jupyter_client.connect import KernelConnectionInfo, LocalPortCache
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import Float, Int, List, Unicode
from traitlets.config import Config

from lideri.kernels.forking import Birth, NoWarmKernel, Streams, Wanted, warm_parent, why_not

PRELOAD = (
    # What ipykernel and IPython import only when a kernel starts or runs its first cell.
    *("ipykernel.kernelapp", "ipykernel.debugger", "ipykernel.comm", "ipykernel.parentpoller"),
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect"),
    *("IPython.extensions.storemagic", "pygments.formatters.html", "pygments.lexers.python"),
    *("faulthandler", "importlib.readers", "importlib.resources.readers", "pdb", "psutil"),
    *("tornado.platform.asyncio", "zmq.utils.garbage"),
    # What people's notebooks import.
    *("pandas", "matplotlib.figure", "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg"),
    *("matplotlib.pyplot", "ipywidgets", "anywidget"),
)
REHEARSE = ("lideri.kernels.rehearsal:chart",)
# Read when the interpreter starts or a library is imported: kernels that differ here cannot have the same parent.
BORN_WITH = (
    *("PYTHON*", "LD_*", "LC_*", "LANG", "LANGUAGE", "MALLOC_*", "GLIBC_TUNABLES"),
    *("*_NUM_THREADS", "OMP_*", "MKL_*", "OPENBLAS_*", "ARROW_*", "PYDEVD_*", "DEBUGPY_*"),
)
# Useful while importing; every kernel looks again for itself.
_LENT = ("PATH", "HOME", "TMPDIR", "TZ", "MPLCONFIGDIR", "MATPLOTLIBRC", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
TRIES = 5
BACKLOG = 100  # as ZeroMQ has it
# What an ordinary kernel may hold, once it has imported as much: its memory limit comes on top.
_ORDINARY_KERNEL = 768 * 2**20
_FORKABLE = {"stdin", "stdout", "stderr", "env", "cwd", "umask", "independent", "kernel_id", "extra_arguments"}


class WarmProvisioner(LocalProvisioner):
    """Forks kernels of this interpreter's ipykernel; starts every other kernel in the ordinary way."""

    preload = List(
        Unicode(),
        list(PRELOAD),
        config=True,
        help="Modules imported once, before kernels are forked. One that cannot be imported is a line in the log.",
    )
    rehearse = List(
        Unicode(),
        list(REHEARSE),
        config=True,
        help="Functions ('module:function') called once after the imports, so that every kernel has done it already.",
    )
    born_with = List(
        Unicode(),
        list(BORN_WITH),
        config=True,
        help="Patterns of environment variables read at start or import; kernels that differ get another parent.",
    )
    memory_limit = Int(
        0,
        config=True,
        help="""Bytes a kernel may take beyond what it begins with; 0: no limit. It is set as RLIMIT_DATA, which counts
        memory that is the process's own; RLIMIT_AS would also count libraries and everything that is shared.""",
    )
    start_timeout = Float(60.0, config=True, help="Seconds the imports may take, before kernels become ordinary ones.")
    fork_timeout = Float(10.0, config=True, help="Seconds a fork may take, before the parent counts as hung.")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._doors: dict[int, socket.socket] = {}
        self._may_choose = False  # its ports were not given, or known from a kernel before

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        self._may_choose = not (self.parent is None or self.ports_cached or self.parent.shell_port)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        try:
            return await self._launched(cmd, **kwargs)
        finally:
            self._close_doors()

    async def _launched(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        ours = forkable(cmd)
        if ours is None or not _FORKABLE.issuperset(kwargs) or not self._possible():
            return await self._ordinary(cmd, **kwargs)
        python, arguments = ours
        try:
            return await self._forked(python, arguments, cmd, **kwargs)
        except NoWarmKernel as why:
            self.log.warning("Kernel %s is an ordinary one: %s", self.kernel_id, why)
            return await self._ordinary(cmd, **kwargs)

    async def wait(self) -> int | None:
        if self.process is not None:
            await _ended(self.process.pid)
        return await super().wait()

    async def prewarm(self, env: Mapping[str, str], python: tuple[str, ...] = (sys.executable,)) -> None:
        """Have the parent ready for kernels that will get `env`. What fails is a line in the log."""
        if not self._possible():
            return
        try:
            await warm_parent(self._birth(python, env)).prewarm(self.log, seconds=self.start_timeout)
        except NoWarmKernel as why:
            self.log.warning("Kernels are ordinary ones for now: %s", why)

    async def _forked(
        self, python: tuple[str, ...], arguments: list[str], cmd: list[str], **kwargs: Any
    ) -> KernelConnectionInfo:
        env = dict(kwargs["env"])
        if not kwargs.get("independent"):
            env["JPY_PARENT_PID"] = str(os.getpid())
        self._open_doors(env)
        umask = kwargs.get("umask", -1)
        wanted = Wanted(
            command=tuple(cmd),
            arguments=tuple(os.path.expanduser(each) for each in arguments),  # noqa: PTH111  # as jupyter_client does
            env=env,
            folder=os.fspath(kwargs.get("cwd") or Path.cwd()),
            umask=_own_umask() if umask < 0 else umask,
            memory=self.memory_limit,
            ports=tuple(self._doors),
        )
        streams = Streams(kwargs.get("stdin"), kwargs.get("stdout"), kwargs.get("stderr"))
        try:
            process = await warm_parent(self._birth(python, env)).fork(
                wanted,
                streams,
                tuple(self._doors.values()),
                self.log,
                start_seconds=self.start_timeout,
                fork_seconds=self.fork_timeout,
            )
        except BaseException:
            streams.close_ours()
            raise
        finally:
            streams.close_theirs()
        self.process = process  # type: ignore[assignment]  # used as Popen is
        self.pid = self.pgid = process.pid  # it leads its own session
        self.cwd = kwargs.get("cwd", Path.cwd())
        return self.connection_info

    async def _ordinary(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        self._close_doors()  # it opens them itself
        started = await super().launch_kernel(cmd, **kwargs)
        if self.memory_limit and self.process is not None and sys.platform == "linux":
            import resource

            most = self.memory_limit + _ORDINARY_KERNEL
            resource.prlimit(self.process.pid, resource.RLIMIT_DATA, (most, most))
        return started

    def _birth(self, python: tuple[str, ...], env: Mapping[str, str]) -> Birth:
        names = {name for name in env if any(fnmatchcase(name, pattern) for pattern in self.born_with)}
        if ENABLE_USER_SITE and "HOME" in env:
            names.add("HOME")  # the user's own site-packages are there
        return Birth(
            python,
            tuple((name, env[name]) for name in sorted(names)),
            tuple(self.preload),
            tuple(self.rehearse),
            lent=tuple((name, env[name]) for name in _LENT if name in env),
        )

    def _open_doors(self, env: Mapping[str, str]) -> None:
        """Open the kernel's ports for it. A chosen one is anybody's until it is open: if somebody took it, choose
        again; if it was given, leave it to the kernel to fail as any would."""
        for _ in range(TRIES):
            told = self.connection_info
            if self.parent is None or told.get("transport") != "tcp" or not _is_address(str(told.get("ip"))):
                return
            try:
                for name in PORTS:
                    port = int(told[name])  # type: ignore[literal-required]
                    door = self._doors.setdefault(port, socket.socket())
                    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    door.bind((str(told["ip"]), port))
                    door.listen(BACKLOG)
                    door.setblocking(False)
                return
            except OSError:
                self._close_doors()
                if not self._may_choose:
                    return
                self._choose_other_ports(env)

    def _close_doors(self) -> None:
        while self._doors:
            self._doors.popitem()[1].close()

    def _choose_other_ports(self, env: Mapping[str, str]) -> None:
        manager: Any = self.parent
        known = LocalPortCache.instance()
        for name in PORTS:
            if self.ports_cached:
                known.return_port(getattr(manager, name))
            setattr(manager, name, known.find_available_port(manager.ip) if self.ports_cached else 0)
        manager.cleanup_connection_file()
        manager.write_connection_file(jupyter_session=env.get("JPY_SESSION_NAME", ""))
        self.connection_info = manager.get_connection_info()

    def _possible(self) -> bool:
        reason = why_not()
        if reason and reason not in _SAID:
            _SAID.add(reason)
            self.log.warning("Warm kernels are not to be had here, all kernels are ordinary ones: %s", reason)
        return not reason


def _is_address(text: str) -> bool:
    try:
        socket.inet_aton(text)
    except OSError:
        return False
    return text.count(".") == 3


_SAID: set[str] = set()


async def prewarm(env: Mapping[str, str], *, config: Config | None = None, log: logging.Logger | None = None) -> None:
    """Have this server's warm parent ready before the first kernel is asked for; a server calls it when it starts.

    `env` is what kernels will get, as far as it is alike for all; `config` is the server's, for `WarmProvisioner`'s
    traits. Returns when everything is imported. What fails is a line in the log: kernels are ordinary ones then.
    """
    log = log or logging.getLogger(__name__)
    await WarmProvisioner(config=config or Config(), log=log).prewarm(env)


def forkable(cmd: list[str]) -> tuple[tuple[str, ...], list[str]] | None:
    """The interpreter with its options, and ipykernel's arguments; None when it is not this interpreter's ipykernel."""
    here, named = Path(sys.executable).absolute(), Path(cmd[0]).absolute()
    # Two names in one folder are one environment; the same file reached from another folder may be another one.
    if named.parent != here.parent or not named.exists() or not named.samefile(here) or "-m" not in cmd:
        return None
    at = cmd.index("-m")
    options = cmd[1:at]
    if any(not option.startswith("-") or option in {"-c", "-W", "-X"} for option in options):
        return None
    if cmd[at + 1 : at + 2] not in (["ipykernel_launcher"], ["ipykernel"]):
        return None
    return (sys.executable, *options), cmd[at + 2 :]


def _own_umask() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("Umask:"):
            return int(line.split()[1], 8)
    return 0o022


async def _ended(pid: int) -> None:
    """Returns when the process has ended, without asking again and again; at once when that cannot be known."""
    try:
        number = os.pidfd_open(pid)
    except (AttributeError, OSError):
        return
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    try:
        loop.add_reader(number, ended.set)
        await ended.wait()
    except NotImplementedError:
        return
    finally:
        with contextlib.suppress(NotImplementedError):
            loop.remove_reader(number)
        os.close(number)
