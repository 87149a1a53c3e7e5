"""Scoring on this machine: a few closed workers, each with a thread here that feeds it."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Protocol

from lideri.errors import StoreBusy
from lideri.grader.scoring import WorkerLost, score
from lideri.grader.worker import END, FORK, KIT, WORKS
from lideri.nbgrader_bridge.kit import FormKit

log = logging.getLogger("lideri.grader")
CHUNK = 8  # submissions a worker is given at once, when many wait
SECONDS_EACH = 8.0  # by the clock, for one submission; less than the grader's lease
SECONDS_TO_START = 60.0
HANDED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH")  # no secret, no database


@dataclass(frozen=True, slots=True)
class Work:
    """A submission to be scored: JSON of `SubmissionData`."""

    kit: FormKit
    content: bytes


class Scorer(Protocol):
    """Scores submissions somewhere. A future gives what `scoring.score` gives, or raises `WorkerLost`, or `StoreBusy`

    when nothing can be scored now.
    """

    @property
    def capacity(self) -> int:
        """How many submissions it can have in hand so that nobody waits for more to do."""

    def score(self, works: Sequence[Work]) -> list[Future[bytes]]: ...

    def close(self) -> None: ...


class HereAndNow:
    """In this process: for tests, and for whom a process of its own would take longer than the work."""

    capacity = 1

    def score(self, works: Sequence[Work]) -> list[Future[bytes]]:
        futures = []
        for work in works:
            future: Future[bytes] = Future()
            future.set_result(score(work.kit, work.content))
            futures.append(future)
        return futures

    def close(self) -> None:
        """There is nothing to close."""


@dataclass(slots=True)
class _Job:
    work: Work
    future: Future[bytes] = field(default_factory=Future)
    lost: int = 0  # workers


class LocalPool:
    """Workers are made when first needed (`start` makes them at once) and replaced when they die."""

    def __init__(self, processes: int | None = None, *, seconds_each: float = SECONDS_EACH) -> None:
        self.processes = processes or len(os.sched_getaffinity(0))
        self._seconds_each = seconds_each
        self._jobs: deque[_Job] = deque()
        self._wanted = threading.Condition()
        self._closing = False
        self._threads: list[threading.Thread] = []
        self._nest = Nest()

    @property
    def capacity(self) -> int:
        return self.processes * CHUNK * 2

    def start(self) -> None:
        """Begin to warm up; returns at once."""
        with self._wanted:
            if not self._threads and not self._closing:
                self._threads = [
                    threading.Thread(target=self._serve, name=f"vērtē-{number + 1}", daemon=True)
                    for number in range(self.processes)
                ]
                for thread in self._threads:
                    thread.start()

    def score(self, works: Sequence[Work]) -> list[Future[bytes]]:
        self.start()
        jobs = [_Job(work) for work in works]
        with self._wanted:
            self._jobs.extend(jobs)
            self._wanted.notify_all()
        return [job.future for job in jobs]

    def close(self) -> None:
        """End the workers; what is not scored yet never will be here."""
        with self._wanted:
            self._closing = True
            self._jobs.clear()
            self._wanted.notify_all()
        self._nest.end()
        for thread in self._threads:
            thread.join(timeout=5)

    def _serve(self) -> None:
        line: Line | None = None
        with suppress(NestGone):
            line = self._nest.line()  # warm before anybody waits
        while (jobs := self._next()) is not None:
            try:
                if line is None:
                    line = self._nest.line()
                for answer in line.ask(jobs, self._seconds_each):
                    jobs.pop(0).future.set_result(answer)
            except NestGone as error:
                for job in jobs:
                    job.future.set_exception(StoreBusy(f"vērtēšanas procesu nevar sākt: {error}"))
            except WorkerLost as error:
                if line is not None:
                    line.close()
                    line = None
                self._after_a_loss(jobs, error)
        if line is not None:
            line.close()

    def _next(self) -> list[_Job] | None:
        with self._wanted:
            while not self._jobs and not self._closing:
                self._wanted.wait()
            if self._closing:
                return None
            chunk = [self._jobs.popleft()]
            fair = min(CHUNK, -(-len(self._jobs) // self.processes))
            while (
                len(chunk) < fair
                and not chunk[0].lost
                and not self._jobs[0].lost
                and self._jobs[0].work.kit.key == chunk[0].work.kit.key
            ):
                chunk.append(self._jobs.popleft())
            return chunk

    def _after_a_loss(self, jobs: list[_Job], error: WorkerLost) -> None:
        """The first of them had the worker when it was lost. It gets one more, alone: it may be innocent."""
        suspect, *innocent = jobs
        suspect.lost += 1
        again = [] if suspect.lost > 1 or self._closing else [suspect]
        if not again:
            suspect.future.set_exception(error)
        with self._wanted:
            if not self._closing:
                self._jobs.extendleft(reversed([*again, *innocent]))
                self._wanted.notify_all()


class NestGone(Exception):
    """No worker can be made now; the message is for the log."""


class Nest:
    """The process that workers are forked from, started when first needed and started anew when it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ended = False
        self._told_of_door = False

    def line(self) -> Line:
        """A new worker, its door closed."""
        try:
            return self._new_line()
        except NestGone as error:
            if self._ended:
                raise
            log.warning("vērtēšanas process: %s; sāku citu", error)
            return self._new_line()

    def _new_line(self) -> Line:
        ours, theirs = socket.socketpair()
        with theirs:
            control = self._started()
            try:
                socket.send_fds(control, [FORK], [theirs.fileno()])
            except OSError as error:
                ours.close()
                self._forget(control)
                raise NestGone(f"tas vairs neatbild ({error.strerror})") from error
        connection = Connection(ours.detach())
        try:
            if not connection.poll(SECONDS_TO_START):
                raise NestGone(f"{SECONDS_TO_START:g} sekundēs tas nebija gatavs")
            hello = json.loads(connection.recv_bytes(65536))
        except (EOFError, OSError, NestGone) as error:
            connection.close()
            self._forget(control)
            raise error if isinstance(error, NestGone) else NestGone("tas beidzās, pirms bija gatavs") from error
        self._tell_of_door(hello)
        return Line(connection, hello["pid"], self)

    def kill(self, pid: int) -> None:
        with self._lock, suppress(OSError):
            if self._control is not None:
                self._control.send(END + str(pid).encode())

    def end(self) -> None:
        with self._lock:
            self._ended = True
        self._forget(self._control)

    def _started(self) -> socket.socket:
        with self._lock:
            if self._ended:
                raise NestGone("vērtētājs beidz darbu")
            if self._control is None:
                ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    try:
                        self._process = subprocess.Popen(  # noqa: S603  # our own interpreter, no shell
                            [sys.executable, "-m", "lideri.grader.nest", str(theirs.fileno())],
                            stdin=subprocess.DEVNULL,
                            env={name: os.environ[name] for name in HANDED_ON if name in os.environ},
                            pass_fds=[theirs.fileno()],
                        )
                    except OSError as error:
                        raise NestGone(str(error)) from error
                self._control = ours
            return self._control

    def _forget(self, control: socket.socket | None) -> None:
        """The nest goes, and its workers with it."""
        with self._lock:
            if control is None or control is not self._control:
                return
            self._control = None
            control.close()
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._process = None

    def _tell_of_door(self, hello: Mapping[str, object]) -> None:
        with self._lock:
            told, self._told_of_door = self._told_of_door, True
        if not told:
            log.log(logging.INFO if hello["shut"] else logging.WARNING, "%s", hello["door"])


class Line:
    """The pipe to one worker. Not for several threads at once."""

    def __init__(self, connection: Connection, pid: int, nest: Nest) -> None:
        self.pid = pid
        self._connection = connection
        self._nest = nest
        self._kits: set[str] = set()

    def ask(self, jobs: Sequence[_Job], seconds_each: float) -> Iterator[bytes]:
        """An answer for each in turn; raises `WorkerLost` at the one that the worker did not survive."""
        kit = jobs[0].work.kit
        contents = [job.work.content for job in jobs]
        header = json.dumps({"kit": kit.key, "sizes": [len(content) for content in contents]}).encode()
        try:
            if kit.key not in self._kits:
                self._connection.send_bytes(KIT + kit.packed)
                self._kits.add(kit.key)
            self._connection.send_bytes(b"".join([WORKS, header, b"\n", *contents]))
            for _ in contents:
                if not self._connection.poll(seconds_each):
                    raise WorkerLost(f"vērtēšana ilga vairāk par {seconds_each:g} sekundēm")
                yield self._connection.recv_bytes()
        except (EOFError, OSError) as error:
            raise WorkerLost("vērtēšanas process negaidīti beidzās") from error

    def close(self) -> None:
        self._nest.kill(self.pid)
        self._connection.close()
