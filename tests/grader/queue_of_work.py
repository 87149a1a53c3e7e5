"""A store with people who submitted the small form, and a grader for it."""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from lideri.course.items import ReleasedForm
from lideri.grader import Grader, Pace
from lideri.grader.content import Assessments
from lideri.grader.pool import LocalPool
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.practice.release import release
from lideri.settings import AttemptRules, Settings
from lideri.store import Store, open_store
from lideri.store.people import NewPerson
from tests.grading.items import form, one_of_each, rubric

RULES = AttemptRules(allowed=3, counts="best")
FORM = form().id
MAX = sum(item.points for item in one_of_each())


def settings(folder: Path) -> Settings:
    return Settings(data=folder)


def assessments() -> Assessments:
    return Assessments({FORM: form()}, {item.id: item for item in one_of_each()}, {"saruna": rubric()})


def released_form() -> ReleasedForm:
    items = tuple(release(item, rubric()) for item in one_of_each())
    return ReleasedForm(id=FORM, module="2", title="Darbs", minutes=30, explain="after_submit", items=items)


def grader(store: Store, folder: Path, *, rules: AttemptRules = RULES, **options: Any) -> Grader:
    made = Grader(store, NbgraderCourse.of(settings(folder)), assessments(), rules, **options)
    made.prepare()
    return made


def submit(store: Store, name: str, answers: dict[str, Any], *, at: datetime | None = None) -> str:
    """The person (made when new) answers and submits the next attempt; the submission's id."""
    at = at or datetime.now(UTC)
    person = store.people.by_username(name)
    if person is None:
        new = NewPerson(name=f"Vārds {name.capitalize()}", role="trainee", username=name)
        person = store.people.add(new, now=at)
    attempt = store.learning.start_attempt(person.id, "2", forms=[FORM] * 3, rules=RULES, now=at)
    for item, response in answers.items():
        store.learning.save_attempt_answer(
            attempt.id, item, 1, response, person_id=person.id, seq=1, rules=RULES, now=at
        )
    done = store.learning.submit(
        attempt.id, released_form(), person_id=person.id, answered=len(answers), rules=RULES, now=at
    )
    return str(done.submission_id)


def main(folder: Path) -> None:
    """The service on the small form, with workers of its own; killed by tests."""
    store = open_store(settings(folder))
    with closing(LocalPool(2)) as pool:
        grader(store, folder, pace=Pace(lease=0.4), worker=f"w{datetime.now(UTC).timestamp()}", scorer=pool).run()


__all__ = ["FORM", "MAX", "RULES", "assessments", "grader", "open_store", "settings", "submit", "timedelta"]

if __name__ == "__main__":
    main(Path(sys.argv[1]))
