from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from lideri.errors import StoreBusy
from lideri.grader.pool import HereAndNow, LocalPool, Work
from lideri.grader.scoring import ScoringMistake, WorkerLost, read_scored
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import CourseGradebook
from lideri.nbgrader_bridge.kit import FormKit
from tests.grader.queue_of_work import FORM, settings
from tests.grading.items import one_of_each, rubric
from tests.nbgrader_bridge.people import ANSWERS, work


@pytest.fixture(scope="module")
def kit(prepared: Path) -> FormKit:
    with CourseGradebook(NbgraderCourse.of(settings(prepared))) as gradebook:
        return gradebook.kit(FORM, one_of_each(), {"saruna": rubric()})


@pytest.fixture
def pool() -> Iterator[LocalPool]:
    with closing(LocalPool(2)) as opened:
        yield opened


def works(kit: FormKit, number: int = 0) -> list[Work]:
    names = [name for _ in range(number // len(ANSWERS) + 1) for name in ANSWERS]
    return [Work(kit, work(name).model_dump_json().encode()) for name in names[: number or len(ANSWERS)]]


def answers(pool: LocalPool | HereAndNow, given: list[Work]) -> list[bytes]:
    return [future.result(60) for future in pool.score(given)]


def nest_of(pool: LocalPool) -> psutil.Process:
    assert pool._nest._process is not None
    return psutil.Process(pool._nest._process.pid)


def test_closed_workers_say_what_this_process_would_say(kit: FormKit, pool: LocalPool) -> None:
    assert answers(pool, works(kit, 50)) == answers(HereAndNow(), works(kit, 50))


def test_a_mistake_and_what_is_no_submission_hurt_nobody_else(kit: FormKit, pool: LocalPool) -> None:
    good, other = works(kit)[:2]

    told = answers(pool, [good, Work(kit, b"{}"), Work(kit, b"\xff\x00" * 10_000), other])

    for answer in told[1:3]:
        with pytest.raises(ScoringMistake, match="ValidationError"):
            read_scored(answer)
    assert [told[0], told[3]] == answers(HereAndNow(), [good, other])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seccomp")
def test_the_door_is_closed_and_no_secret_was_carried_through_it(
    kit: FormKit, pool: LocalPool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("LIDERI_SECRET", "noslepums")
    monkeypatch.setenv("LIDERI_DATABASE_URL", "postgresql://parole@x/y")
    answers(pool, works(kit))

    nest = nest_of(pool)
    workers = nest.children()

    assert len(workers) == 2
    assert not [name for name in nest.environ() if name.startswith("LIDERI")]
    for worker in workers:
        status = Path(f"/proc/{worker.pid}/status").read_text()
        assert "Seccomp:\t2\n" in status or "norobežots tikai daļēji" in caplog.text
        if "Seccomp:\t2\n" in status:
            assert len(list(Path(f"/proc/{worker.pid}/fd").iterdir())) == 4
    assert caplog.text.count("vērtēšanas process ir norobežots") == 1


def test_when_workers_are_killed_again_and_again_every_answer_still_comes(kit: FormKit, pool: LocalPool) -> None:
    answers(pool, works(kit))
    futures = pool.score(works(kit, 200))

    for _ in range(3):
        for worker in nest_of(pool).children():
            worker.send_signal(signal.SIGKILL)
        time.sleep(0.1)
    told = []
    for future in futures:
        try:
            told.append(future.result(60))
        except WorkerLost:  # the same one was hit twice
            told.append(None)

    wanted = answers(HereAndNow(), works(kit, 200))
    assert [one for one, right in zip(told, wanted, strict=True) if one not in (None, right)] == []
    assert told.count(None) <= 4


def test_when_the_process_they_are_forked_from_is_killed_another_one_takes_its_place(
    kit: FormKit, pool: LocalPool
) -> None:
    answers(pool, works(kit))
    nest = nest_of(pool)
    workers = nest.children()

    nest.send_signal(signal.SIGKILL)

    assert answers(pool, works(kit)) == answers(HereAndNow(), works(kit))
    assert nest_of(pool).pid != nest.pid
    psutil.wait_procs(workers, timeout=20)
    assert not [worker for worker in workers if worker.is_running() and worker.status() != psutil.STATUS_ZOMBIE]


def test_a_submission_that_takes_too_long_is_said_to_and_the_rest_goes_on(kit: FormKit) -> None:
    with closing(LocalPool(1, seconds_each=0.0)) as impatient:
        (future,) = impatient.score(works(kit)[:1])
        with pytest.raises(WorkerLost, match="ilga vairāk par 0 sekundēm"):
            future.result(60)

        impatient._seconds_each = 30.0
        assert answers(impatient, works(kit)) == answers(HereAndNow(), works(kit))


def test_when_no_worker_can_be_started_it_says_so_and_asks_to_wait(
    kit: FormKit, pool: LocalPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/nav/tadas/programmas")

    (future,) = pool.score(works(kit)[:1])

    with pytest.raises(StoreBusy, match="vērtēšanas procesu nevar sākt"):
        future.result(60)


def test_when_it_is_closed_nothing_is_left_behind(kit: FormKit) -> None:
    pool = LocalPool(2)
    answers(pool, works(kit))
    family = [nest_of(pool), *nest_of(pool).children()]

    pool.close()

    gone, alive = psutil.wait_procs(family, timeout=20)
    assert alive == []
    assert len(gone) == 3


def test_when_the_grader_is_killed_its_workers_end_too(kit: FormKit) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # as a grader that is killed: nothing of it runs any more
        os.close(reading)
        pool = LocalPool(1)
        answers(pool, works(kit)[:1])
        pids = [nest_of(pool).pid, *(one.pid for one in nest_of(pool).children())]
        os.write(writing, " ".join(map(str, pids)).encode())
        os.kill(os.getpid(), signal.SIGKILL)
    os.close(writing)
    with os.fdopen(reading) as said:
        pids = [int(pid) for pid in said.read().split()]
    os.waitpid(child, 0)

    family = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    psutil.wait_procs(family, timeout=20)
    assert len(pids) == 2
    assert not [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]
