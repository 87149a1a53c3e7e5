from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import closing
from pathlib import Path

import pytest
from distributed import LocalCluster

from lideri.grader.cluster import ClusterScorer, connect
from lideri.grader.pool import HereAndNow, LocalPool, Work
from lideri.grader.scoring import read_scored
from lideri.nbgrader_bridge.comparison import gradebook_rows
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import CourseGradebook
from lideri.nbgrader_bridge.kit import FormKit
from lideri.store import Store
from tests.grader.queue_of_work import FORM, grader, settings, submit
from tests.grading.items import one_of_each, rubric
from tests.nbgrader_bridge.people import ANSWERS, work


@pytest.fixture(scope="module")
def kit(prepared: Path) -> FormKit:
    with CourseGradebook(NbgraderCourse.of(settings(prepared))) as gradebook:
        return gradebook.kit(FORM, one_of_each(), {"saruna": rubric()})


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        local_directory=str(tmp_path_factory.mktemp("dask")),
        silence_logs=logging.CRITICAL,
    ) as opened:
        yield opened


class NotHere(HereAndNow):
    def score(self, works: object) -> list[Future[bytes]]:
        raise AssertionError("the cluster was there")


def works(kit: FormKit, number: int) -> list[Work]:
    names = list(ANSWERS)
    return [Work(kit, work(names[place % len(names)]).model_dump_json().encode()) for place in range(number)]


def told(futures: list[Future[bytes]]) -> list[bytes]:
    return [future.result(120) for future in futures]


def test_a_cluster_says_what_this_machine_would_say_even_when_a_worker_is_killed(
    kit: FormKit, cluster: LocalCluster
) -> None:
    wanted = told(HereAndNow().score(works(kit, 300)))
    with closing(ClusterScorer(cluster.scheduler_address, NotHere())) as scorer:
        assert told(scorer.score(works(kit, 7))) == wanted[:7]
        assert scorer.capacity >= 100

        futures = scorer.score(works(kit, 300))
        os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

        assert told(futures) == wanted
        assert told(scorer.score(works(kit, 7))) == wanted[:7]  # the one that took its place has the keys too


def test_the_grader_writes_what_a_cluster_scored(
    cluster: LocalCluster, store: Store, data: Path, tmp_path: Path
) -> None:
    for name, answers in ANSWERS.items():
        submit(store, name, answers)

    with closing(ClusterScorer(cluster.scheduler_address, NotHere())) as scorer:
        assert grader(store, data, scorer=scorer).run_until_idle() == len(ANSWERS)

    assert store.queue.counts() == {"graded": len(ANSWERS)}
    rows = gradebook_rows(NbgraderCourse.of(settings(data)))
    assert len([row for row in rows if row[0] == "submission"]) == len(ANSWERS)


def test_a_scheduler_that_is_not_there_is_one_line_in_the_log_and_this_machine_scores(
    kit: FormKit, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lideri.grader.cluster.SECONDS_TO_CONNECT", 0.5)
    here = HereAndNow()

    assert connect("tcp://127.0.0.1:9", here) is here

    lines = [record.getMessage() for record in caplog.records if record.name == "lideri.grader"]
    assert len(lines) == 1
    assert lines[0].startswith("Dask klasteris tcp://127.0.0.1:9 (LIDERI_SCHEDULER) nav sasniedzams (")


def test_when_the_cluster_goes_away_this_machine_goes_on(
    kit: FormKit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cluster = LocalCluster(
        n_workers=1,
        threads_per_worker=1,
        processes=True,
        dashboard_address=":0",
        local_directory=str(tmp_path),
        silence_logs=logging.CRITICAL,
    )
    with closing(LocalPool(1)) as here, closing(ClusterScorer(cluster.scheduler_address, here)) as scorer:
        assert read_scored(told(scorer.score(works(kit, 1)))[0]).submission == "darbs-visu-zina-1"
        futures = scorer.score(works(kit, 100))
        cluster.close()

        assert told(futures) == told(HereAndNow().score(works(kit, 100)))
        assert told(scorer.score(works(kit, 3))) == told(HereAndNow().score(works(kit, 3)))
    assert "vērtē šis dators" in caplog.text
