"""The tests that jupyter_client and nbclient have themselves, run once with stock kernels and once with warm ones.

`make upstream`: fetches the source packages of the versions that are installed into a temporary folder, together with
what those tests need, runs them twice there, and compares. A test that passes with stock kernels has to pass with ours.
One that fails with ours is run again, up to three times, because some depend on what else the machine is doing; those
are listed. Nothing is installed into the environment, and the folder is removed at the end.
"""

# ruff: noqa: T201  # a program

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

NEEDED_BY_TESTS = ("pytest-jupyter", "pytest-asyncio", "pytest-timeout", "flaky", "testpath", "xmltodict", "msgpack")
OURS, STOCK = "lideri-warm", "local-provisioner"
SECONDS_EACH = 100  # as jupyter_client has it
TRIES = 3
# Counts how kernels were started, so that nobody has to believe that ours were.
PROBE = """
import collections
started = collections.Counter()

def pytest_configure(config):
    from lideri.kernels.warm import WarmProvisioner

    def counted(name, start):
        async def start_and_count(self, *arguments, **named):
            result = await start(self, *arguments, **named)
            started[name] += 1
            return result
        return start_and_count

    WarmProvisioner._forked = counted("forked", WarmProvisioner._forked)
    WarmProvisioner._ordinary = counted("ordinary", WarmProvisioner._ordinary)

def pytest_terminal_summary(terminalreporter):
    if started:
        terminalreporter.write_line("kernels started: " + ", ".join(f"{v} {k}" for k, v in sorted(started.items())))
"""


@dataclass(frozen=True)
class Package:
    name: str
    tests: tuple[str, ...]
    options: tuple[str, ...]


# Left out: what starts no kernel (messages, formats, ssh, command lines of kernelspecs).
PACKAGES = (
    Package(
        "jupyter_client",
        (
            *("tests/test_kernelmanager.py", "tests/test_multikernelmanager.py", "tests/test_restarter.py"),
            *("tests/test_client.py", "tests/test_provisioning.py", "tests/test_manager.py", "tests/test_connect.py"),
            *("tests/test_kernelapp.py", "tests/test_runapp.py", "tests/test_transport_security.py"),
        ),
        ("-p", "no:asyncio"),  # pytest-jupyter runs its coroutines
    ),
    Package("nbclient", ("tests/test_client.py",), ("-o", "asyncio_default_fixture_loop_scope=function")),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", default="", help="only tests that match, as with pytest")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        fetch(scratch)
        return max([compare(package, scratch, chosen.k) for package in PACKAGES])


def fetch(scratch: Path) -> None:
    """Sources of the installed versions, unpacked, and the tools of their tests in `scratch/tools`."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wanted = [f"{package.name}=={version(package.name)}" for package in PACKAGES]
    as_source = ["--no-binary", ":all:", "--no-build-isolation"]
    subprocess.run([*pip, "download", "--no-deps", *as_source, "--dest", str(scratch), *wanted], check=True)
    for archive in scratch.glob("*.tar.gz"):
        with tarfile.open(archive) as packed:
            packed.extractall(scratch, filter="data")
        archive.unlink()
    subprocess.run([*pip, "install", "--no-deps", "--target", str(scratch / "tools"), *NEEDED_BY_TESTS], check=True)
    (scratch / "tools" / "how_kernels_start.py").write_text(PROBE, encoding="utf-8")


def compare(package: Package, scratch: Path, only: str) -> int:
    stock = outcomes(package, scratch, STOCK, only, package.tests)
    ours = outcomes(package, scratch, OURS, only, package.tests)
    worse = {name for name, passed in stock.items() if passed and not ours.get(name, False)}
    again = set(worse)
    for _ in range(TRIES):
        if worse:
            worse -= {name for name, passed in outcomes(package, scratch, OURS, tests=tuple(worse)).items() if passed}
    print(
        f"{package.name} {version(package.name)}: {sum(stock.values())} of {len(stock)} pass with stock kernels, "
        f"{sum(ours.values()) + len(again - worse)} of {len(ours)} with ours"
    )
    for name in sorted(again - worse):
        print(f"  passed when run again: {name}")
    for name in sorted(worse):
        print(f"  PASSES WITH STOCK KERNELS ONLY: {name}")
    return 1 if worse or not (stock or only) else 0


def outcomes(
    package: Package, scratch: Path, provisioner: str, only: str = "", tests: tuple[str, ...] = ()
) -> dict[str, bool]:
    """Test → whether it passed; what was skipped is left out."""
    (source,) = scratch.glob(f"{package.name}-*")
    report = scratch / "report.xml"
    report.unlink(missing_ok=True)
    command = [
        *(sys.executable, "-m", "pytest", "-q", "--no-header", "--tb=short", "-p", "how_kernels_start"),
        *("-p", "no:cacheprovider", "-o", "addopts=", "-o", "log_cli=false", f"--timeout={SECONDS_EACH}"),
        *("--timeout-method=signal", f"--junitxml={report}", *package.options, *tests),
        *(("-k", only) if only else ()),
    ]
    around = os.environ | {"PYTHONPATH": str(scratch / "tools"), "JUPYTER_DEFAULT_PROVISIONER_NAME": provisioner}
    print(f"── {package.name}, {provisioner}", flush=True)
    subprocess.run(command, cwd=source, env=around, check=False)
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        kinds = {each.tag for each in case}
        if "skipped" not in kinds:
            name = node(str(case.get("classname")), str(case.get("name")))
            found[name] = found.get(name, True) and not kinds & {"failure", "error"}
    return found


def node(home: str, name: str) -> str:
    """`tests.test_manager.TestIt`, `test_this[tcp]` → `tests/test_manager.py::TestIt::test_this[tcp]`."""
    folder, module, *classes = home.split(".")
    return "::".join([f"{folder}/{module}.py", *classes, name])


if __name__ == "__main__":
    sys.exit(main())
