"""The cells of a page in its kernel: run once, told to whoever asks."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import Any

from jupyter_client.manager import AsyncKernelManager

from lideri.hub.handlers import asked_kernel, calm
from lideri.hub.rendering import CodeCell
from lideri.hub.runs import PageRun, PageRuns


def cells(*sources: str) -> list[CodeCell]:
    return [CodeCell(2 * place, source) for place, source in enumerate(sources)]


async def run_in_a_kernel(run: PageRun, *, listen: bool = True) -> list[dict[str, Any]]:
    """Every result that a listener gets, who comes before the kernel has started."""
    kernel = AsyncKernelManager(kernel_name="python3")
    started: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(run.run(started))
    listener = asyncio.create_task(collect(run)) if listen else None
    try:
        await kernel.start_kernel()
        started.set_result(kernel)
        await task
    finally:
        await kernel.shutdown_kernel(now=True)
    return await (listener or collect(run))


async def collect(run: PageRun) -> list[dict[str, Any]]:
    return [payload async for payload in run.results()]


def texts(payloads: Sequence[dict[str, Any]]) -> list[str]:
    return ["".join(output.get("text", "") for output in each["output_cell"]["outputs"]) for each in payloads]


def test_whoever_comes_early_or_late_gets_every_result() -> None:
    run = PageRun("k", cells("a = 20", "print(a + 1)", "print(a + 2)"), calm=calm)

    early = asyncio.run(run_in_a_kernel(run))
    late = asyncio.run(collect(run))

    assert texts(early) == ["", "21\n", "22\n"]
    assert late == early
    assert [each["cell_index"] for each in early] == [0, 2, 4]
    # Voila's script stops listening at the last cell.
    assert early[-1]["cell_index"] + 1 == early[-1]["total_cell"]
    assert run.complete


def test_a_cell_that_breaks_is_one_calm_sentence_and_the_others_run() -> None:
    run = PageRun("k", cells("raise RuntimeError('slepens')", "print('dzīvs')"), calm=calm)

    payloads = asyncio.run(run_in_a_kernel(run))

    assert "slepens" not in str(payloads)
    assert "Šo daļu neizdevās parādīt" in str(payloads[0])
    assert texts(payloads)[1] == "dzīvs\n"


def test_when_the_kernel_dies_listeners_are_let_go() -> None:
    run = PageRun("k", cells("print('pirms')", "import os; os._exit(1)", "print('pēc')"), calm=calm)

    payloads = asyncio.run(asyncio.wait_for(run_in_a_kernel(run), 60))

    assert texts(payloads) == ["pirms\n"]
    assert not run.complete


def test_when_no_kernel_comes_listeners_are_let_go() -> None:
    async def refused() -> Any:
        raise RuntimeError("no kernel")

    async def given() -> list[dict[str, Any]]:
        run = PageRun("k", cells("1"), calm=calm)
        task = asyncio.create_task(run.run(refused()))
        payloads = await asyncio.wait_for(collect(run), 10)
        await task
        return payloads

    assert asyncio.run(given()) == []


def test_runs_of_pages_that_have_gone_are_forgotten() -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    async def given() -> tuple[object, object]:
        living = {"a", "b"}
        runs = PageRuns(calm=calm, lives=lambda kernel: kernel in living)
        waiting: list[Awaitable[Any]] = [never(), never()]
        runs.begin("a", cells("1"), waiting[0])
        living.remove("a")
        runs.begin("b", cells("1"), waiting[1])
        found = runs.of("a"), runs.of("b")
        await asyncio.sleep(0)
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        return found

    gone, there = asyncio.run(given())

    assert gone is None
    assert there is not None


def test_only_a_request_to_run_names_a_kernel() -> None:
    assert asked_kernel('{"action": "execute", "payload": {"kernel_id": "k"}}') == "k"
    for other in (
        "",
        "[]",
        "null",
        '{"action": "execute"}',
        '{"action": "stop", "payload": {"kernel_id": "k"}}',
        b"\xff",
    ):
        assert asked_kernel(other) is None
