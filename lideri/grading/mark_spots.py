"""Marking spots in a message: scored as several choices, (hits − false) / keys."""

from __future__ import annotations

from lideri.course.items import MarkSpots, SpotsResponse
from lideri.course.latvian import quoted
from lideri.grading.marks import Mark, marks_of_choices, text_of
from lideri.grading.multiple_choice import grade_choices
from lideri.grading.scores import Score


def grade(item: MarkSpots, response: SpotsResponse) -> Score:
    return grade_choices(item, response.marked, item.key, {spot.id for spot in item.spots})


def marks(item: MarkSpots, response: SpotsResponse) -> dict[str, Mark]:
    return marks_of_choices(item.key, response.marked, {spot.id: spot.why for spot in item.spots})


def your_answer(item: MarkSpots, response: SpotsResponse) -> list[str]:
    return [quoted(text_of(item.spots, spot)) for spot in response.marked]


def right_answer(item: MarkSpots) -> list[str]:
    return [quoted(spot.text) for spot in item.spots if spot.id in item.key]
