"""The preprocessor that stands in for nbgrader's `Execute`: scores answers as data, runs nothing."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.preprocessors import NbGraderPreprocessor
from pydantic import ValidationError

from lideri.course.items import ITEM, Item
from lideri.errors import GradingError
from lideri.grading import Score, grade_raw
from lideri.nbgrader_bridge.assignment import ANSWERS_CELL, read_answers, read_test
from lideri.nbgrader_bridge.notebook_json import copy_of


class ScoreAnswers(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader ships no types
    """Writes into each test cell the output that its hidden test would have had, for nbgrader's `determine_grade`.

    Item and key come from the cell's own source, which nbgrader has just restored from the gradebook. Leaves the
    scores in ``resources["lideri_scores"]`` by the cell's ``grade_id``.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        answers = _answers_in(nb)
        scores: dict[str, Score] = {}
        for number, cell in enumerate(cell for cell in nb.cells if cell.cell_type == "code"):
            cell.execution_count = number + 1
            if not utils.is_grade(cell):
                continue
            name = cell.metadata.nbgrader["grade_id"]
            item, score = _scored(cell, answers)
            scores[name] = score
            shown = _outputs(_for_the_trainer(item, score), repr(float(score.points)), cell.execution_count)
            cell.outputs = [copy_of(output) for output in shown]
            _verify(cell, score)
        resources["lideri_scores"] = scores
        return nb, resources


def _answers_in(nb: NotebookNode) -> dict[str, Any]:
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == ANSWERS_CELL:
            return read_answers(cell.source)
    raise GradingError("iesniegtajā darbā nav atbilžu šūnas; darbs jāapskata cilvēkam")


def _scored(cell: NotebookNode, answers: dict[str, Any]) -> tuple[Item, Score]:
    item, item_id = _key_in(cell.source)
    return item, grade_raw(item, answers.get(item_id))


@lru_cache(maxsize=1024)
def _key_in(source: str) -> tuple[Item, str]:
    """Everybody's copy of a form has the same tests."""
    item_json, item_id = read_test(source)
    try:
        return ITEM.validate_json(item_json), item_id
    except ValidationError as error:
        raise GradingError(f"{item_id}: uzdevuma atslēga nav nolasāma; izlaid variantu no jauna") from error


@lru_cache(maxsize=4096)
def _outputs(said: str, points: str, execution_count: int) -> tuple[NotebookNode, NotebookNode]:
    """nbformat checks each output against its schema when it is made; there are not many different ones."""
    return (
        new_output("stream", name="stdout", text=said),  # type: ignore[no-untyped-call]  # nbformat
        new_output(  # type: ignore[no-untyped-call]  # nbformat
            "execute_result", {"text/plain": points}, execution_count=execution_count
        ),
    )


def _verify(cell: NotebookNode, score: Score) -> None:
    """nbgrader gives full marks for a text or a negative number: what it will store has to be what was computed."""
    stored, _ = utils.determine_grade(cell, None)
    if stored != score.points:
        raise GradingError(
            f"{cell.metadata.nbgrader['grade_id']}: nbgrader ierakstītu {stored}, bet aprēķināti {score.points} punkti"
        )


def _for_the_trainer(item: Item, score: Score) -> str:
    return f"{item.id}: {score.outcome}, {score.points:g} / {score.max_points:g}\n"
