"""Running a page's cells: as soon as its kernel is there, once, whoever may be listening already."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from queue import Empty
from typing import Any

import nbformat.v4
from jupyter_client.manager import KernelManager
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from traitlets.config import Config
from voila.execute import VoilaExecutor

from lideri.hub.channels import ask_for_welcome
from lideri.hub.rendering import CodeCell

log = logging.getLogger(__name__)
CELL_SECONDS = 120
START_SECONDS = 60.0
LOOK_SECONDS = 1.0

Calm = Callable[[Mapping[str, Any]], Mapping[str, Any]]


class PageRuns:
    """The runs of all open pages, by kernel."""

    def __init__(self, *, calm: Calm, lives: Callable[[str], object]) -> None:
        self._calm = calm
        self._lives = lives
        self._runs: dict[str, PageRun] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, kernel_id: str, cells: Sequence[CodeCell], opened: Awaitable[KernelManager]) -> None:
        """Run `cells` in the kernel that `opened` brings."""
        self._runs = {each: run for each, run in self._runs.items() if self._lives(each)}
        run = self._runs[kernel_id] = PageRun(kernel_id, cells, calm=self._calm)
        task = asyncio.create_task(run.run(opened))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def of(self, kernel_id: str) -> PageRun | None:
        """The run in this kernel; None when there is none (any more)."""
        return self._runs.get(kernel_id)


class PageRun:
    """The cells of one page in its kernel.

    They run without waiting for the browser, which loads its scripts meanwhile; `results` gives every result to
    whoever asks, from the first one on. The browser finds the widgets in the kernel when it has connected.
    """

    def __init__(self, kernel_id: str, cells: Sequence[CodeCell], *, calm: Calm) -> None:
        self.kernel_id = kernel_id
        self._cells = cells
        self._calm = calm
        self._results: list[dict[str, Any]] = []
        self._changed = asyncio.Event()
        self._over = False

    async def run(self, opened: Awaitable[KernelManager]) -> None:
        """Run all cells in the kernel that `opened` brings. What goes wrong is logged; the page shows what there is."""
        client = None
        try:
            kernel = await opened
            client = kernel.client()
            await _connect(client, kernel)
            await self._run_cells(kernel, client)
        except asyncio.CancelledError:
            raise
        except Exception:  # the outer edge: a kernel that never came or ended while its page was being run
            log.exception("Page in kernel %s could not be run", self.kernel_id)
        finally:
            self._over = True
            self._tell()
            if client is not None:
                client.stop_channels()

    async def results(self) -> AsyncIterator[dict[str, Any]]:
        """The payloads of Voila's `execution_result`, each as soon as it is there."""
        sent = 0
        while True:
            changed = self._changed
            while sent < len(self._results):
                sent += 1
                yield self._results[sent - 1]
            if self._over:
                return
            await changed.wait()

    @property
    def complete(self) -> bool:
        return len(self._results) == len(self._cells)

    async def _run_cells(self, kernel: KernelManager, client: Any) -> None:
        cells = [nbformat.v4.new_code_cell(cell.source) for cell in self._cells]  # type: ignore[no-untyped-call]
        notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]  # nbformat
        executor = VoilaExecutor(notebook, km=kernel, config=Config({"VoilaExecutor": {"timeout": CELL_SECONDS}}))
        executor.kc = client
        for place, (cell, node) in enumerate(zip(self._cells, cells, strict=True)):
            result = await _run_cell(executor, node, place, self.kernel_id)
            result.pop("source", None)
            result["outputs"] = [self._calm(output) for output in result.get("outputs", [])]
            last = self._cells[-1].number + 1
            self._results.append({"output_cell": result, "cell_index": cell.number, "total_cell": last})
            self._tell()

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


async def _connect(client: Any, kernel: KernelManager) -> None:
    """Until the kernel is heard: it welcomes who listens. Nothing is asked again and again; `RuntimeError` if it died.

    Only what running cells needs is opened: no heartbeat, which would be a thread for each page.
    """
    client.allow_stdin = False
    client.start_channels(stdin=False, hb=False, control=False)
    ask_for_welcome(client.iopub_channel.socket)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            await client.iopub_channel.get_msg(timeout=LOOK_SECONDS)
            return
        except Empty:
            if not await client._async_is_alive():
                raise RuntimeError("the kernel ended before it could be heard") from None
    raise RuntimeError(f"the kernel was not heard within {START_SECONDS:g} s")


async def _run_cell(executor: Any, cell: NotebookNode, place: int, kernel_id: str) -> NotebookNode:
    try:
        done: NotebookNode = await executor.execute_cell(cell, None, place, store_history=False)
        return done
    except (TimeoutError, CellExecutionError):
        log.exception("Cell %d of the page in kernel %s", place, kernel_id)
        return cell
