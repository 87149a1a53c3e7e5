"""Class start: 25 people log in and open module 2's first chapter at once; seconds until the last of them can act.

`python -m bench.class_start` measures ours, a stock hub with a Voila server for each person, and one stock Voila behind
the hub, and writes `class_start_25`. How it is measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from bench import chromium
from bench.client import Browser, Footprint, NotAsExpected, OpenPage, browsers, some_response
from bench.latest import write_latest
from bench.stock_pages import SAVED
from bench.systems import (
    MODULE_2,
    OTHERS,
    PASSWORD,
    Cpu,
    Ours,
    Stock,
    end_on_sigterm,
    make_people,
    many_connections,
    ours,
    scratch,
    stock,
    table,
)

PEOPLE = 25
PATIENCE = 200  # seconds after which a person counts as one who could not act
STOCK: dict[str, dict[str, bool]] = {"stock": {}, "stock_lean": {"lean": True}, "stock_shared": {"shared": True}}
Act = Callable[[OpenPage], Awaitable[float]]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--runs", type=int, default=5, help="of ours; the stock systems are measured once")
    parser.add_argument("--stock-people", type=int, default=PEOPLE)
    parser.add_argument("--without", nargs="*", default=[], choices=["ours", *STOCK, "chromium"])
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    parser.add_argument("--save", type=Path, help="a JSON file for everything that was measured")
    chosen = parser.parse_args(arguments)
    end_on_sigterm()
    found: dict[str, Any] = {}
    real = "chromium" not in chosen.without
    for name in ("ours", *STOCK):
        if name in chosen.without:
            continue
        if name == "ours":
            found[name] = measure_ours(chosen.people, chosen.runs, real)
        else:
            found[name] = measure_stock(chosen.stock_people, real, **STOCK[name])
        report(name, found[name])
        if chosen.save:
            chosen.save.write_text(json.dumps(found, ensure_ascii=False, indent=1), encoding="utf-8")
        if not chosen.no_write:  # what is known so far, should the next one take too long
            write_latest(f"class_start_{chosen.people}", as_figure(found, chosen.stock_people))
    return 0 if not any(each["failed"] for each in found.values()) else 1


def as_figure(found: dict[str, Any], stock_people: int) -> dict[str, Any]:
    value = {name: found[name]["seconds"] if name in found else None for name in ("ours", *STOCK)}
    own, other = value["ours"], value["stock"]
    return {
        **value,
        "unit": "s",
        "ratio": round(other / own, 1) if own and other else None,
        "runs": found.get("ours", {}).get("runs"),
        "cpu_seconds": {name: statistics.median(found[name]["cpu_seconds"]) for name in found},
        "stock_people": stock_people,
        "one_in_chromium": {name: found[name].get("chromium") for name in found},
    }


# ── measuring ───────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_ours(people: int, runs: int, real: bool) -> dict[str, Any]:
    with scratch() as folder:
        accounts = [each.username for each in make_people(folder / "ours", people + 2)]
        with ours(folder) as system:
            return measure(system, MODULE_2, accounts, runs, act_ours, real_ours if real else None)


def measure_stock(people: int, real: bool, **about: bool) -> dict[str, Any]:
    with scratch() as folder, stock(folder / "stock", **about) as system:
        path = f"/hub/login?next={system.page}"
        accounts = [f"klase{number:03}" for number in range(1, people + 3)]
        return measure(system, path, accounts, 1, act_stock, real_stock if real else None)


def measure(
    system: Ours | Stock, path: str, accounts: list[str], runs: int, act: Act, real: Any | None
) -> dict[str, Any]:
    """The first of `accounts` is the person with the real browser, the second comes alone, the others are the class."""
    visit = chromium.visit(system.base_url, path, accounts[0], PASSWORD, real) if real else None
    footprint = visit.footprint if visit else Footprint()
    if isinstance(system, Ours):
        system.wait_without_kernels()
    alone = asyncio.run(class_opens(system, path, accounts[1:2], footprint, act))
    found: dict[str, Any] = {
        "files": footprint.count,
        "chromium": round(visit.seconds, 2) if visit else None,
        "chromium_marks": visit.marks if visit else {},
        "alone": alone["last"],
        "runs": [],
        "cpu_seconds": [],
        "failed": list(alone["failed"]),
    }
    for _ in range(runs):
        if isinstance(system, Ours):
            system.wait_without_kernels()
        run = asyncio.run(class_opens(system, path, accounts[2:], footprint, act))
        found["runs"].append(run["last"])
        found["cpu_seconds"].append(round(sum(spent for kind, spent in run["cpu"].items() if kind != OTHERS), 1))
        found["failed"] += run["failed"]
        found["last_run"] = run
    found["seconds"] = round(statistics.median(found["runs"]), 2)
    return found


async def class_opens(
    system: Ours | Stock, path: str, accounts: list[str], footprint: Footprint, act: Act
) -> dict[str, Any]:
    """Everybody at once; then everybody leaves."""
    with many_connections():
        async with browsers(system.base_url, accounts, footprint) as everybody:
            before = Cpu.now(system.everything())
            started = time.perf_counter()
            for browser in everybody:
                browser.begun = started
            people = await asyncio.gather(*(one_person(browser, path, act) for browser in everybody))
            last = time.perf_counter() - started
            cpu = Cpu.now(system.everything()).since(before)
            for browser in everybody:
                await browser.ended()
            whole = time.perf_counter() - started
            left = await asyncio.gather(*(browser.leave() for browser in everybody), return_exceptions=True)
    failed = [problem for problem in people if problem]
    if isinstance(system, Ours):  # stock Voila refuses what its own page sends on leaving
        failed += [str(each) for each in left if isinstance(each, BaseException)]
    return {
        "last": round(last, 2),
        "whole": round(whole, 2),
        "failed": failed + [each for browser in everybody for each in browser.failed_files[:1]],
        "acted": sorted(round(browser.marks.get("acted", 0), 2) for browser in everybody),
        "marks": medians([browser.marks for browser in everybody]),
        "requests": round(statistics.mean(browser.requests for browser in everybody)),
        "megabytes": round(statistics.mean(browser.bytes for browser in everybody) / 1e6, 2),
        "cpu": cpu,
    }


async def one_person(browser: Browser, path: str, act: Act) -> str:
    """What went wrong, or nothing; how long it took stands in the browser's marks."""
    try:
        async with asyncio.timeout(PATIENCE):
            page = await browser.log_in_and_open(path, PASSWORD)
            browser.mark("connected")
            took = await act(page)
            browser.mark("acted")
        browser.marks["click to saved"] = took
        return ""
    except Exception as error:  # noqa: BLE001  # one person's failure is a result, not the end of the measurement
        return f"{browser.user}: {type(error).__name__}: {error} after {browser.marks}"


async def act_ours(page: OpenPage) -> float:
    model = await page.exercise()
    page.browser.mark("exercise seen")
    response, check = some_response(page.models[model]["spec"], 0)
    return await page.save(model, response, check=check)


async def act_stock(page: OpenPage) -> float:
    """Choose a message in the first widget; its label then says that it is saved."""

    def model(name: str) -> str | None:
        found = (number for number, state in page.models.items() if state.get("_model_name") == name)
        return next(found, None)

    await page.until(lambda: bool(model("SelectModel") and model("LabelModel")), "first exercise")
    await page.browser.modules()
    page.browser.mark("exercise seen")
    chooser, label = model("SelectModel"), model("LabelModel")
    if chooser is None or label is None:
        raise NotAsExpected("no exercise")
    return await page.change(
        chooser, {"index": 1}, lambda: any(SAVED in str(each.get("value")) for each in page.models.values())
    )


def real_ours(page: Any, mark: Callable[[str], None]) -> None:
    page.wait_for_selector("button.mail")
    mark("exercise seen")
    page.click("button.mail >> nth=0")
    page.wait_for_selector("text=Saglabāts")
    mark("saved")


def real_stock(page: Any, mark: Callable[[str], None]) -> None:
    page.wait_for_selector("select option")
    mark("exercise seen")
    page.select_option("select >> nth=0", index=1)
    page.wait_for_selector(f"text={SAVED}")
    mark("saved")


# ── reporting ───────────────────────────────────────────────────────────────────────────────────────────────────────


def medians(marks: list[dict[str, float]]) -> dict[str, str]:
    """For each thing reached: median and worst of the people."""
    names = dict.fromkeys(name for each in marks for name in each)
    values = {name: [each[name] for each in marks if name in each] for name in names}
    return {name: f"{statistics.median(each):.2f} (last {max(each):.2f})" for name, each in values.items()}


def report(name: str, found: dict[str, Any]) -> None:
    run = found["last_run"]
    print(f"\n{name}: last of {len(run['acted'])} acted after {found['seconds']} s (runs {found['runs']})")
    print(f"  processor time of all together {found['cpu_seconds']} s")
    print(f"  one alone {found['alone']} s, in Chromium {found['chromium']} s {found['chromium_marks']}")
    print(f"  {run['requests']} requests, {run['megabytes']} MB each; {found['files']} files")
    print(table({f"reached, {mark}": value for mark, value in run["marks"].items()}))
    print(table({f"CPU seconds, {kind}": value for kind, value in run["cpu"].items()}), flush=True)
    for problem in found["failed"][:5]:
        print(f"  FAILED {problem}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
