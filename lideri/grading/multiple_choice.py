"""Several choices: points · max(0, (hits − false) / keys), so that ticking everything earns nothing extra."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from lideri.course.items import ChoicesResponse, ItemBase, MultipleChoice
from lideri.grading.marks import Mark, marks_of_choices, text_of
from lideri.grading.scores import Score, earned, nothing


def grade(item: MultipleChoice, response: ChoicesResponse) -> Score:
    return grade_choices(item, response.choices, item.key, {option.id for option in item.options})


def grade_choices(item: ItemBase, chosen: Collection[str], key: Iterable[str], possible: Collection[str]) -> Score:
    """The rule for a set of choices; shared with marking spots. Unknown or repeated ids: could not tell."""
    if not chosen:
        return nothing(item, "unanswered")
    if len(set(chosen)) != len(chosen) or not set(chosen) <= set(possible):
        return nothing(item, "unsure")
    wanted = set(key)
    hits = len(wanted & set(chosen))
    false = len(chosen) - hits
    return earned(item, (hits - false) / len(wanted))


def marks(item: MultipleChoice, response: ChoicesResponse) -> dict[str, Mark]:
    return marks_of_choices(item.key, response.choices, {option.id: option.feedback for option in item.options})


def your_answer(item: MultipleChoice, response: ChoicesResponse) -> list[str]:
    return [text_of(item.options, choice) for choice in response.choices]


def right_answer(item: MultipleChoice) -> list[str]:
    return [option.text for option in item.options if option.id in item.key]
