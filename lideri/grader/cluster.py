"""Scoring on a Dask cluster of the grader's side (``LIDERI_SCHEDULER``): the same closed workers, on other machines.

Each Dask worker keeps one closed scoring worker (`pool.LocalPool`) of its own, so that not even there an answer meets a
process that has files or a network. Keys go to the workers of this cluster with a plug-in, also to those that join
later. Results come back as bytes; the grader alone writes them.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import suppress
from itertools import accumulate
from typing import Any

from distributed import Client, WorkerPlugin

from lideri.grader.pool import LocalPool, Scorer, Work
from lideri.grader.scoring import WorkerLost
from lideri.nbgrader_bridge.kit import FormKit, unpack_kit

log = logging.getLogger("lideri.grader")
BATCH = 50  # submissions in one task
TASKS_AHEAD = 4  # for each worker
SECONDS_TO_CONNECT = 5
SECONDS_WITHOUT_WORKERS = 30  # so long it may take until one that died is started anew
LOST = b"lost\n"


class ClusterScorer:
    """Falls back to ``here`` for what the cluster cannot do, and for everything once it is lost."""

    def __init__(self, address: str, here: Scorer) -> None:
        """Raises `OSError` when the scheduler cannot be reached."""
        self._address = address
        self._here = here
        self._client: Any = Client(  # type: ignore[no-untyped-call]  # Dask
            address, timeout=SECONDS_TO_CONNECT, set_as_default=False
        )
        self._kits: set[str] = set()
        self._lock = threading.Lock()
        self._well = True
        self._sent: set[Any] = set()  # tasks
        self._counted = (0, float("-inf"))  # workers, and when that was
        self._had_workers = time.monotonic()
        log.info("vērtē Dask klasteris %s (%d darbinieki)", address, self._workers())

    @property
    def capacity(self) -> int:
        return max(1, self._workers()) * TASKS_AHEAD * BATCH if self._well else self._here.capacity

    def score(self, works: Sequence[Work]) -> list[Future[bytes]]:
        futures: list[Future[bytes]] = [Future() for _ in works]
        by_kit: dict[str, list[tuple[Work, Future[bytes]]]] = {}
        for work, future in zip(works, futures, strict=True):
            by_kit.setdefault(work.kit.key, []).append((work, future))
        for jobs in by_kit.values():
            # A few submissions are shared out too: nobody's result waits for fifty others.
            size = max(1, min(BATCH, -(-len(jobs) // (2 * max(1, self._workers())))))
            for start in range(0, len(jobs), size):
                self._send(jobs[start : start + size])
        return futures

    def close(self) -> None:
        self._well = False
        with suppress(Exception):
            self._client.close(timeout=2)
        self._here.close()

    def _workers(self) -> int:
        """How many there are, as of the last second."""
        number, then = self._counted
        if self._well and time.monotonic() - then > 1:
            try:
                number = len(self._client.scheduler_info().get("workers", ()))
            except Exception as error:  # noqa: BLE001  # whatever Dask says, there is still this machine
                self._give_up(error)
            self._counted = (number, time.monotonic())
            if number:
                self._had_workers = time.monotonic()
            elif time.monotonic() - self._had_workers > SECONDS_WITHOUT_WORKERS:
                self._give_up(TimeoutError("tam nav neviena darbinieka"))
        return number

    def _send(self, jobs: Sequence[tuple[Work, Future[bytes]]]) -> None:
        if not self._well or not self._workers():
            self._do_here(jobs)
            return
        try:
            kit = jobs[0][0].kit
            with self._lock:
                if kit.key not in self._kits:
                    self._client.register_plugin(ScoringPlugin(kit.packed, kit.key))
                    self._kits.add(kit.key)
            task = self._client.submit(
                score_batch, kit.key, packed([work.content for work, _ in jobs]), pure=False, retries=3
            )
        except Exception as error:  # noqa: BLE001  # whatever Dask says, there is still this machine
            self._give_up(error)
            self._do_here(jobs)
            return
        self._sent.add(task)
        task.add_done_callback(lambda done: self._came_back(done, jobs))

    def _came_back(self, task: Any, jobs: Sequence[tuple[Work, Future[bytes]]]) -> None:
        """In a thread of Dask's."""
        self._sent.discard(task)
        try:
            answers = unpacked(task.result())
        except BaseException as error:  # noqa: BLE001  # a cancelled task is no `Exception`
            if task.status == "cancelled" or self._client.status != "running":
                self._give_up(error)
            else:
                log.warning("Dask klasteris %d darbus nevarēja novērtēt (%s); vērtē šis dators", len(jobs), error)
            self._do_here(jobs)
            return
        for (_, future), answer in zip(jobs, answers, strict=True):
            if answer.startswith(LOST):
                future.set_exception(WorkerLost(answer[len(LOST) :].decode()))
            else:
                future.set_result(answer)

    def _do_here(self, jobs: Sequence[tuple[Work, Future[bytes]]]) -> None:
        for (_, future), here in zip(jobs, self._here.score([work for work, _ in jobs]), strict=True):
            here.add_done_callback(lambda done, future=future: _pass_on(done, future))  # type: ignore[misc]

    def _give_up(self, error: BaseException) -> None:
        with self._lock:
            was_well, self._well = self._well, False
        if was_well:
            for task in list(self._sent):
                with suppress(Exception):
                    task.cancel()
            log.error("Dask klasteris %s vairs nav sasniedzams (%s); tālāk vērtē šis dators", self._address, error)


def connect(address: str, here: Scorer) -> Scorer:
    """The cluster, or this machine with one clear line in the log when there is none."""
    try:
        return ClusterScorer(address, here)
    except (OSError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        log.error("Dask klasteris %s (LIDERI_SCHEDULER) nav sasniedzams (%s); vērtē šis dators", address, reason)
        return here


def _pass_on(done: Future[bytes], future: Future[bytes]) -> None:
    error = done.exception()
    if error is None:
        future.set_result(done.result())
    else:
        future.set_exception(error)


# ── on a worker of the cluster ───────────────────────────────────────────────────────────────────────────────────────

_HERE: dict[str, Any] = {"kits": {}, "pool": None, "lock": threading.Lock()}


class ScoringPlugin(WorkerPlugin):
    """Brings a form's kit to every worker, also to one that joins or is started anew later."""

    idempotent = True

    def __init__(self, packed: bytes, key: str) -> None:
        self.packed, self.key = packed, key
        self.name = f"lideri-{key}"

    def setup(self, worker: Any) -> None:
        _HERE["kits"][self.key] = unpack_kit(self.packed)
        _pool().start()

    def teardown(self, worker: Any) -> None:
        with _HERE["lock"]:
            pool, _HERE["pool"] = _HERE["pool"], None
        if pool is not None:
            pool.close()


def score_batch(kit: str, contents: bytes) -> bytes:
    """The task: `packed` submissions in, `packed` answers out, as `scoring.score`. What a worker did not survive is

    said, not raised.
    """
    known: FormKit = _HERE["kits"][kit]
    answers = []
    for future in _pool().score([Work(known, content) for content in unpacked(contents)]):
        try:
            answers.append(future.result())
        except WorkerLost as error:
            answers.append(LOST + str(error).encode())
    return packed(answers)


def packed(parts: Sequence[bytes]) -> bytes:
    """As one piece: Dask looks at every object that it sends."""
    return b"".join([json.dumps([len(part) for part in parts]).encode(), b"\n", *parts])


def unpacked(whole: bytes) -> list[bytes]:
    sizes, _, rest = bytes(whole).partition(b"\n")
    ends = list(accumulate(json.loads(sizes)))
    return [rest[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _pool() -> LocalPool:
    with _HERE["lock"]:
        if _HERE["pool"] is None:
            _HERE["pool"] = LocalPool(1)
        pool: LocalPool = _HERE["pool"]
        return pool
