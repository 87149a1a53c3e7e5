"""Every benchmark, one after another, and one table: `make bench` (about twenty minutes).

Each runs in a process of its own with a time limit. Exit code 0: everything was measured and every target reached;
1: a target was missed; 2: something could not be measured. What is measured and how: bench/README.md.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.latest import read_latest, write_latest
from bench.systems import adopt_orphans, descendants, end_on_sigterm
from lideri.hub.processes import end

ROOT = Path(__file__).resolve().parents[1]
MINUTES = 20
Figure = Mapping[str, Any]


@dataclass(frozen=True)
class Target:
    """What a key has to reach: `says` for people, `holds` for the figure as it stands in latest.json."""

    key: str
    unit: str
    says: str
    holds: Callable[[Figure], bool]


@dataclass(frozen=True)
class Benchmark:
    name: str
    seconds: int  # its time limit
    targets: tuple[Target, ...]
    arguments: tuple[str, ...] = ()


def at_most(limit: float) -> Callable[[Figure], bool]:
    return lambda figure: figure["ours"] <= limit


BENCHMARKS = (
    Benchmark(
        "kernels",
        180,
        (
            Target("kernel_ready", "s", "≤ 0.25", at_most(0.25)),
            Target("kernel_private_mb", "MB", "≤ 30", at_most(30)),
            Target("kernel_private_chart_mb", "MB", "≤ 50", at_most(50)),
        ),
    ),
    Benchmark(
        "class_start",
        360,
        (
            Target(
                "class_start_25",
                "s",
                "≤ 10, 10 × faster than a server each",
                lambda figure: figure["ours"] <= 10 and figure["ratio"] >= 10,
            ),
        ),
        ("--without", "stock_lean"),
    ),
    Benchmark("dashboards", 300, (Target("dashboard_10", "s", "≤ 1", at_most(1)),), ("--stock-runs", "1")),
    Benchmark("submissions", 240, (Target("submit_to_points_p95", "s", "≤ 2", at_most(2)),)),
    Benchmark(
        "pages",
        420,
        (
            Target(
                "pages_400",
                "GB",
                "≤ 14, no error, click p95 ≤ 300 ms",
                lambda figure: (
                    figure["ours"] <= 14
                    and figure["click_p95_ms"] <= 300
                    and figure["errors"] == 0
                    and figure["open"] == 400
                ),
            ),
        ),
        ("--stock-pages", "3"),
    ),
    Benchmark(
        "grading",
        420,
        (
            Target(
                "grading_400",
                "s",
                "≤ 15, 25 × faster, rows equal",
                lambda figure: figure["ours"] <= 15 and figure["ratio"] >= 25 and figure["rows_equal"],
            ),
        ),
    ),
    Benchmark("gradebook_growth", 120, (Target("gradebook_growth", "×", "≤ 1.2", at_most(1.2)),)),
    Benchmark(
        "dask_scaling",
        420,
        (
            Target(
                "dask_2",
                "×",
                "≥ 1.7, overhead ≤ 10 %, equal",
                lambda figure: figure["ours"] >= 1.7 and figure["overhead_vs_pool"] <= 0.10 and figure["equal"],
            ),
        ),
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = [each.name for each in BENCHMARKS]
    parser.add_argument("--only", nargs="+", choices=names, default=names)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="for all together")
    chosen = parser.parse_args(arguments)
    end_on_sigterm()
    adopt_orphans()
    wanted = [each for each in BENCHMARKS if each.name in chosen.only]
    busy = os.getloadavg()[0]
    if busy > 0.5:
        print(f"The machine is busy (load {busy:.1f}): seconds will be too many; look at ratios.")
    for each in wanted:  # what is not measured now must not look as if it were
        for target in each.targets:
            write_latest(target.key, {"ours": None, "stock": None, "unit": target.unit})
    end_at = time.monotonic() + 60 * chosen.minutes
    results: dict[str, str] = {}
    for each in wanted:
        results[each.name] = run(each, end_at - time.monotonic())
    latest = read_latest()
    print("\n" + table(wanted, latest, results))
    return verdict(wanted, latest, results)


def run(benchmark: Benchmark, left: float) -> str:
    """ "" when it came to its end by itself with what it set out to measure, else what happened."""
    if left < 10:
        return "no time left"
    print(f"\n── {benchmark.name} " + "─" * (100 - len(benchmark.name)), flush=True)
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", f"bench.{benchmark.name}", *benchmark.arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = process.wait(min(benchmark.seconds, left))
        happened = "" if code == 0 else f"exit code {code}"
    except subprocess.TimeoutExpired:
        happened = f"not done after {time.monotonic() - began:.0f} s"
    finally:
        _end(process)
    print(f"({benchmark.name}: {time.monotonic() - began:.0f} s{', ' + happened if happened else ''})", flush=True)
    return happened


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask it to tidy up; whatever is left of it after that is killed."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    end(descendants(), patience=5)


def reached(target: Target, figure: Figure) -> bool | None:
    """None: there is nothing to judge."""
    try:
        return bool(target.holds(figure)) if figure.get("ours") is not None else None
    except (KeyError, TypeError):
        return None


def table(wanted: Sequence[Benchmark], latest: Mapping[str, Figure], results: Mapping[str, str]) -> str:
    rows = [("key", "ours", "stock", "ratio", "target", "")]
    for each in wanted:
        for target in each.targets:
            figure = latest[target.key]
            outcome = {True: "reached", False: "NOT reached", None: "not measured"}[reached(target, figure)]
            happened = f" ({results[each.name]})" if results[each.name] else ""
            own, other = figure.get("ours"), figure.get("stock")
            rows.append(
                (
                    target.key,
                    f"{own} {target.unit}" if own is not None else "–",
                    f"{other} {target.unit}" if other is not None else "–",
                    str(figure.get("ratio") or (round(other / own, 1) if own and other else "–")),
                    target.says,
                    outcome + happened,
                )
            )
    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def verdict(wanted: Sequence[Benchmark], latest: Mapping[str, Figure], results: Mapping[str, str]) -> int:
    outcomes = [reached(target, latest[target.key]) for each in wanted for target in each.targets]
    if None in outcomes or any(results.values()):
        return 2
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
