"""«Fakti»: every statement that the course may make, those checked longest ago first, and where each one is used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lideri.answers.context import Context
from lideri.answers.pages.site import Page, shortened
from lideri.course.catalogue import Fact
from lideri.course.latvian import on_partial_day
from lideri.course.loading import Course

MARKS = {
    "V": "Izlasīts vienā avotā",
    "V2": "Izlasīts divos vai vairākos avotos",
    "Z+": "Tiesību akts, standarts vai vispārzināma laba prakse",
}


@dataclass
class Use:
    """How one page uses a fact: in its text, in exercises (in words), on its leaflet."""

    page: str
    title: str
    in_text: bool = False
    exercises: list[str] = field(default_factory=list)
    on_leaflet: bool = False

    @property
    def module(self) -> str:
        return self.page.partition(".")[0].partition("/")[0]

    @property
    def words(self) -> str:
        """«tekstā, vingrinājumā «Pastkaste», lapiņā klientam»."""
        named = [f"vingrinājumā «{shortened(title, 60)}»" for title in self.exercises]
        return ", ".join(
            [*(["tekstā"] if self.in_text else []), *named, *(["lapiņā klientam"] if self.on_leaflet else [])]
        )


class Facts(Page):
    """`fakti`: for those who teach or write. What decides scored items is not shown: it would tell their answers."""

    roles = ("trainer", "lead_trainer", "programme_lead", "admin")

    async def get(self) -> None:
        course = self.context.course
        uses = uses_of_facts(self.context)
        chosen = self.get_query_argument("modulis", "")
        modules = {fact.id: modules_of(fact, uses.get(fact.id, []), course) for fact in course.facts.values()}
        listed = [fact for fact in course.facts.values() if not chosen or chosen in modules[fact.id]]
        listed.sort(key=lambda fact: (fact.checked, fact.id))
        known = {module for found in modules.values() for module in found}
        self.show(
            "fakti.html",
            current="fakti",
            facts=[_shown(fact, uses.get(fact.id, [])) for fact in listed],
            total=len(course.facts),
            chosen=chosen if chosen in known else "",
            modules=[(each.id, f"{each.id}. {each.title}") for each in course.syllabus.modules if each.id in known],
        )


def uses_of_facts(context: Context) -> dict[str, list[Use]]:
    """Fact → the pages that use it, in the course's order."""
    course = context.course
    found: dict[str, dict[str, Use]] = {}

    def use(fact: str, page: str) -> Use:
        entry = course.pages.get(page)
        title = entry.title if entry else page
        by_page = found.setdefault(fact, {})
        return by_page.setdefault(page, Use(page, title if "/" in page else f"{page}. {title}"))

    for page, entry in course.pages.items():
        for fact in entry.facts:
            use(fact, page).in_text = True
        for name, exercise in context.exercises.get(page, {}).items():
            scenario = exercise.scenario or {}
            title = exercise.item.stem if exercise.item else str(scenario.get("title", name))
            for fact in dict.fromkeys(exercise.item.facts if exercise.item else named_facts(scenario)):
                use(fact, page).exercises.append(title)
    for page, leaflet in course.leaflets.items():
        for fact in leaflet.facts:
            use(fact, page).on_leaflet = True
    return {fact: list(by_page.values()) for fact, by_page in found.items()}


def named_facts(data: object) -> Iterator[str]:
    """Every fact that a scenario names in a list «facts», however deep."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "facts" and isinstance(value, list | tuple):
                yield from (str(name) for name in value)
            else:
                yield from named_facts(value)
    elif isinstance(data, list | tuple):
        for value in data:
            yield from named_facts(value)


def modules_of(fact: Fact, uses: list[Use], course: Course) -> set[str]:
    """The module in whose file the fact stands, and those whose pages use it."""
    modules = {use.module for use in uses}
    place = course.places.get(f"fact:{fact.id}")
    if place and (named := re.search(r"/m(\d{2})[^/]*\.yml$", place.document.file)):
        modules.add(str(int(named[1])))
    return modules


def _shown(fact: Fact, uses: list[Use]) -> dict[str, Any]:
    return {
        "id": fact.id,
        "text": fact.text,
        "mark": MARKS[fact.mark],
        "sources": [
            source.title
            + (f", {on_partial_day(source.date)}" if source.date else "")
            + (f" (izlasīts: {source.read})" if source.read else "")
            for source in fact.sources
        ],
        "checked": on_partial_day(fact.checked),
        "uses": [(f"/services/macibas/{use.page}", use.title, use.words) for use in uses],
    }
