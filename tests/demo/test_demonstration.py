"""The demonstration: real answers, real grading, and the same rows as stock nbgrader for every simulated person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lideri.course.items import RESPONSE, FreeText
from lideri.course.loading import load_course, project_root
from lideri.demo.answering import answer
from lideri.demo.first_start import make_demo
from lideri.demo.people import COHORTS
from lideri.demo.texts import TEXTS
from lideri.grading import grade
from lideri.nbgrader_bridge import grade_id
from lideri.nbgrader_bridge.comparison import compare_with_stock
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.settings import Settings
from lideri.store import Store, open_store


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(data=tmp_path_factory.mktemp("demo"))
    make_demo(made, "parole-tikai-testam", lambda _text: None)
    return made


@pytest.fixture(scope="module")
def store(settings: Settings) -> Iterator[Store]:
    opened = open_store(settings)
    yield opened
    opened.close()


def test_three_cohorts_of_24_people_all_marked_as_simulated(store: Store) -> None:
    cohorts = store.people.cohorts()
    people = [person for cohort in cohorts for person in store.people.members(cohort.id)]
    simulated = [person for person in people if person.username != "dalibnieks"]

    assert len(cohorts) == 3
    assert all(cohort.is_demo and "demonstrācija" in cohort.name for cohort in cohorts)
    assert len(simulated) == 24 == sum(len(cohort.people) for cohort in COHORTS)
    assert len({person.municipality for person in simulated}) == 3
    assert all(person.is_demo for person in store.people.everybody())


def test_everything_handed_in_was_graded_and_some_wait_for_a_person(store: Store) -> None:
    course = load_course()
    counts = store.queue.counts()
    waiting = store.queue.waiting()

    assert counts["graded"] >= 20
    assert counts.get("queued", 0) + counts.get("grading", 0) + counts.get("failed", 0) == 0
    assert len(waiting) >= 3
    for person in store.people.everybody(role="trainee"):
        for result in store.results.of_person(person.id):
            assert len(result.items) == len(course.forms[result.form].items)
            assert 0 <= result.points <= result.max_points


def test_the_programme_is_published_once(store: Store) -> None:
    published = store.publications.last("programma")

    assert published is not None
    assert published.content["report"]["is_demo"] is True
    assert published.content["report"]["residents_helped"] == 0


def test_stock_nbgrader_gives_the_same_rows_for_every_simulated_person(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    unsure = {
        (person.id, result.form, grade_id(item.item))
        for person in store.people.everybody(role="trainee")
        for result in store.results.of_person(person.id)
        for item in result.items
        if item.outcome == "unsure"
    }

    comparison = compare_with_stock(
        NbgraderCourse.of(settings), tmp_path / "stock", forms=["m02-a", "m02-b", "m03-a", "m05-a"], unsure=unsure
    )

    assert comparison.differences == ()
    assert comparison.equal
    tasks = {item.kind for name in ("m03-a", "m05-a") for item in load_course().forms[name].items}
    assert "simulation" in tasks  # stock runs the practice places' rules in an ordinary kernel


def test_an_able_person_answers_better_than_a_weak_one() -> None:
    course = load_course()
    rng = np.random.default_rng(1)
    points: Counter[str] = Counter()
    for item in course.items.values():
        if isinstance(item, FreeText):
            continue
        for name, ability in (("vājš", -2.0), ("labs", 2.0)):
            points[name] += sum(
                grade(item, RESPONSE.validate_python(response)).points
                for response in (answer(item, ability, 0.0, rng) for _ in range(8))
                if response is not None
            )

    assert points["labs"] > 1.4 * points["vājš"]


def test_every_invented_text_has_a_mark_for_each_criterion() -> None:
    course = load_course(project_root())

    for name, texts in TEXTS.items():
        item = course.items[name]
        assert isinstance(item, FreeText)
        rubric = course.rubrics[item.rubric]
        for text in texts:
            assert len(text.marks) == len(rubric.criteria)
            for mark, criterion in zip(text.marks, rubric.criteria, strict=True):
                assert mark in {level.points for level in criterion.levels}
