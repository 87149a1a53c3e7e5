"""The course's small registers: syllabus, facts, competences and learning outcomes, pages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from lideri.course.items import Frozen, Identifier, Text


class Source(Frozen):
    """Where a statement comes from. ``read``: what was read of it, where that was not the source itself."""

    id: Text
    title: Text
    date: str = ""
    read: str = ""


class Fact(Frozen):
    """A statement the course may make. ``mark``: V one source read, V2 two or more, Z+ well-known law or standard."""

    id: Identifier
    text: Text
    mark: Literal["V", "V2", "Z+"]
    sources: tuple[Source, ...] = Field(min_length=1)
    checked: Annotated[str, Field(pattern=r"^\d{4}-\d{2}(-\d{2})?$")]


class Part(Frozen):
    """A submodule as the programme lists it; ``written`` is false while its page does not exist."""

    id: Annotated[str, Field(pattern=r"^\d{1,2}\.\d$")]
    title: Text
    minutes: int = Field(default=0, ge=0)
    written: bool = False


class AssessmentEntry(Frozen):
    title: Text
    minutes: int = Field(gt=0)


class Module(Frozen):
    id: Annotated[str, Field(pattern=r"^\d{1,2}$")]
    title: Text
    written: bool = False
    minutes: int = Field(default=0, ge=0)
    parts: tuple[Part, ...] = ()
    practical: str = ""
    assessment: AssessmentEntry | None = None


class Syllabus(Frozen):
    modules: tuple[Module, ...]

    def module(self, module_id: str) -> Module | None:
        return next((module for module in self.modules if module.id == module_id), None)

    def part(self, part_id: str) -> Part | None:
        module = self.module(part_id.split(".", maxsplit=1)[0])
        return next((part for part in module.parts if part.id == part_id), None) if module else None


class Competence(Frozen):
    """A DigComp competence; ``own_translation`` is true while no official Latvian name has been checked."""

    code: str
    name: str
    own_translation: bool


class SupportingOutcome(Frozen):
    """A DigComp 3.0 outcome that begins «assist others» or «support others»; ``items``: those that ask for it."""

    code: str
    text: str  # in Latvian, our own translation
    items: frozenset[str] = frozenset()


class PageHeader(Frozen):
    """Front matter of a page of the workbook."""

    page: Text
    title: Text
    lead: Text
    minutes: int = Field(gt=0)


class PageEntry(Frozen):
    """A built page: its header and the exercises that make it done, in order."""

    page: Text
    title: Text
    lead: Text
    minutes: int
    exercises: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()


class Leaflet(Frozen):
    """A page's «lapiņa klientam», built: ``html`` is its body without references, ``sources`` are in words."""

    page: Text
    title: Text
    html: Text
    facts: tuple[str, ...] = Field(min_length=1)
    sources: tuple[str, ...] = Field(min_length=1)
    checked: Text  # when the fact checked longest ago was checked, in words
