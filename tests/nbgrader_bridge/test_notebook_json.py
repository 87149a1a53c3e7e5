from __future__ import annotations

import json

import nbformat
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from lideri.nbgrader_bridge.notebook_json import LONGEST_KEPT, copy_of, json_of, text_of


@given(source=st.text(), typed=st.text(), points=st.floats(0, 20))
def test_a_notebook_is_written_as_nbformat_writes_it(source: str, typed: str, points: float) -> None:
    outputs = [
        new_output("stream", name="stdout", text=typed),
        new_output("execute_result", {"text/plain": repr(points)}, execution_count=1),
    ]
    cells = [new_code_cell(source, id="a", outputs=outputs), new_markdown_cell(typed, id="b")]
    notebook = nbformat.reads(nbformat.writes(new_notebook(cells=cells, metadata={"lideri": {"x": typed}})), 4)

    assert text_of(notebook) == nbformat.writes(notebook) + "\n"


def test_a_notebook_without_cells_and_one_with_a_very_long_one_are_written_too() -> None:
    empty = new_notebook()
    long = new_notebook(cells=[new_markdown_cell("ā" * LONGEST_KEPT, id="a")])

    assert text_of(empty) == nbformat.writes(empty) + "\n"
    assert text_of(long) == nbformat.writes(long) + "\n"


@given(cells=st.lists(st.dictionaries(st.text(), st.text() | st.integers() | st.lists(st.text()), max_size=3)))
def test_other_json_keeps_its_form(cells: list[dict[str, object]]) -> None:
    notebook = {"metadata": {"b": 1, "a": [2]}, "nbformat": 4, "nbformat_minor": 5, "cells": "placed anew"}

    written = json_of(notebook, cells)

    wanted = json.dumps({**notebook, "cells": cells}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert json.loads(written) == json.loads(wanted)
    assert written == wanted or not all(cells)  # the standard library writes «{}» for an empty cell as we do


def test_a_copy_shares_nothing() -> None:
    notebook = new_notebook(cells=[new_code_cell("1", id="a", metadata={"nbgrader": {"points": 1}})])

    copied = copy_of(notebook)
    copied.cells[0].metadata.nbgrader.points = 2
    copied.cells[0].source = "2"

    assert (notebook.cells[0].metadata.nbgrader.points, notebook.cells[0].source) == (1, "1")
    assert isinstance(copied.cells[0].metadata.nbgrader, nbformat.NotebookNode)
