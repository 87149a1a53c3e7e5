"""The whole system on a free port with a data folder of its own, as `lideri serve` starts it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

from lideri.hub.processes import own_processes
from tests.dying import end_with_us

START_SECONDS = 180
ROOT = Path(__file__).parents[2]


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def chromium() -> str | None:
    """A Chromium of this machine: the one that `make test` found, else one on the PATH."""
    named = os.environ.get("LIDERI_CHROMIUM", "")
    return named or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def serve_environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """The environment of `lideri serve` without anything this machine may have set for it."""
    around = {name: value for name, value in os.environ.items() if not name.startswith(("LIDERI_", "JUPYTER"))}
    return around | {"LIDERI_DATA": str(data), "LIDERI_PORT": str(port), **more}


def run_serve(data: Path, port: int, **more: str) -> subprocess.CompletedProcess[str]:
    """`lideri serve` where it is expected to end by itself."""
    command = [sys.executable, "-m", "lideri.cli", "serve"]
    environment = serve_environment(data, port, **more)
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


class RunningSystem:
    """Started by `start`, ended by `stop`. `password` opens every demo account; `output` is what was printed."""

    def __init__(self, data: Path, *, port: int = 0, environment: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._environment = dict(environment or {})
        self._printed = data.parent / f"{data.name}-{self.port}.out"
        self._process: subprocess.Popen[bytes] | None = None

    # ── starting and ending ─────────────────────────────────────────────────────────────────────────────────────────

    def start(self) -> RunningSystem:
        with self._printed.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "lideri.cli", "serve"],
                env=serve_environment(self.data, self.port, **self._environment),
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_us,  # noqa: PLW1509  # one call, no lock is taken
            )
        end_at = time.monotonic() + START_SECONDS
        while "Gatavs" not in self.output:
            if self._process.poll() is not None or time.monotonic() > end_at:
                self.kill()
                raise AssertionError(f"The system did not start:\n{self.output}\n{self.log[-4000:]}")
            time.sleep(0.1)
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end and wait; its exit code."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(60)

    def kill(self) -> None:
        """End it without a chance to tidy up, as a power cut would; its children stay."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def end_everything(self) -> None:
        """For the end of a test, however it went: no process of this data folder is left."""
        if self._process is not None and self._process.poll() is None:
            try:
                self.stop()
            except subprocess.TimeoutExpired:
                self.kill()
        for process in self.processes():
            process.kill()

    # ── looking at it ───────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def output(self) -> str:
        return self._printed.read_text(encoding="utf-8") if self._printed.exists() else ""

    @property
    def log(self) -> str:
        file = self.data / "logs" / "hub.log"
        return file.read_text(encoding="utf-8", errors="replace") if file.exists() else ""

    @property
    def password(self) -> str:
        return (self.data / "run" / "demo-password").read_text(encoding="ascii").strip()

    def processes(self) -> list[psutil.Process]:
        """Everything started for this data folder, `lideri serve` itself left out."""
        own = self._process.pid if self._process else -1
        return [process for process in own_processes(self.data / "run") if process.pid != own]

    # ── using it ────────────────────────────────────────────────────────────────────────────────────────────────────

    @contextmanager
    def client(self, username: str = "", password: str = "") -> Iterator[httpx.Client]:
        """A browser's worth of cookies; logged in when a username is given."""
        with httpx.Client(base_url=self.base_url, follow_redirects=True, timeout=60, trust_env=False) as client:
            if username:
                answer = self.log_in(client, username, password or self.password)
                assert answer.status_code == 200, (str(answer.url), answer.text[:2000])
            yield client

    def log_in(self, client: httpx.Client, username: str, password: str) -> httpx.Response:
        """Fill in the log-in form and follow where it leads."""
        form = client.get("/hub/login")
        xsrf = re.search(r'name="_xsrf" value="([^"]+)"', form.text)
        assert xsrf, form.text[:2000]
        return client.post(
            "/hub/login",
            data={"username": username, "password": password, "_xsrf": xsrf[1]},
            headers={"Sec-Fetch-Mode": "navigate"},
        )

    def open_page(self, client: httpx.Client, path: str) -> str:
        """Open a page of a Voila service; the id of the kernel behind it."""
        answer = client.get(path)
        assert answer.status_code == 200, (answer.status_code, str(answer.url), answer.text[:500])
        kernel = re.search(r'"kernelId":\s*"([0-9a-f-]{36})"', answer.text)
        assert kernel, answer.text[-2000:]
        return kernel[1]

    @staticmethod
    def cookies_of(client: httpx.Client, path: str) -> dict[str, str]:
        """The headers a browser would send to `path` besides its own, for a websocket."""
        request = client.build_request("GET", path)
        return {"Cookie": request.headers.get("Cookie", "")}
