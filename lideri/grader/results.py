"""From scores to what the store keeps and a page shows of each item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from lideri.course.items import AnsweredItem, FreeText, Item, Rubric
from lideri.grading import Score, explain
from lideri.store.queue import GradedItem


def graded_items(
    answers: Iterable[AnsweredItem],
    items: Mapping[str, Item],
    scores: Mapping[str, Score],
    rubrics: Mapping[str, Rubric],
) -> list[GradedItem]:
    """One result for each line of a submission, in its order. Points are None while a person has to judge."""
    return [_graded(answer, items[answer.item], scores[answer.item], rubrics) for answer in answers]


def _graded(answer: AnsweredItem, item: Item, score: Score, rubrics: Mapping[str, Rubric]) -> GradedItem:
    detail: dict[str, Any] = dict(explain(item, answer.response, score))
    if score.needs_person:
        rubric = rubrics.get(item.rubric) if isinstance(item, FreeText) else None
        detail |= {"task": item.stem, "rubric": rubric.model_dump(mode="json") if rubric else None}
    return GradedItem(
        item=answer.item,
        version=answer.version,
        # The store knows no «unanswered»: nothing answered is nothing earned, and the page says «Atbildes nav».
        outcome="wrong" if score.outcome == "unanswered" else score.outcome,
        points=None if score.needs_person else score.points,
        max_points=score.max_points,
        detail=detail,
    )
