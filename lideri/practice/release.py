"""The part of an item that a trainee may see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lideri.course.items import (
    Blueprint,
    Form,
    FreeText,
    Item,
    MarkSpots,
    Match,
    MultipleChoice,
    Number,
    Order,
    Piece,
    ReleasedForm,
    ReleasedItem,
    Rubric,
    Simulation,
    SingleChoice,
)
from lideri.practice import machine
from lideri.practice.scenarios import read_scenario


def released_form(
    blueprint: Blueprint, form: Form, items: Mapping[str, Item], rubrics: Mapping[str, Rubric]
) -> ReleasedForm:
    """What a trainee may load of a form."""
    shown = []
    for name in form.items:
        item = items[name]
        rubric = rubrics.get(item.rubric) if isinstance(item, FreeText) else None
        shown.append(release(item, rubric))
    return ReleasedForm(
        id=form.id,
        module=blueprint.module,
        title=form.title,
        minutes=blueprint.minutes,
        explain=blueprint.explain,
        items=tuple(shown),
        retired=form.retired,
    )


def release(item: Item, rubric: Rubric | None = None) -> ReleasedItem:
    """The part of ``item`` that may leave the grader's side. Built field by field, so that a new field stays hidden."""
    shown: dict[str, object] = {}
    match item:
        case SingleChoice() | MultipleChoice():
            shown = {"options": tuple(Piece(id=option.id, text=option.text) for option in item.options)}
        case Order():
            # Sorted by id: the file may well list the pieces in the right order.
            shown = {"pieces": tuple(sorted(item.pieces, key=lambda piece: piece.id))}
        case Match():
            shown = {"left": item.left, "right": tuple(sorted(item.right, key=lambda piece: piece.id))}
        case Number():
            shown = {"unit": item.unit}
        case MarkSpots():
            shown = {
                "message": item.message,
                "spots": tuple(Piece(id=spot.id, text=spot.text) for spot in item.spots),
            }
        case FreeText():
            shown = {
                "min_words": item.min_words,
                "max_words": item.max_words,
                "criteria": tuple(criterion.title for criterion in rubric.criteria) if rubric else (),
            }
        case Simulation():
            whole = scenario_of(item)
            shown = {"scenario": machine(whole["kind"]).shown(whole)}
    return ReleasedItem.model_validate(
        {
            "id": item.id,
            "version": item.version,
            "kind": item.kind,
            "submodule": item.submodule,
            "stem": item.stem,
            "points": item.points,
            "competences": item.competences,
            **shown,
        }
    )


def scenario_of(item: Simulation) -> Mapping[str, Any]:
    """The item's whole scenario, completed with what its model fills in; its id is the item's.

    Raises pydantic's `ValidationError` for a broken one.
    """
    return read_scenario({"id": item.id, **item.scenario})
