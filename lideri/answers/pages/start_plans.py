"""`grupas/<id>/plani`: what the start test advises each person of a cohort, for those who teach it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lideri.answers.pages.site import TEACHES, Page, day, listed
from lideri.answers.pages.trainee import is_blank
from lideri.measurement.placement import Advice
from lideri.reports.evidence import PersonEvidence, gather, released_items
from lideri.reports.exams import PlanLine, plan_of_person
from lideri.settings import START_TEST
from lideri.store.people import Person
from lideri.store.tables import PersonRow

# Advice, its words beside a person, and those above a column.
ADVICE: tuple[tuple[Advice, str, str], ...] = (
    ("take", "Iesakām mācīties", "Mācīties"),
    ("unclear", "Vēl neskaidrs", "Neskaidrs"),
    ("skip", "Var izlaist", "Izlaist"),
)


@dataclass(frozen=True)
class ShownPlan:
    """A person's plan in words. ``groups``: advice and modules; ``blank``: modules left without any answer."""

    name: str
    status: str
    word: str
    groups: tuple[tuple[str, str], ...] = ()
    blank: str = ""


class OfCohort(Page):
    roles = TEACHES

    async def get(self, cohort_id: str) -> None:
        people = self.context.store.people
        cohort = await self.context.run(people.require_cohort, self.person, cohort_id)
        members = await self.context.run(people.members, cohort.id)
        found = await self.context.run(self._plans, members)
        self.show(
            "plani_grupa.html",
            current="grupas",
            demo=cohort.is_demo,
            cohort=cohort,
            people=[_shown(person, plan) for person, plan in found],
            advice=[column for *_, column in ADVICE],
            modules=self._by_module([plan for _, plan in found if plan]),
            ready=sum(bool(plan) for _, plan in found),
            assumed=self.context.course_settings.start_test.is_assumption,
        )

    def _plans(self, members: Sequence[Person]) -> list[tuple[PersonEvidence, tuple[PlanLine, ...]]]:
        """Asks the store; call it on a thread."""
        ids = [person.id for person in members]
        evidence = self.context.store.database.read(
            lambda session: gather(session, [row for id_ in ids if (row := session.get(PersonRow, id_)) is not None])
        )
        items = released_items(self.context.course.forms)
        return [(one, plan_of_person(one, items, self.context.course_settings)) for one in evidence]

    def _by_module(self, plans: Sequence[tuple[PlanLine, ...]]) -> list[dict[str, Any]]:
        titles = {module.id: module.title for module in self.context.course.syllabus.modules}
        said = Counter((line.module, line.advice) for plan in plans for line in plan)
        modules = sorted({line.module for plan in plans for line in plan}, key=int)
        return [
            {"id": each, "title": titles.get(each, ""), "counts": [said[each, advice] for advice, *_ in ADVICE]}
            for each in modules
        ]


def _shown(person: PersonEvidence, plan: tuple[PlanLine, ...]) -> ShownPlan:
    handed_in = next((one.submitted_at for one in person.submissions if one.module == START_TEST), None)
    if not plan:
        return ShownPlan(person.name, *_state(person, handed_in))
    groups = ((words, [line.module for line in plan if line.advice == advice]) for advice, words, _ in ADVICE)
    return ShownPlan(
        person.name,
        "done",
        f"Iesniegts {day(handed_in)}" if handed_in else "Iesniegts",
        tuple((words, _numbers(modules)) for words, modules in groups if modules),
        _numbers([line.module for line in plan if is_blank(line)]),
    )


def _state(person: PersonEvidence, handed_in: datetime | None) -> tuple[str, str]:
    if handed_in is not None:
        return "wait", "Iesniegts, plāns top"
    begun = START_TEST in person.open_attempts
    return ("now", "Sākuma tests ir iesākts") if begun else ("none", "Sākuma tests nav sākts")


def _numbers(modules: Sequence[str]) -> str:
    return listed([f"{each}." for each in modules])
