"""A real Voila that serves pages of widgets to browser tests: one for all of them, started when the first page is."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from lideri.hub.voila_app import EXTENSIONS
from lideri.kernels.warm import PRELOAD, REHEARSE
from tests.dying import end_with_us

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # tests and the served notebook share fake_page.py


@dataclass(frozen=True)
class Served:
    """A page with a notebook, a file of answers and kernels of its own; the server behind it serves others too."""

    url: str
    answers: Path
    kernels: Path  # a file for each kernel that ran this page, named by its process

    def kill_kernels(self) -> int:
        """End every kernel of this page the hard way; how many there were."""
        kernels = []
        for file in self.kernels.iterdir():
            try:
                process = psutil.Process(int(file.name))
                if any("ipykernel" in part for part in process.cmdline()):  # else the number went to somebody else
                    kernels.append(process)
            except psutil.NoSuchProcess:
                continue
        for kernel in kernels:
            kernel.kill()
        _, alive = psutil.wait_procs(kernels, timeout=10)
        assert alive == []
        return len(kernels)


class PageServer:
    """Voila over a folder; it finds notebooks that are written while it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        (folder / "voila.json").write_text(json.dumps(self._settings()), encoding="utf-8")
        with (folder / "voila.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "voila", str(folder)],
                stdout=log,
                stderr=log,
                cwd=folder,
                env={
                    **os.environ,
                    "HOME": str(folder),
                    "JUPYTER_PLATFORM_DIRS": "1",
                    "PYTHONPATH": f"{HERE}{os.pathsep}{ROOT}",
                },
                preexec_fn=end_with_us,  # noqa: PLW1509  # one call, no lock is taken
            )
        _wait_for(f"http://127.0.0.1:{self.port}/voila/static/", self.process)

    def _settings(self) -> dict[str, Any]:
        """Stock Voila, but with kernels from a warm parent, and the same extensions as in the course."""
        return {
            "Voila": {"port": self.port, "open_browser": False},
            "VoilaConfiguration": {"extension_allowlist": EXTENSIONS},
            "KernelProvisionerFactory": {"default_provisioner_name": "lideri-warm"},
            "WarmProvisioner": {
                "preload": [*PRELOAD, "widgets", "fake_page", "lideri.course.loading"],
                "rehearse": [*REHEARSE, "fake_page:course_scenarios"],
            },
            # What a closed tab leaves behind; a slow browser still has time to come.
            "MappingKernelManager": {"cull_idle_timeout": 120, "cull_interval": 20, "cull_connected": False},
        }

    def serve(self, *lines: str) -> Served:
        """A page whose cells are the given lines."""
        folder = self.folder / f"lapa{len(list(self.folder.glob('lapa*')))}"
        served = Served(
            f"http://127.0.0.1:{self.port}/voila/render/{folder.name}/lapa.ipynb",
            folder / "answers.json",
            folder / "kernels",
        )
        served.kernels.mkdir(parents=True)
        setup = (
            f"import os, sys\nsys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]\nfrom pathlib import Path\n"
            f"Path({str(served.kernels)!r}, str(os.getpid())).touch()\n"
            f"from fake_page import FakePage, scenarios\npage = FakePage(Path({str(served.answers)!r}), scenarios())\n"
            "from widgets import *"
        )
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in (setup, *lines)])
        nbformat.write(notebook, folder / "lapa.ipynb")
        return served

    def end(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("LIDERI_CHROMIUM") or shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(30_000)
    yield page
    page.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Served]]:
    """Serves a notebook whose cells are the given lines; ``page`` is a `FakePage`."""
    server = PageServer(tmp_path_factory.mktemp("voila"))
    yield server.serve
    server.end()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            assert process.poll() is None, "Voila did not start"
            time.sleep(0.2)
        else:
            return
    raise AssertionError("Voila did not answer")
