"""From «Iesniegt» to points on the screen: 25 people submit module 2's assessment within 10 seconds.

`python -m bench.submissions` writes `submit_to_points_p95`. Stock nbgrader has no such path: a trainer collects, grades
and releases feedback by hand. How it is measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from bench import chromium
from bench.client import POLL_SECONDS, Browser, Document, Footprint, NotAsExpected, OpenPage, browsers
from bench.latest import write_latest
from bench.systems import (
    PASSWORD,
    Cpu,
    Ours,
    end_on_sigterm,
    make_people,
    many_connections,
    ours,
    percentile,
    prepare_attempts,
    scratch,
    table,
)

PEOPLE = 25
WITHIN = 10.0  # seconds
ASSESSMENT = "/services/macibas/2/parbaude"
_WAITS = re.compile(r'data-wait="([^"]+)"')
_POINTS = re.compile(r'class="key__value">([^<]+)<')


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--no-chromium", action="store_true")
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    chosen = parser.parse_args(arguments)
    end_on_sigterm()
    with scratch() as folder:
        people = make_people(folder / "ours", chosen.people * chosen.runs + 1)
        prepare_attempts(folder / "ours", people)
        accounts = [person.username for person in people]
        with ours(folder) as system:
            visit = None
            if not chosen.no_chromium:
                visit = chromium.visit(system.base_url, ASSESSMENT, accounts[0], PASSWORD, real_submission)
            footprint = visit.footprint if visit else Footprint()
            seconds: list[float] = []
            failed: list[str] = []
            cpu: dict[str, float] = {}
            for run in range(chosen.runs):
                group = accounts[1 + run * chosen.people :][: chosen.people]
                system.wait_without_kernels()
                took, problems, cpu = asyncio.run(class_submits(system, group, footprint, random.Random(run)))
                seconds += took
                failed += problems
    if not seconds:
        print("\n".join(failed[:5]))
        return 1
    p95, median = percentile(seconds, 95), statistics.median(seconds)
    print(f"{len(seconds)} submissions, {chosen.people} within {WITHIN:.0f} s, {chosen.runs} times")
    print(f"from «Iesniegt» to points: p95 {p95:.2f} s, median {median:.2f} s, worst {max(seconds):.2f} s")
    if visit:
        marks = visit.marks
        print(f"one person in Chromium: {marks['points'] - marks['submitted']:.2f} s")
    print(table({f"CPU seconds of the last run, {kind}": value for kind, value in cpu.items()}))
    for problem in failed[:5]:
        print(f"FAILED {problem}")
    if not chosen.no_write:
        figure: dict[str, Any] = {
            "ours": round(p95, 2),
            "stock": None,
            "unit": "s",
            "median": round(median, 2),
            "submissions": len(seconds),
            "failed": len(failed),
            "note": "stock: minutes, by hand",
        }
        write_latest("submit_to_points_p95", figure)
    return 1 if failed else 0


async def class_submits(
    system: Ours, accounts: list[str], footprint: Footprint, rng: random.Random
) -> tuple[list[float], list[str], dict[str, float]]:
    """Everybody has the assessment open before the first one submits."""
    with many_connections():
        async with browsers(system.base_url, accounts, footprint) as everybody:
            pages = await asyncio.gather(*(opened(browser) for browser in everybody))
            for browser in everybody:
                await browser.ended()
            before = Cpu.now(system.everything())
            tasks = [submits(page, rng.uniform(0, WITHIN)) for page in pages]
            found = await asyncio.gather(*tasks, return_exceptions=True)
            cpu = Cpu.now(system.everything()).since(before)
    seconds = [each for each in found if isinstance(each, float)]
    return seconds, [f"{type(each).__name__}: {each}" for each in found if isinstance(each, BaseException)], cpu


async def opened(browser: Browser) -> OpenPage:
    page = await browser.log_in_and_open(ASSESSMENT, PASSWORD)
    await page.shown()
    return page


async def submits(page: OpenPage, after: float) -> float:
    """Seconds from the click to the moment in which the page with the points has come."""
    model = await page.exercise()
    answers = page.models[model]["attempt"]["answers"]
    await asyncio.sleep(after)
    started = time.perf_counter()
    await page.ask(
        model, {"type": "submit", "answered": len(answers)}, lambda reply: reply.get("type") == "submitted", 60
    )
    leaving = asyncio.create_task(page.close())  # what a browser sends when it leaves the page
    address = str(page.reply["result_url"])
    document = await page.browser.visit(address)
    while waits := _WAITS.search(document.text):
        document = await asked_until_graded(page.browser, waits[1], address)
    took = time.perf_counter() - started
    if not _POINTS.search(document.text):
        raise NotAsExpected(f"no points on {document.url}")
    await leaving
    return took


async def asked_until_graded(browser: Browser, question: str, address: str) -> Document:
    while (await browser.json(question))["state"] not in {"graded", "failed"}:
        await asyncio.sleep(POLL_SECONDS)
    return await browser.visit(address)


def real_submission(page: Any, mark: Callable[[str], None]) -> None:
    page.get_by_role("button", name="Iesniegt darbu").click()
    page.locator("dialog").get_by_role("button", name="Iesniegt").click()
    mark("submitted")
    page.wait_for_selector(".key__value")
    mark("points")


if __name__ == "__main__":
    sys.exit(main())
