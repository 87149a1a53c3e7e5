"""From an answer to a score: picks the rule for the item's kind, and says «could not tell» when nothing fits."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from lideri.course.items import (
    ITEM,
    RESPONSE,
    AnsweredItem,
    ChoiceResponse,
    ChoicesResponse,
    FreeText,
    FreeTextResponse,
    Item,
    MarkSpots,
    Match,
    MatchResponse,
    MultipleChoice,
    Number,
    NumberResponse,
    Order,
    OrderResponse,
    Response,
    ShortText,
    ShortTextResponse,
    Simulation,
    SimulationResponse,
    SingleChoice,
    SpotsResponse,
)
from lideri.grading import (
    free_text,
    mark_spots,
    match,
    multiple_choice,
    number,
    order,
    short_text,
    simulation,
    single_choice,
)
from lideri.grading.marks import Mark
from lideri.grading.scores import Score, nothing


def grade(item: Item, response: Response | None) -> Score:
    """Score one answer. None earns nothing; an answer of another kind than the item cannot be told."""
    if response is None:
        return nothing(item, "unanswered")
    match item, response:
        case SingleChoice(), ChoiceResponse():
            return single_choice.grade(item, response)
        case MultipleChoice(), ChoicesResponse():
            return multiple_choice.grade(item, response)
        case Order(), OrderResponse():
            return order.grade(item, response)
        case Match(), MatchResponse():
            return match.grade(item, response)
        case Number(), NumberResponse():
            return number.grade(item, response)
        case ShortText(), ShortTextResponse():
            return short_text.grade(item, response)
        case MarkSpots(), SpotsResponse():
            return mark_spots.grade(item, response)
        case FreeText(), FreeTextResponse():
            return free_text.grade(item, response)
        case Simulation(), SimulationResponse():
            return simulation.grade(item, response)
    return nothing(item, "unsure")


def grade_answer(item: Item, answered: AnsweredItem | None) -> Score:
    """Score one line of a submission. An answer to another item or another version of it cannot be told."""
    if answered is None or answered.response is None:
        return nothing(item, "unanswered")
    if (answered.item, answered.version) != (item.id, item.version):
        return nothing(item, "unsure")
    return grade(item, answered.response)


def read_response(raw: object) -> Response | None:
    """A stored answer as data; raises pydantic's `ValidationError` when it is none."""
    return None if raw is None else RESPONSE.validate_python(raw)


def grade_raw(item: Item, answer: object) -> Score:
    """Score ``{"version": n, "response": {…} | None}`` or None as it stands in a notebook; no answer makes it raise."""
    if answer is None:
        return nothing(item, "unanswered")
    try:
        return grade_answer(item, AnsweredItem.model_validate({"item": item.id, **_fields(answer)}))
    except (ValidationError, TypeError, ValueError):
        return nothing(item, "unsure")


def points(item_json: str, answer: object) -> float:
    """What a test cell of an assignment shows as its last value: the points as a plain number, never below 0.

    Raises pydantic's `ValidationError` when the key itself is broken, so that nobody is scored with it.
    """
    return float(grade_raw(ITEM.validate_json(item_json), answer).points)


def marks(item: Item, response: Response | None) -> dict[str, Mark]:
    """What can be said of single parts (options, spots, pieces) of an answer."""
    match item, response:
        case SingleChoice(), ChoiceResponse():
            return single_choice.marks(item, response)
        case MultipleChoice(), ChoicesResponse():
            return multiple_choice.marks(item, response)
        case Order(), OrderResponse():
            return order.marks(item, response)
        case Match(), MatchResponse():
            return match.marks(item, response)
        case MarkSpots(), SpotsResponse():
            return mark_spots.marks(item, response)
        case Simulation(), SimulationResponse():
            return simulation.marks(item, response)
    return {}


def your_answer(item: Item, response: Response | None) -> list[str]:
    """The answer in words; empty when there is none or it is of another kind."""
    match item, response:
        case SingleChoice(), ChoiceResponse():
            return single_choice.your_answer(item, response)
        case MultipleChoice(), ChoicesResponse():
            return multiple_choice.your_answer(item, response)
        case Order(), OrderResponse():
            return order.your_answer(item, response)
        case Match(), MatchResponse():
            return match.your_answer(item, response)
        case Number(), NumberResponse():
            return number.your_answer(item, response)
        case ShortText(), ShortTextResponse():
            return short_text.your_answer(item, response)
        case MarkSpots(), SpotsResponse():
            return mark_spots.your_answer(item, response)
        case FreeText(), FreeTextResponse():
            return free_text.your_answer(item, response)
        case Simulation(), SimulationResponse():
            return simulation.your_answer(item, response)
    return []


def right_answer(item: Item) -> list[str]:
    match item:
        case SingleChoice():
            return single_choice.right_answer(item)
        case MultipleChoice():
            return multiple_choice.right_answer(item)
        case Order():
            return order.right_answer(item)
        case Match():
            return match.right_answer(item)
        case Number():
            return number.right_answer(item)
        case ShortText():
            return short_text.right_answer(item)
        case MarkSpots():
            return mark_spots.right_answer(item)
        case FreeText():
            return free_text.right_answer(item)
        case Simulation():
            return simulation.right_answer(item)


def _fields(answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise TypeError("an answer is a mapping")
    return {"version": answer.get("version", 0), "response": answer.get("response")}
