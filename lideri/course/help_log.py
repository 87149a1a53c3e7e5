"""What one can choose in the log of help, and the resident's five questions (`course_data/help_log.yml`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.resources.abc import Traversable
from typing import Annotated, Any

from pydantic import AfterValidator, Field, TypeAdapter, ValidationInfo, field_validator

import course_data
from lideri.course.items import Frozen, Identifier, Text
from lideri.course.problems import Problem
from lideri.course.validation import validate
from lideri.course.yaml_lines import YamlDocument, read_yaml
from lideri.errors import ContentError

LISTS, CATALOGUE = "help_log.yml", "portal/catalogue.yml"


class Choice(Frozen):
    id: Identifier
    name: Text


def _different(ids: Iterable[object]) -> None:
    twice = [str(name) for name, count in Counter(ids).items() if count > 1]
    if twice:
        raise ValueError(f"divreiz tas pats id: {', '.join(twice)}; katram vajag savu")


def _each_once(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    _different(one.id for one in choices)
    return choices


Choices = Annotated[tuple[Choice, ...], Field(min_length=1), AfterValidator(_each_once)]


class Alone(Frozen):
    """How much the person did alone: 1 nothing … 4 everything."""

    step: Annotated[int, Field(ge=1, le=4)]
    name: Text
    short: Text


class Area(Frozen):
    id: Identifier
    name: Text
    activities: Choices


class AloneNow(Frozen):
    question: Text
    options: tuple[Choice, ...] = Field(min_length=2)


class Survey(Frozen):
    """Five questions: can the resident do it alone now, and four areas of the Digital Skills Indicator."""

    check: Text  # what still has to be compared, and with what
    alone: AloneNow
    lead: Text
    areas: tuple[Area, ...] = Field(min_length=1)

    @field_validator("areas")
    @classmethod
    def _areas_once(cls, areas: tuple[Area, ...]) -> tuple[Area, ...]:
        _different(area.id for area in areas)
        return areas


class Service(Frozen):
    """An e-service of the catalogue, as far as the log needs it."""

    id: Identifier
    title: Text
    institution: str = ""


class HelpLists(Frozen):
    services: tuple[Service, ...]
    situations: Choices
    other_service: Choice
    minutes: tuple[int, ...] = Field(min_length=1)
    alone: tuple[Alone, ...] = Field(min_length=4, max_length=4)
    next: Choices
    survey: Survey

    @field_validator("alone")
    @classmethod
    def _steps_once(cls, alone: tuple[Alone, ...]) -> tuple[Alone, ...]:
        _different(one.step for one in alone)
        return alone

    @field_validator("other_service")
    @classmethod
    def _other_is_another(cls, other: Choice, info: ValidationInfo) -> Choice:
        _different([other.id, *(one.id for one in info.data.get("services", ()))])
        return other

    def situation(self, name: str) -> str:
        """In words; the id itself when it is no longer in the list."""
        return next((one.name for one in self.situations if one.id == name), name)

    def service(self, name: str) -> str:
        if name == self.other_service.id:
            return self.other_service.name
        return next((one.title for one in self.services if one.id == name), name)

    def alone_words(self, step: int) -> str:
        return next(one.short for one in self.alone if one.step == step)

    def next_words(self, name: str) -> str:
        return next((one.name for one in self.next if one.id == name), name)


@cache
def load_help_lists() -> HelpLists:
    """The lists as they ship; `ContentError` with every problem when they are wrong."""
    lists, problems = read_help_lists(course_data.path())
    if lists is None:
        raise ContentError(tuple(problems))
    return lists


def read_help_lists(folder: Traversable) -> tuple[HelpLists | None, list[Problem]]:
    """The lists in ``folder`` (as `course_data`) with those services of its catalogue that really exist; None when
    there are problems, each with its line."""
    lists, catalogue = _read(folder, LISTS), _read(folder, CATALOGUE)
    problems = [*lists.problems, *catalogue.problems]
    services, found = _services(catalogue)
    problems += found
    if problems:
        return None, problems
    return validate(TypeAdapter(HelpLists), lists, (), {**lists.data, "services": services})


def _services(catalogue: YamlDocument) -> tuple[list[Service], list[Problem]]:
    """What an entry can name; the catalogue's other fields are the portal's (`lideri.practice.portal`)."""
    if catalogue.problems:
        return [], []
    listed, problems = validate(
        TypeAdapter(list[dict[str, Any]]), catalogue, ("services",), catalogue.data.get("services")
    )
    services = []
    for index, one in enumerate(listed or ()):
        if one.get("official", True):
            known = {name: one[name] for name in Service.model_fields if name in one}
            service, found = validate(TypeAdapter(Service), catalogue, ("services", index), known)
            services.append(service)
            problems += found
    return services, problems


def _read(folder: Traversable, name: str) -> YamlDocument:
    shown = f"course_data/{name}"
    try:
        document = read_yaml(folder.joinpath(*name.split("/")).read_text(encoding="utf-8"), shown)
    except FileNotFoundError:
        return YamlDocument(shown, None, {}, (Problem(shown, 1, "", "datnes nav; atjauno to no programmas mapes"),))
    if document.problems or isinstance(document.data, dict):
        return document
    return YamlDocument(shown, None, {}, (Problem(shown, 1, "", "šeit jābūt laukiem ar vērtībām"),))
