"""A kernel as tests talk to it."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.manager import KernelManager
from traitlets.config import Config

SECONDS = 60


class Kernel:
    def __init__(self, name: str = "lideri", *, config: Config | None = None, **launch: Any) -> None:
        self.manager = KernelManager(kernel_name=name, config=config or Config())
        self.manager.start_kernel(**launch)
        self.client: Any = None
        self.talk()

    def talk(self) -> None:
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SECONDS)

    @property
    def process(self) -> Any:
        return self.manager.provisioner.process

    @property
    def pid(self) -> int:
        return int(self.process.pid)

    @property
    def forked(self) -> bool:
        return type(self.process).__name__ == "KernelProcess"

    def run(self, code: str) -> str:
        """What the code prints; raises when it fails."""
        shown, reply = self.messages(code)
        if reply["status"] != "ok":
            raise AssertionError(f"{reply['ename']}: {reply['evalue']}")
        streams = (each["content"] for each in shown if each["msg_type"] == "stream")
        return "".join(each["text"] for each in streams if each["name"] == "stdout").strip()

    def messages(self, code: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        shown: list[dict[str, Any]] = []
        reply = self.client.execute_interactive(code, output_hook=shown.append, timeout=SECONDS)
        return shown, reply["content"]

    def value(self, expression: str, *, first: str = "") -> Any:
        return json.loads(self.run(f"{first}\nimport json as _json; print(_json.dumps({expression}))"))

    def end(self) -> None:
        if self.client is not None:
            self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel(now=True)


def environment(**more: str) -> dict[str, str]:
    """The little that a kernel of a page gets."""
    home = tempfile.gettempdir()
    return {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C.UTF-8", **more}


def until(happened: Callable[[], Any], *, seconds: float = SECONDS) -> None:
    """Waits for it; a test that waits in vain fails."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def runs(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def dead_children() -> list[int]:
    """Children of this process that ended and were not taken away."""
    found = []
    for child in psutil.Process().children():
        try:
            if child.status() == psutil.STATUS_ZOMBIE:
                found.append(child.pid)
        except psutil.NoSuchProcess:
            continue
    return found


def exists(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
