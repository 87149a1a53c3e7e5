"""What one can choose in the log of help, and the resident's five questions (`course_data/help_log.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, ValidationError, model_validator

import course_data
from lideri.course.items import Frozen, Identifier, Text
from lideri.errors import ContentError


class Choice(Frozen):
    id: Identifier
    name: Text


class Alone(Frozen):
    """How much the person did alone: 1 nothing … 4 everything."""

    step: Annotated[int, Field(ge=1, le=4)]
    name: Text
    short: Text


class Area(Frozen):
    id: Identifier
    name: Text
    activities: tuple[Choice, ...] = Field(min_length=1)


class AloneNow(Frozen):
    question: Text
    options: tuple[Choice, ...] = Field(min_length=2)


class Survey(Frozen):
    """Five questions: can the resident do it alone now, and four areas of the Digital Skills Indicator."""

    check: Text  # what still has to be compared, and with what
    alone: AloneNow
    lead: Text
    areas: tuple[Area, ...] = Field(min_length=1)


class Service(Frozen):
    """An e-service of the catalogue, as far as the log needs it."""

    id: Identifier
    title: Text
    institution: str


class HelpLists(Frozen):
    situations: tuple[Choice, ...] = Field(min_length=1)
    other_service: Choice
    services: tuple[Service, ...]
    minutes: tuple[int, ...] = Field(min_length=1)
    alone: tuple[Alone, ...] = Field(min_length=4, max_length=4)
    next: tuple[Choice, ...] = Field(min_length=1)
    survey: Survey

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        groups = {
            "situations": [one.id for one in self.situations],
            "services": [self.other_service.id, *(one.id for one in self.services)],
            "alone": [str(one.step) for one in self.alone],
            "next": [one.id for one in self.next],
            "survey": [f"{area.id}.{one.id}" for area in self.survey.areas for one in area.activities],
        }
        twice = [name for name, ids in groups.items() if len(set(ids)) < len(ids)]
        if twice:
            raise ValueError(f"divreiz tas pats id: {', '.join(twice)}")
        return self

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
    """The lists as they ship; services are those of the catalogue that really exist. `ContentError` when wrong."""
    try:
        lists = yaml.safe_load(course_data.path("help_log.yml").read_text(encoding="utf-8"))
        return read_help_lists(lists)
    except (yaml.YAMLError, ValidationError) as error:
        raise ContentError((f"course_data/help_log.yml: {error}",)) from error


def read_help_lists(lists: Mapping[str, Any]) -> HelpLists:
    """``lists`` with the catalogue's services; `ValidationError` says what does not fit."""
    catalogue = yaml.safe_load(course_data.path("portal/catalogue.yml").read_text(encoding="utf-8"))
    services = [
        {"id": one["id"], "title": one["title"], "institution": one.get("institution", "")}
        for one in catalogue["services"]
        if one.get("official", True)
    ]
    return HelpLists.model_validate({**lists, "services": services})
