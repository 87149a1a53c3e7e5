"""Three simulated cohorts, made through the same doors that real people use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

import course_data
from lideri.answers.exercises import Exercise, exercises_by_page
from lideri.course.items import Item
from lideri.course.loading import Course
from lideri.demo.answering import answer, difficulties
from lideri.demo.office_hours import OfficeHours
from lideri.demo.people import COHORTS, Story
from lideri.demo.simulators import actions
from lideri.demo.texts import DemoText, texts_for
from lideri.practice.scenarios import load_scenarios
from lideri.settings import CourseSettings
from lideri.store import Store
from lideri.store.people import NewPerson, Person
from lideri.store.tables import Role

STORY_MODULE = "2"  # the module that people's stories are about
WEEKS_AGO = 5  # when the first cohort began
# In working days, as `OfficeHours` counts them.
BETWEEN_PAGES = 0.7
BETWEEN_PAGES_IN_A_HURRY = 0.2
BETWEEN_ASSESSMENTS = 1.1


@dataclass(frozen=True, slots=True)
class DemoAccount:
    username: str
    name: str
    role: Role
    what: str  # what one sees with it, in Latvian


DEMO_ACCOUNTS = (
    DemoAccount("dalibnieks", "Dalībnieks Paraugs", "trainee", "mācību burtnīca"),
    DemoAccount("pasniedzejs", "Pasniedzējs Paraugs", "trainer", "grupas pārskats un vērtēšana"),
    DemoAccount("vadosais", "Vadošais Paraugs", "lead_trainer", "visas grupas un nbgrader"),
    DemoAccount("vadiba", "Vadība Paraugs", "programme_lead", "programmas pārskats"),
)


def seed_demo(
    store: Store,
    course: Course,
    settings: CourseSettings,
    *,
    password: str,
    now: datetime,
    grade_all: Callable[[], object],
    rng: np.random.Generator,
    step: Callable[[str], None] = lambda _text: None,
) -> None:
    """Fill an empty store. ``course`` must hold the keys; ``grade_all`` runs the real grader until its queue is empty.

    ``step`` is told what is being done, for a progress bar. Not to be run twice on one store.
    """
    hours = OfficeHours.before(now, weeks=WEEKS_AGO)
    start = hours.at(0.0)
    accounts = {
        account.username: store.people.add(
            NewPerson(name=account.name, role=account.role, username=account.username, is_demo=True), now=start
        )
        for account in DEMO_ACCOUNTS
    }
    for person in accounts.values():
        store.people.set_demo_password(person.id, password)
    trainer, lead = accounts["pasniedzejs"], accounts["vadosais"]
    link_days = timedelta(days=settings.login_link_days.value)
    exercises = exercises_by_page(course, load_scenarios(course_data.path()))
    hard = difficulties(course.items, rng)
    written: dict[tuple[str, str], DemoText] = {}  # (person, item) → what was chosen, to mark it alike
    retakers: list[tuple[Person, float, float]] = []
    waiting: set[str] = set()
    for number, cohort in enumerate(COHORTS):
        teacher = trainer if number == 0 else lead
        group = store.people.add_cohort(
            cohort.name, now=start, trainers=[teacher.id], municipality=cohort.municipality, is_demo=True
        )
        if number == 0:
            store.people.add_member(group.id, accounts["dalibnieks"].id, now=start)
        for name, ability, story, library in cohort.people:
            step(name)
            person = store.people.add(
                NewPerson(
                    name=name,
                    institution="Bibliotēka (demonstrācija)" if library else "VPVKAC (demonstrācija)",
                    kind="library" if library else "vpvkac",
                    municipality=cohort.municipality,
                    is_demo=True,
                ),
                now=start,
            )
            store.people.add_member(group.id, person.id, now=start)
            begun = int(rng.uniform(1, 9)) + float(rng.uniform(0, 1))
            modules = [entry.id for entry in course.syllabus.modules if course.forms_of(entry.id)]
            if story == "not_started":
                store.people.make_login_link(person.id, now=start, valid_for=link_days, made_by=teacher.id)
                continue
            own = _pages_of(exercises, STORY_MODULE)
            read = [begun + BETWEEN_PAGES * page for page in range(len(own))]
            _study(store, own, person, _pages_for(story), [hours.at(each) for each in read], rng)
            if story == "studying":
                continue
            handed_in = begun + BETWEEN_PAGES * len(own) + float(rng.uniform(0, 4))
            take(
                store,
                course,
                settings,
                person,
                STORY_MODULE,
                _first_ability(story, ability),
                hard,
                hours.at(handed_in),
                rng,
                written,
            )
            before = modules if story == "passed" else modules[: modules.index(STORY_MODULE)]
            lately = _one_after_another([module for module in before if module != STORY_MODULE], hours, rng)
            for other, late in lately:
                pages = _pages_of(exercises, other)
                read = [late - BETWEEN_PAGES_IN_A_HURRY * (len(pages) - page) for page in range(len(pages))]
                _study(store, pages, person, 1.0, [hours.at(each) for each in read], rng)
                take(store, course, settings, person, other, ability + 0.8, hard, hours.at(late), rng, written)
            if story == "passed_second":
                retakers.append((person, ability, handed_in + float(rng.uniform(1, 4))))
            if story == "waiting":
                waiting.add(person.id)
    step("vērtē pirmos darbus")
    grade_all()
    _mark(store, course, written, hours, skip=waiting)
    for person, ability, at in retakers:
        step(person.name)
        take(store, course, settings, person, STORY_MODULE, ability + 0.2, hard, hours.at(at), rng, written)
    step("vērtē otros mēģinājumus")
    grade_all()
    _mark(store, course, written, hours, skip=waiting)
    grade_all()


def _pages_of(exercises: Mapping[str, Mapping[str, Exercise]], module: str) -> Mapping[str, Mapping[str, Exercise]]:
    return {page: here for page, here in exercises.items() if page.partition(".")[0] == module}


def _one_after_another(
    modules: Sequence[str], hours: OfficeHours, rng: np.random.Generator
) -> Iterator[tuple[str, float]]:
    """When the modules' assessments are taken: on the last working days, about one a day."""
    for place, module in enumerate(modules):
        yield module, hours.end - BETWEEN_ASSESSMENTS * (len(modules) - place) + float(rng.uniform(0, 0.9))


def _pages_for(story: Story) -> float:
    return {"studying": 0.4, "failed": 0.6, "waiting": 0.9}.get(story, 1.0)


def _first_ability(story: Story, ability: float) -> float:
    # Stories are told by chance all the same; this only makes them likely.
    return ability + {"passed": 0.3, "waiting": 0.2, "failed": -1.3, "passed_second": -1.4}.get(story, 0.0)


def _study(
    store: Store,
    exercises: Mapping[str, Mapping[str, Exercise]],
    person: Person,
    share: float,
    when: Sequence[datetime],
    rng: np.random.Generator,
) -> None:
    """``when`` each page is worked through, in the pages' order."""
    pages = sorted(exercises.items())
    for begun, (page, here) in zip(when, pages[: max(1, round(share * len(pages)))], strict=False):
        for place, exercise in enumerate(here.values()):
            if exercise.item is not None:
                response = answer(exercise.item, 1.0, 0.0, rng) or answer(exercise.item, 9.0, 0.0, rng)
            else:
                scenario = exercise.scenario or {}
                response = {"kind": scenario["kind"], "actions": actions(scenario, rng)}
            if response is None:
                continue
            at = begun + timedelta(minutes=3 * place)
            store.learning.save_answer(
                person.id,
                page,
                exercise.id,
                exercise.read(response),
                seq=1,
                checked=True,
                now=at,
                outcome=exercise.judge(response),
            )


def take(
    store: Store,
    course: Course,
    settings: CourseSettings,
    person: Person,
    module: str,
    ability: float,
    hard: Mapping[str, float],
    at: datetime,
    rng: np.random.Generator,
    written: dict[tuple[str, str], DemoText],
) -> None:
    forms = {form.id: form for form in course.forms_of(module)}
    rules = settings.rules_of(module)
    attempt = store.learning.start_attempt(person.id, module, forms=list(forms), rules=rules, now=at)
    form = forms[attempt.form]
    answered = 0
    for place, shown in enumerate(form.items):
        item: Item = course.items[shown.id]
        response: dict[str, Any] | None
        if item.kind == "free_text":
            choices = texts_for(item.id, course.rubrics[item.rubric])
            quality = min(len(choices) - 1, max(0, round(2.0 - ability + float(rng.normal(0, 0.6)))))
            written[person.id, item.id] = choices[quality]
            response = {"kind": "free_text", "text": choices[quality].text}
        else:
            response = answer(item, ability, hard[item.id], rng)
        if response is None:
            continue
        answered += 1
        store.learning.save_attempt_answer(
            attempt.id,
            item.id,
            item.version,
            response,
            person_id=person.id,
            seq=1,
            rules=rules,
            now=at + timedelta(minutes=2 * place),
        )
    store.learning.submit(
        attempt.id, form, person_id=person.id, answered=answered, rules=rules, now=at + timedelta(minutes=30)
    )


def _mark(
    store: Store,
    course: Course,
    written: Mapping[tuple[str, str], DemoText],
    hours: OfficeHours,
    *,
    skip: set[str],
) -> None:
    """By whoever teaches the cohort."""
    teachers = {
        person.id: cohort.trainers[0] for cohort in store.people.cohorts() for person in store.people.members(cohort.id)
    }
    for one in store.queue.waiting():
        found = written.get((one.person_id, one.result.item))
        if found is None or one.person_id in skip:
            continue
        item = course.items[one.result.item]
        rubric = course.rubrics[item.rubric] if item.kind == "free_text" else None
        if rubric is None:
            continue
        points = {criterion.id: mark for criterion, mark in zip(rubric.criteria, found.marks, strict=True)}
        store.queue.put_mark(
            one.submission_id,
            one.result.item,
            points,
            comment=found.comment,
            marked_by=teachers[one.person_id],
            now=hours.next_day(one.submitted_at),
        )
