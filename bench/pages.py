"""400 open pages: memory of the whole system, and how quickly 25 of them answer a click.

`python -m bench.pages` opens 100 people × 4 chapters (fewer than the six pages that a person may keep open), lets 25
people click for a minute, then saves one answer on each of the 400, and writes `pages_400`. Stock: 1 to 5 people with a
server and a page each, scaled. How it is measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import psutil

from bench.class_start import act_stock
from bench.client import NotAsExpected, OpenPage, browsers, some_response
from bench.latest import write_latest
from bench.systems import (
    PASSWORD,
    Cpu,
    Memory,
    Ours,
    Stock,
    available_mb,
    end_on_sigterm,
    kind_of,
    make_people,
    many_connections,
    ours,
    percentile,
    scratch,
    stock,
    table,
)

CHAPTERS = ("2.1", "2.2", "2.3", "2.4", "2.5", "2.6")
PAGES, EACH, CLICKING = 400, 4, 25
AT_ONCE = 6  # pages being opened at the same time
PAUSE = (2.0, 3.0)  # seconds between two clicks of one person


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--each", type=int, default=EACH, help="pages of one person")
    parser.add_argument("--clicking", type=int, default=CLICKING)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--stock-pages", type=int, default=5)
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    chosen = parser.parse_args(arguments)
    end_on_sigterm()
    found = measure_ours(chosen.pages, chosen.each, chosen.clicking, chosen.seconds)
    other = measure_stock(chosen.stock_pages, chosen.pages) if chosen.stock_pages else {}
    report(found, other, chosen.pages)
    if not chosen.no_write:
        write_latest(f"pages_{chosen.pages}", as_figure(found, other))
    return 1 if found["errors"] else 0


def as_figure(found: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {
        "ours": found["gb"],
        "stock": other.get("gb"),
        "unit": "GB",
        "ratio": round(other["gb"] / found["gb"], 1) if other else None,
        "open": found["open"],
        "available_gb_less": found["available_gb_less"],
        "click_p50_ms": found["p50"],
        "click_p95_ms": found["p95"],
        "clicks": found["clicks"],
        "errors": len(found["errors"]),
    }


# ── ours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_ours(pages: int, each: int, clicking: int, seconds: float) -> dict[str, Any]:
    people = -(-pages // each)
    free = available_mb()
    with scratch() as folder:
        accounts = [person.username for person in make_people(folder / "ours", people)]
        with ours(folder) as system:
            empty = Memory.of(system.everything())
            with many_connections():
                found = asyncio.run(open_and_click(system, accounts, pages, each, clicking, seconds, free))
    return found | {"empty_mb": round(empty.total)}


async def open_and_click(
    system: Ours, accounts: list[str], pages: int, each: int, clicking: int, seconds: float, free: float
) -> dict[str, Any]:
    errors: list[str] = []
    room = asyncio.Semaphore(AT_ONCE)
    begun = time.perf_counter()
    async with browsers(system.base_url, accounts) as everybody:

        async def opened(number: int) -> list[OpenPage]:
            browser = everybody[number]
            mine: list[OpenPage] = []
            for turn in range(min(each, pages - number * each)):
                path = f"/services/macibas/{CHAPTERS[(number + turn) % len(CHAPTERS)]}"
                async with room:
                    try:
                        page = await (browser.open(path) if mine else browser.log_in_and_open(path, PASSWORD))
                        mine.append(page)
                        await page.shown()
                    except Exception as error:  # noqa: BLE001  # a page that did not open is a result
                        errors.append(f"{browser.user} {path}: {error}")
            return mine

        of_people = await asyncio.gather(*(opened(number) for number in range(len(everybody))))
        whole = [page for mine in of_people for page in mine]
        took = time.perf_counter() - begun
        print(f"{len(whole)} pages open after {took:.0f} s, {len(errors)} errors", flush=True)
        watch = MemoryWatch(system)
        before = Cpu.now(system.everything())
        active = [mine[0] for mine in of_people if mine][:clicking]
        waits: dict[str, list[float]] = {"saved": [], "feedback": []}
        end_at = time.monotonic() + seconds
        with watch:
            await asyncio.gather(
                *(clicks(page, random.Random(n), end_at, waits, errors) for n, page in enumerate(active))
            )
            cpu = Cpu.now(system.everything()).since(before)
        left = available_mb()
        alive = await asyncio.gather(*(still_answers(page, room) for page in whole), return_exceptions=True)
        errors += [f"not alive any more: {one}" for one in alive if isinstance(one, BaseException)]
        errors += [page.broken[0] for page in whole if page.broken]
        files = [fds for process in system.everything() if (fds := open_files(process))]
        await asyncio.gather(*(page.disconnect() for page in whole), return_exceptions=True)
        for browser in everybody:
            browser.pages.clear()  # the system is ended now: nobody has to leave properly
    together = waits["saved"] + waits["feedback"]
    return {
        "open": len(whole),
        "opening_s": round(took),
        "gb": round(watch.most.total / 1024, 2),
        "memory": watch.most,
        "available_gb_less": round((free - left) / 1024, 2),
        "clicks": len(together),
        "p50": ms(statistics.median(together)) if together else None,
        "p95": ms(percentile(together, 95)) if together else None,
        "each": {
            name: f"p50 {ms(statistics.median(each_))} ms, p95 {ms(percentile(each_, 95))} ms of {len(each_)}"
            for name, each_ in waits.items()
            if each_
        },
        "files": sorted(files, key=lambda each_: -each_[1])[:3],
        "errors": errors,
        "cpu": cpu,
    }


class MemoryWatch:
    """The most memory that was in use while people clicked. Reading it costs CPU, so in a thread and seldom."""

    def __init__(self, system: Ours) -> None:
        self._system = system
        self._done = threading.Event()
        self.most = Memory.of(system.everything())

    def __enter__(self) -> MemoryWatch:
        return self

    def __exit__(self, *_: object) -> None:
        now = Memory.of(self._system.everything())
        self.most = max(self.most, now, key=lambda each: each.total)


async def clicks(
    page: OpenPage, rng: random.Random, end_at: float, waits: dict[str, list[float]], errors: list[str]
) -> None:
    """One person: change an answer or press «Pārbaudīt» every two to three seconds, on all exercises in turn."""
    await asyncio.sleep(rng.uniform(0, PAUSE[1]))
    turn = 0
    while time.monotonic() < end_at:
        model = page.views[turn % len(page.views)]
        try:
            response, check = answer_to(page, model, turn // len(page.views))
            waits["feedback" if check else "saved"].append(await page.save(model, response, check=check))
        except Exception as error:  # noqa: BLE001  # a click that was not answered is a result
            errors.append(f"click: {error} {page.broken[:1]}")
        turn += 1
        await asyncio.sleep(rng.uniform(*PAUSE))


def answer_to(page: OpenPage, model: str, turn: int) -> tuple[dict[str, Any], bool]:
    return some_response(page.models[model]["spec"], turn)


async def still_answers(page: OpenPage, room: asyncio.Semaphore) -> None:
    async with room:
        model = await page.exercise()
        response, _check = answer_to(page, model, 0)
        await page.save(model, response)


def open_files(process: psutil.Process) -> tuple[str, int, int] | None:
    """What the process is, how many files and connections it has open, and how many it may."""
    with contextlib.suppress(psutil.Error):
        return kind_of(process), process.num_fds(), process.rlimit(psutil.RLIMIT_NOFILE)[0]
    return None


def ms(seconds: float) -> int:
    return round(1000 * seconds)


# ── stock ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_stock(count: int, pages: int) -> dict[str, Any]:
    """Memory with 1 … `count` people who have a server and a page each, and the line through it."""
    with scratch() as folder, stock(folder / "stock") as system:
        totals = asyncio.run(stock_grows(system, count))
    slope, start = statistics.linear_regression(range(1, count + 1), totals) if count > 1 else (totals[0], 0.0)
    return {"gb": round((start + slope * pages) / 1024, 1), "mb_each": round(slope), "totals": [*map(round, totals)]}


async def stock_grows(system: Stock, count: int) -> list[float]:
    totals: list[float] = []
    names = [f"klase{number}" for number in range(count)]
    async with browsers(system.base_url, names) as everybody, contextlib.AsyncExitStack() as held:
        for browser in everybody:
            page = await browser.log_in_and_open(f"/hub/login?next={system.page}", PASSWORD)
            held.push_async_callback(page.disconnect)
            if await act_stock(page) <= 0:
                raise NotAsExpected("stock did not answer")
            await asyncio.sleep(2)
            totals.append(Memory.of(system.everything()).total)
    return totals


# ── reporting ───────────────────────────────────────────────────────────────────────────────────────────────────────


def report(found: dict[str, Any], other: dict[str, Any], pages: int) -> None:
    memory: Memory = found["memory"]
    print(
        f"{found['open']} pages open: {found['gb']} GB (PSS); available memory less by {found['available_gb_less']} GB"
    )
    print(f"  without pages {found['empty_mb']} MB; opening took {found['opening_s']} s")
    rows = {
        f"{kind} × {count}": f"{memory.shared_out[kind]:.0f} MB, private {memory.private[kind] / count:.1f} MB each"
        for kind, count in sorted(memory.count.items(), key=lambda each: -memory.shared_out[each[0]])
    }
    print(table(rows))
    print(f"  {found['clicks']} clicks: p50 {found['p50']} ms, p95 {found['p95']} ms; {found['each']}")
    print(f"  open files, most: {found['files']} (kind, open, limit)")
    print(table({f"CPU seconds while clicking, {kind}": value for kind, value in found["cpu"].items()}))
    if other:
        print(
            f"stock: {other['totals']} MB with 1, 2, … pages; {other['mb_each']} MB each; {other['gb']} GB for {pages}"
        )
    for error, times in Counter(found["errors"]).most_common(8):
        print(f"FAILED {times} × {error}")


if __name__ == "__main__":
    sys.exit(main())
