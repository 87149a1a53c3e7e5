"""What all folders share: how files are spread over processes, and a demonstration made once for all who copy it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lideri.demo.first_start import make_demo
from lideri.hub.first_people import write_secret
from lideri.settings import Settings

HERE = Path(__file__).parent
DEMO_PASSWORD = "parole-tikai-testam"

# ── several processes (`pytest -n 2`, as `make test` does) ───────────────────────────────────────────────────────────

# Files that share a running system stay in one process; any other file is a unit of its own.
SHARE_A_SYSTEM = (
    ("tests/hub/test_doors", "tests/hub/test_kernels", "tests/hub/test_pages", "tests/hub/test_signed"),
    ("tests/attacks/test_running_system", "tests/attacks/test_formgrader"),
)
# What takes long is begun early: a process that has nothing left to do at the end cannot help the other.
EARLY = ("hub", "browser", "attacks", "grader", "demo", "widgets", "kernels", "answers", "nbgrader_bridge", "store")


def unit(test: str) -> str:
    """What a test (by its id) must run together with."""
    file = test.split("::", maxsplit=1)[0]
    return next((together[0] for together in SHARE_A_SYSTEM if file.startswith(together)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

    config.option.loadscopereorder = False  # else units of many tests come first, however quick these are
    return Units(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        order = {folder: number for number, folder in enumerate(EARLY)}
        items.sort(key=lambda item: order.get(item.path.relative_to(HERE).parts[0], len(order)))


# ── the demonstration ────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demonstration, to be read or copied; made once, whatever the number of processes."""
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    made = shared / "demonstracija"
    with (shared / "demonstracija.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            fresh = shared / "demonstracija.jauna"
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir()
            make_demo(Settings(data=fresh), DEMO_PASSWORD, lambda _text: None)
            fresh.replace(made)
    return made


@pytest.fixture(scope="session")
def copy_of_the_demonstration(demonstration: Path) -> Callable[[Path], Path]:
    """`copy_of_the_demonstration(folder)`: a data folder as a first start leaves it, ready for the next one."""

    def copy(folder: Path) -> Path:
        folder.mkdir()
        for made in demonstration.iterdir():
            if made.is_dir() and made.name not in {"run", "logs"}:
                shutil.copytree(made, folder / made.name)
            elif made.is_file():
                shutil.copy2(made, folder)
        (folder / "run").mkdir(mode=0o700)
        write_secret(folder / "run" / "demo-password", DEMO_PASSWORD)
        return folder

    return copy
