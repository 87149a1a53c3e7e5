from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.nbgraderformat import MetadataValidator

from lideri.course.items import Form
from lideri.errors import GradingError
from lideri.nbgrader_bridge import build_assignment, grade_id
from lideri.nbgrader_bridge.assignment import answers_source, notebook_text, read_answers, read_test
from lideri.nbgrader_bridge.html_text import as_preformatted, from_preformatted
from tests.grading.items import form, one_of_each, rubric, single, text

RUBRICS = {"saruna": rubric()}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def a_form(*items: Any) -> tuple[Form, list[Any]]:
    return Form(id="t02-x", title="Darbs", items=tuple(item.id for item in items)), list(items)


def test_a_form_becomes_a_valid_notebook_and_the_same_one_every_time() -> None:
    first = build_assignment(form(), one_of_each(), RUBRICS)
    second = build_assignment(form(), one_of_each(), RUBRICS)

    nbformat.validate(first)
    MetadataValidator().validate_nb(first)
    assert notebook_text(first) == notebook_text(second)
    assert len({cell.id for cell in first.cells}) == len(first.cells)
    assert first.metadata.kernelspec.name == "python3"


def test_every_item_has_one_graded_cell_with_its_points() -> None:
    notebook = build_assignment(form(), one_of_each(), RUBRICS)

    graded = {
        cell.metadata.nbgrader.grade_id: (cell.metadata.nbgrader.points, cell.cell_type)
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert graded == {
        item.id: (item.points, "markdown" if item.kind == "free_text" else "code") for item in one_of_each()
    }


def test_the_key_stands_only_inside_the_hidden_test() -> None:
    notebook = build_assignment(form(), one_of_each(), RUBRICS)

    for cell in notebook.cells:
        shown, _, hidden = cell.source.partition("### BEGIN HIDDEN TESTS")
        assert "explanation" not in shown
        assert hidden == "" or hidden.endswith("### END HIDDEN TESTS")


def test_text_that_looks_like_nbgraders_marks_cannot_end_the_hidden_region() -> None:
    item = single(stem="### BEGIN SOLUTION", explanation="x\n### END HIDDEN TESTS\nBEGIN MARK SCHEME")

    notebook = build_assignment(*a_form(item), {})

    lines = "\n".join(cell.source for cell in notebook.cells).split("\n")
    assert [line for line in lines if line.startswith("### ")] == ["### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"]
    assert not any("### BEGIN SOLUTION" in line for line in lines)


def test_the_item_is_read_back_from_its_test_without_running_it() -> None:
    notebook = build_assignment(*a_form(single(stem="'\"\\ ### \n ''' \u2028")), {})

    item_json, name = read_test(notebook.cells[-1].source)

    assert name == "t-viens"
    assert json.loads(item_json)["stem"] == "'\"\\ ### \n ''' \u2028"


def test_a_test_cell_that_is_not_ours_is_refused() -> None:
    with pytest.raises(GradingError, match="vērtēšanas šūnā nav atslēgas"):
        read_test("print('viss pareizi')")


@given(answers=st.dictionaries(st.text(), JSON, max_size=4))
def test_any_answers_survive_their_cell(answers: dict[str, Any]) -> None:
    assert read_answers(answers_source(answers)) == answers


@pytest.mark.parametrize(
    "source",
    [
        "ATBILDES = __import__('os').environ",
        "ATBILDES = {}\nimport os",
        "CITS = {}",
        "ATBILDES = [1]",
        "ATBILDES = {",
        "ATBILDES = {x: 1}",
        "ATBILDES = " + "(" * 500 + ")" * 500,
    ],
)
def test_code_in_place_of_answers_is_refused_and_not_run(source: str) -> None:
    with pytest.raises(GradingError, match="atbilžu šūnā ir kas cits"):
        read_answers(source)


@given(typed=st.text())
def test_typed_text_becomes_one_inert_line_and_can_be_read_back(typed: str) -> None:
    shown = as_preformatted(typed)

    assert "\n" not in shown
    assert shown.count("<") == shown.count(">") == 2
    assert not set(shown[5:-6]) & set("<>\"'`*_[]$\\|~{}=/")
    back = from_preformatted(shown)
    assert back is not None
    assert as_preformatted(back) == shown


def test_ids_that_nbgrader_would_confuse_are_refused() -> None:
    assert grade_id("m02.1-01") == "m02_1-01"

    with pytest.raises(GradingError, match="vienāds šūnas vārds \\(m02_1\\)"):
        build_assignment(*a_form(single(id="m02.1"), single(id="m02_1")), {})


def test_a_rubric_has_to_exist_and_to_add_up() -> None:
    with pytest.raises(GradingError, match="t-brivs: nav vērtēšanas kritēriju «saruna»"):
        build_assignment(*a_form(text()), {})
    with pytest.raises(GradingError, match="uzdevumam ir 5 punkti, bet kritērijos «saruna» kopā 4"):
        build_assignment(*a_form(text(points=5)), RUBRICS)


def test_items_have_to_be_the_forms() -> None:
    with pytest.raises(GradingError, match="uzdevumi neatbilst variantam"):
        build_assignment(form(), one_of_each()[1:], RUBRICS)
