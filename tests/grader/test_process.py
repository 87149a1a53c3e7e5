from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from lideri.grader import app
from lideri.nbgrader_bridge.comparison import gradebook_rows
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.store import Store
from tests.grader.queue_of_work import FORM, grader, open_store, settings, submit
from tests.nbgrader_bridge.people import ANSWERS

ROOT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds; a slow machine makes this slow, not red


@contextmanager
def service(data: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.grader.queue_of_work", str(data)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until(true: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert process.poll() is None, process.stderr.read() if process.stderr else ""
        assert time.monotonic() < end, "the grader did nothing"
        time.sleep(0.02)


def graded(store: Store) -> int:
    return store.queue.counts().get("graded", 0)


def results_by_item(data: Path) -> list[tuple[str, str, int]]:
    with sqlite3.connect(data / "lideri.sqlite") as connection:
        return connection.execute("select submission_id, item, count(*) from item_results group by 1, 2").fetchall()


def test_killed_again_and_again_it_loses_no_answer_and_scores_none_twice(store: Store, data: Path) -> None:
    submissions = [submit(store, name, answers) for name, answers in ANSWERS.items()]

    for wanted in (1, 3, len(submissions)):
        with service(data) as process:
            wait_until(lambda wanted=wanted: graded(store) >= wanted, process)
            os.kill(process.pid, signal.SIGKILL)  # most likely in the middle of the next one

    items = len(store.queue.submission(submissions[0]).data.answers)
    assert store.queue.counts() == {"graded": len(submissions)}
    assert sorted(results_by_item(data)) == sorted(
        (submission, answer.item, 1)
        for submission in submissions
        for answer in store.queue.submission(submission).data.answers
    )
    assert len(results_by_item(data)) == items * len(submissions)


def crowd(store: Store, number: int) -> list[str]:
    answers = list(ANSWERS.values())
    return [submit(store, f"p{place}", answers[place % len(answers)]) for place in range(number)]


def test_a_crowd_is_graded_once_each_whoever_is_killed_in_the_middle(
    store: Store, data: Path, prepared: Path, tmp_path: Path
) -> None:
    submissions = crowd(store, 60)

    for wanted, whom in ((1, "grader"), (10, "workers"), (20, "grader"), (30, "nest"), (60, "nobody")):
        with service(data) as process:
            wait_until(lambda wanted=wanted: graded(store) >= min(wanted, 60), process)
            if whom in ("workers", "nest"):
                nests = psutil.Process(process.pid).children()
                for one in [child for nest in nests for child in nest.children()] if whom == "workers" else nests:
                    one.kill()
                wait_until(lambda: graded(store) == 60 or not store.queue.counts().get("grading"), process)
            os.kill(process.pid, signal.SIGKILL)

    assert store.queue.counts() == {"graded": 60}
    assert {count for _, _, count in results_by_item(data)} == {1}
    assert len(results_by_item(data)) == 60 * len(store.queue.submission(submissions[0]).data.answers)
    shutil.copytree(prepared, tmp_path / "mierigi")
    calm = open_store(settings(tmp_path / "mierigi"))
    crowd(calm, 60)
    grader(calm, tmp_path / "mierigi").run_until_idle()
    assert points(NbgraderCourse.of(settings(data)), store) == points(
        NbgraderCourse.of(settings(tmp_path / "mierigi")), calm
    )
    calm.close()


def test_what_was_graded_between_kills_is_what_an_undisturbed_grader_gives(
    store: Store, data: Path, prepared: Path, tmp_path: Path
) -> None:
    for name, answers in ANSWERS.items():
        submit(store, name, answers)
    with service(data) as process:
        wait_until(lambda: graded(store) >= 2, process)
        process.kill()
    with service(data) as process:
        wait_until(lambda: graded(store) == len(ANSWERS), process)
    undisturbed = grades_of_undisturbed_grader(prepared, tmp_path / "mierigi")

    assert points(NbgraderCourse.of(settings(data)), store) == undisturbed


def grades_of_undisturbed_grader(prepared: Path, folder: Path) -> dict[Any, Any]:
    shutil.copytree(prepared, folder)
    store = open_store(settings(folder))
    for name, answers in ANSWERS.items():
        submit(store, name, answers)
    grader(store, folder).run_until_idle()
    found = points(NbgraderCourse.of(settings(folder)), store)
    store.close()
    return found


def points(course: NbgraderCourse, store: Store) -> dict[Any, Any]:
    names = {person.id: person.username for person in store.people.everybody()}
    return {
        (names[row[1]], row[3]): said
        for row, said in gradebook_rows(course).items()
        if row[0] == "grade" and row[2] == FORM
    }


def test_told_to_stop_it_ends_by_itself(store: Store, data: Path) -> None:
    submit(store, "anna", ANSWERS["dala"])
    environment = {**os.environ, "LIDERI_DATA": str(data), "LIDERI_DATABASE_URL": ""}
    process = subprocess.Popen([sys.executable, "-m", "lideri.grader"], cwd=ROOT, env=environment)
    try:
        log = data / "logs" / "grader.log"
        wait_until(lambda: log.exists() and "gatavs vērtēt" in log.read_text(encoding="utf-8"), process)
        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()


def test_a_second_grader_on_the_same_data_says_so_and_stops(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with app.only_grader(settings(data)):
        code = app.main({"LIDERI_DATA": str(data)})

    assert code == 2
    assert f"Mapē {data} darbus jau vērtē cita programma." in capsys.readouterr().err


def test_a_wrong_setting_is_one_sentence_and_exit_code_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.main({"LIDERI_PORT": "abc"}) == 2
    assert "LIDERI_PORT: jābūt veselam skaitlim" in capsys.readouterr().err
