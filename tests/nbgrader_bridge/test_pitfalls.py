"""What nbgrader does that one would not expect, and that we therefore never rely on. Red here: nbgrader has changed."""

from __future__ import annotations

import pytest
from nbformat.v4 import new_code_cell, new_output
from nbgrader.utils import determine_grade

from lideri.errors import GradingError
from lideri.grading import Score
from lideri.nbgrader_bridge.scoring import _verify


def graded_cell(*outputs: object) -> object:
    cell = new_code_cell("1")
    cell.metadata.nbgrader = {"grade": True, "solution": False, "locked": True, "grade_id": "x", "points": 2}
    cell.outputs = list(outputs)
    return cell


def result(text: str) -> object:
    return new_output("execute_result", {"text/plain": text}, execution_count=1)


@pytest.mark.parametrize(
    ("outputs", "points"),
    [
        ([new_output("stream", name="stderr", text="Warning"), result("2.0")], 0),
        ([result("'teksts'")], 2),
        ([result("-1.0")], 2),
        ([], 2),
        ([result("0.67")], 0.67),
    ],
)
def test_nbgraders_own_rule_is_what_we_know_it_to_be(outputs: list[object], points: float) -> None:
    assert determine_grade(graded_cell(*outputs))[0] == points


def test_a_grade_that_nbgrader_would_take_for_another_one_is_refused() -> None:
    with pytest.raises(GradingError, match="nbgrader ierakstītu 2"):
        _verify(graded_cell(result("'teksts'")), Score("wrong", 0.0, 2.0))
