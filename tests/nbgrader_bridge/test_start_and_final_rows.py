"""The start test and the final test in stock nbgrader: the same rows, though an anchor stands in both assignments."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from lideri.course.items import SubmissionData
from lideri.course.loading import Course, load_course
from lideri.demo.answering import answer
from lideri.nbgrader_bridge.comparison import compare_with_stock, gradebook_rows
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import project
from lideri.nbgrader_bridge.release import release
from lideri.settings import FINAL_TEST, START_TEST

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ABILITIES = {"prot": 9.0, "minas": 0.0}


def submission(course: Course, form: str, names: tuple[str, ...], person: str) -> SubmissionData:
    rng = np.random.default_rng(len(names) + len(person))
    lines: list[dict[str, Any]] = [
        {
            "item": name,
            "version": course.items[name].version,
            "response": answer(course.items[name], ABILITIES[person], 0.0, rng),
        }
        for name in names
    ]
    return SubmissionData.model_validate(
        {"submission": f"{form}-{person}", "person": person, "form": form, "answers": lines}
    )


def test_stock_nbgrader_gives_the_same_rows_for_both_tests(tmp_path: Path) -> None:
    course = load_course()
    ours = NbgraderCourse.in_data(tmp_path / "musu")
    forms = [course.blueprints[test].forms_now[0] for test in (START_TEST, FINAL_TEST)]
    unsure = set()
    for form in forms:
        items = [course.items[name] for name in form.items]
        release(ours, form, items, {})
        for person in ABILITIES:
            work = submission(course, form.id, form.items, person)
            scores = project(ours, work, items, submitted_at=NOON, name=person)
            unsure |= {(person, form.id, name) for name, score in scores.items() if score.outcome == "unsure"}

    compared = compare_with_stock(ours, tmp_path / "stock", forms=[form.id for form in forms], unsure=unsure)

    assert compared.differences == ()
    anchor = course.blueprints[FINAL_TEST].anchors[0].replace(".", "_")
    rows = {row[1:] for row in gradebook_rows(ours) if row[0] == "grade" and row[-1] == anchor}
    assert {(person, form.id, anchor) for person in ABILITIES for form in forms} <= rows
