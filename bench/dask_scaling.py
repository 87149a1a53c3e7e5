"""Scoring 4,000 submissions on one and on two Dask workers, and on the local pool.

`python -m bench.dask_scaling` prints the times, kills a worker in the middle of another run, and writes `dask_2` into
bench/latest.json. Exit code 1 when a result was lost or differs from the local pool's. How it is measured:
bench/README.md.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.latest import write_latest
from bench.work import assessments, grader, made_up_works, module_form
from lideri.grader.cluster import ClusterScorer
from lideri.grader.pool import HereAndNow, LocalPool, Scorer, Work
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import CourseGradebook
from lideri.nbgrader_bridge.kit import FormKit
from lideri.settings import Settings
from lideri.store import open_store

DASK = Path(sys.executable).with_name("dask")
PATIENCE = 90.0
SETTINGS = {"DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}  # else each is sampled 100 times a second


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=4_000)
    parser.add_argument("--runs", type=int, default=5, help="of each; medians count")
    parser.add_argument("--seconds", type=float, default=200.0, help="after them no further run is begun")
    parser.add_argument("--quick", action="store_true", help="500 submissions, one run")
    parser.add_argument("--no-write", action="store_true", help="leave bench/latest.json as it is")
    chosen = parser.parse_args(arguments)
    if chosen.quick:
        chosen.submissions, chosen.runs = min(chosen.submissions, 500), 1
    works = works_to_score(chosen.submissions)
    pool_2: list[Cost] = []
    dask_1: list[Cost] = []
    dask_2: list[Cost] = []
    answers: set[str] = set()
    with ExitStack() as stack:
        sides: list[tuple[Scorer, int, list[Cost]]] = [(stack.enter_context(closing(LocalPool(2))), 2, pool_2)]
        for workers, costs in ((1, dask_1), (2, dask_2)):
            address, _ = stack.enter_context(cluster(workers))
            sides.append((stack.enter_context(closing(ClusterScorer(address, HereAndNow()))), workers, costs))
        begun = time.monotonic()
        for done in range(chosen.runs):  # in turn, so that noise meets all three
            if done and time.monotonic() - begun > chosen.seconds:
                break
            for scorer, workers, costs in sides:
                costs.append(measured(scorer, works, workers, answers))
    same = len(answers) == 1
    one, two, local = (statistics.median(cost.seconds for cost in costs) for costs in (dask_1, dask_2, pool_2))
    more_cpu = statistics.median(cost.cpu for cost in dask_2) / statistics.median(cost.cpu for cost in pool_2) - 1
    killed, whole = with_a_killed_worker(works, answers)
    print(f"{len(works)} submissions")
    print(f"local pool, 2 processes {local:6.2f} s  ({_listed(pool_2)})")
    print(f"Dask, 1 worker          {one:6.2f} s  ({_listed(dask_1)})")
    print(f"Dask, 2 workers         {two:6.2f} s  ({_listed(dask_2)})")
    print(f"speed-up {one / two:.2f}, overhead against the local pool {100 * (two / local - 1):.1f} %")
    print(
        f"processor time {100 * more_cpu:.1f} % more than the local pool (does not depend on who else is working here)"
    )
    print(f"one of 2 workers killed in the middle {killed:6.2f} s, results {'all there' if whole else 'NOT ALL THERE'}")
    print(f"results of all runs {'equal' if same else 'NOT EQUAL'}")
    if not chosen.no_write:
        write_latest(
            "dask_2",
            {
                "ours": round(one / two, 2),
                "stock": None,
                "unit": "ratio",
                "submissions": len(works),
                "runs": len(dask_2),
                "seconds_1": round(one, 2),
                "seconds_2": round(two, 2),
                "seconds_pool_2": round(local, 2),
                "overhead_vs_pool": round(two / local - 1, 3),
                "cpu_overhead_vs_pool": round(more_cpu, 3),
                "killed_worker": f"{killed:.2f} s, {'nothing lost' if whole else 'results lost'}",
                "equal": same,
            },
        )
    return 0 if same and whole else 1


def works_to_score(number: int) -> list[Work]:
    form, items, rubrics = module_form("2")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        with closing(open_store(settings)) as store:
            grader(store, settings.data, assessments(form, items, rubrics), HereAndNow()).close()
        with CourseGradebook(NbgraderCourse.of(settings)) as gradebook:
            kit: FormKit = gradebook.kit(form.id, items, rubrics)
    return [Work(kit, work.model_dump_json().encode()) for work in made_up_works(form, items, number)]


@dataclass(frozen=True)
class Cost:
    seconds: float
    cpu: float  # of this process and of all that it started

    def __str__(self) -> str:
        return f"{self.seconds:.2f} ({self.cpu:.1f} cpu)"


def measured(scorer: Scorer, works: Sequence[Work], workers: int, answers: set[str]) -> Cost:
    """What all of them cost, as the grader does it: so many in hand as the scorer has room for. Warm before."""
    through(scorer, works[: 100 * workers])
    cpu, started = cpu_seconds(), time.perf_counter()
    digest = through(scorer, works)
    cost = Cost(time.perf_counter() - started, cpu_seconds() - cpu)
    answers.add(digest)
    return cost


def cpu_seconds() -> float:
    me = psutil.Process()
    total = 0.0
    for process in [me, *me.children(recursive=True)]:
        with suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total


def through(scorer: Scorer, works: Sequence[Work]) -> str:
    """A digest of all the answers in order, so that runs can be compared."""
    waiting, in_hand = deque(enumerate(works)), {}
    digests = [0] * len(works)
    while waiting or in_hand:
        room = scorer.capacity - len(in_hand)
        if waiting and room * 2 >= scorer.capacity:
            taken = [waiting.popleft() for _ in range(min(room, len(waiting)))]
            futures = scorer.score([work for _, work in taken])
            in_hand |= {future: place for future, (place, _) in zip(futures, taken, strict=True)}
        done: set[Future[bytes]]
        done, _ = wait(in_hand, return_when=FIRST_COMPLETED)
        for future in done:
            digests[in_hand.pop(future)] = zlib.crc32(future.result())
    return hashlib.sha256(repr(digests).encode()).hexdigest()


def with_a_killed_worker(works: Sequence[Work], answers: set[str]) -> tuple[float, bool]:
    """One of two workers gets SIGKILL in the middle; its nanny starts another."""
    with cluster(2) as (address, processes), closing(ClusterScorer(address, HereAndNow())) as scorer:
        through(scorer, works[:200])
        started = time.perf_counter()
        first = scorer.score(works[: scorer.capacity])
        wait(first, return_when=FIRST_COMPLETED)
        (worker,) = [
            child for child in psutil.Process(processes[-1].pid).children() if "nest" not in " ".join(child.cmdline())
        ][-1:]
        os.kill(worker.pid, signal.SIGKILL)
        for future in first:
            future.result()
        digest = through(scorer, works)
        return time.perf_counter() - started, {digest} == answers


@contextmanager
def cluster(workers: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and workers of one thread each, as processes of their own; address, scheduler first."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    port = address.rpartition(":")[2]
    commands = [[str(DASK), "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show"]]
    commands += [
        [str(DASK), "worker", address, "--nthreads", "1", "--no-dashboard", "--memory-limit", "2GiB"]
        for _ in range(workers)
    ]
    with tempfile.TemporaryDirectory() as folder:
        processes = [
            subprocess.Popen(
                command, cwd=folder, env=os.environ | SETTINGS, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            for command in commands
        ]
        try:
            wait_for_workers(address, workers)
            yield address, processes
        finally:
            for process in reversed(processes):
                process.terminate()
            for process in processes:
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def wait_for_workers(address: str, workers: int) -> None:
    from distributed import Client

    with Client(address, timeout=PATIENCE, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=PATIENCE)


def _listed(costs: Sequence[Cost]) -> str:
    return ", ".join(map(str, costs))


if __name__ == "__main__":
    sys.exit(main())
