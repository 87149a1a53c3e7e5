"""The start test and the final test of simulated people, taken through the same doors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np

from lideri.course.loading import Course
from lideri.demo.answering import difficulties
from lideri.demo.office_hours import OfficeHours
from lideri.demo.people import COHORTS
from lideri.demo.seeding import take
from lideri.reports.evidence import gather, has_passed
from lideri.reports.exams import missing_before_final_test
from lideri.settings import FINAL_TEST, START_TEST, CourseSettings
from lideri.store import Store
from lideri.store.people import Person
from lideri.store.tables import PersonRow

BEFORE_LEARNING = 1.2  # how much less able people are at the start than at the end, in logits
BEGUN = 0.05  # working days after the course's start
EVERY_OTHER = 2  # of those who have not passed everything, every second one has taken the start test


def take_tests(
    store: Store,
    course: Course,
    settings: CourseSettings,
    hours: OfficeHours,
    *,
    grade_all: Callable[[], object],
    rng: np.random.Generator,
) -> None:
    """Whoever may take the final test takes both; of the others who began learning, every second one the start test.

    Nothing happens in a course without such tests.
    """
    if not course.forms_of(START_TEST) or not course.forms_of(FINAL_TEST):
        return
    abilities = {name: (ability, story) for cohort in COHORTS for name, ability, story, _ in cohort.people}
    people = [person for person in store.people.everybody(role="trainee") if person.name in abilities]
    people.sort(key=lambda person: list(abilities).index(person.name))
    hard = difficulties(course.items, rng)
    ready = _may_take_final(store, course, settings, people)
    others = 0
    for person in people:
        ability, story = abilities[person.name]
        others += person.id not in ready
        if story == "not_started" or (person.id not in ready and others % EVERY_OTHER):
            continue
        at = hours.at(BEGUN + float(rng.uniform(0, 0.8)))
        take(store, course, settings, person, START_TEST, ability - BEFORE_LEARNING, hard, at, rng, {})
        if person.id in ready:
            late = hours.at(hours.end) - timedelta(minutes=float(rng.uniform(60, 200)))
            take(store, course, settings, person, FINAL_TEST, ability + 0.8, hard, late, rng, {})
    grade_all()


def _may_take_final(store: Store, course: Course, settings: CourseSettings, people: list[Person]) -> frozenset[str]:
    ids = [person.id for person in people]
    found = store.database.read(
        lambda session: gather(session, [row for one in ids if (row := session.get(PersonRow, one)) is not None])
    )
    modules = [module.id for module in course.syllabus.modules]
    ready = set()
    for person in found:
        passed = [module for module in modules if has_passed(person, module, settings) is not None]
        if not missing_before_final_test(passed, settings, course.exercises_of):
            ready.add(person.id)
    return frozenset(ready)
