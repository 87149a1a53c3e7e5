"""Certificates of simulated people, issued through the same doors; each is marked as a demonstration, not valid."""

from __future__ import annotations

from datetime import datetime, timedelta

from lideri.course.loading import Course
from lideri.reports.certificate import content_of, requirements
from lideri.reports.evidence import gather, released_items
from lideri.settings import FINAL_TEST, CourseSettings
from lideri.store import Store
from lideri.store.people import Person
from lideri.store.tables import PersonRow

REASON = "Demonstrācija: lai būtu redzams, kā izskatās apliecība."
# What a simulated person must have done, or handed in at least; the rest is a decision, and is said to be one.
_NEEDED = {"moduli": ("met", "waiting"), "nodalas": ("met",)}


def give_certificates(store: Store, course: Course, settings: CourseSettings, *, lead: Person, now: datetime) -> int:
    """Certificates for those who handed in every module; says how many. Who lacks something has one by decision."""
    people = [person.id for person in store.people.everybody(role="trainee") if person.is_demo]
    found = store.database.read(
        lambda session: gather(session, [row for one in people if (row := session.get(PersonRow, one)) is not None])
    )
    given, items = 0, released_items(course.forms)
    for person in found:
        asked = requirements(
            person, settings, course.exercises_of, has_final_test=bool(course.forms_of(FINAL_TEST)), items=items
        )
        if not all(one.state in _NEEDED.get(one.id, (one.state,)) for one in asked):
            continue
        last = max((one.at for one in asked if one.at is not None), default=now)
        content = content_of(person, course, settings, now=now)
        store.certificates.issue(
            person.id,
            content,
            now=min(now, last + timedelta(days=1)),
            issued_by=lead.id if content.by_decision else None,
            reason=REASON,
        )
        given += 1
    return given
