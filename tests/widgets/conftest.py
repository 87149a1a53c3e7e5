"""A real Voila with a page of widgets, on a free port, for browser tests."""

from __future__ import annotations

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

import nbformat
import psutil
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # tests and the served notebook share fake_page.py


@dataclass
class Served:
    url: str
    process: subprocess.Popen[bytes]
    answers: Path

    def kill_kernels(self) -> int:
        """End every kernel of this server the hard way; how many there were."""
        kernels = [
            child
            for child in psutil.Process(self.process.pid).children(recursive=True)
            if any("ipykernel" in part for part in child.cmdline())
        ]
        for kernel in kernels:
            kernel.kill()
        psutil.wait_procs(kernels, timeout=10)
        return len(kernels)


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
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    """Starts Voila on a notebook whose cells are the given lines; ``page`` is a `FakePage`."""
    running: list[Served] = []

    def start(*lines: str) -> Served:
        folder = tmp_path_factory.mktemp("voila")
        answers = folder / "answers.json"
        setup = (
            f"import sys\nsys.path[:0] = [{str(ROOT)!r}, {str(HERE)!r}]\nfrom pathlib import Path\n"
            f"from fake_page import FakePage, scenarios\npage = FakePage(Path({str(answers)!r}), scenarios())\n"
            "from widgets import *"
        )
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in (setup, *lines)])
        path = folder / "lapa.ipynb"
        nbformat.write(notebook, path)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = (folder / "voila.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "voila", str(path), f"--port={port}", "--no-browser"],
            stdout=log,
            stderr=log,
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "JUPYTER_PLATFORM_DIRS": "1"},
        )
        served = Served(f"http://127.0.0.1:{port}/", process, answers)
        running.append(served)
        _wait_for(f"{served.url}voila/static/", process)
        return served

    yield start
    for served in running:
        served.process.terminate()
        served.process.wait(timeout=20)


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
