"""Answers of three qualities, one set for each free-text task of modules 7–11: the rubric puts them in order."""

from __future__ import annotations

import pytest

from lideri.course.items import FreeText
from lideri.course.loading import load_course
from lideri.demo.texts import TEXTS, texts_for

COURSE = load_course()
TASKS = {
    item.id: item
    for item in COURSE.items.values()
    if isinstance(item, FreeText) and item.pool == "module" and int(item.submodule.partition(".")[0]) >= 7
}


def test_every_task_of_the_modules_about_helping_people_has_answers_of_its_own() -> None:
    assert sorted(TASKS) == [f"m{module:02}-brivs-{form}" for module in range(7, 12) for form in "ab"]
    assert TASKS.keys() <= TEXTS.keys()


@pytest.mark.parametrize("name", sorted(TASKS))
def test_good_middling_and_weak_land_in_this_order_by_the_rubrics_own_levels(name: str) -> None:
    rubric = COURSE.rubrics[TASKS[name].rubric]

    texts = texts_for(name, rubric)

    sums = [sum(text.marks) for text in texts]
    assert len(texts) >= 3
    assert sums == sorted(set(sums), reverse=True)
    assert sums[0] == rubric.max_points
    assert sums[-1] <= rubric.max_points / 3
    for text in texts:
        for mark, criterion in zip(text.marks, rubric.criteria, strict=True):
            assert mark in {level.points for level in criterion.levels}, criterion.id


@pytest.mark.parametrize("name", sorted(TASKS))
def test_each_is_as_long_as_the_task_asks_and_is_commented_on(name: str) -> None:
    task = TASKS[name]

    for text in TEXTS[name]:
        assert len(text.text.split()) <= task.max_words, text.text[:40]
        assert text.comment
    assert len(TEXTS[name][0].text.split()) >= task.min_words


def test_no_criterion_is_out_of_step_with_the_whole() -> None:
    for name in TASKS:
        best, *_, worst = TEXTS[name]
        assert all(high >= low for high, low in zip(best.marks, worst.marks, strict=True)), name
