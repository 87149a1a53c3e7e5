from __future__ import annotations

from pathlib import Path

import pytest

from lideri.nbgrader_bridge.comparison import compare_with_stock, differences, gradebook_rows
from lideri.nbgrader_bridge.course import NbgraderCourse
from lideri.nbgrader_bridge.gradebook import ManualMark, project, put_mark
from tests.grading.items import form, one_of_each
from tests.nbgrader_bridge.people import ANSWERS, NOON, small_course, work

FORM = form().id


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> tuple[NbgraderCourse, set[tuple[str, str, str]]]:
    course = small_course(tmp_path_factory.mktemp("musu"))
    unsure = set()
    for person in ANSWERS:
        scores = project(course, work(person), one_of_each(), submitted_at=NOON, name=f"Vārds {person}")
        unsure |= {(person, FORM, item) for item, score in scores.items() if score.outcome == "unsure"}
    put_mark(course, "dala", FORM, "t-brivs", ManualMark(3, "Labi teikts."))
    return course, unsure


def test_stock_nbgrader_with_a_kernel_gives_the_same_gradebook(
    graded: tuple[NbgraderCourse, set[tuple[str, str, str]]], tmp_path: Path
) -> None:
    course, unsure = graded
    assert len(unsure) == 6

    compared = compare_with_stock(course, tmp_path, forms=[FORM], unsure=unsure)

    assert compared.differences == ()
    assert compared.rows > 90


def test_the_comparison_sees_a_point_a_missing_person_and_a_missing_flag(
    graded: tuple[NbgraderCourse, set[tuple[str, str, str]]],
) -> None:
    course, unsure = graded
    ours = gradebook_rows(course)
    stock = {row: dict(said) for row, said in ours.items()}
    for row in unsure:
        stock["grade", *row]["needs_manual_grade"] = False
    assert differences(ours, stock, unsure=unsure) == []

    stock["grade", "dala", FORM, "t-pari"]["auto_score"] = 0.66
    del stock["student", "neko"]
    ours["grade", "nezinams", FORM, "t-viens"]["needs_manual_grade"] = False

    assert differences(ours, stock, unsure=unsure) == [
        "only in ours: ('student', 'neko')",
        "('grade', 'dala', 't02-a', 't-pari'): auto_score: 0.67, stock 0.66",
        "('grade', 'nezinams', 't02-a', 't-viens'): could not be told, but needs_manual_grade is not ours to say",
    ]
