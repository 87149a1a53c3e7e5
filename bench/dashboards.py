"""Dashboards: 10 people who are logged in open one at once; seconds until it is fully shown, median of all.

`python -m bench.dashboards` measures `grupa` (trainers) and `latvija` (programme leads), beside one stock Voila that
shows a notebook with the same data and charts, and writes `dashboard_10`. How it is measured: bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import course_data
from bench import chromium, stock_pages
from bench.client import Browser, Footprint, NotAsExpected, browsers
from bench.latest import write_latest
from bench.systems import (
    PASSWORD,
    SHARED,
    Cpu,
    Ours,
    Stock,
    end_on_sigterm,
    make_people,
    many_connections,
    ours,
    scratch,
    stock,
    store_of,
    table,
)
from lideri.course.loading import load_course
from lideri.course.places import load_places
from lideri.reports.live import Reports
from lideri.settings import read_course_settings

VIEWERS = 10
ROLES = {"grupa": "trainer", "latvija": "programme_lead"}
LOGGED_IN = "/services/lideri/profils"  # a page without a kernel; a trainer's home is the dashboard itself
Open = Callable[[Browser], Any]


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--viewers", type=int, default=VIEWERS)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--stock-runs", type=int, default=2)
    parser.add_argument("--without", nargs="*", default=[], choices=["stock", "chromium"])
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    chosen = parser.parse_args(arguments)
    end_on_sigterm()
    real = "chromium" not in chosen.without
    found: dict[str, dict[str, Any]] = {}
    with scratch() as folder:
        with ours(folder, demo=True) as system:
            accounts = make_viewers(system.data, chosen.viewers + 1)
            reports = made_reports(system.data, accounts)
            for page in ROLES:
                found[page] = measure_ours(system, page, accounts[page], chosen.runs, real)
                report_on(page, found[page])
        if "stock" not in chosen.without:
            for page, report in reports.items():
                found[f"stock {page}"] = measure_stock(
                    folder / f"stock-{page}", page, report, chosen.viewers, chosen.stock_runs, real
                )
                report_on(f"stock {page}", found[f"stock {page}"])
    if not chosen.no_write:
        write_latest(f"dashboard_{chosen.viewers}", as_figure(found))
    return 1 if any(each["failed"] for each in found.values()) else 0


def report_on(name: str, found: dict[str, Any]) -> None:
    print(f"\n{name}: median {found['seconds']} s, last {found['last']} s; in Chromium {found['chromium']} s alone")
    print(table({f"reached, {mark}": value for mark, value in found["marks"].items()}))
    print(table({f"CPU seconds, {kind}": value for kind, value in found["cpu"].items()}), flush=True)
    for problem in found["failed"][:5]:
        print(f"  FAILED {problem}", flush=True)


def as_figure(found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The slower of the two dashboards stands for both."""
    slower = max(ROLES, key=lambda page: found[page]["seconds"])
    own, other = found[slower]["seconds"], found.get(f"stock {slower}", {}).get("seconds")
    return {
        "ours": own,
        "stock": other,
        "unit": "s",
        "ratio": round(other / own, 1) if other else None,
        "page": slower,
        "each": {name: each["seconds"] for name, each in found.items()},
    }


# ── ours ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def make_viewers(data: Path, count: int) -> dict[str, list[str]]:
    """Trainers of the demonstration's first cohort, and programme leads."""
    made = {page: make_people(data, count, role=role, name=page) for page, role in ROLES.items()}
    with store_of(data) as store:
        cohort = store.people.cohorts()[0]
        teaching = [*cohort.trainers, *(person.id for person in made["grupa"])]
        trainers = {person.id for person in store.people.everybody(role="trainer")}
        wanted = [person for person in teaching if person in trainers]
        store.people.set_trainers(cohort.id, wanted, now=datetime.now(UTC), made_by=None)
    return {page: [person.username for person in people] for page, people in made.items()}


def made_reports(data: Path, accounts: dict[str, list[str]]) -> dict[str, Any]:
    """The very data that our dashboards show."""
    decisions = read_course_settings(Path(str(course_data.path("settings.yml"))))
    with store_of(data) as store:
        reports = Reports(store, load_course(), decisions, load_places(), clock=lambda: datetime.now(UTC))
        asker = {page: store.people.by_username(names[0]) for page, names in accounts.items()}
        assert asker["grupa"] and asker["latvija"]
        return {"grupa": reports.trainer(asker["grupa"])["report"], "latvija": reports.programme(asker["latvija"])}


def measure_ours(system: Ours, page: str, accounts: list[str], runs: int, real: bool) -> dict[str, Any]:
    path = f"/services/paneli/{page}"
    visit = chromium.visit(system.base_url, path, accounts[0], PASSWORD, real_ours) if real else None

    async def log_in(browser: Browser) -> None:
        await browser.log_in(LOGGED_IN, PASSWORD)

    async def see(browser: Browser) -> None:
        opened = await browser.open(path)
        await opened.shown()
        if not any(len(str(opened.models[view].get("html", ""))) > 1000 for view in opened.views):
            raise NotAsExpected("the dashboard is empty")

    return measure(system, accounts[1:], runs, visit, log_in, see)


def real_ours(page: Any, mark: Callable[[str], None]) -> None:
    page.wait_for_selector(".panel table, .panel figure", state="attached")
    mark("shown")


# ── stock ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure_stock(folder: Path, page: str, report: Any, viewers: int, runs: int, real: bool) -> dict[str, Any]:
    notebook = f"{page}.ipynb"
    with stock(folder, page=notebook, shared=True) as system:
        stock_pages.write_dashboard(folder / "pages" / notebook, page, report)
        path = SHARED + notebook
        accounts = [f"skatitajs{number}" for number in range(viewers + 1)]
        seen = f"/hub/login?next={path}"
        visit = chromium.visit(system.base_url, seen, accounts[0], PASSWORD, real_stock) if real else None

        async def log_in(browser: Browser) -> None:
            await browser.log_in("/hub/login?next=/hub/home", PASSWORD)

        async def see(browser: Browser) -> None:
            """Charts and tables stand in the HTML: no kernel is needed to see them, nor the files of widgets."""
            document = await browser.look(path)
            if document.text.count("data:image/png") + document.text.count("<svg") < 1:
                raise NotAsExpected("no chart on the stock dashboard")

        return measure(system, accounts[1:], runs, visit, log_in, see)


def real_stock(page: Any, mark: Callable[[str], None]) -> None:
    page.wait_for_selector("img, svg", state="attached")
    page.wait_for_selector("table")
    mark("shown")


# ── both ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def measure(
    system: Ours | Stock, accounts: list[str], runs: int, visit: chromium.Visit | None, log_in: Open, see: Open
) -> dict[str, Any]:
    footprint = visit.footprint if visit else Footprint()
    seconds: list[float] = []
    last: list[float] = []
    failed: list[str] = []
    run: dict[str, Any] = {}
    for _ in range(runs):
        if isinstance(system, Ours):
            system.wait_without_kernels()
        run = asyncio.run(viewers_open(system, accounts, footprint, log_in, see))
        seconds += run["seconds"]
        last.append(max(run["seconds"], default=0))
        failed += run["failed"]
    return {
        "seconds": round(statistics.median(seconds), 2) if seconds else None,
        "last": round(statistics.median(last), 2),
        "chromium": round(visit.marks["shown"] - visit.marks["login sent"], 2) if visit else None,
        "failed": failed,
        "marks": run["marks"],
        "cpu": run["cpu"],
    }


async def viewers_open(
    system: Ours | Stock, accounts: list[str], footprint: Footprint, log_in: Open, see: Open
) -> dict[str, Any]:
    with many_connections():
        async with browsers(system.base_url, accounts, footprint) as everybody:
            await asyncio.gather(*(log_in(browser) for browser in everybody))
            before = Cpu.now(system.everything())
            begun = time.perf_counter()
            for browser in everybody:
                browser.begun = begun
                browser.marks.clear()
            found = await asyncio.gather(*(timed(see, browser) for browser in everybody), return_exceptions=True)
            cpu = Cpu.now(system.everything()).since(before)
            await asyncio.gather(*(browser.ended() for browser in everybody), return_exceptions=True)
            left = await asyncio.gather(*(browser.leave() for browser in everybody), return_exceptions=True)
            found += [each for each in left if isinstance(each, BaseException)]
    names = dict.fromkeys(name for browser in everybody for name in browser.marks)
    marks = {name: round(statistics.median(browser.marks.get(name, 0) for browser in everybody), 2) for name in names}
    return {
        "seconds": [each for each in found if isinstance(each, float)],
        "failed": [f"{type(each).__name__}: {each}" for each in found if isinstance(each, BaseException)],
        "marks": marks,
        "cpu": cpu,
    }


async def timed(see: Open, browser: Browser) -> float:
    await see(browser)
    browser.mark("shown")
    return browser.marks["shown"]


if __name__ == "__main__":
    sys.exit(main())
