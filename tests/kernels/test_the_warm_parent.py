"""The process kernels are forked from may fail in any way; people get their kernels."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from traitlets.config import Config

from lideri.kernels import forking, warm
from lideri.kernels.forking import WarmParent
from tests.kernels.kernel import Kernel, environment, exists, runs, until

StartKernel = Callable[..., Kernel]
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.LogCaptureFixture]:
    """What the provisioner says, each line once."""
    ours = logging.getLogger("traitlets")
    monkeypatch.setattr(ours, "propagate", False)
    caplog.set_level(logging.INFO, "traitlets")
    ours.addHandler(caplog.handler)
    yield caplog
    ours.removeHandler(caplog.handler)


def warnings(log: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in log.records if each.levelno >= logging.WARNING]


def only_parent_of(forked: Kernel) -> WarmParent:
    birth = forked.manager.provisioner._birth((sys.executable,), forked.manager._launch_args.get("env") or os.environ)
    return forking.warm_parent(birth)


def test_when_the_parent_dies_kernels_live_on_and_the_next_has_a_new_parent(
    kernel: StartKernel, log: pytest.LogCaptureFixture
) -> None:
    first = kernel(env=environment())
    parent = only_parent_of(first)
    dead = parent.pid
    assert dead is not None
    os.kill(dead, signal.SIGKILL)

    second = kernel(env=environment())

    assert first.run("print('lives')") == "lives"
    assert second.forked
    assert parent.pid not in {None, dead}
    assert not exists(dead)
    assert warnings(log) == []


def test_kernels_forked_while_the_parent_is_killed_again_and_again_are_all_good(kernel: StartKernel) -> None:
    first = kernel(env=environment())
    parent = only_parent_of(first)
    for _ in range(3):
        number = parent.pid
        assert number is not None
        os.kill(number, signal.SIGKILL)
        assert kernel(env=environment()).run("print(1 + 1)") == "2"


def test_when_the_parent_hangs_there_is_one_ordinary_kernel_and_one_line(
    kernel: StartKernel, log: pytest.LogCaptureFixture
) -> None:
    config = Config()
    config.WarmProvisioner.fork_timeout = 1.0
    parent = only_parent_of(kernel(env=environment()))
    assert parent.pid is not None
    os.kill(parent.pid, signal.SIGSTOP)

    instead = kernel(env=environment(), config=config)
    after = kernel(env=environment(), config=config)

    assert (instead.forked, after.forked) == (False, True)
    assert instead.run("print('works')") == "works"
    (line,) = warnings(log)
    assert "ordinary" in line
    assert "did not answer within 1 s" in line


def test_a_parent_that_cannot_start_is_not_tried_for_every_kernel(
    kernel: StartKernel, log: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (tmp_path / "lideri").mkdir()  # found before ours, and has no kernels
    (tmp_path / "lideri" / "__init__.py").write_text("", encoding="utf-8")
    broken = environment(PYTHONPATH=str(tmp_path))

    kernels = [kernel(env=dict(broken)) for _ in range(2)]

    assert [each.forked for each in kernels] == [False, False]
    assert ["ended twice" in warnings(log)[0], "failed a short time ago" in warnings(log)[1]] == [True, True]


def test_a_parent_that_never_gets_warm_is_given_up(
    kernel: StartKernel, log: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    (tmp_path / "slow_module.py").write_text("import time; time.sleep(600)", encoding="utf-8")
    config = Config()
    config.WarmProvisioner.preload = ["slow_module"]
    config.WarmProvisioner.start_timeout = 1.0

    instead = kernel(env=environment(PYTHONPATH=str(tmp_path)), config=config)

    assert not instead.forked
    assert "was not ready after 1 s" in warnings(log)[0]


def test_a_module_that_cannot_be_imported_is_one_line_and_kernels_are_forked_all_the_same(
    kernel: StartKernel, log: pytest.LogCaptureFixture
) -> None:
    config = Config()
    config.WarmProvisioner.preload = ["json", "no_such_module"]
    config.WarmProvisioner.rehearse = ["lideri.kernels.rehearsal:no_such_function"]

    kernels = [kernel(config=config) for _ in range(2)]

    assert all(each.forked for each in kernels)
    assert warnings(log) == [
        "Warm kernels: no_such_module was not preloaded: ModuleNotFoundError: No module named 'no_such_module'",
        "Warm kernels: lideri.kernels.rehearsal:no_such_function was not rehearsed: AttributeError: "
        "module 'lideri.kernels.rehearsal' has no attribute 'no_such_function'",
    ]


def test_a_module_that_starts_threads_is_named_in_the_log(
    kernel: StartKernel, log: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    code = "import threading; threading.Thread(target=threading.Event().wait, name='lieks', daemon=True).start()"
    (tmp_path / "starts_threads.py").write_text(code, encoding="utf-8")
    config = Config()
    config.WarmProvisioner.preload = ["starts_threads"]

    kernel(env=environment(PYTHONPATH=str(tmp_path)), config=config)

    (line,) = warnings(log)
    assert "threads are running before kernels are forked" in line
    assert "lieks" in line


def test_where_kernels_cannot_be_forked_all_are_ordinary_and_one_line_says_why(
    kernel: StartKernel, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "why_not", lambda: "it needs Linux, and this is darwin")
    monkeypatch.setattr(warm, "_SAID", set())

    kernels = [kernel() for _ in range(2)]

    assert [each.forked for each in kernels] == [False, False]
    assert kernels[0].run("print('works')") == "works"
    assert warnings(log) == [
        "Warm kernels are not to be had here, all kernels are ordinary ones: it needs Linux, and this is darwin"
    ]


def test_a_system_other_than_linux_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert forking.why_not() == "it needs Linux, and this is darwin"


def test_an_old_linux_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "pidfd_open")

    assert "needs Linux 5.3 or newer" in forking.why_not()


def test_an_ordinary_kernel_in_place_of_a_warm_one_has_a_memory_limit_too(
    kernel: StartKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "why_not", lambda: "a test says so")
    config = Config()
    config.WarmProvisioner.memory_limit = 200 * 2**20
    ordinary = kernel(config=config)

    _, reply = ordinary.messages("taken = bytearray(2 * 2**30)")

    assert not ordinary.forked
    assert reply["ename"] == "MemoryError"


@pytest.mark.parametrize(
    "command",
    [
        ["/usr/bin/env", "python3", "-m", "ipykernel_launcher", "-f", "file"],
        [sys.executable, "-c", "from ipykernel import kernelapp", "-m", "ipykernel_launcher"],
        [sys.executable, "-m", "tests.signalkernel", "-f", "file"],
        [sys.executable, "kernel.py", "-m", "ipykernel_launcher"],
        ["/no/such/python", "-m", "ipykernel_launcher"],
        [sys.executable],
    ],
)
def test_a_kernel_that_is_not_our_ipykernel_is_left_to_the_ordinary_way(command: list[str]) -> None:
    assert warm.forkable(command) is None


def test_our_ipykernel_is_known_under_any_name_of_the_interpreter_and_keeps_its_options() -> None:
    other_name = next(
        each for each in Path(sys.executable).parent.iterdir() if each.name.startswith("python3") and each.exists()
    )

    found = warm.forkable(
        [str(other_name), "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "file", "--debug"]
    )

    assert found == ((sys.executable, "-Xfrozen_modules=off"), ["-f", "file", "--debug"])


def test_what_only_a_new_process_can_do_is_done_by_one(kernel: StartKernel) -> None:
    ordinary = kernel(pass_fds=[])

    assert isinstance(ordinary.process, subprocess.Popen)


def test_options_of_the_interpreter_hold_for_forked_kernels(kernel: StartKernel) -> None:
    plain = kernel(env=environment())
    utf8 = kernel(env=environment(PYTHONUTF8="1", PYTHONHASHSEED="1"))

    flags = [each.value("[sys.flags.utf8_mode, hash('a') % 1000]", first="import sys") for each in (plain, utf8)]

    expected = subprocess.run(
        [sys.executable, "-c", "print(hash('a') % 1000)"], env={"PYTHONHASHSEED": "1"}, capture_output=True, check=True
    )
    assert utf8.forked
    assert flags[1] == [1, int(expected.stdout)]
    assert flags[0][0] == 0
    assert only_parent_of(plain) is not only_parent_of(utf8)


def test_the_parent_has_one_thread_and_one_connection_when_it_waits(kernel: StartKernel) -> None:
    parent = psutil.Process(only_parent_of(kernel(env=environment())).pid)

    assert parent.num_threads() == 1
    doors = [str(each.readlink()) for each in Path(f"/proc/{parent.pid}/fd").iterdir()]
    assert len([each for each in doors if each.startswith("socket:")]) == 1
    assert parent.net_connections(kind="inet") == []
    assert os.getsid(parent.pid) == parent.pid  # Ctrl-C in a terminal is for the server


def test_a_server_has_the_parent_ready_before_the_first_kernel(kernel: StartKernel) -> None:
    given = environment(LC_ALL="C.UTF-8")
    lines: list[str] = []
    log = logging.getLogger("a server's")
    log.setLevel(logging.INFO)
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    log.addHandler(handler)

    asyncio.run(warm.prewarm(given, log=log))
    asyncio.run(warm.prewarm(given, log=log))

    (line,) = lines
    assert "s after its start" in line
    started = [parent for birth, parent in forking._PARENTS.items() if ("LC_ALL", "C.UTF-8") in birth.environment]
    assert [parent.pid is not None for parent in started] == [True]
    before = started[0].pid
    assert kernel(env=given).forked
    assert started[0].pid == before


def asked_for(parent: WarmParent, folder: Path) -> asyncio.Future[forking.KernelProcess]:
    """A kernel that nobody has told whose child it is, so that it ends by nothing but us."""
    wanted = forking.Wanted((sys.executable,), (f"--f={folder / 'kernel.json'}",), environment(), "/", 0o022, 0)
    streams = forking.Streams(None, None, None)
    return asyncio.ensure_future(
        parent.fork(wanted, streams, (), logging.getLogger(), start_seconds=30, fork_seconds=30)
    )


def test_a_request_that_is_given_up_leaves_no_kernel(kernel: StartKernel, tmp_path: Path) -> None:
    parent = only_parent_of(kernel(env=environment()))
    before = {child.pid for child in psutil.Process().children()}

    async def given_up() -> None:
        asked = asked_for(parent, tmp_path)
        await asyncio.sleep(0.01)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await asyncio.sleep(2)

    asyncio.run(given_up())

    until(lambda: {child.pid for child in psutil.Process().children()} <= before)  # an older one may have ended


@pytest.mark.parametrize("heard", [1, 2], ids=["that it was born", "that it is in its place"])
def test_a_server_that_stops_while_it_waits_for_a_kernel_leaves_none(
    kernel: StartKernel, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, heard: int
) -> None:
    parent = only_parent_of(kernel(env=environment()))
    hear, said = forking._Messages.next, []

    async def then_nothing(messages: Any) -> Any:
        said.append(await hear(messages))
        if len(said) < heard:
            return said[-1]
        stopped.set()
        return await asyncio.Event().wait()

    async def server() -> None:
        asked_for(parent, tmp_path)
        await stopped.wait()

    stopped = asyncio.Event()
    monkeypatch.setattr(forking._Messages, "next", then_nothing)
    asyncio.run(server())

    born = said[0]["pid"]
    try:
        until(lambda: not runs(born))
    finally:
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(born, signal.SIGKILL)
            os.waitpid(born, 0)


def test_only_the_server_itself_takes_in_orphans_and_only_while_it_asks() -> None:
    with forking._ORPHANS_TAKEN_IN, forking._ORPHANS_TAKEN_IN:
        inside = _takes_in_orphans()

    assert (inside, _takes_in_orphans()) == (True, False)


def _takes_in_orphans() -> bool:
    import ctypes

    answer = ctypes.c_int()
    ctypes.CDLL(None).prctl(forking.PR_GET_CHILD_SUBREAPER, ctypes.byref(answer), 0, 0, 0)
    return bool(answer.value)


def test_more_requests_than_the_system_passes_on_at_once_are_all_answered(kernel: StartKernel) -> None:
    parent = only_parent_of(kernel(env=environment()))
    assert parent.pid is not None
    number = parent.pid
    os.kill(number, signal.SIGSTOP)
    log = logging.getLogger("many")

    async def asked() -> list[None]:
        assert parent._running is not None
        many = [asyncio.ensure_future(parent._warm(parent._running, log, 60)) for _ in range(600)]
        await asyncio.sleep(0.5)
        os.kill(number, signal.SIGCONT)
        return await asyncio.gather(*many)

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    try:
        answered = asyncio.run(asked())
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert len(answered) == 600
    assert parent.pid == number


def test_ending_a_parent_leaves_its_kernels(kernel: StartKernel) -> None:
    forked = kernel(env=environment())
    parent = only_parent_of(forked)
    number = parent.pid
    assert number is not None

    parent.end()

    assert not runs(number)
    assert forked.run("print('lives')") == "lives"


def test_a_closed_stream_of_the_server_is_an_empty_one_for_kernels() -> None:
    code = """
import os, sys
from lideri.kernels.forking import Streams
os.close(1)
print(os.readlink(f"/proc/self/fd/{Streams(None, None, None).theirs[1]}"), file=sys.stderr)
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)

    assert done.stderr.strip() == b"/dev/null"


SERVER = """
import asyncio, os
from traitlets.config import Config
from lideri.kernels import forking, warm
config = Config()
config.WarmProvisioner.preload = ["never_ready"]

async def serve():
    warming = asyncio.ensure_future(warm.prewarm(dict(os.environ), config=config))
    while not os.path.exists("begun"):
        await asyncio.sleep(0.01)
    (parent,) = forking._PARENTS.values()
    print(parent.pid, flush=True)
    await warming

asyncio.run(serve())
"""


def test_a_parent_that_is_still_importing_ends_with_its_server(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    module = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(600)"
    (tmp_path / "never_ready.py").write_text(module, encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER],
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=environment(PYTHONPATH=f"{ROOT}{os.pathsep}{tmp_path}"),
    )
    assert server.stdout is not None
    with server.stdout as said:
        parent = int(said.readline())
    assert runs(parent)

    server.kill()
    server.wait()

    try:
        until(lambda: not runs(parent))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(parent, signal.SIGKILL)


def test_a_parent_of_a_server_that_is_gone_does_not_stay(tmp_path: Path) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        told = f'{{"control": {theirs.fileno()}, "server": 1, "preload": [], "rehearse": []}}'

        done = subprocess.run(
            [sys.executable, "-m", "lideri.kernels.warm_parent", told],
            pass_fds=[theirs.fileno()],
            timeout=60,
            check=False,
        )

    assert done.returncode == 0
