"""Who gets a certificate: what the rule asks, how far a person is, and what the certificate would state.

Each thing asked for is a `Requirement`: met, still to do, waiting for somebody else, or not there yet in this version.
All have to be met; then the certificate is there for the taking. Nothing here knows how it looks or where it is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from lideri.course.items import ReleasedItem
from lideri.course.latvian import RIGA, counted
from lideri.course.loading import Course
from lideri.credentials import Content, ModuleDone
from lideri.measurement.levels import level
from lideri.reports.evidence import (
    PersonEvidence,
    has_passed,
    module_of,
    pages_done,
    released_items,
    scored_items,
)
from lideri.reports.exams import final_test_passed, modules_needed, pages_not_needed
from lideri.reports.trainer import cut_scores
from lideri.settings import FINAL_TEST, CourseSettings

State = Literal["met", "open", "waiting", "absent"]


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing the rule asks for. `words` say how far it is; `at` when it was met, as far as that is known."""

    id: str
    title: str
    state: State
    words: str
    at: datetime | None = None

    @property
    def met(self) -> bool:
        return self.state == "met"


def requirements(
    person: PersonEvidence,
    settings: CourseSettings,
    exercises_of: Mapping[str, Sequence[str]],
    *,
    has_final_test: bool = False,
    items: Mapping[str, ReleasedItem] | None = None,
) -> tuple[Requirement, ...]:
    """What the rule asks, in its order. `has_final_test`: whether this course has one to take; `items`: of all forms,
    to know which chapters the start test made dispensable.
    """
    rule = settings.certificate.value
    asked = [_modules(person, settings, exercises_of)]
    if rule.all_pages_done:
        skipped = pages_not_needed(person, items or {}, settings)
        asked.append(
            _pages(person, {page: names for page, names in exercises_of.items() if module_of(page) not in skipped})
        )
    if rule.final_test:
        opens_later = settings.final_test.value.opens_when == "moduli" and not asked[0].met
        asked.append(_final_test(person, settings, has_final_test, opens_later=opens_later))
    if rule.confirmed_people:
        asked.append(_people(person, rule.confirmed_people))
    return tuple(asked)


def _modules(
    person: PersonEvidence, settings: CourseSettings, exercises_of: Mapping[str, Sequence[str]]
) -> Requirement:
    needed = modules_needed(settings, exercises_of)
    passed = {module: has_passed(person, module, settings) for module in needed}
    left = [module for module, day in passed.items() if day is None]
    waits = [
        module
        for module in left
        if any(one.module == module and (one.state != "graded" or one.waiting) for one in person.submissions)
    ]
    todo = [module for module in left if module not in waits]
    words = f"Ieskaitīti {len(needed) - len(left)} no {len(needed)}."
    if todo and len(todo) < len(needed):
        words += f" Vēl nav: {', '.join(f'{module}.' for module in todo)} modulis."
    if waits:
        words += f" Vērtējumu gaida: {', '.join(f'{module}.' for module in waits)} modulis."
    state: State = "met" if needed and not left else "waiting" if left and not todo else "open"
    at = max((day for day in passed.values() if day), default=None)
    return Requirement("moduli", "Moduļu pārbaudes darbi ir ieskaitīti", state, words, at)


def _pages(person: PersonEvidence, exercises_of: Mapping[str, Sequence[str]]) -> Requirement:
    done = pages_done(person, exercises_of)
    words = f"Pabeigtas {done} no {len(exercises_of)}."
    return Requirement("nodalas", "Visas nodaļas ir pabeigtas", "met" if done >= len(exercises_of) else "open", words)


def _final_test(person: PersonEvidence, settings: CourseSettings, there: bool, *, opens_later: bool) -> Requirement:
    title = "Noslēguma tests ir nokārtots"
    day = final_test_passed(person, settings)
    if day is not None:
        return Requirement("tests", title, "met", "Nokārtots.", day)
    if not there:
        return Requirement("tests", title, "absent", "Noslēguma tests šeit vēl nav pieejams.")
    if any(one.module == FINAL_TEST and (one.state != "graded" or one.waiting) for one in person.submissions):
        return Requirement("tests", title, "waiting", "Iesniegts. Gaida vērtējumu.")
    later = " Tests atveras, kad ieskaitīti visi pārbaudes darbi." if opens_later else ""
    return Requirement("tests", title, "open", f"Vēl nav nokārtots.{later}")


def _people(person: PersonEvidence, needed: int) -> Requirement:
    title = f"Palīdzība {counted(needed, 'cilvēkam', 'cilvēkiem')} ir apstiprināta"
    if person.people_confirmed is None:
        return Requirement("cilveki", title, "absent", "Palīdzības dienasgrāmata šeit vēl nav pieejama.")
    confirmed = sorted(person.people_confirmed)
    words = f"Pasniedzējs apstiprinājis {len(confirmed)} no {needed}."
    if len(confirmed) > needed:
        words = f"Pasniedzējs apstiprinājis {len(confirmed)}; vajag {needed}."
    if len(confirmed) < needed:
        return Requirement("cilveki", title, "open", words)
    return Requirement("cilveki", title, "met", words, confirmed[needed - 1])


def certificate_day(
    person: PersonEvidence,
    settings: CourseSettings,
    exercises_of: Mapping[str, Sequence[str]],
    *,
    items: Mapping[str, ReleasedItem] | None = None,
) -> datetime | None:
    """Since when the person counts as certified: the certificate's day, or when everything was done; else None.

    A revoked certificate counts for nothing, whatever was done.
    """
    if person.certificate is not None:
        return person.certificate.at if person.certificate.valid else None
    asked = requirements(person, settings, exercises_of, items=items)
    days = [one.at for one in asked if one.at is not None]
    return max(days) if days and all(one.met for one in asked) else None


def content_of(person: PersonEvidence, course: Course, settings: CourseSettings, *, now: datetime) -> Content:
    """What a certificate issued now would state: only what was done. `by_decision` when the rule is not met."""
    items = released_items(course.forms)
    asked = requirements(
        person, settings, course.exercises_of, has_final_test=bool(course.forms_of(FINAL_TEST)), items=items
    )
    passed = [module for module in course.syllabus.modules if has_passed(person, module.id, settings)]
    people = next((one for one in asked if one.id == "cilveki"), None)
    found = level(scored_items(person, items), cut_scores(settings)).index
    last = max((one.at for one in asked if one.at is not None), default=now)
    return Content(
        name=" ".join(person.name.split())[:200],
        modules=tuple(ModuleDone(id=module.id, title=module.title) for module in passed),
        final_test=final_test_passed(person, settings) is not None,
        people_helped=len(person.people_confirmed or ()) if people is not None and people.met else 0,
        completed_on=last.astimezone(RIGA).date(),
        level=settings.levels.value[found].name if found is not None else "",
        assumed=settings.certificate.is_assumption,
        by_decision=not all(one.met for one in asked),
        is_demo=person.is_demo,
    )


def rule_words(settings: CourseSettings) -> str:
    """The rule in one sentence."""
    rule = settings.certificate.value
    if rule.modules_passed == "visi":
        asked = ["ieskaitīti visu uzrakstīto moduļu pārbaudes darbi"]
    else:
        asked = [f"ieskaitīts {', '.join(f'{module}.' for module in rule.modules_passed)} moduļa pārbaudes darbs"]
    if rule.all_pages_done:
        asked.append("pabeigtas visas nodaļas")
    if rule.final_test:
        asked.append("nokārtots noslēguma tests")
    if rule.confirmed_people:
        asked.append(f"apstiprināta palīdzība {counted(rule.confirmed_people, 'cilvēkam', 'cilvēkiem')}")
    listed = " un ".join([", ".join(asked[:-1]), asked[-1]]) if len(asked) > 1 else asked[0]
    note = " (pieņēmums, jāapstiprina VARAM)" if settings.certificate.is_assumption else ""
    return f"Apliecība: {listed}{note}."
