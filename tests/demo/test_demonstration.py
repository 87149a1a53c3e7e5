"""The demonstration: real answers, real grading, and the same rows as stock nbgrader for every simulated person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import numpy as np
import pytest

import course_data
from lideri.course.items import RESPONSE, FreeText
from lideri.course.latvian import RIGA
from lideri.course.loading import load_course, project_root
from lideri.demo.answering import answer
from lideri.demo.office_hours import OfficeHours
from lideri.demo.people import COHORTS
from lideri.demo.texts import TEXTS
from lideri.grading import grade
from lideri.nbgrader_bridge import grade_id
from lideri.nbgrader_bridge.comparison import compare_with_stock
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.practice.working_days import HOLIDAYS
from lideri.private_data import examine
from lideri.settings import Settings, read_course_settings
from lideri.store import Store, open_store
from lideri.store.help_log import HelpEntry


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, copy_of_the_demonstration: Callable[[Path], Path]) -> Settings:
    return Settings(data=copy_of_the_demonstration(tmp_path_factory.mktemp("demo") / "var"))


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


def test_people_work_on_working_days_in_office_hours(store: Store) -> None:
    rules = read_course_settings(Path(str(course_data.path("settings.yml")))).attempt_rules
    simulated = store.people.everybody(role="trainee")
    handed_in = [
        moment
        for person in simulated
        for attempt in store.learning.attempts(person.id, rules=rules)
        for moment in (attempt.started_at, attempt.submitted_at)
        if moment is not None
    ]
    answered = [one.saved_at for person in simulated for one in store.learning.versions(person.id)]
    marked = [one.mark.marked_at for one in store.queue.waiting(marked_too=True) if one.mark is not None]

    at_odd_hours = {
        f"{local:%a %d.%m. %H:%M}"
        for local in (moment.astimezone(RIGA) for moment in (*handed_in, *answered, *marked))
        if local.weekday() > 4 or local.date() in HOLIDAYS or not time(9) <= local.time() <= time(18)
    }

    assert (len(handed_in) >= 40, len(answered) >= 500, len(marked) >= 10) == (True, True, True)
    assert at_odd_hours == set()
    assert max(handed_in) < datetime.now(UTC)
    days = {moment.astimezone(RIGA).date() for moment in handed_in}
    assert len(days) >= 8  # spread over the weeks


@pytest.mark.parametrize("now", ["2026-11-22T01:27+02:00", "2026-11-22T23:59+02:00"])
def test_the_hour_at_which_a_demonstration_is_made_does_not_show_in_it(now: str) -> None:
    hours = OfficeHours.before(datetime.fromisoformat(now), weeks=5)

    assert (hours.days[0], hours.days[-1]) == (date(2026, 10, 19), date(2026, 11, 20))
    assert date(2026, 11, 18) not in hours.days  # a public holiday
    assert hours.at(0.0) == datetime(2026, 10, 19, 9, 0, tzinfo=RIGA)
    assert hours.at(hours.end - 0.5) == datetime(2026, 11, 20, 12, 45, tzinfo=RIGA)
    assert hours.at(99.0) == datetime(2026, 11, 20, 16, 30, tzinfo=RIGA)
    friday = datetime(2026, 11, 13, 15, 0, tzinfo=RIGA)
    assert hours.next_day(friday) == datetime(2026, 11, 16, 15, 0, tzinfo=RIGA)
    assert hours.next_day(hours.at(99.0)) == datetime(2026, 11, 20, 17, 10, tzinfo=RIGA)


def test_the_programme_is_published_once(store: Store) -> None:
    published = store.publications.last("programma")

    assert published is not None
    assert published.content["report"]["is_demo"] is True
    assert published.content["report"]["help"]["trained"] == published.content["report"]["residents_helped"] >= 20
    assert published.content["report"]["survey"]["answers"] >= 30


def test_the_logs_of_help_have_something_of_everything_and_no_private_data(store: Store) -> None:
    entries = [entry for cohort in store.people.cohorts() for entry in logs_of(store, cohort.id)]

    states = Counter(entry.state for entry in entries)

    assert len(entries) >= 80
    assert all(states[state] >= 2 for state in ("confirmed", "new", "asked"))
    assert all(examine(entry.help.note).is_clean for entry in entries)


def logs_of(store: Store, cohort_id: str) -> list[HelpEntry]:
    return [entry for person in store.people.members(cohort_id) for entry in store.help_log.entries_of(person)]


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


def test_some_simulated_people_hold_a_certificate_and_each_is_marked_as_not_valid(store: Store) -> None:
    people = store.people.everybody(role="trainee")

    given = [each for held in store.certificates.of_people([one.id for one in people]).values() for each in held]

    assert len(given) >= 2
    assert all(each.content.is_demo and each.valid for each in given)
    assert all(each.content.modules and each.content.name for each in given)
    assert "dalibnieks" not in {store.people.get(each.person_id).username for each in given}
