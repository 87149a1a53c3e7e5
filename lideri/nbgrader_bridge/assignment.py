"""A form as an nbgrader assignment: one graded cell for each item, the key only inside its hidden test."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from lideri.course.items import Form, FreeText, Item, Rubric, Simulation
from lideri.errors import GradingError
from lideri.nbgrader_bridge.html_text import as_preformatted
from lideri.practice.release import release

ANSWERS_CELL = "atbildes"
ANSWERS_NAME = "ATBILDES"
SCHEMA_VERSION = 3  # of nbgrader's cell metadata
NO_ANSWERS = f"{ANSWERS_NAME} = {{}}"
NO_TEXT = "_Atbildes nav._"
BEGIN_KEY, END_KEY = "### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def grade_id(item_id: str) -> str:
    """The item's id as nbgrader allows it in a cell (letters, digits, ``-`` and ``_``)."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", item_id)


def build_assignment(form: Form, items: Sequence[Item], rubrics: Mapping[str, Rubric]) -> NotebookNode:
    """The form's source notebook, the same down to the cell ids every time.

    ``items`` are the form's, in its order. Holds the keys: it must never leave the grader's side. Raises `GradingError`
    when two items would share a cell, or when a rubric's maximum is not the item's.
    """
    if [item.id for item in items] != list(form.items):
        raise GradingError(f"{form.id}: uzdevumi neatbilst variantam; uzbūvē variantu no jauna ar «lideri build»")
    _refuse_shared_cells(form, items)
    cells = [
        _markdown("virsraksts", f"# {form.id}\n\n{as_preformatted(form.title)}"),
        _code(ANSWERS_CELL, NO_ANSWERS, solution=True),
    ]
    for place, item in enumerate(items, start=1):
        name = grade_id(item.id)
        if isinstance(item, FreeText):
            rubric = _rubric_of(item, rubrics)
            cells.append(_markdown(f"j-{name}", _task(place, item, rubric)))
            cells.append(_markdown(name, NO_TEXT, points=item.points))
        else:
            cells.append(_markdown(f"j-{name}", f"## {place}. uzdevums\n\n{as_preformatted(item.stem)}"))
            cells.append(_code(name, _test(item), points=item.points))
    metadata = {"kernelspec": dict(KERNEL), "language_info": {"name": "python"}}
    notebook: NotebookNode = new_notebook(cells=cells, metadata=metadata)  # type: ignore[no-untyped-call]  # nbformat
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def notebook_text(notebook: NotebookNode) -> str:
    """The notebook as it stands in a file; the same text every time."""
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]  # nbformat
    return text + "\n"


def answers_source(answers: Mapping[str, Any]) -> str:
    """The source of the answers cell: one Python literal, which `read_answers` reads without running it."""
    lines = [f"    {name!r}: {answer!r}," for name, answer in sorted(answers.items())]
    return "\n".join([f"{ANSWERS_NAME} = {{", *lines, "}"]) if lines else NO_ANSWERS


def read_answers(source: str) -> dict[str, Any]:
    """The answers in an answers cell. Raises `GradingError` for anything but one literal: code is never run."""
    try:
        match ast.parse(source).body:
            case [ast.Assign(targets=[ast.Name(id=name)], value=value)] if name == ANSWERS_NAME:
                answers = ast.literal_eval(value)
                if isinstance(answers, dict):
                    return answers
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        pass
    raise GradingError("atbilžu šūnā ir kas cits, nevis atbildes; darbs jāapskata cilvēkam")


def read_test(source: str) -> tuple[str, str]:
    """The item's JSON and the answer's name from a test cell's source, as `build_assignment` wrote it."""
    try:
        for statement in ast.parse(source).body:
            match statement:
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Name(id="points"),
                        args=[
                            ast.Constant(value=str(item_json)),
                            ast.Call(
                                func=ast.Attribute(value=ast.Name(id=name), attr="get"),
                                args=[ast.Constant(value=str(item_id))],
                            ),
                        ],
                    )
                ) if name == ANSWERS_NAME:
                    return item_json, item_id
    except (SyntaxError, ValueError):
        pass
    raise GradingError("vērtēšanas šūnā nav atslēgas; izlaid variantu no jauna ar «lideri build»")


def texts_in(items: Iterable[Item]) -> list[str]:
    """Everything in the items that gives a key away; tests look for it in what trainees can load."""
    return [text for item in items for text in _secrets(item)]


def _secrets(item: Item) -> list[str]:
    dumped = item.model_dump(mode="json")
    secrets = [item.explanation]
    secrets += [option["feedback"] for option in dumped.get("options", [])]
    secrets += [spot["why"] for spot in dumped.get("spots", [])]
    secrets += dumped.get("accept", [])
    if isinstance(item, Simulation):
        secrets += _texts_not_shown(item)
    return secrets


def _texts_not_shown(item: Simulation) -> list[str]:
    """Sentences of the scenario that the page does not get: reasons and verdicts."""
    shown = json.dumps(release(item).scenario, ensure_ascii=False)
    return [text for text in _sentences(item.scenario) if json.dumps(text, ensure_ascii=False)[1:-1] not in shown]


def _sentences(value: Any) -> list[str]:
    match value:
        case str():
            return [value] if " " in value else []
        case Mapping():
            return [text for each in value.values() for text in _sentences(each)]
        case list() | tuple():
            return [text for each in value for text in _sentences(each)]
    return []


def _test(item: Item) -> str:
    # «#» as JSON's escape: no text in an item can look like the end of the hidden region.
    key = item.model_dump_json().replace("#", "\\u0023")
    return "\n".join(
        [
            f"# {item.id}, versija {item.version}",
            BEGIN_KEY,
            "from lideri.grading import points",
            f"points({key!r}, {ANSWERS_NAME}.get({item.id!r}))",
            END_KEY,
        ]
    )


def _task(place: int, item: FreeText, rubric: Rubric) -> str:
    """What is asked and what is looked at. Without the levels: they would tell a trainee what to write."""
    looked_at = [as_preformatted(criterion.title) for criterion in rubric.criteria]
    parts = [f"## {place}. uzdevums", as_preformatted(item.stem), as_preformatted(rubric.title), *looked_at]
    return "\n\n".join(parts)


def _rubric_of(item: FreeText, rubrics: Mapping[str, Rubric]) -> Rubric:
    rubric = rubrics.get(item.rubric)
    if rubric is None:
        raise GradingError(f"{item.id}: nav vērtēšanas kritēriju «{item.rubric}»; pievieno tos mapei rubrics")
    if rubric.max_points != item.points:
        raise GradingError(
            f"{item.id}: uzdevumam ir {item.points:g} punkti, bet kritērijos «{rubric.id}» kopā {rubric.max_points:g}; "
            "saskaņo tos"
        )
    return rubric


def _refuse_shared_cells(form: Form, items: Sequence[Item]) -> None:
    names = [ANSWERS_CELL, *(grade_id(item.id) for item in items)]
    shared = sorted({name for name in names if names.count(name) > 1})
    if shared:
        raise GradingError(f"{form.id}: uzdevumiem sanāk vienāds šūnas vārds ({', '.join(shared)}); maini to id")


def _markdown(name: str, source: str, *, points: float | None = None) -> NotebookNode:
    cell: NotebookNode = new_markdown_cell(source, id=_cell_id(name))  # type: ignore[no-untyped-call]  # nbformat
    if points is not None:
        cell.metadata.nbgrader = _metadata(name, solution=True, points=points)
    return cell


def _code(name: str, source: str, *, solution: bool = False, points: float | None = None) -> NotebookNode:
    cell: NotebookNode = new_code_cell(source, id=_cell_id(name))  # type: ignore[no-untyped-call]  # nbformat
    cell.metadata.nbgrader = _metadata(name, solution=solution, points=points)
    return cell


def _metadata(name: str, *, solution: bool, points: float | None) -> NotebookNode:
    metadata: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": name,
        "locked": not solution,
        "schema_version": SCHEMA_VERSION,
        "solution": solution,
        "task": False,
    }
    if points is not None:
        metadata["points"] = points
    return NotebookNode(metadata)  # type: ignore[no-untyped-call]  # nbformat


def _cell_id(name: str) -> str:
    return name[:64]
