"""One choice: all the points or none."""

from __future__ import annotations

from lideri.course.items import ChoiceResponse, SingleChoice
from lideri.grading.marks import Mark, marks_of_choices, text_of
from lideri.grading.scores import Score, earned, nothing


def grade(item: SingleChoice, response: ChoiceResponse) -> Score:
    if not response.choice:
        return nothing(item, "unanswered")
    if response.choice not in {option.id for option in item.options}:
        return nothing(item, "unsure")
    return earned(item, 1.0 if response.choice == item.key else 0.0)


def marks(item: SingleChoice, response: ChoiceResponse) -> dict[str, Mark]:
    chosen = [response.choice] if response.choice else []
    return marks_of_choices([item.key], chosen, {option.id: option.feedback for option in item.options})


def your_answer(item: SingleChoice, response: ChoiceResponse) -> list[str]:
    return [text_of(item.options, response.choice)] if response.choice else []


def right_answer(item: SingleChoice) -> list[str]:
    return [text_of(item.options, item.key)]
