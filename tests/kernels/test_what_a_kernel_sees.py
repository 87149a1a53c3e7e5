"""A forked kernel finds what an ordinary one would find, and nothing of the process it was forked from."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from traitlets.config import Config

from lideri.kernels import warm
from tests.kernels.kernel import Kernel, environment

StartKernel = Callable[..., Kernel]
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

# Everything that a program can ask about itself. Where the two may differ is said in the test.
EVERYTHING = """
import builtins, gc, importlib, ipywidgets, json, locale, logging, multiprocessing, os, re, resource, signal, sys
import tempfile, threading, time, warnings
import matplotlib, matplotlib.pyplot as plt, numpy, pandas
from pandas._config.config import _registered_options
shell = get_ipython()
umask = os.umask(0); os.umask(umask)
seen = {
    "environment": dict(os.environ), "path": sys.path, "argv0": sys.argv[0], "flags": str(sys.flags),
    "options": [sys.warnoptions, sys._xoptions], "orig_argv": sys.orig_argv[:3], "python": [sys.executable, sys.prefix],
    "locale": [locale.setlocale(locale.LC_ALL), locale.getpreferredencoding(), sys.getfilesystemencoding()],
    "streams": [(type(each).__name__, each.encoding, each.isatty())
                for each in (sys.stdout, sys.stderr, sys.__stdout__)],
    "input": sys.__stdin__.read(), "umask": umask, "folder": os.getcwd(),
    "limits": {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name[:7] == "RLIMIT_"},
    "signals": {each.name: re.sub(" at 0x.*", "", str(signal.getsignal(each))) for each in signal.valid_signals()
                if isinstance(each, signal.Signals)},
    "blocked": [int(each) for each in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    "gc": [gc.isenabled(), gc.get_threshold()], "temporary": tempfile.gettempdir(), "zone": time.tzname,
    "warnings": sorted(set(str(each) for each in warnings.filters)),
    "logging": [(each.level, [type(handler).__name__ for handler in each.handlers])
                for each in map(logging.getLogger, ("", "tornado", "traitlets", "matplotlib"))],
    "recursion": sys.getrecursionlimit(), "leads": [os.getsid(0) == os.getpid(), os.getpgid(0) == os.getpid()],
    "hooks": [type(sys.displayhook).__name__, sys.gettrace(), len(sys.meta_path), len(sys.path_hooks)],
    "names": sorted(name for name in globals() if name.startswith("_") and not name.startswith("_i")),
    "main": sys.modules["__main__"].__dict__ is globals(), "builtins": sorted(dir(builtins)),
    "priority": os.getpriority(0, 0), "processors": sorted(os.sched_getaffinity(0)),
    "pandas": {name: str(pandas.get_option(name)) for name in _registered_options},
    "matplotlib": {name: str(value) for name, value in matplotlib.rcParams.items()},
    "folders": [matplotlib.get_configdir(), matplotlib.get_cachedir(), matplotlib.matplotlib_fname()],
    "drawing": [matplotlib.get_backend(), matplotlib.is_interactive()],
    "numpy": [str(numpy.get_printoptions()), str(numpy.geterr())],
    "comms": sorted(shell.kernel.comm_manager.targets), "extensions": sorted(shell.extension_manager.loaded),
    "events": {name: [each.__name__ for each in of] for name, of in shell.events.callbacks.items()},
    "formatters": {name: sorted(map(str, [*each.type_printers, *each.deferred_printers]))
                   for name, each in shell.display_formatter.formatters.items()},
    "history": [shell.history_manager.enabled, str(shell.history_manager.hist_file)],
    "debugger": [type(shell.kernel.debugger).__name__, len(list(shell.kernel.debugger.kernel_modules)) > 100],
    "processes": [multiprocessing.current_process().name, multiprocessing.get_start_method()],
    "threads": sorted(each.name for each in threading.enumerate() if not each.name.startswith("Thread-")),
}
"""


def test_a_forked_kernel_sees_the_same_as_an_ordinary_one(kernel: StartKernel, tmp_path: Path) -> None:
    around = environment(HOME=str(tmp_path), TZ="Europe/Riga", TMPDIR=str(tmp_path), MPLCONFIGDIR=str(tmp_path / "mpl"))
    around["JPY_SESSION_NAME"] = "burtnīca.ipynb"
    # The parent knows another home, another zone and has made temporary files elsewhere.
    before = Config({"WarmProvisioner": {"rehearse": [*warm.REHEARSE, "tempfile:gettempdir"]}})
    asyncio.run(warm.prewarm(environment(TZ="America/New_York", TMPDIR="/var/tmp", HOME="/var/empty"), config=before))
    ordinary, forked = (
        kernel(name, env=dict(around), cwd=str(tmp_path), config=before) for name in ("python3", "lideri")
    )

    expected, found = (each.value("seen", first=EVERYTHING) for each in (ordinary, forked))

    assert (ordinary.forked, forked.forked) == (False, True)
    assert found == expected


def test_the_environment_is_what_was_given_and_nothing_of_the_servers(
    kernel: StartKernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIDERI_SECRET", "noslepums-77")
    given = environment(LIDERI_PAGE="2.1")
    forked = kernel(env=dict(given))

    seen = forked.value("dict(os.environ)", first="import os")
    born_with = forked.run("print(open('/proc/self/environ').read())")
    ordinary = kernel("python3", env=dict(given)).value("sorted(os.environ)", first="import os")

    assert {name: seen[name] for name in given} == given
    assert sorted(seen) == ordinary
    assert "noslepums" not in json.dumps(seen) + born_with


def test_an_error_in_a_cell_is_shown_as_in_any_kernel(kernel: StartKernel) -> None:
    shown = [
        kernel(name).messages("def half(x): return x / 0\nhalf(1)")[1]["traceback"] for name in ("python3", "lideri")
    ]

    ordinary, forked = (re.sub(r"\d{3,}", "", "\n".join(each)) for each in shown)

    assert "ZeroDivisionError" in forked
    assert forked == ordinary


def test_the_first_kernel_leaves_nothing_of_its_environment_to_the_next(kernel: StartKernel) -> None:
    of_its_own = {"LANGUAGE": "lv_first"}  # so that the parent is born for the first
    kernel(env=environment(LIDERI_TOKEN="tikai-pirmajam", MPLCONFIGDIR="/pirmais", **of_its_own))

    second = kernel(env=environment(**of_its_own))

    seen = second.run("import os; print(dict(os.environ), open('/proc/self/environ').read())")
    assert "tikai-pirmajam" not in seen
    assert second.value("os.environ.get('MPLCONFIGDIR')", first="import os") is None


def test_folder_umask_and_arguments_are_those_asked_for(kernel: StartKernel, tmp_path: Path) -> None:
    forked = kernel(cwd=str(tmp_path), umask=0o027, extra_arguments=["--HistoryManager.enabled=False"])

    assert forked.value("os.getcwd()", first="import os") == str(tmp_path)
    assert forked.value("os.umask(0o027)") == 0o027
    assert forked.value("get_ipython().history_manager.enabled") is False


def test_without_a_umask_a_kernel_has_the_servers(kernel: StartKernel) -> None:
    before = os.umask(0o077)
    try:
        forked = kernel()
    finally:
        os.umask(before)

    assert forked.value("os.umask(0)", first="import os") == 0o077


def test_a_folder_that_does_not_exist_is_an_error_that_names_it(kernel: StartKernel, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nav-tadas"):
        kernel(cwd=str(tmp_path / "nav-tadas"))


def test_streams_can_be_taken_as_from_any_child(kernel: StartKernel) -> None:
    forked = kernel(stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    out = forked.process.stdout
    forked.process.stdin.write(b"rinda\n")
    forked.process.stdin.flush()

    forked.run("import os, sys; os.write(sys.__stdout__.fileno() if False else 1, b'')")
    forked.run("import subprocess; _ = subprocess.run(['sh', '-c', 'read line; echo \"got $line\" >&2'], stderr=1)")

    os.set_blocking(out.fileno(), True)
    lines = iter(out.readline, b"")
    assert any(b"got rinda" in line for line in lines)


def test_two_kernels_never_draw_the_same_numbers(kernel: StartKernel) -> None:
    code = """
import multiprocessing, os, random, ssl, tempfile, uuid, numpy
drawn = [random.random(), float(numpy.random.random()), float(numpy.random.default_rng().random()), str(uuid.uuid4()),
         ssl.RAND_bytes(8).hex(), os.urandom(8).hex(), bytes(multiprocessing.current_process().authkey).hex(),
         get_ipython().kernel.ident, get_ipython().kernel.session.session, next(tempfile._get_candidate_names())]
"""

    first, second = (kernel().value("drawn", first=code) for _ in range(2))

    assert len(first) == len(second) == 10
    assert not set(first) & set(second)


def test_charts_are_shown_in_the_page_when_nobody_chose_otherwise(kernel: StartKernel) -> None:
    forked = kernel(env=environment())

    shown, _ = forked.messages("import matplotlib.pyplot as plt; _ = plt.plot([1, 2, 3])")

    pictures = [each["content"]["data"]["image/png"] for each in shown if each["msg_type"] == "display_data"]
    assert len(pictures) == 1
    assert base64.b64decode(pictures[0]).startswith(b"\x89PNG")


def test_a_kernels_own_settings_of_matplotlib_are_read(kernel: StartKernel, tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_text("axes.titlesize: 33\n", encoding="utf-8")
    (tmp_path / "stylelib").mkdir()
    (tmp_path / "stylelib" / "manejais.mplstyle").write_text("lines.linewidth: 7\n", encoding="utf-8")
    forked = kernel(env=environment(MPLCONFIGDIR=str(tmp_path)))
    other = kernel(env=environment())

    code = "import matplotlib, matplotlib.style"
    asked = "[matplotlib.rcParams['axes.titlesize'], 'manejais' in matplotlib.style.available]"

    assert forked.value(asked, first=code) == [33.0, True]
    assert other.value(asked, first=code) == ["large", False]


def test_widgets_of_a_page_answer_to_what_the_page_opens(kernel: StartKernel) -> None:
    forked = kernel()

    shown, reply = forked.messages("import ipywidgets; ipywidgets.IntSlider(3)")

    assert reply["status"] == "ok"
    assert [each["msg_type"] for each in shown if each["msg_type"] == "comm_open"]
    assert forked.value("'jupyter.widget' in get_ipython().kernel.comm_manager.targets") is True


def test_a_kernel_is_found_by_its_command_line(kernel: StartKernel) -> None:
    forked = kernel()

    command = psutil.Process(forked.pid).cmdline()

    assert command == [
        sys.executable,
        "-m",
        "ipykernel_launcher",
        "-f",
        os.path.realpath(forked.manager.connection_file),
    ]


def test_a_kernel_holds_no_door_to_the_process_it_came_from(kernel: StartKernel) -> None:
    forked = kernel()

    shared = open_sockets(os.getpid()) & open_sockets(forked.pid)

    assert open_sockets(forked.pid)
    assert shared == set()


def open_sockets(number: int) -> set[str]:
    found = set()
    for each in Path(f"/proc/{number}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            found.add(str(each.readlink()))
    return {each for each in found if each.startswith("socket:")}
