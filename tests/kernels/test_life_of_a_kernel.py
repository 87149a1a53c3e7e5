"""A forked kernel lives and dies as an ordinary one does."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest
from jupyter_client.connect import LocalPortCache
from traitlets.config import Config

from lideri.kernels import forking, warm
from lideri.kernels.warm import WarmProvisioner
from tests.kernels.kernel import Kernel, dead_children, environment, exists, runs, until

StartKernel = Callable[..., Kernel]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


def test_a_kernel_has_everything_imported_before_it_runs_a_cell(kernel: StartKernel) -> None:
    forked = kernel()

    loaded = forked.value(
        "[name in sys.modules for name in ('pandas', 'matplotlib.pyplot', 'ipywidgets')]", first="import sys"
    )

    assert forked.forked
    assert loaded == [True, True, True]


def test_a_kernel_is_the_child_of_the_server_that_asked_for_it(kernel: StartKernel) -> None:
    forked = kernel()

    assert forked.value("os.getppid()", first="import os") == os.getpid()
    assert forked.pid in {child.pid for child in psutil.Process().children()}


def test_the_exit_code_of_a_kernel_that_ends_by_itself_is_known(kernel: StartKernel) -> None:
    forked = kernel()
    process = forked.process

    forked.client.execute("import os; os._exit(7)")

    until(lambda: process.poll() is not None)
    assert process.poll() == 7


def test_the_exit_code_of_a_killed_kernel_is_its_signal(kernel: StartKernel) -> None:
    forked = kernel()
    process = forked.process

    os.kill(forked.pid, signal.SIGKILL)

    until(lambda: process.poll() is not None)
    assert process.poll() == -signal.SIGKILL


def test_a_kernel_that_is_asked_to_end_runs_what_was_registered_for_its_end(
    kernel: StartKernel, tmp_path: Path
) -> None:
    forked = kernel()
    process, farewell = forked.process, tmp_path / "farewell"
    forked.run(f"import atexit, pathlib; atexit.register(pathlib.Path({str(farewell)!r}).write_text, 'ended')")

    forked.manager.shutdown_kernel()

    assert process.returncode == 0
    assert farewell.read_text(encoding="utf-8") == "ended"


def test_nothing_is_left_of_kernels_that_ended(kernel: StartKernel) -> None:
    asked, killed = kernel(), kernel()
    numbers = [asked.pid, killed.pid]

    asked.manager.shutdown_kernel()
    killed.manager.shutdown_kernel(now=True)

    assert not any(exists(number) for number in numbers)
    assert dead_children() == []


def test_a_sleeping_cell_is_interrupted_and_the_kernel_goes_on(kernel: StartKernel) -> None:
    forked = kernel()
    threading.Timer(0.5, forked.manager.interrupt_kernel).start()

    _, reply = forked.messages("import time; time.sleep(600)")

    assert reply["ename"] == "KeyboardInterrupt"
    assert forked.run("print('goes on')") == "goes on"


def test_an_interrupt_reaches_the_programs_that_a_cell_has_started(kernel: StartKernel) -> None:
    forked = kernel()
    forked.run("import subprocess; program = subprocess.Popen(['sleep', '600'])")

    forked.manager.interrupt_kernel()

    assert forked.value("program.wait(60)") == -signal.SIGINT


def test_any_signal_can_be_sent(kernel: StartKernel) -> None:
    forked = kernel()
    forked.run("import signal; got = []; _ = signal.signal(signal.SIGUSR1, lambda number, frame: got.append(number))")

    forked.manager.signal_kernel(signal.SIGUSR1)

    until(lambda: forked.value("[int(number) for number in got]") == [int(signal.SIGUSR1)])


def test_a_restarted_kernel_keeps_its_ports_and_its_file_and_forgets_the_rest(kernel: StartKernel) -> None:
    forked = kernel()
    forked.run("remembered = 1")
    before = (forked.manager.connection_file, forked.manager.get_connection_info())
    old = forked.pid

    forked.manager.restart_kernel()
    forked.client.wait_for_ready(timeout=60)

    assert (forked.manager.connection_file, forked.manager.get_connection_info()) == before
    assert forked.pid != old
    assert not exists(old)
    assert forked.forked
    assert forked.value("'remembered' in globals()") is False


def test_twenty_kernels_start_at_once(kernel: StartKernel) -> None:
    with ThreadPoolExecutor(20) as pool:
        kernels = list(pool.map(lambda _: kernel(), range(20)))

    numbers = {each.value("os.getpid()", first="import os") for each in kernels}

    assert len(numbers) == 20
    assert all(each.forked for each in kernels)


def test_the_ports_of_a_kernel_are_open_before_it_is_forked(
    kernel: StartKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    fork, reached = forking.WarmParent.fork, []

    async def looked_at(self: Any, wanted: forking.Wanted, *arguments: Any, **named: Any) -> Any:
        for port in wanted.ports:
            with socket.socket() as other, contextlib.suppress(OSError):
                other.connect(("127.0.0.1", port))
                reached.append(port)
        return await fork(self, wanted, *arguments, **named)

    monkeypatch.setattr(forking.WarmParent, "fork", looked_at)

    forked = kernel()

    assert sorted(reached) == sorted(forked.manager.get_connection_info()[name] for name in warm.PORTS)


def test_a_port_that_somebody_took_is_replaced_by_another(kernel: StartKernel, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as somebody:
        somebody.bind(("127.0.0.1", 0))
        somebody.listen()
        taken = somebody.getsockname()[1]
        free = LocalPortCache.find_available_port
        answers = iter([taken])
        monkeypatch.setattr(LocalPortCache, "find_available_port", lambda *args: next(answers, None) or free(*args))

        forked = kernel()

    ports = [forked.manager.get_connection_info()[name] for name in warm.PORTS]
    assert taken not in ports
    assert len(set(ports)) == 5
    assert json.loads(Path(forked.manager.connection_file).read_bytes())["shell_port"] == ports[0]


def test_a_kernel_that_takes_too_much_memory_gets_a_memory_error_and_goes_on(kernel: StartKernel) -> None:
    config = Config()
    config.WarmProvisioner.memory_limit = 200 * 2**20
    forked = kernel(config=config)

    _, reply = forked.messages("taken = bytearray(300 * 2**20)")
    small = forked.value("len(bytearray(50 * 2**20))")

    assert reply["ename"] == "MemoryError"
    assert small == 50 * 2**20


def test_without_a_limit_a_kernel_takes_what_it_needs(kernel: StartKernel) -> None:
    forked = kernel()

    assert forked.value("len(bytearray(300 * 2**20))") == 300 * 2**20


def test_a_kernel_ends_with_its_server(tmp_path: Path) -> None:
    server, numbers = a_server(tmp_path)

    server.kill()
    server.wait()

    until(lambda: not any(runs(number) for number in numbers))


def test_an_independent_kernel_outlives_its_server_and_the_warm_parent_does_not(tmp_path: Path) -> None:
    server, (parent, kernel_pid) = a_server(tmp_path, "independent=True")

    server.kill()
    server.wait()

    try:
        until(lambda: not runs(parent))
        time.sleep(1.5)  # an ordinary kernel looks once a second whether its server is there
        assert runs(kernel_pid)
    finally:
        os.kill(kernel_pid, signal.SIGKILL)


def test_a_warm_parent_ends_with_its_server_even_when_somebody_holds_the_connection(tmp_path: Path) -> None:
    # A process that was split off past Python keeps every open file of the server.
    server, (parent, _) = a_server(tmp_path, more="import ctypes; ctypes.CDLL(None).fork() or time.sleep(600)")
    (holder,) = (each for each in psutil.Process(server.pid).children() if "server.py" in " ".join(each.cmdline()))

    server.kill()
    server.wait()

    try:
        until(lambda: not runs(parent))
        assert runs(holder.pid)
    finally:
        holder.kill()


def test_a_kernel_can_be_handed_over_to_another_manager(kernel: StartKernel) -> None:
    forked = kernel()
    known = forked.manager.provisioner

    async def handed_over() -> WarmProvisioner:
        other = WarmProvisioner()
        await other.load_provisioner_info(await known.get_provisioner_info())
        return other

    other = asyncio.run(handed_over())

    assert (other.pid, other.pgid) == (forked.pid, os.getpgid(forked.pid))
    assert other.connection_info == known.connection_info


SERVER = """
import sys, time
from jupyter_client.manager import KernelManager
from lideri.kernels import forking
manager = KernelManager(kernel_name="lideri")
manager.start_kernel(stdout=-3, {options})  # its own lines are not for us
{more}
(parent,) = forking._PARENTS.values()
print(parent.pid, manager.provisioner.process.pid, flush=True)
time.sleep(600)
"""


def a_server(tmp_path: Path, options: str = "", more: str = "") -> tuple[subprocess.Popen[bytes], list[int]]:
    """Another process with a warm parent and one kernel, and the two's numbers."""
    script = tmp_path / "server.py"
    script.write_text(SERVER.format(options=options, more=more), encoding="utf-8")
    server = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, env=environment())
    assert server.stdout is not None
    with server.stdout as said:
        numbers = [int(word) for word in said.readline().split()]
    assert len(numbers) == 2
    assert all(runs(number) for number in numbers)
    return server, numbers
