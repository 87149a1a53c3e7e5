"""The simulated people's logs of help, and what simulated residents answered. Notes are invented and name nobody."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

import numpy as np

from lideri.course.help_log import HelpLists, load_help_lists
from lideri.course.places import load_places
from lideri.demo.office_hours import OfficeHours
from lideri.demo.people import COHORTS, Story
from lideri.settings import CourseSettings
from lideri.store import Store
from lideri.store.help_log import Help, HelpEntry
from lideri.store.people import Person
from lideri.store.survey import SurveyAnswer

HELPED: dict[Story, int] = {  # residents helped so far
    "passed": 16,
    "passed_second": 9,
    "waiting": 5,
    "failed": 3,
    "studying": 2,
    "not_started": 0,
}
NOTES = (
    "",
    "",
    "",
    "Sākumā baidījās spiest, beigās apstiprināja bez palīdzības.",
    "Aizmirsis PIN kodu, atjaunojām ar PUK no aploksnes.",
    "Atpazina viltus īsziņu pēc adreses.",
    "Burti par maziem, palielinājām līdz 150 %.",
    "Nākamreiz paņems brilles un eID karti.",
    "Pierakstīja soļus uz lapiņas pats.",
    "Rindā gaidīja vēl trīs cilvēki, pabeigsim otrdien.",
)
QUESTIONS = (
    "Ko cilvēks darīja pats un ko tu?",
    "Vai visu tiešām izdarīja pats, ja kods bija jāatgādina?",
    "Kas notiks nākamajā reizē?",
)
ANSWERS = 40
_WAIT = 0.15  # share of entries that no trainer has looked at yet


def seed_help(store: Store, settings: CourseSettings, hours: OfficeHours, rng: np.random.Generator) -> None:
    """Entries of everybody in the cohorts, most of them confirmed; a question or two; anonymous answers."""
    lists = load_help_lists()
    stories = {name: story for cohort in COHORTS for name, _, story, _ in cohort.people}
    asked = list(QUESTIONS)
    for cohort in store.people.cohorts():
        trainer = store.people.get(cohort.trainers[0])
        for person in store.people.members(cohort.id):
            entries = [
                _one(store, settings, person, number, lists, hours, rng)
                for number in range(HELPED.get(stories.get(person.name, "not_started"), 0))
            ]
            _look_at(store, trainer, sorted(entries, key=lambda entry: entry.written_at), hours, rng, asked)
    _survey(store, lists, hours.days[-1], rng)


def _one(
    store: Store,
    settings: CourseSettings,
    person: Person,
    number: int,
    lists: HelpLists,
    hours: OfficeHours,
    rng: np.random.Generator,
) -> HelpEntry:
    at = hours.at(hours.end * float(rng.uniform(0.3, 1.0)))
    situation = lists.situations[int(rng.integers(len(lists.situations)))].id
    is_service = situation == lists.situations[0].id
    colleague = number % 9 == 8
    again = number % 6 == 5
    given = Help(
        helped_on=at.date(),
        situation=situation,
        service=lists.services[int(rng.integers(len(lists.services)))].id if is_service else lists.other_service.id,
        minutes=lists.minutes[int(rng.integers(1, len(lists.minutes)))],
        alone=int(rng.choice([1, 2, 3, 4], p=[0.1, 0.25, 0.4, 0.25])),
        before="helped" if again else "first",
        next=lists.next[int(rng.integers(len(lists.next)))].id,
        who="colleague" if colleague else "resident",
        how="lesson" if rng.uniform() < 0.2 else "spot",
        note=NOTES[int(rng.integers(len(NOTES)))],
    )
    return store.help_log.save(
        person,
        given,
        key=str(uuid.UUID(int=int.from_bytes(rng.bytes(16), "big"), version=4)),
        days_back=settings.help_log.value.days_back,
        now=at,
        today=at.date(),
    )


def _look_at(
    store: Store,
    trainer: Person,
    entries: Sequence[HelpEntry],
    hours: OfficeHours,
    rng: np.random.Generator,
    asked: list[str],
) -> None:
    """A trainer looks once: confirms most entries, asks about one, leaves some."""
    if not entries:
        return
    later = hours.next_day(entries[-1].written_at)
    clear = {entry.id: entry.version for entry in entries if rng.uniform() > _WAIT}
    doubtful = next((entry for entry in entries if entry.help.alone == 4 and entry.id not in clear), None)
    if asked and doubtful is not None:
        store.help_log.ask(trainer, doubtful.id, asked.pop(), now=later)
    store.help_log.confirm(trainer, clear, now=later)


def _survey(store: Store, lists: HelpLists, day: date, rng: np.random.Generator) -> None:
    options: Sequence[str] = [one.id for one in lists.survey.alone.options]
    activities = [f"{area.id}.{one.id}" for area in lists.survey.areas for one in area.activities]
    likely = rng.uniform(0.1, 0.8, len(activities))
    regions = sorted({place.region for place in load_places()})
    for _ in range(ANSWERS):
        code = store.survey.make_code(region=regions[int(rng.integers(len(regions)))], today=day, days=14)
        done = tuple(name for name, chance in zip(activities, likely, strict=True) if rng.uniform() < chance)
        alone = options[int(rng.choice(len(options), p=[0.5, 0.35, 0.15]))]
        store.survey.answer(code, SurveyAnswer(alone, done), today=day)
