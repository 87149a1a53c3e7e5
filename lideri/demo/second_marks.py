"""Second marks of the demonstration: a simulated marker goes over what the simulated people wrote for one module."""

from __future__ import annotations

import numpy as np

from lideri.demo.office_hours import OfficeHours
from lideri.demo.seeding import STORY_MODULE
from lideri.settings import CourseSettings
from lideri.store import Store
from lideri.store.people import NewPerson
from lideri.store.second_marks import levels_of

NAME = "Simulēts Vērtētājs"
# How likely the simulated marker takes the same level as the first: the last criterion of a rubric divides them more.
_SAME, _SAME_IN_THE_LAST = 0.8, 0.6


def seed_second_marks(store: Store, settings: CourseSettings, hours: OfficeHours, rng: np.random.Generator) -> int:
    """Of every marked free answer of the module, says how many; those of others wait for whoever tries it."""
    if settings.second_marking.value.share == 0:
        return 0
    marker = store.people.add(
        NewPerson(name=NAME, role="lead_trainer", username="simulets-vertetajs", is_demo=True), now=hours.at(0.0)
    )
    given = 0
    for answer in store.second_marks.open_to(marker, store.queue.waiting(marked_too=True), share=1.0):
        if answer.module != STORY_MODULE or answer.mark is None:
            continue
        levels = levels_of(answer.result.detail)
        points = {
            name: _near(
                levels[name], answer.mark.points[name], _SAME_IN_THE_LAST if name == list(levels)[-1] else _SAME, rng
            )
            for name in levels
        }
        store.second_marks.put(
            answer.submission_id,
            answer.result.item,
            points,
            comment="",
            marked_by=marker.id,
            now=hours.next_day(answer.mark.marked_at),
        )
        given += 1
    return given


def _near(levels: tuple[float, ...], first: float, same: float, rng: np.random.Generator) -> float:
    """The first marker's level, or one beside it."""
    place = levels.index(first)
    if rng.uniform() < same:
        return first
    beside = [other for other in (place - 1, place + 1) if 0 <= other < len(levels)]
    return levels[beside[int(rng.integers(len(beside)))]]
