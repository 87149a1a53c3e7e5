"""A kernel's start and its memory: forked from the warm parent beside an ordinary one, in turns.

`python -m bench.kernels` writes `kernel_ready`, `kernel_private_mb` and `kernel_private_chart_mb` into
bench/latest.json. How each is measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from traitlets.config import Config

from bench.latest import write_latest
from lideri.hub.voila_app import PRELOAD as PAGES
from lideri.kernels.client import PromptClient
from lideri.kernels.environment import KernelHome, Visit, kernel_environment
from lideri.kernels.forking import end_warm_parents
from lideri.kernels.warm import PRELOAD, prewarm

PROJECT = Path(__file__).resolve().parents[1]
PAGE = PROJECT / "notebooks" / "m02_1.ipynb"
IMPORTS = """
import pandas, matplotlib.pyplot, ipywidgets, anywidget
import lideri.workbook.client
import widgets.question, widgets.mailbox, widgets.open_data, widgets.address_reader, widgets.assessment
"""
CHART = """
import io
import matplotlib.pyplot as plt
import pandas as pd
table = pd.DataFrame({"gads": range(2015, 2026), "zaudējumi": [value * value for value in range(11)]})
figure, axes = plt.subplots(figsize=(7, 4))
axes.bar(table["gads"], table["zaudējumi"])
axes.set_title("Krāpšanas zaudējumi")
axes.set_xlabel("gads")
figure.savefig(io.BytesIO(), format="png")
figure.savefig(io.BytesIO(), format="svg")
plt.close(figure)
"""


@dataclass
class Measured:
    ready: float  # seconds from the request until everything is imported
    waited: float  # the same, by way of the client's wait_for_ready
    cpu: float  # seconds of processor time in the kernel, until then
    empty: float  # MB
    page: float
    chart: float


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        taken = asyncio.run(measure(Path(folder), chosen.rounds))
    end_warm_parents()
    rows = {
        "kernel_ready": result(taken, "ready", "s", 3)
        | {"with_wait_for_ready": sides(taken, "waited", 3), "cpu_seconds": sides(taken, "cpu", 2)},
        "kernel_private_mb": result(taken, "page", "MB", 1) | {"empty": sides(taken, "empty", 1)},
        "kernel_private_chart_mb": result(taken, "chart", "MB", 1),
    }
    for key, row in rows.items():
        more = ", ".join(f"{name} {value}" for name, value in row.items() if isinstance(value, dict))
        print(f"{key:24} ours {row['ours']:8} stock {row['stock']:8} {row['unit']:2} ratio {row['ratio']:6}  {more}")
        if not chosen.no_write:
            write_latest(key, row)
    return 0


def result(taken: dict[str, list[Measured]], what: str, unit: str, digits: int) -> dict[str, Any]:
    both = sides(taken, what, digits)
    return {**both, "unit": unit, "ratio": round(both["stock"] / both["ours"], 1), "rounds": len(taken["ours"])}


def sides(taken: dict[str, list[Measured]], what: str, digits: int) -> dict[str, float]:
    return {
        side: round(statistics.median(getattr(each, what) for each in measured), digits)
        for side, measured in taken.items()
    }


async def measure(folder: Path, rounds: int) -> dict[str, list[Measured]]:
    """Ours and an ordinary kernel in turns, after one of each that does not count."""
    config = Config()
    config.WarmProvisioner.preload = [*PRELOAD, *PAGES["macibas"]]
    home = KernelHome(
        answers_url=answers(),
        secret="s" * 32,
        token_life=timedelta(hours=1),
        widgets="/widgets/",
        folder=folder,
        home=folder / "home",
    )
    home.home.mkdir()
    env = kernel_environment(
        Visit("persona", "trainee", "2.1"), "kodols", home, around=os.environ, now=datetime.now(UTC)
    )
    await prewarm(env, config=config)
    taken: dict[str, list[Measured]] = {"ours": [], "stock": []}
    for number in range(rounds + 1):
        for side, name in (("ours", "lideri"), ("stock", "python3")):
            one = await measured(name, config, env, folder)
            if number:
                taken[side].append(one)
    return taken


async def measured(name: str, config: Config, env: dict[str, str], folder: Path) -> Measured:
    launch: dict[str, Any] = {"cwd": str(folder), "extra_arguments": ["--HistoryManager.enabled=False"]}
    ours = name == "lideri"
    # As our servers wait for a kernel, and as any other client does.
    options: dict[str, Any] = {"client_factory": PromptClient} if ours else {}
    manager = AsyncKernelManager(kernel_name=name, config=config, **options)
    began = time.perf_counter()
    await manager.start_kernel(env=dict(env), **launch)
    client = manager.client()
    client.start_channels()
    await client.wait_for_ready(timeout=120)
    await run(client, IMPORTS)
    waited = time.perf_counter() - began
    client.stop_channels()
    await manager.shutdown_kernel(now=True)

    manager = AsyncKernelManager(kernel_name=name, config=config)
    began = time.perf_counter()
    await manager.start_kernel(env=dict(env), **launch)
    client = manager.client()
    client.start_channels()
    try:
        await client._async_recv_reply(client.kernel_info(), timeout=120)
        await run(client, IMPORTS)
        ready = time.perf_counter() - began
        pid = manager.provisioner.pid
        cpu, empty = processor_seconds(pid), private_mb(pid)
        for cell in json.loads(PAGE.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                await run(client, "".join(cell["source"]))
        await asyncio.sleep(0.2)
        page = private_mb(pid)
        await run(client, CHART)
        await asyncio.sleep(0.2)
        return Measured(ready, waited, cpu, empty, page, private_mb(pid))
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


async def run(client: Any, code: str) -> None:
    reply = await client.execute_interactive(code, output_hook=lambda _: None, timeout=120)
    if reply["content"]["status"] != "ok":
        raise RuntimeError(f"{reply['content']['ename']}: {reply['content']['evalue']}")


def private_mb(pid: int) -> float:
    """USS: what would be free again if this process ended."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(number) for number in re.findall(r"^Private_(?:Clean|Dirty): +(\d+) kB", text, re.MULTILINE)) / 1024


def processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def answers() -> str:
    """*answers* as a page's kernel meets it for the first time: nothing is saved yet."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = json.dumps({"person": {"name": "Persona"}, "answers": {}}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}/services/lideri/"


if __name__ == "__main__":
    sys.exit(main())
